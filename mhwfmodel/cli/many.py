"""Many plans beside a base on one screen: a line each, at the end of the run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from mhwfmodel.cli.console import grid, paragraph
from mhwfmodel.cli.headline import Cell, Measure, cells_at, month_name, rounded
from mhwfmodel.cli.waits import LINES, levels_at, months_told
from mhwfmodel.units import key_months

if TYPE_CHECKING:
    from mhwfmodel.results import Comparison, Result

__all__ = ["told_many"]

_PLAN = "plan"
_A_TABLE = 5
_UNSURE = "~"
_Column = tuple[str, list[str]]


def told_many(comparisons: Sequence[Comparison], measures: Sequence[Measure]) -> Iterator[str]:
    """The level of the base and, of every plan, its difference from it.

    Args:
        comparisons: At least one; all with the same base.
        measures: What is told of staff.
    """
    base = comparisons[0].base
    at = key_months(base.months, opening=False)[-1]
    count, month = len(comparisons), month_name(base.months[at])
    yield paragraph(
        f"{count} plans beside {base.name} in {month}, all ICBs of the run together: the level of the first, then by"
        " how much each plan differs from it"
    )
    names = [base.name, *(item.other.name for item in comparisons)]
    for columns in (list(_staff(comparisons, measures, at)), list(_waits(comparisons))):
        for some in _tables(columns):
            heads = [head for head, _ in some]
            yield ""
            yield grid((_PLAN, *heads), list(zip(names, *(cells for _, cells in some), strict=True)), right=heads)
    yield ""
    yield paragraph(_caption(base))


def _tables(columns: Sequence[_Column]) -> Iterator[Sequence[_Column]]:
    """Columns in tables that fit a screen, as many in each."""
    tables = -(-len(columns) // _A_TABLE)
    for table in range(tables):
        yield columns[len(columns) * table // tables : len(columns) * (table + 1) // tables]


def _headed(labels: Iterable[str]) -> Iterator[str]:
    """Heads of columns: a label that stands below another in a list is told with that one."""
    above = ""
    for label in labels:
        if label == label.lstrip():
            above = label
            yield label
        else:
            yield f"{above}, {label.strip()}"


def _caption(base: Result) -> str:
    flows = "Leavers, starters and hires: of a month, over the twelve months to that date."
    pathway = " Waits follow from assumptions; a share differs by points (pts)." if base.has_pathway else ""
    several = int(base.draws.sizes["draw"]) > 1
    unsure = (
        f" A difference is taken draw by draw. {_UNSURE} before it: its range over draws (5% to 95%) crosses zero, so"
        " that the model cannot tell whether there is more or less."
    )
    more = (
        " `compare BASE PLAN` tells one plan in full, and --out writes a workbook of all: other months, ranges, places"
        " and levers."
    )
    return flows + pathway + (unsure if several else "") + more


def _staff(comparisons: Sequence[Comparison], measures: Sequence[Measure], at: int) -> Iterator[_Column]:
    from mhwfmodel.report.measures import drawn

    heads = _headed(item.label for item in measures)
    for head, item in zip(heads, measures, strict=True):
        level = drawn(comparisons[0].base, item.variable, population=item.population)
        cells = [rounded()(cells_at(level, (at,), monthly=item.monthly)[0].mean)]
        for comparison in comparisons:
            change = drawn(comparison.other, item.variable, population=item.population) - level
            cells.append(_difference(cells_at(change, (at,), monthly=item.monthly)[0]))
        yield head, cells


def _waits(comparisons: Sequence[Comparison]) -> Iterator[_Column]:
    base = comparisons[0].base
    _, places = months_told([base, *(item.other for item in comparisons)])
    if not places:
        return
    last = places[-1:]
    for head, item in zip(_headed(item.label for item in LINES), LINES, strict=True):
        cells = [rounded(rate=item.rate)(levels_at(base, item, last)[0].mean)]
        for comparison in comparisons:
            change = comparison.draws_by(item.variable).sel(item.labels)
            cells.append(_difference(cells_at(change, last, monthly=False)[0], rate=item.rate))
        yield head, cells


def _difference(cell: Cell, *, rate: bool = False) -> str:
    """The mean, marked where draws do not agree on its sign."""
    unsure = cell.low < 0.0 < cell.high
    return f"{_UNSURE if unsure else ''}{rounded(rate=rate, signed=True)(cell.mean)}"
