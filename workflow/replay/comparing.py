"""The rows of a season against what its history gives."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from workflow import ledger
from workflow.quota import Member, count
from workflow.replay import duties
from workflow.replay.past import Past
from workflow.replay.timeline import entries
from workflow.store import commands as sql
from workflow.store.statements import Row, Statement, Transaction
from workflow.words import DossierState, Rank

_COMPARED = {
    "season": ("code", "year", "rehearsal", "state", "pack"),
    "roster": (),
    "unit": ("code", "name", "kind", "parent", "path", "email", "marks"),
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
    "meeting": ("ref", "unit", "kind", "state", "held_on", "attendees", "invited", "marks", "tallies"),
}
"""The columns of a stream's row that its history must give."""
_EMPTIED = frozenset({"invited"})
"""Fields that a row leaves empty and a record may leave out."""

_ROWS: tuple[tuple[str, Statement], ...] = (
    ("roster", sql.ROSTER),
    ("unit", sql.UNITS),
    ("dossier", sql.DOSSIER_ROWS),
    ("group", sql.GROUPS_OF_SEASON),
    ("meeting", sql.MEETINGS_OF_SEASON),
)
_FIGURES = ("size", "base", "count", "would", "allowance", "over")


def compare(tx: Transaction, past: Past) -> None:
    """Every row that its history does not give, put among what `past` found."""
    season = past.season["id"]
    known: set[str] = set()
    for kind, row in _rows(tx, past.season):
        known.add(row["id"])
        with past.reading(row["id"]):
            _compare_row(kind, row, past)
            if kind == "group":
                _recount(row, past)
    for stream in past.heads.keys() - known:
        past.found("row_missing", stream=stream, kind="stream")
    _compare_pack(tx, past)
    _compare_members(tx, season, past)
    _compare_texts(tx, season, past)
    for roster in tx.all(sql.ROSTER, season=season):
        with past.reading(roster["id"]):
            _compare_people(tx, season, roster["id"], past)


def _rows(tx: Transaction, season: Row) -> Iterator[tuple[str, Row]]:
    yield "season", season
    for kind, statement in _ROWS:
        for row in tx.each(statement, season=season["id"]):
            yield kind, row


def _compare_pack(tx: Transaction, past: Past) -> None:
    """The regulations themselves: their bytes are what every record names them by."""
    for name in dict.fromkeys([*past.packs, past.season["pack"]]):
        row = tx.one(sql.PACK, hash=name)
        if row is None or hashlib.sha256(row["body"]).hexdigest() != name:
            past.found("pack", name=name)


def _compare_members(tx: Transaction, season: str, past: Past) -> None:
    """Who belongs to which group, and who left it, against the dossiers' own records."""
    groups = {row["id"]: (row["rule"], row["key"]) for row in tx.all(sql.GROUPS_OF_SEASON, season=season)}
    rows = tx.all(sql.MEMBERS_OF_SEASON, season=season)
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


def _compare_texts(tx: Transaction, season: str, past: Past) -> None:
    """Names and reasons that were not erased are still those that the records committed to."""
    changed = [
        row["digest"]
        for row in tx.each(sql.SECRETS_OF_SEASON, season=season)
        if row["salt"] is None or ledger.commit_text(row["text"], row["salt"])[0] != row["digest"]
    ]
    committed = _committing(tx, season, changed) if changed else {}
    for digest in changed:
        stream, seq = committed.get(digest, ("", 0))
        past.found("text" if stream else "text_unknown", stream=stream, seq=seq, name=digest)


def _committing(tx: Transaction, season: str, digests: Sequence[str]) -> dict[str, tuple[str, int]]:
    """The first record that committed to each of these texts."""
    found: dict[str, tuple[str, int]] = {}
    for record in entries(tx.each(sql.RECORDS_BY_PLACE, season=season)):
        committed = str(record.body["set"]), record.body["facts"]["command"]["args"].get("reason")
        for digest in digests:
            if digest in committed[0] or digest == committed[1]:
                found.setdefault(digest, (record.stream, record.seq))
    return found


def _compare_people(tx: Transaction, season: str, stream: str, past: Past) -> None:
    """Subjects and roles against the roster's stream, which has every value that was ever set."""
    state = past.states.get(stream, {})
    told = state.get("subjects", {})
    rows = {row["code"]: row for row in tx.all(sql.SUBJECTS, season=season)}
    for code in sorted(told.keys() ^ rows.keys()):
        past.found("subject_invented" if code in rows else "subject_gone", name=code)
    for code in sorted(told.keys() & rows.keys()):
        for column, value in told[code].items():
            stored = duties.plain(rows[code][column])
            if stored != value:
                past.found("subject", name=code, field=column, row=stored, history=value)
    granted = {tuple(name.split(" ", 2)) for name, held in state.get("roles", {}).items() if held}
    held = {(row["subject"], row["role"], row["scope"]) for row in tx.all(sql.ROLES, season=season)}
    for actor, role, scope in sorted(granted ^ held):
        code = "role_given" if (actor, role, scope) in held else "role_taken"
        past.found(code, actor=actor, role=role, scope=scope)


def _compare_row(kind: str, row: Row, past: Past) -> None:
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


def _compare_value(stream: str, field: str, stored: Any, told: Any, past: Past) -> None:
    if stored != told and (stored or told or field not in _EMPTIED):
        past.found("state", stream=stream, field=field, row=stored, history=told)


def _recount(row: Row, past: Past) -> None:
    quota = next((one for one in past.rules.pack.quotas if one.id == row["rule"]), None)
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
