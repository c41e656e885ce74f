"""Who owes what by when: made by the roster, settled by what is done, owed again by what comes back."""

from collections.abc import Callable

import pytest

from tests.season import SMALL_PACK, Play, at_noon, collective, done, leaders, local, person, refusals, units
from tests.services.test_rows_of_obligations import AFTER
from workflow.errors import BadInput
from workflow.services import milestones
from workflow.words import Lead

DUE = local("2024-12-05")
E1, G3 = "NT11-1e-1", "NT11-1g-3"


@pytest.fixture
def sendable(six: Play) -> Play:
    six.to_vote("SNV")
    six.close("SNV")
    return six


def states(play: Play, rule: str, scope: str) -> list[tuple[str, bool]]:
    return [(row["state"], row["late"]) for row in play.obligations(rule, scope)]


# — made —


@pytest.mark.row("NT11-1e-1", "NT11-1g-3")
def test_a_unit_owes_one_dossier_package_per_recipient_by_the_same_instant(six: Play):
    for rule, recipient in ((E1, "ban-to-chuc-tinh-uy"), (G3, "so-noi-vu")):
        (row,) = six.obligations(rule, "SNV")
        assert (row["per"], row["owner"], row["unit"], row["recipient"]) == ("unit", "unit", "SNV", recipient)
        assert (row["due_at"], row["state"], row["late"]) == (DUE, "open", False)
        assert row["look_at"] == six.clock.now


@pytest.mark.row("NT11-1g-3")
def test_a_unit_owes_only_what_its_dossiers_ask_for(play: Play):
    """An association's leaders are all delegated; staff ranked by the unit itself owe nothing."""
    plain = person("SNV-01", tier="unit", lead=Lead.NONE, duty="staff")
    play.bring(
        [*units("HCTD", kind="association"), *units("SNV"), *units("STC")],
        [*leaders("HCTD", 2), plain, *leaders("STC", 1)],
    )
    assert [row["rule"] for row in play.obligations(scope="HCTD")] == [G3]
    assert play.obligations(scope="SNV") == []
    assert [row["rule"] for row in play.obligations(scope="STC")] == [E1]


@pytest.mark.row("NT11-2b-1", "NT11-1g-4", "NT11-2c-1")
def test_home_affairs_owes_its_own_work_from_the_opening_on(play: Play):
    """The committee's own review by 05/12; the two summings-up have no date and are never looked at by the ladder."""
    dated, summing, advising = (play.obligation(rule, "2024") for rule in ("NT11-2b-1", "NT11-1g-4", "NT11-2c-1"))
    assert (dated["due_at"], dated["owner"], dated["per"]) == (DUE, "so-noi-vu", "season")
    for row in (summing, advising):
        assert (row["due_at"], row["last_good_day"], row["look_at"], row["state"]) == (None, None, None, "open")
        assert (row["owner"], row["recipient"]) == ("so-noi-vu", "bcsd-ubnd")


def test_obligations_have_numbers_that_are_never_used_twice(six: Play):
    six.bring(units("STC"), leaders("STC", 2))
    refs = [row["ref"] for row in six.obligations()]
    assert len(set(refs)) == len(refs) == 3 + 2 + 2
    assert refs == sorted(refs)


def test_a_wording_is_what_the_pack_prints_each_with_its_own_instant(opening: Callable[..., Play]):
    tables = "".join(
        f"""
[[deadline]]
id = "{name}"
clause = {{ source = "paper", at = "4" }}
text = "Thời hạn"
per = "{per}"
owner = "unit"
{more}
"""
        for name, per, more in (
            ("day", "dossier", 'wording = "at_latest_on"\non = 2024-11-28\nmet_by = "submit"'),
            ("month", "unit", 'wording = "within_month"\nmonth = "2024-11"\nmet_by = "record_vote"'),
            ("start", "unit", 'wording = "start_before"\nyearly = true\non = "11-15"\nmet_by = "self_review"'),
            ("outside", "unit", 'wording = "external"\nmet_by = "submit"'),
            ("event", "unit", 'wording = "after_event"\nevent = "ratify"\ndays = 3'),
        )
    )
    play = opening(SMALL_PACK + tables)
    play.bring(units("P1"), leaders("P1", 2))
    assert [row["due_at"] for row in play.obligations("day")] == [local("2024-11-29")] * 2
    assert play.obligation("month", "P1")["due_at"] == local("2024-12-01")
    assert play.obligation("start", "P1")["due_at"] == local("2024-11-15")
    assert play.obligation("outside", "P1")["due_at"] is None
    assert play.obligation("event", "P1")["due_at"] is None
    play.review("P1-01")
    assert states(play, "start", "P1") == [("met", False)]


