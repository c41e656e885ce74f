"""A pack that extends another keeps what it does not replace, and may not loosen a cap in silence."""

from datetime import date

import pytest

from tests.packs.base import BASE, changed, faults, line_of, pack, told
from workflow.rulepack import Backdate, GroupBy, Proposal

CHILD = """\
[pack]
id = "child"
version = "1"
title = "Gói con"
year = 2024
valid_from = 2024-06-01
tracks = ["civil_servant"]
extends = "small"

[document]
source = "letter"
symbol = "/UBND"
issuing_role = "Chủ tịch"
subject = "Xếp loại"
basis = ["paper"]
audience = ["department", "school"]
copies = ["office"]
archive = []
signatory_post = "Chủ tịch"

[settings]
backdate = "refuse"

[vocabulary.unit_kinds]
department = "Sở, ngành"
school = "Trường"

[[source]]
id = "letter"
kind = "công văn"
issuer = "UBND"
title = "Công văn"
"""

QUOTA = """
[[quota]]
group_by = ["unit"]
id = "{id}"
clause = {{ source = "letter", at = "1" }}
text = "Tỷ lệ"
rank = "excellent"
base = "{base}"
percent = {percent}
moment = "submit"
over = "revote"
small = {{ max_size = 5, cap = 1 }}
where = {{ lead = ["head", "deputy"] }}
replaces = "cap"
"""


def quota(name: str = "cap", base: str = "good_or_better", percent: int = 20, more: str = "") -> str:
    return CHILD + QUOTA.format(id=name, base=base, percent=percent) + more


def test_a_child_has_all_that_its_parent_has() -> None:
    child, parent = pack(CHILD, small=BASE), pack()
    assert (child.id, child.extends, child.valid_from) == ("child", "small", date(2024, 6, 1))
    for section in ("routes", "quotas", "deadlines", "guards", "ladders", "guidance", "bodies", "missing"):
        assert getattr(child, section) == getattr(parent, section)
    assert [one.id for one in child.sources] == ["paper", "letter"]
    assert child.document.source == "letter"
    assert child.because == {}


def test_settings_that_a_child_does_not_write_stay_the_parents() -> None:
    parent = changed('proposal = "voted"', 'proposal = "free"')
    child = pack(CHILD, small=parent)
    assert (child.settings.proposal, child.settings.backdate) == (Proposal.FREE, Backdate.REFUSE)


def test_terms_are_joined_and_a_child_may_label_them_anew() -> None:
    kinds = pack(CHILD, small=BASE).vocabulary.unit_kinds
    assert [(term.id, term.label.vi) for term in kinds] == [("department", "Sở, ngành"), ("school", "Trường")]


def test_a_child_replaces_a_rule() -> None:
    child = pack(quota(percent=10), small=BASE)
    assert [(one.id, one.percent) for one in child.quotas] == [("cap", 10)]
    assert child.because == {}


def test_what_named_a_replaced_rule_names_the_new_one() -> None:
    rules = """
[[route]]
id = "everybody"
clause = { source = "letter", at = "1" }
text = "Tuyến chung mới"
where = { tier = ["above"] }
recipients = [{ body = "office" }]
ratifier = "office"
replaces = "general"

[[deadline]]
id = "sooner"
clause = { source = "letter", at = "2" }
text = "Gửi sớm"
wording = "before"
on = 2024-12-01
per = "unit"
owner = "unit"
replaces = "send"
"""
    child = pack(CHILD + rules, small=BASE)
    assert [one.id for one in child.routes] == ["special", "everybody"]
    assert child.routes[0].overrides == ("everybody",)
    assert [(one.id, one.rule) for one in child.deadlines] == [("send-special", "sooner"), ("sooner", None)]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("percent = 20", "percent = 21", "percent"),
        ("percent = 20", "fixed = 3", "percent"),
        ('base = "good_or_better"', 'base = "headcount"', "base"),
        ("percent = 20", 'percent = 20\nrounding = "half_up"', "rounding"),
        ("percent = 20", "percent = 20\nat_least = 1", "at_least"),
        ("cap = 1 }", "cap = 2 }", "small"),
        ("max_size = 5", "max_size = 6", "small"),
        ("cap = 1 }", "cap = 1, needs_good = false }", "small"),
        ("small = { max_size = 5, cap = 1 }\n", "", "small"),
        ('over = "revote"', 'over = "refuse"', "over"),
        ('lead = ["head", "deputy"]', 'lead = ["deputy"]', "where"),
        ('group_by = ["unit"]', 'group_by = ["unit", "duty"]', "group_by"),
    ],
)
def test_a_loosened_cap_needs_a_reason(old: str, new: str, key: str) -> None:
    text = changed(old, new, quota())
    assert told(text, small=BASE) == [("pack.loosened", "pack.toml", line_of("[[quota]]", text), "cap")]
    assert faults(text, small=BASE)[0].figures["keys"] == key
    child = pack(text + 'because = "Quyết định 1"\n', small=BASE)
    assert child.because == {"cap": "Quyết định 1"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("percent = 20", "percent = 20"),
        ("percent = 20", "percent = 19"),
        ("percent = 20", "percent = 20\nfixed = 1"),
        ('base = "good_or_better"', 'base = "good_only"'),
        ("max_size = 5", "max_size = 4"),
        ("cap = 1 }", "cap = 0 }"),
    ],
)
def test_a_tightened_cap_needs_none(old: str, new: str) -> None:
    assert faults(changed(old, new, quota()), small=BASE) == ()


