"""Every state × command of every process, against tables typed by hand from design section 3; and the library's traps.

The trap tests pin what `workflow.process` shuts out: were one of them to fail after an update, its guard could go.
"""

import gc
import weakref
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import pytest
from transitions import Machine

from states.processes import PROCESSES
from workflow.process import SAME, BadProcess, MachineError, Process, Step
from workflow.store.tables import About
from workflow.words import DossierState, MeetingState, Role, VoteState

# State → command → state after it; what is not here is not possible.
DOSSIER: Mapping[str, Mapping[str, str]] = {
    "drafted": {
        "self_review": "self_reviewed",
        "hold": "drafted",
        "record_vote": "unit_voted",
        "withdraw": "withdrawn",
        "not_ranked": "not_ranked",
        "attach": "drafted",
        "suggest": "drafted",
        "explain": "drafted",
        "comment": "drafted",
        "record_circumstance": "drafted",
        "record_fault": "drafted",
        "answer_fault": "drafted",
        "amend": "drafted",
    },
    "self_reviewed": {
        "hold": "self_reviewed",
        "record_vote": "unit_voted",
        "withdraw": "withdrawn",
        "not_ranked": "not_ranked",
        "correct": "self_reviewed",
        "opinion": "self_reviewed",
        "attach": "self_reviewed",
        "suggest": "self_reviewed",
        "explain": "self_reviewed",
        "comment": "self_reviewed",
        "record_circumstance": "self_reviewed",
        "record_fault": "self_reviewed",
        "answer_fault": "self_reviewed",
        "amend": "self_reviewed",
    },
    "unit_voted": {
        "submit": "submitted",
        "revote": "self_reviewed",
        "withdraw": "withdrawn",
        "not_ranked": "not_ranked",
        "correct": "unit_voted",
        "opinion": "unit_voted",
        "attach": "unit_voted",
        "suggest": "unit_voted",
        "explain": "unit_voted",
        "record_circumstance": "unit_voted",
        "record_fault": "unit_voted",
        "answer_fault": "unit_voted",
        "amend": "unit_voted",
    },
    "submitted": {
        "ratify": "ratified",
        "revote": "self_reviewed",
        "send_back": "self_reviewed",
        "withdraw": "withdrawn",
        "not_ranked": "not_ranked",
        "correct": "submitted",
        "send": "submitted",
        "receive": "submitted",
        "opinion": "submitted",
        "attach": "submitted",
        "suggest": "submitted",
        "explain": "submitted",
        "record_circumstance": "submitted",
        "record_fault": "submitted",
        "answer_fault": "submitted",
        "amend": "submitted",
    },
    "ratified": {
        "adjust": "submitted",
        "send": "ratified",
        "receive": "ratified",
        "raise_petition": "ratified",
        "answer_petition": "ratified",
        "record_circumstance": "ratified",
        "record_fault": "ratified",
        "amend": "ratified",
    },
    "withdrawn": {"amend": "withdrawn"},
    "not_ranked": {"record_circumstance": "not_ranked", "record_fault": "not_ranked", "amend": "not_ranked"},
}
MEETING: Mapping[str, Mapping[str, str]] = {
    "planned": {"invite": "planned", "register": "registered", "hold": "held", "cancel": "cancelled"},
    "registered": {
        "invite": "registered",
        "agree": "registered",
        "settle": "agreed",
        "move": "registered",
        "hold": "held",
        "cancel": "cancelled",
    },
    "agreed": {"invite": "agreed", "move": "registered", "hold": "held", "cancel": "cancelled"},
    "held": {"invite": "held", "note": "held", "tally": "held", "minute": "minuted"},
    "minuted": {},
    "cancelled": {},
}
VOTE: Mapping[str, Mapping[str, str]] = {
    "open": {"close_vote": "closed", "revote": "open", "join": "open"},
    "closed": {"revote": "open", "join": "open"},
}
MILESTONE: Mapping[str, Mapping[str, str]] = {
    "open": {"done": "met", "not_needed": "void", "note": "open"},
    "met": {"note": "met"},
    "void": {"done": "met"},
}
DIFFICULTY: Mapping[str, Mapping[str, str]] = {
    "raised": {"pass_on": "passed_on", "answer_difficulty": "answered"},
    "passed_on": {"answer_difficulty": "answered"},
    "answered": {},
}
WITHIN = {
    "dossier": {"hold", "revote", "amend"},
    "meeting": {"settle"},
    "vote": {"join"},
    "milestone": set[str](),
    "difficulty": set[str](),
}
"""Commands that only happen within another act: possible, and never offered."""

