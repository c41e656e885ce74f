"""A long recorded history, checked: `python -m tests.races FOLDER OPERATIONS [--postgresql] [--seed N]
[--into FILE]`.

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
    options.add_argument("--into", type=Path, help="a file that says after each round how far it is")
    given = options.parse_args()
    began, base = monotonic(), "postgresql" if given.postgresql else "sqlite"

    def told(summary: Summary) -> str:
        spent = {"seconds": round(monotonic() - began), "checker_cpu_seconds": round(process_time())}
        return json.dumps({"database": base, "seed": given.seed, **spent, **summary.plain()}, indent=2)

    def tell(summary: Summary) -> None:
        line = f"{summary.operations} operations, {len(summary.findings)} findings, {monotonic() - began:.0f} s"
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
        if given.into is not None:
            given.into.write_text(f"{told(summary)}\n", encoding="utf-8")

    with ExitStack() as stack:
        server = stack.enter_context(servers.embedded()) if given.postgresql else None
        stack.enter_context(ground.standing_on(server))
        summary = record(given.operations, min(EACH, given.operations), given.seed, given.folder, tell)
    sys.stdout.write(f"{told(summary)}\n")
    return 1 if summary.findings else 0


if __name__ == "__main__":
    sys.exit(main())
