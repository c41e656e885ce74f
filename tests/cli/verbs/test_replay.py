"""`hoso replay`: what happened, from the record alone, and the state at any instant."""

import sqlite3
from pathlib import Path

import pytest

from tests.cli.verbs.office import Office
from tests.cli.verbs.packs import changed, season_under
from tests.cli.verbs.test_documents import AS, PAPERS

LATER = "2024-11-21T09:00:00+07:00"


def told(office: Office, *argv: str) -> str:
    return office.done("replay", *argv).out


def test_a_dossier_is_told_record_by_record_with_receipts(voted: Office):
    ref = voted.ref("SNV-01")
    found = voted.done("replay", ref, "--json").json
    (stream,) = found["streams"]
    assert (stream["kind"], stream["name"]) == ("dossier", ref)
    assert [(one["seq"], one["command"]) for one in stream["records"]] == [
        (1, "create"),
        (2, "self_review"),
        (3, "record_vote"),
    ]
    text = told(voted, ref)
    assert all(one["receipt"] in text for one in stream["records"])
    assert "mức đề xuất: Hoàn thành xuất sắc nhiệm vụ" in text
    assert "CV-SNV (cán bộ tổng hợp)" in text
    assert "bỏ phiếu ngày: 20/11/2024" in text
    assert "trạng thái: đã bỏ phiếu tại đơn vị" in text


def test_the_state_comes_from_history_and_never_from_the_state_column(voted: Office):
    ref = voted.ref("SNV-01")
    with sqlite3.connect(voted.db) as connection:
        connection.execute("UPDATE dossier SET state = 'ratified', decided = 'excellent' WHERE ref = ?", (ref,))
    (stream,) = voted.done("replay", ref, "--json").json["streams"]
    assert stream["state"]["state"] == "unit_voted"
    assert stream["state"].get("decided") is None


@pytest.mark.parametrize(
    ("moment", "state", "count"),
    [
        ("2024-11-20T08:59:59.999999+07:00", None, 0),
        ("2024-11-20T09:00:00+07:00", "unit_voted", 3),
        ("2024-11-21T08:59:59.999999+07:00", "unit_voted", 3),
        ("2024-11-21T09:00:00+07:00", "withdrawn", 4),
        ("2024-11-19", None, 0),
        ("20/11/2024", "unit_voted", 3),
        ("2024-11-21", "withdrawn", 4),
    ],
)
def test_the_state_as_of_an_instant_or_the_end_of_a_day(voted: Office, moment: str, state: str | None, count: int):
    ref = voted.ref("SNV-01")
    voted.at(LATER).done("dossier", "advance", ref, "withdraw", "--reason", "chuyển công tác", "--as", "CV-SNV")
    (stream,) = voted.at(LATER).done("replay", ref, "--as-of", moment, "--json").json["streams"]
    assert (stream["state"].get("state"), len(stream["records"])) == (state, count)


def test_a_rule_that_could_only_be_recorded_is_shown(office: Office, tmp_path):
    missing = 'moment = "submit"\nover = "revote"\nmissing = "criteria"'
    share = 'percent = 20\nrounding = "floor"\nsmall = { max_size = 5, cap = 1, needs_good = true }\n'
    other = season_under(changed((share, ""), ('moment = "submit"\nover = "revote"', missing)), office, tmp_path)
    other.to_vote("STC")
    other.done("unit", "submit", "STC", "--as", "CV-STC")
    text = told(other, other.ref("STC-01"))
    assert "? Quy định NT11-1a" in text


def test_a_unit_and_its_group_share_a_name_and_are_both_told(voted: Office):
    voted.done("unit", "close-vote", "SNV", "--as", "CV-SNV")
    streams = voted.done("replay", "SNV", "--json").json["streams"]
    assert sorted(one["kind"] for one in streams) == ["group", "unit"]
    text = told(voted, "SNV")
    assert "chốt bỏ phiếu → đã đóng" in text
    assert "Nhóm SNV được chốt khi đang vượt tỷ lệ" in text, "what was let pass with a warning stays on record"


