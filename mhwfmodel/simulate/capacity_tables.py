"""Capacity as tables for a reader: what goes in, which roles give hours, and what England's hours hang on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.inputs import ParameterDraws, build
from mhwfmodel.inputs.capacity import CAPACITY_PARAMETERS, capacity_inputs
from mhwfmodel.scenario import Scenario
from mhwfmodel.simulate.capacity import bands_of, net_by_cell, refresher_fte, swings
from mhwfmodel.units import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["capacity_assumptions", "capacity_hours", "capacity_roles", "capacity_sensitivity"]

Table = tuple[Sequence[str], Sequence[Sequence[str]]]


def capacity_assumptions() -> Table:
    """The inputs that turn full-time equivalents into hours, in the order of the catalogue."""
    wanted = {*CAPACITY_PARAMETERS, "amhp_refresher_hours"}
    headings = ("name", "what", "centre", "low", "high", "unit", "status", "rests on", "note")
    rows = [
        (
            f"`{p.name}`",
            p.title,
            f"{p.central:g}",
            f"{p.low:g}",
            f"{p.high:g}",
            p.unit,
            p.status,
            " ".join(p.source),
            p.note,
        )
        for p in catalogue.parameters()
        if p.name in wanted
    ]
    return headings, rows


def capacity_roles() -> Table:
    """Which roles give hours to people, and whose working time their own is like."""
    headings = ("role", "gives hours to people", "working time")
    yes_no = {True: "yes", False: "no"}
    return headings, [(role.name, yes_no[role.delivers], role.hours_group) for role in catalogue.roles()]


def capacity_hours() -> Table:
    """What is left of a full-time month at central values, by group of roles."""
    inputs = capacity_inputs(_central())
    first = [int(np.argmax(inputs.group == number)) for number in range(len(catalogue.HOURS_GROUPS))]
    net, refresher = net_by_cell(inputs)[0], refresher_fte(inputs)[0]
    headings = ("working time", "hours for people a month", "a year", "refresher of an approved AMHP, share of a post")
    return headings, [
        (group, f"{net[at]:.1f}", f"{net[at] * MONTHS_PER_YEAR:,.0f}", f"{refresher[at]:.2%}")
        for group, at in zip(catalogue.HOURS_GROUPS, first, strict=True)
    ]


def capacity_sensitivity() -> Table:
    """How far England's hours move when one input goes from low to high, the widest first."""
    found = swings(opening_people(), _central())
    headings = ("input", "low", "high", "hours at low", "hours at high", "from low to high")
    return headings, [
        (
            f"`{item.name}`",
            f"{item.low:g}",
            f"{item.high:g}",
            f"{item.hours_low / item.hours - 1:+.1%}",
            f"{item.hours_high / item.hours - 1:+.1%}",
            f"{item.width:.1%}",
        )
        for item in found
    ]


def opening_people() -> NDArray[np.float64]:
    """Staff by experience at the start, at central values, dims (1, cell, band) [people]; England."""
    from mhwfmodel.simulate.model import prepare
    from mhwfmodel.supply.states import STATE_BAND

    scenario = Scenario(name="opening", months=1)
    model = prepare(build(scenario, central=True), scenario, stochastic=False)
    workforce = model.workforce
    stock = np.asarray(model.rest.stock, dtype=np.float64)
    return bands_of(stock, workforce.graph.node_cell, STATE_BAND[workforce.node_state], model.cells)


def _central() -> ParameterDraws:
    return ParameterDraws(seed=0, draws=np.zeros(1, dtype=np.uint32), overrides={}, central=True)
