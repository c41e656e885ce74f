"""Which papers a dossier needs and has, and what its review waits for: asked of rules and rows in memory."""

from dataclasses import replace
from typing import Any

import pytest

from tests.workflow.book import NOW, PACK
from workflow.dates import micros
from workflow.papers import (
    asked,
    drafts,
    elsewhere,
    fits,
    formed,
    handed_in,
    holds_meetings,
    judges_drafts,
    of_others,
    shared,
    single,
    unanswered,
    under_review,
    unexplained,
    unheard,
    waiting,
)
from workflow.rulepack import (
    Before,
    Clause,
    CommentsRule,
    MeetingRule,
    Mode,
    Once,
    PaperKind,
    PaperRule,
    RulePack,
    SuggestionRule,
    Text,
    Where,
    WorkingDays,
)
from workflow.words import Lead, Track

CITED: dict[str, Any] = {"clause": Clause(source="s", at="1"), "text": Text(vi="x")}
HEADS = Where(lead=(Lead.HEAD,))
NAMED = {"recipient": None, "largest": None, "missing": None}


def rule(name: str, **more: Any) -> PaperRule:
    given: dict[str, Any] = {"kind": PaperKind.REVIEW_FORM, "needed_at": "submit", **NAMED}
    return PaperRule(id=name, **CITED, **{**given, **more})


def pack(*papers: PaperRule, **more: Any) -> RulePack:
    return replace(PACK, **{"papers": papers, "suggestions": (), "comments": (), "meetings": (), **more})


def paper(kind: str = "review_form", form: str | None = "02B", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "form": form, "digest": "ab", "at": 5, "by": "x", **more}


# — forms —


def test_of_one_kind_the_special_rule_is_asked():
    general, special, report = (
        rule("a"),
        rule("b", where=HEADS, overrides=("a",)),
        rule("c", kind=PaperKind.REPORT),
    )
    assert asked(pack(general, special, report), {"lead": "head"}) == [special, report]
    assert asked(pack(general, special, report), {"lead": "none"}) == [general, report]


@pytest.mark.parametrize(
    ("forms", "form", "good"),
    [
        ((), None, True),
        ((), "02B", True),
        (("02A", "02B"), "02-b", True),
        (("02-B",), "02 b", True),
        (("02A",), "02B", False),
        (("02A",), None, False),
    ],
)
def test_a_form_is_one_of_those_that_are_named_however_it_is_spelt(
    forms: tuple[str, ...], form: str | None, good: bool
):
    assert fits(forms, form) is good


@pytest.mark.parametrize(
    ("forms", "given", "form"),
    [
        (("02B",), None, "02B"),
        (("02A", "02-B"), None, None),
        (("02A", "02-B"), "02b", "02-B"),
        (("02A",), "9", "9"),
        ((), None, None),
    ],
)
def test_a_paper_bears_its_form_as_the_pack_spells_it(forms: tuple[str, ...], given: str | None, form: str | None):
    others = rule("c", kind=PaperKind.REPORT, forms=("9",))
    assert formed(pack(others, rule("a", forms=forms)), {}, paper(form=given)) == paper(form=form)


def test_a_paper_that_no_rule_asks_for_bears_the_form_that_was_given():
    assert formed(pack(rule("a", forms=("02B",))), {}, paper("cv", None)) == paper("cv", None)
    assert formed(pack(rule("a", forms=("02B",), where=HEADS)), {"lead": "none"}, paper(form="02b"))["form"] == "02b"


# — what is there —


def test_the_newest_paper_that_fits_is_the_one_that_was_handed_in():
    wanted = rule("a", forms=("02B",))
    first, second = paper(digest="1"), paper(digest="2")
    assert handed_in(wanted, [first, second, paper(form="02A"), paper("report")]) == second
    assert handed_in(wanted, [paper(form="02A"), paper("report")]) is None


def test_another_track_s_paper_serves_where_a_subject_makes_only_one_and_the_own_comes_first():
    mine, other = paper(digest="1"), paper(digest="2")
    once = rule("a", once=Once.SEASON)
    assert handed_in(once, [], [other]) == other
    assert handed_in(once, [mine], [other]) == mine
    assert handed_in(rule("a"), [], [other]) is None


