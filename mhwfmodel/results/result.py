"""What a run gives: labelled datasets, tidy tables, and files that hold them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mhwfmodel.catalogue.variables import variables
from mhwfmodel.errors import DataError, Fault
from mhwfmodel.results.files import replace_all
from mhwfmodel.results.groups import group_dims
from mhwfmodel.results.pathway_tables import (
    has_pathway,
    is_of_pathway,
    pathway_draws,
    pathway_table,
    wide_waits,
)
from mhwfmodel.results.store import LazyGroups, read_groups, write_groups
from mhwfmodel.results.tables import draws_by, names, tidy

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["MANIFEST", "RESULT", "Result", "load_result"]

RESULT = "result.nc"
MANIFEST = "manifest.json"
PARAMETERS = "parameters"
_LINES = {
    "detail": "detail: all",
    "england": "every_draw: all",
    "amhp": "every_draw: all",
    "flows": "flows: true",
    "training": "training: true",
}
_PATHWAY = {
    "pathway": ("stat", "icb", "stage", "of_class", "exit", "definition", "contact", "pool", "month"),
    "pathway_draws": ("draw", "icb", "exit", "definition", "contact", "pool", "month"),
}
_NEEDED = ("version", "created", "scenario", "seed", "draws", "evaluator")
_OTHERS = {
    "amhp_council": ("stat", "council", "month"),
    "flows": ("from_sector", "to_sector", "from_icb", "to_icb", "month"),
    "training": ("icb", "pipeline", "month"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """The outcome of one run.

    Args:
        groups: Group name to dataset: `detail`, `icb_sector`, `icb_role`, `draws`, `england`, `amhp` (every draw by
            ICB), `amhp_council` (by council), `flows` (who moved from where to where), `training` (students), and
            `parameters`, the uncertain inputs as drawn; of a run with a pathway also `pathway` (mean and quantiles) and
            `pathway_draws` (every draw).
        manifest: Everything needed to reproduce the run: resolved scenario, seed, versions, hashes, timings.
    """

    groups: Mapping[str, xr.Dataset]
    manifest: Mapping[str, Any]

    @property
    def detail(self) -> xr.Dataset:
        """Mean and quantiles by ICB, sector and role, dims (stat, icb, sector, role, month)."""
        return self._group("detail")

    @property
    def draws(self) -> xr.Dataset:
        """Every draw by ICB and population, dims (draw, icb, population, month)."""
        return self.groups["draws"]

    @property
    def england(self) -> xr.Dataset:
        """Every draw over all ICBs of the run by sector and role, dims (draw, sector, role, month)."""
        return self._group("england")

    @property
    def amhp(self) -> xr.Dataset:
        """Approved Mental Health Professionals, every draw by ICB, dims (draw, icb, month)."""
        return self._group("amhp")

    @property
    def flows(self) -> xr.Dataset:
        """Moves between sectors and between ICBs, mean over draws, dims (from, to, month)."""
        return self._group("flows")

    @property
    def training(self) -> xr.Dataset:
        """Students by ICB and course, mean over draws, dims (icb, pipeline, month)."""
        return self._group("training")

    @property
    def has_pathway(self) -> bool:
        """Whether the run had a pathway."""
        return has_pathway(self.groups)

    @property
    def pathway(self) -> xr.Dataset:
        """Mean and quantiles of the pathway, dims (stat, icb, … stage, of_class, pool …, month).

        The label `all` of a dim is the sum over it: leave it out before you add up.
        """
        return self._group("pathway")

    @property
    def pathway_draws(self) -> xr.Dataset:
        """Every draw of the pathway over all stages and classes, dims (draw, icb, …, month)."""
        return self._group("pathway_draws")

    def _group(self, name: str) -> xr.Dataset:
        """A group.

        Raises:
            DataError: The run did not keep it.
        """
        if name not in self.groups:
            if name in _PATHWAY:
                message = "the run had no pathway; write 'pathway: cmhf' in the scenario and run again"
                raise DataError(message)
            message = f"the run kept no {name}; write '{_LINES[name]}' under 'outputs:' of the scenario and run again"
            raise DataError(message)
        return self.groups[name]

    @property
    def name(self) -> str:
        """Name of the scenario."""
        return str(self.manifest["scenario"]["name"])

    @property
    def months(self) -> tuple[str, ...]:
        """Labels of the months, the opening month first."""
        return tuple(str(month) for month in self.draws["month"].values)

    def table(
        self,
        measure: str,
        by: str | Iterable[str] = (),
        *,
        population: str = "social_care",
        months: str | Iterable[str] | None = None,
    ) -> pd.DataFrame:
        """Mean and quantiles of a measure as a tidy table, names beside codes.

        Args:
            measure: A variable of the result, such as `filled` or `vacancy_rate`, or one of its pathway, such as
                `waiting` or `wait_median`.
            by: What to tell apart: `icb`, `region`, `icb_2026`, `sector`, `role`, or several of icb, sector and role;
                of a pathway `icb`, `stage`, `of_class` and `exit`, as far as the measure has them. Only what the run
                kept can be told: quantiles do not add up. Nothing gives the total of the run.
            population: `social_care` or `nhs`; the two are never added up. A sector belongs to one of them. A pathway
                has both.
            months: Labels to keep; all when left out.

        Returns:
            One row a place, group and month, with mean, q05, q25, q50, q75 and q95.

        Raises:
            DataError: A measure, grouping, population or month that the result does not have.
        """
        if is_of_pathway(measure):
            return pathway_table(self.groups, measure, names(by), months)
        return tidy(self.groups, measure, names(by), population, months)

    def waits(self, by: str | Iterable[str] = (), *, months: str | Iterable[str] | None = None) -> pd.DataFrame:
        """Waits of the pathway's people since referral, side by side: means over draws.

        Args:
            by: What to tell apart: `icb`, `of_class`, or both. Nothing gives all of them together.
            months: Labels to keep; all when left out.

        Returns:
            One row a place, class, definition (`completed_wait`: of those seen in the month; `waiting_so_far`: of those
            who still wait at its end), contact (`first` or `second`) and month, with the number of people, mean, median
            and 90th percentile [days], the share within four weeks and the number beyond 18 months. `table` tells each
            of them with its range.

        Raises:
            DataError: A run without a pathway, or a grouping or month that it does not have.
        """
        return wide_waits(self.groups, names(by), months)

    def draws_by(self, measure: str, by: str | Iterable[str] = (), *, population: str = "social_care") -> xr.DataArray:
        """Every draw of a measure, summed (or its rate made) over whatever `by` does not name.

        Args:
            measure: A variable of the result.
            by: One of (), `icb`, `region`, `icb_2026`, or sector and role in any combination; of a pathway () or `icb`.
            population: `social_care` or `nhs`.

        Returns:
            Dims (draw, … by …, month).

        Raises:
            DataError: A measure, grouping or population whose draws the run did not keep.
        """
        if is_of_pathway(measure):
            return pathway_draws(self.groups, measure, names(by))
        return draws_by(self.groups, measure, names(by), population)

    def has_draws(self, measure: str) -> bool:
        """Whether every draw of a measure was kept, and so `draws_by` can tell it."""
        return any(measure in self.groups.get(name, ()) for name in ("draws", "england", "amhp", "pathway_draws"))

    def save(self, folder: str | Path) -> None:
        """Write `result.nc` and `manifest.json` into a folder; files that are there are replaced, never half.

        Raises:
            DataError: The folder cannot be written to.
            CapacityError: The disk may have too little room.
        """
        replace_all(Path(folder), self.writers())

    def writers(self) -> dict[str, Callable[[Path], None]]:
        """File name to the function that writes it, for `replace_all` together with other files."""
        return {RESULT: self._write_groups, MANIFEST: self._write_manifest}

    def _write_groups(self, path: Path) -> None:
        source = f"mhwfmodel {self.manifest['version']}"
        write_groups(path, self.groups, {"title": self.name, "Conventions": "CF-1.11", "source": source})

    def _write_manifest(self, path: Path) -> None:
        path.write_text(json.dumps(self.manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def load_result(folder: str | Path, *, lazy: bool = False) -> Result:
    """Read what `Result.save` or `mhwfmodel run` wrote.

    A result of more than a gigabyte is not read whole: its single draws are read from the file as they are asked for.

    Args:
        folder: Where it is.
        lazy: Leave everything in the file until it is asked for, however small it is: for many runs side by side.

    Raises:
        DataError: The folder does not hold a result that this version can read.
    """
    place = Path(folder)
    missing = [name for name in (RESULT, MANIFEST) if not (place / name).is_file()]
    if missing:
        raise DataError(
            Fault(str(place), f"no {' and no '.join(missing)} here", "give the folder that `mhwfmodel run --out` wrote")
        )
    try:
        manifest = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
        groups = LazyGroups(place / RESULT) if lazy else read_groups(place / RESULT)
        faults = [Fault(str(place), problem, "run the scenario again") for problem in _problems(groups, manifest)]
    except (OSError, ValueError) as error:
        raise DataError(Fault(str(place), f"cannot be read: {error}", "run the scenario again")) from None
    if faults:
        raise DataError(faults)
    return Result(groups, manifest)


def _problems(groups: Mapping[str, xr.Dataset], manifest: object) -> Iterator[str]:
    """What a result read from files lacks, or holds beyond what this version knows."""
    for name, dims in (group_dims() | _OTHERS | _PATHWAY).items():
        if name not in groups:
            if name not in _left_out(manifest):
                yield f"{RESULT} has no group /{name}"
        elif set(groups[name].sizes) != set(dims):
            yield f"/{name} of {RESULT} is laid out by {', '.join(map(str, groups[name].sizes))}, not {', '.join(dims)}"
    known = {item.name for item in variables()}
    measured = [dataset for name, dataset in groups.items() if name in group_dims()]
    unknown = {name for dataset in measured for name in map(str, dataset.data_vars)} - known
    if unknown:
        yield f"{RESULT} holds {', '.join(sorted(unknown))}, which this version does not know"
    given = manifest if isinstance(manifest, dict) else {}
    missing = [key for key in _NEEDED if key not in given]
    if missing:
        yield f"{MANIFEST} says nothing of {', '.join(missing)}"
    elif not isinstance(given["scenario"], dict) or "name" not in given["scenario"]:
        yield f"{MANIFEST} does not name the scenario"


def _left_out(manifest: object) -> set[str]:
    """Groups that a run may lack, because its scenario says so."""
    scenario = manifest.get("scenario") if isinstance(manifest, dict) else None
    given = scenario.get("outputs") if isinstance(scenario, dict) else None
    outputs = given if isinstance(given, dict) else {}
    found = {name for name in ("flows", "training") if outputs.get(name, True) is False}
    if not isinstance(scenario, dict) or "pathway" not in scenario:
        found |= set(_PATHWAY)
    if outputs.get("detail", "all") != "all":
        found |= {"detail", "icb_sector", "icb_role"}
    if outputs.get("every_draw", "all") != "all":
        found |= {"amhp", "amhp_council"}
    return found
