"""How far a run is: a bar with the time left on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mhwfmodel.cli.console import tell

__all__ = ["Report", "code_is_compiled", "shown"]

Report = Callable[[str, int, int], None]

_STAGES = {
    "inputs": "Drawing the inputs",
    "calibration": "Calibrating the rates",
    "months": "Simulating the months",
}
_LONG = "months"
_LINES = 4


def code_is_compiled() -> bool:
    """Whether the compiled functions are in the cache of this machine, so that the run need not make them first."""
    from mhwfmodel.rng import _kernels

    folder = _kernels.fill_uniforms.stats.cache_path
    return folder is not None and any(Path(folder).glob("_kernels.fill_uniforms-*.nbi"))


@contextmanager
def shown(*, quiet: bool) -> Iterator[Report]:
    """Give a function to call with the stage, what is done and how much there is.

    Args:
        quiet: Show nothing.
    """
    if quiet:
        yield _silent
    elif sys.stderr.isatty():
        with _bar() as report:
            yield report
    else:
        yield _lines()


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
