"""The whole season summed up, as a coordinator sends it upward."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from workflow.dates import from_micros, local_day
from workflow.discharge import FORWARD
from workflow.errors import BadInput
from workflow.services.registers import LateLine, late_register
from workflow.services.views.dossiers import Line, lines
from workflow.services.views.duties import Duty, duties
from workflow.services.views.look import Look
from workflow.services.views.quotas import GroupLine, groups
from workflow.services.views.tasks import unreceived
from workflow.store.statements import Row
from workflow.words import DossierState, SubjectKind

RANKS = ("expected", "voted", "proposed", "decided")
"""The four ranks that a dossier keeps apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The dossiers of one unit at one tier on one track: how many stand where, and how often each rank was given.

    `ranks` is (which of `RANKS`, rank) → count.
    """

    unit: str
    unit_name: str
    tier: str
    track: str
    total: int
    states: Mapping[str, int]
    ranks: Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A dossier in the list of persons and collectives. `row` is as views.dossiers has it (`name` None: erased).

    `ratifier` is a body of the pack, "unit" for its own one, None where the text names none. `decided_on` is the local
    day of the last decision, `late` its lines of the late register, `overdue` whether it still owes what was due.
    """

    row: Row
    ratifier: str | None
    decision: str | None
    decided_on: date | None
    late: tuple[LateLine, ...]
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesis:
    """A season as it stands in one snapshot; where `tiers` are named, of the dossiers of these alone.

    Groups keep their whole figures: a share of some of its members is no share.
    """

    tiers: tuple[str, ...]
    shares: tuple[Share, ...]
    ranked: tuple[Ranked, ...]
    """By unit, collectives first, then by ref."""
    groups: tuple[GroupLine, ...]
    late: tuple[LateLine, ...]
    """The late register: marks that stay, and obligations overdue or met late (whoever they are over)."""
    unsent: tuple[Row, ...]
    """Dossiers on their way that are not submitted."""
    unreceived: tuple[tuple[Row, str], ...]
    """(dossier, recipient) without a receipt on record."""
    undated: tuple[Duty, ...]
    under_review: tuple[Row, ...]
    """Results about which a petition waits for its answer."""
    provisional: tuple[tuple[Row, tuple[str, ...]], ...]
    """(dossier, what its level was given without)."""


def synthesis(look: Look, tiers: Collection[str] = ()) -> Synthesis:
    """Sum the season up, or only what is managed at some tiers (KT24-4a-3). Shares are sorted by unit, tier and track;
    the rest as its own view sorts it.

    Raises `BadInput` for a tier that the pack does not have.
    """
    _check_tiers(look, tiers)
    every, owed = [one for one in lines(look) if not tiers or one.row["tier"] in tiers], duties(look)
    rows = [one.row for one in every]
    refs, ids = {row["ref"] for row in rows}, {row["id"] for row in rows}
    late = late_register(look.tx, look.season, look.rules, now=look.now)
    if tiers:
        late = tuple(one for one in late if one.subject is None or one.ref in refs)
    return Synthesis(
        tiers=tuple(dict.fromkeys(tiers)),
        shares=tuple(_shares(rows)),
        ranked=tuple(sorted(_ranked(look, every, late), key=_place)),
        groups=tuple(one for one in groups(look) if not tiers or one.members & ids),
        late=late,
        unsent=tuple(row for row in rows if row["state"] in _UNSENT),
        unreceived=tuple((row, to) for row in rows for to in unreceived(row)),
        undated=tuple(one for one in owed if one.undated),
        under_review=tuple(one.row for one in every if one.under_review),
        provisional=tuple((one.row, one.provisional) for one in every if one.provisional),
    )


def _check_tiers(look: Look, tiers: Collection[str]) -> None:
    known = [one.id for one in look.rules.pack.vocabulary.tiers]
    strangers = [one for one in tiers if one not in known]
    if strangers:
        raise BadInput("view.unknown_tier", tier=strangers[0], known=known)


_UNSENT = FORWARD[: FORWARD.index(DossierState.SUBMITTED)]


def _ranked(look: Look, every: Sequence[Line], late: Sequence[LateLine]) -> Iterator[Ranked]:
    ratifiers = {one.id: one.ratifier for one in look.rules.pack.routes}
    marked: dict[str, list[LateLine]] = defaultdict(list)
    for one in late:
        marked[one.ref].append(one)
    for line in every:
        marks = line.row["marks"]
        at = marks.get("ratified_at")
        yield Ranked(
            row=line.row,
            ratifier=ratifiers[line.row["route"]],
            decision=marks.get("decision"),
            decided_on=None if at is None else local_day(from_micros(at), look.rules.pack.zone),
            late=tuple(marked[line.row["ref"]]),
            overdue=line.overdue,
        )


def _place(one: Ranked) -> tuple[str, bool, str]:
    return one.row["unit"], one.row["kind"] == SubjectKind.PERSON, one.row["ref"]


def _shares(rows: list[Row]) -> Iterator[Share]:
    found: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        found[row["unit"], row["tier"], row["track"]].append(row)
    for (unit, tier, track), of in sorted(found.items()):
        yield Share(
            unit=unit,
            unit_name=of[0]["unit_name"],
            tier=tier,
            track=track,
            total=len(of),
            states=Counter(row["state"] for row in of),
            ranks=Counter((which, row[which]) for row in of for which in RANKS if row[which] is not None),
        )
