"""One series from pieces on different bases: a year told on two bases links them, and nothing else does.

A *basis* is a definition and a vintage together: a restatement by the publisher is another basis. The shift between
two bases is the mean difference, on the scale of the model, over the years that both tell: a ratio on the log scale, a
ratio of odds on the log-odds scale. A basis that no chain of shared years links to the target is not joined. With at
least two years it keeps its own level (a break that the model estimates); with one year it would tell nothing and is
left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mhwfmodel.errors import DataError, Fault
from mhwfmodel.forecast.scales import Scale, from_scale, limits, to_scale

__all__ = ["Link", "Observation", "Point", "Spliced", "splice"]


@dataclass(frozen=True, slots=True)
class Observation:
    """One published value of an annual series.

    Args:
        year: Year in which the financial year opens: 2023 is 2023/24.
        value: Fraction of a whole, or count.
        basis: Definition and vintage, in words; values of one basis may be compared.
        figure: Identifier of the published figure; empty for plain numbers.
        status: `observed`, `derived`, `imputed` or `assumed`.
        note: Restatements and other things to know.
    """

    year: int
    value: float
    basis: str
    figure: str = ""
    status: str = "observed"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """How one basis was brought to its neighbour: `shift` [scale of the model] from the shared `years`."""

    basis: str
    onto: str
    years: tuple[int, ...]
    shift: float


@dataclass(frozen=True, slots=True)
class Point:
    """One year as the model sees it: the observation, its value on the target basis, the level break it belongs to."""

    observation: Observation
    value: float
    level: str


@dataclass(frozen=True, slots=True)
class Spliced:
    """A series on one basis.

    Args:
        name: Name of the series.
        scale: Scale of the model.
        target: Basis that the values are on.
        points: One for each observed year, in order of years.
        links: The joins that were made.
        left_out: Observations that the model does not see: used for a link only, replaced by a nearer vintage, or not
            joined.
        breaks: Bases that keep a level of their own because nothing links them.
    """

    name: str
    scale: Scale
    target: str
    points: tuple[Point, ...]
    links: tuple[Link, ...]
    left_out: tuple[Observation, ...]
    breaks: tuple[str, ...]

    @property
    def years(self) -> tuple[int, ...]:
        """Observed years, increasing."""
        return tuple(point.observation.year for point in self.points)

    @property
    def values(self) -> NDArray[np.float64]:
        """Values on the target basis (on its own basis where the level is broken), dims (year,)."""
        return np.array([point.value for point in self.points], dtype=np.float64)

    def value(self, year: int) -> float:
        """Value of one observed year on the target basis.

        Raises:
            DataError: The year is not observed, or only on a basis that is not joined to the target.
        """
        for point in self.points:
            if point.observation.year == year and point.level == self.target:
                return point.value
        raise DataError(
            Fault(self.name, f"no value for {year} on the basis '{self.target}'", f"observed: {self.years}")
        )

    def until(self, year: int) -> Spliced:
        """The same series as it stood when `year` was its last year."""
        kept = tuple(point for point in self.points if point.observation.year <= year)
        levels = {point.level for point in kept}
        return Spliced(
            self.name,
            self.scale,
            self.target,
            kept,
            self.links,
            self.left_out,
            tuple(basis for basis in self.breaks if basis in levels),
        )


def splice(name: str, observations: Iterable[Observation], *, scale: Scale, target: str) -> Spliced:
    """Join the pieces of a series onto one basis.

    Args:
        name: Name of the series, for messages.
        observations: Values in any order; one for each year and basis.
        scale: Scale on which bases differ by a shift.
        target: Basis to bring the series to.

    Returns:
        The series with the links that were made, the breaks that stay and what was left out. Where a year is told on
        several bases, the one that is fewest links away from the target is used. Years that nobody tells stay missing.

    Raises:
        DataError: Values out of range, a year told twice on one basis, a target that no observation is on.
    """
    listed = sorted(observations, key=lambda item: item.year)
    _check(name, listed, scale, target)
    by_basis = _by_basis(listed, scale)
    links, distance, shift = _links(by_basis, target)
    breaks = tuple(basis for basis, years in by_basis.items() if basis not in distance and len(years) > 1)
    chosen: dict[int, Observation] = {}
    for item in listed:
        rank = distance.get(item.basis)
        if rank is None and item.basis not in breaks:
            continue
        held = chosen.get(item.year)
        if held is None or _rank(distance, item.basis) < _rank(distance, held.basis):
            chosen[item.year] = item
    points = tuple(
        Point(
            item,
            _shifted(item.value, shift.get(item.basis, 0.0), scale),
            target if item.basis in distance else item.basis,
        )
        for _, item in sorted(chosen.items())
    )
    used = {id(point.observation) for point in points}
    left_out = tuple(item for item in listed if id(item) not in used)
    levels = {point.level for point in points}
    return Spliced(name, scale, target, points, links, left_out, tuple(b for b in breaks if b in levels))


def _shifted(value: float, shift: float, scale: Scale) -> float:
    # A value on the target basis stays as published, to the last bit.
    return float(from_scale(to_scale(value, scale) + shift, scale)) if shift else value


def _rank(distance: dict[str, int], basis: str) -> float:
    return distance.get(basis, float("inf"))


def _check(name: str, listed: Sequence[Observation], scale: Scale, target: str) -> None:
    low, high = limits(scale)
    faults: list[Fault] = []
    seen: set[tuple[int, str]] = set()
    for item in listed:
        where = f"{name} {item.year} ({item.basis})"
        if not low < item.value < high:
            faults.append(
                Fault(where, f"value {item.value} is not between {low:g} and {high:g}", "give rates as fractions")
            )
        if (item.year, item.basis) in seen:
            faults.append(Fault(where, "told twice on one basis", "a restatement is another basis: name its vintage"))
        seen.add((item.year, item.basis))
    if target not in {item.basis for item in listed}:
        bases = ", ".join(f"'{basis}'" for basis in dict.fromkeys(item.basis for item in listed))
        faults.append(Fault(name, f"no observation is on the basis '{target}'", f"the bases are {bases or 'none'}"))
    if faults:
        raise DataError(faults)


def _by_basis(listed: Sequence[Observation], scale: Scale) -> dict[str, dict[int, float]]:
    by_basis: dict[str, dict[int, float]] = {}
    for item in listed:
        by_basis.setdefault(item.basis, {})[item.year] = float(to_scale(item.value, scale))
    return by_basis


def _links(
    by_basis: dict[str, dict[int, float]], target: str
) -> tuple[tuple[Link, ...], dict[str, int], dict[str, float]]:
    """Breadth first from the target, so that every basis is joined by the fewest links."""
    distance, shift = {target: 0}, {target: 0.0}
    links: list[Link] = []
    queue = [target]
    while queue:
        onto = queue.pop(0)
        for basis, values in by_basis.items():
            years = tuple(year for year in values if year in by_basis[onto])
            if basis in distance or not years:
                continue
            step = float(np.mean([by_basis[onto][year] - values[year] for year in years]))
            links.append(Link(basis, onto, years, step))
            distance[basis], shift[basis] = distance[onto] + 1, shift[onto] + step
            queue.append(basis)
    return tuple(links), distance, shift
