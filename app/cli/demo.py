"""The demo: a whole season on a virtual clock, then what it left behind."""

import shlex
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.desk import Desk, verb
from app.cli.remedy import program
from workflow.errors import BadInput

if TYPE_CHECKING:
    from app.cli.output import Output
    from app.stage import Played, Stage
    from app.story import Story
    from workflow.services.context import Context

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def attach(tree: typer.Typer) -> None:
    """Hang this verb directly on the root."""
    tree.command("demo")(verb(season=False)(demo))


def demo(
    desk: Desk,
    keep: Annotated[
        Path | None, typer.Option("--keep", metavar="DIR", help="Leave the database here to try on.")
    ] = None,
    story: Annotated[
        str | None, typer.Option("--story", metavar="STORY", help="A story that comes with Hoso, or a story file.")
    ] = None,
    plan: Annotated[
        str | None, typer.Option("--plan", metavar="PACK", help="The story that comes with Hoso for this pack.")
    ] = None,
) -> int:
    """A whole season on a virtual clock; with --keep, leaves the database and five commands to try."""
    from app.stage import Stage  # noqa: PLC0415
    from app.wiring import create_database, make_context  # noqa: PLC0415

    told = _find(story, plan)
    with _place(keep) as folder:
        settings = replace(desk.settings, database=str(folder / "hoso.db"))
        database = create_database(settings)
        context = make_context(settings, database)
        spool = folder / "mail"
        stage = Stage(told, context, lambda virtual: _look(virtual, spool))
        names = stage.pack.names(desk.out.language)
        played = []
        for one in stage.play():
            _tell(replace(desk.out, names=names), one)
            played.append(one)
        shown = Desk(settings=settings, out=desk.out, season=told.season)
        try:
            status = _show(shown, told, stage, played, keep)
        finally:
            shown.close()
            database.close()
    return status


def _find(story: str | None, plan: str | None) -> "Story":
    """A named example, a story file, the example of a pack, or the example that comes first."""
    from app.story import read_story  # noqa: PLC0415

    if story is not None and plan is not None:
        raise BadInput("cli.story_or_plan")
    shipped = {one.parent.name: one for one in sorted(EXAMPLES.glob("*/story.toml"))}
    if story in shipped:
        return read_story(shipped[story])
    if story is not None and Path(story).is_file():
        return read_story(Path(story))
    if story is not None:
        raise BadInput("cli.unknown_story", story=story, known=list(shipped))
    stories = [read_story(one) for one in shipped.values()]
    found = next((one for one in stories if (one.first if plan is None else one.pack == plan)), None)
    if found is None:
        raise BadInput("cli.unknown_story", story=plan or "", known=[one.pack for one in stories])
    return found


@contextmanager
def _place(keep: Path | None) -> Iterator[Path]:
    """The folder that the demo's database lies in: kept where somebody asked for it, gone afterwards where not."""
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="hoso-demo-") as folder:
            yield Path(folder)
        return
    if keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        raise BadInput("cli.demo_taken", path=str(keep))
    keep.mkdir(parents=True, exist_ok=True)
    try:
        yield keep
    except BaseException:
        shutil.rmtree(keep, ignore_errors=True)
        raise


def _look(context: "Context", spool: Path) -> Any:
    """One look at the clock, as the scheduler does it; letters go into a folder."""
    from notifications.announcements import announce  # noqa: PLC0415
    from notifications.channels import Spool  # noqa: PLC0415
    from notifications.delivery import deliver  # noqa: PLC0415
    from notifications.sweep import EMAIL, sweep  # noqa: PLC0415

    announced = announce(context, channels=(EMAIL,))
    swept = sweep(context)
    deliver(context, {EMAIL: Spool(folder=spool)})
    return replace(swept, messages=swept.messages + announced)


def _tell(out: "Output", played: "Played") -> None:
    scene = played.scene
    out.line(f"{scene.at:%d/%m/%Y %H:%M}  {scene.told.told(out.language)}")
    done = sum(len(one.done) for one in played.answers)
    if played.swept is not None:
        out.line("    " + out.told("cli.demo_swept", alerts=len(played.swept.alerts), messages=played.swept.messages))
    elif done:
        out.line("    " + out.told("cli.demo_done", done=done))
    for group in {group.key: group for one in played.answers for group in one.groups if group.over}.values():
        figures = {"key": group.key, "count": group.count, "allowance": group.allowance}
        out.line("    ! " + out.told("cli.demo_over", **figures))
    _tell_refusal(out, played)


def _tell_refusal(out: "Output", played: "Played") -> None:
    """How many were refused, and the first of each reason with its clause."""
    refused = [one for answer in played.answers for one in answer.refused]
    if not refused:
        return
    out.line("    ✗ " + out.told("cli.demo_refused", count=len(refused), ref=refused[0].ref))
    verdicts = {verdict.code: verdict for one in refused for verdict in one.verdicts}
    for verdict in verdicts.values():
        clause = f" [{verdict.clause}]" if verdict.clause else ""
        out.line(f"      {out.why(verdict)}{clause}")


def _show(desk: Desk, story: "Story", stage: "Stage", played: list["Played"], keep: Path | None) -> int:
    """The quota table, one dossier's replay, and whether the record holds; then what to try."""
    from app.cli.quota import quota  # noqa: PLC0415
    from app.cli.replay import replay  # noqa: PLC0415
    from workflow.replay.verification import verify  # noqa: PLC0415

    if not desk.out.json:
        desk.out.line()
        quota(desk)
        desk.out.line()
        replay(desk, stage.ref_of(story.show))
    with desk.looking() as look:
        found = verify(look.tx, look.season, look.rules, look.former)
    place = f" --db {shlex.quote(str(keep / 'hoso.db'))} --now {stage.end.isoformat()}" if keep else ""
    lines = [
        (text.told(desk.out.language), f"{program()} {stage.filled(line).removeprefix('hoso ')}{place}")
        for text, line in story.try_these
    ]
    desk.out.document(
        {
            "season": story.season,
            "scenes": len(played),
            "records": found.records,
            "holds": found.holds,
            "digest": found.digest,
            "database": str(keep / "hoso.db") if keep else None,
            "try": [line for _, line in lines],
        }
    )
    desk.out.line()
    desk.out.say("view.verified", streams=found.streams, records=found.records, digest=found.digest)
    for one in found.findings:
        desk.out.complain("✗ " + desk.out.told(one.code, **one.figures))
    if keep is None:
        desk.out.say("cli.demo_keep", program=program())
    else:
        desk.out.say("cli.demo_kept", path=str(keep))
        for text, line in lines:
            desk.out.line(f"  # {text}\n  {line}")
    return 0 if found.holds else 4
