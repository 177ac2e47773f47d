"""Hazards found for a turnover rate keep every cell at rest: its stock, mix, moves, vacancies and turnover stay."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from mhwfmodel import units
from mhwfmodel.errors import DataError, MhwfError
from mhwfmodel.supply import Expected, MonthInputs, Offers, Places, Routes, step, workforce_graph
from mhwfmodel.supply.calibrate import Leaving, calibrate
from mhwfmodel.supply.resting import Asked, Found, Market, cell_chances, settle
from mhwfmodel.supply.states import (
    AGEING,
    AGES,
    BANDS,
    CONVEYOR,
    NEXT,
    NOWHERE,
    PROGRESS,
    SOURCES,
    STATE_AGE,
    STATE_BAND,
    STATE_GROUP,
    STATE_TENURE,
    STATES,
    progress_hazards,
)
from mhwfmodel.supply.workforce import EDGES

WORLDS = st.integers(0, 2**32 - 1).map(np.random.default_rng)
# A world is made from its seed alone, so that there is nothing to shrink.
SOME = settings(max_examples=15, phases=(Phase.explicit, Phase.generate), deadline=None)
MONTHS = 240
DRAWS = 2


@dataclass(frozen=True)
class Given:
    """What is asked for: every argument of `calibrate`."""

    staff: np.ndarray
    turnover: np.ndarray
    leaving: Leaving
    moving: np.ndarray
    entry: np.ndarray
    places: Places
    near: np.ndarray
    same: np.ndarray

    def find(self, **more):
        return calibrate(
            self.staff, self.turnover, self.leaving, self.moving, self.entry, self.places, self.near, self.same, **more
        )

    def some(self, rows=slice(None), cells=slice(None)):
        """Some draws and cells of it alone."""
        leaving = Leaving(
            *(getattr(self.leaving, name)[rows] for name in ("by_band", "by_age", "retire")),
            self.leaving.retiring[rows][:, cells],
            self.leaving.ageing[rows],
        )
        places = Places.of(self.places.icb[cells], self.places.sector[cells], self.places.role[cells])
        return Given(
            self.staff[rows][:, cells], self.turnover[rows][:, cells], leaving, self.moving[rows],
            self.entry[rows][:, cells], places, self.near[rows], self.same[rows],
        )  # fmt: skip


def make(random, draws=DRAWS, cells=None, moving=0.45):
    cells = cells or int(random.integers(1, 9))
    icbs = 3
    turnover = np.exp(random.uniform(np.log(0.05), np.log(1.5), (draws, cells)))
    leaving = Leaving(
        by_band=random.uniform(0.4, 2.5, (draws, len(BANDS))),
        by_age=random.uniform(0.6, 1.6, (draws, len(AGES))),
        retire=np.append(np.zeros(len(AGES) - 1), 0.01)[None, :] * random.random((draws, 1)),
        retiring=np.minimum(turnover / 0.5, 1.0),
        ageing=random.uniform(0.003, 0.02, (draws, len(AGES))) * (np.arange(len(AGES)) < len(AGES) - 1),
    )
    entry = random.random((draws, cells, STATES)) ** 3
    distance = random.random((draws, icbs, icbs))
    near = np.exp(-4.0 * (distance + distance.transpose(0, 2, 1)))
    near[:, np.arange(icbs), np.arange(icbs)] = 1.0
    return Given(
        staff=np.exp(random.uniform(0.0, 10.0, (draws, cells))),
        turnover=turnover,
        leaving=leaving,
        moving=random.random(draws) * moving,
        entry=entry / entry.sum(axis=2, keepdims=True),
        places=Places.of(*(random.integers(0, most, cells) for most in (icbs, 2, 2))),
        near=near,
        same=1.0 + random.random(draws) * 4,
    )


def plain_chances(asked, found):
    """Joint monthly chances, as the hazards say, dims (draw, cell, group, 4)."""
    ages, bands = np.divmod(np.arange(len(AGES) * len(BANDS)), len(BANDS))
    leaving = asked.leaving
    relative = leaving.by_age[:, ages] * leaving.by_band[:, bands]
    hazard = np.stack(
        np.broadcast_arrays(
            found.scale[:, :, None] * relative[:, None, :],
            leaving.retiring[:, :, None] * leaving.retire[:, None, ages],
            progress_hazards()[None, None, bands],
            leaving.ageing[:, None, ages],
        ),
        axis=-1,
    )
    total = hazard.sum(axis=-1, keepdims=True)
    return hazard * -np.expm1(-total) / total


def one_year_on(chance, back):
    """Monthly transitions of a cell's staff, those who start again in it included, dims (from, to)."""
    move = np.zeros((STATES, STATES))
    for state in range(STATES):
        leaves, retires, progress, ages = chance[STATE_GROUP[state]]
        move[state, NEXT[state]] += 1.0 - leaves - retires + leaves * back - progress - ages
        for target, share in ((PROGRESS, progress), (AGEING, ages)):
            move[state, NEXT[state] if target[state] == NOWHERE else target[state]] += share
    return move


