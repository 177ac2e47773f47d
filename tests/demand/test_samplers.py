"""Samplers: keys, quantiles against closed forms and other people's code, what is met half-way, arrivals, choices."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networks import NEVER, _LawTable, empirical, exponential, fixed, gamma, lognormal, weibull
from scipy import integrate, special, stats

from mhwfmodel.demand import _gamma, _sampled, _samplers, samplers
from mhwfmodel.errors import MhwfError
from mhwfmodel.pathway.network import Law
from mhwfmodel.rng import Purpose, _kernels

STEP = 2.0**-53
UNIFORMS = np.concatenate([10.0 ** -np.arange(1, 13), np.linspace(0.02, 0.98, 25), 1.0 - 10.0 ** -np.arange(1, 13)])
UNIFORMS = np.round(UNIFORMS / STEP) * STEP
SHAPES = [0.01, 0.03, 0.1, 0.3, 0.5, 0.8, 1.0, 1.5, 2.0, 3.0, 10.0, 15.9, 16.0, 30.0, 100.0, 1000.0, 10000.0]
ROWS = [
    exponential(3.0), gamma(0.3, 2.0), gamma(7.0, 0.5), lognormal(0.5, 0.8), weibull(2.0, 0.6), weibull(2.0, 3.0),
    fixed(4.0), empirical([0.5, 1.0, 2.0, 5.0], [1.0, 2.0, 3.0, 4.0]),
]  # fmt: skip
SMOOTH = range(6)


def table(*rows):
    made = _LawTable()
    for row in rows:
        made.row(row)
    return made.laws()


def arrays(laws):
    return laws.kind, laws.a, laws.b, laws.start, laws.value, laws.upto


LAWS = table(*ROWS)


def test_the_numbers_of_the_laws_are_those_of_a_network():
    assert {law.name: getattr(_samplers, law.name) for law in Law} == {law.name: int(law) for law in Law}


def test_a_key_packs_the_words_as_the_rules_say():
    key = {"seed": 2**62 + 5, "replication": 19, "person": 2**31 + 7, "place": 200, "stream": 255, "visit": 65_000}
    word_2, word_3 = (200 << 24) | (255 << 16) | 65_000, (250 << 8) | int(Purpose.STAY)
    for decision in (0, 1, 2, 131):
        expected = _kernels.uniform(key["seed"], key["replication"], key["person"], word_2, word_3, decision)
        assert _samplers.key_uniform(*key.values(), 250, int(Purpose.STAY), decision) == expected


def test_no_word_of_a_key_runs_over_into_another():
    first = [_samplers.key_uniform(1, 0, 0, 0, 1, 0, 3, 33, d) for d in range(2)]
    assert first == [_samplers.key_uniform(1, 0, 0, 0, 1, 65_536, 3, 33, d) for d in range(2)]
    key = np.array([1, 0, 0, 0, 1, 0, 3, 33])
    around = [tuple(map(int, key + np.eye(8, dtype=int)[word])) for word in range(8)]
    others = [_samplers.key_uniform(*key, d) for key in around for d in range(2)]
    assert len({*first, *others}) == 2 + len(others)


@given(
    words=st.tuples(
        *(st.integers(0, 2**b - 1) for b in (63, 32, 32, 8, 8, 16, 8)), st.sampled_from([int(p) for p in Purpose])
    )
)
@settings(max_examples=50, deadline=None)
def test_a_pair_is_decisions_0_and_1(words):
    assert _samplers.key_pair(*words) == tuple(_samplers.key_uniform(*words, d) for d in range(2))


@pytest.mark.parametrize("shape", SHAPES)
def test_the_quantile_of_gamma_is_that_of_scipy(shape):
    ours = np.array([_gamma.gamma_quantile(shape, u, 1.0 - u) for u in UNIFORMS])
    theirs = np.where(UNIFORMS < 0.5, special.gammaincinv(shape, UNIFORMS), special.gammainccinv(shape, 1.0 - UNIFORMS))
    seen = theirs > 1e-290
    np.testing.assert_allclose(ours[seen], theirs[seen], rtol=3e-13 if shape < 0.2 else 3e-14)
    assert np.all(ours[~seen] < 1e-289)


def test_the_quantile_of_gamma_with_shape_1_is_exponential_and_ends_are_its_ends():
    ours = np.array([_gamma.gamma_quantile(1.0, u, 1.0 - u) for u in UNIFORMS])
    np.testing.assert_allclose(ours, -np.log1p(-UNIFORMS), rtol=5e-15)
    assert _gamma.gamma_quantile(2.5, 0.0, 1.0) == 0.0
    assert _gamma.gamma_quantile(2.5, 1.0, 0.0) == np.inf


@pytest.mark.parametrize("shape", SHAPES)
def test_the_incomplete_gamma_functions_are_those_of_scipy_in_both_tails(shape):
    points = shape * np.array([1e-3, 0.1, 0.5, 0.9, 0.99, 1.0, 1.01, 1.1, 2.0, 10.0]) + np.array([0.0] * 9 + [5.0])
    for x in points:
        p, q = _gamma.gamma_parts(shape, x)
        assert p == pytest.approx(special.gammainc(shape, x), rel=1e-12, abs=1e-300)
        assert q == pytest.approx(special.gammaincc(shape, x), rel=1e-12 if q < 0.5 else 1e-14, abs=1e-300)
        assert p + q == pytest.approx(1.0, abs=4e-16)
    assert _gamma.gamma_parts(shape, 0.0) == (0.0, 1.0)
    assert _gamma.gamma_parts(shape, np.inf) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("row", "theirs"),
    [
        (exponential(3.0), stats.expon(scale=3.0)),
        (gamma(1.7, 2.0), stats.gamma(1.7, scale=2.0)),
        (lognormal(0.5, 0.8), stats.lognorm(0.8, scale=np.exp(0.5))),
        (weibull(2.0, 0.6), stats.weibull_min(0.6, scale=2.0)),
    ],
)
def test_quantiles_are_those_of_scipy(row, theirs):
    low = UNIFORMS + 2.0**-54 if row[0] == Law.LOGNORMAL else UNIFORMS
    expected = np.where(UNIFORMS < 0.5, theirs.ppf(low), theirs.isf(1.0 - UNIFORMS))
    np.testing.assert_allclose(samplers.quantile(table(row), 0, UNIFORMS), expected, rtol=2e-14)


def test_quantiles_of_other_laws():
    laws = table(NEVER, fixed(4.0), empirical([0.5, 1.0, 2.0], [1.0, 1.0, 2.0]))
    assert np.all(np.isinf(samplers.quantile(laws, 0, UNIFORMS)))
    assert np.all(samplers.quantile(laws, 1, UNIFORMS) == 4.0)
    u = [0.0, 0.2499, 0.25, 0.49, 0.5, 0.9999]
    assert samplers.quantile(laws, 2, u).tolist() == [0.5, 0.5, 1.0, 1.0, 2.0, 2.0]


def test_the_engines_read_the_same_values_one_by_one():
    u = np.random.default_rng(1).random(50)
    for row in range(len(ROWS)):
        one_by_one = [_samplers.duration(*arrays(LAWS), row, x) for x in u]
        assert one_by_one == samplers.quantile(LAWS, row, u).tolist()
    assert _samplers.exponential(0.25) * 3.0 == samplers.quantile(LAWS, 0, 0.25)


KINDS = st.one_of(
    st.builds(exponential, st.floats(1e-3, 1e4)),
    st.builds(gamma, st.floats(0.01, 1e4), st.floats(1e-3, 1e3)),
    st.builds(lognormal, st.floats(-5.0, 8.0), st.floats(0.01, 4.0)),
    st.builds(weibull, st.floats(1e-3, 1e4), st.floats(0.1, 20.0)),
    st.builds(fixed, st.floats(0.0, 1e4)),
    st.builds(lambda values: empirical(sorted(values)), st.lists(st.floats(0.0, 1e4), min_size=1, max_size=8)),
)
LUCK = st.one_of(st.integers(0, 2**53 - 1), st.integers(0, 50), st.integers(2**53 - 50, 2**53 - 1)).map(
    lambda n: n * STEP
)


@given(row=KINDS, one=LUCK, other=LUCK)
@settings(max_examples=500, deadline=None)
def test_more_of_a_uniform_is_never_a_shorter_time(row, one, other):
    low, high = sorted((one, other))
    short, long = samplers.quantile(table(row), 0, [low, high])
    assert 0.0 <= short <= long * (1.0 + 1e-12)
    assert np.isfinite(long)


@given(row=KINDS, u=LUCK)
@settings(max_examples=300, deadline=None)
def test_the_tail_beyond_a_quantile_is_what_the_uniform_leaves(row, u):
    laws = table(row)
    time = samplers.quantile(laws, 0, u)
    beyond = samplers.survival(laws, 0, time)
    if row[0] in (Law.FIXED, Law.EMPIRICAL):
        assert beyond <= 1.0 - u + 1e-15
    else:
        assert beyond == pytest.approx(1.0 - u, rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("row", range(len(ROWS)))
def test_moments_are_those_of_the_tail(row):
    edges = [0.0, *np.unique(samplers.quantile(LAWS, row, [0.1, 0.5, 0.9, 1 - 1e-3, 1 - 1e-6, 1 - 1e-9, 1 - 1e-13]))]
    if row in (6, 7):
        edges = [0.0, *(ROWS[row][1] if row == 7 else [4.0])]

    def moment(power):
        def part(t):
            return power * t ** (power - 1) * float(samplers.survival(LAWS, row, t))

        return sum(integrate.quad(part, a, b, limit=200)[0] for a, b in pairwise(edges))

    assert samplers.mean(LAWS)[row] == pytest.approx(moment(1), rel=1e-7)
    assert samplers.second_moment(LAWS)[row] == pytest.approx(moment(2), rel=1e-7)


@pytest.mark.parametrize("row", range(len(ROWS)))
def test_what_is_over_and_what_is_left_have_the_density_of_the_tail(row):
    u, v = (np.arange(400) + 0.5) / 400, (np.arange(397) + 0.5) / 397
    over, left = samplers.residual(LAWS, row, u[:, None], v[None, :])
    mean = samplers.mean(LAWS)[row]
    for t in samplers.quantile(LAWS, row, [0.2, 0.5, 0.8, 0.95]):
        grid = (np.arange(4000) + 0.5) / 4000 * t
        expected = samplers.survival(LAWS, row, grid).mean() * t / mean
        assert (over <= t).mean() == pytest.approx(expected, abs=4e-3)
        assert (left <= t).mean() == pytest.approx(expected, abs=4e-3)
    whole = samplers.biased(LAWS, row, u)
    np.testing.assert_allclose(over + left, np.broadcast_to(whole[:, None], left.shape), rtol=1e-15)
    assert samplers.second_moment(LAWS)[row] / mean == pytest.approx(whole.mean(), rel=0.02)


def test_what_never_ends_has_no_half():
    laws = table(NEVER)
    assert np.all(np.isinf(samplers.residual(laws, 0, 0.3, [0.0, 0.5])))
    assert samplers.mean(laws)[0] == samplers.second_moment(laws)[0] == np.inf
    assert samplers.survival(laws, 0, 1e9) == 1.0
    assert samplers.remaining(laws, 0, 5.0, 0.5) == np.inf


@pytest.mark.parametrize("row", SMOOTH)
@pytest.mark.parametrize("gone_at", [0.0, 0.01, 0.5, 0.99, 1.0 - 1e-9])
def test_what_remains_has_the_conditional_law(row, gone_at):
    gone = samplers.quantile(LAWS, row, gone_at)
    u = np.array([0.0, 1e-6, 0.1, 0.5, 0.9, 0.999])
    remains = samplers.remaining(LAWS, row, gone, u)
    beyond = samplers.survival(LAWS, row, gone + remains) / samplers.survival(LAWS, row, gone)
    np.testing.assert_allclose(beyond, 1.0 - u, rtol=2e-6)
    assert np.all(np.diff(remains) >= 0.0)
    if row == 0:
        assert remains.tolist() == samplers.quantile(LAWS, 0, u).tolist(), "nothing is remembered"


def test_what_remains_of_fixed_and_empirical_durations():
    laws = table(fixed(4.0), empirical([1.0, 2.0, 5.0], [0.5, 0.3, 0.2]), weibull(2.0, 3.0), gamma(7.0, 0.5))
    assert samplers.remaining(laws, 0, [0.0, 1.5, 4.0, 9.0], 0.3).tolist() == [4.0, 2.5, 0.0, 0.0]
    assert samplers.remaining(laws, 1, 1.0, [0.0, 0.59, 0.61, 0.999]).tolist() == [1.0, 1.0, 4.0, 4.0]
    assert samplers.remaining(laws, 1, [0.0, 4.9, 5.0, 7.0], 0.999).tolist() == [5.0, pytest.approx(0.1), 0.0, 0.0]
    far = samplers.remaining(laws, [2, 3], [1e3, 1e6], 0.5)
    assert np.all((far >= 0.0) & (far < 1e-3)), "longer than anything: it ends at once"


def test_a_uniform_of_1_is_refused():
    for ask in (
        lambda: samplers.quantile(LAWS, 0, 1.0),
        lambda: samplers.biased(LAWS, 0, -0.1),
        lambda: samplers.remaining(LAWS, 0, 1.0, np.nan),
        lambda: samplers.residual(LAWS, 0, 0.5, [0.2, 1.0]),
    ):
        with pytest.raises(MhwfError, match="at least 0 and below 1"):
            ask()


def test_empirical_values_without_length_are_met_by_their_weights():
    assert samplers.residual(table(empirical([0.0, 0.0])), 0, 0.7, 0.5)[1] == 0.0


RATES = st.lists(st.sampled_from([0.0, 0.0, 0.5, 3.0, 40.0]), min_size=1, max_size=6)


@given(rates=RATES, start=st.floats(0.0, 8.0), u=st.floats(1e-6, 0.999999))
@settings(max_examples=300, deadline=None)
def test_the_next_arrival_is_where_the_cumulative_rate_has_grown_by_what_is_needed(rates, start, u):
    before, need = 3, -np.log1p(-u)
    time = np.concatenate([np.full(before, 99.0), np.arange(len(rates)) * 1.5])
    rate = np.concatenate([np.full(before, 99.0), rates])
    last = time.size
    segment = before + min(int(start / 1.5), len(rates) - 1)
    instant, reached = _samplers.next_arrival(time, rate, before, last, segment, start, need)
    ends = np.append(time[before + 1 :], np.inf)
    if np.isinf(instant):
        assert reached == last
        assert rates[-1] == 0.0
        over = np.maximum(np.minimum(ends, 1e9) - np.maximum(time[before:], start), 0.0)
        assert over @ rate[before:] < need * (1.0 + 1e-12)
    else:
        assert rate[reached] > 0.0
        assert max(time[reached], start) <= instant < ends[reached - before]
        over = np.maximum(np.minimum(ends, instant) - np.maximum(time[before:], start), 0.0)
        assert over @ rate[before:] == pytest.approx(need, rel=1e-9, abs=1e-12)


def test_one_segment_adds_the_gap_and_nothing_else():
    time, rate = np.zeros(1), np.array([3.0])
    assert _samplers.next_arrival(time, rate, 0, 1, 0, 7.0, 0.4) == (7.0 + 0.4 / 3.0, 0)
    assert _samplers.next_arrival(time, rate, 0, 0, 0, 7.0, 0.4) == (np.inf, 0)


@given(
    weights=st.lists(st.integers(0, 5), min_size=1, max_size=7).filter(any),
    u=st.one_of(st.just(0.0), st.floats(0, 1 - STEP)),
)
@settings(max_examples=200, deadline=None)
def test_a_choice_is_the_first_running_sum_above_the_uniform(weights, u):
    upto = np.cumsum(weights) / sum(weights)
    expected = int(np.searchsorted(upto, u, side="right"))
    assert _samplers.which(upto, u) == expected
    assert weights[expected] > 0
    by_stream = np.stack([np.zeros_like(upto), upto])
    assert _samplers.which_class(by_stream, 1, u) == expected
    assert _samplers.which_route(np.stack([np.zeros_like(by_stream), by_stream]), 1, 1, u) == expected


def test_a_choice_never_runs_off_the_end():
    short = np.array([0.3, 0.9])
    assert _samplers.which(short, 0.95) == 1
    assert _samplers.which_class(short[None], 0, 0.95) == 1
    assert _samplers.which_route(short[None, None], 0, 0, 0.95) == 1


def test_uniforms_of_many_are_those_of_each():
    out = np.empty(4)
    _sampled.fill_uniforms(7, 3, 10, 2, 1, 5, 6, 35, 1, out)
    assert out.tolist() == [_samplers.key_uniform(7, 3, 10 + n, 2, 1, 5, 6, 35, 1) for n in range(4)]
