"""Findings in words: the thing by the name that people know, terms and instants as they are said."""

from typing import TYPE_CHECKING, Any

from app.cli.output import Output
from app.cli.record_words import Things, Words, actor

if TYPE_CHECKING:
    from workflow.replay.findings import Finding

_VALUES = ("row", "history")
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
        figures |= {name: words.value(figures[name]) for name in _VALUES if name in figures}
    return out.told(finding.code, **figures)


def as_value(finding: "Finding", message: str) -> dict[str, Any]:
    """A finding as plain values: the ids beside the words."""
    return {"code": finding.code, "message": message, "figures": dict(finding.figures)}
