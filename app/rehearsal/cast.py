"""Who does what in a rehearsal: somebody of the roster; where nobody may, a made-up person, which is told."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from app.rehearsal.findings import Cited, Finding, Kind
from app.rehearsal.hands import DIRECTOR, by
from workflow.facts import Remedy
from workflow.rosters import RoleRow, Roster, SubjectRow, UnitRow
from workflow.rulepack import OWN_UNIT, RulePack
from workflow.services.context import Context
from workflow.services.roles import assign
from workflow.services.views.ground import Ground
from workflow.services.views.holders import EVERYWHERE
from workflow.store import commands as sql
from workflow.store.statements import Row
from workflow.words import Role

STRANGER = "HOSO-DIEN-TAP"
"""The made-up person, and the unit that is theirs alone."""

_COMMANDS = {"document.add": "attach", "document.comments": "comment"}
"""What a verb of the command line does to a dossier, where it goes by another name."""

_SUBJECTS = frozenset({"dossier.self_review", "document.add", "document.explain"})
"""What whoever a dossier is about does, or the head of the unit whose collective it is; else a coordinator."""

Place = tuple[Role, str]
"""A role, and the unit or body over which it is held."""

DOING = (Role.COORDINATOR, Role.MONITOR, Role.REGISTRAR)
DATING = (Role.ISSUER, Role.MONITOR, Role.REGISTRAR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Who may do a step: anybody with one of these, the first is whom the pack means. `rule` asks for the step."""

    places: tuple[Place, ...]
    rule: str = ""


@dataclass(slots=True)
class Lack:
    """What nobody on the roster could do. `grave`: something waits for it; a date that is never entered is only never
    due (A-24)."""

    rule: str
    commands: set[str] = field(default_factory=set)
    refs: set[str] = field(default_factory=set)

    @property
    def grave(self) -> bool:
        return self.commands != {"date"}


def joined_by_stranger(roster: Roster, pack: RulePack) -> Roster:
    """The roster with the made-up person, in a unit of their own: they belong to no meeting, no group and no quota."""
    kind = pack.vocabulary.unit_kinds[0].id if pack.vocabulary.unit_kinds else ""
    unit = UnitRow(code=STRANGER, name=STRANGER, kind=kind)
    person = SubjectRow(code=STRANGER, name=STRANGER, unit=STRANGER, ranked=False)
    return replace(roster, units=(*roster.units, unit), subjects=(*roster.subjects, person))


