"""plans new and plans diff: a pack to begin with, and what one pack says otherwise than another."""

import os
from pathlib import Path
from typing import Any

import pytest

from states import packs
from tests.cli.line import Line
from tests.season import SMALL_PACK

QUOTA = """
[[quota]]
id = "cap"
clause = { source = "paper", at = "4" }
text = "Không quá 20%"
rank = "excellent"
base = "headcount"
percent = 20
moment = "submit"
over = "refuse"
group_by = ["unit"]
"""


# — a pack to begin with —


@pytest.mark.parametrize("more", [[], ["--year", "2026"], ["--title", 'Kế hoạch "A"\\B\nnăm 2026', "--year", "2026"]])
def test_a_new_pack_lints_and_opens_a_rehearsal(nowhere: Line, tmp_path: Path, more: list[str]):
    file = tmp_path / "so-moi.toml"
    answer = nowhere.plainly("plans", "new", str(file), *more)
    assert answer.status == 0, answer.text
    assert str(file) in answer.out
    assert nowhere.plainly("plans", "lint", str(file)).status == 0
    pack = packs.find(str(file))
    assert (pack.id, pack.year) == ("so-moi", 2026 if "--year" in more else None)
    assert pack.title.vi == (more[1] if "--title" in more else "so-moi")
    opened = nowhere.plainly("plans", "show", str(file))
    assert opened.status == 0, opened.text


BLANK = [
    ("document", "symbol"),
    ("document", "issuing_role"),
    ("document", "subject"),
    ("document", "signatory_post"),
    ("van-ban", "issuer"),
    ("noi-vu", "name"),
    ("tuyen-chung", "clause.at"),
    ("tuyen-chung", "text"),
    ("default", "clause.at"),
]


def test_lint_lists_what_a_new_pack_leaves_to_be_filled_in(nowhere: Line, tmp_path: Path):
    file = tmp_path / "so-moi.toml"
    nowhere.plainly("plans", "new", str(file), "--year", "2026")
    (told,) = nowhere.plainly("plans", "lint", str(file), "--json").json["files"]
    assert told["sound"]
    assert [tuple(one["where"][2:]) for one in told["blank"]] == BLANK
    lines = file.read_text(encoding="utf-8").splitlines()
    for one in told["blank"]:
        number = int(one["where"][1].removeprefix("line "))
        assert one["where"][3].rpartition(".")[2] in lines[number - 1]
        assert "«" in one["message"]
        assert "«" in lines[number - 1]
    plainly = nowhere.plainly("plans", "lint", str(file), "--lang", "en")
    assert plainly.status == 0
    assert "9 places are still to be filled in" in plainly.out


def test_with_one_place_left_no_season_is_opened_but_a_rehearsal_is(nowhere: Line, tmp_path: Path):
    file, database = tmp_path / "so-moi.toml", str(tmp_path / "hoso.db")
    nowhere.plainly("plans", "new", str(file), "--year", "2026")
    nowhere.plainly("init", "--db", database)
    opening = ["season", "open", str(file), "--as", "operator", "--db", database]
    filled = file.read_text(encoding="utf-8").replace("«mục 8»", "mục 8").replace("«", "").replace("»", "")
    file.write_text(filled.replace('"mục 5"', '"«mục 5»"'), encoding="utf-8")
    refused = nowhere.plainly(*opening, "--code", "2026", "--lang", "en", "--json")
    assert refused.status == 2
    assert refused.json["error"]["code"] == "command.pack_blank"
    assert "1 place to be filled in: «mục 5»" in refused.json["error"]["message"]
    assert nowhere.plainly(*opening, "--code", "thu", "--rehearsal").status == 0
    file.write_text(filled, encoding="utf-8")
    assert nowhere.plainly("plans", "lint", str(file), "--json").json["files"][0]["blank"] == []
    assert nowhere.plainly(*opening, "--code", "2026").status == 0


def test_what_is_commented_out_in_a_new_pack_is_sound_too(nowhere: Line, tmp_path: Path):
    for year in ([], ["--year", "2026"]):
        file = tmp_path / f"so-{len(year)}.toml"
        assert nowhere.plainly("plans", "new", str(file), *year).status == 0
        lines = file.read_text(encoding="utf-8").splitlines()
        first = next(number for number, line in enumerate(lines) if line.startswith("# [[missing]]"))
        told = [line.removeprefix("# ") if " = " in line or line.startswith("# [[") else line for line in lines[first:]]
        # The source's own number and date, above, are those of a real paper.
        file.write_text("\n".join([*lines[:first], *told]), encoding="utf-8")
        answer = nowhere.plainly("plans", "lint", str(file))
        assert answer.status == 0, answer.text
        pack = packs.find(str(file))
        assert (len(pack.quotas), len(pack.deadlines), len(pack.missing)) == (1, 1, 1)


@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        ("so moi.toml", [], "so moi"),
        ("so-moi.txt", [], ".toml"),
        ("so-moi.toml", ["--year", "1800"], "1990"),
        ("nowhere/so-moi.toml", [], "so-moi.toml"),
    ],
)
def test_what_can_be_no_pack_is_refused_and_nothing_is_written(
    nowhere: Line, tmp_path: Path, name: str, more: list[str], said: str
):
    answer = nowhere.plainly("plans", "new", str(tmp_path / name), *more)
    assert answer.status != 0
    assert said in answer.text
    assert "Traceback" not in answer.text
    assert list(tmp_path.rglob("*.t*")) == []


def test_a_file_that_is_there_is_left_as_it_is(nowhere: Line, tmp_path: Path):
    file = tmp_path / "so-moi.toml"
    file.write_text("của tôi", encoding="utf-8")
    answer = nowhere.plainly("plans", "new", str(file))
    assert answer.status != 0
    assert str(file) in answer.text
    assert file.read_text(encoding="utf-8") == "của tôi"


