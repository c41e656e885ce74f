"""Faults on the command line: put on record, mended, taken back, and answered for in the next year's season."""

from pathlib import Path

import pytest

from tests.cli.line import write_roster
from tests.cli.verbs.office import NOW, Office, cast
from tests.cli.verbs.packs import changed, season_under

CARRY = """
[[carry_over]]
id = "carry"
clause = { source = "nt11", at = "khoản 9" }
text = "Nêu kết quả khắc phục khuyết điểm của năm trước"
mode = "enforce"
"""
AS = ("--as", "CV-SNV")


@pytest.fixture
def two(office: Office, tmp_path: Path) -> tuple[Office, Office]:
    """Last year's season and this year's, of the same people: one desk for each."""
    file = tmp_path / "last.toml"
    file.write_text(changed(("year = 2024\n", "year = 2023\n"), ("2024-12-05", "2023-12-05")), encoding="utf-8")
    here = season_under(changed() + CARRY, office, tmp_path)
    here.done("season", "open", str(file), "--code", "2023", "--rehearsal")
    here.done("roster", "import", str(write_roster(tmp_path / "last.xlsx", cast())), "--season", "2023")
    return (
        Office(db=here.db, patch=here.patch, always=("--now", NOW, "--season", "2023")),
        Office(db=here.db, patch=here.patch, always=("--now", NOW, "--season", "2024")),
    )


@pytest.mark.row("NT05-1b-2")
def test_from_a_fault_of_last_year_to_the_review_that_answers_for_it(two: tuple[Office, Office]) -> None:
    last, now = two
    old, ref = last.ref("SNV-02"), now.ref("SNV-02")
    last.done("dossier", "fault", old, "--text", "giải ngân chậm", *AS)
    assert "Khuyết điểm 1: giải ngân chậm; ghi nhận" in last.done("dossier", "show", old).out
    page = now.done("dossier", "show", ref).out
    assert f"Khuyết điểm của năm trước {old}/1 (kỳ 2023): giải ngân chậm; chưa có kết quả khắc phục" in page
    line = f"hoso dossier answer {ref} {old}/1 --text TEXT"
    assert f"→ {line} --as CV-SNV" in page, "what comes first is offered first"
    refused = now("dossier", "advance", ref, "self_review", "--rank", "good", "--as", "SNV-02")
    assert (refused.status, f"{line} --as SNV-02" in refused.text) == (3, True)
    tasks = now.done("today", "--as", "SNV-02", "--json").json["tasks"]
    assert any(one["command"].startswith(f"hoso dossier answer {ref} {old}/1") for one in tasks)
    silent = now("dossier", "answer", ref, f"{old}/1", "--mended", "--as", "SNV-02")
    assert f"hoso dossier answer {ref} {old}/1 --mended --text TEXT" in silent.text
    now.done("dossier", "answer", ref, f"{old}/1", "--mended", "--letter", "9/BC", "--as", "SNV-02")
    page = now.done("dossier", "show", ref).out
    assert f"{old}/1 (kỳ 2023): giải ngân chậm; đã khắc phục: –, văn bản số 9/BC" in page
    (carried,) = now.shown("SNV-02")["carried"]
    assert (carried["fault"], carried["season"], carried["text"]) == (f"{old}/1", "2023", "giải ngân chậm")
    assert carried["answer"]["mended"] is True
    now.done("dossier", "advance", ref, "self_review", "--rank", "good", "--as", "SNV-02")
    told = now.done("replay", ref).out
    assert "báo cáo khắc phục khuyết điểm" in told
    for desk in two:
        assert desk("audit", "verify").status == 0


def test_a_fault_is_mended_or_taken_back_by_its_number(two: tuple[Office, Office]) -> None:
    last, now = two
    ref = last.ref("SNV-02")
    for text in ("giải ngân chậm", "họp muộn"):
        last.done("dossier", "fault", ref, "--text", text, *AS)
    silent = last("dossier", "fault", ref, "--mended", "1", *AS)
    assert f"hoso dossier fault {ref} --mended 1 --text TEXT" in silent.text
    last.done("dossier", "fault", ref, "--mended", "1", "--text", "đã giải ngân", *AS)
    reasonless = last("dossier", "fault", ref, "--take-back", "2", *AS)
    assert f"hoso dossier fault {ref} --take-back 2 --reason '…'" in reasonless.text
    last.done("dossier", "fault", ref, "--take-back", "2", "--reason", "ghi nhầm", *AS)
    page = last.done("dossier", "show", ref).out
    assert "Khuyết điểm 1: giải ngân chậm" in page
    assert "đã khắc phục: đã giải ngân, văn bản số –" in page
    assert "họp muộn" not in page
    assert now.shown("SNV-02")["carried"] == []
    told = last.done("replay", ref).out
    assert "họp muộn" in told
    assert "ghi nhận khuyết điểm" in told


def test_what_is_still_open_is_said_in_words(two: tuple[Office, Office]) -> None:
    last, now = two
    old, ref = last.ref("SNV-02"), now.ref("SNV-02")
    last.done("dossier", "fault", old, "--text", "giải ngân chậm", *AS)
    silent = now("dossier", "answer", ref, f"{old}/1", *AS)
    assert (silent.status, f"hoso dossier answer {ref} {old}/1 --text TEXT" in silent.text) == (3, True)
    now.done("dossier", "answer", ref, f"{old}/1", "--text", "chờ vốn", *AS)
    assert "chưa khắc phục xong: chờ vốn, văn bản số –" in now.done("dossier", "show", ref).out


def test_the_steps_take_them_too(two: tuple[Office, Office]) -> None:
    last, now = two
    old, ref = last.ref("SNV-02"), now.ref("SNV-02")
    last.done("dossier", "advance", old, "record_fault", "--set", "text=chậm", *AS)
    now.done("dossier", "advance", ref, "answer_fault", "--set", f"carried={old}/1", "--set", "text=chờ vốn", *AS)
    assert now.shown("SNV-02")["carried"][0]["answer"]["mended"] is False


def test_bad_input_is_told_and_writes_nothing(two: tuple[Office, Office]) -> None:
    ref = two[0].ref("SNV-02")
    for line, told in (
        (("fault", ref, "--text", "TEXT"), "TEXT"),
        (("fault", ref, "--mended", "N"), "--mended"),
        (("fault", ref, "--mended", "-1", "--text", "x"), "-1"),
        (("fault", ref, "--mended", "1", "--take-back", "1"), "--take-back"),
        (("answer", ref, "chậm", "--text", "x"), "chậm"),
        (("answer", ref, "HS-0001/1", "--letter", "NO"), "NO"),
    ):
        answer = two[0]("dossier", *line, *AS)
        assert (answer.status, "Traceback" in answer.text, told in answer.text) == (2, False, True), line
    assert not {"faults", "answers"} & set(two[0].shown("SNV-02")["marks"])
    assert two[0]("dossier", "fault", ref, *AS).status == 3


def test_the_pack_is_shown_with_what_it_carries_over(tmp_path: Path, office: Office) -> None:
    file = tmp_path / "shown.toml"
    file.write_text(changed() + CARRY, encoding="utf-8")
    shown = office.plainly("plans", "show", str(file)).out
    assert "Khuyết điểm của năm trước" in shown
    assert "Nêu kết quả khắc phục khuyết điểm của năm trước" in shown
