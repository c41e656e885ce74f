"""Petitions about a result: what they say, who answers, and that a changed result was decided anew."""

from typing import Any

import pytest

from tests.states.facts import NOON, action, ask, code, dossier, facts, is_met
from workflow.facts import Facts

WAITING = {
    "at": NOON,
    "by": "SNV-02",
    "text": "a",
    "letter": None,
    "decided": "good",
    "answered_at": None,
    "outcome": None,
    "answer": None,
}
ANSWERED = {**WAITING, "answered_at": NOON + 1, "outcome": "kept", "answer": "b"}


def about(command: str, *petitions: dict[str, Any], args: dict[str, Any], **more: Any) -> Facts:
    marks = {"petitions": list(petitions), "ratified_at": more.pop("ratified_at", NOON - 1)}
    return facts(command, args=args, dossier=dossier(state="ratified", decided="good", marks=marks), **more)


@pytest.mark.parametrize("args", [{"text": "a"}, {"letter": "1/ĐN"}, {"attachments": ["f"]}])
def test_a_petition_says_something(args: dict[str, Any]) -> None:
    assert is_met(ask("petition_says", about("raise_petition", args=args)))
    assert is_met(ask("petition_says", about("raise_petition", ANSWERED, args=args)))
    assert code(ask("petition_says", about("raise_petition", args={}))) == "petition_empty"


def test_one_is_answered_before_the_next() -> None:
    refused = ask("petition_says", about("raise_petition", ANSWERED, WAITING, args={"text": "a"}))
    assert code(refused) == "petition_pending"
    assert action(refused)[0] == "petition.answer"


@pytest.mark.parametrize("args", [{}, {"text": "b"}, {"outcome": "kept"}])
def test_an_answer_says_what_became_of_the_result_and_why(args: dict[str, Any]) -> None:
    assert code(ask("petition_answered", about("answer_petition", WAITING, args=args))) == "petition_answer_empty"


def test_an_answer_is_to_a_petition_that_waits() -> None:
    args = {"outcome": "kept", "text": "b"}
    assert is_met(ask("petition_answered", about("answer_petition", ANSWERED, WAITING, args=args)))
    for petitions in ((), (ANSWERED,)):
        assert code(ask("petition_answered", about("answer_petition", *petitions, args=args))) == "petition_none"


@pytest.mark.parametrize(("ratified_at", "met"), [(NOON - 1, False), (NOON, False), (NOON + 1, True)])
def test_a_changed_result_was_decided_since_the_petition(ratified_at: int, met: bool) -> None:
    told = about("answer_petition", WAITING, args={"outcome": "changed", "text": "b"}, ratified_at=ratified_at)
    found = ask("result_changed", told)
    assert is_met(found) is met
    if not met:
        assert code(found) == "petition_unchanged"
        assert action(found)[0] == "dossier.adjust"


def test_a_kept_result_needs_no_new_decision() -> None:
    assert is_met(ask("result_changed", about("answer_petition", WAITING, args={"outcome": "kept", "text": "b"})))
    assert is_met(ask("result_changed", about("answer_petition", args={"outcome": "changed", "text": "b"})))


@pytest.mark.parametrize(
    ("external", "roles", "why"),
    [
        (False, ["ratifier"], None),
        (False, ["registrar"], "not_the_ratifier"),
        (True, ["registrar"], None),
        (True, ["ratifier"], "not_the_registrar"),
    ],
)
@pytest.mark.parametrize("command", ["adjust", "answer_petition"])
def test_what_is_decided_anew_is_opened_by_who_decided(
    command: str, external: bool, roles: list[str], why: str | None
) -> None:
    found = ask("adjusted_by_route", about(command, WAITING, args={}, roles=roles), body="committee", external=external)
    assert is_met(found) if why is None else code(found) == why
