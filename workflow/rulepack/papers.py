"""What a pack says of papers: its own, those it names, where a rule stands in them, and how it is known."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A paraphrase for people; `en` falls back to `vi`."""

    vi: str
    en: str = ""

    def told(self, language: str) -> str:
        return self.en if language == "en" and self.en else self.vi


class Evidence(StrEnum):
    """How a rule is known."""

    PRINTED = "printed"
    """Read in the paper itself."""
    READ = "read"
    """Read on a public page about the paper, in part."""
    KNOWN = "known"
    """Told by those who work with it; not read anywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """Where a rule stands: a registered source, the place in it, and the rows of the matrix that it carries out."""

    source: str
    at: str
    rows: tuple[str, ...] = ()
    inferred: bool = False
    """Not printed: concluded from the text."""
    evidence: Evidence = Evidence.PRINTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One paper. The key is number + issuer + date, never the number alone (docs/glossary.md).

    `date` may be partial ("2024-11") or None, as printed; `aliases` are other printed forms, `note` the correction.
    """

    id: str
    kind: str
    number: str | None
    issuer: str
    date: str | None
    title: Text
    aliases: tuple[str, ...] = ()
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The pack's own paper: who speaks, to whom, on what basis, who signs."""

    source: str
    symbol: str
    issuing_role: Text
    subject: Text
    basis: tuple[str, ...]
    audience: tuple[str, ...]
    """Kinds of unit that the paper is addressed to."""
    copies: tuple[str, ...]
    """Bodies on its list of recipients (nơi nhận)."""
    archive: tuple[str, ...]
    signatory_post: Text
    fields: tuple["DocumentField", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentField:
    """A datum of the paper that a user reads but nothing executes, with the rows it stands for."""

    id: str
    text: Text
    clause: Clause


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What the text names and does not contain: a lost annex, a blank number, a paper that nobody here has (A-30)."""

    id: str
    what: Text
    clause: Clause


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance:
    """A row that a user reads at a certain place and no program executes (TEXT, FIELD)."""

    id: str
    text: Text
    clause: Clause
    shown_at: str
    """A command name, "season", "meeting" or "report"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A slip of the pen in a paper, as printed, beside what it reads as and why (A-25). Nothing is corrected in
    silence."""

    id: str
    printed: str
    reads: str
    why: Text
    clause: Clause
