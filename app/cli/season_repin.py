"""Another version of the pack for a season under way: what it says otherwise, and what that means."""

from functools import partial

from app.cli.answering import tell
from app.cli.desk import Desk
from app.cli.plan_diff import tell_changes
from app.cli.plan_lines import stored_pack
from states import packs
from workflow.following import following
from workflow.services.repinning import repin

_PAPER_ALONE = frozenset({"pack", "field", "source"})
"""Tables that tell of the paper, and ask for nothing."""


def repinned(desk: Desk, plan: str, decision: str) -> int:
    """Tell rule by rule what changes, then what it means for the season; its exit status."""
    pack = packs.find(plan)
    with desk.looking() as look:
        year, former = look.season["year"], look.rules.pack
    answer = repin(
        desk.context,
        desk.season,
        desk.by,
        pack=pack,
        stored=partial(stored_pack, year=year),
        decision=decision,
    )
    if not desk.out.json and answer.accepted and not answer.repeated:
        tell_changes(desk.out, former, following(pack, former), _PAPER_ALONE)
    return tell(desk, answer)
