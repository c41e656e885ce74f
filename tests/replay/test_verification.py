"""Does a season hold? Everything found is told, in which order, and what is not looked at where something is broken."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, cast

import pytest

from tests.replay.written import FIELDS, PACK, REGULATION, Tables, body, brought, sealed, unit
from tests.workflow.book import NOW, SEASON, deadline, rules_with
from tests.workflow.book import row as obligation
from workflow import ledger
from workflow.dates import micros
from workflow.engine import Rules
from workflow.replay.findings import Finding
from workflow.replay.timeline import fold
from workflow.replay.verification import Verification, check_heads, verify
from workflow.store import commands as sql
from workflow.store.statements import Row, Statement, Transaction

OPENED = {"code": "2024", "year": 2024, "rehearsal": False, "state": "open"}
OPENED |= {"pack": PACK}
LACKING = ("name", "parent", "email", "expected", "voted", "proposed", "decided")
LAST = 3
MOMENT = timedelta(microseconds=1)


@dataclass
class Season:
    """What lies in the tables."""

    row: Row
    rows: dict[Statement, list[Row]]

    def verified(self) -> Verification:
        rules: Rules = rules_with(deadline())
        rules = replace(rules, pack=replace(rules.pack, quotas=()))
        return verify(cast(Transaction, Tables(self.rows)), self.row, rules)

    def findings(self) -> list[dict[str, Any]]:
        return shown(*self.verified().findings)


def shown(*findings: Finding) -> list[dict[str, Any]]:
    return [{"code": one.code.removeprefix("audit."), **one.figures} for one in findings]


def season(*more: Mapping[str, Any]) -> Season:
    """Opened, units A and B with a dossier in A, then two more acts or `more`; every row as its history gives it."""
    opening = body("season", 1, OPENED, kind="season", command="create")
    later = more or (body("uA", 2, {"name": "A"}), body("uA", 3, {"name": "Sở A"}))
    bodies = [opening, *brought(1), *later]
    history = sealed(*bodies)
    heads = {row["stream"]: {"id": row["stream"], "seq": row["seq"], "head": row["hash"]} for row in history}
    given = {name: [one for one in bodies if one["stream"] == name] for name in heads}
    rows = {name: {**dict.fromkeys(LACKING), "marks": {}, **fold(given[name]), **head} for name, head in heads.items()}
    found: dict[Statement, list[Row]] = {
        sql.RECORDS_BY_PLACE: history,
        sql.RECORDS_OF_SEASON: sorted(history, key=lambda row: (row["stream"], row["seq"])),
        sql.HASH_OF_RECORD: history,
        sql.ROSTER: [rows["roster"]],
        sql.UNITS: [rows["uA"], rows["uB"]],
        sql.DOSSIER_ROWS: [rows["d1"]],
        sql.PACK: [{"hash": OPENED["pack"], "body": REGULATION}],
        sql.SUBJECTS: [{"code": "S1", "unit": "A", **FIELDS}],
        sql.COUNTER: [{"tenant": "t", "name": "act season", "value": max(row["place"] for row in history)}],
        sql.OBLIGATIONS_OF_SEASON: [obligation()],
    }
    empty = (sql.GROUPS_OF_SEASON, sql.MEETINGS_OF_SEASON, sql.MEMBERS_OF_SEASON, sql.SECRETS_OF_SEASON, sql.ROLES)
    return Season({**SEASON, "tenant": "t", **rows["season"]}, found | {statement: [] for statement in empty})


def test_a_season_that_holds_is_told_with_its_heads_and_everything_that_history_gives():
    made = season()
    last = {row["stream"]: row for row in made.rows[sql.RECORDS_BY_PLACE]}
    heads = [(name, last[name]["seq"], last[name]["hash"]) for name in ("d1", "roster", "season", "uA", "uB")]
    kinds = {"season": "season", "uA": "unit", "uB": "unit", "roster": "roster", "d1": "dossier"}
    found = made.verified()
    states = {stream: state for stream, (_, state) in found.things.items()}
    assert found == Verification(
        streams=5,
        records=7,
        digest=ledger.digest(heads),
        heads=tuple((name, seq, head.hex()) for name, seq, head in heads),
        things={name: (kind, states[name]) for name, kind in kinds.items()},
        attached={},
        findings=(),
        retold=True,
    )
    assert states["season"] == OPENED
    assert states["uA"]["name"] == "Sở A"
    assert states["d1"]["ref"] == "HS-1"
    assert found.holds


def test_whatever_is_found_it_does_not_hold():
    made = season()
    made.rows[sql.UNITS][0]["name"] = "x"
    assert not made.verified().holds


UNHELD = {"code": "role_unheld", "stream": "uA", "seq": 2, "actor": "x", "role": "coordinator"}


def test_rows_acts_rights_and_obligations_are_told_in_this_order():
    made = season(body("uA", 2, {"name": "A"}, role="coordinator"), unit("A", 3, place=4))
    made.rows[sql.UNITS][0]["kind"] = "x"
    made.rows[sql.OBLIGATIONS_OF_SEASON].clear()
    assert made.findings() == [
        {"code": "state", "stream": "uA", "field": "kind", "row": "x", "history": "department"},
        {"code": "act_gone", "place": 3},
        UNHELD,
        {"code": "duty_gone", "stream": "uA", "rule": "r", "scope": "A", "state": "open"},
    ]
    assert made.verified().retold


def test_where_a_chain_is_broken_rows_and_acts_are_compared_and_nothing_that_follows_from_it():
    made = season(body("uA", 2, {"name": "A"}, role="coordinator"), unit("B", 2, place=4))
    made.rows[sql.RECORDS_BY_PLACE][-1]["hash"] = made.row["head"]
    made.rows[sql.OBLIGATIONS_OF_SEASON].clear()
    found = made.verified()
    assert shown(*found.findings) == [
        {"code": "hash", "stream": "uB", "seq": 2},
        {"code": "head", "stream": "uB", "name": "B", "row": 2, "history": 2},
        {"code": "act_gone", "place": 3},
    ]
    assert not found.retold


def test_a_stream_whose_only_record_cannot_be_read_is_no_thing_and_still_has_a_head():
    made = season()
    record = next(row for row in made.rows[sql.RECORDS_BY_PLACE] if row["stream"] == "uB")
    record["body"] = b"[]"
    found = made.verified()
    assert "uB" not in found.things
    assert ("uB", 1, record["hash"].hex()) in found.heads


def test_what_cannot_be_told_leaves_obligations_aside():
    made = season(body("uA", 2, {"duties": {"VH-1": {"rule": "unheard"}}}))
    made.rows[sql.OBLIGATIONS_OF_SEASON].clear()
    assert made.findings() == [{"code": "untold", "place": 2, "stream": "uA", "seq": 2}]


def test_what_a_lateness_was_judged_to_mean_is_compared_with_the_record_of_it():
    effect = {"ref": "VH-1", "rule": "r", "effect": "none"}
    made = season(body("uA", 2, {"effects": {"o1": effect}}))
    assert made.findings() == [
        {"code": "duty", "stream": "uA", "name": "VH-1", "rule": "r", "field": "effect"}
        | {"row": None, "history": {"effect": "none"}}
    ]
    made.rows[sql.OBLIGATIONS_OF_SEASON][0]["effect"] = {"effect": "none"}
    assert made.findings() == []


# — acts —


@pytest.mark.parametrize(
    ("counted", "told"),
    [
        (LAST - 1, [{"code": "counter", "row": LAST - 1, "history": LAST}]),
        (LAST, []),
        (LAST + 2, [{"code": "act_gone", "place": LAST + 1}, {"code": "act_gone", "place": LAST + 2}]),
    ],
)
def test_acts_are_those_that_were_counted(counted: int, told: list[dict[str, Any]]):
    made = season()
    made.rows[sql.COUNTER][0]["value"] = counted
    made.rows[sql.COUNTER].insert(0, {"tenant": "another", "name": "act season", "value": 99})
    assert made.findings() == told


def test_where_nothing_was_counted_nothing_is_missing():
    made = season()
    made.rows[sql.COUNTER].clear()
    assert made.findings() == []


# — heads written down earlier —


def checked(made: Season, heads: Any, **more: Any) -> list[dict[str, Any]]:
    return shown(*check_heads(cast(Transaction, Tables(made.rows)), made.row, heads, **more))


def test_heads_that_are_still_there_are_no_finding_however_the_season_went_on():
    made = season()
    records = made.rows[sql.RECORDS_BY_PLACE]
    for seq in (1, 2, 3):
        head = next(row["hash"].hex() for row in records if (row["stream"], row["seq"]) == ("uA", seq))
        assert checked(made, iter([("uA", seq, head)])) == []


def test_heads_that_are_gone_or_another_s_are_told_each_by_its_record():
    made = season()
    assert checked(made, [("uA", 4, "00"), ("uA", 2, "00"), ("uC", 1, "00"), ("uB", 1, "00")]) == [
        {"code": "record_gone", "stream": "uA", "seq": 4},
        {"code": "record_changed", "stream": "uA", "seq": 2},
        {"code": "record_gone", "stream": "uC", "seq": 1},
        {"code": "record_changed", "stream": "uB", "seq": 1},
    ]


def test_a_record_that_a_report_does_not_have_is_not_dated_before_it():
    made = season()
    known = {"season": 1, "roster": 1, "d1": 1, "uA": 2}
    records = made.rows[sql.RECORDS_BY_PLACE]
    heads = [
        (row["stream"], row["seq"], row["hash"].hex()) for row in records if known.get(row["stream"]) == row["seq"]
    ]
    told = {"code": "dated_back", "at": micros(NOW)}
    back = [{**told, "stream": "uA", "seq": 3}, {**told, "stream": "uB", "seq": 1}]
    assert checked(made, iter(heads), made_at=NOW + MOMENT) == back
    assert checked(made, heads, made_at=NOW) == []
    assert checked(made, heads) == []
    assert checked(made, [("uA", 3, "00")], made_at=NOW + MOMENT)[-2:] == [
        {**told, "stream": "uB", "seq": 1},
        {"code": "record_changed", "stream": "uA", "seq": 3},
    ]
