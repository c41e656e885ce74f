"""Packs that differ from the shipped one in a single thing, and a season under them."""

from dataclasses import replace
from pathlib import Path

from tests.cli.line import write_roster
from tests.cli.verbs.office import NOW, Office, cast
from tests.season import SHIPPED

SHIPPED_FILE = Path(__file__).parents[3] / "plans" / f"{SHIPPED}.toml"


def changed(*changes: tuple[str, str]) -> str:
    """The shipped pack's text with these parts replaced, each of which must be there."""
    text = SHIPPED_FILE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def duty_pack() -> str:
    """Groups of a unit and a duty, leaders and staff apart."""
    where = 'where = { kind = ["person"], lead = ["head", "deputy"], duty = ["leadership"], track = ["civil_servant"] }'
    return changed(('group_by = ["unit"]', 'group_by = ["unit", "duty"]'), (where, 'where = { kind = ["person"] }'))


def season_under(pack: str, office: Office, folder: Path) -> Office:
    """The same cast in a database and season of its own, under a pack in a file."""
    file = folder / "pack.toml"
    file.write_text(pack, encoding="utf-8")
    other = replace(office, db=folder / "other.db", always=("--now", NOW))
    other.plainly("init", "--db", str(other.db))
    other.done("season", "open", str(file), "--code", "2024", "--rehearsal")
    other.done("roster", "import", str(write_roster(folder / "roster.xlsx", cast())))
    return other