ONCE = (rule("a", once=Once.YEAR, where=HEADS), rule("c", kind=PaperKind.CV, needed_at=None, once=Once.SEASON))
OFTEN = rule("b", kind=PaperKind.REPORT)


def test_the_kinds_of_which_a_subject_has_one():
    assert single(pack(*ONCE, OFTEN), [paper(), paper("report"), paper("cv"), paper("other")]) == {"review_form", "cv"}
    assert single(pack(OFTEN), [paper(), paper("report")]) == frozenset()


@pytest.mark.parametrize(
    ("command", "papers", "kinds"),
    [
        ("submit", [], {"review_form"}),
        ("submit", [paper()], set()),
        ("submit", [paper("cv")], {"review_form"}),
        ("ratify", [], set()),
        (None, [], {"review_form", "cv"}),
        (None, [paper("cv")], {"review_form"}),
    ],
)
def test_what_a_command_waits_for_and_another_track_may_have(command: str | None, papers: list[Any], kinds: set[str]):
    two = pack(*ONCE, OFTEN, tracks=tuple(Track))
    head = {"lead": "head", "marks": {"papers": papers}}
    assert shared(two, head, command) == kinds
    assert shared(two, {**head, "lead": "none"}, command) == kinds - {"review_form"}
    assert shared(pack(*ONCE, tracks=(Track.PARTY,)), head, command) == frozenset()


@pytest.mark.parametrize("marks", [{}, None])
def test_a_dossier_without_a_mark_has_no_paper(marks: Any):
    assert shared(pack(*ONCE, tracks=tuple(Track)), {"lead": "head", "marks": marks}, "submit") == {"review_form"}


def test_the_papers_of_a_subject_s_other_dossiers_come_by_dossier():
    rows: list[dict[str, Any]] = [
        {"id": "d3", "ref": "HS-3", "marks": {"papers": [paper(digest="3")]}},
        {"id": "d1", "ref": "HS-1", "marks": {"papers": [paper(digest="1")]}},
        {"id": "d2", "ref": "HS-2", "marks": {"papers": [paper("report"), paper(digest="2"), paper("cv", None)]}},
        {"id": "d4", "ref": "HS-4", "marks": None},
        {"id": "d5", "ref": "HS-5", "marks": {}},
    ]
    assert list(of_others(["review_form", "cv"], "d1", rows)) == [
        ("HS-2", paper(digest="2")),
        ("HS-2", paper("cv", None)),
        ("HS-3", paper(digest="3")),
    ]
    assert elsewhere(["cv"], "d1", rows) == [{"ref": "HS-2", "kind": "cv", "form": None, "digest": "ab", "at": 5}]
    assert [(one["ref"], one["digest"]) for one in elsewhere(["review_form"], "d2", rows)] == [
        ("HS-1", "1"),
        ("HS-3", "3"),
    ]
    assert elsewhere([], "d1", rows) == []


# — suggestions and comments —

FROM_ABOVE, NOTHING = {"body": "office"}, {"body": None}


@pytest.mark.parametrize(
    ("marks", "waits", "undone"),
    [
        ({}, False, True),
        ({"suggestions": []}, False, True),
        ({"suggestions": [NOTHING]}, False, False),
        ({"suggestions": [FROM_ABOVE]}, True, True),
        ({"suggestions": [FROM_ABOVE], "explained": 1}, False, False),
        ({"suggestions": [FROM_ABOVE, FROM_ABOVE], "explained": 1}, True, True),
        ({"suggestions": [FROM_ABOVE, NOTHING], "explained": 1}, False, False),
    ],
)
def test_a_suggestion_waits_for_its_explanation_and_nobody_knows_before_it_was_looked_up(
    marks: dict[str, Any], waits: bool, undone: bool
):
    assert (unexplained(marks), unanswered(marks)) == (waits, undone)


def test_the_bodies_that_were_not_heard():
    assert unheard(("a", "b", "c"), {"comments": [{"body": "b"}]}) == ["a", "c"]
    assert unheard(("a",), {}) == ["a"]
    assert unheard((), {}) == []


# — what a meeting waits for —


def suggested(**more: Any) -> SuggestionRule:
    return SuggestionRule(id="s", **CITED, **{"missing": None, **more})


def commented(name: str = "c", **more: Any) -> CommentsRule:
    return CommentsRule(id=name, **CITED, **{"bodies": ("office",), "missing": None, **more})


