"""The kinds of value that a pack file may hold: each reads a TOML value and tells its JSON schema, side by side.

Reading never stops: what is wrong is noted with its place, and the value becomes `BROKEN`. Whoever puts a whole
together leaves broken parts out, so one reading finds every fault.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from difflib import get_close_matches
from enum import Enum, StrEnum
from typing import Any, Protocol, TypeAlias

from workflow.errors import Figure, Figures
from workflow.messages import LANGUAGES, word
from workflow.rulepack import Term, Text

Path: TypeAlias = tuple[str | int, ...]
"""Where a value stands in the file: ("route", 2, "where", "tier")."""

_ID = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
_FORM = r"[^\W_][^\x00-\x1f\x7f,;]{0,63}"
_SEEN = r"[^\s\x00-\x1f\x7f]"
_LINE = rf"[^\x00-\x1f\x7f]*{_SEEN}[^\x00-\x1f\x7f]*"
_LINES = rf"[^\x00-\x08\x0b-\x1f\x7f]*{_SEEN}[^\x00-\x08\x0b-\x1f\x7f]*"
_MONTH_DAY = r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_DAY = rf"[0-9]{{4}}-{_MONTH_DAY}"
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?"
_SHOWN = 60


class Broken(Enum):
    BROKEN = "broken"


BROKEN = Broken.BROKEN


class Refers(StrEnum):
    """What a name in a pack points at; resolved when the whole file has been read."""

    SOURCE = "source"
    MISSING = "missing"
    BODY = "body"
    BODY_OR_UNIT = "body_or_unit"
    ROUTE = "route"
    DEADLINE = "deadline"
    LADDER = "ladder"
    PAPER = "paper"
    CIRCUMSTANCE = "circumstance"
    UNIT_KIND = "unit_kind"
    CATEGORY = "category"
    DUTY = "duty"
    TIER = "tier"
    COMMAND = "command"
    DISCHARGE = "discharge"
    """What a dossier's command settles (`discharge.AFTER`)."""
    EVENT = "event"
    """What starts a clock, or comes before or with something: what leaves a mark on a dossier (`facts.MARKED`)."""
    PLACE = "place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A fault and its place in the file, before the place has a line."""

    path: Path
    code: str
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A name that points somewhere, or a text where an id belongs that would."""

    path: Path
    refers: Refers
    name: str


@dataclass(slots=True, kw_only=True)
class Notes:
    """What a reading finds on its way."""

    faults: list[Note] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)

    def refuse(self, path: Path, code: str, /, **figures: Figure) -> Broken:
        """Note the fault `pack.<code>`; the value is broken."""
        self.faults.append(Note(path=path, code=f"pack.{code}", figures=figures))
        return BROKEN

    def refuse_instead(self, path: Path, code: str, /, **figures: Figure) -> None:
        """The same, in the place of what was noted of this value before and says less."""
        self.faults = [one for one in self.faults if one.path != path]
        self.refuse(path, code, **figures)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` was probably meant to be, or None."""
    return next(iter(get_close_matches(name, list(known), n=1)), None)


def said(values: Iterable[str]) -> dict[str, str]:
    """The words that people are shown for stored values, in either language, and the value of each."""
    values = list(values)
    return {told: one for one in values for language in LANGUAGES if (told := word(one, language)) != one}


def nearest_said(name: str, values: Iterable[str]) -> str | None:
    """The value that was probably meant, by itself or by the words for it: `plans show` prints those."""
    values = list(values)
    words = said(values)
    found = nearest(name, [*values, *words])
    return None if found is None else words.get(found, found)


def listed(names: Iterable[str]) -> str:
    """Names as a sentence shows them: as they are typed, never translated."""
    return ", ".join(names)


