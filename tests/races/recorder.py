"""The processes that a history is recorded from: `python -m tests.races.recorder`.

It is told a round in one line of JSON: where, which seasons, how many operations, into which files, and how long each
process waits for a lock. It makes that many processes, which give their operations one after the other, and answers
with a line when they have ended. Each operation is one line of a file: who, from when to when (one monotonic clock for
all processes of a machine), what was asked, what was answered.
"""

import json
import os
import random
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from time import monotonic_ns
from typing import Any

from tests.races.desk import Desk, Order
from tests.races.world import AT, PACK, Opening
from tests.season import Clock, local, pack_of, person, rules_of
from workflow.answers import Answer
from workflow.engine import Rules
from workflow.errors import HosoError
from workflow.rosters import Roster
from workflow.services.context import By, Context, Upload, find_season
from workflow.services.dossiers import Advance, advance
from workflow.services.meetings import MeetingCommand, meet
from workflow.services.rosters import import_roster
from workflow.services.views import dossiers as dossier_views
from workflow.services.views.quotas import GroupLine, groups
from workflow.services.votes import vote
from workflow.store import commands as sql
from workflow.store.database import Database
from workflow.store.statements import Row, Transaction

Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """What a view is given."""

    tx: Transaction
    season: Row
    rules: Rules
    now: datetime


def told(answer: Answer) -> Told:
    """An answer as it is recorded: in an order of its own, its receipts beside."""
    done = sorted([one.ref, one.kind, one.command, one.came_from, one.to, one.seq, one.receipt] for one in answer.done)
    notes = ("rule", "key", "vote", "size", "base", "count", "allowance", "over", "cliff", "unvoted")
    fresh = [one["dossier"] for one in answer.changes if one["code"] == "change.dossier_opened"]
    return {
        "act": answer.act,
        "done": [one[:6] for one in done],
        "receipts": [one[6] for one in done],
        "refused": sorted(
            [one.ref, one.kind, one.command, sorted({verdict.code.partition(".")[2] for verdict in one.verdicts})]
            for one in answer.refused
        ),
        "groups": sorted([getattr(one, name) for name in notes] for one in answer.groups),
        "fresh": fresh or [one.ref for one in answer.done if one.command == "plan"],
        "repeated": answer.repeated,
        "dry": answer.dry_run,
    }


def dossier_line(row: Row) -> list[Any]:
    names = ("ref", "subject", "unit", "seq", "state", "expected", "voted", "proposed", "decided")
    waiting = [one["decided"] for one in row["marks"].get("petitions", ()) if one["answered_at"] is None]
    return [*(row[name] for name in names), next(iter(waiting), None)]


def group_line(row: Row) -> list[Any]:
    """A group as its row keeps it."""
    day = None if row["closed_on"] is None else row["closed_on"].isoformat()
    figures = [row[name] for name in ("size", "base", "count", "would", "allowance")]
    return [row["rule"], row["key"], row["seq"], row["vote"], day, *figures, bool(row["over"])]


def counted_line(one: GroupLine) -> list[Any]:
    """A group as a view counts it."""
    day = None if one.closed_on is None else one.closed_on.isoformat()
    figures = [one.figures.size, one.figures.base, one.figures.count, one.figures.would, one.figures.allowance]
    return [one.quota.id, one.key, len(one.members), one.vote, day, *figures, one.figures.over]


