"""Which papers a dossier needs and has, since when its draft is there, and what its review still waits for: asked by
commands, by views, and again when history is verified."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from workflow.dates import add_days, from_micros, local_day
from workflow.rulepack import (
    Before,
    CommentsRule,
    Mode,
    Once,
    PaperKind,
    PaperRule,
    RulePack,
    SuggestionRule,
    WorkingDays,
    folded,
    matches,
    remaining,
)
from workflow.words import DossierState

RowT = TypeVar("RowT", bound=Mapping[str, Any])

_UNREVIEWED = (DossierState.DRAFTED, DossierState.SELF_REVIEWED)
"""A meeting is held on those that were not voted on yet."""
_DRAFTS = (PaperKind.REPORT, PaperKind.REVIEW_FORM)
"""Papers that a meeting talks about: whoever will meet can read them once they are in the dossier."""


def asked(pack: RulePack, facts: Mapping[str, Any]) -> list[PaperRule]:
    """The papers of a dossier: one rule of each kind, those that another overrides left out."""
    return remaining(pack.papers, facts)


def fits(forms: Iterable[str], form: str | None) -> bool:
    """Whether a form is one of `forms`, however it is spelt; any is, where none is named."""
    known = {folded(one) for one in forms}
    return not known or (form is not None and folded(form) in known)


def handed_in(
    rule: PaperRule, papers: Sequence[Mapping[str, Any]], others: Sequence[Mapping[str, Any]] = ()
) -> Mapping[str, Any] | None:
    """The newest of a dossier's papers that is the one that the rule asks for; where a subject makes only one, the one
    that lies in its `others` serves."""
    serving = papers if rule.once is Once.NONE else [*others, *papers]
    found = [one for one in serving if one["kind"] == rule.kind and fits(rule.forms, one["form"])]
    return found[-1] if found else None


def formed(pack: RulePack, facts: Mapping[str, Any], paper: Mapping[str, Any]) -> dict[str, Any]:
    """A paper with its form as the pack spells it: the only one that fits where none was named."""
    rule = next((one for one in asked(pack, facts) if one.kind == paper["kind"]), None)
    form = paper["form"]
    if rule is not None and form is None and len(rule.forms) == 1:
        form = rule.forms[0]
    elif rule is not None and form is not None:
        form = next((one for one in rule.forms if folded(one) == folded(form)), form)
    return {**paper, "form": form}


def single(pack: RulePack, papers: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The kinds among `papers` of which a subject has only one (KT24-1-5)."""
    kinds = {one.kind.value for one in pack.papers if one.once is not Once.NONE}
    return frozenset(one["kind"] for one in papers if one["kind"] in kinds)


def shared(pack: RulePack, facts: Mapping[str, Any], command: str | None) -> frozenset[str]:
    """The kinds of which a subject makes only one, that a command (any, for None) waits for and this dossier has not:
    one of its other tracks may have it."""
    if len(pack.tracks) == 1:
        return frozenset()
    own = (facts["marks"] or {}).get("papers", [])
    waited = [one for one in asked(pack, facts) if one.once is not Once.NONE and command in {None, one.needed_at}]
    return frozenset(one.kind.value for one in waited if handed_in(one, own) is None)


