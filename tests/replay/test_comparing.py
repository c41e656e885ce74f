"""The rows of a season against its history: what differs is told by stream, field and both values, and nothing else."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

import pytest

from tests.replay.written import Tables, body, sealed
from tests.workflow.book import PACK, rules_with
from tests.workflow.test_quota import cap
from workflow import ledger
from workflow.quota import Member
from workflow.replay.comparing import compare
from workflow.replay.past import Past
from workflow.rulepack import Moment, Over
from workflow.store import commands as sql
from workflow.store.statements import Row, Statement, Transaction
from workflow.words import DossierState, Rank

REGULATION = b"the pack"
NAME = hashlib.sha256(REGULATION).hexdigest()
FIRST, SECOND, STRANGE = (ledger.commit_text(text, b"s" * 32)[0] for text in ("one", "two", "three"))
SUBJECT = {"unit": "A", "kind": "person", "party": False, "since": "2020-01-31"}
MOVED = Member(
    id="d7", state=DossierState.SELF_REVIEWED, proposed=Rank.GOOD, decided=None, left_on=date(2024, 11, 22), moved=True
)
ROWS: dict[str, dict[str, Any]] = {
    "season": {"code": "2024", "year": 2024, "rehearsal": False, "state": "open", "pack": NAME},
    "roster": {},
    "unit": {"code": "A", "name": "Sở A", "kind": "department", "parent": "P", "path": "A P"}
    | {"email": "a@x.example", "marks": {"VM-0001": {"state": "raised"}}},
    "group": {"rule": "q", "key": "A:x", "unit": "A", "vote": "closed", "closed_on": date(2024, 11, 20)},
    "meeting": {"ref": "HN-1", "unit": "A", "state": "held", "held_on": date(2024, 11, 20), "attendees": 7}
    | {"invited": ["board"], "kind": "review", "marks": {"roll": {"leaders": 7}}, "tallies": {}},
}
"""Stream → its row's columns, of all but dossiers; each stream is named by its kind."""
COUNTED = {"size": 6, "base": 5, "count": 1, "would": 2, "allowance": 1, "over": False}
"""Of q: d5 left before the vote was closed; d4 and d7, who left since, are in size and base alone."""


def dossier(number: int, state: str, proposed: str | None, decided: str | None = None, **marks: Any) -> dict[str, Any]:
    made = {"ref": f"HS-{number}", "subject": f"A{number}", "unit": "A", "track": "t", "route": "r", "state": state}
    return {**made, "expected": "good", "voted": "good", "proposed": proposed, "decided": decided, "marks": marks}


DOSSIERS = {
    "d1": dossier(1, "ratified", "good", "excellent", sends=[{"to": "b"}], voted_at=5),
    "d2": dossier(2, "unit_voted", "excellent"),
    "d3": dossier(3, "submitted", "good"),
    "d4": dossier(4, "withdrawn", "excellent", left_on="2024-11-21"),
    "d5": dossier(5, "withdrawn", "excellent", left_on="2024-11-19"),
    "d6": dossier(6, "self_reviewed", None),
    "d7": dossier(7, "self_reviewed", "good"),
}


def plain(columns: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in columns.items()}


@dataclass
class World:
    """A season that holds, until something in it is changed."""

    season: Row
    found: dict[Statement, list[Row]]
    past: Past

    def row(self, stream: str) -> Row:
        rows = (row for rows in self.found.values() for row in rows if row.get("seq"))
        return next(row for row in [self.season, *rows] if row["id"] == stream)

    def findings(self) -> list[dict[str, Any]]:
        compare(cast(Transaction, Tables(self.found)), self.past)
        return [{"code": one.code.removeprefix("audit."), **one.figures} for one in self.past.findings]


