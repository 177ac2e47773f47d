"""The two scales on which a series is modelled: log-odds for shares of a whole, log for counts.

On either scale a step is proportional, a forecast cannot leave the values that mean something, and a change of
basis is a plain shift. Log-odds also keep the mean of a fat-tailed forecast finite, because the value stays below 1;
that is why turnover is modelled on them too, although a turnover rate of a single employer may exceed 1.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Scale", "from_scale", "limits", "to_scale"]

Scale = Literal["log", "log_odds"]


def limits(scale: Scale) -> tuple[float, float]:
    """Open interval of the values that the scale can carry."""
    return (0.0, 1.0) if scale == "log_odds" else (0.0, float("inf"))


def to_scale(values: ArrayLike, scale: Scale) -> NDArray[np.float64]:
    """Values as they are published, put on the scale of the model.

    Args:
        values: Rates below 1 [fraction] for `log_odds`, positive counts or rates for `log`; NaN is a missing year.
        scale: `log_odds` or `log`.

    Returns:
        `log(v / (1 - v))` or `log(v)`, the shape of `values`.
    """
    array = np.asarray(values, dtype=np.float64)
    return np.log(array) - np.log1p(-array) if scale == "log_odds" else np.log(array)


def from_scale(values: ArrayLike, scale: Scale) -> NDArray[np.float64]:
    """The inverse of `to_scale`."""
    from scipy.special import expit

    array = np.asarray(values, dtype=np.float64)
    return np.asarray(expit(array) if scale == "log_odds" else np.exp(array), dtype=np.float64)
