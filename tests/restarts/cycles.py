"""People work, the server dies and rises, everything is compared: once for each restart."""

import json
import random
import select
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from tests import ground
from tests.kills.deeds import STAGES
from tests.restarts.books import Books
from tests.restarts.mortal import WAYS, Mortal, mortal
from tests.season import VIETNAM, Play, local

HOUSE = Path(__file__).parents[2]
STAGE = "due"
SEASON_LASTS = 20
"""Restarts on one database; a history that is verified each time must not grow for ever."""
COMMANDS = 8
"""Of each client, around each death."""
HEARD_WITHIN = 300
"""Seconds after which somebody who has not answered waits for ever."""


@dataclass(slots=True)
class Tally:
    """What happened: restarts by the way of dying, commands acknowledged (and refused with a reason), and what people
    were told meanwhile: the error's code, and its exit status."""

    ways: Counter[str] = field(default_factory=Counter)
    met_somebody: int = 0
    """Deaths while somebody was at work."""
    acknowledged: int = 0
    refused: int = 0
    alerts: int = 0
    messages: int = 0
    command_lines: Counter[str] = field(default_factory=Counter)
    """Exit statuses of `hoso today` while nobody served."""
    trouble: Counter[str] = field(default_factory=Counter)


class Desk:
    """A client process."""

    def __init__(self, name: str, seed: int) -> None:
        line = [sys.executable, "-m", "tests.restarts.client", name, str(seed)]
        self.process = subprocess.Popen(line, cwd=HOUSE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, do: str, **what: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": do, **what}) + "\n")
        self.process.stdin.flush()

    def busy(self) -> bool:
        """Whether it has not answered yet."""
        assert self.process.stdout is not None
        return not select.select([self.process.stdout], [], [], 0)[0]

    def heard(self) -> Any:
        out = self.process.stdout
        assert out is not None
        assert select.select([out], [], [], HEARD_WITHIN)[0], "somebody waits for ever"
        line = out.readline()
        assert line, "a client ended; its traceback is on standard error"
        return json.loads(line)

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


def carried_out(folder: Path, *, restarts: int, clients: int, seed: int) -> Tally:
    """So many restarts; fails at the first thing that is not as it was told."""
    chance = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        here = stack.enter_context(mortal(folder))
        pattern, play = _stage(here, folder)
        desks = [stack.enter_context(closing(Desk(chr(ord("A") + one), seed * 100 + one))) for one in range(clients)]
        office = Office(here, desks, chance)
        while office.tally.ways.total() < restarts:
            play.clock.now = local("2024-12-05 08:00")
            books = Books(here.server.fresh(like=pattern), play, Path(mkdtemp(dir=folder)))
            office.begins(books)
            for _ in range(min(SEASON_LASTS, restarts - office.tally.ways.total())):
                office.loses_its_server(books)
            office.ends(books)
            sys.stderr.write(f"{office.tally.ways.total()} restarts\n")
        return office.tally


def _stage(here: Mortal, folder: Path) -> tuple[str, Play]:
    with ground.standing_on(here.server):
        place = Path(mkdtemp(dir=folder))
        play = STAGES[STAGE](place)
        play.database.close()
        return ground.here().kept(place), play


@dataclass(slots=True)
class Office:
    """Everybody at their desks, and the server that they work with."""

    here: Mortal
    desks: list[Desk]
    chance: random.Random
    tally: Tally = field(default_factory=Tally)
    reach: float = 0.3
    """Within how many seconds of work the server dies; kept so that four of five deaths meet somebody at work."""

    def asked(self, do: str, **what: Any) -> list[Any]:
        """All at once; what each of them says."""
        for desk in self.desks:
            desk.ask(do, **what)
        return [desk.heard() for desk in self.desks]

    def begins(self, books: Books) -> None:
        self.asked("open", address=books.address, files=str(books.folder / "files"))
        self.here.die("killed")
        self.tally.command_lines[_command_line(books.address)] += 1
        self.here.rise()

    def loses_its_server(self, books: Books) -> None:
        """One death among work, and all that was told held against what is there."""
        clock = books.play.clock
        clock.now += timedelta(hours=6)
        now = clock.now.astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M")
        for desk in self.desks:
            desk.ask("work", now=now, commands=COMMANDS, spool=str(books.folder / "spool"))
        time.sleep(self.chance.uniform(0, self.reach))
        busy = any(desk.busy() for desk in self.desks)
        way = self.here.die(self.chance.choice(WAYS))
        self.here.rise()
        heard = [desk.heard() for desk in self.desks]
        for one in self.asked("again"):
            assert not one["wrong"], (way, "a key was answered otherwise", one["wrong"])
        given = [one for each in heard for one in each["given"]]
        books.compared(given)
        self.tally.ways[way] += 1
        self.tally.acknowledged += len(given)
        self.tally.refused += sum(not one["accepted"] for one in given)
        for one in heard:
            self.tally.trouble.update(one["trouble"])
        self.tally.met_somebody += busy
        self.reach = max(0.05, self.reach * (1.05 if busy else 0.8))

    def ends(self, books: Books) -> None:
        alerts, messages = books.told()
        self.tally.alerts += alerts
        self.tally.messages += messages
        self.asked("leave")
        self.here.server.drop(books.address)


def _command_line(address: str) -> str:
    """A person at a terminal is told in a sentence that nobody answers."""
    line = [sys.executable, "-c", "from app.cli import main; main()", "today", "--db", address, "--as", "CV-SNV"]
    done = subprocess.run(line, cwd=HOUSE, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 6, done
    assert "Traceback" not in done.stderr + done.stdout, done.stderr
    assert done.stderr.strip(), done
    return str(done.returncode)
