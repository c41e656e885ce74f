"""What a message tells, read from the season as it stands when the message leaves: a letter's facts, without sentences.

A message holds ids; what is missing, who may extend and how late it is are looked up here, so a letter that waited
(for a server, for the end of quiet hours) never tells of something that was done meanwhile as if it were still owed.
"""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from notifications.recipients import People, deciding, read_people
from workflow.dates import local_day
from workflow.discharge import MARKING
from workflow.engine import Rules
from workflow.errors import Figures
from workflow.messages import LANGUAGES
from workflow.rulepack import OWN_UNIT, Deadline, Late, Per, RulePack, RungAudience, Wording
from workflow.services.context import Context, rules_of
from workflow.services.registers import LateLine, days_late, late_register, still_missing
from workflow.store import alerts as sql
from workflow.store import commands
from workflow.store.statements import Row, Transaction
from workflow.words import ObligationState

MOST_MISSING = 20
"""Dossiers named for one obligation; the others are counted."""

MOST_LATE = 200
"""Lines of the late register in one mail; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A dossier that is still owed. `name` is None where it was erased."""

    ref: str
    name: str | None
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Successor:
    """What replaced an obligation: due on another day, by a decision or because a dossier came back."""

    ref: str
    last_good_day: date | None
    decision: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One obligation as its letter tells it.

    `printed` is how the paper words the date: a code of domain `mail` with figures. `days` is how many local days are
    left to the last good day (0: today is that day), `late` the days begun since it was due; one of them is None.
    `command` is the line to paste, None where nothing is left to do.
    """

    ref: str
    text: str
    clause: str
    owner: str
    recipient: str | None
    printed: tuple[str, Figures]
    decision: str | None
    returned: bool
    """A dossier that was sent back: it is due on its return day, whatever the paper prints."""
    last_good_day: date
    last_working_day: date | None
    """Only where it is not the last good day."""
    state: ObligationState
    days: int | None
    late: int | None
    missing: tuple[Missing, ...]
    more: int
    extended_by: str
    extenders: tuple[str, ...]
    """Their names; their codes where a name was erased."""
    settled_at: datetime | None
    successors: tuple[Successor, ...]
    command: str | None

    @property
    def is_open(self) -> bool:
        return self.state is ObligationState.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A notice as its letter tells it: a code of domain `mail` with figures."""

    code: str
    figures: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What one recipient is told at once. `address` is None where there is none (any more).

    `roles` say why this person hears of it, `register` is empty unless a rung asked for the late register.
    """

    recipient: str
    name: str | None
    address: str | None
    language: str
    season: str
    title: str
    rehearsal: bool
    roles: tuple[RungAudience, ...]
    notices: tuple[Told, ...]
    duties: tuple[Duty, ...]
    with_register: bool
    register: tuple[LateLine, ...]
    unregistered: int
    """Lines of the register that are left out."""
    bodies: Mapping[str, str]
    """Body → its name, for lines of the register that are no unit's."""


def read_letter(context: Context, tx: Transaction, message: Row, *, now: datetime) -> Letter:
    """The letter of a message row, as things stand. Items keep the message's order."""
    season = tx.one(sql.SEASON_BY_ID, id=message["season"])
    assert season is not None  # a message refers to its season
    rules = rules_of(context, tx, season)
    notices = [item for item in message["content"] if "notice" in item]
    items: Sequence[Mapping[str, Any]] = [item for item in message["content"] if "notice" not in item]
    reader = _Reader(context=context, tx=tx, season=season, rules=rules, now=now, recipient=message["recipient"])
    with_register = any(item["register"] for item in items)
    register = late_register(tx, season, rules, now=now) if with_register else ()
    person = reader.person()
    language = person["language"]
    return Letter(
        recipient=message["recipient"],
        name=person["name"],
        address=person["address"],
        language=language,
        season=season["code"],
        title=rules.pack.title.told(language),
        rehearsal=season["rehearsal"],
        roles=tuple(RungAudience(one) for one in dict.fromkeys(role for item in items for role in item["to"])),
        notices=tuple(reader.told(item, language) for item in notices),
        duties=reader.duties(items, language),
        with_register=with_register,
        register=register[:MOST_LATE],
        unregistered=max(0, len(register) - MOST_LATE),
        bodies=rules.pack.body_names(language),
    )


