"""`hoso season report`: the synthesis that is sent upward."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.cli.verbs.office import LATE, Office

PAGES = ["Tình hình", "Mức xếp loại", "Danh sách", "Tỷ lệ", "Trễ hạn", "Còn thiếu", "Căn cứ", "Chứng thực"]


def written(office: Office, folder: Path, *argv: str) -> Any:
    out = folder / "report.xlsx"
    office.done("season", "report", "--xlsx", str(out), *argv)
    return load_workbook(out)


def cells(book: Any, title: str) -> list[list[Any]]:
    return [list(row) for row in book[title].iter_rows(values_only=True)]


def rows(book: Any, title: str, heading: str) -> list[list[Any]]:
    """What stands under the row that begins with `heading`."""
    every = cells(book, title)
    at = next(at for at, row in enumerate(every) if row[0] == heading)
    return every[at + 1 :]


def test_a_report_has_every_page_and_the_digest_that_is_printed(voted: Office, tmp_path: Path):
    out = tmp_path / "report.xlsx"
    answer = voted.done("season", "report", "--xlsx", str(out), "--json").json
    book = load_workbook(out)
    assert book.sheetnames == PAGES
    assert answer["digest"] == voted.done("audit", "verify", "--json").json["digest"]
    assert any(answer["digest"] in str(row[0]) for row in cells(book, "Tình hình"))
    assert any("DIỄN TẬP" in str(row[0]) for row in cells(book, "Tình hình"))
    assert voted("season", "report", "--xlsx", str(out)).status == 2  # a checkpoint is never overwritten
    assert answer["digest"] in voted.done("season", "report", "--xlsx", str(tmp_path / "second.xlsx")).out


@pytest.mark.row("NT11-1e-1")
def test_units_and_tiers_are_summed_up_by_state(voted: Office, tmp_path: Path):
    voted.to_submit("STC")
    book = written(voted, tmp_path)
    found = rows(book, "Tình hình", "Mã đơn vị")
    assert [(row[0], row[2], row[4]) for row in found] == [
        ("SNV", "Ban Thường vụ Tỉnh ủy quản lý", 7),
        ("STC", "Ban Thường vụ Tỉnh ủy quản lý", 4),
        ("STC", "Đơn vị quản lý", 2),
        ("Cộng", None, 13),
    ]
    heading = next(row for row in cells(book, "Tình hình") if row[0] == "Mã đơn vị")
    submitted = heading.index("đã gửi hồ sơ")
    assert [row[submitted] for row in found] == [0, 4, 2, 6]


def test_the_four_ranks_are_counted_apart(voted: Office, tmp_path: Path):
    book = written(voted, tmp_path)
    snv = rows(book, "Mức xếp loại", "Mã đơn vị")[0]
    expected, by_vote, proposed, decided = (snv[at : at + 4] for at in (5, 9, 13, 17))
    assert (expected, by_vote, proposed, decided) == ([0, 7, 0, 0], [2, 5, 0, 0], [2, 5, 0, 0], [0, 0, 0, 0])


@pytest.mark.row("NT11-1a-5")
def test_a_group_over_its_quota_is_marked(voted: Office, tmp_path: Path):
    book = written(voted, tmp_path)
    snv, stc = rows(book, "Tỷ lệ", "Nhóm")[:2]
    assert snv[4:9] == [6, 6, 1, 2, "VƯỢT"]
    assert stc[4:8] == [3, 3, 1, 0]
    assert not stc[8]
    row = next(cell.row for cell in book["Tỷ lệ"]["A"] if cell.value == "SNV")
    assert book["Tỷ lệ"].cell(row, 1).fill.fgColor.rgb == "FFFFC7CE"


def test_lateness_is_listed_with_its_reason_and_what_covers_it(voted: Office, tmp_path: Path):
    voted.done("unit", "close-vote", "STC", "--as", "CV-STC")
    late = voted.at(LATE)
    late.done("unit", "submit", "STC", "--as", "CV-STC", "--reason", "họp lùi do bão")
    every = late.done("obligation", "list", "--unit", "STC", "--all", "--json").json["obligations"]
    ref = next(one["ref"] for one in every if one["rule"] == "NT11-1e-1")
    late.done("obligation", "extend", ref, "--until", "2024-12-10", "--decision", "20/QĐ-UBND", "--as", "CT")
    found = rows(written(late, tmp_path), "Trễ hạn", "Mã đơn vị")
    head = next(row for row in found if row[1] == voted.ref("STC-01"))
    assert (head[3], head[7], head[8], head[9]) == ("NT11-1e-1", 1, "họp lùi do bão", "20/QĐ-UBND")
    assert [row[6] for row in found if row[0] == "SNV"] == ["chưa xong", "chưa xong"]


def test_a_reason_that_was_erased_is_told_as_erased(voted: Office, tmp_path: Path):
    voted.done("unit", "close-vote", "STC", "--as", "CV-STC")
    late = voted.at(LATE)
    late.done("unit", "submit", "STC", "--as", "CV-STC", "--reason", "họp lùi do bão")
    with sqlite3.connect(voted.db) as connection:
        connection.execute("UPDATE secret SET salt = NULL, text = NULL WHERE text = 'họp lùi do bão'")
    found = rows(written(late, tmp_path), "Trễ hạn", "Mã đơn vị")
    assert "(đã xóa theo quy định)" in {row[8] for row in found}
    assert late.done("audit", "verify", "--json").json["holds"] is True


@pytest.mark.row("NT11-1g-4", "NT11-2c-1")
def test_what_is_missing_is_listed_by_kind(voted: Office, tmp_path: Path):
    voted.to_submit("STC")
    found = rows(written(voted, tmp_path), "Còn thiếu", "Loại")
    kinds: dict[str, list[Any]] = {}
    for row in found:
        kinds.setdefault(row[0], []).append(row)
    assert [row[1] for row in kinds["Hồ sơ chưa gửi"]] == ["SNV"] * 7
    assert len(kinds["Chưa xác nhận đã nhận"]) == 6
    assert [row[4].partition(":")[0] for row in kinds["Việc chưa có ngày"]] == ["NT11-1g-4", "NT11-2c-1"]
    assert any(row[2] == "authority-table" for row in kinds["Văn bản thiếu"])
    assert any(row[2] == "NT11-unit" for row in kinds["Quy định chỉ ghi nhận"])


def test_rules_are_listed_with_clause_and_rows(voted: Office, tmp_path: Path):
    found = rows(written(voted, tmp_path), "Căn cứ", "Quy định")
    quota = next(row for row in found if row[0] == "NT11-1a")
    assert "khoản 1, gạch đầu dòng thứ nhất" in quota[3]
    assert "NT11-1a-4" in quota[4]
    assert next(row for row in found if row[0] == "NT11-unit")[3].endswith("(suy ra)")


def test_a_report_in_english(voted: Office, tmp_path: Path):
    book = written(voted, tmp_path, "--lang", "en")
    assert book.sheetnames == ["Standing", "Ranks", "List", "Quotas", "Lateness", "Missing", "Rules", "Proof"]


def test_a_report_of_a_record_that_does_not_hold_is_written_and_says_so(voted: Office, tmp_path: Path):
    with sqlite3.connect(voted.db) as connection:
        connection.execute("UPDATE quota_group SET allowance = 9 WHERE key = 'SNV'")
    out = tmp_path / "report.xlsx"
    answer = voted("season", "report", "--xlsx", str(out))
    assert answer.status == 4
    assert "hoso audit verify" in answer.err
    assert any("LƯU Ý" in str(row[0]) for row in cells(load_workbook(out), "Tình hình"))


@pytest.mark.parametrize(("name", "code"), [("report.xls", "report.suffix"), ("no/report.xlsx", "roster.no_folder")])
def test_a_place_that_will_not_do_is_bad_input(voted: Office, tmp_path: Path, name: str, code: str):
    answer = voted("season", "report", "--xlsx", str(tmp_path / name), "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, code)
    assert not (tmp_path / name).exists()


def test_a_season_without_anybody_has_a_report_too(office: Office, tmp_path: Path):
    office.done("season", "open", "ninh-thuan-2024-11", "--code", "trống", "--rehearsal")
    book = written(office, tmp_path, "--season", "trống")
    assert rows(book, "Tình hình", "Mã đơn vị")[0][0] == "Không có."


def test_a_report_of_some_tiers_tells_of_those_dossiers_alone_and_says_so(voted: Office, tmp_path: Path):
    voted.to_submit("STC")
    book = written(voted, tmp_path, "--tier", "unit")
    found = rows(book, "Tình hình", "Mã đơn vị")
    assert [(row[0], row[2], row[4]) for row in found] == [("STC", "Đơn vị quản lý", 2), ("Cộng", None, 2)]
    assert any("Chỉ gồm hồ sơ thuộc diện: Đơn vị quản lý." in str(row[0]) for row in cells(book, "Tình hình"))
    part = voted.done("season", "report", "--tier", "unit", "--json").json
    whole = voted.done("season", "report", "--tier", "unit", "--tier", "btv", "--json").json
    every = voted.done("season", "report", "--json").json
    assert (part["tiers"], len(part["dossiers"]), {one["unit"] for one in part["dossiers"]}) == (["unit"], 2, {"STC"})
    assert part["digest"] == every["digest"]  # the record that it stands on is the whole season's
    assert (len(whole["dossiers"]), every["tiers"]) == (len(every["dossiers"]), [])


def test_a_tier_that_the_pack_does_not_have_is_refused_and_nothing_is_written(voted: Office, tmp_path: Path):
    out = tmp_path / "report.xlsx"
    refused = voted("season", "report", "--xlsx", str(out), "--tier", "bvt", "--json")
    assert (refused.status, refused.json["error"]["code"], out.exists()) == (2, "view.unknown_tier", False)
