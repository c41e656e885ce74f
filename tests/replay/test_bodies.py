"""A record's body read in parts is what it is read whole, and canonical by the same right."""

import json
import random
import re
from typing import Any

import pytest

from tests.season import opened
from tests.services.busy import keep_busy
from workflow import canonical
from workflow.replay.bodies import Bodies
from workflow.store import commands as sql

MARKS = re.compile(rb'(?=,"dossier":\{|,"groups":\[|\},"kind":"|,"seq":|,"set":\{|,"verdicts":\[)')
BITS = [
    b"",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b'"',
    b":",
    b" ",
    b"0",
    b"1.5",
    b"9007199254740992",
    b"null",
    b"\\",
    b"\xc3\xa9",
]
BITS += [
    b'"dossier":{}',
    b',"dossier":{"a":1}',
    b',"groups":[]',
    b'},"kind":"x"',
    b',"seq":1',
    b',"verdicts":[]',
    b"e\xcc\x81",
]


def whole(data: bytes) -> Any:
    try:
        return canonical.loads(data)
    except canonical.NotCanonical:
        return "not canonical"


def in_parts(bodies: Bodies, data: bytes) -> Any:
    try:
        return bodies.read(data)
    except canonical.NotCanonical:
        return "not canonical"


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    play = opened(tmp_path_factory.mktemp("season"))
    keep_busy(play)
    with play.database.reading() as tx:
        found = [row["body"] for row in tx.all(sql.RECORDS_OF_SEASON, season=play.row()["id"])]
    play.database.close()
    return found


def spoilt(records: list[bytes], chance: random.Random) -> bytes:
    """Records put together anew at their marks, or with something else at some place."""
    parts = MARKS.split(chance.choice(records))
    for _ in range(chance.randrange(3)):
        others = MARKS.split(chance.choice(records))
        parts[chance.randrange(len(parts))] = chance.choice([*others, b"", *BITS])
    data = b"".join(parts)
    for _ in range(chance.randrange(2)):
        at = chance.randrange(len(data) + 1)
        data = data[:at] + chance.choice(BITS) + data[at + chance.randrange(2) :]
    return data


def test_records_are_read_in_parts_as_they_are_read_whole(records: list[bytes]):
    bodies = Bodies()
    for data in records * 2:
        read = bodies.read(data)
        assert read == json.loads(data)
        assert [*read] == sorted(read)
        assert [*read["facts"]] == sorted(read["facts"])


@pytest.mark.parametrize("seed", range(4))
def test_what_is_not_canonical_whole_is_not_canonical_in_parts(records: list[bytes], seed: int):
    chance, bodies = random.Random(seed), Bodies()
    outcomes = []
    for _ in range(2000):
        data = spoilt(records, chance)
        outcomes.append(whole(data))
        assert in_parts(bodies, data) == outcomes[-1], data
    assert 200 < outcomes.count("not canonical") < 1900


def test_a_mark_within_an_object_is_not_taken_for_the_record_s_own(records: list[bytes]):
    """Each of these has its marks where no record of ours has them."""
    data = next(one for one in records if b',"dossier":{' in one)
    head, rest = data.split(b',"groups":[', 1)
    inside = head[:-1] + b',"groups":[' + rest
    for made in (
        inside,
        data.replace(b'"facts":{', b'"facts":{"a":{', 1),
        data.replace(b',"seq":', b',"rest":{"seq":', 1),
    ):
        assert in_parts(Bodies(), made) == whole(made) == "not canonical"
    empty = b'{"act":"a","facts":{,"groups":[]},"kind":"x","place":1,"seq":1,"set":{},"verdicts":[]}'
    assert in_parts(Bodies(), empty) == "not canonical"
    other = b'{"facts":{"actor":{},"command":{},"groups":[]},"kind":"x","seq":1,"verdicts":[]}'
    assert in_parts(Bodies(), other) == json.loads(other)
