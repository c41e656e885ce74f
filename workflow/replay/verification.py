"""Does the record hold? Every chain, every head, state = replay, and every group counted again from history.

What this cannot detect without a head held outside (a report, a receipt on paper) is said in docs/explanation/proof.md.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from workflow import canonical, ledger
from workflow.dates import micros
from workflow.engine import Rules
from workflow.quota import Member, count
from workflow.replay import duties, seen
from workflow.replay.findings import Finding
from workflow.replay.retelling import Body, Retelling
from workflow.replay.timeline import apply
from workflow.routing import capping
from workflow.store import commands as sql
from workflow.store.statements import Row, Statement, Transaction
from workflow.words import DossierState, Rank

_COMPARED = {
    "season": ("code", "year", "rehearsal", "state", "pack"),
    "roster": (),
    "unit": ("code", "name", "kind", "parent", "path", "email"),
    "dossier": (
        "ref",
        "subject",
        "unit",
        "track",
        "route",
        "state",
        "expected",
        "voted",
        "proposed",
        "decided",
        "marks",
    ),
    "group": ("rule", "key", "unit", "vote", "closed_on"),
    "meeting": ("ref", "unit", "state", "held_on", "attendees", "invited"),
}
"""The columns of a stream's row that its history must give."""
_EMPTIED = frozenset({"invited"})
"""Fields that a row leaves empty and a record may leave out."""

_ROWS: tuple[tuple[str, Statement], ...] = (
    ("roster", sql.ROSTER),
    ("unit", sql.UNITS),
    ("dossier", sql.DOSSIERS_OF_SEASON),
    ("group", sql.GROUPS_OF_SEASON),
    ("meeting", sql.MEETINGS_OF_SEASON),
)
_FIGURES = ("size", "base", "count", "would", "allowance", "over")


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
    findings: tuple[Finding, ...]
    retold: bool = True
    """Whether obligations, rights and what commands saw were looked at too: not where a chain is broken."""

    @property
    def holds(self) -> bool:
        return not self.findings


@dataclass(slots=True)
class _Past:
    """What a season's history gives when folded."""

    records: int = 0
    acts: dict[int, dict[str, list[Body]]] = field(default_factory=dict)
    """Place → act → its records, in the order of their streams."""
    heads: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    states: dict[str, dict[str, Any]] = field(default_factory=dict)
    members: dict[tuple[str, str], dict[str, Member | None]] = field(default_factory=dict)
    """(rule, key) → dossier → None while it belongs there, or the member it was when it moved away."""
    findings: list[Finding] = field(default_factory=list)

    def found(self, code: str, **figures: Any) -> None:
        self.findings.append(Finding(code=f"audit.{code}", figures=figures))

    @contextmanager
    def reading(self, stream: str, seq: int | None = None) -> Iterator[None]:
        """Read what a stream's record says. What cannot be read was not written by a command of ours."""
        try:
            yield
        except (LookupError, TypeError, ValueError, AttributeError, RuntimeError):
            self.found("misshapen", stream=stream, seq=self.heads.get(stream, (0,))[0] if seq is None else seq)


def verify(tx: Transaction, season: Row, rules: Rules) -> Verification:
    """Check a whole season. Everything found is told; nothing found means that it holds."""
    past = _Past()
    units = {one["code"]: one for one in tx.all(sql.UNITS, season=season["id"])}
    for records in _streams(tx.each(sql.RECORDS_OF_SEASON, season=season["id"])):
        _fold_stream(records, past, rules, units, season["id"])
    broken = bool(past.findings)
    _compare_rows(tx, season, past, rules)
    _count_acts(tx, season, past)
    if not broken:
        _retell(tx, season, past, rules)
    heads = sorted((stream, seq, head) for stream, (seq, head) in past.heads.items())
    return Verification(
        streams=len(past.heads),
        records=past.records,
        digest=ledger.digest(heads),
        heads=tuple((stream, seq, head.hex()) for stream, seq, head in heads),
        things={stream: (kind, past.states[stream]) for stream, kind in past.kinds.items()},
        findings=tuple(past.findings),
        retold=not broken,
    )


