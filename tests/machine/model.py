"""What the machine itself believes of every dossier, kept in plain Python beside the product."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.machine.filed import Filed, Sheet

SOURCES = {
    "self_review": {"drafted"},
    "record_vote": {"drafted", "self_reviewed"},
    "submit": {"unit_voted"},
    "ratify": {"submitted"},
    "send_back": {"submitted"},
    "adjust": {"ratified"},
    "withdraw": {"drafted", "self_reviewed", "unit_voted", "submitted"},
    "not_ranked": {"drafted", "self_reviewed", "unit_voted", "submitted"},
    "correct": {"self_reviewed", "unit_voted", "submitted"},
    "opinion": {"self_reviewed", "unit_voted", "submitted"},
    "attach": {"drafted", "self_reviewed", "unit_voted", "submitted"},
    "send": {"submitted", "ratified"},
    "receive": {"submitted", "ratified"},
    "suggest": {"drafted", "self_reviewed", "unit_voted", "submitted"},
    "explain": {"drafted", "self_reviewed", "unit_voted", "submitted"},
    "comment": {"drafted", "self_reviewed"},
    "raise_petition": {"ratified"},
    "answer_petition": {"ratified"},
    "record_fault": {"drafted", "self_reviewed", "unit_voted", "submitted", "ratified", "not_ranked"},
}
"""Command → the states that it is possible in (design section 3)."""

TARGETS = {
    "self_review": "self_reviewed",
    "record_vote": "unit_voted",
    "submit": "submitted",
    "ratify": "ratified",
    "send_back": "self_reviewed",
    "adjust": "submitted",
    "withdraw": "withdrawn",
    "not_ranked": "not_ranked",
}

FACTS = frozenset({"withdraw", "not_ranked", "record_vote", "correct", "send_back", "adjust"})
"""Never refused for a quota (design section 4)."""

OTHERS_ONLY = frozenset(
    {
        "record_vote",
        "submit",
        "ratify",
        "send_back",
        "adjust",
        "correct",
        "send",
        "receive",
        "opinion",
        "suggest",
        "comment",
        "answer_petition",
        "record_fault",
    }
)
"""Coordinating and deciding: never one's own dossier."""

FINAL = frozenset({"ratified", "withdrawn", "not_ranked"})

RANKS = ("expected", "voted", "proposed", "decided")


@dataclass(slots=True, kw_only=True)
class Believed:
    ref: str
    subject: str
    unit: str
    state: str = "drafted"
    expected: str | None = None
    voted: str | None = None
    proposed: str | None = None
    decided: str | None = None
    ever_submitted: bool = False
    file: Filed = field(default_factory=Filed)

    def shown(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("ref", "subject", "unit", "state", *RANKS)}


@dataclass(slots=True)
class Model:
    """Dossiers by ref."""

    dossiers: dict[str, Believed] = field(default_factory=dict)

    def in_state(self, *states: str) -> list[Believed]:
        return [one for one in self.dossiers.values() if one.state in states]

    def possible(self, ref: str, command: str) -> bool:
        return self.dossiers[ref].state in SOURCES[command]

    def apply(self, ref: str, command: str, args: Mapping[str, Any], sheets: Sequence[Sheet] = ()) -> None:
        """One accepted command; `args` with whom it was sent to, `sheets` the papers that came with it."""
        one = self.dossiers[ref]
        assert one.state in SOURCES[command], (ref, command, one.state)
        rank = args.get("rank")
        if command == "self_review":
            one.expected = rank
        elif command == "record_vote":
            one.voted, one.proposed = rank, args.get("proposed", rank)
        elif command == "submit":
            one.ever_submitted = True
        elif command == "ratify":
            one.decided = rank or one.proposed
        elif command == "send_back":
            one.voted = one.proposed = None
        elif command == "adjust":
            one.proposed = rank or one.proposed
        elif command == "correct":
            follows = args["field"] == "voted" and one.voted == one.proposed
            setattr(one, args["field"], rank)
            one.proposed = rank if follows else one.proposed
        one.state = TARGETS.get(command, one.state)
        one.file.apply(command, args, sheets)

    def vote_again(self, ref: str) -> None:
        """The member's group votes again, or he moves to a unit that votes on him."""
        one = self.dossiers[ref]
        if one.state in {"unit_voted", "submitted"}:
            one.state, one.voted, one.proposed = "self_reviewed", None, None
            one.file.unsend()

    def edited(self, subject: str, unit: str, *, moved: bool) -> None:
        """A roster edit: who moves while under way is voted on in the new unit."""
        for one in self.dossiers.values():
            if one.subject == subject and one.state not in FINAL and moved:
                one.unit = unit
                self.vote_again(one.ref)
