"""A meeting that a pack describes, from its plan to its minutes, on the command line."""

from pathlib import Path

import pytest

from tests.cli.verbs.office import Office
from tests.cli.verbs.packs import changed, season_under

KIND = """
[[meeting]]
id = "K-1"
clause = { source = "nt11", at = "khoản 9" }
text = "Hội nghị tập thể lãnh đạo"
where = { duty = ["leadership"] }
registered_through = "van-phong-ubnd-tinh"
agreed_by = ["bcsd-ubnd"]
voters = ["leaders"]

[[meeting.part]]
id = "leaders"
part = "member"
text = "Thành viên lãnh đạo"
where = { duty = ["leadership"] }

[[meeting.part]]
id = "boards"
part = "observer"
text = "Các ban đảng"
body = "ban-dang-tinh-uy"
invited = true

[[meeting.step]]
step = "report"

[[meeting.step]]
step = "explanation"
optional = true

[[meeting.step]]
step = "overall"
method = "ballot"
"""
ORDER = """
[[order]]
id = "O-1"
clause = { source = "nt11", at = "khoản 9" }
text = "Cấp trưởng trước, cấp phó sau"
first = { lead = ["head"] }
reached = "self_review"
then = { lead = ["deputy"] }
command = "self_review"
mode = "enforce"
"""
COORDINATING = ("--as", "CV-SNV")
BALLOTS = ("issued=6", "unused=0", "cast=6", "valid=6", "invalid=0")


@pytest.fixture
def board(office: Office, tmp_path: Path) -> Office:
    return season_under(changed() + KIND, office, tmp_path)


def test_from_the_plan_to_the_minutes(board: Office, tmp_path: Path) -> None:
    paper = tmp_path / "bien-ban.pdf"
    paper.write_bytes(b"%PDF-1.7 x")
    here = ("--present", "leaders=6", "--present", "boards=1")
    board.done("meeting", "plan", "SNV", "--invite", "ban-dang-tinh-uy", *COORDINATING)
    early = board("meeting", "hold", "--ref", "HN-0001", *here, *COORDINATING)
    assert early.status == 3
    assert "hoso meeting register HN-0001 --time 'YYYY-MM-DD HH:MM'" in early.text
    board.done("meeting", "register", "HN-0001", "--time", "2024-11-10 08:00", "--letter", "1/CV", *COORDINATING)
    unagreed = board("meeting", "hold", "--ref", "HN-0001", *here, *COORDINATING)
    assert "hoso meeting agree HN-0001 bcsd-ubnd --letter NO" in unagreed.text
    agreed = board.done("meeting", "agree", "HN-0001", "bcsd-ubnd", "--letter", "2/CV", "--as", "VT")
    assert "đã thống nhất thời gian" in agreed.out
    board.done("meeting", "hold", "--ref", "HN-0001", *here, *COORDINATING)
    board.done("meeting", "note", "HN-0001", "report", "--conclusion", "Thống nhất", *COORDINATING)
    ref = board.ref("SNV-02")
    board.done("dossier", "advance", ref, "self_review", "--rank", "good", "--as", "SNV-02")
    uncounted = board(
        "dossier", "advance", ref, "record_vote", "--rank", "good", "--set", "meeting=HN-0001", *COORDINATING
    )
    assert f"hoso tally add HN-0001 {ref} FIGURE=NUMBER" in uncounted.text
    count = ("tally", "add", "HN-0001", ref, *BALLOTS, "HTTNV=5", "excellent=1", "--committee", "Người Đếm")
    assert board(*count, *COORDINATING).status == 3
    board.done(*count, "--attach", str(paper), *COORDINATING)
    board.done("dossier", "advance", ref, "record_vote", "--rank", "good", "--set", "meeting=HN-0001", *COORDINATING)
    undecided = board("meeting", "minute", "HN-0001", str(paper), *COORDINATING)
    assert (
        undecided.status,
        "hoso meeting note HN-0001 explanation --conclusion …" in undecided.text.replace("'", ""),
    ) == (3, True)
    board.done("meeting", "note", "HN-0001", "explanation", "--not-needed", *COORDINATING)
    board.done("meeting", "minute", "HN-0001", str(paper), *COORDINATING)
    late = board(*count, "--attach", str(paper), "--correct", "--reason", "đếm lại", *COORDINATING)
    assert (late.status, "đã có biên bản" in late.text) == (3, True)
    (found,) = board.done("tally", "list", "HN-0001", "--json").json["tallies"]
    assert (found["dossier"], found["figures"]["good"], found["step"]) == (ref, 5, "overall")
    assert "phiếu" in board.done("tally", "list", "HN-0001").out
    told = board.done("replay", "HN-0001").out
    assert f"{ref}, bỏ phiếu mức xếp loại chung (" in told
    assert "ban kiểm phiếu “Người Đếm”" in told
    assert not [word for word in ("committee", "figures", "matter", "method", "/overall/") if word in told]
    assert board.done("audit", "verify").status == 0
    assert "K-1" in board.done("meeting", "list").out
    assert "Hội nghị tập thể lãnh đạo" in board.done("plans", "show", str(tmp_path / "pack.toml")).out


