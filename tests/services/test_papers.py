"""Papers of dossiers as a pack asks for them: forms by person, one in the year, suggestions, comments, and the meeting
that waits for them."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.files import DOCX, PDF, XLSX
from tests.season import SMALL_PACK, Play, done, leaders, local, person, refusals, units
from tests.services.test_meetings import order
from tests.services.test_replay import every_record
from workflow.answers import Answer
from workflow.errors import BadInput
from workflow.replay.redecision import redecide
from workflow.services.context import Upload
from workflow.services.erasure import erase
from workflow.services.views.dossiers import lines
from workflow.services.views.papers import beside, checklist, lacking
from workflow.services.views.tasks import tasks

PAPERS = """
[[paper]]
id = "form"
clause = { source = "paper", at = "2" }
text = "Bản kiểm điểm cá nhân"
kind = "review_form"
forms = ["02-A"]
where = { kind = ["person"] }
needed_at = "self_review"
once = "year"
types = ["pdf", "docx"]
largest = 1

[[paper]]
id = "leaders-form"
clause = { source = "paper", at = "3" }
text = "Bản kiểm điểm của người giữ chức vụ"
kind = "review_form"
forms = ["02-B", "02-C"]
where = { lead = ["head", "deputy"] }
overrides = ["form"]
needed_at = "self_review"
once = "year"

[[paper]]
id = "report"
clause = { source = "paper", at = "4" }
text = "Báo cáo"
kind = "report"
needed_at = "self_review"
sections = { moral = "Đạo đức", digital = "Chuyển đổi số" }

[[paper]]
id = "frame"
clause = { source = "paper", at = "5" }
text = "Khung tiêu chí"
kind = "frame"
needed_at = "self_review"
missing = "frame-text"

[[missing]]
id = "frame-text"
what = "Khung tiêu chí"
clause = { source = "paper", at = "5" }
"""
ASKED = """
[[suggestion]]
id = "suggested"
clause = { source = "paper", at = "6" }
text = "Giải trình gợi ý kiểm điểm"

