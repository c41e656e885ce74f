"""Votes on one dossier counted at a meeting that was held: totals, with who counted and the signed paper (QN23-II)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workflow.answers import Answer
from workflow.errors import BadInput
from workflow.services import attachments
from workflow.services.acts import Act, perform
from workflow.services.arguments import MEETING, checked
from workflow.services.context import By, Context, Upload
from workflow.services.meetings import found, judged, refused, written
from workflow.store import commands as sql
from workflow.tallies import counted_on

NEEDED = ("dossier", "step", "method", "figures")


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What was counted on one dossier at the meeting `ref`.

    `args`: `dossier` (its ref), `step`, `method`, `figures` (votes by rank, or `in_favour` and `against`; of ballots
    `issued`, `unused`, `cast`, `valid`, `invalid`; of hands `abstained`), `matter` (the number of a criterion; 0 or
    nothing for the whole), `disputed` (of the vote on the criteria: the numbers of those not agreed on), `committee`
    (names of who counted), `correct` with a `reason` for what was counted wrongly before. `uploads`: the signed count.
    """

    ref: str
    args: Mapping[str, Any] = field(default_factory=dict)
    uploads: tuple[Upload, ...] = ()


def tally(context: Context, season: str | None, by: By, order: Count) -> Answer:
    """Record a count. Raises `BadInput` for an unknown meeting or dossier, a level that is none, or a kind of meeting
    that votes on nothing."""
    args = checked(MEETING, order.args)
    missing = [one for one in NEEDED if one not in args]
    if missing:
        raise BadInput("command.tally_without", missing=missing)
    content: dict[str, Any] = {"command": "meeting.tally", "ref": order.ref, "args": args}
    content["files"] = attachments.digests_of(order.uploads)
    return perform(context, season, by, content, lambda act: _counted(act, order, args, content))


def _counted(act: Act, order: Count, args: Mapping[str, Any], content: Any) -> Answer:
    row, rule = found(act, order.ref)
    if rule is None or not any(one.method for one in rule.steps):
        raise BadInput("command.no_count_here", meeting=order.ref)
    rows = act.tx.all(sql.DOSSIERS_BY_REF, tenant=act.context.tenant, season=act.season_id, refs=[args["dossier"]])
    if not rows:
        raise BadInput("command.unknown_dossier", refs=[args["dossier"]], season=act.season["code"])
    dossier = rows[0]
    kept = attachments.committed(act, {**args, "dossier": dossier["id"]}, ("reason",), order.uploads)
    if "committee" in kept:
        kept["committee"] = [act.keep(one) for one in kept["committee"]]
    facts, decision = judged(act, row, "tally", kept, tally=counted_on(rule, row, dossier))
    if decision.refused:
        return refused(act, row, order.ref, facts, decision, content=content)
    act.write_kept()
    attachments.store(act, order.uploads)
    return Answer(act=act.id, done=(written(act, row, facts, decision),))
