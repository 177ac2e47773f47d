"""What engines give as tables: month by stage by class, with means over replications and their intervals.

An interval is the mean's: mean ± t × standard deviation ÷ √replications, with the 97.5 % point of Student's t. It says
how well the mean is known, not how much months differ from one replication to another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from mhwfmodel.demand.mixtures import mixture_quantile
from mhwfmodel.demand.outcome import Outcome, WaitTotals
from mhwfmodel.pathway.expand import parent

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from mhwfmodel.pathway.network import Network

    Values = NDArray[np.float64]

__all__ = ["ALL", "Labels", "concatenated", "interval", "mean_wait", "tables"]

ALL = "all"
"""Label of all classes, all stages or all months together."""

_POINT = 0.975
_FLOWS = ("joined", "started", "ended", "gave_up", "turned_away", "interrupted")
_STOCKS = ("waiting", "in_work")
_DEFINITIONS = ("completed_wait", "waiting_so_far")
_CONTACTS = ("first", "second")


@dataclass(frozen=True, slots=True)
class Labels:
    """What is shown of a network.

    Args:
        months: Labels of all months of the network.
        skip: First months that are left out: the warm-up.
    """

    months: tuple[str, ...]
    skip: int = 0


def tables(network: Network, outcome: Outcome, labels: Labels) -> dict[str, pd.DataFrame]:
    """Tables for people and programs.

    Args:
        network: What was run.
        outcome: What came of it.
        labels: Its months.

    Returns:
        `stages` (month, stage, class), `waits` (month, definition, contact, class), `pools` (month, pool) and `flows`
        (month, arrivals or way out, class); every figure with `_low` and `_high`, the ends of its interval. Parts of a
        stage, or teams of a pool, are together; stages that only choose are left out. Month `all` is the run; its
        median and 90th percentile are the mean of its months', weighed by people.
    """
    kept = _cut(outcome, labels.skip)
    months = (*labels.months[labels.skip :], ALL)
    days = np.diff(network.month_edge)[labels.skip :]
    return {
        "stages": _stages(network, kept, months, days),
        "waits": _waits(network, kept, months),
        "pools": _pools(network, kept, months, days),
        "flows": _flows(network, kept, months),
    }


def interval(values: Values) -> tuple[Values, Values, Values]:
    """Mean over replications and the ends of its 95 % interval; replications without a value do not count.

    Args:
        values: Dims (replication, …).

    Returns:
        Mean, low and high, dims (…): not a number where there is no value, or, of the ends, one only.
    """
    from scipy.stats import t as student

    known = np.isfinite(values)
    number = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    mean = np.divide(total, number, out=np.full(total.shape, np.nan), where=number > 0)
    square = np.where(known, (values - mean) ** 2, 0.0).sum(axis=0)
    free = np.maximum(number - 1, 1)
    half = student.ppf(_POINT, free) * np.sqrt(square / free / np.maximum(number, 1))
    half = np.where(number > 1, half, np.nan)
    return mean, mean - half, mean + half


def mean_wait(network: Network, outcome: Outcome, skip: int = 0, stage: str = "") -> Values:
    """Mean completed wait of each replication [days], over all classes, dims (replication).

    Args:
        network: What was run.
        outcome: What came of it.
        skip: First months that are left out.
        stage: Of the file; all stages that somebody waits for when empty.
    """
    chosen = [at for at, name in enumerate(network.stages.names) if not stage or parent(name) == stage]
    waits = _cut(outcome, skip).stage_waits
    days, number = (part[:, :, chosen].sum(axis=(1, 2, 3)) for part in (waits.days, waits.number))
    return _ratio(days, number.astype(np.float64))


def concatenated(outcomes: Sequence[Outcome]) -> Outcome:
    """Replications of one network that were run one after another, as one outcome."""

    def joined(parts: Sequence[Any], name: str) -> Any:
        if isinstance(parts[0], WaitTotals):
            each = {item.name: [getattr(part, item.name) for part in parts] for item in fields(WaitTotals)}
            return WaitTotals(**{key: np.concatenate(values) for key, values in each.items()})
        return parts[0] if name == "on_duty" else np.concatenate(list(parts))

    names = [item.name for item in fields(Outcome)]
    return Outcome(**{name: joined([getattr(outcome, name) for outcome in outcomes], name) for name in names})


def _cut(outcome: Outcome, skip: int) -> Outcome:
    """The outcome without its first months; figures of whole runs stay as they are."""
    if not skip:
        return outcome
    whole = {"replications", "opening_waiting", "opening_in_work", "waited", "worked", "idle", "events", "most_present"}

    def cut(value: Any, name: str) -> Any:
        if name in whole:
            return value
        if isinstance(value, WaitTotals):
            at = 3 if name == "waits" else 1
            parts = {item.name: getattr(value, item.name) for item in fields(WaitTotals)}
            return WaitTotals(
                **{key: np.moveaxis(np.moveaxis(part, at, 0)[skip:], 0, at) for key, part in parts.items()}
            )
        return value[skip:] if name == "on_duty" else value[:, skip:]

    return Outcome(**{item.name: cut(getattr(outcome, item.name), item.name) for item in fields(Outcome)})


def _ratio(above: Values, below: Values) -> Values:
    return np.asarray(np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0))


def _with_run(values: Values, how: str, days: Values | None = None) -> Values:
    """The run behind the months, dim 1: their `sum`, or their `mean` weighted by days."""
    if how == "sum":
        run = values.sum(axis=1, keepdims=True)
    else:
        weights = np.ones(values.shape[1]) if days is None else days
        weights = weights / weights.sum()
        run = np.tensordot(values, weights, axes=(1, 0))[:, None]
    return np.concatenate([values, run], axis=1)


def _with_all(values: Values) -> Values:
    """All classes before each of them, where there are several; the last dim."""
    if values.shape[-1] == 1:
        return values
    return np.concatenate([values.sum(axis=-1, keepdims=True), values], axis=-1)


def _classes(network: Network) -> tuple[str, ...]:
    return network.classes if len(network.classes) == 1 else (ALL, *network.classes)


def _groups(names: Sequence[str]) -> dict[str, list[int]]:
    """Stages or pools of the file, with their parts."""
    found: dict[str, list[int]] = {}
    for at, name in enumerate(names):
        if parent(name):
            found.setdefault(parent(name), []).append(at)
    return found


def _stages(network: Network, outcome: Outcome, months: Sequence[str], days: Values) -> pd.DataFrame:
    groups = _groups(network.stages.names)

    def by_group(values: Values) -> Values:
        return np.stack([values[:, :, parts].sum(axis=2) for parts in groups.values()], axis=2).astype(np.float64)

    columns: dict[str, Values] = {}
    for name in _FLOWS:
        columns[name] = _with_all(_with_run(by_group(getattr(outcome, name)), "sum"))
    for name, area in zip(_STOCKS, (outcome.waiting_days, outcome.work_days), strict=True):
        mean = by_group(area) / days[:, None, None]
        columns[f"{name}_at_end"] = _with_all(_with_last(by_group(getattr(outcome, name))))
        columns[f"{name}_on_average"] = _with_all(_with_run(mean, "mean", days))
    columns |= _of_waits(outcome.stage_waits, list(groups.values()))
    return _frame({"month": months, "stage": tuple(groups), "class": _classes(network)}, columns)


def _with_last(values: Values) -> Values:
    """The last month's end as that of the run."""
    return np.concatenate([values, values[:, -1:]], axis=1)


