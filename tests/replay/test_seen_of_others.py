"""Whether what others meant for a dossier or a meeting, as a command saw it, is what the records before it give."""

from dataclasses import replace
from typing import Any

import pytest

from tests.replay.standing import (
    FIELDS,
    OWNER,
    STATE,
    body,
    differs,
    found,
    granted,
    saw,
    season,
    without_dossier,
)
from tests.workflow.book import NOW
from workflow.dates import micros
from workflow.replay.retelling import Retelling
from workflow.rulepack import (
    Across,
    Attending,
    CarryOver,
    Ceiling,
    Clause,
    CommentsRule,
    MeetingRule,
    Once,
    Order,
    PaperKind,
    PaperRule,
    Part,
    SuggestionRule,
    Text,
    Where,
    Within,
)
from workflow.words import Lead, SubjectKind, Track

CITED: dict[str, Any] = {"clause": Clause(source="s", at="1"), "text": Text(vi="x")}
PEOPLE = Where(kind=(SubjectKind.PERSON,))


def under(told: Retelling, **rules: Any) -> Retelling:
    """The season under a pack that has these rules beside."""
    told.rules = replace(told.rules, pack=replace(told.rules.pack, **rules))
    return told


def joined(told: Retelling, number: int, subject: str, unit: str = "A", **state: Any) -> None:
    """One more dossier of a unit."""
    told.streams[f"d{number}"] = {**STATE, "ref": f"HS-{number}", "subject": subject, "unit": unit, **state}
    told._dossiers = {one: None for one in told.streams if one.startswith("d")}
    told._of_subject.setdefault(subject, []).append(f"d{number}")


# — ranks that cap —


def capped(told: Retelling, **more: Any) -> Retelling:
    """Of A's two dossiers the second caps the first, which is submitted."""
    given: dict[str, Any] = {"of": PEOPLE, "command": "ratify", "by": PEOPLE, "within": Within.UNIT}
    given |= {"circumstance": None, "least": None, "below": None, "highest": None}
    joined(told, 2, "A-01", proposed="good")
    return under(told, ceilings=(Ceiling(id="c", **CITED, **{**given, **more}),))


