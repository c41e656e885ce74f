"""Every line that Hoso offers works when pasted: what `today` lists, what `dossier show` says comes next, and what a
refusal says to do; in every situation that a season comes into."""

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.verbs.office import LATE, Office
from tests.cli.verbs.packs import changed, season_under
from tests.cli.verbs.pasting import every_step, every_task, follow, fork, must, refusals
from tests.cli.verbs.situations import SITUATIONS, closed_over, half_voted, reviewed, sent, uninvited

ACTORS = ("CV-SNV", "CV-STC", "STC-08", "TH", "GS", "VT", "CT", "TK", "SNV-01", "STC-01")


@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_line_of_everybodys_day_is_done(office: Office, tmp_path: Path, situation: str):
    there = SITUATIONS[situation](office)
    assert [code for actor in ACTORS for code in every_task(there, actor, tmp_path)]


@pytest.mark.parametrize("situation", SITUATIONS)
def test_what_a_dossier_says_comes_next_is_done_in_its_order(office: Office, tmp_path: Path, situation: str):
    there = SITUATIONS[situation](office)
    assert [line for one in ("SNV-02", "STC-01", "STC-08") for line in every_step(there, there.ref(one), tmp_path)]


def step(subject: str, *words: str) -> Callable[[Office], list[str]]:
    return lambda office: ["dossier", "advance", office.ref(subject), *words]


def line(*words: str) -> Callable[[Office], list[str]]:
    return lambda _: list(words)


@pytest.mark.parametrize(
    ("situation", "argv", "codes"),
    [
        # Nobody voted, some voted: those who are missing come before the closing.
        ("half_reviewed", line("unit", "close-vote", "SNV", "--as", "CV-SNV"), {"unvoted"}),
        ("half_voted", line("unit", "close-vote", "SNV", "--as", "CV-SNV"), {"unvoted"}),
        ("half_voted", line("unit", "close-vote", "SNV", "--as", "CV-STC"), {"no_role"}),
        ("half_voted", step("SNV-01", "submit", "--as", "CV-SNV"), {"vote_open"}),
        ("over", step("SNV-01", "submit", "--as", "CV-SNV"), {"vote_open"}),
        ("closed_over", step("SNV-01", "submit", "--as", "CV-SNV"), {"quota_over"}),
        ("closed_over", line("unit", "submit", "SNV", "--as", "CV-SNV"), {"quota_over"}),
        # Votes and their meetings.
        (
            "reviewed",
            step("SNV-01", "record_vote", "--rank", "good", "--as", "CV-SNV"),
            {"meeting_missing", "not_invited"},
        ),
        (
            "planned",
            step("SNV-01", "record_vote", "--set", "meeting=HN-0001", "--as", "CV-SNV"),
            {"rank_missing", "meeting_not_held", "not_invited"},
        ),
        (
            "uninvited",
            step("SNV-01", "record_vote", "--rank", "good", "--set", "meeting=HN-0001", "--as", "CV-SNV"),
            {"not_invited"},
        ),
        (
            "met",
            step("STC-02", "record_vote", "--rank", "good", "--set", "meeting=HN-0001", "--as", "CV-STC"),
            {"meeting_elsewhere"},
        ),
        (
            "met",
            step("STC-02", "record_vote", "--rank", "good", "--set=meeting=HN-0001", "--as", "CV-SNV"),
            {"no_role"},
        ),
        # One's own dossier, and decisions that are somebody else's.
        ("over", step("STC-08", "submit", "--as", "STC-08"), {"own_dossier"}),
        ("sent", step("STC-08", "ratify", "--as", "STC-08"), {"no_role", "own_dossier", "not_the_ratifier"}),
        ("sent", step("STC-01", "ratify", "--as", "STC-01"), {"no_role", "own_dossier", "outside_decision"}),
        ("sent", step("STC-02", "ratify", "--as", "STC-02"), {"no_role", "own_dossier", "not_the_ratifier"}),
        ("sent", step("STC-01", "ratify", "--decision", "5/QĐ", "--as", "TK"), {"no_role"}),
        ("sent", step("STC-01", "ratify", "--decision", "5/QĐ", "--as", "VT"), {"outside_decision"}),
        ("sent", step("STC-02", "ratify", "--external", "5/QĐ", "--as", "TK"), {"not_outside"}),
        ("sent", step("STC-02", "ratify", "--as", "CV-STC"), {"no_role", "not_the_ratifier"}),
        ("sent", step("STC-02", "send_back", "--as", "CV-STC"), {"reason_missing", "due_back_missing"}),
        # Late, extended, sent back.
        ("late_closed", line("unit", "submit", "STC", "--as", "CV-STC"), {"late_reason"}),
        ("late_closed", line("unit", "submit", "STC", "--reason", "", "--as", "CV-STC"), {"late_reason"}),
        ("late_closed", step("STC-01", "submit", "--reason=", "--as", "CV-STC"), {"late_reason"}),
        ("late_half_voted", step("SNV-01", "submit", "--as", "CV-SNV"), {"vote_open", "late_reason"}),
        ("extended", step("STC-02", "submit", "--as", "CV-STC"), set()),
        ("late_sent_back", step("STC-02", "submit", "--as", "CV-STC"), {"wrong_state"}),
        # What is not said at all.
        ("over", step("SNV-01", "correct", "--as", "CV-SNV"), {"rank_missing", "reason_missing", "correct_field"}),
        ("drafted", line("meeting", "hold", "SNV", "--attendees", "0", "--as", "CV-SNV"), {"attendees_missing"}),
        (
            "uninvited",
            line("meeting", "invite", "HN-0001", "ban-dang-tinh-uy", "--as", "CV-SNV"),
            {"invitation_unproved"},
        ),
    ],
)  # fmt: skip
def test_what_a_refusal_says_is_followed_to_the_end(
    office: Office, tmp_path: Path, situation: str, argv: Callable[[Office], list[str]], codes: set[str]
):
    there = SITUATIONS[situation](office)
    assert set(follow(there, argv(there), tmp_path)) == codes


