"""Ceilings: of commands that rank, with something that caps, and with a circumstance that can stand on record there."""

from states.packs.checks.selecting import meet
from states.packs.keys import PackFile
from states.packs.shapes import Notes, Path, listed
from workflow.rulepack import Ceiling, Circumstance

RANKING = ("record_vote", "ratify")


def check_ceilings(pack: PackFile, notes: Notes) -> None:
    known = {one.value.id: one.value for one in pack.circumstances}
    for one in pack.ceilings:
        rule = one.value
        if rule.command not in RANKING:
            notes.refuse((*one.at, "command"), "ceiling_at_no_rank", name=rule.command, known=listed(RANKING))
        if (rule.by is None) is not (rule.within is None):
            notes.refuse(one.at, "ceiling_reach", name=rule.id)
        if rule.circumstance is None:
            _check_ranks(rule, one.at, notes)
        elif rule.circumstance in known:
            _check_circumstance(rule, known[rule.circumstance], one.at, notes)


def _check_ranks(rule: Ceiling, at: Path, notes: Notes) -> None:
    """Of one rank by others: these say how high."""
    if rule.by is None:
        notes.refuse(at, "ceiling_of_nothing", name=rule.id)
    if rule.highest is not None:
        notes.refuse((*at, "highest"), "ceiling_highest_alone")
    for key, bound in (("from", rule.least), ("below", rule.below)):
        if bound is not None:
            notes.refuse((*at, key), "ceiling_uncounted", key=key)


def _check_circumstance(rule: Ceiling, found: Circumstance, at: Path, notes: Notes) -> None:
    for key, bound in (("from", rule.least), ("below", rule.below)):
        if bound is not None and not found.months:
            notes.refuse((*at, key), "ceiling_uncounted", key=key)
    if rule.least is not None and rule.below is not None and rule.least >= rule.below:
        notes.refuse((*at, "below"), "ceiling_empty", least=rule.least, below=rule.below)
    if not meet(found.where, rule.of if rule.by is None else rule.by):
        notes.refuse(at, "ceiling_of_nobody", name=rule.id, circumstance=found.id)
