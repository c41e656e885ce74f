"""One act: a command inside its transaction, from its clock and rules to the records it appends.

Everything that a command writes goes through here, so that a fact travels one way and into one commit: state, history,
groups, obligations, secrets and the answer (design section 1).
"""

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from workflow import canonical, ledger
from workflow.answers import Answer, Refused, from_json, to_json, verdict_for_record
from workflow.dates import local_day, micros
from workflow.engine import Rules
from workflow.errors import BadInput, ClockBehind, Conflict, KeyReused
from workflow.facts import Facts, Patch, Verdict
from workflow.services.context import By, Context, find_season, rules_of
from workflow.store import commands as sql
from workflow.store.statements import Row, Statement, Transaction
from workflow.words import OS_USER, Lead, Role, Status, new_id


@dataclass(slots=True, kw_only=True)
class Act:
    """A command under way. `now` was read after the season was locked; `occurred_at` is never later than it."""

    context: Context
    tx: Transaction
    by: By
    season: Row
    rules: Rules
    now: datetime
    id: str = field(default_factory=new_id)
    _paths: dict[str, str | None] = field(default_factory=dict)
    _actor: list[Row] | None = None
    _kept: list[Row] = field(default_factory=list)
    _place: int | None = None

    @property
    def place(self) -> int:
        """Which act of its season this is, 1 for the opening. Taken with its first record: a refusal uses up none."""
        if self._place is None:
            self._place = next_number(self.context, self.tx, acts_of(self.season_id))
        return self._place

    @property
    def occurred_at(self) -> datetime:
        return self.by.occurred_at or self.now

    @property
    def occurred_on(self) -> date:
        return local_day(self.occurred_at, self.rules.pack.zone)

    @property
    def season_id(self) -> str:
        return str(self.season["id"])

    @property
    def is_operator(self) -> bool:
        """Acting as whoever holds the database, not as somebody of the roster."""
        return self.by.actor.startswith(OS_USER)

    def together(self, *asked: tuple[Statement, Mapping[str, Any]]) -> list[list[Row]]:
        """What a use case begins with by asking, and who the actor is, in one journey."""
        if self._actor is not None or self.is_operator:
            return self.tx.together(*asked)
        actor = sql.ACTOR, {"season": self.season_id, "code": self.by.actor}
        self._actor, *answers = self.tx.together(actor, *asked)
        return answers

    def roles(self) -> list[Row]:
        """The actor's grants (role, scope); an unknown actor is bad input."""
        if self.is_operator:
            return [{"role": Role.OPERATOR.value, "scope": "*"}]
        return [one for one in self._actor_rows() if one["role"] is not None]

    def heads(self, unit: str) -> bool:
        """Whether the actor is the head of a unit."""
        return (
            not self.is_operator
            and self._actor_rows()[0]["unit"] == unit
            and self._actor_rows()[0]["lead"] == Lead.HEAD
        )

    def _actor_rows(self) -> list[Row]:
        if self._actor is None:
            self._actor = self.tx.all(sql.ACTOR, season=self.season_id, code=self.by.actor)
        if not self._actor:
            raise BadInput("command.unknown_actor", actor=self.by.actor)
        return self._actor

    def roles_within(self, scopes: Sequence[str]) -> list[str]:
        """The names of the actor's roles that reach one of `scopes`, each once."""
        reach = {"*", *scopes}
        return list(dict.fromkeys(one["role"] for one in self.roles() if one["scope"] in reach))

    def unit_path(self, code: str) -> list[str]:
        """A unit's code and those above it, nearest first. Raises `BadInput` for an unknown unit."""
        path = self._path(code)
        if path is None:
            raise BadInput("command.unknown_unit", unit=code)
        return path.split(" ")

    def acting(self, wanted: Collection[Role], scopes: Sequence[str] = ()) -> str | None:
        """The role that lets the actor do something within `scopes`: the first of his that is wanted, or None."""
        return next((one for one in self.roles_within(scopes) if one in wanted), None)

    def has_unit(self, code: str) -> bool:
        return self._path(code) is not None

    def _path(self, code: str) -> str | None:
        if code not in self._paths:
            unit = self.tx.one(sql.UNIT, season=self.season_id, code=code)
            self._paths[code] = None if unit is None else unit["path"]
        return self._paths[code]

    def keep(self, text: str) -> str:
        """The salted commitment to personal data or free text. `write_kept` puts the text into the erasable table, once
        the command is accepted: a refusal changes no row."""
        digest, salt = ledger.commit_text(text)
        self._kept.append({"season": self.season_id, "digest": digest, "salt": salt, "text": text})
        return digest

    def write_kept(self) -> None:
        self.tx.many(sql.NEW_SECRET, self._kept)
        self._kept = []

    def basic_facts(
        self, process: str, command: str, args: Mapping[str, Any], roles: Sequence[str], *, row: Row | None = None
    ) -> Facts:
        """The facts that every command has; services add the thing it is about.

        `row` is the stream's that will be changed: where its head is a little ahead of the clock, its instant is when
        this is recorded, and what is judged by.
        """
        at = self.head_time(row)
        return {
            "command": {
                "process": process,
                "name": command,
                "occurred_at": micros(self.occurred_at),
                "occurred_on": self.occurred_on.isoformat(),
                "dated": self.by.occurred_at is not None,
                "recorded_at": micros(at),
                "args": dict(args),  # type: ignore[typeddict-item]
            },
            "actor": {"id": self.by.actor, "roles": list(roles), "auth": self.by.auth},
            "groups": [],
            "obligations": [],
        }

    def head_time(self, row: Row | None) -> datetime:
        """When the next record of a stream is dated: now, or the head's instant if that is a little ahead."""
        if row is None or "head_at" not in row or row["head_at"] <= self.now:
            return self.now
        if row["head_at"] - self.now > ledger.TOLERANCE:
            raise ClockBehind("command.clock_behind", now=micros(self.now), head=micros(row["head_at"]))
        return row["head_at"]  # type: ignore[no-any-return]

    def draft(
        self,
        row: Row | None,
        *,
        stream: str,
        kind: str,
        facts: Facts,
        to: str | None,
        role: str,
        verdicts: Sequence[Verdict] = (),
        patch: Patch | None = None,
    ) -> tuple[Row, dict[str, Any]]:
        """Make a stream's next record: its row for the history, and the stream's new `seq`, `head` and `head_at` (with
        `id` and `was_seq`). `row` is the stream's row as it was read, None for the first record."""
        at = self.head_time(row)
        seq, previous = (row["seq"] + 1, row["head"]) if row else (1, ledger.GENESIS)
        if at != self.now:
            facts = {**facts, "command": {**facts["command"], "recorded_at": micros(at)}}
        record = ledger.seal(
            {
                "v": ledger.VERSION,
                "season": self.season_id,
                "stream": stream,
                "kind": kind,
                "seq": seq,
                "act": self.id,
                "place": self.place,
                "command": facts["command"]["name"],
                "to": to,
                "role": role,
                "pack": self.rules.hash,
                "engine": ledger.ENGINE,
                "facts": facts,
                "verdicts": [verdict_for_record(one) for one in verdicts],
                "set": patch or {},
            },
            previous,
        )
        made = {"season": self.season_id, "stream": stream, "seq": seq, "act": self.id, "place": self.place}
        head = {"id": stream, "seq": seq, "was_seq": seq - 1, "head": record.hash, "head_at": at}
        return {**made, "body": record.body, "hash": record.hash}, head

    def seal(
        self,
        row: Row | None,
        *,
        stream: str,
        kind: str,
        facts: Facts,
        to: str | None,
        role: str,
        verdicts: Sequence[Verdict] = (),
        patch: Patch | None = None,
    ) -> dict[str, Any]:
        """Append a stream's next record; the caller writes the stream's row, by compare-and-set, in this
        transaction."""
        record, head = self.draft(
            row, stream=stream, kind=kind, facts=facts, to=to, role=role, verdicts=verdicts, patch=patch
        )
        self.tx.change(sql.NEW_HISTORY, **record)
        return head

    def advance_row(self, statement: Statement, row: Row, stream: Mapping[str, Any], patch: Mapping[str, Any]) -> None:
        """Write a stream's row by compare-and-set. Raises `Conflict` where somebody else was first."""
        changed = self.tx.change(statement, **{**row, **patch, **stream, "season": self.season_id})
        if changed != 1:
            name = row.get("ref") or row.get("code") or row.get("key") or stream["id"]
            raise Conflict("command.lost_race", stream=str(name))


