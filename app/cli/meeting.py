"""Meetings (hội nghị): planned, registered, agreed, their invitations, held, minuted, cancelled."""

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.answering import tell
from app.cli.arguments import uploads
from app.cli.desk import Desk, check_number, once, read_day, verb
from app.cli.remedy import refuse_placeholders
from workflow.errors import BadInput
from workflow.facts import Remedy

if TYPE_CHECKING:
    from workflow.rulepack import GuardRule, RulePack
    from workflow.services.context import Upload
    from workflow.store.statements import Row

app = typer.Typer()

_MOST_PRESENT = 100_000
_UNVOTED = {"drafted", "self_reviewed"}
_BEFORE_IT = frozenset({"plan", "register", "agree", "move"})
_LOOKED_AHEAD = {"plan", "invite", "hold"}
"""Commands after which it is told what the votes will ask."""
_INVITING = "parties_invited"
"""The guard that asks who was invited."""

Unit = Annotated[str, typer.Argument(metavar="UNIT", help="The unit that meets.")]
Ref = Annotated[str, typer.Argument(metavar="REF", help="The meeting: HN-0001.")]
Invite = Annotated[
    list[str] | None, typer.Option("--invite", metavar="BODY", help="A body of the pack that is invited; repeatable.")
]


Kind = Annotated[
    str | None,
    typer.Option(
        "--kind", metavar="KIND", help="The kind of meeting of the pack, where the unit's dossiers belong to several."
    ),
]
Time = Annotated[str, typer.Option("--time", metavar="MINUTE", help="The day and hour.")]


@app.command("plan")
@verb(acting=True)
def plan(desk: Desk, unit: Unit, kind: Kind = None, invite: Invite = None) -> int:
    """Plan a meeting of a unit."""
    return _meet(desk, "plan", unit=unit, kind=kind, invited=list(invite or ()))


@app.command("register")
@verb(acting=True)
def register(
    desk: Desk,
    ref: Ref,
    time: Time,
    letter: Annotated[
        str | None, typer.Option("--letter", metavar="NO", help="The number of the registration.")
    ] = None,
) -> int:
    """Register the time of a meeting through the office that the rule names."""
    refuse_placeholders(time=time, letter=letter)
    return _meet(desk, "register", ref=ref, time=_minute(time), letter=letter)


@app.command("agree")
@verb(acting=True)
def agree(
    desk: Desk,
    ref: Ref,
    body: Annotated[str, typer.Argument(metavar="BODY", help="The body that agrees, as the pack names it.")],
    letter: Annotated[str | None, typer.Option("--letter", metavar="NO", help="The number of its letter.")] = None,
) -> int:
    """Record that a body agrees on the time of a meeting."""
    refuse_placeholders(letter=letter)
    return _meet(desk, "agree", ref=ref, body=body, letter=letter)


@app.command("move")
@verb(acting=True)
def move(
    desk: Desk,
    ref: Ref,
    time: Annotated[str, typer.Option("--time", metavar="MINUTE", help="The new day and hour.")],
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why it is moved.")] = None,
    letter: Annotated[
        str | None, typer.Option("--letter", metavar="NO", help="The number of the new registration.")
    ] = None,
) -> int:
    """Change the time of a meeting; the agreements before lapse."""
    refuse_placeholders(time=time, reason=reason, letter=letter)
    return _meet(desk, "move", ref=ref, time=_minute(time), reason=reason, letter=letter)


def _minute(text: str) -> str:
    """A day and an hour as they are kept; the day may be written as on paper (25/11/2024 08:00)."""
    day, _, clock = text.strip().partition(" ")
    return f"{read_day(day).isoformat()} {clock.strip()}" if "/" in day else text


