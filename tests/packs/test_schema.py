"""The schema for editors and the reader agree on every key and value."""

import copy
import json
import tomllib
from collections.abc import Iterator
from datetime import date, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from states.packs.keys import PACK_FILE
from states.packs.records import Record, record
from states.packs.schema import FILE, schema, text
from states.packs.shapes import Many, Notes, Path
from tests.packs.base import BASE
from workflow.rulepack import Quota

VALIDATOR = Draft202012Validator(schema(), format_checker=FormatChecker())
WHOLE = tomllib.loads(
    BASE.replace('tracks = ["civil_servant"]', 'tracks = ["civil_servant", "party"]\nzone = "Asia/Ho_Chi_Minh"')
)


def as_json(value: Any) -> Any:
    """TOML as JSON has it: dates and times are text."""
    if isinstance(value, dict):
        return {key: as_json(part) for key, part in value.items()}
    if isinstance(value, list):
        return [as_json(part) for part in value]
    return value.isoformat() if isinstance(value, date | time) else value


def refused_by_schema(values: Any) -> bool:
    return not VALIDATOR.is_valid(as_json(values))


def refused_by_reader(values: Any) -> bool:
    notes = Notes()
    PACK_FILE.read(values, (), notes)
    return bool(notes.faults)


def places(value: Any, at: Path = ()) -> Iterator[Path]:
    """Every table, list and value of a file."""
    yield at
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from places(part, (*at, key))


PLACES = tuple(places(WHOLE))
KEYS = tuple(at for at in PLACES if at and isinstance(at[-1], str))


def at_place(values: Any, at: Path) -> Any:
    for part in at:
        values = values[part]
    return values


def test_the_schema_is_a_schema_and_takes_every_pack() -> None:
    Draft202012Validator.check_schema(schema())
    assert not refused_by_schema(WHOLE)
    for path in sorted(FILE.parent.glob("*.toml")):
        if path.stem != "calendar":
            assert not refused_by_schema(tomllib.loads(path.read_text(encoding="utf-8"))), path.name


@pytest.mark.drift
def test_the_committed_schema_is_the_one_that_the_keys_make() -> None:
    assert FILE.read_text(encoding="utf-8") == text(), "run: python -m states.packs.schema"


def test_the_key_sets_are_equal_table_by_table() -> None:
    defined = schema()["$defs"]
    seen: set[str] = set()

    def compare(record: Record, told: dict[str, Any]) -> None:
        assert set(told["properties"]) == set(record.by_name)
        assert set(told["required"]) == {key.name for key in record.keys if key.required}
        assert told["additionalProperties"] is False
        for key in record.keys:
            shape = key.shape.each if isinstance(key.shape, Many) else key.shape
            if isinstance(shape, Record):
                seen.add(shape.name)
                compare(shape, defined[shape.name])

    compare(PACK_FILE, schema())
    assert seen == set(defined)


@given(st.sampled_from(KEYS))
def test_a_key_taken_away_is_missed_by_both_or_by_neither(at: Path) -> None:
    values = copy.deepcopy(WHOLE)
    del at_place(values, at[:-1])[at[-1]]
    assert refused_by_reader(values) is refused_by_schema(values)


@pytest.mark.parametrize("at", KEYS, ids=lambda at: ".".join(map(str, at)))
def test_a_misspelt_key_is_refused_by_both(at: Path) -> None:
    values = copy.deepcopy(WHOLE)
    table = at_place(values, at[:-1])
    table[f"{at[-1]} x"] = table.pop(at[-1])
    assert refused_by_reader(values)
    assert refused_by_schema(values)


ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 1.5, -(10**9), 10**9, "", " ", "Đ", "x\u0007", [], [[]], {}, {"x": 1}, "\u00a0"]
)


@given(
    st.sampled_from(PLACES[1:]),
    ODD | st.sampled_from(["excellent", "unit", "2024-11", 0, 3, "12-05", "21:30", ["unit"]]),
)
def test_any_other_value_is_taken_or_refused_by_both(at: Path, value: Any) -> None:
    values = copy.deepcopy(WHOLE)
    at_place(values, at[:-1])[at[-1]] = value
    assert refused_by_reader(values) is refused_by_schema(values)


@given(st.sampled_from(PLACES), st.sampled_from(["x", "id", "because", "en", "Ngày", "fields"]), ODD)
def test_a_key_added_anywhere_is_taken_or_refused_by_both(at: Path, key: str, value: Any) -> None:
    values = copy.deepcopy(WHOLE)
    table = at_place(values, at)
    if isinstance(table, dict) and key not in table:
        table[key] = value
        assert refused_by_reader(values) is refused_by_schema(values)


def test_a_type_without_a_shape_is_a_mistake_of_the_definition() -> None:
    with pytest.raises(TypeError, match="no shape"):
        record(Quota, name="quota")


def test_the_schema_is_plain_text_for_diffs() -> None:
    assert json.loads(text()) == schema()
    assert text().endswith("}\n")
