"""What comes next: for a dossier, for votes that are owed, for a group; the step, on which dossiers, by whom.

`today`, `dossier show` and the remedies of refusals say the same, because all of them ask here. The engine decides when
a step is tried; here it is only foreseen, so that nothing is offered that would be refused.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from workflow.facts import Remedy
from workflow.rulepack import Agenda, Base, Late, MeetingRule, Mode, Over, Submission, matches
from workflow.services.views.duties import is_overdue
from workflow.services.views.ground import Ground
from workflow.services.views.holders import EVERYWHERE
from workflow.services.views.look import Look
from workflow.services.views.papers import lacking
from workflow.services.views.quotas import GroupLine
from workflow.services.views.steps import Step, unlike
from workflow.store.statements import Row
from workflow.tallies import of_dossier
from workflow.words import DossierState, MeetingState, Role, VoteState


def by_unit(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["unit"], []).append(row)
    return found


# — time —


def lateness(ground: Ground, rows: Iterable[Row], command: str, *, to: str | None = None) -> dict[str, str] | None:
    """What the command must say for lateness: nothing, or a reason; None where a rule refuses what is late. `to`: whom
    a send goes to; a submission goes to the first whom the route asks for."""
    said: dict[str, str] = {}
    for row, check in _late(ground, rows, command, to):
        if check == Late.REFUSE and row is not None:
            return None
        if check == Late.REASON:
            said = {"reason": "…"}
    return said


def _late(ground: Ground, rows: Iterable[Row], command: str, to: str | None = None) -> Iterator[tuple[Row, Any]]:
    """The obligations over these dossiers that the command would discharge late, with what lateness does."""
    checks = {
        one.rule: one
        for one in ground.look.rules.checks.get(("dossier", command), ())
        if "late" in one.params and one.mode is not Mode.RECORD_ONLY
    }
    for row in rows:
        for owed in ground.owing.of(row):
            check = checks.get(owed["rule"])
            asked = check is not None and check.params.get("to") in {None, to or _first(ground, row)}
            if check is not None and asked and is_overdue(owed, ground.look.now):
                yield owed, check.params["late"]


def _first(ground: Ground, row: Row) -> str | None:
    """Whom a submission goes to where nobody else is named."""
    return next((one.body for one in _route(ground, row).required()), None)


def _moved(ground: Ground, row: Row, command: str, remedy: Remedy) -> list[Step]:
    """The step with what lateness asks for, or what it needs first: papers, an extension."""
    waits = lacking(ground.look, row, command)
    if waits:
        return [Step(remedy=one, refs=(row["ref"],), actor=ground.coordinator(row)) for one in waits]
    said = lateness(ground, [row], command)
    if said is None:
        return [
            extension(ground, owed, row["unit"]) for owed, late in _late(ground, [row], command) if late == "refuse"
        ]
    actor = ground.coordinator(row)
    if command == "self_review":
        own = ground.holders.subject_of(row)
        actor = actor if ground.actor is not None and actor == ground.actor else own or actor
    if command == "ratify":
        actor = ground.decider(row)
    return [Step(remedy=Remedy(action=remedy.action, args={**remedy.args, **said}), refs=(row["ref"],), actor=actor)]


def extension(ground: Ground, owed: Row, unit: str) -> Step:
    """A decision that moves the date, entered by whom the rule names."""
    role = ground.look.rules.pack.deadline(owed["rule"]).extended_by
    remedy = Remedy(action="obligation.extend", args={"obligation": owed["ref"]})
    return Step(remedy=remedy, actor=ground.pick(role, unit))


# — reviews and votes —


def awaits_review(ground: Ground, row: Row) -> bool:
    """Whether a dossier is to be self-reviewed next."""
    return row["state"] == DossierState.DRAFTED and row["kind"] not in ground.look.rules.pack.settings.unreviewed


def awaits_vote(ground: Ground, row: Row) -> bool:
    """Whether a dossier is to be voted on next: after its review, or from the draft where there is none."""
    if row["state"] == DossierState.DRAFTED:
        return not awaits_review(ground, row)
    return bool(row["state"] == DossierState.SELF_REVIEWED)


def by_kind(ground: Ground, rows: Sequence[Row]) -> list[list[Row]]:
    """Dossiers of one unit, those together that one kind of meeting reviews."""
    found: dict[str | None, list[Row]] = {}
    for row in rows:
        rule = ground.look.rules.pack.kind_for(row)
        found.setdefault(None if rule is None else rule.id, []).append(row)
    return list(found.values())


def vote_step(ground: Ground, rows: Sequence[Row]) -> tuple[str, Remedy]:
    """How dossiers of one unit, and of one kind of meeting, come to their vote: "counts" where those on one are to
    be counted, "votes" at a meeting that was held, "planned" for one that is to be held as planned, "meeting" for one
    that is to come, "plan", "register", "agree" for what comes before it is held; with the command that does it."""
    rule = ground.look.rules.pack.kind_for(rows[0])
    invited = to_invite(ground.look, rows)
    if rule is not None:
        invited = list(dict.fromkeys([*invited, *rule.invited()]))
    there = [one for one in _fresh_meetings(ground, rows) if rule is None or one["kind"] == rule.id]
    held = [one for one in there if one["held_on"] is not None and set(invited) <= set(one["invited"])]
    planned = [one for one in there if one["held_on"] is None and one["state"] != MeetingState.CANCELLED]
    if held:
        uncounted = [] if rule is None else [one for one in rows if is_uncounted(rule, held[-1], one)]
        if uncounted and held[-1]["state"] == MeetingState.HELD:
            args = {"meeting": held[-1]["ref"], "dossier": uncounted[0]["ref"]}
            return "counts", Remedy(action="meeting.tally", args=args)
        if not uncounted:
            said = lateness(ground, rows, "record_vote") or {}
            args = {"rank": "RANK", "meeting": held[-1]["ref"], **said}
            return "votes", Remedy(action="dossier.record_vote", args=args)
    if rule is not None and (first := before_it_is_held(rule, planned[-1] if planned else None, rows[0]["unit"])):
        return first
    present = {} if rule is None else _present(rule)
    if planned:
        missing = [one for one in invited if one not in planned[-1]["invited"]]
        args = {"unit": planned[-1]["unit"], "ref": planned[-1]["ref"], "invite": " ".join(missing), **present}
        return "planned", Remedy(action="meeting.hold", args=args)
    kind = {} if rule is None else {"kind": rule.id}
    args = {"unit": rows[0]["unit"], "invite": " ".join(invited), **kind, **present}
    return "meeting", Remedy(action="meeting.hold", args=args)


def before_it_is_held(rule: MeetingRule, meeting: Row | None, unit: str) -> tuple[str, Remedy] | None:
    """What comes next of a meeting whose time is registered and agreed on first (DP24-III.2); None once it may be
    held."""
    if rule.registered_through is None:
        return None
    if meeting is None:
        return "plan", Remedy(action="meeting.plan", args={"unit": unit, "kind": rule.id})
    if meeting["state"] == MeetingState.PLANNED:
        return "register", Remedy(action="meeting.register", args={"ref": meeting["ref"], "time": "YYYY-MM-DD HH:MM"})
    missing = unagreed(rule, meeting)
    if missing:
        return "agree", Remedy(action="meeting.agree", args={"ref": meeting["ref"], "body": missing[0]})
    return None


def unagreed(rule: MeetingRule, meeting: Row) -> list[str]:
    """The bodies that have still to agree on the time of a registered meeting."""
    agreed = {one["body"] for one in meeting["marks"].get("agreed", [])}
    if meeting["state"] != MeetingState.REGISTERED:
        return []
    return [one for one in rule.agreed_by if one not in agreed]


def meeting_step(ground: Ground, row: Row, remedy: Remedy) -> Step:
    """A step towards the meeting of a dossier's unit, by whoever takes it: who coordinates the unit, or for a body
    that agrees somebody who decides there, else a registrar with its letter."""
    if remedy.action != "meeting.agree":
        return Step(remedy=remedy, actor=ground.coordinator(row))
    able = speaking_for(ground, remedy.args["body"])
    if able:
        return Step(remedy=remedy, actor=ground.actor if ground.actor in able else able[0])
    entered = Remedy(action=remedy.action, args={**remedy.args, "letter": "NO"})
    return Step(remedy=entered, actor=ground.pick(Role.REGISTRAR, row["unit"]))


def speaking_for(ground: Ground, body: str, *, but: str | None = None) -> list[str]:
    """Who speaks for a body themselves; nobody for one outside."""
    outside = any(one.id == body and one.external for one in ground.look.rules.pack.bodies)
    return [] if outside else ground.holders.able(Role.RATIFIER, body, but=but)


def is_uncounted(rule: MeetingRule, meeting: Row, row: Row) -> bool:
    """Whether a meeting of this kind has still to count the votes on a dossier, before its rank is recorded."""
    asked = any(one.step is Agenda.OVERALL and one.method is not None for one in rule.steps)
    return asked and all(one["step"] != Agenda.OVERALL for one in of_dossier(meeting["tallies"], row["id"]))


def _present(rule: MeetingRule) -> dict[str, str]:
    parts = " ".join(f"{one.id}=N" for one in rule.voting())
    return {"present": parts} if parts else {}


def _fresh_meetings(ground: Ground, rows: Sequence[Row]) -> list[Row]:
    """Meetings at which these may be voted on: of their unit or above, after the last one that voted on any of them (a
    new vote is a new meeting)."""
    there = ground.meetings_at(rows[0]["unit_path"].split(" "))
    used = {row["marks"].get("meeting") for row in rows}
    last = max((at for at, one in enumerate(there) if one["ref"] in used), default=-1)
    fresh = there[last + 1 :]
    # A unit that meets by itself is not voted on at the meeting of the one above it.
    return [one for one in fresh if one["unit"] == rows[0]["unit"]] or fresh


def to_invite(look: Look, rows: Sequence[Row]) -> list[str]:
    """The bodies that a meeting over these dossiers must invite, as the pack's rules say."""
    bodies = [
        str(one)
        for rule in look.rules.pack.guards
        if rule.command == "record_vote"
        and rule.mode is not Mode.OFF
        and "bodies" in rule.params
        and any(matches(rule.where, row) for row in rows)
        for one in _many(rule.params["bodies"])
    ]
    return list(dict.fromkeys(bodies))