@app.command("hold")
@verb(acting=True)
def hold(
    desk: Desk,
    attendees: Annotated[
        int | None, typer.Option("--attendees", metavar="NUMBER", help="How many were present.")
    ] = None,
    present: Annotated[
        list[str] | None,
        typer.Option("--present", metavar="PART=NUMBER", help="How many attended as a part; repeatable."),
    ] = None,
    unit: Annotated[
        str | None, typer.Argument(metavar="UNIT", help="The unit that met; its meeting need not be planned before.")
    ] = None,
    ref: Annotated[str | None, typer.Option("--ref", metavar="REF", help="A planned meeting: HN-0001.")] = None,
    held_on: Annotated[
        str | None, typer.Option("--held-on", metavar="DAY", help="The day of the meeting (default: today).")
    ] = None,
    kind: Kind = None,
    invite: Invite = None,
    letter: Annotated[
        str | None,
        typer.Option("--letter", metavar="NO", help="What proves a day before a deadline that has passed since."),
    ] = None,
) -> int:
    """Record that a meeting was held."""
    refuse_placeholders(letter=letter)
    if attendees is not None:
        check_number("--attendees", attendees, least=0, most=_MOST_PRESENT)
    given: dict[str, Any] = {
        "attendees": attendees,
        "kind": kind,
        "invited": list(invite or ()),
        "letter": letter,
    }
    if present:
        given["present"] = counted = once("--present", (_counted(one) for one in present))
        if attendees is not None and attendees < sum(counted.values()):
            raise BadInput("cli.attendees_differ", attendees=attendees, present=sum(counted.values()))
    if held_on is not None:
        given["held_on"] = read_day(held_on).isoformat()
    if ref is None and unit is None:
        raise BadInput("cli.unit_or_ref")
    if ref is not None and unit is not None:
        _same_unit(desk, ref, unit)
    return _meet(desk, "hold", ref=ref, unit=unit, **given)


def _counted(told: str) -> tuple[str, int]:
    """PART=NUMBER."""
    part, _, number = told.partition("=")
    if not part or not number.isascii() or not number.isdecimal():
        raise BadInput("cli.no_count", value=told)
    count = int(number)
    check_number("--present", count, least=0, most=_MOST_PRESENT)
    return part, count


def _same_unit(desk: Desk, ref: str, unit: str) -> None:
    """A ref that was mistyped shall not record the meeting of somebody else."""
    from workflow.store import commands as sql  # noqa: PLC0415

    with desk.looking() as look:
        row = look.tx.one(sql.MEETING, season=look.season["id"], ref=ref)
    if row is not None and row["unit"] != unit:
        raise BadInput("cli.other_unit", meeting=ref, unit=unit, own=row["unit"])


@app.command("invite")
@verb(acting=True)
def invite_(
    desk: Desk,
    ref: Ref,
    bodies: Annotated[list[str], typer.Argument(metavar="BODY…", help="Bodies of the pack that are invited.")],
    letter: Annotated[
        str | None,
        typer.Option(
            "--letter", metavar="NO", help="After the meeting: the invitation's number; its day is --occurred."
        ),
    ] = None,
) -> int:
    """Invite bodies to a meeting, or enter the invitation of one that was held."""
    refuse_placeholders(letter=letter)
    return _meet(desk, "invite", ref=ref, invited=bodies, letter=letter)


@app.command("note")
@verb(acting=True)
def note(
    desk: Desk,
    ref: Ref,
    step: Annotated[
        str,
        typer.Argument(metavar="STEP", help="The step by its code; a wrong one lists them all."),
    ],
    text: Annotated[str | None, typer.Option("--text", metavar="TEXT", help="What was said.")] = None,
    conclusion: Annotated[
        str | None, typer.Option("--conclusion", metavar="TEXT", help="What the chair concluded.")
    ] = None,
    not_needed: Annotated[
        bool, typer.Option("--not-needed", help="The chair decided that the step was not needed.")
    ] = False,
) -> int:
    """Note a step of a meeting: what was said, what the chair concluded, or that it was not needed."""
    refuse_placeholders(text=text, conclusion=conclusion)
    needed = False if not_needed else None
    return _meet(desk, "note", ref=ref, step=step, text=text, conclusion=conclusion, needed=needed)