def run(context: Context, by: By, work: Callable[[Transaction], Answer]) -> Answer:
    """Run a command in a transaction. A dry run does everything and takes it back: the same answer, nothing written."""

    def whole(tx: Transaction) -> Answer:
        if not by.dry_run:
            return work(tx)
        tx.plainly("SAVEPOINT dry_run")
        try:
            answer = work(tx)
        finally:
            tx.plainly("ROLLBACK TO dry_run")
            tx.plainly("RELEASE dry_run")
        # What is taken back has no receipt.
        return replace(answer, done=tuple(replace(one, receipt="") for one in answer.done), dry_run=True)

    return context.write(whole)


def perform(
    context: Context,
    season: str | None,
    by: By,
    content: Any,
    work: Callable[["Act"], Answer],
    *,
    closed: bool = False,
) -> Answer:
    """Do `work` on a season in one commit, once for each idempotency key. `closed`: it may be a closed one.

    `content` is what was asked for, in clear; together with the season and the day on paper it is what a repeated
    key must repeat. Whatever the answer is, it is remembered.
    """
    asked = {"season": season, "occurred": None if by.occurred_at is None else micros(by.occurred_at), "asked": content}

    def whole(tx: Transaction) -> Answer:
        try:
            locked = lock_season(context, tx, season)
        except BadInput:
            # Meanwhile no season may be open, or two: what a key was answered stands all the same.
            if (before := answered_before(context, tx, by, asked)) is not None:
                return before
            raise
        if (before := answered_before(context, tx, by, asked)) is not None:
            return before
        act = begin(context, tx, by, locked, closed=closed)
        answer = work(act)
        remember(act, asked, answer)
        return answer

    return run(context, by, whole)


