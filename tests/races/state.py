"""A season at one moment, as one person at one desk would keep it, and what a command is answered.

Part of the sequential model (`sequential`). Values are never changed: each command makes the season after it, so that a
checker can ask any moment again.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.races.counting import WHOLE, Dossier, Figures, Group, counted

TODAY = "2024-11-20"
"""The day of every season here."""

Asked = Mapping[str, Any]
Line = list[Any]

EVERYWHERE = {"VT": "registrar", "CT": "issuer", "GS": "monitor", "TH": "coordinator"}
OPERATOR = "os-user:"
RECIPIENTS, REQUIRED, DECIDES, ADVISES = ("office", "archive"), "office", "committee", "council"


@dataclass(frozen=True, slots=True)
class Person:
    unit: str
    post: str
    tier: str
    dossier: str | None
    """The ref of his dossier; whoever only acts has none."""


@dataclass(frozen=True, slots=True)
class Season:
    code: str
    dossiers: Mapping[str, Dossier]
    groups: Mapping[tuple[str, str], Group]
    people: Mapping[str, Person]
    units: tuple[str, ...]
    meetings: Mapping[str, tuple[str, str]]
    """Ref → whose it was, and when."""
    roster: int
    """The number of the roster's last record."""
    _figures: dict[tuple[str, str], Figures] = field(default_factory=dict, compare=False)

    def figures(self, of: tuple[str, str]) -> Figures:
        if of not in self._figures:
            self._figures[of] = counted(self.groups[of], self.dossiers)
        return self._figures[of]

    def after(self, dossiers: Iterable[Dossier] = (), groups: Iterable[Group] = (), **more: Any) -> "Season":
        fresh = {(one.rule, one.key): one for one in groups}
        changed: dict[str, Any] = {"dossiers": {**self.dossiers, **{one.ref: one for one in dossiers}}}
        return replace(self, **changed, groups={**self.groups, **fresh} if fresh else self.groups, _figures={}, **more)

    def groups_of(self, refs: Collection[str]) -> list[tuple[str, str]]:
        keys = {key for ref in refs for key in (WHOLE, self.dossiers[ref].unit)}
        return [name for name, one in self.groups.items() if one.key in keys and _is_in(one, refs)]

    def note(self, of: tuple[str, str]) -> Line:
        """What an answer says of a group."""
        one, told = self.groups[of], self.figures(of)
        figures = (told.size, told.base, told.count, told.allowance, told.over, told.cliff, told.unvoted)
        return [one.rule, one.key, one.vote, *figures]


def _is_in(group: Group, refs: Collection[str]) -> bool:
    return any(ref in group.members and group.members[ref] is None for ref in refs)


@dataclass(slots=True)
class Outcome:
    """What the model answers, and the season after it."""

    season: Season
    error: str | None = None
    done: list[Line] = field(default_factory=list)
    """[ref, kind, command, from, to, seq]"""
    refused: list[Line] = field(default_factory=list)
    """[ref, kind, command, [code …]]"""
    groups: list[Line] = field(default_factory=list)

    def same_as(self, got: Asked) -> bool:
        """Whether this is what was answered."""
        if "error" in got or self.error is not None:
            return got.get("error") == self.error
        mine = (sorted(self.done), sorted(self.refused), sorted(self.groups))
        return mine == (got["done"], got["refused"], got["groups"])


# — roles —


def granted(by: str) -> tuple[str, str]:
    """The role and the scope of whoever acts."""
    if by in EVERYWHERE:
        return EVERYWHERE[by], "*"
    kind, _, scope = by.partition("-")
    return {"CV": "coordinator", "QD": "ratifier"}.get(kind, ""), scope


def over_dossier(by: str, one: Dossier, command: str, body: str | None) -> set[str]:
    """The roles of whoever acts; `body` is whose opinion it is."""
    role, scope = granted(by)
    reached = {"*", DECIDES}
    if command == "opinion":
        reached = {"*", ADVISES} if body == ADVISES else {"*"}
    if role != "ratifier":
        reached.add(one.unit)
    held = {role} if role and scope in reached else set()
    return held | ({"subject"} if by == one.subject else set())


def over_unit(by: str, unit: str) -> set[str]:
    role, scope = granted(by)
    return {role} if role and scope in {"*", unit} else set()
