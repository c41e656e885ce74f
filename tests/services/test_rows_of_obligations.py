"""The rows of obligations, whole: made by the opening and by the roster, extended, met, owed again, started, done."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from tests.season import SMALL_PACK, Play, at_noon, done, leaders, local, units
from workflow.services import milestones

OPENED, NOON = local("2024-11-10 09:00"), at_noon("2024-11-12")
E1, G3 = "NT11-1e-1", "NT11-1g-3"
COMMON = {"late": False, "settled_at": None, "replaces": None, "decision": None, "effect": None}
PRINTED = {"due_at": local("2024-12-05"), "last_good_day": date(2024, 12, 4), "last_working_day": date(2024, 12, 4)}
NEVER = {"due_at": None, "last_good_day": None, "last_working_day": None, "look_at": None}


@pytest.fixture
def noon(play: Play) -> Play:
    """Two leaders, brought at noon of the twelfth."""
    play.clock.now = NOON
    play.bring(units("SNV"), leaders("SNV", 2))
    return play


@pytest.fixture
def voted(noon: Play) -> Play:
    noon.to_vote("SNV")
    noon.close("SNV")
    return noon


def rows(play: Play, rule: str, scope: str) -> list[dict[str, Any]]:
    """What stands in the rows; ids and the season left out, and refs instead of the ids that they replace."""
    refs = {one["id"]: one["ref"] for one in play.obligations()}
    found = play.obligations(rule, scope)
    return [
        {
            **{name: value for name, value in one.items() if name not in {"id", "season"}},
            "replaces": None if one["replaces"] is None else refs[one["replaces"]],
        }
        for one in found
    ]


def stream(play: Play, unit: str) -> str:
    """The unit's stream."""
    return str(play.dossiers(unit)[0]["unit_stream"])


def of_season(play: Play, ref: str, rule: str, **more: Any) -> dict[str, Any]:
    mine = {"ref": ref, "rule": rule, "per": "season", "stream": play.row()["id"], "scope": "2024", "unit": None}
    return {**COMMON, **mine, "owner": "so-noi-vu", "state": "open", "born_at": OPENED, **more}


def of_unit(play: Play, ref: str, rule: str, **more: Any) -> dict[str, Any]:
    mine = {"ref": ref, "rule": rule, "per": "unit", "stream": stream(play, "SNV"), "scope": "SNV", "unit": "SNV"}
    given = {"owner": "unit", "state": "open", "born_at": NOON, "look_at": NOON}
    return {**COMMON, **PRINTED, **mine, **given, **more}


def test_a_season_opens_with_what_its_bodies_owe_dated_or_not(noon: Play):
    (dated,) = rows(noon, "NT11-2b-1", "2024")
    assert dated == of_season(noon, "VH-0001", "NT11-2b-1", **PRINTED, recipient=None, look_at=OPENED)
    (undated,) = rows(noon, "NT11-1g-4", "2024")
    assert undated == of_season(noon, "VH-0002", "NT11-1g-4", **NEVER, recipient="bcsd-ubnd")


def test_a_roster_makes_what_its_units_owe_and_is_looked_at_at_once(noon: Play):
    assert rows(noon, G3, "SNV") == [of_unit(noon, "VH-0005", G3, recipient="so-noi-vu")]


def test_a_command_sees_its_own_obligations_before_the_season_s(voted: Play):
    voted.submit("SNV-02")
    seen = voted.records("SNV-02")[-1].body["facts"]["obligations"]
    assert [one["rule"] for one in seen] == [G3, "NT11-1g-4", "NT11-2c-1"]
    due: Any = {"due_at": 1_733_331_600_000_000, "last_good_day": "2024-12-04", "last_working_day": "2024-12-04"}
    assert seen[0] == {
        "id": voted.obligation(G3, "SNV")["id"],
        "ref": "VH-0005",
        "rule": G3,
        "met_by": "submit",
        "scope": "SNV",
        "not_before": None,
        **due,
        "late": "reason",
        "extended_by": "issuer",
        "recipient": "so-noi-vu",
    }


def test_an_extension_closes_a_row_for_one_that_names_it_and_its_decision(noon: Play):
    noon.clock.now = at = at_noon("2024-11-20")
    done(noon.extend("VH-0005", "2024-12-15"))
    closed, successor = rows(noon, G3, "SNV")
    theirs = {"recipient": "so-noi-vu"}
    assert closed == of_unit(noon, "VH-0005", G3, **theirs, state="closed", settled_at=at, look_at=None)
    # The fifteenth is a Sunday.
    until = {"due_at": local("2024-12-16"), "last_good_day": date(2024, 12, 15), "last_working_day": date(2024, 12, 13)}
    told = {"replaces": "VH-0005", "decision": "20/QĐ-UBND", "born_at": at, "look_at": at}
    assert successor == of_unit(noon, successor["ref"], G3, **theirs, **until, **told)


