"""Tables and numbers as they stand on the screen."""

from __future__ import annotations

import io
import math
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhwfmodel.cli import console, progress
from mhwfmodel.cli.headline import Cell, Line, month_name, rounded, table
from mhwfmodel.units import add_months, key_months

WORDS = st.text(alphabet="abcdefgh ", max_size=60)


@given(st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=1, max_size=6), st.integers(60, 160))
def test_a_grid_fits_and_loses_no_letter(rows, columns):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(columns))
        text = console.grid(("one", "two", "three"), rows, right=("two",))
    lines = text.splitlines()
    assert max(map(len, lines)) <= columns
    letters = "".join("".join(row) for row in rows).replace(" ", "")
    assert sorted("".join(lines[2:]).replace(" ", "")) == sorted(letters)


@pytest.mark.parametrize(("asked", "given_width"), [("20", 60), ("80", 80), ("500", 160)])
def test_the_width_is_kept_between_what_can_be_read(monkeypatch, asked, given_width):
    monkeypatch.setenv("COLUMNS", asked)
    assert console.width() == given_width


@pytest.mark.parametrize(
    ("value", "rate", "signed", "text"),
    [
        (621_487, False, False, "621,000"),
        (57_733, False, False, "57,700"),
        (0.0846, True, False, "8.5%"),
        (math.nan, False, False, "–"),
        (1234, False, True, "+1,230"),
        (-1234, False, True, "−1,230"),
        (-4.26, False, True, "−4.3"),
        (4.26, False, True, "+4.3"),
        (0.01, False, True, "0"),
        (-0.01, False, True, "0"),
        (0, False, True, "0"),
        (0.012, True, False, "1.2%"),
        (0.012, True, True, "+1.2 pts"),
        (-0.012, True, True, "−1.2 pts"),
        (0.0001, True, True, "0.0 pts"),
        (-0.0001, True, True, "0.0 pts"),
        (-0.0001, True, False, "0.0%"),
    ],
)
def test_numbers_are_rounded_as_in_the_report(value, rate, signed, text):
    assert rounded(rate=rate, signed=signed)(value) == text


@pytest.mark.parametrize(
    ("count", "opening", "positions"),
    [
        (120, True, (0, 12, 36, 60, 120)),
        (120, False, (12, 36, 60, 120)),
        (6, True, (0, 6)),
        (6, False, (6,)),
        (30, True, (0, 12, 30)),
        (600, True, (0, 12, 36, 60, 120)),
    ],
)
def test_the_months_that_a_board_asks_for(count, opening, positions):
    labels = [add_months("2024-03", step) for step in range(count + 1)]
    assert key_months(labels, opening=opening) == positions
    assert month_name(labels[0]) == "Mar 2024"


def lines(spread=True):
    cells = (Cell(621_500, 621_500, 621_500), Cell(600_000, 590_000, 610_000), Cell(math.nan, math.nan, math.nan))
    return [Line("Heading", (), str, spread=False), Line("Filled", cells, rounded(), spread=spread)]


def test_ranges_stand_in_one_row_where_there_is_room_and_in_two_elsewhere(monkeypatch):
    months = ["2024-03", "2025-03", "2027-03"]
    monkeypatch.setenv("COLUMNS", "120")
    wide = table(months, lines()).splitlines()
    assert wide[-1].split() == ["590,000", "to", "610,000"]
    monkeypatch.setenv("COLUMNS", "60")
    first = Line("Wide", (Cell(1e6, 123_000, 1_230_000),) * 3, rounded())
    narrow = table(months, [first, *lines()]).splitlines()
    assert narrow[-2].split() == ["from", "590,000"]
    assert narrow[-1].split() == ["to", "610,000"]
    assert max(map(len, narrow)) <= 60


