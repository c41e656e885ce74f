"""The workbook that a coordinator fills in: headings, drop-downs from the pack's vocabulary, a page of help.

The same call writes a roster out again. The bytes depend on nothing but the arguments: no clock, no user, no machine.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from workbooks import rows
from workbooks.columns import LAYOUTS, ROLES, SUBJECTS, UNITS, Column, Layout, Table
from workbooks.files import write_whole
from workbooks.lexicon import NO, YES, Lexicon, yes_or_no
from workbooks.rows import Words
from workbooks.scan import column_letters
from workflow.messages import sentence
from workflow.rosters import RoleRow, Roster, SubjectRow, UnitRow
from workflow.rulepack import Body, Vocabulary
from workflow.words import Lead, SubjectKind

HELP = {"vi": "Hướng dẫn", "en": "Help"}
LISTS = {"vi": "Danh mục", "en": "Lists"}
_ROWS = 5_000
"""Rows that get drop-downs; a longer roster is read all the same."""
_CREATED = datetime(2024, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_DAY_FORMAT = "yyyy-mm-dd"


def template(
    out: Path, vocabulary: Vocabulary, bodies: Sequence[Body], roster: Roster | None = None, *, language: str = "vi"
) -> None:
    """Write the workbook to `out`, empty or holding `roster`, whose terms must be the vocabulary's.

    `read` understands it in either language. Raises `BadInput` or `DiskFull` where it cannot be written.
    """
    words = rows.words(vocabulary, bodies)
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": sentence("roster.template_title", language), "created": _CREATED})
    _Pages(book, words, language).write(roster or Roster(units=(), subjects=()))
    book.close()
    write_whole(out, buffer.getvalue())


@dataclass(frozen=True, slots=True)
class _Choices:
    """Where a column's drop-down takes its words from; `free`: others may be typed too."""

    source: str
    free: bool = False


