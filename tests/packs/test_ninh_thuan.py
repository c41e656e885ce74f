"""The pack of Ninh Thuận's letter of November 2024: what it says, row by row of the clause matrix."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from states.packs import find, working_days
from states.packs.keys import SECTIONS
from tests.packs.told import clauses, texts
from workflow.dates import due
from workflow.errors import BadInput
from workflow.quota import allowance
from workflow.routing import route_for
from workflow.rulepack import (
    OWN_UNIT,
    Anchor,
    Base,
    Clause,
    Deadline,
    Late,
    Moment,
    Over,
    Per,
    Rounding,
    RungAudience,
    StepKind,
    Wording,
    matches,
)
from workflow.words import Rank, Track

PACK = find("ninh-thuan-2024-11")

ROWS = {
    "0": ["1", "2", "3", "4", "5", "6", "7"],
    "1": ["1", "2"],
    "1a": ["1", "2", "3", "4", "5"],
    "1b": ["1"],
    "1c": ["1", "2"],
    "1d": ["1"],
    "1e": ["1", "2", "3"],
    "1f": ["1", "2"],
    "1g": ["1", "2", "3", "4", "5", "6"],
    "2": ["1"],
    "2a": ["1"],
    "2b": ["1", "2"],
    "2c": ["1", "2", "3", "4"],
    "3": ["1", "2"],
    "4": ["1", "2"],
}
"""The rows of the clause matrix for this letter, by clause."""


def field(name: str) -> Clause:
    return next(one.clause for one in PACK.document.fields if one.id == name)


def deadline(name: str) -> Deadline:
    return next(one for one in PACK.deadlines if one.id == name)


def facts(**others: Any) -> dict[str, Any]:
    """A deputy of a department, managed by the standing committee, unless told otherwise."""
    return {
        "kind": "person",
        "track": "civil_servant",
        "unit_kind": "department",
        "unit": ["SXD"],
        "category": "civil_servant",
        "duty": "leadership",
        "tier": "btv",
        "lead": "deputy",
        "party": True,
        **others,
    }


def test_every_row_of_the_matrix_is_carried_by_a_rule_or_shown() -> None:
    carried = {row for clause in clauses(PACK) for row in clause.rows}
    assert carried == {f"NT11-{clause}-{row}" for clause, rows in ROWS.items() for row in rows}


def test_every_rule_names_a_registered_source_and_a_place() -> None:
    sources = {source.id for source in PACK.sources}
    assert all(clause.source in sources and clause.at for clause in clauses(PACK))


def test_every_text_is_there_in_both_languages() -> None:
    assert all(text.en and text.vi != text.en for text in texts(PACK) if text is not PACK.title)
    assert PACK.title.en


@pytest.mark.row("NT11-0-1", "NT11-0-2")
def test_the_letter_has_no_number_and_a_date_without_a_day() -> None:
    letter = next(source for source in PACK.sources if source.id == PACK.document.source)
    assert (letter.number, letter.date, PACK.document.symbol) == (None, "2024-11", "/UBND-VXNV")
    assert field("number").rows == ("NT11-0-1",)
    assert any(one.id == "number-and-day" for one in PACK.missing)


@pytest.mark.row("NT11-0-3")
def test_the_subject_line_names_the_plan() -> None:
    assert "348-KH/TU" in PACK.document.subject.vi


@pytest.mark.row("NT11-0-4")
def test_the_audience_is_four_kinds_of_unit() -> None:
    assert PACK.document.audience == ("department", "public_unit", "association", "district")


@pytest.mark.row("NT11-0-5", "NT11-0-6")
def test_the_legal_basis_is_registered_with_what_is_blank_left_blank() -> None:
    basis = {source.id: source for source in PACK.sources if source.id in PACK.document.basis}
    assert [(one.number, one.date) for one in basis.values()] == [
        ("348-KH/TU", "2024-10-30"),
        ("38-QĐ/TU", "2023-11-02"),
        ("07-HD/TU", "2023-11-22"),
        (None, "2024-11"),
    ]
    assert basis["hd-07"].note is not None  # its date is printed twice
    assert any(one.id == "letter-of-committee" for one in PACK.missing)


@pytest.mark.row("NT11-0-7", "NT11-4-2")
def test_the_chairman_speaks_and_signs_by_post_not_by_name() -> None:
    assert PACK.document.issuing_role.vi == PACK.document.signatory_post.vi == "Chủ tịch Ủy ban nhân dân tỉnh"


@pytest.mark.row("NT11-1-1")
def test_four_classes_of_subjects_and_both_tracks() -> None:
    assert PACK.tracks == (Track.CIVIL_SERVANT, Track.PARTY)
    assert [term.id for term in PACK.vocabulary.tiers] == ["btv", "bcsd", "unit"]
    assert field("subject-classes").rows == ("NT11-1-1",)


@pytest.mark.row("NT11-1a-1", "NT11-1a-2", "NT11-1a-5")
def test_the_quota_is_a_fifth_of_the_good_of_one_leadership_at_the_proposal() -> None:
    (quota,) = PACK.quotas
    assert (quota.rank, quota.base, quota.percent, quota.fixed) == (Rank.EXCELLENT, Base.GOOD_OR_BETTER, 20, None)
    assert (quota.moment, quota.over, quota.rounding) == (Moment.SUBMIT, Over.REVOTE, Rounding.FLOOR)
    assert [str(one) for one in quota.group_by] == ["unit"]
    assert matches(quota.where, facts())
    assert matches(quota.where, facts(lead="head"))
    assert not matches(quota.where, facts(lead="none"))
    assert not matches(quota.where, facts(kind="collective", lead="none"))
    assert not matches(quota.where, facts(track="party"))


@pytest.mark.row("NT11-1a-1", "NT11-1a-4")
@pytest.mark.parametrize(
    ("size", "good", "cap"),
    [
        (5, 5, 1),
        (5, 1, 1),
        (5, 0, 0),
        (3, 0, 0),
        (1, 1, 1),
        (6, 6, 1),
        (6, 4, 0),
        (10, 10, 2),
        (15, 14, 2),
        (15, 15, 3),
    ],
)
def test_the_caps_of_the_worked_cases(size: int, good: int, cap: int) -> None:
    assert allowance(PACK.quotas[0], size=size, good=good) == cap


@pytest.mark.row("NT11-1c-1")
def test_the_party_boards_are_invited_to_reviews_of_the_standing_committees_subjects() -> None:
    rule = next(one for one in PACK.guards if one.id == "NT11-1c-1")
    assert (rule.command, rule.uses, rule.params) == (
        "record_vote",
        "parties_invited",
        {"bodies": ("ban-dang-tinh-uy",)},
    )
    assert matches(rule.where, facts())
    assert not matches(rule.where, facts(tier="bcsd"))


@pytest.mark.row("NT11-1e-2")
def test_sending_waits_for_the_review() -> None:
    rule = next(one for one in PACK.guards if one.id == "NT11-1e-2")
    assert (rule.process, rule.command, rule.uses) == ("dossier", "submit", "review_finished")


UNPRINTED = {"NT11-2b", "NT11-bcsd", "NT11-unit", "NT11-party", "NT11-party-organisations"}
"""Routes of which the letter prints neither recipient nor date."""

HEAD, DEPUTY, NOBODY = {"lead": "head"}, {"lead": "deputy"}, {"lead": "none", "duty": "staff"}
COLLECTIVE = {"kind": "collective", "lead": "none", "duty": "", "category": "", "party": False}


@pytest.mark.row("NT11-1d-1", "NT11-1e-1", "NT11-1g-1", "NT11-1g-2", "NT11-1g-5", "NT11-1g-6", "NT11-2c-2")
@pytest.mark.parametrize(
    ("others", "route", "recipient", "ratifier"),
    [
        ({**HEAD}, "NT11-1g-6", "ban-to-chuc-tinh-uy", "btv-tinh-uy"),
        ({**HEAD, "unit_kind": "public_unit"}, "NT11-1g-6", "ban-to-chuc-tinh-uy", "btv-tinh-uy"),
        ({**DEPUTY}, "NT11-1g-2-deputies", "so-noi-vu", "bcsd-ubnd"),
        ({**DEPUTY, "unit_kind": "public_unit"}, "NT11-1g-2-deputies", "so-noi-vu", "bcsd-ubnd"),
        ({**HEAD, "unit_kind": "association"}, "NT11-1g-2-associations", "so-noi-vu", "bcsd-ubnd"),
        ({**DEPUTY, "unit_kind": "association"}, "NT11-1g-2-associations", "so-noi-vu", "bcsd-ubnd"),
        ({**COLLECTIVE}, "NT11-1g-1", "so-noi-vu", "bcsd-ubnd"),
        ({**COLLECTIVE, "unit_kind": "public_unit"}, "NT11-1g-1", "so-noi-vu", "bcsd-ubnd"),
        ({**COLLECTIVE, "unit_kind": "association"}, "NT11-1g-1", "so-noi-vu", "bcsd-ubnd"),
        ({**COLLECTIVE, "unit_kind": "district"}, "NT11-1e", "ban-to-chuc-tinh-uy", "btv-tinh-uy"),
        ({**HEAD, "unit_kind": "district"}, "NT11-2c-2", "ban-to-chuc-tinh-uy", "btv-tinh-uy"),
        ({**DEPUTY, "unit_kind": "district"}, "NT11-1e", "ban-to-chuc-tinh-uy", "btv-tinh-uy"),
        ({**NOBODY, "tier": "bcsd"}, "NT11-bcsd", "so-noi-vu", "bcsd-ubnd"),
        ({**HEAD, "tier": "bcsd", "unit_kind": "room"}, "NT11-bcsd", "so-noi-vu", "bcsd-ubnd"),
        ({**NOBODY, "tier": "unit"}, "NT11-unit", OWN_UNIT, OWN_UNIT),
        ({**COLLECTIVE, "tier": "btv", "unit_kind": "committee"}, "NT11-2b", "so-noi-vu", None),
        ({**COLLECTIVE, "tier": "unit", "unit_kind": "committee"}, "NT11-2b", "so-noi-vu", None),
        (
            {**COLLECTIVE, "kind": "party_organisation", "track": "party"},
            "NT11-party-organisations",
            OWN_UNIT,
            OWN_UNIT,
        ),
        ({**COLLECTIVE, "kind": "party_organisation"}, "NT11-party-organisations", OWN_UNIT, OWN_UNIT),
        ({**HEAD, "track": "party"}, "NT11-party", OWN_UNIT, OWN_UNIT),
    ],
)
def test_who_receives_and_who_decides(others: dict[str, Any], route: str, recipient: str, ratifier: str | None) -> None:
    found = route_for(PACK, facts(**others))
    assert (found.id, found.recipients[0].body, found.ratifier) == (route, recipient, ratifier)


@pytest.mark.row("NT11-1g-5")
def test_a_delegated_dossier_does_not_also_go_to_the_organisation_board() -> None:
    assert [one.body for one in route_for(PACK, facts()).recipients] == ["so-noi-vu"]


@pytest.mark.row("NT11-2c-2")
def test_on_a_district_chairman_the_committee_only_gives_an_opinion() -> None:
    found = route_for(PACK, facts(lead="head", unit_kind="district"))
    assert (found.step, found.opinions) == (StepKind.CONSULTATION, ("bcsd-ubnd",))
    assert next(body for body in PACK.bodies if body.id == found.ratifier).external


def test_what_is_inferred_is_marked_and_what_is_not_printed_is_missing() -> None:
    inferred = {route.id for route in PACK.routes if route.clause.inferred}
    assert inferred == {"NT11-1g-6"} | UNPRINTED
    assert all(route.missing for route in PACK.routes if route.clause.inferred)


def test_a_tier_that_no_route_takes_is_refused_with_what_is_known_of_the_dossier() -> None:
    with pytest.raises(BadInput) as caught:
        route_for(PACK, facts(tier="", kind="agency"))
    assert (caught.value.figures["kind"], caught.value.figures["unit_kind"]) == ("agency", "department")


@pytest.mark.row("NT11-1e-1", "NT11-1g-3")
def test_units_send_before_the_fifth_of_december_with_a_reason_when_late() -> None:
    general, delegated = deadline("NT11-1e-1"), deadline("NT11-1g-3")
    found = due(general, year=2024, zone=PACK.zone, calendar=working_days([2024]))
    assert found is not None
    assert found.due_at == datetime(2024, 12, 4, 17, tzinfo=UTC)
    assert (found.last_good_day, found.last_working_day) == (date(2024, 12, 4), date(2024, 12, 4))
    assert (delegated.wording, delegated.rule) == (Wording.SAME_AS, "NT11-1e-1")
    for one in (general, delegated):
        assert (one.per, one.owner, one.met_by, one.late) == (Per.UNIT, OWN_UNIT, "submit", Late.REASON)
    assert (general.recipient, delegated.recipient) == ("ban-to-chuc-tinh-uy", "so-noi-vu")


@pytest.mark.row("NT11-1e-1", "NT11-1g-3")
def test_each_sent_dossier_has_the_deadline_of_its_recipient_and_no_other() -> None:
    timed = [one for one in PACK.deadlines if one.met_by == "submit"]
    for route in PACK.routes:
        dated = [one.recipient for one in timed if route.id in one.where.route]
        assert dated == ([] if route.id in UNPRINTED else [route.recipients[0].body])


@pytest.mark.row("NT11-2b-1")
def test_the_committees_own_review_is_due_once_a_season_from_home_affairs() -> None:
    rule = deadline("NT11-2b-1")
    found = due(rule, year=2024, zone=PACK.zone, calendar=working_days([2024]))
    assert found is not None
    assert found.due_at == datetime(2024, 12, 4, 17, tzinfo=UTC)
    assert (rule.per, rule.owner) == (Per.SEASON, "so-noi-vu")


@pytest.mark.row("NT11-1g-4", "NT11-2c-1")
def test_what_has_no_date_gets_none() -> None:
    for name in ("NT11-1g-4", "NT11-2c-1"):
        rule = deadline(name)
        assert (rule.wording, rule.owner, rule.recipient) == (Wording.NONE, "so-noi-vu", "bcsd-ubnd")
        assert due(rule, year=2024, zone=PACK.zone, calendar=working_days([2024])) is None


@pytest.mark.row("NT11-2a-1")
def test_the_ladder_climbs_from_the_owner_to_the_authority() -> None:
    (ladder,) = PACK.ladders
    assert ladder.clause.inferred  # the letter asks to urge, and names no days
    steps = [(rung.days, rung.anchor, rung.to, rung.register) for rung in ladder.rungs]
    assert steps == [
        (-7, Anchor.DUE, RungAudience.OWNER, False),
        (-3, Anchor.DUE, RungAudience.OWNER, False),
        (-1, Anchor.DUE, RungAudience.OWNER, False),
        (0, Anchor.LAST_WORKING_DAY, RungAudience.OWNER, False),
        (0, Anchor.DUE, RungAudience.HEAD, False),
        (1, Anchor.DUE, RungAudience.MONITOR, False),
        (3, Anchor.DUE, RungAudience.AUTHORITY, True),
    ]


@pytest.mark.row("NT11-1-2", "NT11-1a-3", "NT11-1b-1", "NT11-1c-2", "NT11-1e-3", "NT11-1f-1", "NT11-1f-2", "NT11-2c-4")
def test_what_no_program_executes_is_shown_where_it_is_needed() -> None:
    shown = {one.id: one.shown_at for one in PACK.guidance}
    assert shown == {
        "NT11-1-2": "season",
        "NT11-1a-3": "record_vote",
        "NT11-1b-1": "self_review",
        "NT11-1c-2": "meeting",
        "NT11-1e-3": "submit",
        "NT11-1f-1": "record_vote",
        "NT11-1f-2": "record_vote",
        "NT11-2c-4": "ratify",
        "NT11-3-1": "season",
        "NT11-3-2": "season",
    }


@pytest.mark.row("NT11-2-1", "NT11-2b-2", "NT11-2c-3")
def test_who_coordinates_and_with_whom_can_be_read() -> None:
    assert field("coordinator").at == "khoản 2"
    assert field("collaborators").rows == ("NT11-2b-2",)
    assert field("delegated-scope").rows == ("NT11-2c-3",)


@pytest.mark.row("NT11-4-1")
def test_copies_and_archive() -> None:
    assert PACK.document.copies == ("lanh-dao-ubnd-tinh", "ban-to-chuc-tinh-uy", "van-phong-ubnd-tinh")
    assert PACK.document.archive == ("VT", "VXNV")


def test_what_the_letter_names_and_does_not_contain_is_listed() -> None:
    assert {one.id for one in PACK.missing} >= {
        "authority-table",
        "criteria",
        "dossier-content",
        "ratifier-of-committee",
    }


def test_ids_of_rules_tell_their_document() -> None:
    rules = [
        one.id for section in ("routes", "quotas", "deadlines", "guards", "guidance") for one in getattr(PACK, section)
    ]
    assert all(name.startswith("NT11-") for name in rules)
    assert len(rules) == len(set(rules))
    assert set(SECTIONS) >= {"routes", "quotas"}


def test_the_last_microsecond_before_the_instant_is_in_time() -> None:
    found = due(deadline("NT11-1e-1"), year=2024, zone=PACK.zone, calendar=working_days([2024]))
    assert found is not None
    assert found.due_at - timedelta(microseconds=1) == datetime(2024, 12, 4, 16, 59, 59, 999999, tzinfo=UTC)
