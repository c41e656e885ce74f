"""Somebody who works on a season whose server dies again and again: `python -m tests.restarts.client NAME SEED`.

Every command has a key and is given until it is answered, with the same key, whatever the server says meanwhile. Asked
by lines of JSON on standard input, answers each with one line. Anything but an answer or one of Hoso's own errors that
say "try again" ends it with a traceback, which is a failure of the test.
"""

import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from notifications.channels import Spool
from notifications.delivery import deliver
from notifications.sweep import sweep
from tests.kills.deeds import SEASON
from tests.season import OPERATOR, PARTY_BOARDS, SHIPPED, Clock, local, pack_of, person, rules_of
from workflow.answers import Answer
from workflow.errors import Conflict, HosoError, Locked, MachineFailure, OutcomeUnknown
from workflow.messages import sentence
from workflow.rosters import Roster
from workflow.services.context import By, Context
from workflow.services.dossiers import Advance, advance
from workflow.services.meetings import MeetingCommand, meet
from workflow.services.rosters import import_roster
from workflow.store.database import Database

PATIENCE, PAUSE = 4000, 0.03
"""How often a command is given again, and how long to wait in between, in seconds."""

REFS = ("HS-0001", "HS-0002", "HS-0003")

Work = Callable[[By], Answer]


@dataclass(slots=True)
class Client:
    name: str
    chance: random.Random
    context: Context | None = None
    clock: Clock = field(default_factory=lambda: Clock(local("2024-12-05 08:00")))
    number: int = 0
    given: list[tuple[By, Work, Answer]] = field(default_factory=list)
    """The last commands, and how each was answered."""
    trouble: Counter[str] = field(default_factory=Counter)
    """What was told instead of an answer: the error's code, its exit status, whether a sentence says it."""

    # what it is asked

    def open(self, address: str, files: str) -> dict[str, Any]:
        database = Database(address, busy_seconds=5, files=Path(files))
        rules = rules_of(pack_of(SHIPPED))
        self.context = Context(database=database, clock=self.clock, rules=lambda *_: rules, write=database.write)
        return {}

    def leave(self) -> dict[str, Any]:
        assert self.context is not None
        self.context.database.close()
        return {}

    def work(self, now: str, commands: int, spool: str) -> dict[str, Any]:
        """So many commands, one sweep, one delivery; which act answered each key."""
        self.clock.now = local(now)
        self.given, self.trouble = [], Counter()
        for _ in range(commands):
            self.number += 1
            by, work = self._command()
            self.given.append((by, work, self._insist(partial(work, by))))
        assert self.context is not None
        self._insist(partial(sweep, self.context, limit=2))
        self._insist(partial(deliver, self.context, {"email": Spool(folder=Path(spool))}))
        told = [
            {
                "actor": by.actor,
                "key": by.key,
                "act": answer.act,
                "accepted": answer.accepted,
                "done": [[one.seq, one.receipt] for one in answer.done],
            }
            for by, _, answer in self.given
        ]
        return {"given": told, "trouble": self.trouble}

    def again(self) -> dict[str, Any]:
        """Every key once more: what was answered otherwise than before."""
        wrong = []
        for by, work, answer in self.given:
            repeated = self._insist(partial(work, by))
            if repeated != replace(answer, repeated=True):
                wrong.append([by.key, str(answer), str(repeated)])
        return {"wrong": wrong}

    # commands

    def _command(self) -> tuple[By, Work]:
        assert self.context is not None
        context, name = self.context, f"{self.name}{self.number}"
        refs = (self.chance.choice(REFS),)
        back = Advance(command="send_back", refs=refs, args={"due_back": "2025-01-15", "reason": "thiếu biên bản"})
        plan = MeetingCommand(command="plan", unit="SNV", args={"invited": [PARTY_BOARDS]})
        joiner = person(f"SNV-{name}", unit="SNV", duty="staff", tier="", lead="none", ranked=False)
        commands: dict[str, tuple[str, Work]] = {
            "plan": ("CV-SNV", lambda by: meet(context, SEASON, by, plan)),
            "join": (
                OPERATOR,
                lambda by: import_roster(context, SEASON, by, Roster(units=(), subjects=(joiner,), roles=())),
            ),
            "send": ("CV-SNV", lambda by: advance(context, SEASON, by, Advance(command="submit", refs=refs))),
            "back": ("VT", lambda by: advance(context, SEASON, by, back)),
        }
        actor, work = commands[self.chance.choice(list(commands))]
        return By(actor=actor, auth="os-user:lan, asserted", key=name), work

    def _insist(self, work: Callable[[], Any]) -> Any:
        """Until it is answered."""
        for _ in range(PATIENCE):
            try:
                return work()
            except (Conflict, MachineFailure) as error:
                self._told(error)
                time.sleep(PAUSE)
        raise AssertionError("Nobody answers any more")

    def _told(self, error: HosoError) -> None:
        """It is one of those that may be, and has a sentence that a person can read."""
        assert isinstance(error, (Locked, OutcomeUnknown)) or error.code in {"store.unreachable", "store.raced"}, error
        said = sentence(error.code, "vi", **error.figures)
        assert error.code not in said, said
        assert not any(sign in said for sign in ("{", "Traceback", "psycopg", "sqlalchemy")), said
        self.trouble[f"{error.code} → {error.exit_status}"] += 1


def main(name: str, seed: str) -> None:
    client = Client(name, random.Random(seed))
    for line in sys.stdin:
        asked = json.loads(line)
        answer = getattr(client, asked.pop("do"))(**asked)
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