def check_heads(
    tx: Transaction, season: Row, heads: Iterable[tuple[str, int, str]], *, made_at: datetime | None = None
) -> list[Finding]:
    """Compare heads that were written down earlier with today's history: each record must still be there, unchanged.

    `made_at` says when they were written down: what came after cannot be dated before it, unless a clock was set back.
    """
    past = _Past()
    heads = list(heads)
    if made_at is not None:
        _check_dates(tx, season, {stream: seq for stream, seq, _ in heads}, micros(made_at), past)
    for stream, seq, head in heads:
        row = tx.one(sql.HASH_OF_RECORD, season=season["id"], stream=stream, seq=seq)
        if row is None:
            past.found("record_gone", stream=stream, seq=seq)
        elif row["hash"].hex() != head:
            past.found("record_changed", stream=stream, seq=seq)
    return past.findings


def _check_dates(tx: Transaction, season: Row, known: Mapping[str, int], made_at: int, past: _Past) -> None:
    for row in tx.each(sql.RECORDS_OF_SEASON, season=season["id"]):
        if row["seq"] > known.get(row["stream"], 0):
            recorded_at = canonical.read(row["body"])["facts"]["command"]["recorded_at"]
            if recorded_at < made_at:
                past.found("dated_back", stream=row["stream"], seq=row["seq"], at=recorded_at)


def _streams(rows: Iterable[Row]) -> Iterator[list[ledger.Record]]:
    """Rows ordered by stream and seq, one batch for each stream."""
    batch: list[ledger.Record] = []
    for row in rows:
        if batch and batch[0].stream != row["stream"]:
            yield batch
            batch = []
        batch.append(ledger.Record(stream=row["stream"], seq=row["seq"], body=row["body"], hash=row["hash"]))
    if batch:
        yield batch


def _fold_stream(
    records: list[ledger.Record], past: _Past, rules: Rules, units: Mapping[str, Row], season: str
) -> None:
    stream = records[0].stream
    state: dict[str, Any] = {}
    act, proposed = "", None
    for record, body, flaw in ledger.read(records):
        if flaw is not None:
            past.found(flaw.code.removeprefix("audit."), stream=stream, seq=record.seq)
        if body is None:
            continue
        if body["season"] != season:
            past.found("misplaced", stream=stream, seq=record.seq)
        if body["act"] != act:
            # Who leaves a group takes along what was proposed before the act, which may void the vote first.
            act, proposed = body["act"], state.get("proposed")
        past.kinds[stream] = body["kind"]
        past.acts.setdefault(body["place"], {}).setdefault(body["act"], []).append(body)
        with past.reading(stream, record.seq):
            apply(state, body["set"])
            if body["kind"] == "dossier" and body["command"] in {"create", "amend"}:
                _place(stream, body, state, proposed, past=past, rules=rules, units=units)
    past.records += len(records)
    past.heads[stream] = (records[-1].seq, records[-1].hash)
    past.states[stream] = state


def _place(
    stream: str,
    body: Mapping[str, Any],
    state: Mapping[str, Any],
    proposed: str | None,
    *,
    past: _Past,
    rules: Rules,
    units: Mapping[str, Row],
) -> None:
    """Follow a dossier into its groups, and out of those that an amendment takes it from."""
    unit = units.get(state["unit"])
    if unit is None:
        past.found("row_missing", stream=stream, kind="unit")
        return
    facts = {**state, "unit_kind": unit["kind"], "unit_path": unit["path"]}
    belongs = {(quota.id, key) for quota, key in capping(rules.pack, facts)}
    left = Member(
        id=stream,
        state=DossierState.SELF_REVIEWED,
        proposed=None if proposed is None else Rank(proposed),
        decided=None,
        left_on=date.fromisoformat(body["facts"]["command"]["occurred_on"]),
        moved=True,
    )
    for key, members in past.members.items():
        if key not in belongs and stream in members and members[stream] is None:
            members[stream] = left
    for key in belongs:
        past.members.setdefault(key, {})[stream] = None


