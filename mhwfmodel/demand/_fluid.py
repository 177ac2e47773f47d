# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled parts of the analytic pathway: curves of congestion, and who starts in a step."""

from __future__ import annotations

import numpy as np

from mhwfmodel.rng.compiling import borrowing

NODES = 96
"""Points of a curve."""

FURTHEST = 4096.0
"""(L − c) ÷ √c of the last point."""

LEAST_FREE = 2.0**-24
"""Least (c − b) ÷ √c that is told from 0."""

LOWEST = -8.0
"""(L − c) ÷ √c of the first point where so many are free: nobody waits below it."""

MANY = 64.0
"""Servers from which on that is so."""

_MOST_LOOKS = 40
_NEAR = 2.0**-26


@borrowing
def _weights(at: float) -> tuple[float, float, float, float]:
    """Lagrange's weights of four even points −1, 0, 1, 2 at a place between 0 and 1, or beyond."""
    a, b, c = at + 1.0, at - 1.0, at - 2.0
    return -at * b * c / 6.0, a * b * c / 2.0, -a * at * c / 2.0, a * at * b / 6.0


@borrowing
def collapse(servers, impatience, inverse_root, log_r, curve, made, pool):
    """The two curves of one pool: interpolated between servers and impatience; `made` has dims (pool, 2, node)."""
    u = 1.0 / np.sqrt(servers)
    middle = 0
    while 1.0 / inverse_root[middle] ** 2 < MANY - 0.5:
        middle += 1
    i, most = (1, middle - 2) if servers < MANY else (middle + 1, inverse_root.size - 3)
    while i < most and inverse_root[i + 1] > u:
        i += 1
    u = max(u, inverse_root[inverse_root.size - 1])
    lower = log_r[0]
    power = lower if impatience <= 2.0**lower else min(np.log2(impatience), log_r[log_r.size - 1])
    j = min(max(int(power - lower), 1), log_r.size - 3)
    w = _weights(power - lower - j)
    made[pool, :, :] = 0.0
    for k in range(4):
        share = 1.0
        for other in range(4):
            if other != k:
                share *= (u - inverse_root[i - 1 + other]) / (inverse_root[i - 1 + k] - inverse_root[i - 1 + other])
        if share == 0.0:
            continue
        for side in range(4):
            part = share * w[side]
            if part != 0.0:
                for node in range(NODES):
                    made[pool, 0, node] += part * curve[i - 1 + k, j - 1 + side, 0, node]
                    made[pool, 1, node] += part * curve[i - 1 + k, j - 1 + side, 1, node]


@borrowing
def measure(servers):
    """How a number present is placed among the nodes: √c, and the first node and nodes a unit, in arsinh(x ÷ 2)."""
    root = np.sqrt(servers)
    first = np.arcsinh(max(-root, LOWEST) / 2.0)
    return root, first, (NODES - 1) / (np.arcsinh(FURTHEST / 2.0) - first)


@borrowing
def _place(x, ruler):
    """Where (L − c) ÷ √c lies among the nodes, and how fast that grows with it."""
    steep = np.sqrt(x * x + 4.0)
    far = np.log(0.5 * (abs(x) + steep))
    return ((far if x > 0.0 else -far) - ruler[1]) * ruler[2], ruler[2] / steep


@borrowing
def _read(made, pool, which, at):
    """A curve between its nodes, by a cubic."""
    i = min(max(int(at), 1), NODES - 3)
    w = _weights(at - i)
    return (
        w[0] * made[pool, which, i - 1]
        + w[1] * made[pool, which, i]
        + w[2] * made[pool, which, i + 1]
        + w[3] * made[pool, which, i + 2]
    )


@borrowing
def _slope(made, pool, which, at):
    """The slope of that cubic."""
    i = min(max(int(at), 1), NODES - 3)
    a = at - i
    square = 3.0 * a * a
    return (
        -(square - 6.0 * a + 2.0) / 6.0 * made[pool, which, i - 1]
        + (square - 4.0 * a - 1.0) / 2.0 * made[pool, which, i]
        - (square - 2.0 * a - 2.0) / 2.0 * made[pool, which, i + 1]
        + (square - 1.0) / 6.0 * made[pool, which, i + 2]
    )


