"""`erlang_a` in ciw; see `_demand_race`.

Arguments: file to write, `-`, arrivals, repeats.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

NOT_INSTALLED = 3
RATE, SERVICE, PATIENCE, SERVERS, URGENT = 18.0, 1.0, 5.0, 20, 0.3


def main() -> int:
    """Run it."""
    try:
        import ciw
    except ImportError:
        return NOT_INSTALLED
    number, repeats = int(sys.argv[3]), int(sys.argv[4])
    classes = {"urgent": URGENT * RATE, "other": (1.0 - URGENT) * RATE}
    network = ciw.create_network(
        arrival_distributions={name: [ciw.dists.Exponential(rate=rate)] for name, rate in classes.items()},
        service_distributions={name: [ciw.dists.Exponential(rate=1.0 / SERVICE)] for name in classes},
        reneging_time_distributions={name: [ciw.dists.Exponential(rate=1.0 / PATIENCE)] for name in classes},
        routing={name: [[0.0]] for name in classes},
        priority_classes={"urgent": 0, "other": 1},
        number_of_servers=[SERVERS],
    )
    told = []
    for repeat in range(repeats):
        ciw.seed(repeat)
        simulation = ciw.Simulation(network)
        start = time.perf_counter()
        simulation.simulate_until_max_time(number / RATE)
        seconds = time.perf_counter() - start
        records = simulation.get_all_records()
        served = [record.waiting_time for record in records if record.record_type == "service"]
        reneged = [record.waiting_time for record in records if record.record_type == "renege"]
        told.append(
            {
                "seconds": seconds,
                "arrived": len(served) + len(reneged),
                "gave_up": len(reneged),
                "waited": sum(served) + sum(reneged),
            }
        )
    Path(sys.argv[1]).write_text(json.dumps(told), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
