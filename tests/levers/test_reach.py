"""Whom a lever reaches beyond its scope: nobody where employers share nobody, through the market others too."""

from __future__ import annotations

import numpy as np

from mhwfmodel.levers import FundedPosts, Pay, Recruitment, Retention, Scope

START = "2024-05"
PRIVATE = Scope(sectors=("private",))


def test_better_retention_never_lowers_the_headcount_expected_of_any_cell(expect, apart) -> None:
    """Where employers share nobody; in one market a cell may lose what its neighbours keep (see the next test)."""
    plain, kept = expect(**apart), expect(Retention(start=START, leaving_change=-0.1), **apart)
    change = (kept.detail["filled"] - plain.detail["filled"]).sel(stat="mean")
    assert float(change.min()) >= -1e-3
    assert float(change.isel(month=-1).max()) > 1


def test_in_one_market_better_retention_raises_every_role_of_social_care_together(expect) -> None:
    plain, kept = expect(), expect(Retention(start=START, leaving_change=-0.1))
    change = (kept.england["filled"] - plain.england["filled"]).isel(draw=0, month=-1)
    assert float(change.drop_sel(sector="nhs").sum("sector").min()) >= -1e-3
    assert float(change.sum()) > 1


def test_a_programme_of_places_brings_starters(expect) -> None:
    lever = Recruitment(start=START, places_per_month=5, scope=Scope(icbs=("E54000044",)))
    change = expect(lever).draws_by("starters", "icb") - expect().draws_by("starters", "icb")
    assert float(change.sel(icb="E54000044", month=START).sum()) > 0


def test_with_moves_between_icbs_a_lever_reaches_the_others_too(forecast, there) -> None:
    plain, acted = forecast(), forecast(FundedPosts(start=START, posts=300, scope=Scope(icbs=("E54000044",))))
    assert not plain.draws["filled"].sel(icb=there).identical(acted.draws["filled"].sel(icb=there))
    for name in ("parameters",):
        assert plain.groups[name].identical(acted.groups[name])


def test_a_lever_on_a_sector_leaves_the_others_when_they_share_nobody(forecast, apart) -> None:
    plain, acted = forecast(**apart), forecast(Pay(start=START, change=0.2, scope=PRIVATE), **apart)
    for sector in ("local_authority", "voluntary", "nhs", "not_stated", "direct_payment"):
        assert plain.england.sel(sector=sector).identical(acted.england.sel(sector=sector)), sector
    assert not plain.england.sel(sector="private").identical(acted.england.sel(sector="private"))


def test_a_lever_on_a_role_leaves_the_others(forecast) -> None:
    """The market is one of roles: nurses who stay are no concern of support workers."""
    lever = Retention(start=START, leaving_change=-0.4, scope=Scope(roles=("registered_nurse",)))
    plain, acted = forecast(), forecast(lever)
    others = [role for role in plain.england["role"].values if role != "registered_nurse"]
    assert plain.england.sel(role=others).identical(acted.england.sel(role=others))
    assert not plain.england.identical(acted.england)


def test_a_lever_on_a_strand_leaves_the_other_when_they_share_nobody(forecast, apart) -> None:
    special, general = (
        forecast(Retention(start=START, leaving_change=-0.4, scope=Scope(strand=strand)), **apart)
        for strand in ("specialist", "general")
    )
    plain = forecast(**apart)
    for measure in ("filled", "leavers", "starters"):
        part, whole = f"specialist_{measure}", measure
        assert plain.draws[part].identical(general.draws[part])
        assert not plain.draws[part].identical(special.draws[part])
        np.testing.assert_array_equal(
            (plain.draws[whole] - plain.draws[part]).values, (special.draws[whole] - special.draws[part]).values
        )
