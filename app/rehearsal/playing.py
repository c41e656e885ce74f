"""The play itself: days go by, and in an order that only the seed decides everybody does what the product offers next.

There is no second model of the rules here: what comes next is asked of the views, and what helps against a refusal of
its cures (docs/adr/0013).
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from app.clock import VirtualClock
from app.rehearsal.cast import Cast
from app.rehearsal.hands import Args, Hands
from app.rehearsal.offers import WAITED_FOR, heard, is_at_end, missing, offered
from workflow.answers import Answer
from workflow.engine import Rules
from workflow.facts import Remedy, Verdict
from workflow.services.context import Context, find_season, rules_of
from workflow.services.views.cures import cures
from workflow.services.views.ground import Ground
from workflow.services.views.look import dossiers_named
from workflow.services.views.steps import Step
from workflow.services.views.tasks import unreceived
from workflow.store import commands as sql
from workflow.store.statements import Row, Transaction
from workflow.words import DossierState, Rank

A_WHILE = timedelta(seconds=20)
"""Between two commands: what happens at one instant has no order to read."""
_CLIMBS = 4
"""How deep one goes: what helps may need help itself."""
_TRIES = 12
"""How often a command is tried again after something helped."""
_STEPS = 3
"""So many steps are taken with a dossier that is taken up, at most."""
_BOLD = 2
"""So many votes on a dossier are free; after them nobody votes for a rank that is capped, so that groups come to an
end."""
_ODDS = {Rank.EXCELLENT: 30, Rank.GOOD: 50, Rank.COMPLETED: 16, Rank.NOT_COMPLETED: 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One look at the season at the play's own instant."""

    tx: Transaction
    season: Row
    rules: Rules
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """A dossier that reached no end: the command that was refused last, and the first of the reasons."""

    ref: str
    state: str
    command: str
    verdict: Verdict | None


@dataclass(slots=True)
class Refusals:
    """How often a rule refused for one reason, and what it said first."""

    first: Verdict
    count: int = 0


@dataclass(slots=True)
class Diary:
    """What happened: how many commands were done, and by (rule, message code) what was refused."""

    done: int = 0
    refused: dict[tuple[str, str], Refusals] = field(default_factory=dict)

    def note(self, verdict: Verdict) -> None:
        self.refused.setdefault((verdict.rule, verdict.code), Refusals(verdict)).count += 1


