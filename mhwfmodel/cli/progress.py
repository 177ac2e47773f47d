"""How far a run is: a bar with the time left on a terminal, plain lines elsewhere."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from types import FrameType

from mhwfmodel.cli.console import tell

__all__ = ["Report", "pace", "shown", "words"]

Report = Callable[[str, int, int], None]

_STAGES = {
    "inputs": "Drawing the inputs",
    "calibration": "Calibrating the rates",
    "months": "Simulating the months",
    "pathway": "Running the pathway",
    "replications": "Running replications",
    "combinations": "Running combinations of the levers",
}
_LINES = 4
_MINUTE, _HOUR = 60, 3600
_SECONDS_TOLD_TO = 90


class _Pressed(KeyboardInterrupt):
    """Ctrl-C was pressed.

    Where a plain KeyboardInterrupt goes through `eval`, as it may while a library is imported, Python remembers it and
    ends the process by the signal, whatever status the program then leaves with.
    """


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

    The interrupt is raised wherever the program is; in a callback from the compiler, or while Python takes an object
    away, it is lost, and nothing is said of that: the next check raises it again.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return
    pressed = threading.Event()

    def interrupted(signum: int, frame: FrameType | None) -> None:
        pressed.set()
        raise _Pressed

    def check() -> None:
        if pressed.is_set():
            raise _Pressed

    complain = sys.unraisablehook

    def lost(unraisable: sys.UnraisableHookArgs) -> None:
        if not isinstance(unraisable.exc_value, _Pressed):
            complain(unraisable)

    before = signal.signal(signal.SIGINT, interrupted)
    sys.unraisablehook = lost
    try:
        yield check
    finally:
        sys.unraisablehook = complain
        signal.signal(signal.SIGINT, before)


def _checked(report: Report, check: Callable[[], None]) -> Report:
    def inside(stage: str, done: int, total: int) -> None:
        check()
        report(stage, done, total)

    return inside


def _silent(stage: str, done: int, total: int) -> None:
    """Show nothing."""


def pace(clock: Callable[[], float] = monotonic) -> Callable[[int, int], float | None]:
    """Give a function that says how many seconds a stage will still take, from what was done since its first report.

    What happens before the first of many is left out: code is compiled there, which the others need not wait for.

    Args:
        clock: Seconds that never run backwards.
    """
    first: tuple[float, int] | None = None

    def left(done: int, total: int) -> float | None:
        nonlocal first
        now = clock()
        if done >= total:
            return 0.0
        if first is None:
            first = (now, done) if done > 0 else None
            return None
        since, before = first
        return (now - since) / (done - before) * (total - done) if done > before else None

    return left


def words(seconds: float | None) -> str:
    """A time as a person says it; nothing when it is not known, or over."""
    if seconds is None or seconds <= 0.0:
        return ""
    if seconds < _SECONDS_TOLD_TO:
        return f"{max(round(seconds), 1)} s left"
    if seconds < _HOUR:
        return f"{round(seconds / _MINUTE)} min left"
    hours, minutes = divmod(round(seconds / _MINUTE), _MINUTE)
    return f"{hours} h {minutes:02} min left"


def _lines() -> Report:
    told: set[tuple[str, int]] = set()
    lefts: dict[str, Callable[[int, int], float | None]] = {}

    def report(stage: str, done: int, total: int) -> None:
        left = lefts.setdefault(stage, pace())(done, total)
        part = _LINES * done // total if total > _LINES else 0
        if (stage, part) in told:
            return
        told.add((stage, part))
        share = f"{100 * part // _LINES} %" if part else ""
        how_far = ", ".join(text for text in (share, words(left) if part else "") if text)
        tell(f"{_STAGES.get(stage, stage)}{': ' if how_far else ''}{how_far}")

    return report


@contextmanager
def _bar() -> Iterator[Report]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=30),
        TaskProgressColumn(),
        TextColumn("{task.fields[left]}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Starting", total=None, left="")
        stage_now = ""
        left = pace()

        def report(stage: str, done: int, total: int) -> None:
            nonlocal stage_now, left
            if stage != stage_now:
                stage_now, left = stage, pace()
                bar.reset(task, total=total or None, description=_STAGES.get(stage, stage))
            bar.update(task, completed=done, left=words(left(done, total)))

        yield report
