"""Warm starts: who is present at time 0, given how many are expected and how long they have waited.

Each person's values are keyed by what they are for, so that a replication is the same by itself and among others, and
more people at one stage change nobody at another. `steady.stationary` gives a start in balance for a pathway whose
staffing and arrivals do not change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.demand import samplers, steady
from mhwfmodel.demand.presence import Decision, Keys, Part, in_order, part_of
from mhwfmodel.errors import Fault, MhwfError
from mhwfmodel.pathway.expand import Expansion
from mhwfmodel.pathway.network import Law
from mhwfmodel.pathway.rows import LawRows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.pathway import Pathway
    from mhwfmodel.pathway.network import Laws, Network, Present

__all__ = ["Start", "ages", "present", "written"]

_NODES = 4096
_TAIL = 52
_LEFT_OUT = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """Who is expected to be present at time 0.

    Args:
        waiting: People who wait, dims (stage, class), float64.
        in_work: People in work, dims (stage, class), float64. What is over and what is left of their work is as it is
            at a moment by chance: (1 − F(t)) / mean.
        laws: Distributions of `age` and `before`.
        age: Row of each, dims (stage, class), int32; not read where nobody waits.
        growth: NaN: `age` is how long those who wait have waited so far. A number g: `age` is how long people wait
            until they start, joinings grow by the factor exp(g) a day, and the time waited so far has the density
            (1 − F(t)) exp(−g t), scaled; 0: joinings have been steady. Dims (stage, class), float64.
        before: Row of the time between the start of the episode and joining, −1: none; dims (stage, class), int32.
        contacts: Contacts in the episode before joining, dims (stage, class), int32.
    """

    waiting: NDArray[np.float64]
    in_work: NDArray[np.float64]
    laws: Laws
    age: NDArray[np.int32]
    growth: NDArray[np.float64]
    before: NDArray[np.int32]
    contacts: NDArray[np.int32]


def present(network: Network, start: Start | steady.Steady, *, seed: int, replications: Sequence[int]) -> list[Present]:
    """Those present at time 0 in each replication.

    Expected numbers are rounded at random to the whole number above or below, so that their mean over replications is
    what was asked for. What is left of patience is drawn given the time waited so far.

    Args:
        network: The pathway.
        start: Who is expected.
        seed: Key, 0 to 2**63 − 1.
        replications: Their numbers.

    Returns:
        One for each replication, in the order in which people joined.

    Raises:
        MhwfError: Numbers that are below 0 or not finite, or of another shape; a law of ages that is missing or without
            an end.
    """
    if isinstance(start, steady.Steady):
        return [steady.people(network, start, seed, replication) for replication in replications]
    _check(network, start)
    return [in_order(list(_parts(network, start, seed, replication))) for replication in replications]


def _parts(network: Network, start: Start, seed: int, replication: int) -> Iterator[Part]:
    for s in range(len(network.stages.names)):
        for k in range(len(network.classes)):
            for working, expected in ((False, start.waiting[s, k]), (True, start.in_work[s, k])):
                keys = Keys(seed, replication, network.place, *part_of(network, s), k, working)
                people = int(np.floor(expected + keys.uniforms(Decision.NUMBER, 1)[0]))
                if people:
                    yield _part(network, start, keys, s, people)


def _part(network: Network, start: Start, keys: Keys, s: int, people: int) -> Part:
    k, stages = keys.of_class, network.stages
    length, moment = keys.uniforms(Decision.LENGTH, people), keys.uniforms(Decision.MOMENT, people)
    nothing = np.full(people, np.nan)
    if keys.working:
        waited, left = samplers.residual(network.laws, stages.service[s, k], length, moment)
        patience = nothing
    else:
        waited, left = ages(start.laws, int(start.age[s, k]), float(start.growth[s, k]), length, moment), nothing
        luck = keys.uniforms(Decision.PATIENCE, people)
        patience = samplers.remaining(network.laws, stages.patience[s, k], waited, luck)
    before = np.zeros(people)
    if start.before[s, k] >= 0:
        before = samplers.quantile(start.laws, start.before[s, k], keys.uniforms(Decision.BEFORE, people))
    contacts = int(start.contacts[s, k]) + int(keys.working and stages.contact[s])
    return Part(np.full(people, s), np.full(people, k), before, waited, left, patience, np.full(people, contacts))


def written(pathway: Pathway, network: Network, *, scale: float = 1.0) -> Start:
    """Who is expected to be present by the pathway's own words, `present:`.

    `age` is how long those who wait have waited at the stage; of those in work, the time in work follows from how long
    work takes. The episode began `before` that. People at a stage with modes or teams are divided as those who come
    are, in work in proportion to how long it takes too.

    Args:
        pathway: The pathway.
        network: What `flatten` made of it.
        scale: Factor on the numbers.

    Returns:
        The start; nobody at a stage that is not named.
    """
    rows, shape = LawRows(), network.stages.rank.shape
    waiting, in_work, age = np.zeros(shape), np.zeros(shape), np.zeros(shape, dtype=np.int32)
    before, contacts = np.full(shape, -1, dtype=np.int32), np.zeros(shape, dtype=np.int32)
    parts = Expansion(pathway).parts
    for name, here in pathway.present.items():
        own = [s for s, part in enumerate(parts) if part.stage == name]
        modes = [parts[s].mode for s in own]
        share = np.array([mode.share if mode else 1.0 for mode in modes])
        work = share * np.array([mode.time if mode else 1.0 for mode in modes])
        contacts[own] = here.contacts
        for k, of_class in enumerate(network.classes):
            waiting[own, k] = scale * here.waiting.get(of_class, 0.0) * share / share.sum()
            in_work[own, k] = scale * here.in_work.get(of_class, 0.0) * work / work.sum()
            age[own, k] = rows.add(here.age.of(of_class) if here.age else None)
            if here.before:
                before[own, k] = rows.add(here.before.of(of_class))
    return Start(waiting, in_work, rows.laws(), age, np.full(shape, np.nan), before, contacts)


def ages(laws: Laws, row: int, growth: float, u: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.float64]:
    """Times waited so far; `Start.age` and `Start.growth` say how they are distributed.

    Args:
        laws: Distributions.
        row: Row of the law of ages or of waits.
        growth: NaN, or by how much joinings grow [1/day].
        u: Uniforms in [0, 1), dims (person).
        v: Uniforms in [0, 1), dims (person); read where growth is 0.

    Returns:
        [days], dims (person).

    Raises:
        MhwfError: A list that shrinks faster than its longest waits end.
    """
    if np.isnan(growth):
        return samplers.quantile(laws, row, u)
    if growth == 0.0:
        return samplers.residual(laws, row, u, v)[0]
    if laws.kind[row] == Law.EXPONENTIAL and 1.0 + growth * laws.a[row] > 0.0:
        return np.asarray(-np.log1p(-u) * laws.a[row] / (1.0 + growth * laws.a[row]), dtype=np.float64)
    edge, upto = _growing(laws, row, growth)
    return np.asarray(np.interp(u, upto, edge), dtype=np.float64)


def _growing(laws: Laws, row: int, growth: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points of time, and the share that has waited no longer: (1 − F(t)) exp(−growth t), by the midpoint rule."""
    u = np.concatenate([np.arange(256) / 256, 1.0 - 0.5 ** np.arange(9, _TAIL + 1)])
    coarse = np.unique(np.concatenate([[0.0], samplers.quantile(laws, row, u)]))
    pieces = int(np.ceil(_NODES / (coarse.size - 1)))
    edge = np.interp(np.arange((coarse.size - 1) * pieces + 1) / pieces, np.arange(coarse.size), coarse)
    middle = 0.5 * (edge[1:] + edge[:-1])
    with np.errstate(divide="ignore"):
        log_mass = np.log(samplers.survival(laws, row, middle) * np.diff(edge)) - growth * middle
    upto = np.concatenate([[0.0], np.cumsum(np.exp(log_mass - log_mass.max()))])
    late = coarse[max(coarse.size - 10, 1) - 1]
    if coarse.size > 10 and 1.0 - np.interp(late, edge, upto) / upto[-1] > _LEFT_OUT:
        message = f"joinings shrink by {-growth:g} a day, faster than the longest waits end"
        raise MhwfError(Fault("", message, "give the ages of those who wait, or a smaller change"))
    return edge, upto / upto[-1]


def _check(network: Network, start: Start) -> None:
    shape = network.stages.rank.shape
    faults: list[str | Fault] = []
    for name in ("waiting", "in_work", "age", "growth", "before", "contacts"):
        given = getattr(start, name)
        if given.shape != shape:
            faults.append(Fault(f"start.{name}", f"dims {given.shape}, and not (stage, class) = {shape}"))
    if faults:
        raise MhwfError(faults)
    for s, k in np.ndindex(*shape):
        where = f"start of stage {network.stages.names[s]}, class {network.classes[k]}"
        for name, expected in (("waiting", start.waiting[s, k]), ("in work", start.in_work[s, k])):
            if not (np.isfinite(expected) and expected >= 0.0):
                faults.append(Fault(where, f"{expected} people {name}; it has to be finite and 0 or more"))
        if start.waiting[s, k] > 0.0 and not _has_ages(start, int(start.age[s, k])):
            faults.append(Fault(where, "people wait, but how long is not said", "give a law of their ages with an end"))
    if faults:
        raise MhwfError(faults)


def _has_ages(start: Start, row: int) -> bool:
    return 0 <= row < start.laws.kind.size and start.laws.kind[row] != Law.NEVER
