"""One queue by the compiled engine, beside exact answers: Erlang's three, fixed patience, M/G/1, M/D/c, GI/M/1, loss.

Figures that would take too long to see at 3 % (`SLOW`) are listed with `TOO_RARE`, and looked at in another way below.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from known_answers import (
    FAST,
    REPLICATIONS,
    SEED,
    SLOW,
    Figures,
    Judge,
    cases,
    events_needed,
    law,
    log_normal,
    one_queue,
    run,
    started,
    stationary,
)
from networks import NEVER, empirical, exponential, fixed, gamma, network

from mhwfmodel.demand.engine import simulate, trace
from mhwfmodel.demand.outcome import Happening

Of = Callable[[np.ndarray], np.ndarray]


@pytest.fixture
def judge(record_property: Callable[[str, object], None]) -> Judge:
    return Judge(record_property)


def functions(case: Mapping[str, Any]) -> dict[str, tuple[Of, bool]]:
    """What each figure of a case is of the number present, and whether it is a share of arrivals."""
    servers = case["inputs"]["servers"]

    def queue(number: np.ndarray) -> np.ndarray:
        return np.maximum(number - servers, 0.0)

    def present_(number: np.ndarray) -> np.ndarray:
        return number

    def waits(number: np.ndarray) -> np.ndarray:
        return (number >= servers).astype(np.float64)

    def full(number: np.ndarray) -> np.ndarray:
        return (number >= case["inputs"].get("system_capacity", np.inf)).astype(np.float64)

    def busy(number: np.ndarray) -> np.ndarray:
        return np.minimum(number, servers)

    by_queue = (
        "mean_wait_queue mean_number_queue mean_wait_all mean_wait_served p_abandon mean_wait_abandoned "
        "mean_wait_queue_accepted mean_wait_given_wait p_abandon_given_wait"
    )
    system = "mean_number_system mean_time_system mean_time_system_accepted"
    return {
        **{name: (queue, True) for name in by_queue.split()},
        **{name: (present_, True) for name in system.split()},
        **{name: (waits, True) for name in ("p_wait", "p_wait_given_accepted")},
        "p_block": (full, True),
        "utilisation": (busy, False),
        "throughput": (busy, False),
    }


def needs(case: Mapping[str, Any]) -> dict[str, float]:
    """Events that each figure of a case takes."""
    known = functions(case)
    wanted = case["expected"].keys() & known.keys()
    # A wait given that somebody waits varies less than the wait itself.
    return {name: events_needed(case, known[name][0], counted=known[name][1]) for name in wanted}


def case_queue(case: Mapping[str, Any], months: list[float], **more: Any) -> Any:
    given = case["inputs"]
    patience: Any = NEVER
    if "patience_rate" in given:
        patience = exponential(1.0 / given["patience_rate"])
    if "patience_fixed" in given:
        patience = fixed(given["patience_fixed"])
    room = given["system_capacity"] - given["servers"] if "system_capacity" in given else -1
    service = exponential(1.0 / given["service_rate"])
    return one_queue(given["servers"], given["arrival_rate"], service, months, patience=patience, room=room, **more)


def reach(case: Mapping[str, Any]) -> dict[str, tuple[str, float]]:
    """How each figure of a case is looked at, and the events that it takes.

    `fast`, `slow`: as the rule says. `crowded`: from the stationary state, as it comes back slowly. `rare`: 3 %
    would take more than `SLOW` events; what `FAST` events show of it.
    """
    given = case["inputs"]
    crowded = given["arrival_rate"] >= 0.9 * given["servers"] and not given.keys() & {
        "system_capacity",
        "patience_rate",
    }

    def how(events: float) -> str:
        if events <= FAST:
            return "fast"
        if crowded:
            return "crowded"
        return "slow" if events <= SLOW else "rare"

    return {name: (how(events), events) for name, events in needs(case).items()}


def of_kind(kind: str) -> list[Any]:
    return [one for one in ERLANG if any(how == kind for how, _ in reach(one.values[0]).values())]


def told(case: Mapping[str, Any], events: float) -> dict[str, np.ndarray]:
    """All figures of a case after so many events."""
    days = max(events / 3.0 / case["inputs"]["arrival_rate"] / REPLICATIONS, 20.0)
    chance, _ = stationary(case)
    outcome = run(case_queue(case, [30.0 + 20.0 * float(chance @ np.arange(chance.size)), days]))
    return Figures(outcome, days=days).told()


ERLANG = [*cases("mmc"), *cases("mmck"), *cases("erlang_a")]


@pytest.mark.parametrize("case", ERLANG)
def test_erlang(case: dict[str, Any], judge: Judge) -> None:
    needed = {name: events for name, (how, events) in reach(case).items() if how == "fast"}
    assert "utilisation" in needed
    found = told(case, max(1e6, *needed.values()))
    for name in sorted(needed):
        judge(name, found[name], case["expected"][name])


@pytest.mark.slow
@pytest.mark.parametrize("case", of_kind("slow"))
def test_erlang_with_few_who_wait(case: dict[str, Any], judge: Judge) -> None:
    needed = {name: events for name, (how, events) in reach(case).items() if how == "slow"}
    found = told(case, max(needed.values()))
    for name in sorted(needed):
        judge(name, found[name], case["expected"][name])


@pytest.mark.parametrize("case", of_kind("rare"))
def test_what_hardly_ever_happens(case: dict[str, Any], judge: Judge) -> None:
    needed = {name: events for name, (how, events) in reach(case).items() if how == "rare"}
    found = told(case, FAST)
    for name, events in sorted(needed.items()):
        width = 0.03 * np.sqrt(events / FAST)
        if width < 0.5:
            judge(name, found[name], case["expected"][name], most=float(width))
        else:
            assert abs(found[name].mean() - case["expected"][name]) < 1e-5, name


BATCHES = 20


@pytest.mark.parametrize("case", of_kind("crowded"))
def test_a_crowded_queue_stays_in_its_stationary_state(case: dict[str, Any], judge: Judge) -> None:
    """Numbers at the start are spread evenly over their distribution: what varies is what happens from there on.

    A queue at 99 % takes about 40,000 times a service to forget its start. Within a twentieth of that (a fiftieth at
    99 %), rates that are 0.6 % wrong show.
    """
    servers, rate = case["inputs"]["servers"], case["inputs"]["arrival_rate"]
    mu = case["inputs"]["service_rate"]
    load = rate / servers / mu
    days = (0.02 if load > 0.98 else 0.05) / (servers * mu * (1.0 - np.sqrt(load)) ** 2)
    strata = int(256 / case["expected"]["p_wait"] ** 2)
    chance, _ = stationary(case)
    random = np.random.default_rng(SEED)
    places = (np.arange(strata) + random.random((BATCHES, 1))) / strata
    number = np.searchsorted(np.cumsum(chance), places.ravel(), side="right").tolist()
    made = case_queue(case, [days], unit=1.0)
    starts = [started(many, servers, lambda working: random.exponential(1.0 / mu, working)) for many in number]
    outcome = run(made, BATCHES * strata, starts)
    waiting, work = (
        area.sum(axis=(1, 2, 3)).reshape(BATCHES, strata).mean(axis=1) / days
        for area in (outcome.waiting_days, outcome.work_days)
    )
    judge("mean_number_queue", waiting, case["expected"]["mean_number_queue"])
    judge("mean_wait_queue", waiting / rate, case["expected"]["mean_wait_queue"])
    judge("mean_number_system", waiting + work, case["expected"]["mean_number_system"])


@pytest.mark.parametrize("case", cases("mmc_deterministic_patience"))
def test_fixed_patience(case: dict[str, Any], judge: Judge) -> None:
    days = 2e6 / case["inputs"]["arrival_rate"] / REPLICATIONS
    found = Figures(run(case_queue(case, [100.0, days])), days=days).told()
    for name, expected in case["expected"].items():
        judge(name, found[name], expected)


def numbers_present(log: Any, end: float) -> tuple[np.ndarray, np.ndarray]:
    """Numbers present one after another, and how long each was."""
    change = (log.kind == Happening.ARRIVED).astype(np.int64) - (log.kind == Happening.LEFT)
    number = np.concatenate([[0], np.cumsum(change)])
    return number, np.diff(np.concatenate([[0.0], log.time, [end]]))


@pytest.mark.parametrize("case", [one for one in cases("mmck") if one.values[0]["expected"]["state_probabilities"]])
def test_time_in_each_state(case: dict[str, Any], judge: Judge) -> None:
    """From logs: how long how many are present, where they are so for at least 2 % of the time."""
    expected = np.array(case["expected"]["state_probabilities"], dtype=np.float64)
    days = 40_000.0 / case["inputs"]["arrival_rate"]
    made = case_queue(case, [days], unit=1.0)
    found = np.empty((REPLICATIONS, expected.size))
    for replication in range(REPLICATIONS):
        number, time = numbers_present(trace(made, seed=SEED, replication=replication), days)
        found[replication] = np.bincount(number, weights=time, minlength=expected.size)[: expected.size] / days
        assert number.max() <= case["inputs"]["system_capacity"] + 1
    for number in np.flatnonzero(expected > 0.02):
        judge(f"p_{number}", found[:, number], expected[number], most=0.06)


def general(case: Mapping[str, Any], months: list[float], **more: Any) -> Any:
    """M/G/1 of a case: a uniform service by 4,096 equal values, a mixture by two classes of one rank."""
    given = case["inputs"]
    service = given["service"]
    if service["dist"] == "uniform":
        middles = (np.arange(4096) + 0.5) / 4096
        of: Any = empirical(service["low"] + (service["high"] - service["low"]) * middles)
    elif service["dist"] == "hyperexp":
        return mixture(given, months, **more)
    else:
        of = law(service)
    return one_queue(given["servers"], given["arrival_rate"], of, months, **more)


def mixture(given: Mapping[str, Any], months: list[float], unit: float = 2.0**30) -> Any:
    service = given["service"]
    stage = {
        "needs": {"servers": 1},
        "service": [exponential(service["mean1"] * unit), exponential(service["mean2"] * unit)],
        "rank": 0,
    }
    shares = [service["p1"], 1.0 - service["p1"]]
    return network(
        classes=("short", "long"),
        stages={"queue": stage},
        pools={"servers": given["servers"]},
        arrivals={"people": {"stage": "queue", "rate": given["arrival_rate"] / unit, "shares": shares}},
        days=[month * unit for month in months],
    )


def customers(case: Mapping[str, Any]) -> float:
    """So many that the mean wait of M/G/1 is sure to 3 %, by a rule for heavy traffic with a margin."""
    service = case["inputs"].get("service", {"dist": "exponential"})
    cv = {"deterministic": 0.0, "uniform": 0.3, "exponential": 1.0}.get(service["dist"], service.get("cv", 1.0))
    load = case["inputs"].get("arrival_rate", 0.0) / case["inputs"]["servers"]
    heavy = 1.5 if service["dist"] == "lognormal" and cv > 1.5 else 1.0
    return float(4e4 * (1.0 + cv**2) * heavy * max(2.0 / (1.0 - load) ** 2, 12.0))


def mg1(case: Mapping[str, Any], judge: Judge) -> None:
    days = customers(case) / case["inputs"]["arrival_rate"] / REPLICATIONS
    found = Figures(run(general(case, [2000.0, days])), days=days).told()
    for name in ("mean_wait_queue", "mean_number_queue", "mean_time_system", "p_wait", "mean_wait_given_wait"):
        judge(name, found[name], case["expected"][name])


def split(family: str, *, slow: bool) -> list[Any]:
    return [one for one in cases(family) if (customers(one.values[0]) > 6e6) == slow]


@pytest.mark.parametrize("case", split("mg1", slow=False))
def test_one_server_and_any_service(case: dict[str, Any], judge: Judge) -> None:
    mg1(case, judge)


@pytest.mark.slow
@pytest.mark.parametrize("case", split("mg1", slow=True))
def test_one_server_and_any_service_at_high_load(case: dict[str, Any], judge: Judge) -> None:
    mg1(case, judge)


@pytest.mark.parametrize("case", [one for one in cases("mdc_gim1") if one.id.startswith("mdc")])
def test_fixed_service(case: dict[str, Any], judge: Judge) -> None:
    given = case["inputs"]
    days = 4e6 / given["arrival_rate"] / REPLICATIONS
    found = Figures(run(general(case, [300.0, days])), days=days).told()
    judge("mean_wait_queue", found["mean_wait_queue"], case["expected"]["mean_wait_queue"])
    judge("p_wait", found["p_wait"], case["expected"]["p_wait"])


@pytest.mark.parametrize("case", [one for one in cases("mdc_gim1") if not one.id.startswith("mdc")])
def test_regular_arrivals(case: dict[str, Any], judge: Judge) -> None:
    """Given times of arrival, drawn here: as regular as the case says."""
    between, unit = case["inputs"]["interarrival"], 2.0**30
    mean, shape = between["mean"], between["shape"]
    sigma = case["expected"]["sigma"]
    days = mean * 1.5e5 * (1.0 / (1.0 - sigma) ** 2 + 10.0) / REPLICATIONS * (2.0 if sigma > 0.8 else 1.0)
    random = np.random.default_rng(SEED)
    found: dict[str, list[float]] = {"p_wait": [], "mean_wait_queue": []}
    for replication in range(REPLICATIONS):
        many = int((days + 500.0) / mean * 1.1) + 1000
        gaps = np.full(many, mean) if shape is None else random.gamma(shape, mean / shape, many)
        times = np.cumsum(gaps)
        times = times[times < 500.0 + days] * unit
        made = network(
            stages={"queue": {"needs": {"servers": 1}, "service": exponential(unit)}},
            pools={"servers": 1},
            arrivals={"people": {"stage": "queue", "times": times, "of_class": [-1] * times.size}},
            days=[500.0 * unit, days * unit],
        )
        outcome = simulate(made, seed=SEED, replications=[replication])
        told_ = Figures(outcome, days=days).told()
        for name, values in found.items():
            values.append(float(told_[name][0]))
    for name, values in found.items():
        judge(name, values, case["expected"][name])


SERVICES = {
    "exponential mean 1": exponential(1.0),
    "lognormal mean 1 cv 2": log_normal(1.0, 2.0),
    "deterministic 1": fixed(1.0),
    "gamma mean 1 cv 0.5": gamma(4.0, 0.25),
}


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("case", cases("mgcc_insensitivity"))
def test_loss_is_the_same_for_every_service(case: dict[str, Any], service: str, judge: Judge) -> None:
    given = case["inputs"]
    assert service in given["service_distributions"]
    days = 2e6 / given["offered_load"] / REPLICATIONS
    made = one_queue(given["servers"], given["offered_load"], SERVICES[service], [100.0, days], room=0)
    judge("p_block", Figures(run(made), days=days).told()["p_block"], case["expected"]["p_block"])


@pytest.mark.parametrize("case", cases("pooling"))
def test_pooled_teams_wait_less(case: dict[str, Any], judge: Judge) -> None:
    given, expected = case["inputs"], case["expected"]
    teams, servers, rate = given["teams"], int(given["servers_per_team"]), given["arrival_rate_per_team"]
    days = (8e6 if servers == 1 else 3e7) / (teams * rate) / REPLICATIONS
    unit = 2.0**30
    names = [f"team_{number}" for number in range(teams)]
    apart = network(
        stages={name: {"needs": {name: 1}, "service": exponential(unit)} for name in names},
        pools=dict.fromkeys(names, servers),
        arrivals={name: {"stage": name, "rate": rate / unit} for name in names},
        days=[300.0 * unit, days * unit],
    )
    outcome = run(apart)
    waits = outcome.waiting_days[:, 1].sum(axis=(1, 2)) / outcome.joined[:, 1].sum(axis=(1, 2)) / unit
    judge("mean_wait_separate", waits, expected["mean_wait_separate"])
    together = one_queue(teams * servers, teams * rate, exponential(1.0), [300.0, days])
    pooled = Figures(run(together), days=days).told()["mean_wait_all"]
    judge("mean_wait_pooled", pooled, expected["mean_wait_pooled"])
    assert (pooled < waits).all()


def test_a_time_unit_twice_as_long_gives_the_same_people() -> None:
    """Twice the rates: every wait is half as long, exactly."""
    slow, quick = (
        run(one_queue(2, rate, exponential(1.6 / rate), [4000.0 / rate], unit=1.0), 4) for rate in (1.0, 2.0)
    )
    assert slow.events.tolist() == quick.events.tolist()
    assert np.array_equal(slow.waiting_days, 2.0 * quick.waiting_days)
