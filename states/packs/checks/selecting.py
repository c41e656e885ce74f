"""What two selectors both select, as far as selectors tell."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

from states.packs.shapes import listed
from workflow.rulepack import Where

KEYS = ("kind", "unit_kind", "unit", "category", "duty", "tier", "lead", "track")
_MOST = 5_000
"""Combinations looked at for a pair; a pair with more is left to whoever chooses, at the roster's import."""


def selected_by_both(first: Where, second: Where, wheres: Sequence[Where]) -> Iterator[Mapping[str, Any]]:
    """One dossier of every sort that both select; sorts are told apart only by what some of `wheres` asks for."""
    choices: dict[str, list[Any]] = {}
    for key in KEYS:
        one, two = getattr(first, key), getattr(second, key)
        if one and two:
            values = [value for value in one if value in two]
        elif one or two:
            values = list(one or two)
        else:
            # What none of them names is one sort: any of its values behaves as the others do.
            values = [*dict.fromkeys(value for where in wheres for value in getattr(where, key)), ""]
        choices[key] = [str(value) for value in values]
    parties = {where.party for where in (first, second) if where.party is not None}
    choices["party"] = [one for one in (True, False) if parties <= {one}]
    if prod(len(values) for values in choices.values()) <= _MOST:
        for combination in product(*choices.values()):
            yield dict(zip(choices, combination, strict=True))


def meet(first: Where, second: Where) -> bool:
    """Whether a dossier can be selected by both, as far as each of their keys tells."""
    if None not in {first.party, second.party} and first.party is not second.party:
        return False
    asked = dict(second.asked)
    return all(key not in asked or any(one in asked[key] for one in wanted) for key, wanted in first.asked)


def sort_of(facts: Mapping[str, Any], first: Where, second: Where) -> str | None:
    """A dossier that both select, by what either asks for, as a sentence tells it; None where neither asks for
    anything."""
    asked = [key for key in KEYS if getattr(first, key) or getattr(second, key)]
    return listed(f"{key} = {facts[key]}" for key in asked) or None
