"""What a rehearsal comes to: shipped packs that go through, and small ones that get stuck in one place each."""

from dataclasses import replace
from pathlib import Path

import pytest

import workbooks
from app.rehearsal.cast import STRANGER, joined_by_stranger
from app.rehearsal.offers import is_at_end
from app.rehearsal.rehearsing import Outcome
from tests.rehearsal.rehearsed import grave, rehearsed, roster, told, without_roles
from tests.season import SMALL_PACK, pack_of, person
from workflow.errors import BadInput, Faulty
from workflow.rosters import RoleRow, Roster
from workflow.rulepack import RulePack
from workflow.words import Role

EXAMPLES = Path(__file__).parents[2] / "examples"

QUOTA = """
[[quota]]
id = "share"
clause = { source = "paper", at = "4" }
text = "Tỷ lệ xuất sắc"
rank = "excellent"
base = "good_or_better"
percent = 40
moment = "submit"
over = "revote"
group_by = ["unit"]
where = { kind = ["person"] }
"""
ORDER = """
[[order]]
id = "{id}"
clause = {{ source = "paper", at = "5" }}
text = "Thứ tự"
first = {{ kind = ["{first}"] }}
reached = "record_vote"
then = {{ kind = ["{then}"] }}
command = "record_vote"
within = "unit"
"""
MEETING = """
[[meeting]]
id = "review"
clause = { source = "paper", at = "6" }
text = "Họp kiểm điểm"
registered_through = "office"
agreed_by = ["committee"]
step = [{ step = "explanation", optional = true }, { step = "overall", method = "ballot" }]

[[meeting.part]]
id = "all"
part = "member"
text = "Tập thể lãnh đạo"
where = { lead = ["head", "deputy"] }
"""
UP = (
    SMALL_PACK.replace(
        'recipients = [{ body = "office" }]',
        'recipients = [{ body = "office" }, { body = "board", afterwards = true }]',
    )
    + """
[[body]]
id = "board"
name = "Ban Tổ chức"
"""
)
"""The result goes up after the decision."""
DUTY = """
[[deadline]]
id = "report"
clause = { source = "paper", at = "7" }
text = "Báo cáo"
wording = "before"
on = 2024-12-20
per = "season"
owner = "office"
paper = "report"
"""


def brought(pack: RulePack, place: str) -> Roster:
    path = EXAMPLES / place
    return workbooks.read(
        path / "roster.xlsx" if (path / "roster.xlsx").exists() else path, pack.vocabulary, pack.bodies
    )


def part_of(whole: Roster, *codes: str) -> Roster:
    """The units of these codes with those in them, and everybody who acts, wherever they are."""
    acting = {one.subject for one in whole.roles}
    subjects = tuple(
        one if one.unit in codes else replace(one, ranked=False)
        for one in whole.subjects
        if one.unit in codes or one.code in acting
    )
    return replace(whole, subjects=subjects)


def own_mistakes(outcome: Outcome) -> list[str]:
    """What was refused as no command at all: nobody could have given it so."""
    return [code for rule, code in outcome.refused if not rule]


# — what comes through —


@pytest.mark.parametrize(
    ("pack", "place", "year", "days_off"),
    [
        ("kon-tum-2024", "kon-tum-2024", None, {"KT24-3-2", "KT24-4a-2", "KT24-4b-1"}),
        ("duc-pho-2024", "duc-pho-2024", None, {"DP24-II.1-2", "DP24-II.2-4"}),
        ("ninh-thuan-yearly", "ninh-thuan-yearly", 2024, set()),
        (str(EXAMPLES / "small-centre" / "small-centre.toml"), "small-centre", None, set()),
    ],
)
def test_a_pack_that_comes_along_goes_through_with_its_roster(
    pack: str, place: str, year: int | None, days_off: set[str]
):
    found = pack_of(pack)
    whole = brought(found, place)
    outcome = rehearsed(found, whole, year=year)
    assert grave(outcome) == []
    assert outcome.sound
    assert outcome.holds
    assert {one.rule for one in outcome.findings if one.code == "rehearsal.date_off"} == days_off
    assert len(outcome.findings) == len(days_off)
    assert set(outcome.states) <= {"ratified", "not_ranked"}
    assert sum(outcome.states.values()) >= sum(one.ranked for one in whole.subjects)
    assert outcome.records > outcome.done
    assert own_mistakes(outcome) == []


