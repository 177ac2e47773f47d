"""All draws of a run, chunk by chunk over threads: made ready, then moved some months at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.inputs import build
from mhwfmodel.simulate.blocks import first, following
from mhwfmodel.simulate.chunks import Chunk, slimmed
from mhwfmodel.simulate.measures import rota
from mhwfmodel.simulate.model import prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from mhwfmodel.results import Reducer
    from mhwfmodel.results.keeping import Keeper
    from mhwfmodel.scenario import Scenario
    from mhwfmodel.simulate.amhp_levels import CouncilNeed
    from mhwfmodel.simulate.blocks import Engine
    from mhwfmodel.simulate.chunks import Chunks, Waiting
    from mhwfmodel.simulate.collect import Collected
    from mhwfmodel.simulate.frame import Frame
    from mhwfmodel.simulate.pathway_staff import StaffKept
    from mhwfmodel.simulate.workers import Workers

    Table = NDArray[np.float64]
    Felt = Callable[[range], Table | None]

__all__ = ["Ensemble", "Readied", "Setting", "month_blocks"]


@dataclass(frozen=True, slots=True)
class Setting:
    """What is run, and how.

    Args:
        scenario: What.
        stochastic: Whole people, or expected values.
        engine: Who moves whole people.
        frame: What all draws share.
        threads: Threads to use; the result is the same with any.
    """

    scenario: Scenario
    stochastic: bool
    engine: Engine
    frame: Frame
    threads: int


@dataclass(frozen=True, slots=True)
class Readied:
    """What is kept of a chunk's inputs for the result.

    Args:
        need: Need for AMHPs by council and month.
        trends: Each trend in the month that is told, dims (draw).
    """

    need: CouncilNeed
    trends: dict[str, Table]


@dataclass(frozen=True, slots=True)
class Ensemble:
    """The draws of a run and where what they give goes.

    Args:
        setting: What is run, and how.
        ranges: Numbers of the draws of each chunk.
        chunks: The chunks between months.
        waiting: Values that wait for the other draws.
        made: The groupings.
        keeper: Takes what is kept.
        collected: Takes moves and students.
        workers: The threads.
        staff: Takes what staff give a pathway; None where the run has none.
    """

    setting: Setting
    ranges: tuple[range, ...]
    chunks: Chunks
    waiting: Waiting
    made: Reducer
    keeper: Keeper
    collected: Collected
    workers: Workers
    staff: StaffKept | None = None

    def ready(self, trends: Callable[[Chunk], dict[str, Table]], told: Callable[[int], None]) -> list[Readied]:
        """Make every chunk ready and keep the opening month.

        Args:
            trends: Takes the trends that are told from a chunk.
            told: Called now and then with how many chunks are ready.
        """
        done: list[int] = []
        self._make_room(0, 1)

        def begin(number: int) -> Readied:
            self.workers.check()
            chunk = self._first(number)
            self.chunks.put(number, chunk)
            done.append(number)
            return Readied(chunk.given.need.council, trends(chunk))

        # Where chunks go to a file, the first comes first: the others are written without what they share with it.
        alone = 0 if self.chunks.scratch is None else 1
        found = [begin(number) for number in range(alone)]
        found += self.workers.each(begin, range(alone, len(self.ranges)), lambda: told(len(done)))
        self._keep(0, 1)
        return found

    def _first(self, number: int) -> Chunk:
        setting, draws = self.setting, self.ranges[number]
        inputs = build(setting.scenario, central=not setting.stochastic, draws=draws)
        threads = max(setting.threads // len(self.ranges), 1)
        model = prepare(inputs, setting.scenario, stochastic=setting.stochastic, threads=threads, frame=setting.frame)
        given = rota(model)
        block, measures = first(model, given, slice(0, len(draws)), setting.engine)
        year = self.made.year(len(draws))
        values = self.made.reduce(measures, year)
        self.waiting.put(0, number, values)
        self.keeper.keep_draws(draws.start, 0, [values])
        if self.staff is not None:
            self.staff.put(draws.start, 0, [self.staff.of(measures, model.inputs.parameters)])
        return Chunk(draws, slimmed(model), given, block, year)

    def go(self, begin: int, end: int, told: Callable[[int], None], felt: Felt = lambda _: None) -> None:
        """Move all chunks by a block of months, then keep what these gave.

        Args:
            begin: Label of its first month: 1 is the first that is simulated.
            end: Label of the month after its last.
            told: Called now and then with how many months are done, taken over all draws.
            felt: Gives the logarithm of what else multiplies the leaving of some draws in all these months.
        """
        done = [0] * len(self.ranges)
        whole = self.ranges[-1].stop

        def advance(number: int) -> None:
            self._advance(number, begin, end, done, felt)

        def tell() -> None:
            told(begin - 1 + sum(len(draws) * months for draws, months in zip(self.ranges, done, strict=True)) // whole)

        self._make_room(begin, end - begin)
        self.workers.each(advance, range(len(self.ranges)), tell)
        self._keep(begin, end)
        tell()

    def _advance(self, number: int, begin: int, end: int, done: list[int], felt: Felt) -> None:
        chunk, kept, given = self.chunks.get(number), [], []
        feedback = felt(chunk.draws)
        drawn = {group.name for group in self.made.groups if group.every_draw}
        for label in range(begin, end):
            self.workers.check()
            block, gave = following(chunk.model, chunk.given, chunk.block, label - 1, feedback)
            chunk = replace(chunk, block=block)
            values = self.made.reduce(gave.measures, chunk.year)
            self.waiting.put(label - begin, number, values)
            self.collected.add(label - 1, gave.flows, gave.training)
            kept.append({name: part for name, part in values.items() if name in drawn})
            if self.staff is not None:
                given.append(self.staff.of(gave.measures, chunk.model.inputs.parameters))
            done[number] += 1
        self.keeper.keep_draws(chunk.draws.start, begin, kept)
        if self.staff is not None:
            self.staff.put(chunk.draws.start, begin, given)
        self.chunks.put(number, chunk)

    def _make_room(self, month: int, months: int) -> None:
        self.keeper.begin(month, months)
        if self.staff is not None:
            self.staff.begin(month, months)

    def _keep(self, begin: int, end: int) -> None:
        for slot in range(end - begin):
            self.keeper.keep_month(begin + slot, self._rows(slot), self.workers.each)
        self.waiting.clear()

    def _rows(self, slot: int) -> Callable[[str, slice], NDArray[np.float32]]:
        return lambda group, rows: self.waiting.rows(slot, group, rows)


def month_blocks(months: int, at_once: int) -> Sequence[tuple[int, int]]:
    """First label and the one after the last of each block of months; label 0 is the opening month."""
    return tuple(pairwise([*range(1, months + 1, at_once), months + 1]))
