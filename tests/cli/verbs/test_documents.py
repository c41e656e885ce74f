"""Papers on the command line: what is missing comes with its line, and the lines lead to the review."""

from pathlib import Path

import pytest

from tests.cli.verbs.office import Office
from tests.cli.verbs.packs import changed, season_under

PAPERS = """
[[paper]]
id = "own-form"
clause = { source = "nt11", at = "khoản 9" }
text = "Bản kiểm điểm cá nhân"
kind = "review_form"
forms = ["02-B"]
where = { kind = ["person"], lead = ["head", "deputy"] }
needed_at = "self_review"
once = "year"
sections = { moral = "Chuẩn mực đạo đức" }

[[suggestion]]
id = "asked"
clause = { source = "nt11", at = "khoản 9" }
text = "Gợi ý kiểm điểm của cấp trên"
where = { kind = ["person"], lead = ["head", "deputy"] }

[[comments]]
id = "heard"
clause = { source = "nt11", at = "khoản 9" }
text = "Góp ý vào dự thảo"
bodies = ["bcsd-ubnd"]
where = { kind = ["person"], lead = ["head"] }
"""
AS = ("--as", "CV-SNV")


@pytest.fixture
def board(office: Office, tmp_path: Path) -> Office:
    return season_under(changed() + PAPERS, office, tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> str:
    made = tmp_path / "ban-kiem-diem.pdf"
    made.write_bytes(b"%PDF-1.7 x")
    return str(made)


def test_a_refused_review_names_every_missing_paper_with_its_line(board: Office) -> None:
    ref = board.ref("SNV-02")
    refused = board("dossier", "advance", ref, "self_review", "--rank", "good", *AS)
    assert refused.status == 3
    assert f"hoso document add {ref} review_form FILE --form 02-B --section moral" in refused.text
    assert f"hoso document suggest {ref} --from BODY --on YYYY-MM-DD --text TEXT" in refused.text
    shown = board.done("dossier", "show", ref).out
    assert "còn thiếu" in shown
    assert f"→ hoso document add {ref} review_form FILE --form 02-B --section moral" in shown


def test_the_papers_of_a_dossier_from_first_to_last(board: Office, file: str) -> None:
    ref = board.ref("SNV-01")
    board.done("document", "add", ref, "review_form", file, "--form", "02b", "--section", "moral", *AS)
    second = board("document", "add", ref, "review_form", file, "--form", "02B", "--section", "moral", *AS)
    assert (second.status, ref in second.err) == (3, True)
    again = ("--new-version", "--reason", "bổ sung", "--section", "moral")
    board.done("document", "add", ref, "review_form", file, "--form", "02B", *again, *AS)
    board.done("document", "suggest", ref, "--from", "bcsd-ubnd", "--on", "2024-11-01", "--text", "làm rõ", *AS)
    waiting = board("dossier", "advance", ref, "self_review", "--rank", "good", *AS)
    assert f"hoso document explain {ref} FILE" in waiting.text
    board.done("document", "explain", ref, file, *AS)
    board.done("dossier", "advance", ref, "self_review", "--rank", "good", *AS)
    board.done("document", "comments", ref, "--from", "bcsd-ubnd", "--none", *AS)
    (listed,) = board.done("document", "list", ref, "--json").json["dossiers"]
    assert [(one["kind"], one["missing"]) for one in listed["papers"]] == [("review_form", False)]
    assert [one["stands"] for one in listed["answers"]] == ["done", "done"]
    assert [one["kind"] for one in listed["beside"]] == ["review_form", "explanation"]
    assert "làm rõ" in board.done("dossier", "show", ref).out
    assert board("audit", "verify").status == 0


def test_a_unit_is_listed_with_what_is_missing(board: Office) -> None:
    board.done("document", "suggest", board.ref("SNV-02"), "--none", *AS)
    told = board.done("document", "list", "--unit", "SNV")
    assert "Bản kiểm điểm cá nhân" in told.out
    assert "không có gợi ý" in told.out
    assert "chưa lấy ý kiến" in told.out
    assert board("document", "list", "HS-0001", "--unit", "SNV").status == 2
    assert board("document", "list", "HS-9999").status == 2


@pytest.mark.parametrize(
    "line",
    [
        ("add", "{}", "review_form", "FILE", "--form", "02-B"),
        ("add", "{}", "review_form", "{file}", "--form", "FORM"),
        ("add", "{}", "form", "{file}"),
        ("add", "{}", "review_form", "nowhere.pdf"),
        ("suggest", "{}", "--from", "BODY", "--on", "2024-11-01", "--text", "x"),
        ("suggest", "{}", "--from", "bcsd-ubnd", "--on", "01-13-2024", "--text", "x"),
        ("comments", "{}", "--from", "nobody", "--none"),
        ("explain", "{}", "FILE"),
    ],
)
def test_bad_input_is_told_and_writes_nothing(board: Office, file: str, line: tuple[str, ...]) -> None:
    ref = board.ref("SNV-02")
    before = board.shown("SNV-02")["marks"]
    answer = board("document", *(one.format(ref, file=file) for one in line), *AS)
    assert (answer.status, "Traceback" in answer.text) == (2, False)
    assert board.shown("SNV-02")["marks"] == before


def test_a_pack_that_asks_for_no_papers_says_so(office: Office) -> None:
    assert "không đòi tài liệu" in office.done("document", "list", "--unit", "SNV").out
