"""Deciding: facts in, verdicts and effects out. All unmet rules at once, and nothing is read or written on the way."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from states import packs
from states.processes import PROCESSES
from workflow import canonical
from workflow.engine import BACKDATED, LATE, WARNING, Check, Decision, Rules, decide, foresee
from workflow.facts import MET, Facts, Finding, Remedy, Verdict
from workflow.rulepack import Mode, Params, Where, WorkingDays
from workflow.words import Role, Status

PACK = packs.find("ninh-thuan-2024-11")
EVERYTHING = Where()


def dossier(**changes: Any) -> dict[str, Any]:
    made = {
        "id": "d",
        "ref": "HS-0001",
        "subject": "SNV-02",
        "unit": "SNV",
        "units": ["SNV", "UBND"],
        "unit_kind": "department",
        "kind": "person",
        "category": "civil_servant",
        "duty": "leadership",
        "tier": "btv",
        "lead": "deputy",
        "party": True,
        "track": "civil_servant",
        "state": "unit_voted",
        "expected": "good",
        "voted": "good",
        "proposed": "good",
        "decided": None,
        "route": "NT11-1g-2-deputies",
        "marks": {"reviewed_at": 1},
    }
    return {**made, **changes}


def facts(command: str = "submit", *, roles: tuple[str, ...] = ("coordinator",), **more: Any) -> Facts:
    told = {
        "process": "dossier",
        "name": command,
        "occurred_at": 100,
        "occurred_on": "2024-12-05",
        "recorded_at": 200,
        "args": {},
    }
    given: dict[str, Any] = {
        "command": {**told, **more.pop("told", {})},
        "actor": {"id": "SNV-13", "roles": list(roles), "auth": "os-user:lan, asserted"},
        "groups": [],
        "obligations": [],
        "dossier": dossier(),
    }
    made: Any = {**given, **more}
    return made  # type: ignore[no-any-return]


def owed(last_good_day: str | None, met_by: str | None = "submit") -> dict[str, Any]:
    return {"rule": "r", "met_by": met_by, "last_good_day": last_good_day}


def check(rule: str, finding: Finding | None = None, **more: Any) -> Check:
    """A check that always finds this; without a finding it may not be asked."""

    def answer(_: Facts, __: Params) -> Finding:
        if finding is None:
            raise AssertionError(f"{rule} was asked")
        return finding

    given: dict[str, Any] = {"clause": f"/UBND, {rule}", "params": {}, "where": EVERYTHING}
    return Check(rule=rule, function=answer, **{**given, **more})


def rules(*checks: Check, process: str = "dossier", command: str = "submit") -> Rules:
    return Rules(
        hash="h", pack=PACK, calendar=WorkingDays(), processes=PROCESSES, checks={(process, command): tuple(checks)}
    )


def unmet(code: str, **more: Any) -> Finding:
    return Finding(status=Status.UNMET, code=f"guard.{code}", **more)


UNKNOWN = Finding(status=Status.UNKNOWN, code="guard.ratifier_unsaid")


def of(decision: Decision) -> list[tuple[str, str]]:
    return [(one.rule, one.status.value) for one in decision.verdicts]


# — passing —


def test_a_command_passes_where_nothing_is_unmet():
    decision = decide(rules(check("a", MET), check("b", UNKNOWN)), facts())
    assert of(decision) == [("a", "met"), ("b", "unknown")]
    assert (decision.to, decision.role) == ("submitted", Role.COORDINATOR)
    assert decision.patch is not None
    assert decision.patch["state"] == "submitted"
    assert decision.refused == ()


def test_without_any_check_state_and_role_decide():
    assert decide(rules(), facts()).to == "submitted"


def test_deciding_changes_no_fact_and_says_the_same_twice():
    late = unmet("x", figures={"a": 1})
    for found in (MET, late, replace(late, status=Status.MET, flags=(BACKDATED,))):
        asked = facts(obligations=[owed("2024-12-04")])
        before = deepcopy(asked)
        first = decide(rules(check("a", found)), asked)
        assert asked == before
        assert decide(rules(check("a", found)), asked) == first


def test_a_patch_has_a_canonical_form():
    decision = decide(rules(), facts(told={"args": {"to": "so-noi-vu", "letter": "12/SNV"}}))
    assert canonical.loads(canonical.dumps(decision.patch)) == decision.patch


# — refusals —


def test_all_unmet_rules_are_told_at_once_in_the_packs_order():
    decision = decide(
        rules(check("a", unmet("x")), check("b", MET), check("c", unmet("y")), check("d", UNKNOWN)), facts()
    )
    assert [one.rule for one in decision.refused] == ["a", "c"]
    assert [one.rule for one in decision.unknown] == ["d"]
    assert (decision.to, decision.patch) == (None, None)


def test_an_unmet_verdict_carries_clause_figures_remedy_who_and_the_nearest_day():
    remedy = Remedy(action="vote.close_vote", args={"group": "SNV"})
    finding = unmet("vote_open", figures={"unvoted": 2}, remedy=remedy, who="coordinator", scope="SNV")
    asked = facts(obligations=[owed(None), owed("2024-11-01", None), owed("2024-12-15"), owed("2024-12-04")])
    (verdict,) = decide(rules(check("NT11-1a", finding)), asked).refused
    assert verdict.clause == "/UBND, NT11-1a"
    assert (verdict.code, verdict.figures) == ("guard.vote_open", {"unvoted": 2})
    assert (verdict.remedy, verdict.who, verdict.scope, verdict.by) == (remedy, "coordinator", "SNV", "2024-12-04")


def test_without_a_clock_there_is_no_day():
    assert decide(rules(check("a", unmet("x"))), facts(obligations=[owed(None)])).refused[0].by is None


def test_a_met_verdict_has_no_day():
    warned = Finding(status=Status.MET, code="guard.cliff", flags=(WARNING,))
    assert decide(rules(check("a", warned)), facts(obligations=[owed("2024-12-04")])).verdicts[0].by is None


def test_a_wrong_state_answers_alone():
    """No guard is asked, no role is named: what would be the use before the state is right?"""
    decision = decide(rules(check("a")), facts(roles=(), dossier=dossier(state="self_reviewed")))
    (verdict,) = decision.verdicts
    assert (verdict.rule, verdict.status, verdict.code) == ("hoso.state", Status.UNMET, "guard.wrong_state")
    assert verdict.figures["state"] == "self_reviewed"
    assert verdict.figures["needed"] == ["unit_voted"]
    assert "record_vote" in verdict.figures["possible"]  # type: ignore[operator]
    assert verdict.remedy == Remedy(action="dossier.record_vote")
    assert decision.to is None


def test_a_refusal_for_the_state_says_what_is_possible_what_is_needed_and_by_when():
    told = facts(dossier=dossier(state="self_reviewed"), obligations=[owed("2024-12-09"), owed("2024-12-04")])
    (verdict,) = decide(rules(), told).verdicts
    possible = [
        "record_vote",
        "withdraw",
        "not_ranked",
        "correct",
        "opinion",
        "attach",
        "suggest",
        "explain",
        "comment",
        "record_circumstance",
        "record_fault",
        "answer_fault",
    ]
    figures = {"command": "submit", "state": "self_reviewed", "possible": possible, "needed": ["unit_voted"]}
    remedy = Remedy(action="dossier.record_vote")
    assert verdict == Verdict(
        rule="hoso.state",
        clause="",
        status=Status.UNMET,
        code="guard.wrong_state",
        figures=figures,
        remedy=remedy,
        by="2024-12-04",
    )


def test_a_wrong_state_with_no_one_step_to_the_right_one_names_no_remedy():
    (verdict,) = decide(rules(command="ratify"), facts("ratify", dossier=dossier(state="drafted"))).verdicts
    assert verdict.remedy is None


def test_a_missing_role_is_told_beside_the_other_rules():
    decision = decide(rules(check("a", unmet("x")), check("b", MET)), facts(roles=("auditor",)))
    assert [one.rule for one in decision.refused] == ["hoso.role", "a"]
    assert decision.refused[0].code == "guard.no_role"
    assert decision.refused[0].figures == {"actor": "SNV-13", "roles": ["coordinator"]}
    assert (decision.refused[0].who, decision.refused[0].scope) == ("coordinator", "SNV")
    assert decision.role is None


def test_a_refusal_for_the_role_says_who_can_where_and_by_when():
    told = facts(roles=("auditor",), obligations=[owed("2024-12-04")])
    assert decide(rules(), told).verdicts == (
        Verdict(
            rule="hoso.role",
            clause="",
            status=Status.UNMET,
            code="guard.no_role",
            figures={"actor": "SNV-13", "roles": ["coordinator"]},
            who=Role.COORDINATOR,
            scope="SNV",
            by="2024-12-04",
        ),
    )


@pytest.mark.parametrize(
    "command,state,outside,who",
    [
        ("ratify", "submitted", True, Role.REGISTRAR),
        ("ratify", "submitted", False, Role.RATIFIER),
        ("withdraw", "unit_voted", True, Role.COORDINATOR),
        ("submit", "unit_voted", True, Role.COORDINATOR),
    ],
)
def test_an_outside_decision_is_entered_by_a_registrar_and_everything_else_done_as_ever(
    command: str, state: str, outside: bool, who: Role
):
    told = facts(command, roles=("auditor",), dossier=dossier(state=state, outside=outside))
    assert decide(rules(command=command), told).verdicts[0].who == who


def test_a_record_of_a_time_before_outside_was_noted_is_decided_again_as_ours():
    told = facts("ratify", roles=("auditor",), dossier=dossier(state="submitted"))
    assert set(told["dossier"]).isdisjoint({"outside"})
    assert decide(rules(command="ratify"), told).verdicts[0].who == Role.RATIFIER


def test_a_refusal_for_the_role_over_a_group_names_no_unit():
    """Where a group is, its coordinator knows; a group may run through units."""
    told = facts("close_vote", roles=("auditor",), told={"process": "vote"}, groups=[{"vote": "open"}])
    del told["dossier"]
    (verdict,) = decide(rules(process="vote", command="close_vote"), told).verdicts
    assert (verdict.who, verdict.scope, verdict.by) == (Role.COORDINATOR, "", None)


def test_a_missing_role_alone_refuses():
    decision = decide(rules(check("a", MET)), facts(roles=("auditor",)))
    assert [one.rule for one in decision.refused] == ["hoso.role"]
    assert decision.patch is None


def test_whoever_has_no_role_at_all_learns_nothing_of_the_dossier():
    decision = decide(rules(check("a")), facts(roles=()))
    assert of(decision) == [("hoso.role", "unmet")]


@pytest.mark.parametrize(
    "roles,acted", [(("auditor", "coordinator"), Role.COORDINATOR), (("subject", "coordinator"), Role.COORDINATOR)]
)
def test_the_role_on_record_is_the_one_that_allows(roles: tuple[str, ...], acted: Role):
    assert decide(rules(), facts(roles=roles)).role is acted


# — how hard a rule is —


def test_a_check_is_asked_about_the_facts_with_its_own_parameters_and_the_role_is_kept_in_a_refusal():
    asked: list[Any] = []

    def answer(told: Facts, params: Params) -> Finding:
        asked.append((told, params))
        return unmet("x")

    told, mine = facts(), {"rule": "a"}
    one = replace(check("a", MET), function=answer, params=mine)
    assert decide(rules(one), told).role is Role.COORDINATOR
    assert asked == [(told, mine)]


def test_a_record_only_rule_is_never_asked_and_answers_unknown():
    missing = check("no-value", mode=Mode.RECORD_ONLY)
    decision = decide(rules(missing), facts())
    assert decision.to == "submitted"
    (verdict,) = decision.unknown
    assert (verdict.rule, verdict.code, verdict.clause) == ("no-value", "guard.value_missing", "/UBND, no-value")


def test_a_record_only_rule_is_listed_in_a_refusal_too():
    decision = decide(rules(check("no-value", mode=Mode.RECORD_ONLY), check("a", unmet("x"))), facts())
    assert [one.rule for one in decision.unknown] == ["no-value"]
    assert [one.rule for one in decision.refused] == ["a"]


def test_a_warning_lets_pass_and_says_so():
    decision = decide(rules(check("soft", unmet("x", figures={"a": 1}), mode=Mode.WARN)), facts())
    assert decision.to == "submitted"
    (verdict,) = decision.warnings
    assert (verdict.code, verdict.figures, verdict.flags) == ("guard.x", {"a": 1}, (WARNING,))


def test_a_soft_rule_that_is_met_or_unknown_warns_of_nothing():
    decision = decide(rules(check("a", MET, mode=Mode.WARN), check("b", UNKNOWN, mode=Mode.WARN)), facts())
    assert decision.warnings == ()
    assert of(decision) == [("a", "met"), ("b", "unknown")]


# — whom a rule is about —


@pytest.mark.parametrize(
    "where,asked",
    [
        (Where(), True),
        (Where(tier=("btv",)), True),
        (Where(tier=("unit",)), False),
        (Where(unit=("SNV",)), True),
        (Where(route=("NT11-1g-2-deputies", "NT11-1e")), True),
        (Where(route=("NT11-1e",)), False),
        (Where(party=True), True),
        (Where(party=False), False),
    ],
)
def test_only_rules_about_this_dossier_are_asked(where: Where, asked: bool):
    decision = decide(rules(check("a", unmet("x"), where=where)), facts())
    assert bool(decision.refused) is asked


@pytest.mark.parametrize(
    "unless,asked",
    [
        ((Where(tier=("unit",)),), True),
        ((Where(tier=("btv",)),), False),
        ((Where(tier=("unit",)), Where(unit=("SNV",))), False),
        ((Where(tier=("unit",)), Where(unit=("UBND",))), True),
    ],
)
def test_whom_a_special_rule_is_about_the_general_one_is_not_asked_of(unless: tuple[Where, ...], asked: bool):
    decision = decide(rules(check("a", unmet("x"), unless=unless)), facts())
    assert bool(decision.refused) is asked


@pytest.mark.parametrize("kind,asked", [("K", ["a", "k"]), ("L", ["a", "l"]), (None, ["a"])])
def test_at_a_meeting_the_rules_of_its_kind_are_asked_and_those_of_any(kind: str | None, asked: list[str]):
    checks = check("a", unmet("x")), check("k", unmet("x"), kind="K"), check("l", unmet("x"), kind="L")
    meeting: dict[str, Any] = {
        "state": "planned",
        "ref": "HN-0001",
        "unit": "SNV",
        "invited": [],
        "held_on": None,
        "kind": kind,
    }
    told = facts("hold", told={"process": "meeting"}, meeting=meeting)
    decision = decide(rules(*checks, process="meeting", command="hold"), told)
    assert [one.rule for one in decision.refused] == asked


def test_only_rules_of_this_command_are_asked():
    assert decide(rules(check("a"), command="ratify"), facts()).to == "submitted"


# — marks that stay —


def test_a_lateness_let_pass_is_marked_for_good_with_its_reason():
    flagged = Finding(status=Status.MET, code="guard.late_taken", figures={"due_at": 90}, flags=(LATE,))
    earlier = {"rule": "other", "due_at": 1, "at": 2, "reason": None}
    asked = facts(told={"args": {"reason": "ab12"}}, dossier=dossier(marks={"late": [earlier]}))
    patch = decide(rules(check("NT11-1e-1", flagged)), asked).patch
    assert patch is not None
    assert patch["marks"]["late"] == [earlier, {"rule": "NT11-1e-1", "due_at": 90, "at": 100, "reason": "ab12"}]


def test_a_backdate_let_pass_is_marked_with_its_rule():
    flagged = Finding(status=Status.MET, code="guard.backdated", flags=(BACKDATED,))
    patch = decide(rules(check("hoso.backdate_proved", flagged)), facts()).patch
    assert patch is not None
    assert patch["marks"]["backdated"] == ["hoso.backdate_proved"]


def test_what_guards_find_is_marked_beside_what_the_command_marks_itself():
    late = Finding(status=Status.MET, code="guard.late_taken", figures={"due_at": 90}, flags=(LATE,))
    told = facts(told={"args": {"to": "x", "reason": "r"}}, dossier=dossier(marks={}))
    decision = decide(rules(check("late", late)), told)
    mark = {"rule": "late", "due_at": 90, "at": 100, "reason": "r"}
    own = {"submitted_at": 100, "sends": [{"to": "x", "at": 100, "letter": None}], "due_back": None}
    assert decision.patch == {"state": "submitted", "marks": {**own, "late": [mark]}}


def test_a_backdate_is_marked_with_every_rule_whose_bound_it_crossed():
    crossed = Finding(status=Status.MET, code="guard.backdated", figures={"rules": ["a", "b"]}, flags=(BACKDATED,))
    decision = decide(rules(check("hoso.backdate", crossed)), facts(dossier=dossier(marks={"backdated": ["z"]})))
    assert decision.patch is not None
    assert decision.patch["marks"]["backdated"] == ["z", "a", "b"]


def test_papers_handed_in_are_kept_beside_earlier_ones():
    asked = facts(told={"args": {"attachments": ["b" * 64]}}, dossier=dossier(marks={"attachments": ["a" * 64]}))
    patch = decide(rules(), asked).patch
    assert patch is not None
    assert patch["marks"]["attachments"] == ["a" * 64, "b" * 64]


def test_a_paper_handed_in_is_kept_with_who_brought_it_and_when_and_alone_on_a_command_that_marks_nothing():
    paper, earlier = {"kind": "report", "form": None, "digest": "ab"}, {"kind": "cv", "at": 1, "by": "SNV-02"}
    asked = facts("attach", told={"args": {"papers": [paper]}}, dossier=dossier(marks={"papers": [earlier]}))
    kept = [earlier, {**paper, "at": 100, "by": "SNV-13"}]
    assert decide(rules(command="attach"), asked).patch == {"state": "unit_voted", "marks": {"papers": kept}}


def test_nothing_found_marks_nothing():
    patch = decide(rules(check("a", MET)), facts()).patch
    assert patch is not None
    assert set(patch["marks"]) == {"submitted_at", "sends", "due_back"}


# — foreseeing —


def test_foreseeing_asks_nobody():
    asked = facts(told={"args": {"to": "so-noi-vu"}})
    foreseen = foresee(rules(check("a")), asked)
    assert foreseen is not None
    assert foreseen["state"] == "submitted"
    assert foreseen["marks"]["sends"] == [{"to": "so-noi-vu", "at": 100, "letter": None}]


def test_nothing_is_foreseen_where_the_state_does_not_allow_it():
    assert foresee(rules(), facts(dossier=dossier(state="drafted"))) is None


# — other processes —


def group(vote: str) -> dict[str, Any]:
    return {"key": "SNV", "vote": vote}


def test_a_vote_starts_from_its_group_s_state():
    told = {"process": "vote", "args": {"held_on": "2024-11-20"}}
    asked = facts("close_vote", told=told, groups=[group("open")])
    decision = decide(rules(check("a", MET), process="vote", command="close_vote"), asked)
    assert (decision.to, decision.patch) == ("closed", {"closed_on": "2024-11-20", "state": "closed"})
    closed = facts("close_vote", told=told, groups=[group("closed")])
    assert decide(rules(process="vote", command="close_vote"), closed).refused[0].code == "guard.wrong_state"


def test_a_meeting_starts_from_its_own_state():
    meeting = {"state": "held", "ref": "HN-0001", "unit": "SNV", "invited": [], "held_on": "2024-11-20"}
    asked = facts("hold", told={"process": "meeting"}, meeting=meeting)
    (verdict,) = decide(rules(process="meeting", command="hold"), asked).refused
    assert (verdict.code, verdict.figures["state"]) == ("guard.wrong_state", "held")
