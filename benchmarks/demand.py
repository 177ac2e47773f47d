"""How fast pathways are simulated: the workload `erlang_a` beside C, simpy and others, memory, then England.

Every part is a module with a function that returns rows: `_demand_race` (erlang_a, memory), `_demand_england` (the
pathway that ships, how it grows, how near the analytic pathway comes) and `_screen` (how near in small cases).
"""

from __future__ import annotations

from benchmarks._measure import Row

__all__ = ["measure"]


def measure(*, quick: bool, full: bool) -> list[Row]:
    """Measure all parts.

    Args:
        quick: Few arrivals and one repeat of each.
        full: Longer growth of England as well.
    """
    from benchmarks._demand_england import england
    from benchmarks._demand_race import memory, race
    from benchmarks._screen import rows

    # What is measured by its memory comes first: its peak is told from that of its parent upwards.
    apart = [*memory(quick=quick), *england(quick=quick, full=full)]
    return [*race(quick=quick), *apart, *rows(quick=quick)]
