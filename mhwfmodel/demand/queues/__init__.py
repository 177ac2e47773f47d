"""Waiting lines in closed form, or by equations solved to the last digits: the oracle of both engines.

Rates and times may be in any unit, the same throughout. `docs/background/queues.md` has the formulae, their sources,
and when to use which.
"""

from __future__ import annotations

from mhwfmodel.demand.erlang import erlang_b, erlang_c, least_servers, wait_exceeds
from mhwfmodel.demand.queues.delay import DelayLine, Pooling, mmc, overflow_chance, pooling
from mhwfmodel.demand.queues.finite import FiniteCaseload, FiniteLine, finite_source, mmck
from mhwfmodel.demand.queues.general import (
    GeneralLine,
    Moments,
    Priorities,
    RegularLine,
    erlang_gaps,
    fixed_gaps,
    gim1,
    mdc,
    mg1,
    priority_mg1,
    priority_mmc,
)
from mhwfmodel.demand.queues.impatient import FixedPatience, ImpatientLine, erlang_a, fixed_patience
from mhwfmodel.demand.queues.networks import JacksonNetwork, jackson, traffic
from mhwfmodel.demand.queues.transient import Rota, ShiftRule, Transient, transient
from mhwfmodel.demand.queues.varying import mean_present, mean_present_exponential

__all__ = [
    "DelayLine",
    "FiniteCaseload",
    "FiniteLine",
    "FixedPatience",
    "GeneralLine",
    "ImpatientLine",
    "JacksonNetwork",
    "Moments",
    "Pooling",
    "Priorities",
    "RegularLine",
    "Rota",
    "ShiftRule",
    "Transient",
    "erlang_a",
    "erlang_b",
    "erlang_c",
    "erlang_gaps",
    "finite_source",
    "fixed_gaps",
    "fixed_patience",
    "gim1",
    "jackson",
    "least_servers",
    "mdc",
    "mean_present",
    "mean_present_exponential",
    "mg1",
    "mmc",
    "mmck",
    "overflow_chance",
    "pooling",
    "priority_mg1",
    "priority_mmc",
    "traffic",
    "transient",
    "wait_exceeds",
]
