"""Every message of the packs stands in both catalogues, and none that nobody sends."""

import re
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import states.packs
import states.stored
from states.packs.shapes import Refers
from workflow.messages import LOCALE

SOURCES = sorted([*Path(states.packs.__file__).parent.rglob("*.py"), Path(states.stored.__file__)])
REFUSED = re.compile(r'(?:refuse|one_fault)\(\s*(?:\([^()]*\)|[\w.*]+),\s*"([a-z_0-9]+)"')
NAMED = re.compile(r'"pack\.([a-z_0-9]+)"')
CODES = re.compile(r'"((?:no_clause|no_id|missing_key|missing_table|unknown_body|unknown_term|yearly_day|full_day))"')
MADE = {
    *(f"unknown_{one.value}" for one in Refers if one != Refers.BODY_OR_UNIT and "unit" not in one.value),
    *(f"param_{kind}" for kind in ("text", "number", "flag", "list")),
} - {"unknown_category", "unknown_duty", "unknown_tier"}


def sent() -> set[str]:
    """The codes in the source, those that are put together included."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    found = {*REFUSED.findall(text), *NAMED.findall(text), *CODES.findall(text), *MADE}
    return found - {"toml"}


def entries(language: str) -> Iterator[tuple[str, str]]:
    with (LOCALE / language / "LC_MESSAGES" / "pack.po").open("rb") as file:
        for message in read_po(file):
            if message.id:
                yield str(message.id), str(message.string)


def figures(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)(?::[^{}]+)?\}", text.replace("{{", "").replace("}}", "")))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_code_has_its_sentence_and_every_sentence_its_code(language: str) -> None:
    assert {code.removeprefix("pack.") for code, _ in entries(language)} == sent()
    assert all(text for _, text in entries(language))


@pytest.mark.drift
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_compiled_catalogue_is_up_to_date(language: str) -> None:
    with (LOCALE / language / "LC_MESSAGES" / "pack.mo").open("rb") as file:
        compiled = GNUTranslations(file)
    assert {code: compiled.gettext(code) for code, _ in entries(language)} == dict(entries(language))


def test_both_languages_tell_the_same_figures() -> None:
    english = dict(entries("en"))
    for code, text in entries("vi"):
        assert figures(text) == figures(english[code]), code
