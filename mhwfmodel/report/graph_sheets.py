"""The tables of the workbook on Approved Mental Health Professionals (AMHPs), moves and training."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.report.amhp import COUNCIL, PAGE, council_icbs, has_amhps
from mhwfmodel.report.excel import BY_ROW, Column, Sheet, Value
from mhwfmodel.report.measures import AMHP, measure, told
from mhwfmodel.report.moves import year_sums, years
from mhwfmodel.report.outlook import Outlook
from mhwfmodel.report.sheets import key_columns, measure_columns, month_rows, spread_columns, wide_rows

__all__ = ["graph_sheets"]

_FLOWS = ("started", "dropped_out", "failed", "qualified")
_TOLD = ("mean", "q05", "q95")
_NEED = f"need as in “{PAGE}”, with the same assessments a head everywhere"


def graph_sheets(view: Outlook) -> Iterator[Sheet]:
    """Make the tables; those on AMHPs only where the run has any."""
    if has_amhps(view.result):
        yield _amhp_by_year(view)
        yield _amhp_by_icb(view)
        yield _amhp_by_council(view)
    yield _moves(view, "sector")
    yield _moves(view, "icb")
    yield _training(view)


def _amhp_by_year(view: Outlook) -> Sheet:
    rows: list[tuple[Value, ...]] = []
    kinds: list[str] = []
    for name in AMHP:
        item = measure(name)
        rows += month_rows(told(view.result, name), view.years, (item.title, name, item.unit))
        kinds += [item.kind] * len(view.years)
    keys = (Column("Measure", "name"), Column("Variable", "text"), Column("Unit", "name"), Column("Month", "month"))
    about = f"{view.held}: AMHPs of councils and the NHS together, March of each year; {_NEED}"
    return Sheet("AMHP by year", about, (*keys, *spread_columns(BY_ROW)), rows, kinds, 4)


def _amhp_by_icb(view: Outlook) -> Sheet:
    tables = {name: told(view.result, name, ("icb",)) for name in AMHP}
    keys = key_columns(("icb",))
    columns = (*keys, Column("Month", "month"), *measure_columns([measure(name) for name in AMHP]))
    about = (
        "AMHPs by ICB, March of each year. England’s are shared out by staff in the posts that AMHPs hold: no figure by"
        f" ICB is published; {_NEED}"
    )
    return Sheet("AMHP by ICB", about, columns, wide_rows(tables, ("icb",), view.years), keys=len(keys) + 1)


def _amhp_by_council(view: Outlook) -> Sheet:
    data = view.result.groups["amhp_council"]
    names = {council.code: council.name for council in catalogue.councils()}
    inside = council_icbs(view)
    picked = [data[name].sel(month=list(view.years), stat=list(_TOLD)) for name in COUNCIL]
    values = np.concatenate([table.transpose("council", "month", "stat").values for table in picked], axis=-1)
    rows: list[tuple[Value, ...]] = []
    for code, by_month in zip(np.asarray(data["council"].values).tolist(), values.tolist(), strict=True):
        places = ", ".join(catalogue.icb(icb).short_name for icb in inside[code])
        rows += [(code, names[code], places, *cells) for cells in _dated(view.years, by_month)]
    keys = (Column("Council code (ONS, April 2023)", "text"), Column("Council", "name"), Column("ICBs", "name"))
    columns = (*keys, Column("Month", "month"), *measure_columns([measure(name) for name in COUNCIL]))
    about = (
        "AMHPs by council, March of each year. A council has the part of its ICB’s rota that it has of its people, for"
        f" which council employs or approves whom is not known; {_NEED}"
    )
    return Sheet("AMHP by council", about, columns, rows, keys=4)


def _dated(months: tuple[str, ...], values: list[list[float]]) -> Iterator[tuple[Value, ...]]:
    for month, cells in zip(months, values, strict=True):
        yield (month, *cells)


def _moves(view: Outlook, dim: str) -> Sheet:
    """Origin and destination, a column a year; pairs without any move are left out."""
    flow = view.result.flows[f"moves_{dim}"]
    names = {item.code: item.name for item in catalogue.sectors()}
    names |= {item.code: item.short_name for item in catalogue.icbs()}
    spans = years(view)
    sums = year_sums(view, flow)
    codes = [str(code) for code in flow[f"from_{dim}"].values]
    rows: list[tuple[Value, ...]] = []
    for at, to in np.ndindex(len(codes), len(codes)):
        cells = [float(sums[end][at, to]) for end in spans.ends]
        if any(cells):
            rows.append((codes[at], names[codes[at]], codes[to], names[codes[to]], *cells))
    what, code = ("sector", "sector code") if dim == "sector" else ("ICB", "ICB code (ONS, April 2023)")
    keys = [
        Column(f"{way} {header}", kind) for way in ("From", "To") for header, kind in ((code, "text"), (what, "name"))
    ]
    columns = (*keys, *(Column(f"{spans.title(end)}, mean [people]", "count") for end in spans.ends))
    about = (
        f"{view.held}: people who left a post in one {what} for one in another, or in the same, inside the model; mean"
        " over draws, no range is kept. Who leaves the model, or comes into it, is not here"
    )
    return Sheet(f"Moves between {what}s", about, columns, rows, keys=4)


def _training(view: Outlook) -> Sheet:
    """Students by ICB, course and year."""
    data = view.result.groups["training"]
    spans = years(view)
    sums = {name: year_sums(view, data[name]) for name in _FLOWS}
    enrolled = data["enrolled"].transpose("icb", "pipeline", "month")
    courses = [catalogue.pipeline(str(code)) for code in data["pipeline"].values]
    rows: list[tuple[Value, ...]] = []
    for at, code in enumerate(str(code) for code in data["icb"].values):
        for number, course in enumerate(courses):
            for end in spans.ends:
                flows = [float(sums[name][end][at, number]) for name in _FLOWS]
                held = float(enrolled.sel(month=end).values[at, number])
                rows.append((code, catalogue.icb(code).short_name, course.code, course.name, end, held, *flows))
    keys = (*key_columns(("icb",)), Column("Course code", "text"), Column("Course", "name"))
    length = f"{spans.length} months"
    headers = [f"{data[name].attrs['long_name']}, mean [people in {length}]" for name in _FLOWS]
    columns = (
        *keys,
        Column(f"{length} to", "month"),
        Column("Students on the course at their end, mean [people]", "count"),
        *(Column(header, "count") for header in headers),
    )
    about = (
        "Students by ICB and course; mean over draws, no range is kept. Not all who qualify take a post in this"
        " workforce; courses of staff in post are not here"
    )
    return Sheet("Training", about, columns, rows, keys=5)
