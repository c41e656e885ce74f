"""The tables (design section 7). Keys start with the season; ids name things and are never used for order.

Append-only tables (`APPEND_ONLY`) are WITHOUT ROWID on SQLite and guarded by the triggers of `triggers.py`. Every
constraint is named. Migrations are written from these, and the drift check compares the catalogues of both.
"""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, MetaData, UniqueConstraint
from sqlmodel import Field, SQLModel
from sqlmodel._compat import SQLModelConfig

from workflow.store.types import Blob, Day, Flag, Id, Instant, Json, Number, Words
from workflow.words import DossierState, MeetingState, ObligationState, Rank, VoteState

_SQLITE = {"sqlite_strict": True}
_APPENDED = {"sqlite_strict": True, "sqlite_with_rowid": False}

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(SQLModel):
    """What all tables share: one catalogue with named constraints."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMES)
    model_config = SQLModelConfig(defer_build=True)  # a validator is made when it is first asked for: commands ask none


def _one_of(column: str, values: type[Any], *, nullable: bool = False) -> CheckConstraint:
    allowed = ", ".join(f"'{value}'" for value in values)
    text = f"{column} IN ({allowed})"
    return CheckConstraint(f"{column} IS NULL OR {text}" if nullable else text, name=f"{column}_known")


def _refers(columns: list[str], target: str, keys: list[str]) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(columns, [f"{target}.{key}" for key in keys])


class About(Base, table=True):
    """What this database is: product, tenant, and the engine that wrote it first."""

    __tablename__ = "about"
    __table_args__ = (_SQLITE,)
    key: str = Field(primary_key=True, sa_type=Words)
    value: str = Field(sa_type=Words)


class Counter(Base, table=True):
    """The last number given out, so that a ref is never used again."""

    __tablename__ = "counter"
    __table_args__ = (_SQLITE,)
    tenant: str = Field(primary_key=True, sa_type=Words)
    name: str = Field(primary_key=True, sa_type=Words)
    value: int = Field(sa_type=Number)


class Pack(Base, table=True):
    """A resolved pack with its working days, by the SHA-256 of its canonical bytes."""

    __tablename__ = "pack"
    __table_args__ = (_APPENDED,)
    hash: str = Field(primary_key=True, sa_type=Words)
    id: str = Field(sa_type=Words)
    body: bytes = Field(sa_type=Blob)


class Season(Base, table=True):
    """A body's evaluation of one year; also the stream of what concerns the whole of it."""

    __tablename__ = "season"
    __table_args__ = (
        UniqueConstraint("tenant", "code"),
        _refers(["pack"], "pack", ["hash"]),
        CheckConstraint("state IN ('open', 'closed')", name="state_known"),
        _SQLITE,
    )
    id: str = Field(primary_key=True, sa_type=Id)
    tenant: str = Field(sa_type=Words)
    code: str = Field(sa_type=Words)
    pack: str = Field(sa_type=Words)
    year: int = Field(sa_type=Number)
    rehearsal: bool = Field(sa_type=Flag)
    state: str = Field(sa_type=Words)
    seq: int = Field(sa_type=Number)
    head: bytes = Field(sa_type=Blob)
    head_at: datetime = Field(sa_type=Instant)


class Roster(Base, table=True):
    """The stream of a season's roster: imports, edits, roles given and taken."""

    __tablename__ = "roster"
    __table_args__ = (_refers(["season"], "season", ["id"]), _SQLITE)
    season: str = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Id)
    seq: int = Field(sa_type=Number)
    head: bytes = Field(sa_type=Blob)
    head_at: datetime = Field(sa_type=Instant)


class Unit(Base, table=True):
    """A body or a part of one (đơn vị)."""

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("season", "code"), _refers(["season"], "season", ["id"]), _SQLITE)
    season: str = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Id)
    code: str = Field(sa_type=Words)
    name: str = Field(sa_type=Words)
    kind: str = Field(sa_type=Words)
    parent: str | None = Field(sa_type=Words)
    """The code of the unit above."""
    path: str = Field(sa_type=Words)
    """Its own code and those of the units above, nearest first, with spaces between."""
    email: str | None = Field(sa_type=Words)
    marks: dict[str, Any] = Field(sa_type=Json)
    """The difficulties that it raised, by their number."""
    seq: int = Field(sa_type=Number)
    head: bytes = Field(sa_type=Blob)
    head_at: datetime = Field(sa_type=Instant)


