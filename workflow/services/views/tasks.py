"""What waits for somebody today: steps that only they can take next, by the last good working day.

One task stands for all dossiers of a unit that wait for the same step. Everything is read off one snapshot; the
engine decides when the step is tried.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from workflow.facts import Remedy
from workflow.rulepack import matches
from workflow.services.views.duties import FORWARD, Duty, Owing, can_be_dated, duties, is_overdue
from workflow.services.views.holders import EVERYWHERE, Holders
from workflow.services.views.look import Look, person, within
from workflow.services.views.quotas import GroupLine, groups
from workflow.store import queries
from workflow.store.statements import Row
from workflow.words import DossierState, MeetingState, Role, Track, VoteState

SOON = timedelta(days=7)
"""How long before a last good day a unit is worth a reminder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do. `code` and `figures` say what (domain `view`), `step` is the command of ours that does it.

    `day` is the last good working day of what hangs on it, None where no clock runs; `overdue` says that it has passed.
    """

    role: Role
    code: str
    figures: Mapping[str, Any]
    step: Remedy
    refs: tuple[str, ...] = ()
    day: date | None = None
    overdue: bool = False


@dataclass(slots=True, kw_only=True)
class _Desk:
    """What the steps look at, read once."""

    look: Look
    actor: str
    holders: Holders
    owing: Owing
    dossiers: list[Row]
    groups: list[GroupLine]
    duties: list[Duty]
    meetings: list[Row]
    group_of: dict[str, list[GroupLine]] = field(default_factory=dict)

    def reaches(self, role: Role, unit: str) -> bool:
        """Whether the actor holds `role` over this unit, however wide."""
        return any(
            held is role and self.holders.covers(scope, unit) for held, scope in self.holders.roles_of(self.actor)
        )

    def everywhere(self, role: Role) -> bool:
        return (role, EVERYWHERE) in self.holders.roles_of(self.actor)

    def task(self, role: Role, code: str, step: Remedy, rows: Sequence[Row] = (), **figures: Any) -> Task:
        """A task over these dossiers, due when the first of them is."""
        owed = [one for row in rows for one in self.owing.of(row) if one["due_at"] is not None]
        first = min(owed, key=lambda one: one["due_at"], default=None)
        return Task(
            role=role,
            code=f"view.{code}",
            figures={"count": len(rows), **figures},
            step=step,
            refs=tuple(row["ref"] for row in rows),
            day=first["last_working_day"] if first else None,
            overdue=first is not None and is_overdue(first, self.look.now),
        )


def tasks(look: Look, actor: str) -> list[Task]:
    """Everything that waits for `actor`, the nearest last good working day first, undated last; nothing in a closed
    season.

    Raises `BadInput` for somebody who is not on the roster.
    """
    person(look, actor)
    if look.season["state"] != "open":
        return []
    desk = _desk(look, actor)
    found = [one for step in _STEPS for one in step(desk)]
    return sorted(found, key=lambda one: (one.day is None, one.day, one.role, str(one.figures.get("unit", ""))))


def _desk(look: Look, actor: str) -> _Desk:
    dossiers = look.tx.all(
        queries.DOSSIERS, season=look.season["id"], units=within(look, None), states=FORWARD, tracks=list(Track)
    )
    desk = _Desk(
        look=look,
        actor=actor,
        holders=Holders(look),
        owing=Owing(look),
        dossiers=dossiers,
        groups=groups(look),
        duties=duties(look),
        meetings=look.tx.all(queries.MEETINGS, season=look.season["id"]),
    )
    for group in desk.groups:
        for member in group.members:
            desk.group_of.setdefault(member, []).append(group)
    return desk


def _by_unit(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["unit"], []).append(row)
    return found


# — the subject —


def _own_review(desk: _Desk) -> Iterator[Task]:
    for row in desk.dossiers:
        if row["state"] == DossierState.DRAFTED and desk.holders.subject_of(row) == desk.actor:
            step = Remedy(action="dossier.self_review", args={"rank": "RANK"})
            yield desk.task(Role.SUBJECT, "task_self_review", step, [row], ref=row["ref"], track=row["track"])


# — the coordinator —


def _to_coordinate(desk: _Desk, state: DossierState) -> dict[str, list[Row]]:
    """By unit, the dossiers in `state` that wait for this coordinator: the nearest one who is not their subject."""
    waiting = (
        row
        for row in desk.dossiers
        if row["state"] == state and desk.actor in desk.holders.able(Role.COORDINATOR, row["unit"], but=row["subject"])
    )
    return _by_unit(waiting)


def _reviews_owed(desk: _Desk) -> Iterator[Task]:
    """Reminding is nobody's own case, so the nearest coordinator does it for everybody."""
    drafted = _by_unit(row for row in desk.dossiers if row["state"] == DossierState.DRAFTED)
    for unit, rows in drafted.items():
        if desk.actor not in desk.holders.able(Role.COORDINATOR, unit):
            continue
        step = Remedy(action="unit.nudge", args={"unit": unit})
        yield desk.task(Role.COORDINATOR, "task_reviews", step, rows, unit=unit)


