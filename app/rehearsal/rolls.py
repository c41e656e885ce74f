"""Meetings at which nobody on the roster may vote."""

from collections.abc import Iterator

from app.rehearsal.findings import Finding, Kind, found
from workflow.roll import roll
from workflow.rulepack import MeetingRule
from workflow.services.views.ground import WholeGround
from workflow.services.views.look import within
from workflow.store import commands as sql


def voterless(ground: WholeGround) -> Iterator[Finding]:
    """The kinds of meeting that have units with dossiers, and none in them who votes there."""
    look = ground.look
    people = look.tx.all(sql.PEOPLE_WITHIN, season=look.season["id"], units=within(look, None))
    for kind in look.rules.pack.meetings:
        units = sorted({row["unit"] for row in ground.dossiers if look.rules.pack.kind_for(row) is kind})
        empty = [one for one in units if _asks_people(kind) and not _voters(kind, roll(kind, one, people))]
        if empty:
            yield found("no_voters", look.rules.pack, Kind.NOBODY, kind, figures={"units": empty})


def _asks_people(kind: MeetingRule) -> bool:
    """Whether all who vote are people of the roster; how many come from a body nobody knows beforehand."""
    voting = kind.voting()
    return bool(voting) and all(one.where is not None for one in voting)


def _voters(kind: MeetingRule, counted: dict[str, int]) -> int:
    return sum(counted[one.id] for one in kind.voting())