@dataclass(slots=True)
class Hand:
    """The product, as one process holds it, on one database."""

    context: Context
    rules: Rules
    seasons: dict[str, Row] = field(default_factory=dict)
    """Code → the season's row; nothing that is read here changes in it."""

    def does(self, season: str, order: Order) -> Told:
        """Do or read it; what was answered."""
        if order.asked["what"] == "read":
            return self._reads(season, order.asked)
        occurred = order.asked.get("occurred")
        at = None if occurred is None else local(f"{occurred} 08:00")
        by = By(actor=order.by, auth="os-user:lan, asserted", occurred_at=at, key=order.key, dry_run=order.dry)
        kinds: Mapping[str, Callable[[str, By, Told], Answer]] = {
            "advance": self._advance,
            "vote": lambda season, by, asked: vote(self.context, season, by, asked["command"], asked["key"]),
            "hold": self._hold,
            "import": self._import,
        }
        return told(kinds[order.asked["what"]](season, by, order.asked))

    def _advance(self, season: str, by: By, asked: Told) -> Answer:
        order = Advance(
            command=asked["command"],
            refs=tuple(asked["refs"]),
            args=asked["args"],
            uploads=tuple(
                Upload(kind="minutes", name=name, content=b"%PDF-1.7 " + name.encode()) for name in asked["files"]
            ),
            partial=asked["partial"],
        )
        return advance(self.context, season, by, order)

    def _hold(self, season: str, by: By, asked: Told) -> Answer:
        args = {"attendees": 12, "held_on": asked["held_on"]}
        return meet(self.context, season, by, MeetingCommand(command="hold", unit=asked["unit"], args=args))

    def _import(self, season: str, by: By, asked: Told) -> Answer:
        row = person(asked["subject"], unit=asked["unit"], post=asked["post"], tier=asked["tier"])
        return import_roster(self.context, season, by, Roster(units=(), subjects=(row,), roles=()))

    def _reads(self, season: str, asked: Told) -> Told:
        with self.context.database.reading() as tx:
            if season not in self.seasons:
                self.seasons[season] = find_season(self.context, tx, season)
            row = self.seasons[season]
            if asked["view"] == "one":
                rows = tx.all(sql.DOSSIERS_BY_REF, tenant=row["tenant"], season=row["id"], refs=[asked["ref"]])
                return _stored(rows, tx.all(sql.GROUP_BY_KEY, season=row["id"], key=asked["unit"]))
            if asked["view"] == "season":
                rows = tx.all(sql.DOSSIERS_OF_SEASON, season=row["id"])
                return _stored(rows, tx.all(sql.GROUPS_OF_SEASON, season=row["id"]))
            look = Look(tx=tx, season=row, rules=self.rules, now=AT)
            if asked["view"] == "unit":
                lines = dossier_views.lines(look, unit=asked["unit"])
                return {"dossiers": [dossier_line(one.row) for one in lines]}
            if asked["view"] == "sheet":
                sheet = dossier_views.sheet(look, asked["ref"])
                return {"dossiers": [dossier_line(sheet.line.row)], "counted": sorted(map(counted_line, sheet.groups))}
            return {"counted": sorted(map(counted_line, groups(look)))}


def _stored(dossiers: list[Row], found: list[Row]) -> Told:
    return {"dossiers": [dossier_line(one) for one in dossiers], "groups": sorted(map(group_line, found))}


def hand(address: str, files: Path, patience: float) -> Hand:
    """`files` is where a server's attachments lie."""
    rules = rules_of(pack_of(PACK))
    database = Database(address, busy_seconds=patience, files=files)
    return Hand(Context(database=database, clock=Clock(AT), rules=lambda *_: rules, write=database.write), rules)


def operations(work: Hand, desks: list[Desk], number: int, count: int, chance: random.Random) -> Iterator[Told]:
    """So many operations, each as its line."""
    for turn in range(count):
        desk = chance.choice(desks)
        order = desk.next()
        start = monotonic_ns()
        try:
            got = work.does(desk.opening.code, order)
        except HosoError as error:
            got = {"error": error.code, "status": error.exit_status}
        end = monotonic_ns()
        _learn(desk, order, got)
        who = {"season": desk.opening.code, "process": number, "turn": turn}
        yield {**who, "start": start, "end": end, "by": order.by, "key": order.key, "asked": order.asked, "got": got}


def _learn(desk: Desk, order: Order, got: Told) -> None:
    for ref, subject, unit, seq, state, *_ in got.get("dossiers", ()):
        desk.saw(ref, unit, subject, state, seq)
    if got.get("dry") or got.get("repeated"):
        return
    for _, key, *vote_ in (*got.get("groups", ()), *got.get("counted", ())):
        if key in desk.open:
            desk.open[key] = "open" in vote_[:2]
    for ref, kind, _, _, to, seq in got.get("done", ()):
        if kind == "dossier":
            desk.saw(ref, "", None, to, seq)
    if order.asked["what"] == "hold" and got.get("fresh"):
        desk.meetings.append((got["fresh"][0], order.asked["unit"], order.asked["held_on"]))
    if "error" not in got:
        desk.keep(order)


def work_through(task: Told, number: int, patience: float) -> None:
    """One process's share of a round, with a connection of its own."""
    chance = random.Random(f"{task['seed']} {number}")
    openings = [Opening(**{name: _frozen(value) for name, value in one.items()}) for one in task["seasons"]]
    desks = [Desk(one, f"p{number}", chance) for one in openings]
    file = Path(task["files"][number])
    work = hand(task["address"], file.parent / "attachments", patience)
    with closing(work.context.database), file.open("w", encoding="utf-8") as lines:
        given = operations(work, desks, number, task["operations"], chance)
        lines.writelines(json.dumps(one, separators=(",", ":")) + "\n" for one in given)


def apart(work: Callable[[], None]) -> int:
    """Do it in a process of its own, which has nothing open yet; its id."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        work()
        status = 0
    except BaseException:  # noqa: BLE001  nothing of the parent may go on in a child
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def main() -> None:
    rules_of(pack_of(PACK))
    for line in sys.stdin:
        task = json.loads(line)
        children = [
            apart(partial(work_through, task, number, patience)) for number, patience in enumerate(task["patience"])
        ]
        failed = [child for child in children if os.waitpid(child, 0)[1]]
        sys.stdout.write("failed\n" if failed else "done\n")
        sys.stdout.flush()


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


if __name__ == "__main__":
    main()
