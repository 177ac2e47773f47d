"""What a report says of a coupled run."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import xarray as xr

from mhwfmodel.report.coupling import acts, coupling_sentences


def view(told: dict[str, Any] | None, screen: xr.Dataset | None = None) -> Any:
    manifest = {} if told is None else {"coupling": told}
    groups = {} if screen is None else {"screen": screen}
    return SimpleNamespace(result=SimpleNamespace(manifest=manifest, groups=groups))


def told(workload: tuple[float, float], delay: tuple[float, float] = (0.0, 0.0), **more: Any) -> dict[str, Any]:
    ranges = {"workload_elasticity": workload, "admission_delay_elasticity": delay}
    assumptions = {name: {"least": low, "most": high} for name, (low, high) in ranges.items()}
    return {"every_months": 1, "warning": "", "assumptions": assumptions} | more


@pytest.mark.parametrize(
    ("given", "words", "acting"),
    [
        (None, "Waits do not act back on staff in this run.", False),
        (told((0.0, 0.0)), "the elasticities are 0", False),
        (told((0.5, 0.5)), "every month: leaving answers to workload with an elasticity of 0.5 (assumed)", True),
        (told((0.1, 0.8), (0.2, 0.2), every_months=3), "every 3 months: leaving", True),
        (told((0.1, 0.8), (0.2, 0.2)), "of 0.1 to 0.8 and admission to the wait with an elasticity of 0.2", True),
    ],
)
def test_how_it_is_coupled(given: dict[str, Any] | None, words: str, acting: bool) -> None:
    assert words in coupling_sentences(view(given))[0]
    assert acts(view(given)) is acting


def test_a_loop_that_runs_away_is_told() -> None:
    assert coupling_sentences(view(told((5.0, 9.0), warning="It runs away.")))[1] == "It runs away."


@pytest.mark.parametrize(("error", "words"), [(50.0, "5,000 people waiting"), (-50.0, "(1.0% less)")])
def test_the_error_of_the_screen_is_told(error: float, words: str) -> None:
    dims = ("icb", "stage", "of_class", "month")
    labels = {name: ["all"] for name in dims[:3]} | {"month": ["2024-04"]}
    values = {"waiting": (dims, [[[[5000.0]]]]), "waiting_error": (dims, [[[[error]]]])}
    sentence = coupling_sentences(view(told((0.5, 0.5)), xr.Dataset(values, labels)))[-1]
    assert words in sentence
    assert f"simulation tells {'4,950' if error > 0 else '5,050'}" in sentence
