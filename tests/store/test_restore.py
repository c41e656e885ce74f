"""A backup comes back whole, to an empty place only, and only when every byte of it is what it was."""

import hashlib
import json
import shutil
import zipfile
from collections import namedtuple
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.store import rows
from tests.store.test_backup import attach, beats, names_in, without_attachments
from workflow import canonical
from workflow.errors import BadInput, DiskFull, Faulty, ForeignDatabase, HosoError
from workflow.store.database import Database
from workflow.store.health import Severity, health
from workflow.store.maintenance import attachment, backup, restore
from workflow.store.migrations import Standing
from workflow.store.tables import METADATA

Content = dict[str, bytes]


@pytest.fixture
def packed(filled: Database, tmp_path: Path) -> Path:
    """A good backup with one attachment, in a folder of its own."""
    without_attachments(filled)
    attach(filled, b"%PDF-1.7 minutes")
    (tmp_path / "backups").mkdir()
    return backup(str(filled.file), tmp_path / "backups" / "season.zip").file


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """An empty folder to restore into."""
    (tmp_path / "place").mkdir()
    return tmp_path / "place"


def read(file: Path) -> Content:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write(file: Path, content: Content) -> Path:
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return file


def listing(content: Content, **changes: Any) -> Content:
    """`content` with a manifest that agrees with it, changed by `changes`."""
    entries = {
        name: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        for name, data in content.items()
        if name != "manifest.json"
    }
    manifest = json.loads(content["manifest.json"]) | {"entries": entries} | changes
    return content | {"manifest.json": canonical.dumps(manifest)}


def everything(database: Database) -> dict[str, list[Any]]:
    with database.readers.connect() as connection:
        return {table.name: list(connection.execute(table.select())) for table in METADATA.sorted_tables}


def refused_at(file: Path, place: Path) -> HosoError:
    """The error; nothing is left in the place by it."""
    with pytest.raises(HosoError) as refused:
        restore(file, str(place / "hoso.db"))
    assert names_in(place) == []
    return refused.value


# — what comes back —


def test_it_comes_back_whole_and_goes_on_working(packed: Path, place: Path, filled: Database):
    made = restore(packed, str(place / "hoso.db"))
    assert (made.file, made.standing, made.records, made.attachments) == (place / "hoso.db", Standing.OURS, 1, 1)
    assert names_in(place) == ["hoso.db", "hoso.db.files"]
    with closing(Database(str(made.file))) as database:
        digest = hashlib.sha256(b"%PDF-1.7 minutes").hexdigest()
        assert attachment(database, digest).read_bytes() == b"%PDF-1.7 minutes"
        assert everything(database) == everything(filled)
        with database.engine.begin() as connection:
            rows.add(connection, "heartbeat", name="afterwards")
        assert {one.severity for one in health(database, now=rows.NOW)} >= {Severity.GOOD}
    assert beats(made.file) == ["afterwards", "x"]


def test_a_backup_without_attachments_makes_no_folder(filled: Database, tmp_path: Path, place: Path):
    without_attachments(filled)
    backup(str(filled.file), tmp_path / "bare.zip")
    assert restore(tmp_path / "bare.zip", str(place / "hoso.db")).attachments == 0
    assert names_in(place) == ["hoso.db"]


def test_a_new_folder_is_made_for_it_and_an_empty_file_gives_way(packed: Path, place: Path):
    restore(packed, str(place / "data" / "hoso" / "hoso.db"))
    assert beats(place / "data" / "hoso" / "hoso.db") == ["x"]
    (place / "zero.db").touch()
    (place / "zero.db.files").mkdir()
    restore(packed, f"sqlite:///{place / 'zero.db'}")
    assert beats(place / "zero.db") == ["x"]


def test_an_older_database_says_that_it_is_older(packed: Path, place: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("workflow.store.migrations.HEAD", "0002")
    monkeypatch.setattr("workflow.store.migrations.REVISIONS", ("0001", "0002"))
    assert restore(packed, str(place / "hoso.db")).standing is Standing.OLDER


# — a place that is taken —


@pytest.mark.parametrize("name", ["hoso.db", "hoso.db-wal", "hoso.db-journal", "hoso.db.files"])
def test_a_place_with_data_is_never_written_to(packed: Path, place: Path, name: str):
    """A log left over would be played into the restored database."""
    (place / name).write_text("something")
    with pytest.raises(BadInput) as refused:
        restore(packed, str(place / "hoso.db"))
    assert (refused.value.code, refused.value.figures) == ("store.place_taken", {"path": str(place / name)})
    assert names_in(place) == [name]
    assert (place / name).read_text() == "something"


@pytest.mark.parametrize("taken", ["hoso.db", "hoso.db.files/ab"])
def test_a_folder_in_its_place_is_not_touched(packed: Path, place: Path, taken: str):
    (place / taken).mkdir(parents=True)
    with pytest.raises(BadInput) as refused:
        restore(packed, str(place / "hoso.db"))
    assert refused.value.code == "store.place_taken"
    assert (place / taken).is_dir()


# — files that are no backup —


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: b"a text",
        lambda data: data[: len(data) // 2],
        lambda data: data[:-30],
    ],
    ids=["zero bytes", "a text", "the first half", "without its end"],
)
def test_a_file_that_is_no_whole_zip(packed: Path, place: Path, spoil: Callable[[bytes], bytes]):
    packed.write_bytes(spoil(packed.read_bytes()))
    error = refused_at(packed, place)
    assert (error.code, error.figures, error.exit_status) == ("store.not_a_backup", {"path": str(packed)}, 2)


