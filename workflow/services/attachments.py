"""Files handed in with a command: kept by the SHA-256 of their bytes beside the database, never inside it.

Bytes are on disk, fsynced, before the commit that names them. A commit that fails leaves at most a file that
nothing names.
"""

import hashlib
from collections.abc import Sequence

from workflow.errors import BadInput
from workflow.services.acts import Act
from workflow.services.context import Upload
from workflow.store import commands as sql
from workflow.store import files

LARGEST = 50 * 1024 * 1024

_TYPES = (
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xd0\xcf\x11\xe0", "application/x-ole-storage"),
)


def digest_of(upload: Upload) -> str:
    """The SHA-256 (hex) that names the bytes."""
    return hashlib.sha256(upload.content).hexdigest()


def type_of(content: bytes) -> str:
    """A media type by the first bytes; text and unknown things have none of ours."""
    return next((told for start, told in _TYPES if content.startswith(start)), "application/octet-stream")


def store(act: Act, uploads: Sequence[Upload]) -> None:
    """Keep the bytes and their rows. What the disk says passes through the transaction, which tells it.

    Raises `BadInput` for an empty or too large file, or where there is no folder.
    """
    if not uploads:
        return
    folder = act.context.database.attachments
    if folder is None:
        raise BadInput("command.no_attachments")
    for upload in uploads:
        if not upload.content or len(upload.content) > LARGEST:
            raise BadInput("command.bad_attachment", name=upload.name, size=len(upload.content), most=LARGEST)
        digest = digest_of(upload)
        if act.tx.one(sql.ATTACHMENT, season=act.season_id, digest=digest) is None:
            act.tx.change(
                sql.NEW_ATTACHMENT,
                season=act.season_id,
                digest=digest,
                kind=upload.kind,
                name=act.keep(upload.name),
                type=type_of(upload.content),
                size=len(upload.content),
            )
            act.write_kept()
        if not act.by.dry_run:
            files.put(folder, digest, upload.content)
