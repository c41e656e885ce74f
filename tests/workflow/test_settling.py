"""How what is owed ends, decided on rows in memory: settled by the last dossier or begun by the first, started when
what it waits for has happened, owed again by what is sent back."""

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
    marked,
    owed,
    row,
    rules_with,
)
from workflow import discharge, owing
from workflow.dates import micros
from workflow.discharge import Row
from workflow.rulepack import Per, Wording
from workflow.words import ObligationState

# — settled —


def test_a_unit_s_obligation_is_met_by_its_last_dossier_and_told():
    book = owed(deadline(), dossiers=[dossier(1), dossier(2), dossier(3, unit="B")])
    assert owing.settle(book, [book.changed(1, "submitted")]) == []
    note = {"code": "change.obligation_met", "ref": "VH-1", "rule": "r", "scope": "A", "late": False}
    assert owing.settle(book, [book.changed(2, "submitted", NOW + HOUR)]) == [note]
    assert book.written[0] == row(state="met", settled_at=NOW + HOUR, look_at=None)
    assert book.written[1]["state"] == "open"


def test_another_unit_s_lateness_is_not_this_one_s():
    book = owed(deadline(), dossiers=[dossier(1), dossier(2, unit="B")])
    owing.settle(book, [book.changed(2, "submitted", DUE, unit="B")])
    owing.settle(book, [book.changed(1, "submitted")])
    assert ends(book) == [("VH-1", "met", False), ("VH-2", "met", True)]


def test_it_is_late_by_its_latest_dossier_in_whatever_order_they_are_entered():
    book = owed(deadline(), dossiers=[dossier(1), dossier(2)])
    owing.settle(book, [book.changed(2, "submitted", DUE)])
    (note,) = owing.settle(book, [book.changed(1, "submitted")])
    assert note["late"] is True
    assert (book.written[0]["late"], book.written[0]["settled_at"]) == (True, DUE)


@pytest.mark.parametrize(("at", "late"), [(DUE - timedelta(microseconds=1), False), (DUE, True)])
def test_one_microsecond_makes_it_late(at: datetime, late: bool):
    book = owed(deadline(), dossiers=[dossier(1)])
    owing.settle(book, [book.changed(1, "submitted", at)])
    assert book.written[0]["late"] is late


def test_a_unit_of_which_the_last_dossier_leaves_is_done_when_it_left():
    book = owed(deadline(), dossiers=[dossier(1)])
    owing.settle(book, [book.changed(1, "withdrawn", NOW + HOUR)])
    assert (book.written[0]["state"], book.written[0]["settled_at"]) == ("met", NOW + HOUR)


def test_a_unit_that_the_last_dossier_moved_away_from_is_done_when_that_happened():
    book = owed(deadline(), dossiers=[dossier(1)])
    was = book.dossiers.pop()
    book.occurred_at = NOW + HOUR
    owing.settle(book, [(was, None)])
    assert (book.written[0]["state"], book.written[0]["settled_at"]) == ("met", NOW + HOUR)


def test_a_dossier_on_its_way_that_has_not_come_so_far_settles_nothing():
    book = owed(deadline(), dossiers=[dossier(1)])
    assert owing.settle(book, [book.changed(1, "unit_voted")]) == []
    assert ends(book) == [("VH-1", "open", False)]


def test_dossiers_that_a_rule_is_not_over_neither_meet_nor_hold_up_what_it_asks():
    book = owed(deadline(where=HEADS), dossiers=[dossier(1, lead="head"), dossier(2)])
    assert owing.settle(book, [book.changed(2, "submitted")]) == []
    owing.settle(book, [book.changed(1, "submitted", lead="head")])
    assert ends(book) == [("VH-1", "met", False)]
    held = owed(deadline(where=HEADS), dossiers=[dossier(1, lead="head"), dossier(2)])
    owing.settle(held, [held.changed(1, "submitted", lead="head")])
    assert ends(held) == [("VH-1", "met", False)]


def test_what_is_to_be_begun_is_met_by_the_first():
    begin = deadline(wording=Wording.START_BEFORE, met_by="self_review")
    book = owed(begin, dossiers=[dossier(1), dossier(2), dossier(3)])
    first, second = book.changed(1, "self_reviewed", NOW + HOUR), book.changed(2, "self_reviewed", NOW)
    owing.settle(book, [first, second])
    assert (book.written[0]["state"], book.written[0]["settled_at"]) == ("met", NOW)