def of_others(
    kinds: Iterable[str], own: str, rows: Iterable[Mapping[str, Any]]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The papers of these kinds that a subject's other dossiers have, by ref, each with its dossier's; `own` is the
    dossier's id."""
    wanted = set(kinds)
    for row in sorted(rows, key=lambda row: str(row["ref"])):
        papers = [] if row["id"] == own else (row.get("marks") or {}).get("papers", [])
        yield from ((row["ref"], one) for one in papers if one["kind"] in wanted)


def elsewhere(kinds: Iterable[str], own: str, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same as a record keeps them."""
    return [
        {"ref": ref, **{name: one[name] for name in ("kind", "form", "digest", "at")}}
        for ref, one in of_others(kinds, own, rows)
    ]


# — suggestions and comments —


def unexplained(marks: Mapping[str, Any]) -> bool:
    """Whether a suggestion is on record that no explanation answered."""
    return any(one["body"] for one in marks.get("suggestions", [])[marks.get("explained", 0) :])


def unanswered(marks: Mapping[str, Any]) -> bool:
    """Whether nobody looked up if there is a suggestion, or one waits for its explanation."""
    return not marks.get("suggestions") or unexplained(marks)


def unheard(bodies: Iterable[str], marks: Mapping[str, Any]) -> list[str]:
    """The bodies whose comments, or that they have none, are not on record."""
    heard = {one["body"] for one in marks.get("comments", [])}
    return [one for one in bodies if one not in heard]


def waiting(pack: RulePack, kind: str | None, rows: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Rule → the dossiers (refs) of the unit that keep a meeting of this kind from being held; rules that none keeps
    are left out."""
    here = under_review(pack, kind, rows)
    found: dict[str, list[str]] = {}
    rules: list[SuggestionRule | CommentsRule] = [*pack.suggestions, *pack.comments]
    for rule in rules:
        if Before.HOLD in rule.before:
            refs = [row["ref"] for row in here if matches(rule.where, row) and _is_open(rule, row.get("marks") or {})]
            found |= {rule.id: refs} if refs else {}
    return found


def under_review(pack: RulePack, kind: str | None, rows: Iterable[RowT]) -> list[RowT]:
    """The dossiers that a meeting of this kind is held on, by ref."""
    reviewed = None if kind is None else pack.meeting(kind).where
    return sorted(
        (row for row in rows if row["state"] in _UNREVIEWED and (reviewed is None or matches(reviewed, row))),
        key=lambda row: str(row["ref"]),
    )


def _is_open(rule: SuggestionRule | CommentsRule, marks: Mapping[str, Any]) -> bool:
    return bool(unheard(rule.bodies, marks)) if isinstance(rule, CommentsRule) else unanswered(marks)


def holds_meetings(pack: RulePack) -> bool:
    """Whether anything of a dossier can keep a meeting from being held."""
    rules: list[SuggestionRule | CommentsRule] = [*pack.suggestions, *pack.comments]
    return any(Before.HOLD in one.before for one in rules)


def judges_drafts(pack: RulePack) -> bool:
    """Whether it matters since when a draft is there."""
    return any(one.working_days is not None and one.mode is not Mode.OFF for one in pack.comments)


def drafts(
    pack: RulePack, calendar: WorkingDays, kind: str | None, rows: Iterable[Mapping[str, Any]]
) -> dict[str, dict[str, str | None]]:
    """Rule → the dossiers (refs) of a meeting of this kind whose draft has to be there before it, each with the first
    day on which the meeting is not too early for it; None where no draft is on record (HD25-1).

    The day on which the draft came is not counted, as with every span (A-05).
    """
    here = under_review(pack, kind, rows)
    found: dict[str, dict[str, str | None]] = {}
    for rule in pack.comments:
        if rule.working_days is None or rule.mode is Mode.OFF:
            continue
        days: dict[str, str | None] = {}
        for row in here:
            if matches(rule.where, row):
                since = opened_at(row.get("marks") or {})
                first = since and add_days(
                    local_day(from_micros(since), pack.zone), rule.working_days, calendar, working=True
                )
                days[row["ref"]] = first.isoformat() if first else None
        found |= {rule.id: days} if days else {}
    return found


def opened_at(marks: Mapping[str, Any]) -> int | None:
    """Since when others could read a dossier's draft: its report is there, or somebody had something to say of it.

    No command sends a draft to those who will meet, so this is the earliest of what is on record.
    """
    papers = [one["at"] for one in marks.get("papers", []) if one["kind"] in _DRAFTS]
    return min([*papers, *(one["at"] for one in marks.get("comments", []))], default=None)
