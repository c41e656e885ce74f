"""`season close` and `reopen`, and how a closed season looks from every desk."""

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.cli.verbs.office import LATE, NOW, Office

LATER = "2025-03-01T09:00:00+07:00"
WHY = ("--unfinished", "Sáp nhập [đơn vị]")


@pytest.fixture
def closed(voted: Office) -> Office:
    """Closed on 05/12/2024 with nothing submitted; asked in March."""
    voted.at(LATE).done("season", "close", "--as", "TH", *WHY)
    return Office(db=voted.db, patch=voted.patch, always=("--now", LATER, "--season", "2024"))


def test_a_refused_closing_lists_what_is_open_and_how_to_go_on(voted: Office):
    answer = voted("season", "close", "--as", "TH")
    assert (answer.status, answer.out) == (3, "")
    assert "13 hồ sơ chưa có quyết định: HS-0001, " in answer.err
    assert " … (+1)." in answer.err, "twelve are named, the others counted"
    assert "1 nhóm đang vượt tỷ lệ: SNV (NT11-1a)." in answer.err
    lines = [one.strip().removeprefix("→ ") for one in answer.err.splitlines() if "→ hoso" in one]
    assert [one.split(" --")[0] for one in lines] == [
        "hoso season status",
        "hoso obligation list",
        "hoso quota",
        "hoso season close",
    ]
    assert lines[-1].endswith("--as TH --db " + str(voted.db) + f" --now {NOW} --unfinished '…'")


def test_the_lines_of_a_refused_closing_can_be_pasted(voted: Office):
    for line in ("season status", "obligation list", "quota"):
        voted.done(*line.split())
    answer = voted("season", "close", "--unfinished", "…", "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, "view.placeholder")


def test_as_json_every_name_is_told(voted: Office):
    answer = voted("season", "close", "--json")
    told = {one["code"]: one["figures"] for one in answer.json["refused"]}
    assert answer.status == 3
    assert set(told) == {
        "guard.season_dossiers",
        "guard.season_duties",
        "guard.season_votes",
        "guard.season_over",
        "guard.season_unfinished",
    }
    assert len(told["guard.season_dossiers"]["names"]) == told["guard.season_dossiers"]["count"] == 13


def test_a_dry_closing_ends_as_the_real_one_would(voted: Office):
    assert voted("season", "close", "--dry-run").status == 3
    assert "chưa ghi gì" in voted.done("season", "close", "--dry-run", *WHY).out
    assert voted("season", "status", "--json").json["season"]["state"] == "open"


def test_status_tells_how_a_season_was_closed(closed: Office):
    out = closed.done("season", "status").out
    assert "Đã đóng lúc 00:00 05/12/2024, người đóng: TH." in out
    assert "Sáp nhập [đơn vị]" in out
    assert "13 hồ sơ chưa có quyết định" in out
    told = closed.done("season", "status", "--json").json["closing"]
    assert (told["actor"], told["reason"], len(told["left"]["dossiers"])) == ("TH", "Sáp nhập [đơn vị]", 13)


def test_an_open_season_has_no_closing(voted: Office):
    assert voted.done("season", "status", "--json").json["closing"] is None


def test_in_a_closed_season_nothing_gets_any_later(closed: Office, tmp_path: Path):
    out = tmp_path / "report.xlsx"
    closed.done("season", "report", "--xlsx", str(out))
    book: Any = load_workbook(out)
    rows = [row for row in book["Trễ hạn"].iter_rows(values_only=True) if row[6] == "chưa xong"]
    assert {row[7] for row in rows} == {1}
    first = [str(row[0]) for row in book["Tình hình"].iter_rows(values_only=True, max_row=12)]
    assert any("Số liệu lúc 00:00 05/12/2024" in one for one in first)
    assert any("Lý do đóng khi còn việc dở: Sáp nhập [đơn vị]" in one for one in first)
    assert any("13 hồ sơ chưa có quyết định" in one for one in first)


def test_a_report_of_a_closed_season_still_holds_after_it_is_reopened(closed: Office, tmp_path: Path):
    out = str(tmp_path / "report.xlsx")
    closed.done("season", "report", "--xlsx", out)
    closed.done("season", "reopen", "--reason", "Bổ sung", "--as", "TH")
    later = Office(db=closed.db, patch=closed.patch, always=("--now", "2025-03-02T09:00:00+07:00"))
    later.done("unit", "close-vote", "STC", "--as", "CV-STC")
    assert later.done("audit", "verify", "--against", out, "--json").json["holds"] is True


def test_nothing_waits_for_anybody_in_a_closed_season(closed: Office):
    answer = closed.done("today", "--as", "CV-STC")
    assert "đã đóng lúc 00:00 05/12/2024" in answer.out
    assert "hoso" not in answer.out
    assert closed.done("today", "--as", "CV-STC", "--json").json["tasks"] == []


def test_nobody_is_reminded_in_a_closed_season(closed: Office):
    answer = closed("unit", "nudge", "STC", "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, "command.season_closed")
    assert "hoso season reopen --season 2024" in answer.err


def test_a_dossier_of_a_closed_season_offers_no_step(closed: Office):
    told = closed.done("dossier", "show", "HS-0001", "--json").json
    assert (told["possible"], told["next"]) == ([], None)


def test_closing_twice_and_reopening_what_is_open_are_refused(closed: Office):
    answer = closed("season", "close", *WHY, "--json")
    assert (answer.status, [one["code"] for one in answer.json["refused"]]) == (3, ["guard.wrong_state"])
    closed.done("season", "reopen", "--reason", "Bổ sung", "--as", "TH")
    answer = closed("season", "reopen", "--reason", "Bổ sung", "--json")
    assert (answer.status, [one["code"] for one in answer.json["refused"]]) == (3, ["guard.wrong_state"])
    assert "đang mở" in answer.err


def test_reopening_names_its_reason_and_the_only_season_may_be_left_out(closed: Office):
    assert closed("season", "reopen").status == 2
    assert closed("season", "reopen", "--reason", "…").status == 2
    answer = closed.at(LATER)("season", "reopen", "--reason", "Bổ sung", "--as", "TH", "--json")
    assert (answer.status, answer.json["done"][0]["to"]) == (0, "open")


def test_whoever_coordinates_a_unit_is_told_who_may_reopen(closed: Office):
    answer = closed("season", "reopen", "--reason", "Bổ sung", "--as", "CV-STC")
    assert answer.status == 3
    line = answer.err.rpartition("→ ")[2].split()
    assert line[:3] == ["hoso", "season", "reopen"]
    assert line[line.index("--as") + 1] == "TH"


def test_a_reopened_season_takes_commands_again(closed: Office):
    assert "đang mở" in closed.done("season", "reopen", "--reason", "Bổ sung", "--as", "TH").out
    later = closed.at(LATER)
    later.done("unit", "close-vote", "STC", "--as", "CV-STC")
    assert later.done("audit", "verify", "--json").json["holds"] is True
    assert later.done("audit", "redecide").status == 0