@app.command("minute")
@verb(acting=True)
def minute(
    desk: Desk,
    ref: Ref,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The file with the signed minutes.")],
) -> int:
    """Record the signed minutes; what was counted does not change after them."""
    return _meet(desk, "minute", ref=ref, papers=uploads([f"minutes={file}"]))


@app.command("cancel")
@verb(acting=True)
def cancel(desk: Desk, ref: Ref) -> int:
    """Cancel a planned meeting."""
    return _meet(desk, "cancel", ref=ref)


def _meet(
    desk: Desk,
    command: str,
    *,
    ref: str | None = None,
    unit: str | None = None,
    papers: "tuple[Upload, ...]" = (),
    **args: Any,
) -> int:
    from workflow.services.meetings import MeetingCommand, meet  # noqa: PLC0415

    desk.require_actor()
    order = MeetingCommand(command=command, ref=ref, unit=unit, args=args, uploads=papers)
    answer = meet(desk.context, desk.season, desk.by, order)
    status = tell(desk, answer)
    if answer.done and not answer.dry_run and command in _LOOKED_AHEAD:
        _look_ahead(desk, answer.done[-1].ref)
    if answer.done and not answer.dry_run and command in _BEFORE_IT and not desk.out.json:
        _tell_next(desk, answer.done[-1].ref)
    return status


def _tell_next(desk: Desk, ref: str) -> None:
    """What comes before a meeting whose time is registered and agreed on is held, and by whom."""
    from app.cli.remedy import line_for  # noqa: PLC0415
    from workflow.services.views.ground import Ground  # noqa: PLC0415
    from workflow.services.views.ways import before_it_is_held, meeting_step  # noqa: PLC0415
    from workflow.store import commands as sql  # noqa: PLC0415

    with desk.looking() as look:
        meeting = look.tx.one(sql.MEETING, season=look.season["id"], ref=ref) or {}
        rule = look.rules.pack.kind_of(meeting.get("kind"))
        found = None if rule is None else before_it_is_held(rule, meeting, meeting["unit"])
        if found is not None:
            step = meeting_step(Ground(look, desk.actor), {"unit": meeting["unit"], "subject": None}, found[1])
            desk.out.line("→ " + line_for(step.remedy, (), actor=step.actor))


def _look_ahead(desk: Desk, ref: str) -> None:
    """What will be asked when the votes of this meeting are recorded, and the line that records them; a body that was
    not invited is asked for too late then."""
    from workflow.rulepack import matches  # noqa: PLC0415
    from workflow.services.views.earlier import earlier  # noqa: PLC0415
    from workflow.store import commands as sql  # noqa: PLC0415

    out = desk.out
    with desk.looking() as look:
        meeting = look.tx.one(sql.MEETING, season=look.season["id"], ref=ref)
        rows = look.tx.all(sql.DOSSIERS_OF_SEASON, season=look.season["id"])
        if meeting is None:
            return
        here = [one for one in rows if one["state"] in _UNVOTED and meeting["unit"] in one["unit_path"].split(" ")]
        known = earlier(look, here)
    uninvited = list[str]()
    for guard in look.rules.pack.guards:
        missing = [one for one in _wanted(guard) if one not in meeting["invited"]]
        concerned = [one for one in here if matches(guard.where, one)]
        if missing and concerned:
            uninvited += missing
            figures = {"rule": guard.id, "bodies": ", ".join(missing), "dossiers": len(concerned), "meeting": ref}
            out.complain(out.told(f"cli.uninvited_{meeting['state']}", **figures))
    if uninvited:
        _tell_of_invitation(desk, meeting, " ".join(dict.fromkeys(uninvited)))
    elif meeting["state"] == "held" and not out.json:
        if known:
            out.say("cli.meeting_earlier", count=len(known))
            out.line("→ " + desk.line(Remedy(action="dossier.earlier", args={"unit": meeting["unit"]})))
        _tell_of_votes(desk, look.rules.pack, meeting, [one for one in here if one["subject"] != desk.actor])


