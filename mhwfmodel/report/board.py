"""Page one for a board: one table of the run, and staff by employer and by role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mhwfmodel import catalogue
from mhwfmodel.report.measures import Measure, codes, measure
from mhwfmodel.report.outlook import Outlook, Spread, spread
from mhwfmodel.report.wording import amount, span

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Block", "Line", "board", "line_of", "shown", "staff"]

_PUBLISHED_POSTS = "F001"
_BLOCKS = (
    (
        "Social care workforce",
        "Employers that also serve people with mental health needs; no NHS staff",
        ("filled", "filled_fte", "vacancies", "vacancy_rate", "turnover_rate", "leavers_a_month", "hires_needed"),
        ("starters_a_month",),
    ),
    (
        "Specialist mental health posts",
        "A part of the workforce above",
        ("specialist_filled", "specialist_vacancies", "specialist_vacancy_rate", "specialist_turnover_rate"),
        (),
    ),
)
_NHS_BLOCK = (
    "NHS community mental health staff",
    "Counted apart and never added to social care; an NHS vacancy is the gap to funded posts, a social care vacancy is"
    " an advertised post, so the two rates cannot be ranked",
    ("filled", "filled_fte", "vacancies", "vacancy_rate", "turnover_rate", "leavers_a_month", "hires_needed"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: what it tells, and one figure a month.

    Args:
        title: Name for people.
        unit: Unit for people.
        kind: `count` or `rate`.
        definition: What is counted.
        cells: One figure for each month of the outlook.
        given: The first figure is an input, published as it is shown, and not rounded.
    """

    title: str
    unit: str
    kind: str
    definition: str
    cells: tuple[Spread, ...]
    given: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Lines under one heading."""

    title: str
    note: str
    lines: tuple[Line, ...]


def board(view: Outlook) -> tuple[Block, ...]:
    """Make the table of page one: the workforce, its specialist posts, and the NHS apart."""
    made = [
        Block(title, note, tuple(line_of(view, measure(name), view.total[name]) for name in (*names, *more)))
        for title, note, names, more in _BLOCKS
    ]
    title, note, names = _NHS_BLOCK
    made.append(Block(title, note, tuple(line_of(view, measure(name), view.nhs[name]) for name in names)))
    return tuple(made)


def staff(view: Outlook) -> tuple[Block, ...]:
    """Filled posts by employer and by role; groups that the run does not hold are left out."""
    sectors = {item.code: item.name for item in catalogue.sectors()}
    roles = {item.code: item.name for item in catalogue.roles()}
    return (
        Block("By employer", "People in post", _groups(view, view.sector, "sector", sectors)),
        Block("By role", "People in post", _groups(view, view.role, "role", roles)),
    )


def _groups(view: Outlook, stats: xr.DataArray, dim: str, names: dict[str, str]) -> tuple[Line, ...]:
    told = measure("filled")
    made = []
    for code in codes(stats, dim):
        line = line_of(view, told, stats.sel({dim: code}), names[code])
        if any(cell.known and cell.q95 > 0 for cell in line.cells):
            made.append(line)
    return tuple(made)


def line_of(view: Outlook, told: Measure, stats: xr.DataArray, title: str = "") -> Line:
    """A line of a table.

    Args:
        view: The run.
        told: What it tells.
        stats: Dims (stat, month).
        title: In place of the measure's.
    """
    cells = tuple(spread(stats, month=point.month) for point in view.points)
    published = catalogue.figure(_PUBLISHED_POSTS).number
    given = told.name == "filled" and cells[0].q05 == cells[0].q95 == published
    return Line(title or told.title, told.unit, told.kind, told.definition, cells, given)


def shown(line: Line) -> Sequence[tuple[str, str]]:
    """Each cell of a line in words: the figure, and its interval."""
    made = []
    for number, cell in enumerate(line.cells):
        if line.given and number == 0:
            made.append((f"{cell.mean:,.0f}", "published"))
        else:
            made.append((amount(cell.mean, line.kind), span(cell.q05, cell.q95, line.kind)))
    return made
