"""What caps a rank: those of others, or a circumstance on record. Pure: commands ask it over the tables, verification
over the history."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from workflow.facts import CapFacts, Patch
from workflow.routing import is_within
from workflow.rulepack import Ceiling, Mode, RulePack, matches
from workflow.words import DossierState, Rank

Row = Mapping[str, Any]

_RANKED = ("state", "proposed", "decided")
"""What an act may bring about that a rank is told by."""
_SHOWN = 5


def asked(pack: RulePack, command: str, row: Row) -> list[Ceiling]:
    """The ceilings that a command on a dossier is under."""
    return [
        one for one in pack.ceilings if one.mode is not Mode.OFF and command in one.commands and matches(one.of, row)
    ]


def looks_beside(ceilings: Iterable[Ceiling]) -> bool:
    """Whether any of them looks at other dossiers than the one that is ranked."""
    return any(one.by is not None and one.mode is not Mode.OFF for one in ceilings)


def caps(ceilings: Iterable[Ceiling], row: Row, others: Sequence[Row], changes: Mapping[str, Patch]) -> list[CapFacts]:
    """What caps the rank of a dossier, by ceiling. `changes` (by dossier id) are what this act brings about."""
    found = []
    for ceiling in ceilings:
        looked_at = [_after(one, changes) for one in _looked_at(ceiling, row, others)]
        if ceiling.circumstance is None:
            ranks = {one["ref"]: rank for one in looked_at if (rank := _rank(one)) is not None}
            highest = min(ranks.values(), key=lambda rank: rank.height, default=None)
            refs = sorted(ref for ref, rank in ranks.items() if rank is highest)
        else:
            highest = ceiling.highest
            refs = sorted(one["ref"] for one in looked_at if _has(ceiling, one))
        if refs:
            told = None if highest is None else highest.value
            found.append(CapFacts(rule=ceiling.id, rank=told, count=len(refs), refs=refs[:_SHOWN]))
    return found


def _looked_at(ceiling: Ceiling, row: Row, others: Iterable[Row]) -> Iterator[Row]:
    by, within = ceiling.by, ceiling.within
    if by is None or within is None:
        yield row
        return
    for one in others:
        if one["id"] != row["id"] and matches(by, one) and is_within(within, row, one):
            yield one


def _after(row: Row, changes: Mapping[str, Patch]) -> Row:
    patch = changes.get(row["id"], {})
    return {**row, **{name: patch[name] for name in _RANKED if name in patch}}


def _rank(row: Row) -> Rank | None:
    """Decided, else proposed. What was reopened is what is proposed now; who left, or is not ranked, has none."""
    if row["state"] in {DossierState.WITHDRAWN, DossierState.NOT_RANKED}:
        return None
    rank = row.get("decided" if row["state"] == DossierState.RATIFIED else "proposed")
    return None if rank is None else Rank(rank)


def _has(ceiling: Ceiling, row: Row) -> bool:
    """Whether the circumstance is on record of a dossier that did not leave, for as long as the ceiling says."""
    known = ((row.get("marks") or {}).get("circumstances") or {}).get(ceiling.circumstance)
    if known is None or row["state"] == DossierState.WITHDRAWN:
        return False
    if ceiling.least is None and ceiling.below is None:
        return True
    months = known.get("months")
    return months is not None and (ceiling.least or 0) <= months and (ceiling.below is None or months < ceiling.below)