TABLES = {"dossier": DOSSIER, "meeting": MEETING, "vote": VOTE, "milestone": MILESTONE, "difficulty": DIFFICULTY}

EVERY = [
    pytest.param(name, state, command, id=f"{name}: {command} when {state}")
    for name, process in PROCESSES.items()
    for state in process.states
    for command in process.steps
]


def test_the_tables_know_every_process_state_and_command():
    assert set(TABLES) == set(PROCESSES)
    for name, table in TABLES.items():
        assert set(table) == set(PROCESSES[name].states)
        assert {command for after in table.values() for command in after} == set(PROCESSES[name].steps)


@pytest.mark.parametrize("name,state,command", EVERY)
def test_every_command_in_every_state(name: str, state: str, command: str):
    expected = TABLES[name][state].get(command)
    process = PROCESSES[name]
    assert process.target(state, command) == expected
    assert (command in process.open_commands(state)) == (expected is not None and command not in WITHIN[name])
    if expected is not None:
        assert process.fire(state, command) == expected
        return
    with pytest.raises(MachineError):
        process.fire(state, command)


@pytest.mark.parametrize("process", PROCESSES.values(), ids=list(PROCESSES))
def test_the_machine_and_the_table_taken_from_it_agree(process: Process):
    told = {
        (transition.source, name): transition.source if transition.dest is None else transition.dest
        for name, event in process.machine.events.items()
        for transitions in event.transitions.values()
        for transition in transitions
    }
    assert {key: value if value != SAME else key[0] for key, value in told.items()} == dict(process.table)


@pytest.mark.parametrize("process", PROCESSES.values(), ids=list(PROCESSES))
def test_the_machine_has_no_trigger_of_its_own_no_condition_and_no_callback(process: Process):
    assert set(process.machine.events) == set(process.steps)
    assert not process.machine.models
    for event in process.machine.events.values():
        for transition in [one for some in event.transitions.values() for one in some]:
            hooks = [transition.conditions, transition.prepare, transition.before, transition.after]
            assert hooks == [[], [], [], []]


@pytest.mark.parametrize(
    "name,words", [("dossier", DossierState), ("meeting", MeetingState), ("vote", (VoteState.OPEN, VoteState.CLOSED))]
)
def test_states_are_the_stored_words_not_the_names_of_members(name: str, words: Any):
    assert PROCESSES[name].states == tuple(map(str, words))
    assert all(type(state) is str for state in PROCESSES[name].states)


ROLES: Mapping[str, set[Role]] = {
    "self_review": {Role.SUBJECT, Role.COORDINATOR},
    "record_vote": {Role.COORDINATOR},
    "submit": {Role.COORDINATOR},
    "ratify": {Role.RATIFIER, Role.REGISTRAR},
    "send_back": {Role.RATIFIER, Role.REGISTRAR, Role.COORDINATOR},
    "adjust": {Role.RATIFIER, Role.REGISTRAR},
    "withdraw": {Role.COORDINATOR, Role.REGISTRAR},
    "not_ranked": {Role.COORDINATOR, Role.REGISTRAR},
    "correct": {Role.COORDINATOR, Role.REGISTRAR},
    "send": {Role.COORDINATOR},
}


@pytest.mark.parametrize("command", ROLES)
def test_who_may_give_a_command(command: str):
    assert PROCESSES["dossier"].steps[command].roles == ROLES[command]


@pytest.mark.parametrize("process", PROCESSES.values(), ids=list(PROCESSES))
def test_an_auditor_changes_nothing_and_the_authority_only_answers(process: Process):
    assert not any(Role.AUDITOR in step.roles for step in process.steps.values())
    assert {one.command for one in process.steps.values() if Role.AUTHORITY in one.roles} <= {"answer_difficulty"}


