"""Rules: what is wrong, comes twice, comes at once, or at a clock that is behind."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests import ground
from tests.machine.driver import Call, Driver, How, told
from tests.machine.model import SOURCES, Believed
from tests.season import OPERATOR
from workflow.answers import Answer
from workflow.errors import BadInput, ClockBehind, KeyReused, Locked
from workflow.rosters import RoleRow, Roster, SubjectRow, UnitRow
from workflow.services import duties
from workflow.services.context import By, Context
from workflow.services.dossiers import Advance, advance
from workflow.services.meetings import MeetingCommand, meet
from workflow.services.roles import assign
from workflow.services.rosters import import_roster
from workflow.services.votes import vote
from workflow.store import commands as sql
from workflow.store.database import Database
from workflow.words import Role

SEASON = "2024"


def _advance(command: str, *refs: str, **args: Any) -> Call:
    order = Advance(command=command, refs=refs, args=args)
    return lambda context, by: advance(context, SEASON, by, order)


def _meet(**order: Any) -> Call:
    return lambda context, by: meet(context, SEASON, by, MeetingCommand(**order))


def _bring(*rows: Any) -> Call:
    roster = Roster(
        units=tuple(one for one in rows if isinstance(one, UnitRow)),
        subjects=tuple(one for one in rows if isinstance(one, SubjectRow)),
        roles=tuple(one for one in rows if isinstance(one, RoleRow)),
        source="made-up.xlsx",
    )
    return lambda context, by: import_roster(context, SEASON, by, roster)


FAR = date(2025, 3, 1)

UNKNOWN: Mapping[str, Call] = {
    "dossier": _advance("attach", "HS-9999"),
    "no dossier": _advance("attach"),
    "dossier twice": _advance("self_review", "HS-0001", "HS-0001"),
    "command": _advance("promote", "HS-0001"),
    "revote of one": _advance("revote", "HS-0001"),
    "amend": _advance("amend", "HS-0001", changes={"unit": "B"}),
    "rank": _advance("self_review", "HS-0001", rank="superb"),
    "proposal": _advance("record_vote", "HS-0001", rank="good", proposed="superb"),
    "meeting": _advance("record_vote", "HS-0001", rank="good", meeting="HN-9999"),
    "due back": _advance("send_back", "HS-0001", reason="x", due_back="mai"),
    "group": lambda context, by: vote(context, SEASON, by, "revote", "Z"),
    "group command": lambda context, by: vote(context, SEASON, by, "count", "A"),
    "season": lambda context, by: vote(context, "1999", by, "revote", "A"),
    "unit of a meeting": _meet(command="hold", unit="Z", args={"attendees": 3}),
    "meeting of a command": _meet(command="cancel", ref="HN-9999"),
    "body": _meet(command="plan", unit="A", args={"invited": ["nobody"]}),
    "day": _meet(command="hold", unit="A", args={"attendees": 3, "held_on": "hôm qua"}),
    "obligation": lambda context, by: duties.extend(context, SEASON, by, "VH-9999", until=FAR, decision="1"),
    "subject of a role": lambda context, by: assign(
        context, SEASON, by, "grant", RoleRow(subject="nobody", role=Role.MONITOR)
    ),
    "scope": lambda context, by: assign(
        context, SEASON, by, "grant", RoleRow(subject="A-01", role=Role.MONITOR, scope="Z")
    ),
    "role": lambda context, by: assign(context, SEASON, by, "grant", RoleRow(subject="A-01", role=Role.OPERATOR)),
    "unit of a subject": _bring(SubjectRow(code="Z-01", name="Người Z", unit="Z")),
    "subject of a roster's role": _bring(RoleRow(subject="nobody", role=Role.MONITOR)),
    "cycle": _bring(
        UnitRow(code="Y", name="Y", kind="room", parent="Z"), UnitRow(code="Z", name="Z", kind="room", parent="Y")
    ),
    "parent": _bring(UnitRow(code="Y", name="Y", kind="room", parent="Z")),
    "unit moved under its dossiers": _bring(UnitRow(code="A", name="Đơn vị A", kind="department", parent="B")),
}


class Trouble:
    driver: Driver

    def any_in(self, data: st.DataObject, *states: str) -> Believed:
        refs = [one.ref for one in self.driver.model.in_state(*states)]
        return self.driver.model.dossiers[data.draw(st.sampled_from(refs))]

    @rule(
        what=st.sampled_from(sorted({*UNKNOWN, "actor", "future"})), keyed=st.booleans(), ahead=st.integers(1, 10_000)
    )
    def unknown_thing(self, what: str, keyed: bool, ahead: int) -> None:
        """What is not there, an actor who is not on the roster, an event that has not happened yet."""
        by = self.driver.by("nobody" if what == "actor" else OPERATOR)
        if what == "future":
            by = replace(by, occurred_at=self.driver.now + timedelta(microseconds=ahead))
        call = UNKNOWN.get(what) or _advance("self_review", "HS-0001", rank="good")
        outcome = self.driver.give(call, by, How(keyed=keyed))
        assert isinstance(outcome, BadInput), (what, outcome)

    @rule(data=st.data(), command=st.sampled_from(sorted(SOURCES)), keyed=st.booleans())
    def anybody_tries(self, data: st.DataObject, command: str, keyed: bool) -> None:
        """Whoever is on the roster, on any dossier in any state."""
        actor = data.draw(st.sampled_from(sorted(self.driver.look.subjects())))
        ref = data.draw(st.sampled_from(sorted(self.driver.model.dossiers)))
        args: dict[str, Any] = (
            {"rank": "completed", "reason": "Thử"} if command != "correct" else {"field": "voted", "rank": "good"}
        )
        self.driver.advance(command, [ref], self.driver.by(actor), How(keyed=keyed), **args)

    # — twice —

    @precondition(lambda self: bool(self.driver.keyed))
    @rule(data=st.data(), dry=st.booleans(), other=st.booleans())
    def a_key_again(self, data: st.DataObject, dry: bool, other: bool) -> None:
        """The same content gets the same answer, however much happened since; other content is an error."""
        given = self.driver.keyed[data.draw(st.integers(0, len(self.driver.keyed) - 1))]
        if other:
            by = self.driver.by(given.by.actor, key=given.by.key)
            outcome = self.driver.give(_advance("attach", "HS-0001", letter="other content"), by)
            assert isinstance(outcome, KeyReused)
            return
        outcome = self.driver.give(given.call, replace(given.by, dry_run=dry))
        assert isinstance(outcome, Answer)
        assert outcome.repeated
        assert told(outcome) == told(given.answer)
        assert outcome.act == given.answer.act

    # — at once —

    @precondition(lambda self: bool(self.driver.model.in_state("drafted")))
    @rule(data=st.data(), held=st.booleans())
    def at_once(self, data: st.DataObject, held: bool) -> None:
        one = self.any_in(data, "drafted")
        by = self.driver.by(f"CV-{one.unit}")
        other = ground.opened(self.driver.path, busy_seconds=0.01)
        if held:
            self._held_by_another(other, one.ref, by)
        elif not self.driver.grouped:
            self._another_in_between(other, one.ref, by)
        other.close()

    def _held_by_another(self, other: Database, ref: str, by: By) -> None:
        """While another process holds the database a command is told so, and changes nothing."""
        with other.writing() as tx:
            tx.one(sql.SEASON_LOCKED, tenant="local", code=SEASON)
            outcome = self.driver.give(_advance("self_review", ref, rank="good"), by)
        assert isinstance(outcome, Locked)

    def _another_in_between(self, other: Database, ref: str, by: By) -> None:
        """Between a command's reads and its commit nobody else can write; he is told, and leaves nothing."""
        context, met = self.driver.play.context, list[bool]()

        def write(work: Callable[[Any], Any]) -> Any:
            def whole(tx: Any) -> Any:
                answer = work(tx)
                met.append(_locked_out(replace(context, database=other, write=other.write), by, ref))
                return answer

            return context.database.write(whole)

        self.driver.play.context = replace(context, write=write)
        self.driver.advance("self_review", [ref], by, rank="good", reason="Chậm")
        self.driver.play.context = context
        assert met == [True]

    # — a clock that is behind —

    @precondition(lambda self: bool(self.driver.model.in_state("drafted", "self_reviewed", "unit_voted")))
    @rule(data=st.data(), behind=st.sampled_from([1, 3_000_000, 5_000_000, 5_000_001, 60_000_000]))
    def the_clock_is_behind(self, data: st.DataObject, behind: int) -> None:
        """Up to 5 s behind a stream's head the record is dated with the head; further is refused."""
        way = {"drafted": "self_review", "self_reviewed": "withdraw", "unit_voted": "submit"}
        one = self.any_in(data, *way)
        head = next(row["head_at"] for row in self.driver.look.lines("dossier") if row["ref"] == one.ref)
        true_time = self.driver.now
        self.driver.pass_time(timedelta(microseconds=-behind))
        try:
            outcome = self.driver.advance(
                way[one.state], [one.ref], self.driver.by(f"CV-{one.unit}"), rank="good", reason="Chậm"
            )
            now = self.driver.now
        finally:
            self.driver.play.clock.now = true_time
        ahead = head - _micros(now)
        assert isinstance(outcome, ClockBehind) == (ahead > 5_000_000 and _would_write(outcome)), (ahead, outcome)


def _locked_out(context: Context, by: By, ref: str) -> bool:
    try:
        _advance("self_review", ref, rank="good")(context, by)
    except Locked:
        return True
    return False


def _micros(moment: Any) -> int:
    return int(moment.timestamp()) * 1_000_000 + int(moment.microsecond)


def _would_write(outcome: Any) -> bool:
    """A refusal appends no record, so no clock can be behind it."""
    return not (isinstance(outcome, Answer) and outcome.refused)
