"""The list of persons and collectives in `season report`: in the workbook, on the screen, as plain values."""

import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cli.verbs.office import LATE, Office
from tests.cli.verbs.test_season_report import cells, rows, written

HEADINGS = [
    "Số hiệu",
    "Tên đơn vị",
    "Họ tên, tên gọi",
    "Chức vụ",
    "Hệ",
    "Mức đề xuất",
    "Mức quyết định",
    "Số quyết định",
    "Ngày quyết định",
    "Cấp quyết định",
    "Tình trạng",
    "Trễ hạn, lý do",
]


def listed(office: Office, *argv: str) -> dict[str, dict[str, Any]]:
    """The list as plain values, by subject."""
    found = office.done("season", "report", "--json", *argv).json["dossiers"]
    return {one["subject"]: one for one in found}


def decided(office: Office) -> str:
    """STC submitted, one of its deputies decided; the deputy's ref."""
    office.to_submit("STC")
    ref = office.ref("STC-02")
    office.done("dossier", "advance", ref, "ratify", "--set", "decision=16/QĐ-BCS", "--as", "TK")
    return ref


def test_everybody_stands_in_it_once_by_unit_with_the_collective_first(voted: Office, tmp_path: Path):
    book = written(voted, tmp_path)
    assert next(row for row in cells(book, "Danh sách") if row[0] == "Số hiệu") == HEADINGS
    found = rows(book, "Danh sách", "Số hiệu")
    assert len(found) == 13
    assert [row[1] for row in found] == ["Đơn vị SNV"] * 7 + ["Đơn vị STC"] * 6
    told = voted.done("season", "report", "--json").json["dossiers"]
    assert [one["ref"] for one in told] == [row[0] for row in found]
    assert [one["kind"] for one in told][:2] == ["collective", "person"]


@pytest.mark.row("NT11-1g-4", "NT11-2c-1")
def test_a_decision_stands_with_its_number_its_day_and_who_decides(voted: Office, tmp_path: Path):
    ref = decided(voted)
    found = {row[0]: row for row in rows(written(voted, tmp_path), "Danh sách", "Số hiệu")}
    row = found[ref]
    assert row[4:8] == ["công chức", "HTTNV", "HTTNV", "16/QĐ-BCS"]
    assert row[8] == datetime(2024, 11, 20)  # noqa: DTZ001  a day of a workbook has no zone
    assert (row[9], row[10], row[11]) == ("Ban Cán sự Đảng UBND tỉnh", "đã quyết định xếp loại", None)
    other = found[voted.ref("STC-03")]
    assert other[6:9] == [None, None, None]
    assert other[10] == "đã gửi hồ sơ"
    assert found[voted.ref("STC-09")][9] == "Đơn vị STC", "whom the unit itself decides on"


def test_a_new_decision_without_a_number_does_not_bear_the_old_one(voted: Office):
    ref = decided(voted)
    voted.done("dossier", "advance", ref, "adjust", "--reason", "Có kiến nghị", "--as", "TK")
    told = listed(voted)["STC-02"]
    assert (told["state"], told["decided"], told["decision"]) == ("submitted", "good", "16/QĐ-BCS")
    voted.at("2024-11-25T09:00:00+07:00").done("dossier", "advance", ref, "ratify", "--as", "TK")
    told = listed(voted)["STC-02"]
    assert (told["decision"], told["decided_on"]) == (None, "2024-11-25")
    assert voted.at("2024-11-25T09:00:00+07:00").done("audit", "redecide").status == 0


def test_a_decision_just_after_midnight_is_of_the_local_day(voted: Office):
    voted.to_submit("STC")
    at = voted.at("2024-11-25T00:30:00+07:00")
    at.done("dossier", "advance", voted.ref("STC-02"), "ratify", "--as", "TK")
    assert listed(at)["STC-02"]["decided_on"] == "2024-11-25"


def test_lateness_stands_with_its_reason_and_what_covers_it(voted: Office, tmp_path: Path):
    voted.done("unit", "close-vote", "STC", "--as", "CV-STC")
    late = voted.at(LATE)
    late.done("unit", "submit", "STC", "--as", "CV-STC", "--reason", "họp lùi do bão")
    every = late.done("obligation", "list", "--unit", "STC", "--all", "--json").json["obligations"]
    ref = next(one["ref"] for one in every if one["rule"] == "NT11-1g-3")
    late.done("obligation", "extend", ref, "--until", "2024-12-10", "--decision", "20/QĐ-UBND", "--as", "CT")
    found = {row[0]: row[11] for row in rows(written(late, tmp_path), "Danh sách", "Số hiệu")}
    said = "chậm, thực hiện ngày 05/12/2024; lý do: họp lùi do bão"
    assert found[voted.ref("STC-01")] == f"NT11-1e-1: {said}"
    assert found[voted.ref("STC-02")] == f"NT11-1g-3: {said} (20/QĐ-UBND)"
    assert found[voted.ref("SNV-01")] == "quá hạn, chưa thực hiện"
    assert found[voted.ref("STC-09")] is None
    (mark,) = listed(late)["STC-02"]["late"]
    assert (mark["rule"], mark["days"], mark["reason"], mark["covered_by"]) == (
        "NT11-1g-3",
        1,
        "họp lùi do bão",
        "20/QĐ-UBND",
    )


