"""What may be written for an uncertain input of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mhwfmodel.catalogue import Parameter, parameters
from mhwfmodel.errors import suggest
from mhwfmodel.yamls.problem import Problem, as_written
from mhwfmodel.yamls.tree import Path

__all__ = ["assumption_problems", "beyond_range", "bounds", "is_share", "number"]


def is_share(parameter: Parameter) -> bool:
    """Whether a percentage may be written for it: shares and yearly rates."""
    return parameter.unit.startswith("share") or parameter.unit in {"ratio", "1/year"}


def bounds(parameter: Parameter) -> tuple[float | None, float | None]:
    """Lowest and highest value that has a meaning for a parameter, in its unit; None where there is no bound.

    Shares lie in 0 to 1. A yearly rate that cannot fall below zero in the catalogue lies in 0 to 12 (one a month), a
    yearly growth in -1 to 1. Counts, ratios and spreads are not negative. Elasticities have no bound.
    """
    if parameter.unit.startswith("share"):
        return 0.0, 1.0
    if parameter.unit == "1/year":
        return (0.0, 12.0) if parameter.low > 0 else (-1.0, 1.0)
    return (None, None) if parameter.unit == "elasticity" else (0.0, None)


def assumption_problems(data: Mapping[str, object]) -> Iterator[Problem]:
    """Unknown names, values without a meaning, and low, central and high out of order."""
    given = data.get("assumptions")
    if not isinstance(given, Mapping):
        return
    known = {parameter.name: parameter for parameter in parameters()}
    for name, entry in given.items():
        path: Path = ("assumptions", str(name))
        if name not in known:
            yield Problem(path, "is not the name of an assumption", suggest(str(name), known), str(name), on_key=True)
        else:
            yield from _assumption(path, known[name], entry)


def beyond_range(data: Mapping[str, object]) -> Iterator[tuple[Path, str]]:
    """Central values that are possible, and beyond the range that the catalogue gives: path and sentence."""
    given = data.get("assumptions")
    known = {parameter.name: parameter for parameter in parameters()}
    for name, entry in given.items() if isinstance(given, Mapping) else ():
        parameter = known.get(str(name))
        central = entry.get("central") if isinstance(entry, Mapping) else entry
        value = None if parameter is None else number(central, parameter)
        if parameter is not None and value is not None and not parameter.low <= value <= parameter.high:
            span = f"{parameter.low:g} to {parameter.high:g}"
            text = f"{value:g} is beyond the catalogue's range of {name}, {span}; check that it is what you mean"
            yield ("assumptions", str(name)), text


def _assumption(path: Path, parameter: Parameter, entry: object) -> Iterator[Problem]:
    low, high = bounds(parameter)
    values: dict[str, float] = {"low": parameter.low, "high": parameter.high}
    fields = entry if isinstance(entry, Mapping) else {"central": entry}
    for key, given in fields.items():
        value = number(given, parameter)
        if value is None or key not in {"central", "low", "high"}:
            continue
        values[str(key)] = value
        where = (*path, str(key)) if isinstance(entry, Mapping) else path
        if (low is not None and value < low) or (high is not None and value > high):
            allowed = f"{low:g} or more" if high is None else f"from {low:g} to {high:g}"
            text = f"is not possible for '{parameter.name}' [{parameter.unit}]"
            yield Problem(where, text, f"write a number {allowed}", as_written(given))
    if not isinstance(entry, Mapping) or "central" not in values:
        return
    if not values["low"] <= values["central"] <= values["high"]:
        missing = [key for key in ("low", "high") if key not in entry]
        text = f"central {values['central']:g} is not between low {values['low']:g} and high {values['high']:g}"
        remedy = f"the catalogue's {' and '.join(missing)} hold; write your own" if missing else "change one of them"
        yield Problem(path, text, remedy, alone=True)


def number(given: object, parameter: Parameter) -> float | None:
    """The number that was meant, percentages read where the unit allows them; None when it is none."""
    if isinstance(given, bool):
        return None
    if isinstance(given, (int, float)):
        return float(given)
    if isinstance(given, str) and is_share(parameter):
        match = re.fullmatch(r"\s*([-+]?\d{1,20}(?:\.\d{1,20})?)\s*%\s*", given)
        return float(match[1]) / 100.0 if match else None
    return None
