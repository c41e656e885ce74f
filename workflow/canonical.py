"""Canonical JSON: one value, one sequence of bytes (design section 6).

Objects with ASCII keys, lists, NFC strings, booleans, null and integers below 2^53; keys sorted, no spaces, no
floats. An absent key is not a null. What is hashed is exactly what is stored.
"""

import json
import unicodedata
from typing import Any

LARGEST = 2**53 - 1

_encode = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"), check_circular=False
).encode


class NotCanonical(ValueError):
    """A value that has no canonical form; the message names the place."""


def _whole(text: str) -> int:
    value = int(text)
    if not -LARGEST <= value <= LARGEST:
        raise NotCanonical(f"{text}: beyond 2^53")
    return value


def _no_number(text: str) -> Any:
    raise NotCanonical(f"{text}: no whole number")


_decode = json.JSONDecoder(parse_float=_no_number, parse_int=_whole, parse_constant=_no_number).decode


def dumps(value: Any) -> bytes:
    """The canonical bytes of `value`. Raises `NotCanonical` for anything the form does not know."""
    check(value)
    return _encode(value).encode()


def loads(data: bytes) -> Any:
    """Read canonical bytes back. Raises `NotCanonical` where they are not the canonical form of what they say."""
    try:
        value = _decode(data.decode())
        if not data.isascii():
            # What is ASCII, and the same when written again, holds ASCII alone: keys and text need no second look.
            check(value)
        again = _encode(value).encode()
    except RecursionError as error:
        raise NotCanonical("nested too deep") from error
    except NotCanonical:
        raise
    except ValueError as error:
        raise NotCanonical(f"no JSON: {error}") from error
    if again != data:
        raise NotCanonical("not in canonical form")
    return value


def read(data: str | bytes) -> Any:
    """Read what we wrote ourselves, without asking whether it is canonical."""
    return json.loads(data)


def check(value: Any, at: str = "$") -> None:
    """Raise `NotCanonical` at the first value that has no canonical form."""
    kind = type(value)
    if kind is str:
        if not value.isascii():
            _check_text(value, at)
    elif kind is int:
        if not -LARGEST <= value <= LARGEST:
            raise NotCanonical(f"{at}: beyond 2^53")
    elif kind is dict:
        for key, inner in value.items():
            if type(key) is not str or not key.isascii():
                raise NotCanonical(f"{at}: key {key!r} is not ASCII text")
            check(inner, f"{at}.{key}")
    elif kind is list or kind is tuple:
        for position, inner in enumerate(value):
            check(inner, f"{at}[{position}]")
    elif value is not None and kind is not bool:
        if isinstance(value, str):  # a StrEnum member encodes as its value
            return
        raise NotCanonical(f"{at}: {kind.__name__} has no canonical form")


def _check_text(value: str, at: str) -> None:
    if not unicodedata.is_normalized("NFC", value):
        raise NotCanonical(f"{at}: not NFC")
    if any("\ud800" <= one <= "\udfff" for one in value):
        raise NotCanonical(f"{at}: half a surrogate pair is no text")
