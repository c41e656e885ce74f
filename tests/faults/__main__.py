"""Let every call of the scenario that writes fail, in every way, and look at what was said and what is left.

    python -m tests.faults FOLDER [--every N] [--offset K] [--steps NAME ...]

For each command line of the scenario and each kind of call (`injector.KINDS`) the first call fails, then the second,
until there is none any more; with `--every` only each N-th of all these trials is made, from the K-th on. After each:
the exit status as designed, one sentence, nothing half-written, and the same line again comes to what it should have
come to. Where the system lets nobody be asked about its calls, only files that may not grow are tried. Prints one JSON
document; exit status 1 where anything was found.
"""

import argparse
import errno
import gc
import json
import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from app import wiring
from app.cli import root
from app.cli.output import UNSOUND, UNWELL
from tests.faults import injector, room, state
from tests.faults.circumstances import CIRCUMSTANCES, PAGE, Circumstance, overwrite
from tests.faults.injector import DEFECT, LIMIT, LIMIT_BYTES, ROOM, Fault, Ran
from tests.faults.scenario import SCENARIO, SPOOL, Step, provide
from workflow.errors import MachineFailure
from workflow.messages import LANGUAGES, sentence

_DISK = (
    {"error": errno.ENOSPC},
    {"error": errno.ENOSPC, "lasting": True},
    {"error": errno.EIO},
    {"error": errno.EIO, "lasting": True},
)
WAYS: dict[str, tuple[dict[str, Any], ...]] = {
    "write": (*_DISK, {"short": True}, {"short": True, "lasting": True}),
    "fsync": (_DISK[0], *_DISK[2:]),
    "resize": _DISK,
    "rename": (_DISK[0], *_DISK[2:]),
    "open": _DISK,
    "mkdir": _DISK,
    "unlink": (_DISK[2],),
    LIMIT: ({"error": errno.EFBIG, "lasting": True},),
    ROOM: ({"lasting": True},),
}
"""How a call of each kind fails."""

_DAMAGED = {"store.corrupt", "store.not_a_database"}
ENOUGH = 80
"""Steps of room that the largest of the command lines does with."""
_MARKED = ("Marked copy: ", "Bản đánh dấu: ")
"""Said before the import that it goes with."""
_SAMPLED = ("review", "report")
"""What is tried in every circumstance even where only a sample is."""
UNKNOWN = "store.outcome_unknown"


@dataclass(slots=True)
class Tally:
    """What was done: faults that were met by kind and way, how the command lines ended, and what was wrong."""

    met: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    steps: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def command(
    folder: Path, argv: Sequence[str], language: str, inside: Callable[[], None] = lambda: None
) -> Callable[[], int]:
    """A command line as a child runs it, after it has done what is to be done `inside` it."""

    def work() -> int:
        inside()
        os.chdir(folder)
        os.environ.update(HOSO_DB="hoso.db", HOSO_SPOOL=SPOOL, HOSO_LANG=language, HOSO_BUSY_SECONDS="1")
        sys.argv = ["hoso", *argv, "--json"]
        return root.run(sys.argv[1:])

    return work


