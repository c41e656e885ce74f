"""Rows of obligations against those that history gives: which belong together, and what of them differs."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.workflow.book import DUE, NOW, row
from workflow.dates import micros
from workflow.ledger import TOLERANCE
from workflow.replay.duties import compare, plain

MOMENT = timedelta(microseconds=1)
DAY = timedelta(days=1)


def stored(number: int = 1, **changes: Any) -> dict[str, Any]:
    return row(id=f"o{number}", ref=f"VH-{number}", **changes)


def told(number: int = 0, **changes: Any) -> dict[str, Any]:
    """As history gives it: with its place for an id, and no ref."""
    return row(id=number, ref="", **changes)


def found(rows: Any, history: Any, **effects: Any) -> list[dict[str, Any]]:
    return [{"code": one.code.removeprefix("audit."), **one.figures} for one in compare(rows, history, effects)]


def differs(field: str, mine: Any, history: Any, **changes: Any) -> dict[str, Any]:
    named = {"stream": "uA", "name": "VH-1", "rule": "r", "field": field, "row": mine, "history": history}
    return {"code": "duty", **named, **changes}


def test_rows_that_history_gives_are_no_finding():
    assert found([stored()], [told()]) == []
    assert found([], []) == []


OTHERWISE = [
    ("per", "season", "season"),
    ("scope", "B", "B"),
    ("unit", "B", "B"),
    ("owner", "office", "office"),
    ("recipient", None, None),
    ("due_at", DUE + MOMENT, micros(DUE) + 1),
    ("last_good_day", date(2024, 12, 5), "2024-12-05"),
    ("last_working_day", date(2024, 12, 5), "2024-12-05"),
    ("state", "void", "void"),
    ("late", True, True),
    ("decision", "9/QĐ", "9/QĐ"),
    ("settled_at", NOW, micros(NOW)),
]


@pytest.mark.parametrize(("field", "value", "shown"), OTHERWISE, ids=[one[0] for one in OTHERWISE])
def test_a_value_that_history_does_not_give_is_told_with_both(field: str, value: Any, shown: Any):
    mine = stored(look_at=None)
    assert found([{**mine, field: value}], [told()]) == [differs(field, shown, plain(mine[field]))]
    assert found([mine], [told(**{field: value})]) == [differs(field, plain(mine[field]), shown)]


@pytest.mark.parametrize("field", ["born_at", "settled_at"])
@pytest.mark.parametrize("sign", [1, -1])
def test_an_instant_may_differ_by_what_clocks_do_and_no_more(field: str, sign: int):
    """The row's is the act's, history's the record's."""
    mine = stored(state="met", settled_at=NOW, look_at=None)
    near = {**mine, field: NOW + sign * TOLERANCE}
    far = {**mine, field: NOW + sign * (TOLERANCE + MOMENT)}
    theirs = told(state="met", settled_at=NOW)
    assert found([near], [theirs]) == []
    assert found([far], [theirs]) == [differs(field, micros(far[field]), micros(NOW))]


def test_nobody_looks_at_what_is_settled_or_has_no_clock():
    seen = differs("look_at", micros(NOW), None)
    assert found([stored(state="met", look_at=NOW)], [told(state="met")]) == [seen]
    assert found([stored(due_at=None, look_at=NOW)], [told(due_at=None)]) == [seen]
    assert found([stored(look_at=NOW + DAY)], [told(look_at=NOW)]) == []


def test_a_row_that_history_does_not_know_is_named_and_so_is_one_that_is_gone():
    extra = stored(2, rule="s", scope="B")
    assert found([stored(), extra], [told()]) == [
        {"code": "duty_invented", "stream": "uA", "name": "VH-2", "rule": "s", "scope": "B"}
    ]
    gone = told(1, rule="s", scope="B", state="met")
    assert found([stored()], [told(), gone]) == [
        {"code": "duty_gone", "stream": "uA", "rule": "s", "scope": "B", "state": "met"}
    ]


def test_rows_of_one_rule_on_one_thing_belong_together_in_the_order_they_came():
    first, second = stored(9, state="closed", look_at=None), stored(10, due_at=DUE + DAY, replaces="o9")
    history = [told(0, state="closed"), told(1, due_at=DUE + DAY, replaces=0)]
    assert found([second, first], history) == []
    assert found([first, {**second, "replaces": None}], history) == [
        differs("replaces", None, "o9", name="VH-10"),
    ]


def test_rows_of_other_rules_or_other_things_are_told_apart():
    rows = [stored(1), stored(2, rule="s"), stored(3, stream="uB")]
    assert found(rows, [told(0, stream="uB"), told(1, rule="s"), told(2)]) == []


def test_every_row_is_compared_and_may_replace_one_of_another_thing():
    """A dossier that was sent back replaces its unit's."""
    rows = [stored(1, late=True), stored(2, stream="d1", late=True, replaces="o1"), stored(3, rule="s", late=True)]
    history = [told(0), told(1, stream="d1", replaces=0), told(2, rule="s")]
    assert [(one["name"], one["field"]) for one in found(rows, history)] == [
        ("VH-1", "late"),
        ("VH-2", "late"),
        ("VH-3", "late"),
    ]


