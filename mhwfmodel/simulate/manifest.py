"""The manifest: all that is needed to make the same bytes again, and the evidence that a run rests on."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mhwfmodel import catalogue
from mhwfmodel.inputs.rates import SPECIALIST_TURNOVER_FLOORS, VACANCY_FLOORS
from mhwfmodel.levers.own import mark
from mhwfmodel.results.files import MEGABYTE

if TYPE_CHECKING:
    from mhwfmodel.inputs import Inputs
    from mhwfmodel.inputs.fitting import CensoredFit
    from mhwfmodel.scenario import Scenario

__all__ = ["manifest"]

_LIBRARIES = ("numpy", "scipy", "numba", "statsmodels", "pandas", "xarray", "pydantic")
_TABLES = ("mhwfmodel.catalogue",)
_HOLDS = ("process noise", "employer shocks", "parameters", "baseline", "trends")
_LEAVES_OUT = [
    "the structure of the model",
    "events without a precedent in the data",
]


def manifest(
    scenario: Scenario,
    inputs: Inputs,
    evaluator: str,
    engine: str,
    times: Mapping[str, float],
    footprint: Mapping[str, int],
) -> dict[str, Any]:
    """Describe a run.

    Args:
        scenario: As it was run.
        inputs: What it was given.
        evaluator: `stochastic` or `deterministic`.
        engine: `compiled` or `reference`; expected values have one engine only, and none is told of them.
        times: Clock readings at the end of each stage, in order [s].
        footprint: What was expected of memory and disk [MB].
    """
    return {
        "program": "mhwfmodel",
        "version": version("mhwfmodel"),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "scenario": scenario.resolved(),
        "notes": list(scenario.notes),
        "seed": scenario.seed,
        "draws": int(inputs.parameters.draws.size),
        "evaluator": evaluator,
        "engine": engine if evaluator == "stochastic" else None,
        "interval": {"holds": _holds(scenario, inputs, evaluator), "leaves_out": _LEAVES_OUT},
        "geography": {"vintage": "2023", "icbs": list(inputs.cells.icb_codes)},
        "levers": [_lever(lever) for lever in scenario.levers],
        "pathway": _pathway(scenario, inputs),
        "evidence": {"floors": _floors(inputs), "parameters": _parameters(inputs)},
        "versions": {"python": platform.python_version()} | {name: version(name) for name in _LIBRARIES},
        "hashes": _hashes() | {"scenario": _hash_of(scenario)},
        "timings_seconds": {name: round(end - start, 3) for (_, start), (name, end) in pairwise(times.items())},
        "peak_memory_mb": _peak_memory(),
        "expected_footprint": dict(footprint),
    }


def _pathway(scenario: Scenario, inputs: Inputs) -> dict[str, Any] | None:
    """The pathway of a run, as it was read; None where it has none."""
    use = scenario.pathway
    if use is None:
        return None
    given = use.pathway().resolved()
    text = json.dumps(given, sort_keys=True, ensure_ascii=False)
    draws = int(inputs.parameters.draws.size)
    return {
        "name": given["pathway"],
        "title": given.get("title", given["pathway"]),
        "engine": use.engine,
        "draws": draws if use.draws is None else min(draws, use.draws),
        "icbs": list(use.icb_codes(inputs.cells.icb_codes)),
        "hash": hashlib.sha256(text.encode()).hexdigest(),
        "leaves_out": "the ranges of the pathway's own numbers: its rates, times and routes are the same in every draw",
    }


def _holds(scenario: Scenario, inputs: Inputs, evaluator: str) -> list[str]:
    """Sources of uncertainty that the intervals of a run hold."""
    if evaluator == "deterministic":
        return []
    absent = set() if scenario.baseline == "expected" else {"trends"}
    if not inputs.labour.shock_correlation.any():
        absent.add("employer shocks")
    return [name for name in _HOLDS if name not in absent]


def _lever(lever: Any) -> dict[str, Any]:
    """What a reader asks of a lever, with that which it tests in some sites, and marked where it is the user's own."""
    kind, tested = type(lever), getattr(lever, "lever", None)
    return {
        "kind": lever.kind,
        "name": lever.name,
        "owner": kind.owner,
        "payer": kind.payer,
        "level": kind.level,
        "grade": lever.graded,
        "evidence": kind.evidence,
        "source": list(kind.source),
        "cost_per_year": lever.cost_per_year,
        **({} if tested is None else {"tests": _lever(tested)}),
        **mark(lever),
    }


def _floors(inputs: Inputs) -> list[dict[str, Any]]:
    found = []
    for measure, fit, figures in (
        ("vacancy_rate", inputs.fits.vacancy, VACANCY_FLOORS),
        ("specialist_turnover_rate", inputs.fits.specialist_turnover, SPECIALIST_TURNOVER_FLOORS),
    ):
        found += _fit_rows(measure, fit, figures)
    return found


def _fit_rows(measure: str, fit: CensoredFit, figures: tuple[str, ...]) -> list[dict[str, Any]]:
    import numpy as np

    by_icb = {catalogue.figure(name).icb_code: name for name in figures}
    misfits = fit.misfits()
    return [
        {
            "icb": place.code,
            "icb_name": place.short_name,
            "measure": measure,
            "floor": fit.floors[position],
            "fitted": round(float(np.exp(fit.log_rate[position])), 4),
            "misfit": round(misfits[position], 4),
            "source": by_icb[place.code],
        }
        for position, place in enumerate(catalogue.icbs())
        if position in fit.floors
    ]


def _parameters(inputs: Inputs) -> list[dict[str, Any]]:
    rows = []
    for given in catalogue.parameters():
        used = inputs.parameters.parameter(given.name)
        rows.append(
            {
                "name": used.name,
                "title": used.title,
                "central": used.central,
                "low": used.low,
                "high": used.high,
                "distribution": used.distribution,
                "unit": used.unit,
                "status": used.status,
                "source": list(used.source),
                "set_by_scenario": used != given,
            }
        )
    return rows


def _hash_of(scenario: Scenario) -> str:
    """SHA-256 of the resolved scenario, its parents and overrides included."""
    text = json.dumps(scenario.resolved(), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _hashes() -> dict[str, str]:
    """SHA-256 of every table of facts that came with the package."""
    found = {}
    for package in _TABLES:
        for item in sorted((files(package) / "data").iterdir(), key=lambda entry: entry.name):
            if item.name.endswith(".csv"):
                found[f"{package.removeprefix('mhwfmodel.')}/{item.name}"] = hashlib.sha256(
                    item.read_bytes()
                ).hexdigest()
    return found


def _peak_memory() -> float | None:
    """Largest resident memory of this process so far [MB]; None where the system does not tell it.

    Linux tells it in /proc: what `getrusage` says there is never below what the process that started this one held.
    """
    with suppress(OSError), Path("/proc/self/status").open(encoding="ascii") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return _megabytes(int(line.split()[1]) * 1024)
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return _megabytes(peak if sys.platform == "darwin" else peak * 1024)


def _megabytes(octets: int) -> float:
    """Bytes as megabytes, to a tenth."""
    return round(octets / MEGABYTE, 1)
