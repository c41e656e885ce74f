"""Every key of a pack file, told once. The reader, `plans/schema.json` and the key reference are made from it."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from states.packs.records import Key, Record, record
from states.packs.shapes import MONTH, ON, PARTIAL, Line, Many, Parameters, Path, Refers, Terms, Whole, form, identifier
from workflow.rulepack import (
    LARGEST_MB,
    MONTHS,
    Attending,
    Body,
    CarryOver,
    Ceiling,
    Circumstance,
    Clause,
    CommentsRule,
    Deadline,
    Document,
    DocumentField,
    GuardRule,
    Guidance,
    Ladder,
    MeetingRule,
    MeetingStep,
    Missing,
    Mode,
    Order,
    PaperRule,
    Quota,
    Recipient,
    Route,
    Rung,
    Settings,
    Share,
    Slip,
    SmallGroup,
    Source,
    SuggestionRule,
    Text,
    Vocabulary,
    Where,
)
from workflow.words import Track

T = TypeVar("T")

SCHEMA = 1
"""The version of the pack language that this reader knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed(Generic[T]):
    """A thing with an id, where it stands in its file, and what it does to the parent's thing."""

    value: T
    at: Path = ()
    """Empty for what a parent pack brought."""
    replaces: str | None = None
    """The parent's rule that this one stands for; what named that one names this one."""
    because: str | None = None
    """Why it departs from the parent's: needed where a cap is loosened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """How hard a parent's rule is here, and why; the rule itself is not told again."""

    rule: str
    """The parent's rule."""
    mode: Mode
    because: str
    """Why: the place in the own paper that wants it so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The pack itself: id, version, validity, what it extends."""

    id: str
    """Its name; that of its file, without ".toml", where others extend it."""
    version: str
    """Of this description of the regulation ("1", "2" …)."""
    title: Text
    """What season and report are headed by."""
    valid_from: date
    """When the regulation was issued, or began."""
    tracks: tuple[Track, ...]
    """The systems in which it ranks: each person has a dossier in each that is theirs."""
    schema: int = SCHEMA
    """The version of the pack language."""
    year: int | None = None
    """The year that is evaluated; left out of what holds every year, and the season names it."""
    valid_until: date | None = None
    """The last day of the regulation, where one is known."""
    zone: str = "Asia/Ho_Chi_Minh"
    """The time zone of its days (A-33)."""
    extends: str | None = None
    """The pack that it stands on: a file beside it, or one that comes with Hoso. All of its rules hold here too."""
    abstract: bool = False
    """A frame to extend, not to open a season with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFile:
    """A rule pack: one regulation as data. Parts that are broken are absent."""

    pack: Head | None = None
    document: Document | None = None
    settings: Settings = Settings()
    vocabulary: Vocabulary | None = None
    sources: tuple[Placed[Source], ...] = ()
    missing: tuple[Placed[Missing], ...] = ()
    bodies: tuple[Placed[Body], ...] = ()
    routes: tuple[Placed[Route], ...] = ()
    quotas: tuple[Placed[Quota], ...] = ()
    deadlines: tuple[Placed[Deadline], ...] = ()
    guards: tuple[Placed[GuardRule], ...] = ()
    ladders: tuple[Placed[Ladder], ...] = ()
    guidance: tuple[Placed[Guidance], ...] = ()
    meetings: tuple[Placed[MeetingRule], ...] = ()
    papers: tuple[Placed[PaperRule], ...] = ()
    suggestions: tuple[Placed[SuggestionRule], ...] = ()
    comments: tuple[Placed[CommentsRule], ...] = ()
    slips: tuple[Placed[Slip], ...] = ()
    orders: tuple[Placed[Order], ...] = ()
    circumstances: tuple[Placed[Circumstance], ...] = ()
    ceilings: tuple[Placed[Ceiling], ...] = ()
    carry_overs: tuple[Placed[CarryOver], ...] = ()
    switches: tuple[Placed[Switch], ...] = ()


def _optional(name: str, shape: Any, fills: str = "", of: type | None = None) -> Key:
    return Key(name=name, fills=fills or name, shape=shape, required=False, of=of)


def _ids(refers: Refers) -> Many:
    return Many(each=identifier(refers))


def _placed(base: Record, *, replaceable: bool = False) -> Many:
    """A list of tables whose members remember their place; of rules, also what they do to a parent's rule."""

    def makes(*, at: Path, replaces: str | None = None, because: str | None = None, **given: Any) -> Placed[Any]:
        return Placed(value=base.makes(**given), at=at, replaces=replaces, because=because)

    extra = (_optional("replaces", identifier(), of=Placed), _optional("because", Line(), of=Placed))
    keys = base.keys + (extra if replaceable else ())
    return Many(each=Record(name=base.name, makes=makes, keys=keys, of=base.of, placed=True))


