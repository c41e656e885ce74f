"""The sweep: one look at the clock that records every rung that has passed, and queues what is to be told (design 8).

The truth is rows. An obligation says when it is to be looked at, an alert says that a rung was reached, a message says
what one recipient is to be told; all of it is written in one commit, so a crash between two of them cannot be. Any
number of sweeps may run at once: whoever changes `look_at` has the obligation.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from notifications.ladder import Outcome, Step, climb, leaves_at, next_look, reached
from notifications.recipients import People, hearing, read_people
from workflow import canonical
from workflow.dates import micros
from workflow.engine import Rules
from workflow.errors import HosoError
from workflow.rulepack import Anchor, Ladder, RulePack, RungAudience
from workflow.services.context import Context, rules_of
from workflow.store import alerts as sql
from workflow.store.statements import Row, Transaction
from workflow.words import new_id

EMAIL = "email"
"""The channel that messages are written for where nobody says another."""

NO_ADDRESS = canonical.dumps({"code": "mail.no_address"}).decode()

AT_ONCE = 500
"""Obligations in one commit: so many keep a season's commands waiting for a tenth of a second."""

Item = dict[str, Any]
"""One obligation within a message: ids, codes and figures, told when it leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerted:
    """A rung that a sweep recorded, and to whom (subjects' codes) it is told."""

    season: str
    obligation: str
    rule: str
    scope: str
    rung: str
    anchor: Anchor
    days: int
    """From the anchor to the rung; negative: before it."""
    to: RungAudience
    outcome: Outcome
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What one look at the clock came to. `looked`: obligations whose time to be looked at had come.

    `alerts` stand in the order in which they were reached; those of one instant in the order of the pack's rows.
    `messages`: how many were written, one for each recipient and channel; `dead` of them can reach nobody.
    """

    looked: int = 0
    alerts: tuple[Alerted, ...] = ()
    messages: int = 0
    dead: int = 0


def sweep(context: Context, *, limit: int = AT_ONCE, channels: Sequence[str] = (EMAIL,)) -> Swept:
    """Look at the clock once. Closed seasons are not looked at; a clock set by hand sees rehearsal seasons alone.

    Works in commits of at most `limit` obligations until nothing is left; a recipient still gets one message. A season
    that cannot be swept (its pack is lost) does not keep the others waiting: the first error is raised at the end.
    """
    if limit < 1:
        raise ValueError("a commit of no obligations would never come to an end")
    now = context.clock()
    with context.database.reading() as tx:
        seasons = tx.all(sql.SEASONS_TO_LOOK_AT, tenant=context.tenant, now=now)
    done, failed = list[Swept](), list[HosoError]()
    for season in seasons:
        if context.virtual and not season["rehearsal"]:
            continue
        try:
            done += _season(context, season["id"], now, limit=limit, channels=channels)
        except HosoError as error:
            failed.append(error)
    if failed:
        raise failed[0]
    beat(context, "sweep")
    return _total(done)


def beat(context: Context, name: str) -> None:
    """Say that a worker is alive. A clock set by hand says nothing about today."""
    if not context.virtual:
        context.write(lambda tx: tx.change(sql.BEAT, name=name, at=context.clock()))


def _season(context: Context, season: str, now: datetime, *, limit: int, channels: Sequence[str]) -> Iterable[Swept]:
    def batch(tx: Transaction) -> Swept:
        row = tx.one(sql.SEASON_LOCKED, id=season)
        if row is None or row["state"] != "open":
            return Swept()
        rules = rules_of(context, tx, row)
        return _Look(tx=tx, season=row, rules=rules, now=now).swept(limit, channels)

    while True:
        swept = context.write(batch)
        yield swept
        if swept.looked < limit:
            return


def _total(parts: Sequence[Swept]) -> Swept:
    return Swept(
        looked=sum(one.looked for one in parts),
        alerts=tuple(alert for one in parts for alert in one.alerts),
        messages=sum(one.messages for one in parts),
        dead=sum(one.dead for one in parts),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Climb:
    """One obligation that was claimed, with the rungs that it reached."""

    row: Row
    steps: tuple[tuple[Step, Outcome], ...]


@dataclass(slots=True, kw_only=True)
class _Look:
    """One season at one instant, inside its transaction."""

    tx: Transaction
    season: Row
    rules: Rules
    now: datetime
    _people: People | None = None
    _told: dict[str, list[Item]] = field(default_factory=dict)
    """Recipient → what there is to tell."""
    _dead: int = 0
    _climbs: dict[tuple[Any, ...], tuple[Step, ...]] = field(default_factory=dict)
    """Most of what is due at once is due by the same date."""

    @property
    def pack(self) -> RulePack:
        return self.rules.pack

    @property
    def people(self) -> People:
        if self._people is None:
            self._people = read_people(self.tx, self.season["id"], self.pack)
        return self._people

    def swept(self, limit: int, channels: Sequence[str]) -> Swept:
        rows = self.tx.all(sql.OBLIGATIONS_TO_LOOK_AT, season=self.season["id"], now=self.now, most=limit)
        reached_now = [
            (step, climbed.row, outcome) for climbed in self._claimed(rows) for step, outcome in climbed.steps
        ]
        place = _places(self.pack)
        reached_now.sort(key=lambda one: (one[0].at, *place(one[1]), one[0].position))
        rungs = [(row, self._told_as(row, step, outcome)) for step, row, outcome in reached_now]
        self.tx.many(sql.NEW_ALERT, [self._record(row, alert) for row, alert in rungs])
        alerts = [alert for _, alert in rungs]
        messages = sum(self._tell(who, items, channel) for who, items in self._told.items() for channel in channels)
        return Swept(looked=len(rows), alerts=tuple(alerts), messages=messages, dead=self._dead)

    def _claimed(self, rows: Sequence[Row]) -> list[_Climb]:
        """Those of `rows` that this sweep has: the others were looked at by somebody else meanwhile."""
        ids = [row["id"] for row in rows]
        known: dict[str, set[str]] = {}
        for alert in self.tx.all(sql.ALERTS_OF, season=self.season["id"], obligations=ids):
            known.setdefault(alert["obligation"], set()).add(alert["rung"])
        found = []
        for row in rows:
            steps = self._steps(row)
            if self._claim(row, next_look(steps, self.now)):
                fresh = reached(steps, born_at=row["born_at"], now=self.now, known=known.get(row["id"], ()))
                found.append(_Climb(row=row, steps=fresh))
        return found

    def _claim(self, row: Row, look_at: datetime | None) -> bool:
        changed = self.tx.change(
            sql.LOOKED, season=self.season["id"], was_id=row["id"], was_look_at=row["look_at"], look_at=look_at
        )
        return changed == 1

    def _steps(self, row: Row) -> tuple[Step, ...]:
        days = {name: row[name] for name in ("due_at", "last_good_day", "last_working_day")}
        known = (row["rule"], *days.values())
        if known not in self._climbs:
            self._climbs[known] = climb(ladder_of(self.pack, row), **days, zone=self.pack.zone)
        return self._climbs[known]

    def _told_as(self, row: Row, step: Step, outcome: Outcome) -> Alerted:
        """One rung, with whom to tell. Who cannot be reached leaves a dead letter of their own."""
        hearers: tuple[str, ...] = ()
        if outcome is Outcome.QUEUED:
            hearers = hearing(self.people, row, step.rung.to)
            for who in hearers:
                self._told.setdefault(who, []).append(_item(row, step))
            if not self.people.reachable.intersection(hearers):
                outcome = Outcome.NOBODY
        return Alerted(
            season=self.season["code"],
            obligation=row["ref"],
            rule=row["rule"],
            scope=row["scope"],
            rung=step.rung.id,
            anchor=step.rung.anchor,
            days=step.rung.days,
            to=step.rung.to,
            outcome=outcome,
            recipients=hearers,
        )

    def _record(self, row: Row, alert: Alerted) -> Row:
        told = {"obligation": row["id"], "rung": alert.rung, "outcome": alert.outcome.value}
        return {"season": self.season["id"], **told, "at": self.now}

    def _tell(self, who: str, items: list[Item], channel: str) -> int:
        """Write one message, or add to the one that an earlier batch of this very sweep wrote. How many are new."""
        reachable = who in self.people.reachable
        season, leaves = self.season["id"], self._leaves(items) if reachable else None
        waiting = self.tx.one(sql.MESSAGE_OF_THIS_SWEEP, season=season, recipient=who, channel=channel, now=self.now)
        if waiting is not None:
            content = gathered(self.pack, [*waiting["content"], *items])
            later = max((at for at in (waiting["next_at"], leaves) if at is not None), default=None)
            if self.tx.change(sql.MESSAGE_GROWN, season=season, was_id=waiting["id"], content=content, next_at=later):
                return 0
        self.tx.change(
            sql.NEW_MESSAGE,
            season=season,
            id=new_id(),
            recipient=who,
            channel=channel,
            content=gathered(self.pack, items),
            state="queued" if reachable else "dead",
            tries=0,
            created_at=self.now,
            next_at=leaves,
            sent_at=None,
            failure=None if reachable else NO_ADDRESS,
        )
        self._dead += not reachable
        return 1

    def _leaves(self, items: Sequence[Item]) -> datetime:
        """Quiet hours delay what leaves, never what is recorded. The most careful of the ladders rules."""
        ladders = [ladder_of(self.pack, item) for item in items]
        return max(leaves_at(ladder, self.now, self.pack.zone) for ladder in ladders)


def ladder_of(pack: RulePack, row: Row | Item) -> Ladder:
    """The ladder that the rule of an obligation, or of an item, climbs."""
    name = pack.deadline(row["rule"]).ladder
    return next(one for one in pack.ladders if one.id == name)


def gathered(pack: RulePack, items: Sequence[Item]) -> list[Item]:
    """One item for each obligation, in the order they were reached; those of one instant in the pack's order.

    Somebody with two roles hears of an obligation once, as both; the highest of its rungs says when.
    """
    found: dict[str, Item] = {}
    notices = [one for one in items if "notice" in one]
    for item in sorted((one for one in items if "notice" not in one), key=lambda one: int(one["at"])):
        before, joined = found.get(item["obligation"]), item
        if before is not None:
            joined = {
                **item,
                "rungs": [*before["rungs"], *item["rungs"]],
                "to": list(dict.fromkeys([*before["to"], *item["to"]])),
                "register": before["register"] or item["register"],
            }
        found[item["obligation"]] = joined
    place = _places(pack)
    return notices + sorted(found.values(), key=lambda one: (int(one["at"]), *place(one)))


def _item(row: Row, step: Step) -> Item:
    return {
        "obligation": row["id"],
        "ref": row["ref"],
        "rule": row["rule"],
        "scope": row["scope"],
        "rungs": [step.rung.id],
        "to": [step.rung.to.value],
        "at": micros(step.at),
        "register": step.rung.register,
    }


def _places(pack: RulePack) -> Callable[[Row | Item], tuple[int, str, str]]:
    """Tells where an obligation stands among those of one instant: by its rule's place in the pack, then its owner."""
    rules = {one.id: place for place, one in enumerate(pack.deadlines)}
    return lambda row: (rules[row["rule"]], row["scope"], row["ref"])
