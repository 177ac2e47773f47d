"""How far a run is: a bar with the time left on a terminal, plain lines elsewhere."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from mhwfmodel.cli.console import tell

__all__ = ["Report", "shown"]

Report = Callable[[str, int, int], None]

_STAGES = {
    "inputs": "Drawing the inputs",
    "calibration": "Calibrating the rates",
    "months": "Simulating the months",
}
_LONG = "months"
_LINES = 4


@contextmanager
def shown(*, quiet: bool) -> Iterator[Report]:
    """Give a function to call with the stage, what is done and how much there is.

    Args:
        quiet: Show nothing.
    """
    with _interrupts() as check:
        if quiet:
            yield _checked(_silent, check)
        elif sys.stderr.isatty():
            with _bar() as report:
                yield _checked(report, check)
        else:
            yield _checked(_lines(), check)


@contextmanager
def _interrupts() -> Iterator[Callable[[], None]]:
    """Give a function that raises when Ctrl-C was pressed and nothing came of it.

    The interrupt is raised wherever the program is; in a callback from the compiler it is lost.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return
    pressed = threading.Event()

    def interrupted(signum: int, frame: FrameType | None) -> None:
        pressed.set()
        raise KeyboardInterrupt

    def check() -> None:
        if pressed.is_set():
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield check
    finally:
        signal.signal(signal.SIGINT, before)


def _checked(report: Report, check: Callable[[], None]) -> Report:
    def inside(stage: str, done: int, total: int) -> None:
        check()
        report(stage, done, total)

    return inside


def _silent(stage: str, done: int, total: int) -> None:
    """Show nothing."""


def _lines() -> Report:
    told: set[tuple[str, int]] = set()

    def report(stage: str, done: int, total: int) -> None:
        part = _LINES * done // max(total, 1) if stage == _LONG else 0
        if (stage, part) not in told:
            told.add((stage, part))
            tell(f"{_STAGES.get(stage, stage)}{f': {100 * part // _LINES} %' if part else ''}")

    return report


@contextmanager
def _bar() -> Iterator[Report]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=30),
        TaskProgressColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Starting", total=None)
        stage_now = ""

        def report(stage: str, done: int, total: int) -> None:
            nonlocal stage_now
            if stage != stage_now:
                stage_now = stage
                bar.reset(task, total=total or None, description=_STAGES.get(stage, stage))
            bar.update(task, completed=done)

        yield report
