"""The same seed gives the same bits: whatever the threads and blocks, and in part as in whole."""

from __future__ import annotations

import gc
import hashlib

import numpy as np
import pytest

import mhwfmodel as mh
from mhwfmodel.scenario import Scenario

ICBS = ("E54000011", "E54000044")


def same(one, two) -> bool:
    return set(one.groups) == set(two.groups) and all(
        one.groups[name].identical(two.groups[name]) for name in one.groups
    )


@pytest.fixture(scope="module")
def base(small):
    return small()


@pytest.fixture(scope="module")
def long(small):
    return small(months=14)


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_change_no_bit(small, base, threads: int) -> None:
    assert same(base, small(threads=threads))


LAYOUTS = {
    "one draw at a time": {"chunk": 1},
    "one chunk": {"chunk": 1000},
    "a month at a time": {"chunk": 7, "months_at_once": 1},
    "chunks in the file": {"chunk": 7, "inside": 1, "months_at_once": 3},
    "values in the file": {"chunk": 7, "values_in_file": True, "months_at_once": 3},
    "every draw in the file": {"chunk": 7, "draws_in_file": True, "months_at_once": 3},
    "all in the file": {
        "chunk": 7,
        "inside": 1,
        "values_in_file": True,
        "draws_in_file": True,
        "months_at_once": 2,
    },
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_how_a_run_is_laid_out_changes_no_bit(small, long, laid_out, layout: dict[str, object], leftovers) -> None:
    """Chunks of draws, blocks of months, and what waits in a file; a year and more, so that turnover is told."""
    with laid_out(**layout):
        other = small(threads=2, months=14)
    assert same(long, other)
    del other
    gc.collect()
    assert leftovers() == []


@pytest.mark.parametrize("layout", [LAYOUTS["all in the file"]])
def test_what_is_read_from_a_file_is_read_in_any_order(long, small, laid_out, layout: dict[str, object]) -> None:
    with laid_out(**layout):
        other = small(months=14)
    for name, group in (("filled", "draws"), ("leavers", "england"), ("vacancy_rate", "draws")):
        one, two = (run.groups[group][name] for run in (long, other))
        for key in (
            {"draw": slice(3, 20, 4), "month": 5},
            {"draw": [9, 2], "month": slice(None, None, -3)},
            {"draw": -1, "month": [0, 13, 4]},
            {"draw": slice(5, 5)},
        ):
            assert one.isel(key).identical(two.isel(key)), (name, key)


def test_a_result_in_a_file_is_saved_as_one_in_memory(long, small, laid_out, tmp_path) -> None:
    with laid_out(**LAYOUTS["all in the file"]):
        other = small(months=14)
    long.save(tmp_path / "one")
    other.save(tmp_path / "two")
    one, two = (hashlib.sha256((tmp_path / name / "result.nc").read_bytes()).hexdigest() for name in ("one", "two"))
    assert one == two


def test_the_file_has_the_same_bytes(small, base, tmp_path) -> None:
    small(threads=2).save(tmp_path / "two")
    base.save(tmp_path / "one")
    one, two = (hashlib.sha256((tmp_path / name / "result.nc").read_bytes()).hexdigest() for name in ("one", "two"))
    assert one == two


def test_the_first_draws_are_the_draws_of_a_smaller_run(small, base) -> None:
    fewer = small(draws=11)
    for name in ("draws", "england", "amhp", "parameters"):
        assert fewer.groups[name].identical(base.groups[name].isel(draw=slice(0, 11))), name


def test_the_first_months_are_the_months_of_a_shorter_run(small, base) -> None:
    longer = small(months=9)
    for name in ("draws", "england", "detail", "amhp"):
        assert base.groups[name].identical(longer.groups[name].isel(month=slice(0, 5))), name


def test_another_seed_gives_other_numbers(small, base) -> None:
    other = small(seed=7)
    assert not np.array_equal(other.draws["filled"].values, base.draws["filled"].values)
    for name in base.groups["parameters"]:
        assert not np.array_equal(other.groups["parameters"][name].values, base.groups["parameters"][name].values)


def test_arguments_stand_for_the_scenario(base) -> None:
    scenario = Scenario(name="small", months=4, draws=500, seed=1, icbs=tuple(base.draws["icb"].values))
    result = mh.run(scenario, draws=30, seed=20240401, threads=1)
    assert same(base, result)
    assert (result.manifest["draws"], result.manifest["seed"]) == (30, 20240401)
    assert result.manifest["scenario"]["draws"] == 30


@pytest.mark.parametrize("fewer", [ICBS[1:], ICBS[:1]], ids=["alone", "another alone"])
def test_without_moves_between_icbs_one_alone_has_the_bits_that_it_has_among_three(small, fewer) -> None:
    among = small(moves="within_icb", icbs=(*ICBS, "E54000034"), months=7)
    alone = small(moves="within_icb", icbs=fewer, months=7)
    for name in ("draws", "detail", "icb_sector", "icb_role", "amhp", "training"):
        assert alone.groups[name].identical(among.groups[name].sel(icb=list(fewer))), name


def test_with_moves_an_icb_alone_has_other_numbers_than_among_three(small) -> None:
    """The check above can fail: staff who move between ICBs make a difference."""
    among, alone = small(icbs=(*ICBS, "E54000034"), months=7), small(icbs=ICBS[1:], months=7)
    assert not alone.draws["filled"].identical(among.draws["filled"].sel(icb=list(ICBS[1:])))


def test_the_order_of_icbs_changes_nothing(small, base, icbs) -> None:
    assert same(base, small(icbs=tuple(reversed(icbs))))


def test_progress_is_told_to_the_end() -> None:
    told: list[tuple[str, int, int]] = []
    scenario = Scenario(name="x", months=3, draws=2, icbs=("E54000011",))
    mh.run(scenario, threads=1, progress=lambda *args: told.append(args))
    assert told[-1] == ("months", 3, 3)
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == ["inputs", "calibration", "months"]
    done = [done for stage, done, _ in told if stage == "months"]
    assert (done[0], sorted(done)) == (0, done)
