"""How far the analytic pathway is from the simulation: the same small pathways through both.

Each case is run with enough replications for the simulation's own standard error to be told beside the difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from benchmarks._measure import Row

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.pathway.network import Network

__all__ = ["CASES", "Difference", "differences", "rows", "table"]

_HEAD = "pathway: case\nstart: 2026-04\nmonths: {months}\nreplications: 1\nseed: 1\n"
_ONE = """pools: {{team: {{count: {servers}}}}}
arrivals: {{referrals: {{stage: clinic, per_day: {rate}}}}}
stages: {{clinic: {{needs: {{team: 1}}, service: {service}, contact: true, routes: {{discharged: 1}}{more}}}}}
exits: [discharged]
"""
_TANDEM = """pools: {triage: {count: 3}, core: {count: 60}}
arrivals: {referrals: {stage: triage, per_day: 2.5}}
stages:
  triage: {needs: {triage: 1}, service: {exponential: 1}, contact: true, routes: {core: 0.4, discharged: 0.6}}
  core: {needs: {core: 1}, service: {exponential: 57}, contact: true, routes: {discharged: 1}}
exits: [discharged]
"""
_RETURN = """pools: {team: {count: 10}}
arrivals: {referrals: {stage: clinic, per_day: 4.4}}
stages: {clinic: {needs: {team: 1}, service: {exponential: 1}, contact: true, routes: {clinic: 0.5, discharged: 0.5}}}
exits: [discharged]
"""
_PRIORITY = """classes: {urgent: {priority: 1}, soon: {priority: 2}, later: {priority: 3}}
pools: {team: {count: 5}}
arrivals: {referrals: {stage: clinic, per_day: 4.6, classes: {urgent: 0.2, soon: 0.4, later: 0.4}}}
stages: {clinic: {needs: {team: 1}, service: {exponential: 1}, contact: true, routes: {discharged: 1}}}
exits: [discharged]
"""
_ROTA = """pools:
  team:
    count: 3
    at_shift_end: {rule}
    rota: [{{days: [mon, tue, wed, thu, fri, sat, sun], from: "09:00", to: "17:00"}}]
