"""Whether what a command saw, and its role, are what the records before it give: asked of a season made by hand."""

from dataclasses import replace
from typing import Any

import pytest

from tests.replay.standing import (
    OWNER,
    STATE,
    body,
    differs,
    found,
    granted,
    owed,
    saw,
    season,
    without_dossier,
)
from tests.workflow.book import PACK
from workflow.words import ObligationState

UNHELD = {"code": "role_unheld", "stream": "d1", "seq": 4, "actor": "CV", "role": "coordinator"}


# — roles —


@pytest.mark.parametrize("scope", ["*", "A", "P", "bcsd-ubnd"])
def test_a_grant_over_the_dossier_s_tree_or_the_body_that_decides_is_a_right(scope: str):
    told = granted(season(), f"CV coordinator {scope}")
    assert found(told, body(told)) == []


@pytest.mark.parametrize("grant", ["CV coordinator B", "CV ratifier *", "X coordinator *", "CV coordinator"])
def test_any_other_grant_is_none(grant: str):
    told = granted(season(), grant)
    assert found(told, body(told)) == [UNHELD]


def test_every_role_of_the_actor_is_asked_once_the_one_he_acted_in_too():
    told = granted(season(), "CV coordinator A")
    actor = {"id": "CV", "roles": ["coordinator", "ratifier", "registrar"]}
    act = body(told, role="issuer", facts={"actor": actor})
    assert [one["role"] for one in found(told, act)] == ["issuer", "ratifier", "registrar"]
    assert found(told, body(told, role="")) == []


def test_a_ratifier_is_asked_for_the_body_that_the_route_names():
    told = granted(season(), "QD ratifier bcsd-ubnd", "X ratifier A")
    for actor, good in (("QD", True), ("X", False)):
        act = body(told, command="ratify", role="ratifier", facts={"actor": {"id": actor, "roles": ["ratifier"]}})
        assert (found(told, act) == []) is good


def test_an_opinion_is_also_given_for_a_body_that_the_route_asks():
    route = next(one for one in PACK.routes if one.opinions)
    told = granted(season(), f"QD ratifier {route.opinions[0]}")
    told.rules = replace(told.rules, pack=replace(PACK, deadlines=told.rules.pack.deadlines))
    told.streams["d1"]["route"] = route.id
    mine = {"actor": {"id": "QD", "roles": ["ratifier"]}, "dossier": saw(route=route.id)}

    def opinion(whose: str) -> list[Any]:
        asked = {**mine, "command": {"process": "dossier", "name": "opinion", "args": {"body": whose}}}
        return found(told, body(told, command="opinion", role="ratifier", facts=asked))

    assert opinion(route.opinions[0]) == []
    assert [one["role"] for one in opinion("another")] == ["ratifier"]
    assert [one["role"] for one in found(told, body(told, command="ratify", role="ratifier", facts=mine))] == [
        "ratifier"
    ]


def test_an_operator_is_whoever_sits_at_the_machine():
    told = season()
    for actor, good in (("os-user:lan", True), ("lan", False)):
        act = body(told, role="operator", facts={"actor": {"id": actor, "roles": []}})
        assert (found(told, act) == []) is good


@pytest.mark.parametrize(
    ("actor", "kind", "good"),
    [
        ("A-02", "person", True),
        ("A-01", "person", False),
        ("A-02", "collective", True),
        ("A-01", "collective", True),
        ("stranger", "collective", False),
    ],
)
def test_a_dossier_is_its_subject_s_and_a_collective_s_its_head_s(actor: str, kind: str, good: bool):
    told = season()
    told.subjects["A-02"]["kind"] = kind
    act = body(told, role="subject", facts={"actor": {"id": actor, "roles": ["subject"]}, "dossier": saw(kind=kind)})
    assert (found(told, act) == []) is good