def test_what_comes_next_is_the_meeting_of_its_kind_then_the_counts_then_the_ranks(
    board: Office, tmp_path: Path
) -> None:
    paper = tmp_path / "phieu.pdf"
    paper.write_bytes(b"%PDF-1.7 x")
    ref = board.ref("SNV-02")
    board.done("dossier", "advance", ref, "self_review", "--rank", "good", "--as", "SNV-02")
    plan = "hoso meeting plan SNV --kind K-1 --as CV-SNV"
    assert plan in board.done("today", *COORDINATING).out
    assert plan in board("dossier", "advance", ref, "record_vote", "--rank", "good", *COORDINATING).text
    assert plan in board.done("dossier", "show", ref).out
    planned = board.done("meeting", "plan", "SNV", "--invite", "ban-dang-tinh-uy", *COORDINATING)
    register = "hoso meeting register HN-0001 --time 'YYYY-MM-DD HH:MM' --as CV-SNV"
    assert register in planned.out
    assert register in board.done("today", *COORDINATING).out
    time = ("--time", "10/11/2024 08:00", "--letter", "1/CV")
    registered = board.done("meeting", "register", "HN-0001", *time, *COORDINATING)
    agree = "hoso meeting agree HN-0001 bcsd-ubnd"
    assert f"{agree} --as TK" in registered.out
    assert "hoso meeting" not in board.done("today", *COORDINATING).out
    assert f"{agree} --as TK" in board.done("dossier", "show", ref).out
    assert f"{agree} --as TK" in board.done("today", "--as", "TK").out
    board.done("meeting", "agree", "HN-0001", "bcsd-ubnd", "--letter", "2/CV", "--as", "VT")
    hold = "hoso meeting hold SNV --ref HN-0001 --present leaders=N --as CV-SNV"
    assert hold in board.done("today", *COORDINATING).out
    came = ("--present", "leaders=6", "--present", "boards=1")
    held = board.done("meeting", "hold", "--ref", "HN-0001", *came, *COORDINATING)
    count = f"hoso tally add HN-0001 {ref} FIGURE=NUMBER --as CV-SNV"
    assert count in held.out
    assert "record_vote --rank" not in held.out
    assert count in board.done("today", *COORDINATING).out
    assert count in board.done("dossier", "show", ref).out
    given = ("HTTNV=6", "--committee", "Người Đếm", "--attach", str(paper))
    board.done("tally", "add", "HN-0001", ref, *BALLOTS, *given, *COORDINATING)
    vote = f"hoso dossier advance {ref} record_vote --rank RANK --set meeting=HN-0001"
    assert vote in board.done("dossier", "show", ref).out


@pytest.mark.parametrize(
    "figures",
    [("good=2", "good=6"), ("good=3", "HTTNV=3"), ("issued=6", "good=6")],
    ids=["twice", "under two names", "of ballots"],
)
def test_a_figure_is_given_once(board: Office, figures: tuple[str, ...]) -> None:
    answer = board("tally", "add", "HN-0001", "HS-0001", *BALLOTS, *figures, *COORDINATING)
    assert (answer.status, "hai lần" in answer.text) == (2, True)


@pytest.mark.parametrize(
    "given,words",
    [
        (("--present", "leaders=6", "--present", "leaders=3"), "hai lần"),
        (("--present", "leaders=6", "--attendees", "3"), "không khớp"),
    ],
)
def test_who_came_is_told_once_and_in_one_way(board: Office, given: tuple[str, ...], words: str) -> None:
    answer = board("meeting", "hold", "SNV", *given, *COORDINATING)
    assert answer.status == 2
    assert words in answer.text or "ghi cho khớp" in answer.text


@pytest.mark.parametrize("figure", ["good", "good=", "=5", "good=-1", "good=5.5", "good=٥"])
def test_a_figure_that_is_none(board: Office, figure: str) -> None:
    answer = board("tally", "add", "HN-0001", "HS-0001", figure, *COORDINATING)
    assert answer.status == 2
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("present", ["leaders", "leaders=", "leaders=six", "leaders=999999999"])
def test_a_presence_that_is_none(board: Office, present: str) -> None:
    answer = board("meeting", "hold", "SNV", "--present", present, *COORDINATING)
    assert answer.status == 2


