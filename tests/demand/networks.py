"""Small networks for tests: `network(...)` from plain keywords, and random ones of every kind (`networks`).

```python
one_queue = network(
    stages={"clinic": {"needs": {"nurses": 1}, "service": exponential(0.5), "patience": exponential(3.0)}},
    pools={"nurses": 2},
    arrivals={"referrals": {"stage": "clinic", "rate": 3.0}},
    days=[365.0],
)
```
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from mhwfmodel.pathway.network import (
    Arrivals,
    Law,
    Laws,
    Network,
    Pools,
    Preemption,
    Present,
    ShiftEnd,
    Stages,
)

LawRow = tuple[Any, ...]

NEVER: LawRow = (Law.NEVER, 0.0, 0.0)


def exponential(mean: float) -> LawRow:
    return (Law.EXPONENTIAL, mean, 0.0)


def gamma(shape: float, scale: float) -> LawRow:
    return (Law.GAMMA, scale, shape)


def lognormal(mu: float, sigma: float) -> LawRow:
    return (Law.LOGNORMAL, mu, sigma)


def weibull(scale: float, shape: float) -> LawRow:
    return (Law.WEIBULL, scale, shape)


def fixed(days: float) -> LawRow:
    return (Law.FIXED, days, 0.0)


def empirical(values: Sequence[float], weights: Sequence[float] | None = None) -> LawRow:
    return (Law.EMPIRICAL, tuple(values), tuple(weights or [1.0] * len(values)))


class _LawTable:
    """Rows of `Laws`, each kept once."""

    def __init__(self) -> None:
        self.rows: list[LawRow] = []

    def row(self, law: LawRow | float) -> int:
        wanted = law if isinstance(law, tuple) else fixed(float(law))
        if wanted not in self.rows:
            self.rows.append(wanted)
        return self.rows.index(wanted)

    def laws(self) -> Laws:
        value: list[float] = []
        upto: list[float] = []
        start = [0]
        for kind, a, b in self.rows:
            if kind == Law.EMPIRICAL:
                value += a
                upto += running(b)
            start.append(len(value))
        plain = [(0.0, 0.0) if kind == Law.EMPIRICAL else (a, b) for kind, a, b in self.rows]
        return Laws(
            kind=np.array([kind for kind, _, _ in self.rows], dtype=np.int8),
            a=np.array([a for a, _ in plain], dtype=np.float64),
            b=np.array([b for _, b in plain], dtype=np.float64),
            start=np.array(start, dtype=np.int64),
            value=np.array(value, dtype=np.float64),
            upto=np.array(upto, dtype=np.float64),
        )


def running(weights: Sequence[float]) -> list[float]:
    """Running sums of shares, the last exactly 1."""
    total = sum(weights)
    return [*(float(s) / total for s in accumulate(weights[:-1])), 1.0]


def by_class(value: Any, classes: Sequence[str]) -> list[Any]:
    """One value for each class: a list is that already; anything else holds for all."""
    return list(value) if isinstance(value, list) else [value] * len(classes)


def network(
    *,
    stages: Mapping[str, Mapping[str, Any]],
    pools: Mapping[str, int | Mapping[str, Any]] | None = None,
    arrivals: Mapping[str, Mapping[str, Any]] | None = None,
    classes: Sequence[str] = ("all",),
    exits: Sequence[str] = ("gone",),
    days: Sequence[float] = (30.0,),
    place: int = 0,
) -> Network:
    """A network from plain words; what is left out is the simplest there is.

    Args:
        stages: By name: `needs` {pool: servers} (none: a delay), `service` and `patience` (a law: `exponential(2.0)`,
            `fixed(1.0)`, a number of days, …, or a list of them by class; patience `NEVER`), `routes` {stage or exit:
            chance} (or a list by class; the first exit), `rank` (a number, or a list by class; 0, 1, … by class),
            `impatient_to` (or a list by class) and `full_to` (stage or exit; the first exit), `room` (−1: no limit),
            `displaces`, `statutory`, `contact`, `outside` (False), `number` (1, 2, …).
        pools: By name: a number of servers, or `count`, or `shifts` [(time, number), …] from time 0 on, `preemption`
            (`NONE`), `at_shift_end` (`FINISH`).
        arrivals: By name: `stage`, and either `rate` (a number [people/day], or [(time, rate), …] from time 0 on), or
            `times` with `of_class` (a list of class numbers, −1: drawn); `shares` by class (the first class only),
            `number` (1, 2, …).
        classes: Names of the classes.
        exits: Names of the ways out.
        days: Lengths of the months [days].
        place: Stable number of the place.

    Returns:
        The network.
    """
    table = _LawTable()
    pools, arrivals = pools or {}, arrivals or {}
    where = {name: i for i, name in enumerate(stages)} | {name: -1 - x for x, name in enumerate(exits)}
    made = _stages(stages, list(pools), list(classes), where, table)
    return Network(
        place=place,
        classes=tuple(classes),
        exits=tuple(exits),
        stages=made,
        pools=_pools(pools),
        arrivals=_arrivals(arrivals, len(classes), where),
        laws=table.laws(),
        month_edge=np.concatenate([[0.0], np.cumsum(np.asarray(days, dtype=np.float64))]),
    )


def _stages(
    stages: Mapping[str, Mapping[str, Any]],
    pools: list[str],
    classes: list[str],
    where: Mapping[str, int],
    table: _LawTable,
) -> Stages:
    all_of = list(stages.values())

    def flag(key: str) -> np.ndarray:
        return np.array([bool(s.get(key, False)) for s in all_of], dtype=np.bool_)

    def grid(key: str, default: Any, read: Any) -> np.ndarray:
        return np.array([[read(v) for v in by_class(s.get(key, default), classes)] for s in all_of], dtype=np.int32)

    needs = [[(pools.index(p), n) for p, n in s.get("needs", {}).items()] for s in all_of]
    first_exit = next(name for name, to in where.items() if to == -1)
    routes = [by_class(s.get("routes", {first_exit: 1.0}), classes) for s in all_of]
    width = max(len(r) for of_stage in routes for r in of_stage)
    upto = np.ones((len(all_of), len(classes), width))
    to = np.zeros((len(all_of), len(classes), width), dtype=np.int32)
    for s, of_stage in enumerate(routes):
        for c, ways in enumerate(of_stage):
            upto[s, c, : len(ways)] = running(list(ways.values()))
            to[s, c, :] = where[list(ways)[-1]]
            to[s, c, : len(ways)] = [where[name] for name in ways]
    return Stages(
        names=tuple(stages),
        number=np.array([s.get("number", i + 1) for i, s in enumerate(all_of)], dtype=np.uint8),
        rank=grid("rank", list(range(len(classes))), int),
        statutory=flag("statutory"),
        contact=flag("contact"),
        outside=flag("outside"),
        need_start=np.cumsum([0, *map(len, needs)]).astype(np.int64),
        need_pool=np.array([p for n in needs for p, _ in n], dtype=np.int32),
        need_count=np.array([k for n in needs for _, k in n], dtype=np.int32),
        service=grid("service", fixed(1.0), table.row),
        patience=grid("patience", NEVER, table.row),
        impatient_to=grid("impatient_to", first_exit, where.__getitem__),
        room=np.array([s.get("room", -1) for s in all_of], dtype=np.int64),
        displaces=flag("displaces"),
        full_to=np.array([where[s.get("full_to", first_exit)] for s in all_of], dtype=np.int32),
        route_upto=upto,
        route_to=to,
    )


def _pools(pools: Mapping[str, int | Mapping[str, Any]]) -> Pools:
    all_of = [{"count": pool} if isinstance(pool, int) else pool for pool in pools.values()]
    shifts = [pool.get("shifts") or [(0.0, pool["count"])] for pool in all_of]
    return Pools(
        names=tuple(pools),
        preemption=np.array([pool.get("preemption", Preemption.NONE) for pool in all_of], dtype=np.int8),
        at_shift_end=np.array([pool.get("at_shift_end", ShiftEnd.FINISH) for pool in all_of], dtype=np.int8),
        start=np.cumsum([0, *map(len, shifts)]).astype(np.int64),
        time=np.array([t for pool in shifts for t, _ in pool], dtype=np.float64),
        on_duty=np.array([n for pool in shifts for _, n in pool], dtype=np.int64),
    )


def _arrivals(arrivals: Mapping[str, Mapping[str, Any]], classes: int, where: Mapping[str, int]) -> Arrivals:
    all_of = list(arrivals.values())
    rates = [_steps(stream.get("rate", [])) for stream in all_of]
    times = [list(stream.get("times", [])) for stream in all_of]
    given = [list(stream.get("of_class", [-1] * len(t))) for stream, t in zip(all_of, times, strict=True)]
    shares = [running(list(stream.get("shares", [1.0] + [0.0] * (classes - 1)))) for stream in all_of]
    return Arrivals(
        names=tuple(arrivals),
        number=np.array([stream.get("number", i + 1) for i, stream in enumerate(all_of)], dtype=np.uint8),
        stage=np.array([where[stream["stage"]] for stream in all_of], dtype=np.int32),
        class_upto=np.array(shares, dtype=np.float64).reshape(len(all_of), classes),
        start=np.cumsum([0, *map(len, rates)]).astype(np.int64),
        time=np.array([t for steps in rates for t, _ in steps], dtype=np.float64),
        rate=np.array([r for steps in rates for _, r in steps], dtype=np.float64),
        given_start=np.cumsum([0, *map(len, times)]).astype(np.int64),
        given_time=np.array([t for stream in times for t in stream], dtype=np.float64),
        given_class=np.array([c for stream in given for c in stream], dtype=np.int32),
    )


def _steps(rate: float | Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(0.0, float(rate))] if isinstance(rate, (int, float)) else list(rate)


def present(made: Network, people: Sequence[Mapping[str, Any]]) -> Present:
    """Those present at time 0, in order.

    Args:
        made: The network.
        people: Each: `stage` (name), `of_class` (number; 0), `age` and `waited` [days] (0), `left` (NaN: waits),
            `patience` (NaN: drawn), `contacts` (0).
    """
    nan = float("nan")

    def column(key: str, default: float, dtype: Any = np.float64) -> np.ndarray:
        return np.array([person.get(key, default) for person in people], dtype=dtype)

    return Present(
        stage=np.array([made.stages.names.index(person["stage"]) for person in people], dtype=np.int32),
        of_class=column("of_class", 0, np.int32),
        age=column("age", 0.0),
        waited=column("waited", 0.0),
        left=column("left", nan),
        patience=column("patience", nan),
        contacts=column("contacts", 0, np.int32),
    )
