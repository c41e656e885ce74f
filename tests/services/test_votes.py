"""A proposal is judged once, whole: closing, being over, voting again, and who leaves or joins (design section 4)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.season import Play, at_noon, collective, done, grant, leaders, local, person, refusals, units, warnings
from workflow.errors import BadInput, KeyReused
from workflow.words import Role

ROW = pytest.mark.row


def whole(play: Play) -> list[str]:
    return [row["ref"] for row in play.dossiers("SNV")]


# — over, again, within —


@ROW("NT11-1a-1", "NT11-1a-2", "NT11-1a-5")
def test_a_collective_over_its_cap_ranks_again_whole_and_then_goes(six: Play):
    refs = six.to_vote("SNV", excellent=2)
    closed = six.close("SNV")
    assert warnings(closed) == ["closed_over"]
    assert (closed.groups[0].count, closed.groups[0].allowance, closed.groups[0].over) == (2, 1, True)

    refused = six.do("submit", *refs)
    assert refusals(refused) == ["quota_over"]
    assert len(refused.refused) == 6
    verdict = refused.refused[0].verdicts[0]
    assert (verdict.rule, verdict.clause) == ("NT11-1a", "số …/UBND-VXNV, khoản 1, gạch đầu dòng thứ nhất")
    assert verdict.by == "2024-12-04"
    assert set(six.states(*refs)) == {"unit_voted"}

    six.revote("SNV")
    assert set(six.states(*refs)) == {"self_reviewed"}
    assert six.group("SNV")["vote"] == "open"
    assert six.figures("SNV") == (6, 0, 0, 0, False)

    six.to_vote("SNV", excellent=1)
    assert six.close("SNV").groups[0].over is False
    six.submit(*refs)
    assert set(six.states(*refs)) == {"submitted"}


@ROW("NT11-1a-5")
def test_every_dossier_keeps_its_history_through_a_new_vote(six: Play):
    six.to_vote("SNV", excellent=2)
    six.close("SNV")
    done(six.group_command("revote", "SNV", reason="vượt tỷ lệ"))
    for ref in whole(six):
        records = six.records(ref)
        assert [one.command for one in records] == ["create", "self_review", "record_vote", "revote"]
        assert records[2].body["set"]["voted"] in {"excellent", "good"}
        assert records[3].body["facts"]["command"]["args"]["reason"]
    group = six.records(six.group("SNV")["id"])
    assert [one.command for one in group] == ["create", "close_vote", "revote"]
    assert group[1].body["set"]["over"] is True
    assert len({one.act for one in [group[2], *(six.records(ref)[-1] for ref in whole(six))]}) == 1


@ROW("NT11-1a-5")
def test_a_new_vote_does_not_cite_the_meeting_held_before_it_was_ordered(six: Play):
    six.to_vote("SNV", excellent=2)
    six.close("SNV")
    first = six.meetings["SNV"]
    six.clock.now += timedelta(days=1)
    six.revote("SNV")
    answer = six.do("record_vote", "SNV-01", rank="good", meeting=first)
    (verdict,) = answer.refused[0].verdicts
    assert (verdict.rule, verdict.code) == ("NT11-1a-5", "guard.meeting_before_revote")
    assert "khoản 1" in verdict.clause
    six.hold("SNV")
    six.to_vote("SNV", excellent=1)
    assert six.close("SNV").groups[0].over is False
    assert six.verified().findings == ()


@ROW("NT11-1a-5")
def test_who_moves_after_a_new_vote_was_ordered_is_voted_on_at_a_meeting_of_the_new_unit(play: Play):
    """There it is no repetition: he may have attended before the roster followed him."""
    play.bring(units("SNV", "STC"), [*leaders("SNV", 6), *leaders("STC", 2)])
    play.hold("STC")
    play.to_vote("SNV", excellent=2)
    play.close("SNV")
    play.clock.now += timedelta(days=1)
    play.revote("SNV")
    play.bring(subjects=[replace(leaders("SNV", 6)[5], unit="STC")])
    play.vote("SNV-06", meeting=play.meetings["STC"])
    assert play.dossier("SNV-06")["state"] == "unit_voted"
    assert play.verified().findings == ()


@ROW("NT11-1a-4")
def test_five_leaders_choose_one_and_two_are_over(play: Play):
    play.bring(units("STC"), leaders("STC", 5))
    refs = play.to_vote("STC", excellent=2)
    assert play.close("STC").groups[0].over is True
    play.revote("STC")
    play.to_vote("STC", excellent=1)
    assert play.close("STC").groups[0].over is False
    play.submit(*refs)


@ROW("NT11-1a-3", "NT11-1a-4")
def test_a_place_is_a_cap_and_not_a_claim(play: Play):
    """Nobody good: no place even for five. Somebody good and nobody excellent: the place stays empty, and all go."""
    play.bring(units("STC", "SNV"), [*leaders("STC", 5), *leaders("SNV", 5)])
    refs = play.to_vote("STC", good=0)
    assert (play.close("STC").groups[0].base, play.group("STC")["allowance"]) == (0, 0)
    play.submit(*refs)
    refs = play.to_vote("SNV")
    assert (play.close("SNV").groups[0].count, play.group("SNV")["allowance"]) == (0, 1)
    play.submit(*refs)


@ROW("NT11-1a-4")
def test_six_with_four_good_have_no_place_and_are_warned(six: Play):
    """A-10: the cliff above five is told at closing, and when somebody is proposed all the same."""
    refs = six.to_vote("SNV", excellent=0, good=4)
    assert warnings(six.close("SNV")) == ["cliff"]
    six.revote("SNV")
    six.to_vote("SNV", excellent=1, good=3)
    six.close("SNV")
    assert refusals(six.do("submit", *refs)) == ["quota_cliff"]


@ROW("NT11-1a-1")
@pytest.mark.parametrize("proposed,goes", [(2, True), (3, False)])
def test_ten_good_leaders_may_propose_two(play: Play, proposed: int, goes: bool):
    play.bring(units("STC"), leaders("STC", 10))
    refs = play.to_vote("STC", excellent=proposed)
    play.close("STC")
    answer = play.do("submit", *refs)
    assert (not answer.refused) is goes


@ROW("NT11-1a-2")
def test_a_group_is_one_organisation_s_leaders_and_nobody_else(play: Play):
    """Collectives, staff and the rooms below are not of it; the party track is another matter."""
    staff = person("SNV-09", lead="none", duty="staff", tier="unit")
    play.bring(
        [*units("SNV"), *units("SNV-TG", kind="room", parent="SNV")],
        [*leaders("SNV", 3, party=True), *leaders("SNV-TG", 2, tier="unit"), collective("SNV"), staff],
    )
    assert play.group("SNV")["size"] == 3
    assert play.group("SNV-TG")["size"] == 2


# — closing —


def test_a_vote_closes_only_when_everybody_has_voted(six: Play):
    six.review(*whole(six))
    six.vote(*whole(six)[:5])
    refused = six.group_command("close_vote", "SNV")
    assert refusals(refused) == ["unvoted"]
    assert refused.refused[0].verdicts[0].figures["unvoted"] == 1
    assert refused.refused[0].verdicts[0].clause == ""
    six.vote(whole(six)[5])
    assert six.close("SNV").done[0].to == "closed"


def test_a_closed_vote_is_not_closed_again(six: Play):
    six.to_vote("SNV")
    six.close("SNV")
    assert refusals(six.group_command("close_vote", "SNV")) == ["wrong_state"]


def test_nobody_is_sent_before_the_vote_is_closed(six: Play):
    refs = six.to_vote("SNV")
    assert refusals(six.do("submit", *refs)) == ["vote_open"]
    six.close("SNV")
    six.submit(*refs)


def test_one_who_left_and_one_not_ranked_owe_no_vote(six: Play):
    refs = whole(six)
    done(six.do("withdraw", refs[4], reason="nghỉ hưu", reason_kind="retired"))
    done(six.do("not_ranked", refs[5], reason="dưới sáu tháng"))
    six.to_vote("SNV")
    assert six.close("SNV").groups[0].unvoted == 0


def test_the_vote_day_is_the_last_meeting_s_not_the_day_of_closing(six: Play):
    refs = whole(six)
    six.clock.now = at_noon("2024-11-22")
    first, last = six.hold("SNV", held_on="2024-11-19"), six.hold("SNV", held_on="2024-11-20")
    six.review(*refs)
    six.vote(*refs[:3], meeting=last)
    six.vote(*refs[3:], meeting=first)
    six.close("SNV")
    assert six.group("SNV")["closed_on"].isoformat() == "2024-11-20"


@pytest.mark.parametrize("command", ["close_vote", "revote"])
def test_a_group_that_is_not_there_is_bad_input(six: Play, command: str):
    with pytest.raises(BadInput) as caught:
        six.group_command(command, "STC", by="CV-SNV")
    assert caught.value.code == "command.unknown_group"
    assert caught.value.figures == {"key": "STC", "known": ["SNV"]}


def test_another_command_on_a_group_is_bad_input(six: Play):
    with pytest.raises(BadInput) as caught:
        six.group_command("join", "SNV")
    assert caught.value.code == "command.unknown_command"
    assert caught.value.figures == {"command": "join", "known": ["close_vote", "revote"]}


def test_a_reason_says_something(six: Play):
    with pytest.raises(BadInput) as caught:
        six.group_command("revote", "SNV", reason=" ")
    assert (caught.value.code, caught.value.figures) == ("command.text_needed", {"name": "reason"})


def test_a_key_stands_for_one_command_on_one_group_for_one_reason(six: Play):
    six.to_vote("SNV")
    asked = six.by("CV-SNV", key="k")
    done(six.group_command("close_vote", "SNV", by=asked, reason="x"))
    assert six.group_command("close_vote", "SNV", by=asked, reason="x").repeated
    for command, key, reason in (("revote", "SNV", "x"), ("close_vote", "STC", "x"), ("close_vote", "SNV", "y")):
        with pytest.raises(KeyReused):
            six.group_command(command, key, by=asked, reason=reason)


@pytest.mark.parametrize("actor", ["GS", "QD-SNV", "VT", "os-user:lan"])
def test_only_a_coordinator_closes_a_vote(six: Play, actor: str):
    six.to_vote("SNV")
    assert refusals(six.group_command("close_vote", "SNV", by=actor)) == ["no_role"]


# — voting again —


def test_a_group_may_vote_again_before_anyone_is_sent(six: Play):
    refs = six.to_vote("SNV")
    six.close("SNV")
    six.revote("SNV")
    assert set(six.states(*refs)) == {"self_reviewed"}


def test_a_group_within_with_somebody_sent_does_not_vote_again(six: Play):
    refs = six.to_vote("SNV", excellent=1)
    six.close("SNV")
    six.submit(refs[0])
    assert refusals(six.group_command("revote", "SNV")) == ["no_revote"]
    assert six.states(refs[0]) == ["submitted"]


def test_a_new_vote_takes_back_the_sent_and_leaves_the_ratified(six: Play):
    refs = six.to_vote("SNV", excellent=1)
    six.close("SNV")
    six.submit(*refs)
    six.ratify(refs[1])
    done(six.do("correct", refs[2], field="voted", rank="excellent", corrects=3, reason="ghi nhầm"))
    assert six.figures("SNV") == (6, 6, 2, 1, True)
    six.revote("SNV")
    assert six.states(*refs) == ["self_reviewed", "ratified", *["self_reviewed"] * 4]
    assert six.dossier(refs[1])["decided"] == "good"


def test_the_coordinator_who_is_a_member_takes_back_his_own_too(play: Play):
    """The group's own right decides: it is the collective that ranks again."""
    play.bring(units("SNV"), leaders("SNV", 3))
    play.bring(roles=[grant("SNV-03", Role.COORDINATOR, "SNV")])
    refs = play.to_vote("SNV", excellent=2)
    play.close("SNV")
    done(play.group_command("revote", "SNV", by="SNV-03"))
    assert set(play.states(*refs)) == {"self_reviewed"}


