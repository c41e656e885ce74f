"""Today: what waits for one person, by last good working day."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.desk import Desk, verb
from app.cli.output import Output
from app.cli.remedy import line_for
from workflow.facts import Remedy

if TYPE_CHECKING:
    from workflow.services.views.desk import Task

MOST_REFS = 40
"""A line with more dossiers than this is no help; the list of them is."""

_LISTED = {"dossier.record_vote": "self_reviewed", "dossier.ratify": "submitted", "dossier.receive": "submitted"}


def attach(tree: typer.Typer) -> None:
    """Hang this verb directly on the root."""
    tree.command("today")(verb()(today))


def today(
    desk: Desk,
    actor: Annotated[str, typer.Option("--as", metavar="ACTOR", help="Whose day: a roster code.")],
) -> None:
    """What waits for me, by last good working day, each with the line to paste."""
    from app.cli.dossier_lines import name_of  # noqa: PLC0415
    from workflow.services.views.look import person  # noqa: PLC0415
    from workflow.services.views.tasks import tasks  # noqa: PLC0415

    with desk.looking() as look:
        found = tasks(look, actor)
        who = name_of(desk.out, person(look, actor))
        names = look.rules.pack.body_names(desk.out.language)
        titles = {one.id: one.text.told(desk.out.language) for one in look.rules.pack.deadlines}
        now, season, is_open = look.now, look.season["code"], look.season["state"] == "open"
    out = desk.out
    told = [(one, _told(out, one, names, titles), _line(one, actor)) for one in found]
    out.document({"season": season, "actor": actor, "tasks": [_value(*one) for one in told]})
    out.say("view.today_title", name=who, actor=actor, at=now, season=season)
    for task, text, line in told:
        out.line()
        out.line(f"{_day(out, task)} · {text}")
        out.line(f"  {line}")
    if not found:
        out.say("view.today_nothing" if is_open else "view.today_closed", season=season, at=now)


def _told(out: Output, task: "Task", names: dict[str, str], titles: dict[str, str]) -> str:
    figures = dict(task.figures)
    figures["text"] = titles.get(str(figures.get("rule")))
    for name in figures.keys() & {"body", "owner"}:
        figures[name] = names.get(figures[name], figures.get("unit") or out.told("view.own_unit"))
    told = out.told(task.code, **figures)
    return f"{told} {out.told('view.hinted', day=figures['hint'], rule=figures['step'])}" if "hint" in figures else told


def _day(out: Output, task: "Task") -> str:
    if task.day is None:
        return out.told("view.today_undated")
    return out.told("view.today_overdue" if task.overdue else "view.today_day", day=task.day)


def _line(task: "Task", actor: str) -> str:
    if len(task.refs) > MOST_REFS and task.step.action in _LISTED:
        step = Remedy(action="dossier.list", args={"unit": str(task.figures["unit"])})
        return line_for(step, (), actor=None) + f" --state {_LISTED[task.step.action]}"
    return line_for(task.step, task.refs, actor=actor)


def _value(task: "Task", text: str, line: str) -> dict[str, Any]:
    return {
        "role": task.role.value,
        "what": text,
        "code": task.code,
        "figures": dict(task.figures),
        "refs": list(task.refs),
        "day": task.day and task.day.isoformat(),
        "overdue": task.overdue,
        "command": line,
    }
