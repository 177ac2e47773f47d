"""Small workforces, built as anybody would build them: a graph and the chances on its edges, moved by `step`."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pytest
from scipy import stats

from mhwfmodel.supply import OUT, Edges, Graph, MonthInputs, Sampled, step
from mhwfmodel.supply.entry import entry_states
from mhwfmodel.supply.states import AGES, BANDS, GROUPS, SOURCES
from mhwfmodel.supply.workforce import EDGES

FIRST_MONTH = 24_291


@dataclass(frozen=True)
class Workforce:
    """A graph and the chances on its edges, dims (kind, group)."""

    graph: Graph
    chance: np.ndarray

    def months(
        self, stock, number, chooser, *, posts=0, fill=1.0, shares=None, inflow=None, offers=(), routes=None, first=0
    ):
        """Yield the steps of consecutive months; a table given by month may be a function of the month's number."""
        stock = np.asarray(stock)
        draws, cells = stock.shape[0], self.graph.cell_id.size
        whole = isinstance(chooser, Sampled)
        kind = np.int64 if whole else np.float64
        shares = np.ones(len(self.graph.sources)) / max(len(self.graph.sources), 1) if shares is None else shares
        shares = np.asarray(shares, dtype=float)
        shares = shares[:, None, None] if shares.ndim == 1 else shares
        for month in range(first, first + number):
            coming = inflow(month) if callable(inflow) else inflow
            inputs = MonthInputs(
                month=FIRST_MONTH + month,
                probability=np.broadcast_to(
                    self.chance[:, None, :], (self.chance.shape[0], draws, self.chance.shape[1])
                ).copy(),
                posts=np.broadcast_to(np.asarray(posts, dtype=kind), (draws, cells)).copy(),
                fill=np.broadcast_to(np.asarray(fill, dtype=float), (draws, cells)).copy(),
                source_share=np.broadcast_to(shares, (len(self.graph.sources), draws, cells)).copy(),
                candidates=tuple(
                    (source, np.broadcast_to(np.asarray(people, dtype=kind), (draws, cells)).copy())
                    for source, people in offers
                ),
                inflow=None if coming is None else np.broadcast_to(np.asarray(coming, float), stock.shape).copy(),
                routes=routes,
            )
            result = step(self.graph, stock, inputs, chooser)
            stock = result.stock
            yield result

    def path(self, stock, number, chooser, **given):
        """Stocks at the end of months 0 (the opening) to `number`, dims (month, draw, node)."""
        opening = np.asarray(stock)
        return np.stack([opening, *(month.stock for month in self.months(opening, number, chooser, **given))])


def _markov(transition, wastage=None, doors=(), cells=1):
    """Grades with a matrix of monthly transitions (its diagonal stays) and wastage, the same in each of some cells."""
    transition = np.asarray(transition, dtype=float)
    grades = transition.shape[0]
    wastage = 1.0 - transition.sum(axis=1) if wastage is None else np.asarray(wastage, dtype=float)
    node = np.arange(cells * grades)
    grade = np.tile(np.arange(grades), cells)
    kinds, chances = [], []
    for by in [by for by in range(1 - grades, grades) if by != 0 and np.diagonal(transition, by).any()]:
        there = (grade + by >= 0) & (grade + by < grades)
        kinds.append(Edges(f"by {by}", np.where(there, node + by, OUT), leaver=False))
        chances.append([transition[g, g + by] if 0 <= g + by < grades else 0.0 for g in range(grades)])
    kinds.append(Edges("leave", np.full(node.size, OUT), leaver=True))
    chances.append(wastage)
    first = np.arange(cells) * grades
    graph = Graph(
        cell_id=np.arange(cells, dtype=np.uint32) + 1,
        node_id=(node + 1000).astype(np.uint32),
        node_cell=np.repeat(np.arange(cells), grades),
        node_group=grade,
        advance=node,
        edges=tuple(kinds),
        sources=tuple(f"source {number}" for number in range(len(doors))),
        doors=tuple(tuple((first + into, share) for into, share in door) for door in doors),
    )
    return Workforce(graph, np.array(chances))


def _conveyor(leaving, last_stays=True, doors=()):
    """Months of service in a row, each with its chance of leaving; who stays is a month further on."""
    leaving = np.asarray(leaving, dtype=float)
    node = np.arange(leaving.size)
    zero = np.zeros(1, dtype=np.int64)
    graph = Graph(
        cell_id=np.array([1], dtype=np.uint32),
        node_id=(node + 1000).astype(np.uint32),
        node_cell=np.zeros(leaving.size, dtype=np.int64),
        node_group=node,
        advance=np.append(node[1:], node[-1] if last_stays else 0),
        edges=(Edges("leave", np.full(leaving.size, OUT), leaver=True),),
        sources=tuple(f"source {number}" for number in range(len(doors))),
        doors=tuple(tuple((zero + into, share) for into, share in door) for door in doors),
    )
    return Workforce(graph, leaving[None, :])


