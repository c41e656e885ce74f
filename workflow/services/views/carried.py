"""Faults that earlier reviews left open, as a dossier shows them: what each is, and what the dossier says of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflow import carried as faults
from workflow.facts import CarriedFacts, Remedy
from workflow.rulepack import Mode
from workflow.services.views.look import Look
from workflow.store import commands as sql
from workflow.store.statements import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """One of them. `text` is None once it was erased; `answer` is the dossier's own word on it, None while it has
    none."""

    fault: CarriedFacts
    text: str | None
    answer: Mapping[str, Any] | None


def carried(look: Look, row: Row) -> tuple[Carried, ...]:
    """The faults that are carried to a dossier."""
    rows = _before(look, row)
    found = faults.still_open(rows)
    seasons = {one["season_code"]: one["season"] for one in rows}
    texts: dict[str, str | None] = {}
    for code in {one["season"] for one in found}:
        digests = sorted(one["text"] for one in found if one["season"] == code and one["text"])
        told = look.tx.all(sql.SECRETS, season=seasons[code], digests=digests)
        texts |= {one["digest"]: one["text"] for one in told}
    answers = row["marks"].get("answers", {})
    return tuple(
        Carried(fault=one, text=texts.get(one["text"] or ""), answer=answers.get(one["fault"])) for one in found
    )


def to_answer(look: Look, row: Row) -> list[Remedy]:
    """What is said of such faults before the self-review is accepted."""
    if not any(one.mode is Mode.ENFORCE for one in faults.rules(look.rules.pack, row)):
        return []
    left = faults.unanswered(faults.still_open(_before(look, row)), row["marks"])
    told = {"ref": row["ref"], "text": "TEXT"}
    return [Remedy(action="dossier.answer", args={**told, "fault": name}) for name in left]


def _before(look: Look, row: Row) -> Sequence[Row]:
    known = {name: look.season[name] for name in ("tenant", "year", "rehearsal")}
    return look.tx.all(sql.DOSSIERS_BEFORE, **known, subjects=[row["subject"]])
