"""`mhwfmodel pathway run`: run a pathway by itself, show the few numbers that fit a screen, write the rest."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from mhwfmodel.cli.console import grid, out, paragraph, tell
from mhwfmodel.cli.pathway_show import extent, note_lines
from mhwfmodel.cli.places import check_writable
from mhwfmodel.cli.progress import shown
from mhwfmodel.errors import Fault, PathwayError, suggest
from mhwfmodel.pathway import Pathway, flatten
from mhwfmodel.pathway.words import amount, span_range, span_words
from mhwfmodel.units import add_months, month_range

if TYPE_CHECKING:
    import pandas as pd

    from mhwfmodel.demand.outcome import Outcome
    from mhwfmodel.pathway.network import Network, Present

__all__ = ["LEAST", "MOST", "Ran", "Wanted", "run_pathway", "until_precise"]

LEAST, MOST = 10, 1000
"""Replications that are run at least and at most for a stated precision."""

_AT_ONCE = 10
_LIBRARIES = ("numpy", "numba", "scipy", "pandas", "pydantic", "simpy")
_MEANINGS = {
    "pathway.xlsx": "all tables, for reading",
    "stages.csv": "month, stage, class: people, waits, queues",
    "waits.csv": "month, class: waits since the start, to first and second contact",
    "pools.csv": "month, pool: servers on duty, utilisation",
    "flows.csv": "month: arrivals, and ways out",
    "pathway.svg": "a picture of the pathway",
    "events.parquet": "every event of every replication",
    "manifest.json": "the pathway, seed and versions: all that is needed to run it again",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for.

    Args:
        engine: `compiled` or `simpy`.
        precision: Half-width of the interval of the mean wait ÷ the mean; None: as many replications as the file says.
        stage: Whose wait that is; all stages when empty.
        log: Write every event of every replication.
        quiet: Show nothing but faults.
    """

    engine: str = "compiled"
    precision: float | None = None
    stage: str = ""
    log: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Ran:
    """A run.

    Args:
        network: What was run.
        outcome: What came of it.
        reached: Half-width ÷ mean of the mean wait, of the stage that was asked for.
        seconds: How long it took.
    """

    network: Network
    outcome: Outcome
    reached: float
    seconds: float


def run_pathway(pathway: Pathway, folder: Path | None, wanted: Wanted) -> None:
    """Run a pathway, show a short table and write its files.

    Args:
        pathway: The pathway.
        folder: Where the files go; `out/` and its name when None.
        wanted: What the command line asks for.

    Raises:
        PathwayError: A stage that is not there.
        DataError: A folder that cannot be written to.
        MhwfError: A log is asked for, and what writes it is not installed.
    """
    if wanted.stage and wanted.stage not in pathway.stages:
        text = f"'{wanted.stage}' is not a stage; {suggest(wanted.stage, pathway.stages)}"
        raise PathwayError(Fault("--of", text))
    place = folder if folder is not None else Path("out") / pathway.pathway
    names = [name for name in _MEANINGS if name != "events.parquet" or wanted.log]
    check_writable(place, names)
    if wanted.log:
        from mhwfmodel.demand.eventlog import require

        require()
    if not wanted.quiet:
        tell(f"{pathway.title or pathway.pathway}: {extent(pathway)}, seed {pathway.seed}, {wanted.engine}")
        tell(*note_lines(pathway))
    ran = simulated(pathway, wanted)
    made = _tables(pathway, ran)
    _write(pathway, ran, made, place, wanted)
    if wanted.quiet:
        return
    out("", *_headline(pathway, ran, made, wanted), "", f"Written to {place}")
    out(*(f"  {name:<14} {_MEANINGS[name]}" for name in names))


def simulated(pathway: Pathway, wanted: Wanted) -> Ran:
    """Run the replications that are asked for.

    Args:
        pathway: The pathway.
        wanted: Engine and precision.
    """
    from mhwfmodel.demand.tables import mean_wait

    began = perf_counter()
    network = flatten(pathway)
    engine = _engine(wanted.engine)

    def run(replications: range) -> Outcome:
        return engine(network, pathway.seed, replications, _present(pathway, network, replications))

    def waits(outcome: Outcome) -> Any:
        return mean_wait(network, outcome, pathway.warm_up, wanted.stage)

    with shown(quiet=wanted.quiet) as report:

        def progress(done: int, total: int) -> None:
            report("replications", done, total)

        if wanted.precision is None:
            outcome = _in_batches(run, pathway.replications, progress)
        else:
            outcome = until_precise(run, waits, wanted.precision, progress)
    return Ran(network, outcome, _relative(waits(outcome)), perf_counter() - began)


