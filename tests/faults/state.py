"""What lies in a folder after a command: databases by content, files by whether they are whole."""

import hashlib
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from email import message_from_bytes, policy
from filecmp import cmp
from functools import partial
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from app.settings import read
from app.wiring import make_context
from tests.faults.scenario import PEOPLES, SPOOL
from workflow.replay.verification import verify
from workflow.services.context import rules_named
from workflow.store import commands as sql
from workflow.store import files
from workflow.store.database import Database
from workflow.store.maintenance import standing_of
from workflow.store.migrations import Standing

DATABASES = ("hoso.db", "back/hoso.db", "copy.db")
OURS = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database for itself."""

_ERRATIC = {"head", "hash", "body", "salt", "fingerprint", "digest", "act", "text"}
"""What differs from one doing to the next: ids, salts, and what is made of them."""
_MIGRATED = {"about", "alembic_version"}
_ID = re.compile(r"[0-9a-f]{64}|[0-9a-f-]{36}")

State = dict[str, dict[str, list[str]]]
"""Each database's tables with what is in them, without what chance makes; nothing of a database without content."""


def state(folder: Path) -> State:
    """The databases of a folder. A journal that a failure left is played back by looking."""
    found = {}
    for name in DATABASES:
        if (folder / name).is_file() and (content := _content(folder / name)):
            found[name] = content
    return found


def _content(file: Path) -> dict[str, list[str]]:
    with closing(Database(str(file))) as database, database.readers.connect() as connection:
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        found = {}
        for table in sorted(one for one in {*tables} - _MIGRATED if not one.startswith("sqlite_")):
            rows = connection.exec_driver_sql(f'SELECT * FROM "{table}"').mappings()  # noqa: S608  its own
            if told := sorted(str(_plain(dict(row))) for row in rows):
                found[table] = told
        return found


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    told = {name: value for name, value in row.items() if name not in _ERRATIC}
    return {name: _ID.sub("id", value) if isinstance(value, str) else value for name, value in told.items()}


def faults(folder: Path, *, since: Path | None = None) -> Iterator[str]:
    """Everything in a folder that must not be so: a record that does not verify, papers without bytes, half a file, a
    leftover. What was there in the folder `since` is not looked at again."""
    for name in DATABASES:
        if (folder / name).is_file():
            yield from _of_database(folder / name)
    for path in folder.rglob("*"):
        place = path.relative_to(folder)
        if since is not None and (since / place).is_file() and cmp(since / place, path, shallow=False):
            continue
        if path.is_file() and (wrong := _of_file(path, place)):
            yield f"{place}: {wrong}"
        elif path.is_dir() and path.name.startswith("."):
            yield f"{place}: left behind"


def _of_database(file: Path) -> Iterator[str]:
    with closing(Database(str(file))) as database:
        standing = standing_of(database)
        if standing is Standing.EMPTY:
            return
        if standing is not Standing.OURS:
            yield f"{file.name} is {standing}"
            return
        with database.readers.connect() as connection:
            if (said := connection.exec_driver_sql("PRAGMA integrity_check").scalar()) != "ok":
                yield f"{file.name}: {said}"
        context = make_context(read({}), database)
        with database.reading() as tx:
            for season in tx.all(sql.SEASONS, tenant="local"):
                stored = partial(rules_named, context, tx)
                yield from map(str, verify(tx, season, stored(season["pack"]), stored).findings)
        yield from _papers(file)


def _papers(file: Path) -> Iterator[str]:
    with closing(Database(str(file))) as database, database.readers.connect() as connection:
        named = connection.exec_driver_sql("SELECT DISTINCT digest FROM attachment").scalars().all()
    folder = file.with_name(file.name + ".files")
    for digest in named:
        if not files.path_of(folder, digest).is_file():
            yield f"{file.name}: the paper {digest} has no bytes"


def _of_file(path: Path, place: Path) -> str | None:
    """Why the file is not whole, or should not be there at all; None for a good one."""
    if str(place) in {*PEOPLES, *DATABASES} or any(str(place) == name + tail for name in DATABASES for tail in OURS):
        return None
    if place.parts[0] == SPOOL and path.suffix == ".eml":
        return _of_mail(path)
    if path.suffix == ".xlsx" and not path.name.startswith("."):
        return _of_workbook(path)
    if path.suffix == ".zip" and not path.name.startswith("."):
        with zipfile.ZipFile(path) as packed:
            return packed.testzip()
    if any(part.endswith(".files") for part in place.parts):
        return None if hashlib.sha256(path.read_bytes()).hexdigest() == path.name else "is no whole paper"
    return "left behind"


def _of_mail(path: Path) -> str | None:
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    page = mail.get_body(("html",))
    return None if page is not None and "</html>" in page.get_content() else "is half a mail"


def _of_workbook(path: Path) -> str | None:
    try:
        load_workbook(path, read_only=True).close()
    except (OSError, zipfile.BadZipFile, KeyError, sqlite3.Error) as error:
        return f"is no whole workbook: {error}"
    return None
