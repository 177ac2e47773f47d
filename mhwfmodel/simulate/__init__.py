"""Simulate: what runs things. Only this package joins inputs, supply and results."""

from __future__ import annotations

from mhwfmodel.simulate.layout import Footprint
from mhwfmodel.simulate.runner import Evaluator, Progress, footprint, run

__all__ = ["Evaluator", "Footprint", "Progress", "footprint", "run"]