# — leavers —


@pytest.mark.parametrize(
    "left_on,size,base,over",
    [
        ("2024-11-19", 5, 5, False),  # before the vote day: of everything, and five are a small group
        ("2024-11-20", 6, 6, False),  # on it: of the numerator only
        ("2024-11-21", 6, 6, False),
    ],
)
def test_whoever_leaves_leaves_as_of_the_vote_day(six: Play, left_on: str, size: int, base: int, over: bool):
    refs = whole(six)
    six.clock.now = at_noon("2024-11-22")
    six.hold("SNV", held_on="2024-11-20")
    six.to_vote("SNV", excellent=1)
    six.close("SNV")
    by = six.by("CV-SNV", occurred_at=at_noon(left_on))
    done(six.do("withdraw", refs[0], by=by, reason="chuyển công tác", reason_kind="moved"))
    assert six.figures("SNV") == (size, base, 0, 1, over)
    assert six.states(refs[0]) == ["withdrawn"]


def test_a_leaver_before_the_vote_day_can_put_a_group_over_and_it_shows_at_once(play: Play):
    """Ten good, two excellent; one of the good had left before: nine good allow one."""
    play.bring(units("STC"), leaders("STC", 10))
    refs = play.to_vote("STC", excellent=2)
    play.close("STC")
    play.submit(refs[0])
    by = play.by("CV-STC", occurred_at=at_noon("2024-11-09"))
    answer = done(play.do("withdraw", refs[9], by=by, reason="nghỉ hưu"))
    assert play.figures("STC") == (9, 9, 2, 1, True)
    assert answer.groups[0].over is True
    assert refusals(play.do("submit", refs[1])) == ["quota_over"]


