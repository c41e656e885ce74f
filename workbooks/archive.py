"""The zip that a workbook is, opened without trusting it.

A few hundred kilobytes can unpack to gigabytes, and a 328 kB workbook takes 820 MB in openpyxl. So nothing but this
file reads the zip: it unpacks within limits, and the libraries are given a clean copy made of what was read
(`repacked`), never the file itself, whose directory may say one thing and its entries another. Macros are not carried
over and never run.
"""

import io
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from workflow.errors import BadInput

Parts: TypeAlias = Mapping[str, bytes]
"""The entries of a workbook by name ("xl/workbook.xml")."""

MEGABYTE = 1 << 20
LARGEST_FILE = 64 * MEGABYTE
LARGEST_UNPACKED = 256 * MEGABYTE
"""100,000 people take about 80 MB."""
MOST_ENTRIES = 2_000
LARGEST_RATIO = 100
"""Sheets shrink to a tenth or a fifteenth; a bomb to a thousandth. Only entries over a megabyte are judged."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MACROS = "xl/vbaProject.bin"


def content(path: Path) -> bytes:
    """The bytes of the file that somebody handed in. Raises `BadInput` where there is none, it is a folder, a device,
    empty, not readable or larger than `LARGEST_FILE`."""
    try:
        if not path.exists():
            raise BadInput("roster.no_file", file=str(path))
        if not path.is_file():
            raise BadInput("roster.no_regular_file", file=str(path))
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise BadInput(
                "roster.large_file", file=path.name, megabytes=_megabytes(size), limit=_megabytes(LARGEST_FILE)
            )
        data = path.read_bytes()
    except OSError as error:
        raise BadInput("roster.unreadable", file=str(path), reason=error.strerror or type(error).__name__) from error
    if not data:
        raise BadInput("roster.empty_file", file=path.name)
    return data


def listing(folder: Path) -> list[Path]:
    """What is in `folder`, by name. Raises `BadInput` where it may not be read."""
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise BadInput("roster.unreadable", file=str(folder), reason=error.strerror or type(error).__name__) from error


def looks_packed(data: bytes) -> bool:
    """Whether `data` begins as a zip or as an old binary workbook does: `unpacked` is the one to open it."""
    return data.startswith((b"PK", _OLE))


def unpacked(data: bytes, *, file: str) -> Parts:
    """The parts of the .xlsx workbook `data`; `file` is its name for messages.

    Raises `BadInput` naming what it is instead: no zip, an old .xls, locked by a password, .ods, .xlsb, another zip,
    damaged, or larger than the limits above.
    """
    if data.startswith(_OLE):
        raise BadInput("roster.encrypted" if _ENCRYPTED in data else "roster.old_workbook", file=file)
    if not data.startswith(b"PK"):
        raise BadInput("roster.no_zip", file=file)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check_directory(entries, file)
            parts = {entry.filename: _inflated(archive, entry, file) for entry in entries}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        raise BadInput("roster.damaged", file=file) from error
    _check_kind(parts, file)
    return parts


def has_macros(parts: Parts) -> bool:
    return _MACROS in parts


def repacked(parts: Parts) -> io.BytesIO:
    """A new zip of `parts`, uncompressed, for the libraries to read."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    buffer.seek(0)
    return buffer


def _check_directory(entries: list[zipfile.ZipInfo], file: str) -> None:
    if len(entries) > MOST_ENTRIES:
        raise BadInput("roster.bomb_entries", file=file, entries=len(entries), limit=MOST_ENTRIES)
    if len({entry.filename for entry in entries}) < len(entries):
        raise BadInput("roster.damaged", file=file)
    if any(entry.flag_bits & 1 for entry in entries):
        raise BadInput("roster.encrypted", file=file)
    unpacked_size = sum(entry.file_size for entry in entries)
    if unpacked_size > LARGEST_UNPACKED:
        raise BadInput(
            "roster.bomb_size", file=file, megabytes=_megabytes(unpacked_size), limit=_megabytes(LARGEST_UNPACKED)
        )
    for entry in entries:
        if entry.file_size > MEGABYTE and entry.file_size > LARGEST_RATIO * entry.compress_size:
            raise BadInput("roster.bomb_ratio", file=file, entry=entry.filename, limit=LARGEST_RATIO)


def _inflated(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, file: str) -> bytes:
    """The entry, at most as long as the directory says (zipfile stops there, and the checksum tells a lie)."""
    with archive.open(entry) as stream:
        data = stream.read(entry.file_size + 1)
    if len(data) != entry.file_size:
        raise BadInput("roster.damaged", file=file)
    return data


def _check_kind(parts: Parts, file: str) -> None:
    if "xl/workbook.xml" in parts:
        return
    if "xl/workbook.bin" in parts:
        raise BadInput("roster.binary_workbook", file=file)
    if parts.get("mimetype", b"").startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        raise BadInput("roster.open_document", file=file)
    raise BadInput("roster.no_workbook", file=file)


def _megabytes(size: int) -> int:
    return -(-size // MEGABYTE)
