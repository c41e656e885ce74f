"""What a command must be answered, as far as the design's words tell it beforehand."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tests.machine.model import FACTS, OTHERS_ONLY, Model
from tests.machine.paperwork import TOLD, Paperwork, recipient
from tests.machine.picture import Line, Picture
from tests.machine.recount import Count, Standing, decided, recount, standings, stops_ratify, stops_submit
from tests.machine.roles import ALLOWED, Grants, held
from workflow.answers import Answer
from workflow.dates import instant, local_day, micros
from workflow.rulepack import Deadline, Late, Moment, Quota, RulePack, Where, Wording
from workflow.services.context import By
from workflow.services.dossiers import Advance

DONE_AT = {"self_review": "reviewed_at", "record_vote": "voted_at", "submit": "submitted_at", "ratify": "ratified_at"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Oracle:
    """A season as it stood before a command."""

    look: Picture
    pack: RulePack
    grants: Grants
    model: Model

    def agrees(self, order: Advance, by: By, answer: Answer, now: datetime) -> None:
        """Every single verdict that can be told beforehand, told beforehand. Asked before the model follows."""
        rows = {one["ref"]: one for one in facts_of(self.look)}
        quotas = {one.id for one in self.pack.quotas}
        paperwork, day = self.paperwork(rows), local_day(by.occurred_at or now, self.pack.zone)
        for ref in (one.ref for one in answer.done):
            assert not paperwork.unmet(order, ref, day), (order, paperwork.unmet(order, ref, day))
            assert self.held(order, by, rows[ref]) & ALLOWED[order.command], (order, by.actor)
            assert order.command not in OTHERS_ONLY or by.actor != rows[ref]["subject"], "own dossier"
            assert not self.untimely(order, by, now, rows[ref]), ref
        for one in answer.refused:
            codes = {verdict.code for verdict in one.verdicts}
            told = {verdict.rule for verdict in one.verdicts}
            wrong_state = not self.model.possible(one.ref, order.command)
            short = {(verdict.rule, verdict.code.partition(".")[2]) for verdict in one.verdicts}
            assert codes, one
            assert ("guard.wrong_state" in codes) == wrong_state, one
            assert not wrong_state or len(codes) == 1, one
            roles = self.held(order, by, rows[one.ref])
            assert wrong_state or ("guard.no_role" in codes) == (not roles & ALLOWED[order.command]), (one, by.actor)
            if order.command in FACTS or order.args.get("external"):
                assert not quotas & told, one
            if roles and not wrong_state:
                of_papers = {(rule, code) for rule, code in short if code in TOLD}
                assert of_papers == paperwork.unmet(order, one.ref, day), (one, of_papers)
                untimely = {one.id for one in self.pack.deadlines} & told
                assert untimely == self.untimely(order, by, now, rows[one.ref]), (one, untimely)
        if order.command in {"submit", "ratify"} and not order.partial:
            self._quotas_agree(order, answer)

    def paperwork(self, rows: Mapping[str, Line] | None = None) -> Paperwork:
        """What papers and routes ask; `rows` are the dossiers with what selectors choose by, by ref."""
        rows = rows or {one["ref"]: one for one in facts_of(self.look)}
        return Paperwork(pack=self.pack, rows=rows, model=self.model, selects=selects)

    def _quotas_agree(self, order: Advance, answer: Answer) -> None:
        codes = {verdict.code for one in answer.refused for verdict in one.verdicts}
        if codes & {"guard.wrong_state", "guard.no_role"}:
            return
        told = {one.ref: {verdict.rule for verdict in one.verdicts} for one in answer.refused}
        stopping = self.stopping(order.command, order.refs, order.args.get("rank"), external="external" in order.args)
        for ref in order.refs:
            found = told.get(ref, set()) & {one.id for one in self.pack.quotas}
            assert found == stopping[ref], (ref, order, found, stopping[ref])

    def held(self, order: Advance, by: By, row: Line) -> set[str]:
        route = next(one for one in self.pack.routes if one.id == row["route"])
        return held(self.look, route, self.grants, command=order.command, actor=by.actor, row=row)

    # — groups —

    def stopping(
        self, command: str, refs: Sequence[str], rank: str | None = None, *, external: bool = False
    ) -> dict[str, set[str]]:
        """Ref → the quotas that stand against the command, all of it judged on its final state."""
        members = standings(self.look)
        rows = {one["ref"]: one for one in self.look.dossiers()}
        moment = Moment.SUBMIT if command == "submit" else Moment.RATIFY
        found: dict[str, set[str]] = {ref: set() for ref in refs}
        ranks = {rows[ref]["id"]: rank or rows[ref]["proposed"] for ref in refs}
        quotas = {one.id: one for one in self.pack.quotas}
        for group in self.look.groups():
            quota, here = quotas[group["rule"]], members[group["id"]]
            if quota.moment is not moment or external:
                continue
            count = recount(quota, here if command == "submit" else decided(here, ranks), group["closed_on"])
            for one in here:
                if one.ref in found and not one.moved and _stops(quota, group, one, count, ranks):
                    found[one.ref].add(quota.id)
        return found

    # — time —

    def untimely(self, order: Advance, by: By, now: datetime, row: Line) -> set[str]:
        """The deadlines that refuse the command: too early, too late and not excused, or before what comes first."""
        at = micros(by.occurred_at or now)
        rules = [rule for rule in self.pack.deadlines if selects(rule.where, row)]
        late = {
            rule.id for rule in rules if self._discharges(rule, order, row) and self._mistimed(rule, order, at, row)
        }
        return late | {rule.id for rule in rules if rule.event == order.command and _out_of_order(rule, at, row)}

    def _discharges(self, rule: Deadline, order: Advance, row: Line) -> bool:
        """Whether the command is what a deadline asks for: of a send, one to its own recipient."""
        if rule.met_by != "send":
            return rule.met_by == order.command
        route = next(one for one in self.pack.routes if one.id == row["route"])
        return order.command in {"submit", "send"} and recipient(order, route) == rule.recipient

    def _mistimed(self, rule: Deadline, order: Advance, at: int, row: Line) -> bool:
        one = self._governing(rule, row)
        if one is None or one["due_at"] is None:
            return False
        if rule.hard_window and at < micros(instant(date.fromisoformat(f"{rule.month}-01"), self.pack.zone)):
            return True
        excused = rule.late is Late.FLAG or (rule.late is Late.REASON and order.args.get("reason"))
        return at >= one["due_at"] and not excused

    def _governing(self, rule: Deadline, row: Line) -> Line | None:
        """The open obligation of a rule over a dossier: its own before its unit's, its unit's before the season's."""
        waiting = [one for one in self.look.lines("obligation") if one["state"] == "open" and one["rule"] == rule.id]
        over = {"dossier": row["id"], "unit": row["unit_stream"], "season": row["season"]}
        under = {one["per"]: one for one in waiting if one["stream"] == over[one["per"]]}
        return under.get("dossier") or under.get("unit") or under.get("season")


