"""The conditions of a step of the plan: proved, needed in any case, not ahead of the dossiers that it waits for."""

from typing import Any

from tests.states.facts import DUE, ask, code, facts, is_met
from workflow.facts import MET, Facts


def step(command: str = "done", **changes: Any) -> Facts:
    known: dict[str, Any] = {"ref": "VH-0001", "rule": "r", "state": "open", "due_at": DUE, "papers": []}
    known["waits"] = known["listed"] = {"rule": "r", "count": 0, "refs": []}
    return facts(command, process="milestone", milestone={**known, **changes})


def test_a_step_is_proved_by_the_very_paper_that_its_rule_asks_for() -> None:
    assert is_met(ask("step_proved", step(papers=["report"]), kind="report"))
    assert is_met(ask("step_proved", step(papers=["cv", "report"]), kind="report"))
    for papers in ([], ["cv"]):
        refused = ask("step_proved", step(papers=papers), kind="report")
        assert code(refused) == "duty_paper_missing"
        assert refused.remedy is not None
        assert refused.remedy.args == {"attach": "report=FILE"}


def test_what_is_needed_in_any_case_is_not_left_out() -> None:
    assert code(ask("step_needed", step("not_needed"))) == "duty_needed"


def test_who_leaves_out_a_step_is_told_of_the_dossiers_that_it_is_about() -> None:
    assert ask("none_listed", step("not_needed"), ranks=("completed",)) == MET
    listed = {"rule": "r", "count": 2, "refs": ["HS-0001", "HS-0002"]}
    told = ask("none_listed", step("not_needed", listed=listed), ranks=("completed",))
    assert is_met(told)
    assert (told.code, told.flags) == ("guard.step_lists", ("warning",))
    assert told.figures == {"ref": "VH-0001", "ranks": ["completed"], "count": 2, "refs": ["HS-0001", "HS-0002"]}


def test_a_step_waits_for_the_last_of_its_dossiers() -> None:
    assert is_met(ask("dossiers_there", step(), command="ratify"))
    one = {"rule": "r", "count": 1, "refs": ["HS-0007"]}
    refused = ask("dossiers_there", step(waits=one), command="ratify")
    assert code(refused) == "step_too_early"
    assert (refused.figures["count"], refused.figures["refs"]) == (1, ["HS-0007"])
