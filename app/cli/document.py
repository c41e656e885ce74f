"""Papers of dossiers (văn bản): handed in, listed; suggestions, explanations, comments."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.answering import tell
from app.cli.arguments import upload
from app.cli.desk import Desk, read_day, verb
from app.cli.remedy import refuse_placeholders
from workflow.errors import BadInput

if TYPE_CHECKING:
    from workflow.services.context import Upload

app = typer.Typer()

Ref = Annotated[str, typer.Argument(metavar="REF", help="The dossier: HS-0001.")]
File = Annotated[str, typer.Argument(metavar="FILE", help="The file.")]
From = Annotated[str | None, typer.Option("--from", metavar="BODY", help="The body, as the pack names it.")]
Text = Annotated[str | None, typer.Option("--text", metavar="TEXT", help="What it says.")]
Nothing = Annotated[bool, typer.Option("--none", help="There is none; that is put on record.")]


@app.command("add")
@verb(acting=True)
def add(
    desk: Desk,
    ref: Ref,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="What paper it is; a wrong one lists them all.")],
    file: File,
    form: Annotated[str | None, typer.Option("--form", metavar="FORM", help="The form that it is on.")] = None,
    section: Annotated[
        list[str] | None, typer.Option("--section", metavar="PART", help="A part that it has; repeatable.")
    ] = None,
    new_version: Annotated[
        bool, typer.Option("--new-version", help="A corrected version of the paper that is there; needs --reason.")
    ] = False,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why it was corrected.")] = None,
) -> int:
    """Hand in a paper of a dossier."""
    refuse_placeholders(file=file, form=form, reason=reason)
    args = {"form": form, "sections": list(section or ()) or None, "reason": reason}
    return _do(desk, "attach", ref, (upload(kind, file),), **args, new_version=new_version or None)


@app.command("list")
@verb()
def list_(
    desk: Desk,
    ref: Annotated[str | None, typer.Argument(metavar="REF", help="A dossier: HS-0001.")] = None,
    unit: Annotated[str | None, typer.Option("--unit", metavar="UNIT", help="A unit, and the units below it.")] = None,
) -> int:
    """What papers dossiers need, which they have, and what is missing."""
    from app.cli.document_lines import as_value, rows_of  # noqa: PLC0415
    from workflow.services.views.dossiers import lines, named  # noqa: PLC0415
    from workflow.services.views.papers import beside, checklist  # noqa: PLC0415

    if ref is not None and unit is not None:
        raise BadInput("view.ref_or_unit")
    with desk.looking() as look:
        found = [named(look, ref)] if ref is not None else [one.row for one in lines(look, unit=unit)]
        pack = look.rules.pack
        lists = [checklist(pack, row, beside(look, row)) for row in found]
    out = desk.out
    out.document({"dossiers": [as_value(out, one) for one in lists]})
    if not (pack.papers or pack.suggestions or pack.comments):
        out.say("view.no_papers_asked")
    columns = ("ref", "code", "paper", "form", "needed_at", "stands")
    out.table(
        None, [f"view.column_{one}" for one in columns], [row for one in lists for row in rows_of(out, pack, one)]
    )
    return 0


@app.command("suggest")
@verb(acting=True)
def suggest(
    desk: Desk,
    ref: Ref,
    body: From = None,
    on: Annotated[str | None, typer.Option("--on", metavar="DAY", help="The day of the suggestion.")] = None,
    text: Text = None,
    nothing: Nothing = False,
) -> int:
    """Record a review suggestion from above, or that there is none."""
    refuse_placeholders(body=body, on=on, text=text)
    day = None if on is None else read_day(on).isoformat()
    return _do(desk, "suggest", ref, body=body, on=day, text=text, none=nothing or None)


@app.command("explain")
@verb(acting=True)
def explain(desk: Desk, ref: Ref, file: File) -> int:
    """Hand in the explanation that answers a suggestion."""
    refuse_placeholders(file=file)
    return _do(desk, "explain", ref, (upload("explanation", file),))


@app.command("comments")
@verb(acting=True)
def comments(desk: Desk, ref: Ref, body: From = None, text: Text = None, nothing: Nothing = False) -> int:
    """Record a body's comments on the draft, or that it has none."""
    refuse_placeholders(body=body, text=text)
    return _do(desk, "comment", ref, body=body, text=text, none=nothing or None)


def _do(desk: Desk, command: str, ref: str, files: "tuple[Upload, ...]" = (), **args: Any) -> int:
    from workflow.services.dossiers import Advance, advance  # noqa: PLC0415

    desk.require_actor()
    order = Advance(command=command, refs=(ref,), args=args, uploads=files)
    return tell(desk, advance(desk.context, desk.season, desk.by, order))
