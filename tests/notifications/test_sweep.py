"""The sweep on a real season: what it records, whom it tells, when it comes back; twice, late, and after changes."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from sqlalchemy.dialects import postgresql

from notifications.ladder import Outcome
from notifications.sweep import Alerted, sweep
from tests.notifications.kit import (
    AUTHORITY,
    BODY,
    COMMITTEE,
    SUBMIT,
    SUBMIT_DELEGATED,
    address,
    alerts,
    alerts_of,
    everything,
    messages,
)
from tests.season import MICROSECOND, collective, done, leaders, local, opened, person, rules_of, units
from workflow.errors import BadInput
from workflow.rulepack import Anchor, RungAudience
from workflow.services import duties
from workflow.services.seasons import close_season
from workflow.store import alerts as sql
from workflow.store import commands

SEVEN, THREE, ONE = "seven-days-before", "three-days-before", "one-day-before"
RUNGS = (SEVEN, THREE, ONE, "overdue", "one-day-after", "three-days-after")


def look(play, at):
    play.clock.now = at if not isinstance(at, str) else local(at)
    return sweep(play.context)


def told(swept):
    """(rule, scope, rung, recipients) in the order in which it was reached."""
    return [(one.rule, one.scope, one.rung, one.recipients) for one in swept.alerts]


@pytest.fixture
def rested(play):
    """The season after its first look, which found nothing to tell."""
    assert sweep(play.context).alerts == ()
    return play


# — one look —


def test_the_first_look_sets_when_to_come_back_and_tells_nothing(play):
    swept = sweep(play.context)
    assert (swept.looked, swept.alerts, swept.messages) == (5, (), 0)
    dated = [one["look_at"] for one in play.obligations() if one["due_at"] is not None]
    assert dated == [local("2024-11-28")] * 5


def test_a_duty_without_a_date_is_never_looked_at(play):
    look(play, "2025-06-01")
    undated = [one for one in play.obligations() if one["due_at"] is None]
    assert len(undated) == 2
    assert all(alerts_of(play, one["ref"]) == {} and one["look_at"] is None for one in undated)


@pytest.mark.row("NT11-2a-1", "NT11-1e-1", "NT11-1g-3", "NT11-2b-1")
def test_three_duties_of_one_instant_are_told_in_the_order_of_the_packs_rows(rested):
    swept = look(rested, "2024-11-28")
    assert told(swept) == [
        (SUBMIT, "SNV", SEVEN, ("CV-SNV",)),
        (SUBMIT, "STC", SEVEN, ("CV-STC",)),
        (SUBMIT_DELEGATED, "SNV", SEVEN, ("CV-SNV",)),
        (SUBMIT_DELEGATED, "STC", SEVEN, ("CV-STC",)),
        (COMMITTEE, "2024", SEVEN, (BODY,)),
    ]
    (mine,) = messages(rested, "CV-SNV")
    assert [one["rule"] for one in mine["content"]] == [SUBMIT, SUBMIT_DELEGATED]


@pytest.mark.row("NT11-1e-1")
@pytest.mark.parametrize(
    ("instant", "rung", "recipients"),
    [
        ("2024-11-28", SEVEN, {"CV-SNV", "CV-STC", BODY}),
        ("2024-12-02", THREE, {"CV-SNV", "CV-STC", BODY}),
        ("2024-12-04", ONE, {"CV-SNV", "CV-STC", BODY}),
        ("2024-12-05", "overdue", {"SNV-01", "STC-01"}),
        ("2024-12-06", "one-day-after", {"GS"}),
        ("2024-12-08", "three-days-after", {AUTHORITY}),
    ],
)
def test_each_rung_is_recorded_at_its_instant_and_not_a_microsecond_earlier(rested, instant, rung, recipients):
    look(rested, local(instant) - MICROSECOND)
    assert rung not in {one for _, one, _ in alerts(rested)}
    before = {one["id"] for one in messages(rested)}
    swept = look(rested, instant)
    assert {(one.rung, str(one.outcome)) for one in swept.alerts} == {(rung, "queued")}
    assert {one["recipient"] for one in messages(rested) if one["id"] not in before} == recipients


def test_somebody_hears_of_everything_at_once_in_one_message_per_channel(rested):
    rested.clock.now = local("2024-12-06")
    swept = sweep(rested.context, channels=("email", "chat"))
    found = [(one["recipient"], one["channel"], len(one["content"])) for one in messages(rested, "GS")]
    assert found == [("GS", "chat", 5), ("GS", "email", 5)]
    assert swept.messages == 2 * 6  # two coordinators, a body, two heads, the monitor


def test_only_the_highest_rung_brings_the_register(rested):
    look(rested, "2024-12-08")
    assert {one["register"] for one in messages(rested, AUTHORITY)[0]["content"]} == {True}
    assert {one["register"] for one in messages(rested, "GS")[0]["content"]} == {False}


# — twice, and after an outage —


@pytest.mark.parametrize("instant", ["2024-11-12", "2024-11-28", "2024-12-05", "2024-12-20"])
def test_a_second_look_at_the_same_instant_writes_nothing(rested, instant):
    look(rested, instant)
    before = everything(rested)
    swept = sweep(rested.context)
    assert (swept.looked, swept.alerts, swept.messages) == (0, (), 0)
    assert everything(rested) == before


@pytest.mark.parametrize(
    ("back", "queued", "folded"),
    [
        ("2024-11-30", {SEVEN}, set()),
        ("2024-12-03", {THREE}, {SEVEN}),
        ("2024-12-04 12:00", {ONE}, {SEVEN, THREE}),
        ("2024-12-05 12:00", {ONE, "overdue"}, {SEVEN, THREE}),
        ("2024-12-07", {ONE, "overdue", "one-day-after"}, {SEVEN, THREE}),
        ("2025-06-01", set(RUNGS[2:]), {SEVEN, THREE}),
        ("2031-01-01", set(RUNGS[2:]), {SEVEN, THREE}),
    ],
)
def test_after_an_outage_every_passed_rung_is_on_record_and_the_highest_of_each_role_is_told(
    play, back, queued, folded
):
    look(play, back)
    duty = alerts_of(play, play.obligation(SUBMIT, "STC")["ref"])
    assert {rung for rung, outcome in duty.items() if outcome == "queued"} == queued
    assert {rung for rung, outcome in duty.items() if outcome == "folded"} == folded
    heads = {(one["recipient"], len(one["content"])) for one in messages(play, "STC-01")}
    assert heads == ({("STC-01", 2)} if "overdue" in queued else set())
    assert len(messages(play, "CV-STC")) == 1


def test_a_look_a_day_tells_every_rung_and_folds_none(play):
    for day in range(20, 45):
        look(play, local("2024-11-01") + timedelta(days=day))
    every = {(rule, rung) for rule, rung, _ in alerts(play)}
    assert every == {(rule, rung) for rule in (SUBMIT, SUBMIT_DELEGATED, COMMITTEE) for rung in RUNGS}
    assert {outcome for _, _, outcome in alerts(play)} == {"queued"}


def test_nothing_is_left_to_look_at_after_the_last_rung(play):
    look(play, "2024-12-08")
    assert {one["look_at"] for one in play.obligations()} == {None}
    before = everything(play)["alert"]
    look(play, "2025-12-08")
    assert everything(play)["alert"] == before


# — what happens in between —


def submitted(play, unit):
    play.to_vote(unit)
    play.close(unit)
    return [row["ref"] for row in play.dossiers(unit) if row["track"] == "civil_servant"]


def test_what_is_settled_before_the_look_leaves_no_trace_even_if_the_rung_had_passed(rested):
    refs = submitted(rested, "STC")
    rested.clock.now = local("2024-11-28 08:00")  # the rung passed at midnight, and nobody looked yet
    rested.submit(*refs)
    swept = sweep(rested.context)
    assert {one.scope for one in swept.alerts} == {"SNV", "2024"}
    assert messages(rested, "CV-STC") == []


def test_an_extended_duty_climbs_anew_from_its_new_day_and_the_old_one_no_further(rested):
    look(rested, "2024-12-02")
    old = rested.obligation(SUBMIT, "STC")
    rested.clock.now = local("2024-12-03 10:00")
    done(rested.extend(old["ref"], "2024-12-12"))
    new, sibling = rested.obligation(SUBMIT, "STC"), rested.obligation(SUBMIT_DELEGATED, "STC")
    assert new["replaces"] == old["id"]
    assert sibling["last_good_day"] == date(2024, 12, 12)
    look(rested, "2024-12-05")
    assert alerts_of(rested, old["ref"]) == {SEVEN: "folded", THREE: "queued"}
    assert alerts_of(rested, new["ref"]) == {}
    look(rested, "2024-12-06")
    assert alerts_of(rested, new["ref"]) == {SEVEN: "queued"}
    look(rested, "2024-12-13")
    assert alerts_of(rested, new["ref"]) == {SEVEN: "queued", THREE: "folded", ONE: "queued", "overdue": "queued"}


def test_an_extension_after_the_bound_skips_the_rungs_before_its_birth(rested):
    look(rested, "2024-12-05")
    rested.clock.now = local("2024-12-06 10:00")
    done(rested.extend(rested.obligation(SUBMIT, "STC")["ref"], "2024-12-10"))
    look(rested, "2024-12-06 10:00")
    new = rested.obligation(SUBMIT, "STC")
    assert alerts_of(rested, new["ref"]) == {SEVEN: "skipped"}
    assert new["look_at"] == local("2024-12-08")


def test_a_duty_that_gets_its_date_later_begins_to_climb(rested):
    undated = next(one for one in rested.obligations() if one["due_at"] is None)
    play = rested
    play.clock.now = local("2024-11-20 09:00")
    done(duties.set_date(play.context, None, play.by("GS"), undated["ref"], day=date(2024, 12, 18), source="12/CV"))
    look(play, "2024-12-12")
    successor = play.obligation(undated["rule"], undated["scope"])
    assert alerts_of(play, successor["ref"]) == {SEVEN: "queued"}


def test_dossiers_of_a_roster_brought_after_the_bound_owe_at_once_and_past_rungs_are_skipped(play):
    look(play, "2024-12-06")
    play.clock.now = local("2024-12-07 09:00")
    play.bring(units("SCT"), [replace(one, email=address(one.code)) for one in leaders("SCT", 2)])
    look(play, "2024-12-07 09:00")
    duty = play.obligation(SUBMIT, "SCT")
    assert alerts_of(play, duty["ref"]) == dict.fromkeys(RUNGS[:5], "skipped")
    look(play, "2024-12-08")
    assert alerts_of(play, duty["ref"])["three-days-after"] == "queued"


# — seasons —


def test_a_closed_season_is_not_looked_at(rested):
    done(close_season(rested.context, None, rested.by(), unfinished="Hết năm"))
    before = everything(rested)
    assert look(rested, "2024-12-20").looked == 0
    assert {name: rows for name, rows in everything(rested).items() if name != "heartbeat"} == {
        name: rows for name, rows in before.items() if name != "heartbeat"
    }


def test_a_clock_set_by_hand_never_escalates_a_real_season(rested):
    virtual = replace(rested.context, virtual=True)
    before = everything(rested)
    rested.clock.now = local("2024-12-20")
    assert sweep(virtual).looked == 0
    assert everything(rested) == before  # no heartbeat either: it says nothing about today


def test_seasons_are_looked_at_side_by_side_and_a_lost_pack_stops_only_its_own(play):
    def rules(pack_hash, read):
        if broken["on"]:
            broken["on"] = False
            raise BadInput("command.pack_lost", hash=pack_hash)
        return play.context.rules(pack_hash, read)

    second = opened(play.folder, code="2024-B", more={"tenant": "local"})
    second.bring(units("SYT"), leaders("SYT", 2))
    broken = {"on": True}
    play.clock.now = local("2024-11-28")
    with pytest.raises(BadInput, match="pack_lost"):
        sweep(replace(play.context, rules=rules))
    assert alerts(play) == []
    assert {rung for _, rung, _ in alerts(second)} == {SEVEN}
    second.database.close()


def test_a_season_that_is_closed_between_the_look_and_the_lock_is_left_alone(play):
    def write(work):
        if play.row()["state"] == "open":
            done(close_season(play.context, None, play.by(), unfinished="Hết năm"))
        return play.database.write(work)

    play.clock.now = local("2024-12-20")
    assert sweep(replace(play.context, write=write)).looked == 0
    assert alerts(play) == []


class Losing:
    """A transaction in which somebody else was first, for some statements."""

    def __init__(self, tx, *lost):
        self._tx, self._lost = tx, lost

    def __getattr__(self, name):
        return getattr(self._tx, name)

    def change(self, statement, **values):
        return 0 if statement in self._lost else self._tx.change(statement, **values)


def losing(play, *lost):
    return replace(play.context, write=lambda work: play.database.write(lambda tx: work(Losing(tx, *lost))))


def test_whoever_loses_a_claim_writes_nothing_for_it(play):
    play.clock.now = local("2024-12-20")
    swept = sweep(losing(play, sql.LOOKED))
    assert (swept.alerts, swept.messages) == ((), 0)
    assert alerts(play) == []


def test_a_message_that_is_leaving_already_is_not_added_to(play):
    play.clock.now = local("2024-11-28")
    swept = sweep(losing(play, sql.MESSAGE_GROWN), limit=1)
    assert swept.messages == 5  # one for each duty: nothing is lost, at worst somebody hears twice
    assert sum(len(one["content"]) for one in messages(play)) == 5


# — nobody to tell —


def test_a_rung_that_nobody_hears_is_on_record_as_such(play):
    swept = look(play, "2024-12-08")
    assert {one.outcome for one in swept.alerts if one.rung == "overdue"} == {"queued"}
    bare = opened(play.folder, code="2024-B")
    bare.bring(units("SYT"), [person("SYT-02"), collective("SYT")])  # no head, no address, no authority
    bare.clock.now = local("2024-12-08")
    swept = sweep(bare.context)
    found = {one.rung: (str(one.outcome), one.recipients) for one in swept.alerts if one.rule == SUBMIT_DELEGATED}
    assert found == {
        SEVEN: ("folded", ()),
        THREE: ("folded", ()),
        ONE: ("nobody", ("CV-SYT",)),
        "overdue": ("nobody", ()),
        "one-day-after": ("nobody", ("GS",)),
        "three-days-after": ("nobody", ()),
    }
    assert {(one["state"], one["failure"]) for one in messages(bare)} == {("dead", '{"code":"mail.no_address"}')}
    bare.database.close()


def test_an_erased_address_is_a_dead_letter_and_the_others_still_hear(play):
    play.bring(subjects=[person("CV-2", unit="STC", lead="none", duty="staff", tier="", ranked=False)])
    with play.database.writing() as tx:
        tx.change(commands.NEW_ROLE, season=play.row()["id"], subject="CV-2", role="coordinator", scope="STC")
    swept = look(play, "2024-11-28")
    assert ("CV-2", "CV-STC") in {one.recipients for one in swept.alerts}
    assert {one.outcome for one in swept.alerts} == {"queued"}
    assert {(one["recipient"], one["state"]) for one in messages(play) if one["recipient"] not in {"CV-SNV", BODY}} == {
        ("CV-2", "dead"),
        ("CV-STC", "queued"),
    }


# — in pieces —


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_however_small_the_commits_nobody_without_an_address_gets_two_dead_letters(play, limit):
    play.bring(subjects=[person("CV-2", unit="STC", lead="none", duty="staff", tier="", ranked=False)])
    with play.database.writing() as tx:
        tx.change(commands.NEW_ROLE, season=play.row()["id"], subject="CV-2", role="coordinator", scope="STC")
    play.clock.now = local("2024-12-08")
    sweep(play.context, limit=limit)
    (dead,) = messages(play, "CV-2")
    assert (dead["state"], dead["next_at"]) == ("dead", None)
    assert [one["rule"] for one in dead["content"]] == [SUBMIT, SUBMIT_DELEGATED]
    assert len(dead["content"]) == 2


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_however_small_the_commits_each_recipient_gets_one_message_in_the_packs_order(play, limit):
    play.clock.now = local("2024-12-08")
    swept = sweep(play.context, limit=limit)
    assert swept.looked == 5
    assert len(swept.alerts) == 5 * len(RUNGS)
    assert swept.messages == len(messages(play)) == 7
    for one in messages(play):
        rules = [item["rule"] for item in one["content"]]
        assert rules == sorted(rules, key=(SUBMIT, SUBMIT_DELEGATED, COMMITTEE).index)
    assert [item["scope"] for item in messages(play, "GS")[0]["content"]] == ["SNV", "STC", "SNV", "STC", "2024"]


def test_a_commit_of_nothing_is_refused_before_it_never_ends(play):
    with pytest.raises(ValueError, match="never come to an end"):
        sweep(play.context, limit=0)


def test_somebody_with_two_roles_hears_of_a_duty_once_and_as_both(play):
    season = play.row()["id"]
    with play.database.writing() as tx:
        tx.change(commands.NEW_ROLE, season=season, subject="CV-STC", role="monitor", scope="STC")
    look(play, "2024-12-06")
    (mine,) = messages(play, "CV-STC")
    assert [(one["rule"], one["rungs"], one["to"]) for one in mine["content"]] == [
        (SUBMIT, [ONE, "one-day-after"], ["owner", "monitor"]),
        (SUBMIT_DELEGATED, [ONE, "one-day-after"], ["owner", "monitor"]),
    ]


def test_a_failure_halfway_leaves_nothing_written(play, monkeypatch):
    play.clock.now = local("2024-12-08")
    before = everything(play)
    monkeypatch.setattr("notifications.sweep.gathered", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        sweep(play.context)
    assert everything(play) == before


# — quiet hours —


def quiet_ladder(ladder):
    return replace(ladder, quiet_from=time(21), quiet_until=time(6, 30))


def with_ladder(play, change):
    """The season's context under a pack whose ladder is changed."""
    pack = replace(play.pack, ladders=tuple(change(one) for one in play.pack.ladders))
    return replace(play.context, rules=lambda *_: rules_of(pack))


