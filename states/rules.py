"""A stored pack made ready to decide with: every rule of it bound to its guard (design sections 1 and 3).

`compile_rules` is what the front door hands to the services; the engine never imports this package.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

from states.guards import GUARDS
from states.processes import processes_of
from states.stored import load, pack_hash
from workflow.discharge import SEND
from workflow.engine import Check, Rules
from workflow.rulepack import (
    OWN_UNIT,
    Before,
    CarryOver,
    Ceiling,
    Circumstance,
    Clause,
    CommentsRule,
    Deadline,
    GuardRule,
    Late,
    MeetingRule,
    Mode,
    Moment,
    Once,
    Order,
    PaperRule,
    Params,
    Quota,
    Route,
    RulePack,
    SentBy,
    Submission,
    SuggestionRule,
    Where,
    Wording,
)

_ANY = Where()
_STANDING = (
    ("dossier", "self_review", ("expected_named",)),
    ("dossier", "record_vote", ("not_own", "rank_given", "meeting_held")),
    ("dossier", "submit", ("not_own",)),
    ("dossier", "ratify", ("not_own", "not_above_adjusted", "decided_as_proposed")),
    ("dossier", "send_back", ("not_own", "reason_given", "due_back_named")),
    ("dossier", "adjust", ("not_own", "reason_given")),
    ("dossier", "raise_petition", ("petition_says",)),
    ("dossier", "answer_petition", ("not_own", "petition_answered", "result_changed")),
    ("dossier", "send", ("not_own",)),
    ("dossier", "receive", ("not_own",)),
    ("dossier", "withdraw", ("not_own", "reason_given")),
    ("dossier", "not_ranked", ("not_own", "reason_given")),
    ("dossier", "correct", ("not_own", "reason_given", "rank_given", "correction_named")),
    ("dossier", "opinion", ("not_own", "opinion_says")),
    ("dossier", "attach", ("files_given",)),
    ("dossier", "suggest", ("not_own", "suggestion_described")),
    ("dossier", "explain", ("files_given", "explanation_asked")),
    ("dossier", "comment", ("not_own", "comment_described")),
    ("difficulty", "answer_difficulty", ("difficulty_answered",)),
    ("dossier", "record_circumstance", ("not_own",)),
    ("dossier", "record_fault", ("not_own", "fault_described")),
    ("dossier", "answer_fault", ("fault_carried",)),
    ("dossier", "amend", ("changes_given",)),
    ("vote", "close_vote", ("all_voted",)),
    ("vote", "revote", ("may_vote_again",)),
    ("meeting", "invite", ("invitation_proved",)),
    ("meeting", "hold", ("meeting_described",)),
    ("meeting", "note", ("note_says",)),
    ("meeting", "move", ("reason_for_moving",)),
    ("meeting", "minute", ("minutes_given", "all_counted")),
)
"""What every pack has, because the engine promises it (design section 3), whatever the regulation."""

_WARNED = (("dossier", "ratify", "decision_numbered"),)
"""What every pack's reader is told of; a pack whose regulation demands it names the guard itself."""


def compile_rules(stored: bytes) -> Rules:
    """The rules of a pack, from the bytes that a season stored. Raises `NotCanonical` for bytes that are no pack."""
    kept = load(stored)
    checks: dict[tuple[str, str], list[Check]] = {}
    for process, command, check in _checks(kept.pack):
        checks.setdefault((process, command), []).append(check)
    return Rules(
        hash=pack_hash(stored),
        pack=kept.pack,
        calendar=kept.working_days,
        processes=processes_of(kept.pack.settings.submitted),
        checks={key: tuple(found) for key, found in checks.items()},
    )


def _checks(pack: RulePack) -> Iterator[tuple[str, str, Check]]:
    for process, command, names in _STANDING:
        for name in names:
            yield process, command, _standing(name, {})
    for process, command, name in _WARNED:
        yield process, command, replace(_standing(name, {}), mode=Mode.WARN)
    unreviewed = tuple(one.value for one in pack.settings.unreviewed)
    yield "dossier", "record_vote", _standing("early_vote_reasoned", {"unreviewed": unreviewed})
    if not any(one.uses == "tally_complete" for one in pack.guards):
        yield "dossier", "record_vote", _standing("tally_complete", {})
    yield "dossier", "record_vote", _standing("proposal_follows_vote", {"proposal": pack.settings.proposal})
    sends = any(one.met_by == SEND for one in pack.deadlines)
    for command in GUARDS["backdate_proved"].commands:
        # A send crosses no bound where none is met by one.
        if command == SEND and not sends:
            continue
        yield "dossier", command, _standing("backdate_proved", {"backdate": pack.settings.backdate.value})
    yield from _judged(pack)
    for route in pack.routes:
        yield from _routed(pack, route)
    registering = tuple(one.id for one in pack.meetings if one.registered_through)
    for command in GUARDS["registration_described"].commands:
        yield "meeting", command, _standing("registration_described", {"kinds": registering})
    for kind in pack.meetings:
        yield from _met(pack, kind)
    yield from _documented(pack)
    for circumstance in pack.circumstances:
        yield from _recorded(pack, circumstance)


