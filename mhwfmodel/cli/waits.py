"""The few numbers of a run's pathway that fit a screen: who waits and how long, alone and beside another run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mhwfmodel.cli.console import paragraph
from mhwfmodel.cli.headline import Cell, Line, cells_at, rounded, short, table
from mhwfmodel.units import key_months

if TYPE_CHECKING:
    from mhwfmodel.results import Comparison, Result

__all__ = ["LINES", "levels_at", "months_told", "told_beside", "told_waits"]


@dataclass(frozen=True, slots=True)
class _Wait:
    """A line of the table.

    Args:
        label: What people call it.
        variable: Name in the result.
        labels: Which definition and contact of a wait.
        rate: A share, shown in per cent.
    """

    label: str
    variable: str
    labels: Mapping[str, str] = field(default_factory=dict)
    rate: bool = False


_SO_FAR = {"definition": "waiting_so_far", "contact": "second"}
_SEEN = {"definition": "completed_wait", "contact": "first"}
LINES = (
    _Wait("People waiting", "waiting"),
    _Wait("Caseload", "in_work"),
    _Wait("Wait so far, days", "wait_median", _SO_FAR),
    _Wait("  one in ten longer than", "wait_p90", _SO_FAR),
    _Wait("Wait of those seen, days", "wait_median", _SEEN),
    _Wait("Seen within four weeks", "wait_within_4_weeks", _SEEN, rate=True),
)
_CAPTION = (
    "Wait so far: half of those who still wait for a second contact at the end of the month have waited longer. Wait of"
    " those seen: half of those seen for the first time in the month had waited longer. Waits follow from assumptions:"
    " compare plans, and do not quote the level. A share is, as in the report, that of all draws together: all who"
    " were seen in time, of all who were seen."
)
_BESIDE = (
    "A difference is taken draw by draw; that of a share is in percentage points (pts), and its mean may be a little"
    " other than what the two shares above it differ by, for in these a draw with more people weighs more."
)


def told_waits(result: Result) -> str:
    """The table of a run's pathway; empty where it has none."""
    if not result.has_pathway:
        return ""
    months = [str(month) for month in result.pathway_draws["month"].values]
    positions = (0, *key_months(["", *months], opening=False))
    places = [positions[0], *(at - 1 for at in positions[1:])]
    several = result.pathway_draws.sizes["draw"] > 1
    lines = []
    for item in LINES:
        lines.append(Line(item.label, levels_at(result, item, places), rounded(rate=item.rate), spread=several))
    made = result.manifest["pathway"]
    boards = len(made["icbs"])
    title = (
        f"{made['title']}: people who wait, {'1 ICB' if boards == 1 else f'{boards} ICBs'}, {made['engine']} pathway"
    )
    warning = result.manifest.get("coupling", {}).get("warning", "")
    parts = (title, table([months[at] for at in places], lines), paragraph(_CAPTION), paragraph(warning))
    return "\n\n".join(part for part in parts if part)


def told_beside(comparisons: Sequence[Comparison]) -> Iterator[str]:
    """What plans change for those who wait; nothing where a run has no pathway."""
    runs = [comparisons[0].base, *(comparison.other for comparison in comparisons)]
    months, places = months_told(runs)
    if not places:
        return
    several = runs[0].pathway_draws.sizes["draw"] > 1
    lines = []
    for item in LINES:
        lines.append(Line(item.label, (), str, spread=False))
        for run in runs:
            cells = levels_at(run, item, places)
            lines.append(Line(f"  {short(run.name)}", cells, rounded(rate=item.rate), spread=False))
        for comparison in comparisons:
            cells = cells_at(comparison.draws_by(item.variable).sel(item.labels), places, monthly=False)
            label = "  difference" if len(comparisons) == 1 else f"  {short(comparison.other.name)}: diff."
            lines.append(Line(label, cells, rounded(rate=item.rate, signed=True), spread=several))
    yield ""
    yield "People who wait"
    yield ""
    yield table([months[at] for at in places], lines)
    yield ""
    yield paragraph(f"{_CAPTION} {_BESIDE}")


def months_told(runs: Sequence[Result]) -> tuple[list[str], list[int]]:
    """Months of the pathway of some runs, and places of those that are told; none unless all have a pathway."""
    if not all(run.has_pathway for run in runs):
        return [], []
    months = [str(month) for month in runs[0].pathway_draws["month"].values]
    return months, [at - 1 for at in key_months(["", *months], opening=False)]


def levels_at(result: Result, item: _Wait, places: Sequence[int]) -> tuple[Cell, ...]:
    """Mean and range as the report tells them: the mean of a share is the ratio of its parts summed over draws."""
    from mhwfmodel.results.pathway_tables import pathway_stats

    stats = pathway_stats(result.groups, item.variable).sel(item.labels).sel(stat=["mean", "q05", "q95"])
    columns = stats.transpose("month", "stat").values[list(places)]
    return tuple(Cell(*map(float, column)) for column in columns)
