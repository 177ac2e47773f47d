"""Posts converted to another role, and sources of recruits that dry up: closed forms, conservation, refusals."""

from __future__ import annotations

import numpy as np
import pytest

from mhwfmodel import catalogue
from mhwfmodel.errors import ScenarioError
from mhwfmodel.inputs import build
from mhwfmodel.levers import Scope
from mhwfmodel.levers.effects import PostsAdded, PostsConverted, Scaled, SourceScaled
from mhwfmodel.scenario import Scenario
from mhwfmodel.simulate.lever_checks import check_levers
from mhwfmodel.simulate.months import fill_chances, funded_posts, source_shares, sources
from mhwfmodel.supply.states import SOURCES

ICBS, MONTHS = ("E54000044", "E54000011"), 4
ROWS = slice(0, 3)
ROLES = [role.code for role in catalogue.roles()]
SECTORS = [sector.code for sector in catalogue.sectors()]
CARE = Scope(sectors=("private", "voluntary"), roles=("senior_support_worker", "registered_manager"))


@pytest.fixture(scope="module")
def ready(doing, model):
    def go(*effects: object, central: bool = False, **changes: object):
        levers = (doing(*effects),) if effects else ()
        return model(central=central, levers=levers, **({"months": MONTHS, "draws": 3, "icbs": ICBS} | changes))

    return go


def share(value: float) -> np.ndarray:
    return np.full(MONTHS, value)


def expected(made) -> np.ndarray:
    """Posts before they are rounded, dims (cell)."""
    return funded_posts(made, 2, slice(0, 1))[0]


def by_place(made, posts: np.ndarray) -> np.ndarray:
    """Sums over the roles and strands of each ICB and sector."""
    return np.bincount(made.icb_sector, posts)


def where(made, role: str, *sectors: str) -> np.ndarray:
    cells = made.inputs.cells
    return (cells.role == ROLES.index(role)) & np.isin(cells.sector, [SECTORS.index(code) for code in sectors])


def test_as_many_posts_go_as_come_in_every_icb_and_sector(ready) -> None:
    plain = ready(central=True)
    made = ready(PostsConverted(share(0.3), "support_worker", CARE), central=True)
    before, after = expected(plain), expected(made)
    np.testing.assert_allclose(by_place(made, after), by_place(plain, before), rtol=1e-12)
    gone = where(made, "senior_support_worker", *CARE.sectors) | where(made, "registered_manager", *CARE.sectors)
    np.testing.assert_allclose(after[gone], 0.7 * before[gone], rtol=1e-12)
    came = where(made, "support_worker", *CARE.sectors)
    assert (after[came] >= before[came]).all()
    assert after[came].sum() - before[came].sum() == pytest.approx(0.3 * before[gone].sum(), rel=1e-12)
    np.testing.assert_array_equal(after[~gone & ~came], before[~gone & ~came])


def test_posts_keep_their_strand_where_the_other_role_has_it(ready) -> None:
    plain, made = ready(central=True), ready(PostsConverted(share(1.0), "support_worker", CARE), central=True)
    cells, change = made.inputs.cells, expected(made) - expected(plain)
    for strand in (0, 1):
        here = cells.strand == strand
        of = (where(made, "senior_support_worker", "private") | where(made, "registered_manager", "private")) & here
        to = where(made, "support_worker", "private") & here
        if to.any():
            assert change[to].sum() == pytest.approx(-change[of].sum(), rel=1e-9)
    assert expected(made)[where(made, "registered_manager", "private")].sum() == 0.0


def test_conversions_come_after_posts_are_added_and_scaled_and_share_what_they_take(ready) -> None:
    add = PostsAdded(np.full(MONTHS, 100.0), CARE)
    scale = Scaled("posts", np.full((1, MONTHS), np.log(0.8)), CARE)
    one = PostsConverted(share(0.5), "support_worker", CARE)
    other = PostsConverted(share(0.2), "peer_worker", Scope(sectors=("voluntary",), roles=CARE.roles))
    before = expected(ready(scale, add, central=True))
    forward, back = (ready(*given, central=True) for given in ([add, scale, one, other], [other, one, scale, add]))
    after = expected(forward)
    np.testing.assert_allclose(after, expected(back), rtol=1e-12)
    taken = where(forward, "senior_support_worker", "voluntary")
    np.testing.assert_allclose(after[taken], 0.5 * 0.8 * before[taken], rtol=1e-12)
    peers = where(forward, "peer_worker", "voluntary")
    gone = before[taken].sum() + before[where(forward, "registered_manager", "voluntary")].sum()
    assert after[peers].sum() - before[peers].sum() == pytest.approx(gone * 0.6 * 0.2 / 0.7, rel=1e-9)


def test_two_conversions_of_all_posts_take_no_more_than_all(ready) -> None:
    every = [PostsConverted(share(1.0), role, CARE) for role in ("support_worker", "other")]
    plain, made = ready(central=True), ready(*every, central=True)
    np.testing.assert_allclose(by_place(made, expected(made)), by_place(plain, expected(plain)), rtol=1e-12)
    assert expected(made).min() >= 0.0


