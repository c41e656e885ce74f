"""Small regulations to be driven at random, and the rosters that they are driven with."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tests.machine.paper_rules import ASKED, SENT
from tests.season import SHIPPED, SMALL_PACK
from workflow.rosters import SubjectRow
from workflow.words import Lead, SubjectKind

_RUNGS = """
[[ladder.rung]]
id = "three-days-before"
days = -3
to = "owner"

[[ladder.rung]]
id = "last-working-day"
days = 0
anchor = "last_working_day"
to = "owner"

[[ladder.rung]]
id = "one-day-after"
days = 1
to = "monitor"
"""

PLAIN = SMALL_PACK + _RUNGS


def _deadline(name: str, command: str, late: str, *, per: str = "unit", on: str = "2024-12-05", more: str = "") -> str:
    return f"""
[[deadline]]
id = "{name}"
clause = {{ source = "paper", at = "{name}" }}
text = "Thời hạn"
wording = "before"
on = {on}
per = "{per}"
owner = "unit"
met_by = "{command}"
late = "{late}"
{more}
"""


def quota(name: str, how: str) -> str:
    return f"""
[[quota]]
id = "{name}"
clause = {{ source = "paper", at = "{name}" }}
text = "Tỷ lệ"
rank = "excellent"
{how}
"""


_WITH_OUTSIDE = PLAIN.replace(
    """
[[route]]
id = "only"
clause = { source = "paper", at = "1" }
text = "Một tuyến"
recipients = [{ body = "office" }]
ratifier = "committee"
""",
    """
[[body]]
id = "outside"
name = "Cấp trên"
external = true

[[route]]
id = "own"
clause = { source = "paper", at = "1" }
text = "Đơn vị tự quyết"
where = { tier = ["unit"] }
recipients = [{ body = "office" }, { body = "committee", required = false }]
ratifier = "unit"

[[route]]
id = "above"
clause = { source = "paper", at = "2" }
text = "Cấp trên quyết"
where = { tier = ["btv"] }
recipients = [{ body = "office" }, { body = "committee" }]
ratifier = "committee"

[[route]]
id = "outside"
clause = { source = "paper", at = "3" }
text = "Cấp ngoài quyết"
where = { tier = ["btv"], lead = ["none"] }
recipients = [{ body = "office" }, { body = "outside" }]
ratifier = "outside"
overrides = ["above"]
""",
)


def _step(name: str, per: str, how: str) -> str:
    return f"""
[[deadline]]
id = "{name}"
clause = {{ source = "paper", at = "{name}" }}
text = "Việc của kế hoạch"
wording = "before"
on = 2024-12-20
per = "{per}"
owner = "{"office" if per == "season" else "unit"}"
{how}
"""


STEPS = (
    _step("hints", "season", "optional = true")
    + _step("announce", "season", 'waits_for = "ratify"\nannounces = true\nmode = "warn"')
    + _step("appraise", "season", 'waits_for = "record_vote"')
    + _step("conclude", "dossier", 'waits_for = "ratify"\npaper = "conclusion"\nwhere = { lead = ["head"] }')
    + _step("plan", "unit", 'ranks = ["not_completed"]')
)
"""Steps of a plan that no dossier's command takes: needed or not, after the dossiers, of each dossier, of each unit."""

HEADCOUNT_REFUSE = (
    PLAIN
    + quota(
        "share",
        'base = "headcount"\npercent = 34\nmoment = "submit"\nover = "refuse"\ngroup_by = ["unit"]\n'
        'where = { kind = ["person"] }',
    )
    + _deadline("send", "submit", "refuse")
    + _deadline("decide", "ratify", "flag", per="season", on="2024-12-20")
    + STEPS
)
"""Of all members of a unit; a rank that is not capped goes before closing; lateness is refused."""

AT_DECISION = (
    _WITH_OUTSIDE
    + quota(
        "alike",
        'base = "good_or_better"\npercent = 40\nmoment = "ratify"\nover = "refuse"\ngroup_by = ["duty"]',
    )
    + quota(
        "whole",
        'base = "headcount"\nfixed = 2\nmoment = "ratify"\nover = "refuse"\ngroup_by = ["kind"]\n'
        'where = { kind = ["person"] }',
    )
    + _deadline("send", "submit", "flag")
    + STEPS
)
"""Two quotas that bite at the decision, one across units; some are decided outside, some by the unit."""

