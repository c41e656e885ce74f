"""What caps a rank: refused, told or not asked as the ceiling's mode says, and told again by verification."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.season import (
    MONITOR,
    REGISTRAR,
    SMALL_PACK,
    Play,
    collective,
    done,
    leaders,
    person,
    refusals,
    units,
    warnings,
)
from tests.services.tampering import attack, chained_again, codes
from workflow import canonical
from workflow.errors import BadInput
from workflow.store import commands as sql
from workflow.words import Lead, SubjectKind

Opening = Callable[..., Play]

CIRCUMSTANCES = """
[[circumstance]]
id = "absence"
clause = { source = "paper", at = "5" }
text = "Nghỉ trong năm"
where = { kind = ["person"] }
months = true

[[circumstance]]
id = "discipline"
clause = { source = "paper", at = "5" }
text = "Bị kỷ luật"
proof = true
"""
CEILING = """
[[ceiling]]
id = "{id}"
clause = {{ source = "paper", at = "6" }}
text = "Mức trần"
{rest}
mode = "{mode}"
"""
AGENCY = 'of = { kind = ["collective"] }\ncommand = "ratify"\nby = { kind = ["agency"] }\nwithin = "unit"'
MEMBERS = (
    'of = { kind = ["collective"] }\ncommand = "record_vote"\nby = { kind = ["person"] }\nwithin = "unit"\n'
    'circumstance = "discipline"\nhighest = "good"'
)
ABSENT = (
    'of = { kind = ["person"] }\ncommand = "record_vote"\ncircumstance = "absence"\n'
    'from = 3\nbelow = 6\nhighest = "completed"'
)
LONG = 'of = { kind = ["person"] }\ncommand = "record_vote"\ncircumstance = "absence"\nfrom = 6'
PROVED: dict[str, Any] = {"circumstance": "discipline", "letter": "5/QĐ"}


def ceiling(rest: str, *, mode: str = "enforce", name: str = "cap") -> str:
    return CEILING.format(id=name, rest=rest, mode=mode)


def one_unit(opening: Opening, *rules: str, staff: int = 1) -> Play:
    """A head, some without a post, the collective and the agency of a unit under another, everybody reviewed."""
    play = opening(SMALL_PACK + CIRCUMSTANCES + "".join(rules))
    agency = person("A-CQ", kind=SubjectKind.AGENCY, category="", duty="", lead=Lead.NONE)
    others = [person(f"A-1{one}", duty="staff", lead=Lead.NONE) for one in range(staff)]
    rows = (*units("T", kind="province"), *units("A", parent="T"))
    play.bring(rows, [*leaders("A", 1), *others, collective("A"), agency, collective("T")])
    for unit in ("A", "T"):
        play.review(*(one["ref"] for one in play.dossiers(unit)))
    return play


def decided(play: Play, *names: str, rank: str) -> None:
    """Bring dossiers up to the decision, proposed at a rank."""
    play.vote(*names, rank=rank)
    play.submit(*names)


def absent(play: Play, name: str, months: int) -> None:
    done(play.do("record_circumstance", name, circumstance="absence", months=months))


def voting(play: Play, *names: str, rank: str) -> Any:
    return play.do("record_vote", *names, rank=rank, meeting=play.meeting_for(names[0]))


# — by a circumstance of one's own —


@pytest.mark.row("ND90-2-1", "ND90-2-2")
def test_months_of_absence_cap_a_rank_from_the_first_and_to_under_the_last(opening: Opening):
    play = one_unit(opening, ceiling(ABSENT), ceiling(LONG, name="long"), staff=5)
    for name, months in (("A-10", 2), ("A-11", 3), ("A-12", 5), ("A-13", 6)):
        absent(play, name, months)
    play.vote("A-10", "A-14", rank="excellent")
    for name in ("A-11", "A-12"):
        refused = voting(play, name, rank="good")
        assert refusals(refused) == ["above_circumstance"]
        (verdict,) = refused.refused[0].verdicts
        assert (verdict.rule, verdict.figures["highest"]) == ("cap", "completed")
        play.vote(name, rank="completed")
    assert refusals(voting(play, "A-13", rank="not_completed")) == ["not_to_be_ranked"]
    done(play.do("not_ranked", "A-13", reason="nghỉ 06 tháng"))
    assert play.verified().findings == ()


@pytest.mark.parametrize("mode,told", [("off", []), ("record_only", []), ("warn", ["above_circumstance"])])
def test_a_ceiling_that_is_not_enforced_lets_pass_and_warns_where_it_should(
    opening: Opening, mode: str, told: list[str]
):
    play = one_unit(opening, ceiling(ABSENT, mode=mode))
    absent(play, "A-10", 3)
    assert warnings(done(voting(play, "A-10", rank="good"))) == told
    assert play.verified().findings == ()


def test_of_many_those_alone_are_refused_that_are_above(opening: Opening):
    play = one_unit(opening, ceiling(ABSENT), staff=2)
    absent(play, "A-10", 4)
    meeting = play.meeting_for("A-10")
    answer = play.do("record_vote", "A-10", "A-11", rank="good", meeting=meeting, partial=True)
    assert ([one.ref for one in answer.done], refusals(answer)) == ([play.ref("A-11")], ["above_circumstance"])
    assert play.verified().findings == ()


# — by others —


@pytest.mark.row("P124-12-2")
def test_a_member_s_discipline_caps_the_collective_until_it_is_taken_back(opening: Opening):
    play = one_unit(opening, ceiling(MEMBERS))
    done(play.do("record_circumstance", "A-10", **PROVED))
    refused = voting(play, "A-TT", rank="excellent")
    assert refusals(refused) == ["above_circumstance"]
    assert refused.refused[0].verdicts[0].figures["refs"] == [play.ref("A-10")]
    play.vote("T-TT", rank="excellent")  # nobody of its own unit is
    back: dict[str, Any] = {"circumstance": "discipline", "none": True}
    assert refusals(play.do("record_circumstance", "A-10", **back)) == ["reason_missing"]
    done(play.do("record_circumstance", "A-10", **back, reason="quyết định bị hủy"))
    play.vote("A-TT", rank="excellent")
    assert play.dossier("A-10")["marks"]["circumstances"] == {}
    assert play.verified().findings == ()


@pytest.mark.row("P124-12-2")
def test_the_discipline_of_a_unit_below_caps_the_collective_above_it(opening: Opening):
    below = MEMBERS.replace('"person"', '"agency"').replace('"unit"', '"below"')
    play = one_unit(opening, ceiling(below))
    done(play.do("record_circumstance", "A-CQ", **PROVED))
    assert refusals(voting(play, "T-TT", rank="excellent")) == ["above_circumstance"]
    play.vote("A-TT", rank="excellent")
    play.vote("T-TT", rank="good")
    assert play.verified().findings == ()


@pytest.mark.row("P124-x-1")
def test_a_collective_is_not_decided_above_its_agency(opening: Opening):
    play = one_unit(opening, ceiling(AGENCY))
    decided(play, "A-TT", rank="excellent")
    decided(play, "A-CQ", rank="good")
    refused = play.decide("A-TT")
    assert refusals(refused) == ["above_ceiling"]
    remedy = refused.refused[0].verdicts[0].remedy
    assert remedy is not None
    assert remedy.args == {"rank": "good"}
    play.ratify("A-CQ")
    play.ratify("A-TT", rank="good")
    assert play.verified().findings == ()


@pytest.mark.row("P124-x-1")
def test_an_act_is_judged_on_what_it_brings_about(opening: Opening):
    """The agency is proposed higher than it is decided with the collective: both or neither."""
    play = one_unit(opening, ceiling(AGENCY))
    decided(play, "A-TT", "A-CQ", rank="excellent")
    play.ratify("A-TT", "A-CQ", rank="good")
    assert play.verified().findings == ()


def test_who_falls_out_of_an_act_caps_nobody_in_it(opening: Opening):
    play = one_unit(opening, ceiling(AGENCY))
    decided(play, "A-TT", rank="good")
    play.vote("A-CQ", rank="excellent")  # not submitted
    answer = play.decide("A-TT", "A-CQ", partial=True)
    assert ([one.ref for one in answer.done], refusals(answer)) == ([play.ref("A-TT")], ["wrong_state"])
    assert play.verified().findings == ()


def test_in_part_a_collective_above_its_agency_falls_and_the_agency_does_not(opening: Opening):
    play = one_unit(opening, ceiling(AGENCY))
    decided(play, "A-TT", rank="excellent")
    decided(play, "A-CQ", rank="good")
    answer = play.decide("A-TT", "A-CQ", partial=True)
    assert ([one.ref for one in answer.done], refusals(answer)) == ([play.ref("A-CQ")], ["above_ceiling"])
    assert play.verified().findings == ()


# — on record —


def test_what_is_put_on_record_is_whole_and_by_whoever_may(opening: Opening):
    play = one_unit(opening)
    cases: list[tuple[str | None, str, dict[str, Any], list[str]]] = [
        (None, "A-10", {"circumstance": "absence"}, ["circumstance_months"]),
        (None, "A-10", {"circumstance": "absence", "months": 13}, ["circumstance_months"]),
        (None, "A-10", {"circumstance": "discipline"}, ["circumstance_unproved"]),
        (None, "A-10", {**PROVED, "months": 3}, ["circumstance_uncounted"]),
        (None, "A-TT", {"circumstance": "absence", "months": 3}, ["circumstance_elsewhere"]),
        (None, "A-10", {**PROVED, "none": True, "reason": "x"}, ["none_and_some"]),
        (MONITOR, "A-10", PROVED, ["no_role"]),
        ("A-10", "A-10", PROVED, ["no_role", "own_dossier"]),
    ]
    for by, name, args, told in cases:
        assert refusals(play.do("record_circumstance", name, by=by, **args)) == told, args
        assert play.dossier(name)["marks"].get("circumstances") is None


def test_what_nobody_can_read_is_refused_at_the_door(opening: Opening):
    play = one_unit(opening)
    cases: list[tuple[dict[str, Any], str]] = [
        ({}, "unknown_circumstance"),
        ({"circumstance": "absent"}, "unknown_circumstance"),
        ({"circumstance": "absence", "months": -1}, "not_a_number"),
        ({"circumstance": "absence", "months": "3"}, "not_a_number"),
        ({"circumstance": 3}, "not_a_text"),
    ]
    for args, code in cases:
        with pytest.raises(BadInput) as refused:
            play.do("record_circumstance", "A-10", **args)
        assert refused.value.code == f"command.{code}"
        if code == "unknown_circumstance":
            assert refused.value.figures["known"] == ["absence", "discipline"]


def test_a_pack_without_circumstances_says_so(opening: Opening):
    play = opening(SMALL_PACK)
    play.bring(units("A"), leaders("A", 1))
    with pytest.raises(BadInput) as refused:
        play.do("record_circumstance", "A-01", circumstance="absence")
    assert refused.value.code == "command.no_circumstances"


def test_it_stays_on_record_of_who_was_decided_or_is_not_ranked_and_of_nobody_who_left(opening: Opening):
    play = one_unit(opening, staff=2)
    decided(play, "A-01", rank="good")
    play.ratify("A-01")
    done(play.do("not_ranked", "A-10", reason="đang xem xét kỷ luật"))
    done(play.do("withdraw", "A-11", reason="nghỉ hưu"))
    for name in ("A-01", "A-10"):
        done(play.do("record_circumstance", name, by=REGISTRAR, **PROVED))
    assert refusals(play.do("record_circumstance", "A-11", **PROVED)) == ["wrong_state"]
    assert play.states("A-01", "A-10") == ["ratified", "not_ranked"]
    assert play.verified().findings == ()


# — told again —


@pytest.mark.parametrize("field,rest", [("caps", [MEMBERS]), ("waits", [])])
def test_a_record_that_saw_others_otherwise_is_found(opening: Opening, field: str, rest: list[str]):
    """Of a rule that only warns: the verdict would have been another, and the fact itself is found too."""
    order = """
[[order]]
id = "order"
clause = { source = "paper", at = "6" }
text = "Thứ tự"
first = { kind = ["person"] }
reached = "record_vote"
then = { kind = ["collective"] }
command = "record_vote"
mode = "warn"
"""
    play = one_unit(opening, *[ceiling(one, mode="warn") for one in rest], *([] if rest else [order]))
    done(play.do("record_circumstance", "A-10", **PROVED))
    play.vote("A-TT", rank="excellent")
    assert play.verified().findings == ()
    with play.database.reading() as tx:
        rows = tx.all(sql.RECORDS_OF_STREAM, season=play.row()["id"], stream=play.dossier("A-TT")["id"])
    body = canonical.read(rows[-1]["body"])
    assert body["facts"][field]
    body["facts"][field] = []
    attack(play, *chained_again(rows, len(rows) - 1, canonical.dumps(body)))
    found = [one for one in play.verified().findings if one.code == "audit.seen"]
    assert [one.figures["field"] for one in found] == [field]
    assert "seen" in codes(found)