def begin(context: Context, tx: Transaction, by: By, season: Row, *, closed: bool = False) -> Act:
    """An act on a season that is locked; the clock is read now. Raises `BadInput` for a closed season (unless `closed`
    allows it), or a future event."""
    rules = rules_of(context, tx, season)
    now = context.clock()
    if context.virtual and not season["rehearsal"]:
        raise BadInput("command.clock_set", season=season["code"])
    if by.occurred_at is not None and by.occurred_at > now:
        raise BadInput("command.future", occurred=micros(by.occurred_at), now=micros(now))
    if season["state"] != "open" and not closed:
        raise BadInput("command.season_closed", season=season["code"])
    return Act(context=context, tx=tx, by=by, season=season, rules=rules, now=now)


def lock_season(context: Context, tx: Transaction, code: str | None) -> Row:
    """The season named, or the only open one, locked before anything of it is read: facts are as the last writer left
    them (ADR 0014)."""
    if code is None:
        code = find_season(context, tx, None)["code"]
    (found,) = tx.together((sql.SEASON_LOCKED, {"tenant": context.tenant, "code": code}))
    return found[0] if found else find_season(context, tx, code)


def acts_of(season: str) -> str:
    """The name of the counter of a season's acts."""
    return f"act {season}"


def next_number(context: Context, tx: Transaction, name: str, count: int = 1) -> int:
    """The first of `count` fresh numbers of a counter. Numbers are never reused."""
    (row,) = tx.all(sql.COUNT_ON, tenant=context.tenant, name=name, more=count)
    return int(row["value"]) - count + 1


