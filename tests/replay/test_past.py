"""A season's history read once: what is wrong with a record is told by stream and number, with an act by its place."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.replay.written import UNITS, body, brought, done, opened, sealed, unit
from tests.workflow.book import NOW, SEASON, deadline, rules_with
from tests.workflow.test_quota import cap
from workflow import canonical, ledger
from workflow.quota import Member
from workflow.replay.findings import Finding
from workflow.replay.past import TOLD, UNREADABLE, Past
from workflow.rulepack import GroupBy, Where
from workflow.store.statements import Row
from workflow.words import DossierState, Rank

HOUR = timedelta(hours=1)


def past() -> Past:
    """One season, nothing read of it; each unit is a group under q, the body over a department one under k."""
    over = cap(id="k", where=Where(unit_kind=("department",)), group_by=(GroupBy.BODY,))
    rules = rules_with(deadline())
    units = {code: {"id": f"u{code}", **row} for code, row in UNITS.items()}
    return Past(dict(SEASON), replace(rules, pack=replace(rules.pack, quotas=(cap(), over))), units)


def told(*bodies: Mapping[str, Any]) -> Past:
    made = past()
    made.tell(sealed(*bodies))
    return made


def shown(findings: list[Finding]) -> list[tuple[str, dict[str, Any]]]:
    return [(one.code, dict(one.figures)) for one in findings]


# — records —


def test_a_season_that_holds_is_told_and_nothing_is_found():
    rows = sealed(*brought(1, 2), done(1, 2, {"state": "unit_voted", "proposed": "good"}))
    made = past()
    made.tell(rows)
    assert (made.findings, made.uncounted, made.untrue, made.untold) == ([], [], [], False)
    assert (made.records, made.places) == (6, 2)
    assert made.heads == {row["stream"]: (row["seq"], row["hash"]) for row in rows}
    assert made.kinds == {"uA": "unit", "uB": "unit", "roster": "roster", "d1": "dossier", "d2": "dossier"}
    assert made.states["d1"]["proposed"] == "good"
    assert made.states["uA"] == {"code": "A", "kind": "department", "path": "P A"}
    assert set(made.told.units) == {"A", "B"}
    assert len(made.told.obligations) == 1


def test_records_read_in_two_goes_are_one_chain():
    first, second = sealed(unit("A"), unit("A", 2))
    made = past()
    made.tell([first])
    made.tell([second])
    assert (shown(made.findings), shown(made.uncounted), made.records, made.places) == ([], [], 2, 2)


def third(change: Callable[[dict[str, Any]], Any] = lambda _: None, data: bytes | None = None) -> list[Row]:
    """Four records of unit A, each with a field of its own, the third changed or other bytes, the chain unbroken."""
    bodies = [unit("A"), *(body("uA", seq, {f"field{seq}": seq}) for seq in (2, 3))]
    change(bodies[2])
    heads: dict[str, tuple[int, bytes]] = {}
    rows = sealed(*bodies[:2], heads=heads)
    data = canonical.dumps(bodies[2]) if data is None else data
    rows.append({"place": 3, "stream": "uA", "seq": 3, "body": data, "hash": ledger.chained(rows[1]["hash"], data)})
    heads["uA"] = 3, rows[2]["hash"]
    return rows + sealed(body("uA", 4, {"field4": 4}), heads=heads)


BAD: dict[str, tuple[str, list[Row]]] = {
    "no JSON": ("not_canonical", third(data=b"{")),
    "not canonical": ("not_canonical", third(data=b'{ "v":1}')),
    "nothing": ("version", third(data=b"null")),
    "another version": ("version", third(lambda one: one.update(v=2))),
    "another stream's": ("misplaced", third(lambda one: one.update(stream="uB"))),
    "another number's": ("misplaced", third(lambda one: one.update(seq=2))),
    "no act": ("misshapen", third(lambda one: one.pop("act"))),
    "marks that are no object": ("misshapen", third(lambda one: one["set"].update(marks=1))),
}


@pytest.mark.parametrize(("code", "rows"), BAD.values(), ids=BAD.keys())
def test_a_record_that_is_none_is_told_by_its_number_and_the_others_are_still_folded(code: str, rows: list[Row]):
    made = past()
    made.tell(rows)
    assert shown(made.findings) == [(f"audit.{code}", {"stream": "uA", "seq": 3})]
    assert made.states["uA"] == {"code": "A", **UNITS["A"], "field2": 2, "field4": 4}
    assert (made.records, made.heads) == (4, {"uA": (4, rows[3]["hash"])})
    assert (made.uncounted, made.untrue) == ([], [])


def test_a_hash_that_does_not_follow_is_told_and_the_next_one_follows_it():
    rows = sealed(unit("A"), unit("A", 2), unit("A", 3))
    rows[1]["hash"] = b"x" * 32
    made = past()
    made.tell(rows)
    assert shown(made.findings) == [("audit.hash", {"stream": "uA", "seq": seq}) for seq in (2, 3)]
    assert made.heads == {"uA": (3, rows[2]["hash"])}


def test_a_number_that_does_not_follow_is_told_and_the_next_one_follows_it():
    rows = sealed(unit("A"), body("uA", 3, place=2), body("uA", 4, {"field": 1}, place=3))
    made = past()
    made.tell(rows)
    assert shown(made.findings) == [("audit.gap", {"stream": "uA", "seq": 3})]
    assert made.states["uA"]["field"] == 1


def test_a_stream_begins_with_its_first_record_and_no_hash_before_it():
    made = past()
    made.tell(sealed(body("uA", 2), body("uB", 1, place=3), heads={"uB": (0, b"x" * 32)}))
    assert shown(made.findings) == [
        ("audit.gap", {"stream": "uA", "seq": 2}),
        ("audit.hash", {"stream": "uB", "seq": 1}),
    ]
    assert made.kinds == {}


@pytest.mark.parametrize("change", [{"season": "other"}, {"place": 1}], ids=["season", "place"])
def test_a_record_that_bears_another_season_or_place_is_told_and_folded(change: dict[str, Any]):
    rows = sealed(unit("A"), body("uA", 2, {"field": 1}) | change)
    rows[1]["place"] = 2
    made = past()
    made.tell(rows)
    assert shown(made.findings) == [("audit.misplaced", {"stream": "uA", "seq": 2})]
    assert made.states["uA"]["field"] == 1
    assert made.kinds == {"uA": "unit"}


# — what cannot be read —


@pytest.mark.parametrize("error", [KeyError, IndexError, TypeError, ValueError, AttributeError, StopIteration])
def test_what_cannot_be_read_is_told_by_the_record_or_by_the_last_one_of_its_stream(error: type[Exception]):
    made = past()
    made.heads["d1"] = 7, b""
    for stream, seq in (("d1", 3), ("d1", None), ("gone", None), ("gone", 0)):
        with made.reading(stream, seq):
            raise error
    numbers = [("d1", 3), ("d1", 7), ("gone", 0), ("gone", 0)]
    assert shown(made.findings) == [("audit.misshapen", {"stream": stream, "seq": seq}) for stream, seq in numbers]


def test_a_mistake_of_another_kind_is_nobody_s_record():
    made = past()
    with pytest.raises(ZeroDivisionError), made.reading("d1"):
        raise ZeroDivisionError
    assert made.findings == []
    assert not issubclass(ZeroDivisionError, UNREADABLE)


# — acts —


def test_places_that_no_act_has_are_told_one_by_one():
    made = told(unit("A", place=2), unit("A", 2, place=5))
    made.lacking(7)
    assert shown(made.uncounted) == [("audit.act_gone", {"place": place}) for place in (1, 3, 4, 6, 7)]
    assert (made.findings, made.places) == ([], 5)


def test_of_a_place_however_far_only_so_many_missing_ones_are_told():
    made = told(unit("A"), unit("A", 2, place=TOLD + 2))
    assert [one.figures["place"] for one in made.uncounted] == [*range(2, TOLD + 2)]
    made = told(unit("A"), unit("A", 2, place=10**15))
    assert [one.figures["place"] for one in made.uncounted] == [*range(2, TOLD + 2)]
    assert made.places == 10**15


def test_before_the_first_act_none_is_missing():
    rows = sealed(unit("A"), unit("B"), unit("A", 2), unit("A", 3))
    rows[1]["place"] = -3
    made = past()
    made.tell(sorted(rows, key=lambda row: int(row["place"])))
    assert shown(made.findings) == [("audit.misplaced", {"stream": "uB", "seq": 1})]
    assert (made.uncounted, made.places) == ([], 3)


def test_two_acts_at_one_place_are_told_and_each_is_followed():
    made = told(unit("A"), unit("B", place=2), unit("A", 2, place=2, act="another"), unit("B", 2, place=3))
    assert shown(made.uncounted) == [("audit.act_doubled", {"place": 2})]
    assert (made.findings, made.untrue) == ([], [])
    assert set(made.told.units) == {"A", "B"}


def test_from_a_chain_that_does_not_hold_nothing_follows_but_states():
    made = past()
    rows = sealed(unit("A", place=1), unit("B", place=1))
    rows[0]["hash"] = b"x" * 32
    made.tell(rows)
    assert shown(made.findings) == [("audit.hash", {"stream": "uA", "seq": 1})]
    assert made.states["uB"]["path"] == "B"
    assert (made.told.units, made.untrue, made.untold) == ({}, [], False)


def test_what_a_command_had_no_right_to_is_told():
    made = told(unit("A", role="coordinator"))
    figures = {"stream": "uA", "seq": 1, "actor": "x", "role": "coordinator"}
    assert shown(made.untrue) == [("audit.role_unheld", figures)]
    assert (made.findings, made.untold, set(made.told.units)) == ([], False, {"A"})


def test_an_act_that_cannot_be_told_is_told_once_and_from_then_on_only_states_are_followed():
    unheard = {"duties": {"VH-1": {"rule": "unheard"}}, "field": 1}
    made = told(unit("A"), body("uA", 2, unheard), body("uA", 3, unheard), unit("B", place=4))
    assert shown(made.untrue) == [("audit.untold", {"place": 2, "stream": "uA", "seq": 2})]
    assert (made.untold, made.findings) == (True, [])
    assert made.states["uA"]["field"] == 1
    assert made.states["uB"]["path"] == "B"
    assert set(made.told.units) == {"A"}


# — groups —

IN_A, IN_B, OVER_A = ("q", "A"), ("q", "B"), ("k", "P")
VOTED = {"state": "unit_voted", "proposed": "excellent", "voted": "excellent"}


def moved(number: int, to: str, seq: int = 2, *, nth: int | None = None, **more: Any) -> list[dict[str, Any]]:
    """An import that takes a subject elsewhere: the `seq`th record of the dossier, the `nth` of the roster."""
    nth = seq if nth is None else nth
    args = {"changes": {"made": [{"code": "change.subject_changed", "subject": f"S{number}"}]}}
    given: dict[str, Any] = {"kind": "roster", "command": "import", "args": args, "place": seq, **more}
    roster = body("roster", nth, {"subjects": {f"S{number}": {"unit": to}}}, **given)
    return [done(number, seq, {"unit": to, "state": "self_reviewed"}, "amend", **more), roster]


def left(number: int, proposed: Rank | None, on: date) -> Member:
    state = DossierState.SELF_REVIEWED
    return Member(id=f"d{number}", state=state, proposed=proposed, decided=None, left_on=on, moved=True)


def test_a_dossier_belongs_to_the_groups_of_its_unit_from_its_opening_on():
    made = told(*brought(1, 2))
    assert made.members == {IN_A: {"d1": None, "d2": None}, OVER_A: {"d1": None, "d2": None}}


def test_no_command_but_an_amendment_brings_a_dossier_elsewhere():
    made = told(*brought(1), done(1, 2, {"unit": "B"}, "correct"))
    assert made.members == {IN_A: {"d1": None}, OVER_A: {"d1": None}}
    made = told(*brought(1), body("d1", 2, {"unit": "B"}, kind="meeting"))
    assert made.members == {IN_A: {"d1": None}, OVER_A: {"d1": None}}


def test_who_moves_is_kept_where_it_was_with_its_day_and_what_was_proposed_before_the_act():
    amended, roster = moved(1, "B", 4, nth=2, place=3, at=NOW + 24 * HOUR)
    void = done(1, 3, {"proposed": None, "voted": None}, "revote", at=NOW + 24 * HOUR)
    made = told(*brought(1, 2), done(1, 2, VOTED), void, amended, roster)
    gone = left(1, Rank.EXCELLENT, date(2024, 11, 21))
    assert made.members == {IN_A: {"d1": gone, "d2": None}, OVER_A: {"d1": gone, "d2": None}, IN_B: {"d1": None}}
    assert (made.findings, made.untrue, made.untold) == ([], [], False)


def test_who_moves_with_nothing_proposed_is_kept_with_nothing():
    made = told(*brought(1), *moved(1, "B"))
    assert made.members[IN_A] == {"d1": left(1, None, date(2024, 11, 20))}


def test_who_moves_back_belongs_there_again_and_who_stays_stays():
    made = told(*brought(1), *moved(1, "B"), *moved(1, "A", 3), *moved(1, "A", 4))
    gone = left(1, None, date(2024, 11, 20))
    assert made.members == {IN_A: {"d1": None}, OVER_A: {"d1": None}, IN_B: {"d1": gone}}


def test_those_in_the_same_groups_share_them_each_moves_by_itself():
    made = told(*brought(1, 2, 3), *moved(2, "B"))
    assert {name for name, one in made.members[IN_A].items() if one is None} == {"d1", "d3"}


def test_a_dossier_of_a_unit_without_a_row_is_told():
    made = past()
    made.units = {}
    made.tell(sealed(*brought(1)))
    assert shown(made.findings) == [("audit.row_missing", {"stream": "d1", "kind": "unit"})]
    assert made.members == {}


def test_a_dossier_that_can_be_put_into_no_group_is_told_by_its_record_and_the_next_one_is_put():
    spoilt = opened(1)
    del spoilt["set"]["unit"]
    made = told(unit("A"), spoilt, done(1, 2, {}, place=1), opened(2))
    assert shown(made.findings) == [("audit.misshapen", {"stream": "d1", "seq": 1})]
    assert made.members == {IN_A: {"d2": None}, OVER_A: {"d2": None}}
    made = told(*brought(1), done(1, 2, {"unit": "B", "proposed": "x"}), *moved(1, "B", 3, nth=2))
    assert shown(made.findings) == [("audit.misshapen", {"stream": "d1", "seq": 3})]