def _agree(sample, mean, variance, most=4.5):
    """Means of runs (first dimension) lie within `most` standard errors, which are small; thousands are compared."""
    sample, mean, variance = np.asarray(sample), np.asarray(mean), np.maximum(np.asarray(variance), 0.0)
    error = np.sqrt(variance / sample.shape[0])
    assert (4 * error <= 0.03 * np.maximum(mean, 1.0)).all(), "too few runs to say anything"
    miss = np.abs(sample.mean(axis=0) - mean)
    assert (miss <= most * error + 1e-9 * np.maximum(mean, 1.0)).all(), (miss / np.maximum(error, 1e-300)).max()


def _covary(sample, covariance):
    """Covariances of runs (first dimension): variances within 99.9 % chi-square limits, the rest 4 errors."""
    runs = sample.shape[0]
    seen = np.atleast_2d(np.cov(sample, rowvar=False))
    exact = np.atleast_2d(covariance)
    variance = np.diag(exact)
    low, high = stats.chi2.ppf([0.0005, 0.9995], runs - 1) / (runs - 1)
    assert (np.diag(seen) >= low * variance - 1e-12).all(), (np.diag(seen) / variance, low)
    assert (np.diag(seen) <= high * variance + 1e-12).all(), (np.diag(seen) / variance, high)
    error = np.sqrt((np.outer(variance, variance) + exact**2) / (runs - 1))
    assert (np.abs(seen - exact) <= 4 * error + 1e-12).all()
    clear = np.abs(exact) > 4 * error
    assert (np.sign(seen[clear]) == np.sign(exact[clear])).all()


@pytest.fixture(scope="session")
def markov():
    return _markov


@pytest.fixture(scope="session")
def conveyor():
    return _conveyor


@pytest.fixture(scope="session")
def workforce():
    return Workforce


@pytest.fixture(scope="session")
def agree():
    return _agree


@pytest.fixture(scope="session")
def covary():
    return _covary


@pytest.fixture(scope="session")
def sampled():
    """Whole people for a number of draws."""
    return lambda draws, seed=20240401: Sampled(seed, np.arange(draws, dtype=np.uint32))


@pytest.fixture(scope="session")
def cases(shared):
    """Cases of one family with known answers, by id."""

    def read(family):
        text = (shared / "validation" / "stockflow" / f"{family}.json").read_text(encoding="utf-8")
        return {case["id"]: case for case in json.loads(text)["cases"]}

    return read


def _staff_chances(net, by_group, *, within=0.3, between=0.4, stops=None, passes=None):
    """Chances of all kinds of edges, dims (kind, group), as a month makes them.

    `by_group` is the chance of leaving, retiring, passing on in experience and in age of each band of age and
    experience, dims (4, band); `stops` and `passes` are what happens on each track among those who take no other edge,
    dims (track).
    """
    tracks = len(net.tracks) + 1
    stops = np.zeros(tracks) if stops is None else np.append(0.0, stops)
    passes = np.ones(tracks) if passes is None else np.append(1.0, passes)
    leads = np.array([False, *(track.leaves for track in net.tracks)])[net.group_track]
    leave, retire, progress, age = by_group[:, net.group_state]
    chance = dict.fromkeys(EDGES, 0.0)
    chance |= {"move": leave * within, "between": leave * between, "exit": leave * (1.0 - within - between)}
    chance |= {"retire": retire, "progress": progress, "age": age}
    rest = 1.0 - leave - retire - progress - age
    stop = stops[net.group_track]
    done = np.where(net.group_last, rest * (1.0 - stop), 0.0)
    passed = passes[net.group_track]
    chance["switch"] = rest * stop + np.where(leads, 0.0, done * (1.0 - passed))
    chance["qualify"] = np.where(leads, done * passed, 0.0)
    return np.stack([np.broadcast_to(chance[kind], net.group_cell.shape) for kind in EDGES])


def _group_chances(leave=0.03, retire=0.01, progress=0.03, age=0.005):
    """The same for all bands of age and experience that have the edge, newcomers leaving more, dims (4, band)."""
    ages, bands = np.divmod(np.arange(GROUPS), len(BANDS))
    return np.stack(
        [
            leave * (1.0 + 0.5 * (bands == 0)),
            retire * (ages == len(AGES) - 1),
            np.where((bands > 0) & (bands < len(BANDS) - 1), progress, 0.0),
            np.where(ages < len(AGES) - 1, age, 0.0),
        ]
    )


@pytest.fixture(scope="session")
def staff_chances():
    return _staff_chances


@pytest.fixture(scope="session")
def group_chances():
    return _group_chances


@pytest.fixture(scope="session")
def entry():
    """States of recruits of each source, dims (source, state)."""
    return entry_states((0.1, 0.2, 0.3, 0.4), np.full((len(SOURCES), len(AGES)), 1.0 / len(AGES)))
