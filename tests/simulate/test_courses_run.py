"""Students and trainees in a run: who starts comes out on time, and who is trained may leave for another employer."""

from __future__ import annotations

import numpy as np
import pytest

from mhwfmodel import catalogue

ICB = ("E54000044",)
CERTAIN = {"course_drop_out": 0, "course_pass_rate": 1, "degree_drop_out": 0, "degree_pass_rate": 1}
CERTAIN |= {"study_break_chance": 0}


def students(result, code: str, name: str) -> np.ndarray:
    return result.groups["training"][name].sel(pipeline=code).sum("icb").values.astype(np.float64)


@pytest.mark.parametrize("code", ["peer_mentor_training", "social_work_degree"])
def test_a_pulse_of_starters_comes_out_after_the_stated_months_and_at_the_stated_rate(small, code: str) -> None:
    """Each intake is a pulse. Nobody qualifies in between, and all who start do where nothing is left to chance."""
    length = catalogue.pipeline(code).months
    run = {"icbs": ICB, "months": 56, "evaluator": "deterministic"}
    sure = small(**run, assumptions=CERTAIN)
    started, qualified = students(sure, code, "started"), students(sure, code, "qualified")
    assert started.max() > 1
    assert (started > 0).mean() < 0.5
    np.testing.assert_allclose(qualified[length:], started[:-length], rtol=1e-5, atol=1e-6)
    drop, passes = {"peer_mentor_training": "course", "social_work_degree": "degree"}[code], 0.9
    chances = {f"{drop}_drop_out": 0.02, f"{drop}_pass_rate": passes}
    other = small(**run, assumptions={**CERTAIN, **chances})
    out = students(other, code, "qualified")[length:]
    np.testing.assert_allclose(out, 0.98**length * passes * students(other, code, "started")[:-length], rtol=1e-5)
    failed = students(other, code, "failed")[length:]
    np.testing.assert_allclose(failed * passes, out * (1 - passes), rtol=1e-5, atol=1e-6)


def test_students_of_the_result_are_conserved(small) -> None:
    data = small(months=14).groups["training"].astype(np.float64)
    change = data["enrolled"].diff("month")
    flows = data.isel(month=slice(1, None))
    balance = change - flows["started"] + flows["dropped_out"] + flows["failed"] + flows["qualified"]
    assert float(np.abs(balance).max()) < 1e-3
    assert float(flows["qualified"].sum()) > 0


def leak(model, months, share: float, *, central: bool = True, draws: int = 1):
    """Trainee practitioners who go on to the NHS where staff move for no other reason, and how the cells change."""
    given = {**CERTAIN, "pwp_to_nhs_share": share, "modelled_share_of_sector": 0, "newly_qualified_share": 0}
    ready = model(central=central, draws=draws, months=15, icbs=ICB, baseline="rates_held", assumptions=given)
    sectors = [sector.code for sector in catalogue.sectors()]
    role = [item.code for item in catalogue.roles()].index("psychological_wellbeing_practitioner")
    cells = ready.inputs.cells
    voluntary, nhs = (
        np.flatnonzero((cells.role == role) & (cells.sector == sectors.index(code))) for code in ("voluntary", "nhs")
    )
    kinds = [edge.kind for edge in ready.workforce.graph.edges]
    left, came = [], []
    for month in months(ready, expected=central):
        moves, qualify = month.after.moves, month.after.flows[kinds.index("qualify")]
        inside = np.isin(moves.left, voluntary) & np.isin(moves.entered, nhs)
        left.append(qualify[:, voluntary].sum(axis=1))
        came.append(np.bincount(moves.draw[inside], moves.people[inside], minlength=len(qualify)))
        everybody = qualify.sum() - (moves.people[moves.entered >= 0]).sum()
        assert everybody > -1e-9, "nobody arrives who did not leave"
    return np.array(left), np.array(came)


def test_trainee_practitioners_leave_the_voluntary_sector_for_the_nhs_when_they_qualify(model, months) -> None:
    left, came = leak(model, months, 1.0)
    np.testing.assert_allclose(came, left, rtol=1e-9)
    assert left.min() > 0.01
    none, _ = leak(model, months, 0.0)
    assert (none == 0).all()
    half, _ = leak(model, months, 0.5)
    assert (half > 0).all()
    assert (half <= left + 1e-9).all()


def test_every_trainee_whom_the_voluntary_sector_loses_is_one_whom_the_nhs_gains(model, months) -> None:
    left, came = leak(model, months, 1.0, central=False, draws=20)
    assert np.array_equal(left, came)
    assert left.sum() > 10


def test_who_completes_a_course_goes_where_that_course_leads_and_nowhere_else(model) -> None:
    """Support workers of councils become social workers by one course and occupational therapists by another."""
    ready = model(draws=8, months=1, icbs=ICB)
    routes, tracks = ready.routes, ready.workforce.tracks
    node_course = routes.of_nodes(ready.workforce.graph.node_cell)
    roles = [role.code for role in catalogue.roles()]
    total = np.zeros((8, routes.start.size - 1))
    np.add.at(total.T, routes.course, routes.share.T)
    assert total.max() <= 1 + 1e-12
    seen = set()
    for number, track in enumerate(tracks, start=1):
        courses = np.unique(node_course[ready.workforce.node_track == number])
        ways = routes.to[np.isin(routes.course, courses)]
        if track.leaves:
            into = {roles[role] for role in ready.inputs.cells.role[ways[ways >= 0]]}
            assert into == {catalogue.pipeline(track.code).to_role}
            seen.add(track.code)
    assert {"social_work_apprenticeship", "occupational_therapy_apprenticeship", "pwp_training"} <= seen


def test_no_expected_number_of_people_is_below_nobody(model, months) -> None:
    ready = model(central=True, months=6, icbs=ICB)
    for month in months(ready, expected=True):
        assert month.after.stock.min() >= -1e-12
        assert min(people.min() for people in month.after.flows) >= -1e-12
