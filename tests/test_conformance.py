"""Every executable row is carried out and tested, and the page that says so is up to date."""

import pytest

from tests import conformance


@pytest.mark.drift
def test_the_page_is_what_the_rows_the_packs_and_the_tests_give() -> None:
    assert conformance.PAGE.read_text(encoding="utf-8") == conformance.page(), "run: python -m tests.conformance"


def test_every_executable_row_has_a_test_or_says_what_it_waits_for() -> None:
    tests = conformance.tests_by_row()
    bare = [
        row["id"]
        for row in conformance.rows()
        if conformance.is_executable(row) and row["id"] not in tests and "later" not in row
    ]
    assert bare == []


def test_every_row_stands_in_a_pack() -> None:
    rules = conformance.rules_by_row()
    assert [row["id"] for row in conformance.rows() if row["id"] not in rules] == []


def test_no_test_and_no_rule_names_a_row_that_is_not_there() -> None:
    known = {row["id"] for row in conformance.rows()}
    named = set(conformance.tests_by_row()) | set(conformance.rules_by_row())
    assert sorted(one for one in named - known if one.startswith("NT11-")) == []
