"""Published figures, each with the document it stands in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mhwfmodel.catalogue._tables import Folder, Row, duplicates, load, package_data, pick
from mhwfmodel.catalogue.provenance import documents
from mhwfmodel.errors import Fault

__all__ = ["Figure", "Source", "figure", "figures", "read_figures", "sources"]

BOUNDS = ("", ">", "<", "range")
SCOPES = ("", "overall", "specialist")


@dataclass(frozen=True, slots=True)
class Figure:
    """One published number, with the document it stands in.

    Args:
        id: Stable name, as in `F001`.
        quantity: What was counted or measured.
        value: The value as published.
        number: The value as a number in `unit`; the middle of a range; None where words were published.
        bound: `>` or `<` when only one side was published, `range`, or empty.
        low: Lowest value that the publication allows, in `unit`; None when it gives one number.
        high: Highest such value.
        unit: Unit of the numbers; `%` is out of 100.
        geography: Place as published.
        icb_code: ONS 2023 code when the place is an Integrated Care Board, else empty.
        sector: Employers as published.
        role: Staff as published.
        period: Time as published.
        publisher: Who published the document.
        title: Title of the document.
        date: Date of the document; `n.d.` when it has none.
        url: Address of the document; may be empty.
        status: `observed`, `derived`, `imputed` or `assumed` (an unverified or third-hand number).
        scope: `overall` (all staff of employers that also serve people with mental health needs), `specialist`, or
            empty where the split means nothing.
        note: What to know before using it.
    """

    id: str
    quantity: str
    value: str
    number: float | None
    bound: str
    low: float | None
    high: float | None
    unit: str
    geography: str
    icb_code: str
    sector: str
    role: str
    period: str
    publisher: str
    title: str
    date: str
    url: str
    status: str
    scope: str
    note: str


@dataclass(frozen=True, slots=True)
class Source:
    """A document, with the number of figures that rest on it (0 for documents behind whole tables)."""

    publisher: str
    title: str
    date: str
    url: str
    licence: str
    figures: int
    note: str


def read_figures(folder: Folder) -> tuple[Figure, ...]:
    """Read and check `figures.csv`: every number has a unit, a source and a status.

    Raises:
        DataError: With every fault of the table.
    """

    def build(row: Row) -> Figure:
        made = Figure(
            id=row.text("id"),
            quantity=row.text("quantity"),
            value=row.text("value"),
            number=row.maybe("number"),
            bound=row.text("bound", allowed=BOUNDS, optional=True),
            low=row.maybe("low"),
            high=row.maybe("high"),
            unit=row.text("unit"),
            geography=row.text("geography"),
            icb_code=row.text("icb_code", optional=True),
            sector=row.text("sector"),
            role=row.text("role"),
            period=row.text("period"),
            publisher=row.text("publisher"),
            title=row.text("title"),
            date=row.text("date"),
            url=row.text("url", optional=True),
            status=row.status(),
            scope=row.text("scope", allowed=SCOPES, optional=True),
            note=row.text("note", optional=True),
        )
        for problem in bound_problems(made):
            row.fault("bound", problem)
        return made

    def check(found: tuple[Figure, ...]) -> Iterator[Fault]:
        yield from duplicates("figures.csv", "id", (item.id for item in found))

    columns = (
        "id,quantity,value,number,bound,low,high,unit,geography,icb_code,sector,role,period,publisher,title,date,"
        "url,status,scope,note"
    )
    return load(folder, "figures.csv", columns.split(","), build, check)


def bound_problems(item: Figure) -> Iterator[str]:
    """Yield what is wrong between a figure's number, bound and limits."""
    if item.number is None:
        if item.bound:
            yield f"'{item.bound}' without a number"
        return
    needs_low, needs_high = item.bound in {">", "range"}, item.bound in {"<", "range"}
    if needs_low != (item.low is not None) or needs_high != (item.high is not None):
        yield f"'{item.bound}' does not fit the limits low and high"
        return
    limits = [limit for limit in (item.low, item.number, item.high) if limit is not None]
    if limits != sorted(limits):
        yield f"{item.number:g} lies outside its own limits"


@cache
def figures() -> tuple[Figure, ...]:
    """Return every published figure of the package."""
    return read_figures(package_data())


@cache
def _by_id() -> dict[str, Figure]:
    return {item.id: item for item in figures()}


def figure(name: str) -> Figure:
    """Return one figure.

    Raises:
        DataError: No figure has this id.
    """
    return pick(_by_id(), name, "figure")


@cache
def sources() -> tuple[Source, ...]:
    """Return one row a document: those that most figures rest on first, then those behind whole tables."""
    counts = Counter((item.publisher, item.title, item.date, item.url) for item in figures())
    listed = [Source(*key, licence="", figures=count, note="") for key, count in counts.items()]
    listed.sort(key=lambda item: (-item.figures, item.publisher, item.title))
    tables = [Source(d.publisher, d.title, d.date, d.url, d.licence, 0, d.note) for d in documents()]
    return (*listed, *tables)
