"""The SQL of alerts and messages: what the sweep claims and writes, what a delivery takes, what a letter tells.

Locks are taken in the global order, the season first. On SQLite BEGIN IMMEDIATE is the one lock.
"""

from sqlalchemy import Integer, Text, and_, bindparam, func, insert, or_, select, true, type_coerce, update
from sqlalchemy.dialects import postgresql

from workflow.store.statements import Statement, among
from workflow.store.tables import METADATA
from workflow.words import ObligationState

alert, dossier, heartbeat = (METADATA.tables[name] for name in ("alert", "dossier", "heartbeat"))
message, obligation, role = (METADATA.tables[name] for name in ("message", "obligation", "role"))
season, secret, subject = (METADATA.tables[name] for name in ("season", "secret", "subject"))
notice, unit = METADATA.tables["notice"], METADATA.tables["unit"]

_LOOKABLE = and_(obligation.c.state == ObligationState.OPEN.value, obligation.c.look_at <= bindparam("now"))
_UNTRIED = and_(or_(message.c.state == "queued", message.c.state == "dead"), message.c.tries == 0)
"""Nobody has tried to send it: it waits, or there is no address to send it to."""

# — the sweep —

SEASONS_TO_LOOK_AT = Statement(
    select(season)
    .where(
        season.c.tenant == bindparam("tenant"),
        season.c.state == "open",
        select(obligation.c.id).where(obligation.c.season == season.c.id, _LOOKABLE).exists(),
    )
    .order_by(season.c.code)
)
SEASONS_TO_ANNOUNCE = Statement(
    select(season)
    .where(
        season.c.tenant == bindparam("tenant"),
        season.c.state == "open",
        select(notice.c.id).where(notice.c.season == season.c.id, notice.c.told_at.is_(None)).exists(),
    )
    .order_by(season.c.code)
)
NOTICES_UNTOLD = Statement(
    select(notice)
    .where(notice.c.season == bindparam("season"), notice.c.told_at.is_(None))
    .order_by(notice.c.at, notice.c.id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
)
NOTICE_TOLD = Statement(
    update(notice)
    .where(notice.c.season == bindparam("season"), notice.c.id == bindparam("was_id"), notice.c.told_at.is_(None))
    .values(told_at=bindparam("told_at"), outcome=bindparam("outcome"))
)
SEASON_BY_ID = Statement(select(season).where(season.c.id == bindparam("id")))
SEASON_LOCKED = Statement(select(season).where(season.c.id == bindparam("id")).with_for_update())
OBLIGATIONS_TO_LOOK_AT = Statement(
    select(obligation)
    .where(obligation.c.season == bindparam("season"), _LOOKABLE)
    .order_by(obligation.c.look_at, obligation.c.ref)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
)
LOOKED = Statement(
    update(obligation)
    .where(
        obligation.c.season == bindparam("season"),
        obligation.c.id == bindparam("was_id"),
        obligation.c.state == ObligationState.OPEN.value,
        obligation.c.look_at == bindparam("was_look_at"),
    )
    .values(look_at=bindparam("look_at"))
)
"""The claim: whoever changes the row has it, everybody else changes none."""
ALERTS_OF = Statement(
    select(alert.c.obligation, alert.c.rung).where(
        alert.c.season == bindparam("season"), among(alert.c.obligation, "obligations")
    )
)
ALERTS_OF_SEASON = Statement(
    select(alert).where(alert.c.season == bindparam("season")).order_by(alert.c.at, alert.c.obligation, alert.c.rung)
)
NEW_ALERT = Statement(insert(alert))
NEW_MESSAGE = Statement(insert(message))
MESSAGE_OF_THIS_SWEEP = Statement(
    select(message)
    .where(
        message.c.season == bindparam("season"),
        message.c.recipient == bindparam("recipient"),
        message.c.channel == bindparam("channel"),
        message.c.created_at == bindparam("now"),
        _UNTRIED,
    )
    .with_for_update()
)
MESSAGE_GROWN = Statement(
    update(message)
    .where(
        message.c.season == bindparam("season"),
        message.c.id == bindparam("was_id"),
        _UNTRIED,
    )
    .values(content=bindparam("content"), next_at=bindparam("next_at"))
)
PEOPLE = Statement(
    select(
        subject.c.code,
        subject.c.unit,
        subject.c.lead,
        # Erased or never given: nothing can be sent there.
        secret.c.text.is_not(None).label("reachable"),
    )
    .outerjoin(secret, and_(secret.c.season == subject.c.season, secret.c.digest == subject.c.contact))
    .where(subject.c.season == bindparam("season"))
    .order_by(subject.c.code)
)
_BEAT = postgresql.insert(heartbeat).values(name=bindparam("name"), at=bindparam("at"))
BEAT = Statement(_BEAT.on_conflict_do_update(index_elements=["name"], set_={"at": _BEAT.excluded.at}))
"""One text for both databases. Its SQLAlchemy class is PostgreSQL's, which the SQLite compiler writes as well."""
HEARTBEATS = Statement(select(heartbeat).order_by(heartbeat.c.name))

# — delivery —

NEXT_MESSAGE = Statement(
    select(message)
    .where(
        among(message.c.season, "seasons"),
        among(message.c.channel, "channels"),
        message.c.state == "queued",
        message.c.next_at <= bindparam("now"),
    )
    .order_by(message.c.next_at, message.c.created_at, message.c.recipient, message.c.channel)
    .limit(1)
    .with_for_update(skip_locked=True)
)
MESSAGE_TAKEN = Statement(
    update(message)
    .where(
        message.c.season == bindparam("season"),
        message.c.id == bindparam("was_id"),
        message.c.state == "queued",
        message.c.tries == bindparam("was_tries"),
        message.c.next_at == bindparam("was_next_at"),
    )
    .values(tries=bindparam("tries"), next_at=bindparam("next_at"))
)
MESSAGE_SENT = Statement(
    update(message)
    .where(message.c.season == bindparam("season"), message.c.id == bindparam("was_id"), message.c.state == "queued")
    .values(state="sent", sent_at=bindparam("sent_at"), next_at=None, failure=None)
)
MESSAGE_FAILED = Statement(
    update(message)
    .where(
        message.c.season == bindparam("season"),
        message.c.id == bindparam("was_id"),
        message.c.state == "queued",
        message.c.tries == bindparam("was_tries"),
    )
    .values({name: bindparam(name) for name in ("state", "tries", "next_at", "failure")})
)
MESSAGES_OF_SEASON = Statement(
    select(message)
    .where(message.c.season == bindparam("season"))
    .order_by(message.c.created_at, message.c.recipient, message.c.channel)
)

# — letters —

OBLIGATIONS_BY_ID = Statement(
    select(obligation).where(obligation.c.season == bindparam("season"), among(obligation.c.id, "ids"))
)
SUCCESSORS = Statement(
    select(obligation)
    .where(obligation.c.season == bindparam("season"), among(obligation.c.replaces, "ids"))
    .order_by(obligation.c.ref)
)
NAMES = Statement(
    select(subject.c.code, secret.c.text)
    .outerjoin(secret, and_(secret.c.season == subject.c.season, secret.c.digest == subject.c.name))
    .where(subject.c.season == bindparam("season"), among(subject.c.code, "codes"))
)

# — the late register —

LATE_DOSSIERS = Statement(
    select(
        *(dossier.c[name] for name in ("id", "ref", "subject", "unit", "track", "marks")),
        subject.c.kind,
        subject.c.party,
    )
    .join(subject, and_(subject.c.season == dossier.c.season, subject.c.code == dossier.c.subject))
    .where(
        dossier.c.season == bindparam("season"),
        # Canonical JSON has no spaces, and a quotation mark inside a text is escaped.
        type_coerce(dossier.c.marks, Text).like('%"late":[{%'),
    )
    .order_by(dossier.c.ref)
)
_SUCCESSOR = obligation.alias("successor")
_COVERING = (
    select(func.max(_SUCCESSOR.c.decision))
    .where(
        _SUCCESSOR.c.season == obligation.c.season,
        _SUCCESSOR.c.replaces == obligation.c.id,
        _SUCCESSOR.c.stream == obligation.c.stream,
    )
    .scalar_subquery()
)
LATE_OBLIGATIONS = Statement(
    select(*obligation.columns, _COVERING.label("covered_by"))
    .where(
        obligation.c.season == bindparam("season"),
        or_(
            and_(obligation.c.state == ObligationState.OPEN.value, obligation.c.due_at <= bindparam("now")),
            obligation.c.late == true(),
            # Replaced when it was overdue already: an extension covers a lateness, it does not undo it.
            and_(obligation.c.state == ObligationState.CLOSED.value, obligation.c.settled_at >= obligation.c.due_at),
        ),
    )
    .order_by(obligation.c.ref)
)
