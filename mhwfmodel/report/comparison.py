"""Plans side by side: what each of them changes, draw by draw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mhwfmodel.report.amhp import has_amhps
from mhwfmodel.report.changes import differences
from mhwfmodel.report.comparison_sheets import moves_beside, pathway_beside
from mhwfmodel.report.costs import costs_beside
from mhwfmodel.report.excel import BY_ROW, Column, Sheet, Value, write_book
from mhwfmodel.report.levers import cost_of, lever_lines, payer_of, titles_of
from mhwfmodel.report.measures import AMHP, BOARD, STAFFING, drawn, measure, told
from mhwfmodel.report.outlook import NHS, Spread, held, spread
from mhwfmodel.report.pathway_sheets import waits_difference
from mhwfmodel.report.sheets import key_columns, wide_rows
from mhwfmodel.report.wording import month_name
from mhwfmodel.results import replace_all
from mhwfmodel.results.tables import summary
from mhwfmodel.units import key_months

if TYPE_CHECKING:
    import xarray as xr

    from mhwfmodel.results import Comparison, Result

    _Level = tuple[xr.DataArray, xr.DataArray]

__all__ = ["FEW", "ComparisonRow", "comparison_rows", "write_comparison"]

FEW = 5
"""So many plans beside a base are told in full."""

_CHANGED = {"count": "difference", "rate": "gap"}
_POINTS = {"count": "", "rate": "; differences are percentage points"}
_GROUPED = ("filled", "vacancies", "vacancy_rate", "leavers_a_month", "hires_needed", "specialist_filled")
_BY_GROUP = _GROUPED[:-1]
_AMHP = "amhp"
_DECIDED = ("level", "owner")
_WHO = {"social_care": "social care", "nhs": "NHS, apart", _AMHP: "AMHPs of councils and NHS"}


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One measure in one month, in the measure's unit.

    Args:
        measure: Name for people.
        name: Name of the measure.
        unit: Unit for people.
        kind: `count` or `rate`; a difference of rates is in percentage points over 100.
        population: `social_care`, `nhs`, or `amhp` for Approved Mental Health Professionals of both.
        month: Label of the month.
        base: The base.
        other: The plan.
        difference: The plan less the base, draw by draw.
    """

    measure: str
    name: str
    unit: str
    kind: str
    population: str
    month: str
    base: Spread
    other: Spread
    difference: Spread


def comparison_rows(comparison: Comparison, months: Sequence[str] | None = None) -> tuple[ComparisonRow, ...]:
    """Levels and paired differences over all ICBs of the runs.

    Args:
        comparison: Two runs, paired.
        months: Labels of months; the base month and every twelfth after it when left out.

    Returns:
        Every measure of page one and of ages and hours, social care first, then the NHS apart, then Approved Mental
        Health Professionals where the base has any; months without a number are left out.
    """
    picked = tuple(months) if months is not None else yearly(comparison.base)
    listed = _listed(comparison.base)
    base, other = (_levels(run, listed, picked) for run in (comparison.base, comparison.other))
    return tuple(_rows(base, other, listed, picked))


def _listed(base: Result) -> list[tuple[str, str]]:
    """Population and name of what is told."""
    found = [("social_care", name) for name in (*BOARD, *STAFFING)] + [("nhs", name) for name in (*NHS, *STAFFING)]
    return [*found, *((_AMHP, name) for name in AMHP)] if has_amhps(base) else found


def _levels(run: Result, listed: Sequence[tuple[str, str]], months: Sequence[str]) -> list[_Level]:
    """Statistics and every draw of each measure, at some months."""
    picked = {"month": list(months)}
    found = []
    for population, name in listed:
        part = "social_care" if population == _AMHP else population
        stats, every = told(run, name, population=part), drawn(run, name, population=part)
        found.append((stats.sel(picked), every.sel(picked).load()))
    return found


def _rows(
    base: Sequence[_Level], other: Sequence[_Level], listed: Sequence[tuple[str, str]], months: Sequence[str]
) -> Iterator[ComparisonRow]:
    for (population, name), one, two in zip(listed, base, other, strict=True):
        item = measure(name)
        change = summary(two[1] - one[1])
        for month in months:
            cells = [spread(stats, month=month) for stats in (one[0], two[0], change)]
            if cells[0].known:
                yield ComparisonRow(item.title, name, item.unit, item.kind, population, month, *cells)


