"""Where the boards lie and how far apart they are."""

from __future__ import annotations

import csv
import importlib.util
import json
import shutil
from importlib.resources import as_file, files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhwfmodel import catalogue
from mhwfmodel.catalogue.centroids import EARTH_RADIUS, read_centroids
from mhwfmodel.errors import DataError

AT = {item.short_name: place for place, item in enumerate(catalogue.icbs())}


@pytest.fixture(scope="module")
def tool(root):
    spec = importlib.util.spec_from_file_location("build_catalogue", root / "tools" / "build_catalogue.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def folder(tmp_path):
    with as_file(files("mhwfmodel.catalogue") / "data") as data:
        shutil.copytree(data, tmp_path / "data")
    return tmp_path / "data"


def apart(first: str, second: str) -> float:
    return float(catalogue.distances()[AT[first], AT[second]])


def test_every_board_has_a_place_in_the_order_of_the_catalogue():
    assert [item.code for item in catalogue.icb_centroids()] == [item.code for item in catalogue.icbs()]
    assert catalogue.distances().shape == (42, 42)
    assert catalogue.distances().dtype == np.float64


def test_distances_are_a_metric():
    km = catalogue.distances()
    assert np.array_equal(km, km.T)
    assert np.array_equal(np.diagonal(km), np.zeros(42))
    assert (km[~np.eye(42, dtype=bool)] > 0).all()
    assert (km[:, None, :] <= km[:, :, None] + km[None, :, :] + 1e-9).all()


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ("Cornwall and the Isles of Scilly", "North East and North Cumbria", 500, 600),
        ("North West London", "North Central London", 0, 25),
        ("South West London", "South East London", 0, 25),
        ("North Central London", "North East London", 0, 25),
        ("Greater Manchester", "West Yorkshire", 30, 65),
        ("Kent and Medway", "Lancashire and South Cumbria", 350, 420),
    ],
)
def test_known_distances(first, second, low, high):
    assert low < apart(first, second) < high


def test_the_longest_way_joins_cornwall_with_the_north_east():
    km = catalogue.distances()
    ends = {catalogue.icbs()[i].short_name for i in np.unravel_index(km.argmax(), km.shape)}
    assert ends == {"Cornwall and the Isles of Scilly", "North East and North Cumbria"}


def test_distances_follow_the_law_of_cosines():
    north, east = (
        np.radians([getattr(p, name) for p in catalogue.icb_centroids()]) for name in ("latitude", "longitude")
    )
    cosine = np.sin(north)[:, None] * np.sin(north) + np.cos(north)[:, None] * np.cos(north) * np.cos(
        east[:, None] - east
    )
    off = ~np.eye(42, dtype=bool)
    np.testing.assert_allclose(catalogue.distances()[off], EARTH_RADIUS * np.arccos(cosine[off]), rtol=1e-6)


def test_nobody_can_write_into_the_shared_table():
    with pytest.raises(ValueError, match="read-only"):
        catalogue.distances()[0, 1] = 0.0


@pytest.mark.parametrize(
    ("line", "column", "value", "said"),
    [
        (2, "latitude", "5.3", "icb_centroids.csv:2 latitude: 5.3 is not between"),
        (2, "longitude", "2.6130", "icb_centroids.csv:2 longitude: 2.6130 is not between"),
        (2, "code", "E54000010", "board E54000010 is there twice"),
        (2, "code", "E54000010", "no row for E54000008"),
        (2, "code", "E5400008", "did you mean"),
        (2, "source", "", "the place has no source"),
        (2, "source", "ons", "is no document of documents.csv"),
    ],
)
def test_a_bad_place_is_refused(folder, line, column, value, said):
    path = folder / "icb_centroids.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))
    rows[line - 1][rows[0].index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows(rows)
    with pytest.raises(DataError) as caught:
        read_centroids(folder)
    assert any(said in str(fault) for fault in caught.value.faults)
    with pytest.raises(DataError):
        catalogue.check_tables(folder)


def test_another_order_is_refused(folder):
    path = folder / "icb_centroids.csv"
    header, first, second, *rest = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([header, second, first, *rest]) + "\n", encoding="utf-8")
    with pytest.raises(DataError, match="not in the order"):
        read_centroids(folder)


@given(
    west=st.floats(-5.0, 0.0),
    south=st.floats(50.0, 54.0),
    width=st.floats(0.05, 2.0),
    height=st.floats(0.05, 1.5),
    turned=st.booleans(),
)
def test_the_middle_of_a_rectangle_of_degrees(tool, west, south, width, height, turned):
    """The sides of the ring are parallels in many short steps; the closed form integrates over latitude."""
    steps = np.linspace(0.0, 1.0, 60)
    ring = [
        *((west + width * s, south) for s in steps),
        *((west + width, south + height * s) for s in steps[1:]),
        *((west + width * (1 - s), south + height) for s in steps[1:]),
        *((west, south + height * (1 - s)) for s in steps[1:]),
    ]
    latitude, longitude = tool.middle({"type": "Polygon", "coordinates": [ring[::-1] if turned else ring]})
    low, high, half = np.radians(south), np.radians(south + height), np.radians(width) / 2
    across = 2 * np.sin(half) * ((high - low) / 2 + (np.sin(2 * high) - np.sin(2 * low)) / 4)
    up = 2 * half * (np.sin(high) ** 2 - np.sin(low) ** 2) / 2
    assert longitude == pytest.approx(west + width / 2, abs=1e-6)
    assert latitude == pytest.approx(np.degrees(np.arctan2(up, across)), abs=2e-5)


def test_islands_count_by_area_and_holes_do_not(tool):
    def square(x, y, side):
        return [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]

    two = {"type": "MultiPolygon", "coordinates": [[square(0.0, 52.0, 0.1)], [square(0.3, 52.0, 0.1)[::-1]]]}
    assert tool.middle(two)[1] == pytest.approx(0.2, abs=1e-7)
    hollow = {"type": "Polygon", "coordinates": [square(0.0, 52.0, 0.4), square(0.3, 52.1, 0.1)]}
    assert tool.middle(hollow)[1] == pytest.approx((16 * 0.2 - 0.35) / 15, abs=1e-3)


def test_the_middles_lie_near_the_points_that_the_office_publishes(shared):
    """An independent reading: the published label points lie inside the boards, so within some tens of kilometres."""
    with (shared / "data" / "boundaries" / "icb_apr_2023_bsc_wgs84.geojson").open(encoding="utf-8") as handle:
        points = {p["properties"]["ICB23CD"]: p["properties"] for p in json.load(handle)["features"]}
    for item in catalogue.icb_centroids():
        point = points[item.code]
        north = (item.latitude - point["LAT"]) * 111.2
        east = (item.longitude - point["LONG"]) * 111.2 * np.cos(np.radians(item.latitude))
        assert np.hypot(north, east) < 30, item.code