LATER = NOW + DAY


def test_of_more_rows_than_history_knows_the_twin_is_matched_and_the_other_is_invented():
    twin, stranger = stored(1, born_at=LATER, look_at=None), stored(2, due_at=DUE + DAY, look_at=None)
    invented = {"code": "duty_invented", "stream": "uA", "name": "VH-2", "rule": "r", "scope": "A"}
    assert found([stranger, twin], [told(born_at=LATER)]) == [invented]


def test_of_rows_of_about_the_same_time_the_twin_is_matched_first():
    stranger = stored(1, due_at=DUE + DAY, state="met", decision="9/QĐ", look_at=None)
    twin = stored(2, born_at=NOW + TOLERANCE, look_at=None)
    invented = {"code": "duty_invented", "stream": "uA", "name": "VH-1", "rule": "r", "scope": "A"}
    assert found([stranger, twin], [told()]) == [invented]


@pytest.mark.parametrize(
    "changes", [{"due_at": DUE + DAY}, {"state": "met"}, {"decision": "9/QĐ"}], ids=["date", "state", "decision"]
)
def test_without_a_twin_the_row_of_about_the_same_time_is_matched_and_its_difference_told(changes: dict[str, Any]):
    (field, value), *_ = changes.items()
    mine = stored(1, look_at=None, **changes)
    stranger = stored(2, born_at=LATER, look_at=None)
    assert found([mine, stranger], [told()]) == [
        {"code": "duty_invented", "stream": "uA", "name": "VH-2", "rule": "r", "scope": "A"},
        differs(field, plain(value), plain(told()[field])),
    ]


def test_of_fewer_rows_than_history_knows_the_one_without_a_row_is_gone():
    history = [told(0, state="closed", settled_at=NOW), told(1, born_at=LATER, due_at=DUE + DAY, replaces=0)]
    mine = stored(2, born_at=LATER, due_at=DUE + DAY, look_at=None)
    assert found([mine], history) == [
        {"code": "duty_gone", "stream": "uA", "rule": "r", "scope": "A", "state": "closed"},
    ]


def test_rows_at_other_times_are_not_each_other_however_alike():
    one = {"code": "duty_invented", "stream": "uA", "name": "VH-1", "rule": "r", "scope": "A"}
    other = {**one, "name": "VH-2"}
    gone = {"code": "duty_gone", "stream": "uA", "rule": "r", "scope": "A", "state": "open"}
    rows = [stored(1, look_at=None), stored(2, look_at=None)]
    assert found(rows, [told(born_at=LATER)]) == [gone, one, other]


def test_what_a_lateness_was_judged_to_mean_is_compared_without_what_names_it():
    judged = {"ref": "VH-1", "rule": "r", "affects_party": "yes", "reason": "x"}
    meant = {"affects_party": "yes", "reason": "x"}
    assert found([stored(effect=meant)], [told()], o1=judged) == []
    assert found([stored()], [told()], o1=judged) == [differs("effect", None, meant)]
    assert found([stored(effect=meant)], [told()], o2=judged) == [differs("effect", meant, None)]


def test_a_column_s_value_is_told_as_a_record_keeps_it():
    assert plain(NOW) == micros(NOW)
    assert plain(date(2024, 12, 4)) == "2024-12-04"
    assert (plain(None), plain("x"), plain(7)) == (None, "x", 7)