def _judged(pack: RulePack) -> Iterator[tuple[str, str, Check]]:
    """The rules that have a mode."""
    for rule in filter(_is_on, pack.guards):
        yield rule.process, rule.command, _named(pack, rule)
    for deadline in filter(_is_on, pack.deadlines):
        yield from _timed(pack, deadline) if deadline.met_by else _planned(pack, deadline)
    for quota in filter(_is_on, pack.quotas):
        yield _capped(pack, quota)
        if not quota.missing and quota.mode is not Mode.RECORD_ONLY:
            yield from _beside_its_moment(pack, quota)
    for order in filter(_is_on, pack.orders):
        yield "dossier", order.command, _ordered(pack, order)
    for ceiling in filter(_is_on, pack.ceilings):
        for command in ceiling.commands:
            yield "dossier", command, _topped(pack, ceiling)
    for carry in filter(_is_on, pack.carry_overs):
        yield "dossier", "self_review", _bound(pack, carry, "faults_answered", {}, where=carry.where, mode=carry.mode)


class Cited(Protocol):
    """A rule of a pack: verdicts name it by its id and clause."""

    @property
    def id(self) -> str: ...
    @property
    def clause(self) -> Clause: ...


def _is_on(
    rule: GuardRule | Quota | Deadline | Order | Ceiling | CarryOver | PaperRule | SuggestionRule | CommentsRule,
) -> bool:
    return rule.mode is not Mode.OFF


def _standing(name: str, params: Params) -> Check:
    return Check(rule=f"hoso.{name}", clause="", function=GUARDS[name].function, params=params, where=_ANY)


def _bound(pack: RulePack, rule: Cited, name: str, params: Params, *, where: Where = _ANY, **more: Any) -> Check:
    """A guard asked for by a rule of the pack, under its id and clause."""
    function, clause = GUARDS[name].function, pack.cited(rule.clause)
    return Check(rule=rule.id, clause=clause, function=function, params=params, where=where, **more)


def _named(pack: RulePack, rule: GuardRule) -> Check:
    return _bound(pack, rule, rule.uses, rule.params, where=rule.where, mode=_mode(rule))


def _mode(rule: GuardRule | Quota | Deadline | PaperRule | SuggestionRule | CommentsRule) -> Mode:
    """How hard a rule is: one whose value the text lacks is never judged."""
    return Mode.RECORD_ONLY if rule.missing else rule.mode


def _timed(pack: RulePack, rule: Deadline) -> Iterator[tuple[str, str, Check]]:
    if rule.wording in {Wording.BEFORE_EVENT, Wording.WITH_EVENT} and rule.met_by and rule.event:
        before: Params = {"command": rule.met_by}
        yield "dossier", rule.event, _bound(pack, rule, "done_before", before, where=rule.where, mode=_mode(rule))
        return
    guard, to = ("sent_in_time", {"to": str(rule.recipient)}) if rule.met_by == SEND else ("in_time", {})
    proving = ("receive",) if pack.settings.sent is SentBy.RECEIPT else ("submit", "send")
    commands = proving if rule.met_by == SEND else (rule.met_by or "",)
    if not set(commands) <= set(GUARDS[guard].commands):
        return
    refusing = rule.late is Late.REFUSE and rule.owner != OWN_UNIT
    late = Late.FLAG if refusing or rule.mode is Mode.WARN else rule.late
    params: Params = {"rule": rule.id, "late": late.value, **to}
    check = _bound(pack, rule, guard, params, where=rule.where, mode=_mode(rule))
    for command in commands:
        yield "dossier", command, check


def _planned(pack: RulePack, rule: Deadline) -> Iterator[tuple[str, str, Check]]:
    """What a step of the plan asks of whoever says that it is done, or not needed."""
    if rule.paper is not None:
        yield "milestone", "done", _bound(pack, rule, "step_proved", {"kind": rule.paper.value})
    if rule.waits_for is not None:
        waits: Params = {"command": rule.waits_for}
        yield "milestone", "done", _bound(pack, rule, "dossiers_there", waits, mode=_mode(rule))
    if not rule.optional:
        yield "milestone", "not_needed", _bound(pack, rule, "step_needed", {})
    elif rule.ranks:
        ranks: Params = {"ranks": tuple(one.value for one in rule.ranks)}
        yield "milestone", "not_needed", _bound(pack, rule, "none_listed", ranks)


