"""The late register: every lateness once, its two conditions apart, and nothing lowered (NT05-2-2, A-19)."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest

from tests.notifications.kit import COMMITTEE, SUBMIT, SUBMIT_DELEGATED
from tests.season import MICROSECOND, SHIPPED, SMALL_PACK, Play, done, leaders, local, opened, pack_of, rules_of, units
from workflow.discharge import owes
from workflow.services.registers import Affects, LateKind, LateLine, days_late, late_register, still_missing
from workflow.store import commands
from workflow.words import DossierState

TWO_TRACKS = (
    SMALL_PACK.replace('tracks = ["civil_servant"]', 'tracks = ["civil_servant", "party"]')
    + """
[[deadline]]
id = "send"
clause = { source = "paper", at = "2" }
text = "Gửi hồ sơ"
wording = "before"
on = 2024-12-05
per = "unit"
owner = "unit"
recipient = "office"
met_by = "submit"
late = "reason"
"""
)


def register(play: Play, at: str | None = None) -> tuple[LateLine, ...]:
    now = play.clock.now if at is None else local(at)
    with play.database.reading() as tx:
        return late_register(tx, play.row(), rules_of(play.pack), now=now)


def lines(found):
    return [(str(one.kind), one.rule, one.unit, one.days, one.until is None) for one in found]


def ready(play, unit="STC"):
    play.to_vote(unit)
    play.close(unit)
    return play


@pytest.fixture
def late(play):
    """STC hands in its deputies' dossiers two days late, with a reason; everything else is still owed."""
    ready(play)
    play.clock.now = local("2024-12-06 10:00")
    play.submit("STC-02", "STC-03", "STC-TT", reason="bão số 9")
    return play


@pytest.fixture
def both(tmp_path) -> Iterator[Play]:
    """A season in which party members are ranked on two tracks."""
    found = opened(tmp_path, TWO_TRACKS)
    with closing(found.database):
        yield found


# — what stands in it —


@pytest.mark.row("NT05-2-2", "NT11-1e-1")
def test_nothing_is_late_a_microsecond_before_and_everything_at_the_instant(play):
    play.clock.now = local("2024-12-05") - MICROSECOND
    assert register(play) == ()
    play.clock.now = local("2024-12-05")
    assert lines(register(play)) == [
        ("obligation", COMMITTEE, None, 1, True),
        ("obligation", SUBMIT, "SNV", 1, True),
        ("obligation", SUBMIT_DELEGATED, "SNV", 1, True),
        ("obligation", SUBMIT, "STC", 1, True),
        ("obligation", SUBMIT_DELEGATED, "STC", 1, True),
    ]


def test_days_are_those_begun_since_the_bound():
    due_at = local("2024-12-05")
    assert days_late(due_at, due_at) == 1
    assert days_late(due_at, local("2024-12-06") - MICROSECOND) == 1
    assert days_late(due_at, local("2024-12-06")) == 2
    assert days_late(local("2024-11-28 17:00"), local("2024-11-28 18:00")) == 1


@pytest.mark.row("NT05-2-2")
def test_a_dossier_that_came_late_stands_with_its_reason_and_its_unit_beside_it(late):
    mine = [one for one in register(late) if one.unit == "STC"]
    assert lines(mine) == [
        ("dossier", SUBMIT_DELEGATED, "STC", 2, False),
        ("dossier", SUBMIT_DELEGATED, "STC", 2, False),
        ("dossier", SUBMIT_DELEGATED, "STC", 2, False),
        ("obligation", SUBMIT, "STC", 2, True),
        ("obligation", SUBMIT_DELEGATED, "STC", 2, False),
    ]
    first = mine[0]
    assert (first.ref, first.subject) == (late.ref("STC-02"), "STC-02")
    assert (first.due_at, first.last_good_day) == (local("2024-12-05"), date(2024, 12, 4))
    assert (first.reason, first.reason_erased, first.covered_by) == ("bão số 9", False, None)
    assert first.until == local("2024-12-06 10:00")
    assert first.clause == "số …/UBND-VXNV, khoản 1, gạch đầu dòng thứ sáu"


def test_what_goes_on_grows_and_what_ended_does_not(late):
    now, later = register(late), register(late, "2024-12-20")
    grown = {one.ref: one.days for one in later}
    for one in now:
        assert grown[one.ref] == (16 if one.until is None else one.days)


def package(play):
    """The line of STC's package to Sở Nội vụ."""
    duty = play.obligations(SUBMIT_DELEGATED, "STC")[0]["ref"]
    return next(one for one in register(play) if one.ref == duty)


