"""The letter of Kon Tum's Party civil-affairs committee of 2024: what its pack says, row by row of the matrix."""

from datetime import datetime
from typing import Any

import pytest

from states.packs import find
from tests.packs.told import clauses, read_otherwise, reckoned, texts
from workflow.errors import BadInput
from workflow.routing import capping, route_for
from workflow.rulepack import OWN_UNIT, Deadline, Late, Mode, Per, Wording
from workflow.words import Track

PACK = find("kon-tum-2024")


def deadline(name: str) -> Deadline:
    return PACK.deadline(name)


def facts(**others: Any) -> dict[str, Any]:
    """A deputy of a department whom the civil-affairs committee manages, unless told otherwise."""
    return {
        "kind": "person",
        "track": "civil_servant",
        "unit_kind": "department",
        "unit": ["SXD"],
        "unit_path": "SXD",
        "category": "civil_servant",
        "duty": "leadership",
        "tier": "bcsd",
        "lead": "deputy",
        "party": True,
        **others,
    }


COLLECTIVE = {"kind": "collective", "lead": "none", "duty": "", "category": "", "party": False}


# — the paper —


@pytest.mark.row("KT24-0-1")
def test_the_letter_has_neither_number_nor_date_only_bounds() -> None:
    letter = next(one for one in PACK.sources if one.id == PACK.document.source)
    assert (letter.number, letter.date, PACK.document.symbol) == (None, "2024", "-CV/BCSD")
    first = min(one.on for one in PACK.deadlines if one.on is not None)
    assert (PACK.valid_from.isoformat(), first) == ("2024-10-23", "2024-11-10")


@pytest.mark.row("KT24-0-2")
def test_the_letter_speaks_to_four_kinds_of_body() -> None:
    assert PACK.document.audience == ("department", "association", "state_company", "state_capital")


@pytest.mark.row("KT24-0-3", "KT24-0-6")
def test_its_basis_is_registered_with_numbers_issuers_and_dates() -> None:
    basis = {one.id: (one.number, one.date) for one in PACK.sources}
    assert [basis[name] for name in PACK.document.basis] == [
        ("124-QĐ/TW", "2023-10-04"),
        ("25-HD/BTCTW", "2023-11-10"),
        ("01-HD/TU", "2023-11-23"),
        ("173-KH/TU", "2024-10-11"),
        ("3314/SNV-CCVC", "2024-10-23"),
    ]


@pytest.mark.row("KT24-0-4", "KT24-4-1", "KT24-6-2", "KT24-3-4")
@pytest.mark.parametrize("field", ["tiers", "coordinator", "signatory", "collectives-of-the-province"])
def test_what_no_program_executes_can_be_read(field: str) -> None:
    assert any(one.id == field for one in PACK.document.fields)


@pytest.mark.row("KT24-1-3")
def test_the_resolution_is_kept_as_printed_beside_its_correction() -> None:
    paper = next(one for one in PACK.sources if one.id == "nq-09")
    assert (paper.kind, paper.aliases) == ("nghị quyết", ("Nghị định số 09-NQ/TU",))
    (slip,) = PACK.slips
    assert (slip.printed, slip.reads) == ("Nghị định số 09-NQ/TU", "Nghị quyết số 09-NQ/TU")


@pytest.mark.row("KT24-0-5", "KT24-5-1")
def test_what_has_no_clock_is_shown_with_the_season() -> None:
    shown = {one.id: one.shown_at for one in PACK.guidance}
    assert (shown["KT24-0-5"], shown["KT24-5-1"]) == ("season", "season")


def test_every_rule_names_a_registered_source_and_a_place() -> None:
    sources = {source.id for source in PACK.sources}
    assert all(clause.source in sources and clause.at for clause in clauses(PACK))


def test_every_text_is_there_in_both_languages() -> None:
    assert all(text.en and text.vi != text.en for text in texts(PACK))


def test_annexes_and_forms_that_came_with_the_letter_are_listed_as_missing() -> None:
    assert {one.id for one in PACK.missing} >= {"annex", "summary-forms", "review-forms", "ratifier"}


# — no share, no threshold —


@pytest.mark.parametrize("who", [facts(), facts(tier="btv", lead="head"), facts(**COLLECTIVE)])
def test_the_letter_caps_nobody_and_the_pack_invents_no_share(who: dict[str, Any]) -> None:
    assert {one.mode for one in PACK.quotas} == {Mode.OFF}
    assert list(capping(PACK, who)) == []


def test_the_letter_has_no_rule_of_voting_and_the_pack_has_no_guard() -> None:
    assert {one.mode for one in PACK.guards} == {Mode.OFF}


# — who receives, who decides —


