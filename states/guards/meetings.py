"""Meetings: their registration and agreement, who was invited and came, what is said of one that was held, and of an
invitation that is entered afterwards."""

from states.guards.verdicts import again, texts, unmet
from workflow.engine import WARNING
from workflow.errors import Figure
from workflow.facts import MET, Facts, Finding, MeetingFacts, Remedy
from workflow.rulepack import Params
from workflow.words import MeetingState, Role, Status


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


def registration_described(facts: Facts, params: Params) -> Finding:
    """A time is registered where the kind of meeting asks for it, and says when (DP24-III.2-1)."""
    meeting, args = facts["meeting"], facts["command"]["args"]
    if meeting["kind"] not in texts(params, "kinds"):
        return unmet("registration_unasked", meeting=meeting["ref"], kind=meeting["kind"])
    if not args.get("time"):
        return unmet("time_missing", meeting=meeting["ref"], remedy=again(facts, time="YYYY-MM-DD HH:MM"))
    return MET


def agreement_asked(facts: Facts, params: Params) -> Finding:
    """Whoever agrees was asked to, and did not agree before; entered for somebody else it names the letter
    (DP24-III.2-2)."""
    meeting, args, asked = facts["meeting"], facts["command"]["args"], texts(params, "bodies")
    body = args.get("body", "")
    if body not in asked:
        return unmet("agreement_unasked", meeting=meeting["ref"], body=body, bodies=asked)
    if body in _agreed(meeting):
        return unmet("agreed_already", meeting=meeting["ref"], body=body)
    if Role.RATIFIER not in facts["actor"]["roles"] and not args.get("letter"):
        return unmet("agreement_unproved", body=body, remedy=again(facts, letter="NO"))
    return MET


def agreed_before_held(facts: Facts, params: Params) -> Finding:
    """A meeting is held after its time was registered, and agreed by all who must agree (DP24-III.2-1, 2)."""
    meeting, command = facts["meeting"], facts["command"]
    registered = meeting["marks"].get("registered")
    if meeting["state"] == MeetingState.PLANNED or registered is None:
        known = {"ref": meeting["ref"], "time": "YYYY-MM-DD HH:MM"}
        remedy = Remedy(action="meeting.register", args=known)
        if _is_new(meeting):
            remedy = Remedy(action="meeting.plan", args={"unit": meeting["unit"], "kind": meeting["kind"] or ""})
        return unmet("meeting_unregistered", meeting=meeting["ref"], body=str(params["through"]), remedy=remedy)
    asked = texts(params, "bodies")
    missing = [one for one in asked if one not in _agreed(meeting)]
    if asked and meeting["state"] != MeetingState.AGREED:
        agree = Remedy(action="meeting.agree", args={"ref": meeting["ref"], "body": missing[0], "letter": "NO"})
        return unmet("meeting_unagreed", meeting=meeting["ref"], bodies=missing, remedy=agree, who=missing[0])
    held_on = command["args"].get("held_on", command["occurred_on"])
    last = max([registered["on"], *(one["on"] for one in meeting["marks"].get("agreed", []))])
    if held_on < last:
        return unmet("held_before_agreed", meeting=meeting["ref"], held_on=held_on, agreed=last)
    if registered["time"] and not registered["time"].startswith(held_on):
        figures: dict[str, Figure] = {"meeting": meeting["ref"], "held_on": held_on, "registered": registered["time"]}
        return Finding(status=Status.MET, code="guard.held_other_day", figures=figures, flags=(WARNING,))
    return MET


def _agreed(meeting: MeetingFacts) -> list[str]:
    return [one["body"] for one in meeting["marks"].get("agreed", [])]