def test_what_every_draw_shares_is_told_as_published_and_without_a_range(monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    rows = table(["2024-03", "2025-03", "2027-03"], lines()).splitlines()
    assert rows[3].split() == ["Filled", "621,500", "600,000", "–"]
    assert "Heading" in rows[2]
    assert len(table(["2024-03", "2025-03", "2027-03"], lines(spread=False)).splitlines()) == 4


def test_progress_is_a_bar_on_a_terminal(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with progress.shown(quiet=False) as report:
        report("inputs", 0, 3)
        report("months", 3, 3)
        report("Writing report.html", 1, 4)
    assert "25%" in screen.getvalue()
    assert "Writing report.html" in screen.getvalue()


def test_progress_is_a_few_lines_elsewhere(capsys):
    with progress.shown(quiet=False) as report:
        report("inputs", 0, 120)
        for month in range(120):
            report("months", month + 1, 120)
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "Drawing the inputs"
    assert told[-1] == "Simulating the months: 100 %"
    assert len(told) == 6


def test_progress_is_silent_when_asked(capsys):
    with progress.shown(quiet=True) as report:
        report("inputs", 0, 120)
    assert capsys.readouterr() == ("", "")


def test_the_time_left_is_the_pace_of_what_was_done_since_the_first():
    now = iter([0.0, 30.0, 32.0, 36.0, 90.0])
    left = progress.pace(lambda: next(now))
    assert left(0, 120) is None
    assert left(1, 120) is None, "the first month compiles code; nothing is known of the others' pace"
    assert left(2, 120) == pytest.approx(2.0 * 118)
    assert left(5, 120) == pytest.approx(1.5 * 115)
    assert left(120, 120) == 0.0


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (None, ""),
        (0.0, ""),
        (0.2, "1 s left"),
        (89.4, "89 s left"),
        (91.0, "2 min left"),
        (1800.0, "30 min left"),
        (3660.0, "1 h 01 min left"),
        (3 * 3600.0 - 1.0, "3 h 00 min left"),
    ],
)
def test_the_time_left_is_told_as_a_person_says_it(seconds, told):
    assert progress.words(seconds) == told


@pytest.mark.parametrize("terminal", [True, False])
def test_the_time_left_is_shown(monkeypatch, terminal):
    class Screen(io.StringIO):
        def isatty(self):
            return terminal

    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "pace", lambda: lambda done, total: 2.0 * (total - done))
    with progress.shown(quiet=False) as report:
        for month in range(121):
            report("months", month, 120)
            if month == 60 and terminal:
                time.sleep(0.3)
    assert ("Simulating the months: 50 %, 2 min left" in screen.getvalue()) != terminal
    assert "2 min left" in screen.getvalue()


def test_code_that_is_compiled_is_told_once_and_code_that_is_there_is_not(monkeypatch, capsys):
    from mhwfmodel.cli.running import Settings, simulate
    from mhwfmodel.rng.compiling import compiled
    from mhwfmodel.scenario import Scenario

    def doubled(x):
        return x + x

    doubled.__module__ = "mhwfmodel.supply.new"
    kernel = compiled(doubled)
    small = Scenario(name="small", months=2, draws=1, icbs=("E54000034",))

    def told(number, *, quiet=False):
        monkeypatch.setattr("mhwfmodel.simulate.run", lambda *_, **__: kernel(number))
        assert simulate(small, Settings({}, quiet=quiet)) == number + number
        return [line for line in capsys.readouterr().err.splitlines() if line.startswith("Compiling")]

    said = "Compiling code for this machine, which takes about a minute; "
    assert told(2) == [f"{said}later runs need not."]
    assert told(2) == []
    monkeypatch.setattr("mhwfmodel.rng.keeping.kept", lambda: None)
    assert told(2.0) == [f"{said}name a folder in MHWFMODEL_CACHE_DIR to keep it for later runs."]
    assert told(2j, quiet=True) == []


def test_an_interrupt_that_compiled_code_swallowed_is_heard_at_the_next_step():
    import signal

    before = signal.getsignal(signal.SIGINT)
    with progress.shown(quiet=True) as report:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            report("months", 1, 120)
    assert signal.getsignal(signal.SIGINT) is before


def test_an_interrupt_that_is_lost_while_an_object_goes_is_heard_at_the_next_step_and_not_told(monkeypatch):
    import signal

    class Going:
        def __del__(self):
            signal.raise_signal(signal.SIGINT)

    class Broken:
        def __del__(self):
            raise ValueError

    lost = []
    monkeypatch.setattr(sys, "unraisablehook", lambda found: lost.append(found.exc_type))
    hook = sys.unraisablehook
    with progress.shown(quiet=True) as report:
        Going()
        with pytest.raises(KeyboardInterrupt):
            report("Writing summary.xlsx", 1, 4)
        assert lost == []
        Broken()
        assert lost == [ValueError]
    assert sys.unraisablehook is hook
