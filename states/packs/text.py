"""Bytes of a pack file become TOML values, or a clear fault: not UTF-8, not TOML, empty, too large."""

import re
import tomllib
from typing import Any

from states.packs.lines import Lines
from states.packs.shapes import Path
from workflow.errors import Fault, Faulty, Figure

LARGEST = 1_000_000
"""Bytes. The largest real pack has about a twentieth of that."""

_AT = re.compile(r"^(?P<reason>.*) \(at line (?P<line>\d+), column (?P<column>\d+)\)$", re.DOTALL)


class PackText:
    """A text that is TOML: its values, and where they stand.

    Raises `Faulty` with the one fault for which nothing else can be said.
    """

    def __init__(self, data: bytes, *, file: str) -> None:
        self.file = file
        text = _decoded(data, file)
        self.values = _parsed(text, file)
        self._lines = Lines(text)

    def fault(self, path: Path, code: str, figures: dict[str, Figure]) -> Fault:
        """The fault at `path`: file, line, the rule's id or the table's name, and the key."""
        line = self._lines.of(path)
        place = [f"line {line}"] if line is not None else []
        return Fault(code=code, figures=figures, where=(self.file, *place, *self._named(path)))

    def line(self, path: Path) -> int:
        """The line of `path`, or 0 for the file as a whole."""
        return self._lines.of(path) or 0

    def _named(self, path: Path) -> tuple[str, ...]:
        if not path:
            return ()
        table, rest = self.values.get(str(path[0])), path[1:]
        name = str(path[0])
        if isinstance(table, list) and rest:
            member = table[int(rest[0])]
            known = member.get("id") if isinstance(member, dict) else None
            name = known if isinstance(known, str) else f"{name} {int(rest[0]) + 1}"
            rest = rest[1:]
        key = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in rest).lstrip(".")
        return (name, key) if key else (name,)


def one_fault(file: str, code: str, /, *, line: int | None = None, **figures: Figure) -> Faulty:
    """The error of a file about which only one thing can be said."""
    where = (file,) if line is None else (file, f"line {line}")
    return Faulty("pack.faulty", file=file, faults=[Fault(code=f"pack.{code}", figures=figures, where=where)])


def _decoded(data: bytes, file: str) -> str:
    if len(data) > LARGEST:
        raise one_fault(file, "too_large", size=len(data), largest=LARGEST)
    try:
        text = data.decode("utf-8-sig")  # editors on Windows write a byte order mark
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise one_fault(file, "not_utf8", line=line, byte=f"0x{data[error.start]:02x}") from error
    if not text.strip():
        raise one_fault(file, "empty_file")
    return text.replace("\r\n", "\n")


def _parsed(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except ValueError as error:  # TOMLDecodeError; or a number with more digits than Python turns into one
        told = _AT.match(str(error))
        if told is None:
            raise one_fault(file, "not_toml", reason=str(error), line_number=None, column=None) from error
        line = int(told["line"])
        raise one_fault(
            file, "not_toml", line=line, reason=told["reason"], line_number=line, column=int(told["column"])
        ) from error
    except RecursionError as error:
        raise one_fault(file, "too_deep") from error
