"""A run by the compiled kernel is the run by the reference; common random numbers pair two plans."""

from __future__ import annotations

import numpy as np
import pytest

from mhwfmodel.errors import ScenarioError

LEVERS = [
    {"kind": "retention", "start": "2024-06", "leaving_change": -0.3, "scope": {"icbs": ["E54000011"]}},
    {"kind": "funded_posts", "start": "2024-06", "posts": 200, "scope": {"icbs": ["E54000011"]}},
]


def every_variable(result):
    return {f"{group}/{name}": data[name] for group, data in result.groups.items() for name in data.data_vars}


def test_the_reference_gives_the_bits_of_the_kernel(small) -> None:
    given = {"draws": 3, "months": 5, "levers": LEVERS}
    kernel, reference = small(**given), small(**given, engine="reference")
    values = every_variable(reference)
    assert len(values) > 100
    for name, variable in every_variable(kernel).items():
        np.testing.assert_array_equal(variable.values, values[name].values, name)


def test_an_engine_that_is_not_known_is_refused(small) -> None:
    with pytest.raises(ScenarioError, match="use compiled or reference"):
        small(engine="fortran")


def test_without_moves_a_plan_of_one_icb_changes_no_bit_of_another(small) -> None:
    given = {"draws": 4, "months": 8, "moves": "within_icb"}
    before, after = small(**given), small(**given, levers=LEVERS)
    for group, name in (("draws", "filled"), ("draws", "leavers"), ("detail", "vacancies"), ("amhp", "amhp_fte")):
        one, two = before.groups[group][name], after.groups[group][name]
        np.testing.assert_array_equal(one.sel(icb="E54000044").values, two.sel(icb="E54000044").values, name)
    here = [run.groups["draws"]["filled"].sel(icb="E54000011").values for run in (before, after)]
    assert (here[0] != here[1]).any()


def test_draws_are_paired(small) -> None:
    """The change that a plan brings varies far less between draws than the difference of runs with unlike seeds."""
    given = {"draws": 40, "months": 8}
    before = small(**given).groups["england"]["filled"].isel(month=-1).sum(["sector", "role"]).values
    same = small(**given, levers=LEVERS).groups["england"]["filled"].isel(month=-1).sum(["sector", "role"]).values
    other = small(**given, seed=99, levers=LEVERS).groups["england"]["filled"].isel(month=-1).sum(["sector", "role"])
    assert np.var(same - before) < np.var(other.values - before) / 10
