"""The database: made and brought forward, backed up, restored, looked after."""

from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from app.cli.desk import Desk, verb
from app.cli.output import UNSOUND, UNWELL
from app.cli.remedy import program, where

_LIBRARY = {"store.library_old", "store.library_unsafe"}
"""What is said at once of an SQLite library that should be newer."""

_RECORD = {
    "store.damaged",
    "store.orphans",
    "store.unguarded",
    "store.attachments_missing",
    "store.attachments_changed",
}
"""Findings about the record itself; the others are about the machine and its workers."""


def attach(tree: typer.Typer) -> None:
    """Hang these verbs directly on the root."""
    for command in (init, backup, restore, copy, health):
        tree.command()(verb(season=False)(command))


def init(desk: Desk) -> int:
    """Make the database, or bring an older one forward."""
    from app.wiring import connect, create_database  # noqa: PLC0415
    from workflow.store.health import health as looked_at  # noqa: PLC0415
    from workflow.store.maintenance import standing_of  # noqa: PLC0415
    from workflow.store.migrations import Standing  # noqa: PLC0415

    with closing(connect(desk.settings)) as database:
        was = standing_of(database)
    with closing(create_database(desk.settings)) as database:
        place = desk.place(database)
        library = [one for one in looked_at(database, now=desk.clock()) if one.code in _LIBRARY]
    desk.out.document({"database": place, "was": was.value})
    code = {Standing.EMPTY: "cli.init_made", Standing.OLDER: "cli.init_brought"}.get(was, "cli.init_stands")
    desk.out.say(code, database=place)
    for one in library:
        desk.out.complain(desk.out.told(one.code, **one.figures))
    if was is Standing.EMPTY:
        desk.out.say("cli.init_next", program=program(), where=where())
    return 0


def backup(desk: Desk, file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup; a new file.")]) -> int:
    """Write the database and its attachments to one file, while others go on working."""
    from workflow.store import maintenance  # noqa: PLC0415

    with desk.out.working("cli.backing_up"):
        made = maintenance.backup(desk.settings.database, file)
    told = {"file": str(file.absolute()), "size": made.size, "records": made.records, "attachments": made.attachments}
    desk.out.document({**told, "missing": list(made.missing), "damaged": list(made.damaged)})
    desk.out.say("cli.backed_up", **told)
    for code, digests in (("cli.backup_missing", made.missing), ("cli.backup_damaged", made.damaged)):
        if digests:
            desk.out.complain(desk.out.told(code, count=len(digests), digests=digests))
    return UNSOUND if made.missing or made.damaged else 0


def restore(desk: Desk, file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")]) -> int:
    """Bring a backup back to a place where no database is."""
    from workflow.store import maintenance  # noqa: PLC0415
    from workflow.store.migrations import Standing  # noqa: PLC0415

    with desk.out.working("cli.restoring"):
        back = maintenance.restore(file, desk.settings.database)
    told = {"database": str(back.file.absolute()), "records": back.records, "attachments": back.attachments}
    desk.out.document({**told, "older": back.standing is Standing.OLDER})
    desk.out.say("cli.restored", **told)
    if back.standing is Standing.OLDER:
        desk.out.say("cli.restored_older")
    return 0


def copy(
    desk: Desk,
    source: Annotated[str, typer.Option("--from", metavar="URL", help="The database to copy: a path or an address.")],
    target: Annotated[str, typer.Option("--to", metavar="URL", help="Where to: a new file, or an empty database.")],
) -> int:
    """Copy a database to another place, also between SQLite and PostgreSQL: the same record, the same chains."""
    from app.wiring import connect  # noqa: PLC0415
    from workflow.store import copying  # noqa: PLC0415

    ends = (replace(desk.settings, database=one) for one in (source, target))
    with ExitStack() as stack:
        there, here = (stack.enter_context(closing(connect(one))) for one in ends)
        with desk.out.working("cli.copying"):
            made = copying.copy(there, here)
        told = {"source": desk.place(there), "database": desk.place(here)}
    counts = {"rows": made.rows, "records": made.records, "attachments": made.attachments}
    desk.out.document({**told, **counts, "missing": list(made.missing), "damaged": list(made.damaged)})
    desk.out.say("cli.copied", **told, **counts)
    for code, digests in (("cli.backup_missing", made.missing), ("cli.backup_damaged", made.damaged)):
        if digests:
            desk.out.complain(desk.out.told(code, count=len(digests), digests=digests))
    return UNSOUND if made.missing or made.damaged else 0


def health(desk: Desk) -> int:
    """Is everything as it should be? SQLite, the disk, the guards, the scheduler, the messages."""
    from workflow.store.health import Severity  # noqa: PLC0415
    from workflow.store.health import health as looked_at  # noqa: PLC0415

    found = looked_at(desk.database, now=desk.clock())
    out = desk.out
    plain = [
        {
            "code": one.code,
            "severity": one.severity.value,
            "message": out.told(one.code, **one.figures),
            "figures": dict(one.figures),
        }
        for one in found
    ]
    bad = {one.code for one in found if one.severity is Severity.BAD}
    out.document({"database": desk.place(desk.database), "well": not bad, "findings": plain})
    rows = [(out.told(f"cli.health_{one['severity']}"), one["message"]) for one in plain]
    out.line(desk.place(desk.database))
    out.table(None, ("cli.column_health", "cli.column_finding"), rows)
    if bad & _RECORD:
        return UNSOUND
    return UNWELL if bad else 0
