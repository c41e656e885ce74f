"""Alembic's entry: it works on the connection that `migrate` hands over, inside that one's transaction."""

from alembic import context

# No batch mode: it copies a table and loses its triggers and unnamed checks.
context.configure(connection=context.config.attributes["connection"], render_as_batch=False)
context.run_migrations()
