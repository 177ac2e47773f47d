"""Tidy tables: every grouping that was kept, names beside codes, sums exact, and refusals that help."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from mhwfmodel import catalogue
from mhwfmodel.errors import DataError
from mhwfmodel.results import STATS

GROUPINGS = [
    (),
    ("icb",),
    ("region",),
    ("icb_2026",),
    ("sector",),
    ("role",),
    ("sector", "role"),
    ("icb", "sector"),
    ("icb", "role"),
    ("icb", "sector", "role"),
]
NAMES = {
    "icb": {place.code: place.short_name for place in catalogue.icbs()},
    "icb_2026": {place.code: place.short_name for place in catalogue.icbs_2026()},
    "region": {region.name: region.name for region in catalogue.regions()},
    "sector": {sector.code: sector.name for sector in catalogue.sectors()},
    "role": {role.code: role.name for role in catalogue.roles()},
}


def total(frame) -> float:
    return float(frame["mean"].sum())


@pytest.mark.parametrize("by", GROUPINGS, ids="-".join)
@pytest.mark.parametrize("population", ["social_care", "nhs"])
def test_every_grouping_has_names_beside_codes_and_the_same_total(
    england, by: tuple[str, ...], population: str
) -> None:
    frame = england.table("filled", by, population=population, months=["2024-03"])
    head = [column for dim in by for column in (dim, f"{dim}_name")]
    assert list(frame.columns) == [*head, "month", *STATS]
    assert not frame.duplicated([*by, "month"]).any()
    assert frame[list(STATS)].notna().all().all()
    for dim in by:
        assert frame[f"{dim}_name"].tolist() == [NAMES[dim][code] for code in frame[dim]]
    whole = england.draws["filled"].sel(population=population, month="2024-03").sum("icb").mean().item()
    assert total(frame) == pytest.approx(whole, rel=2e-6)
    if population == "social_care":
        assert total(frame) == pytest.approx(621_500, rel=2e-6)


@pytest.mark.parametrize("by", [by for by in GROUPINGS if len(by) > 1], ids="-".join)
def test_the_order_of_words_does_not_matter(england, by: tuple[str, ...]) -> None:
    first, *others = (
        england.table("leavers", order, months=["2025-01"]).sort_values(list(by)).reset_index(drop=True)
        for order in permutations(by)
    )
    for other in others:
        assert other[list(first.columns)].equals(first)


def test_one_word_is_one_name(england) -> None:
    assert england.table("filled", "icb", months="2024-03").equals(england.table("filled", ["icb"], months=["2024-03"]))
    assert england.draws_by("filled", "region").identical(england.draws_by("filled", ["region"]))


def test_all_months_are_there_unless_some_are_named(england) -> None:
    assert england.table("filled")["month"].tolist() == list(england.months)
    assert england.table("filled", months=["2025-03", "2024-03"])["month"].tolist() == ["2025-03", "2024-03"]
    assert england.table("leavers")["month"].tolist() == list(england.months[1:])


@pytest.mark.parametrize(
    "measure", ["filled", "vacancies", "establishment", "leavers", "starters", "specialist_filled"]
)
def test_sums_are_exact_over_every_geography_in_every_draw(england, measure: str) -> None:
    """ICBs, regions, the ICBs of 2026 and the sectors add up to England (M10)."""
    for population in ("social_care", "nhs"):
        whole = england.draws_by(measure, population=population).values
        for by in ("icb", "region", "sector", "role"):
            parts = england.draws_by(measure, by, population=population)
            np.testing.assert_array_equal(parts.sum(by, min_count=1).values, whole)
        parts = england.draws_by(measure, "icb_2026", population=population)
        assert parts.sizes["icb_2026"] == 36
        np.testing.assert_allclose(parts.sum("icb_2026", min_count=1).values, whole, rtol=1e-12)


def test_a_region_is_its_icbs(england) -> None:
    by_icb = england.draws_by("filled", "icb")
    by_region = england.draws_by("filled", "region")
    assert by_region.sizes["region"] == 7
    for region in catalogue.regions():
        codes = [place.code for place in catalogue.icbs() if place.region == region.name]
        np.testing.assert_array_equal(by_region.sel(region=region.name), by_icb.sel(icb=codes).sum("icb"))


def test_an_icb_of_2026_is_its_shares_of_those_of_2023(england) -> None:
    by_icb, merged = england.draws_by("filled", "icb"), england.draws_by("filled", "icb_2026")
    wanted = {place.code: 0.0 for place in catalogue.icbs_2026()}
    for code, shares in catalogue.merge_shares().items():
        for target, share in shares.items():
            wanted[target] = wanted[target] + share * by_icb.sel(icb=code).astype(np.float64)
    for target, values in wanted.items():
        np.testing.assert_allclose(merged.sel(icb_2026=target), values, rtol=1e-12)


def test_parts_of_england_name_only_the_places_that_they_reach(base) -> None:
    assert set(base.draws_by("filled", "icb")["icb"].values) == set(base.draws["icb"].values)
    assert base.draws_by("filled", "region").sizes["region"] < 7
    whole = base.draws_by("filled")
    np.testing.assert_allclose(base.draws_by("filled", "icb_2026").sum("icb_2026"), whole, rtol=1e-12)


def test_social_care_and_nhs_do_not_share_a_row_by_role(england) -> None:
    """The same role in the same ICB: staff of councils, independent employers and the NHS are not added up."""
    cells = england.detail["filled"].sel(stat="mean", month="2024-03")
    for population, sectors in (
        ("nhs", ["nhs"]),
        ("social_care", [code for code in NAMES["sector"] if code != "nhs"]),
    ):
        frame = england.table("filled", ["icb", "role"], population=population, months="2024-03")
        nurses = frame[frame["role"] == "registered_nurse"].set_index("icb")["mean"]
        wanted = cells.sel(role="registered_nurse", sector=sectors).sum("sector")
        np.testing.assert_allclose(nurses[list(cells["icb"].values)], wanted, rtol=1e-5)


@pytest.mark.parametrize(
    "by", [("region", "sector"), ("icb", "icb"), ("icb", "region"), ("council",), ("icb_2026", "role")]
)
def test_a_grouping_that_was_not_kept_is_refused_with_those_that_were(england, by: tuple[str, ...]) -> None:
    with pytest.raises(DataError, match="nothing was kept by") as caught:
        england.table("filled", by)
    for allowed in ("nothing", "icb", "region", "icb_2026", "sector and role", "icb and sector and role"):
        assert f" {allowed};" in f"{caught.value};"


def test_draws_that_were_not_kept_are_refused_with_those_that_were(england) -> None:
    with pytest.raises(DataError, match="no draws were kept by icb and role; group by nothing; icb; region"):
        england.draws_by("filled", ["icb", "role"])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"measure": "fild"}, "'fild' is not a measure of a result; did you mean 'filled'"),
        ({"measure": "filled", "population": "NHS"}, "'NHS' is not a population; did you mean 'nhs'"),
        ({"measure": "filled", "months": ["2024-03", "2030-01"]}, "2030-01 is not among the months of this run"),
        ({"measure": "starters_abroad", "by": ["icb"]}, "kept for all ICBs together only"),
        ({"measure": "specialist_filled", "by": ["icb", "role"]}, "was not kept by icb and role; kept are filled"),
        ({"measure": "filled", "months": "2030-01"}, "2030-01 is not among"),
    ],
)
def test_what_a_result_does_not_have_is_refused(england, arguments: dict[str, object], told: str) -> None:
    with pytest.raises(DataError, match=told):
        england.table(**arguments)


def test_recruits_by_source_are_told_for_the_whole_run(england) -> None:
    parts = [f"starters_{name}" for name in ("other_employers", "newly_qualified", "abroad", "returners", "outside")]
    np.testing.assert_array_equal(
        sum(england.draws_by(name) for name in parts).values, england.draws_by("starters").values
    )
    assert england.table("starters_abroad", "sector").set_index("sector")["mean"]["private"].gt(0).all()


@pytest.mark.parametrize("by", [(), "icb", "region", "icb_2026"])
def test_amhp_measures_add_up_whatever_the_places(base, by) -> None:
    tables = {name: base.table(name, by=by) for name in ("amhp_gap_fte", "amhp_need_fte", "amhp_fte")}
    mean = {name: table.groupby("month")["mean"].sum() for name, table in tables.items()}
    gap = mean["amhp_need_fte"] - mean["amhp_fte"]
    assert mean["amhp_gap_fte"].to_numpy() == pytest.approx(gap.to_numpy(), abs=1e-2)
    whole = base.groups["amhp"]["amhp_gap_fte"].sum("icb").mean("draw")
    assert mean["amhp_gap_fte"].to_numpy() == pytest.approx(whole.values, abs=1e-2)
