"""A season told as data: scenes of a story file, played through the services on a virtual clock.

The story (examples/…/story.toml) says when, who and what; everything it does goes through the same commands as a
coordinator's own, refusals included. Nothing about any regulation or body stands here.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import workbooks
from app.clock import standing_at
from states import packs
from workflow.answers import Answer
from workflow.errors import BadInput
from workflow.rulepack import OWN_UNIT, RulePack, Text
from workflow.services import duties
from workflow.services.context import By, Context
from workflow.services.dossiers import Advance, advance
from workflow.services.meetings import MeetingCommand, meet
from workflow.services.rosters import import_roster
from workflow.services.seasons import open_season
from workflow.services.votes import vote
from workflow.store import commands as sql
from workflow.store.statements import Row
from workflow.words import OS_USER, DossierState, Role

_FROM = {
    "self_review": {DossierState.DRAFTED},
    "record_vote": {DossierState.SELF_REVIEWED},
    "submit": {DossierState.UNIT_VOTED},
    "ratify": {DossierState.SUBMITTED},
    "opinion": {DossierState.SUBMITTED},
}
"""The states from which a scene takes the dossiers of its units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One moment: `act` on `units` ("*" for all but `but`), with a rank for everybody and others for some."""

    at: datetime
    told: Text
    act: str
    units: tuple[str, ...] = ("*",)
    but: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    track: str = "civil_servant"
    rank: str | None = None
    ranks: Mapping[str, str] = field(default_factory=dict)
    reason: str | None = None
    letter: str | None = None
    decision: str | None = None
    invite: tuple[str, ...] = ()
    until: str | None = None
    rule: str | None = None
    expect: str = "done"
    """"done" or "refused": a story that goes otherwise is a broken story."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    season: str
    pack: str
    roster: Path
    scenes: tuple[Scene, ...]
    try_these: tuple[tuple[Text, str], ...]
    """Commands for whoever keeps the database, each with what it shows."""
    show: str
    """The subject whose dossier is replayed at the end."""


def read_story(path: Path) -> Story:
    """The story in a TOML file. Raises `BadInput` where it is no story."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        scenes = tuple(_scene(one) for one in told["scene"])
        lines = tuple((Text(vi=one["vi"], en=one["en"]), one["line"]) for one in told["try"])
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise BadInput("cli.bad_story", file=str(path), detail=str(error)) from error
    return Story(
        season=told["season"],
        pack=told["pack"],
        roster=path.parent / told["roster"],
        scenes=scenes,
        try_these=lines,
        show=told["show"],
    )


def _scene(told: Mapping[str, Any]) -> Scene:
    plain: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
    text = Text(vi=plain.pop("vi"), en=plain.pop("en"))
    return Scene(**{**plain, "at": datetime.fromisoformat(plain["at"]), "told": text})


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What became of a scene: the answers of its commands, and what the clock's own work said, if it was that."""

    scene: Scene
    answers: tuple[Answer, ...] = ()
    swept: Any = None


