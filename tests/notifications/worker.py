"""A process of its own that sweeps and delivers when it is told to: `python -m tests.notifications.worker DB SPOOL`.

Each line on standard input is an instant; the answer is one JSON line: what this process recorded and what it sent.
"""

import json
import sys
from datetime import datetime
from pathlib import Path

from notifications.channels import Spool
from notifications.delivery import Fate, deliver
from notifications.sweep import sweep
from states.rules import compile_rules
from tests.season import Clock, local
from workflow.services.context import Context
from workflow.store.database import Database


def answer(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(file: str, spool: str) -> None:
    database = Database(file)
    clock = Clock(local("2024-11-01"))
    rules = {}

    def compiled(pack_hash, read):
        if pack_hash not in rules:
            rules[pack_hash] = compile_rules(read())
        return rules[pack_hash]

    context = Context(database=database, clock=clock, rules=compiled, write=database.write)
    answer("ready")
    for line in sys.stdin:
        clock.now = datetime.fromisoformat(line.strip())
        swept = sweep(context, limit=1)
        delivered = deliver(context, {"email": Spool(folder=Path(spool))})
        told = {
            "alerts": [[one.obligation, one.rung] for one in swept.alerts],
            "messages": swept.messages,
            "sent": [one.message for one in delivered.handled if one.fate is Fate.SENT],
        }
        answer(json.dumps(told))
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
