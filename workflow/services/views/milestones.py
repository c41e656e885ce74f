"""The steps of the plan that no dossier's command takes: each with what it waits for and the dossiers that it lists."""

from dataclasses import dataclass

from workflow.discharge import BEFORE
from workflow.errors import BadInput
from workflow.facts import Remedy
from workflow.rulepack import OWN_UNIT, Deadline, Per, matches
from workflow.services.views.duties import Duty, duties
from workflow.services.views.look import Look, within
from workflow.store import commands as sql
from workflow.store import queries
from workflow.store.statements import Row
from workflow.words import DossierState, Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """One step. `stream` is what its records hang on, `id` by which they name it. `waits_for` are the dossiers that
    have something to do first, `listed` those of the levels that the rule names (decided, or proposed so far)."""

    id: str
    stream: str
    rule: Deadline
    duty: Duty
    waits_for: tuple[Row, ...]
    listed: tuple[Row, ...]


def milestones(look: Look, *, unit: str | None = None, overdue: bool = False, settled: bool = False) -> list[Duty]:
    """The steps among the obligations, as `duties` gives them."""
    return [one for one in duties(look, unit=unit, overdue=overdue, settled=settled) if one.met_by is None]


def milestone(look: Look, ref: str) -> Milestone:
    """One step. Raises `BadInput` for an unknown ref, and for what dossiers' commands settle."""
    row = look.tx.one(sql.OBLIGATION_BY_REF, season=look.season["id"], ref=ref)
    if row is None:
        raise BadInput("command.unknown_obligation", ref=ref)
    rule = look.rules.pack.deadline(row["rule"])
    if rule.met_by is not None:
        raise BadInput("command.duty_met_by_dossiers", ref=ref, command=rule.met_by)
    duty = next(one for one in duties(look, settled=True) if one.ref == ref)
    about = [one for one in _reached(look, duty) if is_about(duty, rule, one)] if rule.waits_for or rule.ranks else []
    return Milestone(
        id=row["id"],
        stream=row["stream"],
        rule=rule,
        duty=duty,
        waits_for=tuple(one for one in about if is_behind(rule, one)),
        listed=tuple(one for one in about if (one["decided"] or one["proposed"]) in rule.ranks),
    )


def place_of(duty: Duty) -> str:
    """Where whoever does a step coordinates: the unit that owes it, or the body."""
    return duty.unit if duty.owner == OWN_UNIT and duty.unit is not None else duty.owner


def finishing(duty: Duty) -> Remedy:
    """What records a step as done, with the paper that it hands in."""
    paper = {} if duty.paper is None else {"attach": f"{duty.paper}=FILE"}
    return Remedy(action="milestone.done", args={"obligation": duty.ref, **paper})


def is_about(duty: Duty, rule: Deadline, row: Row) -> bool:
    """Whether a step is about a dossier: its own one, or one of its unit or season that its rule selects."""
    reached = row["ref"] == duty.scope if duty.per == Per.DOSSIER else duty.unit in {None, row["unit"]}
    return reached and matches(rule.where, row)


def is_behind(rule: Deadline, row: Row) -> bool:
    """Whether a dossier has still to take the step that a rule waits for."""
    return rule.waits_for is not None and row["state"] in BEFORE[rule.waits_for]


def _reached(look: Look, duty: Duty) -> list[Row]:
    return look.tx.all(
        queries.DOSSIERS,
        season=look.season["id"],
        units=within(look, None) if duty.unit is None else [duty.unit],
        states=list(DossierState),
        tracks=list(Track),
    )