def invitations_sent(facts: Facts, params: Params) -> Finding:
    """Whoever must be invited was, before the meeting (NT11-1c-1, DP24-III.2-3, QN23-II.4.2a-1)."""
    meeting, args = facts["meeting"], facts["command"]["args"]
    missing = [one for one in texts(params, "bodies") if one not in {*meeting["invited"], *args.get("invited", [])}]
    if not missing:
        return MET
    remedy = Remedy(action="meeting.invite", args={"ref": meeting["ref"], "invite": " ".join(missing)})
    if _is_new(meeting):
        remedy = again(facts, invite=" ".join(missing))
    return unmet("not_invited", bodies=missing, remedy=remedy, who=Role.COORDINATOR, scope=meeting["unit"])


def _is_new(meeting: MeetingFacts) -> bool:
    """Whether it is being planned by this very command: it has no number yet, and goes by its unit's code."""
    return meeting["ref"] == meeting["unit"]


def presence_told(facts: Facts, params: Params) -> Finding:
    """Who attended is told by part: at least those who vote; and where votes are counted never more than belong to it.
    Of a body that only meets the roster need not have everybody."""
    meeting, present = facts["meeting"], facts["command"]["args"].get("present", {})
    lacking = [one for one in texts(params, "voting") if one not in present]
    if lacking:
        remedy = again(facts, present=" ".join(f"{one}=N" for one in lacking))
        return unmet("presence_missing", meeting=meeting["ref"], parts=lacking, remedy=remedy)
    for part, most in meeting.get("roll", {}).items() if params["counted"] else ():
        if present.get(part, 0) > most:
            return unmet("presence_over_roll", meeting=meeting["ref"], part=part, present=present[part], roll=most)
    return MET


def quorum_met(facts: Facts, params: Params) -> Finding:
    """So many of those who vote attended as the pack asks for; none is invented (A-16)."""
    meeting, present = facts["meeting"], facts["command"]["args"].get("present", {})
    voting, roll = texts(params, "voting"), meeting.get("roll", {})
    here, all_ = sum(present.get(one, 0) for one in voting), sum(roll.get(one, 0) for one in voting)
    more, than = int(str(params["more"])), int(str(params["than"]))
    if than * here > more * all_:
        return MET
    return unmet("quorum_missed", meeting=meeting["ref"], present=here, roll=all_, share=f"{more}/{than}")


def step_asked(facts: Facts, params: Params) -> Finding:
    """A note belongs to a step of this kind of meeting; only an optional one is left out, and says so (A-23)."""
    meeting, args = facts["meeting"], facts["command"]["args"]
    step, steps = args.get("step", ""), texts(params, "steps")
    if step not in steps:
        return unmet("step_unasked", meeting=meeting["ref"], step=step, steps=steps)
    if args.get("needed") is False and step not in texts(params, "optional"):
        return unmet("step_needed", meeting=meeting["ref"], step=step)
    return MET


def note_says(facts: Facts, _: Params) -> Finding:
    """A note names its step, and says something: what was presented, what the chair concluded, or that it was not
    needed."""
    args = facts["command"]["args"]
    if not args.get("step"):
        return unmet("step_missing", meeting=facts["meeting"]["ref"])
    if not args.get("text") and not args.get("conclusion") and args.get("needed") is not False:
        return unmet("note_empty", meeting=facts["meeting"]["ref"], remedy=again(facts, text="…"))
    return MET


def steps_decided(facts: Facts, params: Params) -> Finding:
    """Every optional step was held or left out by a decision that is on record (A-23)."""
    meeting = facts["meeting"]
    noted = {one["step"] for one in meeting["marks"].get("log", [])}
    left = [one for one in texts(params, "optional") if one not in noted]
    if not left:
        return MET
    remedy = Remedy(action="meeting.note", args={"ref": meeting["ref"], "step": left[0], "conclusion": "…"})
    return unmet("steps_undecided", meeting=meeting["ref"], steps=left, remedy=remedy)


def minutes_given(facts: Facts, _: Params) -> Finding:
    """The signed minutes come along: what was counted does not change after them."""
    if facts["command"]["args"].get("attachments"):
        return MET
    return unmet("minutes_missing", meeting=facts["meeting"]["ref"], remedy=again(facts, attach="minutes=FILE"))
