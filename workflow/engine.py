"""Deciding: facts in, verdicts and effects out (design section 3). Pure; knows no table, no clock and no regulation.

A wrong state answers that alone. Otherwise every check is asked, so that all unmet rules are told at once; the Machine
fires only when none is unmet, on a throw-away value, and the database's compare-and-set has the last word.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from workflow.facts import MET, Facts, Finding, Patch, Remedy, Verdict
from workflow.process import Process
from workflow.rulepack import Mode, Params, RulePack, Where, WorkingDays, matches
from workflow.words import Role, Status

GuardFunction = Callable[[Facts, Params], Finding]

LATE = "late"
BACKDATED = "backdated"
WARNING = "warning"


@dataclass(frozen=True, kw_only=True)
class Check:
    """A guard function bound to the rule it is asked for."""

    rule: str
    clause: str
    function: GuardFunction
    params: Params
    where: Where
    mode: Mode = Mode.ENFORCE
    kind: str | None = None
    """Of a check at a meeting: the kind of meeting that it is asked of; None: of any."""
    unless: tuple[Where, ...] = ()
    """Dossiers that a special rule takes out of this one."""

    def concerns(self, subject: Mapping[str, Any]) -> bool:
        """Whether it is asked of a dossier."""
        return matches(self.where, subject) and not (self.unless and any(matches(one, subject) for one in self.unless))

    @cached_property
    def met(self) -> Verdict:
        """What it says whenever there is nothing to say."""
        return Verdict(rule=self.rule, clause=self.clause, status=Status.MET, code="", figures={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """One pack made ready: its processes, and for each (process, command) the checks in the pack's order."""

    hash: str
    pack: RulePack
    calendar: WorkingDays
    processes: Mapping[str, Process]
    checks: Mapping[tuple[str, str], tuple[Check, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer to one command on one thing.

    `refused` are the unmet verdicts, empty when the command passes; then `to` is the new state and `patch` what changes
    (state included). `unknown` are record-only rules; they are told in every refusal and kept in every record.
    """

    verdicts: tuple[Verdict, ...]
    role: Role | None
    to: str | None = None
    patch: Patch | None = None

    @property
    def refused(self) -> tuple[Verdict, ...]:
        return tuple(one for one in self.verdicts if one.status is Status.UNMET)

    @property
    def unknown(self) -> tuple[Verdict, ...]:
        return tuple(one for one in self.verdicts if one.status is Status.UNKNOWN)

    @property
    def warnings(self) -> tuple[Verdict, ...]:
        return tuple(one for one in self.verdicts if one.status is Status.MET and one.flags)


def state_of(facts: Facts) -> str:
    """The state that the command starts from, whatever the process."""
    process = facts["command"]["process"]
    if process == "vote":
        return facts["groups"][0]["vote"]
    # Every other process is about one thing, which its facts call by the process's name.
    state: str = facts[process]["state"]  # type: ignore[literal-required]
    return state


def foresee(rules: Rules, facts: Facts) -> Patch | None:
    """What the command would change if nothing stood against it; None where the state does not allow it.

    Groups are counted on this before any check is asked, so that a bulk command is judged on its final state.
    """
    command = facts["command"]
    process = rules.processes[command["process"]]
    target = process.target(state_of(facts), command["name"])
    if target is None:
        return None
    return {**process.steps[command["name"]].effect(facts), "state": target}


def decide(rules: Rules, facts: Facts) -> Decision:
    """Judge one command. `facts["groups"]` are the groups as they would stand after it."""
    command = facts["command"]
    process = rules.processes[command["process"]]
    step = process.steps[command["name"]]
    state = state_of(facts)
    if process.target(state, step.command) is None:
        return Decision(verdicts=(_wrong_state(process, state, step.command, facts),), role=None)
    role = _acting_role(facts, step.roles)
    verdicts = [_no_role(step.roles, facts)] if role is None else []
    if role is not None or facts["actor"]["roles"]:
        verdicts += _ask(rules, facts, process.name, step.command)
    if any(one.status is Status.UNMET for one in verdicts):
        return Decision(verdicts=tuple(verdicts), role=role)
    to = process.fire(state, step.command)
    patch = {**step.effect(facts), "state": to}
    return Decision(verdicts=tuple(verdicts), role=role, to=to, patch=_marked(patch, facts, verdicts))


def _ask(rules: Rules, facts: Facts, process: str, command: str) -> list[Verdict]:
    by, asked = _nearest_day(facts), rules.checks.get((process, command), ())
    if process == "dossier":
        subject = facts["dossier"]
        asked = tuple(one for one in asked if one.concerns(subject))
    elif process == "meeting":
        kind = facts["meeting"].get("kind")
        asked = tuple(one for one in asked if one.kind in {None, kind})
    elif process == "milestone":
        asked = tuple(one for one in asked if one.rule == facts["milestone"]["rule"])
    return [_verdict(check, facts, by) for check in asked]


def _verdict(check: Check, facts: Facts, by: str | None) -> Verdict:
    if check.mode is Mode.RECORD_ONLY:
        finding = Finding(status=Status.UNKNOWN, code="guard.value_missing")
    else:
        finding = check.function(facts, check.params)
    if finding is MET:
        return check.met
    status, flags = finding.status, finding.flags
    if check.mode is Mode.WARN and status is Status.UNMET:
        status, flags = Status.MET, (*flags, WARNING)
    return Verdict(
        rule=check.rule,
        clause=check.clause,
        status=status,
        code=finding.code,
        figures=finding.figures,
        remedy=finding.remedy,
        who=finding.who,
        scope=finding.scope,
        by=by if status is Status.UNMET else None,
        flags=flags,
    )


def _acting_role(facts: Facts, allowed: frozenset[Role]) -> Role | None:
    """The role that the actor acts in: the first of his that the step allows."""
    return next((Role(name) for name in facts["actor"]["roles"] if Role(name) in allowed), None)


def _no_role(allowed: frozenset[Role], facts: Facts) -> Verdict:
    wanted = sorted(allowed)
    outside = "dossier" in facts and facts["dossier"].get("outside", False)
    # An outside decision is entered: no ratifier of ours can help.
    who = Role.REGISTRAR if outside and wanted[0] is Role.RATIFIER and Role.REGISTRAR in allowed else wanted[0]
    return Verdict(
        rule="hoso.role",
        clause="",
        status=Status.UNMET,
        code="guard.no_role",
        figures={"actor": facts["actor"]["id"], "roles": wanted},
        who=who,
        scope=facts["dossier"]["unit"] if "dossier" in facts else "",
        by=_nearest_day(facts),
    )


def _wrong_state(process: Process, state: str, command: str, facts: Facts) -> Verdict:
    possible = process.open_commands(state)
    wanted = process.steps[command].sources
    before = next((one for one in possible if process.target(state, one) in wanted), None)
    return Verdict(
        rule="hoso.state",
        clause="",
        status=Status.UNMET,
        code="guard.wrong_state",
        figures={"command": command, "state": state, "possible": list(possible), "needed": list(wanted)},
        remedy=Remedy(action=f"{process.name}.{before}") if before else None,
        by=_nearest_day(facts),
    )


def _nearest_day(facts: Facts) -> str | None:
    """The nearest last good day of what a command of the dossier still has to do; what somebody says to be done is no
    day of its own."""
    days = (one["last_good_day"] for one in facts["obligations"] if one["met_by"] is not None)
    return min((day for day in days if day), default=None)


def _marked(patch: Patch, facts: Facts, verdicts: list[Verdict]) -> Patch:
    """Put on the dossier what the guards found and let pass, and the papers handed in: such marks stay for good."""
    if "dossier" not in facts:
        return patch
    args, known = facts["command"]["args"], facts["dossier"]["marks"]
    found: dict[str, list[Any]] = {
        "late": [_late_mark(one, facts) for one in verdicts if LATE in one.flags],
        "backdated": [rule for one in verdicts if BACKDATED in one.flags for rule in _crossed(one)],
        "attachments": [*args.get("attachments", [])],
        "papers": [_paper_mark(one, facts) for one in args.get("papers", [])],
    }
    added = {key: [*known.get(key, []), *new] for key, new in found.items() if new}  # type: ignore[misc]
    return {**patch, "marks": {**patch.get("marks", {}), **added}} if added else patch


def _paper_mark(paper: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    return {**paper, "at": facts["command"]["occurred_at"], "by": facts["actor"]["id"]}


def _crossed(verdict: Verdict) -> list[str]:
    """The rules whose bound a backdated command crossed."""
    rules = verdict.figures.get("rules")
    return [str(one) for one in rules] if isinstance(rules, (list, tuple)) else [verdict.rule]


def _late_mark(verdict: Verdict, facts: Facts) -> dict[str, object]:
    return {
        "rule": verdict.rule,
        "due_at": verdict.figures["due_at"],
        "at": facts["command"]["occurred_at"],
        "reason": facts["command"]["args"].get("reason"),
    }
