"""A unit's whole package: its vote closed or opened again, its dossiers submitted, a reminder to paste."""

from typing import Annotated

import typer

from app.cli.answering import tell
from app.cli.desk import Desk, verb
from app.cli.dossier import SET
from app.cli.group import REASON, vote

app = typer.Typer()

UNIT = Annotated[str, typer.Argument(metavar="UNIT", help="The unit's code.")]


@app.command("close-vote")
@verb(acting=True)
def close_vote(desk: Desk, unit: UNIT, reason: REASON = None) -> int:
    """Close the unit's vote: a fact, also where the unit is over its quota."""
    return vote(desk, "close_vote", unit, reason)


@app.command("revote")
@verb(acting=True)
def revote(desk: Desk, unit: UNIT, reason: REASON = None) -> int:
    """Take the whole unit back to the vote (xếp loại lại)."""
    return vote(desk, "revote", unit, reason)


@app.command("submit")
@verb(acting=True)
def submit(
    desk: Desk,
    unit: UNIT,
    reason: REASON = None,
    set_: SET = None,
    partial: Annotated[bool, typer.Option("--partial", help="Send what passes, refuse the rest.")] = False,
) -> int:
    """Submit the unit's voted dossiers in one package; those that are not voted yet stay, and are named."""
    from app.cli.arguments import arguments  # noqa: PLC0415
    from workflow.answers import Answer  # noqa: PLC0415
    from workflow.errors import BadInput  # noqa: PLC0415
    from workflow.services.dossiers import Advance, advance  # noqa: PLC0415
    from workflow.services.views.packages import package  # noqa: PLC0415

    actor = desk.require_actor()
    args = arguments("submit", set_ or (), reason=reason)
    with desk.looking() as look:
        found = package(look, unit, actor)
    # With nothing ready, the engine says of each dossier why not.
    order = Advance(command="submit", refs=found.ready or found.left, args=args, partial=partial, package=unit)
    try:
        answer = advance(desk.context, desk.season, desk.by, order)
    except BadInput as error:
        if error.code != "command.no_dossier":
            raise
        status = desk.out.answer(Answer(act=""))
        desk.out.say("view.nothing_to_submit", unit=unit, sent=found.sent)
        return status
    status = tell(desk, answer)
    if status == 0 and found.ready and found.left:
        desk.out.complain(desk.out.told("view.left_behind", unit=unit, count=len(found.left), refs=list(found.left)))
    return status


@app.command("nudge")
@verb()
def nudge(
    desk: Desk,
    unit: UNIT,
    as_: Annotated[str | None, typer.Option("--as", metavar="ACTOR", help="Who signs the reminder.")] = None,
) -> None:
    """Print what the unit still owes, as plain text for a chat. Sends nothing."""
    from app.cli.nudge_text import text_of  # noqa: PLC0415
    from workflow.services.views.look import person  # noqa: PLC0415
    from workflow.services.views.reminders import reminder  # noqa: PLC0415

    with desk.looking() as look:
        found = reminder(look, unit)
        signer = None if as_ is None else person(look, as_)
        text = text_of(desk.out, look, found, signer)
    due = [one.ref for one, _ in found.due]
    desk.out.document({"unit": unit, "due": due, "empty": found.empty, "text": text})
    desk.out.line(text)