def _votes_owed(desk: _Desk) -> Iterator[Task]:
    for unit, rows in _to_coordinate(desk, DossierState.SELF_REVIEWED).items():
        invited = _to_invite(desk, rows)
        there = _fresh_meetings(desk, rows, invited)
        held = [one["ref"] for one in there if one["state"] == MeetingState.HELD]
        planned = [one for one in there if one["state"] == MeetingState.PLANNED]
        if held:
            step = Remedy(action="dossier.record_vote", args={"rank": "RANK", "meeting": held[-1]})
            yield desk.task(Role.COORDINATOR, "task_votes", step, rows, unit=unit, meeting=held[-1])
        elif planned:
            args = {"unit": planned[-1]["unit"], "ref": planned[-1]["ref"]}
            step = Remedy(action="meeting.hold", args=args)
            yield desk.task(Role.COORDINATOR, "task_planned", step, rows, unit=unit, meeting=planned[-1]["ref"])
        else:
            step = Remedy(action="meeting.hold", args={"unit": unit, "invite": " ".join(invited)})
            yield desk.task(Role.COORDINATOR, "task_meeting", step, rows, unit=unit)


def _fresh_meetings(desk: _Desk, rows: Sequence[Row], invited: Sequence[str]) -> list[Row]:
    """Meetings at which these may be voted on: of their unit or above, after the last one that voted on any of them (a
    new vote is a new meeting), with everybody invited who must be."""
    path = rows[0]["unit_path"].split(" ")
    there = [one for one in desk.meetings if one["unit"] in path]
    used = {row["marks"].get("meeting") for row in rows}
    last = max((at for at, one in enumerate(there) if one["ref"] in used), default=-1)
    return [one for one in there[last + 1 :] if set(invited) <= set(one["invited"])]


def _to_invite(desk: _Desk, rows: Sequence[Row]) -> list[str]:
    """The bodies that a meeting over these dossiers must invite, as the pack's rules say."""
    bodies = [
        str(one)
        for rule in desk.look.rules.pack.guards
        if rule.command == "record_vote" and "bodies" in rule.params and any(matches(rule.where, row) for row in rows)
        for one in _many(rule.params["bodies"])
    ]
    return list(dict.fromkeys(bodies))


