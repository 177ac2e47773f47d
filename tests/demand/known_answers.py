"""What the tests by known answers share: the cases, the rule by which a simulation passes, and how long it has to be.

The rule is that of the pack of cases: at least 20 independent replications, the mean within 4 standard errors of what
is expected, and 4 standard errors at most 3 % of it, so that a noisy run cannot pass.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from networks import NEVER, exponential, fixed, gamma, lognormal, network

from mhwfmodel.demand.engine import simulate
from mhwfmodel.demand.outcome import Outcome
from mhwfmodel.pathway.network import Network, Present

PACK = Path(__file__).resolve().parents[3] / "shared" / "validation"
SEED = 20_261_122
REPLICATIONS = 32
LONG = 2.0**30
"""Days in a unit of time, so that the waits within 28 days are of those who did not wait at all."""

FAST, SLOW = 2e7, 3e8
"""Most events of a case in every run of the tests, and in the slow ones."""

Samples = np.ndarray
Expected = float


def cases(family: str, folder: str = "queueing") -> list[Any]:
    """The cases of one family, for `pytest.mark.parametrize`; none where the pack is not there."""
    path = PACK / folder / f"{family}.json"
    if not path.is_file():
        return []
    return [pytest.param(case, id=case["id"]) for case in json.loads(path.read_text(encoding="utf-8"))["cases"]]


class Judge:
    """Applies the rule and remembers how near it was, for the report of the tests."""

    def __init__(self, record: Callable[[str, object], None]) -> None:
        self.record = record
        self.told: dict[str, tuple[float, float]] = {}

    def __call__(self, name: str, samples: Any, expected: float, most: float = 0.03) -> None:
        """One figure: its values by replication, beside what is expected of it."""
        values = np.asarray(samples, dtype=np.float64)
        assert values.ndim == 1, name
        assert values.size >= 20, f"{name}: {values.size} replications are too few"
        mean, error = values.mean(), values.std(ddof=1) / np.sqrt(values.size)
        if error <= 1e-12 * abs(expected):
            assert np.allclose(values, expected, rtol=1e-6, atol=0.0), f"{name}: {mean} where {expected} is expected"
            return
        self.weigh(name, mean, error, expected, most)

    def weigh(self, name: str, mean: float, error: float, expected: float, most: float = 0.03) -> None:
        """A mean with its standard error."""
        told = f"{name}: {mean:.6g} ± {error:.2g}, expected {expected:.6g}"
        off, width = abs(mean - expected) / error, 4.0 * error / abs(expected)
        self.told[name] = (float(off), float(width))
        worst = tuple(max(each[i] for each in self.told.values()) for i in (0, 1))
        self.record("judged", json.dumps([len(self.told), *worst]))
        assert off <= 4.0, f"{told}: {off:.1f} standard errors away"
        assert width <= most, f"{told}: 4 standard errors are {width:.1%} of it, more than {most:.0%}"

    def grid(self, name: str, samples: np.ndarray, expected: np.ndarray, most_z: float = 4.5) -> None:
        """Many instants at once, dims (replication, instant): the greatest |z| is judged."""
        spread = samples.std(axis=0, ddof=1) / np.sqrt(samples.shape[0])
        sure = spread == 0.0
        # What no replication shows happens in less than five of them.
        assert np.allclose(samples.mean(axis=0)[sure], expected[sure], rtol=0.0, atol=5.0 / samples.shape[0]), name
        z = np.abs(samples.mean(axis=0) - expected)[~sure] / spread[~sure]
        worst = float(z.max(initial=0.0))
        self.told[name] = (worst, 0.0)
        self.record("judged", json.dumps([len(self.told), max(each[0] for each in self.told.values()), 0.0]))
        assert worst <= most_z, f"{name}: {worst:.1f} standard errors away"


def law(of: Mapping[str, Any]) -> Any:
    """The law of a duration that a case names."""
    mean = of.get("mean", 1.0)
    makers: dict[str, Callable[[], Any]] = {
        "exponential": lambda: exponential(mean),
        "exp": lambda: exponential(mean),
        "deterministic": lambda: fixed(mean),
        "gamma": lambda: gamma(1.0 / of["cv"] ** 2, mean * of["cv"] ** 2),
        "lognormal": lambda: log_normal(mean, of["cv"]),
    }
    return makers[of["dist"]]()


def log_normal(mean: float, cv: float) -> Any:
    """By the mean and the coefficient of variation of the duration itself."""
    variance = np.log1p(cv**2)
    return lognormal(float(np.log(mean) - variance / 2.0), float(np.sqrt(variance)))


def longer(of: Any, unit: float) -> Any:
    """A law with its time in units of so many days."""
    kind, a, b = of
    if kind == NEVER[0]:
        return of
    if kind == lognormal(0.0, 1.0)[0]:
        return (kind, a + float(np.log(unit)), b)
    if isinstance(a, tuple):
        return (kind, tuple(value * unit for value in a), b)
    return (kind, a * unit, b)


def one_queue(
    servers: int,
    rate: float,
    service: Any,
    months: list[float],
    *,
    patience: Any = NEVER,
    room: int = -1,
    unit: float = LONG,
    **more: Any,
) -> Network:
    """One stage and one pool; times in units of so many days."""
    stage = {"needs": {"servers": 1}, "service": longer(service, unit), "patience": longer(patience, unit)}
    return network(
        stages={"queue": {**stage, "room": room, **more}},
        pools={"servers": servers},
        arrivals={"people": {"stage": "queue", "rate": rate / unit}},
        days=[month * unit for month in months],
    )


class Figures:
    """What is asked of one stage after the months of warm-up, by replication."""

    def __init__(self, outcome: Outcome, *, month: int = 1, stage: int = 0, unit: float = LONG, days: float) -> None:
        def people(of: np.ndarray) -> np.ndarray:
            return of[:, month, stage, :].sum(axis=-1).astype(np.float64)

        self.joined, self.ended = people(outcome.joined), people(outcome.ended)
        self.gave_up, self.turned_away = people(outcome.gave_up), people(outcome.turned_away)
        self.seen = people(outcome.stage_waits.number)
        self.at_once = people(outcome.stage_waits.within)
        self.seen_waited = people(outcome.stage_waits.days) / unit
        self.waiting = people(outcome.waiting_days) / unit
        self.work = people(outcome.work_days) / unit
        self.time = days
        busy, duty = outcome.busy[:, month], outcome.on_duty[month]
        self.utilisation = busy[:, 0] / duty[0] if duty.size else np.zeros(busy.shape[0])

    def told(self) -> dict[str, np.ndarray]:
        """All figures under the names that the cases have for them."""
        admitted = self.joined - self.turned_away
        waited = np.maximum(admitted - self.at_once, 1.0)
        everyone = (self.waiting + self.work) / admitted
        return {
            "utilisation": self.utilisation,
            "p_wait": (admitted - self.at_once) / admitted,
            "p_wait_given_accepted": (admitted - self.at_once) / admitted,
            "p_abandon": self.gave_up / self.joined,
            "p_abandon_given_wait": self.gave_up / waited,
            "p_block": self.turned_away / self.joined,
            "throughput": self.ended / self.time,
            "mean_wait_all": self.waiting / admitted,
            "mean_wait_queue": self.waiting / admitted,
            "mean_wait_queue_accepted": self.waiting / admitted,
            "mean_wait_served": self.seen_waited / self.seen,
            "mean_wait_abandoned": (self.waiting - self.seen_waited) / np.maximum(self.gave_up, 1.0),
            "mean_wait_given_wait": self.waiting / waited,
            "mean_time_system": everyone,
            "mean_time_system_accepted": everyone,
            "mean_number_queue": self.waiting / self.time,
            "mean_number_system": (self.waiting + self.work) / self.time,
        }


def started(number: int, servers: int, left: Callable[[int], np.ndarray]) -> Present:
    """So many at stage 0 at time 0: in work as far as there are servers, with what is left of it, the rest waiting."""
    working = min(number, servers)
    nothing, unknown = np.zeros(number), np.full(number, np.nan)
    rest = unknown.copy()
    rest[:working] = left(working)
    whole = np.zeros(number, dtype=np.int32)
    return Present(whole, whole, nothing, nothing, rest, unknown, whole)


def run(made: Network, replications: int = REPLICATIONS, present: list[Present] | None = None) -> Outcome:
    """By the compiled engine, the same seed everywhere."""
    return simulate(made, seed=SEED, replications=range(replications), present=present)


def stationary(case: Mapping[str, Any], most: int = 20_000) -> tuple[np.ndarray, float]:
    """Probabilities of the numbers present in a birth-death queue, and its rate of births."""
    given = case["inputs"]
    size = int(given.get("system_capacity", most))
    number = np.arange(size, dtype=np.float64)
    servers = given["servers"]
    deaths = np.minimum(number + 1.0, servers) * given["service_rate"]
    deaths += np.maximum(number + 1.0 - servers, 0.0) * given.get("patience_rate", 0.0)
    logs = np.concatenate([[0.0], np.cumsum(np.log(given["arrival_rate"] / deaths))])
    chance = np.exp(logs - logs.max())
    chance /= chance.sum()
    return chance[: np.flatnonzero(chance > 1e-290)[-1] + 1], float(given["arrival_rate"])


def events_needed(case: Mapping[str, Any], of: Callable[[np.ndarray], np.ndarray], *, counted: bool = False) -> float:
    """Events until 4 standard errors of a time average are 2.15 % of it, by the asymptotic variance of the process.

    Whitt (1992), Asymptotic formulas for Markov processes with applications to simulation, Operations Research 40(2),
    279-291: for a birth-death process it is 2 Σ_j (Σ_{i ≤ j} (f_i − f̄) π_i)² / (λ π_j).

    Args:
        case: The case.
        of: The function of the number present.
        counted: A share of arrivals, which vary by themselves too.
    """
    chance, rate = stationary(case)
    value = of(np.arange(chance.size, dtype=np.float64))
    mean = float(chance @ value)
    if mean == 0.0:
        return 0.0
    parts = (value - mean) * chance
    below, above = np.cumsum(parts)[:-1], -np.cumsum(parts[::-1])[::-1][1:]
    flow = np.where(np.cumsum(chance)[:-1] < 0.5, below, above)
    variance = 2.0 * float(np.sum(flow**2 / (rate * chance[:-1])))
    if counted:
        variance += mean * (1.0 - mean) / rate
    return 3.0 * rate * variance * (4.0 / (0.0215 * mean)) ** 2
