"""Orders in a pack: of steps that every dossier takes, and none that holds both sides for ever."""

from pathlib import Path

import pytest

from states.packs import find
from tests.packs.base import BASE, pack, told
from tests.season import SMALL_PACK, Play, done, leaders, opened, refusals, units
from workflow.rulepack import Across, Mode, Within
from workflow.words import Track

ORDER = """
[[order]]
id = "leaders-first"
clause = { source = "paper", at = "9" }
text = "Lãnh đạo trước"
first = { lead = ["head"] }
reached = "record_vote"
then = { lead = ["none"] }
command = "record_vote"
"""


def test_an_order_is_read_with_its_defaults() -> None:
    (rule,) = pack(BASE + ORDER).orders
    assert (rule.within, rule.across, rule.mode) == (Within.UNIT, Across.SEASON, Mode.ENFORCE)


def test_an_order_says_in_which_seasons_it_looks() -> None:
    (rule,) = pack(BASE + ORDER + 'across = "year"\n').orders
    assert rule.across is Across.YEAR
    assert [one[0] for one in told(BASE + ORDER + 'across = "years"\n')] == ["pack.unknown_value"]


@pytest.mark.row("NT05-1-4", "P124-11-2", "ND90-20-1")
def test_ranking_as_a_party_member_comes_after_that_of_every_season_of_the_year() -> None:
    found = {
        one.id: one.across
        for name in ("ninh-thuan-yearly", "vn-124-2023", "vn-90-2020")
        for one in find(name).orders
        if one.then.track == (Track.PARTY,)
    }
    assert found == dict.fromkeys(("NT05-1-4", "P124-11-2", "ND90-20-party"), Across.YEAR)


@pytest.mark.parametrize(
    "old,new,fault",
    [
        ('reached = "record_vote"', 'reached = "send"', "order_of_no_step"),
        ('command = "record_vote"', 'command = "opinion"', "order_of_no_step"),
        ('command = "record_vote"', 'command = "close_vote"', "order_of_no_step"),
        ('lead = ["none"]', 'lead = ["none", "head"]', "order_circular"),
        ('lead = ["none"]', 'tier = ["above"]', "order_circular"),
        ('text = "Lãnh đạo trước"', 'text = "Trước"\nwithin = "room"', "unknown_value"),
        ('then = { lead = ["none"] }\n', "", "missing_key"),
    ],
)
def test_what_does_not_fit_is_a_fault_with_its_place(old: str, new: str, fault: str) -> None:
    assert ORDER.count(old) == 1
    assert [one[0] for one in told(BASE + ORDER.replace(old, new))] == [f"pack.{fault}"]


@pytest.mark.parametrize("within", ["below", "person"])
def test_who_is_apart_may_be_selected_twice(within: str) -> None:
    text = ORDER.replace('lead = ["none"]', 'lead = ["head"]') + f'within = "{within}"\n'
    assert told(BASE + text) == []


@pytest.mark.row("P124-11-2", "P124-11-3", "P124-11-4", "P124-11-5")
def test_the_orders_of_the_frame_warn_or_are_off() -> None:
    found = {one.id: (one.mode, one.within) for one in find("vn-124-2023").orders}
    assert found == {
        "P124-11-2": (Mode.OFF, Within.PERSON),
        "P124-11-3": (Mode.WARN, Within.BELOW),
        "P124-11-4": (Mode.WARN, Within.UNIT),
        "P124-11-5": (Mode.WARN, Within.UNIT),
    }


@pytest.mark.row("QN23-II.2.2b-1", "QN23-II.4.2b2-1")
def test_the_plan_of_the_board_enforces_its_own_two_orders() -> None:
    own = {one.id: one.mode for one in find("ban-dan-toc-quang-ngai-2023").orders if one.id.startswith("QN23")}
    assert own == dict.fromkeys(("QN23-II.2.2b-1", "QN23-II.4.2b2-1"), Mode.ENFORCE)


@pytest.mark.row("ND90-20-1")
def test_the_decree_ranks_before_the_party_where_a_plan_switches_that_on() -> None:
    (order,) = find("vn-90-2020").orders
    assert (order.mode, order.within, order.reached, order.command) == (
        Mode.OFF,
        Within.PERSON,
        "ratify",
        "record_vote",
    )


UNDER_THE_DECREE = SMALL_PACK.replace(
    'tracks = ["civil_servant"]', 'tracks = ["civil_servant", "party"]\nextends = "vn-90-2020"'
).partition("[[ladder]]")[0]
SWITCH = """
[[switch]]
rule = "ND90-20-party"
mode = "{}"
because = "kế hoạch xếp loại cả hai bên"
"""


def party_vote(play: Play) -> tuple[str, str]:
    """Both dossiers of one person reviewed and at the vote; that as a civil servant, and as a party member."""
    refs = {one["track"]: one["ref"] for one in play.dossiers("SNV") if one["subject"] == "SNV-02"}
    play.review(refs["civil_servant"], refs["party"])
    return refs["civil_servant"], refs["party"]


@pytest.mark.row("ND90-20-1")
def test_a_party_member_is_voted_on_once_decided_as_a_civil_servant(tmp_path: Path) -> None:
    play = opened(tmp_path, UNDER_THE_DECREE + SWITCH.format("enforce"))
    play.bring(units("SNV"), leaders("SNV", 2, party=True))
    state, party = party_vote(play)
    meeting = play.hold("SNV")
    assert refusals(play.do("record_vote", party, rank="good", meeting=meeting)) == ["waits_for"]
    play.vote(state)
    play.submit(state)
    assert refusals(play.do("record_vote", party, rank="good", meeting=meeting)) == ["waits_for"]
    play.ratify(state)
    done(play.do("record_vote", party, rank="good", meeting=meeting))
    assert play.verified().findings == ()
    play.database.close()


@pytest.mark.row("ND90-20-1")
def test_a_plan_that_switches_nothing_on_ranks_a_party_member_when_it_likes(tmp_path: Path) -> None:
    play = opened(tmp_path, UNDER_THE_DECREE)
    play.bring(units("SNV"), leaders("SNV", 2, party=True))
    _, party = party_vote(play)
    play.vote(party)
    owed = play.obligation("ND90-20-1", "SNV")
    assert owed["last_good_day"].isoformat() == "2024-12-14"  # before 15 December of the season's year
    play.database.close()
