"""What waits for somebody today: steps that only they can take next, by the last good working day.

One task stands for all dossiers of a unit that wait for the same step. Everything is read off one snapshot; the
engine decides when the step is tried.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial

from workflow.facts import Remedy
from workflow.services.views import ways
from workflow.services.views.desk import Desk, Task
from workflow.services.views.duties import Duty
from workflow.services.views.errands import ERRANDS
from workflow.services.views.holders import EVERYWHERE
from workflow.services.views.look import Look, person
from workflow.services.views.papers import lacking
from workflow.services.views.quotas import GroupLine
from workflow.services.views.ways import by_unit
from workflow.store.statements import Row
from workflow.words import DossierState, Role, VoteState

SOON = timedelta(days=7)
"""How long before a last good day a unit is worth a reminder."""


def tasks(look: Look, actor: str) -> list[Task]:
    """Everything that waits for `actor`, the nearest last good working day first, undated last; nothing in a closed
    season.

    Raises `BadInput` for somebody who is not on the roster.
    """
    person(look, actor)
    if look.season["state"] != "open":
        return []
    desk = Desk(look, actor)
    found = [one for step in _STEPS for one in step(desk)]
    return sorted(found, key=lambda one: (one.day is None, one.day, one.role, str(one.figures.get("unit", ""))))


def _in_time(desk: Desk, rows: Sequence[Row], command: str, args: Mapping[str, str] | None = None) -> Remedy | None:
    """The command on these dossiers, with a reason where one of them is late; None where lateness is refused."""
    said = ways.lateness(desk, rows, command)
    return None if said is None else Remedy(action=f"dossier.{command}", args={**(args or {}), **said})


# — the subject —

_HANDED_IN = frozenset({"document.add", "document.explain", "dossier.answer"})
"""What a dossier lacks that its subject may hand in, or answer; the rest is looked up or heard by a coordinator."""


def _own_review(desk: Desk) -> Iterator[Task]:
    for row in desk.dossiers:
        if not ways.awaits_review(desk, row) or desk.holders.subject_of(row) != desk.me:
            continue
        told = {"ref": row["ref"], "track": row["track"]}
        waits = lacking(desk.look, row, "self_review")
        if waits:
            listed = Remedy(action="document.list", args={"ref": row["ref"]})
            own = next((one for one in waits if one.action in _HANDED_IN), listed)
            yield desk.task(Role.SUBJECT, "task_papers", own, [row], **told, count=len(waits))
            continue
        step = _in_time(desk, [row], "self_review", {"rank": "RANK"})
        if step is not None:
            yield desk.task(Role.SUBJECT, "task_self_review", step, [row], **told)


# — the coordinator —


def _to_coordinate(desk: Desk, wait: Callable[[Row], bool]) -> dict[str, list[Row]]:
    """By unit, the dossiers that `wait` for this coordinator: the nearest one who is not their subject."""
    return by_unit(
        row
        for row in desk.dossiers
        if wait(row) and desk.me in desk.holders.able(Role.COORDINATOR, row["unit"], but=row["subject"])
    )


def _is(state: DossierState, row: Row) -> bool:
    return bool(row["state"] == state)


def _reviews_owed(desk: Desk) -> Iterator[Task]:
    """Reminding is nobody's own case, so the nearest coordinator does it for everybody."""
    drafted = by_unit(row for row in desk.dossiers if ways.awaits_review(desk, row))
    for unit, rows in drafted.items():
        if desk.me not in desk.holders.able(Role.COORDINATOR, unit):
            continue
        step = Remedy(action="unit.nudge", args={"unit": unit})
        yield desk.task(Role.COORDINATOR, "task_reviews", step, rows, unit=unit)


def _votes_owed(desk: Desk) -> Iterator[Task]:
    for unit, found in _to_coordinate(desk, partial(ways.awaits_vote, desk)).items():
        for rows in ways.by_kind(desk, found):
            kind, step = ways.vote_step(desk, rows)
            if kind == "agree" or (kind == "votes" and ways.lateness(desk, rows, "record_vote") is None):
                continue
            meeting = step.args.get("meeting") or step.args.get("ref")
            yield desk.task(Role.COORDINATOR, f"task_{kind}", step, rows, unit=unit, meeting=meeting)


