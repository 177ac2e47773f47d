"""Places for boxes and arrows from left to right: layers, orders and heights, as Sugiyama's method has them.

Source: Sugiyama, Tagawa and Toda (1981), Methods for visual understanding of hierarchical system structures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

__all__ = ["Edge", "Layout", "Spot", "place", "ports", "sides"]

_SWEEPS = 24
_USED = 0.84
_GAP, _THIN_GAP = 26.0, 14.0
_THIN = 10.0

Edge = tuple[str, str]
Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things are, in units of the drawing.

    Args:
        layer: Layer of each box, from 0.
        middle: Vertical middle of each box.
        bends: Edges that lead forward, with the layers that they pass: layer and height at which it does so, in order.
        height: Of the whole.
    """

    layer: Mapping[str, int]
    middle: Mapping[str, float]
    bends: Mapping[Edge, tuple[tuple[int, float], ...]]
    height: float


def place(heights: Mapping[str, float], edges: Mapping[Edge, float], first: Sequence[str], main: Set[Edge]) -> Layout:
    """Place boxes in layers so that arrows lead from left to right where they can.

    Args:
        heights: Height of each box.
        edges: From and to; the more a weight, the rather its edge is straight.
        first: Boxes where people come in.
        main: Edges that most people take, which lead forward unless they close a circle.
    """
    layer = _layers(list(heights), edges, first, main)
    forward = {edge: weight for edge, weight in edges.items() if layer[edge[0]] < layer[edge[1]]}
    rows, links, chains = _with_bends(heights, layer, forward)
    _order(rows, links)
    size = {node: heights.get(node, _THIN) for row in rows for node in row}
    middle = _heights(rows, links, size)
    top = min((middle[node] - size[node] / 2 for node in middle), default=0.0)
    middle = {node: at - top for node, at in middle.items()}
    bends = {
        edge: tuple((layer[edge[0]] + 1 + step, middle[node]) for step, node in enumerate(chain))
        for edge, chain in chains.items()
    }
    height = max((middle[node] + size[node] / 2 for node in middle), default=0.0)
    return Layout(layer, {name: middle[name] for name in heights}, bends, height)


def _layers(names: Sequence[str], edges: Mapping[Edge, float], first: Sequence[str], main: Set[Edge]) -> dict[str, int]:
    """Steps that it takes at least to come to each box; more where a main edge would lead back otherwise."""
    ahead = _without_circles(main)
    layer = dict.fromkeys(names, len(names))
    for _ in names:
        before = dict(layer)
        for name in names:
            least = [0] if name in first else [layer[source] + 1 for source, to in edges if to == name != source]
            pushed = [layer[source] + 1 for source, to in ahead if to == name and layer[source] < len(names)]
            layer[name] = max([min(least, default=0), *pushed])
        if layer == before:
            break
    used = sorted(set(layer.values()))
    return {name: used.index(at) for name, at in layer.items()}


def _without_circles(edges: Set[Edge]) -> list[Edge]:
    """Edges in order, without those that close a circle of the ones before."""
    kept: list[Edge] = []
    for source, to in sorted(edges):
        reached, new = {to}, {to}
        while new:
            new = {end for begin, end in kept if begin in new} - reached
            reached |= new
        if source not in reached:
            kept.append((source, to))
    return kept


def _with_bends(
    heights: Mapping[str, float], layer: Mapping[str, int], forward: Mapping[Edge, float]
) -> tuple[list[list[str]], dict[Edge, float], dict[Edge, list[str]]]:
    """Rows of boxes and of places where edges pass, links between neighbouring rows, and each edge's places."""
    rows: list[list[str]] = [[] for _ in range(max(layer.values(), default=0) + 1)]
    for name in heights:
        rows[layer[name]].append(name)
    links: dict[Edge, float] = {}
    chains: dict[Edge, list[str]] = {}
    for (source, to), weight in forward.items():
        chain = [f"{source} {to} {at}" for at in range(layer[source] + 1, layer[to])]
        for at, node in enumerate(chain):
            rows[layer[source] + 1 + at].append(node)
        whole = [source, *chain, to]
        links.update(dict.fromkeys(pairwise(whole), weight))
        chains[source, to] = chain
    return rows, links, chains


