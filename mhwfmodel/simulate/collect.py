"""What is kept of a run beside the cells: who moved where, who is in training."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.catalogue.variables import variable
from mhwfmodel.results.summaries import STATS, summarise

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr
    from numpy.typing import NDArray

    from mhwfmodel.results.drawn import Drawn
    from mhwfmodel.simulate.amhp_levels import CouncilNeed
    from mhwfmodel.simulate.model import Model
    from mhwfmodel.supply import Step
    from mhwfmodel.supply.cohorts import TrainingMonth

    Table = NDArray[np.float64]

__all__ = ["Collected", "council_dataset", "flow_dataset", "flows_of", "training_dataset", "training_of"]

_MONTHS_AT_ONCE = 12
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


@dataclass(frozen=True, slots=True)
class Collected:
    """Sums over draws, month by month; whole people, so that the order in which they are added changes no bit.

    Args:
        sectors: Moves from sector to sector, dims (from, to, month).
        icbs: Moves from ICB to ICB, dims (from, to, month).
        training: Students by measure, ICB and pipeline, dims (measure, icb, pipeline, month).
        draws: Number of draws.
    """

    sectors: Table
    icbs: Table
    training: Table
    draws: int
    _lock: Lock = field(default_factory=Lock)

    @staticmethod
    def of(icbs: int, pipelines: int, months: int, draws: int) -> Collected:
        """Nothing yet."""
        sectors = len(catalogue.sectors())
        return Collected(
            np.zeros((sectors, sectors, months)),
            np.zeros((icbs, icbs, months)),
            np.zeros((len(_TRAINING), icbs, pipelines, months)),
            draws,
        )

    def add(self, month: int, flows: tuple[Table, Table], training: Table) -> None:
        """Add one month of some draws."""
        with self._lock:
            for total, part in zip((self.sectors, self.icbs, self.training), (*flows, training), strict=True):
                total[..., month] += part


def flows_of(model: Model, after: Step) -> tuple[Table, Table]:
    """Moves from sector to sector and from ICB to ICB over the draws of a block; on the diagonal also inside a cell."""
    cells = model.inputs.cells
    inside = next(
        people for edge, people in zip(model.workforce.graph.edges, after.flows, strict=True) if edge.kind == "move"
    )
    people = np.asarray(inside.sum(axis=0), dtype=np.float64)
    return (
        _matrix(cells.sector, len(catalogue.sectors()), people, after),
        _matrix(cells.icb, len(cells.icb_codes), people, after),
    )


def _matrix(place: NDArray[np.int64], size: int, inside: Table, after: Step) -> Table:
    found: Table = np.diag(np.bincount(place, inside, minlength=size)).astype(np.float64)
    if after.moves is not None:
        pair = place[after.moves.left] * size + place[after.moves.entered]
        found += np.bincount(pair, after.moves.people, minlength=size * size).reshape(size, size)
    return found


def training_of(month: TrainingMonth) -> Table:
    """Students over the draws of a block, dims (measure, icb, pipeline)."""
    return np.stack([np.asarray(getattr(month, name), dtype=np.float64).sum(axis=0) for name in _TRAINING])


def flow_dataset(kept: Collected, icb_codes: Sequence[str], months: Sequence[str]) -> xr.Dataset:
    """Origin–destination matrices, mean over draws, dims (from, to, month)."""
    import xarray as xr

    data = {}
    for name, total, dim in (("moves_sector", kept.sectors, "sector"), ("moves_icb", kept.icbs, "icb")):
        what = "sectors" if dim == "sector" else "ICBs"
        attrs = {
            "units": "people per month",
            "long_name": f"Moves between {what}",
            "kind": "flow",
            "comment": f"Mean over draws of people who changed employer inside the model, by {dim} left and entered; "
            "moves inside a cell are on the diagonal",
        }
        values = total.astype(np.float32) / np.float32(kept.draws)
        data[name] = xr.Variable((f"from_{dim}", f"to_{dim}", "month"), values, attrs)
    sectors, icbs = [sector.code for sector in catalogue.sectors()], list(icb_codes)
    coordinates = {
        "from_sector": sectors,
        "to_sector": sectors,
        "from_icb": icbs,
        "to_icb": icbs,
        "month": list(months),
    }
    return xr.Dataset(data, coordinates)


def training_dataset(
    kept: Collected, icb_codes: Sequence[str], pipelines: Sequence[str], months: Sequence[str]
) -> xr.Dataset:
    """Students by ICB and pipeline, mean over draws, dims (icb, pipeline, month)."""
    import xarray as xr

    values = kept.training.astype(np.float32) / np.float32(kept.draws)
    data = {}
    for position, name in enumerate(_TRAINING):
        units, kind, title, comment = _TITLES[name]
        attrs = {"units": units, "kind": kind, "long_name": title, "comment": f"{comment}; mean over draws"}
        data[name] = xr.Variable(("icb", "pipeline", "month"), values[position], attrs)
    return xr.Dataset(data, {"icb": list(icb_codes), "pipeline": list(pipelines), "month": list(months)})


def council_dataset(on_rota: Drawn, need: CouncilNeed, icb_codes: Sequence[str], months: Sequence[str]) -> xr.Dataset:
    """AMHPs by council: need, rota and gap, dims (stat, council, month).

    A council has the part of its ICBs' rota that it has of their people: which council employs or approves whom is not
    known.

    Args:
        on_rota: AMHPs on the rota, dims (draw, icb, month) [FTE].
        need: Need by council and month.
        icb_codes: ONS codes of the ICBs.
        months: Labels.
    """
    import xarray as xr

    from mhwfmodel.simulate.amhp_need import council_parts

    parts = council_parts()
    share, whole = _shares(icb_codes)
    chosen = np.flatnonzero(whole > 0)
    wanted = need.at(0)[:, chosen] * whole[chosen]
    names = ("amhp_need_fte", "amhp_fte", "amhp_gap_fte")
    kept = np.empty((len(names), len(STATS), chosen.size, len(months)), dtype=np.float32)
    kept[0] = summarise(wanted)[:, :, None]
    for begin in range(0, len(months), _MONTHS_AT_ONCE):
        part = slice(begin, min(begin + _MONTHS_AT_ONCE, len(months)))
        fte = on_rota.read(slice(0, len(wanted)), part).astype(np.float64)
        for month in range(part.start, part.stop):
            if need.changes:
                wanted = need.at(month)[:, chosen] * whole[chosen]
                kept[0, :, :, month] = summarise(wanted)
            rota = fte[:, :, month - begin] @ share[chosen].T
            kept[1, :, :, month] = summarise(rota)
            kept[2, :, :, month] = summarise(wanted - rota)
    data = {
        name: xr.Variable(("stat", "council", "month"), values, variable(name).attrs)
        for name, values in zip(names, kept, strict=True)
    }
    councils = {council.code: council.name for council in catalogue.councils()}
    codes = [parts.council_codes[council] for council in chosen]
    told = ("council", [councils[code] for code in codes])
    return xr.Dataset(data, {"stat": list(STATS), "council": codes, "council_name": told, "month": list(months)})


def _shares(icb_codes: Sequence[str]) -> tuple[Table, Table]:
    """Share of each ICB's people in each council, dims (council, icb), and of a council's people in the run's ICBs."""
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
    return share, inside / np.bincount(parts.council, parts.people, minlength=inside.size)