GOOD_ONLY = (
    PLAIN
    + '\n[settings]\nproposal = "free"\n'
    + quota(
        "half",
        'base = "good_only"\npercent = 20\nrounding = "half_up"\nmoment = "submit"\nover = "revote"\n'
        'group_by = ["duty"]\nwhere = { lead = ["head", "deputy", "none"], kind = ["person"] }',
    )
    + _deadline("review", "self_review", "reason", per="dossier", on="2024-11-20")
    + _deadline("send", "submit", "reason")
)
"""Of the good after the pick, rounded half up, over all units; lateness needs a reason."""

TWO_CAPS = (
    _WITH_OUTSIDE
    + quota(
        "unit",
        'base = "good_or_better"\npercent = 20\nmoment = "submit"\nover = "revote"\ngroup_by = ["unit"]\n'
        "small = { max_size = 3, cap = 1 }",
    )
    + quota(
        "duty",
        'base = "headcount"\npercent = 50\nfixed = 3\nmoment = "submit"\nover = "refuse"\ngroup_by = ["duty"]\n'
        'where = { tier = ["btv"] }',
    )
    + quota(
        "decided",
        'base = "good_or_better"\nfixed = 2\nmoment = "ratify"\nover = "refuse"\ngroup_by = ["tier"]\n'
        'where = { lead = ["head", "deputy"] }',
    )
    + _deadline("send", "submit", "reason", per="dossier")
    + _deadline("vote", "record_vote", "flag", per="unit", on="2024-11-30")
)
"""A dossier under three quotas at once, of both moments."""

SAME_KEY = (
    PLAIN
    + quota(
        "leaders",
        'base = "good_or_better"\npercent = 50\nmoment = "submit"\nover = "revote"\ngroup_by = ["unit"]\n'
        'where = { lead = ["head", "deputy"] }',
    )
    + quota(
        "others",
        'base = "good_or_better"\npercent = 25\nmoment = "submit"\nover = "revote"\ngroup_by = ["unit"]\n'
        'where = { lead = ["none"] }',
    )
    + quota(
        "decided",
        'base = "headcount"\nfixed = 1\nmoment = "ratify"\nover = "refuse"\ngroup_by = ["unit"]\n'
        'where = { lead = ["head", "deputy"] }',
    )
    + _deadline("send", "submit", "reason")
)
"""A unit's leaders and its other people vote apart, under one key."""


def _timed(name: str, command: str, how: str) -> str:
    return f"""
[[deadline]]
id = "{name}"
clause = {{ source = "paper", at = "{name}" }}
text = "Thời hạn"
owner = "unit"
met_by = "{command}"
{how}
"""


CLOCKS = (
    PLAIN
    + quota("all", 'base = "headcount"\npercent = 50\nmoment = "submit"\nover = "revote"\ngroup_by = ["unit"]')
    + _timed("begin", "self_review", 'wording = "start_before"\non = 2024-11-15\nper = "unit"')
    + _timed(
        "after", "submit", 'wording = "after_event"\nevent = "record_vote"\ndays = 3\nper = "dossier"\nlate = "reason"'
    )
    + _timed("order", "self_review", 'wording = "before_event"\nevent = "submit"\nper = "dossier"')
    + _timed("window", "ratify", 'wording = "within_month"\nmonth = "2024-12"\nhard_window = true\nper = "season"')
)
"""A start, a clock that waits for the vote, an order without a clock, and a month that opens and ends."""


MEETING = (
    PLAIN
    + """
[[meeting]]
id = "leaders"
clause = { source = "paper", at = "5" }
text = "Hội nghị lãnh đạo"
where = { kind = ["person"], duty = ["leadership"] }
registered_through = "office"
agreed_by = ["committee"]
self_vote = "exclude"
threshold = { of = "valid", more_than = [1, 2] }

[[meeting.part]]
id = "members"
part = "member"
text = "Lãnh đạo"
where = { duty = ["leadership"] }

[[meeting.part]]
id = "guests"
part = "observer"
text = "Khách"
body = "committee"

[[meeting.step]]
step = "criteria"
method = "ballot"

[[meeting.step]]
step = "disputed"
method = "show"

[[meeting.step]]
step = "overall"
method = "ballot"

[[meeting]]
id = "staff"
clause = { source = "paper", at = "6" }
text = "Hội nghị toàn thể"
where = { kind = ["person"], duty = ["staff"] }
"""
    + quota("share", 'base = "headcount"\npercent = 34\nmoment = "submit"\nover = "revote"\ngroup_by = ["unit"]')
    + _deadline("send", "submit", "reason")
)
"""Leaders are counted on at meetings of their own, agreed before; others at meetings of another kind."""


