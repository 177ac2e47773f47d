"""What may stand in a pathway file and is worth a second look."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from mhwfmodel.pathway.checks import ways_on
from mhwfmodel.pathway.expand import parent
from mhwfmodel.pathway.flatten import flatten
from mhwfmodel.pathway.loads import loads
from mhwfmodel.pathway.parts import DAYS, Pool, Window
from mhwfmodel.pathway.schema import Pathway
from mhwfmodel.pathway.words import amount
from mhwfmodel.yamls.tree import Path

__all__ = ["second_looks"]

_NEARLY = 1e-6
_MANY = 1e8
_WEEK, _DAY = 7 * 24.0, 24.0


def second_looks(pathway: Pathway) -> Iterator[tuple[Path, str]]:
    """Field and sentence of everything that is allowed and may not be meant."""
    yield from _unreached(pathway)
    yield from _rotas(pathway)
    yield from _factors(pathway)
    yield from _in_vain(pathway)
    yield from _too_much(pathway)


def _unreached(pathway: Pathway) -> Iterator[tuple[Path, str]]:
    reached = {stream.stage for stream in pathway.arrivals.values()} | set(pathway.present)
    if pathway.re_referral:
        reached.add(pathway.re_referral.stage)
    found: set[str] = set()
    while reached > found or found < reached:
        new = reached - found
        found |= new
        for name in new & set(pathway.stages):
            for of_class in pathway.classes:
                reached |= set(ways_on(pathway.stages[name], of_class))
    for name in pathway.stages:
        if name not in reached:
            yield ("stages", name), "nobody comes to this stage: no arrivals and no route lead to it"
    needed = {pool for stage in pathway.stages.values() for pool in stage.needs}
    for name in pathway.pools:
        if name not in needed:
            yield ("pools", name), "no stage needs this pool"


def _rotas(pathway: Pathway) -> Iterator[tuple[Path, str]]:
    for name, pool in pathway.pools.items():
        for at, window in enumerate(pool.rota):
            if window.begins == window.ends:
                yield ("pools", name, "rota", at), f"it begins and ends at {window.begins}: it is read as 24 hours"
        for (one, first), (two, second) in combinations(enumerate(pool.rota), 2):
            if _overlap(first, second):
                text = f"this window overlaps window {one + 1}: the numbers on duty add up"
                yield ("pools", name, "rota", two), text
        yield from _opens_never(name, pool)


def _overlap(one: Window, two: Window) -> bool:
    for first in one.days:
        for second in two.days:
            gap = (DAYS.index(second) - DAYS.index(first)) * _DAY + two.start_hour - one.start_hour
            if gap % _WEEK < one.length or -gap % _WEEK < two.length:
                return True
    return False


def _opens_never(name: str, pool: Pool) -> Iterator[tuple[Path, str]]:
    if pool.kind == "hours" and pool.hours_per_week and pool.hours_per_week < pool.hours_open:
        mean = pool.hours_per_week / pool.hours_open
        text = f"these hours are {mean:.2g} of somebody while it is open: somebody is there at some openings only"
        yield ("pools", name, "hours_per_week"), text


def _factors(pathway: Pathway) -> Iterator[tuple[Path, str]]:
    for name, stream in pathway.arrivals.items():
        week = [stream.week.get(day, 1.0) for day in DAYS] if stream.week else []
        for key, factors in (("season", stream.season), ("week", week), ("day", stream.day)):
            mean = sum(factors) / len(factors) if factors else 1.0
            if abs(mean - 1.0) > _NEARLY:
                text = f"these factors are {mean:.4g} on average, so that many times the written number comes"
                yield ("arrivals", name, key), text
        late = [month for month in stream.by_month if month > pathway.month_labels[-1]]
        for month in late:
            yield ("arrivals", name, "by_month", month), "this month comes after the end of the run"
    for name, pool in pathway.pools.items():
        for month in pool.by_month:
            if month > pathway.month_labels[-1]:
                yield ("pools", name, "by_month", month), "this month comes after the end of the run"


def _in_vain(pathway: Pathway) -> Iterator[tuple[Path, str]]:
    for name, stage in pathway.stages.items():
        if stage.needs:
            continue
        for key in ("patience", "room"):
            if getattr(stage, key) is not None:
                yield ("stages", name, key), "nobody waits at a stage that needs no pool, so this does nothing"


def _too_much(pathway: Pathway) -> Iterator[tuple[Path, str]]:
    network = flatten(pathway, start=pathway.start, months=pathway.months)
    found = loads(network)
    months = pathway.months + pathway.warm_up
    stays = float(found.joining.sum()) * network.end * months / pathway.months * pathway.replications
    if stays > _MANY:
        text = (
            f"somebody comes to a stage about {amount(stays)} times, in all replications together: a run may take"
            " hours, and much memory where queues grow; write for a smaller place, fewer months or fewer replications"
        )
        yield ("arrivals",), text
    told: set[str] = set()
    for at, load in enumerate(found.load):
        name = parent(network.pools.names[at])
        if name in told or not (load >= 1.0 or (np.isnan(load) and found.work[at] > 0)):
            continue
        told.add(name)
        work, have = found.work[at], found.on_duty[at]
        ends = (
            "the queue stays finite only because people give up, or find no room"
            if found.finite[at]
            else "there is no steady state, and the queue grows as long as the run goes on"
        )
        yield (
            ("pools", name),
            (
                f"its load is {load:.0%}".replace("%", " %")
                + f": work for {amount(work)} servers comes and {amount(have)} are on duty on average; {ends}"
            ),
        )
