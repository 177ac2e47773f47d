"""Need, funded demand and supply of a run with a pathway: where money falls short, and where people do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from mhwfmodel import catalogue
from mhwfmodel.errors import DataError
from mhwfmodel.plan.need import Need
from mhwfmodel.plan.need import need as needed
from mhwfmodel.report.excel import Column, Sheet, Value
from mhwfmodel.report.pathway import Row
from mhwfmodel.report.wording import month_name, people

if TYPE_CHECKING:
    import pandas as pd

    from mhwfmodel.report.outlook import Outlook

__all__ = ["NEED_PAGE", "need", "need_sheets", "skill_name"]

NEED_PAGE = "Need, funded demand and supply (docs/background/need.md)"
_SERIES = ("required_fte", "funded_fte", "supplied_fte")
_SHORT = "short_fte"
_FEW = 20.0
_WORST = 3
_HEADS = ("Required (FTE)", "Funded (FTE)", "Supplied (FTE)", "Short (FTE)")


def skill_name(code: str) -> str:
    """A skill for people."""
    return "AMHPs" if code == "amhp" else code.replace("_", " ").capitalize()


def _found(view: Outlook) -> Need | str:
    """The series of a run, or why there are none."""
    try:
        return needed(view.result)
    except DataError as error:
        return f"Need is not told: {error.faults[0].problem}."


def need(view: Outlook) -> dict[str, Any]:
    """What the page tells of it; empty where the run has no pathway."""
    if not view.result.has_pathway:
        return {}
    found = _found(view)
    if isinstance(found, str):
        return {"sentence": found, "rows": []}
    months = [str(month) for month in view.result.pathway["month"].values]
    ends = tuple(dict.fromkeys((months[0], months[-1])))
    table = found.table("skill", months=ends).set_index(["skill", "month"])
    skills = list(dict.fromkeys(table.index.get_level_values("skill")))
    return {
        "months": [month_name(month) for month in ends],
        "heads": [head.removesuffix(" (FTE)") for head in _HEADS],
        "rows": [
            Row(skill, skill_name(skill), "", tuple(_cells(table, skill, ends))) for skill in skills
        ],
        "sentence": _sentence(view, table, ends[-1]),
        "page": NEED_PAGE,
    }  # fmt: skip


def _cells(table: pd.DataFrame, skill: str, months: Sequence[str]) -> Iterator[tuple[str, str]]:
    for month in months:
        for name in (*_SERIES, _SHORT):
            yield _fte(float(table[name][skill, month])), ""


def _fte(value: float) -> str:
    return f"{value:.1f}" if abs(value) < _FEW else people(value)


def _sentence(view: Outlook, table: pd.DataFrame, month: str) -> str:
    """Where most is short, and whether money or people are."""
    now = table.reset_index()
    now = now[(now["month"] == month) & (now[_SHORT] > 0)].nlargest(_WORST, _SHORT)
    if now.empty:
        return f"In {month_name(month)} the staff of {view.area} give the hours that every skill is asked for."
    told = ", ".join(
        f"{skill_name(skill)} ({_fte(short)} FTE, of which {_fte(min(max(unfunded, 0.0), short))} are not even funded)"
        for skill, short, unfunded in zip(now["skill"], now[_SHORT], now["unfunded_fte"], strict=True)
    )
    return (
        f"In {month_name(month)} the care of everybody who comes would take more staff than there are. Most short are"
        f" {told}."
    )


def need_sheets(view: Outlook) -> Iterator[Sheet]:
    """The tables of the workbook; none where the run has no pathway, or did not keep what they rest on."""
    found = _found(view) if view.result.has_pathway else ""
    if isinstance(found, str):
        return
    months = [month for month in view.years if month in view.result.pathway["month"].values]
    about = (
        "{}: hours that everybody's care would take, and those that are funded and given, in full-time posts, March of"
        f" each year. See “{NEED_PAGE}”"
    )
    yield _sheet(found, "Need by ICB", about.format("Each ICB and skill"), ("icb", "skill"), months)
    yield _sheet(found, "Need by role", about.format(f"{view.held}, by sector and role"), ("sector", "role"), months)


def _sheet(found: Need, name: str, about: str, by: tuple[str, ...], months: Sequence[str]) -> Sheet:
    table = found.table(by, months=months)
    columns = (
        *(Column(key.capitalize() if key != "icb" else "ICB", "name") for key in by),
        Column("Month", "month"),
        *(Column(head, "count") for head in _HEADS),
    )
    told = {"icb": lambda code: catalogue.icb(code).short_name, "skill": skill_name, "role": _role, "sector": _sector}
    rows: list[tuple[Value, ...]] = [
        (
            *(told[key](str(row[key])) for key in by),
            str(row["month"]),
            *(float(row[name]) for name in (*_SERIES, _SHORT)),
        )
        for _, row in table.iterrows()
    ]
    return Sheet(name, about, columns, rows, keys=len(by) + 1)


def _role(code: str) -> str:
    return next((role.name for role in catalogue.roles() if role.code == code), skill_name(code))


def _sector(code: str) -> str:
    return next((sector.name for sector in catalogue.sectors() if sector.code == code), "All sectors")
