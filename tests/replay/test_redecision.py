"""Deciding again: each record under today's guards, on the facts that it keeps, made by hand."""

from dataclasses import replace
from typing import Any

import pytest

from tests.states.facts import NOON, facts, group, meeting
from tests.workflow.book import rules_with
from workflow.engine import Check, Rules
from workflow.facts import MET, Facts, Finding
from workflow.replay.redecision import Difference, redecide
from workflow.replay.timeline import Entry
from workflow.rulepack import Params, Where
from workflow.words import Status


def check(finding: Finding, command: tuple[str, str] = ("dossier", "opinion")) -> Rules:
    def answer(_: Facts, __: Params) -> Finding:
        return finding

    made = Check(rule="r", clause="", function=answer, params={}, where=Where())
    return replace(rules_with(), checks={command: (made,)})


def entry(told: Any, **changes: Any) -> Entry:
    """The record of an opinion, as `check(MET)` decides it."""
    one = {"body": "b", "at": NOON, "rank": "good"}
    body: dict[str, Any] = {"facts": told, "verdicts": [{"rule": "r", "status": "met"}]}
    body["set"] = changes.pop("set", {"state": "unit_voted", "marks": {"opinions": [one]}})
    given: dict[str, Any] = {"stream": "s", "kind": "dossier", "seq": 4, "act": "a", "place": 1, "actor": "QD"}
    given |= {"command": "opinion", "role": "ratifier", "auth": "", "occurred_at": 1, "recorded_at": 1}
    return Entry(**{**given, "to": "unit_voted", "receipt": "", "body": body, **changes})


def opinion(**changes: Any) -> Facts:
    return facts("opinion", args={"body": "b", "rank": "good"}, roles=["ratifier"], **changes)


KEPT = {"state": "unit_voted", "marks": {"opinions": [{"body": "b", "at": NOON, "rank": "good"}]}}


def test_what_would_be_decided_as_it_was_is_no_difference():
    assert list(redecide([entry(opinion())], check(MET))) == []


def test_a_verdict_that_would_be_another_is_told_with_all_that_follows():
    refused = Finding(status=Status.UNMET, code="guard.x")
    assert list(redecide([entry(opinion())], check(refused))) == [
        Difference(
            stream="s",
            kind="dossier",
            seq=4,
            command="opinion",
            recorded={"verdicts": {"r": "met"}, "to": "unit_voted", "set": KEPT},
            now={"verdicts": {"r": "unmet"}, "to": None, "set": {}},
        )
    ]


def test_a_verdict_that_would_be_another_and_lead_to_the_same_is_told():
    (one,) = redecide([entry(opinion())], check(Finding(status=Status.UNKNOWN, code="guard.x")))
    assert (one.recorded["verdicts"], one.now["verdicts"]) == ({"r": "met"}, {"r": "unknown"})


@pytest.mark.parametrize("changes", [{"to": "submitted"}, {"set": {**KEPT, "decided": "good"}}, {"set": {}}])
def test_a_record_that_says_another_state_or_another_change_is_told(changes: dict[str, Any]):
    (one,) = redecide([entry(opinion(), **changes)], check(MET))
    assert (one.recorded["to"], one.now["to"]) == (changes.get("to", "unit_voted"), "unit_voted")
    assert (one.recorded["set"], one.now["set"]) == (changes.get("set", KEPT), KEPT)


def test_records_of_no_command_of_a_process_are_passed_over_and_the_next_is_decided():
    first = entry(opinion(), command="create")
    roster: Any = facts("import", process="roster")
    second = entry(roster, command="import")
    (one,) = redecide([first, second, entry(opinion(), to="x", seq=9)], check(MET))
    assert one.seq == 9


def test_of_a_group_what_is_counted_is_not_decided_and_what_is_decided_is_compared():
    told: Any = facts("close_vote", process="vote", args={"held_on": "2024-11-20"}, groups=[group(vote="open")])
    rules = check(MET, ("vote", "close_vote"))
    kept = {"vote": "closed", "closed_on": "2024-11-20", "size": 6}
    closed = {"kind": "group", "command": "close_vote", "to": "closed"}
    assert list(redecide([entry(told, set=kept, **closed)], rules)) == []
    (one,) = redecide([entry(told, set={**kept, "closed_on": "2024-11-21"}, **closed)], rules)
    assert (one.kind, one.recorded["set"], one.now["set"]) == (
        "group",
        {"closed_on": "2024-11-21"},
        {"closed_on": "2024-11-20"},
    )


def test_of_a_meeting_all_that_it_changes_is_compared():
    told: Any = facts("cancel", process="meeting", meeting=meeting(state="planned"))
    (one,) = redecide(
        [entry(told, kind="meeting", command="cancel", to="cancelled", set={"size": 1})],
        check(MET, ("meeting", "cancel")),
    )
    assert one.recorded["set"] == {"size": 1}
    assert one.now["set"]["state"] == "cancelled"
