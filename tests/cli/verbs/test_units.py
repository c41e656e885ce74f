"""`hoso unit`, `group`, `quota`: a group's vote closed and opened, a package sent, a reminder to paste."""

import pytest

from tests.cli.verbs.office import LATE, Office
from tests.cli.verbs.packs import changed, duty_pack, season_under

AS_SNV = ("--as", "CV-SNV")
RATIFIED = ('moment = "submit"\nover = "revote"', 'moment = "ratify"\nover = "refuse"')


# — the vote —


@pytest.mark.row("NT11-1a-5")
def test_a_unit_over_its_quota_may_close_is_stopped_at_submit_and_votes_again(voted: Office):
    closed = voted.done("unit", "close-vote", "SNV", *AS_SNV)
    assert "VƯỢT tỷ lệ" in closed.out
    assert "Phải xếp loại lại trước khi gửi hồ sơ" in closed.out
    stopped = voted("unit", "submit", "SNV", *AS_SNV)
    assert stopped.status == 3
    assert "→ hoso unit revote SNV --as CV-SNV" in stopped.err
    voted.done("unit", "revote", "SNV", "--reason", "vượt tỷ lệ", *AS_SNV)
    assert len(voted.refs("SNV", "self_reviewed")) == 6, "the collective is in no group and keeps its vote"
    voted.to_vote("SNV", excellent=1)
    voted.to_submit("SNV")
    assert len(voted.refs("SNV", "submitted")) == 7


def test_a_vote_is_not_closed_before_everybody_voted(office: Office):
    answer = office("unit", "close-vote", "SNV", *AS_SNV, "--json")
    assert answer.status == 3
    (refused,) = answer.json["refused"]
    assert (refused["code"], refused["figures"]["unvoted"]) == ("guard.unvoted", 6)
    leading = " ".join(one["ref"] for one in office.leaders("SNV"))
    assert refused["remedy"].startswith(f"hoso dossier advance {leading} self_review --rank RANK --as CV-SNV"), (
        "those who are missing are what helps"
    )


def test_a_vote_that_is_closed_is_no_reason_to_open_it(voted: Office):
    voted.done("unit", "close-vote", "STC", "--as", "CV-STC")
    again = voted("unit", "close-vote", "STC", "--as", "CV-STC", "--json")
    assert again.status == 3
    (refused,) = again.json["refused"]
    assert (refused["rule"], refused["remedy"]) == ("hoso.state", None)


def test_somebody_elses_vote_is_refused_and_names_who_may(voted: Office):
    answer = voted("unit", "close-vote", "SNV", "--as", "CV-STC")
    assert answer.status == 3
    assert "→ hoso unit close-vote SNV --as CV-SNV" in answer.err


