"""What would help against a refusal: for each of its reasons the steps that can be taken, and who could take them.

A remedy is only worth pasting when it is not refused in its turn: what comes first is told first, by somebody who may.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from workflow.answers import Answer, Done, Refused
from workflow.facts import Remedy, Verdict
from workflow.services.views.ground import Ground
from workflow.services.views.holders import EVERYWHERE
from workflow.services.views.look import Look, dossiers_named
from workflow.services.views.quotas import GroupLine
from workflow.services.views.steps import Cure, Finder, Step
from workflow.services.views.ways import closing, deciding, forward, meeting_step, new_vote, sends, vote_step
from workflow.store.statements import Row
from workflow.words import DossierState, Role, VoteState

_SOMEBODY_ELSE = frozenset({"guard.no_role", "guard.own_dossier", "guard.not_the_ratifier", "guard.not_the_registrar"})
"""Reasons that only another person can help with."""

_OF_MEETINGS = frozenset(
    {"guard.meeting_missing", "guard.meeting_elsewhere", "guard.meeting_not_held", "guard.not_invited"}
)
"""Reasons that the right meeting helps with."""

_OVER = frozenset({"guard.quota_over", "guard.quota_cliff"})

_WHOLE_GROUPS = _OVER | {"guard.vote_open"}
"""Reasons that a whole group has to answer first; the caller's own command comes when it has."""

_WAITING = frozenset({"guard.waits_for", "guard.waits_beyond", "guard.waits_for_both"})
"""Reasons that lie with other dossiers, which come first."""

_BACKWARD = frozenset({"vote.revote", "vote.join"})
"""Steps that undo something: told where a rule asks for them, never because a command came too late."""

_AHEAD = ("self_review", "record_vote", "submit", "ratify")
"""The way of a dossier: a command on it can come too early."""

_USUAL: Mapping[str, tuple[tuple[str, str], ...]] = {
    "self_review": (("rank", "RANK"),),
    "send_back": (("reason", "…"), ("due_back", "YYYY-MM-DD")),
    "adjust": (("reason", "…"),),
    "withdraw": (("reason", "…"),),
    "not_ranked": (("reason", "…"),),
}
"""What a command is not done without, for whoever does it in somebody's place."""


def cures(look: Look, answer: Answer, actor: str | None) -> Finder:
    """The cures of an answer's refusals and warnings, read off this snapshot at once. `actor` gave the command."""
    ground = Ground(look, actor)
    told: list[Refused | Done] = [*answer.refused, *answer.done]
    refs = [one.ref for one in told if one.kind == "dossier"]
    rows = {row["ref"]: row for row in dossiers_named(look, refs)}
    places = _places(ground, answer)
    found: dict[tuple[str, str, str, str], Cure] = {}
    for one in answer.refused:
        for verdict in one.verdicts:
            key = (one.kind, one.ref, verdict.rule, verdict.code)
            if one.ref in rows:
                found[key] = _of_dossier(ground, one, verdict, rows[one.ref])
            else:
                found[key] = _elsewhere(ground, one, verdict, places.get(one.ref, EVERYWHERE))
    for done in answer.done:
        for verdict in done.warnings:
            if verdict.remedy is not None and not _is_again(done, verdict) and done.ref in rows:
                row = rows[done.ref]
                step = Step(remedy=verdict.remedy, actor=ground.coordinator(row))
                found[done.kind, done.ref, verdict.rule, verdict.code] = Cure(steps=(step,), who=step.actor)
    return lambda one, verdict: found.get((one.kind, one.ref, verdict.rule, verdict.code), Cure())


def _places(ground: Ground, answer: Answer) -> dict[str, str]:
    """Where the other things that were refused belong: a group's key begins with its unit, a meeting has one."""
    places = {one.ref: one.ref.partition(":")[0] for one in answer.refused if one.kind != "dossier"}
    meetings = ground.meetings_named(one.ref for one in answer.refused if one.kind == "meeting")
    return places | {row["ref"]: row["unit"] for row in meetings}


def _is_again(one: Refused | Done, verdict: Verdict) -> bool:
    """Whether the remedy is the same command, said more fully. A paper's verbs are none: their lines are whole."""
    if verdict.remedy is None:
        return False
    noun, _, command = verdict.remedy.action.partition(".")
    return noun != "document" and command == one.command


# — a dossier —


