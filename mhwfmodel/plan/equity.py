"""Who the staff of a run are, and who waits: groups accounted for beside the run, whose totals they never change.

Month by month and draw by draw, the leavers of an ICB are split over groups by hazards that stand in a given ratio,
`L_g = N_g·(1 − exp(−λ·r_g))` with the λ that makes them all the run's leavers; its starters by the shares of groups
among those who start; and groups are the staff of the month before, less the one, plus the other. With all ratios 1
leavers are split as staff are. People of a pathway are split by who lives in the ICB and how likely they are to come.

Nothing here is measured: by default groups differ only in who they are in the population of their ICB.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from mhwfmodel.errors import DataError, Fault
from mhwfmodel.inputs.draws import override
from mhwfmodel.plan.disclosure import STANDARD, Disclosure
from mhwfmodel.plan.drawn import given_to
from mhwfmodel.plan.group_tables import Asked, Counted, told, write_strata
from mhwfmodel.plan.groups import axis_of, coming, population, staff_of
from mhwfmodel.scenario.assumptions import assumption_problems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from mhwfmodel.inputs.draws import ParameterDraws
    from mhwfmodel.results import Result

    Table = NDArray[np.float64]

__all__ = ["STAFF", "WAITING", "population", "split", "strata", "unmet_need", "write_strata"]

STAFF = ("filled", "starters", "leavers")
"""Measures of staff that groups are told of."""

WAITING = ("waiting", "arrived", "gave_up")
"""Measures of a pathway that groups are told of, beside `kept_away`."""

AGE = "age"
_AGES = ("55_plus", "under_55")
_CLOSE = 1e-13
_STEPS = 60
_NONE: Mapping[str, float] = {}


def strata(
    result: Result,
    by: str | Mapping[str, float] = "ethnicity",
    *,
    place: Literal["all", "icb"] = "all",
    every: Literal["month", "year"] = "month",
    months: Sequence[str] | None = None,
    assumptions: Mapping[str, float] = _NONE,
    entry: Mapping[str, float] = _NONE,
    leaving: Mapping[str, float] = _NONE,
    disclosure: Disclosure | None = STANDARD,
) -> pd.DataFrame:
    """Social care staff by group: stock, starters and leavers.

    Args:
        result: A run that kept every draw of `filled`, `starters` and `leavers`.
        by: `ethnicity`, `sex` or `age`. Of ages the model itself has the stock; starters and leavers are not told. Or
            groups of your own with their shares of staff, such as `{"veterans": 0.04}`: they make a table of
            their own, whose people are in the other tables too.
        place: All ICBs of the run together, or each of them.
        every: Month by month, or years of the run: flows over 12 months, stocks at their end.
        months: Labels to keep; all when left out.
        assumptions: Parameters set to a value for all draws, such as `equity_minority_leaving`.
        entry: Factors on the odds of single groups to be among starters, such as `{"black": 1.2}`.
        leaving: Factors on the hazard of leaving of single groups.
        disclosure: What may be shown. None shows everything, which is not to be passed on.

    Returns:
        One row a place, measure, group and month with mean and quantiles [people], and `shown`: numbers that are kept
        back are left out. The group `all` is the run's own total, as it is.

    Raises:
        DataError: What the run did not keep, or a group, assumption or month that there is not.
    """
    asked = Asked(place, every, months, disclosure)
    icbs = tuple(str(code) for code in result.draws["icb"].values)
    if by == AGE:
        totals = _totals(result, STAFF[:1])
        older = _totals(result, ("aged_55_plus",))["aged_55_plus"]
        ages = np.stack([older, totals["filled"] - older], axis=2)
        stock = ({"filled": ages[:, at]} for at in range(len(icbs)))
        return told(Counted(icbs, _AGES, result.months, 1, frozenset(totals), totals, stock), asked)
    axis = axis_of(by)
    staff = staff_of(axis, _assumed(result, assumptions), icbs, entry, leaving)
    totals = _totals(result, STAFF)

    def parts() -> Iterator[dict[str, Table]]:
        for at in range(len(icbs)):
            filled, starters, leavers = (totals[name][:, at] for name in STAFF)
            groups = split(filled, starters, leavers, staff.start[:, at], staff.entry[:, at], staff.leaving)
            yield dict(zip(STAFF, groups, strict=True))

    return told(Counted(icbs, axis.groups, result.months, 1, frozenset(STAFF[:1]), totals, parts()), asked)


def unmet_need(
    result: Result,
    by: str | Mapping[str, float] = "ethnicity",
    *,
    place: Literal["all", "icb"] = "all",
    every: Literal["month", "year"] = "month",
    months: Sequence[str] | None = None,
    assumptions: Mapping[str, float] = _NONE,
    access: Mapping[str, float] = _NONE,
    disclosure: Disclosure | None = STANDARD,
) -> pd.DataFrame:
    """People of a run's pathway by group: who waits, arrives and gives up, and who is kept away.

    Those kept away are outside the run: so many more would have arrived in the month, were all groups as likely to come
    as the one that others are compared with; below 0 where a group is likelier. Whether need or access differs cannot
    be told apart.

    Args:
        result: A run with a pathway.
        by: `ethnicity` or `sex`, or groups of your own with their shares of the population.
        place: All ICBs of the run together, or each of them.
        every: Month by month, or years of the run: flows over 12 months, stocks at their end.
        months: Labels to keep; all when left out.
        assumptions: Parameters set to a value for all draws, such as `equity_minority_access`.
        access: Factors on the chance of single groups to come to the pathway.
        disclosure: What may be shown. None shows everything, which is not to be passed on.

    Returns:
        As `strata`.

    Raises:
        DataError: A run without a pathway, or a group, assumption or month that there is not.
    """
    asked, axis = Asked(place, every, months, disclosure), axis_of(by)
    icbs = tuple(str(code) for code in result.draws["icb"].values)
    shares, away = coming(axis, _assumed(result, assumptions), icbs, access)
    totals = _totals(result, WAITING)
    labels = tuple(str(month) for month in result.pathway_draws["month"].values)
    totals["kept_away"] = totals["arrived"] * (shares * away).sum(axis=2)[:, :, None]

    def parts() -> Iterator[dict[str, Table]]:
        for at in range(len(icbs)):
            groups = {name: totals[name][:, at, None, :] * shares[:, at, :, None] for name in WAITING}
            yield groups | {"kept_away": groups["arrived"] * away[:, at, :, None]}

    return told(Counted(icbs, axis.groups, labels, 0, frozenset(WAITING[:1]), totals, parts()), asked)


def split(
    filled: Table, starters: Table, leavers: Table, start: Table, entry: Table, leaving: Table
) -> tuple[Table, Table, Table]:
    """Split the staff of a place over groups.

    Args:
        filled: People in post, the opening month first, dims (draw, month).
        starters: People who started in the month, the opening month left out of account, dims (draw, month).
        leavers: People who left in the month, likewise.
        start: Share of each group at the opening, dims (draw, group).
        entry: Share of each group among starters, dims (draw, group).
        leaving: Hazard of leaving in a ratio to each other, above 0, dims (draw, group).

    Returns:
        The same three by group, dims (draw, group, month); groups sum to what was given, and flows of the opening month
        are not numbers.
    """
    draws, months = filled.shape
    people, came, went = (np.full((draws, leaving.shape[1], months), np.nan) for _ in range(3))
    people[..., 0] = filled[:, :1] * start
    for month in range(1, months):
        before = people[..., month - 1]
        went[..., month] = _leavers(before, leaving, leavers[:, month])
        came[..., month] = starters[:, month, None] * entry
        after = before - went[..., month] + came[..., month]
        people[..., month] = _scaled(np.maximum(after, 0.0), filled[:, month])
    return people, came, went


def _leavers(people: Table, leaving: Table, total: Table) -> Table:
    """Leavers of each group, dims (draw, group): hazards that give the total, found from below by Newton's steps."""
    there = people.sum(axis=1)
    share = np.divide(total, there, out=np.zeros_like(total), where=there > 0)
    some = share < 1.0
    level = -np.log1p(-np.where(some, share, 0.0)) / leaving.max(axis=1)
    for _ in range(_STEPS):
        stay = people * np.exp(-level[:, None] * leaving)
        missing = np.where(some, total - (people - stay).sum(axis=1), 0.0)
        if (missing <= _CLOSE * np.maximum(total, 1.0)).all():
            break
        slope = (stay * leaving).sum(axis=1)
        level = level + np.divide(missing, slope, out=np.zeros_like(level), where=slope > 0)
    gone = np.where(some[:, None], people * -np.expm1(-level[:, None] * leaving), people)
    return _scaled(gone, total)


def _scaled(parts: Table, total: Table) -> Table:
    """Parts that sum to a total, in the proportion that they have, dims (draw, group)."""
    found = parts.sum(axis=1)
    return np.asarray(parts * np.divide(total, found, out=np.zeros_like(total), where=found > 0)[:, None])


def _totals(result: Result, measures: Sequence[str]) -> dict[str, Table]:
    """Every draw of some measures by ICB, dims (draw, icb, month)."""
    return {name: np.asarray(result.draws_by(name, by="icb"), dtype=np.float64) for name in measures}


def _assumed(result: Result, assumptions: Mapping[str, float]) -> ParameterDraws:
    """The uncertain inputs of a run, some of them set to a value.

    Raises:
        DataError: A name that is none of them, or a value that it cannot have.
    """
    faults = [Fault("groups", str(problem)) for problem in assumption_problems({"assumptions": assumptions})]
    if faults:
        raise DataError(faults)
    given = given_to(result).parameters
    fixed = {name: override(name, value, None, None) for name, value in assumptions.items()}
    return replace(given, overrides={**given.overrides, **fixed})
