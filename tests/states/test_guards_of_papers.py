"""Papers, suggestions and comments: met at the edge, unmet one step past it, and what would help."""

from typing import Any

import pytest

from tests.states.facts import action, ask, code, dossier, facts, is_met, meeting
from workflow.facts import Facts, Finding

FORM, FORMS = "review_form", ("02-B",)
MB = 1024 * 1024


def paper(**changes: Any) -> dict[str, Any]:
    made = {"kind": FORM, "form": "02-B", "digest": "ab" * 32, "type": "pdf", "size": 10, "sections": [], "new": False}
    return {**made, **changes}


def handing(*papers: dict[str, Any], marks: Any = None, elsewhere: Any = None, reason: str = "") -> Facts:
    args = {"papers": list(papers)} | ({"reason": reason} if reason else {})
    more = {} if elsewhere is None else {"elsewhere": elsewhere}
    return facts("attach", args=args, dossier=dossier(state="drafted", marks=marks or {}), **more)


def fitting(told: Facts, **changes: Any) -> Finding:
    whole: dict[str, Any] = {"kind": FORM, "forms": FORMS, "types": (), "largest": 0, "sections": ()}
    return ask("paper_fits", told, **{**whole, **changes})


def only_one(told: Facts, forms: tuple[str, ...] = ("02-A", "02-B")) -> Finding:
    return ask("only_one", told, kind=FORM, forms=forms)


# — what a paper has to be —


@pytest.mark.parametrize("form", ["02-B", "02B", "02b"])
def test_a_form_fits_however_it_is_spelt(form: str):
    assert is_met(fitting(handing(paper(form=form))))


def test_another_form_is_refused_with_the_fitting_one():
    found = fitting(handing(paper(form="02A")))
    assert (code(found), found.figures["forms"]) == ("form_other", FORMS)
    assert action(found) == ("document.add", {"ref": "HS-0001", "kind": FORM, "form": "02-B"})
    among = fitting(handing(paper(form="1269")), forms=("02A", "02B"))
    assert action(among)[1]["form"] == "FORM"


def test_where_several_forms_fit_one_is_named():
    assert code(fitting(handing(paper(form=None)), forms=("02A", "02B"))) == "form_missing"
    assert is_met(fitting(handing(paper(form=None)), forms=()))


def test_a_rule_looks_at_papers_of_its_own_kind_only():
    assert is_met(fitting(handing(paper(kind="report", form=None))))
    assert is_met(fitting(handing()))


@pytest.mark.parametrize("size,reason", [(20 * MB, None), (20 * MB + 1, "paper_large")])
def test_a_paper_is_no_larger_than_its_rule_allows(size: int, reason: str | None):
    found = fitting(handing(paper(size=size)), largest=20)
    assert is_met(found) if reason is None else code(found) == reason


@pytest.mark.parametrize("kind,reason", [("pdf", None), ("xlsx", "paper_type"), (None, "paper_type")])
def test_a_paper_is_of_a_type_that_its_rule_allows(kind: str | None, reason: str | None):
    found = fitting(handing(paper(type=kind)), types=("pdf", "docx"))
    assert is_met(found) if reason is None else code(found) == reason


@pytest.mark.parametrize("reason", [None, "có sửa"])
def test_a_new_version_says_why(reason: str | None):
    told = handing(paper(new=True))
    told["command"]["args"] |= {"reason": reason} if reason else {}
    assert is_met(fitting(told)) if reason else code(fitting(told)) == "version_unreasoned"


def test_every_part_is_said_to_be_there():
    sections = ("moral", "digital")
    assert is_met(fitting(handing(paper(sections=["digital", "moral"])), sections=sections))
    strange = fitting(handing(paper(sections=["digital", "moral", "more"])), sections=sections)
    assert (code(strange), strange.figures["parts"]) == ("paper_parts_unknown", ["more"])
    found = fitting(handing(paper(sections=["moral"])), sections=sections)
    assert (code(found), found.figures["parts"]) == ("paper_parts", ["digital"])
    assert action(found)[1] == {"ref": "HS-0001", "kind": FORM, "form": "02-B", "sections": "moral digital"}


# — one of a kind —


def test_the_first_is_taken_and_the_second_names_it():
    assert is_met(only_one(handing(paper(), elsewhere=[])))
    found = only_one(handing(paper(), marks={"papers": [paper(digest="cd" * 32)]}, elsewhere=[]))
    assert (code(found), found.figures["ref"], found.figures["digest"]) == ("second_paper", "HS-0001", "cd" * 6)
    other = [{"ref": "HS-0009", "kind": FORM, "form": "02A", "digest": "ef" * 32, "at": 1}]
    found = only_one(handing(paper(), elsewhere=other))
    assert (code(found), found.figures["ref"], found.figures["form"]) == ("second_paper", "HS-0009", "02A")


