"""Run the shipped pathway and write what it gives beside the published figures.

Run from the checkout: `python tools/measure_pathway.py`. It runs one place of a million people, and the 42 Integrated
Care Boards, each with its share of arrivals and staff by inhabitants, and writes `docs/_measured/cmhf_targets.md`. The
same code gives the same file. It takes about a minute.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mhwfmodel import catalogue
from mhwfmodel.demand.engine import simulate_many
from mhwfmodel.demand.steady import stationary
from mhwfmodel.demand.targets import TargetRow, england_people, targets_table
from mhwfmodel.demand.warm import present
from mhwfmodel.pathway import flatten, load_pathway

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mhwfmodel.demand.outcome import Outcome
    from mhwfmodel.pathway.network import Network

PAGE = Path(__file__).resolve().parent.parent / "docs" / "_measured" / "cmhf_targets.md"
SEED, YEAR = 1, 12
Found = tuple[TargetRow, ...]


def run(scales: Mapping[int, float], months: int, replications: int) -> list[tuple[Network, Outcome]]:
    """Run places of given sizes, each from its balance.

    Args:
        scales: Stable number of each place, and its size: 1 is a million people.
        months: How many.
        replications: How many.
    """
    pathway = load_pathway("cmhf")
    networks = [flatten(pathway, place=place, scale=scale, months=months) for place, scale in scales.items()]
    starts = [
        present(network, stationary(network), seed=SEED, replications=range(replications)) for network in networks
    ]
    outcomes = simulate_many(networks, seed=SEED, replications=range(replications), present=starts)
    return list(zip(networks, outcomes, strict=True))


def one_place(years: int, replications: int) -> Found:
    """The targets by one place of a million people in its last year."""
    runs = run({0: 1.0}, years * YEAR, replications)
    return targets_table(runs, 1e6, months=slice((years - 1) * YEAR, None))


def all_boards(years: int, replications: int) -> Found:
    """The targets by the 42 boards in their last year."""
    scales = {board.id: board.population / 1e6 for board in catalogue.icbs()}
    return targets_table(
        run(scales, years * YEAR, replications), england_people(), months=slice((years - 1) * YEAR, None)
    )


def text(value: float, unit: str) -> str:
    """A number as the table writes it."""
    if unit == "share":
        return f"{value:.1%}"
    return f"{value:,.0f}"


def line(one: TargetRow, boards: TargetRow) -> str:
    """One row of the table."""
    target = one.target
    unit = target.unit
    if target.value is None:
        wanted = f"{text(target.low or 0.0, unit)} to {text(target.high or 0.0, unit)}"
    else:
        wanted = ("at most " if target.sense == "at_most" else "") + text(target.value, unit)
    wanted += "" if unit == "share" else f" {unit}"
    inside = "below" if target.sense == "at_most" else "inside"
    misfit = inside if one.misfit == 0.0 else f"{one.misfit:+.0%}".replace("+0%", "0%").replace("-0%", "0%")
    cells = (
        target.title,
        target.definition,
        target.scope,
        target.period,
        " ".join(target.figures),
        wanted,
        f"{text(one.found, unit)} ± {text(2 * one.error, unit)}",
        misfit,
        text(boards.found, unit),
        f"{target.weight:g}: {target.weight_note}",
    )
    return "| " + " | ".join(cells) + " |"


def page(one: Found, boards: Found) -> str:
    """The table in Markdown."""
    headings = (
        "target",
        "definition",
        "scope",
        "date",
        "figures",
        "published",
        "the model gives",
        "misfit",
        "as 42 boards",
        "weight, and why",
    )
    lines = [f"| {' | '.join(headings)} |", f"| {' | '.join(['---'] * len(headings))} |"]
    lines += [line(*rows) for rows in zip(one, boards, strict=True)]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(one_place(3, 20), all_boards(2, 2)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
