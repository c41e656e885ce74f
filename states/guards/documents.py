"""Papers: which a dossier needs, on which form and how many; suggestions from above, and comments on drafts."""

from collections.abc import Mapping
from typing import Any

from states.guards.verdicts import texts, unmet
from workflow.facts import MET, Facts, Finding, Remedy
from workflow.papers import fits, unexplained, unheard
from workflow.rulepack import PaperKind, Params
from workflow.words import Role

_MB = 1024 * 1024


def paper_fits(facts: Facts, params: Params) -> Finding:
    """A paper of this kind is on the form that this dossier takes, a file of a type and size that the rule allows, with
    every part that it has to have (KT24-1-2, KT24-1-5, QN23-II.4.1-3)."""
    for paper in _of_kind(facts, params):
        found = _misfit(facts, params, paper)
        if found is not None:
            return found
    return MET


def _of_kind(facts: Facts, params: Params) -> list[Mapping[str, Any]]:
    return [one for one in facts["command"]["args"].get("papers", []) if one["kind"] == params["kind"]]


def _misfit(facts: Facts, params: Params, paper: Mapping[str, Any]) -> Finding | None:
    kind, forms, types = str(params["kind"]), texts(params, "forms"), texts(params, "types")
    ref, sections = facts["dossier"]["ref"], texts(params, "sections")
    if forms and paper["form"] is None:
        return unmet("form_missing", kind=kind, forms=forms, remedy=_adding(ref, kind, form="FORM", parts=sections))
    if not fits(forms, paper["form"]):
        right = forms[0] if len(forms) == 1 else "FORM"
        remedy = _adding(ref, kind, form=right, parts=sections)
        return unmet("form_other", kind=kind, form=paper["form"], forms=forms, remedy=remedy)
    if types and paper["type"] not in types:
        return unmet("paper_type", kind=kind, types=types)
    largest = int(str(params["largest"]))
    if largest and paper["size"] > largest * _MB:
        return unmet("paper_large", kind=kind, most=largest)
    strangers = [one for one in paper["sections"] if one not in sections]
    if strangers:
        return unmet("paper_parts_unknown", kind=kind, parts=strangers, known=sections)
    if paper["new"] and not facts["command"]["args"].get("reason"):
        return unmet("version_unreasoned", kind=kind)
    lacking = [one for one in sections if one not in paper["sections"]]
    if lacking:
        remedy = _adding(ref, kind, form=paper["form"], parts=sections)
        return unmet("paper_parts", kind=kind, parts=lacking, remedy=remedy)
    return None


def _adding(ref: str, kind: str, *, form: str | None = None, parts: tuple[str, ...] = ()) -> Remedy:
    args = {"ref": ref, "kind": kind} | ({"form": form} if form else {})
    return Remedy(action="document.add", args=args | ({"sections": " ".join(parts)} if parts else {}))


def only_one(facts: Facts, params: Params) -> Finding:
    """A subject makes one paper of this kind, over all its dossiers of the season (KT24-1-5); a corrected version of it
    says so, and why."""
    dossier = facts["dossier"]
    given = _of_kind(facts, params)
    own: list[Mapping[str, Any]] = [one for one in dossier["marks"].get("papers", []) if one["kind"] == params["kind"]]
    others = [one for one in facts.get("elsewhere", []) if one["kind"] == params["kind"]]
    if not given or not (own or others or len(given) > 1):
        return MET
    if own and not others and len(given) == 1 and given[0]["new"]:
        # A form that the dossier no longer takes, since a post was given or taken, is replaced by the right one.
        still = fits(texts(params, "forms"), own[-1]["form"])
        if still and not fits((own[-1]["form"] or "",), given[0]["form"] or ""):
            return unmet("version_other_form", kind=str(params["kind"]), form=own[-1]["form"])
        return MET if facts["command"]["args"].get("reason") else unmet("version_unreasoned", kind=str(params["kind"]))
    first = (own or others or given)[0]
    return unmet(
        "second_paper",
        kind=str(params["kind"]),
        form=first["form"],
        ref=first.get("ref", dossier["ref"]),
        digest=first["digest"][:12],
    )


def paper_present(facts: Facts, params: Params) -> Finding:
    """The paper that this step needs was handed in (MATRIX section 9)."""
    kind, forms = str(params["kind"]), texts(params, "forms")
    papers: list[Any] = [*facts["dossier"]["marks"].get("papers", [])]
    if params["once"]:
        papers += facts.get("elsewhere", [])  # one form serves every track of its subject
    if any(one["kind"] == kind and fits(forms, one["form"]) for one in papers):
        return MET
    ref, parts = facts["dossier"]["ref"], texts(params, "sections")
    form = forms[0] if len(forms) == 1 else "FORM" if forms else None
    remedy = _adding(ref, kind, form=form, parts=parts)
    return unmet("paper_missing", kind=kind, forms=forms, remedy=remedy, who=Role.COORDINATOR)


