"""`hoso dossier`: listed, looked at, advanced one by one and many at once."""

import sqlite3
from pathlib import Path

import pytest

from app.cli.arguments import KEYS, TALLY
from states.dossier import DOSSIER
from tests.cli.verbs.office import LATE, NOW, Office
from workflow.services import arguments
from workflow.words import DossierState, Rank

JUST_IN_TIME = "2024-12-04T23:59:59.999999+07:00"


# — list —


def test_every_dossier_is_listed_with_what_it_owes(office: Office):
    found = office.done("dossier", "list", "--json").json
    assert found["season"] == "2024"
    assert found["count"] == len(found["dossiers"]) == 13
    head = next(one for one in found["dossiers"] if one["subject"] == "SNV-01")
    assert (head["state"], head["name"], head["unit"], head["track"]) == (
        "drafted",
        "Người SNV-01",
        "SNV",
        "civil_servant",
    )
    assert head["owes"]["rule"] == "NT11-1e-1"
    assert head["owes"]["due_at"] == "2024-12-04T17:00:00+00:00"
    assert (head["owes"]["last_good_day"], head["owes"]["last_working_day"]) == ("2024-12-04", "2024-12-04")
    assert next(one for one in found["dossiers"] if one["subject"] == "STC-09")["owes"] is None


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--unit", "SNV"], 7),
        (["--unit", "STC"], 6),
        (["--state", "drafted"], 13),
        (["--state", "unit-voted"], 0),
        (["--track", "civil_servant"], 13),
        (["--track", "party"], 0),
        (["--unit", "SNV", "--state", "drafted", "--track", "civil-servant"], 7),
    ],
)
def test_a_list_takes_what_is_asked_for(office: Office, options: list[str], expected: int):
    assert office.done("dossier", "list", *options, "--json").json["count"] == expected


@pytest.mark.row("NT11-1e-1", "NT11-1g-3")
def test_overdue_begins_with_the_first_late_instant(office: Office):
    assert office.at(JUST_IN_TIME).done("dossier", "list", "--overdue", "--json").json["count"] == 0
    late = office.at(LATE).done("dossier", "list", "--overdue", "--json").json["dossiers"]
    assert len(late) == 11, "the two that the unit itself ranks have no date"
    assert all(one["overdue"] for one in late)


def test_what_is_submitted_is_overdue_no_more(voted: Office):
    voted.to_submit("STC")
    late = voted.at(LATE).done("dossier", "list", "--overdue", "--json").json["dossiers"]
    assert {one["unit"] for one in late} == {"SNV"}


@pytest.mark.parametrize(
    ("options", "known"),
    [
        (["--unit", "NOWHERE"], ["SNV", "STC"]),
        (["--state", "done"], [str(one) for one in DossierState]),
        (["--track", "army"], ["civil_servant", "party"]),
    ],
)
def test_an_unknown_filter_names_the_known_ones(office: Office, options: list[str], known: list[str]):
    answer = office("dossier", "list", *options, "--json")
    assert answer.status == 2
    assert answer.json["error"]["figures"]["known"] == known
    assert all(one in answer.err for one in known)


def test_an_erased_name_is_told_as_erased(office: Office):
    with sqlite3.connect(office.db) as connection:
        connection.execute("UPDATE secret SET salt = NULL, text = NULL WHERE text = 'Người SNV-01'")
    row = next(row for row in office.done("dossier", "list").rows if row[0] == office.ref("SNV-01"))
    assert row[1] == "(đã xóa theo quy định)"
    assert office.shown("SNV-01")["name"] is None


# — show —


def test_one_dossier_is_shown_with_the_line_that_comes_next(office: Office):
    ref = office.ref("SNV-02")
    text = office.done("dossier", "show", ref).out
    assert "Người SNV-02 (SNV-02)" in text
    assert "thứ Tư 04/12/2024" in text
    assert f"→ hoso dossier advance {ref} self_review --rank RANK --as SNV-02" in text
    assert "Tỷ lệ là mức trần" in text, "what the pack says to the reader at the steps before it"


