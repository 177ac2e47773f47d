"""No number about the world is written in the code: each comes from a table, with its source and status."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from mhwfmodel import catalogue
from mhwfmodel.inputs import columns
from mhwfmodel.inputs import rates as rates_module
from mhwfmodel.inputs import stock as stock_module

# Nothing, one of something, a half of two, a square, per cent: arithmetic and not facts.
ARITHMETIC = {0, 1, 2, 0.5, 100}

ALLOWED = {
    ("inputs/check.py", 1e-9): "error of floating point that sums of shares are forgiven",
    ("inputs/covariates.py", 0.95): "coverage of an interval",
    ("inputs/draws.py", 16): "bits of the counter that a sub-number has",
    ("inputs/draws.py", 54): "the smallest uniform is 2 to the power of -54",
    ("inputs/draws.py", 1.6448536269514722): "95 % point of the normal distribution",
    ("inputs/drivers.py", 16): "bits of the counter that a horizon has",
    ("inputs/drivers.py", 3): "stable number of a series",
    ("inputs/drivers.py", 4): "characters of the year in a financial year",
    ("inputs/fitting.py", 1e-12): "when a fit has ended, and the chance of a thing that is as good as impossible",
    ("inputs/fitting.py", 1000): "when a fit is given up",
    ("inputs/fitting.py", 1e-6): "how near a total must be to a whole number to be one",
    ("inputs/fitting.py", 1e-9): "how well two totals must agree",
    ("inputs/fitting.py", 6.0): "standard deviations that the grid of levels spans to each side",
    ("inputs/fitting.py", 1201.0): "points of that grid",
    ("inputs/rates.py", 8): "ICBs above the floor of specialist turnover, which the note of F010 says",
    ("inputs/stock.py", 8): "bits of the counter that an ICB or a role has",
    ("simulate/manifest.py", 3): "decimals",
    ("simulate/manifest.py", 4): "decimals",
    ("simulate/manifest.py", 1024): "bytes of a kilobyte",
    ("simulate/collect.py", 12): "months read at once: memory, and no result",
    ("simulate/layout.py", 25): "draws a chunk: speed, and no result",
    ("simulate/layout.py", 12): "months a block: speed, and no result",
    ("simulate/layout.py", 1024): "bytes of a kilobyte",
    ("simulate/layout.py", 10): "powers of ten: bytes of a megabyte and a gigabyte",
    ("simulate/layout.py", 6): "powers of ten: bytes of a megabyte",
    ("simulate/layout.py", 9): "powers of ten: bytes of a gigabyte",
    ("simulate/layout.py", 7): "powers of ten: steps of ten megabytes in which the least memory is told",
    ("simulate/layout.py", 3): "share of the memory that every draw may take",
    ("simulate/layout.py", 4): "bytes of a number in single precision",
    ("simulate/layout.py", 240): "megabytes of the program with what it imports, measured",
    ("simulate/layout.py", 30): "megabytes of a piece that is summarised, measured",
    ("simulate/layout.py", 230): "bytes of the graph a node, measured",
    ("simulate/layout.py", 500): "bytes of a draw's inputs a cell, measured",
    ("simulate/layout.py", 220): "bytes of a draw's last year a place and turnover rate, measured",
    ("simulate/layout.py", 20): "bytes of a draw's work a node, measured",
    ("simulate/layout.py", 3000): "bytes of a draw's work a cell, measured",
    ("simulate/layout.py", 0.6): "bytes of a draw's stock a node where most hold nobody, measured",
    ("simulate/_pathway_gamma.py", 1e-9): "fewer waits than that, or shorter, are none",
    ("simulate/_pathway_gamma.py", 3): "position in an array",
    ("simulate/_pathway_waits.py", 6): "known points of a distribution, and one to spare",
    ("simulate/_pathway_waits.py", 1e-12): "least share that waits longer: its logarithm is finite",
    ("simulate/_pathway_waits.py", 20): "shortest wait that is divided by: 2 to the power of -20 days",
    ("simulate/_pathway_waits.py", 0.1): "share that waits longer than the 90th percentile",
    ("simulate/_pathway_waits.py", 3): "position in an array",
    ("simulate/_pathway_waits.py", 4): "position in an array",
    ("simulate/_pathway_waits.py", 5): "positions of an array",
    ("simulate/coupling.py", 20): "least logarithm that is taken: of 2 to the power of -20",
    ("simulate/pathway_events.py", 3): "axis of an array",
    ("simulate/pathway_gamma.py", 8): "nodes a doubling of a table of the gamma distribution, and its ends",
    ("simulate/pathway_gamma.py", 10): "end of a table of the gamma distribution",
    ("simulate/pathway_gamma.py", 16): "end of a table of the gamma distribution",
    ("simulate/pathway_gamma.py", 4): "points of a distribution",
    ("simulate/pathway_plan.py", 3): "copies of a month's figures that are there at once, measured",
    ("simulate/pathway_plan.py", 120): "megabytes of the engines with what they import, measured",
    ("simulate/pathway_plan.py", 10): "powers of ten: bytes of a megabyte",
    ("simulate/pathway_plan.py", 12): "figures of a stage and class",
    ("simulate/pathway_plan.py", 6): "figures of a wait",
    ("simulate/amhp_levels.py", 13): "levels of work that the need for AMHPs is worked out at: how exact",
    ("simulate/lever_checks.py", 1e-9): "error of floating point that hours taken are forgiven",
    ("simulate/pathway_screen.py", 4): "steps of a month: how exact, and no result of the world",
    ("simulate/pathway_waits.py", 4): "every fourth edge of the bins of waits",
    ("simulate/spill.py", 64): "bytes that arrays are aligned to",
    ("simulate/spill.py", 20): "arrays from 2 to the power of 20 bytes are looked at for zeros",
    ("simulate/spill.py", 4): "bytes of a word, and share of zeros from which they are not written",
    ("simulate/spill.py", 5): "version of the format of pickle",
    ("simulate/spill.py", 8): "part of a place that is kept spare, so that what grows a little stays",
    ("simulate/workers.py", 0.1): "seconds between two looks at how far a run is",
    ("simulate/months.py", 5): "characters before the month in YYYY-MM",
    ("simulate/rest.py", 1e-5): "how nearly rest is found where people are whole",
    ("simulate/rest.py", 1e-2): "how nearly it is found there before the last pass",
    ("simulate/rest.py", 1e-6): "how nearly rest is found in expected values before the last pass",
    ("simulate/rest.py", 3): "passes until courses and mix agree where people are whole: the result is measured",
    ("simulate/rest.py", 10): "passes until courses and mix agree: the result is measured, not assumed",
    ("simulate/employer_panel.py", 9): "bits of a cell's id that its states have",
    ("simulate/panel_estimates.py", 0.1): "the raise that the published effect of pay is told for",
    ("simulate/panel_estimates.py", 4): "years that the published panel saw",
    ("simulate/panel_estimates.py", 4000): "employers of the panel: how exact",
    ("simulate/shocks.py", 53): "the largest number below 1 is 1 less 2 to the power of -53",
    ("simulate/shocks.py", 0.999): "bound: at 1 the beta distribution of a shock has no density",
    ("simulate/starting.py", 0.95): "bound: some staff of a cell are on no course, so that a cell can always be solved",
    ("simulate/starting.py", 0.4): "bound: courses move no more people than cells lose anyhow, so that rest exists",
    ("simulate/students.py", 3): "axis of an array",
    ("simulate/students.py", 0.8): "bound: some of those who qualify find no post, so that a pool is seldom empty",
    ("simulate/students.py", 128): "stable numbers of the pools in the counter",
    ("simulate/tracks.py", 53): "the largest number below 1 is 1 less 2 to the power of -53",
    ("simulate/tracks.py", 64): "stable number of a track in the counter",
    ("simulate/tracks.py", 65): "stable number of a track in the counter",
    ("simulate/outcome.py", 60): "month in which the drawn trends are told: five years on",
    ("simulate/runner.py", 100_000): "most draws",
    ("simulate/runner.py", 1024): "most threads",
    ("simulate/runner.py", 1_000_000): "most gigabytes of memory",
}


def literals(path: Path) -> set[float]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        float(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool)
    }


@pytest.mark.parametrize("package", ["inputs", "simulate"])
def test_code_holds_no_number_about_the_world(root: Path, package: str) -> None:
    found = {
        (f"{package}/{path.name}", value)
        for path in (root / "mhwfmodel" / package).glob("*.py")
        for value in literals(path) - ARITHMETIC
    }
    allowed = {key for key in ALLOWED if key[0].startswith(package)}
    assert found - allowed == set(), "take it from a table of the catalogue, or say here why it is no fact"
    assert allowed - found == set(), "no longer in the code: take it off the list"


def test_the_one_count_that_is_only_in_a_note_is_what_the_note_says() -> None:
    assert f"{rates_module.ICBS_ABOVE_FLOOR} ICBs" in catalogue.figure("F010").note


def test_every_figure_that_the_baseline_reads_is_published_with_source_status_and_scope() -> None:
    used = [
        stock_module.TOTAL,
        stock_module.COUNTED_TOTAL,
        *(sector.count for sector in catalogue.sectors() if sector.count),
        stock_module.SPECIALIST_TOTAL,
        *stock_module.DENSITIES.values(),
        *rates_module.VACANCY_FLOORS,
        *rates_module.SPECIALIST_TURNOVER_FLOORS,
    ]
    for name in used:
        figure = catalogue.figure(name)
        assert figure.number is not None, name
        assert figure.url, name
        assert figure.status == "observed", name
        assert figure.scope in ("overall", "specialist"), name
    assert [catalogue.figure(name).bound for name in rates_module.VACANCY_FLOORS] == [">"] * 4
    assert [catalogue.figure(name).bound for name in rates_module.SPECIALIST_TURNOVER_FLOORS] == [">"] * 5


def test_the_densities_are_those_of_the_icbs_that_the_figures_name() -> None:
    for code, figure in stock_module.DENSITIES.items():
        assert catalogue.figure(figure).icb_code == code


def test_every_role_share_and_relative_rate_has_a_source_and_a_status() -> None:
    known = {figure.id for figure in catalogue.figures()}
    for row in catalogue.role_mix():
        assert row.status in {"observed", "derived", "imputed", "assumed"}, row
        assert row.source, row
        assert set(row.source) <= known, row
    for row in catalogue.relative_rates():
        assert {row.figure, row.base_figure} <= known, row
        above, below = (catalogue.figure(name).number for name in (row.figure, row.base_figure))
        ratio = above / below
        if row.measure == "vacancy":
            ratio *= (100 - below) / (100 - above)
        assert row.ratio == pytest.approx(ratio, rel=1e-12), row


def test_role_shares_of_every_sector_and_strand_sum_to_one() -> None:
    totals: dict[tuple[str, str], float] = {}
    for row in catalogue.role_mix():
        totals[row.strand, row.sector] = totals.get((row.strand, row.sector), 0.0) + row.share
    assert totals == {key: pytest.approx(1.0, abs=1e-9) for key in totals}
    assert {column.sector for column in columns()} == {sector.code for sector in catalogue.sectors()}
