"""What a unit is to be reminded of: its duties that are still open, by day, and what is missing for each."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from workflow.discharge import FORWARD
from workflow.errors import BadInput
from workflow.rulepack import OWN_UNIT, Deadline
from workflow.services.views.duties import Duty, duties
from workflow.services.views.look import Look, units, within
from workflow.services.views.quotas import GroupLine, groups
from workflow.store import queries
from workflow.store.statements import Row
from workflow.words import DossierState, Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """Everything of one unit that somebody should be told.

    `due` are its open duties with their rules, the nearest first, those without a day last. `undated` are dossiers on
    their way that no dated duty speaks of. `over` are its groups over their quota. `below` counts, for each unit below,
    the dossiers that are not submitted.
    """

    unit: Row
    due: tuple[tuple[Duty, Deadline], ...]
    undated: tuple[Row, ...]
    over: tuple[GroupLine, ...]
    below: Mapping[str, int]

    @property
    def empty(self) -> bool:
        return not (self.due or self.undated or self.over or self.below)


def _is_its_own(duty: Duty, unit: str, bodies: Collection[str]) -> bool:
    """Whether a unit has something to do for it: its dossiers have, or it owes the step itself, as a unit or as the
    body that it also is."""
    if duty.met_by is not None:
        return duty.unit == unit and bool(duty.missing)
    return duty.owner in bodies or (duty.owner == OWN_UNIT and duty.unit == unit)


_UNSENT = FORWARD[: FORWARD.index(DossierState.SUBMITTED)]


def reminder(look: Look, unit: str) -> Reminder:
    """What `unit` is to be reminded of. Raises `BadInput` for an unknown one, or where the season is closed."""
    if look.season["state"] != "open":
        raise BadInput("command.season_closed", season=look.season["code"])
    here = within(look, unit)
    bodies = {one.id for one in look.rules.pack.bodies if one.unit == unit}
    open_ones = [one for one in duties(look) if _is_its_own(one, unit, bodies)]
    waiting = look.tx.all(queries.DOSSIERS, season=look.season["id"], units=here, states=_UNSENT, tracks=list(Track))
    dated = {row["id"] for one in open_ones for row in one.missing}
    below = Counter(row["unit"] for row in waiting if row["unit"] != unit)
    return Reminder(
        unit=units(look)[unit],
        due=tuple((one, look.rules.pack.deadline(one.rule)) for one in open_ones),
        undated=tuple(row for row in waiting if row["unit"] == unit and row["id"] not in dated),
        over=tuple(one for one in groups(look, unit=unit) if one.figures.over and unit in one.units),
        below=dict(sorted(below.items())),
    )
