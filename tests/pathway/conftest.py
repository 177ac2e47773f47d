"""A small pathway as data, and a function that reads it with changes."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from mhwfmodel.pathway import Pathway, read_pathway

SMALL: dict[str, Any] = {
    "pathway": "small",
    "start": "2026-04",
    "months": 12,
    "exits": ["discharged"],
    "pools": {"nurses": {"count": 3}},
    "arrivals": {"referrals": {"stage": "triage", "per_day": 2}},
    "stages": {
        "triage": {"needs": {"nurses": 1}, "service": {"exponential": 1}, "routes": {"discharged": 1}},
    },
}

Make = Callable[..., Pathway]


def laid_over(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The base with changes: blocks merge, None takes a field away, all else replaces."""
    made = copy.deepcopy(base)
    for key, value in changes.items():
        if value is None:
            made.pop(key, None)
        elif isinstance(value, dict) and isinstance(made.get(key), dict):
            made[key] = laid_over(made[key], value)
        else:
            made[key] = value
    return made


@pytest.fixture(scope="session")
def small() -> Make:
    """Reads the small pathway with changes laid over it."""

    def make(**changes: Any) -> Pathway:
        return read_pathway(json.dumps(laid_over(SMALL, changes)), "small.yaml")

    return make
