"""What a caller typed, made fit or refused at the door: every argument has one kind, and no other is known.

Text is NFC and trimmed, days are ISO, numbers are whole; what a record cannot keep never gets as far as a record.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from workflow import tallies
from workflow.canonical import LARGEST
from workflow.errors import BadInput
from workflow.rulepack import Agenda, Method
from workflow.words import Outcome, Rank

BALLOTS = ("invalid", "returned", "voters")
"""What a tally counts besides the votes for each rank."""

COUNTED = (*Rank, *tallies.FOR_OR_AGAINST, *tallies.BY_HANDS, *tallies.BALLOTS)
"""What a meeting's tally counts: the votes, and of ballots what became of them."""

Kind = Callable[[str, Any], Any]
Kinds = Mapping[str, Kind]

LONGEST = 4000

_FAULT = re.compile(r"[A-Z]{1,8}-[0-9]{1,12}/[0-9]{1,6}")

_MINUTE = "%Y-%m-%d %H:%M"


def text(name: str, value: Any) -> str:
    """Text that says something. Raises `BadInput` for anything else."""
    if not isinstance(value, str) or not _writable(value):
        raise BadInput("command.not_a_text", name=name, value=repr(value)[:80])
    kept = unicodedata.normalize("NFC", value).strip()
    if not kept:
        raise BadInput("command.text_needed", name=name)
    if len(kept) > LONGEST:
        raise BadInput("command.text_too_long", name=name, most=LONGEST)
    return kept


def _writable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def rank(_: str, value: Any) -> str:
    if value not in set(Rank):
        raise BadInput("command.unknown_rank", rank=str(value), known=list(Rank))
    return str(value)


def outcome(_: str, value: Any) -> str:
    if value not in set(Outcome):
        raise BadInput("command.unknown_outcome", value=str(value), known=[one.value for one in Outcome])
    return str(value)


def day(_: str, value: Any) -> str:
    """An ISO day, however it was typed."""
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError) as error:
        raise BadInput("command.not_a_day", value=str(value)) from error


def minute(_: str, value: Any) -> str:
    """A local minute: 2024-11-25 08:00."""
    try:
        return datetime.strptime(value, _MINUTE).strftime(_MINUTE)  # noqa: DTZ007  a time of the office's own wall
    except (TypeError, ValueError) as error:
        raise BadInput("command.not_a_minute", value=str(value)[:80]) from error


def number(name: str, value: Any) -> int:
    """A whole number, 0 or more."""
    if type(value) is not int or not 0 <= value <= LARGEST:
        raise BadInput("command.not_a_number", name=name, value=str(value)[:80])
    return value


def whole(name: str, value: Any) -> int:
    """A whole number; what it may be is for the guard to say."""
    if type(value) is not int or abs(value) > LARGEST:
        raise BadInput("command.not_a_number", name=name, value=str(value)[:80])
    return value


def flag(name: str, value: Any) -> bool:
    if type(value) is not bool:
        raise BadInput("command.not_a_text", name=name, value=str(value)[:80])
    return value


def _figures(known: Sequence[str]) -> Kind:
    """How many, by names of a closed list."""

    def figures(name: str, value: Any) -> dict[str, int]:
        if not isinstance(value, Mapping):
            raise BadInput("command.no_tally", value=str(value)[:80], known=list(known))
        strange = [str(one)[:80] for one in value if one not in known]
        if strange:
            raise BadInput("command.no_tally", value=", ".join(strange), known=list(known))
        return {str(key): number(f"{name}.{key}", count) for key, count in value.items()}

    return figures


def counts(name: str, value: Any) -> dict[str, int]:
    """How many, by name."""
    if not isinstance(value, Mapping) or not all(isinstance(one, str) for one in value):
        raise BadInput("command.not_a_number", name=name, value=str(value)[:80])
    return {text(name, key): number(f"{name}.{key}", count) for key, count in value.items()}


def carried(_: str, value: Any) -> str:
    """The name of a fault that was carried over: HS-0012/1. No other words: it stands in the record as it is."""
    if not isinstance(value, str) or not _FAULT.fullmatch(value.strip()):
        raise BadInput("command.not_a_fault", value=str(value)[:80])
    return value.strip()


def step(_: str, value: Any) -> str:
    if value not in set(Agenda):
        raise BadInput("command.unknown_step", step=str(value)[:80], known=list(Agenda))
    return str(value)


def method(_: str, value: Any) -> str:
    if value not in set(Method):
        raise BadInput("command.unknown_method", method=str(value)[:80], known=list(Method))
    return str(value)


def numbers(name: str, value: Any) -> list[int]:
    if not isinstance(value, (list, tuple)):
        raise BadInput("command.not_a_number", name=name, value=str(value)[:80])
    return sorted({number(name, one) for one in value})


def texts(name: str, value: Any) -> list[str]:
    if isinstance(value, str) or not isinstance(value, (list, tuple)):
        raise BadInput("command.not_a_text", name=name, value=str(value)[:80])
    return [text(name, one) for one in value]


DOSSIER: Kinds = {
    "rank": rank,
    "proposed": rank,
    "meeting": text,
    "tally": _figures((*Rank, *BALLOTS)),
    "to": text,
    "letter": text,
    "decision": text,
    "external": flag,
    "reason": text,
    "reason_kind": text,
    "due_back": day,
    "body": text,
    "field": text,
    "corrects": number,
    "form": text,
    "sections": texts,
    "new_version": flag,
    "on": day,
    "text": text,
    "none": flag,
    "circumstance": text,
    "months": number,
    "outcome": outcome,
    "fault": number,
    "carried": carried,
    "mended": flag,
}
DIFFICULTY: Kinds = {"text": text, "letter": text}
MEETING: Kinds = {
    "invited": texts,
    "held_on": day,
    "attendees": whole,
    "letter": text,
    "kind": text,
    "time": minute,
    "body": text,
    "reason": text,
    "present": counts,
    "step": step,
    "text": text,
    "conclusion": text,
    "needed": flag,
    "dossier": text,
    "matter": number,
    "method": method,
    "figures": _figures(COUNTED),
    "disputed": numbers,
    "committee": texts,
    "correct": flag,
}


def checked(kinds: Kinds, args: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that were given (None is not given), each as its kind. Raises `BadInput` for the first that is
    not."""
    unknown = sorted(set(args) - set(kinds))
    if unknown:
        raise BadInput("command.unknown_argument", names=unknown, known=sorted(kinds))
    given = {name: value for name, value in args.items() if value is not None}
    given = {name: value for name, value in given.items() if kinds[name] is not text or not _is_blank(value)}
    return {name: kinds[name](name, value) for name, value in given.items()}


def _is_blank(value: Any) -> bool:
    """Left empty is not given: the guard that needs it says so."""
    return isinstance(value, str) and not value.strip()