@pytest.mark.parametrize(
    ("pack", "place", "units", "days_off"),
    [
        ("ninh-thuan-2024-11", "ninh-thuan-2024", ("SXD", "STC"), []),
        ("ban-dan-toc-quang-ngai-2023", "quang-ngai-2023", ("BDT", "CSDT"), ["QN23-V.2-1"]),
    ],
)
def test_a_pack_with_a_larger_roster_goes_through_with_some_of_its_units(
    pack: str, place: str, units: tuple[str, ...], days_off: list[str]
):
    found = pack_of(pack)
    outcome = rehearsed(found, part_of(brought(found, place), *units))
    assert grave(outcome) == []
    assert [one.rule for one in outcome.findings if one.code == "rehearsal.date_off"] == days_off
    assert set(outcome.states) <= {"ratified", "not_ranked"}
    assert sum(outcome.states.values()) > 10
    assert outcome.holds
    assert own_mistakes(outcome) == []


@pytest.mark.parametrize("seed", [1, 7])
def test_the_same_seed_plays_the_same_season(seed: int):
    pack = pack_of(SMALL_PACK + QUOTA + MEETING + DUTY)
    once, again = rehearsed(pack, seed=seed), rehearsed(pack, seed=seed)
    assert once == again


def test_another_seed_plays_another_season():
    pack = pack_of(SMALL_PACK + QUOTA + MEETING + DUTY)
    seen = {(one.done, one.last, str(one.refused)) for one in (rehearsed(pack, seed=seed) for seed in range(1, 4))}
    assert len(seen) > 1


def test_what_is_over_its_share_votes_again_and_comes_within_it():
    pack = pack_of(SMALL_PACK + QUOTA)
    outcomes = [rehearsed(pack, roster(size=5), seed=seed) for seed in range(1, 4)]
    assert [one.states for one in outcomes] == [{"ratified": 12}] * 3
    assert all(one.sound for one in outcomes)
    # Two units, twelve votes: more were recorded where a group was over.
    assert max(one.done for one in outcomes) > min(one.done for one in outcomes)


def test_a_share_at_the_decision_is_kept_by_deciding_lower():
    text = QUOTA.replace('moment = "submit"', 'moment = "ratify"').replace('over = "revote"', 'over = "refuse"')
    outcomes = [rehearsed(pack_of(SMALL_PACK + text), roster(size=5), seed=seed) for seed in range(1, 5)]
    assert all(one.states == {"ratified": 12} for one in outcomes)
    assert all(one.sound for one in outcomes)


# — deadlocks —


def test_dossiers_that_wait_for_each_other_are_a_deadlock():
    orders = ORDER.format(id="people-last", first="collective", then="person")
    orders += ORDER.format(id="people-first", first="person", then="collective")
    outcome = rehearsed(pack_of(SMALL_PACK + orders))
    assert set(told(grave(outcome))) == {("people-last", "deadlock_waits"), ("people-first", "deadlock_waits")}
    people = next(one for one in outcome.findings if one.rule == "people-last")
    assert people.clause == "01/KH, 5"
    assert people.figures == {"state": "self_reviewed", "command": "record_vote", "count": 6, "ref": "HS-0001"}
    assert people.why is not None
    assert people.why.code == "guard.waits_for"
    assert outcome.states == {"self_reviewed": 8}


def test_a_meeting_at_which_nobody_may_vote_is_a_deadlock_and_told_with_its_rule():
    nobody = MEETING.replace('lead = ["head", "deputy"]', 'category = ["worker"]')
    outcome = rehearsed(pack_of(SMALL_PACK + nobody))
    stuck, voters = grave(outcome)
    assert (stuck.code, stuck.figures["state"], stuck.figures["count"]) == ("rehearsal.deadlock", "self_reviewed", 8)
    assert stuck.why is not None
    assert stuck.why.code == "guard.attendees_missing"
    assert (voters.rule, voters.code, voters.figures) == ("review", "rehearsal.no_voters", {"units": ["A", "B"]})
    assert outcome.states == {"self_reviewed": 8}


