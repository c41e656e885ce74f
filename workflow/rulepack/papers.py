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
    """The paper."""
    at: str
    """The place in it, as people cite it ("khoản 2 điểm b")."""
    rows: tuple[str, ...] = ()
    """Rows of the regulation's own matrix, where somebody took it apart (docs/conformance.md)."""
    inferred: bool = False
    """Not printed: concluded from the text."""
    evidence: Evidence = Evidence.PRINTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What every rule says of itself."""

    id: str
    """Its name, unlike that of any other rule of the pack, of whatever kind: verdicts, records, reports and other rules
    name it by this. As a rule it tells the paper and the place ("KT24-3-2")."""
    clause: Clause
    text: Text
    """What it asks for, in our own words: people read it in refusals, reminders and reports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One paper. The key is number + issuer + date, never the number alone (docs/glossary.md)."""

    id: str
    """By which clauses name it."""
    kind: str
    """What it is: "công văn", "kế hoạch", "quy định" …"""
    number: str | None
    """Its number and symbol, in full; left out where it is blank."""
    issuer: str
    """Who issued it."""
    date: str | None
    """As printed, maybe in part ("2024-11"); left out where it is blank."""
    title: Text
    """What it is about."""
    aliases: tuple[str, ...] = ()
    """Other forms in which it is printed."""
    note: Text | None = None
    """What a reader should know of it: a blank, a doubt, a correction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The pack's own paper: who speaks, to whom, on what basis, who signs."""

    source: str
    """Its entry under `[[source]]`."""
    symbol: str
    """The part of its number that is printed even where the number is blank ("/UBND-VXNV")."""
    issuing_role: Text
    """Who speaks."""
    subject: Text
    """Its subject line (trích yếu)."""
    basis: tuple[str, ...]
    """The papers that it stands on (căn cứ)."""
    audience: tuple[str, ...]
    """Kinds of unit that the paper is addressed to: such units are told when the roster brings them."""
    copies: tuple[str, ...]
    """Bodies on its list of recipients (nơi nhận): they are told when a season is opened."""
    archive: tuple[str, ...]
    """Where it is kept (lưu), as printed."""
    signatory_post: Text
    """Who signs: the post, never a name."""
    fields: tuple["DocumentField", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentField:
    """A datum of the paper that a user reads but nothing executes, with the rows it stands for."""

    id: str
    """Its name in lists."""
    text: Text
    """What the paper says, in our own words."""
    clause: Clause


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What the text names and does not contain: a lost annex, a blank number, a paper that nobody here has (A-30)."""

    id: str
    """By which the rules that lack it name it (`missing`)."""
    what: Text
    """What is not there."""
    clause: Clause


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance(Rule):
    """A row that a user reads at a certain place and no program executes (TEXT, FIELD)."""

    shown_at: str
    """Where it is read: when a season is opened (`season`), with a meeting (`meeting`), or with a dossier that can take
    this step next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A slip of the pen in a paper, as printed, beside what it reads as and why (A-25). Nothing is corrected in
    silence."""

    id: str
    """Its name in lists."""
    printed: str
    """The words as they are printed."""
    reads: str
    """The words that are meant."""
    why: Text
    """How that is known."""
    clause: Clause
