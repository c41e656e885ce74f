"""What waits for somebody besides the dossiers' own steps: steps of the plan, dates to enter, deadlines to extend,
petitions and difficulties to answer."""

from collections.abc import Iterator
from typing import Any

from workflow.facts import Remedy
from workflow.rulepack import Mode
from workflow.services.views.desk import Desk, Task
from workflow.services.views.difficulties import difficulties
from workflow.services.views.duties import Duty, can_be_dated
from workflow.services.views.milestones import finishing, is_about, is_behind, place_of
from workflow.services.views.petitions import under_review
from workflow.words import DifficultyState, Role


def _steps_of_the_plan(desk: Desk) -> Iterator[Task]:
    """Steps that no dossier's command takes, by rule, for who follows the whole season or coordinates what owes them;
    one that still waits for dossiers is offered to nobody."""
    ready: dict[str, list[tuple[Role, Duty]]] = {}
    for duty in desk.duties:
        role = _doing(desk, duty) if duty.met_by is None else None
        if role is not None and not _waits(desk, duty):
            ready.setdefault(duty.rule, []).append((role, duty))
    for (role, duty), *more in ready.values():
        if more:
            step = Remedy(action="milestone.list")
            yield _of_duty(role, "task_duties", duty, step, count=len(more) + 1)
            continue
        yield _of_duty(role, "task_duty", duty, finishing(duty))


def _doing(desk: Desk, duty: Duty) -> Role | None:
    """As what the actor may say that a step is done."""
    everywhere = next((one for one in (Role.MONITOR, Role.COORDINATOR) if desk.everywhere(one)), None)
    if everywhere is not None:
        return everywhere
    return Role.COORDINATOR if desk.me in desk.holders.able(Role.COORDINATOR, place_of(duty)) else None


def _waits(desk: Desk, duty: Duty) -> bool:
    """Whether dossiers have something to do first that a step waits for."""
    rule = desk.look.rules.pack.deadline(duty.rule)
    if rule.mode is Mode.WARN:
        return False
    return any(is_behind(rule, row) and is_about(duty, rule, row) for row in desk.dossiers)


def _undated(desk: Desk) -> Iterator[Task]:
    role = next((one for one in (Role.ISSUER, Role.MONITOR) if desk.everywhere(one)), None)
    if role is None:
        return
    for duty in desk.duties:
        if can_be_dated(desk.look, duty):
            yield _of_duty(role, "task_undated", duty, Remedy(action="obligation.date", args={"obligation": duty.ref}))


def _to_extend(desk: Desk) -> Iterator[Task]:
    for duty in desk.duties:
        places = [duty.owner] if duty.unit is None else [duty.owner, duty.unit]
        if duty.overdue and any(desk.holders.holds(desk.me, duty.extended_by, one) for one in places):
            step = Remedy(action="obligation.extend", args={"obligation": duty.ref})
            code = "task_extend" if duty.met_by else "task_extend_duty"
            yield _of_duty(Role(duty.extended_by), code, duty, step)


def _of_duty(role: Role, code: str, duty: Duty, step: Remedy, *, count: int | None = None) -> Task:
    figures: dict[str, Any] = {"ref": duty.ref, "rule": duty.rule, "owner": duty.owner}
    figures["count"] = len(duty.missing) if count is None else count
    if duty.hint is not None:
        figures |= {"hint": duty.hint.day.isoformat(), "step": duty.hint.rule}
    if duty.unit is not None:
        figures["unit"] = duty.unit
    return Task(
        role=role, code=f"view.{code}", figures=figures, step=step, day=duty.last_working_day, overdue=duty.overdue
    )


def _petitions(desk: Desk) -> Iterator[Task]:
    """Petitions about results, for who decided."""
    for row in desk.dossiers:
        if under_review(row) and desk.me in desk.holders.deciders(row):
            args = {"ref": row["ref"], "outcome": "OUTCOME", "text": "TEXT"}
            role = Role.REGISTRAR if desk.holders.decided_outside(row) else Role.RATIFIER
            yield desk.task(role, "task_petition", Remedy(action="petition.answer", args=args), [row], ref=row["ref"])


def _difficulties(desk: Desk) -> Iterator[Task]:
    """Difficulties that units raised: for who follows them, and passed on for the authority."""
    hearing = {DifficultyState.RAISED: Role.MONITOR, DifficultyState.PASSED_ON: Role.AUTHORITY}
    for one in difficulties(desk.look):
        role = hearing[DifficultyState(one.mark["state"])]
        if desk.holders.holds(desk.me, role, one.unit):
            args = {"ref": one.ref, "text": "TEXT"}
            step = Remedy(action="difficulty.answer_difficulty", args=args)
            yield Task(role=role, code="view.task_difficulty", figures={"ref": one.ref, "unit": one.unit}, step=step)


ERRANDS = (_steps_of_the_plan, _undated, _to_extend, _petitions, _difficulties)
