"""What a file is by its bytes, and whether that is what its name says. No file is unpacked: of an archive only the list
of its members is looked at."""

import io
import zipfile
from pathlib import PurePath

from workflow.rulepack import FileType as F

_STARTS = (
    (b"%PDF-", frozenset({F.PDF})),
    (b"\xff\xd8\xff", frozenset({F.JPG})),
    (b"\x89PNG\r\n\x1a\n", frozenset({F.PNG})),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", frozenset({F.DOC, F.XLS})),
)
_ARCHIVE = b"PK\x03\x04"
_OFFICE = {"word/": F.DOCX, "xl/": F.XLSX}
"""Folder of an Office archive → what it is."""
_OPEN = {b"application/vnd.oasis.opendocument.text": F.ODT, b"application/vnd.oasis.opendocument.spreadsheet": F.ODS}
"""What an OpenDocument archive says of itself: its first member, stored as it is."""
_MEDIA = {
    F.PDF: "application/pdf",
    F.JPG: "image/jpeg",
    F.PNG: "image/png",
    F.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    F.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    F.ODT: "application/vnd.oasis.opendocument.text",
    F.ODS: "application/vnd.oasis.opendocument.spreadsheet",
    F.DOC: "application/x-ole-storage",
    F.XLS: "application/x-ole-storage",
}
_RUNS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe")
"""How programs begin: Windows, Linux, a script, Java, macOS."""
_RUN_BY_NAME = frozenset(
    [
        "bat",
        "cmd",
        "com",
        "cpl",
        "exe",
        "hta",
        "jar",
        "js",
        "jse",
        "lnk",
        "msi",
        "ps1",
        "reg",
        "scr",
        "sh",
        "vbe",
        "vbs",
        "wsf",
    ]
)
"""What a desktop runs by its name alone."""
_SUFFIXES = {**{one.value: one for one in F}, "jpeg": F.JPG}


def types_of(content: bytes) -> frozenset[F]:
    """What the bytes can be; empty for text and whatever is none of ours. An old Office file does not say whether it is
    a text or a spreadsheet."""
    if content.startswith(_ARCHIVE):
        return _archived(content)
    return next((told for start, told in _STARTS if content.startswith(start)), frozenset())


def _archived(content: bytes) -> frozenset[F]:
    if content[30:38] == b"mimetype":
        return frozenset(told for name, told in _OPEN.items() if content[38:].startswith(name))
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError):
        return frozenset()
    if "[Content_Types].xml" not in names:
        return frozenset()
    return frozenset(told for folder, told in _OFFICE.items() if any(one.startswith(folder) for one in names))


def media_of(content: bytes) -> str:
    """The media type by the bytes; text and unknown things have none of ours."""
    found = sorted(types_of(content))
    if found:
        return _MEDIA[found[0]]
    return "application/zip" if content.startswith(_ARCHIVE) else "application/octet-stream"


def type_of(name: str, content: bytes) -> F | None:
    """The one type of a file that is what its name says; None for those that are none of ours."""
    found = types_of(content)
    named = suffix_of(name)
    return named if named in found else next(iter(sorted(found)), None)


def suffix_of(name: str) -> F | None:
    """The type that a file's name promises; None where it promises none of ours."""
    return _SUFFIXES.get(_suffix(name))


def _suffix(name: str) -> str:
    return PurePath(name.strip()).suffix.removeprefix(".").lower()


def is_program(name: str, content: bytes) -> bool:
    """Whether opening the file would run it: no paper of a dossier is that."""
    return content.startswith(_RUNS) or _suffix(name) in _RUN_BY_NAME


def is_named_safely(name: str) -> bool:
    """Whether a name is a name: no path, no control characters, nothing hidden, not empty."""
    plain = all(one.isprintable() for one in name) and not set(name) & {"/", "\\"}
    return plain and bool(name.strip()) and not name.strip().startswith(".")
