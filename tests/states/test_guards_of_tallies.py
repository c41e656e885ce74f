"""Counted votes: every identity at its edge and one past it, in both directions; order; and the rank that follows."""

from typing import Any

import pytest

from tests.states.facts import action, ask, code, facts, is_met, meeting
from workflow.facts import Facts, Finding
from workflow.words import Status

BALLOTS = {"issued": 7, "unused": 1, "cast": 6, "valid": 5, "invalid": 1, "excellent": 1, "good": 4}
STEPS, METHODS = ("criteria", "disputed", "overall"), ("ballot", "show", "ballot")


def counted(step: str, matter: int = 0, *, disputed: tuple[int, ...] = (), **figures: int) -> dict[str, Any]:
    made = {"dossier": "d", "step": step, "matter": matter, "method": "ballot", "figures": figures}
    return {**made, "disputed": list(disputed), "reason": None, "committee": [], "papers": [], "at": 1}


def at(command: str = "tally", *, before: Any = (), marks: Any = None, **more: Any) -> Facts:
    """A count on HS-0001 where seven may vote and seven were present."""
    known = {"subject": "x", "fits": True, "own": False, "voters": 7, "present": 7, "state": "self_reviewed"}
    tally = {"dossier": "d", "ref": "HS-0001", "before": list(before), **known}
    tally |= {name: more.pop(name) for name in list(more) if name in known}
    args = {"dossier": "d", "step": "overall", "method": "ballot", "figures": BALLOTS, **more.pop("args", {})}
    process = "meeting" if command != "record_vote" else "dossier"
    return facts(command, process=process, meeting=meeting(kind="K", marks=marks or {}), tally=tally, args=args, **more)


# — sums —


def adding(
    self_vote: str = "warn",
    *,
    method: str = "ballot",
    own: bool = False,
    voters: int = 7,
    present: int = 7,
    **figures: int,
) -> Finding:
    args = {"method": method, "figures": {**(BALLOTS if method == "ballot" else {}), **figures}}
    return ask("tally_adds_up", at(args=args, own=own, voters=voters, present=present), self_vote=self_vote)


@pytest.mark.parametrize(
    "figures,reason",
    [
        ({}, None),
        ({"issued": 6}, "ballots_issued"),
        ({"issued": 8}, "ballots_issued"),
        ({"unused": 0}, "ballots_issued"),
        ({"unused": 2}, "ballots_issued"),
        ({"invalid": 0}, "ballots_cast"),
        ({"invalid": 2}, "ballots_cast"),
        ({"good": 3}, "ballots_valid"),
        ({"good": 5}, "ballots_valid"),
    ],
)
def test_ballots_add_up(figures: dict[str, int], reason: str | None):
    changed: dict[str, Any] = dict(figures)
    found = adding(**changed)
    assert is_met(found) if reason is None else code(found) == reason


def test_no_more_ballots_than_voters():
    assert is_met(adding(voters=7))
    found = adding(voters=6)
    assert (code(found), found.figures) == ("ballots_over_roll", {"issued": 7, "voters": 6})


def test_invitees_do_not_vote():
    """Six were cast: six voters present will do, five will not, whoever else was in the room."""
    assert is_met(adding(present=6))
    found = adding(present=5)
    assert (code(found), found.figures) == ("votes_over_present", {"cast": 6, "present": 5})


@pytest.mark.parametrize(
    "self_vote,own,met",
    [("exclude", True, False), ("exclude", False, True), ("warn", True, True), ("allow", True, True)],
)
def test_who_may_not_vote_on_his_own_case_is_off_the_roll(self_vote: str, own: bool, met: bool):
    found = adding(self_vote, own=own)
    assert is_met(found) if met else code(found) == "ballots_over_roll"


@pytest.mark.parametrize("name", ["issued", "unused", "cast", "valid", "invalid"])
def test_a_count_of_ballots_is_complete(name: str):
    left = {key: value for key, value in BALLOTS.items() if key != name}
    found = ask("tally_adds_up", at(args={"figures": left}), self_vote="warn")
    assert (code(found), found.figures["missing"]) == ("tally_lacks", [name])


@pytest.mark.parametrize("against,met", [(2, True), (3, False)])
def test_hands_are_no_more_than_were_present(against: int, met: bool):
    found = adding(method="show", in_favour=4, against=against, abstained=1)
    assert is_met(found) if met else code(found) == "votes_over_present"


# — whose, which, in what order —


def test_a_count_is_of_a_dossier_step_and_way_that_the_meeting_votes_on():
    asked: dict[str, Any] = {"steps": STEPS, "methods": METHODS}
    assert is_met(ask("tally_asked", at(), **asked))
    assert code(ask("tally_asked", at(fits=False), **asked)) == "tally_elsewhere"
    assert code(ask("tally_asked", at(state="unit_voted"), **asked)) == "tally_after_vote"
    assert is_met(ask("tally_asked", at(state="drafted"), **asked))
    assert code(ask("tally_asked", at(args={"step": "report"}), **asked)) == "step_unasked"
    assert code(ask("tally_asked", at(args={"step": "disputed"}), **asked)) == "other_method"
    assert is_met(ask("tally_asked", at(args={"step": "disputed", "method": "show"}), **asked))