@dataclass(slots=True, kw_only=True)
class _Reader:
    context: Context
    tx: Transaction
    season: Row
    rules: Rules
    now: datetime
    recipient: str

    @property
    def pack(self) -> RulePack:
        return self.rules.pack

    def person(self) -> dict[str, Any]:
        """The recipient's name, address and language."""
        row = self.tx.one(commands.SUBJECT, season=self.season["id"], code=self.recipient)
        assert row is not None  # recipients come from the roster, whose rows stay
        digests = [one for one in (row["name"], row["contact"]) if one]
        secrets = self.tx.all(commands.SECRETS, season=self.season["id"], digests=digests)
        texts = {one["digest"]: one["text"] for one in secrets}
        language = row["language"] if row["language"] in LANGUAGES else LANGUAGES[0]
        return {"name": texts.get(row["name"]), "address": texts.get(row["contact"]), "language": language}

    def told(self, item: Mapping[str, Any], language: str) -> Told:
        """A notice, with the names of what it is about."""
        units = {one["code"]: one["name"] for one in self.tx.all(commands.UNITS, season=self.season["id"])}
        about = {name: str(value) for name, value in item["about"].items() if value is not None}
        scope = _body(self.pack, item["scope"], language) or item["scope"]
        figures = {
            **about,
            "scope": units.get(item["scope"], scope),
            "unit": units.get(about.get("unit", ""), about.get("unit", "")),
            "plan": self.pack.title.told(language),
        }
        return Told(code=f"mail.notice_{item['kind']}", figures=figures)

    def duties(self, items: Sequence[Mapping[str, Any]], language: str) -> tuple[Duty, ...]:
        ids = [item["obligation"] for item in items]
        rows = {one["id"]: one for one in self.tx.all(sql.OBLIGATIONS_BY_ID, season=self.season["id"], ids=ids)}
        people = read_people(self.tx, self.season["id"], self.pack)
        missing = {
            one: still_missing(self.tx, self.rules, row)
            for one, row in rows.items()
            if row["state"] == ObligationState.OPEN
        }
        extenders = {
            one: deciding(people, self.pack.deadline(row["rule"]).extended_by, row) for one, row in rows.items()
        }
        names = self._names(
            [row["subject"] for found in missing.values() for row in found[:MOST_MISSING]]
            + [code for found in extenders.values() for code in found]
        )
        units = {one["code"]: one["name"] for one in self.tx.all(commands.UNITS, season=self.season["id"])}
        return tuple(
            self._duty(
                rows[item["obligation"]],
                item,
                language,
                missing=missing.get(item["obligation"], []),
                names=names,
                extenders=extenders[item["obligation"]],
                units=units,
                people=people,
            )
            for item in items
        )

    def _names(self, codes: Sequence[str]) -> dict[str, str | None]:
        wanted = sorted(set(codes))
        return {one["code"]: one["text"] for one in self.tx.all(sql.NAMES, season=self.season["id"], codes=wanted)}

    def _duty(
        self,
        row: Row,
        item: Mapping[str, Any],
        language: str,
        *,
        missing: Sequence[Row],
        names: Mapping[str, str | None],
        extenders: Sequence[str],
        units: Mapping[str, str],
        people: People,
    ) -> Duty:
        rule = self.pack.deadline(row["rule"])
        late = self.now >= row["due_at"]
        working = row["last_working_day"]
        return Duty(
            ref=row["ref"],
            text=rule.text.told(language),
            clause=self.pack.cited(rule.clause),
            owner=_owner(self.pack, row, units, language),
            recipient=_body(self.pack, row["recipient"], language),
            printed=printed(self.pack, rule, self.season["year"]),
            decision=row["decision"],
            returned=_is_returned(row, missing),
            last_good_day=row["last_good_day"],
            last_working_day=None if working == row["last_good_day"] else working,
            state=ObligationState(row["state"]),
            days=None if late else (row["last_good_day"] - local_day(self.now, self.pack.zone)).days,
            late=days_late(row["due_at"], self.now) if late else None,
            missing=tuple(
                Missing(ref=one["ref"], name=names.get(one["subject"]), state=one["state"])
                for one in missing[:MOST_MISSING]
            ),
            more=max(0, len(missing) - MOST_MISSING),
            extended_by=rule.extended_by.value,
            extenders=tuple(names.get(one) or one for one in extenders),
            settled_at=row["settled_at"],
            successors=self._successors(row),
            command=self._command(row, rule, item, [one["ref"] for one in missing], late=late),
        )

    def _successors(self, row: Row) -> tuple[Successor, ...]:
        if row["state"] == ObligationState.OPEN:
            return ()
        return tuple(
            Successor(ref=one["ref"], last_good_day=one["last_good_day"], decision=one["decision"])
            for one in self.tx.all(sql.SUCCESSORS, season=self.season["id"], ids=[row["id"]])
        )

    def _command(
        self, row: Row, rule: Deadline, item: Mapping[str, Any], refs: Sequence[str], *, late: bool
    ) -> str | None:
        """The line that this recipient may paste: whoever owes it does it, everybody else looks or reminds."""
        if row["state"] != ObligationState.OPEN:
            return None
        if RungAudience.OWNER in item["to"]:
            words = _doing(row, rule, refs, late=late)
            words += ["--as", self.recipient]
        elif RungAudience.MONITOR in item["to"] and row["unit"] is not None:
            words = ["unit", "nudge", row["unit"], "--as", self.recipient]
        elif row["unit"] is not None:
            words = ["dossier", "list", "--unit", row["unit"], *(["--overdue"] if late else [])]
        else:
            words = ["obligation", "list"]
        return shlex.join(["hoso", *words, *self._where()])

    def _where(self) -> list[str]:
        """How the line names the season; not needed while it is the only open one."""
        seasons = self.tx.all(commands.SEASONS, tenant=self.season["tenant"])
        alone = [one["code"] for one in seasons if one["state"] == "open"] == [self.season["code"]]
        return [] if alone else ["--season", self.season["code"]]


