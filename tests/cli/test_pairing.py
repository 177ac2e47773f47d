"""What differs between two runs, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mhwfmodel.cli.pairing import differences
from mhwfmodel.results import load_result


@pytest.fixture(scope="module")
def given(base):
    return load_result(base[0])


def with_(result, **changed):
    scenario = {**result.manifest["scenario"], **changed}
    return replace(result, manifest={**result.manifest, "scenario": scenario})


def test_a_run_and_itself_do_not_differ(given):
    assert list(differences(given, given)) == []


def test_a_block_that_one_run_lacks_is_told_in_words(given):
    coupled = with_(given, name="Plan", coupling={"every_months": 2})
    assert list(differences(given, coupled)) == [f"no coupling in {given.name}, coupling (every months 2) in Plan"]


def test_another_text_of_a_pathway_is_not_told_whole(given):
    one, two = (with_(given, name=name, pathway={"file": "own.yaml", "text": name}) for name in ("One", "Two"))
    assert list(differences(one, two)) == ["One and Two have another text of the pathway"]
