"""The starting workforce as tables for a reader: what each step of the build gives at central values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.catalogue.states import SPECIALIST
from mhwfmodel.inputs.build import Inputs, build
from mhwfmodel.inputs.fitting import CensoredFit
from mhwfmodel.inputs.rates import ICBS_ABOVE_FLOOR, SPECIALIST_TURNOVER_FLOORS, VACANCY_FLOORS
from mhwfmodel.inputs.stock import COUNTED_TOTAL, DENSITIES, SPECIALIST_TOTAL, TOTAL, number, sector_counts
from mhwfmodel.scenario import Scenario

__all__ = [
    "baseline_floors",
    "baseline_levels",
    "baseline_relative_rates",
    "baseline_role_mix",
    "baseline_roles",
    "baseline_sectors",
    "baseline_specialist",
]

Table = tuple[Sequence[str], Sequence[Sequence[str]]]


@cache
def _central() -> Inputs:
    return build(Scenario(name="Central values", baseline="rates_held"), central=True)


def _sum(mask: np.ndarray) -> tuple[float, float, float]:
    """Filled posts, vacancies and leavers a year of some cells."""
    inputs = _central()
    filled = inputs.filled[0, mask]
    return float(filled.sum()), float(inputs.vacancies[0, mask].sum()), float((filled * inputs.turnover[0, mask]).sum())


def _row(name: str, mask: np.ndarray) -> tuple[str, ...]:
    filled, vacant, leavers = _sum(mask)
    return (name, f"{filled:,.0f}", f"{vacant:,.0f}", f"{vacant / (filled + vacant):.1%}", f"{leavers / filled:.1%}")


def _names() -> dict[str, str]:
    roles = {role.code: role.name for role in catalogue.roles()}
    return roles | {sector.code: sector.name for sector in catalogue.sectors()}


def _social() -> np.ndarray:
    """Which cells are in the social care population, dims (cell)."""
    population = np.array([sector.population == "social_care" for sector in catalogue.sectors()])
    return np.asarray(population[_central().cells.sector])


_HEADINGS = ("", "filled posts", "vacant posts", "vacancy rate", "turnover rate")


def baseline_sectors() -> Table:
    """Counts of 2019/20, their shares, and what they become in March 2024."""
    cells, sectors = _central().cells, catalogue.sectors()
    counted = sector_counts()
    together = Counter(sector.count for sector in sectors if sector.part)
    rows = []
    for position, sector in enumerate(sectors):
        row = _row(sector.name, cells.sector == position)
        shared = " together" if together[sector.count] > 1 else ""
        rows.append((sector.name, f"{counted[sector.count]:,.0f}{shared}" if sector.part else "—", *row[1:]))
    return ("sector", f"count 2019/20, of {number(COUNTED_TOTAL):,.0f}", *_HEADINGS[1:]), rows


def baseline_roles() -> Table:
    """The social care population by role."""
    cells, roles, social = _central().cells, catalogue.roles(), _social()
    rows = [_row(role.name, social & (cells.role == position)) for position, role in enumerate(roles)]
    return ("role", *_HEADINGS[1:]), [*rows, _row("All social care", social)]


def baseline_specialist() -> Table:
    """Specialist posts where a density is published, and elsewhere."""
    cells = _central().cells
    special = cells.strand == SPECIALIST
    rows = []
    shown = np.zeros_like(special)
    for code, figure in DENSITIES.items():
        here = special & (cells.icb == cells.icb_codes.index(code))
        shown |= here
        people = catalogue.icb(code).population
        rows.append(
            (catalogue.icb(code).short_name, f"{number(figure):,.0f} ({figure})", *_row("", here)[1:], f"{people:,}")
        )
    rest = sum(place.population for place in catalogue.icbs() if place.code not in DENSITIES)
    rows.append(("The other 40 together", "not published", *_row("", special & ~shown)[1:], f"{rest:,}"))
    everyone = sum(place.population for place in catalogue.icbs())
    rows.append(("England", "not published", *_row("", special)[1:], f"{everyone:,}"))
    return ("ICB", "people per post, published", *_HEADINGS[1:], "people, mid-2023"), rows


def baseline_role_mix() -> Table:
    """The role mix that the fit starts from."""
    names = _names()
    rows = [
        (item.strand, names[item.sector], names[item.role], f"{item.share:.1%}", item.status, " ".join(item.source))
        for item in catalogue.role_mix()
    ]
    return ("posts", "sector", "role", "share", "status", "bounded by"), rows


def baseline_relative_rates() -> Table:
    """Published ratios of roles and sectors to all adult social care, beside those of the finished baseline."""
    names = _names()
    rows = [
        (
            "turnover" if item.measure == "turnover" else "vacancy, as odds",
            names[item.code],
            f"{item.ratio:.2f}",
            *_relative(item),
            f"{item.figure} over {item.base_figure}",
            item.note,
        )
        for item in catalogue.relative_rates()
    ]
    return (
        "rate",
        "role or sector",
        "published ratio to all adult social care",
        "the baseline, all posts",
        "the baseline, general posts",
        "figures",
        "note",
    ), rows


def _relative(item: catalogue.RelativeRate) -> tuple[str, str]:
    """What the baseline has for a published ratio, relative to all its social care posts: all posts, general posts."""
    cells, social = _central().cells, _social()
    if item.kind == "role":
        named = cells.role == [role.code for role in catalogue.roles()].index(item.code)
    else:
        named = cells.sector == [sector.code for sector in catalogue.sectors()].index(item.code)
    whole = _level(item.measure, social)
    posts = (social & named, social & named & (cells.strand != SPECIALIST))
    every, general = (f"{_level(item.measure, mask) / whole:.2f}" if mask.any() else "no such posts" for mask in posts)
    return every, general


def _level(measure: str, mask: np.ndarray) -> float:
    """Turnover rate, or the odds of a vacancy (vacant posts per filled post), of some cells."""
    filled, vacant, leavers = _sum(mask)
    return (leavers if measure == "turnover" else vacant) / filled


def baseline_floors() -> Table:
    """Published floors, what the fit gives for each, and the misfit; how many ICBs exceed the floor of turnover."""
    fits = _central().fits
    vacancy = _floor_rows("vacancy rate", fits.vacancy, VACANCY_FLOORS)
    turnover = _floor_rows("specialist turnover rate", fits.specialist_turnover, SPECIALIST_TURNOVER_FLOORS)
    named = SPECIALIST_TURNOVER_FLOORS[0]
    floor = number(named) / 100.0
    expected = fits.specialist_turnover.expected_above(floor)
    count = (
        "All 42",
        f"ICBs with a specialist turnover rate of more than {floor:.0%}",
        str(ICBS_ABOVE_FLOOR),
        f"{expected:.1f} expected",
        f"{expected - ICBS_ABOVE_FLOOR:+.1f} ICBs",
        named,
    )
    return ("ICB", "rate", "published", "fitted", "misfit", "figure"), [*vacancy, *turnover, count]


def _floor_rows(name: str, fit: CensoredFit, figures: Sequence[str]) -> list[tuple[str, ...]]:
    places, misfits = catalogue.icbs(), fit.misfits()
    of_icb = {catalogue.figure(figure).icb_code: figure for figure in figures}
    return [
        (
            places[position].short_name,
            name,
            f"more than {floor:.0%}",
            f"{float(np.exp(fit.log_rate[position])):.1%}",
            f"{misfits[position] * 100:.1f} points" if misfits[position] else "none",
            of_icb[places[position].code],
        )
        for position, floor in fit.floors.items()
    ]


def baseline_levels() -> Table:
    """Published levels beside what the finished baseline has."""
    cells, social = _central().cells, _social()
    filled, vacant, leavers = _sum(social)
    rates = []
    for position in range(len(cells.icb_codes)):
        here, empty, _ = _sum(social & (cells.icb == position))
        rates.append(empty / (here + empty))
    special = cells.strand == SPECIALIST
    posts, open_posts, _ = _sum(special)
    rows = [
        ("Filled posts, social care", f"{number(TOTAL):,.0f}", f"{filled:,.0f}", TOTAL),
        ("Turnover rate, weighted by staff", f"{number('F003'):.1f}%", f"{leavers / filled:.1%}", "F003"),
        ("Vacancy rate, mean over 42 ICBs", f"{number('F004'):.1f}%", f"{float(np.mean(rates)):.1%}", "F004"),
        ("Vacancy rate, of all posts", "not published", f"{vacant / (filled + vacant):.1%}", ""),
        ("Vacant posts", f"{number('F002'):,.0f}, which cannot be of these posts", f"{vacant:,.0f}", "F002"),
        ("Filled specialist posts", f"{number(SPECIALIST_TOTAL):,.0f}", f"{posts:,.0f}", SPECIALIST_TOTAL),
        ("Vacant specialist posts", f"{number('F009'):,.0f}", f"{open_posts:,.0f}", "F009"),
    ]
    return ("", "published", "the baseline, March 2024", "figure"), rows
