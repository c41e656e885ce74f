"""What is written of a group, whole: made, joined, closed, refused and voted again; and what is answered."""

from datetime import timedelta
from typing import Any

import pytest

from tests.season import Play, at_noon, done, person, refusals
from workflow.answers import Done, GroupNote, Refused
from workflow.dates import micros
from workflow.store import commands as sql

NOON = at_noon("2024-11-10")
DAY = "2024-11-10"
OVER = {"size": 6, "base": 6, "count": 2, "would": 2, "allowance": 1, "over": True}
NOTHING = {"size": 6, "base": 0, "count": 0, "would": 0, "allowance": 0, "over": False}


@pytest.fixture
def closed(six: Play) -> Play:
    """Six leaders, two of them proposed excellent: one too many."""
    six.clock.now = NOON
    six.to_vote("SNV", excellent=2)
    six.close("SNV")
    return six


def told(play: Play, at: int = -1) -> dict[str, Any]:
    """A record of the group, without what every record has and what is counted elsewhere."""
    body = play.records(play.group("SNV")["id"])[at].body
    assert (body["kind"], body["command"]) == ("group", body["facts"]["command"]["name"])
    return {name: body[name] for name in ("command", "role", "to", "set", "facts")}


def by(play: Play, command: str, args: dict[str, Any], *, actor: str = "CV-SNV", role: str = "coordinator") -> Any:
    """The facts of a command on the group that was given at noon; without groups and obligations."""
    at = {"occurred_at": micros(NOON), "occurred_on": DAY, "recorded_at": micros(NOON), "dated": False}
    return {
        "command": {"process": "vote", "name": command, "args": args, **at},
        "actor": {"id": actor, "auth": "os-user:lan, asserted", "roles": [role]},
    }


def as_seen(play: Play, **changes: Any) -> dict[str, Any]:
    seen = {"id": play.group("SNV")["id"], "rule": "NT11-1a", "key": "SNV", "vote": "open", "closed_on": None, **OVER}
    seen |= {"would_over": True, "cliff": False, "capped_pending": 2, "unvoted": 0, "undecided": 6, "sent": 0}
    return {**seen, **changes}


def note(**changes: Any) -> GroupNote:
    given: dict[str, Any] = {"rule": "NT11-1a", "key": "SNV", "vote": "closed", "size": 6, "base": 6, "count": 2}
    return GroupNote(**{**given, "allowance": 1, "over": True, "cliff": False, "unvoted": 0, **changes})


def row(play: Play) -> dict[str, Any]:
    return {name: play.group("SNV")[name] for name in ("vote", "closed_on", *OVER)}


def test_a_group_is_made_by_the_roster_with_its_rule_its_key_and_the_unit_it_answers_to(six: Play):
    record = told(six, 0)
    assert (record["command"], record["role"], record["to"]) == ("create", "operator", "open")
    assert record["set"] == {"rule": "NT11-1a", "key": "SNV", "unit": "SNV", "vote": "open"}
    assert (record["facts"]["command"]["process"], record["facts"]["command"]["args"]) == ("vote", {})
    assert record["facts"]["actor"]["roles"] == ["operator"]
    assert (record["facts"]["groups"], record["facts"]["obligations"]) == ([], [])
    assert row(six) == {"vote": "open", "closed_on": None, **NOTHING}


def test_a_closed_vote_is_recorded_with_its_day_its_figures_and_what_was_seen(closed: Play):
    assert told(closed) == {
        "command": "close_vote",
        "role": "coordinator",
        "to": "closed",
        "set": {"vote": "closed", "closed_on": DAY, **OVER},
        "facts": {
            **by(closed, "close_vote", {"held_on": DAY}),
            "groups": [as_seen(closed)],
            "obligations": [],
        },
    }
    assert row(closed) == {"vote": "closed", "closed_on": NOON.date(), **OVER}


def test_a_record_of_a_vote_keeps_the_verdicts_that_it_was_taken_on(closed: Play):
    closed.revote("SNV")
    records = [one.body["verdicts"] for one in closed.records(closed.group("SNV")["id"])]
    assert [[one["rule"] for one in verdicts] for verdicts in records] == [
        [],
        ["hoso.all_voted"],
        ["hoso.may_vote_again"],
    ]


def test_a_vote_is_judged_as_of_its_day_by_whoever_left_since(six: Play):
    """He attended on the twentieth and withdrew the day after: he stays in size and base."""
    six.clock.now = at_noon("2024-11-22")
    six.hold("SNV", held_on="2024-11-20")
    six.to_vote("SNV", excellent=1)
    by = six.by("CV-SNV", occurred_at=at_noon("2024-11-21"))
    done(six.do("withdraw", "SNV-06", by=by, reason="nghỉ hưu"))
    assert six.group("SNV")["size"] == 5
    six.close("SNV")
    (seen,) = told(six)["facts"]["groups"]
    assert (seen["size"], seen["base"], seen["unvoted"]) == (6, 6, 0)
    assert six.group("SNV")["size"] == 6


