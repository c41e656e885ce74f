"""What is due, by the printed words, and the ladder that is climbed when it is not done (thời hạn, bậc đôn đốc)."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from workflow.rulepack.checklists import PaperKind
from workflow.rulepack.guards import Mode
from workflow.rulepack.papers import Clause, Rule
from workflow.rulepack.selecting import EVERYTHING, Where
from workflow.words import Rank, Role


class Wording(StrEnum):
    """The printed words decide the instant (design section 5)."""

    BEFORE = "before"
    """«trước ngày …»: up to the end of the day before `on`; that day itself is late, but where `inclusive`."""
    AT_LATEST_ON = "at_latest_on"
    """«chậm nhất ngày …»: up to the end of `on`."""
    WITHIN_MONTH = "within_month"
    """«trong tháng …»: up to the end of `month`; earlier is good too, but where `hard_window`."""
    AFTER_EVENT = "after_event"
    """«sau … ngày kể từ khi …»: within `days` of `event`, its own day not counted; with `hard_window` not before they
    are over, up to `on`. The clock starts with the last dossier that the rule is about (a vote on the
    day of its meeting), and once: who votes or meets again does not put off what is due."""
    START_BEFORE = "start_before"
    """«tiến hành trước ngày …»: as `before`, met by the first dossier that does `met_by` instead of the last."""
    SAME_AS = "same_as"
    """«theo thời hạn nêu trên»: as `rule`, its extensions included."""
    BEFORE_EVENT = "before_event"
    """«trước khi …»: no clock but an order; `event` waits until `met_by` is done."""
    WITH_EVENT = "with_event"
    """«cùng lúc với …»: likewise, `met_by` is done at the latest together with `event`."""
    WITH_DOCUMENT = "with_document"
    """«kèm theo văn bản này»: met from the start."""
    EXTERNAL = "external"
    """«theo kế hoạch của cấp trên»: no date until somebody enters it with its source (`hoso obligation date`);
    `on` where it is known."""
    NONE = "none"
    """«kịp thời», or no date at all: no clock, so never late; a date may be entered with its source."""


class Per(StrEnum):
    """For what one is owed."""

    DOSSIER = "dossier"
    """Each dossier, for itself."""
    UNIT = "unit"
    """Each unit, for its dossiers that the rule selects: met by the last of them."""
    SEASON = "season"
    """One in the season: met by the last of all dossiers, or without `met_by` a duty of the owner's own."""


class Late(StrEnum):
    """What lateness does to the guarded command (A-19)."""

    REASON = "reason"
    """Refused without a reason for it; with one taken, marked, and entered in the late register."""
    REFUSE = "refuse"
    """Refused until the deadline is extended; only of what its owner does itself."""
    FLAG = "flag"
    """Taken and marked."""


