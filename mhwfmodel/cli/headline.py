"""The few numbers of a run that fit a screen: what is shown, over which months, and how it is rounded."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mhwfmodel.cli.console import width
from mhwfmodel.units import parse_month

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Cell", "Line", "Measure", "cells_at", "month_name", "rounded", "short", "table"]

_YEAR = 12
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_GAP = "  "
_LABEL = 26
_NAME = 30


@dataclass(frozen=True, slots=True)
class Measure:
    """A line of a short table.

    Args:
        label: What people call it.
        variable: Name in the result.
        population: `social_care` or `nhs`.
        rate: A share, shown in per cent.
        monthly: A flow, shown as the mean of up to twelve months, because single months jump.
    """

    label: str
    variable: str
    population: str = "social_care"
    rate: bool = False
    monthly: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """Mean and 5 % and 95 % quantiles over draws; not a number where there is none."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a short table.

    Args:
        label: What stands before it.
        cells: One a month; none in a line that is a heading.
        show: How a number is written.
        spread: The range is shown below the mean.
    """

    label: str
    cells: tuple[Cell, ...]
    show: Callable[[float], str]
    spread: bool = True


def short(name: str) -> str:
    """The name of a run where there is little room: the end stays, for it may be what tells runs of one name apart."""
    if len(name) <= _NAME:
        return name
    end = _NAME // 2
    return f"{name[: _NAME - end - 1]}…{name[-end:]}"


def month_name(label: str) -> str:
    """`2024-03` as `Mar 2024`."""
    year, month = parse_month(label)
    return f"{_NAMES[month - 1]} {year}"


def cells_at(drawn: xr.DataArray, positions: Sequence[int], *, monthly: bool) -> tuple[Cell, ...]:
    """Mean and range at some months.

    Args:
        drawn: Every draw, dims (draw, month).
        positions: Positions of months.
        monthly: Take the mean of up to twelve months that end there.
    """
    import numpy as np

    from mhwfmodel.results.summaries import summarise

    values = np.asarray(drawn.transpose("draw", "month").values, dtype=np.float64)
    columns = [
        values[:, max(at - _YEAR + 1, 1) : at + 1].mean(axis=1) if monthly and at else values[:, at] for at in positions
    ]
    mean, low, *_, high = summarise(np.stack(columns, axis=1))
    return tuple(Cell(*map(float, cell)) for cell in zip(mean, low, high, strict=True))


def rounded(*, rate: bool = False, signed: bool = False) -> Callable[[float], str]:
    """How a number is written: as in the report, because no more of it is known.

    Args:
        rate: In per cent, to one decimal; a difference in percentage points (`pts`).
        signed: A difference: with its sign, and to one decimal when it is small.
    """
    from mhwfmodel.report.wording import amount

    def show(value: float) -> str:
        small = signed and not rate and 0.05 <= abs(value) < 10
        text = f"{value:.1f}".replace("-", "−") if small else amount(value, "rate" if rate else "count")
        if signed and rate:
            text = text.replace("%", " pts")
        if not text.strip("−-0.% pts"):
            return text.lstrip("−-")
        return f"+{text}" if signed and value > 0 else text

    return show


def table(months: Sequence[str], lines: Sequence[Line]) -> str:
    """Lay lines out under their months; ranges stand in one row where the terminal has room, else in two."""
    blocks = [_rows(line, one_row=True) for line in lines]
    if _LABEL + _widest(blocks, months) > width():
        blocks = [_rows(line, one_row=False) for line in lines]
    rows = [("", [month_name(month) for month in months]), *(row for block in blocks for row in block)]
    first = max(_LABEL, *(len(label) for label, _ in rows))
    sizes = [max(len(cells[at]) for _, cells in rows if cells) for at in range(len(months))]
    ruled = [*rows[:1], ("─" * first, ["─" * size for size in sizes]), *rows[1:]]
    return "\n".join(
        (
            label.ljust(first) + "".join(_GAP + cell.rjust(size) for cell, size in zip(cells, sizes, strict=False))
        ).rstrip()
        for label, cells in ruled
    )


_Row = tuple[str, list[str]]


def _widest(blocks: Sequence[Sequence[_Row]], months: Sequence[str]) -> int:
    rows = [cells for block in blocks for _, cells in block]
    return sum(len(_GAP) + max(len(cells[at]) for cells in rows if cells) for at in range(len(months)))


def _rows(line: Line, *, one_row: bool) -> list[_Row]:
    if not line.spread:
        return [(line.label, [line.show(cell.mean) for cell in line.cells])]
    means = [_mean(cell, line.show) for cell in line.cells]
    lows = ["" if _certain(cell) else line.show(cell.low) for cell in line.cells]
    highs = ["" if _certain(cell) else line.show(cell.high) for cell in line.cells]
    if one_row:
        both = [f"{low} to {high}" if low else "" for low, high in zip(lows, highs, strict=True)]
        return [(line.label, means), ("", both)]
    indent = " " * (len(line.label) - len(line.label.lstrip()) + 2)
    return [(line.label, means), (f"{indent}from", lows), (f"{indent}to", highs)]


def _certain(cell: Cell) -> bool:
    """Whether there is no range to tell: every draw has the same number, or none has one."""
    return math.isnan(cell.mean) or cell.low == cell.high


def _mean(cell: Cell, show: Callable[[float], str]) -> str:
    """The mean; a whole number that every draw shares was published and not forecast, and is told as it stands."""
    published = cell.low == cell.high and cell.mean >= 1 and cell.mean == round(cell.mean)
    return f"{cell.mean:,.0f}" if published else show(cell.mean)