@pytest.mark.row("DP24-II.5-3")
def test_a_clock_that_waits_for_an_event_starts_when_the_unit_has_finished(opening: Callable[..., Play]):
    """Three days after the unit's own finish, its day not counted (A-05): finished on 27/11, good until 30/11."""
    play = opening(SMALL_PACK + AFTER)
    play.bring(units("P1"), leaders("P1", 2))
    assert play.obligation("after", "P1")["due_at"] is None
    play.clock.now = at_noon("2024-11-27")
    play.review("P1-01", "P1-02")
    play.vote("P1-01")
    assert play.obligation("after", "P1")["due_at"] is None
    play.vote("P1-02")
    assert play.obligation("after", "P1")["due_at"] == local("2024-12-03")  # 30/11 is a Saturday


def test_a_clock_that_votes_start_begins_on_the_day_of_their_meeting(opening: Callable[..., Play]):
    play = opening(SMALL_PACK + AFTER)
    play.bring(units("P1"), leaders("P1", 2))
    play.clock.now = at_noon("2024-11-29")
    meeting = play.hold("P1", held_on="2024-11-20")
    play.review("P1-01", "P1-02")
    play.vote("P1-01", "P1-02", meeting=meeting)
    assert play.obligation("after", "P1")["last_good_day"].isoformat() == "2024-11-25"  # 23/11 is a Saturday
    assert play.verified().findings == ()


def test_a_new_vote_does_not_put_off_what_a_clock_made_due(opening: Callable[..., Play]):
    share = """
[[quota]]
id = "share"
clause = { source = "paper", at = "5" }
text = "Không quá 20 %"
rank = "excellent"
base = "headcount"
percent = 20
group_by = ["unit"]
moment = "submit"
over = "revote"
"""
    play = opening(SMALL_PACK + AFTER + share)
    play.bring(units("P1"), leaders("P1", 2))
    play.clock.now = at_noon("2024-11-25")
    play.to_vote("P1", excellent=1)
    play.close("P1")
    due = play.obligation("after", "P1")
    assert due["due_at"] == local("2024-11-29")
    play.clock.now = at_noon("2024-11-27")
    done(play.revote("P1"))
    play.to_vote("P1")
    assert play.obligation("after", "P1") == due
    assert play.verified().findings == ()


@pytest.mark.row("DP24-II.3-2")
def test_what_comes_with_the_paper_itself_is_met_on_its_issue(opening: Callable[..., Play]):
    table = """
[[deadline]]
id = "annex"
clause = { source = "paper", at = "4" }
text = "Kèm theo kế hoạch"
wording = "with_document"
per = "season"
owner = "office"
"""
    play = opening(SMALL_PACK + table)
    assert states(play, "annex", "2024") == [("met", False)]


# — settled —


def test_a_unit_s_obligation_is_met_by_its_last_dossier(sendable: Play):
    sendable.submit("SNV-02", "SNV-03", "SNV-04", "SNV-05")
    assert states(sendable, G3, "SNV") == [("open", False)]
    answer = sendable.submit("SNV-06")
    assert states(sendable, G3, "SNV") == [("met", False)]
    row = sendable.obligation(G3, "SNV")
    assert (row["settled_at"], row["look_at"]) == (sendable.clock.now, None)
    assert [one["ref"] for one in answer.changes if one["code"] == "change.obligation_met"] == [row["ref"]]
    assert states(sendable, E1, "SNV") == [("open", False)]
    sendable.submit("SNV-01")
    assert states(sendable, E1, "SNV") == [("met", False)]


@pytest.mark.parametrize("command", ["withdraw", "not_ranked"])
def test_the_last_dossier_may_also_leave(sendable: Play, command: str):
    sendable.submit("SNV-02", "SNV-03", "SNV-04", "SNV-05")
    done(sendable.do(command, "SNV-06", reason="nghỉ hưu"))
    assert states(sendable, G3, "SNV") == [("met", False)]


def test_the_last_dossier_may_also_move_to_another_unit(sendable: Play):
    """Nobody is left who owes anything: the unit must not be reminded, nor reported late."""
    sendable.bring(units("STC"))
    sendable.submit("SNV-02", "SNV-03", "SNV-04", "SNV-05")
    sendable.bring(subjects=[person("SNV-06", unit="STC")])
    assert states(sendable, G3, "SNV") == [("met", False)]
    assert states(sendable, G3, "STC") == [("open", False)]


