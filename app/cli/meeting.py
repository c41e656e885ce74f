"""Meetings (hội nghị): planned, their invitations, held, cancelled."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.answering import tell
from app.cli.desk import Desk, check_number, read_day, verb
from app.cli.remedy import refuse_placeholders
from workflow.errors import BadInput
from workflow.facts import Remedy

if TYPE_CHECKING:
    from workflow.rulepack import GuardRule
    from workflow.store.statements import Row

app = typer.Typer()

_MOST_PRESENT = 100_000
_UNVOTED = {"drafted", "self_reviewed"}
_INVITING = "parties_invited"
"""The guard that asks who was invited."""

Unit = Annotated[str, typer.Argument(metavar="UNIT", help="The unit that meets.")]
Ref = Annotated[str, typer.Argument(metavar="REF", help="The meeting: HN-0001.")]
Invite = Annotated[
    list[str] | None, typer.Option("--invite", metavar="BODY", help="A body of the pack that is invited; repeatable.")
]


@app.command("plan")
@verb(acting=True)
def plan(desk: Desk, unit: Unit, invite: Invite = None) -> int:
    """Plan a meeting of a unit."""
    return _meet(desk, "plan", unit=unit, invited=list(invite or ()))


@app.command("hold")
@verb(acting=True)
def hold(
    desk: Desk,
    attendees: Annotated[int, typer.Option("--attendees", metavar="NUMBER", help="How many were present.")],
    unit: Annotated[
        str | None, typer.Argument(metavar="UNIT", help="The unit that met; its meeting need not be planned before.")
    ] = None,
    ref: Annotated[str | None, typer.Option("--ref", metavar="REF", help="A planned meeting: HN-0001.")] = None,
    held_on: Annotated[
        str | None, typer.Option("--held-on", metavar="DAY", help="The day of the meeting (default: today).")
    ] = None,
    invite: Invite = None,
) -> int:
    """Record that a meeting was held."""
    check_number("--attendees", attendees, least=0, most=_MOST_PRESENT)
    given: dict[str, Any] = {"attendees": attendees, "invited": list(invite or ())}
    if held_on is not None:
        given["held_on"] = read_day(held_on).isoformat()
    if ref is None and unit is None:
        raise BadInput("cli.unit_or_ref")
    if ref is not None and unit is not None:
        _same_unit(desk, ref, unit)
    return _meet(desk, "hold", ref=ref, unit=unit, **given)


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


@app.command("cancel")
@verb(acting=True)
def cancel(desk: Desk, ref: Ref) -> int:
    """Cancel a planned meeting."""
    return _meet(desk, "cancel", ref=ref)


def _meet(desk: Desk, command: str, *, ref: str | None = None, unit: str | None = None, **args: Any) -> int:
    from workflow.services.meetings import MeetingCommand, meet  # noqa: PLC0415

    desk.require_actor()
    order = MeetingCommand(command=command, ref=ref, unit=unit, args=args)
    answer = meet(desk.context, desk.season, desk.by, order)
    status = tell(desk, answer)
    if answer.done and not answer.dry_run and command != "cancel":
        _look_ahead(desk, answer.done[-1].ref)
    return status


def _look_ahead(desk: Desk, ref: str) -> None:
    """What will be asked when the votes of this meeting are recorded, and the line that records them; a body that was
    not invited is asked for too late then."""
    from workflow.rulepack import matches  # noqa: PLC0415
    from workflow.store import commands as sql  # noqa: PLC0415

    out = desk.out
    with desk.looking() as look:
        meeting = look.tx.one(sql.MEETING, season=look.season["id"], ref=ref)
        rows = look.tx.all(sql.DOSSIERS_OF_SEASON, season=look.season["id"])
    if meeting is None:
        return
    here = [one for one in rows if one["state"] in _UNVOTED and meeting["unit"] in one["unit_path"].split(" ")]
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
        _tell_of_votes(desk, ref, [one for one in here if one["subject"] != desk.actor])


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


def _tell_of_votes(desk: Desk, ref: str, rows: "list[Row]") -> None:
    """The line that records the votes on those who have reviewed themselves."""
    refs = [one["ref"] for one in rows if one["state"] == "self_reviewed"]
    if refs:
        desk.out.say("cli.meeting_next")
        step = Remedy(action="dossier.record_vote", args={"rank": "RANK", "meeting": ref})
        desk.out.line("→ " + desk.line(step, refs))


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
    shown = ("ref", "unit", "state", "held_on", "attendees", "invited")
    found = [{name: one[name] for name in shown} for one in rows if unit in {None, one["unit"]}]
    names = {one.id: one.name.told(desk.out.language) for one in look.rules.pack.bodies}
    out = desk.out
    out.document({"meetings": found})
    out.table(
        None,
        [f"cli.column_{name}" for name in shown],
        [
            (
                one["ref"],
                one["unit"],
                out.word(one["state"]),
                one["held_on"] and out.told("cli.date", day=one["held_on"]),
                one["attendees"],
                ", ".join(names.get(body, body) for body in one["invited"]),
            )
            for one in found
        ],
    )
    for note in look.rules.pack.guidance:
        if note.shown_at == "meeting":
            out.line(note.text.told(out.language))
    return 0