def suggestion_described(facts: Facts, _: Params) -> Finding:
    """A suggestion says from whom, of which day and what; that there is none is said by that alone (A-23)."""
    command, dossier = facts["command"], facts["dossier"]
    args, ref = command["args"], dossier["ref"]
    told = [name for name in ("body", "on", "text") if args.get(name)]
    if args.get("none"):
        if told:
            return unmet("none_and_some", command=command["name"])
        known = any(one["body"] for one in dossier["marks"].get("suggestions", []))
        return unmet("suggestion_known", ref=ref) if known else MET
    if told != ["body", "on", "text"]:
        return unmet("suggestion_undescribed", remedy=_suggesting(ref))
    if args["on"] > command["occurred_on"]:
        return unmet("suggestion_in_future", day=args["on"], occurred=command["occurred_on"])
    return MET


def _suggesting(ref: str) -> Remedy:
    return Remedy(action="document.suggest", args={"ref": ref, "from": "BODY", "on": "YYYY-MM-DD", "text": "TEXT"})


def explanation_asked(facts: Facts, _: Params) -> Finding:
    """An explanation answers a suggestion that is on record."""
    dossier = facts["dossier"]
    if any(one["body"] for one in dossier["marks"].get("suggestions", [])):
        return MET
    return unmet("explanation_unasked", ref=dossier["ref"], remedy=_suggesting(dossier["ref"]))


def comment_described(facts: Facts, _: Params) -> Finding:
    """A comment says whose it is and what; that somebody has none is said by that alone (A-23)."""
    args = facts["command"]["args"]
    if args.get("none") and args.get("text"):
        return unmet("none_and_some", command=facts["command"]["name"])
    if args.get("body") and (args.get("text") or args.get("none")):
        return MET
    return unmet("comment_undescribed", remedy=_commenting(facts["dossier"]["ref"], args.get("body", "BODY")))


def comment_asked(facts: Facts, params: Params) -> Finding:
    """Comments come from those whom the pack asks for some."""
    body, asked = facts["command"]["args"].get("body"), texts(params, "bodies")
    if body is None or body in asked:
        return MET
    return unmet("comment_unasked", body=body, bodies=asked, remedy=_commenting(facts["dossier"]["ref"], asked[0]))


def _commenting(ref: str, body: str) -> Remedy:
    return Remedy(action="document.comments", args={"ref": ref, "from": body, "text": "TEXT"})


def suggestion_answered(facts: Facts, _: Params) -> Finding:
    """Whether there is a suggestion was looked up, and whoever has one explained it, before the review (KT24-2-1)."""
    dossier = facts["dossier"]
    if not dossier["marks"].get("suggestions"):
        return unmet("suggestion_unknown", remedy=_suggesting(dossier["ref"]), who=Role.COORDINATOR)
    if unexplained(dossier["marks"]):
        remedy = Remedy(action="document.explain", args={"ref": dossier["ref"]})
        return unmet("unexplained", remedy=remedy, who=Role.SUBJECT)
    return MET


def comments_collected(facts: Facts, params: Params) -> Finding:
    """Everybody who is to be heard on the draft was (QN23-II.1.1-3, II.2.1-3, II.4.1-2)."""
    dossier = facts["dossier"]
    missing = unheard(texts(params, "bodies"), dossier["marks"])
    if not missing:
        return MET
    return unmet("unheard", bodies=missing, remedy=_commenting(dossier["ref"], missing[0]), who=Role.COORDINATOR)


def dossiers_ready(facts: Facts, params: Params) -> Finding:
    """No dossier that the meeting reviews waits for an explanation or for comments (KT24-2-1, QN23-II.1.1-3)."""
    meeting = facts["meeting"]
    refs = meeting.get("waiting", {}).get(str(params["rule"]), [])
    if not refs:
        return MET
    first, bodies = refs[0], texts(params, "bodies")
    if bodies:
        remedy = _commenting(first, bodies[0])
        return unmet("meeting_unheard", meeting=meeting["ref"], refs=refs, bodies=bodies, remedy=remedy)
    remedy = Remedy(action="document.list", args={"ref": first})
    return unmet("meeting_unexplained", meeting=meeting["ref"], refs=refs, remedy=remedy, who=Role.COORDINATOR)


def drafts_there(facts: Facts, params: Params) -> Finding:
    """Those who meet had the drafts so many working days before (HD25-1)."""
    meeting, command = facts["meeting"], facts["command"]
    span = int(str(params["days"]))
    days = meeting.get("drafts", {}).get(str(params["rule"]), {})
    none = [ref for ref, first in days.items() if first is None]
    if none:
        remedy = _adding(none[0], PaperKind.REPORT)
        return unmet("draft_missing", meeting=meeting["ref"], refs=none, days=span, remedy=remedy)
    held_on = command["args"].get("held_on", command["occurred_on"])
    early = {ref: first for ref, first in days.items() if first is not None and first > held_on}
    if not early:
        return MET
    first = max(early.values())
    return unmet("draft_late", meeting=meeting["ref"], refs=[*early], days=span, day=first, held=held_on)
