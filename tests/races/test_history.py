"""A recorded history is one that a single desk could have lived through; and whoever checks it sees through lies."""

import ast
import json
import random
from collections.abc import Callable
from contextlib import closing
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.races import checker, counting, sequential, state
from tests.races.checker import Check, Finding, Operation
from tests.races.desk import Desk, Order
from tests.races.history import record
from tests.races.recorder import Told, hand, operations
from tests.races.world import AT, PACK, Opening, acts_of, prepared
from tests.season import Clock, Play, pack_of

LENGTH = 700
"""Enough for every kind of outcome that a lie is told about."""


# — the product —


def test_what_eight_processes_were_answered_is_explained_by_one_order(both_databases, tmp_path):
    summary = record(1200, 1200, seed=7, away=tmp_path)
    assert summary.operations == 1200
    assert summary.acts > 30
    assert not summary.findings


# — the checker —


@dataclass(slots=True)
class Tale:
    """A season's history, to tell lies about."""

    opening: Opening
    operations: list[Operation]
    places: dict[str, int]

    def findings(self) -> list[Finding]:
        return Check(self.opening.season(), self.opening.acts, self.operations, self.places).run()

    def kinds(self) -> set[str]:
        return {one.kind for one in self.findings()}

    def change(self, one: Operation, **got: object) -> None:
        self.operations[self.operations.index(one)] = replace(one, got={**one.got, **got})

    def forget(self, one: Operation) -> None:
        """An act that never was: those after it move up."""
        gone = self.places.pop(one.got["act"])
        for act, place in self.places.items():
            if place > gone:
                self.places[act] = place - 1

    def acts(self) -> list[Operation]:
        """What changed something, in order."""
        return sorted((one for one in self.operations if one.wrote), key=lambda one: self.places[one.got["act"]])

    def first(self, suits: Callable[[Operation], object]) -> Operation:
        return next(one for one in self.operations if suits(one))


def told(folder: Path, given: Callable[[Opening], list[Order]] | None = None) -> Tale:
    """A season as one process records it; instants are made up, so that each operation overlaps with two before it."""
    address, (opening,) = prepared(folder, ("K1",))
    work = hand(address, folder, 5.0)
    with closing(work.context.database):
        if given is None:
            chance = random.Random(11)
            plain = list(operations(work, [Desk(opening, "p0", chance)], 0, LENGTH, chance))
        else:
            plain = [_line(turn, order, work.does("K1", order)) for turn, order in enumerate(given(opening))]
        play = Play(context=work.context, clock=Clock(AT), pack=pack_of(PACK), season="K1", folder=folder)
        places = {act: place for act, place in acts_of(play).items() if place > opening.acts}
    plain = json.loads(json.dumps(plain))
    found = [Operation(**{**one, "start": 10 * turn, "end": 10 * turn + 25}) for turn, one in enumerate(plain)]
    return Tale(opening, found, places)


def _line(turn: int, order: Order, got: Told) -> Told:
    who = {"season": "K1", "process": 0, "turn": turn, "start": 0, "end": 0}
    return {**who, "by": order.by, "key": order.key, "asked": order.asked, "got": got}


@pytest.fixture(scope="module")
def _tale(tmp_path_factory: pytest.TempPathFactory) -> Tale:
    return told(tmp_path_factory.mktemp("tale"))


@pytest.fixture
def tale(_tale: Tale) -> Tale:
    return deepcopy(_tale)


def test_an_honest_history_has_nothing_to_find(tale: Tale):
    assert tale.findings() == []
    assert len(tale.acts()) > 40


def test_an_acknowledged_command_that_is_not_on_record_is_lost(tale: Tale):
    tale.forget(tale.acts()[20])
    assert tale.kinds() == {"lost"}


def test_an_update_that_was_written_over_is_seen_in_what_comes_after(tale: Tale):
    one = tale.first(lambda one: one.wrote and one.asked.get("command") == "record_vote")
    tale.forget(one)
    tale.operations.remove(one)
    tale.operations = [other for other in tale.operations if other.key != one.key]
    assert tale.kinds() == {"illegal"}


def test_a_number_given_twice_is_found(tale: Tale):
    done: dict[str, list[object]] = {}
    for one in tale.acts():
        [line, *more] = one.got["done"]
        if line[0] in done and not more and one.asked["what"] == "advance":
            tale.change(one, done=[[*line[:5], line[5] - 1]])
            break
        done[line[0]] = line
    assert tale.kinds() >= {"illegal"}


def test_a_step_that_the_process_does_not_have_is_found(tale: Tale):
    one = tale.first(lambda one: one.wrote and one.asked.get("command") == "self_review")
    tale.change(one, done=[[*line[:4], "submitted", line[5]] for line in one.got["done"]])
    assert tale.kinds() >= {"illegal"}


def test_half_a_bulk_command_is_found(tale: Tale):
    one = tale.first(lambda one: one.wrote and one.asked["what"] == "advance" and len(one.got["done"]) > 1)
    tale.change(one, done=one.got["done"][1:], receipts=one.got["receipts"][1:])
    assert tale.kinds() >= {"illegal"}


@pytest.mark.parametrize("place", range(3, 8), ids=["size", "base", "count", "allowance", "over"])
def test_a_group_counted_wrong_is_found_in_an_answer(tale: Tale, place: int):
    one = next(one for one in tale.acts()[10:] if one.got["groups"])
    lines = deepcopy(one.got["groups"])
    lines[0][place] = not lines[0][place] if place == 7 else lines[0][place] + 1
    tale.change(one, groups=lines)
    assert tale.kinds() >= {"illegal"}


