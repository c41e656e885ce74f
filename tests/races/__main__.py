"""A long recorded history, checked: `python -m tests.races FOLDER OPERATIONS [--postgresql] [--seed N]`.

FOLDER is where databases lie while they are worked on; a memory disk will do, since nobody dies here. Prints what it
came to as JSON. The files of a round in which something was found stay there.
"""

import argparse
import json
import sys
from contextlib import ExitStack
from pathlib import Path
from time import monotonic, process_time

from tests import ground, servers
from tests.races.history import Summary, record

EACH = 12_000
"""Operations to a round: some three thousand to a season."""


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("folder", type=Path)
    options.add_argument("operations", type=int)
    options.add_argument("--postgresql", action="store_true")
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    began = monotonic()

    def tell(summary: Summary) -> None:
        line = f"{summary.operations} operations, {len(summary.findings)} findings, {monotonic() - began:.0f} s"
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()

    with ExitStack() as stack:
        server = stack.enter_context(servers.embedded()) if given.postgresql else None
        stack.enter_context(ground.standing_on(server))
        each = min(EACH, given.operations)
        summary = record(given.operations, each, given.seed, given.folder, tell)
    spent = {"seconds": round(monotonic() - began), "checker_cpu_seconds": round(process_time())}
    base = "postgresql" if given.postgresql else "sqlite"
    told = {"database": base, "processes": 8, "seed": given.seed, **spent, **summary.plain()}
    sys.stdout.write(f"{json.dumps(told, indent=2)}\n")
    return 1 if summary.findings else 0


if __name__ == "__main__":
    sys.exit(main())
