"""The file that a backup is: a zip with a manifest of SHA-256s. Written whole or not at all, believed when verified.

    manifest.json            format, product, revision, and for every other entry its size and SHA-256
    database.sqlite          the database
    files/ab/ab34…           the attachments, each by the SHA-256 of its bytes

Names in the zip are compared with these forms and never used as paths, so nothing lands elsewhere. The manifest detects
damage, not forgery: whoever can rewrite an entry can rewrite the manifest.
"""

import hashlib
import os
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from workflow import canonical
from workflow.errors import BadInput, Fault, Faulty
from workflow.store.files import settle

MANIFEST = "manifest.json"
DATABASE = "database.sqlite"
FILES = "files"
ATTACHMENT = re.compile(FILES + r"/([0-9a-f]{2})/(\1[0-9a-f]{62})")
FORMAT = 1

_PRODUCT = "hoso"
_LARGEST_MANIFEST = 64 * 2**20
_CHUNK = 2**20
# What zipfile and zlib raise for an entry that cannot be read: damaged, cut off, encrypted, packed in an unknown way.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file in the archive. `size` in bytes; `sha256` of its bytes, in hexadecimal."""

    path: str
    size: int
    sha256: str

    @property
    def attachment(self) -> str | None:
        """The SHA-256 that an attachment was taken in under; None for the database."""
        found = ATTACHMENT.fullmatch(self.path)
        return found and found[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What the archive says it holds: the database first, then the attachments by name."""

    revision: str
    entries: tuple[Entry, ...]

    @property
    def size(self) -> int:
        """Bytes that it takes unpacked."""
        return sum(entry.size for entry in self.entries)


def write(out: Path, sources: Iterable[tuple[str, Path]], *, revision: str) -> Manifest:
    """Write the archive `out` from (name in the archive, file) pairs. Its name appears when all of it is on the disk.

    Raises `BadInput` if `out` exists, `OSError` as the system raises it; then nothing is left behind.
    """
    if out.exists():
        raise BadInput("store.backup_exists", path=str(out))
    descriptor, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            manifest = _filled(file, sources, revision)
            file.flush()
            os.fsync(file.fileno())
        part.replace(out)
        part = out  # until its name is on the disk too
        settle(out.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return manifest


def _filled(file: BinaryIO, sources: Iterable[tuple[str, Path]], revision: str) -> Manifest:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        entries = tuple(_added(packed, path, source) for path, source in sources)
        listed = {entry.path: {"sha256": entry.sha256, "size": entry.size} for entry in entries}
        body = {"entries": listed, "format": FORMAT, "product": _PRODUCT, "revision": revision}
        packed.writestr(_info(MANIFEST), canonical.dumps(body))
    return Manifest(revision=revision, entries=entries)


def _added(packed: zipfile.ZipFile, path: str, source: Path) -> Entry:
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as read, packed.open(_info(path), "w", force_zip64=True) as written:
        while chunk := read.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            written.write(chunk)
    return Entry(path=path, size=size, sha256=digest.hexdigest())


def _info(path: str) -> zipfile.ZipInfo:
    # No date: one content, one sequence of bytes.
    info = zipfile.ZipInfo(path)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


@contextmanager
def opened(file: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """The archive with its manifest, whose list and the zip's own agree; contents are verified by `unpack`.

    Raises `BadInput` for a file that is no backup of ours, `Faulty` with every unknown, doubled or missing entry.
    """
    try:
        packed = zipfile.ZipFile(file)
    except zipfile.BadZipFile as error:
        raise BadInput("store.not_a_backup", path=str(file)) from error
    with packed:
        manifest = _manifest(packed, file)
        faults = tuple(_strangers(packed, manifest, file))
        if faults:
            raise Faulty("store.backup_damaged", faults=faults, path=str(file))
        yield packed, manifest


def unpack(packed: zipfile.ZipFile, manifest: Manifest, folder: Path) -> None:
    """Write every entry into `folder`, on the disk when this returns. Raises `Faulty` with every damaged entry."""
    file = Path(str(packed.filename))
    faults = [
        Fault(code="store.entry_damaged", figures={"entry": entry.path}, where=(file.name, entry.path))
        for entry in manifest.entries
        if not _unpacked(packed, entry, folder / entry.path)
    ]
    if faults:
        raise Faulty("store.backup_damaged", faults=faults, path=str(file))
    for inner in {(folder / entry.path).parent for entry in manifest.entries}:
        settle(inner)


def _unpacked(packed: zipfile.ZipFile, entry: Entry, target: Path) -> bool:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, left = hashlib.sha256(), entry.size
    with target.open("xb") as written:
        try:
            with packed.open(entry.path) as read:
                # One byte more than promised is enough to know; a bomb is not unpacked to the end.
                while left >= 0 and (chunk := read.read(min(_CHUNK, left + 1))):
                    digest.update(chunk)
                    left -= len(chunk)
                    written.write(chunk)
        except _UNREADABLE:
            return False
        written.flush()
        os.fsync(written.fileno())
    return left == 0 and digest.hexdigest() == entry.sha256


def _manifest(packed: zipfile.ZipFile, file: Path) -> Manifest:
    try:
        if packed.getinfo(MANIFEST).file_size > _LARGEST_MANIFEST:
            raise BadInput("store.not_a_backup", path=str(file))
        body = canonical.loads(packed.read(MANIFEST))
        if body["product"] != _PRODUCT:
            raise BadInput("store.not_a_backup", path=str(file))
        if body["format"] > FORMAT:
            raise BadInput("store.backup_newer", path=str(file), format=body["format"], known=FORMAT)
        entries = tuple(_entry(path, one) for path, one in body["entries"].items())
        return Manifest(revision=str(body["revision"]), entries=tuple(sorted(entries, key=_database_first)))
    except (*_UNREADABLE, canonical.NotCanonical, UnicodeDecodeError, KeyError, TypeError, AttributeError) as error:
        raise BadInput("store.not_a_backup", path=str(file)) from error


def _entry(path: str, one: Any) -> Entry:
    size, sha256 = one["size"], one["sha256"]
    if type(size) is not int or size < 0 or type(sha256) is not str:
        raise TypeError(path)
    return Entry(path=path, size=size, sha256=sha256)


def _database_first(entry: Entry) -> tuple[bool, str]:
    return entry.path != DATABASE, entry.path


def _strangers(packed: zipfile.ZipFile, manifest: Manifest, file: Path) -> Iterator[Fault]:
    """Entries that are not what the manifest lists, or that no backup of ours has."""
    held = [info.filename for info in packed.infolist()]
    listed = [entry.path for entry in manifest.entries]
    for path in sorted({*held, *listed, DATABASE} - {MANIFEST}):
        code = ""
        if path != DATABASE and not ATTACHMENT.fullmatch(path):
            code = "store.entry_unknown"
        elif path not in held or path not in listed:
            code = "store.entry_missing"
        elif held.count(path) > 1:
            code = "store.entry_doubled"
        if code:
            yield Fault(code=code, figures={"entry": path}, where=(file.name, path))
