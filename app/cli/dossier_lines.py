"""Dossiers in lists: one line each, for a screen of 100 columns and for `--json`."""

from typing import TYPE_CHECKING, Any

from app.cli.output import Output
from workflow.messages import knows

if TYPE_CHECKING:
    from workflow.services.views.dossiers import Line
    from workflow.store.statements import Row

RANKS = ("decided", "proposed", "voted", "expected")
"""The four ranks of a dossier, the one that counts most first."""


def name_of(out: Output, row: "Row") -> str:
    """A subject's name, or that it was erased."""
    return out.told("view.erased") if row["name"] is None else str(row["name"])


def short(out: Output, value: str | None) -> str:
    """A rank or track as it is abbreviated."""
    code = f"view.short_{value}"
    return "–" if value is None else out.told(code) if knows(code, out.language) else value


def as_row(out: Output, line: "Line") -> tuple[object, ...]:
    row = line.row
    rank = next((row[one] for one in RANKS if row[one] is not None), None)
    return (
        row["ref"],
        name_of(out, row),
        row["unit"],
        short(out, row["track"]),
        out.word(row["state"]) + (f", {out.told('view.flag_review')}" if line.under_review else ""),
        short(out, rank) + (f" {out.told('view.flag_provisional')}" if line.provisional else ""),
        due(out, line.owed, overdue=line.overdue),
    )


def due(out: Output, owed: "Row | None", *, overdue: bool) -> str:
    """The last good day of what is owed; "!" in front once it has passed."""
    if owed is None or owed["last_good_day"] is None:
        return ""
    return ("! " if overdue else "") + out.told("view.short_day", day=owed["last_good_day"])


def as_value(line: "Line") -> dict[str, Any]:
    """A dossier as plain values."""
    row, owed = line.row, line.owed
    names = ("ref", "subject", "name", "unit", "track", "kind", "state", *reversed(RANKS), "route", "seq")
    return {
        **{name: row[name] for name in names},
        "owes": None if owed is None else obligation(owed),
        "overdue": line.overdue,
        "under_review": line.under_review,
        "provisional": list(line.provisional),
    }


def obligation(row: "Row") -> dict[str, Any]:
    """What is owed, as plain values; days are ISO, the instant is the first late one."""
    return {
        "ref": row["ref"],
        "rule": row["rule"],
        "due_at": row["due_at"] and row["due_at"].isoformat(),
        "last_good_day": row["last_good_day"] and row["last_good_day"].isoformat(),
        "last_working_day": row["last_working_day"] and row["last_working_day"].isoformat(),
    }
