"""meeting: planned, invited to, held, cancelled, listed."""

from typing import Any

import pytest

from tests.cli.line import Line

AS = ("--as", "CV-SNV")
PARTY_BOARDS = "ban-dang-tinh-uy"


@pytest.fixture
def planned(staffed: Line) -> str:
    """The ref of a meeting that SNV planned."""
    done = staffed.done("meeting", "plan", "SNV", *AS, "--json").json["done"]
    return str(done[0]["ref"])


def meeting(line: Line, ref: str) -> dict[str, Any]:
    found = line.done("meeting", "list", "--json").json["meetings"]
    return next(one for one in found if one["ref"] == ref)


@pytest.mark.row("NT11-1c-1")
def test_a_meeting_is_planned_with_its_invitations(staffed: Line):
    answer = staffed.done("meeting", "plan", "SNV", "--invite", PARTY_BOARDS, "--invite", "so-noi-vu", *AS, "--json")
    ref = answer.json["done"][0]["ref"]
    found = meeting(staffed, ref)
    assert found == {
        "ref": ref,
        "unit": "SNV",
        "kind": None,
        "state": "planned",
        "held_on": None,
        "attendees": None,
        "invited": [PARTY_BOARDS, "so-noi-vu"],
    }


@pytest.mark.row("NT11-1c-1")
def test_bodies_are_invited_later_too(staffed: Line, planned: str):
    staffed.done("meeting", "invite", planned, PARTY_BOARDS, "so-noi-vu", *AS)
    assert meeting(staffed, planned)["invited"] == [PARTY_BOARDS, "so-noi-vu"]


def test_a_planned_meeting_is_held_with_or_without_naming_its_unit(staffed: Line, planned: str):
    staffed.done("meeting", "hold", "SNV", "--ref", planned, "--attendees", "12", "--held-on", "2024-11-09", *AS)
    found = meeting(staffed, planned)
    assert (found["state"], found["held_on"], found["attendees"]) == ("held", "2024-11-09", 12)


def test_a_meeting_nobody_planned_is_held_in_one_line(staffed: Line):
    answer = staffed.done("meeting", "hold", "SNV", "--attendees", "12", "--invite", PARTY_BOARDS, *AS, "--json")
    ref = answer.json["done"][-1]["ref"]
    found = meeting(staffed, ref)
    assert (found["state"], found["held_on"], found["invited"]) == ("held", "2024-11-10", [PARTY_BOARDS])


@pytest.mark.parametrize("day", ["2024-11-09", "09/11/2024", "09-11-2024"])
def test_a_day_is_read_as_papers_write_it(staffed: Line, day: str):
    answer = staffed.done("meeting", "hold", "SNV", "--attendees", "12", "--held-on", day, *AS, "--json")
    assert meeting(staffed, answer.json["done"][-1]["ref"])["held_on"] == "2024-11-09"


