"""`mhwfmodel check`: is a scenario file in order? Nothing is run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mhwfmodel.cli.console import out, tell
from mhwfmodel.cli.reading import read_scenario
from mhwfmodel.cli.running import extent, plan_lines
from mhwfmodel.errors import ScenarioError

__all__ = ["check_files"]


def check_files(files: Sequence[Path], *, quiet: bool) -> bool:
    """Check files and say of each that it is fine, or all that is wrong with it.

    Args:
        files: Scenario files.
        quiet: Show nothing but faults.

    Returns:
        Whether all are fine.
    """
    return all([_check(file, quiet=quiet) for file in files])


def _check(file: Path, *, quiet: bool) -> bool:
    try:
        scenario = read_scenario(file, {}).scenario
    except ScenarioError as error:
        tell(*(str(fault) for fault in error.faults))
        return False
    if not quiet:
        out(f"{file}: fine", f"  {scenario.name}: {extent(scenario)}, {scenario.draws} draws, seed {scenario.seed}")
        out(*plan_lines(scenario))
    return True
