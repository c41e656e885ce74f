"""Counted votes (biên bản kiểm phiếu) of a meeting: totals only, by dossier, step and matter. Who voted how is nowhere.

A meeting's `tallies` are kept by name, "DOSSIER/step/matter", so that history merges them name by name; a correction
takes the place of what it corrects.
"""

from collections.abc import Mapping
from typing import Any

from workflow.facts import MeetingMarks, Tally, TallyFacts
from workflow.rulepack import Agenda, MeetingRule, matches
from workflow.words import SubjectKind

Tallies = Mapping[str, Tally]

FOR_OR_AGAINST = ("in_favour", "against")
"""What a criterion is voted by; an overall rank is voted by ranks alone."""
BY_HANDS = ("abstained",)
BALLOTS = ("issued", "unused", "cast", "valid", "invalid")
"""What is counted of ballots besides the votes."""


def name_of(dossier: str, step: str, matter: int) -> str:
    """How a meeting knows the tally of a matter: 0 is the whole, 1, 2, 3 … are criteria."""
    return f"{dossier}/{step}/{matter}"


def of_dossier(tallies: Tallies, dossier: str) -> list[Tally]:
    """What was counted on one dossier, by step and matter."""
    order = list(Agenda)
    found = [one for one in tallies.values() if one["dossier"] == dossier]
    return sorted(found, key=lambda one: (order.index(Agenda(one["step"])), one["matter"]))


def unfinished(tallies: Tallies) -> list[str]:
    """The dossiers (ids) on which something was voted, and not yet the overall rank."""
    voted = {one["dossier"] for one in tallies.values()}
    return sorted(voted - {one["dossier"] for one in tallies.values() if one["step"] == Agenda.OVERALL})


def counted_on(rule: MeetingRule, meeting: Mapping[str, Any], dossier: Mapping[str, Any]) -> TallyFacts:
    """What a count on a dossier, or its vote, is judged on.

    `meeting` has its unit, marks and tallies; `dossier` its id, ref, state, `unit_path` and what selectors choose by.
    """
    path = dossier["unit_path"].split(" ")
    here, person = meeting["unit"] in path, {**dossier, "unit": path}
    selecting = (one.where for one in rule.voting() if one.where is not None)
    voters, present = may_vote(rule, meeting.get("marks", {}))
    return {
        "dossier": dossier["id"],
        "ref": dossier["ref"],
        "subject": dossier["subject"],
        "state": dossier["state"],
        "fits": here and matches(rule.where, dossier),
        "own": here and person["kind"] == SubjectKind.PERSON and any(matches(where, person) for where in selecting),
        "voters": voters,
        "present": present,
        "before": of_dossier(meeting.get("tallies") or {}, dossier["id"]),
    }


def may_vote(rule: MeetingRule, marks: MeetingMarks) -> tuple[int, int]:
    """How many may vote, and how many of them were present: people by the roll of that day, bodies by who came."""
    present, roll = marks.get("present", {}), marks.get("roll", {})
    here = {one.id: present.get(one.id, 0) for one in rule.voting()}
    return sum(roll.get(name, came) for name, came in here.items()), sum(here.values())
