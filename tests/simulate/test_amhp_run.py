"""Approved Mental Health Professionals (AMHPs) in a run: an approval beside a post, courses that cost time, a gap."""

from __future__ import annotations

import numpy as np
import pytest

from mhwfmodel import catalogue
from mhwfmodel.simulate.tracks import NOT_PRACTISING, PRACTISING

ICBS = ("E54000034", "E54000044")
YEARS = {"icbs": ICBS, "months": 42, "evaluator": "deterministic", "baseline": "rates_held"}


def total(result, name: str, group: str = "amhp"):
    data = result.groups[group][name]
    return data.sum([dim for dim in data.dims if dim not in ("draw", "month")]).isel(draw=0)


@pytest.fixture(scope="module")
def run(small):
    return small(months=14)


def test_who_practises_is_approved(run) -> None:
    amhp = run.groups["amhp"]
    approved, practising = amhp["amhp_approved"], amhp["amhp_practising"]
    assert (approved >= practising).all()
    assert (practising >= 0).all()
    assert (approved > practising).any()
    assert (approved == np.floor(approved)).all()
    assert (amhp["amhp_trainees"] > 0).any()


def test_the_gap_is_need_less_rota(run) -> None:
    amhp = run.groups["amhp"]
    np.testing.assert_allclose(amhp["amhp_gap_fte"], amhp["amhp_need_fte"] - amhp["amhp_fte"], atol=1e-4)
    by_icb = run.table("amhp_gap_fte", by="icb")
    assert len(by_icb) > 0
    need = amhp["amhp_need_fte"]
    assert (need == need.isel(month=0)).all()


def test_only_posts_that_may_be_approved_ever_hold_an_approval(model, months, icbs) -> None:
    ready = model(draws=6, months=8, icbs=icbs)
    codes = ["", *(track.code for track in ready.workforce.tracks)]
    approval = np.isin(ready.workforce.node_track, [codes.index(PRACTISING), codes.index(NOT_PRACTISING)])
    cells, cell = ready.inputs.cells, ready.workforce.graph.node_cell
    eligible = np.array([role.amhp_eligible for role in catalogue.roles()])[cells.role]
    held = 0
    for month in months(ready):
        people = month.after.stock[:, approval]
        where = cell[approval]
        assert (people[:, ~eligible[where]] == 0).all()
        held += int(people.sum())
    assert held > 0
    assert not eligible.all()


def test_who_loses_an_approval_keeps_the_post(model, months) -> None:
    """With approvals lost far faster the approved fall, and no cell's expected headcount moves by a billionth."""
    lost = {"amhp_reapproved": 0.2, "amhp_not_practising_reapproved": 0, "amhp_stops_practising": 0.5}
    usual, other = (model(central=True, months=30, icbs=ICBS, assumptions=given) for given in ({}, lost))
    codes = ["", *(track.code for track in usual.workforce.tracks)]
    approval = np.isin(usual.workforce.node_track, [codes.index(PRACTISING), codes.index(NOT_PRACTISING)])
    for one, two in zip(months(usual, expected=True), months(other, expected=True), strict=True):
        np.testing.assert_allclose(two.after.filled, one.after.filled, rtol=1e-9)
        last = one.after.stock[:, approval].sum(), two.after.stock[:, approval].sum()
    assert last[1] < 0.95 * last[0]


def test_more_places_bring_more_approved_later_and_cost_hours_meanwhile(small) -> None:
    few, many = (
        small(**YEARS, assumptions={"amhp_full_time_places": places, "amhp_part_time_places": 190.0})
        for places in (150, 340)
    )
    assert float(total(few, "amhp_approved")[0]) == pytest.approx(float(total(many, "amhp_approved")[0]), rel=1e-6)
    more = (total(many, "amhp_approved") - total(few, "amhp_approved")).values
    assert (np.diff(more)[1:] >= -0.5).all()
    assert more[-1] > 5
    trainees = total(many, "amhp_trainees") - total(few, "amhp_trainees")
    hours = total(many, "hours", "draws") - total(few, "hours", "draws")
    on_course = trainees.values > 0.01
    assert on_course.sum() > 30
    assert (hours.values[on_course] < 0).all()
    heads = total(many, "filled", "draws") - total(few, "filled", "draws")
    np.testing.assert_allclose(heads.values, 0.0, atol=0.02)


def test_the_time_of_those_on_a_full_time_course_is_released(small) -> None:
    """Nobody is released for any other reason: what the course takes is a full-time post for each who is on it."""
    quiet = {
        name: 0
        for name in (
            "amhp_part_time_places", "pre_amhp_places", "assessed_year_places", "social_work_apprentice_places",
            "nurse_apprentice_places", "occupational_therapy_apprentice_places", "pwp_trainee_places",
            "peer_support_places",
        )
    }  # fmt: skip
    none, some = (
        small(**YEARS | {"months": 8}, assumptions={**quiet, "amhp_full_time_places": places}) for places in (0, 300)
    )
    assert float(total(none, "amhp_trainees").max()) == 0
    trainees = total(some, "amhp_trainees").values
    released = (total(none, "effective_fte", "draws") - total(some, "effective_fte", "draws")).values
    assert trainees.max() > 1
    idle = trainees < 1e-3
    assert (released[~idle] > 0).all()
    # Until the first of the run's own courses end, nobody more is approved: what is lost is the trainees' time alone.
    share = released[~idle][:4] / trainees[~idle][:4]
    assert share.max() < 1.05
    assert share.min() > 0.3