def _capped(pack: RulePack, rule: Quota) -> tuple[str, str, Check]:
    at_submit = rule.moment is Moment.SUBMIT
    params: dict[str, str | int | bool] = {"rule": rule.id, "rank": rule.rank.value}
    if at_submit:
        params |= {"over": rule.over.value, "base": rule.base.value}
    # Whoever is counted in the group is judged by it, also after an edit; without a value there is no group.
    where, name = rule.where if rule.missing else _ANY, "group_ready" if at_submit else "group_has_room"
    check = _bound(pack, rule, name, params, where=where, mode=_mode(rule))
    return "dossier", "submit" if at_submit else "ratify", check


def _beside_its_moment(pack: RulePack, rule: Quota) -> Iterator[tuple[str, str, Check]]:
    """What is told of a quota where it does not bite: before it does, and after what was within it."""
    capped: Params = {"rule": rule.id, "rank": rule.rank.value}
    if rule.moment is Moment.SUBMIT:
        yield "dossier", "ratify", _bound(pack, rule, "group_within", capped, mode=Mode.WARN)
    else:
        foreseen = _bound(pack, rule, "group_foreseen", capped)
        yield "dossier", "submit", foreseen
        yield "vote", "close_vote", foreseen


def _ordered(pack: RulePack, rule: Order) -> Check:
    params: Params = {"rule": rule.id, "reached": rule.reached}
    return _bound(pack, rule, "in_order", params, where=rule.then, mode=rule.mode)


def _topped(pack: RulePack, rule: Ceiling) -> Check:
    params: Params = {"rule": rule.id, "circumstance": rule.circumstance or ""}
    return _bound(pack, rule, "under_ceiling", params, where=rule.of, mode=rule.mode)


def _recorded(pack: RulePack, rule: Circumstance) -> Iterator[tuple[str, str, Check]]:
    """What a circumstance asks of whoever puts it on record; it stands on no dossier but those that it is for."""
    command, named = "record_circumstance", rule.id
    described: Params = {
        "circumstance": named,
        "months": rule.months,
        "proof": rule.proof,
        "awaited": rule.awaited,
    }
    yield "dossier", command, _bound(pack, rule, "circumstance_described", described, where=rule.where)
    if rule.awaited:
        for given in GUARDS["circumstance_known"].commands:
            awaited: Params = {"circumstance": named, "day": rule.available or ""}
            yield "dossier", given, _bound(pack, rule, "circumstance_known", awaited, where=rule.where, mode=Mode.WARN)
    if rule.where != _ANY:
        elsewhere: Params = {"circumstance": named}
        yield "dossier", command, _bound(pack, rule, "circumstance_elsewhere", elsewhere, unless=(rule.where,))


def _routed(pack: RulePack, route: Route) -> Iterator[tuple[str, str, Check]]:
    bound = partial(_bound, pack, route, where=Where(route=(route.id,)))
    everyone = tuple(one.body for one in route.recipients)
    stations = tuple(one.via for one in route.recipients if one.via is not None)
    for command in GUARDS["recipient_on_route"].commands:
        bodies = everyone + stations if command == "receive" else everyone
        yield "dossier", command, bound("recipient_on_route", {"recipients": bodies})
    later: Params = {"recipients": tuple(one.body for one in route.recipients if one.afterwards)}
    for command in GUARDS["sent_in_turn"].commands:
        yield "dossier", command, bound("sent_in_turn", later)
    required: Params = {"recipients": tuple(one.body for one in route.required())}
    yield "dossier", "ratify", bound("sends_complete", required)
    if pack.settings.submitted is Submission.ALL_SENT:
        yield "dossier", "submit", bound("others_sent", required)
        yield "dossier", "send", bound("one_left_to_submit", required)
    if route.ratifier is None:
        yield "dossier", "ratify", bound("ratifier_unsaid", {})
    else:
        external = any(body.id == route.ratifier and body.external for body in pack.bodies)
        decides: Params = {"body": route.ratifier, "external": external}
        yield "dossier", "ratify", bound("decided_by_route", decides)
        yield "dossier", "adjust", bound("adjusted_by_route", decides)
        yield "dossier", "answer_petition", bound("adjusted_by_route", decides)
    yield "dossier", "opinion", bound("opinion_asked", {"bodies": route.opinions})
    sought = "opinion_given" if route.waits_for_opinions else "opinion_heard"
    for body in route.opinions:
        yield "dossier", "ratify", bound(sought, {"body": body})


def _documented(pack: RulePack) -> Iterator[tuple[str, str, Check]]:
    for paper in filter(_is_on, pack.papers):
        yield from _handed_in(pack, paper)
    asked = tuple(dict.fromkeys(body for one in filter(_is_on, pack.comments) for body in one.bodies))
    if asked:
        yield "dossier", "comment", _standing("comment_asked", {"bodies": asked})
    answers: list[SuggestionRule | CommentsRule] = [*pack.suggestions, *pack.comments]
    for rule in filter(_is_on, answers):
        yield from _answered(pack, rule)


