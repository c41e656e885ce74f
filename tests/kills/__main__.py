"""Kill the process at every moment of every deed and at random instants, look at what is left, and do it again.

    python -m tests.kills FOLDER [--server ADDRESS | --postgresql] [--every N] [--kills N] [--workers N]

In each round every deed is begun at its stage and killed with SIGKILL at each of its named moments (before each
statement, before COMMIT, after it; with `--every` at each N-th and around COMMIT), and from outside at random instants.
One round without `--kills`; with it as many rounds as it takes. After each death the database is opened anew and must
be to the last byte what it was before the deed, or what it is after it, and nothing else; what was answered must be
there; the same deed given again must come to the same. A folder on a memory disk is quickest. Prints one JSON document.
"""

import argparse
import json
import os
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from multiprocessing import get_context
from pathlib import Path

from tests.kills.rounds import Share, Tally, carried_out
from tests.servers import embedded

LARGE_PAGES = {"PYTHONMALLOC": "malloc", "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
"""Workers fork all day: what lies in large pages costs a third less to share. Other systems ignore the words."""


def shared_out(given: argparse.Namespace, server: str | None) -> Tally:
    each = given.kills and -(-given.kills // given.workers)
    shares = [
        Share(given.folder / f"worker-{number}", server, each, given.every, given.seed + number)
        for number in range(given.workers)
    ]
    os.environ |= LARGE_PAGES
    tally = Tally()
    with ProcessPoolExecutor(given.workers, mp_context=get_context("spawn")) as workers:
        for one in workers.map(carried_out, shares):
            tally.add(one)
    return tally


def main() -> None:
    told = argparse.ArgumentParser(prog="python -m tests.kills")
    told.add_argument("folder", type=Path)
    told.add_argument("--server", metavar="ADDRESS")
    told.add_argument("--postgresql", action="store_true", help="on a server of the tests' own")
    told.add_argument("--every", type=int, default=1)
    told.add_argument("--kills", type=int)
    told.add_argument("--workers", type=int, default=1)
    told.add_argument("--seed", type=int, default=1)
    given = told.parse_args()
    began = time.monotonic()
    with embedded() if given.postgresql else nullcontext() as own:
        tally = shared_out(given, given.server if own is None else own.address("postgres"))
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    document = {
        "total": tally.kills.total(),
        "by_chance": tally.by_chance,
        "rounds": tally.rounds,
        "seconds": round(time.monotonic() - began),
        "cpu_seconds": round(sum(one.ru_utime + one.ru_stime for one in used)),
        "left": tally.left,
        "acknowledged": tally.acknowledged,
        "looked_into": tally.looked_into,
        "kills": tally.kills,
        "moments": tally.moments,
    }
    sys.stdout.write(json.dumps(document) + "\n")


if __name__ == "__main__":
    main()
