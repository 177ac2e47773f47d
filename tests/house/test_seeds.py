"""Everything that planners named is represented, or said not to be: every row, and every reference in it."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

WORDS = {"yes", "partly", "no"}


@pytest.fixture(scope="module")
def seeds(root: Path):
    spec = importlib.util.spec_from_file_location("seeds", root / "docs" / "_hooks" / "seeds.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_row_is_there_once_and_in_order(seeds):
    found = [row.id for row in seeds.rows()]
    wanted = []
    for letter, (_, count) in seeds.GROUPS.items():
        digits = 1 if letter == "T" else 2
        wanted += [f"{letter}{number:0{digits}d}" for number in range(1, count + 1)]
    assert found == wanted


def test_the_rows_are_those_that_were_asked_for(seeds, shared: Path):
    """Where the list of requirements is at hand."""
    text = (shared / "design" / "SEEDS.md").read_text(encoding="utf-8")
    asked = re.findall(r"^\| ([TPSWFDCEX]\d+)\b", text, re.MULTILINE)
    assert sorted(asked) == sorted(row.id for row in seeds.rows())


def test_all_that_represents_a_row_exists(seeds):
    assert seeds.missing(reference for row in seeds.rows() for reference in row.by) == []


def test_what_does_not_exist_is_found(seeds):
    wrong = [
        "lever:magic",
        "scenario:none",
        "output:joy",
        "test:tests/house/test_seeds.py::test_nothing",
        "oracle:x",
        "page:",
    ]
    assert seeds.missing(wrong) == wrong


def test_what_is_not_represented_says_why(seeds):
    for row in seeds.rows():
        assert row.represented in WORDS, row
        assert row.by or row.note, row
        assert row.represented == "yes" or row.note, row
        assert row.represented == "no" or row.by or row.note, row


def test_scenarios_asked_for_by_name_are_there(root: Path):
    names = [
        "baseline", "cmhf_expansion", "nhs_pull", "vcse_funding_shock", "amhp_plan", "pwp_leak", "pay_parity",
        "protected_learning", "crisis_front_door", "digital_shift_with_exclusion", "covid_phases", "burnout_loop",
        "test_sites", "care_visa_closure", "nhs_8500_posts", "fee_freeze", "mha_reform_24h_amhp",
        "pay_agreement_or_retention", "combined_plan",
    ]  # fmt: skip
    missing = [name for name in names if not (root / "scenarios" / f"{name}.yaml").is_file()]
    assert missing == []
