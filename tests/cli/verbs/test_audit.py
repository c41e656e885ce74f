"""`hoso audit`: does the record hold, would it be decided the same, what was refused."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.cli.verbs.office import LATE, Office
from tests.cli.verbs.packs import changed


def broken(office: Office, *statements: str) -> None:
    """Change the file behind everybody's back, its guards taken off."""
    with sqlite3.connect(office.db) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in names:
            connection.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            connection.execute(statement)


def reported(office: Office, folder: Path) -> Path:
    out = folder / "report.xlsx"
    office.done("season", "report", "--xlsx", str(out))
    return out


# — verify —


def test_a_record_that_holds_says_how_much_it_holds(voted: Office):
    answer = voted.done("audit", "verify", "--json").json
    assert answer["holds"] is True
    assert answer["findings"] == []
    assert answer["records"] > answer["streams"] > 13
    assert len(answer["digest"]) == 64
    assert "nguyên vẹn" in voted.done("audit", "verify").out


@pytest.mark.parametrize(
    ("statements", "codes"),
    [
        (["UPDATE dossier SET state = 'ratified' WHERE ref = 'HS-0001'"], {"audit.state"}),
        (["UPDATE dossier SET proposed = 'excellent' WHERE ref = 'HS-0009'"], {"audit.state"}),
        (["UPDATE quota_group SET allowance = 2 WHERE key = 'SNV'"], {"audit.figure"}),
        (["UPDATE quota_group SET over = 0 WHERE key = 'SNV'"], {"audit.figure"}),
        (
            ["UPDATE history SET body = CAST(replace(CAST(body AS TEXT), 'CV-SNV', 'CV-SNX') AS BLOB) WHERE seq = 3"],
            {"audit.hash"},
        ),
        (
            ["DELETE FROM history WHERE seq = 2 AND stream = (SELECT id FROM dossier WHERE ref = 'HS-0001')"],
            {"audit.gap"},
        ),
        (
            [
                "DELETE FROM history WHERE stream = (SELECT id FROM dossier WHERE ref = 'HS-0001') AND seq = 3",
                "UPDATE dossier SET state = 'self_reviewed', voted = NULL, proposed = NULL WHERE ref = 'HS-0001'",
            ],
            {"audit.head"},
        ),
    ],
)
def test_a_record_that_was_changed_ends_with_4_and_every_finding(voted: Office, statements: list[str], codes: set[str]):
    broken(voted, *statements)
    answer = voted("audit", "verify", "--json")
    assert answer.status == 4
    assert answer.json["holds"] is False
    assert codes <= {one["code"] for one in answer.json["findings"]}
    plain = voted("audit", "verify")
    assert plain.status == 4
    assert plain.err.count("✗") == len(answer.json["findings"])
    assert all(one["message"] in plain.err for one in answer.json["findings"])