def test_a_meeting_is_cancelled_once(staffed: Line, planned: str):
    staffed.done("meeting", "cancel", planned, *AS)
    assert meeting(staffed, planned)["state"] == "cancelled"
    answer = staffed("meeting", "hold", "--ref", planned, "--attendees", "12", *AS, "--json")
    assert (answer.status, [one["code"] for one in answer.json["refused"]]) == (3, ["guard.wrong_state"])


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["plan", "NOWHERE", *AS], "command.unknown_unit"),
        (["plan", "SNV", "--invite", "nobody", *AS], "command.unknown_body"),
        (["plan", "SNV"], "cli.actor_needed"),
        (["plan", "SNV", "--as", "XX-01"], "command.unknown_actor"),
        (["hold", "--attendees", "9", *AS], "cli.unit_or_ref"),
        (["hold", "SNV", "--attendees", "9", "--held-on", "31/11/2024", *AS], "command.no_such_day"),
        (["hold", "SNV", "--attendees", "9", "--held-on", "tomorrow", *AS], "command.not_a_day"),
        (["hold", "--ref", "HN-9999", "--attendees", "9", *AS], "command.unknown_meeting"),
        (["invite", "HN-9999", PARTY_BOARDS, *AS], "command.unknown_meeting"),
        (["cancel", "HN-9999", *AS], "command.unknown_meeting"),
        (["list", "--unit", "NOWHERE"], "command.unknown_unit"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(staffed: Line, argv: list[str], code: str):
    answer = staffed("meeting", *argv, "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, code)


def test_a_ref_of_another_units_meeting_is_a_slip(staffed: Line, planned: str):
    answer = staffed("meeting", "hold", "STC", "--ref", planned, "--attendees", "9", "--as", "TH", "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, "cli.other_unit")
    assert meeting(staffed, planned)["state"] == "planned"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (["--attendees", "0"], "guard.attendees_missing"),
        (["--attendees", "9", "--held-on", "2024-11-11"], "guard.held_in_future"),
    ],
)
def test_what_cannot_have_been_is_refused(staffed: Line, more: list[str], code: str):
    answer = staffed("meeting", "hold", "SNV", *more, *AS, "--json")
    assert (answer.status, [one["code"] for one in answer.json["refused"]]) == (3, [code])


def test_a_stranger_is_refused_and_told_who_may(staffed: Line):
    answer = staffed("meeting", "plan", "STC", *AS)
    assert answer.status == 3
    assert "→ hoso meeting plan STC --as " in answer.err, "the line to paste"


@pytest.mark.parametrize("number", ["-1", "100001", str(2**60)])
def test_a_number_that_cannot_be_meant_is_refused(staffed: Line, number: str):
    answer = staffed("meeting", "hold", "SNV", "--attendees", number, *AS, "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, "cli.number_out")


@pytest.mark.row("NT11-1c-2")
def test_the_list_shows_meetings_and_what_the_pack_says_of_them(staffed: Line, planned: str):
    answer = staffed.done("meeting", "list", "--unit", "SNV")
    assert [planned, "SNV", "đã lên lịch", "", "", ""] in answer.rows
    assert "không bỏ phiếu" in answer.out
    assert staffed.done("meeting", "list", "--unit", "STC", "--json").json["meetings"] == []


@pytest.mark.row("NT11-1c-1")
def test_a_missing_invitation_is_told_before_the_votes_are_refused_for_it(staffed: Line):
    plan = staffed.done("meeting", "plan", "SNV", *AS, "--json")
    ref = plan.json["done"][0]["ref"]
    assert f"hoso meeting invite {ref} {PARTY_BOARDS}" in plan.err
    assert staffed.done("meeting", "invite", ref, PARTY_BOARDS, *AS).err == ""
    held = staffed.done("meeting", "hold", "SNV", "--attendees", "12", *AS)
    assert f"→ hoso meeting invite HN-0002 {PARTY_BOARDS} --letter NO --occurred YYYY-MM-DD" in held.err
    assert f"hoặc → hoso meeting hold SNV --invite {PARTY_BOARDS} --attendees N" in held.err


def test_a_held_meeting_says_how_its_votes_are_recorded(staffed: Line, planned: str):
    ref = staffed.done("dossier", "list", "--unit", "SNV", "--json").json["dossiers"][0]["ref"]
    staffed.done("dossier", "advance", ref, "self_review", "--rank", "good", *AS)
    staffed.done("meeting", "invite", planned, PARTY_BOARDS, *AS)
    answer = staffed.done("meeting", "hold", "--ref", planned, "--attendees", "12", *AS)
    assert f"→ hoso dossier advance {ref} record_vote --rank RANK --set meeting={planned} --as CV-SNV" in answer.out


def test_a_dry_run_of_a_meeting_looks_at_nothing_that_is_not_there(staffed: Line):
    answer = staffed.done("meeting", "plan", "SNV", "--dry-run", *AS)
    assert answer.err == ""
    assert staffed.done("meeting", "list", "--json").json["meetings"] == []
