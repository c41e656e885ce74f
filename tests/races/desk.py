"""What somebody at a desk asks for next: sensible things mostly, by what he last saw, and wrong ones.

He never waits for the others or knows of them. Some keys are shared by all desks: the same thing asked by several
processes at about the same time.
"""

import random
from dataclasses import dataclass, field
from typing import Any

from tests.races.counting import WHOLE
from tests.races.sequential import ALLOWED, SOURCES
from tests.races.world import DAYS, PEOPLE, UNITS, Opening

Asked = dict[str, Any]

WEIGHTS: dict[str, float] = {
    "self_review": 60,
    "record_vote": 16,
    "submit": 16,
    "ratify": 10,
    "send_back": 3,
    "adjust": 5,
    "withdraw": 0.25,
    "not_ranked": 0.15,
    "correct": 6,
    "opinion": 3,
    "send": 3,
    "receive": 2,
    "attach": 2,
    "raise_petition": 4,
    "answer_petition": 6,
}
RANKS = ("excellent", *("good",) * 4, *("completed",) * 3, "not_completed")
WAYS = ("drafted", "self_reviewed", "unit_voted", "submitted", "ratified")
READS = {"one": 84, "unit": 6, "groups": 3, "season": 6, "sheet": 1}
ASKERS = {"coordinator": "CV", "subject": "", "ratifier": "QD-committee", "registrar": "VT", "monitor": "GS"}
CONTESTED_EVERY = 25
"""So many of a desk's own operations to each one that all desks ask for."""


@dataclass(frozen=True, slots=True)
class Order:
    asked: Asked
    by: str = ""
    key: str | None = None
    dry: bool = False


