"""A child switches a parent's rule off, on, or to a warning, and says why; frames are opened by nobody."""

import pytest

from states.stored import dump, load
from tests.packs.base import BASE, changed, faults, line_of, pack, told
from tests.packs.test_inherit import CHILD, QUOTA
from workflow.rulepack import Mode

SWITCH = """
[[switch]]
rule = "{rule}"
mode = "{mode}"
because = "Công văn 7"
"""
SLIP = """
[[slip]]
id = "year"
printed = "năm 2203"
reads = "năm 2023"
why = "Đảo số"
clause = { source = "paper", at = "9" }
"""


def switch(rule: str = "cap", mode: str = "warn") -> str:
    return SWITCH.format(rule=rule, mode=mode)


@pytest.mark.parametrize("mode", Mode)
def test_a_switch_changes_how_hard_a_parents_rule_is_and_nothing_else(mode: Mode) -> None:
    before, after = pack(CHILD, small=BASE), pack(CHILD + switch(mode=mode), small=BASE)
    assert (before.quota("cap").mode, after.quota("cap").mode) == (Mode.ENFORCE, mode)
    assert after.quota("cap").percent == before.quota("cap").percent
    assert after.because == {"cap": "Công văn 7"}
    assert load(dump(after)).pack == after


@pytest.mark.parametrize("rule,section", [("send", "deadlines"), ("invited", "guards"), ("cap", "quotas")])
def test_every_rule_that_is_judged_can_be_switched(rule: str, section: str) -> None:
    found = pack(CHILD + switch(rule, "off"), small=BASE)
    assert [one.id for one in getattr(found, section) if one.mode is Mode.OFF] == [rule]


def test_a_grandchild_keeps_the_switch_or_switches_again() -> None:
    grandchild = changed('id = "child"', 'id = "grandchild"', changed('extends = "small"', 'extends = "child"', CHILD))
    own = grandchild.replace('id = "letter"', 'id = "note"').replace('"letter"', '"note"')
    child = CHILD + switch(mode="off")
    kept = pack(own, child=child, small=BASE)
    assert (kept.quota("cap").mode, kept.because) == (Mode.OFF, {"cap": "Công văn 7"})
    again = pack(own + switch(mode="enforce").replace("7", "8"), child=child, small=BASE)
    assert (again.quota("cap").mode, again.because) == (Mode.ENFORCE, {"cap": "Công văn 8"})


@pytest.mark.parametrize(
    "text,code,key",
    [
        (switch("cup"), "switch_unknown", "rule"),
        (switch("general"), "switch_modeless", "rule"),
        (switch("strict"), "switch_modeless", "rule"),
        (switch() + switch(), "switched_twice", "rule"),
        (switch(mode="harder"), "unknown_value", "mode"),
        (SWITCH.replace('because = "Công văn 7"\n', "").format(rule="cap", mode="warn"), "missing_key", ""),
        (SWITCH.replace("Công văn 7", " ").format(rule="cap", mode="warn"), "empty_text", "because"),
    ],
)
def test_a_switch_that_means_nothing_is_a_fault_with_its_place(text: str, code: str, key: str) -> None:
    found = told(CHILD + text, small=BASE)
    assert [one[0] for one in found] == [f"pack.{code}"]
    assert found[0][-1] == (key or "[[switch]]") or not key


def test_what_a_switch_could_mean_is_named() -> None:
    (fault,) = faults(CHILD + switch("cup"), small=BASE)
    assert fault.figures == {"name": "cup", "known": "cap, send, send-special, invited", "nearest": "cap"}


def test_a_pack_writes_the_mode_of_its_own_rule_at_the_rule() -> None:
    own = QUOTA.format(id="own", base="good_or_better", percent=10)
    assert [one[0] for one in told(CHILD + own + switch("own"), small=BASE)] == ["pack.switch_own"]
    assert [one[0] for one in told(CHILD + own + switch("cap"), small=BASE)] == ["pack.switch_unknown"]


def test_a_pack_that_extends_nothing_has_nothing_to_switch() -> None:
    text = BASE + switch()
    assert told(text) == [("pack.switch_nothing", "pack.toml", line_of("[[switch]]", text), "switch 1")]


@pytest.mark.parametrize("mode,codes", [("enforce", ["pack.missing_but_enforced"]), ("warn", [])])
def test_what_lacks_its_value_cannot_be_enforced(mode: str, codes: list[str]) -> None:
    parent = changed("percent = 20", 'missing = "annex"')
    assert [one[0] for one in told(CHILD + switch(mode=mode), small=parent)] == codes


def test_a_cap_that_is_replaced_by_a_softer_one_needs_a_reason() -> None:
    softer = CHILD + QUOTA.format(id="cap", base="good_or_better", percent=20) + 'mode = "warn"\n'
    (fault,) = faults(softer, small=BASE)
    assert (fault.code, fault.figures["keys"]) == ("pack.loosened", "mode")
    harder = changed("percent = 20", 'percent = 20\nmode = "warn"')
    assert faults(softer.replace('mode = "warn"', 'mode = "enforce"'), small=harder) == ()


def test_a_rule_about_a_track_that_only_the_parent_runs_never_applies_and_is_no_fault() -> None:
    both = changed('tracks = ["civil_servant"]', 'tracks = ["civil_servant", "party"]')
    parent = changed('where = { tier = ["above"] }', 'where = { tier = ["above"], track = ["party"] }', both)
    assert faults(CHILD, small=parent) == ()


def test_a_frame_is_abstract_and_its_child_is_not() -> None:
    frame = changed("year = 2024", "year = 2024\nabstract = true")
    assert (pack(frame).abstract, pack(CHILD, small=frame).abstract) == (True, False)


def test_slips_are_kept_as_printed_and_inherited() -> None:
    child = pack(CHILD, small=BASE + SLIP)
    assert [(one.printed, one.reads, one.why.vi) for one in child.slips] == [("năm 2203", "năm 2023", "Đảo số")]
    assert load(dump(child)).pack == child


@pytest.mark.parametrize("key", ["printed", "reads", "why", "clause", "id"])
def test_a_slip_says_all_of_it(key: str) -> None:
    text = "".join(line + "\n" for line in SLIP.split("\n") if not line.startswith(f"{key} ="))
    code = {"clause": "pack.no_clause", "id": "pack.no_id"}.get(key, "pack.missing_key")
    assert [one[0] for one in told(BASE + text)] == [code]