def answered_before(context: Context, tx: Transaction, by: By, content: Any) -> Answer | None:
    """The answer already given to this actor's key, or None. Raises `KeyReused` for other content."""
    if by.key is None:
        return None
    row = tx.one(sql.ANSWER, tenant=context.tenant, actor=by.actor, key=by.key)
    if row is None:
        return None
    if ledger.fingerprint(content, row["salt"]) != row["fingerprint"]:
        raise KeyReused("command.key_reused", key=by.key, actor=by.actor)
    return from_json(canonical.loads(row["body"]), repeated=True)


def remember(act: Act, content: Any, answer: Answer) -> None:
    """Store the answer under the caller's key."""
    if act.by.key is None:
        return
    salt = secrets.token_bytes(ledger.SALT_BYTES)
    act.tx.change(
        sql.NEW_ANSWER,
        tenant=act.context.tenant,
        actor=act.by.actor,
        key=act.by.key,
        salt=salt,
        fingerprint=ledger.fingerprint(content, salt),
        at=act.now,
        body=canonical.dumps(to_json(answer)),
    )


def note_attempts(act: Act, content: Any, refusals: Sequence[tuple[Row, Refused, Facts]]) -> None:
    """Put refusals into the ledger of attempts; the same one at the same head only once.

    `content` is what was asked for, in clear: only its HMAC is stored. Whoever has no role at all over a thing
    leaves only a rate-limited line in the access log.
    """
    for row, refused, facts in refusals:
        if not facts["actor"]["roles"]:
            _knock(act)
            continue
        verdicts = [verdict_for_record(one) for one in refused.verdicts]
        asked = {"actor": act.by.actor, "content": content, "verdicts": verdicts}
        known = act.tx.all(sql.ATTEMPTS_AT, season=act.season_id, stream=row["id"], head=row["head"])
        if any(ledger.fingerprint(asked, one["salt"]) == one["fingerprint"] for one in known):
            continue
        salt = secrets.token_bytes(ledger.SALT_BYTES)
        body = {
            "actor": act.by.actor,
            "command": refused.command,
            "args": facts["command"]["args"],
            "verdicts": verdicts,
            "ref": refused.ref,
            "kind": refused.kind,
            "act": act.id,
            "auth": act.by.auth,
            "occurred_at": facts["command"]["occurred_at"],
            "unknown": [one.rule for one in refused.unknown],
        }
        act.tx.change(
            sql.NEW_ATTEMPT,
            season=act.season_id,
            id=new_id(),
            stream=row["id"],
            head=row["head"],
            salt=salt,
            fingerprint=ledger.fingerprint(asked, salt),
            at=act.now,
            body=canonical.dumps(body),
        )


def _knock(act: Act) -> None:
    minute = micros(act.now) // 60_000_000
    act.tx.change(sql.KNOCK, tenant=act.context.tenant, actor=act.by.actor, minute=minute)


def refuse_role(
    act: Act, row: Row, *, ref: str, kind: str, command: str, wanted: Sequence[Role], content: Any
) -> Answer:
    """Refuse somebody who may not do this, on the ledger of attempts, for use cases that have no process of their own.

    `row` is the stream that the command would have changed.
    """
    refused = Refused(ref=ref, kind=kind, command=command, verdicts=(no_role(act, wanted, scope="*"),))
    roles = list(dict.fromkeys(one["role"] for one in act.roles()))
    note_attempts(act, content, [(row, refused, act.basic_facts(kind, command, {}, roles))])
    return Answer(act=act.id, refused=(refused,))


def no_role(act: Act, wanted: Sequence[Role], *, scope: str = "") -> Verdict:
    """The refusal of somebody who may not do this, for use cases that have no process of their own."""
    return Verdict(
        rule="hoso.role",
        clause="",
        status=Status.UNMET,
        code="guard.no_role",
        figures={"actor": act.by.actor, "roles": [one.value for one in wanted]},
        who=wanted[0].value,
        scope=scope,
    )