def test_whole_posts_are_off_by_less_than_one_a_cell(ready) -> None:
    made = ready(PostsConverted(share(0.37), "support_worker", CARE))
    plain = ready()
    change = funded_posts(made, 1, ROWS) - funded_posts(plain, 1, ROWS)
    moved = np.zeros_like(change, dtype=float)
    of = np.concatenate([item.of for item in made.levers.converted])
    moved[:, of] = 0.37 * plain.posts[ROWS][:, of]
    # The trend of posts moves the share a little; a post is the most that rounding can add to that.
    assert (np.abs(change[:, of] + moved[:, of]) < 1.0 + 0.05 * moved[:, of]).all()


@pytest.mark.parametrize(
    ("effect", "place", "words"),
    [
        (PostsConverted(share(0.1), "social_worker", Scope(roles=("support_worker",))), ".scope.sectors",
         "name sectors that have them: "),
        (PostsConverted(share(0.1), "support_worker", Scope(roles=("support_worker",))), ".scope",
         "holds posts of support_worker alone"),
        (PostsConverted(share(0.1), "support_worker", Scope(sectors=("nhs",), roles=("advocate",))), ".scope",
         "holds no staff"),
    ],
)  # fmt: skip
def test_what_cannot_be_converted_is_refused(doing, effect, place: str, words: str) -> None:
    central = build(Scenario(name="x", months=MONTHS, icbs=ICBS), central=True)
    with pytest.raises(ScenarioError) as caught:
        check_levers((doing(effect),), central)
    assert caught.value.faults[0].where == f"levers[0]{place}"
    assert words in str(caught.value)


def intensity(fill: np.ndarray) -> np.ndarray:
    return -np.log1p(-fill)


def test_a_source_that_is_halved_takes_its_half_off_the_intensity_and_the_others_keep_theirs(ready) -> None:
    half = SourceScaled("abroad", np.full((1, MONTHS), 0.5), Scope(sectors=("private",)))
    plain, made = ready(), ready(half)
    usual = source_shares(plain, 2, ROWS)
    shares, kept = sources(made, 2, ROWS)
    here = made.inputs.cells.sector == SECTORS.index("private")
    open_to_all = (usual[SOURCES.index("abroad")] > 0) & (fill_chances(plain, 2, ROWS) < 1)
    some = here & open_to_all
    before, after = (intensity(fill_chances(item, 2, ROWS, part)) for item, part in ((plain, None), (made, kept)))
    for at, source in enumerate(SOURCES):
        factor = 0.5 if source == "abroad" else 1.0
        np.testing.assert_allclose((after * shares[at])[some], (factor * before * usual[at])[some], rtol=1e-9)
    np.testing.assert_allclose(shares.sum(axis=0), 1.0, rtol=1e-12)
    np.testing.assert_array_equal(shares[:, :, ~here], usual[:, :, ~here])
    np.testing.assert_array_equal(after[:, ~here], before[:, ~here])


def test_sources_are_scaled_by_draw_and_their_factors_multiply(ready) -> None:
    by_draw = SourceScaled("outside", np.array([1.0, 0.5, 2.0])[:, None] * np.ones(MONTHS), Scope())
    twice = SourceScaled("outside", np.full((1, MONTHS), 2.0), Scope())
    made, plain = ready(by_draw, twice), ready()
    shares, kept = sources(made, 1, ROWS)
    usual = source_shares(plain, 1, ROWS)
    social = ~made.nhs
    weight = usual.copy()
    weight[SOURCES.index("outside")] *= np.where(social, 1.0, 0.0) * np.array([[2.0], [1.0], [4.0]]) + made.nhs
    np.testing.assert_allclose(kept, weight.sum(axis=0), rtol=1e-12)
    np.testing.assert_allclose(shares, weight / weight.sum(axis=0), rtol=1e-12)
    # In the draw where the two cancel nothing is touched at all.
    np.testing.assert_array_equal(shares[:, 1], usual[:, 1])


def test_without_any_source_nobody_is_recruited_from_outside(doing, ready) -> None:
    named = ("newly_qualified", "abroad", "returners", "outside")
    none = [SourceScaled(name, np.zeros((1, MONTHS)), Scope(sectors=("direct_payment",))) for name in named]
    made = ready(*none)
    shares, kept = sources(made, 1, ROWS)
    fill = fill_chances(made, 1, ROWS, kept)
    here = made.inputs.cells.sector == SECTORS.index("direct_payment")
    others = source_shares(made, 1, ROWS)[SOURCES.index("other_employers")]
    np.testing.assert_array_equal(fill[:, here & (others == 0).all(axis=0)], 0.0)
    assert np.isfinite(fill).all()
    assert np.isfinite(shares).all()
    assert (fill[:, ~here] > 0).any()