class Cast:
    """Finds who may do a step, and grants the made-up person what nobody has."""

    def __init__(self, context: Context, season: str, pack: RulePack) -> None:
        self._context = context
        self._season = season
        self._pack = pack
        self._lacks: dict[Place, Lack] = {}

    def who(self, ground: Ground, step: Remedy, row: Row) -> str:
        """Somebody who may do a step for a dossier: its own subject only what a subject does."""
        need, own = self.need(ground, step, row), row["subject"]
        found = [one for role, place in need.places for one in ground.holders.able(role, place, but=own)]
        if step.action in _SUBJECTS and (subject := ground.holders.subject_of(row)) is not None:
            found.insert(0, subject)
        # Once made up, the stranger still takes no work from anybody who is there.
        actor = next((one for one in found if one != STRANGER), None) or next(iter(found), None)
        if actor is None:
            actor = STRANGER
            role, place = need.places[0]
            self._lacks[role, place] = Lack(need.rule)
            assign(
                self._context, self._season, by(DIRECTOR), "grant", RoleRow(subject=STRANGER, role=role, scope=place)
            )
        if actor == STRANGER:
            self._note(need, step, row)
        return actor

    def _note(self, need: Need, step: Remedy, row: Row) -> None:
        lack = next((self._lacks[one] for one in need.places if one in self._lacks), None)
        if lack is not None:
            lack.commands.add(_COMMANDS.get(step.action) or step.action.partition(".")[2])
            lack.refs.add(row["ref"])

    def lacks(self) -> Iterator[Finding]:
        """For each role that somebody had to be made up for: where, and what waits for it."""
        clauses = {one.id: self._pack.cited(one.clause) for one in _rules(self._pack)}
        for (role, place), lack in sorted(self._lacks.items()):
            yield Finding(
                kind=Kind.NOBODY,
                code="rehearsal.nobody_everywhere" if place == EVERYWHERE else "rehearsal.nobody",
                rule=lack.rule,
                clause=clauses.get(lack.rule, ""),
                grave=lack.grave,
                figures={
                    "role": role.value,
                    "scope": place,
                    "commands": sorted(lack.commands),
                    "count": len(lack.refs),
                    "ref": min(lack.refs),
                },
            )

    # — what a step needs —

    def need(self, ground: Ground, step: Remedy, row: Row) -> Need:
        noun, _, command = step.action.partition(".")
        args, unit = step.args, str(row["unit"])
        match noun, command:
            case "obligation", _:
                return self._of_duty(ground, command, args["obligation"])
            case "vote", _:
                group = next(iter(ground.groups_with_key(args["group"])), None)
                place = EVERYWHERE if group is None or group.unit is None else group.unit
                return Need(places=((Role.COORDINATOR, place),), rule="" if group is None else group.quota.id)
            case "meeting", "agree":
                seat = self._seat(args["body"])
                asked = ((Role.RATIFIER, one) for one in seat)
                registrar = ((Role.REGISTRAR, one) for one in (unit, *seat))
                return Need(places=self._inside(args["body"], (*asked, *registrar)), rule=self._kind(row))
            case "meeting", _:
                return Need(places=((Role.COORDINATOR, unit),), rule=self._kind(row))
            case "dossier", "opinion":
                body = args["body"]
                entered = ((Role.REGISTRAR, unit), (Role.MONITOR, unit))
                return Need(places=self._inside(body, ((Role.RATIFIER, body), *entered)), rule=row["route"])
            case "dossier", "ratify":
                return Need(places=(self._decider(row),), rule=row["route"])
            case "dossier", "receive":
                return Need(places=tuple((one, unit) for one in DOING), rule=row["route"])
            case "dossier", "submit" | "send":
                return Need(places=((Role.COORDINATOR, unit),), rule=row["route"])
        return Need(places=((Role.COORDINATOR, unit),))

    def _decider(self, row: Row) -> Place:
        ratifier = self._pack.route(row["route"]).ratifier
        if ratifier is None or self._is_outside(ratifier):
            return Role.REGISTRAR, EVERYWHERE
        return Role.RATIFIER, row["unit"] if ratifier == OWN_UNIT else ratifier

    def _inside(self, body: str, places: tuple[Place, ...]) -> tuple[Place, ...]:
        """What a body outside says is entered by a registrar: nobody of the roster decides for it."""
        if not self._is_outside(body):
            return places
        return tuple(one for one in places if one[0] is not Role.RATIFIER)

    def _is_outside(self, body: str) -> bool:
        return any(one.id == body and one.external for one in self._pack.bodies)

    def _seat(self, body: str) -> tuple[str, ...]:
        """A body, and the unit that it also is."""
        unit = next((one.unit for one in self._pack.bodies if one.id == body), None)
        return (body,) if unit is None else (body, unit)

    def _kind(self, row: Row) -> str:
        kind = self._pack.kind_for(row)
        return "" if kind is None else kind.id

    def _of_duty(self, ground: Ground, command: str, ref: str) -> Need:
        row = ground.look.tx.one(sql.OBLIGATION_BY_REF, season=ground.look.season["id"], ref=ref) or {}
        rule, owner = self._pack.deadline(row["rule"]), str(row["owner"])
        places = [] if owner == OWN_UNIT else list(self._seat(owner))
        places += [str(row["unit"])] if row["unit"] else []
        roles = {"extend": (rule.extended_by,), "date": DATING}.get(command, DOING)
        asked = tuple((role, place) for place in places or [EVERYWHERE] for role in roles)
        return Need(places=asked, rule=rule.id)


def _rules(pack: RulePack) -> Iterator[Cited]:
    yield from pack.routes
    yield from pack.deadlines
    yield from pack.meetings
    yield from pack.quotas
