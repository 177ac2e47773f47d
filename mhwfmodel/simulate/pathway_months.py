"""The analytic pathway of all boards, moved a month at a time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mhwfmodel.simulate.coupling_load import Load, load, opening_load
from mhwfmodel.simulate.pathway_figures import added, over_icbs
from mhwfmodel.simulate.pathway_screen import board, figures_of, moved, opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from mhwfmodel.demand.analytic import State
    from mhwfmodel.simulate.pathway_effects import Ways
    from mhwfmodel.simulate.pathway_figures import Figures
    from mhwfmodel.simulate.pathway_kept import Kept
    from mhwfmodel.simulate.pathway_plan import PathwayPlan
    from mhwfmodel.simulate.pathway_screen import Board
    from mhwfmodel.simulate.pathway_staff import StaffKept
    from mhwfmodel.simulate.workers import Workers

    Table = NDArray[np.float64]

__all__ = ["AllBoards"]


class _Month(NamedTuple):
    """A month of the run.

    Args:
        number: Its number, 0 the first.
        ratio: What staff give over what the file states, dims (draw, icb, skill).
        felt: What waits do to ways on, dims (draw, icb).
    """

    number: int
    ratio: Table
    felt: Ways


class _Gave(NamedTuple):
    """What a month of a board gave: its figures, every draw of what is kept so, and what staff were asked for."""

    state: State
    figures: Figures
    drawn: dict[str, NDArray[np.float32]]
    load: Load


class AllBoards:
    """All boards between two months; each is moved by itself, so that threads change no bit.

    Args:
        plan: The pathway of the run.
        staff: What the run's staff give; the opening month has to be there.
        workers: The threads.
        kept: Takes what a month gave.
        told: Called now and then while boards are made ready.
    """

    def __init__(
        self,
        plan: PathwayPlan,
        staff: StaffKept,
        workers: Workers,
        kept: Kept,
        told: Callable[[], None] = lambda: None,
    ) -> None:
        self._staff, self._workers, self._kept = staff, workers, kept
        self._every = slice(0, plan.draws)
        self._opening = staff.read(self._every, slice(0, 1))[..., 0]

        def ready(icb: int) -> tuple[Board, State]:
            workers.check()
            made = board(plan, icb)
            return made, opened(made, self._opening[:, icb])

        self._at = workers.each(ready, range(len(plan.labels.icbs)), told)

    def opening(self) -> Load:
        """What a year with the staff of the opening month asks of them, dims (draw, icb, …); before the first step."""

        def year(given: tuple[Board, State]) -> Load:
            self._workers.check()
            made, state = given
            return opening_load(made, state, self._opening[:, made.icb])

        return Load.together(self._workers.each(year, self._at))

    def step(self, month: int, felt: Ways | None = None) -> Load:
        """Move all boards by a month and keep what it gave.

        Args:
            month: Its number, 0 the first; its staff have to be there.
            felt: What waits do to ways on, dims (draw, icb).

        Returns:
            What it asked of staff, dims (draw, icb, …).
        """
        ratio = self._staff.read(self._every, slice(month + 1, month + 2))[..., 0]
        gave = self._workers.each(partial(self._moved, _Month(month, ratio, felt or {})), self._at)
        self._at = [(made, each.state) for (made, _), each in zip(self._at, gave, strict=True)]
        total: Figures | None = None
        for each in gave:
            total = added(total, each.figures)
        if total is not None:
            first = self._kept.keep(total, slice(1), slice(month, month + 1), pooled=True)
            self._kept.keep_draws(month, [first, *(each.drawn for each in gave)])
        return Load.together([each.load for each in gave])

    def _moved(self, now: _Month, given: tuple[Board, State]) -> _Gave:
        """Move a board by a month and keep what it gave."""
        self._workers.check()
        (made, state), month = given, now.number
        ratio = now.ratio[:, made.icb]
        felt = {way: factor[:, made.icb, None] for way, factor in now.felt.items()}
        after = moved(made, state, ratio, month, felt)
        figures = figures_of(made, after, ratio, month)
        drawn = self._kept.keep(figures, slice(made.icb + 1, made.icb + 2), slice(month, month + 1), pooled=False)
        return _Gave(after.state, over_icbs(figures), drawn, load(made, after))
