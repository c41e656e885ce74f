"""What is to be told once, besides what is due: written in the commit of the command that brought it."""

from collections.abc import Iterable

from workflow.services.acts import Act
from workflow.store import commands as sql
from workflow.words import new_id


def tell(act: Act, kind: str, scopes: Iterable[str], **about: str | None) -> None:
    """Tell each of these units or bodies: "opened" (the plan is in force), "copy" (of the plan), "invitation"."""
    rows = [
        {
            "season": act.season_id,
            "id": new_id(),
            "kind": kind,
            "scope": scope,
            "about": about,
            "at": act.now,
            "told_at": None,
            "outcome": None,
        }
        for scope in scopes
    ]
    act.tx.many(sql.NEW_NOTICE, rows)
