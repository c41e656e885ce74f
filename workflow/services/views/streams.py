"""What people call the streams of the record."""

from workflow.errors import BadInput
from workflow.services.views.look import Look
from workflow.store import commands as sql
from workflow.store import queries

Stream = tuple[str, str]
"""A stream's kind and what people call it: ("dossier", "HS-0137")."""


def streams(look: Look) -> dict[str, Stream]:
    """Every stream of the season by its id."""
    season = look.season["id"]
    found: dict[str, Stream] = {season: ("season", look.season["code"])}
    roster = look.tx.one(sql.ROSTER, season=season)
    if roster is not None:
        found[roster["id"]] = ("roster", "roster")
    for kind, statement in queries.STREAM_NAMES.items():
        for row in look.tx.all(statement, season=season):
            found[row["id"]] = (kind, row["name"])
    return found


def named(look: Look, name: str) -> dict[str, Stream]:
    """The streams called `name`: a unit and its group share one. An obligation's ref stands for what it hangs on.

    Raises `BadInput` where there is none.
    """
    every = streams(look)
    found = {stream: told for stream, told in every.items() if told[1] == name}
    if not found:
        duty = look.tx.one(sql.OBLIGATION_BY_REF, season=look.season["id"], ref=name)
        if duty is None:
            raise BadInput("view.unknown_stream", name=name, season=look.season["code"])
        found = {duty["stream"]: every[duty["stream"]]}
    return found