@pytest.mark.parametrize(("day", "late"), [("2024-12-04", False), ("2024-12-05", True)])
def test_the_last_dossier_meets_it_at_the_moment_that_it_was_sent(voted: Play, day: str, late: bool):
    voted.clock.now = at = at_noon(day)
    done(voted.do("submit", "SNV-02", reason="bão"))
    (row,) = rows(voted, G3, "SNV")
    theirs = {"recipient": "so-noi-vu", "state": "met", "late": late, "settled_at": at, "look_at": row["look_at"]}
    assert row == of_unit(voted, "VH-0005", G3, **theirs)


def test_what_met_it_is_told_with_whom_it_was_due_from(voted: Play):
    answer = voted.submit("SNV-02")
    assert {"code": "change.obligation_met", "ref": "VH-0005", "rule": G3, "scope": "SNV", "late": False} in [
        dict(one) for one in answer.changes
    ]


def test_a_dossier_sent_back_owes_alone_by_its_day_and_the_unit_s_row_stays(voted: Play):
    voted.submit("SNV-02")
    voted.clock.now = at = at_noon("2024-11-20")
    back: dict[str, Any] = {"reason": "thiếu báo cáo", "due_back": "2024-12-08"}
    done(voted.do("send_back", "SNV-02", by="QD-bcsd-ubnd", **back))
    (row,) = rows(voted, G3, "HS-0002")
    mine = {"per": "dossier", "stream": voted.dossier("SNV-02")["id"], "scope": "HS-0002", "recipient": "so-noi-vu"}
    # The eighth is a Sunday.
    day = {"due_at": local("2024-12-09"), "last_good_day": date(2024, 12, 8), "last_working_day": date(2024, 12, 6)}
    assert row == of_unit(voted, row["ref"], G3, **mine, **day, replaces="VH-0005", born_at=at, look_at=at)
    assert [one["state"] for one in rows(voted, G3, "SNV")] == ["met"]

    voted.clock.now = again = at_noon("2024-11-21")
    voted.vote("SNV-02", meeting=voted.meetings["SNV"])
    voted.submit("SNV-02")
    voted.clock.now = at_noon("2024-11-22")
    done(voted.do("send_back", "SNV-02", by="QD-bcsd-ubnd", **back))
    first, second = rows(voted, G3, "HS-0002")
    assert (first["state"], first["settled_at"], second["replaces"]) == ("met", again, first["ref"])


def test_done_by_a_body_is_met_when_it_was_done(noon: Play):
    noon.clock.now = at_noon("2024-12-06")
    by = noon.by("TH", occurred_at=at_noon("2024-12-03"))
    done(milestones.finish(noon.context, noon.season, by, "VH-0001", proof="9/BC-SNV"))
    (row,) = rows(noon, "NT11-2b-1", "2024")
    assert (row["state"], row["late"], row["settled_at"]) == ("met", False, at_noon("2024-12-03"))


AFTER = """
[[deadline]]
id = "after"
clause = { source = "paper", at = "4" }
text = "Gửi kết quả"
wording = "after_event"
event = "record_vote"
days = 3
per = "unit"
owner = "unit"
met_by = "submit"
"""


def test_a_clock_that_waited_is_closed_for_one_that_runs(opening: Callable[..., Play]):
    play = opening(SMALL_PACK + AFTER)
    play.clock.now = NOON
    play.bring(units("P1"), leaders("P1", 2))
    play.review("P1-01", "P1-02")
    play.vote("P1-01")
    play.clock.now = at = at_noon("2024-11-20")
    answer = play.vote("P1-02", meeting=play.hold("P1", held_on="2024-11-20"))
    waited, runs = rows(play, "after", "P1")
    mine: dict[str, Any] = {"rule": "after", "per": "unit", "stream": stream(play, "P1"), "scope": "P1", "unit": "P1"}
    mine |= {"owner": "unit", "recipient": None}
    closed = {**COMMON, **NEVER, **mine, "state": "closed", "settled_at": at, "born_at": NOON, "ref": waited["ref"]}
    assert waited == closed
    good = {"last_good_day": date(2024, 11, 25), "last_working_day": date(2024, 11, 25)}
    started: datetime = local("2024-11-26")
    new = {"state": "open", "due_at": started, **good, "replaces": waited["ref"], "born_at": at, "look_at": at}
    assert runs == {**COMMON, **mine, **new, "ref": runs["ref"]}
    told = {"code": "change.successor", "ref": waited["ref"], "by": runs["ref"], "due": "2024-11-25"}
    assert told in [dict(one) for one in answer.changes]
