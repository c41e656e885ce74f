"""The page that tells how to write a pack: every wording in it is taken as it is told to be written, and what it says
that lint says, lint says."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from states import packs
from workflow.errors import Faulty
from workflow.rulepack import Wording

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "write-a-rule-pack.md").read_text(encoding="utf-8")
PACK = (ROOT / "examples" / "small-centre" / "small-centre.toml").read_text(encoding="utf-8")
BRANCH = (ROOT / "examples" / "small-centre" / "small-branch.toml").read_text(encoding="utf-8")

BLOCK = re.compile(r"```toml\n(.*?)```\n(.*?)(?=```toml|\n## |\n### |\Z)", re.DOTALL)
ROW = re.compile(r"^\| (?!the paper says|---)(.+?) \| (.+) \|$", re.MULTILINE)


def wordings() -> Iterator[tuple[str, str]]:
    """What a paper says, and the rule that is written for it: the rule above with the lines that the row tells."""
    told = PAGE[PAGE.index("## The paper says, you write") : PAGE.index("## A pack that stands on another")]
    for frame, rows in BLOCK.findall(told):
        yield f"{frame.splitlines()[0]} as it stands", frame
        for says, write in ROW.findall(rows):
            yield says, written(frame, write)


def written(frame: str, write: str) -> str:
    """The last rule of `frame` with what a row adds, and without what it takes out."""
    added, _, without = write.partition("without ")
    lines = re.findall(r"`([^`]+)`", added)
    gone = {*re.findall(r"`([^`]+)`", without), *(line.split(" = ")[0] for line in lines)}
    start = frame.rindex("\n[[", 0, frame.index('"KH12-8"')) + 1 if "\n[[" in frame[: frame.index('"KH12-8"')] else 0
    rule, further = re.match(r"(\[\[.*?)(\n\[\[.*|\Z)", frame[start:], re.DOTALL).groups()  # type: ignore[union-attr]
    kept = [line for line in rule.splitlines() if line.split(" = ")[0] not in gone]
    return "\n".join([frame[:start], *kept, *lines, further])


WORDINGS = list(wordings())


@pytest.mark.parametrize("rule", [rule for _, rule in WORDINGS], ids=[says for says, _ in WORDINGS])
def test_what_a_paper_says_is_taken_as_it_is_told_to_be_written(rule: str) -> None:
    packs.read_text(f"{PACK}\n{rule}")


def test_each_wording_is_written_in_its_own_way() -> None:
    assert len(WORDINGS) > 100
    rules = [tomllib.loads(rule) for _, rule in WORDINGS]
    assert {table for one in rules for table in one} >= {"deadline", "quota", "route", "paper", "meeting", "ceiling"}
    assert {one["deadline"][0]["wording"] for one in rules if "deadline" in one} == set(Wording)


def test_a_line_that_is_left_out_of_a_wording_is_missed() -> None:
    rule = next(rule for says, rule in WORDINGS if says.startswith("theo thời hạn"))
    with pytest.raises(Faulty):
        packs.read_text(f"{PACK}\n{rule.replace('rule = ', '# ')}")


def test_the_switch_of_the_page_is_the_branchs() -> None:
    block = re.search(r"```toml\n(\[\[switch\]\].*?)```", PAGE, re.DOTALL)
    assert block is not None
    assert block[1] in BRANCH


def said_by(domain: str) -> set[str]:
    """The English sentences of a domain, without their figures."""
    with (ROOT / "workflow" / "locale" / "en" / "LC_MESSAGES" / f"{domain}.po").open(encoding="utf-8") as file:
        return {re.sub(r"\{[^{}]+\}", "…", str(one.string)) for one in read_po(file) if one.id}


def test_what_the_page_says_that_a_rehearsal_finds_it_finds() -> None:
    told = ROW.findall(PAGE[PAGE.index("## Have a season played") : PAGE.index("## Rehearse it")])
    found = [finds for finds, _ in told if finds != "it finds"]
    assert len(found) > 8
    assert [one for one in found if one not in said_by("rehearsal")] == []


def test_what_the_page_says_that_lint_says_lint_says() -> None:
    known = said_by("pack")
    told = ROW.findall(PAGE[PAGE.index("## What lint says") :])
    said = [says for says, _ in told if says != "it says"]
    assert len(said) > 15
    assert [one for one in said if one not in known] == []