@pytest.mark.parametrize(("at", "overdue"), [("2024-12-04T23:59:59.999999+07:00", False), (LATE, True)])
def test_who_is_overdue_is_marked_from_the_very_instant(voted: Office, tmp_path: Path, at: str, overdue: bool):
    book = written(voted.at(at), tmp_path)
    assert listed(voted.at(at))["SNV-01"]["overdue"] is overdue
    sheet, ref = book["Danh sách"], voted.ref("SNV-01")
    cell = next(one for one in sheet["A"] if one.value == ref)
    assert (cell.fill.fgColor.rgb == "FFFFC7CE") is overdue


def test_who_left_or_is_not_ranked_stands_with_why(voted: Office, tmp_path: Path):
    line = ["--reason", "Nghỉ hưu từ 01/12", "--as", "CV-STC"]
    voted.done("dossier", "advance", voted.ref("STC-03"), "withdraw", "--set", "reason_kind=retired", *line)
    voted.done("dossier", "advance", voted.ref("STC-09"), "not_ranked", "--set", "reason_kind=long_leave", *line)
    found = {row[0]: row[10] for row in rows(written(voted, tmp_path), "Danh sách", "Số hiệu")}
    assert found[voted.ref("STC-03")].startswith("đã rút hồ sơ (")
    assert found[voted.ref("STC-09")].startswith("không xếp loại (")
    assert listed(voted)["STC-03"]["state_reason"] == "retired"


def test_who_was_erased_stays_erased(voted: Office, tmp_path: Path):
    voted.done("unit", "close-vote", "STC", "--as", "CV-STC")
    late = voted.at(LATE)
    late.done("unit", "submit", "STC", "--as", "CV-STC", "--reason", "ông Tường Vi ốm")
    before = listed(late)["STC-02"]
    late.done("roster", "erase", "STC-02", "--decision", "5/QĐ", "--as", "TH")
    book = written(late, tmp_path)
    row = next(row for row in rows(book, "Danh sách", "Số hiệu") if row[0] == before["ref"])
    assert row[2] == "(đã xóa theo quy định)"
    told = listed(late)["STC-02"]
    assert (told["name"], told["decided"]) == (None, before["decided"])
    for text in (late.done("season", "report").out, str([cells(book, one) for one in book.sheetnames])):
        assert before["name"] not in text


def test_without_a_file_every_page_but_the_proof_is_printed(voted: Office):
    out = voted.done("season", "report").out
    for heading in ("DANH SÁCH CÁ NHÂN, TẬP THỂ", "SỔ THEO DÕI TRỄ HẠN", "TỶ LỆ THEO NHÓM", "NỘI DUNG CÒN THIẾU"):
        assert heading in out
    assert voted.done("audit", "verify", "--json").json["digest"] in out
    table = [line.split("\t") for line in out.splitlines()]
    at = table.index(HEADINGS)
    assert len({len(row) for row in table[at : at + 14]}) == 1
    assert table[at + 1][1] == "Đơn vị SNV"
    assert "bỏ phiếu: HTXSNV" in out or "mức đã bỏ phiếu: HTXSNV" in out


def test_the_list_changes_nothing_of_the_digest(voted: Office, tmp_path: Path):
    out = tmp_path / "report.xlsx"
    plain = voted.done("season", "report", "--json").json
    told = voted.done("season", "report", "--xlsx", str(out), "--json").json
    assert plain["file"] is None
    assert {**plain, "file": str(out)} == told
    assert told["digest"] == voted.done("audit", "verify", "--against", str(out), "--json").json["digest"]


def test_a_report_on_the_screen_of_a_record_that_does_not_hold_says_so(voted: Office):
    with sqlite3.connect(voted.db) as connection:
        connection.execute("UPDATE quota_group SET allowance = 9 WHERE key = 'SNV'")
    answer = voted("season", "report")
    assert answer.status == 4
    assert "DANH SÁCH CÁ NHÂN" in answer.out


def test_the_register_tells_what_was_judged(voted: Office, tmp_path: Path):
    late = voted.at(LATE)
    every = late.done("obligation", "list", "--unit", "STC", "--json").json["obligations"]
    ref = next(one["ref"] for one in every if one["rule"] == "NT11-1g-3")
    line = ["obligation", "assess", ref, "--affects-party", "yes", "--reason", "3 đảng viên"]
    late.done(*line, "--as", "GS")
    found = {row[1]: row[10:12] for row in rows(written(late, tmp_path), "Trễ hạn", "Mã đơn vị")}
    assert found[ref] == ["có", "3 đảng viên"]
    others = [told for one, told in found.items() if one != ref]
    assert ["chưa xác định được", None] in others
    assert {told[1] for told in others} == {None}


def test_the_page_is_set_up_to_be_printed(voted: Office, tmp_path: Path):
    sheet = written(voted, tmp_path)["Danh sách"]
    head = next(cell.row for cell in sheet["A"] if cell.value == "Số hiệu")
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
    assert sheet.print_title_rows == f"${head}:${head}"
    assert sheet.freeze_panes == f"A{head + 1}"
    assert sheet.auto_filter.ref.startswith(f"A{head}:L")
    widths = [sheet.column_dimensions[letter].width for letter in "ABCDEFGHIJKL"]
    assert all(widths)
    assert sum(widths) < 205, "fitted to one sheet across, what is wider cannot be read"


def test_an_empty_season_has_an_empty_list(office: Office):
    office.done("season", "open", "ninh-thuan-2024-11", "--code", "trống", "--rehearsal")
    assert office.done("season", "report", "--season", "trống", "--json").json["dossiers"] == []
    assert "Không có." in office.done("season", "report", "--season", "trống").out