def test_firing_keeps_nothing():
    """`add_model` would keep every dossier of a season; a trial is gone after its trigger."""
    process = PROCESSES["dossier"]
    before = trials()
    for _ in range(100):
        process.fire("drafted", "self_review")
    assert not process.machine.models
    assert trials() <= before


def trials() -> int:
    gc.collect()
    return sum(type(one).__name__ == "_Trial" for one in gc.get_objects())


# — definitions that are refused —


def step(command: str, sources: tuple[str, ...], to: str, **more: Any) -> Step:
    return Step(command=command, sources=sources, to=to, **{"roles": frozenset({Role.COORDINATOR}), **more})


GOOD: dict[str, Any] = {
    "states": ("a", "b", "c"),
    "initial": "a",
    "finals": ("c",),
    "steps": (step("go", ("a",), "b"), step("end", ("b",), "c"), step("note", ("a", "c"), SAME)),
}


def test_a_sound_definition_passes():
    process = Process("small", **GOOD)
    assert process.table == {("a", "go"): "b", ("b", "end"): "c", ("a", "note"): "a", ("c", "note"): "c"}
    assert process.open_commands("a") == ("go", "note")


def test_a_definition_gives_its_machine_the_triggers_that_it_tells_and_no_other():
    process = Process("small", **GOOD)
    assert set(process.machine.events) == {"go", "end", "note"}
    assert {key: process.fire(*key) for key in process.table} == process.table
    for elsewhere in (("b", "go"), ("c", "end"), ("b", "note")):
        with pytest.raises(MachineError):
            process.fire(*elsewhere)


def test_a_definition_in_members_is_kept_in_their_words():
    class Word(StrEnum):
        A = "a"
        B = "b"

    go = step("go", (Word.A,), Word.B)
    process = Process("words", states=(Word.A, Word.B), initial=Word.A, finals=(Word.B,), steps=(go,))
    assert process.name == "words"
    kept = (*process.states, process.initial, *process.finals, *process.steps["go"].sources, process.steps["go"].to)
    assert [type(one) for one in kept] == [str] * 6


def test_a_state_in_which_the_process_may_rest_is_no_trap_even_if_it_is_initial():
    Process("one", states=("a",), initial="a", finals=("a",), steps=())


def without(command: str) -> tuple[Step, ...]:
    return tuple(one for one in GOOD["steps"] if one.command != command)


@pytest.mark.parametrize(
    "changes,said",
    [
        ({"initial": "x"}, "unknown state 'x'"),
        ({"finals": ("c", "x")}, "unknown state 'x'"),
        ({"steps": (*GOOD["steps"], step("off", ("x",), "c"))}, "off: unknown state ['x']"),
        ({"steps": (*GOOD["steps"], step("off", ("a",), "x"))}, "off: unknown state ['x']"),
        ({"steps": (*GOOD["steps"], step("go", ("b",), "c"))}, "told twice"),
        ({"steps": (*GOOD["steps"], step("off", ("a",), "c", roles=frozenset()))}, "off: nobody may do it"),
        ({"states": ("a", "b", "c", "island")}, "unreachable: ['island']"),
        ({"steps": without("go")}, "unreachable"),
        ({"steps": without("end"), "states": ("a", "b", "c")}, "unreachable: ['c']"),
        (
            {"states": ("a", "b", "c", "pit"), "steps": (*GOOD["steps"], step("fall", ("a",), "pit"))},
            "trap, no way to an end: ['pit']",
        ),
        (
            {
                "states": ("a", "b", "c", "d", "e"),
                "steps": (
                    *GOOD["steps"],
                    step("in", ("a",), "d"),
                    step("round", ("d",), "e"),
                    step("back", ("e",), "d"),
                ),
            },
            "trap, no way to an end: ['d', 'e']",
        ),
        ({"finals": ()}, "trap, no way to an end: ['a', 'b', 'c']"),
    ],
)
def test_an_unsound_definition_is_refused_when_it_is_built(changes: dict[str, Any], said: str):
    with pytest.raises(BadProcess) as caught:
        Process("small", **{**GOOD, **changes})
    assert said in str(caught.value)
    assert "'small'" in str(caught.value)


