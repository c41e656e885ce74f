"""Votes counted at a meeting: totals only, never who voted how."""

from typing import Annotated

import typer

from app.cli.answering import tell
from app.cli.arguments import read_rank, uploads
from app.cli.desk import Desk, once, verb
from app.cli.remedy import refuse_placeholders
from workflow.errors import BadInput

app = typer.Typer()


@app.command("add")
@verb(acting=True)
def add(
    desk: Desk,
    ref: Annotated[str, typer.Argument(metavar="REF", help="The meeting: HN-0001.")],
    dossier: Annotated[str, typer.Argument(metavar="REF", help="The dossier: HS-0001.")],
    figures: Annotated[
        list[str],
        typer.Argument(
            metavar="FIGURE=NUMBER…",
            help="Votes by rank, and of ballots what became of them; a wrong figure lists them all.",
        ),
    ],
    step: Annotated[
        str | None,
        typer.Option(
            "--step",
            metavar="STEP",
            help="The step by its code, if it is not the overall rank; a wrong one lists them all.",
        ),
    ] = None,
    method: Annotated[
        str | None,
        typer.Option(
            "--method", metavar="METHOD", help="The way of voting, if not by ballot; a wrong one lists them all."
        ),
    ] = None,
    matter: Annotated[
        int | None, typer.Option("--matter", metavar="NUMBER", help="The number of a criterion; 0 is the whole.")
    ] = None,
    disputed: Annotated[
        list[int] | None,
        typer.Option(
            "--disputed", metavar="NUMBER", help="The number of a criterion that was not agreed on; repeatable."
        ),
    ] = None,
    committee: Annotated[
        list[str] | None,
        typer.Option("--committee", metavar="NAME", help="The name of somebody who counted; repeatable."),
    ] = None,
    attach: Annotated[str | None, typer.Option("--attach", metavar="FILE", help="The signed count.")] = None,
    correct: Annotated[bool, typer.Option("--correct", help="Correct what was counted before, with --reason.")] = False,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why it is corrected.")] = None,
) -> int:
    """Record what was counted on a dossier."""
    from workflow.services.tallies import Count, tally  # noqa: PLC0415

    refuse_placeholders(reason=reason, attach=attach, committee=(committee or [""])[-1])
    desk.require_actor()
    args = {
        "dossier": dossier,
        "step": step or "overall",
        "method": method or "ballot",
        "figures": once("FIGURE=NUMBER", (_figure(one) for one in figures)),
        "matter": matter,
        "disputed": disputed or None,
        "committee": committee or None,
        "correct": correct or None,
        "reason": reason,
    }
    papers = uploads([f"tally={attach}"]) if attach else ()
    return tell(desk, tally(desk.context, desk.season, desk.by, Count(ref=ref, args=args, uploads=papers)))


def _figure(told: str) -> tuple[str, int]:
    """FIGURE=NUMBER; a rank as it is stored, or as papers write it."""
    refuse_placeholders(figures=told)
    name, _, number = told.partition("=")
    if not name or not number.isascii() or not number.isdecimal():
        raise BadInput("cli.no_votes", value=told)
    return read_rank(name), int(number)


@app.command("list")
@verb()
def list_(desk: Desk, ref: Annotated[str, typer.Argument(metavar="REF", help="The meeting: HN-0001.")]) -> int:
    """What was counted at a meeting."""
    from workflow.services.arguments import COUNTED  # noqa: PLC0415
    from workflow.store import commands as sql  # noqa: PLC0415

    with desk.looking() as look:
        meeting = look.tx.one(sql.MEETING, season=look.season["id"], ref=ref)
        if meeting is None:
            raise BadInput("command.unknown_meeting", meeting=ref)
        refs = {one["id"]: one["ref"] for one in look.tx.all(sql.DOSSIERS_OF_SEASON, season=look.season["id"])}
    out = desk.out
    shown = ("step", "matter", "method", "figures", "disputed")
    found = [
        {"dossier": refs.get(one["dossier"], one["dossier"]), **{name: one[name] for name in shown}}
        for one in meeting["tallies"].values()
    ]
    found.sort(key=lambda one: (one["dossier"], one["step"], one["matter"]))
    out.document({"meeting": ref, "tallies": found})
    rows = [
        (
            one["dossier"],
            out.word(one["step"]) + (f" {one['matter']}" if one["matter"] else ""),
            out.word(one["method"]),
            ", ".join(f"{out.word(name)} {one['figures'][name]}" for name in COUNTED if name in one["figures"]),
        )
        for one in found
    ]
    out.table(None, [f"cli.column_{name}" for name in ("ref", "step", "method", "figures")], rows)
    return 0
