"""Orders between dossiers: of steps that every dossier takes, and none that holds both sides for ever."""

from states.packs.checks.selecting import selected_by_both
from states.packs.keys import PackFile
from states.packs.shapes import Notes, listed
from workflow.discharge import BEFORE, MARKING
from workflow.rulepack import Within

STEPS = tuple(one for one in BEFORE if one not in MARKING)
_APART = (Within.BELOW, Within.PERSON)
"""Reaches in which nobody can wait for who waits for him."""


def check_orders(pack: PackFile, notes: Notes) -> None:
    for one in pack.orders:
        rule = one.value
        for key in ("reached", "command"):
            if getattr(rule, key) not in STEPS:
                notes.refuse((*one.at, key), "order_of_no_step", name=getattr(rule, key), known=listed(STEPS))
        both = next(selected_by_both(rule.first, rule.then, [rule.first, rule.then]), None)
        if both is not None and rule.within not in _APART:
            notes.refuse(one.at, "order_circular", name=rule.id)
