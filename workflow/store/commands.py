"""The SQL of a command: what it reads under its locks, and what it writes (design section 7).

One season, one writer at a time (ADR 0014): `SEASON_LOCKED` comes first, so nothing that is read after it can change
under a command. On SQLite BEGIN IMMEDIATE is that lock.
"""

from typing import Any

from sqlalchemy import Insert, Update, and_, bindparam, case, func, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlmodel import SQLModel

from workflow.store.statements import Statement, among
from workflow.store.tables import (
    Access,
    Answer,
    Attachment,
    Attempt,
    Counter,
    Dossier,
    Group,
    History,
    Meeting,
    Member,
    Notice,
    Obligation,
    Pack,
    RoleGrant,
    Roster,
    Season,
    Secret,
    Subject,
    Unit,
)
from workflow.store.types import Number
from workflow.words import DossierState, ObligationState, SubjectKind


def _table(model: type[SQLModel]) -> Any:
    return model.__table__  # type: ignore[attr-defined]


def _columns(model: type[SQLModel], *left_out: str) -> list[Any]:
    return [column for column in _table(model).columns if column.name not in left_out]


def _insert(model: type[SQLModel]) -> Statement:
    made: Insert = insert(_table(model))
    return Statement(made)


def _advanced(model: type[SQLModel], *changed: str) -> Statement:
    """UPDATE of a stream's row: compare-and-set on its seq, which is the optimistic lock."""
    table = _table(model)
    names = (*changed, "seq", "head", "head_at")
    made: Update = (
        update(table)
        .where(
            table.c.season == bindparam("season"), table.c.id == bindparam("id"), table.c.seq == bindparam("was_seq")
        )
        .values({name: bindparam(name) for name in names})
    )
    return Statement(made)


def _added(model: type[SQLModel], name: str, *, more: Any) -> Any:
    """INSERT of a number, or its growth where the row is there already: no season's lock covers it, so two may want the
    first row at once. One text for both databases; its class is PostgreSQL's, which the SQLite compiler writes as well.
    """
    table = _table(model)
    keys = [column.name for column in table.primary_key]
    made = postgresql.insert(table).values({**{key: bindparam(key) for key in keys}, name: more})
    return made.on_conflict_do_update(index_elements=keys, set_={name: table.c[name] + made.excluded[name]})


answer, attachment = _table(Answer), _table(Attachment)
attempt, counter, dossier, group = _table(Attempt), _table(Counter), _table(Dossier), _table(Group)
history, meeting, member, obligation = _table(History), _table(Meeting), _table(Member), _table(Obligation)
pack, role, roster, season = _table(Pack), _table(RoleGrant), _table(Roster), _table(Season)
secret, subject, unit = _table(Secret), _table(Subject), _table(Unit)

# — inserts —

NEW_ANSWER = _insert(Answer)
NEW_ATTACHMENT = _insert(Attachment)
NEW_ATTEMPT = _insert(Attempt)
NEW_DOSSIER = _insert(Dossier)
NEW_GROUP = _insert(Group)
NEW_HISTORY = _insert(History)
NEW_MEETING = _insert(Meeting)
NEW_MEMBER = _insert(Member)
NEW_NOTICE = _insert(Notice)
NEW_OBLIGATION = _insert(Obligation)
NEW_PACK = _insert(Pack)
NEW_ROLE = _insert(RoleGrant)
NEW_ROSTER = _insert(Roster)
NEW_SEASON = _insert(Season)
NEW_SECRET = _insert(Secret)
NEW_SUBJECT = _insert(Subject)
NEW_UNIT = _insert(Unit)

# — numbers, packs, keys —

