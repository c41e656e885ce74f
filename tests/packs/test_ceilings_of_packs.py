"""Circumstances and ceilings in a pack: what fits together, and every fault of what does not."""

import pytest

from states.packs import find
from states.stored import dump, load
from tests.packs.base import BASE, faults, pack, told
from tests.packs.test_inherit import CHILD
from workflow.rulepack import Mode, Within
from workflow.words import Rank, SubjectKind

CIRCUMSTANCES = """
[[circumstance]]
id = "absence"
clause = { source = "paper", at = "9" }
text = "Nghỉ trong năm"
where = { kind = ["person"] }
months = true

[[circumstance]]
id = "discipline"
clause = { source = "paper", at = "9" }
text = "Bị kỷ luật"
proof = true
"""
RANKS = """
[[ceiling]]
id = "below-agency"
clause = { source = "paper", at = "10" }
text = "Không cao hơn cơ quan"
of = { kind = ["collective"] }
command = "ratify"
by = { kind = ["agency"] }
within = "unit"
"""
ABSENT = """
[[ceiling]]
id = "absent"
clause = { source = "paper", at = "11" }
text = "Nghỉ nhiều"
of = { kind = ["person"] }
command = "record_vote"
circumstance = "absence"
from = 3
below = 6
highest = "completed"
mode = "warn"
"""
MEMBERS = """
[[ceiling]]
id = "members"
clause = { source = "paper", at = "12" }
text = "Có thành viên bị kỷ luật"
of = { kind = ["collective"] }
command = "record_vote"
by = { kind = ["person"] }
within = "unit"
circumstance = "discipline"
highest = "good"
"""
ALL = BASE + CIRCUMSTANCES + RANKS + ABSENT + MEMBERS


def test_they_are_read_with_their_defaults_and_stored() -> None:
    found = pack(ALL)
    assert [(one.id, one.months, one.proof) for one in found.circumstances] == [
        ("absence", True, False), ("discipline", False, True)
    ]  # fmt: skip
    ranks, absent, members = found.ceilings
    assert (ranks.within, ranks.circumstance, ranks.highest, ranks.mode) == (Within.UNIT, None, None, Mode.ENFORCE)
    assert (absent.by, absent.least, absent.below, absent.highest) == (None, 3, 6, Rank.COMPLETED)
    assert (members.least, members.below, members.mode) == (None, None, Mode.ENFORCE)
    assert load(dump(found)).pack == found


@pytest.mark.parametrize(
    "part,old,new,fault",
    [
        (RANKS, 'command = "ratify"', 'command = "submit"', "ceiling_at_no_rank"),
        (RANKS, 'command = "ratify"', 'command = "close_vote"', "ceiling_at_no_rank"),
        (RANKS, 'command = "ratify"', 'command = "ratifi"', "unknown_command"),
        (RANKS, 'by = { kind = ["agency"] }\nwithin = "unit"\n', "", "ceiling_of_nothing"),
        (RANKS, 'within = "unit"\n', "", "ceiling_reach"),
        (MEMBERS, 'by = { kind = ["person"] }\n', "", "ceiling_reach"),
        (RANKS, 'within = "unit"\n', 'within = "unit"\nhighest = "good"\n', "ceiling_highest_alone"),
        (RANKS, 'within = "unit"\n', 'within = "unit"\nfrom = 3\n', "ceiling_uncounted"),
        (RANKS, 'within = "unit"\n', 'within = "unit"\nbelow = 3\n', "ceiling_uncounted"),
        (RANKS, 'within = "unit"\n', 'within = "room"\n', "unknown_value"),
        (RANKS, 'of = { kind = ["collective"] }\n', "", "missing_key"),
        (MEMBERS, 'highest = "good"', 'highest = "good"\nfrom = 1', "ceiling_uncounted"),
        (MEMBERS, 'highest = "good"', 'highest = "good"\nbelow = 1', "ceiling_uncounted"),
        (MEMBERS, 'highest = "good"', 'highest = "best"', "unknown_value"),
        (MEMBERS, '"discipline"', '"disciplin"', "unknown_circumstance"),
        (ABSENT, "from = 3", "from = 6", "ceiling_empty"),
        (ABSENT, "from = 3", "from = 13", "out_of_bounds"),
        (ABSENT, "below = 6", "below = 13", "out_of_bounds"),
        (ABSENT, "below = 6", "below = 0", "out_of_bounds"),
        (ABSENT, 'of = { kind = ["person"] }', 'of = { kind = ["agency"] }', "ceiling_of_nobody"),
    ],
)
def test_what_does_not_fit_is_a_fault_with_its_place(part: str, old: str, new: str, fault: str) -> None:
    assert part.count(old) == 1
    found = told(BASE + CIRCUMSTANCES + part.replace(old, new))
    assert [one[0] for one in found] == [f"pack.{fault}"]


def test_an_unknown_circumstance_is_told_with_the_nearest_one() -> None:
    with_slip = BASE + CIRCUMSTANCES + MEMBERS.replace('"discipline"', '"disciplin"')
    (fault,) = faults(with_slip)
    assert (fault.figures["nearest"], fault.figures["known"]) == ("discipline", "absence, discipline")


