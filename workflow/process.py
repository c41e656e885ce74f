"""Processes: states and the commands between them. The only door of the `transitions` library (import-linter holds it).

The library's traps are shut here (design section 10): no automatic triggers, no conditions, no callbacks, no queue, no
model kept. A table of every state × command is taken from the Machine once; bulk reads and replay use the table.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from transitions import Machine, MachineError

from workflow.facts import Facts, Patch
from workflow.words import Role

SAME = "="
"""A step's `to` that leaves the state as it is: the command records a fact."""


def nothing(_: Facts) -> Patch:
    """The effect of a command that changes only the state."""
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command of a process: from which states, into which, by whom, and what else it changes."""

    command: str
    sources: tuple[str, ...]
    to: str
    roles: frozenset[Role]
    effect: Callable[[Facts], Patch] = nothing
    direct: bool = True
    """Whether somebody may ask for it by itself; the others only happen within another act."""


class BadProcess(ValueError):
    """The definition itself is wrong. All its faults at once, in words for a developer or a pack's author."""


class _Trial:
    """A throw-away value: the Machine sets `state` on it and keeps no reference."""

    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


class Process:
    """A checked definition with its Machine: `dossier`, `meeting`, `vote`.

    Raises `BadProcess` for an unknown state, a command told twice, an unreachable state, or a trap (a state that is not
    final and cannot reach a final one).
    """

    def __init__(
        self, name: str, *, states: Sequence[str], initial: str, finals: Sequence[str], steps: Sequence[Step]
    ) -> None:
        self.name = name
        # The library names a state after an enum member's name, not its value: it gets plain texts.
        steps = [replace(step, sources=tuple(map(str, step.sources)), to=str(step.to)) for step in steps]
        self.states = tuple(map(str, states))
        self.initial = str(initial)
        self.finals = frozenset(map(str, finals))
        self.steps: Mapping[str, Step] = MappingProxyType({step.command: step for step in steps})
        faults = list(_faults(self, steps))
        if faults:
            raise BadProcess(f"process {name!r}: " + "; ".join(faults))
        self.machine = _machine(self)
        self.table = MappingProxyType(
            {
                (source, step.command): source if step.to == SAME else step.to
                for step in steps
                for source in step.sources
            }
        )

    def target(self, state: str, command: str) -> str | None:
        """The state after `command` from `state`, or None where it is not possible there."""
        return self.table.get((state, command))

    def open_commands(self, state: str) -> tuple[str, ...]:
        """The commands that somebody may ask for in `state`, in the definition's order."""
        return tuple(
            step.command for step in self.steps.values() if step.direct and (state, step.command) in self.table
        )

    def fire(self, state: str, command: str) -> str:
        """Run the Machine's own trigger on a throw-away value; the database's compare-and-set decides afterwards.

        Raises `transitions.MachineError` where the state does not allow the command.
        """
        trial = _Trial(state)
        self.machine.events[command].trigger(trial)
        return trial.state


def _machine(process: Process) -> Machine:
    machine = Machine(model=None, states=list(process.states), initial=None, auto_transitions=False)
    for step in process.steps.values():
        machine.add_transition(step.command, list(step.sources), step.to)
    return machine


def _faults(process: Process, steps: Sequence[Step]) -> list[str]:
    known = set(process.states)
    faults = []
    for name in (process.initial, *process.finals):
        if name not in known:
            faults.append(f"unknown state {name!r}")
    if len(process.steps) != len(steps):
        faults.append("a command is told twice")
    for step in steps:
        strangers = ({*step.sources, step.to} - {SAME}) - known
        if strangers:
            faults.append(f"{step.command}: unknown state {sorted(strangers)}")
        if not step.roles:
            faults.append(f"{step.command}: nobody may do it")
    if faults:
        return faults
    onward = {
        state: {step.to for step in steps if state in step.sources and step.to != SAME} for state in process.states
    }
    unreachable = known - _reach({process.initial}, onward)
    if unreachable:
        faults.append(f"unreachable: {sorted(unreachable)}")
    traps = [state for state in process.states if not _reach({state}, onward) & process.finals]
    if traps:
        faults.append(f"trap, no way to an end: {traps}")
    return faults


def _reach(start: set[str], onward: Mapping[str, set[str]]) -> set[str]:
    seen, todo = set(start), list(start)
    while todo:
        for state in onward[todo.pop()] - seen:
            seen.add(state)
            todo.append(state)
    return seen


__all__ = ["SAME", "BadProcess", "MachineError", "Process", "Step", "nothing"]
