"""The difficulty (vướng mắc) that a unit raises: answered by who follows the units, or passed on to the authority above
and answered there (NT11-3-2, NT05-3-1, DP24-III.5-1)."""

from workflow.facts import Facts, Patch
from workflow.process import Process, Step
from workflow.words import DifficultyState as S
from workflow.words import Role as R


def _pass_on(facts: Facts) -> Patch:
    command = facts["command"]
    return _marked(
        facts, S.PASSED_ON, passed_on_at=command["occurred_at"], passed_on_by_letter=command["args"].get("letter")
    )


def _answer(facts: Facts) -> Patch:
    command = facts["command"]
    told = {"answer": command["args"].get("text"), "answer_letter": command["args"].get("letter")}
    return _marked(facts, S.ANSWERED, answered_at=command["occurred_at"], **told)


def _marked(facts: Facts, state: S, **told: object) -> Patch:
    known = facts["difficulty"]
    return {"marks": {known["ref"]: {**known["told"], "state": state.value, **told}}}


DIFFICULTY = Process(
    "difficulty",
    states=tuple(S),
    initial=S.RAISED,
    finals=(S.ANSWERED,),
    steps=(
        Step(command="pass_on", sources=(S.RAISED,), to=S.PASSED_ON, roles=frozenset({R.MONITOR}), effect=_pass_on),
        Step(
            command="answer_difficulty",
            sources=(S.RAISED, S.PASSED_ON),
            to=S.ANSWERED,
            roles=frozenset({R.MONITOR, R.AUTHORITY, R.REGISTRAR}),
            effect=_answer,
        ),
    ),
)
