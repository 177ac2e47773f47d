"""Every figure of an outcome, computed again from event logs alone: the check of an engine's sums on the fly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mhwfmodel.demand import waits
from mhwfmodel.demand.history import History
from mhwfmodel.demand.outcome import Happening, Outcome, WaitTotals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from mhwfmodel.demand.outcome import Log
    from mhwfmodel.pathway.network import Network, Present

__all__ = ["on_duty", "outcome"]

_DEFINITIONS, _CONTACTS = 2, 2

_AT_A_STAGE = {
    "joined": Happening.JOINED,
    "started": Happening.STARTED,
    "ended": Happening.ENDED,
    "gave_up": Happening.GAVE_UP,
    "turned_away": Happening.TURNED_AWAY,
    "interrupted": Happening.INTERRUPTED,
}

_EVENTS = (Happening.ARRIVED, Happening.STARTED, Happening.ENDED, Happening.GAVE_UP)

_WAITING = {
    Happening.JOINED: 1,
    Happening.STARTED: -1,
    Happening.GAVE_UP: -1,
    Happening.TURNED_AWAY: -1,
    Happening.INTERRUPTED: 1,
}
_IN_WORK = {Happening.STARTED: 1, Happening.ENDED: -1, Happening.INTERRUPTED: -1}


def outcome(network: Network, logs: Mapping[int, Log], present: Sequence[Present] | None = None) -> Outcome:
    """Figures of some replications, from their logs.

    Args:
        network: The pathway.
        logs: Events, by number of the replication.
        present: Who is present at time 0, one for each log in its order.

    Returns:
        The figures. Sums of floating-point numbers may differ from an engine's in the last digits.
    """
    those: Sequence[Present | None] = [None] * len(logs) if present is None else present
    found = [_figures(network, log, who) for log, who in zip(logs.values(), those, strict=True)]
    together = {name: _stack([one[name] for one in found]) for name in found[0]} if found else {}
    return Outcome(replications=np.array(list(logs), dtype=np.int64), on_duty=on_duty(network), **together)


def on_duty(network: Network) -> NDArray[np.float64]:
    """Servers' time on duty [server-days], dims (month, pool)."""
    pools, end = network.pools, network.month_edge[-1:]
    columns = []
    for first, last in zip(pools.start[:-1], pools.start[1:], strict=True):
        edges = np.append(pools.time[first:last], end)
        spells = (np.zeros(last - first, dtype=np.int64), edges[:-1], edges[1:], pools.on_duty[first:last])
        columns.append(_by_month(network.month_edge, 1, *spells)[:, 0])
    return np.stack(columns, axis=1) if columns else np.zeros((network.month_edge.size - 1, 0))


def _stack(values: list[Any]) -> Any:
    """One more dimension, the replication, in front."""
    if isinstance(values[0], WaitTotals):
        names = WaitTotals.__dataclass_fields__
        return WaitTotals(**{name: np.stack([getattr(value, name) for value in values]) for name in names})
    return np.stack(values)


def _figures(network: Network, log: Log, present: Present | None) -> dict[str, Any]:
    """Figures of one replication, by their names in `Outcome`."""
    history = History(network, log, present)
    pools = len(network.pools.names)
    busy, overtime = (
        _by_month(network.month_edge, pools, spells[0], spells[2], spells[3], spells[1])
        for spells in (_columns(history.busy, 4), _columns(history.overtime, 4))
    )
    return {
        **_flows(network, log),
        "waiting": history.stock[0],
        "in_work": history.stock[1],
        "opening_waiting": history.opening[0],
        "opening_in_work": history.opening[1],
        "waiting_days": _area(network, log, history.opening[0], _WAITING),
        "work_days": _area(network, log, history.opening[1], _IN_WORK),
        "busy": busy,
        "overtime": overtime,
        **_waits(network, history),
        "waited": _sum_of_spells(network, history.waiting),
        "worked": _sum_of_spells(network, history.working),
        "idle": np.int64(history.idle),
        "most_present": np.int64(history.most_present),
    }


