"""Dossiers (hồ sơ): listed, looked at, advanced."""

from typing import Annotated

import typer

from app.cli.answering import tell
from app.cli.desk import Desk, verb
from app.cli.remedy import refuse_placeholders
from workflow.errors import BadInput

app = typer.Typer()

UNIT = Annotated[str | None, typer.Option("--unit", metavar="UNIT", help="A unit, and the units below it.")]
SET = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="An argument of the command; an unknown one lists all."),
]


@app.command("list")
@verb()
def list_(
    desk: Desk,
    unit: UNIT = None,
    state: Annotated[str | None, typer.Option("--state", metavar="STATE", help="Only dossiers in this state.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those whose deadline has passed.")] = False,
    track: Annotated[str | None, typer.Option("--track", metavar="TRACK", help="civil_servant or party.")] = None,
) -> None:
    """List dossiers: where each stands, and what it owes by when."""
    from app.cli.dossier_lines import as_row, as_value  # noqa: PLC0415
    from workflow.services.views.dossiers import lines  # noqa: PLC0415

    with desk.looking() as look:
        found = lines(look, unit=unit, state=state, track=track, overdue=overdue)
        season = look.season["code"]
    out = desk.out
    out.document({"season": season, "count": len(found), "dossiers": [as_value(one) for one in found]})
    columns = ("ref", "name", "unit", "track", "state", "rank", "due")
    out.table(
        None,
        [f"view.column_{one}" for one in columns],
        [as_row(out, one) for one in found],
        least=("view.column_track",),
    )
    out.say("view.dossiers_counted", count=len(found), overdue=sum(1 for one in found if one.overdue))


@app.command("show")
@verb()
def show(desk: Desk, ref: Annotated[str, typer.Argument(metavar="REF", help="HS-0001")]) -> None:
    """Show one dossier: ranks, route, deadlines, group, papers, and what comes next."""
    from app.cli.dossier_sheet import as_value, tell  # noqa: PLC0415
    from workflow.services.views.dossiers import sheet  # noqa: PLC0415

    with desk.looking() as look:
        found = sheet(look, ref)
        desk.out.document(as_value(desk.out, look, found))
        tell(desk.out, look, found)


@app.command("earlier")
@verb()
def earlier_(desk: Desk, unit: UNIT = None) -> None:
    """How those who are voted on were ranked in other seasons of the year, and last year."""
    from app.cli.earlier_lines import COLUMNS, as_row, as_value  # noqa: PLC0415
    from workflow.services.views.dossiers import lines  # noqa: PLC0415
    from workflow.services.views.earlier import earlier  # noqa: PLC0415

    with desk.looking() as look:
        rows = [one.row for one in lines(look, unit=unit)]
        known = earlier(look, rows)
        zone, season = look.rules.pack.zone, look.season["code"]
    found = [(row, one) for row in rows for one in known.get(row["subject"], ())]
    out = desk.out
    told = [{"dossier": row["ref"], "subject": row["subject"], **as_value(zone, one)} for row, one in found]
    out.document({"season": season, "count": len(told), "results": told})
    out.table(None, [f"view.column_{one}" for one in COLUMNS], [as_row(out, zone, *one) for one in found])
    out.say("view.earlier_counted", count=len(found))


@app.command("send")
@verb(acting=True)
def send(
    desk: Desk,
    ref: Annotated[str, typer.Argument(metavar="REF", help="HS-0001")],
    to: Annotated[str, typer.Option("--to", metavar="BODY", help="A recipient on the dossier's route.")],
    letter: Annotated[str, typer.Option("--letter", metavar="NO", help="Number of the letter it goes with.")],
) -> int:
    """Record that a submitted dossier was sent to a further recipient."""
    from workflow.services.dossiers import Advance, advance  # noqa: PLC0415

    desk.require_actor()
    refuse_placeholders(to=to, letter=letter)
    order = Advance(command="send", refs=(ref,), args={"to": to, "letter": letter})
    return tell(desk, advance(desk.context, desk.season, desk.by, order))


@app.command("circumstance")
@verb(acting=True)
def circumstance(
    desk: Desk,
    ref: Annotated[str, typer.Argument(metavar="REF", help="HS-0001")],
    name: Annotated[
        str, typer.Argument(metavar="CIRCUMSTANCE", help="Which one; a wrong one lists those of the pack.")
    ],
    months: Annotated[
        int | None, typer.Option("--months", metavar="NUMBER", help="For how many months of the year, 0 to 12.")
    ] = None,
    letter: Annotated[
        str | None, typer.Option("--letter", metavar="NO", help="Number of the letter or decision that proves it.")
    ] = None,
    text: Annotated[
        str | None, typer.Option("--text", metavar="TEXT", help="What it is, of what is told in words.")
    ] = None,
    nothing: Annotated[bool, typer.Option("--none", help="Take it back; needs --reason.")] = False,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why it is taken back.")] = None,
) -> int:
    """Put on record a circumstance that the pack knows, or take it back."""
    from workflow.services.dossiers import Advance, advance  # noqa: PLC0415

    desk.require_actor()
    refuse_placeholders(name=name, letter=letter, text=text, reason=reason)
    args = {"circumstance": name, "months": months, "letter": letter, "text": text, "reason": reason}
    args["none"] = nothing or None
    order = Advance(command="record_circumstance", refs=(ref,), args=args)
    return tell(desk, advance(desk.context, desk.season, desk.by, order))


