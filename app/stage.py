"""A story played through the services on a virtual clock: a coordinator's own commands, refusals included."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import workbooks
from app.clock import standing_at
from app.props import attended, ballots, signed
from app.story import Scene, Story
from states import packs
from workflow.answers import Answer
from workflow.errors import BadInput
from workflow.rulepack import OWN_UNIT, MeetingRule, RulePack, Submission
from workflow.services import duties, milestones
from workflow.services.context import By, Context, Upload
from workflow.services.dossiers import Advance, advance
from workflow.services.meetings import MeetingCommand, meet
from workflow.services.rosters import import_roster
from workflow.services.seasons import open_season
from workflow.services.tallies import Count, tally
from workflow.services.views.papers import checklist
from workflow.services.votes import vote
from workflow.store import commands as sql
from workflow.store.statements import Row
from workflow.tallies import counted_on
from workflow.words import OS_USER, DossierState, ObligationState, Rank, Role, VoteState

_FROM = {
    "self_review": {DossierState.DRAFTED},
    "record_vote": {DossierState.SELF_REVIEWED},
    "count": {DossierState.DRAFTED, DossierState.SELF_REVIEWED},
    "submit": {DossierState.UNIT_VOTED},
    "send": {DossierState.SUBMITTED},
    "ratify": {DossierState.SUBMITTED},
    "opinion": {DossierState.SUBMITTED},
}
"""The states from which a scene takes the dossiers of its units."""


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
        self._meetings: dict[tuple[str, str | None], str] = {}
        """Unit and kind of meeting → the last one that was held."""
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
            "count": self._count,
            "minute": self._minute,
            "prepare": self._prepare,
            "submit": self._submit,
            "send": self._send,
            "close_vote": self._vote,
            "revote": self._vote,
            "extend": self._extend,
            "not_needed": self._spare,
            "done": self._finish,
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

    # — meetings —

    def _gathering(self, row: Row) -> tuple[str, str | None]:
        """The unit and the kind of meeting at which a dossier is voted on."""
        kind = self.pack.kind_for(row)
        return row["unit"], None if kind is None else kind.id

    def _meet(self, context: Context, scene: Scene) -> list[Answer]:
        """A meeting of each unit, and of each kind that its dossiers ask for: everybody comes."""
        answers = []
        wanted = {self._gathering(row) for row in self._dossiers(context, scene)}
        for unit, kind in sorted(wanted, key=str):
            args: dict[str, Any] = {"attendees": 15, "invited": list(scene.invite)}
            if kind is not None:
                args = self._attended(context, unit, self.pack.meeting(kind))
            ref = None if kind is None else self._agreed(context, unit, self.pack.meeting(kind))
            order = MeetingCommand(command="hold", ref=ref, unit=None if ref else unit, args=args)
            answer = meet(context, self.story.season, self._coordinator(unit), order)
            self._meetings[unit, kind] = answer.done[0].ref
            answers.append(answer)
        return answers

    def _agreed(self, context: Context, unit: str, kind: MeetingRule) -> str | None:
        """A meeting whose time, the scene's, was registered and agreed on; None where its kind asks for neither."""
        if kind.registered_through is None:
            return None
        by, season = self._coordinator(unit), self.story.season
        time = context.clock().astimezone(ZoneInfo(self.pack.zone)).strftime("%Y-%m-%d %H:%M")
        plan = meet(context, season, by, MeetingCommand(command="plan", unit=unit, args={"kind": kind.id}))
        ref = plan.done[0].ref
        meet(context, season, by, MeetingCommand(command="register", ref=ref, args={"time": time}))
        registrar = _by(self._holder(Role.REGISTRAR, []))
        for body in kind.agreed_by:
            agreed = MeetingCommand(command="agree", ref=ref, args={"body": body, "letter": f"TN-{ref}"})
            meet(context, season, registrar, agreed)
        return ref

    def _attended(self, context: Context, unit: str, kind: MeetingRule) -> dict[str, Any]:
        with context.database.reading() as tx:
            season = self._season(tx)["id"]
            people = tx.all(sql.PEOPLE_WITHIN, season=season, units=list(self._paths))
        return {"kind": kind.id, "present": attended(kind, unit, people), "invited": list(kind.invited())}

    def _count(self, context: Context, scene: Scene) -> list[Answer]:
        """At each step that is voted on, all but one vote for the rank of the scene, if there are more than two."""
        answers = []
        for row in self._dossiers(context, scene):
            kind = self.pack.kind_for(row)
            if kind is not None and row["state"] in _FROM["count"]:
                ref = self._meetings[self._gathering(row)]
                rank = scene.ranks.get(row["subject"], scene.rank) or Rank.GOOD.value
                by = self._coordinator(row["unit"], but=row["subject"])
                for args in self._ballots(context, kind, row, ref, rank):
                    order = Count(ref=ref, args=args, uploads=(signed("tally", f"kiem-phieu-{row['ref']}.pdf"),))
                    answers.append(tally(context, self.story.season, by, order))
        return answers

    def _ballots(self, context: Context, kind: MeetingRule, row: Row, ref: str, rank: str) -> Iterator[dict[str, Any]]:
        with context.database.reading() as tx:
            meeting = tx.one(sql.MEETING, season=row["season"], ref=ref)
        return ballots(kind, counted_on(kind, meeting or {}, row), rank, dissent=True)

    def _minute(self, context: Context, scene: Scene) -> list[Answer]:
        """What a kind leaves to the chair was not needed; then the signed minutes."""
        answers = []
        for (unit, kind), ref in sorted(self._meetings.items(), key=str):
            if unit in self._units(context, scene) and kind is not None:
                steps = self.pack.meeting(kind).to_decide()
                orders = [MeetingCommand(command="note", ref=ref, args={"step": one, "needed": False}) for one in steps]
                paper = signed("minutes", f"bien-ban-{ref}.pdf")
                orders.append(MeetingCommand(command="minute", ref=ref, uploads=(paper,)))
                by = self._coordinator(unit)
                answers += [meet(context, self.story.season, by, order) for order in orders]
        return answers

    def _coordinator(self, unit: str, *, but: str = "") -> By:
        """Whoever coordinates a unit; never the subject of what is done."""
        return _by(self._holder(Role.COORDINATOR, self._paths[unit], but=but))

    # — groups and duties —

    def _vote(self, context: Context, scene: Scene) -> list[Answer]:
        with context.database.reading() as tx:
            groups = tx.all(sql.GROUPS_OF_SEASON, season=self._season(tx)["id"])
        voting = {one["key"] for one in groups if one["vote"] != VoteState.NONE}
        keys = sorted(one for one in voting if scene.units == ("*",) or one in scene.units)
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

    def _spare(self, context: Context, scene: Scene) -> list[Answer]:
        """What is only owed where it is needed is not."""
        by, reason = _by(self._holder(Role.MONITOR, [])), scene.reason or ""
        open_ones = self._open_duties(context, scene)
        return [milestones.spare(context, self.story.season, by, one["ref"], reason=reason) for one in open_ones]

    def _finish(self, context: Context, scene: Scene) -> list[Answer]:
        """The steps of the plan under a rule are done, all together, with the paper that it asks for."""
        by, paper = _by(self._holder(Role.MONITOR, [])), self.pack.deadline(scene.rule or "").paper
        refs = [one["ref"] for one in self._open_duties(context, scene)]
        papers = () if paper is None else (signed(paper.value, f"{paper.value}.pdf"),)
        return [milestones.finish(context, self.story.season, by, *refs, proof=scene.letter or "", uploads=papers)]

    def _extend(self, context: Context, scene: Scene) -> list[Answer]:
        found = [one for one in self._open_duties(context, scene) if one["scope"] in scene.units]
        until, decision = datetime.fromisoformat(scene.until or "").date(), scene.decision or ""
        by = _by(self._holder(Role.ISSUER, []))
        return [
            duties.extend(context, self.story.season, by, one["ref"], until=until, decision=decision) for one in found
        ]

    def _open_duties(self, context: Context, scene: Scene) -> list[Row]:
        with context.database.reading() as tx:
            rows = tx.all(sql.OBLIGATIONS_OF_SEASON, season=self._season(tx)["id"])
        return [one for one in rows if one["rule"] == scene.rule and one["state"] == ObligationState.OPEN]

    # — dossiers —

    def _prepare(self, context: Context, scene: Scene) -> list[Answer]:
        """Every paper that is lacking is handed in; nothing was suggested, and whoever is heard has no comment."""
        answers = []
        for row in self._dossiers(context, scene):
            for command, args, uploads in self._missing(row):
                order = Advance(command=command, refs=(row["ref"],), args=args, uploads=uploads)
                answers.append(advance(context, self.story.season, self._coordinator(row["unit"]), order))
        return answers

    def _missing(self, row: Row) -> Iterator[tuple[str, dict[str, Any], tuple[Upload, ...]]]:
        papers = checklist(self.pack, row)
        for paper in papers.papers:
            if paper.found is None and paper.rule.needed_at is not None and not paper.rule.missing:
                kind, forms = paper.rule.kind.value, paper.rule.forms
                args = {"form": forms[0] if forms else None, "sections": [one.id for one in paper.rule.sections]}
                yield "attach", args, (signed(kind, f"{kind}-{row['ref']}.pdf"),)
        for one in papers.answers:
            if one.stands == "unknown":
                yield "suggest", {"none": True}, ()
            for body in one.missing:
                yield "comment", {"body": body, "none": True}, ()

    def _send(self, context: Context, scene: Scene) -> list[Answer]:
        """To every other body of their route that a dossier was not sent to yet; of those that are still to be
        submitted, but the last."""
        answers = []
        for row in self._dossiers(context, scene):
            left = self._route(row).unsent(row["marks"])
            if scene.act == "submit":
                left = left[:-1]
            for body in left if row["state"] in _FROM[scene.act] else []:
                args = {"to": body, "letter": scene.letter or "", "reason": scene.reason}
                order = Advance(command="send", refs=(row["ref"],), args=args)
                answers.append(advance(context, self.story.season, self._coordinator(row["unit"]), order))
        return answers

    def _submit(self, context: Context, scene: Scene) -> list[Answer]:
        ahead = self.pack.settings.submitted is Submission.ALL_SENT
        return [*(self._send(context, scene) if ahead else ()), *self._advance(context, scene)]

    def _advance(self, context: Context, scene: Scene) -> list[Answer]:
        """One bulk command for each actor, rank and meeting that the scene comes to."""
        batches: dict[tuple[str, tuple[tuple[str, Any], ...]], list[str]] = {}
        for row in self._dossiers(context, scene):
            if self._waits(scene, row) and (scene.act != "opinion" or self._route(row).opinions):
                actor, args = self._acting(scene, row), self._args(scene, row)
                batches.setdefault((actor, tuple(sorted(args.items()))), []).append(row["ref"])
        return [
            advance(
                context, self.story.season, _by(actor), Advance(command=scene.act, refs=tuple(refs), args=dict(args))
            )
            for (actor, args), refs in batches.items()
        ]

    def _waits(self, scene: Scene, row: Row) -> bool:
        """Whether a dossier waits for what the scene does; what has no review is voted on from the draft."""
        early = scene.act == "record_vote" and row["state"] == DossierState.DRAFTED
        return row["state"] in _FROM[scene.act] or (early and row["kind"] in self.pack.settings.unreviewed)

    def _args(self, scene: Scene, row: Row) -> dict[str, Any]:
        args: dict[str, Any] = {"rank": scene.ranks.get(row["subject"], scene.rank), "letter": scene.letter}
        args["reason"] = scene.reason
        if scene.act == "record_vote":
            args["meeting"] = self._meetings[self._gathering(row)]
        if scene.act == "opinion":
            args["body"] = self._route(row).opinions[0]
        if scene.act == "ratify":
            args |= {"decision": scene.decision, "external": self._is_external(row) or None}
        return {name: value for name, value in args.items() if value is not None}

    def _acting(self, scene: Scene, row: Row) -> str:
        path, own = self._paths[row["unit"]], row["subject"]
        if scene.act == "opinion":
            return self._holder(Role.RATIFIER, list(self._route(row).opinions[:1]), but=own)
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
