"""Delivery: what waits in the outbox leaves, at least once (design section 8).

A message is taken by compare-and-set and for a while, sent outside any transaction, and its own outcome recorded. If
the process dies in between, the time runs out and the message is sent again under the same Message-ID.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from notifications.channels import Channel, Mail, Postponed, Refused, Undelivered, Unreachable
from notifications.ladder import leaves_at
from notifications.letters import Letter, read_letter
from notifications.render import render
from notifications.sweep import beat, ladder_of
from workflow import canonical
from workflow.errors import HosoError
from workflow.messages import sentence
from workflow.services.context import Context, rules_of
from workflow.store import alerts as sql
from workflow.store import commands
from workflow.store.statements import Row, Transaction

_log = logging.getLogger(__name__)

TAKEN_FOR = timedelta(minutes=10)
"""How long a message is one worker's own: longer than any conversation with a server lasts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """When to try again: after `first`, then twice as long each time and at most `most`; `tries` in all.

    The default goes on for nearly five days, as RFC 5321 (4.5.4.1) advises.
    """

    first: timedelta = timedelta(minutes=1)
    most: timedelta = timedelta(hours=6)
    tries: int = 28

    def after(self, tries: int) -> timedelta | None:
        """How long to wait after so many tries (1 or more); None when it was the last."""
        if tries >= self.tries:
            return None
        # The exponent is bounded: a shift by a large number of tries would make a number of that many bits.
        return min(self.first * (1 << min(tries - 1, 30)), self.most)


class Fate(StrEnum):
    """What a delivery did with one message."""

    SENT = "sent"
    RETRIED = "retried"
    """It leaves later by itself."""
    DEAD = "dead"
    """It needs somebody."""
    POSTPONED = "postponed"
    """Not tried: quiet hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """One message that a delivery took. `failure` is as stored; `failure_told` makes a sentence of it."""

    message: str
    recipient: str
    channel: str
    fate: Fate
    failure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What one delivery did, in the order in which it was done."""

    handled: tuple[Handled, ...] = ()

    def count(self, fate: Fate) -> int:
        return sum(one.fate is fate for one in self.handled)


def deliver(
    context: Context, channels: Mapping[str, Channel], *, limit: int = 100, retry: Retry | None = None
) -> Delivered:
    """Send what may leave now, at most `limit` messages, by the channels given (by name).

    What waits in a closed season stays until it is reopened: nobody is reminded of what is over. A channel that does
    not work is not tried again in this delivery. A clock set by hand sends for rehearsal seasons
    alone. Never talks to a server inside a transaction.
    """
    handled, working = list[Handled](), dict(channels)
    while working and len(handled) < limit:
        taken = context.write(partial(_take, context, tuple(working)))
        if taken is None:
            break
        try:
            handled.append(_send(context, taken, working[taken["channel"]]))
        except Undelivered as error:
            handled.append(_failed(context, taken, error, retry or Retry()))
            if isinstance(error, Unreachable):
                del working[taken["channel"]]
    beat(context, "deliver")
    return Delivered(handled=tuple(handled))


def failure_told(failure: str, language: str = "vi") -> str:
    """A stored failure as people read it."""
    figures = dict(canonical.read(failure))
    return sentence(figures.pop("code"), language, **figures)


def _take(context: Context, channels: Sequence[str], tx: Transaction) -> Row | None:
    """The next message that may leave, now this worker's own; `tries` counts the one that follows."""
    now = context.clock()
    seasons = [
        one["id"]
        for one in tx.all(commands.SEASONS, tenant=context.tenant)
        if one["state"] == "open" and (one["rehearsal"] or not context.virtual)
    ]
    row = tx.one(sql.NEXT_MESSAGE, seasons=seasons, channels=channels, now=now)
    if row is None:
        return None
    mine = {"tries": row["tries"] + 1, "next_at": now + TAKEN_FOR}
    changed = tx.change(
        sql.MESSAGE_TAKEN,
        season=row["season"],
        was_id=row["id"],
        was_tries=row["tries"],
        was_next_at=row["next_at"],
        **mine,
    )
    return {**row, **mine} if changed == 1 else None


def _send(context: Context, message: Row, channel: Channel) -> Handled:
    """Send one message, unless quiet hours began since it was queued. Raises `Undelivered`."""
    now = context.clock()
    leaves = _leaves_at(context, message, now)
    if leaves > now:
        before = message["tries"] - 1
        _give_back(context, message, tries=before, next_at=leaves, failure=message["failure"])
        return _handled(message, Fate.POSTPONED)
    _hand_over(context, message, channel, now)
    context.write(
        lambda tx: tx.change(sql.MESSAGE_SENT, season=message["season"], was_id=message["id"], sent_at=context.clock())
    )
    return _handled(message, Fate.SENT)


def _handled(message: Row, fate: Fate, failure: str | None = None) -> Handled:
    return Handled(
        message=message["id"], recipient=message["recipient"], channel=message["channel"], fate=fate, failure=failure
    )


def _leaves_at(context: Context, message: Row, now: datetime) -> datetime:
    with context.database.reading() as tx:
        season = tx.one(sql.SEASON_BY_ID, id=message["season"])
        assert season is not None  # a message refers to its season
        pack = rules_of(context, tx, season).pack
    # A notice climbs no ladder: the most careful of them all says when it may leave.
    ladders = [ladder_of(pack, item) for item in message["content"] if "notice" not in item] or pack.ladders
    return max((leaves_at(one, now, pack.zone) for one in ladders), default=now)


def _hand_over(context: Context, message: Row, channel: Channel, now: datetime) -> None:
    """Write the mail and hand it to the channel. Raises `Undelivered`.

    A mail that we cannot write is a defect of ours and keeps nobody else waiting: logged, and tried again later.
    """
    try:
        with context.database.reading() as tx:
            letter = read_letter(context, tx, message, now=now)
        channel.send(mail_of(letter, message))
    except (HosoError, Undelivered):
        raise
    except Exception as error:
        _log.exception("message %s cannot be written", message["id"])
        raise Postponed("mail.defect", kind=type(error).__name__) from error


def mail_of(letter: Letter, message: Row) -> Mail:
    """A letter put into words. Raises `Refused` where it has no address."""
    if letter.address is None:
        raise Refused("mail.no_address")
    words = render(letter)
    return Mail(
        id=message["id"],
        recipient=letter.recipient,
        name=letter.name or "",
        address=letter.address,
        language=letter.language,
        subject=words.subject,
        text=words.text,
        html=words.html,
        written_at=message["created_at"],
    )


def _failed(context: Context, message: Row, error: Undelivered, retry: Retry) -> Handled:
    failure = canonical.dumps({"code": error.code, **error.figures}).decode()
    wait = None if error.permanent else retry.after(message["tries"])
    next_at = None if wait is None else context.clock() + wait
    _give_back(context, message, tries=message["tries"], next_at=next_at, failure=failure)
    return _handled(message, Fate.DEAD if next_at is None else Fate.RETRIED, failure)


def _give_back(context: Context, message: Row, *, tries: int, next_at: datetime | None, failure: str | None) -> None:
    """Let the message wait for another try, or put it with the dead letters. Whoever took it meanwhile keeps it."""
    context.write(
        lambda tx: tx.change(
            sql.MESSAGE_FAILED,
            season=message["season"],
            was_id=message["id"],
            was_tries=message["tries"],
            state="dead" if next_at is None else "queued",
            tries=tries,
            next_at=next_at,
            failure=failure,
        )
    )