def test_what_nobody_began_is_done_only_when_nobody_is_left():
    begin = deadline(wording=Wording.START_BEFORE, met_by="self_review")
    book = owed(begin, dossiers=[dossier(1), dossier(2)])
    was = book.dossiers.pop()
    assert owing.settle(book, [(was, None)]) == []
    was = book.dossiers.pop()
    owing.settle(book, [(was, None)])
    assert ends(book) == [("VH-1", "met", False)]


def test_what_a_command_does_not_end_keeps_nothing_else_from_ending():
    book = owed(deadline("a", met_by="ratify"), deadline("b"), dossiers=[dossier(1)])
    owing.settle(book, [book.changed(1, "submitted")])
    assert ends(book) == [("VH-1", "open", False), ("VH-2", "met", False)]


def test_several_obligations_are_settled_by_one_command():
    rules = (deadline("a"), deadline("b", per=Per.DOSSIER), deadline("c", per=Per.SEASON), deadline("d", met_by=None))
    book = owed(*rules, dossiers=[dossier(1)])
    notes = owing.settle(book, [book.changed(1, "submitted")])
    assert {one["rule"] for one in notes} == {"a", "b", "c"}
    assert [one["state"] for one in book.written] == ["met", "met", "met", "open"]


# — clocks that wait —


def waiting(**more: Any) -> Memory:
    rule = deadline(wording=Wording.AFTER_EVENT, on=None, event="record_vote", days=3, **more)
    return owed(rule, dossiers=[dossier(1), dossier(2)])


NEVER = {"due_at": None, "last_good_day": None, "last_working_day": None, "look_at": None}


def test_a_clock_starts_when_the_last_has_reached_what_it_waits_for():
    book = waiting()
    assert book.written == [row(**NEVER)]
    assert owing.settle(book, [book.changed(2, "unit_voted", NOW + timedelta(days=1))]) == []
    (note,) = owing.settle(book, [book.changed(1, "unit_voted")])
    assert note == {"code": "change.successor", "ref": "VH-1", "by": "VH-2", "due": "2024-11-25"}
    assert book.written[0] == row(**NEVER, state="closed", settled_at=NOW)
    runs = {"due_at": datetime(2024, 11, 25, 17, tzinfo=UTC), "last_good_day": date(2024, 11, 25)}
    new = row(id="o2", ref="VH-2", **runs, last_working_day=date(2024, 11, 25), replaces="o1")
    assert book.written[1] == new


def test_every_clock_that_waited_for_it_is_started():
    waits = {"wording": Wording.AFTER_EVENT, "on": None, "event": "record_vote", "days": 3}
    book = owed(deadline("a", **waits), deadline("b", **waits), dossiers=[dossier(1)])
    notes = owing.settle(book, [book.changed(1, "unit_voted")])
    assert [one["ref"] for one in notes] == ["VH-1", "VH-2"]


def test_a_clock_that_runs_is_not_started_again_and_is_met_like_any_other():
    book = waiting()
    owing.settle(book, [book.changed(1, "unit_voted"), book.changed(2, "unit_voted")])
    assert owing.settle(book, [book.changed(1, "unit_voted", NOW + HOUR)]) == []
    owing.settle(book, [book.changed(1, "submitted"), book.changed(2, "submitted")])
    assert ends(book) == [("VH-1", "closed", False), ("VH-2", "met", False)]


def test_a_clock_never_starts_where_nobody_is_left_to_reach_what_it_waits_for():
    book = waiting(met_by=None)
    gone = [(one, None) for one in book.dossiers]
    book.dossiers.clear()
    assert owing.settle(book, gone) == []
    assert book.written == [row(**NEVER, state="closed", settled_at=NOW)]


def test_who_is_not_ranked_starts_no_clock_that_waits_for_a_rank():
    book = waiting(met_by=None)
    assert owing.settle(book, [book.changed(1, "not_ranked")]) == []
    (note,) = owing.settle(book, [book.changed(2, "unit_voted")])
    assert (note["code"], note["due"]) == ("change.successor", "2024-11-25")


