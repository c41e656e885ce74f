"""The roster (danh sách): a workbook to fill in, and bringing one in."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.answering import tell
from app.cli.desk import Desk, Look, verb
from app.cli.remedy import program, where
from workflow.answers import Answer
from workflow.errors import BadInput, Fault, Faulty

if TYPE_CHECKING:
    from workflow.rosters import Roster
    from workflow.rulepack import RulePack

app = typer.Typer()

_XLSX = ".xlsx"


@app.command("erase")
@verb(acting=True)
def erase(
    desk: Desk,
    person: Annotated[str, typer.Argument(metavar="PERSON", help="A roster code.")],
    decision: Annotated[str, typer.Option("--decision", metavar="NO", help="The decision that orders it.")],
) -> int:
    """Erase somebody's personal data on a decision; the history still verifies."""
    from workflow.services.erasure import erase as erased  # noqa: PLC0415

    return tell(desk, erased(desk.context, desk.season, desk.by, person, decision=decision))


@app.command("template")
@verb()
def template(
    desk: Desk,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The workbook to write: a new .xlsx file.")],
    pack: Annotated[
        str | None, typer.Option("--pack", metavar="PACK", help="The terms of this pack; default: the season's.")
    ] = None,
    filled: Annotated[bool, typer.Option("--filled", help="With the season's roster in it.")] = False,
) -> int:
    """Write a workbook to fill in, with drop-downs from the pack."""
    import workbooks  # noqa: PLC0415

    if file.suffix.lower() != _XLSX:
        raise BadInput("cli.not_xlsx", file=str(file))
    if file.exists():
        raise BadInput("cli.file_exists", file=str(file))
    found, roster = _terms(desk, pack, filled=filled)
    with desk.out.working("cli.writing", file=file.name):
        workbooks.template(file, found.vocabulary, found.bodies, roster, language=desk.out.language)
    counts = {"units": len(roster.units), "subjects": len(roster.subjects)} if roster else {"units": 0, "subjects": 0}
    desk.out.document({"file": str(file.absolute()), "pack": found.id, **counts})
    desk.out.say("cli.template_filled" if roster else "cli.template_written", file=str(file), pack=found.id, **counts)
    return 0


def _terms(desk: Desk, pack: str | None, *, filled: bool) -> "tuple[RulePack, Roster | None]":
    """The pack whose terms the workbook offers, and the season's roster where it is asked for. With a pack named and
    nothing to fill in there need be no season, and no database."""
    if pack is not None:
        from states import packs  # noqa: PLC0415

        if filled:
            raise BadInput("cli.pack_or_filled")
        return packs.find(pack), None
    with desk.looking() as look:
        return look.rules.pack, _as_roster(look) if filled else None


def _as_roster(look: Look) -> "Roster":
    """The season's roster as it stands, as rows that can be written out and brought in again."""
    from workflow.rosters import RoleRow, Roster, SubjectRow, UnitRow  # noqa: PLC0415
    from workflow.store import commands as sql  # noqa: PLC0415
    from workflow.words import Lead, Role, SubjectKind  # noqa: PLC0415

    season = look.season["id"]
    subjects = look.tx.all(sql.SUBJECTS, season=season)
    digests = [one[name] for one in subjects for name in ("name", "contact") if one[name]]
    texts = {one["digest"]: one["text"] for one in look.tx.all(sql.SECRETS, season=season, digests=digests)}
    plain = ("code", "unit", "post", "category", "duty", "tier", "party", "ranked", "language", "since")
    return Roster(
        units=tuple(
            UnitRow(**{name: one[name] for name in ("code", "name", "kind", "parent", "email")})
            for one in look.tx.all(sql.UNITS, season=season)
        ),
        subjects=tuple(
            SubjectRow(
                name=texts.get(one["name"]) or "",
                email=texts.get(one["contact"]) if one["contact"] else None,
                kind=SubjectKind(one["kind"]),
                lead=Lead(one["lead"]),
                **{name: one[name] for name in plain},
            )
            for one in subjects
        ),
        roles=tuple(
            RoleRow(subject=one["subject"], role=Role(one["role"]), scope=one["scope"])
            for one in look.tx.all(sql.ROLES, season=season)
        ),
    )


@app.command("import")
@verb(acting=True)
def import_(
    desk: Desk,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A workbook (.xlsx), a .csv file, or a folder of them.")],
    marked: Annotated[
        Path | None,
        typer.Option("--marked", metavar="OUT.xlsx", help="Write the workbook back with what is wrong marked in it."),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Tell every change, not only how many.")] = False,
) -> int:
    """Bring a roster in: everything at once, or nothing and every fault."""
    import workbooks  # noqa: PLC0415
    from workflow.services.rosters import import_roster  # noqa: PLC0415

    out = desk.out
    with desk.looking() as look:
        pack = look.rules.pack
    with out.working("cli.reading", file=file.name):
        reading = workbooks.examine(file, pack.vocabulary, pack.bodies)
    if reading.warnings:
        out.complain(out.told("cli.roster_warnings", count=len(reading.warnings)))
        out.complain_of(reading.warnings)
    if reading.roster is None:
        _mark(desk, file, marked, reading.faults, reading.warnings)
        raise Faulty("roster.faulty", faults=reading.faults, file=file.name)
    # Before anything is written: a copy that cannot be made must not look like an import that failed.
    _mark(desk, file, marked, (), reading.warnings)
    try:
        with out.working("cli.importing", count=len(reading.roster.subjects)):
            answer = import_roster(desk.context, desk.season, desk.by, reading.roster)
    except Faulty as error:
        _mark(desk, file, marked, error.faults, reading.warnings)
        raise
    return tell(desk, answer) if out.json or verbose else _summarise(desk, answer)


def _mark(desk: Desk, file: Path, out: Path | None, faults: Sequence[Fault], warnings: Sequence[Fault]) -> None:
    if out is None:
        return
    import workbooks  # noqa: PLC0415

    workbooks.mark(file, faults, out, warnings=warnings, language=desk.out.language)
    desk.out.complain(desk.out.told("cli.marked", file=str(out), faults=len(faults), warnings=len(warnings)))


def _summarise(desk: Desk, answer: Answer) -> int:
    """The answer with its changes told by kind: a first import has a thousand of them."""
    out = desk.out
    counts = Counter(one["code"] for one in answer.changes)
    for code, count in counts.items():
        if code == "change.absent":
            _tell_absent(desk, answer.changes)
        else:
            out.say(f"cli.many_{code.partition('.')[2]}", count=count)
    status = tell(desk, replace(answer, changes=()))
    if not answer.changes and not answer.refused:
        out.say("cli.roster_same")
    if counts["change.unit_added"]:
        out.say("cli.roster_next", program=program(), where=where())
    return status


def _tell_absent(desk: Desk, changes: Sequence[Mapping[str, Any]]) -> None:
    for one in changes:
        if one["code"] == "change.absent":
            desk.out.say(one["code"], subjects=one["subjects"])
