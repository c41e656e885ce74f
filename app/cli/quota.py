"""Quotas (tỷ lệ): how each group stands."""

from dataclasses import replace

import typer

from app.cli.desk import Desk, verb
from app.cli.dossier import UNIT

_LEAST = ("view.column_base", "view.column_size", "view.column_vote")
"""What the sentence of the last column tells as well, or what matters only until the vote closes."""


def attach(tree: typer.Typer) -> None:
    """Hang this verb directly on the root."""
    tree.command("quota")(verb()(quota))


def quota(desk: Desk, unit: UNIT = None) -> None:
    """How each group stands against its quota: used, what one more takes, what decides it."""
    from app.cli.quota_lines import as_row, as_value  # noqa: PLC0415
    from workflow.services.views.quotas import groups  # noqa: PLC0415

    with desk.looking() as look:
        found = groups(look, unit=unit)
        rules = {one.id: one for one in look.rules.pack.quotas}
        season = look.season["code"]
        names = look.rules.pack.names(desk.out.language)
    out = replace(desk.out, names=names)
    out.document({"season": season, "groups": [as_value(out, one) for one in found]})
    columns = [f"view.column_{one}" for one in ("group", "vote", "size", "base", "used", "mark", "note")]
    for rule in dict.fromkeys(one.quota.id for one in found):
        out.line(f"{rule}: {rules[rule].text.told(out.language)}")
        out.table(None, columns, [as_row(out, one) for one in found if one.quota.id == rule], least=_LEAST)
    over = [one.key for one in found if one.figures.over]
    out.say("view.quota_summary", count=len(found), over=len(over), keys=over)
