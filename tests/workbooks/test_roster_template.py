"""The workbook to fill in, and a roster written out and read again."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

import workbooks
from tests.workbooks.books import BODIES, ROLES, SUBJECTS, UNITS, VOCABULARY, book, parts_of, saved
from workbooks.cells import EARLIEST, LATEST, LONGEST
from workbooks.legacy import recognise
from workbooks.text import clean, key
from workflow.errors import BadInput
from workflow.rosters import RoleRow, Roster, SubjectRow, UnitRow
from workflow.rulepack import Term, Text, Vocabulary
from workflow.words import GRANTABLE, Lead, SubjectKind


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_untouched_template_is_two_empty_sheets(tmp_path, language):
    path = tmp_path / "roster.xlsx"
    workbooks.template(path, VOCABULARY, BODIES, language=language)
    reading = workbooks.examine(path, VOCABULARY, BODIES)
    assert [fault.code for fault in reading.faults] == ["roster.empty_sheet"] * 2
    assert reading.warnings == ()


def test_headings_are_frozen_and_every_column_has_a_hint(tmp_path):
    path = tmp_path / "roster.xlsx"
    workbooks.template(path, VOCABULARY, BODIES)
    made = load_workbook(path)
    assert made.sheetnames == [UNITS, SUBJECTS, ROLES, "Hướng dẫn", "Danh mục"]
    assert made["Danh mục"].sheet_state == "hidden"
    for name, columns in ((UNITS, 5), (SUBJECTS, 14), (ROLES, 3)):
        page = made[name]
        assert page.freeze_panes == "C2"
        rules = page.data_validations.dataValidation
        assert len(rules) == columns
        assert all(rule.prompt and "roster." not in rule.prompt for rule in rules)


def test_drop_downs_offer_the_words_of_the_pack(tmp_path):
    path = tmp_path / "roster.xlsx"
    workbooks.template(path, VOCABULARY, BODIES)
    made = load_workbook(path)

    def offered(sheet, column):
        for rule in made[sheet].data_validations.dataValidation:
            if f"{column}2" in str(rule.sqref):
                name, cells = rule.formula1.replace("$", "").replace("'", "").split("!")
                return [row[0].value for row in made[name][cells] if row[0].value]
        return None

    assert offered(UNITS, "C") == ["Sở, ban, ngành", "UBND tỉnh"]
    assert offered(SUBJECTS, "C") == ["Cá nhân", "Tập thể", "Cơ quan", "Tổ chức đảng"]
    assert offered(SUBJECTS, "F") == ["Công chức", "Người lao động"]
    assert offered(SUBJECTS, "H") == ["Ban Thường vụ Tỉnh ủy quản lý", "Đơn vị quản lý"]
    assert offered(SUBJECTS, "J") == ["Trưởng", "Phó", "Không"]
    assert len(offered(ROLES, "B")) == len(GRANTABLE)
    assert offered(ROLES, "C") == ["*", "so-noi-vu", "bcsd"]


def test_the_bytes_depend_on_the_arguments_only(tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        workbooks.template(tmp_path / name, VOCABULARY, BODIES)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert b"2024-01-01T00:00:00Z" in parts_of(tmp_path / "a.xlsx")["docProps/core.xml"]


def test_a_pack_without_words_for_a_column_has_a_template_all_the_same(tmp_path):
    path = tmp_path / "roster.xlsx"
    empty = Vocabulary(unit_kinds=(), categories=(), duties=(), tiers=())
    workbooks.template(path, empty, ())
    assert [fault.code for fault in workbooks.examine(path, empty, ()).faults] == ["roster.empty_sheet"] * 2


def test_a_place_where_nothing_can_be_written_is_said(tmp_path):
    with pytest.raises(BadInput) as caught:
        workbooks.template(tmp_path / "none" / "roster.xlsx", VOCABULARY, BODIES)
    assert caught.value.code == "roster.no_folder"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_roster_written_out_is_read_as_it_was(tmp_path, language):
    roster = workbooks.read(saved(book(), tmp_path / "roster.xlsx"), VOCABULARY, BODIES)
    out = tmp_path / "again" / "roster.xlsx"
    out.parent.mkdir()
    workbooks.template(out, VOCABULARY, BODIES, roster, language=language)
    assert workbooks.read(out, VOCABULARY, BODIES) == roster


def test_two_terms_of_one_label_are_told_apart_by_their_ids(tmp_path):
    terms = tuple(Term(id=value, label=Text(vi="Công chức")) for value in ("first", "second"))
    vocabulary = replace(VOCABULARY, categories=terms)
    roster = Roster(
        units=(UnitRow(code="A", name="A", kind="province"),),
        subjects=tuple(
            SubjectRow(code=value, name=value, unit="A", category=value, duty="staff", tier="unit")
            for value in ("first", "second")
        ),
        source="roster.xlsx",
    )
    workbooks.template(tmp_path / "roster.xlsx", vocabulary, BODIES, roster)
    assert workbooks.read(tmp_path / "roster.xlsx", vocabulary, BODIES) == roster


# ————— round trip —————

CODES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", fullmatch=True)


def _is_itself(text):
    """Text that is stored as it was typed and taken for nothing else."""
    shown = re.fullmatch(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA|#+)|Err:\d{3}", text)
    lost = re.search(r"[^\W\d_]\?+[^\W\d_]|\ufffd", text)
    return clean(text) == text and 0 < len(text) <= LONGEST and not shown and not lost and recognise(text) is None


VIETNAMESE = st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậĐÂÊÔƠƯ ,.()=+-@'\"&<>_x0D", min_size=1, max_size=40)
TEXTS = (VIETNAMESE | st.text(min_size=1, max_size=20)).map(clean).filter(_is_itself)
EMAILS = st.none() | st.from_regex(r"[a-z]{1,8}\.[a-z]{1,8}@[a-z]{1,8}\.example", fullmatch=True)
DAYS = st.none() | st.dates(EARLIEST, LATEST)


def _distinct(texts):
    return len({text.casefold() for text in texts}) == len(texts)


@st.composite
def rosters(draw):
    codes = draw(st.lists(CODES, min_size=1, max_size=5).filter(_distinct))
    units = tuple(
        UnitRow(
            code=code,
            name=f"{draw(TEXTS)} {position}",
            kind=draw(st.sampled_from(("department", "province"))),
            parent=draw(st.sampled_from((None, *codes[:position]))),
            email=draw(EMAILS),
        )
        for position, code in enumerate(codes)
    )
    heads = set()
    subjects = []
    for position, code in enumerate(draw(st.lists(CODES, min_size=1, max_size=6).filter(_distinct))):
        person = draw(st.booleans())
        unit = draw(st.sampled_from(codes))
        lead = draw(st.sampled_from(tuple(Lead))) if person else Lead.NONE
        if lead is Lead.HEAD:
            lead = Lead.DEPUTY if unit in heads else lead
            heads.add(unit)
        subjects.append(
            SubjectRow(
                code=code,
                name=f"{draw(TEXTS)} {position}",
                unit=unit,
                kind=SubjectKind.PERSON if person else draw(st.sampled_from(tuple(SubjectKind)[1:])),
                post=draw(st.just("") | TEXTS),
                category=draw(st.sampled_from(("", "civil_servant", "worker"))),
                duty=draw(st.sampled_from(("", "leadership", "staff"))),
                tier=draw(st.sampled_from(("", "btv", "unit"))),
                party=person and draw(st.booleans()),
                lead=lead,
                ranked=draw(st.booleans()),
                email=draw(EMAILS),
                language=draw(st.sampled_from(("vi", "en"))),
                since=draw(DAYS),
            )
        )
    people = [subject.code for subject in subjects if subject.kind is SubjectKind.PERSON]
    scopes = st.sampled_from(("*", "bcsd", *codes))
    role = st.builds(RoleRow, subject=st.sampled_from(people), role=st.sampled_from(sorted(GRANTABLE)), scope=scopes)
    roles = draw(st.lists(role, unique=True, max_size=5)) if people else []
    return Roster(units=units, subjects=tuple(subjects), roles=tuple(roles), source="roster.xlsx")


@given(roster=rosters(), language=st.sampled_from(("vi", "en")))
def test_any_roster_survives_being_written_and_read(tmp_path_factory, roster, language):
    path = tmp_path_factory.mktemp("round") / "roster.xlsx"
    workbooks.template(path, VOCABULARY, BODIES, roster, language=language)
    assert workbooks.read(path, VOCABULARY, BODIES) == roster


@given(text=st.text())
def test_cleaning_twice_is_cleaning_once_and_changes_no_key(text):
    once = clean(text)
    assert clean(once) == once
    assert key(once) == key(text)


def test_a_day_is_written_as_a_real_date(tmp_path):
    roster = workbooks.read(saved(book(), tmp_path / "made.xlsx"), VOCABULARY, BODIES)
    workbooks.template(tmp_path / "roster.xlsx", VOCABULARY, BODIES, roster)
    cell = load_workbook(tmp_path / "roster.xlsx")[SUBJECTS]["L3"]
    assert cell.is_date
    assert cell.number_format == "yyyy-mm-dd"
    assert cell.value.date() == date(2020, 3, 1)
