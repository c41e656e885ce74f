"""Rows of history as entries, what is wrong with them, and the state that they give: from rows made by hand."""

from datetime import timedelta
from typing import Any

import pytest

from tests.workflow.book import NOW
from workflow import canonical, ledger
from workflow.dates import micros
from workflow.replay.timeline import Entry, apply, entries, flaws, fold, foldable


def body(seq: int, stream: str = "s", **changes: Any) -> dict[str, Any]:
    command = {"occurred_at": 4, "occurred_on": "2024-11-20", "recorded_at": 5, "args": {}}
    facts = {"command": command, "actor": {"id": "CV", "auth": "os-user:lan", "roles": ["coordinator"]}}
    made = {"v": 1, "season": "x", "stream": stream, "kind": "dossier", "seq": seq, "act": f"a{seq}", "place": seq + 7}
    made |= {"command": "submit", "to": "submitted", "role": "coordinator", "pack": "p", "engine": "1"}
    return {**made, "facts": facts, "verdicts": [], "set": {"state": "submitted"}, **changes}


def sealed(*bodies: Any) -> list[dict[str, Any]]:
    """Rows of history, chained stream by stream."""
    rows: list[dict[str, Any]] = []
    heads: dict[str, bytes] = {}
    for one in bodies:
        data = canonical.dumps(one)
        stream = one["stream"]
        heads[stream] = ledger.chained(heads.get(stream, ledger.GENESIS), data)
        rows.append({"stream": stream, "seq": one["seq"], "body": data, "hash": heads[stream]})
    return rows


def test_a_row_is_told_with_what_its_body_says_and_the_receipt_of_its_hash():
    (row,) = sealed(body(1))
    assert list(entries([row])) == [
        Entry(
            stream="s",
            kind="dossier",
            seq=1,
            act="a1",
            place=8,
            command="submit",
            actor="CV",
            role="coordinator",
            auth="os-user:lan",
            occurred_at=4,
            recorded_at=5,
            to="submitted",
            receipt=ledger.short(row["hash"]),
            body=body(1),
        )
    ]


@pytest.mark.parametrize("stranger", [[], "x", None, {}, body(2, role=None)])
def test_what_is_no_record_is_left_out_and_what_follows_is_told(stranger: Any):
    rows = [*sealed(body(1)), {"stream": "s", "seq": 2, "body": canonical.dumps(stranger), "hash": b""}]
    assert [one.seq for one in entries([*rows, *sealed(body(3))])] == [1, 3]


def test_each_stream_is_a_chain_of_its_own():
    rows = sealed(body(1), body(2), body(1, "t"), body(2, "t"))
    assert flaws(rows) == []
    assert flaws([]) == []
    wrong = {**rows[1], "hash": bytes(32)}
    assert flaws([rows[0], wrong, *rows[2:]]) == [ledger.Flaw(code="audit.hash", stream="s", seq=2)]
    assert flaws([rows[1], rows[3]]) == [
        ledger.Flaw(code="audit.gap", stream="s", seq=2),
        ledger.Flaw(code="audit.gap", stream="t", seq=2),
    ]
    assert flaws(sealed(body(1, role=7))) == [ledger.Flaw(code="audit.misshapen", stream="s", seq=1)]


def recorded(at: int, state: str) -> dict[str, Any]:
    return {"facts": {"command": {"recorded_at": micros(NOW) + at}}, "set": {"state": state}}


@pytest.mark.parametrize(("at", "state"), [(-1, {}), (0, "a"), (9, "a"), (10, "b"), (99, "b")])
def test_the_state_at_an_instant_is_what_was_recorded_up_to_it(at: int, state: Any):
    told = [recorded(0, "a"), recorded(10, "b"), recorded(10, "b")]
    found = fold(told, as_of=NOW + timedelta(microseconds=at))
    assert found == ({"state": state} if state else {})


def test_without_an_instant_the_state_is_that_of_all_records():
    assert fold([recorded(0, "a"), recorded(10, "b")]) == {"state": "b"}
    assert fold([]) == {}


def test_what_was_recorded_after_a_later_record_is_not_told_before_it():
    """Order is the stream's own; the first that is too late ends the tale."""
    assert fold([recorded(0, "a"), recorded(10, "b"), recorded(1, "c")], as_of=NOW + timedelta(microseconds=5)) == {
        "state": "a"
    }


@pytest.mark.parametrize("name", ["marks", "duties", "effects", "roles"])
def test_these_are_merged_key_by_key(name: str):
    state: dict[str, Any] = {name: {"a": 1, "b": {"x": 1}}}
    apply(state, {name: {"b": {"y": 2}, "c": None}})
    assert state == {name: {"a": 1, "b": {"y": 2}, "c": None}}
    fresh: dict[str, Any] = {}
    apply(fresh, {name: {"a": 1}})
    assert fresh == {name: {"a": 1}}


def test_subjects_are_merged_one_by_one_and_all_else_is_set():
    state: dict[str, Any] = {"subjects": {"A": {"lead": "head", "unit": "U"}}, "other": {"a": 1}}
    apply(state, {"subjects": {"A": {"lead": "deputy"}, "B": {"lead": "none"}}, "other": {"b": 2}, "state": "x"})
    subjects = {"A": {"lead": "deputy", "unit": "U"}, "B": {"lead": "none"}}
    assert state == {"subjects": subjects, "other": {"b": 2}, "state": "x"}
    first: dict[str, Any] = {}
    apply(first, {"subjects": {"A": {"lead": "head"}}})
    assert first == {"subjects": {"A": {"lead": "head"}}}


WRONG: tuple[Any, ...] = (None, [], "x")


@pytest.mark.parametrize(
    ("patch", "good"),
    [
        ({}, True),
        ({"state": 7, "anything": []}, True),
        *(({name: {}}, True) for name in ("marks", "duties", "effects", "roles", "subjects")),
        *(({name: value}, False) for name in ("marks", "duties", "effects", "roles") for value in WRONG),
        *(({"subjects": value}, False) for value in (*WRONG, {"A": []}, {"A": {}, "B": None})),
        ({"subjects": {"A": {}, "B": {"x": 1}}}, True),
        ({"subjects": {}, "marks": []}, False),
    ],
)
def test_only_objects_can_be_merged(patch: dict[str, Any], good: bool):
    assert foldable(patch) is good
