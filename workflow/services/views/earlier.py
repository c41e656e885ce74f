"""How those who are voted on were ranked before: in other seasons of the year, and last year. Shown, never judged."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workflow.services.views.look import Look
from workflow.store import queries
from workflow.store.statements import Row
from workflow.words import DossierState


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A rank that a subject was given. `rank` is None where it was not ranked; `state` tells whether the decision is
    being looked at again; `at` is the instant of the decision (micros)."""

    season: str
    year: int
    ref: str
    track: str
    state: str
    rank: str | None
    decision: str | None
    at: int | None


def earlier(look: Look, rows: Iterable[Row]) -> Mapping[str, tuple[Result, ...]]:
    """By the code of a dossier's subject, its results in the body's other seasons, the last year first. A rehearsal
    looks at rehearsals, and nothing else does."""
    season = look.season
    found: dict[str, tuple[Result, ...]] = {}
    told = look.tx.all(
        queries.RESULTS,
        **{name: season[name] for name in ("tenant", "rehearsal", "year")},
        season=season["id"],
        since=season["year"] - 1,
        subjects=sorted({row["subject"] for row in rows}),
    )
    for row in told:
        found[row["subject"]] = (*found.get(row["subject"], ()), _result(row))
    return found


def _result(row: Row) -> Result:
    unranked, marks = row["state"] == DossierState.NOT_RANKED, row["marks"]
    return Result(
        **{name: row[name] for name in ("season", "year", "ref", "track", "state")},
        rank=None if unranked else row["decided"],
        decision=None if unranked else marks.get("decision"),
        at=marks.get("left_at" if unranked else "ratified_at"),
    )