def _of_waits(waits: WaitTotals, groups: Sequence[Sequence[int]]) -> dict[str, Values]:
    """Waits of stages, their parts, all classes and the run together."""
    kinds = range(waits.number.shape[-1])
    sets = [tuple(kinds), *((at,) for at in kinds)] if len(kinds) > 1 else [(0,)]
    parts: list[list[dict[str, Values]]] = []
    for group in groups:
        row = []
        for chosen in sets:
            cells = {
                item.name: getattr(waits, item.name)[:, :, group][..., list(chosen)] for item in fields(WaitTotals)
            }
            flat = {name: values.reshape(*values.shape[:2], -1) for name, values in cells.items()}
            row.append(_pooled(flat))
        parts.append(row)
    names = parts[0][0]
    stacked = {name: np.stack([np.stack([cell[name] for cell in row], -1) for row in parts], 2) for name in names}
    return {f"wait_{name}": values for name, values in stacked.items()}


def _pooled(waits: Mapping[str, Values]) -> dict[str, Values]:
    """Waits of several groups as one, by month and for the run, dims (replication, month + 1).

    Median and 90th percentile of the run are those of its months, weighed by how many waited.

    Args:
        waits: The arrays of `WaitTotals`, dims (replication, month, group).
    """
    by_month = _one(waits)
    run = _one({name: values.reshape(len(values), 1, -1) for name, values in waits.items()})
    for name in ("median", "p90"):
        number = by_month["number"]
        weighed = np.where(number > 0, by_month[name] * number, 0.0)
        run[name] = _ratio(weighed.sum(axis=1, keepdims=True), number.sum(axis=1, keepdims=True))
    return {name: np.concatenate([by_month[name], run[name]], axis=1) for name in by_month}


