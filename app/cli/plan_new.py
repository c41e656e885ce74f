"""A small pack to begin with: the template `templates/plans/new.toml`, filled."""

import json
from datetime import date
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from states import packs


def scaffold(name: str, *, title: str, year: int | None, day: date) -> str:
    """The text of a pack that lints: its id is `name`, its paper was issued on `day`. Raises `BadInput` for an id or a
    year that no pack can have."""
    source = (files("templates") / "plans" / "new.toml").read_text(encoding="utf-8")
    words = Environment(undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True, autoescape=False)  # noqa: S701  TOML
    told = {"id": _quoted(name), "title": _quoted(title), "year": year, "day": day, "file": f"{name}.toml"}
    text = words.from_string(source).render(told)
    packs.read_text(text, name=f"{name}.toml")
    return text


def _quoted(text: str) -> str:
    """A basic string of TOML, which JSON's strings are."""
    return json.dumps(text, ensure_ascii=False)
