"""What a pack still leaves to be filled in: a text that stands in guillemets alone, as `hoso plans new` writes it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

_BLANK = re.compile(r"\s*«[^«»]*»\s*")


def blanks(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Each blank below a pack, or below the tables it is read from: where it stands, and its text."""
    if isinstance(value, str):
        if _BLANK.fullmatch(value):
            yield at, value.strip()
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from blanks(one, (*at, name))
    elif isinstance(value, list | tuple):
        for number, one in enumerate(value):
            yield from blanks(one, (*at, number))
    elif is_dataclass(value):
        for part in fields(value):
            yield from blanks(getattr(value, part.name), (*at, part.name))