def _many(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


def _groups_to_close(desk: _Desk) -> Iterator[Task]:
    for group in desk.groups:
        if not group.votes or desk.actor not in desk.holders.able(Role.COORDINATOR, group.unit or EVERYWHERE):
            continue
        rows = [row for row in desk.dossiers if row["id"] in group.members]
        figures = group.figures
        told = {"unit": group.key, "used": figures.count, "allowance": figures.allowance}
        if figures.over:
            step = Remedy(action="vote.revote", args={"group": group.key})
            yield desk.task(Role.COORDINATOR, "task_revote", step, rows, **told)
        elif group.vote == VoteState.OPEN and not figures.unvoted and rows:
            step = Remedy(action="vote.close_vote", args={"group": group.key})
            yield desk.task(Role.COORDINATOR, "task_close", step, rows, **told)


def _to_submit(desk: _Desk) -> Iterator[Task]:
    for unit, rows in _to_coordinate(desk, DossierState.UNIT_VOTED).items():
        ready = [row for row in rows if all(_free(group) for group in desk.group_of.get(row["id"], []))]
        if ready:
            step = Remedy(action="unit.submit", args={"unit": unit})
            yield desk.task(Role.COORDINATOR, "task_submit", step, ready, unit=unit)


def _free(group: GroupLine) -> bool:
    """Whether a submit quota lets its group's dossiers go."""
    return not group.votes or (group.vote == VoteState.CLOSED and not group.figures.over)


def _to_send(desk: _Desk) -> Iterator[Task]:
    for rows in _to_coordinate(desk, DossierState.SUBMITTED).values():
        for row in rows:
            for name in _unsent(desk, row):
                step = Remedy(action="dossier.send", args={"to": name})
                yield desk.task(Role.COORDINATOR, "task_send", step, [row], ref=row["ref"], body=name)


def _unsent(desk: _Desk, row: Row) -> list[str]:
    """The required recipients of the dossier's route that it was not sent to yet."""
    sent = {one["to"] for one in row["marks"].get("sends", [])}
    route = next(one for one in desk.look.rules.pack.routes if one.id == row["route"])
    return [one.body for one in route.recipients if one.required and one.body not in sent]


# — those who decide, or enter what was decided —


def _to_decide(desk: _Desk) -> Iterator[Task]:
    ready = [
        row
        for row in desk.dossiers
        if row["state"] == DossierState.SUBMITTED
        and desk.actor in desk.holders.deciders(row)
        and not _unsent(desk, row)
        and not _opinions_missing(desk, row)
    ]
    for external in (False, True):
        code = "task_enter" if external else "task_ratify"
        args = {"external": "DECISION"} if external else {}
        role = Role.REGISTRAR if external else Role.RATIFIER
        for unit, rows in _by_unit(row for row in ready if desk.holders.decided_outside(row) is external).items():
            yield desk.task(role, code, Remedy(action="dossier.ratify", args=args), rows, unit=unit)


def _opinions_missing(desk: _Desk, row: Row) -> list[str]:
    route = next(one for one in desk.look.rules.pack.routes if one.id == row["route"])
    given = {one["body"] for one in row["marks"].get("opinions", [])}
    return [one for one in route.opinions if one not in given]


def _opinions(desk: _Desk) -> Iterator[Task]:
    for row in desk.dossiers:
        if row["state"] != DossierState.SUBMITTED:
            continue
        for name in _opinions_missing(desk, row):
            if (Role.RATIFIER, name) in desk.holders.roles_of(desk.actor):
                step = Remedy(action="dossier.opinion", args={"body": name})
                yield desk.task(Role.RATIFIER, "task_opinion", step, [row], ref=row["ref"], body=name)


def _receipts(desk: _Desk) -> Iterator[Task]:
    if not desk.everywhere(Role.REGISTRAR):
        return
    waiting: dict[tuple[str, str], list[Row]] = {}
    for row in desk.dossiers:
        for name in unreceived(row):
            if row["state"] in {DossierState.SUBMITTED, DossierState.RATIFIED} and name != "unit":
                waiting.setdefault((row["unit"], name), []).append(row)
    for (unit, name), rows in waiting.items():
        step = Remedy(action="dossier.receive", args={"to": name, "letter": "NO"})
        yield desk.task(Role.REGISTRAR, "task_receipt", step, rows, unit=unit, body=name)


def unreceived(row: Row) -> list[str]:
    """Where a dossier was sent without a receipt on record."""
    got = {one["to"] for one in row["marks"].get("receipts", [])}
    return [one["to"] for one in row["marks"].get("sends", []) if one["to"] not in got]


# — those who follow, and those who extend —


def _to_urge(desk: _Desk) -> Iterator[Task]:
    """Units whose day is near or past, for whoever follows them."""
    for unit, owed in _by_unit_of(desk).items():
        near = [one for one in owed if one.due_at is not None and one.due_at - desk.look.now <= SOON and one.missing]
        if near and desk.reaches(Role.MONITOR, unit):
            first = near[0]
            yield Task(
                role=Role.MONITOR,
                code="view.task_urge",
                figures={"unit": unit, "count": len({row["id"] for one in near for row in one.missing})},
                step=Remedy(action="unit.nudge", args={"unit": unit}),
                day=first.last_working_day,
                overdue=first.overdue,
            )


def _by_unit_of(desk: _Desk) -> dict[str, list[Duty]]:
    found: dict[str, list[Duty]] = {}
    for duty in desk.duties:
        if duty.unit is not None:
            found.setdefault(duty.unit, []).append(duty)
    return found


def _plain_duties(desk: _Desk) -> Iterator[Task]:
    """Duties that no dossier's command settles, and those whose date nobody entered."""
    role = next((one for one in (Role.MONITOR, Role.COORDINATOR) if desk.everywhere(one)), None)
    if role is None:
        return
    for duty in desk.duties:
        if duty.met_by is None:
            step = Remedy(action="obligation.done", args={"obligation": duty.ref})
            yield _of_duty(role, "task_duty", duty, step)


def _undated(desk: _Desk) -> Iterator[Task]:
    role = next((one for one in (Role.ISSUER, Role.MONITOR) if desk.everywhere(one)), None)
    if role is None:
        return
    for duty in desk.duties:
        if can_be_dated(desk.look, duty):
            yield _of_duty(role, "task_undated", duty, Remedy(action="obligation.date", args={"obligation": duty.ref}))


def _to_extend(desk: _Desk) -> Iterator[Task]:
    for duty in desk.duties:
        if duty.overdue and any(held == duty.extended_by for held, _ in desk.holders.roles_of(desk.actor)):
            step = Remedy(action="obligation.extend", args={"obligation": duty.ref})
            code = "task_extend" if duty.met_by else "task_extend_duty"
            yield _of_duty(Role(duty.extended_by), code, duty, step)


def _of_duty(role: Role, code: str, duty: Duty, step: Remedy) -> Task:
    figures = {"ref": duty.ref, "rule": duty.rule, "owner": duty.owner, "count": len(duty.missing)}
    if duty.unit is not None:
        figures["unit"] = duty.unit
    return Task(
        role=role, code=f"view.{code}", figures=figures, step=step, day=duty.last_working_day, overdue=duty.overdue
    )


_STEPS = (
    _own_review,
    _reviews_owed,
    _votes_owed,
    _groups_to_close,
    _to_submit,
    _to_send,
    _to_decide,
    _opinions,
    _receipts,
    _to_urge,
    _plain_duties,
    _undated,
    _to_extend,
)
