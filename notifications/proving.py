"""Alerts, and when the ladder looks next, against the ladder itself: rungs that are gone, invented, or put off.

What an obligation is, `workflow.replay` verifies from the record; what its ladder makes of it, only this room knows.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from notifications.ladder import Outcome, Step, climb, reached
from notifications.sweep import ladder_of
from workflow.dates import earliest, micros
from workflow.engine import Rules
from workflow.replay.findings import Finding
from workflow.store import alerts as sql
from workflow.store import commands
from workflow.store.statements import Row, Transaction
from workflow.words import ObligationState

_TOLD = {Outcome.QUEUED.value, Outcome.NOBODY.value}
"""Whether anybody could be reached then is not on record."""


def check_alerts(tx: Transaction, season: Row, rules: Rules) -> Iterator[Finding]:
    """What does not hold of a season's alerts. Each look is climbed again: what it passed must be there, with its
    outcome, and nothing else; what is open is looked at again at the first rung that was not reached."""
    found: dict[str, list[Row]] = {}
    for alert in tx.all(sql.ALERTS_OF_SEASON, season=season["id"]):
        found.setdefault(alert["obligation"], []).append(alert)
    for row in tx.all(commands.OBLIGATIONS_OF_SEASON, season=season["id"]):
        alerts = found.pop(row["id"], [])
        steps = () if row["due_at"] is None else _steps(rules, row)
        yield from _climbed(row, steps, alerts)
        if row["state"] == ObligationState.OPEN and steps:
            yield from _looked(row, steps, alerts)


def _steps(rules: Rules, row: Row) -> tuple[Step, ...]:
    return climb(
        ladder_of(rules.pack, row),
        due_at=row["due_at"],
        last_good_day=row["last_good_day"],
        last_working_day=row["last_working_day"],
        zone=rules.pack.zone,
    )


def _climbed(row: Row, steps: Sequence[Step], alerts: Sequence[Row]) -> Iterator[Finding]:
    named = {"stream": row["stream"], "name": row["ref"], "rule": row["rule"]}
    known: set[str] = set()
    for at, together in groupby(alerts, key=lambda one: one["at"]):
        stored = {one["rung"]: one["outcome"] for one in together}
        told = {
            step.rung.id: outcome.value for step, outcome in reached(steps, born_at=row["born_at"], now=at, known=known)
        }
        for rung in sorted(told.keys() - stored.keys()):
            yield _found("alert_gone", **named, rung=rung)
        for rung in sorted(stored.keys() - told.keys()):
            yield _found("alert_invented", **named, rung=rung, at=micros(at))
        for rung in sorted(stored.keys() & told.keys()):
            if stored[rung] != told[rung] and not {stored[rung], told[rung]} <= _TOLD:
                yield _found("alert", **named, rung=rung, row=stored[rung], history=told[rung])
        known |= {*stored, *told}


def _looked(row: Row, steps: Sequence[Step], alerts: Sequence[Row]) -> Iterator[Finding]:
    """An open obligation that nobody looks at in time would never escalate."""
    named = {"stream": row["stream"], "name": row["ref"], "rule": row["rule"]}
    last: datetime | None = max((one["at"] for one in alerts), default=None)
    ahead = earliest(step.at for step in steps if last is None or step.at > last)
    # Before the first look it waits from its birth on.
    expected = {ahead, row["born_at"]} if last is None else {ahead}
    if row["look_at"] not in expected:
        yield _found("look_at", **named, row=_plain(row["look_at"]), at=_plain(ahead))


def _found(code: str, **figures: Any) -> Finding:
    return Finding(code=f"audit.{code}", figures=figures)


def _plain(moment: datetime | None) -> int | None:
    return None if moment is None else micros(moment)