def test_an_order_has_no_clock_that_its_event_could_start():
    order = deadline(wording=Wording.BEFORE_EVENT, on=None, event="record_vote", met_by=None)
    book = owed(order, dossiers=[dossier(1)])
    assert owing.settle(book, [book.changed(1, "unit_voted")]) == []
    assert book.written == [row(**NEVER)]


# — sent to each recipient —


def sent(number: int, at: datetime | None, *, to: str = "so-noi-vu", **more: Any) -> Row:
    """A submitted dossier that was sent to the committee, and to somebody else where that is told."""
    sends = [{"to": "ban-to-chuc-tinh-uy", "at": micros(NOW)}, *([] if at is None else [{"to": to, "at": micros(at)}])]
    return dossier(number, "submitted", **{"route": "NT11-1g-1", "marks": {"sends": sends}, **more})


def going(*, per: Per = Per.UNIT, recipient: str = "so-noi-vu", **more: Any) -> Memory:
    drafts = [dossier(number, route="NT11-1g-1", **more) for number in (1, 2)]
    return owed(deadline(met_by="send", recipient=recipient, per=per), dossiers=drafts)


def test_a_unit_s_duty_to_one_recipient_is_met_when_its_last_dossier_went_to_that_very_body():
    book = going()
    book.dossiers[0] = sent(1, NOW + HOUR)
    assert owing.settle(book, [(book.dossiers[0], "submitted")]) == []
    book.dossiers[1] = sent(2, NOW + 2 * HOUR, to="elsewhere")
    assert owing.settle(book, [(book.dossiers[1], "submitted")]) == []
    book.dossiers[1] = sent(2, DUE)
    (note,) = owing.settle(book, [(book.dossiers[1], "submitted")])
    assert note == {"code": "change.obligation_met", "ref": "VH-1", "rule": "r", "scope": "A", "late": True}
    assert book.written == [row(recipient="so-noi-vu", state="met", late=True, settled_at=DUE, look_at=None)]


def test_a_dossier_whose_route_does_not_go_there_holds_up_no_send():
    book = going()
    book.dossiers[0] = sent(1, NOW + HOUR)
    book.dossiers[1] = dossier(2, "unit_voted", route="NT11-1g-6")
    owing.settle(book, [(book.dossiers[0], "submitted")])
    assert (book.written[0]["state"], book.written[0]["settled_at"]) == ("met", NOW + HOUR)


def test_a_dossier_s_own_send_is_met_by_that_dossier_alone():
    book = going(per=Per.DOSSIER)
    book.dossiers = [sent(1, None), sent(2, NOW + 2 * HOUR)]
    owing.settle(book, [(one, "submitted") for one in book.dossiers])
    assert ends(book) == [("VH-1", "open", False), ("VH-2", "met", False)]
    book.dossiers[0] = sent(1, NOW + HOUR)
    owing.settle(book, [(book.dossiers[0], "submitted")])
    assert [one["settled_at"] for one in book.written] == [NOW + HOUR, NOW + 2 * HOUR]


# — sent back —


def test_what_is_sent_back_owes_alone_and_the_newer_row_replaces_the_older():
    book = owed(deadline(), deadline("other", met_by="ratify"), dossiers=[dossier(1), dossier(2)])
    assert owing.owed_again(book, book.dossiers[0], date(2024, 12, 10)) == ["VH-3"]
    mine = {"per": "dossier", "stream": "d1", "scope": "HS-1"}
    day = {"due_at": datetime(2024, 12, 10, 17, tzinfo=UTC), "last_good_day": date(2024, 12, 10)}
    first = row(id="o3", ref="VH-3", **mine, **day, last_working_day=date(2024, 12, 10), replaces="o1")
    assert book.written[2] == first
    assert book.written[0]["state"] == "open"
    assert owing.owed_again(book, book.dossiers[0], date(2024, 12, 12)) == ["VH-4"]
    assert book.written[2] == {**first, "state": "closed", "settled_at": NOW, "look_at": None}
    assert (book.written[3]["replaces"], book.written[3]["last_good_day"]) == ("o3", date(2024, 12, 12))


def test_what_the_whole_season_owed_by_one_date_is_owed_again_by_the_dossier_alone():
    book = owed(deadline(per=Per.SEASON), dossiers=[dossier(1), dossier(2)])
    owing.owed_again(book, book.dossiers[0], date(2024, 12, 10))
    assert [(one["scope"], one["replaces"]) for one in book.written] == [("2024", None), ("HS-1", "o1")]


