"""Rule packs: a regulation as data, read from TOML, checked, resolved, stored (design sections 5 and 7)."""

from collections.abc import Iterable
from pathlib import Path

from states.packs import calendar
from states.packs.files import bytes_of, neighbours, shipped_corrections, shipped_names, shipped_pack
from states.packs.reader import Around, read
from states.packs.shapes import listed, nearest
from states.packs.text import PackText
from states.stored import StoredPack, dump, load, pack_hash
from workflow.errors import BadInput, Fault
from workflow.rulepack import RulePack, WorkingDays, blanks

__all__ = [
    "StoredPack",
    "dump",
    "find",
    "left_blank",
    "load",
    "pack_hash",
    "read_file",
    "read_text",
    "shipped",
    "working_days",
]

_SHIPPED = Around(parents=shipped_pack)


def read_file(path: str | Path) -> RulePack:
    """The pack in the file `path`; a parent is looked for beside it, then among the shipped ones.

    Raises `Faulty` with every fault of the file.
    """
    path = Path(path)
    return read(bytes_of(path), file=str(path), around=Around(parents=lambda name: neighbours(path.parent, name)))


def read_text(text: str | bytes, *, name: str = "pack.toml") -> RulePack:
    """The pack that `text` holds; a parent is looked for among the shipped ones. `name` stands for its file."""
    data = text.encode() if isinstance(text, str) else text
    return read(data, file=name, around=_SHIPPED)


def find(name_or_path: str) -> RulePack:
    """The shipped pack of that id, else the pack in the file of that path.

    Raises `BadInput` (pack.unknown) where it is neither, `Faulty` where it is a pack with faults.
    """
    found = shipped_pack(name_or_path)
    if found is not None:
        return read(found[0], file=found[1], around=_SHIPPED)
    if not Path(name_or_path).exists() and not name_or_path.endswith(".toml"):
        names = shipped_names()
        raise BadInput("pack.unknown", name=name_or_path, known=listed(names), nearest=nearest(name_or_path, names))
    return read_file(name_or_path)


def left_blank(name_or_path: str) -> tuple[Fault, ...]:
    """What the file of a pack that `find` finds leaves to be filled in, with its line: a rehearsal may be opened under
    it, a season not. Raises as `find`."""
    data, file = shipped_pack(name_or_path) or (bytes_of(Path(name_or_path)), name_or_path)
    text = PackText(data, file=file)
    return tuple(text.fault(at, "pack.blank", {"text": blank}) for at, blank in blanks(text.values))


def shipped() -> tuple[RulePack, ...]:
    """The packs that come with Hoso, by id."""
    return tuple(find(name) for name in shipped_names())


def working_days(years: Iterable[int]) -> WorkingDays:
    """Days off and worked weekends of `years`, as Hoso knows them today; stored with a season's pack."""
    return calendar.working_days(years, shipped_corrections())