def test_the_last_dossier_may_also_take_another_route(sendable: Play):
    """He steps down and is ranked by the unit itself: nobody owes Home Affairs anything any more."""
    sendable.submit("SNV-02", "SNV-03", "SNV-04", "SNV-05")
    sendable.bring(subjects=[person("SNV-06", lead=Lead.NONE, duty="staff", tier="unit")])
    assert states(sendable, G3, "SNV") == [("met", False)]


def test_a_unit_that_is_late_is_late_by_its_last_dossier(sendable: Play):
    sendable.submit("SNV-02", "SNV-03", "SNV-04", "SNV-05")
    sendable.clock.now = at_noon("2024-12-06")
    sendable.submit("SNV-06", reason="lũ lụt")
    assert states(sendable, G3, "SNV") == [("met", True)]


def test_a_unit_is_late_by_its_latest_dossier_in_whatever_order_they_are_entered(sendable: Play):
    """One went on the 6th; another, sent on the 4th, is entered afterwards with its letter: the package was late."""
    sendable.submit("SNV-02", "SNV-03", "SNV-04")
    sendable.clock.now = at_noon("2024-12-06")
    sendable.submit("SNV-05", reason="lũ lụt")
    by = sendable.by("CV-SNV", occurred_at=at_noon("2024-12-04"))
    done(sendable.do("submit", "SNV-06", by=by, letter="12/SNV"))
    assert states(sendable, G3, "SNV") == [("met", True)]


def test_the_first_complete_submission_settles_lateness(sendable: Play):
    """What is sent back and voted on again later makes nobody late who was in time."""
    sendable.submit(*(f"SNV-0{number}" for number in range(1, 7)))
    sendable.clock.now = at_noon("2024-12-03")
    done(sendable.do("send_back", "SNV-02", by="QD-bcsd-ubnd", reason="thiếu", due_back="2024-12-10"))
    assert states(sendable, G3, "SNV") == [("met", False)]


# — owed again —


@pytest.fixture
def returned(sendable: Play) -> Play:
    """All sent on 10/11; one deputy's dossier is sent back on 20/11, due back on 10/12."""
    sendable.submit(*(f"SNV-0{number}" for number in range(1, 7)))
    sendable.clock.now = at_noon("2024-11-20")
    done(sendable.do("send_back", "SNV-02", by="QD-bcsd-ubnd", reason="thiếu báo cáo", due_back="2024-12-10"))
    return sendable


def test_a_dossier_sent_back_owes_again_on_its_return_day(returned: Play):
    ref = returned.ref("SNV-02")
    (row,) = returned.obligations(G3, ref)
    assert (row["per"], row["unit"], row["state"]) == ("dossier", "SNV", "open")
    assert (row["due_at"], row["last_good_day"].isoformat()) == (local("2024-12-11"), "2024-12-10")
    assert row["replaces"] == returned.obligation(G3, "SNV")["id"]
    assert row["look_at"] == returned.clock.now


def test_a_dossier_sent_back_is_in_time_until_the_end_of_its_return_day(returned: Play):
    returned.clock.now = local("2024-12-10 23:59")
    returned.vote("SNV-02")
    returned.submit("SNV-02")
    assert "late" not in returned.dossier("SNV-02")["marks"]
    assert returned.dossier("SNV-02")["marks"]["due_back"] is None
    assert states(returned, G3, returned.ref("SNV-02")) == [("met", False)]


def test_after_its_return_day_it_is_late(returned: Play):
    returned.vote("SNV-02")
    returned.clock.now = local("2024-12-11")
    assert refusals(returned.do("submit", "SNV-02")) == ["late_reason"]
    returned.submit("SNV-02", reason="lũ lụt")
    assert states(returned, G3, returned.ref("SNV-02")) == [("met", True)]


def test_sent_back_twice_the_newer_day_rules_and_the_older_row_stays(returned: Play):
    returned.vote("SNV-02")
    returned.submit("SNV-02")
    again = returned.do("send_back", "SNV-02", by="QD-bcsd-ubnd", reason="vẫn thiếu", due_back="2024-12-20")
    assert [one["day"] for one in done(again).changes if one["code"] == "change.due_back"] == ["2024-12-20"]
    first, second = returned.obligations(G3, returned.ref("SNV-02"))
    assert (first["state"], second["state"]) == ("met", "open")
    assert second["replaces"] == first["id"]


