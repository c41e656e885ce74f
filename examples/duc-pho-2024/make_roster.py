"""Make roster.xlsx: some bodies of a town as they stood in 2024, with made-up people.

The bodies are real, everybody in them is invented, and so are the addresses (.example leads nowhere). Most leaders are
managed by the town's standing committee, one by the province's; a ward's Party organisation is ranked too. The same
script always makes the same file.

    python examples/duc-pho-2024/make_roster.py [OUT.xlsx]
"""

import itertools
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import workbooks
from states import packs
from workflow.rosters import RoleRow, Roster, SubjectRow, UnitRow
from workflow.words import Lead, Role, SubjectKind

PACK = "duc-pho-2024"
OUT = Path(__file__).with_name("roster.xlsx")
DOMAIN = "ducpho.example"
TOP = "TU"

_SEED = 20241128
_SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Bùi", "Võ", "Đỗ", "Tạ", "Ngô")
_MIDDLES = ("An", "Bích", "Duy", "Hải", "Khắc", "Mỹ", "Ngọc", "Thiện", "Thùy", "Xuân")
_GIVEN = ("Bình", "Chi", "Đạt", "Giang", "Hiếu", "Lam", "Minh", "Nga", "Phong", "Quý", "Sương", "Thảo", "Vinh", "Yến")

BODIES = (
    ("BTC", "Ban Tổ chức Thị ủy", "advisory", 0),
    ("VPTU", "Văn phòng Thị ủy", "advisory", 0),
    ("UBND", "UBND thị xã", "government", 2),
    ("PNV", "Phòng Nội vụ", "room", 3),
    ("PTC", "Phòng Tài chính - Kế hoạch", "room", 2),
    ("PMINH", "Phường Phổ Minh", "commune", 3),
)
"""Code, name, kind, and how many leaders it has; none: people who only act here."""


def roster() -> Roster:
    """The bodies: a collective and its leaders, and somebody in each who coordinates; a ward's Party organisation."""
    chance = random.Random(_SEED)
    made = [" ".join(parts) for parts in itertools.product(_SURNAMES, _MIDDLES, _GIVEN)]
    chance.shuffle(made)
    names = iter(made)
    units = [UnitRow(code=TOP, name="Thị ủy", kind="town", email=f"tu@{DOMAIN}")]
    subjects = [_clerk(f"{TOP}-TK", next(names), TOP, "Thư ký Ban Thường vụ")]
    roles = [RoleRow(subject=f"{TOP}-TK", role=Role.RATIFIER, scope="btv-thi-uy")]
    for code, name, kind, people in BODIES:
        units.append(UnitRow(code=code, name=name, kind=kind, parent=TOP, email=f"{code.lower()}@{DOMAIN}"))
        subjects.extend(_leading(code, name, people, names))
        subjects.append(_clerk(f"{code}-TH", next(names), code, "Chuyên viên tổng hợp"))
        roles.append(RoleRow(subject=f"{code}-TH", role=Role.COORDINATOR, scope=code))
    units.append(UnitRow(code="DBPM", name="Đảng bộ phường Phổ Minh", kind="party_base", parent=TOP))
    organisation = {"kind": SubjectKind.PARTY_ORGANISATION, "tier": "btv-thi"}
    subjects.append(SubjectRow(code="DBPM-DB", name="Đảng bộ phường Phổ Minh", unit="DBPM", **organisation))
    subjects.append(_clerk("DBPM-TH", next(names), "DBPM", "Văn phòng Đảng ủy"))
    roles.append(RoleRow(subject="DBPM-TH", role=Role.COORDINATOR, scope="DBPM"))
    for number, role in enumerate((Role.COORDINATOR, Role.REGISTRAR, Role.MONITOR, Role.AUTHORITY, Role.AUDITOR), 1):
        subjects.append(_clerk(f"BTC-CV{number}", next(names), "BTC", "Chuyên viên"))
        roles.append(RoleRow(subject=f"BTC-CV{number}", role=role))
    return Roster(units=tuple(units), subjects=tuple(subjects), roles=tuple(roles), source=OUT.name)


def make(out: Path) -> Roster:
    """Write the workbook; gives back what is in it."""
    pack, made = packs.find(PACK), roster()
    workbooks.template(out, pack.vocabulary, pack.bodies, made)
    return made


def _leading(unit: str, name: str, people: int, names: Iterator[str]) -> Iterator[SubjectRow]:
    if people:
        collective = f"Tập thể lãnh đạo {name}"
        yield SubjectRow(code=f"{unit}-TT", name=collective, unit=unit, kind=SubjectKind.COLLECTIVE, tier="btv-thi")
    for number in range(1, people + 1):
        code, head = f"{unit}-{number:02}", number == 1
        yield SubjectRow(
            code=code,
            name=next(names),
            unit=unit,
            post="Cấp trưởng" if head else "Cấp phó",
            category="cadre",
            duty="leadership",
            tier="btv-tinh" if code == "UBND-01" else "btv-thi",
            lead=Lead.HEAD if head else Lead.DEPUTY,
            email=f"{code.lower()}@{DOMAIN}",
        )


def _clerk(code: str, name: str, unit: str, post: str) -> SubjectRow:
    """Somebody who only acts here."""
    return SubjectRow(
        code=code,
        name=name,
        unit=unit,
        post=post,
        category="civil_servant",
        duty="staff",
        ranked=False,
        email=f"{code.lower()}@{DOMAIN}",
    )


if __name__ == "__main__":
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else OUT
    made = make(out)
    print(f"{out}: {len(made.units)} units, {len(made.subjects)} subjects, {len(made.roles)} roles")
