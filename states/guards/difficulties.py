"""Difficulties that units raise: an answer says something, and the authority's own is proved."""

from states.guards.verdicts import again, unmet
from workflow.facts import MET, Facts, Finding
from workflow.rulepack import Params
from workflow.words import DifficultyState, Role


def difficulty_answered(facts: Facts, _: Params) -> Finding:
    """An answer has words, a letter or a file; entered for the authority it names the letter."""
    args, ref = facts["command"]["args"], facts["difficulty"]["ref"]
    if not any(args.get(one) for one in ("text", "letter", "attachments")):
        return unmet("difficulty_answer_empty", ref=ref, remedy=again(facts, text="TEXT"))
    above = facts["difficulty"]["state"] == DifficultyState.PASSED_ON
    if above and Role.AUTHORITY not in facts["actor"]["roles"] and not args.get("letter"):
        return unmet("difficulty_answer_unproved", ref=ref, remedy=again(facts, letter="NO"))
    return MET
