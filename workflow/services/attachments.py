"""Files handed in with a command: kept by the SHA-256 of their bytes beside the database, never inside it.

Bytes are on disk, fsynced, before the commit that names them. A commit that fails leaves at most a file that
nothing names.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from workflow.errors import BadInput
from workflow.rulepack import LARGEST_MB, PaperKind
from workflow.services import filetypes
from workflow.services.acts import Act
from workflow.services.context import Upload
from workflow.store import commands as sql
from workflow.store import files

LARGEST = LARGEST_MB * 1024 * 1024


def digests_of(uploads: Sequence[Upload]) -> list[str]:
    """The names of files that come with a command, by which it is known again.

    Raises `BadInput` for an empty or too large file, a name that is a path, a program, or bytes that are not what the
    name promises: at the door, so that nothing of the command is done.
    """
    for one in uploads:
        check_size(one.name, len(one.content))
        if not filetypes.is_named_safely(one.name):
            raise BadInput("command.attachment_path", name=ascii(one.name)[1:-1])
        promised = filetypes.suffix_of(one.name)
        if promised is not None and promised not in filetypes.types_of(one.content):
            raise BadInput("command.attachment_type", name=one.name, type=promised.value)
        if filetypes.is_program(one.name, one.content):
            raise BadInput("command.attachment_program", name=one.name)
    return [one.digest for one in uploads]


def digests_of_papers(uploads: Sequence[Upload]) -> list[str]:
    """The same, where each file is a paper of a kind that there is. Raises `BadInput` for another kind too."""
    strangers = [one.kind for one in uploads if one.kind not in list(PaperKind)]
    if strangers:
        raise BadInput("command.unknown_paper", kind=strangers[0], known=list(PaperKind))
    return digests_of(uploads)


def committed(act: Act, args: Mapping[str, Any], texts: Sequence[str], uploads: Sequence[Upload]) -> dict[str, Any]:
    """A command's arguments as its record keeps them: `texts` as commitments, files by their bytes."""
    kept = {name: act.keep(value) if name in texts and value else value for name, value in args.items()}
    return {**kept, "attachments": [one.digest for one in uploads]} if uploads else kept


def check_size(name: str, size: int) -> None:
    """Raises `BadInput` for an empty or too large file."""
    if not 0 < size <= LARGEST:
        raise BadInput("command.bad_attachment", name=name, size=size, most=LARGEST >> 20)


def store(act: Act, uploads: Sequence[Upload]) -> None:
    """Keep the bytes and their rows. What the disk says passes through the transaction, which tells it.

    Raises `BadInput` where there is no folder. The files were looked at before (`digests_of`).
    """
    if not uploads:
        return
    folder = act.context.database.attachments
    if folder is None:
        raise BadInput("command.no_attachments")
    for upload in uploads:
        if act.tx.one(sql.ATTACHMENT, season=act.season_id, digest=upload.digest) is None:
            act.tx.change(
                sql.NEW_ATTACHMENT,
                season=act.season_id,
                digest=upload.digest,
                kind=upload.kind,
                name=act.keep(upload.name),
                type=filetypes.media_of(upload.content),
                size=len(upload.content),
            )
            act.write_kept()
        if not act.by.dry_run:
            files.put(folder, upload.digest, upload.content)