def yearly(result: Result) -> tuple[str, ...]:
    """The opening month, every twelfth after it, and the last."""
    return tuple(dict.fromkeys((*result.months[::12], result.months[-1])))


def _picked(comparisons: Sequence[Comparison]) -> tuple[tuple[str, ...], str]:
    """The months of a workbook, and what to call them: of many plans fewer, or nobody could open it."""
    months = comparisons[0].base.months
    if len(comparisons) <= FEW:
        return yearly(comparisons[0].base), "March of each year"
    picked = tuple(months[at] for at in key_months(months, opening=True))
    return picked, "the start, then 1, 3, 5 and 10 years on, for so many plans"


def write_comparison(comparisons: Sequence[Comparison], path: Path) -> None:
    """Write a workbook of one base beside other runs.

    Args:
        comparisons: At least one; all with the same base.
        path: The xlsx file; replaced when it is there, never half.

    Raises:
        DataError: The file cannot be written.
        ValueError: No comparison was given.
    """
    if not comparisons:
        message = "give at least one comparison"
        raise ValueError(message)
    base = comparisons[0].base
    title = f"{base.name} beside {len(comparisons)} other{'s' if len(comparisons) > 1 else ''}"
    sheets = _sheets(comparisons)
    created = _created(comparisons)
    place = Path(path)
    replace_all(
        place.parent, {place.name: lambda beside: write_book(beside, title, created, _cover(comparisons), sheets)}
    )


def _created(comparisons: Sequence[Comparison]) -> str:
    """When the youngest of the runs was made, ISO 8601."""
    runs = (comparisons[0].base, *(item.other for item in comparisons))
    return max(str(run.manifest["created"]) for run in runs)


def _cover(comparisons: Sequence[Comparison]) -> list[tuple[str, str]]:
    base = comparisons[0].base
    manifest = base.manifest
    changed = [(item.other.name, differences(manifest, item.other.manifest)) for item in comparisons]
    named = [(f"Plan {number}", item.other.name) for number, item in enumerate(comparisons, start=1)]
    months = f"{month_name(base.months[0])} to {month_name(base.months[-1])}"
    return [
        ("Workbook of", "Mental health social care workforce: plans side by side"),
        ("Base", base.name),
        *named,
        ("Area", held(base)),
        ("Months", months),
        ("Made", f"{_created(comparisons)[:10]} by mhwfmodel {manifest['version']}"),
        ("Draws and seed", f"{base.draws.sizes['draw']:,} and {manifest['seed']}"),
        ("What differs", ""),
        *((name, "; ".join(parts) or "nothing but its name") for name, parts in changed),
        ("How to read it", ""),
        ("Difference", "The plan less the base in every draw: both saw the same luck, so most of the doubt cancels."),
        ("Ranges", "5 % to 95 % of the draws. A range across zero: the model cannot tell whether the plan helps."),
        ("Exact zero", "Common and right: a lever leaves alone what it does not reach."),
        ("Rates", "A difference of rates is in percentage points: +1.0% is one point more."),
        ("What it does not say", "That a plan works: the size of a lever is the plan’s own, unless a source is named."),
    ]


def _sheets(comparisons: Sequence[Comparison]) -> Iterator[Sheet]:
    picked, when = _picked(comparisons)
    yield _side_by_side(comparisons, picked, when)
    for dim, names in (("icb", _GROUPED), ("region", _GROUPED), ("sector", _BY_GROUP), ("role", _BY_GROUP)):
        yield _by(comparisons, dim, names, (picked, when))
    if has_amhps(comparisons[0].base):
        told_as = ("AMHP difference by ICB", "Paired differences by ICB, AMHPs of councils and NHS")
        yield _by(comparisons, "icb", AMHP, (picked, when), told_as)
    yield from moves_beside(comparisons)
    yield from waits_difference(comparisons, picked[1:], when)
    yield from pathway_beside(comparisons, picked[1:], when)
    yield from costs_beside(comparisons)
    yield _levers(comparisons)


