"""Which dossiers another one has to wait for. Pure: commands ask it over the tables, verification over the history."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from workflow.discharge import BEFORE
from workflow.facts import Patch, WaitFacts
from workflow.routing import is_within
from workflow.rulepack import Mode, Order, RulePack, matches

Row = Mapping[str, Any]

STATES = BEFORE["ratify"]
"""The states in which somebody may still have to wait for a dossier."""
_SHOWN = 5


def asked(pack: RulePack, command: str, row: Row) -> list[Order]:
    """The orders that a command on a dossier is held by."""
    return [
        one for one in pack.orders if one.mode is not Mode.OFF and one.command == command and matches(one.then, row)
    ]


def waits(orders: Iterable[Order], row: Row, others: Sequence[Row], changes: Mapping[str, Patch]) -> list[WaitFacts]:
    """What a dossier has still to wait for, by order. `changes` (by dossier id) are what this act brings
    about."""
    found = []
    for order in orders:
        refs = sorted(one["ref"] for one in _behind(order, row, others, changes))
        if refs:
            found.append(WaitFacts(rule=order.id, count=len(refs), refs=refs[:_SHOWN]))
    return found


def _behind(order: Order, row: Row, others: Iterable[Row], changes: Mapping[str, Patch]) -> Iterator[Row]:
    for one in others:
        state = changes[one["id"]]["state"] if one["id"] in changes else one["state"]
        waiting = one["id"] != row["id"] and state in BEFORE[order.reached]
        if waiting and matches(order.first, one) and is_within(order.within, row, one):
            yield one
