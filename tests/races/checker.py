"""Is a recorded history one that a single desk could have lived through? (Linearizability, one season at a time.)

A season is one object: what is legal is legal season by season, so seasons are checked one after the other and nothing
else is kept in memory. The record of a season names a place for each act that changed something. Nobody has to
believe it: if the acts, taken in that order, are all answered as the model answers them, each between its start and
its end, the order is the witness that was looked for; a wrong order fails here.

What changed nothing (refusals, reads, dry runs) has to be answered as the model answers it at one moment between its
start and its end, and not before the moments of what had ended before it began. The earliest such moment is taken,
which leaves most to those that come later.
"""

import heapq
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.races.counting import SHARES, Dossier
from tests.races.sequential import answered
from tests.races.state import Outcome, Season

EXECUTED_ONCE = ("act", "done", "receipts", "refused", "groups", "fresh", "dry")
HARMLESS = frozenset({"store.locked", "command.lost_race"})
"""Errors of whoever was second: nothing was stored, whenever it was."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One line of a history."""

    process: int
    turn: int
    season: str
    start: int
    end: int
    by: str
    key: str | None
    asked: Mapping[str, Any]
    got: Mapping[str, Any]

    @property
    def name(self) -> str:
        what = self.asked.get("command") or self.asked.get("view") or self.asked["what"]
        return f"{self.season} {self.process}/{self.turn} {what}"

    @property
    def wrote(self) -> bool:
        """Whether it says that it changed something."""
        return bool(self.got.get("done")) and not self.got["dry"] and not self.got["repeated"]

    def expected(self, season: Season) -> Outcome:
        return answered(season, self.by, self.asked, self.got.get("fresh", ()))


@dataclass(frozen=True, slots=True)
class Finding:
    kind: str
    where: str
    what: str = ""


@dataclass(slots=True)
class Check:
    """One season's history against the model. `places`: act → its place, those that opened the season left out."""

    opening: Season
    acts: int
    operations: Sequence[Operation]
    places: Mapping[str, int]
    findings: list[Finding] = field(default_factory=list)
    _placed: list[Operation] = field(default_factory=list)
    _states: list[Season] = field(default_factory=list)

    def run(self) -> list[Finding]:
        """Every finding; of the acts in their order only the first, since everything after it rests on it."""
        self._accounted()
        self._in_time()
        if not self.findings and self._replayed():
            self._explained()
        self._keys()
        return self.findings

    def _found(self, kind: str, where: Operation | str, what: object = "") -> None:
        self.findings.append(Finding(kind, where if isinstance(where, str) else where.name, str(what)))

    # — the acts —

    def _accounted(self) -> None:
        """What was acknowledged is on record, once, and nothing else is."""
        told: dict[str, Operation] = {}
        for one in self.operations:
            if one.got.get("status") not in {None, 2, 5}:
                self._found("failed", one, one.got["error"])
            if not one.wrote:
                continue
            act = one.got["act"]
            if act in told:
                self._found("told-twice", one, told[act].name)
            if act not in self.places:
                self._found("lost", one, "acknowledged, and not on record")
            told[act] = one
        for act in self.places.keys() - told.keys():
            self._found("unasked", act, "on record, and nobody was told")
        if sorted(self.places.values()) != list(range(self.acts + 1, self.acts + 1 + len(self.places))):
            self._found("places", "", "acts do not follow one another")
        self._placed = sorted((one for act, one in told.items() if act in self.places), key=self._place)

    def _place(self, one: Operation) -> int:
        return self.places[one.got["act"]]

    def _in_time(self) -> None:
        """Of two acts of which one had ended before the other began, the first has the earlier place."""
        latest: Operation | None = None
        for one in self._placed:
            if latest is not None and one.end < latest.start:
                self._found("against-time", one, f"placed after {latest.name}, which began when it had ended")
            if latest is None or one.start > latest.start:
                latest = one

    def _replayed(self) -> bool:
        """The acts in their order: each is answered as the model answers it after those before."""
        season = self.opening
        self._states = [season]
        for one in self._placed:
            outcome = one.expected(season)
            if not outcome.same_as(one.got):
                self._found("illegal", one, f"expected {_shown(outcome)}, got {dict(one.got)}")
                return False
            self._invariant(outcome, one)
            season = outcome.season
            self._states.append(season)
        return True

    def _invariant(self, outcome: Outcome, one: Operation) -> None:
        """A group is within its allowance, or over and blocked, or open with no capped rank newly sent on."""
        season = outcome.season
        for ref, kind, command, *_ in outcome.done:
            if kind != "dossier" or command not in {"submit", "ratify"}:
                continue
            for name in season.groups_of([ref]):
                share, after = SHARES[name[0]], season.figures(name)
                new = season.dossiers[ref].proposed if command == "submit" else season.dossiers[ref].decided
                if share.at_submit != (command == "submit") or new != share.rank:
                    continue
                if season.groups[name].vote == "open" or after.count > after.allowance:
                    self._found("invariant", one, f"{name}: {after}")

    # — keys —

    def _keys(self) -> None:
        """Of all that was given under one key one thing was done, once; everybody else got its answer."""
        given: dict[tuple[str, str], list[Operation]] = {}
        for one in self.operations:
            if one.key is not None and one.got.get("error") not in HARMLESS:
                given.setdefault((one.by, one.key), []).append(one)
        for name, some in given.items():
            first = [one for one in some if "error" not in one.got and not one.got["repeated"]]
            later = [one for one in some if one.got.get("repeated") or one.got.get("error") == "command.key_reused"]
            if len(first) > 1:
                self._found("done-twice", first[1], name)
            for one in later:
                self._repeated(first[0] if first else None, one)

    def _repeated(self, first: Operation | None, one: Operation) -> None:
        if first is None:
            self._found("unanswered-key", one, "repeated, and never answered before")
        elif first.start > one.end:
            self._found("against-time", one, f"repeats {first.name}, which began when it had ended")
        elif "error" in one.got:
            if first.asked == one.asked:
                self._found("key", one, "refused as another content, and it is the same")
        elif first.asked != one.asked:
            self._found("key", one, f"answered as {first.name}, which asked for something else")
        elif any(first.got[name] != one.got[name] for name in EXECUTED_ONCE):
            self._found("other-answer", one, f"{dict(first.got)} was answered first")

    # — what changed nothing —

    def _explained(self) -> None:
        ends = _Prefix.of((one.end, place) for place, one in enumerate(self._placed, 1))
        starts = _Prefix.of((-one.start, -place) for place, one in enumerate(self._placed, 1))
        waiting: list[tuple[int, int]] = []
        floor = 0
        for one in sorted((one for one in self.operations if not one.wrote), key=lambda one: one.start):
            while waiting and waiting[0][0] < one.start:
                floor = max(floor, heapq.heappop(waiting)[1])
            first = ends.below(one.start, 0)
            last = -starts.below(-one.end, -len(self._placed) - 1) - 1
            if one.got.get("error") in HARMLESS or one.got.get("error") == "command.key_reused":
                continue
            if one.got.get("repeated"):
                at = self._placed_at(one)
                if at is not None and at > last:
                    self._found("against-time", one, "repeats an act that came later")
                continue
            moment = self._moment(one, max(first, floor), last)
            if moment is None:
                self._found("unexplained", one, self._why(one, max(first, floor), last))
            else:
                heapq.heappush(waiting, (one.end, moment))

    def _placed_at(self, one: Operation) -> int | None:
        place = self.places.get(one.got["act"])
        return None if place is None else place - self.acts

    def _moment(self, one: Operation, first: int, last: int) -> int | None:
        """The earliest state that explains the answer."""
        fits = _read if one.asked["what"] == "read" else _judged
        return next((at for at in range(first, last + 1) if fits(one, self._states[at])), None)

    def _why(self, one: Operation, first: int, last: int) -> str:
        if first > last:
            return "ended before the moments of what had ended when it began"
        told = "" if one.asked["what"] == "read" else _shown(one.expected(self._states[last]))
        return f"no moment from {first} to {last}: got {dict(one.got)} {told}"


