"""A new letter in mid-season: another pack rules from then on, told before, recorded at once, verified after."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from notifications.proving import check_alerts
from notifications.sweep import sweep
from tests.season import (
    ISSUER,
    MICROSECOND,
    SEASON_COORDINATOR,
    SMALL_PACK,
    Play,
    done,
    leaders,
    local,
    pack_of,
    refusals,
    stored,
    units,
)
from tests.services.tampering import attack, codes
from workflow.answers import Answer
from workflow.errors import BadInput, Conflict, Faulty, KeyReused
from workflow.following import following
from workflow.replay.redecision import redecide
from workflow.replay.timeline import entries
from workflow.services.context import rules_named
from workflow.services.meetings import MeetingCommand, meet
from workflow.services.repinning import repin as repin_season
from workflow.services.seasons import close_season
from workflow.store import commands as sql

# ruff: noqa: S608  an attacker's statements, made of our own names

QUOTA = """
[[quota]]
id = "share"
clause = { source = "paper", at = "5" }
text = "Không quá 20 %"
rank = "excellent"
base = "good_or_better"
percent = 20
group_by = ["unit"]
moment = "submit"
over = "revote"
"""
DEADLINE = """
[[deadline]]
id = "send"
clause = { source = "paper", at = "2" }
text = "Gửi hồ sơ"
wording = "before"
on = 2024-12-05
per = "unit"
owner = "unit"
met_by = "submit"
late = "reason"
"""
REPORT = """
[[deadline]]
id = "report"
clause = { source = "paper", at = "3" }
text = "Báo cáo"
wording = "before"
on = 2024-12-20
per = "season"
owner = "office"
"""
PAPER = """
[[paper]]
id = "frame"
clause = { source = "paper", at = "6" }
text = "Khung tiêu chí"
kind = "frame"
needed_at = "submit"
"""
HEADS = """
[[route]]
id = "heads"
clause = { source = "paper", at = "1a" }
text = "Riêng người đứng đầu"
recipients = [{ body = "committee" }]
ratifier = "committee"
where = { lead = ["head"] }
overrides = ["only"]
"""
OLD = SMALL_PACK + QUOTA + DEADLINE
LATER = OLD.replace("2024-12-05", "2024-12-15")
TIGHTER = OLD.replace("percent = 20", "percent = 10")


def repin(play: Play, text: str, *, by: str = SEASON_COORDINATOR, decision: str = "99/UBND", **more: Any) -> Answer:
    return repin_season(
        play.context, play.season, play.by(by, **more), pack=pack_of(text), stored=stored, decision=decision
    )


def told(answer: Answer, code: str) -> list[dict[str, Any]]:
    """What the changes of one kind say, without their code."""
    return [
        {name: value for name, value in one.items() if name not in {"code", "refs", "by"}}
        for one in answer.changes
        if one["code"] == f"change.repin_{code}"
    ]


def days(play: Play) -> dict[str, str]:
    """Unit → the last good day of its open duty to send."""
    return {one["scope"]: str(one["last_good_day"]) for one in play.obligations("send", state="open")}


@pytest.fixture
def small(opening: Callable[..., Play]) -> Play:
    """Two units of six and two under a quota and a deadline, all drafted."""
    play = opening(OLD)
    play.bring(units("SNV", "STC"), (*leaders("SNV", 6), *leaders("STC", 2)))
    return play


@pytest.fixture
def voted(small: Play) -> Play:
    """The larger unit voted, its vote closed; nobody was sent."""
    small.to_vote("SNV", excellent=1)
    small.close("SNV")
    return small


# — a date —


def test_a_date_that_moved_closes_the_old_duty_and_a_successor_replaces_it(small: Play):
    answer = done(repin(small, LATER))
    assert told(answer, "due") == [{"rule": "send", "due": "2024-12-14", "count": 2, "scopes": ["SNV", "STC"]}]
    old, new = small.obligations("send", "SNV")
    assert (old["state"], str(old["last_good_day"])) == ("closed", "2024-12-04")
    assert (new["state"], new["due_at"], new["replaces"]) == ("open", local("2024-12-15"), old["id"])
    assert small.verified().findings == ()


def test_the_new_date_judges_and_the_old_lateness_stays(voted: Play):
    voted.clock.now = local("2024-12-06")
    assert refusals(voted.do("submit", "SNV-01")) == ["late_reason"]
    answer = done(repin(voted, LATER))
    (allowed,) = told(answer, "allows")
    assert (allowed["command"], allowed["dossiers"]) == ("submit", [row["ref"] for row in voted.dossiers("SNV")])
    assert allowed["rules"] == ["send [01/KH, 2]"]
    voted.submit("SNV-01")
    old, new = voted.obligations("send", "SNV")
    assert (old["settled_at"], new["late"]) == (voted.clock.now, False)
    assert voted.verified().findings == ()


def test_an_extension_stays_where_it_is_later_than_the_new_date(small: Play):
    done(small.extend(small.obligation("send", "SNV")["ref"], "2024-12-20", by=ISSUER))
    done(repin(small, LATER))
    assert days(small) == {"SNV": "2024-12-20", "STC": "2024-12-14"}
    assert small.obligation("send", "SNV")["decision"] == "20/QĐ-UBND"
    done(repin(small, OLD.replace("2024-12-05", "2024-12-25")))
    assert days(small) == {"SNV": "2024-12-24", "STC": "2024-12-24"}
    assert small.obligation("send", "SNV")["decision"] is None
    assert small.verified().findings == ()


def test_a_return_day_stays(voted: Play):
    voted.submit("SNV-02")
    done(voted.do("send_back", "SNV-02", by="QD-committee", reason="Thiếu", due_back="2024-12-02"))
    done(repin(voted, LATER))
    assert str(voted.obligation("send", voted.ref("SNV-02"))["last_good_day"]) == "2024-12-02"
    assert voted.verified().findings == ()


def test_what_was_done_stays_done(voted: Play):
    voted.submit(*(row["ref"] for row in voted.dossiers("SNV")))
    done(repin(voted, LATER))
    assert [one["state"] for one in voted.obligations("send", "SNV")] == ["met"]
    assert [one["state"] for one in voted.obligations("send", "STC")] == ["closed", "open"]
    assert voted.verified().findings == ()


def test_a_joiner_after_it_owes_by_the_new_date_whatever_was_extended_before(small: Play):
    done(small.extend(small.obligation("send", "STC")["ref"], "2024-12-07", by=ISSUER))
    done(repin(small, LATER))
    small.to_vote("STC")
    small.close("STC")
    small.submit("STC-01", "STC-02")
    small.bring((), leaders("STC", 3)[2:])
    assert str(small.obligation("send", "STC")["last_good_day"]) == "2024-12-14"
    assert small.verified().findings == ()


# — duties that come and go —


def test_a_new_duty_is_owed_and_one_that_is_gone_ends(small: Play):
    answer = done(repin(small, SMALL_PACK + QUOTA + REPORT))
    assert told(answer, "owes") == [{"rule": "report", "due": "2024-12-19", "count": 1, "scopes": ["2024"]}]
    assert told(answer, "ends") == [{"rule": "send", "count": 2, "scopes": ["SNV", "STC"]}]
    assert [one["state"] for one in small.obligations("send")] == ["closed", "closed"]
    assert small.verified().findings == ()


def test_a_duty_that_comes_back_replaces_the_one_that_ended(small: Play):
    done(repin(small, SMALL_PACK + QUOTA))
    done(repin(small, OLD))
    ended, again = small.obligations("send", "SNV")
    assert (ended["state"], again["state"], again["replaces"]) == ("closed", "open", ended["id"])
    assert small.verified().findings == ()


def test_a_duty_that_is_about_fewer_ends_where_it_is_about_nobody(small: Play):
    about = 'late = "reason"\nwhere = { unit = ["SNV"] }'
    answer = done(repin(small, OLD.replace('late = "reason"', about)))
    assert told(answer, "ends") == [{"rule": "send", "count": 1, "scopes": ["STC"]}]
    assert [one["state"] for one in small.obligations("send", "SNV")] == ["open"]
    assert small.verified().findings == ()


def test_a_duty_that_is_already_done_by_its_new_words_is_settled(voted: Play):
    text = OLD.replace('met_by = "submit"\nlate = "reason"', 'met_by = "record_vote"\nlate = "flag"')
    done(repin(voted, text))
    assert [one["state"] for one in voted.obligations("send", "SNV")] == ["met"]
    assert [one["state"] for one in voted.obligations("send", "STC")] == ["open"]
    assert voted.verified().findings == ()


AFTER = DEADLINE.replace(
    'wording = "before"\non = 2024-12-05', 'wording = "after_event"\nevent = "record_vote"\ndays = 3'
)
START = (
    DEADLINE.replace('"before"', '"start_before"').replace('"submit"', '"self_review"').replace('"reason"', '"flag"')
)


def test_a_span_that_runs_is_counted_anew_from_its_day(opening: Callable[..., Play]):
    play = opening(SMALL_PACK + AFTER)
    play.bring(units("SNV", "STC"), (*leaders("SNV", 2), *leaders("STC", 2)))
    play.to_vote("SNV")
    assert [days(play), play.obligation("send", "STC")["due_at"]] == [{"SNV": "2024-11-13", "STC": "None"}, None]
    play.clock.now += timedelta(days=1)
    answer = done(repin(play, SMALL_PACK + AFTER.replace("days = 3", "days = 10")))
    assert [one["scopes"] for one in told(answer, "due")] == [["SNV"]]
    assert days(play)["SNV"] == "2024-11-20"
    play.to_vote("STC")
    assert days(play)["STC"] == "2024-11-21"
    assert play.verified().findings == ()


def test_a_new_span_whose_event_has_been_runs_from_then(opening: Callable[..., Play]):
    play = opening(SMALL_PACK)
    play.bring(units("SNV"), leaders("SNV", 2))
    play.to_vote("SNV")
    play.clock.now += timedelta(days=7)
    answer = done(repin(play, SMALL_PACK + AFTER))
    assert told(answer, "owes") == [{"rule": "send", "due": "2024-11-13", "count": 1, "scopes": ["SNV"]}]
    assert [(one["state"], str(one["last_good_day"])) for one in play.obligations("send")] == [
        ("closed", "None"),
        ("open", "2024-11-13"),
    ]
    assert play.verified().findings == ()


def test_what_was_begun_in_time_is_not_begun_again(opening: Callable[..., Play]):
    play = opening(SMALL_PACK + START)
    play.bring(units("SNV"), leaders("SNV", 3))
    play.review("SNV-01")
    done(repin(play, SMALL_PACK + START.replace("2024-12-05", "2024-12-15")))
    assert [one["state"] for one in play.obligations("send")] == ["met"]
    assert play.verified().findings == ()


def test_a_duty_of_another_reach_is_another_duty(small: Play):
    answer = done(repin(small, OLD.replace('per = "unit"', 'per = "dossier"')))
    assert told(answer, "ends")[0]["scopes"] == ["SNV", "STC"]
    assert told(answer, "owes")[0]["count"] == 8
    done(repin(small, OLD))
    assert days(small) == {"SNV": "2024-12-04", "STC": "2024-12-04"}
    assert small.verified().findings == ()


def test_another_owner_or_recipient_is_a_successor_by_the_same_date(small: Play):
    answer = done(repin(small, OLD.replace('owner = "unit"', 'owner = "office"\nrecipient = "committee"')))
    assert told(answer, "due") == [{"rule": "send", "due": "2024-12-04", "count": 2, "scopes": ["SNV", "STC"]}]
    assert {(one["owner"], one["recipient"]) for one in small.obligations(state="open")} == {("office", "committee")}
    assert small.verified().findings == ()


# — the ladder —


def alerts_hold(play: Play) -> list[str]:
    with play.database.reading() as tx:
        named = partial(rules_named, play.context, tx)
        return [one.code for one in check_alerts(tx, play.row(), named(play.row()["pack"]), named)]


def test_another_ladder_is_climbed_by_a_successor_and_every_alert_holds(small: Play):
    small.clock.now = local("2024-12-05 08:00")
    assert sweep(small.context).alerts != ()
    text = OLD.replace('id = "overdue"\ndays = 0', 'id = "week"\ndays = 7')
    small.clock.now = local("2024-12-06 08:00")
    answer = done(repin(small, text))
    assert told(answer, "due")[0]["scopes"] == ["SNV", "STC"]
    small.clock.now = local("2024-12-13 08:00")
    assert {one.rung for one in sweep(small.context).alerts} == {"week"}
    assert alerts_hold(small) == []
    assert small.verified().findings == ()


def test_a_duty_that_ended_is_not_looked_at_any_more(small: Play):
    small.clock.now = local("2024-12-04 08:00")
    sweep(small.context)
    done(repin(small, SMALL_PACK + QUOTA))
    small.clock.now = local("2024-12-06 08:00")
    assert sweep(small.context).alerts == ()
    assert alerts_hold(small) == []


# — a paper —


def test_a_new_paper_is_asked_for_at_the_next_step_it_stands_before(voted: Play):
    answer = done(repin(voted, OLD + PAPER))
    (refused,) = told(answer, "refuses")
    assert (refused["command"], refused["rules"]) == ("submit", ["frame [01/KH, 6]"])
    assert refused["dossiers"] == [row["ref"] for row in voted.dossiers("SNV")]
    assert told(answer, "same") == [{"count": 2}]
    assert refusals(voted.do("submit", "SNV-01")) == ["paper_missing"]
    assert voted.verified().findings == ()


# — quotas —


def test_a_quota_that_says_otherwise_counts_its_groups_anew_on_their_own_record(small: Play):
    small.to_vote("SNV", excellent=1)
    answer = done(repin(small, TIGHTER))
    assert {(one.kind, one.ref) for one in answer.done} == {("season", "2024"), ("group", "SNV"), ("group", "STC")}
    assert small.figures("SNV") == (6, 6, 1, 0, True)
    record = small.records(small.group("SNV")["id"])[-1]
    assert (record.command, record.body["set"]["allowance"], record.body["set"]["vote"]) == ("repin", 0, "open")
    assert small.verified().findings == ()


def test_where_a_quota_stands_in_the_paper_is_no_other_judgement(voted: Play):
    voted.submit("SNV-02")
    answer = done(repin(voted, OLD.replace('at = "5"', 'at = "7"').replace("20 %", "20 phần trăm")))
    assert [one.kind for one in answer.done] == ["season"]


@pytest.mark.parametrize(
    "change",
    [
        ("percent = 20", "percent = 25"),
        ('base = "good_or_better"', 'base = "headcount"'),
        ('rank = "excellent"', 'rank = "good"'),
        ('group_by = ["unit"]', 'group_by = ["unit", "tier"]'),
        ("percent = 20", 'percent = 20\nrounding = "half_up"'),
        ("percent = 20", "percent = 20\nsmall = { max_size = 5, cap = 1 }"),
        ('moment = "submit"\nover = "revote"', 'moment = "ratify"\nover = "refuse"'),
        ("percent = 20", 'percent = 20\nwhere = { lead = ["deputy"] }'),
        ("percent = 20", 'percent = 20\nmode = "warn"'),
        (QUOTA, ""),
    ],
)
def test_no_group_is_under_two_packs(voted: Play, change: tuple[str, str]):
    voted.submit("SNV-02")
    before = voted.table("history"), voted.table("season"), voted.table("pack"), voted.table("quota_group")
    answer = repin(voted, OLD.replace(*change))
    assert refusals(answer) == ["repin_submitted"]
    (verdict,) = answer.refused[0].verdicts
    assert (verdict.rule, verdict.clause) == ("share", "01/KH, 5")
    assert verdict.figures == {"group": "SNV", "refs": [voted.ref("SNV-02")]}
    assert before == (voted.table("history"), voted.table("season"), voted.table("pack"), voted.table("quota_group"))
    assert voted.attempts()[-1]["command"] == "repin"


def test_a_closed_vote_was_judged_and_opens_the_way_when_it_is_opened(voted: Play):
    answer = repin(voted, TIGHTER)
    assert refusals(answer) == ["repin_vote_closed"]
    assert answer.refused[0].verdicts[0].figures == {"group": "SNV"}
    voted.revote("SNV")
    done(repin(voted, TIGHTER))
    voted.to_vote("SNV", excellent=1)
    voted.close("SNV")
    assert refusals(voted.do("submit", "SNV-02")) == ["quota_over"]
    assert voted.verified().findings == ()


def test_whoever_is_decided_is_adjusted_first_and_sent_back(voted: Play):
    refs = voted.submit("SNV-02").done[0].ref
    voted.ratify("SNV-02")
    answer = repin(voted, TIGHTER)
    assert refusals(answer) == ["repin_ratified"]
    assert answer.refused[0].verdicts[0].figures == {"group": "SNV", "refs": [refs]}
    done(voted.do("adjust", "SNV-02", by="QD-committee", reason="Theo công văn mới"))
    assert refusals(repin(voted, TIGHTER)) == ["repin_submitted"]
    done(voted.do("send_back", "SNV-02", by="QD-committee", reason="Bầu lại", due_back="2024-12-02"))
    assert refusals(repin(voted, TIGHTER)) == ["repin_vote_closed"]
    voted.revote("SNV")
    done(repin(voted, TIGHTER))
    assert voted.verified().findings == ()


def test_a_quota_of_the_decision_is_judged_at_the_decision(opening: Callable[..., Play]):
    old = SMALL_PACK + QUOTA.replace('"submit"', '"ratify"').replace('"revote"', '"refuse"')
    play = opening(old)
    play.bring(units("SNV"), leaders("SNV", 6))
    refs = play.to_vote("SNV", excellent=1)
    play.submit(*refs)
    done(repin(play, old.replace("percent = 20", "percent = 30")))
    play.ratify(refs[1])
    assert refusals(repin(play, old)) == ["repin_ratified"]
    assert play.verified().findings == ()


def test_a_quota_that_is_gone_leaves_groups_that_nobody_is_in(small: Play):
    small.to_vote("SNV", excellent=3)
    done(repin(small, SMALL_PACK + DEADLINE))
    group = small.group("SNV")
    assert (group["vote"], small.figures("SNV")) == ("none", (0, 0, 0, 0, False))
    small.submit(*(row["ref"] for row in small.dossiers("SNV")))
    assert small.verified().findings == ()
    assert refusals(repin(small, LATER.replace(QUOTA, ""), by="CV-SNV")) == ["no_role"]


def test_a_quota_that_comes_back_is_voted_under_again(small: Play):
    done(repin(small, SMALL_PACK + DEADLINE))
    done(repin(small, OLD))
    assert small.group("SNV")["vote"] == "open"
    assert small.figures("SNV")[0] == 6
    small.to_vote("SNV", excellent=1)
    small.close("SNV")
    small.submit("SNV-01")
    assert small.verified().findings == ()


def test_a_new_quota_counts_those_who_are_there_and_blocks_where_it_is_over(opening: Callable[..., Play]):
    play = opening(SMALL_PACK + DEADLINE)
    play.bring(units("SNV"), leaders("SNV", 6))
    refs = play.to_vote("SNV", excellent=3)
    play.submit(refs[5])
    answer = done(repin(play, OLD))
    assert play.figures("SNV") == (6, 6, 3, 1, True)
    assert told(answer, "refuses")[0]["rules"] == ["share [01/KH, 5]"]
    assert refusals(play.do("submit", refs[0])) == ["vote_open"]
    assert play.verified().findings == ()


def test_whoever_left_or_is_not_ranked_goes_along(small: Play):
    done(small.do("withdraw", "SNV-06", by="CV-SNV", reason_kind="retired", reason="Nghỉ hưu"))
    done(small.do("not_ranked", "SNV-05", by="CV-SNV", reason_kind="long_leave", reason="Đi học"))
    done(repin(small, OLD.replace('group_by = ["unit"]', 'group_by = ["season"]')))
    assert small.figures("all")[0] == 7
    assert small.verified().findings == ()


# — routes —


def test_another_route_is_a_record_of_the_dossier(voted: Play):
    head = voted.ref("SNV-01")
    answer = done(repin(voted, OLD + HEADS))
    (route,) = told(answer, "route")
    assert (route["was"], route["route"]) == ("only", "heads")
    assert route["dossiers"] == [head, voted.ref("STC-01")]
    assert voted.dossier(head)["route"] == "heads"
    record = voted.records(head)[-1]
    assert (record.command, record.body["set"], record.to) == ("repin", {"route": "heads"}, "unit_voted")
    voted.submit(head)
    assert voted.dossier(head)["marks"]["sends"][0]["to"] == "committee"
    assert voted.verified().findings == ()


def test_a_decided_dossier_takes_no_other_route(voted: Play):
    voted.submit("SNV-01", "SNV-02")
    voted.ratify("SNV-01", "SNV-02")
    answer = repin(voted, OLD + HEADS)
    assert refusals(answer) == ["repin_decided"]
    assert answer.refused[0].verdicts[0].figures == {"refs": [voted.ref("SNV-01")], "route": "heads"}
    done(voted.do("adjust", "SNV-01", by="QD-committee", reason="Theo công văn mới"))
    done(repin(voted, OLD + HEADS))
    assert voted.verified().findings == ()


# — what is refused —


@pytest.mark.parametrize("actor", ["CV-SNV", "VT", "GS", "CT", "SNV-01"])
def test_only_whoever_coordinates_the_whole_season_changes_its_pack(small: Play, actor: str):
    assert refusals(repin(small, LATER, by=actor)) == ["no_role"]
    assert small.row()["seq"] == 1


def test_the_operator_may(small: Play):
    done(repin(small, LATER, by="os-user:lan"))


def bad(play: Play, text: str, **more: Any) -> BadInput:
    """The bad input that a pack is for a season, which nothing is written of."""
    before = play.table("history"), play.table("obligation"), play.table("pack"), play.table("season")
    with pytest.raises(BadInput) as caught:
        repin(play, text, **more)
    assert before == (play.table("history"), play.table("obligation"), play.table("pack"), play.table("season"))
    return caught.value


def test_the_same_pack_changes_nothing(small: Play):
    assert bad(small, OLD).code == "command.repin_same"
    done(repin(small, SMALL_PACK + QUOTA))
    assert bad(small, SMALL_PACK + QUOTA).code == "command.repin_same"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (LATER.replace("year = 2024", "year = 2025").replace("2024-", "2025-"), "other_year"),
        (LATER.replace('version = "1"', 'version = "1"\nabstract = true'), "pack_abstract"),
    ],
)
def test_a_pack_that_rules_no_season_of_this_year_is_bad_input(small: Play, text: str, code: str):
    assert bad(small, text).code == f"command.{code}"


@pytest.mark.parametrize("decision", ["", "  "])
def test_it_needs_a_decision(small: Play, decision: str):
    assert bad(small, LATER, decision=decision).code == "command.text_needed"


def test_a_closed_season_keeps_its_pack(small: Play):
    done(close_season(small.context, small.season, small.by(), unfinished="Hết năm"))
    assert bad(small, LATER).code == "command.season_closed"


def test_a_stranger_is_bad_input(small: Play):
    assert bad(small, LATER, by="XYZ").code == "command.unknown_actor"


@pytest.mark.parametrize(
    ("change", "code", "figures"),
    [
        (('department = "Sở"', 'board = "Ban"'), "repin_term", {"family": "unit_kind", "term": "department"}),
        (('leadership = "Lãnh đạo"', 'chief = "Trưởng"'), "repin_term", {"family": "duty", "term": "leadership"}),
        (('btv = "Cấp trên quản lý"', 'top = "Trên"'), "repin_term", {"family": "tier", "term": "btv"}),
        (('tracks = ["civil_servant"]', 'tracks = ["party"]'), "repin_tracks", {"tracks": ["party"]}),
        (("percent = 20", "missing = 'value'"), "repin_no_value", {"rule": "share"}),
    ],
)
def test_a_pack_without_a_place_for_what_is_there_is_told_all_of_it(
    small: Play, change: tuple[str, str], code: str, figures: dict[str, Any]
):
    text = LATER.replace(*change).replace('audience = ["department"]', "audience = []")
    text += '\n[[missing]]\nid = "value"\nclause = { source = "paper", at = "5" }\nwhat = "Tỷ lệ"\n' * (
        "missing" in change[1]
    )
    found = bad(small, text)
    assert isinstance(found, Faulty)
    assert found.code == "command.repin_unfit"
    (fault,) = found.faults
    assert fault.code == f"command.{code}"
    assert figures.items() <= fault.figures.items()


def test_a_dossier_without_a_route_is_named(small: Play):
    found = bad(small, LATER.replace('ratifier = "committee"', 'ratifier = "committee"\nwhere = { unit = ["SNV"] }'))
    assert isinstance(found, Faulty)
    assert [(one.code, one.figures["subject"]) for one in found.faults] == [
        ("command.no_route", "STC-01"),
        ("command.no_route", "STC-02"),
    ]


KIND = """
[[meeting]]
id = "review"
clause = { source = "paper", at = "4" }
text = "Hội nghị kiểm điểm"
"""


def test_a_meeting_keeps_its_kind(opening: Callable[..., Play]):
    play = opening(OLD + KIND)
    play.bring(units("SNV"), leaders("SNV", 2))
    done(
        meet(
            play.context,
            play.season,
            play.by("CV-SNV"),
            MeetingCommand(command="plan", unit="SNV", args={"kind": "review"}),
        )
    )
    found = bad(play, LATER)
    assert isinstance(found, Faulty)
    assert [(one.code, one.figures) for one in found.faults] == [
        ("command.repin_meeting_kind", {"kind": "review", "meetings": ["HN-0001"]})
    ]
    done(repin(play, LATER + KIND))


def test_a_rule_of_another_kind_needs_another_id(small: Play):
    found = bad(small, SMALL_PACK + QUOTA + DEADLINE.replace('"send"', '"share2"') + HEADS.replace('"heads"', '"send"'))
    assert isinstance(found, Faulty)
    assert [one.code for one in found.faults] == ["command.repin_id"]


# — once, at once, or not at all —


def test_a_dry_run_says_what_the_real_one_says_and_writes_nothing(voted: Play):
    before = {name: voted.table(name) for name in ("history", "obligation", "pack", "season", "dossier", "quota_group")}
    text = LATER + HEADS + PAPER
    foreseen = done(repin(voted, text, dry_run=True))
    assert {name: voted.table(name) for name in before} == before
    assert foreseen.dry_run
    answer = done(repin(voted, text))
    assert answer.changes == foreseen.changes
    assert [(one.kind, one.ref) for one in answer.done] == [(one.kind, one.ref) for one in foreseen.done]


def test_a_repeated_key_moves_once_and_other_content_is_an_error(small: Play):
    first = done(repin(small, LATER, key="k"))
    again = repin(small, LATER, key="k")
    assert (again.repeated, again.changes) == (True, first.changes)
    with pytest.raises(KeyReused):
        repin(small, TIGHTER, key="k")
    with pytest.raises(KeyReused):
        repin(small, LATER, decision="100/UBND", key="k")
    assert small.row()["seq"] == 2


def test_whoever_loses_the_race_for_the_season_leaves_nothing(small: Play, monkeypatch: pytest.MonkeyPatch):
    read = sql.SEASON_LOCKED
    before = small.table("history"), small.table("obligation")

    def stale(context: Any, tx: Any, code: Any) -> dict[str, Any]:
        (row,) = tx.all(read, tenant=context.tenant, code=small.season)
        return {**row, "seq": row["seq"] + 1}

    monkeypatch.setattr("workflow.services.acts.lock_season", stale)
    with pytest.raises(Conflict):
        repin(small, LATER)
    assert before == (small.table("history"), small.table("obligation"))


# — the record —


def test_records_name_the_pack_that_they_were_made_under(voted: Play):
    old = voted.row()["pack"]
    done(repin(voted, LATER))
    new = voted.row()["pack"]
    assert old != new
    record = voted.records(voted.row()["id"])[-1]
    assert (record.body["pack"], record.body["set"]) == (new, {"pack": new})
    assert record.body["facts"]["command"]["args"] == {"decision": "99/UBND"}
    voted.submit("SNV-01")
    assert [one.body["pack"] for one in voted.records("SNV-01")] == [old] * 3 + [new]
    assert len(voted.table("pack")) == 2


def test_every_record_is_decided_again_by_the_pack_it_names(voted: Play):
    done(repin(voted, OLD + PAPER))
    with voted.database.reading() as tx:
        records = list(entries(tx.all(sql.RECORDS_OF_SEASON, season=voted.row()["id"])))
        by_hash = partial(rules_named, voted.context, tx)
        assert list(redecide(records, by_hash(voted.row()["pack"]), by_hash)) == []


def test_it_may_be_moved_back_and_forth(small: Play):
    first = small.row()["pack"]
    for text in (LATER, OLD, TIGHTER, OLD):
        small.clock.now += timedelta(hours=1)
        done(repin(small, text))
    assert small.row()["pack"] == first
    assert len(small.obligations("send", "SNV")) == 3
    small.to_vote("SNV", excellent=1)
    small.close("SNV")
    small.submit("SNV-01")
    assert small.verified().findings == ()


def test_a_pack_that_was_put_back_by_hand_is_found(small: Play):
    old = small.row()["pack"]
    done(repin(small, LATER))
    attack(small, f"UPDATE season SET pack = '{old}'")
    assert "state" in codes(small.verified().findings)


def test_a_former_pack_that_was_changed_is_found(small: Play):
    old = small.row()["pack"]
    done(repin(small, LATER))
    attack(small, f"UPDATE pack SET body = x'7b7d' WHERE hash = '{old}'")
    assert "pack" in codes(small.verified().findings)


def test_a_command_given_under_another_pack_than_ruled_then_is_found(small: Play):
    """What somebody with every right on the file could do: let the old pack rule for one command."""
    old = small.row()["pack"]
    done(repin(small, OLD.replace('met_by = "submit"', 'met_by = "submit"\nmode = "warn"')))
    new = small.row()["pack"]
    with small.database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE season SET pack = '{old}'")
    small.review("SNV-01")
    with small.database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE season SET pack = '{new}'")
    assert "pack_named" in codes(small.verified().findings)


def test_a_duty_that_was_not_replaced_is_found(small: Play):
    done(repin(small, LATER))
    successor = small.obligation("send", "SNV")["id"]
    attack(small, f"DELETE FROM obligation WHERE id = '{successor}'")
    assert "duty_gone" in codes(small.verified().findings)


def test_what_was_dropped_stays_in_the_stored_pack_switched_off():
    kept = following(pack_of(SMALL_PACK), pack_of(OLD))
    assert [(one.id, one.mode) for one in kept.deadlines] == [("send", "off")]
    assert [(one.id, one.mode) for one in kept.quotas] == [("share", "off")]
    assert following(pack_of(SMALL_PACK), kept) == kept
    assert following(pack_of(OLD), kept) == pack_of(OLD)


def test_a_moment_later_is_another_day(small: Play):
    """Recorded in the last moment before the old date, the old duty was never late."""
    small.clock.now = local("2024-12-05") - MICROSECOND
    done(repin(small, LATER))
    old = small.obligations("send", "SNV")[0]
    assert old["settled_at"] < old["due_at"]


def test_nothing_is_owed_anew_for_who_is_not_ranked(opening: Callable[..., Play]):
    conclude = REPORT.replace('id = "report"', 'id = "conclude"').replace('per = "season"', 'per = "dossier"')
    play = opening(SMALL_PACK + conclude)
    play.bring(units("P1"), leaders("P1", 2))
    play.to_vote("P1")
    done(play.do("not_ranked", "P1-01", reason="mới nhận việc"))
    done(repin(play, SMALL_PACK.replace('version = "1"', 'version = "2"') + conclude))
    assert [row["state"] for row in play.obligations("conclude", play.ref("P1-01"))] == ["closed"]
    assert [row["state"] for row in play.obligations("conclude", play.ref("P1-02"))] == ["open"]
    assert play.verified().findings == ()
