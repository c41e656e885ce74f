"""The facts that a decision was taken on, as the record keeps them, in words."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from app.cli.output import Output
from app.cli.record_words import Words, actor

if TYPE_CHECKING:
    from workflow.replay.timeline import Entry

_DOSSIER = ("state", "expected", "voted", "proposed", "decided", "route", "outside", "unit", "unit_kind", "kind",
            "category", "duty", "tier", "lead", "party")  # fmt: skip
_GROUP = ("vote", "closed_on", "size", "base", "count", "would", "allowance", "over", "unvoted", "undecided", "sent")
_DUTY = ("due_at", "last_good_day", "not_before", "recipient")
_MEETING = ("unit", "state", "held_on", "attendees", "invited")


def decided_on(out: Output, entry: "Entry", words: Words) -> Iterator[str]:
    """A line for each thing that the conditions saw; every line bears the record's number."""
    facts = entry.body["facts"]
    args = {name: value for name, value in facts["command"]["args"].items() if name != "reason"}
    parts: list[tuple[str, str, Mapping[str, Any]]] = [
        ("view.facts_actor", actor(out, entry.actor), {"roles": facts["actor"]["roles"]}),
        ("view.facts_command", entry.command, args),
    ]
    if "dossier" in facts:
        dossier = facts["dossier"]
        parts.append(("view.facts_dossier", dossier["ref"], _only(dossier, _DOSSIER)))
        parts.append(("view.facts_marks", dossier["ref"], _only(dossier["marks"], tuple(dossier["marks"]))))
    parts += [("view.facts_group", f"{one['key']} ({one['rule']})", _only(one, _GROUP)) for one in facts["groups"]]
    parts += [("view.facts_duty", f"{one['ref']} ({one['rule']})", _only(one, _DUTY)) for one in facts["obligations"]]
    if "meeting" in facts:
        parts.append(("view.facts_meeting", facts["meeting"]["ref"], _only(facts["meeting"], _MEETING)))
    for code, name, told in parts:
        listed = "; ".join(f"{words.field(key)}: {words.value(one)}" for key, one in told.items())
        if listed:
            yield out.told(code, seq=entry.seq, name=out.word(name), told=listed)


def _only(facts: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: facts[name] for name in names if facts.get(name) not in (None, "", [])}
