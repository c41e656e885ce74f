"""What a roster says, as values: units, subjects and the roles that people are given.

`workbooks` reads these from a file, `workflow.services.rosters` compares them with the season and records the
difference. Codes are the body's own (unit "SNV", person "SNV-03"); they are unique in a season and are what people
type.
"""

from dataclasses import dataclass
from datetime import date

from workflow.words import Lead, Role, SubjectKind


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """A body or a part of one. `parent` is another unit's code, or None at the top; `kind` is a term of the pack."""

    code: str
    name: str
    kind: str
    parent: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectRow:
    """A person or a collective that is ranked, or only acts (`ranked=False`: an operator, a monitor, a registrar).

    `category`, `duty` and `tier` are terms of the pack ("" where the pack has none for this kind of subject).
    `name` and `email` are personal data and end in the erasable table. `since` is the day from which the subject
    belongs to `unit`; None where the roster does not say.
    """

    code: str
    name: str
    unit: str
    kind: SubjectKind = SubjectKind.PERSON
    post: str = ""
    category: str = ""
    duty: str = ""
    tier: str = ""
    party: bool = False
    lead: Lead = Lead.NONE
    ranked: bool = True
    email: str | None = None
    language: str = "vi"
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRow:
    """`subject` may act as `role` within `scope`: a unit's code (and all below it), a body of the pack, or "*"."""

    subject: str
    role: Role
    scope: str = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """A whole roster, each part in the file's order. `source` names the file for messages and for the record."""

    units: tuple[UnitRow, ...]
    subjects: tuple[SubjectRow, ...]
    roles: tuple[RoleRow, ...] = ()
    source: str = ""
