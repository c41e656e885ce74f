"""Advancing dossiers: one, many at once, as many as pass, and for show; what is written, and what a refusal leaves."""

from typing import Any

import pytest

from tests.season import Play, collective, done, grant, leaders, refusals, units
from workflow.answers import Answer
from workflow.errors import BadInput
from workflow.words import Role

TABLES = (
    *("season", "roster", "unit", "subject", "role", "dossier", "quota_group", "member", "meeting", "history"),
    *("obligation", "secret", "counter", "attachment"),
)
"""Every table that a refused command may not touch; attempts, answers and the access log are about refusals."""


def contents(play: Play) -> dict[str, list[Any]]:
    return {name: play.table(name) for name in TABLES}


# — one —


def test_a_dossier_goes_its_whole_way(six: Play):
    six.review("SNV-02")
    six.to_vote("SNV")
    six.close("SNV")
    six.submit("SNV-02", letter="12/SNV")
    done(six.do("receive", "SNV-02", by="VT", to="so-noi-vu", letter="5/SNV"))
    six.ratify("SNV-02")
    row = six.dossier("SNV-02")
    assert (row["state"], row["seq"]) == ("ratified", 6)
    assert [row[name] for name in ("expected", "voted", "proposed", "decided")] == ["good"] * 4
    assert [one["to"] for one in row["marks"]["sends"]] == ["so-noi-vu"]
    assert row["marks"]["receipts"][0]["letter"] == "5/SNV"
    commands = ["create", "self_review", "record_vote", "submit", "receive", "ratify"]
    assert [one.command for one in six.records("SNV-02")] == commands


def test_the_answer_names_what_was_done_and_the_receipt_for_paper(six: Play):
    answer = six.review("SNV-02")
    (told,) = answer.done
    record = six.records("SNV-02")[-1]
    assert (told.kind, told.command, told.came_from, told.to) == ("dossier", "self_review", "drafted", "self_reviewed")
    assert (told.seq, told.receipt) == (2, record.receipt)
    assert record.act == answer.act
    assert answer.accepted


def test_four_ranks_are_kept_apart(six: Play):
    six.review("SNV-02", rank="excellent")
    six.vote("SNV-02", rank="good")
    row = six.dossier("SNV-02")
    assert [row[name] for name in ("expected", "voted", "proposed", "decided")] == ["excellent", "good", "good", None]


def test_a_record_says_who_when_on_whose_word_under_which_pack_and_what_the_guards_saw(six: Play):
    six.review("SNV-02")
    body = six.records("SNV-02")[-1].body
    assert body["role"] == "coordinator"
    assert body["pack"] == six.row()["pack"]
    assert body["facts"]["actor"] == {"id": "CV-SNV", "roles": ["coordinator"], "auth": "os-user:lan, asserted"}
    command = body["facts"]["command"]
    assert command["occurred_at"] == command["recorded_at"] == int(six.clock.now.timestamp()) * 1_000_000
    assert command["occurred_on"] == "2024-11-10"
    assert body["facts"]["dossier"]["state"] == "drafted"
    assert (body["to"], body["set"]["state"]) == ("self_reviewed", "self_reviewed")


def test_the_subject_may_review_himself_and_nobody_else(six: Play):
    done(six.do("self_review", "SNV-02", by="SNV-02", rank="good"))
    assert six.records("SNV-02")[-1].role == "subject"
    assert refusals(six.do("self_review", "SNV-03", by="SNV-02", rank="good")) == ["no_role"]


def test_a_collective_s_review_is_its_head_s(play: Play):
    play.bring(units("SNV"), [*leaders("SNV", 3), collective("SNV")])
    assert refusals(play.do("self_review", "SNV-TT", by="SNV-02", rank="good")) == ["no_role"]
    done(play.do("self_review", "SNV-TT", by="SNV-01", rank="good"))


def test_a_vote_without_a_self_review_needs_a_reason_and_goes_on_with_a_warning(six: Play):
    meeting = six.hold("SNV")
    assert refusals(six.do("record_vote", "SNV-02", rank="good", meeting=meeting)) == ["vote_before_review"]
    done(six.do("record_vote", "SNV-02", rank="good", meeting=meeting, reason="đi công tác dài ngày"))
    six.to_vote("SNV")
    six.close("SNV")
    answer = six.submit("SNV-02")
    assert [one.code for one in answer.done[0].warnings] == ["guard.review_replaced"]


# — wrong state, wrong person —


def test_a_wrong_state_answers_that_alone(six: Play):
    refused = six.do("submit", "SNV-02").refused[0]
    assert [one.code for one in refused.verdicts] == ["guard.wrong_state"]
    assert refused.verdicts[0].figures["state"] == "drafted"


def test_all_unmet_rules_are_told_at_once(six: Play):
    """Nothing of it in order: no self-review, no rank, no meeting, nobody invited."""
    found = refusals(six.do("record_vote", "SNV-02"))
    assert set(found) == {"rank_missing", "vote_before_review", "meeting_missing", "not_invited"}


