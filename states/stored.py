"""A resolved pack as canonical bytes, and back: what a season stores, hashes and runs by (design sections 6 and 7).

Every default is written out, so a later default never changes an old season. Absent means None.
"""

import hashlib
import types
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, time
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from workflow import canonical
from workflow.errors import BadInput
from workflow.rulepack import RulePack, WorkingDays


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPack:
    """What a season stores: the resolved pack, and the days off and on of its years."""

    pack: RulePack
    working_days: WorkingDays


_NO_DAYS = WorkingDays()


def dump(pack: RulePack, working_days: WorkingDays = _NO_DAYS) -> bytes:
    """The canonical bytes of a pack and its calendar. Raises `NotCanonical` for text that is not NFC."""
    return canonical.dumps(_plain(StoredPack(pack=pack, working_days=working_days)))


def load(data: bytes) -> StoredPack:
    """What `dump` wrote. Raises `BadInput` (pack.not_stored) for bytes that it did not write."""
    try:
        found: StoredPack = _typed(StoredPack, canonical.loads(data))
    except (canonical.NotCanonical, KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput("pack.not_stored", reason=str(error)) from error
    return found


def pack_hash(data: bytes) -> str:
    """SHA-256 of stored bytes, in hexadecimal: what records name the pack by."""
    return hashlib.sha256(data).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        parts = {one.name: getattr(value, one.name) for one in fields(value)}
        return {name: _plain(part) for name, part in parts.items() if part is not None}
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, frozenset):
        return [_plain(one) for one in sorted(value)]
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value


def _typed(kind: Any, raw: Any) -> Any:
    """`raw` as `kind`. The types are those of `workflow.rulepack`: a new one is met by the round-trip test."""
    origin = get_origin(kind)
    if origin in {Union, types.UnionType}:
        return None if raw is None else _typed(next(one for one in get_args(kind) if one is not types.NoneType), raw)
    if origin is tuple:
        return tuple(_typed(get_args(kind)[0], one) for one in raw)
    if origin is frozenset:
        return frozenset(_typed(get_args(kind)[0], one) for one in raw)
    if origin is not None:  # a mapping: of reasons, or a guard's parameters
        return {key: tuple(part) if isinstance(part, list) else part for key, part in raw.items()}
    if is_dataclass(kind):
        return _record(kind, raw)
    if kind in {date, time}:
        return kind.fromisoformat(raw)
    if kind in {str, int, bool}:
        if type(raw) is not kind:
            raise TypeError(f"{raw!r} is no {kind.__name__}")
        return raw
    return kind(raw)


def _record(kind: Any, raw: Mapping[str, Any]) -> Any:
    hints = _hints(kind)
    strangers = sorted(set(raw) - set(hints))
    if strangers:
        raise TypeError(f"unknown: {', '.join(strangers)}")
    given = {name: _typed(hints[name], raw[name]) for name in raw}
    # What was None when it was stored is None, whatever the default has become.
    empty = {name: None for name, hint in hints.items() if types.NoneType in get_args(hint)}
    return kind(**{**empty, **given})


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    return get_type_hints(kind)