def test_an_appraisal_that_no_route_asks_for_is_a_deadlock():
    appraised = """
[[guard]]
id = "appraised"
clause = { source = "paper", at = "8" }
text = "Có ý kiến thẩm định mới quyết định"
process = "dossier"
command = "ratify"
uses = "appraised"
"""
    stuck = grave(rehearsed(pack_of(SMALL_PACK + appraised)))
    assert told(stuck) == [("appraised", "deadlock")]
    assert (stuck[0].figures["state"], stuck[0].figures["count"]) == ("submitted", 8)
    asked = SMALL_PACK.replace('ratifier = "committee"', 'ratifier = "committee"\nopinions = ["office"]')
    whole = replace(roster(), roles=(*roster().roles, RoleRow(subject="VT", role=Role.RATIFIER, scope="office")))
    assert rehearsed(pack_of(asked + appraised), whole).states == {"ratified": 8}


@pytest.mark.parametrize(
    ("state", "sends", "end"),
    [
        ("submitted", ["office"], False),
        ("ratified", ["office"], False),
        ("ratified", ["office", "board"], True),
        ("not_ranked", [], True),
        ("withdrawn", [], True),
    ],
)
def test_a_dossier_is_at_its_end_once_its_result_went_up(state: str, sends: list[str], *, end: bool):
    row = {"state": state, "route": "only", "marks": {"sends": [{"to": body} for body in sends]}}
    assert is_at_end(pack_of(UP), row) is end


def test_one_voter_is_enough():
    some = MEETING.replace('lead = ["head", "deputy"]', 'lead = ["head"]')
    assert rehearsed(pack_of(SMALL_PACK + some)).states == {"ratified": 8}


def test_one_who_is_stuck_holds_the_others_of_a_group():
    """Heads wait for deputies and deputies for heads; the collectives are voted on, and wait for the whole unit."""
    heads, deputies = 'kind = ["person"], lead = ["head"]', 'kind = ["person"], lead = ["deputy"]'
    orders = "".join(
        ORDER.format(id=name, first="A", then="B").replace('kind = ["A"]', first).replace('kind = ["B"]', then)
        for name, first, then in (("heads-first", heads, deputies), ("deputies-first", deputies, heads))
    )
    share = QUOTA.replace('where = { kind = ["person"] }\n', "")
    outcome = rehearsed(pack_of(SMALL_PACK + orders + share))
    found = {(one.rule, one.code, one.figures["state"], one.figures["count"]) for one in grave(outcome)}
    assert found == {
        ("deputies-first", "rehearsal.deadlock_waits", "self_reviewed", 2),
        ("heads-first", "rehearsal.deadlock_waits", "self_reviewed", 4),
        ("share", "rehearsal.deadlock_waits", "unit_voted", 2),
    }


# — what nobody can do —


def test_who_decides_and_is_not_on_the_roster_is_made_up():
    outcome = rehearsed(pack_of(SMALL_PACK), roster(without=("HD",)))
    assert told(grave(outcome)) == [("only", "nobody")]
    finding = grave(outcome)[0]
    assert finding.clause == "01/KH, 1"
    assert finding.figures == {
        "role": "ratifier",
        "scope": "committee",
        "commands": ["ratify"],
        "count": 8,
        "ref": "HS-0001",
    }
    assert outcome.states == {"ratified": 8}, "the rest is tried all the same"


def test_a_unit_that_nobody_coordinates_is_told_once():
    outcome = rehearsed(pack_of(SMALL_PACK), roster(without=("CV-B",)))
    assert [(one.figures["role"], one.figures["scope"]) for one in grave(outcome)] == [("coordinator", "B")]
    assert grave(outcome)[0].figures["commands"] == ["hold", "record_vote", "submit"], "reviews are the subjects' own"
    assert outcome.states == {"ratified": 8}


def test_who_sends_up_after_the_decision_is_asked_for_too():
    outcome = rehearsed(pack_of(UP), roster(without=("CV-B",)))
    assert grave(outcome)[0].figures["commands"] == ["hold", "record_vote", "send", "submit"]
    assert rehearsed(pack_of(UP)).sound


def test_the_one_who_coordinates_cannot_bring_on_a_dossier_of_their_own():
    alone = roster(without=("CV-A",))
    for unit, code in (("A", "A-01"), ("X", "X-01")):
        # By their codes one comes before the made-up person, and one after.
        named = replace(alone, roles=(*alone.roles, RoleRow(subject=code, role=Role.COORDINATOR, scope="A")))
        named = replace(named, subjects=(*named.subjects, *((person("X-01", unit="A"),) if unit == "X" else ())))
        outcome = rehearsed(pack_of(SMALL_PACK), named)
        assert [(one.figures["scope"], one.figures["count"]) for one in grave(outcome)] == [("A", 1)]


