"""A season is closed when its work is done, or left for a reason that is recorded with it; and reopened for one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from notifications.sweep import sweep
from tests.season import MICROSECOND, SEASON_COORDINATOR, SMALL_PACK, Play, done, leaders, local, refusals, units
from workflow import ledger
from workflow.answers import Answer
from workflow.errors import BadInput, KeyReused
from workflow.replay.timeline import fold
from workflow.services.seasons import close_season, reopen_season
from workflow.services.views.unfinished import Closing, closing

QUOTA = """
[[quota]]
id = "share"
clause = { source = "paper", at = "5" }
text = "Không quá 20 %"
rank = "excellent"
base = "good_only"
percent = 20
rounding = "floor"
small = { max_size = 5, cap = 1 }
group_by = ["unit"]
moment = "submit"
over = "revote"
"""
DEADLINE = """
[[deadline]]
id = "send"
clause = { source = "paper", at = "2" }
text = "Gửi hồ sơ"
wording = "before"
on = 2024-12-05
per = "unit"
owner = "unit"
met_by = "submit"
late = "reason"
"""


@pytest.fixture
def small(opening: Callable[..., Play]) -> Play:
    """One unit of six under a quota and a deadline, everybody decided: nothing is left to do."""
    play = opening(SMALL_PACK + QUOTA + DEADLINE)
    play.bring(units("SNV"), leaders("SNV", 6))
    refs = play.to_vote("SNV", excellent=1)
    play.close("SNV")
    play.submit(*refs)
    play.ratify(*refs)
    return play


def close(play: Play, why: str | None = None, *, by: str = SEASON_COORDINATOR, **more: Any) -> Answer:
    return close_season(play.context, play.season, play.by(by, **more), unfinished=why)


def reopen(play: Play, why: str = "Bổ sung quyết định", *, by: str = SEASON_COORDINATOR, **more: Any) -> Answer:
    return reopen_season(play.context, play.season, play.by(by, **more), reason=why)


def how_closed(play: Play) -> Closing | None:
    with play.looking() as look:
        return closing(look)


def named(answer: Answer) -> dict[str, Any]:
    """What a refusal lists, by kind."""
    verdicts = [verdict for one in answer.refused for verdict in one.verdicts]
    return {one.code.removeprefix("guard.season_"): one.figures.get("names") for one in verdicts}


# — closing —


def test_a_season_whose_work_is_done_closes_without_a_reason(small: Play):
    (told,) = done(close(small)).done
    assert (told.kind, told.command, told.came_from, told.to) == ("season", "close", "open", "closed")
    assert small.row()["state"] == "closed"
    found = how_closed(small)
    assert found is not None
    assert (found.actor, found.left, found.reason, found.reason_erased) == (SEASON_COORDINATOR, {}, None, False)
    assert small.verified().holds


def test_work_undone_is_listed_by_kind_and_refused(six: Play):
    answer = close(six)
    assert named(answer) == {
        "dossiers": [row["ref"] for row in six.dossiers()],
        "duties": [six.obligation(rule, scope)["ref"] for rule, scope in (("NT11-1e-1", "SNV"), ("NT11-1g-3", "SNV"))]
        + [six.obligation(rule, "2024")["ref"] for rule in ("NT11-2b-1", "NT11-1g-4", "NT11-2c-1")],
        "votes": ["SNV (NT11-1a)"],
        "unfinished": None,
    }
    assert six.row()["state"] == "open"
    assert six.attempts()[-1]["command"] == "close"


def test_one_dossier_without_a_decision_is_enough(small: Play):
    ref = small.ref("SNV-02")
    done(small.do("adjust", ref, by="QD-committee", reason="Có kiến nghị"))
    assert named(close(small)) == {"dossiers": [ref], "unfinished": None}
    small.ratify(ref)
    done(close(small))


def test_a_group_over_its_quota_is_listed_however_much_is_decided(small: Play):
    done(small.do("adjust", "SNV-02", by="QD-committee", reason="Có kiến nghị", rank="excellent"))
    assert named(close(small))["over"] == ["SNV (share)"]


def test_who_left_or_is_not_ranked_is_nothing_undone(opening: Callable[..., Play]):
    play = opening(SMALL_PACK + DEADLINE)
    play.bring(units("SNV"), leaders("SNV", 2))
    done(play.do("withdraw", "SNV-01", by="CV-SNV", reason_kind="retired", reason="Nghỉ hưu"))
    done(play.do("not_ranked", "SNV-02", by="CV-SNV", reason_kind="long_leave", reason="Đi học"))
    done(close(play))


def test_an_empty_season_of_no_duties_closes(opening: Callable[..., Play]):
    done(close(opening(SMALL_PACK), by="os-user:lan"))


def test_what_is_left_open_is_recorded_with_its_reason(six: Play):
    wanted = {kind: names for kind, names in named(close(six)).items() if names}
    answer = done(close(six, " Sáp nhập đơn vị "))
    counts = {"dossiers": 6, "duties": 5, "votes": 1, "over": 0, "petitions": 0, "difficulties": 0}
    assert answer.changes == ({"code": "change.left_open", **counts},)
    record = six.records(six.row()["id"])[-1]
    assert (record.command, record.actor, record.to) == ("close", SEASON_COORDINATOR, "closed")
    assert record.body["set"] == {"state": "closed", "left_open": wanted}
    found = how_closed(six)
    assert found is not None
    assert (found.left, found.reason) == (wanted, "Sáp nhập đơn vị")
    assert six.verified().findings == ()


def test_a_reason_that_was_not_needed_is_kept_all_the_same(small: Play):
    answer = done(close(small, "Hết năm"))
    assert answer.changes == ()
    found = how_closed(small)
    assert found is not None
    assert (found.left, found.reason) == ({}, "Hết năm")


@pytest.mark.parametrize("why", ["", "  ", "\n"])
def test_an_empty_reason_is_no_reason(six: Play, why: str):
    with pytest.raises(BadInput) as caught:
        close(six, why)
    assert caught.value.code == "command.text_needed"
    assert six.row()["state"] == "open"


def test_closing_twice_is_refused_by_the_state(six: Play):
    done(close(six, "Hết năm"))
    before = six.table("history")
    answer = close(six, "Hết năm")
    assert refusals(answer) == ["wrong_state"]
    assert answer.refused[0].verdicts[0].figures["possible"] == ["reopen"]
    assert six.table("history") == before


@pytest.mark.parametrize("actor", ["CV-SNV", "VT", "GS", "CT", "SNV-01"])
def test_whoever_coordinates_less_than_the_season_neither_closes_nor_reopens_it(six: Play, actor: str):
    assert refusals(close(six, "Hết năm", by=actor)) == ["no_role"]
    done(close(six, "Hết năm"))
    assert refusals(reopen(six, by=actor)) == ["no_role"]
    assert refusals(close(six, "Hết năm", by=actor)) == ["no_role"]
    assert six.row()["state"] == "closed"


@pytest.mark.parametrize("way", [close, reopen])
def test_a_stranger_is_bad_input(six: Play, way: Callable[..., Answer]):
    with pytest.raises(BadInput) as caught:
        way(six, "Hết năm", by="XYZ")
    assert caught.value.code == "command.unknown_actor"


# — reopening —


def test_a_reopened_season_goes_on_where_it_stopped(six: Play):
    done(close(six, "Hết năm"))
    six.clock.now += timedelta(days=1)
    (told,) = done(reopen(six)).done
    assert (told.command, told.came_from, told.to, told.seq) == ("reopen", "closed", "open", 3)
    assert how_closed(six) is None
    six.review("SNV-02")
    assert six.verified().findings == ()
    state = fold(one.body for one in six.records(six.row()["id"]))
    assert (state["state"], state["left_open"]) == ("open", None)


def test_reopening_an_open_season_is_refused_by_the_state(six: Play):
    answer = reopen(six)
    assert refusals(answer) == ["wrong_state"]
    assert answer.refused[0].verdicts[0].figures["needed"] == ["closed"]


@pytest.mark.parametrize("why", ["", "   "])
def test_reopening_needs_a_reason(six: Play, why: str):
    done(close(six, "Hết năm"))
    with pytest.raises(BadInput) as caught:
        reopen(six, why)
    assert caught.value.code == "command.text_needed"
    assert six.row()["state"] == "closed"


def test_a_dry_run_closes_and_reopens_nothing(six: Play):
    assert done(close(six, "Hết năm", dry_run=True)).dry_run
    assert six.row()["state"] == "open"
    done(close(six, "Hết năm"))
    assert done(reopen(six, dry_run=True)).dry_run
    assert six.row()["state"] == "closed"
    assert close(six, dry_run=True).refused


def test_a_repeated_key_closes_once_and_other_content_is_an_error(six: Play):
    first = close(six, "Hết năm", key="k")
    again = close(six, "Hết năm", key="k")
    assert (again.repeated, again.done) == (True, first.done)
    with pytest.raises(KeyReused):
        close(six, "Lý do khác", key="k")
    done(reopen(six, key="o"))
    assert reopen(six, key="o").repeated
    assert six.row()["state"] == "open"


def test_it_may_be_closed_and_reopened_again_and_again(small: Play):
    for _ in range(3):
        done(close(small))
        done(reopen(small))
    assert [one.command for one in small.records(small.row()["id"])] == ["create", *["close", "reopen"] * 3]
    assert small.verified().holds


def test_the_sweep_goes_on_after_a_reopening_as_after_an_outage(six: Play):
    done(close(six, "Hết năm"))
    six.clock.now = local("2024-12-06")
    assert sweep(six.context).looked == 0
    done(reopen(six))
    swept = sweep(six.context)
    assert {one.rung for one in swept.alerts if one.outcome == "folded"} != set()
    assert len({(one.obligation, one.rung) for one in swept.alerts}) == len(swept.alerts)
    assert sweep(six.context).alerts == ()


# — the record —


def written_while_closed(play: Play, after: timedelta) -> list[str]:
    """What somebody with every right on the file could do: open it, let a command be recorded, shut it again."""
    done(close(play, "Hết năm"))
    play.clock.now += after
    with play.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE season SET state = 'open'")
    play.review("SNV-02")
    with play.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE season SET state = 'closed'")
    return [one.code for one in play.verified().findings]


def test_a_record_made_while_the_season_was_closed_is_found(six: Play):
    assert written_while_closed(six, ledger.TOLERANCE + MICROSECOND) == ["audit.while_closed"]
    six.clock.now += timedelta(days=1)
    done(reopen(six))
    six.review("SNV-03")
    assert [one.code for one in six.verified().findings] == ["audit.while_closed"]


def test_a_record_made_in_the_instant_of_the_closing_is_found_by_its_place(six: Play):
    assert written_while_closed(six, timedelta(0)) == ["audit.while_closed"]


def test_a_head_that_is_a_little_ahead_of_the_clock_is_no_such_record(six: Play):
    """The closing is dated before the record that it came after."""
    six.review("SNV-02")
    six.clock.now -= ledger.TOLERANCE
    done(close(six, "Hết năm"))
    assert six.verified().findings == ()
