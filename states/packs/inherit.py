"""A pack that extends another: the parent's rules, the child's, and what the child replaces (design section 7)."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any

from states.packs.keys import SECTIONS, Head, PackFile, Placed
from states.packs.shapes import Notes, Path, listed, nearest
from states.packs.switches import switched
from workflow.rulepack import (
    Base,
    Ceiling,
    Deadline,
    Mode,
    PaperRule,
    Quota,
    Rounding,
    Route,
    RulePack,
    Settings,
    Term,
    Vocabulary,
    Where,
)

_HARD = {Mode.OFF: 0, Mode.RECORD_ONLY: 1, Mode.WARN: 2, Mode.ENFORCE: 3}
_SELECTORS = ("where", "first", "then", "of", "by")
"""Keys of rules by which dossiers are selected."""
_WIDER = {Base.GOOD_ONLY: 0, Base.GOOD_OR_BETTER: 1, Base.HEADCOUNT: 2}


def merged(parent: RulePack, child: PackFile, given: Mapping[str, Any], notes: Notes) -> PackFile:
    """`child` with everything of `parent` that it does not replace, the parent's first.

    `given` are the file's own values: a setting that the child does not write keeps the parent's. Notes a fault for a
    rule that replaces nothing, an id that the parent has too, and a cap that is loosened without `because`.
    """
    _check_validity(parent, child.pack, notes)
    renamed: dict[str, str] = {}
    sections: dict[str, Any] = {}
    for name in SECTIONS:
        inherited, own = getattr(parent, name), getattr(child, name)
        gone = _replaced(inherited, own, notes)
        renamed |= {old: new.value.id for old, new in gone.items()}
        kept = [Placed(value=one) for one in inherited if one.id not in gone]
        sections[name] = _joined(kept, own, notes)
    sections = {name: tuple(_following(one, renamed) for one in section) for name, section in sections.items()}
    return replace(
        child,
        settings=_settings(parent.settings, child.settings, given),
        vocabulary=_vocabulary(parent.vocabulary, child.vocabulary),
        **switched(sections, child.switches, notes),
    )


def reasons(parent: RulePack | None, child: PackFile) -> dict[str, str]:
    """Rule id → why it departs from the parent, of all generations."""
    own = {
        one.value.id: one.because
        for name in SECTIONS
        for one in getattr(child, name)
        if one.at and one.because is not None
    }
    switched_for = {one.value.rule: one.value.because for one in child.switches}
    return {**(parent.because if parent else {}), **own, **switched_for}


def _check_validity(parent: RulePack, head: Head | None, notes: Notes) -> None:
    if head is None:
        return
    if parent.valid_until is not None and parent.valid_until < head.valid_from:
        figures = {"parent": parent.id, "until": parent.valid_until.isoformat(), "since": head.valid_from.isoformat()}
        notes.refuse(("pack", "extends"), "parent_expired", **figures)
    elif head.valid_until is not None and head.valid_until < parent.valid_from:
        figures = {"parent": parent.id, "since": parent.valid_from.isoformat(), "until": head.valid_until.isoformat()}
        notes.refuse(("pack", "extends"), "parent_later", **figures)


def _replaced(inherited: Iterable[Any], own: Iterable[Placed[Any]], notes: Notes) -> dict[str, Placed[Any]]:
    """Id of a parent's rule → the child's rule in its place."""
    old = {one.id: one for one in inherited}
    gone: dict[str, Placed[Any]] = {}
    for one in own:
        if one.replaces is None:
            continue
        at = (*one.at, "replaces")
        if one.replaces not in old:
            near = nearest(one.replaces, old)
            notes.refuse(at, "replaces_unknown", name=one.replaces, known=listed(old), nearest=near)
        elif one.replaces in gone:
            notes.refuse(at, "replaced_twice", name=one.replaces, other=gone[one.replaces].value.id)
        else:
            gone[one.replaces] = one
            if isinstance(one.value, Quota):
                _check_loosening(old[one.replaces], one, notes)
    return gone


def _check_loosening(old: Quota, new: Placed[Quota], notes: Notes) -> None:
    looser = _loosened(old, new.value)
    if looser and new.because is None:
        notes.refuse(new.at, "loosened", name=old.id, keys=listed(looser))


def _loosened(old: Quota, new: Quota) -> list[str]:
    """The keys by which `new` allows more than `old`, or may: another group or moment cannot be compared."""
    small, was = new.small, old.small
    looser = {
        "percent": _larger(old.percent, new.percent),
        "fixed": _larger(old.fixed, new.fixed),
        "base": _WIDER[new.base] > _WIDER[old.base],
        "rounding": old.rounding is Rounding.FLOOR and new.rounding is not Rounding.FLOOR,
        "small": small != was
        and (
            small is None or was is None or small.cap > was.cap or small.max_size > was.max_size or not small.needs_good
        ),
        "at_least": new.at_least > old.at_least,
        "over": new.over is not old.over,
        "mode": _HARD[new.mode] < _HARD[old.mode],
    }
    incomparable = ("rank", "moment", "where", "group_by")
    return [key for key, worse in looser.items() if worse] + [
        key for key in incomparable if getattr(old, key) != getattr(new, key)
    ]


def _larger(old: int | None, new: int | None) -> bool:
    return old is not None and (new is None or new > old)


def _joined(kept: list[Placed[Any]], own: tuple[Placed[Any], ...], notes: Notes) -> tuple[Placed[Any], ...]:
    """The parent's, then the child's. A paper or body that both register in the same words is one."""
    known = {one.value.id: one.value for one in kept}
    added = []
    for one in own:
        if one.value.id not in known:
            added.append(one)
        elif known[one.value.id] != one.value:
            notes.refuse(one.at, "id_of_parent", name=one.value.id)
    return (*kept, *added)


def _following(one: Placed[Any], renamed: Mapping[str, str]) -> Placed[Any]:
    """A parent's rule, pointing at the rules that stand where those it named stood."""
    if one.at or not renamed:
        return one

    def new(name: str) -> str:
        return renamed.get(name, name)

    value = one.value
    wheres = {key: getattr(value, key) for key in _SELECTORS if isinstance(getattr(value, key, None), Where)}
    if wheres:
        parts = {key: replace(one, route=tuple(map(new, one.route))) for key, one in wheres.items()}
        value = replace(value, **parts)
    if isinstance(value, Ceiling) and value.circumstance is not None:
        value = replace(value, circumstance=new(value.circumstance))
    if isinstance(value, Route | PaperRule):
        value = replace(value, overrides=tuple(new(name) for name in value.overrides))
    if isinstance(value, Deadline):
        named = {key: getattr(value, key) for key in ("rule", "follows", "ladder")}
        pointers: dict[str, Any] = {key: new(name) for key, name in named.items() if name is not None}
        value = replace(value, **pointers)
    return replace(one, value=value)


def _settings(parent: Settings, child: Settings, given: Mapping[str, Any]) -> Settings:
    own = given.get("settings")
    written = own if isinstance(own, dict) else {}
    return replace(parent, **{one.name: getattr(child, one.name) for one in fields(child) if one.name in written})


def _vocabulary(parent: Vocabulary, child: Vocabulary | None) -> Vocabulary:
    """The parent's terms and the child's; a term that both have keeps its place and takes the child's label."""
    if child is None:
        return parent

    def both(name: str) -> tuple[Term, ...]:
        terms: dict[str, Term] = {term.id: term for term in (*getattr(parent, name), *getattr(child, name))}
        return tuple(terms.values())

    return Vocabulary(**{one.name: both(one.name) for one in fields(parent)})


def declared(values: Mapping[str, Any], table: str) -> list[tuple[str, Path]]:
    """The ids that the file itself gives in the list of tables `table`, with their places, broken tables included."""
    members = values.get(table)
    if not isinstance(members, list):
        return []
    return [
        (member["id"], (table, position))
        for position, member in enumerate(members)
        if isinstance(member, dict) and isinstance(member.get("id"), str)
    ]
