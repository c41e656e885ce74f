"""A season of the shipped pack with people who can be written to, and stand-ins for what mail leaves by.

Two departments, SNV and STC, of three leaders each: the head's dossier goes one way and the deputies' another, so each
owes two submissions before 05/12/2024; SNV owes a duty for the whole season besides, by the same day.
"""

import email
import email.policy
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from notifications.channels import Mail, Undelivered
from tests import ground
from tests.season import Play, collective, leaders, opened, person, units
from workflow.rosters import RoleRow
from workflow.store import alerts as sql
from workflow.store.statements import Row
from workflow.words import Role

AUTHORITY = "LD"
SUBMIT, SUBMIT_DELEGATED, COMMITTEE = "NT11-1e-1", "NT11-1g-3", "NT11-2b-1"
"""The rules with a date, in the pack's order."""

DUE = "2024-12-05"
"""All three are due before this day."""

BODY = "QD-so-noi-vu"
"""Whoever acts for the body that owes the duty of the whole season."""

STAFF = ("CV-SNV", "CV-STC", BODY, "GS", "CT", "TH", AUTHORITY)
_PLAIN: dict[str, Any] = {"unit": "SNV", "duty": "staff", "tier": "", "lead": "none", "ranked": False}


def address(code: str) -> str:
    return f"{code.lower()}@ninhthuan.example"


def made(folder: Path, **more: Any) -> Play:
    """The season, opened and with its roster, at 09:00 on 10/11/2024."""
    play = opened(folder, more={"virtual": False} | more)
    people = [
        replace(one, email=address(one.code))
        for unit in ("SNV", "STC")
        for one in (*leaders(unit, 3), collective(unit))
    ]
    play.bring(units("SNV", "STC"), people)
    staff = [person(code, email=address(code), **_PLAIN) for code in STAFF]
    play.bring(subjects=staff, roles=[RoleRow(subject=AUTHORITY, role=Role.AUTHORITY)])
    return play


def copied(pattern: tuple[str, Play], folder: Path) -> Play:
    """The same season in a database of its own."""
    address, play = pattern
    ground.here().copy(address, folder)
    database = ground.opened(folder)
    clock = replace(play.clock)
    context = replace(play.context, database=database, write=database.write, clock=clock)
    return replace(play, context=context, clock=clock, folder=folder, meetings={})


def alerts(play: Play) -> list[tuple[str, str, str]]:
    """(rule, rung, outcome) of everything on record, by rule, scope and rung."""
    refs = {one["id"]: one for one in play.obligations()}
    with play.database.reading() as tx:
        found = tx.all(sql.ALERTS_OF_SEASON, season=play.row()["id"])
    told = [(refs[one["obligation"]], one) for one in found]
    return sorted((duty["rule"], alert["rung"], alert["outcome"]) for duty, alert in told)


def alerts_of(play: Play, ref: str) -> dict[str, str]:
    """Rung → outcome of one obligation."""
    wanted = next(one["id"] for one in play.obligations() if one["ref"] == ref)
    with play.database.reading() as tx:
        found = tx.all(sql.ALERTS_OF_SEASON, season=play.row()["id"])
    return {one["rung"]: one["outcome"] for one in found if one["obligation"] == wanted}


def messages(play: Play, recipient: str | None = None) -> list[Row]:
    """The messages, by when they were written and for whom."""
    with play.database.reading() as tx:
        found = tx.all(sql.MESSAGES_OF_SEASON, season=play.row()["id"])
    return [one for one in found if recipient in {None, one["recipient"]}]


def everything(play: Play) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that a sweep could touch."""
    with play.database.reading() as tx:
        beats = [tuple(one.values()) for one in tx.all(sql.HEARTBEATS)]
    return {name: play.table(name) for name in ("obligation", "alert", "message", "history")} | {"heartbeat": beats}


@dataclass
class Post:
    """A channel that keeps what it was given, or fails as it is told to, by recipient."""

    failing: dict[str, Undelivered] = field(default_factory=dict)
    sent: list[Mail] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)

    def send(self, mail: Mail) -> None:
        self.tried.append(mail.recipient)
        if mail.recipient in self.failing:
            raise self.failing[mail.recipient]
        self.sent.append(mail)

    def to(self, recipient: str) -> Mail:
        """The only mail that somebody got."""
        (found,) = [one for one in self.sent if one.recipient == recipient]
        return found


def parsed(content: bytes) -> EmailMessage:
    """A mail as a mail program reads it."""
    found = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def body(message: EmailMessage, kind: str) -> str:
    """The text of a mail: "plain" or "html"."""
    part = message.get_body((kind,))
    assert part is not None
    text: str = part.get_content()
    return text.replace("\r\n", "\n")
