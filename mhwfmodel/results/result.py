"""What a run gives: labelled datasets, tidy tables, and files that hold them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mhwfmodel.errors import DataError, Fault
from mhwfmodel.results.files import replace_all
from mhwfmodel.results.groups import group_dims
from mhwfmodel.results.tables import draws_by, names, tidy
from mhwfmodel.results.variables import variables

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["MANIFEST", "RESULT", "Result", "load_result"]

RESULT = "result.nc"
MANIFEST = "manifest.json"
PARAMETERS = "parameters"
_NEEDED = ("version", "created", "scenario", "seed", "draws", "evaluator")
_COMPRESSION = {"zlib": True, "complevel": 1, "shuffle": True}


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """The outcome of one run.

    Args:
        groups: Group name to dataset: `detail`, `icb_sector`, `icb_role`, `draws`, `england`, `amhp` (every draw by
            ICB), `amhp_council` (by council), `flows` (who moved from where to where), `training` (students), and
            `parameters`, the uncertain inputs as drawn.
        manifest: Everything needed to reproduce the run: resolved scenario, seed, versions, hashes, timings.
    """

    groups: Mapping[str, xr.Dataset]
    manifest: Mapping[str, Any]

    @property
    def detail(self) -> xr.Dataset:
        """Mean and quantiles by ICB, sector and role, dims (stat, icb, sector, role, month)."""
        return self.groups["detail"]

    @property
    def draws(self) -> xr.Dataset:
        """Every draw by ICB and population, dims (draw, icb, population, month)."""
        return self.groups["draws"]

    @property
    def england(self) -> xr.Dataset:
        """Every draw over all ICBs of the run by sector and role, dims (draw, sector, role, month)."""
        return self.groups["england"]

    @property
    def amhp(self) -> xr.Dataset:
        """Approved Mental Health Professionals, every draw by ICB, dims (draw, icb, month)."""
        return self.groups["amhp"]

    @property
    def flows(self) -> xr.Dataset:
        """Moves between sectors and between ICBs, mean over draws, dims (from, to, month)."""
        return self.groups["flows"]

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
            measure: A variable of the result, such as `filled` or `vacancy_rate`.
            by: What to tell apart: `icb`, `region`, `icb_2026`, `sector`, `role`, or several of icb, sector and role.
                Only what the run kept can be told: quantiles do not add up. Nothing gives the total of the run.
            population: `social_care` or `nhs`; the two are never added up. A sector belongs to one of them.
            months: Labels to keep; all when left out.

        Returns:
            One row a place, group and month, with mean, q05, q25, q50, q75 and q95.

        Raises:
            DataError: A measure, grouping, population or month that the result does not have.
        """
        return tidy(self.groups, measure, names(by), population, months)

    def draws_by(self, measure: str, by: str | Iterable[str] = (), *, population: str = "social_care") -> xr.DataArray:
        """Every draw of a measure, summed (or its rate made) over whatever `by` does not name.

        Args:
            measure: A variable of the result.
            by: One of (), `icb`, `region`, `icb_2026`, or sector and role in any combination.
            population: `social_care` or `nhs`.

        Returns:
            Dims (draw, … by …, month).

        Raises:
            DataError: A measure, grouping or population whose draws the run did not keep.
        """
        return draws_by(self.groups, measure, names(by), population)

    def save(self, folder: str | Path) -> None:
        """Write `result.nc` and `manifest.json` into a folder; files that are there are replaced, never half.

        Raises:
            DataError: The folder cannot be written to.
        """
        replace_all(Path(folder), self.writers())

    def writers(self) -> dict[str, Callable[[Path], None]]:
        """File name to the function that writes it, for `replace_all` together with other files."""
        return {RESULT: self._write_groups, MANIFEST: self._write_manifest}

    def _write_groups(self, path: Path) -> None:
        import xarray as xr

        tree = xr.DataTree.from_dict({f"/{name}": dataset for name, dataset in self.groups.items()})
        tree.attrs = {"title": self.name, "Conventions": "CF-1.11", "source": f"mhwfmodel {self.manifest['version']}"}
        encoding = {
            f"/{name}": {str(variable): _COMPRESSION for variable in dataset.data_vars}
            for name, dataset in self.groups.items()
        }
        tree.to_netcdf(path, engine="h5netcdf", encoding=encoding)

    def _write_manifest(self, path: Path) -> None:
        path.write_text(json.dumps(self.manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def load_result(folder: str | Path) -> Result:
    """Read what `Result.save` or `mhwfmodel run` wrote.

    Raises:
        DataError: The folder does not hold a result that this version can read.
    """
    import xarray as xr

    place = Path(folder)
    missing = [name for name in (RESULT, MANIFEST) if not (place / name).is_file()]
    if missing:
        raise DataError(
            Fault(str(place), f"no {' and no '.join(missing)} here", "give the folder that `mhwfmodel run --out` wrote")
        )
    try:
        manifest = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
        with xr.open_datatree(place / RESULT, engine="h5netcdf") as tree:
            groups = {name: node.to_dataset(inherit=False).load() for name, node in tree.children.items()}
    except (OSError, ValueError) as error:
        raise DataError(Fault(str(place), f"cannot be read: {error}", "run the scenario again")) from None
    faults = [Fault(str(place), problem, "run the scenario again") for problem in _problems(groups, manifest)]
    if faults:
        raise DataError(faults)
    return Result(groups, manifest)


def _problems(groups: Mapping[str, xr.Dataset], manifest: object) -> Iterator[str]:
    """What a result read from files lacks, or holds beyond what this version knows."""
    for name, dims in group_dims().items():
        if name not in groups:
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
