"""Since when a draft is there, and from which day on a meeting is not too early for it (HD25-1)."""

from typing import Any

import pytest

from states.packs import working_days
from tests.season import SMALL_PACK, local, pack_of
from workflow.dates import micros
from workflow.papers import drafts, judges_drafts

SENT = """
[[comments]]
id = "sent"
clause = { source = "paper", at = "8" }
text = "Gửi dự thảo trước hội nghị"
working_days = 3
where = { lead = ["head"] }
"""
DRAFTS = pack_of(SMALL_PACK + SENT)


def opened_on(marks: dict[str, Any], **changes: Any) -> dict[str, dict[str, str | None]]:
    row = {"ref": "HS-0001", "lead": "head", "state": "drafted", "marks": marks, **changes}
    return drafts(DRAFTS, working_days(range(2024, 2027)), None, [row])


def paper_of(day: str, kind: str = "report") -> dict[str, Any]:
    return {"kind": kind, "at": micros(local(day))}


@pytest.mark.parametrize(
    ("came", "first"),
    [
        ("2024-11-18 08:00", "2024-11-21"),  # Monday, Thursday
        ("2024-11-18 23:59", "2024-11-21"),
        ("2024-11-20", "2024-11-25"),  # over a weekend
        ("2024-11-23", "2024-11-27"),  # on a Saturday
        ("2025-01-23", "2025-02-04"),  # over Tết
        ("2024-12-30", "2025-01-03"),  # over New Year's Day
    ],
)
def test_a_draft_is_there_for_so_many_working_days_its_own_day_not_counted(came: str, first: str):
    assert opened_on({"papers": [paper_of(came)]}) == {"sent": {"HS-0001": first}}


def test_the_earliest_that_is_on_record_of_a_draft_counts():
    early, late = paper_of("2024-11-18"), paper_of("2024-11-25", "review_form")
    assert opened_on({"papers": [early, late]}) == {"sent": {"HS-0001": "2024-11-21"}}
    comment = {"body": "office", "text": None, "at": micros(local("2024-11-11"))}
    assert opened_on({"papers": [early], "comments": [comment]}) == {"sent": {"HS-0001": "2024-11-14"}}
    assert opened_on({"papers": [paper_of("2024-11-11", "cv")]}) == {"sent": {"HS-0001": None}}  # no draft
    assert opened_on({}) == {"sent": {"HS-0001": None}}
    assert opened_on({}, lead="none") == {}
    assert opened_on({}, state="unit_voted") == {}  # it was reviewed


def test_what_is_switched_off_judges_no_draft():
    assert judges_drafts(DRAFTS)
    off = pack_of(SMALL_PACK + SENT + 'mode = "off"\n')
    assert not judges_drafts(off)
    assert drafts(off, working_days([2024]), None, [{"ref": "HS-0001", "lead": "head", "state": "drafted"}]) == {}
