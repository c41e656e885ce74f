"""A season to try things on: a database in a folder, a clock that is set, a pack, a roster, and people who may act.

    play = opened(tmp_path)                                   # the shipped pack; SMALL_PACK and others as TOML text
    play.bring(units("SNV"), leaders("SNV", 6))               # SNV-01 leads, SNV-02 … are deputies; CV-SNV coordinates
    play.to_vote("SNV", excellent=2)                          # self-reviews, a meeting, votes
    answer = play.do("submit", "SNV-01")                      # by the unit's coordinator, unless `by` says who

Dossiers are named by their subject ("SNV-01") or ref ("HS-0001"). Short helpers (`review`, `vote`, `close` …) fail
the test where the command is refused; `do` gives the answer back as it is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.cli.desk import Look
from states import packs
from states.rules import compile_rules
from tests import ground
from tests.preparing import prepare
from workflow import canonical
from workflow.answers import Answer
from workflow.engine import Rules
from workflow.replay.timeline import Entry, entries
from workflow.replay.verification import Verification, verify
from workflow.roll import roll
from workflow.rosters import RoleRow, Roster, SubjectRow, UnitRow
from workflow.rulepack import OWN_UNIT, Agenda, MeetingRule, Method, RulePack, SelfVote, WorkingDays
from workflow.services import duties
from workflow.services.context import By, Context, Upload, Writer, rules_named
from workflow.services.dossiers import Advance, advance
from workflow.services.meetings import MeetingCommand, meet
from workflow.services.rosters import import_roster
from workflow.services.seasons import open_season
from workflow.services.tallies import Count, tally
from workflow.services.votes import vote
from workflow.store import commands as sql
from workflow.store.database import Database
from workflow.store.statements import Row
from workflow.tallies import counted_on
from workflow.words import Lead, Role, SubjectKind, Track

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
SHIPPED = "ninh-thuan-2024-11"
PARTY_BOARDS = "ban-dang-tinh-uy"
COUNTED = Upload(kind="tally", name="kiem-phieu.pdf", content=b"%PDF-1.7 phieu")
MICROSECOND = timedelta(microseconds=1)

OPERATOR = "os-user:lan"
REGISTRAR, ISSUER, MONITOR, SEASON_COORDINATOR = "VT", "CT", "GS", "TH"
STAFF = {REGISTRAR: Role.REGISTRAR, ISSUER: Role.ISSUER, MONITOR: Role.MONITOR, SEASON_COORDINATOR: Role.COORDINATOR}
"""People with a role over the whole season, and no dossier of their own."""

SMALL_PACK = """\
[pack]
schema = 1
id = "small"
version = "1"
title = "Gói nhỏ"
year = 2024
valid_from = 2024-01-01
tracks = ["civil_servant"]

[document]
source = "paper"
symbol = "/UBND"
issuing_role = "Chủ tịch"
subject = "Xếp loại"
basis = []
audience = ["department"]
copies = []
archive = []
signatory_post = "Chủ tịch"

[vocabulary]
unit_kinds = { department = "Sở", province = "Tỉnh", room = "Phòng" }
categories = { civil_servant = "Công chức", worker = "Người lao động" }
duties = { leadership = "Lãnh đạo", staff = "Chuyên viên" }
tiers = { btv = "Cấp trên quản lý", unit = "Đơn vị quản lý" }

[[source]]
id = "paper"
kind = "kế hoạch"
number = "01/KH"
issuer = "UBND"
title = "Kế hoạch"

[[body]]
id = "office"
name = "Văn phòng"

[[body]]
id = "committee"
name = "Hội đồng"

[[route]]
id = "only"
clause = { source = "paper", at = "1" }
text = "Một tuyến"
recipients = [{ body = "office" }]
ratifier = "committee"

[[ladder]]
id = "default"
clause = { source = "paper", at = "9" }