@pytest.fixture
def world() -> World:
    columns = {**ROWS, **DOSSIERS}
    rows = {stream: {"id": stream, "seq": 3, "head": stream.encode(), **ours} for stream, ours in columns.items()}
    rows["group"] |= COUNTED
    quotas = (cap(id="p", percent=100), cap(moment=Moment.RATIFY, over=Over.REFUSE))
    rules = replace(rules_with(), pack=replace(PACK, quotas=quotas))
    past = Past(rows["season"], rules, {"A": rows["unit"]})
    past.told.streams = {stream: dict(plain(ours)) for stream, ours in columns.items()}
    past.told.streams["roster"] = {
        "subjects": {"A1": dict(SUBJECT), "A2": dict(SUBJECT)},
        "roles": {"A1 coordinator A B": True, "A2 issuer *": True, "A2 auditor *": False},
    }
    past.heads = {stream: (3, stream.encode()) for stream in rows}
    past.members = {("q", "A:x"): {**dict.fromkeys([*DOSSIERS][:6]), "d7": MOVED}, ("p", "all"): {}}
    people: list[Row] = [{"code": code, **SUBJECT, "since": date(2020, 1, 31)} for code in ("A1", "A2")]
    members: list[Row] = [{"group_id": "group", "id": name, "left_on": None} for name in [*DOSSIERS][:6]]
    members += [{"group_id": "group", "id": "d7", "left_on": date(2024, 11, 22)}]
    found: dict[Statement, list[Row]] = {
        sql.ROSTER: [rows["roster"]],
        sql.UNITS: [rows["unit"]],
        sql.DOSSIER_ROWS: [rows[name] for name in DOSSIERS],
        sql.GROUPS_OF_SEASON: [rows["group"]],
        sql.MEETINGS_OF_SEASON: [rows["meeting"]],
        sql.PACK: [{"hash": NAME, "body": REGULATION}],
        sql.MEMBERS_OF_SEASON: members,
        sql.SECRETS_OF_SEASON: [{"digest": FIRST, "text": "one", "salt": b"s" * 32}],
        sql.SUBJECTS: people,
        sql.ROLES: [
            {"subject": "A1", "role": "coordinator", "scope": "A B"},
            {"subject": "A2", "role": "issuer", "scope": "*"},
        ],
    }
    return World(rows["season"], found, past)


def test_what_agrees_is_not_told_and_no_record_is_read_again(world: World):
    assert world.findings() == []


# — a stream's row —

CHANGED: list[tuple[str, str, Any]] = [
    *(("season", name, value) for name, value in (("code", "2023"), ("year", 2023), ("rehearsal", True))),
    *(("season", name, "x") for name in ("state", "pack")),
    *(("unit", name, "x") for name in ("code", "name", "kind", "parent", "path", "email")),
    *(("d1", name, "x") for name in ("ref", "subject", "unit", "track", "route", "expected", "voted")),
    *(("d7", name, "x") for name in ("state", "proposed", "decided")),
    *(("group", name, "x") for name in ("unit", "vote", "closed_on")),
    *(("meeting", name, "x") for name in ("ref", "unit", "kind", "state", "held_on")),
    ("meeting", "attendees", 0),
    ("meeting", "invited", []),
]


@pytest.mark.parametrize(("stream", "field", "value"), CHANGED)
def test_a_column_that_is_not_as_history_gives_it_is_told_with_both(world: World, stream: str, field: str, value: Any):
    row = world.row(stream)
    history = plain(row)[field]
    row[field] = value
    findings = [{"code": "state", "stream": stream, "field": field, "row": value, "history": history}]
    assert [one for one in world.findings() if one["code"] != "pack"] == findings


@pytest.mark.parametrize(("stream", "field"), [("group", "closed_on"), ("meeting", "held_on")])
def test_a_day_is_told_as_a_record_would_keep_it(world: World, stream: str, field: str):
    world.row(stream)[field] = date(2024, 12, 1)
    (found,) = world.findings()
    assert (found["row"], found["history"]) == ("2024-12-01", "2024-11-20")


@pytest.mark.parametrize(
    ("stream", "field", "values", "differ"),
    [
        ("meeting", "invited", ([], None), False),
        ("meeting", "invited", (None, []), False),
        ("meeting", "invited", (["board"], None), True),
        ("meeting", "invited", ([], ["board"]), True),
        ("meeting", "attendees", (0, None), True),
        ("unit", "email", (None, ""), True),
        ("unit", "email", (None, None), False),
    ],
)
def test_only_invitations_may_be_empty_in_one_and_lacking_in_the_other(
    world: World, stream: str, field: str, values: tuple[Any, Any], differ: bool
):
    row, history = values
    world.row(stream)[field] = row
    state = world.past.told.streams[stream]
    if history is None:
        del state[field]
    else:
        state[field] = history
    told = {"code": "state", "stream": stream, "field": field, "row": row, "history": history}
    assert world.findings() == ([told] if differ else [])


def test_marks_are_compared_one_by_one_in_the_order_of_their_names(world: World):
    world.row("d1")["marks"] = {"voted_at": 6, "decision": "5/QĐ"}
    told = {"code": "state", "stream": "d1"}
    assert world.findings() == [
        {**told, "field": "decision", "row": "5/QĐ", "history": None},
        {**told, "field": "sends", "row": None, "history": [{"to": "b"}]},
        {**told, "field": "voted_at", "row": 6, "history": 5},
    ]


