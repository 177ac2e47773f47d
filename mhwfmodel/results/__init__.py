"""Results: labelled datasets, tables, comparisons and the files that hold them."""

from __future__ import annotations

from mhwfmodel.results.comparison import Comparison, compare
from mhwfmodel.results.files import replace_all
from mhwfmodel.results.groups import CellLabels, datasets, reducer
from mhwfmodel.results.reduce import STATS
from mhwfmodel.results.result import MANIFEST, RESULT, Result, load_result
from mhwfmodel.results.variables import Variable, variable, variables

__all__ = [
    "MANIFEST",
    "RESULT",
    "STATS",
    "CellLabels",
    "Comparison",
    "Result",
    "Variable",
    "compare",
    "datasets",
    "load_result",
    "reducer",
    "replace_all",
    "variable",
    "variables",
]
