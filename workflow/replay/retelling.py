"""A season told again from its records alone, an act at a time: how everything stood when a command was given.

It is a book of obligations as well (`workflow.owing`), so what is owed comes out of history by the same code that
commands run over the tables.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from sys import intern
from typing import Any

from workflow import owing
from workflow.dates import due_on, from_micros
from workflow.engine import Rules
from workflow.facts import ObligationFacts
from workflow.repinning import owed_anew
from workflow.replay.timeline import apply
from workflow.rulepack import Per, Wording
from workflow.words import ObligationState

Row = dict[str, Any]
Body = Mapping[str, Any]

SELECTING = ("kind", "category", "duty", "tier", "lead", "party")
"""What selectors choose by, besides the unit: the subject's, whoever's dossier it is."""

CHOSEN_BY = (*SELECTING, "unit", "unit_kind", "track", "route")
"""All that selectors choose dossiers by (`rulepack.matches`)."""

ROWS = 5000
"""Dossiers' rows that are kept at hand."""


class Retelling:
    """A season so far; `tell` brings it forward by one act. See `workflow.owing.Book` for what commands ask of it."""

    def __init__(self, season: Row, rules: Rules) -> None:
        self.season = season
        self.rules = rules
        self.now = self.occurred_at = from_micros(0)
        self.streams: dict[str, dict[str, Any]] = {}
        """Stream → the state that its records give so far."""
        self.units: dict[str, Row] = {}
        self.subjects: dict[str, dict[str, Any]] = {}
        """Code → unit and what selectors choose by; those who are alike share one."""
        self._alike: dict[tuple[Any, ...], dict[str, Any]] = {}
        self.roles: set[str] = set()
        """ "SUBJECT ROLE SCOPE" of every grant in force."""
        self.obligations: list[Row] = []
        """Every obligation that came to be, in order; `id` is its place here."""
        self._by_rule: dict[tuple[str, str], list[Row]] = {}
        self._open: dict[str, list[Row]] = {}
        self._of_unit: dict[str, dict[str, None]] = {}
        self._of_subject: dict[str, list[str]] = {}
        self._dossiers: dict[str, None] = {}
        self._rows: dict[str, Row] = {}
        """Stream → its row, of some dossiers that did not change since it was put together."""
        self._owed: dict[tuple[Any, ...], list[ObligationFacts]] = {}
        """What selectors choose by → what such dossiers of a unit stand under, while no obligation changes."""

    @property
    def closed(self) -> bool:
        """Whether the season was closed, and not reopened since."""
        return self.streams.get(self.season["id"], {}).get("state") == "closed"

    # — a book —

    def open_on(self, streams: Sequence[str]) -> list[Row]:
        return sorted((row for one in streams for row in self._open.get(one, ())), key=lambda row: str(row["rule"]))

    def open_everywhere(self) -> list[Row]:
        return self.open_on([*self._open])

    def of_rule(self, stream: str, rule: str) -> list[Row]:
        return self._by_rule.get((stream, rule), [])

    def about(self, per: Per, stream: str, unit: str | None) -> list[Row]:
        if per is Per.DOSSIER:
            return [self.dossier(stream)]
        return [self.dossier(one) for one in self._within(unit)]

    def behind(self, per: Per, stream: str, unit: str | None, states: Collection[str]) -> Iterable[Row]:
        ids: Iterable[str] = [stream] if per is Per.DOSSIER else self._within(unit)
        return (self.dossier(one) for one in ids if self.streams[one]["state"] in states)

    def _within(self, unit: str | None) -> Iterable[str]:
        return self._dossiers if unit is None else self._of_unit.get(unit, ())

    def add(self, row: Row) -> Row:
        self._owed.clear()
        made = {**row, "id": len(self.obligations), "ref": ""}
        self.obligations.append(made)
        self._by_rule.setdefault((row["stream"], row["rule"]), []).append(made)
        if row["state"] == ObligationState.OPEN:
            self._open.setdefault(row["stream"], []).append(made)
        return made

    def settle(self, row: Row, *, state: ObligationState, late: bool, at: datetime) -> None:
        self._owed.clear()
        row |= {"state": state.value, "late": late, "settled_at": at, "look_at": None}
        self._open[row["stream"]] = [one for one in self._open[row["stream"]] if one is not row]

    # — what commands see —

    def dossier(self, stream: str) -> Row:
        """A dossier as a command reads it: with its subject's fields and its unit's."""
        known = self._rows.get(stream)
        if known is not None:
            return known
        state = self.streams[stream]
        unit, subject = self.units[state["unit"]], self.subjects[state["subject"]]
        row = {
            **state,
            "id": stream,
            **{name: subject[name] for name in SELECTING},
            "unit_kind": unit["kind"],
            "unit_path": unit["path"],
            "unit_stream": unit["id"],
        }
        if len(self._rows) >= ROWS:
            self._rows.clear()
        self._rows[stream] = row
        return row

    def of_subject(self, code: str) -> list[Row]:
        """All dossiers of a subject."""
        return [self.dossier(one) for one in self._of_subject.get(code, ())]

    def owed(self, row: Row) -> list[ObligationFacts]:
        """What a dossier stands under (`owing.over_dossier`): the same for all of a unit that selectors choose alike,
        unless it owes something by itself."""
        if self._open.get(row["id"]) or self._opened_by_events:
            return owing.over_dossier(self, row)
        key = (row["unit_stream"], *(row[name] for name in CHOSEN_BY))
        known = self._owed.get(key)
        if known is None:
            known = self._owed[key] = owing.over_dossier(self, row)
        return known

    @property
    def _opened_by_events(self) -> bool:
        """Whether a window opens with what dossiers did: that changes while no obligation does."""
        spans = Wording.AFTER_EVENT
        return any(one.hard_window and one.wording is spans for one in self.rules.pack.deadlines)

    # — an act —

    def tell(self, act: Sequence[Body], former: Rules | None = None) -> None:
        """Bring everything forward by the records of one act. `former`: what ruled before it, where it brings the
        season under another pack (`rules` are that one's by then)."""
        command = act[0]["facts"]["command"]
        self.occurred_at = from_micros(command["occurred_at"])
        # What was not dated happened when it was recorded; a head a little ahead of the clock dates only its record.
        recorded = min(body["facts"]["command"]["recorded_at"] for body in act)
        self.now = from_micros(recorded) if command["dated"] else self.occurred_at
        imported = next((body for body in act if body["command"] == "import"), None)
        for body in act:
            if body["kind"] != "dossier" and body is not imported:
                self._tell_other(body)
        dossiers = [body for body in act if body["kind"] == "dossier"]
        if imported is not None:
            self._tell_import(imported, dossiers)
        elif dossiers:
            self._tell_commands(dossiers)
        if former is not None:
            self._owed.clear()
            owed_anew(self, former.pack)

    def fold(self, act: Sequence[Body]) -> None:
        """Bring the states alone forward by one act: where it cannot be told, or was told in part."""
        for body in act:
            self._apply(body)

    def _tell_other(self, body: Body) -> None:
        self._apply(body)
        state = self.streams[body["stream"]]
        if body["kind"] == "unit":
            self.units[state["code"]] = {"id": body["stream"], "kind": state["kind"], "path": state["path"]}
        elif body["kind"] == "season" and body["command"] == "create":
            owing.owed_by_season(self)
        self._tell_roles(body["set"])
        for told in body["set"].get("duties", {}).values():
            self._tell_duty(body, told)

    def _apply(self, body: Body) -> None:
        apply(self.streams.setdefault(intern(body["stream"]), {}), body["set"])

    def _tell_roles(self, patch: Mapping[str, Any]) -> None:
        for name, held in patch.get("roles", {}).items():
            (self.roles.add if held else self.roles.discard)(name)

    def _tell_duty(self, body: Body, told: Mapping[str, Any]) -> None:
        """What was extended, dated or done by somebody's decision."""
        row = owing.latest(self.of_rule(body["stream"], told["rule"]))
        if row is None:
            raise LookupError(told["rule"])
        if "successor" not in told:
            self.settle(row, state=ObligationState(told["state"]), late=told.get("late", False), at=self.occurred_at)
            return
        args = body["facts"]["command"]["args"]
        pack, day = self.rules.pack, date.fromisoformat(told["last_good_day"])
        when = due_on(day, zone=pack.zone, calendar=self.rules.calendar)
        owing.succeed(self, row, when, args.get("decision") or args["letter"])

    # — dossiers —

    def _tell_commands(self, bodies: Sequence[Body]) -> None:
        before = {body["stream"]: self.dossier(body["stream"]) for body in bodies}
        for body in bodies:
            self._tell_dossier(body)
            for told in body["set"].get("duties", {}).values():
                self._tell_duty(body, told)
        judged = [body for body in bodies if body["facts"]["command"]["process"] == "dossier"]
        owing.settle(self, [(before[body["stream"]], body["to"]) for body in judged])
        back = [body for body in judged if body["command"] == "send_back"]
        for body in back:
            day = date.fromisoformat(body["facts"]["command"]["args"]["due_back"])
            owing.owed_again(self, before[body["stream"]], day)
        if back:
            owing.settle(self, [(before[body["stream"]], None) for body in back])

    def _tell_dossier(self, body: Body) -> None:
        stream = intern(body["stream"])
        unit = self.streams.get(stream, {}).get("unit")
        self._apply(body)
        now = self.streams[stream]["unit"]
        if unit != now:
            self._of_unit.get(unit or "", {}).pop(stream, None)
            self._of_unit.setdefault(now, {})[stream] = None
        self._dossiers[stream] = None
        self._rows.pop(stream, None)

    # — a roster —

    def _tell_import(self, imported: Body, bodies: Sequence[Body]) -> None:
        """Subjects that are new together, then each that changed by itself, in the order of the file."""
        made = imported["facts"]["command"]["args"]["changes"]["made"]
        values, opened, edited = imported["set"].get("subjects", {}), dict[str, list[Body]](), dict[str, list[Body]]()
        for body in bodies:
            if body["command"] == "create":
                opened.setdefault(body["set"]["subject"], []).append(body)
            else:
                edited.setdefault(self.streams[body["stream"]]["subject"], []).append(body)
        new = [one["subject"] for one in made if one["code"] == "change.subject_added"]
        self.subjects |= {code: self._chosen(values[code]) for code in new}
        self._open_dossiers([body for code in new for body in opened.pop(code, ())])
        for one in made:
            if one["code"] == "change.subject_changed":
                code = one["subject"]
                self._change_subject(code, values[code], edited.get(code, ()), opened.pop(code, ()))
        self._apply(imported)
        self._tell_roles(imported["set"])

    def _chosen(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        kept = {name: fields[name] for name in ("unit", *SELECTING)}
        return self._alike.setdefault(tuple(kept.values()), kept)

    def _open_dossiers(self, bodies: Sequence[Body]) -> None:
        bodies = sorted(bodies, key=lambda body: str(body["set"]["ref"]))
        for body in bodies:
            self._tell_dossier(body)
            self._of_subject.setdefault(intern(body["set"]["subject"]), []).append(intern(body["stream"]))
        owing.owed_for(self, [self.dossier(body["stream"]) for body in bodies])

    def _change_subject(
        self, code: str, values: Mapping[str, Any], bodies: Sequence[Body], new: Sequence[Body]
    ) -> None:
        before = {body["stream"]: self.dossier(body["stream"]) for body in bodies}
        for body in bodies:
            self._tell_dossier(body)
        self.subjects[code] = self._chosen({**self.subjects[code], **values})
        for stream in self._of_subject.get(code, ()):
            self._rows.pop(stream, None)
        for stream in before:
            owing.owed_for(self, [self.dossier(stream)])
        if before:
            owing.settle(self, [(row, None) for row in before.values()])
        self._open_dossiers(new)