COUNTER = Statement(
    select(counter.c.value).where(counter.c.tenant == bindparam("tenant"), counter.c.name == bindparam("name"))
)
COUNT_ON = Statement(_added(Counter, "value", more=bindparam("more", type_=Number)).returning(counter.c.value))
"""The last lock of a command: references are counted over all seasons of a tenant (ADR 0013)."""
PACK = Statement(select(pack.c.body).where(pack.c.hash == bindparam("hash")))
ANSWER = Statement(
    select(answer.c.salt, answer.c.fingerprint, answer.c.body).where(
        answer.c.tenant == bindparam("tenant"), answer.c.actor == bindparam("actor"), answer.c.key == bindparam("key")
    )
)
ATTEMPTS_AT = Statement(
    select(attempt.c.salt, attempt.c.fingerprint).where(
        attempt.c.season == bindparam("season"),
        attempt.c.stream == bindparam("stream"),
        attempt.c.head == bindparam("head"),
    )
)
KNOCK = Statement(_added(Access, "knocks", more=1))

# — the season —

_SEASON = select(season).where(season.c.tenant == bindparam("tenant"), season.c.code == bindparam("code"))
SEASON = Statement(_SEASON)
SEASON_LOCKED = Statement(_SEASON.with_for_update())
"""The first lock of every command: one season, one writer at a time (ADR 0014)."""
SEASONS = Statement(select(season).where(season.c.tenant == bindparam("tenant")).order_by(season.c.code))
SEASON_ADVANCED = Statement(
    update(season)
    .where(season.c.id == bindparam("was_id"), season.c.seq == bindparam("was_seq"))
    .values({name: bindparam(name) for name in ("state", "pack", "seq", "head", "head_at")})
)
ROSTER = Statement(select(roster).where(roster.c.season == bindparam("season")))
ROSTER_ADVANCED = _advanced(Roster)

# — people —

UNITS = Statement(select(unit).where(unit.c.season == bindparam("season")).order_by(unit.c.code))
UNIT = Statement(select(unit).where(unit.c.season == bindparam("season"), unit.c.code == bindparam("code")))
UNIT_ADVANCED = _advanced(Unit, "name", "kind", "parent", "path", "email", "marks")
SUBJECTS = Statement(select(subject).where(subject.c.season == bindparam("season")).order_by(subject.c.code))
SUBJECT = Statement(select(subject).where(subject.c.season == bindparam("season"), subject.c.code == bindparam("code")))
SUBJECT_CHANGED = Statement(
    update(subject)
    .where(subject.c.season == bindparam("was_season"), subject.c.code == bindparam("was_code"))
    .values(
        {
            name: bindparam(name)
            for name in (
                "unit", "kind", "name", "post", "category", "duty", "tier", "party", "lead", "ranked", "contact",
                "language", "since",
            )
        }
    )
)  # fmt: skip
ACTOR = Statement(
    select(subject.c.unit, subject.c.lead, role.c.role, role.c.scope)
    .join_from(subject, role, and_(role.c.season == subject.c.season, role.c.subject == subject.c.code), isouter=True)
    .where(subject.c.season == bindparam("season"), subject.c.code == bindparam("code"))
)
"""Where somebody belongs, once for each role that he was granted; once, without a role, for who has none."""
ROLES_OF = Statement(
    select(role.c.role, role.c.scope).where(
        role.c.season == bindparam("season"), role.c.subject == bindparam("subject")
    )
)
ROLES = Statement(
    select(role).where(role.c.season == bindparam("season")).order_by(role.c.subject, role.c.role, role.c.scope)
)
ROLE_GONE = Statement(
    role.delete().where(
        role.c.season == bindparam("season"),
        role.c.subject == bindparam("subject"),
        role.c.role == bindparam("role"),
        role.c.scope == bindparam("scope"),
    )
)
SECRETS = Statement(
    select(secret.c.digest, secret.c.text, secret.c.salt).where(
        secret.c.season == bindparam("season"), among(secret.c.digest, "digests")
    )
)
SECRETS_OF_SEASON = Statement(
    select(secret.c.digest, secret.c.salt, secret.c.text).where(
        secret.c.season == bindparam("season"), secret.c.text.is_not(None)
    )
)
SECRET_ERASED = Statement(
    update(secret)
    .where(secret.c.season == bindparam("was_season"), secret.c.digest == bindparam("was_digest"))
    .values(salt=None, text=None)
)

