"""docs/reference/commands.md, made from the command tree: `python -m app.cli.reference` writes it, a test checks it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from app.cli.root import build

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "commands.md"

HEAD = """# Commands

*Made from the command line itself by `python -m app.cli.reference`; a test holds this page to it.*

Options are taken after the verb. All take `--db URL`, `--json`, `--lang vi|en` and, for rehearsals, `--now INSTANT`.

| exit status | |
|---|---|
| 0 | done (recording that a group is over its quota is done) |
| 2 | bad usage or bad input: unknown thing, naive or future time, key reused, foreign or newer database |
| 3 | refused: state, role, lateness, quota or any rule; a rehearsal that found something grave |
| 4 | the record does not verify |
| 5 | lost a race, or locked: try again |
| 6 | the machine could not (full disk, clock) |
| 1 | a defect |
"""

SHARED = {"db", "json_", "lang", "now", "help"}


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_told(typer.main.get_command(build()), ("hoso",)))


def _told(command: Any, path: tuple[str, ...]) -> Iterator[str]:
    below = getattr(command, "commands", None)
    if below is not None:
        if len(path) > 1:
            yield f"\n## {' '.join(path)}\n\n{_first(command.help)}\n"
        for name, one in below.items():
            yield from _told(one, (*path, name))
        return
    yield f"\n### {' '.join((*path, *_arguments(command)))}\n\n{_first(command.help)}\n\n"
    for parameter in command.params:
        if parameter.param_type_name == "option" and parameter.name not in SHARED:
            names = ", ".join(f"`{one}`" for one in parameter.opts)
            yield f"- {names}: {parameter.help or ''}\n"


def _arguments(command: Any) -> Iterator[str]:
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            yield parameter.metavar or parameter.name.upper()


def _first(text: str | None) -> str:
    return " ".join((text or "").split())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
