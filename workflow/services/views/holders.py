"""Who could do it: for a role and a place, somebody of the roster, the nearest first.

A remedy is only worth pasting when it names a person who may carry it out.
"""

from collections import defaultdict
from collections.abc import Callable

from workflow.answers import Answer, Refused
from workflow.facts import Verdict
from workflow.rulepack import OWN_UNIT
from workflow.services.views.look import Look, body, units
from workflow.store import queries
from workflow.store.statements import Row
from workflow.words import DossierState, Role, SubjectKind

EVERYWHERE = "*"
WRONG_STATE = "hoso.state"


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

    def covers(self, scope: str, unit: str) -> bool:
        """Whether a grant at `scope` reaches `unit`."""
        return scope == EVERYWHERE or scope in self._paths.get(unit, [])

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
        return next(one.ratifier for one in self._look.rules.pack.routes if one.id == dossier["route"])


Finder = Callable[[Refused, Verdict], str | None]
"""Who could do what a verdict asks for: a roster code, or None."""


def who_can(look: Look, answer: Answer) -> Finder:
    """Somebody of the roster for each verdict of the answer's refusals, read off this snapshot at once."""
    holders = Holders(look)
    refs = [one.ref for one in answer.refused if one.kind == "dossier"]
    dossiers = {row["ref"]: row for row in look.tx.all(queries.DOSSIERS_NAMED, season=look.season["id"], refs=refs)}
    places = _places(look, answer)
    found = {
        (refused.kind, refused.ref, verdict.rule, verdict.code): (
            _for_dossier(holders, verdict, dossiers[refused.ref])
            if refused.ref in dossiers
            else _anywhere(holders, verdict, places.get(refused.ref, EVERYWHERE))
        )
        for refused in answer.refused
        for verdict in refused.verdicts
    }
    return lambda refused, verdict: found.get((refused.kind, refused.ref, verdict.rule, verdict.code))


def _places(look: Look, answer: Answer) -> dict[str, str]:
    """Where the other things that were refused belong: a group's key begins with its unit, a meeting has one."""
    places = {one.ref: one.ref.partition(":")[0] for one in answer.refused if one.kind != "dossier"}
    if any(one.kind == "meeting" for one in answer.refused):
        for row in look.tx.all(queries.MEETINGS, season=look.season["id"]):
            places[row["ref"]] = row["unit"]
    return places


def _anywhere(holders: Holders, verdict: Verdict, place: str) -> str | None:
    return holders.nearest(verdict.who, verdict.scope or place) if verdict.who else None


def _for_dossier(holders: Holders, verdict: Verdict, dossier: Row) -> str | None:
    if verdict.rule == WRONG_STATE:
        # What comes before a decision is the coordinator's to do.
        waits_for_decision = verdict.figures.get("state") == DossierState.SUBMITTED
        able = holders.deciders(dossier) if waits_for_decision else _coordinators(holders, dossier)
        return next(iter(able), None)
    if verdict.who == Role.SUBJECT:
        return holders.subject_of(dossier)
    if verdict.who == Role.RATIFIER and (not verdict.scope or verdict.scope == dossier["unit"]):
        return next(iter(holders.deciders(dossier)), None)
    if not verdict.who:
        return None
    return holders.nearest(verdict.who, verdict.scope or dossier["unit"], but=dossier["subject"])


def _coordinators(holders: Holders, dossier: Row) -> list[str]:
    return holders.able(Role.COORDINATOR, dossier["unit"], but=dossier["subject"])
