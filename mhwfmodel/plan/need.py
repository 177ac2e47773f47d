"""Need, funded demand and supply: three series of hours, by board, stage, skill and role.

*Required* is the load that is offered (`demand.required`): the hours that everybody's care would take if nobody waited
or gave up. *Supplied* are the hours that the staff in post give; *funded* those that they would give if every funded
post had a holder like those in post. None of the three holds a reserve: staff who are at work all the time make waits
without end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.errors import DataError, Fault
from mhwfmodel.pathway.spans import DAYS_PER_MONTH, HOURS
from mhwfmodel.plan.load import Load, offered
from mhwfmodel.results.tables import names
from mhwfmodel.simulate.pathway_staff import AMHP
from mhwfmodel.units import MONTHS_PER_YEAR

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from numpy.typing import NDArray

    from mhwfmodel.plan.drawn import OwnLevers
    from mhwfmodel.results import Result

    Array = NDArray[np.float64]

__all__ = ["Need", "need"]

_TOLD = ("icb", "skill", "stage", "sector", "role")
_SERIES = ("required", "funded", "supplied")
_OF_STAFF = ("hours", "effective_fte")


@dataclass(frozen=True, slots=True, eq=False)
class Need:
    """The three series of a run: means over draws, the need at the central inputs.

    Args:
        required: Hours, dims (icb, stage, skill, month) [hours/month].
        given: `supplied` and `funded` hours, dims (icb, sector, role, skill, month). Of Approved Mental Health
            Professionals (AMHPs), whose sector and role are `all` and `amhp`, both are what is supplied: an approval
            is no post.
        each: Hours that a full-time equivalent gives, dims (icb, skill) [hours per FTE and month].
    """

    required: xr.DataArray
    given: xr.Dataset
    each: xr.DataArray

    def table(self, by: str | Iterable[str] = ("skill",), *, months: str | Iterable[str] | None = None) -> pd.DataFrame:
        """The series side by side.

        Args:
            by: Any of `icb`, `skill`, `sector` and `role`; or of `icb`, `skill` and `stage`, for the need alone.
                Nothing gives the run as a whole. By sector or role a skill's need is split as its hours are supplied.
            months: Labels to keep; all when left out.

        Returns:
            One row each, with the hours a month and the full-time equivalents of the three series, the gap (required
            less supplied), what is not even funded (required less funded), and what is short: the gaps above 0 of each
            board and skill, since no skill stands in for another [FTE].

        Raises:
            DataError: A grouping or month that there is not.
        """
        import xarray as xr

        wanted = names(by)
        _check(wanted, months, self.required["month"].values)
        series = (
            {"required": self.required} if "stage" in wanted else self._series(split={*wanted} & {"sector", "role"})
        )
        columns = {}
        for name, values in series.items():
            gone = [dim for dim in values.dims if dim not in (*wanted, "month")]
            columns[f"{name}_hours"] = values.sum(gone)
            columns[f"{name}_fte"] = (values / self.each).sum(gone)
        if "stage" not in wanted:
            columns["gap_fte"] = columns["required_fte"] - columns["supplied_fte"]
            columns["unfunded_fte"] = columns["required_fte"] - columns["funded_fte"]
            short = ((series["required"] - series["supplied"]) / self.each).clip(min=0.0)
            columns["short_fte"] = short.sum([dim for dim in short.dims if dim not in (*wanted, "month")])
        found = xr.Dataset(columns)
        if months is not None:
            found = found.sel(month=list(names(months)))
        told = found.transpose(*(dim for dim in _TOLD if dim in wanted), "month").to_dataframe()
        amounts = told[[f"{name}_hours" for name in series]]
        return told[list(columns)].loc[(amounts > 0.0).any(axis=1)].reset_index()

    def _series(self, *, split: set[str]) -> dict[str, xr.DataArray]:
        required, whole = self.required.sum("stage"), self.given.sum(["sector", "role"])
        if not split:
            return dict(zip(_SERIES, (required, whole["funded"], whole["supplied"]), strict=True))
        supplied = self.given["supplied"]
        share = (supplied / whole["supplied"].where(whole["supplied"] > 0.0)).fillna(0.0)
        return dict(zip(_SERIES, (required * share, self.given["funded"], supplied), strict=True))


def need(result: Result, own: OwnLevers = ()) -> Need:
    """The three series of a run.

    Args:
        result: A run with a pathway that kept `hours`, `filled` and `establishment` by ICB, sector and role.
        own: Classes of the user's own levers in it.

    Raises:
        DataError: A run without a pathway, or that kept too little.
    """
    load = offered(result, own)
    given = _given(result, load)
    each = _each(result, load)
    return Need(_required(load, each), given, each)


def _given(result: Result, load: Load) -> xr.Dataset:
    """Hours supplied and funded, dims (icb, sector, role, skill, month)."""
    import xarray as xr

    skills = load.plan.skills.names
    detail = _kept(result).sel(stat="mean", icb=list(load.plan.labels.icbs), drop=True).isel(month=slice(1, None))
    hours = detail["hours"].fillna(0.0)
    posts = detail["establishment"] / detail["filled"].where(detail["filled"] > 0.0)
    share = _shares(skills)
    supplied = hours * share
    funded = hours * posts.fillna(1.0) * share
    found = xr.Dataset({"supplied": supplied, "funded": funded})
    if AMHP not in skills:
        return found
    rota = result.amhp["amhp_fte"].mean("draw").sel(icb=list(load.plan.labels.icbs)).isel(month=slice(1, None))
    rota = (rota * _amhp_hours(result)).expand_dims(sector=["all"], role=[AMHP], skill=[AMHP])
    amhps = xr.Dataset({"supplied": rota, "funded": rota})
    return xr.concat([found.drop_sel(skill=AMHP), amhps], dim="skill", join="outer").fillna(0.0).sel(skill=list(skills))


def _kept(result: Result) -> xr.Dataset:
    lacking = [name for name in ("hours", "establishment", "filled") if name not in result.detail]
    if lacking:
        problem = f"the run did not keep {', '.join(lacking)} by ICB, sector and role"
        raise DataError(Fault("outputs.detail", problem, "name them there and run again"))
    return result.detail


def _shares(skills: Sequence[str]) -> xr.DataArray:
    """Share of the hours of each sector and role that goes to each skill, dims (sector, role, skill)."""
    import xarray as xr

    sectors, roles = ([item.code for item in table] for table in (catalogue.sectors(), catalogue.roles()))
    found = xr.DataArray(
        np.zeros((len(sectors), len(roles), len(skills))),
        coords={"sector": sectors, "role": roles, "skill": list(skills)},
        dims=("sector", "role", "skill"),
    )
    for row in catalogue.staffing():
        if row.skill in skills:
            found.loc[{"sector": row.sector, "role": row.role, "skill": row.skill}] = row.share
    return found


def _amhp_hours(result: Result) -> float:
    """Hours a month that a full-time AMHP has for assessments, mean over draws [hours per FTE and month]."""
    drawn = result.groups["parameters"]
    year = [_mean(drawn, name) for name in ("amhp_hours_before_refresher", "amhp_refresher_hours")]
    return (year[0] - year[1]) / MONTHS_PER_YEAR


def _mean(drawn: xr.Dataset, name: str) -> float:
    """Mean of an input as it was drawn; its central value where it is fixed."""
    if name in drawn:
        return float(drawn[name].mean())
    return float(next(row for row in catalogue.parameters() if row.name == name).central)


def _each(result: Result, load: Load) -> xr.DataArray:
    """Hours that an effective full-time equivalent of a skill gives, dims (icb, skill) [hours per FTE and month]."""
    skills = load.plan.skills.names
    detail = _kept(result).sel(stat="mean", icb=list(load.plan.labels.icbs), drop=True).isel(month=1)
    shared = {name: (detail[name].fillna(0.0) * _shares(skills)).sum(["sector", "role"]) for name in _OF_STAFF}
    found = shared["hours"] / shared["effective_fte"].where(shared["effective_fte"] > 0.0)
    found = found.where(found["skill"] != AMHP, _amhp_hours(result)).fillna(float(found.mean()))
    return found.drop_vars("month", errors="ignore").transpose("icb", "skill")


def _required(load: Load, each: xr.DataArray) -> xr.DataArray:
    """Hours required, dims (icb, stage, skill, month)."""
    import xarray as xr

    plan, skills = load.plan, load.plan.skills.names
    busy = load.busy
    found = np.zeros((*busy.shape[:2], len(skills), busy.shape[3]))
    for at, pool in enumerate(plan.pathway.pools.values()):
        if pool.staff is None:
            continue
        skill = skills.index(pool.staff.skill)
        # A place of a caseload stands for a part of a post; any other server is somebody at work, hour by hour.
        hours = np.full(busy.shape[:1] + busy.shape[3:], HOURS * DAYS_PER_MONTH)
        if pool.kind == "slots":
            places = (pool.slots_per_fte or 1.0) * load.caseload[:, at]
            hours = np.divide(each.values[:, [skill]], places, out=np.zeros_like(places), where=places > 0.0)
        found[:, :, skill] += busy[:, :, at] * hours[:, None]
    coords = {"icb": list(plan.labels.icbs), "stage": list(plan.labels.stages), "skill": list(skills)}
    return xr.DataArray(found, coords={**coords, "month": list(plan.labels.months)}, dims=(*coords, "month"))


def _check(by: Sequence[str], months: str | Iterable[str] | None, known: Iterable[object]) -> None:
    faults = []
    unknown = [name for name in by if name not in _TOLD]
    if unknown or ("stage" in by and {"sector", "role"} & set(by)):
        problem = f"need is not told by {', '.join(unknown) or ' and '.join(by)}"
        faults.append(Fault("by", problem, "name icb and skill, with stage or with sector and role"))
    labels = [str(month) for month in known]
    beyond = [month for month in names(months or ()) if month not in labels]
    if beyond:
        problem = f"{', '.join(beyond)} is not among the months of the run"
        faults.append(Fault("months", problem, f"name months from {labels[0]} to {labels[-1]}"))
    if faults:
        raise DataError(faults)
