"""Findings in words: the thing by the name that people know, terms and instants as they are said."""

from typing import TYPE_CHECKING, Any

from app.cli.output import Output
from app.cli.record_words import COMMITMENT, Things, Words, actor

if TYPE_CHECKING:
    from workflow.replay.findings import Finding

_VALUES = ("row", "history")
_COMMITTED = frozenset({"name", "contact", "email"})
"""Fields whose texts lie in the erasable table."""
_NUMBERED = frozenset({"audit.head"})


def told(out: Output, finding: "Finding", *, words: Words, things: Things) -> str:
    """One finding as a sentence."""
    figures: dict[str, Any] = dict(finding.figures)
    if "stream" in figures:
        figures["stream"] = things.told(figures["stream"])
    if "field" in figures:
        figures["field"] = words.field(figures["field"])
    if "actor" in figures:
        figures["actor"] = actor(out, figures["actor"])
    if finding.code not in _NUMBERED:
        figures |= {name: _value(out, finding, name, words, things) for name in _VALUES if name in figures}
    return out.told(finding.code, **figures)


def _value(out: Output, finding: "Finding", name: str, words: Words, things: Things) -> str:
    """What stands in the row, or in the history; behind a commitment to personal data, the text itself while it is
    there: the hash tells nobody anything."""
    value = finding.figures[name]
    if finding.figures.get("field") not in _COMMITTED or not COMMITMENT.fullmatch(str(value)):
        return words.value(value)
    kept = things.kept(value)
    if kept is None or not kept.holds:
        return out.told("view.text_other")
    return out.told("view.text_erased") if kept.text is None else kept.text


def as_value(finding: "Finding", message: str) -> dict[str, Any]:
    """A finding as plain values: the ids beside the words."""
    return {"code": finding.code, "message": message, "figures": dict(finding.figures)}