# — what is otherwise —


def compared(nowhere: Line, tmp_path: Path, old: str, new: str, *more: str) -> Any:
    for name, text in (("old", old), ("new", new)):
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    return nowhere.plainly("plans", "diff", str(tmp_path / "old.toml"), str(tmp_path / "new.toml"), *more)


def test_a_pack_says_nothing_otherwise_than_itself(nowhere: Line, tmp_path: Path):
    answer = compared(nowhere, tmp_path, SMALL_PACK + QUOTA, "# lời bàn\n" + SMALL_PACK + QUOTA, "--json")
    assert (answer.status, answer.json["changes"]) == (0, [])


def test_what_is_new_gone_and_otherwise_is_told_rule_by_rule(nowhere: Line, tmp_path: Path):
    old = SMALL_PACK + QUOTA.replace('"cap"', '"gone"') + QUOTA
    new = SMALL_PACK + QUOTA.replace("= 20", "= 15").replace('"refuse"', '"revote"') + QUOTA.replace('"cap"', '"fresh"')
    new = new.replace('recipients = [{ body = "office" }]', 'recipients = [{ body = "committee" }]')
    new = new.replace("year = 2024", "year = 2025").replace('text = "Một tuyến"', 'text = "Tuyến khác"')
    told = compared(nowhere, tmp_path, old, new, "--json").json["changes"]
    assert {(one["table"], one["id"]): one["how"] for one in told} == {
        ("pack", ""): "changed",
        ("quota", "gone"): "dropped",
        ("quota", "fresh"): "added",
        ("quota", "cap"): "changed",
        ("route", "only"): "changed",
    }
    keys = {one["id"]: one["keys"] for one in told}
    assert keys["cap"] == {"percent": {"old": 20, "new": 15}, "over": {"old": "refuse", "new": "revote"}}
    assert keys[""] == {"year": {"old": 2024, "new": 2025}}
    assert keys["only"]["text"] == {"old": "Một tuyến", "new": "Tuyến khác"}
    assert keys["gone"] == keys["fresh"] == {}


def test_people_read_names_and_words_and_not_codes(nowhere: Line, tmp_path: Path):
    new = SMALL_PACK.replace('recipients = [{ body = "office" }]', 'recipients = [{ body = "committee" }]')
    new += '\n[settings]\nsubmitted = "all_sent"\n'
    answer = compared(nowhere, tmp_path, SMALL_PACK, new, "--lang", "en")
    assert "[[route]] only: Một tuyến" in answer.out
    assert "Văn phòng → Hội đồng" in answer.out
    assert "[settings]" in answer.out
    assert "with the first send → when all are sent" in answer.out


def test_words_of_the_roster_bodies_and_what_is_missing_are_compared_too(nowhere: Line, tmp_path: Path):
    new = SMALL_PACK.replace('worker = "Người lao động"', 'worker = "Lao động hợp đồng", cadre = "Cán bộ"')
    new = new.replace('name = "Hội đồng"', 'name = "Hội đồng"\nexternal = true')
    new += '\n[[missing]]\nid = "annex"\nwhat = "Phụ lục"\nclause = { source = "paper", at = "7" }\n'
    told = compared(nowhere, tmp_path, SMALL_PACK, new, "--json").json["changes"]
    assert {(one["table"], one["id"], one["how"]) for one in told} == {
        ("vocabulary.categories", "worker", "changed"),
        ("vocabulary.categories", "cadre", "added"),
        ("body", "committee", "changed"),
        ("missing", "annex", "added"),
    }


def test_shipped_packs_are_compared_by_their_ids(nowhere: Line):
    for language in ("vi", "en"):
        answer = nowhere.plainly("plans", "diff", "ninh-thuan-yearly", "ninh-thuan-2024-11", "--lang", language)
        assert answer.status == 0, answer.text
        assert "NT05-1-3" in answer.out
        assert "{" not in answer.out


@pytest.mark.parametrize("which", [0, 1])
def test_a_pack_that_is_none_is_told_as_ever(nowhere: Line, tmp_path: Path, which: int):
    bad = tmp_path / "bad.toml"
    bad.write_text("[pack]\nid = 3\n", encoding="utf-8")
    given = ["ninh-thuan-2024-11"] * 2
    given[which] = str(bad)
    answer = nowhere.plainly("plans", "diff", *given)
    assert answer.status != 0
    assert "bad.toml" in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("place", "code"), [("none/new.toml", "roster.no_folder"), ("shut/new.toml", "roster.cannot_write_file")]
)
def test_a_pack_that_cannot_be_written_is_not_blamed_on_excel(
    nowhere: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, code: str
):
    (tmp_path / "shut").mkdir()

    def shut(_: int) -> None:
        raise PermissionError(13, "shut")

    monkeypatch.setattr(os, "fsync", shut)
    answer = nowhere.plainly("plans", "new", str(tmp_path / place))
    assert (answer.status, "Excel" in answer.err) == (2, False)
    assert nowhere.plainly("plans", "new", str(tmp_path / place), "--json").json["error"]["code"] == code


def test_what_differs_is_named_and_no_line_ends_in_nothing(nowhere: Line):
    lines = nowhere.plainly("plans", "diff", "ninh-thuan-yearly", "ninh-thuan-2024-11").out.splitlines()
    assert "~ [pack]" in lines
    assert "+ [[body]] bcsd-ubnd: Ban Cán sự Đảng UBND tỉnh" in lines
    assert not [one for one in lines if one.rstrip().endswith(":")]
