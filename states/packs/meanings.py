"""What tables, keys and values of a pack mean: the docstrings of its dataclasses and enums, and those under their
fields and members, read from the source. The schema for editors and the reference are told by them."""

import ast
import inspect
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from itertools import pairwise
from textwrap import dedent
from typing import Any, get_args, get_type_hints

_HOUSE = ("states.", "workflow.")


def told(of: type) -> str:
    """The first paragraph of a docstring; a dataclass without one has its signature there."""
    first = _line((of.__doc__ or "").partition("\n\n")[0])
    return "" if first.startswith(f"{of.__name__}(") else first


def told_whole(of: type) -> str:
    """Every paragraph of a docstring, a line each."""
    return "\n\n".join(_line(one) for one in (of.__doc__ or "").split("\n\n"))


def meaning(of: type, field: str) -> str:
    """What a field means: the docstring under it, else that of the table or list of values that it holds."""
    return _under(of).get(field) or next(map(told, filter(_is_ours, _parts(get_type_hints(of)[field]))), "")


def values(among: type[StrEnum]) -> Mapping[str, str]:
    """The values of a closed list, each with the docstring under it."""
    return {one.value: _under(among).get(one.name, "") for one in among}


@cache
def _under(of: type) -> Mapping[str, str]:
    """Field or member → the docstring under it, those of the classes that this one extends included."""
    found: dict[str, str] = {}
    for one in filter(_is_ours, reversed(of.__mro__)):
        body = ast.parse(dedent(inspect.getsource(one))).body[0]
        for line, following in pairwise(getattr(body, "body", ())):
            match line, following:
                case (
                    ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]),
                    ast.Expr(value=ast.Constant(value=str(text))),
                ):
                    found[name] = _line(text)
    return found


def _is_ours(kind: Any) -> bool:
    return isinstance(kind, type) and kind.__module__.startswith(_HOUSE)


def _parts(kind: Any) -> tuple[Any, ...]:
    return kind, *(part for one in get_args(kind) for part in _parts(one))


def _line(text: str) -> str:
    return " ".join(text.split())
