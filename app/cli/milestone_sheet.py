"""One step of the plan on a page: whose it is, by when, what it waits for, whom it lists, what was recorded of it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from app.cli.dossier_lines import name_of
from app.cli.duty_lines import as_value
from app.cli.output import Output
from app.cli.remedy import line_for
from workflow.facts import Remedy
from workflow.words import ObligationState, Role

if TYPE_CHECKING:
    from workflow.replay.timeline import Entry
    from workflow.services.views.look import Look
    from workflow.services.views.milestones import Milestone
    from workflow.store.statements import Row


def tell_sheet(out: Output, look: "Look", found: "Milestone") -> None:
    """Print the page."""
    from workflow.replay.timeline import entries  # noqa: PLC0415
    from workflow.services.views.look import texts  # noqa: PLC0415
    from workflow.store import commands as sql  # noqa: PLC0415

    rows = look.tx.all(sql.RECORDS_OF_STREAM, season=look.season["id"], stream=found.stream)
    told = [one for one in entries(rows) if _is_about(one, found)]
    said = texts(look, _commitments(told))
    names, duty, rule = look.rules.pack.body_names(out.language), found.duty, found.rule
    out.document({**_value(out, found), "records": [_record(one, said) for one in told]})
    out.say("view.step_title", ref=duty.ref, rule=rule.id, text=rule.text.told(out.language))
    out.say("view.step_clause", clause=look.rules.pack.cited(rule.clause))
    dated = "view.step_state" if duty.last_good_day is not None else "view.step_state_undated"
    out.say(dated, state=duty.state, day=duty.last_good_day)
    for code, bodies in (
        ("view.step_owner", [duty.scope if duty.owner == "unit" else duty.owner]),
        ("view.step_directed", [rule.directed_by] if rule.directed_by else []),
        ("view.step_advised", list(rule.advised_by)),
        ("view.step_joined", list(rule.joined_by)),
        ("view.step_recipient", [duty.recipient] if duty.recipient else []),
    ):
        if bodies:
            out.say(code, bodies=", ".join(names.get(one, one) for one in bodies))
    if duty.unit is not None and duty.scope != duty.unit:
        out.say("view.step_unit", unit=duty.unit)
    if rule.paper is not None:
        out.say("view.step_paper", kind=rule.paper.value)
    if found.waits_for:
        out.say("view.step_waits", command=rule.waits_for, count=len(found.waits_for))
        _list(out, found.waits_for)
    if rule.ranks:
        out.say("view.step_listed", ranks=[out.word(one) for one in rule.ranks], count=len(found.listed))
        _list(out, found.listed)
    for line in _events(out, told, said):
        out.line("  " + line)
    if duty.state == ObligationState.OPEN and not out.json:
        _tell_next(out, look, found)


def _tell_next(out: Output, look: "Look", found: "Milestone") -> None:
    """The lines that come next: done, where nothing is waited for; and not needed, where the paper leaves it open."""
    from workflow.services.views.ground import Ground  # noqa: PLC0415
    from workflow.services.views.holders import EVERYWHERE  # noqa: PLC0415
    from workflow.services.views.milestones import finishing, place_of  # noqa: PLC0415

    duty, ground = found.duty, Ground(look)
    actor = ground.pick(Role.COORDINATOR, place_of(duty)) or ground.pick(Role.MONITOR, EVERYWHERE)
    if not found.waits_for:
        out.say("view.step_done", line=line_for(finishing(duty), (), actor=actor))
    if found.rule.optional:
        left_out = Remedy(action="milestone.not_needed", args={"obligation": duty.ref})
        out.say("view.step_optional", line=line_for(left_out, (), actor=actor))


def _list(out: Output, rows: "tuple[Row, ...]") -> None:
    for one in rows:
        rank = out.word(one["decided"] or one["proposed"]) if one["decided"] or one["proposed"] else "–"
        out.line(f"  {one['ref']}  {name_of(out, one)}  {one['unit']}  {rank}")


def _commitments(told: "list[Entry]") -> "Iterator[str | None]":
    for one in told:
        args = one.body["facts"]["command"]["args"]
        yield from (args.get("text"), args.get("reason"))


def _is_about(entry: "Entry", found: "Milestone") -> bool:
    return any(found.id in entry.body["set"].get(field, {}) for field in ("duties", "notes", "effects"))


def _events(out: Output, told: "list[Entry]", said: dict[str, str | None]) -> Iterator[str]:
    for one in told:
        args = one.body["facts"]["command"]["args"]
        words = [args[name] for name in ("letter", "decision") if args.get(name)]
        words += [said.get(args[name]) or out.told("view.erased") for name in ("text", "reason") if args.get(name)]
        if args.get("attachments"):
            words.append(out.told("view.sheet_attachments", count=len(args["attachments"])))
        yield out.told(
            "view.step_event", at=one.occurred_at, actor=one.actor, command=one.command, words="; ".join(words) or None
        )


def _value(out: Output, found: "Milestone") -> dict[str, Any]:
    return {
        **as_value(found.duty),
        "text": found.rule.text.told(out.language),
        "waits_for": found.rule.waits_for,
        "waiting": [one["ref"] for one in found.waits_for],
        "ranks": [one.value for one in found.rule.ranks],
        "listed": [
            {"ref": one["ref"], "unit": one["unit"], "rank": one["decided"] or one["proposed"]} for one in found.listed
        ],
    }


def _record(entry: "Entry", said: dict[str, str | None]) -> dict[str, Any]:
    args = entry.body["facts"]["command"]["args"]
    return {
        "command": entry.command,
        "actor": entry.actor,
        "at": entry.occurred_at,
        "letter": args.get("letter"),
        "text": said.get(args.get("text") or args.get("reason") or ""),
        "attachments": list(args.get("attachments", [])),
        "receipt": entry.receipt,
    }
