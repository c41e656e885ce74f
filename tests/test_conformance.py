"""Every executable row is carried out and tested or stands as open, and the page that says so is up to date."""

import pytest

from states import packs
from tests import conformance


@pytest.mark.drift
def test_the_page_is_what_the_rows_the_packs_and_the_tests_give() -> None:
    assert conformance.PAGE.read_text(encoding="utf-8") == conformance.page(), "run: python -m tests.conformance"


def test_every_shipped_pack_has_its_rows() -> None:
    assert sorted(one["pack"] for one in conformance.pages()) == sorted(one.id for one in packs.shipped())


def test_no_row_is_told_twice() -> None:
    names = [row["id"] for row in conformance.rows()]
    assert sorted(set(names)) == sorted(names)


def test_every_executable_row_has_a_test_or_says_what_it_waits_for() -> None:
    tests = conformance.tests_by_row()
    bare = [
        row["id"]
        for row in conformance.rows()
        if conformance.is_executable(row) and row["id"] not in tests and "later" not in row
    ]
    assert bare == []


def test_every_row_stands_in_a_pack() -> None:
    carriers = conformance.carriers_by_row()
    assert [row["id"] for row in conformance.rows() if row["id"] not in carriers] == []


def test_no_test_and_no_rule_names_a_row_that_is_not_there() -> None:
    known = {row["id"] for row in conformance.rows()}
    told = {one.partition("-")[0] for one in known}
    named = set(conformance.tests_by_row()) | set(conformance.carriers_by_row())
    assert sorted(one for one in named - known if one.partition("-")[0] in told) == []


@pytest.mark.parametrize(
    "row,word",
    [
        ({"program": ["GUARD"]}, "record-only"),
        ({"program": ["GUARD"], "later": "votes"}, "open"),
        ({"program": ["TEXT"], "later": "papers"}, "open"),
        ({"program": ["TEXT"]}, "shown"),
    ],
)
def test_what_waits_is_open_and_what_nothing_judges_is_not_carried_out(row: dict[str, object], word: str) -> None:
    assert conformance.standing(row, [])[0] == word
