"""The SQL of pages and reports: reading only, no locks (design section 7).

Names come from the erasable table: `name` is None once it was lawfully erased.
"""

from typing import Any

from sqlalchemy import and_, bindparam, or_, select

from workflow.store.commands import (
    attempt,
    dossier,
    group,
    meeting,
    member,
    obligation,
    role,
    season,
    secret,
    subject,
    unit,
)
from workflow.store.statements import Statement, among
from workflow.words import DossierState, Lead, ObligationState, SubjectKind

_NAME = secret.c.text.label("name")
_NAMED = and_(secret.c.season == subject.c.season, secret.c.digest == subject.c.name)
"""How a subject finds its name."""

_LINES = (
    select(
        dossier,
        subject.c.kind,
        subject.c.post,
        subject.c.category,
        subject.c.duty,
        subject.c.tier,
        subject.c.lead,
        subject.c.party,
        unit.c.kind.label("unit_kind"),
        unit.c.path.label("unit_path"),
        unit.c.id.label("unit_stream"),
        unit.c.name.label("unit_name"),
        _NAME,
    )
    .join(subject, and_(subject.c.season == dossier.c.season, subject.c.code == dossier.c.subject))
    .join(unit, and_(unit.c.season == dossier.c.season, unit.c.code == dossier.c.unit))
    .outerjoin(secret, _NAMED)
)

DOSSIERS = Statement(
    _LINES.where(
        dossier.c.season == bindparam("season"),
        among(dossier.c.unit, "units"),
        among(dossier.c.state, "states"),
        among(dossier.c.track, "tracks"),
    ).order_by(dossier.c.ref)
)
DOSSIERS_NAMED = Statement(
    _LINES.where(
        dossier.c.tenant == bindparam("tenant"), dossier.c.season == bindparam("season"), among(dossier.c.ref, "refs")
    ).order_by(dossier.c.ref)
)
"""Some dossiers by their refs."""
DOSSIERS_BY_ID = Statement(
    _LINES.where(
        dossier.c.season == bindparam("season"), among(dossier.c.id, "ids"), among(dossier.c.state, "states")
    ).order_by(dossier.c.ref)
)
RESULTS = Statement(
    select(
        season.c.code.label("season"),
        season.c.year,
        *(dossier.c[name] for name in ("subject", "ref", "track", "state", "decided", "marks")),
    )
    .join(season, season.c.id == dossier.c.season)
    .where(
        season.c.tenant == bindparam("tenant"),
        season.c.rehearsal == bindparam("rehearsal"),
        season.c.id != bindparam("season"),
        season.c.year >= bindparam("since", type_=season.c.year.type),
        season.c.year <= bindparam("year"),
        among(dossier.c.subject, "subjects"),
        or_(dossier.c.decided.is_not(None), dossier.c.state == DossierState.NOT_RANKED.value),
    )
    .order_by(season.c.year.desc(), season.c.code, dossier.c.ref)
)
"""How subjects were ranked in the body's other seasons since a year, the last year first."""

PERSON = Statement(
    select(subject.c.code, subject.c.unit, subject.c.kind, subject.c.post, subject.c.lead, _NAME)
    .outerjoin(secret, _NAMED)
    .where(subject.c.season == bindparam("season"), subject.c.code == bindparam("code"))
)
_HEADS = (
    select(subject.c.unit, subject.c.code)
    .where(
        subject.c.season == bindparam("season"),
        subject.c.lead == Lead.HEAD.value,
        subject.c.kind == SubjectKind.PERSON.value,
    )
    .order_by(subject.c.unit, subject.c.code)
)
HEADS = Statement(_HEADS)
"""Who heads each unit; a collective's dossier is in that person's hands."""
HEADS_OF = Statement(_HEADS.where(subject.c.unit == bindparam("unit")))

_GRANTS = (
    select(role.c.subject, role.c.role, role.c.scope)
    .where(role.c.season == bindparam("season"))
    .order_by(role.c.subject, role.c.role, role.c.scope)
)
GRANTS = Statement(_GRANTS)
GRANTS_AT = Statement(_GRANTS.where(among(role.c.scope, "scopes")))
_OPEN = (
    select(obligation)
    .where(obligation.c.season == bindparam("season"), obligation.c.state == ObligationState.OPEN.value)
    .order_by(obligation.c.due_at, obligation.c.rule, obligation.c.scope)
)
OPEN_OBLIGATIONS = Statement(_OPEN)
OPEN_OBLIGATIONS_ON = Statement(_OPEN.where(among(obligation.c.stream, "streams")))
_GROUP_UNITS = (
    select(member.c.group_id, dossier.c.unit)
    .join(dossier, and_(dossier.c.season == member.c.season, dossier.c.id == member.c.dossier))
    .where(member.c.season == bindparam("season"), member.c.left_on.is_(None))
    .distinct()
)
GROUP_UNITS = Statement(_GROUP_UNITS)
"""Which units each group's members are of."""
GROUP_UNITS_OF = Statement(_GROUP_UNITS.where(among(member.c.group_id, "groups")))

_MEETINGS = (
    select(*(meeting.c[name] for name in ("ref", "unit", "kind", "state", "held_on", "invited", "tallies", "marks")))
    .where(meeting.c.season == bindparam("season"))
    .order_by(meeting.c.ref)
)
MEETINGS = Statement(_MEETINGS)
MEETINGS_AT = Statement(_MEETINGS.where(among(meeting.c.unit, "units")))
MEETINGS_NAMED = Statement(_MEETINGS.where(among(meeting.c.ref, "refs")))
ATTEMPTS = Statement(
    select(attempt.c.id, attempt.c.stream, attempt.c.at, attempt.c.body)
    .where(attempt.c.season == bindparam("season"))
    .order_by(attempt.c.at, attempt.c.id)
)


def _named(table: Any, name: Any) -> Statement:
    found = select(table.c.id, name.label("name")).where(table.c.season == bindparam("season"))
    return Statement(found.order_by(name))


STREAM_NAMES = {
    "unit": _named(unit, unit.c.code),
    "dossier": _named(dossier, dossier.c.ref),
    "group": _named(group, group.c.key),
    "meeting": _named(meeting, meeting.c.ref),
}
"""What people call the streams of each kind of which there are many."""
