"""What is due, as a list and as plain values."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.desk import Desk
from app.cli.output import Output

if TYPE_CHECKING:
    from workflow.services.views.duties import Duty

OVERDUE = Annotated[bool, typer.Option("--overdue", help="Only those whose deadline has passed.")]
EVERY = Annotated[bool, typer.Option("--all", help="Also those that are met or closed.")]


def list_duties(desk: Desk, view: "Callable[..., list[Duty]]", **which: Any) -> None:
    """Print what a view gives of what is due: all of it, or the steps of the plan; `which` narrows it."""
    with desk.looking() as look:
        found = view(look, **which)
        names = look.rules.pack.body_names(desk.out.language)
        titles = {one.id: one.text.told(desk.out.language) for one in look.rules.pack.deadlines}
        season = look.season["code"]
    out = desk.out
    out.document({"season": season, "count": len(found), "obligations": [as_value(one) for one in found]})
    columns = ("ref", "rule", "scope", "recipient", "due", "state", "missing", "what")
    rows = [
        (
            one.ref,
            one.rule,
            _owner(one, names),
            names.get(one.recipient or "", "–"),
            _day(out, one),
            _state(out, one),
            len(one.missing) or "",
            titles[one.rule],
        )
        for one in found
    ]
    out.table(
        None, [f"view.column_{one}" for one in columns], rows, least=("view.column_rule", "view.column_recipient")
    )
    late = sum(1 for one in found if one.overdue)
    out.say("view.duties_counted", count=len(found), overdue=late, undated=sum(1 for one in found if one.undated))


def _owner(duty: "Duty", names: dict[str, str]) -> str:
    return duty.scope if duty.unit is not None else names.get(duty.owner, duty.owner)


def _day(out: Output, duty: "Duty") -> str:
    """The last good day; of what has none, the day that its hint names, marked as such."""
    if duty.last_good_day is not None:
        return out.told("view.short_weekday", day=duty.last_good_day)
    return "–" if duty.hint is None else out.told("view.short_hint", day=duty.hint.day)


def _state(out: Output, duty: "Duty") -> str:
    if duty.overdue:
        return out.told("view.flag_overdue")
    if duty.undated:
        return out.told("view.flag_undated")
    told = out.word(duty.state)
    if duty.late:
        told += ", " + out.told("view.flag_late")
    return f"{told} ({duty.decision})" if duty.decision else told


def as_value(duty: "Duty") -> dict[str, Any]:
    names = ("ref", "rule", "per", "scope", "unit", "owner", "recipient", "met_by", "paper", "state", "late", "overdue")
    days = ("last_good_day", "last_working_day", "due_at")
    return {
        **{name: getattr(duty, name) for name in names},
        "directed_by": duty.directed_by,
        "advised_by": list(duty.advised_by),
        "joined_by": list(duty.joined_by),
        "undated": duty.undated,
        "hint": duty.hint and {"rule": duty.hint.rule, "day": duty.hint.day.isoformat()},
        "decision": duty.decision,
        **{name: getattr(duty, name) and getattr(duty, name).isoformat() for name in days},
        "missing": [row["ref"] for row in duty.missing],
    }
