"""Dossiers as a list, and one with all that is known of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflow.errors import BadInput
from workflow.rulepack import Guidance, Route
from workflow.services.views.carried import Carried, carried
from workflow.services.views.duties import Owing, is_overdue
from workflow.services.views.earlier import Result, earlier
from workflow.services.views.ground import Ground
from workflow.services.views.look import Look, dossiers_named, texts, within
from workflow.services.views.papers import Checklist, beside, checklist
from workflow.services.views.petitions import provisional, under_review
from workflow.services.views.quotas import GroupLine
from workflow.services.views.steps import Step
from workflow.services.views.ways import forward
from workflow.store import queries
from workflow.store.statements import Row
from workflow.words import DossierState, Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A dossier in a list. `row` has its columns, its subject's selectors, `name` (None: erased) and `unit_name`;
    `owed` is the obligation that it must discharge next, `overdue` whether that instant has passed; `under_review`: a
    petition waits for its answer; `provisional`: what its level was given without."""

    row: Row
    owed: Row | None
    overdue: bool
    under_review: bool
    provisional: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One dossier: its line, route, every obligation that it still owes, its groups, what can be done next, what the
    pack says to the reader at that point, rules that could only be recorded, and the texts behind its commitments."""

    line: Line
    route: Route
    owed: tuple[Row, ...]
    groups: tuple[GroupLine, ...]
    possible: tuple[str, ...]
    guidance: tuple[Guidance, ...]
    recorded_only: tuple[tuple[str, str], ...]
    """(rule, clause)."""
    texts: Mapping[str, str | None]
    papers: Checklist
    earlier: tuple[Result, ...]
    """What the subject was ranked in other seasons of the year, and last year."""
    carried: tuple[Carried, ...]
    """The faults that earlier reviews left open."""
    steps: tuple[Step, ...]
    """What can be done now to bring it on, by whom; none at the end of the way, or where only others can help."""


def lines(
    look: Look, *, unit: str | None = None, state: str | None = None, track: str | None = None, overdue: bool = False
) -> list[Line]:
    """The dossiers, by ref. `unit` takes the units below along.

    Raises `BadInput` for an unknown unit, state or track, naming the known ones.
    """
    rows = look.tx.all(
        queries.DOSSIERS,
        season=look.season["id"],
        units=within(look, unit),
        states=[_one_of(state, list(DossierState), "state")] if state else list(DossierState),
        tracks=[_one_of(track, list(look.rules.pack.tracks), "track")] if track else list(Track),
    )
    owing = Owing(look, whole=True)
    found = [_line(look, owing, row) for row in rows]
    return [one for one in found if one.overdue] if overdue else found


def _one_of(value: str, known: Sequence[str], what: str) -> str:
    plain = value.replace("-", "_")
    if plain not in known:
        raise BadInput(f"view.unknown_{what}", value=value, known=[str(one) for one in known])
    return plain


def _line(look: Look, owing: Owing, row: Row) -> Line:
    owed = next(iter(owing.of(row)), None)
    return Line(
        row=row,
        owed=owed,
        overdue=owed is not None and is_overdue(owed, look.now),
        under_review=under_review(row),
        provisional=provisional(look.rules.pack, row),
    )


def named(look: Look, ref: str) -> Row:
    """A dossier's row. Raises `BadInput` for an unknown ref."""
    rows = dossiers_named(look, [ref])
    if not rows:
        raise BadInput("command.unknown_dossier", refs=[ref], season=look.season["code"])
    return rows[0]


def sheet(look: Look, ref: str) -> Sheet:
    """One dossier. Raises `BadInput` for an unknown ref."""
    row = named(look, ref)
    pack, process = look.rules.pack, look.rules.processes["dossier"]
    possible = process.open_commands(row["state"]) if look.season["state"] == "open" else ()
    ground = Ground(look)
    steps = forward(ground, row) if look.season["state"] == "open" else []
    return Sheet(
        line=_line(look, ground.owing, row),
        route=pack.route(row["route"]),
        owed=tuple(ground.owing.of(row)),
        groups=tuple(ground.groups_of(row)),
        possible=possible,
        guidance=tuple(one for one in pack.guidance if one.shown_at in possible),
        recorded_only=tuple(_recorded_only(look, row, possible)),
        texts=texts(look, _commitments(row["marks"])),
        steps=tuple(steps),
        papers=checklist(pack, row, beside(look, row)),
        carried=carried(look, row),
        earlier=earlier(look, [row]).get(row["subject"], ()),
    )


def _recorded_only(look: Look, row: Row, possible: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The rules about this dossier whose value the text lacks, at the steps still before it."""
    seen = set()
    for command in possible:
        for check in look.rules.checks.get(("dossier", command), ()):
            if check.mode == "record_only" and check.rule not in seen and check.concerns(row):
                seen.add(check.rule)
                yield check.rule, check.clause


def _commitments(marks: Mapping[str, Any]) -> Iterator[str | None]:
    for late in marks.get("late", []):
        yield late.get("reason")
    for told in (*marks.get("suggestions", []), *marks.get("comments", [])):
        yield told["text"]
    yield from (told.get("text") for told in marks.get("circumstances", {}).values())
    for told in marks.get("petitions", []):
        yield from (told["text"], told["answer"])
    for fault in marks.get("faults", []):
        yield fault["text"]
        yield fault.get("mended", {}).get("text")
    for answer in marks.get("answers", {}).values():
        yield answer["text"]
