"""A command line at work in a test: `hoso` run in this process, and what it said."""

import io
import json
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

import workbooks
from app.cli.root import run
from states import packs
from tests.season import SHIPPED, collective, leaders, person, units
from workflow.rosters import RoleRow, Roster, SubjectRow
from workflow.words import Lead, Role

NOW = "2024-11-10T08:00:00+07:00"
"""When the season of these tests was opened."""

CHARGES = {
    "CV-SNV": (Role.COORDINATOR, "SNV"),
    "CV-STC": (Role.COORDINATOR, "STC"),
    "TH": (Role.COORDINATOR, "*"),
    "GS": (Role.MONITOR, "*"),
}
"""People who act and are not ranked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one command line answered."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on standard output."""
        return json.loads(self.out)

    @property
    def rows(self) -> list[list[str]]:
        """The lines of a table that was printed alone, without its heading."""
        return [line.split("\t") for line in self.out.splitlines()[1:]]

    @property
    def text(self) -> str:
        return self.out + self.err


@dataclass(slots=True, kw_only=True)
class Line:
    """A command line with its database: a file, or where it has an `address` a server's. `always` are options given
    with every verb that is run."""

    db: Path
    patch: pytest.MonkeyPatch
    always: tuple[str, ...] = field(default=())
    address: str | None = None

    @property
    def place(self) -> str:
        """What `--db` is told."""
        return self.address or str(self.db)

    def __call__(self, *argv: str) -> Said:
        """Run `hoso` with the database and the usual options after these arguments."""
        return self.plainly(*argv, "--db", self.place, *self.always)

    def plainly(self, *argv: str) -> Said:
        """Run `hoso` with these arguments and nothing else."""
        return said(argv, self.patch)

    def at(self, moment: str) -> "Line":
        """The same, at another time."""
        return replace(self, always=("--now", moment))

    def done(self, *argv: str) -> Said:
        """Run what must not fail."""
        answer = self(*argv)
        assert answer.status == 0, answer.text
        return answer


def said(argv: Sequence[str], patch: pytest.MonkeyPatch) -> Said:
    # Lines to paste repeat what was typed.
    patch.setattr(sys, "argv", ["hoso", *argv])
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = run(argv)
    return Said(status=status, out=out.getvalue(), err=err.getvalue())


def small_roster(*more: SubjectRow, roles: Sequence[RoleRow] = ()) -> Roster:
    """Two departments of three leaders each, with their collectives, and those of `CHARGES`."""
    plain: dict[str, Any] = {"unit": "SNV", "duty": "staff", "tier": "", "lead": Lead.NONE, "ranked": False}
    people = [person(code, **plain) for code in CHARGES]
    ranked = [one for unit in ("SNV", "STC") for one in (*leaders(unit, 3), collective(unit))]
    everybody = [replace(one, email=f"{one.code.lower()}@bodies.example") for one in (*ranked, *people)]
    return Roster(
        units=units("SNV", "STC"),
        subjects=(*everybody, *more),
        roles=(*(RoleRow(subject=one, role=role, scope=scope) for one, (role, scope) in CHARGES.items()), *roles),
    )


def write_roster(out: Path, roster: Roster) -> Path:
    pack = packs.find(SHIPPED)
    workbooks.template(out, pack.vocabulary, pack.bodies, roster)
    return out
