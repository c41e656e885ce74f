"""The list of persons and collectives: a page of the synthesis, and plain values; and how any page is begun."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.cli.dossier_lines import name_of, short
from app.cli.output import Output
from workbooks.report import Cell, Column, Kind, Page
from workflow.dates import local_day
from workflow.rulepack import OWN_UNIT

if TYPE_CHECKING:
    from app.cli.desk import Look
    from workflow.services.registers import LateLine
    from workflow.services.views.synthesis import Ranked, Synthesis


def page_of(
    out: Output,
    name: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    *,
    notes: Sequence[str] = (),
    marked: Sequence[int] = (),
    total: Sequence[Cell] | None = None,
) -> Page:
    """A page with its title, heading and what is said where it is empty, by name."""
    return Page(
        title=out.told(f"report.page_{name}"),
        heading=out.told(f"report.heading_{name}"),
        columns=tuple(columns),
        rows=rows,
        notes=tuple(notes),
        marked=frozenset(marked),
        total=total,
        empty=out.told("report.empty"),
    )


def columns_of(out: Output, **widths: int) -> list[Column]:
    """Text columns by name and width; a negative width is a column of numbers."""
    return [
        Column(
            heading=out.told(f"report.column_{name}"), width=abs(width), kind=Kind.NUMBER if width < 0 else Kind.TEXT
        )
        for name, width in widths.items()
    ]


def ranked_page(out: Output, look: "Look", found: "Synthesis") -> Page:
    """Everybody who is ranked, with what was proposed and decided, by whom, and what was late."""
    columns = columns_of(
        out, ref=9, unit_name=24, subject_name=22, post=20, track=10, proposed=9, decided=9, decision=14
    )
    columns.append(Column(heading=out.told("report.column_decided_on"), width=11, kind=Kind.DAY))
    columns += columns_of(out, ratifier=20, state=14, late=28)
    rows = [_cells(out, look, one) for one in found.ranked]
    marked = [at for at, one in enumerate(found.ranked) if one.overdue]
    return page_of(out, "ranked", columns, rows, notes=(out.told("report.note_ranked"),), marked=marked)


def _cells(out: Output, look: "Look", one: "Ranked") -> tuple[Cell, ...]:
    row = one.row
    ranks = (None if row[which] is None else short(out, row[which]) for which in ("proposed", "decided"))
    late = [_late(out, look, line) for line in one.late] + ([out.told("report.overdue")] if one.overdue else [])
    return (
        row["ref"],
        row["unit_name"],
        name_of(out, row),
        row["post"] or None,
        out.word(row["track"]),
        *ranks,
        one.decision,
        one.decided_on,
        _ratifier(out, look, one),
        _state(out, one),
        "; ".join(late) or None,
    )


def _ratifier(out: Output, look: "Look", one: "Ranked") -> str | None:
    if one.ratifier == OWN_UNIT:
        return str(one.row["unit_name"])
    return next((body.name.told(out.language) for body in look.rules.pack.bodies if body.id == one.ratifier), None)


def _state(out: Output, one: "Ranked") -> str:
    """The state, with why somebody left or is not ranked."""
    marks, state = one.row["marks"], one.row["state"]
    why = {"not_ranked": marks.get("not_ranked_reason"), "withdrawn": marks.get("leave_reason")}.get(state)
    return out.word(state) + (f" ({out.word(why)})" if why else "")


def _late(out: Output, look: "Look", line: "LateLine") -> str:
    day = None if line.until is None else local_day(line.until, look.rules.pack.zone)
    reason = reason_of(out, line)
    told = out.told("report.late_reason" if reason else "report.late_no_reason", rule=line.rule, day=day, reason=reason)
    return told + (f" ({line.covered_by})" if line.covered_by else "")


def reason_of(out: Output, line: "LateLine") -> str | None:
    """The reasons given for a lateness; of those that were erased, that they were."""
    told = [one for one in (line.reason, out.told("view.erased") if line.reason_erased else None) if one]
    return "; ".join(told) or None


def as_value(out: Output, look: "Look", one: "Ranked") -> dict[str, Any]:
    """One of the list as plain values; `name` and a reason are None where they were erased."""
    names = ("ref", "unit", "unit_name", "subject", "name", "kind", "post", "track", "proposed", "decided", "state")
    marks = one.row["marks"]
    return {
        **{name: one.row[name] for name in names},
        "state_reason": marks.get("not_ranked_reason") or marks.get("leave_reason"),
        "decision": one.decision,
        "decided_on": one.decided_on and one.decided_on.isoformat(),
        "ratifier": one.ratifier,
        "ratifier_name": _ratifier(out, look, one),
        "overdue": one.overdue,
        "late": [
            {
                "rule": line.rule,
                "due_at": line.due_at.isoformat(),
                "at": line.until and line.until.isoformat(),
                "days": line.days,
                "reason": line.reason,
                "reason_erased": line.reason_erased,
                "covered_by": line.covered_by,
            }
            for line in one.late
        ],
    }