def test_a_state_that_only_records_leave_as_it_is_can_be_a_trap():
    """A step back to the same state is no way out."""
    steps = (*GOOD["steps"], step("fall", ("a",), "pit"), step("write", ("pit",), SAME))
    with pytest.raises(BadProcess, match="trap"):
        Process("small", **{**GOOD, "states": ("a", "b", "c", "pit"), "steps": steps})


def test_all_faults_are_told_at_once():
    steps = (step("one", ("x",), "a"), step("two", ("a",), "y"))
    with pytest.raises(BadProcess) as caught:
        Process("small", **{**GOOD, "initial": "z", "steps": steps})
    assert all(f"'{name}'" in str(caught.value) for name in "xyz")


# — the library's traps (design section 10) —


class Thing:
    state: str
    asked: list[str]

    def __init__(self) -> None:
        self.asked = []

    def no(self) -> bool:
        self.asked.append("no")
        return False

    def also_no(self) -> bool:
        self.asked.append("also_no")
        return False

    def boom(self) -> None:
        raise RuntimeError("after")


def machine(thing: Thing | None = None, **more: Any) -> tuple[Machine, Any]:
    made: Any = thing or Thing()
    return Machine(model=made, **{"states": ["a", "b", "c"], "initial": "a", **more}), made


def test_trap_an_unmet_condition_only_returns_false_and_the_first_one_ends_it():
    built, thing = machine()
    built.add_transition("go", "a", "b", conditions=["no", "also_no"])
    assert thing.go() is False
    assert thing.state == "a"
    assert thing.asked == ["no"]


def test_trap_every_state_has_an_automatic_trigger_past_all_guards():
    built, thing = machine()
    built.add_transition("go", "a", "b", conditions="no")
    assert thing.to_b() is True
    assert thing.state == "b"


def test_trap_a_misspelt_guard_is_accepted_until_it_fires():
    built, thing = machine()
    built.add_transition("go", "a", "b", conditions="mispelt")
    with pytest.raises(AttributeError):
        thing.go()


def test_trap_a_queued_machine_says_true_to_a_refusal():
    built, thing = machine(queued=True)
    built.add_transition("go", "a", "b", conditions="no")
    assert thing.go() is True
    assert thing.state == "a"


def test_trap_an_error_afterwards_leaves_the_new_state():
    built, thing = machine()
    built.add_transition("go", "a", "b", after="boom")
    with pytest.raises(RuntimeError):
        thing.go()
    assert thing.state == "b"


def test_trap_unreachable_states_and_traps_are_accepted():
    built, thing = machine()
    built.add_transition("go", "a", "b")
    assert thing.go() is True
    assert "c" in built.states


class Words(StrEnum):
    FIRST = "first_of_all"
    SECOND = "second"


def test_trap_an_enum_s_states_are_called_by_the_members_names():
    built = Machine(model=None, states=Words, initial=None, auto_transitions=False)
    assert list(built.states) == ["FIRST", "SECOND"]
    mine = Process(
        "words",
        states=tuple(Words),
        initial=Words.FIRST,
        finals=(Words.SECOND,),
        steps=(step("go", (Words.FIRST,), Words.SECOND),),
    )
    assert list(mine.machine.states) == ["first_of_all", "second"]


def test_trap_a_machine_keeps_its_models_alive():
    built, _ = machine()
    thing = Thing()
    built.add_model(thing)
    watched = weakref.ref(thing)
    del thing
    gc.collect()
    assert watched() is not None


def test_a_trigger_on_a_plain_object_keeps_nothing():
    built = Machine(model=None, states=["a", "b"], initial=None, auto_transitions=False)
    built.add_transition("go", "a", "b")
    thing = Thing()
    thing.state = "a"
    built.events["go"].trigger(thing)
    assert thing.state == "b"
    watched = weakref.ref(thing)
    del thing
    gc.collect()
    assert watched() is None


def test_trap_a_row_of_ours_cannot_be_decorated():
    with pytest.raises(ValueError, match="no field"):
        Machine(model=About(key="a", value="b"), states=["a", "b"], initial="a", auto_transitions=False)
