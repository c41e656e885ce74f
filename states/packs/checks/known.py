"""Ids: declared once, and every name points at one that is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from states.packs.inherit import declared
from states.packs.keys import RULES, SECTIONS, PackFile
from states.packs.shapes import Notes, Path, Reference, Refers, listed, nearest, said
from workflow.discharge import AFTER
from workflow.facts import MARKED
from workflow.process import Process
from workflow.rulepack import OWN_UNIT, Document, Source, Term, Text

PLACES = ("season", "meeting")
"""Where guidance is shown, besides with a dossier that can take a command."""

_SECTION_OF = {
    Refers.SOURCE: "sources",
    Refers.MISSING: "missing",
    Refers.BODY: "bodies",
    Refers.BODY_OR_UNIT: "bodies",
    Refers.ROUTE: "routes",
    Refers.DEADLINE: "deadlines",
    Refers.LADDER: "ladders",
    Refers.PAPER: "papers",
    Refers.CIRCUMSTANCE: "circumstances",
}
_TERMS_OF = {
    Refers.UNIT_KIND: "unit_kinds",
    Refers.CATEGORY: "categories",
    Refers.DUTY: "duties",
    Refers.TIER: "tiers",
}
_STORED = (Refers.COMMAND, Refers.DISCHARGE, Refers.EVENT, Refers.PLACE)
"""Names that the engine gives; people are shown words for them."""
_CODES = {Refers.BODY_OR_UNIT: "unknown_body"} | dict.fromkeys(_TERMS_OF, "unknown_term")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Every name that something may point at, by what points there."""

    names: Mapping[Refers, tuple[str, ...]]
    called: Mapping[Refers, Mapping[str, str]]
    """How people call bodies, terms, papers and commands, and the id of each."""

    def __getitem__(self, refers: Refers) -> tuple[str, ...]:
        return self.names[refers]

    def meant(self, refers: Refers, name: str) -> str | None:
        """The id that was probably meant by a name that is none."""
        called = self.called.get(refers, {})
        found = nearest(name, [*self.names[refers], *called])
        return None if found is None else called.get(found, found)


def known_names(pack: PackFile, values: Mapping[str, Any], processes: Mapping[str, Process]) -> Known:
    """The ids of `pack` (its parent's included) and those that its file declares in tables that are broken."""
    names: dict[Refers, tuple[str, ...]] = {}
    for refers, section in _SECTION_OF.items():
        own = [one.value.id for one in getattr(pack, section)]
        raw = [name for name, _ in declared(values, SECTIONS[section][0])]
        names[refers] = tuple(dict.fromkeys([*own, *raw]))
    names[Refers.BODY_OR_UNIT] = (OWN_UNIT, *names[Refers.BODY])
    for refers, vocabulary in _TERMS_OF.items():
        terms = getattr(pack.vocabulary, vocabulary) if pack.vocabulary else ()
        names[refers] = tuple(dict.fromkeys([*(term.id for term in terms), *_raw_terms(values, vocabulary)]))
    commands = tuple(dict.fromkeys(command for process in processes.values() for command in process.steps))
    names[Refers.COMMAND] = commands
    names[Refers.DISCHARGE] = tuple(AFTER)
    names[Refers.EVENT] = tuple(MARKED)
    names[Refers.PLACE] = (*PLACES, *own_steps(processes))
    return Known(names=names, called=_called(pack) | {one: said(names[one]) for one in _STORED})


def _called(pack: PackFile) -> dict[Refers, dict[str, str]]:
    bodies = {told: one.value.id for one in pack.bodies for told in _told(one.value.name)}
    papers = {told: one.value.id for one in pack.sources for told in _printed(one.value, pack.document)}
    called = {Refers.BODY: bodies, Refers.BODY_OR_UNIT: bodies, Refers.SOURCE: papers}
    for refers, vocabulary in _TERMS_OF.items():
        terms: tuple[Term, ...] = getattr(pack.vocabulary, vocabulary) if pack.vocabulary else ()
        called[refers] = {told: term.id for term in terms for told in _told(term.label)}
    return called


def _printed(source: Source, document: Document | None) -> tuple[str, ...]:
    """What stands on a paper: its number, or the symbol where that is blank, other forms of it, and the title."""
    own = document is not None and document.source == source.id
    number = source.number or (document.symbol if document is not None and own else None)
    return (*((number,) if number else ()), *source.aliases, *_told(source.title))


def _told(text: Text) -> tuple[str, ...]:
    return tuple(one for one in (text.vi, text.en) if one)


def own_steps(processes: Mapping[str, Process]) -> tuple[str, ...]:
    """The commands of a dossier that somebody gives: what a paper can be needed at, and guidance shown at."""
    return tuple(name for name, step in processes["dossier"].steps.items() if step.direct)


def _raw_terms(values: Mapping[str, Any], vocabulary: str) -> tuple[str, ...]:
    table = values.get("vocabulary")
    terms = table.get(vocabulary) if isinstance(table, dict) else None
    return tuple(terms) if isinstance(terms, dict) else ()


def check_references(references: list[Reference], known: Known, notes: Notes) -> None:
    """Every name points at something that the pack has."""
    for one in references:
        names = known[one.refers]
        if one.name not in names:
            code = _CODES.get(one.refers, f"unknown_{one.refers}")
            meant = known.meant(one.refers, one.name)
            notes.refuse_instead(one.path, code, name=one.name, known=listed(names), nearest=meant)


def check_ids(values: Mapping[str, Any], notes: Notes) -> None:
    """No id is given twice: rules of every kind share one list, other things have one each."""
    _once([one for section in RULES for one in declared(values, SECTIONS[section][0])], notes)
    for section in SECTIONS:
        if section not in RULES:
            _once(declared(values, SECTIONS[section][0]), notes)
    document = values.get("document")
    if isinstance(document, dict):
        _once([(name, ("document", *at)) for name, at in declared(document, "field")], notes)
    for name, at in declared(values, "body"):
        if name == OWN_UNIT:
            notes.refuse((*at, "id"), "reserved_id", name=name)


def _once(ids: list[tuple[str, Path]], notes: Notes) -> None:
    seen: set[str] = set()
    for name, at in ids:
        if name in seen:
            notes.refuse((*at, "id"), "doubled_id", name=name)
        seen.add(name)
