"""Meetings: what is said of one that was held, and of an invitation that is entered afterwards."""

from states.guards.verdicts import again, unmet
from workflow.errors import Figure
from workflow.facts import MET, Facts, Finding, Remedy
from workflow.rulepack import Params


def meeting_described(facts: Facts, _: Params) -> Finding:
    """A meeting that was held says on which day, not after today, and how many attended."""
    args, command = facts["command"]["args"], facts["command"]
    attendees = args.get("attendees")
    if attendees is None or attendees < 1:
        return unmet("attendees_missing", meeting=facts["meeting"]["ref"], remedy=again(facts, attendees="N"))
    if args.get("held_on", command["occurred_on"]) > command["occurred_on"]:
        return unmet("held_in_future", day=args.get("held_on"), occurred=command["occurred_on"])
    return MET


def invitation_proved(facts: Facts, _: Params) -> Finding:
    """Whoever enters an invitation after the meeting names its letter and the day it went out, at the latest the
    meeting's."""
    meeting, command = facts["meeting"], facts["command"]
    if meeting["held_on"] is None:
        return MET
    if not command["args"].get("letter") or not command["dated"]:
        remedy = again(facts, letter="NO", occurred="YYYY-MM-DD")
        return unmet("invitation_unproved", meeting=meeting["ref"], remedy=remedy)
    if command["occurred_on"] > meeting["held_on"]:
        invited = " ".join(command["args"].get("invited", []))
        remedy = Remedy(action="meeting.hold", args={"unit": meeting["unit"], "invite": invited})
        figures: dict[str, Figure] = {"occurred": command["occurred_on"], "held_on": meeting["held_on"]}
        return unmet("invitation_after", meeting=meeting["ref"], remedy=remedy, told=figures)
    return MET
