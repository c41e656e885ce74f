"""What records hold, in the reader's words: terms, instants, bodies, and the things that streams are."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.cli.output import Output
from workflow.messages import knows
from workflow.words import OS_USER

if TYPE_CHECKING:
    from workflow.rulepack import RulePack
    from workflow.services.views.look import Kept, Look

MOST_NAMES = 12
"""More than so many are told as a count."""

_FIRST_INSTANT = 10**14
"""Larger numbers are instants: microseconds since 1970, from 1973 on."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
COMMITMENT = re.compile(r"[0-9a-f]{64}")
_OF_FILE = frozenset({"size", "type"})
"""What a paper's mark keeps of its file for the conditions; it tells a reader nothing of what happened."""
_FIRST = ("new", False)
"""A paper that corrects no other."""


def actor(out: Output, name: str) -> str:
    """Who acted: a roster code, or whoever held the database, by the account's name."""
    account = name.removeprefix(OS_USER)
    return name if account == name else out.told("view.account", name=account)


class Words:
    """Recorded values in the reader's words: stored terms, the pack's own terms and bodies, instants and days."""

    def __init__(
        self,
        out: Output,
        pack: "RulePack",
        kept: "Mapping[str, Kept] | None" = None,
        refs: Mapping[str, str] | None = None,
    ) -> None:
        """`kept` are the texts behind commitments, `refs` what streams go by, where they are to be told."""
        self._kept = kept or {}
        self._out = out
        self._names = {**pack.names(out.language), **(refs or {})}
        self._circumstances = {one.id: one.text.told(out.language) for one in pack.circumstances}

    def field(self, name: str) -> str:
        code = f"view.mark_{name}"
        if knows(code, self._out.language):
            return self._out.told(code)
        stream, _, counted = name.partition("/")
        if counted:
            # A count stands on its meeting by dossier, step and matter (`tallies.name_of`).
            step, _, matter = counted.partition("/")
            return f"{self._names.get(stream, stream)}, {self._out.word(step)}{'' if matter == '0' else f' {matter}'}"
        # A circumstance stands as a field of its dossier's marks.
        return self._circumstances.get(name) or self._out.word(name)

    def value(self, value: Any) -> str:
        match value:
            case None | "":
                return "–"
            case dict() if not value:
                return "–"
            case bool():
                return self._out.word(str(value))
            case int():
                return self._out.told("view.instant", at=value) if value > _FIRST_INSTANT else str(value)
            case list() | dict() if len(value) > MOST_NAMES:
                return self._out.told("view.replay_many", count=len(value))
            case list():
                return ", ".join(map(self.value, value)) or "–"
            case dict():
                left_out = _OF_FILE if "digest" in value else frozenset()
                said = {name: one for name, one in value.items() if one not in (None, []) and name not in left_out}
                told = (f"{self.field(name)} {self.value(one)}" for name, one in said.items() if (name, one) != _FIRST)
                return f"({', '.join(told)})"
        return self._text(str(value))

    def kept(self, digest: str) -> str:
        """A reason or a name that a record committed to: the text itself while it is there and is the one."""
        found = self._kept[digest]
        if not found.holds:
            return self._out.told("view.text_changed")
        return self._out.told("view.text_erased") if found.text is None else f"“{found.text}”"

    def _text(self, text: str) -> str:
        if _DAY.fullmatch(text):
            return self._out.told("view.short_day", day=text)
        if text in self._kept:
            return self.kept(text)
        if COMMITMENT.fullmatch(text):
            return f"{text[:8]}…"  # a commitment or a digest, which tells nobody anything
        return self._names.get(text) or self._out.word(text)


class Things:
    """What streams are to people: "dossier HS-0137 of Nguyễn Văn A (SNV)".

    `known` are streams' kinds and the states that their records give; a stream without records is named by its row.
    """

    def __init__(self, out: Output, look: "Look", known: Mapping[str, tuple[str, Mapping[str, Any]]]) -> None:
        self._out = out
        self._look = look
        self._known = known
        self._rows: Mapping[str, tuple[str, str]] | None = None

    def told(self, stream: str) -> str:
        """The thing in words; its id where nobody knows any better."""
        kind, state = self._known.get(stream, ("", {}))
        if kind == "roster" or (kind == "season" and "code" in state):
            return self._out.told(f"view.what_{kind}", season=self._look.season["code"])
        if kind == "dossier" and "ref" in state:
            who = self._person(state["subject"])
            return self._out.told("view.what_dossier", ref=state["ref"], who=who, unit=state["unit"])
        if kind == "group" and "key" in state:
            return self._out.told("view.what_group", key=self._out.word(state["key"]), rule=state["rule"])
        if kind == "unit" and "code" in state:
            return self._out.told("view.what_unit", unit=state["code"], name=state["name"])
        if kind == "meeting" and "ref" in state:
            return self._out.told("view.what_meeting", ref=state["ref"], unit=state["unit"])
        return self._by_row(stream)

    def kept(self, digest: str) -> "Kept | None":
        """The text behind a commitment; None where none lies there."""
        from workflow.services.views.look import kept  # noqa: PLC0415

        return kept(self._look, [digest]).get(digest)

    def _person(self, code: str) -> str:
        from workflow.store import queries  # noqa: PLC0415

        found = self._look.tx.one(queries.PERSON, season=self._look.season["id"], code=code)
        name = None if found is None else found["name"]
        return code if name is None else f"{name}, {code}"

    def _by_row(self, stream: str) -> str:
        from workflow.services.views.streams import streams  # noqa: PLC0415

        if self._rows is None:
            self._rows = streams(self._look)
        kind, name = self._rows.get(stream, ("", stream))
        return self._out.told("view.what_thing" if kind else "view.what_stream", kind=kind, name=name)