@pytest.mark.row("KT24-3-2", "KT24-3-4", "KT24-3-5", "KT24-3-6", "KT24-3-7", "KT24-0-4")
@pytest.mark.parametrize(
    ("others", "route", "recipients", "ratifier"),
    [
        ({**COLLECTIVE, "tier": "btv"}, "KT24-collectives", ["so-noi-vu"], None),
        ({**COLLECTIVE, "tier": "bcsd"}, "KT24-collectives", ["so-noi-vu"], None),
        ({**COLLECTIVE, "unit_kind": "subordinate"}, "KT24-collectives", ["so-noi-vu"], None),
        ({**COLLECTIVE, "unit_kind": "association"}, "KT24-collectives", ["so-noi-vu"], None),
        ({}, "KT24-bcsd", ["so-noi-vu"], "bcsd-ubnd"),
        (
            {"lead": "head", "unit_kind": "state_company", "category": "manager"},
            "KT24-bcsd",
            ["so-noi-vu"],
            "bcsd-ubnd",
        ),
        ({"tier": "btv", "lead": "head"}, "KT24-3-7", ["ban-to-chuc-tinh-uy", "so-noi-vu"], None),
        ({"tier": "btv"}, "KT24-3-7", ["ban-to-chuc-tinh-uy", "so-noi-vu"], None),
    ],
)
def test_who_receives_and_who_decides(
    others: dict[str, Any], route: str, recipients: list[str], ratifier: str | None
) -> None:
    found = route_for(PACK, facts(**others))
    assert (found.id, [one.body for one in found.recipients], found.ratifier) == (route, recipients, ratifier)
    assert found.missing == "ratifier"  # the letter names nobody who decides


@pytest.mark.row("KT24-3-7")
def test_both_recipients_of_an_individual_of_the_standing_committee_are_required() -> None:
    assert all(one.required for one in PACK.route("KT24-3-7").recipients)


@pytest.mark.parametrize("others", [{"tier": ""}, {"kind": "agency"}])
def test_whom_the_letter_does_not_speak_of_has_no_route(others: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        route_for(PACK, facts(**others))


# — dates —


@pytest.mark.row("KT24-3-2", "KT24-4a-2", "KT24-4b-1")
@pytest.mark.parametrize(
    ("name", "days", "otherwise"),
    [
        ("KT24-4b-1", ("2024-11-09", "2024-11-08"), ("2024-11-10", "2024-11-11")),
        ("KT24-3-2", ("2024-11-24", "2024-11-22"), ("2024-11-25", "2024-11-25")),
        ("KT24-4a-2", ("2024-11-30", "2024-11-29"), ("2024-12-01", "2024-12-02")),
    ],
)
def test_each_date_falls_behind_a_day_off_and_is_read_in_every_way(
    name: str, days: tuple[str, str], otherwise: tuple[str, str]
) -> None:
    found = reckoned(PACK, deadline(name), 2024)
    assert (found.last_good_day.isoformat(), found.last_working_day.isoformat()) == days
    assert found.due_at == datetime.fromisoformat(f"{days[0]}T17:00+00:00")
    assert read_otherwise(PACK, deadline(name), 2024) == otherwise


@pytest.mark.row("KT24-3-2", "KT24-3-3", "KT24-3-7")
@pytest.mark.parametrize(
    "name,recipient,met_by", [("KT24-3-3", "so-noi-vu", None), ("KT24-3-7-board", "ban-to-chuc-tinh-uy", "send")]
)
def test_what_goes_along_takes_the_date_of_the_dossiers(name: str, recipient: str, met_by: str | None) -> None:
    rule = deadline(name)
    assert (rule.wording, rule.rule, rule.recipient) == (Wording.SAME_AS, "KT24-3-2", recipient)
    assert (rule.per, rule.owner, rule.met_by) == (Per.UNIT, OWN_UNIT, met_by)


@pytest.mark.row("KT24-3-2")
def test_a_unit_that_is_late_says_why() -> None:
    rule = deadline("KT24-3-2")
    assert (rule.per, rule.owner, rule.met_by, rule.late) == (Per.UNIT, OWN_UNIT, "send", Late.REASON)


@pytest.mark.row("KT24-4a-1", "KT24-4a-2", "KT24-4b-1")
def test_home_affairs_owes_its_own_two_papers_once_a_season_and_urges_the_units() -> None:
    own = [deadline(name) for name in ("KT24-4a-2", "KT24-4b-1")]
    assert [(one.per, one.owner, one.recipient) for one in own] == [(Per.SEASON, "so-noi-vu", "bcsd-ubnd")] * 2
    (ladder,) = PACK.ladders
    assert ladder.clause.inferred  # the letter asks to urge, and names no days


def test_one_track_runs() -> None:
    assert PACK.tracks == (Track.CIVIL_SERVANT,)