def test_a_duty_a_date_and_an_agreement_that_nobody_can_give_are_told_with_their_rules():
    pack = pack_of(SMALL_PACK + MEETING + DUTY)
    outcome = rehearsed(pack, without_roles(roster(without=("HD", "VT")), Role.ISSUER))
    found = {(one.rule, one.figures["role"], one.figures["scope"]) for one in grave(outcome)}
    assert found == {
        ("review", "ratifier", "committee"),
        ("report", "coordinator", "office"),
    }
    assert outcome.states == {"ratified": 8}


def test_a_date_that_nobody_may_enter_is_only_worth_a_look():
    duty = DUTY.replace('wording = "before"\non = 2024-12-20', 'wording = "external"').replace(
        'paper = "report"', 'met_by = "submit"'
    )
    outcome = rehearsed(pack_of(SMALL_PACK + duty), roster(without=("VT", "CT")))
    assert [(one.rule, one.figures["commands"]) for one in outcome.findings] == [("report", ["date"])]
    assert outcome.sound


def test_a_body_outside_needs_nobody_but_a_registrar():
    outside = SMALL_PACK.replace('name = "Hội đồng"', 'name = "Hội đồng"\nexternal = true')
    assert rehearsed(pack_of(outside), roster(without=("HD",))).sound
    outcome = rehearsed(pack_of(outside), roster(without=("HD", "VT")))
    assert [one.code for one in grave(outcome)] == ["rehearsal.nobody_everywhere"]
    assert grave(outcome)[0].figures["role"] == "registrar"


def test_a_refused_lateness_is_extended_by_whom_the_rule_names():
    """Nothing is voted on before December, and what is sent is due in November."""
    vote = DUTY.replace('"report"\nclause', '"vote"\nclause').replace('paper = "report"', 'met_by = "record_vote"')
    vote = vote.replace('"before"', '"within_month"').replace(
        "on = 2024-12-20", 'month = "2024-12"\nhard_window = true'
    )
    gate = DUTY.replace('"report"\nclause', '"gate"\nclause').replace("2024-12-20", "2024-11-20")
    gate = gate.replace('paper = "report"', 'met_by = "submit"\nlate = "refuse"').replace('"office"', '"unit"')
    pack = pack_of(SMALL_PACK + vote + gate)
    dates = [("gate", "date_before_needed"), ("vote", "window_after_due")]
    whole, lacking = rehearsed(pack), rehearsed(pack, roster(without=("CT",)))
    assert sorted(told(grave(whole))) == dates
    assert whole.states == lacking.states == {"ratified": 8}
    assert sorted(told(grave(lacking))) == sorted([*dates, ("gate", "nobody_everywhere")])
    assert [one.figures["commands"] for one in lacking.findings if one.rule == "gate" and "role" in one.figures] == [
        ["extend"]
    ]


@pytest.mark.parametrize("before", ['["hold"]', '["self_review", "hold"]'])
def test_suggestions_are_looked_up_and_comments_heard_before_the_meeting(before: str):
    asked = f"""
[[suggestion]]
id = "suggested"
clause = {{ source = "paper", at = "8" }}
text = "Có gợi ý thì giải trình"
before = {before}

[[comments]]
id = "heard"
clause = {{ source = "paper", at = "8" }}
text = "Lấy ý kiến vào dự thảo"
bodies = ["office", "committee"]
before = {before}
working_days = 2
"""
    outcome = rehearsed(pack_of(SMALL_PACK + asked))
    assert outcome.findings == ()
    assert outcome.states == {"ratified": 8}


# — shares —


def test_a_share_without_a_place_in_any_group_is_told():
    outcome = rehearsed(pack_of(SMALL_PACK + QUOTA.replace("percent = 40", "percent = 20")))
    assert told(grave(outcome)) == [("share", "quota_no_place")]
    assert grave(outcome)[0].figures == {"keys": ["A", "B"], "rank": "excellent", "largest": 3}


@pytest.mark.parametrize(("percent", "size"), [(34, 3), (20, 5)])
def test_a_share_with_one_place_is_not(percent: int, size: int):
    text = QUOTA.replace("percent = 40", f"percent = {percent}")
    assert rehearsed(pack_of(SMALL_PACK + text), roster(size=size)).findings == ()


