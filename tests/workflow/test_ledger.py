"""Records, their chain, and what it finds: every part of the bytes, every way to move, drop or add a record.

And what it cannot find: a history that was shortened at its end, or rewritten whole, agrees with itself. For that a
head has to be held outside (`test_what_the_chain_cannot_know`).
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow import canonical, ledger
from workflow.ledger import GENESIS, Body, Record

STREAM = "01a1fb6e-a121-7da1-ab11-315f7e1d7f72"
OTHER = "01a1fb6e-a121-7da1-ab11-315f7e1d7f73"
VERDICT = {"rule": "NT11-1a", "status": "met"}


def body(seq: int, stream: str = STREAM, **changes: Any) -> Body:
    command = {"process": "dossier", "name": "submit", "args": {"to": "Sở Nội vụ"}, "recorded_at": 5}
    made: dict[str, Any] = {
        "v": ledger.VERSION,
        "season": OTHER,
        "stream": stream,
        "kind": "dossier",
        "seq": seq,
        "act": STREAM,
        "place": seq,
        "command": "submit",
        "to": "submitted",
        "role": "coordinator",
        "pack": "ab" * 32,
        "engine": ledger.ENGINE,
        "facts": {"command": command, "actor": {"id": "SNV-13", "roles": []}, "groups": [], "obligations": []},
        "verdicts": [VERDICT],
        "set": {"state": "submitted", "marks": {"sends": [{"at": 7, "to": "x", "letter": None}]}},
    }
    return {**made, **changes}  # type: ignore[typeddict-item]


def chain(length: int, stream: str = STREAM) -> list[Record]:
    records: list[Record] = []
    for seq in range(1, length + 1):
        records.append(ledger.seal(body(seq, stream), records[-1].hash if records else GENESIS))
    return records


def flaws(records: Sequence[Record]) -> list[tuple[str, int]]:
    return [(flaw.code, flaw.seq) for _, _, flaw in ledger.walk(records) if flaw is not None]


def rechained(records: Sequence[Record]) -> list[Record]:
    """What somebody who can write anywhere would do: every hash made anew."""
    made: list[Record] = []
    for record in records:
        made.append(replace(record, hash=ledger.chained(made[-1].hash if made else GENESIS, record.body)))
    return made


def test_a_chain_as_it_was_sealed_has_no_flaw_and_gives_its_bodies():
    found = list(ledger.walk(chain(4)))
    assert [flaw for _, _, flaw in found] == [None] * 4
    assert [told["seq"] for _, told, _ in found if told is not None] == [1, 2, 3, 4]
    assert flaws([]) == []


def test_the_hash_is_over_version_previous_hash_and_the_very_bytes():
    record = ledger.seal(body(1), GENESIS)
    assert record.body == canonical.dumps(body(1))
    assert record.hash == hashlib.sha256(b"hoso/1\x00" + bytes(32) + record.body).digest()


def test_what_has_no_canonical_form_is_never_sealed():
    with pytest.raises(canonical.NotCanonical):
        ledger.seal(body(1, set={"share": 0.2}), GENESIS)


# — bytes —


@pytest.mark.parametrize("at", range(3))
def test_any_byte_of_any_record_is_missed(at: int):
    records = chain(3)
    original = records[at].body
    for position in range(0, len(original), 7):
        changed = bytearray(original)
        changed[position] ^= 1
        records[at] = replace(records[at], body=bytes(changed))
        assert flaws(records) == [("audit.hash", at + 1)]


FIRST, KEY, TEXT, NUMBER, LAST = (
    b'{"act"',
    b'"command":"submit"',
    "Sở Nội vụ".encode(),
    b'"recorded_at":5',
    b'"status":"met"}]}',
)


@pytest.mark.parametrize(
    "old,new",
    [
        (FIRST, b'{"acT"'),
        (KEY, b'"command":"ratify"'),
        (TEXT, "Sở Nội vu".encode()),
        (NUMBER, b'"recorded_at":6'),
        (LAST, LAST + b" "),
        (b"", b" "),
    ],
    ids=["a key", "a word", "an accent", "an instant", "a space behind", "a space before"],
)
def test_every_sort_of_change_is_found(old: bytes, new: bytes):
    records = chain(3)
    assert old in records[1].body
    records[1] = replace(records[1], body=records[1].body.replace(old, new, 1))
    assert flaws(records) == [("audit.hash", 2)]


@pytest.mark.parametrize("position", [0, 15, 31])
def test_a_changed_hash_breaks_its_own_record_and_the_next(position: int):
    records = chain(3)
    changed = bytearray(records[1].hash)
    changed[position] ^= 1
    records[1] = replace(records[1], hash=bytes(changed))
    assert flaws(records) == [("audit.hash", 2), ("audit.hash", 3)]


def test_a_record_rewritten_with_its_own_hash_breaks_the_next():
    records = chain(3)
    forged = canonical.dumps(body(2, command="ratify"))
    records[1] = Record(stream=STREAM, seq=2, body=forged, hash=ledger.chained(records[0].hash, forged))
    assert flaws(records) == [("audit.hash", 3)]


# — order, gaps, strangers —


@pytest.mark.parametrize(
    "change,found",
    [
        (lambda one: [one[1], one[0], one[2]], [("audit.gap", 2), ("audit.gap", 1), ("audit.gap", 3)]),
        (lambda one: [one[0], one[2]], [("audit.gap", 3)]),
        (lambda one: one[1:], [("audit.gap", 2)]),
        (lambda one: [one[0], one[1], one[1], one[2]], [("audit.gap", 2)]),
        (lambda one: [one[0], replace(one[2], seq=2)], [("audit.hash", 2)]),
        (lambda one: [replace(one[1], seq=1), replace(one[2], seq=2)], [("audit.hash", 1), ("audit.misplaced", 2)]),
    ],
    ids=[
        "two swapped",
        "one gone",
        "the first gone",
        "one twice",
        "one gone, renumbered",
        "the first gone, renumbered",
    ],
)
def test_order_and_gaps(change: Callable[[list[Record]], list[Record]], found: list[tuple[str, int]]):
    assert flaws(change(chain(3))) == found


def test_after_a_gap_the_rest_is_read_from_what_is_there():
    """Swapped records are each out of place; a single missing one is told once."""
    records = chain(5)
    del records[2]
    assert flaws(records) == [("audit.gap", 4)]


def test_a_record_of_another_stream_is_misplaced_even_with_a_hash_that_fits():
    stranger = [replace(one, stream=STREAM) for one in chain(1, OTHER)]
    assert flaws(stranger) == [("audit.misplaced", 1)]


def test_a_body_that_says_another_number_is_misplaced():
    data = canonical.dumps(body(2))
    assert flaws([Record(stream=STREAM, seq=1, body=data, hash=ledger.chained(GENESIS, data))]) == [
        ("audit.misplaced", 1)
    ]


def loose(data: bytes) -> list[Record]:
    """One record of these bytes, with a hash that fits: what only its content can give away."""
    return [Record(stream=STREAM, seq=1, body=data, hash=ledger.chained(GENESIS, data))]


@pytest.mark.parametrize(
    "data,code",
    [
        (json.dumps(dict(body(1))).encode(), "audit.not_canonical"),
        (b"", "audit.not_canonical"),
        (b"\xff\xfe", "audit.not_canonical"),
        (canonical.dumps(body(1, v=2)), "audit.version"),
        (canonical.dumps({}), "audit.version"),
    ],
    ids=["spaces", "nothing", "no text", "another version", "an empty object"],
)
def test_a_body_in_another_form_is_a_flaw(data: bytes, code: str):
    assert flaws(loose(data)) == [(code, 1)]


@pytest.mark.parametrize("data", [b"[]", b"null", b'"text"', b"7", b"[" * 9000 + b"]" * 9000], ids=lambda one: one[:8])
def test_a_body_that_is_no_object_is_a_flaw_and_never_an_accident(data: bytes):
    """Whoever can write anywhere can write this too; the auditor must still get a report."""
    assert [seq for _, seq in flaws(loose(data))] == [1]


def test_a_flawed_record_gives_no_body():
    records = chain(2)
    records[0] = replace(records[0], body=records[0].body + b" ")
    assert [told is None for _, told, _ in ledger.walk(records)] == [True, False]


# — what a chain cannot know —


def test_what_the_chain_cannot_know():
    """A cut end and a history rewritten whole agree with themselves; a head held outside tells."""
    records = chain(4)
    head = (STREAM, 4, records[3].hash)
    cut = records[:3]
    assert flaws(cut) == []
    assert ledger.digest([(STREAM, 3, cut[2].hash)]) != ledger.digest([head])
    forged = [replace(one, body=one.body.replace(b'"submit"', b'"revote"')) for one in records]
    assert flaws(rechained(forged)) == []
    assert ledger.digest([(STREAM, 4, rechained(forged)[3].hash)]) != ledger.digest([head])


# — digests, receipts, commitments —

HEADS = st.lists(
    st.tuples(st.uuids().map(str), st.integers(1, 99), st.binary(min_size=32, max_size=32)),
    max_size=8,
    unique_by=lambda head: head[0],
)


@given(HEADS, st.randoms(use_true_random=False))
def test_a_digest_is_the_same_whatever_the_order(heads: list[tuple[str, int, bytes]], random: Any):
    shuffled = list(heads)
    random.shuffle(shuffled)
    assert ledger.digest(shuffled) == ledger.digest(heads)


@given(HEADS, st.data())
def test_a_digest_knows_every_stream_number_and_head(heads: list[tuple[str, int, bytes]], data: st.DataObject):
    if not heads:
        return
    at = data.draw(st.integers(0, len(heads) - 1))
    stream, seq, head = heads[at]
    whole = ledger.digest(heads)
    for changed in ([], [(stream, seq + 1, head)], [(stream, seq, bytes([head[0] ^ 1]) + head[1:])]):
        assert ledger.digest([*heads[:at], *changed, *heads[at + 1 :]]) != whole


def test_a_digest_is_of_bytes_that_anybody_can_write_down_again():
    heads = [("b", 2, bytes(32)), ("a", 1, b"\x01" * 32)]
    written = b"hoso/heads/1\x00a:1:" + b"01" * 32 + b"\nb:2:" + b"00" * 32 + b"\n"
    assert ledger.digest(heads) == hashlib.sha256(written).hexdigest()


def test_a_receipt_is_short_enough_for_paper():
    assert ledger.short(bytes.fromhex("3f9a12c4" + "00" * 28)) == "3f9a-12c4"


def test_a_commitment_hides_its_text_and_can_be_opened_with_its_salt():
    digest, salt = ledger.commit_text("vướng nhiệm vụ đột xuất")
    again, other_salt = ledger.commit_text("vướng nhiệm vụ đột xuất")
    assert digest != again
    assert len(salt) == len(other_salt) == 32
    assert ledger.commit_text("vướng nhiệm vụ đột xuất", salt) == (digest, salt)
    assert ledger.commit_text("lý do khác", salt)[0] != digest


def test_a_fingerprint_knows_equal_content_under_its_own_salt_only():
    one = ledger.fingerprint({"command": "submit", "refs": ["HS-0001"]}, b"s" * 32)
    assert one == ledger.fingerprint({"refs": ["HS-0001"], "command": "submit"}, b"s" * 32)
    assert one != ledger.fingerprint({"command": "submit", "refs": ["HS-0002"]}, b"s" * 32)
    assert one != ledger.fingerprint({"command": "submit", "refs": ["HS-0001"]}, b"t" * 32)


# — shapes —


def whole(**changes: Any) -> Body:
    """A body that says all that every record says."""
    command = {"occurred_at": 4, "occurred_on": "2024-12-04", "recorded_at": 5, "args": {}}
    facts = {"command": command, "actor": {"id": "SNV-13", "auth": "os-user:lan", "roles": []}}
    return body(1, **{"facts": facts, **changes})


def without(part: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in part.items() if key != name}


def test_a_record_that_says_all_that_every_record_says_can_be_read():
    for told in (whole(), whole(to=None)):
        ((record, read, flaw),) = ledger.read([ledger.seal(told, GENESIS)])
        assert (record.seq, read, flaw) == (1, told, None)


TEXTS = ["season", "kind", "act", "command", "role", "pack", "engine"]


@pytest.mark.parametrize(
    "told",
    [
        *(without(whole(), name) for name in [*TEXTS, "place", "facts", "verdicts", "set"]),
        *({**whole(), name: 7} for name in [*TEXTS, "to", "facts", "verdicts", "set"]),
        {**whole(), "place": "7"},
        *(
            {**whole(), "facts": {**whole()["facts"], part: without(whole()["facts"][part], name)}}
            for part in ("command", "actor")
            for name in whole()["facts"][part]
        ),
        *({**whole(), "facts": without(whole()["facts"], part)} for part in ("command", "actor")),
    ],
)
def test_a_record_that_lacks_what_every_record_says_cannot_be_read(told: Any):
    """It is chained rightly: whoever wrote it could write anything, and readers need not be ready for that."""
    ((_, read, flaw),) = ledger.read([ledger.seal(told, GENESIS)])
    assert (read, flaw) == (None, ledger.Flaw(code="audit.misshapen", stream=STREAM, seq=1))


def test_what_is_no_record_of_the_chain_stays_the_chain_s_flaw():
    (_, (_, read, flaw)) = ledger.read([first := ledger.seal(whole(), GENESIS), replace(first, seq=3)])
    assert (read, flaw) == (None, ledger.Flaw(code="audit.gap", stream=STREAM, seq=3))
