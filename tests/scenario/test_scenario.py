"""A whole scenario: what it says, how faults are told, and that it can be written down and read again."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from pydantic import ValidationError
from ruamel.yaml import YAML

from mhwfmodel.catalogue import icbs, icbs_2026, merge_shares, parameters, roles, sectors
from mhwfmodel.errors import Fault, ScenarioError
from mhwfmodel.scenario import Assumption, Scenario, check_text, load_scenario

SEVERAL = """\
seed: "60"
basline: expected
draws: 10.0
icbs: [QJ2, Nottingham]
assumptions:
  voluntary_shre: 0.2
  turnover_level: {central: 0.5}
levers:
  - kind: retension
    start: 2025-04
  - kind: retention
    start: 2035-01
    leaving_change: lots
    scope: {sectors: [privat], roles: support_worker}
  - kind: funded_posts
    start: 2025-04
    end: 2025-01
    ramp_months: 1.5
"""


def faults(text: str, overrides: dict[str, object] | None = None) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        check_text(text, "plan.yaml", overrides)
    return [str(fault) for fault in caught.value.faults]


def as_yaml(data: object) -> str:
    stream = io.StringIO()
    YAML(typ="safe", pure=True).dump(data, stream)
    return stream.getvalue()


def test_the_shortest_scenario_is_the_default_run() -> None:
    scenario = check_text("name: x")
    assert (scenario.baseline, scenario.start, scenario.months, scenario.draws) == ("expected", "2024-04", 120, 100)
    assert len(scenario.icb_codes) == 42
    assert (scenario.opening_month, scenario.month_labels[0], scenario.month_labels[-1]) == (
        "2024-03",
        "2024-04",
        "2034-03",
    )
    assert scenario.notes == ()


def test_all_faults_of_a_file_at_once_each_at_its_line() -> None:
    told = faults(SEVERAL)
    places = [line.split(": ")[0] for line in told]
    assert places == [
        "plan.yaml:1:1",
        "plan.yaml:1:7 seed",
        "plan.yaml:2:1 basline",
        "plan.yaml:3:8 draws",
        "plan.yaml:4:13 icbs[1]",
        "plan.yaml:6:3 assumptions.voluntary_shre",
        "plan.yaml:7:19 assumptions.turnover_level",
        "plan.yaml:9:11 levers[0].kind",
        "plan.yaml:12:12 levers[1].start",
        "plan.yaml:13:21 levers[1].leaving_change",
        "plan.yaml:14:23 levers[1].scope.sectors[0]",
        "plan.yaml:14:39 levers[1].scope.roles",
        "plan.yaml:17:10 levers[2].end",
        "plan.yaml:18:18 levers[2].ramp_months",
    ]
    text = "\n".join(told)
    for said in (
        "'name' is missing",
        "write 60",
        "did you mean 'baseline'?",
        "write 10",
        "did you mean 'voluntary_share'",
        "the catalogue's low and high hold",
        "did you mean 'retention'",
        "is after the run ends (2034-03)",
        "did you mean 'private'?",
        "write it as a list: [support_worker]",
        "is not after start (2025-04)",
    ):
        assert said in text


def test_empty_fields_are_told_at_their_own_line() -> None:
    told = faults("name:\nmonths:\nlevers:\nassumptions:\nicbs:\n")
    assert [line.split(" ")[0] for line in told] == [f"plan.yaml:{line}:1" for line in range(1, 6)]
    assert all("nothing is written here" in line for line in told)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("start: 2025-04", "opening stock is that of 31 March 2024"),
        ("start: 2024-13", "is not a month"),
        ("months: 601", "from 1 to 600"),
        ("months: yes", "not a whole number"),
        ("months: true", "not a whole number"),
        ("months: 1,000", "write 1000"),
        ("seed: 9223372036854775808", "out of range"),
        ("description: 5", "not text"),
        ("icbs: QJ2", "neither 'all' nor a list"),
        ("icbs: []", "empty"),
        ("icbs: [5]", "not text"),
        ("icbs: [all]", "icbs[0]"),
        ("baseline: rates", "rates_held"),
        ("assumptions: {voluntary_share: 130%}", "from 0 to 1"),
        ("assumptions: {voluntary_share: [1]}", "neither a number nor a block"),
        ("assumptions: {icb_share_concentration: 10%}", "neither a number nor a block"),
        ("assumptions: {voluntary_share: {central: 0.2, lo: 0.1}}", "did you mean 'low'?"),
        ("assumptions: {voluntary_share: {central: 0.2, low: 0.3, high: 0.1}}", "not between low 0.3 and high 0.1"),
        ("assumptions: {voluntary_share: {low: 0.1}}", "'central' is missing"),
        ("assumptions: [a]", "not a block of fields"),
        ("levers: {a: 1}", "not a list"),
        ("levers: [5]", "not a lever"),
        ("levers: [{start: 2025-04}]", "no kind"),
        ("levers: [{kind: pay, start: 2024-03, change: 0}]", "before the run starts"),
        ("levers: [{kind: pay, start: 2025-04, change: 0, end: 2025-04}]", "is not after start"),
        ("levers: [{kind: pay, start: 2025-04, change: 0, scope: {icbs: [frimly]}}]", "Frimley"),
        ("levers: [{kind: pay, start: 2025-04, change: 0, scope: {roles: all}}]", "leave the field out"),
        ("levers: [{kind: recruitment, start: 2025-04, places_per_month: 5%}]", "no meaning here"),
        ("add_levers: 5", "not a list"),
        ("extends: other.yaml", "given as text"),
    ],
)
def test_single_faults(line: str, said: str) -> None:
    told = faults(f"name: x\n{line}\n")
    assert len(told) == 1
    assert said in told[0]
    assert told[0].startswith("plan.yaml:2:")


def test_the_name_is_any_text_on_one_line() -> None:
    assert check_text('name: "  Plan für 計画 🙂 "').name == "Plan für 計画 🙂"
    for name in ('""', '"  "', '"a\\tb"', '"a\\u202eb"', '"a\\nb"', "x" * 121, "5", "[a]"):
        assert len(faults(f"name: {name}")) == 1


def test_percentages_are_shares_and_are_told() -> None:
    scenario = check_text(
        "name: x\nassumptions: {voluntary_share: 22.6%, posts_growth: {central: 1%}}\n"
        "levers: [{kind: retention, start: 2025-04, leaving_change: -10%}]",
        "plan.yaml",
    )
    assert scenario.assumptions["voluntary_share"] == Assumption(central=0.226, low=0.226, high=0.226)
    growth = next(row for row in parameters() if row.name == "posts_growth")
    assert scenario.assumptions["posts_growth"] == Assumption(central=0.01, low=growth.low, high=growth.high)
    assert scenario.levers[0].model_dump()["leaving_change"] == -0.1
    assert [note.partition(": ")[2] for note in scenario.notes] == [
        "'22.6%' was read as 0.226",
        "'1%' was read as 0.01",
        "'-10%' was read as -0.1",
    ]


def test_icbs_are_resolved_and_told() -> None:
    scenario = check_text("name: x\nicbs: [surrey heartlands, QJ2]", "plan.yaml")
    assert scenario.icbs == ("E54000058", "E54000063")
    assert any("'surrey heartlands' -> E54000063" in note for note in scenario.notes)


def test_icbs_of_2026_are_resolved_when_they_are_whole_boards_of_2023() -> None:
    parts: dict[str, list[str]] = {}
    for old, shares in merge_shares().items():
        for new in shares:
            parts.setdefault(new, []).append(old)
    merged = {row.code: sorted(parts[row.code]) for row in icbs_2026() if row.change != "unchanged"}
    whole = {new: old for new, old in merged.items() if all(merge_shares()[code][new] == 1.0 for code in old)}
    assert 0 < len(whole) < len(merged)
    for new, old in merged.items():
        if new in whole:
            scenario = check_text(f"name: x\nicbs: [{new}]")
            assert sorted(scenario.icb_codes) == old
            assert check_text(as_yaml(scenario.resolved())) == scenario
        else:
            told = faults(f"name: x\nicbs: [{new}]")
            assert len(told) == 1
            assert "a run takes whole boards" in told[0]


def test_a_ramp_beyond_the_end_of_the_run_is_told() -> None:
    text = "name: x\nmonths: 24\nlevers: [{kind: pay, start: 2025-04, change: 0.1, ramp_months: %s}]"
    assert check_text(text % 12).notes == ()
    assert "before this lever acts in full" in check_text(text % 13).notes[0]


def test_overrides_are_laid_over_the_file_and_named_in_faults() -> None:
    text = "name: x\nlevers: [{kind: pay, start: 2025-04, change: 0.1}]"
    scenario = check_text(
        text,
        overrides={
            "months": "60",
            "icbs": "[QJ2]",
            "assumptions.voluntary_share": "30%",
            "levers[0].change": 0.2,
            "draws": 5,
        },
    )
    assert (scenario.months, scenario.draws, scenario.icbs) == (60, 5, ("E54000058",))
    assert scenario.assumptions["voluntary_share"].central == 0.3
    assert scenario.levers[0].model_dump()["change"] == 0.2
    wrong: dict[str, object] = {
        "months": "abc", "levers[1].change": "0.1", "extends": "b.yaml", "a b": "1", "draws": "[1", "seed": object(),
        "mnths": "5", "name.first": "x", "levers.change": "1",
    }  # fmt: skip
    told = faults(text, wrong)
    assert "--set months=abc: 'abc' is not a whole number; write a whole number from 1 to 600" in told
    assert all(line.startswith("--set ") for line in told)
    assert len(told) == len(wrong)
    assert any("did you mean 'months'?" in line for line in told)


def test_the_same_checks_hold_in_python() -> None:
    lever = {"kind": "pay", "start": "2025-04", "change": 0.1}
    made = Scenario(name="x", icbs=["QJ2"], levers=[lever], assumptions={"voluntary_share": 0.2})  # type: ignore[arg-type]
    assert made == check_text(as_yaml(made.resolved()))
    assert hash(made) == hash(check_text(as_yaml(made.resolved())))
    for wrong in (
        {"months": "12"},
        {"start": "2025-04"},
        {"icbs": ["nowhere"]},
        {"unknown": 1},
        {"months": 12, "levers": [{**lever, "start": "2026-04"}]},
    ):
        with pytest.raises(ValidationError):
            Scenario.model_validate({"name": "x", **wrong})
    with pytest.raises(ValidationError):
        made.months = 5


@pytest.mark.parametrize("name", ["baseline", "rates_held", "retention_plan", "funding_cut"])
def test_shipped_scenarios(root: Path, name: str) -> None:
    file = root / "scenarios" / f"{name}.yaml"
    scenario = load_scenario(file)
    first = file.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    assert (file.parent / first.partition("=")[2]).resolve() == (root / "docs/scenario.schema.json").resolve()
    assert scenario.baseline == ("rates_held" if name == "rates_held" else "expected")
    assert {lever.kind for lever in scenario.levers} == {
        "retention_plan": {"retention", "pay"}, "funding_cut": {"funded_posts"},
    }.get(name, set())  # fmt: skip
    assert check_text(as_yaml(scenario.resolved())) == scenario


MONTHS = st.integers(0, 119).map(lambda step: f"{2024 + (step + 3) // 12}-{(step + 3) % 12 + 1:02d}")
CHANGES = st.floats(-0.4, 0.9, allow_subnormal=False)
SCOPES = st.fixed_dictionaries(
    {},
    optional={
        "icbs": st.lists(st.sampled_from([icb.code for icb in icbs()]), unique=True, min_size=1, max_size=4),
        "sectors": st.lists(st.sampled_from([sector.code for sector in sectors()]), unique=True, min_size=1),
        "roles": st.lists(st.sampled_from([role.code for role in roles()]), unique=True, min_size=1),
        "strand": st.sampled_from(["overall", "specialist"]),
    },
)


def lever(kind: str, **fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"kind": st.just(kind), "start": MONTHS, **fields},
        optional={
            "ramp_months": st.integers(0, 600),
            "scope": SCOPES,
            "name": st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=20),
            "cost_per_year": st.floats(0, 1e12),
        },
    )


SCENARIOS = st.fixed_dictionaries(
    {"name": st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=120)},
    optional={
        "description": st.text(
            st.characters(categories=["L", "N", "P", "S", "Zs"], include_characters="\n\t"), max_size=80
        ),
        "baseline": st.sampled_from(["expected", "rates_held"]),
        "draws": st.integers(1, 100_000),
        "seed": st.integers(0, 2**63 - 1),
        "icbs": st.lists(st.sampled_from([icb.ods for icb in icbs()]), unique=True, min_size=1),
        "assumptions": st.dictionaries(
            st.sampled_from([row.name for row in parameters() if row.unit == "share"]), st.floats(0, 1)
        ),
        "levers": st.lists(
            st.one_of(
                lever("pay", change=CHANGES),
                lever("retention", leaving_change=CHANGES),
                lever("funded_posts", posts=st.floats(-1e6, 1e6)),
                lever("recruitment", places_per_month=st.floats(0, 1e4)),
            ),
            max_size=4,
        ),
    },
)


@given(SCENARIOS)
def test_what_is_resolved_can_be_written_and_read_again(data: dict[str, Any]) -> None:
    try:
        scenario = check_text(json.dumps(data, ensure_ascii=False))
    except ScenarioError as error:
        # A lever that was drawn for other ICBs than the run's is rightly refused, and nothing else of this data is.
        if all("holds no staff" in str(fault) for fault in error.faults):
            reject()
        raise
    resolved = scenario.resolved()
    again = check_text(as_yaml(resolved))
    assert again == scenario
    assert again.resolved() == resolved
    assert check_text(json.dumps(resolved)) == scenario


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
WRONG = st.dictionaries(st.sampled_from([*Scenario.model_fields, "extends", "add_levers", "x"]), JSON)
WRONG_LEVER = st.dictionaries(
    st.sampled_from(["kind", "start", "end", "change", "scope", "ramp_months", "experience", "posts", "name"]),
    JSON | st.sampled_from(["pay", "retention", "funded_posts", "2025-04", "10%", "99999-04"]),
)


@given(WRONG, st.lists(WRONG_LEVER, max_size=2), st.dictionaries(st.text(max_size=12), JSON, max_size=2))
def test_any_data_is_a_scenario_or_a_scenario_error(
    data: dict[str, Any], levers: list[dict[str, Any]], overrides: dict[str, Any]
) -> None:
    data["levers"] = levers or data.get("levers", [])
    told: tuple[Fault, ...] = ()
    try:
        check_text(json.dumps(data), "plan.yaml", overrides)
    except ScenarioError as error:
        told = error.faults
    assert all(fault.where.startswith(("plan.yaml", "--set ")) for fault in told)


GOOD = """\
name: Plan
description: >-
  Two lines
  of text
months: 60
icbs: [QJ2, 'NHS Frimley ICB']
assumptions:
  voluntary_share: {central: 20%, low: 0.1, high: 0.3}
levers:
  - kind: retention
    start: 2025-04
    leaving_change: -10%
    scope: {sectors: [private], icbs: [QNQ]}
"""


@given(st.integers(0, len(GOOD)), st.integers(0, 12), st.text(alphabet=list("\t\n :-[]{}'\"#&*!%,0a=~"), max_size=4))
def test_a_file_with_a_slip_of_the_hand_never_breaks_the_check(at: int, cut: int, put: str) -> None:
    told: tuple[Fault, ...] = ()
    try:
        check_text(GOOD[:at] + put + GOOD[at + cut :], "plan.yaml")
    except ScenarioError as error:
        told = error.faults
    assert all(fault.where.startswith("plan.yaml") for fault in told)


@pytest.mark.parametrize("value", ["[]", "[rates_held]"])
def test_a_list_in_place_of_a_word_is_told(value):
    with pytest.raises(ScenarioError, match=r"2:11 baseline: a list stands where one word is needed; write one of"):
        check_text(f"name: x\nbaseline: {value}\n")
