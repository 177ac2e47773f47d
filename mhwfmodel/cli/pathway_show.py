"""`mhwfmodel pathway show` and `check`: what a pathway file says, how much work its pools have, and its picture."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel.cli.console import grid, out, paragraph, tell
from mhwfmodel.cli.pathway_reading import read
from mhwfmodel.errors import PathwayError
from mhwfmodel.pathway import flatten
from mhwfmodel.pathway.diagram import pool_number, sums_by_parent
from mhwfmodel.pathway.loads import loads
from mhwfmodel.pathway.rows import mean_of
from mhwfmodel.pathway.spans import DAYS_PER_MONTH
from mhwfmodel.pathway.words import amount, percent, span_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.pathway import Pathway
    from mhwfmodel.pathway.network import Network
    from mhwfmodel.pathway.schema import Stage
    from mhwfmodel.pathway.times import Times

__all__ = ["check_pathways", "draw_pathway", "extent", "note_lines", "show_pathway"]


def show_pathway(pathway: Pathway) -> None:
    """Print the stages, the pools and what is worth a second look.

    Args:
        pathway: The pathway.
    """
    network = flatten(pathway, start=pathway.start, months=pathway.months)
    found = loads(network)
    coming = sums_by_parent(network.stages.names, found.joining.sum(axis=1) * DAYS_PER_MONTH)
    out(f"{pathway.title or pathway.pathway}", f"  {extent(pathway)}", "")
    rows = [_stage_row(name, stage, pathway, float(coming[name])) for name, stage in pathway.stages.items()]
    out(grid(("stage", "needs", "work takes", "patience", "a month", "then"), rows, right=("a month",)), "")
    if pathway.pools:
        out(grid(_POOLS, _pool_rows(pathway, network, found.work, found.on_duty), right=_POOLS[2:]))
        out("", paragraph("Work: servers that would be busy if everybody were seen. Load: work ÷ servers on duty; from"
                          " 100 % on, queues grow until people give up."))  # fmt: skip
    if pathway.notes:
        out("", *note_lines(pathway))


_POOLS = ("pool", "number", "hours a week", "on duty", "work", "load")


def draw_pathway(pathway: Pathway, file: Path) -> None:
    """Draw the pathway into a file.

    Args:
        pathway: The pathway.
        file: Where the SVG goes.

    Raises:
        DataError: The file cannot be written.
    """
    from mhwfmodel.cli.places import check_writable
    from mhwfmodel.pathway.picture import picture
    from mhwfmodel.results import replace_all

    drawn = picture(pathway)
    check_writable(file.parent, (file.name,))

    def write(path: Path) -> None:
        path.write_text(drawn, encoding="utf-8")

    replace_all(file.parent, {file.name: write})
    out("", f"Drawn to {file}")


def check_pathways(files: Sequence[Path], *, quiet: bool) -> bool:
    """Check files and say of each that it is fine, or all that is wrong with it.

    Args:
        files: Pathway files, or names of shipped ones.
        quiet: Show nothing but faults.

    Returns:
        Whether all are fine.
    """
    return all([_check(file, quiet=quiet) for file in files])


def _check(file: Path, *, quiet: bool) -> bool:
    try:
        pathway = read(file, {})
    except PathwayError as error:
        tell(*(str(fault) for fault in error.faults))
        return False
    if not quiet:
        out(f"{file}: fine", f"  {pathway.pathway}: {extent(pathway)}", *note_lines(pathway))
    return True


def extent(pathway: Pathway) -> str:
    """Stages, pools, classes, months and replications in a few words."""
    counted = ((len(pathway.stages), "stage"), (len(pathway.pools), "pool"), (len(pathway.classes), "class"))
    sizes = ", ".join(
        f"{number} {word}{'' if number == 1 else 'es' if word == 'class' else 's'}" for number, word in counted
    )
    warm = f" after a warm-up of {pathway.warm_up} months" if pathway.warm_up else ""
    return f"{sizes}; {pathway.start} to {pathway.month_labels[-1]}{warm}, {pathway.replications} replications"


def note_lines(pathway: Pathway) -> tuple[str, ...]:
    """The notes of a pathway, wrapped for the terminal."""
    return tuple(paragraph(note, indent="  ", hanging="    ") for note in pathway.notes)


def _stage_row(name: str, stage: Stage, pathway: Pathway, coming: float) -> tuple[str, ...]:
    needs = ", ".join(pool if count == 1 else f"{count} {pool}" for pool, count in stage.needs.items())
    return (
        name,
        needs or "–",
        _times(stage.service, pathway),
        _times(stage.patience, pathway) if stage.patience else "–",
        amount(coming),
        ", ".join(_then(stage, pathway)),
    )


def _times(times: Times, pathway: Pathway) -> str:
    """The mean, or the shortest and the longest of the classes' means."""
    means = [mean_of(given) for given in (times.of(name) for name in pathway.classes) if given is not None]
    low, high = span_words(min(means)), span_words(max(means))
    return low if low == high else f"{low} to {high}"


def _then(stage: Stage, pathway: Pathway) -> Iterator[str]:
    """Ways on with their chances, or the range of the classes' chances, the likeliest first."""
    tables = [stage.routes_of(name) for name in pathway.classes]
    ranges: dict[str, tuple[float, float]] = {}
    for to in dict.fromkeys(name for table in tables for name in table):
        chances = [table.get(to, 0.0) for table in tables]
        ranges[to] = (min(chances), max(chances))
    for to, (low, high) in sorted(ranges.items(), key=lambda item: -item[1][1]):
        if high > 0:
            yield f"{to} {percent(high) if low == high else f'{100 * low:.3g}–{percent(high)}'}"
    if stage.patience is not None:
        yield f"gives up: {stage.gives_up}"


def _pool_rows(
    pathway: Pathway, network: Network, work: NDArray[np.float64], duty: NDArray[np.float64]
) -> Iterator[tuple[str, ...]]:
    works, on_duty = sums_by_parent(network.pools.names, work), sums_by_parent(network.pools.names, duty)
    for name, pool in pathway.pools.items():
        load = float(works[name] / on_duty[name]) if on_duty[name] > 0 else math.nan
        yield (
            name,
            pool_number(pool),
            f"{pool.hours_open:g}" if pool.rota else "always",
            amount(float(on_duty[name])),
            amount(float(works[name])),
            f"{100 * load:.0f} %" if math.isfinite(load) else "–",
        )
