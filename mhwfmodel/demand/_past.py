# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled histories of those present at the start: the stages before this one, back to the start of the episode."""

from __future__ import annotations

import math

from mhwfmodel.demand._samplers import duration, key_uniform
from mhwfmodel.rng.compiling import compiled, inlined

SERVED, GAVE_UP = 0, 1
"""Ways in which somebody leaves a stage; the third is to find no room."""

_STAGES_BACK = 64


@inlined
def _wait(chance, mean, full, u):
    """A wait that somebody is past: 0, or with some chance exponential, as in M/M/c, or alike where a pool is full."""
    if 1.0 - u >= chance:
        return 0.0
    return mean if full else mean * math.log(chance / (1.0 - u))


@inlined
def _came(upto, s, k, u):
    """Where somebody at a stage came from: the first running sum above `u`."""
    low, high = 0, upto.shape[2] - 1
    while low < high:
        middle = (low + high) // 2
        if upto[s, k, middle] > u:
            high = middle
        else:
            low = middle + 1
    return low


@compiled
def fill_past(
    key,
    decisions,
    laws,
    came_upto,
    waits,
    mean_wait,
    full,
    service,
    contact,
    outside,
    past_wait,
    s,
    k,
    before,
    contacts,
):
    """Write the time between the start of the episode and joining, and the contacts in it.

    Where people are in work (`past_wait`), the wait at their own stage comes before too. Mean waits are dims (stage,
    class), `full` says of a stage that more come than can be seen.
    """
    seed, replication, place, part, state, number, purpose = key
    own, history = decisions
    kind, a, b, start, value, upto = laws
    stages = waits.size
    for n in range(s.size):
        at, of_class, gone, count = s[n], k[n], 0.0, 0
        if past_wait:
            u = key_uniform(seed, replication, n, place, part, state, number, purpose, own)
            gone = _wait(waits[at], mean_wait[at, of_class], full[at], u)
        for back in range(_STAGES_BACK):
            decision = history + 4 * back
            u = key_uniform(seed, replication, n, place, part, state, number, purpose, decision)
            came = _came(came_upto, at, of_class, u) - 1
            if came < 0 or outside[came % stages]:
                break
            way, at = came // stages, came % stages
            if way in (SERVED, GAVE_UP):
                u = key_uniform(seed, replication, n, place, part, state, number, purpose, decision + 1)
                gone += _wait(waits[at], mean_wait[at, of_class], full[at], u)
            if way == SERVED:
                u = key_uniform(seed, replication, n, place, part, state, number, purpose, decision + 2)
                gone += duration(kind, a, b, start, value, upto, service[at, of_class], u)
                count += int(contact[at])
        before[n], contacts[n] = gone, count
