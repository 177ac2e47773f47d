"""Results: labelled datasets, tables, comparisons and the files that hold them."""

from __future__ import annotations

from mhwfmodel.catalogue.variables import Variable, variable, variables
from mhwfmodel.results.comparison import Comparison, compare
from mhwfmodel.results.files import replace_all
from mhwfmodel.results.groups import CellLabels, Kept, datasets, places_of, reducer
from mhwfmodel.results.reduce import Reducer
from mhwfmodel.results.result import MANIFEST, RESULT, Result, load_result
from mhwfmodel.results.summaries import STATS

__all__ = [
    "MANIFEST",
    "RESULT",
    "STATS",
    "CellLabels",
    "Comparison",
    "Kept",
    "Reducer",
    "Result",
    "Variable",
    "compare",
    "datasets",
    "load_result",
    "places_of",
    "reducer",
    "replace_all",
    "variable",
    "variables",
]
