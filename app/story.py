"""A season told as data: the scenes of a story file.

The story (examples/…/story.toml) says when, who and what; `app.stage` plays it. Nothing about any regulation or body
stands here.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from workflow.errors import BadInput
from workflow.rulepack import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One moment: `act` on `units` ("*" for all but `but`), with a rank for everybody and others for some."""

    at: datetime
    told: Text
    act: str
    units: tuple[str, ...] = ("*",)
    but: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    track: str = "civil_servant"
    rank: str | None = None
    ranks: Mapping[str, str] = field(default_factory=dict)
    reason: str | None = None
    letter: str | None = None
    decision: str | None = None
    invite: tuple[str, ...] = ()
    until: str | None = None
    rule: str | None = None
    expect: str = "done"
    """"done" or "refused": a story that goes otherwise is a broken story."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    season: str
    pack: str
    roster: Path
    scenes: tuple[Scene, ...]
    try_these: tuple[tuple[Text, str], ...]
    """Commands for whoever keeps the database, each with what it shows."""
    show: str
    """The subject whose dossier is replayed at the end."""
    first: bool = False
    """The one that is played where nobody says which."""


def read_story(path: Path) -> Story:
    """The story in a TOML file. Raises `BadInput` where it is no story."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        scenes = tuple(_scene(one) for one in told["scene"])
        lines = tuple((Text(vi=one["vi"], en=one["en"]), one["line"]) for one in told["try"])
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise BadInput("cli.bad_story", file=str(path), detail=str(error)) from error
    return Story(
        season=told["season"],
        pack=told["pack"],
        roster=path.parent / told["roster"],
        scenes=scenes,
        try_these=lines,
        show=told["show"],
        first=bool(told.get("first", False)),
    )


def _scene(told: Mapping[str, Any]) -> Scene:
    plain: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
    text = Text(vi=plain.pop("vi"), en=plain.pop("en"))
    return Scene(**{**plain, "at": datetime.fromisoformat(plain["at"]), "told": text})
