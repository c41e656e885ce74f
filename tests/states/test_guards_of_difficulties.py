"""An answer to a difficulty says something; entered for the authority, it names the authority's letter."""

from typing import Any

import pytest

from tests.states.facts import action, ask, code, facts, is_met
from workflow.facts import Facts


def answer(state: str, args: dict[str, Any], *roles: str) -> Facts:
    told = {"ref": "VM-0001", "unit": "SNV", "state": state, "told": {}}
    return facts("answer_difficulty", process="difficulty", difficulty=told, args=args, roles=roles)


@pytest.mark.parametrize("args", [{"text": "a"}, {"letter": "1/CV"}, {"attachments": ["f"]}])
def test_an_answer_says_something(args: dict[str, Any]) -> None:
    assert is_met(ask("difficulty_answered", answer("raised", args, "monitor")))
    refused = ask("difficulty_answered", answer("raised", {}, "monitor"))
    assert code(refused) == "difficulty_answer_empty"
    assert action(refused) == ("difficulty.answer_difficulty", {"text": "TEXT"})


@pytest.mark.parametrize(
    ("args", "role", "passes"),
    [
        ({"text": "a"}, "authority", True),
        ({"text": "a"}, "monitor", False),
        ({"text": "a"}, "registrar", False),
        ({"letter": "9/CV"}, "monitor", True),
    ],
)
def test_what_was_passed_on_is_answered_by_the_authority_or_by_its_letter(
    args: dict[str, Any],
    role: str,
    passes: bool,
) -> None:
    found = ask("difficulty_answered", answer("passed_on", args, role))
    assert is_met(found) if passes else code(found) == "difficulty_answer_unproved"
