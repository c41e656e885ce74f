"""Tables of a pack file: which keys each has, derived from the dataclass that it becomes."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, replace
from datetime import date, time
from enum import StrEnum
from functools import cached_property
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from states.packs.meanings import meaning, told
from states.packs.shapes import (
    BROKEN,
    Broken,
    Choice,
    Clock,
    Day,
    Flag,
    Line,
    Many,
    Notes,
    Path,
    Shape,
    Whole,
    Words,
    shown,
    unknown_key,
)
from workflow.rulepack import Text

_CODES = {"clause": "no_clause", "id": "no_id"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key of a table: its name in the file, the field that it fills, and what it holds."""

    name: str
    fills: str
    shape: Shape
    required: bool
    of: type | None = None
    """The dataclass whose field it fills, where its meaning and default stand."""

    def told(self) -> str:
        """What it means; empty for a key of nobody's."""
        return meaning(self.of, self.fills) if self.of else ""

    def schema(self) -> dict[str, Any]:
        """What it may hold, as JSON schema, described by its meaning. A table has a description of its own."""
        schema = self.shape.schema()
        if not self.told():
            return schema
        return {"description": self.told(), **({"allOf": [schema]} if "title" in schema else schema)}


@dataclass(frozen=True, kw_only=True)
class Record:
    """A table and the value that it becomes. `makes` gets the keys that were given, by the fields that they fill."""

    name: str
    makes: Callable[..., Any]
    keys: tuple[Key, ...]
    of: type | None = None
    """The dataclass that tells what it is."""
    placed: bool = False
    """Whether `makes` is also given `at`, the table's place in the file."""
    partial: bool = False
    """Whether it is made even where a key that it needs is broken, to look at the rest."""

    @cached_property
    def by_name(self) -> Mapping[str, Key]:
        return {key.name: key for key in self.keys}

    def read(self, raw: object, path: Path, notes: Notes) -> Any:
        """The value, or `BROKEN` when a key that it cannot do without is broken or missing.

        Any other key that is broken takes its default, so the rest of the table is still looked at.
        """
        if not isinstance(raw, Mapping):
            return notes.refuse(path, "not_table", found=shown(raw))
        given: dict[str, Any] = {"at": path} if self.placed else {}
        whole = True
        for name, value in raw.items():
            key = self.by_name.get(name)
            if key is None:
                unknown_key(name, self.by_name, (*path, name), notes)
                continue
            found = key.shape.read(value, (*path, name), notes)
            if not isinstance(found, Broken):
                given[key.fills] = found
            elif key.required:
                whole = False
        for key in self.keys:
            if key.required and key.name not in raw:
                whole = False
                code = "missing_table" if self.partial else _CODES.get(key.name, "missing_key")
                notes.refuse(path, code, missing=key.name, table=self.name)
        return self.makes(**given) if whole or self.partial else BROKEN

    def schema(self) -> dict[str, Any]:
        """The table as JSON schema, titled by its name."""
        schema: dict[str, Any] = {
            "title": self.name,
            "type": "object",
            "properties": {key.name: key.schema() for key in self.keys},
            "required": sorted(key.name for key in self.keys if key.required),
            "additionalProperties": False,
        }
        return {"description": told(self.of), **schema} if self.of else schema


def record(makes: type, *, name: str, **changes: Shape | Key) -> Record:
    """The table of the dataclass `makes`: a key for each field, required where the field has no default and may not be
    None.

    `changes` names fields whose shape says more than their type does (an id, a reference, a bound), or gives a whole
    `Key`. Raises `TypeError` for a field whose type has no shape of its own and that `changes` does not name.
    """
    hints = get_type_hints(makes)
    keys = []
    for one in fields(makes):
        change = changes.get(one.name)
        if isinstance(change, Key):
            keys.append(replace(change, of=makes))
        else:
            kind, optional = _without_none(hints[one.name])
            required = not optional and one.default is MISSING and one.default_factory is MISSING
            keys.append(Key(name=one.name, fills=one.name, shape=change or shape_of(kind), required=required, of=makes))
    return Record(name=name, makes=_maker(makes), keys=tuple(keys), of=makes)


def shape_of(kind: Any) -> Shape:
    """The shape that a field's type asks for."""
    if get_origin(kind) is tuple:
        return Many(each=shape_of(get_args(kind)[0]))
    plain: dict[Any, Shape] = {bool: Flag(), int: Whole(), str: Line(), date: Day(), time: Clock(), Text: Words()}
    if kind in plain:
        return plain[kind]
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return Choice(among=kind)
    raise TypeError(f"no shape for {kind!r}: name one in `changes`")


def _without_none(kind: Any) -> tuple[Any, bool]:
    if get_origin(kind) in {Union, UnionType}:
        rest = [one for one in get_args(kind) if one is not NoneType]
        return (rest[0], True) if len(rest) == 1 else (kind, NoneType in get_args(kind))
    return kind, False


def _maker(makes: type) -> Callable[..., Any]:
    """`makes`, with None for every field that may be None and has no default of its own."""
    hints = get_type_hints(makes)
    empty = {one.name: None for one in fields(makes) if one.default is MISSING and _without_none(hints[one.name])[1]}
    return lambda **given: makes(**{**empty, **given})
