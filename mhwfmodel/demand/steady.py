"""Pathways in balance: flows by the traffic equations, and people by the stationary law of each group of servers.

A **group** is the stages that want the same pool: each stage belongs to the one of its pools that allows the fewest at
once. A stage without needs is a group by itself, without a limit. In a group, numbers are those of M/M/c+M (Erlang A;
Erlang C where nobody gives up; M/M/c/K where there is room for few; Poisson without a limit).

This is exact where all laws are exponential and alike in a group, nobody is more urgent, and what leaves a stage is a
random part of it: M/M/c and M/M/c+M by themselves, networks of M/M/c with routes back (Jackson 1957), delays of any
law. Elsewhere it is near, and says nothing of how near: arrivals and staff enter by their mean over the first month
(closed hours make service longer; at time 0 no more are in work than then are on duty), laws of service and patience by
their mean, priorities by Cobham's ratios.

Source: Gross and Harris, Fundamentals of Queueing Theory, chapters 2 and 4; Palm (1957).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.demand import _past as kernel
from mhwfmodel.demand import samplers
from mhwfmodel.demand.flows import Flows, Group, flows
from mhwfmodel.demand.presence import Decision, Keys, Part, in_order, part_of
from mhwfmodel.rng import Purpose

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.pathway.network import Network, Present

__all__ = ["Steady", "people", "stationary"]

_LEAST_SHARE = 2.0**-20
"""Of a group's servers that somebody who waits can count on, however many are more urgent."""


@dataclass(frozen=True, slots=True, eq=False)
class Steady:
    """A pathway in balance.

    Args:
        flows: Arrivals by stage and class, and who leaves how.
        waiting: Mean number who wait at time 0, dims (stage, class), float64.
        in_work: Mean number in work at time 0, dims (stage, class), float64.
        came_upto: Where those at a stage come from: running sums of the chances of coming from outside, then from each
            stage served, from each having given up, and from each turned away; dims (stage, class, 1 + 3 × stage).
    """

    flows: Flows
    waiting: NDArray[np.float64]
    in_work: NDArray[np.float64]
    came_upto: NDArray[np.float64]


def stationary(network: Network, *, longest: float | None = None) -> Steady:
    """The balance of a pathway with the staffing and arrivals of its first month.

    Args:
        network: The pathway.
        longest: Mean time [days] after which those are taken off the list whose patience has no end, so that there is
            a balance where more come than can be seen: lists are then as long as they grow in about that time. An
            assumption of the start alone. None: never.

    Returns:
        Flows and mean numbers; `warm.present` draws people from it.

    Raises:
        MhwfError: There is no balance: more come than can be seen and nobody gives up, or people never leave.
    """
    found = flows(network, longest=longest)
    waiting, in_work = np.zeros(found.arriving.shape), np.zeros(found.arriving.shape)
    for group in found.groups:
        chance = np.diff(group.number_upto, prepend=0.0)
        busy = np.minimum(np.arange(chance.size), group.at_start)
        waiting[group.stages] = chance @ (np.arange(chance.size) - busy) * group.waiting_share
        in_work[group.stages] = chance @ busy * group.work_share
    return Steady(found, waiting, in_work, _came_upto(network, found))


def _came_upto(network: Network, found: Flows) -> NDArray[np.float64]:
    came = np.concatenate([found.external[None], found.served_to, found.gave_up_to, found.turned_away_to])
    with np.errstate(invalid="ignore", divide="ignore"):
        upto = np.cumsum(came, axis=0) / came.sum(axis=0)
    return np.where(np.isnan(upto), 1.0, upto).transpose(1, 2, 0).copy()


def people(network: Network, steady: Steady, seed: int, replication: int) -> Present:
    """Those present at time 0 in one replication, drawn from the stationary law.

    With q who wait at c servers, each served at rate 1, and giving up at rate g, the gaps between those who wait are
    exponential: the youngest joined a time of rate c + q g ago, the next a time of rate c + (q − 1) g before, the
    oldest one of rate c + g before the one after. For M/M/c+M this is the exact law of their ages: the density
    exp(−c t₁ − g Σ tᵢ) × arrivals^q of ages t₁ > t₂ > … balances joining, starting and giving up. Where some are more
    urgent than others, c of a rank is what the work with more urgent people leaves of the servers.

    Args:
        network: The pathway.
        steady: Its balance.
        seed: Key, 0 to 2**63 − 1.
        replication: Its number.

    Returns:
        In the order in which they joined.
    """
    parts = []
    for group in steady.flows.groups:
        first = part_of(network, int(group.stages[0]))
        waiting, working = (Keys(seed, replication, network.place, *first, 0, state) for state in (False, True))
        luck = waiting.uniforms(Decision.NUMBER, 1)[0]
        present = min(int(np.searchsorted(group.number_upto, luck, side="right")), group.number_upto.size - 1)
        busy = int(min(present, group.at_start))
        parts += [_waiting(network, steady, group, waiting, present - busy)] if present > busy else []
        parts += [_working(network, steady, group, working, busy)] if busy else []
    return in_order(parts)


