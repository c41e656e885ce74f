"""Statements compiled once from the tables, run on the driver's own cursor (design section 7, ADR 0004).

The hot path builds no ORM objects and no Core results: a `Statement` knows its text, the order of its parameters,
and how each value is encoded and decoded. Expected values are bound as `was_*`: a name bound twice in one UPDATE is
one value.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from json.encoder import encode_basestring_ascii
from operator import itemgetter
from typing import Any

from sqlalchemy import ARRAY, BindParameter, Boolean, ColumnElement, any_, bindparam, func, select
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import Text, TypeDecorator, TypeEngine

from workflow.store.types import POSTGRESQL, Coder


class _List(TypeDecorator[Any]):
    """A list of texts as one parameter: JSON on SQLite."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Coder:
        return lambda values: f"[{','.join(map(encode_basestring_ascii, values))}]"


class _Array(TypeDecorator[Any]):
    """A list of texts as one parameter: an array of a column's native type on PostgreSQL."""

    impl = Text
    cache_ok = False

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self._item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(self._item))

    def bind_processor(self, dialect: Dialect) -> Coder:
        return lambda values: list(map(str, values))


class _Among(ColumnElement[bool]):
    """Written as each database takes a list best."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        self.column, self.name = column, name

    def self_group(self, against: Any = None) -> "_Among":
        # It is a condition as it stands. `… IN (…) = 1`, as SQLite would get it otherwise, finds nothing by an index.
        return self


def among(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """`column` is one of the list bound as `name`: one statement text, however many there are."""
    return _Among(column, name)


@compiles(_Among)
def _among_json(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    items = func.json_each(bindparam(element.name, type_=_List)).table_valued("value")
    return compiler.process(element.column.in_(select(items.c.value)), **how)


@compiles(_Among, POSTGRESQL)
def _among_array(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    array = _Array(element.column.type.dialect_impl(compiler.dialect))
    return compiler.process(element.column == any_(bindparam(element.name, type_=array)), **how)


@dataclass(frozen=True, slots=True)
class _Compiled:
    text: str
    given: Callable[[Mapping[str, Any]], Sequence[Any]]
    """Picks the parameters out of named values, in the statement's order."""
    constants: Mapping[str, Any]
    """Values that the statement itself brings, as the driver takes them."""
    encoders: tuple[tuple[int, Callable[[Any], Any]], ...]
    names: tuple[str, ...]
    decoders: tuple[tuple[str, int, Callable[[Any], Any]], ...]


class Statement:
    """One SQL statement of ours. Compiled for a dialect at its first use there."""

    __slots__ = ("_clause", "_compiled")

    def __init__(self, clause: Executable) -> None:
        self._clause = clause
        self._compiled: dict[str, _Compiled] = {}

    def compiled(self, dialect: Dialect) -> _Compiled:
        known = self._compiled.get(dialect.name)
        if known is None:
            known = self._compiled[dialect.name] = _compile(self._clause, dialect)
        return known


def _compile(clause: Executable, dialect: Dialect) -> _Compiled:
    compiled = clause.compile(dialect=dialect)  # type: ignore[attr-defined]
    assert isinstance(compiled, SQLCompiler)  # for the type checker
    order = compiled.positiontup or list(compiled.binds)
    coders = {name: _encoder(compiled.binds[name], dialect) for name in order}
    constants = {name: bound.value for name in order if not (bound := compiled.binds[name]).required}
    columns = compiled._result_columns  # noqa: SLF001  the only place that tells a result's types before it is run
    decoders = [entry.type.dialect_impl(dialect).result_processor(dialect, None) for entry in columns]
    return _Compiled(
        text=str(compiled),
        given=_picker(order),
        constants={name: coder(value) if (coder := coders[name]) else value for name, value in constants.items()},
        encoders=tuple(
            (at, coder) for at, name in enumerate(order) if (coder := coders[name]) and name not in constants
        ),
        names=tuple(entry.keyname for entry in columns),
        decoders=tuple(
            (entry.keyname, at, decode)
            for at, (entry, decode) in enumerate(zip(columns, decoders, strict=True))
            if decode is not None
        ),
    )


def _encoder(bound: BindParameter[Any], dialect: Dialect) -> Coder:
    return bound.type.dialect_impl(dialect).bind_processor(dialect)


def _picker(names: Sequence[str]) -> Callable[[Mapping[str, Any]], Sequence[Any]]:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: [values[name] for name in names]


Row = dict[str, Any]