@dataclass(slots=True, kw_only=True)
class Playing:
    """One season under way."""

    context: Context
    season: str
    clock: VirtualClock
    zone: str
    cast: Cast
    hands: Hands
    chance: Random
    diary: Diary = field(default_factory=Diary)
    _votes: Counter[str] = field(default_factory=Counter)
    _counted: dict[str, str] = field(default_factory=dict)
    """Dossier → the rank that was counted at its last meeting."""
    _last: dict[str, tuple[str, tuple[Verdict, ...]]] = field(default_factory=dict)
    """Dossier → the command of its last turn that was refused, and why."""

    @contextmanager
    def looking(self) -> Iterator[Snapshot]:
        with self.context.database.reading() as tx:
            season = find_season(self.context, tx, self.season)
            yield Snapshot(tx=tx, season=season, rules=rules_of(self.context, tx, season), now=self.clock.now)

    def rows(self) -> list[Row]:
        """Every dossier, by ref."""
        with self.looking() as look:
            return look.tx.all(sql.DOSSIERS_OF_SEASON, season=look.season["id"])

    def open_rows(self) -> list[Row]:
        """Those that are not at their end."""
        with self.looking() as look:
            rows = look.tx.all(sql.DOSSIERS_OF_SEASON, season=look.season["id"])
            return [one for one in rows if not is_at_end(look.rules.pack, one)]

    def day(self, day: date, *, all_of_it: bool = False) -> None:
        """One day from eight in the morning: some of what is open is taken up, or all of it."""
        self.clock.forward_to(datetime.combine(day, time(8), ZoneInfo(self.zone)))
        refs = [str(row["ref"]) for row in self.open_rows()]
        self.chance.shuffle(refs)
        for ref in refs:
            if all_of_it or self.chance.random() < 1 / 2:
                self._take_up(ref, most=_STEPS if all_of_it else self.chance.randint(1, _STEPS))

    def _take_up(self, ref: str, *, most: int) -> None:
        for _ in range(most):
            with self.looking() as look:
                ground = Ground(look)
                row = dossiers_named(look, [ref])[0]
                steps = offered(ground, row)
            moved = [self.carry(one, row) for one in steps]
            if row["state"] == DossierState.SUBMITTED:
                self._receive(row)
            if not any(moved):
                return

    def _receive(self, row: Row) -> None:
        """Now and then a recipient says that a dossier has arrived."""
        for body in unreceived(row):
            if body != "unit" and self.chance.random() < 1 / 3:
                self.carry(Remedy(action="dossier.receive", args={"to": body, "letter": "NO"}), row, climbs=0)

    # — one step —

    def carry(self, remedy: Remedy, row: Row, *, climbs: int = _CLIMBS) -> bool:
        """Do a step for a dossier, with whatever helps where it is refused. Whether it was done."""
        args: Args = dict(remedy.args)
        for _ in range(_TRIES):
            self.clock.forward(A_WHILE)
            with self.looking() as look:
                args = heard(look.rules.pack, args, row)
                ground = Ground(look)
                actor = self.cast.who(ground, Remedy(action=remedy.action, args=args), row)
                args = self._ranked(ground, remedy.action, args, row)
            answer = self.hands.give(remedy.action, dict(args), actor, row, dissent=self.chance.random() < 1 / 4)
            if answer is None:
                return False
            if not answer.refused:
                self._did(remedy.action, args, row)
                return True
            verdicts = self.refused(answer)
            fuller, helped = args, False
            if climbs and any(one.code not in WAITED_FOR for one in verdicts):
                fuller, helped = self._helped(answer, args, row, climbs - 1)
            # Noted after what was tried to help: the command itself is what the dossier waits for.
            self._last[row["ref"]] = remedy.action.partition(".")[2], verdicts
            if fuller == args and not helped:
                return False
            args = fuller
        return False

    def _did(self, action: str, args: Args, row: Row) -> None:
        self.diary.done += 1
        self._last.pop(row["ref"], None)
        if action == "meeting.tally":
            self._counted[row["ref"]] = args["rank"]
        if action == "dossier.record_vote":
            self._votes[row["ref"]] += 1
            self._counted.pop(row["ref"], None)

    def refused(self, answer: Answer) -> tuple[Verdict, ...]:
        """The reasons of a refusal, which are noted."""
        verdicts = tuple(verdict for one in answer.refused for verdict in one.verdicts)
        for verdict in verdicts:
            self.diary.note(verdict)
        return verdicts

    def _helped(self, answer: Answer, args: Args, row: Row, climbs: int) -> tuple[Args, bool]:
        """What the cures of a refusal come to: the arguments that were lacking, and whether another step was done."""
        with self.looking() as look:
            finder = cures(look, answer, None)
            steps = [step for one in answer.refused for verdict in one.verdicts for step in finder(one, verdict).steps]
            again = [one for one in steps if one.again]
            first = [one.remedy for one in steps if _comes_first(one, row)]
            listed = [str(one.args["ref"]) for one in first if one.action == "document.list" and "ref" in one.args]
            first += [one for ref in listed for one in missing(look, ref)]
        helped = [self.carry(one, self._about(one, row), climbs=climbs) for one in first]
        for step in again:
            args = {**dict(step.usual), **args, **step.remedy.args}
        return args, any(helped)

    def _about(self, remedy: Remedy, row: Row) -> Row:
        """The dossier that a step is about: a paper may be another one's that the same meeting waits for."""
        if not remedy.action.startswith("document.") or remedy.args.get("ref", row["ref"]) == row["ref"]:
            return row
        with self.looking() as look:
            return next(iter(dossiers_named(look, [remedy.args["ref"]])), row)

    # — ranks —

    def _ranked(self, ground: Ground, action: str, args: Args, row: Row) -> Args:
        """A rank where one is asked for: at a count and at its record the same."""
        if action == "meeting.tally":
            return {"rank": self._rank(ground, row), **args}
        if args.get("rank") != "RANK":
            return args
        counted = self._counted.get(row["ref"]) if action == "dossier.record_vote" else None
        return {**args, "rank": counted or self._rank(ground, row)}

    def _rank(self, ground: Ground, row: Row) -> str:
        bold = self._votes[row["ref"]] < _BOLD
        capped = set() if bold else {one.quota.rank for one in ground.groups_of(row)}
        odds = {rank.value: odds for rank, odds in _ODDS.items() if rank not in capped}
        return self.chance.choices(list(odds), list(odds.values()))[0]

    # — the end —

    def stuck(self) -> list[Stuck]:
        """The dossiers that reached no end, each with what refuses its next step."""
        return [self._stuck(row) for row in self.open_rows()]

    def _stuck(self, row: Row) -> Stuck:
        ref, state = str(row["ref"]), str(row["state"])
        if ref not in self._last:
            # What it lacks is said with it, so that the reason told is the one that nothing helps against.
            self.carry(Remedy(action=f"dossier.{_NEXT[DossierState(state)]}"), row, climbs=1)
        command, verdicts = self._last.get(ref, (_NEXT[DossierState(state)], ()))
        own = [one for one in verdicts if one.code not in WAITED_FOR] or verdicts
        return Stuck(ref=ref, state=state, command=command, verdict=next(iter(own), None))


def _comes_first(step: Step, row: Row) -> bool:
    """Whether a step is done before the command is tried again: not what others have turns of their own for."""
    return not step.again and not step.instead and (not step.refs or row["ref"] in step.refs)


_NEXT = {
    DossierState.DRAFTED: "self_review",
    DossierState.SELF_REVIEWED: "record_vote",
    DossierState.UNIT_VOTED: "submit",
    DossierState.SUBMITTED: "ratify",
    DossierState.RATIFIED: "send",
}
"""What a dossier waits for, where nothing is offered and nothing was tried."""
