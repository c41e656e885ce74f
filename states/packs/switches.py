"""Switching a parent's rules: how hard each is in the child, without telling it again."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from states.packs.keys import RULES, Placed, Switch
from states.packs.shapes import Notes, listed, nearest
from workflow.rulepack import Mode

Sections = Mapping[str, tuple[Placed[Any], ...]]


def switched(sections: Sections, switches: tuple[Placed[Switch], ...], notes: Notes) -> dict[str, Any]:
    """`sections` with the parent's rules as hard as `switches` say.

    Notes a fault for a switch of a rule that is not there, of the pack's own rule, of one that is never judged, for a
    second one of the same rule, and for enforcing what has no value.
    """
    rules = {one.value.id: one for name in RULES for one in sections[name]}
    modes: dict[str, Mode] = {}
    for one in switches:
        if _fits(one, rules, modes, notes):
            modes[one.value.rule] = one.value.mode

    def as_hard(one: Placed[Any]) -> Placed[Any]:
        mode = None if one.at else modes.get(one.value.id)
        return one if mode is None else replace(one, value=replace(one.value, mode=mode))

    return {name: tuple(map(as_hard, section)) if name in RULES else section for name, section in sections.items()}


def _fits(one: Placed[Switch], rules: Mapping[str, Placed[Any]], modes: Mapping[str, Mode], notes: Notes) -> bool:
    name, at = one.value.rule, (*one.at, "rule")
    found = rules.get(name)
    faults = len(notes.faults)
    if found is None:
        known = [each.value.id for each in rules.values() if not each.at and hasattr(each.value, "mode")]
        notes.refuse(at, "switch_unknown", name=name, known=listed(known) or None, nearest=nearest(name, known))
    elif found.at:
        notes.refuse(at, "switch_own", name=name)
    elif not hasattr(found.value, "mode"):
        notes.refuse(at, "switch_modeless", name=name)
    elif name in modes:
        notes.refuse(at, "switched_twice", name=name)
    elif one.value.mode is Mode.ENFORCE and getattr(found.value, "missing", None) is not None:
        notes.refuse((*one.at, "mode"), "missing_but_enforced", missing=found.value.missing)
    return len(notes.faults) == faults
