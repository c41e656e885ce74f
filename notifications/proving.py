"""Alerts, and when the ladder looks next, against the ladder itself: rungs that are gone, invented, or put off.

What an obligation is, `workflow.replay` verifies from the record; what its ladder makes of it, only this room knows.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from notifications.ladder import Outcome, Step, climb, reached
from notifications.sweep import ladder_of
from workflow.dates import earliest, from_micros, micros
from workflow.engine import Rules
from workflow.replay.findings import Finding
from workflow.replay.timeline import entries
from workflow.store import alerts as sql
from workflow.store import commands
from workflow.store.statements import Row, Transaction
from workflow.words import ObligationState

_TOLD = {Outcome.QUEUED.value, Outcome.NOBODY.value}
"""Whether anybody could be reached then is not on record."""


def check_alerts(
    tx: Transaction, season: Row, rules: Rules, former: Callable[[str], Rules] | None = None
) -> Iterator[Finding]:
    """What does not hold of a season's alerts. Each look is climbed again: what it passed must be there, with its
    outcome, and nothing else; what is open is looked at again at the first rung that was not reached.

    An obligation climbs the ladder of the pack under which it came to be: another ladder comes with a successor.
    `former` gives the rules of a pack that ruled the season before, by its hash.
    """
    packs = _packs(tx, season, rules, former)
    found: dict[str, list[Row]] = {}
    for alert in tx.all(sql.ALERTS_OF_SEASON, season=season["id"]):
        found.setdefault(alert["obligation"], []).append(alert)
    for row in tx.all(commands.OBLIGATIONS_OF_SEASON, season=season["id"]):
        alerts = found.pop(row["id"], [])
        told = [list(_of_obligation(one, row, alerts)) for one in _born_under(packs, row)]
        yield from min(told, key=len)


def _packs(
    tx: Transaction, season: Row, rules: Rules, former: Callable[[str], Rules] | None
) -> list[tuple[datetime, Rules]]:
    """The rules that ruled a season, each with the instant from which on."""
    if former is None:
        return [(_EVER, rules)]
    named = [
        (one.recorded_at, one.body["set"]["pack"])
        for one in entries(tx.all(commands.RECORDS_OF_STREAM, season=season["id"], stream=season["id"]))
        if "pack" in one.body["set"]
    ]
    if len(named) <= 1:
        return [(_EVER, rules)]
    return [(from_micros(at), former(pack)) for at, pack in named]


_EVER = from_micros(0)


def _born_under(packs: Sequence[tuple[datetime, Rules]], row: Row) -> list[Rules]:
    """The rules under which an obligation came to be; both, where another pack came in the very instant."""
    before = [one for at, one in packs if at < row["born_at"]]
    there = [one for at, one in packs if at == row["born_at"]]
    found = [*before[-1:], *there] or [packs[0][1]]
    return [one for one in found if any(each.id == row["rule"] for each in one.pack.deadlines)] or [packs[-1][1]]


def _of_obligation(rules: Rules, row: Row, alerts: Sequence[Row]) -> Iterator[Finding]:
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