def test_a_reason_stays_with_the_grandchild() -> None:
    child = quota(percent=25, more='because = "Quyết định 1"\n')
    grandchild = changed('id = "child"', 'id = "grandchild"', changed('extends = "small"', 'extends = "child"', CHILD))
    found = pack(
        grandchild.replace('id = "letter"', 'id = "note"').replace('"letter"', '"note"'), child=child, small=BASE
    )
    assert found.because == {"cap": "Quyết định 1"}
    assert found.quotas[0].percent == 25
    assert found.quotas[0].group_by == (GroupBy.UNIT,)


@pytest.mark.parametrize(
    ("text", "code", "key"),
    [
        (quota().replace('replaces = "cap"', 'replaces = "cup"'), "replaces_unknown", ("other", "replaces")),
        (quota().replace('replaces = "cap"', 'replaces = "general"'), "replaces_unknown", ("other", "replaces")),
        (quota() + QUOTA.format(id="more", base="good_only", percent=1), "replaced_twice", ("more", "replaces")),
        (quota().replace('replaces = "cap"\n', ""), "id_of_parent", ("cap",)),
        (CHILD + '[[body]]\nid = "office"\nname = "Khác"\n', "id_of_parent", ("office",)),
        (changed('extends = "small"', 'extends = "smal"', CHILD), "unknown_parent", ("pack", "extends")),
        (changed('extends = "small"', 'extends = "child"', CHILD), "extends_itself", ("pack", "extends")),
    ],
)
def test_what_a_child_may_not_say(text: str, code: str, key: tuple[str, ...]) -> None:
    if code == "replaces_unknown":
        text = text.replace('id = "cap"', 'id = "other"')
    assert [(one[0], *one[3:]) for one in told(text, small=BASE)] == [(f"pack.{code}", *key)]


def test_a_body_told_again_in_the_same_words_is_one() -> None:
    child = pack(CHILD + '[[body]]\nid = "office"\nname = "Văn phòng"\n', small=BASE)
    assert [one.id for one in child.bodies] == ["office", "committee"]


def test_packs_that_extend_each_other_are_refused() -> None:
    first = changed('extends = "small"', 'extends = "second"', CHILD)
    second = changed('id = "child"', 'id = "second"', changed('extends = "small"', 'extends = "child"', CHILD))
    codes = [one[0] for one in told(first, second=second, child=first)]
    assert codes == ["pack.faulty_parent", "pack.extends_cycle"]
    cycle = faults(first, second=second, child=first)[1]
    assert cycle.figures["chain"] == "child → second → child"
    assert cycle.where[0] == "second.toml"


def test_an_expired_parent_is_refused_on_the_day_after_its_last() -> None:
    expired = changed("year = 2024", "year = 2024\nvalid_until = 2024-05-31")
    assert [one[0] for one in told(CHILD, small=expired)] == ["pack.parent_expired"]
    last = changed("year = 2024", "year = 2024\nvalid_until = 2024-06-01")
    assert faults(CHILD, small=last) == ()


def test_a_parent_that_begins_when_the_child_has_ended_is_refused() -> None:
    ended = changed("year = 2024", "year = 2024\nvalid_until = 2024-06-30", CHILD)
    later = changed("valid_from = 2024-01-01", "valid_from = 2024-07-01")
    assert [one[0] for one in told(ended, small=later)] == ["pack.parent_later"]
    assert faults(ended, small=changed("valid_from = 2024-01-01", "valid_from = 2024-06-30")) == ()


def test_the_faults_of_a_parent_are_told_with_its_own_file() -> None:
    broken = changed("percent = 20", "percent = 200")
    found = told(changed('version = "1"\n', "", CHILD), small=broken)
    assert [(one[0], one[1]) for one in found] == [
        ("pack.missing_key", "pack.toml"),
        ("pack.faulty_parent", "pack.toml"),
        ("pack.out_of_bounds", "small.toml"),
    ]


def test_a_child_whose_head_is_malformed_is_still_read_against_its_parent() -> None:
    text = changed('version = "1"\n', "", CHILD) + '[[guidance]]\nid = "g"\ntext = "x"\nshown_at = "nowhere"\n'
    found = told(
        changed('shown_at = "nowhere"', 'clause = { source = "paper", at = "1" }\nshown_at = "nowhere"', text),
        small=BASE,
    )
    assert [one[0] for one in found] == ["pack.missing_key", "pack.unknown_place"]


def test_a_parent_under_another_id_is_refused() -> None:
    assert [one[0] for one in told(CHILD, small=changed('id = "small"', 'id = "other"'))] == ["pack.parent_id"]
