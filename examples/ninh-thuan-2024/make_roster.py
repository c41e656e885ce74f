"""Make roster.xlsx: the public bodies of Ninh Thuận as they stood in 2024, with made-up people.

The bodies are real, everybody in them is invented, and so are the addresses (.example leads nowhere). How many leaders
a body has is chosen so that each case of the quota NT11-1a occurs, not after its real staffing: collectives of 2 to 5
(the small-group rule), of 6 (one more person, and the rule of 20 % begins) and of 10 (two places). The same script
always makes the same file.

    python examples/ninh-thuan-2024/make_roster.py [OUT.xlsx]
"""

import itertools
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import workbooks
from states import packs
from workflow.rosters import RoleRow, Roster, SubjectRow, UnitRow
from workflow.words import Lead, Role, SubjectKind

PACK = "ninh-thuan-2024-11"
OUT = Path(__file__).with_name("roster.xlsx")
DOMAIN = "ninhthuan.example"

_SEED = 20241105
# fmt: off
_SURNAMES = (
    "Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Đàng",
    "Báo", "Hán", "Chamaléa", "Katơr", "Pinăng", "Tain",
)
_MIDDLES = (
    "An", "Bảo", "Diệu", "Gia", "Hoài", "Khánh", "Lam", "Mai", "Ngân", "Phước", "Quỳnh", "Thảo", "Thiên",
    "Thu", "Tường", "Uyên", "Vĩnh", "Xuân", "Ý", "Yên",
)
_GIVEN = (
    "Ân", "Bách", "Cẩm", "Châu", "Danh", "Duyên", "Đan", "Điền", "Giang", "Hạnh", "Hậu", "Khải", "Khuê",
    "Liên", "Lộc", "Miên", "Mỹ", "Nghi", "Ngọc", "Nhã", "Phong", "Phương", "Quyên", "Sương", "Tâm", "Thạch",
    "Thịnh", "Thoa", "Thụy", "Trâm", "Triết", "Trúc", "Tùng", "Vân", "Viễn", "Vy", "Xuyến",
)
# fmt: on
_SHARE_OF_WORKERS, _SHARE_OF_MEMBERS = 0.12, 0.7
"""Of the staff: contract workers, and party members among the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posts:
    """What the head and the deputies of a body are called, and the category that its leaders and staff belong to."""

    head: str
    deputy: str
    leaders: str
    staff: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """One body under the People's Committee: `leaders` counts head and deputies, `staff` the others."""

    code: str
    name: str
    kind: str
    posts: Posts
    leaders: int = 3
    staff: int = 5
    parts: tuple[tuple[str, str, str], ...] = ()
    """Subordinate units: code, name, the head's post."""


_DEPARTMENT = Posts(head="Giám đốc", deputy="Phó Giám đốc", leaders="civil_servant", staff="civil_servant")
_OFFICE = Posts(head="Chánh Văn phòng", deputy="Phó Chánh Văn phòng", leaders="civil_servant", staff="civil_servant")
_INSPECTORATE = Posts(
    head="Chánh Thanh tra", deputy="Phó Chánh Thanh tra", leaders="civil_servant", staff="civil_servant"
)
_BOARD = Posts(head="Trưởng ban", deputy="Phó Trưởng ban", leaders="civil_servant", staff="civil_servant")
_UNIT = Posts(head="Giám đốc", deputy="Phó Giám đốc", leaders="public_employee", staff="public_employee")
_SCHOOL = Posts(head="Hiệu trưởng", deputy="Phó Hiệu trưởng", leaders="public_employee", staff="public_employee")
_ASSOCIATION = Posts(head="Chủ tịch", deputy="Phó Chủ tịch", leaders="public_employee", staff="worker")
_DISTRICT = Posts(head="Chủ tịch UBND huyện", deputy="Phó Chủ tịch UBND huyện", leaders="cadre", staff="civil_servant")
_CITY = Posts(
    head="Chủ tịch UBND thành phố", deputy="Phó Chủ tịch UBND thành phố", leaders="cadre", staff="civil_servant"
)

