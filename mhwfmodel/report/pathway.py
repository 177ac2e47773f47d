"""People on the pathway: how many wait, how long, who is seen, and where staff do not reach."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mhwfmodel import catalogue
from mhwfmodel.catalogue.pathway_measures import CONTACTS, DEFINITIONS
from mhwfmodel.report.charts import fan, fan_rows
from mhwfmodel.report.coupling import acts, coupling_sentences
from mhwfmodel.report.outlook import Outlook, Spread, spread
from mhwfmodel.report.wording import MISSING, amount, change, month_name, people, per_cent, span
from mhwfmodel.results.pathway_tables import pathway_stats

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["DEFINED", "PAGE", "days", "pathway", "pathway_months"]

PAGE = "The pathway in a run (docs/background/pathway-in-a-run.md)"
"""The page of the documentation that says how staff and waits hang together."""

DEFINED = {
    "completed_wait": "of those seen in the month",
    "waiting_so_far": "of those who still wait at its end, so far",
}
"""The two definitions of a wait, in words."""

_HOURS, _FEW_DAYS = 24, 2.0
_FULL, _SEVERAL = 0.95, 3
_FEW_SERVERS = 20.0
_PANELS = ("waiting", "in_work", "arrived", "gave_up")
_TABLE = ("arrived", "waiting", "in_work", "gave_up")
_YEARS = (0, 12, 36, 60)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table.

    Args:
        code: Code of the stage, pool or board.
        name: Name for people.
        note: What is said below the name; may be empty.
        cells: Figures as text, each with its interval as text.
    """

    code: str
    name: str
    note: str
    cells: tuple[tuple[str, str], ...]


def days(value: float) -> str:
    """Write a wait: hours where it is short, whole days otherwise."""
    if not math.isfinite(value):
        return MISSING
    if value < _FEW_DAYS:
        hours = value * _HOURS
        return "under 1 hour" if hours < 1.0 else f"{people(hours)} hours"
    return f"{people(value)} days"


def pathway_months(view: Outlook) -> tuple[str, ...]:
    """Months that tables tell: the first, one, three and five years on as far as the run goes, now, and the last."""
    months = [str(month) for month in view.result.pathway["month"].values]
    wanted = {months[at] for at in (*_YEARS, len(months) - 1) if at < len(months)}
    wanted |= {point.month for point in view.points if "now" in point.place and point.month in months}
    return tuple(month for month in months if month in wanted)


def pathway(view: Outlook) -> dict[str, Any]:
    """What the page tells of the pathway; empty where the run has none."""
    if not view.result.has_pathway:
        return {}
    months = pathway_months(view)
    ends = tuple(dict.fromkeys((months[0], months[-1])))
    made = view.result.manifest["pathway"]
    tables = {name: pathway_stats(view.result.groups, name) for name in _PANELS}
    return {
        "title": made["title"],
        "engine": made["engine"],
        "draws": made["draws"],
        "boards": len(made["icbs"]),
        "sentences": _sentences(view, months),
        "coupling": coupling_sentences(view),
        "acts": acts(view),
        "months": [month_name(month) for month in months],
        "ends": [month_name(month) for month in ends],
        "people": [_row(view, name, months) for name in _TABLE],
        "waits": _waits(view, months),
        "stages": _stages(view, ends),
        "pools": _pools(view, ends),
        "icbs": _icbs(view, ends[-1]),
        "panels": [
            {"id": f"chart-pathway-{name.replace('_', '-')}", **fan(name, fan_rows(table, "count"), view.area)}
            for name, table in tables.items()
        ],
        "page": PAGE,
        "leaves_out": str(made["leaves_out"]).replace("'", "’"),
    }


def _told(figure: Spread, kind: str) -> tuple[str, str]:
    """A figure and its interval as text."""
    if kind == "days":
        known = math.isfinite(figure.q05) and figure.q05 != figure.q95
        low, high = days(figure.q05), days(figure.q95)
        return days(figure.mean), f"{low} to {high}" if known and low != high else ""
    if kind == "servers" and figure.q95 < _FEW_SERVERS:
        low, high = f"{figure.q05:.1f}", f"{figure.q95:.1f}"
        return f"{figure.mean:.1f}", f"{low} to {high}" if low != high else ""
    return amount(figure.mean, kind), span(figure.q05, figure.q95, kind)


def _row(view: Outlook, name: str, months: Sequence[str]) -> Row:
    from mhwfmodel.report.measures import measure

    item, stats = measure(name), pathway_stats(view.result.groups, name)
    cells = tuple(_told(spread(stats, month=month), item.kind) for month in months)
    return Row(name, item.title, item.unit, cells)


def _waits(view: Outlook, months: Sequence[str]) -> list[Row]:
    """Median, 90th percentile and share within four weeks, by contact and definition."""
    rows = []
    for contact in CONTACTS:
        for definition in DEFINITIONS:
            for name, words, kind in (
                ("wait_median", "half wait longer than", "days"),
                ("wait_p90", "one in ten waits longer than", "days"),
                ("wait_within_4_weeks", "share of at most four weeks", "rate"),
            ):
                stats = pathway_stats(view.result.groups, name).sel(contact=contact, definition=definition)
                cells = tuple(_told(spread(stats, month=month), kind) for month in months)
                title = f"To the {contact} contact, {words}"
                rows.append(Row(f"{contact} {definition}", title, DEFINED[definition], cells))
    return rows


