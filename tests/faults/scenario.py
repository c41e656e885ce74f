"""A season in command lines, from the first to a restored backup, each run as it would be typed.

Every line is a stage: what lies in its folder before it is kept, so that the line can be run again and again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.cli.line import NOW, small_roster, write_roster
from tests.season import PARTY_BOARDS, SHIPPED

REFS = ("HS-0001", "HS-0002", "HS-0003", "HS-0004")
"""The dossiers of one unit: its leaders and its collective."""
SEVEN_DAYS_BEFORE = "2024-11-28T08:00:00+07:00"
A_WHILE_LATER = "2024-11-28T08:20:00+07:00"
"""When what a delivery took and never sent is free again."""

MINUTES = b"%PDF-1.7 " + b"minutes " * 3000
SPOOL = "spool"
PEOPLES = ("roster.xlsx", "faulty.xlsx", "minutes.pdf")
"""The files that people bring."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command line. `status` is how it ends where nothing fails, `writes` what it leaves besides the database.
    `again` is the line that repeats it, `keyed` says that its answer is then the first one's, `several` that it commits
    more than once."""

    name: str
    argv: tuple[str, ...]
    status: int = 0
    error: str | None = None
    keyed: bool = False
    writes: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    several: bool = False

    @property
    def repeated(self) -> tuple[str, ...]:
        return self.again or self.argv


def _acting(name: str, *argv: str, status: int = 0) -> Step:
    line = (*argv, "--as", "CV-SNV", "--key", f"key of {name}", "--now", NOW)
    return Step(name=name, argv=line, status=status, keyed=True)


def _operating(name: str, *argv: str, writes: Sequence[str] = ()) -> Step:
    line = (*argv, "--key", f"key of {name}", "--now", NOW)
    return Step(name=name, argv=line, keyed=True, writes=tuple(writes))


SCENARIO = (
    Step(name="init", argv=("init",)),
    Step(name="template", argv=("roster", "template", "empty.xlsx", "--pack", SHIPPED), writes=("empty.xlsx",)),
    _operating("open", "season", "open", SHIPPED, "--code", "2024", "--rehearsal"),
    Step(
        name="faulty roster",
        argv=("roster", "import", "faulty.xlsx", "--marked", "marked.xlsx", "--now", NOW),
        status=2,
        error="roster.faulty",
        writes=("marked.xlsx",),
    ),
    _operating("import", "roster", "import", "roster.xlsx", "--marked", "looked.xlsx", writes=("looked.xlsx",)),
    _acting("review", "dossier", "advance", *REFS, "self_review", "--rank", "good"),
    _acting("meeting", "meeting", "hold", "SNV", "--attendees", "12", "--invite", PARTY_BOARDS),
    _acting("refused", "dossier", "advance", REFS[0], "submit", status=3),
    _acting(
        "vote",
        *("dossier", "advance", REFS[0], "record_vote", "--rank", "excellent", "--set", "meeting=HN-0001"),
        *("--attach", "minutes=minutes.pdf"),
    ),
    _acting("bulk", "dossier", "advance", *REFS[1:], "record_vote", "--rank", "good", "--set", "meeting=HN-0001"),
    _acting("close vote", "unit", "close-vote", "SNV"),
    Step(
        name="sweep",
        argv=("sweep", "--now", SEVEN_DAYS_BEFORE),
        again=("sweep", "--now", A_WHILE_LATER),
        several=True,
    ),
    Step(name="status", argv=("season", "status", "--now", SEVEN_DAYS_BEFORE)),
    Step(
        name="report",
        argv=("season", "report", "--xlsx", "report.xlsx", "--now", SEVEN_DAYS_BEFORE),
        writes=("report.xlsx",),
    ),
    Step(name="backup", argv=("backup", "backup.zip"), writes=("backup.zip",)),
    Step(name="restore", argv=("restore", "backup.zip", "--db", "back/hoso.db")),
    Step(name="copy", argv=("copy", "--from", "hoso.db", "--to", "copy.db")),
    _operating("erase", "roster", "erase", "SNV-03", "--decision", "12/QĐ"),
    _operating("close", "season", "close", "--unfinished", "hết hạn"),
)


def provide(folder: Path) -> None:
    """Lay down the files that people bring: a roster, a faulty one, a paper."""
    write_roster(folder / "roster.xlsx", small_roster())
    write_roster(folder / "faulty.xlsx", replace(small_roster(), units=()))
    (folder / "minutes.pdf").write_bytes(MINUTES)