CLAUSE = record(Clause, name="clause", source=identifier(Refers.SOURCE), rows=Many(each=identifier()))

WHERE = record(
    Where,
    name="where",
    unit_kind=_ids(Refers.UNIT_KIND),
    category=_ids(Refers.CATEGORY),
    duty=_ids(Refers.DUTY),
    tier=_ids(Refers.TIER),
    route=_ids(Refers.ROUTE),
)

_FIELD = record(DocumentField, name="document.field", id=identifier(), clause=CLAUSE)

DOCUMENT = record(
    Document,
    name="document",
    source=identifier(Refers.SOURCE),
    basis=_ids(Refers.SOURCE),
    audience=_ids(Refers.UNIT_KIND),
    copies=_ids(Refers.BODY),
    fields=_optional("field", Many(each=_FIELD), fills="fields"),
)

_HEAD = record(Head, name="pack", id=identifier(), year=Whole(least=1990, most=2200), extends=identifier())
_SETTINGS = record(Settings, name="settings")
_VOCABULARY = record(
    Vocabulary, name="vocabulary", unit_kinds=Terms(), categories=Terms(), duties=Terms(), tiers=Terms()
)
_SOURCE = record(Source, name="source", id=identifier(), date=PARTIAL)
_MISSING = record(Missing, name="missing", id=identifier(), clause=CLAUSE)
_BODY = record(Body, name="body", id=identifier())

_RECIPIENT = record(Recipient, name="recipient", body=identifier(Refers.BODY_OR_UNIT), via=identifier(Refers.BODY))
_ROUTE = record(
    Route,
    name="route",
    id=identifier(),
    clause=CLAUSE,
    where=_optional("where", WHERE),
    recipients=Many(each=_RECIPIENT),
    ratifier=identifier(Refers.BODY_OR_UNIT),
    opinions=_ids(Refers.BODY),
    overrides=_ids(Refers.ROUTE),
    missing=identifier(Refers.MISSING),
)
_SMALL = record(SmallGroup, name="small", max_size=Whole(least=1))
_QUOTA = record(
    Quota,
    name="quota",
    id=identifier(),
    clause=CLAUSE,
    where=_optional("where", WHERE),
    percent=Whole(most=100),
    small=_SMALL,
    missing=identifier(Refers.MISSING),
)
_DEADLINE = record(
    Deadline,
    name="deadline",
    id=identifier(),
    clause=CLAUSE,
    where=_optional("where", WHERE),
    owner=identifier(Refers.BODY_OR_UNIT),
    directed_by=identifier(Refers.BODY),
    advised_by=_ids(Refers.BODY),
    joined_by=_ids(Refers.BODY),
    met_by=identifier(Refers.DISCHARGE),
    recipient=identifier(Refers.BODY_OR_UNIT),
    on=ON,
    month=MONTH,
    days=Whole(most=3660),
    event=identifier(Refers.EVENT),
    rule=identifier(Refers.DEADLINE),
    follows=identifier(Refers.DEADLINE),
    hint=identifier(Refers.DEADLINE),
    waits_for=identifier(Refers.EVENT),
    ladder=identifier(),
    missing=identifier(Refers.MISSING),
)
_GUARD = record(
    GuardRule,
    name="guard",
    id=identifier(),
    clause=CLAUSE,
    where=_optional("where", WHERE),
    process=identifier(),
    command=identifier(),
    uses=identifier(),
    params=_optional("params", Parameters()),
    missing=identifier(Refers.MISSING),
)
_SHARE = record(Share, name="share", more_than=Many(each=Whole(least=1, most=1000), least=2, most=2, whole=True))
_ATTENDING = record(Attending, name="meeting.part", id=identifier(), where=WHERE, body=identifier(Refers.BODY))
_STEP = record(MeetingStep, name="meeting.step")
_MEETING = record(
    MeetingRule,
    name="meeting",
    id=identifier(),
    clause=CLAUSE,
    where=_optional("where", WHERE),
    parts=_optional("part", Many(each=_ATTENDING), fills="parts"),
    voters=Many(each=identifier()),
    registered_through=identifier(Refers.BODY),
    agreed_by=_ids(Refers.BODY),
    steps=_optional("step", Many(each=_STEP, whole=True), fills="steps"),
    quorum=_SHARE,
    threshold=_SHARE,
)
_PAPER = record(
    PaperRule,
    name="paper",
    id=identifier(),
    clause=CLAUSE,
    where=_optional("where", WHERE),
    forms=Many(each=form()),
    overrides=_ids(Refers.PAPER),
    needed_at=identifier(Refers.COMMAND),
    recipient=identifier(Refers.BODY),
    largest=Whole(least=1, most=LARGEST_MB),
    sections=_optional("sections", Terms()),
    missing=identifier(Refers.MISSING),
)
_SUGGESTION = record(
    SuggestionRule,
    name="suggestion",
    id=identifier(),
    clause=CLAUSE,
    where=_optional("where", WHERE),
    missing=identifier(Refers.MISSING),
)
_COMMENTS = record(
    CommentsRule,
    name="comments",
    id=identifier(),
    clause=CLAUSE,
    where=_optional("where", WHERE),
    bodies=Many(each=identifier(Refers.BODY), least=1),
    working_days=Whole(least=1, most=60),
    missing=identifier(Refers.MISSING),
)
_RUNG = record(Rung, name="rung", id=identifier(), days=Whole(least=-366, most=366))
_LADDER = record(
    Ladder,
    name="ladder",
    id=identifier(),
    clause=CLAUSE,
    rungs=Key(name="rung", fills="rungs", shape=Many(each=_RUNG, least=1, whole=True), required=True),
)
_ORDER = record(
    Order,
    name="order",
    id=identifier(),
    clause=CLAUSE,
    first=WHERE,
    reached=identifier(Refers.COMMAND),
    then=WHERE,
    command=identifier(Refers.COMMAND),
)
_CIRCUMSTANCE = record(
    Circumstance, name="circumstance", id=identifier(), clause=CLAUSE, where=_optional("where", WHERE)
)
_CEILING = record(
    Ceiling,
    name="ceiling",
    id=identifier(),
    clause=CLAUSE,
    of=WHERE,
    command=identifier(Refers.COMMAND),
    by=WHERE,
    circumstance=identifier(Refers.CIRCUMSTANCE),
    least=_optional("from", Whole(most=MONTHS), fills="least"),
    below=Whole(least=1, most=MONTHS),
)
_CARRY_OVER = record(CarryOver, name="carry_over", id=identifier(), clause=CLAUSE, where=_optional("where", WHERE))
_SLIP = record(Slip, name="slip", id=identifier(), clause=CLAUSE)
_SWITCHED = record(Switch, name="switch", rule=identifier())
_SWITCH = Record(
    name="switch",
    makes=lambda *, at, **given: Placed(value=_SWITCHED.makes(**given), at=at, because=given["because"]),
    keys=_SWITCHED.keys,
    of=Switch,
    placed=True,
)
_GUIDANCE = record(Guidance, name="guidance", id=identifier(), clause=CLAUSE, shown_at=identifier(Refers.PLACE))

