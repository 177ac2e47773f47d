"""Keyed uniforms of people who are present at the start, and their order: what every kind of start needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.demand import _sampled
from mhwfmodel.pathway.network import Present
from mhwfmodel.rng import Purpose

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.pathway.network import Network

__all__ = ["Decision", "Keys", "Part", "in_order", "part_of"]


class Decision(IntEnum):
    """What a uniform of purpose `PRESENT` says; `docs/reference/random-numbers.md`."""

    LENGTH = 0
    """Time waited so far, or the whole wait or work of which some is over."""
    MOMENT = 1
    """How much of it is over."""
    PATIENCE = 2
    """What is left of patience."""
    NUMBER = 3
    """How many there are; of person 0 alone."""
    BEFORE = 4
    """Time between the start of the episode and joining the stage."""
    PLACE = 5
    """Stage and class, where people of several stages are counted together."""
    HISTORY = 8
    """From here on four of each stage before this one: where from, wait, work."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Uniforms of those present who share a stage (or the first stage of a pool), a class and a state.

    Args:
        seed: Key, 0 to 2**63 − 1.
        replication: Its number.
        place: Stable number of the place.
        stage: Stable number of the stage.
        part: How many earlier stages have that number: of a stage in parts (modes, teams).
        of_class: Number of the class; 0 where people of several classes are counted together.
        working: Whether they are in work; else they wait.
    """

    seed: int
    replication: int
    place: int
    stage: int
    part: int
    of_class: int
    working: bool

    @property
    def state(self) -> int:
        """The lowest 16 bits of word 2 of the counter."""
        return 1 + 2 * self.of_class + int(self.working)

    def uniforms(self, decision: int, people: int) -> NDArray[np.float64]:
        """One decision of persons 0, 1 and so on, dims (person)."""
        out = np.empty(people)
        words = self.place, self.part, self.state, self.stage, int(Purpose.PRESENT)
        _sampled.fill_uniforms(self.seed, self.replication, 0, *words, int(decision), out)
        return out


def part_of(network: Network, stage: int) -> tuple[int, int]:
    """Stable number of a stage, and how many stages before it have the same."""
    number = network.stages.number
    return int(number[stage]), int((number[:stage] == number[stage]).sum())


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Some of those present, in any order; all dims (person), as in `Present`."""

    stage: NDArray[np.int64]
    of_class: NDArray[np.int64]
    before: NDArray[np.float64]
    waited: NDArray[np.float64]
    left: NDArray[np.float64]
    patience: NDArray[np.float64]
    contacts: NDArray[np.int64]


def in_order(parts: Sequence[Part]) -> Present:
    """Everybody in the order in which they joined: the longest there first."""
    together = {
        name: np.concatenate([np.empty(0), *(getattr(part, name) for part in parts)]) for name in Part.__slots__
    }
    order = np.argsort(-together["waited"], kind="stable")
    column = {name: np.ascontiguousarray(values[order]) for name, values in together.items()}
    return Present(
        stage=column["stage"].astype(np.int32),
        of_class=column["of_class"].astype(np.int32),
        age=column["before"] + column["waited"],
        waited=column["waited"],
        left=column["left"],
        patience=column["patience"],
        contacts=column["contacts"].astype(np.int32),
    )
