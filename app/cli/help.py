"""The help pages in the reader's language: the catalogue `help` has them by a command's path and an option's name.

`help.hoso.season.open` is a verb, `help.hoso.season.open.year` its option, `help.option.now` an option wherever it
stands, `help.metavar.RANK` the word in capitals that stands for a value. Docstrings and `help=` are what is said where
the catalogue is silent.
"""

import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import typer

from workflow.messages import knows, sentence

_NOTES = re.compile(r"  \[(?P<notes>[^\[\]]*)\]$")
_TYPE = re.compile(r"(?<=\S) <(?:str|list\[str\]|path|list\[path\])>$")
"""What Typer writes after an argument's name; it says nothing to the person."""


def localise(command: Any, language: str, path: str = "hoso") -> None:
    """Replace the help of a command, its options and all below it by what the catalogue says for this language."""
    code = f"help.{path}"
    if knows(code, language):
        command.help = sentence(code, language)
    # A whole sentence in the list of commands, where Typer would cut it short.
    command.short_help = " ".join((command.help or "").split()).partition(". ")[0].removesuffix(".")
    command.context_class = type("Context", (command.context_class,), {"formatter_class": _pages(language)})
    command.options_metavar = sentence("help.options_metavar", language)
    if hasattr(command, "subcommand_metavar"):
        command.subcommand_metavar = sentence("help.subcommand_metavar", language)
    for parameter in getattr(command, "params", []):
        metavar = f"help.metavar.{getattr(parameter, 'metavar', None)}"
        if knows(metavar, language):
            parameter.metavar = sentence(metavar, language)
        # What an option says at this very command, else what it says wherever it stands.
        for option in (f"help.option.{parameter.name}", f"{code}.{parameter.name}"):
            if getattr(parameter, "help", None) and knows(option, language):
                parameter.help = sentence(option, language)
    for name, below in getattr(command, "commands", {}).items():
        localise(below, language, f"{path}.{name}")


def _pages(language: str) -> Any:
    """Typer's formatter, with its own words told in `language`."""
    plain: Any = typer.Context.formatter_class

    def told(text: str) -> str:
        code = f"help.word.{text}"
        return sentence(code, language) if knows(code, language) else text

    class Pages(plain):  # type: ignore[misc]
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, prefix or f"{told('Usage')}: ")

        def section(self, name: str) -> AbstractContextManager[None]:
            return super().section(told(name))  # type: ignore[no-any-return]

        def write_dl(self, rows: Sequence[tuple[str, str]], *args: Any, **named: Any) -> None:
            super().write_dl([(_TYPE.sub("", term), _said(text)) for term, text in rows], *args, **named)

    def _said(text: str) -> str:
        found = _NOTES.search(text)
        if found is None:
            return told(text)
        notes = [": ".join(told(part) for part in note.split(": ", 1)) for note in found["notes"].split("; ")]
        return f"{text[: found.start()]}  [{'; '.join(notes)}]"

    return Pages
