"""Records, their chain, and its verification (design section 6, ADR 0003).

A stream's records are chained: hash = SHA-256(version, previous hash, the very bytes stored). This proves order and
content against the head; what it cannot detect without a head held outside is said in docs/explanation/proof.md.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NotRequired, TypedDict

from workflow import canonical
from workflow.facts import Facts, Patch

VERSION = 1
ENGINE = "1"
"""Changes when a decision could come out differently on the same facts and pack."""

GENESIS = bytes(32)
TOLERANCE = timedelta(seconds=5)
"""How far the clock may be behind a stream's head; further is refused (design section 6)."""

_PREFIX = b"hoso/1\x00"
SALT_BYTES = 32


class Body(TypedDict):
    """A record's body, as stored. Who, when and with what stands in `facts` (command, actor), as the guards saw it."""

    v: int
    season: str
    stream: str
    kind: str
    """Of the stream: season, roster, unit, group, dossier, meeting."""
    seq: int
    act: str
    place: int
    """Which act of its season: 1, 2, 3 … It orders records of different streams, and a missing number is an act that
    is gone."""
    command: str
    to: str | None
    role: str
    pack: str
    engine: str
    facts: Facts
    verdicts: list[dict[str, Any]]
    set: Patch
    note: NotRequired[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One line of history as it lies in the table."""

    stream: str
    seq: int
    body: bytes
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """Where a chain breaks: `code` of domain `audit`, the stream and the record's number."""

    code: str
    stream: str
    seq: int


def chained(previous: bytes, body: bytes) -> bytes:
    """The hash of a record whose predecessor's hash is `previous` (`GENESIS` for the first)."""
    return hashlib.sha256(_PREFIX + previous + body).digest()


def seal(body: Body, previous: bytes) -> Record:
    """The record of `body`, chained to `previous`. Raises `canonical.NotCanonical` for a value without a canonical
    form."""
    data = canonical.dumps(body)
    return Record(stream=body["stream"], seq=body["seq"], body=data, hash=chained(previous, data))


def walk(records: Iterable[Record]) -> Iterator[tuple[Record, Mapping[str, Any] | None, Flaw | None]]:
    """Check one stream's records in order, yielding each with its body, or with the first thing wrong about it."""
    previous, expected = GENESIS, 1
    for record in records:
        body, flaw = _read(record, previous, expected)
        yield record, body, flaw
        previous, expected = record.hash, record.seq + 1


def read(records: Iterable[Record]) -> Iterator[tuple[Record, Mapping[str, Any] | None, Flaw | None]]:
    """`walk`, where a body that is not `shaped` is a flaw too: what comes with a body can be read as a record."""
    for record, body, flaw in walk(records):
        if body is None or shaped(body):
            yield record, body, flaw
        else:
            yield record, None, _flaw("audit.misshapen", record)


def _flaw(code: str, record: Record) -> Flaw:
    return Flaw(code=code, stream=record.stream, seq=record.seq)


def _read(record: Record, previous: bytes, expected: int) -> tuple[Mapping[str, Any] | None, Flaw | None]:
    if record.seq != expected:
        return None, _flaw("audit.gap", record)
    if chained(previous, record.body) != record.hash:
        return None, _flaw("audit.hash", record)
    try:
        body = canonical.loads(record.body)
    except canonical.NotCanonical:
        return None, _flaw("audit.not_canonical", record)
    if not isinstance(body, dict) or body.get("v") != VERSION:
        return None, _flaw("audit.version", record)
    if body.get("stream") != record.stream or body.get("seq") != record.seq:
        return None, _flaw("audit.misplaced", record)
    return body, None


_SHAPE = {"season": str, "kind": str, "act": str, "place": int, "command": str, "role": str, "pack": str, "engine": str}
_SHAPE |= {"facts": dict, "verdicts": list, "set": dict}
_SHAPE_OF_COMMAND = {"occurred_at": int, "occurred_on": str, "recorded_at": int, "args": dict}
_SHAPE_OF_ACTOR = {"id": str, "auth": str, "roles": list}


def shaped(body: Mapping[str, Any]) -> bool:
    """Whether a record says what every record says. No command of ours wrote one that does not."""

    def has(part: Any, shape: Mapping[str, type]) -> bool:
        return isinstance(part, dict) and all(isinstance(part.get(name), kind) for name, kind in shape.items())

    return (
        has(body, _SHAPE)
        and isinstance(body.get("to"), str | None)
        and has(body["facts"].get("command"), _SHAPE_OF_COMMAND)
        and has(body["facts"].get("actor"), _SHAPE_OF_ACTOR)
    )


def digest(heads: Iterable[tuple[str, int, bytes]]) -> str:
    """One digest (hex) over all streams' (id, seq, head), whatever order they come in: what a report prints."""
    total = hashlib.sha256(b"hoso/heads/1\x00")
    for stream, seq, head in sorted(heads):
        total.update(f"{stream}:{seq}:{head.hex()}\n".encode())
    return total.hexdigest()


def short(value: bytes) -> str:
    """A hash as people copy it onto paper: `3f9a-12c4`."""
    text = value.hex()
    return f"{text[:4]}-{text[4:8]}"


def commit_text(text: str, salt: bytes | None = None) -> tuple[str, bytes]:
    """The salted commitment (hex) to a text, and the salt. The text itself goes to the erasable table."""
    salt = secrets.token_bytes(SALT_BYTES) if salt is None else salt
    return hmac.new(salt, text.encode(), hashlib.sha256).hexdigest(), salt


def fingerprint(content: Any, salt: bytes) -> bytes:
    """HMAC of a command's content, with its row's own salt: equal content is found, content is not given away."""
    return hmac.new(salt, canonical.dumps(content), hashlib.sha256).digest()
