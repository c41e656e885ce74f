"""Petitions about a result (kiến nghị): raised, answered, listed; the result stands meanwhile, marked under review."""

from typing import Annotated, Any

import typer

from app.cli.answering import tell
from app.cli.arguments import uploads
from app.cli.desk import Desk, verb
from app.cli.remedy import refuse_placeholders

app = typer.Typer()

REF = Annotated[str, typer.Argument(metavar="REF", help="The dossier: HS-0001.")]
TEXT = Annotated[str | None, typer.Option("--text", metavar="TEXT", help="What it says.")]
LETTER = Annotated[str | None, typer.Option("--letter", metavar="NO", help="The number of its letter.")]
ATTACH = Annotated[
    list[str] | None, typer.Option("--attach", metavar="KIND=FILE", help="A paper that goes with it; repeatable.")
]


@app.command("list")
@verb()
def list_(
    desk: Desk,
    every: Annotated[bool, typer.Option("--all", help="Also those that were answered.")] = False,
) -> None:
    """List petitions about results, those without an answer first."""
    from app.cli.dossier_lines import name_of  # noqa: PLC0415
    from workflow.services.views.petitions import petitions  # noqa: PLC0415

    with desk.looking() as look:
        found = petitions(look, answered=every)
        season = look.season["code"]
    out = desk.out
    told = [
        {
            "ref": one.row["ref"],
            "unit": one.row["unit"],
            "at": one.petition["at"],
            "by": one.petition["by"],
            "letter": one.petition["letter"],
            "text": one.text,
            "answered_at": one.petition["answered_at"],
            "outcome": one.petition["outcome"],
            "answer": one.answer,
        }
        for one in found
    ]
    out.document({"season": season, "count": len(found), "petitions": told})
    rows = [
        (
            one.row["ref"],
            name_of(out, one.row),
            one.row["unit"],
            out.told("view.instant", at=one.petition["at"]),
            out.word(one.petition["outcome"]) if one.petition["outcome"] else out.told("view.flag_review"),
            one.text or one.petition["letter"] or "–",
        )
        for one in found
    ]
    out.table(None, [f"view.column_{one}" for one in ("ref", "name", "unit", "at", "state", "what")], rows)


@app.command("raise")
@verb(acting=True)
def raise_(desk: Desk, ref: REF, text: TEXT = None, letter: LETTER = None, attach: ATTACH = None) -> int:
    """Petition about the result of a dossier that was decided on."""
    refuse_placeholders(text=text, letter=letter)
    return _do(desk, "raise_petition", ref, attach, text=text, letter=letter)


@app.command("answer")
@verb(acting=True)
def answer(
    desk: Desk,
    ref: REF,
    outcome: Annotated[
        str, typer.Option("--outcome", metavar="kept|changed", help="Whether the result is kept or was changed.")
    ],
    text: TEXT = None,
    letter: LETTER = None,
    attach: ATTACH = None,
) -> int:
    """Answer a petition; a changed result is adjusted and decided again first."""
    refuse_placeholders(outcome=outcome, text=text, letter=letter)
    return _do(desk, "answer_petition", ref, attach, outcome=outcome, text=text, letter=letter)


def _do(desk: Desk, command: str, ref: str, attach: list[str] | None, **args: Any) -> int:
    from workflow.services.dossiers import Advance, advance  # noqa: PLC0415

    desk.require_actor()
    order = Advance(command=command, refs=(ref,), args=args, uploads=uploads(attach or ()))
    return tell(desk, advance(desk.context, desk.season, desk.by, order))
