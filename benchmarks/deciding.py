"""Facts in memory to verdicts and next state, against the bare trigger of a shared Machine."""

from contextlib import closing
from functools import partial

from benchmarks.commands import review
from benchmarks.ground import Bench
from benchmarks.measuring import Figure, in_turns, timed
from states.processes import PROCESSES
from workflow.engine import decide
from workflow.replay.timeline import entries
from workflow.services.context import find_season, rules_of
from workflow.store import commands as sql
from workflow.store.database import Database

TIMES = 2000


class _Trial:
    state = "drafted"


def deciding(bench: Bench) -> list[Figure]:
    """A self-review decided again on the facts of its record."""
    ground = bench.season(bench.sizes.small)
    address = bench.copy(ground)
    with closing(Database(address)) as database:
        context = ground.on(database)
        review(context, ground.refs["B0"][0])
        with database.reading() as tx:
            season = find_season(context, tx, "B0")
            rules = rules_of(context, tx, season)
            records = entries(tx.all(sql.RECORDS_OF_SEASON, season=season["id"]))
            facts = next(one for one in records if one.command == "self_review").body["facts"]
    bench.drop(address)
    event = PROCESSES["dossier"].machine.events["self_review"]
    ours = partial(timed, lambda: [decide(rules, facts) for _ in range(TIMES)])
    bare = partial(timed, lambda: [event.trigger(_Trial()) for _ in range(TIMES)])
    mine, raw = in_turns(bench.sizes.rounds, ours, bare)
    return [
        Figure(
            row="decide",
            work="decide: facts in memory to verdicts and next state",
            limit_is="a bare trigger of the shared Machine",
            unit="µs per decision",
            ours=mine.cpu / TIMES * 1e6,
            limit=raw.cpu / TIMES * 1e6,
            value=raw.cpu / mine.cpu,
            sign="≥",
            target=0.4,
        )
    ]


ROWS = {"decide": deciding}