def _one(waits: Mapping[str, Values]) -> dict[str, Values]:
    number = waits["number"].sum(axis=-1).astype(np.float64)
    return {
        "number": number,
        "mean": _ratio(waits["days"].sum(axis=-1), number),
        "median": mixture_quantile(waits, 0.5),
        "p90": mixture_quantile(waits, 0.9),
        "within_4_weeks": _ratio(waits["within"].sum(axis=-1).astype(np.float64), number),
        "beyond_18_months": waits["beyond"].sum(axis=-1).astype(np.float64),
    }


def _waits(network: Network, outcome: Outcome, months: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    frames = []
    for at, definition in enumerate(_DEFINITIONS):
        for which, contact in enumerate(_CONTACTS):
            values = {item.name: getattr(outcome.waits, item.name)[:, at, which] for item in fields(WaitTotals)}
            one = WaitTotals(**{name: value[:, :, None] for name, value in values.items()})
            columns = {name: part[:, :, 0] for name, part in _of_waits(one, [[0]]).items()}
            if definition == _DEFINITIONS[1]:
                columns = {name: _without_run(part) for name, part in columns.items()}
            frame = _frame({"month": months, "class": _classes(network)}, columns)
            frame.insert(1, "definition", definition)
            frame.insert(2, "contact", contact)
            frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _without_run(values: Values) -> Values:
    """Those who wait are counted at the ends of months, so the run has no figure but its last."""
    return np.concatenate([values[:, :-1], values[:, -2:-1]], axis=1)


def _pools(network: Network, outcome: Outcome, months: Sequence[str], days: Values) -> pd.DataFrame:
    groups = _groups(network.pools.names)
    duty = np.broadcast_to(outcome.on_duty, outcome.busy.shape)

    def by_group(values: Values) -> Values:
        return np.stack([values[:, :, parts].sum(axis=2) for parts in groups.values()], axis=2)

    busy, overtime, on_duty = (_with_run(by_group(part), "sum") for part in (outcome.busy, outcome.overtime, duty))
    length = np.append(days, days.sum())[:, None]
    columns = {
        "on_duty_on_average": on_duty / length,
        "busy_on_average": busy / length,
        "utilisation": _ratio(busy, on_duty),
        "overtime_hours": overtime * 24.0,
    }
    return _frame({"month": months, "pool": tuple(groups)}, columns)


def _flows(network: Network, outcome: Outcome, months: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    frames = []
    for flow, values, names in (
        ("arrived", outcome.arrived, network.arrivals.names),
        ("left", outcome.left, network.exits),
    ):
        people = _with_all(_with_run(values.astype(np.float64), "sum"))
        frame = _frame({"month": months, "name": names, "class": _classes(network)}, {"people": people})
        frame.insert(1, "flow", flow)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _frame(dims: Mapping[str, Sequence[str]], columns: Mapping[str, Values]) -> pd.DataFrame:
    import pandas as pd

    index = pd.MultiIndex.from_product([list(labels) for labels in dims.values()], names=list(dims))
    frame = pd.DataFrame(index=index)
    for name, values in columns.items():
        for suffix, part in zip(("", "_low", "_high"), interval(values), strict=True):
            frame[f"{name}{suffix}"] = part.ravel()
    return frame.reset_index()