def _agreements(desk: Desk) -> Iterator[Task]:
    """The time of a meeting waits for each body that agrees on it: for whoever decides there, else for a registrar, who
    enters its letter."""
    if not any(one.agreed_by for one in desk.look.rules.pack.meetings):
        return
    waiting = by_unit(row for row in desk.dossiers if ways.awaits_vote(desk, row))
    for unit, found in waiting.items():
        for rows in ways.by_kind(desk, found):
            kind, step = ways.vote_step(desk, rows)
            if kind != "agree":
                continue
            (meeting,) = desk.meetings_named([step.args["ref"]])
            rule = desk.look.rules.pack.meeting(meeting["kind"])
            for body in ways.unagreed(rule, meeting):
                one = ways.meeting_step(desk, rows[0], Remedy(action=step.action, args={**step.args, "body": body}))
                if one.actor == desk.me:
                    role = Role.REGISTRAR if "letter" in one.remedy.args else Role.RATIFIER
                    told = {"unit": unit, "meeting": meeting["ref"], "body": body}
                    yield desk.task(role, "task_agree", one.remedy, rows, **told)


def _groups_to_close(desk: Desk) -> Iterator[Task]:
    """A group votes again when it is over and everybody has voted; until then the missing votes are what is owed."""
    for group in desk.groups:
        able = desk.holders.able(Role.COORDINATOR, group.unit or EVERYWHERE)
        if not group.votes or group.figures.unvoted or desk.me not in able:
            continue
        rows = [row for row in desk.dossiers if row["id"] in group.members]
        told = {"unit": group.key, "used": group.figures.count, "allowance": group.figures.allowance}
        if any(ways.held_by(group, row) == "over" or _over_soon(group, row) for row in rows):
            step = Remedy(action="vote.revote", args={"group": group.key})
            yield desk.task(Role.COORDINATOR, "task_revote", step, rows, **told)
        elif group.vote == VoteState.OPEN and rows:
            step = Remedy(action="vote.close_vote", args={"group": group.key})
            yield desk.task(Role.COORDINATOR, "task_close", step, rows, **told)


def _over_soon(group: GroupLine, row: Row) -> bool:
    """Whether closing would only show that the group is over."""
    capped: bool = row["proposed"] == group.quota.rank and row["state"] != DossierState.RATIFIED
    return group.figures.over and capped


def _to_submit(desk: Desk) -> Iterator[Task]:
    """The whole package where all of it may go, else those dossiers that may."""
    for unit, rows in _to_coordinate(desk, partial(_is, DossierState.UNIT_VOTED)).items():
        ready = [
            row
            for row in rows
            if not ways.sends(desk, row) and not any(ways.held_by(group, row) for group in desk.groups_of(row))
        ]
        waits = {row["id"]: lacking(desk.look, row, "submit") for row in ready}
        for row in ready:
            if waits[row["id"]]:
                first, *more = waits[row["id"]]
                told = {"ref": row["ref"], "track": row["track"], "count": len(more) + 1}
                yield desk.task(Role.COORDINATOR, "task_papers", first, [row], **told)
        ready = [row for row in ready if not waits[row["id"]]]
        step = _in_time(desk, ready, "submit")
        if not ready or step is None:
            continue
        voted = [
            row
            for row in desk.dossiers
            if (row["unit"], row["state"]) == (unit, DossierState.UNIT_VOTED) and row["subject"] != desk.me
        ]
        if len(ready) == len(voted):
            step = Remedy(action="unit.submit", args={"unit": unit, **step.args})
        yield desk.task(Role.COORDINATOR, "task_submit", step, ready, unit=unit)


_SENDABLE = frozenset({DossierState.UNIT_VOTED, DossierState.SUBMITTED, DossierState.RATIFIED})


def _to_send(desk: Desk) -> Iterator[Task]:
    for rows in _to_coordinate(desk, lambda row: row["state"] in _SENDABLE).values():
        for row in rows:
            for one in ways.sends(desk, row):
                yield desk.task(
                    Role.COORDINATOR, "task_send", one.remedy, [row], ref=row["ref"], body=one.remedy.args["to"]
                )


