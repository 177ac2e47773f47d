"""Measures of a month, against the same made with plain numpy from the stock and the flows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mhwfmodel.catalogue.states import SPECIALIST
from mhwfmodel.results.reduce import measured
from mhwfmodel.simulate import _measures
from mhwfmodel.simulate.capacity import capacity
from mhwfmodel.simulate.measures import monthly, opening_measures, rota
from mhwfmodel.supply.states import SOURCES, STATE_AGE, STATE_BAND

ICBS = ("E54000011", "E54000044")
PART = slice(1, 3)


@pytest.fixture(scope="module")
def ready(model):
    """Enough months for every kind of course to start, of four draws."""
    return model(draws=4, months=7, icbs=ICBS)


@pytest.fixture(scope="module")
def last(ready, months):
    return list(months(ready))[-1]


def by_cell(model):
    """What the measures need, with every cell a place of its own."""
    given = rota(model)
    return replace(given, layout=given.layout._replace(place=np.arange(model.cells)), places=model.cells)


def counted(model, stock: np.ndarray, key: np.ndarray, size: int) -> np.ndarray:
    """People by cell and a key of their node, dims (draw, cell, key)."""
    at = model.workforce.graph.node_cell * size + key
    found = [np.bincount(at, people, minlength=model.cells * size) for people in stock]
    return np.reshape(found, (len(stock), model.cells, size))


def people_by_hand(model, given, stock: np.ndarray) -> dict[str, np.ndarray]:
    workforce, drawn, layout = model.workforce, given.drawn, given.layout
    bands = counted(model, stock, STATE_BAND[workforce.node_state], 4)
    ages = counted(model, stock, STATE_AGE[workforce.node_state], 3)
    tracks = counted(model, stock, workforce.node_track, len(workforce.tracks) + 1)
    each = drawn.participation
    fte = bands * each[:, :, None]
    practising = tracks[:, :, layout.practising]
    approved = practising + tracks[:, :, layout.not_practising]
    released = np.einsum("dct,dt->dc", tracks[:, :, 1:], drawn.released[:, 1:]) * each
    full = drawn.full_time[:, None]
    on_rota = practising * (full * each + (1.0 - full) * drawn.part[:, None])
    on_rota = np.minimum(on_rota, np.maximum(fte.sum(axis=2) - released, 0.0))
    made = capacity(model.inputs.capacity, fte, released, on_rota, approved)
    return {
        "under_1_year": bands[:, :, 0],
        "aged_55_plus": ages[:, :, -1],
        "filled_fte": fte.sum(axis=2),
        "effective_fte": made.effective_fte,
        "hours": made.hours,
        "agency_fte": np.zeros_like(approved),
        "trained": np.zeros_like(approved),
        "amhp_approved": approved,
        "amhp_practising": practising,
        "amhp_trainees": tracks[:, :, layout.courses].sum(axis=2),
        "amhp_fte": on_rota,
        "amhp_need_fte": drawn.need,
        "amhp_gap_fte": drawn.need - on_rota,
    }


def moved_by_hand(after, size: int) -> dict[str, np.ndarray]:
    came, went = np.zeros((2, len(after.stock), size))
    away = after.moves.left != after.moves.entered
    draw, people = after.moves.draw[away], after.moves.people[away]
    np.add.at(came, (draw, after.moves.entered[away]), people)
    np.add.at(went, (draw, after.moves.left[away]), people)
    return {"moved_in": came, "moved_out": went}


def by_hand(model, given, month) -> dict[str, np.ndarray]:
    after, posts = month.after, month.given.posts
    edges = model.workforce.graph.edges
    flow = {edge.kind: people for edge, people in zip(edges, after.flows, strict=True)}
    overall = {
        "filled": after.filled,
        "establishment": posts,
        "vacancies": np.maximum(posts - after.filled, 0),
        "leavers": sum(flow[edge.kind] for edge in edges if edge.leaver),
        "starters": sum(after.starters),
    }
    special = model.inputs.cells.strand == SPECIALIST
    return (
        overall
        | {f"specialist_{name}": values * special for name, values in overall.items()}
        | {f"starters_{name}": people for name, people in zip(SOURCES, after.starters, strict=True)}
        | {"unplaced": after.unplaced, "retirements": flow["retire"]}
        | moved_by_hand(after, model.cells)
        | people_by_hand(model, given, after.stock)
    )


def test_the_kernel_measures_what_the_table_of_variables_names() -> None:
    assert measured() == _measures.MEASURED


def test_measures_are_those_made_by_hand(ready, last) -> None:
    given = by_cell(ready)
    found, wanted = monthly(given, last.after, last.given, given.of(slice(0, 4), 0)), by_hand(ready, given, last)
    assert set(wanted) == set(measured())
    for at, name in enumerate(measured()):
        np.testing.assert_allclose(found[:, :, at], wanted[name], rtol=1e-12, atol=1e-12, err_msg=name)
        if wanted[name].any():
            assert found[:, :, at].any(), name
    assert found[:, :, measured().index("amhp_trainees")].sum() > 0


def test_expected_values_are_measured_too(ready, months) -> None:
    month = next(iter(months(ready, expected=True)))
    given = by_cell(ready)
    found, wanted = monthly(given, month.after, month.given, given.of(slice(0, 4), 0)), by_hand(ready, given, month)
    for at, name in enumerate(measured()):
        np.testing.assert_allclose(found[:, :, at], wanted[name], rtol=1e-10, atol=1e-10, err_msg=name)


def test_places_are_sums_of_their_cells(ready, last) -> None:
    given = rota(ready)
    found = monthly(given, last.after, last.given, given.of(slice(0, 4), 0))
    cells = monthly(by_cell(ready), last.after, last.given, given.of(slice(0, 4), 0))
    for place in range(given.places):
        np.testing.assert_allclose(found[:, place], cells[:, given.layout.place == place].sum(axis=1), rtol=1e-12)


def test_the_opening_has_people_and_no_flows(ready) -> None:
    given = by_cell(ready)
    found = opening_measures(ready, given, slice(0, 4))
    wanted = people_by_hand(ready, given, ready.rest.stock)
    for at, name in enumerate(measured()):
        if name in wanted:
            np.testing.assert_allclose(found[:, :, at], wanted[name], rtol=1e-12, atol=1e-12, err_msg=name)
        else:
            assert np.isnan(found[:, :, at]).any() == (at in _measures.OF_FLOWS), name
    np.testing.assert_array_equal(found[:, :, _measures.FILLED], ready.inputs.filled)
    np.testing.assert_array_equal(opening_measures(ready, given, PART), found[PART])
