"""Earlier results: as lines of a dossier's page, as rows of a list, as plain values."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from app.cli.dossier_lines import name_of, short
from app.cli.output import Output
from workflow.dates import from_micros, local_day

if TYPE_CHECKING:
    from workflow.services.views.earlier import Result
    from workflow.store.statements import Row

COLUMNS = ("ref", "name", "unit", "season", "year", "track", "rank", "decision", "decided_on")


def sheet_line(out: Output, zone: str, one: "Result") -> str:
    """One result on the page of a dossier; one that is being decided again says so."""
    told = out.told(
        "view.sheet_earlier",
        season=one.season,
        year=one.year,
        track=one.track,
        rank=one.rank or one.state,
        decision=one.decision,
        day=_day(zone, one),
    )
    again = one.rank is not None and one.state != "ratified"
    return f"{told} ({out.word(one.state)})" if again else told


def as_row(out: Output, zone: str, row: "Row", one: "Result") -> tuple[object, ...]:
    """A result of a dossier's subject in a list."""
    day = _day(zone, one)
    rank = short(out, one.rank) if one.rank is not None else out.word(one.state)
    shown = (row["ref"], name_of(out, row), row["unit"], one.season, one.year, short(out, one.track), rank)
    return (*shown, one.decision, day and out.told("view.short_day", day=day))


def as_value(zone: str, one: "Result") -> dict[str, Any]:
    """A result as plain values; the day is ISO."""
    return {**asdict(one), "at": _day(zone, one)}


def _day(zone: str, one: "Result") -> str | None:
    return None if one.at is None else local_day(from_micros(one.at), zone).isoformat()