def _flows(network: Network, log: Log) -> dict[str, Any]:
    """Counts of events by month."""
    stages, classes, months = len(network.stages.names), len(network.classes), network.month_edge.size - 1
    month = np.searchsorted(network.month_edge, log.time, side="right") - 1

    def count(kind: Happening, by: NDArray[np.integer[Any]], size: int) -> NDArray[np.int64]:
        rows = log.kind == kind
        out = np.zeros((months, size, classes), dtype=np.int64)
        np.add.at(out, (month[rows], by[rows], log.of_class[rows]), 1)
        return out

    return {
        "arrived": count(Happening.ARRIVED, log.to, len(network.arrivals.names)),
        "left": count(Happening.LEFT, log.to, len(network.exits)),
        **{name: count(kind, log.stage, stages) for name, kind in _AT_A_STAGE.items()},
        "events": np.int64(np.isin(log.kind, _EVENTS).sum()),
    }


def _area(
    network: Network, log: Log, opening: NDArray[np.int64], steps: Mapping[Happening, int]
) -> NDArray[np.float64]:
    """Area under a number of people by month, dims (month, stage, class): the number times how long it stays."""
    edge, step = network.month_edge, np.zeros(len(Happening), dtype=np.int64)
    for kind, by in steps.items():
        step[kind] = by
    out = np.zeros((edge.size - 1, len(network.stages.names), len(network.classes)))
    of_kind = step[log.kind] != 0
    for stage in range(out.shape[1]):
        for of_class in range(out.shape[2]):
            rows = of_kind & (log.stage == stage) & (log.of_class == of_class)
            number = opening[stage, of_class] + np.concatenate([[0], np.cumsum(step[log.kind[rows]])])
            times = log.time[rows]
            cuts = np.sort(np.concatenate([edge, times]))
            held = number[np.searchsorted(times, cuts[:-1], side="right")]
            month = np.minimum(np.searchsorted(edge, cuts[:-1], side="right") - 1, edge.size - 2)
            out[:, stage, of_class] = np.bincount(month, weights=held * np.diff(cuts), minlength=edge.size - 1)
    return out


def _by_month(
    edge: NDArray[np.float64],
    groups: int,
    group: NDArray[np.int64],
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    weight: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Weighted length of spells in each month, dims (month, group)."""
    out = np.zeros((edge.size - 1, groups))
    for month in range(edge.size - 1):
        inside = np.minimum(end, edge[month + 1]) - np.maximum(start, edge[month])
        out[month] = np.bincount(group, weights=weight * np.maximum(inside, 0.0), minlength=groups)
    return out


def _columns(rows: Sequence[tuple[float, ...]], width: int) -> list[Any]:
    """Columns of a list of tuples; numbers of groups whole."""
    if not rows:
        return [np.zeros(0, dtype=np.int64) for _ in range(width)]
    return [np.array(column) for column in zip(*rows, strict=True)]


def _sum_of_spells(network: Network, spells: Sequence[tuple[int, int, float, float]]) -> NDArray[np.float64]:
    """Time of all spells together, dims (stage, class)."""
    out = np.zeros((len(network.stages.names), len(network.classes)))
    stage, of_class, start, end = _columns(spells, 4)
    np.add.at(out, (stage, of_class), end - start)
    return out


def _waits(network: Network, history: History) -> dict[str, WaitTotals]:
    """Waits at stages, and since the episode began."""
    months, classes = network.month_edge.size - 1, len(network.classes)
    at_stage = (months, len(network.stages.names), classes)
    of_episode = (_DEFINITIONS, _CONTACTS, months, classes)
    found = {}
    for name, shape, rows in (
        ("stage_waits", at_stage, history.stage_waits),
        ("waits", of_episode, history.waits),
    ):
        *groups, days = _columns(rows, len(shape) + 1)
        group = np.ravel_multi_index(tuple(groups), shape)
        found[name] = waits.collect(shape, group, days.astype(np.float64))
    return found
