"""docs/reference/packs.md, made from the keys that packs are read by: `python -m states.packs.reference` writes it, a
test checks it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, fields
from datetime import date, time
from enum import StrEnum
from pathlib import Path
from typing import Any

from states.guards import GUARDS, GuardSpec
from states.packs.checks.ceilings import RANKING
from states.packs.checks.deadlines import TAKES
from states.packs.checks.known import PLACES, own_steps
from states.packs.checks.orders import STEPS
from states.packs.keys import CLAUSE, PACK_FILE, WHERE
from states.packs.meanings import told, told_whole, values
from states.packs.records import Key, Record
from states.packs.shapes import (
    Choice,
    Clock,
    Day,
    Flag,
    Line,
    Many,
    Parameters,
    PrintedDay,
    Refers,
    Shape,
    Terms,
    Whole,
    Words,
)
from states.processes import PROCESSES
from workflow.discharge import AFTER
from workflow.facts import MARKED
from workflow.messages import word
from workflow.rulepack import OWN_UNIT, Rule, Where

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "packs.md"

HEAD = """# Rule packs

*Made from the pack language itself by `python -m states.packs.reference`; a test holds this page to it.*

A rule pack is one TOML file. `[name]` opens a table that stands once, `[[name]]` one of any number. An id is of
A-Z a-z 0-9 . _ -. Text for people is `"tiếng Việt"` or `{ vi = "…", en = "…" }`. The same texts stand in
`plans/schema.json`, which editors show (`#:schema plans/schema.json` as the first line of a file). What must hold among
tables `hoso plans lint FILE` says, with every fault at once; `hoso plans show FILE` tells a pack with every default
written out. [How to write one](../how-to/write-a-rule-pack.md) goes from the paper to a rehearsal.
"""
COLUMNS = "\n| key | meaning | what it takes | default |\n|---|---|---|---|\n"
SHARED = (CLAUSE, WHERE)
"""Tables that many others hold, told once."""
COMMON = ("id", "clause", "text", "replaces", "because")
"""Keys of every rule, told once."""

COMMANDS: Mapping[tuple[str, str], Iterable[str]] = {
    ("deadline", "met_by"): AFTER,
    ("deadline", "event"): MARKED,
    ("deadline", "waits_for"): MARKED,
    ("paper", "needed_at"): own_steps(PROCESSES),
    ("order", "reached"): STEPS,
    ("order", "command"): STEPS,
    ("ceiling", "command"): RANKING,
    ("guidance", "shown_at"): (*PLACES, *own_steps(PROCESSES)),
}
"""Table and key → the commands, or places, that it takes."""

ELSEWHERE = {
    ("guard", "process"): "the [condition](#conditions)'s own",
    ("guard", "command"): "one of the [condition](#conditions)'s own",
    ("guard", "uses"): "a [condition](#conditions)",
    ("deadline", "ladder"): "a [ladder](#ladder)",
    ("meeting", "voters"): "list; each a [part](#meetingpart)",
}
"""Table and key → where what it takes is told."""

_NAMED = (Refers.SOURCE, Refers.MISSING, Refers.BODY, Refers.ROUTE, Refers.DEADLINE, Refers.PAPER, Refers.CIRCUMSTANCE)
_TERMS = (Refers.UNIT_KIND, Refers.CATEGORY, Refers.DUTY, Refers.TIER)
_REFERRED = {
    **{one: f"a [{one}](#{one})" for one in _NAMED},
    **dict.fromkeys(_TERMS, "a term of the [vocabulary](#vocabulary)"),
    Refers.BODY_OR_UNIT: f'a [body](#body), or `"{OWN_UNIT}"`',
}
_KINDS: Mapping[type, str] = {str: "text", int: "whole number", bool: "true or false", tuple: "list"}


def page() -> str:
    """The whole page."""
    return "".join([HEAD, *_contents(), *_tables(), *_shared(), *_steps(), *_values(), *_conditions()])


def _contents() -> Iterator[str]:
    yield "\n| table | |\n|---|---|\n"
    for key, record in _top():
        yield f"| [`{_opened(key)}`](#{_anchor(key.name)}) | {_cell(_description(record))} |\n"


def _tables() -> Iterator[str]:
    for key, record in _top():
        yield f"\n## {key.name}\n\n`{_opened(key)}`{' (needed)' if key.required else ''}. {_whole(record)}\n"
        yield from _told(record)
        for one in _inner(record):
            if one not in SHARED:
                yield f"\n### {one.name}\n\n{_whole(one)}\n"
                yield from _told(one)
        if key.name == "deadline":
            yield from _wordings()


def _shared() -> Iterator[str]:
    some = next(record for _, record in _top() if _is_rule(record))
    yield f"\n## every rule\n\n{told_whole(Rule)}\n"
    yield from _listed(some, [one for one in some.keys if one.name in COMMON])
    for record in SHARED:
        yield f"\n## {record.name}\n\n{_whole(record)}\n"
        yield from _told(record)


def _told(record: Record) -> Iterator[str]:
    own = [one for one in record.keys if not _is_rule(record) or one.name not in COMMON]
    if len(own) < len(record.keys):
        yield "\nThese keys, and those of [every rule](#every-rule):\n"
    yield from _listed(record, own)


def _is_rule(record: Record) -> bool:
    return record.of is not None and issubclass(record.of, Rule)


def _listed(record: Record, keys: Iterable[Key]) -> Iterator[str]:
    yield COLUMNS
    for key in keys:
        takes = ELSEWHERE.get((record.name, key.name)) or _takes(key.shape, COMMANDS.get((record.name, key.name), ()))
        yield f"| `{key.name}` | {_cell(key.told())} | {takes} | {_default(key)} |\n"


def _wordings() -> Iterator[str]:
    yield "\n### keys of each wording\n\n| wording | needs | may have |\n|---|---|---|\n"
    for wording, (needed, taken) in TAKES.items():
        yield f"| `{wording}` | {_codes(needed)} | {_codes(taken)} |\n"


def _steps() -> Iterator[str]:
    yield "\n## steps\n\nOf a dossier; [states](states.md) tells from where they lead where, and who takes them.\n"
    yield "\n| step | |\n|---|---|\n"
    for name in PROCESSES["dossier"].steps:
        yield f"| `{name}` | {word(name, 'en')} ({word(name, 'vi')}) |\n"


def _values() -> Iterator[str]:
    """Closed lists whose values mean more than their names, in the order in which keys first take them."""
    yield "\n## values\n"
    for among in dict.fromkeys(_choices(PACK_FILE)):
        if any(values(among).values()):
            yield f"\n### {_title(among)}\n\n{told(among)}\n\n| value | meaning |\n|---|---|\n"
            yield from (f"| `{value}` | {_cell(text)} |\n" for value, text in values(among).items())


def _conditions() -> Iterator[str]:
    yield "\n## conditions\n\nWhat a `[[guard]]` may name (`uses`), at one of its commands, with all of its `params`.\n"
    yield "\n| condition | process | commands | params | meaning |\n|---|---|---|---|---|\n"
    for name, spec in GUARDS.items():
        if spec.for_packs:
            params = ", ".join(f"`{one}` ({_KINDS[kind]})" for one, kind in spec.params.items())
            yield f"| `{name}` | `{spec.process}` | {_codes(spec.commands)} | {params or '–'} | {_asked(spec)} |\n"
    yield "\nThe others come with the other tables, or stand in every pack; refusals name them.\n"
    yield "\n| condition | process | commands | meaning |\n|---|---|---|---|\n"
    for name, spec in GUARDS.items():
        if not spec.for_packs:
            yield f"| `{name}` | `{spec.process}` | {_codes(spec.commands)} | {_asked(spec)} |\n"


def _asked(spec: GuardSpec) -> str:
    return _cell(" ".join((spec.function.__doc__ or "").partition("\n\n")[0].split()))


def _top() -> Iterator[tuple[Key, Record]]:
    for key in PACK_FILE.keys:
        record = _record(key.shape)
        if record is not None:
            yield key, record


def _record(shape: Shape) -> Record | None:
    """The table that a key holds, or holds a list of."""
    inner = shape.each if isinstance(shape, Many) else shape
    return inner if isinstance(inner, Record) else None


def _inner(record: Record) -> Iterator[Record]:
    """The tables within a table, each once."""
    found = {one.name: one for key in record.keys if (one := _record(key.shape)) is not None}
    yield from found.values()


def _choices(record: Record) -> Iterator[type[StrEnum]]:
    for key in record.keys:
        inner = key.shape.each if isinstance(key.shape, Many) else key.shape
        if isinstance(inner, Choice):
            yield inner.among
        elif isinstance(inner, Record):
            yield from _choices(inner)


def _takes(shape: Shape, commands: Iterable[str] = ()) -> str:
    match shape:
        case Record():
            return f"a table [{shape.name}](#{_anchor(shape.name)})"
        case Many(each=each):
            return f"list; each {_takes(each)}"
        case Choice(among=among):
            link = f" ([{_title(among)}](#{_anchor(_title(among))}))" if any(values(among).values()) else ""
            return f"{_codes(among)}{link}"
        case Line():
            return f"{_codes(commands)} ([steps](#steps))" if commands else _text(shape)
        case PrintedDay(form=form):
            return " or ".join(form.split(", "))
        case Whole(least=least, most=most):
            return f"{least} to {most}" if most < Whole().most else f"a whole number, at least {least}"
    return _PLAIN[type(shape)]


_PLAIN: Mapping[type, str] = {
    Words: "text for people",
    Flag: "true or false",
    Day: "YYYY-MM-DD",
    Clock: "HH:MM",
    Terms: "`id = text` lines",
    Parameters: "the [condition](#conditions)'s own",
}


def _text(shape: Line) -> str:
    if shape.refers is None:
        return "an id" if shape.form else "text"
    return _REFERRED[shape.refers]


def _default(key: Key) -> str:
    if key.required:
        return "**needed**"
    field: Field[Any] | None = next((one for one in fields(key.of) if one.name == key.fills), None) if key.of else None
    value = None if field is None or field.default is MISSING else field.default
    return _valued(value)


def _valued(value: Any) -> str:
    """A default as it would be written; what says nothing is a dash."""
    match value:
        case None | () | "":
            return "–"
        case Where():
            return "all"
        case bool():
            return f"`{str(value).lower()}`"
        case tuple():
            return f"`[{', '.join(_valued(one).strip('`') for one in value)}]`"
        case time() | date():
            return f'`"{value:%H:%M}"`'
        case str():
            return f'`"{value}"`'
    return f"`{value}`"


def _opened(key: Key) -> str:
    return f"[[{key.name}]]" if isinstance(key.shape, Many) else f"[{key.name}]"


def _description(record: Record) -> str:
    return told(record.of) if record.of else ""


def _whole(record: Record) -> str:
    return told_whole(record.of) if record.of else ""


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{one}`" for one in names) or "–"


def _title(among: type[StrEnum]) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", among.__name__).lower()


def _anchor(title: str) -> str:
    return re.sub(r"[^\w -]", "", title).lower().replace(" ", "-")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