def shown(value: object) -> str:
    """A value of the file, short enough for a sentence."""
    text = value.isoformat() if isinstance(value, date | time) else repr(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


class Shape(Protocol):
    """A kind of value."""

    def read(self, raw: object, path: Path, notes: Notes) -> Any:
        """The typed value, or `BROKEN` with a fault noted."""

    def schema(self) -> dict[str, Any]:
        """The same, as JSON schema (draft 2020-12)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of text: a name, a number on a paper, a term. Stored in NFC."""

    pattern: str = _LINE
    form: str = ""
    """What the pattern asks for, as a person reads it ("YYYY-MM"); empty for plain text."""
    refers: Refers | None = None

    def read(self, raw: object, path: Path, notes: Notes) -> str | Broken:
        if not isinstance(raw, str):
            return notes.refuse(path, "not_text", found=shown(raw))
        text = unicodedata.normalize("NFC", raw)
        sound = re.fullmatch(self.pattern, text) is not None
        if self.refers is not None and (sound or re.fullmatch(_LINE, text) is not None):
            notes.references.append(Reference(path=path, refers=self.refers, name=text))
        if not sound:
            if self.form:
                return notes.refuse(path, "bad_form", found=shown(text), form=self.form)
            return notes.refuse(path, "empty_text", found=shown(text))
        return text

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^(?:{self.pattern})$"}


def identifier(refers: Refers | None = None) -> Line:
    """An id: what other rules, records and command lines name a thing by."""
    return Line(pattern=_ID, form="A-Z a-z 0-9 . _ -", refers=refers)


def form() -> Line:
    """A form's name as it is printed: "02A-HD/TU", "Mẫu 2-Đ"."""
    return Line(pattern=_FORM)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedDay:
    """A day as papers print it, maybe in part, kept as text. A TOML date is taken as its text."""

    pattern: str
    form: str

    def read(self, raw: object, path: Path, notes: Notes) -> str | Broken:
        text = raw.isoformat() if type(raw) is date else raw
        if not isinstance(text, str):
            return notes.refuse(path, "not_day", found=shown(raw))
        if re.fullmatch(self.pattern, text) is None:
            return notes.refuse(path, "bad_form", found=shown(text), form=self.form)
        return text

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^(?:{self.pattern})$"}


MONTH = PrintedDay(pattern=r"[0-9]{4}-(0[1-9]|1[0-2])", form="YYYY-MM")
ON = PrintedDay(pattern=rf"{_DAY}|{_MONTH_DAY}", form="YYYY-MM-DD, MM-DD")
PARTIAL = PrintedDay(pattern=rf"{_DAY}|[0-9]{{4}}-(0[1-9]|1[0-2])|[0-9]{{4}}", form="YYYY-MM-DD, YYYY-MM, YYYY")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A paraphrase: plain text (Vietnamese), or `{ vi = "…", en = "…" }`."""

    def read(self, raw: object, path: Path, notes: Notes) -> Text | Broken:
        one = Line(pattern=_LINES)
        if isinstance(raw, Mapping):
            strangers = [key for key in raw if key not in {"vi", "en"}]
            for key in strangers:
                unknown_key(key, ("vi", "en"), (*path, key), notes)
            if "vi" not in raw:
                return notes.refuse(path, "missing_key", missing="vi", table="text")
            told = {key: one.read(raw[key], (*path, key), notes) for key in ("vi", "en") if key in raw}
            if strangers or BROKEN in told.values():
                return BROKEN
            return Text(**{key: str(value) for key, value in told.items()})
        text = one.read(raw, path, notes)
        return BROKEN if text is BROKEN else Text(vi=str(text))

    def schema(self) -> dict[str, Any]:
        text = Line(pattern=_LINES).schema()
        both = {
            "type": "object",
            "properties": {"vi": text, "en": text},
            "required": ["vi"],
            "additionalProperties": False,
        }
        return {"anyOf": [text, both]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A whole number within bounds."""

    least: int = 0
    most: int = 1_000_000

    def read(self, raw: object, path: Path, notes: Notes) -> int | Broken:
        if type(raw) is not int:
            return notes.refuse(path, "not_number", found=shown(raw))
        if not self.least <= raw <= self.most:
            return notes.refuse(path, "out_of_bounds", found=shown(raw), least=self.least, most=self.most)
        return raw

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """Yes or no."""

    def read(self, raw: object, path: Path, notes: Notes) -> bool | Broken:
        return raw if isinstance(raw, bool) else notes.refuse(path, "not_flag", found=shown(raw))

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value of a closed list."""

    among: type[StrEnum]

    def read(self, raw: object, path: Path, notes: Notes) -> StrEnum | Broken:
        values = [str(one) for one in self.among]
        if not isinstance(raw, str):
            return notes.refuse(path, "not_text", found=shown(raw))
        if raw not in values:
            near = nearest_said(raw, values)
            return notes.refuse(path, "unknown_value", found=shown(raw), known=listed(values), nearest=near)
        return self.among(raw)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": [str(one) for one in self.among]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A local day: a TOML date, or its ISO text."""

    def read(self, raw: object, path: Path, notes: Notes) -> date | Broken:
        if isinstance(raw, date) and not isinstance(raw, datetime):
            return raw
        if isinstance(raw, str) and re.fullmatch(_DAY, raw):
            try:
                return date.fromisoformat(raw)
            except ValueError:
                return notes.refuse(path, "no_such_day", found=raw)
        return notes.refuse(path, "not_day", found=shown(raw))

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date", "pattern": f"^(?:{_DAY})$"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A local wall time: a TOML time, or "HH:MM"."""

    def read(self, raw: object, path: Path, notes: Notes) -> time | Broken:
        if isinstance(raw, time):
            return raw.replace(microsecond=0)
        if isinstance(raw, str) and re.fullmatch(_CLOCK, raw):
            return time.fromisoformat(raw)
        return notes.refuse(path, "not_clock", found=shown(raw))

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^(?:{_CLOCK})$"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """A list. Broken members are left out, so the rest can still be looked at."""

    each: Shape
    least: int = 0
    most: int = 1000
    whole: bool = False
    """The list itself is broken when a member is (a rung less is another ladder)."""

    def read(self, raw: object, path: Path, notes: Notes) -> tuple[Any, ...] | Broken:
        if not isinstance(raw, list):
            return notes.refuse(path, "not_list", found=shown(raw))
        if not self.least <= len(raw) <= self.most:
            return notes.refuse(path, "list_length", found=len(raw), least=self.least, most=self.most)
        found = [self.each.read(one, (*path, position), notes) for position, one in enumerate(raw)]
        if self.whole and BROKEN in found:
            return BROKEN
        return tuple(one for one in found if one is not BROKEN)

    def schema(self) -> dict[str, Any]:
        bounds = {"minItems": self.least} if self.least else {}
        return {"type": "array", "items": self.each.schema(), "maxItems": self.most, **bounds}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A list of the vocabulary: `id = label`, in the file's order."""

    def read(self, raw: object, path: Path, notes: Notes) -> tuple[Term, ...] | Broken:
        if not isinstance(raw, Mapping):
            return notes.refuse(path, "not_table", found=shown(raw))
        found = []
        for key, label in raw.items():
            name, text = identifier().read(key, (*path, key), notes), Words().read(label, (*path, key), notes)
            if not isinstance(name, Broken) and not isinstance(text, Broken):
                found.append(Term(id=name, label=text))
        return tuple(found)

    def schema(self) -> dict[str, Any]:
        return {"type": "object", "propertyNames": identifier().schema(), "additionalProperties": Words().schema()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """A guard's own parameters: text, whole numbers, yes or no, and lists of them. The guard says which it takes."""

    def read(self, raw: object, path: Path, notes: Notes) -> dict[str, Any] | Broken:
        if not isinstance(raw, Mapping):
            return notes.refuse(path, "not_table", found=shown(raw))
        found = {}
        for key, value in raw.items():
            if identifier().read(key, (*path, key), notes) is not BROKEN:
                found[key] = self._one(value, (*path, key), notes)
        return BROKEN if BROKEN in found.values() else found

    def _one(self, raw: object, path: Path, notes: Notes) -> Any:
        if isinstance(raw, bool):
            return raw
        if isinstance(raw, int):
            return Whole(least=-1_000_000).read(raw, path, notes)
        if isinstance(raw, list):
            return Many(each=Line(), whole=True).read(raw, path, notes)
        return Line().read(raw, path, notes)

    def schema(self) -> dict[str, Any]:
        one = [Line().schema(), Whole(least=-1_000_000).schema(), Flag().schema(), Many(each=Line()).schema()]
        return {"type": "object", "propertyNames": identifier().schema(), "additionalProperties": {"anyOf": one}}


def unknown_key(key: str, allowed: Iterable[str], path: Path, notes: Notes) -> None:
    """Refuse a key that the table does not have, and name those that it has."""
    names = list(allowed)
    notes.refuse(path, "unknown_key", key=key, known=listed(names), nearest=nearest(key, names))