def _stops(quota: Quota, group: Line, one: Standing, count: Count, ranks: Mapping[str, str | None]) -> bool:
    if quota.moment is Moment.SUBMIT:
        return stops_submit(quota, group["vote"], count, one.proposed)
    return stops_ratify(quota, count, rank=ranks[one.id], proposed=one.proposed)


def _out_of_order(rule: Deadline, at: int, row: Line) -> bool:
    """Whether what a rule puts before its event has not been done by then."""
    if rule.wording is not Wording.BEFORE_EVENT:
        return False
    done = row["marks"].get(DONE_AT[rule.met_by or ""])
    return done is None or done > at


# — selectors —


def facts_of(look: Picture) -> Iterator[Line]:
    """Dossiers with what selectors choose by."""
    subjects, paths = look.subjects(), look.unit_paths()
    units = {one["code"]: one for one in look.lines("unit")}
    for row in look.dossiers():
        who = subjects[row["subject"]]
        more = {name: who[name] for name in ("kind", "category", "duty", "tier", "lead")}
        unit = units[row["unit"]]
        more |= {"party": bool(who["party"]), "unit_kind": unit["kind"], "unit_stream": unit["id"]}
        yield {**row, **more, "path": paths[row["unit"]]}


def selects(where: Where, row: Line) -> bool:
    names = ("kind", "unit_kind", "unit", "category", "duty", "tier", "lead", "track", "route")
    wanted = {name: getattr(where, name) for name in names if getattr(where, name)}
    return all(row[name] in some for name, some in wanted.items()) and where.party in {None, row["party"]}


def key_of(quota: Quota, row: Line) -> str:
    return ":".join(row[one.value] for one in quota.group_by)


def deadline(pack: RulePack, rule: str) -> Deadline:
    return next(one for one in pack.deadlines if one.id == rule)