def test_quiet_hours_delay_what_leaves_and_nothing_else(play):
    play.clock.now = local("2024-12-05")
    swept = sweep(with_ladder(play, quiet_ladder))
    assert {one.outcome for one in swept.alerts if one.rung == "overdue"} == {"queued"}
    assert {one["next_at"] for one in messages(play)} == {local("2024-12-05 06:30")}
    assert {one["created_at"] for one in messages(play)} == {local("2024-12-05")}


def test_without_quiet_hours_a_message_may_leave_at_once(play):
    look(play, "2024-12-05")
    assert {one["next_at"] for one in messages(play)} == {local("2024-12-05")}


# — the rest —


def test_a_sweep_leaves_the_record_of_the_season_as_it_was(play):
    before = play.table("history")
    look(play, "2024-12-20")
    assert play.table("history") == before
    assert play.verified().findings == ()


def test_a_sweep_says_that_it_is_alive(play):
    look(play, "2024-11-12")
    with play.database.reading() as tx:
        assert tx.all(sql.HEARTBEATS) == [{"name": "sweep", "at": local("2024-11-12")}]
    look(play, "2024-11-13")
    with play.database.reading() as tx:
        assert tx.all(sql.HEARTBEATS) == [{"name": "sweep", "at": local("2024-11-13")}]


def test_a_sweep_says_what_it_recorded_in_words_for_people(rested):
    swept = look(rested, "2024-11-28")
    ref = rested.obligation(SUBMIT, "SNV")["ref"]
    assert swept.alerts[0] == Alerted(
        season="2024",
        obligation=ref,
        rule=SUBMIT,
        scope="SNV",
        rung=SEVEN,
        anchor=Anchor.DUE,
        days=-7,
        to=RungAudience.OWNER,
        outcome=Outcome.QUEUED,
        recipients=("CV-SNV",),
    )


def test_on_a_server_a_claim_skips_what_another_sweep_holds():
    text = sql.OBLIGATIONS_TO_LOOK_AT.compiled(postgresql.dialect()).text
    assert text.endswith("FOR UPDATE SKIP LOCKED")
    assert sql.NEXT_MESSAGE.compiled(postgresql.dialect()).text.endswith("FOR UPDATE SKIP LOCKED")