def _of_dossier(ground: Ground, refused: Refused, verdict: Verdict, row: Row) -> Cure:
    if verdict.code in _SOMEBODY_ELSE or _is_again(refused, verdict):
        if any(one.code in _WHOLE_GROUPS for one in refused.verdicts):
            return Cure(who=_who(ground, verdict, row))
        steps = _again(ground, refused, row)
        return Cure(steps=steps, who=steps[0].actor if steps else _who(ground, verdict, row))
    if verdict.code == "guard.correct_record":
        # The history tells the number that the correction names.
        look_up = Step(remedy=Remedy(action="replay", args={"ref": row["ref"]}))
        return Cure(steps=(look_up, *_again(ground, refused, row)), who=ground.actor)
    steps = tuple(_own(one, row) for one in _first(ground, refused, verdict, row))
    return Cure(steps=steps, who=_who(ground, verdict, row))


def _own(step: Step, row: Row) -> Step:
    """A step on the refused dossier itself, so that dossiers with the same reasons are told together."""
    return replace(step, refs=()) if step.refs == (row["ref"],) else step


def _first(ground: Ground, refused: Refused, verdict: Verdict, row: Row) -> list[Step]:
    """What has to be done before the command can be."""
    if verdict.code == "guard.vote_before_review":
        return forward(ground, row)
    if verdict.rule == "hoso.state":
        return forward(ground, row) if _comes_later(verdict, refused.command) else []
    if verdict.code in _OF_MEETINGS:
        return _meeting(ground, refused, verdict, row)
    if verdict.code == "guard.vote_open":
        return [step for group in _groups(ground, verdict) for step in closing(ground, group)]
    if verdict.code in _OVER:
        return [new_vote(ground, group) for group in _groups(ground, verdict)]
    if verdict.code == "guard.sends_missing":
        return sends(ground, row)
    if verdict.code in _WAITING:
        steps = [step for one in ground.named(_refs(verdict)) for step in forward(ground, one)]
        # What is waited for in another season is looked up there.
        if verdict.remedy is not None and verdict.code != "guard.waits_for":
            steps.append(Step(remedy=verdict.remedy))
        return steps
    if verdict.remedy is None:
        return []
    return [Step(remedy=verdict.remedy, actor=_who(ground, verdict, row) or ground.coordinator(row))]


def _refs(verdict: Verdict) -> list[str]:
    refs = verdict.figures.get("refs", ())
    return [str(one) for one in refs] if isinstance(refs, list | tuple) else [str(refs)]


def _comes_later(verdict: Verdict, command: str) -> bool:
    """Whether the command waits for a state that lies ahead; one that came too late, or that undoes what is not done,
    waits for nothing."""
    order = [DossierState.DRAFTED, DossierState.SELF_REVIEWED, DossierState.UNIT_VOTED, DossierState.SUBMITTED]
    state, needed = str(verdict.figures.get("state")), verdict.figures.get("needed")
    if state not in order or command in {"send_back", "adjust"} or not isinstance(needed, list | tuple):
        return False
    at = order.index(DossierState(state))
    return all(one not in order or order.index(DossierState(one)) > at for one in needed)


def _meeting(ground: Ground, refused: Refused, verdict: Verdict, row: Row) -> list[Step]:
    """The right meeting: one that was held, named with the vote; the invitation that nobody entered; or a new one."""
    kind, remedy = vote_step(ground, [row])
    if kind == "votes":
        return list(_again(ground, refused, row))
    hold = meeting_step(ground, row, remedy)
    if verdict.remedy is None or not _enters_paper(verdict):
        return [hold]
    return [Step(remedy=verdict.remedy, actor=hold.actor), replace(hold, instead=True)]


def _enters_paper(verdict: Verdict) -> bool:
    """Whether the meeting is the right one, and lacks only a paper that may be there."""
    return verdict.remedy is not None and verdict.remedy.action == "meeting.invite"


def _groups(ground: Ground, verdict: Verdict) -> list[GroupLine]:
    return [one for one in ground.groups_with_key(str(verdict.figures.get("group"))) if one.quota.id == verdict.rule]


# — the same command again —


