"""What can be said to a dossier's command with `--set key=value`, and the files that go with it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.desk import read_day
from app.cli.remedy import refuse_placeholders
from workflow.errors import BadInput
from workflow.words import Rank

if TYPE_CHECKING:
    from workflow.services.context import Upload

TALLY = (*(str(one) for one in Rank), "invalid", "returned", "voters")
"""Votes by rank, and how many ballots were invalid, returned and given out."""

_PROVED = ("letter",)
"""Commands that a backdate is judged on take the number of the paper that proves it."""

KEYS: Mapping[str, tuple[str, ...]] = {
    "self_review": ("rank", "reason", *_PROVED),
    "record_vote": ("rank", "proposed", "meeting", "reason", *TALLY, *_PROVED),
    "submit": ("to", "reason", *_PROVED),
    "ratify": ("rank", "decision", "reason", *_PROVED),
    "send_back": ("due_back", "reason"),
    "adjust": ("rank", "reason", *_PROVED),
    "withdraw": ("reason_kind", "reason"),
    "not_ranked": ("reason_kind", "reason"),
    "correct": ("field", "corrects", "rank", "reason"),
    "send": ("to", *_PROVED),
    "receive": ("to", *_PROVED),
    "opinion": ("body", "rank", "reason", *_PROVED),
    "attach": ("form", "reason"),
    "suggest": ("body", "on", "text"),
    "explain": ("reason",),
    "comment": ("body", "text"),
    "record_circumstance": ("circumstance", "months", "text", "reason", *_PROVED),
    "raise_petition": ("text", *_PROVED),
    "answer_petition": ("outcome", "text", *_PROVED),
    "record_fault": ("fault", "text", "reason", *_PROVED),
    "answer_fault": ("carried", "text", *_PROVED),
}
"""Command → the keys that it knows."""

REASON_KINDS = {
    "withdraw": ("moved", "retired", "died", "resigned", "other"),
    "not_ranked": ("short_service", "long_leave", "under_investigation", "other"),
}
"""Why somebody left or is not ranked. The words stand in the record for good, so they are chosen and not written."""

_NUMBERS = frozenset({*TALLY, "corrects", "fault", "months"})
_RANKS = frozenset({"rank", "proposed"})


def arguments(
    command: str,
    pairs: Sequence[str],
    *,
    rank: str | None = None,
    reason: str | None = None,
    decision: str | None = None,
    external: str | None = None,
) -> dict[str, Any]:
    """The command's arguments, from its options and `--set` pairs.

    Raises `BadInput` for a key that the command does not know (naming those it does), one given twice, a number that is
    none, a reason that is not on the list, or a placeholder that nobody filled in. An unknown command is left to the
    service, which knows them all.
    """
    given: dict[str, str] = {}
    named = ((key.replace("-", "_"), value) for key, value in map(_pair, pairs))
    for key, value in [("rank", rank), ("reason", reason), ("decision", decision), *named]:
        if value is None:
            continue
        if key in given:
            raise BadInput("view.set_twice", key=key)
        given[key] = value
    if external is not None and "decision" in given:
        raise BadInput("view.set_twice", key="decision")
    known = KEYS.get(command)
    if known is not None:
        _check_known(command, given, known)
    refuse_placeholders(**given, external=external)
    args: dict[str, Any] = {}
    tally: dict[str, int] = {}
    for key, value in given.items():
        if key in TALLY:
            tally[key] = _number(key, value)
        else:
            args[key] = _value(command, key, value)
    if tally:
        args["tally"] = tally
    if external is not None:
        args |= {"external": True, "decision": external}
    return args


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip() or not value.strip():
        raise BadInput("view.not_a_pair", value=text)
    return key.strip(), value.strip()


def _check_known(command: str, given: Mapping[str, str], known: tuple[str, ...]) -> None:
    strangers = [one for one in given if one not in known]
    if strangers:
        raise BadInput("view.unknown_key", keys=strangers, command=command, known=list(known))


def _number(key: str, value: str) -> int:
    if not value.isdecimal() or not value.isascii():
        raise BadInput("view.not_a_number", key=key, value=value)
    return int(value)


def _value(command: str, key: str, value: str) -> str | int:
    if key in _NUMBERS:
        return _number(key, value)
    if key in _RANKS:
        return read_rank(value)
    if key in {"due_back", "on"}:
        return read_day(value).isoformat()
    if key == "reason_kind":
        kinds = REASON_KINDS.get(command, ())
        if kinds and value not in kinds:
            raise BadInput("view.unknown_reason_kind", value=value, known=list(kinds))
    return value


def read_rank(text: str) -> str:
    """A rank as stored, from that, from its official name in either language, or from how it is written on paper
    (HTTNV), in any case and any form of Unicode; what it is not is left to the service."""
    from workbooks.lexicon import ranks  # noqa: PLC0415

    return ranks().find(text) or text.strip()


def uploads(pairs: Sequence[str]) -> "tuple[Upload, ...]":
    """The files named as KIND=FILE. Raises `BadInput` for one that is not there, cannot be read or is too large."""
    return tuple(upload(*_pair(text)) for text in pairs)


def upload(kind: str, name: str) -> "Upload":
    """A file that goes along. Its size is asked before a byte of it is read."""
    from workflow.services.attachments import LARGEST, check_size  # noqa: PLC0415
    from workflow.services.context import Upload  # noqa: PLC0415

    path = Path(name)
    try:
        if not path.is_file():
            # Of a folder or a pipe the system says what is wrong, or waits for ever: nothing is read of it.
            path.stat()
            raise BadInput("view.no_plain_file", file=name)
        check_size(path.name, path.stat().st_size)
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise BadInput("view.no_file", file=name) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise BadInput("view.unreadable", file=name, reason=reason) from error
    return Upload(kind=kind, name=path.name, content=content)