def test_a_row_without_marks_lacks_each_and_a_history_without_gives_none(world: World):
    world.row("d4")["marks"] = None
    world.row("d6")["marks"] = {"left_on": "2024-11-19"}
    del world.past.told.streams["d6"]["marks"]
    del world.past.told.streams["d2"]["marks"]
    world.row("d2")["marks"] = None
    told = {"code": "state", "field": "left_on"}
    assert world.findings() == [
        {**told, "stream": "d4", "row": None, "history": "2024-11-21"},
        {**told, "stream": "d6", "row": "2024-11-19", "history": None},
    ]


NAMES = {"season": "2024", "roster": "roster", "unit": "A", "d1": "HS-1", "group": "A:x", "meeting": "HN-1"}


@pytest.mark.parametrize("stream", NAMES)
def test_a_row_whose_head_is_another_is_told_with_both_numbers(world: World, stream: str):
    world.row(stream)["seq"] = 4
    head = {"code": "head", "stream": stream, "name": NAMES[stream], "history": 3}
    assert world.findings() == [{**head, "row": 4}]
    world.past.findings.clear()
    world.row(stream).update(seq=3, head=b"x")
    assert world.findings() == [{**head, "row": 3}]


@pytest.mark.parametrize("stream", NAMES)
def test_a_row_without_history_is_told_by_its_name_and_no_column_of_it(world: World, stream: str):
    del world.past.heads[stream]
    world.row(stream)["unit"] = "x"
    assert world.findings() == [{"code": "no_history", "stream": stream, "name": NAMES[stream]}]


def test_a_history_without_a_row_is_told(world: World):
    world.past.heads["gone"] = (1, b"")
    assert world.findings() == [{"code": "row_missing", "stream": "gone", "kind": "stream"}]


def test_a_row_that_cannot_be_compared_is_told_and_the_next_ones_are_still_compared(world: World):
    world.past.told.streams["unit"] = cast(Any, None)
    world.row("meeting")["attendees"] = 8
    assert [(one["code"], one["stream"]) for one in world.findings()] == [("misshapen", "unit"), ("state", "meeting")]
    assert world.past.findings[0].figures["seq"] == 3


# — the regulation —


@pytest.mark.parametrize("rows", [[], [{"hash": NAME, "body": b"another"}]], ids=["gone", "changed"])
def test_a_regulation_that_is_not_the_one_it_is_named_by_is_told(world: World, rows: list[Row]):
    world.found[sql.PACK] = rows
    assert world.findings() == [{"code": "pack", "name": NAME}]


# — figures —


@pytest.mark.parametrize("field", COUNTED)
def test_a_group_s_figure_that_is_not_what_its_members_give_is_told_with_both(world: World, field: str):
    row = world.row("group")
    row[field] = 9
    assert world.findings() == [
        {"code": "figure", "stream": "group", "field": field, "row": 9, "history": COUNTED[field]}
    ]


def test_a_group_of_a_rule_that_is_not_in_the_regulation_has_no_figures(world: World):
    for row in (world.row("group"), world.past.told.streams["group"]):
        row["rule"] = "unheard"
    world.past.members = {("unheard", "A:x"): world.past.members["q", "A:x"]}
    told = {"code": "figure", "stream": "group", "history": None}
    assert world.findings() == [{**told, "field": name, "row": COUNTED[name]} for name in COUNTED]


def test_a_group_without_members_counts_nobody(world: World):
    world.past.members = {}
    world.found[sql.MEMBERS_OF_SEASON] = []
    assert {one["field"]: one["history"] for one in world.findings()} == dict.fromkeys(list(COUNTED)[:5], 0)


def test_a_group_whose_history_is_gone_is_counted_as_one_whose_vote_was_never_closed(world: World):
    del world.past.heads["group"]
    del world.past.told.streams["group"]
    missing, *figures = world.findings()
    assert missing == {"code": "no_history", "stream": "group", "name": "A:x"}
    assert {one["field"]: one["history"] for one in figures} == {"size": 4, "base": 3, "allowance": 0, "over": True}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda streams: streams.pop("d2"),
        lambda streams: streams["d2"].pop("state"),
        lambda streams: streams["d2"].update(proposed="x"),
        lambda streams: streams["d2"].update(marks={"left_on": "x"}),
        lambda streams: streams["group"].update(closed_on="x"),
    ],
    ids=["gone", "stateless", "no rank", "no day", "no day of closing"],
)
def test_a_group_whose_members_cannot_be_counted_is_told(world: World, spoil: Callable[[Any], Any]):
    spoil(world.past.told.streams)
    assert {"code": "misshapen", "stream": "group", "seq": 3} in world.findings()


def test_a_member_s_day_and_ranks_may_be_lacking_in_its_history(world: World):
    for name in ("marks", "proposed", "decided"):
        del world.past.told.streams["d6"][name]
    world.row("d6")["marks"] = {}
    assert world.findings() == []


# — members —


