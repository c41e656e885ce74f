"""Who could do it: for a role and a place, somebody of the roster, the nearest first.

A remedy is only worth pasting when it names a person who may carry it out.
"""

from collections import defaultdict
from collections.abc import Iterable

from workflow.rulepack import OWN_UNIT
from workflow.services.views.look import Look, body, units
from workflow.store import commands as sql
from workflow.store import queries
from workflow.store.statements import Row
from workflow.words import Role, SubjectKind

EVERYWHERE = "*"


class Holders:
    """The season's grants, and who heads which unit. Read at once (`whole`), or a place's when it is asked for."""

    def __init__(self, look: Look, *, whole: bool) -> None:
        self._look = look
        self._whole = whole
        self._paths: dict[str, list[str]] = {}
        self._grants: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._known: set[str] = set()
        self._heads: dict[str, str | None] = {}
        if whole:
            season = look.season["id"]
            self._paths = {code: row["path"].split(" ") for code, row in units(look).items()}
            self._keep(look.tx.all(queries.GRANTS, season=season))
            for row in look.tx.all(queries.HEADS, season=season):
                self._heads.setdefault(row["unit"], row["code"])

    def _keep(self, grants: Iterable[Row]) -> None:
        for row in grants:
            self._grants[row["role"], row["scope"]].append(row["subject"])

    def _places(self, scope: str) -> list[str]:
        """A unit and those above it, or a body; then everywhere. Their grants are known now."""
        if not self._whole and scope not in self._paths:
            season = self._look.season["id"]
            unit = self._look.tx.one(sql.UNIT, season=season, code=scope)
            self._paths[scope] = [scope] if unit is None else unit["path"].split(" ")
            asked = {*self._paths[scope], EVERYWHERE} - self._known
            self._known |= asked
            self._keep(self._look.tx.all(queries.GRANTS_AT, season=season, scopes=sorted(asked)))
        return [*self._paths.get(scope, [scope]), EVERYWHERE]

    def roles_of(self, actor: str) -> list[tuple[Role, str]]:
        """What somebody was granted: (role, scope), sorted. For who read the whole season."""
        return sorted((Role(role), scope) for (role, scope), who in self._grants.items() if actor in who)

    def able(self, role: str, scope: str, *, but: str | None = None) -> list[str]:
        """Those who hold `role` at `scope` (a unit, a body, "*") or else at the nearest place above it, or everywhere.
        `but` is left out: nobody handles their own dossier."""
        for place in self._places(scope):
            found = [one for one in self._grants[role, place] if one != but]
            if found:
                return found
        return []

    def nearest(self, role: str, scope: str, *, but: str | None = None) -> str | None:
        """The first of those who are `able`."""
        return next(iter(self.able(role, scope, but=but)), None)

    def holds(self, actor: str, role: str, place: str) -> bool:
        """Whether somebody holds `role` over `place`, a unit or a body, however wide."""
        return any(actor in self._grants[role, one] for one in self._places(place))

    def subject_of(self, dossier: Row) -> str | None:
        """Who acts as the dossier's own subject: the person, or the head of the unit whose collective it is."""
        if dossier["kind"] == SubjectKind.PERSON:
            return str(dossier["subject"])
        return self._head(dossier["unit"])

    def _head(self, unit: str) -> str | None:
        if not self._whole and unit not in self._heads:
            found = self._look.tx.all(queries.HEADS_OF, season=self._look.season["id"], unit=unit)
            self._heads[unit] = found[0]["code"] if found else None
        return self._heads.get(unit)

    def deciders(self, dossier: Row) -> list[str]:
        """Who may enter the decision on a dossier: the route's ratifiers, or registrars where that one is outside or
        the text does not say."""
        ratifier, own = self._ratifier(dossier), dossier["subject"]
        if ratifier == OWN_UNIT:
            return self.able(Role.RATIFIER, dossier["unit"], but=own)
        if ratifier is None or self.decided_outside(dossier):
            return self.able(Role.REGISTRAR, dossier["unit"], but=own)
        return self.able(Role.RATIFIER, ratifier, but=own)

    def decided_outside(self, dossier: Row) -> bool:
        """Whether the route's ratifier does not work in this system: its decision is entered."""
        found = body(self._look, self._ratifier(dossier) or "")
        return found is not None and found.external

    def _ratifier(self, dossier: Row) -> str | None:
        return self._look.rules.pack.route(dossier["route"]).ratifier
