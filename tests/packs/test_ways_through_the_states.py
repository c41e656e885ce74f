"""What guards each state of a dossier in the plans of Đức Phổ and the yearly letter of Ninh Thuận (matrix, section 11),
and which papers they ask for (section 9): read off the compiled rules, row by row."""

import pytest

from states import packs
from states.rules import compile_rules
from workflow.rulepack import RulePack

DUC_PHO, YEARLY = "duc-pho-2024", "ninh-thuan-yearly"


def guarding(pack: RulePack, process: str, command: str) -> set[str]:
    """The rows of the matrix that some check of a command carries out."""
    rules = compile_rules(packs.dump(pack))
    known = {
        one.id: one.clause.rows
        for family in (pack.routes, pack.quotas, pack.deadlines, pack.guards, pack.meetings, pack.papers, pack.orders)
        for one in family
    }
    known |= {one.id: one.clause.rows for one in (*pack.circumstances, *pack.carry_overs)}
    return {row for check in rules.checks.get((process, command), ()) for row in known.get(check.rule, ())}


@pytest.mark.parametrize(
    ("name", "state", "process", "command", "rows"),
    [
        (YEARLY, "self-reviewed", "dossier", "self_review", {"NT05-1b-2"}),
        (YEARLY, "unit-voted", "dossier", "record_vote", {"NT05-1-4", "NT05-1a-7"}),
        (YEARLY, "submitted", "dossier", "submit", {"NT05-1a-2"}),
        (YEARLY, "ratified", "dossier", "ratify", {"NT05-1-3", "NT05-1a-7"}),
        (DUC_PHO, "unit-voted: the meeting", "meeting", "hold", {"DP24-III.2-1", "DP24-III.2-2", "DP24-III.2-3"}),
        (DUC_PHO, "unit-voted", "dossier", "record_vote", {"DP24-II.4-2", "DP24-III.2-1", "DP24-I.4-2"}),
        (DUC_PHO, "submitted", "dossier", "submit", {"DP24-II.5-2", "DP24-II.5-3", "DP24-II.8-1", "DP24-II.8-2"}),
        (DUC_PHO, "ratified", "dossier", "ratify", {"DP24-II.6-3", "DP24-II.7-1", "DP24-II.7-2", "DP24-II.5-1"}),
        (DUC_PHO, "sent with its result", "dossier", "send", {"DP24-II.8-4", "DP24-III.3-3"}),
        (DUC_PHO, "announced, concluded, filed", "milestone", "done", {"DP24-II.9-1", "DP24-II.9-2", "DP24-III.3-4"}),
        (DUC_PHO, "left out", "milestone", "not_needed", {"DP24-II.9-3"}),
    ],
)
def test_each_state_is_guarded_by_its_rows(name: str, state: str, process: str, command: str, rows: set[str]) -> None:
    found = guarding(packs.find(name), process, command)
    assert rows <= found, (state, rows - found)


@pytest.mark.row("DP24-II.1-1", "DP24-II.2-3", "DP24-II.8-0", "DP24-II.9-1", "DP24-II.9-2", "DP24-II.9-3")
@pytest.mark.parametrize(
    ("rule", "paper"),
    [
        ("DP24-II.1-2", "work_plan"),
        ("DP24-III.1-1", "work_plan"),
        ("DP24-II.2-4", "decision"),
        ("DP24-II.8-0", "report"),
        ("DP24-II.9-1", "conclusion"),
        ("DP24-II.9-2", "conclusion"),
        ("DP24-II.9-3", "report"),
    ],
)
def test_a_step_of_the_plan_hands_in_its_paper(rule: str, paper: str) -> None:
    assert packs.find(DUC_PHO).deadline(rule).paper == paper


@pytest.mark.row("DP24-II.8-2", "DP24-III.3-3")
def test_what_goes_along_has_its_own_recipient_and_its_own_step() -> None:
    told = {one.kind.value: (one.recipient, one.needed_at) for one in packs.find(DUC_PHO).papers}
    assert told == {
        "declaration": ("ubkt-tinh-uy", "submit"),
        "cv": ("ban-to-chuc-tinh-uy", "submit"),
        "conclusion": ("btv-thi-uy", "ratify"),
    }
