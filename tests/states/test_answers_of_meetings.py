"""What the guards of papers, meetings and counted votes answer beside yes, whole: why, with which figures, what would
help, who can, and where."""

from typing import Any

import pytest

from tests.states.answers import COORDINATING, OCCURRED, OFFICE, PARTY, Case, help_with, names, no
from tests.states.facts import ask, dossier, facts, meeting
from workflow.facts import MET, Facts, Finding
from workflow.words import Rank, Role, Status

SIX = {"issued": 7, "unused": 1, "cast": 6, "valid": 5, "invalid": 1, "excellent": 1, "good": 4}
TIME = "YYYY-MM-DD HH:MM"
BEYOND = {"rule": "r", "season": "s2", "unit": "A", "count": 7, "refs": ["HS-6", "HS-7"]}


# — papers —


def paper(**changes: Any) -> dict[str, Any]:
    made = {"kind": "review_form", "form": "02B", "digest": "ab" * 32, "type": "pdf", "size": 2 * 1024 * 1024}
    return {**made, "sections": ["moral", "digital"], "new": False, **changes}


def handing(*papers: dict[str, Any], marks: Any = None, elsewhere: Any = None, **args: Any) -> Facts:
    more = {} if elsewhere is None else {"elsewhere": elsewhere}
    return facts("attach", args={"papers": list(papers), **args}, dossier=dossier(marks=marks or {}), **more)


ONE: dict[str, Any] = {"kind": "review_form", "forms": ("02A", "02B")}
FITS: dict[str, Any] = {
    "kind": "review_form",
    "forms": ("02A", "02B"),
    "types": ("pdf", "docx"),
    "largest": 2,
    "sections": ("moral", "digital"),
}
PARTS = "moral digital"
KNOWN = {"papers": [paper()]}


def adding(**args: str) -> Any:
    return help_with("document.add", ref="HS-0001", kind="review_form", **args)


def about(command: str, *, marks: Any = None, **args: Any) -> Facts:
    return facts(command, args=args, dossier=dossier(marks=marks or {}))


SUGGESTED = {"suggestions": [{"body": PARTY, "on": "2024-11-01", "text": "x", "at": 1}]}
SUGGEST = help_with("document.suggest", ref="HS-0001", **{"from": "BODY"}, on="YYYY-MM-DD", text="TEXT")


def comment_of(body: str, ref: str = "HS-0001") -> Any:
    return help_with("document.comments", ref=ref, **{"from": body}, text="TEXT")