@pytest.mark.parametrize("least,fits", [(5, True), (6, False)])
def test_some_number_of_months_is_between_the_bounds(least: int, fits: bool) -> None:
    found = told(BASE + CIRCUMSTANCES + ABSENT.replace("from = 3", f"from = {least}"))
    assert (found == []) is fits


def test_whoever_is_looked_at_can_have_the_circumstance() -> None:
    """Of others it is they who count, and a party member may be somebody who is none the less a person."""
    others = MEMBERS.replace('"discipline"', '"absence"')
    assert told(BASE + CIRCUMSTANCES + others) == []
    agencies = others.replace('by = { kind = ["person"] }', 'by = { kind = ["agency"] }')
    assert [one[0] for one in told(BASE + CIRCUMSTANCES + agencies)] == ["pack.ceiling_of_nobody"]
    party = CIRCUMSTANCES.replace('where = { kind = ["person"] }', "where = { party = true }")
    for flag, fits in (("true", True), ("false", False)):
        mine = ABSENT.replace('of = { kind = ["person"] }', f"of = {{ party = {flag} }}")
        assert (told(BASE + party + mine) == []) is fits


def test_rules_and_circumstances_share_one_list_of_ids() -> None:
    twice = CIRCUMSTANCES.replace('id = "discipline"', 'id = "cap"')
    assert [one[0] for one in told(BASE + twice)] == ["pack.doubled_id"]


# — inherited —

SWITCH = """
[[switch]]
rule = "{rule}"
mode = "off"
because = "Công văn 7"
"""
INSTEAD = """
[[circumstance]]
id = "long-absence"
clause = { source = "letter", at = "1" }
text = "Nghỉ dài ngày"
months = true
replaces = "absence"
because = "Công văn 7"
"""


def test_a_child_switches_a_ceiling_and_no_circumstance() -> None:
    found = pack(CHILD + SWITCH.format(rule="members"), small=ALL)
    assert [one.mode for one in found.ceilings] == [Mode.ENFORCE, Mode.WARN, Mode.OFF]
    refused = told(CHILD + SWITCH.format(rule="absence"), small=ALL)
    assert [one[0] for one in refused] == ["pack.switch_modeless"]


def test_a_ceiling_follows_the_circumstance_that_stands_in_its_place() -> None:
    found = pack(CHILD + INSTEAD, small=ALL)
    assert {one.id: one.circumstance for one in found.ceilings} == {
        "below-agency": None, "absent": "long-absence", "members": "discipline"
    }  # fmt: skip


ROUTE = """
[[route]]
id = "own"
clause = { source = "letter", at = "1" }
text = "Tuyến riêng"
where = { tier = ["above"], lead = ["deputy"] }
recipients = [{ body = "office" }]
ratifier = "unit"
overrides = ["general"]
replaces = "special"
"""


def test_selectors_of_ceilings_and_orders_follow_a_route_that_stands_in_its_place() -> None:
    ordered = """
[[order]]
id = "first"
clause = { source = "paper", at = "9" }
text = "Trước"
first = { route = ["special"], lead = ["head"] }
reached = "record_vote"
then = { route = ["special"], lead = ["none"] }
command = "record_vote"
"""
    routed = RANKS.replace('of = { kind = ["collective"] }', 'of = { route = ["special"] }')
    found = pack(CHILD + ROUTE, small=BASE + ordered + routed)
    (order,), (ceiling,) = found.orders, found.ceilings
    assert order.first.route == order.then.route == ceiling.of.route == ("own",)


# — the frames —


@pytest.mark.row("P124-12-2", "P124-x-1")
def test_the_frame_of_the_party_warns_of_discipline_and_of_the_agency_s_rank() -> None:
    found = {one.id: one for one in find("vn-124-2023").ceilings}
    assert {name: (one.within, one.circumstance, one.highest, one.mode) for name, one in found.items()} == {
        "P124-12-2": (Within.UNIT, "discipline", Rank.GOOD, Mode.WARN),
        "P124-12-2-below": (Within.BELOW, "discipline", Rank.GOOD, Mode.WARN),
        "P124-x-1": (Within.UNIT, None, None, Mode.WARN),
    }
    assert {one.of.kind for one in found.values()} == {(SubjectKind.COLLECTIVE,)}


@pytest.mark.row("ND90-2-1", "ND90-2-2")
def test_the_frame_of_the_state_warns_of_time_not_worked() -> None:
    found = {one.id: one for one in find("vn-90-2020").ceilings}
    assert {name: (one.circumstance, one.least, one.below, one.highest, one.mode) for name, one in found.items()} == {
        "ND90-2-1": ("months-worked", None, 6, None, Mode.WARN),
        "ND90-2-2": ("absence", 3, 6, Rank.COMPLETED, Mode.WARN),
    }
    assert "thai sản" in found["ND90-2-1"].text.vi
