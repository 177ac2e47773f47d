"""Tables written as Excel likes them: one table a sheet, one header row, real numbers, nothing that recalculates."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

__all__ = ["BY_ROW", "Chart", "Column", "Sheet", "Value", "write_book"]

Value = str | int | float | None

BY_ROW = "by row"
"""The kind of a column whose number format its row says."""

_FORMATS = {
    "count": "#,##0",
    "rate": "0.0%",
    "number": "General",
    "decimal": "#,##0.0##",
    "difference": "+#,##0;-#,##0;0",
    "gap": "+0.0%;-0.0%;0.0%",
}
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
_WIDTHS = {"text": 14.0, "name": 34.0, "prose": 60.0, "month": 10.0}
_NUMBER_WIDTH = 13.0
_HEADER_HEIGHT = 60
_CONTENTS = "Contents"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header with the unit, and what its cells are.

    Args:
        header: Unlike every other of the sheet.
        kind: `text`, `name`, `prose`, `month`, `count`, `rate`, `number`, `decimal`, `difference`, `gap`, or `BY_ROW`.
    """

    header: str
    kind: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A line chart of rows of its sheet.

    Args:
        title: Above the chart.
        unit: Title of the value axis.
        rows: First and last row of data, counted from 0.
        category: Column of the labels.
        series: Name, column and colour of each line.
        place: Cell of its upper left corner.
        kind: Number format of the value axis: `count` or `rate`.
    """

    title: str
    unit: str
    rows: tuple[int, int]
    category: int
    series: tuple[tuple[str, int, str], ...]
    place: str
    kind: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table.

    Args:
        name: Name of the sheet, 31 letters at most.
        about: What it holds, for the contents.
        columns: Its columns.
        rows: Its rows, one value a column.
        kinds: For a column of kind `BY_ROW`, the kind of each row.
        keys: Columns at the left that stay in sight.
        charts: Charts beside the table.
    """

    name: str
    about: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Value]]
    kinds: Sequence[str] = ()
    keys: int = 1
    charts: tuple[Chart, ...] = ()


def write_book(path: Path, title: str, created: str, cover: Sequence[tuple[str, str]], sheets: Iterable[Sheet]) -> None:
    """Write a workbook: a cover, contents with links, and the sheets, each made when the one before is written.

    Args:
        path: The file.
        title: On the cover and in the file's properties.
        created: Date and time of the run, ISO 8601; stands in for the clock, so that equal runs give equal bytes.
        cover: Label and text of each line of the cover; a line without text is a heading.
        sheets: The tables, in order.
    """
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), _OPTIONS)
    try:
        when = datetime.fromisoformat(created).replace(tzinfo=None)
        book.set_properties({"title": title, "created": when, "comments": "Nothing in this workbook recalculates."})
        formats = _formats(book)
        _cover(book, formats, title, cover)
        contents = book.add_worksheet(_CONTENTS)
        listed = []
        for number, sheet in enumerate(sheets, start=1):
            _table(book, formats, sheet, f"Table{number}")
            listed.append((sheet.name, sheet.about, len(sheet.rows)))
        _contents(contents, formats, listed)
    finally:
        _close(book)


def _close(book: Any) -> None:
    """Write what a workbook holds.

    Raises:
        OSError: The file cannot be written.
    """
    from xlsxwriter.exceptions import FileCreateError

    try:
        book.close()
    except FileCreateError as error:
        raise error.args[0] from None


def _formats(book: Any) -> Mapping[str, Any]:
    made = {kind: book.add_format({"num_format": code, "valign": "top"}) for kind, code in _FORMATS.items()}
    return made | {
        "text": book.add_format({"valign": "top"}),
        "prose": book.add_format({"valign": "top", "text_wrap": True}),
        "header": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        "title": book.add_format({"bold": True, "font_size": 20, "font_color": "#0b5394", "text_wrap": True}),
        "heading": book.add_format({"bold": True, "font_size": 13}),
        "label": book.add_format({"bold": True, "valign": "top"}),
        "link": book.add_format({"font_color": "#0b5394", "underline": 1, "valign": "top"}),
    }


