"""Forecasts England's mental health social care workforce, Integrated Care Board by Integrated Care Board.

```python
import mhwfmodel as mh

scenario = mh.load_scenario("scenarios/baseline.yaml")
result = mh.run(scenario)
result.table("filled", by=["icb"])
```
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mhwfmodel.errors import MhwfError
    from mhwfmodel.plan import Explanation, explain
    from mhwfmodel.results import Comparison, Result, compare, load_result
    from mhwfmodel.scenario import Scenario, load_scenario
    from mhwfmodel.simulate import Footprint, footprint, run

__all__ = [
    "Comparison",
    "Explanation",
    "Footprint",
    "MhwfError",
    "Result",
    "Scenario",
    "__version__",
    "compare",
    "explain",
    "footprint",
    "load_result",
    "load_scenario",
    "run",
]

_HOME = {
    "Comparison": "mhwfmodel.results",
    "Explanation": "mhwfmodel.plan",
    "Footprint": "mhwfmodel.simulate",
    "MhwfError": "mhwfmodel.errors",
    "Result": "mhwfmodel.results",
    "Scenario": "mhwfmodel.scenario",
    "compare": "mhwfmodel.results",
    "explain": "mhwfmodel.plan",
    "footprint": "mhwfmodel.simulate",
    "load_result": "mhwfmodel.results",
    "load_scenario": "mhwfmodel.scenario",
    "run": "mhwfmodel.simulate",
}


def __getattr__(name: str) -> object:
    """Load a public name when it is first asked for, so that the import itself stays quick."""
    if name == "__version__":
        from importlib.metadata import version

        return version("mhwfmodel")
    if name not in _HOME:
        message = f"module 'mhwfmodel' has no attribute '{name}'"
        raise AttributeError(message)
    found = getattr(importlib.import_module(_HOME[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
