"""A season's history read once, act after act, in the order in which it happened: each record checked against its
chain, then told on. What it gives is kept; the records themselves are not.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import itemgetter
from sys import intern
from typing import Any

from workflow import ledger
from workflow.engine import Rules
from workflow.errors import BadInput
from workflow.quota import Member
from workflow.replay import seen
from workflow.replay.bodies import Bodies
from workflow.replay.findings import Finding
from workflow.replay.retelling import Body, Retelling
from workflow.replay.timeline import foldable
from workflow.routing import capping
from workflow.store.statements import Row
from workflow.words import DossierState, Rank

UNREADABLE = (LookupError, TypeError, ValueError, AttributeError, StopIteration, RuntimeError)
"""What reading a record raises that no command of ours wrote."""

Key = tuple[str, str]
"""Of a group: its rule and its key."""


@dataclass(slots=True)
class Past:
    """What a season's history gives when told act by act."""

    season: Row
    rules: Rules
    """Those of the pack that rules it now."""
    units: Mapping[str, Row]
    former: Callable[[str], Rules] | None = None
    """Gives those of a pack that ruled it before, by the pack's hash."""
    told: Retelling = field(init=False)
    """Also holds the state of every stream."""
    records: int = 0
    places: int = 0
    """The place of the last act."""
    heads: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    attached: dict[str, str] = field(default_factory=dict)
    """The SHA-256 of each file that came with a command → the stream whose record first names it."""
    members: dict[Key, dict[str, Member | None]] = field(default_factory=dict)
    """Group → dossier → None while it belongs there, or the member it was when it moved away."""
    findings: list[Finding] = field(default_factory=list)
    uncounted: list[Finding] = field(default_factory=list)
    """What is wrong with the places of acts."""
    untrue: list[Finding] = field(default_factory=list)
    """What commands saw or did that the history before them does not give."""
    packs: list[str] = field(default_factory=list)
    """The hashes of the packs that ruled it, in order."""
    untold: bool = False
    """Whether an act could not be told again: nothing follows after it."""
    _bodies: Bodies = field(default_factory=Bodies)
    _belongs: dict[str, frozenset[Key]] = field(default_factory=dict)
    """Dossier → its groups; those in the same ones share them."""
    _alike: dict[frozenset[Key], frozenset[Key]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.told = Retelling(self.season, self.rules)

    @property
    def states(self) -> Mapping[str, Mapping[str, Any]]:
        """Stream → the state that its records give."""
        return self.told.streams

    def found(self, code: str, **figures: Any) -> None:
        self.findings.append(Finding(code=f"audit.{code}", figures=figures))

    @contextmanager
    def reading(self, stream: str, seq: int | None = None) -> Iterator[None]:
        """Read what a stream's record says. What cannot be read was not written by a command of ours."""
        try:
            yield
        except UNREADABLE:
            self.found("misshapen", stream=stream, seq=self.heads.get(stream, (0,))[0] if seq is None else seq)

    def tell(self, rows: Iterable[Row]) -> None:
        """Take in the records of a season, ordered by place, stream and number."""
        for place, of_place in groupby(rows, key=itemgetter("place")):
            self._count(place)
            acts: dict[str, list[Body]] = {}
            for row in of_place:
                body = self._checked(row)
                if body is not None:
                    acts.setdefault(body["act"], []).append(body)
            if len(acts) > 1:
                self.uncounted.append(Finding(code="audit.act_doubled", figures={"place": place}))
            for act in acts.values():
                self._tell_act(place, act)

    # — a record —

    def _checked(self, row: Row) -> Body | None:
        """The record's body, if it is what was sealed in its place."""
        stream, seq = intern(row["stream"]), row["seq"]
        known, previous = self.heads.get(stream, (0, ledger.GENESIS))
        body, flaw = ledger.checked(
            stream, seq, row["body"], row["hash"], previous=previous, expected=known + 1, loads=self._bodies.read
        )
        self.heads[stream] = seq, row["hash"]
        self.records += 1
        if body is None:
            self.findings.append(Finding(code=flaw or "", figures={"stream": stream, "seq": seq}))
        elif not ledger.shaped(body) or not foldable(body["set"]):
            self.found("misshapen", stream=stream, seq=seq)
        else:
            if body["season"] != self.season["id"] or body["place"] != row["place"]:
                self.found("misplaced", stream=stream, seq=seq)
            self.kinds[stream] = intern(body["kind"])
            with self.reading(stream, seq):
                for digest in body["facts"]["command"]["args"].get("attachments", ()):
                    self.attached.setdefault(digest, stream)
            return body
        return None

    # — an act —

    def _count(self, place: int) -> None:
        """Acts take places 1, 2, 3 …: one that is missing is an act that is gone from every stream that it was in."""
        self.lacking(place - 1)
        self.places = max(self.places, place)

    def lacking(self, last: int) -> None:
        """The places after the last act's, up to and including `last`, are missing."""
        for place in range(self.places + 1, last + 1):
            if len(self.uncounted) == TOLD:
                break
            self.uncounted.append(Finding(code="audit.act_gone", figures={"place": place}))

    def _tell_act(self, place: int, act: Sequence[Body]) -> None:
        former = self._brought_under(act)
        placed = [body for body in act if body["kind"] == "dossier" and body["command"] in {"create", "amend"}]
        # Who leaves a group takes along what was proposed before the act, which may void the vote first.
        proposed = {body["stream"]: self.states.get(body["stream"], {}).get("proposed") for body in placed}
        # From a chain that does not hold, nothing follows.
        if self.findings or self.untold or not self._tell_again(place, act, former):
            self.told.fold(act)
        for body in placed:
            with self.reading(body["stream"], body["seq"]):
                self._place(body["stream"], body["facts"]["command"]["occurred_on"], proposed[body["stream"]])
        if former is not None:
            self._place_all(act[0]["facts"]["command"]["occurred_on"])

    def _brought_under(self, act: Sequence[Body]) -> Rules | None:
        """Let the pack rule that an act brings the season under, from this act on; the rules that it took the place of,
        None where the season was opened or goes on under its pack."""
        own = self.season["id"]
        named = next((body["set"]["pack"] for body in act if body["stream"] == own and "pack" in body["set"]), None)
        former = self.told.rules if self.packs and named is not None else None
        if named is not None:
            self.packs.append(str(named))
            self.told.rules = self._rules(named)
        for body in act if self.packs else ():
            if body["pack"] != self.packs[-1]:
                figures = {"stream": body["stream"], "seq": body["seq"], "name": body["pack"]}
                self.untrue.append(Finding(code="audit.pack_named", figures=figures))
        return former

    def _rules(self, name: Any) -> Rules:
        if name == self.season.get("pack") or self.former is None:
            return self.rules
        try:
            return self.former(name)
        except (BadInput, *UNREADABLE):
            # Its bytes are not there, or no pack: `comparing` says so. What was decided by it cannot be told.
            self.untold = True
            return self.rules

    def _tell_again(self, place: int, act: Sequence[Body], former: Rules | None) -> bool:
        """What commands saw, by which right, and what it makes everybody owe; whether it can be told. `former`: what
        ruled before, where this act brings another pack."""
        try:
            self.untrue += seen.check(self.told, act)
            self.told.tell(act, former)
        except UNREADABLE:
            figures = {"place": place, "stream": act[0]["stream"], "seq": act[0]["seq"]}
            self.untrue.append(Finding(code="audit.untold", figures=figures))
            self.untold = True
        return not self.untold

    def _place_all(self, day: str) -> None:
        """Follow every dossier into its groups by the pack that rules now."""
        for stream in [one for one, kind in self.kinds.items() if kind == "dossier"]:
            with self.reading(stream):
                state = self.states[stream]
                ranked = state["state"] != DossierState.NOT_RANKED
                self._place(stream, day, state.get("proposed") if ranked else None)

    def _place(self, stream: str, day: str, proposed: str | None) -> None:
        """Follow a dossier into its groups, and out of those that it belongs to no more; it leaves them on `day`."""
        state = self.states[stream]
        unit = self.units.get(state["unit"])
        if unit is None:
            self.found("row_missing", stream=stream, kind="unit")
            return
        facts = {**state, "unit_kind": unit["kind"], "unit_path": unit["path"]}
        belongs = frozenset((quota.id, key) for quota, key in capping(self.told.rules.pack, facts))
        belongs = self._alike.setdefault(belongs, belongs)
        for key in self._belongs.get(stream, frozenset()) - belongs:
            self.members[key][stream] = Member(
                id=stream,
                state=DossierState.SELF_REVIEWED,
                proposed=None if proposed is None else Rank(proposed),
                decided=None,
                left_on=date.fromisoformat(day),
                moved=True,
            )
        for key in belongs:
            self.members.setdefault(key, {})[stream] = None
        self._belongs[stream] = belongs


TOLD = 1000
"""How many missing acts are told one by one: a record may have been written with any place."""
