"""A rule pack rehearsed with a roster: the throw-away database that it is played in, and what is told of it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.cli.desk import Desk
from app.cli.output import REFUSED, UNSOUND, Output
from app.rehearsal.findings import Finding
from app.rehearsal.rehearsing import ContextOf, Outcome, rehearse
from app.settings import Settings
from app.wiring import create_database, make_context
from workflow.errors import Faulty
from workflow.rosters import Roster
from workflow.rulepack import RulePack

_MOST = 12
"""So many reasons of refusals are told; the others are counted."""


def read_roster(out: Output, file: Path, pack: RulePack) -> Roster:
    """The roster in a file, read by the words of the pack. Raises `Faulty` with every fault of it."""
    import workbooks  # noqa: PLC0415

    with out.working("cli.reading", file=file.name):
        reading = workbooks.examine(file, pack.vocabulary, pack.bodies)
    if reading.warnings:
        out.complain(out.told("cli.roster_warnings", count=len(reading.warnings)))
        out.complain_of(reading.warnings)
    if reading.roster is None:
        raise Faulty("roster.faulty", faults=reading.faults, file=file.name)
    return reading.roster


def rehearsed(desk: Desk, pack: RulePack, roster: Roster, *, year: int | None, seed: int) -> Outcome:
    """The outcome of a season played in a database of its own, which is gone afterwards."""
    with desk.out.working("cli.rehearsal_working", pack=pack.id), _place(desk.settings) as context_of:
        return rehearse(context_of, pack, roster, year=year, seed=seed)


@contextmanager
def _place(settings: Settings) -> Iterator[ContextOf]:
    with tempfile.TemporaryDirectory(prefix="hoso-rehearsal-") as folder:
        own = replace(settings, database=str(Path(folder) / "hoso.db"), files=None)
        database = create_database(own)
        try:
            context = make_context(own, database)
            yield lambda clock: replace(context, clock=clock, virtual=True)
        finally:
            database.close()


def tell(out: Output, outcome: Outcome, file: Path) -> int:
    """What was played, then what was found, the graver first; the exit status."""
    out = replace(out, names=outcome.pack.names(out.language))
    out.document(_plain(out, outcome, file))
    if not out.json:
        _tell_play(out, outcome, file)
        for grave in (True, False):
            findings = [one for one in outcome.findings if one.grave is grave]
            if findings:
                out.line()
                out.say("cli.rehearsal_grave" if grave else "cli.rehearsal_notes", count=len(findings))
            for one in findings:
                _tell_finding(out, one)
        if outcome.sound:
            out.line()
            out.say("cli.rehearsal_sound")
    if not outcome.holds:
        out.complain(out.told("cli.rehearsal_unsound"))
        return UNSOUND
    return 0 if outcome.sound else REFUSED


def _tell_play(out: Output, outcome: Outcome, file: Path) -> None:
    told = {"pack": outcome.pack.id, "year": str(outcome.year), "file": str(file), "seed": str(outcome.seed)}
    out.say("cli.rehearsal_head", **told, first=outcome.first.isoformat(), last=outcome.last.isoformat())
    dossiers, refused = sum(outcome.states.values()), sum(one.count for one in outcome.refused.values())
    out.say("cli.rehearsal_played", dossiers=dossiers, done=outcome.done, refused=refused, records=outcome.records)
    states = [(out.word(state), count) for state, count in outcome.states.items()]
    out.table("cli.rehearsal_states", ("cli.column_state", "cli.column_count"), states)
    often = sorted(outcome.refused.items(), key=lambda one: -one[1].count)
    rows = [(one.count, rule, out.why(one.first)) for (rule, _), one in often[:_MOST]]
    out.table("cli.rehearsal_refusals", ("cli.column_count", "cli.column_rule", "cli.column_text"), rows)
    if len(often) > _MOST:
        out.say("cli.rehearsal_more_refusals", count=len(often) - _MOST)


def _tell_finding(out: Output, finding: Finding) -> None:
    mark, place = "✗" if finding.grave else "!", _place_of(finding.rule, finding.clause)
    out.line(f"  {mark} {place}{_message(out, finding)}")
    if finding.why is not None:
        out.line(f"      {out.why(finding.why)}")


def _place_of(rule: str, clause: str) -> str:
    if not rule:
        return ""
    return f"{rule} [{clause}]: " if clause else f"{rule}: "


def _message(out: Output, finding: Finding) -> str:
    return out.told(finding.code, **{name: out.named(value) for name, value in finding.figures.items()})


def _plain(out: Output, outcome: Outcome, file: Path) -> dict[str, Any]:
    return {
        "pack": outcome.pack.id,
        "year": outcome.year,
        "roster": str(file),
        "seed": outcome.seed,
        "first": outcome.first.isoformat(),
        "last": outcome.last.isoformat(),
        "dossiers": sum(outcome.states.values()),
        "states": dict(outcome.states),
        "done": outcome.done,
        "records": outcome.records,
        "holds": outcome.holds,
        "refused": [
            {"rule": rule, "clause": one.first.clause, "code": code, "message": out.why(one.first), "count": one.count}
            for (rule, code), one in outcome.refused.items()
        ],
        "sound": outcome.sound,
        "findings": [_plain_finding(out, one) for one in outcome.findings],
    }


def _plain_finding(out: Output, finding: Finding) -> dict[str, Any]:
    why = finding.why
    return {
        "kind": finding.kind.value,
        "grave": finding.grave,
        "rule": finding.rule,
        "clause": finding.clause,
        "code": finding.code,
        "message": _message(out, finding),
        "figures": dict(finding.figures),
        "why": None if why is None else {"rule": why.rule, "code": why.code, "message": out.why(why)},
    }
