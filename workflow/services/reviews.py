"""What a meeting that was held does to the dossiers that it reviews, where a deadline hangs on it (A-38)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from workflow.answers import Answer
from workflow.dates import instant, micros
from workflow.discharge import HOLD
from workflow.facts import Verdict
from workflow.papers import under_review
from workflow.rulepack import Mode, RulePack, matches
from workflow.services.acts import Act
from workflow.services.dossiers import Case, Hearing, accept
from workflow.store import commands as sql
from workflow.store.statements import Row


class Reviews:
    """The dossiers of a meeting, each on its way to the record that says that the meeting was held; none where no
    deadline asks for it."""

    def __init__(self, act: Act, meeting: Row, args: Mapping[str, Any]) -> None:
        rows = _hanging(act, meeting)
        self._hearing = Hearing(act, rows) if rows else None
        self._cases: list[Case] = []
        if self._hearing is not None:
            told = _told(act, args)
            self._cases = [Case(row=row, facts=self._hearing.facts(row, HOLD, told)) for row in rows]
            self._hearing.judge(self._cases)

    @property
    def refused(self) -> tuple[Verdict, ...]:
        """What stands against the meeting because of them, each reason once."""
        found = (one for case in self._cases if case.decision is not None for one in case.decision.refused)
        return tuple({(one.rule, one.code): _of_meeting(one) for one in found}.values())

    def accept(self) -> Answer | None:
        """Write their records, and settle what was owed."""
        return None if self._hearing is None else accept(self._hearing, self._cases)


def _hanging(act: Act, meeting: Row) -> list[Row]:
    pack: RulePack = act.rules.pack
    rules = [one for one in pack.deadlines if one.mode is not Mode.OFF and HOLD in {one.met_by, one.event}]
    if not rules:
        return []
    rows = act.tx.all(sql.DOSSIERS_OF_UNIT, season=act.season_id, unit=meeting["unit"])
    return [row for row in under_review(pack, meeting["kind"], rows) if any(matches(one.where, row) for one in rules)]


def _told(act: Act, args: Mapping[str, Any]) -> dict[str, Any]:
    """The meeting's day, where that is not the command's: then its first instant is when it was held."""
    kept = {name: args[name] for name in ("letter",) if name in args}
    day = args.get("held_on")
    if day is None or day == act.occurred_on.isoformat():
        return kept
    return {**kept, "held_on": day, "held_at": micros(instant(date.fromisoformat(day), act.rules.pack.zone))}


def _of_meeting(verdict: Verdict) -> Verdict:
    """What would help the dossier helps its meeting: it is the meeting's command that is given again."""
    remedy = verdict.remedy
    if remedy is None or remedy.action != f"dossier.{HOLD}":
        return verdict
    return replace(verdict, remedy=replace(remedy, action=f"meeting.{HOLD}"))