def kernel(asked):
    places = asked.places
    near = asked.near[:, places.icb[:, None], places.icb[None, :]]
    same = np.where(places.sector[:, None] == places.sector[None, :], asked.same[:, None, None], 1.0)
    return near * same * (places.role[:, None] == places.role[None, :])


@SOME
@given(WORLDS, st.booleans())
def test_the_solution_is_the_fixed_point_of_the_equations_in_plain_numpy(random, with_courses):
    asked = make(random)
    courses = None
    extra, quitting = np.zeros_like(asked.entry), np.zeros_like(asked.staff)
    if with_courses:
        leavers = asked.staff * asked.turnover / 12
        coming = random.random(asked.entry.shape)
        coming *= (0.1 * random.random(asked.staff.shape) * leavers / coming.sum(axis=2))[:, :, None]
        # Who leaves for what a course led to is a small part of those who are there in every state.
        start = asked.find()
        going = 0.05 * random.random(asked.staff.shape)[:, :, None] * leavers[:, :, None] * start.mix
        extra, quitting = coming - going, going.sum(axis=2)
        courses = extra, quitting
    found = asked.find(courses=courses)
    chance = plain_chances(asked, found)
    for draw in range(DRAWS):
        same = cell_chances(asked.leaving.people(draw), asked.leaving.retiring[draw], found.scale[draw])
        np.testing.assert_allclose(same.transpose(2, 0, 1), chance[draw], rtol=1e-12)
    leavers = asked.staff * asked.turnover / 12
    k, by_state = kernel(asked), chance[:, :, STATE_GROUP]
    stock = asked.staff[:, :, None] * found.mix
    gone, retired = ((stock * by_state[..., kind]).sum(axis=2) for kind in (0, 1))
    # The turnover that was asked for, and the share of leavers who move to modelled employers.
    np.testing.assert_allclose(gone + retired + quitting, leavers, rtol=1e-10)
    movers = asked.moving[:, None] * (leavers - quitting)
    np.testing.assert_allclose(gone * found.modelled, movers, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(np.einsum("di,dij,dj->di", found.weight, k, found.weight), movers, rtol=1e-10)
    np.testing.assert_allclose(
        found.within * movers, np.einsum("di,dii,di->di", found.weight, k, found.weight), rtol=1e-9
    )
    # Who comes from other cells brings their own experience and age.
    share = np.zeros_like(stock)
    np.add.at(share, (slice(None), slice(None), NEXT), stock * by_state[..., 0])
    share /= gone[:, :, None]
    other = k * (1.0 - np.eye(k.shape[1]))
    incoming = np.einsum("di,dij,dj,dis->djs", found.weight, other, found.weight, share)
    np.testing.assert_allclose(found.incoming, incoming, rtol=1e-8, atol=1e-9 * leavers.max())
    outside = (
        (leavers - quitting) * (1 - asked.moving[:, None] * found.within) - incoming.sum(axis=2) - extra.sum(axis=2)
    )
    inflow = outside[:, :, None] * asked.entry + incoming + extra
    for draw in range(DRAWS):
        for cell in range(asked.staff.shape[1]):
            move = one_year_on(chance[draw, cell], found.modelled[draw, cell] * found.within[draw, cell])
            np.testing.assert_allclose(
                np.linalg.solve(np.eye(STATES) - move.T, inflow[draw, cell]), stock[draw, cell],
                rtol=1e-8, atol=1e-9 * asked.staff[draw, cell],
            )  # fmt: skip


@SOME
@given(WORLDS)
def test_what_is_calibrated_rests_for_twenty_years(entry, random):
    asked = make(random, cells=4)
    # The graph's doors are those of sources, so recruits come in by one source's ages and experience.
    source = int(random.integers(len(SOURCES)))
    asked = replace(asked, entry=np.broadcast_to(entry[source], asked.entry.shape).copy())
    found = asked.find()
    cells = asked.staff.shape[1]
    net = workforce_graph((np.arange(cells) + 1).astype(np.uint32) * 512, entry)
    vacancies = units.vacancies_from_rate(asked.staff, random.uniform(0.0, 0.4, asked.staff.shape))
    leavers = asked.staff * asked.turnover / 12
    hired = leavers * (1.0 - asked.moving[:, None])
    leave, retire, progress, age = np.moveaxis(plain_chances(asked, found), 3, 0)
    modelled, within = found.modelled[:, :, None], found.within[:, :, None]
    kinds = dict.fromkeys(EDGES, np.zeros_like(leave))
    kinds |= {"move": leave * modelled * within, "between": leave * modelled * (1 - within)}
    kinds |= {"exit": leave * (1 - modelled), "retire": retire, "progress": progress, "age": age}
    inputs = MonthInputs(
        month=24_291,
        probability=np.stack([kinds[kind][:, net.group_cell, net.group_state] for kind in EDGES]),
        posts=asked.staff + vacancies,
        fill=units.fill_probability(vacancies / hired),
        source_share=np.broadcast_to(np.eye(len(SOURCES))[source][:, None, None], (len(SOURCES), *asked.staff.shape)),
        offers=Offers(asked.places, asked.near, asked.same, found.weight),
        routes=Routes.none(cells, DRAWS),
    )
    opening = (found.mix * asked.staff[:, :, None]).reshape(DRAWS, -1)
    stock, year = opening, np.zeros_like(asked.staff)
    for month in range(MONTHS):
        result = step(net.graph, stock, inputs, Expected())
        stock = result.stock
        gone = sum(flow for edge, flow in zip(net.graph.edges, result.flows, strict=True) if edge.leaver)
        year = year + gone if month >= MONTHS - 12 else year
        if month in {0, MONTHS - 1}:
            np.testing.assert_allclose(sum(result.starters), gone, rtol=1e-9)
            into, out_of = np.zeros_like(asked.staff), np.zeros_like(asked.staff)
            np.add.at(into, (result.moves.draw, result.moves.entered), result.moves.people)
            np.add.at(out_of, (result.moves.draw, result.moves.left), result.moves.people)
            np.testing.assert_allclose(into, out_of, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(result.filled, asked.staff, rtol=1e-9)
    np.testing.assert_allclose(stock, opening, rtol=1e-8, atol=1e-9 * asked.staff.max())
    np.testing.assert_allclose(inputs.posts - result.filled, vacancies, rtol=1e-9, atol=1e-9 * asked.staff.max())
    np.testing.assert_allclose(year / asked.staff, asked.turnover, rtol=1e-9)


def one_cell(turnover, relative=(1.6, 1.1, 0.9, 0.7), moving=0.2, **change):
    """One cell of the rates told; nobody retires unless `retire` says so."""
    leaving = Leaving(
        by_band=np.array([relative], dtype=float),
        by_age=np.ones((1, len(AGES))),
        retire=np.array([change.get("retire", [0.0] * len(AGES))], dtype=float),
        retiring=np.ones((1, 1)),
        ageing=np.array([change.get("ageing", [0.01] * (len(AGES) - 1) + [0.0])], dtype=float),
    )
    entry = np.zeros((1, 1, STATES))
    entry[0, 0, [0, CONVEYOR, CONVEYOR + 2]] = 0.6, 0.3, 0.1
    here = np.zeros(1, dtype=np.int64)
    return calibrate(
        np.array([[100.0]]), np.array([[turnover]]), leaving, np.array([moving]), entry, Places.of(here, here, here),
        np.ones((1, 1, 1)), np.ones(1), **change.get("more", {}),
    )  # fmt: skip


def test_mixes_sum_to_one_and_all_states_that_can_be_reached_hold_somebody():
    found = one_cell(0.226)
    assert found.mix.shape == (1, 1, STATES)
    assert found.mix.sum() == pytest.approx(1.0, rel=1e-12)
    assert (found.mix[0, 0, STATE_TENURE >= STATE_AGE] > 0).all()
    assert found.within[0, 0] == 1.0
    assert found.incoming.sum() == 0.0
    assert found.modelled[0, 0] == pytest.approx(0.2, rel=1e-12)


def test_with_one_hazard_for_all_service_is_geometric_in_closed_form():
    found = one_cell(0.24, relative=(1.0, 1.0, 1.0, 1.0), ageing=[0.0] * len(AGES))
    leaves = -np.expm1(-found.scale[0, 0])
    first = found.mix[0, 0, :CONVEYOR]
    # A fifth of leavers start again in the same cell, a month further on in the sector.
    np.testing.assert_allclose(first[1:] / first[:-1], 1.0 - 0.8 * leaves, rtol=1e-12)
    hired = 0.8 * 0.24 / 12
    assert first[0] == pytest.approx(0.6 * hired, rel=1e-11)


def test_higher_turnover_leaves_more_people_in_their_first_year():
    first = [one_cell(turnover).mix[0, 0, STATE_BAND == 0].sum() for turnover in (0.05, 0.2, 0.6, 1.5)]
    assert first == sorted(first)
    assert first[0] < first[-1] / 4


@SOME
@given(WORLDS)
def test_where_moves_do_not_connect_cells_each_is_what_it_is_alone(random):
    asked = make(random, cells=6)
    apart = replace(asked, near=np.broadcast_to(np.eye(3), asked.near.shape).copy())
    together = apart.find()
    for place in range(3):
        cells = np.flatnonzero(asked.places.icb == place)
        if cells.size:
            alone = apart.some(cells=cells).find()
            np.testing.assert_array_equal(alone.scale, together.scale[:, cells])
            np.testing.assert_array_equal(alone.mix, together.mix[:, cells])
            np.testing.assert_array_equal(alone.weight, together.weight[:, cells])


@SOME
@given(WORLDS)
def test_the_bits_of_a_draw_are_those_it_has_alone_whatever_the_threads(random):
    asked = make(random, draws=3)
    together = asked.find(threads=2)
    for draw in range(3):
        alone = asked.some(rows=slice(draw, draw + 1)).find()
        for name in ("scale", "mix", "modelled", "within", "incoming"):
            np.testing.assert_array_equal(getattr(alone, name)[0], getattr(together, name)[draw])


@SOME
@given(WORLDS)
def test_a_search_from_nearby_ends_where_any_other_does(random):
    asked = make(random)
    fresh, leaving = asked.find(), asked.leaving
    market = Market.of(asked.places, asked.near.shape[1]).seen(asked.near[0], asked.same[0])
    entry = np.ascontiguousarray(asked.entry[0].T)
    nobody, quitting = np.zeros_like(entry), np.zeros_like(asked.staff[0])
    target = units.turnover_to_probability(asked.turnover[0])
    one = Asked(asked.staff[0], target, asked.moving[0], leaving.retiring[0], entry, nobody, quitting)
    near = Found.nothing(one._replace(target=1.3 * target))
    settle(one._replace(target=1.3 * target), leaving.people(0), market, near, 1e-6)
    assert np.abs(near.scale / fresh.scale[0] - 1.0).max() > 0.1
    settle(one, leaving.people(0), market, near)
    np.testing.assert_allclose(near.scale, fresh.scale[0], rtol=1e-10)
    np.testing.assert_allclose(near.mix.T, fresh.mix[0], rtol=1e-9, atol=1e-12)


def test_a_cell_without_staff_has_a_mix_and_disturbs_nobody():
    asked = make(np.random.default_rng(5), cells=4)
    empty = replace(asked, staff=asked.staff * np.array([1.0, 0.0, 1.0, 1.0]))
    found = empty.find()
    alone = empty.some(cells=np.array([0, 2, 3])).find()
    np.testing.assert_allclose(found.mix.sum(axis=2), 1.0, rtol=1e-12)
    assert (found.weight[:, 1] == 0.0).all()
    np.testing.assert_allclose(found.scale[:, [0, 2, 3]], alone.scale, rtol=1e-10)


def test_twice_the_staff_everywhere_changes_no_rate():
    asked = make(np.random.default_rng(6), cells=5)
    one, two = asked.find(), replace(asked, staff=2 * asked.staff).find()
    np.testing.assert_allclose(two.scale, one.scale, rtol=1e-10)
    np.testing.assert_allclose(two.incoming, 2 * one.incoming, rtol=1e-8, atol=1e-9 * asked.staff.max())


@pytest.mark.parametrize("turnover", [1e-2, 2.5, 4.0, 5.9])
def test_very_low_and_very_high_turnover_are_found(turnover):
    found = one_cell(turnover)
    relative = np.array([1.6, 1.1, 0.9, 0.7])[STATE_BAND]
    oldest = len(AGES) - 1
    group = [found.scale[0, 0] * relative, progress_hazards()[STATE_BAND], 0.01 * (oldest != STATE_AGE)]
    total = np.sum(group, axis=0)
    leaves = group[0] / total * -np.expm1(-total)
    assert (found.mix[0, 0] * leaves).sum() * 12 == pytest.approx(turnover, rel=1e-11)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"turnover": 6.0}, "turnover rate of 6 a year leaves no constant stock; give less than 6 a year"),
        ({"turnover": 11.0}, "turnover rate of 11 a year"),
        ({"turnover": 0.0}, "turnover rate of 0 a year has no mix at rest; give more than 0"),
        ({"turnover": 0.2, "relative": (1, 1, 1, 0)}, "relative leaving of 0 has no mix at rest"),
        ({"turnover": 0.2, "moving": 1.0}, "a share of 1 of leavers who go to modelled employers is not allowed"),
        ({"turnover": 0.2, "moving": -0.1}, "a share of -0.1 of leavers"),
        ({"turnover": 0.2, "retire": (0, 0, -0.1)}, "a hazard of retiring of -0.1 is not allowed"),
        ({"turnover": 0.2, "ageing": (0, np.inf, 0)}, "a hazard of ageing"),
        ({"turnover": 0.2, "relative": (1, 1, 1)}, "leaving is not given for every band of age and experience"),
        ({"turnover": 0.05, "moving": 0.9, "retire": (0.003, 0.003, 0.003)}, "more people retire than leave"),
    ],
)
def test_what_no_cell_can_be_at_rest_with_is_refused(change, message):
    with pytest.raises(DataError, match=message):
        one_cell(**change)


def test_all_that_is_impossible_is_told_at_once():
    with pytest.raises(DataError) as refused:
        one_cell(7.0, relative=(1, 1, 1, -1), moving=2.0)
    assert len(refused.value.faults) == 3


@pytest.mark.parametrize("turnover", [-0.1, 12.5, np.nan])
def test_what_is_no_turnover_rate_is_refused_by_its_value(turnover):
    with pytest.raises(MhwfError, match=str(turnover)):
        one_cell(turnover)
