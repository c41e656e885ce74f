"""Papers that come with a dossier's command: what a record says of them, and what the subject handed in elsewhere."""

from collections.abc import Mapping, Sequence
from typing import Any

from workflow.errors import BadInput
from workflow.papers import elsewhere, shared, single
from workflow.rulepack import Once, PaperKind
from workflow.services import filetypes
from workflow.services.acts import Act
from workflow.services.context import Upload
from workflow.store import commands as sql
from workflow.store.statements import Row

HANDING_IN = ("attach", "explain")
"""Commands whose files are papers of a kind, where the pack speaks of papers."""

_OWN = ("form", "sections", "new_version")


def told(act: Act, command: str, args: Mapping[str, Any], uploads: Sequence[Upload], refs: Sequence[str]) -> list[Any]:
    """The papers among the files of a command; none where the pack speaks of none.

    Raises `BadInput` for a kind that there is not, or that explains nothing, a form where no paper has one or that
    several files would share, and for one paper of a kind that a subject makes only once, handed in for several
    dossiers.
    """
    pack = act.rules.pack
    if command not in HANDING_IN or not (pack.papers or pack.suggestions or pack.comments):
        if any(args.get(name) for name in _OWN):
            raise BadInput("command.no_forms", command=command)
        return []
    kinds = [PaperKind.EXPLANATION] if command == "explain" else list(PaperKind)
    strangers = [one.kind for one in uploads if one.kind not in kinds]
    if strangers:
        raise BadInput("command.unknown_paper", kind=strangers[0], known=kinds)
    if args.get("form") and len(uploads) > 1:
        raise BadInput("command.form_of_one", form=args["form"])
    papers = [_paper(one, args) for one in uploads]
    if len(refs) > 1 and single(pack, papers):
        raise BadInput("command.paper_of_one", refs=list(refs))
    return papers


def _paper(upload: Upload, args: Mapping[str, Any]) -> dict[str, Any]:
    kind = filetypes.type_of(upload.name, upload.content)
    return {
        "kind": upload.kind,
        "form": args.get("form"),
        "digest": upload.digest,
        "type": None if kind is None else kind.value,
        "size": len(upload.content),
        "sections": list(args.get("sections", [])),
        "new": bool(args.get("new_version")),
    }


def of_subject(act: Act, row: Row, command: str, papers: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]] | None:
    """What the subject's other dossiers of the season have of the kinds of which it makes only one; None where none of
    these papers is of such a kind, and the command waits for none that the dossier has not."""
    kinds = single(act.rules.pack, papers) | shared(act.rules.pack, row, command)
    if not kinds:
        return None
    rows = act.tx.all(sql.DOSSIERS_OF_SUBJECT, season=act.season_id, subject=row["subject"])
    return elsewhere(kinds, row["id"], rows)


def of_other_seasons(act: Act, row: Row, papers: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A change to tell for each paper of such a kind that a dossier of the same code has in another open season of the
    year: codes are each season's own, so nothing is refused for it."""
    yearly = {one.kind.value for one in act.rules.pack.papers if one.once is Once.YEAR}
    kinds = {one["kind"] for one in papers} & yearly
    if not kinds:
        return []
    known = {"tenant": act.context.tenant, "season": act.season_id, "year": act.season["year"]}
    rows = act.tx.all(sql.DOSSIERS_BEYOND, **known, subject=row["subject"])
    return [
        {"code": "change.paper_beyond", "dossier": row["ref"], "ref": other["ref"], "season": other["code"]}
        for other in rows
        if any(one["kind"] in kinds for one in other["marks"].get("papers", []))
    ]
