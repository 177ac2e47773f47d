"""Distributions as rows of `Laws`, each distinct one once, and their means."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.pathway.network import Law, Laws
from mhwfmodel.pathway.times import Empirical, MeanCv, OneTime

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LawRows", "law_means", "mean_of"]

_Row = tuple[int, float, float, tuple[float, ...], tuple[float, ...]]


class LawRows:
    """Collects distributions; row 0 is `NEVER`."""

    def __init__(self) -> None:
        self._rows: dict[_Row, int] = {(int(Law.NEVER), 0.0, 0.0, (), ()): 0}

    def add(self, time: OneTime | None, factor: float = 1.0) -> int:
        """The row of a distribution, of which every time is `factor` longer; `NEVER` for None."""
        return 0 if time is None else self._rows.setdefault(_row(time, factor), len(self._rows))

    def laws(self) -> Laws:
        """All rows."""
        rows = list(self._rows)
        sizes = [len(row[3]) for row in rows]
        return Laws(
            np.asarray([row[0] for row in rows], dtype=np.int8),
            np.asarray([row[1] for row in rows], dtype=np.float64),
            np.asarray([row[2] for row in rows], dtype=np.float64),
            np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
            np.asarray([value for row in rows for value in row[3]], dtype=np.float64),
            np.asarray([upto for row in rows for upto in row[4]], dtype=np.float64),
        )


def _row(time: OneTime, factor: float) -> _Row:
    if time.empirical is not None:
        return _empirical(time.empirical, factor)
    kind, a, b = _one(time, factor) if time.lognormal is None else _lognormal(time.lognormal, factor)
    return int(kind), a, b, (), ()


def _one(time: OneTime, factor: float) -> tuple[Law, float, float]:
    if time.exponential is not None:
        return Law.EXPONENTIAL, time.exponential * factor, 0.0
    if time.gamma is not None:
        shape = 1.0 / time.gamma.cv**2
        return Law.GAMMA, time.gamma.mean * factor / shape, shape
    if time.erlang is not None:
        return Law.GAMMA, time.erlang.mean * factor / time.erlang.k, float(time.erlang.k)
    if time.weibull is not None:
        scale = time.weibull.mean * factor / math.gamma(1.0 + 1.0 / time.weibull.shape)
        return Law.WEIBULL, scale, time.weibull.shape
    return Law.FIXED, (time.fixed or 0.0) * factor, 0.0


def _lognormal(given: MeanCv, factor: float) -> tuple[Law, float, float]:
    variance = math.log1p(given.cv**2)
    return Law.LOGNORMAL, math.log(given.mean * factor) - variance / 2.0, math.sqrt(variance)


def _empirical(given: Empirical, factor: float) -> _Row:
    weights = given.weights or (1.0,) * len(given.values)
    merged: dict[float, float] = {}
    for value, weight in sorted(zip(given.values, weights, strict=True)):
        if weight > 0:
            merged[value * factor] = merged.get(value * factor, 0.0) + weight
    upto = np.cumsum(list(merged.values()))
    upto /= upto[-1]
    return int(Law.EMPIRICAL), 0.0, 0.0, tuple(merged), (*upto[:-1].tolist(), 1.0)


def law_means(laws: Laws) -> NDArray[np.float64]:
    """Means of all rows [days], infinite for `NEVER`; dims (row)."""
    return np.asarray([_mean(laws, row) for row in range(len(laws.kind))])


def mean_of(time: OneTime) -> float:
    """The mean of a distribution [days]."""
    rows = LawRows()
    rows.add(time)
    return float(law_means(rows.laws())[-1])


def _mean(laws: Laws, row: int) -> float:
    a, b = float(laws.a[row]), float(laws.b[row])
    values = slice(int(laws.start[row]), int(laws.start[row + 1]))
    means = {
        Law.NEVER: lambda: math.inf,
        Law.EXPONENTIAL: lambda: a,
        Law.GAMMA: lambda: a * b,
        Law.LOGNORMAL: lambda: math.exp(a + b * b / 2.0),
        Law.WEIBULL: lambda: a * math.gamma(1.0 + 1.0 / b),
        Law.FIXED: lambda: a,
        Law.EMPIRICAL: lambda: float(np.diff(laws.upto[values], prepend=0.0) @ laws.value[values]),
    }
    return means[Law(int(laws.kind[row]))]()
