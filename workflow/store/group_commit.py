"""Group commit: one writer thread commits many callers' commands together, a savepoint each (design section 7).

No answer leaves before COMMIT returned. After any error the transaction is looked at: where the database rolled
back the whole group (a full disk does), every command is run again alone, so that nobody suffers for another. Where
nobody knows whether COMMIT came through, that is what every caller is told.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from workflow.errors import BadInput, OutcomeUnknown
from workflow.store.database import Database
from workflow.store.faults import told
from workflow.store.statements import Transaction

Result = TypeVar("Result")

MOST = 64
"""Commands in one commit."""


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[Transaction], Any]
    future: "Future[Any]"


class GroupWriter:
    """`write` like `Database.write`, from any number of threads. Close it to end its thread."""

    def __init__(self, database: Database, *, most: int = MOST) -> None:
        self._database = database
        self._most = most
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closed = False
        self._door = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="hoso-writer", daemon=True)
        self._thread.start()

    def write(self, work: Callable[[Transaction], Result]) -> Result:
        """Run `work` in the next group; return its answer, or raise its error, after the commit."""
        job = _Job(work, Future())
        # Behind the end mark nobody would ever take it up.
        with self._door:
            if self._closed:
                raise BadInput("store.writer_closed")
            self._jobs.put(job)
        return job.future.result()  # type: ignore[no-any-return]

    def close(self) -> None:
        """Finish what waits, then stop."""
        with self._door:
            self._closed = True
            self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._jobs.get()) is not None:
            group, ended = self._gathered(first)
            self._commit(group)
            if ended:
                return

    def _gathered(self, first: _Job) -> tuple[list[_Job], bool]:
        group = [first]
        while len(group) < self._most:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return group, True
            group.append(job)
        return group, False

    def _commit(self, group: list[_Job]) -> None:
        if len(group) == 1:
            self._alone(group[0])
            return
        answers: list[tuple[Any, BaseException | None]] = []
        try:
            with self._database.writing() as transaction:
                answers = [self._saved(transaction, job) for job in group]
        except OutcomeUnknown as unknown:
            # It may all be there. Run again, a command without a key would be done twice.
            answers = [(None, error or OutcomeUnknown(unknown.code, **unknown.figures)) for _, error in answers]
        except Exception:  # noqa: BLE001  whatever it was, each command meets its own fate alone
            for job in group:
                self._alone(job)
            return
        for job, (value, error) in zip(group, answers, strict=True):
            if error is None:
                job.future.set_result(value)
            else:
                job.future.set_exception(error)

    def _alone(self, job: _Job) -> None:
        try:
            job.future.set_result(self._database.write(job.work))
        except BaseException as error:  # noqa: BLE001  it belongs to the caller's thread
            job.future.set_exception(error)

    def _saved(self, transaction: Transaction, job: _Job) -> tuple[Any, BaseException | None]:
        """One command's answer, or its error as it would have been told alone."""
        transaction.plainly("SAVEPOINT one")
        try:
            with told(transaction.dialect, database=self._database.name):
                value = job.work(transaction)
        except Exception as error:  # noqa: BLE001  told to its own caller; a lost transaction fails in the next line
            transaction.plainly("ROLLBACK TO one")
            transaction.plainly("RELEASE one")
            return None, error
        transaction.plainly("RELEASE one")
        return value, None
