"""Supply: the workforce as a graph of stocks and flows, and the evaluators that move it a month at a time."""

from __future__ import annotations

from mhwfmodel.supply.choosing import Chooser, Expected, Left, Moves, Sampled
from mhwfmodel.supply.evaluate import Compiled, step
from mhwfmodel.supply.graph import OUT, Edges, Graph, Landing
from mhwfmodel.supply.hazards import Hazards
from mhwfmodel.supply.market import Offers, Places, Routes
from mhwfmodel.supply.project import Projection, project
from mhwfmodel.supply.reference import MonthInputs, Pool, Step
from mhwfmodel.supply.states import AGES, BANDS
from mhwfmodel.supply.tracks import Track
from mhwfmodel.supply.workforce import Workforce, workforce_graph

__all__ = [
    "AGES",
    "BANDS",
    "OUT",
    "Chooser",
    "Compiled",
    "Edges",
    "Expected",
    "Graph",
    "Hazards",
    "Landing",
    "Left",
    "MonthInputs",
    "Moves",
    "Offers",
    "Places",
    "Pool",
    "Projection",
    "Routes",
    "Sampled",
    "Step",
    "Track",
    "Workforce",
    "project",
    "step",
    "workforce_graph",
]