@pytest.mark.parametrize("actor", ["CV-STC", "SNV-03", "GS", "QD-SNV", "os-user:lan"])
def test_one_without_the_role_is_refused(play: Play, actor: str):
    play.bring(units("SNV", "STC"), leaders("SNV", 3))
    assert refusals(play.do("self_review", "SNV-02", by=actor, rank="good")) == ["no_role"]
    assert play.states("SNV-02") == ["drafted"]


@pytest.mark.parametrize("command", ["record_vote", "submit", "withdraw", "not_ranked", "correct", "send"])
def test_nobody_coordinates_his_own_dossier(six: Play, command: str):
    """Design section 3. A correction or a withdrawal of one's own would be as good as a vote on oneself."""
    six.bring(roles=[grant("SNV-02", Role.COORDINATOR, "SNV")])
    if command in {"submit", "send", "correct"}:
        six.to_vote("SNV")
    if command in {"submit", "send"}:
        six.close("SNV")
    if command == "send":
        six.submit("SNV-02")
    args: dict[str, Any] = {"rank": "good", "reason": "x", "to": "so-noi-vu", "field": "voted", "corrects": 3}
    if command == "record_vote":
        six.review("SNV-02")
        args["meeting"] = six.hold("SNV")
    assert "own_dossier" in refusals(six.do(command, "SNV-02", by="SNV-02", **args))


def test_nobody_ratifies_his_own_dossier(six: Play):
    six.bring(roles=[grant("SNV-02", Role.RATIFIER, "bcsd-ubnd")])
    six.to_vote("SNV")
    six.close("SNV")
    six.submit("SNV-02", "SNV-03")
    assert refusals(six.do("ratify", "SNV-02", by="SNV-02")) == ["own_dossier"]
    done(six.do("ratify", "SNV-03", by="SNV-02"))


# — many —


def test_a_bulk_command_is_done_whole_in_one_act(six: Play):
    answer = six.review("SNV-01", "SNV-02", "SNV-03")
    assert [one.ref for one in answer.done] == [six.ref(f"SNV-0{number}") for number in (1, 2, 3)]
    assert {six.records(one.ref)[-1].act for one in answer.done} == {answer.act}


def test_a_bulk_command_is_refused_whole(six: Play):
    six.review("SNV-02")
    before = contents(six)
    answer = six.do("self_review", "SNV-01", "SNV-02", "SNV-03", rank="good")
    assert [one.ref for one in answer.refused] == [six.ref("SNV-02")]
    assert answer.done == ()
    assert not answer.accepted
    assert contents(six) == before


def test_partial_does_what_passes_and_refuses_the_rest(six: Play):
    six.review("SNV-02")
    answer = six.do("self_review", "SNV-01", "SNV-02", "SNV-03", rank="good", partial=True)
    assert [one.ref for one in answer.done] == [six.ref("SNV-01"), six.ref("SNV-03")]
    assert [one.ref for one in answer.refused] == [six.ref("SNV-02")]
    assert answer.accepted
    assert six.states("SNV-01", "SNV-02", "SNV-03") == ["self_reviewed"] * 3


def test_partial_with_nothing_left_does_nothing(six: Play):
    six.review("SNV-02")
    before = contents(six)
    answer = six.do("self_review", "SNV-02", rank="good", partial=True)
    assert (answer.done, len(answer.refused)) == ((), 1)
    assert contents(six) == before


def test_partial_with_nothing_wrong_does_all(six: Play):
    answer = six.do("self_review", "SNV-01", "SNV-02", rank="good", partial=True)
    assert (len(answer.done), answer.refused) == (2, ())


def test_partial_never_picks_some_of_several_equals(six: Play):
    """Over its cap a group goes whole or not at all, whatever the order of the list."""
    refs = six.to_vote("SNV", excellent=2)
    six.close("SNV")
    for order in (refs, refs[::-1]):
        answer = six.do("submit", *order, partial=True)
        assert answer.done == ()
        assert [one.ref for one in answer.refused] == order


def test_partial_drops_the_unable_first_and_then_judges_the_group_again(play: Play):
    """A group guard sees only those who are left: with one already sent the others are still within."""
    play.bring(units("SNV"), leaders("SNV", 6))
    refs = play.to_vote("SNV", excellent=1)
    play.close("SNV")
    play.submit(refs[2])
    answer = play.do("submit", *refs, partial=True)
    assert len(answer.done) == 5
    assert [one.ref for one in answer.refused] == [refs[2]]


# — for show —


def same_but_written(dry: Answer, real: Answer) -> bool:
    return [(one.ref, one.to, one.seq) for one in dry.done] == [(one.ref, one.to, one.seq) for one in real.done]


def test_a_dry_run_answers_as_the_real_one_and_writes_nothing(six: Play):
    before = contents(six)
    dry = six.do("self_review", "SNV-01", "SNV-02", by=six.by("CV-SNV", dry_run=True, key="k"), rank="good")
    assert dry.dry_run
    assert contents(six) == before
    assert (six.table("answer"), six.table("attempt")) == ([], [])
    real = six.do("self_review", "SNV-01", "SNV-02", by=six.by("CV-SNV", key="k"), rank="good")
    assert not real.dry_run
    assert same_but_written(dry, real)