def _again(ground: Ground, refused: Refused, row: Row) -> tuple[Step, ...]:
    """The caller's command once more: with everything that it lacked, by somebody who may. Where it could not be done
    by anybody yet, what comes first."""
    args: dict[str, str] = {}
    for verdict in refused.verdicts:
        if verdict.remedy is not None and _is_again(refused, verdict):
            args |= verdict.remedy.args
        if verdict.code == "guard.correct_record":
            args["corrects"] = "N"
        if verdict.code in _OF_MEETINGS and not _enters_paper(verdict):
            named = vote_step(ground, [row])[1].args
            args["meeting"] = named.get("meeting") or named.get("ref") or "MEETING"
    command, actor = refused.command, ground.actor
    usual = dict(_USUAL.get(command, ()))
    codes = {one.code for one in refused.verdicts}
    wrong_desk = "guard.outside_decision" in codes and not _is_registrar(ground, row)
    if codes & _SOMEBODY_ELSE or wrong_desk:
        actor = _performer(ground, command, row)
        if actor is None:
            return ()
        if command in _AHEAD:
            steps = forward(ground, row)
            if not any(one.remedy.action == f"dossier.{command}" for one in steps):
                return tuple(_own(one, row) for one in steps)
            # A decision is entered as ours or as an outside one, whatever the caller took it for.
            args |= deciding(ground, row) if command == "ratify" else {}
            if command == "record_vote" and codes == {"guard.no_role"}:
                # A stranger's meeting was not looked at.
                args["meeting"] = steps[0].remedy.args["meeting"]
            usual |= dict(steps[0].remedy.args)
    remedy = Remedy(action=f"dossier.{command}", args=args)
    return (Step(remedy=remedy, actor=actor, again=True, usual=tuple(usual.items())),)


def _is_registrar(ground: Ground, row: Row) -> bool:
    return ground.actor is not None and ground.holders.holds(ground.actor, Role.REGISTRAR, row["unit"])


def _performer(ground: Ground, command: str, row: Row) -> str | None:
    """Somebody who may do this command on this dossier."""
    if command in {"ratify", "adjust", "answer_petition"}:
        return ground.decider(row)
    roles = ground.look.rules.processes["dossier"].steps[command].roles
    if Role.COORDINATOR in roles:
        return ground.coordinator(row)
    names = (ground.pick(role, row["unit"], but=row["subject"]) for role in sorted(roles))
    return next((one for one in names if one is not None), None)


def _who(ground: Ground, verdict: Verdict, row: Row) -> str | None:
    """Who could do what a verdict asks for."""
    if verdict.who == Role.SUBJECT:
        return ground.holders.subject_of(row)
    if verdict.who == Role.RATIFIER and (not verdict.scope or verdict.scope == row["unit"]):
        return ground.decider(row)
    if not verdict.who:
        return None
    return ground.pick(verdict.who, verdict.scope or row["unit"], but=row["subject"])


# — anything else —


def _other(ground: Ground, refused: Refused, verdict: Verdict, place: str) -> str | None:
    """Somebody on the roster for a step whose first helper is not: whoever has another of the roles, and for a body
    that has nobody here the registrar, who enters its letter."""
    if verdict.code == "guard.meeting_unagreed":
        return ground.pick(Role.REGISTRAR, place)
    if verdict.code != "guard.no_role":
        return None
    process = ground.look.rules.processes.get(refused.kind)
    roles = frozenset() if process is None else process.steps[refused.command].roles
    if refused.kind == "meeting":
        roles -= {Role.RATIFIER}  # who decides in the unit that meets does not agree for a body
    return next((one for role in sorted(roles) if (one := ground.pick(role, place)) is not None), None)


def _before_repin(ground: Ground, verdict: Verdict, remedy: Remedy) -> Iterator[Step]:
    """The dossiers that were judged already, taken back by whoever may: together those of one person."""
    command, able = remedy.action.partition(".")[2], dict[str | None, list[str]]()
    for row in ground.named(_refs(verdict)):
        able.setdefault(_performer(ground, command, row), []).append(row["ref"])
    for actor, refs in able.items():
        yield Step(remedy=remedy, refs=tuple(refs), actor=actor)


def _elsewhere(ground: Ground, refused: Refused, verdict: Verdict, place: str) -> Cure:
    who = ground.pick(verdict.who, verdict.scope or place) if verdict.who else None
    other = who or _other(ground, refused, verdict, place)
    asked = ground.groups_with_key(refused.ref) if refused.command == "close_vote" else ()
    unvoted = [one for one in asked if one.vote == VoteState.OPEN and one.figures.unvoted]
    if unvoted and (verdict.code == "guard.unvoted" or verdict.code in _SOMEBODY_ELSE):
        return Cure(steps=tuple(step for one in unvoted for step in closing(ground, one)), who=who)
    if verdict.code in _SOMEBODY_ELSE:
        remedy = Remedy(action=f"{refused.kind}.{refused.command}")
        return Cure(steps=(Step(remedy=remedy, actor=other, again=True),) if other else (), who=who)
    if verdict.remedy is None or (verdict.rule == "hoso.state" and verdict.remedy.action in _BACKWARD):
        return Cure(who=who)
    if refused.command == "repin" and "refs" in verdict.figures:
        return Cure(steps=tuple(_before_repin(ground, verdict, verdict.remedy)), who=who)
    again = _is_again(refused, verdict)
    return Cure(steps=(Step(remedy=verdict.remedy, actor=other or ground.actor, again=again),), who=who)
