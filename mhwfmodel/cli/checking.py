"""`mhwfmodel check`: is a scenario file in order? Nothing is run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mhwfmodel.cli.console import out, paragraph, tell
from mhwfmodel.cli.reading import read_scenario
from mhwfmodel.cli.running import extent, plan_lines
from mhwfmodel.errors import DataError, YamlError

if TYPE_CHECKING:
    from mhwfmodel.scenario import Outputs, Scenario

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
        _against_staff(scenario)
    except YamlError as error:
        tell(*(str(fault) for fault in error.faults))
        return False
    except DataError as error:  # of the inputs, which know no file where a default is in the way
        tell(*(str(fault) if ":" in fault.where else f"{file}: {fault}" for fault in error.faults))
        return False
    if not quiet:
        out(f"{file}: fine", f"  {scenario.name}: {extent(scenario)}, {scenario.draws} draws, seed {scenario.seed}")
        out(*plan_lines(scenario))
        out(*_refused(scenario.outputs))
    return True


def _against_staff(scenario: Scenario) -> None:
    """Refuse levers and assumptions that do not fit the staff there are, which the file alone does not show.

    Raises:
        MhwfError: All of them, each with its line.
    """
    if scenario.levers or scenario.assumptions:
        from mhwfmodel.simulate.lever_checks import check_plan

        check_plan(scenario)


def _refused(outputs: Outputs) -> Iterator[str]:
    """Why a run with a report and a workbook would be refused, although the file is fine."""
    from mhwfmodel.report.needs import lacking

    faults = list(lacking(outputs, remedy="run with --no-report --no-workbook"))
    if faults:
        yield "  `mhwfmodel run` would refuse it, because its report and workbook tell more than is kept:"
        yield from (paragraph(str(fault), indent="    ", hanging="      ") for fault in faults)
