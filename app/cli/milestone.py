"""Steps of the plan (đầu việc của kế hoạch): listed, looked at, done, not needed, noted on."""

from typing import Annotated

import typer

from app.cli.answering import tell
from app.cli.arguments import uploads
from app.cli.desk import Desk, verb
from app.cli.dossier import UNIT
from app.cli.duty_lines import EVERY, OVERDUE, list_duties
from app.cli.remedy import refuse_placeholders

app = typer.Typer()

REF = Annotated[str, typer.Argument(metavar="REF", help="VH-0001")]
REFS = Annotated[list[str], typer.Argument(metavar="REF...", help="VH-0001; several at once: all, or none.")]
ATTACH = Annotated[
    list[str] | None,
    typer.Option("--attach", metavar="KIND=FILE", help="A paper that goes with it, where the rule asks for one."),
]


@app.command("list")
@verb()
def list_(
    desk: Desk,
    unit: UNIT = None,
    overdue: OVERDUE = False,
    every: EVERY = False,
) -> None:
    """List the steps of the plan that no dossier's command takes."""
    from workflow.services.views.milestones import milestones  # noqa: PLC0415

    list_duties(desk, milestones, unit=unit, overdue=overdue, settled=every)


@app.command("show")
@verb()
def show(desk: Desk, ref: REF) -> None:
    """Show one step: who directs, advises and carries it out, what it waits for, whom it lists, what was done."""
    from app.cli.milestone_sheet import tell_sheet  # noqa: PLC0415
    from workflow.services.views.milestones import milestone  # noqa: PLC0415

    with desk.looking() as look:
        tell_sheet(desk.out, look, milestone(look, ref))


@app.command("done")
@verb(acting=True)
def done(
    desk: Desk,
    refs: REFS,
    proof: Annotated[str, typer.Option("--proof", metavar="NO", help="Number of the proof.")],
    attach: ATTACH = None,
) -> int:
    """Record that a step which no dossier's command takes was done."""
    from workflow.services.milestones import finish  # noqa: PLC0415

    desk.require_actor()
    refuse_placeholders(proof=proof)
    return tell(desk, finish(desk.context, desk.season, desk.by, *refs, proof=proof, uploads=uploads(attach or ())))


@app.command("not-needed")
@verb(acting=True)
def not_needed(
    desk: Desk,
    refs: REFS,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, in words.")],
) -> int:
    """Record that a step which is only owed where it is needed is not."""
    from workflow.services.milestones import spare  # noqa: PLC0415

    desk.require_actor()
    refuse_placeholders(reason=reason)
    return tell(desk, spare(desk.context, desk.season, desk.by, *refs, reason=reason))


@app.command("note")
@verb(acting=True)
def note(
    desk: Desk,
    ref: REF,
    text: Annotated[
        str, typer.Option("--text", metavar="TEXT", help="How far it is, who follows up, what was agreed.")
    ],
    attach: ATTACH = None,
) -> int:
    """Put words on a step, before or after it is done."""
    from workflow.services.milestones import note as put  # noqa: PLC0415

    desk.require_actor()
    refuse_placeholders(text=text)
    return tell(desk, put(desk.context, desk.season, desk.by, ref, words=text, uploads=uploads(attach or ())))
