"""The JSON Schema and the page about the scenario file are what the models say."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mhwfmodel.catalogue import parameters
from mhwfmodel.errors import ScenarioError
from mhwfmodel.levers import Lever
from mhwfmodel.scenario import Scenario, check_text, json_schema
from mhwfmodel.scenario.reference import PAGES, page, schema_text
from mhwfmodel.yamls.fields import models_in

ANEW = "make it anew: python -m mhwfmodel.scenario.reference docs"


@pytest.fixture(scope="module")
def validator() -> Any:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_committed_schema_is_up_to_date(root: Path) -> None:
    assert (root / "docs/scenario.schema.json").read_text(encoding="utf-8") == schema_text(), ANEW


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_are_up_to_date(root: Path, name: str) -> None:
    text = (root / "docs" / name).read_text(encoding="utf-8")
    assert page(text) == text, ANEW


def test_the_page_tells_every_word(root: Path) -> None:
    text = (root / "docs/scenario-file.md").read_text(encoding="utf-8")
    kinds = [model.model_fields["kind"].default for model in models_in(Lever)]
    for word in (*Scenario.model_fields, *kinds, *(row.name for row in parameters())):
        assert f"`{word}`" in text


def test_every_field_of_the_schema_has_a_title_and_a_description() -> None:
    schema = json_schema()
    blocks = [schema, *(entry for entry in schema["$defs"].values() if "properties" in entry)]
    for block in blocks:
        for name, field in block["properties"].items():
            assert field.get("title"), name
            assert field.get("description") or "const" in field, name
    assert schema["properties"]["months"]["unit"] == "months"
    assert schema["properties"]["assumptions"]["properties"]["turnover_level"]["unit"] == "1/year"


AGREE = [
    "name: x",
    "name: x\nmonths: 0",
    "name: x\nmonths: '12'",
    "months: 12",
    "name: x\nmnths: 12",
    "name: x\nassumptions: {voluntary_share: 30%}",
    "name: x\nassumptions: {voluntary_share: {central: 0.2}}",
    "name: x\nassumptions: {voluntary_share: 3}",
    "name: x\nassumptions: {voluntary_shar: 0.3}",
    "name: x\nassumptions: {specialist_vacancies: 10%}",
    "name: x\nlevers: [{kind: pay, start: 2025-04, change: 5%}]",
    "name: x\nlevers: [{kind: pay, start: 2025-04, change: 0.05, scope: {roles: [advocate]}}]",
    "name: x\nlevers: [{kind: pay, start: 2025-04, change: 0.05, scope: {roles: [advocat]}}]",
    "name: x\nlevers: [{kind: pay, start: 2025-04-01, change: 0.05}]",
    "name: x\nlevers: [{kind: pay, start: 2025-04}]",
    "name: x\nlevers: [{kind: pays, start: 2025-04, change: 0.05}]",
    "name: x\nlevers: [{start: 2025-04, change: 0.05}]",
    "name: x\nlevers: [{kind: pay, start: 2025-04, change: 0.05, end: 2026-04, name: a, cost_per_year: 5}]",
]


@pytest.mark.parametrize("text", AGREE)
def test_schema_and_check_agree(text: str, validator: Any) -> None:
    from ruamel.yaml import YAML

    data = YAML(typ="safe", pure=True).load(text)
    for entry in data.get("levers", []):
        entry["start"] = str(entry["start"])
    try:
        check_text(text)
        fits = True
    except ScenarioError:
        fits = False
    assert validator.is_valid(data) is fits


def test_shipped_scenarios_fit_the_schema(root: Path, validator: Any) -> None:
    from mhwfmodel.yamls.reader import read_text
    from mhwfmodel.yamls.tree import plain

    files = sorted((root / "scenarios").glob("*.yaml"))
    assert len(files) >= 4
    for file in files:
        validator.validate(plain(read_text(file.read_text(encoding="utf-8"), file.name)))


def test_refresh_mends_a_page_that_went_stale(root: Path, tmp_path: Path) -> None:
    from mhwfmodel.scenario.reference import refresh

    (tmp_path / "reference").mkdir()
    shutil.copy(root / "docs/reference/levers.md", tmp_path / "reference")
    text = (root / "docs/scenario-file.md").read_text(encoding="utf-8")
    stale = text.replace("| `months` |", "| `weeks` |")
    assert stale != text
    (tmp_path / "scenario-file.md").write_text(stale, encoding="utf-8")
    refresh(tmp_path)
    assert (tmp_path / "scenario-file.md").read_text(encoding="utf-8") == text
    assert (tmp_path / "scenario.schema.json").read_text(encoding="utf-8") == schema_text()
