"""The small season that a history is recorded in: a pack with three quotas, two units, and who may act.

The sequential model knows the same quotas, roles and bodies by its own words (`counting.SHARES`, `sequential`).
"""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from states import packs
from tests.races.counting import SHARES, WHOLE, Dossier, Group
from tests.races.state import EVERYWHERE, TODAY, Person, Season
from tests.season import SMALL_PACK, Clock, Play, context, done, leaders, local, pack_of, stored, units
from workflow import canonical
from workflow.services.seasons import open_season
from workflow.store import commands as sql

_QUOTA = """
[[quota]]
id = "{id}"
clause = {{ source = "paper", at = "2" }}
text = "Tỷ lệ"
rank = "{rank}"
base = "{base}"
percent = {percent}
rounding = "floor"
moment = "{moment}"
over = "{over}"
group_by = [{by}]
"""


def _quota(name: str) -> str:
    one = SHARES[name]
    text = _QUOTA.format(
        id=name,
        rank=one.rank,
        base="good_or_better" if one.of_good else "headcount",
        percent=one.percent,
        moment="submit" if one.at_submit else "ratify",
        over="refuse" if one.refuses else "revote",
        by='"unit"' if one.at_submit else '"duty"',
    )
    small = f"small = {{ max_size = {one.small}, cap = 1, needs_good = true }}\n" if one.small else ""
    return text + small


PACK = (
    SMALL_PACK.replace(
        'recipients = [{ body = "office" }]',
        'recipients = [{ body = "office" }, { body = "archive", required = false }]\nopinions = ["council"]',
    )
    + '\n[[body]]\nid = "archive"\nname = "Lưu trữ"\n\n[[body]]\nid = "council"\nname = "Hội đồng tư vấn"\n'
    + "".join(map(_quota, SHARES))
)

UNITS, PEOPLE = ("A", "B"), 6
DAYS = ("2024-11-18", "2024-11-19", TODAY)
AT = local(f"{TODAY} 09:00")
STAFF = (*EVERYWHERE, *(f"{kind}-{unit}" for unit in UNITS for kind in ("CV", "QD")), "QD-committee", "QD-council")
POST = ""
BODIES = ("office", "committee", "archive", "council")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A season as a recording begins: told by the answers that opened it, not read back."""

    code: str
    subjects: tuple[str, ...]
    """Whose dossiers these are, in the order of `refs`."""
    refs: tuple[str, ...]
    meetings: tuple[tuple[str, str, str], ...]
    """(ref, unit, day)"""
    roster: int
    acts: int
    """How many acts opened it."""

    def season(self) -> Season:
        """The model's first state."""
        dossiers = {
            ref: Dossier(ref=ref, subject=one, unit=one[0]) for ref, one in zip(self.refs, self.subjects, strict=True)
        }
        groups = {}
        for rule, share in SHARES.items():
            for key in UNITS if share.at_submit else (WHOLE,):
                members = {one.ref: None for one in dossiers.values() if key in {WHOLE, one.unit}}
                groups[rule, key] = Group(
                    rule=rule, key=key, vote="open" if share.at_submit else "none", members=dict(members)
                )
        people = {one.subject: Person(one.unit, POST, "btv", one.ref) for one in dossiers.values()}
        people |= {name: Person(UNITS[0], POST, "", None) for name in (*STAFF, *(f"QD-{one}" for one in BODIES))}
        meetings = {ref: (unit, day) for ref, unit, day in self.meetings}
        return Season(
            code=self.code,
            dossiers=dossiers,
            groups=groups,
            people=people,
            units=UNITS,
            meetings=meetings,
            roster=self.roster,
        )


def prepared(folder: Path, codes: tuple[str, ...]) -> tuple[str, list[Opening]]:
    """Seasons just opened in one new database, with their rosters and three meetings in each unit; its address."""
    clock, pack = Clock(AT), pack_of(PACK)
    within, data = context(folder, clock, virtual=False), stored(pack)
    with closing(within.database):
        plays = [Play(context=within, clock=clock, pack=pack, season=code, folder=folder) for code in codes]
        for one in plays:
            done(open_season(within, one.by(), pack=data, pack_hash=packs.pack_hash(data), code=one.season))
        return plays[0].address, [_peopled(one) for one in plays]


def _peopled(play: Play) -> Opening:
    rows = [one for unit in UNITS for one in leaders(unit, PEOPLE)]
    answer = play.bring(units(*UNITS), rows)
    opened = [one for one in answer.changes if one["code"] == "change.dossier_opened"]
    meetings = [(play.hold(unit, held_on=day), unit, day) for unit in UNITS for day in DAYS]
    return Opening(
        code=play.season,
        subjects=tuple(one["subject"] for one in opened),
        refs=tuple(one["dossier"] for one in opened),
        meetings=tuple(meetings),
        roster=next(one.seq for one in answer.done if one.kind == "roster"),
        acts=2 + len(meetings),
    )


def acts_of(play: Play) -> dict[str, int]:
    """Act → its place, as the record of a season has them."""
    with play.database.reading() as tx:
        rows: list[dict[str, Any]] = tx.all(sql.RECORDS_OF_SEASON, season=play.row()["id"])
    return {str(one["act"]): int(canonical.loads(one["body"])["place"]) for one in rows}