class Roll(StrEnum):
    """Whether a last day that is a day off moves (A-02, A-05)."""

    NONE = "none"
    """It stays; the last working day before it is shown and reminded on."""
    NEXT_WORKING_DAY = "next_working_day"
    """It moves to the next working day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline(Rule):
    """A rule that becomes obligations (thời hạn → việc đến hạn)."""

    wording: Wording
    per: Per
    owner: str
    """Who owes it: the dossiers' own unit or a body; reminders go there."""
    met_by: str | None
    """The step of the dossiers that meets it ("Gửi …": `submit`, or `send` where each recipient counts by itself;
    "Kiểm điểm xong": `hold` or `record_vote`); left out: whoever owes it says that it is done, with its proof."""
    where: Where = EVERYTHING
    directed_by: str | None = None
    """Who directs it (cơ quan chỉ đạo)."""
    advised_by: tuple[str, ...] = ()
    """Who advises on it (cơ quan tham mưu)."""
    joined_by: tuple[str, ...] = ()
    """Who works on it together with its owner (cơ quan phối hợp)."""
    recipient: str | None = None
    """To whom; of what is met by `send`, whose send it is."""
    on: str | None = None
    """The printed day: 2024-12-05, or "12-05" where `yearly`."""
    month: str | None = None
    """The printed month: "2024-11"."""
    days: int | None = None
    """How many days after `event`."""
    event: str | None = None
    """The step of the dossiers that starts the clock, or that waits for `met_by`."""
    rule: str | None = None
    """The deadline whose date this one has."""
    follows: str | None = None
    """Another deadline that this one may not come before: the pack is refused where it does."""
    hint: str | None = None
    """Of what has no date: the next dated step of its chain. Shown beside it; never a due date (A-24)."""
    paper: PaperKind | None = None
    """Of what no dossier's command meets: the paper that whoever says that it is done hands in."""
    waits_for: str | None = None
    """Of what no dossier's command meets: the step of the dossiers that all it is about have behind them first; with
    `mode = "warn"` it may come before them all the same, and says so."""
    ranks: tuple[Rank, ...] = ()
    """Of what no dossier's command meets: the levels of the dossiers that it lists (to follow up, to put forward)."""
    announces: bool = False
    """Of what no dossier's command meets: whether everybody who was decided on is told of it once it is done."""
    optional: bool = False
    """Of what no dossier's command meets: whether it may be recorded as not needed («nếu cần», «nếu có», A-23)."""
    yearly: bool = False
    """Whether the day is one of every year ("hằng năm"): `on` has no year then."""
    inclusive: bool = False
    """Whether "trước ngày D" takes in D itself (A-01)."""
    roll: Roll | None = None
    """What becomes of a last day that is a day off; left out: a span of days moves, a printed day does not."""
    working_days: bool = False
    """Whether `days` are working days (A-05)."""
    hard_window: bool = False
    """Whether nothing is taken before the month begins (A-04); of `after_event`: before the `days` are over, up to `on`
    (the literal "sau … ngày", A-05)."""
    day_end: time = time(0)
    """00:00 means the end of the day, 24:00; "17:00" is office hours (A-03)."""
    late: Late = Late.FLAG
    """What lateness does to the step that meets it (A-19); `hold` is never stopped, only flagged."""
    ladder: str = "default"
    """The ladder of reminders that it climbs."""
    extended_by: Role = Role.ISSUER
    """The role that may extend it, by a recorded decision."""
    mode: Mode = Mode.ENFORCE
    """What warns is owed and dated, and its lateness only marked; what is off is owed by nobody."""
    missing: str | None = None
    """The date that the text lacks: it is told, never judged."""

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
    """Who coordinates what is owed: of the unit, or of the body that owes it."""
    HEAD = "head"
    """The head of the unit that owes it."""
    MONITOR = "monitor"
    """Whoever follows the units (role `monitor`)."""
    AUTHORITY = "authority"
    """The authority above (role `authority`)."""


class Anchor(StrEnum):
    """What a rung's days are counted from."""

    DUE = "due"
    """The first moment that is late: 0 is overdue, -3 three days before."""
    LAST_WORKING_DAY = "last_working_day"
    """The morning of the last working day; only where the last good day is a day off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of a ladder."""

    id: str
    """Its name on records of reminders."""
    days: int
    """From the anchor; negative: before it."""
    to: RungAudience
    anchor: Anchor = Anchor.DUE
    register: bool = False
    """Whether the late register goes along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """Who is reminded of a deadline, and when (bậc đôn đốc)."""

    id: str
    """By which deadlines name it; they all climb `default` where they name none."""
    clause: Clause
    rungs: tuple[Rung, ...]
    """Its steps."""
    quiet_from: time | None = None
    """From when no letter leaves; it waits, and nothing is missed."""
    quiet_until: time | None = None
    """When letters leave again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingDays:
    """Days off of the years a season touches, besides Saturdays and Sundays, and the Saturdays and Sundays that are
    worked. Stored with the season's pack, so an old season never changes when the calendar does."""

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
