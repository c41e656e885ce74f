"""TOML → `RulePack`: read, merged with the parent, checked; every fault at once, with file, line, rule and key."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeAlias

from states.guards import GUARDS, GuardSpec
from states.packs.checks.ceilings import check_ceilings
from states.packs.checks.deadlines import check_deadlines
from states.packs.checks.guards import check_guards
from states.packs.checks.head import check_head
from states.packs.checks.known import check_ids, check_references, known_names
from states.packs.checks.ladders import check_ladders
from states.packs.checks.meetings import check_meetings
from states.packs.checks.orders import check_orders
from states.packs.checks.papers import check_papers
from states.packs.checks.quotas import check_quotas
from states.packs.checks.routes import check_routes
from states.packs.inherit import declared, merged, reasons
from states.packs.keys import PACK_FILE, SECTIONS, PackFile
from states.packs.shapes import Notes, Path, Refers
from states.packs.text import PackText
from states.processes import PROCESSES
from workflow.errors import Fault, Faulty
from workflow.process import Process
from workflow.rulepack import RulePack, Vocabulary

Parents: TypeAlias = Callable[[str], tuple[bytes, str] | None]
"""Id of a pack → its bytes and the name of its file, or None where there is no such pack."""


def no_parents(_: str) -> None:
    """For a pack that stands alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a pack may lean on: other packs, and the guards and processes that it names."""

    parents: Parents = no_parents
    guards: Mapping[str, GuardSpec] = field(default_factory=lambda: GUARDS)
    processes: Mapping[str, Process] = field(default_factory=lambda: PROCESSES)


def read(data: bytes, *, file: str, around: Around, chain: tuple[str, ...] = ()) -> RulePack:
    """The pack that `data` holds, resolved: parents merged, every default filled in.

    `file` names it for messages; `chain` are the packs that extend it, nearest last. Raises `Faulty` with all faults,
    in the order of the file, those of a faulty parent after its child's.
    """
    text = PackText(data, file=file)
    notes = Notes()
    found: PackFile = PACK_FILE.read(text.values, (), notes)
    malformed = {note.path[:2] for note in notes.faults}
    parent, inherited = _parent(text.values, around, chain, notes)
    if parent is not None:
        found = merged(parent, found, text.values, notes)
    check_ids(text.values, notes)
    _check_replacing(text.values, notes)
    if parent is not None or _extended(text.values) is None:
        _check(found, text.values, malformed, around, notes)
    if notes.faults:
        own = sorted(notes.faults, key=lambda note: text.line(note.path))
        faults = [text.fault(note.path, note.code, dict(note.figures)) for note in own]
        raise Faulty("pack.faulty", file=file, faults=[*faults, *inherited])
    return _resolved(found, parent)


def _check(found: PackFile, values: Mapping[str, Any], malformed: set[Path], around: Around, notes: Notes) -> None:
    """What must hold among the rules. What is malformed is left out: what it seems to lack may only be misspelt."""
    known = known_names(found, values, around.processes)
    check_references(notes.references, known, notes)
    malformed = malformed | {note.path[:2] for note in notes.faults}
    sound: dict[str, Any] = {
        name: tuple(one for one in getattr(found, name) if one.at not in malformed) for name in SECTIONS
    }
    if any(path[:1] == ("pack",) for path in malformed):
        sound["pack"] = None
    found = replace(found, **sound)
    check_head(found, notes)
    check_quotas(found, notes)
    check_deadlines(found, around.guards, around.processes, notes)
    check_routes(found, notes)
    check_guards(found, around.guards, around.processes, known, notes)
    check_ladders(found, known[Refers.LADDER], notes)
    check_meetings(found, notes)
    check_orders(found, notes)
    check_ceilings(found, notes)
    check_papers(found, around.processes, notes)


def _check_replacing(values: Mapping[str, Any], notes: Notes) -> None:
    """`replaces` and a switch need a parent, `because` something replaced."""
    for table, _ in SECTIONS.values():
        for _, at in declared(values, table):
            rule = values[table][at[1]]
            if "replaces" in rule and _extended(values) is None:
                notes.refuse((*at, "replaces"), "replaces_nothing")
            if "because" in rule and "replaces" not in rule:
                notes.refuse((*at, "because"), "because_alone")
    if values.get("switch") and _extended(values) is None:
        notes.refuse(("switch", 0), "switch_nothing")


def _extended(values: Mapping[str, Any]) -> str | None:
    """The id of the pack that this one extends, as the file gives it."""
    head = values.get("pack")
    name = head.get("extends") if isinstance(head, dict) else None
    return name if isinstance(name, str) else None


def _parent(
    values: Mapping[str, Any], around: Around, chain: tuple[str, ...], notes: Notes
) -> tuple[RulePack | None, tuple[Fault, ...]]:
    """The pack that this one extends and its own faults; None where it extends nothing, or a fault is noted."""
    name, at = _extended(values), ("pack", "extends")
    if name is None:
        return None, ()
    own = str(values["pack"].get("id"))
    if name == own:
        notes.refuse(at, "extends_itself", name=name)
        return None, ()
    if name in chain:
        notes.refuse(at, "extends_cycle", chain=" → ".join([*chain, own, name]))
        return None, ()
    source = around.parents(name)
    if source is None:
        notes.refuse(at, "unknown_parent", name=name)
        return None, ()
    try:
        parent = read(source[0], file=source[1], around=around, chain=(*chain, own))
    except Faulty as error:
        notes.refuse(at, "faulty_parent", name=name, file=source[1], faults=len(error.faults))
        return None, error.faults
    if parent.id != name:
        notes.refuse(at, "parent_id", name=name, found=parent.id, file=source[1])
    return parent, ()


def _resolved(found: PackFile, parent: RulePack | None) -> RulePack:
    head, document = found.pack, found.document
    if head is None or document is None:
        raise AssertionError("a pack without head or document has faults")
    parts: dict[str, Any] = {one.name: getattr(head, one.name) for one in fields(head)}
    parts |= {name: tuple(one.value for one in getattr(found, name)) for name in SECTIONS}
    return RulePack(
        document=document,
        vocabulary=found.vocabulary or Vocabulary(),
        settings=found.settings,
        because=reasons(parent, found),
        **parts,
    )