[[comments]]
id = "heard"
clause = { source = "paper", at = "7" }
text = "Lấy ý kiến"
bodies = ["office", "committee"]
where = { lead = ["head"] }
"""
TWO_TRACKS = SMALL_PACK.replace('tracks = ["civil_servant"]', 'tracks = ["civil_servant", "party"]')


def staffed(opening: Callable[..., Play], text: str, **more: Any) -> Play:
    """Two leaders and somebody without a post."""
    play = opening(text, **more)
    staff = person("SNV-03", unit="SNV", duty="staff", tier="unit", lead="none")
    play.bring(units("SNV"), [*leaders("SNV", 2, party="party" in play.pack.tracks), staff])
    return play


@pytest.fixture
def play(opening: Callable[..., Play]) -> Play:
    return staffed(opening, SMALL_PACK + PAPERS)


class Seen(NamedTuple):
    """What a view is given."""

    tx: Any
    season: Any
    rules: Any
    now: Any


def add(play: Play, name: str, kind: str = "review_form", *, content: bytes = PDF, **args: Any) -> Answer:
    suffix = {PDF: "pdf", DOCX: "docx", XLSX: "xlsx"}.get(content, "pdf")
    return play.do("attach", name, uploads=(Upload(kind=kind, name=f"tep.{suffix}", content=content),), **args)


def told(play: Play, name: str) -> list[tuple[str, str | None]]:
    return [(one["kind"], one["form"]) for one in play.dossier(name)["marks"].get("papers", [])]


def test_all_missing_papers_are_told_at_once_each_with_its_line(play: Play):
    answer = play.do("self_review", "SNV-02", rank="good")
    assert [one.code for one in answer.refused[0].verdicts] == ["guard.paper_missing", "guard.paper_missing"]
    remedies = [one.remedy for one in answer.refused[0].verdicts]
    assert [dict(one.args) for one in remedies if one] == [
        {"ref": play.ref("SNV-02"), "kind": "review_form", "form": "FORM"},
        {"ref": play.ref("SNV-02"), "kind": "report", "sections": "moral digital"},
    ]
    assert [one.rule for one in answer.refused[0].unknown] == ["frame"]  # the text lacks it: told, never asked for


def test_with_its_papers_a_dossier_goes_on_and_history_tells_the_same(play: Play):
    done(add(play, "SNV-02", form="02b"))
    done(add(play, "SNV-02", "report", content=DOCX, sections=["moral", "digital"]))
    done(play.do("self_review", "SNV-02", rank="good"))
    assert told(play, "SNV-02") == [("review_form", "02-B"), ("report", None)]
    mark = play.dossier("SNV-02")["marks"]["papers"][1]
    assert (mark["type"], mark["size"], mark["by"]) == ("docx", len(DOCX), "CV-SNV")
    assert play.dossier("SNV-02")["marks"]["attachments"] == [
        one["digest"] for one in play.dossier("SNV-02")["marks"]["papers"]
    ]
    assert play.verified().findings == ()


def test_the_form_goes_by_the_person(play: Play):
    refused = add(play, "SNV-02", form="02-A")
    assert refusals(refused) == ["form_other"]
    assert refused.refused[0].verdicts[0].figures["forms"] == ("02-B", "02-C")
    assert refusals(add(play, "SNV-02")) == ["form_missing"]
    done(add(play, "SNV-03"))  # of one that fits nothing needs to be said
    assert told(play, "SNV-03") == [("review_form", "02-A")]
    assert refusals(add(play, "SNV-03", form="02-B")) == ["form_other", "second_paper"]


def test_a_second_form_is_refused_and_names_the_first(play: Play):
    done(add(play, "SNV-02", form="02B"))
    before = play.records("SNV-02")
    refused = add(play, "SNV-02", form="02C", content=DOCX)
    figures = refused.refused[0].verdicts[0].figures
    assert (refusals(refused), figures["ref"], figures["form"]) == (["second_paper"], play.ref("SNV-02"), "02-B")
    assert len(play.records("SNV-02")) == len(before)
    assert refusals(add(play, "SNV-02", form="02B", new_version=True, content=DOCX)) == ["version_unreasoned"]
    done(add(play, "SNV-02", form="02B", new_version=True, content=DOCX, reason="bổ sung kết quả quý IV"))
    assert told(play, "SNV-02") == [("review_form", "02-B"), ("review_form", "02-B")]
    assert play.verified().findings == ()


def test_one_form_serves_both_tracks_of_a_person(opening: Callable[..., Play]):
    play = staffed(opening, TWO_TRACKS + PAPERS)
    civil, party = [one["ref"] for one in play.dossiers() if one["subject"] == "SNV-02"]
    done(add(play, civil, form="02B"))
    refused = add(play, party, form="02B")
    assert (refusals(refused), refused.refused[0].verdicts[0].figures["ref"]) == (["second_paper"], civil)
    with pytest.raises(BadInput, match="paper_of_one"):
        play.do("attach", party, civil, uploads=(Upload(kind="review_form", name="a.pdf", content=PDF),), form="02B")
    assert play.verified().findings == ()


def test_the_one_form_lets_both_tracks_of_a_person_go_on(opening: Callable[..., Play]):
    """Handed in for one of them it serves the other, for which a second is refused."""
    play = staffed(opening, TWO_TRACKS + PAPERS)
    civil, party = [one["ref"] for one in play.dossiers() if one["subject"] == "SNV-02"]
    for ref in (civil, party):
        done(add(play, ref, "report", content=DOCX, sections=["moral", "digital"]))
    assert refusals(play.do("self_review", party, rank="good")) == ["paper_missing"]
    done(add(play, civil, form="02B"))
    done(play.do("self_review", civil, party, rank="good"))
    assert [one["ref"] for one in play.records(party)[-1].body["facts"]["elsewhere"]] == [civil]
    assert "elsewhere" not in play.records(civil)[-1].body["facts"]
    assert play.verified().findings == ()


def test_a_form_that_another_had_is_no_more_missing_in_any_view(opening: Callable[..., Play]):
    play = staffed(opening, TWO_TRACKS + PAPERS)
    civil, party = [one["ref"] for one in play.dossiers() if one["subject"] == "SNV-02"]
    done(add(play, civil, form="02B"))
    with play.database.reading() as tx:
        look = Seen(tx, play.row(), play.rules(), play.clock.now)
        rows = {one.row["ref"]: one.row for one in lines(look)}
        told = {ref: checklist(look.rules.pack, rows[ref], beside(look, rows[ref])) for ref in (civil, party)}
        waits = lacking(look, rows[party], "self_review")
        today = [one for one in tasks(look, "SNV-02") if one.code == "view.task_papers"]
    assert [one.rule.kind.value for one in told[party].papers if one.found is None] == ["report", "frame"]
    assert told[civil].papers == told[party].papers
    assert [dict(one.args)["kind"] for one in waits] == ["report"]
    assert {one.figures["ref"]: one.figures["count"] for one in today} == {civil: 1, party: 1}


def test_who_gets_a_post_hands_in_its_form_as_a_new_version_and_goes_on(play: Play):
    done(add(play, "SNV-03"))
    done(add(play, "SNV-03", "report", content=DOCX, sections=["moral", "digital"]))
    play.bring(subjects=[person("SNV-03", unit="SNV", duty="staff", tier="unit", lead="deputy")])
    assert refusals(play.do("self_review", "SNV-03", rank="good")) == ["paper_missing"]
    assert refusals(add(play, "SNV-03", form="02-B", content=DOCX)) == ["second_paper"]
    done(add(play, "SNV-03", form="02-B", content=DOCX, new_version=True, reason="bổ nhiệm"))
    done(play.do("self_review", "SNV-03", rank="good"))
    assert play.verified().findings == ()


def test_what_the_other_track_had_is_told_again_from_history(opening: Callable[..., Play]):
    play = staffed(opening, TWO_TRACKS + PAPERS.replace('once = "year"', 'once = "season"\nmode = "warn"'))
    first, second = [one["ref"] for one in play.dossiers() if one["subject"] == "SNV-02"]
    done(add(play, first, form="02B"))
    warned = done(add(play, second, form="02C", content=DOCX))
    assert [one.code for one in warned.done[0].warnings] == ["guard.second_paper"]
    record = play.records(second)[-1].body
    assert [one["ref"] for one in record["facts"]["elsewhere"]] == [first]
    assert play.verified().findings == ()


def test_the_same_code_in_another_open_season_of_the_year_is_told(opening: Callable[..., Play]):
    first = staffed(opening, SMALL_PACK + PAPERS, code="A")
    second = staffed(opening, SMALL_PACK + PAPERS, code="B")
    done(add(first, "SNV-02", form="02B"))
    changes = done(add(second, "SNV-02", form="02B")).changes
    assert [(one["code"], one["season"], one["ref"]) for one in changes] == [
        ("change.paper_beyond", first.season, first.ref("SNV-02"))
    ]
    assert done(add(second, "SNV-03")).changes == ()


@pytest.mark.parametrize("content,code", [(XLSX, "paper_type"), (PDF + bytes(1024 * 1024), "paper_large")])
def test_a_paper_of_another_type_or_too_large_is_refused(play: Play, content: bytes, code: str):
    assert refusals(add(play, "SNV-03", content=content)) == [code]
    assert play.table("attachment") == []


def test_every_part_is_said_to_be_there(play: Play):
    assert refusals(add(play, "SNV-02", "report", sections=["moral"])) == ["paper_parts"]
    done(add(play, "SNV-02", "report", sections=["moral", "digital"]))


@pytest.mark.parametrize(
    "kind,args,code",
    [
        ("review_from", {}, "unknown_paper"),
        ("kiem-diem", {}, "unknown_paper"),
        ("report", {"form": 3}, "not_a_text"),
        ("report", {"sections": "moral"}, "not_a_text"),
        ("report", {"new_version": "yes"}, "not_a_text"),
    ],
)
def test_bad_input_writes_nothing(play: Play, kind: str, args: dict[str, Any], code: str):
    before = play.table("history"), play.table("attachment")
    with pytest.raises(BadInput, match=code):
        add(play, "SNV-02", kind, **args)
    assert (play.table("history"), play.table("attachment")) == before


def test_a_form_belongs_to_one_file(play: Play):
    files = tuple(Upload(kind="review_form", name="a.pdf", content=PDF + bytes([one])) for one in (1, 2))
    with pytest.raises(BadInput, match="form_of_one"):
        play.do("attach", "SNV-02", uploads=files, form="02B")


def test_a_pack_without_papers_takes_files_as_before(opening: Callable[..., Play]):
    play = staffed(opening, SMALL_PACK)
    done(add(play, "SNV-02", "kiem-diem"))
    assert set(play.dossier("SNV-02")["marks"]) == {"attachments"}
    with pytest.raises(BadInput, match="no_forms"):
        add(play, "SNV-02", form="02B")


# — suggestions and comments —


@pytest.mark.parametrize("kind", ["review_form", "report"])
def test_only_an_explanation_explains(opening: Callable[..., Play], kind: str):
    """Nor does a second form come in by that door."""
    play = staffed(opening, SMALL_PACK + PAPERS + ASKED)
    done(play.do("suggest", "SNV-02", body="committee", on="2024-10-20", text="làm rõ"))
    done(add(play, "SNV-02", form="02-B"))
    before = play.table("history")
    with pytest.raises(BadInput, match="unknown_paper"):
        play.do("explain", "SNV-02", uploads=(Upload(kind=kind, name="a.pdf", content=PDF),), form="02-C")
    assert play.table("history") == before


@pytest.fixture
def answering(opening: Callable[..., Play]) -> Play:
    return staffed(opening, SMALL_PACK + ASKED)


def suggest(play: Play, name: str) -> Answer:
    return done(play.do("suggest", name, body="committee", on="2024-10-20", text="làm rõ trách nhiệm"))


def explain(play: Play, name: str) -> Answer:
    return play.do("explain", name, uploads=(Upload(kind="explanation", name="gt.pdf", content=PDF),))


def test_whether_there_is_a_suggestion_is_looked_up_first(answering: Play):
    assert refusals(answering.do("self_review", "SNV-02", rank="good")) == ["suggestion_unknown"]
    done(answering.do("suggest", "SNV-02", none=True))
    done(answering.do("self_review", "SNV-02", rank="good"))
    assert answering.dossier("SNV-02")["marks"]["suggestions"][0]["body"] is None
    assert answering.verified().findings == ()


def test_whoever_has_a_suggestion_explains_it_before_the_review(answering: Play):
    assert refusals(explain(answering, "SNV-02")) == ["explanation_unasked"]
    suggest(answering, "SNV-02")
    assert refusals(answering.do("self_review", "SNV-02", rank="good")) == ["unexplained"]
    done(explain(answering, "SNV-02"))
    suggest(answering, "SNV-02")  # another one, after the explanation
    assert refusals(answering.do("self_review", "SNV-02", rank="good")) == ["unexplained"]
    done(explain(answering, "SNV-02"))
    done(answering.do("self_review", "SNV-02", rank="good"))
    assert told(answering, "SNV-02") == [("explanation", None), ("explanation", None)]
    assert answering.verified().findings == ()


def test_the_review_alone_may_wait_for_the_explanation(opening: Callable[..., Play]):
    """A-27: before the meeting only, and before the self-review only."""
    text = SMALL_PACK + ASKED.replace('text = "Giải trình gợi ý kiểm điểm"', 'text = "x"\nbefore = ["{}"]')
    only_meeting = staffed(opening, text.replace("{}", "hold"), code="A")
    only_meeting.review("SNV-02")
    assert "meeting_unexplained" in refusals(order(only_meeting, "hold", unit="SNV", attendees=3))
    only_review = staffed(opening, text.replace("{}", "self_review"), code="B")
    assert "meeting_unexplained" not in refusals(order(only_review, "hold", unit="SNV", attendees=3))


def test_the_meeting_waits_for_explanations_and_comments(answering: Play):
    refused = order(answering, "hold", unit="SNV", attendees=3)
    assert refusals(refused) == ["meeting_unexplained", "meeting_unheard"]
    refs = [answering.ref(one) for one in ("SNV-01", "SNV-02", "SNV-03")]
    assert refused.refused[0].verdicts[0].figures["refs"] == refs
    assert refused.refused[0].verdicts[1].figures["refs"] == refs[:1]
    for name in ("SNV-01", "SNV-02", "SNV-03"):
        done(answering.do("suggest", name, none=True))
    done(answering.do("comment", "SNV-01", body="office", text="nhất trí"))
    assert refusals(order(answering, "hold", unit="SNV", attendees=3)) == ["meeting_unheard"]
    done(answering.do("comment", "SNV-01", body="committee", none=True))
    done(order(answering, "hold", unit="SNV", attendees=3))
    assert answering.verified().findings == ()


def test_whoever_left_keeps_no_meeting_waiting(answering: Play):
    for name in ("SNV-01", "SNV-02"):
        done(answering.do("withdraw", name, reason="nghỉ hưu"))
    done(answering.do("suggest", "SNV-03", none=True))
    done(order(answering, "hold", unit="SNV", attendees=3))
    assert answering.verified().findings == ()


@pytest.mark.parametrize("command", ["suggest", "comment"])
def test_a_body_that_the_pack_does_not_have(answering: Play, command: str):
    with pytest.raises(BadInput, match="unknown_body"):
        answering.do(command, "SNV-02", body="nobody", text="x")


def test_texts_are_kept_apart_and_erased_with_their_subject(answering: Play):
    suggest(answering, "SNV-01")
    done(answering.do("comment", "SNV-01", body="office", text="cần làm rõ"))
    marks = answering.dossier("SNV-01")["marks"]
    assert [len(one[0]["text"]) for one in (marks["suggestions"], marks["comments"])] == [64, 64]
    assert any("cần làm rõ" in row for row in answering.table("secret"))
    erase(answering.context, answering.season, answering.by(), "SNV-01", decision="1/QĐ")
    assert not any("cần làm rõ" in row or "làm rõ trách nhiệm" in row for row in answering.table("secret"))
    assert answering.verified().findings == ()


# — drafts before the meeting —

SENT = """
[[comments]]
id = "sent"
clause = { source = "paper", at = "8" }
text = "Gửi dự thảo trước hội nghị"
working_days = 3
where = { lead = ["head"] }
"""


@pytest.mark.parametrize(("held", "told"), [("2024-11-14", []), ("2024-11-13", ["guard.draft_late"])])
def test_a_meeting_that_comes_too_soon_after_the_draft_says_so(
    opening: Callable[..., Play], held: str, told: list[str]
):
    play = staffed(opening, SMALL_PACK + SENT + 'mode = "warn"\n')
    play.clock.now = local("2024-11-11 09:00")
    done(add(play, "SNV-01", kind="report"))
    play.clock.now = local(f"{held} 15:00")
    answer = done(order(play, "hold", unit="SNV", attendees=3))
    assert [one.code for one in answer.done[-1].warnings] == told
    assert play.verified().findings == ()
    assert list(redecide(every_record(play), play.rules())) == []


def test_a_meeting_without_any_draft_waits_where_the_pack_enforces_it(opening: Callable[..., Play]):
    play = staffed(opening, SMALL_PACK + SENT)
    assert refusals(order(play, "hold", unit="SNV", attendees=3)) == ["draft_missing"]
    off = staffed(opening, SMALL_PACK + SENT + 'mode = "off"\n', code="B")
    done(order(off, "hold", unit="SNV", attendees=3))
    assert off.verified().findings == ()
