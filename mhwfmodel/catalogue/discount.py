"""Discount rates as published, by version: what a pound of a later year is worth today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.catalogue._tables import Folder, Row, load, package_data
from mhwfmodel.catalogue.provenance import read_documents
from mhwfmodel.errors import DataError, Fault, suggest

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "GREEN_BOOK",
    "DiscountBand",
    "discount_bands",
    "discount_factor",
    "discount_versions",
    "read_discount_bands",
]

GREEN_BOOK = "2022"
"""The version that is used unless another is asked for."""

_FILE = "discount.csv"
_COLUMNS = ("version", "title", "last_year", "rate", "source", "note")


@dataclass(frozen=True, slots=True)
class DiscountBand:
    """Years that share a rate.

    Args:
        version: Word that names the schedule.
        title: Name of the schedule for people.
        last_year: Last of the years from today that have the rate; infinite in the last band.
        rate: Real rate [1/year].
        source: Ids of documents.
        note: What to know about it.
    """

    version: str
    title: str
    last_year: float
    rate: float
    source: tuple[str, ...]
    note: str


def read_discount_bands(folder: Folder) -> tuple[DiscountBand, ...]:
    """Read and check `discount.csv`.

    Raises:
        DataError: With every fault of the table, among them years out of order or without an end.
    """
    documents = {item.id for item in read_documents(folder)}

    def build(row: Row) -> DiscountBand:
        last = row.maybe("last_year")
        return DiscountBand(
            version=row.text("version"),
            title=row.text("title"),
            last_year=inf if last is None else last,
            rate=row.number("rate", 0.0, 1.0),
            source=row.known("source", documents, "document of documents.csv"),
            note=row.text("note", optional=True),
        )

    return load(folder, _FILE, _COLUMNS, build, _order_faults)


def _order_faults(found: tuple[DiscountBand, ...]) -> Iterator[Fault]:
    for version in dict.fromkeys(item.version for item in found):
        ends = [item.last_year for item in found if item.version == version]
        if ends[-1] != inf or any(one >= other for one, other in pairwise((0.0, *ends))):
            problem = f"the years of version {version} do not follow one another to the end"
            yield Fault(_FILE, problem, "write them in order, with an empty last_year in the last row")


@cache
def discount_bands(version: str = GREEN_BOOK) -> tuple[DiscountBand, ...]:
    """The bands of one version, in order of years.

    Raises:
        DataError: No such version.
    """
    every = read_discount_bands(package_data())
    found = tuple(item for item in every if item.version == version)
    if not found:
        known = list(dict.fromkeys(item.version for item in every))
        raise DataError(Fault("discount", f"'{version}' is no version of the discount rates", suggest(version, known)))
    return found


def discount_versions() -> tuple[str, ...]:
    """The versions there are."""
    return tuple(dict.fromkeys(item.version for item in read_discount_bands(package_data())))


def discount_factor(years: ArrayLike, version: str = GREEN_BOOK) -> NDArray[np.float64]:
    """What a pound is worth today that is spent some years from now.

    Args:
        years: From today, 0 or more, any shape [years]. A part of a year counts as a part.
        version: Which rates.

    Returns:
        Same shape, 1 at 0 years.

    Raises:
        DataError: Years below 0 or that are no numbers, or no such version.

    Source:
        HM Treasury, Green Book: every year is discounted at the rate of its band.
    """
    given = np.asarray(years, dtype=np.float64)
    if not np.isfinite(given).all() or (given < 0).any():
        raise DataError(Fault("years", "years to discount over are below 0 or no numbers", "give 0 or more"))
    power = np.zeros_like(given)
    start = 0.0
    for band in discount_bands(version):
        power += np.clip(given - start, 0.0, band.last_year - start) * np.log1p(band.rate)
        start = band.last_year
    return np.asarray(np.exp(-power), dtype=np.float64)