def ordered(step: str, *before: Any, steps: tuple[str, ...] = STEPS, marks: Any = None, **args: Any) -> Finding:
    return ask("tally_in_order", at(before=before, marks=marks, args={"step": step, **args}), steps=steps)


@pytest.mark.row("QN23-II.1.2b-4")
def test_the_overall_rank_comes_after_the_criteria_and_those_that_are_disputed():
    assert code(ordered("overall")) == "step_first"
    assert is_met(ordered("overall", counted("criteria")))
    disputed = counted("criteria", disputed=(2, 5))
    found = ordered("overall", disputed, counted("disputed", 2))
    assert (code(found), found.figures["disputed"]) == ("disputed_first", ["5"])
    assert is_met(ordered("overall", disputed, counted("disputed", 2), counted("disputed", 5)))


def test_a_step_that_the_chair_left_out_is_not_waited_for():
    assert is_met(ordered("overall", marks={"skipped": ["criteria"]}))


def test_one_ballot_is_enough_where_the_meeting_has_one_step():
    assert is_met(ordered("overall", steps=("overall",)))


def test_only_what_is_disputed_is_voted_on_as_such():
    assert is_met(ordered("disputed", counted("criteria", disputed=(2,)), matter=2))
    assert code(ordered("disputed", counted("criteria", disputed=(2,)), matter=3)) == "not_disputed"


def test_what_was_counted_is_corrected_with_a_reason():
    known = counted("overall")
    alone = ("overall",)
    assert code(ordered("overall", known, steps=alone)) == "tally_known"
    assert code(ordered("overall", known, steps=alone, correct=True)) == "reason_missing"
    assert is_met(ordered("overall", known, steps=alone, correct=True, reason="x"))
    assert code(ordered("overall", steps=alone, correct=True, reason="x")) == "tally_unknown"


def test_ballots_were_counted_by_somebody_who_signed():
    assert code(ask("count_signed", at())) == "committee_missing"
    assert code(ask("count_signed", at(args={"committee": ["a"]}))) == "count_unsigned"
    assert is_met(ask("count_signed", at(args={"committee": ["a"], "attachments": ["b"]})))
    assert is_met(ask("count_signed", at(args={"method": "show"})))


@pytest.mark.parametrize(
    "setting,own,told", [("warn", True, True), ("warn", False, False), ("allow", True, False), ("exclude", True, False)]
)
def test_a_vote_on_ones_own_case_is_told_where_the_pack_warns(setting: str, own: bool, told: bool):
    found = ask("self_vote_told", at(own=own), self_vote=setting)
    assert found.status is Status.MET
    assert found.flags == (("warning",) if told else ())


def test_minutes_wait_for_every_overall_rank():
    told = at("minute")
    told["meeting"]["unfinished"] = ["d"]
    assert (code(ask("all_counted", told))) == "count_unfinished"
    told["meeting"]["unfinished"] = []
    assert is_met(ask("all_counted", told))


# — the rank —


def ranked(rank: str, *, reason: str | None = None, share: tuple[str, int, int] | None = None, **votes: int) -> Finding:
    args = {"rank": rank, "figures": {}} | ({"reason": reason} if reason else {})
    params: dict[str, Any] = {} if share is None else dict(zip(("of", "more", "than"), share, strict=True))
    given: dict[str, Any] = dict(votes)
    before = [counted("overall", **given)] if votes else []
    return ask("rank_follows_tally", at("record_vote", before=before, args=args), **params)


def test_the_rank_is_the_most_voted_or_the_chair_says_why():
    assert is_met(ranked("good", good=4, excellent=3))
    found = ranked("excellent", good=4, excellent=3)
    assert (code(found), found.figures["leading"]) == ("tally_other_rank", ["good"])
    assert is_met(ranked("excellent", reason="x", good=4, excellent=3))


def test_a_tie_is_broken_by_the_chair_alone():
    found = ranked("good", good=3, excellent=3)
    assert (code(found), found.figures["leading"]) == ("tally_other_rank", ["excellent", "good"])
    assert is_met(ranked("good", reason="x", good=3, excellent=3))


def test_without_a_count_there_is_no_rank():
    found = ranked("good")
    assert code(found) == "tally_missing"
    assert action(found) == ("meeting.tally", {"meeting": "HN-0001", "dossier": "HS-0001", "step": "overall"})


def test_votes_are_not_told_twice():
    told = at("record_vote", before=[counted("overall", good=4)], args={"rank": "good", "tally": {"good": 4}})
    assert code(ask("rank_follows_tally", told)) == "tally_at_meeting"


@pytest.mark.parametrize(
    "share,met", [(("valid", 1, 2), True), (("valid", 4, 7), False), (("roll", 1, 2), True), (("present", 3, 5), False)]
)
def test_a_threshold_only_where_the_pack_has_one(share: tuple[str, int, int], met: bool):
    """Four of seven: more than half, not more than four sevenths."""
    found = ranked("good", share=share, good=4, excellent=3)
    assert is_met(found) if met else code(found) == "threshold_missed"
