"""Kill PostgreSQL and start it again while people work, and look whether it is as everybody was told.

    python -m tests.restarts FOLDER --restarts N [--clients N] [--seed N]

Several processes give keyed commands, sweep and deliver. At a random instant the server dies: killed with all its
processes, stopped at once, or one of the processes that serve clients is killed; then it recovers. Whoever was not
answered gives the command again with the same key. Once everybody was, all that was acknowledged must be on record, and
nothing besides; every key once more must get the same answer; the season verifies; nobody is alerted twice. After some
restarts another season begins. Prints one JSON document.
"""

import argparse
import json
import sys
import time
from dataclasses import fields
from pathlib import Path

from tests.restarts.cycles import carried_out


def main() -> None:
    told = argparse.ArgumentParser(prog="python -m tests.restarts")
    told.add_argument("folder", type=Path)
    told.add_argument("--restarts", type=int, default=3)
    told.add_argument("--clients", type=int, default=4)
    told.add_argument("--seed", type=int, default=1)
    given = told.parse_args()
    began = time.monotonic()
    tally = carried_out(given.folder, restarts=given.restarts, clients=given.clients, seed=given.seed)
    document = {"restarts": tally.ways.total(), "seconds": round(time.monotonic() - began)}
    document |= {one.name: getattr(tally, one.name) for one in fields(tally)}
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
