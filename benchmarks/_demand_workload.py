"""The workload `erlang_a`: 18 people a day, 20 servers, a day's service and five days' patience, 30 % go first.

People come until as many as are asked for are expected, then the queue runs empty. Theory, for everybody who comes:
they wait 0.11956 days on average, and 2.391 % give up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mhwfmodel.pathway.network import Network, Stages

__all__ = ["GIVE_UP", "WAIT", "erlang_a"]

WAIT, GIVE_UP = 0.11956, 0.02391
_RATE, _SERVICE, _PATIENCE, _SERVERS, _URGENT = 18.0, 1.0, 5.0, 20, 0.3
_EMPTY = 100.0
"""Days after the last arrival in which the queue runs empty."""


def erlang_a(people: int) -> Network:
    """The workload as a pathway of one stage.

    Args:
        people: Arrivals that are expected.
    """
    from mhwfmodel.pathway.network import Arrivals, Law, Laws, Network, Pools, Preemption, ShiftEnd

    last = people / _RATE
    pools = Pools(
        names=("servers",),
        preemption=np.array([Preemption.NONE], dtype=np.int8),
        at_shift_end=np.array([ShiftEnd.FINISH], dtype=np.int8),
        start=np.array([0, 1]),
        time=np.array([0.0]),
        on_duty=np.array([_SERVERS]),
    )
    arrivals = Arrivals(
        names=("people",),
        number=np.array([1], dtype=np.uint8),
        stage=np.array([0], dtype=np.int32),
        class_upto=np.array([[_URGENT, 1.0]]),
        start=np.array([0, 2]),
        time=np.array([0.0, last]),
        rate=np.array([_RATE, 0.0]),
        given_start=np.array([0, 0]),
        given_time=np.empty(0),
        given_class=np.empty(0, dtype=np.int32),
    )
    laws = Laws(
        kind=np.array([Law.EXPONENTIAL, Law.EXPONENTIAL], dtype=np.int8),
        a=np.array([_SERVICE, _PATIENCE]),
        b=np.zeros(2),
        start=np.zeros(3, dtype=np.int64),
        value=np.empty(0),
        upto=np.empty(0),
    )
    classes, exits = ("urgent", "other"), ("gone",)
    return Network(0, classes, exits, _stages(), pools, arrivals, laws, np.array([0.0, last + _EMPTY]))


def _stages() -> Stages:
    from mhwfmodel.pathway.network import Stages

    whole, never = np.zeros((1, 2), dtype=np.int32), np.full((1, 2), -1, dtype=np.int32)
    return Stages(
        names=("queue",),
        number=np.array([1], dtype=np.uint8),
        rank=np.array([[0, 1]], dtype=np.int32),
        statutory=np.array([False]),
        contact=np.array([False]),
        outside=np.array([False]),
        need_start=np.array([0, 1]),
        need_pool=np.array([0], dtype=np.int32),
        need_count=np.array([1], dtype=np.int32),
        service=whole,
        patience=whole + np.int32(1),
        impatient_to=never,
        room=np.array([-1]),
        displaces=np.array([False]),
        full_to=np.array([-1], dtype=np.int32),
        route_upto=np.ones((1, 2, 1)),
        route_to=never[:, :, None],
    )
