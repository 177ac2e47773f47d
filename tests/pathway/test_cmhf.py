"""The pathway that ships: every number of its file has a row with a source or a range, and it is in balance."""

from __future__ import annotations

import importlib
import importlib.util
import math
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from mhwfmodel import catalogue
from mhwfmodel.demand.engine import simulate, trace
from mhwfmodel.demand.outcome import SECOND, SO_FAR, Happening
from mhwfmodel.demand.steady import stationary
from mhwfmodel.demand.targets import england_people, targets_table
from mhwfmodel.demand.warm import present
from mhwfmodel.pathway import flatten, load_pathway, parent
from mhwfmodel.pathway.schema import Pathway

NUMBER_OF = {
    "triage": 1,
    "assessment": 2,
    "advice": 3,
    "core": 4,
    "intensive": 5,
    "therapy": 6,
    "while_waiting": 7,
    "crisis_team": 8,
    "crisis_house": 9,
    "crisis_cafe": 10,
    "helpline": 11,
    "place_of_safety": 12,
    "mha_assessment": 13,
    "mha_arrangements": 14,
    "hospital": 15,
    "follow_up": 16,
    "housing_panel": 17,
    "residential": 18,
    "supported_housing": 19,
    "step_down_housing": 20,
    "outreach": 21,
}
"""Stable numbers in the counter of random numbers: a stage keeps its own for ever."""

FORMAL = ("people", "months", "replications", "seed")
"""Numbers of the file that say nothing about the world."""

PLAIN = {"stages.mha_assessment.needs.amhps": 1, "stages.mha_assessment.needs.doctors": 2}
"""What the Mental Health Act asks for; other needs are of one server."""


@pytest.fixture(scope="module")
def pathway() -> Pathway:
    return load_pathway("cmhf")


