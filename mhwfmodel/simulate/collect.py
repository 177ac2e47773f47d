"""What is kept of a run beside the cells: who moved where, who is in training."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.results.reduce import STATS, summarise

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr
    from numpy.typing import NDArray

    from mhwfmodel.simulate.measures import Rota
    from mhwfmodel.simulate.model import Model
    from mhwfmodel.supply import Step
    from mhwfmodel.supply.cohorts import TrainingMonth

    Table = NDArray[np.float64]

__all__ = ["Collected", "council_dataset", "flow_dataset", "flows_of", "training_dataset", "training_of"]

_TRAINING = ("enrolled", "started", "dropped_out", "failed", "qualified")
_TITLES = {
    "enrolled": ("people", "stock", "Students", "Students on a course at the end of the month, breaks included"),
    "started": ("people per month", "flow", "Students who started", "Students who started a course in the month"),
    "dropped_out": ("people per month", "flow", "Students who gave up", "Students who gave up in the month"),
    "failed": (
        "people per month",
        "flow",
        "Students who failed",
        "Students who finished in the month and did not pass",
    ),
    "qualified": ("people per month", "flow", "Students who qualified", "Students who qualified in the month"),
}


@dataclass(slots=True)
class Collected:
    """Sums over draws, month by month.

    Args:
        sectors: Moves from sector to sector, dims (from, to) a month.
        icbs: Moves from ICB to ICB, dims (from, to) a month.
        training: Students by measure, ICB and pipeline, dims (measure, icb, pipeline) a month.
    """

    sectors: list[Table] = field(default_factory=list)
    icbs: list[Table] = field(default_factory=list)
    training: list[Table] = field(default_factory=list)

    def add(self, flows: Sequence[tuple[Table, Table]], training: Sequence[Table]) -> None:
        """Add one month of all blocks of draws, in their order."""
        self.sectors.append(np.add.reduce([sectors for sectors, _ in flows]))
        self.icbs.append(np.add.reduce([icbs for _, icbs in flows]))
        self.training.append(np.add.reduce(list(training)))


def flows_of(model: Model, after: Step) -> tuple[Table, Table]:
    """Moves from sector to sector and from ICB to ICB over the draws of a block; on the diagonal also inside a cell."""
    cells = model.inputs.cells
    inside = next(
        people for edge, people in zip(model.workforce.graph.edges, after.flows, strict=True) if edge.kind == "move"
    )
    return (
        _matrix(cells.sector, len(catalogue.sectors()), np.asarray(inside, dtype=np.float64), after),
        _matrix(cells.icb, len(cells.icb_codes), np.asarray(inside, dtype=np.float64), after),
    )


def _matrix(place: NDArray[np.int64], size: int, inside: Table, after: Step) -> Table:
    found: Table = np.diag(np.bincount(place, inside.sum(axis=0), minlength=size)).astype(np.float64)
    if after.moves is not None:
        np.add.at(found, (place[after.moves.left], place[after.moves.entered]), after.moves.people)
    return found


def training_of(month: TrainingMonth) -> Table:
    """Students over the draws of a block, dims (measure, icb, pipeline)."""
    return np.stack([np.asarray(getattr(month, name), dtype=np.float64).sum(axis=0) for name in _TRAINING])


def flow_dataset(kept: Collected, model: Model, months: Sequence[str]) -> xr.Dataset:
    """Origin–destination matrices, mean over draws, dims (from, to, month)."""
    import xarray as xr

    draws = model.inputs.parameters.draws.size
    sectors = [sector.code for sector in catalogue.sectors()]
    icbs = list(model.inputs.cells.icb_codes)
    data = {}
    for name, parts, dim in (("moves_sector", kept.sectors, "sector"), ("moves_icb", kept.icbs, "icb")):
        what = "sectors" if dim == "sector" else "ICBs"
        attrs = {
            "units": "people per month",
            "long_name": f"Moves between {what}",
            "kind": "flow",
            "comment": f"Mean over draws of people who changed employer inside the model, by {dim} left and entered; "
            "moves inside a cell are on the diagonal",
        }
        values = np.stack(parts, axis=-1).astype(np.float32) / np.float32(draws)
        data[name] = xr.Variable((f"from_{dim}", f"to_{dim}", "month"), values, attrs)
    coordinates = {
        "from_sector": sectors,
        "to_sector": sectors,
        "from_icb": icbs,
        "to_icb": icbs,
        "month": list(months),
    }
    return xr.Dataset(data, coordinates)


def training_dataset(kept: Collected, model: Model, pipelines: Sequence[str], months: Sequence[str]) -> xr.Dataset:
    """Students by ICB and pipeline, mean over draws, dims (icb, pipeline, month)."""
    import xarray as xr

    values = np.stack(kept.training, axis=-1).astype(np.float32) / np.float32(model.inputs.parameters.draws.size)
    data = {}
    for position, name in enumerate(_TRAINING):
        units, kind, title, comment = _TITLES[name]
        attrs = {"units": units, "kind": kind, "long_name": title, "comment": f"{comment}; mean over draws"}
        data[name] = xr.Variable(("icb", "pipeline", "month"), values[position], attrs)
    icbs = list(model.inputs.cells.icb_codes)
    return xr.Dataset(data, {"icb": icbs, "pipeline": list(pipelines), "month": list(months)})


def council_dataset(fte: Table, given: Rota, icb_codes: Sequence[str], months: Sequence[str]) -> xr.Dataset:
    """AMHPs by council: need, rota and gap, dims (stat, council, month).

    A council has the part of its ICBs' rota that it has of their people: which council employs or approves whom is not
    known.

    Args:
        fte: AMHPs on the rota, dims (draw, icb, month) [FTE].
        given: The need.
        icb_codes: ONS codes of the ICBs.
        months: Labels.
    """
    import xarray as xr

    from mhwfmodel.simulate.amhp_need import council_parts

    parts = council_parts()
    at = {code: position for position, code in enumerate(icb_codes)}
    total = np.bincount(parts.icb, parts.people, minlength=len(parts.icb_codes))
    share = np.zeros((len(parts.council_codes), len(icb_codes)))
    inside = np.zeros(len(parts.council_codes))
    for council, icb, people in zip(parts.council, parts.icb, parts.people, strict=True):
        if parts.icb_codes[icb] in at:
            share[council, at[parts.icb_codes[icb]]] = people / total[icb]
            inside[council] += people
    whole = inside / np.bincount(parts.council, parts.people, minlength=inside.size)
    chosen = np.flatnonzero(whole > 0)
    need = given.by_council[:, chosen] * whole[chosen]
    data = {}
    names = {"amhp_need_fte": [], "amhp_fte": [], "amhp_gap_fte": []}  # type: dict[str, list[Table]]
    for month in range(len(months)):
        rota = fte[:, :, month] @ share[chosen].T
        for name, values in (("amhp_need_fte", need), ("amhp_fte", rota), ("amhp_gap_fte", need - rota)):
            names[name].append(summarise(np.asarray(values, dtype=np.float64)))
    from mhwfmodel.results.variables import variable

    for name, kept in names.items():
        data[name] = xr.Variable(
            ("stat", "council", "month"), np.stack(kept, axis=-1).astype(np.float32), variable(name).attrs
        )
    councils = {council.code: council.name for council in catalogue.councils()}
    codes = [parts.council_codes[council] for council in chosen]
    told = ("council", [councils[code] for code in codes])
    return xr.Dataset(data, {"stat": list(STATS), "council": codes, "council_name": told, "month": list(months)})
