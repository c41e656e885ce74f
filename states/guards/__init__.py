"""The conditions of the commands: plain pure functions over facts already loaded (design section 3).

`GUARDS` is the one dict of them; a pack names its guards from it, and `states.rules` binds those that every pack has.
Each answers met, unmet (why, with figures, what would help, who can) or unknown. Message codes are of domain `guard`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from states.guards import (
    carried,
    ceilings,
    difficulties,
    documents,
    meetings,
    milestones,
    orders,
    papers,
    petitions,
    quotas,
    routes,
    tallies,
    times,
    votes,
)
from workflow.engine import GuardFunction


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardSpec:
    """A guard as packs may name it: the function, the parameters it takes, and the commands it can stand at."""

    function: GuardFunction
    commands: tuple[str, ...]
    params: Mapping[str, type] = field(default_factory=dict)
    process: str = "dossier"
    for_packs: bool = False
    """Whether a pack may name it; the others are bound to quotas, deadlines and routes, or stand in every pack."""


_WHERE_OWN = (
    "record_vote",
    "submit",
    "send",
    "receive",
    "ratify",
    "send_back",
    "adjust",
    "withdraw",
    "not_ranked",
    "correct",
    "opinion",
    "suggest",
    "comment",
    "record_circumstance",
    "answer_petition",
    "record_fault",
)

GUARDS: Mapping[str, GuardSpec] = MappingProxyType(
    {
        "not_own": GuardSpec(function=papers.not_own, commands=_WHERE_OWN),
        "reason_given": GuardSpec(
            function=papers.reason_given,
            commands=("send_back", "adjust", "withdraw", "not_ranked", "correct"),
            for_packs=True,
        ),
        "rank_given": GuardSpec(
            function=papers.rank_given, commands=("self_review", "record_vote", "correct"), for_packs=True
        ),
        "expected_named": GuardSpec(function=papers.expected_named, commands=("self_review",)),
        "early_vote_reasoned": GuardSpec(
            function=papers.early_vote_reasoned, commands=("record_vote",), params={"unreviewed": tuple}
        ),
        "due_back_named": GuardSpec(function=papers.due_back_named, commands=("send_back",)),
        "correction_named": GuardSpec(function=papers.correction_named, commands=("correct",)),
        "changes_given": GuardSpec(function=papers.changes_given, commands=("amend",)),
        "files_given": GuardSpec(function=papers.files_given, commands=("attach", "explain")),
        "paper_fits": GuardSpec(
            function=documents.paper_fits,
            commands=("attach", "explain"),
            params={"kind": str, "forms": tuple, "types": tuple, "largest": int, "sections": tuple},
        ),
        "only_one": GuardSpec(function=documents.only_one, commands=("attach",), params={"kind": str, "forms": tuple}),
        "paper_present": GuardSpec(
            function=documents.paper_present,
            commands=("self_review", "record_vote", "submit", "ratify"),
            params={"kind": str, "forms": tuple, "sections": tuple, "once": bool},
        ),
        "suggestion_described": GuardSpec(function=documents.suggestion_described, commands=("suggest",)),
        "suggestion_answered": GuardSpec(function=documents.suggestion_answered, commands=("self_review",)),
        "explanation_asked": GuardSpec(function=documents.explanation_asked, commands=("explain",)),
        "comment_asked": GuardSpec(function=documents.comment_asked, commands=("comment",), params={"bodies": tuple}),
        "comment_described": GuardSpec(function=documents.comment_described, commands=("comment",)),
        "comments_collected": GuardSpec(
            function=documents.comments_collected, commands=("self_review",), params={"bodies": tuple}
        ),
        "dossiers_ready": GuardSpec(
            function=documents.dossiers_ready,
            commands=("hold",),
            params={"rule": str, "bodies": tuple},
            process="meeting",
        ),
        "drafts_there": GuardSpec(
            function=documents.drafts_there, commands=("hold",), params={"rule": str, "days": int}, process="meeting"
        ),
        "review_finished": GuardSpec(function=votes.review_finished, commands=("submit",), for_packs=True),
        "meeting_held": GuardSpec(function=votes.meeting_held, commands=("record_vote",)),
        "meeting_of_kind": GuardSpec(function=votes.meeting_of_kind, commands=("record_vote",), params={"kind": str}),
        "meeting_since_revote": GuardSpec(
            function=votes.meeting_since_revote, commands=("record_vote",), for_packs=True
        ),
        "parties_invited": GuardSpec(
            function=votes.parties_invited, commands=("record_vote",), params={"bodies": tuple}, for_packs=True
        ),
        "tally_complete": GuardSpec(function=votes.tally_complete, commands=("record_vote",), for_packs=True),
        "proposal_follows_vote": GuardSpec(
            function=votes.proposal_follows_vote, commands=("record_vote",), params={"proposal": str}
        ),
        "group_ready": GuardSpec(
            function=quotas.group_ready,
            commands=("submit",),
            params={"rule": str, "rank": str, "over": str, "base": str},
        ),
        "group_has_room": GuardSpec(
            function=quotas.group_has_room, commands=("ratify",), params={"rule": str, "rank": str}
        ),
        "group_within": GuardSpec(
            function=quotas.group_within, commands=("ratify",), params={"rule": str, "rank": str}
        ),
        "group_foreseen": GuardSpec(
            function=quotas.group_foreseen, commands=("submit",), params={"rule": str, "rank": str}
        ),
        "vote_foreseen": GuardSpec(
            function=quotas.group_foreseen,
            commands=("close_vote",),
            params={"rule": str, "rank": str},
            process="vote",
        ),
        "all_voted": GuardSpec(function=quotas.all_voted, commands=("close_vote",), process="vote"),
        "may_vote_again": GuardSpec(function=quotas.may_vote_again, commands=("revote",), process="vote"),
        "recipient_on_route": GuardSpec(
            function=routes.recipient_on_route, commands=("submit", "send", "receive"), params={"recipients": tuple}
        ),
        "sent_in_turn": GuardSpec(
            function=routes.sent_in_turn, commands=("submit", "send"), params={"recipients": tuple}
        ),
        "sends_complete": GuardSpec(function=routes.sends_complete, commands=("ratify",), params={"recipients": tuple}),
        "others_sent": GuardSpec(function=routes.others_sent, commands=("submit",), params={"recipients": tuple}),
        "one_left_to_submit": GuardSpec(
            function=routes.one_left_to_submit, commands=("send",), params={"recipients": tuple}
        ),
        "decided_by_route": GuardSpec(
            function=routes.decided_by_route, commands=("ratify",), params={"body": str, "external": bool}
        ),
        "ratifier_unsaid": GuardSpec(function=routes.ratifier_unsaid, commands=("ratify",)),
        "opinion_given": GuardSpec(
            function=routes.opinion_given, commands=("ratify",), params={"body": str}, for_packs=True
        ),
        "opinion_heard": GuardSpec(function=routes.opinion_heard, commands=("ratify",), params={"body": str}),
        "appraised": GuardSpec(function=routes.appraised, commands=("ratify",), for_packs=True),
        "opinion_asked": GuardSpec(function=routes.opinion_asked, commands=("opinion",), params={"bodies": tuple}),
        "opinion_says": GuardSpec(function=routes.opinion_says, commands=("opinion",)),
        "decided_as_proposed": GuardSpec(function=routes.decided_as_proposed, commands=("ratify",)),
        "decision_numbered": GuardSpec(function=routes.decision_numbered, commands=("ratify",), for_packs=True),
        "not_above_adjusted": GuardSpec(function=routes.not_above_adjusted, commands=("ratify",)),
        "in_order": GuardSpec(
            function=orders.in_order,
            commands=("self_review", "record_vote", "submit", "ratify"),
            params={"rule": str, "reached": str},
        ),
        "under_ceiling": GuardSpec(
            function=ceilings.under_ceiling,
            commands=("record_vote", "ratify"),
            params={"rule": str, "circumstance": str},
        ),
        "circumstance_known": GuardSpec(
            function=ceilings.circumstance_known,
            commands=("record_vote", "ratify"),
            params={"circumstance": str, "day": str},
        ),
        "petition_says": GuardSpec(function=petitions.petition_says, commands=("raise_petition",)),
        "petition_answered": GuardSpec(function=petitions.petition_answered, commands=("answer_petition",)),
        "result_changed": GuardSpec(function=petitions.result_changed, commands=("answer_petition",)),
        "adjusted_by_route": GuardSpec(
            function=petitions.adjusted_by_route,
            commands=("adjust", "answer_petition"),
            params={"body": str, "external": bool},
        ),
        "circumstance_elsewhere": GuardSpec(
            function=ceilings.circumstance_elsewhere,
            commands=("record_circumstance",),
            params={"circumstance": str},
        ),
        "circumstance_described": GuardSpec(
            function=ceilings.circumstance_described,
            commands=("record_circumstance",),
            params={"circumstance": str, "months": bool, "proof": bool, "awaited": bool},
        ),
        "fault_described": GuardSpec(function=carried.fault_described, commands=("record_fault",)),
        "fault_carried": GuardSpec(function=carried.fault_carried, commands=("answer_fault",)),
        "faults_answered": GuardSpec(function=carried.faults_answered, commands=("self_review",)),
        "in_time": GuardSpec(
            function=times.in_time,
            commands=("self_review", "record_vote", "submit", "ratify"),
            params={"rule": str, "late": str},
        ),
        "sent_in_time": GuardSpec(
            function=times.sent_in_time,
            commands=("submit", "send", "receive"),
            params={"rule": str, "late": str, "to": str},
        ),
        "done_before": GuardSpec(
            function=times.done_before,
            commands=("self_review", "record_vote", "submit", "ratify"),
            params={"command": str},
            for_packs=True,
        ),
        "backdate_proved": GuardSpec(
            function=times.backdate_proved,
            commands=("self_review", "hold", "record_vote", "submit", "ratify", "send"),
            params={"backdate": str},
        ),
        "invitation_proved": GuardSpec(function=meetings.invitation_proved, commands=("invite",), process="meeting"),
        "meeting_described": GuardSpec(function=meetings.meeting_described, commands=("hold",), process="meeting"),
        "registration_described": GuardSpec(
            function=meetings.registration_described,
            commands=("register", "move"),
            params={"kinds": tuple},
            process="meeting",
        ),
        "agreement_asked": GuardSpec(
            function=meetings.agreement_asked, commands=("agree",), params={"bodies": tuple}, process="meeting"
        ),
        "agreed_before_held": GuardSpec(
            function=meetings.agreed_before_held,
            commands=("hold",),
            params={"bodies": tuple, "through": str},
            process="meeting",
        ),
        "invitations_sent": GuardSpec(
            function=meetings.invitations_sent, commands=("hold",), params={"bodies": tuple}, process="meeting"
        ),
        "presence_told": GuardSpec(
            function=meetings.presence_told,
            commands=("hold",),
            params={"voting": tuple, "counted": bool},
            process="meeting",
        ),
        "quorum_met": GuardSpec(
            function=meetings.quorum_met,
            commands=("hold",),
            params={"voting": tuple, "more": int, "than": int},
            process="meeting",
        ),
        "step_asked": GuardSpec(
            function=meetings.step_asked,
            commands=("note",),
            params={"steps": tuple, "optional": tuple},
            process="meeting",
        ),
        "difficulty_answered": GuardSpec(
            function=difficulties.difficulty_answered, commands=("answer_difficulty",), process="difficulty"
        ),
        "step_proved": GuardSpec(
            function=milestones.step_proved, commands=("done",), params={"kind": str}, process="milestone"
        ),
        "step_needed": GuardSpec(function=milestones.step_needed, commands=("not_needed",), process="milestone"),
        "none_listed": GuardSpec(
            function=milestones.none_listed, commands=("not_needed",), params={"ranks": tuple}, process="milestone"
        ),
        "dossiers_there": GuardSpec(
            function=milestones.dossiers_there, commands=("done",), params={"command": str}, process="milestone"
        ),
        "note_says": GuardSpec(function=meetings.note_says, commands=("note",), process="meeting"),
        "steps_decided": GuardSpec(
            function=meetings.steps_decided, commands=("minute",), params={"optional": tuple}, process="meeting"
        ),
        "minutes_given": GuardSpec(function=meetings.minutes_given, commands=("minute",), process="meeting"),
        "tally_asked": GuardSpec(
            function=tallies.tally_asked,
            commands=("tally",),
            params={"steps": tuple, "methods": tuple},
            process="meeting",
        ),
        "tally_in_order": GuardSpec(
            function=tallies.tally_in_order, commands=("tally",), params={"steps": tuple}, process="meeting"
        ),
        "tally_adds_up": GuardSpec(
            function=tallies.tally_adds_up, commands=("tally",), params={"self_vote": str}, process="meeting"
        ),
        "count_signed": GuardSpec(function=tallies.count_signed, commands=("tally",), process="meeting"),
        "self_vote_told": GuardSpec(
            function=tallies.self_vote_told, commands=("tally",), params={"self_vote": str}, process="meeting"
        ),
        "all_counted": GuardSpec(function=tallies.all_counted, commands=("minute",), process="meeting"),
        "correction_follows_tally": GuardSpec(function=tallies.correction_follows_tally, commands=("correct",)),
        "rank_follows_tally": GuardSpec(
            function=tallies.rank_follows_tally,
            commands=("record_vote",),
            params={"of": str, "more": int, "than": int},
        ),
        "reason_for_moving": GuardSpec(function=papers.reason_given, commands=("move", "cancel"), process="meeting"),
    }
)
