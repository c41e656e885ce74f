"""The clock that makes the sweep and the delivery run: the only door of APScheduler (3.11; 4.x is alpha).

It keeps no deadline and no memory. Its traps are shut here (design section 10): the default grace of one second drops
late runs silently, a shared job store runs jobs twice, and `.running` stays true over a dead thread. So: no grace,
missed runs made up by one, one run at a time, a store in memory, and health as heartbeat rows.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from notifications.announcements import announce
from notifications.channels import Channel
from notifications.delivery import Retry, deliver
from notifications.sweep import EMAIL, beat, sweep
from workflow.errors import HosoError
from workflow.messages import sentence
from workflow.services.context import Context

_log = logging.getLogger(__name__)

ALIVE = "scheduler"
"""The heartbeat of the scheduler itself; the sweep and the delivery have their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """How often each job runs. Deadlines do not depend on it: a late look finds what an earlier one would have."""

    sweep: timedelta = timedelta(minutes=1)
    deliver: timedelta = timedelta(seconds=15)
    heartbeat: timedelta = timedelta(minutes=1)


class Runner:
    """A scheduler with its jobs. Start it once; stopping waits for what is running. Usable in a `with` block."""

    def __init__(self, scheduler: BackgroundScheduler) -> None:
        self._scheduler = scheduler

    def start(self) -> None:
        """Run every job now, and then at its interval, in threads of its own."""
        self._scheduler.start()

    def stop(self) -> None:
        """Let running jobs finish, then stop. Stopping what does not run does nothing."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def build(
    context_factory: Callable[[], Context],
    channels: Mapping[str, Channel],
    *,
    every: Every | None = None,
    retry: Retry | None = None,
    limit: int = 100,
    language: str = "vi",
) -> Runner:
    """A runner that sweeps, delivers and says that it is alive. Nothing runs before `start`.

    `context_factory` is asked before each run, in the job's thread. With no channel nothing is delivered and the
    messages wait. Any number of runners may run, in any number of processes. `language` is that of the log.
    """
    every = every or Every()
    jobs: dict[str, tuple[timedelta, Callable[[Context], object]]] = {
        "sweep": (every.sweep, lambda context: _look(context, tuple(channels) or (EMAIL,), limit)),
        "deliver": (every.deliver, lambda context: deliver(context, channels, limit=limit, retry=retry)),
        "heartbeat": (every.heartbeat, lambda context: beat(context, ALIVE)),
    }
    scheduler = BackgroundScheduler(
        jobstores={"default": MemoryJobStore()},
        executors={"default": ThreadPoolExecutor(len(jobs))},
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        timezone=UTC,
    )
    for name, (interval, work) in jobs.items():
        _add(scheduler, name, interval, _kept_going(name, context_factory, work, language))
    return Runner(scheduler)


def _look(context: Context, channels: Sequence[str], limit: int) -> None:
    announce(context, channels=channels)
    sweep(context, limit=limit, channels=channels)


def _add(scheduler: BackgroundScheduler, name: str, interval: timedelta, run: Callable[[], None]) -> None:
    # Without it an interval would first go by. The library's own time: no deadline is reckoned from it.
    first = datetime.now(UTC)  # noqa: TID251
    scheduler.add_job(run, "interval", seconds=interval.total_seconds(), id=name, next_run_time=first)


def _kept_going(
    name: str, context_factory: Callable[[], Context], work: Callable[[Context], Any], language: str
) -> Callable[[], None]:
    """A job that logs what went wrong and leaves the rest to the next run; nothing was half-written."""

    def run() -> None:
        try:
            work(context_factory())
        except HosoError as error:
            reason = sentence(error.code, language, **error.figures)
            _log.warning("%s", sentence("mail.worker_failed", language, job=name, reason=reason))
        except Exception:  # noqa: BLE001  a defect of ours must not be the end of all looking
            _log.exception("%s", sentence("mail.worker_failed", language, job=name, reason=""))

    return run