PAPERS: list[Case] = [
    (
        "paper_fits",
        FITS,
        handing(paper(form=None)),
        no("form_missing", kind="review_form", forms=("02A", "02B"), remedy=adding(form="FORM", sections=PARTS)),
    ),
    (
        "paper_fits",
        FITS,
        handing(paper(), paper(form="02C")),
        no(
            "form_other",
            kind="review_form",
            form="02C",
            forms=("02A", "02B"),
            remedy=adding(form="FORM", sections=PARTS),
        ),
    ),
    (
        "paper_fits",
        {**FITS, "forms": ("02A",), "sections": ()},
        handing(paper()),
        no("form_other", kind="review_form", form="02B", forms=("02A",), remedy=adding(form="02A")),
    ),
    (
        "paper_fits",
        FITS,
        handing(paper(type="png")),
        no("paper_type", kind="review_form", types=("pdf", "docx")),
    ),
    (
        "paper_fits",
        FITS,
        handing(paper(size=2 * 1024 * 1024 + 1)),
        no("paper_large", kind="review_form", most=2),
    ),
    (
        "paper_fits",
        FITS,
        handing(paper(sections=["digital"])),
        no("paper_parts", kind="review_form", parts=["moral"], remedy=adding(form="02B", sections=PARTS)),
    ),
    (
        "only_one",
        ONE,
        handing(paper(), marks=KNOWN),
        no("second_paper", kind="review_form", form="02B", ref="HS-0001", digest="ab" * 6),
    ),
    (
        "only_one",
        ONE,
        handing(paper(), paper(form="02A")),
        no("second_paper", kind="review_form", form="02B", ref="HS-0001", digest="ab" * 6),
    ),
    (
        "only_one",
        ONE,
        handing(
            paper(new=True), elsewhere=[{"kind": "review_form", "form": "02A", "ref": "HS-0009", "digest": "c" * 64}]
        ),
        no("second_paper", kind="review_form", form="02A", ref="HS-0009", digest="c" * 12),
    ),
    (
        "only_one",
        ONE,
        handing(paper(new=True, form="02A"), marks=KNOWN, reason="x"),
        no("version_other_form", kind="review_form", form="02B"),
    ),
    (
        "only_one",
        ONE,
        handing(paper(new=True), marks=KNOWN),
        no("version_unreasoned", kind="review_form"),
    ),
    (
        "paper_present",
        {"kind": "review_form", "forms": ("02A", "02C"), "sections": ("moral",), "once": False},
        about("submit", marks=KNOWN),
        no(
            "paper_missing",
            kind="review_form",
            forms=("02A", "02C"),
            remedy=adding(form="FORM", sections="moral"),
            who=Role.COORDINATOR,
        ),
    ),
    (
        "paper_present",
        {"kind": "review_form", "forms": ("02A",), "sections": (), "once": False},
        about("submit"),
        no("paper_missing", kind="review_form", forms=("02A",), remedy=adding(form="02A"), who=Role.COORDINATOR),
    ),
    (
        "paper_present",
        {"kind": "review_form", "forms": (), "sections": (), "once": False},
        about("submit", marks={"papers": [paper(kind="report")]}),
        no("paper_missing", kind="review_form", forms=(), remedy=adding(), who=Role.COORDINATOR),
    ),
    (
        "paper_present",
        {"kind": "review_form", "forms": ("02B",), "sections": (), "once": False},
        facts("submit", dossier=dossier(marks={}), elsewhere=[paper()]),
        no("paper_missing", kind="review_form", forms=("02B",), remedy=adding(form="02B"), who=Role.COORDINATOR),
    ),
    ("suggestion_described", {}, about("suggest", none=True, text="x"), no("none_and_some", command="suggest")),
    ("suggestion_described", {}, about("suggest", marks=SUGGESTED, none=True), no("suggestion_known", ref="HS-0001")),
    ("suggestion_described", {}, about("suggest", body=PARTY, text="x"), no("suggestion_undescribed", remedy=SUGGEST)),
    (
        "suggestion_described",
        {},
        about("suggest", body=PARTY, on="2024-12-05", text="x"),
        no("suggestion_in_future", day="2024-12-05", occurred=OCCURRED),
    ),
    (
        "explanation_asked",
        {},
        about("explain", marks={"suggestions": [{"body": None}]}),
        no("explanation_unasked", ref="HS-0001", remedy=SUGGEST),
    ),
    ("explanation_asked", {}, about("explain"), no("explanation_unasked", ref="HS-0001", remedy=SUGGEST)),
    (
        "comment_described",
        {},
        about("comment", body=PARTY, none=True, text="x"),
        no("none_and_some", command="comment"),
    ),
    ("comment_described", {}, about("comment", body=PARTY), no("comment_undescribed", remedy=comment_of(PARTY))),
    ("comment_described", {}, about("comment", text="x"), no("comment_undescribed", remedy=comment_of("BODY"))),
    ("suggestion_answered", {}, about("self_review"), no("suggestion_unknown", remedy=SUGGEST, who=Role.COORDINATOR)),
    (
        "suggestion_answered",
        {},
        about("self_review", marks=SUGGESTED),
        no("unexplained", remedy=help_with("document.explain", ref="HS-0001"), who=Role.SUBJECT),
    ),
    (
        "comments_collected",
        {"bodies": (PARTY, OFFICE, "x")},
        about("self_review", marks={"comments": [{"body": PARTY}]}),
        no("unheard", bodies=[OFFICE, "x"], remedy=comment_of(OFFICE), who=Role.COORDINATOR),
    ),
]
PAPERS_IN_ORDER: list[tuple[str, dict[str, Any], Facts]] = [
    ("paper_fits", FITS, handing(paper(), paper(kind="report", form=None, sections=[]))),
    ("paper_fits", FITS, facts("attach")),
    ("paper_fits", {**FITS, "types": ()}, handing(paper(type="png"))),
    ("paper_fits", {**FITS, "largest": 0}, handing(paper(size=2 * 1024 * 1024 + 1))),
    ("paper_fits", {**FITS, "forms": ()}, handing(paper(form=None))),
    ("only_one", ONE, handing(paper())),
    ("only_one", ONE, handing(paper(kind="report"), marks=KNOWN)),
    ("only_one", ONE, handing(paper(), marks={"papers": [paper(kind="report")]})),
    ("only_one", ONE, handing(paper(), elsewhere=[paper(kind="report", ref="HS-0002")])),
    ("only_one", ONE, handing(paper(new=True, form="02b"), marks=KNOWN, reason="x")),
    (
        "paper_present",
        {"kind": "review_form", "forms": ("02-B",), "sections": (), "once": False},
        about("submit", marks=KNOWN),
    ),
    ("only_one", {**ONE, "forms": ("02A",)}, handing(paper(new=True, form="02A"), marks=KNOWN, reason="x")),
    (
        "paper_present",
        {"kind": "review_form", "forms": ("02B",), "sections": (), "once": True},
        facts("submit", dossier=dossier(marks={}), elsewhere=[paper()]),
    ),
    (
        "paper_present",
        {"kind": "review_form", "forms": ("02B",), "sections": (), "once": True},
        about("submit", marks=KNOWN),
    ),
    ("suggestion_described", {}, about("suggest", none=True)),
    ("suggestion_described", {}, about("suggest", none=True, marks={"suggestions": [{"body": None}]})),
    ("suggestion_described", {}, about("suggest", body=PARTY, on=OCCURRED, text="x")),
    ("explanation_asked", {}, about("explain", marks=SUGGESTED)),
    ("comment_described", {}, about("comment", body=PARTY, text="x")),
    ("comment_described", {}, about("comment", body=PARTY, none=True)),
    ("suggestion_answered", {}, about("self_review", marks={**SUGGESTED, "explained": 1})),
    ("suggestion_answered", {}, about("self_review", marks={"suggestions": [{"body": None}]})),
    ("comments_collected", {"bodies": (PARTY,)}, about("self_review", marks={"comments": [{"body": PARTY}]})),
]


