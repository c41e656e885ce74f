"""What is due (việc đến hạn): listed, done, dated, extended, its lateness judged."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.answering import tell
from app.cli.arguments import uploads
from app.cli.desk import Desk, read_day, verb
from app.cli.dossier import UNIT
from app.cli.output import Output
from app.cli.remedy import refuse_placeholders

if TYPE_CHECKING:
    from workflow.services.views.duties import Duty

app = typer.Typer()

REF = Annotated[str, typer.Argument(metavar="REF", help="VH-0001")]


@app.command("list")
@verb()
def list_(
    desk: Desk,
    unit: UNIT = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those whose deadline has passed.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Also those that are met or closed.")] = False,
) -> None:
    """List what is due: by whom, to whom, the last good day, and how much is missing."""
    from workflow.services.views.duties import duties  # noqa: PLC0415

    with desk.looking() as look:
        found = duties(look, unit=unit, overdue=overdue, settled=every)
        names = look.rules.pack.body_names(desk.out.language)
        titles = {one.id: one.text.told(desk.out.language) for one in look.rules.pack.deadlines}
        season = look.season["code"]
    out = desk.out
    out.document({"season": season, "count": len(found), "obligations": [_value(one) for one in found]})
    columns = ("ref", "rule", "scope", "recipient", "due", "state", "missing", "what")
    rows = [
        (
            one.ref,
            one.rule,
            _owner(one, names),
            names.get(one.recipient or "", "–"),
            _day(out, one),
            _state(out, one),
            len(one.missing) or "",
            titles[one.rule],
        )
        for one in found
    ]
    out.table(
        None, [f"view.column_{one}" for one in columns], rows, least=("view.column_rule", "view.column_recipient")
    )
    late = sum(1 for one in found if one.overdue)
    out.say("view.duties_counted", count=len(found), overdue=late, undated=sum(1 for one in found if one.undated))


@app.command("done")
@verb(acting=True)
def done(
    desk: Desk,
    ref: REF,
    proof: Annotated[str, typer.Option("--proof", metavar="NO", help="Number of the proof.")],
    attach: Annotated[
        list[str] | None,
        typer.Option("--attach", metavar="KIND=FILE", help="A paper that goes with it, where the rule asks for one."),
    ] = None,
) -> int:
    """Record that a duty which no dossier's command settles was done."""
    from workflow.services.duties import finish  # noqa: PLC0415

    desk.require_actor()
    refuse_placeholders(proof=proof)
    return tell(desk, finish(desk.context, desk.season, desk.by, ref, proof=proof, uploads=uploads(attach or ())))


@app.command("not-needed")
@verb(acting=True)
def not_needed(
    desk: Desk,
    ref: REF,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, in words.")],
) -> int:
    """Record that a duty which is only owed where it is needed is not."""
    from workflow.services.duties import spare  # noqa: PLC0415

    desk.require_actor()
    refuse_placeholders(reason=reason)
    return tell(desk, spare(desk.context, desk.season, desk.by, ref, reason=reason))


@app.command("date")
@verb(acting=True)
def date(
    desk: Desk,
    ref: REF,
    on: Annotated[str, typer.Option("--on", metavar="DAY", help="The last good day.")],
    source: Annotated[str, typer.Option("--source", metavar="TEXT", help="The paper that sets it.")],
) -> int:
    """Enter the date of a duty whose paper sets none, with the source that does."""
    from workflow.services.duties import set_date  # noqa: PLC0415

    desk.require_actor()
    refuse_placeholders(on=on, source=source)
    return tell(desk, set_date(desk.context, desk.season, desk.by, ref, day=read_day(on), source=source))


@app.command("extend")
@verb(acting=True)
def extend(
    desk: Desk,
    ref: REF,
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="The new last good day.")],
    decision: Annotated[str, typer.Option("--decision", metavar="NO", help="Number of the decision.")],
) -> int:
    """Move one deadline on a recorded decision; the printed date stays on record."""
    from workflow.services import duties  # noqa: PLC0415

    desk.require_actor()
    refuse_placeholders(until=until, decision=decision)
    day = read_day(until)
    return tell(desk, duties.extend(desk.context, desk.season, desk.by, ref, until=day, decision=decision))


@app.command("assess")
@verb(acting=True)
def assess(
    desk: Desk,
    ref: REF,
    affects_party: Annotated[
        str, typer.Option("--affects-party", metavar="yes|no|unknown", help="Whether party members' ranking suffers.")
    ],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, in words.")],
) -> int:
    """Enter, or correct, what a lateness means for the ranking of party members. Lowers no rank."""
    from workflow.services import duties  # noqa: PLC0415

    desk.require_actor()
    refuse_placeholders(reason=reason)
    return tell(
        desk, duties.assess(desk.context, desk.season, desk.by, ref, affects_party=affects_party, reason=reason)
    )


def _owner(duty: "Duty", names: dict[str, str]) -> str:
    return duty.scope if duty.unit is not None else names.get(duty.owner, duty.owner)


def _day(out: Output, duty: "Duty") -> str:
    """The last good day; of what has none, the day that its hint names, marked as such."""
    if duty.last_good_day is not None:
        return out.told("view.short_weekday", day=duty.last_good_day)
    return "–" if duty.hint is None else out.told("view.short_hint", day=duty.hint.day)


def _state(out: Output, duty: "Duty") -> str:
    if duty.overdue:
        return out.told("view.flag_overdue")
    if duty.undated:
        return out.told("view.flag_undated")
    told = out.word(duty.state)
    if duty.late:
        told += ", " + out.told("view.flag_late")
    return f"{told} ({duty.decision})" if duty.decision else told


def _value(duty: "Duty") -> dict[str, Any]:
    names = ("ref", "rule", "per", "scope", "unit", "owner", "recipient", "met_by", "paper", "state", "late", "overdue")
    days = ("last_good_day", "last_working_day", "due_at")
    return {
        **{name: getattr(duty, name) for name in names},
        "directed_by": duty.directed_by,
        "advised_by": list(duty.advised_by),
        "undated": duty.undated,
        "hint": duty.hint and {"rule": duty.hint.rule, "day": duty.hint.day.isoformat()},
        "decision": duty.decision,
        **{name: getattr(duty, name) and getattr(duty, name).isoformat() for name in days},
        "missing": [row["ref"] for row in duty.missing],
    }
