"""What is owed, decided on rows in memory: made once, replaced and never moved, and what guards see of it; as
`workflow.owing` says, without a table beneath it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.workflow.book import (
    DUE,
    HEADS,
    HOUR,
    NOW,
    Memory,
    deadline,
    dossier,
    ends,
    owed,
    row,
    rules_with,
)
from workflow import discharge, owing
from workflow.dates import Due, micros
from workflow.rulepack import Late, Per, Wording
from workflow.words import ObligationState, Role

LATER = Due(due_at=DUE + timedelta(days=7), last_good_day=date(2024, 12, 11), last_working_day=date(2024, 12, 11))
TOLD = {"due_at": LATER.due_at, "last_good_day": date(2024, 12, 11), "last_working_day": date(2024, 12, 11)}


# — made —


def test_a_unit_owes_once_however_many_dossiers_it_has():
    book = owed(deadline(), dossiers=[dossier(1), dossier(2)])
    assert book.written == [row()]
    owing.owed_for(book, [dossier(3)])
    assert book.written == [row()]


@pytest.mark.parametrize(
    ("per", "mine"),
    [
        (Per.DOSSIER, {"per": "dossier", "stream": "d1", "scope": "HS-1", "unit": "A"}),
        (Per.UNIT, {"per": "unit", "stream": "uA", "scope": "A", "unit": "A"}),
        (Per.SEASON, {"per": "season", "stream": "season", "scope": "2024", "unit": None}),
    ],
)
def test_an_obligation_hangs_on_a_dossier_a_unit_or_the_season(per: Per, mine: dict[str, Any]):
    assert owed(deadline(per=per), dossiers=[dossier(1)]).written == [row(**mine)]


def test_each_unit_and_each_dossier_owes_its_own():
    apart = [dossier(1), dossier(2, unit="B")]
    assert [one["scope"] for one in owed(deadline(), dossiers=apart).written] == ["A", "B"]
    assert [one["scope"] for one in owed(deadline(per=Per.DOSSIER), dossiers=apart).written] == ["HS-1", "HS-2"]


def test_only_dossiers_that_a_rule_is_over_owe_under_it():
    book = owed(deadline(where=HEADS), dossiers=[dossier(1), dossier(2, unit="B", lead="head")])
    assert [one["scope"] for one in book.written] == ["B"]


@pytest.mark.parametrize(
    ("met_by", "done", "still"),
    [
        ("self_review", "self_reviewed", "drafted"),
        ("record_vote", "unit_voted", "self_reviewed"),
        ("submit", "submitted", "unit_voted"),
        ("ratify", "ratified", "submitted"),
    ],
)
def test_a_dossier_that_is_past_a_command_owes_nothing_for_it(met_by: str, done: str, still: str):
    assert owed(deadline(met_by=met_by), dossiers=[dossier(1, done)]).written == []
    assert owed(deadline(met_by=met_by), dossiers=[dossier(1, "withdrawn")]).written == []
    assert len(owed(deadline(met_by=met_by), dossiers=[dossier(1, still)]).written) == 1


def test_what_no_command_meets_is_owed_in_any_state():
    assert len(owed(deadline(met_by=None), dossiers=[dossier(1, "withdrawn")]).written) == 1


@pytest.mark.parametrize(("state", "count"), [("ratified", 1), ("not_ranked", 0), ("withdrawn", 0)])
def test_for_who_left_nobody_owes_what_is_owed_for_each_dossier(state: str, count: int):
    book = owed(deadline(met_by=None, per=Per.DOSSIER), dossiers=[dossier(1, state)])
    assert len(book.written) == count


def test_a_rule_without_any_wording_whose_value_is_missing_owes_nothing():
    assert owed(deadline(wording=Wording.NONE, on=None, missing="m"), dossiers=[dossier(1)]).written == []
    assert len(owed(deadline(wording=Wording.NONE, on=None), dossiers=[dossier(1)]).written) == 1
    assert len(owed(deadline(missing="m"), dossiers=[dossier(1)]).written) == 1


def test_a_rule_that_owes_nothing_does_not_keep_the_next_from_it():
    book = owed(deadline("none", wording=Wording.NONE, on=None, missing="m"), deadline(), dossiers=[dossier(1)])
    assert [one["rule"] for one in book.written] == ["r"]


def test_a_yearly_date_is_of_the_season_s_year():
    (made,) = owed(deadline(on="12-05", yearly=True), dossiers=[dossier(1)]).written
    assert made == row()


def test_what_has_no_clock_is_never_looked_at():
    (made,) = owed(deadline(wording=Wording.NONE, on=None), dossiers=[dossier(1)]).written
    assert made == row(due_at=None, last_good_day=None, last_working_day=None, look_at=None)


@pytest.mark.parametrize("dossiers", [1, 2])
def test_what_comes_with_the_paper_itself_is_met_on_its_issue_once_for_a_unit(dossiers: int):
    two = [dossier(number + 1) for number in range(dossiers)]
    (made,) = owed(deadline(wording=Wording.WITH_DOCUMENT, on=None), dossiers=two).written
    none = {"due_at": None, "last_good_day": None, "last_working_day": None}
    assert made == row(**none, state="met", settled_at=NOW, look_at=None)


def test_a_body_owes_its_own_from_the_opening_and_dossiers_add_nothing_to_it():
    rule = deadline(per=Per.SEASON, met_by=None, owner="office", recipient=None)
    book = Memory(rules_with(rule, deadline("s"), deadline("t", per=Per.SEASON)), [dossier(1)])
    owing.owed_by_season(book)
    mine = {"per": "season", "stream": "season", "scope": "2024", "unit": None, "owner": "office", "recipient": None}
    assert book.written == [row(**mine)]
    owing.owed_for(book, book.dossiers)
    assert [(one["rule"], one["per"]) for one in book.written] == [("r", "season"), ("s", "unit"), ("t", "season")]
    book.settle(book.written[0], state=ObligationState.MET, late=False, at=NOW)
    owing.owed_for(book, [dossier(2)])
    assert [one["rule"] for one in book.written] == ["r", "s", "t"]


@pytest.mark.parametrize(("route", "owes"), [("NT11-1g-1", True), ("NT11-1g-6", False)])
def test_a_send_is_owed_for_those_alone_whose_route_goes_there(route: str, owes: bool):
    book = owed(deadline(met_by="send", recipient="so-noi-vu"), dossiers=[dossier(1, route=route)])
    assert [one["recipient"] for one in book.written] == (["so-noi-vu"] if owes else [])


def test_same_as_is_due_when_the_rule_that_prints_the_date_is():
    second = deadline("second", wording=Wording.SAME_AS, rule="r", on=None)
    third = deadline("third", wording=Wording.SAME_AS, rule="second", on=None)
    book = owed(deadline(), second, third, dossiers=[dossier(1)])
    assert [(one["rule"], one["due_at"]) for one in book.written] == [("r", DUE), ("second", DUE), ("third", DUE)]


def test_a_joiner_after_a_unit_was_done_makes_it_owe_again_by_the_same_date():
    book = owed(deadline(), dossiers=[dossier(1)])
    owing.settle(book, [book.changed(1, "submitted")])
    owing.owed_for(book, [dossier(2)])
    assert book.written[1] == row(id="o2", ref="VH-2", replaces="o1")


def test_a_joiner_after_an_extension_owes_by_the_extended_date():
    book = owed(deadline(), dossiers=[dossier(1)])
    owing.succeed(book, book.written[0], LATER, "20/QĐ")
    owing.settle(book, [book.changed(1, "submitted")])
    owing.owed_for(book, [dossier(2)])
    assert book.written[2] == row(id="o3", ref="VH-3", replaces="o2", **TOLD)


def test_a_joiner_after_a_clock_ran_makes_it_wait_again():
    book = owed(deadline(wording=Wording.AFTER_EVENT, on=None, event="record_vote", days=3), dossiers=[dossier(1)])
    owing.settle(book, [book.changed(1, "unit_voted")])
    owing.settle(book, [book.changed(1, "submitted")])
    assert [one["last_good_day"] for one in book.written] == [None, date(2024, 11, 25)]
    owing.owed_for(book, [dossier(2)])
    never = {"due_at": None, "last_good_day": None, "last_working_day": None, "look_at": None}
    assert book.written[2] == row(id="o3", ref="VH-3", **never, replaces="o2")


def test_of_several_extensions_the_furthest_rules():
    nearer = Due(due_at=DUE + timedelta(days=2), last_good_day=date(2024, 12, 6), last_working_day=date(2024, 12, 6))
    book = owed(deadline(), dossiers=[dossier(1)])
    for when in (LATER, nearer):
        owing.succeed(book, book.written[-1], when, "20/QĐ")
    owing.settle(book, [book.changed(1, "submitted")])
    owing.owed_for(book, [dossier(2)])
    assert book.written[-1]["due_at"] == LATER.due_at


def test_what_follows_a_date_follows_its_extension_for_the_same_owner():
    book = Memory(rules_with(deadline(), deadline("s", wording=Wording.SAME_AS, rule="r", on=None, where=HEADS)))
    book.dossiers = [dossier(1), dossier(2, unit="B")]
    owing.owed_for(book, book.dossiers)
    owing.succeed(book, book.written[0], LATER, "20/QĐ")
    owing.owed_for(book, [dossier(3, lead="head"), dossier(4, unit="B", lead="head")])
    assert [(one["scope"], one["due_at"]) for one in book.written[3:]] == [("A", LATER.due_at), ("B", DUE)]


def test_an_extension_of_its_own_rules_beside_that_of_what_it_follows():
    follows = deadline("s", wording=Wording.SAME_AS, rule="r", on=None)
    book = owed(follows, deadline(), dossiers=[dossier(1)])
    owing.succeed(book, book.written[0], LATER, "20/QĐ")
    owing.settle(book, [book.changed(1, "submitted")])
    owing.owed_for(book, [dossier(2)])
    assert [(one["rule"], one["due_at"]) for one in book.written[3:]] == [("s", LATER.due_at), ("r", DUE)]


# — replaced —


def test_an_extension_closes_the_open_row_for_a_successor_that_names_it():
    book = owed(deadline(), dossiers=[dossier(1)])
    book.now = NOW + HOUR
    made = owing.succeed(book, book.written[0], LATER, "20/QĐ")
    closed = row(state="closed", settled_at=NOW, look_at=None)
    new = row(id="o2", ref="VH-2", **TOLD, replaces="o1", decision="20/QĐ", born_at=NOW + HOUR, look_at=NOW + HOUR)
    assert book.written == [closed, new]
    assert made is book.written[1]


def test_an_extension_of_what_was_met_late_leaves_it_met():
    book = owed(deadline(per=Per.DOSSIER), dossiers=[dossier(1)])
    owing.settle(book, [book.changed(1, "submitted", DUE)])
    owing.succeed(book, book.written[0], LATER, "20/QĐ")
    assert ends(book) == [("VH-1", "met", True), ("VH-2", "met", False)]
    assert (book.written[1]["settled_at"], book.written[1]["look_at"], book.written[1]["per"]) == (NOW, None, "dossier")


def test_the_newest_of_a_rule_is_the_one_that_no_other_replaces():
    rows: list[dict[str, Any]] = [
        {"id": "b", "replaces": "a"},
        {"id": "c", "replaces": "b"},
        {"id": "a", "replaces": None},
    ]
    assert owing.latest(rows) == rows[1]
    assert owing.latest([]) is None


# — seen —


def test_a_dossier_stands_under_its_own_its_unit_s_and_the_season_s_in_that_order():
    rules = (deadline("c", per=Per.SEASON), deadline("a", per=Per.UNIT), deadline("b", per=Per.DOSSIER))
    book = owed(*rules, deadline("heads", where=HEADS), dossiers=[dossier(1), dossier(2, lead="head")])
    assert [one["rule"] for one in owing.over_dossier(book, book.dossiers[0])] == ["b", "a", "c"]
    assert [one["rule"] for one in owing.over_dossier(book, book.dossiers[1])] == ["b", "a", "heads", "c"]


def test_its_own_day_replaces_the_unit_s_of_the_same_rule():
    book = owed(deadline(), dossiers=[dossier(1)])
    owing.owed_again(book, book.dossiers[0], date(2024, 12, 10))
    assert [one["scope"] for one in owing.over_dossier(book, book.dossiers[0])] == ["HS-1"]


def test_what_guards_see_of_an_obligation():
    book = owed(deadline(late=Late.REASON, extended_by=Role.RATIFIER), dossiers=[dossier(1)])
    assert owing.over_dossier(book, book.dossiers[0]) == [
        {
            "id": "o1",
            "ref": "VH-1",
            "rule": "r",
            "met_by": "submit",
            "scope": "A",
            "not_before": None,
            "due_at": micros(DUE),
            "last_good_day": "2024-12-04",
            "last_working_day": "2024-12-04",
            "late": "reason",
            "extended_by": "ratifier",
            "recipient": "office",
        }
    ]


def test_what_guards_see_of_one_without_a_clock():
    book = owed(deadline(wording=Wording.NONE, on=None), dossiers=[dossier(1)])
    (seen,) = owing.over_dossier(book, book.dossiers[0])
    assert (seen["due_at"], seen["last_good_day"], seen["last_working_day"]) == (None, None, None)


@pytest.mark.parametrize(("hard", "opens"), [(True, datetime(2024, 10, 31, 17, tzinfo=UTC)), (False, None)])
def test_a_window_opens_only_where_the_rule_says_that_it_is_hard(hard: bool, opens: datetime | None):
    month = deadline(wording=Wording.WITHIN_MONTH, on=None, month="2024-11", hard_window=hard)
    book = owed(month, dossiers=[dossier(1)])
    (seen,) = owing.over_dossier(book, book.dossiers[0])
    assert seen["not_before"] == (None if opens is None else micros(opens))


@pytest.mark.parametrize(
    ("command", "state", "owes"),
    [
        ("submit", "unit_voted", True),
        ("submit", "submitted", False),
        ("submit", "ratified", False),
        ("self_review", "drafted", True),
        ("self_review", "self_reviewed", False),
        ("ratify", "submitted", True),
        ("submit", "withdrawn", False),
        ("submit", "not_ranked", False),
        ("withdraw", "drafted", False),
        ("attach", "drafted", False),
        ("unheard of", "drafted", False),
        (None, "drafted", False),
    ],
)
def test_a_dossier_owes_the_steps_forward_that_it_has_not_gone(command: str | None, state: str, owes: bool):
    assert discharge.owes(rules_with(), deadline(met_by=command), dossier(1, state)) is owes


@pytest.mark.parametrize(
    ("state", "sent", "route", "owes"),
    [
        ("drafted", None, "NT11-1g-1", True),
        ("submitted", "elsewhere", "NT11-1g-1", True),
        ("submitted", "so-noi-vu", "NT11-1g-1", False),
        ("ratified", "elsewhere", "NT11-1g-1", False),
        ("withdrawn", None, "NT11-1g-1", False),
    ],
)
def test_a_dossier_owes_a_send_until_it_went_to_that_very_body(state: str, sent: str | None, route: str, owes: bool):
    row = dossier(1, state, route=route, marks={"sends": [{"to": sent, "at": 1}]} if sent else {})
    assert discharge.owes(rules_with(), deadline(met_by="send", recipient="so-noi-vu"), row) is owes
    # Whose route does not go there owes nothing.
    assert discharge.owes(rules_with(), deadline(met_by="send", recipient="nobody"), row) is False