def _neighbours(links: Mapping[Edge, float]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for source, to in links:
        after.setdefault(source, []).append(to)
        before.setdefault(to, []).append(source)
    return before, after


def _order(rows: list[list[str]], links: Mapping[Edge, float]) -> None:
    """Order each row by the middle of its neighbours, to and fro, and keep the order with the fewest crossings."""
    before, after = _neighbours(links)
    best, fewest = [list(row) for row in rows], _crossings(rows, after)
    for sweep in range(_SWEEPS):
        ahead = sweep % 2 == 0
        for at in range(1, len(rows)) if ahead else range(len(rows) - 2, -1, -1):
            _sort(rows[at], rows[at - 1 if ahead else at + 1], before if ahead else after)
        crossings = _crossings(rows, after)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    rows[:] = best


def _sort(row: list[str], beside: Sequence[str], near: Mapping[str, Sequence[str]]) -> None:
    where = {node: position for position, node in enumerate(beside)}
    wish = {node: _centre(near.get(node, ()), where, float(position)) for position, node in enumerate(row)}
    row.sort(key=wish.__getitem__)


def _centre(near: Sequence[str], where: Mapping[str, int], otherwise: float) -> float:
    return sum(where[node] for node in near) / len(near) if near else otherwise


def _crossings(rows: Sequence[Sequence[str]], after: Mapping[str, Sequence[str]]) -> int:
    found = 0
    for one, two in pairwise(rows):
        where = {node: position for position, node in enumerate(two)}
        ends = [where[to] for node in one for to in sorted(after.get(node, ()), key=where.__getitem__)]
        found += sum(later < earlier for at, earlier in enumerate(ends) for later in ends[at + 1 :])
    return found


def _heights(rows: Sequence[Sequence[str]], links: Mapping[Edge, float], size: Mapping[str, float]) -> dict[str, float]:
    """Middles: each as near to its neighbours as the order and the room between boxes allow."""
    before, after = _neighbours(links)
    middle: dict[str, float] = {}
    for row in rows:
        at = 0.0
        for node in row:
            middle[node] = at + size[node] / 2
            at += size[node] + _gap(node, size)
    for sweep in range(_SWEEPS):
        for row in rows if sweep % 2 == 0 else rows[::-1]:
            wish = {}
            for node in row:
                near = [*before.get(node, ()), *after.get(node, ())]
                wish[node] = sum(middle[other] for other in near) / len(near) if near else middle[node]
            _settle(row, wish, size, middle)
    return middle


def _gap(node: str, size: Mapping[str, float]) -> float:
    return _GAP if size[node] > _THIN else _THIN_GAP


def _settle(row: Sequence[str], wish: Mapping[str, float], size: Mapping[str, float], middle: dict[str, float]) -> None:
    """Heights in order without overlap, with the least squared distance to what is wished (pooled neighbours)."""
    offset = 0.0
    blocks: list[tuple[float, int]] = []
    offsets = []
    for at, node in enumerate(row):
        if at:
            offset += size[row[at - 1]] / 2 + max(_gap(row[at - 1], size), _gap(node, size)) + size[node] / 2
        offsets.append(offset)
        blocks.append((wish[node] - offset, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (one, few), (two, more) = blocks[-2], blocks[-1]
            blocks[-2:] = [((one * few + two * more) / (few + more), few + more)]
    base = [value for value, number in blocks for _ in range(number)]
    for node, value, shift in zip(row, base, offsets, strict=True):
        middle[node] = value + shift


class _Way(Protocol):
    """What is known of a way: from and to."""

    @property
    def source(self) -> str: ...

    @property
    def to(self) -> str: ...


def sides(way: _Way, layout: Layout) -> tuple[int, int]:
    """The sides at which a way leaves its box and enters the other: right 1, left -1.

    Forward: right to left. Back: left to right. Within a layer: right to right downwards, left to left upwards (but in
    the first layer, where people come in at the left, right to right).
    """
    gap = layout.layer[way.to] - layout.layer[way.source]
    if gap:
        return (1, -1) if gap > 0 else (-1, 1)
    down = layout.middle[way.to] >= layout.middle[way.source]
    return (1, 1) if down or not layout.layer[way.to] else (-1, -1)


def ports(
    ways: Sequence[_Way], layout: Layout, heights: Mapping[str, float]
) -> tuple[dict[int, float], dict[int, float]]:
    """Heights at which ways leave and enter their boxes, spread over its side so that they do not meet.

    Args:
        ways: All ways.
        layout: Where the boxes are.
        heights: Their heights.

    Returns:
        Number of the way to the height at which it leaves, and at which it enters.
    """
    here: dict[tuple[str, int], list[tuple[float, int, bool]]] = {}
    for at, way in enumerate(ways):
        leaves, enters = sides(way, layout)
        bends = layout.bends.get((way.source, way.to), ())
        after = bends[0][1] if bends else layout.middle[way.to]
        before = bends[-1][1] if bends else layout.middle[way.source]
        here.setdefault((way.source, leaves), []).append((after, at, True))
        here.setdefault((way.to, enters), []).append((before, at, False))
    starts: dict[int, float] = {}
    ends: dict[int, float] = {}
    for (name, _), met in here.items():
        for position, (_, at, leaving) in enumerate(sorted(met), start=1):
            share = position / (len(met) + 1) - 0.5
            (starts if leaving else ends)[at] = layout.middle[name] + share * heights[name] * _USED
    return starts, ends
