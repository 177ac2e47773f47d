"""What a month of the pathway asked of its staff: time for those who came and who wait, and the time there was."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.demand import analytic
from mhwfmodel.simulate.pathway_screen import servers_of
from mhwfmodel.units import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mhwfmodel.simulate.pathway_screen import Board, Moved

    Table = NDArray[np.float64]

__all__ = ["Load", "load", "opening_load"]


@dataclass(frozen=True, slots=True, eq=False)
class Load:
    """Work asked for and work on duty, in servers' days; a place of a caseload is a server.

    Args:
        arriving: Work for those who joined stages of each pool in the month, dims (draw, …, pool) [server-days].
        waiting: Work for those who wait for each pool at its end, the same dims [server-days].
        on_duty: Servers' time on duty, the same dims [server-days].
        delay: Sum of the waits that the admission rests on, dims (draw, …) [person-days].
        delayed: How many they are, dims (draw, …) [people].
    """

    arriving: Table
    waiting: Table
    on_duty: Table
    delay: Table
    delayed: Table

    @staticmethod
    def together(boards: Sequence[Load]) -> Load:
        """Boards side by side, dims (draw, icb, …)."""
        return Load(*(np.stack([getattr(each, part.name) for each in boards], axis=1) for part in fields(Load)))

    def plus(self, other: Load) -> Load:
        """Two loads added up."""
        return Load(*(getattr(self, part.name) + getattr(other, part.name) for part in fields(Load)))


def load(given: Board, month: Moved) -> Load:
    """What a month asked of the staff of a board.

    Args:
        given: The board.
        month: What the month gave.
    """
    return _load(given, given.made, month.found, month.work)


def opening_load(given: Board, state: analytic.State, ratio: Table) -> Load:
    """What the year before the first month asks of the staff of the opening month; no lever has a part in it.

    Args:
        given: The board.
        state: Who is present on the first day of each draw; it is not changed.
        ratio: What the staff of the opening month give over what the file states, dims (draw, skill).
    """
    servers, months = servers_of(given, ratio, 0), []
    for month in range(MONTHS_PER_YEAR):
        state, found = analytic.step(given.settling, state, month, servers=servers)
        months.append(_load(given, given.settling, found, 1.0))
    return reduce(Load.plus, months)


def _load(given: Board, made: analytic.Plan, found: analytic.Figures, longer: Table | float) -> Load:
    draws, pools = len(found.joined), made.servers.shape[2]
    work = made.work[0]
    if not isinstance(longer, float):
        work = work * np.repeat(longer, made.shape.classes, axis=1)
    need = made.shape.need[:, :pools]

    def asked(people: Table) -> Table:
        return given.parts.by_pool((people.reshape(draws, -1) * work) @ need)

    wait_at = given.wait_at
    return Load(
        arriving=asked(found.joined),
        waiting=asked(found.waiting),
        on_duty=given.parts.by_pool(found.on_duty),
        delay=found.stage_waits.days[:, wait_at].sum(axis=(1, 2)),
        delayed=found.stage_waits.number[:, wait_at].sum(axis=(1, 2)),
    )
