"""`season report`: the synthesis that a coordinator sends upward, with the proof that an auditor checks it by."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.desk import Desk
from app.cli.output import UNSOUND
from workflow.errors import BadInput

if TYPE_CHECKING:
    from app.cli.desk import Look
    from workbooks.proof import Proof
    from workflow.replay.verification import Verification


def report(desk: Desk, xlsx: Path) -> int:
    """Write the season's synthesis to `xlsx`; exit status 4 where the record did not verify while it was written (the
    report is written all the same, and says so)."""
    import workbooks.report as written  # noqa: PLC0415
    from app.cli import report_pages as pages  # noqa: PLC0415
    from workflow.replay.verification import verify  # noqa: PLC0415
    from workflow.services.views.streams import streams  # noqa: PLC0415
    from workflow.services.views.synthesis import synthesis  # noqa: PLC0415

    out = desk.out
    if xlsx.exists():
        # It may be the checkpoint that somebody will be held against.
        raise BadInput("cli.file_exists", file=str(xlsx))
    made_at = desk.context.clock()  # before the snapshot: what is recorded later is dated later
    with out.working("report.working"), desk.looking() as look:
        checked = verify(look.tx, look.season, look.rules)
        found = synthesis(look)
        made = written.Report(
            title=pages.title(out, look),
            made_at=made_at,
            pages=pages.pages(out, look, found, checked),
            proof=_proof(look, checked, made_at),
            names={stream: (out.word(kind), name) for stream, (kind, name) in streams(look).items()},
        )
        written.write(xlsx, made, language=out.language)
    figures = {"streams": checked.streams, "records": checked.records, "digest": checked.digest}
    out.document({"season": look.season["code"], "file": str(xlsx), **figures, "findings": len(checked.findings)})
    out.say("report.written", file=str(xlsx), **figures)
    if not checked.holds:
        out.complain(out.told("report.unsound", count=len(checked.findings)))
        return UNSOUND
    return 0


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
