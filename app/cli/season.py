"""A season (kỳ đánh giá): open, look at, report, close."""

from typing import Annotated

import typer

from app.cli.desk import Desk, verb

app = typer.Typer()


@app.command("open")
@verb(season=False, acting=True)
def open_(
    desk: Desk,
    pack: Annotated[str, typer.Argument(metavar="PACK", help="A shipped pack's id, or a file.")],
    code: Annotated[str, typer.Option("--code", help="The season's name from now on.")],
    year: Annotated[int | None, typer.Option("--year", help="Year evaluated, for a yearly pack.")] = None,
    rehearsal: Annotated[bool, typer.Option("--rehearsal", help="A rehearsal: its clock may be set.")] = False,
) -> int:
    """Open a season under a rule pack."""
    from states import packs  # noqa: PLC0415
    from workflow.services.seasons import open_season  # noqa: PLC0415

    found = packs.find(pack)
    evaluated = year or found.year
    years = [evaluated, evaluated + 1] if evaluated else []
    stored = packs.dump(found, packs.working_days(years))
    answer = open_season(
        desk.context, desk.by, pack=stored, pack_hash=packs.pack_hash(stored), code=code, year=year, rehearsal=rehearsal
    )
    return desk.out.answer(answer)


@app.command("close")
@verb(acting=True)
def close(desk: Desk) -> int:
    """Close a season: nothing more is recorded in it."""
    from workflow.services.seasons import close_season  # noqa: PLC0415

    return desk.out.answer(close_season(desk.context, desk.season, desk.by))
