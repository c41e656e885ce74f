"""Which dossiers another one has to wait for. Pure: commands ask it over the tables, verification over the history."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from workflow.discharge import BEFORE
from workflow.facts import WaitFacts
from workflow.routing import body_of
from workflow.rulepack import Mode, Order, RulePack, Within, matches

Row = Mapping[str, Any]

STATES = BEFORE["ratify"]
"""The states in which somebody may still have to wait for a dossier."""
_SHOWN = 5


def asked(pack: RulePack, command: str, row: Row) -> list[Order]:
    """The orders that a command on a dossier is held by."""
    return [
        one for one in pack.orders if one.mode is not Mode.OFF and one.command == command and matches(one.then, row)
    ]


def waits(orders: Iterable[Order], row: Row, others: Sequence[Row], states: Mapping[str, str]) -> list[WaitFacts]:
    """What a dossier has still to wait for, by order. `states` (by dossier id) are those that this act brings about."""
    found = []
    for order in orders:
        refs = sorted(one["ref"] for one in _behind(order, row, others, states))
        if refs:
            found.append(WaitFacts(rule=order.id, count=len(refs), refs=refs[:_SHOWN]))
    return found


def _behind(order: Order, row: Row, others: Iterable[Row], states: Mapping[str, str]) -> Iterator[Row]:
    for one in others:
        waiting = one["id"] != row["id"] and states.get(one["id"], one["state"]) in BEFORE[order.reached]
        if waiting and matches(order.first, one) and _is_within(order.within, row, one):
            yield one


def _is_within(within: Within, row: Row, one: Row) -> bool:
    match within:
        case Within.UNIT:
            return bool(one["unit"] == row["unit"])
        case Within.BELOW:
            return row["unit"] in one["unit_path"].split(" ")[1:]
        case Within.BODY:
            return body_of(one["unit_path"]) == body_of(row["unit_path"])
        case Within.PERSON:
            return bool(one["subject"] == row["subject"])
    return True
