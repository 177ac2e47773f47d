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
def place_of(present, servers):
    """Where a number present lies among the nodes."""
    root = np.sqrt(servers)
    first = np.arcsinh(max(-root, LOWEST) / 2.0)
    last = np.arcsinh(FURTHEST / 2.0)
    return (np.arcsinh((present - servers) / root / 2.0) - first) / (last - first) * (NODES - 1)


@borrowing
def read(made, pool, which, at):
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
def busy_of(made, pool, present, servers):
    """Mean number in service with so many present."""
    if present <= 0.0:
        return 0.0
    at = place_of(present, servers)
    if at <= 0.0:
        return present
    root = np.sqrt(servers)
    if at >= NODES - 1:
        return servers - root * np.exp(made[pool, 0, NODES - 1]) * FURTHEST * root / (present - servers)
    return min(servers - root * np.exp(read(made, pool, 0, at)), present)


@borrowing
def waits_of(made, pool, present, servers):
    """Chance to wait with so many present."""
    if present <= 0.0:
        return 0.0
    at = max(min(place_of(present, servers), NODES - 1.0), 0.0)
    return min(max(read(made, pool, 1, at), 0.0), 1.0)


@borrowing
def _urgent(present, servers, waits):
    """Servers busy with the urgent, of whom so many are present, where anybody waits with this chance.

    Their queue is C σ ÷ (1 − σ) (Kella and Yechiali), so that with σ servers' share L = c σ + C σ ÷ (1 − σ).
    """
    whole = servers + waits + present
    return 2.0 * servers * present / (whole + np.sqrt(max(whole * whole - 4.0 * servers * present, 0.0)))


@borrowing
def _gap(share, line, made, pool, servers, waits, last, spread):
    """Busy as the curve has it, less busy; falls with the share that starts. `line`: see `started`."""
    busy = line[0] + line[1] * share
    queue = max(line[2] - line[3] * share, 0.0)
    if last:
        known = min(busy + queue, servers)
        return known + spread * (busy_of(made, pool, busy + queue, servers) - known) - busy
    return _urgent(busy + queue, servers, waits) - busy


@borrowing
def started(line, made, pool, servers, waits, last, spread, guess):
    """Share of those who could start in a step that does.

    Args:
        line: Busy at share 0 and its slope, queue at share 0 and its fall.
        made: Curves.
        pool: Which.
        servers: Servers.
        waits: Chance that anybody has to wait.
        last: All of the pool are in `line`; otherwise the more urgent alone.
        spread: How far the number present varies as in a steady state; 0: it is known.
        guess: Share of the step before.

    Returns:
        From 0 to 1.
    """
    share = guess if 0.0 < guess < 1.0 else 0.5
    gap = _gap(share, line, made, pool, servers, waits, last, spread)
    if abs(gap) <= _NEAR * servers:
        return share
    low, high, at_low, at_high = 0.0, 1.0, gap, gap
    if gap > 0.0:
        low = share
        at_high = _gap(1.0, line, made, pool, servers, waits, last, spread)
        if at_high >= 0.0:
            return 1.0
    else:
        high = share
        at_low = _gap(0.0, line, made, pool, servers, waits, last, spread)
        if at_low <= 0.0:
            return 0.0
    for _ in range(_MOST_LOOKS):
        share = low + (high - low) * at_low / (at_low - at_high)
        gap = _gap(share, line, made, pool, servers, waits, last, spread)
        if abs(gap) <= _NEAR * servers or high - low < _NEAR:
            break
        if gap > 0.0:
            low, at_low, at_high = share, gap, at_high * 0.5
        else:
            high, at_high, at_low = share, gap, at_low * 0.5
    return share


@borrowing
def let_in(busy, slope, made, pool, servers):
    """Share that finds a free server where nobody may wait: 1 less the chance that all are busy, with so many busy."""
    low, high = 0.0, 1.0
    while high - low > _NEAR:
        share = 0.5 * (low + high)
        if 1.0 - waits_of(made, pool, busy + slope * share, servers) > share:
            low = share
        else:
            high = share
    return low
