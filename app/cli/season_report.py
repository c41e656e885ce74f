"""`season report`: the synthesis that a coordinator sends upward, with the proof that an auditor checks it by."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.desk import Desk
from app.cli.output import UNSOUND, Output
from workflow.errors import BadInput

if TYPE_CHECKING:
    from app.cli.desk import Look
    from workbooks.proof import Proof
    from workbooks.report import Cell, Page
    from workflow.replay.verification import Verification


def report(desk: Desk, xlsx: Path | None, tiers: Sequence[str] = ()) -> int:
    """Write the season's synthesis, or that of some tiers, to `xlsx`, or print its pages where there is none; exit
    status 4 where the record did not verify meanwhile (the report is made all the same, and says so)."""
    from app.cli import report_list, report_pages  # noqa: PLC0415
    from workflow.replay.verification import verify  # noqa: PLC0415
    from workflow.services.views.synthesis import synthesis  # noqa: PLC0415

    out = desk.out
    if xlsx is not None and xlsx.exists():
        # It may be the checkpoint that somebody will be held against.
        raise BadInput("cli.file_exists", file=str(xlsx))
    made_at = desk.context.clock()  # before the snapshot: what is recorded later is dated later
    with out.working("report.working"), desk.looking() as look:
        checked = verify(look.tx, look.season, look.rules, look.former)
        found = synthesis(look, tiers)
        pages = report_pages.pages(out, look, found, checked)
        if xlsx is not None:
            _write(out, look, pages, checked, xlsx, made_at)
        listed = [report_list.as_value(out, look, one) for one in found.ranked] if out.json else []
    figures = {"streams": checked.streams, "records": checked.records, "digest": checked.digest}
    head = {"season": look.season["code"], "file": xlsx and str(xlsx), **figures, "findings": len(checked.findings)}
    out.document({**head, "tiers": list(found.tiers), "dossiers": listed})
    if xlsx is None:
        _print(out, pages)
    else:
        out.say("report.written", file=str(xlsx), **figures)
    if not checked.holds:
        out.complain(out.told("report.unsound", count=len(checked.findings)))
        return UNSOUND
    return 0


def _write(
    out: Output, look: "Look", pages: "tuple[Page, ...]", checked: "Verification", xlsx: Path, made_at: datetime
) -> None:
    import workbooks.report as written  # noqa: PLC0415
    from app.cli.report_pages import title  # noqa: PLC0415
    from workflow.services.views.streams import streams  # noqa: PLC0415

    made = written.Report(
        title=title(out, look),
        made_at=made_at,
        pages=pages,
        proof=_proof(look, checked, made_at),
        names={stream: (out.word(kind), name) for stream, (kind, name) in streams(look).items()},
    )
    written.write(xlsx, made, language=out.language)


def _print(out: Output, pages: "tuple[Page, ...]") -> None:
    """The pages one after the other, as text."""
    for page in pages:
        out.line()
        for text in (page.heading.upper(), *page.notes):
            out.line(text)
        rows = [*page.rows, *([page.total] if page.total is not None and page.rows else [])]
        if not rows:
            out.line(page.empty)
            continue
        heads = [f"{one.band}: {one.heading}" if one.band else one.heading for one in page.columns]
        out.grid(heads, [[_shown(out, cell) for cell in row] for row in rows])


def _shown(out: Output, cell: "Cell") -> object:
    return out.told("view.short_day", day=cell) if isinstance(cell, date) else cell


def _proof(look: "Look", checked: "Verification", made_at: datetime) -> "Proof":
    from workbooks.proof import Proof  # noqa: PLC0415

    return Proof(
        code=look.season["code"],
        season=look.season["id"],
        made_at=made_at.isoformat(),
        streams=checked.streams,
        records=checked.records,
        digest=checked.digest,
        findings=len(checked.findings),
        heads=checked.heads,
    )
