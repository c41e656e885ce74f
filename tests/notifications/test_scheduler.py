"""The clock: its library's traps, and that ours shuts them (design section 10). Nothing sleeps; it waits for events."""

import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.events import EVENT_JOB_EXECUTED, EVENT_JOB_MISSED
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from notifications.announcements import announce
from notifications.scheduler import ALIVE, Every, Runner, build
from tests.notifications.kit import Post, messages
from tests.season import Play, local
from workflow.errors import Locked
from workflow.services.context import Context
from workflow.store import alerts as sql
from workflow.store.database import Database
from workflow.store.health import health

SOON = 20.0
"""Seconds after which a test gives up waiting for what should happen at once."""

OFTEN = Every(**dict.fromkeys(("sweep", "deliver", "heartbeat"), timedelta(milliseconds=20)))
SELDOM = Every(**dict.fromkeys(("sweep", "deliver", "heartbeat"), timedelta(minutes=10)))
OWNERS = 3


class Counted(Post):
    """Says when so many mails have come."""

    def __init__(self, wanted: int) -> None:
        super().__init__()
        self.wanted, self.all_here = wanted, threading.Event()

    def send(self, mail):
        super().send(mail)
        if len(self.sent) >= self.wanted:
            self.all_here.set()


class Visited:
    """A context factory that says when it was asked so many times."""

    def __init__(self, context: Context, wanted: int = 1) -> None:
        self.context, self.wanted, self.times, self.enough = context, wanted, 0, threading.Event()
        self._lock = threading.Lock()

    def __call__(self) -> Context:
        with self._lock:
            self.times += 1
            if self.times >= self.wanted:
                self.enough.set()
        return self.context


@pytest.fixture
def patient(play: Play, tmp_path: Path) -> Iterator[Play]:
    """The season on 28/11/2024, when the owners are to be reminded; its writers wait for each other."""
    play.clock.now = local("2024-11-28")
    database = Database(play.address)
    announce(play.context, channels=())  # what is told once was told before; here only alerts count
    yield replace(play, context=replace(play.context, database=database, write=database.write))
    database.close()


def scheduler_of(runner: Runner) -> BackgroundScheduler:
    return runner._scheduler


def beats(play: Play) -> set[str]:
    with play.database.reading() as tx:
        return {one["name"] for one in tx.all(sql.HEARTBEATS)}


def library_threads() -> list[str]:
    return [one.name for one in threading.enumerate() if "APScheduler" in one.name or "ThreadPoolExecutor" in one.name]


# — the library's traps —


def test_by_default_a_run_that_is_late_by_seconds_is_dropped_silently():
    scheduler, dropped, ran = BackgroundScheduler(timezone=UTC), threading.Event(), []
    scheduler.add_listener(lambda _: dropped.set(), EVENT_JOB_MISSED)
    late = datetime.now(UTC) - timedelta(seconds=5)
    scheduler.add_job(lambda: ran.append(1), "interval", hours=1, next_run_time=late)
    scheduler.start()
    assert dropped.wait(SOON)
    scheduler.shutdown()
    assert ran == []


@pytest.mark.parametrize("late", [timedelta(seconds=5), timedelta(hours=9), timedelta(days=30)])
def test_ours_is_made_up_for_once_however_late(patient, late):
    asked = Visited(patient.context, wanted=3)
    runner = build(asked, {}, every=SELDOM)
    scheduler, done = scheduler_of(runner), threading.Event()

    def executed(_):
        if asked.times == 3:
            done.set()

    scheduler.add_listener(executed, EVENT_JOB_EXECUTED)
    scheduler.start(paused=True)
    for job in scheduler.get_jobs():
        job.modify(next_run_time=datetime.now(UTC) - late)
    scheduler.resume()
    assert done.wait(SOON)
    ahead = [job.next_run_time > datetime.now(UTC) for job in scheduler.get_jobs()]
    runner.stop()
    assert ahead == [True] * 3
    assert asked.times == 3  # each job once, not once for every interval that went by


