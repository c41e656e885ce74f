"""Does the record hold? Every chain, every head, state = replay, and every group counted again from history.

What this cannot detect without a head held outside (a report, a receipt on paper) is said in docs/explanation/proof.md.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from workflow import ledger
from workflow.dates import micros
from workflow.engine import Rules
from workflow.replay import duties
from workflow.replay.comparing import compare
from workflow.replay.findings import Finding, finding
from workflow.replay.past import Past
from workflow.replay.timeline import entries
from workflow.store import commands as sql
from workflow.store import files
from workflow.store.statements import Row, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The outcome for one season. `heads` are (stream, number of its last record, its hash in hex), sorted by stream:
    what a report carries, so that it can be checked against later."""

    streams: int
    records: int
    digest: str
    heads: tuple[tuple[str, int, str], ...]
    things: Mapping[str, tuple[str, Mapping[str, Any]]]
    """Stream → its kind and the state that its records give."""
    attached: Mapping[str, str]
    """The SHA-256 of each file that came with a command → the stream whose record first names it."""
    findings: tuple[Finding, ...]
    retold: bool = True
    """Whether obligations, rights and what commands saw were looked at too: not where a chain is broken."""

    @property
    def holds(self) -> bool:
        return not self.findings


def verify(tx: Transaction, season: Row, rules: Rules, former: Callable[[str], Rules] | None = None) -> Verification:
    """Check a whole season. Everything found is told; nothing found means that it holds.

    `rules` are those of the pack that rules it now; `former` gives those of one that ruled it before, by its hash, and
    raises `BadInput` where that is not stored.
    """
    units = {one["code"]: one for one in tx.all(sql.UNITS, season=season["id"])}
    past = Past(season, rules, units, former)
    past.tell(tx.each(sql.RECORDS_BY_PLACE, season=season["id"]))
    broken = bool(past.findings)
    compare(tx, past)
    _count_acts(tx, past)
    findings = past.findings + past.uncounted
    if not broken:
        findings += past.untrue
        if not past.untold:
            findings += _obligations(tx, past)
    heads = sorted((stream, seq, head) for stream, (seq, head) in past.heads.items())
    return Verification(
        streams=len(heads),
        records=past.records,
        digest=ledger.digest(heads),
        heads=tuple((stream, seq, head.hex()) for stream, seq, head in heads),
        things={stream: (kind, past.states[stream]) for stream, kind in past.kinds.items()},
        attached=past.attached,
        findings=tuple(findings),
        retold=not broken,
    )


def _count_acts(tx: Transaction, past: Past) -> None:
    """No act is missing after the last one, and none is counted that is not there."""
    counted = tx.one(sql.COUNTER, tenant=past.season["tenant"], name=f"act {past.season['id']}")
    if counted is None:
        return
    if counted["value"] < past.places:
        past.found("counter", row=counted["value"], history=past.places)
    past.lacking(counted["value"])


def _obligations(tx: Transaction, past: Past) -> Iterator[Finding]:
    """The rows of obligations against those that history gives."""
    rows = tx.all(sql.OBLIGATIONS_OF_SEASON, season=past.season["id"])
    effects = {duty: one for state in past.states.values() for duty, one in state.get("effects", {}).items()}
    return duties.compare(rows, past.told.obligations, effects)


def check_attachments(attached: Mapping[str, str], folder: Path) -> Iterator[Finding]:
    """The files that records name (`Verification.attached`), each by its bytes: what a record proves is their hash.

    Erasing a person leaves the files that came with commands where they are, so none may be lacking.
    """
    for digest, stream in attached.items():
        flaw = files.flaw_of(folder, digest)
        if flaw is not None:
            yield finding(f"attachment_{flaw}", stream=stream, digest=digest)


def check_heads(
    tx: Transaction, season: Row, heads: Iterable[tuple[str, int, str]], *, made_at: datetime | None = None
) -> list[Finding]:
    """Compare heads that were written down earlier with today's history: each record must still be there, unchanged.

    `made_at` says when they were written down: what came after cannot be dated before it, unless a clock was set back.
    """
    found: list[Finding] = []
    heads = list(heads)
    if made_at is not None:
        found += _check_dates(tx, season, {stream: seq for stream, seq, _ in heads}, micros(made_at))
    for stream, seq, head in heads:
        row = tx.one(sql.HASH_OF_RECORD, season=season["id"], stream=stream, seq=seq)
        if row is None:
            found.append(finding("record_gone", stream=stream, seq=seq))
        elif row["hash"].hex() != head:
            found.append(finding("record_changed", stream=stream, seq=seq))
    return found


def _check_dates(tx: Transaction, season: Row, known: Mapping[str, int], made_at: int) -> Iterator[Finding]:
    for record in entries(tx.each(sql.RECORDS_OF_SEASON, season=season["id"])):
        if record.seq > known.get(record.stream, 0) and record.recorded_at < made_at:
            yield finding("dated_back", stream=record.stream, seq=record.seq, at=record.recorded_at)
