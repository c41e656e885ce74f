"""Which dossiers another one has to wait for. Pure: commands ask it over the tables, verification over the history."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from workflow.discharge import BEFORE
from workflow.facts import BeyondFacts, Patch, WaitFacts
from workflow.routing import is_within
from workflow.rulepack import Across, Mode, Order, RulePack, matches

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


def looks_beyond(orders: Iterable[Order]) -> bool:
    """Whether one of them looks at other seasons."""
    return any(one.across is Across.YEAR for one in orders)


def beyond(orders: Iterable[Order], row: Row, others: Iterable[Row]) -> list[BeyondFacts]:
    """What a dossier has still to wait for in other seasons, by order and season. `others` are theirs, each with its
    `season_code`."""
    seasons: dict[str, list[Row]] = {}
    for one in others:
        seasons.setdefault(one["season_code"], []).append(one)
    found = []
    for order in orders:
        for code in sorted(seasons) if order.across is Across.YEAR else ():
            waiting = sorted(_behind(order, row, seasons[code], {}), key=lambda one: str(one["ref"]))
            if waiting:
                refs = [one["ref"] for one in waiting[:_SHOWN]]
                unit = waiting[0]["unit"]
                found.append(BeyondFacts(rule=order.id, season=code, unit=unit, count=len(waiting), refs=refs))
    return found


def _behind(order: Order, row: Row, others: Iterable[Row], changes: Mapping[str, Patch]) -> Iterator[Row]:
    for one in others:
        state = changes[one["id"]]["state"] if one["id"] in changes else one["state"]
        waiting = one["id"] != row["id"] and state in BEFORE[order.reached]
        if waiting and matches(order.first, one) and is_within(order.within, row, one):
            yield one
