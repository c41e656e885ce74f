"""`hoso obligation`: what is due, done, dated, extended."""

from pathlib import Path

import pytest

from tests.cli.verbs.office import LATE, Office
from tests.cli.verbs.packs import changed, season_under

JUST_IN_TIME = "2024-12-04T23:59:59.999999+07:00"


def due(office: Office, rule: str, scope: str) -> str:
    """The ref of the open obligation of a rule over a unit or the season."""
    found = office.done("obligation", "list", "--json").json["obligations"]
    return str(next(one["ref"] for one in found if (one["rule"], one["scope"]) == (rule, scope)))


def test_what_is_due_is_listed_by_day_with_what_is_missing(office: Office):
    found = office.done("obligation", "list", "--json").json["obligations"]
    assert [one["rule"] for one in found[:5]] == ["NT11-1e-1", "NT11-1e-1", "NT11-1g-3", "NT11-1g-3", "NT11-2b-1"]
    head = found[0]
    assert (head["scope"], head["recipient"], head["met_by"]) == ("SNV", "ban-to-chuc-tinh-uy", "submit")
    assert head["missing"] == [office.ref("SNV-01")]
    assert found[-1]["undated"], "those without a date come last"


@pytest.mark.row("NT11-1g-4", "NT11-2c-1")
def test_a_duty_without_a_date_is_flagged(office: Office):
    rows = office.done("obligation", "list").rows
    flagged = [row for row in rows if len(row) > 5 and row[5] == "CHƯA CÓ NGÀY"]
    assert [row[1] for row in flagged] == ["NT11-1g-4", "NT11-2c-1"]
    assert {row[2] for row in flagged} == {"Sở Nội vụ"}


@pytest.mark.row("NT11-1e-1", "NT11-2b-1")
def test_overdue_begins_with_the_first_late_instant(office: Office):
    assert office.at(JUST_IN_TIME).done("obligation", "list", "--overdue", "--json").json["obligations"] == []
    late = office.at(LATE).done("obligation", "list", "--overdue", "--json").json["obligations"]
    assert {one["rule"] for one in late} == {"NT11-1e-1", "NT11-1g-3", "NT11-2b-1"}
    assert len(late) == 5


def test_a_units_duties_are_its_own_and_the_seasons_are_left_out(office: Office):
    found = office.done("obligation", "list", "--unit", "STC", "--json").json["obligations"]
    assert [(one["rule"], one["scope"]) for one in found] == [("NT11-1e-1", "STC"), ("NT11-1g-3", "STC")]


def test_what_is_met_leaves_the_list_and_is_found_again_with_all(voted: Office):
    voted.to_submit("STC")
    assert voted.done("obligation", "list", "--unit", "STC", "--json").json["obligations"] == []
    every = voted.done("obligation", "list", "--unit", "STC", "--all", "--json").json["obligations"]
    assert [(one["state"], one["late"]) for one in every] == [("met", False), ("met", False)]


@pytest.mark.row("NT11-2b-1")
def test_a_duty_of_a_body_is_recorded_as_done_with_its_proof(office: Office):
    ref = due(office, "NT11-2b-1", "2024")
    line = ["milestone", "done", ref, "--as", "GS"]
    assert office(*line, "--proof", "NO").status == 2, "nobody filled it in"
    answer = office.done(*line, "--proof", "31/BC-SNV", "--json").json
    assert [(one["ref"], one["to"]) for one in answer["done"]] == [(ref, "met")]
    again = office(*line, "--proof", "31/BC-SNV", "--json")
    assert (again.status, [one["code"] for one in again.json["refused"]]) == (3, ["guard.wrong_state"])


