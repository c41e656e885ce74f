"""What is under way when the process dies: a command of every kind, a sweep, a delivery, announcements,
a migration.

Each deed begins at a stage of a small season and is given a key where it takes one. Given again after a death it must
come to what it would have come to at once.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from notifications.announcements import announce
from notifications.channels import Spool
from notifications.delivery import TAKEN_FOR, deliver
from notifications.sweep import sweep
from tests import ground
from tests.season import (
    COUNTED,
    OPERATOR,
    PARTY_BOARDS,
    SHIPPED,
    SMALL_PACK,
    Clock,
    Play,
    context,
    done,
    leaders,
    local,
    opened,
    pack_of,
    person,
    stored,
    units,
)
from tests.services import test_milestones as steps
from tests.services.test_kinds_of_meeting import KINDS, MINUTES, TIME
from workflow.answers import Answer
from workflow.rosters import RoleRow, Roster
from workflow.services import duties
from workflow.services.context import By, Context, Upload
from workflow.services.difficulties import Move, move, raise_difficulty
from workflow.services.dossiers import Advance, advance
from workflow.services.erasure import erase
from workflow.services.meetings import MeetingCommand, meet
from workflow.services.milestones import finish, note
from workflow.services.repinning import repin
from workflow.services.roles import assign
from workflow.services.rosters import import_roster
from workflow.services.seasons import close_season, reopen_season
from workflow.services.tallies import Count, tally
from workflow.services.votes import vote
from workflow.store.migrations import migrate
from workflow.words import Role

SEASON = "2024"
PDF = b"%PDF-1.7 minutes"
SIX = {"issued": 6, "unused": 0, "cast": 6, "valid": 6, "invalid": 0, "good": 6}
COUNT = Count(
    ref="HN-0001",
    args={"dossier": "HS-0001", "step": "overall", "method": "ballot", "figures": SIX, "committee": ["Người Đếm"]},
    uploads=(COUNTED,),
)

Work = Callable[[Context, Path], Any]
"""Does it; the folder is for what leaves."""


@dataclass(frozen=True, slots=True)
class Deed:
    name: str
    stage: str
    work: Work
    keyed: bool = True
    waits: timedelta = timedelta(0)
    """How long after a death it can be done again: what was taken stays taken for a while."""
    dear: bool = False
    """Takes twenty times as long as the others."""


def _bare(folder: Path) -> Play:
    """Nothing at all; a season of it is only named."""
    ground.here().bare(folder)
    clock = Clock(local("2024-11-10 09:00"))
    return Play(context=context(folder, clock), clock=clock, pack=pack_of(SHIPPED), season=SEASON, folder=folder)


def _mail(code: str) -> str:
    return f"{code.lower()}@bodies.example"


def _drafted(folder: Path) -> Play:
    play = opened(folder, more={"virtual": False})
    play.bring(units("SNV"), [replace(one, email=_mail(one.code)) for one in leaders("SNV", 6)])
    staff = person("CV-SNV", unit="SNV", duty="staff", tier="", lead="none", ranked=False, email=_mail("CV-SNV"))
    play.bring(subjects=[staff])
    return play


def _reviewed(folder: Path) -> Play:
    play = _drafted(folder)
    play.review(*(one["ref"] for one in play.dossiers()))
    play.hold("SNV")
    return play


def _voted(folder: Path) -> Play:
    play = _drafted(folder)
    play.to_vote("SNV", excellent=1)
    return play


def _closed(folder: Path) -> Play:
    play = _voted(folder)
    play.close("SNV")
    return play


def _sent(folder: Path) -> Play:
    play = _closed(folder)
    play.submit("SNV-01", "SNV-02", "SNV-03")
    return play


def _due(folder: Path) -> Play:
    play = _sent(folder)
    play.clock.now = local("2024-12-05 08:00")
    return play


def _told(folder: Path) -> Play:
    play = _due(folder)
    sweep(play.context)
    return play


def _over(folder: Path) -> Play:
    play = _drafted(folder)
    play.to_vote("SNV", excellent=3)
    play.close("SNV")
    return play


def _shut(folder: Path) -> Play:
    play = _sent(folder)
    done(close_season(play.context, SEASON, play.by(), unfinished="thử"))
    return play


def _planned(folder: Path) -> Play:
    """A meeting of a kind that is registered, agreed on, held by parts and votes by ballot."""
    play = opened(folder, SMALL_PACK + KINDS, more={"virtual": False})
    play.bring(units("SNV"), leaders("SNV", 6))
    _meet(play, "plan", unit="SNV", invited=["standing"])
    return play


def _registered(folder: Path) -> Play:
    play = _planned(folder)
    _meet(play, "register", time=TIME, letter="1/CV")
    _meet(play, "agree", actor="VT", body="standing", letter="2/CV")
    return play


def _held(folder: Path) -> Play:
    play = _registered(folder)
    _meet(play, "agree", actor="VT", body="committee", letter="3/CV")
    play.review("HS-0001")
    play.clock.now = local("2024-11-20 17:00")
    _meet(play, "hold", present={"leaders": 6})
    _meet(play, "note", step="report", text="đã trình bày")
    return play


def _counted(folder: Path) -> Play:
    play = _held(folder)
    done(tally(play.context, SEASON, play.by("CV-SNV"), COUNT))
    _meet(play, "note", step="explanation", needed=False)
    return play


def _meet(play: Play, command: str, *, unit: str | None = None, actor: str = "CV-SNV", **args: Any) -> None:
    told = MeetingCommand(command=command, ref=None if unit else "HN-0001", unit=unit, args=args)
    done(meet(play.context, SEASON, play.by(actor), told))


def _decided(folder: Path) -> Play:
    play = _sent(folder)
    play.ratify("SNV-02")
    return play


def _petitioned(folder: Path) -> Play:
    play = _decided(folder)
    done(play.do("raise_petition", "SNV-02", by="SNV-02", text="xem lại"))
    return play


def _troubled(folder: Path) -> Play:
    play = _drafted(folder)
    done(raise_difficulty(play.context, SEASON, play.by("CV-SNV"), "SNV", words="chưa rõ mẫu"))
    return play


def _stepped(folder: Path) -> Play:
    """A plan with steps that no dossier takes, everybody decided on."""
    play = opened(folder, steps.PACK, more={"virtual": False})
    play.bring(units("SNV"), [replace(one, email=_mail(one.code)) for one in leaders("SNV", 2)])
    everybody = play.to_vote("SNV")
    play.submit(*everybody)
    play.decide(*everybody)
    return play


STAGES: dict[str, Callable[[Path], Play]] = {
    "bare": _bare,
    "drafted": _drafted,
    "reviewed": _reviewed,
    "voted": _voted,
    "closed": _closed,
    "over": _over,
    "sent": _sent,
    "due": _due,
    "told": _told,
    "shut": _shut,
    "planned": _planned,
    "registered": _registered,
    "held": _held,
    "counted": _counted,
    "decided": _decided,
    "petitioned": _petitioned,
    "troubled": _troubled,
    "stepped": _stepped,
}


def by(actor: str = "CV-SNV") -> By:
    return By(actor=actor, auth="os-user:lan, asserted", key="the key")


def _step(command: str, *refs: str, actor: str = "CV-SNV", uploads: tuple[Upload, ...] = (), **args: Any) -> Work:
    order = Advance(command=command, refs=refs, args=args, uploads=uploads)
    return lambda context, _: advance(context, SEASON, by(actor), order)


def _meeting(
    command: str,
    ref: str | None = None,
    unit: str | None = None,
    *,
    actor: str = "CV-SNV",
    uploads: tuple[Upload, ...] = (),
    **args: Any,
) -> Work:
    told = MeetingCommand(command=command, ref=ref, unit=unit, args=args, uploads=uploads)
    return lambda context, _: meet(context, SEASON, by(actor), told)


def _tally(context: Context, _: Path) -> Answer:
    return tally(context, SEASON, by(), COUNT)


def _import(context: Context, _: Path) -> Answer:
    joiner = person("SNV-07", unit="SNV", email=_mail("SNV-07"))
    roles = (RoleRow(subject="SNV-07", role=Role.AUDITOR),)
    return import_roster(context, SEASON, by(OPERATOR), Roster(units=(), subjects=(joiner,), roles=roles))


def _grant(context: Context, _: Path) -> Answer:
    return assign(context, SEASON, by(OPERATOR), "grant", RoleRow(subject="SNV-02", role=Role.AUDITOR))


def _deliver(context: Context, folder: Path) -> Any:
    return deliver(context, {"email": Spool(folder=folder)})


def _repin(context: Context, _: Path) -> Answer:
    """Dates move and shares are otherwise: duties, groups and the season itself change at once."""
    old = pack_of(SHIPPED)
    deadlines = tuple(replace(one, on=one.on and one.on.replace("12-05", "12-15")) for one in old.deadlines)
    quotas = tuple(replace(one, percent=one.percent and one.percent - 5) for one in old.quotas)
    pack = replace(old, deadlines=deadlines, quotas=quotas)
    return repin(context, SEASON, by(OPERATOR), pack=pack, stored=stored, decision="99/UBND")


def _finish(context: Context, _: Path) -> Answer:
    """Two steps at once: the one has its paper, the other tells everybody who was decided on."""
    return finish(context, SEASON, by("GS"), "VH-0001", "VH-0004", proof="5/BC", uploads=(steps.PAPER,))


DEEDS = (
    Deed("self_review", "drafted", _step("self_review", "HS-0001", "HS-0002", rank="good")),
    Deed("record_vote", "reviewed", _step("record_vote", "HS-0002", rank="good", meeting="HN-0001")),
    Deed("submit", "closed", _step("submit", "HS-0002", "HS-0003")),
    Deed("refused", "over", _step("submit", "HS-0002")),
    Deed(
        "send_back", "sent", _step("send_back", "HS-0002", actor="VT", due_back="2024-11-27", reason="thiếu biên bản")
    ),
    Deed("ratify", "sent", _step("ratify", "HS-0002", actor="QD-bcsd-ubnd", decision="9/QĐ")),
    Deed("withdraw", "voted", _step("withdraw", "HS-0003", reason_kind="transferred", reason="chuyển công tác")),
    Deed("not_ranked", "voted", _step("not_ranked", "HS-0003", reason="mới nhận việc")),
    Deed(
        "correct", "voted", _step("correct", "HS-0003", field="voted", rank="completed", corrects=3, reason="ghi nhầm")
    ),
    Deed(
        "attach",
        "voted",
        _step("attach", "HS-0003", uploads=(Upload(kind="minutes", name="Biên bản.pdf", content=PDF),)),
    ),
    Deed("close_vote", "voted", lambda context, _: vote(context, SEASON, by(), "close_vote", "SNV")),
    Deed("revote", "over", lambda context, _: vote(context, SEASON, by(), "revote", "SNV")),
    Deed("plan", "drafted", _meeting("plan", unit="SNV", invited=[PARTY_BOARDS])),
    Deed("hold", "drafted", _meeting("hold", unit="SNV", invited=[PARTY_BOARDS], attendees=12)),
    Deed("register", "planned", _meeting("register", "HN-0001", time=TIME, letter="1/CV")),
    Deed("agree", "registered", _meeting("agree", "HN-0001", actor="VT", body="committee", letter="3/CV")),
    Deed("cancel", "planned", _meeting("cancel", "HN-0001", reason="hoãn")),
    Deed("note", "held", _meeting("note", "HN-0001", step="explanation", needed=False)),
    Deed("tally", "held", _tally),
    Deed("minute", "counted", _meeting("minute", "HN-0001", uploads=(MINUTES,))),
    Deed("suggest", "planned", _step("suggest", "HS-0001", body="standing", on="2024-11-01", text="làm rõ")),
    Deed("record_fault", "drafted", _step("record_fault", "HS-0001", text="giải ngân chậm")),
    Deed("receive", "sent", _step("receive", "HS-0002", actor="VT", to="so-noi-vu", letter="4/CV")),
    Deed("adjust", "decided", _step("adjust", "HS-0002", actor="QD-bcsd-ubnd", rank="completed", reason="có thay đổi")),
    Deed("raise_petition", "decided", _step("raise_petition", "HS-0002", actor="SNV-02", text="xem lại")),
    Deed(
        "answer_petition",
        "petitioned",
        _step("answer_petition", "HS-0002", actor="QD-bcsd-ubnd", outcome="kept", text="phù hợp"),
    ),
    Deed(
        "raise_difficulty",
        "drafted",
        lambda context, _: raise_difficulty(context, SEASON, by(), "SNV", words="chưa rõ mẫu"),
    ),
    Deed(
        "answer_difficulty",
        "troubled",
        lambda context, _: move(
            context, SEASON, by("GS"), Move(command="answer_difficulty", ref="VM-0001", args={"text": "mẫu 2"})
        ),
    ),
    Deed("milestones", "stepped", _finish),
    Deed("note on a milestone", "stepped", lambda context, _: note(context, SEASON, by("GS"), "VH-0002", words="xong")),
    Deed(
        "extend",
        "sent",
        lambda context, _: duties.extend(
            context, SEASON, by("CT"), "VH-0005", until=date(2024, 12, 20), decision="20/QĐ"
        ),
    ),
    Deed("import", "drafted", _import),
    Deed("import into a closed vote", "closed", _import),
    Deed("grant", "drafted", _grant),
    Deed("erase", "sent", lambda context, _: erase(context, SEASON, by(OPERATOR), "SNV-05", decision="1/QĐ")),
    Deed("close", "sent", lambda context, _: close_season(context, SEASON, by(OPERATOR), unfinished="hết hạn")),
    Deed("repin", "voted", _repin),
    Deed("reopen", "shut", lambda context, _: reopen_season(context, SEASON, by(OPERATOR), reason="còn việc")),
    Deed("sweep", "due", lambda context, _: sweep(context, limit=1), keyed=False),
    Deed("announce", "due", lambda context, _: announce(context, channels=("email",)), keyed=False),
    Deed("migrate", "bare", lambda context, _: migrate(context.database.engine), keyed=False, dear=True),
    Deed("deliver", "told", _deliver, keyed=False, waits=TAKEN_FOR + timedelta(minutes=1)),
)
