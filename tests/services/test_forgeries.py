"""Whoever owns the file may write any record he likes and chain it rightly: that never stops the verification, and a
report that was written before finds it."""

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from tests.season import Play, done, leaders, units
from tests.services.tampering import attack, chained_again
from workflow import canonical
from workflow.replay.verification import check_heads
from workflow.store import commands as sql

GONE = object()
ANYTHING: tuple[Any, ...] = (GONE, None, {}, [], "x", 0, -1, True, "2024-12-01", {"a": 1}, [{}])


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place within a record's body."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inside:
        yield (*path, key)
        yield from places(part, (*path, key))


def forged(body: bytes, chance: random.Random) -> bytes:
    """The body with anything at one place."""
    made = json.loads(body)
    *way, last = chance.choice(list(places(made)))
    part = made
    for key in way:
        part = part[key]
    value = chance.choice(ANYTHING)
    if value is GONE:
        del part[last]
    else:
        part[last] = value
    return canonical.dumps(made)


@pytest.mark.parametrize("seed", range(24))
def test_no_record_however_made_up_stops_the_verification(play: Play, seed: int):
    chance = random.Random(seed)
    play.bring(units("SNV"), leaders("SNV", 2))
    play.to_vote("SNV")
    play.close("SNV")
    done(play.extend(play.obligation("NT11-1g-3", "SNV")["ref"], "2024-12-20"))
    play.submit("SNV-02")
    known = play.verified().heads
    with play.database.reading() as tx:
        rows = tx.all(sql.RECORDS_OF_SEASON, season=play.row()["id"])
    stream = chance.choice(sorted({row["stream"] for row in rows}))
    chain = [row for row in rows if row["stream"] == stream]
    at = chance.randrange(len(chain))
    body = forged(chain[at]["body"], chance)
    attack(play, *chained_again(chain, at, body))
    found = play.verified()
    assert all(one.figures for one in found.findings)
    if body != chain[at]["body"]:
        with play.database.reading() as tx:
            told = check_heads(tx, play.row(), known)
        assert {one.code for one in told} == {"audit.record_changed"}