[[ladder.rung]]
id = "overdue"
days = 0
to = "head"
"""
"""One track, one route (sent to `office`, decided by `committee`), no cap, no deadline. Add tables after it."""


def local(text: str) -> datetime:
    """The instant of a wall time in Vietnam: "2024-12-05" (its first instant) or "2024-12-04 23:59"."""
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM).astimezone(UTC)


@dataclass(slots=True)
class Clock:
    """Tells `now`, until it is set."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


# — rosters as rows —


def units(*codes: str, kind: str = "department", parent: str | None = None) -> tuple[UnitRow, ...]:
    return tuple(UnitRow(code=code, name=f"Đơn vị {code}", kind=kind, parent=parent) for code in codes)


def person(code: str, **changes: Any) -> SubjectRow:
    """A civil servant with a leading post; the unit is what stands before the dash in `code`."""
    given: dict[str, Any] = {
        "name": f"Người {code}",
        "unit": code.rpartition("-")[0],
        "category": "civil_servant",
        "duty": "leadership",
        "tier": "btv",
        "lead": Lead.DEPUTY,
    }
    return SubjectRow(code=code, **{**given, **changes})


def leaders(unit: str, count: int, **changes: Any) -> tuple[SubjectRow, ...]:
    """A unit's head (`unit`-01) and its deputies."""
    rows = [person(f"{unit}-{number:02d}", unit=unit, **changes) for number in range(1, count + 1)]
    return (replace(rows[0], lead=Lead.HEAD), *rows[1:])


def collective(unit: str, **changes: Any) -> SubjectRow:
    """A unit's leading collective (`unit`-TT)."""
    given: dict[str, Any] = {"kind": SubjectKind.COLLECTIVE, "category": "", "duty": "", "lead": Lead.NONE}
    return person(f"{unit}-TT", unit=unit, **{**given, **changes})


def grant(subject: str, role: Role, scope: str = "*") -> RoleRow:
    return RoleRow(subject=subject, role=role, scope=scope)


def _staff(pack: RulePack, brought: Sequence[UnitRow]) -> tuple[tuple[SubjectRow, ...], tuple[RoleRow, ...]]:
    """A coordinator (CV-…) and a ratifier (QD-…) for each unit, a ratifier for each body, and those of `STAFF`."""
    scoped = {name: (role, "*") for name, role in STAFF.items()}
    for unit in brought:
        scoped |= {f"CV-{unit.code}": (Role.COORDINATOR, unit.code), f"QD-{unit.code}": (Role.RATIFIER, unit.code)}
    scoped |= {f"QD-{body.id}": (Role.RATIFIER, body.id) for body in pack.bodies if not body.external}
    plain: dict[str, Any] = {"duty": "staff", "tier": "", "lead": Lead.NONE, "ranked": False}
    people = tuple(person(name, unit=brought[0].code, **plain) for name in scoped)
    return people, tuple(RoleRow(subject=name, role=role, scope=scope) for name, (role, scope) in scoped.items())


# — a season —