class Transaction:
    """What runs inside one transaction: statements with named values in, rows as dicts out.

    A value that a statement names and the caller does not give is a `KeyError`: our mistake, not a user's.
    """

    __slots__ = ("_connection", "_cursor", "dialect")

    def __init__(self, connection: Any, dialect: Dialect) -> None:
        """`connection` is the driver's own."""
        self._connection = connection
        self._cursor = connection.cursor()
        self.dialect = dialect

    def all(self, statement: Statement, /, **values: Any) -> list[Row]:
        """Every row, in the statement's order; empty if none."""
        compiled = self._run(self._cursor, statement, values)
        return [_decoded(compiled, row) for row in self._cursor.fetchall()]

    def together(self, *asked: tuple[Statement, Mapping[str, Any]]) -> list[list[Row]]:
        """The rows of each of several questions that wait for nothing of each other: on a server one journey, not one
        for each (ADR 0016)."""
        if self.dialect.name != POSTGRESQL:
            return [self.all(statement, **values) for statement, values in asked]
        cursors = [self._connection.cursor() for _ in asked]
        with self._connection.pipeline():
            told = [self._run(cursor, *question) for cursor, question in zip(cursors, asked, strict=True)]
        return [
            [_decoded(compiled, row) for row in cursor.fetchall()]
            for compiled, cursor in zip(told, cursors, strict=True)
        ]

    def each(self, statement: Statement, /, **values: Any) -> Iterable[Row]:
        """Every row, one after the other, without holding them all."""
        # A cursor that PostgreSQL does not keep itself would bring everything at once.
        named = {"name": "each"} if self.dialect.name == POSTGRESQL else {}
        with closing(self._connection.cursor(**named)) as cursor:
            compiled = self._run(cursor, statement, values)
            while rows := cursor.fetchmany(500):
                for row in rows:
                    yield _decoded(compiled, row)

    def one(self, statement: Statement, /, **values: Any) -> Row | None:
        """The first row, or None."""
        compiled = self._run(self._cursor, statement, values)
        row = self._cursor.fetchone()
        return None if row is None else _decoded(compiled, row)

    def change(self, statement: Statement, /, **values: Any) -> int:
        """Run a writing statement; how many rows it changed."""
        self._run(self._cursor, statement, values)
        return int(self._cursor.rowcount)

    def many(self, statement: Statement, rows: Sequence[Mapping[str, Any]], /) -> int:
        """Run a writing statement once for each row; how many rows it changed in all."""
        if not rows:
            return 0
        self._run_many(self._cursor, statement, rows)
        return int(self._cursor.rowcount)

    def change_together(self, *writes: tuple[Statement, Sequence[Mapping[str, Any]]]) -> list[int]:
        """`many` for each of several statements, in their order; on a server one journey."""
        if self.dialect.name != POSTGRESQL:
            return [self.many(statement, rows) for statement, rows in writes]
        cursors = [self._connection.cursor() for _ in writes]
        with self._connection.pipeline():
            for cursor, (statement, rows) in zip(cursors, writes, strict=True):
                if rows:
                    self._run_many(cursor, statement, rows)
        return [int(cursor.rowcount) if rows else 0 for cursor, (_, rows) in zip(cursors, writes, strict=True)]

    def _run(self, cursor: Any, statement: Statement, values: Mapping[str, Any]) -> _Compiled:
        compiled = statement.compiled(self.dialect)
        cursor.execute(compiled.text, _encoded(compiled, values))
        return compiled

    def _run_many(self, cursor: Any, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> None:
        if len(rows) == 1:
            self._run(cursor, statement, rows[0])
            return
        compiled = statement.compiled(self.dialect)
        cursor.executemany(compiled.text, [_encoded(compiled, row) for row in rows])

    def commit(self) -> None:
        self._connection.commit()

    def roll_back(self) -> None:
        self._connection.rollback()

    def plainly(self, text: str) -> None:
        """A statement without values: SAVEPOINT and its kin."""
        self._cursor.execute(text)


def _encoded(compiled: _Compiled, values: Mapping[str, Any]) -> list[Any]:
    given = list(compiled.given({**compiled.constants, **values} if compiled.constants else values))
    for at, encode in compiled.encoders:
        given[at] = encode(given[at])
    return given


def _decoded(compiled: _Compiled, row: Sequence[Any]) -> Row:
    found = dict(zip(compiled.names, row, strict=True))
    for name, at, decode in compiled.decoders:
        found[name] = decode(row[at])
    return found
