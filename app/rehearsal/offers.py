"""What is offered to a dossier next that somebody does for it alone, and what its checklist says is missing."""

from collections.abc import Iterator
from typing import Any

from workflow.discharge import LEFT
from workflow.facts import Remedy
from workflow.rulepack import RulePack, SuggestionRule
from workflow.services.views.ground import Ground
from workflow.services.views.look import Look, dossiers_named
from workflow.services.views.papers import Answered, beside, checklist
from workflow.services.views.ways import deciding, forward, full, lacks_opinions, sends
from workflow.store.statements import Row
from workflow.words import DossierState, Rank

WAITED_FOR = frozenset({"guard.vote_open", "guard.waits_for"})
"""Reasons that other dossiers answer: they have turns of their own."""

_AROUND = frozenset(
    {
        *(f"meeting.{one}" for one in ("plan", "register", "agree", "hold", "tally")),
        "obligation.extend",
        "vote.close_vote",
        "vote.revote",
    }
)
"""What is done for a dossier although it is done to something else."""


def is_at_end(pack: RulePack, row: Row) -> bool:
    """Whether nothing is left to do with a dossier: it left, or is decided on and sent to whom its result goes."""
    if row["state"] != DossierState.RATIFIED:
        return row["state"] in LEFT
    return not pack.route(row["route"]).unsent(row["marks"], afterwards=True)


def offered(ground: Ground, row: Row) -> list[Remedy]:
    """The steps that bring a dossier on; what others have to do before is left to their own turns."""
    if is_at_end(ground.look.rules.pack, row):
        return []
    steps = forward(ground, row)
    own = [one.remedy for one in steps if row["ref"] in one.refs or (not one.refs and one.remedy.action in _AROUND)]
    return own or _lower(ground, row)


def _lower(ground: Ground, row: Row) -> list[Remedy]:
    """Where a share has no room for what is proposed, whoever decides gives a lower rank."""
    groups = ground.groups_of(row)
    waits = row["state"] != DossierState.SUBMITTED or sends(ground, row) or lacks_opinions(ground, row)
    if waits or not any(full(one, row) for one in groups):
        return []
    capped, proposed = {one.quota.rank for one in groups}, Rank(row["proposed"])
    lower = [one for one in Rank if one.height < proposed.height and one not in capped]
    rank = next(iter(lower), Rank.NOT_COMPLETED)
    return [Remedy(action="dossier.ratify", args={**deciding(ground, row), "rank": rank.value})]


def heard(pack: RulePack, args: dict[str, Any], row: Row) -> dict[str, Any]:
    """A step's arguments with a body where it is left to a person which: one that the dossier's route asks, if any."""
    if args.get("body") != "BODY":
        return args
    bodies = (*pack.route(row["route"]).opinions, *(one.id for one in pack.bodies))
    return {**args, "body": bodies[0]}


def missing(look: Look, ref: str) -> Iterator[Remedy]:
    """What whoever is sent to a dossier's checklist reads there: suggestions to look up or to answer, and comments."""
    row = dossiers_named(look, [ref])[0]
    for one in checklist(look.rules.pack, row, beside(look, row)).answers:
        yield from _answering(ref, one)


def _answering(ref: str, one: Answered) -> Iterator[Remedy]:
    for body in one.missing:
        yield Remedy(action="document.comments", args={"ref": ref, "from": body, "text": "TEXT"})
    if isinstance(one.rule, SuggestionRule) and one.stands == "unknown":
        yield Remedy(action="document.suggest", args={"ref": ref})
    if isinstance(one.rule, SuggestionRule) and one.stands == "open":
        yield Remedy(action="document.explain", args={"ref": ref})