def test_while_the_vote_is_open_a_leaver_leaves_everything(six: Play):
    six.to_vote("SNV")
    done(six.do("withdraw", whole(six)[0], reason="nghỉ hưu"))
    assert six.figures("SNV")[:2] == (5, 5)


def test_one_not_ranked_stays_in_the_size_and_leaves_the_base(six: Play):
    refs = six.to_vote("SNV", excellent=1, good=4)
    six.close("SNV")
    done(six.do("not_ranked", refs[0], reason="bị xem xét kỷ luật", reason_kind="discipline"))
    assert six.figures("SNV") == (6, 4, 0, 0, False)


# — joiners —


def test_a_joiner_opens_a_closed_vote_in_the_same_commit(six: Play):
    refs = six.to_vote("SNV")
    six.close("SNV")
    answer = six.bring(subjects=[person("SNV-07")])
    assert "change.vote_reopened" in {one["code"] for one in answer.changes}
    assert six.group("SNV")["vote"] == "open"
    assert six.group("SNV")["closed_on"] is None
    record = six.records(six.group("SNV")["id"])[-1]
    assert (record.command, record.to) == ("join", "open")
    assert record.act == answer.act
    assert refusals(six.do("submit", *refs)) == ["vote_open"]
    six.to_vote("SNV")
    assert six.close("SNV").groups[0].size == 7


