"""roster: a workbook to fill in, and bringing one in, with every fault at once."""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tests.cli.line import Line, Said, small_roster, write_roster
from tests.season import SHIPPED, person, units
from workflow.rosters import Roster
from workflow.words import Lead

SUBJECTS = "Đối tượng"


@pytest.fixture
def spoil(roster_file: Path) -> Callable[..., Path]:
    """Put values into cells of the subjects' sheet."""

    def spoilt(**cells: Any) -> Path:
        book = load_workbook(roster_file)
        for cell, value in cells.items():
            book[SUBJECTS][cell] = value
        book.save(roster_file)
        return roster_file

    return spoilt


def changed(answer: Said) -> dict[str, int]:
    """How many changes of each kind."""
    codes = [one["code"].partition(".")[2] for one in answer.json["changes"]]
    return {one: codes.count(one) for one in codes}


def roster_of(line: Line) -> tuple[int, int]:
    found = line("season", "status", "--json").json
    return found["subjects"], found["dossiers"]


# — template —


def test_a_template_offers_the_terms_of_the_seasons_pack(opened: Line, tmp_path: Path):
    out = tmp_path / "t.xlsx"
    answer = opened.done("roster", "template", str(out))
    assert str(out) in answer.out
    book = load_workbook(out)
    assert SUBJECTS in book.sheetnames
    words = {cell.value for row in book["Danh mục"].iter_rows() for cell in row}
    assert {"Ban Thường vụ Tỉnh ủy quản lý", "ban-dang-tinh-uy", "*"} <= words
    assert [row for row in book[SUBJECTS].iter_rows(min_row=2) if any(cell.value for cell in row)] == []


def test_a_template_of_a_pack_needs_no_database(nowhere: Line, tmp_path: Path):
    answer = nowhere("roster", "template", str(tmp_path / "t.xlsx"), "--pack", SHIPPED, "--lang", "en", "--json")
    assert (answer.status, answer.json["pack"]) == (0, SHIPPED)
    assert "Subjects" in load_workbook(tmp_path / "t.xlsx").sheetnames