def test_a_share_that_is_meant_to_give_nothing_is_not_told():
    assert rehearsed(pack_of(SMALL_PACK + QUOTA.replace("percent = 40", "fixed = 0"))).findings == ()


def test_groups_that_are_too_small_are_named():
    wider = roster(person("A-04"), person("A-05"))
    outcome = rehearsed(pack_of(SMALL_PACK + QUOTA.replace("percent = 40", "percent = 20")), wider)
    assert told(list(outcome.findings)) == [("share", "quota_some_without")]
    assert outcome.findings[0].figures["keys"] == ["B"]
    assert outcome.sound


def test_a_share_that_nobody_on_the_roster_is_counted_for_is_worth_a_look():
    text = QUOTA.replace('kind = ["person"]', 'category = ["worker"]')
    outcome = rehearsed(pack_of(SMALL_PACK + text))
    assert told(list(outcome.findings)) == [("share", "quota_nobody")]
    assert outcome.sound


def test_a_share_of_decisions_outside_stops_nothing():
    outside = SMALL_PACK.replace('name = "Hội đồng"', 'name = "Hội đồng"\nexternal = true')
    text = QUOTA.replace('moment = "submit"', 'moment = "ratify"').replace('over = "revote"', 'over = "refuse"')
    outcome = rehearsed(pack_of(outside + text))
    assert told(list(outcome.findings)) == [("share", "quota_outside")]


def test_a_share_at_a_decision_that_is_never_reached_is_told():
    nobody = MEETING.replace('lead = ["head", "deputy"]', 'category = ["worker"]')
    text = QUOTA.replace('moment = "submit"', 'moment = "ratify"').replace('over = "revote"', 'over = "refuse"')
    outcome = rehearsed(pack_of(SMALL_PACK + nobody + text))
    last = grave(outcome)[-1]
    assert (last.rule, last.code, last.figures["keys"]) == ("share", "rehearsal.quota_undecided", ["A", "B"])


# — dates, in a season —


def test_a_vote_that_may_be_held_after_its_submission_is_due_is_told():
    vote = DUTY.replace('"report"\nclause', '"vote"\nclause').replace('paper = "report"', 'met_by = "record_vote"')
    sent = vote.replace('"vote"', '"sent"').replace("record_vote", "submit").replace("2024-12-20", "2024-12-10")
    outcome = rehearsed(pack_of(SMALL_PACK + vote + sent))
    assert told(grave(outcome)) == [("sent", "date_before_needed")]
    assert outcome.states == {"ratified": 8}, "late, but done"


# — bad input —


def test_a_frame_opens_no_season():
    with pytest.raises(BadInput, match="pack_abstract"):
        rehearsed(pack_of("vn-124-2023"), year=2024)


def test_a_yearly_pack_needs_its_year_and_another_takes_no_other():
    yearly = pack_of(SMALL_PACK.replace("year = 2024\n", ""))
    with pytest.raises(BadInput, match="year_needed"):
        rehearsed(yearly)
    assert rehearsed(yearly, year=2025).year == 2025
    with pytest.raises(BadInput, match="other_year"):
        rehearsed(pack_of(SMALL_PACK), year=2025)


def test_a_roster_that_does_not_fit_the_pack_is_refused():
    whole = roster()
    with pytest.raises(Faulty, match="roster_faulty"):
        rehearsed(pack_of(SMALL_PACK), replace(whole, subjects=(*whole.subjects, person("C-01", unit="C"))))


def test_a_roster_with_nobody_on_it_is_played_all_the_same():
    outcome = rehearsed(pack_of(SMALL_PACK), Roster(units=roster().units, subjects=()))
    assert (outcome.states, outcome.findings) == ({}, ())


def test_the_made_up_person_belongs_to_no_meeting_and_no_group():
    everybody = MEETING.replace('where = { lead = ["head", "deputy"] }', 'where = { kind = ["person"] }')
    pack = pack_of(SMALL_PACK + everybody + QUOTA.replace('["unit"]', '["season"]'))
    joined = joined_by_stranger(roster(), pack)
    (stranger,) = (one for one in joined.subjects if one.code == STRANGER)
    assert not stranger.ranked
    assert [one.code for one in joined.subjects if one.unit == stranger.unit] == [STRANGER]
    assert rehearsed(pack, roster(without=("HD",))).states == {"ratified": 8}
