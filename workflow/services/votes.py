"""The vote of a group: closed when everybody has voted, opened again for the whole group (design section 4)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from workflow import ledger, owing
from workflow.answers import Answer, Done, Refused
from workflow.engine import Decision, decide
from workflow.errors import BadInput
from workflow.facts import Facts, GroupFacts, ObligationFacts
from workflow.rulepack import Mode, Moment
from workflow.services import groups
from workflow.services.acts import Act, note_attempts, perform
from workflow.services.arguments import text
from workflow.services.context import By, Context
from workflow.services.dossiers import Case, Hearing, accept
from workflow.services.obligations import Stored
from workflow.store import commands as sql
from workflow.store.statements import Row
from workflow.words import DossierState, VoteState

COMMANDS = ("close_vote", "revote")


def vote(context: Context, season: str | None, by: By, command: str, key: str, *, reason: str | None = None) -> Answer:
    """Close or reopen the vote of every group with this key (for most packs: a unit's code).

    `close_vote` is a fact: it succeeds when the group is over, and says so. `revote` takes the whole group back to the
    vote; ratified members stay. Raises `BadInput` for a key that no group has.
    """
    if command not in COMMANDS:
        raise BadInput("command.unknown_command", command=command, known=list(COMMANDS))
    reason = None if reason is None else text("reason", reason)
    content = {"command": command, "key": key, "reason": reason}
    return perform(context, season, by, content, lambda act: _voted(act, command, key, reason, content))


def _voted(act: Act, command: str, key: str, reason: str | None, content: Any) -> Answer:
    rows = [one for one in act.tx.all(sql.GROUP_BY_KEY, season=act.season_id, key=key) if one["vote"] != VoteState.NONE]
    if not rows:
        every = act.tx.all(sql.GROUPS_OF_SEASON, season=act.season_id)
        known = sorted({one["key"] for one in every if one["vote"] != VoteState.NONE})
        raise BadInput("command.unknown_group", key=key, known=known)
    if command == "close_vote":
        # Of several groups with this key those are closed that are open; where none is, the state answers.
        rows = [one for one in rows if one["vote"] == VoteState.OPEN] or rows
    members = _dossiers(act, rows)
    args: dict[str, Any] = {"reason": act.keep(reason)} if reason else {}
    owed = _owed(act, members) if command == "revote" else []
    judged = [_judged(act, row, command, {**args, **_vote_day(act, row, command)}, owed) for row in rows]
    passing = [one for one in judged if not one[2].refused]
    if command == "revote" and passing:
        # Of several groups with this key those vote again that may; another one's being done does not hold them.
        return _done(act, command, passing, _dossiers(act, [row for row, _, _ in passing]), args)
    refused = [(row, facts, decision) for row, facts, decision in judged if decision.refused]
    if refused:
        told = [
            Refused(ref=row["key"], kind="group", command=command, verdicts=decision.refused, unknown=decision.unknown)
            for row, _, decision in refused
        ]
        note_attempts(act, content, [(row, tell, facts) for (row, facts, _), tell in zip(refused, told, strict=True)])
        return Answer(act=act.id, refused=tuple(told), groups=tuple(map(groups.as_note, groups.stand(act, rows))))
    return _done(act, command, judged, members, args)


def _dossiers(act: Act, rows: Sequence[Row]) -> list[Row]:
    members = act.tx.all(sql.MEMBERS_OF_GROUPS, season=act.season_id, groups=[one["id"] for one in rows])
    ids = sorted({one["id"] for one in members if one["left_on"] is None})
    return act.tx.all(sql.DOSSIERS_BY_ID, season=act.season_id, ids=ids)


def _vote_day(act: Act, group: Row, command: str) -> dict[str, str]:
    """The day of a group's vote: that of the last meeting at which one of its members was voted on (A-09)."""
    if command != "close_vote":
        return {}
    members = _dossiers(act, [group])
    voted = [one["marks"]["voted_on"] for one in members if one["marks"].get("voted_on") and one["voted"] is not None]
    return {"held_on": max(voted, default=act.occurred_on.isoformat())}


def _owed(act: Act, members: Sequence[Row]) -> list[ObligationFacts]:
    """The open obligations over these dossiers, each once."""
    book = Stored(act)
    book.open_on([one["id"] for one in members])
    found = {one["id"]: one for row in members for one in owing.over_dossier(book, row)}
    return list(found.values())


def _judged(
    act: Act, row: Row, command: str, args: dict[str, Any], owed: Sequence[ObligationFacts]
) -> tuple[Row, Facts, Decision]:
    scopes = [row["key"], *(act.unit_path(row["unit"]) if row["unit"] else ())]
    facts = act.basic_facts("vote", command, args, act.roles_within(scopes), row=row)
    after = {**row, "closed_on": date.fromisoformat(args["held_on"])} if command == "close_vote" else row
    figures = groups.stand(act, [after])[0][1]
    facts["groups"] = [groups.as_facts((row, figures)), *_decided_on(act, row, command)]
    facts["obligations"] = list(owed)
    return row, facts, decide(act.rules, facts)


def _decided_on(act: Act, row: Row, command: str) -> list[GroupFacts]:
    """The groups that its members will be decided in: what they propose together may be more than a decision takes."""
    on = (Mode.ENFORCE, Mode.WARN)
    if command != "close_vote" or not any(
        one.moment is Moment.RATIFY and one.mode in on for one in act.rules.pack.quotas
    ):
        return []
    ids = [one["id"] for one in _dossiers(act, [row])]
    asked = {"season": act.season_id, "dossiers": ids}
    of_them, members = act.tx.together((sql.GROUPS_OF_DOSSIERS, asked), (sql.MEMBERS_BESIDE, asked))
    standings = groups.Roll(act.rules, ids, of_them, members).stand(ids, {})
    return [groups.as_facts(one) for one in standings if one[0]["vote"] == VoteState.NONE]


def _done(
    act: Act, command: str, judged: Sequence[tuple[Row, Facts, Decision]], members: Sequence[Row], args: dict[str, Any]
) -> Answer:
    act.write_kept()
    returned = _returned(act, members, args) if command == "revote" else Answer(act=act.id)
    done = [_written(act, row, facts, decision) for row, facts, decision in judged]
    fresh = act.tx.all(sql.GROUPS_BY_ID, season=act.season_id, ids=[row["id"] for row, _, _ in judged])
    notes = tuple(map(groups.as_note, groups.stand(act, fresh)))
    return Answer(act=act.id, done=(*done, *returned.done), groups=notes, changes=returned.changes)


def _returned(act: Act, members: Sequence[Row], args: dict[str, Any]) -> Answer:
    """Take every voted or submitted member back; ratified ones stay (they need `adjust`)."""
    back = [one for one in members if one["state"] in {DossierState.UNIT_VOTED, DossierState.SUBMITTED}]
    if not back:
        return Answer(act=act.id)
    hearing = Hearing(act, back)
    cases = [Case(row=row, facts=hearing.facts(row, "revote", args)) for row in back]
    for case in cases:
        # The group's own right decides here: whoever may reopen the vote takes back all of it, his own dossier too.
        may = act.rules.processes["dossier"].steps["revote"].roles
        held = act.roles_within(case.row["unit_path"].split(" "))
        case.facts["actor"]["roles"] = [one for one in held if one in may]
    hearing.judge(cases)
    return accept(hearing, cases)


def _written(act: Act, row: Row, facts: Facts, decision: Decision) -> Done:
    patch = dict(decision.patch or {})
    closed_on = None if patch["closed_on"] is None else date.fromisoformat(patch["closed_on"])
    after = {**row, "vote": patch.pop("state"), "closed_on": closed_on}
    figures = groups.stored_figures(groups.stand(act, [after])[0][1])
    stream = act.seal(
        row,
        stream=row["id"],
        kind="group",
        facts=facts,
        to=decision.to,
        role=decision.role or "",
        verdicts=decision.verdicts,
        patch={**patch, "vote": after["vote"], **figures},
    )
    act.advance_row(sql.GROUP_ADVANCED, after, stream, figures)
    return Done(
        ref=row["key"],
        kind="group",
        command=facts["command"]["name"],
        came_from=row["vote"],
        to=decision.to,
        seq=stream["seq"],
        receipt=ledger.short(stream["head"]),
        warnings=decision.warnings,
    )


def reopen(act: Act, row: Row) -> Done:
    """Open a group's vote because somebody joined it, in the commit that brings him."""
    facts = act.basic_facts("vote", "join", {}, act.roles_within([]), row=row)
    facts["groups"] = [groups.as_facts(groups.stand(act, [row])[0])]
    return _written(act, row, facts, decide(act.rules, facts))