def test_a_filled_template_holds_the_season_and_changes_nothing_when_it_comes_back(staffed: Line, tmp_path: Path):
    out = tmp_path / "t.xlsx"
    told = staffed.done("roster", "template", str(out), "--filled", "--json").json
    assert (told["units"], told["subjects"]) == (2, 12)
    answer = staffed.done("roster", "import", str(out))
    assert "không khác gì" in answer.out
    assert staffed.done("roster", "import", str(out), "--json").json["changes"] == []


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["there.xlsx"], "cli.file_exists"),
        (["t.csv"], "cli.not_xlsx"),
        (["t"], "cli.not_xlsx"),
        (["t.xlsx", "--pack", "nosuch"], "pack.unknown"),
        (["t.xlsx", "--pack", SHIPPED, "--filled"], "cli.pack_or_filled"),
        (["nosuch/t.xlsx"], "roster.no_folder"),
    ],
)
def test_a_template_is_written_nowhere_it_should_not_be(opened: Line, tmp_path: Path, argv: list[str], code: str):
    opened.patch.chdir(tmp_path)
    Path("there.xlsx").write_text("mine")
    answer = opened("roster", "template", *argv, "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, code)
    assert Path("there.xlsx").read_text() == "mine"
    assert not Path("t.xlsx").exists()


# — import —


def test_an_import_says_what_it_changed_by_kind_in_a_few_lines(opened: Line, roster_file: Path):
    answer = opened.done("roster", "import", str(roster_file))
    assert "2 đơn vị mới" in answer.out
    assert "12 đối tượng mới" in answer.out
    assert "8 hồ sơ được lập" in answer.out
    assert "4 vai trò được giao" in answer.out
    assert len(answer.out.splitlines()) <= 8
    assert roster_of(opened) == (12, 8)


def test_verbose_tells_every_change(opened: Line, roster_file: Path):
    answer = opened.done("roster", "import", str(roster_file), "--verbose")
    for code in ("SNV-01", "STC-03", "STC-TT", "CV-SNV"):
        assert f"Thêm đối tượng {code} " in answer.out


def test_json_has_every_change_with_its_code(opened: Line, roster_file: Path):
    answer = opened.done("roster", "import", str(roster_file), "--json")
    assert changed(answer) == {"unit_added": 2, "subject_added": 12, "dossier_opened": 8, "role_granted": 4}


def test_a_second_import_updates_and_says_what_it_changed(staffed: Line, tmp_path: Path):
    roster = small_roster(person("SNV-04"))
    subjects = [replace(one, post="Phó Giám đốc") if one.code == "SNV-02" else one for one in roster.subjects]
    again = write_roster(tmp_path / "again.xlsx", replace(roster, subjects=tuple(subjects)))
    answer = staffed.done("roster", "import", str(again))
    assert "1 đối tượng mới" in answer.out
    assert "1 đối tượng thay đổi" in answer.out
    assert roster_of(staffed) == (13, 9)


def test_whoever_is_left_out_stays_and_is_named(staffed: Line, tmp_path: Path):
    roster = small_roster()
    fewer = replace(roster, subjects=tuple(one for one in roster.subjects if one.code != "STC-03"))
    answer = staffed.done("roster", "import", str(write_roster(tmp_path / "fewer.xlsx", fewer)))
    assert "STC-03" in answer.out
    assert roster_of(staffed) == (12, 8)


def test_a_dry_run_says_the_same_and_writes_nothing(opened: Line, roster_file: Path):
    dry = opened.done("roster", "import", str(roster_file), "--dry-run")
    assert "12 đối tượng mới" in dry.out
    assert "chưa ghi gì" in dry.out
    assert roster_of(opened) == (0, 0)


def test_csv_files_come_in_as_well(opened: Line, tmp_path: Path):
    folder = tmp_path / "csv"
    folder.mkdir()
    (folder / "units.csv").write_text("Mã,Tên đơn vị,Loại,Thuộc đơn vị\nSNV,Sở Nội vụ,department,\n", encoding="utf-8")
    heads = "Mã,Họ và tên,Đối tượng,Mã đơn vị,Chức vụ,Ngạch/Loại,Nhóm chức danh,Diện quản lý,Đảng viên,Trưởng/phó\n"
    people = "SNV-01,Người Một,Cá nhân,SNV,Giám đốc,civil_servant,leadership,btv,Không,Trưởng\n"
    (folder / "subjects.csv").write_text(heads + people, encoding="utf-8")
    assert changed(opened.done("roster", "import", str(folder), "--json"))["subject_added"] == 1


def test_the_same_key_brings_the_same_answer_other_content_is_refused(opened: Line, roster_file: Path, tmp_path: Path):
    first = opened.done("roster", "import", str(roster_file), "--key", "k1", "--json").json
    assert opened.done("roster", "import", str(roster_file), "--key", "k1", "--json").json == {
        **first,
        "repeated": True,
    }
    other = write_roster(tmp_path / "other.xlsx", small_roster(person("SNV-04")))
    answer = opened("roster", "import", str(other), "--key", "k1", "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, "command.key_reused")


def test_importing_is_refused_to_whoever_coordinates_only_a_unit(staffed: Line, roster_file: Path):
    answer = staffed("roster", "import", str(roster_file), "--as", "CV-SNV")
    assert answer.status == 3
    assert "--as TH" in answer.err, "the line to paste names somebody who may"


def test_an_actor_whom_nobody_knows_is_refused(staffed: Line, roster_file: Path):
    assert staffed("roster", "import", str(roster_file), "--as", "XX-99").status == 2


# — faults —


def test_every_fault_is_told_with_sheet_and_cell_and_nothing_comes_in(opened: Line, spoil: Callable[..., Path]):
    file = spoil(D2="NOWHERE", C3="Người ta", L4="13/13/2024")
    answer = opened("roster", "import", str(file))
    assert (answer.status, answer.out) == (2, "")
    for cell in ("D2", "C3", "L4"):
        assert f"{file.name} · {SUBJECTS} · {cell}: " in answer.err
    assert roster_of(opened) == (0, 0)


def test_faults_as_json_have_place_code_and_sentence(opened: Line, spoil: Callable[..., Path]):
    file = spoil(D2="NOWHERE")
    error = opened("roster", "import", str(file), "--json").json["error"]
    assert error["code"] == "roster.faulty"
    assert [one["where"] for one in error["faults"]] == [[file.name, SUBJECTS, "D2"]]
    assert "NOWHERE" in error["faults"][0]["message"]


def test_a_failed_import_gives_the_workbook_back_marked(opened: Line, spoil: Callable[..., Path], tmp_path: Path):
    out = tmp_path / "marked.xlsx"
    answer = opened("roster", "import", str(spoil(D2="NOWHERE")), "--marked", str(out))
    assert answer.status == 2
    assert str(out) in answer.err
    comment = load_workbook(out)[SUBJECTS]["D2"].comment
    assert comment is not None
    assert "NOWHERE" in comment.text


def test_a_roster_that_does_not_fit_the_season_is_marked_too(staffed: Line, tmp_path: Path):
    """Alone the file is sound: only together with the season there are two heads."""
    head = person("SNV-09", lead=Lead.HEAD)
    file = write_roster(tmp_path / "two.xlsx", Roster(units=units("SNV", "STC"), subjects=(head,)))
    out = tmp_path / "marked.xlsx"
    answer = staffed("roster", "import", str(file), "--marked", str(out))
    assert answer.status == 2
    assert "SNV-01" in answer.err
    assert "SNV-09" in answer.err
    told = [cell.value for row in load_workbook(out).worksheets[0].iter_rows() for cell in row]
    assert any("SNV-09" in str(one) for one in told)
    assert roster_of(staffed) == (12, 8)


def test_a_sound_import_can_be_marked_as_well(opened: Line, roster_file: Path, tmp_path: Path):
    opened.done("roster", "import", str(roster_file), "--marked", str(tmp_path / "marked.xlsx"))
    assert (tmp_path / "marked.xlsx").is_file()
    assert roster_of(opened) == (12, 8)


@pytest.mark.parametrize("out", ["roster.xlsx", "marked.txt", "nosuch/marked.xlsx"])
def test_where_no_marked_copy_can_be_nothing_is_imported(opened: Line, roster_file: Path, tmp_path: Path, out: str):
    """Otherwise an exit status of 2 would hide an import that was done."""
    before = roster_file.read_bytes()
    answer = opened("roster", "import", str(roster_file), "--marked", str(tmp_path / out))
    assert (answer.status, roster_of(opened)) == (2, (0, 0))
    assert roster_file.read_bytes() == before


def test_warnings_are_told_and_stop_nothing(opened: Line, tmp_path: Path):
    roster = small_roster()
    headless = tuple(one for one in roster.subjects if one.code != "STC-01")
    file = write_roster(tmp_path / "headless.xlsx", replace(roster, subjects=headless))
    answer = opened.done("roster", "import", str(file))
    assert "STC" in answer.err
    assert roster_of(opened) == (11, 7)


SPOILT: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "a missing column": (SUBJECTS, {"D1": None}, "missing_column", ""),
    "a doubled column": (SUBJECTS, {"E1": "Mã đơn vị"}, "doubled_column", "E1"),
    "a cycle in the unit tree": ("Đơn vị", {"D2": "STC", "D3": "SNV"}, "cycle", "D2"),
    "two heads": (SUBJECTS, {"J3": "Trưởng"}, "two_heads", "J3"),
    "one subject twice": (SUBJECTS, {"A3": "SNV-01"}, "subject_twice", "A3"),
    "a date as text": (SUBJECTS, {"L3": "05/12/2024"}, "date_as_text", "L3"),
    "text in TCVN3": (SUBJECTS, {"B3": "TrÇn ThÞ H\u00ad¬ng"}, "old_encoding", "B3"),
}


@pytest.mark.parametrize("spoilt", SPOILT.values(), ids=SPOILT)
def test_each_fault_of_a_roster_is_told_at_its_place(
    opened: Line, roster_file: Path, spoilt: tuple[str, dict[str, Any], str, str]
):
    sheet, cells, code, cell = spoilt
    book = load_workbook(roster_file)
    for name, value in cells.items():
        book[sheet][name] = value
    book.save(roster_file)
    answer = opened("roster", "import", str(roster_file), "--json")
    faults = answer.json["error"]["faults"]
    place = [roster_file.name, sheet, *([cell] if cell else [])]
    assert answer.status == 2
    assert (f"roster.{code}", place) in [(one["code"], one["where"]) for one in faults]
    assert roster_of(opened) == (0, 0)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(opened: Line, roster_file: Path):
    with zipfile.ZipFile(roster_file, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/media/image1.bin", bytes(30_000_000))
    answer = opened("roster", "import", str(roster_file), "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, "roster.bomb_ratio")


def _text(path: Path) -> None:
    path.write_text("Danh sách cán bộ")


def _empty_book(path: Path) -> None:
    Workbook().save(path)


@pytest.mark.parametrize("made", [_text, _empty_book, lambda path: path.mkdir()], ids=["text", "empty", "a folder"])
def test_what_is_no_roster_is_named_and_refused(opened: Line, tmp_path: Path, made: Callable[[Path], None]):
    file = tmp_path / "odd.xlsx"
    made(file)
    answer = opened("roster", "import", str(file))
    assert (answer.status, answer.out) == (2, "")
    assert "odd.xlsx" in answer.err
    assert roster_of(opened) == (0, 0)


def test_a_file_that_is_not_there_is_named(opened: Line):
    answer = opened("roster", "import", "nosuch.xlsx")
    assert (answer.status, answer.out) == (2, "")
    assert "nosuch.xlsx" in answer.err