def _tell_of_invitation(desk: Desk, meeting: "Row", bodies: str) -> None:
    """The invitation to a meeting that is to come; of one that was held its paper, or a new meeting."""
    out, known = desk.out, {"ref": meeting["ref"], "invite": bodies}
    if meeting["state"] != "held":
        out.complain("→ " + desk.line(Remedy(action="meeting.invite", args=known)))
        return
    paper = {**known, "letter": "NO", "occurred": "YYYY-MM-DD"}
    out.complain("→ " + desk.line(Remedy(action="meeting.invite", args=paper)))
    anew = Remedy(action="meeting.hold", args={"unit": meeting["unit"], "invite": bodies})
    out.complain(f"{out.told('cli.instead')} → {desk.line(anew)}")


def _tell_of_votes(desk: Desk, pack: "RulePack", meeting: "Row", rows: "list[Row]") -> None:
    """The line that records the votes on those who have reviewed themselves; first the lines of what is counted."""
    from workflow.rulepack import matches  # noqa: PLC0415
    from workflow.services.views.ways import is_uncounted  # noqa: PLC0415

    kind = pack.kind_of(meeting["kind"])
    here = [one for one in rows if one["state"] == "self_reviewed" and (kind is None or matches(kind.where, one))]
    uncounted = [] if kind is None else [one for one in here if is_uncounted(kind, meeting, one)]
    if uncounted:
        desk.out.say("cli.meeting_counts")
        for one in uncounted:
            counted = {"meeting": meeting["ref"], "dossier": one["ref"]}
            desk.out.line("→ " + desk.line(Remedy(action="meeting.tally", args=counted)))
    elif here:
        desk.out.say("cli.meeting_next")
        step = Remedy(action="dossier.record_vote", args={"rank": "RANK", "meeting": meeting["ref"]})
        desk.out.line("→ " + desk.line(step, [one["ref"] for one in here]))


def _wanted(guard: "GuardRule") -> tuple[str, ...]:
    """The bodies whose invitation a rule of the pack asks for."""
    bodies = guard.params.get("bodies", ()) if guard.uses == _INVITING else ()
    return tuple(map(str, bodies)) if isinstance(bodies, tuple) else (str(bodies),)


@app.command("list")
@verb()
def list_(
    desk: Desk,
    unit: Annotated[str | None, typer.Option("--unit", metavar="UNIT", help="The meetings of this unit only.")] = None,
) -> int:
    """The meetings of the season."""
    from workflow.store import commands as sql  # noqa: PLC0415

    with desk.looking() as look:
        known = {one["code"] for one in look.tx.all(sql.UNITS, season=look.season["id"])}
        rows = look.tx.all(sql.MEETINGS_OF_SEASON, season=look.season["id"])
    if unit is not None and unit not in known:
        raise BadInput("command.unknown_unit", unit=unit)
    shown = ("ref", "unit", "kind", "state", "held_on", "attendees", "invited")
    found = [{name: one[name] for name in shown} for one in rows if unit in {None, one["unit"]}]
    names = look.rules.pack.body_names(desk.out.language)
    out = desk.out
    out.document({"meetings": found})
    columns: dict[str, Callable[[Mapping[str, Any]], Any]] = {name: itemgetter(name) for name in shown}
    columns |= {
        "state": lambda one: out.word(one["state"]),
        "held_on": lambda one: one["held_on"] and out.told("cli.date", day=one["held_on"]),
        "invited": lambda one: ", ".join(names.get(body, body) for body in one["invited"]),
    }
    if not look.rules.pack.meetings:
        del columns["kind"]
    rows_shown = [tuple(shows(one) for shows in columns.values()) for one in found]
    out.table(None, [f"cli.column_{name}" for name in columns], rows_shown)
    for note in look.rules.pack.guidance:
        if note.shown_at == "meeting":
            out.line(note.text.told(out.language))
    return 0
