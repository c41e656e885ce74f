"""Rule packs (gói quy tắc): which there are, what they say, whether a file is one."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.desk import Desk, check_year, verb
from app.cli.output import Output
from workflow.errors import BadInput, Fault, Faulty
from workflow.messages import vietnam

if TYPE_CHECKING:
    from app.cli.pack_words import PackWords
    from app.cli.plan_lines import Line
    from workflow.rulepack import RulePack, Source

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
                "abstract": pack.abstract,
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
    from app.cli.pack_words import PackWords, rung_of  # noqa: PLC0415

    out, language = desk.out, desk.out.language
    words = PackWords(out, pack)
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
    if pack.abstract:
        out.say("cli.plan_abstract")
    settings = [(name, getattr(pack.settings, name)) for name in ("backdate", "proposal", "submitted", "missing")]
    rows = [(out.told(f"cli.setting_{name}"), out.word(value)) for name, value in settings]
    out.table("cli.plan_settings", ("cli.column_setting", "cli.column_meaning"), rows)
    for kind, columns in _SHOWN.items():
        lines = [_line(desk, one, words, pack) for one in told if one.kind == kind]
        shown = [[line[name] for name in columns] for line in lines]
        out.table(f"cli.plan_{kind}", [f"cli.column_{name}" for name in columns], shown, least=_LEAST)
    rungs = [(rung_of(out, rung), pack.cited(ladder.clause)) for ladder in pack.ladders for rung in ladder.rungs]
    out.table("cli.plan_ladder", ("cli.column_told_to", "cli.column_clause"), rungs)
    missing = [(one.what.told(language), one.clause.at, ", ".join(one.clause.rows)) for one in pack.missing]
    out.table("cli.plan_missing", [f"cli.column_{name}" for name in ("text", "clause", "rows")], missing, least=_LEAST)
    slips = [(one.printed, one.reads, one.why.told(language), one.clause.at) for one in pack.slips]
    out.table("cli.plan_slip", [f"cli.column_{name}" for name in ("printed", "reads", "why", "clause")], slips)
    _show_names(desk, pack)


_COLUMNS = ("rule", "text", "clause", "readings", "rows", "marks")
_RULES = "route quota deadline guard order circumstance ceiling carry_over meeting paper suggestion comments guidance"
_SHOWN = {**dict.fromkeys(_RULES.split(), _COLUMNS), "field": ("text", "clause", "rows")}
"""Kind of line → what its table shows; a field is no rule."""

_LEAST = ("cli.column_rows",)


def _line(desk: Desk, line: "Line", words: "PackWords", pack: "RulePack") -> dict[str, str]:
    return {
        "rule": line.id,
        "text": line.text,
        "clause": line.clause,
        "readings": words.told(line.readings),
        "marks": _marks(desk, line, pack),
        "rows": ", ".join(line.rows),
    }


def _show_names(desk: Desk, pack: "RulePack") -> None:
    """The papers and the words that rosters and commands use."""
    out, language = desk.out, desk.out.language
    out.table(
        "cli.plan_sources",
        [f"cli.column_{name}" for name in ("source", "number", "issuer", "date", "title")],
        [
            (one.id, one.number or _blank(pack, one), one.issuer, _paper_day(out, one.date), one.title.told(language))
            for one in pack.sources
        ],
    )
    rows = [("body", one.id, one.name.told(language)) for one in pack.bodies]
    for family in ("unit_kinds", "categories", "duties", "tiers"):
        rows += [(family, one.id, one.label.told(language)) for one in getattr(pack.vocabulary, family)]
    told = [(out.told(f"cli.family_{family}"), code, name) for family, code, name in rows]
    out.table("cli.plan_words", ("cli.column_family", "cli.column_term", "cli.column_meaning"), told)


def _paper_day(out: Output, day: str | None) -> str | None:
    """When a paper was signed; of some only the month is known."""
    if day is None or len(day) == len("2024-11-05"):
        return day and out.told("view.short_day", day=day)
    return "/".join(reversed(day.split("-")))


def _blank(pack: "RulePack", source: "Source") -> str:
    """What stands for the number of a paper whose number is blank."""
    return pack.symbol if source.id == pack.document.source else "–"


def _marks(desk: Desk, line: "Line", pack: "RulePack") -> str:
    marks = []
    if line.missing:
        lacking = {one.id: one.what.told(desk.out.language) for one in pack.missing}
        marks.append(desk.out.told("cli.mark_missing", missing=lacking.get(line.missing, line.missing)))
    if line.record_only:
        marks.append(desk.out.told("cli.mark_record_only"))
    if line.inferred:
        marks.append(desk.out.told("cli.mark_inferred"))
    if line.evidence != "printed":
        marks.append(desk.out.word(line.evidence))
    if line.because:
        marks.append(desk.out.told("cli.mark_because", because=line.because))
    return "; ".join(marks)


@app.command("new")
@verb(season=False)
def new(
    desk: Desk,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The file to write, NAME.toml; its name becomes the pack's id.")
    ],
    title: Annotated[
        str | None, typer.Option("--title", metavar="TEXT", help="What season and report are headed by.")
    ] = None,
    year: Annotated[
        int | None,
        typer.Option("--year", metavar="YEAR", help="The year that is evaluated; none for what holds every year."),
    ] = None,
) -> int:
    """Write a small pack to begin with: it lints, and every line says what to put there."""
    from app.cli.plan_new import scaffold  # noqa: PLC0415
    from workbooks.files import write_whole  # noqa: PLC0415

    if file.suffix != ".toml":
        raise BadInput("cli.no_pack_file", file=str(file))
    if file.exists():
        raise BadInput("cli.file_exists", file=str(file))
    today = desk.clock().astimezone(vietnam()).date()
    write_whole(file, scaffold(file.stem, title=title or file.stem, year=year, day=today).encode())
    desk.out.say("cli.plan_written", file=str(file))
    desk.out.document({"file": str(file), "pack": file.stem})
    return 0


@app.command("diff")
@verb(season=False)
def diff(
    desk: Desk,
    old: Annotated[str, typer.Argument(metavar="PACK", help="A shipped pack's id, or a file.")],
    new: Annotated[str, typer.Argument(metavar="PACK", help="What is held against it: an id, or a file.")],
) -> int:
    """What one pack says otherwise than another, rule by rule: last year's and this year's, or two versions."""
    from app.cli.plan_diff import tell_changes  # noqa: PLC0415
    from states import packs  # noqa: PLC0415

    out, before, after = desk.out, packs.find(old), packs.find(new)
    found = tell_changes(out, before, after)
    out.say("cli.diff_count", count=len(found))
    out.document({"old": before.id, "new": after.id, "changes": found})
    return 0


@app.command("rehearse")
@verb(season=False)
def rehearse(
    desk: Desk,
    pack: Annotated[str, typer.Argument(metavar="PACK", help="A shipped pack's id, or a file.")],
    roster: Annotated[
        Path, typer.Option("--roster", metavar="FILE", help="A workbook (.xlsx), a .csv file, or a folder of them.")
    ],
    year: Annotated[
        int | None, typer.Option("--year", metavar="YEAR", help="Year evaluated, for a yearly pack.")
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", help="Which of many random seasons; the same one plays out the same.")
    ] = 1,
) -> int:
    """Play a whole random season in a database that is thrown away: where it gets stuck, what nobody can do, shares and
    dates that cannot be met."""
    from app.cli.plan_rehearse import read_roster, rehearsed, tell  # noqa: PLC0415
    from states import packs  # noqa: PLC0415

    if year is not None:
        check_year(year)
    found = packs.find(pack)
    outcome = rehearsed(desk, found, read_roster(desk.out, roster, found), year=year, seed=seed)
    return tell(desk.out, outcome, roster)


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
        blank: tuple[Fault, ...] = ()
        try:
            pack, blank = packs.find(file), packs.left_blank(file)
            out.say("cli.lint_sound", file=file, pack=pack.id, version=pack.version)
            _tell_blanks(out, blank)
        except BadInput as error:
            status = error.exit_status
            faults = error.faults if isinstance(error, Faulty) else (Fault(code=error.code, figures=error.figures),)
            out.complain(out.told("cli.lint_faulty", file=file, count=len(faults)))
            out.complain_of(faults)
        told = {"faults": out.faults(faults), "blank": out.faults(blank)}
        checked.append({"file": file, "sound": not faults, **told})
    out.document({"files": checked})
    return status


def _tell_blanks(out: Output, blank: Sequence[Fault]) -> None:
    """What is still to be filled in is no fault: a rehearsal may be opened before."""
    if blank:
        out.say("cli.lint_blank", count=len(blank))
        out.complain_of(blank)