def until_precise(
    run: Callable[[range], Outcome],
    waits: Callable[[Outcome], Any],
    precision: float,
    progress: Callable[[int, int], None],
) -> Outcome:
    """Run replications until the mean wait is known well enough.

    The rule: at least 10 replications are run. While half the width of the 95 % interval of the mean wait is more than
    `precision` × the mean, and fewer than 1,000 have been run, as many more are run as the variance seen so far says,
    at least 10 at a time and never more than double. Because the rule looks more than once, the interval holds the mean
    slightly less often than 95 times in 100.

    Args:
        run: Runs some replications, by number.
        waits: Mean wait of each.
        precision: Half-width ÷ mean.
        progress: Told how many are done, of how many.
    """
    from mhwfmodel.demand.tables import concatenated

    outcome = run(range(LEAST))
    done = LEAST
    while (reached := _relative(waits(outcome))) > precision and done < MOST:
        needed = MOST if math.isinf(reached) else math.ceil(done * (reached / precision) ** 2)
        more = min(max(needed, done + LEAST), MOST, 2 * done)
        progress(done, more)
        outcome = concatenated([outcome, run(range(done, more))])
        done = more
    return outcome


def _relative(waits: Any) -> float:
    """Half-width of the interval of a mean ÷ the mean: 0 where nobody waits at all, infinite where it is not known."""
    from mhwfmodel.demand.tables import interval

    mean, low, _ = (float(part) for part in interval(waits))
    if mean == 0.0 or math.isnan(mean):
        return 0.0
    return (mean - low) / mean if math.isfinite(low) else math.inf


def _in_batches(run: Callable[[range], Outcome], replications: int, progress: Callable[[int, int], None]) -> Outcome:
    from mhwfmodel.demand.tables import concatenated

    parts = []
    for first in range(0, replications, _AT_ONCE):
        progress(first, replications)
        parts.append(run(range(first, min(first + _AT_ONCE, replications))))
    return concatenated(parts)


def _engine(name: str) -> Callable[[Network, int, range, Sequence[Present] | None], Outcome]:
    module: Any = _module(name)

    def run(network: Network, seed: int, replications: range, present: Sequence[Present] | None) -> Outcome:
        outcome: Outcome = module.simulate(network, seed=seed, replications=replications, present=present)
        return outcome

    return run


def _module(name: str) -> Any:
    """The engine of that name, with `simulate` and `trace`."""
    if name == "simpy":
        from mhwfmodel.demand import simpy_engine

        return simpy_engine
    from mhwfmodel.demand import engine

    return engine


def _present(pathway: Pathway, network: Network, replications: range) -> Sequence[Present] | None:
    if not pathway.present and pathway.begin == "empty":
        return None
    from mhwfmodel.demand import steady, warm

    if pathway.begin == "balance":
        return warm.present(network, steady.stationary(network), seed=pathway.seed, replications=replications)
    return warm.present(network, warm.written(pathway, network), seed=pathway.seed, replications=replications)


def _tables(pathway: Pathway, ran: Ran) -> dict[str, pd.DataFrame]:
    from mhwfmodel.demand.tables import Labels, tables

    months = month_range(add_months(pathway.start, -pathway.warm_up), pathway.months + pathway.warm_up)
    return tables(ran.network, ran.outcome, Labels(months, pathway.warm_up))


def _headline(pathway: Pathway, ran: Ran, made: dict[str, pd.DataFrame], wanted: Wanted) -> Iterator[str]:
    stages, pools = made["stages"], made["pools"]
    whole = stages[(stages["month"] == "all") & (stages["class"] == stages["class"].iloc[0])]
    rows = [_stage_row(row, pathway) for _, row in whole.iterrows() if row["stage"] in pathway.stages]
    yield grid(_STAGES, rows, right=_STAGES[1:])
    yield ""
    used = pools[pools["month"] == "all"]
    if len(used):
        yield grid(_POOLS, [_pool_row(row) for _, row in used.iterrows()], right=_POOLS[1:])
        yield ""
    number = len(ran.outcome.replications)
    yield paragraph(
        f"Means over {number} replications; behind ± stands half the 95 % interval of the mean. Median and 90th "
        f"percentile are the mean of the months', weighed by people. {ran.seconds:.1f} s." + _precision(ran, wanted)
    )


def _precision(ran: Ran, wanted: Wanted) -> str:
    if wanted.precision is None:
        return ""
    whose = f"at {wanted.stage}" if wanted.stage else "over all stages"
    missed = "" if ran.reached <= wanted.precision else f", more than the {100 * wanted.precision:g} % asked for"
    return f" The mean wait {whose} is known to {100 * ran.reached:.2g} %{missed}."


