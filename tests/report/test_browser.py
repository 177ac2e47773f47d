"""The report in a real browser: it draws everything, and says nothing on the console."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest

from mhwfmodel import catalogue
from mhwfmodel.report import write_report
from mhwfmodel.report.wording import people

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--enable-logging=stderr",
    "--virtual-time-budget=20000",
    "--window-size=1366,3400",
)

pytestmark = pytest.mark.chromium


@pytest.fixture(scope="module")
def browser() -> str:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"no browser on this machine: install one of {', '.join(BROWSERS)} to see the report drawn")
    return found


@pytest.fixture(scope="module")
def report(england, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(england, path)
    return path


def opened(browser: str, profile: Path, report: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [browser, *FLAGS, f"--user-data-dir={profile}", *more, report.as_uri()]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=180)


@pytest.fixture(scope="module")
def drawn(browser, report, tmp_path_factory) -> tuple[str, str]:
    """The page after its scripts ran, and what the console said."""
    done = opened(browser, tmp_path_factory.mktemp("profile"), report, "--dump-dom")
    return done.stdout, "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)


def pixels(path: Path) -> tuple[int, int, list[bytes]]:
    """Width, height and the unfiltered rows of an 8-bit PNG."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed = 8, b""
    width = height = depth = colour = 0
    while at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
        elif kind == b"IDAT":
            packed += body
        at += 12 + size
    assert depth == 8
    span = width * {2: 3, 6: 4}[colour] + 1
    raw = zlib.decompress(packed)
    return width, height, [raw[start : start + span] for start in range(0, span * height, span)]


def test_everything_is_drawn_and_the_console_is_silent(drawn):
    dom, console = drawn
    assert console == ""
    assert re.search(r'<html[^>]*data-charts="drawn"', dom)
    assert dom.count("<svg") >= 13
    assert ">This run is too short" not in dom


def test_the_hexagons_are_there(drawn):
    dom, _ = drawn
    labels = re.findall(r"<text[^>]*>([A-Za-z&amp;]{2,9})</text>", dom)
    for place in catalogue.icbs():
        assert labels.count(place.abbreviation.replace("&", "&amp;")) >= 2


def test_the_script_rounds_as_the_page_does(drawn, england):
    dom, _ = drawn
    table = dom[dom.index('<table id="icb-table"') :]
    table = table[: table.index("</table>")]
    row = england.table("filled", months=["2029-03"]).iloc[0]
    cells = re.findall(r'<td class="number">([^<]+)<span class="sub">([^<]*)</span>', table)
    assert (people(row["mean"]), f"{people(row['q05'])} to {people(row['q95'])}") in cells
    assert len(cells) == 3 * len(re.findall('<th scope="row">', table))


def test_the_picture_is_not_blank(browser, report, tmp_path):
    opened(browser, tmp_path / "profile", report, f"--screenshot={tmp_path / 'picture.png'}")
    width, height, rows = pixels(tmp_path / "picture.png")
    assert (width, height) == (1366, 3400)
    blank = sum(not any(row[1:]) for row in rows)  # a row that repeats the one above holds only zeros
    assert blank < 0.8 * height
    assert len(set(rows)) > 500
