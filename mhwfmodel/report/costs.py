"""What a run costs and who pays, for the page and the workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mhwfmodel import catalogue, units
from mhwfmodel.catalogue import GREEN_BOOK
from mhwfmodel.catalogue.states import POPULATIONS
from mhwfmodel.errors import DataError
from mhwfmodel.plan.costs import ALL, COUNTED, GRANTS, SOCIAL_CARE_EMPLOYERS, Costs, by_payer, costs_of, summary
from mhwfmodel.plan.discount import present_value
from mhwfmodel.report.excel import Column, Sheet, Value
from mhwfmodel.report.levers import counted
from mhwfmodel.report.wording import MISSING, quantity
from mhwfmodel.results.summaries import STATS, summarise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.plan.spending import LeverCost
    from mhwfmodel.report.outlook import Outlook
    from mhwfmodel.results import Comparison

    Array = NDArray[np.float64]

__all__ = ["COSTS_PAGE", "Cell", "Row", "cost_section", "cost_sheets", "costs_beside"]

COSTS_PAGE = "What it costs (docs/background/costs.md)"
_TITLES = {
    "staff": "Staff in post",
    "agency": "Agency cover",
    "replacement": "Starters: replacing leavers, filling posts",
    "training": "AMHP courses",
    "levers": "Levers",
    GRANTS: "Paid by funding streams",
    ALL: "Together",
}
_MILLION = 1e6
_TOLD = ("mean", "q05", "q95")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cost: its mean over draws and the interval of nine draws in ten, in words."""

    mean: str
    interval: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: its title, what stands beside it in words, and its costs."""

    title: str
    words: tuple[str, ...]
    cells: tuple[Cell, ...]


def cost_section(view: Outlook) -> dict[str, Any]:
    """What the page tells: a table by payer and part, and one of the levers; or why there is none."""
    made = _made(view)
    if isinstance(made, str):
        return {"sentence": made, "rows": [], "levers": []}
    rows, together = _payers(made)
    granted = (GRANTS,) if made.grants else ()
    stated = {item.number for item in _paid(made)}
    levers = list(enumerate(view.result.manifest["scenario"].get("levers", ())))
    return {
        "sentence": "",
        "heads": [_TITLES[part] for part in (*COUNTED, *granted, ALL)],
        "rows": rows,
        "together": together,
        "levers": _levers(made),
        "counted": [f"{_title(lever)}: {where}" for _, lever in levers if (where := counted(lever))],
        "silent": [_title(lever) for number, lever in levers if number not in stated and not counted(lever)],
        "rates": _rates(),
        "page": COSTS_PAGE,
    }


def _title(lever: Mapping[str, Any]) -> str:
    return str(lever.get("name") or str(lever["kind"]).replace("_", " "))


def cost_sheets(view: Outlook) -> Iterator[Sheet]:
    """The tables of the workbook: by payer, by role, and of the levers that cost something."""
    made = _made(view)
    if isinstance(made, str):
        return
    yield _sheet_by_payer(view, made)
    yield _sheet_by_role(view, made)
    if _paid(made):
        yield _sheet_of_levers(made)


def costs_beside(comparisons: Sequence[Comparison]) -> Iterator[Sheet]:
    """What each plan costs beside the base, part by part and payer by payer; nothing where a run cannot tell it."""
    runs = (comparisons[0].base, *(item.other for item in comparisons))
    try:
        base, *plans = (by_payer(costs_of(run)) for run in runs)
    except DataError:
        return
    rows: list[tuple[Value, ...]] = []
    for run, plan in zip(runs[1:], plans, strict=True):
        for part, payer in dict.fromkeys((*plan, *base)):
            nothing = np.zeros_like(base[ALL, ALL])
            before, after = base.get((part, payer), nothing), plan.get((part, payer), nothing)
            names = (run.name, part, _TITLES[part], "All payers" if payer == ALL else payer)
            rows.append((*names, *_stats(before), *_stats(after), *_stats(after - before)))
    columns = (
        Column("Plan", "name"),
        Column("Part code", "text"),
        Column("Part", "name"),
        Column("Payer", "name"),
        *_columns(("Base", "Plan", "Difference"), "GBP/year, prices of 2024/25"),
    )
    about = (
        "What each plan costs a year on average over the run, and who pays, beside the base, draw by draw; staff are"
        f" paid by who employs them, whoever pays for the lever; what each part holds is said in “{COSTS_PAGE}”"
    )
    yield Sheet("Costs", about, columns, rows, keys=4)


def _made(view: Outlook) -> Costs | str:
    """The costs of a run, or why they are not told."""
    try:
        return costs_of(view.result)
    except DataError as error:
        return f"Costs are not told: {error.faults[0].problem}."


def _paid(made: Costs) -> list[LeverCost]:
    """What levers spend on or give, without what costs nothing."""
    return [item for item in (*made.levers, *made.grants) if item.pounds.any()]


def _yearly(pounds: Array) -> Array:
    """Pounds a year on average over the run, from dims (draw, …, month) to (draw, …)."""
    return np.asarray(pounds.mean(axis=-1) * units.MONTHS_PER_YEAR, dtype=np.float64)


def _stats(values: Array) -> tuple[float, float, float]:
    """Mean and interval of draws, dims (draw)."""
    stats = dict(zip(STATS, summarise(values[:, None])[:, 0].tolist(), strict=True))
    mean, low, high = (float(stats[name]) for name in _TOLD)
    return mean, low, high


def _cell(values: Array) -> Cell:
    """Millions of pounds."""
    if not values.any():
        return Cell(MISSING, "")
    mean, low, high = (quantity(value / _MILLION) for value in _stats(values))
    return Cell(mean, "" if low == high else f"{low} to {high}")


def _payers(made: Costs) -> tuple[list[Row], list[Row]]:
    """A row for each sector that has staff; and the sum of social care, and its worth at the start of the run."""
    sectors = catalogue.sectors()
    monthly = {part: np.asarray(made.draws(part, ("sector",)).values) for part in COUNTED}
    if made.grants:
        monthly[GRANTS] = -made.given()
    monthly[ALL] = np.asarray(sum(monthly.values()))
    yearly = {part: _yearly(values) for part, values in monthly.items()}
    rows = [
        Row(sector.name, (), tuple(_cell(values[:, at]) for values in yearly.values()))
        for at, sector in enumerate(sectors)
        if yearly[ALL][:, at].any()
    ]
    inside = np.array([sector.population == POPULATIONS[0] for sector in sectors])
    sums = tuple(_cell(values[:, inside].sum(axis=1)) for values in yearly.values())
    worth = tuple(_cell(present_value(values[:, inside].sum(axis=1))) for values in monthly.values())
    return rows, [
        Row(SOCIAL_CARE_EMPLOYERS, (), sums),
        Row(f"{SOCIAL_CARE_EMPLOYERS}, the whole run, worth at its start", (), worth),
    ]


def _levers(made: Costs) -> list[Row]:
    """Each lever that costs something beside staff."""
    return [
        Row(
            item.name,
            (item.what if item.what != "lever" else item.kind, item.payer, f"{item.owner} ({item.level})"),
            (_cell(_yearly(item.pounds)), _cell(present_value(item.pounds))),
        )
        for item in _paid(made)
    ]


def _rates() -> str:
    """The discount rates in words: `3.5% a year to year 30, then 3%`."""
    bands = catalogue.discount_bands(GREEN_BOOK)
    first, second = bands[0], bands[1]
    return f"{first.rate:.1%} a year to year {first.last_year:.0f}, then {second.rate:.1%}"


def _columns(heads: Sequence[str], unit: str) -> tuple[Column, ...]:
    return tuple(Column(f"{head}, {stat} [{unit}]", "count") for head in heads for stat in ("mean", "5 %", "95 %"))


def _sheet_by_payer(view: Outlook, made: Costs) -> Sheet:
    tables = [summary(made), summary(made, version=GREEN_BOOK)]
    yearly, worth = (table[["mean", "low", "high"]].to_numpy().tolist() for table in tables)
    keys = tables[0][["part", "payer"]].to_numpy().tolist()
    rows: list[tuple[Value, ...]] = [
        (part, _TITLES[part], payer, *one, *other)
        for (part, payer), one, other in zip(keys, yearly, worth, strict=True)
        if (part, payer) != (ALL, ALL)
    ]
    columns = (
        Column("Part code", "text"),
        Column("Part", "name"),
        Column("Payer", "name"),
        *_columns(("A year on average",), "GBP/year, prices of 2024/25"),
        *_columns((f"Whole run, worth at its start at the rates of version {GREEN_BOOK}",), "GBP"),
    )
    about = (
        f"{view.held}: costs of all staff of these employers, not of their mental health work alone; NHS staff are"
        f" never added to social care; what each part holds is said in “{COSTS_PAGE}”"
    )
    return Sheet("Costs", about, columns, rows, keys=3)


def _sheet_by_role(view: Outlook, made: Costs) -> Sheet:
    by_cell = {part: made.a_year(part, ("sector", "role")) for part in COUNTED}
    rows: list[tuple[Value, ...]] = []
    for at, sector in enumerate(catalogue.sectors()):
        for number, role in enumerate(catalogue.roles()):
            values = [part[:, at, number] for part in by_cell.values()]
            if any(draws.any() for draws in values):
                cells = [cell for draws in values for cell in _stats(draws)]
                rows.append((sector.code, sector.name, role.code, role.name, *cells))
    keys = (
        Column("Sector code", "text"),
        Column("Sector", "name"),
        Column("Role code", "text"),
        Column("Role", "name"),
    )
    columns = (*keys, *_columns([_TITLES[part] for part in COUNTED], "GBP/year"))
    about = f"{view.held}: costs by employing sector and role, a year on average over the run, prices of 2024/25"
    return Sheet("Costs by role", about, columns, rows, keys=4)


def _sheet_of_levers(made: Costs) -> Sheet:
    rows: list[tuple[Value, ...]] = [
        (
            item.name,
            item.kind,
            item.what,
            item.payer,
            item.owner,
            item.level,
            *_stats(_yearly(item.pounds)),
            *_stats(present_value(item.pounds)),
        )
        for item in _paid(made)
    ]
    columns = (
        Column("Lever", "name"),
        Column("Kind", "text"),
        Column("Spent on", "name"),
        Column("Who pays", "name"),
        Column("Who decides", "name"),
        Column("Level", "text"),
        *_columns(("A year on average",), "GBP/year, prices of 2024/25"),
        *_columns((f"Whole run, worth at its start at the rates of version {GREEN_BOOK}",), "GBP"),
    )
    about = (
        "What levers cost beside staff in post and agency cover; staff whom they bring and agency cover are in the"
        " sheet Costs, under employers. Money for posts, in place of employers, is in what staff cost already"
    )
    return Sheet("Costs of levers", about, columns, rows)