def test_a_dossier_shows_its_papers_and_its_lateness_with_the_reason(voted: Office):
    late = voted.at(LATE)
    late.done("unit", "close-vote", "STC", "--as", "CV-STC")
    late.done("unit", "submit", "STC", "--as", "CV-STC", "--reason", "họp lùi do bão")
    text = late.done("dossier", "show", voted.ref("STC-01")).out
    assert "Đã gửi: Ban Tổ chức Tỉnh ủy, 00:00 05/12/2024" in text
    assert "lý do: họp lùi do bão" in text
    assert "--external DECISION --as VT" in text, "the outside decision is the registrar's to enter"


def test_an_unknown_dossier_is_bad_input(office: Office):
    answer = office("dossier", "show", "HS-9999", "--json")
    assert answer.status == 2
    assert answer.json["error"]["code"] == "command.unknown_dossier"
    assert "HS-9999" in answer.err


# — advance —


def test_many_dossiers_are_advanced_at_once_each_with_its_receipt(office: Office):
    refs = office.refs("SNV")
    answer = office.done("dossier", "advance", *refs, "self_review", "--rank", "HTTNV", "--as", "CV-SNV", "--json").json
    assert [one["ref"] for one in answer["done"]] == refs
    assert {one["to"] for one in answer["done"]} == {"self_reviewed"}
    assert all(len(one["receipt"]) == 9 and one["seq"] == 2 for one in answer["done"])
    assert office.shown("SNV-01")["expected"] == "good"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("excellent", Rank.EXCELLENT),
        ("HTXSNV", Rank.EXCELLENT),
        ("htnv", Rank.COMPLETED),
        ("not-completed", Rank.NOT_COMPLETED),
        ("KHTNV", Rank.NOT_COMPLETED),
    ],
)
def test_ranks_are_taken_as_they_are_written_on_paper(office: Office, typed: str, stored: Rank):
    office.done("dossier", "advance", office.ref("SNV-01"), "self_review", "--rank", typed, "--as", "SNV-01")
    assert office.shown("SNV-01")["expected"] == stored


def test_one_that_is_refused_stops_the_others_unless_partial_is_asked_for(office: Office):
    mine, other = office.ref("SNV-01"), office.ref("SNV-02")
    line = ["dossier", "advance", mine, other, "self_review", "--rank", "good", "--as", "SNV-01"]
    assert office(*line).status == 3
    assert office.state("SNV-01") == "drafted"
    answer = office(*line, "--partial", "--json")
    assert answer.status == 0
    assert [one["ref"] for one in answer.json["done"]] == [mine]
    assert [one["ref"] for one in answer.json["refused"]] == [other]
    assert office.state("SNV-02") == "drafted"


@pytest.mark.parametrize(("actor", "status"), [("CV-SNV", 0), ("CV-STC", 3)])
def test_a_dry_run_answers_as_the_real_one_would_and_writes_nothing(office: Office, actor: str, status: int):
    line = ["dossier", "advance", office.ref("SNV-01"), "self_review", "--rank", "good", "--as", actor, "--dry-run"]
    answer = office(*line, "--json")
    assert answer.status == status
    assert answer.json["dry_run"] is True
    assert office.state("SNV-01") == "drafted"
    assert office.done("audit", "attempts", "--json").json["count"] == 0


def test_a_tally_is_taken_in_numbers(office: Office):
    office.review("SNV")
    meeting, ref = office.meet("SNV"), office.ref("SNV-01")
    line = ["dossier", "advance", ref, "record_vote", "--set", f"meeting={meeting}", "--as", "CV-SNV"]
    short = office(*line, "--rank", "good", "--set", "good=9", "--set", "returned=10", "--json")
    assert short.status == 3
    assert [one["code"] for one in short.json["refused"]] == ["guard.tally_incomplete"]
    other = office(*line, "--rank", "excellent", "--set", "good=9", "--set", "excellent=2", "--json")
    assert [one["code"] for one in other.json["refused"]] == ["guard.tally_other_rank"]
    office.done(*line, "--rank", "good", "--set", "good=9", "--set", "excellent=2", "--set", "voters=12")
    assert office.shown("SNV-01")["voted"] == "good"


