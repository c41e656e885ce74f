"""What a command changes beside the state: the fields and marks that it sets, from the facts and nothing else."""

from typing import Any

import pytest

from states.processes import PROCESSES
from tests.states.facts import NOON, dossier, facts, meeting
from workflow.facts import Facts, Patch

DAY = "2024-12-04"
EARLIER = {"to": "so-noi-vu", "at": 7, "letter": "8/CV"}
SENT = {"to": "ban-dang-tinh-uy", "at": NOON, "letter": "9/CV"}


def effect(command: str, args: dict[str, Any] | None = None, *, process: str = "dossier", **changes: Any) -> Patch:
    told: Facts = facts(command, process=process, args=args or {}, **changes)
    return PROCESSES[process].steps[command].effect(told)


def of(marks: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return dossier(marks=marks, **changes)


def test_a_self_review_sets_what_its_subject_expects_and_when_it_was_given():
    marks = {"reviewed_at": NOON, "reviewed_on": DAY}
    assert effect("self_review", {"rank": "good"}) == {"expected": "good", "marks": marks}
    assert effect("self_review") == {"expected": None, "marks": marks}


def test_a_vote_sets_the_rank_the_proposal_and_the_day_of_its_meeting():
    held = {"voted_at": NOON, "voted_on": "2024-11-20", "meeting": "HN-0001"}
    voted = effect("record_vote", {"rank": "good"}, meeting=meeting())
    assert voted == {"voted": "good", "proposed": "good", "marks": held}
    apart = effect("record_vote", {"rank": "good", "proposed": "excellent"}, meeting=meeting())
    assert apart == {"voted": "good", "proposed": "excellent", "marks": held}


def test_a_vote_without_a_held_meeting_is_of_the_day_that_it_is_given_for():
    """Foreseen only: a guard refuses it."""
    planned = effect("record_vote", {"rank": "good"}, meeting=meeting(held_on=None))
    assert planned["marks"] == {"voted_at": NOON, "voted_on": DAY, "meeting": "HN-0001"}
    assert effect("record_vote", {"rank": "good"})["marks"] == {"voted_at": NOON, "voted_on": DAY}


@pytest.mark.parametrize("command", ["submit", "send", "receive"])
def test_what_is_sent_or_received_is_noted_behind_what_was_before(command: str):
    args = {"to": SENT["to"], "letter": SENT["letter"]}
    key = "receipts" if command == "receive" else "sends"
    more = {"submitted_at": NOON, "due_back": None} if command == "submit" else {}
    assert effect(command, args, dossier=of({})) == {"marks": {key: [SENT], **more}}
    known = of({key: [EARLIER], "due_back": DAY})
    assert effect(command, args, dossier=known) == {"marks": {key: [EARLIER, SENT], **more}}
    without = {"to": None, "at": NOON, "letter": None}
    assert effect(command, dossier=of({})) == {"marks": {key: [without], **more}}


@pytest.mark.parametrize(("command", "key"), [("send", "sends"), ("receive", "receipts")])
def test_through_whom_it_goes_is_noted_where_it_is_told(command: str, key: str):
    args = {"to": SENT["to"], "letter": SENT["letter"], "via": "so-noi-vu"}
    assert effect(command, args, dossier=of({})) == {"marks": {key: [{**SENT, "via": "so-noi-vu"}]}}


def test_a_decision_is_the_rank_that_it_names_or_the_proposal():
    assert effect("ratify") == {"decided": "good", "marks": {"ratified_at": NOON}}
    assert effect("ratify", {"rank": "completed"})["decided"] == "completed"


def test_a_decision_bears_its_own_number_or_none():
    assert effect("ratify", {"decision": "7/QĐ"})["marks"] == {"ratified_at": NOON, "decision": "7/QĐ"}
    again = effect("ratify", {}, dossier=of({"decision": "7/QĐ"}))
    assert again["marks"] == {"ratified_at": NOON, "decision": None}


def test_what_goes_back_to_the_vote_has_no_rank_and_is_sent_nowhere():
    unvoted = {"voted": None, "proposed": None}
    assert effect("revote") == {**unvoted, "marks": {"sends": [], "receipts": [], "revoted_on": DAY}}
    back = effect("send_back", {"due_back": "2024-12-10"})
    assert back == {**unvoted, "marks": {"sends": [], "receipts": [], "due_back": "2024-12-10"}}
    assert effect("send_back")["marks"]["due_back"] is None


def test_an_adjustment_proposes_its_rank_or_leaves_the_proposal():
    assert effect("adjust", {"rank": "excellent"}) == {"proposed": "excellent", "marks": {"adjusted": True}}
    assert effect("adjust")["proposed"] == "good"


def test_who_leaves_leaves_on_a_day_for_a_reason():
    left = {"left_on": DAY, "left_at": NOON}
    assert effect("withdraw", {"reason_kind": "retired"}) == {"marks": {**left, "leave_reason": "retired"}}
    assert effect("withdraw") == {"marks": {**left, "leave_reason": "other"}}


def test_who_is_not_ranked_is_so_for_a_reason_and_leaves_no_group():
    ill = {"not_ranked_reason": "ill", "left_at": NOON}
    assert effect("not_ranked", {"reason_kind": "ill"}) == {"marks": ill}
    assert effect("not_ranked") == {"marks": {"not_ranked_reason": "other", "left_at": NOON}}


def test_a_corrected_vote_takes_along_the_proposal_that_was_the_vote():
    assert effect("correct", {"field": "voted", "rank": "excellent"}) == {"voted": "excellent", "proposed": "excellent"}
    apart = dossier(voted="good", proposed="completed")
    assert effect("correct", {"field": "voted", "rank": "excellent"}, dossier=apart) == {"voted": "excellent"}
    assert effect("correct", {"field": "expected", "rank": "excellent"}) == {"expected": "excellent"}
    assert effect("correct") == {"": None}


def test_an_opinion_is_noted_behind_those_before():
    one = {"body": "so-noi-vu", "at": NOON, "rank": "good"}
    earlier = {"body": "ban-dang-tinh-uy", "at": 7, "rank": None}
    args = {"body": "so-noi-vu", "rank": "good"}
    assert effect("opinion", args, dossier=of({})) == {"marks": {"opinions": [one]}}
    assert effect("opinion", args, dossier=of({"opinions": [earlier]})) == {"marks": {"opinions": [earlier, one]}}
    assert effect("opinion", dossier=of({}))["marks"]["opinions"] == [{"body": None, "at": NOON, "rank": None}]


def test_a_suggestion_is_noted_behind_those_before():
    args = {"body": "so-noi-vu", "on": "2024-11-01", "text": "x"}
    one, nothing = {**args, "at": NOON}, {"body": None, "on": None, "text": None, "at": NOON}
    assert effect("suggest", args, dossier=of({})) == {"marks": {"suggestions": [one]}}
    known = of({"suggestions": [one]})
    assert effect("suggest", {"none": True}, dossier=known) == {"marks": {"suggestions": [one, nothing]}}


def test_an_explanation_answers_every_suggestion_that_is_there():
    assert effect("explain", dossier=of({"suggestions": [{}, {}], "explained": 1})) == {"marks": {"explained": 2}}
    assert effect("explain", dossier=of({})) == {"marks": {"explained": 0}}


def test_a_comment_is_noted_behind_those_before():
    one, none = {"body": "so-noi-vu", "text": "x", "at": NOON}, {"body": "ban-dang-tinh-uy", "text": None, "at": NOON}
    given = {"body": "so-noi-vu", "text": "x"}
    assert effect("comment", given, dossier=of({})) == {"marks": {"comments": [one]}}
    nothing = {"body": "ban-dang-tinh-uy", "none": True}
    assert effect("comment", nothing, dossier=of({"comments": [one]})) == {"marks": {"comments": [one, none]}}
    assert effect("comment", dossier=of({})) == {"marks": {"comments": [{"body": None, "text": None, "at": NOON}]}}


def test_an_amendment_sets_what_it_names_and_a_move_forgets_the_new_vote_that_was_ordered():
    assert effect("amend", {"changes": {"duty": "staff"}}) == {"duty": "staff"}
    moved = effect("amend", {"changes": {"unit": "STC"}})
    assert moved == {"unit": "STC", "marks": {"revoted_on": None}}
    assert effect("amend") == {}


def test_a_move_forgets_that_the_meeting_was_held():
    moved = effect("amend", {"changes": {"unit": "STC"}}, dossier=of({"held_at": NOON}))
    assert moved["marks"] == {"revoted_on": None, "held_at": None}


def test_a_meeting_was_held_with_the_command_or_at_the_first_instant_of_its_day():
    assert effect("hold") == {"marks": {"held_at": NOON}}
    assert effect("hold", {"held_on": "2024-12-01", "held_at": 7}) == {"marks": {"held_at": 7}}


def test_attaching_changes_no_field():
    assert effect("attach", {"attachments": ["a"]}) == {}


def test_a_vote_is_closed_on_its_day_and_open_on_none():
    assert effect("close_vote", {"held_on": "2024-11-20"}, process="vote") == {"closed_on": "2024-11-20"}
    assert effect("close_vote", process="vote") == {"closed_on": DAY}
    for command in ("revote", "join"):
        assert effect(command, process="vote") == {"closed_on": None}


def test_a_circumstance_stands_beside_the_others_and_takes_its_own_place_again():
    mine, other = {"months": 3, "letter": "5/QĐ", "at": NOON}, {"months": None, "letter": None, "at": 7}
    args = {"circumstance": "absence", "months": 3, "letter": "5/QĐ"}
    assert effect("record_circumstance", args, dossier=of({})) == {"marks": {"circumstances": {"absence": mine}}}
    known = of({"circumstances": {"absence": other, "discipline": other}})
    both = {"discipline": other, "absence": mine}
    assert effect("record_circumstance", args, dossier=known) == {"marks": {"circumstances": both}}
    plain = effect("record_circumstance", {"circumstance": "discipline"}, dossier=of({}))
    assert plain == {"marks": {"circumstances": {"discipline": {"months": None, "letter": None, "at": NOON}}}}


def test_a_circumstance_that_is_taken_back_leaves_the_others():
    other = {"months": None, "letter": None, "at": 7}
    known = of({"circumstances": {"absence": other, "discipline": other}})
    back = {"circumstance": "absence", "none": True}
    assert effect("record_circumstance", back, dossier=known) == {"marks": {"circumstances": {"discipline": other}}}
    alone = of({"circumstances": {"absence": other}})
    assert effect("record_circumstance", back, dossier=alone) == {"marks": {"circumstances": {}}}


def test_a_fault_takes_the_next_number_also_after_one_that_was_taken_back():
    first = {"number": 1, "text": "ab", "at": NOON}
    assert effect("record_fault", {"text": "ab"}, dossier=of({})) == {"marks": {"faults": [first]}}
    gone = {"number": 1, "text": "cd", "at": 1, "taken_back": 2}
    known = of({"faults": [gone]})
    assert effect("record_fault", {"text": "ab"}, dossier=known) == {
        "marks": {"faults": [gone, {**first, "number": 2}]}
    }


@pytest.mark.parametrize(
    ("args", "became"),
    [
        ({"mended": True, "text": "ef"}, {"mended": {"text": "ef", "letter": None, "at": NOON}}),
        ({"mended": True, "letter": "3/BC"}, {"mended": {"text": None, "letter": "3/BC", "at": NOON}}),
        ({"none": True, "reason": "ef"}, {"taken_back": NOON}),
    ],
)
def test_what_became_of_a_fault_stands_on_that_one_alone(args: dict[str, Any], became: dict[str, Any]):
    one, two = {"number": 1, "text": "ab", "at": 1}, {"number": 2, "text": "cd", "at": 1}
    told = effect("record_fault", {"fault": 2, **args}, dossier=of({"faults": [one, two]}))
    assert told == {"marks": {"faults": [one, {**two, **became}]}}


def test_an_answer_for_a_fault_stands_beside_the_others_and_takes_its_own_place_again():
    other = {"mended": True, "text": None, "letter": "1/BC", "at": 1}
    mine = {"mended": False, "text": "ab", "letter": None, "at": NOON}
    args = {"carried": "HS-2/1", "text": "ab"}
    assert effect("answer_fault", args, dossier=of({})) == {"marks": {"answers": {"HS-2/1": mine}}}
    known = of({"answers": {"HS-2/1": other, "HS-2/2": other}})
    both = {"HS-2/1": mine, "HS-2/2": other}
    assert effect("answer_fault", args, dossier=known) == {"marks": {"answers": both}}
    mended = effect("answer_fault", {"carried": "HS-2/1", "mended": True, "letter": "3/BC"}, dossier=of({}))
    told = {"mended": True, "text": None, "letter": "3/BC", "at": NOON}
    assert mended == {"marks": {"answers": {"HS-2/1": told}}}
