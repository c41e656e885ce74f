"""The field's own words as stable values: states, ranks, tracks, roles.

Members are stored, so a value is never renamed; what people read comes from `messages` (domain `word`).
See docs/glossary.md and ADR 0002.
"""

from enum import StrEnum

import uuid6


def new_id() -> str:
    """A fresh UUIDv7 (RFC 9562) as text. It names a thing; nothing is ever ordered by it (design section 6)."""
    return str(uuid6.uuid7())


OS_USER = "os-user:"
"""How an actor begins who is whoever holds the database, not somebody of the roster."""


class Rank(StrEnum):
    """Mức xếp loại: the four ranks. "Not ranked" is a state of the dossier, not a fifth rank."""

    EXCELLENT = "excellent"
    """HTXSNV: hoàn thành xuất sắc nhiệm vụ."""
    GOOD = "good"
    """HTTNV: hoàn thành tốt nhiệm vụ."""
    COMPLETED = "completed"
    """HTNV: hoàn thành nhiệm vụ."""
    NOT_COMPLETED = "not_completed"
    """KHTNV: không hoàn thành nhiệm vụ."""

    @property
    def height(self) -> int:
        """0 for not completed up to 3 for excellent."""
        return _HEIGHTS[self]


_HEIGHTS = {Rank.NOT_COMPLETED: 0, Rank.COMPLETED: 1, Rank.GOOD: 2, Rank.EXCELLENT: 3}


class Track(StrEnum):
    """One person may have two ranks in one year, from two systems (docs/glossary.md)."""

    CIVIL_SERVANT = "civil_servant"
    """The ranking on the side of the State: persons, collectives, agencies."""
    PARTY = "party"
    """The ranking of party members and party organisations."""


class SubjectKind(StrEnum):
    """Who is ranked."""

    PERSON = "person"
    """An individual (cá nhân)."""
    COLLECTIVE = "collective"
    """A leading collective (tập thể lãnh đạo)."""
    AGENCY = "agency"
    """An organisation as a whole (cơ quan, đơn vị)."""
    PARTY_ORGANISATION = "party_organisation"
    """A party organisation (tổ chức đảng)."""


class Lead(StrEnum):
    """A person's standing in the unit: người đứng đầu, cấp phó, or neither."""

    HEAD = "head"
    """Người đứng đầu, cấp trưởng."""
    DEPUTY = "deputy"
    """Cấp phó."""
    NONE = "none"
    """Neither."""


class DossierState(StrEnum):
    """States of a dossier (hồ sơ)."""

    DRAFTED = "drafted"
    SELF_REVIEWED = "self_reviewed"
    UNIT_VOTED = "unit_voted"
    SUBMITTED = "submitted"
    RATIFIED = "ratified"
    WITHDRAWN = "withdrawn"
    NOT_RANKED = "not_ranked"


class MeetingState(StrEnum):
    """States of a meeting (hội nghị). Where a regulation asks for no registration, what is planned is held."""

    PLANNED = "planned"
    REGISTERED = "registered"
    AGREED = "agreed"
    HELD = "held"
    MINUTED = "minuted"
    CANCELLED = "cancelled"


class VoteState(StrEnum):
    """Whether a group's vote is still open. Groups of a ratify quota have no vote."""

    OPEN = "open"
    CLOSED = "closed"
    NONE = "none"


class Role(StrEnum):
    """What an actor may be. `SUBJECT` and `OPERATOR` are never granted: the first follows from the dossier, the second
    is whoever holds the database on a command line."""

    SUBJECT = "subject"
    """Whoever a dossier is about."""
    COORDINATOR = "coordinator"
    """Advances the dossiers of a unit."""
    RATIFIER = "ratifier"
    """Decides for a body."""
    REGISTRAR = "registrar"
    """Enters what was decided outside."""
    ISSUER = "issuer"
    """Speaks for whoever issued the regulation."""
    MONITOR = "monitor"
    """Follows the units and urges them on."""
    AUTHORITY = "authority"
    """Hears of what stays overdue."""
    AUDITOR = "auditor"
    """Looks, and changes nothing."""
    OPERATOR = "operator"
    """Whoever holds the database."""


GRANTABLE = frozenset(Role) - {Role.SUBJECT, Role.OPERATOR}


class DifficultyState(StrEnum):
    """States of a difficulty that a unit raised (vướng mắc)."""

    RAISED = "raised"
    PASSED_ON = "passed_on"
    ANSWERED = "answered"


class Outcome(StrEnum):
    """What became of a result that was petitioned about."""

    KEPT = "kept"
    CHANGED = "changed"


class ObligationState(StrEnum):
    """An obligation is never moved: it is met, closed because a successor replaces it, or void: not needed (A-23)."""

    OPEN = "open"
    MET = "met"
    CLOSED = "closed"
    VOID = "void"


class Status(StrEnum):
    """A guard's answer."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"
