"""The page that tells how to write a pack, in both languages: every wording in it is taken as it is told to be written,
and what it says that lint says, lint says."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from babel.messages.pofile import read_po

from states import packs
from workflow.errors import Faulty
from workflow.rulepack import Wording

ROOT = Path(__file__).parents[2]
PACK = (ROOT / "examples" / "small-centre" / "small-centre.toml").read_text(encoding="utf-8")
BRANCH = (ROOT / "examples" / "small-centre" / "small-branch.toml").read_text(encoding="utf-8")

TABLE = re.compile(r"^\|---.*\n((?:\|.*\n?)+)", re.MULTILINE)
BLOCK = re.compile(r"```toml\n(.*?)```\n(.*?)(?=```toml|\n## |\n### |\Z)", re.DOTALL)
ROW = re.compile(r"^\| (.+?) \| (.+) \|$", re.MULTILINE)
LINE = re.compile(r"^    (hoso .*)$", re.MULTILINE)
RANK = re.compile(r"^#+", re.MULTILINE)


class Page(NamedTuple):
    """What the tests read a page by: its headings, and its word for a key that is taken out."""

    text: str
    played: str
    rehearsed: str
    written: str
    extended: str
    lint: str
    without: str

    def part(self, start: str, end: str | None = None) -> str:
        """From one heading to another, or to the end."""
        return self.text[self.at(start) : self.at(end) if end else None]

    def at(self, heading: str) -> int:
        return self.text.index(f"\n## {heading}\n")


PAGES = {
    "en": Page(
        (ROOT / "docs" / "how-to" / "write-a-rule-pack.md").read_text(encoding="utf-8"),
        played="Have a season played",
        rehearsed="Rehearse it",
        written="The paper says, you write",
        extended="A pack that stands on another",
        lint="What lint says, and what to do",
        without="without ",
    ),
    "vi": Page(
        (ROOT / "docs" / "vi" / "viet-goi-quy-tac.md").read_text(encoding="utf-8"),
        played="Diễn tập trọn kỳ",
        rehearsed="Tự mình diễn tập",
        written="Văn bản ghi thế này thì viết thế nào",
        extended="Gói dựa trên gói khác",
        lint="Lint báo gì, và cách sửa",
        without="bỏ ",
    ),
}
in_each_language = pytest.mark.parametrize("language", PAGES)


def rows(part: str) -> Iterator[tuple[str, str]]:
    """The two cells of every row of the tables in a part, without their heads."""
    for table in TABLE.findall(part):
        yield from ROW.findall(table)


def wordings(page: Page) -> Iterator[tuple[str, str]]:
    """What a paper says, and the rule that is written for it: the rule above with the lines that the row tells."""
    for frame, tables in BLOCK.findall(page.part(page.written, page.extended)):
        yield f"{frame.splitlines()[0]} as it stands", frame
        for says, write in rows(tables):
            yield says, written(frame, *write.partition(page.without)[::2])


def written(frame: str, added: str, without: str) -> str:
    """The last rule of `frame` with what a row adds, and without what it takes out."""
    lines = re.findall(r"`([^`]+)`", added)
    gone = {*re.findall(r"`([^`]+)`", without), *(line.split(" = ")[0] for line in lines)}
    start = frame.rindex("\n[[", 0, frame.index('"KH12-8"')) + 1 if "\n[[" in frame[: frame.index('"KH12-8"')] else 0
    rule, further = re.match(r"(\[\[.*?)(\n\[\[.*|\Z)", frame[start:], re.DOTALL).groups()  # type: ignore[union-attr]
    kept = [line for line in rule.splitlines() if line.split(" = ")[0] not in gone]
    return "\n".join([frame[:start], *kept, *lines, further])


WORDINGS = {language: list(wordings(page)) for language, page in PAGES.items()}
TRIED = [pytest.param(rule, id=f"{one}-{says}") for one, told in WORDINGS.items() for says, rule in told]


@pytest.mark.parametrize("rule", TRIED)
def test_what_a_paper_says_is_taken_as_it_is_told_to_be_written(rule: str) -> None:
    packs.read_text(f"{PACK}\n{rule}")


@in_each_language
def test_each_wording_is_written_in_its_own_way(language: str) -> None:
    assert len(WORDINGS[language]) > 100
    rules = [tomllib.loads(rule) for _, rule in WORDINGS[language]]
    assert {table for one in rules for table in one} >= {"deadline", "quota", "route", "paper", "meeting", "ceiling"}
    assert {one["deadline"][0]["wording"] for one in rules if "deadline" in one} == set(Wording)


@in_each_language
def test_a_line_that_is_left_out_of_a_wording_is_missed(language: str) -> None:
    rule = next(rule for says, rule in WORDINGS[language] if says.startswith("theo thời hạn"))
    with pytest.raises(Faulty):
        packs.read_text(f"{PACK}\n{rule.replace('rule = ', '# ')}")


@in_each_language
def test_the_switch_of_the_page_is_the_branchs(language: str) -> None:
    block = re.search(r"```toml\n(\[\[switch\]\].*?)```", PAGES[language].text, re.DOTALL)
    assert block is not None
    assert block[1] in BRANCH


def said_by(domain: str, language: str) -> dict[str, str]:
    """The sentences of a domain, without their figures, and their codes."""
    with (ROOT / "workflow" / "locale" / language / "LC_MESSAGES" / f"{domain}.po").open(encoding="utf-8") as file:
        return {re.sub(r"\{[^{}]+\}", "…", str(one.string)): str(one.id) for one in read_po(file) if one.id}


def found(language: str) -> list[str]:
    """What a page says that a rehearsal finds."""
    page = PAGES[language]
    return [finds for finds, _ in rows(page.part(page.played, page.rehearsed))]


def said(language: str) -> list[str]:
    """What a page says that lint says."""
    return [says for says, _ in rows(PAGES[language].part(PAGES[language].lint))]


@in_each_language
def test_what_the_page_says_that_a_rehearsal_finds_it_finds(language: str) -> None:
    known, told = said_by("rehearsal", language), found(language)
    assert len(told) > 8
    assert [one for one in told if one not in known] == []


@in_each_language
def test_what_the_page_says_that_lint_says_lint_says(language: str) -> None:
    known, told = said_by("pack", language), said(language)
    assert len(told) > 15
    assert [one for one in told if one not in known] == []


def test_both_pages_write_the_same_and_type_the_same_lines() -> None:
    english, vietnamese = PAGES["en"], PAGES["vi"]
    assert [rule for _, rule in WORDINGS["vi"]] == [rule for _, rule in WORDINGS["en"]]
    assert typed(vietnamese) == typed(english)
    assert [len(one) for one in RANK.findall(vietnamese.text)] == [len(one) for one in RANK.findall(english.text)]


def typed(page: Page) -> list[tuple[list[str], bool]]:
    """The words of every line, and whether the page says that it is refused."""
    return [(shlex.split(one, comments=True), "# " in one) for one in LINE.findall(page.text)]


def test_both_pages_tell_of_the_same_messages() -> None:
    for domain, told in (("rehearsal", found), ("pack", said)):
        english, vietnamese = ([said_by(domain, one)[sentence] for sentence in told(one)] for one in ("en", "vi"))
        assert vietnamese == english