def _cover(book: Any, formats: Mapping[str, Any], title: str, lines: Sequence[tuple[str, str]]) -> None:
    sheet = book.add_worksheet("Cover")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 110)
    sheet.write_string(0, 1, title, formats["title"])
    for row, (label, text) in enumerate(lines, start=2):
        sheet.write_string(row, 0, label, formats["label" if text else "heading"])
        if text:
            sheet.write_string(row, 1, text, formats["prose"])
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.activate()


def _contents(sheet: Any, formats: Mapping[str, Any], rows: Sequence[tuple[str, str, int]]) -> None:
    """Name, what it holds and rows of every sheet, with links."""
    columns = (Column("Sheet", "name"), Column("What it holds", "prose"), Column("Rows", "count"))
    _fill(sheet, formats, Sheet(_CONTENTS, "", columns, rows), "TableOfContents")
    for row, (name, _, _) in enumerate(rows, start=1):
        sheet.write_url(row, 0, f"internal:'{name}'!A1", formats["link"], name)
    sheet.set_column(1, 1, 100)


def _table(book: Any, formats: Mapping[str, Any], sheet: Sheet, table: str) -> None:
    made = book.add_worksheet(sheet.name)
    _fill(made, formats, sheet, table)
    for chart in sheet.charts:
        _chart(book, made, sheet, chart)


def _fill(made: Any, formats: Mapping[str, Any], sheet: Sheet, table: str) -> None:
    """Write one table with its header in the first row."""
    last = len(sheet.columns) - 1
    for at, column in enumerate(sheet.columns):
        made.set_column(at, at, _WIDTHS.get(column.kind, _NUMBER_WIDTH))
        if not sheet.rows:
            made.write_string(0, at, column.header, formats["header"])
    if sheet.rows:
        headers = [{"header": column.header, "header_format": formats["header"]} for column in sheet.columns]
        made.add_table(0, 0, len(sheet.rows), last, {"columns": headers, "name": table, "style": "Table Style Light 9"})
    made.set_row(0, _HEADER_HEIGHT)
    for row, values in enumerate(sheet.rows, start=1):
        own = sheet.kinds[row - 1] if sheet.kinds else ""
        for at, (column, value) in enumerate(zip(sheet.columns, values, strict=True)):
            _cell(made, formats, row, at, own if column.kind == BY_ROW else column.kind, value)
    made.freeze_panes(1, sheet.keys)
    made.set_landscape()
    made.fit_to_pages(1, 0)
    made.repeat_rows(0)


def _cell(made: Any, formats: Mapping[str, Any], row: int, at: int, kind: str, value: Value) -> None:
    """Write one cell: text as text whatever it looks like, numbers as numbers, nothing where there is none."""
    shown = formats.get(kind, formats["text"])
    if isinstance(value, str):
        made.write_string(row, at, value, shown)
    elif value is not None and math.isfinite(value):
        made.write_number(row, at, value, shown)


def _chart(book: Any, made: Any, sheet: Sheet, chart: Chart) -> None:
    drawn = book.add_chart({"type": "line"})
    first, last = chart.rows
    for name, column, colour in chart.series:
        drawn.add_series(
            {
                "name": name,
                "categories": [sheet.name, first + 1, chart.category, last + 1, chart.category],
                "values": [sheet.name, first + 1, column, last + 1, column],
                "line": {"color": colour, "width": 2.25 if name == "mean" else 1.25},
            }
        )
    drawn.set_title({"name": chart.title, "name_font": {"size": 12}})
    drawn.set_y_axis({"name": chart.unit, "num_format": _FORMATS[chart.kind], "min": 0})
    drawn.set_x_axis({"name": "Month"})
    drawn.set_legend({"position": "bottom"})
    drawn.set_size({"width": 620, "height": 330})
    made.insert_chart(chart.place, drawn)
