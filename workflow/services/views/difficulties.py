"""The difficulties that units raised."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflow.services.views.look import Look, texts, units
from workflow.words import DifficultyState


@dataclass(frozen=True, slots=True, kw_only=True)
class Difficulty:
    """One difficulty; `mark` as its unit's row has it, its texts None where there are none or they were erased."""

    ref: str
    unit: str
    mark: Mapping[str, Any]
    text: str | None
    answer: str | None


def difficulties(look: Look, *, answered: bool = False) -> list[Difficulty]:
    """Those without an answer by their number; `answered`: then the others."""
    found = [(code, ref, mark) for code, row in units(look).items() for ref, mark in row["marks"].items()]
    said = texts(look, [mark.get(name) for _, _, mark in found for name in ("text", "answer")])
    told = [
        Difficulty(
            ref=ref,
            unit=code,
            mark=mark,
            text=said.get(mark["text"] or ""),
            answer=said.get(mark.get("answer") or ""),
        )
        for code, ref, mark in found
        if answered or mark["state"] != DifficultyState.ANSWERED
    ]
    return sorted(told, key=lambda one: (one.mark["state"] == DifficultyState.ANSWERED, one.ref))
