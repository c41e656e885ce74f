"""What a rule pack says, in the reader's words: bodies and terms by name, keys and values as people say them."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.cli.output import Output
from workflow.messages import knows
from workflow.rulepack import OWN_UNIT, Anchor, RulePack, RungAudience

if TYPE_CHECKING:
    from workflow.rulepack import Rung

_BODIES = {
    *("body", "via", "ratifier", "recipient", "owner", "opinions", "bodies"),
    *("directed_by", "advised_by", "joined_by", "agreed_by", "registered_through"),
}
_TERMS = {"unit_kind": "unit_kinds", "category": "categories", "duty": "duties", "tier": "tiers"}
_CODES = {"overrides", "rule", "follows", "route", "unit", "ladder", "forms", "voters"}
"""Keys whose values are codes that people look up elsewhere."""
_UNSAID = {"process", "uses", "step"}
"""Keys that say how the pack is read, not what it asks: the rule's own text says that."""
_USUAL = {"roll": "none", "day_end": "00:00", "mode": "enforce", "across": "season", "agreement": "all"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def rung_told(out: Output, *, anchor: Anchor, days: int, to: RungAudience) -> str:
    """A step of a ladder: when it is reached, and who hears of it."""
    code = "before" if days < 0 else "after" if days else "at"
    return out.told("cli.rung", when=out.told(f"cli.rung_{code}", days=abs(days), anchor=anchor), to=to)


def rung_of(out: Output, rung: "Rung") -> str:
    """A rung of the pack itself, with whether the late register goes along."""
    told = rung_told(out, anchor=rung.anchor, days=rung.days, to=rung.to)
    return f"{told} ({out.told('cli.rung_register')})" if rung.register else told


class PackWords:
    """Readings of a pack's rules as text. What is off, nought or the default of everybody is left out."""

    def __init__(self, out: Output, pack: RulePack) -> None:
        self._out = out
        self._bodies = pack.body_names(out.language)
        self._bodies[OWN_UNIT] = out.told("view.own_unit")
        self._terms = {
            key: {one.id: one.label.told(out.language) for one in getattr(pack.vocabulary, family)}
            for key, family in _TERMS.items()
        }
        self._circumstances = {one.id: one.text.told(out.language) for one in pack.circumstances}
        self._one_ladder = len(pack.ladders) == 1

    def told(self, readings: Mapping[str, Any]) -> str:
        """Readings in a line of text."""
        left_out = {*_UNSAID, *({"ladder"} if self._one_ladder else ())}
        said = {name: value for name, value in readings.items() if name not in left_out and _USUAL.get(name) != value}
        return "; ".join(f"{self.key(name)}: {self._value(name, value)}" for name, value in said.items() if value)

    def either(self, name: str, value: Any) -> str:
        """What one key says by itself; a dash where it says nothing."""
        return "–" if value is None or value in ("", [], {}) else self._value(name, value)

    def key(self, name: str) -> str:
        """What a key is about."""
        code = f"cli.reading_{name}"
        return self._out.told(code) if knows(code, self._out.language) else self._out.word(name)

    def _value(self, name: str, value: Any) -> str:
        match value:
            case dict():
                return self._part(value)
            case list():
                return ", ".join(self._value(name, one) for one in value)
            case bool():
                return self._out.word(str(value))
        text = str(value)
        if name in _BODIES:
            return self._bodies.get(text, text)
        if name == "circumstance":
            return self._circumstances.get(text, text)
        if name in _TERMS:
            return str(self._terms[name].get(text, text))
        if name == "overdue_from":
            return self._out.told("view.instant", at=datetime.fromisoformat(text))
        if _DAY.fullmatch(text):
            return self._out.told("view.short_day", day=text)
        return text if name in _CODES else self._out.word(text)

    def _part(self, parts: Mapping[str, Any]) -> str:
        """A part of a rule; a body that must get the dossier is named alone, since that is what a route is for."""
        said = {name: value for name, value in parts.items() if value and name != "required"}
        if set(said) == {"id", "label"}:
            return str(said["label"])
        if "part" in said:
            return self._attending(said)
        if "step" in said:
            return self._step(said)
        if "body" in said:
            body = self._value("body", said.pop("body"))
            if "required" in parts and not parts["required"]:
                body += f" ({self._out.told('cli.reading_not_required')})"
            return body if not said else f"{body} ({self._joined(said)})"
        return self._joined(said)

    def _attending(self, said: dict[str, Any]) -> str:
        """Who attends a meeting: as the paper says it, by what they are named on command lines, and their part."""
        text, name, part = said.pop("text"), said.pop("id"), self._out.word(said.pop("part"))
        said.pop("body", None)  # the paper's own words name it
        asked = self._out.told("cli.reading_invited") if said.pop("invited", False) else ""
        return f"{text} ({', '.join(one for one in (name, part, asked, self._joined(said)) if one)})"

    def _step(self, said: dict[str, Any]) -> str:
        """A step of a meeting: how it is voted on, and whether it may be left out."""
        step = self._out.word(said.pop("step"))
        more = [self._out.word(said.pop("method"))] if "method" in said else []
        more += [self._out.told("cli.reading_optional")] if said.pop("optional", False) else []
        more += [self._joined(said)] if said else []
        return f"{step} ({', '.join(more)})" if more else step

    def _joined(self, said: Mapping[str, Any]) -> str:
        return ", ".join(f"{self.key(name)} {self._value(name, value)}" for name, value in said.items())
