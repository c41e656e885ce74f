"""What is due, by the printed words, and the ladder that is climbed when it is not done (thời hạn, bậc đôn đốc)."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from workflow.rulepack.checklists import PaperKind
from workflow.rulepack.guards import Mode
from workflow.rulepack.papers import Clause, Text
from workflow.rulepack.selecting import EVERYTHING, Where
from workflow.words import Role


class Wording(StrEnum):
    """The printed words decide the instant (design section 5)."""

    BEFORE = "before"
    AT_LATEST_ON = "at_latest_on"
    WITHIN_MONTH = "within_month"
    AFTER_EVENT = "after_event"
    START_BEFORE = "start_before"
    SAME_AS = "same_as"
    BEFORE_EVENT = "before_event"
    WITH_EVENT = "with_event"
    WITH_DOCUMENT = "with_document"
    EXTERNAL = "external"
    NONE = "none"


class Per(StrEnum):
    """Who owes it: one row for each of these."""

    DOSSIER = "dossier"
    UNIT = "unit"
    SEASON = "season"


class Late(StrEnum):
    """What lateness does to the guarded command (A-19)."""

    REASON = "reason"
    REFUSE = "refuse"
    FLAG = "flag"


class Roll(StrEnum):
    """Whether a last day that is a day off moves (A-02, A-05)."""

    NONE = "none"
    NEXT_WORKING_DAY = "next_working_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A rule that becomes obligations (thời hạn → việc đến hạn).

    `on` is a full date, or month and day ("12-05") where `yearly`; `month` is "2024-11"; `days` and `event` belong to
    `after_event`; `rule` to `same_as`; `met_by` is the command that discharges it for a dossier ("submit").
    """

    id: str
    clause: Clause
    text: Text
    wording: Wording
    per: Per
    owner: str
    """`OWN_UNIT` or a body."""
    met_by: str | None
    where: Where = EVERYTHING
    recipient: str | None = None
    on: str | None = None
    month: str | None = None
    days: int | None = None
    event: str | None = None
    rule: str | None = None
    follows: str | None = None
    """Another deadline that this one may not come before: the pack is refused where it does."""
    hint: str | None = None
    """Of what has no date: the next dated step of its chain. Shown beside it; never a due date (A-24)."""
    paper: PaperKind | None = None
    """Of what no dossier's command meets: the paper that whoever says that it is done hands in."""
    yearly: bool = False
    inclusive: bool = False
    roll: Roll | None = None
    working_days: bool = False
    hard_window: bool = False
    day_end: time = time(0)
    """00:00 means the end of the day, 24:00; "17:00" is office hours (A-03)."""
    late: Late = Late.FLAG
    ladder: str = "default"
    extended_by: Role = Role.ISSUER
    mode: Mode = Mode.ENFORCE
    """What warns is owed and dated, and its lateness only marked; what is off is owed by nobody."""
    missing: str | None = None

    @property
    def rolls(self) -> bool:
        """Whether a last day that is a day off moves: as the pack says, else a span of days does, a printed day not
        (A-02, A-05)."""
        if self.roll is None:
            return self.wording is Wording.AFTER_EVENT
        return self.roll is Roll.NEXT_WORKING_DAY


class RungAudience(StrEnum):
    """Who hears of it at a rung of the ladder (bậc đôn đốc)."""

    OWNER = "owner"
    HEAD = "head"
    MONITOR = "monitor"
    AUTHORITY = "authority"


class Anchor(StrEnum):
    """What a rung's days are counted from."""

    DUE = "due"
    LAST_WORKING_DAY = "last_working_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step: `days` relative to the anchor (negative: before), told to `to`; `register` adds the late register."""

    id: str
    days: int
    to: RungAudience
    anchor: Anchor = Anchor.DUE
    register: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    id: str
    clause: Clause
    rungs: tuple[Rung, ...]
    quiet_from: time | None = None
    quiet_until: time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingDays:
    """Days off of the years a season touches, besides Saturdays and Sundays, and the Saturdays and Sundays that are
    worked. Stored with the season's pack, so an old season never changes when the calendar does."""

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
