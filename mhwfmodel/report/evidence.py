"""The tables of the workbook that say what words mean and what the forecast rests on."""

from __future__ import annotations

from collections.abc import Iterator

from mhwfmodel import catalogue
from mhwfmodel.report.excel import Column, Sheet, Value
from mhwfmodel.report.measures import BOARD, STAFFING, measure
from mhwfmodel.report.outlook import Outlook
from mhwfmodel.report.quality import amhp_points, floor_rows
from mhwfmodel.report.sensitivity import Ranking, ranking
from mhwfmodel.report.story import interval_note, nature
from mhwfmodel.report.wording import month_name, plain
from mhwfmodel.results import variables

__all__ = ["evidence_sheets", "notes"]

_WORDS = (
    (
        "Social care population",
        "Staff of local authority, private, voluntary and direct-payment employers that also serve people with mental"
        " health needs. No NHS staff is in it.",
    ),
    ("NHS population", "NHS community mental health staff: a total of its own, never added to social care."),
    (
        "Vacancy",
        "In social care an advertised post, in the NHS the gap to funded posts: the two rates cannot be ranked.",
    ),
    ("Specialist", "A part of the social care population: posts in specialist mental health services."),
    ("Full-time equivalent", "Headcount times the hours that people of the role work on average."),
    (
        "AMHP",
        "Approved Mental Health Professional, in a council or the NHS. Approved, practising and full-time equivalents"
        " on the rota are three different counts. The gap is what a 24-hour service needs less what is on the rota.",
    ),
    (
        "Moves",
        "People who left one employer of the model for another. They are among leavers and starters of their cells.",
    ),
    ("Mean", "The average over all draws: the figure to add up."),
    ("5 %, 25 %, median, 75 %, 95 %", "So many of the draws lie below. They do not add up over places."),
    (
        "Month",
        "YYYY-MM: flows during the month, stocks at its end. The first month is the opening stock.",
    ),
    (
        "ICB codes",
        "ONS codes of the 42 Integrated Care Boards of April 2023; the 36 of April 2026 have their own sheet.",
    ),
    ("observed, derived", "Published as used; computed from published figures."),
    ("imputed, assumed", "Filled in where one is missing; judged, with a range, an owner and a date of review."),
)


def notes(view: Outlook) -> Sheet:
    """Words, measures with their units, and what the intervals hold."""
    rows: list[tuple[Value, ...]] = [(term, "", text) for term, text in _WORDS]
    holds, leaves_out = interval_note(dict(view.result.manifest))
    rows.append(("What the intervals hold", "", "; ".join(holds) or f"Nothing: {nature(view)}"))
    rows.append(("Area of this workbook", "", view.held))
    now = "The month before the run was made, as its manifest has it; a forecast like every month after the first."
    rows.append(("now", "", now))
    rows.append(("What they leave out", "", "; ".join(leaves_out)))
    told = {name: measure(name) for name in (*BOARD, *STAFFING)} | {
        item.name: measure(item.name) for item in variables()
    }
    rows += [(item.title, item.unit, item.definition) for item in told.values()]
    columns = (Column("Term or measure", "name"), Column("Unit", "name"), Column("Meaning", "prose"))
    return Sheet("Notes", "Words, measures and units, and what the intervals hold: read this first", columns, rows)


def evidence_sheets(view: Outlook) -> Iterator[Sheet]:
    """What the forecast rests on."""
    yield _assumptions(ranking(view))
    yield _figures()
    yield _conflicts()
    yield _fits(view)
    yield _amhp()
    yield _sources()


def _assumptions(found: Ranking) -> Sheet:
    texts = {item.name: item for item in catalogue.parameters()}
    rows: list[tuple[Value, ...]] = []
    for row in found.rows:
        given = texts.get(row.name)
        source = (" ".join(given.source), given.owner, given.review) if given else ("", "", "")
        if row.changed:
            source = ("", "the scenario", "")
        weights: tuple[Value, ...] = row.weights if found.ranked and row.weights else (None, None)
        changed: tuple[Value, ...] = ("no", "", None, None, None)
        if row.changed and given:
            changed = ("yes", given.status, given.central, given.low, given.high)
        values = (row.central, row.low, row.high, row.unit, row.status, *source, *changed)
        rows.append((row.name, row.title, *values, *weights, plain(row.note)))
    month = month_name(found.month)
    columns = (
        Column("Input", "name"),
        Column("What it is", "prose"),
        Column("Central value [unit in its column]", "number"),
        Column("Lowest [unit in its column]", "number"),
        Column("Highest [unit in its column]", "number"),
        Column("Unit", "name"),
        Column("Status", "text"),
        Column("Figures", "name"),
        Column("Owner", "text"),
        Column("Review by", "month"),
        Column("Set by the scenario", "text"),
        Column("Replaced: the catalogue’s status", "text"),
        Column("Replaced: the catalogue’s central value [unit in its column]", "number"),
        Column("Replaced: the catalogue’s lowest [unit in its column]", "number"),
        Column("Replaced: the catalogue’s highest [unit in its column]", "number"),
        Column(f"Rank correlation with filled posts, {month} [0 to 1]", "number"),
        Column(f"Rank correlation with vacancies, {month} [0 to 1]", "number"),
        Column("Why", "prose"),
    )
    about = "Every uncertain input with its range"
    about += ", those that move the answer most first" if found.ranked else "; not ranked: too few draws or none kept"
    return Sheet("Assumptions", about, columns, rows)


