"""The ladder that an obligation climbs: its rungs as instants, and what becomes of those that passed. Pure.

A rung is reached at its instant, not after it. A rung before the obligation's birth is skipped; of those reached since
the last look the highest of each audience is told, and the lower ones are folded into it (design section 8).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from workflow.dates import ONE_DAY, earliest, instant
from workflow.rulepack import Anchor, Ladder, Rung, RungAudience


class Outcome(StrEnum):
    """What became of a rung, as stored."""

    QUEUED = "queued"
    """Told, by a message to at least one recipient who can be reached."""
    FOLDED = "folded"
    """Passed unseen, and told by the higher rung of the same audience."""
    SKIPPED = "skipped"
    """It was over before the obligation was there."""
    NOBODY = "nobody"
    """Nobody holds the role, or nobody who does can be reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A rung at its instant (aware, UTC). `position` is its place in the ladder."""

    rung: Rung
    at: datetime
    position: int


def climb(
    ladder: Ladder, *, due_at: datetime, last_good_day: date, last_working_day: date, zone: str
) -> tuple[Step, ...]:
    """Every rung of one obligation by instant, those of one instant in the ladder's order.

    Days are local days of `zone`. A rung anchored at the last working day is there only where that day is not the last
    good day, and is reached when that day begins.
    """
    local = due_at.astimezone(ZoneInfo(zone))
    steps = []
    for position, rung in enumerate(ladder.rungs):
        shift = timedelta(days=rung.days)
        if rung.anchor is Anchor.DUE:
            at = instant(local.date() + shift, zone, local.time())
        elif last_working_day != last_good_day:
            at = instant(last_working_day + shift, zone)
        else:
            continue
        steps.append(Step(rung=rung, at=at, position=position))
    return tuple(sorted(steps, key=lambda step: (step.at, step.position)))


def passed(steps: Sequence[Step], now: datetime) -> tuple[Step, ...]:
    """The steps whose instant has come, lowest first."""
    return tuple(step for step in steps if step.at <= now)


def next_look(steps: Sequence[Step], now: datetime) -> datetime | None:
    """When to look next: the instant of the next step, None after the last."""
    return earliest(step.at for step in steps if step.at > now)


def reached(
    steps: Sequence[Step], *, born_at: datetime, now: datetime, known: Collection[str] = ()
) -> tuple[tuple[Step, Outcome], ...]:
    """The steps that passed and are not yet on record (`known` are rung ids), lowest first, each with its outcome.

    Whether anybody can be told is not known here: what ought to be told is `QUEUED`.
    """
    fresh = [step for step in passed(steps, now) if step.rung.id not in known]
    highest: dict[RungAudience, Step] = {step.rung.to: step for step in fresh if step.at >= born_at}
    return tuple((step, _outcome(step, highest, born_at)) for step in fresh)


def _outcome(step: Step, highest: dict[RungAudience, Step], born_at: datetime) -> Outcome:
    if step.at < born_at:
        return Outcome.SKIPPED
    return Outcome.QUEUED if highest[step.rung.to] is step else Outcome.FOLDED


def leaves_at(ladder: Ladder, now: datetime, zone: str) -> datetime:
    """When a message may leave: now, or in quiet hours at their end. The hours are local and may span midnight.

    `quiet_from` is the first quiet moment, `quiet_until` the first that is not; equal ones leave no quiet hours.
    """
    if ladder.quiet_from is None or ladder.quiet_until is None:
        return now
    local = now.astimezone(ZoneInfo(zone))
    if not _between(ladder.quiet_from, local.time(), ladder.quiet_until):
        return now
    day = local.date() if local.time() < ladder.quiet_until else local.date() + ONE_DAY
    return instant(day, zone, ladder.quiet_until)


def _between(first: time, moment: time, end: time) -> bool:
    if first <= end:
        return first <= moment < end
    return moment >= first or moment < end
