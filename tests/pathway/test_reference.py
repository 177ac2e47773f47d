"""The JSON Schema and the page about the pathway file are what the models say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mhwfmodel.errors import PathwayError
from mhwfmodel.pathway import load_pathway, read_pathway
from mhwfmodel.pathway.jsonschema import json_schema
from mhwfmodel.pathway.reference import MODELS, page, refresh, schema_text
from mhwfmodel.yamls.reader import read_text
from mhwfmodel.yamls.tree import plain

ANEW = "make it anew: python -m mhwfmodel.pathway.reference docs/reference"


@pytest.fixture(scope="module")
def validator() -> Any:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_committed_schema_and_page_are_up_to_date(root: Path, tmp_path: Path) -> None:
    folder = root / "docs/reference"
    text = (folder / "pathway-file.md").read_text(encoding="utf-8")
    assert (folder / "pathway.schema.json").read_text(encoding="utf-8") == schema_text(), ANEW
    assert page(text) == text, ANEW
    (tmp_path / "pathway-file.md").write_text(text.replace("| `months` |", "| `weeks` |"), encoding="utf-8")
    refresh(tmp_path)
    assert (tmp_path / "pathway-file.md").read_text(encoding="utf-8") == text
    assert (tmp_path / "pathway.schema.json").read_text(encoding="utf-8") == schema_text()


def test_every_field_of_every_block_is_on_the_page_and_described(root: Path) -> None:
    text = (root / "docs/reference/pathway-file.md").read_text(encoding="utf-8")
    assert set(re.findall(r"<!-- table: (\w+) -->", text)) == set(MODELS)
    for model in MODELS.values():
        for name, field in model.model_fields.items():
            assert field.description, (model.__name__, name)
            assert f"| `{field.alias or name}` |" in text


def test_pathways_that_ship_fit_the_schema(root: Path, validator: Any) -> None:
    files = [*(root / "examples/pathways").glob("*.yaml"), *(root / "mhwfmodel/pathway/data").glob("*.yaml")]
    assert len(files) >= 4
    for file in files:
        validator.validate(plain(read_text(file.read_text(encoding="utf-8"), file.name)))


HEAD = "pathway: x\nexits: [out]\npools: {nurses: {count: 2}}\narrivals: {come: {stage: a, per_day: 1}}\n"
AGREE = [
    HEAD + "stages: {a: {service: {fixed: 1 hour}, routes: {out: 1}}}",
    HEAD + "stages: {a: {service: {fixed: 1 fortnight}, routes: {out: 1}}}",
    HEAD + "stages: {a: {service: {fixed: -1}, routes: {out: 1}}}",
    HEAD + "stages: {a: {service: {fixed: 1}, routes: {out: 2}}}",
    HEAD + "stages: {a: {service: {fixed: 1}, routes: {by_class: {people: {out: 1}}}}}",
    HEAD + "stages: {a: {service: {gamma: {mean: 3 weeks, cv: 0.5}}, routes: {out: 1}}}",
    HEAD + "stages: {a: {service: {gamma: {mean: 3 weeks}}, routes: {out: 1}}}",
    HEAD + "stages: {a: {service: {fixed: 1}, routes: {out: 1}, roome: 3}}",
    HEAD + "stages: {a: {service: {fixed: 1}, routes: {out: 1}}}\nwarm_up: 2 years",
    HEAD + "stages: {a: {service: {fixed: 1}, routes: {out: 1}}}\nwarm_up: 2 weeks",
    HEAD + "stages: {a: {service: {fixed: 1}, routes: {out: 1}}}\nstart: 2026-13",
    HEAD + "stages: {a: {service: {fixed: 1}, routes: {out: 1}}}\nbegin: full",
    HEAD + "stages: {'a b': {service: {fixed: 1}, routes: {out: 1}}}",
]


@pytest.mark.parametrize("text", AGREE)
def test_schema_and_check_agree(text: str, validator: Any) -> None:
    try:
        read_pathway(text)
        fits = True
    except PathwayError:
        fits = False
    assert validator.is_valid(plain(read_text(text, "x"))) is fits


def test_the_pathway_of_the_guide_is_in_order(root: Path, tmp_path: Path) -> None:
    text = (root / "docs/guides/write-a-pathway.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"<!-- example: walk_in -->\n```yaml\n(.*?)```", text, re.DOTALL)
    file = tmp_path / "walk_in.yaml"
    file.write_text(example, encoding="utf-8")
    assert load_pathway(file).notes == ()


@pytest.mark.parametrize("number", range(4))
def test_parts_of_the_guide_fit_into_its_pathway(root: Path, number: int) -> None:
    """What the guide adds is laid over its example, and read."""
    from ruamel.yaml import YAML

    text = (root / "docs/guides/write-a-pathway.md").read_text(encoding="utf-8")
    first, *added = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    yaml = YAML(typ="safe", pure=True)
    data, more = yaml.load(first), yaml.load(added[number])
    stage = data["stages"]["assessment"]
    if "patience" in more:
        stage |= more
        data["exits"].append(more["gives_up"])
    elif "stages" in more:
        data["exits"].append("discharged")
        data["pools"] |= more["pools"] | {"workers": {"count": 1}}
        data["stages"] |= more["stages"]
        data["stages"]["intensive"] = {"service": {"fixed": 1}, "routes": {"discharged": 1}}
    else:
        data |= more
    import json

    assert read_pathway(json.dumps(data))