# — meetings —


def at(
    command: str = "hold", *, args: Any = None, roles: Any = ("coordinator",), on: str = OCCURRED, **changes: Any
) -> Facts:
    made = {"kind": "K", "held_on": None, "state": "planned", **changes}
    return facts(command, process="meeting", meeting=meeting(**made), args=args or {}, roles=roles, occurred_on=on)


def meeting_help(command: str, **args: str) -> Any:
    return help_with(f"meeting.{command}", **args)


REGISTERED = {"on": "2024-11-10", "time": "2024-12-04 08:00", "letter": "1/CV"}
BOTH = {"registered": REGISTERED, "agreed": [{"body": PARTY, "on": "2024-11-12", "letter": None}]}
ASKED: dict[str, Any] = {"bodies": (PARTY, OFFICE), "through": OFFICE}

MEETINGS: list[Case] = [
    (
        "meeting_described",
        {},
        at(args={"attendees": 0}),
        no("attendees_missing", meeting="HN-0001", remedy=meeting_help("hold", attendees="N")),
    ),
    (
        "meeting_described",
        {},
        at(args={"attendees": 1, "held_on": "2024-12-05"}),
        no("held_in_future", day="2024-12-05", occurred=OCCURRED),
    ),
    (
        "registration_described",
        {"kinds": ("L",)},
        at("register", args={"time": "2024-12-04 08:00"}),
        no("registration_unasked", meeting="HN-0001", kind="K"),
    ),
    (
        "registration_described",
        {"kinds": ("L", "K")},
        at("register"),
        no("time_missing", meeting="HN-0001", remedy=meeting_help("register", time=TIME)),
    ),
    (
        "agreement_asked",
        {"bodies": (PARTY,)},
        at("agree", args={"body": OFFICE}),
        no("agreement_unasked", meeting="HN-0001", body=OFFICE, bodies=(PARTY,)),
    ),
    (
        "agreement_asked",
        {"bodies": (PARTY,)},
        at("agree"),
        no("agreement_unasked", meeting="HN-0001", body="", bodies=(PARTY,)),
    ),
    (
        "agreement_asked",
        {"bodies": (PARTY,)},
        at("agree", args={"body": PARTY}, marks=BOTH),
        no("agreed_already", meeting="HN-0001", body=PARTY),
    ),
    (
        "agreement_asked",
        {"bodies": (PARTY,)},
        at("agree", args={"body": PARTY}),
        no("agreement_unproved", body=PARTY, remedy=meeting_help("agree", letter="NO")),
    ),
    (
        "agreed_before_held",
        ASKED,
        at(),
        no(
            "meeting_unregistered",
            meeting="HN-0001",
            body=OFFICE,
            remedy=meeting_help("register", ref="HN-0001", time=TIME),
        ),
    ),
    (
        "agreed_before_held",
        ASKED,
        at(state="registered"),
        no(
            "meeting_unregistered",
            meeting="HN-0001",
            body=OFFICE,
            remedy=meeting_help("register", ref="HN-0001", time=TIME),
        ),
    ),
    (
        "agreed_before_held",
        ASKED,
        at(marks=BOTH, ref="SNV"),
        no("meeting_unregistered", meeting="SNV", body=OFFICE, remedy=meeting_help("plan", unit="SNV", kind="K")),
    ),
    (
        "agreed_before_held",
        ASKED,
        at(ref="SNV", kind=None),
        no("meeting_unregistered", meeting="SNV", body=OFFICE, remedy=meeting_help("plan", unit="SNV", kind="")),
    ),
    (
        "agreed_before_held",
        ASKED,
        at(state="registered", marks=BOTH),
        no(
            "meeting_unagreed",
            meeting="HN-0001",
            bodies=[OFFICE],
            remedy=meeting_help("agree", ref="HN-0001", body=OFFICE, letter="NO"),
            who=OFFICE,
        ),
    ),
    (
        "agreed_before_held",
        ASKED,
        at(state="agreed", marks=BOTH, args={"held_on": "2024-11-11"}),
        no("held_before_agreed", meeting="HN-0001", held_on="2024-11-11", agreed="2024-11-12"),
    ),
    (
        "agreed_before_held",
        {**ASKED, "bodies": ()},
        at(state="registered", marks={"registered": REGISTERED}, on="2024-11-09"),
        no("held_before_agreed", meeting="HN-0001", held_on="2024-11-09", agreed="2024-11-10"),
    ),
    (
        "agreed_before_held",
        ASKED,
        at(state="agreed", marks=BOTH, on="2024-11-12"),
        Finding(
            status=Status.MET,
            code="guard.held_other_day",
            figures={"meeting": "HN-0001", "held_on": "2024-11-12", "registered": "2024-12-04 08:00"},
            flags=("warning",),
        ),
    ),
    (
        "invitations_sent",
        {"bodies": (PARTY, OFFICE, "x")},
        at(args={"invited": ["x"]}),
        no("not_invited", bodies=[OFFICE], remedy=meeting_help("invite", ref="HN-0001", invite=OFFICE), **COORDINATING),
    ),
    (
        "invitations_sent",
        {"bodies": (PARTY, OFFICE)},
        at(invited=[]),
        no(
            "not_invited",
            bodies=[PARTY, OFFICE],
            remedy=meeting_help("invite", ref="HN-0001", invite=f"{PARTY} {OFFICE}"),
            **COORDINATING,
        ),
    ),
    (
        "invitations_sent",
        {"bodies": (PARTY, OFFICE)},
        at(ref="SNV", invited=[]),
        no(
            "not_invited",
            bodies=[PARTY, OFFICE],
            remedy=meeting_help("hold", invite=f"{PARTY} {OFFICE}"),
            **COORDINATING,
        ),
    ),
    (
        "presence_told",
        {"voting": ("a", "b"), "counted": True},
        at(args={"present": {"c": 1}}),
        no("presence_missing", meeting="HN-0001", parts=["a", "b"], remedy=meeting_help("hold", present="a=N b=N")),
    ),
    (
        "presence_told",
        {"voting": ("a",), "counted": True},
        at(),
        no("presence_missing", meeting="HN-0001", parts=["a"], remedy=meeting_help("hold", present="a=N")),
    ),
    (
        "presence_told",
        {"voting": ("a",), "counted": True},
        facts(
            "hold",
            process="meeting",
            meeting=meeting(roll={"b": 0, "a": 6}),
            args={"present": {"a": 7}},
        ),
        no("presence_over_roll", meeting="HN-0001", part="a", present=7, roll=6),
    ),
    (
        "quorum_met",
        {"voting": ("a", "b"), "more": 1, "than": 2},
        facts(
            "hold",
            process="meeting",
            meeting=meeting(roll={"a": 4, "b": 2, "c": 9}),
            args={"present": {"a": 2, "b": 1, "c": 9}},
        ),
        no("quorum_missed", meeting="HN-0001", present=3, roll=6, share="1/2"),
    ),
    (
        "quorum_met",
        {"voting": ("a",), "more": 1, "than": 2},
        at(),
        no("quorum_missed", meeting="HN-0001", present=0, roll=0, share="1/2"),
    ),
    (
        "step_asked",
        {"steps": ("report", "overall"), "optional": ("report",)},
        at("note", args={"step": "criteria"}),
        no("step_unasked", meeting="HN-0001", step="criteria", steps=("report", "overall")),
    ),
    (
        "step_asked",
        {"steps": ("report", "overall"), "optional": ("report",)},
        at("note"),
        no("step_unasked", meeting="HN-0001", step="", steps=("report", "overall")),
    ),
    (
        "step_asked",
        {"steps": ("report", "overall"), "optional": ("report",)},
        at("note", args={"step": "overall", "needed": False}),
        no("step_needed", meeting="HN-0001", step="overall"),
    ),
    ("note_says", {}, at("note", args={"text": "x"}), no("step_missing", meeting="HN-0001")),
    (
        "note_says",
        {},
        at("note", args={"step": "report", "needed": True}),
        no("note_empty", meeting="HN-0001", remedy=meeting_help("note", text="…")),
    ),
    (
        "steps_decided",
        {"optional": ("explanation", "discussion", "report")},
        at("minute", marks={"log": [{"step": "discussion", "text": "x"}]}),
        no(
            "steps_undecided",
            meeting="HN-0001",
            steps=["explanation", "report"],
            remedy=meeting_help("note", ref="HN-0001", step="explanation", conclusion="…"),
        ),
    ),
    (
        "minutes_given",
        {},
        at("minute"),
        no("minutes_missing", meeting="HN-0001", remedy=meeting_help("minute", attach="minutes=FILE")),
    ),
    (
        "dossiers_ready",
        {"rule": "r", "bodies": (PARTY, OFFICE)},
        at(waiting={"r": ["HS-0003", "HS-0004"], "q": ["HS-0001"]}),
        no(
            "meeting_unheard",
            meeting="HN-0001",
            refs=["HS-0003", "HS-0004"],
            bodies=(PARTY, OFFICE),
            remedy=comment_of(PARTY, "HS-0003"),
        ),
    ),
    (
        "dossiers_ready",
        {"rule": "r", "bodies": ()},
        at(waiting={"r": ["HS-0003", "HS-0004"]}),
        no(
            "meeting_unexplained",
            meeting="HN-0001",
            refs=["HS-0003", "HS-0004"],
            remedy=help_with("document.list", ref="HS-0003"),
            who=Role.COORDINATOR,
        ),
    ),
    (
        "drafts_there",
        {"rule": "r", "days": 3},
        at(drafts={"r": {"HS-0001": "2024-11-01", "HS-0003": None, "HS-0004": None}}),
        no(
            "draft_missing",
            meeting="HN-0001",
            refs=["HS-0003", "HS-0004"],
            days=3,
            remedy=help_with("document.add", ref="HS-0003", kind="report"),
        ),
    ),
    (
        "drafts_there",
        {"rule": "r", "days": 3},
        at(drafts={"r": {"HS-0001": "2024-12-04", "HS-0003": "2024-12-05", "HS-0004": "2024-12-06"}}),
        no("draft_late", meeting="HN-0001", refs=["HS-0003", "HS-0004"], days=3, day="2024-12-06", held=OCCURRED),
    ),
    (
        "meeting_of_kind",
        {"kind": "K"},
        facts("record_vote", meeting=meeting(kind="L")),
        no(
            "meeting_other_kind",
            meeting="HN-0001",
            kind="K",
            found="L",
            remedy=meeting_help("hold", unit="SNV", kind="K"),
        ),
    ),
    (
        "in_order",
        {"rule": "r", "reached": "ratify"},
        facts(
            waits=[{"rule": "q", "count": 1, "refs": ["x"]}, {"rule": "r", "count": 7, "refs": ["HS-0002", "HS-0003"]}]
        ),
        no(
            "waits_for",
            count=7,
            refs=["HS-0002", "HS-0003"],
            command="ratify",
            remedy=help_with("dossier.list", unit="SNV"),
            who="ratifier",
        ),
    ),
    (
        "in_order",
        {"rule": "r", "reached": "submit"},
        facts(waits=[{"rule": "r", "count": 1, "refs": ["HS-0002"]}]),
        no(
            "waits_for",
            count=1,
            refs=["HS-0002"],
            command="submit",
            remedy=help_with("dossier.list", unit="SNV"),
            **COORDINATING,
        ),
    ),
    (
        "in_order",
        {"rule": "r", "reached": "ratify"},
        facts(beyond=[{**BEYOND, "rule": "q"}, BEYOND, {**BEYOND, "season": "s3", "unit": "B", "refs": ["HS-8"]}]),
        no(
            "waits_beyond",
            seasons=["s2", "s3"],
            others=14,
            elsewhere=["HS-6", "HS-7", "HS-8"],
            command="ratify",
            remedy=help_with("dossier.list", unit="A", season="s2"),
        ),
    ),
    (
        "in_order",
        {"rule": "r", "reached": "submit"},
        facts(waits=[{"rule": "r", "count": 1, "refs": ["HS-2"]}], beyond=[BEYOND]),
        no(
            "waits_for_both",
            count=1,
            refs=["HS-2"],
            seasons=["s2"],
            others=7,
            elsewhere=["HS-6", "HS-7"],
            command="submit",
            remedy=help_with("dossier.list", unit="A", season="s2"),
        ),
    ),
]
MEETINGS_IN_ORDER: list[tuple[str, dict[str, Any], Facts]] = [
    ("meeting_described", {}, at(args={"attendees": 1, "held_on": OCCURRED})),
    ("meeting_described", {}, at(args={"attendees": 1})),
    ("registration_described", {"kinds": ("K",)}, at("register", args={"time": "x"})),
    ("agreement_asked", {"bodies": (PARTY,)}, at("agree", args={"body": PARTY, "letter": "1"})),
    ("agreement_asked", {"bodies": (PARTY,)}, at("agree", args={"body": PARTY}, roles=["ratifier"])),
    ("agreed_before_held", ASKED, at(state="agreed", marks=BOTH)),
    ("agreed_before_held", ASKED, at(state="agreed", marks=BOTH, args={"held_on": OCCURRED}, on="2024-12-09")),
    ("agreed_before_held", {**ASKED, "bodies": ()}, at(state="registered", marks={"registered": REGISTERED})),
    (
        "agreed_before_held",
        ASKED,
        at(state="agreed", marks={**BOTH, "registered": {**REGISTERED, "time": None}}, on="2024-11-12"),
    ),
    ("invitations_sent", {"bodies": (PARTY, OFFICE)}, at(args={"invited": [OFFICE]})),
    ("presence_told", {"voting": ("a",), "counted": True}, at(args={"present": {"a": 6}}, roll={"a": 6, "b": 0})),
    ("presence_told", {"voting": (), "counted": True}, at()),
    (
        "quorum_met",
        {"voting": ("a", "b"), "more": 1, "than": 2},
        at(args={"present": {"a": 4, "c": 0}}, roll={"a": 4, "b": 3}),
    ),
    ("step_asked", {"steps": ("report",), "optional": ()}, at("note", args={"step": "report"})),
    ("step_asked", {"steps": ("a", "b"), "optional": ("b",)}, at("note", args={"step": "b", "needed": False})),
    ("note_says", {}, at("note", args={"step": "a", "text": "x"})),
    ("note_says", {}, at("note", args={"step": "a", "conclusion": "x"})),
    ("note_says", {}, at("note", args={"step": "a", "needed": False})),
    ("steps_decided", {"optional": ("report",)}, at("minute", marks={"log": [{"step": "report"}]})),
    ("minutes_given", {}, at("minute", args={"attachments": ["x"]})),
    ("dossiers_ready", {"rule": "r", "bodies": ()}, at(waiting={"q": ["HS-0001"]})),
    ("dossiers_ready", {"rule": "r", "bodies": ()}, at()),
    ("drafts_there", {"rule": "r", "days": 3}, at()),
    ("drafts_there", {"rule": "r", "days": 3}, at(drafts={"q": {"HS-0001": None}})),
    ("drafts_there", {"rule": "r", "days": 3}, at(drafts={"r": {"HS-0001": OCCURRED}})),
    (
        "drafts_there",
        {"rule": "r", "days": 3},
        at(drafts={"r": {"HS-0001": "2024-12-06"}}, args={"held_on": "2024-12-06"}),
    ),
    ("in_order", {"rule": "r", "reached": "ratify"}, facts(waits=[{"rule": "q", "count": 1, "refs": ["x"]}])),
    ("in_order", {"rule": "r", "reached": "ratify"}, facts()),
    ("in_order", {"rule": "r", "reached": "ratify"}, facts(beyond=[{**BEYOND, "rule": "q"}])),
]