class Subject(Base, table=True):
    """A person or a collective (đối tượng). `name` and `contact` are commitments; the texts lie in `secret`."""

    __tablename__ = "subject"
    __table_args__ = (
        UniqueConstraint("season", "code"),
        Index("ix_subject_season_unit", "season", "unit"),
        _refers(["season"], "season", ["id"]),
        _refers(["season", "unit"], "unit", ["season", "code"]),
        _SQLITE,
    )
    season: str = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Id)
    code: str = Field(sa_type=Words)
    unit: str = Field(sa_type=Words)
    kind: str = Field(sa_type=Words)
    name: str = Field(sa_type=Words)
    post: str = Field(sa_type=Words)
    category: str = Field(sa_type=Words)
    duty: str = Field(sa_type=Words)
    tier: str = Field(sa_type=Words)
    party: bool = Field(sa_type=Flag)
    lead: str = Field(sa_type=Words)
    ranked: bool = Field(sa_type=Flag)
    contact: str | None = Field(sa_type=Words)
    language: str = Field(sa_type=Words)
    since: date | None = Field(sa_type=Day)


class RoleGrant(Base, table=True):
    """Who may act as what, within which scope: a unit's code (and all below), a body of the pack, or "*"."""

    __tablename__ = "role"
    __table_args__ = (
        Index("ix_role_season_scope", "season", "scope"),
        _refers(["season", "subject"], "subject", ["season", "code"]),
        _SQLITE,
    )
    season: str = Field(primary_key=True, sa_type=Id)
    subject: str = Field(primary_key=True, sa_type=Words)
    role: str = Field(primary_key=True, sa_type=Words)
    scope: str = Field(primary_key=True, sa_type=Words)


class Dossier(Base, table=True):
    """The state machine: one subject on one track in one season."""

    __tablename__ = "dossier"
    __table_args__ = (
        UniqueConstraint("tenant", "ref"),
        UniqueConstraint("season", "subject", "track"),
        Index("ix_dossier_season_unit_state", "season", "unit", "state"),
        _refers(["season"], "season", ["id"]),
        _refers(["season", "subject"], "subject", ["season", "code"]),
        _refers(["season", "unit"], "unit", ["season", "code"]),
        _one_of("state", DossierState),
        _one_of("expected", Rank, nullable=True),
        _one_of("voted", Rank, nullable=True),
        _one_of("proposed", Rank, nullable=True),
        _one_of("decided", Rank, nullable=True),
        _SQLITE,
    )
    season: str = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Id)
    tenant: str = Field(sa_type=Words)
    ref: str = Field(sa_type=Words)
    subject: str = Field(sa_type=Words)
    unit: str = Field(sa_type=Words)
    track: str = Field(sa_type=Words)
    route: str = Field(sa_type=Words)
    state: str = Field(sa_type=Words)
    expected: str | None = Field(sa_type=Words)
    voted: str | None = Field(sa_type=Words)
    proposed: str | None = Field(sa_type=Words)
    decided: str | None = Field(sa_type=Words)
    marks: dict[str, Any] = Field(sa_type=Json)
    seq: int = Field(sa_type=Number)
    head: bytes = Field(sa_type=Blob)
    head_at: datetime = Field(sa_type=Instant)


class Group(Base, table=True):
    """The dossiers that one quota is judged over, and their figures. Over is a figure, not a state."""

    __tablename__ = "quota_group"
    __table_args__ = (
        UniqueConstraint("season", "key", "rule"),
        _refers(["season"], "season", ["id"]),
        _one_of("vote", VoteState),
        _SQLITE,
    )
    season: str = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Id)
    rule: str = Field(sa_type=Words)
    key: str = Field(sa_type=Words)
    unit: str | None = Field(sa_type=Words)
    vote: str = Field(sa_type=Words)
    closed_on: date | None = Field(sa_type=Day)
    size: int = Field(sa_type=Number)
    base: int = Field(sa_type=Number)
    count: int = Field(sa_type=Number)
    would: int = Field(sa_type=Number)
    allowance: int = Field(sa_type=Number)
    over: bool = Field(sa_type=Flag)
    seq: int = Field(sa_type=Number)
    head: bytes = Field(sa_type=Blob)
    head_at: datetime = Field(sa_type=Instant)


class Member(Base, table=True):
    """A dossier in a group. `left_on`: moved out of it by a roster edit that day, with the proposal it had then (a
    withdrawal stands on the dossier itself)."""

    __tablename__ = "member"
    __table_args__ = (
        _refers(["season", "group_id"], "quota_group", ["season", "id"]),
        _refers(["season", "dossier"], "dossier", ["season", "id"]),
        Index("ix_member_season_dossier", "season", "dossier"),
        {**_SQLITE, "sqlite_with_rowid": False},
    )
    season: str = Field(primary_key=True, sa_type=Id)
    group_id: str = Field(primary_key=True, sa_type=Id)
    dossier: str = Field(primary_key=True, sa_type=Id)
    left_on: date | None = Field(sa_type=Day)
    left_rank: str | None = Field(sa_type=Words)


