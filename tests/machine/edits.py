"""Rules: the roster, roles, and duties."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from notifications.sweep import sweep
from tests.files import PDF
from tests.machine import checks
from tests.machine.driver import PLAIN, Driver, How, spare, staff_of
from tests.machine.gatherings import HOW, LIKELY, RARELY
from tests.machine.model import FINAL
from tests.machine.oracles import deadline
from tests.machine.picture import LEDGERS
from tests.machine.worlds import member
from tests.season import ISSUER, MONITOR, OPERATOR, SEASON_COORDINATOR, units
from workflow.answers import Answer
from workflow.errors import BadInput
from workflow.rosters import RoleRow, Roster, SubjectRow, UnitRow
from workflow.services import duties, milestones
from workflow.services.context import By, Context, Upload
from workflow.services.roles import assign
from workflow.services.rosters import import_roster
from workflow.services.seasons import close_season, reopen_season
from workflow.words import GRANTABLE, Lead, Role

MOST_PEOPLE = 16


class Edits:
    driver: Driver

    def bring(
        self,
        subjects: Sequence[SubjectRow],
        *,
        by: By | None = None,
        brought: Sequence[UnitRow] = (),
        roles: Sequence[RoleRow] = (),
        how: How = PLAIN,
    ) -> None:
        """Import some lines; the model then knows who came, and who votes again elsewhere."""
        roster = Roster(units=tuple(brought), subjects=tuple(subjects), roles=tuple(roles), source="made-up.xlsx")
        outcome = self.driver.give(
            lambda context, who: import_roster(context, "2024", who, roster), by or self.driver.by(OPERATOR), how
        )
        if not isinstance(outcome, Answer) or outcome.refused:
            return
        for row in subjects:
            self._edited(row)
        self.driver.grants |= {(one.subject, one.role.value, one.scope) for one in roles}
        self.driver.meet_model()

    def _edited(self, row: SubjectRow) -> None:
        old = self.driver.people.get(row.code)
        if old is None and not row.ranked:
            return
        if old is not None and old != row:
            ended = {
                one.ref for one in self.driver.model.dossiers.values() if one.subject == row.code and one.state in FINAL
            }
            self.driver.settled_at_edit |= ended
            self.driver.edited.add(row.code)
            self.driver.model.edited(row.code, row.unit, moved=old.unit != row.unit)
        self.driver.people[row.code] = row

    def units(self) -> list[str]:
        return sorted({one.unit for one in self.driver.people.values()})

    def _next(self, unit: str) -> int:
        return 1 + max(
            int(code.rpartition("-")[2])
            for code in [*self.driver.people, "X-0"]
            if not code.endswith("TT") and (code.startswith(f"{unit}-") or code == "X-0")
        )

    @precondition(lambda self: len(self.driver.people) < MOST_PEOPLE)
    @rule(
        data=st.data(),
        how=HOW,
        duty=st.integers(0, 1),
        tier=st.integers(0, 2),
        lead=st.sampled_from(["deputy", "none"]),
    )
    def somebody_joins(self, data: st.DataObject, how: How, duty: int, tier: int, lead: str) -> None:
        unit, world = data.draw(st.sampled_from(self.units())), self.driver.world
        terms = {"duty": world.duties[duty], "tier": world.tiers[tier % len(world.tiers)]}
        self.bring([member(unit, self._next(unit), lead=Lead(lead), **terms)], how=how)

    @rule(
        data=st.data(),
        how=HOW,
        edits=st.integers(1, 2),
        by=st.sampled_from([OPERATOR, OPERATOR, SEASON_COORDINATOR, "A-01"]),
    )
    def somebody_is_edited(self, data: st.DataObject, how: How, edits: int, by: str) -> None:
        """Moved to another unit, or given another duty, tier, lead, party membership, post; one or two at once.

        The whole roster once more then changes nothing, whoever brings it.
        """
        codes = data.draw(
            st.lists(st.sampled_from(sorted(self.driver.people)), min_size=1, max_size=edits, unique=True)
        )
        self.bring([self._other(data, self.driver.people[code]) for code in codes], by=self.driver.by(by), how=how)
        before = self.driver.look
        self.bring(list(self.driver.people.values()), by=self.driver.by(by))
        assert before.changed(self.driver.look) <= LEDGERS

    def _other(self, data: st.DataObject, row: SubjectRow) -> SubjectRow:
        world = self.driver.world
        what = data.draw(st.sampled_from(["unit", "duty", "tier", "lead", "party", "post", "name", "ranked"]))
        choices: dict[str, Sequence[Any]] = {
            "unit": self.units(),
            "duty": world.duties,
            "tier": world.tiers,
            "lead": [Lead.DEPUTY, Lead.NONE],
            "party": [True, False],
            "post": ["Phó Giám đốc", "Chuyên viên"],
            "name": ["Người khác", "Người nữa"],
            "ranked": [True, False],
        }
        changed = {what: data.draw(st.sampled_from(choices[what]))}
        if what == "unit" and row.lead is Lead.HEAD:
            changed["lead"] = Lead.DEPUTY
        return replace(row, **changed)

    @precondition(lambda self: len(self.driver.people) < MOST_PEOPLE and len(self.units()) < 4)
    @rule(size=st.integers(1, 3))
    def a_unit_is_new(self, size: int) -> None:
        unit = "CDE"[len(self.units()) - 2]
        people, roles = staff_of(unit)
        rows = [member(unit, number + 1) for number in range(size)]
        brought = units(unit, kind=self.driver.world.lower_kind, parent="A") if unit == "C" else units(unit)
        self.bring([*rows, *people, *spare(unit)], brought=brought, roles=roles)

    # — roles —

    @rule(
        data=st.data(),
        command=st.sampled_from(["grant", "grant", "revoke"]),
        role=st.sampled_from(sorted(GRANTABLE)),
        how=HOW,
    )
    def role(self, data: st.DataObject, command: str, role: Role, how: How) -> None:
        """To a unit's first person or coordinator; the season's own staff keep theirs."""
        subject = data.draw(st.sampled_from([f"{unit}-01" for unit in self.units()] + ["CV-A", "QD-A"]))
        scopes = ["*", *self.units(), *(one.id for one in self.driver.play.pack.bodies)]
        held = sorted(one for one in self.driver.grants if one[0] == subject)
        given = (subject, role.value, data.draw(st.sampled_from(scopes)))
        if command == "revoke" and held:
            given = data.draw(st.sampled_from(held))
        by = self.driver.by(data.draw(st.sampled_from([OPERATOR, SEASON_COORDINATOR, "CV-B"])))
        row = RoleRow(subject=given[0], role=Role(given[1]), scope=given[2])
        outcome = self.driver.give(lambda context, who: assign(context, "2024", who, command, row), by, how)
        if isinstance(outcome, Answer) and not outcome.refused:
            (self.driver.grants.add if command == "grant" else self.driver.grants.discard)(given)

    # — duties —

    @precondition(lambda self: bool(self.driver.look.rows["obligation"]))
    @rule(
        data=st.data(),
        what=st.sampled_from(["extend", "extend", "done", "done", "not_needed", "note", "date"]),
        days=st.integers(-2, 20),
        how=HOW,
        wrong=RARELY,
    )
    def duty(self, data: st.DataObject, what: str, days: int, how: How, wrong: bool) -> None:
        """Extended by whoever may and who may not, done, not needed, noted on, dated; open or not any more."""
        ref = self._obligation(data)
        paper = self._asked_with(ref) if data.draw(LIKELY) else None
        papers = () if paper is None else (Upload(kind=paper, name="van-ban.pdf", content=PDF),)
        day = self.driver.now.date() + timedelta(days=days)
        calls: dict[str, Callable[[Context, By], Answer]] = {
            "extend": lambda context, by: duties.extend(context, "2024", by, ref, until=day, decision="20/QĐ"),
            "done": lambda context, by: milestones.finish(context, "2024", by, ref, proof="6/BC", uploads=papers),
            "not_needed": lambda context, by: milestones.spare(context, "2024", by, ref, reason="không cần"),
            "note": lambda context, by: milestones.note(context, "2024", by, ref, words="đang làm"),
            "date": lambda context, by: duties.set_date(context, "2024", by, ref, day=day, source="5/CV"),
        }
        actor = ISSUER if (what == "extend") != wrong else MONITOR
        before = self.driver.look
        outcome = self.driver.give(calls[what], self.driver.by(actor), how)
        if what in {"done", "not_needed"} and isinstance(outcome, Answer) and not outcome.repeated:
            checks.steps_end_as_they_may(self.driver, before, ref, what, outcome, proved=bool(papers))

    @precondition(lambda self: not self.driver.world.shipped)
    @rule(how=HOW, data=st.data(), again=RARELY)
    def repin(self, how: How, data: st.DataObject, *, again: bool) -> None:
        """A new version of the pack rules from now on, by whoever may."""
        by = self.driver.by(data.draw(st.sampled_from([OPERATOR, SEASON_COORDINATOR, MONITOR])))
        outcome = self.driver.repin(by, how, again=again)
        if by.actor == MONITOR or again:
            assert not isinstance(outcome, Answer) or not outcome.done

    def _asked_with(self, ref: str) -> str | None:
        """The paper that the rule of an obligation asks for."""
        (rule,) = [one["rule"] for one in self.driver.look.lines("obligation") if one["ref"] == ref]
        paper = deadline(self.driver.play.pack, rule).paper
        return None if paper is None else paper.value

    def _obligation(self, data: st.DataObject) -> str:
        """Mostly an open one."""
        rows = self.driver.look.lines("obligation")
        open_ones: list[str] = [one["ref"] for one in rows if one["state"] == "open"]
        every: list[str] = [one["ref"] for one in rows]
        mostly = data.draw(LIKELY)
        return data.draw(st.sampled_from(open_ones if open_ones and mostly else every))

    # — the season —

    @rule(how=HOW, data=st.data(), left=st.booleans())
    def close_and_reopen(self, how: How, data: st.DataObject, *, left: bool) -> None:
        """Closed with work undone only for a reason; then nothing is recorded or swept until it is reopened."""
        by = self.driver.by(data.draw(st.sampled_from([OPERATOR, SEASON_COORDINATOR, MONITOR])))
        why = "Hết năm" if left else None
        closed = self.driver.give(lambda context, who: close_season(context, "2024", who, unfinished=why), by, how)
        if not isinstance(closed, Answer) or not closed.done:
            assert by.actor == MONITOR or not left, closed
            return
        assert bool(closed.changes) == bool(_undone(self.driver))
        ref = next(iter(self.driver.model.dossiers), None)
        if ref is not None:
            refused = self.driver.advance("attach", [ref], self.driver.by(SEASON_COORDINATOR), reason="Thêm")
            assert isinstance(refused, BadInput), refused
            assert refused.code == "command.season_closed"
        assert sweep(self.driver.play.context).looked == 0
        self.driver.refresh()
        again = self.driver.give(
            lambda context, who: reopen_season(context, "2024", who, reason="Bổ sung"), self.driver.by(OPERATOR)
        )
        assert isinstance(again, Answer), again
        assert again.done


def _undone(driver: Driver) -> bool:
    """Whether anything of the season is unfinished, read from its rows."""
    look = driver.look
    here = {one["group_id"] for one in look.lines("member") if one["left_on"] is None}
    return (
        any(one["state"] not in FINAL for one in look.lines("dossier"))
        or any(one["state"] == "open" for one in look.lines("obligation"))
        or any(told["answered_at"] is None for one in look.dossiers() for told in one["marks"].get("petitions", []))
        or any(one["over"] or (one["vote"] == "open" and one["id"] in here) for one in look.lines("quota_group"))
    )
