"""Many months of many draws at once give the numbers of month after month: to the bit in whole people."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from mhwfmodel.errors import DataError
from mhwfmodel.supply import OUT, Edges, Expected, Graph, Landing, MonthInputs, Sampled, project, step

WORLDS = st.integers(0, 2**32 - 1).map(np.random.default_rng)
MANY = settings(max_examples=40, deadline=None, phases=(Phase.explicit, Phase.generate))
FIRST = 24_300


def make_graph(random, nodes, kinds):
    """Any plain graph: circles, conveyors, ways back to the node itself, nodes that share an id on different lines."""
    cells = int(random.integers(1, nodes + 1))
    cell = np.sort(np.append(np.arange(cells), random.integers(0, cells, nodes - cells)))
    advance = np.arange(nodes)
    if random.random() < 0.6:
        moves = random.random(nodes) < 0.4
        advance = np.where(moves, [random.choice(np.flatnonzero(cell == here)) for here in cell], advance)
    out = random.choice([0.0, 0.3, 1.0])
    edges = tuple(
        Edges(f"kind {kind}", np.where(random.random(nodes) < out, OUT, random.integers(0, nodes, nodes)), leaver=True)
        for kind in range(kinds)
    )
    return Graph(
        cell_id=np.arange(cells, dtype=np.uint32),
        node_id=(random.permutation(nodes) // 2 + 2**31).astype(np.uint32),
        node_cell=cell,
        node_group=random.integers(0, max(nodes // 2, 1), nodes),
        advance=advance,
        edges=edges,
        sources=(),
        doors=(),
        line=random.permutation(256)[:nodes],
    )


def make_chances(random, kinds, draws, groups):
    """Chances of every size, some 0 and some that sum to 1 over kinds, dims (kind, draw, group)."""
    weights = random.random((kinds + 1, draws, groups)) ** random.choice([1, 8])
    weights *= random.random((kinds + 1, 1, groups)) < random.choice([0.5, 1.0])
    weights *= random.random(weights.shape) < random.choice([0.6, 1.0])
    weights[-1] *= random.choice([0.0, 1.0, 50.0])
    total = weights.sum(axis=0)
    return np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)[:-1] * (1.0 - 1e-12)


def make_world(random, *, whole):
    """A graph, what moves on it, and all that `project` takes beside the chooser."""
    nodes, kinds, draws = int(random.integers(1, 24)), int(random.integers(1, 5)), int(random.integers(1, 71))
    graph = make_graph(random, nodes, kinds)
    groups = max(nodes // 2, 1)
    chance = make_chances(random, kinds, draws, groups)
    most = int(random.choice([2, 6, 60, 300, 4000, 200_000]))
    stock = random.integers(0, most, (draws, nodes)) * (random.random((draws, nodes)) < random.choice([0.5, 1.0]))
    inflow = random.random((draws, nodes)) * random.choice([0.0, 0.1, 3.0, 80.0]) * (random.random(nodes) < 0.7)
    months = int(random.integers(1, 5))
    multiplier = np.where(random.random((months, kinds, groups)) < 0.1, 0.0, random.random((months, kinds, groups)))
    shared = random.random(3) < 0.5
    return {
        "graph": graph,
        "draws": draws,
        "stock": (stock if whole else stock * 0.7)[0 if shared[0] else slice(None)],
        "chance": chance[:, 0] if shared[1] else chance,
        "months": range(FIRST, FIRST + months),
        "inflow": inflow[0] if shared[2] else inflow,
        "multiplier": multiplier if random.random() < 0.5 else None,
        "sums": random.integers(-1, 4, nodes),
    }


def month_by_month(world, chooser):
    """People by month, draw and sum, and the last stock, as `step` gives them."""
    graph, draws = world["graph"], world["draws"]
    cells, whole = graph.cell_id.size, isinstance(chooser, Sampled)
    kind = np.int64 if whole else np.float64
    stock = np.broadcast_to(world["stock"], (draws, graph.node_id.size)).astype(kind)
    chance = world["chance"] if world["chance"].ndim == 3 else world["chance"][:, None, :]
    chance = np.broadcast_to(chance, (chance.shape[0], draws, chance.shape[2]))
    people = []
    for at, month in enumerate(world["months"]):
        scale = 1.0 if world["multiplier"] is None else world["multiplier"][at][:, None, :]
        inputs = MonthInputs(
            month=month,
            probability=np.ascontiguousarray(chance * scale),
            posts=np.zeros((draws, cells), dtype=kind),
            fill=np.zeros((draws, cells)),
            source_share=np.zeros((0, draws, cells)),
            inflow=np.ascontiguousarray(np.broadcast_to(world["inflow"], stock.shape)),
        )
        stock = step(graph, stock, inputs, chooser).stock
        sums = world["sums"]
        people.append([stock[:, sums == total].sum(axis=1) for total in range(sums.max() + 1)])
    return np.array(people, dtype=kind).reshape(len(people), -1, draws).transpose(0, 2, 1), stock


def at_once(world, chooser, **given):
    return project(
        world["graph"], world["stock"], world["chance"], world["months"], chooser, inflow=world["inflow"],
        multiplier=world["multiplier"], sums=world["sums"], keep_stock=True, **given,
    )  # fmt: skip


def sampled(random, draws):
    return Sampled(int(random.integers(2**63)), random.integers(0, 2**32, draws, dtype=np.uint32))


@MANY
@given(WORLDS)
def test_whole_people_are_those_of_the_reference_to_the_bit(random):
    world = make_world(random, whole=True)
    chooser = sampled(random, world["draws"])
    people, stock = month_by_month(world, chooser)
    found = at_once(world, chooser, threads=int(random.integers(1, 4)))
    np.testing.assert_array_equal(found.stock, stock)
    np.testing.assert_array_equal(found.people, people)


@MANY
@given(WORLDS)
def test_expected_values_are_those_of_the_reference(random):
    world = make_world(random, whole=False)
    people, stock = month_by_month(world, Expected())
    found = at_once(world, Expected(), threads=int(random.integers(1, 4)))
    draws = found.stock.shape[0]
    # Where nearly everybody leaves, who stays is a difference that either way of writing it loses digits of.
    lost = 1e-14 * max(1.0, float(np.sum(world["stock"])))
    np.testing.assert_allclose(found.stock, stock[:draws], rtol=1e-9, atol=lost)
    np.testing.assert_allclose(found.people, people[:, :draws], rtol=1e-9, atol=lost)


@MANY
@given(WORLDS)
def test_no_number_depends_on_threads_blocks_or_the_other_draws(random):
    world = make_world(random, whole=True)
    chooser = sampled(random, world["draws"])
    whole = at_once(world, chooser)
    for threads in (2, 3):
        np.testing.assert_array_equal(at_once(world, chooser, threads=threads).people, whole.people)
    some = np.sort(random.permutation(world["draws"])[: int(random.integers(1, world["draws"] + 1))])
    part = world | {name: world[name][some] for name in ("stock", "inflow") if world[name].ndim == 2}
    part["chance"] = world["chance"] if world["chance"].ndim == 2 else world["chance"][:, some]
    found = at_once(part, Sampled(chooser.seed, chooser.draws[some]))
    np.testing.assert_array_equal(found.people, whole.people[:, some])


def two_grades(**changes):
    plain = {
        "cell_id": np.zeros(1, dtype=np.uint32),
        "node_id": np.arange(2, dtype=np.uint32),
        "node_cell": np.zeros(2, dtype=np.int64),
        "node_group": np.arange(2),
        "advance": np.arange(2),
        "edges": (
            Edges("promote", np.array([1, OUT]), leaver=False),
            Edges("leave", np.full(2, OUT), leaver=True),
        ),
        "sources": (),
        "doors": (),
    }
    return Graph(**(plain | changes))


def test_mean_and_variance_are_those_of_a_death_process_with_arrivals():
    draws, months, stay, coming = 4000, 24, 0.9, 3.0
    chance = np.array([[0.0, 0.0], [1.0 - stay, 0.0]])
    inflow = np.array([coming, 0.0])
    chooser = Sampled(7, np.arange(draws, dtype=np.uint32))
    found = project(two_grades(), np.array([40, 0]), chance, range(months), chooser, inflow=inflow).people[-1, :, 0]
    left = stay**months
    settled = coming * (1.0 - left) / (1.0 - stay)
    mean, variance = 40 * left + settled, 40 * left * (1.0 - left) + settled
    assert abs(found.mean() - mean) < 4 * np.sqrt(variance / draws)
    assert abs(found.var() / variance - 1.0) < 4 * np.sqrt(2 / draws)


def test_nobody_is_lost_where_nobody_leaves():
    chance = np.array([[0.3, 0.0], [0.0, 0.0]])
    chooser = Sampled(1, np.arange(33, dtype=np.uint32))
    found = project(two_grades(), np.array([700, 5]), chance, range(12), chooser, sums=np.array([0, 1]))
    assert (found.people.sum(axis=2) == 705).all()
    assert found.people[-1, :, 0].max() < 50
    assert found.stock is None


def test_a_graph_without_people_or_sums_is_moved():
    nothing = project(two_grades(), np.zeros(2, dtype=np.int64), np.zeros((2, 2)), range(3), Expected())
    assert (nothing.people == 0.0).all()
    uncounted = project(two_grades(), np.ones(2), np.zeros((2, 2)), range(3), Expected(), sums=np.array([OUT, OUT]))
    assert uncounted.people.shape == (3, 1, 0)


def test_all_faults_are_told_at_once():
    landing = Landing(np.zeros(2, dtype=np.int64), np.zeros(1, dtype=np.int64), np.zeros((1, 1), dtype=np.int64))
    seeking = two_grades(
        edges=(Edges("seek", np.arange(2), leaver=True, seeks=True), Edges("leave", np.full(2, OUT), leaver=True)),
        landing=landing,
    )
    chooser = Sampled(1, np.arange(3, dtype=np.uint32))
    with pytest.raises(DataError) as told:
        project(
            seeking, np.array([0.5, -1.0]), np.array([[0.7, 0.0], [0.6, 0.0]]), range(0), chooser,
            inflow=np.zeros(3), sums=np.zeros(2), threads=0,
        )  # fmt: skip
    words = str(told.value)
    for part in ("graph edge seek", "months", "threads", "inflow", "stock", "sums", "sum to 1.3", "not whole"):
        assert part in words, part


def refused(**given):
    plain = {"graph": two_grades(), "stock": np.zeros(2), "probability": np.zeros((2, 2)), "months": range(3)}
    with pytest.raises(DataError) as told:
        project(**(plain | {"chooser": Sampled(1, np.arange(3, dtype=np.uint32))} | given))
    return [str(fault) for fault in told.value.faults]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"graph": "two grades"}, "graph: is of type str; give a Graph"),
        ({"months": 12}, "months: 12 is not a range; give range(first, last + 1)"),
        ({"months": [0, 1, 2]}, "months: [0, 1, 2] is not a range"),
        ({"months": range(2**70, 2**70 + 3)}, "months: range(1180591620717411303424"),
        ({"chooser": Expected}, "chooser: <class"),
        ({"chooser": 5}, "chooser: 5 is not one; give Sampled("),
        ({"threads": None}, "threads: None is not a whole number"),
        ({"threads": 2.5}, "threads: 2.5 is not a whole number"),
        ({"stock": np.array(["a", "b"])}, "stock: is not an array of numbers"),
        ({"inflow": [[1.0], [1.0, 2.0]]}, "inflow: is not an array of numbers"),
        ({"probability": "all"}, "probability: is not an array of numbers"),
        ({"multiplier": {}}, "multiplier: is not an array of numbers"),
        ({"sums": np.array([0, 10**12])}, "sums: 1,000,000,000,001 sums, 3 months and 3 draws make"),
    ],
)
def test_what_is_of_another_type_is_refused(given, words):
    (fault,) = refused(**given)
    assert fault.startswith(words)


def test_all_wrong_types_are_told_at_once():
    assert len(refused(months=12, chooser=5, threads=None, stock="many", sums="one")) == 5


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"probability": np.zeros((2, 4, 2))}, "probability: has the shape (2, 4, 2)"),
        ({"probability": np.full((2, 2), np.nan)}, "below 0 or no number"),
        ({"multiplier": np.ones((2, 2, 2))}, "multiplier: has the shape (2, 2, 2)"),
        ({"stock": np.full(2, 2**30)}, "2,147,483,648 people"),
        ({"stock": np.zeros((2, 2))}, "stock: has the shape (2, 2)"),
    ],
)
def test_a_fault_names_its_place(given, words):
    plain = {"stock": np.zeros(2), "probability": np.zeros((2, 2)), "months": range(3), "multiplier": None}
    with pytest.raises(DataError) as told:
        project(two_grades(), chooser=Sampled(1, np.arange(3, dtype=np.uint32)), **(plain | given))
    assert words in str(told.value)
