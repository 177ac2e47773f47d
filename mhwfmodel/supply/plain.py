"""What `supply.project` can be given: faults of graphs, chances, people and arrivals, told all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.errors import Fault
from mhwfmodel.supply.choosing import Expected, Sampled
from mhwfmodel.supply.graph import Graph
from mhwfmodel.supply.kinds import is_whole, numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    Table = NDArray[np.float64]
    Counts = NDArray[np.float64] | NDArray[np.int64]

__all__ = ["draws_of", "faults_of", "wrong_kinds"]

_TOLERANCE = 1e-9
_MOST_PEOPLE = 2**30
_MOST_MONTHS = 2**32
_MOST_NUMBERS = 2**31


def wrong_kinds(
    graph: object, months: object, chooser: object, threads: object, given: Mapping[str, object]
) -> Iterator[Fault]:
    """Say what of the arguments of `project` is of another type than it asks for; values are not looked at.

    Args:
        graph: As given.
        months: As given.
        chooser: As given.
        threads: As given.
        given: Name of an argument to numbers, or None where it was left out.
    """
    if not isinstance(graph, Graph):
        yield Fault("graph", f"is of type {type(graph).__name__}", "give a Graph")
    if not isinstance(months, range):
        yield Fault("months", f"{months!r} is not a range", "give range(first, last + 1), from 0 on")
    if not isinstance(chooser, Sampled | Expected):
        yield Fault("chooser", f"{chooser!r} is not one", "give Sampled(seed, np.arange(draws)), or Expected()")
    if not is_whole(threads):
        yield Fault("threads", f"{threads!r} is not a whole number", "give 1 or more")
    for name, values in given.items():
        if values is not None:
            yield from numbers(name, values)


def faults_of(
    graph: Graph,
    stock: Counts,
    probability: Table,
    months: range,
    chooser: Sampled | Expected,
    inflow: Table,
    multiplier: Table,
    sums: NDArray[np.int64],
    threads: int,
) -> Iterator[Fault]:
    """Say what is wrong with what `project` was given; its arguments, with what was left out put in."""
    nodes, kinds = graph.node_id.size, len(graph.edges)
    groups = int(graph.node_group.max(initial=-1)) + 1
    whole = isinstance(chooser, Sampled)
    given = draws_of(chooser, stock, inflow, probability)
    for edge in graph.edges:
        if edge.seeks:
            yield Fault(f"graph edge {edge.kind}", "seeks another cell, which needs a market", "use `step`")
    known = 0 <= months.start <= months.stop <= _MOST_MONTHS
    number = len(months) if known else 1
    if months.step != 1 or not number or not known:
        yield Fault("months", f"{months} is not one month after the other", "give range(first, last + 1), from 0 on")
    if threads < 1:
        yield Fault("threads", f"{threads} is not 1 or more")
    yield from _shaped("stock", stock, (nodes,), given)
    yield from _shaped("inflow", inflow, (nodes,), given)
    for name, values in (("stock", stock), ("inflow", inflow)):
        if not (np.isfinite(values) & (values >= 0)).all():
            yield Fault(name, "is not a number that is 0 or more everywhere")
    if sums.shape != (nodes,) or not np.issubdtype(sums.dtype, np.integer):
        yield Fault("sums", f"does not give each of the {nodes} nodes the whole number of a sum")
    else:
        yield from _room(int(sums.max(initial=0)) + 1, number, given)
    yield from _chances(probability, multiplier, kinds, groups, given, number)
    if whole and np.isfinite(stock).all() and np.isfinite(inflow).all():
        yield from _people(stock, inflow, number)


def draws_of(chooser: Sampled | Expected, stock: Counts, inflow: Table, probability: Table) -> int:
    """Number of draws that is told: by the chooser, or by what differs by draw."""
    if isinstance(chooser, Sampled):
        return chooser.draws.size
    by_draw = [len(values) for values in (stock, inflow) if values.ndim == 2]
    number: int = max((1, *by_draw, *probability.shape[1:-1]))
    return number


def _room(sums: int, months: int, draws: int) -> Iterator[Fault]:
    most = sums * months * draws
    if most > _MOST_NUMBERS:
        problem = f"{sums:,} sums, {months:,} months and {draws:,} draws make {most:,} numbers, above {_MOST_NUMBERS:,}"
        yield Fault("sums", problem, "number the sums 0, 1, 2, …, or give fewer months or draws at once")


def _shaped(name: str, values: Counts, shape: tuple[int, ...], draws: int) -> Iterator[Fault]:
    if values.shape not in {shape, (draws, *shape)}:
        yield Fault(name, f"has the shape {values.shape}, not {shape} or {(draws, *shape)}", "give (draw, node)")


def _chances(
    probability: Table, multiplier: Table, kinds: int, groups: int, draws: int, months: int
) -> Iterator[Fault]:
    shape = probability.shape
    if shape[:1] != (kinds,) or shape[1:-1] not in {(), (draws,)} or len(shape) < 2 or shape[-1] < groups:
        wanted = f"({kinds}, {groups} or more) or ({kinds}, {draws}, {groups} or more)"
        yield Fault("probability", f"has the shape {shape}, not {wanted}", "give (kind, group) or (kind, draw, group)")
        return
    if multiplier.shape not in {(1, kinds, shape[-1]), (months, kinds, shape[-1])}:
        wanted = f"{(months, kinds, shape[-1])}"
        yield Fault("multiplier", f"has the shape {multiplier.shape}, not {wanted}", "give (month, kind, group)")
        return
    if not (probability >= 0.0).all() or not (np.isfinite(multiplier) & (multiplier >= 0.0)).all():
        yield Fault("probability", "a chance or its multiplier is below 0 or no number")
        return
    table = probability if probability.ndim == 3 else probability[:, None, :]
    most = max(float(np.einsum("kdg,kg->dg", table, month).max(initial=0.0)) for month in multiplier)
    if most > 1.0 + _TOLERANCE:
        yield Fault("probability", f"the chances of a group sum to {most:g} in a month", "make them sum to 1 at most")


def _people(stock: Counts, inflow: Table, months: int) -> Iterator[Fault]:
    if (stock != np.floor(stock)).any():
        yield Fault("stock", "people are not whole", "give whole people, or use `Expected`")
    most = float(np.atleast_2d(stock).sum(axis=1).max() + months * np.atleast_2d(inflow).sum(axis=1).max())
    if most > _MOST_PEOPLE:
        yield Fault("stock", f"a draw may come to {most:,.0f} people, above {_MOST_PEOPLE:,}", "use `Expected`")
