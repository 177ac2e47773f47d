"""The load that is offered: closed forms of small pathways, and the balance of one in which nobody gives up."""

from __future__ import annotations

import numpy as np
import pytest

from mhwfmodel.demand import analytic
from mhwfmodel.demand.flows import flows
from mhwfmodel.demand.required import joining, servers
from mhwfmodel.errors import MhwfError
from mhwfmodel.pathway import flatten, load_pathway, read_pathway

LOOP = """
pathway: loop
months: 2
start: 2024-04
classes: {adult: {priority: 1}}
exits: [gone]
pools:
  staff: {count: 50}
  pair: {count: 50}
arrivals:
  in: {number: 1, stage: first, classes: {adult: 1}, per_year: 3652.5}
stages:
  first: {number: 1, needs: {staff: 1}, service: {exponential: 2 days}, routes: {second: 0.4, gone: 0.6}}
  second: {number: 2, needs: {staff: 1, pair: 2}, service: {exponential: 3 days}, routes: {first: 0.25, gone: 0.75}}
"""


def made(text: str = LOOP, months: int = 2):
    return analytic.plan([flatten(read_pathway(text, "loop.yaml"), months=months)])


def test_people_who_come_back_count_each_time():
    """Ten a day; of them 0.4 go on and a quarter of those come back: λ1 = 10 / (1 − 0.1)."""
    people = joining(made(), 0)[0, :, 0]
    np.testing.assert_allclose(people, [10 / 0.9, 4 / 0.9], rtol=1e-12)


def test_servers_are_those_of_little():
    """Busy servers are arrivals times the time that work takes, for each server that it takes."""
    found = servers(made(), 0)[0]
    np.testing.assert_allclose(found, [[20 / 0.9, 0], [12 / 0.9, 24 / 0.9]], rtol=1e-12)


def test_work_and_arrivals_scale_what_is_required():
    plain = servers(made(), 0)
    np.testing.assert_allclose(servers(made(), 0, arrivals=1.5), 1.5 * plain, rtol=1e-12)
    longer = servers(made(), 0, work=np.array([2.0, 1.0]))
    np.testing.assert_allclose(longer[0, 0], 2 * plain[0, 0], rtol=1e-12)
    np.testing.assert_array_equal(longer[0, 1], plain[0, 1])


def test_nobody_goes_round_for_ever():
    plan = made()
    ways = np.where(plan.shape.edge_to >= 0, 1.0, 0.0)
    with pytest.raises(MhwfError, match="round for ever"):
        joining(plan, 0, chance=ways)


def test_it_is_the_balance_of_flows_where_nobody_gives_up():
    """Two ways to the same numbers, on the pathway that ships, with so many staff that nobody waits."""
    pathway = load_pathway("cmhf", {f"pools.{name}": {"count": 1e6} for name in load_pathway("cmhf").pools})
    network = flatten(pathway, months=12)
    year = flows(network, longest=None)
    np.testing.assert_allclose(joining(analytic.plan([network]), 0)[0], year.arriving, rtol=1e-6, atol=1e-9)
