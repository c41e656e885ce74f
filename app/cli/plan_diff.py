"""What one rule pack says otherwise than another: rule by rule, key by key."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from app.cli.output import Output
from app.cli.pack_words import PackWords
from app.cli.plan_lines import lines, plain
from workflow.rulepack import RulePack

_PACK = ("id", "version", "title", "year", "valid_from", "valid_until", "zone", "tracks", "extends", "abstract")
_NAMED = {"body": "bodies", "missing": "missing", "source": "sources", "slip": "slips"}
"""Tables besides the rules → where the pack has them."""

Table = tuple[str, str]
"""The name of a table as the file has it, and the id of the one that is meant; none of what there is only once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A table of the pack that is new, gone or otherwise. `keys`: what it said and says of each key; None: nothing."""

    table: str
    id: str
    how: Literal["added", "dropped", "changed"]
    text: str
    keys: Mapping[str, tuple[Any, Any]]


def changes(old: RulePack, new: RulePack, language: str) -> Iterator[Change]:
    """Everything that `new` says otherwise: what it has, and what it has no more, in the order of its tables."""
    before, after = _told(old, language), _told(new, language)
    for table in {**after, **before}:
        was, now = before.get(table, {}), after.get(table, {})
        if was == now:
            continue
        how: Literal["added", "dropped", "changed"] = "changed"
        if table not in before or table not in after:
            how = "dropped" if table in before else "added"
        keys = {key: (was.get(key), now.get(key)) for key in {**was, **now} if was.get(key) != now.get(key)}
        said = now or was
        text = next((str(said[key]) for key in ("text", "name", "title", "what") if table[1] and said.get(key)), "")
        yield Change(table=table[0], id=table[1], how=how, text=text, keys=keys if how == "changed" else {})


def tell_changes(
    out: Output, old: RulePack, new: RulePack, without: frozenset[str] = frozenset()
) -> list[dict[str, Any]]:
    """Say everything that `new` says otherwise, key by key, but of tables that are named `without`; the same as plain
    values."""
    words = PackWords(out, old), PackWords(out, new)
    found = [one for one in changes(old, new, out.language) if one.table not in without]
    for one in found:
        out.say(f"cli.diff_{one.how}", name=_name(one))
        for key, told in one.keys.items():
            was, now = (told_by.either(key, value) for told_by, value in zip(words, told, strict=True))
            out.say("cli.diff_key", key=words[1].key(key), was=was, now=now)
    return [
        {**asdict(one), "keys": {key: {"old": was, "new": now} for key, (was, now) in one.keys.items()}}
        for one in found
    ]


def _name(one: Change) -> str:
    """A table as the file heads it, with the id of the one that is meant, and what it is about where it says so."""
    table = f"[{one.table}]" if not one.id or "." in one.table else f"[[{one.table}]]"
    name = " ".join(part for part in (table, one.id) if part)
    return f"{name}: {one.text}" if one.text else name


def _told(pack: RulePack, language: str) -> dict[Table, dict[str, Any]]:
    """What each table of a pack says, key by key."""
    found: dict[Table, dict[str, Any]] = {("pack", ""): {name: plain(getattr(pack, name)) for name in _PACK}}
    found["settings", ""] = {one.name: plain(getattr(pack.settings, one.name)) for one in fields(pack.settings)}
    for name, section in _NAMED.items():
        found |= {(name, one.id): plain(one) for one in getattr(pack, section)}
    for family in (one.name for one in fields(pack.vocabulary)):
        every = getattr(pack.vocabulary, family)
        found |= {(f"vocabulary.{family}", one.id): {"text": one.label.told(language)} for one in every}
    for line in lines(pack, language):
        rest = {"clause": line.clause, "missing": line.missing, "because": line.because, "text": line.text}
        found[line.kind, line.id] = {**line.readings, **{key: value for key, value in rest.items() if value}}
    return {table: {key: value for key, value in keys.items() if key != "id"} for table, keys in found.items()}
