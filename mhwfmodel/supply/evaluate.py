"""One definition, several evaluators: which one moves the workforce is said by how people are split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mhwfmodel.supply import reference
from mhwfmodel.supply.choosing import Sampled
from mhwfmodel.supply.kernel import compiled_step

if TYPE_CHECKING:
    from mhwfmodel.supply.choosing import Chooser
    from mhwfmodel.supply.graph import Graph
    from mhwfmodel.supply.reference import Counts, MonthInputs, Step

__all__ = ["Compiled", "step"]


@dataclass(frozen=True, slots=True)
class Compiled(Sampled):
    """Whole people as `Sampled`, to the bit, by the compiled kernel."""


def step(graph: Graph, stock: Counts, inputs: MonthInputs, chooser: Chooser, *, own: bool = False) -> Step:
    """Move the workforce by one month.

    Args:
        graph: Stocks and flows.
        stock: People at the end of the month before, dims (draw, node).
        inputs: The month's probabilities, posts and chances.
        chooser: `Compiled` for whole people; `Sampled` for the same by the reference; `Expected` for expected values.
        own: Whether the stock may be changed in place, because nobody else reads it.

    Returns:
        The new stock and the month's flows; see `reference.step`.
    """
    if isinstance(chooser, Compiled):
        return compiled_step(graph, stock, inputs, chooser, own=own)
    return reference.step(graph, stock, inputs, chooser)
