"""plans rehearse: what is told, in both languages and as JSON, the exit status, and that nothing is left behind."""

import shutil
import tempfile
from pathlib import Path

import pytest

from tests.cli.line import Line
from tests.season import SMALL_PACK

CENTRE = Path(__file__).parents[2] / "examples" / "small-centre"
PACK = str(CENTRE / "small-centre.toml")


@pytest.fixture
def without_director(tmp_path: Path) -> Path:
    """The example's roster, on which nobody decides."""
    folder = Path(shutil.copytree(CENTRE, tmp_path / "centre"))
    roles = folder / "vai-tro.csv"
    lines = roles.read_text(encoding="utf-8").splitlines()
    roles.write_text("\n".join(one for one in lines if not one.startswith("GD")), encoding="utf-8")
    return folder


def test_a_sound_pack_is_told_in_sentences(nowhere: Line):
    answer = nowhere.plainly("plans", "rehearse", PACK, "--roster", str(CENTRE))
    assert answer.status == 0, answer.text
    assert answer.out.startswith("Diễn tập năm 2024 theo gói small-centre với danh sách ")
    assert "--seed 1." in answer.out
    assert "đã quyết định xếp loại\t4" in answer.out
    assert answer.out.endswith("Diễn tập trọn kỳ, không có gì cản trở.\n")


def test_json_has_the_whole_of_it(nowhere: Line):
    told = nowhere.plainly("plans", "rehearse", PACK, "--roster", str(CENTRE), "--seed", "3", "--json").json
    assert (told["pack"], told["year"], told["seed"], told["sound"], told["holds"]) == (
        "small-centre",
        2024,
        3,
        True,
        True,
    )
    assert told["states"] == {"ratified": 4}
    assert told["dossiers"] == 4
    assert told["records"] > told["done"] > 20
    assert {one["rule"] for one in told["refused"]} >= {"KH12-3-order"}
    assert told["findings"] == []


def test_the_same_line_tells_the_same(nowhere: Line):
    line = ("plans", "rehearse", PACK, "--roster", str(CENTRE), "--json")
    assert nowhere.plainly(*line).out == nowhere.plainly(*line).out


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "vi",
            "không ai giữ vai trò người phê duyệt trong phạm vi Giám đốc (director) mà làm được: quyết định xếp loại",
        ),
        ("en", "Nobody on the roster is ratifier within Director (director) and can do: ratification"),
    ],
)
def test_what_is_grave_is_refused_with_rule_clause_and_what_helps(
    nowhere: Line, without_director: Path, language: str, sentence: str
):
    answer = nowhere.plainly("plans", "rehearse", PACK, "--roster", str(without_director), "--lang", language)
    assert answer.status == 3
    assert sentence.casefold() in answer.out.casefold()
    assert "  ✗ KH12-5 [" in answer.out
    assert "{" not in answer.out
    told = nowhere.plainly("plans", "rehearse", PACK, "--roster", str(without_director), "--json")
    assert told.status == 3
    assert [(one["kind"], one["grave"], one["rule"]) for one in told.json["findings"]] == [("nobody", True, "KH12-5")]
    assert told.json["sound"] is False


def test_what_refuses_a_deadlock_is_told_below_it(nowhere: Line, tmp_path: Path):
    order = (
        '\n[[order]]\nid = "{0}"\nclause = {{ source = "kh12", at = "mục 9" }}\ntext = "Thứ tự"\n'
        'first = {{ duty = ["{1}"] }}\nreached = "submit"\nthen = {{ duty = ["{2}"] }}\ncommand = "submit"\n'
    )
    circle = order.format("a-b", "leader", "staff") + order.format("b-a", "staff", "leader")
    file = tmp_path / "circle.toml"
    file.write_text(Path(PACK).read_text(encoding="utf-8") + circle, encoding="utf-8")
    answer = nowhere.plainly("plans", "rehearse", str(file), "--roster", str(CENTRE), "--lang", "en")
    assert answer.status == 3
    assert "✗ a-b [12/KH-TTVD, mục 9]: Dossiers that stay “voted in the unit”: 2" in answer.out
    assert "\n      These come first and have not passed «submission»: HS-0003, HS-0004 (2).\n" in answer.out
    told = nowhere.plainly("plans", "rehearse", str(file), "--roster", str(CENTRE), "--json").json["findings"]
    assert {one["why"]["code"] for one in told} == {"guard.waits_for"}


def test_no_database_is_touched_and_no_folder_is_left(empty: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    kept = tmp_path / "kept"
    kept.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(kept))
    before = empty.db.read_bytes()
    assert empty("plans", "rehearse", PACK, "--roster", str(CENTRE)).status == 0
    assert empty.db.read_bytes() == before
    assert list(kept.iterdir()) == []


# — bad input —


def test_a_pack_that_there_is_not_is_told(nowhere: Line):
    answer = nowhere.plainly("plans", "rehearse", "no-such-pack", "--roster", str(CENTRE))
    assert (answer.status, answer.out) == (2, "")
    assert "no-such-pack" in answer.err


def test_a_pack_with_faults_is_told_as_lint_tells_it(nowhere: Line, tmp_path: Path):
    file = tmp_path / "faulty.toml"
    file.write_text(SMALL_PACK.replace('ratifier = "committee"', 'ratifier = "nobody"'), encoding="utf-8")
    answer = nowhere.plainly("plans", "rehearse", str(file), "--roster", str(CENTRE))
    assert answer.status == 2
    assert "nobody" in answer.err


def test_a_frame_is_refused(nowhere: Line):
    answer = nowhere.plainly("plans", "rehearse", "vn-124-2023", "--roster", str(CENTRE), "--year", "2024")
    assert answer.status == 2


def test_a_roster_that_is_not_there_or_has_faults_is_refused(nowhere: Line, tmp_path: Path, without_director: Path):
    assert nowhere.plainly("plans", "rehearse", PACK, "--roster", str(tmp_path / "none.xlsx")).status == 2
    people = without_director / "doi-tuong.csv"
    people.write_text(people.read_text(encoding="utf-8").replace(",NV,", ",NOWHERE,"), encoding="utf-8")
    answer = nowhere.plainly("plans", "rehearse", PACK, "--roster", str(without_director))
    assert answer.status == 2
    assert "NOWHERE" in answer.err


@pytest.mark.parametrize("more", [("--year", "1999"), ("--year", "2025"), ("--seed", "x")])
def test_a_year_or_a_seed_that_cannot_be_meant_is_refused(nowhere: Line, more: tuple[str, str]):
    assert nowhere.plainly("plans", "rehearse", PACK, "--roster", str(CENTRE), *more).status == 2


def test_a_roster_is_asked_for(nowhere: Line):
    assert nowhere.plainly("plans", "rehearse", PACK).status == 2