def _shown(outcome: Outcome) -> str:
    return f"{outcome.error} {sorted(outcome.done)} {sorted(outcome.refused)} {sorted(outcome.groups)}"


def _judged(one: Operation, season: Season) -> bool:
    return one.expected(season).same_as(one.got)


def _read(one: Operation, season: Season) -> bool:
    """Whether a read saw this very state, all parts of it together."""
    got, view = one.got, one.asked["view"]
    known = one.asked["ref"] in season.dossiers
    if "error" in got:
        unknown = {"command.unknown_dossier": not known, "view.unknown_unit": one.asked["unit"] not in season.units}
        return unknown.get(got["error"], False)
    if any(line != _seen(season.dossiers.get(line[0])) for line in got.get("dossiers", ())):
        return False
    if view in {"unit", "season"}:
        every = {ref for ref, each in season.dossiers.items() if view == "season" or each.unit == one.asked["unit"]}
        if every != {line[0] for line in got["dossiers"]}:
            return False
    if view in {"one", "sheet"} and [line[0] for line in got["dossiers"]] != [one.asked["ref"]] * known:
        return False
    if "groups" in got:
        keys = {one.asked["unit"]} if view == "one" else {each.key for each in season.groups.values()}
        return bool(got["groups"] == _stored(season, keys))
    if "counted" in got:
        names = season.groups if view == "groups" else season.groups_of([one.asked["ref"]])
        return bool(got["counted"] == sorted(_counted(season, name) for name in names))
    return True


def _seen(one: Dossier | None) -> list[Any] | None:
    if one is None:
        return None
    ranks = (one.expected, one.voted, one.proposed, one.decided, one.petitioned)
    return [one.ref, one.subject, one.unit, one.seq, one.state, *ranks]


def _figures(season: Season, name: tuple[str, str]) -> list[Any]:
    told = season.figures(name)
    return [told.size, told.base, told.count, told.would, told.allowance, told.over]


def _stored(season: Season, keys: Collection[str]) -> list[list[Any]]:
    return sorted(
        [*name, one.seq, one.vote, one.closed_on, *_figures(season, name)]
        for name, one in season.groups.items()
        if one.key in keys
    )


def _counted(season: Season, name: tuple[str, str]) -> list[Any]:
    one = season.groups[name]
    return [*name, len(one.present()), one.vote, one.closed_on, *_figures(season, name)]


@dataclass(frozen=True, slots=True)
class _Prefix:
    """The greatest value among all whose instant is below one."""

    instants: list[int]
    greatest: list[int]

    @classmethod
    def of(cls, pairs: Iterator[tuple[int, int]]) -> "_Prefix":
        instants, greatest = list[int](), list[int]()
        for instant, value in sorted(pairs):
            instants.append(instant)
            greatest.append(max(value, greatest[-1]) if greatest else value)
        return cls(instants, greatest)

    def below(self, instant: int, otherwise: int) -> int:
        at = bisect_left(self.instants, instant)
        return self.greatest[at - 1] if at else otherwise
