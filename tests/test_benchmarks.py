"""The benchmarks run, and their page is what was measured. What they say is nobody's test."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import page
from benchmarks.__main__ import ROWS, main
from benchmarks.measuring import Figure
from tests.servers import Server


def test_every_row_can_be_measured(tmp_path: Path, server: Server):
    (tmp_path / page.KEPT).write_text(json.dumps({"figures": [_kept("gone"), _kept("one")]}))
    measured = [name for name in ROWS if name != "starting"]  # whole processes, which every test of the line starts
    main([*measured, "--quick", "--day", "2024-12-05", "--docs", str(tmp_path)], server)
    figures = page.kept(tmp_path)["figures"]
    assert {one["row"] for one in figures} == {"gone", *measured}


@pytest.mark.drift
def test_the_page_and_the_picture_are_drawn_from_what_was_measured():
    told = page.kept()
    assert {one["row"] for one in told["figures"]} <= set(ROWS)
    for name, drawn in ((page.PAGE, page.page(told)), (page.PICTURE, page.picture(told))):
        assert (page.DOCS / name).read_text(encoding="utf-8") == drawn, "run: python -m benchmarks.page"


@pytest.mark.parametrize(
    ("sign", "value", "met"), [("≥", 0.7, True), ("≥", 0.69, False), ("≤", 1.3, True), ("≤", 1.31, False)]
)
def test_a_target_is_met_up_to_its_edge(sign, value, met):
    target = 0.7 if sign == "≥" else 1.3
    made = Figure(row="x", work="x", limit_is="", unit="µs", ours=1, limit=1, value=value, sign=sign, target=target)
    assert made.met is met
    assert ("**missed**" in page.page({"day": "", "machine": {}, "figures": [made.as_json()]})) is not met


def _kept(row: str) -> dict[str, Any]:
    return Figure(row=row, work="", limit_is="", unit="", ours=0, limit=0, value=0).as_json()
