"""Who may do what on a PostgreSQL server (design section 6): an owner of the tables, and whoever works with them.

`hoso_owner` owns everything; `hoso_runtime` reads, adds, and changes what may change, and can neither rewrite the
record nor switch off a trigger. Neither may log in: an administrator grants `hoso_runtime` to the login that Hoso uses.
Whoever may not make roles becomes the owner himself, and is told so by `hoso health`.
"""

from sqlalchemy import Connection

from workflow.store.tables import APPEND_ONLY, METADATA

OWNER = "hoso_owner"
RUNTIME = "hoso_runtime"

DELETED = ("role",)
"""Tables whose rows may go."""

READ_ONLY = ("about", "alembic_version")
"""What only a migration writes."""

_MAY_MAKE = "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
_THERE = "SELECT rolname FROM pg_roles WHERE rolname IN ('hoso_owner', 'hoso_runtime')"
_MADE = """\
DO $$ BEGIN
  CREATE ROLE {role} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;  -- another database's `init` was first
END $$"""


def become_owner(connection: Connection) -> None:
    """Make the roles where that is allowed and act as the owner until the transaction ends."""
    if not connection.exec_driver_sql(_MAY_MAKE).scalar():
        return
    schema = _quoted(connection, str(connection.exec_driver_sql("SELECT current_schema()").scalar_one()))
    for role in (OWNER, RUNTIME):
        connection.exec_driver_sql(_MADE.format(role=role))
    connection.exec_driver_sql(f"GRANT {OWNER} TO CURRENT_USER")
    connection.exec_driver_sql(f"GRANT USAGE, CREATE ON SCHEMA {schema} TO {OWNER}")
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO {RUNTIME}")
    connection.exec_driver_sql(f"SET LOCAL ROLE {OWNER}")


def grant(connection: Connection) -> None:
    """Give `hoso_runtime` what it needs and take the rest, on every table; where there is no such role, nothing."""
    if RUNTIME not in connection.exec_driver_sql(_THERE).scalars().all():
        return
    for table in (*METADATA.tables, "alembic_version"):
        name = _quoted(connection, table)
        connection.exec_driver_sql(f"REVOKE ALL ON {name} FROM {RUNTIME}")
        connection.exec_driver_sql(f"GRANT {', '.join(rights(table))} ON {name} TO {RUNTIME}")


def rights(table: str) -> tuple[str, ...]:
    """What `hoso_runtime` may do with a table."""
    if table in READ_ONLY:
        return ("SELECT",)
    if table in APPEND_ONLY:
        return ("SELECT", "INSERT")
    return ("SELECT", "INSERT", "UPDATE", *(("DELETE",) if table in DELETED else ()))


def may_rewrite(connection: Connection) -> bool:
    """Whether whoever is connected could switch off the guards: the tables' owner, its member, or a superuser."""
    asked = "SELECT bool_or(pg_has_role(current_user, relowner, 'MEMBER')) FROM pg_class WHERE relname = 'history'"
    return bool(connection.exec_driver_sql(asked).scalar())


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)
