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


def test_what_waits_for_a_subject_is_the_paper_and_then_the_review(board: Office, file: str) -> None:
    ref, me = board.ref("SNV-02"), ("--as", "SNV-02")
    board.done("document", "suggest", ref, "--none", *AS)
    asked = board.done("today", *me).out
    assert f"hoso document add {ref} review_form FILE --form 02-B --section moral --as SNV-02" in asked
    assert "self_review" not in asked
    board.done("document", "add", ref, "review_form", file, "--form", "02-B", "--section", "moral", *me)
    assert f"hoso dossier advance {ref} self_review --rank RANK --as SNV-02" in board.done("today", *me).out


def test_what_waits_for_a_subject_who_has_nothing_to_hand_in_is_the_list(board: Office, file: str) -> None:
    ref, me = board.ref("SNV-02"), ("--as", "SNV-02")
    board.done("document", "add", ref, "review_form", file, "--form", "02-B", "--section", "moral", *me)
    assert f"hoso document list {ref}" in board.done("today", *me).out


def test_a_vote_that_cannot_be_closed_names_papers_before_reviews(board: Office) -> None:
    refused = board("unit", "close-vote", "SNV", *AS)
    assert "hoso document list --unit SNV" in refused.text


def test_a_file_that_is_not_there_is_told_in_the_reader_s_words(board: Office) -> None:
    ref = board.ref("SNV-02")
    answer = board("document", "add", ref, "review_form", "khong-co.pdf", *AS)
    assert (answer.status, "Không có tệp khong-co.pdf" in answer.text) == (2, True)


def test_how_groups_stand_is_not_told_with_a_paper(board: Office, file: str) -> None:
    ref = board.ref("SNV-02")
    added = board.done("document", "add", ref, "review_form", file, "--form", "02-B", "--section", "moral", *AS)
    assert "Nhóm" not in added.out
    assert (
        "Nhóm"
        in board.done(
            "dossier", "advance", board.ref("SNV-05"), "withdraw", "--reason", "x", "--set", "reason_kind=moved", *AS
        ).out
    )


SIDE = """
[[paper]]
id = "declared"
clause = { source = "nt11", at = "khoản 9" }
text = "Bản kê khai tài sản, thu nhập"
kind = "declaration"
where = { kind = ["person"], lead = ["head"] }
recipient = "van-phong-ubnd-tinh"

[[deadline]]
id = "declaring"
clause = { source = "nt11", at = "khoản 9" }
text = "Gửi bản kê khai"
wording = "before"
on = "2024-12-01"
per = "dossier"
owner = "unit"
recipient = "van-phong-ubnd-tinh"
paper = "declaration"
late = "flag"
where = { kind = ["person"], lead = ["head"] }
"""


@pytest.mark.row("DP24-II.8-2")
def test_a_side_paper_has_a_recipient_a_date_and_a_proof_of_its_own(office: Office, tmp_path: Path, file: str) -> None:
    board = season_under(changed() + SIDE, office, tmp_path)
    ref = board.ref("SNV-01")
    listed = board.done("document", "list", ref).out
    assert "Bản kê khai tài sản, thu nhập (gửi " in listed
    owed = [one for one in board.done("obligation", "list", "--json").json["obligations"] if one["rule"] == "declaring"]
    assert {one["recipient"] for one in owed} == {"van-phong-ubnd-tinh"}
    mine = next(one["ref"] for one in owed if one["scope"] == ref)
    bare = board("milestone", "done", mine, "--proof", "5/CV", *AS)
    assert (bare.status, "--attach declaration=FILE" in bare.text) == (3, True)
    board.done("milestone", "done", mine, "--proof", "5/CV", "--attach", f"declaration={file}", *AS)
    assert board("audit", "verify").status == 0


BEFORE_THE_MEETING = """
[[paper]]
id = "explained"
clause = { source = "nt11", at = "khoản 9" }
text = "Báo cáo giải trình"
kind = "explanation"

[[comments]]
id = "drafts"
clause = { source = "nt11", at = "khoản 9" }
text = "Dự thảo trước hội nghị"
working_days = 3
before = ["hold"]
where = { kind = ["person"], lead = ["head", "deputy"] }
"""


def test_the_list_says_by_which_code_a_paper_goes_in_and_what_nothing_asks_for(
    office: Office, tmp_path: Path, file: str
) -> None:
    board = season_under(changed() + PAPERS + BEFORE_THE_MEETING, office, tmp_path)
    ref = board.ref("SNV-02")

    def listed() -> dict[str, tuple[str, str]]:
        rows = [one.split("\t") for one in board.done("document", "list", ref).out.splitlines()]
        return {row[2]: (row[1], row[5]) for row in rows if row[0] == ref}

    before = listed()
    assert before["Bản kiểm điểm cá nhân"] == ("review_form", "còn thiếu")
    assert before["Báo cáo giải trình"] == ("explanation", "chỉ khi có gợi ý kiểm điểm")
    assert before["Dự thảo trước hội nghị"] == ("", "chưa có dự thảo; phải có trước hội nghị 3 ngày làm việc")
    given = ("--form", "02-B", "--section", "moral")
    board.done("document", "add", ref, "review_form", file, *given, *AS)
    board.done("document", "suggest", ref, "--from", "bcsd-ubnd", "--on", "2024-11-01", "--text", "Làm rõ", *AS)
    after = listed()
    assert after["Báo cáo giải trình"] == ("explanation", "còn thiếu")
    assert after["Dự thảo trước hội nghị"][1].startswith("dự thảo có từ ")
    assert after["Dự thảo trước hội nghị"][1].endswith("; họp sớm nhất sau đó 3 ngày làm việc")


def test_a_suggestion_that_lacks_its_day_is_offered_as_a_line_of_its_own_verb(board: Office) -> None:
    ref = board.ref("SNV-02")
    answer = board("document", "suggest", ref, "--from", "bcsd-ubnd", *AS)
    assert answer.status == 3
    assert f"hoso document suggest {ref} --from BODY --on YYYY-MM-DD --text TEXT" in answer.text
    assert "--set" not in answer.text
