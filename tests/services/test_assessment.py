"""What a lateness means for the ranking of party members is entered by whoever follows it, with a reason."""

from datetime import timedelta
from typing import Any

import pytest

from tests.season import MICROSECOND, MONITOR, Play, done, leaders, local, refusals, units
from workflow.answers import Answer
from workflow.errors import BadInput
from workflow.services.duties import assess
from workflow.services.registers import Affects, LateLine, late_register
from workflow.services.seasons import close_season

RULE = "NT11-1g-3"


@pytest.fixture
def late(play: Play) -> Play:
    """SNV owes its package since yesterday; its leaders are party members."""
    play.bring(units("SNV"), leaders("SNV", 3, party=True))
    play.clock.now = local("2024-12-06 09:00")
    return play


def judge(play: Play, affects: str = "yes", *, by: str = MONITOR, reason: str = "3 đảng viên", **more: Any) -> Answer:
    ref = play.obligation(RULE, "SNV")["ref"]
    return assess(play.context, play.season, play.by(by, **more), ref, affects_party=affects, reason=reason)


def line(play: Play) -> LateLine:
    ref = play.obligation(RULE, "SNV")["ref"]
    with play.database.reading() as tx:
        return next(one for one in late_register(tx, play.row(), play.rules(), now=play.clock.now) if one.ref == ref)


@pytest.mark.row("NT05-2-2")
@pytest.mark.parametrize("affects", list(Affects))
def test_what_somebody_judged_stands_in_the_register_with_its_reason(late: Play, affects: Affects):
    assert (line(late).affects_party, line(late).assessed) == (Affects.UNKNOWN, False)
    (told,) = done(judge(late, affects.value)).done
    assert (told.kind, told.command, told.to) == ("obligation", "assess", None)
    found = line(late)
    assert (found.affects_party, found.assessed, found.effect_reason) == (affects, True, "3 đảng viên")
    assert late.verified().findings == ()


@pytest.mark.row("NT05-2-2")
def test_it_is_corrected_by_being_entered_again_and_both_stay_on_record(late: Play):
    done(judge(late, "yes", reason="Nhầm"))
    done(judge(late, "no", reason="Không có đảng viên chậm"))
    assert (line(late).affects_party, line(late).effect_reason) == (Affects.NO, "Không có đảng viên chậm")
    stream = late.obligation(RULE, "SNV")["stream"]
    told = [one for one in late.records(stream) if one.command == "assess"]
    duty = late.obligation(RULE, "SNV")["id"]
    assert [one.body["set"]["effects"][duty]["affects_party"] for one in told] == ["yes", "no"]
    assert {one.actor for one in told} == {MONITOR}
    assert late.verified().findings == ()


@pytest.mark.row("NT05-2-3")
def test_no_rank_and_no_date_changes_by_it(late: Play):
    before = late.table("dossier"), late.obligation(RULE, "SNV")["due_at"]
    done(judge(late))
    assert (late.table("dossier"), late.obligation(RULE, "SNV")["due_at"]) == before
    assert late.obligation(RULE, "SNV")["state"] == "open"


@pytest.mark.parametrize("at,late_now", [(-MICROSECOND, False), (timedelta(0), True)])
def test_there_is_something_to_judge_from_the_very_instant(late: Play, at: timedelta, late_now: bool):
    late.clock.now = local("2024-12-05") + at
    answer = judge(late)
    if late_now:
        done(answer)
    else:
        assert refusals(answer) == ["obligation_in_time"]
        assert late.obligation(RULE, "SNV")["effect"] is None


def test_a_lateness_that_is_over_is_judged_too(late: Play):
    refs = late.to_vote("SNV")
    late.close("SNV")
    late.submit(*refs, reason="bão số 9")
    assert late.obligation(RULE, "SNV")["state"] == "met"
    done(judge(late))
    assert (line(late).affects_party, line(late).reason) == (Affects.YES, "bão số 9")


def test_what_was_done_in_time_has_nothing_to_judge(play: Play):
    play.bring(units("SNV"), leaders("SNV", 3))
    refs = play.to_vote("SNV")
    play.close("SNV")
    play.submit(*refs)
    play.clock.now = local("2024-12-20")
    assert refusals(judge(play)) == ["obligation_in_time"]


def test_what_an_extension_replaced_is_judged_where_it_was_late(late: Play):
    old = late.obligation(RULE, "SNV")
    done(late.extend(old["ref"], "2024-12-12"))
    by = late.by(MONITOR)
    done(assess(late.context, late.season, by, old["ref"], affects_party="yes", reason="Chậm"))
    assert refusals(judge(late)) == ["obligation_in_time"], "the new date has not come"
    assert late.verified().findings == ()


def test_a_duty_without_a_date_is_never_late(late: Play):
    ref = late.obligation("NT11-1g-4", "2024")["ref"]
    answer = assess(late.context, late.season, late.by(MONITOR), ref, affects_party="yes", reason="Chậm")
    assert refusals(answer) == ["obligation_in_time"]


@pytest.mark.parametrize("actor", ["CV-SNV", "TH", "CT", "SNV-01"])
def test_nobody_judges_but_who_follows_or_registers(late: Play, actor: str):
    assert refusals(judge(late, by=actor)) == ["no_role"]
    assert late.obligation(RULE, "SNV")["effect"] is None


@pytest.mark.parametrize(
    "affects,reason,code",
    [
        ("maybe", "Chậm", "command.unknown_effect"),
        ("", "Chậm", "command.unknown_effect"),
        ("YES", "Chậm", "command.unknown_effect"),
        ("yes", " ", "command.text_needed"),
    ],
)
def test_bad_input_is_named(late: Play, affects: str, reason: str, code: str):
    with pytest.raises(BadInput) as caught:
        judge(late, affects, reason=reason)
    assert caught.value.code == code


def test_a_dry_run_judges_nothing(late: Play):
    assert done(judge(late, dry_run=True)).dry_run
    assert line(late).assessed is False


def test_a_closed_season_takes_no_judgement(late: Play):
    done(close_season(late.context, late.season, late.by(), unfinished="Hết năm"))
    with pytest.raises(BadInput) as caught:
        judge(late)
    assert caught.value.code == "command.season_closed"


@pytest.mark.parametrize("effect", [None, '{"affects_party":"no","reason":"x"}'], ids=["taken away", "changed"])
def test_a_judgement_changed_in_the_table_is_found(late: Play, effect: str | None):
    done(judge(late))
    _write(late, effect)
    assert [one.code for one in late.verified().findings] == ["audit.duty"]


def test_a_judgement_that_nobody_entered_is_found(late: Play):
    _write(late, '{"affects_party":"no","reason":"x"}')
    assert [one.code for one in late.verified().findings] == ["audit.duty"]


def _write(play: Play, effect: str | None) -> None:
    with play.database.writing() as tx:
        written = "NULL" if effect is None else f"'{effect}'"
        tx.plainly(f"UPDATE obligation SET effect = {written} WHERE rule = '{RULE}'")  # noqa: S608