BODIES = (
    Body(code="VPUB", name="Văn phòng UBND tỉnh", kind="department", posts=_OFFICE, leaders=6, staff=7),
    Body(
        code="SNV",
        name="Sở Nội vụ",
        kind="department",
        posts=_DEPARTMENT,
        leaders=5,
        staff=8,
        parts=(
            ("SNV-TDKT", "Ban Thi đua - Khen thưởng", "Trưởng ban"),
            ("SNV-TG", "Ban Tôn giáo", "Trưởng ban"),
        ),
    ),
    Body(code="STC", name="Sở Tài chính", kind="department", posts=_DEPARTMENT),
    Body(code="SKHDT", name="Sở Kế hoạch và Đầu tư", kind="department", posts=_DEPARTMENT, leaders=4),
    Body(
        code="SGDDT",
        name="Sở Giáo dục và Đào tạo",
        kind="department",
        posts=_DEPARTMENT,
        leaders=4,
        parts=(("SGDDT-LQD", "Trường THPT chuyên Lê Quý Đôn", "Hiệu trưởng"),),
    ),
    Body(
        code="SYT",
        name="Sở Y tế",
        kind="department",
        posts=_DEPARTMENT,
        leaders=5,
        parts=(
            ("SYT-BVDK", "Bệnh viện Đa khoa tỉnh", "Giám đốc"),
            ("SYT-KSBT", "Trung tâm Kiểm soát bệnh tật tỉnh", "Giám đốc"),
        ),
    ),
    Body(
        code="SNNPTNT",
        name="Sở Nông nghiệp và Phát triển nông thôn",
        kind="department",
        posts=_DEPARTMENT,
        leaders=10,
        staff=6,
        parts=(
            ("SNNPTNT-KL", "Chi cục Kiểm lâm", "Chi cục trưởng"),
            ("SNNPTNT-TS", "Chi cục Thủy sản", "Chi cục trưởng"),
        ),
    ),
    Body(code="SCT", name="Sở Công Thương", kind="department", posts=_DEPARTMENT),
    Body(
        code="STNMT",
        name="Sở Tài nguyên và Môi trường",
        kind="department",
        posts=_DEPARTMENT,
        leaders=4,
        parts=(("STNMT-DD", "Văn phòng Đăng ký đất đai tỉnh", "Giám đốc"),),
    ),
    Body(
        code="SVHTTDL",
        name="Sở Văn hóa, Thể thao và Du lịch",
        kind="department",
        posts=_DEPARTMENT,
        leaders=6,
        parts=(("SVHTTDL-BT", "Bảo tàng tỉnh", "Giám đốc"),),
    ),
    Body(code="TTT", name="Thanh tra tỉnh", kind="department", posts=_INSPECTORATE),
    Body(code="BQLKCN", name="Ban Quản lý các khu công nghiệp", kind="department", posts=_BOARD),
    Body(code="VQGNC", name="Vườn quốc gia Núi Chúa", kind="public_unit", posts=_UNIT),
    Body(code="CDN", name="Trường Cao đẳng Nghề Ninh Thuận", kind="public_unit", posts=_SCHOOL, leaders=5),
    Body(code="DPTTH", name="Đài Phát thanh và Truyền hình Ninh Thuận", kind="public_unit", posts=_UNIT),
    Body(
        code="BQLDA",
        name="Ban Quản lý dự án đầu tư xây dựng các công trình dân dụng và công nghiệp",
        kind="public_unit",
        posts=_UNIT,
        leaders=6,
    ),
    Body(code="HCTD", name="Hội Chữ thập đỏ tỉnh", kind="association", posts=_ASSOCIATION, leaders=2, staff=3),
    Body(code="LMHTX", name="Liên minh Hợp tác xã tỉnh", kind="association", posts=_ASSOCIATION, staff=4),
    Body(code="HVHNT", name="Hội Văn học Nghệ thuật tỉnh", kind="association", posts=_ASSOCIATION, staff=3),
    Body(code="H-BACAI", name="UBND huyện Bác Ái", kind="district", posts=_DISTRICT, leaders=4),
    Body(code="H-NINHHAI", name="UBND huyện Ninh Hải", kind="district", posts=_DISTRICT),
    Body(code="H-NINHPHUOC", name="UBND huyện Ninh Phước", kind="district", posts=_DISTRICT, leaders=4),
    Body(code="H-NINHSON", name="UBND huyện Ninh Sơn", kind="district", posts=_DISTRICT),
    Body(code="H-THUANBAC", name="UBND huyện Thuận Bắc", kind="district", posts=_DISTRICT),
    Body(code="H-THUANNAM", name="UBND huyện Thuận Nam", kind="district", posts=_DISTRICT),
    Body(code="TP-PRTC", name="UBND thành phố Phan Rang - Tháp Chàm", kind="district", posts=_CITY, leaders=5, staff=6),
)


def roster() -> Roster:
    """Root, committee and bodies; of each body its leading collective, leaders, the heads of its parts, and staff."""
    chance = random.Random(_SEED)
    names = _names(chance)
    units = [
        UnitRow(code="UBND", name="UBND tỉnh Ninh Thuận", kind="province", email=f"ubnd@{DOMAIN}"),
        UnitRow(code="BCSD", name="Ban Cán sự Đảng UBND tỉnh", kind="committee", parent="UBND", email=f"bcsd@{DOMAIN}"),
    ]
    subjects = list(_centre(names))
    for body in BODIES:
        units.append(_unit(body.code, body.name, body.kind, "UBND"))
        units.extend(_unit(code, name, "room", body.code) for code, name, _ in body.parts)
        subjects.extend(_subjects(body, names, chance))
    return Roster(units=tuple(units), subjects=tuple(subjects), roles=tuple(_roles()), source=OUT.name)


def make(out: Path) -> Roster:
    """Write the workbook; gives back what is in it."""
    pack = packs.find(PACK)
    made = roster()
    workbooks.template(out, pack.vocabulary, pack.bodies, made)
    return made


