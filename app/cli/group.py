"""Groups (nhóm) that a quota is judged over: listed, and closed where they are not one unit's."""

from typing import Annotated

import typer

from app.cli.answering import tell
from app.cli.desk import Desk, verb
from app.cli.remedy import refuse_placeholders

app = typer.Typer()

GROUP = Annotated[str, typer.Argument(metavar="KEY", help="The group's key, as `group list` shows it.")]
REASON = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="The reason, in words.")]


@app.command("list")
@verb()
def list_(desk: Desk) -> None:
    """List every group: its key, rule, members' units and vote."""
    from app.cli.quota_lines import as_value  # noqa: PLC0415
    from workflow.services.views.quotas import groups  # noqa: PLC0415

    with desk.looking() as look:
        found = groups(look)
        season = look.season["code"]
    out = desk.out
    out.document({"season": season, "groups": [as_value(out, one) for one in found]})
    rows = [
        (
            one.key,
            one.quota.id,
            ", ".join(one.units[:3]) + (" …" if len(one.units) > 3 else ""),  # noqa: PLR2004  a line holds three
            out.word(one.vote) if one.votes else "–",
            out.told("view.short_day", day=one.closed_on) if one.closed_on else "",
            f"{one.figures.count}/{one.figures.allowance}",
        )
        for one in found
    ]
    columns = ("key", "rule", "units", "vote", "closed_on", "used")
    out.table(None, [f"view.column_{one}" for one in columns], rows, least=("view.column_units",))


@app.command("close")
@verb(acting=True)
def close(desk: Desk, group: GROUP, reason: REASON = None) -> int:
    """Close a group's vote: a fact, also where the group is over."""
    return vote(desk, "close_vote", group, reason)


@app.command("revote")
@verb(acting=True)
def revote(desk: Desk, group: GROUP, reason: REASON = None) -> int:
    """Take the whole group back to the vote."""
    return vote(desk, "revote", group, reason)


def vote(desk: Desk, command: str, key: str, reason: str | None) -> int:
    """Close or reopen the vote of the groups with this key."""
    from workflow.services import votes  # noqa: PLC0415

    desk.require_actor()
    refuse_placeholders(reason=reason)
    return tell(desk, votes.vote(desk.context, desk.season, desk.by, command, key, reason=reason))