def _is_returned(row: Row, missing: Sequence[Row]) -> bool:
    """Whether it is due on the day that was named when a dossier was sent back; a re-pin brings successors too."""
    if row["per"] != Per.DOSSIER or row["replaces"] is None or row["decision"] is not None:
        return False
    return not missing or any(one["marks"].get("due_back") for one in missing)


def _doing(row: Row, rule: Deadline, refs: Sequence[str], *, late: bool) -> list[str]:
    excused = ["--reason", "…"] if late and rule.late is Late.REASON else []
    if rule.met_by is None:
        paper = [] if rule.paper is None else ["--attach", f"{rule.paper}=FILE"]
        return ["milestone", "done", row["ref"], "--proof", "NO", *paper]
    if rule.met_by == "submit" and row["per"] == Per.UNIT:
        return ["unit", "submit", row["unit"], *excused]
    if rule.met_by in MARKING:
        return ["today"]  # which send, or which kind of meeting, and who has to come: the day's lines say it
    return ["dossier", "advance", *refs, rule.met_by, *excused]


def printed(pack: RulePack, rule: Deadline, year: int) -> tuple[str, Figures]:
    """How the paper itself words the date, as a code with figures; `same_as` is followed to the rule that prints it."""
    while rule.wording is Wording.SAME_AS and rule.rule is not None:
        rule = pack.deadline(rule.rule)
    figures: dict[str, Any] = {}
    if rule.on is not None:
        figures["day"] = f"{year}-{rule.on}" if rule.yearly else rule.on
    if rule.wording is Wording.WITHIN_MONTH and rule.month is not None:
        figures = {"month": f"{rule.month[5:]}/{rule.month[:4]}"}
    if rule.wording is Wording.AFTER_EVENT:
        figures = {"days": rule.days}
    if rule.wording is Wording.EXTERNAL and rule.on is None:
        return "mail.printed_none", {}
    return _PRINTED.get(rule.wording, "mail.printed_none"), figures


_PRINTED = {
    Wording.BEFORE: "mail.printed_before",
    Wording.START_BEFORE: "mail.printed_start_before",
    Wording.AT_LATEST_ON: "mail.printed_at_latest_on",
    Wording.WITHIN_MONTH: "mail.printed_within_month",
    Wording.AFTER_EVENT: "mail.printed_after_event",
    Wording.EXTERNAL: "mail.printed_on",
    Wording.WITH_DOCUMENT: "mail.printed_on",
}


def _owner(pack: RulePack, row: Row, units: Mapping[str, str], language: str) -> str:
    """Who owes it, by name: the unit, or the body that the pack names."""
    if row["owner"] != OWN_UNIT:
        return _body(pack, row["owner"], language) or str(row["owner"])
    code = row["unit"] or row["scope"]
    return f"{units[code]} ({code})" if code in units else str(code)


def _body(pack: RulePack, name: str | None, language: str) -> str | None:
    if name is None:
        return None
    return next((one.name.told(language) for one in pack.bodies if one.id == name), name)