def _stages(view: Outlook, months: Sequence[str]) -> list[Row]:
    listed = (("waiting", "count"), ("in_work", "count"), ("seen", "count"), ("stage_wait_mean", "days"))
    stats = [(pathway_stats(view.result.groups, name, ("stage",)), kind) for name, kind in listed]
    names = view.result.pathway["stage_name"]
    return [
        Row(code, str(names.sel(stage=code).values), "", _cells(stats, months, stage=code))
        for code in stats[0][0]["stage"].values.tolist()
    ]


def _cells(
    stats: Sequence[tuple[xr.DataArray, str]], months: Sequence[str], **labels: str
) -> tuple[tuple[str, str], ...]:
    return tuple(_told(spread(table.sel(labels), month=month), kind) for month in months for table, kind in stats)


def _pools(view: Outlook, months: Sequence[str]) -> list[Row]:
    listed = (("on_duty", "servers"), ("staff_ratio", "rate"), ("utilisation", "rate"))
    stats = [(pathway_stats(view.result.groups, name), kind) for name, kind in listed]
    names = view.result.pathway["pool_name"]
    return [
        Row(code, str(names.sel(pool=code).values), "", _cells(stats, months, pool=code))
        for code in stats[0][0]["pool"].values.tolist()
    ]


def _icbs(view: Outlook, month: str) -> list[Row]:
    """Every board by name: who waits and how long, and the pool whose staff reach least."""
    groups = view.result.groups
    listed = [(pathway_stats(groups, name, ("icb",)), "count") for name in ("waiting", "in_work")]
    wait, p90, share = (
        pathway_stats(groups, name, ("icb",)) for name in ("wait_median", "wait_p90", "wait_within_4_weeks")
    )
    so_far = {"contact": "second", "definition": "waiting_so_far"}
    listed += [(wait.sel(so_far), "days"), (p90.sel(so_far), "days")]
    seen = {"contact": "first", "definition": "completed_wait"}
    listed += [(wait.sel(seen), "days"), (share.sel(seen), "rate")]
    staff = pathway_stats(groups, "staff_ratio", ("icb",)).sel(stat="mean", month=month)
    names = view.result.pathway["pool_name"]
    rows = []
    for code in listed[0][0]["icb"].values.tolist():
        board = staff.sel(icb=code)
        least = board["pool"].values[int(board.argmin("pool"))]
        words = (f"{names.sel(pool=least).values}, {per_cent(float(board.min()))}", "")
        rows.append(Row(code, catalogue.icb(code).short_name, "", (*_cells(listed, (month,), icb=code), words)))
    return sorted(rows, key=lambda row: row.name)


def _sentences(view: Outlook, months: Sequence[str]) -> list[str]:
    made = (_list(view, months), _how_long(view, months), _gap(view, months[-1]))
    return [sentence for sentence in made if sentence]


def _list(view: Outlook, months: Sequence[str]) -> str:
    stats, served = (pathway_stats(view.result.groups, name) for name in ("waiting", "in_work"))
    first, last = (spread(stats, month=month) for month in (months[0], months[-1]))
    seen = spread(served, month=months[0])
    text = (
        f"At the end of {month_name(months[0])} about {people(first.mean)} people wait somewhere on the pathway of"
        f" {view.area}, and about {people(seen.mean)} are being seen."
    )
    if len(months) < 2:
        return text
    interval = span(last.q05, last.q95, "count")
    return (
        f"{text} By {month_name(months[-1])} about {people(last.mean)} wait, {change(first.mean, last.mean)}"
        f"{f' (nine futures in ten: {interval})' if interval else ''}."
    )


def _how_long(view: Outlook, months: Sequence[str]) -> str:
    median, p90 = (pathway_stats(view.result.groups, name) for name in ("wait_median", "wait_p90"))
    first, *_, last = (months[0], *months)
    so_far = {"contact": "second", "definition": "waiting_so_far"}
    now, later = (spread(median.sel(so_far), month=month) for month in (first, last))
    long = spread(p90.sel(so_far), month=first)
    if not now.known:
        return ""
    text = (
        f"Of those who still wait for a second contact at the end of {month_name(first)}, half have waited longer than"
        f" {days(now.mean)} and one in ten longer than {days(long.mean)}"
    )
    if last != first and later.known:
        text += f"; at the end of {month_name(last)} half have waited longer than {days(later.mean)}"
    return f"{text}."


def _gap(view: Outlook, month: str) -> str:
    """Pools that the staff of the run fill least."""
    stats = pathway_stats(view.result.groups, "staff_ratio").sel(stat="mean", month=month)
    names = view.result.pathway["pool_name"]
    found = sorted((float(stats.sel(pool=code)), code) for code in stats["pool"].values.tolist())
    short = [(ratio, str(names.sel(pool=code).values)) for ratio, code in found if ratio < _FULL][:_SEVERAL]
    if not short:
        return (
            f"In {month_name(month)} the staff of the run fill every pool to {per_cent(_FULL)} or more of what the"
            " pathway states."
        )
    listed = ", ".join(f"{name} ({per_cent(ratio)})" for ratio, name in short)
    return (
        f"The gap is where the staff of the run give least of what the pathway states for so many people: in"
        f" {month_name(month)} {listed}."
    )