def _handed_in(pack: RulePack, rule: PaperRule) -> Iterator[tuple[str, str, Check]]:
    """What a paper has to be when it is handed in, and the step that waits for it."""
    unless = tuple(one.where for one in pack.papers if rule.id in one.overrides)
    bound = partial(_bound, pack, rule, where=rule.where, mode=_mode(rule), unless=unless)
    kind, sections = rule.kind.value, tuple(one.id for one in rule.sections)
    whole: Params = {
        "kind": kind,
        "forms": rule.forms,
        "types": tuple(one.value for one in rule.types),
        "largest": rule.largest or 0,
        "sections": sections,
    }
    for command in GUARDS["paper_fits"].commands:
        yield "dossier", command, bound("paper_fits", whole)
    if rule.once is not Once.NONE:
        yield "dossier", "attach", bound("only_one", {"kind": kind, "forms": rule.forms})
    if rule.needed_at is not None:
        once = rule.once is not Once.NONE
        asked: Params = {"kind": kind, "forms": rule.forms, "sections": sections, "once": once}
        yield "dossier", rule.needed_at, bound("paper_present", asked)


def _answered(pack: RulePack, rule: SuggestionRule | CommentsRule) -> Iterator[tuple[str, str, Check]]:
    """What is looked up, explained or heard, before the review of a dossier and before the meeting that reviews it."""
    bodies = rule.bodies if isinstance(rule, CommentsRule) else ()
    bound = partial(_bound, pack, rule, where=rule.where, mode=_mode(rule))
    if isinstance(rule, CommentsRule) and rule.working_days is not None:
        yield "meeting", "hold", bound("drafts_there", {"rule": rule.id, "days": rule.working_days})
    if isinstance(rule, CommentsRule) and not bodies:
        return
    if Before.SELF_REVIEW in rule.before and isinstance(rule, CommentsRule):
        yield "dossier", "self_review", bound("comments_collected", {"bodies": bodies})
    elif Before.SELF_REVIEW in rule.before:
        yield "dossier", "self_review", bound("suggestion_answered", {})
    if Before.HOLD in rule.before:
        yield "meeting", "hold", bound("dossiers_ready", {"rule": rule.id, "bodies": bodies})


def _met(pack: RulePack, rule: MeetingRule) -> Iterator[tuple[str, str, Check]]:
    """What a kind of meeting asks of its meetings, and of the votes on the dossiers that it reviews."""
    bound = partial(_bound, pack, rule, where=rule.where, kind=rule.id)
    yield "dossier", "record_vote", bound("meeting_of_kind", {"kind": rule.id})
    voting = tuple(one.id for one in rule.voting())
    yield "meeting", "agree", bound("agreement_asked", {"bodies": rule.agreed_by})
    if rule.registered_through is not None:
        asked = rule.agreed_by
        yield "meeting", "hold", bound("agreed_before_held", {"bodies": asked, "through": rule.registered_through})
    if rule.invited():
        yield "meeting", "hold", bound("invitations_sent", {"bodies": rule.invited()})
    if voting:
        counted = rule.quorum is not None or any(one.method is not None for one in rule.steps)
        yield "meeting", "hold", bound("presence_told", {"voting": voting, "counted": counted})
    if rule.quorum is not None:
        more, than = rule.quorum.more_than
        yield "meeting", "hold", bound("quorum_met", {"voting": voting, "more": more, "than": than})
    if rule.steps:
        steps = tuple(one.step.value for one in rule.steps)
        optional = tuple(one.step.value for one in rule.steps if one.optional)
        yield "meeting", "note", bound("step_asked", {"steps": steps, "optional": optional})
    if rule.to_decide():
        yield "meeting", "minute", bound("steps_decided", {"optional": rule.to_decide()})
    voted = [(one.step.value, one.method.value) for one in rule.steps if one.method is not None]
    if voted:
        steps, methods = zip(*voted, strict=True)
        own: Params = {"self_vote": rule.self_vote.value}
        yield "meeting", "tally", bound("tally_asked", {"steps": steps, "methods": methods})
        yield "meeting", "tally", bound("tally_in_order", {"steps": steps})
        yield "meeting", "tally", bound("tally_adds_up", own)
        yield "meeting", "tally", bound("count_signed", {})
        yield "meeting", "tally", bound("self_vote_told", own)
        yield "dossier", "record_vote", bound("rank_follows_tally", _threshold(rule))
        yield "dossier", "correct", bound("correction_follows_tally", {})


def _threshold(rule: MeetingRule) -> Params:
    if rule.threshold is None:
        return {}
    more, than = rule.threshold.more_than
    return {"of": rule.threshold.of.value, "more": more, "than": than}
