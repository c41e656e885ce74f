"""What is around the dossiers that somebody asks about: what they owe, their groups, their meetings, who could act.

One snapshot; each thing is read once, and only if it is asked for. `Ground` reads what hangs on a dossier and costs the
same in a season of any size; `WholeGround` reads a season at once, for who walks through all of it.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property

from workflow.discharge import FORWARD
from workflow.services.views.duties import Owing
from workflow.services.views.holders import Holders
from workflow.services.views.look import Look, dossiers_named, within
from workflow.services.views.quotas import GroupLine, groups, groups_of_dossier, groups_with_key
from workflow.store import queries
from workflow.store.statements import Row
from workflow.words import Role, Track


class Ground:
    """What is around a few dossiers. `actor` is preferred wherever he may act."""

    whole = False
    """Whether everything is read at once."""

    def __init__(self, look: Look, actor: str | None = None) -> None:
        self.look = look
        self.actor = actor
        self.holders = Holders(look, whole=self.whole)
        self._groups_of: dict[str, list[GroupLine]] = {}
        self._named: dict[tuple[str, ...], list[Row]] = {}

    @cached_property
    def owing(self) -> Owing:
        return Owing(self.look, whole=self.whole)

    def named(self, refs: Iterable[str]) -> list[Row]:
        """The dossiers of these refs; many that wait wait for the same ones."""
        asked = tuple(sorted(refs))
        if asked not in self._named:
            self._named[asked] = dossiers_named(self.look, asked)
        return self._named[asked]

    def groups_of(self, row: Row) -> Sequence[GroupLine]:
        """The groups that a dossier is in."""
        if row["id"] not in self._groups_of:
            self._groups_of[row["id"]] = groups_of_dossier(self.look, row["id"])
        return self._groups_of[row["id"]]

    def groups_with_key(self, key: str) -> Sequence[GroupLine]:
        return groups_with_key(self.look, key)

    def members_of(self, group: GroupLine) -> list[Row]:
        """The dossiers of a group that are on their way."""
        season, ids = self.look.season["id"], sorted(group.members)
        rows = self.look.tx.all(queries.DOSSIERS_BY_ID, season=season, ids=ids, states=FORWARD)
        self.owing.read(rows)
        return rows

    def meetings_at(self, units: Sequence[str]) -> list[Row]:
        """The meetings of these units, by ref."""
        return self.look.tx.all(queries.MEETINGS_AT, season=self.look.season["id"], units=sorted(units))

    def meetings_named(self, refs: Iterable[str]) -> list[Row]:
        return self.look.tx.all(queries.MEETINGS_NAMED, season=self.look.season["id"], refs=sorted(refs))

    def pick(self, role: str, place: str, *, but: str | None = None) -> str | None:
        """Who does it: the actor himself where he may, else the nearest who does."""
        if self.actor is not None and self.actor != but and self.holders.holds(self.actor, role, place):
            return self.actor
        return self.holders.nearest(role, place, but=but)

    def coordinator(self, row: Row) -> str | None:
        return self.pick(Role.COORDINATOR, row["unit"], but=row["subject"])

    def decider(self, row: Row) -> str | None:
        able = self.holders.deciders(row)
        return self.actor if self.actor in able else next(iter(able), None)


class WholeGround(Ground):
    """The same around every dossier of a season."""

    whole = True

    @cached_property
    def dossiers(self) -> list[Row]:
        """Every dossier on its way, of every unit."""
        season, everywhere = self.look.season["id"], within(self.look, None)
        return self.look.tx.all(queries.DOSSIERS, season=season, units=everywhere, states=FORWARD, tracks=list(Track))

    @cached_property
    def groups(self) -> list[GroupLine]:
        return groups(self.look)

    @cached_property
    def _by_member(self) -> dict[str, list[GroupLine]]:
        found: dict[str, list[GroupLine]] = {}
        for group in self.groups:
            for member in group.members:
                found.setdefault(member, []).append(group)
        return found

    def groups_of(self, row: Row) -> Sequence[GroupLine]:
        return self._by_member.get(row["id"], [])

    def groups_with_key(self, key: str) -> Sequence[GroupLine]:
        return [one for one in self.groups if one.key == key]

    def members_of(self, group: GroupLine) -> list[Row]:
        return [row for row in self.dossiers if row["id"] in group.members]

    @cached_property
    def _meetings(self) -> list[Row]:
        return self.look.tx.all(queries.MEETINGS, season=self.look.season["id"])

    def meetings_at(self, units: Sequence[str]) -> list[Row]:
        return [one for one in self._meetings if one["unit"] in units]