def test_a_closed_vote_is_answered_with_a_receipt_a_warning_and_the_figures(six: Play):
    six.to_vote("SNV", excellent=2)
    answer = six.close("SNV")
    (one,) = answer.done
    record = six.records(six.group("SNV")["id"])[-1]
    assert one == Done(
        ref="SNV",
        kind="group",
        command="close_vote",
        came_from="open",
        to="closed",
        seq=2,
        receipt=record.receipt,
        warnings=one.warnings,
    )
    assert [warning.code for warning in one.warnings] == ["guard.closed_over"]
    assert (answer.act, answer.groups, answer.changes) == (record.act, (note(),), ())


def test_a_refused_closing_is_answered_and_kept_as_an_attempt(six: Play):
    six.clock.now = NOON
    answer = six.group_command("close_vote", "SNV")
    (one,) = answer.refused
    assert one == Refused(ref="SNV", kind="group", command="close_vote", verdicts=one.verdicts, unknown=())
    assert refusals(answer) == ["unvoted"]
    assert answer.groups == (note(vote="open", base=0, count=0, allowance=0, over=False, unvoted=6),)
    (attempt,) = six.attempts()
    assert (attempt["act"], attempt["kind"], attempt["ref"], attempt["command"]) == (
        answer.act,
        "group",
        "SNV",
        "close_vote",
    )
    assert attempt["args"] == {"held_on": DAY}
    assert len(six.records(six.group("SNV")["id"])) == 1


def test_a_new_vote_is_recorded_with_its_reason_and_what_is_owed_by_all_of_its_members(closed: Play):
    answer = done(closed.group_command("revote", "SNV", reason="vượt tỷ lệ"))
    record = told(closed)
    args = record["facts"]["command"]["args"]
    assert list(args) == ["reason"]
    owed = record["facts"].pop("obligations")
    assert [one["rule"] for one in owed] == ["NT11-1e-1", "NT11-1g-3", "NT11-1g-4", "NT11-2c-1"]
    assert record == {
        "command": "revote",
        "role": "coordinator",
        "to": "open",
        "set": {"vote": "open", "closed_on": None, **NOTHING},
        "facts": {
            **by(closed, "revote", args),
            "groups": [as_seen(closed, vote="closed", closed_on=DAY)],
        },
    }
    assert row(closed) == {"vote": "open", "closed_on": None, **NOTHING}
    assert [(one.ref, one.kind, one.came_from, one.to) for one in answer.done] == [
        ("SNV", "group", "closed", "open"),
        *((f"HS-000{number}", "dossier", "unit_voted", "self_reviewed") for number in range(1, 7)),
    ]
    assert answer.groups == (note(vote="open", base=0, count=0, allowance=0, over=False, unvoted=6),)


def test_a_dossier_taken_back_by_a_new_vote_keeps_the_day_the_reason_and_the_right_of_the_group(closed: Play):
    done(closed.group_command("revote", "SNV", reason="vượt tỷ lệ"))
    body = closed.records("SNV-02")[-1].body
    assert body["set"] == {
        "state": "self_reviewed",
        "voted": None,
        "proposed": None,
        "marks": {"revoted_on": DAY, "sends": [], "receipts": []},
    }
    assert (body["command"], body["to"], body["role"]) == ("revote", "self_reviewed", "coordinator")
    assert body["facts"]["actor"]["roles"] == ["coordinator"]
    assert body["facts"]["command"]["args"] == told(closed)["facts"]["command"]["args"]


def test_a_joiner_s_record_is_on_the_group_with_the_figures_that_he_changes(closed: Play):
    closed.clock.now = NOON + timedelta(hours=1)
    done(closed.bring(subjects=[person("SNV-07")]))
    record = told(closed)
    assert (record["command"], record["to"], record["role"]) == ("join", "open", "operator")
    assert record["set"] == {"vote": "open", "closed_on": None, **OVER, "size": 7}
    seen = as_seen(closed, vote="closed", closed_on=DAY, size=7, unvoted=1, undecided=7)
    assert record["facts"]["groups"] == [seen]
    assert row(closed) == {"vote": "open", "closed_on": None, **OVER, "size": 7}
    assert closed.verified().findings == ()


def test_a_leaver_keeps_his_place_in_the_group_with_the_day_and_the_rank_he_left_with(closed: Play):
    closed.clock.now = at_noon("2024-11-12")
    done(closed.bring([], [person("SNV-02", lead="none", duty="staff", tier="unit")]))
    with closed.database.reading() as tx:
        found = tx.all(sql.MEMBERS_OF_GROUPS, season=closed.row()["id"], groups=[closed.group("SNV")["id"]])
    left = {one["id"]: (str(one["left_on"]), one["left_rank"]) for one in found if one["left_on"] is not None}
    assert len(found) == 6
    assert left == {closed.dossier("SNV-02")["id"]: ("2024-11-12", "excellent")}