def test_a_duty_stands_for_what_it_hangs_on_and_a_meeting_for_itself(voted: Office):
    assert voted.done("replay", "VH-0001", "--json").json["streams"][0]["kind"] == "season"
    assert voted.done("replay", "HN-0001", "--json").json["streams"][0]["state"]["attendees"] == 12
    assert voted.done("replay", "roster", "--json").json["streams"][0]["kind"] == "roster"
    assert "mục (xem đủ với --json)" in told(voted, "roster"), "a whole roster is no line to read"


def test_a_season_is_told_an_act_at_a_time_in_the_order_in_which_it_went(voted: Office):
    voted.to_submit("STC")
    found = voted.done("replay", "--season", "2024", "--json").json
    order = [act[0]["command"] for act in found["acts"]]
    assert order[0] == "create"
    stc = [act for act in found["acts"] if act[0]["actor"] == "CV-STC"]
    commands = [{one["command"] for one in act} for act in stc]
    assert commands == [{"self_review"}, {"create", "hold"}, {"record_vote"}, {"close_vote"}, {"submit"}]
    assert found["state"]["dossier"] == {"unit_voted": 7, "submitted": 6}
    text = told(voted)
    assert "lập mới → mới lập: HS-0001, HS-0002" in text
    assert "hồ sơ: đã bỏ phiếu tại đơn vị 7, đã gửi hồ sơ 6" in text


