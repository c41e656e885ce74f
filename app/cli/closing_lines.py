"""How a season was closed, in words: on the screen and on the first page of its report."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.cli.output import Output

if TYPE_CHECKING:
    from workflow.services.views.unfinished import Closing


def closing_lines(out: Output, closed: "Closing") -> Iterator[str]:
    """When, by whom; why, where work was left; and what was left, a line for each kind."""
    yield out.told("view.closed", at=closed.at, actor=closed.actor)
    if closed.reason is not None or closed.reason_erased:
        yield out.told("view.closed_reason", reason=closed.reason or out.told("view.erased"))
    for kind, names in closed.left.items():
        yield out.told(f"guard.season_{kind}", count=len(names), names=list(names))
