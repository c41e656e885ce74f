"""`hoso today`: what waits for whom, in order, each with a line that can be pasted."""

from typing import Any

import pytest

from tests.cli.verbs.office import LATE, NOW, Office


def tasks(office: Office, actor: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = office.done("today", "--as", actor, "--json").json["tasks"]
    return found


def codes(office: Office, actor: str) -> list[str]:
    return [one["code"].removeprefix("view.task_") for one in tasks(office, actor)]


def test_a_subject_reviews_their_own_dossier_and_a_head_the_collectives_too(office: Office):
    assert codes(office, "SNV-02") == ["self_review"]
    own = tasks(office, "SNV-01")
    assert sorted(one["refs"] for one in own) == sorted([[office.ref("SNV-01")], [office.ref("SNV-TT")]])
    assert own[0]["day"] == "2024-12-04"
    assert own[0]["command"].startswith(f"hoso dossier advance {own[0]['refs'][0]} self_review --rank RANK --as SNV-01")


@pytest.mark.row("NT11-1c-1")
def test_a_coordinator_goes_from_reminder_to_meeting_to_vote_to_submission(office: Office):
    assert codes(office, "CV-SNV") == ["reviews"]
    office.review("SNV")
    (meeting,) = tasks(office, "CV-SNV")
    assert meeting["code"] == "view.task_meeting"
    assert "--invite ban-dang-tinh-uy" in meeting["command"], "who must be invited stands in the line"
    office.done("meeting", "hold", "SNV", "--attendees", "9", "--as", "CV-SNV")
    assert codes(office, "CV-SNV") == ["meeting"], "a meeting to which they were not invited is none for these dossiers"
    ref = office.meet("SNV")
    (vote,) = tasks(office, "CV-SNV")
    assert (vote["code"], vote["figures"]["meeting"], len(vote["refs"])) == ("view.task_votes", ref, 7)
    assert f"--set meeting={ref}" in vote["command"]
    office.to_vote("SNV")
    assert codes(office, "CV-SNV") == ["close", "submit"], "the collective is in no group and may go"
    office.done("unit", "close-vote", "SNV", "--as", "CV-SNV")
    (submit,) = tasks(office, "CV-SNV")
    assert submit["command"].startswith("hoso unit submit SNV --as CV-SNV")
    assert len(submit["refs"]) == 7
    office.done("unit", "submit", "SNV", "--as", "CV-SNV")
    assert tasks(office, "CV-SNV") == []


def test_a_planned_meeting_is_the_one_to_hold(office: Office):
    office.review("SNV")
    plan = ["meeting", "plan", "SNV", "--invite", "ban-dang-tinh-uy", "--as", "CV-SNV"]
    ref = office.done(*plan, "--json").json["done"][0]["ref"]
    (planned,) = tasks(office, "CV-SNV")
    assert planned["code"] == "view.task_planned"
    assert f"meeting hold SNV --ref {ref}" in planned["command"]


def test_a_group_that_is_over_votes_again_at_a_new_meeting(voted: Office):
    assert "revote" in codes(voted, "CV-SNV")
    voted.done("unit", "revote", "SNV", "--as", "CV-SNV")
    assert codes(voted, "CV-SNV") == ["meeting", "submit"]


def test_a_coordinators_own_dossier_waits_for_another_coordinator(voted: Office):
    voted.done("unit", "close-vote", "STC", "--as", "CV-STC")
    assert voted.ref("STC-08") not in [ref for one in tasks(voted, "STC-08") for ref in one["refs"]]
    assert voted.ref("STC-08") in [ref for one in tasks(voted, "CV-STC") for ref in one["refs"]]


def test_those_who_decide_see_what_their_body_decides_and_never_their_own(voted: Office):
    voted.to_submit("STC")
    (committee,) = tasks(voted, "TK")
    assert committee["code"] == "view.task_ratify"
    assert committee["refs"] == sorted(voted.ref(one) for one in ("STC-02", "STC-03", "STC-TT"))
    (unit,) = [one for one in tasks(voted, "STC-01") if one["code"] == "view.task_ratify"]
    assert unit["refs"] == sorted(voted.ref(one) for one in ("STC-08", "STC-09"))
    assert "ratify --decision NO --as STC-01" in unit["command"], "the decision has a number, ours too"


def test_a_registrar_enters_outside_decisions_and_receipts(voted: Office):
    voted.to_submit("STC")
    found = tasks(voted, "VT")
    assert [one["code"].removeprefix("view.task_") for one in found] == ["enter", "receipt", "receipt"]
    assert found[0]["refs"] == [voted.ref("STC-01")]
    assert "--external DECISION" in found[0]["command"]
    body = found[1]["figures"]["body"]
    line = [
        "dossier",
        "advance",
        *found[1]["refs"],
        "receive",
        "--set",
        f"to={body}",
        "--set",
        "letter=8/BTC",
        "--as",
        "VT",
    ]
    voted.done(*line)
    assert len(tasks(voted, "VT")) == 2


@pytest.mark.row("NT11-2a-1")
def test_a_monitor_reminds_units_in_the_last_week_and_afterwards(office: Office):
    def reminded(moment: str) -> list[str]:
        return [one["figures"]["unit"] for one in tasks(office.at(moment), "GS") if one["code"] == "view.task_urge"]

    assert reminded("2024-11-27T23:59:59.999999+07:00") == []
    assert reminded("2024-11-28T00:00:00+07:00") == ["SNV", "STC"]
    assert reminded(LATE) == ["SNV", "STC"]


def test_a_monitor_follows_duties_that_no_dossier_settles(office: Office):
    found = [one for one in tasks(office, "GS") if one["code"] == "view.task_duty"]
    assert [one["figures"]["rule"] for one in found] == ["NT11-2b-1", "NT11-1g-4", "NT11-2c-1"]
    assert "milestone done" in found[0]["command"]


def test_an_issuer_dates_what_has_no_date_and_extends_what_is_late(office: Office):
    assert codes(office, "CT") == ["undated", "undated"]
    late = tasks(office.at(LATE), "CT")
    assert [one["code"].removeprefix("view.task_") for one in late[:5]].count("extend") == 4
    assert all(one["overdue"] for one in late[:5])
    assert "obligation extend" in late[0]["command"]


def test_tasks_come_by_last_good_working_day_with_the_undated_last(voted: Office):
    days = [one["day"] for one in tasks(voted, "CV-STC")]
    assert days == sorted(days, key=lambda day: (day is None, day))
    text = voted.at(LATE).done("today", "--as", "CV-STC").out
    assert "QUÁ HẠN thứ Tư 04/12/2024 · STC" in text


def test_nothing_waits_for_an_auditor_who_is_told_so(office: Office):
    text = office.done("today", "--as", "KT").out
    assert "Không có việc nào đang chờ." in text


def test_every_line_goes_to_the_same_database_and_clock(office: Office):
    for one in tasks(office, "GS"):
        assert one["command"].endswith(f"--db {office.db} --now {NOW}")


@pytest.mark.parametrize(("argv", "status"), [(["--as", "NOBODY"], 2), ([], 2)])
def test_an_unknown_person_or_none_is_bad_input(office: Office, argv: list[str], status: int):
    answer = office("today", *argv, "--json")
    assert answer.status == status
    assert "error" in answer.json


def test_a_great_many_dossiers_are_listed_instead(voted: Office, monkeypatch: pytest.MonkeyPatch):
    voted.to_submit("STC")
    monkeypatch.setattr("app.cli.today.MOST_REFS", 1)
    (committee,) = tasks(voted, "TK")
    assert committee["command"].startswith("hoso dossier list --unit STC")
    assert committee["command"].endswith("--state submitted")