arrivals: {{referrals: {{stage: clinic, per_day: {rate}}}}}
stages: {{clinic: {{needs: {{team: 1}}, service: {{exponential: 1 hours}}, contact: true, routes: {{discharged: 1}}}}}}
exits: [discharged]
"""
_TWO_NEEDS = """pools: {amhp: {count: 2}, doctor: {count: 5}}
arrivals: {requests: {stage: assessment, per_day: 5}}
stages: {assessment: {needs: {amhp: 1, doctor: 2}, service: {exponential: 6 hours}, contact: true, routes: {done: 1}}}
exits: [done]
"""


def _one(servers: int, rate: float, service: str = "{exponential: 1}", more: str = "") -> str:
    return _ONE.format(servers=servers, rate=rate, service=service, more=more)


CASES: dict[str, tuple[str, int]] = {
    "M/M/5, load 0.5": (_one(5, 2.5), 24),
    "M/M/5, load 0.8": (_one(5, 4.0), 24),
    "M/M/5, load 0.95": (_one(5, 4.75), 24),
    "M/M/5, load 1.1": (_one(5, 5.5), 24),
    "M/M/50, work of 60 days, load 0.95": (_one(50, 0.79167, "{exponential: 60}"), 36),
    "M/M/50, work of 60 days, load 1.1": (_one(50, 0.91667, "{exponential: 60}"), 36),
    "Erlang A, load 1.2": (_one(10, 12.0, more=", patience: {exponential: 4}"), 12),
    "Erlang A, load 1.0, long work": (_one(40, 1.0, "{exponential: 40}", ", patience: {exponential: 60}"), 36),
    "fixed patience, load 1.2": (_one(10, 12.0, more=", patience: {fixed: 2}"), 12),
    "lognormal work, cv 1.5, load 0.9": (_one(5, 4.5, "{lognormal: {mean: 1, cv: 1.5}}"), 24),
    "fixed work of 60 days, load 0.9": (_one(50, 0.75, "{fixed: 60}"), 36),
    "loss system, load 1": (_one(10, 10.0, more=", room: 0"), 12),
    "room for 5, load 1.1": (_one(5, 5.5, more=", room: 5"), 12),
    "tandem, two pools": (_TANDEM, 24),
    "re-entry, half come back": (_RETURN, 24),
    "three priorities, load 0.92": (_PRIORITY, 24),
    "rota of 8 hours, load 0.7, finish": (_ROTA.format(rule="finish", rate=17), 6),
    "rota of 8 hours, load 0.7, hand over": (_ROTA.format(rule="hand_over", rate=17), 6),
    "AMHP and two doctors, load 0.63": (_TWO_NEEDS, 12),
}
"""Pathway as text, and months that are compared."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of one case over the months that are compared.

    Args:
        case: Name.
        figure: What.
        screen: By the analytic pathway.
        simulated: Mean of the replications.
        error: Standard error of that.
    """

    case: str
    figure: str
    screen: float
    simulated: float
    error: float

    @property
    def relative(self) -> float:
        """Screen ÷ simulation − 1; not a number where the simulation has none of it."""
        return self.screen / self.simulated - 1.0 if self.simulated else float("nan")


def differences(*, replications: int = 100, seed: int = 1, names: list[str] | None = None) -> list[Difference]:
    """Run cases through the analytic pathway and the compiled engine.

    Args:
        replications: Of each case.
        seed: Of the simulation.
        names: Cases; all when left out.

    Returns:
        Rows: mean waiting in the first quarter of the run and in the last half; over the last half, completed wait to
        the first contact (mean, share within 28 days) and utilisation. Medians are left out: that of a month of one
        run is another quantity than that over all runs, which the analytic pathway gives.
    """
    from mhwfmodel.pathway import flatten, read_pathway

    made: list[Difference] = []
    for name in names or list(CASES):
        text, months = CASES[name]
        network = flatten(read_pathway(_HEAD.format(months=months) + text, name))
        made += _compare(name, network, replications, seed)
    return made


def _compare(name: str, network: Network, replications: int, seed: int) -> list[Difference]:
    from mhwfmodel.demand import analytic
    from mhwfmodel.demand.engine import simulate

    ran = simulate(network, seed=seed, replications=range(replications), threads=2)
    kept = analytic.screen([network])
    months = network.month_edge.size - 1
    length = np.diff(network.month_edge)
    early, late = slice(0, max(months // 4, 1)), slice(months // 2, None)
    waits = kept.waits("waits")
    number, days = waits.number[0, 0, late, 0, 0].sum(), waits.days[0, 0, late, 0, 0].sum()
    share = analytic.Waits(number, days, waits.squares[0, 0, late, 0, 0].sum())
    figures: list[tuple[str, float, NDArray[np.float64]]] = []
    for when, part in (("first quarter", early), ("last half", late)):
        area = kept.kept["waiting_days"][0, 0, part].sum() / length[part].sum()
        figures.append(
            (f"waiting, {when}", float(area), ran.waiting_days[:, part].sum(axis=(1, 2, 3)) / length[part].sum())
        )
    first = ran.waits
    told = first.number[:, 0, 0, late].sum(axis=(1, 2))
    figures.append(
        ("wait to first contact, mean", float(days / number), first.days[:, 0, 0, late].sum(axis=(1, 2)) / told)
    )
    within = first.within[:, 0, 0, late].sum(axis=(1, 2)) / told
    figures.append(("share within 28 days", float(share.within(28.0)), within))
    busy = kept.kept["busy"][0, 0, late].sum(axis=0) / kept.kept["on_duty"][0, 0, late].sum(axis=0)
    ratio = ran.busy[:, late].sum(axis=1) / ran.on_duty[late].sum(axis=0)
    figures.append(("utilisation", float(busy.max()), ratio[:, int(np.argmax(busy))]))
    root = np.sqrt(replications)
    return [
        Difference(name, what, value, float(each.mean()), float(each.std(ddof=1) / root))
        for what, value, each in figures
    ]


def table(found: list[Difference]) -> str:
    """The rows as a table in Markdown."""
    lines = ["| case | figure | analytic | simulated | ± | difference |", "|---|---|---:|---:|---:|---:|"]
    for row in found:
        gap = f"{row.relative:+.1%}" if row.simulated > 0.0 else "–"
        lines.append(
            f"| {row.case} | {row.figure} | {row.screen:.4g} | {row.simulated:.4g} | {row.error:.2g} | {gap} |"
        )
    return "\n".join(lines)


def rows(*, quick: bool) -> list[Row]:
    """One row a case: the wait to the first contact by both, in the note.

    Args:
        quick: Two cases and few replications.
    """
    replications = 10 if quick else 100
    made = []
    for name in list(CASES)[: 2 if quick else None]:
        start = perf_counter()
        found = {each.figure: each for each in differences(replications=replications, names=[name])}
        seconds = perf_counter() - start
        wait, used = found["wait to first contact, mean"], found["utilisation"]
        told, unit = (wait, "wait [days]") if wait.simulated > 0.0 else (used, "utilisation")
        note = f"{unit} {told.screen:.3g}, simulated {told.simulated:.3g} ± {told.error:.2g}: {told.relative:+.1%}"
        made.append(
            Row("demand", "analytic and simulated", name, seconds, seconds, seconds, replications / seconds,
                "replications/s", 2, None, 1, note=note)
        )  # fmt: skip
    return made
