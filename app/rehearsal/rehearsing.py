"""A rehearsal from end to end: the dates, the shares, the play, and what it all comes to."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from app.clock import VirtualClock
from app.rehearsal.cast import Cast, joined_by_stranger
from app.rehearsal.chores import Chores
from app.rehearsal.dates import Almanac, contradictions
from app.rehearsal.findings import Finding, Kind
from app.rehearsal.hands import DIRECTOR, Hands, by
from app.rehearsal.offers import WAITED_FOR
from app.rehearsal.playing import Playing, Refusals, Stuck
from app.rehearsal.rolls import voterless
from app.rehearsal.shares import undecided, unmeetable
from states import packs
from workflow.dates import local_day
from workflow.errors import BadInput
from workflow.replay.verification import verify
from workflow.rosters import Roster
from workflow.rulepack import RulePack
from workflow.services.context import Context
from workflow.services.rosters import import_roster
from workflow.services.seasons import open_season
from workflow.services.views.ground import WholeGround

SEASON = "DIEN-TAP"

_AHEAD = timedelta(days=21)
_AFTER = timedelta(days=3)
_DAYS = 14
"""So many days are played besides those on which something is due."""
_QUIET = 6
"""So many days nothing moved: nothing will."""
_LONGEST = 120
"""So many days are played after the last date, at most."""

ContextOf = Callable[[Callable[[], datetime]], Context]
"""A context in an empty database, on the clock that it is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a rehearsal came to. `refused`: (rule, message code) → how often, and what was said first. `holds`: the
    history that it left verifies."""

    pack: RulePack
    year: int
    seed: int
    first: date
    last: date
    findings: tuple[Finding, ...]
    states: Mapping[str, int]
    done: int
    refused: Mapping[tuple[str, str], Refusals]
    records: int
    holds: bool

    @property
    def sound(self) -> bool:
        """Whether nothing grave was found."""
        return not any(one.grave for one in self.findings)


def rehearse(context_of: ContextOf, pack: RulePack, roster: Roster, *, year: int | None, seed: int) -> Outcome:
    """Play a season of `pack` with `roster`.

    Raises `BadInput` for a pack that opens no season or a year that it cannot have, `Faulty` for a roster that does not
    fit it.
    """
    evaluated = year or pack.year
    if evaluated is None:
        raise BadInput("command.year_needed", pack=pack.id)
    chance = Random(seed)  # noqa: S311  seeded on purpose: the same season every time
    almanac = Almanac(pack=pack, calendar=packs.working_days([evaluated, evaluated + 1]), year=evaluated)
    first = min((one.last_good_day for one in almanac.due.values()), default=date(evaluated, 12, 1)) - _AHEAD
    clock = VirtualClock(datetime.combine(first, time(7), ZoneInfo(pack.zone)))
    context = context_of(clock)
    _open(context, almanac, roster)
    playing = Playing(
        context=context,
        season=SEASON,
        clock=clock,
        zone=pack.zone,
        cast=Cast(context, SEASON, pack),
        hands=Hands(context, SEASON, pack),
        chance=chance,
    )
    almanac = replace(almanac, rows=playing.rows())
    findings = contradictions(almanac)
    with playing.looking() as look:
        ground = WholeGround(look)
        findings += [*voterless(ground), *unmeetable(ground)]
    _play(playing, _days(almanac, first, chance))
    findings += [*_deadlocks(playing.stuck()), *playing.cast.lacks()]
    with playing.looking() as look:
        findings += undecided(WholeGround(look))
        verified = verify(look.tx, look.season, look.rules)
    return Outcome(
        pack=pack,
        year=evaluated,
        seed=seed,
        first=first,
        last=local_day(clock.now, pack.zone),
        findings=tuple(sorted(findings, key=lambda one: (not one.grave, list(Kind).index(one.kind)))),
        states=Counter(str(row["state"]) for row in playing.rows()),
        done=playing.diary.done,
        refused=playing.diary.refused,
        records=verified.records,
        holds=verified.holds,
    )


def _open(context: Context, almanac: Almanac, roster: Roster) -> None:
    pack = almanac.pack
    stored = packs.dump(pack, almanac.calendar)
    open_season(
        context,
        by(DIRECTOR),
        pack=stored,
        pack_hash=packs.pack_hash(stored),
        code=SEASON,
        year=almanac.year,
        rehearsal=True,
    )
    import_roster(context, SEASON, by(DIRECTOR), joined_by_stranger(roster, pack))


def _days(almanac: Almanac, first: date, chance: Random) -> Sequence[date]:
    """The days that are played: each on which something is due, the one after it, and some others."""
    due = [one.last_good_day for one in almanac.due.values()] or [first + _AHEAD]
    last = max(due) + _AFTER
    others = [first + timedelta(days=chance.randrange((last - first).days)) for _ in range(_DAYS)]
    return sorted({first, last, *due, *(one + timedelta(days=1) for one in due), *others})


def _play(playing: Playing, days: Sequence[date]) -> None:
    """These days, then one after the other until nothing moves."""
    chores = Chores(playing)
    for day in days:
        playing.day(day)
        chores.day()
    day, quiet = days[-1], 0
    for _ in range(_LONGEST):
        day, before = day + timedelta(days=1), playing.diary.done
        playing.day(day, all_of_it=True)
        chores.day(all_of_it=True)
        quiet = 0 if playing.diary.done > before else quiet + 1
        if quiet == _QUIET:
            break
    chores.minutes()


def _deadlocks(stuck: Sequence[Stuck]) -> Iterator[Finding]:
    """Those that stopped at one step for one reason are told together; those that only wait for others come last."""
    alike: dict[tuple[str, str, str, str], list[Stuck]] = {}
    for one in stuck:
        why = ("", "") if one.verdict is None else (one.verdict.rule, one.verdict.code)
        alike.setdefault((one.state, one.command, *why), []).append(one)
    for (state, command, rule, code), those in sorted(alike.items(), key=lambda one: one[0][-1] in WAITED_FOR):
        verdict = those[0].verdict
        yield Finding(
            kind=Kind.DEADLOCK,
            code="rehearsal.deadlock_waits" if code in WAITED_FOR else "rehearsal.deadlock",
            rule=rule,
            clause="" if verdict is None else verdict.clause,
            figures={"state": state, "command": command, "count": len(those), "ref": those[0].ref},
            why=verdict,
        )
