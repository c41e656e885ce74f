"""Make roster.xlsx: some bodies of a highland province as they stood in 2024, with made-up people.

The bodies are real, everybody in them is invented, and so are the addresses (.example leads nowhere). Heads are managed
by the provincial standing committee and go to two recipients, deputies by the Party civil-affairs committee. The same
script always makes the same file.

    python examples/kon-tum-2024/make_roster.py [OUT.xlsx]
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

PACK = "kon-tum-2024"
OUT = Path(__file__).with_name("roster.xlsx")
DOMAIN = "kontum.example"

_SEED = 20241125
_SURNAMES = ("Nguyễn", "A", "Y", "Trần", "Lê", "Đinh", "Phan", "Bùi", "Hoàng", "Võ")
_MIDDLES = ("An", "Bảo", "Gia", "Hoài", "Khánh", "Mai", "Ngân", "Thảo", "Thiên", "Uyên")
_GIVEN = ("Ân", "Cẩm", "Danh", "Điền", "Giang", "Hậu", "Khuê", "Lộc", "Miên", "Nghi", "Nhã", "Quyên", "Thạch", "Trúc")

BODIES = (
    ("SNV", "Sở Nội vụ", "department", None, 3),
    ("SXD", "Sở Xây dựng", "department", None, 4),
    ("SXD-QH", "Viện Quy hoạch", "subordinate", "SXD", 2),
    ("STC", "Sở Tài chính", "department", None, 3),
    ("SYT", "Sở Y tế", "department", None, 4),
    ("SYT-BV", "Bệnh viện Đa khoa tỉnh", "subordinate", "SYT", 3),
    ("HCTD", "Hội Chữ thập đỏ tỉnh", "association", None, 2),
    ("XSKT", "Công ty TNHH MTV Xổ số kiến thiết", "state_company", None, 2),
)
"""Code, name, kind, the unit above, and how many leaders it has."""


def roster() -> Roster:
    """The bodies: collectives, leaders, and somebody in each who coordinates."""
    chance = random.Random(_SEED)
    made = [" ".join(parts) for parts in itertools.product(_SURNAMES, _MIDDLES, _GIVEN)]
    chance.shuffle(made)
    names = iter(made)
    units = [UnitRow(code="BCSD", name="Ban cán sự đảng UBND tỉnh", kind="committee", email=f"bcsd@{DOMAIN}")]
    subjects = [_clerk("BCSD-TK", next(names), "BCSD", "Thư ký Ban cán sự đảng")]
    roles = [RoleRow(subject="BCSD-TK", role=Role.RATIFIER, scope="bcsd-ubnd")]
    for code, name, kind, parent, leaders in BODIES:
        units.append(UnitRow(code=code, name=name, kind=kind, parent=parent, email=f"{code.lower()}@{DOMAIN}"))
        subjects.extend(_leading(code, name, leaders, names))
        subjects.append(_clerk(f"{code}-TH", next(names), code, "Chuyên viên tổng hợp"))
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


def _leading(unit: str, name: str, leaders: int, names: Iterator[str]) -> Iterator[SubjectRow]:
    tier = "bcsd" if "-" in unit else "btv"
    yield SubjectRow(
        code=f"{unit}-TT",
        name=f"Tập thể lãnh đạo {name}",
        unit=unit,
        kind=SubjectKind.COLLECTIVE,
        tier="bcsd",
        email=f"{unit.lower()}@{DOMAIN}",
    )
    for number in range(1, leaders + 1):
        code, head = f"{unit}-{number:02}", number == 1
        yield SubjectRow(
            code=code,
            name=next(names),
            unit=unit,
            post="Cấp trưởng" if head else "Cấp phó",
            category="manager" if unit == "XSKT" else "civil_servant",
            duty="leadership",
            tier=tier if head else "bcsd",
            party=True,
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
        party=True,
        ranked=False,
        email=f"{code.lower()}@{DOMAIN}",
    )


if __name__ == "__main__":
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else OUT
    made = make(out)
    print(f"{out}: {len(made.units)} units, {len(made.subjects)} subjects, {len(made.roles)} roles")
