"""The three tables of a roster and their columns: what each is called, by whichever spelling, and where a sheet has it.

The headings are the file format, not messages: they stand in both languages here and a workbook may mix them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from workbooks.text import bare


class Table(StrEnum):
    """In the order in which faults are told."""

    UNITS = "units"
    SUBJECTS = "subjects"
    ROLES = "roles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`id` is the field of the row type; a column that is not `required` may be left out of the sheet."""

    id: str
    vi: str
    en: str
    aliases: tuple[str, ...] = ()
    required: bool = True
    width: int = 16

    def told(self, language: str) -> str:
        return self.en if language == "en" else self.vi


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One table: the sheet that holds it (or the .csv file of that name) and its columns in the template's order."""

    table: Table
    vi: str
    en: str
    aliases: tuple[str, ...]
    columns: tuple[Column, ...]
    required: bool = True

    def told(self, language: str) -> str:
        return self.en if language == "en" else self.vi

    def names(self) -> frozenset[str]:
        """Every name of the sheet, as `text.bare` has it."""
        return frozenset(bare(name) for name in (self.vi, self.en, *self.aliases))


_EMAIL = Column(
    id="email", vi="Email", en="E-mail", aliases=("Thư điện tử", "Hộp thư", "Mail"), required=False, width=30
)

UNITS = Layout(
    table=Table.UNITS,
    vi="Đơn vị",
    en="Units",
    aliases=("Cơ quan, đơn vị", "Danh sách đơn vị", "Unit"),
    columns=(
        Column(id="code", vi="Mã đơn vị", en="Unit code", aliases=("Mã", "Code"), width=14),
        Column(id="name", vi="Tên đơn vị", en="Unit name", aliases=("Đơn vị", "Tên", "Name", "Unit"), width=48),
        Column(id="kind", vi="Loại đơn vị", en="Unit kind", aliases=("Loại", "Kind", "Loại hình đơn vị"), width=26),
        Column(
            id="parent",
            vi="Thuộc đơn vị",
            en="Parent unit",
            aliases=("Mã đơn vị cấp trên", "Đơn vị cấp trên", "Trực thuộc", "Thuộc", "Parent", "Parent code"),
            width=14,
        ),
        _EMAIL,
    ),
)

SUBJECTS = Layout(
    table=Table.SUBJECTS,
    vi="Đối tượng",
    en="Subjects",
    aliases=("Danh sách đối tượng", "Nhân sự", "Danh sách", "Subject", "People", "Persons"),
    columns=(
        Column(id="code", vi="Mã", en="Code", aliases=("Mã đối tượng", "Mã cá nhân", "Subject code"), width=14),
        Column(
            id="name",
            vi="Họ và tên / Tên tập thể",
            en="Name",
            aliases=("Họ và tên", "Họ tên", "Tên tập thể", "Tên đối tượng", "Họ và tên, tên tập thể", "Full name"),
            width=38,
        ),
        Column(id="kind", vi="Đối tượng", en="Subject kind", aliases=("Loại đối tượng", "Kind", "Subject"), width=14),
        Column(id="unit", vi="Mã đơn vị", en="Unit code", aliases=("Đơn vị", "Unit"), width=14),
        Column(id="post", vi="Chức vụ", en="Post", aliases=("Chức vụ, chức danh", "Chức danh", "Position"), width=32),
        Column(
            id="category",
            vi="Ngạch/Loại",
            en="Category",
            aliases=("Ngạch, loại", "Ngạch", "Loại", "Loại cán bộ", "Loại cán bộ, công chức, viên chức"),
            width=18,
        ),
        Column(id="duty", vi="Nhóm chức danh", en="Duty group", aliases=("Nhóm", "Duty", "Nhóm chức vụ"), width=20),
        Column(
            id="tier",
            vi="Diện quản lý",
            en="Management tier",
            aliases=("Diện", "Tier", "Thuộc diện quản lý", "Cấp quản lý"),
            width=32,
        ),
        Column(id="party", vi="Đảng viên", en="Party member", aliases=("Là đảng viên", "Party"), width=11),
        Column(
            id="lead",
            vi="Trưởng/phó",
            en="Head or deputy",
            aliases=("Trưởng, phó", "Trưởng phó", "Cấp trưởng/cấp phó", "Cấp trưởng, cấp phó", "Head/deputy", "Lead"),
            width=12,
        ),
        Column(
            id="ranked",
            vi="Xếp loại",
            en="Ranked",
            aliases=("Được xếp loại", "Có xếp loại"),
            required=False,
            width=10,
        ),
        Column(
            id="since",
            vi="Từ ngày",
            en="Since",
            aliases=("Công tác từ ngày", "From", "Since date"),
            required=False,
            width=12,
        ),
        _EMAIL,
        Column(id="language", vi="Ngôn ngữ", en="Language", aliases=("Tiếng",), required=False, width=10),
    ),
)

ROLES = Layout(
    table=Table.ROLES,
    vi="Vai trò",
    en="Roles",
    aliases=("Phân vai", "Phân công", "Role"),
    columns=(
        Column(
            id="subject",
            vi="Mã đối tượng",
            en="Subject code",
            aliases=("Mã", "Mã cá nhân", "Code", "Subject"),
            width=16,
        ),
        Column(id="role", vi="Vai trò", en="Role", aliases=("Quyền",), width=24),
        Column(id="scope", vi="Phạm vi", en="Scope", aliases=("Phạm vi phụ trách", "Đơn vị phụ trách"), width=20),
    ),
    required=False,
)

LAYOUTS = (UNITS, SUBJECTS, ROLES)
ORDER = {table: position for position, table in enumerate(Table)}

HEADING_ROWS = 20
"""Titles may stand above the headings, as they do in official lists, but no more than this many rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headings:
    """Where a sheet has its columns. Positions count from 0."""

    row: int
    found: Mapping[str, int]
    """Column id → position."""
    doubled: tuple[tuple[int, str], ...]
    """(position, column id) of every further heading for a column that was found already."""
    unknown: tuple[tuple[int, str], ...]
    """(position, text) of headings that nobody asked for."""


def locate(layout: Layout, rows: Sequence[Sequence[str]]) -> Headings | None:
    """The headings of a sheet whose first rows are `rows` (as text); None where no row has two of them.

    The row with the most known headings wins, the upper one of equals. A main name goes before another column's alias:
    beside "Họ và tên", "Mã đơn vị" is the unit although "Mã" alone is the code.
    """
    ways = {bare(way): column.id for column in layout.columns for way in column.aliases}
    ways |= {bare(way): column.id for column in layout.columns for way in (column.vi, column.en)}
    best: Headings | None = None
    for number, row in enumerate(rows[:HEADING_ROWS]):
        headings = _headings(number, row, ways)
        if len(headings.found) > (len(best.found) if best else 1):
            best = headings
    return best


def _headings(number: int, row: Sequence[str], ways: Mapping[str, str]) -> Headings:
    found: dict[str, int] = {}
    doubled, unknown = [], []
    for position, text in enumerate(row):
        if not text:
            continue
        column = ways.get(bare(text))
        if column is None:
            unknown.append((position, text))
        elif column in found:
            doubled.append((position, column))
        else:
            found[column] = position
    return Headings(row=number, found=found, doubled=tuple(doubled), unknown=tuple(unknown))