def _side_by_side(comparisons: Sequence[Comparison], months: Sequence[str], when: str) -> Sheet:
    rows: list[tuple[Value, ...]] = []
    kinds: list[str] = []
    listed = _listed(comparisons[0].base)
    base = _levels(comparisons[0].base, listed, months)
    for item in comparisons:
        for row in _rows(base, _levels(item.other, listed, months), listed, months):
            levels = [
                value for cell in (row.base, row.other, row.difference) for value in (cell.mean, cell.q05, cell.q95)
            ]
            rows.append(
                (item.other.name, _WHO[row.population], row.measure, row.unit + _POINTS[row.kind], row.month, *levels)
            )
            kinds.append(row.kind)
    keys = (Column("Plan", "name"), Column("Population", "text"), Column("Measure", "name"), Column("Unit", "name"))
    told_of = ("Base", "Plan", "Difference")
    columns = tuple(Column(f"{name}, {stat}", BY_ROW) for name in told_of for stat in ("mean", "5 %", "95 %"))
    return Sheet(
        "Side by side",
        f"{held(comparisons[0].base)}: levels of both and the paired difference, {when}",
        (*keys, Column("Month", "month"), *columns),
        rows,
        kinds,
        5,
    )


def _by(
    comparisons: Sequence[Comparison],
    dim: str,
    names: Sequence[str],
    months: tuple[Sequence[str], str],
    told_as: tuple[str, str] | None = None,
) -> Sheet:
    """Paired differences by one dim; the base is read once a measure, and every other run too.

    Args:
        comparisons: All of one base.
        dim: `icb`, `region`, `sector` or `role`.
        names: The measures.
        months: Labels of the months, and the same in words.
        told_as: Name of the sheet and what it holds; made from the dim when left out.
    """
    picked, when = months
    changes: list[dict[str, xr.DataArray]] = [{} for _ in comparisons]
    for name in names:
        base = drawn(comparisons[0].base, name, (dim,)).sel(month=list(picked)).load()
        for item, found in zip(comparisons, changes, strict=True):
            found[name] = summary(drawn(item.other, name, (dim,)).sel(month=list(picked)) - base)
    rows: list[tuple[Value, ...]] = [
        (item.other.name, *row)
        for item, found in zip(comparisons, changes, strict=True)
        for row in wide_rows(found, (dim,), picked)
    ]
    columns = [Column("Plan", "name"), *key_columns((dim,)), Column("Month", "month")]
    keys = len(columns)
    for name in names:
        told_of = measure(name)
        unit = "percentage points" if told_of.kind == "rate" else told_of.unit
        kind = _CHANGED[told_of.kind]
        columns += [Column(f"{told_of.title}, difference, {stat} [{unit}]", kind) for stat in ("mean", "5 %", "95 %")]
    what = {"icb": "ICB", "region": "region", "sector": "employing sector", "role": "role"}[dim]
    name, about = told_as or (f"Difference by {what}", f"Paired differences by {what}, social care")
    return Sheet(name, f"{about}, {when}", tuple(columns), rows, keys=keys)


def _levers(comparisons: Sequence[Comparison]) -> Sheet:
    rows: list[tuple[Value, ...]] = []
    for run in (comparisons[0].base, *(item.other for item in comparisons)):
        manifest = run.manifest
        described = manifest.get("levers", ())
        levers = manifest["scenario"].get("levers", ())
        told_as = lever_lines(levers, described, titles_of(run))
        for number, (lever, line) in enumerate(zip(levers, told_as, strict=True)):
            extra = described[number] if number < len(described) else {}
            sources = " ".join(extra.get("source") or ())
            texts = (run.name, line.name or line.kind, line.kind, line.when, line.reach, line.sets)
            who = (str(extra.get("grade") or ""), payer_of(extra), *(str(extra.get(key) or "") for key in _DECIDED))
            rows.append((*texts, cost_of(lever), str(extra.get("evidence") or ""), sources, *who))
    columns = (
        Column("Scenario", "name"),
        Column("Lever", "name"),
        Column("Kind", "text"),
        Column("When", "name"),
        Column("Whom it reaches", "name"),
        Column("What it sets", "name"),
        Column("Cost in full effect [GBP a year, prices of 2024/25]", "count"),
        Column("Evidence", "prose"),
        Column("Figures", "text"),
        Column("Grade of the evidence", "text"),
        Column("Who pays", "name"),
        Column("Where it is decided", "text"),
        Column("Who decides", "name"),
    )
    return Sheet("Levers", "What each plan changes, at what cost, on what evidence", columns, rows)
