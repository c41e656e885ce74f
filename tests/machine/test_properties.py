"""What holds of any run of accepted commands, told of small seasons made at random."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.machine.picture import taken
from tests.machine.recount import allowed
from tests.machine.worlds import WORLDS, member
from tests.season import SEASON_COORDINATOR, Play, done, opened, units
from workflow import canonical
from workflow.answers import Answer
from workflow.replay.timeline import fold
from workflow.services.dossiers import Advance, advance
from workflow.words import Rank

RANKS = st.sampled_from(list(Rank)).map(str)
SMALL = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
UNITS = {"A": 4, "B": 3}
FIGURES = ("size", "base", "count", "would", "allowance", "over", "vote", "closed_on")
STATE = ("state", "expected", "voted", "proposed", "decided", "route", "unit", "marks")


def season(folder: str, world: str) -> Play:
    play = opened(Path(folder), WORLDS[world].text)
    rows = [member(unit, number + 1) for unit, size in UNITS.items() for number in range(size)]
    play.bring(units(*UNITS), rows)
    return play


PEOPLE = [f"{unit}-{number + 1:02d}" for unit, size in UNITS.items() for number in range(size)]
COMMANDS = st.lists(
    st.tuples(
        st.sampled_from(
            ["self_review", "vote", "vote", "submit", "send_back", "withdraw", "not_ranked", "close", "revote"]
        ),
        st.sampled_from(PEOPLE),
        RANKS,
    ),
    min_size=5,
    max_size=25,
)


def do(play: Play, command: str, name: str, rank: str) -> Answer:
    """One step; a vote is cast at a meeting of the unit, held once."""
    unit = name.partition("-")[0]
    if command == "close":
        return play.group_command("close_vote", unit, by=SEASON_COORDINATOR)
    if command == "revote":
        return play.group_command("revote", unit, by=SEASON_COORDINATOR)
    if command == "vote":
        meeting = play.meeting_for(name)
        if play.dossier(name)["state"] in {"drafted", "self_reviewed"}:
            play.count(name, rank=rank, meeting=meeting)
        return play.do("record_vote", name, rank=rank, meeting=meeting, reason="Vắng mặt")
    if command == "send_back":
        day = (play.clock.now.date() + timedelta(days=3)).isoformat()
        return play.do("send_back", name, reason="Thiếu", due_back=day)
    return play.do(command, name, rank=rank, reason="Đơn")


@SMALL
@given(world=st.sampled_from(["shipped", "headcount"]), commands=COMMANDS, minutes=st.integers(1, 3000))
def test_the_records_up_to_any_instant_fold_to_what_the_rows_were_then(
    world: str, commands: Sequence[tuple[str, str, str]], minutes: int
) -> None:
    with TemporaryDirectory() as folder:
        play = season(folder, world)
        past = []
        for command in commands:
            play.clock.now += timedelta(minutes=minutes)
            do(play, *command)
            past.append((play.clock.now, {row["id"]: {name: row[name] for name in STATE} for row in play.dossiers()}))
        bodies = {row["id"]: [one.body for one in play.records(row["id"])] for row in play.dossiers()}
        for instant, rows in past:
            for stream, row in rows.items():
                told = fold(bodies[stream], as_of=instant)
                assert {name: told.get(name) for name in STATE} == row
        play.database.close()


def streams_apart(commands: Iterable[tuple[str, str, str]]) -> dict[str, list[tuple[str, str, str]]]:
    """The commands of each dossier, in their order."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for one in commands:
        found.setdefault(one[1], []).append(one)
    return found


ALONE = st.lists(
    st.tuples(st.sampled_from(["self_review", "vote", "withdraw", "not_ranked"]), st.sampled_from(PEOPLE), RANKS),
    min_size=4,
    max_size=20,
)
"""Commands that depend on their own dossier alone."""


@SMALL
@given(world=st.sampled_from(sorted(WORLDS)), commands=ALONE, data=st.data())
def test_the_order_of_commands_on_different_dossiers_changes_no_figure(
    world: str, commands: Sequence[tuple[str, str, str]], data: st.DataObject
) -> None:
    left = streams_apart(commands)
    mixed = []
    while any(left.values()):
        name = data.draw(st.sampled_from(sorted(name for name, some in left.items() if some)))
        mixed.append(left[name].pop(0))
    assert figures_after(world, commands) == figures_after(world, mixed)


def figures_after(world: str, commands: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], tuple[Any, ...]]:
    with TemporaryDirectory() as folder:
        play = season(folder, world)
        for unit in UNITS:
            play.meeting_for(f"{unit}-01")
        for command in commands:
            do(play, *command)
        look = taken(play.database.readers)
        play.database.close()
    return {(one["rule"], one["key"]): tuple(one[name] for name in FIGURES) for one in look.groups()}