def ratifying(told: Retelling, caps: Any, stream: str = "d1", **args: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {"command": {"process": "dossier", "name": "ratify", "args": args, "recorded_at": 9}}
    facts |= {} if caps is None else {"caps": caps}
    return body(told, command="ratify", to="ratified", stream=stream, facts=facts, set={"decided": args.get("rank")})


def caps_of(told: Retelling, *act: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in found(told, *act) if one["field"] == "caps"]


def test_a_cap_is_what_others_ranks_were_and_what_the_act_makes_them():
    told = capped(granted(season(), "CV coordinator *"))
    good = [{"rule": "c", "rank": "good", "count": 1, "refs": ["HS-2"]}]
    assert caps_of(told, ratifying(told, good)) == []
    assert caps_of(told, ratifying(told, [])) == [differs("caps", [], good)]
    assert caps_of(told, ratifying(told, None)) == [differs("caps", None, good)]
    both = ratifying(told, good), ratifying(told, [], "d2", rank="completed")
    lower = [{**good[0], "rank": "completed"}]
    assert caps_of(told, *both)[0] == differs("caps", good, lower)


def test_a_command_under_no_ceiling_sees_no_caps():
    told = capped(granted(season(), "CV coordinator *"), of=Where(kind=(SubjectKind.AGENCY,)))
    assert caps_of(told, ratifying(told, None)) == []
    assert caps_of(told, ratifying(told, [])) == [differs("caps", [], None)]


# — whom a dossier waits for —


def ordered(told: Retelling, **more: Any) -> Retelling:
    """A's dossiers are submitted once all of A's are ratified."""
    joined(told, 2, "A-01")
    given: dict[str, Any] = {"first": PEOPLE, "reached": "ratify", "then": PEOPLE, "command": "submit"}
    return under(told, orders=(Order(id="o", **CITED, **{**given, **more}),))


def waits_of(told: Retelling, *act: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in found(told, *act) if one["field"] == "waits"]


def test_whom_a_dossier_waited_for_is_who_was_behind_and_whom_the_act_leaves_there():
    told = ordered(granted(season(), "CV coordinator *"))
    second = [{"rule": "o", "count": 1, "refs": ["HS-2"]}]
    act = body(told, to="submitted", facts={"waits": second})
    assert waits_of(told, act) == []
    assert waits_of(told, body(told, to="submitted")) == [differs("waits", None, second)]
    none = body(told, to="submitted", facts={"waits": []})
    assert waits_of(told, none) == [differs("waits", [], second)]
    decided = ratifying(told, None, "d2")
    assert waits_of(told, act, decided) == [differs("waits", second, [])]
    assert waits_of(told, none, decided) == []


def test_a_command_under_no_order_waits_for_nobody():
    for more in ({"command": "ratify"}, {"then": Where(kind=(SubjectKind.AGENCY,))}):
        told = ordered(granted(season(), "CV coordinator *"), **more)
        assert waits_of(told, body(told, to="submitted")) == []
        assert waits_of(told, body(told, to="submitted", facts={"waits": []})) == [differs("waits", [], None)]


def test_of_what_is_no_dossier_no_others_are_looked_at():
    told = ordered(granted(season(), "CV coordinator *"))
    assert found(told, without_dossier(told, "group", kind="group", stream="g", command="close_vote")) == []


# — what a subject has on another track —

FORM = {"kind": "review_form", "form": "02B", "digest": "ab", "at": 5}
OF_ANOTHER = [{"ref": "HS-2", **FORM}]


def on_two_tracks() -> Retelling:
    """One form serves both tracks of A-02, and lies in the second's dossier."""
    told = granted(season(), "CV coordinator *")
    told._of_subject["A-02"] = ["d1"]
    joined(told, 2, "A-02", track="party", marks={"papers": [{**FORM, "by": "A-02"}]})
    rule = PaperRule(
        id="p",
        **CITED,
        kind=PaperKind.REVIEW_FORM,
        needed_at="submit",
        once=Once.SEASON,
        recipient=None,
        largest=None,
        missing=None,
    )
    return under(told, papers=(rule,), tracks=tuple(Track))


def handing(told: Retelling, name: str, elsewhere: Any, *kinds: str, **seen_as: Any) -> dict[str, Any]:
    args = {"papers": [{"kind": one} for one in kinds]} if kinds else {}
    command = {"process": "dossier", "name": name, "args": args, "recorded_at": 9}
    facts = {"command": command, "dossier": saw(**seen_as), **({} if elsewhere is None else {"elsewhere": elsewhere})}
    return body(told, command=name, facts=facts)


def test_a_paper_that_serves_another_track_is_seen_by_the_command_that_waits_for_it():
    told = on_two_tracks()
    assert found(told, handing(told, "submit", OF_ANOTHER)) == []
    assert found(told, handing(told, "submit", None)) == [differs("elsewhere", None, OF_ANOTHER)]
    other = [{**OF_ANOTHER[0], "digest": "cd"}]
    assert found(told, handing(told, "submit", other)) == [differs("elsewhere", other, OF_ANOTHER)]
    assert found(told, handing(told, "send", None)) == []
    assert found(told, handing(told, "send", OF_ANOTHER)) == [differs("elsewhere", OF_ANOTHER, [])]


def test_who_hands_in_a_paper_of_which_there_is_one_sees_the_others_and_not_the_dossier_s_own():
    told = on_two_tracks()
    told.streams["d1"]["marks"] = {"papers": [{**FORM, "by": "A-02"}]}
    marks = told.streams["d1"]["marks"]
    assert found(told, handing(told, "attach", OF_ANOTHER, "review_form", marks=marks)) == []
    assert found(told, handing(told, "attach", None, "report", marks=marks)) == []
    assert found(told, handing(told, "attach", [], "review_form", marks=marks)) == [
        differs("elsewhere", [], OF_ANOTHER)
    ]


# — a meeting —

COUNTED: dict[str, Any] = {"dossier": "d2", "step": "criteria", "matter": 1, "figures": {"good": 3}}
OVERALL: dict[str, Any] = {"dossier": "d1", "step": "overall", "matter": 0, "figures": {"good": 3}}


def meeting_season() -> Retelling:
    """A meeting of A on the dossiers of two people, that waits for comments, a suggestion and a draft; beside them A's
    own, which it does not review, and one of B."""
    told = granted(season(), "CV coordinator *")
    told.units["A1"] = {"id": "uA1", "kind": "room", "path": "A1 A P"}
    told.subjects = {
        "A-01": {**FIELDS, "unit": "A", "lead": "head"},
        "A-02": {**FIELDS, "unit": "A"},
        "A-03": {**FIELDS, "unit": "A1"},
        "A": {**FIELDS, "unit": "A", "kind": "collective", "lead": "head"},
        "B-01": {**FIELDS, "unit": "B", "lead": "head"},
    }
    told.streams["d1"] |= {"state": "self_reviewed"}
    joined(told, 2, "A-01", state="drafted", marks={"papers": [{"kind": "report", "at": micros(NOW)}]})
    joined(told, 3, "B-01", unit="B", state="drafted")
    joined(told, 4, "A", state="drafted")
    told._of_unit = {"A": {"d1": None, "d2": None, "d4": None}, "B": {"d3": None}}
    tallies = {"d2/criteria/1": COUNTED, "d1/overall/0": OVERALL}
    told.streams["m"] |= {"kind": "K", "tallies": tallies, "marks": {"present": {"heads": 1}, "roll": {"heads": 1}}}
    heads = Attending(id="heads", part=Part.CHAIR, text=Text(vi="x"), where=Where(lead=(Lead.HEAD,)), body=None)
    rooms = replace(heads, id="rooms", part=Part.MEMBER, where=Where(unit_kind=("room",)))
    office = replace(heads, id="office", part=Part.GUEST, where=None, body="b")
    kind = MeetingRule(id="K", **CITED, where=PEOPLE, parts=(heads, rooms, office))
    comments = (
        CommentsRule(id="c", **CITED, bodies=("b",), missing=None),
        CommentsRule(id="w", **CITED, before=(), working_days=3, missing=None),
    )
    suggestions = (SuggestionRule(id="s", **CITED, missing=None),)
    return under(told, meetings=(kind,), comments=comments, suggestions=suggestions)


STOOD: dict[str, Any] = {
    "drafts": {"w": {"HS-1": None, "HS-2": "2024-11-25"}},
    "roll": {"heads": 1, "rooms": 1},
    "unfinished": ["d2"],
    "waiting": {"s": ["HS-1", "HS-2"], "c": ["HS-1", "HS-2"]},
}
"""What a command at the meeting saw of others: d2's report came on a Wednesday."""


def meeting(told: Retelling, name: str, **changes: Any) -> dict[str, Any]:
    facts = {"meeting": {**told.streams["m"], "id": "m", **changes.pop("meeting", {})}, **changes}
    act = without_dossier(told, "meeting", kind="meeting", stream="m", command=name, facts=facts)
    return {**act, "facts": {**act["facts"], "command": {**act["facts"]["command"], "name": name}}}


def of_meeting(field: str, mine: Any, history: Any) -> dict[str, Any]:
    return {**differs(field, mine, history), "stream": "m"}


def test_what_a_meeting_saw_of_dossiers_people_and_counts_as_they_were_is_no_finding():
    told = meeting_season()
    assert found(told, meeting(told, "hold", meeting=STOOD)) == []
    assert found(told, meeting(told, "hold")) == []


@pytest.mark.parametrize(
    ("field", "mine"),
    [
        ("drafts", {"w": {"HS-1": None, "HS-2": "2024-11-24"}}),
        ("roll", {"heads": 2, "rooms": 1}),
        ("unfinished", []),
        ("waiting", {"s": ["HS-1"], "c": ["HS-1", "HS-2"]}),
    ],
)
def test_what_a_meeting_saw_otherwise_is_told_with_both(field: str, mine: Any):
    told = meeting_season()
    assert found(told, meeting(told, "hold", meeting={field: mine})) == [of_meeting(field, mine, STOOD[field])]


def test_a_meeting_that_is_new_saw_whom_its_kind_has_without_a_history_of_its_own():
    told = meeting_season()
    seen = {name: STOOD[name] for name in ("drafts", "roll", "waiting")}
    new = {"id": "new", "unit": "A", "kind": "K", **seen}
    act = meeting(told, "hold")
    assert found(told, {**act, "facts": {**act["facts"], "meeting": new}}) == []


TALLY: dict[str, Any] = {
    "dossier": "d1",
    "ref": "HS-1",
    "subject": "A-02",
    "state": "self_reviewed",
    "fits": True,
    "own": False,
    "voters": 1,
    "present": 1,
    "before": [OVERALL],
}


def test_what_was_counted_before_and_who_could_vote_are_as_history_has_them():
    told = meeting_season()
    assert found(told, meeting(told, "tally", tally=TALLY)) == []
    assert found(told, meeting(told, "tally", tally={**TALLY, "voters": 9, "before": []})) == [
        of_meeting("voters", 9, 1),
        of_meeting("before", [], [OVERALL]),
    ]
    own = {
        **TALLY,
        "dossier": "d2",
        "ref": "HS-2",
        "subject": "A-01",
        "state": "drafted",
        "own": True,
        "before": [COUNTED],
    }
    assert found(told, meeting(told, "tally", tally=own)) == []


def test_a_count_at_a_meeting_that_history_does_not_know_is_another_s_to_find():
    told = meeting_season()
    act = meeting(told, "tally", tally={**TALLY, "voters": 9})
    assert found(told, {**act, "facts": {**act["facts"], "meeting": {"id": "unheard", "unit": "A"}}}) == []


# — who agrees —


@pytest.mark.parametrize(
    ("command", "agreeing", "own"),
    [
        ("agree", OWNER.id, {OWNER.id, "O", "OP"}),
        ("settle", OWNER.id, {OWNER.id, "O", "OP"}),
        ("note", OWNER.id, set()),
        ("agree", None, set()),
        ("agree", "unheard", {"unheard"}),
    ],
)
def test_over_an_agreement_the_body_that_agrees_and_its_unit_have_a_say(
    command: str, agreeing: str | None, own: set[str]
):
    for scope in ("*", "A", "P", "B", OWNER.id, "O", "OP", "unheard"):
        told = granted(season(), f"CV coordinator {scope}")
        told.units[str(OWNER.unit)] = {"id": "uO", "kind": "department", "path": f"O OP {OWNER.unit}"}
        act = meeting(told, command)
        act["facts"]["command"]["args"] = {"body": agreeing}
        assert (found(told, act) == []) is (scope in {"*", "A", "P", *own}), scope


def test_that_other_seasons_were_looked_at_is_told_and_what_stood_there_is_not():
    """Another season's history is not this one's (ADR 0021)."""
    told = ordered(granted(season(), "CV coordinator *"), across=Across.YEAR, first=Where(kind=(SubjectKind.AGENCY,)))
    there = [{"rule": "o", "season": "s2", "unit": "A", "count": 1, "refs": ["HS-9"]}]
    for seen in ([], there):
        act = body(told, to="submitted", facts={"waits": [], "beyond": seen})
        assert [one for one in found(told, act) if one["field"] == "beyond"] == []
    unread = body(told, to="submitted", facts={"waits": []})
    assert [one for one in found(told, unread) if one["field"] == "beyond"] == [differs("beyond", None, None)]
    own = ordered(granted(season(), "CV coordinator *"))
    seen_all_the_same = body(own, to="submitted", facts={"waits": [], "beyond": there})
    assert differs("beyond", there, None) in found(own, seen_all_the_same)


def reviewing(told: Retelling, **facts: Any) -> dict[str, Any]:
    command = {"process": "dossier", "name": "self_review", "args": {}, "recorded_at": 9}
    return body(told, command="self_review", to="self_reviewed", facts={"command": command, **facts})


def test_that_earlier_years_were_looked_at_is_told_where_a_rule_asks_for_it_and_nowhere_else():
    told = granted(season(), "CV coordinator *")
    left = [{"fault": "HS-9/1", "season": "s0", "text": "ab", "at": 1}]
    carried = [one for one in found(told, reviewing(told, carried=left)) if one["field"] == "carried"]
    assert carried == [differs("carried", left, None)]
    ruled = under(told, carry_overs=(CarryOver(id="c", **CITED),))
    for seen in ([], left):
        assert [one for one in found(ruled, reviewing(ruled, carried=seen)) if one["field"] == "carried"] == []
    unread = [one for one in found(ruled, reviewing(ruled)) if one["field"] == "carried"]
    assert unread == [differs("carried", None, None)]
