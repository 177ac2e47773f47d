"""Where the boards lie, and how far they are from each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING

from mhwfmodel.catalogue._tables import Folder, Row, duplicates, load, package_data
from mhwfmodel.catalogue.geography import read_icbs
from mhwfmodel.catalogue.provenance import read_documents
from mhwfmodel.errors import Fault

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["EARTH_RADIUS", "Centroid", "distances", "icb_centroids", "read_centroids"]

EARTH_RADIUS = 6371.0088
"""Mean radius of the Earth [km], of the International Union of Geodesy and Geophysics."""

_FILE = "icb_centroids.csv"
_WEST, _EAST, _SOUTH, _NORTH = -6.5, 2.0, 49.8, 55.9


@dataclass(frozen=True, slots=True)
class Centroid:
    """The middle of a board's whole area, islands included; where people live plays no part.

    Args:
        code: ONS 2023 code.
        latitude: Degrees north (WGS84).
        longitude: Degrees east (WGS84); below 0 is west of Greenwich.
        status: What it rests on.
        source: Ids of documents.
    """

    code: str
    latitude: float
    longitude: float
    status: str
    source: tuple[str, ...]


def read_centroids(folder: Folder) -> tuple[Centroid, ...]:
    """Read and check `icb_centroids.csv`.

    Raises:
        DataError: With every fault of the table: a place outside England, a board twice, missing or out of order.
    """
    known = {document.id for document in read_documents(folder)}
    boards = [item.code for item in read_icbs(folder)]

    def build(row: Row) -> Centroid:
        made = Centroid(
            code=row.text("code", allowed=boards),
            latitude=row.number("latitude", _SOUTH, _NORTH),
            longitude=row.number("longitude", _WEST, _EAST),
            status=row.status(),
            source=row.known("source", known, "document of documents.csv"),
        )
        if not made.source:
            row.fault("source", "the place has no source", "name a document of documents.csv")
        return made

    def check(found: tuple[Centroid, ...]) -> Iterator[Fault]:
        codes = [item.code for item in found]
        yield from duplicates(_FILE, "board", codes)
        for code in boards:
            if code not in codes:
                yield Fault(_FILE, f"no row for {code}", "give every board of icbs.csv one row")
        if sorted(codes) == sorted(boards) and codes != boards:
            yield Fault(_FILE, "the boards are not in the order of icbs.csv", "sort the rows by that order")

    return load(folder, _FILE, [field.name for field in fields(Centroid)], build, check)


@cache
def icb_centroids() -> tuple[Centroid, ...]:
    """Return the middle of each of the 42 boards in catalogue order."""
    return read_centroids(package_data())


@cache
def distances() -> NDArray[np.float64]:
    """Great-circle distances between the middles of the boards, dims (icb, icb) [km], in the order of `icbs()`.

    Symmetric to the last bit, 0 on the diagonal, and not to be written to. As the crow flies: roads and estuaries,
    and where in a board people live and work, are left out.
    """
    import numpy as np

    north = np.radians([item.latitude for item in icb_centroids()])
    east = np.radians([item.longitude for item in icb_centroids()])
    across = np.sin((north[:, None] - north[None, :]) / 2.0) ** 2
    along = np.sin((east[:, None] - east[None, :]) / 2.0) ** 2 * (np.cos(north)[:, None] * np.cos(north)[None, :])
    result: NDArray[np.float64] = 2.0 * EARTH_RADIUS * np.arcsin(np.sqrt(across + along))
    result.setflags(write=False)
    return result