def test_a_dry_run_that_is_refused_leaves_no_attempt(six: Play):
    answer = six.do("submit", "SNV-02", by=six.by("CV-SNV", dry_run=True))
    assert refusals(answer) == ["wrong_state"]
    assert answer.dry_run
    assert six.attempts() == []


# — bad input —


@pytest.mark.parametrize(
    "command,names,args,code",
    [
        ("promote", ["SNV-02"], {}, "command.unknown_command"),
        ("revote", ["SNV-02"], {}, "command.unknown_command"),
        ("amend", ["SNV-02"], {}, "command.unknown_command"),
        ("create", ["SNV-02"], {}, "command.unknown_command"),
        ("self_review", ["HS-9999"], {"rank": "good"}, "command.unknown_dossier"),
        ("self_review", ["SNV-02", "SNV-02"], {"rank": "good"}, "command.twice"),
        ("self_review", ["SNV-02"], {"rank": "great"}, "command.unknown_rank"),
        ("record_vote", ["SNV-02"], {"rank": "good", "proposed": "great"}, "command.unknown_rank"),
        ("record_vote", ["SNV-02"], {"rank": "good", "meeting": "HN-9999"}, "command.unknown_meeting"),
        ("send_back", ["SNV-02"], {"due_back": "10/12/2024"}, "command.not_a_day"),
        ("send_back", ["SNV-02"], {"due_back": "2024-02-30"}, "command.not_a_day"),
    ],
)
def test_what_cannot_be_asked_is_bad_input_and_leaves_nothing(
    six: Play, *, command: str, names: list[str], args: dict[str, Any], code: str
):
    before = contents(six)
    with pytest.raises(BadInput) as caught:
        six.do(command, *names, by="CV-SNV", **args)
    assert caught.value.code == code
    assert caught.value.exit_status == 2
    assert contents(six) == before
    assert six.attempts() == []


def test_no_dossier_at_all_is_bad_input(six: Play):
    with pytest.raises(BadInput) as caught:
        six.do("self_review", by="CV-SNV", rank="good")
    assert caught.value.code == "command.no_dossier"


def test_every_unknown_dossier_is_named(six: Play):
    with pytest.raises(BadInput) as caught:
        six.do("self_review", "HS-9998", "SNV-02", "HS-9999", by="CV-SNV", rank="good")
    assert caught.value.figures["refs"] == ["HS-9998", "HS-9999"]


def test_an_unknown_actor_is_bad_input(six: Play):
    with pytest.raises(BadInput) as caught:
        six.do("self_review", "SNV-02", by="CV-XYZ", rank="good")
    assert caught.value.code == "command.unknown_actor"


@pytest.mark.parametrize(
    "args",
    [
        {"rank": "good", "ranks": "good"},
        {"rank": "good", "letter": "So\u031b\u0309 12"},
        {"rank": "good", "letter": "\udcff"},
        {"rank": "good", "letter": 0.5},
    ],
    ids=["an unknown argument", "decomposed letters", "no letters at all", "a number with a point"],
)
def test_an_argument_that_cannot_be_kept_is_bad_input_or_is_made_fit(six: Play, args: dict[str, Any]):
    """Never a traceback for a user's mistake: a Mac pastes decomposed letters, a shell passes broken ones."""
    try:
        answer = six.do("self_review", "SNV-02", **args)
    except BadInput:
        return
    assert "ranks" not in args
    assert answer.accepted
    assert isinstance(args["letter"], str)


@pytest.mark.parametrize(
    "tally", [{"good": 5}, {"good": 0.5}, {"great": 5}, {"good": "five"}, {"good": -5}, "five", [5]]
)
def test_a_tally_that_is_none_is_refused_or_bad_input(six: Play, tally: Any):
    six.review("SNV-02")
    meeting = six.hold("SNV")
    if tally == {"good": 5}:
        done(six.do("record_vote", "SNV-02", rank="good", meeting=meeting, tally=tally))
        return
    try:
        answer = six.do("record_vote", "SNV-02", rank="good", meeting=meeting, tally=tally)
    except BadInput:
        return
    assert not answer.accepted


def test_a_tally_without_a_rank_is_refused_for_the_rank(six: Play):
    six.review("SNV-02")
    meeting = six.hold("SNV")
    assert "rank_missing" in refusals(six.do("record_vote", "SNV-02", meeting=meeting, tally={"good": 5}))


def test_the_day_due_back_is_compared_as_a_day_however_it_was_typed(six: Play):
    """ISO knows a short form too; what passes at the door must mean the same to the guard."""
    refs = six.to_vote("SNV")
    six.close("SNV")
    six.submit(*refs)
    try:
        answer = six.do("send_back", refs[1], by="QD-bcsd-ubnd", reason="thiếu", due_back="20241101")
    except BadInput:
        return
    assert refusals(answer) == ["due_back_past"]
