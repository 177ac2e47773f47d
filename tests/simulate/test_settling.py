"""Who is present on the first day of a run: what many plain years of the analytic pathway come to, waits among them."""

from __future__ import annotations

import numpy as np
import pytest

from mhwfmodel.demand import analytic
from mhwfmodel.results import CellLabels
from mhwfmodel.scenario import Scenario
from mhwfmodel.simulate.pathway_events import first_day
from mhwfmodel.simulate.pathway_plan import pathway_plan
from mhwfmodel.simulate.pathway_screen import Board, board, opened, servers_of

ICB, YEARS, RATIOS = "E54000044", 15, (0.8, 0.95, 1.1)


@pytest.fixture(scope="module")
def ready() -> tuple[Board, np.ndarray]:
    """One board, and draws in which staff give less than the file states, and more."""
    scenario = Scenario(name="board", months=12, icbs=(ICB,), pathway="cmhf")
    zero = np.zeros(1, np.int64)
    plan = pathway_plan(scenario, len(RATIOS), np.zeros((1, 3), np.int64), CellLabels(zero, zero, zero, (ICB,)))
    assert plan is not None
    return board(plan, 0), np.repeat(np.array(RATIOS)[:, None], len(plan.skills.names), axis=1)


def test_lists_and_waits_are_those_of_many_plain_years(ready) -> None:
    given, ratio = ready
    network, servers = given.settling.networks[0], servers_of(given, ratio, 0)
    here = first_day(given.plan, network, given.icb, 0)
    plain = analytic.begin(given.settling, np.zeros(len(ratio), dtype=np.int64), present=[here])
    for month in range(12 * YEARS):
        plain, _ = analytic.step(given.settling, plain, month % 12, servers=servers)
    found = [analytic.step(given.settling, state, 0, servers=servers)[1] for state in (opened(given, ratio), plain)]
    lists = [each.waiting.sum(axis=(1, 2)) for each in found]
    assert lists[0] == pytest.approx(lists[1], rel=0.01)
    numbers, days = ([getattr(each.waits, name).sum(axis=-1) for each in found] for name in ("number", "days"))
    assert numbers[0] == pytest.approx(numbers[1], rel=0.03)
    assert days[0] / numbers[0] == pytest.approx(days[1] / numbers[1], rel=0.04)
    work = [each.in_work.sum(axis=(1, 2)) for each in found]
    assert work[0] == pytest.approx(work[1], rel=0.005)
