"""Ceilings and circumstances: met at the edge, unmet one step past it, and what would help."""

from typing import Any

import pytest

from tests.states.answers import COORDINATING, help_with, no
from tests.states.facts import ask, code, dossier, facts, is_met
from workflow.facts import Finding


def cap(rank: str | None, rule: str = "cap") -> dict[str, Any]:
    return {"rule": rule, "rank": rank, "count": 1, "refs": ["HS-2"]}


def under(
    command: str, args: dict[str, Any], *caps: dict[str, Any], circumstance: str = "", proposed: str | None = None
) -> Finding:
    told = facts(command, args=args, caps=list(caps), dossier=dossier(proposed=proposed))
    return ask("under_ceiling", told, rule="cap", circumstance=circumstance)


# — the rank that is judged —


@pytest.mark.row("P124-12-2", "P124-x-1")
@pytest.mark.parametrize("rank,passes", [("completed", True), ("good", True), ("excellent", False)])
def test_a_rank_is_refused_one_step_above_its_ceiling(rank: str, passes: bool):
    found = under("record_vote", {"rank": rank}, cap("good"))
    assert is_met(found) if passes else code(found) == "above_ceiling"


@pytest.mark.parametrize(
    "command,args,proposed,passes",
    [
        ("record_vote", {"rank": "excellent", "proposed": "good"}, None, True),
        ("record_vote", {"rank": "good", "proposed": "excellent"}, None, False),
        ("record_vote", {}, None, True),
        ("ratify", {}, "excellent", False),
        ("ratify", {}, "good", True),
        ("ratify", {"rank": "good"}, "excellent", True),
        ("ratify", {"rank": "excellent"}, "good", False),
        ("ratify", {"proposed": "good"}, "excellent", False),
    ],
)
def test_what_is_proposed_by_a_vote_and_what_is_decided_is_judged(
    command: str, args: dict[str, Any], proposed: str | None, passes: bool
):
    found = under(command, args, cap("good"), proposed=proposed)
    assert is_met(found) if passes else code(found) == "above_ceiling"


def test_a_ceiling_that_caps_nothing_is_met():
    assert is_met(under("record_vote", {"rank": "excellent"}))
    assert is_met(under("record_vote", {"rank": "excellent"}, cap("completed", rule="another")))
    seen_before_ceilings = facts("record_vote", args={"rank": "excellent"})
    assert is_met(ask("under_ceiling", seen_before_ceilings, rule="cap", circumstance=""))


FIGURES: dict[str, Any] = {"rank": "excellent", "highest": "good", "count": 1, "refs": ["HS-2"]}


@pytest.mark.parametrize(
    "circumstance,answer", [("", no("above_ceiling", **FIGURES)),
                            ("d", no("above_circumstance", circumstance="d", **FIGURES))]
)  # fmt: skip
def test_a_refusal_of_a_vote_says_by_what_and_offers_no_other_vote(circumstance: str, answer: Finding):
    assert under("record_vote", {"rank": "excellent"}, cap("good"), circumstance=circumstance) == answer


@pytest.mark.parametrize(
    "circumstance,answer", [("", no("above_ceiling", help_with("dossier.ratify", rank="not_completed"), **FIGURES)),
                            ("d", no("above_circumstance", help_with("dossier.ratify", rank="not_completed"),
                                     circumstance="d", **FIGURES))]
)  # fmt: skip
def test_who_decides_is_offered_what_no_ceiling_is_under(circumstance: str, answer: Finding):
    caps = cap("good"), cap("not_completed", rule="another"), cap(None, rule="third")
    assert under("ratify", {}, *caps, proposed="excellent", circumstance=circumstance) == answer


@pytest.mark.row("ND90-2-1")
@pytest.mark.parametrize("rank", ["not_completed", "excellent"])
def test_what_is_not_ranked_at_all_is_told_to_be_recorded_so(rank: str):
    found = under("record_vote", {"rank": rank}, cap(None), circumstance="months-worked")
    remedy = help_with("dossier.not_ranked", reason="…")
    figures: dict[str, Any] = {"circumstance": "months-worked", "count": 1, "refs": ["HS-2"]}
    assert found == no("not_to_be_ranked", remedy=remedy, **COORDINATING, **figures)


# — circumstances as they are recorded —


