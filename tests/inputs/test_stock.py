"""The starting workforce holds every published total and margin at once, in every draw."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mhwfmodel import catalogue
from mhwfmodel.catalogue.states import SPECIALIST
from mhwfmodel.inputs import columns
from mhwfmodel.inputs.stock import filled_posts, number, sector_totals

TOTAL = 621_500
SPECIALIST_POSTS = 16_000
COUNTS = {"local_authority": 55_000, "direct_payment": 10_500}
INDEPENDENT = 515_000
COUNTED = 585_000


def in_nhs(cells) -> np.ndarray:
    return np.array([sector.population == "nhs" for sector in catalogue.sectors()])[cells.sector]


def test_social_care_is_the_published_total_in_every_draw_and_the_nhs_is_apart(drawn, central) -> None:
    nhs = in_nhs(drawn.cells)
    assert (drawn.filled == np.floor(drawn.filled)).all()
    assert (drawn.filled[:, ~nhs].sum(axis=1) == TOTAL).all()
    assert central.filled[:, ~nhs].sum() == pytest.approx(TOTAL, rel=1e-12)
    value = {name.name: name.central for name in catalogue.parameters()}
    heads = [value[posts.fte] / value[catalogue.role(posts.role).participation] for posts in catalogue.nhs_posts()]
    assert central.filled[:, nhs].sum() == pytest.approx(sum(heads), rel=1e-12)
    assert drawn.filled[:, nhs].sum(axis=1).std() > 0


def test_nhs_staff_give_the_published_full_time_equivalents_in_every_draw(parameters, filled) -> None:
    for role, name in (
        ("social_worker", "nhs_social_workers_fte"),
        ("registered_nurse", "nhs_community_nurses_fte"),
        ("psychological_wellbeing_practitioner", "nhs_wellbeing_practitioners_fte"),
    ):
        at = [position for position, c in enumerate(columns()) if (c.sector, c.role) == ("nhs", role)]
        fte = filled[:, :, at].sum(axis=(1, 2)) * parameters.value(f"participation_{role}")
        np.testing.assert_allclose(fte, parameters.value(name), rtol=1e-12)


def test_sector_totals_are_the_counts_scaled_with_the_remainder_explicit(parameters, filled, where) -> None:
    totals = {sector: filled[:, :, where(sector=sector)].sum(axis=(1, 2)) for sector in sector_totals(parameters)}
    scale = TOTAL / COUNTED
    for sector, count in COUNTS.items():
        np.testing.assert_allclose(totals[sector], count * scale, rtol=1e-9)
    np.testing.assert_allclose(totals["private"] + totals["voluntary"], INDEPENDENT * scale, rtol=1e-9)
    remainder = COUNTED - sum(COUNTS.values()) - INDEPENDENT
    assert remainder == 4_500
    np.testing.assert_allclose(totals["not_stated"], remainder * scale, rtol=1e-9)
    share = totals["voluntary"] / (totals["private"] + totals["voluntary"])
    np.testing.assert_allclose(share, parameters.value("voluntary_share"), rtol=1e-9)


def test_icb_and_role_margins_hold_together_at_central_values(central_parameters, where) -> None:
    table = filled_posts(central_parameters)[0]
    social_care = ~where(sector="nhs")
    adults = np.array([place.adults for place in catalogue.icbs()], dtype=float)
    np.testing.assert_allclose(table[:, social_care].sum(axis=1), TOTAL * adults / adults.sum(), rtol=1e-11)
    for row in catalogue.role_mix():
        own = where(sector=row.sector, strand=row.strand)
        cell = where(sector=row.sector, strand=row.strand, role=row.role)
        if row.share > 0:
            assert table[:, cell].sum() / table[:, own].sum() == pytest.approx(row.share, rel=1e-9), row


def test_icb_shares_stray_around_adult_population_in_every_draw(parameters, filled, where) -> None:
    adults = np.array([place.adults for place in catalogue.icbs()], dtype=float)
    shares = filled[:, :, ~where(sector="nhs")].sum(axis=2) / TOTAL
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, rtol=1e-12)
    expected = adults / adults.sum()
    spread = np.sqrt(expected * (1 - expected) / (parameters.parameter("icb_share_concentration").central + 1))
    z = (shares.mean(axis=0) - expected) / (spread / np.sqrt(len(shares)))
    assert np.abs(z).max() < 4.5
    assert 0.7 < (shares.std(axis=0, ddof=1) / spread).mean() < 1.3


def test_specialist_posts_are_a_nested_share_of_the_published_number(filled, where) -> None:
    special = filled[:, :, where(strand="specialist")]
    np.testing.assert_allclose(special.sum(axis=(1, 2)), SPECIALIST_POSTS, rtol=1e-12)
    assert (special >= 0).all()
    assert (filled >= 0).all()
    assert {column.sector for column in columns() if column.strand == "specialist"} == {
        "local_authority",
        "private",
        "voluntary",
    }


def test_specialist_posts_are_divided_over_employers_as_assumed(parameters, filled, where) -> None:
    council = filled[:, :, where(strand="specialist", sector="local_authority")].sum(axis=(1, 2)) / SPECIALIST_POSTS
    np.testing.assert_allclose(council, parameters.value("specialist_local_authority_share"), rtol=1e-9)
    voluntary = filled[:, :, where(strand="specialist", sector="voluntary")].sum(axis=(1, 2)) / SPECIALIST_POSTS
    np.testing.assert_allclose(voluntary / (1 - council), parameters.value("specialist_voluntary_share"), rtol=1e-9)


@pytest.mark.parametrize(("code", "people_per_post"), [("E54000011", 20_000), ("E54000030", 667)])
def test_published_densities_hold_in_every_draw(filled, where, code: str, people_per_post: int) -> None:
    places = catalogue.icbs()
    at = [place.code for place in places].index(code)
    posts = filled[:, at, where(strand="specialist")].sum(axis=1)
    np.testing.assert_allclose(places[at].population / posts, people_per_post, rtol=1e-9)


def test_rounding_to_whole_posts_moves_no_cell_by_one(drawn, filled) -> None:
    flat = filled.reshape(len(filled), -1)
    assert (np.abs(drawn.filled - flat) < 1 + 1e-6).all()
    assert not np.array_equal(drawn.filled, flat)


def test_the_first_draws_are_those_of_a_shorter_run(parameters, filled) -> None:
    fewer = replace(parameters, draws=np.arange(4, dtype=np.uint32))
    assert np.array_equal(filled_posts(fewer), filled[:4])


def test_figures_read_as_numbers_are_those_that_were_published() -> None:
    assert [number(name) for name in ("F001", "BMH01", "F022", "F028", "F029")] == [
        621_500,
        585_000,
        16_000,
        20_000,
        667,
    ]


def test_strands_of_the_cells_are_those_of_the_columns(drawn) -> None:
    icbs = len(drawn.cells.icb_codes)
    wanted = [column.strand == "specialist" for column in columns()] * icbs
    assert ((drawn.cells.strand == SPECIALIST) == np.array(wanted)).all()
    assert np.unique(drawn.cells.id).size == len(drawn.cells)