def _many(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


# — groups —


def held_by(group: GroupLine, row: Row) -> str | None:
    """Why a group's submit quota does not let this dossier of it go: its vote is "open", it is "over"; None: it does
    (`states.guards.quotas.group_ready`)."""
    if not group.votes or group.quota.mode is not Mode.ENFORCE:
        return None
    capped, refuses = row["proposed"] == group.quota.rank, group.quota.over is Over.REFUSE
    if group.vote == VoteState.OPEN and not (refuses and group.quota.base is Base.HEADCOUNT and not capped):
        return "open"
    spared = not capped and (refuses or group.figures.capped_pending == 0)
    return "over" if group.figures.over and not spared else None


def full(group: GroupLine, row: Row) -> bool:
    """Whether a ratify quota has no room for what is proposed (`states.guards.quotas.group_has_room`)."""
    decides = not group.votes and group.quota.mode is Mode.ENFORCE and row["proposed"] == group.quota.rank
    return decides and (group.figures.over or group.figures.would_over)


def closing(ground: Ground, group: GroupLine) -> list[Step]:
    """What brings a group's open vote to its end: reviews and votes that are missing, or the closing itself."""
    if not group.figures.unvoted:
        remedy = Remedy(action="vote.close_vote", args={"group": group.key})
        return [Step(remedy=remedy, actor=ground.pick(Role.COORDINATOR, group.unit or EVERYWHERE))]
    members = ground.members_of(group)
    drafted = [row for row in members if awaits_review(ground, row)]
    reviewed = [row for row in members if awaits_vote(ground, row)]
    steps = []
    for (_, actor), rows in _by_actor(ground, drafted).items():
        ready = [row for row in rows if not lacking(ground.look, row, "self_review")]
        if len(ready) < len(rows):
            steps.append(Step(remedy=Remedy(action="document.list", args={"unit": rows[0]["unit"]}), actor=actor))
        if ready:
            said = lateness(ground, ready, "self_review") or {}
            remedy = Remedy(action="dossier.self_review", args={"rank": "RANK", **said})
            steps.append(Step(remedy=remedy, refs=tuple(row["ref"] for row in ready), actor=actor))
    for (_, actor), found in _by_actor(ground, reviewed).items():
        for rows in by_kind(ground, found):
            kind, remedy = vote_step(ground, rows)
            if kind == "votes":
                steps.append(Step(remedy=remedy, refs=tuple(row["ref"] for row in rows), actor=actor))
            else:
                steps.append(meeting_step(ground, rows[0], remedy))
    return unlike(steps)


def _by_actor(ground: Ground, rows: Iterable[Row]) -> dict[tuple[str, str | None], list[Row]]:
    found: dict[tuple[str, str | None], list[Row]] = {}
    for row in rows:
        found.setdefault((row["unit"], ground.coordinator(row)), []).append(row)
    return found


def new_vote(ground: Ground, group: GroupLine) -> Step:
    """The whole group back to its vote."""
    remedy = Remedy(action="vote.revote", args={"group": group.key})
    return Step(remedy=remedy, actor=ground.pick(Role.COORDINATOR, group.unit or EVERYWHERE))


# — one dossier —


def forward(ground: Ground, row: Row) -> list[Step]:
    """The steps that can be taken now to bring a dossier on; none at the end of its way, or where only time helps.
    What goes up with its result is sent after the decision."""
    if awaits_review(ground, row):
        return _moved(ground, row, "self_review", Remedy(action="dossier.self_review", args={"rank": "RANK"}))
    if awaits_vote(ground, row):
        kind, remedy = vote_step(ground, [row])
        if kind == "votes":
            return _moved(ground, row, "record_vote", remedy)
        return [meeting_step(ground, row, remedy)]
    match row["state"]:
        case DossierState.UNIT_VOTED:
            return _to_submit(ground, row)
        case DossierState.SUBMITTED:
            return _to_decide(ground, row)
        case DossierState.RATIFIED:
            return sends(ground, row)
    return []


def _to_submit(ground: Ground, row: Row) -> list[Step]:
    steps: list[Step] = []
    for group in ground.groups_of(row):
        match held_by(group, row):
            case "open":
                steps += closing(ground, group)
            case "over":
                steps.append(new_vote(ground, group))
    return unlike(steps) or sends(ground, row) or _moved(ground, row, "submit", Remedy(action="dossier.submit"))


def _to_decide(ground: Ground, row: Row) -> list[Step]:
    steps, asked = sends(ground, row), opinions(ground, row)
    if _route(ground, row).waits_for_opinions:
        steps, asked = steps + asked, []
    if steps or any(full(group, row) for group in ground.groups_of(row)):
        return steps + asked
    return asked + _moved(ground, row, "ratify", Remedy(action="dossier.ratify", args=deciding(ground, row)))


def lacks_opinions(ground: Ground, row: Row) -> bool:
    """Whether the decision waits for somebody's opinion."""
    return bool(_route(ground, row).waits_for_opinions and opinions(ground, row))


def deciding(ground: Ground, row: Row) -> Mapping[str, str]:
    """What a decision is entered with: its number, and that it was taken outside."""
    return {"external": "DECISION"} if ground.holders.decided_outside(row) else {"decision": "NO"}


def sends(ground: Ground, row: Row) -> list[Step]:
    """To the required recipients of the dossier's route that it was not sent to yet; submitting is none of them."""
    afterwards = row["state"] == DossierState.RATIFIED
    wanted: list[str] = _route(ground, row).unsent(row["marks"], afterwards=afterwards)
    if row["state"] == DossierState.UNIT_VOTED:
        whole = ground.look.rules.pack.settings.submitted is Submission.ALL_SENT
        wanted = wanted[:-1] if whole else []
    actor = ground.coordinator(row)
    said = {body: lateness(ground, [row], "send", to=body) or {} for body in wanted}
    return [
        Step(remedy=Remedy(action="dossier.send", args={"to": body, **said[body]}), refs=(row["ref"],), actor=actor)
        for body in wanted
    ]


def opinions(ground: Ground, row: Row) -> list[Step]:
    """The opinions that the route asks for and that were not given yet: by whoever decides in the body, else entered by
    a registrar with its letter."""
    given = {one["body"] for one in row["marks"].get("opinions", [])}
    return [_opinion(ground, row, body) for body in _route(ground, row).opinions if body not in given]


def _opinion(ground: Ground, row: Row, body: str) -> Step:
    args, able = {"body": body, "rank": "RANK"}, speaking_for(ground, body, but=row["subject"])
    actor = ground.actor if ground.actor in able else next(iter(able), None)
    if actor is None:
        args["letter"] = "NO"
        actor = ground.pick(Role.REGISTRAR, row["unit"], but=row["subject"])
    return Step(remedy=Remedy(action="dossier.opinion", args=args), refs=(row["ref"],), actor=actor)


def _route(ground: Ground, row: Row) -> Any:
    return ground.look.rules.pack.route(row["route"])