@pytest.fixture(scope="module")
def file(root: Path) -> dict[str, Any]:
    text = (root / "mhwfmodel" / "pathway" / "data" / "cmhf.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    return found


@pytest.fixture(scope="module")
def tool(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("balance_pathway", root / "tools" / "balance_pathway.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def leaves(value: object, key: str = "") -> Iterator[tuple[str, object]]:
    """Every leaf of the file with its dotted key."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from leaves(inner, f"{key}.{name}" if key else str(name))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from leaves(inner, f"{key}[{at}]")
    else:
        yield key, value


def keys_of(at: str) -> list[str]:
    """Keys of leaves that a key of the table stands for: `a[0:2]` is `a[0]` and `a[1]`."""
    match = re.fullmatch(r"(.+)\[(\d+):(\d+)\]", at)
    return [f"{match[1]}[{number}]" for number in range(int(match[2]), int(match[3]))] if match else [at]


def in_unit(value: object, unit: str) -> float:
    """A value of the file in the unit of its row: `45 minutes` is 45 where the unit is minutes."""
    if isinstance(value, str):
        number, written = value.split()
        assert written.rstrip("s") == unit.rstrip("s"), (value, unit)
        return float(number)
    assert isinstance(value, (int, float)), value
    return float(value)


def is_number(value: object) -> bool:
    if isinstance(value, str):
        return bool(re.fullmatch(r"[\d.]+ (minute|hour|day|week|month|year)s?", value))
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def test_every_row_of_the_table_is_what_the_file_says(file) -> None:
    found = dict(leaves(file))
    for number in catalogue.pathway_numbers():
        for at in number.at:
            for key in keys_of(at):
                assert key in found, f"{number.name}: the file has no {key}"
                assert in_unit(found[key], number.unit) == pytest.approx(number.central, rel=1e-9), key


def test_every_number_of_the_file_has_a_row(file) -> None:
    told = {key for number in catalogue.pathway_numbers() for at in number.at for key in keys_of(at)}
    untold = [key for key, value in leaves(file) if is_number(value) and key not in told and key not in FORMAL]
    routes: dict[str, list[str]] = {}
    for key in untold:
        where, _, last = key.rpartition(".")
        if last == "number" or key.endswith(".priority"):
            continue
        if key in PLAIN or ".needs." in key:
            assert dict(leaves(file))[key] == PLAIN.get(key, 1), key
        elif ".classes." in key:
            assert key.startswith("arrivals."), key
        else:
            assert ".routes" in key or key == "stages.assessment.modes.in_person.share", f"{key} has no row"
            routes.setdefault(where, []).append(key)
    assert all(len(keys) == 1 for keys in routes.values()), "of a set of ways on, one share may be what others leave"


def test_no_row_is_left_over(file) -> None:
    unused = {number.name for number in catalogue.pathway_numbers() if not number.at}
    assert unused == {
        "section_136_england_share",
        "urgent_share_of_referrals",
        "urgent_share_of_calls",
        "urgent_share_of_visitors",
        "offline_share_of_urgent",
        "offline_share_of_routine",
    }


def test_shares_of_classes_are_worked_out_from_urgency_and_exclusion(pathway) -> None:
    def central(name: str) -> float:
        return catalogue.pathway_number(name).central

    urgent = {
        "referrals": central("urgent_share_of_referrals"),
        "calls": central("urgent_share_of_calls"),
        "walk_ins": central("urgent_share_of_visitors"),
        "housing_requests": central("urgent_share_of_visitors"),
        "section_136": 1.0,
        "act_requests": 1.0,
    }
    offline = {"urgent": central("offline_share_of_urgent"), "routine": central("offline_share_of_routine")}
    for name, stream in pathway.arrivals.items():
        for need, part in (("urgent", urgent[name]), ("routine", 1.0 - urgent[name])):
            excluded = part * offline[need]
            assert stream.classes.get(f"{need}_offline", 0.0) == pytest.approx(excluded, abs=1e-12), name
            assert stream.classes.get(need, 0.0) == pytest.approx(part - excluded, abs=1e-12), name


def test_what_is_derived_follows_from_its_figures(pathway) -> None:
    def published(name: str) -> float:
        number = catalogue.figure(name).number
        assert number is not None
        return number

    million = england_people() / 1e6
    central = {number.name: number.central for number in catalogue.pathway_numbers()}
    assert central["helpline_calls"] == pytest.approx(published("D177") * 12 / million, abs=0.5)
    share = central["section_136_england_share"]
    assert central["section_136_detentions"] == pytest.approx(published("D133") * share / million, abs=0.5)
    for name, figure in (("residential_stay", "D171"), ("supported_stay", "D172"), ("outreach_stay", "D173")):
        stay = -2.5 / math.log1p(-published(figure) / 100)
        assert central[name] == pytest.approx(stay, rel=2e-3), name
    assessments = published("A046") / 1e5 * england_people()
    assert central["detained_share"] == pytest.approx(published("D106") / assessments, abs=5e-4)
    assert published("A048") / 100 * assessments == pytest.approx(110_000, rel=0.01)
    hours = central["act_assessment_time"] + central["act_arrangement_time"]
    assert hours == catalogue.parameter("amhp_hours_per_assessment").central
    windows = catalogue.amhp_windows()
    for name, window in zip(("by_day", "in_the_evening", "at_night"), windows, strict=True):
        assert central[f"act_requests_{name}"] == pytest.approx(window.share * 24 / window.hours_a_day, rel=1e-9)


def test_patterns_of_the_day_and_week_do_not_change_how_many_come(pathway) -> None:
    for name, stream in pathway.arrivals.items():
        if stream.day:
            assert np.mean(stream.day) == pytest.approx(1.0), name
        if stream.week:
            assert sum(stream.week.values()) / 7 == pytest.approx(1.0), name


def test_stages_keep_their_numbers(pathway) -> None:
    assert {name: stage.number for name, stage in pathway.stages.items()} == NUMBER_OF
    assert [stream.number for stream in pathway.arrivals.values()] == list(range(1, 7))


def test_full_pools_have_the_size_that_the_chosen_waits_ask_for(pathway, tool) -> None:
    network = flatten(pathway, months=12)
    urgent = np.array([item.priority == 1 for item in pathway.classes.values()])
    numbers = tool.pool_numbers(pathway, network, tool.balance(network, urgent))
    for name in tool.SIZED:
        assert pathway.pools[name].number == pytest.approx(numbers[name], rel=0.02), name
    others = set(pathway.pools) - set(tool.SIZED)
    assert all(numbers[name] < pathway.pools[name].number for name in others)


def test_as_many_assessments_as_the_need_for_amhps_counts(pathway) -> None:
    network = flatten(pathway, months=12)
    found = stationary(network).flows.arriving[network.stages.names.index("mha_assessment")].sum() * 365.25
    assert found / 10 == pytest.approx(catalogue.parameter("amhp_assessments_per_100k").central, rel=0.01)


def test_skills_of_the_pools_are_staffed_by_somebody(pathway) -> None:
    skills = {pool.staff.skill for pool in pathway.pools.values() if pool.staff}
    assert skills - {"amhp"} == {row.skill for row in catalogue.staffing()}
    assert [name for name, pool in pathway.pools.items() if pool.staff is None] == ["doctors"]


@pytest.fixture(scope="module")
def third_year(pathway):
    """Ten replications of a place of a million people over three years."""
    network = flatten(pathway, months=36)
    start = present(network, stationary(network), seed=3, replications=range(10))
    return network, simulate(network, seed=3, replications=range(10), present=start)


def test_nothing_drifts_when_nothing_changes(third_year) -> None:
    network, found = third_year
    large = found.opening_waiting.sum(axis=2).mean(axis=0) > 100
    assert {parent(name) for name, kept in zip(network.stages.names, large, strict=True) if kept} == {
        "assessment",
        "advice",
        "core",
        "therapy",
    }
    first = found.opening_waiting.sum(axis=2)[:, large].sum(axis=1)
    last = found.waiting[:, -12:].sum(axis=3)[:, :, large].sum(axis=2).mean(axis=1)
    error = np.hypot(first.std(ddof=1), last.std(ddof=1)) / np.sqrt(len(first))
    assert abs(last.mean() - first.mean()) < max(4 * error, 0.05 * first.mean())
    median = found.waits.median[:, SO_FAR, SECOND, :, network.classes.index("routine")].mean(axis=0)
    assert median[0] == pytest.approx(median[-12:].mean(), rel=0.08), "the first picture is like those that follow"
    there = found.opening_in_work.sum(axis=(1, 2)).mean()
    assert found.in_work[:, -1].sum(axis=(1, 2)).mean() == pytest.approx(there, rel=0.02)


NEAR = {
    "median_wait": 0.1,
    "longest_wait": 0.2,
    "long_waiters": 0.35,
    "beyond_four_weeks": 0.1,
    "seen": 0.1,
    "detentions": 0.05,
    "section_136": 0.1,
    "assessments": 0.03,
    "calls": 0.01,
    "moved_residential": 0.35,
    "moved_supported": 0.1,
    "moved_outreach": 0.1,
    "accommodated": 0.1,
}
"""How near the pathway is to a target; what is not named is not met, and the page says why."""


def test_the_pathway_is_near_the_targets_that_can_be_met_together(third_year) -> None:
    rows = {row.target.id: row for row in targets_table([third_year], 1e6, months=slice(24, 36))}
    for name, most in NEAR.items():
        assert abs(rows[name].misfit) <= most + 4 * rows[name].error / abs(rows[name].target.value or 1.0), rows[name]
    assert rows["detained_share"].misfit < -0.4, "the three figures on detention cannot all be met"
    assert rows["waiting"].found < 0.5 * 1_200_000
    assert rows["waiting_adults"].misfit == 0.0


def test_the_page_shows_every_target_and_what_was_found(third_year, root: Path) -> None:
    page = (root / "docs" / "_measured" / "cmhf_targets.md").read_text(encoding="utf-8")
    shown = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines()[2:]]
    rows = targets_table([third_year], 1e6, months=slice(24, 36))
    assert [cells[:5] for cells in shown] == [
        [r.target.title, r.target.definition, r.target.scope, r.target.period, " ".join(r.target.figures)] for r in rows
    ]
    for cells, row in zip(shown, rows, strict=True):
        share = 0.01 if row.target.unit == "share" else 1.0
        value, spread = (float(word.strip().rstrip("%").replace(",", "")) * share for word in cells[6].split("±"))
        assert abs(value - row.found) <= 2 * spread + 4 * row.error + 0.03 * value, row.target.id


def test_targets_of_a_run_are_those_of_its_parts(third_year) -> None:
    network, found = third_year
    once = targets_table([(network, found)], 1e6, months=slice(12, 24))
    twice = targets_table([(network, found), (network, found)], 2e6, months=slice(12, 24))
    for one, two in zip(once, twice, strict=True):
        assert two.found == pytest.approx(one.found, rel=1e-12), one.target.id
    waiting = found.waits.number[:, SO_FAR, SECOND, 12:24].sum(axis=2).mean() * england_people() / 1e6
    assert {row.target.id: row.found for row in once}["waiting"] == pytest.approx(waiting, rel=1e-12)


def test_online_contact_leaves_the_digitally_excluded_out_and_an_offline_offer_brings_them_back() -> None:
    def missed(digital: float) -> np.ndarray:
        mode = "stages.assessment.modes"
        shares = {"digital": digital, "hybrid": 0.0, "in_person": 1.0 - digital}
        changed = load_pathway("cmhf", {f"{mode}.{name}.share": share for name, share in shares.items()})
        network = flatten(changed, months=6)
        found = simulate(network, seed=1, replications=[0])
        return found.left[0, :, network.exits.index("not_reached")].sum(axis=0)

    everybody, half, nobody = missed(1.0), missed(0.5), missed(0.0)
    offline = np.array([name.endswith("_offline") for name in load_pathway("cmhf").classes])
    assert everybody[offline].sum() > half[offline].sum() > 0
    assert everybody[~offline].sum() == 0
    assert nobody.sum() == 0


@pytest.fixture(scope="module")
def month_of_events(pathway):
    network = flatten(pathway, months=1)
    return network, trace(network, seed=1, replication=0)


def test_a_cafe_sees_people_in_the_evening_alone(month_of_events) -> None:
    network, log = month_of_events
    here = (log.kind == Happening.STARTED) & (log.stage == network.stages.names.index("crisis_cafe"))
    hour = log.time[here] % 1.0 * 24.0
    assert here.sum() > 100
    assert ((hour >= 18.0 - 1e-6) | (hour < 2.0)).all()


def test_an_assessment_under_the_act_takes_one_amhp_and_two_doctors_at_once(month_of_events) -> None:
    network, log = month_of_events
    stages, pools = network.stages, network.pools.names
    at = stages.names.index("mha_assessment")
    held = slice(stages.need_start[at], stages.need_start[at + 1])
    needs = {
        pools[pool]: int(count) for pool, count in zip(stages.need_pool[held], stages.need_count[held], strict=True)
    }
    assert needs == {"amhps": 1, "doctors": 2}
    assert stages.statutory[at]
    moving = (log.stage == at) & np.isin(log.kind, [Happening.STARTED, Happening.ENDED])
    busy = np.cumsum(np.where(log.kind[moving] == Happening.STARTED, 1, -1))
    assert 1 <= busy.max() <= 3, "six doctors can be at three assessments"


def test_a_larger_place_has_more_people_and_as_much_more_staff(pathway) -> None:
    small, large = (flatten(pathway, scale=scale, months=1) for scale in (1.0, 2.0))
    assert large.arrivals.rate == pytest.approx(2.0 * small.arrivals.rate)
    caseload = small.pools.names.index("coordinators")
    slots = [int(network.pools.on_duty[network.pools.start[caseload]]) for network in (small, large)]
    assert slots[1] == 2 * slots[0]
    assert large.stages.route_upto == pytest.approx(small.stages.route_upto)


def test_the_page_tells_every_number_stage_class_and_share_of_staff(root: Path, pathway, monkeypatch) -> None:
    monkeypatch.syspath_prepend(str(root / "docs" / "_hooks"))
    hook = importlib.import_module("pathways")
    page = hook.on_page_markdown((root / "docs" / "background" / "pathway.md").read_text(encoding="utf-8"))
    assert "<!-- pathway:" not in page
    assert page.count("<svg ") == 1
    for number in catalogue.pathway_numbers():
        assert page.count(f"| `{number.name}` |") == 1, number.name
    for stage in pathway.stages.values():
        assert f"| {stage.number} | {stage.title} |" in page
    for item in pathway.classes.values():
        assert f"| {item.title} | {item.priority} |" in page
    for row in catalogue.staffing():
        assert f"| `{row.skill}` | `{row.sector}` | `{row.role}` | {row.share:g} |" in page