def test_a_season_before_its_first_day_has_no_history(office: Office):
    found = office.done("replay", "--as-of", "2024-11-19", "--json").json
    assert (found["acts"], found["state"]) == ([], {})


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["HS-9999"], "view.unknown_stream"),
        (["--season", "1999"], "command.unknown_season"),
        (["HS-0001", "--as-of", "2024-11-20T09:00"], "command.naive_time"),
        (["HS-0001", "--as-of", "soon"], "command.not_a_day"),
    ],
)
def test_bad_input_is_named(office: Office, argv: list[str], code: str):
    answer = office("replay", *argv, "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, code)


def test_an_event_that_was_recorded_later_tells_both_times(office: Office):
    ref = office.ref("SNV-01")
    line = ["dossier", "advance", ref, "self_review", "--rank", "good", "--as", "SNV-01", "--occurred"]
    office.at(LATER).done(*line, "2024-11-20T10:30:00+07:00")
    text = office.at(LATER).done("replay", ref).out
    assert "09:00 21/11/2024" in text
    assert "thực tế xảy ra: 10:30 20/11/2024" in text


def falsify(office: Office, ref: str, was: str, now: str) -> None:
    """Change a text in the records of a dossier, as whoever owns the file can."""
    with sqlite3.connect(office.db) as connection:
        connection.execute("DROP TRIGGER history_no_update")
        connection.execute(
            "UPDATE history SET body = CAST(replace(CAST(body AS TEXT), ?, ?) AS BLOB) "
            "WHERE stream = (SELECT id FROM dossier WHERE ref = ?)",
            (was, now, ref),
        )


def test_a_falsified_record_is_not_told_as_if_it_were_sound(voted: Office):
    """Its old receipt would still match the paper."""
    ref = voted.ref("SNV-01")
    falsify(voted, ref, '"voted":"excellent"', '"voted":"good"')
    for argv in (("replay", ref), ("replay", ref, "--json"), ("replay",)):
        said = voted(*argv)
        assert said.status == 4, argv
        assert "3" in said.err
    assert voted("replay", voted.ref("SNV-02")).status == 0


def test_a_record_that_is_none_is_told_and_stops_nothing(voted: Office):
    ref = voted.ref("SNV-01")
    falsify(voted, ref, '"occurred_at":', '"occurred":')
    for argv in (("replay", ref), ("replay", ref, "--json"), ("replay",), ("audit", "verify"), ("audit", "redecide")):
        assert voted(*argv).status == 4, argv


REASON = "Chuyển công tác sang tỉnh khác"


def withdrawn(office: Office) -> str:
    ref = office.ref("SNV-01")
    office.done("dossier", "advance", ref, "withdraw", "--reason", REASON, "--as", "CV-SNV")
    return ref


def test_a_reason_is_told_in_its_own_words_and_not_as_a_commitment(office: Office):
    ref = withdrawn(office)
    assert f"lý do: “{REASON}”" in told(office, ref)
    (stream,) = office.done("replay", ref, "--json").json["streams"]
    (text,) = stream["records"][-1]["texts"].values()
    assert text == {"text": REASON, "holds": True}


def test_a_reason_that_was_erased_is_told_as_erased(office: Office):
    ref = withdrawn(office)
    office.done("roster", "erase", "SNV-01", "--decision", "7/QĐ-SNV")
    assert "lý do: (đã xóa theo quyết định)" in told(office, ref)
    assert REASON not in told(office, ref)
    assert "(erased on a decision)" in told(office, ref, "--lang", "en")


def test_a_reason_that_was_changed_is_not_told_as_if_it_were_the_one_given(office: Office):
    ref = withdrawn(office)
    with sqlite3.connect(office.db) as connection:
        connection.execute("UPDATE secret SET text = 'khác' WHERE text = ?", (REASON,))
    text = told(office, ref)
    assert "KHÔNG đúng với cam kết" in text
    assert "“khác”" not in text


def test_who_acted_and_when_are_told_as_stated_where_nobody_proved_them(office: Office):
    ref = office.ref("SNV-01")
    line = ["dossier", "advance", ref, "self_review", "--rank", "good", "--as", "SNV-01", "--occurred"]
    office.at(LATER).done(*line, "2024-11-20T10:30:00+07:00")
    text = office.at(LATER).done("replay", ref).out
    assert "thực tế xảy ra: 10:30 20/11/2024 (theo khai báo; ghi vào lúc 09:00 21/11/2024)" in text
    assert "người thao tác SNV-01: theo khai báo của tài khoản máy “" in text
    (stream,) = office.at(LATER).done("replay", ref, "--json").json["streams"]
    assert [(one["asserted"], one["dated"]) for one in stream["records"]] == [(False, False), (True, True)]


def test_the_facts_of_a_decision_are_told_in_words_when_asked_for(voted: Office):
    ref = voted.ref("SNV-01")
    assert "căn cứ" not in told(voted, ref)
    lines = told(voted, ref, "--facts").splitlines()
    mine = [one.strip() for one in lines if one.strip().startswith("căn cứ bản ghi số 3 · ")]
    assert any("hồ sơ HS-" in one and "trạng thái: đã tự kiểm điểm" in one for one in mine)
    assert any("hội nghị HN-0001: đơn vị: SNV; trạng thái: đã họp" in one for one in mine)
    assert any("nhóm SNV (NT11-1a): " in one and "quy mô: 6" in one for one in mine)
    assert any("việc đến hạn VH-" in one and "hạn: 00:00 05/12/2024" in one for one in mine)
    (stream,) = voted.done("replay", ref, "--facts", "--json").json["streams"]
    assert stream["records"][2]["facts"]["dossier"]["state"] == "self_reviewed"
    assert "facts" not in voted.done("replay", ref, "--json").json["streams"][0]["records"][2]


def test_every_line_of_a_season_says_when_who_and_all_of_which(voted: Office):
    """So that it can be searched: one line for each thing done, none of them cut."""
    lines = [one for one in told(voted).splitlines() if " · " in one]
    assert lines
    assert all(one[2] == ":" and one.count(" · ") == 2 for one in lines)
    created = next(one for one in lines if "lập mới → mới lập" in one)
    assert [f"HS-{number:04d}" in created for number in range(1, 14)] == [True] * 13


def test_a_paper_is_told_as_one_that_was_handed_in_and_not_by_what_its_file_is(office: Office, tmp_path: Path):
    made = tmp_path / "giai-trinh.pdf"
    made.write_bytes(b"%PDF-1.7 x")
    board = season_under(changed() + PAPERS, office, tmp_path)
    ref = board.ref("SNV-01")
    board.done("document", "add", ref, "review_form", str(made), "--form", "02-B", "--section", "moral", *AS)
    text = told(board, ref)
    assert "tài liệu đã nộp: (lúc" in text
    assert [one for one in ("theo mẫu", "digest", "quy mô", "new ", "type ") if one in text] == []


def test_through_whom_it_was_sent_is_told_in_words(office: Office, tmp_path: Path):
    through = ('{ body = "so-noi-vu" }', '{ body = "so-noi-vu", via = "ban-to-chuc-tinh-uy" }')
    board = season_under(changed(through), office, tmp_path)
    board.to_submit("STC")
    lines = told(board, board.ref("STC-02"), "--facts")
    assert ", qua Ban Tổ chức" in lines
    assert " via " not in lines
