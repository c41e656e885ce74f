"""The catalogues of the domain `roster` say everything that the code asks for, in both languages, and nothing else."""

import re
import subprocess
import sys
from pathlib import Path
from string import Formatter

import pytest

import workbooks
from workbooks.columns import LAYOUTS
from workflow.messages import LANGUAGES, LOCALE, sentence

SOURCES = sorted(Path(workbooks.__file__).parent.glob("*.py"))
NEAR = ("unknown_parent", "unknown_unit", "unknown_subject")


def asked_for():
    """Codes are literals, but for the few that are put together."""
    found = {code for path in SOURCES for code in re.findall(r'"roster\.([a-z_]+)"', path.read_text("utf-8"))}
    found |= {f"{code}_near" for code in NEAR}
    found |= {f"help_{layout.table}" for layout in LAYOUTS}
    found |= {f"help_{layout.table}_{column.id}" for layout in LAYOUTS for column in layout.columns}
    return found


def catalogue(language):
    text = (LOCALE / language / "LC_MESSAGES" / "roster.po").read_text("utf-8")
    return dict(re.findall(r'^msgid "roster\.([a-z_]+)"\nmsgstr "(.*)"$', text, re.MULTILINE))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_sentence_and_every_sentence_a_code(language):
    assert set(catalogue(language)) == asked_for()


def test_both_languages_use_the_same_figures():
    def figures(text):
        # `{count:row|rows}` is how English counts; Vietnamese nouns do not change.
        return {(name, "" if "|" in (how or "") else how) for _, name, how, _ in Formatter().parse(text) if name}

    vietnamese, english = (catalogue(language) for language in ("vi", "en"))
    assert {code: figures(text) for code, text in vietnamese.items()} == {
        code: figures(text) for code, text in english.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_the_written_one(language):
    for code, text in catalogue(language).items():
        if "{" not in text:
            assert sentence(f"roster.{code}", language) == text.replace('\\"', '"')


def test_importing_the_room_loads_no_library():
    libraries = "openpyxl", "xlsxwriter", "python_calamine"
    code = f"import sys, workbooks; print([one for one in {libraries} if one in sys.modules])"
    room = SOURCES[0].parents[1]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=room)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", workbooks.__all__)
def test_what_the_room_offers_is_there_and_told_in_its_docstring(name):
    assert callable(getattr(workbooks, name))
    assert name in workbooks.__doc__


def test_the_room_offers_nothing_else():
    with pytest.raises(AttributeError):
        _ = workbooks.nothing
