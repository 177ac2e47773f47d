"""What each seed idea of a service must show: told in the file of a pathway alone, run by the compiled engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from textwrap import dedent

import numpy as np
import pytest
from known_answers import SEED, Judge

from mhwfmodel.demand import erlang_b, erlang_c
from mhwfmodel.demand.engine import simulate, trace
from mhwfmodel.demand.outcome import Happening, Outcome
from mhwfmodel.demand.warm import present, written
from mhwfmodel.pathway import flatten, read_pathway
from mhwfmodel.pathway.network import Network

MANY = 30


@pytest.fixture
def judge(record_property: Callable[[str, object], None]) -> Judge:
    return Judge(record_property)


@dataclass(frozen=True)
class Run:
    """A pathway that was run."""

    network: Network
    outcome: Outcome

    def stage(self, name: str) -> int:
        return self.network.stages.names.index(name)

    def by_month(self, figure: str, stage: str) -> np.ndarray:
        """Dims (replication, month)."""
        values: np.ndarray = getattr(self.outcome, figure)[:, :, self.stage(stage)].sum(axis=-1)
        return values

    def later(self, figure: str, stage: str, first: int) -> np.ndarray:
        """Sum over the months from `first` on, by replication."""
        values: np.ndarray = self.by_month(figure, stage)[:, first:].sum(axis=1)
        return values


def run(text: str, overrides: Mapping[str, object] | None = None, replications: int = MANY) -> Run:
    pathway = read_pathway(dedent(text), "test", overrides)
    network = flatten(pathway)
    there = present(network, written(pathway, network), seed=SEED, replications=range(replications))
    return Run(network, simulate(network, seed=SEED, replications=range(replications), present=there))


BACKLOG = """
    pathway: backlog
    start: 2026-01
    months: 24
    classes: {adult: {priority: 1}}
    pools: {team: {count: 10}}
    arrivals: {referrals: {stage: care, per_day: 0.9}}
    stages:
      care:
        needs: {team: 1}
        service: {exponential: 10 days}
        patience: {exponential: 5 years}
        routes: {discharged: 1}
    exits: [discharged, gave_up]
    present:
      care: {waiting: {adult: 300}, age: {exponential: 200 days}, in_work: {adult: 10}}
    """


@pytest.mark.parametrize(("servers", "clears"), [(10, False), (25, True)])
def test_d01_a_list_shrinks_only_where_more_are_seen_than_come(servers: int, clears: bool) -> None:
    told = run(BACKLOG, {"pools.team.count": servers, "arrivals.referrals.per_day": 1.2})
    waiting = told.by_month("waiting", "care")
    opening = told.outcome.opening_waiting[:, told.stage("care")].sum(axis=-1)
    flow = [told.by_month(figure, "care") for figure in ("joined", "started", "gave_up")]
    assert np.array_equal(waiting[:, -1], opening + (flow[0] - flow[1] - flow[2]).sum(axis=1))
    assert (opening == 300).all()
    assert (waiting[:, -1] < 10).all() if clears else (waiting[:, -1] > 200).all()


HOUSE = """
    pathway: crisis_house
    start: 2026-01
    months: 120
    classes: {adult: {priority: 1}}
    pools: {beds: {count: 6}}
    arrivals: {crises: {stage: house, per_day: 0.6}}
    exits: [home, full]
    stages:
      house: {needs: {beds: 1}, service: {lognormal: {mean: 8 days, cv: 1.2}}, room: 0, full: full, routes: {home: 1}}
    """


def test_d04_a_crisis_house_fills_as_erlang_says(judge: Judge) -> None:
    """M/G/c/c: whatever the shape of the stay, by its mean alone."""
    told = run(HOUSE, replications=200)
    load = 0.6 * 8.0
    lost = float(erlang_b(6, load))
    judge("lost", told.later("turned_away", "house", 6) / told.later("joined", "house", 6), lost)
    days = float(told.network.month_edge[-1] - told.network.month_edge[6])
    judge("occupied", told.later("work_days", "house", 6) / days, load * (1.0 - lost))
    assert (told.by_month("in_work", "house") <= 6).all()


CAFE = """
    pathway: crisis_cafe
    start: 2026-04
    months: 6
    classes: {adult: {priority: 1}}
    pools:
      workers:
        count: 3
        rota: [{days: [mon, tue, wed, thu, fri, sat, sun], from: "18:00", to: "01:30"}]
        at_shift_end: finish
    arrivals: {visits: {stage: talk, per_day: 8}}
    exits: [home, gave_up]
    stages:
      talk:
        needs: {workers: 1}
        service: {exponential: 45 minutes}
        patience: {exponential: 6 hours}
        routes: {home: 1}
    """


def test_d05_nobody_is_served_while_a_cafe_is_closed() -> None:
    network = flatten(read_pathway(dedent(CAFE), "cafe"))
    log = trace(network, seed=SEED, replication=0)
    hour = log.time[log.kind == Happening.STARTED] % 1.0 * 24.0
    assert hour.size > 500
    assert ((hour >= 18.0) | (hour < 1.5)).all()
    came = log.time[log.kind == Happening.ARRIVED] % 1.0 * 24.0
    assert ((came > 1.5) & (came < 18.0)).any(), "people come while it is closed, too"


HELPLINE = """
    pathway: helpline
    start: 2026-01
    months: 3
    classes: {caller: {priority: 1}}
    pools: {callers_helpers: {count: 8}}
    arrivals: {calls: {stage: call, per_day: 600}}
    exits: [advised, ambulance, referred, gave_up]
    stages:
      call:
        needs: {callers_helpers: 1}
        service: {exponential: 18 minutes}
        patience: {exponential: 3 minutes}
        routes: {advised: 0.7, ambulance: 0.05, referred: 0.25}
    """


def erlang_a(servers: int, load: float, patience: float) -> tuple[float, float]:
    """Chance to give up, and mean wait in units of a service, by the birth-death process of M/M/c+M."""
    number = np.arange(400, dtype=np.float64)
    deaths = np.minimum(number + 1, servers) + np.maximum(number + 1 - servers, 0) / patience
    chance = np.concatenate([[1.0], np.cumprod(load / deaths)])
    chance /= chance.sum()
    queue = float(chance @ np.maximum(np.arange(chance.size) - servers, 0))
    return queue / patience / load, queue / load


def test_d06_a_helpline_loses_calls_as_erlang_a_says(judge: Judge) -> None:
    told = run(HELPLINE)
    lost, wait = erlang_a(8, 600 * 18 / 1440, 3.0 / 18.0)
    judge("gave up", told.later("gave_up", "call", 0) / told.later("joined", "call", 0), lost)
    judge("wait", told.later("waiting_days", "call", 0) / told.later("joined", "call", 0), wait * 18 / 1440)
    left = told.outcome.left.sum(axis=(1, 3))
    names = list(told.network.exits)
    answered = left.sum(axis=1) - left[:, names.index("gave_up")]
    for exit_, share in {"advised": 0.7, "ambulance": 0.05, "referred": 0.25}.items():
        judge(exit_, left[:, names.index(exit_)] / answered, share)
    assert np.array_equal(answered, told.later("ended", "call", 0)), "the ways on of those who were answered sum to 1"


LOOP = """
    pathway: contacts
    start: 2026-01
    months: 30
    classes: {adult: {priority: 1}}
    pools: {liaison: {count: 40}}
    arrivals: {first: {stage: department, per_day: 20}}
    exits: [home]
    stages:
      department: {needs: {liaison: 1}, service: {exponential: 6 hours}, routes: {away: 0.3, home: 0.7}}
      away: {service: {exponential: 3 days}, routes: {department: 1}}
    """


@pytest.mark.parametrize("again", [0.1, 0.3, 0.6])
def test_d07_people_who_come_back_are_a_geometric_series(again: float, judge: Judge) -> None:
    told = run(LOOP, {"stages.department.routes": {"away": again, "home": 1.0 - again}})
    days = float(told.network.month_edge[-1] - told.network.month_edge[6])
    judge("contacts a day", told.later("joined", "department", 6) / days, 20.0 / (1.0 - again))


PEERS = """
    pathway: peers
    start: 2026-01
    months: 36
    classes: {adult: {priority: 1}}
    pools: {peers: {fte: 4, slots_per_fte: 12}}
    arrivals: {referrals: {stage: support, per_week: 3}}
    exits: [finished, gave_up]
    stages:
      support:
        needs: {peers: 1}
        service: {gamma: {mean: 9 months, cv: 0.6}}
        patience: {exponential: 1 years}
        routes: {finished: 1}
    """


def test_d08_a_caseload_is_never_above_its_cap() -> None:
    told = run(PEERS)
    log = trace(told.network, seed=SEED, replication=0)
    change = (log.kind == Happening.STARTED).astype(int) - (log.kind == Happening.ENDED)
    assert change.cumsum().max() == 48
    assert told.by_month("in_work", "support").max() == 48


def test_d09_long_stays_obey_littles_law(judge: Judge) -> None:
    text = """
        pathway: living
        start: 2026-01
        months: 600
        classes: {adult: {priority: 1}}
        arrivals: {moves: {stage: flat, per_month: 2}}
        exits: [on]
        stages:
          flat: {service: {weibull: {mean: 2.5 years, shape: 1.4}}, routes: {on: 1}}
        """
    told = run(text)
    days = float(told.network.month_edge[-1] - told.network.month_edge[120])
    judge("people", told.later("work_days", "flat", 120) / days, 2.0 * 30.0)


SERVICES = {
    "advocacy": "{exponential: 2 hours}",
    "carers_support": "{gamma: {mean: 90 minutes, cv: 0.7}}",
    "housing_advice": "{lognormal: {mean: 3 hours, cv: 1.0}}",
    "group_of_peers": "{fixed: 2 hours}",
    "anti_racist_practice": "{erlang: {mean: 6 hours, k: 3}}",
    "niche": "{empirical: {values: [1 hours, 4 hours], weights: [0.8, 0.2]}}",
}


@pytest.mark.parametrize("name", SERVICES)
def test_d11_a_new_service_is_an_entry_in_a_file(name: str) -> None:
    text = f"""
        pathway: new
        start: 2026-01
        months: 12
        classes: {{adult: {{priority: 1}}}}
        pools: {{people: {{count: 4}}}}
        arrivals: {{referrals: {{stage: {name}, per_day: 6}}}}
        exits: [done]
        stages:
          {name}: {{needs: {{people: 1}}, service: {SERVICES[name]}, routes: {{done: 1}}}}
        """
    told = run(text, replications=3)
    came, left = told.outcome.arrived.sum(axis=(1, 2, 3)), told.outcome.left.sum(axis=(1, 2, 3))
    there = (told.by_month("waiting", name) + told.by_month("in_work", name))[:, -1]
    assert np.array_equal(came, left + there)
    assert (left > 1500).all()


TIERS = """
    pathway: tiers
    start: 2026-01
    months: 240
    classes: {adult: {priority: 1}}
    arrivals: {referrals: {stage: advice, per_day: 10}}
    exits: [discharged]
    stages:
      advice: {service: {exponential: 20 days}, routes: {core: 0.3, discharged: 0.7}}
      core: {service: {exponential: 90 days}, routes: {advice: 0.2, intensive: 0.1, discharged: 0.7}}
      intensive: {service: {exponential: 60 days}, routes: {core: 0.8, discharged: 0.2}}
    """


def test_d12_people_step_up_and_down_between_tiers(judge: Judge) -> None:
    told = run(TIERS)
    step = np.array([[0.0, 0.3, 0.0], [0.2, 0.0, 0.1], [0.0, 0.8, 0.0]])
    upto = told.network.stages.route_upto
    assert np.allclose(upto[:, :, -1], 1.0, rtol=0.0, atol=0.0), "the ways on of every tier sum to 1"
    expected = np.linalg.solve(np.eye(3) - step.T, np.array([10.0, 0.0, 0.0]))
    days = float(told.network.month_edge[-1] - told.network.month_edge[60])
    for name, rate, stay in zip(("advice", "core", "intensive"), expected, (20.0, 90.0, 60.0), strict=True):
        judge(f"{name} rate", told.later("joined", name, 60) / days, float(rate))
        judge(f"{name} caseload", told.later("work_days", name, 60) / days, float(rate * stay))


HUB = """
    pathway: hub
    start: 2026-01
    months: 120
    classes: {adult: {priority: 1}}
    pools: {team: {count: 12, teams: 4}}
    arrivals: {referrals: {stage: care, per_day: 10}}
    exits: [discharged]
    stages:
      care: {needs: {team: 1}, service: {exponential: 1}, routes: {discharged: 1}}
    """


def test_d14_pooled_teams_never_wait_longer(judge: Judge) -> None:
    apart, together = (run(text, replications=400) for text in (HUB, HUB.replace(", teams: 4", "")))

    def wait(told: Run) -> np.ndarray:
        return told.outcome.waiting_days[:, 6:].sum(axis=(1, 2, 3)) / told.outcome.arrived[:, 6:].sum(axis=(1, 2, 3))

    assert (wait(together) <= wait(apart)).all()
    judge("apart", wait(apart), float(erlang_c(3, 2.5)) / (3 - 2.5))
    judge("together", wait(together), float(erlang_c(12, 10.0)) / (12 - 10.0))
