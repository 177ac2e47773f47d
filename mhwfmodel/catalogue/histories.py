"""Yearly series cut from the published figures, and the councils' rates rolled up to boards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mhwfmodel.catalogue._tables import Folder, Row, duplicates, load, package_data, pick
from mhwfmodel.catalogue.evidence import read_figures
from mhwfmodel.catalogue.geography import read_icbs
from mhwfmodel.errors import Fault

__all__ = ["IcbRate", "SeriesPoint", "icb_rates", "read_icb_rates", "read_series", "series", "series_names"]

CLOCKS = ("financial_year", "snapshot")


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """One year of one series.

    Args:
        series: Name of the series.
        year: The year of a snapshot, or the year in which a financial year starts (2023 for 2023/24).
        clock: `financial_year` or `snapshot`.
        figure_id: The figure that the value is.
        value: The figure's number, in `unit`.
        unit: The figure's unit; `%` is out of 100.
        basis: Definition and vintage. Points of one series with different bases are not the same measure: between
            them lies a break.
        use: Whether a model may be given the point, for its year or to link two bases; at most one a year in each
            basis. The others are shown beside; those of later years check a forecast.
        status: What the figure rests on.
        note: Restatements and other things to know.
    """

    series: str
    year: int
    clock: str
    figure_id: str
    value: float
    unit: str
    basis: str
    use: bool
    status: str
    note: str


@dataclass(frozen=True, slots=True)
class IcbRate:
    """All adult social care in the councils of one board: weighted means, derived, not published by board.

    Args:
        icb_code: ONS 2023 code.
        vacancy_rate: Vacant posts as a share of all posts, 2024/25.
        vacancy_figure: Id of the figure.
        turnover_rate: Leavers over 12 months as a share of staff in post [1/year], 2022/23; may exceed 1.
        turnover_figure: Id of the figure.
        adults: Adults behind the weights, mid-2024.
        councils: How many councils went in.
        uses_split_county: A council lies in several boards and its rate stands in each of them.
        missing: Councils without a published rate.
        status: Always `derived`.
    """

    icb_code: str
    vacancy_rate: float
    vacancy_figure: str
    turnover_rate: float
    turnover_figure: str
    adults: int
    councils: int
    uses_split_county: bool
    missing: str
    status: str


def read_series(folder: Folder) -> tuple[SeriesPoint, ...]:
    """Read and check `series.csv`; values are those of the figures that it names.

    Raises:
        DataError: With every fault of the table.
    """
    figures = {figure.id: figure for figure in read_figures(folder)}

    def build(row: Row) -> SeriesPoint:
        named = row.known("figure_id", figures, "figure of figures.csv")
        figure = figures.get(named[0]) if len(named) == 1 else None
        number = figure.number if figure else None
        if number is None or figure is None or figure.bound:
            row.fault("figure_id", "a point needs one figure with a plain number")
        value = row.number("value")
        if number is not None and value != number:
            row.fault("value", f"{value:g} is not what {row.cells['figure_id']} says, {number:g}")
        return SeriesPoint(
            series=row.text("series"),
            year=row.integer("year", 1990, 2100),
            clock=row.text("clock", allowed=CLOCKS),
            figure_id=row.cells["figure_id"],
            value=value,
            unit=figure.unit if figure else "",
            basis=row.text("basis"),
            use=row.flag("use"),
            status=figure.status if figure else "",
            note=row.text("note", optional=True),
        )

    def check(found: tuple[SeriesPoint, ...]) -> Iterator[Fault]:
        taken = ((point.series, point.basis, point.year) for point in found if point.use)
        yield from duplicates("series.csv", "the point in use", taken)
        yield from duplicates("series.csv", "point", ((point.series, point.figure_id) for point in found))
        clocks = {(point.series, point.clock) for point in found}
        yield from duplicates("series.csv", "clock of", sorted(name for name, _ in clocks))
        units = {(point.series, point.basis, point.unit) for point in found}
        yield from duplicates("series.csv", "unit of", sorted(f"{name} {basis}" for name, basis, _ in units))

    columns = ("series", "year", "clock", "figure_id", "value", "basis", "use", "note")
    return load(folder, "series.csv", columns, build, check)


def read_icb_rates(folder: Folder) -> tuple[IcbRate, ...]:
    """Read and check `icb_rates.csv`: one row a board, each number equal to its figure.

    Raises:
        DataError: With every fault of the table.
    """
    figures = {figure.id: figure for figure in read_figures(folder)}
    boards = [item.code for item in read_icbs(folder)]

    def percent(row: Row, column: str, name: str) -> float:
        value = row.number(column, 0, 200)
        if name not in figures or figures[name].number != value:
            row.fault(column, f"{value:g} is not what the figure {name} says")
        return value / 100

    def build(row: Row) -> IcbRate:
        vacancy, turnover = row.text("vacancy_figure"), row.text("turnover_figure")
        return IcbRate(
            icb_code=row.text("icb_code", allowed=boards),
            vacancy_rate=percent(row, "vacancy_pct_2024_25", vacancy),
            vacancy_figure=vacancy,
            turnover_rate=percent(row, "turnover_pct_2022_23", turnover),
            turnover_figure=turnover,
            adults=row.integer("adults_mid2024"),
            councils=row.integer("councils"),
            uses_split_county=row.flag("uses_split_county"),
            missing=row.text("missing", optional=True),
            status=row.status(),
        )

    def check(found: tuple[IcbRate, ...]) -> Iterator[Fault]:
        yield from duplicates("icb_rates.csv", "board", (rate.icb_code for rate in found))
        for code in sorted(set(boards) - {rate.icb_code for rate in found}):
            yield Fault("icb_rates.csv", f"no row for {code}")

    columns = (
        "icb_code,vacancy_pct_2024_25,vacancy_figure,turnover_pct_2022_23,turnover_figure,adults_mid2024,"
        "councils,uses_split_county,missing,status"
    )
    return load(folder, "icb_rates.csv", columns.split(","), build, check)


@cache
def _series() -> dict[str, tuple[SeriesPoint, ...]]:
    """Return name -> points in order of year."""
    found: dict[str, list[SeriesPoint]] = {}
    for point in read_series(package_data()):
        found.setdefault(point.series, []).append(point)
    return {name: tuple(sorted(points, key=lambda p: p.year)) for name, points in found.items()}


def series_names() -> tuple[str, ...]:
    """Return the names of the series."""
    return tuple(_series())


def series(name: str, *, all_points: bool = False) -> tuple[SeriesPoint, ...]:
    """Return the points of one series in order of year.

    Args:
        name: Name of the series.
        all_points: Also the points that are not in use (worked back from others, restated, or third hand).

    Raises:
        DataError: No series has this name.
    """
    points = pick(_series(), name, "series")
    return points if all_points else tuple(point for point in points if point.use)


@cache
def icb_rates() -> tuple[IcbRate, ...]:
    """Return the councils' rates rolled up to the 42 boards, in catalogue order."""
    return read_icb_rates(package_data())
