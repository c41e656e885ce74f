"""A record's body read in parts is what it is read whole, and canonical by the same right."""

import json
import random
import re
from collections.abc import Sequence
from typing import Any

import pytest

from tests.season import opened
from tests.services.busy import keep_busy
from workflow import canonical
from workflow.replay import bodies as module
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


# — each part by itself —

HEAD = b'{"act":"a","facts":{"actor":{"id":"x"},"also":1,"command":{"args":{}}'
DOSSIER = b',"dossier":{"ref":"HS-1"}'
GROUPS = b',"groups":[{"id":"g"}],"obligations":[]'
MIDDLE = b'},"kind":"dossier","season":"s"'
CHANGE = b',"seq":1,"set":{"state":"drafted"},"stream":"d","to":null,"v":1'
VERDICTS = b',"verdicts":[{"code":"c"}]}'
PARTS = (HEAD, DOSSIER, GROUPS, MIDDLE, CHANGE, VERDICTS)

LURING = (
    b'{"act":"a","facts":{"actor":{},"command":{"b":0,"groups":[],"h":{},"kind":"x","seq":1,"verdicts":[]}',
    b',"dossier":{"h":{},"kind":"x","seq":1,"verdicts":[]}',
    b',"groups":[{"b":0,"dossier":{},"groups":[],"seq":1,"verdicts":[]}]',
    b'},"kind":"dossier","season":{"b":0,"dossier":{},"groups":[],"h":{},"kind":"x","verdicts":[]}',
    b',"seq":1,"set":{"b":0,"dossier":{},"groups":[],"h":{},"kind":"x","seq":1}',
    b',"verdicts":[{"b":0,"dossier":{},"groups":[],"h":{},"kind":"x","seq":1,"verdicts":[]}]}',
)
"""Within each part, what begins a part elsewhere."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What is read as canonical, in order."""
    found: list[bytes] = []
    loads = canonical.loads

    def recorded(data: bytes) -> Any:
        found.append(data)
        return loads(data)

    monkeypatch.setattr(canonical, "loads", recorded)
    return found


def opened_and_closed(head: bytes, *parts: bytes) -> list[bytes]:
    """The parts, each as a value of its own: the head's objects closed, the others made objects."""
    *inner, last = parts
    return [head + b"}}", *(b"{" + part.lstrip(b"},") + b"}" for part in inner), b"{" + last[1:]]


@pytest.mark.parametrize(
    "parts", [PARTS, (HEAD, *PARTS[2:]), LURING], ids=["of a dossier", "of no dossier", "full of marks"]
)
def test_a_record_is_read_in_its_parts_never_whole(asked: list[bytes], parts: Sequence[bytes]):
    data = b"".join(parts)
    read = Bodies().read(data)
    assert read == json.loads(data)
    assert [*read["facts"]] == [*json.loads(data)["facts"]]
    assert asked == opened_and_closed(*parts)


def test_of_parts_read_before_only_the_dossier_and_the_change_are_read_again(asked: list[bytes]):
    bodies, data = Bodies(), b"".join(PARTS)
    first = bodies.read(data)
    asked.clear()
    second = bodies.read(data)
    assert first == second
    assert asked == [opened_and_closed(*PARTS)[at] for at in (1, 4)]
    assert first["facts"]["actor"] is second["facts"]["actor"]
    assert first["set"] is not second["set"]


def test_so_many_parts_are_remembered_none_longer_than_is_sensible(asked: list[bytes], monkeypatch: pytest.MonkeyPatch):
    verdicts = [b',"verdicts":["%b"]}' % (b"x" * length) for length in (1, 2, 3)]
    monkeypatch.setattr(module, "KNOWN", 2)
    monkeypatch.setattr(module, "LONGEST", len(HEAD))
    bodies = Bodies()
    for at, again in ((0, True), (0, False), (1, True), (0, False), (2, True), (0, False), (1, True)):
        asked.clear()
        bodies.read(b"".join([*PARTS[:-1], verdicts[at]]))
        assert (b"{" + verdicts[at][1:] in asked) is again
    for head, again in ((HEAD, False), (HEAD.replace(b'"x"', b'"xx"'), True)):
        bodies.read(head + b"".join(PARTS[1:]))
        asked.clear()
        bodies.read(head + b"".join(PARTS[1:]))
        assert (head + b"}}" in asked) is again


UNLIKE_OURS = {
    "facts are not the last that is open": b'{"facts":{"actor":{}},"g":{"command":{}' + b"".join(PARTS[1:]),
    "facts are no object": b'{"facts":[{"command":{"a":0}}],"kind":{"a":{"b":0' + b"".join(PARTS[1:3]) + b"}}}",
    "facts go on after the command": b'{"facts":{"command":{},"d":{}' + b"".join(PARTS[1:]),
    "another fact after the dossier": b"".join([HEAD, DOSSIER, b',"e":0', *PARTS[2:]]),
    "no groups": b"".join([HEAD, DOSSIER, *PARTS[3:]]),
    "no kind": b"".join([*PARTS[:3], b'},"season":"s"', *PARTS[4:]]),
    "no number": b'{"facts":{"actor":{},"command":{"a":0,"verdicts":[]}' + b"".join(PARTS[2:4]) + b"}",
    "no verdicts": b"".join([*PARTS[:5], b"}"]),
}
"""Canonical, but no command of ours writes such."""


@pytest.mark.parametrize("data", UNLIKE_OURS.values(), ids=UNLIKE_OURS.keys())
def test_a_body_that_is_cut_otherwise_is_still_read_as_it_is(data: bytes):
    assert in_parts(Bodies(), data) == whole(data) == json.loads(data)


TWICE = {
    "a fact": b"".join([HEAD, DOSSIER, DOSSIER, *PARTS[2:]]),
    "the season": b"".join([*PARTS[:4], b',"season":"t"', *PARTS[4:]]),
    "a key between": b"".join([*PARTS[:4], b',"sea":1', *PARTS[4:]]),
    "what comes after the number, before it": b"".join([*PARTS[:4], b',"set":{}', *PARTS[4:]]),
    "the verdicts": b"".join([*PARTS[:5], b',"verdicts":{}', VERDICTS]),
    "the end": b"".join(PARTS) + b"}",
}


@pytest.mark.parametrize("data", TWICE.values(), ids=TWICE.keys())
def test_what_is_there_twice_or_out_of_order_is_not_canonical(data: bytes):
    assert in_parts(Bodies(), data) == whole(data) == "not canonical"


@pytest.mark.parametrize("at", range(len(PARTS)))
def test_bad_bytes_in_any_part_are_found_whatever_was_read_before(at: int):
    bodies = Bodies()
    bodies.read(b"".join(PARTS))
    for bad in (b" ", b"\xff", b'"', b",", b"1.5", b"[" * 10_000):
        spoilt_part = PARTS[at].replace(b'":', b'":' + bad, 1)
        data = b"".join([*PARTS[:at], spoilt_part, *PARTS[at + 1 :]])
        assert in_parts(bodies, data) == whole(data) == "not canonical"
    assert bodies.read(b"".join(PARTS)) == json.loads(b"".join(PARTS))
