"""Groups of people beside a run: who they are in the population, among staff and among those who come to a pathway.

Ethnic groups are those of the census; shares of the population are known by ICB (`icb_covariates.csv`). What tells
groups of staff apart is assumed, and by default nothing does but who they are in the population.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.errors import DataError, Fault, suggest

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from mhwfmodel.inputs.draws import ParameterDraws

    Table = NDArray[np.float64]

__all__ = ["AXES", "OTHERS", "Axis", "Staff", "axis_of", "coming", "population", "staff_of"]


@dataclass(frozen=True, slots=True)
class Axis:
    """A way to tell people apart.

    Args:
        name: Word for it.
        groups: Its groups; the last is the one that the others are compared with.
        compared: What the parameters call the others; empty where there are no parameters, and groups are alike.
        shares: Share of each group among people and staff, where it is the same in all ICBs and draws; dims (group).
    """

    name: str
    groups: tuple[str, ...]
    compared: str = ""
    shares: tuple[float, ...] = ()

    def others(self, value: Table) -> Table:
        """A number of every draw for all groups but the last, whose number is 1, dims (draw, group)."""
        same = np.ones((value.size, len(self.groups)))
        same[:, :-1] = value[:, None]
        return same


OTHERS = "others"
"""Everybody who is in no group of the user's own."""

AXES = {
    "ethnicity": Axis("ethnicity", ("asian", "black", "mixed", "other", "white"), "minority"),
    "sex": Axis("sex", ("male", "female"), "male"),
}


@dataclass(frozen=True, slots=True)
class Staff:
    """Groups of the staff of a run.

    Args:
        start: Share of each group among staff when the run starts, dims (draw, icb, group).
        entry: Share among those who start in a month, dims (draw, icb, group).
        leaving: Hazard of leaving over that of the last group, dims (draw, group).
    """

    start: Table
    entry: Table
    leaving: Table


def axis_of(by: str | Mapping[str, float]) -> Axis:
    """The axis of a name, or one of the user's own.

    Args:
        by: `ethnicity` or `sex`; or groups with their shares of the people, such as `{"veterans": 0.04}`: everybody
            else is a group too.

    Raises:
        DataError: There is no such axis, or shares that leave no others.
    """
    if not isinstance(by, str):
        rest = 1.0 - sum(by.values())
        if not by or OTHERS in by or not all(0 < share < 1 for share in by.values()) or rest <= 0:
            listed = ", ".join(f"{group} {share:g}" for group, share in by.items())
            remedy = f"give each a share above 0, all of them less than 1, and none the name {OTHERS}"
            raise DataError(Fault("groups", f"'{listed}' is not allowed", remedy))
        return Axis("these", (*by, OTHERS), shares=(*by.values(), rest))
    if by not in AXES:
        raise DataError(Fault("groups", f"'{by}' tells no people apart", suggest(by, AXES)))
    return AXES[by]


def population(by: str | Mapping[str, float], icbs: tuple[str, ...] | None = None) -> pd.DataFrame:
    """People of each group and ICB.

    Args:
        by: As `axis_of`.
        icbs: ONS codes; all when left out.

    Returns:
        Columns icb, icb_name, group, share and people. The people of the ICBs are all of England's.

    Raises:
        DataError: As `axis_of`.
    """
    import pandas as pd

    axis = axis_of(by)
    places = [place for place in catalogue.icbs() if icbs is None or place.code in icbs]
    male = catalogue.parameter("equity_male_population").central
    shares = _shares(axis, tuple(place.code for place in places), np.array([male]))[0]
    rows = [
        (place.code, place.short_name, group, share, share * place.population)
        for place, listed in zip(places, shares, strict=True)
        for group, share in zip(axis.groups, listed, strict=True)
    ]
    return pd.DataFrame(rows, columns=["icb", "icb_name", "group", "share", "people"])


def staff_of(
    axis: Axis,
    parameters: ParameterDraws,
    icbs: tuple[str, ...],
    entry: Mapping[str, float],
    leaving: Mapping[str, float],
) -> Staff:
    """Groups of the staff of a run, as they are assumed.

    Args:
        axis: What tells them apart.
        parameters: The uncertain inputs of the run.
        icbs: ONS codes.
        entry: Factors on the odds of single groups to be among starters.
        leaving: Factors on the hazard of leaving of single groups.
    """
    starting, entering, going = (_assumed(axis, parameters, name) for name in ("start", "entry", "leaving"))
    if axis.name == "sex":
        start = _shares(axis, icbs, starting)
    else:
        start = _normalised(_shares(axis, icbs, starting) * axis.others(starting)[:, None, :])
    comes = axis.others(entering) * _factors(axis, entry)
    return Staff(start, _normalised(start * comes[:, None, :]), axis.others(going) * _factors(axis, leaving))


def coming(
    axis: Axis, parameters: ParameterDraws, icbs: tuple[str, ...], access: Mapping[str, float]
) -> tuple[Table, Table]:
    """Groups among those who come to a pathway.

    Args:
        axis: What tells them apart.
        parameters: The uncertain inputs of the run.
        icbs: ONS codes.
        access: Factors on the chance of single groups to come.

    Returns:
        Share of each group among those who come, and how many more would come for each who does, were all groups as
        likely to come as the last one, both with dims (draw, icb, group).
    """
    people = _shares(axis, icbs, parameters.value("equity_male_population"))
    chance = axis.others(_assumed(axis, parameters, "access")) * _factors(axis, access)
    shares = _normalised(people * chance[:, None, :])
    kept_away = np.broadcast_to((chance[:, -1:] / chance - 1.0)[:, None, :], shares.shape)
    return shares, kept_away


def _assumed(axis: Axis, parameters: ParameterDraws, name: str) -> Table:
    """How groups compare with the last one, dims (draw)."""
    if not axis.compared:
        return np.ones(parameters.draws.size)
    return parameters.value(f"equity_{axis.compared}_{name}")


def _shares(axis: Axis, icbs: tuple[str, ...], male: Table) -> Table:
    """Share of each group in the population of each ICB, dims (draw, icb, group)."""
    if axis.name == "sex":
        pair = np.stack([male, 1.0 - male], axis=1)
        return np.repeat(pair[:, None, :], len(icbs), axis=1)
    if axis.shares:
        return np.tile(np.array(axis.shares), (male.size, len(icbs), 1))
    known = {row.code: [getattr(row, group) for group in axis.groups] for row in catalogue.icb_covariates()}
    counted = _normalised(np.array([known[code] for code in icbs]))
    return np.repeat(counted[None], male.size, axis=0)


def _factors(axis: Axis, given: Mapping[str, float]) -> Table:
    """A factor of every group, 1 where none is given, dims (group).

    Raises:
        DataError: A group that the axis does not have, or a factor that is not above 0.
    """
    faults = [
        Fault("groups", f"'{group}' is no group of {axis.name}", suggest(group, axis.groups))
        for group in given
        if group not in axis.groups
    ]
    faults += [
        Fault("groups", f"a factor of {value:g} for {group} is not allowed", "give more than 0")
        for group, value in given.items()
        if not (np.isfinite(value) and value > 0)
    ]
    if faults:
        raise DataError(faults)
    return np.array([given.get(group, 1.0) for group in axis.groups])


def _normalised(weights: Table) -> Table:
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True), dtype=np.float64)
