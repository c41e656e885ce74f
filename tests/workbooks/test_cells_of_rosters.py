"""Every fault that one cell can have, at exactly that cell."""

from datetime import date, datetime, time

import pytest

import workbooks
from tests.workbooks.books import BODIES, ROLES, SUBJECTS, UNITS, VOCABULARY, book, saved, told
from workbooks.lexicon import roles
from workflow.messages import word
from workflow.rosters import RoleRow
from workflow.words import Lead, Role, SubjectKind

LONG = "a" * 301


def examine(tmp_path, **changes):
    return workbooks.examine(saved(book(**changes), tmp_path / "roster.xlsx"), VOCABULARY, BODIES)


def test_the_roster_of_these_tests_is_correct_as_it_stands(tmp_path):
    reading = examine(tmp_path)
    assert (reading.faults, reading.warnings) == ((), ())
    roster = reading.roster
    assert roster.source == "roster.xlsx"
    assert [unit.code for unit in roster.units] == ["UBND", "SNV", "STC"]
    assert (roster.units[1].kind, roster.units[1].parent, roster.units[1].email) == (
        "department",
        "UBND",
        "snv@a.example",
    )
    collective, head, _, other, actor = roster.subjects
    assert (collective.kind, collective.lead, collective.party) == (SubjectKind.COLLECTIVE, Lead.NONE, False)
    assert (head.category, head.duty, head.tier, head.lead) == ("civil_servant", "leadership", "btv", Lead.HEAD)
    assert (head.since, head.email, head.party, head.ranked) == (date(2020, 3, 1), "chau@a.example", True, True)
    assert (other.language, other.party) == ("en", False)
    assert (actor.ranked, actor.since, actor.email, actor.language) == (False, None, None, "vi")
    assert roster.roles[1] == RoleRow(subject="SNV-02", role=Role.RATIFIER, scope="bcsd")


