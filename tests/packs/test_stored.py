"""Stored packs come back exactly, and an old one is read as it was meant."""

import json
from dataclasses import fields, is_dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from states.packs import dump, load, pack_hash, shipped, working_days
from tests.packs.base import BASE, pack
from workflow import canonical
from workflow.errors import BadInput
from workflow.messages import sentence
from workflow.rulepack import GuardRule, RulePack, WorkingDays

WORDS = st.text(st.sampled_from('ab 1-Đáờ\n"\\'), min_size=1, max_size=8)
PARAMS = st.dictionaries(
    st.sampled_from(["bodies", "days", "strict"]),
    WORDS | st.integers(-9, 9) | st.booleans() | st.lists(WORDS, max_size=2).map(tuple),
    max_size=3,
)


def values_of(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a type that packs are made of."""
    if get_origin(kind) is tuple:
        return st.lists(values_of(get_args(kind)[0]), max_size=2).map(tuple)
    if get_origin(kind) is not None and type(None) in get_args(kind):
        return st.none() | values_of(next(one for one in get_args(kind) if one is not type(None)))
    if get_origin(kind) is frozenset:
        return st.frozensets(st.dates(), max_size=3)
    if get_origin(kind) is not None:
        return st.dictionaries(st.sampled_from(["NT11-1a", "b"]), WORDS, max_size=2)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        parts = {one.name: values_of(hints[one.name]) for one in fields(kind)}
        if kind is GuardRule:
            parts["params"] = PARAMS
        return st.builds(kind, **parts)  # type: ignore[arg-type]
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return st.sampled_from(list(kind))
    plain: dict[Any, st.SearchStrategy[Any]] = {
        str: WORDS,
        int: st.integers(-(2**53) + 1, 2**53 - 1),
        bool: st.booleans(),
        date: st.dates(),
        time: st.integers(0, 86399).map(_clock),
    }
    return plain[kind]


def _clock(seconds: int) -> time:
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(values_of(RulePack), values_of(WorkingDays))
def test_any_pack_comes_back_as_it_was(found: RulePack, days: WorkingDays) -> None:
    data = dump(found, days)
    kept = load(data)
    assert kept.pack == found
    assert kept.working_days == days
    assert dump(kept.pack, kept.working_days) == data


def test_every_shipped_pack_comes_back_as_it_was() -> None:
    days = working_days([2024, 2025])
    for one in shipped():
        assert load(dump(one, days)).pack == one
        assert load(dump(one, days)).working_days == days


def test_stored_bytes_are_canonical_and_hashed_as_they_are() -> None:
    data = dump(pack())
    assert canonical.dumps(canonical.loads(data)) == data
    assert len(pack_hash(data)) == 64
    assert pack_hash(data) != pack_hash(dump(pack(BASE.replace("percent = 20", "percent = 21"))))


def test_the_calendar_is_part_of_what_is_hashed() -> None:
    assert pack_hash(dump(pack())) != pack_hash(dump(pack(), WorkingDays(off=frozenset({date(2024, 12, 2)}))))


def test_layout_and_comments_do_not_change_the_hash() -> None:
    other = "# comment\n" + BASE.replace("percent = 20", "percent   =   20 # một phần năm")
    assert dump(pack(other)) == dump(pack())


def test_defaults_are_written_out_and_none_is_absent() -> None:
    quota = json.loads(dump(pack()))["pack"]["quotas"][0]
    assert (quota["rounding"], quota["at_least"], quota["group_by"]) == ("floor", 0, ["unit"])
    assert "fixed" not in quota


def test_a_field_that_came_later_takes_its_default() -> None:
    stored = json.loads(dump(pack()))
    del stored["pack"]["quotas"][0]["rounding"]
    assert load(canonical.dumps(stored)).pack == pack()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"no json",
        b"\xff",
        dump(pack()) + b" ",
        dump(pack())[:-1],
        dump(pack()).replace(b'"percent":20', b'"percent":"20"'),
        dump(pack()).replace(b'"percent":20', b'"percent":20.5'),
        dump(pack()).replace(b'"rank":"excellent"', b'"rank":"best"'),
        dump(pack()).replace(b'"percent":20', b'"percent":20,"percents":20'),
        dump(pack()).replace(b'"on":"2024-12-05"', b'"on":7'),
        dump(pack()).replace(b'"valid_from":"2024-01-01"', b'"valid_from":"2024-01-32"'),
    ],
)
def test_bytes_that_are_no_pack_are_refused(data: bytes) -> None:
    with pytest.raises(BadInput) as caught:
        load(data)
    assert caught.value.code == "pack.not_stored"
    assert "gói quy tắc" in sentence(caught.value.code, "vi", **caught.value.figures)


def test_days_are_stored_in_order() -> None:
    off = {date(2024, 1, 1) + timedelta(days=number) for number in (9, 2, 5)}
    stored = json.loads(dump(pack(), WorkingDays(off=frozenset(off))))
    assert stored["working_days"]["off"] == ["2024-01-03", "2024-01-06", "2024-01-10"]