# — dossiers —

_DOSSIER_FACTS = (
    select(
        *_columns(Dossier),
        subject.c.kind,
        subject.c.category,
        subject.c.duty,
        subject.c.tier,
        subject.c.lead,
        subject.c.party,
        unit.c.kind.label("unit_kind"),
        unit.c.path.label("unit_path"),
        unit.c.id.label("unit_stream"),
    )
    .join(subject, and_(subject.c.season == dossier.c.season, subject.c.code == dossier.c.subject))
    .join(unit, and_(unit.c.season == dossier.c.season, unit.c.code == dossier.c.unit))
)
DOSSIERS_BY_REF = Statement(
    _DOSSIER_FACTS.where(
        dossier.c.tenant == bindparam("tenant"),
        among(dossier.c.ref, "refs"),
        dossier.c.season == bindparam("season"),
    ).order_by(dossier.c.id)
)
DOSSIERS_BY_ID = Statement(
    _DOSSIER_FACTS.where(dossier.c.season == bindparam("season"), among(dossier.c.id, "ids")).order_by(dossier.c.id)
)
DOSSIERS_OF_SEASON = Statement(_DOSSIER_FACTS.where(dossier.c.season == bindparam("season")).order_by(dossier.c.ref))
DOSSIERS_IN_STATES = Statement(
    _DOSSIER_FACTS.where(dossier.c.season == bindparam("season"), among(dossier.c.state, "states"))
)
DOSSIER_ROWS = Statement(select(dossier).where(dossier.c.season == bindparam("season")).order_by(dossier.c.id))
"""The table's own columns alone."""
DOSSIERS_OF_UNIT = Statement(
    _DOSSIER_FACTS.where(dossier.c.season == bindparam("season"), dossier.c.unit == bindparam("unit")).order_by(
        dossier.c.ref
    )
)
_SOME = _DOSSIER_FACTS.where(dossier.c.season == bindparam("season"), among(dossier.c.state, "states")).limit(
    bindparam("most")
)
SOME_OF_SEASON = Statement(_SOME)
SOME_OF_UNIT = Statement(_SOME.where(dossier.c.unit == bindparam("unit")))
"""A few of those in some states, whichever come first."""
DOSSIERS_OF_SUBJECT = Statement(
    _DOSSIER_FACTS.where(dossier.c.season == bindparam("season"), dossier.c.subject == bindparam("subject"))
)
DOSSIERS_BEYOND = Statement(
    select(season.c.code, dossier.c.ref, dossier.c.marks)
    .join(season, season.c.id == dossier.c.season)
    .where(
        season.c.tenant == bindparam("tenant"),
        season.c.state == "open",
        season.c.year == bindparam("year"),
        season.c.id != bindparam("season"),
        dossier.c.subject == bindparam("subject"),
    )
    .order_by(season.c.code, dossier.c.ref)
)
"""Dossiers of the same code in the other open seasons of a year."""
DOSSIERS_OF_YEAR = Statement(
    _DOSSIER_FACTS.add_columns(season.c.code.label("season_code"))
    .join(season, season.c.id == dossier.c.season)
    .where(
        season.c.tenant == bindparam("tenant"),
        season.c.year == bindparam("year"),
        season.c.rehearsal == bindparam("rehearsal"),
        season.c.id != bindparam("season"),
        among(dossier.c.state, "states"),
    )
)
"""Those in some states of the other seasons of a year, open or closed: rehearsals of a rehearsal, and of nothing
else."""
DOSSIERS_BEFORE = Statement(
    select(
        *(dossier.c[name] for name in ("season", "ref", "subject", "marks")),
        season.c.code.label("season_code"),
    )
    .join(season, season.c.id == dossier.c.season)
    .where(
        season.c.tenant == bindparam("tenant"),
        season.c.rehearsal == bindparam("rehearsal"),
        season.c.year < bindparam("year"),
        among(dossier.c.subject, "subjects"),
    )
    .order_by(season.c.year, season.c.code, dossier.c.ref)
)
"""The dossiers of some subjects in seasons of earlier years, the earliest first."""
DOSSIER_ADVANCED = _advanced(Dossier, "unit", "route", "state", "expected", "voted", "proposed", "decided", "marks")