FAULTS = [
    # codes
    (UNITS, "A3", None, "roster.blank"),
    (UNITS, "A3", "SỞ-NV", "roster.bad_code"),
    (UNITS, "A3", "S NV", "roster.bad_code"),
    (UNITS, "A3", "-SNV", "roster.bad_code"),
    (UNITS, "A3", "S/NV", "roster.bad_code"),
    (UNITS, "A3", "S$NV", "roster.bad_code"),
    (SUBJECTS, "A3", "SNV;01", "roster.bad_code"),
    (SUBJECTS, "A3", "S" * 41, "roster.bad_code"),
    (SUBJECTS, "A3", 7.5, "roster.number_not_text"),
    (SUBJECTS, "A3", datetime(2024, 2, 1), "roster.date_not_text"),  # noqa: DTZ001 - a cell has no zone
    (SUBJECTS, "A3", time(7, 30), "roster.date_not_text"),
    (SUBJECTS, "A3", True, "roster.number_not_text"),
    # names and posts
    (UNITS, "B3", None, "roster.blank"),
    (UNITS, "B3", " \u200b\u00a0", "roster.blank"),
    (UNITS, "B3", LONG, "roster.too_long"),
    (SUBJECTS, "B3", None, "roster.blank"),
    (SUBJECTS, "B3", 12, "roster.number_not_text"),
    (SUBJECTS, "B3", LONG, "roster.too_long"),
    (SUBJECTS, "E3", 3, "roster.number_not_text"),
    (SUBJECTS, "B3", "NguyÔn V¨n An", "roster.old_encoding"),
    (SUBJECTS, "B3", "Nguyeãn Vaên An", "roster.old_encoding"),
    (SUBJECTS, "B3", "Nguyá»…n VÄƒn An", "roster.old_encoding"),
    (SUBJECTS, "B3", "Nguy?n V?n An", "roster.lost_letters"),
    (SUBJECTS, "B3", "Nguy\ufffdn", "roster.lost_letters"),
    (SUBJECTS, "B3", "#N/A", "roster.cell_error"),
    (SUBJECTS, "B3", "#REF!", "roster.cell_error"),
    (SUBJECTS, "B3", "=1+1", "roster.formula_unsaved"),
    # terms
    (UNITS, "C3", "Sở ban", "roster.unknown_term_near"),
    (UNITS, "C3", "zzzz", "roster.unknown_term"),
    (UNITS, "C3", None, "roster.blank"),
    (SUBJECTS, "C3", "Cá nhâm", "roster.unknown_term_near"),
    (SUBJECTS, "C3", None, "roster.blank"),
    (SUBJECTS, "F3", "Công chứng", "roster.unknown_term_near"),
    (SUBJECTS, "G3", "x", "roster.unknown_term"),
    (SUBJECTS, "H3", 12, "roster.unknown_term"),
    (SUBJECTS, "I3", "có thể", "roster.unknown_term"),
    (SUBJECTS, "J3", "Trường phòng", "roster.unknown_term_near"),
    (SUBJECTS, "J3", None, "roster.lead_missing"),
    (SUBJECTS, "J2", "Trưởng", "roster.collective_lead"),
    (SUBJECTS, "J2", "Phó", "roster.collective_lead"),
    (SUBJECTS, "I2", "Có", "roster.collective_party"),
    (SUBJECTS, "K3", "chưa", "roster.unknown_term"),
    (SUBJECTS, "N3", "fr", "roster.unknown_term"),
    # addresses
    (SUBJECTS, "M3", "chau", "roster.bad_email"),
    (SUBJECTS, "M3", "châu@a.example", "roster.bad_email"),
    (SUBJECTS, "M3", "a@a.example; b@a.example", "roster.bad_email"),
    (SUBJECTS, "M3", "a@example", "roster.bad_email"),
    (UNITS, "E3", "snv@", "roster.bad_email"),
    # days
    (SUBJECTS, "L3", "05/12/2024", "roster.date_as_text"),
    (SUBJECTS, "L3", "5-12-2024", "roster.date_as_text"),
    (SUBJECTS, "L3", "31/02/2024", "roster.date_unclear"),
    (SUBJECTS, "L3", "2024-02-30", "roster.date_unclear"),
    (SUBJECTS, "L3", "tháng 12", "roster.date_unclear"),
    (SUBJECTS, "L3", "2024", "roster.date_unclear"),
    (SUBJECTS, "L3", 45631, "roster.date_as_number"),
    (SUBJECTS, "L3", 2024, "roster.date_unclear"),
    (SUBJECTS, "L3", -1, "roster.date_unclear"),
    (SUBJECTS, "L3", True, "roster.date_unclear"),
    (SUBJECTS, "L3", time(8), "roster.date_unclear"),
    (SUBJECTS, "L3", date(1929, 12, 31), "roster.date_out_of_range"),
    (SUBJECTS, "L3", date(2200, 1, 1), "roster.date_out_of_range"),
    # references
    (UNITS, "D3", "UBNN", "roster.unknown_parent_near"),
    (UNITS, "D3", "999", "roster.unknown_parent"),
    (SUBJECTS, "D3", None, "roster.blank"),
    (SUBJECTS, "D3", "SNW", "roster.unknown_unit_near"),
    (SUBJECTS, "D3", "Sở Nội vụ", "roster.unknown_unit_near"),
    (SUBJECTS, "D3", "999", "roster.unknown_unit"),
    (ROLES, "A3", None, "roster.blank"),
    (ROLES, "A3", "SNV-03", "roster.unknown_subject_near"),
    (ROLES, "A3", "999", "roster.unknown_subject"),
    (ROLES, "A3", "SNV-TT", "roster.role_of_collective"),
    (ROLES, "B3", None, "roster.blank"),
    (ROLES, "B3", "operator", "roster.unknown_term_near"),
    (ROLES, "B3", "subject", "roster.unknown_term"),
    (ROLES, "C3", None, "roster.blank"),
    (ROLES, "C3", "bcds", "roster.unknown_scope_near"),
    (ROLES, "C3", "999", "roster.unknown_scope"),
    # twice
    (UNITS, "A4", "SNV", "roster.unit_twice"),
    (UNITS, "A4", "snv", "roster.unit_twice"),
    (UNITS, "B4", "SỞ  NỘI VỤ", "roster.unit_name_twice"),
    (SUBJECTS, "A4", "SNV-01", "roster.subject_twice"),
    (SUBJECTS, "A4", "snv-01", "roster.subject_twice"),
    (SUBJECTS, "J4", "Trưởng", "roster.two_heads"),
    # the tree
    (UNITS, "D2", "SNV", "roster.cycle"),
    (UNITS, "D3", "SNV", "roster.cycle"),
]


@pytest.mark.parametrize("sheet, cell, value, code", FAULTS)
def test_a_fault_is_told_at_its_cell(tmp_path, sheet, cell, value, code):
    reading = examine(tmp_path, **{f"{sheet}!{cell}": value})
    assert reading.roster is None
    at_cell = [fault for fault in reading.faults if fault.where == ("roster.xlsx", sheet, cell)]
    assert [fault.code for fault in at_cell] == [code]
    told(at_cell[0])


@pytest.mark.parametrize("sheet, cell, value, code", [entry for entry in FAULTS if entry[1][0] != "A"])
def test_one_wrong_cell_is_one_fault(tmp_path, sheet, cell, value, code):
    """Except for codes, on which other rows depend."""
    reading = examine(tmp_path, **{f"{sheet}!{cell}": value})
    assert [fault.code for fault in reading.faults] == [code]


