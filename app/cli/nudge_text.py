"""A reminder as plain text: what a coordinator pastes into a chat group."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from app.cli.dossier_lines import name_of
from app.cli.output import Output
from app.cli.quota_lines import sentence_of
from workflow.dates import local_day

if TYPE_CHECKING:
    from workflow.rulepack import Deadline
    from workflow.services.views.duties import Duty
    from workflow.services.views.look import Look
    from workflow.services.views.reminders import Reminder
    from workflow.store.statements import Row


def text_of(out: Output, look: "Look", found: "Reminder", signer: "Row | None") -> str:
    """The whole text, without a line break at its end."""
    unit = found.unit
    told = [
        out.told("view.nudge_to", unit=unit["code"], name=unit["name"]),
        out.told("view.nudge_about", season=look.season["code"], at=look.now),
    ]
    for number, (duty, rule) in enumerate(found.due, start=1):
        told += ["", *_due(out, look, number, duty, rule)]
    if found.over:
        told.append("")
        told += [out.told("view.nudge_over", key=one.key, told=sentence_of(out, one)) for one in found.over]
    if found.undated:
        told += ["", out.told("view.nudge_undated", count=len(found.undated)), *_names(out, found.undated)]
    if found.below:
        told += ["", out.told("view.nudge_below")]
        told += [out.told("view.nudge_below_line", unit=one, count=count) for one, count in found.below.items()]
    if found.empty:
        told += ["", out.told("view.nudge_nothing")]
    if signer is not None:
        told += ["", out.told("view.nudge_signed", name=name_of(out, signer), post=signer["post"] or signer["unit"])]
    return "\n".join(told)


def _due(out: Output, look: "Look", number: int, duty: "Duty", rule: "Deadline") -> Iterator[str]:

    pack = look.rules.pack
    yield f"{number}. {rule.text.told(out.language)}"
    yield "   " + _when(out, look, duty)
    yield "   " + out.told("view.nudge_clause", clause=pack.cited(rule.clause), rule=rule.id)
    names = pack.body_names(out.language)
    if duty.recipient is not None:
        yield "   " + out.told("view.nudge_recipient", name=names.get(duty.recipient, duty.recipient))
    if duty.paper is not None:
        yield "   " + out.told("view.nudge_paper", kind=duty.paper)
    if duty.missing:
        yield "   " + out.told("view.nudge_missing", count=len(duty.missing))
        yield from _names(out, duty.missing)


def _when(out: Output, look: "Look", duty: "Duty") -> str:
    if duty.last_good_day is None or duty.last_working_day is None:
        told = out.told("view.nudge_no_day")
        hint = duty.hint
        return told if hint is None else f"{told} {out.told('view.hinted', day=hint.day, rule=hint.rule)}"
    left = (duty.last_good_day - local_day(look.now, look.rules.pack.zone)).days
    code = "overdue" if duty.overdue else "today" if left == 0 else "day"
    told = out.told(f"view.nudge_{code}", day=duty.last_good_day, left=left, late=-left)
    if duty.last_working_day != duty.last_good_day and not duty.overdue:
        told += " " + out.told("view.nudge_working_day", day=duty.last_working_day)
    return told


def _names(out: Output, rows: "Sequence[Row]") -> Iterator[str]:
    for row in rows:
        figures = {"ref": row["ref"], "name": name_of(out, row), "state": row["state"]}
        yield "   - " + out.told("view.nudge_line", **figures, track=row["track"])
