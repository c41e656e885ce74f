"""Where somebody's tasks are laid out: the season as it stands before one actor, and what a task is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflow.facts import Remedy
from workflow.services.views.duties import duties, is_overdue
from workflow.services.views.ground import WholeGround
from workflow.services.views.holders import EVERYWHERE
from workflow.services.views.look import Look
from workflow.store.statements import Row
from workflow.words import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do. `code` and `figures` say what (domain `view`), `step` is the command of ours that does it.

    `day` is the last good working day of what hangs on it, None where no clock runs; `overdue` says that it has passed.
    """

    role: Role
    code: str
    figures: Mapping[str, Any]
    step: Remedy
    refs: tuple[str, ...] = ()
    day: date | None = None
    overdue: bool = False


class Desk(WholeGround):
    """What the steps look at: the ground that the actor stands on, and what is due on it."""

    def __init__(self, look: Look, actor: str) -> None:
        super().__init__(look, actor)
        self.me = actor
        self.duties = duties(look)

    def everywhere(self, role: Role) -> bool:
        return (role, EVERYWHERE) in self.holders.roles_of(self.me)

    def task(self, role: Role, code: str, step: Remedy, rows: Sequence[Row] = (), **figures: Any) -> Task:
        """A task over these dossiers, due when the first of them is."""
        owed = [one for row in rows for one in self.owing.of(row) if one["due_at"] is not None]
        first = min(owed, key=lambda one: one["due_at"], default=None)
        return Task(
            role=role,
            code=f"view.{code}",
            figures={"count": len(rows), **figures},
            step=step,
            refs=tuple(row["ref"] for row in rows),
            day=first["last_working_day"] if first else None,
            overdue=first is not None and is_overdue(first, self.look.now),
        )
