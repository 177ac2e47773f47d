"""A graph as the compiled kernel reads it: small whole numbers, all kinds of edges side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.supply.graph import Graph

__all__ = ["Doors", "Plan", "plan_of"]

_LINE = 24


class Plan(NamedTuple):
    """Nodes and edges; see `Graph` for their meaning.

    Args:
        node: What every month asks of a node side by side, so that it comes into the processor's cache at once, dims
            (node, column): stable id, line (highest byte) and cell, group, `advance`; `_leave` names the columns.
        target: Target of each kind of edge, dims (node, kind).
        code: `Landing.code`, dims (node).
        seeks: Dims (kind).
        released: Dims (kind).
        routed: Dims (kind).
        plain: `Landing.plain`, dims (code).
        landing: `Landing.node`, dims (cell, code).
    """

    node: NDArray[np.int32]
    target: NDArray[np.int32]
    code: NDArray[np.int32]
    seeks: NDArray[np.bool_]
    released: NDArray[np.bool_]
    routed: NDArray[np.bool_]
    plain: NDArray[np.int32]
    landing: NDArray[np.int32]


class Doors(NamedTuple):
    """Where recruits come in.

    Args:
        id: Stable id of each cell, dims (cell).
        start: First door of each source, dims (source + 1).
        upto: Running sum of the shares of a source's doors, dims (door).
        node: Node that a door leads to, dims (cell, door).
    """

    id: NDArray[np.uint32]
    start: NDArray[np.int64]
    upto: NDArray[np.float64]
    node: NDArray[np.int32]


def plan_of(graph: Graph) -> tuple[Plan, Doors]:
    """Lay a graph out for the kernel."""
    small = np.int32
    landing = graph.landing
    none = np.zeros(0, dtype=small)
    line = graph.lines.astype(np.uint32) << np.uint32(_LINE)
    columns: list[NDArray[Any]] = [
        graph.node_id.view(small),
        (line | graph.node_cell.astype(np.uint32)).view(small),
        graph.node_group,
        graph.advance,
    ]
    plan = Plan(
        node=np.stack(columns, axis=1).astype(small),
        target=np.ascontiguousarray(graph.targets.T.astype(small)),
        code=none if landing is None else landing.code.astype(small),
        seeks=graph.seeks,
        released=np.array([edge.released for edge in graph.edges]),
        routed=np.array([edge.routed for edge in graph.edges]),
        plain=none if landing is None else landing.plain.astype(small),
        landing=none.reshape(0, 0) if landing is None else landing.node.astype(small),
    )
    doors = [entry for source in graph.doors for entry in source]
    shares = [np.cumsum([share for _, share in source]) for source in graph.doors]
    return plan, Doors(
        id=graph.cell_id,
        start=np.cumsum([0, *(len(source) for source in graph.doors)]),
        upto=np.concatenate([np.zeros(0), *shares]),
        node=np.stack([nodes for nodes, _ in doors], axis=1).astype(small)
        if doors
        else np.zeros((graph.cell_id.size, 0), dtype=small),
    )