@dataclass(slots=True, kw_only=True)
class Play:
    """A season under way. Time stands still until `clock.now` is set."""

    context: Context
    clock: Clock
    pack: RulePack
    season: str
    folder: Path
    brought: tuple[UnitRow, ...] = ()
    meetings: dict[str, str] = field(default_factory=dict)
    """Unit (and kind of meeting, where the pack has them) → the meeting at which it votes."""

    @property
    def database(self) -> Database:
        return self.context.database

    @property
    def address(self) -> str:
        """The database's, for whoever opens it a second time."""
        file = self.database.file
        return self.database.url.render_as_string(hide_password=False) if file is None else str(file)

    def by(self, actor: str = OPERATOR, **more: Any) -> By:
        return By(actor=actor, auth="os-user:lan, asserted", **more)

    # commands

    def bring(
        self,
        rows: Iterable[UnitRow] = (),
        subjects: Iterable[SubjectRow] = (),
        roles: Iterable[RoleRow] = (),
        *,
        by: By | None = None,
    ) -> Answer:
        """Import a roster. The first one also brings the people who act."""
        rows, subjects, roles = tuple(rows), tuple(subjects), tuple(roles)
        if not self.brought:
            people, grants = _staff(self.pack, rows)
            subjects, roles = (*subjects, *people), (*roles, *grants)
        roster = Roster(units=rows, subjects=subjects, roles=roles, source="made-up.xlsx")
        answer = import_roster(self.context, self.season, by or self.by(), roster)
        self.brought = (*self.brought, *rows)
        return answer

    def do(
        self,
        command: str,
        *names: str,
        by: str | By | None = None,
        partial: bool = False,
        uploads: tuple[Upload, ...] = (),
        **args: Any,
    ) -> Answer:
        """A command on dossiers; by the first one's unit coordinator where `by` does not say otherwise."""
        refs = tuple(map(self.ref, names))
        if by is None:
            by = self.coordinator(self.dossier(refs[0])["unit"])
        by = self.by(by) if isinstance(by, str) else by
        order = Advance(command=command, refs=refs, args=args, uploads=uploads, partial=partial)
        return advance(self.context, self.season, by, order)

    def review(self, *names: str, rank: str = "good") -> Answer:
        """Self-reviews; what the pack asks for before them is handed in."""
        prepare(self, *names)
        return done(self.do("self_review", *names, rank=rank))

    def hold(
        self,
        unit: str,
        *,
        held_on: str | None = None,
        invited: Sequence[str] | None = None,
        kind: MeetingRule | None = None,
    ) -> str:
        """Hold a meeting, the party boards invited where the pack has them; its ref. Of a kind, everybody comes who
        belongs there, and whoever must be invited is."""
        bodies = {body.id for body in self.pack.bodies}
        args: dict[str, Any] = {"attendees": 12}
        if kind is not None:
            here = {"present": self.attending(kind, unit)} if kind.parts else args
            args = {"kind": kind.id, **here}
            asked = [part.body for part in kind.parts if part.invited and part.body is not None]
        else:
            asked = [PARTY_BOARDS] if PARTY_BOARDS in bodies else []
        prepare(self, *(one["ref"] for one in self.dossiers(unit)))
        args["invited"] = asked if invited is None else list(invited)
        ref = None if kind is None or kind.registered_through is None else self._agreed(unit, kind)
        args |= {"held_on": held_on} if held_on else {}
        order = MeetingCommand(command="hold", unit=None if ref else unit, ref=ref, args=args)
        answer = done(meet(self.context, self.season, self.by(self.coordinator(unit)), order))
        self.meetings[unit if kind is None else f"{unit} {kind.id}"] = answer.done[0].ref
        return answer.done[0].ref

    def _agreed(self, unit: str, kind: MeetingRule) -> str:
        """A meeting that is planned, its time registered for today and agreed by all who are asked."""
        time = self.clock.now.astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M")
        plan = MeetingCommand(command="plan", unit=unit, args={"kind": kind.id})
        by = self.by(self.coordinator(unit))
        ref = done(meet(self.context, self.season, by, plan)).done[0].ref
        done(meet(self.context, self.season, by, MeetingCommand(command="register", ref=ref, args={"time": time})))
        for body in kind.agreed_by:
            agree = MeetingCommand(command="agree", ref=ref, args={"body": body, "letter": "2/CV"})
            done(meet(self.context, self.season, self.by(REGISTRAR), agree))
        return ref

    def kind(self, name: str) -> MeetingRule | None:
        """The kind of meeting at which a dossier is reviewed; None in a pack that has none for it."""
        return self.pack.kind_for(self.dossier(name))

    def attending(self, kind: MeetingRule, unit: str) -> dict[str, int]:
        """Everybody who belongs to a part of such a meeting, and one of each body."""
        with self.database.reading() as tx:
            season = self.row()["id"]
            units = [one["code"] for one in tx.all(sql.UNITS, season=season)]
            people = tx.all(sql.PEOPLE_WITHIN, season=season, units=units)
        return {part.id: 1 for part in kind.parts} | roll(kind, unit, people)

    def counts(self, kind: MeetingRule, name: str, meeting: str, rank: str) -> list[dict[str, Any]]:
        """What is counted on a dossier, step by step, where everybody who may vote votes for `rank`."""
        row = self.dossier(name)
        with self.database.reading() as tx:
            held = tx.one(sql.MEETING, season=row["season"], ref=meeting)
        assert held is not None
        told = counted_on(kind, held, row)
        votes = told["present"] - (told["own"] and kind.self_vote is SelfVote.EXCLUDE)
        ballots = {"issued": votes, "unused": 0, "cast": votes, "valid": votes, "invalid": 0, rank: votes}
        given = {"dossier": row["ref"], "committee": ["Người Đếm"]}
        return [
            {
                **given,
                "step": one.step.value,
                "method": one.method.value,
                "figures": ballots if one.method is Method.BALLOT else {rank: votes},
            }
            for one in kind.steps
            if one.method is not None and one.step is not Agenda.DISPUTED
        ]

    def meeting_for(self, name: str) -> str:
        """The meeting at which a dossier is voted on, held where there was none yet."""
        unit, kind = self.dossier(name)["unit"], self.kind(name)
        known = self.meetings.get(unit if kind is None else f"{unit} {kind.id}")
        return known or self.hold(unit, kind=kind)

    def _is_counted(self, name: str, meeting: str) -> bool:
        row = self.dossier(name)
        with self.database.reading() as tx:
            held = tx.one(sql.MEETING, season=row["season"], ref=meeting)
        return held is not None and any(one["dossier"] == row["id"] for one in held["tallies"].values())

    def count(self, *names: str, rank: str = "good", meeting: str) -> None:
        """Count the votes on dossiers at a meeting of their kind, where it votes and did not count them yet."""
        for name in names:
            kind, by = self.kind(name), self.by(self.coordinator(self.dossier(name)["unit"]))
            if self._is_counted(name, meeting):
                continue
            for args in () if kind is None else self.counts(kind, name, meeting, rank):
                order = Count(ref=meeting, args=args, uploads=(COUNTED,))
                done(tally(self.context, self.season, by, order))

    def vote(self, *names: str, rank: str = "good", **args: Any) -> Answer:
        """Record votes at the unit's last meeting, which is held first where there was none."""
        meeting = args.pop("meeting", None) or self.meeting_for(names[0])
        self.count(*names, rank=rank, meeting=meeting)
        return done(self.do("record_vote", *names, rank=rank, meeting=meeting, **args))

    def to_vote(self, unit: str, *, excellent: int = 0, good: int | None = None) -> list[str]:
        """Bring every drafted or returned dossier of a unit to the vote: so many excellent, so many good (None: all
        others), the rest completed. Gives the refs in order."""
        left = [row for row in self.dossiers(unit) if row["state"] in {"drafted", "self_reviewed"}]
        drafted = [row["ref"] for row in left if row["state"] == "drafted"]
        if drafted:
            self.review(*drafted)
        names = [row["ref"] for row in left]
        good = len(names) - excellent if good is None else good
        ranks = {"excellent": names[:excellent], "good": names[excellent : excellent + good]}
        for rank, some in (ranks | {"completed": names[excellent + good :]}).items():
            if some:
                self.vote(*some, rank=rank)
        return names

    def group_command(self, command: str, key: str, *, by: str | By | None = None, reason: str | None = None) -> Answer:
        by = self.coordinator(key) if by is None else by
        return vote(self.context, self.season, self.by(by) if isinstance(by, str) else by, command, key, reason=reason)

    def close(self, key: str) -> Answer:
        return done(self.group_command("close_vote", key))

    def revote(self, key: str) -> Answer:
        return done(self.group_command("revote", key))

    def submit(self, *names: str, **args: Any) -> Answer:
        return done(self.do("submit", *names, **args))

    def ratify(self, *names: str, **args: Any) -> Answer:
        """Decide as the route says: a ratifier of its body, or a registrar with an outside body's decision."""
        return done(self.decide(*names, **args))

    def decide(self, *names: str, **args: Any) -> Answer:
        row = self.dossier(names[0])
        body = next(one.ratifier for one in self.pack.routes if one.id == row["route"])
        if any(one.id == body and one.external for one in self.pack.bodies):
            return self.do("ratify", *names, by=REGISTRAR, external=True, decision="15-QĐ/TU", **args)
        if body is None:
            return self.do("ratify", *names, by=REGISTRAR, **args)
        return self.do("ratify", *names, by=f"QD-{row['unit'] if body == OWN_UNIT else body}", **args)

    def extend(self, ref: str, until: str, *, by: str | By = ISSUER, decision: str = "20/QĐ-UBND") -> Answer:
        by = self.by(by) if isinstance(by, str) else by
        return duties.extend(self.context, self.season, by, ref, until=date.fromisoformat(until), decision=decision)

    # reading

    def coordinator(self, unit: str) -> str:
        return f"CV-{unit}" if any(one.code == unit for one in self.brought) else SEASON_COORDINATOR

    def row(self) -> Row:
        """The season's own row."""
        with self.database.reading() as tx:
            found = tx.one(sql.SEASON, tenant=self.context.tenant, code=self.season)
        assert found is not None
        return found

    @contextmanager
    def looking(self) -> Iterator[Look]:
        """The season as a view looks at it."""
        with self.database.reading() as tx:
            season, rules = self.row(), self.rules()
            yield Look(tx=tx, season=season, rules=rules, now=self.clock.now, former=lambda _: rules)

    def dossiers(self, unit: str | None = None) -> list[Row]:
        """All dossiers (of a unit), by ref."""
        with self.database.reading() as tx:
            found = tx.all(sql.DOSSIERS_OF_SEASON, season=self.row()["id"])
        return [one for one in found if unit in {None, one["unit"]}]

    def dossier(self, name: str) -> Row:
        """The dossier of that ref, or of that subject on the civil-servant track."""
        wanted = (name, Track.CIVIL_SERVANT.value)
        return next(one for one in self.dossiers() if name == one["ref"] or (one["subject"], one["track"]) == wanted)

    def ref(self, name: str) -> str:
        """The ref of a subject's dossier; a ref, even an unknown one, stays as it is."""
        return name if name.startswith("HS-") else str(self.dossier(name)["ref"])

    def states(self, *names: str) -> list[str]:
        return [self.dossier(name)["state"] for name in names]

    def group(self, key: str, rule: str | None = None) -> Row:
        with self.database.reading() as tx:
            found = tx.all(sql.GROUPS_OF_SEASON, season=self.row()["id"])
        return next(one for one in found if one["key"] == key and rule in {None, one["rule"]})

    def figures(self, key: str, rule: str | None = None) -> tuple[int, int, int, int, bool]:
        """A group's size, base, count, allowance, and whether it is over."""
        row = self.group(key, rule)
        return row["size"], row["base"], row["count"], row["allowance"], row["over"]

    def obligations(self, rule: str | None = None, scope: str | None = None, state: str | None = None) -> list[Row]:
        """Obligations in the order they came into being."""
        with self.database.reading() as tx:
            found = tx.all(sql.OBLIGATIONS_OF_SEASON, season=self.row()["id"])
        found.sort(key=lambda one: one["ref"])
        wanted = {"rule": rule, "scope": scope, "state": state}
        return [one for one in found if all(value in {None, one[name]} for name, value in wanted.items())]

    def obligation(self, rule: str, scope: str) -> Row:
        """The newest of a rule over a unit, dossier or season."""
        return self.obligations(rule, scope)[-1]

    def records(self, stream: str) -> list[Entry]:
        """The records of a stream, by its id or a dossier's name."""
        stream = stream if len(stream) == 36 else self.dossier(stream)["id"]  # a UUID as text
        with self.database.reading() as tx:
            return list(entries(tx.all(sql.RECORDS_OF_STREAM, season=self.row()["id"], stream=stream)))

    def table(self, name: str) -> list[tuple[Any, ...]]:
        """Every row of a table, by its first columns; ids as text, the rest as it lies there."""
        with self.database.readers.connect() as connection:
            rows = connection.exec_driver_sql(f'SELECT * FROM "{name}" ORDER BY 1, 2, 3')  # noqa: S608
            return [tuple(str(one) if isinstance(one, UUID) else one for one in row) for row in rows]

    def attempts(self) -> list[dict[str, Any]]:
        with self.database.readers.connect() as connection:
            bodies = connection.exec_driver_sql("SELECT body FROM attempt ORDER BY id").scalars().all()
        return [canonical.read(one) for one in bodies]

    def rules(self) -> Rules:
        return rules_of(self.pack)

    def verified(self) -> Verification:
        with self.database.reading() as tx:
            row, named = self.row(), partial(rules_named, self.context, tx)
            known = tx.one(sql.PACK, hash=row["pack"]) is not None
            return verify(tx, row, named(row["pack"]) if known else self.rules(), named)