def test_a_refusal_without_a_ground_is_found(tale: Tale):
    one = tale.first(lambda one: _codes(one) == {"vote_open"} and not one.got["repeated"])
    tale.change(one, refused=[[*line[:3], ["quota_over"]] for line in one.got["refused"]])
    assert tale.kinds() >= {"unexplained"}


def _codes(one: Operation) -> set[str]:
    return {code for line in one.got.get("refused", ()) for code in line[3]}


def test_a_stale_read_is_found(tale: Tale):
    reads = [one for one in tale.operations if one.asked.get("view") == "season"]
    tale.change(reads[-1], **reads[0].got)
    assert tale.kinds() == {"unexplained"}


def test_a_read_that_is_torn_between_two_moments_is_found(tale: Tale):
    reads = [one for one in tale.operations if one.asked.get("view") == "season"]
    tale.change(reads[-1], groups=reads[0].got["groups"])
    assert tale.kinds() == {"unexplained"}


def test_an_order_against_real_time_is_found(tale: Tale):
    acts = tale.acts()
    early, late = acts[10].got["act"], acts[30].got["act"]
    tale.places[early], tale.places[late] = tale.places[late], tale.places[early]
    assert tale.kinds() == {"against-time"}


def test_another_answer_to_a_repeated_key_is_found(tale: Tale):
    one = tale.first(lambda one: one.got.get("repeated") and one.got["done"])
    tale.change(one, receipts=["0000-0000"] * len(one.got["done"]))
    assert tale.kinds() == {"other-answer"}


def test_a_key_that_was_done_twice_is_found(tale: Tale):
    one = tale.first(lambda one: one.got.get("repeated") and one.got["done"])
    tale.change(one, repeated=False, act="another act")
    tale.places["another act"] = max(tale.places.values()) + 1
    assert tale.kinds() >= {"done-twice"}


def test_a_repeat_of_what_was_never_answered_is_found(tale: Tale):
    one = tale.first(lambda one: one.got.get("repeated") and not one.got["done"])
    tale.operations = [other for other in tale.operations if other.key != one.key or other is one]
    assert tale.kinds() == {"unanswered-key"}


def test_an_act_that_nobody_was_told_of_is_found(tale: Tale):
    tale.places["an act"] = max(tale.places.values()) + 1
    assert tale.kinds() == {"unasked"}


def test_places_that_do_not_follow_one_another_are_found(tale: Tale):
    last = tale.acts()[-1].got["act"]
    tale.places[last] += 1
    assert tale.kinds() == {"places"}


def test_an_error_of_the_machine_is_found(tale: Tale):
    one = tale.first(lambda one: one.got.get("status") == 2)
    tale.change(one, status=6)
    assert tale.kinds() == {"failed"}


@pytest.mark.parametrize(("first", "then", "kinds"), [(0, 2, set()), (2, 0, {"unexplained"})], ids=["on", "back"])
def test_who_reads_after_somebody_else_has_read_sees_no_earlier_moment(tmp_path, first, then, kinds):
    look = Order({"what": "read", "view": "season", "ref": "", "unit": ""})
    ref = "HS-0001"
    asked = {"what": "advance", "command": "self_review", "refs": [ref], "partial": False, "args": {"rank": "good"}}
    asked |= {"occurred": None, "files": []}
    tale = told(tmp_path, lambda _: [look, Order(asked, "CV-A", "k"), look])
    one, two, review = tale.operations[first], tale.operations[then], tale.operations[1]
    tale.operations = [
        replace(review, start=0, end=100),
        replace(one, start=10, end=20),
        replace(two, start=30, end=40),
    ]
    assert tale.kinds() == kinds


def test_who_moved_when_his_rank_was_decided_is_counted_where_his_dossier_is(tmp_path):
    def moved(tier: str) -> Order:
        return Order({"what": "import", "subject": "A-02", "unit": "B", "post": "", "tier": tier}, "os-user:lan")

    def asked(command: str, by: str, *refs: str, **args: str) -> Order:
        one = {"what": "advance", "command": command, "refs": refs, "partial": False, "files": [], "occurred": None}
        return Order({**one, "args": args}, by)

    def given(opening: Opening) -> list[Order]:
        one, everybody = opening.refs[1], opening.refs[:6]
        return [
            asked("self_review", "CV-A", *everybody, rank="good"),
            asked("record_vote", "CV-A", *everybody, rank="completed", meeting=opening.meetings[0][0]),
            Order({"what": "vote", "command": "close_vote", "key": "A"}, "CV-A"),
            asked("submit", "CV-A", one),
            asked("ratify", "QD-committee", one),
            moved("btv"),
            asked("adjust", "QD-committee", one, reason="giải trình"),
            moved("unit"),
            Order({"what": "read", "view": "season", "ref": one, "unit": "A"}),
        ]

    tale = told(tmp_path, given)
    assert [len(one.got.get("done", ())) for one in tale.operations] == [6, 6, 2, 1, 1, 1, 1, 2, 0]
    assert tale.findings() == []


@pytest.mark.parametrize("module", [checker, counting, sequential, state], ids=lambda one: one.__name__)
def test_the_checker_shares_no_code_with_the_product(module):
    text = Path(module.__file__).read_text(encoding="utf-8")
    imports = [node for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.Import, ast.ImportFrom))]
    names = {one.module if isinstance(one, ast.ImportFrom) else one.names[0].name for one in imports}
    assert not [one for one in names if one and one.partition(".")[0] in {"app", "states", "workflow", "notifications"}]