def test_jobs_lie_in_memory_alone_and_never_run_twice_at_once():
    runner = build(lambda: pytest.fail("nothing runs before it is started"), {})
    scheduler = scheduler_of(runner)
    scheduler.start(paused=True)
    assert [type(store) for store in scheduler._jobstores.values()] == [MemoryJobStore]
    assert [(job.misfire_grace_time, job.coalesce, job.max_instances) for job in scheduler.get_jobs()] == [
        (None, True, 1)
    ] * 3
    runner.stop()


def test_running_says_nothing_of_health_and_the_rows_do(patient):
    asked = Visited(patient.context, wanted=3)
    with build(asked, {}, every=SELDOM):
        assert asked.enough.wait(SOON)
    assert beats(patient) == {"sweep", "deliver", ALIVE}
    patient.clock.now += timedelta(hours=1)
    told = {one.code for one in health(patient.database, now=patient.clock.now)}
    assert "store.worker_stopped" in told


# — ours —


def test_it_sweeps_delivers_and_says_that_it_is_alive_at_once(patient):
    post = Counted(OWNERS)
    with build(lambda: patient.context, {"email": post}, every=OFTEN):
        assert post.all_here.wait(SOON)
    assert sorted(one.recipient for one in post.sent) == sorted(one["recipient"] for one in messages(patient))
    assert {one["state"] for one in messages(patient)} == {"sent"}
    assert beats(patient) == {"sweep", "deliver", ALIVE}


def test_without_a_channel_messages_are_written_and_wait(patient):
    asked = Visited(patient.context, wanted=9)
    with build(asked, {}, every=OFTEN):
        assert asked.enough.wait(SOON)
    assert {one["state"] for one in messages(patient)} == {"queued"}


def test_several_at_once_do_nothing_twice(patient):
    post, asked = Counted(OWNERS), Visited(patient.context, wanted=60)
    runners = [build(asked, {"email": post}, every=OFTEN) for _ in range(3)]
    for one in runners:
        one.start()
    assert post.all_here.wait(SOON)
    assert asked.enough.wait(SOON)
    for one in runners:
        one.stop()
    assert len(post.sent) == len(messages(patient)) == OWNERS


@pytest.mark.parametrize(
    ("error", "said"),
    [(Locked("store.locked", database="hoso.db"), "hoso.db"), (ZeroDivisionError("defect"), "ZeroDivisionError")],
    ids=["ours", "a defect"],
)
def test_a_job_that_fails_is_logged_and_runs_again(patient, caplog, error, said):
    caplog.set_level(logging.WARNING, logger="notifications.scheduler")
    failed, again = threading.Event(), threading.Event()

    def factory():
        if not failed.is_set():
            failed.set()
            raise error
        again.set()
        return patient.context

    with build(factory, {}, every=OFTEN, language="en"):
        assert failed.wait(SOON)
        assert again.wait(SOON)
    assert "did not finish; the next one tries again" in caplog.text
    assert said in caplog.text


def test_it_stops_cleanly_after_what_is_running_and_may_be_stopped_twice(patient):
    begun, go_on = threading.Event(), threading.Event()

    class Held(Counted):
        def send(self, mail):
            begun.set()
            assert go_on.wait(SOON)
            super().send(mail)

    post = Held(OWNERS)
    before = set(library_threads())
    runner = build(lambda: patient.context, {"email": post}, every=OFTEN)
    runner.start()
    assert begun.wait(SOON)
    stopper = threading.Thread(target=runner.stop)
    stopper.start()
    go_on.set()
    stopper.join(SOON)
    assert not stopper.is_alive()
    assert [one["state"] for one in messages(patient) if one["tries"]] == ["sent"] * len(post.sent)
    runner.stop()
    assert set(library_threads()) == before


def test_stopping_what_never_ran_does_nothing():
    build(lambda: pytest.fail("never asked"), {}).stop()
