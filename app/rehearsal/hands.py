"""A command of ours as the views name it (`Remedy`), carried out through the services with everything that a person
would fill in."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.props import attended, ballots, signed
from workflow.answers import Answer, Refused
from workflow.dates import local_day
from workflow.errors import BadInput
from workflow.facts import Verdict
from workflow.rulepack import MeetingRule, PaperKind, RulePack
from workflow.services import duties, milestones
from workflow.services.context import By, Context, Upload, find_season
from workflow.services.dossiers import Advance, advance
from workflow.services.meetings import MeetingCommand, meet
from workflow.services.tallies import Count, tally
from workflow.services.votes import vote
from workflow.store import commands as sql
from workflow.store.statements import Row
from workflow.tallies import counted_on
from workflow.words import OS_USER, Status

DIRECTOR = f"{OS_USER}rehearsal"
"""Whoever runs the rehearsal: opens the season, brings the roster in, grants roles."""

_ASSERTED = f"{DIRECTOR}, asserted"
_MORE_TIME = timedelta(days=14)
_ATTENDING = 15
"""So many come to a meeting of no kind."""
_WORDS = "Diễn tập"
_LETTERS = frozenset({"NO", "NUMBER", "DECISION"})
"""Placeholders for the number of a paper."""

Args = dict[str, Any]


def by(actor: str) -> By:
    return By(actor=actor, auth=_ASSERTED)


class Hands:
    """Does one command after another in one season. Papers are numbered, so that no two are the same."""

    def __init__(self, context: Context, season: str, pack: RulePack) -> None:
        self._context = context
        self._season = season
        self._pack = pack
        self._papers = 0

    def give(self, action: str, args: Args, actor: str, row: Row, *, dissent: bool) -> Answer | None:
        """The answer; None for what only shows something. What is no command at all here is refused with what is said
        of it. `row` is the dossier that it is done for."""
        noun, _, command = action.partition(".")
        doing = {
            "dossier": self._dossier,
            "document": self._document,
            "meeting": self._meeting,
            "vote": self._vote,
            "obligation": self._obligation,
        }
        if noun not in doing or command == "list":
            return None
        given = {name: self._filled(value) for name, value in args.items()}
        try:
            if action == "meeting.tally":
                return self._tally(given, actor, row, dissent=dissent)
            return doing[noun](command, given, actor, row)
        except BadInput as error:
            said = Verdict(rule="", clause="", status=Status.UNMET, code=error.code, figures=error.figures)
            return Answer(act="", refused=(Refused(ref=row["ref"], kind=noun, command=command, verdicts=(said,)),))

    def _filled(self, value: Any) -> Any:
        """What a person puts in the place of a placeholder."""
        now = self._context.clock().astimezone(ZoneInfo(self._pack.zone))
        if value in _LETTERS:
            self._papers += 1
            return f"{self._papers}/DT"
        told = {
            "…": _WORDS,
            "TEXT": _WORDS,
            "YYYY-MM-DD": f"{now:%Y-%m-%d}",
            "YYYY-MM-DD HH:MM": f"{now:%Y-%m-%d %H:%M}",
        }
        return told.get(value, value) if isinstance(value, str) else value

    def _paper(self, kind: str, ending: str = "pdf") -> Upload:
        self._papers += 1
        return signed(kind, f"{kind}-{self._papers}.{ending}")

    def _advance(self, command: str, actor: str, row: Row, args: Args, *uploads: Upload) -> Answer:
        order = Advance(command=command, refs=(row["ref"],), args=args, uploads=uploads)
        return advance(self._context, self._season, by(actor), order)

    # — dossiers and their papers —

    def _dossier(self, command: str, args: Args, actor: str, row: Row) -> Answer:
        if "external" in args:
            args = {**args, "decision": args["external"], "external": True}
        return self._advance(command, actor, row, args)

    def _document(self, command: str, args: Args, actor: str, row: Row) -> Answer:
        match command:
            case "add":
                sections = str(args.get("sections", "")).split() or None
                form = self._form(args, row)
                return self._advance(
                    "attach", actor, row, {"form": form, "sections": sections}, self._paper(args["kind"])
                )
            case "explain":
                return self._advance("explain", actor, row, {}, self._paper(PaperKind.EXPLANATION.value))
            case "suggest":
                return self._advance("suggest", actor, row, {"none": True})
        return self._advance("comment", actor, row, {"body": args["from"], "none": True})

    def _form(self, args: Args, row: Row) -> str | None:
        """The first of the forms that may be used, where it is left to a person to choose."""
        if args.get("form") != "FORM":
            return args.get("form")
        from workflow.papers import asked  # noqa: PLC0415

        return next((one.forms[0] for one in asked(self._pack, row) if one.kind == args["kind"] and one.forms), None)

    # — meetings and votes —

    def _meeting(self, command: str, args: Args, actor: str, row: Row) -> Answer:
        ref, unit = args.pop("ref", None), args.pop("unit", row["unit"])
        if "invite" in args:
            args["invited"] = str(args.pop("invite")).split() or None
        kind = self._kind(args.get("kind"), row)
        if command == "hold":
            args["attendees"] = None if kind else _ATTENDING
            args["present"] = self._everybody(kind, unit) if kind else None
        if command == "note":
            args["needed"] = False
        if ref is not None:
            args.pop("kind", None)
        args.pop("occurred", None)
        minutes = (self._paper("minutes"),) if command == "minute" else ()
        order = MeetingCommand(command=command, ref=ref, unit=None if ref else unit, args=args, uploads=minutes)
        return meet(self._context, self._season, by(actor), order)

    def _kind(self, named: str | None, row: Row) -> MeetingRule | None:
        return self._pack.meeting(named) if named else self._pack.kind_for(row)

    def _everybody(self, kind: MeetingRule, unit: str) -> dict[str, int]:
        with self._context.database.reading() as tx:
            season = find_season(self._context, tx, self._season)["id"]
            units = [one["code"] for one in tx.all(sql.UNITS, season=season)]
            return attended(kind, unit, tx.all(sql.PEOPLE_WITHIN, season=season, units=units))

    def _tally(self, args: Args, actor: str, row: Row, *, dissent: bool) -> Answer:
        """Everything that is voted on about one dossier, one step after the other, up to what is refused."""
        with self._context.database.reading() as tx:
            meeting = tx.one(sql.MEETING, season=row["season"], ref=args["meeting"]) or {}
        kind = self._pack.meeting(meeting["kind"])
        told = counted_on(kind, meeting, row)
        answer = Answer(act="")
        known = {one["step"] for one in told["before"]}
        for count in ballots(kind, told, args["rank"], dissent=dissent and kind.threshold is None):
            if count["step"] not in known:
                order = Count(ref=args["meeting"], args=count, uploads=(self._paper("tally"),))
                answer = tally(self._context, self._season, by(actor), order)
                if answer.refused:
                    break
        return answer

    def _vote(self, command: str, args: Args, actor: str, _: Row) -> Answer:
        return vote(self._context, self._season, by(actor), command, args["group"], reason=_WORDS)

    # — duties —

    def _obligation(self, command: str, args: Args, actor: str, _: Row) -> Answer:
        ref, today = args["obligation"], local_day(self._context.clock(), self._pack.zone)
        match command:
            case "extend":
                more = today + _MORE_TIME
                return duties.extend(
                    self._context, self._season, by(actor), ref, until=more, decision=self._filled("NO")
                )
            case "date":
                later = today + _MORE_TIME
                return duties.set_date(
                    self._context, self._season, by(actor), ref, day=later, source=self._filled("NO")
                )
            case "not_needed":
                return milestones.spare(self._context, self._season, by(actor), ref, reason=_WORDS)
        kind = str(args.get("attach", "")).partition("=")[0]
        papers = (self._paper(kind),) if kind else ()
        return milestones.finish(self._context, self._season, by(actor), ref, proof=self._filled("NO"), uploads=papers)