# — counted votes —


def counted(step: str = "overall", matter: int = 0, disputed: tuple[int, ...] = (), **figures: int) -> dict[str, Any]:
    made = {"dossier": "d", "step": step, "matter": matter, "method": "ballot", "figures": figures}
    return {**made, "disputed": list(disputed), "reason": None, "committee": [], "papers": [], "at": 1}


def count(command: str = "tally", *, before: Any = (), marks: Any = None, tally: Any = None, **args: Any) -> Facts:
    known = {
        "dossier": "d",
        "ref": "HS-0001",
        "subject": "x",
        "state": "self_reviewed",
        "fits": True,
        "own": False,
        "voters": 7,
    }
    seen = {**known, "present": 7, "before": list(before), **(tally or {})}
    process = "dossier" if command in {"record_vote", "correct"} else "meeting"
    given = {"dossier": "d", "step": "overall", "method": "ballot", "figures": SIX, **args}
    return facts(command, process=process, meeting=meeting(kind="K", marks=marks or {}), tally=seen, args=given)


STEPS: dict[str, Any] = {"steps": ("criteria", "disputed", "overall")}
TALLIES: list[Case] = [
    (
        "tally_asked",
        {**STEPS, "methods": ("ballot", "show", "ballot")},
        count(tally={"fits": False}),
        no("tally_elsewhere", dossier="HS-0001", meeting="HN-0001"),
    ),
    (
        "tally_asked",
        {**STEPS, "methods": ("ballot", "show", "ballot")},
        count(tally={"subject": "SNV-13"}),
        no("own_dossier", actor="SNV-13", **COORDINATING),
    ),
    (
        "tally_asked",
        {**STEPS, "methods": ("ballot", "show", "ballot")},
        count(tally={"state": "submitted"}),
        no("tally_after_vote", dossier="HS-0001", state="submitted"),
    ),
    (
        "tally_asked",
        {"steps": ("criteria",), "methods": ("ballot",)},
        count(),
        no("step_unasked", meeting="HN-0001", step="overall", steps=("criteria",)),
    ),
    (
        "tally_asked",
        {**STEPS, "methods": ("ballot", "show", "show")},
        count(),
        no("other_method", step="overall", method="ballot", asked="show"),
    ),
    (
        "tally_in_order",
        STEPS,
        count(before=[counted("criteria"), counted()]),
        no("tally_known", dossier="HS-0001", step="overall", remedy=meeting_help("tally", correct="true")),
    ),
    (
        "tally_in_order",
        STEPS,
        count(correct=True, reason="x", before=[counted("criteria")]),
        no("tally_unknown", dossier="HS-0001", step="overall"),
    ),
    (
        "tally_in_order",
        STEPS,
        count(correct=True, before=[counted("criteria"), counted()]),
        no("reason_missing", command="tally", remedy=meeting_help("tally", reason="…")),
    ),
    (
        "tally_in_order",
        STEPS,
        count(
            step="disputed", matter=3, before=[counted("overall", disputed=(9,)), counted("criteria", disputed=(1, 2))]
        ),
        no("not_disputed", dossier="HS-0001", matter=3, disputed=["1", "2"]),
    ),
    (
        "tally_in_order",
        STEPS,
        count(step="disputed", before=[counted("criteria")]),
        no("not_disputed", dossier="HS-0001", matter=0, disputed=[]),
    ),
    (
        "tally_in_order",
        STEPS,
        count(before=[counted("criteria", disputed=(1, 2, 3)), counted("disputed", 2)]),
        no("disputed_first", dossier="HS-0001", disputed=["1", "3"]),
    ),
    (
        "tally_in_order",
        {"steps": ("report", "criteria", "overall")},
        count(marks={"skipped": ["report"]}),
        no("step_first", dossier="HS-0001", first="criteria", step="overall"),
    ),
    (
        "tally_adds_up",
        {"self_vote": "warn"},
        count(figures={"issued": 7, "cast": 6, "good": 6}),
        no(
            "tally_lacks",
            missing=["unused", "valid", "invalid"],
            remedy=meeting_help("tally", figures="unused=N valid=N invalid=N"),
        ),
    ),
    (
        "tally_adds_up",
        {"self_vote": "warn"},
        count(figures={**SIX, "issued": 8}),
        no("ballots_issued", whole=8, parts=7),
    ),
    (
        "tally_adds_up",
        {"self_vote": "warn"},
        count(figures={**SIX, "valid": 6}),
        no("ballots_cast", whole=6, parts=7),
    ),
    (
        "tally_adds_up",
        {"self_vote": "warn"},
        count(figures={**SIX, "completed": 1}),
        no("ballots_valid", whole=5, parts=6),
    ),
    (
        "tally_adds_up",
        {"self_vote": "exclude"},
        count(figures=SIX, tally={"own": True}),
        no("ballots_over_roll", issued=7, voters=6),
    ),
    (
        "tally_adds_up",
        {"self_vote": "exclude"},
        count(figures={**SIX, "issued": 6, "unused": 0}, tally={"own": True, "present": 6}),
        no("votes_over_present", cast=6, present=5),
    ),
    (
        "tally_adds_up",
        {"self_vote": "warn"},
        count(method="show", figures={"in_favour": 5, "against": 1, "abstained": 1}, tally={"voters": 6}),
        no("votes_over_present", cast=7, present=6),
    ),
    ("count_signed", {}, count(), no("committee_missing", remedy=meeting_help("tally", committee="NAME"))),
    ("count_signed", {}, count(committee=["x"]), no("count_unsigned", remedy=meeting_help("tally", attach="FILE"))),
    (
        "self_vote_told",
        {"self_vote": "warn"},
        count(tally={"own": True}),
        Finding(status=Status.MET, code="guard.self_vote", figures={"dossier": "HS-0001"}, flags=("warning",)),
    ),
    (
        "all_counted",
        {},
        at("minute", unfinished=["d", "e"]),
        no("count_unfinished", meeting="HN-0001", count=2),
    ),
    (
        "rank_follows_tally",
        {},
        count("record_vote", rank="good", tally={"x": 1}, before=[]),
        no(
            "tally_missing",
            dossier="HS-0001",
            remedy=meeting_help("tally", meeting="HN-0001", dossier="HS-0001", step="overall"),
        ),
    ),
    (
        "rank_follows_tally",
        {},
        count(
            "record_vote", rank="good", before=[counted("criteria", good=9), counted(good=3, completed=3, excellent=1)]
        ),
        no(
            "tally_other_rank",
            rank="good",
            leading=[Rank.GOOD, Rank.COMPLETED],
            votes=3,
            remedy=help_with("dossier.record_vote", reason="…"),
        ),
    ),
    (
        "rank_follows_tally",
        {"of": "roll", "more": 1, "than": 2},
        count("record_vote", rank="good", before=[counted(good=3)], tally={"voters": 6}),
        no("threshold_missed", rank="good", votes=3, whole=6, share="1/2"),
    ),
    (
        "rank_follows_tally",
        {"of": "present", "more": 1, "than": 2},
        count("record_vote", rank="good", before=[counted(good=3)], tally={"present": 6}),
        no("threshold_missed", rank="good", votes=3, whole=6, share="1/2"),
    ),
    (
        "rank_follows_tally",
        {"of": "valid", "more": 2, "than": 3},
        count("record_vote", rank="good", before=[counted(good=4, completed=2)]),
        no("threshold_missed", rank="good", votes=4, whole=6, share="2/3"),
    ),
]
ASKED = {**STEPS, "methods": ("ballot", "show", "ballot")}
UNFIT: list[Case] = [
    (
        "comment_asked",
        {"bodies": (PARTY, OFFICE)},
        about("comment", body="x", text="y"),
        no("comment_unasked", body="x", bodies=(PARTY, OFFICE), remedy=comment_of(PARTY)),
    ),
    (
        "correction_follows_tally",
        {},
        count("correct", field="voted", rank="excellent", before=[counted(good=5, excellent=2)]),
        no("correction_against_count", dossier="HS-0001", rank="excellent", leading=["good"], votes=5),
    ),
    ("tally_asked", ASKED, count(matter=3), no("matter_unasked", step="overall", matter=3)),
    ("tally_asked", ASKED, count(disputed=[2]), no("disputed_unasked", step="overall", disputed=["2"])),
    (
        "tally_asked",
        {"steps": ("criteria", "overall"), "methods": ("ballot", "ballot")},
        count(step="criteria", disputed=[2]),
        no("disputed_unasked", step="criteria", disputed=["2"]),
    ),
    (
        "tally_asked",
        ASKED,
        count(figures={"in_favour": 6, "against": 1, "good": 1}),
        no("figures_unasked", step="overall", names=["in_favour", "against"]),
    ),
    (
        "tally_adds_up",
        {"self_vote": "warn"},
        count(figures={"issued": 0, "unused": 0, "cast": 0, "valid": 0, "invalid": 0, "good": 0}),
        no("nobody_voted", dossier="HS-0001", step="overall"),
    ),
    (
        "tally_adds_up",
        {"self_vote": "warn"},
        count(method="show", figures={"abstained": 7}),
        no("nobody_voted", dossier="HS-0001", step="overall"),
    ),
    (
        "tally_in_order",
        STEPS,
        count(step="criteria", correct=True, reason="x", before=[counted("criteria"), counted()]),
        no("voted_since", dossier="HS-0001", step="criteria", later="overall"),
    ),
    (
        "tally_in_order",
        STEPS,
        count(
            step="criteria",
            correct=True,
            reason="x",
            before=[counted(), counted("disputed", 1), counted("criteria", disputed=(1,))],
        ),
        no("voted_since", dossier="HS-0001", step="criteria", later="disputed"),
    ),
]
TALLIES_IN_ORDER: list[tuple[str, dict[str, Any], Facts]] = [
    ("comment_asked", {"bodies": (PARTY, OFFICE)}, about("comment", body=OFFICE, none=True)),
    ("comment_asked", {"bodies": (PARTY, OFFICE)}, about("comment", none=True)),
    ("correction_follows_tally", {}, count("correct", field="voted", rank="good", before=[counted(good=5)])),
    ("correction_follows_tally", {}, count("correct", field="proposed", rank="good", before=[counted(completed=5)])),
    (
        "correction_follows_tally",
        {},
        count("correct", field="voted", rank="good", before=[counted(good=2, completed=2)]),
    ),
    ("correction_follows_tally", {}, count("correct", field="voted", rank="good", before=[counted("criteria")])),
    ("correction_follows_tally", {}, facts("correct", args={"field": "voted", "rank": "good"})),
    ("tally_asked", {**STEPS, "methods": ("ballot", "show", "ballot")}, count()),
    (
        "tally_asked",
        {**STEPS, "methods": ("show", "show", "ballot")},
        count(step="criteria", method="show", figures={"in_favour": 5, "against": 1}),
    ),
    ("tally_in_order", STEPS, count(step="criteria", correct=True, reason="x", before=[counted("criteria")])),
    ("tally_in_order", {"steps": ("overall",)}, count(step="criteria")),
    ("tally_in_order", STEPS, count(before=[counted("criteria")])),
    ("tally_in_order", STEPS, count(step="disputed", matter=2, before=[counted("criteria", disputed=(1, 2))])),
    ("tally_in_order", {"steps": ("criteria",)}, count()),
    ("tally_in_order", STEPS, count(marks={"skipped": ["criteria"]})),
    ("tally_in_order", STEPS, count(correct=True, reason="x", before=[counted("criteria"), counted()])),
    ("tally_adds_up", {"self_vote": "warn"}, count()),
    ("tally_adds_up", {"self_vote": "exclude"}, count(tally={"own": True, "voters": 8})),
    ("tally_adds_up", {"self_vote": "exclude"}, count(tally={"own": False})),
    ("tally_adds_up", {"self_vote": "warn"}, count(method="show", figures={"in_favour": 6, "abstained": 1})),
    ("tally_adds_up", {"self_vote": "warn"}, count(method="show", figures={"in_favour": 6, "against": 1})),
    ("count_signed", {}, count(method="show")),
    ("count_signed", {}, count(committee=["x"], attachments=["y"])),
    ("self_vote_told", {"self_vote": "allow"}, count(tally={"own": True})),
    ("self_vote_told", {"self_vote": "warn"}, count()),
    ("all_counted", {}, at("minute", unfinished=[])),
    ("all_counted", {}, at("minute")),
    ("rank_follows_tally", {}, count("record_vote", rank="good", before=[counted(good=1)])),
    ("rank_follows_tally", {}, count("record_vote", rank="good", reason="x", before=[counted(good=1, completed=4)])),
    ("rank_follows_tally", {}, count("record_vote", before=[counted(good=1)])),
    ("rank_follows_tally", {}, facts("record_vote", args={"rank": "good"}, meeting=meeting())),
    ("rank_follows_tally", {}, facts("record_vote", args={"rank": "good"})),
    (
        "rank_follows_tally",
        {"of": "valid", "more": 2, "than": 3},
        count("record_vote", rank="good", before=[counted(good=5, completed=2)]),
    ),
]

CASES = [*PAPERS, *MEETINGS, *TALLIES, *UNFIT]
IN_ORDER = [*PAPERS_IN_ORDER, *MEETINGS_IN_ORDER, *TALLIES_IN_ORDER]


@pytest.mark.parametrize("guard,params,told", IN_ORDER, ids=[f"{one[0]}-{at}" for at, one in enumerate(IN_ORDER)])
def test_at_its_edge_a_guard_says_plainly_yes(guard: str, params: dict[str, Any], told: Facts):
    assert ask(guard, told, **params) is MET


@pytest.mark.parametrize("guard,params,told,answer", CASES, ids=names(CASES))
def test_an_answer_that_is_not_plainly_yes_says_all_that_helps(
    guard: str, params: dict[str, Any], told: Facts, answer: Finding
):
    assert ask(guard, told, **params) == answer