def _compare_rows(tx: Transaction, season: Row, past: _Past, rules: Rules) -> None:
    rows = [("season", season), *((kind, row) for kind, sql_ in _ROWS for row in tx.all(sql_, season=season["id"]))]
    for kind, row in rows:
        with past.reading(row["id"]):
            _compare_row(kind, row, past)
            if kind == "group":
                _recount(row, past, rules)
    for stream in past.heads.keys() - {row["id"] for _, row in rows}:
        past.found("row_missing", stream=stream, kind="stream")
    _compare_pack(tx, season, past)
    _compare_members(tx, season, past)
    _compare_texts(tx, season, past)
    for stream in (row["id"] for kind, row in rows if kind == "roster"):
        with past.reading(stream):
            _compare_people(tx, season, stream, past)


def _count_acts(tx: Transaction, season: Row, past: _Past) -> None:
    """Acts take places 1, 2, 3 …: one that is missing is an act that is gone from every stream that it was in."""
    counted = tx.one(sql.COUNTER, tenant=season["tenant"], name=f"act {season['id']}")
    last = max(0 if counted is None else counted["value"], *past.acts, 0)
    if past.acts and counted is not None and counted["value"] < last:
        past.found("counter", row=counted["value"], history=last)
    for place in range(1, last + 1):
        if place not in past.acts:
            past.found("act_gone", place=place)
        elif len(past.acts[place]) > 1:
            past.found("act_doubled", place=place)


def _retell(tx: Transaction, season: Row, past: _Past, rules: Rules) -> None:
    """Tell the season again, act by act: what commands saw, by which right, and what it makes everybody owe.

    Only where every chain holds: from a history that does not, nothing follows.
    """
    told = Retelling(season, rules)
    for place in sorted(past.acts):
        for act in past.acts[place].values():
            try:
                past.findings += seen.check(told, act)
                told.tell(act)
            except (LookupError, TypeError, ValueError, AttributeError, StopIteration, RuntimeError):
                past.found("untold", place=place, stream=act[0]["stream"], seq=act[0]["seq"])
                return
    rows = tx.all(sql.OBLIGATIONS_OF_SEASON, season=season["id"])
    effects = {duty: one for state in past.states.values() for duty, one in state.get("effects", {}).items()}
    past.findings += duties.compare(rows, told.obligations, effects)


def _compare_pack(tx: Transaction, season: Row, past: _Past) -> None:
    """The regulation itself: its bytes are what every record names it by."""
    row = tx.one(sql.PACK, hash=season["pack"])
    if row is None or hashlib.sha256(row["body"]).hexdigest() != season["pack"]:
        past.found("pack", name=season["pack"])


def _compare_members(tx: Transaction, season: Row, past: _Past) -> None:
    """Who belongs to which group, and who left it, against the dossiers' own records."""
    groups = {row["id"]: (row["rule"], row["key"]) for row in tx.all(sql.GROUPS_OF_SEASON, season=season["id"])}
    rows = tx.all(sql.MEMBERS_OF_SEASON, season=season["id"])
    stored = {
        (*groups[row["group_id"]], row["id"]): duties.plain(row["left_on"]) for row in rows if row["group_id"] in groups
    }
    told = {
        (*key, dossier): None if left is None else duties.plain(left.left_on)
        for key, members in past.members.items()
        for dossier, left in members.items()
    }
    for rule, key, dossier in sorted(stored.keys() ^ told.keys()):
        past.found("member", stream=dossier, name=key, rule=rule)
    for rule, key, dossier in sorted(stored.keys() & told.keys()):
        if stored[rule, key, dossier] != told[rule, key, dossier]:
            past.found("member", stream=dossier, name=key, rule=rule)


