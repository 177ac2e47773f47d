"""What each lever of a plan has to do with what the plan changes, as a workbook and as one plain table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mhwfmodel.catalogue.pathway_measures import ALL, pathway_measure
from mhwfmodel.catalogue.variables import variable
from mhwfmodel.plan.spending import payer_of
from mhwfmodel.report.excel import BY_ROW, Column, Sheet, Value, write_book
from mhwfmodel.report.levers import lever_lines
from mhwfmodel.report.measures import measure
from mhwfmodel.results import replace_all
from mhwfmodel.results.pathway_tables import is_of_pathway

if TYPE_CHECKING:
    import pandas as pd

    from mhwfmodel.plan import Explanation

__all__ = ["CSV", "WORKBOOK", "explanation_table", "mean_over", "method_told", "write_explanation"]

WORKBOOK, CSV = "explain.xlsx", "explain.csv"

_YEAR = 12
_STATS = {"mean": "mean", "q05": "5 %", "q95": "95 %"}
_READINGS = {"share": "Share", "alone": "Alone"}
_GAPS = {"rate": "gap", "count": "difference", "number": "number"}


def mean_over(name: str) -> int:
    """Months that a measure is averaged over: a year of a flow, of which single months jump."""
    kind = pathway_measure(name).kind if is_of_pathway(name) else variable(name).kind
    return _YEAR if kind == "flow" else 1


def method_told(explanation: Explanation) -> str:
    """How the shares were made, in a sentence."""
    if explanation.method == "shapley":
        return "A part's share is what it adds to a subset of the others, on average over all orders (Shapley)."
    return "There are more than six parts: a part's share is what it adds to those before it, in the plan's order."


def explanation_table(explanation: Explanation) -> pd.DataFrame:
    """All that was explained, as one table: March of each year and the last month, flows as the mean of twelve months.

    Args:
        explanation: What was explained, by ICB too or not.

    Returns:
        One row a measure, ICB (`all`: all of the run together), kind of wait or pool, month and part. Columns `share_…`
        add up to the row of the difference; columns `alone_…` do with the interaction.
    """
    import pandas as pd

    found = [_one(explanation, name, by) for name, by in explanation.shares]
    table = pd.concat(found, ignore_index=True)
    first = ["measure", "unit", "icb", "icb_name"]
    values = [f"{reading}_{stat}" for reading in _READINGS for stat in _STATS]
    others = [name for name in table.columns if name not in (*first, *values, "month", "part")]
    table[others] = table[others].fillna("")
    return table[[*first, *others, "month", "part", *values]]


def _one(explanation: Explanation, name: str, by: tuple[str, ...]) -> pd.DataFrame:
    labels = [str(month) for month in explanation.of(name, by).base["month"].values]
    opening = not is_of_pathway(name)
    months = list(dict.fromkeys([*(labels[_YEAR::_YEAR] if opening else labels[_YEAR - 1 :: _YEAR]), labels[-1]]))
    made = []
    for reading in ("share", "alone"):
        table = explanation.table(name, by, months=months, mean_over=mean_over(name), reading=reading)
        keys = [column for column in table.columns if column not in ("mean", "q05", "q25", "q50", "q75", "q95")]
        made.append(table[[*keys, *_STATS]].rename(columns={stat: f"{reading}_{stat}" for stat in _STATS}))
    both = made[1].merge(made[0], how="left", on=keys)
    if "icb" not in both:
        both["icb"], both["icb_name"] = ALL, "All ICBs of the run"
    item = measure(name)
    return both.assign(measure=name, unit="percentage points / 100" if item.kind == "rate" else item.unit)


def write_explanation(explanation: Explanation, folder: Path, created: str) -> None:
    """Write explain.xlsx and explain.csv.

    Args:
        explanation: What was explained.
        folder: Where they go; those that are there are replaced, never half.
        created: When the runs were made, ISO 8601.

    Raises:
        DataError: The folder cannot be written to.
    """
    table = explanation_table(explanation)
    sheets = tuple(_sheets(explanation, table))
    title = f"{explanation.name}: what each part has to do with it"
    replace_all(
        folder,
        {
            WORKBOOK: lambda path: write_book(path, title, created, _cover(explanation), sheets),
            CSV: lambda path: table.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n"),
        },
    )


def _cover(explanation: Explanation) -> list[tuple[str, str]]:
    first = next(iter(explanation.shares.values()))
    return [
        ("Plan", explanation.name),
        ("Beside", explanation.base),
        ("Draws", f"{first.base.sizes['draw']:,}, the same in all of {explanation.runs} runs"),
        ("How to read it", ""),
        ("Share", method_told(explanation)),
        ("", "Shares add up to the difference, in every draw and in the means; ranges do not add up."),
        ("Alone", "What the part changes alone, beside the base."),
        ("Interaction", "The difference less what the parts change alone: below 0 where they do the same work twice."),
        ("Ranges", "5 % to 95 % of the draws, each draw of the plan less the same draw of the base."),
        ("Rates", "A difference of rates is in percentage points: +1.0% is one point more."),
    ]


def _sheets(explanation: Explanation, table: pd.DataFrame) -> Iterator[Sheet]:
    whole = table["icb"] == ALL
    yield _sheet("Contributions", "All ICBs of the run together", table[whole].drop(columns=["icb", "icb_name"]))
    if not whole.all():
        yield _sheet("Contributions by ICB", "Each ICB of the run", table[~whole])
    yield _parts(explanation)


def _sheet(name: str, about: str, table: pd.DataFrame) -> Sheet:
    keys = [column for column in table.columns if not column.startswith(("share_", "alone_"))]
    columns = [Column(_heading(key), "month" if key == "month" else "name") for key in keys]
    columns += [Column(f"{told}, {stat}", BY_ROW) for told in _READINGS.values() for stat in _STATS.values()]
    rows: Sequence[Sequence[Value]] = [tuple(row) for row in table.itertuples(index=False)]
    kinds = [_GAPS[measure(str(code)).kind] for code in table["measure"]]
    about = f"{about}: share of each part in the difference, and what it changes alone; March of each year"
    return Sheet(name, about, tuple(columns), rows, kinds, len(keys))


def _heading(key: str) -> str:
    named = {"icb": "ICB code (ONS, April 2023)", "icb_name": "ICB", "of_class": "Class"}
    return named.get(key, key.replace("_", " ").capitalize())


def _parts(explanation: Explanation) -> Sheet:
    """What each part is made of."""
    rows: list[tuple[Value, ...]] = []
    for part in explanation.parts:
        if part.other:
            rows.append((part.label, "added", "baseline, assumptions, pathway or coupling", "", "", "", "", "", ""))
        for change, levers in (("added", part.on), ("taken away", part.off)):
            lines = lever_lines([lever.model_dump(mode="json", exclude_none=True) for lever in levers])
            for lever, line in zip(levers, lines, strict=True):
                who = (lever.owner, lever.level, payer_of(lever), lever.graded)
                rows.append((part.label, change, line.told, line.when, f"{line.reach}; {line.sets}", *who))
    heads = ("Part", "Change", "Lever", "When", "What it does", "Who decides", "Level", "Who pays", "Evidence")
    return Sheet("Parts", "What each part is made of", tuple(Column(head, "name") for head in heads), rows)