@app.command("fault")
@verb(acting=True)
def fault(
    desk: Desk,
    ref: Annotated[str, typer.Argument(metavar="REF", help="HS-0001")],
    text: Annotated[
        str | None, typer.Option("--text", metavar="TEXT", help="What the fault is, or how it was mended.")
    ] = None,
    mended: Annotated[
        int | None, typer.Option("--mended", metavar="NUMBER", help="The fault of this number was mended.")
    ] = None,
    letter: Annotated[
        str | None, typer.Option("--letter", metavar="NO", help="Number of the letter that says it was mended.")
    ] = None,
    take_back: Annotated[
        int | None, typer.Option("--take-back", metavar="NUMBER", help="Take this one back; needs --reason.")
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why it is taken back.")] = None,
) -> int:
    """Put on record a fault that the review pointed out, that it was mended, or take it back."""
    from workflow.services.dossiers import Advance, advance  # noqa: PLC0415

    desk.require_actor()
    refuse_placeholders(text=text, letter=letter, reason=reason)
    if mended is not None and take_back is not None:
        raise BadInput("cli.mended_or_taken_back")
    number = take_back if mended is None else mended
    told = {"text": text, "letter": letter, "reason": reason}
    ways = {"mended": mended is not None or None, "none": take_back is not None or None}
    order = Advance(command="record_fault", refs=(ref,), args={"fault": number, **told, **ways})
    return tell(desk, advance(desk.context, desk.season, desk.by, order))


@app.command("answer")
@verb(acting=True)
def answer(
    desk: Desk,
    ref: Annotated[str, typer.Argument(metavar="REF", help="HS-0001")],
    name: Annotated[
        str, typer.Argument(metavar="FAULT", help="A fault of an earlier season as the dossier shows it: HS-0012/1.")
    ],
    mended: Annotated[bool, typer.Option("--mended", help="It was mended; without this it is still open.")] = False,
    text: Annotated[
        str | None, typer.Option("--text", metavar="TEXT", help="How it was mended, or why it is still open.")
    ] = None,
    letter: Annotated[
        str | None, typer.Option("--letter", metavar="NO", help="Number of the letter that says it was mended.")
    ] = None,
) -> int:
    """Say of a fault that an earlier review left open whether it was mended."""
    from workflow.services.dossiers import Advance, advance  # noqa: PLC0415

    desk.require_actor()
    refuse_placeholders(name=name, text=text, letter=letter)
    args = {"carried": name, "mended": mended or None, "text": text, "letter": letter}
    order = Advance(command="answer_fault", refs=(ref,), args=args)
    return tell(desk, advance(desk.context, desk.season, desk.by, order))


@app.command("advance")
@verb(acting=True)
def advance_(
    desk: Desk,
    words: Annotated[list[str], typer.Argument(metavar="REF... COMMAND", help="Dossiers, then the command.")],
    rank: Annotated[
        str | None,
        typer.Option("--rank", metavar="RANK", help="excellent, good, completed, not_completed (or HTTNV …)."),
    ] = None,
    set_: SET = None,
    attach: Annotated[
        list[str] | None, typer.Option("--attach", metavar="KIND=FILE", help="A paper that goes with it.")
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="The reason, in words.")] = None,
    external: Annotated[
        str | None, typer.Option("--external", metavar="DECISION", help="Number of an outside authority's decision.")
    ] = None,
    decision: Annotated[
        str | None, typer.Option("--decision", metavar="NO", help="Number of the decision; its day is --occurred.")
    ] = None,
    partial: Annotated[bool, typer.Option("--partial", help="Do what passes, refuse the rest.")] = False,
) -> int:
    """Take one or many dossiers a step further, all or none."""
    from app.cli.arguments import KEYS, arguments, uploads  # noqa: PLC0415
    from workflow.services.dossiers import Advance, advance  # noqa: PLC0415

    desk.require_actor()
    command = words[-1].replace("-", "_")
    if len(words) == 1:
        raise BadInput("view.refs_and_command", given=words[0], known=list(KEYS))
    order = Advance(
        command=command,
        refs=tuple(words[:-1]),
        args=arguments(command, set_ or (), rank=rank, reason=reason, decision=decision, external=external),
        uploads=uploads(attach or ()),
        partial=partial,
    )
    return tell(desk, advance(desk.context, desk.season, desk.by, order), batch=order.refs)