@SMALL
@given(
    world=st.sampled_from(["shipped", "headcount", "two caps"]),
    ranks=st.lists(RANKS, min_size=len(PEOPLE), max_size=len(PEOPLE)),
    closed=st.sets(st.sampled_from(sorted(UNITS))),
    order=st.permutations(PEOPLE),
)
@example(world="shipped", ranks=["excellent"] * len(PEOPLE), closed={"A", "B"}, order=PEOPLE[::-1])
def test_a_partial_bulk_picks_no_winner_by_the_order_of_its_refs(
    world: str, ranks: Sequence[str], closed: set[str], order: Sequence[str]
) -> None:
    with TemporaryDirectory() as folder:
        play = season(folder, world)
        for name, rank in zip(PEOPLE, ranks, strict=True):
            do(play, "self_review", name, "good")
            do(play, "vote", name, rank)
        for unit in sorted(closed):
            do(play, "close", f"{unit}-01", "good")
        answers = [partly(play, names) for names in (PEOPLE, order)]
        play.database.close()
    assert answers[0] == answers[1]


def partly(
    play: Play, names: Sequence[str], command: str = "submit", by: str = SEASON_COORDINATOR
) -> tuple[set[str], dict[str, list[str]]]:
    """Who would pass, and why the others would not."""
    order = Advance(command=command, refs=tuple(map(play.ref, names)), partial=True)
    answer = advance(play.context, play.season, play.by(by, dry_run=True), order)
    told = {one.ref: sorted(verdict.code for verdict in one.verdicts) for one in answer.refused}
    return {one.ref for one in answer.done}, told


@SMALL
@given(ranks=st.lists(RANKS, min_size=4, max_size=4), over=st.booleans())
def test_equals_pass_together_or_not_at_all(ranks: Sequence[str], over: bool) -> None:
    """Two of one group with one proposal and nothing else to tell them apart are never parted by a partial bulk."""
    with TemporaryDirectory() as folder:
        play = season(folder, "headcount" if over else "shipped")
        names = PEOPLE[:4]
        for name, rank in zip(names, ranks, strict=True):
            do(play, "self_review", name, "good")
            do(play, "vote", name, rank)
        do(play, "close", "A-01", "good")
        through, _ = partly(play, names)
        passed: dict[str, set[bool]] = {}
        for name in names:
            row = play.dossier(name)
            passed.setdefault(row["proposed"], set()).add(row["ref"] in through)
        play.database.close()
    assert all(len(one) == 1 for one in passed.values()), passed


@SMALL
@given(ranks=st.lists(RANKS, min_size=len(PEOPLE), max_size=len(PEOPLE)), order=st.permutations(PEOPLE))
@example(ranks=["excellent"] * 5 + ["good"] * 2, order=PEOPLE[::-1])
def test_equals_are_ratified_together_or_not_at_all(ranks: Sequence[str], order: Sequence[str]) -> None:
    """More proposed than the cap lets through at the decision: nobody is picked, in whatever order they are named."""
    with TemporaryDirectory() as folder:
        play = season(folder, "at decision")
        for name, rank in zip(PEOPLE, ranks, strict=True):
            do(play, "self_review", name, "good")
            do(play, "vote", name, rank)
        play.submit(*PEOPLE, by=SEASON_COORDINATOR)
        for name in PEOPLE:
            done(play.do("send", name, to="committee", letter="9/CV"))
        ways = [partly(play, names, "ratify", "QD-committee") for names in (PEOPLE, order)]
        passed: dict[str, set[bool]] = {}
        for name, rank in zip(PEOPLE, ranks, strict=True):
            passed.setdefault(rank, set()).add(play.ref(name) in ways[0][0])
        good = sum(rank in {"good", "excellent"} for rank in ranks)
        most = min(allowed(quota, size=len(PEOPLE), good=good) for quota in play.pack.quotas)
        play.database.close()
    assert ways[0] == ways[1]
    assert passed == {rank: {rank != "excellent" or ranks.count(rank) <= most} for rank in set(ranks)}


@SMALL
@given(commands=COMMANDS)
def test_what_a_record_keeps_has_one_form_of_bytes(commands: Sequence[tuple[str, str, str]]) -> None:
    """Read and written again, every body is the very bytes that were sealed."""
    with TemporaryDirectory() as folder:
        play = season(folder, "shipped")
        for command in commands:
            do(play, *command)
        bodies = [one["body"] for one in taken(play.database.readers).lines("history")]
        play.database.close()
    assert all(canonical.dumps(canonical.loads(body)) == body for body in bodies)
