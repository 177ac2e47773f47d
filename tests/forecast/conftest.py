from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from mhwfmodel.forecast import Observation, Spliced, splice

YEARS = (2012, 2017, 2018, 2019, 2021, 2022, 2023, 2024)


@pytest.fixture(scope="session")
def log_series() -> Callable[..., Spliced]:
    """A series on one basis whose logarithms are given."""

    def make(logs: Sequence[float], years: Sequence[int] = YEARS, basis: Sequence[str] | None = None) -> Spliced:
        names = basis or ["one"] * len(years)
        rows = [
            Observation(year, float(np.exp(value)), name) for year, value, name in zip(years, logs, names, strict=True)
        ]
        return splice("test", rows, scale="log", target=names[-1])

    return make