@pytest.mark.row("NT05-2-2")
def test_a_units_package_carries_the_reasons_that_came_with_its_dossiers_each_once(play):
    ready(play)
    assert "STC" not in {one.unit for one in register(play)}
    play.clock.now = local("2024-12-06 10:00")
    play.submit("STC-02", reason="bão số 9")
    assert (package(play).reason, package(play).until) == ("bão số 9", None), "also while others are still missing"
    play.submit("STC-03", reason="bão số 9")
    play.submit("STC-TT", reason="mất điện")
    found = package(play)
    assert (found.reason, found.reason_erased) == ("bão số 9; mất điện", False)
    other = play.obligation(SUBMIT, "STC")["ref"]
    assert next(one for one in register(play) if one.ref == other).reason is None, "another rule's reasons are its own"
    assert {one.reason for one in register(play) if one.unit == "SNV"} == {None}


def test_of_a_packages_reasons_the_erased_one_is_told_as_erased_and_the_others_stay(play):
    ready(play)
    play.clock.now = local("2024-12-06 10:00")
    play.submit("STC-02", reason="bão số 9")
    play.submit("STC-03", "STC-TT", reason="mất điện")
    mark = play.dossier("STC-02")["marks"]["late"][0]
    with play.database.writing() as tx:
        tx.change(commands.SECRET_ERASED, was_season=play.row()["id"], was_digest=mark["reason"])
    assert (package(play).reason, package(play).reason_erased) == ("mất điện", True)


def test_the_reason_of_a_dossier_that_came_back_late_is_not_its_units(play):
    ready(play)
    play.submit("STC-02", "STC-03", "STC-TT")
    play.clock.now = local("2024-12-01 09:00")
    done(play.do("send_back", "STC-02", by="QD-bcsd-ubnd", reason="thiếu chữ ký", due_back="2024-12-06"))
    play.clock.now = local("2024-12-09 09:00")
    play.to_vote("STC")
    play.submit("STC-02", reason="mất điện")
    back = [one for one in register(play) if one.unit == "STC" and one.rule == SUBMIT_DELEGATED]
    assert [(str(one.kind), one.reason) for one in back] == [("dossier", "mất điện"), ("obligation", "mất điện")]
    assert back[1].ref == play.obligation(SUBMIT_DELEGATED, play.ref("STC-02"))["ref"]


def test_an_erased_reason_is_told_as_erased(late):
    mark = late.dossier("STC-02")["marks"]["late"][0]
    with late.database.writing() as tx:
        tx.change(commands.SECRET_ERASED, was_season=late.row()["id"], was_digest=mark["reason"])
    erased = next(one for one in register(late) if one.ref == late.ref("STC-02"))
    assert (erased.reason, erased.reason_erased) == (None, True)


def test_who_was_in_time_does_not_stand_in_it(play):
    ready(play)
    play.submit("STC-01", "STC-02", "STC-03", "STC-TT")
    assert {one.unit for one in register(play, "2024-12-20")} == {None, "SNV"}


@pytest.mark.row("NT05-2-2")
def test_nobodys_rank_is_touched(late):
    before = late.table("dossier")
    register(late)
    assert late.table("dossier") == before
    assert {late.dossier(one)["proposed"] for one in ("STC-02", "STC-03")} == {"good"}


# — extensions —


def test_an_extension_in_time_leaves_no_line(play):
    play.clock.now = local("2024-12-04 10:00")
    done(play.extend(play.obligation(SUBMIT, "STC")["ref"], "2024-12-12"))
    assert "STC" not in {one.unit for one in register(play, "2024-12-10")}
    assert {one.days for one in register(play, "2024-12-13") if one.unit == "STC"} == {1}


def test_an_extension_of_what_was_overdue_covers_the_lateness_and_does_not_undo_it(play):
    old = play.obligation(SUBMIT, "STC")
    play.clock.now = local("2024-12-06 10:00")
    done(play.extend(old["ref"], "2024-12-12", decision="20/QĐ-UBND"))
    line = next(one for one in register(play, "2024-12-10") if one.ref == old["ref"])
    assert (line.days, line.until, line.covered_by) == (2, local("2024-12-06 10:00"), "20/QĐ-UBND")


def test_an_extension_after_the_fact_covers_both_the_dossiers_and_the_unit(late):
    duty = late.obligation(SUBMIT_DELEGATED, "STC")
    late.clock.now = local("2024-12-20 10:00")
    done(late.extend(duty["ref"], "2024-12-10", decision="21/QĐ-UBND"))
    found = [one for one in register(late) if one.rule == SUBMIT_DELEGATED and one.unit == "STC"]
    assert [str(one.kind) for one in found] == ["dossier"] * 3 + ["obligation"]
    assert {one.covered_by for one in found} == {"21/QĐ-UBND"}


# — the second condition —


@pytest.mark.row("NT05-2-2")
@pytest.mark.parametrize(
    ("party", "affects"), [(True, Affects.UNKNOWN), (False, Affects.NO)], ids=["members", "no members"]
)
def test_lateness_on_one_track_says_nothing_certain_of_the_other(play, party, affects):
    play.bring(units("SYT"), leaders("SYT", 2, party=party))
    found = [one for one in register(play, "2024-12-06") if one.unit == "SYT"]
    assert {one.affects_party for one in found} == {affects}


