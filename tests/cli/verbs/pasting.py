"""Lines to paste, pasted: each is filled in where it leaves a gap and run on a copy of the database."""

import shlex
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.cli.line import Said
from tests.cli.verbs.office import Office

FILL = {
    "…": "có lý do",
    "RANK": "good",
    "N": "9",
    "NO": "12/BC",
    "NUMBER": "12/BC",
    "TEXT": "Công văn 12/BC",
    "DECISION": "15-QĐ/TU",
    "FIELD": "expected",
    "YYYY-MM-DD": "2024-12-31",
}
"""What somebody who knows would put into a gap."""

SENT_ON = "2024-11-15"
"""The day of an invitation that went out before any meeting of these tests."""

MOST = 12
"""So many rounds of following remedies are a circle."""


def fork(office: Office, folder: Path, name: str = "pasted.db") -> Office:
    """The same office on a copy of its database."""
    return replace(office, db=Path(shutil.copy(office.db, folder / name)))


def paste(office: Office, line: str, at: Office) -> Said:
    """Run a line that `office` printed, filled in, on the database of `at`."""
    words = shlex.split(line)
    assert words[0] == "hoso", line
    meetings = at.done("meeting", "list", "--json").json["meetings"] if "MEETING" in line else []
    gaps = {**FILL, "MEETING": meetings[-1]["ref"] if meetings else ""}
    filled: list[str] = []
    for word, before in zip(words[1:], words, strict=False):
        name, equals, value = word.partition("=")
        if word == str(office.db):
            filled.append(str(at.db))
        elif word == "YYYY-MM-DD" and before == "--occurred":
            filled.append(SENT_ON)
        elif word == "corrects=N":
            filled.append("corrects=2")
        else:
            filled.append(f"{name}={gaps[value]}" if equals and value in gaps else gaps.get(word, word))
    return at.plainly(*filled, *([] if "--json" in filled else ["--json"]))


def must(office: Office, line: str, at: Office) -> Said:
    """Paste what must not be refused."""
    answer = paste(office, line, at)
    assert answer.status == 0, f"{line}\n{answer.text}"
    return answer


def refusals(answer: Said) -> list[dict[str, Any]]:
    assert answer.status == 3, answer.text
    found: list[dict[str, Any]] = answer.json["refused"]
    return found


def follow(office: Office, argv: list[str], folder: Path) -> list[str]:
    """Do what the refusals of a command say, in their order, until it is done or a line did it in other words; every
    line must pass. Gives the codes of the first refusal; [] where the command was not refused."""
    at = fork(office, folder)
    first: list[str] = []
    for _ in range(MOST):
        answer = at(*argv, "--json")
        if answer.status == 0:
            return first
        refused = refusals(answer)
        first = first or [one["code"].removeprefix("guard.") for one in refused]
        _alternatives(at, refused, answer.json["rest"], folder)
        lines = [line for one in answer.json["next"].values() for line in one]
        if not lines and {one["code"] for one in refused} == {"guard.wrong_state"}:
            return first  # it came too late
        assert lines, f"nothing to do about {argv}: {answer.text}"
        for line in dict.fromkeys(lines):
            must(at, line, at)
        if any(_same(argv, line) for line in lines):
            return first
    raise AssertionError(f"{argv} goes round in circles")


def _alternatives(at: Office, refused: list[dict[str, Any]], rest: str | None, folder: Path) -> None:
    """The other way, and the rest of a batch, each on a copy of its own."""
    for line in {one["instead"] for one in refused} | {rest}:
        if line is not None:
            must(at, line, fork(at, folder, "instead.db"))


def _same(argv: list[str], line: str) -> bool:
    """Whether a line does what the caller wanted: the same verb with the same command."""
    words = shlex.split(line)[1:]
    command = [one for one in argv if one in _COMMANDS]
    return words[:2] == argv[:2] and all(one in words for one in command)


_COMMANDS = {"self_review", "record_vote", "submit", "ratify", "send_back", "withdraw", "correct"}


def every_task(office: Office, actor: str, folder: Path) -> list[str]:
    """Paste every line of somebody's day, each on a copy of its own; the codes of the tasks."""
    found = office.done("today", "--as", actor, "--json").json["tasks"]
    for one in found:
        must(office, one["command"], fork(office, folder))
    return [one["code"].removeprefix("view.task_") for one in found]


def every_step(office: Office, ref: str, folder: Path) -> list[str]:
    """Paste what `dossier show` says comes next, in order."""
    at = fork(office, folder)
    lines: list[str] = office.done("dossier", "show", ref, "--json").json["steps"]
    for line in lines:
        must(office, line, at)
    return lines