@borrowing
def busy_of(made, pool, present, servers, ruler):
    """Mean number in service with so many present, and how fast it grows with them."""
    if present <= 0.0:
        return 0.0, 1.0
    root = ruler[0]
    at, steep = _place((present - servers) / root, ruler)
    if at <= 0.0:
        return present, 1.0
    if at >= NODES - 1:
        over = present - servers
        free = np.exp(made[pool, 0, NODES - 1]) * FURTHEST * servers / over
        return servers - free, free / over
    free = root * np.exp(_read(made, pool, 0, at))
    if servers - free > present:
        return present, 1.0
    return servers - free, -free * _slope(made, pool, 0, at) * steep / root


@borrowing
def waits_of(made, pool, present, servers, ruler):
    """Chance to wait with so many present."""
    if present <= 0.0:
        return 0.0
    at, _ = _place((present - servers) / ruler[0], ruler)
    return min(max(_read(made, pool, 1, max(min(at, NODES - 1.0), 0.0)), 0.0), 1.0)


@borrowing
def urgent(line, servers, waits):
    """Share of the more urgent of a pool who could start in a step that does.

    Their queue is C σ ÷ (1 − σ) (Kella and Yechiali), σ the servers' share with them; with c σ and the queue linear in
    the share that starts, a quadratic equation. `line`: see `started`.
    """
    free = servers - line[0]
    if waits <= 0.0 and line[2] <= line[3] and line[1] <= free:
        return 1.0
    known = line[2] * free - waits * line[0]
    if known <= 0.0:
        return 0.0
    middle = line[3] * free + line[1] * (line[2] + waits)
    root = middle * middle - 4.0 * line[1] * line[3] * known
    return min(2.0 * known / (middle + np.sqrt(max(root, 0.0))), 1.0)


@borrowing
def _gap(share, line, made, pool, servers, ruler, spread):
    """Busy as the curve has it, less busy, and its slope; falls with the share that starts. `line`: see `started`."""
    busy = line[0] + line[1] * share
    queue = line[2] - line[3] * share
    grows = line[1] - line[3]
    if queue < 0.0:
        queue, grows = 0.0, line[1]
    present = busy + queue
    usual, steep = busy_of(made, pool, present, servers, ruler)
    known, even = (present, 1.0) if present < servers else (servers, 0.0)
    return known + spread * (usual - known) - busy, (even + spread * (steep - even)) * grows - line[1]


@borrowing
def started(line, made, pool, servers, ruler, spread, guess):
    """Share of those who could start in a step that does.

    Args:
        line: Busy at share 0 and its slope, queue at share 0 and its fall; of all of the pool.
        made: Curves.
        pool: Which.
        servers: Servers.
        ruler: `measure` of them.
        spread: How far the number present varies as in a steady state; 0: it is known.
        guess: Share of the step before.

    Returns:
        From 0 to 1.
    """
    low, high = -1.0, 2.0
    share = guess if 0.0 < guess < 1.0 else 0.5
    # Where nobody is left to wait, any share above that serves as well: then all start.
    if (
        line[2] < line[3]
        and _gap(share, line, made, pool, servers, ruler, spread)[0] > _NEAR * servers
        and _gap(1.0, line, made, pool, servers, ruler, spread)[0] >= 0.0
    ):
        return 1.0
    for _ in range(_MOST_LOOKS):
        gap, slope = _gap(share, line, made, pool, servers, ruler, spread)
        if abs(gap) <= _NEAR * servers or (gap > 0.0 and share >= 1.0) or (gap < 0.0 and share <= 0.0):
            break
        if gap > 0.0:
            low = share
        else:
            high = share
        if high - low < _NEAR:
            break
        share -= gap / slope
        # Newton's step, as long as it stays between those known to be too low and too high; an end is looked at once.
        if not low < share < high:
            share = 0.5 * (low + high)
        share = min(max(share, 0.0), 1.0)
    return share


@borrowing
def let_in(busy, slope, made, pool, servers, ruler):
    """Share that finds a free server where nobody may wait: 1 less the chance that all are busy, with so many busy."""
    low, high = 0.0, 1.0
    while high - low > _NEAR:
        share = 0.5 * (low + high)
        if 1.0 - waits_of(made, pool, busy + slope * share, servers, ruler) > share:
            low = share
        else:
            high = share
    return low