@pytest.mark.parametrize("path", ["none.zip", "."])
def test_a_file_that_is_not_there_or_is_a_folder(tmp_path: Path, place: Path, path: str):
    error = refused_at(tmp_path / path, place)
    assert (error.code, error.figures) == ("store.no_such_place", {"path": str(tmp_path / path)})


def manifests(good: dict[str, Any]) -> dict[str, bytes]:
    entry = good["entries"]["database.sqlite"]
    return {
        "no json": b"{",
        "not canonical": json.dumps(good, indent=1).encode(),
        "not utf-8": b'{"product":"\xff"}',
        "a list": b"[]",
        "of another product": canonical.dumps(good | {"product": "other"}),
        "without a format": canonical.dumps({key: value for key, value in good.items() if key != "format"}),
        "a format that is a word": canonical.dumps(good | {"format": "one"}),
        "entries that are a list": canonical.dumps(good | {"entries": []}),
        "a size that is a word": canonical.dumps(good | {"entries": {"database.sqlite": entry | {"size": "5"}}}),
        "a negative size": canonical.dumps(good | {"entries": {"database.sqlite": entry | {"size": -1}}}),
        "no checksum": canonical.dumps(good | {"entries": {"database.sqlite": {"size": 5}}}),
    }


@pytest.mark.parametrize("what", manifests({"entries": {"database.sqlite": {}}}))
def test_a_manifest_that_is_none(packed: Path, place: Path, what: str):
    content = read(packed)
    content["manifest.json"] = manifests(json.loads(content["manifest.json"]))[what]
    assert refused_at(write(packed, content), place).code == "store.not_a_backup"


def test_a_zip_without_a_manifest(packed: Path, place: Path):
    content = read(packed)
    del content["manifest.json"]
    assert refused_at(write(packed, content), place).code == "store.not_a_backup"


