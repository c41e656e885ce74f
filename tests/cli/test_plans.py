"""plans: what packs there are, what one says, whether a file is one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from states import packs
from tests.cli.line import Line, Said
from tests.season import SHIPPED, SMALL_PACK

PACK = packs.find(SHIPPED)
RULES: dict[str, tuple[Any, ...]] = {
    "route": PACK.routes,
    "quota": PACK.quotas,
    "deadline": PACK.deadlines,
    "guard": PACK.guards,
    "ladder": PACK.ladders,
    "guidance": PACK.guidance,
    "field": PACK.document.fields,
}


@pytest.fixture
def line_of(nowhere: Line) -> Callable[[str], dict[str, Any]]:
    """A rule of the shipped pack as `plans show --json` tells it."""
    told = {one["id"]: one for one in nowhere.plainly("plans", "show", SHIPPED, "--json").json["rules"]}
    return lambda rule: told[rule]


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """A pack with an unknown key, a rule without a clause, and an unknown guard."""
    text = (
        SMALL_PACK
        + '\n[[quota]]\nid = "cap"\nrank = "excellent"\nbase = "headcount"\npercent = 20\nmoment = "submit"\n'
    )
    text += 'over = "refuse"\ntext = "Trần"\ncelling = 3\n'
    text += '\n[[guard]]\nid = "odd"\nclause = { source = "paper", at = "2" }\ntext = "Lạ"\n'
    text += 'process = "dossier"\ncommand = "submit"\nuses = "no_such_guard"\n'
    file = tmp_path / "faulty.toml"
    file.write_text(text, encoding="utf-8")
    return file


def faults(answer: Said) -> set[tuple[str, ...]]:
    return {tuple(one["where"]) for file in answer.json["files"] for one in file["faults"]}


# — list —


def test_the_packs_that_come_along_are_listed_without_any_database(nowhere: Line):
    found = nowhere.plainly("plans", "list", "--json").json["packs"]
    told = next(one for one in found if one["id"] == SHIPPED)
    assert {one["id"] for one in found} == {one.id for one in packs.shipped()}
    assert (told["year"], told["version"], told["missing"]) == (2024, PACK.version, len(PACK.missing))
    assert SHIPPED in nowhere.plainly("plans", "list").out


# — show —


@pytest.mark.parametrize("kind", RULES)
def test_every_rule_of_every_kind_is_shown(nowhere: Line, kind: str):
    shown = nowhere.plainly("plans", "show", SHIPPED, "--json").json["rules"]
    assert [one["id"] for one in shown if one["kind"] == kind] == [one.id for one in RULES[kind]]
    text = nowhere.plainly("plans", "show", SHIPPED).out
    if kind == "ladder":
        assert text.count(", báo ") == sum(len(one.rungs) for one in PACK.ladders)
        assert "7 ngày trước thời điểm hết hạn, báo nơi chịu trách nhiệm" in text
    elif kind == "field":
        assert all(f"\n{one.text.vi}\t" in text for one in PACK.document.fields)
    else:
        assert all(f"\n{one.id}\t" in text for one in RULES[kind])


def test_a_rule_is_shown_with_clause_rows_text_and_readings(line_of: Callable[[str], dict[str, Any]]):
    quota = line_of("NT11-1a")
    assert quota["clause"].endswith("khoản 1, gạch đầu dòng thứ nhất")
    assert quota["rows"] == ["NT11-1a-1", "NT11-1a-2", "NT11-1a-4", "NT11-1a-5"]
    readings = quota["readings"]
    assert (readings["base"], readings["percent"], readings["rounding"]) == ("good_or_better", 20, "floor")
    assert readings["small"] == {"max_size": 5, "cap": 1, "needs_good": True}
    assert quota["text"] == PACK.quotas[0].text.vi


@pytest.mark.row("NT11-1e-1", "NT11-1g-3")
@pytest.mark.parametrize("rule", ["NT11-1e-1", "NT11-1g-3", "NT11-2b-1"])
def test_a_deadline_is_shown_with_the_day_and_instant_that_its_wording_comes_to(
    line_of: Callable[[str], dict[str, Any]], rule: str
):
    readings = line_of(rule)["readings"]
    assert readings["last_good_day"] == "2024-12-04"
    assert readings["overdue_from"] == "2024-12-04T17:00:00+00:00"


def test_a_deadline_without_a_clock_comes_to_no_day(line_of: Callable[[str], dict[str, Any]]):
    assert "last_good_day" not in line_of("NT11-1g-4")["readings"]


def test_what_was_concluded_and_not_printed_is_marked(nowhere: Line, line_of: Callable[[str], dict[str, Any]]):
    assert line_of("NT11-1g-6")["inferred"] is True
    assert line_of("NT11-1g-1")["inferred"] is False
    row = next(one for one in nowhere.plainly("plans", "show", SHIPPED).out.splitlines() if one.startswith("NT11-1g-6"))
    assert row.endswith("suy ra, không in")


def test_a_rule_that_is_never_judged_is_marked(line_of: Callable[[str], dict[str, Any]]):
    """Who ranks the committee itself the letter does not say; a route that names somebody is judged all the same."""
    assert (line_of("NT11-2b")["missing"], line_of("NT11-2b")["record_only"]) == ("ratifier-of-committee", True)
    assert (line_of("NT11-1e")["missing"], line_of("NT11-1e")["record_only"]) == ("authority-table", False)


def test_everything_that_the_paper_lacks_is_listed(nowhere: Line):
    text = nowhere.plainly("plans", "show", SHIPPED, "--lang", "en").out
    for one in PACK.missing:
        assert f"\n{one.what.en}\t" in text


def test_readings_of_the_whole_pack_papers_bodies_and_terms_are_shown(nowhere: Line):
    text = nowhere.plainly("plans", "show", SHIPPED).out
    for label in ("Ghi lùi ngày qua mốc thời hạn", "Mức đơn vị được đề xuất"):
        assert f"\n{label}\t" in text
    assert all(f"\n{one.id}\t" in text for one in PACK.sources)
    assert all(f"cơ quan\t{one.id}\t" in text for one in PACK.bodies)
    assert all(f"diện quản lý\t{one.id}\t" in text for one in PACK.vocabulary.tiers)


def test_the_hash_that_is_shown_is_the_one_that_a_season_keeps(opened: Line):
    shown = opened.plainly("plans", "show", SHIPPED, "--json").json["hash"]
    assert opened("season", "status", "--json").json["season"]["pack_hash"] == shown


def test_a_file_is_shown_as_well_as_a_shipped_pack(nowhere: Line, tmp_path: Path):
    (tmp_path / "small.toml").write_text(SMALL_PACK, encoding="utf-8")
    answer = nowhere.plainly("plans", "show", str(tmp_path / "small.toml"))
    assert "Gói nhỏ" in answer.out


def test_an_unknown_pack_is_refused_with_those_there_are(nowhere: Line):
    answer = nowhere.plainly("plans", "show", "ninh-thuan-2042")
    assert (answer.status, answer.out) == (2, "")
    assert SHIPPED in answer.err


def test_a_faulty_file_is_not_shown(nowhere: Line, faulty: Path):
    answer = nowhere.plainly("plans", "show", str(faulty))
    assert (answer.status, answer.out) == (2, "")
    assert "celling" in answer.err


# — lint —


def test_lint_tells_every_fault_with_file_line_rule_and_key(nowhere: Line, faulty: Path):
    answer = nowhere.plainly("plans", "lint", str(faulty), "--json")
    lines = faulty.read_text(encoding="utf-8").splitlines()
    at = {text: f"line {number}" for number, text in enumerate(lines, start=1)}
    assert answer.status == 2
    assert faults(answer) == {
        (str(faulty), at["[[quota]]"], "cap"),
        (str(faulty), at["celling = 3"], "cap", "celling"),
        (str(faulty), at['uses = "no_such_guard"'], "odd", "uses"),
    }
    assert "clause" in answer.err
    number = at["celling = 3"].removeprefix("line ")
    assert f"{faulty} · dòng {number} · cap · celling: " in answer.err
    english = nowhere.plainly("plans", "lint", str(faulty), "--lang", "en").err
    assert f"{faulty} · line {number} · cap · celling: " in english


def test_lint_goes_on_to_the_next_file(nowhere: Line, faulty: Path, tmp_path: Path):
    (tmp_path / "small.toml").write_text(SMALL_PACK, encoding="utf-8")
    answer = nowhere.plainly("plans", "lint", str(faulty), str(tmp_path / "small.toml"), "nosuch.toml", "--json")
    assert answer.status == 2
    assert [one["sound"] for one in answer.json["files"]] == [False, True, False]
    assert ("nosuch.toml",) in faults(answer)


def test_lint_of_a_sound_file_says_so(nowhere: Line, tmp_path: Path):
    (tmp_path / "small.toml").write_text(SMALL_PACK, encoding="utf-8")
    answer = nowhere.plainly("plans", "lint", str(tmp_path / "small.toml"))
    assert (answer.status, answer.err) == (0, "")
    assert "small.toml" in answer.out


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"[pack", b"PK\x03\x04"], ids=["empty", "not UTF-8", "not TOML", "a zip"]
)
def test_lint_of_what_is_no_pack_names_the_file(nowhere: Line, tmp_path: Path, content: bytes):
    file = tmp_path / "odd.toml"
    file.write_bytes(content)
    answer = nowhere.plainly("plans", "lint", str(file))
    assert (answer.status, answer.out) == (2, "")
    assert str(file) in answer.err


CLAUSE = 'clause = { source = "paper", at = "1" }\ntext = "x"\n'
BEFORE = 'wording = "before"\nper = "unit"\nowner = "unit"\n'
TWO_DEADLINES = f"""
[[deadline]]
id = "first"
on = 2024-12-05
{CLAUSE}{BEFORE}
[[deadline]]
id = "new"
on = 2024-12-01
follows = "first"
{CLAUSE}{BEFORE}
"""
UNKNOWN_GUARD = f"""
[[guard]]
id = "new"
process = "dossier"
command = "submit"
uses = "odd"
{CLAUSE}
"""
FAULTY = {
    "an unknown key": ('[[quota]]\nid = "new"\ncelling = 3\n', "pack.unknown_key"),
    "a rule without a clause": ('[[guidance]]\nid = "new"\ntext = "x"\nshown_at = "season"\n', "pack.no_clause"),
    "an unknown guard": (UNKNOWN_GUARD, "pack.unknown_guard"),
    "a deadline before the one it follows": (TWO_DEADLINES, "pack.before_followed"),
}


@pytest.mark.parametrize(
    "verb", [["plans", "lint"], ["plans", "show"], ["season", "open", "--code", "x"]], ids=" ".join
)
@pytest.mark.parametrize(("text", "code"), FAULTY.values(), ids=FAULTY)
def test_a_faulty_pack_is_refused_at_every_door(empty: Line, tmp_path: Path, verb: list[str], text: str, code: str):
    file = tmp_path / "pack.toml"
    file.write_text(f"{SMALL_PACK}\n{text}", encoding="utf-8")
    answer = empty(*verb, str(file), "--json")
    told = answer.json["files"][0] if verb[1] == "lint" else answer.json["error"]
    assert answer.status == 2
    assert code in [one["code"] for one in told["faults"] if one["where"][2] == "new"]
    assert empty("season", "status").status == 2, "no season was opened"


def test_who_attends_a_meeting_is_told_in_the_papers_words(nowhere: Line):
    told = nowhere.plainly("plans", "show", "duc-pho-2024").out
    assert "thành phần dự: Thành phần của đơn vị (own, thành viên, áp dụng cho loại cá nhân)" in told
    assert "Thường trực Thị ủy, dự và chỉ đạo (board, dự và chỉ đạo, có mời)" in told
    assert "thống nhất thời gian: Thường trực Thị ủy, Ủy viên Ban Thường vụ Thị ủy phụ trách địa bàn" in told
    assert not [one for one in ("parts", "agreement", "self_vote", "registered_through") if one in told]
