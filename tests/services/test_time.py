"""When it happened and when it was recorded: deadlines to the microsecond, lateness, dates on paper, clocks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.season import MICROSECOND, SMALL_PACK, Play, at_noon, done, leaders, local, person, refusals, units
from workflow.dates import micros
from workflow.errors import BadInput, ClockBehind
from workflow.services.context import Upload
from workflow.words import Lead

DUE = local("2024-12-05")
"""2024-12-04T17:00Z: the first instant that is late."""

PAPER = Upload(kind="letter", name="12-SNV.pdf", content=b"%PDF-1.7 letter")


@pytest.fixture
def ready(six: Play) -> Play:
    """Voted within, closed, nobody sent yet."""
    six.to_vote("SNV")
    six.close("SNV")
    return six


def test_the_due_instant_is_1700_utc_of_4_december(ready: Play):
    for rule in ("NT11-1e-1", "NT11-1g-3"):
        row = ready.obligation(rule, "SNV")
        assert row["due_at"].isoformat() == "2024-12-04T17:00:00+00:00"
        assert row["last_good_day"].isoformat() == row["last_working_day"].isoformat() == "2024-12-04"


# — to the microsecond —


@pytest.mark.row("NT11-1e-1")
@pytest.mark.parametrize("name", ["SNV-01", "SNV-02"], ids=["to the party board", "to home affairs"])
def test_one_microsecond_before_the_instant_a_dossier_is_in_time(ready: Play, name: str):
    ready.clock.now = DUE - MICROSECOND
    answer = ready.submit(name)
    assert answer.done[0].warnings == ()
    assert "late" not in ready.dossier(name)["marks"]


@pytest.mark.row("NT11-1e-1", "NT11-1g-3")
@pytest.mark.parametrize("name", ["SNV-01", "SNV-02"], ids=["to the party board", "to home affairs"])
def test_at_the_instant_it_is_late_and_needs_a_reason(ready: Play, name: str):
    ready.clock.now = DUE
    refused = ready.do("submit", name)
    assert refusals(refused) == ["late_reason"]
    verdict = refused.refused[0].verdicts[0]
    assert verdict.figures["last_good_day"] == "2024-12-04"
    assert verdict.remedy is not None
    assert verdict.remedy.action == "dossier.submit"
    answer = ready.submit(name, reason="lũ lụt, mất đường truyền")
    assert [one.code for one in answer.done[0].warnings] == ["guard.late_taken"]


@pytest.mark.row("NT11-1e-1")
def test_a_late_dossier_is_taken_marked_and_stays_marked(ready: Play):
    """A-19: taken with the reason on record; nothing is lowered by itself."""
    ready.clock.now = at_noon("2024-12-06")
    ready.submit("SNV-01", reason="lũ lụt")
    (mark,) = ready.dossier("SNV-01")["marks"]["late"]
    assert (mark["rule"], mark["due_at"], mark["at"]) == ("NT11-1e-1", micros(DUE), micros(at_noon("2024-12-06")))
    assert len(mark["reason"]) == 64
    ready.ratify("SNV-01")
    assert ready.dossier("SNV-01")["marks"]["late"] == [mark]
    assert ready.dossier("SNV-01")["decided"] == "good"


@pytest.mark.row("NT11-1e-1")
def test_the_reason_for_a_lateness_is_kept_apart_from_the_record(ready: Play):
    ready.clock.now = DUE
    ready.submit("SNV-01", reason="lũ lụt, mất đường truyền")
    (mark,) = ready.dossier("SNV-01")["marks"]["late"]
    assert "lũ lụt, mất đường truyền" in str([row for row in ready.table("secret") if row[1] == mark["reason"]])
    assert "lũ lụt" not in str(ready.records("SNV-01")[-1].body)


def test_what_no_deadline_is_about_is_never_late(ready: Play):
    """Reviews and votes have no date in this letter; neither have staff whom the unit ranks."""
    ready.clock.now = at_noon("2024-12-20")
    ready.bring(subjects=[person("SNV-11", tier="unit", duty="staff", lead=Lead.NONE)])
    ready.review("SNV-11")
    ready.vote("SNV-11")
    assert ready.submit("SNV-11").done[0].warnings == ()


# — refuse, flag —

SENDING = """
[[deadline]]
id = "send"
clause = { source = "paper", at = "4" }
text = "Gửi hồ sơ"
wording = "before"
on = 2024-12-05
per = "unit"
owner = "unit"
recipient = "office"
met_by = "submit"
"""


def sending(opening: Callable[..., Play], more: str) -> Play:
    play = opening(SMALL_PACK + SENDING + more)
    play.bring(units("P1"), leaders("P1", 2))
    play.to_vote("P1")
    return play


def test_a_pack_may_refuse_lateness_until_the_issuer_extends(opening: Callable[..., Play]):
    play = sending(opening, 'late = "refuse"\n')
    play.clock.now = DUE
    refused = play.do("submit", "P1-01", reason="lũ lụt")
    assert refusals(refused) == ["late_refused"]
    verdict = refused.refused[0].verdicts[0]
    ref = play.obligation("send", "P1")["ref"]
    assert verdict.remedy is not None
    assert (verdict.remedy.action, verdict.remedy.args["obligation"]) == ("obligation.extend", ref)
    assert verdict.who == "issuer"
    done(play.extend(ref, "2024-12-10"))
    assert "late" not in play.dossier(play.submit("P1-01").done[0].ref)["marks"]


def test_a_pack_may_only_flag_lateness(opening: Callable[..., Play]):
    play = sending(opening, 'late = "flag"\n')
    play.clock.now = DUE
    play.submit("P1-01")
    (mark,) = play.dossier("P1-01")["marks"]["late"]
    assert mark["reason"] is None


# — dates on paper —


def test_a_command_may_have_happened_earlier_than_it_is_recorded(six: Play):
    six.clock.now = at_noon("2024-11-20")
    happened = at_noon("2024-11-15")
    done(six.do("self_review", "SNV-02", by=six.by("CV-SNV", occurred_at=happened), rank="good"))
    record = six.records("SNV-02")[-1]
    assert (record.occurred_at, record.recorded_at) == (micros(happened), micros(six.clock.now))
    assert six.dossier("SNV-02")["marks"]["reviewed_at"] == micros(happened)


@pytest.mark.parametrize("ahead", [MICROSECOND, timedelta(days=400)])
def test_an_event_in_the_future_is_bad_input(six: Play, ahead: timedelta):
    by = six.by("CV-SNV", occurred_at=six.clock.now + ahead)
    with pytest.raises(BadInput) as caught:
        six.do("self_review", "SNV-02", by=by, rank="good")
    assert caught.value.code == "command.future"
    done(six.do("self_review", "SNV-02", by=six.by("CV-SNV", occurred_at=six.clock.now), rank="good"))


def test_a_naive_time_is_bad_input(six: Play):
    with pytest.raises(BadInput) as caught:
        six.by("CV-SNV", occurred_at=datetime(2024, 11, 10, 9))  # noqa: DTZ001  naive on purpose
    assert caught.value.code == "command.naive_time"


@pytest.mark.parametrize("proof", ["letter", "file"])
def test_a_backdate_across_the_bound_is_taken_with_a_proof_and_flagged(ready: Play, proof: str):
    ready.clock.now = at_noon("2024-12-06")
    by = ready.by("CV-SNV", occurred_at=DUE - MICROSECOND)
    letter = "12/SNV" if proof == "letter" else None
    answer = done(ready.do("submit", "SNV-01", by=by, uploads=() if letter else (PAPER,), letter=letter))
    assert [one.code for one in answer.done[0].warnings] == ["guard.backdated"]
    marks = ready.dossier("SNV-01")["marks"]
    assert marks["backdated"] == ["NT11-1e-1"]
    assert "late" not in marks


def test_a_backdate_across_the_bound_without_a_proof_is_refused(ready: Play):
    ready.clock.now = at_noon("2024-12-06")
    by = ready.by("CV-SNV", occurred_at=DUE - MICROSECOND)
    refused = ready.do("submit", "SNV-01", by=by, reason="gửi đúng hạn")
    assert refusals(refused) == ["backdate_unproved"]
    assert ready.states("SNV-01") == ["unit_voted"]


def test_a_backdate_that_stays_late_needs_the_reason_and_no_proof(ready: Play):
    ready.clock.now = at_noon("2024-12-07")
    by = ready.by("CV-SNV", occurred_at=DUE)
    assert refusals(ready.do("submit", "SNV-01", by=by)) == ["late_reason"]
    done(ready.do("submit", "SNV-01", by=by, reason="lũ lụt"))


def test_a_pack_may_refuse_every_backdate_across_a_bound(opening: Callable[..., Play]):
    play = sending(opening, '\n[settings]\nbackdate = "refuse"\n')
    play.clock.now = at_noon("2024-12-06")
    by = play.by("CV-P1", occurred_at=DUE - MICROSECOND)
    assert refusals(play.do("submit", "P1-01", by=by, letter="12/P1")) == ["backdate_refused"]


@pytest.mark.row("NT11-1e-2")
def test_a_dossier_is_not_sent_before_its_review(ready: Play):
    ready.clock.now = at_noon("2024-11-20")
    by = ready.by("CV-SNV", occurred_at=at_noon("2024-11-01"))
    assert refusals(ready.do("submit", "SNV-01", by=by)) == ["review_unfinished"]
    ready.submit("SNV-01")


# — clocks —


@pytest.mark.parametrize("behind", [timedelta(0), timedelta(seconds=1), timedelta(seconds=5)])
def test_up_to_five_seconds_behind_the_record_its_last_instant_is_taken(six: Play, behind: timedelta):
    head = six.clock.now
    six.review("SNV-02")
    six.clock.now = head - behind
    six.vote("SNV-02", meeting=held_before(six))
    record = six.records("SNV-02")[-1]
    assert (record.recorded_at, record.occurred_at) == (micros(head), micros(head - behind))
    assert six.dossier("SNV-02")["head_at"] == head


def held_before(play: Play) -> str:
    return play.hold("SNV", held_on="2024-11-09")


def test_a_clock_further_behind_the_record_is_refused(six: Play):
    six.review("SNV-02")
    before = six.dossier("SNV-02")
    six.clock.now -= timedelta(seconds=5) + MICROSECOND
    with pytest.raises(ClockBehind) as caught:
        six.do("withdraw", "SNV-02", reason="nghỉ hưu")
    assert (caught.value.code, caught.value.exit_status) == ("command.clock_behind", 6)
    assert six.dossier("SNV-02") == before


def test_instants_of_one_stream_never_run_back(six: Play):
    six.review("SNV-02")
    six.clock.now -= timedelta(seconds=4)
    six.do("attach", "SNV-02", uploads=(PAPER,))
    six.clock.now += timedelta(hours=1)
    six.do("withdraw", "SNV-02", reason="nghỉ hưu")
    instants = [one.recorded_at for one in six.records("SNV-02")]
    assert len(instants) == 4
    assert instants == sorted(instants)


def test_a_clock_set_by_hand_is_for_rehearsals_only(opening: Callable[..., Play]):
    with pytest.raises(BadInput) as caught:
        opening(more={"virtual": True})
    assert caught.value.code == "command.clock_set"
    real = opening()
    real.bring(units("SNV"), leaders("SNV", 2))
    real.context = replace(real.context, virtual=True)
    with pytest.raises(BadInput) as caught:
        real.review("SNV-02")
    assert caught.value.code == "command.clock_set"
