"""How fast the workforce is moved: the workload `bands` beside C, numpy and others, then England, then a first result.

Every part is a module with a function that returns rows: `_race` (bands), `_rivals` (other programs), `_england` (runs
of England) and `_first` (time to the first result).
"""

from __future__ import annotations

from benchmarks._measure import Row

__all__ = ["measure"]


def measure(*, quick: bool, full: bool) -> list[Row]:
    """Measure all parts.

    Args:
        quick: Few draws and one repeat of each.
        full: England with 10,000 draws as well.
    """
    from benchmarks._england import england
    from benchmarks._first import first
    from benchmarks._race import race
    from benchmarks._rivals import rivals

    # What runs in a process of its own comes first: its peak memory is told from that of its parent upwards.
    apart = [*england(quick=quick, full=full), *first(quick=quick)]
    return [*race(quick=quick), *rivals(quick=quick), *apart]
