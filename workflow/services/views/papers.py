"""The checklist of a dossier: which papers it needs, which it has, what is looked up and who is heard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflow.facts import Remedy
from workflow.papers import asked, handed_in, of_others, opened_at, shared, unanswered, unexplained, unheard
from workflow.rulepack import Before, CommentsRule, Mode, PaperKind, PaperRule, RulePack, SuggestionRule, matches
from workflow.services.views.carried import to_answer
from workflow.services.views.look import Look
from workflow.store import commands as sql
from workflow.store.statements import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper that a rule asks for; `found` is what was handed in for it, None while it is missing. `idle`: nothing
    asks for it so far, since no suggestion is on record."""

    rule: PaperRule
    found: Mapping[str, Any] | None
    idle: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What is looked up or heard: how it stands ("unknown", "none", "open", "done"), for comments who is still to be
    heard, and since when others could read the draft (micros)."""

    rule: SuggestionRule | CommentsRule
    stands: str
    missing: tuple[str, ...] = ()
    since: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """All papers of one dossier."""

    row: Row
    papers: tuple[Paper, ...]
    answers: tuple[Answered, ...]
    beside: tuple[Mapping[str, Any], ...]
    """Papers that no rule asks for."""


def beside(look: Look, row: Row, command: str | None = None) -> list[Mapping[str, Any]]:
    """The papers that a subject makes only once, that a command (any, for None) waits for and another of its dossiers
    has."""
    kinds = shared(look.rules.pack, row, command)
    if not kinds:
        return []
    rows = look.tx.all(sql.DOSSIERS_OF_SUBJECT, season=row["season"], subject=row["subject"])
    return [paper for _, paper in of_others(kinds, row["id"], rows)]


def checklist(pack: RulePack, row: Row, others: Sequence[Mapping[str, Any]] = ()) -> Checklist:
    """The papers of a dossier as they stand, `others` those that serve from beside it. `row` has what selectors choose
    by, and its marks."""
    marks = row["marks"]
    papers = marks.get("papers", [])
    unasked = () if unexplained(marks) else (PaperKind.EXPLANATION,)
    found = tuple(
        Paper(rule=one, found=handed_in(one, papers, others), idle=one.kind in unasked) for one in asked(pack, row)
    )
    counted = [one.found for one in found]
    return Checklist(
        row=row,
        papers=found,
        answers=tuple(_answers(pack, row)),
        beside=tuple(one for one in papers if one not in counted),
    )


def _answers(pack: RulePack, row: Row) -> list[Answered]:
    marks = row["marks"]
    made = []
    for suggestion in pack.suggestions:
        if matches(suggestion.where, row):
            known = marks.get("suggestions", [])
            stands = "open" if unexplained(marks) else "unknown" if not known else "done" if _some(known) else "none"
            made.append(Answered(rule=suggestion, stands=stands))
    for comments in pack.comments:
        if matches(comments.where, row):
            left = tuple(unheard(comments.bodies, marks))
            since = opened_at(marks)
            waits = left or (comments.working_days is not None and since is None)
            made.append(Answered(rule=comments, stands="open" if waits else "done", missing=left, since=since))
    return made


def _some(known: list[Mapping[str, Any]]) -> bool:
    return any(one["body"] for one in known)


def lacking(look: Look, row: Row, command: str) -> list[Remedy]:
    """What is handed in, looked up, heard or answered before a command of the dossier is accepted, as far as it is
    missing."""
    pack, ref, marks, others = look.rules.pack, row["ref"], row["marks"], beside(look, row, command)
    remedies = [
        adding(ref, one)
        for one in asked(pack, row)
        if one.needed_at == command and _enforced(one) and handed_in(one, marks.get("papers", []), others) is None
    ]
    if command != Before.SELF_REVIEW:
        return remedies
    for suggestion in pack.suggestions:
        if command in suggestion.before and _enforced(suggestion) and matches(suggestion.where, row):
            if unexplained(marks):
                remedies.append(Remedy(action="document.explain", args={"ref": ref}))
            elif unanswered(marks):
                told = {"ref": ref, "from": "BODY", "on": "YYYY-MM-DD", "text": "TEXT"}
                remedies.append(Remedy(action="document.suggest", args=told))
    for comments in pack.comments:
        if command in comments.before and _enforced(comments) and matches(comments.where, row):
            remedies += [
                Remedy(action="document.comments", args={"ref": ref, "from": body, "text": "TEXT"})
                for body in unheard(comments.bodies, marks)
            ]
    return remedies + to_answer(look, row)


def _enforced(rule: PaperRule | SuggestionRule | CommentsRule) -> bool:
    return rule.mode is Mode.ENFORCE and rule.missing is None


def adding(ref: str, rule: PaperRule) -> Remedy:
    """The line that hands in the paper that a rule asks for."""
    args = {"ref": ref, "kind": rule.kind.value}
    if rule.forms:
        args["form"] = rule.forms[0] if len(rule.forms) == 1 else "FORM"
    if rule.sections:
        args["sections"] = " ".join(one.id for one in rule.sections)
    return Remedy(action="document.add", args=args)
