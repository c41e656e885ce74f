"""Faults as they are recorded, and those that earlier reviews left open: what is taken, refused, and would help."""

from typing import Any

import pytest

from tests.states.answers import help_with, no
from tests.states.facts import ask, dossier, facts, is_met
from workflow.facts import Finding

OPEN = {"number": 1, "text": "ab", "at": 1}
CLOSED = {"number": 2, "text": "cd", "at": 1, "mended": {"text": None, "letter": "1/BC", "at": 2}}
GONE = {"number": 3, "text": "ef", "at": 1, "taken_back": 2}


def recorded(*, known: Any = (OPEN, CLOSED, GONE), **args: Any) -> Finding:
    marks = {"faults": list(known)} if known else {}
    return ask("fault_described", facts("record_fault", args=args, dossier=dossier(marks=marks)))


def fault(**args: str) -> Any:
    return help_with("dossier.fault", ref="HS-0001", **args)


# — on record —


def test_a_new_fault_says_what_it_is():
    assert is_met(recorded(text="x"))
    assert is_met(recorded(known=(), text="x"))
    assert recorded() == no("fault_untold", remedy=fault(text="TEXT"))


@pytest.mark.parametrize("way", ["mended", "none"])
def test_what_became_of_a_fault_names_which(way: str):
    assert recorded(**{way: True}, text="x") == no("fault_unnamed", ref="HS-0001", known=["1"])


@pytest.mark.parametrize("number", [0, 2, 3, 4])
def test_only_what_is_open_is_mended_or_taken_back(number: int):
    refused = no("fault_not_open", ref="HS-0001", fault=number, known=["1"])
    assert recorded(fault=number, mended=True, text="x") == refused
    assert recorded(fault=number, none=True, reason="x") == refused
    assert recorded(known=(), fault=1, mended=True, text="x").figures["known"] == []


def test_what_was_mended_is_told_in_words_or_by_a_letter():
    assert is_met(recorded(fault=1, mended=True, text="x"))
    assert is_met(recorded(fault=1, mended=True, letter="3/BC"))
    helping = fault(mended="1", text="TEXT")
    assert recorded(fault=1, mended=True) == no("mending_untold", fault="1", remedy=helping)
    assert recorded(fault=1) == no("fault_which_way", ref="HS-0001", fault=1, remedy=helping)
    both = recorded(fault=1, mended=True, none=True, text="x", reason="x")
    assert both == no("fault_which_way", ref="HS-0001", fault=1, remedy=helping)


def test_what_is_taken_back_has_a_reason_and_nothing_else():
    assert is_met(recorded(fault=1, none=True, reason="x"))
    reasonless = no("reason_missing", command="record_fault", remedy=fault(**{"take-back": "1", "reason": "…"}))
    assert recorded(fault=1, none=True) == reasonless
    for more in ({"text": "x"}, {"letter": "3/BC"}):
        assert recorded(fault=1, none=True, reason="x", **more) == no("none_and_some", command="record_fault")


# — carried over —


def carried(*names: str) -> list[dict[str, Any]]:
    return [{"fault": one, "season": "2023", "text": "ab", "at": 1} for one in names]


def answered(**args: Any) -> Finding:
    told = facts("answer_fault", args=args, carried=carried("HS-2/1", "HS-2/2"))
    return ask("fault_carried", told)


def answer(**args: str) -> Any:
    return help_with("dossier.answer", ref="HS-0001", fault="HS-2/1", **args)


def test_an_answer_is_for_what_was_carried_over():
    known = ["HS-2/1", "HS-2/2"]
    assert is_met(answered(carried="HS-2/2", text="x"))
    assert answered(carried="HS-2/3", text="x") == no("fault_not_carried", ref="HS-0001", fault="HS-2/3", known=known)
    assert answered(text="x") == no("fault_not_carried", ref="HS-0001", fault="", known=known)
    none = ask("fault_carried", facts("answer_fault", args={"carried": "HS-2/1", "text": "x"}))
    assert none == no("fault_not_carried", ref="HS-0001", fault="HS-2/1", known=[])


def test_what_is_still_open_is_told_in_words_and_what_is_mended_in_words_or_by_a_letter():
    assert is_met(answered(carried="HS-2/1", mended=True, text="x"))
    assert is_met(answered(carried="HS-2/1", mended=True, letter="3/BC"))
    untold = no("mending_untold", fault="HS-2/1", remedy=answer(mended="", text="TEXT"))
    assert answered(carried="HS-2/1", mended=True) == untold
    silent = no("answer_untold", fault="HS-2/1", remedy=answer(text="TEXT"))
    assert answered(carried="HS-2/1") == silent
    assert answered(carried="HS-2/1", letter="3/BC") == silent


@pytest.mark.row("NT05-1b-2")
def test_a_review_answers_for_every_fault_that_was_left_open():
    def reviewing(*names: str, **answers: Any) -> Finding:
        marks = {"answers": answers} if answers else {}
        return ask("faults_answered", facts("self_review", carried=carried(*names), dossier=dossier(marks=marks)))

    told = {"HS-2/1": {"mended": False, "text": "ab", "letter": None, "at": 1}}
    assert is_met(reviewing())
    assert is_met(ask("faults_answered", facts("self_review")))
    assert is_met(reviewing("HS-2/1", **told))
    assert reviewing("HS-2/1", "HS-2/2") == no(
        "faults_unanswered", count=2, faults=["HS-2/1", "HS-2/2"], remedy=answer(text="TEXT"), who="subject"
    )
    left = reviewing("HS-2/1", "HS-2/2", **told)
    assert left.figures == {"count": 1, "faults": ["HS-2/2"]}
    assert left.remedy is not None
    assert left.remedy.args["fault"] == "HS-2/2"
