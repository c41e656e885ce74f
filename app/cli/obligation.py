"""What is due (việc đến hạn): listed, dated, extended, its lateness judged."""

from typing import Annotated

import typer

from app.cli.answering import tell
from app.cli.desk import Desk, read_day, verb
from app.cli.dossier import UNIT
from app.cli.duty_lines import EVERY, OVERDUE, list_duties
from app.cli.remedy import refuse_placeholders

app = typer.Typer()

REF = Annotated[str, typer.Argument(metavar="REF", help="VH-0001")]


@app.command("list")
@verb()
def list_(
    desk: Desk,
    unit: UNIT = None,
    overdue: OVERDUE = False,
    every: EVERY = False,
) -> None:
    """List what is due: by whom, to whom, the last good day, and how much is missing."""
    from workflow.services.views.duties import duties  # noqa: PLC0415

    list_duties(desk, duties, unit=unit, overdue=overdue, settled=every)


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