def test_two_at_once_are_two():
    assert code(only_one(handing(paper(), paper(digest="cd" * 32), elsewhere=[]))) == "second_paper"
    assert is_met(only_one(handing(paper(kind="report"))))


def test_a_corrected_version_has_the_same_form_and_a_reason():
    marks = {"papers": [paper()]}
    again = paper(new=True, digest="cd" * 32)
    assert is_met(only_one(handing(again, marks=marks, elsewhere=[], reason="x")))
    assert code(only_one(handing(again, marks=marks, elsewhere=[]))) == "version_unreasoned"
    other = paper(new=True, form="02A")
    assert code(only_one(handing(other, marks=marks, elsewhere=[], reason="x"))) == ("version_other_form")
    beyond = [{"ref": "HS-0009", "kind": FORM, "form": "02A", "digest": "ef" * 32, "at": 1}]
    assert code(only_one(handing(again, elsewhere=beyond, reason="x"))) == "second_paper"


@pytest.mark.parametrize("forms,reason", [(("02A",), None), (("02A", "02-B"), "version_other_form")])
def test_a_form_that_a_dossier_no_longer_takes_is_replaced_by_the_right_one(forms: tuple[str, ...], reason: str | None):
    """The post was given after the form was handed in: its holder goes on, with the form of the post."""
    told = handing(paper(new=True, form="02A"), marks={"papers": [paper()]}, elsewhere=[], reason="bổ nhiệm")
    assert is_met(only_one(told, forms)) if reason is None else code(only_one(told, forms)) == reason
    unsaid = handing(paper(new=True, form="02A"), marks={"papers": [paper()]}, elsewhere=[])
    assert code(only_one(unsaid, ("02A",))) == "version_unreasoned"


# — what a step needs —


def needing(
    *papers: dict[str, Any],
    forms: tuple[str, ...] = FORMS,
    sections: tuple[str, ...] = (),
    once: bool = False,
    **more: Any,
) -> Finding:
    told = facts("self_review", dossier=dossier(state="drafted", marks={"papers": list(papers)}), **more)
    return ask("paper_present", told, kind=FORM, forms=forms, sections=sections, once=once)


@pytest.mark.parametrize("once,form,met", [(True, "02-B", True), (True, "02A", False), (False, "02-B", False)])
def test_the_one_form_of_a_subject_serves_its_other_dossier(once: bool, form: str, met: bool):
    beside = [{"ref": "HS-0009", "kind": FORM, "form": form, "digest": "ef" * 32, "at": 1}]
    assert is_met(needing(once=once, elsewhere=beside)) is met


def test_a_step_needs_the_paper_of_that_kind_on_a_form_that_fits():
    assert is_met(needing(paper()))
    assert is_met(needing(paper(form="1269"), forms=()))
    assert code(needing()) == "paper_missing"
    assert code(needing(paper(form="02A"))) == "paper_missing"
    assert code(needing(paper(kind="report"))) == "paper_missing"


@pytest.mark.parametrize("forms,form", [(("02-B",), {"form": "02-B"}), (("02-A", "02-B"), {"form": "FORM"}), ((), {})])
def test_what_is_missing_comes_with_its_line(forms: tuple[str, ...], form: dict[str, str]):
    told = {"ref": "HS-0001", "kind": FORM, **form}
    assert action(needing(forms=forms)) == ("document.add", told)
    assert action(needing(forms=forms, sections=("moral",)))[1] == {**told, "sections": "moral"}


# — suggestions —

SUGGESTED = {"body": "office", "on": "2024-10-01", "text": "ab" * 32, "at": 1}
NONE = {"body": None, "on": None, "text": None, "at": 1}


def suggesting(*known: Any, **args: Any) -> Finding:
    told = facts("suggest", args=args, occurred_on="2024-11-01", dossier=dossier(marks={"suggestions": list(known)}))
    return ask("suggestion_described", told)


@pytest.mark.parametrize("day,reason", [("2024-11-01", None), ("2024-11-02", "suggestion_in_future")])
def test_a_suggestion_is_of_a_day_that_has_come(day: str, reason: str | None):
    found = suggesting(body="office", on=day, text="ab")
    assert is_met(found) if reason is None else code(found) == reason


@pytest.mark.parametrize("left_out", ["body", "on", "text"])
def test_a_suggestion_says_from_whom_of_which_day_and_what(left_out: str):
    args = {"body": "office", "on": "2024-11-01", "text": "ab"}
    found = suggesting(**{name: value for name, value in args.items() if name != left_out})
    assert code(found) == "suggestion_undescribed"
    assert action(found)[0] == "document.suggest"


def test_that_there_is_none_is_said_by_that_alone():
    assert is_met(suggesting(none=True))
    assert is_met(suggesting(NONE, none=True))
    assert code(suggesting(none=True, text="ab")) == "none_and_some"
    assert code(suggesting(SUGGESTED, none=True)) == "suggestion_known"
    assert is_met(suggesting(NONE, body="office", on="2024-11-01", text="ab"))


