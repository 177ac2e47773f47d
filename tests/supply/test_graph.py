"""A graph that does not fit together is refused, with every fault at once."""

from __future__ import annotations

import numpy as np
import pytest

from mhwfmodel.errors import DataError
from mhwfmodel.supply import OUT, Compiled, Edges, Graph, Landing, Sampled


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


NODES = [0, 0, 1, 1]
WRONG_KINDS = [
    ({"cell_id": [1, 2]}, "graph cell_id: is of type list, not an array; give a numpy array of whole numbers"),
    ({"node_id": np.array([10.0, 11, 20, 21])}, "graph node_id: is an array of float64, not of whole numbers"),
    ({"node_id": np.array([10, 11, 20, -1])}, "graph node_id: -1 is not allowed; give whole numbers from 0 to 4,294,"),
    ({"cell_id": np.array([1, 2**32])}, "graph cell_id: 4294967296 is not allowed"),
    ({"node_cell": NODES}, "graph node_cell: is of type list"),
    ({"node_group": np.array([NODES])}, "graph node_group: has 2 dims, not 1"),
    ({"advance": np.array([1.0, 1, 3, 3])}, "graph advance: is an array of float64"),
    ({"edges": (Edges("exit", [OUT] * 4, True),)}, "graph edge exit: is of type list"),
    ({"edges": (Edges("exit", np.full(4, -1.0), True),)}, "graph edge exit: is an array of float64"),
    ({"edges": Edges("exit", np.full(4, OUT), True)}, "graph edges: are not a tuple of Edges"),
    ({"sources": "outside"}, "graph sources: are not a tuple of names"),
    ({"doors": None}, "graph doors: are not a tuple"),
    ({"doors": ((np.array([0, 2]), 1.0),)}, "graph doors[0]: are not pairs of nodes and a share"),
    ({"doors": ((([0, 2], 1.0),),)}, "graph doors[0]: is of type list"),
    ({"doors": (((np.array([0, 2]), "all"),),)}, "graph doors[0]: the share is 'all', not a number"),
    ({"line": NODES}, "graph line: is of type list"),
    ({"landing": NODES}, "graph landing: is of type list"),
    ({"landing": Landing(np.array(NODES), np.array([0, 1]), np.array(NODES))}, "graph landing node: has 1 dims, not 2"),
]


@pytest.mark.parametrize(("change", "message"), WRONG_KINDS, ids=[message for _, message in WRONG_KINDS])
def test_what_is_of_another_type_is_refused_alone(change, message):
    (fault,) = faults(**change)
    assert fault.startswith(message)


def test_all_wrong_types_are_told_at_once():
    assert len(faults(cell_id=[1, 2], node_id=[10, 11, 20, 21], node_cell=NODES, advance=[1, 1, 3, 3])) == 4


@pytest.mark.parametrize("kind", [np.int64, np.int32, np.uint64])
def test_ids_that_fit_become_those_of_the_counter(kind):
    plain, given = Graph(**parts()), parts()
    graph = Graph(**given | {name: given[name].astype(kind) for name in ("cell_id", "node_id")})
    assert graph.cell_id.dtype == graph.node_id.dtype == np.uint32
    np.testing.assert_array_equal(graph.plan[0].node, plain.plan[0].node)


@pytest.mark.parametrize("chooser", [Sampled, Compiled])
def test_draw_numbers_that_fit_become_those_of_the_counter(chooser):
    assert chooser(1, np.array([0, 2**32 - 1])).draws.dtype == np.uint32


@pytest.mark.parametrize(
    ("seed", "draws", "told"),
    [
        (1, 2, "draws of Sampled: is of type int, not an array; give np.arange(draws, dtype=np.uint32)"),
        (1, [0, 1], "draws of Sampled: is of type list, not an array; give np.arange"),
        (1, np.zeros(2), "draws of Sampled: is an array of float64, not of whole numbers; give np.arange"),
        (1, np.array([0, -1]), "draws of Sampled: -1 is not allowed; give np.arange"),
        (-1, np.arange(2), "seed of Sampled: -1 is not allowed; give a whole number from 0"),
        (2**63, np.arange(2), "seed of Sampled: 9223372036854775808 is not allowed"),
        (True, np.arange(2), "seed of Sampled: True is not allowed"),
        (1.0, np.arange(2), "seed of Sampled: 1.0 is not allowed"),
    ],
)
def test_what_is_no_seed_or_no_draws_is_refused(seed, draws, told):
    with pytest.raises(DataError) as refused:
        Sampled(seed, draws)
    assert str(refused.value).startswith(told)


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
