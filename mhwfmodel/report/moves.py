"""Who moves where: from employer to employer and from place to place, who retires, and who qualifies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.report.board import Block, line_of
from mhwfmodel.report.measures import measure
from mhwfmodel.report.outlook import Outlook
from mhwfmodel.report.story import outlook_month
from mhwfmodel.report.wording import MISSING, month_name, people

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from mhwfmodel.results import Result

__all__ = ["Exchange", "Place", "Years", "exchanges", "moves", "sums_over", "year_sums", "years", "years_of"]

_YEAR = 12
_MOST = 8
_NAMED = 3
_STAFF = ("filled", "filled_fte", "effective_fte", "hours", "aged_55_share", "retirements_a_year")
_TRAINING = ("started", "qualified")


@dataclass(frozen=True, slots=True)
class Exchange:
    """Moves between two ICBs, both ways, people a year.

    Args:
        one: Name of one ICB.
        other: Name of the other.
        there: People from the one to the other.
        back: People from the other to the one.
    """

    one: str
    other: str
    there: float
    back: float


@dataclass(frozen=True, slots=True)
class Place:
    """Moves of one ICB from and to the other ICBs of the run.

    Args:
        code: ONS code.
        name: Short name.
        came: People who came from another ICB [people a year].
        went: People who went to another ICB [people a year].
        most: The ICBs that it exchanges most people with, each with the people who move, both ways [people a year].
    """

    code: str
    name: str
    came: float
    went: float
    most: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Years:
    """Sums over spans of twelve months.

    Args:
        ends: Last month of each span.
        length: Months of the first span: twelve, or all of a shorter run.
    """

    ends: tuple[str, ...]
    length: int

    def title(self, end: str) -> str:
        """What a span is called."""
        return f"{self.length} month{'s' if self.length > 1 else ''} to {month_name(end)}"


def years(view: Outlook) -> Years:
    """The spans that flows are summed over: to each March of the run, or all of a run of under a year."""
    return years_of(view.result)


def years_of(result: Result) -> Years:
    """The spans of a run."""
    flows = result.months[1:]
    if len(flows) < _YEAR:
        return Years((flows[-1],), len(flows))
    return Years(flows[_YEAR - 1 :: _YEAR], _YEAR)


def year_sums(view: Outlook, flow: xr.DataArray) -> dict[str, NDArray[np.float64]]:
    """A flow summed over each span, by its last month.

    Args:
        view: The run.
        flow: Dims (…, month), one value a month without the opening month.
    """
    return sums_over(years(view), flow)


def sums_over(spans: Years, flow: xr.DataArray) -> dict[str, NDArray[np.float64]]:
    """A flow summed over each of some spans, by its last month."""
    labels = [str(month) for month in flow["month"].values]
    values = np.asarray(flow.transpose(..., "month").values, dtype=np.float64)
    found = {}
    for end in spans.ends:
        at = labels.index(end) + 1
        found[end] = values[..., at - spans.length : at].sum(axis=-1)
    return found


def moves(view: Outlook) -> dict[str, Any]:
    """What the page tells of moves, ages, hours and students."""
    spans = years(view)
    end = max((end for end in spans.ends if end <= outlook_month(view)), default=spans.ends[-1])
    matrix = year_sums(view, view.result.flows["moves_sector"])[end]
    return {
        "when": spans.title(end),
        "within": view.result.manifest["scenario"].get("moves") == "within_icb",
        **_sectors(view, matrix),
        "exchanges": exchanges(view, end)[:_MOST],
        "places": _places(view, end),
        "staff": _staff(view),
        "training": _training(view),
        "ages": view.result.manifest["scenario"].get("starting_ages", "stationary"),
    }


def _sectors(view: Outlook, matrix: NDArray[np.float64]) -> dict[str, Any]:
    """The matrix of employers as text, sectors without any move left out, with totals."""
    names = {item.code: item.name for item in catalogue.sectors()}
    codes = [str(code) for code in view.result.flows["from_sector"].values]
    kept = [at for at in range(len(codes)) if matrix[at].sum() + matrix[:, at].sum() >= 0.5]
    shown = matrix[np.ix_(kept, kept)]
    rows = [
        (names[codes[at]], [people(value) for value in values], people(float(values.sum())))
        for at, values in zip(kept, shown, strict=True)
    ]
    totals = [people(float(value)) for value in shown.sum(axis=0)]
    return {
        "sectors": [names[codes[at]] for at in kept],
        "rows": rows,
        "totals": totals,
        "total": people(float(shown.sum())),
        "crossing": people(float(shown.sum() - np.trace(shown))),
    }


def exchanges(view: Outlook, end: str) -> list[Exchange]:
    """Pairs of ICBs by the number of people who move between them in a span, the largest first."""
    matrix = year_sums(view, view.result.flows["moves_icb"])[end]
    names = [catalogue.icb(code).short_name for code in view.codes]
    found = [
        Exchange(names[one], names[other], float(matrix[one, other]), float(matrix[other, one]))
        for one in range(len(names))
        for other in range(one + 1, len(names))
        if matrix[one, other] + matrix[other, one] > 0
    ]
    return sorted(found, key=lambda item: (-(item.there + item.back), item.one, item.other))


def _places(view: Outlook, end: str) -> list[Place]:
    """Every ICB of the run by name, where any moves to another."""
    matrix = year_sums(view, view.result.flows["moves_icb"])[end]
    names = [catalogue.icb(code).short_name for code in view.codes]
    away = matrix - np.diag(np.diag(matrix))
    both = away + away.T
    if not both.any():
        return []
    made = []
    for at, code in enumerate(view.codes):
        order = np.argsort(-both[at], kind="stable")[:_NAMED]
        most = tuple((names[other], float(both[at, other])) for other in order if both[at, other] > 0)
        made.append(Place(code, names[at], float(away[:, at].sum()), float(away[at].sum()), most))
    return sorted(made, key=lambda place: place.name)


def _staff(view: Outlook) -> tuple[Block, ...]:
    """Headcount beside time for people, and ages, for each population."""
    made = []
    for title, note, tables in (
        ("Social care workforce", "No NHS staff", view.total),
        ("NHS community mental health staff", "Counted apart and never added to social care", view.nhs),
    ):
        made.append(Block(title, note, tuple(line_of(view, measure(name), tables[name]) for name in _STAFF)))
    return tuple(made)


def _training(view: Outlook) -> dict[str, Any]:
    """Students who start and who qualify a year by course, over all ICBs of the run, at the spans that tables tell."""
    data = view.result.groups["training"]
    spans = years(view)
    told = [point.month for point in view.points]
    ends = [end for end in spans.ends if end in told] or [spans.ends[-1]]
    sums = {name: year_sums(view, data[name].sum("icb")) for name in _TRAINING}
    rows = []
    for at, code in enumerate(np.asarray(data["pipeline"].values).tolist()):
        course = catalogue.pipeline(str(code))
        cells = [people(float(sums[name][end][at])) for end in ends for name in _TRAINING]
        rows.append((course.name, _role_name(course.to_role), cells))
    return {"spans": [spans.title(end) for end in ends], "rows": rows}


def _role_name(code: str) -> str:
    return next((role.name for role in catalogue.roles() if role.code == code), MISSING)
