"""The workbook of a run, for people who live in Excel."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mhwfmodel.report.changes import changes
from mhwfmodel.report.costs import cost_sheets
from mhwfmodel.report.evidence import evidence_sheets, notes
from mhwfmodel.report.excel import write_book
from mhwfmodel.report.graph_sheets import graph_sheets
from mhwfmodel.report.levers import costs, lever_lines, titles_of
from mhwfmodel.report.need import need_sheets
from mhwfmodel.report.needs import require
from mhwfmodel.report.outlook import Outlook, outlook
from mhwfmodel.report.pathway_sheets import pathway_sheets
from mhwfmodel.report.sheets import forecast_sheets
from mhwfmodel.report.story import interval_note, nature, sentences
from mhwfmodel.report.wording import month_name
from mhwfmodel.results import replace_all

if TYPE_CHECKING:
    from mhwfmodel.results import Result

__all__ = ["write_workbook"]


def write_workbook(result: Result, path: Path) -> None:
    """Write the workbook of a run.

    Args:
        result: The run.
        path: The xlsx file; replaced when it is there, never half.

    Raises:
        DataError: The file cannot be written, or the run did not keep what the workbook tells.
    """
    require(result)
    view = outlook(result)
    sheets = (
        notes(view),
        *forecast_sheets(view),
        *graph_sheets(view),
        *pathway_sheets(view),
        *need_sheets(view),
        *cost_sheets(view),
        *evidence_sheets(view),
    )
    created = str(result.manifest["created"])
    place = Path(path)
    lines = _cover(view)
    replace_all(place.parent, {place.name: lambda beside: write_book(beside, result.name, created, lines, sheets)})


def _cover(view: Outlook) -> list[tuple[str, str]]:
    manifest = view.result.manifest
    holds, leaves_out = interval_note(dict(manifest))
    draws = int(view.result.draws.sizes["draw"])
    levers = manifest["scenario"].get("levers", ())
    lines = [
        ("Workbook of", "Mental health social care workforce forecast"),
        ("Scenario", view.result.name),
        ("Description", str(manifest["scenario"].get("description") or "none given")),
        ("Area and months", f"{view.held}, {month_name(view.base)} to {month_name(view.last)}"),
        ("Made", f"{str(manifest['created'])[:10]} by mhwfmodel {manifest['version']}"),
        ("Draws and seed", f"{draws:,} and {manifest['seed']}"),
        ("What the figures are", nature(view)),
    ]
    changed = changes(manifest)
    if levers or changed:
        lines += [("What this scenario changes", ""), *changed]
    lines_of = lever_lines(levers, manifest.get("levers", ()), titles_of(view.result))
    for number, lever in enumerate(lines_of, start=1):
        rests_on = f"rests on {lever.rests_on}" if lever.rests_on else ""
        told = (f"{lever.told}, {lever.when}", lever.reach, lever.sets, rests_on, lever.cost)
        lines.append((f"Lever {number}", "; ".join(part for part in told if part)))
    if total := costs(levers):
        lines.append(("Cost of all levers", total))
    lines += [("What the forecast says", ""), *(("", sentence) for sentence in sentences(view))]
    lines += [
        ("How to read it", ""),
        ("Tables", "One table a sheet, one header row, units in the header or in a column, names beside codes."),
        ("Ranges", "5 % to 95 %: nine draws in ten lie between. Means add up over places and groups, ranges do not."),
        ("They hold", "; ".join(holds) or f"nothing: {nature(view)}"),
        ("They leave out", "; ".join(leaves_out)),
        ("Rounding", "Figures are not rounded here. The evidence carries three digits at most: write 621,000."),
        ("Keep", "manifest.json beside this file holds all that is needed to make it again."),
    ]
    return lines
