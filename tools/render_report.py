"""Take a picture of a report with headless Chromium, as the README shows it.

Started as `python tools/render_report.py out/baseline/report.html docs/images/report.png`.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

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
    "--virtual-time-budget=20000",
)
SECONDS = 180


def main() -> int:
    """Read the command line and take the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=Path, help="the HTML file")
    parser.add_argument("picture", type=Path, help="the PNG file")
    parser.add_argument("--width", type=int, default=1366, help="width of the window [pixels]")
    parser.add_argument("--height", type=int, default=1500, help="height of the window [pixels]")
    given = parser.parse_args()
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        return tell(f"no browser found; install one of {', '.join(BROWSERS)}")
    if not given.report.is_file():
        return tell(f"no report at {given.report}; make one with mhwfmodel run")
    return take(browser, given.report.resolve(), given.picture.resolve(), given.width, given.height)


def take(browser: str, report: Path, picture: Path, width: int, height: int) -> int:
    """Take one picture in a profile of its own."""
    picture.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        command = [
            browser,
            *FLAGS,
            f"--user-data-dir={profile}",
            f"--window-size={width},{height}",
            f"--screenshot={picture}",
            report.as_uri(),
        ]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=SECONDS)
    if done.returncode != 0 or not picture.is_file():
        return tell(done.stderr)
    return 0


def tell(fault: str) -> int:
    """Say what went wrong."""
    sys.stderr.write(f"{fault}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
