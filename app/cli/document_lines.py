"""Papers of a dossier as lines and values: what is asked for, on which form, and how it stands."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from app.cli.output import Output
from workflow.rulepack import CommentsRule, RulePack

if TYPE_CHECKING:
    from workflow.services.views.papers import Answered, Checklist, Paper


def rows_of(out: Output, pack: RulePack, told: "Checklist") -> Iterator[list[str]]:
    """A row for each paper, with the code that its verbs take, and each thing that is looked up or heard."""
    ref = told.row["ref"]
    for one in told.papers:
        form = ", ".join(one.rule.forms)
        needed = out.word(one.rule.needed_at) if one.rule.needed_at else ""
        yield [ref, one.rule.kind.value, _named(out, pack, one), form, needed, _stands(out, one)]
    for answer in told.answers:
        before = ", ".join(out.word(one) for one in answer.rule.before)
        yield [ref, "", answer.rule.text.told(out.language), "", before, _answered(out, pack, answer)]
    for paper in told.beside:
        yield [ref, paper["kind"], out.word(paper["kind"]), paper["form"] or "", "", _handed_in(out, paper)]


def _named(out: Output, pack: RulePack, one: "Paper") -> str:
    """A paper, and whom it goes to where that is not where its dossier goes."""
    text = one.rule.text.told(out.language)
    to = next((body.name.told(out.language) for body in pack.bodies if body.id == one.rule.recipient), None)
    return text if to is None else out.told("view.paper_to", paper=text, body=to)


def _stands(out: Output, one: "Paper") -> str:
    if one.found is not None:
        return _handed_in(out, one.found)
    return out.told(f"view.paper_{'unknown' if one.rule.missing else 'idle' if one.idle else 'missing'}")


def _handed_in(out: Output, paper: Any) -> str:
    return out.told("view.paper_there", at=paper["at"], by=paper["by"], digest=paper["digest"][:12])


def _answered(out: Output, pack: RulePack, one: "Answered") -> str:
    names = pack.body_names(out.language)
    if not isinstance(one.rule, CommentsRule):
        return out.told(f"view.suggestion_{one.stands}")
    told = []
    if one.missing:
        told.append(out.told("view.comments_open", bodies=[names.get(body, body) for body in one.missing]))
    elif one.rule.bodies:
        told.append(out.told("view.comments_done"))
    if one.rule.working_days is not None:
        code = "view.draft_missing" if one.since is None else "view.draft_there"
        told.append(out.told(code, at=one.since, days=one.rule.working_days))
    return "; ".join(told)


def sheet_lines(out: Output, pack: RulePack, told: "Checklist") -> Iterator[str]:
    """The papers of a dossier on its page."""
    for _, _, paper, form, _, stands in rows_of(out, pack, told):
        yield out.told(
            "view.sheet_paper_on_form" if form else "view.sheet_paper", paper=paper, form=form, stands=stands
        )


def as_value(out: Output, told: "Checklist") -> dict[str, Any]:
    """The checklist as plain values."""
    return {
        "ref": told.row["ref"],
        "papers": [
            {
                "rule": one.rule.id,
                "kind": one.rule.kind.value,
                "forms": list(one.rule.forms),
                "text": one.rule.text.told(out.language),
                "needed_at": one.rule.needed_at,
                "recipient": one.rule.recipient,
                "missing": one.found is None and not one.idle,
                "found": None if one.found is None else dict(one.found),
            }
            for one in told.papers
        ],
        "answers": [{"rule": one.rule.id, "stands": one.stands, "missing": list(one.missing)} for one in told.answers],
        "beside": [dict(one) for one in told.beside],
    }