def test_a_manifest_of_a_size_that_none_has(packed: Path, place: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("workflow.store.archive._LARGEST_MANIFEST", len(read(packed)["manifest.json"]) - 1)
    assert refused_at(packed, place).code == "store.not_a_backup"


def test_a_backup_in_a_newer_form(packed: Path, place: Path):
    error = refused_at(write(packed, listing(read(packed), format=2)), place)
    assert (error.code, error.figures) == ("store.backup_newer", {"path": str(packed), "format": 2, "known": 1})


# — damage —


def faults_of(error: HosoError) -> list[tuple[str, str]]:
    assert isinstance(error, Faulty)
    assert error.code == "store.backup_damaged"
    assert error.figures["count"] == len(error.faults)
    return [(fault.code, fault.where[-1]) for fault in error.faults]


def test_every_damaged_entry_is_told_at_once(packed: Path, place: Path):
    content = read(packed)
    file = next(name for name in content if name.startswith("files/"))
    content["database.sqlite"] = content["database.sqlite"][:-1] + b"!"
    content[file] += b"one byte more"
    assert faults_of(refused_at(write(packed, content), place)) == [
        ("store.entry_damaged", "database.sqlite"),
        ("store.entry_damaged", file),
    ]


def test_a_byte_that_fell_over_inside_the_zip(packed: Path, place: Path):
    data = bytearray(packed.read_bytes())
    data[len(data) // 2] ^= 1
    packed.write_bytes(data)
    assert faults_of(refused_at(packed, place)) == [("store.entry_damaged", "database.sqlite")]


def test_an_entry_with_a_password_or_packed_in_an_unknown_way(packed: Path, place: Path):
    data = bytearray(packed.read_bytes())
    for header, flags, method in ((b"PK\x03\x04", 6, 8), (b"PK\x01\x02", 8, 10)):
        at = data.index(header)
        data[at + flags] |= 1
        assert data[at + method] == 8
    packed.write_bytes(data)
    assert faults_of(refused_at(packed, place)) == [("store.entry_damaged", "database.sqlite")]


@pytest.mark.parametrize("size", [0, 16])
def test_an_entry_that_is_longer_than_promised_is_not_unpacked_to_its_end(
    packed: Path, place: Path, size: int, monkeypatch: pytest.MonkeyPatch
):
    """A zip bomb: the manifest promises a little, the entry holds a lot."""
    content = listing(read(packed))
    manifest = json.loads(content["manifest.json"])
    manifest["entries"]["database.sqlite"]["size"] = size
    content["manifest.json"] = canonical.dumps(manifest)
    taken: list[int] = []
    plain = zipfile.ZipExtFile.read

    def counted(one: Any, most: int = -1) -> bytes:
        taken.append(most)
        return plain(one, most)

    monkeypatch.setattr(zipfile.ZipExtFile, "read", counted)
    assert faults_of(refused_at(write(packed, content), place)) == [("store.entry_damaged", "database.sqlite")]
    # The first two reads are the manifest's and this entry's; nothing asks for more than a byte too many.
    assert taken[1] == size + 1


def test_names_that_no_backup_has_never_become_paths(packed: Path, place: Path, tmp_path: Path):
    strange = ["../evil", "/srv/evil", "files/../../evil", "files/ab/short", "files/AB/" + "AB" * 32, "note.txt"]
    strange.append("files/ab/" + "cd" * 32)
    content = listing(read(packed) | dict.fromkeys(strange, b"evil"))
    assert faults_of(refused_at(write(packed, content), place)) == [
        ("store.entry_unknown", name) for name in sorted(strange)
    ]
    assert not list(tmp_path.rglob("evil"))


def test_the_zip_and_the_manifest_must_list_the_same(packed: Path, place: Path):
    content = read(packed)
    extra, gone = (f"files/{one * 2}/{one * 64}" for one in "ab")
    listed = listing(content | {gone: b"x"})
    del listed[gone]
    assert faults_of(refused_at(write(packed, listed | {extra: b"x"}), place)) == [
        ("store.entry_missing", extra),
        ("store.entry_missing", gone),
    ]


def test_a_backup_without_a_database(packed: Path, place: Path):
    content = read(packed)
    del content["database.sqlite"]
    assert faults_of(refused_at(write(packed, listing(content)), place)) == [("store.entry_missing", "database.sqlite")]


def test_an_entry_that_is_there_twice(packed: Path, place: Path):
    with zipfile.ZipFile(packed, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("database.sqlite", b"another")
    assert faults_of(refused_at(packed, place)) == [("store.entry_doubled", "database.sqlite")]


# — a good archive of a bad database —


def holding(packed: Path, tmp_path: Path, statement: str) -> Path:
    """The backup with its database changed by `statement`, and a manifest that agrees."""
    content = read(packed)
    (tmp_path / "inside.db").write_bytes(content["database.sqlite"])
    with closing(Database(str(tmp_path / "inside.db"))) as database, database.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    return write(packed, listing(content | {"database.sqlite": (tmp_path / "inside.db").read_bytes()}))


@pytest.mark.parametrize(
    "statement,code",
    [
        ("UPDATE alembic_version SET version_num = '9999'", "store.newer"),
        ("UPDATE about SET value = 'other' WHERE key = 'product'", "store.foreign"),
    ],
)
def test_a_database_that_is_newer_or_not_ours(packed: Path, place: Path, tmp_path: Path, statement: str, code: str):
    error = refused_at(holding(packed, tmp_path, statement), place)
    assert isinstance(error, ForeignDatabase)
    assert (error.code, error.figures["database"]) == (code, str(packed))


@pytest.mark.parametrize(
    "spoil,code",
    [
        (lambda data: b"", "store.not_a_backup"),
        (lambda data: b"a text" * 1000, "store.not_a_database"),
        (lambda data: data[:-4096] + bytes(4096), "store.corrupt"),
        (lambda data: data[:8192], "store.corrupt"),
    ],
    ids=["zero bytes", "a text", "a page of zeros", "cut short"],
)
def test_a_database_that_is_damaged(packed: Path, place: Path, spoil: Callable[[bytes], bytes], code: str):
    content = read(packed)
    content["database.sqlite"] = spoil(content["database.sqlite"])
    error = refused_at(write(packed, listing(content)), place)
    assert error.code == code
    assert set(error.figures.values()) == {str(packed)}


# — a machine that fails —

Usage = namedtuple("Usage", "total used free")  # noqa: PYI024  what shutil gives


def test_what_would_not_fit_is_not_begun(packed: Path, place: Path, monkeypatch: pytest.MonkeyPatch):
    needed = sum(len(data) for name, data in read(packed).items() if name != "manifest.json")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(0, 0, needed - 1))
    error = refused_at(packed, place)
    assert isinstance(error, DiskFull)
    assert (error.code, error.figures) == ("store.no_room", {"path": str(place), "needed": 1, "free": 0})
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(0, 0, needed))
    restore(packed, str(place / "hoso.db"))


def test_a_failure_at_the_last_step_takes_the_attachments_back(
    packed: Path, place: Path, monkeypatch: pytest.MonkeyPatch
):
    def fails(path: Path, _: Path) -> Path:
        raise OSError(28, "no space", str(path))

    monkeypatch.setattr(Path, "replace", fails)
    assert refused_at(packed, place).code == "store.disk_full"
    monkeypatch.undo()
    restore(packed, str(place / "hoso.db"))
