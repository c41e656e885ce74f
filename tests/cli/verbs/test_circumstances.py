"""Circumstances on the command line: recorded, shown, taken back; what they do to a rank, and the lines that help."""

from pathlib import Path

import pytest

from tests.cli.verbs.office import Office
from tests.cli.verbs.packs import changed, season_under

RULES = """
[[circumstance]]
id = "months-worked"
clause = { source = "nt11", at = "khoản 9" }
text = "Thời gian công tác trong năm"
where = { kind = ["person"] }
months = true

[[circumstance]]
id = "discipline"
clause = { source = "nt11", at = "khoản 9" }
text = "Bị kỷ luật trong năm"
proof = true

[[ceiling]]
id = "short"
clause = { source = "nt11", at = "khoản 9" }
text = "Dưới 06 tháng thì không xếp loại"
of = { kind = ["person"] }
command = "record_vote"
circumstance = "months-worked"
below = 6
mode = "warn"

[[ceiling]]
id = "members"
clause = { source = "nt11", at = "khoản 9" }
text = "Có thành viên bị kỷ luật thì không xếp xuất sắc"
of = { kind = ["collective"] }
command = "record_vote"
by = { kind = ["person"] }
within = "unit"
circumstance = "discipline"
highest = "good"
"""
AS = ("--as", "CV-SNV")


@pytest.fixture
def board(office: Office, tmp_path: Path) -> Office:
    return season_under(changed() + RULES, office, tmp_path)


@pytest.mark.row("ND90-2-1")
def test_from_a_missing_number_to_the_dossier_that_is_not_ranked(board: Office) -> None:
    ref, line = board.ref("SNV-02"), f"hoso dossier circumstance {board.ref('SNV-02')} months-worked"
    refused = board("dossier", "circumstance", ref, "months-worked", *AS)
    assert refused.status == 3
    assert f"{line} --months N --as CV-SNV" in refused.text
    board.done("dossier", "circumstance", ref, "months-worked", "--months", "5", *AS)
    shown = board.done("dossier", "show", ref).out
    assert "Tình tiết: Thời gian công tác trong năm; số tháng: 5; văn bản số –" in shown
    assert "Thời gian công tác trong năm" in board.done("replay", ref).out
    meeting = board.done("meeting", "hold", "SNV", "--attendees", "9", "--invite", "ban-dang-tinh-uy", *AS)
    board.done("dossier", "advance", ref, "self_review", "--rank", "good", *AS)
    name = meeting.out.partition("HN-")[2][:4]
    voted = board.done("dossier", "advance", ref, "record_vote", "--rank", "good", "--set", f"meeting=HN-{name}", *AS)
    assert "“Thời gian công tác trong năm (months-worked)”" in voted.out
    assert f"→ hoso dossier advance {ref} not_ranked --reason '…' --as CV-SNV" in voted.out
    assert board("audit", "verify").status == 0


@pytest.mark.row("P124-12-2")
def test_what_is_proved_names_its_letter_and_is_taken_back_with_a_reason(board: Office) -> None:
    ref = board.ref("SNV-03")
    unproved = board("dossier", "circumstance", ref, "discipline", *AS)
    assert f"hoso dossier circumstance {ref} discipline --letter NO --as CV-SNV" in unproved.text
    board.done("dossier", "circumstance", ref, "discipline", "--letter", "9/QĐ", *AS)
    assert "Tình tiết: Bị kỷ luật trong năm; văn bản số 9/QĐ" in board.done("dossier", "show", ref).out
    reasonless = board("dossier", "circumstance", ref, "discipline", "--none", *AS)
    assert f"hoso dossier circumstance {ref} discipline --none --reason '…' --as CV-SNV" in reasonless.text
    board.done("dossier", "circumstance", ref, "discipline", "--none", "--reason", "quyết định bị hủy", *AS)
    assert "Tình tiết:" not in board.done("dossier", "show", ref).out
    told = board.done("replay", ref).out
    assert "ghi nhận tình tiết" in told
    assert "quyết định bị hủy" in told
    assert "tình tiết: –" in told
    assert board("audit", "verify").status == 0


def test_a_step_takes_it_too(board: Office) -> None:
    ref, given = board.ref("SNV-02"), ("--set", "circumstance=months-worked", "--set", "months=7")
    board.done("dossier", "advance", ref, "record_circumstance", *given, *AS)
    assert board.shown("SNV-02")["marks"]["circumstances"]["months-worked"]["months"] == 7


def test_bad_input_is_told_and_writes_nothing(board: Office) -> None:
    ref = board.ref("SNV-02")
    for line, told in (
        (("disciplin", "--letter", "9/QĐ"), "discipline"),
        (("discipline", "--letter", "NO"), "NO"),
        (("discipline", "--none", "--reason", "…"), "…"),
        (("months-worked", "--months", "N"), "--months"),
        (("months-worked", "--months", "-1"), "-1"),
    ):
        answer = board("dossier", "circumstance", ref, *line, *AS)
        assert (answer.status, "Traceback" in answer.text, told in answer.text) == (2, False, True), line
    assert "circumstances" not in board.shown("SNV-02")["marks"]


def test_a_pack_without_circumstances_says_so(office: Office) -> None:
    answer = office("dossier", "circumstance", office.ref("SNV-02"), "discipline", *AS)
    assert (answer.status, "không có tình tiết nào" in answer.text) == (2, True)


def test_the_pack_is_shown_with_what_it_caps(tmp_path: Path, office: Office) -> None:
    file = tmp_path / "shown.toml"
    file.write_text(changed() + RULES, encoding="utf-8")
    shown = office.plainly("plans", "show", str(file)).out
    assert "tính theo tháng: có" in shown
    assert "phải có văn bản: có" in shown
    assert "tình tiết: Bị kỷ luật trong năm; cao nhất: Hoàn thành tốt nhiệm vụ" in shown