def _waiting(network: Network, steady: Steady, group: Group, keys: Keys, people: int) -> Part:
    s, k = _who(group, group.waiting_share, keys, people)
    waited = _waited(network, group, s, k, keys.uniforms(Decision.LENGTH, people))
    luck = keys.uniforms(Decision.PATIENCE, people)
    patience = samplers.remaining(network.laws, network.stages.patience[s, k], waited, luck)
    before, contacts = _past(network, steady, keys, s, k)
    return Part(s, k, before, waited, np.full(people, np.nan), patience, contacts)


def _waited(
    network: Network,
    group: Group,
    s: NDArray[np.int64],
    k: NDArray[np.int64],
    luck: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Times waited so far, rank by rank: servers whom the more urgent do not take serve the others, in their order."""
    ranks = network.stages.rank[group.stages]
    rank, waited = network.stages.rank[s, k], np.empty(s.size)
    for each in np.unique(rank):
        own = np.flatnonzero(rank == each)
        servers = group.servers * max(float(group.work_share[ranks >= each].sum()), _LEAST_SHARE)
        rate = (servers + group.giving_up * np.arange(own.size, 0, -1)) / group.service
        waited[own] = np.cumsum(-np.log1p(-luck[own]) / rate)
    return waited


def _working(network: Network, steady: Steady, group: Group, keys: Keys, people: int) -> Part:
    s, k = _who(group, group.work_share, keys, people)
    length, moment = keys.uniforms(Decision.LENGTH, people), keys.uniforms(Decision.MOMENT, people)
    waited, left = samplers.residual(network.laws, network.stages.service[s, k], length, moment)
    before, contacts = _past(network, steady, keys, s, k)
    return Part(s, k, before, waited, left, np.full(people, np.nan), contacts + network.stages.contact[s])


def _who(
    group: Group, share: NDArray[np.float64], keys: Keys, people: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Stage and class of each, by their shares."""
    upto = np.cumsum(share)
    luck = keys.uniforms(Decision.PLACE, people)
    at = np.minimum(np.searchsorted(upto, luck, side="right"), np.flatnonzero(share)[-1])
    row, of_class = np.divmod(at, share.shape[1])
    return group.stages[row], of_class


def _past(
    network: Network, steady: Steady, keys: Keys, s: NDArray[np.int64], k: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Time between the start of the episode and joining, or the start of work, and contacts in it."""
    laws, stages, found = network.laws, network.stages, steady.flows
    before, contacts = np.empty(s.size), np.empty(s.size, dtype=np.int64)
    mean_wait, full = _past_waits(steady)
    kernel.fill_past(
        (keys.seed, keys.replication, keys.place, keys.part, keys.state, keys.stage, int(Purpose.PRESENT)),
        (int(Decision.BEFORE), int(Decision.HISTORY)),
        (laws.kind, laws.a, laws.b, laws.start, laws.value, laws.upto),
        steady.came_upto, found.waits, mean_wait, full, stages.service, stages.contact, stages.outside,
        keys.working, s, k, before, contacts,
    )  # fmt: skip
    return before, contacts


def _past_waits(steady: Steady) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Mean waits of those who had to wait, dims (stage, class) [days]; where more come than can be seen, dims (stage).

    There all who are as urgent wait alike until they start: so long that those who come in it, less those who give up,
    are those who wait.
    """
    arriving, waits = steady.flows.arriving, steady.flows.waits
    some = (arriving > 0.0) & (waits > 0.0)[:, None]
    mean = np.divide(steady.waiting, arriving * waits[:, None], out=np.zeros_like(arriving), where=some)
    full = np.zeros(waits.size, dtype=np.bool_)
    for group in steady.flows.groups:
        if group.giving_up > 0.0 and arriving[group.stages].sum() * group.service > group.servers:
            full[group.stages] = True
            patience = group.service / group.giving_up
            mean[group.stages] = -patience * np.log1p(-np.minimum(mean[group.stages] / patience, 1.0 - _LEAST_SHARE))
    return mean, full
