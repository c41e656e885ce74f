"""One of many processes that work on the same season: `python -m tests.races.worker ADDRESS SEED COMMANDS PATIENCE`.

It gives commands picked at random, right and wrong ones, and says what it was answered: one JSON line each. What it
never does is wait for the others, or know of them.
"""

import json
import random
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from notifications.sweep import sweep
from tests.season import Clock, leaders, local, rules_of
from tests.season import pack_of as pack
from workflow.answers import Answer
from workflow.errors import BadInput, Conflict
from workflow.rosters import Roster
from workflow.services.context import By, Context
from workflow.services.dossiers import Advance, advance
from workflow.services.rosters import import_roster
from workflow.services.votes import vote
from workflow.store.database import Database

SEASON, UNIT, MEETING, PEOPLE = "2024", "SNV", "HN-0001", 12
REFS = tuple(f"HS-{number:04d}" for number in range(1, PEOPLE + 1))
AT = "2024-11-20 09:00"
RANKS = ("excellent", "good", "good", "completed")

Act = Callable[[], Answer | None]


class Worker:
    """Somebody at a desk of his own."""

    def __init__(self, address: str, seed: int, patience: float) -> None:
        self.database = Database(address, busy_seconds=patience)
        self.chance = random.Random(seed)
        rules = rules_of(pack("ninh-thuan-2024-11"))
        self.context = Context(
            database=self.database, clock=Clock(local(AT)), rules=lambda *_: rules, write=self.database.write
        )
        self.given = 0
        self.name = f"w{seed}"

    def by(self, actor: str = "CV-SNV") -> By:
        self.given += 1
        return By(actor=actor, auth="os-user:lan, asserted", key=f"{self.name}-{self.given}")

    def once(self) -> dict[str, Any]:
        """One command and its outcome."""
        kinds: dict[str, Act] = {
            "review": lambda: self.advance("self_review", rank="good"),
            "vote": lambda: self.advance("record_vote", rank=self.chance.choice(RANKS), meeting=MEETING),
            "submit": lambda: self.advance("submit", partial=True),
            "back": lambda: self.advance("send_back", actor="VT", due_back="2024-11-27", reason="thiếu biên bản"),
            "withdraw": lambda: self.advance("withdraw", most=1, reason_kind="other", reason="thuyên chuyển"),
            "close": lambda: vote(self.context, SEASON, self.by(), "close_vote", UNIT),
            "revote": lambda: vote(self.context, SEASON, self.by(), "revote", UNIT),
            "edit": self.edit,
            "sweep": self.sweep,
        }
        name = self.chance.choices(list(kinds), weights=(6, 8, 6, 2, 1, 4, 2, 1, 1))[0]
        try:
            answer = kinds[name]()
        except (Conflict, BadInput) as error:
            return {"what": name, "error": error.code, "status": error.exit_status}
        if answer is None:
            return {"what": name}
        return {
            "what": name,
            "act": answer.act,
            "done": [[one.ref, one.kind, one.seq, one.receipt] for one in answer.done],
            "refused": [one.ref for one in answer.refused],
        }

    def advance(
        self, command: str, *, actor: str = "CV-SNV", partial: bool = False, most: int = 4, **args: Any
    ) -> Answer:
        refs = tuple(self.chance.sample(REFS, self.chance.randint(1, most)))
        order = Advance(command=command, refs=refs, args=args, partial=partial)
        return advance(self.context, SEASON, self.by(actor), order)

    def edit(self) -> Answer:
        """Somebody gets another post: an edit of the roster that touches the group."""
        one = self.chance.choice(leaders(UNIT, PEOPLE))
        roster = Roster(units=(), subjects=(replace(one, post=f"Phó giám đốc {self.given}"),), roles=())
        return import_roster(self.context, SEASON, self.by("os-user:lan"), roster)

    def sweep(self) -> None:
        sweep(self.context, limit=2)


def main(address: str, seed: str, commands: str, patience: str) -> None:
    worker = Worker(address, int(seed), float(patience))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for _ in range(int(commands)):
        sys.stdout.write(f"{json.dumps(worker.once())}\n")
    sys.stdout.flush()
    worker.database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