def used_by() -> dict[str, list[str]]:
    """Figure id to what of the model rests on it."""
    found: dict[str, list[str]] = {}
    for parameter in catalogue.parameters():
        for name in parameter.source:
            found.setdefault(name, []).append(parameter.name)
    for sector in catalogue.sectors():
        for name in sector.source:
            found.setdefault(name, []).append(f"size of {sector.code}")
    for series in catalogue.series_names():
        for point in catalogue.series(series):
            found.setdefault(point.figure_id, []).append(f"series {series}")
    for rate in catalogue.icb_rates():
        for name in (rate.vacancy_figure, rate.turnover_figure):
            found.setdefault(name, []).append("pattern of ICBs")
    return {name: list(dict.fromkeys(uses)) for name, uses in found.items()}


def _figures() -> Sheet:
    uses = used_by()
    listed = sorted(catalogue.figures(), key=lambda item: item.id not in uses)
    rows: list[tuple[Value, ...]] = [
        (
            item.id,
            item.quantity,
            item.value,
            item.number,
            item.unit,
            item.geography,
            item.sector,
            item.role,
            item.period,
            item.status,
            item.scope,
            ", ".join(uses.get(item.id, ())),
            item.publisher,
            item.title,
            item.date,
            item.url,
            plain(item.note),
        )
        for item in listed
    ]
    texts = ("Unit", "Geography", "Sector", "Role", "Period", "Status", "Scope")
    columns = (
        Column("Figure", "text"),
        Column("Quantity", "name"),
        Column("Value as published", "text"),
        Column("Number [unit in its column]", "number"),
        *(Column(name, "text") for name in texts),
        Column("Used by", "name"),
        Column("Publisher", "name"),
        Column("Document", "name"),
        Column("Date", "text"),
        Column("Address", "name"),
        Column("Note", "prose"),
    )
    return Sheet("Figures used", "Published figures with their sources, those that the model uses first", columns, rows)


def _conflicts() -> Sheet:
    rows: list[tuple[Value, ...]] = [
        (plain(item.title), " ".join(item.figures), item.kind, plain(item.explanation), plain(item.used))
        for item in catalogue.conflicts()
    ]
    columns = (
        Column("Figures that cannot agree", "name"),
        Column("Figure ids", "name"),
        Column("Kind", "text"),
        Column("Why they disagree", "prose"),
        Column("What the model does", "prose"),
    )
    return Sheet("Conflicting evidence", "Published figures that cannot all be true of one thing", columns, rows)


def _fits(view: Outlook) -> Sheet:
    columns = (
        Column("ICB", "name"),
        Column("Measure", "name"),
        Column("Sign", "text"),
        Column("Published [share]", "rate"),
        Column("Fitted [share]", "rate"),
        Column("Misfit: fitted below published [percentage points]", "rate"),
    )
    about = "Rates of which only “more than” is published, and the fit"
    return Sheet("Published inequalities", about, columns, floor_rows(view.result.manifest))


def _amhp() -> Sheet:
    columns = (
        Column("Series", "name"),
        Column("Year", "number"),
        Column("Sign", "text"),
        Column("Value [unit in its column]", "number"),
        Column("Unit", "text"),
        Column("Basis", "name"),
        Column("Comparable with its neighbours", "name"),
        Column("Figure", "text"),
    )
    about = "Approved Mental Health Professionals, as published, a row a figure; no forecast"
    return Sheet("AMHPs published", about, columns, amhp_points())


def _sources() -> Sheet:
    rows: list[tuple[Value, ...]] = [
        (item.title, item.publisher, item.date, item.figures, item.licence, item.url, plain(item.note))
        for item in catalogue.sources()
    ]
    columns = (
        Column("Document", "prose"),
        Column("Publisher", "name"),
        Column("Date", "text"),
        Column("Figures that rest on it [number]", "count"),
        Column("Licence", "name"),
        Column("Address", "name"),
        Column("Note", "prose"),
    )
    return Sheet("Sources", "Every document behind the figures and the tables", columns, rows)
