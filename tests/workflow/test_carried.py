"""Which faults earlier reviews left open, asked of dossiers in memory."""

from dataclasses import replace
from typing import Any, cast

import pytest

from tests.workflow.book import PACK, dossier
from workflow.carried import asked, is_open, name_of, rules, still_open, unanswered
from workflow.facts import Fault
from workflow.rulepack import CarryOver, Clause, Mode, Text, Where
from workflow.words import SubjectKind

MENDED = {"text": None, "letter": "1/BC", "at": 9}


def fault(number: int, **more: Any) -> Fault:
    return cast("Fault", {"number": number, "text": f"t{number}", "at": number, **more})


def row(season: str, ref: str, *faults: Fault, answers: Any = None) -> dict[str, Any]:
    marks: dict[str, Any] = {"faults": list(faults)} if faults else {}
    marks |= {"answers": answers} if answers else {}
    return {"season_code": season, "ref": ref, "marks": marks}


def answered(*, mended: bool) -> dict[str, Any]:
    return {"mended": mended, "text": "w", "letter": None, "at": 9}


def names(*rows: dict[str, Any]) -> list[str]:
    return [one["fault"] for one in still_open(rows)]


# — which are open —


def test_a_fault_is_open_until_it_is_mended_or_taken_back():
    assert is_open(fault(1))
    assert not is_open(fault(1, mended=MENDED))
    assert not is_open(fault(1, taken_back=9))


def test_what_is_open_is_told_with_its_name_its_season_and_what_it_is():
    rows = [row("2023", "HS-0012", fault(1), fault(2, mended=MENDED), fault(3)), row("2024", "HS-0020")]
    first, second = still_open(rows)
    assert first == {"fault": "HS-0012/1", "season": "2023", "text": "t1", "at": 1}
    assert (second["fault"], second["text"]) == (name_of("HS-0012", 3), "t3")
    assert still_open([]) == []


def test_a_later_dossier_that_calls_it_mended_ends_it_and_one_that_does_not_leaves_it():
    first = row("2022", "HS-1", fault(1), fault(2))
    assert names(first, row("2023", "HS-2", answers={"HS-1/1": answered(mended=True)})) == ["HS-1/2"]
    assert names(first, row("2023", "HS-2", answers={"HS-1/1": answered(mended=False)})) == ["HS-1/1", "HS-1/2"]
    assert names(first, row("2023", "HS-2", fault(1))) == ["HS-1/1", "HS-1/2", "HS-2/1"]


def test_an_answer_for_what_is_not_there_is_nothing():
    assert names(row("2023", "HS-2", answers={"HS-1/1": answered(mended=True)})) == []


def test_what_a_dossier_says_nothing_of_is_unanswered_whatever_it_says_of_the_others():
    carried = still_open([row("2023", "HS-1", fault(1), fault(2))])
    assert unanswered(carried, {}) == ["HS-1/1", "HS-1/2"]
    assert unanswered(carried, {"answers": {"HS-1/1": answered(mended=False)}}) == ["HS-1/2"]
    assert unanswered([], {}) == []


# — who is asked —


def carry(**more: Any) -> CarryOver:
    return CarryOver(**{"id": "c", "clause": Clause(source="s", at="1"), "text": Text(vi="x"), **more})


@pytest.mark.parametrize(
    ("rule", "held"),
    [
        (carry(), True),
        (carry(mode=Mode.ENFORCE), True),
        (carry(mode=Mode.RECORD_ONLY), True),
        (carry(mode=Mode.OFF), False),
        (carry(where=Where(kind=(SubjectKind.AGENCY,))), False),
    ],
)
def test_a_self_review_looks_at_them_where_a_rule_that_is_on_asks_for_it(rule: CarryOver, held: bool):
    pack, one = replace(PACK, carry_overs=(rule,)), dossier(1, "drafted")
    assert rules(pack, one) == ([rule] if held else [])
    assert asked(pack, "self_review", one) is held
    assert asked(pack, "answer_fault", one)
    assert not asked(pack, "record_vote", one)
