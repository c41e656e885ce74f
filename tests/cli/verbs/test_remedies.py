"""Every line that a refusal prints can be pasted: it parses, and with its placeholders filled in it helps."""

import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.cli.line import write_roster
from tests.cli.verbs.office import LATE, NOW, Office, cast
from tests.cli.verbs.packs import changed, season_under
from tests.cli.verbs.pasting import follow, refusals
from tests.season import SHIPPED, leaders, units


def helps(office: Office, argv: list[str], folder: Path) -> list[str]:
    """Do what a refusal says until the command is done; the codes that had a remedy."""
    had = [one["code"] for one in refusals(office(*argv, "--json")) if one["remedy"] is not None]
    follow(office, argv, folder)
    return [str(one).removeprefix("guard.") for one in had]


def nothing(_: Office) -> None:
    """The season is as it was drafted, or voted."""


def reviewed(office: Office) -> None:
    office.review("SNV")
    office.meet("SNV")


def planned(office: Office) -> None:
    office.review("SNV")
    office.done("meeting", "plan", "SNV", "--invite", "ban-dang-tinh-uy", "--as", "CV-SNV")


def closed(office: Office) -> None:
    for unit in ("SNV", "STC"):
        office.done("unit", "close-vote", unit, "--as", f"CV-{unit}")


def sent(office: Office) -> None:
    office.to_submit("STC")


def advance(subject: str, *words: str) -> Callable[[Office], list[str]]:
    return lambda office: ["dossier", "advance", office.ref(subject), *words]


@pytest.mark.parametrize(
    ("prepare", "argv", "codes"),
    [
        (nothing, advance("SNV-01", "submit", "--as", "CV-SNV"), {"wrong_state"}),
        (nothing, advance("SNV-01", "ratify", "--as", "VT"), {"wrong_state"}),
        (nothing, advance("SNV-01", "self_review", "--rank", "good", "--as", "CV-STC"), {"no_role"}),
        (nothing, advance("SNV-01", "withdraw", "--as", "CV-SNV"), {"reason_missing"}),
        (
            nothing,
            advance("SNV-01", "record_vote", "--as", "CV-SNV"),
            {"rank_missing", "meeting_missing", "not_invited", "vote_before_review"},
        ),
        (
            reviewed,
            advance("SNV-01", "record_vote", "--rank", "good", "--set", "excellent=9", "--as", "CV-SNV"),
            {"meeting_missing", "not_invited", "tally_other_rank"},
        ),
        (
            planned,
            advance("SNV-01", "record_vote", "--rank", "good", "--set", "meeting=HN-0001", "--as", "CV-SNV"),
            {"meeting_not_held"},
        ),
        (nothing, lambda _: ["unit", "close-vote", "SNV", "--as", "CV-SNV"], {"unvoted"}),
        (nothing, lambda _: ["unit", "close-vote", "SNV", "--as", "CV-STC"], {"no_role"}),
        (nothing, lambda _: ["meeting", "hold", "SNV", "--attendees", "5", "--as", "CV-STC"], {"no_role"}),
        (nothing, lambda _: ["milestone", "done", "VH-0001", "--proof", "1/BC", "--as", "CV-STC"], {"no_role"}),
    ],
)  # fmt: skip
def test_before_the_vote(office: Office, tmp_path: Path, prepare: Any, argv: Any, codes: set[str]):
    prepare(office)
    assert set(helps(office, argv(office), tmp_path)) == codes


@pytest.mark.parametrize(
    ("prepare", "argv", "codes"),
    [
        (nothing, advance("SNV-01", "submit", "--as", "CV-SNV"), {"vote_open"}),
        (nothing, advance("STC-08", "submit", "--as", "STC-08"), {"own_dossier"}),
        (nothing, advance("SNV-01", "correct", "--as", "CV-SNV"), {"rank_missing", "reason_missing", "correct_field"}),
        (
            nothing,
            advance("SNV-01", "correct", "--set", "field=voted", "--rank", "good", "--reason", "x", "--as", "CV-SNV"),
            {"correct_record"},
        ),
        (closed, advance("SNV-01", "submit", "--as", "CV-SNV"), {"quota_over"}),
        (closed, lambda _: ["unit", "submit", "SNV", "--as", "CV-SNV"], {"quota_over"}),
        (sent, advance("STC-01", "ratify", "--as", "VT"), {"outside_decision"}),
        (
            sent,
            advance("STC-01", "ratify", "--external", "15-QĐ/TU", "--as", "STC-01"),
            {"no_role", "own_dossier", "not_the_registrar"},
        ),
        (sent, advance("STC-02", "ratify", "--as", "VT"), {"not_the_ratifier"}),
        (sent, advance("STC-02", "send_back", "--as", "CV-STC"), {"reason_missing", "due_back_missing"}),
    ],
)
def test_after_the_vote(voted: Office, tmp_path: Path, prepare: Any, argv: Any, codes: set[str]):
    prepare(voted)
    assert set(helps(voted, argv(voted), tmp_path)) == codes


