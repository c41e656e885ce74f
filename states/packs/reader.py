"""TOML → `RulePack`: read, merged with the parent, checked; every fault at once, with file, line, rule and key."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from states.guards import GUARDS, GuardSpec
from states.packs.checks.deadlines import check_deadlines
from states.packs.checks.guards import check_guards
from states.packs.checks.head import check_head
from states.packs.checks.known import check_ids, check_references, known_names
from states.packs.checks.ladders import check_ladders
from states.packs.checks.quotas import check_quotas
from states.packs.checks.routes import check_routes
from states.packs.inherit import declared, merged, reasons
from states.packs.keys import PACK_FILE, SECTIONS, PackFile
from states.packs.shapes import Notes, Path
from states.packs.text import PackText
from states.processes import PROCESSES
from workflow.errors import Fault, Faulty
from workflow.process import Process
from workflow.rulepack import RulePack, Vocabulary

Parents: TypeAlias = Callable[[str], tuple[bytes, str] | None]
"""Id of a pack → its bytes and the name of its file, or None where there is no such pack."""


def no_parents(_: str) -> None:
    """For a pack that stands alone."""
    return


def read(
    data: bytes,
    *,
    file: str,
    parents: Parents = no_parents,
    guards: Mapping[str, GuardSpec] = GUARDS,
    processes: Mapping[str, Process] = PROCESSES,
    chain: tuple[str, ...] = (),
) -> RulePack:
    """The pack that `data` holds, resolved: parents merged, every default filled in.

    `file` names it for messages; `chain` are the packs that extend it, nearest last. Raises `Faulty` with all faults, in
    the order of the file, those of a faulty parent after its child's.
    """
    text = PackText(data, file=file)
    notes = Notes()
    found: PackFile = PACK_FILE.read(text.values, (), notes)
    malformed = {note.path[:2] for note in notes.faults}
    inherited: list[Fault] = []
    parent = _parent(text.values, found, parents, guards, processes, chain, notes, inherited)
    if parent is not None:
        found = merged(parent, found, text.values, notes)
    check_ids(text.values, notes)
    _check_replacing(text.values, notes)
    if parent is not None or not _extends(text.values):
        _check(found, text.values, malformed, guards, processes, notes)
    if notes.faults or inherited:
        own = sorted(notes.faults, key=lambda note: text.line(note.path))
        faults = [text.fault(note.path, note.code, dict(note.figures)) for note in own]
        raise Faulty("pack.faulty", file=file, faults=[*faults, *inherited])
    return _resolved(found, parent)


def _check(
    found: PackFile,
    values: Mapping[str, Any],
    malformed: set[Path],
    guards: Mapping[str, GuardSpec],
    processes: Mapping[str, Process],
    notes: Notes,
) -> None:
    """What must hold among the rules. A malformed rule is left out: what it seems to lack may be what is misspelt in it."""
    known = known_names(found, values, processes)
    check_references(notes.references, known, notes)
    sections: dict[str, Any] = {
        name: tuple(one for one in getattr(found, name) if one.at not in malformed) for name in SECTIONS
    }
    found = replace(found, **sections)
    check_head(found, notes)
    check_quotas(found, notes)
    check_deadlines(found, guards, processes, notes)
    check_routes(found, notes)
    check_guards(found, guards, processes, known, notes)
    own_ladders = [name for name, _ in declared(values, "ladder")]
    check_ladders(found, tuple(dict.fromkeys([*(one.value.id for one in found.ladders), *own_ladders])), notes)


def _check_replacing(values: Mapping[str, Any], notes: Notes) -> None:
    """`replaces` needs a parent, `because` something replaced."""
    extends = _extends(values)
    for table, _ in SECTIONS.values():
        for _, at in declared(values, table):
            rule = values[table][at[1]]
            if "replaces" in rule and not extends:
                notes.refuse((*at, "replaces"), "replaces_nothing")
            if "because" in rule and "replaces" not in rule:
                notes.refuse((*at, "because"), "because_alone")


def _extends(values: Mapping[str, Any]) -> bool:
    head = values.get("pack")
    return isinstance(head, dict) and "extends" in head


def _parent(
    values: Mapping[str, Any],
    found: PackFile,
    parents: Parents,
    guards: Mapping[str, GuardSpec],
    processes: Mapping[str, Process],
    chain: tuple[str, ...],
    notes: Notes,
    inherited: list[Fault],
) -> RulePack | None:
    """The pack that this one extends, or None: it extends nothing, or a fault is noted."""
    head = values.get("pack")
    name = head.get("extends") if isinstance(head, dict) else None
    own = head.get("id") if isinstance(head, dict) else None
    if not isinstance(name, str) or (found.pack is not None and found.pack.extends is None):
        return None
    at = ("pack", "extends")
    if name == own:
        notes.refuse(at, "extends_itself", name=name)
        return None
    if name in chain:
        notes.refuse(at, "extends_cycle", chain=" → ".join([*chain, str(own), name]))
        return None
    source = parents(name)
    if source is None:
        notes.refuse(at, "unknown_parent", name=name)
        return None
    try:
        parent = read(
            source[0],
            file=source[1],
            parents=parents,
            guards=guards,
            processes=processes,
            chain=(*chain, str(own)),
        )
    except Faulty as error:
        notes.refuse(at, "faulty_parent", name=name, file=source[1], faults=len(error.faults))
        inherited.extend(error.faults)
        return None
    if parent.id != name:
        notes.refuse(at, "parent_id", name=name, found=parent.id, file=source[1])
    return parent


def _resolved(found: PackFile, parent: RulePack | None) -> RulePack:
    head, document = found.pack, found.document
    if head is None or document is None:
        raise AssertionError("a pack without head or document has faults")
    sections = {name: tuple(one.value for one in getattr(found, name)) for name in SECTIONS}
    return RulePack(
        schema=head.schema,
        id=head.id,
        version=head.version,
        title=head.title,
        year=head.year,
        valid_from=head.valid_from,
        valid_until=head.valid_until,
        zone=head.zone,
        extends=head.extends,
        tracks=head.tracks,
        document=document,
        vocabulary=found.vocabulary or Vocabulary(),
        settings=found.settings,
        because=reasons(parent, found),
        **sections,
    )
