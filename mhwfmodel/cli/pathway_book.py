"""The workbook of a pathway: its tables over all classes month by month, and the run by class."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from mhwfmodel.pathway import Pathway
    from mhwfmodel.report.excel import Column, Sheet, Value

__all__ = ["write_pathway_book"]

_ABOUT = {
    "Run": "Every stage and class over the whole run: people, waits, queues",
    "Stages": "Every stage month by month, all classes together",
    "Classes": "Every stage and class month by month",
    "Waits": "Waits since the start of the episode, to first and second contact, month by month",
    "Pools": "Servers on duty and how busy they are, month by month",
    "Flows": "Arrivals and ways out, month by month",
}
_RATES = ("utilisation", "within_4_weeks")
_KEYS = frozenset({"month", "stage", "class", "pool", "definition", "contact", "flow", "name"})
_UNITS = {
    "wait_mean": "days", "wait_median": "days", "wait_p90": "days", "wait_number": "people",
    "wait_within_4_weeks": "share", "wait_beyond_18_months": "people", "utilisation": "share",
    "overtime_hours": "hours", "on_duty_on_average": "servers", "busy_on_average": "servers",
}  # fmt: skip


def write_pathway_book(
    path: Path, pathway: Pathway, created: str, made: dict[str, pd.DataFrame], replications: int
) -> None:
    """Write the workbook.

    Args:
        path: The file.
        pathway: What was run.
        created: Date and time of the run.
        made: Tables by name.
        replications: How many were run.
    """
    from mhwfmodel.report.excel import write_book

    title = pathway.title or pathway.pathway
    cover = [
        ("Pathway", pathway.pathway),
        ("About", pathway.description or "–"),
        ("Months", f"{pathway.start} to {pathway.month_labels[-1]}"),
        ("Seed", str(pathway.seed)),
        ("Replications", f"{replications:,}"),
        (
            "Intervals",
            "Figures are means over replications. 95 times in 100 the mean of very many replications lies"
            " between 'low' and 'high'; single months differ more.",
        ),
        *(("Note", note) for note in pathway.notes),
    ]
    write_book(path, title, created, cover, list(_sheets(made)))


def _sheets(made: dict[str, pd.DataFrame]) -> list[Sheet]:
    stages = made["stages"]
    whole, everybody = stages["month"] == "all", stages["class"] == stages["class"].iloc[0]
    parts = {
        "Run": stages[whole],
        "Stages": stages[~whole & everybody],
        "Classes": stages[~whole & ~everybody],
        "Waits": made["waits"],
        "Pools": made["pools"],
        "Flows": made["flows"],
    }
    return [_sheet(name, frame) for name, frame in parts.items() if len(frame)]


def _sheet(name: str, frame: pd.DataFrame) -> Sheet:
    from mhwfmodel.report.excel import Sheet

    rows: list[list[Value]] = [
        [value if isinstance(value, str) else float(value) if math.isfinite(value) else None for value in row]
        for row in frame.itertuples(index=False)
    ]
    keys = sum(label in _KEYS for label in frame.columns)
    return Sheet(name, _ABOUT[name], tuple(_column(str(label)) for label in frame.columns), rows, keys=keys)


def _column(label: str) -> Column:
    from mhwfmodel.report.excel import Column

    if label in _KEYS:
        return Column(label.capitalize(), "month" if label == "month" else "text")
    figure = label.removesuffix("_low").removesuffix("_high")
    end = label[len(figure) :].replace("_", " ")
    words = figure.replace("_", " ").capitalize() + (f",{end}" if end else "")
    kind = "rate" if figure.endswith(_RATES) else "decimal"
    return Column(f"{words} [{_UNITS.get(figure, 'people')}]", kind)