class Meeting(Base, table=True):
    """A review meeting (hội nghị)."""

    __tablename__ = "meeting"
    __table_args__ = (
        UniqueConstraint("season", "ref"),
        Index("ix_meeting_season_unit", "season", "unit"),
        _refers(["season"], "season", ["id"]),
        _refers(["season", "unit"], "unit", ["season", "code"]),
        _one_of("state", MeetingState),
        _SQLITE,
    )
    season: str = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Id)
    ref: str = Field(sa_type=Words)
    unit: str = Field(sa_type=Words)
    kind: str | None = Field(sa_type=Words)
    """The pack's kind of meeting."""
    state: str = Field(sa_type=Words)
    held_on: date | None = Field(sa_type=Day)
    attendees: int | None = Field(sa_type=Number)
    invited: list[str] = Field(sa_type=Json)
    marks: dict[str, Any] = Field(sa_type=Json)
    tallies: dict[str, Any] = Field(sa_type=Json)
    """Totals by dossier, step and matter; who voted how is nowhere."""
    seq: int = Field(sa_type=Number)
    head: bytes = Field(sa_type=Blob)
    head_at: datetime = Field(sa_type=Instant)


class History(Base, table=True):
    """What happened: one record per stream that a command changed. Append-only; body and hash as they were sealed, and
    the act's place in its season once more, to read a season in the order in which it happened."""

    __tablename__ = "history"
    __table_args__ = (Index("ix_history_season_place", "season", "place"), _APPENDED)
    season: str = Field(primary_key=True, sa_type=Id)
    stream: str = Field(primary_key=True, sa_type=Id)
    seq: int = Field(primary_key=True, sa_type=Number)
    act: str = Field(sa_type=Id)
    place: int = Field(sa_type=Number)
    body: bytes = Field(sa_type=Blob)
    hash: bytes = Field(sa_type=Blob)