@cache
def pack_of(text: str) -> RulePack:
    """A shipped pack by its id, or the pack that the TOML text holds."""
    return packs.read_text(text) if "\n" in text else packs.find(text)


@cache
def _calendar() -> WorkingDays:
    return packs.working_days([2023, 2024, 2025])


_RULES: dict[str, Rules] = {}
_STORED: dict[int, tuple[RulePack, bytes]] = {}
"""By identity; the pack is kept beside, so that none takes its place."""


def stored(pack: RulePack) -> bytes:
    """What a season under this pack stores of it."""
    if id(pack) not in _STORED:
        _STORED[id(pack)] = (pack, packs.dump(pack, _calendar()))
    return _STORED[id(pack)][1]


def rules_of(pack: RulePack) -> Rules:
    data = stored(pack)
    return _compiled(packs.pack_hash(data), data)


def _compiled(pack_hash: str, data: bytes) -> Rules:
    if pack_hash not in _RULES:
        _RULES[pack_hash] = compile_rules(data)
    return _RULES[pack_hash]


def context(folder: Path, clock: Clock, **changes: Any) -> Context:
    """The services on a fresh database in `folder`, or on the one that is there."""
    database = ground.opened(folder)
    write: Writer = database.write
    given: dict[str, Any] = {"database": database, "clock": clock, "write": write}
    given |= {"rules": lambda pack_hash, read: _compiled(pack_hash, read())}
    return Context(**{**given, **changes})