# — which line it is —


def told(office: Office, *argv: str) -> list[str]:
    """The lines of a refusal, in order, each once, without where they go to."""
    answer = office(*argv, "--json")
    refusals(answer)
    lines = dict.fromkeys(line for one in answer.json["next"].values() for line in one)
    where = f" --db {office.db} --now {office.always[1]}"
    return [one.replace(" --json", "").replace(where, "") for one in lines]


def test_a_vote_without_a_meeting_takes_one_meeting_with_everybody_invited(office: Office):
    argv = ["dossier", "advance", office.ref("SNV-01"), "record_vote", "--rank", "good", "--as", "CV-SNV"]
    meeting = "hoso meeting hold SNV --invite ban-dang-tinh-uy --attendees N --as CV-SNV"
    assert told(reviewed(office), *argv) == [meeting]


def test_a_meeting_without_the_invitation_takes_its_paper_or_another_meeting(office: Office):
    vote = ["record_vote", "--rank", "good", "--set", "meeting=HN-0001", "--as", "CV-SNV"]
    answer = uninvited(office)("dossier", "advance", office.ref("SNV-01"), *vote)
    assert "→ hoso meeting invite HN-0001 ban-dang-tinh-uy --letter NO --occurred YYYY-MM-DD --as CV-SNV" in answer.err
    assert "hoặc → hoso meeting hold SNV --invite ban-dang-tinh-uy --attendees N --as CV-SNV" in answer.err


def test_an_own_dossier_is_told_with_one_person_who_may(office: Office):
    ref = office.ref("STC-08")
    argv = ["dossier", "advance", ref, "ratify", "--as", "STC-08"]
    assert told(sent(office), *argv) == [f"hoso dossier advance {ref} ratify --as STC-01 --decision NO"]
    text = office(*argv).err
    assert "cán bộ tổng hợp" not in text, "a coordinator could not help"


def test_a_batch_is_told_the_refused_one_alone_and_the_rest(office: Office, tmp_path: Path):
    sent_there = closed_over(office)
    own, other = office.ref("STC-08"), office.ref("STC-09")
    argv = ["dossier", "advance", own, other, "submit", "--as", "STC-08"]
    assert told(sent_there, *argv) == [f"hoso dossier advance {own} submit --as CV-STC"]
    rest = sent_there(*argv, "--json").json["rest"]
    assert f"dossier advance {other} submit --as STC-08" in rest
    at = fork(sent_there, tmp_path)
    must(sent_there, rest, at)
    assert f"1 hồ sơ còn lại không vướng gì nhưng chưa được thực hiện:\n    → hoso dossier advance {other}" in (
        sent_there(*argv).err
    )


def test_an_empty_reason_is_filled_once(office: Office):
    late = closed_over(office).at(LATE)
    (line,) = told(late, "unit", "submit", "STC", "--reason", "", "--as", "CV-STC")
    assert shlex.split(line).count("--reason") == 1


def test_a_group_that_is_half_voted_is_not_sent_back_to_the_vote(office: Office):
    half_voted(office)
    day = office.done("today", "--as", "CV-SNV", "--json").json["tasks"]
    assert [one["code"] for one in day] == ["view.task_votes"]


def test_only_those_that_may_go_are_offered_where_a_group_holds_the_others(office: Office):
    closed_over(office)
    day = office.done("today", "--as", "CV-SNV", "--json").json["tasks"]
    assert [one["code"].removeprefix("view.task_") for one in day] == ["revote", "submit"]
    assert f"dossier advance {office.ref('SNV-TT')} submit" in day[1]["command"]