def test_after_a_joiner_those_already_sent_stay_sent(six: Play):
    refs = six.to_vote("SNV")
    six.close("SNV")
    six.submit(*refs[:2])
    six.bring(subjects=[person("SNV-07")])
    assert six.states(*refs[:2]) == ["submitted", "submitted"]
    assert six.verified().findings == ()


# — sent back, adjusted —


def test_a_dossier_sent_back_is_voted_on_again_and_counted(six: Play):
    refs = six.to_vote("SNV", excellent=1)
    six.close("SNV")
    six.submit(*refs)
    done(six.do("send_back", refs[1], by="QD-bcsd-ubnd", reason="thiếu báo cáo", due_back="2024-12-10"))
    row = six.dossier(refs[1])
    assert (row["state"], row["voted"], row["proposed"]) == ("self_reviewed", None, None)
    assert row["marks"]["due_back"] == "2024-12-10"
    six.vote(refs[1], rank="excellent")
    assert six.figures("SNV") == (6, 6, 2, 1, True)
    assert refusals(six.do("submit", refs[1])) == ["quota_over"]
    six.revote("SNV")
    six.to_vote("SNV", excellent=1)
    six.close("SNV")
    six.submit(*whole(six))


def test_an_adjustment_counts_at_once_and_is_never_refused_for_a_quota(six: Play):
    refs = six.to_vote("SNV", excellent=1)
    six.close("SNV")
    six.submit(*refs)
    for ref in refs[1:]:
        six.ratify(ref)
    done(six.do("adjust", refs[1], by="QD-bcsd-ubnd", rank="excellent", reason="bổ sung thành tích"))
    row = six.dossier(refs[1])
    assert (row["state"], row["proposed"], row["decided"]) == ("submitted", "excellent", "good")
    assert six.figures("SNV") == (6, 6, 2, 1, True)