class _Pages:
    """The sheets of one template, in one language."""

    def __init__(self, book: Any, words: Words, language: str) -> None:
        self.book = book
        self.words = words
        self.language = language
        self.heading = book.add_format(
            {"bold": True, "bg_color": "#D9E2F3", "border": 1, "text_wrap": True, "valign": "vcenter"}
        )
        self.optional = book.add_format(
            {"bold": True, "bg_color": "#F2F2F2", "border": 1, "text_wrap": True, "valign": "vcenter"}
        )
        self.plain = book.add_format({"num_format": "@"})
        self.day = book.add_format({"num_format": _DAY_FORMAT})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.bold = book.add_format({"bold": True, "valign": "top"})

    def write(self, roster: Roster) -> None:
        pages = {layout.table: self.book.add_worksheet(layout.told(self.language)) for layout in LAYOUTS}
        self._help(self.book.add_worksheet(HELP[self.language]))
        choices = self._lists(self.book.add_worksheet(LISTS[self.language]))
        cells = {
            Table.UNITS: [self._unit(unit) for unit in roster.units],
            Table.SUBJECTS: [self._subject(subject) for subject in roster.subjects],
            Table.ROLES: [self._role(role) for role in roster.roles],
        }
        for layout in LAYOUTS:
            self._table(pages[layout.table], layout, cells[layout.table], choices)

    def _table(
        self, page: Any, layout: Layout, cells: list[Mapping[str, str | date]], choices: Mapping[str, _Choices]
    ) -> None:
        page.freeze_panes(1, 2)
        page.set_row(0, 32)
        for position, column in enumerate(layout.columns):
            page.set_column(position, position, column.width, self.day if column.id == "since" else self.plain)
            page.write_string(
                0, position, column.told(self.language), self.heading if column.required else self.optional
            )
            for row, values in enumerate(cells, 1):
                self._cell(page, row, position, values.get(column.id, ""))
            self._validate(page, position, layout, column, choices)
        page.autofilter(0, 0, max(len(cells), 1), len(layout.columns) - 1)

    def _cell(self, page: Any, row: int, position: int, value: str | date) -> None:
        if isinstance(value, date):
            page.write_datetime(row, position, value, self.day)
        elif value:
            page.write_string(row, position, value, self.plain)

    def _validate(
        self, page: Any, position: int, layout: Layout, column: Column, choices: Mapping[str, _Choices]
    ) -> None:
        shown = {
            "input_title": column.told(self.language)[:32],
            "input_message": self._hint(layout.table, column.id)[:255],
        }
        listed = choices.get(f"{layout.table}.{column.id}")
        rule: dict[str, Any] = {"validate": "any"}
        if listed:
            rule = {"validate": "list", "source": listed.source, "error_type": "warning" if listed.free else "stop"}
        page.data_validation(1, position, _ROWS, position, rule | shown)

    def _lists(self, page: Any) -> Mapping[str, _Choices]:
        """A hidden page with one column of words for each drop-down; gives back where each is found."""
        page.hide()
        lists = _word_lists(self.words)
        places: dict[str, _Choices] = {}
        for position, (name, (words, free)) in enumerate(lists.items()):
            labels = [words.label(choice.value, self.language) for choice in words.choices]
            labels = ["*", *labels] if name == f"{Table.ROLES}.scope" else labels
            page.write_column(0, position, [name, *labels])
            letter = column_letters(position)
            if labels:
                places[name] = _Choices(f"='{LISTS[self.language]}'!${letter}$2:${letter}${len(labels) + 1}", free)
        for name, layout in (
            (f"{Table.UNITS}.parent", UNITS),
            (f"{Table.SUBJECTS}.unit", UNITS),
            (f"{Table.ROLES}.subject", SUBJECTS),
        ):
            places[name] = _Choices(f"='{layout.told(self.language)}'!$A$2:$A${_ROWS + 1}", free=True)
        return places

    def _help(self, page: Any) -> None:
        page.set_column(0, 0, 26)
        page.set_column(1, 1, 110)
        page.write_string(0, 0, sentence("roster.template_title", self.language), self.bold)
        page.merge_range(1, 0, 1, 1, sentence("roster.help_intro", self.language), self.wrapped)
        page.set_row(1, 64)
        row = 3
        for layout in LAYOUTS:
            page.write_string(row, 0, layout.told(self.language), self.bold)
            page.write_string(row, 1, self._hint(layout.table), self.wrapped)
            for column in layout.columns:
                row += 1
                page.write_string(row, 0, column.told(self.language), self.wrapped)
                page.write_string(row, 1, self._hint(layout.table, column.id), self.wrapped)
            row += 2

    def _hint(self, *names: str) -> str:
        """What the catalogue says of a table or a column: `roster.help_units_code`."""
        return sentence("roster." + "_".join(("help", *names)), self.language)

    def _unit(self, unit: UnitRow) -> Mapping[str, str | date]:
        return {
            "code": unit.code,
            "name": unit.name,
            "kind": self._label(self.words.unit_kinds, unit.kind),
            "parent": unit.parent or "",
            "email": unit.email or "",
        }

    def _subject(self, subject: SubjectRow) -> Mapping[str, str | date]:
        led = subject.kind is SubjectKind.PERSON or subject.lead is not Lead.NONE
        return {
            "code": subject.code,
            "name": subject.name,
            "kind": self._label(self.words.subject_kinds, subject.kind),
            "unit": subject.unit,
            "post": subject.post,
            "category": self._label(self.words.categories, subject.category),
            "duty": self._label(self.words.duties, subject.duty),
            "tier": self._label(self.words.tiers, subject.tier),
            "party": self._label(yes_or_no(), YES if subject.party else NO),
            "lead": self._label(self.words.leads, subject.lead) if led else "",
            "ranked": self._label(yes_or_no(), YES if subject.ranked else NO),
            "since": subject.since or "",
            "email": subject.email or "",
            "language": subject.language,
        }

    def _role(self, role: RoleRow) -> Mapping[str, str | date]:
        return {"subject": role.subject, "role": self._label(self.words.roles, role.role), "scope": role.scope}

    def _label(self, words: Lexicon, value: str) -> str:
        return words.label(value, self.language) if value else ""


def _word_lists(words: Words) -> Mapping[str, tuple[Lexicon, bool]]:
    """Column → its words, and whether others are allowed."""
    units, subjects, roles = UNITS.table, SUBJECTS.table, ROLES.table
    return {
        f"{units}.kind": (words.unit_kinds, False),
        f"{subjects}.kind": (words.subject_kinds, False),
        f"{subjects}.category": (words.categories, False),
        f"{subjects}.duty": (words.duties, False),
        f"{subjects}.tier": (words.tiers, False),
        f"{subjects}.party": (yes_or_no(), False),
        f"{subjects}.lead": (words.leads, False),
        f"{subjects}.ranked": (yes_or_no(), False),
        f"{subjects}.language": (words.languages, False),
        f"{roles}.role": (words.roles, False),
        f"{roles}.scope": (words.bodies, True),
    }
