"""Records, their chain, and its verification (design section 6, ADR 0003).

A stream's records are chained: hash = SHA-256(version, previous hash, the very bytes stored). This proves order and
content against the head; what it cannot detect without a head held outside is said in docs/explanation/proof.md.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
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
        body, code = checked(record.stream, record.seq, record.body, record.hash, previous=previous, expected=expected)
        yield record, body, None if code is None else Flaw(code=code, stream=record.stream, seq=record.seq)
        previous, expected = record.hash, record.seq + 1


def read(records: Iterable[Record]) -> Iterator[tuple[Record, Mapping[str, Any] | None, Flaw | None]]:
    """`walk`, where a body that is not `shaped` is a flaw too: what comes with a body can be read as a record."""
    for record, body, flaw in walk(records):
        if body is None or shaped(body):
            yield record, body, flaw
        else:
            yield record, None, Flaw(code="audit.misshapen", stream=record.stream, seq=record.seq)


def checked(
    stream: str,
    seq: int,
    data: bytes,
    sealed: bytes,
    *,
    previous: bytes,
    expected: int,
    loads: Callable[[bytes], Any] = canonical.loads,
) -> tuple[Mapping[str, Any] | None, str | None]:
    """The body of a record, or the code of what is wrong about it first.

    `sealed` is the hash that it lies there with, `previous` its predecessor's, `expected` the number that follows that
    one's; `loads` reads canonical bytes, and no others.
    """
    if seq != expected:
        return None, "audit.gap"
    if chained(previous, data) != sealed:
        return None, "audit.hash"
    try:
        body = loads(data)
    except canonical.NotCanonical:
        return None, "audit.not_canonical"
    if not isinstance(body, dict) or body.get("v") != VERSION:
        return None, "audit.version"
    if body.get("stream") != stream or body.get("seq") != seq:
        return None, "audit.misplaced"
    return body, None


_SHAPE: tuple[tuple[str, type], ...] = (
    *((name, str) for name in ("season", "kind", "act", "command", "role", "pack", "engine")),
    ("place", int),
    ("facts", dict),
    ("verdicts", list),
    ("set", dict),
)
_SHAPE_OF_COMMAND = (("occurred_at", int), ("occurred_on", str), ("recorded_at", int), ("args", dict))
_SHAPE_OF_ACTOR = (("id", str), ("auth", str), ("roles", list))


def shaped(body: Mapping[str, Any]) -> bool:
    """Whether a record says what every record says. No command of ours wrote one that does not."""
    if not _has(body, _SHAPE) or not isinstance(body.get("to"), str | None):
        return False
    facts = body["facts"]
    return _has(facts.get("command"), _SHAPE_OF_COMMAND) and _has(facts.get("actor"), _SHAPE_OF_ACTOR)


def _has(part: Any, shape: tuple[tuple[str, type], ...]) -> bool:
    if type(part) is not dict:
        return False
    get = part.get
    for name, kind in shape:  # noqa: SIM110  asked of every record
        if type(get(name)) is not kind:
            return False
    return True


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
    return hmac.digest(salt, text.encode(), "sha256").hex(), salt


def fingerprint(content: Any, salt: bytes) -> bytes:
    """HMAC of a command's content, with its row's own salt: equal content is found, content is not given away."""
    return hmac.new(salt, canonical.dumps(content), hashlib.sha256).digest()
