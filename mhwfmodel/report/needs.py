"""What a report, a workbook and a comparison tell, and whether a run keeps it: asked before the run."""

from __future__ import annotations

import json
from collections.abc import Container, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from mhwfmodel.catalogue.variables import variables
from mhwfmodel.errors import DataError, Fault
from mhwfmodel.report.measures import AMHP, BOARD, STAFFING, made_of

if TYPE_CHECKING:
    from mhwfmodel.results import Result
    from mhwfmodel.scenario import Outputs

__all__ = ["COMPARED", "CROSSED", "compared", "lacking", "require"]

CROSSED = ("filled", "filled_fte", "vacancies", "vacancy_rate", "turnover_rate")
"""Measures that are told by ICB and sector, and by ICB and role."""

COMPARED = ("filled", "establishment", "vacancies", "leavers", "starters", "specialist_filled")
"""Measures that `compare` shows of runs side by side; the AMHP gap beside them where all runs keep it."""

_UNTOLD = ("specialist_starters", "unplaced", "under_1_year", "moved_in", "moved_out", "trained")


def lacking(outputs: Outputs, *, remedy: str) -> Iterator[Fault]:
    """What a run would not keep and yet a report and a workbook tell, one fault a line of the scenario.

    Args:
        outputs: What it keeps.
        remedy: What else can be done than to keep it.
    """
    drawn = [item.name for item in variables() if item.name not in _UNTOLD]
    for key, needed, kept in (
        ("detail", CROSSED, outputs.detail_names),
        ("every_draw", drawn, outputs.draw_names),
    ):
        missing = [name for name in needed if name not in kept]
        if missing:
            problem = f"leaves out {', '.join(missing)}, which reports and workbooks tell"
            yield Fault(f"outputs.{key}", problem, f"write '{key}: all', or {remedy}")
    for key, wanted in (("flows", outputs.flows), ("training", outputs.training)):
        if not wanted:
            yield Fault(
                f"outputs.{key}", "is false, and reports and workbooks tell it", f"delete the line, or {remedy}"
            )


def compared(base: Container[str], *, workbook: bool) -> tuple[str, ...]:
    """Measures of which runs must keep every draw to be set side by side.

    Args:
        base: Measures of which the base keeps every draw; the workbook tells of AMHPs where there are theirs.
        workbook: Whether a workbook is made, which tells more than the screen.
    """
    if not workbook:
        return COMPARED
    amhps = AMHP if any(name in base for name in AMHP) else ()
    return tuple(dict.fromkeys(part for name in (*BOARD, *STAFFING, *amhps) for part in made_of(name)))


def require(result: Result) -> None:
    """See to it that a run kept what a report and a workbook tell.

    Raises:
        DataError: What it did not keep, and the lines of its scenario to change.
    """
    from mhwfmodel.scenario import Outputs

    given: Mapping[str, Any] = result.manifest["scenario"].get("outputs", {})
    outputs = Outputs.model_validate_json(json.dumps(given))
    faults = list(lacking(outputs, remedy="add them to the list; then run the scenario again"))
    if faults:
        raise DataError(faults)
