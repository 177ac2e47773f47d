"""Inputs: the starting workforce, its rates and the trends, drawn from facts and named assumptions."""

from __future__ import annotations

from mhwfmodel.inputs.build import Inputs, build
from mhwfmodel.inputs.cells import Cells, columns, england_cells
from mhwfmodel.inputs.draws import ParameterDraws
from mhwfmodel.inputs.drivers import Drivers

__all__ = ["Cells", "Drivers", "Inputs", "ParameterDraws", "build", "columns", "england_cells"]
