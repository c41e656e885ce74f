"""A season (kỳ đánh giá): open, look at, report, close, reopen."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.answering import tell
from app.cli.closing_lines import closing_lines
from app.cli.desk import Desk, check_year, verb
from app.cli.remedy import program, refuse_placeholders, where

if TYPE_CHECKING:
    from app.cli.season_state import SeasonState

app = typer.Typer()

_STATES = ("drafted", "self_reviewed", "unit_voted", "submitted", "ratified", "not_ranked", "withdrawn")
_MOST_SCOPES = 6
"""So many units are named in a line; of more, how many they are."""


@app.command("open")
@verb(season=False, acting=True)
def open_(
    desk: Desk,
    pack: Annotated[str, typer.Argument(metavar="PACK", help="A shipped pack's id, or a file.")],
    code: Annotated[str, typer.Option("--code", metavar="CODE", help="The season's name from now on.")],
    year: Annotated[
        int | None, typer.Option("--year", metavar="YEAR", help="Year evaluated, for a yearly pack.")
    ] = None,
    rehearsal: Annotated[bool, typer.Option("--rehearsal", help="A rehearsal: its clock may be set.")] = False,
) -> int:
    """Open a season under a rule pack."""
    from app.cli.plan_lines import stored_pack  # noqa: PLC0415
    from states import packs  # noqa: PLC0415
    from workflow.services.seasons import open_season  # noqa: PLC0415

    if year is not None:
        check_year(year)
    context, found = desk.context, packs.find(pack)
    stored = stored_pack(found, year)
    answer = open_season(
        context, desk.by, pack=stored, pack_hash=packs.pack_hash(stored), code=code, year=year, rehearsal=rehearsal
    )
    status = desk.out.answer(answer)
    if not desk.out.json:
        guidance = [one for one in found.guidance if one.shown_at == "season"]
        if guidance:
            desk.out.say("cli.guidance")
        for one in guidance:
            desk.out.line(f"  {one.text.told(desk.out.language)}")
        if found.missing:
            desk.out.say("cli.season_missing", count=len(found.missing), pack=pack)
        desk.out.say("cli.season_next", program=program(), where=where(desk.named_season(code)))
    return status


@app.command("status")
@verb()
def status(desk: Desk) -> int:
    """How the season stands: units, open groups, what is due next, what cannot be judged."""
    from app.cli.season_state import season_state  # noqa: PLC0415
    from workflow.services.views.unfinished import closing  # noqa: PLC0415

    with desk.looking() as look:
        state = season_state(look)
        season, pack, closed = look.season, look.rules.pack, closing(look)
    head = {name: season[name] for name in ("code", "year", "state", "rehearsal")}
    head |= {"pack": pack.id, "pack_hash": season["pack"]}
    missing = [
        {"id": one.id, "at": one.clause.at, "rows": one.clause.rows, "text": one.what.told(desk.out.language)}
        for one in pack.missing
    ]
    desk.out.document({"season": head, "closing": closed and asdict(closed), **asdict(state), "missing": missing})
    desk.out.say("cli.season_head", units=len(state.units), subjects=state.subjects, dossiers=state.dossiers, **head)
    if head["rehearsal"]:
        desk.out.say("cli.season_rehearsal")
    if closed is not None:
        for line in closing_lines(desk.out, closed):
            desk.out.line(line)
    if not state.dossiers:
        desk.out.say("cli.season_empty", program=program(), where=where())
    if not desk.out.json:
        _tell_units(desk, state)
        _tell_groups(desk, state)
        _tell_due(desk, state, whole=season["code"])
        _tell_gaps(desk, state, missing)
    return 0


def _tell_due(desk: Desk, state: "SeasonState", *, whole: str) -> None:
    out = desk.out
    out.table(
        "cli.season_due",
        [f"cli.column_{name}" for name in ("last_good_day", "left", "rule", "clause", "owing", "dossiers", "what")],
        [
            (
                out.told("cli.day", day=one.last_good_day) if one.last_good_day else out.told("cli.no_clock"),
                out.told("cli.overdue") if one.overdue else one.days_left,
                one.rule,
                one.clause,
                out.word("all") if one.scopes == (whole,) else _scopes(desk, one.scopes),
                one.missing or None,
                one.text.told(out.language),
            )
            for one in state.due
        ],
        least=("cli.column_clause", "cli.column_rule"),
    )


def _tell_gaps(desk: Desk, state: "SeasonState", missing: Sequence[Mapping[str, Any]]) -> None:
    out = desk.out
    lacking = {one["id"]: one["text"] for one in missing}
    out.table(
        "cli.season_unknown_units",
        [f"cli.column_{name}" for name in ("body", "name", "unit")],
        [(one.body, one.name.told(out.language), one.unit) for one in state.unknown_units],
    )
    out.table(
        "cli.season_gaps",
        [f"cli.column_{name}" for name in ("rule", "clause", "missing", "marks", "dossiers")],
        [
            (
                one.rule,
                one.clause,
                lacking.get(one.missing or "", one.missing),
                out.told("cli.mark_record_only") if one.record_only else "",
                one.dossiers,
            )
            for one in state.gaps
        ],
    )
    out.table(
        "cli.plan_missing",
        [f"cli.column_{name}" for name in ("text", "clause", "rows")],
        [(one["text"], one["at"], ", ".join(one["rows"])) for one in missing],
        least=("cli.column_rows",),
    )


def _tell_units(desk: Desk, state: "SeasonState") -> None:
    out = desk.out
    rows: list[tuple[object, ...]] = [
        (
            one.code,
            one.name,
            *(one.states[name] or "" for name in _STATES),
            one.total,
            out.told("cli.overdue") if one.overdue else one.owes_by and out.told("cli.date", day=one.owes_by),
        )
        for one in state.units
    ]
    if rows:
        sums = [sum(one.states[name] for one in state.units) for name in _STATES]
        rows.append(("", out.told("cli.total"), *sums, sum(sums), ""))
        states = [f"cli.column_{name}" for name in _STATES]
        heads = ("cli.column_unit", "cli.column_name", *states, "cli.column_total", "cli.column_owes_by")
        out.table("cli.season_units", heads, rows, least=(*reversed(states), "cli.column_name"))


def _tell_groups(desk: Desk, state: "SeasonState") -> None:
    out = desk.out
    begun = [one for one in state.groups if one.unvoted < one.size or one.over]
    columns = ("rule", "group", "vote", "size", "voted", "base", "places", "over")
    out.table(
        "cli.season_groups",
        [f"cli.column_{name}" for name in columns],
        [
            (
                one.rule,
                out.word(one.key),
                out.word(one.vote),
                one.size,
                f"{one.size - one.unvoted}/{one.size}",
                one.base,
                f"{one.count}/{one.allowance}",
                out.told("cli.mark_over") if one.over else "",
            )
            for one in begun
        ],
    )
    if len(begun) < len(state.groups):
        out.say("cli.season_groups_idle", count=len(state.groups) - len(begun))


def _scopes(desk: Desk, scopes: tuple[str, ...]) -> str:
    if len(scopes) <= _MOST_SCOPES:
        return ", ".join(scopes)
    return desk.out.told("cli.and_more", some=", ".join(scopes[:_MOST_SCOPES]), count=len(scopes) - _MOST_SCOPES)


@app.command("report")
@verb()
def report(
    desk: Desk,
    xlsx: Annotated[
        Path | None, typer.Option("--xlsx", metavar="FILE", help="The workbook to write; without it, on the screen.")
    ] = None,
    tier: Annotated[
        list[str] | None, typer.Option("--tier", metavar="TIER", help="Only who is managed at this tier; repeatable.")
    ] = None,
) -> int:
    """Write the synthesis that is sent upward, with the digest that `audit verify --against` checks."""
    from app.cli import season_report  # noqa: PLC0415

    return season_report.report(desk, xlsx, tier or ())


@app.command("repin")
@verb(acting=True)
def repin(
    desk: Desk,
    plan: Annotated[str, typer.Option("--plan", metavar="PACK", help="What rules from now on: an id, or a file.")],
    decision: Annotated[
        str, typer.Option("--decision", metavar="NO", help="The letter or decision that brings the change.")
    ],
) -> int:
    """Let another version of the pack rule an open season; --dry-run tells what it would mean for each dossier."""
    from app.cli.season_repin import repinned  # noqa: PLC0415

    refuse_placeholders(decision=decision)
    return repinned(desk, plan, decision)


@app.command("close")
@verb(acting=True)
def close(
    desk: Desk,
    unfinished: Annotated[
        str | None,
        typer.Option(
            "--unfinished", metavar="REASON", help="Close it with work undone: why, recorded with what is left."
        ),
    ] = None,
) -> int:
    """Close a season: nothing more is recorded in it. With work undone only where that is meant."""
    from workflow.services.seasons import close_season  # noqa: PLC0415

    refuse_placeholders(unfinished=unfinished)
    return tell(desk, close_season(desk.context, desk.season, desk.by, unfinished=unfinished))


@app.command("reopen")
@verb(acting=True)
def reopen(desk: Desk, reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, in words.")]) -> int:
    """Open a closed season again, for a reason on record."""
    from workflow.services.seasons import reopen_season  # noqa: PLC0415

    refuse_placeholders(reason=reason)
    return tell(desk, reopen_season(desk.context, desk.season, desk.by, reason=reason))