@pytest.mark.parametrize("left_on", [None, date(2024, 11, 22)])
def test_who_belongs_to_a_group_in_one_alone_is_told(world: World, left_on: date | None):
    members = world.found[sql.MEMBERS_OF_SEASON]
    members[:] = [row for row in members if row["id"] not in {"d2", "d7"}]
    members += [{"group_id": "group", "id": "d9", "left_on": left_on}]
    told = {"code": "member", "name": "A:x", "rule": "q"}
    assert world.findings() == [{**told, "stream": name} for name in ("d2", "d7", "d9")]


def test_who_left_a_group_on_another_day_or_did_not_leave_it_is_told(world: World):
    members = world.found[sql.MEMBERS_OF_SEASON]
    members[0]["left_on"] = date(2024, 11, 22)
    members[6]["left_on"] = date(2024, 11, 23)
    told = {"code": "member", "name": "A:x", "rule": "q"}
    assert world.findings() == [{**told, "stream": "d1"}, {**told, "stream": "d7"}]
    world.past.findings.clear()
    members[0]["left_on"], members[6]["left_on"] = None, None
    assert world.findings() == [{**told, "stream": "d7"}]


def test_a_member_of_a_group_that_is_not_there_is_nobody_s(world: World):
    world.found[sql.MEMBERS_OF_SEASON] += [{"group_id": "unheard", "id": "d9", "left_on": None}]
    assert world.findings() == []


# — texts —


def secret(digest: str, text: str = "other", salt: bytes | None = b"s" * 32) -> Row:
    return {"digest": digest, "text": text, "salt": salt}


def test_a_text_that_is_not_what_was_committed_to_is_told_where_it_was_first(world: World):
    world.found[sql.SECRETS_OF_SEASON] += [secret(SECOND), secret(FIRST, "one", salt=None), secret(STRANGE)]
    world.found[sql.RECORDS_BY_PLACE] = sealed(
        body("d1", 1, {"note": {"name": SECOND}}, args={"reason": "x"}),
        body("d2", 1, args={"reason": FIRST}, place=2),
        body("d1", 2, args={"reason": SECOND}),
        body("d3", 1, {"name": FIRST}, place=3),
        body("d4", 1, args={"reason": f"{STRANGE} more"}),
    )
    assert world.findings() == [
        {"code": "text", "stream": "d1", "seq": 1, "name": SECOND},
        {"code": "text", "stream": "d2", "seq": 1, "name": FIRST},
        {"code": "text_unknown", "stream": "", "seq": 0, "name": STRANGE},
    ]


# — people —


def test_a_subject_in_one_alone_is_told_by_its_code(world: World):
    people = world.found[sql.SUBJECTS]
    people[:] = [people[1], {**people[1], "code": "A0"}, {**people[1], "code": "A3"}]
    assert world.findings() == [
        {"code": "subject_invented", "name": "A0"},
        {"code": "subject_gone", "name": "A1"},
        {"code": "subject_invented", "name": "A3"},
    ]


def test_a_subject_s_column_that_is_not_as_history_gives_it_is_told_with_both(world: World):
    first, second = world.found[sql.SUBJECTS]
    second["since"], first["party"], first["unit"] = date(2021, 1, 31), True, None
    told = {"code": "subject"}
    assert world.findings() == [
        {**told, "name": "A1", "field": "unit", "row": None, "history": "A"},
        {**told, "name": "A1", "field": "party", "row": True, "history": False},
        {**told, "name": "A2", "field": "since", "row": "2021-01-31", "history": "2020-01-31"},
    ]


def test_a_right_in_one_alone_is_told_by_whom_it_is_and_over_what(world: World):
    del world.found[sql.ROLES][0]
    world.found[sql.ROLES] += [{"subject": "A2", "role": "auditor", "scope": "*"}]
    assert world.findings() == [
        {"code": "role_taken", "actor": "A1", "role": "coordinator", "scope": "A B"},
        {"code": "role_given", "actor": "A2", "role": "auditor", "scope": "*"},
    ]


def test_a_roster_that_has_nobody_yet_gives_nobody(world: World):
    world.past.told.streams["roster"] = {}
    world.found |= {sql.SUBJECTS: [], sql.ROLES: []}
    assert world.findings() == []


def test_people_whose_roster_has_no_history_were_invented(world: World):
    del world.past.told.streams["roster"]
    del world.past.heads["roster"]
    codes = ["no_history", "subject_invented", "subject_invented", "role_given", "role_given"]
    assert [one["code"] for one in world.findings()] == codes


def test_people_whose_history_cannot_be_read_are_told_by_the_roster_s_record(world: World):
    world.past.told.streams["roster"]["subjects"]["A1"] = {"unheard": 1}
    assert world.findings() == [{"code": "misshapen", "stream": "roster", "seq": 3}]
