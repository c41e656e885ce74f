"""What a unit can send in one package, and what has to stay."""

from dataclasses import dataclass

from workflow.discharge import FORWARD
from workflow.services.views.look import Look, within
from workflow.store import queries
from workflow.words import DossierState, Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A unit's own dossiers, by ref: `ready` are voted and not the sender's own, `left` are all others that are not
    sent yet, `sent` counts those that are."""

    ready: tuple[str, ...]
    left: tuple[str, ...]
    sent: int


def package(look: Look, unit: str, actor: str) -> Package:
    """The package of `unit` (units below it send their own). Raises `BadInput` for an unknown unit."""
    within(look, unit)
    rows = look.tx.all(queries.DOSSIERS, season=look.season["id"], units=[unit], states=FORWARD, tracks=list(Track))
    sent = {DossierState.SUBMITTED, DossierState.RATIFIED}
    ready = [row["ref"] for row in rows if row["state"] == DossierState.UNIT_VOTED and row["subject"] != actor]
    left = [row["ref"] for row in rows if row["state"] not in sent and row["ref"] not in ready]
    return Package(ready=tuple(ready), left=tuple(left), sent=sum(1 for row in rows if row["state"] in sent))
