"""What hangs on no dossier: duties that somebody says to be done, dates that other papers set, minutes."""

from dataclasses import dataclass
from datetime import timedelta

from app.rehearsal.playing import A_WHILE, Playing
from workflow.facts import Remedy
from workflow.services.views.duties import Duty, can_be_dated, duties
from workflow.services.views.ground import Ground
from workflow.store import commands as sql
from workflow.store.statements import Row
from workflow.words import MeetingState

_SOON = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class Chores:
    """Does them beside a play, whose clock, cast and chance they share."""

    playing: Playing

    def day(self, *, all_of_it: bool = False) -> None:
        """Some of what is due soon, or of all that is open."""
        with self.playing.looking() as look:
            open_ones = duties(look)
            undated = {one.ref for one in open_ones if can_be_dated(look, one)}
            optional = {one.ref for one in open_ones if look.rules.pack.deadline(one.rule).optional}
        chance = self.playing.chance
        for duty in open_ones:
            if duty.ref in undated:
                dating = Remedy(action="obligation.date", args={"obligation": duty.ref})
                # Whoever could is asked at once: by the time that somebody does it may be done without a date.
                actor = self._asked(dating, _about(duty))
                if chance.random() < 1 / 4:
                    self._do(dating, _about(duty), actor)
                    continue
            if duty.met_by is None and (all_of_it or (self._is_near(duty) and chance.random() < 1 / 2)):
                self._settle("not_needed" if duty.ref in optional and chance.random() < 1 / 2 else "done", duty)

    def _is_near(self, duty: Duty) -> bool:
        return duty.due_at is None or duty.due_at - self.playing.clock.now <= _SOON

    def _settle(self, command: str, duty: Duty) -> None:
        paper = {"attach": f"{duty.paper}=FILE"} if duty.paper and command == "done" else {}
        step = Remedy(action=f"obligation.{command}", args={"obligation": duty.ref, **paper})
        self._do(step, _about(duty), self._asked(step, _about(duty)))

    def _asked(self, step: Remedy, about: Row) -> str:
        with self.playing.looking() as look:
            return self.playing.cast.who(Ground(look), step, about)

    def _do(self, step: Remedy, about: Row, actor: str) -> None:
        """Once, whatever is said to it: no dossier waits for it."""
        playing = self.playing
        playing.clock.forward(A_WHILE)
        answer = playing.hands.give(step.action, dict(step.args), actor, about, dissent=False)
        if answer is not None and not playing.refused(answer):
            playing.diary.done += 1

    def minutes(self) -> None:
        """Of every meeting that was held: that its chair did not need what is left to the chair, and the minutes."""
        playing = self.playing
        with playing.looking() as look:
            held = look.tx.all(sql.MEETINGS_OF_SEASON, season=look.season["id"])
            pack = look.rules.pack
        here = {row["unit"]: row for row in playing.rows()}
        for meeting in held:
            kind, row = pack.kind_of(meeting["kind"]), here.get(meeting["unit"])
            if kind is None or row is None or meeting["state"] != MeetingState.HELD:
                continue
            for step in kind.to_decide():
                self._minuted(Remedy(action="meeting.note", args={"ref": meeting["ref"], "step": step}), row)
            self._minuted(Remedy(action="meeting.minute", args={"ref": meeting["ref"]}), row)

    def _minuted(self, step: Remedy, row: Row) -> None:
        self._do(step, row, self._asked(step, row))


def _about(duty: Duty) -> Row:
    """A duty as that for which somebody is found: nobody's own case."""
    return {"ref": duty.ref, "subject": None, "unit": duty.unit}
