"""The windows of the day for which a 24-hour service of Approved Mental Health Professionals is staffed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mhwfmodel.catalogue._tables import Folder, Row, duplicates, load, package_data, pick, share_faults
from mhwfmodel.catalogue.evidence import read_figures
from mhwfmodel.errors import Fault

__all__ = ["HOURS_PER_YEAR", "AmhpWindow", "amhp_windows", "amhp_windows_by_pattern", "read_amhp_windows"]

HOURS_PER_YEAR = 24 * 365.25
_ROUNDING = 0.01
_FILE = "amhp_windows.csv"


@dataclass(frozen=True, slots=True)
class AmhpWindow:
    """One window of one pattern of staffing.

    Args:
        pattern: Word for the pattern; the windows of a pattern make up a year.
        code: Word for the window.
        name: Name for people.
        hours_a_day: Length of the window [hours].
        days_a_year: Days of the year that have it [days].
        share: Share of the year's assessments that come in it.
        shift_hours: Length of a shift [hours].
        floor: Fewest AMHPs on duty.
        weight: Part of an hour on duty that counts as work: 1 at work, less on standby at home.
        status: What the row rests on.
        source: Ids of figures; may be empty only for an assumption.
        note: Why.
    """

    pattern: str
    code: str
    name: str
    hours_a_day: float
    days_a_year: float
    share: float
    shift_hours: float
    floor: int
    weight: float
    status: str
    source: tuple[str, ...]
    note: str

    @property
    def hours(self) -> float:
        """Hours a year."""
        return self.hours_a_day * self.days_a_year


def read_amhp_windows(folder: Folder) -> tuple[AmhpWindow, ...]:
    """Read and check `amhp_windows.csv`: the windows of a pattern cover the year, and their shares add up to 1.

    Raises:
        DataError: With every fault of the table.
    """
    known = {item.id for item in read_figures(folder)}

    def build(row: Row) -> AmhpWindow:
        made = AmhpWindow(
            pattern=row.text("pattern"),
            code=row.text("code"),
            name=row.text("name"),
            hours_a_day=row.number("hours_a_day", 0, 24),
            days_a_year=row.number("days_a_year", 0, 366),
            share=row.number("share", 0, 1),
            shift_hours=row.number("shift_hours", 0, 24),
            floor=row.integer("floor", 1, 99),
            weight=row.number("weight", 0, 1),
            status=row.status(),
            source=row.known("source", known, "figure of figures.csv"),
            note=row.text("note", optional=True),
        )
        for column in ("hours_a_day", "days_a_year", "shift_hours"):
            if getattr(made, column) == 0:
                row.fault(column, "0 leaves the window without hours", "write more than 0, or take the row out")
        if made.status != "assumed" and not made.source:
            row.fault("source", f"{made.code} is {made.status} and names no figure", "name it, or status assumed")
        return made

    columns = "pattern,code,name,hours_a_day,days_a_year,share,shift_hours,floor,weight,status,source,note"
    return load(folder, _FILE, columns.split(","), build, _check)


def _check(found: tuple[AmhpWindow, ...]) -> Iterator[Fault]:
    if not found:
        yield Fault(_FILE, "no pattern of windows is there", "write at least one")
    yield from duplicates(_FILE, "window", (f"{item.pattern} {item.code}" for item in found))
    patterns = tuple(dict.fromkeys(item.pattern for item in found))
    yield from share_faults(_FILE, "share", ((item.pattern, item.share) for item in found), patterns)
    for pattern in patterns:
        hours = sum(item.hours for item in found if item.pattern == pattern)
        if abs(hours - HOURS_PER_YEAR) > _ROUNDING:
            problem = f"the windows of {pattern} cover {hours:,.2f} hours a year, not {HOURS_PER_YEAR:,.0f}"
            yield Fault(f"{_FILE} hours_a_day", problem, "a 24-hour service has windows for every hour, each once")


@cache
def amhp_windows_by_pattern() -> dict[str, tuple[AmhpWindow, ...]]:
    """Return the windows of each pattern; the first pattern is the one that runs use."""
    found: dict[str, list[AmhpWindow]] = {}
    for item in read_amhp_windows(package_data()):
        found.setdefault(item.pattern, []).append(item)
    return {pattern: tuple(items) for pattern, items in found.items()}


def amhp_windows(pattern: str = "") -> tuple[AmhpWindow, ...]:
    """Return the windows of one pattern, in the order of the table.

    Args:
        pattern: Word for the pattern; the first of the table when empty.

    Raises:
        DataError: No pattern has this name.
    """
    known = amhp_windows_by_pattern()
    return pick(known, pattern or next(iter(known)), "pattern of AMHP windows")