def opened(
    folder: Path,
    text: str = SHIPPED,
    *,
    code: str = "2024",
    now: datetime | None = None,
    year: int | None = None,
    rehearsal: bool = False,
    more: Mapping[str, Any] | None = None,
) -> Play:
    """A season just opened under a pack: the id of a shipped one, or TOML text. `more` changes the context."""
    clock = Clock(now or local("2024-11-10 09:00"))
    pack = pack_of(text)
    within = context(folder, clock, **(more or {}))
    play = Play(context=within, clock=clock, pack=pack, season=code, folder=folder)
    data = stored(pack)
    given: dict[str, Any] = {
        "pack": data,
        "pack_hash": packs.pack_hash(data),
        "code": code,
        "year": year,
        "rehearsal": rehearsal,
    }
    try:
        done(open_season(within, play.by(), **given))
    except BaseException:
        within.database.close()
        raise
    return play


# — answers —


def done(answer: Answer) -> Answer:
    """The answer, which must refuse nothing."""
    assert not answer.refused, [(one.ref, one.command, one.verdicts) for one in answer.refused]
    return answer


def refusals(answer: Answer) -> list[str]:
    """The message codes of everything unmet, without their domain, each once."""
    assert answer.refused, answer
    found = (verdict.code.partition(".")[2] for one in answer.refused for verdict in one.verdicts)
    return list(dict.fromkeys(found))


def warnings(answer: Answer) -> list[str]:
    """The codes of what was let pass with a warning."""
    return [verdict.code.partition(".")[2] for one in answer.done for verdict in one.warnings]


def at_noon(day: str) -> datetime:
    """12:00 in Vietnam on an ISO day."""
    return datetime.combine(date.fromisoformat(day), time(12), VIETNAM).astimezone(UTC)
