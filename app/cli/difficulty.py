"""Difficulties (vướng mắc): raised by a unit, passed on to the authority, answered, listed."""

from typing import Annotated

import typer

from app.cli.answering import tell
from app.cli.arguments import uploads
from app.cli.desk import Desk, verb
from app.cli.remedy import refuse_placeholders

app = typer.Typer()

REF = Annotated[str, typer.Argument(metavar="REF", help="VM-0001")]
LETTER = Annotated[str | None, typer.Option("--letter", metavar="NO", help="The number of the letter.")]
ATTACH = Annotated[
    list[str] | None, typer.Option("--attach", metavar="KIND=FILE", help="A paper that goes with it; repeatable.")
]


@app.command("list")
@verb()
def list_(
    desk: Desk,
    every: Annotated[bool, typer.Option("--all", help="Also those that were answered.")] = False,
) -> None:
    """List the difficulties that units raised, those without an answer first."""
    from workflow.services.views.difficulties import difficulties  # noqa: PLC0415

    with desk.looking() as look:
        found = difficulties(look, answered=every)
        season = look.season["code"]
    out = desk.out
    told = [{**one.mark, "ref": one.ref, "unit": one.unit, "text": one.text, "answer": one.answer} for one in found]
    out.document({"season": season, "count": len(found), "difficulties": told})
    rows = [
        (
            one.ref,
            one.unit,
            out.told("view.instant", at=one.mark["at"]),
            out.word(one.mark["state"]),
            one.text or out.told("view.erased"),
            one.answer or one.mark.get("answer_letter") or "–",
        )
        for one in found
    ]
    out.table(None, [f"view.column_{one}" for one in ("ref", "unit", "at", "state", "what", "answer")], rows)


@app.command("raise")
@verb(acting=True)
def raise_(
    desk: Desk,
    unit: Annotated[str, typer.Argument(metavar="UNIT", help="The unit's code.")],
    text: Annotated[str, typer.Option("--text", metavar="TEXT", help="What the difficulty is.")],
    letter: LETTER = None,
    attach: ATTACH = None,
) -> int:
    """Raise a difficulty; whoever follows the unit is told."""
    from workflow.services.difficulties import raise_difficulty  # noqa: PLC0415

    desk.require_actor()
    refuse_placeholders(text=text, letter=letter)
    files = uploads(attach or ())
    answer = raise_difficulty(desk.context, desk.season, desk.by, unit, words=text, letter=letter, uploads=files)
    return tell(desk, answer)


@app.command("pass-on")
@verb(acting=True)
def pass_on(desk: Desk, ref: REF, letter: LETTER = None) -> int:
    """Pass a difficulty on to the authority above, which is told."""
    from workflow.services.difficulties import Move, move  # noqa: PLC0415

    desk.require_actor()
    refuse_placeholders(letter=letter)
    return tell(
        desk, move(desk.context, desk.season, desk.by, Move(command="pass_on", ref=ref, args={"letter": letter}))
    )


@app.command("answer")
@verb(acting=True)
def answer(
    desk: Desk,
    ref: REF,
    text: Annotated[str | None, typer.Option("--text", metavar="TEXT", help="What the answer says.")] = None,
    letter: LETTER = None,
    attach: ATTACH = None,
) -> int:
    """Answer a difficulty; the unit is told."""
    from workflow.services.difficulties import Move, move  # noqa: PLC0415

    desk.require_actor()
    refuse_placeholders(text=text, letter=letter)
    args = {"text": text, "letter": letter}
    order = Move(command="answer_difficulty", ref=ref, args=args, uploads=uploads(attach or ()))
    return tell(desk, move(desk.context, desk.season, desk.by, order))
