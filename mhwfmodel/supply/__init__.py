"""Supply: the workforce as a graph of stocks and flows, and the evaluators that move it a month at a time."""

from __future__ import annotations

from mhwfmodel.supply.calibrate import Calibration, calibrate
from mhwfmodel.supply.experience import BANDS, Doors, experience_graph
from mhwfmodel.supply.graph import OUT, Edges, Graph
from mhwfmodel.supply.reference import Chooser, Expected, MonthInputs, Sampled, Step, step

__all__ = [
    "BANDS",
    "OUT",
    "Calibration",
    "Chooser",
    "Doors",
    "Edges",
    "Expected",
    "Graph",
    "MonthInputs",
    "Sampled",
    "Step",
    "calibrate",
    "experience_graph",
    "step",
]
