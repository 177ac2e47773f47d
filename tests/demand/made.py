"""Random networks of every kind, and what happened in them.

Instants are often multiples of a quarter of a day, so that ties abound. What takes no time (work or patience of 0, no
room) leads only to later stages or out, so that nothing goes round for ever in one instant.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
from hypothesis import strategies as st
from networks import NEVER, empirical, exponential, fixed, gamma, lognormal, network, present, weibull

from mhwfmodel.demand.outcome import Happening, Log, Outcome, WaitTotals
from mhwfmodel.pathway.factors import Factors, factored
from mhwfmodel.pathway.network import Law, Network, Preemption, Present, ShiftEnd
from mhwfmodel.pathway.ways import Way

QUARTER = 0.25
EXITS = ("gone", "elsewhere")


def quarters(least: int, most: int) -> st.SearchStrategy[float]:
    return st.integers(least, most).map(lambda k: k * QUARTER)


@st.composite
def laws(draw: Any, *, least: int = 1) -> Any:
    """Durations of some days; `least`: the least number of quarters of a day."""
    kind = draw(st.integers(0, 7))
    if kind in (0, 1):
        return fixed(draw(quarters(least, 8)))
    if kind == 2:
        values = sorted(draw(st.lists(quarters(least, 10), min_size=1, max_size=4)))
        return empirical(values, draw(st.lists(st.integers(1, 4), min_size=len(values), max_size=len(values))))
    mean = draw(st.sampled_from([0.3, 0.8, 2.0]))
    shape = draw(st.sampled_from([0.4, 1.0, 2.0, 3.7]))
    continuous = {4: gamma(shape, mean / shape), 5: lognormal(np.log(mean) - 0.3, 0.8), 6: weibull(mean, shape)}
    return continuous.get(kind, exponential(mean))


@st.composite
def pools(draw: Any, days: float) -> dict[str, Any]:
    first = draw(st.sampled_from([2, 1, 3]))
    times = sorted(draw(st.sets(quarters(1, int(days / QUARTER) + 2), min_size=1, max_size=8)))
    numbers = draw(st.lists(st.sampled_from([1, 2, 0, 3]), min_size=len(times), max_size=len(times)))
    return {
        "shifts": [(0.0, first), *zip(times, numbers, strict=True)],
        "preemption": draw(
            st.sampled_from([Preemption.NONE, Preemption.RESUME, Preemption.NONE, Preemption.START_AGAIN])
        ),
        "at_shift_end": draw(st.sampled_from(ShiftEnd)),
    }


@st.composite
def needs(draw: Any, made: dict[str, dict[str, Any]]) -> dict[str, int]:
    """What a stage needs: nothing; one server of a pool that preempts; or servers of others."""
    preempting = [name for name, pool in made.items() if pool["preemption"] is not Preemption.NONE]
    others = [name for name in made if name not in preempting]
    kind = draw(st.integers(0, 9))
    if kind == 0:
        return {}
    if (kind <= 4 and preempting) or not others:
        return {draw(st.sampled_from(preempting)): 1}
    chosen = draw(st.lists(st.sampled_from(others), min_size=min(len(others), kind % 2 + 1), max_size=3, unique=True))
    return {name: draw(st.sampled_from([1, 1, 2])) for name in chosen}


def ways(draw: Any, names: list[str]) -> dict[str, float]:
    """Chances of going to some of these, and out."""
    chosen = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)) if names else []
    chances = {name: float(draw(st.sampled_from([2, 1, 3, 0]))) for name in chosen}
    return {**chances, draw(st.sampled_from(EXITS)): float(draw(st.integers(1, 4)))}


@st.composite
def stages(draw: Any, name: str, names: list[str], made: dict[str, Any], classes: int) -> dict[str, Any]:
    later = names[names.index(name) + 1 :]
    onward = st.sampled_from([*later, *EXITS])
    at_once = draw(st.integers(0, 5)) == 0
    patience = st.one_of(st.just(NEVER), laws(least=0), laws())

    def each(values: Any) -> list[Any]:
        return [draw(values) for _ in range(classes)]

    return {
        "needs": draw(needs(made)),
        "service": each(laws(least=0 if at_once else 1)),
        "routes": [ways(draw, later if at_once else names) for _ in range(classes)],
        "patience": each(patience),
        "impatient_to": each(onward),
        "room": draw(st.sampled_from([2, -1, 3, 0, 1, -1])),
        "displaces": draw(st.sampled_from([True, False])),
        "full_to": draw(onward),
        "rank": each(st.integers(0, 3)),
        "statutory": draw(st.integers(0, 2)) == 0,
        "contact": draw(st.booleans()),
        "outside": draw(st.integers(0, 4)) == 0,
    }


@st.composite
def streams(draw: Any, names: list[str], classes: int, days: float) -> dict[str, Any]:
    stream: dict[str, Any] = {
        "stage": draw(st.sampled_from(names)),
        "shares": [1, *draw(st.lists(st.integers(0, 2), min_size=classes - 1, max_size=classes - 1))],
    }
    if draw(st.booleans()):
        times = sorted(draw(st.lists(quarters(0, int(days / QUARTER)), min_size=12, max_size=50)))
        drawn = st.integers(-1, classes - 1)
        return {**stream, "times": times, "of_class": draw(st.lists(drawn, min_size=len(times), max_size=len(times)))}
    edges = sorted(draw(st.sets(quarters(1, int(days / QUARTER)), max_size=4)))
    rate = st.sampled_from([6.0, 2.5, 12.0, 0.0])
    first = draw(st.sampled_from([3.0, 8.0, 0.0] if edges else [3.0, 8.0]))
    return {**stream, "rate": [(0.0, first), *((edge, draw(rate)) for edge in edges)]}


@st.composite
def people(draw: Any, made: Network) -> Present:
    """Some people who are present at time 0."""
    classes = len(made.classes)
    some = []
    for _ in range(draw(st.integers(2, 8))):
        waited = draw(quarters(0, 8))
        person = {
            "stage": draw(st.sampled_from(made.stages.names)),
            "of_class": draw(st.integers(0, classes - 1)),
            "waited": waited,
            "age": waited + draw(quarters(0, 400)),
            "contacts": draw(st.integers(0, 3)),
        }
        how = draw(st.integers(0, 3))
        if how == 0:
            person["left"] = draw(quarters(0, 8))
        elif how == 1:
            person["patience"] = draw(st.one_of(quarters(0, 8), st.just(float("inf"))))
        some.append(person)
    return present(made, some)


@st.composite
def networks(draw: Any) -> tuple[Network, Present | None]:
    """A network of 1 to 5 stages, 1 to 4 pools and 1 to 3 classes, and who is present at time 0, if anybody."""
    classes = draw(st.integers(1, 3))
    names = [f"stage {s}" for s in range(draw(st.integers(1, 5)))]
    days = draw(st.lists(st.sampled_from([5.0, 2.5, 1.0, 7.0]), min_size=2, max_size=3))
    made = {f"pool {p}": draw(pools(sum(days))) for p in range(draw(st.sampled_from([3, 2, 4, 1])))}
    numbers = st.integers(1, 255)
    stage_numbers = draw(st.lists(numbers, min_size=len(names), max_size=len(names), unique=True))
    stream_count = draw(st.integers(1, 3))
    stream_numbers = draw(st.lists(numbers, min_size=stream_count, max_size=stream_count, unique=True))
    whole = network(
        stages={
            name: {**draw(stages(name, names, made, classes)), "number": number}
            for name, number in zip(names, stage_numbers, strict=True)
        },
        pools=made,
        arrivals={
            f"stream {i}": {**draw(streams(names, classes, sum(days))), "number": number}
            for i, number in enumerate(stream_numbers)
        },
        classes=[f"class {c}" for c in range(classes)],
        exits=EXITS,
        days=days,
        place=draw(st.integers(0, 255)),
    )
    who = draw(st.one_of(st.none(), people(whole)))
    by = draw(st.sampled_from([1.0, 1.0, 100.0 / 3.0]))
    whole = stretched(whole, by)
    if draw(st.booleans()):
        whole = factored(whole, draw(factors(whole)))
    return whole, None if who is None else who_stretched(who, by)


@st.composite
def factors(draw: Any, made: Network) -> Factors:
    """Factors on anything; streams that come at given times keep theirs."""
    months, classes = made.month_edge.size - 1, len(made.classes)

    def some(*dims: int) -> np.ndarray:
        values = st.lists(
            st.sampled_from([1.0, 0.5, 2.0, 0.0, 1.3]), min_size=(size := int(np.prod(dims))), max_size=size
        )
        return np.array(draw(values)).reshape(dims)

    arrivals = some(len(made.stages.names), classes, months)
    given_times = np.diff(made.arrivals.given_start) > 0
    arrivals[made.arrivals.stage[given_times]] = 1.0
    stage = st.integers(0, len(made.stages.names) - 1)
    chosen = [way_to(made, s, draw(st.integers(0, 8))) for s in draw(st.lists(stage, max_size=4))]
    return Factors(arrivals, some(len(made.stages.names), months), tuple(chosen), some(len(chosen), months))


def way_to(made: Network, stage: int, nth: int) -> Way:
    """The way from a stage to one of the destinations that its routes lead to."""
    to, chances = made.stages.route_to[stage], np.diff(made.stages.route_upto[stage], axis=1, prepend=0.0)
    aim = to.ravel()[nth % to.size]
    return Way(np.array([stage]), np.where(to == aim, chances, 0.0)[None])


def stretched(made: Network, by: float) -> Network:
    """The same network with all times longer; sums of them are rounded unless `by` is a power of 2."""
    laws = made.laws
    a = np.where(laws.kind == Law.LOGNORMAL, laws.a + np.log(by), laws.a * by)
    arrivals = made.arrivals
    return replace(
        made,
        laws=replace(laws, a=a, value=laws.value * by),
        pools=replace(made.pools, time=made.pools.time * by),
        arrivals=replace(
            arrivals, time=arrivals.time * by, rate=arrivals.rate / by, given_time=arrivals.given_time * by
        ),
        month_edge=made.month_edge * by,
    )


def who_stretched(who: Present, by: float) -> Present:
    return replace(who, age=who.age * by, waited=who.waited * by, left=who.left * by, patience=who.patience * by)


def happenings(made: Network, who: Present | None, log: Log, found: Outcome) -> set[str]:
    """Words for what happened in a replication, to see that made networks are rich."""
    kinds = {Happening(kind).name.lower() for kind in np.unique(log.kind).tolist()}
    causes = np.isin(log.kind, [Happening.ARRIVED, Happening.ENDED, Happening.GAVE_UP, Happening.SHIFT])
    instants = log.time[causes]
    checks = {
        "ties": instants.size > np.unique(instants).size,
        "ties of one kind": _mixed_ties(log, causes),
        "interrupted by a shift": _interrupted_after(log, Happening.SHIFT),
        "interrupted by somebody": _interrupted_by_somebody(log),
        "restarted at once": _restarted_at_once(log),
        "displaced": _displaced(log),
        "overtime": bool((found.overtime > 0).any()),
        "busy beyond duty": bool((found.busy - found.overtime > found.on_duty + QUARTER).any()),
        "present at the start": who is not None and who.stage.size > 0,
        "second contact": bool(found.waits.number[:, 0, 1].sum() > 0),
        "came back": bool((np.bincount(log.person[log.kind == Happening.JOINED], minlength=1) > 2).any()),
        "several needs": bool((np.diff(made.stages.need_start) > 1).any()),
        "events at time 0": bool((log.time == 0).any()),
    }
    return kinds | {name for name, true in checks.items() if true}


def _mixed_ties(log: Log, causes: np.ndarray) -> bool:
    together = set(zip(log.time[causes].tolist(), log.kind[causes].tolist(), strict=True))
    return len({time for time, _ in together}) < len(together)


def _interrupted_after(log: Log, kind: Happening) -> bool:
    """Whether a row of a kind is followed by interruptions."""
    return bool(((log.kind[1:] == Happening.INTERRUPTED) & (log.kind[:-1] == kind)).any())


def _interrupted_by_somebody(log: Log) -> bool:
    """Whether an interruption is followed by the start of somebody of lower rank at once, not at a boundary."""
    at = np.flatnonzero(log.kind == Happening.INTERRUPTED)
    at = at[(at > 0) & (at + 1 < log.kind.size)]
    before, after = log.kind[at - 1], log.kind[at + 1]
    return bool(np.any(~np.isin(before, [Happening.SHIFT, Happening.INTERRUPTED]) & (after == Happening.STARTED)))


def _restarted_at_once(log: Log) -> bool:
    out = {(t, p) for t, p, k in zip(log.time, log.person, log.kind, strict=True) if k == Happening.INTERRUPTED}
    again = {(t, p) for t, p, k in zip(log.time, log.person, log.kind, strict=True) if k == Happening.STARTED}
    return bool(out & again)


def _displaced(log: Log) -> bool:
    """Whether somebody found no room who had joined before."""
    joined: dict[int, float] = {}
    for time, kind, person in zip(log.time, log.kind, log.person, strict=True):
        if kind == Happening.JOINED:
            joined[person] = time
        elif kind == Happening.TURNED_AWAY and joined.get(person, -1.0) < time:
            return True
    return False


def differences(first: Outcome, second: Outcome) -> list[str]:
    """Names of the figures that differ: counts at all, others by more than 1e-9 of them."""
    return [name for name, one, other in _pairs(first, second) if not _same(one, other)]


def _pairs(first: Any, second: Any) -> list[tuple[str, np.ndarray, np.ndarray]]:
    found = []
    for part in fields(first):
        one, other = getattr(first, part.name), getattr(second, part.name)
        if isinstance(one, WaitTotals):
            found += [(f"{part.name}.{name}", a, b) for name, a, b in _pairs(one, other)]
        else:
            found.append((part.name, one, other))
    return found


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    if np.issubdtype(one.dtype, np.integer):
        return bool(np.array_equal(one, other))
    return bool(np.allclose(one, other, rtol=1e-9, atol=1e-9, equal_nan=True))


def first_difference(one: Log, other: Log) -> str:
    """The first row where two logs differ, with those before; empty where they are the same."""
    columns = [part.name for part in fields(Log)]
    rows = [list(zip(*(getattr(log, name).tolist() for name in columns), strict=True)) for log in (one, other)]
    if rows[0] == rows[1]:
        return ""
    at = next((i for i, pair in enumerate(zip(*rows, strict=False)) if pair[0] != pair[1]), min(map(len, rows)))
    before = "".join(f"\n      {row}" for row in rows[0][max(at - 8, 0) : at])
    return f"row {at} of {len(rows[0])} and {len(rows[1])}:{before}\n  -   {rows[0][at:][:3]}\n  +   {rows[1][at:][:3]}"
