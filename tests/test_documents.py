"""What the documents take from the code is what the code says."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli import reference
from states.diagram import mermaid, records_only
from states.packs import reference as pack_reference
from states.packs.keys import PACK_FILE
from states.packs.meanings import values
from states.packs.records import Record
from states.packs.shapes import Choice, Many
from states.processes import PROCESSES

ROOT = Path(__file__).parent.parent


@pytest.mark.drift
def test_the_readme_draws_the_dossier_as_it_is() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"```mermaid\n{mermaid(PROCESSES['dossier'])}\n```" in readme


@pytest.mark.drift
@pytest.mark.parametrize("name", sorted(PROCESSES))
def test_the_reference_draws_every_process_as_it_is(name: str) -> None:
    page = (ROOT / "docs" / "reference" / "states.md").read_text(encoding="utf-8")
    assert f"```mermaid\n{mermaid(PROCESSES[name])}\n```" in page
    for command in records_only(PROCESSES[name]):
        assert f"`{command}`" in page


@pytest.mark.drift
def test_the_reference_lists_every_command_as_it_is() -> None:
    assert reference.PAGE.read_text(encoding="utf-8") == reference.page(), "run: python -m app.cli.reference"


@pytest.mark.drift
def test_the_reference_of_packs_tells_every_key_as_it_is() -> None:
    page = pack_reference.PAGE.read_text(encoding="utf-8")
    assert page == pack_reference.page(), "run: python -m states.packs.reference"


def untold(record: Record) -> Iterator[str]:
    """Keys without a meaning, and values of closed lists of which only some have one."""
    for key in record.keys:
        inner = key.shape.each if isinstance(key.shape, Many) else key.shape
        if not key.told() and record is not PACK_FILE:
            yield f"{record.name}.{key.name}"
        if isinstance(inner, Record):
            yield from untold(inner)
        elif isinstance(inner, Choice) and len(set(map(bool, values(inner.among).values()))) > 1:
            yield inner.among.__name__


def test_every_link_within_the_reference_of_packs_leads_to_one_heading() -> None:
    page = pack_reference.PAGE.read_text(encoding="utf-8")
    headings = [
        re.sub(r"[^\w -]", "", one).lower().replace(" ", "-") for one in re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    ]
    linked = set(re.findall(r"\]\(#([^)]+)\)", page))
    assert {one: headings.count(one) for one in linked} == dict.fromkeys(linked, 1)


@pytest.mark.drift
def test_every_key_of_a_pack_has_a_docstring_that_tells_it() -> None:
    assert set(untold(PACK_FILE)) == set()


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = []
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert broken == []


def test_every_decision_is_listed() -> None:
    listed = (ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8")
    assert [one.name for one in (ROOT / "docs" / "adr").glob("0*.md") if one.name not in listed] == []
