"""Other seasons of the body on the command line: whom a vote waits for there."""

from pathlib import Path

import pytest

from tests.cli.line import write_roster
from tests.cli.verbs.office import NOW, Office, cast
from tests.cli.verbs.packs import changed, season_under

ORDER = """
[[order]]
id = "state-first"
clause = { source = "nt11", at = "khoản 9" }
text = "Công chức trước, đảng viên sau"
first = { kind = ["person"], track = ["civil_servant"] }
reached = "ratify"
then = { kind = ["person"] }
command = "record_vote"
within = "person"
across = "year"
"""
AS = ("--as", "CV-SNV")


def second(office: Office, folder: Path, pack: str, code: str) -> None:
    """One more season of the same body and year, with the same people."""
    file = folder / f"{code}.toml"
    file.write_text(pack, encoding="utf-8")
    office.done("season", "open", str(file), "--code", code, "--rehearsal")
    roster = write_roster(folder / f"{code}.xlsx", cast())
    office.done("roster", "import", str(roster), "--season", code)


def beside(office: Office, folder: Path, order: str) -> tuple[Office, Office]:
    """A season with an order across the year, and another season beside it: one desk for each."""
    here = season_under(changed() + order, office, folder)
    second(here, folder, changed(), "khac")
    return (
        Office(db=here.db, patch=here.patch, always=("--now", NOW, "--season", "2024")),
        Office(db=here.db, patch=here.patch, always=("--now", NOW, "--season", "khac")),
    )


@pytest.fixture
def two(office: Office, tmp_path: Path) -> tuple[Office, Office]:
    return beside(office, tmp_path, ORDER)


@pytest.mark.row("NT05-1-4")
def test_the_refusal_names_the_season_and_offers_a_look_into_it(two: tuple[Office, Office]) -> None:
    here, there = two
    here.review("SNV")
    meeting, mine = here.meet("SNV"), here.ref("SNV-02")
    line = ("dossier", "advance", mine, "record_vote", "--rank", "good", "--set", f"meeting={meeting}", *AS)
    refused = here(*line)
    waiting = there.ref("SNV-02")
    assert refused.status == 3
    assert "Còn 1 hồ sơ ở kỳ đánh giá khac phải qua bước «quyết định xếp loại» trước" in refused.text
    assert waiting in refused.text
    assert "hoso dossier list --unit SNV --season khac" in refused.text
    there.to_submit("SNV")
    there.done("dossier", "advance", waiting, "ratify", "--decision", "3/QĐ", "--as", "TK")
    here.done(*line)
    assert here("audit", "verify").status == 0


@pytest.mark.row("NT11-1f-2")
def test_what_people_were_ranked_elsewhere_is_seen_on_the_page_in_a_list_and_before_the_vote(
    two: tuple[Office, Office],
) -> None:
    here, there = two
    there.to_submit("SNV")
    ranked = there.ref("SNV-02")
    there.done("dossier", "advance", ranked, "ratify", "--decision", "3/QĐ", "--as", "TK")
    told = "Kết quả năm 2024, kỳ khac: hệ công chức, Hoàn thành tốt nhiệm vụ; quyết định số 3/QĐ, ngày 20/11/2024"
    assert told in here.done("dossier", "show", here.ref("SNV-02")).out
    (shown,) = here.shown("SNV-02")["earlier"]
    assert (shown["season"], shown["rank"], shown["decision"], shown["at"]) == ("khac", "good", "3/QĐ", "2024-11-20")
    assert "Kết quả năm" not in here.done("dossier", "show", here.ref("SNV-03")).out
    listed = here.done("dossier", "earlier", "--unit", "SNV")
    ref = here.ref("SNV-02")
    assert listed.rows[0] == [ref, "Người SNV-02", "SNV", "khac", "2024", "CC", "HTTNV", "3/QĐ", "20/11/2024"]
    assert here.done("dossier", "earlier", "--unit", "STC", "--json").json["results"] == []
    here.review("SNV")
    held = here.done("meeting", "hold", "SNV", "--attendees", "12", "--invite", "ban-dang-tinh-uy", *AS)
    assert "→ hoso dossier earlier --unit SNV" in held.out
    other = there.done("meeting", "hold", "STC", "--attendees", "3", "--invite", "ban-dang-tinh-uy", "--as", "CV-STC")
    assert "dossier earlier" not in other.out


HEADS_FIRST = """
[[order]]
id = "heads-first"
clause = { source = "nt11", at = "khoản 9" }
text = "Cấp trưởng trước, cấp phó sau"
first = { kind = ["person"], lead = ["head"] }
reached = "record_vote"
then = { kind = ["person"], lead = ["deputy"] }
command = "record_vote"
across = "year"
"""


def test_those_of_both_seasons_are_told_with_the_lines_that_bring_them_on(office: Office, tmp_path: Path) -> None:
    here, there = beside(office, tmp_path, HEADS_FIRST)
    here.review("SNV")
    meeting = here.meet("SNV")
    line = ("dossier", "advance", here.ref("SNV-02"), "record_vote", "--rank", "good", "--set", f"meeting={meeting}")
    refused = here(*line, *AS)
    own, other = here.ref("SNV-01"), there.ref("SNV-01")
    assert f"trước: {own}; ở kỳ đánh giá khac còn 1 hồ sơ: {other}." in refused.text
    first = f"hoso dossier advance {own} record_vote --rank RANK --set meeting={meeting} --as CV-SNV"
    look = "hoso dossier list --unit SNV --season khac"
    assert 0 < refused.text.index(first) < refused.text.index(look)
