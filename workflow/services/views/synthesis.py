"""The whole season summed up, as a coordinator sends it upward."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workflow.services.registers import LateLine, late_register
from workflow.services.views.duties import FORWARD, Duty, duties
from workflow.services.views.look import Look, within
from workflow.services.views.quotas import GroupLine, groups
from workflow.services.views.tasks import unreceived
from workflow.store import queries
from workflow.store.statements import Row
from workflow.words import DossierState, Track

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
class Synthesis:
    """A season as it stands in one snapshot."""

    shares: tuple[Share, ...]
    groups: tuple[GroupLine, ...]
    late: tuple[LateLine, ...]
    """The late register: marks that stay, and obligations overdue or met late."""
    unsent: tuple[Row, ...]
    """Dossiers on their way that are not submitted."""
    unreceived: tuple[tuple[Row, str], ...]
    """(dossier, recipient) without a receipt on record."""
    undated: tuple[Duty, ...]


def synthesis(look: Look) -> Synthesis:
    """Sum the season up. Shares are sorted by unit, tier and track; the rest as its own view sorts it."""
    rows = look.tx.all(
        queries.DOSSIERS,
        season=look.season["id"],
        units=within(look, None),
        states=list(DossierState),
        tracks=list(Track),
    )
    owed = duties(look)
    return Synthesis(
        shares=tuple(_shares(rows)),
        groups=tuple(groups(look)),
        late=late_register(look.tx, look.season, look.rules, now=look.now),
        unsent=tuple(row for row in rows if row["state"] in _UNSENT),
        unreceived=tuple((row, to) for row in rows for to in unreceived(row)),
        undated=tuple(one for one in owed if one.undated),
    )


_UNSENT = FORWARD[: FORWARD.index(DossierState.SUBMITTED)]


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
