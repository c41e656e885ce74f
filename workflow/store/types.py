"""Column types: strict at the door, the same meaning on both databases (design section 7).

On SQLite everything is TEXT, INTEGER or BLOB, which STRICT tables demand; on PostgreSQL it is native.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import TIMESTAMP, UUID, BigInteger, Boolean, Date, Integer, LargeBinary, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from workflow import canonical
from workflow.dates import from_micros, micros

SQLITE, POSTGRESQL = "sqlite", "postgresql"

Coder = Callable[[Any], Any] | None
"""From our value to the driver's or back; None where they are the same."""


class _Ours(TypeDecorator[Any]):
    """A type with one native form per database. `plain` is SQLite's, `native` PostgreSQL's.

    `encoder` and `decoder` give the function itself, None where the driver's value is ours: a hot path calls nothing
    in between.
    """

    cache_ok = True
    plain: type[TypeEngine[Any]] = Text
    native: type[TypeEngine[Any]] = Text

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor((self.native if dialect.name == POSTGRESQL else self.plain)())

    def bind_processor(self, dialect: Dialect) -> Coder:
        return self.encoder(native=dialect.name == POSTGRESQL)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Coder:
        return self.decoder(native=dialect.name == POSTGRESQL)

    def encoder(self, *, native: bool) -> Coder:
        return None

    def decoder(self, *, native: bool) -> Coder:
        return None


class Id(_Ours):
    """A UUID as its canonical text (`engines` tells the driver to leave it a text)."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == POSTGRESQL:
            return dialect.type_descriptor(UUID(as_uuid=False))
        return dialect.type_descriptor(Text())


class Words(_Ours):
    """Text: codes, refs, terms. Ordered by its code points on both databases, whatever a server's own language is."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text(collation="C") if dialect.name == POSTGRESQL else Text())

    def encoder(self, *, native: bool) -> Coder:
        # A StrEnum is a str to Python, and a foreign type to a driver.
        return _text


class Number(_Ours):
    """An integer of up to 64 bits."""

    impl = Integer
    cache_ok = True
    plain = Integer
    native = BigInteger


class Flag(_Ours):
    """True or false; nothing that is only truthy."""

    impl = Boolean
    cache_ok = True
    plain = Integer
    native = Boolean

    def encoder(self, *, native: bool) -> Coder:
        return _flag

    def decoder(self, *, native: bool) -> Coder:
        return None if native else _truth


class Instant(_Ours):
    """An aware instant; naive ones are refused. UTC microseconds on SQLite, `timestamptz` on PostgreSQL."""

    impl = Integer
    cache_ok = True
    plain = Integer

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == POSTGRESQL:
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(Integer())

    def encoder(self, *, native: bool) -> Coder:
        return _aware if native else _micros

    def decoder(self, *, native: bool) -> Coder:
        return _utc if native else _instant


class Day(_Ours):
    """A local day without a time. ISO text on SQLite."""

    impl = Text
    cache_ok = True
    native = Date

    def encoder(self, *, native: bool) -> Coder:
        return _day if native else _iso

    def decoder(self, *, native: bool) -> Coder:
        return None if native else _from_iso


class Json(_Ours):
    """Canonical JSON as text, on both databases: the same bytes for the same value."""

    impl = Text
    cache_ok = True

    def encoder(self, *, native: bool) -> Coder:
        return _written

    def decoder(self, *, native: bool) -> Coder:
        return _read


class Blob(_Ours):
    """Bytes as they are."""

    impl = LargeBinary
    cache_ok = True
    plain = LargeBinary
    native = LargeBinary


# None is no value on both sides, whatever the type.


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _flag(value: Any) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise TypeError(f"a flag is True or False, not {value!r}")
    return value


def _truth(value: int | None) -> bool | None:
    return None if value is None else value != 0


def _aware(value: Any) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise TypeError(f"an instant is an aware datetime, not {value!r}")
    return value


def _micros(value: Any) -> int | None:
    moment = _aware(value)
    return None if moment is None else micros(moment)


def _utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


def _instant(value: int | None) -> datetime | None:
    return None if value is None else from_micros(value)


def _day(value: Any) -> date | None:
    if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
        raise TypeError(f"a day is a date, not {value!r}")
    return value


def _iso(value: Any) -> str | None:
    day = _day(value)
    return None if day is None else day.isoformat()


def _from_iso(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _written(value: Any) -> str | None:
    return None if value is None else canonical.dumps(value).decode()


def _read(value: str | None) -> Any:
    return None if value is None else canonical.read(value)