def test_nothing_is_decided_above_an_adjusted_proposal(six: Play):
    refs = six.to_vote("SNV", excellent=1)
    six.close("SNV")
    six.submit(*refs)
    six.ratify(refs[2])
    done(six.do("adjust", refs[2], by="QD-bcsd-ubnd", rank="completed", reason="xét lại"))
    assert refusals(six.decide(refs[2], rank="good")) == ["above_adjusted"]
    six.ratify(refs[2], rank="completed")
    assert six.dossier(refs[2])["decided"] == "completed"


# — two authorities over one group —


@ROW("NT11-1g-6", "NT11-1g-2")
def test_heads_and_deputies_of_one_group_are_decided_by_two_authorities(six: Play):
    """The head goes outside, the deputies to the committee; the proposal was judged over all of them."""
    refs = six.to_vote("SNV", excellent=1)
    six.close("SNV")
    six.submit(*refs)
    assert refusals(six.do("ratify", refs[0], by="QD-bcsd-ubnd")) == ["no_role"]
    assert refusals(six.do("ratify", refs[0], by="VT")) == ["outside_decision"]
    done(six.do("ratify", refs[0], by="VT", external=True, decision="15-QĐ/TU"))
    assert refusals(six.do("ratify", refs[1], by="VT", external=True, decision="15-QĐ/TU")) == ["not_the_ratifier"]
    done(six.do("ratify", *refs[1:], by="QD-bcsd-ubnd"))
    assert set(six.states(*refs)) == {"ratified"}
    assert six.dossier(refs[0])["marks"]["decision"] == "15-QĐ/TU"


def test_an_outside_authority_may_decide_otherwise_and_the_proposal_still_counts(six: Play):
    refs = six.to_vote("SNV", excellent=1)
    six.close("SNV")
    six.submit(*refs)
    done(six.do("ratify", refs[0], by="VT", external=True, decision="15-QĐ/TU", rank="good"))
    assert (six.dossier(refs[0])["proposed"], six.dossier(refs[0])["decided"]) == ("excellent", "good")
    assert six.figures("SNV")[2] == 1


def test_where_every_capped_rank_is_ratified_over_stops_only_further_capped_ones(six: Play):
    """One excellent, decided; then one of the good had left before the vote day: over, marked, and the rest go."""
    refs = six.to_vote("SNV", excellent=1, good=4)
    six.close("SNV")
    six.submit(refs[0])
    six.ratify(refs[0])
    by = six.by("CV-SNV", occurred_at=local("2024-11-09"))
    six.clock.now = local("2024-11-11")
    done(six.do("not_ranked", refs[1], by=by, reason="vắng mặt"))
    assert six.figures("SNV") == (6, 4, 1, 0, True)
    six.submit(refs[2])
    done(six.do("correct", refs[3], field="voted", rank="excellent", corrects=3, reason="ghi nhầm"))
    assert refusals(six.do("submit", refs[3])) == ["quota_cliff"]
    assert refusals(six.do("submit", refs[4])) == ["quota_cliff"]


def test_who_coordinates_and_decides_in_a_unit_reopens_its_vote_as_a_coordinator(six: Play) -> None:
    """The record says in which role, and the history of roles gives it."""
    six.bring((), (), [grant("CV-SNV", Role.RATIFIER, "SNV")])
    six.to_vote("SNV", excellent=2)
    six.close("SNV")
    done(six.revote("SNV"))
    last = six.records("SNV-01")[-1]
    assert (last.command, last.role) == ("revote", "coordinator")
    assert six.verified().findings == ()
