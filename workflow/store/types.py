"""Column types: strict at the door, the same meaning on both databases (design section 7).

On SQLite everything is TEXT, INTEGER or BLOB, which STRICT tables demand; on PostgreSQL it is native.
"""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, Integer, LargeBinary, Text
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from workflow import canonical
from workflow.dates import from_micros, micros

POSTGRESQL = "postgresql"


class _Ours(TypeDecorator[Any]):
    """A type with one native form per database. `plain` is SQLite's, `native` PostgreSQL's."""

    cache_ok = True
    plain: type[TypeEngine[Any]] = Text
    native: type[TypeEngine[Any]] = Text

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor((self.native if dialect.name == POSTGRESQL else self.plain)())


class Id(_Ours):
    """A UUID as its canonical text."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == POSTGRESQL:
            return dialect.type_descriptor(postgresql.UUID(as_uuid=False))
        return dialect.type_descriptor(Text())


class Words(_Ours):
    """Text: codes, refs, terms. Ordered by its code points on both databases, whatever a server's own language is."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text(collation="C") if dialect.name == POSTGRESQL else Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        # A StrEnum is a str to Python, and a foreign type to a driver.
        return None if value is None else str(value)


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

    def process_bind_param(self, value: Any, dialect: Dialect) -> bool | int | None:
        if value is not None and not isinstance(value, bool):
            raise TypeError(f"a flag is True or False, not {value!r}")
        return value if value is None or dialect.name == POSTGRESQL else int(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:
        return None if value is None else bool(value)


class Instant(_Ours):
    """An aware instant; naive ones are refused. UTC microseconds on SQLite, `timestamptz` on PostgreSQL."""

    impl = Integer
    cache_ok = True
    plain = Integer

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == POSTGRESQL:
            return dialect.type_descriptor(postgresql.TIMESTAMP(timezone=True))
        return dialect.type_descriptor(Integer())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None:
            return None
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise TypeError(f"an instant is an aware datetime, not {value!r}")
        return value if dialect.name == POSTGRESQL else micros(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if dialect.name == POSTGRESQL else from_micros(value)


class Day(_Ours):
    """A local day without a time. ISO text on SQLite."""

    impl = Text
    cache_ok = True
    native = Date

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None:
            return None
        if not isinstance(value, date) or isinstance(value, datetime):
            raise TypeError(f"a day is a date, not {value!r}")
        return value if dialect.name == POSTGRESQL else value.isoformat()

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        return date.fromisoformat(value) if isinstance(value, str) else value


class Json(_Ours):
    """Canonical JSON as text, on both databases: the same bytes for the same value."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else canonical.dumps(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else canonical.read(value)


class Blob(_Ours):
    """Bytes as they are."""

    impl = LargeBinary
    cache_ok = True
    plain = LargeBinary
    native = LargeBinary