class Attempt(Base, table=True):
    """A refusal, in its own ledger without a seq. Repeats at the same head are stored once."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_season_stream_head", "season", "stream", "head"), _APPENDED)
    season: str = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Id)
    stream: str = Field(sa_type=Id)
    head: bytes = Field(sa_type=Blob)
    salt: bytes = Field(sa_type=Blob)
    fingerprint: bytes = Field(sa_type=Blob)
    at: datetime = Field(sa_type=Instant)
    body: bytes = Field(sa_type=Blob)


class Answer(Base, table=True):
    """The answer once given to an idempotency key, accepted or refused."""

    __tablename__ = "answer"
    __table_args__ = (_APPENDED,)
    tenant: str = Field(primary_key=True, sa_type=Words)
    actor: str = Field(primary_key=True, sa_type=Words)
    key: str = Field(primary_key=True, sa_type=Words)
    salt: bytes = Field(sa_type=Blob)
    fingerprint: bytes = Field(sa_type=Blob)
    at: datetime = Field(sa_type=Instant)
    body: bytes = Field(sa_type=Blob)


class Access(Base, table=True):
    """Callers without any role: one row per caller and minute, however often they knock."""

    __tablename__ = "access"
    __table_args__ = (_SQLITE,)
    tenant: str = Field(primary_key=True, sa_type=Words)
    actor: str = Field(primary_key=True, sa_type=Words)
    minute: int = Field(primary_key=True, sa_type=Number)
    knocks: int = Field(sa_type=Number)


class Secret(Base, table=True):
    """Personal data and free text, erasable. Records hold `digest`, the salted commitment."""

    __tablename__ = "secret"
    __table_args__ = (_SQLITE,)
    season: str = Field(primary_key=True, sa_type=Id)
    digest: str = Field(primary_key=True, sa_type=Words)
    salt: bytes | None = Field(sa_type=Blob)
    text: str | None = Field(sa_type=Words)


class Attachment(Base, table=True):
    """A file by the SHA-256 of its bytes, which lie in a folder beside the database. `name` is a commitment."""

    __tablename__ = "attachment"
    __table_args__ = (_refers(["season"], "season", ["id"]), _SQLITE)
    season: str = Field(primary_key=True, sa_type=Id)
    digest: str = Field(primary_key=True, sa_type=Words)
    kind: str = Field(sa_type=Words)
    name: str = Field(sa_type=Words)
    type: str = Field(sa_type=Words)
    size: int = Field(sa_type=Number)


class Obligation(Base, table=True):
    """Who owes what by when (việc đến hạn). Never moved: a successor `replaces` it.

    `stream` is the thing it hangs on (dossier, unit or season), `scope` that thing's ref or code for people.
    `look_at` is when the ladder looks next; None when nothing is left to look for.
    """

    __tablename__ = "obligation"
    __table_args__ = (
        Index("ix_obligation_season_look_at", "season", "look_at", "ref"),
        Index("ix_obligation_season_ref", "season", "ref"),
        Index("ix_obligation_season_replaces", "season", "replaces"),
        Index("ix_obligation_season_stream", "season", "stream"),
        Index("ix_obligation_season_unit", "season", "unit"),
        _refers(["season"], "season", ["id"]),
        _one_of("state", ObligationState),
        _SQLITE,
    )
    season: str = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Id)
    ref: str = Field(sa_type=Words)
    rule: str = Field(sa_type=Words)
    per: str = Field(sa_type=Words)
    stream: str = Field(sa_type=Id)
    scope: str = Field(sa_type=Words)
    unit: str | None = Field(sa_type=Words)
    owner: str = Field(sa_type=Words)
    recipient: str | None = Field(sa_type=Words)
    due_at: datetime | None = Field(sa_type=Instant)
    last_good_day: date | None = Field(sa_type=Day)
    last_working_day: date | None = Field(sa_type=Day)
    state: str = Field(sa_type=Words)
    late: bool = Field(sa_type=Flag)
    settled_at: datetime | None = Field(sa_type=Instant)
    born_at: datetime = Field(sa_type=Instant)
    look_at: datetime | None = Field(sa_type=Instant)
    replaces: str | None = Field(sa_type=Id)
    decision: str | None = Field(sa_type=Words)
    """The reference of the decision that moved it here, on a successor."""
    effect: dict[str, Any] | None = Field(sa_type=Json)
    """Of a lateness, as somebody judged it (A-19): `affects_party` (yes, no, unknown), and its `reason` committed."""


class Alert(Base, table=True):
    """A rung reached, once: what became of it."""

    __tablename__ = "alert"
    __table_args__ = (
        _refers(["season", "obligation"], "obligation", ["season", "id"]),
        CheckConstraint("outcome IN ('queued', 'folded', 'skipped', 'nobody')", name="outcome_known"),
        _APPENDED,
    )
    season: str = Field(primary_key=True, sa_type=Id)
    obligation: str = Field(primary_key=True, sa_type=Id)
    rung: str = Field(primary_key=True, sa_type=Words)
    outcome: str = Field(sa_type=Words)
    at: datetime = Field(sa_type=Instant)


class Notice(Base, table=True):
    """Something to tell a unit or a body once, besides what is due: the plan is in force, a copy of it, another pack
    that rules now, an invitation.

    Written in the commit of the command that brought it; the next sweep turns it into messages and marks it told.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_season_told_at", "season", "told_at"),
        _refers(["season"], "season", ["id"]),
        CheckConstraint(
            "kind IN ('opened', 'copy', 'repinned', 'invitation', 'result', 'difficulty')", name="kind_known"
        ),
        CheckConstraint("outcome IS NULL OR outcome IN ('queued', 'nobody')", name="outcome_known"),
        _SQLITE,
    )
    season: str = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Id)
    kind: str = Field(sa_type=Words)
    scope: str = Field(sa_type=Words)
    """A unit's code or a body of the pack."""
    about: dict[str, Any] = Field(sa_type=Json)
    at: datetime = Field(sa_type=Instant)
    told_at: datetime | None = Field(sa_type=Instant)
    outcome: str | None = Field(sa_type=Words)


class Message(Base, table=True):
    """One thing to tell one recipient on one channel. Codes, ids and figures; the words are made when it leaves."""

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_state_next_at", "state", "next_at"),
        Index("ix_message_season_recipient", "season", "recipient"),
        _refers(["season"], "season", ["id"]),
        CheckConstraint("state IN ('queued', 'sent', 'dead')", name="state_known"),
        _SQLITE,
    )
    season: str = Field(primary_key=True, sa_type=Id)
    id: str = Field(primary_key=True, sa_type=Id)
    recipient: str = Field(sa_type=Words)
    channel: str = Field(sa_type=Words)
    content: list[dict[str, Any]] = Field(sa_type=Json)
    state: str = Field(sa_type=Words)
    tries: int = Field(sa_type=Number)
    created_at: datetime = Field(sa_type=Instant)
    next_at: datetime | None = Field(sa_type=Instant)
    sent_at: datetime | None = Field(sa_type=Instant)
    failure: str | None = Field(sa_type=Words)


class Heartbeat(Base, table=True):
    """When a worker was last alive (design section 8: health is a row, never `.running`)."""

    __tablename__ = "heartbeat"
    __table_args__ = (_SQLITE,)
    name: str = Field(primary_key=True, sa_type=Words)
    at: datetime = Field(sa_type=Instant)


APPEND_ONLY = ("pack", "history", "attempt", "answer", "alert")

METADATA = Base.metadata
