"""The scheduler: one look at the clock (`sweep`), or looking on and on (`serve`)."""

import logging
import signal
import sys
import threading
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.desk import Desk, verb
from app.cli.output import UNWELL, Output
from workflow.errors import BadInput

if TYPE_CHECKING:
    from notifications.delivery import Delivered
    from notifications.sweep import Alerted, Swept

_AT_ONCE = 10_000
"""More messages than one look delivers; what is left leaves at the next."""

_STOPPING = (signal.SIGINT, signal.SIGTERM)
_HEARS_WITHIN = 0.2
"""Seconds until a signal to stop is heard at the latest."""


def attach(tree: typer.Typer) -> None:
    """Hang these verbs directly on the root."""
    for command in (sweep, serve):
        tree.command()(verb(season=False)(command))


def sweep(
    desk: Desk,
    verbose: Annotated[bool, typer.Option("--verbose", help="Tell every alert, not only how many.")] = False,
) -> int:
    """Look at the clock once: record what is due and overdue, and send what may leave."""
    from app.wiring import make_channels  # noqa: PLC0415
    from notifications.announcements import announce  # noqa: PLC0415
    from notifications.delivery import deliver  # noqa: PLC0415
    from notifications.sweep import EMAIL  # noqa: PLC0415
    from notifications.sweep import sweep as look  # noqa: PLC0415

    channels, out = make_channels(desk.settings.mail), desk.out
    with out.working("cli.sweeping"):
        announced = announce(desk.context, channels=tuple(channels) or (EMAIL,))
        swept = look(desk.context, channels=tuple(channels) or (EMAIL,))
    with out.working("cli.delivering"):
        delivered = deliver(desk.context, channels, limit=_AT_ONCE)
    _tell_swept(desk, swept, announced, verbose=verbose)
    looked = {"announced": announced, **_plain(swept)}
    return _tell_delivered(desk, looked, delivered, unreachable=swept.dead, mute=not channels)


def _tell_swept(desk: Desk, swept: "Swept", announced: int, *, verbose: bool) -> None:
    out = desk.out
    queued = swept.messages - swept.dead + announced
    out.say("cli.swept", looked=swept.looked, alerts=len(swept.alerts), messages=queued)
    if announced:
        out.say("cli.announced", count=announced)
    if verbose:
        shown = ("season", "obligation", "rule", "scope", "rung", "outcome", "recipient")
        rows = [
            (one.season, one.obligation, one.rule, one.scope, _rung(out, one), _outcome(out, one), *one.recipients[:1])
            for one in swept.alerts
        ]
        out.table("cli.sweep_alerts", [f"cli.column_{name}" for name in shown], rows)
        return
    counts = Counter((one.rule, _rung(out, one), _outcome(out, one)) for one in swept.alerts)
    columns = [f"cli.column_{name}" for name in ("rule", "rung", "outcome", "count")]
    out.table("cli.sweep_alerts", columns, [(*told, count) for told, count in counts.items()])


def _rung(out: Output, alert: "Alerted") -> str:
    from app.cli.pack_words import rung_told  # noqa: PLC0415

    return rung_told(out, anchor=alert.anchor, days=alert.days, to=alert.to)


def _outcome(out: Output, alert: "Alerted") -> str:
    return out.told(f"cli.outcome_{alert.outcome}")


def _tell_delivered(
    desk: Desk, looked: Mapping[str, Any], delivered: "Delivered", *, unreachable: int, mute: bool
) -> int:
    from notifications.delivery import Fate, failure_told  # noqa: PLC0415

    out = desk.out
    counts = {fate.value: delivered.count(fate) for fate in Fate}
    out.document({**looked, "delivered": counts, "handled": [asdict(one) for one in delivered.handled]})
    out.say("cli.delivered", **{**counts, "dead": counts[Fate.DEAD] + unreachable})
    if mute:
        out.complain(out.told("cli.no_channel"))
    failed = [one for one in delivered.handled if one.fate in {Fate.RETRIED, Fate.DEAD}]
    for one in failed:
        reason = failure_told(one.failure or "{}", out.language)
        out.complain(out.told(f"cli.delivery_{one.fate}", recipient=one.recipient, reason=reason))
    return UNWELL if failed else 0


def _plain(swept: "Swept") -> dict[str, Any]:
    alerts = [asdict(one) for one in swept.alerts]
    return {"looked": swept.looked, "messages": swept.messages, "unreachable": swept.dead, "alerts": alerts}


def serve(desk: Desk) -> int:
    """Run the scheduler until it is stopped (Ctrl-C, SIGTERM). Any number may run on one database."""
    from app.wiring import make_channels, make_context  # noqa: PLC0415
    from notifications import scheduler  # noqa: PLC0415
    from workflow.store.group_commit import GroupWriter  # noqa: PLC0415

    if desk.now is not None:
        raise BadInput("cli.serve_now")
    channels, out = make_channels(desk.settings.mail), desk.out
    if not channels:
        out.complain(out.told("cli.no_channel"))
    began = desk.clock()
    with closing(GroupWriter(desk.database)) as writer:
        context = make_context(desk.settings, desk.database, write=writer.write)
        _log_to_stderr()
        stopping = _Stopping()
        with stopping, scheduler.build(lambda: context, channels, language=out.language):
            out.complain(out.told("cli.serving", database=desk.place(desk.database)))
            stopping.wait()
            out.complain(out.told("cli.stopping"))
    out.complain(out.told("cli.stopped"))
    out.document({"database": desk.place(desk.database), "from": began.isoformat(), "to": desk.clock().isoformat()})
    return 0


class _Stopping:
    """Waits for a signal to stop. A second one finds the usual handlers again, and ends the process at once.

    A handler runs in the midst of whatever the main thread does, also while that holds an event's lock: it may set a
    flag and nothing that locks.
    """

    def __init__(self) -> None:
        self._asked = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> None:
        self._before = {one: signal.signal(one, self._ask) for one in _STOPPING}

    def __exit__(self, *_: object) -> None:
        self._restore()

    def wait(self) -> None:
        never = threading.Event()
        while not self._asked:
            never.wait(_HEARS_WITHIN)

    def _ask(self, *_: object) -> None:
        self._restore()
        self._asked = True

    def _restore(self) -> None:
        for one, handler in self._before.items():
            signal.signal(one, handler)


def _log_to_stderr() -> None:
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it tells of every run
