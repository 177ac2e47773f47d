"""Hazards found for a turnover rate keep a cell at rest: its stock, mix, vacancies and turnover stay where they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from mhwfmodel import units
from mhwfmodel.errors import DataError, MhwfError
from mhwfmodel.supply import Doors, Expected, MonthInputs, calibrate, experience_graph, step
from mhwfmodel.supply.calibrate import competing
from mhwfmodel.supply.experience import BANDS, CONVEYOR, SOURCES, STATES, progress_hazards

MONTHS = 240
CELLS = 3
DRAWS = 2
LEAVERS = slice(0, 3)


def shares_of(weights):
    return np.array(weights) / np.sum(weights)


def weights(number):
    return st.lists(st.floats(0.0, 1.0), min_size=number, max_size=number).map(lambda w: shares_of(np.array(w) + 1e-3))


def table(low, high, shape):
    size = int(np.prod(shape))
    return st.lists(st.floats(low, high), min_size=size, max_size=size).map(lambda v: np.array(v).reshape(shape))


# Every example runs twenty years: a failure is told as found, not shrunk.
@settings(max_examples=25, phases=(Phase.explicit, Phase.generate))
@given(
    table(0.02, 2.0, (DRAWS, CELLS)),
    table(0.25, 4.0, (DRAWS, len(BANDS))),
    table(0.0, 0.9, (DRAWS,)),
    st.lists(weights(len(SOURCES)), min_size=CELLS, max_size=CELLS),
    weights(4),
    table(1.0, 50_000.0, (DRAWS, CELLS)),
    table(0.0, 0.6, (DRAWS, CELLS)),
    table(0.0, 1.0, (DRAWS,)),
)
def test_what_is_calibrated_rests_for_twenty_years(turnover, relative, inside, sources, door, filled, vacant, boundary):
    doors = Doors(*door)
    source_share = np.broadcast_to(np.stack(sources, axis=-1)[:, None, :], (len(SOURCES), DRAWS, CELLS)).copy()
    found = calibrate(turnover, relative, inside, source_share, doors)
    vacancies = units.vacancies_from_rate(filled, vacant)
    fill = units.fill_probability(vacancies / (found.leaving_cell * filled))
    graph = experience_graph(np.array([512, 1024, 1536], dtype=np.uint32), doors)
    inputs = MonthInputs(
        month=24_291,
        probability=_probability(found.hazard, inside, boundary),
        posts=filled + vacancies,
        fill=fill,
        source_share=source_share,
    )
    opening = (found.mix * filled[:, :, None]).reshape(DRAWS, -1)
    stock = opening
    leavers = np.zeros_like(filled)
    for month in range(MONTHS):
        result = step(graph, stock, inputs, Expected())
        stock = result.stock
        gone = sum(result.flows[LEAVERS])
        leavers = leavers + gone if month >= MONTHS - 12 else leavers
        if month in {0, MONTHS - 1}:
            np.testing.assert_allclose(sum(result.starters), gone, rtol=1e-9)
            outside = found.leaving_cell * filled * source_share
            moved = np.array([result.flows[0], *np.zeros((len(SOURCES) - 1, DRAWS, CELLS))])
            np.testing.assert_allclose(np.stack(result.starters) - moved, outside, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(result.filled, filled, rtol=1e-9)
    np.testing.assert_allclose(stock, opening, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(inputs.posts - result.filled, vacancies, rtol=1e-9, atol=1e-9 * filled.max())
    np.testing.assert_allclose(leavers / filled, turnover, rtol=1e-9)


def _probability(hazard, inside, boundary):
    """Joint chances by kind of edge: move within the cell, across the boundary, out of the sector, progress."""
    leave, progress = competing(hazard, progress_hazards())
    move = leave * inside[:, None, None]
    away = leave - move
    kinds = (move, away * boundary[:, None, None], away * (1.0 - boundary[:, None, None]), progress)
    return np.stack([kind.reshape(DRAWS, -1) for kind in kinds])


def one_cell(turnover, relative=(1.6, 1.1, 0.9, 0.7), inside=0.2, sources=(0.6, 0.1, 0.1, 0.1, 0.1)):
    return calibrate(
        np.array([[turnover]]),
        np.array([relative], dtype=float),
        np.array([inside]),
        np.array(sources, dtype=float).reshape(-1, 1, 1),
        Doors(0.2, 0.3, 0.3, 0.2),
    )


def test_hazards_keep_the_relative_leaving_that_was_given_and_mixes_sum_to_one():
    found = one_cell(0.226)
    np.testing.assert_allclose(found.hazard[0, 0] / found.hazard[0, 0, 0], np.array([1.6, 1.1, 0.9, 0.7]) / 1.6)
    assert found.mix.shape == (1, 1, STATES)
    assert found.mix.sum() == pytest.approx(1.0, rel=1e-12)
    assert (found.mix > 0).all()
    assert found.leaving[0, 0] == pytest.approx(0.226 / 12, rel=1e-12)
    assert found.leaving_cell[0, 0] == pytest.approx(0.8 * 0.226 / 12, rel=1e-12)


def test_higher_turnover_leaves_more_people_in_their_first_year():
    first = [one_cell(turnover).mix[0, 0, :CONVEYOR].sum() for turnover in (0.05, 0.2, 0.6, 1.5)]
    assert first == sorted(first)
    assert first[0] < first[-1] / 4


def test_a_cell_does_not_depend_on_the_cells_beside_it():
    turnover = np.array([[0.1, 0.3, 1.2]])
    share = np.full((5, 1, 3), 0.2)
    given_ = np.array([[1.6, 1.1, 0.9, 0.7]]), np.array([0.2])
    doors = Doors(0.2, 0.3, 0.3, 0.2)
    together = calibrate(turnover, *given_, share, doors)
    for cell in range(3):
        alone = calibrate(turnover[:, [cell]], *given_, share[:, :, [cell]], doors)
        np.testing.assert_allclose(alone.hazard[:, 0], together.hazard[:, cell], rtol=1e-11)
        np.testing.assert_allclose(alone.mix[:, 0], together.mix[:, cell], rtol=1e-11)


@settings(max_examples=20)
@given(table(0.02, 3.0, (4, 5)), table(0.3, 3.0, (4, len(BANDS))))
def test_the_bits_of_a_draw_and_of_a_cell_are_those_it_has_alone(turnover, relative):
    inside = np.array([0.1, 0.2, 0.3, 0.4])
    sources = np.broadcast_to(shares_of([6, 1, 1, 1, 1])[:, None, None], (len(SOURCES), *turnover.shape)).copy()
    doors = Doors(0.25, 0.30, 0.30, 0.15)
    together = calibrate(turnover, relative, inside, sources, doors)
    for draw in range(4):
        one = slice(draw, draw + 1)
        alone = calibrate(turnover[one], relative[one], inside[one], sources[:, one], doors)
        assert (alone.hazard[0] == together.hazard[draw]).all()
        cell = calibrate(turnover[one, 2:3], relative[one], inside[one], sources[:, one, 2:3], doors)
        assert (cell.hazard[0, 0] == together.hazard[draw, 2]).all()
        assert (cell.mix[0, 0] == together.mix[draw, 2]).all()


@pytest.mark.parametrize("turnover", [1e-4, 2.5, 4.0, 5.9])
def test_very_low_and_very_high_turnover_are_found(turnover):
    assert one_cell(turnover).leaving[0, 0] * 12 == pytest.approx(turnover, rel=1e-12)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"turnover": 6.0}, "turnover rate of 6 a year leaves no constant stock; give less than 6 a year"),
        ({"turnover": 11.0}, "turnover rate of 11 a year"),
        ({"turnover": 0.0}, "turnover rate of 0 a year has no mix at rest; give more than 0"),
        ({"turnover": 0.2, "relative": (1, 1, 1, 0)}, "relative leaving of 0 has no mix at rest"),
        ({"turnover": 0.2, "inside": 1.0}, "a share of 1 of leavers who stay in their cell is not allowed"),
        ({"turnover": 0.2, "inside": -0.1}, "a share of -0.1 of leavers"),
    ],
)
def test_what_no_cell_can_be_at_rest_with_is_refused(change, message):
    with pytest.raises(DataError, match=message):
        one_cell(**change)


def test_all_that_is_impossible_is_told_at_once():
    with pytest.raises(DataError) as refused:
        one_cell(7.0, relative=(1, 1, 1, -1), inside=2.0)
    assert len(refused.value.faults) == 3


@pytest.mark.parametrize("turnover", [-0.1, 12.5, np.nan])
def test_what_is_no_turnover_rate_is_refused_by_its_value(turnover):
    with pytest.raises(MhwfError, match=str(turnover)):
        one_cell(turnover)
