"""A new letter comes in mid-season: another version of the pack rules from then on, in one commit (ADR 0020).

What it means is told for each dossier, the same before it is done (a dry run) as after.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from workflow import ledger
from workflow.answers import Answer, Done
from workflow.engine import Rules
from workflow.errors import BadInput, Faulty
from workflow.following import following
from workflow.repinning import Moved, owed_anew
from workflow.rulepack import RulePack
from workflow.services import notices
from workflow.services.acts import Act, no_role, perform
from workflow.services.arguments import text
from workflow.services.context import By, Context
from workflow.services.obligations import Whole
from workflow.services.outlook import compared, note, outlook
from workflow.services.regrouping import regroup
from workflow.services.repin_checks import faults, judged_already, rerouted
from workflow.services.seasons import LEADING, checked_year, record, refused, store_pack
from workflow.store import commands as sql
from workflow.store.statements import Row
from workflow.words import Role

Storing = Callable[[RulePack], bytes]
"""A pack as the bytes that a season stores of it."""


def repin(context: Context, season: str | None, by: By, *, pack: RulePack, stored: Storing, decision: str) -> Answer:
    """Let `pack` rule a season from now on, by a decision on record. `changes` say what it means: which dossiers are
    refused or let pass otherwise at their next step, which go another way, what is owed by another date, anew, or no
    more.

    Refused while a group that it judges otherwise was judged already, or where a decided dossier would go another way:
    nothing is under two packs. Refused also to whoever is neither operator nor season coordinator. Raises `BadInput`
    for a pack that can rule no season of this year, or rules this one already; `Faulty` with everything of the season
    that it has no place for.
    """
    decision = text("decision", decision)
    content = {"command": "repin_season", "pack": _hash(stored(pack)), "decision": decision}

    def work(act: Act) -> Answer:
        if act.acting(LEADING) is None:
            return refused(act, "repin", content, (no_role(act, (Role.COORDINATOR,), scope="*"),))
        return _repinned(act, pack, stored, {"decision": decision}, content)

    return perform(context, season, by, content, work)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _repinned(act: Act, pack: RulePack, stored: Storing, args: dict[str, Any], content: Any) -> Answer:
    former = act.rules
    checked_year(pack, act.season["year"], rehearsal=act.season["rehearsal"])
    data = stored(following(pack, former.pack))
    if _hash(data) == former.hash:
        raise BadInput("command.repin_same", season=act.season["code"], pack=pack.id)
    rules = act.context.rules(_hash(data), lambda: data)
    rows = act.tx.all(sql.DOSSIERS_OF_SEASON, season=act.season_id)
    unfit = [*faults(act, pack, rows)]
    if unfit:
        raise Faulty("command.repin_unfit", faults=unfit, pack=pack.id, season=act.season["code"])
    verdicts = (*judged_already(act, pack, rows),)
    if verdicts:
        return refused(act, "repin", content, verdicts)
    before = outlook(act, rows)
    act.rules = rules
    store_pack(act, data)
    return _moved(act, former, rows, before, args)


def _moved(act: Act, former: Rules, rows: Sequence[Row], before: Any, args: dict[str, Any]) -> Answer:
    role = act.acting(LEADING) or ""
    done = [record(act, "repin", args, to=None, patch={"pack": act.rules.hash})]
    ways = {row["id"]: route for row, route in rerouted(act.rules.pack, rows)}
    done += _sent_another_way(act, [row for row in rows if row["id"] in ways], ways, args, role)
    grouped = regroup(act, former.pack, args, role)
    owed = owed_anew(Whole(act), former.pack)
    fresh = act.tx.all(sql.DOSSIERS_OF_SEASON, season=act.season_id)
    _tell(act, args["decision"])
    notes = [*_other_ways(rows, ways), *compared(before, outlook(act, fresh)), *_duties(owed)]
    return Answer(
        act=act.id,
        done=(*done, *grouped.done),
        groups=grouped.groups,
        changes=(*notes, _unchanged(rows, notes)),
    )


def _sent_another_way(
    act: Act, rows: Sequence[Row], ways: dict[str, str], args: dict[str, Any], role: str
) -> Iterator[Done]:
    """A record on each dossier whose route is another."""
    for row in rows:
        facts = act.basic_facts("season", "repin", args, act.roles_within([]), row=row)
        patch = {"route": ways[row["id"]]}
        head = act.seal(row, stream=row["id"], kind="dossier", facts=facts, to=row["state"], role=role, patch=patch)
        act.advance_row(sql.DOSSIER_ADVANCED, row, head, patch)
        yield Done(
            ref=row["ref"],
            kind="dossier",
            command="repin",
            came_from=row["state"],
            to=None,
            seq=head["seq"],
            receipt=ledger.short(head["head"]),
        )


def _tell(act: Act, decision: str) -> None:
    """Whoever heard of the plan hears that another rules now."""
    document = act.rules.pack.document
    addressed = [one["code"] for one in act.tx.all(sql.UNITS, season=act.season_id) if one["kind"] in document.audience]
    notices.tell(act, "repinned", [*addressed, *document.copies], decision=decision)


def _other_ways(rows: Sequence[Row], ways: dict[str, str]) -> Iterator[dict[str, Any]]:
    """A change note for each pair of routes, with the dossiers that go from the one to the other."""
    alike: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if row["id"] in ways:
            alike.setdefault((row["route"], ways[row["id"]]), []).append(row["ref"])
    for (was, now), refs in alike.items():
        yield note("repin_route", was=was, route=now, count=len(refs), dossiers=refs)


def _duties(moved: Moved) -> Iterator[dict[str, Any]]:
    """A change note for what is owed under each rule by each date: whose, anew, in place of what, or no more."""
    replaced: dict[tuple[str, str | None], list[tuple[Row, Row]]] = {}
    for pair in moved.replaced:
        replaced.setdefault((pair[1]["rule"], _day(pair[1])), []).append(pair)
    for (rule, day), pairs in replaced.items():
        old, by = [one for one, _ in pairs], _refs(one for _, one in pairs)
        yield note("repin_due", rule=rule, due=day, count=len(old), scopes=_scopes(old), refs=_refs(old), by=by)
    made: dict[tuple[str, str | None], list[Row]] = {}
    for row in moved.made:
        made.setdefault((row["rule"], _day(row)), []).append(row)
    for (rule, day), fresh in made.items():
        yield note("repin_owes", rule=rule, due=day, count=len(fresh), scopes=_scopes(fresh), refs=_refs(fresh))
    for rule in dict.fromkeys(row["rule"] for row in moved.ended):
        rows = [row for row in moved.ended if row["rule"] == rule]
        yield note("repin_ends", rule=rule, count=len(rows), scopes=_scopes(rows), refs=_refs(rows))


def _scopes(rows: Iterable[Row]) -> list[str]:
    return [one["scope"] for one in rows]


def _refs(rows: Iterable[Row]) -> list[str]:
    return [one["ref"] for one in rows]


def _day(row: Row) -> str | None:
    return None if row["last_good_day"] is None else str(row["last_good_day"].isoformat())


def _unchanged(rows: Sequence[Row], notes: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """How many dossiers there are of which nothing was told by name."""
    told = {one for note in notes for one in (*note.get("dossiers", ()), *note.get("scopes", ()))}
    return note("repin_same", count=sum(1 for row in rows if row["ref"] not in told))