@pytest.mark.parametrize("verb", [["unit", "close-vote"], ["unit", "revote"], ["group", "close"], ["group", "revote"]])
def test_an_unknown_group_names_the_known_ones(office: Office, verb: list[str]):
    answer = office(*verb, "NOWHERE", *AS_SNV, "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, "command.unknown_group")
    assert answer.json["error"]["figures"]["known"] == ["SNV", "STC"]


# — the package —


def test_a_unit_sends_what_is_voted_and_names_what_stays(office: Office):
    office.to_vote("STC")
    meeting = office.done("meeting", "list", "--json").json["meetings"][0]["ref"]
    voted_on = office.ref("STC-09")
    assert meeting == office.shown("STC-09")["marks"]["meeting"]
    office.done("unit", "close-vote", "STC", "--as", "CV-STC")
    answer = office("unit", "submit", "STC", "--as", "STC-08")
    assert answer.status == 0
    assert voted_on in answer.out
    assert office.ref("STC-08") in answer.err, "nobody submits their own dossier, so it stays and is named"
    assert office.refs("STC", "unit_voted") == [office.ref("STC-08")]


def test_a_unit_with_nothing_voted_hears_why_not_for_each(office: Office):
    answer = office("unit", "submit", "STC", "--as", "CV-STC", "--json")
    assert answer.status == 3
    assert {one["rule"] for one in answer.json["refused"]} == {"hoso.state"}
    assert len(answer.json["refused"]) == 6


def test_a_unit_that_has_sent_everything_has_nothing_left_to_send(voted: Office):
    voted.to_submit("STC")
    answer = voted("unit", "submit", "STC", "--as", "CV-STC")
    assert (answer.status, answer.err) == (0, "")
    assert "đã gửi 6" in answer.out
    assert voted("unit", "submit", "STC", "--as", "CV-STC", "--json").json["done"] == []


@pytest.mark.row("NT11-1e-1")
def test_a_late_package_is_taken_with_a_reason(voted: Office):
    voted.done("unit", "close-vote", "STC", "--as", "CV-STC")
    late = voted.at(LATE)
    refused = late("unit", "submit", "STC", "--as", "CV-STC")
    assert refused.status == 3
    assert "--reason '…'" in refused.err
    assert late("unit", "submit", "STC", "--as", "CV-STC", "--reason", "…").status == 2, "nobody filled it in"
    answer = late.done("unit", "submit", "STC", "--as", "CV-STC", "--reason", "họp lùi do bão")
    assert "ghi vào sổ trễ hạn" in answer.out


def test_a_package_is_the_units_own(office: Office):
    answer = office("unit", "submit", "NOWHERE", *AS_SNV, "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, "view.unknown_unit")


@pytest.mark.parametrize("verb", ["close-vote", "revote", "submit"])
def test_a_unit_does_nothing_without_somebody(office: Office, verb: str):
    answer = office("unit", verb, "SNV", "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, "cli.actor_needed")


# — the reminder —


@pytest.mark.row("NT11-2a-1")
def test_a_reminder_says_what_is_due_by_which_day_and_what_is_missing(voted: Office):
    text = voted.done("unit", "nudge", "SNV", "--as", "GS").out
    assert text.startswith("Kính gửi: Đơn vị SNV (SNV)\n")
    assert "Hạn cuối: hết thứ Tư 04/12/2024 (còn 14 ngày)." in text
    assert "khoản 1, gạch đầu dòng thứ tư (NT11-1e-1)" in text
    assert "Nơi nhận: Ban Tổ chức Tỉnh ủy." in text
    assert f"   - {voted.ref('SNV-01')} Người SNV-01 (công chức): đã bỏ phiếu tại đơn vị" in text
    assert "Còn thiếu 6 hồ sơ" in text, "five deputies and the collective go to Home Affairs"
    assert "Nhóm SNV vượt tỷ lệ" in text
    assert text.rstrip().endswith("Người GS, SNV")
    assert "\x1b" not in text, "plain text for a chat"


def test_a_reminder_knows_today_and_too_late(voted: Office):
    on_the_day = voted.at("2024-12-04T23:59:59+07:00").done("unit", "nudge", "STC").out
    assert "Hạn cuối: hết hôm nay, thứ Tư 04/12/2024." in on_the_day
    late = voted.at(LATE).done("unit", "nudge", "STC").out
    assert "ĐÃ QUÁ HẠN 1 ngày: hạn cuối là hết thứ Tư 04/12/2024." in late


def test_a_reminder_lists_what_no_day_is_printed_for_and_ends_when_all_is_sent(voted: Office):
    before = voted.done("unit", "nudge", "STC").out
    assert "mà văn bản không nêu thời hạn" in before
    assert f"{voted.ref('STC-09')} Người STC-09" in before.partition("không nêu thời hạn")[2]
    voted.to_submit("STC")
    after = voted.done("unit", "nudge", "STC", "--json").json
    assert after["empty"] is True
    assert after["due"] == []
    assert "không còn việc gì phải nhắc" in after["text"]


def test_a_reminder_sends_nothing_and_records_nothing(voted: Office):
    before = voted.done("audit", "verify", "--json").json
    voted.done("unit", "nudge", "SNV", "--as", "GS")
    assert voted.done("audit", "verify", "--json").json == before


@pytest.mark.parametrize(
    ("argv", "code"),
    [(["NOWHERE"], "view.unknown_unit"), (["SNV", "--as", "NOBODY"], "command.unknown_actor")],
)
def test_a_reminder_for_nobody_is_bad_input(office: Office, argv: list[str], code: str):
    answer = office("unit", "nudge", *argv, "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, code)


# — quotas —


@pytest.mark.row("NT11-1a-1", "NT11-1a-4")
def test_a_quota_is_told_as_used_what_one_more_takes_and_what_decides_it(office: Office):
    office.review("SNV")
    meeting, refs = office.meet("SNV"), [one["ref"] for one in office.leaders("SNV")]
    line = ["record_vote", "--set", f"meeting={meeting}", *AS_SNV]
    office.done("dossier", "advance", *refs[:4], *line[:1], "--rank", "good", *line[1:])
    found = office.done("quota", "--unit", "SNV", "--json").json["groups"]
    (group,) = found
    assert (group["size"], group["base"], group["count"], group["allowance"]) == (6, 4, 0, 0)
    assert (group["next_at"], group["unvoted"], group["cliff"]) == (5, 2, True)
    told = office.done("quota", "--unit", "SNV").out
    assert "đã dùng 0 trên 0" in told
    assert "đủ 5 người đạt từ mức tốt thì được thêm 1 (nay 4)" in told
    assert "còn 2 chưa bỏ phiếu" in told
    assert "lưu ý: 6 người, quá mức 5 của nhóm nhỏ" in told


def test_a_group_over_its_quota_is_marked_with_the_excess(voted: Office):
    answer = voted.done("quota")
    row = next(line for line in answer.out.splitlines() if line.startswith("SNV\t")).split("\t")
    assert row[4:6] == ["2/1", "VƯỢT"]
    assert "VƯỢT 1, phải xếp loại lại" in row[6]
    assert answer.out.splitlines()[-1] == "2 nhóm; 1 nhóm vượt tỷ lệ: SNV."
    assert [one["over"] for one in voted.done("quota", "--json").json["groups"]] == [True, False]


def test_the_quotas_of_an_unknown_unit_are_bad_input(office: Office):
    answer = office("quota", "--unit", "NOWHERE", "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, "view.unknown_unit")


# — groups —


def test_groups_are_listed_with_their_members_units(voted: Office):
    rows = voted.done("group", "list").rows
    assert [(row[0], row[2], row[5]) for row in rows] == [("SNV", "SNV", "2/1"), ("STC", "STC", "0/1")]


def test_a_group_that_is_no_units_is_closed_and_voted_again_by_its_key(at_desk, drafted_file, tmp_path):
    office = season_under(duty_pack(), at_desk(drafted_file), tmp_path)
    assert [row[0] for row in office.done("group", "list").rows] == ["SNV:leadership", "STC:leadership", "STC:staff"]
    office.to_vote("SNV", excellent=2)
    submit = office("unit", "submit", "SNV", *AS_SNV)
    assert submit.status == 3
    assert "→ hoso group close SNV:leadership --as " in submit.err
    office.done("group", "close", "SNV:leadership", "--as", "TH")
    over = office("unit", "submit", "SNV", *AS_SNV)
    assert "→ hoso group revote SNV:leadership --as " in over.err
    office.done("group", "revote", "SNV:leadership", "--as", "TH")
    assert len(office.refs("SNV", "self_reviewed")) == 6


def test_a_group_of_a_ratify_quota_has_no_vote_and_waits_for_decisions(at_desk, drafted_file, tmp_path):
    office = season_under(changed(RATIFIED), at_desk(drafted_file), tmp_path)
    office.to_vote("STC")
    office.done("unit", "submit", "STC", "--as", "CV-STC")
    told = office.done("quota", "--unit", "STC").out
    assert "còn 3 chưa quyết định" in told
    assert "chưa bỏ phiếu" not in told
    assert [row[3] for row in office.done("group", "list").rows] == ["–", "–"]
    answer = office("unit", "close-vote", "STC", "--as", "CV-STC", "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, "command.unknown_group")


@pytest.mark.row("QN23-III-4c")
@pytest.mark.parametrize("excellent,warned", [(1, False), (2, True)])
def test_more_proposed_than_can_be_decided_is_told_before_anybody_decides(
    at_desk, drafted_file, tmp_path, excellent: int, warned: bool
):
    office = season_under(changed(RATIFIED), at_desk(drafted_file), tmp_path)
    office.to_vote("SNV", excellent=excellent)
    told = office.done("quota", "--unit", "SNV").out
    assert "đã dùng 0 trên 1" in told
    assert ("tính cả đề xuất là 2: nhiều hơn số được quyết định" in told) is warned


def test_a_package_sent_again_with_its_key_is_answered_as_before(voted: Office):
    voted.done("unit", "close-vote", "SNV", *AS_SNV)
    voted.done("unit", "revote", "SNV", "--reason", "vượt tỷ lệ", *AS_SNV)
    voted.to_vote("SNV", excellent=1)
    voted.done("unit", "close-vote", "SNV", *AS_SNV)
    line = ("unit", "submit", "SNV", "--key", "một lần", *AS_SNV, "--json")
    first = voted.done(*line)
    again = voted.done(*line)
    assert again.json["repeated"]
    assert [one["receipt"] for one in again.json["done"]] == [one["receipt"] for one in first.json["done"]]
    assert voted(*line[:-1], "--set", "letter=7/SNV").status == 2, "the same key for another content"
    assert voted("unit", "submit", "SNV", "--key", "khác", *AS_SNV).status == 0, "nothing is left to send"