@pytest.mark.parametrize(
    ("statement", "vietnamese", "english"),
    [
        (
            "UPDATE dossier SET marks = json_set(marks, '$.voted_on', '2024-11-01') WHERE ref = 'HS-0001'",
            "Hồ sơ HS-0001 (Người SNV-01, SNV-01; SNV), mục “bỏ phiếu ngày”: dữ liệu ghi “01/11/2024”",
            "Dossier HS-0001 (Người SNV-01, SNV-01; SNV), “voted on”: the row says “1 November 2024”",
        ),
        (
            "UPDATE quota_group SET size = 9 WHERE key = 'SNV'",
            "Nhóm SNV (NT11-1a), mục “quy mô”: dữ liệu ghi 9",
            "Group SNV (NT11-1a), “size”: the row says 9",
        ),
        (
            "UPDATE subject SET name = 'X' WHERE code = 'SNV-01'",
            "Đối tượng SNV-01, mục “tên”: dữ liệu ghi “X”, theo lịch sử là “Người SNV-01”.",
            "Subject SNV-01, “name”: the row says “X”, the history gives “Người SNV-01”.",
        ),
        (
            "UPDATE subject SET name = replace(hex(zeroblob(32)), '00', 'ab') WHERE code = 'SNV-01'",
            "Đối tượng SNV-01, mục “tên”: dữ liệu ghi “nội dung khác”, theo lịch sử là “Người SNV-01”.",
            "Subject SNV-01, “name”: the row says “another text”",
        ),
        ("UPDATE unit SET name = 'X' WHERE code = 'SNV'", "Đơn vị SNV (", "Unit SNV ("),
        ("UPDATE season SET year = 2023", "Kỳ đánh giá 2024, mục “năm”", "Season 2024, “year”"),
        ("UPDATE roster SET seq = 9", "Danh sách nhân sự của kỳ 2024", "The roster of season 2024"),
        ("UPDATE meeting SET attendees = 99", "Hội nghị HN-0001 của SNV, mục “số người dự”", "Meeting HN-0001 of SNV"),
        (
            "UPDATE obligation SET state = 'met' WHERE rule = 'NT11-1g-3' AND scope = 'SNV'",
            "mục “trạng thái”: dữ liệu ghi “đã đáp ứng”, theo lịch sử là “đang mở”",
            "“state”: the row says “met”, the history gives “open”",
        ),
        (
            "UPDATE obligation SET look_at = NULL WHERE rule = 'NT11-1g-3' AND scope = 'SNV'",
            "lần xem tới ghi “–”",
            "the next look is set to “–”",
        ),
        (
            "DELETE FROM role WHERE subject = 'CV-SNV'",
            "CV-SNV không còn vai trò cán bộ tổng hợp (phạm vi SNV)",
            "CV-SNV lacks the role coordinator (scope SNV)",
        ),
    ],
)
def test_a_finding_names_things_and_values_as_people_know_them(
    voted: Office, statement: str, vietnamese: str, english: str
):
    broken(voted, statement)
    assert vietnamese in voted("audit", "verify").err
    assert english in voted("audit", "verify", "--lang", "en").err
    for one in voted("audit", "verify", "--json").json["findings"]:
        stream = one["figures"].get("stream")
        assert stream is None or len(stream) == 36, "ids stay beside the words"
        assert stream is None or stream not in one["message"]


# — verify against a report —


def test_a_report_is_a_checkpoint_that_later_records_do_not_disturb(voted: Office, tmp_path: Path):
    report = reported(voted, tmp_path)
    assert voted.done("audit", "verify", "--against", str(report), "--json").json["holds"] is True
    voted.to_submit("STC")
    answer = voted.done("audit", "verify", "--against", str(report))
    assert "khớp với trang bằng chứng của báo cáo report.xlsx" in answer.out


def test_a_history_that_was_written_anew_is_found_by_an_old_report_alone(
    voted: Office, tmp_path: Path, at_desk: Callable[[Path], Office], drafted_file: Path
):
    report = reported(voted, tmp_path)
    rewritten = at_desk(drafted_file)
    rewritten.to_vote("SNV", excellent=1)
    rewritten.to_vote("STC")
    assert rewritten.done("audit", "verify", "--json").json["holds"] is True, "in itself it is sound"
    answer = rewritten("audit", "verify", "--against", str(report), "--json")
    assert answer.status == 4
    assert {one["code"] for one in answer.json["findings"]} == {"audit.record_changed", "audit.record_gone"}


def test_a_record_that_is_gone_is_found_by_the_report(voted: Office, tmp_path: Path):
    voted.done("unit", "close-vote", "STC", "--as", "CV-STC")
    report = reported(voted, tmp_path)
    broken(voted, "DELETE FROM history WHERE seq = 2 AND stream = (SELECT id FROM quota_group WHERE key = 'STC')")
    answer = voted("audit", "verify", "--against", str(report), "--json")
    assert answer.status == 4
    assert "audit.record_gone" in {one["code"] for one in answer.json["findings"]}


