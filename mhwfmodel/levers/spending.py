"""What a lever costs, as typed parts that are worked out beside a run's figures.

The pay of staff in post is not among them: posts that a lever adds are filled by staff whom the run counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.levers.base import Scope

    Path = NDArray[np.float64]

__all__ = ["Fixed", "Granted", "OfWages", "PerUnit", "Spending"]


@dataclass(frozen=True, slots=True)
class Fixed:
    """An amount.

    Args:
        what: What it is spent on, in words for a table.
        pounds: Each month, prices of 2024/25, dims (month) [GBP/month].
    """

    what: str
    pounds: Path


@dataclass(frozen=True, slots=True)
class OfWages:
    """A share of the staff costs of a scope: what a rise of pay costs.

    Args:
        what: What it is spent on.
        share: Of the staff costs of the scope, below 0 where they fall, dims (month) or (draw, month).
        scope: Where.
        measure: The stock that is paid: `filled`, `vacancies` (what they would cost if they were filled), or one that
            is counted in full-time equivalents.
    """

    what: str
    share: Path
    scope: Scope
    measure: str = "filled"


@dataclass(frozen=True, slots=True)
class PerUnit:
    """So much for each unit of a measure of the run.

    Args:
        what: What it is spent on.
        measure: A stock or flow of `variables.csv` that is kept by sector and role: `filled`, `starters`, ….
        pounds: For each, prices of 2024/25, dims (month); of a stock a month [GBP].
        scope: Where.
    """

    what: str
    measure: str
    pounds: Path
    scope: Scope


@dataclass(frozen=True, slots=True)
class Granted:
    """Money that who pays for a lever gives to the employers of a sector for staff whom these pay.

    It says who pays and adds nothing to what is spent.

    Args:
        what: What it is given for.
        pounds: Each month, prices of 2024/25, dims (month) [GBP/month].
        sector: Code of the sector that is given it.
    """

    what: str
    pounds: Path
    sector: str


Spending = Fixed | Granted | OfWages | PerUnit
