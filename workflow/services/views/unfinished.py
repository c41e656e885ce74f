"""What a season still lacks before it can be called done, and what was left so when it was closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from workflow import canonical
from workflow.dates import from_micros
from workflow.discharge import FORWARD
from workflow.rulepack import Mode
from workflow.services.views.difficulties import Difficulty, difficulties
from workflow.services.views.duties import Duty, duties
from workflow.services.views.look import Look, texts, within
from workflow.services.views.petitions import Raised, petitions
from workflow.services.views.quotas import GroupLine, groups
from workflow.store import commands as sql
from workflow.store import queries
from workflow.store.statements import Row
from workflow.words import DossierState, Track, VoteState

_UNDECIDED = FORWARD[: FORWARD.index(DossierState.RATIFIED)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """Dossiers on their way without a decision, duties that are open (dated or not), groups whose vote is open, and
    groups that are over their quota; petitions and difficulties without an answer. A group without a member has nothing
    to vote on."""

    dossiers: tuple[Row, ...]
    duties: tuple[Duty, ...]
    votes: tuple[GroupLine, ...]
    over: tuple[GroupLine, ...]
    petitions: tuple[Raised, ...]
    difficulties: tuple[Difficulty, ...]

    def __bool__(self) -> bool:
        return bool(self.names())

    def names(self) -> dict[str, list[str]]:
        """Kind → what people call them: refs, and rule with key for groups. Kinds of which there is none are left
        out."""
        found = {
            "dossiers": [row["ref"] for row in self.dossiers],
            "duties": [one.ref for one in self.duties],
            "votes": [f"{one.key} ({one.quota.id})" for one in self.votes],
            "over": [f"{one.key} ({one.quota.id})" for one in self.over],
            "petitions": [one.row["ref"] for one in self.petitions],
            "difficulties": [one.ref for one in self.difficulties],
        }
        return {kind: names for kind, names in found.items() if names}


def unfinished_work(look: Look) -> Unfinished:
    """What is unfinished in this snapshot, each kind in its own view's order."""
    every = groups(look)
    return Unfinished(
        dossiers=tuple(
            look.tx.all(
                queries.DOSSIERS,
                season=look.season["id"],
                units=within(look, None),
                states=_UNDECIDED,
                tracks=list(Track),
            )
        ),
        duties=tuple(duties(look)),
        votes=tuple(one for one in every if one.vote == VoteState.OPEN and one.members),
        over=tuple(one for one in every if one.figures.over and one.quota.mode is Mode.ENFORCE),
        petitions=tuple(petitions(look)),
        difficulties=tuple(difficulties(look)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """How a season was closed: when, by whom, what was left open (as `Unfinished.names` gives it) and why. `reason` is
    None where none was given, or where it was erased."""

    at: datetime
    actor: str
    left: Mapping[str, Sequence[str]]
    reason: str | None
    reason_erased: bool


def closing(look: Look) -> Closing | None:
    """The closing of a closed season, from its own record; None for an open one."""
    if look.season["state"] == "open":
        return None
    season = look.season["id"]
    body = canonical.read(look.tx.all(sql.RECORDS_OF_STREAM, season=season, stream=season)[-1]["body"])
    command = body["facts"]["command"]
    digest = command["args"].get("reason")
    reason = texts(look, [digest]).get(digest)
    return Closing(
        at=from_micros(command["recorded_at"]),
        actor=body["facts"]["actor"]["id"],
        left=body["set"].get("left_open") or {},
        reason=reason,
        reason_erased=digest is not None and reason is None,
    )