def test_a_paper_is_kept_by_the_digest_of_its_bytes(office: Office, tmp_path: Path):
    paper = tmp_path / "bản kiểm điểm.pdf"
    paper.write_bytes(b"%PDF-1.7 kiem diem")
    ref = office.ref("SNV-01")
    office.done("dossier", "advance", ref, "attach", "--attach", f"kiem-diem={paper}", "--as", "SNV-01")
    assert len(office.shown("SNV-01")["marks"]["attachments"][0]) == 64
    assert "Tệp đính kèm: 1" in office.done("dossier", "show", ref).out


@pytest.mark.parametrize("given", ["kiem-diem=nowhere.pdf", "kiem-diem", "=paper.pdf", "kiem-diem="])
def test_a_paper_that_is_not_there_is_bad_input(office: Office, given: str):
    answer = office("dossier", "advance", office.ref("SNV-01"), "attach", "--attach", given, "--as", "SNV-01")
    assert answer.status == 2
    assert given.partition("=")[2] in answer.err


def test_every_command_that_can_be_asked_for_says_which_keys_it_takes():
    direct = {step.command for step in DOSSIER.steps.values() if step.direct}
    assert set(KEYS) == direct
    known = {*arguments.DOSSIER, *TALLY}
    assert {key for keys in KEYS.values() for key in keys} <= known


# — bad input, each a clear message —


@pytest.mark.parametrize(
    ("argv", "code", "told"),
    [
        (["HS-0001", "promote"], "command.unknown_command", ["self_review", "record_vote", "ratify"]),
        (["HS-0001", "revote"], "command.unknown_command", ["self_review"]),
        (["self_review"], "view.refs_and_command", ["self_review"]),
        (["HS-9998", "HS-9999", "self_review"], "command.unknown_dossier", ["HS-9998", "HS-9999"]),
        (["HS-0001", "HS-0001", "self_review"], "command.twice", ["HS-0001"]),
        (["HS-0001", "self_review", "--rank", "great"], "command.unknown_rank", ["great", "excellent"]),
        (["HS-0001", "record_vote", "--set", "colour=red"], "view.unknown_key", ["colour", "meeting", "returned"]),
        (["HS-0001", "submit", "--rank", "good"], "view.unknown_key", ["rank", "letter"]),
        (["HS-0001", "record_vote", "--set", "meeting=HN-9999"], "command.unknown_meeting", ["HN-9999"]),
        (["HS-0001", "record_vote", "--set", "good=nine"], "view.not_a_number", ["good", "nine"]),
        (["HS-0001", "record_vote", "--set", "good=-1"], "view.not_a_number", ["-1"]),
        (["HS-0001", "correct", "--set", "corrects=²"], "view.not_a_number", ["²"]),
        (["HS-0001", "record_vote", "--set", "good"], "view.not_a_pair", ["good"]),
        (["HS-0001", "self_review", "--rank", "good", "--set", "rank=good"], "view.set_twice", ["rank"]),
        (["HS-0001", "send_back", "--set", "due_back=soon"], "command.not_a_day", ["soon"]),
        (["HS-0001", "withdraw", "--set", "reason_kind=ốm"], "view.unknown_reason_kind", ["ốm", "retired"]),
        (["HS-0001", "withdraw", "--reason", "…"], "view.placeholder", ["…"]),
        (["HS-0001", "ratify", "--external", "DECISION"], "view.placeholder", ["DECISION"]),
        (["HS-0001", "self_review", "--occurred", "2024-11-19T10:00"], "command.naive_time", ["2024-11-19T10:00"]),
        (["HS-0001", "self_review", "--occurred", "yesterday"], "command.not_a_day", ["yesterday"]),
        (["HS-0001", "self_review", "--occurred", "2024-11-20T09:00:00.000001+07:00"], "command.future", []),
        (["HS-0001", "self_review", "--occurred", "2024-11-21"], "command.future", ["21/11/2024"]),
    ],
)  # fmt: skip
def test_bad_input_names_what_is_wrong_and_what_is_known(office: Office, argv: list[str], code: str, told: list[str]):
    answer = office("dossier", "advance", *argv, "--as", "CV-SNV", "--json")
    assert answer.status == 2, answer.text
    assert answer.json["error"]["code"] == code
    assert all(one in answer.err for one in told), answer.err
    assert office.refs("SNV", "drafted") == office.refs("SNV"), "nothing was written"


