"""One value, one sequence of bytes: what a record hashes is exactly what it stores."""

import json
import math
import unicodedata
from collections import OrderedDict
from enum import IntEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow import canonical
from workflow.canonical import LARGEST, NotCanonical
from workflow.words import Rank

NFC_TEXT = st.text(st.characters(codec="utf-8")).map(lambda text: unicodedata.normalize("NFC", text))
KEYS = st.text(st.characters(codec="ascii"), max_size=8)
SCALARS = st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | NFC_TEXT
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=20
)


@given(VALUES)
def test_what_was_written_is_read_back(value: Any):
    assert canonical.loads(canonical.dumps(value)) == value


def exactly(value: Any) -> Any:
    """A value told apart as JSON tells it: 1 is not true, and the order of keys is nothing."""
    if isinstance(value, dict):
        return frozenset((key, exactly(inner)) for key, inner in value.items())
    if isinstance(value, list):
        return tuple(map(exactly, value))
    return type(value), value


@given(VALUES, VALUES)
def test_different_values_have_different_bytes(one: Any, other: Any):
    assert (canonical.dumps(one) == canonical.dumps(other)) == (exactly(one) == exactly(other))


@given(st.dictionaries(KEYS, SCALARS, max_size=6), st.randoms(use_true_random=False))
def test_the_order_in_which_keys_came_is_nothing(value: dict[str, Any], random: Any):
    shuffled = list(value.items())
    random.shuffle(shuffled)
    assert canonical.dumps(dict(shuffled)) == canonical.dumps(value)


@given(VALUES)
def test_the_bytes_are_plain_json_without_a_space(value: Any):
    data = canonical.dumps(value)
    assert json.loads(data) == value
    assert canonical.read(data) == value
    if not any(" " in text for text in texts(value)):
        assert b" " not in data


def texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [*value, *(text for inner in value.values() for text in texts(inner))]
    if isinstance(value, list):
        return [text for inner in value for text in texts(inner)]
    return [value] if isinstance(value, str) else []


def test_the_form_of_a_small_thing():
    value = {"b": [1, True, None], "a": "Sở Nội vụ", "": -5}
    assert canonical.dumps(value) == '{"":-5,"a":"Sở Nội vụ","b":[1,true,null]}'.encode()


def test_absent_is_not_null():
    assert canonical.dumps({}) != canonical.dumps({"a": None})


def test_members_of_a_word_list_are_their_values_and_tuples_are_lists():
    assert canonical.dumps({"rank": Rank.GOOD, "all": (Rank.GOOD,)}) == b'{"all":["good"],"rank":"good"}'


class Number(IntEnum):
    ONE = 1


NFD = unicodedata.normalize("NFD", "Sở")


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        0.1,
        math.nan,
        math.inf,
        -math.inf,
        LARGEST + 1,
        -LARGEST - 1,
        NFD,
        b"bytes",
        {1, 2},
        Number.ONE,
        NotImplemented,
        {1: "one"},
        {None: "none"},
        {"Ạ": 1},
        {b"a": 1},
        OrderedDict(a=1),
        "\ud800",
    ],
    ids=repr,
)
@pytest.mark.parametrize(
    "where", [lambda one: one, lambda one: [0, one], lambda one: {"a": {"b": [one]}}], ids=["alone", "listed", "deep"]
)
def test_what_has_no_form_is_refused_wherever_it_stands(value: Any, where: Any):
    with pytest.raises(NotCanonical):
        canonical.dumps(where(value))


def test_the_refusal_names_the_place():
    with pytest.raises(NotCanonical, match=r"\$\.facts\.ranks\[1\]: float"):
        canonical.dumps({"facts": {"ranks": ["good", 0.5]}})


@pytest.mark.parametrize("value", [LARGEST, -LARGEST, 0])
def test_integers_below_2_to_the_53_are_kept(value: int):
    assert canonical.loads(canonical.dumps(value)) == value


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a": 1}',
        b'{"a":1}\n',
        b" 1",
        b"1.0",
        b"1e3",
        b"-0",
        b"01",
        b"NaN",
        b"Infinity",
        b"9007199254740992",
        b'"\\u0041"',
        b'"\\ud800"',
        f'"{NFD}"'.encode(),
        '{"Ạ":1}'.encode(),
        b"\xff",
        '"a"'.encode("utf-16"),
        b"\xef\xbb\xbf1",
    ],
    ids=repr,
)
def test_bytes_in_any_other_form_are_refused(data: bytes):
    with pytest.raises(NotCanonical):
        canonical.loads(data)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"a": [1, 2**53]}, "$.a[1]: beyond 2^53"),
        ([{"b": "e\u0301"}], "$[0].b: not NFC, or half a surrogate pair"),
        (["\ud800"], "$[0]: not NFC, or half a surrogate pair"),
        ([chr(0xDFFF)], "$[0]: not NFC, or half a surrogate pair"),
        ({"a": 0.5}, "$.a: float has no canonical form"),
        ({"a": {"é": 1}}, "$.a: key 'é' is not ASCII text"),
        ({"a": {1: 1}}, "$.a: key 1 is not ASCII text"),
    ],
)
def test_what_has_no_form_is_named_with_its_place_and_why(value: Any, said: str):
    with pytest.raises(NotCanonical) as caught:
        canonical.dumps(value)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"9007199254740992", "9007199254740992: beyond 2^53"),
        (b"0.5", "0.5: no whole number"),
        (b"NaN", "NaN: no whole number"),
        (b'{"a": 1}', "not in canonical form"),
        (b"[" * 100_000, "nested too deep"),
    ],
)
def test_bytes_that_are_no_canonical_form_are_refused_with_why(data: bytes, said: str):
    with pytest.raises(NotCanonical) as caught:
        canonical.loads(data)
    assert str(caught.value) == said


def test_bytes_that_are_no_json_are_refused_as_that():
    with pytest.raises(NotCanonical, match=r"^no JSON: "):
        canonical.loads(b"x")
