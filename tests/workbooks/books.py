"""A small roster as a workbook, correct as it stands; tests change one thing in it."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from workflow.errors import Fault
from workflow.messages import LANGUAGES, sentence
from workflow.rulepack import Body, Term, Text, Vocabulary

UNITS, SUBJECTS, ROLES = "Đơn vị", "Đối tượng", "Vai trò"


def _term(value: str, vi: str, en: str) -> Term:
    return Term(id=value, label=Text(vi=vi, en=en))


VOCABULARY = Vocabulary(
    unit_kinds=(_term("department", "Sở, ban, ngành", "Department"), _term("province", "UBND tỉnh", "Province")),
    categories=(_term("civil_servant", "Công chức", "Civil servant"), _term("worker", "Người lao động", "Worker")),
    duties=(_term("leadership", "Lãnh đạo", "Leadership"), _term("staff", "Nhân viên", "Staff")),
    tiers=(
        _term("btv", "Ban Thường vụ Tỉnh ủy quản lý", "Standing committee"),
        _term("unit", "Đơn vị quản lý", "Unit"),
    ),
)
BODIES = (
    Body(id="so-noi-vu", name=Text(vi="Sở Nội vụ", en="Home Affairs"), unit="SNV"),
    Body(id="bcsd", name=Text(vi="Ban Cán sự Đảng")),
)

# Columns: A code, B name, C kind, D parent, E e-mail.
_UNITS: list[list[Any]] = [
    ["Mã đơn vị", "Tên đơn vị", "Loại đơn vị", "Thuộc đơn vị", "Email"],
    ["UBND", "Ủy ban nhân dân tỉnh", "UBND tỉnh", None, None],
    ["SNV", "Sở Nội vụ", "Sở, ban, ngành", "UBND", "snv@a.example"],
    ["STC", "Sở Tài chính", "department", "UBND", None],
]
# Columns: A code, B name, C kind, D unit, E post, F category, G duty, H tier, I party, J lead, K ranked, L since,
# M e-mail, N language.
_SUBJECTS: list[list[Any]] = [
    [
        "Mã",
        "Họ và tên / Tên tập thể",
        "Đối tượng",
        "Mã đơn vị",
        "Chức vụ",
        "Ngạch/Loại",
        "Nhóm chức danh",
        "Diện quản lý",
        "Đảng viên",
        "Trưởng/phó",
        "Xếp loại",
        "Từ ngày",
        "Email",
        "Ngôn ngữ",
    ],
    ["SNV-TT", "Tập thể lãnh đạo Sở Nội vụ", "Tập thể", "SNV", *[None] * 3, "btv", None, None, "Có", None, None, None],
    [
        "SNV-01",
        "Nguyễn Bảo Châu",
        "Cá nhân",
        "SNV",
        "Giám đốc",
        "Công chức",
        "Lãnh đạo",
        "Ban Thường vụ Tỉnh ủy quản lý",
        "Có",
        "Trưởng",
        "Có",
        "2020-03-01",
        "chau@a.example",
        "vi",
    ],
    [
        "SNV-02",
        "Trần Diệu Đan",
        "Cá nhân",
        "SNV",
        "Phó Giám đốc",
        "civil_servant",
        "leadership",
        "btv",
        "Có",
        "Phó",
        None,
        None,
        None,
        None,
    ],
    [
        "STC-01",
        "Lê Gia Giang",
        "Cá nhân",
        "STC",
        "Giám đốc",
        "Công chức",
        "Lãnh đạo",
        "btv",
        "Không",
        "Trưởng",
        None,
        None,
        None,
        "en",
    ],
    [
        "STC-02",
        "Phạm Lam Hạnh",
        "Cá nhân",
        "STC",
        "Chuyên viên",
        "Người lao động",
        "staff",
        "unit",
        None,
        "Không",
        "Không",
        None,
        None,
        None,
    ],
]
# Columns: A subject, B role, C scope.
_ROLES: list[list[Any]] = [
    ["Mã đối tượng", "Vai trò", "Phạm vi"],
    ["STC-02", "coordinator", "STC"],
    ["SNV-02", "ratifier", "bcsd"],
    ["SNV-02", "registrar", "*"],
]

CONTENT: Mapping[str, list[list[Any]]] = {UNITS: _UNITS, SUBJECTS: _SUBJECTS, ROLES: _ROLES}


def rows(sheet: str) -> list[list[Any]]:
    """A copy of one sheet's rows, the headings first."""
    return [list(row) for row in CONTENT[sheet]]


def book(**changes: Any) -> Workbook:
    """The roster with some cells changed: `book(**{"Đối tượng!C3": "x"})`."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for name in CONTENT:
        page = made.create_sheet(name)
        for row in rows(name):
            page.append(row)
    for place, value in changes.items():
        name, _, cell = place.rpartition("!")
        made[name][cell] = value
    return made


def saved(made: Workbook, path: Path) -> Path:
    made.save(path)
    return path


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def told(fault: Fault) -> tuple[str, ...]:
    """The sentences of a fault, which must be complete in both languages."""
    sentences = tuple(sentence(fault.code, language, **fault.figures) for language in LANGUAGES)
    for one in sentences:
        assert "roster." not in one
        assert "{" not in one
    return sentences
