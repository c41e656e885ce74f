"""What an unknown reference, code or word was probably meant to be. It is told with the line to type, never taken."""

import re
import shlex
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeAlias

from app.cli.remedy import program
from workflow.errors import HosoError
from workflow.messages import LANGUAGES, word

if TYPE_CHECKING:
    from workflow.services.views.look import Look

Looking: TypeAlias = "Callable[[], AbstractContextManager[Look]]"
"""Opens one snapshot of the season, as a desk does."""

_MOST = 3
_ALIKE = 0.72
_DASHES = re.compile(r"[\s_\u00ad\u058a\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d-]+")
_NUMBERED = re.compile(r"(?P<name>.*?)-?0*(?P<number>\d+)")

_OF_SEASON = {
    "command.unknown_dossier": ("refs", ("dossier",)),
    "command.unknown_meeting": ("meeting", ("meeting",)),
    "command.unknown_obligation": ("ref", ("obligation",)),
    "command.unknown_unit": ("unit", ("unit",)),
    "view.unknown_unit": ("unit", ("unit",)),
    "command.unknown_actor": ("actor", ("subject",)),
    "command.unknown_group": ("key", ("group", "unit")),
    "view.unknown_stream": ("name", ("dossier", "meeting", "obligation", "unit", "group")),
}
"""Error → the figure that nobody knows, and what it may have been meant to be."""

_LISTED = {
    "command.unknown_argument": "names",
    "command.unknown_body": "bodies",
    "command.unknown_circumstance": "circumstance",
    "command.unknown_command": "command",
    "command.unknown_difficulty": "ref",
    "command.unknown_outcome": "outcome",
    "command.unknown_rank": "rank",
    "command.unknown_role": "role",
    "command.unknown_season": "season",
    "view.unknown_key": "keys",
    "view.unknown_reason_kind": "value",
    "view.unknown_state": "value",
    "view.unknown_track": "value",
}
"""Error → the figure that nobody knows; what is known is its figure `known`."""


def near_to(looking: "Looking | None", error: HosoError) -> dict[str, tuple[str, ...]]:
    """What was given and is unknown → what is near to it, nearest first; only those that something is near to."""
    figure, kinds = _OF_SEASON.get(error.code, (_LISTED.get(error.code, ""), ()))
    if not figure:
        return {}
    known = _names(looking, kinds) if kinds else _texts(error.figures.get("known"))
    found = {one: nearest(one, known, worded=not kinds) for one in _texts(error.figures.get(figure))}
    # What is called exactly so and yet is not what was meant: a unit without a group that votes.
    return {one: near for one, near in found.items() if near and one not in near}


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, Sequence) and not isinstance(value, str) else [str(value)]


def _names(looking: "Looking | None", kinds: Sequence[str]) -> list[str]:
    """What the season knows of these kinds. Nothing where it cannot be looked at: one error is enough."""
    if looking is None:
        return []
    try:
        with looking() as look:
            return [name for kind in kinds for name in _READ[kind](look)]
    except HosoError:
        return []


def _column(statement: str, column: str) -> "Callable[[Look], Iterable[str]]":
    def read(look: "Look") -> Iterable[str]:
        from workflow.store import commands as sql  # noqa: PLC0415

        return (str(one[column]) for one in look.tx.all(getattr(sql, statement), season=look.season["id"]))

    return read


def _obligations(look: "Look") -> Iterable[str]:
    from workflow.services.views.duties import duties  # noqa: PLC0415

    return (one.ref for one in duties(look, settled=True))


def _groups(look: "Look") -> Iterable[str]:
    from workflow.services.views.quotas import groups  # noqa: PLC0415

    return (one.key for one in groups(look))


_READ: "dict[str, Callable[[Look], Iterable[str]]]" = {
    "dossier": _column("DOSSIERS_OF_SEASON", "ref"),
    "meeting": _column("MEETINGS_OF_SEASON", "ref"),
    "subject": _column("SUBJECTS", "code"),
    "unit": _column("UNITS", "code"),
    "obligation": _obligations,
    "group": _groups,
}


def nearest(given: str, known: Iterable[str], *, worded: bool = False) -> tuple[str, ...]:
    """The known names nearest to `given`: the same but for case, marks, dashes and leading noughts, else alike ones.
    `worded`: values may be called by their words as well."""
    ways: dict[str, list[str]] = {}
    for one in dict.fromkeys(known):
        for way in {one, *((word(one, language) for language in LANGUAGES) if worded else ())}:
            ways.setdefault(_plain(way), []).append(one)
    wanted = _plain(given)
    same = ways.get(wanted) or [one for way, ones in ways.items() if _alike(wanted, way) for one in ones]
    if not same:
        same = [one for way in get_close_matches(wanted, ways, n=_MOST, cutoff=_ALIKE) for one in ways[way]]
    return tuple(dict.fromkeys(same))[:_MOST]


def _plain(text: str) -> str:
    """`text` without case and marks, with one kind of dash."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("đ", "d"))
    return _DASHES.sub("-", "".join(one for one in decomposed if not unicodedata.combining(one))).strip("-")


def _alike(wanted: str, known: str) -> bool:
    """Whether two names are one name and one number, written otherwise; a number alone is of any name."""
    ours, theirs = _NUMBERED.fullmatch(wanted), _NUMBERED.fullmatch(known)
    if ours is None or theirs is None or int(ours["number"]) != int(theirs["number"]):
        return False
    return ours["name"].replace("-", "") in {"", theirs["name"].replace("-", "")}


def lines_with(near: Mapping[str, tuple[str, ...]]) -> list[str]:
    """What was typed, with what is near in its place: a line for each possibility where one thing is unknown."""
    if len(near) == 1:
        ((given, found),) = near.items()
        return [_line({given: one}) for one in found]
    return [_line({given: found[0] for given, found in near.items()})]


def _line(meant: "dict[str, str]") -> str:
    return f"{program()} {shlex.join(_replaced(one, meant) for one in sys.argv[1:])}"


def _replaced(typed: str, meant: "dict[str, str]") -> str:
    text = unicodedata.normalize("NFC", typed)
    name, equals, value = text.rpartition("=")
    if equals and value in meant:
        return f"{name}={meant[value]}"
    key, equals, value = text.partition("=")
    return meant.get(text) or (f"{meant[key]}={value}" if equals and key in meant else typed)
