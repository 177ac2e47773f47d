"""Two runs are compared draw by draw, or not at all."""

from __future__ import annotations

import numpy as np
import pytest

import mhwfmodel as mh
from mhwfmodel.errors import AlignmentError, DataError
from mhwfmodel.results import STATS
from mhwfmodel.scenario import Scenario


def test_a_run_differs_from_itself_by_nothing(base) -> None:
    same = mh.compare(base, base)
    for measure in ("filled", "vacancy_rate", "turnover_rate", "specialist_filled"):
        for by in ((), "icb", "region", ("sector", "role")):
            frame = same.table(measure, by)
            values = frame[list(STATS)].to_numpy(dtype=float)
            assert (values[np.isfinite(values)] == 0).all()
            assert np.isfinite(values).any()


def test_the_mean_of_differences_is_the_difference_of_means(base, plan) -> None:
    found = mh.compare(base, plan).table("filled", "icb").set_index(["icb", "month"])["mean"]
    one, two = (run.table("filled", "icb").set_index(["icb", "month"])["mean"] for run in (base, plan))
    np.testing.assert_allclose(found, two - one, atol=1e-6)
    assert found.xs("2025-05", level="month").gt(0).all()


def test_an_interval_is_that_of_the_differences_and_not_of_two_runs_apart(base, plan) -> None:
    both = mh.compare(base, plan)
    row = both.table("filled").set_index("month").loc["2025-05"]
    values = (plan.draws_by("filled") - base.draws_by("filled")).sel(month="2025-05").values.astype(float)
    np.testing.assert_allclose(row[["q05", "q95"]].astype(float), np.quantile(values, [0.05, 0.95]))
    apart = [run.table("filled").set_index("month").loc["2025-05"] for run in (base, plan)]
    assert row["q95"] - row["q05"] < 0.2 * (apart[0]["q95"] - apart[0]["q05"])


def test_turning_a_comparison_round_changes_its_sign(base, plan) -> None:
    there, back = mh.compare(base, plan), mh.compare(plan, base)
    np.testing.assert_array_equal(there.draws_by("filled", "icb"), -back.draws_by("filled", "icb"))


def test_runs_that_do_not_belong_together_are_refused_with_all_reasons(base, england) -> None:
    other = mh.run(Scenario(name="Other", months=2, draws=3, seed=9, icbs=("E54000011",)), threads=1)
    with pytest.raises(AlignmentError) as caught:
        mh.compare(base, other)
    told = [str(fault) for fault in caught.value.faults]
    assert [line.split(":")[0] for line in told] == ["seed", "draws", "months", "icbs"]
    assert "Base has 20240401, Other has 9" in told[0]
    assert "8 and 3" in told[1]
    with pytest.raises(AlignmentError, match="icbs: the two runs have different ones") as caught:
        mh.compare(base, england)
    assert len(caught.value.faults) == 2


def test_expected_values_are_not_compared_with_draws(base) -> None:
    scenario = Scenario(name="Mean", months=14, draws=8, icbs=tuple(base.draws["icb"].values))
    with pytest.raises(AlignmentError, match="evaluator: Base has stochastic, Mean has deterministic"):
        mh.compare(base, mh.run(scenario, evaluator="deterministic", threads=1))


def test_a_comparison_of_summaries_is_refused(base, plan) -> None:
    with pytest.raises(DataError, match="no draws were kept by icb and sector"):
        mh.compare(base, plan).table("filled", ["icb", "sector"])


def test_results_left_in_their_files_compare_as_those_that_are_read(base, plan, tmp_path) -> None:
    for name, run in (("base", base), ("plan", plan)):
        run.save(tmp_path / name)
    left = [mh.load_result(tmp_path / name, lazy=True) for name in ("base", "plan")]
    read = [mh.load_result(tmp_path / name) for name in ("base", "plan")]
    assert {name: set(data.data_vars) for name, data in left[0].groups.items()} == {
        name: set(data.data_vars) for name, data in read[0].groups.items()
    }
    for measure, by in (("filled", ()), ("vacancy_rate", "icb"), ("turnover_rate", "region"), ("amhp_gap_fte", "icb")):
        one, two = (mh.compare(*runs).table(measure, by) for runs in (left, read))
        assert one.equals(two)
        assert left[0].table(measure, by).equals(read[0].table(measure, by))
    kept = [data["filled"].variable._in_memory for data in (left[0].draws, left[0].detail, read[0].draws)]
    assert kept == [False, False, True]
    for run in left:
        run.groups.close()
