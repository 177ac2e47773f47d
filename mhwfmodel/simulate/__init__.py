"""Simulate: what runs things. Only this package joins inputs, supply and results."""

from __future__ import annotations

from mhwfmodel.simulate.runner import Evaluator, Progress, run

__all__ = ["Evaluator", "Progress", "run"]
