"""Make roster.xlsx: a provincial Ethnic Affairs Board of 2023 with an office and two rooms, and made-up people.

The Board is real, everybody in it is invented, and so are the addresses (.example leads nowhere). Rooms of 9, 8 and 9
with two leaders each leave twenty others, as in the worked case of the quotas: each room may propose one, the Board may
decide two. The same script always makes the same file.

    python examples/quang-ngai-2023/make_roster.py [OUT.xlsx]
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

PACK = "ban-dan-toc-quang-ngai-2023"
OUT = Path(__file__).with_name("roster.xlsx")
DOMAIN = "bdt.example"

_SEED = 20231126
_SURNAMES = ("Phạm", "Đinh", "Hồ", "Lê", "Võ", "Huỳnh", "Bùi", "Đặng", "Trương", "Cao")
_MIDDLES = ("An", "Bảo", "Gia", "Hoài", "Khánh", "Mai", "Ngân", "Thảo", "Thiên", "Uyên", "Xuân", "Yên")
_GIVEN = ("Ân", "Cẩm", "Danh", "Điền", "Giang", "Hậu", "Khuê", "Lộc", "Miên", "Nghi", "Nhã", "Quyên", "Thạch", "Trúc")

ROOMS = (
    ("VPB", "Văn phòng Ban", "office", "Chánh Văn phòng", 9),
    ("CSDT", "Phòng Chính sách Dân tộc", "room", "Trưởng phòng", 8),
    ("TTR", "Thanh tra Ban", "room", "Chánh Thanh tra", 9),
)
"""Code, name, kind, what its head is called, and how many people it has."""


def roster() -> Roster:
    """The Board and its rooms: collectives, the agency, leaders, civil servants, workers, and who does what."""
    chance = random.Random(_SEED)
    made = [" ".join(parts) for parts in itertools.product(_SURNAMES, _MIDDLES, _GIVEN)]
    chance.shuffle(made)
    names = iter(made)
    units = [UnitRow(code="BDT", name="Ban Dân tộc tỉnh", kind="board", email=f"bdt@{DOMAIN}")]
    subjects = list(_board(names))
    for code, name, kind, head, size in ROOMS:
        units.append(UnitRow(code=code, name=name, kind=kind, parent="BDT", email=f"{code.lower()}@{DOMAIN}"))
        subjects.extend(_room(code, name, head, size, names))
    return Roster(units=tuple(units), subjects=tuple(subjects), roles=tuple(_roles()), source=OUT.name)


def make(out: Path) -> Roster:
    """Write the workbook; gives back what is in it."""
    pack, made = packs.find(PACK), roster()
    workbooks.template(out, pack.vocabulary, pack.bodies, made)
    return made


def _board(names: Iterator[str]) -> Iterator[SubjectRow]:
    whole = {"unit": "BDT", "email": f"bdt@{DOMAIN}"}
    yield SubjectRow(code="BDT-TT", name="Tập thể lãnh đạo Ban", kind=SubjectKind.COLLECTIVE, tier="btv", **whole)
    yield SubjectRow(code="BDT-CQ", name="Cơ quan Ban Dân tộc", kind=SubjectKind.AGENCY, tier="btv", **whole)
    posts = (("Trưởng Ban", Lead.HEAD, "btv"), ("Phó Trưởng Ban", Lead.DEPUTY, "bcsd"))
    for number, (post, lead, tier) in enumerate((posts[0], posts[1], posts[1]), start=1):
        yield _person(f"BDT-{number:02}", next(names), post=post, duty="board_leader", lead=lead, tier=tier)


def _room(unit: str, name: str, head: str, size: int, names: Iterator[str]) -> Iterator[SubjectRow]:
    yield SubjectRow(
        code=f"{unit}-TT",
        name=f"Tập thể lãnh đạo {name}",
        unit=unit,
        kind=SubjectKind.COLLECTIVE,
        tier="board",
        email=f"{unit.lower()}@{DOMAIN}",
    )
    yield _person(f"{unit}-01", next(names), post=head, duty="room_head", lead=Lead.HEAD)
    yield _person(f"{unit}-02", next(names), post=f"Phó {head}", duty="room_deputy", lead=Lead.DEPUTY)
    for number in range(3, size + 1):
        last = number == size
        duty, post = ("support", "Nhân viên hợp đồng") if last else ("staff", "Chuyên viên")
        code = f"{unit}-{number:02}"
        party = not last and number % 2 == 1
        yield _person(code, next(names), post=post, duty=duty, lead=Lead.NONE, worker=last, party=party)


def _person(
    code: str,
    name: str,
    *,
    post: str,
    duty: str,
    lead: Lead,
    tier: str = "board",
    worker: bool = False,
    party: bool = True,
) -> SubjectRow:
    unit = code.partition("-")[0]
    return SubjectRow(
        code=code,
        name=name,
        unit=unit,
        post=post,
        category="worker" if worker else "civil_servant",
        duty=duty,
        tier=tier,
        party=party,
        lead=lead,
        email=f"{code.lower()}@{DOMAIN}",
    )


def _roles() -> Iterator[RoleRow]:
    """A coordinator in each room and one for the Board; the head of the Board decides, a deputy gives the leaders'
    opinion; a registrar enters what is decided above."""
    yield RoleRow(subject="VPB-03", role=Role.COORDINATOR)
    yield RoleRow(subject="VPB-04", role=Role.COORDINATOR, scope="VPB")
    yield RoleRow(subject="CSDT-04", role=Role.COORDINATOR, scope="CSDT")
    yield RoleRow(subject="TTR-04", role=Role.COORDINATOR, scope="TTR")
    yield RoleRow(subject="BDT-01", role=Role.RATIFIER, scope="truong-ban")
    yield RoleRow(subject="BDT-02", role=Role.RATIFIER, scope="lanh-dao-ban")
    yield RoleRow(subject="VPB-05", role=Role.REGISTRAR)
    yield RoleRow(subject="VPB-01", role=Role.MONITOR)
    yield RoleRow(subject="BDT-03", role=Role.AUTHORITY)
    yield RoleRow(subject="TTR-05", role=Role.AUDITOR)


if __name__ == "__main__":
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else OUT
    made = make(out)
    print(f"{out}: {len(made.units)} units, {len(made.subjects)} subjects, {len(made.roles)} roles")
