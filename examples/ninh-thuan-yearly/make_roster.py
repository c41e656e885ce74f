"""Make roster.xlsx: some bodies of a southern province with made-up people, for the ranking that comes back every year.

The bodies are real, everybody in them is invented, and so are the addresses (.example leads nowhere). Heads of units
decide about their staff, the province's office about the heads; most people are party members too. The same script
always makes the same file.

    python examples/ninh-thuan-yearly/make_roster.py [OUT.xlsx]
"""

import itertools
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import workbooks
from states import packs
from workflow.rosters import RoleRow, Roster, SubjectRow, UnitRow
from workflow.words import Lead, Role

PACK = "ninh-thuan-yearly"
OUT = Path(__file__).with_name("roster.xlsx")
DOMAIN = "ninhthuan.example"
TOP = "UBND"

_SEED = 20261205
_SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Đàng", "Châu", "Võ", "Đỗ", "Bá", "Ngô")
_MIDDLES = ("An", "Bích", "Duy", "Hải", "Khắc", "Mỹ", "Ngọc", "Thiện", "Thùy", "Xuân")
_GIVEN = ("Bình", "Chi", "Đạt", "Giang", "Hiếu", "Lam", "Minh", "Nga", "Phong", "Quý", "Sương", "Thảo", "Vinh", "Yến")

BODIES = (
    ("SNV", "Sở Nội vụ", "department", "civil_servant", 5),
    ("STC", "Sở Tài chính", "department", "civil_servant", 6),
    ("SYT", "Sở Y tế", "department", "civil_servant", 5),
    ("BVT", "Bệnh viện Đa khoa tỉnh", "public_unit", "public_employee", 8),
    ("HCTD", "Hội Chữ thập đỏ tỉnh", "association", "civil_servant", 3),
)
"""Code, name, kind, what its people are, and how many of them are ranked: a head, a deputy, and staff."""


def roster() -> Roster:
    """The bodies: a head, a deputy and staff in each, and somebody who coordinates."""
    chance = random.Random(_SEED)
    made = [" ".join(parts) for parts in itertools.product(_SURNAMES, _MIDDLES, _GIVEN)]
    chance.shuffle(made)
    names = iter(made)
    units = [UnitRow(code=TOP, name="UBND tỉnh", kind="province", email=f"ubnd@{DOMAIN}")]
    subjects = [_clerk(f"{TOP}-VP", next(names), TOP, "Chuyên viên Văn phòng")]
    roles = [RoleRow(subject=f"{TOP}-VP", role=Role.RATIFIER, scope=TOP)]
    for code, name, kind, category, people in BODIES:
        units.append(UnitRow(code=code, name=name, kind=kind, parent=TOP, email=f"{code.lower()}@{DOMAIN}"))
        subjects.extend(_working(code, category, people, names))
        subjects.append(_clerk(f"{code}-TH", next(names), code, "Chuyên viên tổng hợp"))
        roles.append(RoleRow(subject=f"{code}-01", role=Role.RATIFIER, scope=code))
        roles.append(RoleRow(subject=f"{code}-TH", role=Role.COORDINATOR, scope=code))
    for number, role in enumerate((Role.COORDINATOR, Role.REGISTRAR, Role.MONITOR, Role.AUTHORITY, Role.AUDITOR), 1):
        subjects.append(_clerk(f"SNV-CV{number}", next(names), "SNV", "Chuyên viên"))
        roles.append(RoleRow(subject=f"SNV-CV{number}", role=role))
    return Roster(units=tuple(units), subjects=tuple(subjects), roles=tuple(roles), source=OUT.name)


def make(out: Path) -> Roster:
    """Write the workbook; gives back what is in it."""
    pack, made = packs.find(PACK), roster()
    workbooks.template(out, pack.vocabulary, pack.bodies, made)
    return made


def _working(unit: str, category: str, people: int, names: Iterator[str]) -> Iterator[SubjectRow]:
    posts = {1: ("Cấp trưởng", Lead.HEAD), 2: ("Cấp phó", Lead.DEPUTY)}
    for number in range(1, people + 1):
        code = f"{unit}-{number:02}"
        post, lead = posts.get(number, ("Chuyên viên", Lead.NONE))
        yield SubjectRow(
            code=code,
            name=next(names),
            unit=unit,
            post=post,
            category=category,
            duty="staff" if lead is Lead.NONE else "leadership",
            tier="unit",
            party=number != people,
            lead=lead,
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
