"""Two runs side by side, draw by draw."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mhwfmodel.errors import AlignmentError
from mhwfmodel.results.pathway_tables import is_of_pathway, summary_of
from mhwfmodel.results.result import Result
from mhwfmodel.results.tables import frame, names, summary

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["Comparison", "compare"]


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """The difference that a plan makes: other minus base in every draw.

    Args:
        base: The run that is compared with.
        other: The run that is compared.
    """

    base: Result
    other: Result

    def draws_by(self, measure: str, by: str | Iterable[str] = (), *, population: str = "social_care") -> xr.DataArray:
        """Differences draw by draw, dims (draw, … by …, month), in the measure's unit."""
        wanted = names(by)
        import xarray as xr

        with xr.set_options(arithmetic_join="exact"):  # type: ignore[no-untyped-call]
            other = self.other.draws_by(measure, wanted, population=population)
            return other - self.base.draws_by(measure, wanted, population=population)

    def table(self, measure: str, by: str | Iterable[str] = (), *, population: str = "social_care") -> pd.DataFrame:
        """Mean and quantiles of the paired differences as a tidy table, in the measure's unit.

        Both runs saw the same luck, so the interval is that of the difference and not of two runs apart.

        Raises:
            DataError: A grouping whose draws were not kept: by ICB, sector and role only summaries are.
        """
        drawn = self.draws_by(measure, by, population=population)
        return summary_of(self.base.groups, drawn) if is_of_pathway(measure) else frame(summary(drawn))


def compare(base: Result, other: Result) -> Comparison:
    """Pair two runs draw by draw.

    Args:
        base: The run that is compared with.
        other: The run that is compared.

    Raises:
        AlignmentError: Runs whose draws do not belong together: other seed, number of draws, months, ICBs or evaluator.
    """
    faults = []
    for field in ("seed", "evaluator"):
        one, two = base.manifest[field], other.manifest[field]
        if one != two:
            faults.append(f"{field}: {base.name} has {one}, {other.name} has {two}; run both with the same {field}")
    if base.manifest["version"] != other.manifest["version"] or _tables(base) != _tables(other):
        faults.append(
            "facts: the two runs used another version or other tables of facts; run both again with one version"
        )
    for dim in ("draw", "month", "icb"):
        if list(base.draws[dim].values) != list(other.draws[dim].values):
            sizes = f"{base.draws.sizes[dim]} and {other.draws.sizes[dim]}"
            faults.append(f"{dim}s: the two runs have different ones ({sizes}); run both with the same {dim}s")
    if base.has_pathway and other.has_pathway:
        faults += list(_pathway_faults(base, other))
    if faults:
        raise AlignmentError(faults)
    return Comparison(base, other)


def _pathway_faults(base: Result, other: Result) -> Iterator[str]:
    """Why the pathways of two runs do not belong together; stages and pools of their own do not keep them apart."""
    for dim in ("draw", "icb"):
        if list(base.pathway_draws[dim].values) != list(other.pathway_draws[dim].values):
            yield f"pathway: the two runs have other {dim}s of it; write the same '{dim}s' under both 'pathway'"
    one, two = (run.manifest["pathway"]["engine"] for run in (base, other))
    if one != two:
        yield f"pathway: {base.name} has the engine {one}, {other.name} has {two}; run both with one"


def _tables(result: Result) -> dict[str, str]:
    """Hashes of the tables of facts that a run used."""
    return {name: value for name, value in result.manifest.get("hashes", {}).items() if name != "scenario"}
