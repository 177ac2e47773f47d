"""The starting workforce, March 2024: built from published totals and named assumptions, never from a mystery table.

Social care: sector totals from the count of 2019/20, scaled to 621,500; specialist posts set apart as a nested strand;
the rest fitted so that ICB shares and the sectors' role mix hold at once. NHS: a control total of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.catalogue import role_mix
from mhwfmodel.catalogue.people import COUNTED_TOTAL, REST, SOCIAL_CARE
from mhwfmodel.errors import DataError, Fault
from mhwfmodel.inputs.cells import columns, nhs_columns
from mhwfmodel.inputs.fitting import proportional_fit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.inputs.draws import ParameterDraws

    Table = NDArray[np.float64]

__all__ = [
    "COUNTED_TOTAL",
    "DENSITIES",
    "SPECIALIST_TOTAL",
    "TOTAL",
    "filled_posts",
    "number",
    "sector_counts",
    "sector_totals",
]

TOTAL = "F001"
"""Filled posts of the social care population at the end of 2023/24."""

SPECIALIST_TOTAL = "F022"
DENSITIES = {"E54000011": "F028", "E54000030": "F029"}
"""ICBs whose people per specialist post are published: Shropshire, Telford and Wrekin; South East London."""


def number(figure_id: str) -> float:
    """The number of a published figure.

    Raises:
        DataError: The figure has no number.
    """
    found = catalogue.figure(figure_id).number
    if found is None:
        message = f"figure {figure_id} has no number; it cannot enter the baseline"
        raise DataError(message)
    return found


def filled_posts(parameters: ParameterDraws) -> Table:
    """Filled posts at the end of March 2024 by cell, dims (draw, ICB, column) [posts]; 42 ICBs."""
    sectors = sector_totals(parameters)
    specialist = _specialist(parameters)
    icb_total = number(TOTAL) * _icb_shares(parameters, "icb_share_concentration", 1)
    general = _general(parameters, sectors, specialist, icb_total)
    return general + specialist + _nhs(parameters)


def sector_counts() -> dict[str, float]:
    """Social care staff counted in 2019/20 by the figure that counts them, in the order of the sectors [headcount].

    The counts add to less than the total: the remainder, whose name is empty, comes last.
    """
    counts = {item.count: number(item.count) for item in _social_care() if item.count}
    return counts | {"": number(COUNTED_TOTAL) - sum(counts.values())}


def sector_totals(parameters: ParameterDraws) -> dict[str, Table]:
    """Filled posts by social care sector, dims (draw); they sum to 621,500."""
    total, counted = number(TOTAL), number(COUNTED_TOTAL)
    share = {figure: count / counted for figure, count in sector_counts().items() if figure}
    share[""] = max(1.0 - sum(share.values()), 0.0)
    sectors = _social_care()
    result: dict[str, Table] = {}
    for figure, whole in share.items():
        parts = _divide(parameters, {item.code: item.part for item in sectors if item.count == figure})
        result |= {code: total * whole * part for code, part in parts.items()}
    return {item.code: result[item.code] for item in sectors}


def _social_care() -> list[catalogue.Sector]:
    return [item for item in catalogue.sectors() if item.population == SOCIAL_CARE]


def _divide(parameters: ParameterDraws, parts: dict[str, str]) -> dict[str, Table]:
    """Shares of a whole by sector, dims (draw): each parameter is a share of what those above leave."""
    left = np.ones(parameters.draws.size)
    result = {}
    for code, name in parts.items():
        if name != REST:
            result[code] = left * parameters.value(name)
            left = left - result[code]
    return result | {code: left for code, name in parts.items() if name == REST}


def _icb_shares(parameters: ParameterDraws, name: str, block: int) -> Table:
    """Shares of the ICBs around their adult population, dims (draw, ICB)."""
    places = catalogue.icbs()
    adults = np.array([place.adults for place in places], dtype=np.float64)
    return parameters.dirichlet(name, adults / adults.sum(), [block << 8 | place.id for place in places])


def _role_shares(parameters: ParameterDraws, strand: str) -> dict[str, dict[str, Table]]:
    """Role mix by sector, drawn, dims (draw) each."""
    name = "role_mix_concentration" if strand == "general" else "specialist_mix_concentration"
    role_id = {role.code: role.id for role in catalogue.roles()}
    result = {}
    for sector in catalogue.sectors():
        rows = [row for row in role_mix() if (row.strand, row.sector) == (strand, sector.code)]
        if rows:
            shares = np.array([row.share for row in rows])
            subs = [sector.id << 8 | role_id[row.role] for row in rows]
            drawn = parameters.dirichlet(name, shares, subs)
            result[sector.code] = {row.role: drawn[:, at] for at, row in enumerate(rows)}
    return result


def _specialist(parameters: ParameterDraws) -> Table:
    """Specialist posts: the published densities hold, the other ICBs share the rest."""
    places = catalogue.icbs()
    total = number(SPECIALIST_TOTAL)
    fixed = {place: place_population / number(DENSITIES[place]) for place, place_population in _populations().items()}
    left = total - sum(fixed.values())
    if left < 0:
        message = "the published densities of specialist posts need more posts than there are"
        raise DataError(message)
    others = [place for place in places if place.code not in fixed]
    adults = np.array([place.adults for place in others], dtype=np.float64)
    drawn = parameters.dirichlet("specialist_icb_concentration", adults / adults.sum(), [place.id for place in others])
    by_icb = np.empty((parameters.draws.size, len(places)))
    at = {place.code: position for position, place in enumerate(places)}
    for code, posts in fixed.items():
        by_icb[:, at[code]] = posts
    for position, place in enumerate(others):
        by_icb[:, at[place.code]] = left * drawn[:, position]
    parts = {item.code: item.specialist_part for item in catalogue.sectors() if item.specialist_part}
    sector_share = _divide(parameters, parts)
    roles = _role_shares(parameters, "specialist")
    table = np.zeros((parameters.draws.size, len(places), len(columns())))
    for position, column in enumerate(columns()):
        if column.strand == "specialist":
            share = sector_share[column.sector] * roles[column.sector][column.role]
            table[:, :, position] = by_icb * share[:, None]
    return table


def _populations() -> dict[str, float]:
    """People, mid-2023, of the ICBs with a published density."""
    return {place.code: float(place.population) for place in catalogue.icbs() if place.code in DENSITIES}


def _general(parameters: ParameterDraws, sectors: dict[str, Table], specialist: Table, icb_total: Table) -> Table:
    """All other social care posts: ICB totals and the sectors' role mix hold at once."""
    roles = _role_shares(parameters, "general")
    wanted = [
        (position, column)
        for position, column in enumerate(columns())
        if column.strand == "general" and column.sector in sectors
    ]
    special = {sector: _over_england(specialist, sector) for sector in sectors}
    margin = np.stack(
        [(sectors[column.sector] - special[column.sector]) * roles[column.sector][column.role] for _, column in wanted],
        axis=1,
    )
    named = {item.part for item in _social_care()} | {item.specialist_part for item in _social_care()}
    remedy = f"change {', '.join(sorted(named - {'', REST}))}"
    faults = [
        Fault("assumptions", f"'{sector}' would have more specialist posts than posts", remedy)
        for sector in sectors
        if (sectors[sector] < special[sector]).any()
    ]
    if faults:
        raise DataError(faults)
    rows = icb_total - specialist.sum(axis=2)
    if (rows < 0).any():
        problem = "in a draw some ICB has more specialist posts than posts"
        raise DataError(Fault("assumptions", problem, "raise icb_share_concentration or specialist_icb_concentration"))
    start = rows[:, :, None] * margin[:, None, :]
    table = np.zeros_like(specialist)
    table[:, :, [position for position, _ in wanted]] = proportional_fit(start, rows, margin)
    return table


def _over_england(table: Table, sector: str) -> Table:
    """Posts of a sector, dims (draw), summed in one order whatever the number of draws."""
    own = table[:, :, [at for at, column in enumerate(columns()) if column.sector == sector]]
    return np.asarray(np.ascontiguousarray(own).reshape(len(own), -1).sum(axis=1), dtype=np.float64)


def _nhs(parameters: ParameterDraws) -> Table:
    """NHS community mental health staff: published full-time equivalents over participation."""
    shares = _icb_shares(parameters, "icb_share_concentration", 2)
    table = np.zeros((*shares.shape, len(columns())))
    for position, posts in nhs_columns().items():
        people = parameters.value(posts.fte) / parameters.value(catalogue.role(posts.role).participation)
        table[:, :, position] = shares * people[:, None]
    return table
