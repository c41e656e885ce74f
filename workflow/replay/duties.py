"""The rows of obligations against those that history gives, told again by the code that made them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from workflow.dates import micros
from workflow.ledger import TOLERANCE
from workflow.replay.findings import Finding, finding
from workflow.replay.retelling import Row
from workflow.words import ObligationState

COMPARED = (
    "per", "scope", "unit", "owner", "recipient", "due_at", "last_good_day", "last_working_day",
    "state", "late", "settled_at", "born_at", "decision", "effect", "replaces", "look_at",
)  # fmt: skip
"""The columns of an obligation's row that its history must give; of `look_at` only that nobody looks at what is
settled (when the ladder looks next is `notifications`' to know)."""


def compare(rows: Sequence[Row], told: Sequence[Row], effects: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
    """Each row that is not as history gives it, each that history does not know, each that is not there.

    `told` come with their places as ids. Those of one rule on one thing are matched in the order they came to be.
    `effects`: what somebody judged a lateness to mean, by the obligation's id.
    """
    stored, known = _by_rule(sorted(rows, key=lambda one: (len(one["ref"]), one["ref"]))), _by_rule(told)
    ids: dict[int, str] = {}
    pairs: list[tuple[Row, Row]] = []
    for key in dict.fromkeys([*known, *stored]):
        matched, gone, extra = _matched(stored.get(key, []), known.get(key, []))
        pairs += matched
        ids |= {one["id"]: row["id"] for row, one in matched}
        for one in gone:
            yield finding("duty_gone", stream=one["stream"], rule=one["rule"], scope=one["scope"], state=one["state"])
        for row in extra:
            yield finding("duty_invented", stream=row["stream"], name=row["ref"], rule=row["rule"], scope=row["scope"])
    for row, one in pairs:
        yield from _unlike(
            row, {**one, "replaces": ids.get(one["replaces"]), "effect": _judged(effects.get(row["id"]))}
        )


def _judged(effect: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return None if effect is None else {name: value for name, value in effect.items() if name not in {"ref", "rule"}}


def _by_rule(rows: Sequence[Row]) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row["stream"], row["rule"]), []).append(row)
    return found


def _matched(stored: list[Row], told: list[Row]) -> tuple[list[tuple[Row, Row]], list[Row], list[Row]]:
    """Pairs of stored and told, what is missing, what is too much."""
    if len(stored) == len(told):
        return list(zip(stored, told, strict=True)), [], []
    left, pairs, gone = list(stored), list[tuple[Row, Row]](), list(told)
    for alike in (_twins, _near_in_time):
        for one in list(gone):
            row = next((row for row in left if alike(row, one)), None)
            if row is not None:
                left = [each for each in left if each is not row]
                gone = [each for each in gone if each is not one]
                pairs.append((row, one))
    return pairs, gone, left


def _twins(row: Row, told: Row) -> bool:
    return all(row[name] == told[name] for name in ("due_at", "state", "decision")) and _near_in_time(row, told)


def _near_in_time(row: Row, told: Row) -> bool:
    return bool(abs(row["born_at"] - told["born_at"]) <= TOLERANCE)


def _unlike(row: Row, told: Mapping[str, Any]) -> Iterator[Finding]:
    for field in COMPARED[:-1]:
        if row[field] != told[field] and not _near(row[field], told[field], field):
            yield _differs(row, field, told[field])
    waits = row["state"] == ObligationState.OPEN and row["due_at"] is not None
    if row["look_at"] is not None and not waits:
        yield _differs(row, "look_at", None)


def _differs(row: Row, field: str, told: Any) -> Finding:
    stored, history = plain(row[field]), plain(told)
    return finding(
        "duty", stream=row["stream"], name=row["ref"], rule=row["rule"], field=field, row=stored, history=history
    )


def _near(stored: Any, told: Any, field: str) -> bool:
    if field not in {"born_at", "settled_at"} or stored is None or told is None:
        return False
    return bool(abs(stored - told) <= TOLERANCE)


def plain(value: Any) -> Any:
    """A column's value as a record would keep it."""
    if isinstance(value, datetime):
        return micros(value)
    return value.isoformat() if isinstance(value, date) else value