# — groups —

_beside = member.alias("beside")
_THEIR_GROUPS = select(_beside.c.group_id).where(
    _beside.c.season == bindparam("season"), among(_beside.c.dossier, "dossiers"), _beside.c.left_on.is_(None)
)
GROUPS_OF_DOSSIERS = Statement(
    select(group)
    .where(group.c.season == bindparam("season"), group.c.id.in_(_THEIR_GROUPS))
    .order_by(group.c.rule, group.c.key)
)
GROUP_BY_KEY = Statement(
    select(group).where(group.c.season == bindparam("season"), group.c.key == bindparam("key")).order_by(group.c.rule)
)
GROUPS_BY_ID = Statement(
    select(group)
    .where(group.c.season == bindparam("season"), among(group.c.id, "ids"))
    .order_by(group.c.rule, group.c.key)
)
GROUPS_OF_SEASON = Statement(
    select(group).where(group.c.season == bindparam("season")).order_by(group.c.rule, group.c.key)
)
_MEMBERS = select(
    member.c.group_id,
    member.c.left_on,
    member.c.left_rank,
    dossier.c.id,
    dossier.c.ref,
    dossier.c.state,
    dossier.c.proposed,
    dossier.c.decided,
    # Only a withdrawal asks for a day; the marks of all others stay where they are.
    case((dossier.c.state == DossierState.WITHDRAWN.value, dossier.c.marks)).label("left_marks"),
).join(dossier, and_(dossier.c.season == member.c.season, dossier.c.id == member.c.dossier))
MEMBERS_OF_GROUPS = Statement(
    _MEMBERS.where(member.c.season == bindparam("season"), among(member.c.group_id, "groups"))
)
_alike = (
    _MEMBERS.with_only_columns(
        *(one for one in _MEMBERS.selected_columns if one.name not in {"id", "ref"}),
        case((among(dossier.c.id, "dossiers"), dossier.c.id)).label("id"),
    )
    .where(member.c.season == bindparam("season"), member.c.group_id.in_(_THEIR_GROUPS))
    .subquery("alike")
)
MEMBERS_BESIDE = Statement(select(*_alike.c, func.count().label("many")).group_by(*_alike.c))
"""Everybody who is or was in a group that one of these dossiers is in: these one by one (`id`), the others by what they
count as, with how many of them there are (`many`)."""
MEMBERS_OF_SEASON = Statement(_MEMBERS.where(member.c.season == bindparam("season")))
MEMBERSHIPS_OF = Statement(
    select(member.c.group_id, member.c.left_on).where(
        member.c.season == bindparam("season"), member.c.dossier == bindparam("dossier")
    )
)
MEMBER_MOVED = Statement(
    update(member)
    .where(
        member.c.season == bindparam("season"),
        member.c.group_id == bindparam("was_group"),
        member.c.dossier == bindparam("was_dossier"),
    )
    .values(left_on=bindparam("left_on"), left_rank=bindparam("left_rank"))
)
GROUP_ADVANCED = _advanced(Group, "vote", "closed_on", "size", "base", "count", "would", "allowance", "over")
GROUP_COUNTED = Statement(
    update(group)
    .where(group.c.season == bindparam("season"), group.c.id == bindparam("was_id"))
    .values({name: bindparam(name) for name in ("size", "base", "count", "would", "allowance", "over")})
)

