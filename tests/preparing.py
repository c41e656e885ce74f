"""Papers that a season's dossiers need before they go on: handed in as the pack asks for them, so that tests of other
things come to their point. A pack that asks for none leaves everything as it is."""

from typing import TYPE_CHECKING, Any

from tests.files import PDF
from workflow.papers import asked, handed_in
from workflow.rulepack import matches
from workflow.services.context import Upload

if TYPE_CHECKING:
    from tests.season import Play
    from workflow.store.statements import Row

_UNREVIEWED = {"drafted", "self_reviewed"}


def prepare(play: "Play", *names: str) -> None:
    """Every paper that these dossiers lack, that nothing was suggested, and that nobody has comments."""
    if not (play.pack.papers or play.pack.suggestions or play.pack.comments):
        return
    for row in [play.dossier(name) for name in names]:
        if row["state"] in _UNREVIEWED:
            _hand_in(play, row)
            _look_up(play, row)


def _hand_in(play: "Play", row: "Row") -> None:
    for rule in asked(play.pack, row):
        if rule.needed_at is None or rule.missing or handed_in(rule, row["marks"].get("papers", [])) is not None:
            continue
        paper = Upload(kind=rule.kind.value, name="tài liệu.pdf", content=PDF + row["ref"].encode())
        args: dict[str, Any] = {
            "form": rule.forms[0] if rule.forms else None,
            "sections": [one.id for one in rule.sections],
        }
        assert play.do("attach", row["ref"], uploads=(paper,), **args).accepted, rule.id


def _look_up(play: "Play", row: "Row") -> None:
    marks = row["marks"]
    if not marks.get("suggestions") and any(matches(one.where, row) for one in play.pack.suggestions):
        assert play.do("suggest", row["ref"], none=True).accepted
    heard = {one["body"] for one in marks.get("comments", [])}
    for rule in play.pack.comments:
        for body in rule.bodies if matches(rule.where, row) else ():
            if body not in heard:
                assert play.do("comment", row["ref"], body=body, none=True).accepted
