"""What the need for Approved Mental Health Professionals (AMHPs) hangs on: one input at a time, over its range."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.inputs import ParameterDraws
from mhwfmodel.simulate.amhp_need import BY_ICB, AmhpNeed, Services, amhp_need

if TYPE_CHECKING:
    from mhwfmodel.catalogue import Parameter

__all__ = ["INPUTS", "POOLING", "WINDOWS", "Variant", "central_parameters", "need_variants"]

INPUTS = (
    "amhp_assessments_per_100k",
    "amhp_hours_per_assessment",
    "amhp_target_delay_hours",
    "amhp_late_share",
    "amhp_handover_hours",
    "amhp_hours_before_refresher",
    "amhp_refresher_hours",
    "amhp_off_rota_hours",
)
WINDOWS, POOLING = "windows", "pooling"


@dataclass(frozen=True, slots=True)
class Variant:
    """The need with one thing changed, all else at its central value.

    Args:
        input: Name of the parameter, `windows` or `pooling`; empty for the central need.
        setting: The value, the pattern of windows, or who shares a service.
        need: The need, one draw.
    """

    input: str
    setting: str
    need: AmhpNeed


def central_parameters(overrides: Mapping[str, Parameter] | None = None) -> ParameterDraws:
    """One draw of central values.

    Args:
        overrides: Parameters that stand in for those of the catalogue, by name.
    """
    return ParameterDraws(seed=0, draws=np.zeros(1, dtype=np.uint32), overrides=overrides or {}, central=True)


def need_variants(
    overrides: Mapping[str, Parameter] | None = None, *, services: Services = "council"
) -> tuple[Variant, ...]:
    """The central need, then each input at its low and its high end, each other pattern of windows, and pooling.

    Args:
        overrides: Parameters that stand in for those of the catalogue, by name.
        services: Who shares a service in all of them but the last, in which each Integrated Care Board has one.

    Raises:
        DataError: As `amhp_need`.
    """
    return tuple(_variants(central_parameters(overrides), services))


def _variants(centre: ParameterDraws, services: Services) -> Iterator[Variant]:
    first, *others = catalogue.amhp_windows_by_pattern()
    yield Variant("", first, amhp_need(centre, services=services))
    for name in INPUTS:
        parameter = centre.parameter(name)
        for end in dict.fromkeys((parameter.low, parameter.high)):
            moved = replace(centre, overrides={**centre.overrides, name: replace(parameter, central=end)})
            yield Variant(name, f"{end:g}", amhp_need(moved, services=services))
    for pattern in others:
        yield Variant(WINDOWS, pattern, amhp_need(centre, pattern=pattern, services=services))
    yield Variant(POOLING, BY_ICB, amhp_need(centre, services=BY_ICB))
