"""What all draws of a run share: the graph, where cells lie, and the scenario at its central inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.inputs import build
from mhwfmodel.simulate.kinds import Kind, kinds_of
from mhwfmodel.simulate.lever_checks import check_levers
from mhwfmodel.simulate.tracks import cell_tracks
from mhwfmodel.supply import Places, workforce_graph
from mhwfmodel.supply.entry import entry_states
from mhwfmodel.supply.resting import Market

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.inputs import Inputs
    from mhwfmodel.scenario import Scenario
    from mhwfmodel.supply import Workforce
    from mhwfmodel.supply.tracks import Track

__all__ = ["Frame", "frame_of"]


@dataclass(frozen=True, slots=True)
class Frame:
    """What does not depend on draws.

    Args:
        central: The inputs at their central values.
        places: Where cells lie.
        market: The same by column, for the search for rest.
        tracks: The tracks of each cell's staff, in the order of the cells.
        workforce: Stocks and flows, and what its nodes stand for.
        kinds: Cells with the same tracks.
        entry: State of recruits by source, dims (source, state).
        nhs: Which cells are in the NHS population, dims (cell).
        icb_sector: Number of each cell's ICB and sector, dims (cell).
    """

    central: Inputs
    places: Places
    market: Market
    tracks: tuple[tuple[Track, ...], ...]
    workforce: Workforce
    kinds: tuple[Kind, ...]
    entry: NDArray[np.float64]
    nhs: NDArray[np.bool_]
    icb_sector: NDArray[np.int64]


def frame_of(scenario: Scenario) -> Frame:
    """Make what all draws of a scenario share.

    Raises:
        ScenarioError: Levers that reach nobody, or that take away more than there is; all of them at once.
        DataError: Assumptions that contradict each other.
    """
    central = build(scenario, central=True)
    check_levers(scenario.levers, central, scenario.pathway, scenario.place_of)
    cells, sectors = central.cells, catalogue.sectors()
    tracks = tuple(cell_tracks(cells))
    entry = entry_states(central.joiner_mix, central.labour.entry_ages)
    places = Places.of(cells.icb, cells.sector, cells.role)
    workforce = workforce_graph(cells.id, entry, tracks)
    return Frame(
        central=central,
        places=places,
        market=Market.of(places, len(cells.icb_codes)),
        tracks=tracks,
        workforce=workforce,
        kinds=kinds_of(workforce, central.months[0]),
        entry=entry,
        nhs=np.array([sector.population == "nhs" for sector in sectors])[cells.sector],
        icb_sector=cells.icb * len(sectors) + cells.sector,
    )
