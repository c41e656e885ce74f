"""Papers, suggestions and comments in a pack: what fits together, and every fault of what does not."""

import pytest

from tests.packs.base import BASE, pack, told
from workflow.rulepack import Before, FileType, Mode, Once, PaperKind, folded

PAPERS = """
[[paper]]
id = "general-form"
clause = { source = "paper", at = "2" }
text = "Bản kiểm điểm cá nhân"
kind = "review_form"
forms = ["02-A", "02-C"]
where = { kind = ["person"] }
needed_at = "self_review"
once = "year"
types = ["pdf", "docx"]
largest = 20
sections = { moral = "Chuẩn mực đạo đức" }

[[paper]]
id = "leaders-form"
clause = { source = "paper", at = "3" }
text = "Bản kiểm điểm của người giữ chức vụ"
kind = "review_form"
forms = ["02-B"]
where = { lead = ["head", "deputy"] }
overrides = ["general-form"]
needed_at = "self_review"

[[suggestion]]
id = "asked"
clause = { source = "paper", at = "4" }
text = "Giải trình gợi ý kiểm điểm"

[[comments]]
id = "heard"
clause = { source = "paper", at = "5" }
text = "Lấy ý kiến góp ý"
bodies = ["office", "committee"]
"""


def test_papers_suggestions_and_comments_are_read_with_their_defaults():
    found = pack(BASE + PAPERS)
    general, leaders = found.papers
    assert (general.kind, general.forms, general.once) == (PaperKind.REVIEW_FORM, ("02-A", "02-C"), Once.YEAR)
    assert (general.types, general.largest) == ((FileType.PDF, FileType.DOCX), 20)
    assert [(one.id, one.label.vi) for one in general.sections] == [("moral", "Chuẩn mực đạo đức")]
    assert (leaders.mode, leaders.once, leaders.types, leaders.largest) == (Mode.ENFORCE, Once.NONE, (), None)
    assert found.suggestions[0].before == (Before.SELF_REVIEW, Before.HOLD)
    assert (found.comments[0].before, found.comments[0].bodies) == ((Before.HOLD,), ("office", "committee"))


@pytest.mark.parametrize("form", ["02B", "02-B", "02-b", "02 B", " 02.B "])
def test_a_form_is_one_form_however_it_is_spelt(form: str):
    assert folded(form) == "02B"


@pytest.mark.parametrize(
    "old,new,fault",
    [
        ('forms = ["02-A", "02-C"]', 'forms = ["02-A", "02a"]', "form_twice"),
        ('overrides = ["general-form"]', 'overrides = ["general"]', "unknown_paper"),
        ('overrides = ["general-form"]', 'overrides = ["general-form", "leaders-form"]', "overrides_other_paper"),
        ('overrides = ["general-form"]\n', "", "papers_collide"),
        ('needed_at = "self_review"\nonce', 'needed_at = "close_vote"\nonce', "paper_not_awaited"),
        ('needed_at = "self_review"\nonce', 'needed_at = "amend"\nonce', "paper_not_awaited"),
        ('needed_at = "self_review"\nonce', 'needed_at = "selfreview"\nonce', "unknown_command"),
        ('once = "year"', 'once = "month"', "unknown_value"),
        ('types = ["pdf", "docx"]', 'types = ["pdf", "exe"]', "unknown_value"),
        ("largest = 20", "largest = 0", "out_of_bounds"),
        ("largest = 20", "largest = 51", "out_of_bounds"),
        ('bodies = ["office", "committee"]', "bodies = []", "list_length"),
        ('bodies = ["office", "committee"]', 'bodies = ["offise"]', "unknown_body"),
        ('bodies = ["office", "committee"]', "", "comments_of_nobody"),
        ('bodies = ["office", "committee"]', "working_days = 0", "out_of_bounds"),
        ('id = "asked"', 'id = "heard"', "doubled_id"),
        ('text = "Giải trình gợi ý kiểm điểm"', 'text = "x"\nbefore = ["lunch"]', "unknown_value"),
    ],
)
def test_what_does_not_fit_is_a_fault_with_its_place(old: str, new: str, fault: str):
    assert PAPERS.count(old) == 1
    found = told(BASE + PAPERS.replace(old, new))
    beside = {"pack.paper_not_awaited", "pack.papers_collide"} - {f"pack.{fault}"}
    assert {one[0] for one in found} - beside == {f"pack.{fault}"}, found


def test_a_paper_takes_the_place_of_another_of_its_own_kind_only():
    other = PAPERS.replace('kind = "review_form"\nforms = ["02-B"]', 'kind = "report"\nforms = ["02-B"]')
    assert [one[0] for one in told(BASE + other)] == ["pack.overrides_other_paper"]


def test_the_largest_file_is_a_bound():
    assert told(BASE + PAPERS.replace("largest = 20", "largest = 50")) == []


def test_a_paper_of_the_parent_is_replaced_and_whoever_overrides_it_follows():
    child = """
[pack]
schema = 1
id = "child"
version = "1"
title = "Gói con"
year = 2024
valid_from = 2024-01-01
tracks = ["civil_servant"]
extends = "small"

[document]
source = "paper"
symbol = "/UBND"
issuing_role = "Chủ tịch"
subject = "Xếp loại"
basis = []
audience = []
copies = []
archive = []
signatory_post = "Chủ tịch"

[[paper]]
id = "own-form"
replaces = "general-form"
clause = { source = "paper", at = "2" }
text = "Mẫu riêng"
kind = "review_form"
forms = ["1269"]
where = { kind = ["person"] }
"""
    found = pack(child, small=BASE + PAPERS)
    assert {one.id: one.overrides for one in found.papers} == {"leaders-form": ("own-form",), "own-form": ()}


def test_how_long_before_the_meeting_a_draft_is_there_needs_nobody_to_be_heard():
    found = pack(BASE + PAPERS.replace('bodies = ["office", "committee"]', "working_days = 3"))
    assert (found.comments[0].bodies, found.comments[0].working_days) == ((), 3)
    assert pack(BASE + PAPERS).comments[0].working_days is None
