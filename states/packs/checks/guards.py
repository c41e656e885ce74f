"""A guard rule names a function that packs may use, at a command where it can stand, with its parameters."""

from collections.abc import Iterator, Mapping
from typing import Any

from states.guards import GuardSpec
from states.packs.checks.known import Known
from states.packs.keys import PackFile
from states.packs.shapes import Notes, Path, Refers, listed, nearest, shown
from workflow.facts import MARKED
from workflow.process import Process
from workflow.rulepack import GuardRule, Mode

_BODIES = ("body", "bodies")
"""Parameters of these names hold ids of bodies."""
_FIRST = "command"
"""The parameter of this name is a command that comes before the rule's own: dossiers bear when it was."""


def check_guards(
    pack: PackFile, guards: Mapping[str, GuardSpec], processes: Mapping[str, Process], known: Known, notes: Notes
) -> None:
    for one in pack.guards:
        rule, at = one.value, one.at
        if rule.missing is not None and rule.mode is Mode.ENFORCE:
            notes.refuse((*at, "mode"), "missing_but_enforced", missing=rule.missing)
        spec = guards.get(rule.uses)
        if spec is None or not spec.for_packs:
            names = [name for name, each in guards.items() if each.for_packs]
            near = nearest(rule.uses, names)
            notes.refuse((*at, "uses"), "unknown_guard", name=rule.uses, known=listed(names), nearest=near)
            _check_command(rule, at, processes, notes)
        else:
            _check_place(rule, at, spec, processes, notes)
            _check_params(rule, at, spec, known, notes)


def _check_place(rule: GuardRule, at: Path, spec: GuardSpec, processes: Mapping[str, Process], notes: Notes) -> None:
    """The guard is of this process, and can stand at this command."""
    if rule.process in processes and rule.process != spec.process:
        notes.refuse((*at, "process"), "guard_process", guard=rule.uses, process=spec.process, found=rule.process)
    elif _check_command(rule, at, processes, notes) and rule.command not in spec.commands:
        figures = {"guard": rule.uses, "known": listed(spec.commands), "found": rule.command}
        notes.refuse((*at, "command"), "guard_command", **figures)


def _check_command(rule: GuardRule, at: Path, processes: Mapping[str, Process], notes: Notes) -> bool:
    """Whether there is such a command of such a process."""
    process = processes.get(rule.process)
    if process is None:
        near = nearest(rule.process, processes)
        notes.refuse((*at, "process"), "unknown_process", name=rule.process, known=listed(processes), nearest=near)
        return False
    if rule.command not in process.steps:
        near = nearest(rule.command, process.steps)
        figures = {"name": rule.command, "known": listed(process.steps), "nearest": near}
        notes.refuse((*at, "command"), "unknown_command", **figures)
        return False
    return True


def _check_params(rule: GuardRule, at: Path, spec: GuardSpec, known: Known, notes: Notes) -> None:
    for name in rule.params:
        if name not in spec.params:
            figures = {"name": name, "guard": rule.uses, "known": listed(spec.params) or None}
            notes.refuse((*at, "params", name), "unknown_param", nearest=nearest(name, spec.params), **figures)
    for name, kind in spec.params.items():
        value = rule.params.get(name)
        if value is None:
            notes.refuse((*at, "params"), "missing_param", name=name, guard=rule.uses)
        elif type(value) is not kind:
            notes.refuse((*at, "params", name), f"param_{_KINDS[kind]}", name=name, guard=rule.uses, found=shown(value))
        elif name == _FIRST and value not in MARKED:
            figures = {"event": rule.command, "command": str(value), "known": listed(MARKED)}
            notes.refuse((*at, "params", name), "order_unmarked", **figures)
        elif name in _BODIES:
            for body in _texts(value):
                if body not in known[Refers.BODY]:
                    names = known[Refers.BODY]
                    near = known.meant(Refers.BODY, body)
                    notes.refuse((*at, "params", name), "unknown_body", name=body, known=listed(names), nearest=near)


_KINDS: Mapping[type, str] = {str: "text", int: "number", bool: "flag", tuple: "list"}


def _texts(value: Any) -> Iterator[str]:
    yield from (value,) if isinstance(value, str) else value
