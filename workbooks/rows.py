"""Rows of the sheets become rows of a roster. A cell that is faulty leaves a blank: the file is refused as a whole
anyway, and the checks across rows go on with what there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from workbooks import lexicon
from workbooks.cells import Sheet
from workbooks.lexicon import Lexicon
from workflow.rosters import SubjectRow, UnitRow
from workflow.rulepack import Body, Vocabulary
from workflow.words import Lead, Role, SubjectKind

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Placed(Generic[T]):
    """A row of the roster and the number (from 0) of the row of the sheet that it was read from."""

    at: int
    row: T


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Every list of allowed words that a roster of this pack is read with."""

    unit_kinds: Lexicon
    categories: Lexicon
    duties: Lexicon
    tiers: Lexicon
    bodies: Lexicon
    subject_kinds: Lexicon
    leads: Lexicon
    roles: Lexicon
    languages: Lexicon

    def unneeded(self) -> frozenset[str]:
        """Columns that may be left out because the pack has no words for them."""
        families = {"kind": self.unit_kinds, "category": self.categories, "duty": self.duties, "tier": self.tiers}
        return frozenset(column for column, family in families.items() if not family)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A role as its row has it; `role` is None where it could not be read. Whose it is, is looked up all the same."""

    subject: str
    role: Role | None
    scope: str


def words(vocabulary: Vocabulary, bodies: Sequence[Body]) -> Words:
    return Words(
        unit_kinds=lexicon.of_terms(vocabulary.unit_kinds),
        categories=lexicon.of_terms(vocabulary.categories),
        duties=lexicon.of_terms(vocabulary.duties),
        tiers=lexicon.of_terms(vocabulary.tiers),
        bodies=lexicon.of_bodies(bodies),
        subject_kinds=lexicon.subject_kinds(),
        leads=lexicon.leads(),
        roles=lexicon.roles(),
        languages=lexicon.languages(),
    )


def units(sheet: Sheet, words: Words) -> list[Placed[UnitRow]]:
    return [Placed(at, _unit(sheet, at, words)) for at in sheet.rows()]


def subjects(sheet: Sheet, words: Words) -> list[Placed[SubjectRow]]:
    return [Placed(at, _subject(sheet, at, words)) for at in sheet.rows()]


def roles(sheet: Sheet, words: Words) -> list[Placed[Given]]:
    return [Placed(at, _role(sheet, at, words)) for at in sheet.rows()]


def _unit(sheet: Sheet, at: int, words: Words) -> UnitRow:
    return UnitRow(
        code=sheet.code(at, "code") or "",
        name=sheet.text(at, "name", required=True) or "",
        kind=sheet.term(at, "kind", words.unit_kinds, required=bool(words.unit_kinds)) or "",
        parent=sheet.text(at, "parent", numbers=True) or None,
        email=sheet.email(at, "email"),
    )


def _subject(sheet: Sheet, at: int, words: Words) -> SubjectRow:
    term = sheet.term(at, "kind", words.subject_kinds, required=True)
    kind = SubjectKind(term) if term else None
    ranked = sheet.yes(at, "ranked", default=True)
    warn = ranked and kind is SubjectKind.PERSON
    subject = SubjectRow(
        code=sheet.code(at, "code") or "",
        name=sheet.text(at, "name", required=True) or "",
        unit=sheet.text(at, "unit", required=True, numbers=True) or "",
        kind=kind or SubjectKind.PERSON,
        post=sheet.text(at, "post") or "",
        category=_standing(sheet, at, "category", words.categories, warn=warn),
        duty=_standing(sheet, at, "duty", words.duties, warn=warn),
        tier=_standing(sheet, at, "tier", words.tiers, warn=warn),
        party=sheet.yes(at, "party", default=False),
        lead=_lead(sheet, at, kind, words),
        ranked=ranked,
        email=sheet.email(at, "email"),
        language=sheet.term(at, "language", words.languages) or "vi",
        since=sheet.day(at, "since"),
    )
    if kind not in {None, SubjectKind.PERSON} and subject.party:
        sheet.fault(at, "party", "roster.collective_party")
    return subject


def _standing(sheet: Sheet, at: int, column: str, lexicon: Lexicon, *, warn: bool) -> str:
    """A term that rules select by. A pack may have none for some subjects, so a blank is only warned of."""
    term = sheet.term(at, column, lexicon)
    if term == "" and warn and lexicon:
        sheet.warning(at, column, "roster.standing_blank", column=sheet.heading(column))
    return term or ""


def _lead(sheet: Sheet, at: int, kind: SubjectKind | None, words: Words) -> Lead:
    """A person's must be said, also where it is "Không": a head that is forgotten changes groups and routes."""
    lead = sheet.term(at, "lead", words.leads)
    if kind is SubjectKind.PERSON and lead == "":
        sheet.fault(at, "lead", "roster.lead_missing")
    if kind not in {None, SubjectKind.PERSON} and lead in {Lead.HEAD, Lead.DEPUTY}:
        sheet.fault(at, "lead", "roster.collective_lead")
        return Lead.NONE
    return Lead(lead or Lead.NONE)


def _role(sheet: Sheet, at: int, words: Words) -> Given:
    subject = sheet.text(at, "subject", required=True, numbers=True)
    role = sheet.term(at, "role", words.roles, required=True)
    scope = sheet.text(at, "scope", required=True, numbers=True)
    return Given(subject=subject or "", role=Role(role) if role else None, scope=scope or "")