class Stage:
    """A story's season while it is played. `look` is what happens when a scene only lets the scheduler look."""

    def __init__(self, story: Story, context: Context, look: Callable[[Context], Any]) -> None:
        self.story = story
        self.pack: RulePack = packs.find(story.pack)
        self._context = context
        self._look = look
        self._meetings: dict[str, str] = {}
        self._roles: list[Row] = []
        self._paths: dict[str, list[str]] = {}

    def play(self) -> Iterator[Played]:
        """Play every scene in order. Raises `BadInput` where one does not go as the story says."""
        for scene in self.story.scenes:
            context = replace(self._context, clock=standing_at(scene.at), virtual=True)
            played = self._played(context, scene)
            refused = any(one.refused for one in played.answers)
            if refused != (scene.expect == "refused"):
                codes = sorted({verdict.code for one in played.answers for r in one.refused for verdict in r.verdicts})
                raise BadInput("cli.story_broken", at=scene.at.isoformat(), act=scene.act, codes=codes)
            yield played

    @property
    def end(self) -> datetime:
        """The last scene's instant: where the kept season's clock stands."""
        return self.story.scenes[-1].at

    def ref_of(self, subject: str) -> str:
        """The ref of a subject's first dossier."""
        with self._context.database.reading() as tx:
            rows = tx.all(sql.DOSSIERS_OF_SUBJECT, season=self._season(tx)["id"], subject=subject)
        return min(str(one["ref"]) for one in rows)

    def filled(self, line: str) -> str:
        """A line to try, with `{first:UNIT}` put in: the first dossier of that unit."""

        def ref(found: re.Match[str]) -> str:
            with self._context.database.reading() as tx:
                rows = tx.all(sql.DOSSIERS_OF_UNIT, season=self._season(tx)["id"], unit=found[1])
            return str(rows[0]["ref"])

        return re.sub(r"\{first:([^}]+)\}", ref, line)

    def _played(self, context: Context, scene: Scene) -> Played:
        if scene.act == "sweep":
            return Played(scene=scene, swept=self._look(context))
        acts: dict[str, Callable[[Context, Scene], list[Answer]]] = {
            "open": self._open,
            "import": self._import,
            "meet": self._meet,
            "close_vote": self._vote,
            "revote": self._vote,
            "extend": self._extend,
        }
        return Played(scene=scene, answers=tuple(acts.get(scene.act, self._advance)(context, scene)))

    def _open(self, context: Context, _: Scene) -> list[Answer]:
        year = self.pack.year or context.clock().year
        stored = packs.dump(self.pack, packs.working_days([year, year + 1]))
        opened = open_season(
            context,
            _by("director"),
            pack=stored,
            pack_hash=packs.pack_hash(stored),
            code=self.story.season,
            year=year,
            rehearsal=True,
        )
        return [opened]

    def _import(self, context: Context, _: Scene) -> list[Answer]:
        roster = workbooks.read(self.story.roster, self.pack.vocabulary, self.pack.bodies)
        answer = import_roster(context, self.story.season, _by("director"), roster)
        with context.database.reading() as tx:
            season = self._season(tx)
            self._roles = tx.all(sql.ROLES, season=season["id"])
            self._paths = {one["code"]: one["path"].split(" ") for one in tx.all(sql.UNITS, season=season["id"])}
        return [answer]

    def _season(self, tx: Any) -> Row:
        season: Row = tx.one(sql.SEASON, tenant=self._context.tenant, code=self.story.season)
        return season

    def _units(self, context: Context, scene: Scene) -> list[str]:
        every = sorted({one["unit"] for one in self._dossiers(context, scene)})
        wanted = every if scene.units == ("*",) else list(scene.units)
        return [one for one in wanted if one not in scene.but]

    def _dossiers(self, context: Context, scene: Scene) -> list[Row]:
        with context.database.reading() as tx:
            rows = tx.all(sql.DOSSIERS_OF_SEASON, season=self._season(tx)["id"])
        return [
            one
            for one in rows
            if one["track"] == scene.track
            and (scene.units == ("*",) or one["unit"] in scene.units)
            and one["unit"] not in scene.but
            and (not scene.kinds or one["kind"] in scene.kinds)
        ]

    def _meet(self, context: Context, scene: Scene) -> list[Answer]:
        answers = []
        for unit in self._units(context, scene):
            args = {"attendees": 15, "invited": list(scene.invite)}
            by = _by(self._holder(Role.COORDINATOR, self._paths[unit]))
            answer = meet(context, self.story.season, by, MeetingCommand(command="hold", unit=unit, args=args))
            self._meetings[unit] = answer.done[0].ref
            answers.append(answer)
        return answers

    def _vote(self, context: Context, scene: Scene) -> list[Answer]:
        with context.database.reading() as tx:
            groups = tx.all(sql.GROUPS_OF_SEASON, season=self._season(tx)["id"])
        keys = sorted({one["key"] for one in groups if scene.units == ("*",) or one["key"] in scene.units})
        return [
            vote(
                context,
                self.story.season,
                _by(self._holder(Role.COORDINATOR, self._paths.get(key, []))),
                scene.act,
                key,
                reason=scene.reason,
            )
            for key in keys
            if key not in scene.but
        ]

    def _extend(self, context: Context, scene: Scene) -> list[Answer]:
        with context.database.reading() as tx:
            rows = tx.all(sql.OBLIGATIONS_OF_SEASON, season=self._season(tx)["id"])
        found = [
            one for one in rows if one["scope"] in scene.units and one["rule"] == scene.rule and one["state"] == "open"
        ]
        until, decision = datetime.fromisoformat(scene.until or "").date(), scene.decision or ""
        by = _by(self._holder(Role.ISSUER, []))
        return [
            duties.extend(context, self.story.season, by, one["ref"], until=until, decision=decision) for one in found
        ]

    def _advance(self, context: Context, scene: Scene) -> list[Answer]:
        """One bulk command for each actor, rank and meeting that the scene comes to."""
        batches: dict[tuple[str, tuple[tuple[str, Any], ...]], list[str]] = {}
        for row in self._dossiers(context, scene):
            if row["state"] in _FROM[scene.act] and (scene.act != "opinion" or self._route(row).opinions):
                actor, args = self._acting(scene, row), self._args(scene, row)
                batches.setdefault((actor, tuple(sorted(args.items()))), []).append(row["ref"])
        return [
            advance(
                context, self.story.season, _by(actor), Advance(command=scene.act, refs=tuple(refs), args=dict(args))
            )
            for (actor, args), refs in batches.items()
        ]

    def _args(self, scene: Scene, row: Row) -> dict[str, Any]:
        args: dict[str, Any] = {"rank": scene.ranks.get(row["subject"], scene.rank), "letter": scene.letter}
        args["reason"] = scene.reason
        if scene.act == "record_vote":
            args["meeting"] = self._meetings[row["unit"]]
        if scene.act == "opinion":
            args["body"] = self._route(row).opinions[0]
        if scene.act == "ratify":
            args |= {"decision": scene.decision, "external": self._is_external(row) or None}
        return {name: value for name, value in args.items() if value is not None}

    def _acting(self, scene: Scene, row: Row) -> str:
        path, own = self._paths[row["unit"]], row["subject"]
        if scene.act == "opinion":
            return self._holder(Role.RATIFIER, list(self._route(row).opinions), but=own)
        if scene.act != "ratify":
            return self._holder(Role.COORDINATOR, path, but=own)
        ratifier = self._route(row).ratifier
        if ratifier is None or self._is_external(row):
            return self._holder(Role.REGISTRAR, [], but=own)
        return self._holder(Role.RATIFIER, path if ratifier == OWN_UNIT else [ratifier], but=own)

    def _route(self, row: Row) -> Any:
        return self.pack.route(row["route"])

    def _is_external(self, row: Row) -> bool:
        ratifier = self._route(row).ratifier
        return any(one.id == ratifier and one.external for one in self.pack.bodies)

    def _holder(self, role: Role, scopes: Sequence[str], *, but: str = "") -> str:
        """Who has the role nearest: in the first of these scopes, else over the whole season; never the subject."""
        for scope in (*scopes, "*"):
            for one in self._roles:
                if (one["role"], one["scope"]) == (role, scope) and one["subject"] != but:
                    return str(one["subject"])
        raise BadInput("cli.nobody_acts", role=role.value, scopes=list(scopes))


def _by(actor: str) -> By:
    if actor == "director":
        return By(actor=f"{OS_USER}demo", auth=f"{OS_USER}demo, asserted")
    return By(actor=actor, auth=f"{OS_USER}demo, asserted")