@pytest.mark.parametrize("changes", [{"lead": "deputy"}, {"unit": "B"}])
def test_a_collective_is_not_a_deputy_s_nor_another_unit_s_head_s(changes: dict[str, Any]):
    told = season()
    told.subjects["A-02"]["kind"] = "collective"
    told.subjects["A-01"] |= changes
    own = {"actor": {"id": "A-01", "roles": ["subject"]}, "dossier": saw(kind="collective")}
    assert [one["role"] for one in found(told, body(told, role="subject", facts=own))] == ["subject"]


@pytest.mark.parametrize(
    ("changes", "scopes"),
    [
        ({"kind": "meeting", "set": {"unit": "A"}}, {"*", "A", "P"}),
        ({"kind": "meeting", "set": {"unit": "B"}, "facts": {"meeting": {"id": "x", "unit": "A"}}}, {"*", "A", "P"}),
        ({"kind": "meeting", "set": {"unit": "none"}}, {"*"}),
        ({"kind": "group", "stream": "g", "command": "close_vote"}, {"*", "A:x", "A", "P"}),
        ({"kind": "group", "stream": "g", "command": "create"}, {"*"}),
        ({"kind": "group", "stream": "g", "command": "join"}, {"*"}),
        ({"kind": "season", "stream": "season", "command": "close"}, {"*"}),
        ({"kind": "roster", "stream": "new", "command": "import"}, {"*"}),
    ],
)
def test_a_record_of_something_else_asks_for_a_grant_over_that(changes: dict[str, Any], scopes: set[str]):
    for scope in ("*", "A:x", "A", "P", "B", "bcsd-ubnd"):
        told = granted(season(), f"CV coordinator {scope}")
        assert (found(told, without_dossier(told, changes["kind"], **changes)) == []) is (scope in scopes), scope


@pytest.mark.parametrize("name", ["duties", "effects"])
@pytest.mark.parametrize("stream", ["uA", "d1", "season"])
def test_a_record_of_a_duty_asks_for_a_grant_over_its_unit_the_body_that_owes_it_or_that_body_s_unit(
    name: str, stream: str
):
    own = {"A", "P"} if stream != "season" else set()
    for scope in ("*", "A", "P", "B", OWNER.id, str(OWNER.unit), "other"):
        told = granted(season(), f"CV coordinator {scope}")
        told.streams["season"] = {"state": "open"}
        told.units[str(OWNER.unit)] = {"id": "uO", "kind": "department", "path": str(OWNER.unit)}
        changes = {name: {"VH-1": {"rule": "r"}}}
        act = without_dossier(told, "obligation", kind="unit" if stream == "uA" else "x", stream=stream, set=changes)
        good = {"*", OWNER.id, str(OWNER.unit), *own}
        assert (found(told, act) == []) is (scope in good), scope


# — closed seasons —


@pytest.mark.parametrize(("command", "good"), [("submit", False), ("reopen", True), ("erase", True)])
def test_a_closed_season_takes_only_what_outlasts_it(command: str, good: bool):
    told = granted(season(), "CV coordinator *")
    act = body(told, command=command)
    assert found(told, act) == []
    told.streams["season"] = {"state": "closed"}
    late = {"code": "while_closed", "stream": "d1", "seq": 4, "at": 9}
    assert found(told, act) == ([] if good else [late])


# — facts —


def test_what_was_seen_as_it_was_is_no_finding():
    told = granted(season(), "CV coordinator *")
    meeting = {**told.streams["m"], "id": "m"}
    assert found(told, body(told, facts={"meeting": meeting})) == []
    assert found(told, body(told, facts={"dossier": saw(id="other", seq=99, outside=False)})) == [
        differs("id", "other", "d1")
    ]


def test_what_was_seen_otherwise_is_told_with_both():
    told = granted(season(), "CV coordinator *")
    assert found(told, body(told, facts={"dossier": saw(voted="excellent")})) == [differs("voted", "excellent", "good")]
    assert found(told, body(told, facts={"dossier": saw(lead="head")})) == [differs("lead", "head", "deputy")]
    assert found(told, body(told, facts={"dossier": saw(units=["B"])})) == [differs("unit_path", "B", "A P")]
    assert found(told, body(told, facts={"dossier": saw(marks={"voted_on": "2024-11-21"})})) == [
        differs("voted_on", "2024-11-21", "2024-11-20")
    ]