def test_a_duty_that_dossiers_settle_is_not_done_by_hand(office: Office):
    answer = office("milestone", "done", due(office, "NT11-1e-1", "SNV"), "--proof", "1/BC", "--as", "GS", "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, "command.duty_met_by_dossiers")


def test_a_date_is_entered_with_its_source_by_those_who_may(office: Office):
    ref = due(office, "NT11-1g-4", "2024")
    line = ["obligation", "date", ref, "--on", "20/12/2024", "--source", "CV 45/BCSĐ"]
    refused = office(*line, "--as", "CV-SNV")
    assert refused.status == 3
    assert "--as CT" in refused.err, "somebody who may"
    office.done(*line, "--as", "CT")
    found = office.done("obligation", "list", "--json").json["obligations"]
    dated = next(one for one in found if one["rule"] == "NT11-1g-4")
    assert (dated["last_good_day"], dated["undated"], dated["decision"]) == ("2024-12-20", False, "CV 45/BCSĐ")
    twice = office("obligation", "date", dated["ref"], "--on", "2024-12-21", "--source", "x", "--as", "CT", "--json")
    assert (twice.status, twice.json["error"]["code"]) == (2, "command.date_is_set")


def test_an_extension_moves_one_units_deadline_and_keeps_the_printed_one(office: Office):
    ref = due(office, "NT11-1e-1", "STC")
    office.done("obligation", "extend", ref, "--until", "2024-12-10", "--decision", "20/QĐ-UBND", "--as", "CT")
    late = office.at(LATE).done("obligation", "list", "--overdue", "--json").json["obligations"]
    assert "STC" not in {one["scope"] for one in late}, "the date that follows it went along"
    every = office.done("obligation", "list", "--unit", "STC", "--all", "--json").json["obligations"]
    assert [(one["last_good_day"], one["state"]) for one in every if one["rule"] == "NT11-1e-1"] == [
        ("2024-12-04", "closed"),
        ("2024-12-10", "open"),
    ]


def test_an_extension_is_the_issuers_to_decide(office: Office):
    ref = due(office, "NT11-1e-1", "STC")
    line = ["obligation", "extend", ref, "--until", "2024-12-10", "--decision", "20/QĐ-UBND"]
    refused = office(*line, "--as", "GS", "--json")
    assert refused.status == 3
    (one,) = refused.json["refused"]
    assert (one["code"], one["who"]) == ("guard.no_role", "issuer")
    assert "--as CT" in one["remedy"]


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["extend", "VH-9999", "--until", "2024-12-10", "--decision", "1/QĐ"], "command.unknown_obligation"),
        (["extend", "VH-0001", "--until", "tomorrow", "--decision", "1/QĐ"], "command.not_a_day"),
        (["extend", "VH-0001", "--until", "YYYY-MM-DD", "--decision", "1/QĐ"], "view.placeholder"),
        (["date", "VH-9999", "--on", "2024-12-10", "--source", "CV"], "command.unknown_obligation"),
        (["date", "VH-0001", "--on", "2024-13-10", "--source", "CV"], "command.not_a_day"),
        (["list", "--unit", "NOWHERE"], "view.unknown_unit"),
    ],
)
def test_bad_input_is_named(office: Office, argv: list[str], code: str):
    acting = [] if argv[0] == "list" else ["--as", "CT"]
    answer = office("obligation", *argv, *acting, "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, code)


def test_an_extension_is_not_before_the_day_it_replaces(office: Office):
    ref = due(office, "NT11-1e-1", "STC")
    for day, status in (("2024-12-04", 2), ("2024-12-05", 0)):
        answer = office("obligation", "extend", ref, "--until", day, "--decision", "1/QĐ", "--as", "CT")
        assert answer.status == status


@pytest.mark.row("NT05-2-2")
def test_what_a_lateness_means_for_party_members_is_entered_with_a_reason(office: Office):
    ref, late = due(office, "NT11-1g-3", "STC"), office.at(LATE)
    line = ["obligation", "assess", ref, "--affects-party", "yes", "--reason", "3 đảng viên chờ xếp loại"]
    assert late(*line).status == 2, "nobody is named"
    assert late(*line[:-1], "…", "--as", "GS").status == 2, "nobody filled it in"
    answer = late(*line, "--as", "CV-STC", "--json")
    assert (answer.status, [one["code"] for one in answer.json["refused"]]) == (3, ["guard.no_role"])
    answer = office(*line, "--as", "GS", "--json")
    assert (answer.status, [one["code"] for one in answer.json["refused"]]) == (3, ["guard.obligation_in_time"])
    assert "xét ảnh hưởng của trễ hạn" in late.done(*line, "--as", "GS").out
    told = late.done("replay", ref).out
    assert "ảnh hưởng đến xếp loại đảng viên: có" in told
    assert late.done("audit", "verify", "--json").json["holds"] is True


def test_an_effect_that_is_no_answer_is_bad_input(office: Office):
    line = ["obligation", "assess", due(office, "NT11-1g-3", "STC"), "--affects-party", "có", "--reason", "x"]
    answer = office.at(LATE)(*line, "--as", "GS", "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, "command.unknown_effect")
    assert "yes (có), no (không), unknown" in answer.err


VOTING = """
[[deadline]]
id = "voted"
clause = { source = "nt11", at = "khoản 9" }
text = "Bỏ phiếu; công văn không nêu ngày"
wording = "none"
per = "unit"
owner = "unit"
met_by = "record_vote"
hint = "NT11-1e-1"
"""


def test_what_has_no_date_shows_its_hint_wherever_it_is_told(office: Office, tmp_path: Path):
    """A-24: a hint is told as a hint, and nothing is due by it."""
    one = season_under(
        changed(('wording = "none"\nper', 'wording = "none"\nhint = "NT11-2b-1"\nper')) + VOTING, office, tmp_path
    )
    (row,) = [row for row in one.done("obligation", "list").rows if row[1:3] == ["voted", "SNV"]]
    assert row[4:6] == ["(gợi ý thứ Tư 04/12/2024)", "CHƯA CÓ NGÀY"]
    found = one.done("obligation", "list", "--json").json["obligations"]
    told = {(each["rule"], each["scope"]): (each["hint"], each["last_good_day"]) for each in found if each["undated"]}
    assert told["voted", "SNV"] == ({"rule": "NT11-1e-1", "day": "2024-12-04"}, None)
    sentence = "Gợi ý, không phải thời hạn: bước tiếp theo có ngày ({}) chậm nhất thứ Tư 04/12/2024."
    assert sentence.format("NT11-1e-1") in one.done("unit", "nudge", "SNV").out
    assert sentence.format("NT11-2b-1") in one.done("today", "--as", "CT").out
    late = one.at(LATE).done("obligation", "list", "--overdue", "--json").json["obligations"]
    assert "voted" not in {each["rule"] for each in late}


def test_a_duty_that_comes_with_a_paper_says_so_and_is_done_with_it(office: Office, tmp_path: Path):
    text = changed(('id = "NT11-2b-1"\n', 'id = "NT11-2b-1"\npaper = "summary"\n'))
    one = season_under(text, office, tmp_path)
    ref = due(one, "NT11-2b-1", "2024")
    assert f"milestone done {ref} --proof NO --attach summary=FILE" in one.done("today", "--as", "GS").out
    refused = one("milestone", "done", ref, "--proof", "31/BC", "--as", "GS")
    assert (refused.status, "báo cáo tóm tắt" in refused.err, "--attach summary=FILE" in refused.err) == (3, True, True)
    file = tmp_path / "tom-tat.pdf"
    file.write_bytes(b"%PDF-1.7 x")
    one.done("milestone", "done", ref, "--proof", "31/BC", "--attach", f"summary={file}", "--as", "GS")
    assert one.done("audit", "verify").status == 0


def test_what_is_only_owed_where_it_is_needed_is_recorded_as_not_needed(office: Office, tmp_path: Path):
    """A-23."""
    one = season_under(changed(('id = "NT11-2b-1"\n', 'id = "NT11-2b-1"\noptional = true\n')), office, tmp_path)
    ref, other = due(one, "NT11-2b-1", "2024"), due(one, "NT11-1g-4", "2024")
    line = ["milestone", "not-needed"]
    assert one(*line, ref, "--reason", "TEXT", "--as", "GS").status == 2, "nobody filled it in"
    refused = one(*line, other, "--reason", "Không có", "--as", "GS")
    assert (refused.status, "khoản 1" in refused.err, "bắt buộc" in refused.err) == (3, True, True)
    answer = one.done(*line, ref, "--reason", "Không có vấn đề cần gợi ý", "--as", "GS")
    assert "không cần" in answer.out
    assert ref not in one.done("today", "--as", "GS").out
    every = one.done("obligation", "list", "--all", "--json").json["obligations"]
    assert [each["state"] for each in every if each["ref"] == ref] == ["void"]
    assert one.done("audit", "verify").status == 0


def test_who_directs_a_duty_and_who_advises_on_it_is_told(office: Office, tmp_path: Path):
    keys = 'id = "NT11-2b-1"\ndirected_by = "bcsd-ubnd"\nadvised_by = ["so-noi-vu", "van-phong-ubnd-tinh"]\n'
    one = season_under(changed(('id = "NT11-2b-1"\n', keys)), office, tmp_path)
    (told,) = [
        each for each in one.done("obligation", "list", "--json").json["obligations"] if each["rule"] == "NT11-2b-1"
    ]
    assert (told["directed_by"], told["advised_by"]) == ("bcsd-ubnd", ["so-noi-vu", "van-phong-ubnd-tinh"])
    shown = one.plainly("plans", "show", str(tmp_path / "pack.toml")).out
    assert "cơ quan chỉ đạo: Ban Cán sự Đảng UBND tỉnh" in shown
    assert "cơ quan tham mưu: Sở Nội vụ, Văn phòng UBND tỉnh" in shown


def test_a_body_that_the_pack_does_not_have_directs_nothing(office: Office, tmp_path: Path):
    file = tmp_path / "pack.toml"
    file.write_text(changed(('id = "NT11-2b-1"\n', 'id = "NT11-2b-1"\ndirected_by = "nobody"\n')), encoding="utf-8")
    answer = office.plainly("plans", "lint", str(file))
    assert answer.status != 0
    assert "nobody" in answer.text
