"""season: opened under a pack, looked at, closed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.line import NOW, Line, Said
from tests.season import SHIPPED, SMALL_PACK

OPEN = ("season", "open", SHIPPED)


@pytest.fixture
def status(staffed: Line) -> Callable[[], dict[str, Any]]:
    return lambda: staffed("season", "status", "--json").json


def code(answer: Said) -> str:
    return str(answer.json["error"]["code"])


# — open —


def test_opening_says_what_the_paper_lacks_and_what_comes_next(empty: Line):
    answer = empty.done(*OPEN, "--code", "2024")
    assert answer.out.startswith("2024 · số 1 · ")
    assert f"hoso plans show {SHIPPED}" in answer.out
    assert "hoso roster template" in answer.out


def test_the_packs_word_to_whoever_opens_is_shown(empty: Line):
    assert "Quyết định 81/2023/QĐ-UBND" in empty.done(*OPEN, "--code", "2024").out


@pytest.mark.parametrize(
    ("argv", "refused"),
    [
        (["nosuch", "--code", "2025"], "pack.unknown"),
        ([SHIPPED, "--code", "2024"], "command.season_taken"),
        ([SHIPPED, "--code", "2025", "--year", "2025"], "command.other_year"),
    ],
)
def test_opening_refuses_what_cannot_be(opened: Line, argv: list[str], refused: str):
    answer = opened("season", "open", *argv, "--rehearsal", "--json")
    assert (answer.status, code(answer)) == (2, refused)


def test_a_yearly_pack_wants_its_year(empty: Line, tmp_path: Path):
    pack = tmp_path / "yearly.toml"
    pack.write_text(SMALL_PACK.replace("year = 2024\n", ""), encoding="utf-8")
    assert code(empty("season", "open", str(pack), "--code", "x", "--json")) == "command.year_needed"
    empty.done("season", "open", str(pack), "--code", "x", "--year", "2025")
    assert empty("season", "status", "--json").json["season"]["year"] == 2025


@pytest.mark.parametrize("year", ["1999", "2101", "-1", "99999999999999999999"])
def test_a_year_without_a_calendar_is_refused(empty: Line, year: str):
    answer = empty(*OPEN, "--code", "x", "--year", year, "--json")
    assert (answer.status, code(answer)) == (2, "cli.number_out")


def test_a_dry_run_opens_nothing(empty: Line):
    answer = empty.done(*OPEN, "--code", "2024", "--dry-run")
    assert "chưa ghi gì" in answer.out
    assert empty("season", "status").status == 2


def test_the_clock_is_set_in_rehearsals_only(empty: Line):
    answer = empty(*OPEN, "--code", "2024", "--now", NOW, "--json")
    assert (answer.status, code(answer)) == (2, "command.clock_set")
    empty.done(*OPEN, "--code", "2024")
    answer = empty("season", "status", "--now", NOW, "--json")
    assert (answer.status, code(answer)) == (2, "command.clock_set")


def test_the_same_key_gets_the_same_answer_and_other_content_is_refused(empty: Line):
    first = empty.done(*OPEN, "--code", "2024", "--key", "k1", "--json").json
    again = empty.done(*OPEN, "--code", "2024", "--key", "k1", "--json").json
    assert again == {**first, "repeated": True}
    answer = empty(*OPEN, "--code", "2025", "--key", "k1", "--json")
    assert (answer.status, code(answer)) == (2, "command.key_reused")


# — which season —


def test_the_season_may_be_left_out_while_one_is_open(opened: Line):
    assert opened("season", "status", "--json").json["season"]["code"] == "2024"
    opened.done(*OPEN, "--code", "trial", "--rehearsal")
    answer = opened("season", "status", "--json")
    assert (answer.status, code(answer)) == (2, "command.which_season")
    assert "trial" in answer.err
    assert opened("season", "status", "--season", "trial", "--json").json["season"]["code"] == "trial"


def test_an_unknown_season_is_refused_with_those_there_are(opened: Line):
    answer = opened("season", "status", "--season", "2042")
    assert (answer.status, answer.out) == (2, "")
    assert "2024" in answer.err


def test_without_any_season_the_way_to_one_is_told(empty: Line):
    answer = empty("season", "status")
    assert answer.status == 2
    assert "hoso season open" in answer.err


# — status —


def test_an_empty_season_says_to_bring_a_roster(opened: Line):
    assert "hoso roster import" in opened("season", "status").out


def test_status_counts_each_units_dossiers_by_state(staffed: Line, status: Callable[[], dict[str, Any]]):
    refs = [
        one["ref"]
        for one in staffed("dossier", "list", "--unit", "SNV", "--json").json["dossiers"]
        if one["subject"] in {"SNV-01", "SNV-02"}
    ]
    staffed.done("dossier", "advance", *refs, "self_review", "--rank", "good", "--as", "CV-SNV")
    units = {one["code"]: one for one in status()["units"]}
    assert set(units) == {"SNV", "STC"}
    assert (units["SNV"]["states"]["drafted"], units["SNV"]["states"]["self_reviewed"]) == (2, 2)
    assert units["SNV"]["total"] == units["STC"]["total"] == units["STC"]["states"]["drafted"] == 4
    rows = [one.split("\t") for one in staffed("season", "status").out.splitlines()]
    assert ["SNV", "Đơn vị SNV", "2", "2", "", "", "", "", "", "4", "04/12/2024"] in rows
    assert ["", "Cộng", "6", "2", "0", "0", "0", "0", "0", "8", ""] in rows


def test_status_shows_open_groups_with_what_is_still_to_vote(staffed: Line, status: Callable[[], dict[str, Any]]):
    groups = {one["key"]: one for one in status()["groups"]}
    assert set(groups) == {"SNV", "STC"}
    assert (groups["SNV"]["vote"], groups["SNV"]["size"], groups["SNV"]["unvoted"]) == ("open", 3, 3)
    assert "Còn 2 nhóm đang mở" in staffed("season", "status").out


def test_status_tells_what_is_due_next_and_what_has_no_date(status: Callable[[], dict[str, Any]]):
    due = {one["rule"]: one for one in status()["due"]}
    submit = due["NT11-1e-1"]
    assert (submit["last_good_day"], submit["days_left"], submit["overdue"]) == ("2024-12-04", 24, False)
    assert submit["scopes"] == ["SNV", "STC"]
    assert due["NT11-1g-4"]["last_good_day"] is None
    assert [one["last_good_day"] for one in status()["due"]][-1] is None, "what has no date comes last"


@pytest.mark.row("NT11-1e-1")
@pytest.mark.parametrize(
    ("now", "overdue"),
    [("2024-12-04T16:59:59.999999+00:00", False), ("2024-12-04T17:00:00+00:00", True)],
)
def test_status_says_overdue_from_the_very_instant(staffed: Line, now: str, overdue: bool):
    found = staffed.at(now)("season", "status", "--json").json
    assert {one["overdue"] for one in found["due"] if one["rule"] == "NT11-1e-1"} == {overdue}
    assert {one["overdue"] for one in found["units"]} == {overdue}
    assert ("QUÁ HẠN" in staffed.at(now)("season", "status").out) is overdue


def test_status_lists_the_rules_that_the_paper_leaves_open_and_whom_they_concern(status: Callable[[], dict[str, Any]]):
    gaps = {one["rule"]: one for one in status()["gaps"]}
    assert (gaps["NT11-2b"]["record_only"], gaps["NT11-2b"]["dossiers"]) == (True, 0)
    assert (gaps["NT11-1g-6"]["record_only"], gaps["NT11-1g-6"]["dossiers"]) == (False, 2)
    assert "NT11-1a" not in gaps


def test_status_names_the_bodies_whose_unit_the_roster_lacks_until_somebody_acts_for_them(
    staffed: Line, status: Callable[[], dict[str, Any]]
):
    told = [(one["body"], one["unit"]) for one in status()["unknown_units"]]
    assert told == [("bcsd-ubnd", "BCSD"), ("van-phong-ubnd-tinh", "VPUB")]
    rows = [one.split("\t") for one in staffed("season", "status").out.splitlines()]
    assert ["van-phong-ubnd-tinh", "Văn phòng UBND tỉnh", "VPUB"] in rows
    staffed.done("role", "grant", "TH", "coordinator", "van-phong-ubnd-tinh")
    assert [one["body"] for one in status()["unknown_units"]] == ["bcsd-ubnd"]


def test_status_asks_for_no_unit_before_there_is_a_roster(opened: Line):
    assert opened("season", "status", "--json").json["unknown_units"] == []


def test_status_lists_the_values_that_the_paper_lacks(staffed: Line, status: Callable[[], dict[str, Any]]):
    assert "authority-table" in [one["id"] for one in status()["missing"]]
    missing = [one["text"] for one in status()["missing"]]
    text = staffed("season", "status").out
    assert all(f"\n{one}\t" in text for one in missing)


# — close —


def test_a_closed_season_takes_nothing_more_and_can_still_be_looked_at(staffed: Line):
    staffed.done("season", "close", "--unfinished", "Hết năm")
    answer = staffed("role", "grant", "SNV-01", "monitor", "all", "--season", "2024", "--json")
    assert (answer.status, code(answer)) == (2, "command.season_closed")
    assert staffed("season", "status", "--season", "2024", "--json").json["season"]["state"] == "closed"


def test_closing_is_refused_to_whoever_coordinates_only_a_unit(staffed: Line):
    answer = staffed("season", "close", "--as", "CV-SNV", "--json")
    assert (answer.status, [one["code"] for one in answer.json["refused"]]) == (3, ["guard.no_role"])
    assert staffed.done("season", "close", "--as", "TH", "--unfinished", "Hết năm").status == 0
