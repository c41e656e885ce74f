"""The tree of errors. A refusal is an answer (`facts.Verdict`), never one of these.

    HosoError                 a code and figures; the sentence is made by `messages.sentence`
    ├── BadInput              2  unknown thing, naive or future time, broken file
    │   ├── Faulty               many faults of one file, told all at once
    │   ├── KeyReused            an idempotency key with other content
    │   └── ForeignDatabase      not ours, or written by a newer Hoso
    ├── Conflict              5  lost a race; nothing was stored; try again
    │   └── Locked               another process holds the database
    └── MachineFailure        6  the machine could not
        ├── DiskFull
        ├── ClockBehind          the clock is more than 5 s behind the record
        └── OutcomeUnknown       the commit may or may not have happened: repeat with the same key

Split by what the caller can do about it; the number is the exit status (design section 9).
"""

import errno
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

Figure: TypeAlias = str | int | bool | None | Sequence[str]
"""A value inside a sentence: an id, a number, a rank, an ISO date. Never a finished sentence."""

Figures: TypeAlias = Mapping[str, Figure]

NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system says where a file may not grow: a full disk, a quota, a limit."""
NOT_SERVED = frozenset({errno.EIO, errno.ENXIO, errno.ENODEV, errno.ESTALE, errno.EMFILE, errno.ENFILE})
"""What it says where the machine itself is at fault: a disk that fails or is gone, no more files to be opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong in a file that somebody handed in.

    `code` is a message code ("roster.two_heads"); `figures` fill its sentence; `where` says the place as a person
    looks for it, most general first: ("roster.xlsx", "Đối tượng", "C12") or ("pack.toml", "NT11-1a", "percent", "42").
    """

    code: str
    figures: Figures = field(default_factory=dict)
    where: tuple[str, ...] = ()


class HosoError(Exception):
    """Base of every error that Hoso raises on purpose."""

    exit_status: ClassVar[int] = 1

    def __init__(self, code: str, /, **figures: Figure) -> None:
        super().__init__(code, figures)
        self.code = code
        self.figures: Figures = figures

    def __str__(self) -> str:
        return f"{self.code} {dict(self.figures)!r}"


class BadInput(HosoError):
    """The caller asked for something that cannot be asked."""

    exit_status = 2


class Faulty(BadInput):
    """A file with faults. Raised once, with all of them, in the file's own order."""

    def __init__(self, code: str, /, *, faults: Sequence[Fault], **figures: Figure) -> None:
        super().__init__(code, count=len(faults), **figures)
        self.faults = tuple(faults)


class KeyReused(BadInput):
    """The idempotency key was used by this actor for other content."""


class ForeignDatabase(BadInput):
    """The file is no database of ours, or one that a newer Hoso wrote."""


class Conflict(HosoError):
    """Somebody else was first. Nothing was stored; the same command may be tried again."""

    exit_status = 5


class Locked(Conflict):
    """Another process held the database for longer than the busy timeout."""


class MachineFailure(HosoError):
    """Disk, clock or connection: not the caller's fault, and nothing half-written."""

    exit_status = 6


class DiskFull(MachineFailure):
    """No space left. The transaction was rolled back whole."""


class ClockBehind(MachineFailure):
    """The service clock is more than 5 s behind the stream's head (design section 6)."""


class OutcomeUnknown(MachineFailure):
    """COMMIT itself failed; repeat with the same idempotency key to learn the answer."""
