"""A run keeps what its outputs name and nothing else; whoever asks for more is told which line to change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import mhwfmodel as mh
from mhwfmodel.errors import DataError
from mhwfmodel.report import write_report, write_workbook
from mhwfmodel.results import load_result
from mhwfmodel.scenario import Outputs

LITTLE = Outputs(detail=("filled", "vacancy_rate"), every_draw=("vacancy_rate",), flows=False, training=False)


def of(base, outputs: Outputs):
    scenario = mh.Scenario.model_validate_json(json.dumps(base.manifest["scenario"]))
    return mh.run(scenario.model_copy(update={"outputs": outputs}), threads=1)


@pytest.fixture(scope="module")
def little(base):
    return of(base, LITTLE)


def test_only_what_was_named_is_kept_and_it_is_what_a_whole_run_keeps(base, little) -> None:
    assert set(little.groups) == {"detail", "icb_sector", "icb_role", "draws", "england", "parameters"}
    for name in ("detail", "icb_sector", "icb_role"):
        assert list(little.groups[name]) == ["filled", "vacancy_rate"]
    for name in ("draws", "england"):
        assert list(little.groups[name]) == ["filled", "establishment", "vacancies", "vacancy_rate"]
    for name, data in little.groups.items():
        for variable in data:
            assert data[variable].identical(base.groups[name][variable]), (name, variable)


def test_without_detail_there_are_no_summaries(base) -> None:
    bare = of(base, Outputs(detail="none"))
    assert set(base.groups) - set(bare.groups) == {"detail", "icb_sector", "icb_role"}
    with pytest.raises(DataError, match="the run kept no detail; write 'detail: all' under 'outputs:' of the scenario"):
        _ = bare.detail
    with pytest.raises(DataError, match="'filled' was not kept by icb and role; kept are none; name it in"):
        bare.table("filled", ["icb", "role"])
    assert bare.table("filled", "icb").equals(base.table("filled", "icb"))


def test_what_was_not_kept_is_refused_with_the_line_to_change(little) -> None:
    for ask in (little.table, little.draws_by):
        with pytest.raises(DataError, match="every draw of 'leavers' was not kept; name it in 'outputs: every_draw'"):
            ask("leavers")
    with pytest.raises(DataError, match="name it in 'outputs: detail' of the scenario and run again"):
        little.table("leavers", ["icb", "sector"])
    for name in ("flows", "training"):
        with pytest.raises(DataError, match=f"the run kept no {name}; write '{name}: true' under 'outputs:' of"):
            getattr(little, name)
    for ask in (little.table, little.draws_by):
        with pytest.raises(DataError, match="of 'turnover_rate', which is made of 'leavers' and 'filled', was not"):
            ask("turnover_rate")
    with pytest.raises(DataError, match="AMHPs were not kept by sector; group by nothing; icb; region; icb_2026"):
        little.table("amhp_gap_fte", "sector")
    with pytest.raises(DataError, match="the run kept no amhp; write 'every_draw: all' under"):
        _ = little.amhp


def test_rates_are_told_from_what_they_are_made_of(base, little) -> None:
    for by in ((), "icb", "region", "sector"):
        assert little.table("vacancy_rate", by).equals(base.table("vacancy_rate", by))


def test_a_result_that_keeps_less_is_saved_and_read(little, tmp_path: Path) -> None:
    little.save(tmp_path)
    read = load_result(tmp_path)
    assert set(read.groups) == set(little.groups)
    assert all(read.groups[name].identical(data) for name, data in little.groups.items())


@pytest.mark.parametrize("group", ["flows", "training", "amhp_council", "amhp", "detail"])
def test_a_group_that_should_be_there_is_missed(base, tmp_path: Path, group: str) -> None:
    less = mh.Result({name: data for name, data in base.groups.items() if name != group}, base.manifest)
    less.save(tmp_path)
    with pytest.raises(DataError, match=f"result.nc has no group /{group}"):
        load_result(tmp_path)


@pytest.mark.parametrize("write", [write_report, write_workbook])
def test_a_report_of_what_was_not_kept_is_refused_line_by_line(little, tmp_path: Path, write) -> None:
    with pytest.raises(DataError) as caught:
        write(little, tmp_path / "file")
    lines = [str(fault) for fault in caught.value.faults]
    assert [line.split(":")[0] for line in lines] == [
        "outputs.detail",
        "outputs.every_draw",
        "outputs.flows",
        "outputs.training",
    ]
    assert "leaves out filled_fte, vacancies, turnover_rate" in lines[0].replace(
        "filled_fte, vacancies", "filled_fte, vacancies"
    )
    assert list(tmp_path.iterdir()) == []


def test_what_a_report_does_not_tell_may_be_left_out(base, tmp_path: Path) -> None:
    from mhwfmodel.catalogue.variables import variables
    from mhwfmodel.report.needs import CROSSED, lacking

    untold = {"specialist_starters", "unplaced", "under_1_year", "moved_in", "moved_out", "trained"}
    drawn = tuple(item.name for item in variables() if item.name not in untold)
    enough = Outputs(detail=CROSSED, every_draw=drawn)
    assert list(lacking(enough, remedy="x")) == []
    result = of(base, enough)
    write_report(result, tmp_path / "report.html")
    write_workbook(result, tmp_path / "summary.xlsx")
