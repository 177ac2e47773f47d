from __future__ import annotations

import numpy as np
import pytest

from mhwfmodel.errors import DataError
from mhwfmodel.forecast import Observation, splice


def odds(p: float) -> float:
    return p / (1 - p)


def test_a_shared_year_gives_the_ratio_of_odds():
    rows = [
        Observation(2022, 0.283, "without"),
        Observation(2023, 0.248, "without"),
        Observation(2023, 0.242, "with"),
        Observation(2024, 0.231, "with"),
    ]
    made = splice("turnover", rows, scale="log_odds", target="without")
    assert made.years == (2022, 2023, 2024)
    assert made.value(2023) == pytest.approx(0.248, rel=1e-12)
    assert odds(made.value(2024)) == pytest.approx(odds(0.231) * odds(0.248) / odds(0.242), rel=1e-12)
    assert [(link.basis, link.onto, link.years) for link in made.links] == [("with", "without", (2023,))]
    assert [item.value for item in made.left_out] == [0.242]


def test_counts_are_joined_by_a_plain_ratio_over_a_chain_of_links():
    rows = [
        Observation(2010, 100.0, "a"),
        Observation(2011, 110.0, "a"),
        Observation(2011, 120.0, "b"),
        Observation(2012, 130.0, "b"),
        Observation(2012, 143.0, "c"),
    ]
    made = splice("posts", rows, scale="log", target="c")
    np.testing.assert_allclose(made.values, [100 * 120 / 110 * 1.1, 120 * 1.1, 143.0], rtol=1e-12)


def test_two_shared_years_give_the_mean_ratio():
    rows = [
        Observation(2010, 50.0, "a"),
        Observation(2011, 100.0, "a"),
        Observation(2012, 100.0, "a"),
        Observation(2011, 110.0, "b"),
        Observation(2012, 120.0, "b"),
    ]
    made = splice("posts", rows, scale="log", target="b")
    assert made.value(2010) == pytest.approx(50 * np.sqrt(1.1 * 1.2), rel=1e-12)


def test_nothing_joins_bases_without_a_shared_year():
    new = [Observation(year, 10.0 + year - 2015, "new") for year in range(2015, 2020)]
    one = splice("posts", [Observation(2010, 5.0, "old"), *new], scale="log", target="new")
    assert one.years == (2015, 2016, 2017, 2018, 2019)
    assert one.left_out == (Observation(2010, 5.0, "old"),)
    assert one.breaks == ()
    two = splice(
        "posts", [Observation(2010, 5.0, "old"), Observation(2012, 6.0, "old"), *new], scale="log", target="new"
    )
    assert two.breaks == ("old",)
    assert list(two.values[:2]) == [5.0, 6.0]
    with pytest.raises(DataError, match="no value for 2010 on the basis 'new'"):
        two.value(2010)


def test_missing_years_stay_missing():
    made = splice("posts", [Observation(2010, 5.0, "a"), Observation(2014, 6.0, "a")], scale="log", target="a")
    assert made.years == (2010, 2014)


def test_all_faults_come_at_once():
    rows = [
        Observation(2010, 24.8, "a"),
        Observation(2011, 0.2, "a"),
        Observation(2011, 0.3, "a"),
        Observation(2012, float("nan"), "a"),
    ]
    with pytest.raises(DataError) as caught:
        splice("turnover", rows, scale="log_odds", target="b")
    text = str(caught.value)
    assert len(caught.value.faults) == 4
    assert "turnover 2010 (a): value 24.8 is not between 0 and 1; give rates as fractions" in text
    assert "told twice on one basis" in text
    assert "no observation is on the basis 'b'; the bases are 'a'" in text


def test_the_series_as_it_stood_in_an_earlier_year():
    rows = [Observation(year, 10.0, "a") for year in range(2010, 2015)]
    assert splice("posts", rows, scale="log", target="a").until(2012).years == (2010, 2011, 2012)
