"""Papers: one rule of a kind for each dossier, waited for by a command that there is."""

from collections.abc import Mapping
from itertools import combinations

from states.packs.checks.known import own_steps
from states.packs.checks.selecting import selected_by_both, sort_of
from states.packs.keys import PackFile, Placed
from states.packs.shapes import Notes, Path, listed
from workflow.process import Process
from workflow.rulepack import CommentsRule, PaperRule, folded


def check_papers(pack: PackFile, processes: Mapping[str, Process], notes: Notes) -> None:
    waiting = own_steps(processes)
    rules = {one.value.id: one.value for one in pack.papers}
    for one in pack.papers:
        _check_forms(one.value, one.at, notes)
        _check_overrides(one.value, one.at, rules, notes)
        if one.value.needed_at is not None and one.value.needed_at not in waiting:
            notes.refuse((*one.at, "needed_at"), "paper_not_awaited", name=one.value.needed_at, known=listed(waiting))
    _check_pairs(pack.papers, notes)
    for rule in pack.comments:
        _check_comments(rule.value, rule.at, notes)


def _check_forms(rule: PaperRule, at: Path, notes: Notes) -> None:
    spelt = [folded(one) for one in rule.forms]
    for name in dict.fromkeys(one for one, fold in zip(rule.forms, spelt, strict=True) if spelt.count(fold) > 1):
        notes.refuse((*at, "forms"), "form_twice", name=name)


def _check_overrides(rule: PaperRule, at: Path, rules: Mapping[str, PaperRule], notes: Notes) -> None:
    for name in rule.overrides:
        if name in rules and (name == rule.id or rules[name].kind is not rule.kind):
            notes.refuse((*at, "overrides"), "overrides_other_paper", name=name, kind=rule.kind.value)


def _check_comments(rule: CommentsRule, at: Path, notes: Notes) -> None:
    if not rule.bodies and rule.working_days is None:
        notes.refuse(at, "comments_of_nobody", name=rule.id)


def _check_pairs(papers: tuple[Placed[PaperRule], ...], notes: Notes) -> None:
    """Of two rules of a kind for the same dossier nobody could say which one its paper follows."""
    wheres = [one.value.where for one in papers]
    for first, second in combinations(papers, 2):
        one, two = first.value, second.value
        if one.kind is not two.kind or one.id in two.overrides or two.id in one.overrides:
            continue
        facts = next(iter(selected_by_both(one.where, two.where, wheres)), None)
        if facts is not None:
            told = sort_of(facts, one.where, two.where)
            notes.refuse(second.at, "papers_collide", name=two.id, other=one.id, facts=told)
