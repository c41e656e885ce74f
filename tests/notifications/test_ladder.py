"""When each rung of a ladder is reached: days before and after, edges, births, extensions (A-01, A-02)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from notifications.ladder import Outcome, climb, leaves_at, next_look, passed, reached
from tests.season import MICROSECOND, SHIPPED, local, pack_of
from workflow.dates import due
from workflow.rulepack import Anchor, Clause, Deadline, Ladder, Per, Rung, RungAudience, Text, Wording, WorkingDays

ZONE = "Asia/Ho_Chi_Minh"
(LADDER,) = pack_of(SHIPPED).ladders
DUE_AT = datetime(2024, 12, 4, 17, tzinfo=UTC)
BORN = local("2024-11-10 09:00")


def steps(ladder=LADDER, due_at=DUE_AT, last=date(2024, 12, 4), working=date(2024, 12, 4), zone=ZONE):
    return climb(ladder, due_at=due_at, last_good_day=last, last_working_day=working, zone=zone)


def told(found):
    return {step.rung.id: outcome.value for step, outcome in found}


def deadline(**changes):
    given: dict[str, Any] = {
        "id": "X-1",
        "clause": Clause(source="x", at="1"),
        "text": Text(vi="x"),
        "wording": Wording.BEFORE,
        "per": Per.UNIT,
        "owner": "unit",
        "met_by": "submit",
    }
    return Deadline(**given | changes)


@pytest.mark.row("NT11-2a-1", "NT11-1e-1", "NT11-1g-3", "NT11-2b-1")
def test_rungs_of_5_december_2024_stand_at_their_instants():
    assert [(step.rung.id, step.at) for step in steps()] == [
        ("seven-days-before", datetime(2024, 11, 27, 17, tzinfo=UTC)),
        ("three-days-before", datetime(2024, 12, 1, 17, tzinfo=UTC)),
        ("one-day-before", datetime(2024, 12, 3, 17, tzinfo=UTC)),
        ("overdue", datetime(2024, 12, 4, 17, tzinfo=UTC)),
        ("one-day-after", datetime(2024, 12, 5, 17, tzinfo=UTC)),
        ("three-days-after", datetime(2024, 12, 7, 17, tzinfo=UTC)),
    ]


def test_each_rung_has_its_audience_and_only_the_last_brings_the_register():
    assert [(step.rung.to, step.rung.register) for step in steps()] == [
        ("owner", False),
        ("owner", False),
        ("owner", False),
        ("head", False),
        ("monitor", False),
        ("authority", True),
    ]


@pytest.mark.row("NT11-1e-1", "NT11-1g-3", "NT11-2b-1")
@pytest.mark.parametrize("step", steps(), ids=lambda step: step.rung.id)
def test_a_rung_is_reached_at_its_instant_and_not_a_microsecond_earlier(step):
    assert step not in passed(steps(), step.at - MICROSECOND)
    assert step in passed(steps(), step.at)
    assert next_look(steps(), step.at - MICROSECOND) == step.at
    assert next_look(steps(), step.at) != step.at


def test_after_the_last_rung_there_is_nothing_to_look_for():
    last = steps()[-1].at
    assert next_look(steps(), last) is None
    assert next_look(steps(), last + timedelta(days=400)) is None


@pytest.mark.parametrize(
    ("on", "last_working", "at"),
    [
        ("2024-11-25", date(2024, 11, 22), "2024-11-22"),  # 24/11 is a Sunday
        ("2024-12-01", date(2024, 11, 29), "2024-11-29"),  # 30/11 is a Saturday
        ("2024-11-10", date(2024, 11, 8), "2024-11-08"),
    ],
)
def test_the_last_working_day_has_a_rung_of_its_own_where_it_is_not_the_last_good_day(on, last_working, at):
    found = due(deadline(on=on), year=2024, zone=ZONE, calendar=WorkingDays())
    assert found is not None
    assert found.last_working_day == last_working
    rungs = climb(
        LADDER,
        due_at=found.due_at,
        last_good_day=found.last_good_day,
        last_working_day=found.last_working_day,
        zone=ZONE,
    )
    assert [step.at for step in rungs if step.rung.anchor is Anchor.LAST_WORKING_DAY] == [local(at)]


def test_rungs_of_one_instant_keep_the_ladders_order_and_the_later_one_is_told():
    due_at, sunday, friday = local("2024-11-25"), date(2024, 11, 24), date(2024, 11, 22)
    found = steps(due_at=due_at, last=sunday, working=friday)
    assert [step.rung.id for step in found if step.at == local("2024-11-22")] == [
        "three-days-before",
        "last-working-day",
    ]
    reached_now = reached(found, born_at=local("2024-11-01"), now=local("2024-11-22"), known={"seven-days-before"})
    assert told(reached_now) == {"three-days-before": "folded", "last-working-day": "queued"}


def test_days_are_local_days_even_where_the_clocks_change():
    due_at = datetime(2024, 10, 31, 23, tzinfo=UTC)  # 1 November 00:00 in Berlin, winter time
    first = steps(due_at=due_at, last=date(2024, 10, 31), working=date(2024, 10, 31), zone="Europe/Berlin")[0]
    assert first.at == datetime(2024, 10, 24, 22, tzinfo=UTC)  # 25 October 00:00, summer time


def test_an_office_hour_stays_the_hour_of_every_rung():
    found = steps(due_at=local("2024-11-28 17:00"), last=date(2024, 11, 28), working=date(2024, 11, 28))
    assert found[0].at == local("2024-11-21 17:00")


# — what becomes of them —


def test_the_first_look_finds_nothing_and_says_when_to_come_back():
    assert reached(steps(), born_at=BORN, now=BORN) == ()
    assert next_look(steps(), BORN) == local("2024-11-28")


def test_an_obligation_born_after_some_rungs_skips_them_and_climbs_the_rest():
    born = local("2024-12-03 15:00")
    assert told(reached(steps(), born_at=born, now=born)) == {
        "seven-days-before": "skipped",
        "three-days-before": "skipped",
    }
    later = reached(steps(), born_at=born, now=DUE_AT, known={"seven-days-before", "three-days-before"})
    assert told(later) == {"one-day-before": "queued", "overdue": "queued"}


def test_a_rung_at_the_very_instant_of_birth_is_told():
    at = steps()[0].at
    assert told(reached(steps(), born_at=at, now=at)) == {"seven-days-before": "queued"}
    assert told(reached(steps(), born_at=at + MICROSECOND, now=at + MICROSECOND)) == {"seven-days-before": "skipped"}


def test_after_an_outage_the_highest_rung_of_each_audience_is_told_and_the_others_folded():
    assert told(reached(steps(), born_at=BORN, now=local("2025-03-01"))) == {
        "seven-days-before": "folded",
        "three-days-before": "folded",
        "one-day-before": "queued",
        "overdue": "queued",
        "one-day-after": "queued",
        "three-days-after": "queued",
    }


def test_what_is_on_record_is_not_reached_again():
    every = {step.rung.id for step in steps()}
    assert reached(steps(), born_at=BORN, now=local("2025-03-01"), known=every) == ()


@given(
    age=some.timedeltas(timedelta(days=-20), timedelta(days=40)),
    looks=some.lists(some.timedeltas(timedelta(0), timedelta(days=60)), min_size=1, max_size=12),
)
def test_however_the_looks_fall_each_rung_is_recorded_once_and_none_is_missed(age, looks):
    born, known = DUE_AT - age, dict[str, Outcome]()
    for look in sorted(looks):
        for step, outcome in reached(steps(), born_at=born, now=born + look, known=known):
            assert step.rung.id not in known
            known[step.rung.id] = outcome
    last = born + max(looks)
    assert set(known) == {step.rung.id for step in passed(steps(), last)}
    for step in passed(steps(), last):
        assert (known[step.rung.id] is Outcome.SKIPPED) == (step.at < born)
    for audience in RungAudience:
        heard = [step for step in passed(steps(), last) if step.rung.to is audience and step.at >= born]
        assert not heard or known[heard[-1].rung.id] is Outcome.QUEUED


# — quiet hours —


def quiet(first, end):
    return replace(LADDER, quiet_from=first, quiet_until=end)


@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        ("2024-12-04 20:59", "2024-12-04 20:59"),
        ("2024-12-04 21:00", "2024-12-05 06:30"),
        ("2024-12-05 00:00", "2024-12-05 06:30"),
        ("2024-12-05 06:29", "2024-12-05 06:30"),
        ("2024-12-05 06:30", "2024-12-05 06:30"),
    ],
)
def test_quiet_hours_over_midnight_hold_a_message_back_until_their_end(now, leaves):
    assert leaves_at(quiet(time(21), time(6, 30)), local(now), ZONE) == local(leaves)


@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        ("2024-12-04 11:29", "2024-12-04 11:29"),
        ("2024-12-04 11:30", "2024-12-04 13:30"),
        ("2024-12-04 13:30", "2024-12-04 13:30"),
        ("2024-12-04 23:00", "2024-12-04 23:00"),
    ],
)
def test_quiet_hours_within_a_day(now, leaves):
    assert leaves_at(quiet(time(11, 30), time(13, 30)), local(now), ZONE) == local(leaves)


def test_no_quiet_hours_and_empty_ones_hold_nothing_back():
    now = local("2024-12-04 23:00")
    assert leaves_at(LADDER, now, ZONE) == now
    assert leaves_at(quiet(time(21), time(21)), now, ZONE) == now


def test_quiet_hours_move_no_rung():
    ladder = Ladder(
        id="l",
        clause=Clause(source="x", at="1"),
        rungs=(Rung(id="overdue", days=0, to=RungAudience.HEAD),),
        quiet_from=time(20),
        quiet_until=time(8),
    )
    (step,) = steps(ladder)
    assert step.at == DUE_AT
