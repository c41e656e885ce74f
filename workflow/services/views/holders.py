"""Who could do it: for a role and a place, somebody of the roster, the nearest first.

A remedy is only worth pasting when it names a person who may carry it out.
"""

from collections import defaultdict

from workflow.rulepack import OWN_UNIT
from workflow.services.views.look import Look, body, units
from workflow.store import queries
from workflow.store.statements import Row
from workflow.words import Role, SubjectKind

EVERYWHERE = "*"


class Holders:
    """The season's grants, and who heads which unit."""

    def __init__(self, look: Look) -> None:
        season = look.season["id"]
        self._look = look
        self._paths = {code: row["path"].split(" ") for code, row in units(look).items()}
        self._grants: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in look.tx.all(queries.GRANTS, season=season):
            self._grants[row["role"], row["scope"]].append(row["subject"])
        self._heads: dict[str, str] = {}
        for row in look.tx.all(queries.HEADS, season=season):
            self._heads.setdefault(row["unit"], row["code"])

    def roles_of(self, actor: str) -> list[tuple[Role, str]]:
        """What somebody was granted: (role, scope), sorted."""
        return sorted((Role(role), scope) for (role, scope), who in self._grants.items() if actor in who)

    def able(self, role: str, scope: str, *, but: str | None = None) -> list[str]:
        """Those who hold `role` at `scope` (a unit, a body, "*") or else at the nearest place above it, or everywhere.
        `but` is left out: nobody handles their own dossier."""
        for place in (*self._paths.get(scope, [scope]), EVERYWHERE):
            found = [one for one in self._grants[role, place] if one != but]
            if found:
                return found
        return []

    def nearest(self, role: str, scope: str, *, but: str | None = None) -> str | None:
        """The first of those who are `able`."""
        return next(iter(self.able(role, scope, but=but)), None)

    def covers(self, scope: str, place: str) -> bool:
        """Whether a grant at `scope` reaches `place`, a unit or a body."""
        return scope == EVERYWHERE or scope in self._paths.get(place, [place])

    def holds(self, actor: str, role: str, place: str) -> bool:
        """Whether somebody holds `role` over `place`, however wide."""
        return any(held == role and self.covers(scope, place) for held, scope in self.roles_of(actor))

    def subject_of(self, dossier: Row) -> str | None:
        """Who acts as the dossier's own subject: the person, or the head of the unit whose collective it is."""
        if dossier["kind"] == SubjectKind.PERSON:
            return str(dossier["subject"])
        return self._heads.get(dossier["unit"])

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
