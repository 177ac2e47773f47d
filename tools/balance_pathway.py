"""Size the pools of the shipped pathway for waits that are chosen.

Run from the checkout: `python tools/balance_pathway.py`. It changes no file: it prints the number of each pool and the
flows of a year. People copy the numbers of the pools into `mhwfmodel/pathway/data/cmhf.yaml` and into
`pathway_parameters.csv`, and look with `tools/measure_pathway.py` how near the targets come. Waits, shares and
referrals were changed by hand until they came near. `tests/pathway/test_cmhf.py` holds files and waits together.

Where more come than can be seen, and people are taken in the order in which they came, everybody who is as urgent waits
about as long: w. Of those who come, exp(-w / patience) start, so the flows through the pathway are linear in what comes
from outside, and a pool has to hold what starts times how long the work takes. This is the fluid limit of a queue
with impatience (Whitt 2004); it leaves out chance, which matters where pools are small or seldom full. Those pools keep
the number that the file gives them.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.demand import samplers
from mhwfmodel.pathway import flatten, load_pathway, parent
from mhwfmodel.pathway.network import Law

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.pathway.network import Network
    from mhwfmodel.pathway.schema import Pathway

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "mhwfmodel" / "pathway" / "data" / "cmhf.yaml"
DAYS_PER_YEAR, DAYS_PER_WEEK = 365.25, 7.0

WAITS: Mapping[str, tuple[float, float]] = {
    "triage": (0.55, 0.75),
    "assessment": (0.2, 60.0),
    "advice": (0.3, 125.0),
    "core": (0.3, 180.0),
    "intensive": (1.5, 20.0),
    "therapy": (5.0, 1400.0),
    "crisis_house": (0.1, 0.1),
    "crisis_cafe": (0.1, 0.1),
    "residential": (30.0, 60.0),
    "supported_housing": (25.0, 90.0),
    "step_down_housing": (75.0, 110.0),
    "outreach": (5.0, 45.0),
}
"""Days that people wait in the queue of a stage, urgent and others: chosen so that the targets come out near."""

SIZED = (
    "assessors",
    "advisers",
    "coordinators",
    "intensive_workers",
    "therapists",
    "residential_places",
    "supported_places",
    "step_down_places",
    "outreach_places",
)
"""Pools that are full, so that the waits fix their number."""


@dataclass(frozen=True, slots=True)
class Balance:
    """A pathway in balance: all dims (stage, class), a place of a million people.

    Args:
        joining: People who come to a stage [people/day].
        starting: People who start there [people/day].
        wait: How long they wait until then [days].
        waiting: People who wait.
        in_work: People in work.
    """

    joining: NDArray[np.float64]
    starting: NDArray[np.float64]
    wait: NDArray[np.float64]
    waiting: NDArray[np.float64]
    in_work: NDArray[np.float64]


def balance(network: Network, urgent: NDArray[np.bool_]) -> Balance:
    """Solve the flows of a pathway whose waits are `WAITS`."""
    stages, laws = network.stages, network.laws
    size, classes = stages.rank.shape
    mean = samplers.mean(laws)
    wait = np.array([[WAITS.get(parent(name), (0.0, 0.0))[0 if u else 1] for u in urgent] for name in stages.names])
    patience, service = mean[stages.patience], mean[stages.service]
    stay = np.where(laws.kind[stages.patience] == Law.NEVER, 1.0, np.exp(-wait / patience))
    joining = np.zeros((size, classes))
    for k in range(classes):
        matrix = np.zeros((size, size))
        for s in range(size):
            chances = np.diff(stages.route_upto[s, k], prepend=0.0)
            for way, chance in zip(stages.route_to[s, k], chances, strict=True):
                if way >= 0:
                    matrix[way, s] += stay[s, k] * chance
            if stages.impatient_to[s, k] >= 0:
                matrix[stages.impatient_to[s, k], s] += 1.0 - stay[s, k]
        joining[:, k] = np.linalg.solve(np.eye(size) - matrix, external(network)[:, k])
    starting = joining * stay
    endless = laws.kind[stages.patience] == Law.NEVER
    area = np.where(endless, wait, np.where(endless, 0.0, patience) * (1.0 - stay))
    return Balance(joining, starting, wait, joining * area, starting * service)


def external(network: Network) -> NDArray[np.float64]:
    """Mean arrivals from outside, dims (stage, class) [people/day]."""
    given, found = network.arrivals, np.zeros(network.stages.rank.shape)
    for r, stage in enumerate(given.stage):
        held = slice(int(given.start[r]), int(given.start[r + 1]))
        lengths = np.diff(given.time[held], append=network.end)
        rate = float(given.rate[held] @ lengths) / network.end
        found[stage] += rate * np.diff(given.class_upto[r], prepend=0.0)
    return found


def pool_numbers(pathway: Pathway, network: Network, found: Balance) -> dict[str, float]:
    """What each pool has to hold: hours a week, FTE or servers, as the file counts it; all of them busy."""
    stages = network.stages
    busy = dict.fromkeys(network.pools.names, 0.0)
    for s in range(len(stages.names)):
        for at in range(stages.need_start[s], stages.need_start[s + 1]):
            busy[network.pools.names[stages.need_pool[at]]] += float(found.in_work[s].sum()) * int(
                stages.need_count[at]
            )
    numbers = {}
    for name, pool in pathway.pools.items():
        per_server = {"hours": DAYS_PER_WEEK * 24.0, "slots": 1.0 / (pool.slots_per_fte or 1.0), "count": 1.0}
        numbers[name] = busy[name] * per_server[pool.kind]
    return numbers


def main() -> int:
    """Print what the module says."""
    pathway = load_pathway(FILE)
    network = flatten(pathway, months=12)
    urgent = np.array([item.priority == 1 for item in pathway.classes.values()])
    found = balance(network, urgent)
    numbers = pool_numbers(pathway, network, found)
    print("# pools: number in the file, number for the waits where the pool is full, share of the file's that is busy")
    for name, pool in pathway.pools.items():
        share = numbers[name] / (pool.number * (pool.hours_open / 168.0 if pool.kind == "count" else 1.0))
        print(f"{name:20s} {pool.number:10.4g} {numbers[name] if name in SIZED else float('nan'):10.4g} {share:8.1%}")
    print("# a year, in a place of a million: joining, starting; and who wait and are in work")
    for s, name in enumerate(network.stages.names):
        flows = [DAYS_PER_YEAR * values[s].sum() for values in (found.joining, found.starting)]
        stocks = [values[s].sum() for values in (found.waiting, found.in_work)]
        print(f"{name:26s}" + "".join(f"{value:12.1f}" for value in (*flows, *stocks)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