@pytest.mark.parametrize("known,asked", [([SUGGESTED], True), ([NONE, SUGGESTED], True), ([NONE], False), ([], False)])
def test_an_explanation_answers_a_suggestion(known: list[Any], asked: bool):
    found = ask("explanation_asked", facts("explain", dossier=dossier(marks={"suggestions": known})))
    assert is_met(found) if asked else code(found) == "explanation_unasked"


@pytest.mark.parametrize(
    "marks,reason",
    [
        ({}, "suggestion_unknown"),
        ({"suggestions": [NONE]}, None),
        ({"suggestions": [SUGGESTED]}, "unexplained"),
        ({"suggestions": [SUGGESTED], "explained": 1}, None),
        ({"suggestions": [SUGGESTED, SUGGESTED], "explained": 1}, "unexplained"),
        ({"suggestions": [NONE, SUGGESTED], "explained": 1}, "unexplained"),
        ({"suggestions": [SUGGESTED, SUGGESTED], "explained": 2}, None),
    ],
)
def test_a_suggestion_is_looked_up_and_explained(marks: Any, reason: str | None):
    found = ask("suggestion_answered", facts("self_review", dossier=dossier(state="drafted", marks=marks)))
    assert is_met(found) if reason is None else code(found) == reason
    if reason == "unexplained":
        assert action(found) == ("document.explain", {"ref": "HS-0001"})


# — comments —


@pytest.mark.parametrize(
    "args,reason",
    [
        ({"body": "office", "text": "ab"}, None),
        ({"body": "office", "none": True}, None),
        ({"body": "office"}, "comment_undescribed"),
        ({"text": "ab"}, "comment_undescribed"),
        ({"none": True}, "comment_undescribed"),
        ({"body": "office", "text": "ab", "none": True}, "none_and_some"),
    ],
)
def test_a_comment_says_whose_it_is_and_what(args: Any, reason: str | None):
    found = ask("comment_described", facts("comment", args=args))
    assert is_met(found) if reason is None else code(found) == reason


def test_everybody_who_is_to_be_heard_was():
    one = {"body": "office", "text": None, "at": 1}
    marks = {"comments": [one, {**one, "body": "committee"}]}
    told = facts("self_review", dossier=dossier(state="drafted", marks=marks))
    assert is_met(ask("comments_collected", told, bodies=("office", "committee")))
    found = ask("comments_collected", told, bodies=("office", "union", "committee"))
    assert (code(found), found.figures["bodies"]) == ("unheard", ["union"])
    assert action(found) == ("document.comments", {"ref": "HS-0001", "from": "union", "text": "TEXT"})


# — the meeting —


def holding(waiting: Any, bodies: tuple[str, ...] = ()) -> Finding:
    gathering = meeting(state="planned", held_on=None, waiting=waiting)
    return ask("dossiers_ready", facts("hold", process="meeting", meeting=gathering), rule="R", bodies=bodies)


def test_a_meeting_is_held_when_no_dossier_of_it_waits():
    assert is_met(holding({}))
    assert is_met(holding({"other": ["HS-0001"]}))
    found = holding({"R": ["HS-0001", "HS-0002"]})
    assert (code(found), found.figures["refs"]) == ("meeting_unexplained", ["HS-0001", "HS-0002"])
    heard = holding({"R": ["HS-0002"]}, ("office",))
    assert code(heard) == "meeting_unheard"
    assert action(heard)[1]["ref"] == "HS-0002"


def meeting_on(held_on: str, drafts: dict[str, str | None]) -> Finding:
    gathering = meeting(state="planned", held_on=None, drafts={"R": drafts, "other": {"HS-0009": None}})
    told = facts("hold", process="meeting", args={"held_on": held_on}, meeting=gathering)
    return ask("drafts_there", told, rule="R", days=3)


def test_those_who_meet_had_the_drafts_in_good_time():
    drafts: dict[str, str | None] = {"HS-0001": "2024-11-20", "HS-0002": "2024-11-21"}
    assert is_met(meeting_on("2024-11-21", drafts))
    found = meeting_on("2024-11-20", drafts)
    assert (code(found), found.figures["refs"], found.figures["day"]) == ("draft_late", ["HS-0002"], "2024-11-21")
    assert is_met(ask("drafts_there", facts("hold", process="meeting", meeting=meeting()), rule="R", days=3))


def test_a_draft_that_is_not_there_is_asked_for_whatever_the_day():
    found = meeting_on("2030-01-01", {"HS-0001": None, "HS-0002": "2024-11-21"})
    assert (code(found), found.figures["refs"]) == ("draft_missing", ["HS-0001"])
    assert action(found) == ("document.add", {"ref": "HS-0001", "kind": "report"})
