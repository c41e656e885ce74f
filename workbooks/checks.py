"""What no single row can be wrong about: codes that are there twice or not at all, the unit tree, heads, roles.

Each check takes rows with their places, tells its faults and gives back the rows with references in the spelling of
what they refer to ("snv" becomes "SNV")."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches

from workbooks.cells import Sheet
from workbooks.lexicon import Lexicon
from workbooks.rows import Given, Placed
from workbooks.text import bare, key
from workflow.rosters import RoleRow, SubjectRow, UnitRow
from workflow.words import Lead

EVERYWHERE = "*"
_EVERYWHERE = frozenset({"*", "tatca", "toanbo", "toantinh", "all"})


class Codes:
    """The codes of one sheet, found without regard to case, with the nearest one for a code that is not there."""

    _MOST_SUGGESTIONS = 200
    """Looking for near codes is slow among thousands; after so many unknown ones the list itself is what is wrong."""

    def __init__(self, sheet: Sheet | None, named: Iterable[tuple[str, str]]) -> None:
        """`named`: (code, name). Where the sheet has no codes at all, every code is taken as it is: the fault of the
        sheet says enough. So are codes that were refused where they stand.
        """
        pairs = [(code, name) for code, name in named if code]
        refused = sheet.refused_codes if sheet else ()
        self._open = not pairs and not refused
        self._by_name = {bare(name): code for code, name in reversed(pairs) if bare(name)}
        self._codes = {code.casefold(): code for code in (*refused, *(code for code, _ in reversed(pairs)))}
        self._near: dict[str, str | None] = {}

    def find(self, text: str) -> str | None:
        return self._codes.get(text.casefold(), text if self._open else None)

    def nearest(self, text: str) -> str | None:
        """The code of the thing of this name, else the code that looks most like `text`, else None."""
        if text not in self._near and len(self._near) < self._MOST_SUGGESTIONS:
            close = get_close_matches(text.casefold(), list(self._codes), n=1, cutoff=0.5)
            self._near[text] = self._by_name.get(bare(text)) or (self._codes[close[0]] if close else None)
        return self._near.get(text)


def units(sheet: Sheet, rows: Sequence[Placed[UnitRow]]) -> list[UnitRow]:
    """No unit twice, every parent there, no cycle."""
    codes = Codes(sheet, ((placed.row.code, placed.row.name) for placed in rows))
    _twice(sheet, "code", "roster.unit_twice", [(placed.at, placed.row.code) for placed in rows])
    linked = [Placed(placed.at, _with_parent(sheet, placed, codes)) for placed in rows]
    _names_twice(sheet, linked)
    _cycles(sheet, linked)
    return [placed.row for placed in linked]


def subjects(sheet: Sheet, rows: Sequence[Placed[SubjectRow]], units: Codes) -> list[SubjectRow]:
    """No subject twice, every unit there, one head in a unit."""
    _twice(sheet, "code", "roster.subject_twice", [(placed.at, placed.row.code) for placed in rows])
    linked = [Placed(placed.at, _with_unit(sheet, placed, units)) for placed in rows]
    _persons_twice(sheet, linked)
    _two_heads(sheet, linked)
    return [placed.row for placed in linked]


def roles(
    sheet: Sheet,
    rows: Sequence[Placed[Given]],
    *,
    people: Codes,
    collectives: frozenset[str],
    units: Codes,
    bodies: Lexicon,
) -> list[RoleRow]:
    """Every role for a person of the roster, within a unit, a body or everywhere, and none twice."""
    given: dict[RoleRow, int] = {}
    for placed in rows:
        subject = _actor(sheet, placed.at, placed.row.subject, people, collectives)
        scope = _scope(sheet, placed.at, placed.row.scope, units, bodies)
        if placed.row.role is None:
            continue
        role = RoleRow(subject=subject, role=placed.row.role, scope=scope)
        if role in given and role.subject and role.scope:
            sheet.fault(placed.at, "subject", "roster.role_twice", first=sheet.place(given[role], "subject").cell)
        given.setdefault(role, placed.at)
    return list(given)


def headless(sheet: Sheet, rows: Sequence[Placed[UnitRow]], leaders: Sheet, subjects: Sequence[SubjectRow]) -> None:
    """Warn of units whose deputies are ranked but that have no head, where it is known who leads."""
    if not leaders.has("lead") or leaders.faulty & {"lead", "unit"}:
        return
    led = {subject.unit for subject in subjects if subject.lead is Lead.HEAD}
    deputies = {subject.unit for subject in subjects if subject.lead is Lead.DEPUTY and subject.ranked}
    without = deputies - led
    for placed in rows:
        if placed.row.code in without:
            sheet.warning(placed.at, "code", "roster.no_head", unit=placed.row.code)


def _twice(sheet: Sheet, column: str, code: str, rows: Iterable[tuple[int, str]]) -> None:
    """A code twice, in whatever case: people type them."""
    first: dict[str, int] = {}
    for at, text in rows:
        if not text:
            continue
        before = first.setdefault(text.casefold(), at)
        if before != at:
            sheet.fault(at, column, code, code=text, first=sheet.place(before, column).cell)


def _with_parent(sheet: Sheet, placed: Placed[UnitRow], codes: Codes) -> UnitRow:
    parent = placed.row.parent
    if parent is None:
        return placed.row
    found = codes.find(parent)
    if found is None:
        _unknown(sheet, placed.at, "parent", parent, code="roster.unknown_parent", codes=codes)
    return replace(placed.row, parent=found)


def _with_unit(sheet: Sheet, placed: Placed[SubjectRow], units: Codes) -> SubjectRow:
    unit = placed.row.unit
    if not unit:
        return placed.row
    found = units.find(unit)
    if found is None:
        _unknown(sheet, placed.at, "unit", unit, code="roster.unknown_unit", codes=units)
    return replace(placed.row, unit=found or "")


def _unknown(sheet: Sheet, at: int, column: str, text: str, *, code: str, codes: Codes) -> None:
    nearest = codes.nearest(text)
    sheet.fault(at, column, f"{code}_near" if nearest else code, value=text, nearest=nearest)


def _names_twice(sheet: Sheet, rows: Sequence[Placed[UnitRow]]) -> None:
    """One unit under two codes: the same name under the same parent."""
    first: dict[tuple[str, str | None], int] = {}
    for placed in rows:
        if not placed.row.name:
            continue
        before = first.setdefault((key(placed.row.name), placed.row.parent), placed.at)
        if before != placed.at:
            sheet.fault(
                placed.at,
                "name",
                "roster.unit_name_twice",
                name=placed.row.name,
                first=sheet.place(before, "name").cell,
            )


def _cycles(sheet: Sheet, rows: Sequence[Placed[UnitRow]]) -> None:
    """Each cycle once, at the row of its first unit in the file."""
    first = {placed.row.code: placed.at for placed in reversed(rows) if placed.row.code}
    parents = {placed.row.code: placed.row.parent for placed in reversed(rows)}
    settled: set[str] = set()
    for code in first:
        way: dict[str, None] = {}
        above: str | None = code
        while above and above not in settled and above not in way:
            way[above] = None
            above = parents.get(above)
        if above and above in way:
            circle = list(way)[list(way).index(above) :]
            start = circle.index(min(circle, key=first.__getitem__))
            circle = circle[start:] + circle[:start]
            sheet.fault(first[circle[0]], "parent", "roster.cycle", units=(*circle, circle[0]))
        settled.update(way)


def _persons_twice(sheet: Sheet, rows: Sequence[Placed[SubjectRow]]) -> None:
    """One subject under two codes would be ranked twice on one track: the same name, post, unit and kind."""
    first: dict[tuple[str, str, str, str], int] = {}
    for placed in rows:
        subject = placed.row
        if not subject.name or not subject.unit:
            continue
        same = (key(subject.name), key(subject.post), subject.unit, subject.kind.value)
        before = first.setdefault(same, placed.at)
        if before != placed.at:
            cell = sheet.place(before, "name").cell
            sheet.fault(placed.at, "name", "roster.name_twice", name=subject.name, unit=subject.unit, first=cell)


def _two_heads(sheet: Sheet, rows: Sequence[Placed[SubjectRow]]) -> None:
    first: dict[str, int] = {}
    for placed in rows:
        if placed.row.lead is not Lead.HEAD or not placed.row.unit:
            continue
        before = first.setdefault(placed.row.unit, placed.at)
        if before != placed.at:
            cell = sheet.place(before, "lead").cell
            sheet.fault(placed.at, "lead", "roster.two_heads", unit=placed.row.unit, first=cell)


def _actor(sheet: Sheet, at: int, text: str, people: Codes, collectives: frozenset[str]) -> str:
    """The code of the person that acts, "" where there is none."""
    if not text:
        return ""
    found = people.find(text)
    if found is None:
        _unknown(sheet, at, "subject", text, code="roster.unknown_subject", codes=people)
        return ""
    if found in collectives:
        sheet.fault(at, "subject", "roster.role_of_collective", code=found)
    return found


def _scope(sheet: Sheet, at: int, text: str, units: Codes, bodies: Lexicon) -> str:
    """A unit's code, a body's id or "*"; "" where it is none of them."""
    if not text or text == EVERYWHERE or bare(text) in _EVERYWHERE:
        return EVERYWHERE if text else ""
    found = units.find(text) or bodies.find(text)
    if found is None:
        nearest = units.nearest(text) or bodies.nearest(text)
        sheet.fault(
            at, "scope", "roster.unknown_scope_near" if nearest else "roster.unknown_scope", value=text, nearest=nearest
        )
    return found or ""
