"""Petitions about results, and which results are under review or still provisional."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflow.rulepack import RulePack, matches
from workflow.services.views.look import Look, texts, within
from workflow.store import queries
from workflow.store.statements import Row
from workflow.words import DossierState, Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """One petition on a dossier; its texts are None where there are none, or where they were erased."""

    row: Row
    petition: Mapping[str, Any]
    text: str | None
    answer: str | None


def petitions(look: Look, *, answered: bool = False) -> list[Raised]:
    """Those without an answer, the oldest first; `answered`: then the others."""
    rows = look.tx.all(
        queries.DOSSIERS,
        season=look.season["id"],
        units=within(look, None),
        states=list(DossierState),
        tracks=list(Track),
    )
    found = [(row, one) for row in rows for one in row["marks"].get("petitions", [])]
    said = texts(look, [one[name] for _, one in found for name in ("text", "answer")])
    raised = [
        Raised(row=row, petition=one, text=said.get(one["text"] or ""), answer=said.get(one["answer"] or ""))
        for row, one in found
        if answered or one["answered_at"] is None
    ]
    return sorted(raised, key=lambda one: (one.petition["answered_at"] is not None, one.petition["at"]))


def under_review(row: Row) -> bool:
    """Whether a petition about a result waits for its answer."""
    return any(one["answered_at"] is None for one in row["marks"].get("petitions", []))


def provisional(pack: RulePack, row: Row) -> tuple[str, ...]:
    """What a level was given without, by the ids of the pack's circumstances: it is provisional while any is there."""
    if row["voted"] is None and row["decided"] is None:
        return ()
    known = row["marks"].get("circumstances", {})
    return tuple(
        one.id for one in pack.circumstances if one.awaited and one.id not in known and matches(one.where, row)
    )