class Stage:
    """A command line with the folder that it begins in, and what it comes to where nothing fails."""

    def __init__(self, step: Step, before: Path, here: Path) -> None:
        self.step, self.folder, self.here = step, before, here
        self.before = state.state(before)
        self.reached = self.fresh()
        with _here(self.reached, step.argv) as status:
            assert status == step.status, (step.name, status)
        assert not list(state.faults(self.reached)), list(state.faults(self.reached))
        self.after = state.state(self.reached)
        for language in LANGUAGES:
            root._tree(language, root._asked(step.argv))
        gc.collect()
        gc.freeze()  # what a child does not touch it need not copy
        # Where nothing can be asked, no file is limited by a limit that nothing reaches.
        self.plain = None if injector.possible() else Fault(LIMIT, 1 << 20)
        largest = max(one.stat().st_size for one in self.reached.rglob("*") if one.is_file())
        self.calls = {**self.ran(self.fresh(), step.argv, None, "en").calls, LIMIT: largest // LIMIT_BYTES}
        self.calls[ROOM] = ENOUGH if room.possible() else 0

    def fresh(self) -> Path:
        place = Path(mkdtemp(dir=self.here))
        shutil.copytree(self.folder, place, dirs_exist_ok=True)
        return place

    def ran(self, folder: Path, argv: Sequence[str], fault: Fault | None, language: str) -> Ran:
        return injector.run(command(folder, argv, language), fault or self.plain)

    def trial(self, fault: Fault, tally: Tally) -> bool:
        """Meet `fault` once; False where there was no such call."""
        folder, language = self.fresh(), "vi" if fault.number % 2 else "en"
        work = command(folder, self.step.argv, language)
        ran = injector.run(room.within(folder, fault.number - 1, work) if fault.kind == ROOM else work, fault)
        met = ran.met or fault.number <= self.calls.get(fault.kind, 0)
        if met:
            tally.met[f"{fault.kind}: {str(fault).partition(': ')[2]}"] += 1
            tally.steps[self.step.name] += 1
            for wrong in self._judged(folder, ran, fault, language, tally):
                tally.wrong.append(f"{self.step.name}, {fault}: {wrong}")
        shutil.rmtree(folder)
        return met

    def meet(self, one: Circumstance, tally: Tally) -> None:
        """Run it in a circumstance, and again without."""
        folder, step = self.fresh(), self.step
        if one.begins or (folder / "hoso.db").exists():
            with one.around(folder):
                ran = injector.run(command(folder, step.argv, "vi", one.inside), self.plain)
            tally.met[one.name] += 1
            tally.wrong += [f"{step.name}, {one.name}: {wrong}" for wrong in self._borne(folder, ran, one, tally)]
        shutil.rmtree(folder)

    def _borne(self, folder: Path, ran: Ran, one: Circumstance, tally: Tally) -> Iterator[str]:
        error = (_document(ran.out) or {}).get("error") or {}
        if one.mute and ran.status != self.step.status:
            error = {"code": next(iter(one.codes)), "figures": {"path": None}, "message": ran.err.strip()}
        tally.ended[f"{ran.status} {error.get('code', '')}".strip()] += 1
        left = state.state(folder)
        if one.mute and ran.status == self.step.status != 0:
            pass  # it was told on standard error, as always
        elif not one.mute and _answered(ran, error, self.step):
            if left != self.after and not self.step.several:
                yield "answered, and it is not there"
        elif ran.status != one.codes.get(error.get("code", "")):
            yield f"ended with {ran.status} {ran.err}"
        elif ran.err.splitlines()[-1:] != [sentence(error["code"], "vi", **error["figures"])]:
            yield f"told in other words: {ran.err}"
        elif left != self.before and not one.mute:
            yield "told, and it is done all the same"
        elif left not in (self.before, self.after) and not self.step.several:
            yield "half of it is there"
        yield from state.faults(folder, since=self.folder)
        yield from self._repeated(folder, left)

    def damage(self, tally: Tally, *, every: int = 1) -> None:
        """Run it on a database of which one page is damaged, each in turn: it says so, finds that the record does not
        verify, or did not need the page."""
        file = self.folder / "hoso.db"
        for page in range(1, file.stat().st_size // PAGE + 1, every):
            folder = self.fresh()
            overwrite(folder / "hoso.db", page)
            ran = self.ran(folder, self.step.argv, None, "vi")
            error = (_document(ran.out) or {}).get("error") or {}
            tally.met["damaged page"] += 1
            tally.ended[f"{ran.status} {error.get('code', '')}".strip()] += 1
            noticed = error.get("code") in _DAMAGED or ran.status == UNSOUND
            if not noticed and not _answered(ran, error, self.step):
                tally.wrong.append(f"{self.step.name}, page {page} is damaged: {ran.status} {ran.err[-1500:]}")
            shutil.rmtree(folder)

    def _judged(self, folder: Path, ran: Ran, fault: Fault, language: str, tally: Tally) -> Iterator[str]:
        """Everything that is wrong with how it ended, what it left and what it comes to when it is repeated."""
        step, told = self.step, _document(ran.out)
        error = (told or {}).get("error") or {}
        tally.ended[f"{ran.status} {error.get('code', '')}".strip()] += 1
        yield from _told_well(ran, error, step, language)
        left, answered = state.state(folder), _answered(ran, error, step)
        if answered and not step.several and left != self.after:
            yield "answered, and it is not there"
        if answered:
            yield from (f"answered, and {name} is not there" for name in step.writes if not (folder / name).exists())
        if not answered and not step.keyed:  # the marked copy comes before the import, and says so
            yield from (f"failed, and {name} is there" for name in step.writes if (folder / name).exists())
        if not step.several and left not in (self.before, self.after):
            yield "half of it is there"
        if not answered and error.get("code") != UNKNOWN and not step.several and left != self.before:
            yield f"{error.get('code')}, and it is done all the same"
        if fault.kind != "unlink":
            yield from state.faults(folder, since=self.folder)
        yield from self._repeated(folder, left)

    def _repeated(self, folder: Path, left: state.State) -> Iterator[str]:
        """The same line again, with nothing in its way."""
        step = self.step
        if left == self.after and step.writes and not step.keyed:
            for name in step.writes:
                (folder / name).unlink(missing_ok=True)
        ran = self.ran(folder, step.repeated, None, "en")
        told = _document(ran.out)
        if step.name in {"restore", "copy"} and left == self.after:
            if ran.status != 2:  # the place is taken: what was asked for is there
                yield f"again, over what is there: {ran.status} {ran.err}"
            return
        if ran.status != step.status:
            yield f"again: {ran.status} {ran.err}"
        if step.keyed and (told or {}).get("repeated") != (left == self.after):
            yield "again: a key forgot its answer"
        if not step.several and state.state(folder) != self.after:
            yield "again: it came to something else"
        yield from (f"again: {one}" for one in state.faults(folder, since=self.folder) if "left behind" not in one)
        if step.several:
            yield from self._sent(folder)

    def _sent(self, folder: Path) -> Iterator[str]:
        """Everybody was alerted once, and every mail has left."""
        now = state.state(folder)["hoso.db"]
        if len(now["alert"]) != len(self.after["hoso.db"]["alert"]):
            yield f"again: {len(now['alert'])} alerts"
        if not all("'state': 'sent'" in one for one in now["message"]):
            yield "again: a message was forgotten"
        if len(list((folder / SPOOL).glob("*.eml"))) != len(now["message"]):
            yield "again: another number of mails"


def _document(text: str) -> dict[str, Any] | None:
    """The one JSON document that was printed; None for anything else."""
    try:
        found: dict[str, Any] = json.loads(text)
    except ValueError:
        return None
    return found


def _told_well(ran: Ran, error: dict[str, Any], step: Step, language: str) -> Iterator[str]:
    if "Traceback" in ran.err or ran.status in {None, 1, DEFECT}:
        yield f"ended with {ran.status}: {ran.err[-1500:]}"
    elif not _answered(ran, error, step):
        if ran.status != MachineFailure.exit_status:
            yield f"ended with {ran.status}: {ran.err}"
        if not error:
            yield f"ended with {ran.status} and no document: {ran.out!r} {ran.err!r}"
        elif error["message"] != sentence(error["code"], language, **error["figures"]):
            yield f"told in other words: {error['message']}"
        elif [line for line in ran.err.splitlines() if not line.startswith(_MARKED)] != [error["message"]]:
            yield f"more than one sentence: {ran.err}"


def _answered(ran: Ran, error: dict[str, Any], step: Step) -> bool:
    """Whether it ended as if nothing had failed; of a sweep, if only some mails are still to leave."""
    if step.several and ran.status == UNWELL:
        return not error
    return ran.status == step.status and error.get("code") == step.error


@contextmanager
def _here(folder: Path, argv: Sequence[str]) -> Iterator[int]:
    """A command line run in this process, so that later children need import nothing and make nothing twice."""
    place, env, before = Path.cwd(), dict(os.environ), sys.argv
    try:
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            status = command(folder, argv, "vi")()
        yield status
    finally:
        os.chdir(place)
        os.environ.clear()
        os.environ.update(env)
        sys.argv = before


def _prepared() -> None:
    """Rules are the same for every command line, and are made once, before any child."""
    rules = wiring.RulesCache()
    wiring.RulesCache = lambda: rules  # type: ignore[assignment,misc]


def every_fault(folder: Path, *, every: int = 1, offset: int = 0, steps: Sequence[str] = ()) -> Tally:
    """All trials of the scenario, or each `every`-th of them."""
    tally, number = Tally(), count()
    before = folder / "begin"
    before.mkdir()
    _prepared()
    provide(before)
    for step in SCENARIO:
        stage = Stage(step, before, folder)
        if step.name in steps or (not steps and (every == 1 or step.name in _SAMPLED)):
            for one in CIRCUMSTANCES:
                stage.meet(one, tally)
        if step.name in _SAMPLED and step.name in (steps or _SAMPLED):
            stage.damage(tally, every=min(every, 40))
        for kind, ways in WAYS.items():
            if (steps and step.name not in steps) or (kind in injector.KINDS and not injector.possible()):
                continue
            for way in ways:
                for at in count(1):
                    chosen = next(number) % every == offset % every
                    if chosen and not stage.trial(Fault(kind, at, **way), tally):
                        break
                    if not chosen and at >= stage.calls[kind]:
                        break
        before = stage.reached
    return tally


def main() -> None:
    told = argparse.ArgumentParser(prog="python -m tests.faults")
    told.add_argument("folder", type=Path)
    told.add_argument("--every", type=int, default=1)
    told.add_argument("--offset", type=int, default=0)
    told.add_argument("--steps", nargs="*", default=())
    given = told.parse_args()
    tally = every_fault(given.folder, every=given.every, offset=given.offset, steps=given.steps)
    document = {name: getattr(tally, name) for name in ("met", "ended", "steps", "wrong")}
    sys.stdout.write(json.dumps({**document, "total": tally.met.total()}, ensure_ascii=False, indent=1) + "\n")
    sys.exit(1 if tally.wrong else 0)


if __name__ == "__main__":
    main()
