"""A step that can be taken, and what helps against a refusal: values that front doors tell."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from workflow.answers import Done, Refused
from workflow.facts import Remedy, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A command of ours that can be done now, on these dossiers where it is about any. `actor` may do it; None where
    nobody on the roster may.

    `again`: the caller's own command once more, with the remedy's arguments, and the `usual` ones where he gave none.
    `instead`: another way to the same, for whoever cannot go the first.
    """

    remedy: Remedy
    refs: tuple[str, ...] = ()
    actor: str | None = None
    again: bool = False
    usual: tuple[tuple[str, str], ...] = ()
    instead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cure:
    """The steps that help against one verdict, in order, and who could help. A step without dossiers is about the
    refused one."""

    steps: tuple[Step, ...] = ()
    who: str | None = None


Finder = Callable[[Refused | Done, Verdict], Cure]
"""What helps against a verdict: a refusal's, or a warning's of something done."""


def unlike(steps: Iterable[Step]) -> list[Step]:
    """Each step once, whoever of several takes it: two coordinators of a unit need one meeting."""
    found: list[Step] = []
    for step in steps:
        if not any((one.remedy, one.refs, one.again) == (step.remedy, step.refs, step.again) for one in found):
            found.append(step)
    return found