def _names(chance: random.Random) -> Iterator[str]:
    """No name twice."""
    names = [" ".join(parts) for parts in itertools.product(_SURNAMES, _MIDDLES, _GIVEN)]
    chance.shuffle(names)
    return iter(names)


def _unit(code: str, name: str, kind: str, parent: str) -> UnitRow:
    return UnitRow(code=code, name=name, kind=kind, parent=parent, email=f"{code.lower()}@{DOMAIN}")


def _centre(names: Iterator[str]) -> Iterator[SubjectRow]:
    """The civil-affairs committee as a collective, and the people who act for it and for the People's Committee."""
    yield SubjectRow(
        code="BCSD-TT",
        name="Tập thể Ban Cán sự Đảng UBND tỉnh",
        unit="BCSD",
        kind=SubjectKind.COLLECTIVE,
        tier="btv",
        email=f"bcsd@{DOMAIN}",
    )
    yield _actor("BCSD-TK", next(names), "BCSD", "Thư ký Ban Cán sự Đảng")
    yield _actor("UBND-TK", next(names), "UBND", "Thư ký Chủ tịch UBND tỉnh")
    yield _actor("UBND-TH", next(names), "UBND", "Chuyên viên tổng hợp của UBND tỉnh")


def _actor(code: str, name: str, unit: str, post: str) -> SubjectRow:
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


def _subjects(body: Body, names: Iterator[str], chance: random.Random) -> Iterator[SubjectRow]:
    yield SubjectRow(
        code=f"{body.code}-TT",
        name=f"Tập thể lãnh đạo {body.name}",
        unit=body.code,
        kind=SubjectKind.COLLECTIVE,
        tier="btv",
        email=f"{body.code.lower()}@{DOMAIN}",
    )
    for number in range(1, body.leaders + 1):
        lead, post = (Lead.HEAD, body.posts.head) if number == 1 else (Lead.DEPUTY, body.posts.deputy)
        leader = _employee(f"{body.code}-{number:02}", next(names), body.code, chance)
        yield _leading(leader, body, post=post, lead=lead, tier="btv")
    for code, _, post in body.parts:
        head, deputy, other = (_employee(f"{code}-{number:02}", next(names), code, chance) for number in (1, 2, 3))
        yield _leading(head, body, post=post, lead=Lead.HEAD, tier="bcsd")
        yield _leading(deputy, body, post=f"Phó {post}", lead=Lead.DEPUTY, tier="unit")
        yield _serving(other, body, chance)
    first = body.leaders + 1
    for number in range(first, first + body.staff):
        yield _serving(_employee(f"{body.code}-{number:02}", next(names), body.code, chance), body, chance)


def _employee(code: str, name: str, unit: str, chance: random.Random) -> SubjectRow:
    """Somebody of the unit, whatever the post."""
    return SubjectRow(code=code, name=name, unit=unit, email=f"{code.lower()}@{DOMAIN}", since=_since(chance))


def _leading(person: SubjectRow, body: Body, *, post: str, lead: Lead, tier: str) -> SubjectRow:
    return replace(person, post=post, category=body.posts.leaders, duty="leadership", tier=tier, party=True, lead=lead)


def _serving(person: SubjectRow, body: Body, chance: random.Random) -> SubjectRow:
    worker = chance.random() < _SHARE_OF_WORKERS
    return replace(
        person,
        post="Nhân viên hợp đồng" if worker else "Chuyên viên",
        category="worker" if worker else body.posts.staff,
        duty="staff",
        tier="unit",
        party=not worker and chance.random() < _SHARE_OF_MEMBERS,
    )


def _since(chance: random.Random) -> date:
    return date(2009, 1, 5) + timedelta(days=chance.randrange(15 * 365))


def _roles() -> Iterator[RoleRow]:
    """In every body a coordinator, and head and first deputy as those who decide what the unit itself ranks (so that
    neither decides on their own dossier); in Sở Nội vụ those who run the season; an auditor in Thanh tra tỉnh."""
    yield RoleRow(subject="UBND-TK", role=Role.ISSUER)
    yield RoleRow(subject="UBND-TH", role=Role.AUTHORITY)
    yield RoleRow(subject="BCSD-TK", role=Role.RATIFIER, scope="bcsd-ubnd")
    yield RoleRow(subject="SNV-06", role=Role.COORDINATOR)
    yield RoleRow(subject="SNV-07", role=Role.MONITOR)
    yield RoleRow(subject="SNV-08", role=Role.REGISTRAR)
    yield RoleRow(subject="TTT-04", role=Role.AUDITOR)
    for body in BODIES:
        coordinator = body.leaders + body.staff
        yield RoleRow(subject=f"{body.code}-{coordinator:02}", role=Role.COORDINATOR, scope=body.code)
        yield RoleRow(subject=f"{body.code}-01", role=Role.RATIFIER, scope=body.code)
        yield RoleRow(subject=f"{body.code}-02", role=Role.RATIFIER, scope=body.code)


if __name__ == "__main__":
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else OUT
    made = make(out)
    print(f"{out}: {len(made.units)} units, {len(made.subjects)} subjects, {len(made.roles)} roles")
