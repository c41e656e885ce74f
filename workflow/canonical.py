"""Canonical JSON: one value, one sequence of bytes (design section 6).

Objects with ASCII keys, lists, NFC strings, booleans, null and integers below 2^53; keys sorted, no spaces, no
floats. An absent key is not a null. What is hashed is exactly what is stored.
"""

import json
import json.encoder
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

LARGEST = 2**53 - 1

_plain = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"), check_circular=False
)
# What `JSONEncoder` makes anew for every value, made once: it is a third of the time that a small one takes.
_making: Any = getattr(json.encoder, "c_make_encoder", None)
_MADE = (None, _plain.default, json.encoder.encode_basestring, None, ":", ",", True, False, False)
_parts: Callable[[Any, int], Iterable[str]] | None = None if _making is None else _making(*_MADE)


def _encode(value: Any) -> str:
    return _plain.encode(value) if _parts is None else "".join(_parts(value, 0))


class NotCanonical(ValueError):
    """A value that has no canonical form; the message names the place."""


def _whole(text: str) -> int:
    value = int(text)
    if not -LARGEST <= value <= LARGEST:
        raise NotCanonical(f"{text}: beyond 2^53")
    return value


def _no_number(text: str) -> Any:
    raise NotCanonical(f"{text}: no whole number")


_decoder: Any = json.JSONDecoder(parse_float=_no_number, parse_int=_whole, parse_constant=_no_number)
_scan = _decoder.scan_once


def dumps(value: Any) -> bytes:
    """The canonical bytes of `value`. Raises `NotCanonical` for anything the form does not know."""
    check(value)
    return _encode(value).encode()


def loads(data: bytes) -> Any:
    """Read canonical bytes back. Raises `NotCanonical` where they are not the canonical form of what they say."""
    try:
        text = data.decode()
        value, _ = _scan(text, 0)  # what comes after it is not written again
        if not data.isascii():
            # What is ASCII, and the same when written again, holds ASCII alone: keys and text need no second look.
            check(value)
        again = _encode(value)
    except RecursionError as error:
        raise NotCanonical("nested too deep") from error
    except NotCanonical:
        raise
    except (ValueError, StopIteration) as error:
        raise NotCanonical(f"no JSON: {error}") from error
    if again != text:
        raise NotCanonical("not in canonical form")
    return value


def read(data: str | bytes) -> Any:
    """Read what we wrote ourselves, without asking whether it is canonical."""
    return json.loads(data)


def check(value: Any) -> None:
    """Raise `NotCanonical`, naming the place, at the first value that has no canonical form."""
    if not _is_sound(value):
        _find(value, "$")


def _is_sound(value: Any) -> bool:
    """Whether every value in it has a canonical form. Asked of every record, so it names no place."""
    kind = type(value)
    if kind is str:
        return value.isascii() or _is_text(value)
    if kind is dict:
        for key, inner in value.items():
            if type(key) is not str or not key.isascii():
                return False
            # Most of a record is text: asked here, it costs no call.
            if type(inner) is str:
                if not inner.isascii() and not _is_text(inner):
                    return False
            elif inner is not None and not _is_sound(inner):
                return False
        return True
    if kind is list or kind is tuple:
        return all(map(_is_sound, value))
    if kind is int:
        return bool(-LARGEST <= value <= LARGEST)
    # A StrEnum member encodes as its value.
    return value is None or kind is bool or isinstance(value, str)


def _is_text(value: str) -> bool:
    """NFC, and no half of a surrogate pair."""
    return unicodedata.is_normalized("NFC", value) and not any("\ud800" <= one <= "\udfff" for one in value)


def _find(value: Any, at: str) -> None:
    """Raise `NotCanonical` with the place of the first value that is not sound."""
    if type(value) is dict:
        for key, inner in value.items():
            if type(key) is not str or not key.isascii():
                raise NotCanonical(f"{at}: key {key!r} is not ASCII text")
            _find(inner, f"{at}.{key}")
    elif type(value) in {list, tuple}:
        for position, inner in enumerate(value):
            _find(inner, f"{at}[{position}]")
    elif not _is_sound(value):
        raise NotCanonical(f"{at}: {_fault(value)}")


def _fault(value: Any) -> str:
    if type(value) is int:
        return "beyond 2^53"
    if isinstance(value, str):
        return "not NFC, or half a surrogate pair"
    return f"{type(value).__name__} has no canonical form"
