"""One labour market in a run: what one employer offers others' staff take, and nobody appears or vanishes by it."""

from __future__ import annotations

import numpy as np
import pytest

from mhwfmodel.levers import FundedPosts, Scope

START = "2024-05"
GROWTH = FundedPosts(start=START, change=0.5, ramp_months=3, scope=Scope(sectors=("nhs",)))
ICBS = ("E54000034", "E54000044")


@pytest.fixture(scope="module", params=["stochastic", "deterministic"])
def pair(request, small):
    given = {"icbs": ICBS, "months": 15, "draws": 30, "evaluator": request.param}
    return small(**given), small(**given, levers=(GROWTH,))


def change(pair, measure: str, population: str = "social_care") -> np.ndarray:
    plain, grown = (run.draws[measure].sel(population=population).sum("icb") for run in pair)
    return (grown - plain).sel(month=slice("2024-06", None)).sum("month").values


def test_nhs_growth_raises_leaving_in_social_care_and_fills_nhs_posts_from_there(pair) -> None:
    plain, grown = pair
    assert change(pair, "leavers").mean() > 0
    assert change(pair, "filled", "nhs").mean() > 0
    matrix = [run.groups["flows"]["moves_sector"].sel(month=slice("2024-06", None)).sum("month") for run in pair]
    others = [code for code in matrix[0]["from_sector"].values if code != "nhs"]
    before, after = (float(flow.sel(from_sector=others, to_sector="nhs").sum()) for flow in matrix)
    assert after > 1.1 * before > 0
    loss = float(change(pair, "filled").mean())
    assert loss < 0
    assert plain.months == grown.months


def test_moves_sum_to_zero_over_all_cells_in_every_draw_and_month(pair) -> None:
    for run in pair:
        data = run.england.isel(month=slice(1, None)).astype(np.float64)
        came, left = (data[name].sum(["sector", "role"]) for name in ("moved_in", "moved_out"))
        np.testing.assert_allclose(came, left, rtol=1e-6)
        if run.manifest["evaluator"] == "stochastic":
            assert (came == left).all()
        assert float(came.sum()) > 10


def test_the_matrices_hold_all_moves(pair) -> None:
    for run in pair:
        flows = run.groups["flows"]
        sectors, icbs = (
            flows[name].sum([dim for dim in flows[name].dims if dim != "month"])
            for name in ("moves_sector", "moves_icb")
        )
        np.testing.assert_allclose(sectors, icbs, rtol=1e-5)
        moved = run.england["moved_in"].isel(month=slice(1, None)).sum(["sector", "role"]).mean("draw")
        assert (sectors.values >= moved.values - 1e-3).all()


def test_the_workforce_as_a_whole_changes_by_who_comes_from_outside_less_who_goes_there(pair) -> None:
    for run in pair:
        data = run.england.astype(np.float64).sum(["sector", "role"])
        gap = data["filled"].diff("month") - (data["starters"] - data["leavers"]).isel(month=slice(1, None))
        assert float(np.abs(gap).max()) < (1e-9 if run.manifest["evaluator"] == "stochastic" else 0.02)


def test_growth_in_one_icb_stays_there_when_nobody_moves_between_icbs(small) -> None:
    lever = FundedPosts(start=START, change=0.5, scope=Scope(sectors=("nhs",), icbs=ICBS[:1]))
    given = {"icbs": ICBS, "months": 8, "draws": 8}
    for moves, kept in (("within_icb", True), ("england", False)):
        plain, grown = small(**given, moves=moves), small(**given, moves=moves, levers=(lever,))
        there = {"icb": [ICBS[1]]}
        assert plain.draws.sel(there).identical(grown.draws.sel(there)) is kept
        assert not plain.draws.sel(icb=[ICBS[0]]).identical(grown.draws.sel(icb=[ICBS[0]]))
    flows = plain.groups["flows"]["moves_icb"].sum("month").values
    assert (flows > 0).all()
    apart = small(**given, moves="within_icb").groups["flows"]["moves_icb"].sum("month").values
    assert apart[0, 1] == apart[1, 0] == 0
