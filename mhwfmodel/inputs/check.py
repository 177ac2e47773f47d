"""Assumptions that no workforce can have, told all at once before anything is built on them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mhwfmodel import catalogue
from mhwfmodel.errors import DataError, Fault
from mhwfmodel.inputs.cells import columns

if TYPE_CHECKING:
    from mhwfmodel.catalogue import Parameter
    from mhwfmodel.inputs.draws import ParameterDraws

__all__ = ["JOINER_BANDS", "check_assumptions", "joiner_rest"]

JOINER_BANDS = ("joiner_under_1", "joiner_1_to_3", "joiner_3_to_10")
_CONCENTRATIONS = (
    "icb_share_concentration",
    "role_mix_concentration",
    "specialist_mix_concentration",
    "specialist_icb_concentration",
)
_ABOVE_ZERO = (
    "turnover_level",
    "vacancy_level",
    "specialist_turnover_level",
    "icb_vacancy_spread",
    "specialist_turnover_spread",
    "floor_tolerance",
    "leaving_10_plus",
    "years_under_35",
    "retirement_needs_turnover",
    "backlog_clearance_months",
    *dict.fromkeys(sector.employer_size for sector in catalogue.sectors()),
)
_BELOW_ONE = ("vacancy_level",)
_PRIORS = ("specialist_turnover_level",)
_ROUNDING = 1e-9


def check_assumptions(parameters: ParameterDraws) -> None:
    """Refuse assumptions that contradict themselves or each other.

    Raises:
        DataError: All of them at once, each by its name.
    """
    participation = {catalogue.role(column.role).participation for column in columns()}
    turnover = {posts.turnover for posts in catalogue.nhs_posts()}
    vacancy = {posts.vacancy for posts in catalogue.nhs_posts()}
    faults = [
        *_outside((*_ABOVE_ZERO, *sorted(participation | turnover)), parameters, above_zero=True),
        *_outside((*_BELOW_ONE, *sorted(vacancy)), parameters, above_zero=False),
        *_too_loose(parameters),
        *_ranges_of_fixed(parameters),
        *_contradictions(parameters),
    ]
    if faults:
        raise DataError(faults)


def joiner_rest(parameters: ParameterDraws) -> float:
    """Share of joiners with 10 years of experience and over: what the other three bands leave."""
    rest = 1.0 - sum(parameters.parameter(band).central for band in JOINER_BANDS)
    return 0.0 if abs(rest) < _ROUNDING else rest


def _outside(names: tuple[str, ...], parameters: ParameterDraws, *, above_zero: bool) -> Iterator[Fault]:
    for name in names:
        given = parameters.parameter(name)
        values = _used(given)
        if above_zero and min(values) <= 0:
            yield Fault(f"assumptions.{name}", f"{min(values):g} leaves the model without meaning", "give more than 0")
        if not above_zero and max(values) >= 1:
            yield Fault(f"assumptions.{name}", f"{max(values):g} leaves no filled post", "give less than 1")


def _too_loose(parameters: ParameterDraws) -> Iterator[Fault]:
    for name in _CONCENTRATIONS:
        central = parameters.parameter(name).central
        if central < 1.0:
            problem = f"{central:g} is so loose that single draws would put everybody in one place"
            yield Fault(f"assumptions.{name}", problem, "give 1 or more; thousands hold shares near their centre")


def _ranges_of_fixed(parameters: ParameterDraws) -> Iterator[Fault]:
    for name, given in parameters.overrides.items():
        fixed = catalogue.parameter(name).distribution == "fixed" and name not in _PRIORS
        if fixed and given.low < given.high:
            problem = f"is one number in all draws and cannot have the range {given.low:g} to {given.high:g}"
            yield Fault(f"assumptions.{name}", problem, f"write the number alone: {name}: {given.central:g}")


def _used(given: Parameter) -> tuple[float, ...]:
    """Values that a run rests on: an end of a triangular range is never reached, that of a lognormal one is a scale."""
    scale = given.distribution == "lognormal" or given.name in _PRIORS
    return (given.central, given.low, given.high) if scale else (given.central,)


def _contradictions(parameters: ParameterDraws) -> Iterator[Fault]:
    if joiner_rest(parameters) < 0:
        problem = f"{', '.join(JOINER_BANDS)} sum to {1.0 - joiner_rest(parameters):g}"
        yield Fault("assumptions", problem, "make them sum to 1 or less; the rest has 10 years and over")
    growth = parameters.value("posts_growth")
    if (growth <= -1).any():
        yield Fault("assumptions.posts_growth", f"{growth.min():g} a year ends all posts", "give more than -1")
    left = parameters.value("pay_supply_elasticity") + parameters.value("pay_separation_elasticity")
    if (left < 0).any():
        problem = "pay_supply_elasticity is less than what pay_separation_elasticity alone does to the workforce"
        yield Fault("assumptions", problem, "raise the one, or bring the other nearer to 0")
    stays = parameters.value("recruits_from_inside_share") * parameters.value("modelled_share_of_sector")
    if (stays >= 1).any():
        problem = "recruits_from_inside_share and modelled_share_of_sector are both 1: nobody would ever leave a cell"
        yield Fault("assumptions", problem, "give less than 1 for one of them")
    yield from _too_many_recruits(parameters)


def _too_many_recruits(parameters: ParameterDraws) -> Iterator[Fault]:
    """Shares of recruits that exceed 1 at their centres; where single draws do, all shares of the draw are scaled."""
    always = ("recruits_from_inside_share", "returner_share")
    for name in ("recruits_from_abroad_share", "newly_qualified_share"):
        total = sum(parameters.parameter(each).central for each in (*always, name))
        if total > 1.0 + _ROUNDING:
            problem = f"recruits_from_inside_share, returner_share and {name} sum to {total:.3g}"
            yield Fault("assumptions", problem, "make them sum to 1 or less; the rest comes from outside the sector")