def _compare_texts(tx: Transaction, season: Row, past: _Past) -> None:
    """Names and reasons that were not erased are still those that the records committed to."""
    for row in tx.each(sql.SECRETS_OF_SEASON, season=season["id"]):
        if row["salt"] is None or ledger.commit_text(row["text"], row["salt"])[0] != row["digest"]:
            stream, seq = next(_committing(past, row["digest"]), ("", 0))
            past.found("text" if stream else "text_unknown", stream=stream, seq=seq, name=row["digest"])


def _committing(past: _Past, digest: str) -> Iterator[tuple[str, int]]:
    """The records that committed to a text."""
    for acts in past.acts.values():
        for body in (body for act in acts.values() for body in act):
            if digest in str(body["set"]) or digest == body["facts"]["command"]["args"].get("reason"):
                yield body["stream"], body["seq"]


def _compare_people(tx: Transaction, season: Row, stream: str, past: _Past) -> None:
    """Subjects and roles against the roster's stream, which has every value that was ever set."""
    state = past.states.get(stream, {})
    told = state.get("subjects", {})
    rows = {row["code"]: row for row in tx.all(sql.SUBJECTS, season=season["id"])}
    for code in sorted(told.keys() ^ rows.keys()):
        past.found("subject_invented" if code in rows else "subject_gone", name=code)
    for code in sorted(told.keys() & rows.keys()):
        for column, value in told[code].items():
            stored = duties.plain(rows[code][column])
            if stored != value:
                past.found("subject", name=code, field=column, row=stored, history=value)
    granted = {tuple(name.split(" ", 2)) for name, held in state.get("roles", {}).items() if held}
    held = {(row["subject"], row["role"], row["scope"]) for row in tx.all(sql.ROLES, season=season["id"])}
    for actor, role, scope in sorted(granted ^ held):
        code = "role_given" if (actor, role, scope) in held else "role_taken"
        past.found(code, actor=actor, role=role, scope=scope)


def _compare_row(kind: str, row: Row, past: _Past) -> None:
    stream = row["id"]
    name = str(row.get("ref") or row.get("key") or row.get("code") or kind)
    if stream not in past.heads:
        past.found("no_history", stream=stream, name=name)
        return
    seq, head = past.heads[stream]
    if (row["seq"], row["head"]) != (seq, head):
        past.found("head", stream=stream, name=name, row=row["seq"], history=seq)
    state = past.states[stream]
    for column in _COMPARED[kind]:
        told, stored = state.get(column), duties.plain(row[column])
        if column == "marks":
            for name in sorted({*(told or {}), *(stored or {})}):
                _compare_value(stream, name, (stored or {}).get(name), (told or {}).get(name), past)
        else:
            _compare_value(stream, column, stored, told, past)


def _compare_value(stream: str, field: str, stored: Any, told: Any, past: _Past) -> None:
    if stored != told and (stored or told or field not in _EMPTIED):
        past.found("state", stream=stream, field=field, row=stored, history=told)


def _recount(row: Row, past: _Past, rules: Rules) -> None:
    quota = next((one for one in rules.pack.quotas if one.id == row["rule"]), None)
    closed_on = past.states.get(row["id"], {}).get("closed_on")
    members = [
        left if left is not None else _member(dossier, past.states[dossier])
        for dossier, left in past.members.get((row["rule"], row["key"]), {}).items()
    ]
    figures = None
    if quota is not None:
        figures = count(quota, members, closed_on=None if closed_on is None else date.fromisoformat(closed_on))
    for name in _FIGURES:
        told = None if figures is None else getattr(figures, name)
        if told != row[name]:
            past.found("figure", stream=row["id"], field=name, row=row[name], history=told)


def _member(dossier: str, state: Mapping[str, Any]) -> Member:
    left_on = state.get("marks", {}).get("left_on")
    return Member(
        id=dossier,
        state=DossierState(state["state"]),
        proposed=None if state.get("proposed") is None else Rank(state["proposed"]),
        decided=None if state.get("decided") is None else Rank(state["decided"]),
        left_on=None if left_on is None else date.fromisoformat(left_on),
    )