def _sending(body: str, on: str, late: str, *, per: str) -> str:
    return _deadline(f"to-{body}", "send", late, per=per, on=on, more=f'recipient = "{body}"')


PAPERS = (
    re.sub(r"(?s)\[\[route\]\].*?(?=\[\[ladder\]\])", SENT + "\n", PLAIN).replace(
        'tracks = ["civil_servant"]', 'tracks = ["civil_servant", "party"]'
    )
    + ASKED
    + quota("share", 'base = "good_or_better"\npercent = 50\nmoment = "submit"\nover = "revote"\ngroup_by = ["unit"]')
    + _deadline("review", "self_review", "flag", per="dossier", on="2024-11-25")
    + _deadline("all", "submit", "flag")
    + _sending("office", "2024-12-05", "reason", per="unit")
    + _sending("board", "2024-12-08", "flag", per="dossier")
    + _sending("outside", "2024-12-12", "reason", per="season")
)
"""Papers on forms that go by the post, once over two tracks; suggestions, comments; several recipients of a dossier,
each with a date of its own, and opinions that a decision waits for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A pack and the terms that its rosters may use."""

    text: str
    duties: tuple[str, ...] = ("leadership", "staff")
    tiers: tuple[str, ...] = ("btv", "unit")
    invited: tuple[str, ...] = ()
    """The bodies that its meetings invite."""
    second_kind: str = "department"
    """What kind of unit B is."""
    lower_kind: str = "room"
    """What kind of unit stands below A."""
    party: bool = False
    """Whether its first people are members of the Party."""

    def version(self, number: int) -> str:
        """Its pack in another version: the day of sending is another, nothing that groups are judged by."""
        text = self.text.replace('version = "1"', f'version = "{number}"', 1)
        return text.replace("on = 2024-12-05", f"on = 2024-12-{5 + (number - 1) % 3 * 2:02d}")

    @property
    def shipped(self) -> bool:
        return "\n" not in self.text


WORLDS: Mapping[str, World] = {
    "shipped": World(
        text=SHIPPED, tiers=("btv", "bcsd", "unit"), invited=("ban-dang-tinh-uy",), second_kind="district"
    ),
    "headcount": World(text=HEADCOUNT_REFUSE),
    "at decision": World(text=AT_DECISION),
    "good only": World(text=GOOD_ONLY),
    "two caps": World(text=TWO_CAPS),
    "same key": World(text=SAME_KEY),
    "clocks": World(text=CLOCKS),
    "meeting": World(text=MEETING),
    "papers": World(text=PAPERS, party=True),
    "letter": World(
        text="kon-tum-2024", tiers=("btv", "bcsd"), second_kind="association", lower_kind="subordinate", party=True
    ),
}

LEADS = (Lead.DEPUTY, Lead.NONE)
"""What somebody may be besides the head, whom `member` makes of the first of a unit."""


def member(
    unit: str, number: int, *, duty: str = "leadership", tier: str = "btv", lead: Lead | None = None
) -> SubjectRow:
    """The person `unit`-0`number`; the first heads the unit where nothing else is said."""
    return SubjectRow(
        code=f"{unit}-{number:02d}",
        name=f"Người {unit} {number}",
        unit=unit,
        category="civil_servant",
        duty=duty,
        tier=tier,
        lead=lead or (Lead.HEAD if number == 1 else Lead.DEPUTY),
        email=f"{unit.lower()}{number}@coquan.test",
    )


def staff_room(world: World, unit: str, size: int, *, varied: bool) -> tuple[SubjectRow, ...]:
    """A unit's first people: all alike but its head, or of every tier, duty and lead that there is."""
    rows = [replace(member(unit, number + 1), party=world.party) for number in range(size)]
    if varied:
        rows = [
            replace(row, tier=world.tiers[at % len(world.tiers)], duty=world.duties[at % 4 == 3], lead=_lead(row, at))
            for at, row in enumerate(rows)
        ]
    return tuple(rows)


def _lead(row: SubjectRow, at: int) -> Lead:
    return Lead.NONE if at % 3 == 2 else row.lead


def leading_collective(unit: str, *, tier: str = "btv") -> SubjectRow:
    return SubjectRow(
        code=f"{unit}-TT", name=f"Tập thể {unit}", unit=unit, kind=SubjectKind.COLLECTIVE, duty="leadership", tier=tier
    )