ACCEPTED = [
    (SUBJECTS, "A3", 7, ("code", "7")),
    (SUBJECTS, "A3", "s.n_v-01", ("code", "s.n_v-01")),
    (SUBJECTS, "A3", "S" * 40, ("code", "S" * 40)),
    (SUBJECTS, "B3", "a" * 300, ("name", "a" * 300)),
    (SUBJECTS, "B3", "  Nguye\u0302\u0303n\u00a0Bảo\u200b \n Châu ", ("name", "Nguyễn Bảo Châu")),
    (SUBJECTS, "B3", "Bảo_x000D_Châu", ("name", "Bảo Châu")),
    (SUBJECTS, "B3", "Chamaléa Bốc", ("name", "Chamaléa Bốc")),
    (SUBJECTS, "C3", "CÁ NHÂN", ("kind", SubjectKind.PERSON)),
    (SUBJECTS, "D3", "snv", ("unit", "SNV")),
    (SUBJECTS, "F3", "cong chuc", ("category", "civil_servant")),
    (SUBJECTS, "F3", "Civil Servant", ("category", "civil_servant")),
    (SUBJECTS, "H3", "Ban thường vụ Tỉnh uỷ quản lý", ("tier", "btv")),
    (SUBJECTS, "I3", "x", ("party", True)),
    (SUBJECTS, "I3", True, ("party", True)),
    (SUBJECTS, "I3", 0, ("party", False)),
    (SUBJECTS, "I3", None, ("party", False)),
    (SUBJECTS, "J3", "Người đứng đầu", ("lead", Lead.HEAD)),
    (SUBJECTS, "J3", "không", ("lead", Lead.NONE)),
    (SUBJECTS, "K3", False, ("ranked", False)),
    (SUBJECTS, "K3", None, ("ranked", True)),
    (SUBJECTS, "L3", date(2024, 12, 5), ("since", date(2024, 12, 5))),
    (SUBJECTS, "L3", datetime(2024, 12, 5, 8, 30), ("since", date(2024, 12, 5))),  # noqa: DTZ001
    (SUBJECTS, "L3", "2024-12-05", ("since", date(2024, 12, 5))),
    (SUBJECTS, "L3", " 2024-2-5 ", ("since", date(2024, 2, 5))),
    (SUBJECTS, "L3", date(1930, 1, 1), ("since", date(1930, 1, 1))),
    (SUBJECTS, "L3", date(2199, 12, 31), ("since", date(2199, 12, 31))),
    (SUBJECTS, "M3", "a.b+c@d-e.example", ("email", "a.b+c@d-e.example")),
    (SUBJECTS, "N3", "Tiếng Anh", ("language", "en")),
]


@pytest.mark.parametrize("sheet, cell, value, expected", ACCEPTED)
def test_what_people_write_is_understood(tmp_path, sheet, cell, value, expected):
    reading = examine(tmp_path, **{f"{sheet}!{cell}": value})
    assert reading.faults == ()
    field, wanted = expected
    assert getattr(reading.roster.subjects[1], field) == wanted


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.SUBJECT, Role.OPERATOR}])
def test_every_role_that_can_be_given_is_read_by_the_words_of_both_languages(tmp_path, role):
    for text in (role.value, roles().label(role), roles().label(role, "en"), word(role), word(role, "en")):
        reading = examine(tmp_path, **{f"{ROLES}!B2": text})
        assert reading.roster is not None, text
        assert reading.roster.roles[0].role is role


@pytest.mark.parametrize("text", ["*", "tất cả", "All"])
def test_everywhere_may_be_said_in_words(tmp_path, text):
    assert examine(tmp_path, **{f"{ROLES}!C3": text}).roster.roles[1].scope == "*"


@pytest.mark.parametrize("text, scope", [("snv", "SNV"), ("Ban cán sự đảng", "bcsd"), ("so-noi-vu", "so-noi-vu")])
def test_a_scope_is_a_unit_or_a_body_of_the_pack(tmp_path, text, scope):
    assert examine(tmp_path, **{f"{ROLES}!C3": text}).roster.roles[1].scope == scope


def test_a_person_without_a_term_that_rules_select_by_is_warned_of(tmp_path):
    reading = examine(tmp_path, **{f"{SUBJECTS}!F3": None, f"{SUBJECTS}!H3": None})
    assert reading.roster.subjects[1].category == ""
    assert [(warning.code, warning.where[2]) for warning in reading.warnings] == [
        ("roster.standing_blank", "F3"),
        ("roster.standing_blank", "H3"),
    ]
    told(reading.warnings[0])


def test_the_message_says_how_a_day_is_to_be_written(tmp_path):
    fault = examine(tmp_path, **{f"{SUBJECTS}!L3": "05/12/2024"}).faults[0]
    assert all("2024-12-05" in text for text in told(fault))


def test_the_message_says_how_old_text_reads(tmp_path):
    fault = examine(tmp_path, **{f"{SUBJECTS}!B3": "TrÇn ThÞ H\u00ad¬ng"}).faults[0]
    assert (fault.figures["encoding"], fault.figures["guess"]) == ("TCVN3 (ABC)", "Trần Thị Hương")
    assert all("Trần Thị Hương" in text for text in told(fault))


def test_the_message_offers_a_code_that_can_be_used(tmp_path):
    fault = examine(tmp_path, **{f"{SUBJECTS}!A3": "Sở NV/01"}).faults[0]
    assert fault.figures["suggestion"] == "SO-NV-01"