def test_a_unit_is_not_held_up_by_the_dossier_that_has_its_own_day(sendable: Play):
    """Sent, sent back before the others went, and due on its own day: on 05/12 the unit owes nothing else."""
    sendable.submit("SNV-02")
    done(sendable.do("send_back", "SNV-02", by="QD-bcsd-ubnd", reason="thiếu báo cáo", due_back="2024-12-10"))
    sendable.submit("SNV-03", "SNV-04", "SNV-05", "SNV-06")
    assert states(sendable, G3, "SNV") == [("met", False)]
    assert states(sendable, G3, sendable.ref("SNV-02")) == [("open", False)]


def test_a_joiner_after_the_unit_was_done_owes_by_the_same_date(sendable: Play):
    sendable.submit(*(f"SNV-0{number}" for number in range(1, 7)))
    sendable.bring(subjects=[person("SNV-07")])
    first, second = sendable.obligations(G3, "SNV")
    assert (first["state"], second["state"], second["due_at"]) == ("met", "open", DUE)
    assert second["replaces"] == first["id"]


def test_a_joiner_while_the_unit_still_owes_adds_no_row(sendable: Play):
    sendable.bring(subjects=[person("SNV-07")])
    assert len(sendable.obligations(G3, "SNV")) == 1


# — duties that no dossier discharges —


def finish(play: Play, rule: str, by: str, proof: str = "7/BC-SNV"):
    return milestones.finish(play.context, play.season, play.by(by), play.obligation(rule, "2024")["ref"], proof=proof)


@pytest.mark.row("NT11-1g-4", "NT11-2c-1", "NT11-2b-1")
@pytest.mark.parametrize("rule", ["NT11-1g-4", "NT11-2c-1", "NT11-2b-1"])
def test_home_affairs_records_that_its_work_is_done(six: Play, rule: str):
    answer = done(finish(six, rule, "TH"))
    assert (answer.done[0].kind, answer.done[0].command, answer.done[0].to) == ("obligation", "done", "met")
    assert states(six, rule, "2024") == [("met", False)]
    record = six.records(six.row()["id"])[-1]
    assert record.command == "done"
    assert record.body["facts"]["command"]["args"] == {"letter": "7/BC-SNV"}


@pytest.mark.row("NT11-2b-1")
def test_the_committee_s_review_is_late_from_5_december_on(six: Play):
    six.clock.now = DUE
    done(finish(six, "NT11-2b-1", "TH"))
    assert states(six, "NT11-2b-1", "2024") == [("met", True)]


@pytest.mark.row("NT11-1g-4")
def test_what_has_no_clock_cannot_be_late(six: Play):
    six.clock.now = at_noon("2025-03-01")
    done(finish(six, "NT11-1g-4", "TH"))
    assert states(six, "NT11-1g-4", "2024") == [("met", False)]


@pytest.mark.row("NT11-1g-4")
def test_the_body_s_own_coordinator_records_it_too(six: Play):
    """Home Affairs is a body of the pack and a unit of the roster: whoever coordinates the one acts for the other."""
    done(finish(six, "NT11-1g-4", "CV-SNV"))


@pytest.mark.parametrize("actor", ["CT", "SNV-02", "QD-bcsd-ubnd"])
def test_others_do_not(six: Play, actor: str):
    assert refusals(finish(six, "NT11-1g-4", actor)) == ["no_role"]
    assert states(six, "NT11-1g-4", "2024") == [("open", False)]


def test_done_is_done_once(six: Play):
    done(finish(six, "NT11-1g-4", "TH"))
    assert refusals(finish(six, "NT11-1g-4", "TH")) == ["wrong_state"]


def test_what_dossiers_discharge_is_not_ticked_off(six: Play):
    with pytest.raises(BadInput) as caught:
        milestones.finish(six.context, six.season, six.by("TH"), six.obligation(E1, "SNV")["ref"], proof="x")
    assert caught.value.code == "command.duty_met_by_dossiers"


@pytest.mark.parametrize("ref", ["VH-9999", "", "HS-0001"])
def test_an_unknown_obligation_is_bad_input(six: Play, ref: str):
    with pytest.raises(BadInput) as caught:
        milestones.finish(six.context, six.season, six.by("TH"), ref, proof="x")
    assert caught.value.code == "command.unknown_obligation"


@pytest.mark.row("NT11-2b-1")
def test_the_committee_has_a_dossier_of_its_own(play: Play):
    play.bring([*units("BCSD", kind="committee"), *units("SNV")], [collective("BCSD")])
    row = play.dossier("BCSD-TT")
    assert row["route"] == "NT11-2b"
