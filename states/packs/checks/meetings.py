"""Kinds of meetings: who attends and votes fits together, and no dossier belongs to two kinds."""

from itertools import combinations

from states.packs.checks.selecting import selected_by_both, sort_of
from states.packs.keys import PackFile, Placed
from states.packs.shapes import Notes, Path, listed, nearest
from workflow.rulepack import VOTING, Agenda, MeetingRule, Share

_ORDER = list(Agenda)


def check_meetings(pack: PackFile, notes: Notes) -> None:
    for one in pack.meetings:
        _check_parts(one.value, one.at, notes)
        _check_voters(one.value, one.at, notes)
        _check_steps(one.value, one.at, notes)
        for key in ("quorum", "threshold"):
            _check_share(getattr(one.value, key), (*one.at, key), notes)
        if one.value.agreed_by and one.value.registered_through is None:
            notes.refuse((*one.at, "agreed_by"), "agreed_unregistered")
    _check_pairs(pack.meetings, notes)


def _check_parts(rule: MeetingRule, at: Path, notes: Notes) -> None:
    ids = [one.id for one in rule.parts]
    for name in dict.fromkeys(one for one in ids if ids.count(one) > 1):
        notes.refuse((*at, "part"), "part_twice", name=name)
    for position, one in enumerate(rule.parts):
        if (one.where is None) == (one.body is None):
            notes.refuse((*at, "part", position), "part_of_whom", name=one.id)


def _check_voters(rule: MeetingRule, at: Path, notes: Notes) -> None:
    known = {one.id: one for one in reversed(rule.parts)}
    for name in rule.voters:
        if name not in known:
            figures = {"name": name, "known": listed(known), "nearest": nearest(name, known)}
            notes.refuse((*at, "voters"), "unknown_part", **figures)
        elif known[name].part not in VOTING:
            notes.refuse((*at, "voters"), "part_without_vote", name=name, part=known[name].part.value)


def _check_steps(rule: MeetingRule, at: Path, notes: Notes) -> None:
    steps, voted = [one.step for one in rule.steps], [one.step for one in rule.steps if one.method is not None]
    if len(steps) != len(set(steps)) or voted != sorted(voted, key=_ORDER.index):
        notes.refuse((*at, "step"), "steps_disordered", known=listed(_ORDER))
    overall = next((one for one in rule.steps if one.step is Agenda.OVERALL), None)
    if rule.steps and (overall is None or overall.method is None):
        notes.refuse((*at, "step"), "no_overall_vote")


def _check_share(share: Share | None, at: Path, notes: Notes) -> None:
    if share is not None and share.more_than[0] >= share.more_than[1]:
        notes.refuse((*at, "more_than"), "no_fraction", found="/".join(map(str, share.more_than)))


def _check_pairs(kinds: tuple[Placed[MeetingRule], ...], notes: Notes) -> None:
    """Of two kinds that select the same dossier nobody could say which one reviews it."""
    wheres = [one.value.where for one in kinds]
    for first, second in combinations(kinds, 2):
        facts = next(iter(selected_by_both(first.value.where, second.value.where, wheres)), None)
        if facts is not None:
            told = sort_of(facts, first.value.where, second.value.where)
            notes.refuse(second.at, "meetings_collide", name=second.value.id, other=first.value.id, facts=told)
