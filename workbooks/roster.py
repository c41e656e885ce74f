"""A roster read from a file: sheets are found, cells understood, rows checked, and every fault told at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbooks import checks, csvs, rows, xlsx
from workbooks import sheets as sheets_of
from workbooks.cells import Sheet
from workbooks.checks import Codes
from workbooks.columns import Table
from workbooks.findings import Findings
from workbooks.grids import Book
from workbooks.rows import Words
from workflow.errors import Fault, Faulty
from workflow.rosters import Roster
from workflow.rulepack import Body, Vocabulary
from workflow.words import SubjectKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a file says and what is wrong with it. `roster` is None where there is any fault."""

    roster: Roster | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def read(path: Path, vocabulary: Vocabulary, bodies: Sequence[Body]) -> Roster:
    """The roster in `path`: an .xlsx workbook, a folder of .csv files or one of these files (`workbooks.csvs`).

    Raises `Faulty` with all faults in the file's order, each with file, sheet and cell, or `BadInput` where the file
    cannot be opened at all. Rows keep the file's order; text is in NFC.
    """
    reading = examine(path, vocabulary, bodies)
    if reading.roster is None:
        raise Faulty("roster.faulty", faults=reading.faults, file=path.name)
    return reading.roster


def examine(path: Path, vocabulary: Vocabulary, bodies: Sequence[Body]) -> Reading:
    """As `read`, but faults are returned, and with them the warnings: what is odd and does not refuse the file.

    Raises `BadInput` where the file cannot be opened at all.
    """
    findings = Findings()
    book = _book(path, findings)
    words = rows.words(vocabulary, bodies)
    sheets = sheets_of.with_headings(book, findings, unneeded=words.unneeded())
    roster = _roster(book.name, sheets, words)
    faults = findings.faults()
    return Reading(roster=None if faults else roster, faults=faults, warnings=findings.warnings())


def _book(path: Path, findings: Findings) -> Book:
    if csvs.is_csv(path):
        return csvs.read(path, findings)
    return xlsx.read(path, findings)


def _roster(name: str, sheets: Mapping[Table, Sheet], words: Words) -> Roster:
    """What can be read, whatever else is wrong."""
    units_sheet, subjects_sheet, roles_sheet = (sheets.get(table) for table in Table)
    placed_units = rows.units(units_sheet, words) if units_sheet else []
    units = checks.units(units_sheet, placed_units) if units_sheet else []
    unit_codes = Codes(units_sheet, ((unit.code, unit.name) for unit in units))
    placed_subjects = rows.subjects(subjects_sheet, words) if subjects_sheet else []
    subjects = checks.subjects(subjects_sheet, placed_subjects, unit_codes) if subjects_sheet else []
    if units_sheet and subjects_sheet:
        checks.headless(units_sheet, placed_units, subjects_sheet, subjects)
    people = Codes(subjects_sheet, ((subject.code, subject.name) for subject in subjects))
    collectives = frozenset(subject.code for subject in subjects if subject.kind is not SubjectKind.PERSON)
    roles = (
        checks.roles(
            roles_sheet,
            rows.roles(roles_sheet, words),
            people=people,
            collectives=collectives,
            units=unit_codes,
            bodies=words.bodies,
        )
        if roles_sheet
        else []
    )
    return Roster(units=tuple(units), subjects=tuple(subjects), roles=tuple(roles), source=name)
