"""Lines are found as `tomllib` reads: whatever stands inside texts and comments is neither key nor header."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.packs.lines import Lines
from states.packs.shapes import Path

TEXT = '''\
# [[comment]]
top = 1 # x = 2
"quoted key" = 'a [[header]] # no comment'

[table]
plain = "[[rule]]"
dotted.inner = 3
list = [
  "x = 1",
  { a = 1, b = "]" },
]
after = """
[[rule]]
hidden = 1
quotes \\""" and ""still"" in
"""
literal = \'\'\'
x = 2 \\\'\'\'
last = "a\\"] ["

[[rule]]
id = "one"
[[rule.rung]]
id = "1"
[[rule.rung]]
id = "2"
[rule.where]
tier = []

[[ rule ]]
id = "two"
  [[rule.rung]]
  id = "3"
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("quoted key",), 3),
        (("table",), 5),
        (("table", "plain"), 6),
        (("table", "dotted"), 7),
        (("table", "dotted", "inner"), 7),
        (("table", "list", 1, "b"), 8),
        (("table", "after"), 12),
        (("table", "literal"), 17),
        (("table", "last"), 19),
        (("rule", 0), 21),
        (("rule", 0, "id"), 22),
        (("rule", 0, "rung", 1, "id"), 26),
        (("rule", 0, "where", "tier"), 28),
        (("rule", 0, "missing"), 21),
        (("rule", 1), 30),
        (("rule", 1, "rung", 0), 32),
        (("nothing",), None),
        (("hidden",), None),
        ((), None),
    ],
)
def test_each_place_has_its_line(path: Path, line: int | None) -> None:
    assert tomllib.loads(TEXT)["rule"][1]["rung"][0]["id"] == "3"
    assert Lines(TEXT).of(path) == line


BLOCKS = st.lists(
    st.sampled_from(
        [
            'a{n} = """\n[[x]]\nb = 1\n"""',
            "a{n} = '''\n]] [[x]] '' \n'''",
            "a{n} = [\n 1,\n # ]\n 'x = [',\n]",
            'a{n} = {{ b = "}}", c = [1, 2] }}',
            'a{n} = "\\"[[x]]"  # [',
            "a{n}.b = 1",
            "# comment [[x]] {n}",
            "",
            "[t{n}]\nk = 1",
            "[[x]]\nk = '''it''s'''",
            'a{n} = """x\\\n  "" " \\""" """""',
        ]
    ),
    max_size=12,
)


@given(BLOCKS)
def test_every_key_is_found_on_the_line_that_begins_with_it(blocks: list[str]) -> None:
    text = "\n".join(block.format(n=number) for number, block in enumerate(blocks))
    values, lines = tomllib.loads(text), text.split("\n")
    found = Lines(text)
    for path in _paths(values):
        line = found.of(path)
        assert line is not None
        name = next(part for part in reversed(path) if isinstance(part, str))
        known = lines[line - 1].lstrip("[")
        assert known.startswith(name) or known.split(" ")[0].endswith(f".{name}")


def _paths(values: dict[str, Any], path: Path = ()) -> list[Path]:
    """The places of all tables and keys outside inline tables."""
    found: list[Path] = []
    for key, value in values.items():
        at = (*path, key)
        if isinstance(value, dict) and not set(value) <= {"b", "c"}:
            found += [at, *_paths(value, at)]
        elif key == "x":
            for number, one in enumerate(value):
                found += [(*at, number), *_paths(one, (*at, number))]
        else:
            found.append(at)
    return found