def test_a_package_that_is_late_asks_for_the_reason(office: Office):
    late = closed_over(office).at(LATE)
    day = late.done("today", "--as", "CV-STC", "--json").json["tasks"]
    assert "unit submit STC --reason '…' --as CV-STC" in day[0]["command"]


def test_whoever_coordinates_everything_sees_every_unit_that_is_overdue(office: Office):
    def urged(moment: str) -> list[str]:
        tasks = office.at(moment).done("today", "--as", "TH", "--json").json["tasks"]
        return [one["figures"]["unit"] for one in tasks if one["code"] == "view.task_urge"]

    assert urged("2024-12-04T23:59:59.999999+07:00") == []
    assert urged(LATE) == ["SNV", "STC"]


# — warnings, dry runs, seasons —


def test_a_self_review_without_a_rank_tells_the_line_that_adds_it(office: Office, tmp_path: Path):
    ref = office.ref("SNV-01")
    answer = office.done("dossier", "advance", ref, "self_review", "--as", "SNV-01", "--json")
    (warning,) = answer.json["done"][0]["warnings"]
    assert warning["code"] == "guard.expected_missing"
    must(office, warning["remedy"].replace("RANK", "excellent").replace("corrects=N", "corrects=2"), office)
    assert office.shown("SNV-01")["expected"] == "excellent"
    text = office.done("dossier", "advance", office.ref("SNV-02"), "self_review", "--as", "SNV-02").out
    assert f"→ hoso dossier advance {office.ref('SNV-02')} correct --set field=expected --set corrects=2" in text
    assert text.count("--as CV-SNV") == 1, "the correction is the coordinator's"


def test_a_decision_without_its_number_is_taken_and_told(office: Office):
    sent(office)
    ref = office.ref("STC-02")
    bare = office.done("dossier", "advance", ref, "ratify", "--as", "TK", "--dry-run", "--json").json
    assert [one["code"] for one in bare["done"][0]["warnings"]] == ["guard.decision_missing"]
    assert bare["done"][0]["warnings"][0]["remedy"] is None, "what is decided is not decided again"
    given = ["--decision", "5/QĐ-BCSĐ", "--as", "TK", "--json"]
    assert office.done("dossier", "advance", ref, "ratify", *given).json["done"][0]["warnings"] == []
    assert "Quyết định số 5/QĐ-BCSĐ" in office.done("dossier", "show", ref).out


@pytest.mark.parametrize("both", [["--decision", "1", "--external", "2"], ["--set", "decision=1", "--decision", "2"]])
def test_a_decision_has_one_number(office: Office, both: list[str]):
    answer = office("dossier", "advance", office.ref("STC-02"), "ratify", *both, "--as", "TK", "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, "view.set_twice")


def test_a_dry_run_prints_no_receipt(office: Office):
    late = closed_over(office).at(LATE)
    argv = ["unit", "submit", "STC", "--reason", "x", "--as", "CV-STC", "--dry-run"]
    answer = late.done(*argv, "--json").json
    assert {one["receipt"] for one in answer["done"]} == {None}
    text = late.done(*argv).out
    assert f"{office.ref('STC-02')}: sẽ gửi hồ sơ → đã gửi" in text
    assert " · số " not in text


def test_with_two_seasons_open_what_comes_next_names_its_season(office: Office, tmp_path: Path):
    shipped: list[Any] = [*season_line("2025")]
    opened = office.done(*shipped).out
    assert "roster import DANH-SACH.xlsx --season 2025" in opened
    argv = ["dossier", "advance", office_ref(office), "submit", "--as", "CV-SNV", "--season", "2024"]
    (remedy,) = (one["remedy"] for one in refusals(office(*argv, "--json")))
    assert "--season 2024" in remedy
    must(office, remedy, fork(office, tmp_path))
    for task in office.done("today", "--as", "CV-SNV", "--season", "2024", "--json").json["tasks"]:
        assert "--season 2024" in task["command"]


def season_line(code: str) -> list[str]:
    return ["season", "open", "ninh-thuan-2024-11", "--code", code, "--rehearsal"]


def office_ref(office: Office) -> str:
    found = office.done("dossier", "list", "--unit", "SNV", "--season", "2024", "--json").json["dossiers"]
    return str(found[0]["ref"])


def test_where_lateness_is_refused_nothing_late_is_offered_but_the_extension(office: Office, tmp_path: Path):
    other = season_under(changed(('late = "reason"', 'late = "refuse"')), office, tmp_path)
    other.to_vote("STC")
    other.done("unit", "close-vote", "STC", "--as", "CV-STC")
    late = other.at(LATE)
    assert [one for one in every_task(late, "CV-STC", tmp_path) if one == "submit"] == []
    (line,) = every_step(late, late.ref("STC-01"), tmp_path)
    assert "obligation extend" in line
