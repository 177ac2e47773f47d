"""What a run costs and who pays: staff, agency cover, replacing leavers, training, and the levers.

All in prices of 2024/25. Nothing is counted twice: a part is told in one place only.

- *Staff*: everybody in post, with those whom a lever brings, at pay and on-costs.
- *Agency*: who covers vacant posts, at what an employee costs and a premium on it.
- *Replacement*: what a starter costs beyond pay: finding, checking and inducting. The time until a recruit works in
  full is pay, and cover of the gap is agency: neither is here.
- *Training*: fees of AMHP courses, and the second payment for released time that others cover. The pay of trainees is
  in staff.
- *Levers*: what a plan spends beside these; the rise of pay that a lever gives, on staff costs as they were.

*Grants* are no part: money that a lever gives to employers for staff whom they pay says who pays, and adds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue, units
from mhwfmodel.catalogue import GREEN_BOOK
from mhwfmodel.catalogue.states import POPULATIONS
from mhwfmodel.errors import DataError, suggest
from mhwfmodel.plan.cells import month_blocks, people, require_draws
from mhwfmodel.plan.discount import present_value
from mhwfmodel.plan.drawn import given_to
from mhwfmodel.plan.spending import LeverCost, lever_costs
from mhwfmodel.plan.unit_costs import UnitCosts, unit_costs_of
from mhwfmodel.results.summaries import STATS, summarise

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from numpy.typing import NDArray

    from mhwfmodel.plan.drawn import OwnLevers
    from mhwfmodel.results import Result

    Array = NDArray[np.float64]

__all__ = [
    "ALL",
    "COUNTED",
    "GRANTS",
    "LEVERS",
    "PARTS",
    "SOCIAL_CARE_EMPLOYERS",
    "Costs",
    "by_payer",
    "costs_of",
    "summary",
]

ALL, LEVERS, GRANTS = "all", "levers", "grants"

COUNTED = {"staff": "filled_fte", "agency": "agency_fte", "replacement": "starters", "training": "amhp_trainees"}
"""The measure that each part is counted by: a run has to keep every draw of it."""

PARTS = (*COUNTED, LEVERS)
"""What the costs of a run are made of."""

SOCIAL_CARE_EMPLOYERS = "All social care employers"
"""In place of a payer: all of the social care population; NHS staff are a total of their own."""

_CELL_DIMS = ("sector", "role")
_LOW, _HIGH = STATS.index("q05"), STATS.index("q95")


@dataclass(frozen=True, slots=True, eq=False)
class Costs:
    """The costs of a run, in every draw.

    Args:
        result: The run.
        unit: What one of each thing costs.
        levers: What the levers cost.
        grants: What levers give to employers for staff whom these pay: in the costs of staff already.
        unknown: Names of levers of the user's own whose classes are not at hand: what they cost is not told.
    """

    result: Result
    unit: UnitCosts
    levers: tuple[LeverCost, ...]
    grants: tuple[LeverCost, ...] = ()
    unknown: tuple[str, ...] = ()

    def draws(self, part: str = ALL, by: tuple[str, ...] = ()) -> xr.DataArray:
        """Every draw of a part.

        Args:
            part: One of `PARTS`, or `all` of them together.
            by: `sector`, `role`, both or nothing. What levers cost, and so all together, is not told by either.

        Returns:
            Dims (draw, … by …, month), without the opening month [GBP/month].

        Raises:
            DataError: No such part or grouping.
        """
        import xarray as xr

        self._check(part, by)
        dims = tuple(dim for dim in _CELL_DIMS if dim in by)
        codes = {
            "sector": [item.code for item in catalogue.sectors()],
            "role": [item.code for item in catalogue.roles()],
        }
        coords = {
            "draw": self.result.draws["draw"].values,
            **{dim: codes[dim] for dim in dims},
            "month": list(self.result.months[1:]),
        }
        attrs = {"units": "GBP per month", "long_name": f"Costs: {part}", "kind": "flow"}
        return xr.DataArray(self._values(part, dims), coords, ("draw", *dims, "month"), attrs=attrs)

    def given(self) -> Array:
        """What the employers of each sector are given by levers, dims (draw, sector, month) [GBP/month]."""
        codes = [item.code for item in catalogue.sectors()]
        draws, months = self.unit.growth.shape
        found = np.zeros((draws, len(codes), months))
        for item in self.grants:
            found[:, codes.index(item.sector)] += item.pounds
        return found

    def present_value(self, part: str = ALL, version: str = GREEN_BOOK) -> Array:
        """What all months of a part are worth at the start of the run, dims (draw) [GBP].

        Args:
            part: One of `PARTS`, or `all`.
            version: Of the discount rates (`catalogue.discount_versions`), or `none`.
        """
        return present_value(np.asarray(self.draws(part).values), version)

    def a_year(self, part: str, by: tuple[str, ...] = ()) -> Array:
        """Pounds a year on average over the run, dims (draw, … by …) [GBP/year].

        Args:
            part: A part of `COUNTED`.
            by: As in `draws`, whose months this does not hold all at once.
        """
        self._check(part, by)
        dims = tuple(dim for dim in _CELL_DIMS if dim in by)
        total = sum(pounds.sum(axis=-1) for pounds in self._blocks(part, dims))
        return np.asarray(total * (units.MONTHS_PER_YEAR / self.unit.growth.shape[1]), dtype=np.float64)

    def _check(self, part: str, by: tuple[str, ...]) -> None:
        if part not in (*PARTS, ALL):
            message = f"'{part}' is no part of costs; {suggest(part, (*PARTS, ALL))}"
            raise DataError(message)
        wrong = [dim for dim in by if dim not in _CELL_DIMS]
        if wrong or (by and part not in COUNTED):
            told = " and ".join(_CELL_DIMS) if part in COUNTED else "nothing"
            message = f"costs of '{part}' are not told by {' and '.join(wrong or by)}; group by {told}"
            raise DataError(message)

    def _values(self, part: str, dims: tuple[str, ...]) -> Array:
        if part == ALL:
            return np.asarray(sum(self._values(one, ()) for one in PARTS), dtype=np.float64)
        if part == LEVERS:
            return sum((item.pounds for item in self.levers), np.zeros_like(self.unit.growth))
        return self._counted(part, dims)

    def _counted(self, part: str, dims: tuple[str, ...]) -> Array:
        """A part that is a measure times what one of it costs, dims (draw, … dims …, month)."""
        return np.concatenate([pounds for pounds in self._blocks(part, dims)], axis=-1)

    def _blocks(self, part: str, dims: tuple[str, ...]) -> Iterator[Array]:
        """The same for some months after the other."""
        each = {
            "staff": self.unit.staff,
            "agency": self.unit.agency,
            "replacement": self.unit.starter,
            "training": self.unit.trainee,
        }[part]
        kept = "".join(dim[0] for dim in dims)
        for block in month_blocks(self.result):
            growth = self.unit.growth[:, block.start - 1 : block.stop - 1]
            if part == "training":
                trainees = np.asarray(self.result.draws_by(COUNTED[part]).isel(month=block).values, dtype=np.float64)
                yield np.einsum(f"dm,dsr->d{kept}m", trainees * growth, each)
            else:
                measured = people(self.result, COUNTED[part], block) * growth[:, None, None, :]
                yield np.einsum(f"dsrm,dsr->d{kept}m", measured, each)


def costs_of(result: Result, *, real_growth: float | None = None, own: OwnLevers = ()) -> Costs:
    """The costs of a run.

    Args:
        result: A run that kept every draw of what is counted (`COUNTED`).
        real_growth: Growth of unit costs a year in real terms, in place of the assumption `unit_cost_growth` [1/year].
        own: Classes of the user's own levers in it.

    Raises:
        DataError: The run did not keep what its costs are made of.
    """
    require_draws(result, tuple(COUNTED.values()))
    given = given_to(result, own)
    unit = unit_costs_of(given.parameters, len(result.months) - 1, real_growth)
    paid = lever_costs(result, given, unit)
    levers, grants = (tuple(item for item in paid if bool(item.sector) == granted) for granted in (False, True))
    return Costs(result, unit, levers, grants, given.unknown)


def summary(result: Result | Costs, *, version: str | None = None) -> pd.DataFrame:
    """The costs of a run by part and payer: mean over draws, and the interval that holds nine draws in ten.

    Employers pay what their staff cost less what levers give them for it (`grants`, which sum to 0), levers are paid as
    each says. Rows without any cost are left out. Of sums there
    are `All social care employers` (NHS staff are a total of their own), and in the last row `all` of `all`: the two
    populations and the levers, for the difference between two runs and not as a level. Intervals do not add up.

    Args:
        result: A run, or its costs.
        version: Discount with these rates and tell the worth of all months at the start [GBP]; when left out, pounds a
            year on average over the run, undiscounted [GBP/year].

    Returns:
        One row a part and payer, with part, payer, mean, low and high.
    """
    import pandas as pd

    made = result if isinstance(result, Costs) else costs_of(result)
    rows = [_row(part, payer, pounds) for (part, payer), pounds in by_payer(made, version=version).items()]
    return pd.DataFrame(rows, columns=["part", "payer", "mean", "low", "high"])


def by_payer(made: Costs, *, version: str | None = None) -> dict[tuple[str, str], Array]:
    """The rows of `summary` in every draw: part and payer to pounds, dims (draw).

    Args:
        made: The costs of a run.
        version: As in `summary`, which says the units too.
    """

    def told(pounds: Array) -> Array:
        if version is None:
            return np.asarray(pounds.mean(axis=-1) * units.MONTHS_PER_YEAR, dtype=np.float64)
        return present_value(pounds, version)

    paid = ((part, payer, pounds) for part, payer, pounds in _by_payer(made) if pounds.any() or part == payer == ALL)
    return {(part, payer): told(pounds) for part, payer, pounds in paid}


def _row(part: str, payer: str, pounds: Array) -> tuple[str, str, float, float, float]:
    stats = summarise(pounds[:, None])[:, 0]
    return part, payer, float(stats[0]), float(stats[_LOW]), float(stats[_HIGH])


def _by_payer(made: Costs) -> Iterator[tuple[str, str, Array]]:
    """Part, payer and pounds, dims (draw, month): each part's sums after its payers, and all of it together last."""
    sectors = catalogue.sectors()
    social_care = np.array([sector.population == POPULATIONS[0] for sector in sectors])
    together, given = np.zeros((len(made.unit.growth), len(sectors), made.unit.growth.shape[1])), made.given()
    for part in (*COUNTED, GRANTS, ALL):
        if part in COUNTED:
            values = np.asarray(made.draws(part, ("sector",)).values)
            together = together + values
        else:
            values = -given if part == GRANTS else together - given
        for at, sector in enumerate(sectors):
            yield part, sector.name, values[:, at]
        yield part, SOCIAL_CARE_EMPLOYERS, values[:, social_care].sum(axis=1)
    listed = {LEVERS: made.levers, GRANTS: made.grants, ALL: (*made.levers, *made.grants)}
    for part, items in listed.items():
        for payer in dict.fromkeys(item.payer for item in items):
            yield part, payer, np.asarray(sum(item.pounds for item in items if item.payer == payer))
    levers = np.asarray(made.draws(LEVERS).values)
    yield LEVERS, ALL, levers
    yield ALL, ALL, together.sum(axis=1) + levers