@pytest.mark.parametrize(
    ("extra", "codes"), [([], {"late_reason"}), (["--occurred", "2024-12-04"], {"backdate_unproved"})]
)
def test_after_the_deadline(voted: Office, tmp_path: Path, extra: list[str], codes: set[str]):
    closed(voted)
    argv = ["dossier", "advance", voted.ref("STC-01"), "submit", "--as", "CV-STC", *extra]
    assert set(helps(voted.at(LATE), argv, tmp_path)) == codes


def test_where_a_pack_refuses_lateness_the_issuer_extends(office: Office, tmp_path: Path):
    other = season_under(changed(('late = "reason"', 'late = "refuse"')), office, tmp_path)
    other.to_vote("STC")
    other.done("unit", "close-vote", "STC", "--as", "CV-STC")
    late = other.at(LATE)
    argv = ["dossier", "advance", other.ref("STC-01"), "submit", "--as", "CV-STC"]
    assert helps(late, argv, tmp_path) == ["late_refused"]


def test_a_recipient_that_is_missing_is_sent_to(office: Office, tmp_path: Path):
    two = 'recipients = [{ body = "so-noi-vu" }, { body = "van-phong-ubnd-tinh" }]\nratifier = "bcsd-ubnd"'
    one = 'recipients = [{ body = "so-noi-vu" }]\nratifier = "bcsd-ubnd"'
    other = season_under(changed((one, two)), office, tmp_path)
    other.to_submit("STC")
    assert helps(other, ["dossier", "advance", other.ref("STC-02"), "ratify", "--as", "TK"], tmp_path) == [
        "sends_missing"
    ]


@pytest.mark.row("NT11-2c-2")
def test_an_opinion_that_is_missing_is_given_by_the_body_that_is_asked(office: Office, tmp_path: Path):
    roster = cast()
    people = (*roster.subjects, *leaders("HUYEN", 2))
    with_district = replace(roster, units=(*roster.units, *units("HUYEN", kind="district")), subjects=people)
    other = replace(office, db=tmp_path / "district.db")
    other.plainly("init", "--db", str(other.db))
    other.done("season", "open", SHIPPED, "--code", "2024", "--rehearsal")
    other.done("roster", "import", str(write_roster(tmp_path / "district.xlsx", with_district)))
    chairman, refs = other.ref("HUYEN-01"), other.refs("HUYEN")
    acting = ["--as", "TH"]
    other.done("dossier", "advance", *refs, "self_review", "--rank", "good", *acting)
    other.done("meeting", "hold", "HUYEN", "--attendees", "9", "--invite", "ban-dang-tinh-uy", *acting)
    other.done("dossier", "advance", *refs, "record_vote", "--rank", "good", "--set", "meeting=HN-0001", *acting)
    other.done("unit", "close-vote", "HUYEN", *acting)
    other.done("unit", "submit", "HUYEN", *acting)
    argv = ["dossier", "advance", chairman, "ratify", "--external", "15-QĐ/TU", "--as", "VT"]
    assert helps(other, argv, tmp_path) == ["opinion_missing"]


def test_a_line_keeps_season_language_database_and_clock(office: Office):
    argv = ["dossier", "advance", office.ref("SNV-01"), "submit", "--as=CV-SNV", "--season", "2024", "--lang=en"]
    (one,) = refusals(office(*argv, "--json"))
    words = shlex.split(one["remedy"])
    assert words[-8:] == ["--db", str(office.db), "--season", "2024", "--now", NOW, "--lang", "en"]
    assert words[words.index("--as") + 1] == "CV-SNV"