# — papers —

ATTACHMENT = Statement(
    select(attachment).where(attachment.c.season == bindparam("season"), attachment.c.digest == bindparam("digest"))
)

# — meetings —

MEETING = Statement(select(meeting).where(meeting.c.season == bindparam("season"), meeting.c.ref == bindparam("ref")))
MEETINGS_OF_SEASON = Statement(select(meeting).where(meeting.c.season == bindparam("season")).order_by(meeting.c.ref))
MEETING_ADVANCED = _advanced(Meeting, "state", "held_on", "attendees", "invited", "marks", "tallies")
PEOPLE_WITHIN = Statement(
    select(
        *(subject.c[name] for name in ("kind", "category", "duty", "tier", "lead", "party")),
        unit.c.kind.label("unit_kind"),
        unit.c.path.label("unit_path"),
    )
    .join(unit, and_(unit.c.season == subject.c.season, unit.c.code == subject.c.unit))
    .where(
        subject.c.season == bindparam("season"),
        subject.c.kind == SubjectKind.PERSON.value,
        among(subject.c.unit, "units"),
    )
)

# — obligations —

OBLIGATIONS_ON = Statement(
    select(obligation)
    .where(
        obligation.c.season == bindparam("season"),
        among(obligation.c.stream, "streams"),
        obligation.c.state == ObligationState.OPEN.value,
    )
    .order_by(obligation.c.rule, obligation.c.id)
)
OBLIGATIONS_EVER_ON = Statement(
    select(obligation).where(obligation.c.season == bindparam("season"), among(obligation.c.stream, "streams"))
)
"""Open or not."""
OBLIGATIONS_OF_RULE = Statement(
    select(obligation).where(
        obligation.c.season == bindparam("season"),
        obligation.c.stream == bindparam("stream"),
        obligation.c.rule == bindparam("rule"),
    )
)
OBLIGATION_BY_REF = Statement(
    select(obligation).where(obligation.c.season == bindparam("season"), obligation.c.ref == bindparam("ref"))
)
OBLIGATIONS_OF_SEASON = Statement(
    select(obligation)
    .where(obligation.c.season == bindparam("season"))
    .order_by(obligation.c.due_at, obligation.c.rule, obligation.c.scope)
)
OBLIGATION_SETTLED = Statement(
    update(obligation)
    .where(
        obligation.c.season == bindparam("season"),
        obligation.c.id == bindparam("was_id"),
        obligation.c.state == bindparam("was_state"),
    )
    .values(
        {name: bindparam(name) for name in ("state", "late", "settled_at", "look_at")},
    )
)
OBLIGATION_ASSESSED = Statement(
    update(obligation)
    .where(obligation.c.season == bindparam("was_season"), obligation.c.id == bindparam("was_id"))
    .values(effect=bindparam("effect"))
)

# — history —

RECORDS_OF_STREAM = Statement(
    select(history.c.stream, history.c.seq, history.c.act, history.c.body, history.c.hash)
    .where(history.c.season == bindparam("season"), history.c.stream == bindparam("stream"))
    .order_by(history.c.seq)
)
RECORDS_OF_SEASON = Statement(
    select(history.c.stream, history.c.seq, history.c.act, history.c.body, history.c.hash)
    .where(history.c.season == bindparam("season"))
    .order_by(history.c.stream, history.c.seq)
)
RECORDS_BY_PLACE = Statement(
    select(history.c.place, history.c.stream, history.c.seq, history.c.body, history.c.hash)
    .where(history.c.season == bindparam("season"))
    .order_by(history.c.place, history.c.stream, history.c.seq)
)
"""A season in the order in which it happened, act after act."""
HASH_OF_RECORD = Statement(
    select(history.c.hash).where(
        history.c.season == bindparam("season"),
        history.c.stream == bindparam("stream"),
        history.c.seq == bindparam("seq"),
    )
)