SECTIONS = {
    "sources": ("source", _placed(_SOURCE)),
    "missing": ("missing", _placed(_MISSING)),
    "bodies": ("body", _placed(_BODY)),
    "routes": ("route", _placed(_ROUTE, replaceable=True)),
    "quotas": ("quota", _placed(_QUOTA, replaceable=True)),
    "deadlines": ("deadline", _placed(_DEADLINE, replaceable=True)),
    "guards": ("guard", _placed(_GUARD, replaceable=True)),
    "ladders": ("ladder", _placed(_LADDER, replaceable=True)),
    "guidance": ("guidance", _placed(_GUIDANCE, replaceable=True)),
    "meetings": ("meeting", _placed(_MEETING, replaceable=True)),
    "papers": ("paper", _placed(_PAPER, replaceable=True)),
    "suggestions": ("suggestion", _placed(_SUGGESTION, replaceable=True)),
    "comments": ("comments", _placed(_COMMENTS, replaceable=True)),
    "slips": ("slip", _placed(_SLIP)),
    "orders": ("order", _placed(_ORDER, replaceable=True)),
    "circumstances": ("circumstance", _placed(_CIRCUMSTANCE, replaceable=True)),
    "ceilings": ("ceiling", _placed(_CEILING, replaceable=True)),
    "carry_overs": ("carry_over", _placed(_CARRY_OVER, replaceable=True)),
}
"""Field of `RulePack` → the name of its tables in the file (`[[route]]`), and their shape."""

RULES = (
    "routes",
    "quotas",
    "deadlines",
    "guards",
    "guidance",
    "meetings",
    "papers",
    "suggestions",
    "comments",
    "orders",
    "circumstances",
    "ceilings",
    "carry_overs",
)
"""Sections that share one list of ids: verdicts, records and reports name a rule by its id alone."""

PACK_FILE = Record(
    name="pack file",
    makes=PackFile,
    partial=True,
    of=PackFile,
    keys=(
        Key(name="pack", fills="pack", shape=_HEAD, required=True),
        Key(name="document", fills="document", shape=DOCUMENT, required=True),
        _optional("settings", _SETTINGS),
        _optional("vocabulary", _VOCABULARY),
        *(_optional(name, shape, fills=fills) for fills, (name, shape) in SECTIONS.items()),
        _optional("switch", Many(each=_SWITCH), fills="switches"),
    ),
)