@dataclass(slots=True)
class Desk:
    """One process's view of one season."""

    opening: Opening
    name: str
    chance: random.Random
    given: int = 0
    states: dict[str, tuple[str, str, str, int]] = field(default_factory=dict)
    """Ref → unit, subject, state and number, as last seen."""
    meetings: list[tuple[str, str, str]] = field(default_factory=list)
    answered: list[Order] = field(default_factory=list)
    open: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(UNITS, True))
    """Whether a unit's vote was open, as last seen."""

    def __post_init__(self) -> None:
        pairs = zip(self.opening.refs, self.opening.subjects, strict=True)
        self.states = {ref: (one[0], one, "drafted", 1) for ref, one in pairs}
        self.meetings = list(self.opening.meetings)

    def saw(self, ref: str, unit: str, subject: str | None, state: str, seq: int) -> None:
        """An answer names no unit and no subject: somebody new is known once he was read of."""
        known = self.states.get(ref, (unit, subject or "", "", 0))
        if known[0] and known[3] < seq:
            self.states[ref] = (unit or known[0], subject or known[1], state, seq)

    def next(self) -> Order:
        """The next thing to ask for."""
        self.given += 1
        roll = self.chance.random()
        if roll < 0.72:
            return Order({"what": "read", "view": self._pick(READS), **self._of_whom()})
        if roll < 0.85 and self.answered:
            return self._again()
        if roll < 0.86:
            return self._contested(self.given // CONTESTED_EVERY)
        dry = self.chance.random() < 0.05
        key = None if dry else f"{self.opening.code} {self.name}-{self.given}"
        asked, by = self._command(self.chance)
        return Order(asked, by, key, dry)

    def keep(self, order: Order) -> None:
        """Remember what was answered, to ask it again some day."""
        if order.key is not None and not order.dry and order.asked["what"] != "read":
            self.answered = [*self.answered[-30:], order]

    def _pick(self, weights: dict[str, Any]) -> str:
        return self.chance.choices(list(weights), list(weights.values()))[0]

    def _of_whom(self) -> Asked:
        if self.chance.random() < 0.01:
            return {"ref": "HS-9999", "unit": "D"}
        ref = self.chance.choice(list(self.states))
        return {"ref": ref, "unit": self.states[ref][0]}

    def _again(self) -> Order:
        """The same once more; seldom something else under the same key."""
        order = self.chance.choice(self.answered)
        if self.chance.random() < 0.04:
            return Order({"what": "vote", "command": "revote", "key": "nobody's"}, order.by, order.key)
        return order

    def _contested(self, number: int) -> Order:
        chance = random.Random(f"{self.opening.code} {number}")
        fresh = Desk(self.opening, "all", chance)
        fresh.states = {ref: (*one[:2], chance.choice(list(WAYS)), 1) for ref, one in fresh.states.items()}
        asked, by = fresh._command(chance)
        return Order(asked, by, f"{self.opening.code} all-{number}")

    # — commands —

    def _command(self, chance: random.Random) -> tuple[Asked, str]:
        roll = chance.random()
        if roll < 0.08:
            return self._of_group(chance)
        if roll < 0.09:
            return self._meeting(chance)
        if roll < 0.12:
            return self._roster(chance)
        return self._on_dossiers(chance)

    def _on_dossiers(self, chance: random.Random) -> tuple[Asked, str]:
        under_way = [ref for ref, one in self.states.items() if one[2] in WAYS]
        ref = chance.choice(under_way if under_way and chance.random() < 0.98 else list(self.states))
        unit, subject, state, _ = self.states[ref]
        weights = {one: weight for one, weight in WEIGHTS.items() if state in SOURCES[one]}
        if self.open.get(unit) and "submit" in weights:
            weights["submit"] = 2
        if not weights or chance.random() < 0.04:
            weights = WEIGHTS
        command = chance.choices(list(weights), list(weights.values()))[0]
        refs = [ref]
        if chance.random() < 0.3:
            alike = [other for other, one in self.states.items() if (one[0], one[2]) == (unit, state) and other != ref]
            refs += chance.sample(alike, min(len(alike), chance.randint(1, 3)))
        if chance.random() < 0.01:
            refs.append("HS-9999")
        asked = {"what": "advance", "command": command, "refs": refs, "partial": chance.random() < 0.3}
        occurred = chance.choice(("2024-11-17", *DAYS)) if command == "withdraw" else None
        args = {**self._args(chance, command, unit), **self._numbers(chance, command, ref)}
        files = [f"bien-ban-{chance.randint(1, 9)}.pdf"] if command == "attach" and chance.random() < 0.8 else []
        return asked | {"args": args, "occurred": occurred, "files": files}, self._asker(chance, command, unit, subject)

    def _asker(self, chance: random.Random, command: str, unit: str, subject: str) -> str:
        if chance.random() < 0.05:
            return chance.choice(("CT", "TH", "GS", "VT", "QD-A", "CV-B", "QD-council", subject, "nobody"))
        who = ASKERS[chance.choice(sorted(ALLOWED[command]))]
        if command == "ratify":
            who = "QD-committee"
        return {"": subject, "CV": f"CV-{unit}"}.get(who, who)

    def _args(self, chance: random.Random, command: str, unit: str) -> Asked:
        args: Asked = {}
        if command in {"self_review", "record_vote", "correct"} or (
            command in {"ratify", "adjust"} and chance.random() < 0.2
        ):
            args["rank"] = chance.choice(RANKS) if chance.random() > 0.01 else "great"
        if command in {"send_back", "adjust", "withdraw", "not_ranked", "correct"} or (
            command == "record_vote" and chance.random() < 0.5
        ):
            args["reason"] = "theo biên bản" if chance.random() > 0.02 else ""
        if command == "record_vote":
            there = [ref for ref, of, _ in self.meetings if of == unit] or ["HN-9999"]
            args["meeting"] = chance.choice(there) if chance.random() > 0.03 else chance.choice(self.meetings)[0]
            if chance.random() < 0.05:
                args["proposed"] = chance.choice(RANKS)
        if command == "send_back":
            args["due_back"] = "2024-11-27"
        if command in {"send", "receive"}:
            likely = "archive" if command == "send" else "office"
            args["to"] = chance.choice((likely, likely, "office", "archive", "council"))
        if command in {"raise_petition", "answer_petition"} and chance.random() > 0.05:
            args["text"] = "xem lại"
        if command == "answer_petition" and chance.random() > 0.05:
            args["outcome"] = chance.choice(("kept", "changed"))
        if command == "opinion":
            args["body"] = chance.choice(("council", "council", "council", "office"))
            args |= {"rank": chance.choice(RANKS)} if chance.random() < 0.5 else {}
            args |= {"letter": "2/CV"} if chance.random() < 0.5 else {}
        return args

    def _numbers(self, chance: random.Random, command: str, ref: str) -> Asked:
        if command != "correct":
            return {}
        field_ = chance.choice(("expected", "voted", "proposed"))
        return {"field": field_, "corrects": chance.choice((1, 1, self.states[ref][3], 99))}

    def _of_group(self, chance: random.Random) -> tuple[Asked, str]:
        """A unit whose members have all voted is closed; a closed one votes again now and then; and seldom either."""
        ready = [unit for unit in UNITS if self.open[unit] and self._all_voted(unit)]
        closed = [unit for unit in UNITS if not self.open[unit]]
        unit, command = chance.choice(UNITS), chance.choice(("close_vote", "revote"))
        if ready and chance.random() < 0.9:
            unit, command = chance.choice(ready), "close_vote"
        elif closed and chance.random() < 0.7:
            unit, command = chance.choice(closed), "revote"
        by = f"CV-{unit}" if chance.random() > 0.08 else chance.choice(("TH", "VT", "QD-A", "CV-A", "nobody"))
        key = unit if chance.random() > 0.02 else chance.choice((WHOLE, "D"))
        return {"what": "vote", "command": command, "key": key}, by

    def _all_voted(self, unit: str) -> bool:
        return all(one[2] not in {"drafted", "self_reviewed"} for one in self.states.values() if one[0] == unit)

    def _meeting(self, chance: random.Random) -> tuple[Asked, str]:
        unit = chance.choice(UNITS)
        by = f"CV-{unit}" if chance.random() > 0.1 else "GS"
        return {"what": "hold", "unit": unit, "held_on": chance.choice(DAYS)}, by

    def _roster(self, chance: random.Random) -> tuple[Asked, str]:
        """Another post or tier, another unit, or somebody new; never a head: a unit has one."""
        home = chance.choice(UNITS)
        number = chance.randint(2, PEOPLE) if chance.random() > 0.05 else chance.randint(PEOPLE + 1, PEOPLE + 2)
        unit = chance.choice(UNITS) if chance.random() < 0.15 else home
        asked = {
            "what": "import",
            "subject": f"{home}-{number:02d}",
            "unit": unit,
            "post": f"Phó phòng {chance.randint(1, 3)}",
            "tier": chance.choice(("btv", "btv", "unit")),
        }
        return asked, "os-user:lan" if chance.random() > 0.2 else chance.choice(("TH", "GS", "CV-A"))
