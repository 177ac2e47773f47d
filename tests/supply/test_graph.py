"""A graph that does not fit together is refused, with every fault at once."""

from __future__ import annotations

import numpy as np
import pytest

from mhwfmodel.errors import DataError
from mhwfmodel.supply import OUT, Edges, Graph, Landing


def parts(**change):
    """Two cells of two nodes with one source, one move inside the cell and one way out; `change` replaces parts."""
    sound = {
        "cell_id": np.array([1, 2], dtype=np.uint32),
        "node_id": np.array([10, 11, 20, 21], dtype=np.uint32),
        "node_cell": np.array([0, 0, 1, 1]),
        "node_group": np.array([0, 1, 0, 1]),
        "advance": np.array([1, 1, 3, 3]),
        "edges": (
            Edges("move", np.array([1, 1, 3, 3]), leaver=True, starter="outside"),
            Edges("exit", np.full(4, OUT), leaver=True),
        ),
        "sources": ("outside",),
        "doors": (((np.array([0, 2]), 0.5), (np.array([1, 3]), 0.5)),),
    }
    return sound | change


def faults(**change):
    with pytest.raises(DataError) as refused:
        Graph(**parts(**change))
    return [str(fault) for fault in refused.value.faults]


def test_a_sound_graph_is_made():
    assert Graph(**parts()).sources == ("outside",)


FAULTY = [
    ({"node_id": np.array([10, 11, 11, 21], np.uint32)}, "graph node_id: an id is given twice"),
    ({"cell_id": np.array([1, 1], np.uint32)}, "graph cell_id: an id is given twice"),
    ({"node_cell": np.array([0, 0, 1, 2])}, "graph node_cell: names a cell that is not among the 2"),
    ({"node_cell": np.array([0, 0, 1, -1])}, "graph node_cell: names a cell that is not among the 2"),
    ({"node_cell": np.array([0, 0, 1])}, "graph node_cell: names a cell that is not among the 2"),
    ({"node_group": np.array([0, 1, 0])}, "graph node_group: does not name a group"),
    ({"node_group": np.array([0, 1, 0, -1])}, "graph node_group: does not name a group"),
    ({"advance": np.array([1, 1, 3, 4])}, "graph advance: leads to a node that is not among the 4"),
    ({"advance": np.array([1, 1, 3, OUT])}, "graph advance: leads to a node that is not among the 4"),
    ({"advance": np.array([1, 1, 3])}, "graph advance: leads to a node that is not among the 4"),
    ({"advance": np.array([1, 2, 3, 3])}, "graph advance: who stays would be in another cell"),
    ({"edges": ()}, "graph edges: there are none"),
    ({"edges": (Edges("exit", np.array([0, 0, 0, 9]), True),)}, "graph edge exit: leads to a node that is not among"),
    ({"edges": (Edges("exit", np.array([0, 0, 0, -2]), True),)}, "graph edge exit: leads to a node that is not among"),
    ({"edges": (Edges("exit", np.full(3, OUT), True),)}, "graph edge exit: leads to a node that is not among"),
    (
        {"edges": (Edges("move", np.full(4, OUT), True, "abroad"),)},
        "graph edge move: 'abroad' is no source of recruits",
    ),
    ({"edges": (Edges("move", np.array([2, 2, 3, 3]), True, "outside"),)}, "graph edge move: its starters would be"),
    ({"edges": (Edges("move", np.full(4, OUT), True, seeks=True),)}, "graph edge move: seeks another cell, and none"),
    ({"line": np.array([0, 0, 0])}, "graph line: does not give each of the 4 nodes a number below 256"),
    ({"line": np.array([0, 0, 0, 256])}, "graph line: does not give each of the 4 nodes a number below 256"),
    ({"line": np.array([0, -1, 0, 0])}, "graph line: does not give each of the 4 nodes a number below 256"),
    ({"doors": ()}, "graph doors: 0 doors for 1 sources"),
    ({"doors": (((np.array([0, 2]), 0.9),),)}, "graph door outside: shares sum to 0.9; make them sum to 1"),
    ({"doors": ((),)}, "graph door outside: shares sum to 0"),
    ({"doors": (((np.array([0, 2]), np.nan),),)}, "graph door outside: shares sum to nan"),
    (
        {"doors": (((np.array([0, 2]), 1.5), (np.array([1, 3]), -0.5)),)},
        "graph door outside: a share of -0.5 is below 0",
    ),
    ({"doors": (((np.array([0, 1]), 1.0),),)}, "graph door outside: recruits of a cell would enter another cell"),
    ({"doors": (((np.array([0]), 1.0),),)}, "graph door outside: recruits of a cell would enter another cell"),
    ({"doors": (((np.array([0, 7]), 1.0),),)}, "graph door outside: leads to a node that is not there"),
    ({"doors": (((np.array([0, -1]), 1.0),),)}, "graph door outside: leads to a node that is not there"),
]


@pytest.mark.parametrize(("change", "message"), FAULTY, ids=[message for _, message in FAULTY])
def test_each_fault_is_found_and_alone(change, message):
    (fault,) = faults(**change)
    assert fault.startswith(message)


def test_nodes_of_one_id_are_told_apart_by_their_lines():
    Graph(**parts(node_id=np.array([10, 10, 20, 20], np.uint32), line=np.array([0, 1, 0, 255])))


def test_all_faults_are_told_at_once():
    found = faults(
        node_id=np.array([10, 10, 20, 21], dtype=np.uint32),
        cell_id=np.array([1, 1], dtype=np.uint32),
        node_group=np.array([0]),
        advance=np.array([1, 1, 3, 8]),
        edges=(Edges("move", np.array([1, 1, 3, 9]), leaver=True, starter="abroad"),),
        doors=(((np.array([1, 0]), 0.7),),),
    )
    assert len(found) == 8


def test_an_edge_may_lead_to_another_cell_when_it_makes_no_starter():
    Graph(**parts(edges=(Edges("move", np.array([2, 2, 0, 0]), leaver=True),)))


def test_the_kernels_are_given_what_the_edges_say():
    graph = Graph(**parts())
    np.testing.assert_array_equal(graph.targets, [[1, 1, 3, 3], [OUT] * 4])
    np.testing.assert_array_equal(graph.seeks, [False, False])


def test_who_lands_in_a_cell_without_what_they_bring_lands_where_the_plain_number_says():
    node = np.array([[0, 1, OUT], [2, 3, 4]])
    landing = Landing(code=np.array([0, 1, 0, 1, 2]), plain=np.array([0, 1, 1]), node=node)
    np.testing.assert_array_equal(landing.at(np.array([0, 1, 0, 1]), np.array([2, 2, 0, 1])), [1, 4, 0, 3])
