"""Replay: what happened, from the record alone, and the state that it gives at any instant."""

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.desk import Desk, read_day, read_instant, verb
from app.cli.output import UNSOUND
from workflow.messages import vietnam

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workflow.ledger import Flaw
    from workflow.replay.timeline import Entry


def attach(tree: typer.Typer) -> None:
    """Hang this verb directly on the root."""
    tree.command("replay")(verb()(replay))


def replay(
    desk: Desk,
    ref: Annotated[
        str | None, typer.Argument(metavar="REF", help="A dossier, meeting, unit, group or duty; the whole season.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="TIME", help="Only what was recorded by then: an instant or a day.")
    ] = None,
    facts: Annotated[bool, typer.Option("--facts", help="Also the facts that each decision was taken on.")] = False,
) -> int:
    """Tell what happened, with receipts and verdicts, and the state it gives; never reads the state columns."""
    until = None if as_of is None else _until(as_of)
    flaws = _flaws(desk, ref)
    if ref is None:
        _season(desk, until)
    else:
        _streams(desk, ref, until, facts=facts)
    for one in flaws:
        desk.out.complain("✗ " + desk.out.told(one.code, stream=ref or one.stream, seq=one.seq))
    return UNSOUND if flaws else 0


def _flaws(desk: Desk, ref: str | None) -> "list[Flaw]":
    from workflow.replay.timeline import flaws  # noqa: PLC0415
    from workflow.services.views.streams import named  # noqa: PLC0415
    from workflow.store import commands as sql  # noqa: PLC0415

    with desk.looking() as look:
        season = look.season["id"]
        if ref is None:
            return flaws(look.tx.each(sql.RECORDS_OF_SEASON, season=season))
        streams = named(look, ref)
        return [
            flaw for one in streams for flaw in flaws(look.tx.all(sql.RECORDS_OF_STREAM, season=season, stream=one))
        ]


def _until(text: str) -> datetime:
    """A day alone stands for its end."""
    if len(text) > len("2024-12-05"):
        return read_instant(text)
    return datetime.combine(read_day(text) + timedelta(days=1), time(0), vietnam()) - timedelta(microseconds=1)


def _streams(desk: Desk, ref: str, until: datetime | None, *, facts: bool) -> None:
    from app.cli import replay_lines as lines  # noqa: PLC0415
    from app.cli.record_words import Words  # noqa: PLC0415
    from workflow.dates import micros  # noqa: PLC0415
    from workflow.replay.timeline import entries, fold  # noqa: PLC0415
    from workflow.services.views.look import kept  # noqa: PLC0415
    from workflow.services.views.streams import named, streams  # noqa: PLC0415
    from workflow.store import commands as sql  # noqa: PLC0415

    told: list[dict[str, Any]] = []
    with desk.looking() as look:
        clauses = lines.clauses(look.rules)
        found_by_name = named(look, ref)
        # Only a meeting that counts votes speaks of other streams than its own, and all of a season's are many.
        counts = look.rules.pack.meetings and any(kind == "meeting" for kind, _ in found_by_name.values())
        refs = {stream: name for stream, (_, name) in streams(look).items()} if counts else None
        for stream, (kind, name) in found_by_name.items():
            rows = look.tx.all(sql.RECORDS_OF_STREAM, season=look.season["id"], stream=stream)
            found = [one for one in entries(rows) if until is None or one.recorded_at <= micros(until)]
            texts = kept(look, lines.commitments(found))
            words = Words(desk.out, look.rules.pack, texts, refs)
            state = fold((one.body for one in found), as_of=until)
            told.append(
                {
                    "kind": kind,
                    "name": name,
                    "stream": stream,
                    "records": [lines.as_value(one, texts, facts=facts) for one in found],
                    "state": state,
                }
            )
            lines.tell_stream(desk.out, (kind, name), found, words=words, clauses=clauses, facts=facts)
            lines.tell_state(desk.out, state, until, words=words)
    desk.out.document({"season": look.season["code"], "as_of": until and until.isoformat(), "streams": told})


def _season(desk: Desk, until: datetime | None) -> None:
    from app.cli import replay_lines as lines  # noqa: PLC0415
    from workflow.dates import micros  # noqa: PLC0415
    from workflow.replay.chronicle import acts  # noqa: PLC0415
    from workflow.replay.timeline import entries  # noqa: PLC0415
    from workflow.services.views.streams import streams  # noqa: PLC0415
    from workflow.store import commands as sql  # noqa: PLC0415

    with desk.looking() as look:
        names = streams(look)
        every = entries(look.tx.each(sql.RECORDS_OF_SEASON, season=look.season["id"]))
        found = list(acts(one for one in every if until is None or one.recorded_at <= micros(until)))
    state = _folded(found)
    desk.out.document(
        {
            "season": look.season["code"],
            "as_of": until and until.isoformat(),
            "acts": [
                [{**lines.as_value(one), "name": names.get(one.stream, ("", ""))[1]} for one in act] for act in found
            ],
            "state": state,
        }
    )
    lines.tell_season(desk.out, found, names)
    lines.tell_counts(desk.out, state, until)


def _folded(found: "Sequence[tuple[Entry, ...]]") -> dict[str, dict[str, int]]:
    """How many dossiers, groups and meetings stand where, by their records alone."""
    from workflow.replay.timeline import apply  # noqa: PLC0415

    states: dict[tuple[str, str], dict[str, Any]] = {}
    for act in found:
        for entry in sorted(act, key=lambda one: one.seq):
            apply(states.setdefault((entry.kind, entry.stream), {}), entry.body["set"])
    counts: dict[str, dict[str, int]] = {}
    for (kind, _), state in states.items():
        where = {"dossier": "state", "group": "vote", "meeting": "state"}.get(kind)
        if where is not None:
            of = counts.setdefault(kind, {})
            of[state[where]] = of.get(state[where], 0) + 1
    return counts
