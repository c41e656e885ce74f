"""Rules: meetings, what is counted at them, and the votes that name them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.machine import papers
from tests.machine.driver import PLAIN, Driver, How, Outcome
from tests.machine.model import Believed
from tests.machine.oracles import selects
from tests.machine.paperwork import TOLD, Unmet
from tests.machine.picture import Line
from tests.season import COUNTED, REGISTRAR, SEASON_COORDINATOR
from workflow.answers import Answer
from workflow.rulepack import Agenda, MeetingRule
from workflow.services.context import By
from workflow.services.dossiers import Advance
from workflow.services.meetings import MeetingCommand, meet
from workflow.services.tallies import Count, tally
from workflow.words import Rank

RANKS = st.sampled_from([*(one.value for one in Rank), "excellent", "good", "good"])
REASONS = st.sampled_from([None, "Đi công tác", "Nộp chậm do thiếu hồ sơ"])
LIKELY = st.integers(0, 3).map(bool)
"""Mostly true; shrinks to false."""
RARELY = st.integers(0, 5).map(lambda one: one == 5)
HOW = st.builds(How, rehearsed=RARELY, keyed=RARELY)
BACK = st.one_of(st.none(), st.none(), st.integers(1, 15 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes)))
"""How long ago it happened on paper."""

COMMANDS = ("plan", "hold", "invite", "cancel", "register", "agree", "move", "note", "minute")
TIMES = st.sampled_from(["2024-11-10 08:00", "2024-11-20 14:00", "2025-06-01 08:00"])


class Gatherings:
    driver: Driver

    # — helpers —

    def row(self, ref: str) -> Line:
        return next(one for one in self.driver.look.dossiers() if one["ref"] == ref)

    def who(self, actor: str, back: timedelta | None) -> By:
        return self.driver.by(actor, occurred_at=None if back is None else self.driver.now - back)

    def prepare(self, found: Sequence[Believed], command: str) -> None:
        """Whatever papers, answers, comments, sends and opinions a command still waits for, as the model knows it."""
        for one in found:
            oracle = self.driver.oracle().paperwork()
            row = oracle.rows[one.ref]
            for paper in list(oracle.lacking(command, row)):
                args, uploads = papers.right(paper, row)
                self._by_coordinator("attach", one, uploads=uploads, **args)
            for _, code in sorted(
                oracle.unmet(Advance(command=command, refs=(one.ref,)), one.ref, self.driver.now.date())
            ):
                self._mend(one, code)

    def _mend(self, one: Believed, code: str) -> None:
        if code in {"suggestion_unknown", "meeting_unexplained"} and not one.file.suggested:
            self._by_coordinator("suggest", one, none=True)
        elif code in {"unexplained", "meeting_unexplained"}:
            self._by_coordinator("explain", one, uploads=(papers.EXPLANATION,))
        elif code in {"unheard", "meeting_unheard"}:
            for body in {body for rule in self.driver.play.pack.comments for body in rule.bodies} - set(one.file.heard):
                self._by_coordinator("comment", one, body=body, none=True)
        elif code == "sends_missing":
            row = self.row(one.ref)
            for body in self.driver.recipients(row):
                if body not in one.file.sends:
                    self._by_coordinator("send", one, to=body, letter="9/CV")
        elif code == "opinion_missing":
            route = next(each for each in self.driver.play.pack.routes if each.id == self.row(one.ref)["route"])
            for body in route.opinions:
                self.driver.advance("opinion", [one.ref], self.who(REGISTRAR, None), body=body, rank="good")

    def _by_coordinator(self, command: str, one: Believed, **more: Any) -> None:
        self.driver.advance(command, [one.ref], self.who(f"CV-{one.unit}", None), reason="Chậm", **more)

    def hold(self, unit: str, kind: MeetingRule | None = None, *, back: timedelta | None = None) -> str | None:
        """A meeting of the unit, held as its papers ask; None where it was refused."""
        args: dict[str, Any] = {"attendees": 12, "invited": list(self.driver.world.invited)}
        ref = None
        waiting = self.driver.oracle().paperwork().holding_up(unit, None if kind is None else kind.id)
        for name, unmet in waiting.items():
            for _, code in sorted(unmet):
                self._mend(self.driver.model.dossiers[name], code)
        if kind is not None:
            args |= {"present": self.driver.play.attending(kind, unit)}
            ref = self._agreed(unit, kind, back)
        order = MeetingCommand(command="hold", unit=None if ref else unit, ref=ref, args=args)
        if kind is not None and ref is None:
            return None
        return self._done(order, f"CV-{unit}", back)

    def _agreed(self, unit: str, kind: MeetingRule, back: timedelta | None) -> str | None:
        """A meeting of a kind that is planned, its time registered and agreed as far as that is asked for."""
        ref = self._done(MeetingCommand(command="plan", unit=unit, args={"kind": kind.id}), f"CV-{unit}", back)
        if ref is not None and kind.registered_through is not None:
            time = {"time": "2024-11-20 14:00"}
            self._done(MeetingCommand(command="register", ref=ref, args=time), f"CV-{unit}", back)
            for body in kind.agreed_by:
                agreed = {"body": body, "letter": "3/CV"}
                self._done(MeetingCommand(command="agree", ref=ref, args=agreed), REGISTRAR, back)
        return ref

    def _done(self, order: MeetingCommand, actor: str, back: timedelta | None) -> str | None:
        answer = self._meet(order, self.who(actor, back))
        return answer.done[0].ref if isinstance(answer, Answer) and answer.done else None

    def _meet(self, order: MeetingCommand, by: By, how: How = PLAIN) -> Outcome:
        """A command on a meeting; one that is held is held against what its dossiers still wait for."""
        waiting = self._waiting(order) if order.command == "hold" else {}
        outcome = self.driver.give(lambda context, who: meet(context, "2024", who, order), by, how)
        if order.command != "hold" or not isinstance(outcome, Answer) or outcome.repeated:
            return outcome
        codes = {(one.rule, one.code.partition(".")[2]) for each in outcome.refused for one in each.verdicts}
        told = {one for one in codes if one[1] in TOLD}
        if not {code for _, code in codes} & {"wrong_state", "no_role"}:
            assert told == {one for unmet in waiting.values() for one in unmet}, (order, told, waiting)
        return outcome

    def _waiting(self, order: MeetingCommand) -> dict[str, Unmet]:
        """Whom a meeting that is to be held still waits for."""
        oracle = self.driver.oracle().paperwork()
        for one in self.driver.look.lines("meeting"):
            if one["ref"] == order.ref:
                return oracle.holding_up(one["unit"], one["kind"])
        kind, unit = order.args.get("kind"), order.unit or ""
        if kind is None:
            here = [row for row in oracle.rows.values() if row["unit"] == unit]
            kind = next((one.id for one in oracle.pack.meetings for row in here if selects(one.where, row)), None)
        return oracle.holding_up(unit, kind)

    def vote_on(
        self, found: Sequence[Believed], ranks: Sequence[str], *, back: timedelta | None = None, **more: Any
    ) -> None:
        """Record votes of one meeting for each kind, a command for each rank."""
        kinds = {one.ref: self.driver.play.kind(one.ref) for one in found}
        for kind in {id(one): one for one in kinds.values()}.values():
            here = [(one, given) for one, given in zip(found, ranks, strict=True) if kinds[one.ref] is kind]
            meeting = self.hold(found[0].unit, kind, back=back)
            if meeting is None:
                continue
            for rank in dict.fromkeys(given for _, given in here):
                refs = [one.ref for one, given in here if given == rank]
                for ref in refs if kind is not None and kind.steps else []:
                    self._count_all(meeting, kind, ref, rank, back)
                by = self.who(f"CV-{found[0].unit}", back)
                self.driver.advance("record_vote", refs, by, rank=rank, meeting=meeting, **more)

    def _count_all(self, meeting: str, kind: MeetingRule | None, ref: str, rank: str, back: timedelta | None) -> None:
        """Whoever votes votes for `rank`, at every step that is voted on."""
        for args in () if kind is None else self.driver.play.counts(kind, ref, meeting, rank):
            self._count(meeting, args, back)

    def _count(self, meeting: str, args: dict[str, Any], back: timedelta | None, how: How | None = None) -> None:
        order = Count(ref=meeting, args=args, uploads=(COUNTED,))
        by = self.who(f"CV-{self.row(args['dossier'])['unit']}", back)
        self.driver.give(lambda context, who: tally(context, "2024", who, order), by, how or How())

    # — any meeting, any count —

    @rule(data=st.data(), command=st.sampled_from(COMMANDS), how=HOW)
    def meeting(self, data: st.DataObject, command: str, how: How) -> None:
        meetings = [one["ref"] for one in self.driver.look.lines("meeting")]
        unit = data.draw(st.sampled_from(sorted(self.driver.look.unit_paths())))
        ref = data.draw(st.sampled_from([*meetings[-3:], None]))
        order = MeetingCommand(
            command=command,
            unit=None if ref else unit,
            ref=ref,
            args=self._said(data, command),
            uploads=(COUNTED,) if command == "minute" and data.draw(LIKELY) else (),
        )
        by = self.who(data.draw(st.sampled_from([f"CV-{unit}", SEASON_COORDINATOR, REGISTRAR])), None)
        self._meet(order, by, how)

    def _said(self, data: st.DataObject, command: str) -> dict[str, Any]:
        pack = self.driver.play.pack
        bodies = [one.id for one in pack.bodies]
        if command in {"register", "move"}:
            return {"time": data.draw(TIMES), "letter": "1/CV", "reason": data.draw(REASONS)}
        if command == "agree":
            return {"body": data.draw(st.sampled_from(bodies)), "letter": data.draw(st.sampled_from([None, "2/CV"]))}
        if command == "note":
            needed = data.draw(st.sampled_from([None, False]))
            return {"step": data.draw(st.sampled_from(list(Agenda))).value, "text": "ghi", "needed": needed}
        if command == "minute":
            return {}
        args: dict[str, Any] = {"invited": bodies[:2]}
        if pack.meetings and command in {"plan", "hold"}:
            args["kind"] = data.draw(st.sampled_from([None, *(one.id for one in pack.meetings)]))
        if command == "hold":
            args["attendees"] = data.draw(st.sampled_from([12, 0, None]))
            args["held_on"] = data.draw(st.sampled_from(["2024-11-10", "2024-11-20", "2025-06-01"]))
        return args

    @rule(data=st.data(), rank=RANKS, reason=REASONS, proposed=st.one_of(st.none(), RANKS), back=BACK)
    def vote_at_any_meeting(
        self, data: st.DataObject, rank: str, reason: str | None, proposed: str | None, back: timedelta | None
    ) -> None:
        """A vote that names some meeting of some unit, or none; from drafted too; with a proposal of its own."""
        one = self._anybody(data)
        meetings = [each["ref"] for each in self.driver.look.lines("meeting")]
        meeting = data.draw(st.sampled_from([*meetings, None]))
        more: dict[str, Any] = {} if proposed is None else {"proposed": proposed}
        by = self.who(f"CV-{one.unit}", back)
        self.driver.advance("record_vote", [one.ref], by, rank=rank, reason=reason, meeting=meeting, **more)

    @rule(data=st.data(), rank=RANKS, wrong=RARELY, correct=RARELY, how=HOW)
    def count_at_any_meeting(self, data: st.DataObject, rank: str, *, wrong: bool, correct: bool, how: How) -> None:
        """A count on anybody, right or nearly so, at a meeting where there is one."""
        meetings = [each["ref"] for each in self.driver.look.lines("meeting")]
        if not meetings:
            return
        one, meeting = self._anybody(data), data.draw(st.sampled_from(meetings[-4:]))
        votes = data.draw(st.integers(0, 8))
        ballots = {"issued": votes, "unused": 0, "cast": votes, "valid": votes, "invalid": 0, rank: votes + wrong}
        method = data.draw(st.sampled_from(["ballot", "show"]))
        args = {
            "dossier": one.ref,
            "step": data.draw(st.sampled_from(["criteria", "disputed", "overall"])),
            "method": method,
            "figures": ballots if method == "ballot" else {rank: votes},
            "committee": ["Người Đếm"],
            "disputed": data.draw(st.sampled_from([None, [1]])),
            "matter": data.draw(st.sampled_from([None, 1])),
            "correct": True if correct else None,
            "reason": "đếm lại",
        }
        self._count(meeting, args, None, how)

    def _anybody(self, data: st.DataObject) -> Believed:
        return self.driver.model.dossiers[data.draw(st.sampled_from(sorted(self.driver.model.dossiers)))]