def test_a_collective_is_never_judged_by_the_register(late):
    mine = {one.subject: one.affects_party for one in register(late) if one.kind is LateKind.DOSSIER}
    assert mine == {"STC-02": Affects.NO, "STC-03": Affects.NO, "STC-TT": Affects.UNKNOWN}


@pytest.mark.row("NT05-2-2")
def test_a_party_ranking_that_is_late_itself_is_affected(both):
    both.bring(units("SYT"), leaders("SYT", 1, party=True))
    (owed,) = register(both, "2024-12-06")
    assert (owed.unit, owed.affects_party) == ("SYT", Affects.YES)
    both.to_vote("SYT")
    both.clock.now = local("2024-12-07 09:00")
    refs = {row["track"]: row["ref"] for row in both.dossiers("SYT")}
    both.submit(*refs.values(), reason="bão số 9")
    found = {one.ref: one.affects_party for one in register(both)}
    duty = both.obligation("send", "SYT")["ref"]
    assert found == {refs["civil_servant"]: Affects.UNKNOWN, refs["party"]: Affects.YES, duty: Affects.YES}


def test_a_duty_without_dossiers_is_left_to_people(play):
    (duty,) = [one for one in register(play, "2024-12-06") if one.rule == COMMITTEE]
    assert duty.affects_party is Affects.UNKNOWN
    assert duty.owner == "so-noi-vu"


# — what is missing —


def test_what_is_missing_is_what_the_command_itself_waits_for(play):
    ready(play)
    duty = play.obligation(SUBMIT_DELEGATED, "STC")
    wanted = [play.ref(one) for one in ("STC-02", "STC-03", "STC-TT")]

    def missing():
        with play.database.reading() as tx:
            return [one["ref"] for one in still_missing(tx, rules_of(play.pack), duty)]

    assert missing() == wanted
    play.submit("STC-02")
    assert missing() == wanted[1:]
    done(play.do("withdraw", "STC-03", reason="chuyển công tác"))
    assert missing() == wanted[2:]
    play.submit("STC-TT")
    assert missing() == []
    assert play.obligations(SUBMIT_DELEGATED, "STC")[0]["state"] == "met"


def test_a_duty_that_hangs_on_no_dossier_misses_none(play):
    with play.database.reading() as tx:
        assert still_missing(tx, rules_of(play.pack), play.obligation(COMMITTEE, "2024")) == []


def test_a_duty_of_the_whole_season_misses_dossiers_of_every_unit(tmp_path):
    play = opened(tmp_path, TWO_TRACKS.replace('per = "unit"', 'per = "season"'))
    with closing(play.database):
        play.bring(units("SYT", "SCT"), (*leaders("SYT", 1), *leaders("SCT", 1)))
        (line,) = register(play, "2024-12-06")
        assert (line.unit, line.affects_party) == (None, Affects.NO)
        with play.database.reading() as tx:
            found = still_missing(tx, rules_of(play.pack), play.obligation("send", "2024"))
        assert [row["unit"] for row in found] == ["SYT", "SCT"]


def test_a_dossier_sent_back_is_missing_on_its_own_day_and_no_longer_with_its_unit(play):
    ready(play)
    play.submit("STC-02", "STC-03")
    play.clock.now = local("2024-12-01 09:00")
    done(play.do("send_back", "STC-02", by="QD-bcsd-ubnd", reason="thiếu chữ ký", due_back="2024-12-06"))
    with play.database.reading() as tx:
        found = {
            (one["per"], one["scope"]): [row["ref"] for row in still_missing(tx, rules_of(play.pack), one)]
            for one in play.obligations(SUBMIT_DELEGATED, state="open")
            if one["unit"] == "STC"
        }
    back = play.ref("STC-02")
    assert found == {("unit", "STC"): [play.ref("STC-TT")], ("dossier", back): [back]}


@pytest.mark.parametrize(
    ("command", "owing"),
    [
        ("self_review", {"drafted"}),
        ("record_vote", {"drafted", "self_reviewed"}),
        ("submit", {"drafted", "self_reviewed", "unit_voted"}),
        ("ratify", {"drafted", "self_reviewed", "unit_voted", "submitted"}),
        ("withdraw", set()),
        ("opinion", set()),
        (None, set()),
    ],
)
def test_who_owes_a_command_is_whoever_has_it_before_them(command, owing):
    rules = rules_of(pack_of(SMALL_PACK))
    rule = replace(pack_of(SHIPPED).deadlines[0], met_by=command)
    assert {str(state) for state in DossierState if owes(rules, rule, {"state": state})} == owing
