"""One season driven from outside: every command is given here, and what it may and may not touch is checked at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests import ground
from tests.machine.model import Believed, Model
from tests.machine.oracles import Oracle
from tests.machine.paperwork import recipient
from tests.machine.picture import LEDGERS, Line, Picture, taken
from tests.machine.worlds import World, leading_collective, staff_room
from tests.season import REGISTRAR, Play, opened, pack_of, person, stored, units
from workflow import ledger
from workflow.answers import Answer
from workflow.engine import Rules
from workflow.errors import HosoError
from workflow.following import following
from workflow.rosters import RoleRow, SubjectRow
from workflow.rulepack import OWN_UNIT, Quota
from workflow.services.context import By, Context, Upload
from workflow.services.dossiers import Advance, advance
from workflow.services.repinning import repin
from workflow.store.group_commit import GroupWriter
from workflow.words import Lead, Role

Call = Callable[[Context, By], Answer]
Outcome = Answer | HosoError


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """Whether a command is tried dry before it is given, and whether it is given with a key."""

    rehearsed: bool = False
    keyed: bool = False


PLAIN = How()


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A command that was given with a key."""

    call: Call
    by: By
    answer: Answer


@dataclass(slots=True, kw_only=True)
class Driver:
    """A season under a world's pack, with the model beside it."""

    world: World
    grouped: bool
    """Whether commands go through a group writer, as in a server."""
    folder: TemporaryDirectory[str] = field(default_factory=TemporaryDirectory)
    model: Model = field(default_factory=Model)
    people: dict[str, SubjectRow] = field(default_factory=dict)
    grants: set[tuple[str, str, str]] = field(default_factory=set)
    acts: set[str] = field(default_factory=set)
    keyed: list[Given] = field(default_factory=list)
    keys: int = 0
    version: int = 1
    """Of the pack that rules the season."""
    settled_at_edit: set[str] = field(default_factory=set)
    """Dossiers that had ended when their subject was edited: they stay in the groups that they ended in."""
    edited: set[str] = field(default_factory=set)
    """Whoever was not the same all the time."""
    writer: GroupWriter | None = None
    play: Play = field(init=False)
    rules: Rules = field(init=False)
    look: Picture = field(init=False)

    def open(self, sizes: Mapping[str, int], *, collectives: bool, varied: bool) -> None:
        self.play = opened(self.path, self.world.text)
        self.rules = self.play.rules()
        self.play.database.close()
        self._connect()
        self.acts |= {one["act"] for one in self.look.lines("history")}
        rows = [row for unit, size in sizes.items() for row in staff_room(self.world, unit, size, varied=varied)]
        rows += [leading_collective(unit) for unit in sizes] if collectives else []
        answer = self.play.bring([*units("A"), *units("B", kind=self.world.second_kind)], rows)
        self.acts.add(answer.act)
        self.people = {one.code: one for one in rows}
        self.refresh()
        self.grants = {(one["subject"], one["role"], one["scope"]) for one in self.look.lines("role")}
        self.meet_model()

    @property
    def path(self) -> Path:
        return Path(self.folder.name)

    def _connect(self) -> None:
        """Open the database. Nothing here is about what a power cut leaves, so it need not reach the disk."""
        database = ground.opened(self.path, busy_seconds=0.02)
        self.writer = GroupWriter(database) if self.grouped else None
        write = database.write if self.writer is None else self.writer.write
        self.play.context = replace(self.play.context, database=database, write=write)
        self.refresh()

    def refresh(self) -> Picture:
        self.look = taken(self.play.database.readers)
        return self.look

    def restart(self) -> None:
        """Close everything and open the file again."""
        self.close()
        before = self.look
        self._connect()
        assert not before.changed(self.look)

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
            self.writer = None
        self.play.database.close()

    def end(self) -> None:
        self.close()
        self.folder.cleanup()

    # — giving commands —

    def give(self, call: Call, by: By, how: How = PLAIN) -> Outcome:
        """Give a command, dry first if it is rehearsed. Checks what it changed, whatever it answers."""
        if how.keyed:
            self.keys += 1
            by = replace(by, key=f"k{self.keys}")
        rehearsal = self._rehearse(call, by) if how.rehearsed else None
        outcome = self._given(call, by)
        if rehearsal is not None:
            assert told(rehearsal) == told(outcome)
            self._repeats_are_stored_once(call, by, outcome)
        if how.keyed and isinstance(outcome, Answer):
            self.keyed.append(Given(call=call, by=by, answer=outcome))
        return outcome

    def _rehearse(self, call: Call, by: By) -> Outcome:
        files = self._files()
        outcome = _outcome(call, self.play.context, replace(by, dry_run=True))
        assert not self.look.changed(taken(self.play.database.readers)), "a dry run wrote rows"
        assert self._files() == files, "a dry run wrote files"
        return outcome

    def _repeats_are_stored_once(self, call: Call, by: By, outcome: Outcome) -> None:
        """The same refusal at the same head leaves nothing more than a knock at the door."""
        if isinstance(outcome, Answer) and not outcome.done and outcome.refused:
            before = self.look
            assert told(_outcome(call, self.play.context, by)) == told(outcome)
            assert before.changed(self.refresh()) <= {"access"}

    def _files(self) -> set[str]:
        folder = self.play.database.attachments
        return {one.name for one in folder.rglob("*")} if folder is not None and folder.exists() else set()

    def _given(self, call: Call, by: By) -> Outcome:
        before = self.look
        outcome = _outcome(call, self.play.context, by)
        self.refresh()
        changed = before.changed(self.look)
        if isinstance(outcome, HosoError):
            assert not changed, (outcome, changed)
            return outcome
        fresh = {key: one for key, one in self.look.history.items() if key not in before.history}
        assert before.rows["history"] <= self.look.rows["history"], "history was rewritten"
        if outcome.repeated:
            assert not changed, changed
        elif not outcome.done and not outcome.changes:
            assert changed <= LEDGERS, (outcome, changed)
            assert before.rows["attempt"] <= self.look.rows["attempt"]
            assert before.rows["answer"] <= self.look.rows["answer"]
        self._recorded(outcome, fresh)
        return outcome

    def _recorded(self, answer: Answer, fresh: Mapping[tuple[str, int], Line]) -> None:
        """Every record of a command bears its act, and every receipt is a record's."""
        assert {one["act"] for one in fresh.values()} == ({answer.act} if fresh else set())
        if answer.repeated:
            return
        receipts = {(seq, ledger.short(one["hash"])) for (_, seq), one in fresh.items()}
        assert {(one.seq, one.receipt) for one in answer.done} <= receipts, answer.done
        assert bool(answer.done) == bool(fresh), answer
        if fresh:
            assert answer.act not in self.acts
            self.acts.add(answer.act)

    # — commands on dossiers —

    def advance(
        self,
        command: str,
        refs: Sequence[str],
        by: By,
        how: How = PLAIN,
        *,
        partial: bool = False,
        uploads: tuple[Upload, ...] = (),
        **args: Any,
    ) -> Outcome:
        """A command on dossiers, held against the oracles and then against the model."""
        order = Advance(command=command, refs=tuple(refs), args=args, partial=partial, uploads=uploads)
        before = self.look
        if partial:
            self._order_is_nothing(order, by)
        outcome = self.give(lambda context, who: advance(context, "2024", who, order), by, how)
        if isinstance(outcome, HosoError):
            return outcome
        done, refused = {one.ref for one in outcome.done}, {one.ref for one in outcome.refused}
        assert not done & refused
        assert done | refused <= set(refs)
        assert partial or not (done and refused)
        assert done | refused == set(refs) or (refused and not partial)
        oracle = self.oracle(before)
        oracle.agrees(order, by, outcome, self.now)
        paperwork = oracle.paperwork()
        filed = {ref: paperwork.sheets(order, ref) for ref in done}
        for ref in done:
            to = recipient(order, paperwork.route(paperwork.rows[ref]))
            self.model.apply(ref, command, {**args, "to": to}, filed[ref])
        return outcome

    def _order_is_nothing(self, order: Advance, by: By) -> None:
        """The order of the refs picks no winner among equals."""
        dry = replace(by, dry_run=True)
        both = [told(self._dry(one, dry)) for one in (order, replace(order, refs=order.refs[::-1]))]
        assert both[0] == both[1]

    def _dry(self, order: Advance, by: By) -> Outcome:
        return _outcome(lambda context, who: advance(context, "2024", who, order), self.play.context, by)

    def repin(self, by: By, how: How, *, again: bool) -> Outcome:
        """Bring the season under the next version of its world's pack, or under the very same (`again`)."""
        number = self.version if again else self.version + 1
        pack = pack_of(self.world.version(number))
        outcome = self.give(
            lambda context, who: repin(context, "2024", who, pack=pack, stored=stored, decision=f"{number}/QĐ"),
            by,
            how,
        )
        if isinstance(outcome, Answer) and outcome.done and not outcome.repeated:
            self.version = number
            self.play.pack = following(pack, self.play.pack)
            self.rules = self.play.rules()
            assert self.play.row()["pack"] == self.rules.hash
        return outcome

    def oracle(self, look: Picture | None = None) -> Oracle:
        """What the design says of the season as it stands, or stood."""
        return Oracle(look=look or self.look, pack=self.play.pack, grants=frozenset(self.grants), model=self.model)

    def quota(self, rule: str) -> Quota:
        return next(one for one in self.play.pack.quotas if one.id == rule)

    # — who —

    def by(self, actor: str, **more: Any) -> By:
        return self.play.by(actor, **more)

    @property
    def now(self) -> datetime:
        return self.play.clock.now

    def pass_time(self, span: timedelta) -> None:
        self.play.clock.now += span

    def decider(self, row: Line) -> tuple[str, dict[str, Any]]:
        """Who ratifies a dossier as its route says, and with which arguments."""
        body = next(one.ratifier for one in self.play.pack.routes if one.id == row["route"])
        outside = {one.id for one in self.play.pack.bodies if one.external}
        if body is None:
            return REGISTRAR, {}
        if body in outside:
            return REGISTRAR, {"external": True, "decision": "15-QĐ/TU"}
        return f"QD-{row['unit'] if body == OWN_UNIT else body}", {}

    def recipients(self, row: Line) -> list[str]:
        return [one.body for one in next(one for one in self.play.pack.routes if one.id == row["route"]).recipients]

    def stations(self, row: Line) -> list[str]:
        """The bodies that a dossier goes through."""
        route = next(one for one in self.play.pack.routes if one.id == row["route"])
        return [one.via for one in route.recipients if one.via is not None]

    def meet_model(self) -> None:
        """Take up dossiers that were opened."""
        for row in self.look.dossiers():
            if row["ref"] not in self.model.dossiers:
                self.model.dossiers[row["ref"]] = Believed(ref=row["ref"], subject=row["subject"], unit=row["unit"])


