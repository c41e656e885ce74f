"""Every noun of the command line hung into one tree, in the reader's language."""

from collections.abc import Sequence

import typer

from app import settings
from app.cli.help import localise
from app.cli.output import Output
from workflow.errors import HosoError

_NOUNS = (
    "plans",
    "season",
    "roster",
    "role",
    "meeting",
    "dossier",
    "unit",
    "group",
    "obligation",
    "audit",
)
_VERBS = ("system", "today", "quota", "replay", "serve", "demo")


def build() -> typer.Typer:
    """The whole tree of commands."""
    from importlib import import_module  # noqa: PLC0415

    tree = typer.Typer(
        name="hoso", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
    )
    for noun in _NOUNS:
        module = import_module(f"app.cli.{noun}")
        tree.add_typer(module.app, name=noun, help=module.__doc__, no_args_is_help=True)
    for name in _VERBS:
        import_module(f"app.cli.{name}").attach(tree)
    return tree


def run(argv: Sequence[str]) -> int:
    """Run `hoso` with these arguments; the exit status of design section 9."""
    try:
        configured = settings.read()
    except HosoError as error:
        return Output(language="vi", json="--json" in argv).fail(error)
    command = typer.main.get_command(build())
    localise(command, configured.language)
    try:
        status = command.main(list(argv), prog_name="hoso", standalone_mode=True)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    return int(status or 0)