@pytest.mark.parametrize(("cell", "value"), [("B9", "0" * 64), ("B7", 3), ("B8", 7), ("D14", 9), ("E14", "f" * 64)])
def test_a_report_that_was_altered_is_found(voted: Office, tmp_path: Path, cell: str, value: str | int):
    report = reported(voted, tmp_path)
    book = load_workbook(report)
    book["Chứng thực"][cell] = value
    book.save(report)
    answer = voted("audit", "verify", "--against", str(report), "--json")
    assert answer.status == 4
    assert (answer.json["holds"], answer.json["history_holds"]) == (False, True)
    assert [one["code"] for one in answer.json["findings"]] == ["report.changed"], "it accuses no history"
    plain = voted("audit", "verify", "--against", str(report))
    assert ("Báo cáo đã bị sửa" in plain.err, "Lịch sử nguyên vẹn:" in plain.out) == (True, True)
    assert "khớp với trang bằng chứng" not in plain.out


def test_an_altered_report_does_not_hide_what_is_wrong_with_the_history_itself(voted: Office, tmp_path: Path):
    report = reported(voted, tmp_path)
    book = load_workbook(report)
    book["Chứng thực"]["E14"] = "f" * 64
    book.save(report)
    broken(voted, "UPDATE quota_group SET allowance = 2 WHERE key = 'SNV'")
    answer = voted("audit", "verify", "--against", str(report), "--json")
    assert (answer.status, answer.json["history_holds"]) == (4, False)
    assert {one["code"] for one in answer.json["findings"]} == {"audit.figure", "report.changed"}
    assert "KHÔNG nguyên vẹn: 1 điểm" in voted("audit", "verify", "--against", str(report)).out