def test_nothing_and_not_there_are_the_same():
    told = granted(season(), "CV coordinator *")
    assert found(told, body(told, facts={"dossier": saw(decided=None, marks={**STATE["marks"], "sends": []})})) == []
    told.streams["d1"]["marks"] = None
    assert found(told, body(told, facts={"dossier": saw(marks={})})) == []


def test_a_duty_seen_otherwise_not_seen_or_not_there_is_told():
    told = granted(season(), "CV coordinator *")
    (one,) = owed(told)
    assert found(told, body(told, facts={"obligations": [{**one, "due_at": 7}]})) == [
        differs("due_at", 7, one["due_at"])
    ]
    assert found(told, body(told, facts={"obligations": []})) == [differs("obligations", None, "r")]
    told = granted(season(), "CV coordinator *")
    act = body(told)
    told.settle(told.obligations[0], state=ObligationState.CLOSED, late=False, at=told.now)
    fields = {one["field"]: one["history"] for one in found(told, act)}
    assert fields["rule"] is None
    assert {"id", "ref"}.isdisjoint(fields)


def test_a_meeting_seen_otherwise_is_told_and_one_that_history_does_not_know_is_another_s_to_find():
    told = granted(season(), "CV coordinator *")
    meeting = {**told.streams["m"], "id": "m", "attendees": 99}
    assert found(told, body(told, facts={"meeting": meeting})) == [differs("attendees", 99, 7)]
    assert found(told, body(told, facts={"meeting": {**meeting, "id": "unheard"}})) == []


@pytest.mark.parametrize(("field", "mine"), [("vote", "open"), ("closed_on", "2024-11-21")])
def test_a_group_seen_otherwise_is_told(field: str, mine: str):
    told = granted(season(), "CV coordinator *")
    group = {"id": "g", "vote": "closed", "closed_on": "2024-11-20", "size": 9, field: mine}
    history = told.streams["g"][field]
    assert found(told, body(told, facts={"groups": [group]})) == [differs(field, mine, history)]


def test_a_group_that_history_does_not_know_was_seen_as_nothing_is():
    told = granted(season(), "CV coordinator *")
    group = {"id": "unheard", "vote": "closed", "closed_on": None}
    assert found(told, body(told, facts={"groups": [group]})) == [differs("vote", "closed", None)]


def test_what_records_of_one_act_share_is_told_for_each_of_them():
    told = granted(season(), "CV coordinator *")
    groups = [{"id": "g", "vote": "open", "closed_on": "2024-11-20"}]
    first, second = (body(told, seq=seq, facts={"groups": groups}) for seq in (4, 5))
    assert [(one["seq"], one["field"]) for one in found(told, first, second)] == [(4, "vote"), (5, "vote")]


def test_what_records_of_one_act_share_is_compared_with_each_one_s_own_history():
    told = granted(season(), "CV coordinator *")
    first = body(told)
    duties = first["facts"]["obligations"]
    told.streams["d2"] = {**STATE, "ref": "HS-2", "unit": "B"}
    theirs = saw(id="d2", ref="HS-2", unit="B", units=["B"])
    second = body(told, stream="d2", facts={"dossier": theirs, "obligations": duties})
    assert found(told, first) == []
    told_of = [(one["stream"], one["field"], one["history"]) for one in found(told, first, second)]
    assert told_of == [("d2", name, None) for name, value in duties[0].items() if value and name not in {"id", "ref"}]


def test_of_an_import_rights_are_asked_and_nothing_that_its_edits_saw():
    told = season()
    edit, whole = body(told, facts={"dossier": saw(voted="excellent")}), body(told, command="import", stream="roster")
    assert [one["code"] for one in found(told, edit, whole)] == ["role_unheld", "role_unheld"]
    told = granted(told, "CV coordinator *")
    assert found(told, edit, whole) == []
