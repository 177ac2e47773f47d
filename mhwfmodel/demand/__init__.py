"""Demand: how many staff a service needs for the people who come to it.

`erlang` holds closed forms of waiting lines on plain arrays; `amhp_need` is the need for Approved Mental Health
Professionals that rests on them.
"""

from __future__ import annotations

from mhwfmodel.demand.amhp_need import PER_PEOPLE, Duty, ServiceTerms, Windows, duty_need, fte_needed, load_of, on_duty
from mhwfmodel.demand.erlang import erlang_b, erlang_c, least_servers, wait_exceeds

__all__ = [
    "PER_PEOPLE",
    "Duty",
    "ServiceTerms",
    "Windows",
    "duty_need",
    "erlang_b",
    "erlang_c",
    "fte_needed",
    "least_servers",
    "load_of",
    "on_duty",
    "wait_exceeds",
]
