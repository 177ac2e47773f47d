"""Plan: what a plan gives, and what each part of it has to do with that. Works on scenarios and on finished runs."""

from __future__ import annotations

from mhwfmodel.plan.explaining import explain, runs_needed
from mhwfmodel.plan.explanation import Explanation
from mhwfmodel.plan.parts import Part

__all__ = ["Explanation", "Part", "explain", "runs_needed"]
