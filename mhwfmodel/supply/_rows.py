# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""The order in which a plain graph's nodes are moved, so that one array holds the people before and after."""

from __future__ import annotations

import numpy as np

from mhwfmodel.rng.compiling import compiled


@compiled
def order(ends):
    """Nodes such that whom a node sends on finds the node that it goes to done already, as far as no circle forbids it.

    Args:
        ends: Where each way out of a node leads, below 0 for out, dims (way, node).

    Returns:
        Nodes in the order in which a search into the depth leaves them, dims (node).
    """
    ways, nodes = ends.shape
    done = np.empty(nodes, dtype=np.int64)
    tried = np.full(nodes, -1, dtype=np.int64)
    path = np.empty(nodes, dtype=np.int64)
    number = 0
    for first in range(nodes - 1, -1, -1):
        if tried[first] >= 0:
            continue
        depth, path[0], tried[first] = 1, first, 0
        while depth > 0:
            node = path[depth - 1]
            if tried[node] == ways:
                done[number] = node
                number += 1
                depth -= 1
                continue
            to = ends[tried[node], node]
            tried[node] += 1
            if to >= 0 and tried[to] < 0:
                path[depth], tried[to] = to, 0
                depth += 1
    return done


@compiled
def parts(ends):
    """Which part of a graph each node is in: nodes that nobody can go between are in different parts, dims (node)."""
    ways, nodes = ends.shape
    part = np.arange(nodes)
    for way in range(ways):
        for node in range(nodes):
            to = ends[way, node]
            if to >= 0:
                one, other = _root(part, node), _root(part, to)
                part[max(one, other)] = min(one, other)
    for node in range(nodes):
        part[node] = _root(part, node)
    return part


@compiled
def _root(part, node):
    while part[node] != node:
        part[node] = part[part[node]]
        node = part[node]
    return node
