"""Does the record hold? Every chain, every head, state = replay, and every group counted again from history.

What this cannot detect without a head held outside (a report, a receipt on paper) is said in docs/explanation/proof.md.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import zip_longest
from typing import Any

from workflow import canonical, ledger
from workflow.dates import due, micros
from workflow.engine import Rules
from workflow.quota import Member, count
from workflow.replay.timeline import MERGED, apply
from workflow.routing import capping
from workflow.rulepack import Deadline, Per, Wording
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

_ROWS: tuple[tuple[str, Statement], ...] = (
    ("roster", sql.ROSTER),
    ("unit", sql.UNITS),
    ("dossier", sql.DOSSIERS_OF_SEASON),
    ("group", sql.GROUPS_OF_SEASON),
    ("meeting", sql.MEETINGS_OF_SEASON),
)
_MOVING = frozenset({Wording.AFTER_EVENT, Wording.EXTERNAL, Wording.NONE})
_FIGURES = ("size", "base", "count", "would", "allowance", "over")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that does not hold: a code of domain `audit`, with figures naming stream, record, field and values."""

    code: str
    figures: Mapping[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The outcome for one season. `heads` are (stream, number of its last record, its hash in hex), sorted by stream:
    what a report carries, so that it can be checked against later."""

    streams: int
    records: int
    digest: str
    heads: tuple[tuple[str, int, str], ...]
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        return not self.findings


@dataclass(slots=True)
class _Past:
    """What a season's history gives when folded."""

    records: int = 0
    heads: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    states: dict[str, dict[str, Any]] = field(default_factory=dict)
    members: dict[tuple[str, str], dict[str, Member | None]] = field(default_factory=dict)
    """(rule, key) → dossier → None while it belongs there, or the member it was when it moved away."""
    recorded: list[tuple[int, str, int]] = field(default_factory=list)
    """When each record was made, its stream and number."""
    turns: list[tuple[str, int]] = field(default_factory=list)
    """When the season was closed and reopened."""
    findings: list[Finding] = field(default_factory=list)

    def found(self, code: str, **figures: str | int) -> None:
        self.findings.append(Finding(code=f"audit.{code}", figures=figures))


def verify(tx: Transaction, season: Row, rules: Rules) -> Verification:
    """Check a whole season. Everything found is told; nothing found means that it holds."""
    past = _Past()
    units = {one["code"]: one for one in tx.all(sql.UNITS, season=season["id"])}
    for records in _streams(tx.each(sql.RECORDS_OF_SEASON, season=season["id"])):
        _fold_stream(records, past, rules, units)
    _compare_rows(tx, season, past, rules)
    heads = sorted((stream, seq, head) for stream, (seq, head) in past.heads.items())
    return Verification(
        streams=len(past.heads),
        records=past.records,
        digest=ledger.digest(heads),
        heads=tuple((stream, seq, head.hex()) for stream, seq, head in heads),
        findings=tuple(past.findings),
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


def _fold_stream(records: list[ledger.Record], past: _Past, rules: Rules, units: Mapping[str, Row]) -> None:
    stream = records[0].stream
    state: dict[str, Any] = {}
    act, proposed = "", None
    for record, body, flaw in ledger.walk(records):
        if flaw is not None:
            past.found(flaw.code.removeprefix("audit."), stream=stream, seq=record.seq)
        if body is None:
            continue
        if body["act"] != act:
            # Who leaves a group takes along what was proposed before the act, which may void the vote first.
            act, proposed = body["act"], state.get("proposed")
        apply(state, body["set"])
        recorded_at = body["facts"]["command"]["recorded_at"]
        past.recorded.append((recorded_at, stream, record.seq))
        if body["kind"] == "season" and body["command"] in {"close", "reopen"}:
            past.turns.append((body["command"], recorded_at))
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
        _compare_row(kind, row, past)
        if kind == "group":
            _recount(row, past, rules)
    for stream in past.heads.keys() - {row["id"] for _, row in rows}:
        past.found("row_missing", stream=stream, kind="stream")
    _compare_pack(tx, season, past)
    _compare_members(tx, season, past)
    _compare_duties(tx, season, past)
    _compare_printed(tx, season, past, rules)
    _compare_texts(tx, season, past)
    _check_closed(past)
    for stream in (row["id"] for kind, row in rows if kind == "roster"):
        _compare_people(tx, season, stream, past)


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
        (*groups[row["group_id"]], row["id"]): _plain(row["left_on"]) for row in rows if row["group_id"] in groups
    }
    told = {
        (*key, dossier): None if left is None else _plain(left.left_on)
        for key, members in past.members.items()
        for dossier, left in members.items()
    }
    for rule, key, dossier in sorted(stored.keys() ^ told.keys()):
        past.found("member", stream=dossier, name=key, rule=rule)
    for rule, key, dossier in sorted(stored.keys() & told.keys()):
        if stored[rule, key, dossier] != told[rule, key, dossier]:
            past.found("member", stream=dossier, name=key, rule=rule)


def _compare_duties(tx: Transaction, season: Row, past: _Past) -> None:
    """What was extended, dated, done or judged, against the record of the thing that the duty hangs on."""
    rows = {row["id"]: row for row in tx.all(sql.OBLIGATIONS_OF_SEASON, season=season["id"])}
    heirs = {row["ref"]: row for row in rows.values()}
    for one in rows.values():
        if past.states.get(one["stream"], {}).get("effects", {}).get(one["id"]) != one["effect"]:
            past.found("duty", stream=one["stream"], name=one["ref"])
    for stream, state in past.states.items():
        for duty, told in state.get("duties", {}).items():
            row = rows.get(duty)
            if row is None or row["state"] != told["state"]:
                past.found("duty", stream=stream, name=duty if row is None else row["ref"])
            if "successor" not in told:
                continue
            heir = heirs.get(told["successor"])
            if heir is None or heir["replaces"] != duty or micros(heir["due_at"]) != told["due_at"]:
                past.found("duty", stream=stream, name=told["successor"])


def _compare_printed(tx: Transaction, season: Row, past: _Past, rules: Rules) -> None:
    """Dates that the regulation prints, on rows that no decision, event or return day has moved."""
    printed = {one.id: one for one in rules.pack.deadlines if one.wording not in _MOVING}
    for row in tx.all(sql.OBLIGATIONS_OF_SEASON, season=season["id"]):
        rule = printed.get(row["rule"])
        if rule is None or row["decision"] is not None or (row["per"] == Per.DOSSIER and row["replaces"] is not None):
            continue
        when = due(_printing(rules, rule), year=season["year"], zone=rules.pack.zone, calendar=rules.calendar)
        told = None if when is None else (when.due_at, when.last_good_day)
        if row["due_at"] is not None and (row["due_at"], row["last_good_day"]) != told:
            past.found("duty", stream=row["stream"], name=row["ref"])


def _printing(rules: Rules, rule: Deadline) -> Deadline:
    while rule.wording is Wording.SAME_AS and rule.rule is not None:
        followed = rule.rule
        rule = next(one for one in rules.pack.deadlines if one.id == followed)
    return rule


def _compare_texts(tx: Transaction, season: Row, past: _Past) -> None:
    """Names and reasons that were not erased are still those that the records committed to."""
    for row in tx.each(sql.SECRETS_OF_SEASON, season=season["id"]):
        if row["salt"] is None or ledger.commit_text(row["text"], row["salt"])[0] != row["digest"]:
            past.found("text", name=row["digest"])


def _check_closed(past: _Past) -> None:
    """Nothing was recorded while the season was closed. A head may be a little ahead of the clock, so that a record may
    seem to be a little later than the closing that it came before."""
    ahead, ends = ledger.TOLERANCE // timedelta(microseconds=1), [at for _, at in past.turns[1:]]
    spans = [(since + ahead, until) for (command, since), until in zip_longest(past.turns, ends) if command == "close"]
    for at, stream, seq in past.recorded if spans else ():
        if any(since < at and (until is None or at < until) for since, until in spans):
            past.found("while_closed", stream=stream, seq=seq, at=at)


def _compare_people(tx: Transaction, season: Row, stream: str, past: _Past) -> None:
    """Subjects and roles against the roster's stream, which has every value that was ever set."""
    state = past.states.get(stream, {})
    told = state.get("subjects", {})
    rows = {row["code"]: row for row in tx.all(sql.SUBJECTS, season=season["id"])}
    for code in sorted(told.keys() | rows.keys()):
        if code not in rows or code not in told:
            past.found("subject", name=code, field="", row=str(code in rows), history=str(code in told))
            continue
        for column, value in told[code].items():
            stored = _plain(rows[code][column])
            if stored != value:
                past.found("subject", name=code, field=column, row=str(stored), history=str(value))
    granted = {name for name, held in state.get("roles", {}).items() if held}
    held = {f"{row['subject']} {row['role']} {row['scope']}" for row in tx.all(sql.ROLES, season=season["id"])}
    for name in sorted(granted ^ held):
        past.found("role", name=name, row=str(name in held), history=str(name in granted))


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
        told, stored = state.get(column), _plain(row[column])
        if (told or None) != (stored or None) if column in {*MERGED, "invited"} else told != stored:
            past.found("state", stream=stream, name=name, field=column, row=str(stored), history=str(told))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


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
            past.found("figure", stream=row["id"], name=row["key"], field=name, row=str(row[name]), history=str(told))


def _member(dossier: str, state: Mapping[str, Any]) -> Member:
    left_on = state.get("marks", {}).get("left_on")
    return Member(
        id=dossier,
        state=DossierState(state["state"]),
        proposed=None if state.get("proposed") is None else Rank(state["proposed"]),
        decided=None if state.get("decided") is None else Rank(state["decided"]),
        left_on=None if left_on is None else date.fromisoformat(left_on),
    )
