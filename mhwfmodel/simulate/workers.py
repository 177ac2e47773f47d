"""Threads that work side by side and stop together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from threading import Event
from types import TracebackType
from typing import TypeVar

__all__ = ["Workers"]

_SECONDS = 0.1
_Job = TypeVar("_Job")
_Made = TypeVar("_Made")


class _Stopped(Exception):
    """Somebody else failed, or the run was stopped."""


class Workers:
    """A pool of threads: when one fails, or the run is stopped from the keyboard, all stop at their next `check`.

    Args:
        threads: How many.
    """

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(max_workers=threads)
        self._stop = Event()

    def __enter__(self) -> Workers:
        """Nothing to do."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait until every thread has ended; after an error they end soon."""
        if error is not None:
            self._stop.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def check(self) -> None:
        """Leave the work when the others have stopped; to be called now and then by whoever works long."""
        if self._stop.is_set():
            raise _Stopped

    def each(
        self, work: Callable[[_Job], _Made], jobs: Iterable[_Job], told: Callable[[], None] = lambda: None
    ) -> list[_Made]:
        """Do a piece of work for each job.

        Args:
            work: What is done, in a thread.
            jobs: What it is done with.
            told: Called in this thread now and then until all is done.

        Returns:
            What each gave, in the order of the jobs.
        """
        futures = [self._pool.submit(work, job) for job in jobs]
        pending: set[Future[_Made]] = set(futures)
        while pending:
            done, pending = wait(pending, timeout=_SECONDS, return_when=FIRST_EXCEPTION)
            for future in done:
                future.result()
            told()
        return [future.result() for future in futures]