def test_what_is_sent_back_owes_only_under_rules_that_are_over_it():
    book = owed(deadline(where=HEADS), deadline("s"), dossiers=[dossier(1), dossier(2, lead="head")])
    owing.owed_again(book, book.dossiers[0], date(2024, 12, 10))
    assert [(one["rule"], one["scope"]) for one in book.written] == [("s", "A"), ("r", "A"), ("s", "HS-1")]


def test_what_is_sent_back_owes_again_what_goes_to_the_bodies_of_its_route():
    rules = [deadline(to, met_by="send", recipient=to) for to in ("ban-dang-tinh-uy", "nobody", "so-noi-vu")]
    rules = [deadline("r", met_by="ratify"), *rules, deadline("s")]
    book = owed(*rules, dossiers=[dossier(1, route="NT11-1g-1")])
    before = len(book.written)
    owing.owed_again(book, sent(1, NOW), date(2024, 12, 10))
    again = [(one["rule"], one["recipient"], one["scope"]) for one in book.written[before:]]
    assert again == [("so-noi-vu", "so-noi-vu", "HS-1"), ("s", "office", "HS-1")]


def test_a_unit_is_not_held_up_by_the_dossier_that_has_a_day_of_its_own():
    book = owed(deadline(), dossiers=[dossier(1), dossier(2)])
    owing.owed_again(book, book.dossiers[0], date(2024, 12, 10))
    owing.settle(book, [book.changed(2, "submitted", NOW + HOUR)])
    assert ends(book) == [("VH-1", "met", False), ("VH-2", "open", False)]
    owing.settle(book, [book.changed(1, "submitted", NOW + 2 * HOUR)])
    assert (book.written[1]["state"], book.written[1]["settled_at"]) == ("met", NOW + 2 * HOUR)


def test_a_dossier_s_own_obligation_waits_for_that_dossier_alone():
    book = owed(deadline(per=Per.DOSSIER), dossiers=[dossier(1), dossier(2)])
    owing.settle(book, [book.changed(2, "submitted")])
    assert ends(book) == [("VH-1", "open", False), ("VH-2", "met", False)]


def test_rows_settled_elsewhere_are_left_alone():
    book = owed(deadline(), dossiers=[dossier(1)])
    book.settle(book.written[0], state=ObligationState.VOID, late=False, at=NOW)
    assert owing.settle(book, [(marked(1, "submitted", NOW), "submitted")]) == []


# — a meeting that was held —


def held(number: int, at: datetime, **more: Any) -> Row:
    return dossier(number, "self_reviewed", marks={"held_at": micros(at)}, **more)


def test_a_unit_whose_meeting_was_held_on_all_its_dossiers_is_done_when_it_was_held():
    book = owed(deadline(met_by="hold"), dossiers=[dossier(1), dossier(2)])
    book.dossiers[0] = held(1, NOW)
    assert owing.settle(book, [(book.dossiers[0], "self_reviewed")]) == []
    book.dossiers[1] = held(2, DUE)
    (note,) = owing.settle(book, [(book.dossiers[1], "drafted")])
    assert note["late"] is True
    assert (book.written[0]["state"], book.written[0]["settled_at"]) == ("met", DUE)


def test_who_was_voted_on_or_left_waits_for_no_meeting():
    book = owed(deadline(met_by="hold"), dossiers=[dossier(1), dossier(2)])
    first, second = book.changed(1, "unit_voted", NOW + HOUR), book.changed(2, "withdrawn", NOW)
    owing.settle(book, [first, second])
    assert (book.written[0]["state"], book.written[0]["settled_at"]) == ("met", NOW + HOUR)


def test_a_meeting_that_was_forgotten_by_a_move_is_owed():
    rules, rule = rules_with(), deadline(met_by="hold")
    assert discharge.owes(rules, rule, dossier(1, marks={"held_at": None}))
    assert not discharge.owes(rules, rule, held(1, NOW))
    assert not discharge.owes(rules, rule, dossier(1, "unit_voted"))
    assert not discharge.owes(rules, rule, dossier(1, "withdrawn"))