_STAGES = ("stage", "people", "mean wait", "median", "90th percentile", "gave up", "waiting at end")
_POOLS = ("pool", "on duty", "busy", "utilisation")


def _stage_row(row: Any, pathway: Pathway) -> tuple[str, ...]:
    plain = not pathway.stages[row["stage"]].needs
    return (
        str(row["stage"]),
        f"{row['joined']:,.0f}",
        "–" if plain else _wait(row),
        "–" if plain else _span(row["wait_median"]),
        "–" if plain else _span(row["wait_p90"]),
        "–" if plain else f"{row['gave_up']:,.0f}",
        "–" if plain else f"{row['waiting_at_end']:,.0f}",
    )


def _pool_row(row: Any) -> tuple[str, ...]:
    return (
        str(row["pool"]),
        amount(float(row["on_duty_on_average"])),
        amount(float(row["busy_on_average"])),
        _used(row),
    )


def _wait(row: Any) -> str:
    mean, high = float(row["wait_mean"]), float(row["wait_mean_high"])
    return span_range(mean, high - mean) if math.isfinite(mean) else "–"


def _used(row: Any) -> str:
    mean, high = float(row["utilisation"]), float(row["utilisation_high"])
    half = f" ± {100 * (high - mean):.2g}" if math.isfinite(high) else ""
    return f"{100 * mean:.1f}{half} %" if math.isfinite(mean) else "–"


def _span(days: float) -> str:
    """A quantile of waits; waits are counted in bins, of which the first holds those who hardly waited."""
    from mhwfmodel.demand.outcome import WAIT_EDGE

    least = float(WAIT_EDGE[1])
    if not math.isfinite(days):
        return "–"
    return span_words(0.0 if days < least else days)


def _write(pathway: Pathway, ran: Ran, made: dict[str, pd.DataFrame], place: Path, wanted: Wanted) -> None:
    from mhwfmodel.cli.pathway_book import write_pathway_book
    from mhwfmodel.pathway.picture import picture
    from mhwfmodel.results import replace_all

    created = datetime.now(UTC).isoformat(timespec="seconds")
    told = json.dumps(_manifest(pathway, ran, wanted, created), indent=2, ensure_ascii=False) + "\n"
    drawn = picture(pathway)
    writers: dict[str, Callable[[Path], None]] = {
        "pathway.xlsx": lambda path: write_pathway_book(path, pathway, created, made, len(ran.outcome.replications)),
        "pathway.svg": lambda path: _text(path, drawn),
        "manifest.json": lambda path: _text(path, told),
    }
    for name, frame in made.items():
        writers[f"{name}.csv"] = _csv(frame)
    if wanted.log:
        writers["events.parquet"] = lambda path: _write_log(path, pathway, ran, wanted)
    replace_all(place, writers)


def _csv(frame: pd.DataFrame) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        frame.to_csv(path, index=False, lineterminator="\n")

    return write


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _write_log(path: Path, pathway: Pathway, ran: Ran, wanted: Wanted) -> None:
    """Every event of every replication: each is run again for it, because a run keeps none."""
    from mhwfmodel.demand import eventlog

    module = _module(wanted.engine)

    def recorded() -> Iterator[eventlog.Recorded]:
        for replication in ran.outcome.replications.tolist():
            given = _present(pathway, ran.network, range(replication, replication + 1))
            present = given[0] if given else None
            log = module.trace(ran.network, seed=pathway.seed, replication=replication, present=present)
            yield eventlog.Recorded(ran.network, replication, log, present)

    eventlog.write(path, recorded())


def _manifest(pathway: Pathway, ran: Ran, wanted: Wanted, created: str) -> dict[str, Any]:
    import platform
    from importlib.metadata import version

    return {
        "program": "mhwfmodel",
        "version": version("mhwfmodel"),
        "created": created,
        "pathway": pathway.resolved(),
        "notes": list(pathway.notes),
        "engine": wanted.engine,
        "seed": pathway.seed,
        "replications": len(ran.outcome.replications),
        "precision": {
            "asked": wanted.precision,
            "reached": ran.reached if math.isfinite(ran.reached) else None,
            "of": wanted.stage or "all stages",
        },
        "events": int(ran.outcome.events.sum()),
        "most_present": int(ran.outcome.most_present.max()),
        "seconds": round(ran.seconds, 3),
        "versions": {"python": platform.python_version()} | {name: version(name) for name in _LIBRARIES},
    }