# — those who decide, or enter what was decided —


def _to_decide(desk: Desk) -> Iterator[Task]:
    ready = [
        row
        for row in desk.dossiers
        if row["state"] == DossierState.SUBMITTED
        and desk.me in desk.holders.deciders(row)
        and not ways.sends(desk, row)
        and not ways.lacks_opinions(desk, row)
        and not any(ways.full(group, row) for group in desk.groups_of(row))
        and not lacking(desk.look, row, "ratify")
    ]
    for external in (False, True):
        code = "task_enter" if external else "task_ratify"
        role = Role.REGISTRAR if external else Role.RATIFIER
        for unit, rows in by_unit(row for row in ready if desk.holders.decided_outside(row) is external).items():
            step = _in_time(desk, rows, "ratify", ways.deciding(desk, rows[0]))
            if step is not None:
                yield desk.task(role, code, step, rows, unit=unit)


def _opinions(desk: Desk) -> Iterator[Task]:
    for row in desk.dossiers:
        if row["state"] != DossierState.SUBMITTED or row["subject"] == desk.me:
            continue
        for one in ways.opinions(desk, row):
            if one.actor == desk.me:
                role = Role.REGISTRAR if "letter" in one.remedy.args else Role.RATIFIER
                yield desk.task(role, "task_opinion", one.remedy, [row], ref=row["ref"], body=one.remedy.args["body"])


def _receipts(desk: Desk) -> Iterator[Task]:
    if not desk.everywhere(Role.REGISTRAR):
        return
    waiting: dict[tuple[str, str], list[Row]] = {}
    for row in desk.dossiers:
        for name in unreceived(row):
            sent = row["state"] in {DossierState.SUBMITTED, DossierState.RATIFIED} and name != "unit"
            if sent and row["subject"] != desk.me:
                waiting.setdefault((row["unit"], name), []).append(row)
    for (unit, name), rows in waiting.items():
        step = Remedy(action="dossier.receive", args={"to": name, "letter": "NO"})
        yield desk.task(Role.REGISTRAR, "task_receipt", step, rows, unit=unit, body=name)


def unreceived(row: Row) -> list[str]:
    """Where a dossier was sent without a receipt on record."""
    got = {one["to"] for one in row["marks"].get("receipts", [])}
    return [one["to"] for one in row["marks"].get("sends", []) if one["to"] not in got]


# — those who follow, and those who extend —


def _to_urge(desk: Desk) -> Iterator[Task]:
    """Units whose day is near or past, for whoever follows them; past, also for whoever coordinates from above."""
    for unit, owed in _by_unit_of(desk).items():
        near = [one for one in owed if one.due_at is not None and one.due_at - desk.look.now <= SOON and one.missing]
        role = _following(desk, unit)
        if not near or role is None or (role is Role.COORDINATOR and not near[0].overdue):
            continue
        yield Task(
            role=role,
            code="view.task_urge",
            figures={"unit": unit, "count": len({row["id"] for one in near for row in one.missing})},
            step=Remedy(action="unit.nudge", args={"unit": unit}),
            day=near[0].last_working_day,
            overdue=near[0].overdue,
        )


def _following(desk: Desk, unit: str) -> Role | None:
    """As what the actor follows a unit that is not his own to bring on."""
    if desk.holders.holds(desk.me, Role.MONITOR, unit):
        return Role.MONITOR
    nearest = desk.me in desk.holders.able(Role.COORDINATOR, unit)
    return Role.COORDINATOR if desk.holders.holds(desk.me, Role.COORDINATOR, unit) and not nearest else None


def _by_unit_of(desk: Desk) -> dict[str, list[Duty]]:
    found: dict[str, list[Duty]] = {}
    for duty in desk.duties:
        if duty.unit is not None:
            found.setdefault(duty.unit, []).append(duty)
    return found


_STEPS = (
    _own_review,
    _reviews_owed,
    _votes_owed,
    _agreements,
    _groups_to_close,
    _to_submit,
    _to_send,
    _to_decide,
    _opinions,
    _receipts,
    _to_urge,
    *ERRANDS,
)
