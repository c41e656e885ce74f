"""Write the first migration anew: `python -m workflow.store.migrations.draft` (developers, before release).

It writes versions/0001_first.py through Alembic's renderer, every constraint with its name, STRICT and WITHOUT ROWID
kept, and lets ruff set the lines. `drift` compares the result with the tables.
"""

import subprocess
import sys
from pathlib import Path

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from workflow.store import triggers
from workflow.store.migrations import PRODUCT, REVISIONS
from workflow.store.tables import METADATA

FILE = Path(__file__).parent / "versions" / f"{REVISIONS[0]}_first.py"


HEADING = f'''"""The first tables, and the triggers that guard them.

Written by `python -m workflow.store.migrations.draft`; not by hand.
"""

import sqlalchemy as sa
from alembic import op

from workflow.store import types

revision = {REVISIONS[0]!r}
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _tables()
    connection = op.get_bind()
    for statement in TRIGGERS[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql("INSERT INTO about (key, value) VALUES ('product', {PRODUCT!r})")


def _tables() -> None:
'''  # noqa: S608  a constant


def drafted() -> str:
    """The text of the first migration, its lines not yet set."""
    triggers_of = "\n".join(f"    {name!r}: ({_listed(name)})," for name in ("sqlite", "postgresql"))
    return f"{HEADING}{_tables()}\n\n\nTRIGGERS = {{\n{triggers_of}\n}}\n"


def _tables() -> str:
    with create_engine("sqlite://").connect() as nothing:
        options = {"target_metadata": METADATA, "user_module_prefix": "types.", "render_as_batch": False}
        context = MigrationContext.configure(nothing, opts=options)
        made = produce_migrations(context, METADATA).upgrade_ops
        assert made is not None
        text = render_python_code(made, user_module_prefix="types.", migration_context=context)
    calls = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    return "\n".join(calls).rstrip()


def _listed(dialect: str) -> str:
    return "\n".join(f'"""\\\n{one}""",' for one in triggers.statements(dialect))


def main() -> None:
    FILE.write_text(drafted(), encoding="utf-8")
    for step in (("check", "--select=I", "--fix", "--quiet"), ("format", "--quiet")):
        subprocess.run([sys.executable, "-m", "ruff", *step, str(FILE)], check=True)  # noqa: S603  our own file


if __name__ == "__main__":
    main()
