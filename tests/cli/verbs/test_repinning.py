"""`season repin`: what a new letter means, told before it is done; what stands against it, with what helps."""

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.cli.verbs.office import LATE, NOW, Office
from tests.cli.verbs.packs import changed
from tests.cli.verbs.pasting import follow

LATER = ("on = 2024-12-05", "on = 2024-12-12")
TIGHTER = ("percent = 20", "percent = 15")
LETTER = ("--decision", "99/UBND-VXNV", "--as", "TH")


@pytest.fixture
def plan(tmp_path: Path) -> Callable[..., str]:
    """A file with the shipped pack, otherwise in these parts."""

    def written(*changes: tuple[str, str]) -> str:
        file = tmp_path / "new.toml"
        file.write_text(changed(*changes), encoding="utf-8")
        return str(file)

    return written


def test_a_dry_run_tells_the_rules_that_change_and_what_they_mean(office: Office, plan: Callable[..., str]):
    line = ("season", "repin", "--plan", plan(LATER, TIGHTER), *LETTER)
    answer = office.done(*line, "--dry-run")
    assert "~ [[quota]] NT11-1a" in answer.out
    assert "tỷ lệ tối đa (%): 20 → 15" in answer.out
    assert "Quy định NT11-1e-1: 2 việc đến hạn được thay, ngày cuối còn kịp từ nay là thứ Tư 11/12/2024" in answer.out
    assert "Hồ sơ không có gì khác đi ở bước tiếp theo: 13." in answer.out
    assert "chưa ghi gì" in answer.out
    assert (
        office.done("season", "status", "--json").json["season"] == office("season", "status", "--json").json["season"]
    )
    real = office.done(*line)
    told = [one for one in answer.out.splitlines() if "Quy định" in one]
    assert [one for one in real.out.splitlines() if "Quy định" in one] == told


def test_in_english(office: Office, plan: Callable[..., str]):
    out = office.done("season", "repin", "--plan", plan(LATER), *LETTER, "--lang", "en").out
    assert "Rule NT11-1e-1: 2 obligations are replaced; last good day from now on: Wednesday 11 December 2024" in out


def test_as_json_every_duty_is_named(office: Office, plan: Callable[..., str]):
    told = office.done("season", "repin", "--plan", plan(LATER), *LETTER, "--json").json
    due = next(one for one in told["changes"] if one["rule"] == "NT11-1e-1")
    assert (due["code"], due["due"], due["scopes"]) == ("change.repin_due", "2024-12-11", ["SNV", "STC"])
    assert len(due["refs"]) == len(due["by"]) == due["count"] == 2
    assert [(one["kind"], one["ref"]) for one in told["done"]] == [("season", "2024")]


def test_everything_that_reads_the_season_goes_on(voted: Office, plan: Callable[..., str], tmp_path: Path):
    before = voted.done("season", "status", "--json").json["season"]["pack_hash"]
    late = voted.at(LATE)
    late.done("season", "repin", "--plan", plan(LATER), *LETTER)
    told = late.done("season", "status", "--json").json
    assert told["season"]["pack_hash"] != before
    assert {str(one["last_good_day"]) for one in told["due"] if one["rule"] == "NT11-1e-1"} == {"2024-12-11"}
    late.done("unit", "close-vote", "STC", "--as", "CV-STC")
    late.done("unit", "submit", "STC", "--as", "CV-STC")
    for line in ("quota", "obligation list", "today --as CV-STC", "dossier show HS-0001", "replay", "sweep"):
        late.done(*line.split())
    out = tmp_path / "report.xlsx"
    late.done("season", "report", "--xlsx", str(out))
    assert load_workbook(out).sheetnames
    assert late.done("audit", "verify", "--against", str(out), "--json").json["holds"] is True
    assert late.done("audit", "redecide").status == 0


def test_a_rule_that_is_gone_is_still_told_of_what_was_done_under_it(voted: Office, tmp_path: Path):
    late = voted.at(LATE)
    late.done("unit", "close-vote", "STC", "--as", "CV-STC")
    late.done("unit", "submit", "STC", "--reason", "Chờ chữ ký", "--as", "CV-STC")
    text = changed()
    start = text.index('[[deadline]]\nid = "NT11-1e-1"')
    end = text.index("[[deadline]]", start + 1)
    file = tmp_path / "new.toml"
    file.write_text((text[:start] + text[end:]).replace('rule = "NT11-1e-1"', 'rule = "NT11-2b-1"'), encoding="utf-8")
    late.done("season", "repin", "--plan", str(file), *LETTER)
    for line in ("obligation list --all", "season report", "season status", "dossier show HS-0008", "replay HS-0008"):
        late.done(*line.split())
    assert late.done("audit", "verify", "--json").json["holds"] is True


def test_a_backup_carries_every_pack(office: Office, plan: Callable[..., str], tmp_path: Path):
    office.done("season", "repin", "--plan", plan(LATER), *LETTER)
    office.plainly("backup", str(tmp_path / "b.zip"), "--db", str(office.db))
    other = Office(db=tmp_path / "restored.db", patch=office.patch, always=("--now", NOW))
    assert other.plainly("restore", str(tmp_path / "b.zip"), "--db", str(other.db)).status == 0
    assert other.done("audit", "verify", "--json").json["holds"] is True
    assert other.done("audit", "redecide").status == 0


def test_the_lines_of_a_refusal_lead_to_the_move(voted: Office, plan: Callable[..., str], tmp_path: Path):
    voted.done("unit", "close-vote", "STC", "--as", "CV-STC")
    voted.done("unit", "submit", "STC", "--as", "CV-STC")
    argv = ["season", "repin", "--plan", plan(TIGHTER), *LETTER]
    answer = voted(*argv)
    assert (answer.status, answer.out) == (3, "")
    assert "Nhóm STC" in answer.err
    assert "send_back" in answer.err
    assert follow(voted, argv, tmp_path) == ["repin_submitted"]


def test_whoever_may_not_is_told_who_may(office: Office, plan: Callable[..., str]):
    answer = office("season", "repin", "--plan", plan(LATER), "--decision", "1/UBND", "--as", "CV-STC")
    assert answer.status == 3
    line = answer.err.rpartition("→ ")[2].split()
    assert line[:3] == ["hoso", "season", "repin"]
    assert line[line.index("--as") + 1] == "TH"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("--plan", "no-such-pack", "--decision", "1/UBND"), "pack.unknown"),
        (("--plan", "ninh-thuan-2024-11", "--decision", "1/UBND"), "command.repin_same"),
        (("--plan", "kon-tum-2024", "--decision", "1/UBND"), "command.repin_unfit"),
        (("--plan", "vn-90-2020", "--decision", "1/UBND"), "command.pack_abstract"),
        (("--plan", "ninh-thuan-2024-11", "--decision", "NO"), "view.placeholder"),
    ],
)
def test_bad_input_says_what_is_wrong(office: Office, given: tuple[str, ...], code: str):
    answer = office("season", "repin", *given, "--as", "TH", "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, code)
    assert office.done("audit", "verify", "--json").json["records"] > 0


def test_a_plan_and_a_decision_have_to_be_named(office: Office):
    assert office("season", "repin", "--plan", "ninh-thuan-2024-11").status == 2
    assert office("season", "repin", "--decision", "1/UBND").status == 2
