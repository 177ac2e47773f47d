"""`erlang_a` by this package; see `_demand_race`.

Arguments: file to write, `compiled` or `simpy`, arrivals, repeats, replications, threads.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from benchmarks._demand_workload import erlang_a


def main() -> int:
    """Run it; the code is compiled before, or read from disk."""
    engine, people, repeats, replications, threads = sys.argv[2], *map(int, sys.argv[3:])
    if engine == "compiled":
        from mhwfmodel.demand.engine import simulate
    else:
        from mhwfmodel.demand.simpy_engine import simulate
    simulate(erlang_a(50), seed=1, replications=[0], threads=1)
    network = erlang_a(people)
    told = []
    for repeat in range(repeats):
        numbers = range(repeat * replications, (repeat + 1) * replications)
        start = time.perf_counter()
        outcome = simulate(network, seed=1, replications=numbers, threads=threads)
        seconds = time.perf_counter() - start
        told.append(
            {
                "seconds": seconds,
                "arrived": int(outcome.arrived.sum()),
                "gave_up": int(outcome.gave_up.sum()),
                "waited": float(outcome.waiting_days.sum()),
                "events": int(outcome.events.sum()),
            }
        )
    Path(sys.argv[1]).write_text(json.dumps(told), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
