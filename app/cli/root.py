"""Every noun of the command line hung into one tree, in the reader's language."""

import sys
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.exceptions import TyperException

from app import settings
from app.cli.help import localise
from workflow.errors import BadInput, HosoError
from workflow.messages import LANGUAGES

if TYPE_CHECKING:
    from app.cli.output import Output

_NOUNS = (
    "plans",
    "season",
    "roster",
    "role",
    "meeting",
    "tally",
    "dossier",
    "document",
    "unit",
    "group",
    "obligation",
    "milestone",
    "petition",
    "difficulty",
    "audit",
)
_VERBS = {
    "init": "system",
    "backup": "system",
    "restore": "system",
    "copy": "system",
    "health": "system",
    "today": "today",
    "quota": "quota",
    "replay": "replay",
    "sweep": "serve",
    "serve": "serve",
    "demo": "demo",
}
"""Verbs that hang directly on the root → the module that they are in."""
_NAMES = (*_VERBS, *_NOUNS)
"""What may come first on a line, as the help lists it."""
_NOTHING = ""


def build(asked: str | None = None) -> typer.Typer:
    """The whole tree of commands; only what `asked` names, of `_NAMES`, where that is given."""
    tree = typer.Typer(
        name="hoso", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
    )
    tree.callback()(hoso)
    for noun in _NOUNS if asked is None else {asked} & {*_NOUNS}:
        module = import_module(f"app.cli.{noun}")
        tree.add_typer(module.app, name=noun, help=module.__doc__, no_args_is_help=True)
    for name in dict.fromkeys(_VERBS.values() if asked is None else [_VERBS[asked]] if asked in _VERBS else []):
        import_module(f"app.cli.{name}").attach(tree)
    return tree


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version  # noqa: PLC0415  a tenth of a second that only this asks for

        print(f"Hoso {version('hoso')}")
        raise typer.Exit


def hoso(
    _: Annotated[bool, typer.Option("--version", help="Tell the version.", callback=_version, is_eager=True)] = False,
) -> None:
    """Annual review and quality ranking in public bodies: dossiers, quotas, deadlines, and a history that proves
    itself."""


@cache
def _tree(language: str, asked: str | None) -> Any:
    """The commands with their help in one language; made once, since making them costs more than most of them.

    Of what is not `asked` for there is the name and its line in the help alone.
    """
    command: Any = typer.main.get_command(build(asked))
    if asked is not None:
        command.commands = {name: command.commands.get(name) or typer.core.TyperCommand(name) for name in _NAMES}
    localise(command, language)
    return command


def _asked(argv: Sequence[str]) -> str | None:
    """The first word of a line, where it is one of ours; `_NOTHING` where only the root's own page is asked for. Of
    anything else the whole tree may have something to say."""
    rest = list(argv)
    while rest:
        one = rest.pop(0)
        if one.partition("=")[0] not in _SHARED:
            return one if one in _NAMES else _NOTHING if one in {"--help", "--version"} else None
        rest = rest[1:] if one in _VALUED else rest
    return _NOTHING


def run(argv: Sequence[str]) -> int:
    """Run `hoso` with these arguments; the exit status of design section 9."""
    status = 0
    try:
        status = _run(argv)
        sys.stdout.flush()
    except OSError as error:  # of help and the like, or of what still waited to be written after a failure
        from app.cli.desk import unsaid  # noqa: PLC0415

        return unsaid(error, _output(_language(argv) or "vi", argv), status)
    return status


def _run(argv: Sequence[str]) -> int:
    try:
        configured = settings.read_language()
    except HosoError as error:
        return _output("vi", argv).fail(error)
    language = _language(argv) or configured
    tree = _tree(language, _asked(argv))
    words = _in_place(argv, tree)
    if (valueless := _valueless(words, tree)) is not None:
        return _output(language, argv).fail(BadInput("cli.option_usage", option=valueless))
    try:
        return int(tree.main(words, prog_name="hoso", standalone_mode=False) or 0)
    except TyperException as error:
        from app.cli.usage import refuse  # noqa: PLC0415  only where something cannot be understood

        return refuse(error, _output(language, argv))


def _output(language: str, argv: Sequence[str]) -> "Output":
    from app.cli.output import Output  # noqa: PLC0415  what help needs nothing of

    return Output(language=language, json="--json" in argv)


def _language(argv: Sequence[str]) -> str | None:
    """The language asked for after the verb, also where nothing is run but help or a complaint."""
    for at, one in enumerate(argv):
        value = argv[at + 1] if one == "--lang" and at + 1 < len(argv) else one.removeprefix("--lang=")
        if one.startswith("--lang") and value in LANGUAGES:
            return value
    return None


def _valueless(words: Sequence[str], tree: Any) -> str | None:
    """The option that has another option in the place of its value, None if there is none. The parser would take
    `--reason --dry-run` for a reason, and what was meant as a trial would be written."""
    at, rest = tree, list(words)
    while rest and hasattr(at, "commands"):
        at = at.commands.get(rest.pop(0))
    options = {name: one for one in getattr(at, "params", ()) for name in (*one.opts, *one.secondary_opts)}
    names = {name for name in options if name.startswith("--")} | {"--help"}
    while rest and (one := rest.pop(0)) != "--":
        if one in names and not getattr(options.get(one), "is_flag", True):
            if rest and rest[0].partition("=")[0] in names:
                return one
            rest = rest[1:]
    return None


_VALUED = {"--db", "--lang", "--now"}
_SHARED = {*_VALUED, "--json"}
"""Options of every verb; people put them before it as well, where they mean the same."""


def _in_place(argv: Sequence[str], tree: Any) -> list[str]:
    """The arguments with the shared options that stood before the verb put right behind it. Without a verb there is
    nothing that they could be of, and they are left out."""
    early: list[str] = []
    words: list[str] = []
    at, rest = tree, list(argv)
    while rest and hasattr(at, "commands"):
        one = rest.pop(0)
        if one.partition("=")[0] in _SHARED:
            early += [one, *(rest[:1] if one in _VALUED else ())]
            rest = rest[1:] if one in _VALUED else rest
        else:
            words.append(one)
            if one not in at.commands:
                break
            at = at.commands[one]
    return [*words, *(() if hasattr(at, "commands") else early), *rest]