def test_somebody_who_is_not_on_the_roster_is_bad_input(office: Office):
    answer = office("dossier", "advance", "HS-0001", "self_review", "--as", "NOBODY", "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, "command.unknown_actor")


def test_an_actor_has_to_be_named(office: Office):
    answer = office("dossier", "advance", "HS-0001", "self_review", "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, "cli.actor_needed")


def test_a_command_in_the_wrong_state_is_refused_with_the_step_that_leads_on(office: Office):
    ref = office.ref("SNV-01")
    answer = office("dossier", "advance", ref, "submit", "--as", "CV-SNV", "--json")
    assert answer.status == 3
    (refused,) = answer.json["refused"]
    assert refused["rule"] == "hoso.state"
    assert refused["figures"]["state"] == "drafted"
    assert refused["remedy"].startswith(f"hoso dossier advance {ref} self_review --rank RANK --as CV-SNV")


def test_a_command_without_the_role_is_refused_and_names_who_has_it(office: Office):
    office.review("SNV")
    answer = office("dossier", "advance", office.ref("SNV-01"), "record_vote", "--rank", "good", "--as", "CV-STC")
    assert answer.status == 3
    assert "CV-STC không có vai trò" in answer.err
    assert "CV-SNV" in answer.err
    assert "--as CV-SNV" in answer.err


def test_a_backdate_across_the_bound_needs_a_proof_and_is_marked(voted: Office):
    voted.done("unit", "close-vote", "STC", "--as", "CV-STC")
    late, ref = voted.at("2024-12-06T09:00:00+07:00"), voted.ref("STC-01")
    line = ["dossier", "advance", ref, "submit", "--as", "CV-STC", "--occurred", "2024-12-04"]
    answer = late(*line, "--json")
    assert answer.status == 3
    (refused,) = answer.json["refused"]
    assert refused["code"] == "guard.backdate_unproved"
    assert refused["remedy"].endswith("--set letter=NUMBER")
    late.done(*line, "--set", "letter=17/STC")
    assert late.shown("STC-01")["marks"]["backdated"] == ["NT11-1e-1"]
    assert "late" not in late.shown("STC-01")["marks"]


def test_a_key_gives_the_same_answer_again_and_no_other_content(office: Office):
    ref = office.ref("SNV-01")
    line = ["dossier", "advance", ref, "self_review", "--as", "CV-SNV", "--key", "k-1"]
    first = office.done(*line, "--rank", "good", "--json").json
    again = office.done(*line, "--rank", "good", "--json").json
    assert again == {**first, "repeated": True}
    other = office(*line, "--rank", "excellent", "--json")
    assert (other.status, other.json["error"]["code"]) == (2, "command.key_reused")
    assert office.shown("SNV-01")["expected"] == "good"


def test_a_remedy_does_not_repeat_the_key_that_already_has_its_answer(office: Office):
    line = ["dossier", "advance", office.ref("SNV-01"), "withdraw", "--as", "CV-SNV", "--key", "k-2", "--dry-run"]
    (refused,) = office(*line, "--json").json["refused"]
    assert "--reason" in refused["remedy"]
    assert "--key" not in refused["remedy"]
    assert "--dry-run" not in refused["remedy"]


def test_a_clock_behind_the_record_stops_everything(office: Office):
    ref = office.ref("SNV-01")
    office.done("dossier", "advance", ref, "self_review", "--rank", "good", "--as", "SNV-01")
    five_behind, six_behind = office.at("2024-11-20T08:59:55+07:00"), office.at("2024-11-20T08:59:54.999999+07:00")
    line = ["dossier", "advance", ref, "withdraw", "--reason", "chuyển công tác", "--as", "CV-SNV"]
    answer = six_behind(*line, "--json")
    assert (answer.status, answer.json["error"]["code"]) == (6, "command.clock_behind")
    assert office.state("SNV-01") == "self_reviewed"
    five_behind.done(*line)


def test_the_clock_is_only_set_in_a_rehearsal(office: Office):
    with sqlite3.connect(office.db) as connection:
        connection.execute("UPDATE season SET rehearsal = 0")
    for line in (["dossier", "list"], ["dossier", "advance", "HS-0001", "self_review", "--as", "SNV-01"]):
        answer = office(*line, "--json")
        assert (answer.status, answer.json["error"]["code"]) == (2, "command.clock_set")


# — refusals —


def test_a_refusal_in_json_carries_every_unmet_rule(voted: Office):
    voted.done("unit", "close-vote", "SNV", "--as", "CV-SNV")
    ref = voted.ref("SNV-01")
    answer = voted("dossier", "advance", ref, "submit", "--as", "CV-SNV", "--json")
    assert answer.status == 3
    (refused,) = answer.json["refused"]
    assert {"rule", "clause", "code", "message", "figures", "remedy", "who", "by"} <= set(refused)
    assert refused["rule"] == "NT11-1a"
    assert "khoản 1" in refused["clause"]
    assert (refused["figures"]["count"], refused["figures"]["allowance"]) == (2, 1)
    assert refused["by"] == "2024-12-04"
    assert refused["who"] == "coordinator"
    assert refused["remedy"] == f"hoso unit revote SNV --as CV-SNV --db {voted.db} --now {NOW}"


def test_dossiers_refused_for_the_same_reasons_are_told_together(voted: Office):
    refs = [one["ref"] for one in voted.leaders("SNV")]
    answer = voted("dossier", "advance", *refs, "submit", "--as", "CV-SNV")
    assert answer.err.count("không gửi hồ sơ được") == 1
    assert ", ".join(refs) in answer.err
    assert answer.err.count("→ hoso unit close-vote SNV") == 1


def test_bodies_are_told_by_name_with_the_id_to_type(office: Office):
    office.review("SNV")
    plain = office.done("meeting", "hold", "SNV", "--attendees", "9", "--as", "CV-SNV", "--json").json["done"][0]["ref"]
    line = ["record_vote", "--rank", "good", "--set", f"meeting={plain}", "--as", "CV-SNV"]
    answer = office("dossier", "advance", office.ref("SNV-01"), *line)
    assert "Các ban đảng của Tỉnh ủy (ban-dang-tinh-uy)" in answer.err


def test_a_day_that_has_passed_is_not_told_as_the_day_to_be_done_by(voted: Office):
    voted.done("unit", "close-vote", "STC", "--as", "CV-STC")
    line = ["dossier", "advance", voted.ref("STC-01"), "submit", "--as", "CV-STC"]
    answer = voted.at(LATE)(*line)
    assert answer.status == 3
    assert "Ngày cuối còn kịp: " not in answer.err


# — send —


def test_a_further_send_goes_to_a_body_of_the_route_and_once(voted: Office):
    voted.to_submit("STC")
    ref = voted.ref("STC-02")
    line = ["dossier", "send", ref, "--letter", "9/STC", "--as", "CV-STC"]
    elsewhere = voted(*line, "--to", "btv-tinh-uy", "--json")
    assert elsewhere.status == 3
    assert [one["code"] for one in elsewhere.json["refused"]] == ["guard.not_on_route"]
    again = voted(*line, "--to", "so-noi-vu", "--json")
    assert [one["code"] for one in again.json["refused"]] == ["guard.already_sent"]
    assert voted(*line, "--to", "so-noi-vu", "--letter", "NO").status == 2
