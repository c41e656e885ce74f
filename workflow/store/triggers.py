"""What the database itself refuses: changing the record (design section 6).

- Append-only tables: no update, no delete, no second row under a key. SQLite's `INSERT OR REPLACE` deletes without
  firing delete triggers, so an insert under a taken key is refused before it happens; no pragma is needed for that.
- Kept tables: rows stay, and so do their keys and what `FIXED` names. An obligation is never moved, it is replaced.

`RAISE(ABORT)` takes back one statement. `RAISE(ROLLBACK)` would end the transaction of a whole group of commands.
Triggers stop accidents; checkpoints held outside stop attackers. The names of the columns come from the tables.
"""

from collections.abc import Iterator

from sqlalchemy import PrimaryKeyConstraint, Table, UniqueConstraint
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.compiler import IdentifierPreparer

from workflow.store.faults import KEY_TAKEN
from workflow.store.tables import APPEND_ONLY, METADATA
from workflow.store.types import POSTGRESQL

KEPT = ("dossier", "member", "obligation")
"""Tables whose rows are never deleted, and whose keys never change."""

FIXED = {"obligation": ("due_at", "rule", "scope", "born_at", "replaces")}
"""What beside the keys of a kept row never changes."""

_REFUSE = "hoso_refuse"


def statements(dialect: str) -> tuple[str, ...]:
    """The statements that guard the tables, in the order to run them in; `dialect` is "sqlite" or "postgresql".

    They are run once, right after the tables are made; run again they fail, for the triggers have names.
    """
    if dialect == POSTGRESQL:
        return tuple(_postgresql())
    return tuple(_sqlite())


def names(dialect: str = "sqlite") -> frozenset[str]:
    """The names of the triggers that a database of ours has."""
    return frozenset(one.split()[2] for one in statements(dialect) if one.startswith("CREATE TRIGGER"))


def keys(table: Table) -> tuple[tuple[str, ...], ...]:
    """Every unique key of `table`, the primary key first, as the names of its columns."""
    found = [
        tuple(column.name for column in one.columns)
        for one in sorted(table.constraints, key=lambda one: (not isinstance(one, PrimaryKeyConstraint), str(one.name)))
        if isinstance(one, PrimaryKeyConstraint | UniqueConstraint)
    ]
    found += [tuple(column.name for column in one.columns) for one in table.indexes if one.unique]
    return tuple(found)


def fixed(table: Table) -> tuple[str, ...]:
    """The columns of a kept table that an update may not change, in the table's order."""
    names = {name for key in keys(table) for name in key}.union(FIXED.get(table.name, ()))
    return tuple(column.name for column in table.columns if column.name in names)


def _sqlite() -> Iterator[str]:
    write = _Writer(sqlite.dialect().identifier_preparer, differs="IS NOT")
    for table in _tables(APPEND_ONLY):
        yield write.sqlite(table, "no_update", "UPDATE", f"hoso: append-only {table.name}: no update")
        yield write.sqlite(table, "no_delete", "DELETE", f"hoso: append-only {table.name}: no delete")
        yield write.sqlite(table, "no_replace", "INSERT", f"{KEY_TAKEN}{table.name}", when=write.taken(table))
    for table in _tables(KEPT):
        yield write.sqlite(
            table,
            "no_move",
            f"UPDATE OF {write.listed(fixed(table))}",
            f"hoso: kept {table.name}: no change of {', '.join(fixed(table))}",
            when=write.changed(table),
        )
        yield write.sqlite(table, "no_delete", "DELETE", f"hoso: kept {table.name}: no delete")
        yield write.sqlite(
            table, "no_replace", "INSERT", f"hoso: key taken in kept {table.name}", when=write.taken(table)
        )


def _postgresql() -> Iterator[str]:
    # ENABLE ALWAYS: they fire for replicated rows too. No REPLACE here; ON CONFLICT DO UPDATE is an update.
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    write = _Writer(dialect.identifier_preparer, differs="IS DISTINCT FROM")
    yield _POSTGRESQL_REFUSE
    for table in _tables(APPEND_ONLY):
        yield from write.postgresql(table, "no_change", "UPDATE OR DELETE", each="ROW", kind="append-only")
        yield from write.postgresql(table, "no_truncate", "TRUNCATE", each="STATEMENT", kind="append-only")
    for table in _tables(KEPT):
        moved = f"UPDATE OF {write.listed(fixed(table))}"
        yield from write.postgresql(table, "no_move", moved, each="ROW", kind="kept", when=write.changed(table))
        yield from write.postgresql(table, "no_delete", "DELETE", each="ROW", kind="kept")
        yield from write.postgresql(table, "no_truncate", "TRUNCATE", each="STATEMENT", kind="kept")


_POSTGRESQL_REFUSE = f"""\
CREATE FUNCTION {_REFUSE}() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING
    ERRCODE = 'restrict_violation',
    MESSAGE = 'hoso: ' || TG_ARGV[0] || ' ' || TG_TABLE_NAME || ': no ' || lower(TG_OP);
END
$$"""


def _tables(names: tuple[str, ...]) -> Iterator[Table]:
    return (METADATA.tables[name] for name in names)


class _Writer:
    """Writes triggers with names quoted as one dialect quotes them; `differs` is its null-safe "is another"."""

    def __init__(self, preparer: IdentifierPreparer, *, differs: str) -> None:
        self._quote = preparer.quote
        self._differs = differs

    def listed(self, names: tuple[str, ...]) -> str:
        return ", ".join(self._quote(name) for name in names)

    def taken(self, table: Table) -> str:
        """A row stands under a key of the new one. A null in a key is never equal, as for the constraint itself."""
        lookups = (
            " AND ".join(f"{self._quote(name)} = NEW.{self._quote(name)}" for name in key) for key in keys(table)
        )
        name = self._quote(table.name)
        # One lookup per key: an OR over several keys might cost a scan.
        return "\n  OR ".join(f"EXISTS (SELECT 1 FROM {name} WHERE {lookup})" for lookup in lookups)  # noqa: S608  names of tables

    def changed(self, table: Table) -> str:
        return "\n  OR ".join(
            f"NEW.{self._quote(name)} {self._differs} OLD.{self._quote(name)}" for name in fixed(table)
        )

    def sqlite(self, table: Table, name: str, event: str, word: str, *, when: str = "") -> str:
        condition = f"\nWHEN {when}" if when else ""
        return (
            f"CREATE TRIGGER {table.name}_{name}\nBEFORE {event} ON {self._quote(table.name)}{condition}\n"
            f"BEGIN\n  SELECT RAISE(ABORT, '{word}');\nEND"
        )

    def postgresql(
        self, table: Table, name: str, event: str, *, each: str, kind: str, when: str = ""
    ) -> tuple[str, str]:
        target = self._quote(table.name)
        condition = f"\nWHEN ({when})" if when else ""
        made = f"CREATE TRIGGER {table.name}_{name}\nBEFORE {event} ON {target}\nFOR EACH {each}{condition}"
        return (
            f"{made}\nEXECUTE FUNCTION {_REFUSE}('{kind}')",
            f"ALTER TABLE {target} ENABLE ALWAYS TRIGGER {table.name}_{name}",
        )
