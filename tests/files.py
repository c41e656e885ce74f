"""Files of every type that is told by its bytes, made up: as small as they can be."""

import io
import zipfile


def archive(*names: str) -> bytes:
    """A zip file with these members, all empty."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as made:
        for name in names:
            made.writestr(name, b"")
    return kept.getvalue()


def open_document(media: str) -> bytes:
    """An OpenDocument file: what it is stands first in it, unpacked."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as made:
        made.writestr("mimetype", media.encode(), zipfile.ZIP_STORED)
        made.writestr("content.xml", b"<x/>")
    return kept.getvalue()


PDF = b"%PDF-1.7 x"
DOCX = archive("[Content_Types].xml", "word/document.xml")
XLSX = archive("[Content_Types].xml", "xl/workbook.xml")
ZIP = archive("anything.txt")
ODT = open_document("application/vnd.oasis.opendocument.text")
ODS = open_document("application/vnd.oasis.opendocument.spreadsheet")
PNG, JPG, OLE = b"\x89PNG\r\n\x1a\n x", b"\xff\xd8\xff x", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 x"