def described(
    args: dict[str, Any], *, months: bool = False, proof: bool = False, known: dict[str, Any] | None = None
) -> Finding:
    marks = {} if known is None else {"circumstances": known}
    told = facts("record_circumstance", args={"circumstance": "absence", **args}, dossier=dossier(marks=marks))
    return ask("circumstance_described", told, circumstance="absence", months=months, proof=proof, awaited=False)


def helping(**args: str) -> Any:
    return help_with("dossier.circumstance", ref="HS-0001", circumstance="absence", **args)


@pytest.mark.row("ND90-2-2")
@pytest.mark.parametrize("months,passes", [(None, False), (0, True), (12, True), (13, False)])
def test_a_circumstance_that_counts_says_for_how_many_months(months: int | None, passes: bool):
    found = described({} if months is None else {"months": months}, months=True)
    asked = no("circumstance_months", circumstance="absence", most=12, remedy=helping(months="N"))
    assert is_met(found) if passes else found == asked


def test_one_that_counts_none_takes_no_months():
    assert is_met(described({}))
    assert described({"months": 0}) == no("circumstance_uncounted", circumstance="absence", remedy=helping())


@pytest.mark.parametrize("letter,passes", [("5/QĐ", True), ("", False), (None, False)])
def test_one_that_is_proved_names_its_letter(letter: str | None, passes: bool):
    found = described({} if letter is None else {"letter": letter}, proof=True)
    asked = no("circumstance_unproved", circumstance="absence", remedy=helping(letter="NO"))
    assert is_met(found) if passes else found == asked


@pytest.mark.row("NT05-1a-7")
def test_what_is_awaited_is_told_in_words_or_by_a_letter():
    for args, passes in (({}, False), ({"text": "f" * 64}, True), ({"letter": "5/BC"}, True)):
        told = facts("record_circumstance", args={"circumstance": "absence", **args})
        found = ask("circumstance_described", told, circumstance="absence", months=False, proof=False, awaited=True)
        assert (
            is_met(found)
            if passes
            else found == no("circumstance_untold", circumstance="absence", remedy=helping(text="TEXT"))
        )


@pytest.mark.row("NT05-1a-7")
@pytest.mark.parametrize("command", ["record_vote", "ratify"])
def test_a_level_without_what_is_awaited_is_told_to_be_provisional(command: str):
    each: list[tuple[dict[str, Any], bool]] = [({}, False), ({"other": {}}, False), ({"absence": {}}, True)]
    for known, passes in each:
        told = facts(command, dossier=dossier(marks={"circumstances": known}))
        found = ask("circumstance_known", told, circumstance="absence", day="15/01")
        assert (
            is_met(found)
            if passes
            else found == no("level_provisional", circumstance="absence", day="15/01", remedy=helping(text="TEXT"))
        )


def test_the_line_that_helps_has_all_that_is_asked():
    found = described({}, months=True, proof=True)
    assert found.remedy == helping(months="N", letter="NO")


@pytest.mark.parametrize("counted", [True, False])
def test_what_is_taken_back_was_there_and_has_a_reason(counted: bool):
    known = {"absence": {"months": 3, "letter": None, "at": 7}}
    given = {"none": True, "reason": "f" * 64}
    assert is_met(described(given, months=counted, proof=True, known=known))
    missing = no("circumstance_unrecorded", circumstance="absence", ref="HS-0001")
    for other in ({}, {"discipline": known["absence"]}, None):
        assert described(given, months=counted, known=other) == missing
    reasonless = no("reason_missing", command="record_circumstance", remedy=helping(none="", reason="…"))
    assert described({"none": True}, known=known) == reasonless
    for some in ({"months": 0}, {"letter": "5/QĐ"}):
        both = no("none_and_some", command="record_circumstance")
        assert described(given | some, months=True, known=known) == both


def test_another_circumstance_is_not_asked():
    assert is_met(described({"circumstance": "discipline"}, months=True, proof=True))
    elsewhere = facts("record_circumstance", args={"circumstance": "discipline"})
    assert is_met(ask("circumstance_elsewhere", elsewhere, circumstance="absence"))


def test_a_dossier_that_the_pack_does_not_have_it_for_is_told():
    told = facts("record_circumstance", args={"circumstance": "absence"})
    found = ask("circumstance_elsewhere", told, circumstance="absence")
    assert found == no("circumstance_elsewhere", circumstance="absence", ref="HS-0001")