def test_a_line_offered_for_a_meeting_is_one_that_can_be_typed(board: Office, tmp_path: Path) -> None:
    """Its verbs take no `--set`, and a meeting that is being planned has no number to be named by."""
    bare = board("meeting", "hold", "SNV", "--present", "leaders=6", *COORDINATING)
    assert bare.status == 3
    assert "hoso meeting plan SNV" in bare.text
    assert "--set" not in bare.text
    board.done("meeting", "plan", "SNV", "--invite", "ban-dang-tinh-uy", *COORDINATING)
    again = board("meeting", "move", "HN-0001", "--time", "2024-11-11 08:00", "--reason", "mưa", *COORDINATING)
    assert (again.status, "Traceback" in again.text) == (3, False)
    assert "hoso meeting register HN-0001" in again.text
    paper = tmp_path / "bien-ban.pdf"
    paper.write_bytes(b"%PDF-1.7 x")
    board.done("meeting", "register", "HN-0001", "--time", "2024-11-10 08:00", "--letter", "1/CV", *COORDINATING)
    board.done("meeting", "agree", "HN-0001", "bcsd-ubnd", "--letter", "2/CV", "--as", "VT")
    board.done("meeting", "hold", "--ref", "HN-0001", "--present", "leaders=6", "--present", "boards=1", *COORDINATING)
    ref = board.ref("SNV-02")
    board.done("dossier", "advance", ref, "self_review", "--rank", "good", "--as", "SNV-02")
    count = ("tally", "add", "HN-0001", ref, *BALLOTS, "HTTNV=5", "excellent=1")
    unsigned = board(*count, "--committee", "Người Đếm", *COORDINATING)
    assert "--attach FILE" in unsigned.text
    uncounted = board(*count, "--attach", str(paper), *COORDINATING)
    assert "--committee NAME" in uncounted.text
    placeholder = board(*count, "--committee", "NAME", "--attach", "FILE", *COORDINATING)
    assert placeholder.status == 2
    board.done(*count, "--committee", "Người Đếm", "--attach", str(paper), *COORDINATING)
    twice = board(*count, "--committee", "Người Đếm", "--attach", str(paper), *COORDINATING)
    assert "--correct --reason …" in twice.text.replace("'", "")


def test_what_comes_with_a_count_is_looked_at(board: Office, tmp_path: Path) -> None:
    false = tmp_path / "phieu.pdf"
    false.write_bytes(b"PK\x03\x04 nothing that can be read")
    answer = board("tally", "add", "HN-0001", "HS-0001", *BALLOTS, "HTTNV=6", "--attach", str(false), *COORDINATING)
    assert (answer.status, "phieu.pdf" in answer.text, "Traceback" in answer.text) == (2, True, False)


def test_a_figure_that_nobody_counts_is_named_with_those_that_are(board: Office) -> None:
    board.done("meeting", "plan", "SNV", *COORDINATING)
    answer = board("tally", "add", "HN-0001", board.ref("SNV-02"), "superb=6", "issued=6", *COORDINATING)
    assert (answer.status, "không có mục: superb." in answer.text) == (2, True)
    blank = board("tally", "add", "HN-0001", board.ref("SNV-02"), "FIGURE=NUMBER", *COORDINATING)
    assert (blank.status, "chỗ để điền" in blank.text) == (2, True)


def test_a_meeting_that_was_not_held_is_offered_by_its_number(board: Office, tmp_path: Path) -> None:
    board.done("meeting", "plan", "SNV", *COORDINATING)
    paper = tmp_path / "bien-ban.pdf"
    paper.write_bytes(b"%PDF-1.7 x")
    early = board("meeting", "minute", "HN-0001", str(paper), *COORDINATING)
    assert early.status == 3
    assert "hoso meeting hold --ref HN-0001 --attendees N" in early.text


def test_who_waits_for_others_is_told_what_brings_them_on(office: Office, tmp_path: Path) -> None:
    board = season_under(changed() + ORDER, office, tmp_path)
    ref = board.ref("SNV-02")
    refused = board("dossier", "advance", ref, "self_review", "--rank", "good", *COORDINATING)
    assert refused.status == 3
    first = board.ref("SNV-01")
    assert f"hoso dossier advance {first} self_review --rank RANK" in refused.text
    assert "['" not in refused.text