def staff_of(unit: str) -> tuple[tuple[SubjectRow, ...], tuple[RoleRow, ...]]:
    """The coordinator and the ratifier of a unit that came later."""
    plain: dict[str, Any] = {"unit": unit, "duty": "staff", "tier": "", "lead": Lead.NONE, "ranked": False}
    names = {f"CV-{unit}": Role.COORDINATOR, f"QD-{unit}": Role.RATIFIER}
    people = tuple(person(name, **plain) for name in names)
    return people, tuple(RoleRow(subject=name, role=role, scope=unit) for name, role in names.items())


def spare(unit: str, count: int = 2) -> tuple[SubjectRow, ...]:
    """People without a dossier and, at first, without a role."""
    plain: dict[str, Any] = {"unit": unit, "duty": "staff", "tier": "", "lead": Lead.NONE, "ranked": False}
    return tuple(person(f"DP-{number}", **plain) for number in range(1, count + 1))


def _outcome(call: Call, context: Context, by: By) -> Outcome:
    try:
        return call(context, by)
    except HosoError as error:
        return error


def told(outcome: Outcome) -> Any:
    """What an outcome says, without what differs between two runs of the same: act, numbers and receipts."""
    if isinstance(outcome, HosoError):
        return outcome.code
    done = {(one.kind, one.command, one.came_from, one.to) for one in outcome.done}
    refused = {(one.ref, one.kind, *sorted(verdict.code for verdict in one.verdicts)) for one in outcome.refused}
    groups = {(one.rule, one.key, one.vote, one.count, one.allowance, one.over) for one in outcome.groups}
    return done, {one.ref for one in outcome.done if one.kind == "dossier"}, refused, groups
