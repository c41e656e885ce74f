"""What people read in Vietnamese is Vietnamese: every view of a whole season, and every page of help.

Codes that are typed or looked up are no words: refs, rule ids, option names, lines to paste, and values that stand
before their meaning in brackets.
"""

import re
import shlex
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest
import typer

from app.cli.help import localise
from app.cli.output import Output
from app.cli.pack_words import PackWords
from app.cli.plan_lines import lines
from app.cli.root import build
from states import packs
from states.guards import GUARDS
from tests.cli.line import said
from tests.cli.test_help import commands
from workflow import rulepack, words
from workflow.messages import knows

NOW = "2024-12-16T09:00:00+07:00"

VIEWS = [
    "today --as SNV-06",
    "today --as UBND-TK",
    "season status",
    "plans list",
    "plans show ninh-thuan-2024-11",
    "quota",
    "group list",
    "role list",
    "meeting list",
    "obligation list --all",
    "dossier list",
    "dossier show HS-0148",
    "dossier show HS-0116",
    "dossier show HS-0188",
    "unit nudge SCT --as SNV-06",
    "replay HS-0116",
    "replay SNNPTNT",
    "replay VH-0012",
    "replay",
    "audit attempts",
    "audit verify",
    "audit redecide",
    "sweep --verbose",
    "health",
    "dossier advance HS-0188 submit --as SCT-08",
    "unit submit SCT --as SCT-08",
    "unit close-vote SCT --as SCT-08",
    "dossier advance HS-0115 adjust --as SYT-10",
    "season close --as SNV-06",
]


def enums() -> Iterator[type[StrEnum]]:
    for room in (words, rulepack):
        for one in vars(room).values():
            if isinstance(one, type) and issubclass(one, StrEnum) and one is not StrEnum:
                yield one


def english() -> set[str]:
    """Stored values, keys and ids that are English words, and the placeholders of the command line."""
    pack = packs.find("ninh-thuan-2024-11")
    readings = {name for one in lines(pack, "vi") for name in one.readings}
    metavars = {part for _, one in commands() for p in one.params for part in re.findall(r"[A-Z]{2,}", p.metavar or "")}
    return {
        *(value.value for enum in enums() for value in enum),
        *(one.id for one in pack.missing),
        *(one.id for ladder in pack.ladders for one in ladder.rungs),
        *(one.id for one in pack.document.fields),
        *(term.id for family in ("unit_kinds", "categories", "duties") for term in getattr(pack.vocabulary, family)),
        *readings,
        *GUARDS,
        *(metavars - {"URL"}),
        *("yes", "no", "true", "false", "none", "None", "True", "False", "roster", "default", "os-user", "overdue"),
    } - {"vi", "en", "on", *rulepack.FileType}


ENGLISH = re.compile(rf"(?<![\w‘“-])(?:{'|'.join(map(re.escape, sorted(english(), key=len, reverse=True)))})(?![\w-])")

CODES = [
    re.compile(r"`[^`]*`"),  # quoted from the command line
    re.compile(r"(?<!\w)--[a-z-]+"),
    re.compile(r"hoso .*"),  # a line to paste, or to type
    re.compile(r"\b[a-z_]+ \([^()]*\)"),  # a value to type, with its meaning behind it
    re.compile(r"\b(?:HOSO|NT11|SHA)[-_][\w-]+"),
    re.compile(r"[\w.-]+@[\w.-]+"),
    re.compile(r"/\S+"),
]


def words_of(text: str) -> str:
    """A text without what is deliberately a code."""
    for one in CODES:
        text = one.sub(" ", text)
    return text


def strangers(text: str) -> list[str]:
    return [
        f"{found[0]}: {line.strip()[:160]}" for line in text.splitlines() for found in ENGLISH.finditer(words_of(line))
    ]


def test_the_demo_tells_its_season_in_vietnamese(demo: tuple[Path, str]):
    assert strangers(demo[1]) == []


@pytest.mark.parametrize("view", VIEWS)
def test_no_view_of_the_season_says_an_english_word(demo: tuple[Path, str], monkeypatch: pytest.MonkeyPatch, view: str):
    now = [] if view in {"health", "plans list", "plans show ninh-thuan-2024-11"} else ["--now", NOW]
    answer = said([*shlex.split(view), "--db", str(demo[0]), *now], monkeypatch)
    assert answer.text.strip()
    found = strangers(answer.text)
    # Kinds of bodies and terms are codes in a column of their own, for whoever fills in a roster.
    found = [one for one in found if not (view.startswith("plans show") and re.search(r": [^\t]+\t[a-z_]+\t", one))]
    assert found == [], "\n".join(found)


def test_the_search_finds_what_it_is_for():
    for one in ("seven-days-before", "thiếu: authority-table", "recipients=(body=x)", "mức: good", "Số RANK"):
        assert strangers(one), one
    for one in ("good (Hoàn thành tốt nhiệm vụ)", "--rank", "HS-0001 · NT11-1g-2-deputies", "→ hoso today --as ACTOR"):
        assert strangers(one) == [], one


TYPED_IN_HELP = {
    *("excellent", "good", "completed", "not_completed", "civil_servant", "party", "submit", "ratify", "all"),
    *("yes", "no", "unknown", "kept", "changed"),
}
"""Values that help tells people to type."""

VERBS = re.compile(r"^  [a-z-]+(?=  )", re.MULTILINE)
"""In the list of commands, what they are called."""


def test_no_page_of_help_says_an_english_word():
    tree = typer.main.get_command(build())
    localise(tree, "vi")
    found, count = [], 0
    for path, command in commands(tree):
        name = path.replace(".", " ")
        page = command.get_help(command.make_context(name, [], resilient_parsing=True))
        found += [f"{name}: {one}" for one in strangers(VERBS.sub("", page))]
        count += 1
    assert count > 40
    found = [one for one in found if one.split(": ")[1] not in TYPED_IN_HELP]
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_placeholder_of_the_command_line_has_its_word(language: str):
    metavars = {one.metavar for _, command in commands() for one in command.params if one.metavar}
    assert sorted(one for one in metavars if not knows(f"help.metavar.{one}", language)) == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_key_of_the_pack_language_has_its_label(language: str):
    told = PackWords(Output(language=language), packs.find("ninh-thuan-2024-11"))
    kinds = (rulepack.Route, rulepack.Quota, rulepack.Deadline, rulepack.GuardRule, rulepack.Guidance)
    parts = (rulepack.Where, rulepack.Recipient, rulepack.SmallGroup)
    keys = {one for kind in (*kinds, *parts) for one in kind.__dataclass_fields__}
    unsaid = {"id", "clause", "text", "missing", "process", "uses", "step", "required"}
    unknown = [
        one for one in sorted(keys - unsaid) if not (knows(f"cli.reading_{one}", language) or knows(f"word.{one}"))
    ]
    assert unknown == []
    assert told.key("percent") != "percent"