def row(number: int, state: str = "drafted", lead: str = "head", **marks: Any) -> dict[str, Any]:
    return {"ref": f"HS-{number}", "state": state, "lead": lead, "marks": marks}


OF_HEADS = MeetingRule(id="K", **CITED, where=HEADS)
MANY = [row(3), row(1, "self_reviewed"), row(2, lead="none"), row(4, "unit_voted"), row(5, "withdrawn")]


@pytest.mark.parametrize(("kind", "refs"), [(None, ["HS-1", "HS-2", "HS-3"]), ("K", ["HS-1", "HS-3"])])
def test_a_meeting_is_held_on_those_of_its_kind_that_were_not_voted_on(kind: str | None, refs: list[str]):
    assert [one["ref"] for one in under_review(pack(meetings=(OF_HEADS,)), kind, MANY)] == refs


def test_a_meeting_waits_for_what_its_dossiers_have_not_and_for_no_other_s():
    rules = pack(meetings=(OF_HEADS,), suggestions=(suggested(),), comments=(commented(),))
    assert waiting(rules, "K", MANY) == {"s": ["HS-1", "HS-3"], "c": ["HS-1", "HS-3"]}
    assert waiting(rules, None, MANY) == {"s": ["HS-1", "HS-2", "HS-3"], "c": ["HS-1", "HS-2", "HS-3"]}
    done = [row(1, comments=[{"body": "office"}]), row(2, suggestions=[NOTHING])]
    assert waiting(rules, "K", done) == {"s": ["HS-1"], "c": ["HS-2"]}
    ready = row(1, comments=[{"body": "office"}], suggestions=[NOTHING])
    assert waiting(rules, "K", [ready]) == {}


def test_a_row_without_marks_has_nothing_on_record():
    bare = {**row(1), "marks": None}
    assert waiting(pack(suggestions=(suggested(),)), None, [bare]) == {"s": ["HS-1"]}
    assert drafts(pack(comments=(commented(working_days=3),)), WorkingDays(), None, [bare]) == {"c": {"HS-1": None}}


@pytest.mark.parametrize(
    ("rules", "holds"),
    [
        ({"suggestions": (suggested(),)}, True),
        ({"comments": (commented(),)}, True),
        ({"suggestions": (suggested(before=(Before.SELF_REVIEW,)),), "comments": (commented(before=()),)}, False),
        ({}, False),
    ],
)
def test_only_what_is_to_be_there_before_the_meeting_keeps_it_from_being_held(rules: dict[str, Any], holds: bool):
    assert holds_meetings(pack(**rules)) is holds
    assert bool(waiting(pack(**rules), None, MANY)) is holds


def test_who_a_rule_is_not_about_keeps_no_meeting_by_it():
    rules = pack(suggestions=(suggested(where=HEADS),), comments=(commented(where=HEADS, working_days=3),))
    assert waiting(rules, None, [row(2, lead="none")]) == {}
    assert drafts(rules, WorkingDays(), None, [row(2, lead="none")]) == {}


# — drafts —

SINCE = [{"kind": "report", "at": micros(NOW)}]


def test_every_rule_about_drafts_counts_its_own_days_for_the_dossiers_of_the_meeting():
    three, five = commented("three", working_days=3), commented("five", working_days=5)
    rules = pack(meetings=(OF_HEADS,), comments=(commented("none"), three, five))
    rows = [row(2, papers=SINCE), row(1), row(3, lead="none", papers=SINCE)]
    found = drafts(rules, WorkingDays(), "K", rows)
    assert found == {
        "three": {"HS-1": None, "HS-2": "2024-11-25"},
        "five": {"HS-1": None, "HS-2": "2024-11-27"},
    }
    assert list(found["three"]) == ["HS-1", "HS-2"]


@pytest.mark.parametrize(
    ("more", "judged"),
    [
        ({"working_days": 3}, True),
        ({"working_days": 3, "mode": Mode.WARN}, True),
        ({"working_days": 3, "mode": Mode.OFF}, False),
        ({}, False),
    ],
)
def test_drafts_are_judged_where_a_rule_that_is_on_counts_days(more: dict[str, Any], judged: bool):
    rules = pack(comments=(commented(**more),))
    assert judges_drafts(rules) is judged
    assert bool(drafts(rules, WorkingDays(), None, [row(1)])) is judged
