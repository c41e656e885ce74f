"""One dossier on a page: what it is, where it stands, what it owes, what was handed in, what comes next."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.cli import document_lines as papers
from app.cli import dossier_lines as lines
from app.cli import earlier_lines as earlier
from app.cli import fault_lines as faults
from app.cli.output import Output
from app.cli.quota_lines import sentence_of
from app.cli.remedy import lines_of
from workflow.dates import from_micros

if TYPE_CHECKING:
    from workflow.services.views.dossiers import Sheet
    from workflow.services.views.look import Look


def tell(out: Output, look: "Look", sheet: "Sheet") -> None:
    """Print the page."""
    if out.json:
        return
    row = sheet.line.row
    out.say(
        "view.sheet_title", ref=row["ref"], name=lines.name_of(out, row), subject=row["subject"], track=row["track"]
    )
    out.say("view.sheet_unit", unit=row["unit"], name=row["unit_name"], post=row["post"] or None)
    out.say("view.sheet_state", state=row["state"], seq=row["seq"])
    out.say("view.sheet_ranks", **{one: row[one] for one in lines.RANKS})
    out.say("view.sheet_route", rule=sheet.route.id, text=sheet.route.text.told(out.language))
    for line in (
        *_earlier(out, look, sheet),
        *_owed(out, look, sheet),
        *_papers(out, look, sheet),
        *_groups(out, look, sheet),
        *_rules(out, sheet),
    ):
        out.line("  " + line)
    for told in sheet.guidance:
        out.line("  " + out.told("view.sheet_guidance", text=told.text.told(out.language)))
    out.say("view.sheet_possible", commands=list(sheet.possible))
    for line in _next(sheet):
        out.line(f"→ {line}")


def _next(sheet: "Sheet") -> list[str]:
    return [
        line
        for step in sheet.steps
        for line in lines_of(replace(step, actor=step.actor or "ACTOR"), (sheet.line.row["ref"],))
    ]


def _earlier(out: Output, look: "Look", sheet: "Sheet") -> Iterator[str]:
    for one in sheet.earlier:
        yield earlier.sheet_line(out, look.rules.pack.zone, one)


def _owed(out: Output, look: "Look", sheet: "Sheet") -> Iterator[str]:
    titles = {one.id: one.text.told(out.language) for one in look.rules.pack.deadlines}
    for one in sheet.owed:
        day, working = one["last_good_day"], one["last_working_day"]
        code = "view.sheet_undated" if day is None else "view.sheet_due" if day == working else "view.sheet_due_off"
        yield out.told(code, ref=one["ref"], rule=one["rule"], day=day, working=working, text=titles[one["rule"]])


def _papers(out: Output, look: "Look", sheet: "Sheet") -> Iterator[str]:
    names = look.rules.pack.body_names(out.language)
    marks = sheet.line.row["marks"]
    if marks.get("meeting"):
        yield out.told("view.sheet_meeting", meeting=marks["meeting"], day=marks.get("voted_on"))
    for code, key in (("view.sheet_sent", "sends"), ("view.sheet_received", "receipts")):
        for one in marks.get(key, []):
            where = names.get(one["to"], out.told("view.own_unit"))
            through = names.get(one.get("via", ""))
            yield out.told(code, to=where, at=one["at"], letter=one["letter"]) + (
                f" ({out.told('view.sheet_through', body=through)})" if through else ""
            )
    for one in marks.get("opinions", []):
        yield out.told("view.sheet_opinion", body=names.get(one["body"], one["body"]), at=one["at"], rank=one["rank"])
    for one in marks.get("late", []):
        reason = sheet.texts.get(one["reason"]) or out.told("view.erased") if one.get("reason") else None
        due = from_micros(one["due_at"])
        yield out.told(
            "view.sheet_late", rule=one["rule"], due=due, at=one["at"], reason=reason, covered=one.get("covered_by")
        )
    if marks.get("backdated"):
        yield out.told("view.sheet_backdated", rules=marks["backdated"])
    if marks.get("due_back"):
        yield out.told("view.sheet_due_back", day=marks["due_back"])
    if marks.get("decision"):
        yield out.told("view.sheet_decision", decision=marks["decision"])
    if marks.get("attachments"):
        yield out.told("view.sheet_attachments", count=len(marks["attachments"]))
    for one in (*marks.get("suggestions", []), *marks.get("comments", [])):
        if one["body"] and one["text"]:
            text = sheet.texts.get(one["text"]) or out.told("view.erased")
            yield out.told("view.sheet_told", body=names.get(one["body"], one["body"]), at=one["at"], text=text)
    yield from _circumstances(out, look, sheet)
    yield from _petitions(out, sheet)
    yield from faults.sheet_lines(out, sheet)
    yield from papers.sheet_lines(out, look.rules.pack, sheet.papers)


def _circumstances(out: Output, look: "Look", sheet: "Sheet") -> Iterator[str]:
    names = {one.id: one.text.told(out.language) for one in look.rules.pack.circumstances}
    for name, told in sheet.line.row["marks"].get("circumstances", {}).items():
        code = "view.sheet_circumstance" if told["months"] is None else "view.sheet_circumstance_months"
        text, months = names.get(name, name), told["months"]
        if told.get("text"):
            text += f": {sheet.texts.get(told['text']) or out.told('view.erased')}"
        yield out.told(code, text=text, months=months, letter=told["letter"], at=told["at"])
    if sheet.line.provisional:
        yield out.told("view.sheet_provisional", names=[names[one] for one in sheet.line.provisional])


def _petitions(out: Output, sheet: "Sheet") -> Iterator[str]:
    for one in sheet.line.row["marks"].get("petitions", []):
        said, answer = (sheet.texts.get(one[name] or "") or one["letter"] for name in ("text", "answer"))
        yield out.told("view.sheet_petition", at=one["at"], actor=one["by"], text=said)
        if one["answered_at"] is None:
            yield out.told("view.sheet_under_review")
        else:
            yield out.told("view.sheet_answered", at=one["answered_at"], outcome=one["outcome"], text=answer)


def _groups(out: Output, look: "Look", sheet: "Sheet") -> Iterator[str]:
    names = look.rules.pack.names(out.language)
    for one in sheet.groups:
        key = names.get(one.key) or out.word(one.key)
        yield out.told("view.sheet_group", key=key, rule=one.quota.id, told=sentence_of(out, one))


def _rules(out: Output, sheet: "Sheet") -> Iterator[str]:
    for rule, clause in sheet.recorded_only:
        yield out.told("cli.unknown_rule", rule=rule, clause=clause)


def as_value(out: Output, look: "Look", sheet: "Sheet") -> dict[str, Any]:
    """The page as plain values; `marks` as recorded, texts behind commitments beside them (None: erased)."""
    row = sheet.line.row
    return {
        **lines.as_value(sheet.line),
        "unit_name": row["unit_name"],
        "post": row["post"],
        "tier": row["tier"],
        "duty": row["duty"],
        "category": row["category"],
        "lead": row["lead"],
        "party": row["party"],
        "route_text": sheet.route.text.told(out.language),
        "obligations": [lines.obligation(one) for one in sheet.owed],
        "groups": [{"rule": one.quota.id, "key": one.key, "told": sentence_of(out, one)} for one in sheet.groups],
        "possible": list(sheet.possible),
        "next": next(iter(_next(sheet)), None),
        "steps": _next(sheet),
        "recorded_only": [{"rule": rule, "clause": clause} for rule, clause in sheet.recorded_only],
        "guidance": [{"rule": one.id, "text": one.text.told(out.language)} for one in sheet.guidance],
        "papers": papers.as_value(out, sheet.papers)["papers"],
        "earlier": [earlier.as_value(look.rules.pack.zone, one) for one in sheet.earlier],
        "carried": faults.as_value(sheet),
        "marks": row["marks"],
        "texts": dict(sheet.texts),
    }
