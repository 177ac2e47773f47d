"""Approved Mental Health Professionals: how many, how many on the rota, and how far that is from a 24-hour service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.report.board import Block, line_of
from mhwfmodel.report.charts import fan, fan_rows
from mhwfmodel.report.measures import AMHP, measure, told
from mhwfmodel.report.outlook import Outlook, Spread, spread
from mhwfmodel.report.story import outlook_month
from mhwfmodel.report.wording import amount, month_name, people, span

if TYPE_CHECKING:
    import xarray as xr

    from mhwfmodel.results import Result

__all__ = ["COUNCIL", "PAGE", "AmhpRow", "amhp", "amhp_months", "council_icbs", "has_amhps", "needed"]

PAGE = "The need for AMHPs (docs/background/amhp-need.md)"
"""The page of the documentation that says how the need is worked out."""

COUNCIL = ("amhp_fte", "amhp_need_fte", "amhp_gap_fte")
"""What is told of a council."""

_ICB = ("amhp_approved", "amhp_practising", *COUNCIL)
_PANELS = ("amhp_approved", "amhp_practising", "amhp_fte", "amhp_gap_fte")
_GAP = "amhp_gap_fte"


@dataclass(frozen=True, slots=True)
class AmhpRow:
    """A place in a table of AMHPs.

    Args:
        code: ONS code.
        name: Name for people.
        inside: ONS codes of the run's ICBs that a council lies in; empty for an ICB.
        place: Names of those ICBs.
        cells: Figures as text, month after month.
    """

    code: str
    name: str
    inside: tuple[str, ...]
    place: str
    cells: tuple[str, ...]


def has_amhps(result: Result) -> bool:
    """Whether the run has anybody who is approved, as far as what it kept of them tells."""
    kept = [name for name in _ICB if name in result.groups.get("amhp", ())]
    return bool(kept) and bool((abs(result.amhp[kept[0]]) > 0).any())


def amhp_months(view: Outlook) -> tuple[str, ...]:
    """Months that places are told for: the latest that is past (the opening month where none is), and five years on."""
    now = next((point.month for point in view.points if "now" in point.place), view.base)
    return tuple(dict.fromkeys((now, outlook_month(view))))


def amhp(view: Outlook) -> dict[str, Any]:
    """What the page tells of AMHPs; empty where the run has none."""
    if not has_amhps(view.result):
        return {}
    stats = {name: told(view.result, name) for name in AMHP}
    lines = tuple(line_of(view, measure(name), table) for name, table in stats.items())
    months = amhp_months(view)
    return {
        "sentence": needed(view),
        "table": (Block("Approved Mental Health Professionals", "In councils and the NHS together", lines),),
        "panels": [
            {"id": f"chart-{name.replace('_', '-')}", **fan(name, fan_rows(stats[name], "count"), view.area)}
            for name in _PANELS
        ],
        "months": [month_name(month) for month in months],
        "icbs": _icb_rows(view, months),
        "councils": _council_rows(view, months),
        "page": PAGE,
    }


def needed(view: Outlook) -> str:
    """The headline: rota, need and gap in the latest month, and the gap five years on."""
    first, *later = amhp_months(view)
    rota, need, gap = (spread(told(view.result, name), month=first) for name in COUNCIL)
    text = (
        f"In {month_name(first)} AMHPs give about {people(rota.mean)} full-time equivalents (FTE) to the rota in"
        f" {view.area}, and a service at every hour, reckoned council by council, would take about"
        f" {people(need.mean)}: {_gap(gap)}"
    )
    for month in later:
        text += f"; in {month_name(month)} it is {_gap(spread(told(view.result, _GAP), month=month))}"
    return f"{text}."


def _gap(gap: Spread) -> str:
    """A gap in words, with its interval."""
    interval = span(gap.q05, gap.q95, "count")
    told_as = f" (nine futures in ten: {interval})" if interval else ""
    if gap.mean < 0:
        return f"about {people(-gap.mean)} FTE more than needed{told_as.replace(': ', ', as a gap: ')}"
    return f"a gap of about {people(gap.mean)} FTE{told_as}"


def _icb_rows(view: Outlook, months: Sequence[str]) -> list[AmhpRow]:
    """Every ICB of the run, by name; of the gap its interval too."""
    stats = {name: told(view.result, name, ("icb",)) for name in _ICB}
    made = []
    for code in view.codes:
        cells = _cells({name: table.sel(icb=code) for name, table in stats.items()}, months)
        made.append(AmhpRow(code, catalogue.icb(code).short_name, (), "", cells))
    return sorted(made, key=lambda row: row.name)


def _cells(stats: dict[str, xr.DataArray], months: Sequence[str]) -> tuple[str, ...]:
    made: list[str] = []
    for month in months:
        for name, table in stats.items():
            cell = spread(table, month=month)
            made.append(amount(cell.mean, "count"))
            if name == _GAP:
                made.append(span(cell.q05, cell.q95, "count"))
    return tuple(made)


def council_icbs(view: Outlook) -> dict[str, tuple[str, ...]]:
    """ONS code of each council to those of the run's ICBs that it lies in, the largest part first."""
    found = {}
    for council in catalogue.councils():
        parts = sorted(council.parts, key=lambda part: -part.share_of_council)
        inside = tuple(part.icb_code for part in parts if part.icb_code in view.codes and part.share_of_council > 0)
        if inside:
            found[council.code] = inside
    return found


def _council_rows(view: Outlook, months: Sequence[str]) -> list[AmhpRow]:
    """Every council with people in the run's ICBs, by name."""
    data = view.result.groups["amhp_council"]
    inside = council_icbs(view)
    names = {council.code: council.name for council in catalogue.councils()}
    made = []
    for code in np.asarray(data["council"].values).tolist():
        stats = {name: data[name].sel(council=code) for name in COUNCIL}
        place = ", ".join(catalogue.icb(icb).short_name for icb in inside[code])
        made.append(AmhpRow(code, names[code], inside[code], place, _cells(stats, months)))
    return sorted(made, key=lambda row: row.name)
