"""Rule packs (gói quy tắc): which there are, what they say, whether a file is one."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.desk import Desk, verb
from workflow.errors import BadInput, Fault, Faulty

if TYPE_CHECKING:
    from app.cli.plan_lines import Line
    from workflow.rulepack import RulePack

app = typer.Typer()


@app.command("list")
@verb(season=False)
def list_(desk: Desk) -> int:
    """The packs that come with Hoso."""
    from app.cli.plan_lines import lines  # noqa: PLC0415
    from states import packs  # noqa: PLC0415

    out = desk.out
    rows = []
    for pack in packs.shipped():
        told = list(lines(pack, out.language))
        rows.append(
            {
                "id": pack.id,
                "version": pack.version,
                "title": pack.title.told(out.language),
                "year": pack.year,
                "valid_from": pack.valid_from.isoformat(),
                "valid_until": pack.valid_until and pack.valid_until.isoformat(),
                "extends": pack.extends,
                "rules": sum(one.kind in {"route", "quota", "deadline", "guard"} for one in told),
                "record_only": sum(one.record_only for one in told),
                "missing": len(pack.missing),
            }
        )
    out.document({"packs": rows})
    shown = ("id", "version", "year", "rules", "record_only", "missing", "title")
    out.table(None, [f"cli.column_{name}" for name in shown], [[one[name] for name in shown] for one in rows])
    return 0


@app.command("show")
@verb(season=False)
def show(
    desk: Desk, pack: Annotated[str, typer.Argument(metavar="PACK", help="A shipped pack's id, or a file.")]
) -> int:
    """Everything that a pack says: every rule with its clause, rows and readings, and what the paper lacks."""
    from app.cli.plan_lines import lines, stored_pack  # noqa: PLC0415
    from states import packs  # noqa: PLC0415

    found = packs.find(pack)
    stored = stored_pack(found)
    told = list(lines(found, desk.out.language))
    if desk.out.json:
        every = [{**asdict(one), "readings": dict(one.readings)} for one in told]
        desk.out.document({"hash": packs.pack_hash(stored), "rules": every, "pack": json.loads(stored)["pack"]})
    else:
        _show(desk, found, told, packs.pack_hash(stored))
    return 0


def _show(desk: Desk, pack: "RulePack", told: "list[Line]", pack_hash: str) -> None:
    from app.cli.plan_lines import KINDS, in_words, plain  # noqa: PLC0415

    out, language = desk.out, desk.out.language
    out.say(
        "cli.plan_head",
        title=pack.title.told(language),
        pack=pack.id,
        version=pack.version,
        year=pack.year,
        issuer=pack.document.issuing_role.told(language),
        subject=pack.document.subject.told(language),
        hash=pack_hash,
    )
    settings: dict[str, Any] = plain(pack.settings)
    rows = [(name, value, out.word(str(value))) for name, value in settings.items()]
    out.table("cli.plan_settings", ("cli.column_setting", "cli.column_value", "cli.column_meaning"), rows)
    heads = ("cli.column_rule", "cli.column_clause", "cli.column_rows", "cli.column_text", "cli.column_readings")
    for kind in KINDS:
        lines = [
            (one.id, one.clause, ", ".join(one.rows), one.text, in_words(one.readings), _marks(desk, one))
            for one in told
            if one.kind == kind
        ]
        if lines:
            out.table(f"cli.plan_{kind}", (*heads, "cli.column_marks"), lines)
    out.table(
        "cli.plan_missing",
        ("cli.column_missing", "cli.column_clause", "cli.column_rows", "cli.column_text"),
        [(one.id, one.clause.at, ", ".join(one.clause.rows), one.what.told(language)) for one in pack.missing],
    )
    _show_names(desk, pack)


def _show_names(desk: Desk, pack: "RulePack") -> None:
    """The papers and the words that rosters and commands use."""
    out, language = desk.out, desk.out.language
    out.table(
        "cli.plan_sources",
        ("cli.column_source", "cli.column_number", "cli.column_issuer", "cli.column_date", "cli.column_title"),
        [(one.id, one.number, one.issuer, one.date, one.title.told(language)) for one in pack.sources],
    )
    rows = [("body", one.id, one.name.told(language)) for one in pack.bodies]
    for family in ("unit_kinds", "categories", "duties", "tiers"):
        rows += [(family, one.id, one.label.told(language)) for one in getattr(pack.vocabulary, family)]
    out.table("cli.plan_words", ("cli.column_family", "cli.column_term", "cli.column_meaning"), rows)


def _marks(desk: Desk, line: "Line") -> str:
    marks = []
    if line.missing:
        marks.append(desk.out.told("cli.mark_missing", missing=line.missing))
    if line.record_only:
        marks.append(desk.out.told("cli.mark_record_only"))
    if line.inferred:
        marks.append(desk.out.told("cli.mark_inferred"))
    if line.because:
        marks.append(desk.out.told("cli.mark_because", because=line.because))
    return "; ".join(marks)


@app.command("lint")
@verb(season=False)
def lint(
    desk: Desk, files: Annotated[list[str], typer.Argument(metavar="FILE…", help="Pack files, or ids of packs.")]
) -> int:
    """Check pack files: every fault at once, with file, line, rule and key."""
    from states import packs  # noqa: PLC0415

    out, checked, status = desk.out, [], 0
    for file in files:
        faults: tuple[Fault, ...] = ()
        try:
            pack = packs.find(file)
            out.say("cli.lint_sound", file=file, pack=pack.id, version=pack.version)
        except BadInput as error:
            status = error.exit_status
            faults = error.faults if isinstance(error, Faulty) else (Fault(code=error.code, figures=error.figures),)
            out.complain(out.told("cli.lint_faulty", file=file, count=len(faults)))
            out.complain_of(faults)
        checked.append({"file": file, "sound": not faults, "faults": out.faults(faults)})
    out.document({"files": checked})
    return status