def test_a_report_of_another_season_is_bad_input(voted: Office, tmp_path: Path):
    report = reported(voted, tmp_path)
    voted.done("season", "open", "ninh-thuan-2024-11", "--code", "khác", "--rehearsal")
    answer = voted("audit", "verify", "--season", "khác", "--against", str(report), "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, "report.other_season")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "roster.no_file"),
        (b"", "roster.empty_file"),
        (b"not a workbook", "roster.no_zip"),
    ],
)
def test_a_file_that_is_no_report_is_bad_input(voted: Office, tmp_path: Path, content: bytes | None, code: str):
    file = tmp_path / "report.xlsx"
    if content is not None:
        file.write_bytes(content)
    answer = voted("audit", "verify", "--against", str(file), "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, code)


# — verify and attached files —


@pytest.fixture
def handed_in(voted: Office, tmp_path: Path) -> tuple[Office, Path]:
    """A dossier with a file, and where its bytes lie."""
    made = tmp_path / "giai-trinh.pdf"
    made.write_bytes(b"%PDF-1.7 x")
    voted.done("document", "add", voted.ref("SNV-01"), "explanation", str(made), "--as", "CV-SNV")
    (kept,) = (one for one in Path(f"{voted.db}.files").rglob("*") if one.is_file())
    return voted, kept


@pytest.mark.parametrize(
    ("content", "code", "words", "health"),
    [
        (b"%PDF-1.7 y", "audit.attachment_changed", "không còn như lúc nhận", "đã bị thay đổi so với lúc nhận"),
        (b"%PDF-1.7 x and more", "audit.attachment_changed", "không còn như lúc nhận", "đã bị thay đổi"),
        (None, "audit.attachment_missing", "không còn trong thư mục", "bị thiếu"),
    ],
)
def test_a_file_that_is_not_what_was_handed_in_is_told_with_its_dossier(
    handed_in: tuple[Office, Path], content: bytes | None, code: str, words: str, health: str
):
    office, kept = handed_in
    assert office.done("audit", "verify", "--json").json["attachments"] == 1
    if content is None:
        kept.unlink()
    else:
        kept.write_bytes(content)
    answer = office("audit", "verify", "--json")
    assert (answer.status, answer.json["holds"], answer.json["history_holds"]) == (4, False, True)
    (found,) = answer.json["findings"]
    assert (found["code"], found["figures"]["digest"]) == (code, kept.name)
    plain = office("audit", "verify")
    assert ("Hồ sơ HS-0001" in plain.err, words in plain.err) == (True, True)
    assert ("Lịch sử nguyên vẹn" in plain.out, "KHÔNG nguyên vẹn: 1 tệp" in plain.out) == (True, True)
    looked_at = office("health")
    assert (looked_at.status, health in " ".join(looked_at.out.split())) == (4, True)


def test_a_file_stays_where_its_person_is_erased(handed_in: tuple[Office, Path]):
    office, kept = handed_in
    office.done("roster", "erase", "SNV-01", "--decision", "QĐ-1", "--as", "TH")
    assert kept.is_file()
    assert office.done("audit", "verify", "--json").json["holds"] is True


# — redecide —


def test_the_same_guards_on_the_same_facts_decide_the_same(voted: Office):
    voted.to_submit("STC")
    answer = voted.done("audit", "redecide", "--json").json
    assert (answer["differences"], answer["what_if"]) == ([], False)


def test_another_pack_says_what_would_have_come_out_otherwise(voted: Office, tmp_path: Path):
    voted.done("unit", "close-vote", "STC", "--as", "CV-STC")
    late = voted.at(LATE)
    late.done("unit", "submit", "STC", "--as", "CV-STC", "--reason", "họp lùi do bão")
    strict = tmp_path / "strict.toml"
    strict.write_text(changed(('late = "reason"', 'late = "refuse"')), encoding="utf-8")
    answer = late.done("audit", "redecide", "--pack", str(strict), "--json").json
    assert answer["what_if"] is True
    assert {(one["command"], one["recorded_to"], one["now_to"]) for one in answer["differences"]} == {
        ("submit", "submitted", None)
    }
    assert len(answer["differences"]) == 4
    plain = late.done("audit", "redecide", "--pack", str(strict)).out
    assert "bị từ chối" in plain
    assert (": đã đáp ứng → chưa đáp ứng" in plain, "unmet" in plain) == (True, False)


def test_an_unknown_pack_is_bad_input(office: Office):
    answer = office("audit", "redecide", "--pack", "nowhere-2024", "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, "pack.unknown")


# — attempts —


def test_what_was_refused_is_listed_with_its_reasons_and_once(voted: Office):
    line = ["unit", "submit", "SNV", "--as", "CV-SNV"]
    for _ in range(2):
        assert voted(*line).status == 3
    found = voted.done("audit", "attempts", "--json").json
    assert found["count"] == len(found["attempts"]) == 6, "the same refusal at the same head once"
    assert {one["actor"] for one in found["attempts"]} == {"CV-SNV"}
    assert all("NT11-1a" in reason for one in found["attempts"] for reason in one["reasons"])
    text = voted.done("audit", "attempts").out
    assert text.count("CV-SNV") == 1, "those of one act for one reason are told together"
    assert "NT11-1a × 6" in text


def test_a_rule_that_no_pack_names_is_told_as_a_general_condition(voted: Office):
    ref = voted.ref("SNV-01")
    assert voted("dossier", "advance", ref, "self_review", "--rank", "good", "--as", "CV-SNV").status == 3
    text = voted.done("audit", "attempts").out
    assert ("✗ điều kiện chung: " in text, "điều kiện chung × 1" in text) == (True, True)
    assert "hoso." not in text
    verdicts = [
        one for attempt in voted.done("audit", "attempts", "--json").json["attempts"] for one in attempt["verdicts"]
    ]
    assert "hoso.state" in {one["rule"] for one in verdicts}, "programs get the id"


def test_a_season_without_refusals_says_so(office: Office):
    assert office.done("audit", "attempts").out.startswith("0 lần bị từ chối")
