"""`mhwfmodel explain`: what each lever of a plan has to do with what the plan changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from mhwfmodel.cli.comparing import NOTHING
from mhwfmodel.cli.console import out, paragraph, tell
from mhwfmodel.cli.headline import Cell, Line, cells_at, rounded, table
from mhwfmodel.cli.naming import named_all
from mhwfmodel.cli.pairing import overrides_for
from mhwfmodel.cli.places import check_writable
from mhwfmodel.cli.progress import shown
from mhwfmodel.cli.reading import read_scenario
from mhwfmodel.cli.running import Settings, extent, say_compiling, silent
from mhwfmodel.errors import Fault, MhwfError, ScenarioError
from mhwfmodel.units import key_months

if TYPE_CHECKING:
    import xarray as xr

    from mhwfmodel.plan import Explanation
    from mhwfmodel.scenario import Scenario

__all__ = ["Wanted", "explain_plan", "read_groups"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be explained.

    Args:
        measures: Variables of a result or of its pathway; the usual ones when there are none.
        icbs: ICBs that are shown beside the total of the run, as they were written.
        groups: Label to the names or kinds of levers that are one part.
        population: `social_care` or `nhs`.
    """

    measures: tuple[str, ...] = ()
    icbs: tuple[str, ...] = ()
    groups: Mapping[str, tuple[str, ...]] | None = None
    population: str = "social_care"


def read_groups(texts: Sequence[str] | None) -> dict[str, tuple[str, ...]]:
    """`LABEL=LEVER,LEVER` as label and levers.

    Raises:
        typer.BadParameter: A text that is none.
    """
    found: dict[str, tuple[str, ...]] = {}
    for text in texts or ():
        label, sign, listed = text.partition("=")
        levers = tuple(word.strip() for word in listed.split(",") if word.strip())
        if not (sign and label.strip() and levers) or label.strip() in found:
            message = f"'{text}' is not a group of its own; write a label and levers: 'Pay=Pay parity,Pay supplement'"
            raise typer.BadParameter(message)
        found[label.strip()] = levers
    return found


def explain_plan(plan: Path, base: Path | None, folder: Path | None, settings: Settings, wanted: Wanted) -> None:
    """Run the subsets of a plan's levers, show what each of them contributes, and write files when asked to.

    Args:
        plan: A scenario file, or the manifest of an earlier run.
        base: What it is compared with; the plan without its levers when None.
        folder: Where explain.xlsx and explain.csv go; None when the screen is enough.
        settings: What the command line changes of the runs.
        wanted: What is explained.

    Raises:
        typer.BadParameter: Nothing would be shown and nothing written.
        MhwfError: Scenarios that cannot be run or paired, or measures that they do not have; all that is wrong at once.
    """
    from mhwfmodel.report.explanation import CSV, WORKBOOK, write_explanation

    if settings.quiet and folder is None:
        raise typer.BadParameter(NOTHING)
    if folder is not None:
        check_writable(folder, (WORKBOOK, CSV))
    scenario, *others = _read(named_all([plan] if base is None else [plan, base]), settings)
    beside = others[0] if others else None
    codes, runs = _checked(scenario, beside, wanted)
    if not settings.quiet:
        draws = scenario.draws if settings.draws is None else settings.draws
        told = f"{runs} runs of {draws} {'draw' if draws == 1 else 'draws'} each, all on the same draws"
        tell(paragraph(f"{scenario.name}: {extent(scenario)}; {told}", hanging="  "))
    made = _explained(scenario, beside, settings, wanted, by_icb=bool(codes) or _by_icb(folder, wanted))
    if folder is not None:
        write_explanation(made, folder, datetime.now(UTC).isoformat(timespec="seconds"))
    if settings.quiet:
        return
    out("", *_told(made, codes))
    if folder is not None:
        out("", f"Written: {folder / WORKBOOK}, {folder / CSV}")


def _read(files: Sequence[Path], settings: Settings) -> list[Scenario]:
    """The scenarios; of what --set changes, the second is given what it has a place for."""
    found = [read_scenario(files[0], settings.overrides).scenario]
    found += [read_scenario(file, overrides_for(file, settings.overrides)).scenario for file in files[1:]]
    changes = {key: value for key in ("draws", "seed") if (value := getattr(settings, key)) is not None}
    return [scenario.model_copy(update=changes) for scenario in found]


def _checked(scenario: Scenario, base: Scenario | None, wanted: Wanted) -> tuple[tuple[str, ...], int]:
    """ONS codes of the ICBs that are shown, and how many runs it takes, once all that is wanted is known to be there.

    Raises:
        MhwfError: Everything that is not.
    """
    from mhwfmodel.plan import runs_needed
    from mhwfmodel.plan.explaining import faults_of

    faults: list[Fault] = []
    codes: tuple[str, ...] = ()
    runs = 0
    for name in wanted.measures:
        scenarios = (scenario,) if base is None else (scenario, base)
        faults += faults_of(name, scenarios, ("icb",) if wanted.icbs else ())
    try:
        codes = _codes(scenario, wanted.icbs)
    except MhwfError as error:
        faults += [replace(fault, where="--icb") for fault in error.faults]
    try:
        runs = runs_needed(scenario, base, groups=wanted.groups)
    except MhwfError as error:
        faults += error.faults
    if faults:
        raise ScenarioError(dict.fromkeys(faults))
    return codes, runs


def _codes(scenario: Scenario, icbs: Sequence[str]) -> tuple[str, ...]:
    """ONS codes of the ICBs that are shown.

    Raises:
        MhwfError: An ICB that is none, or is not in the run.
    """
    from mhwfmodel.catalogue import icb, resolve_icbs

    codes = resolve_icbs(list(icbs)).codes if icbs else ()
    beyond = [icb(code).short_name for code in codes if code not in scenario.icb_codes]
    if beyond:
        raise ScenarioError(Fault("--icb", f"{', '.join(beyond)} is not in the run", "name an ICB of the scenario"))
    return tuple(codes)


def _by_icb(folder: Path | None, wanted: Wanted) -> bool:
    """Whether the files tell ICBs apart: where all measures are kept by ICB."""
    from mhwfmodel.catalogue.variables import variables

    whole = [item.name for item in variables() if item.england_alone and item.name in wanted.measures]
    if folder is not None and whole:
        tell(f"{', '.join(whole)}: kept for all ICBs together only, so the files do not tell ICBs apart")
    return folder is not None and not whole


def _explained(
    scenario: Scenario, base: Scenario | None, settings: Settings, wanted: Wanted, *, by_icb: bool
) -> Explanation:
    from mhwfmodel.plan import explain
    from mhwfmodel.plan.explaining import MEASURES
    from mhwfmodel.rng.compiling import heard

    with shown(quiet=settings.quiet) as progress, heard(silent if settings.quiet else say_compiling):
        return explain(
            scenario,
            base,
            measures=wanted.measures or MEASURES,
            by="icb" if by_icb else (),
            population=wanted.population,
            groups=wanted.groups,
            threads=settings.threads,
            evaluator=settings.evaluator or "stochastic",
            memory=settings.memory,
            spill=settings.spill,
            progress=progress,
        )


def _told(made: Explanation, codes: Sequence[str]) -> Iterator[str]:
    from mhwfmodel.catalogue import icb
    from mhwfmodel.report.explanation import method_told

    yield paragraph(f"{made.name} beside {made.base}: what each part has to do with the difference")
    for code in ("", *codes):
        for name in made.measures:
            yield ""
            yield from _block(made, name, code, f", {icb(code).short_name}" if code else "")
    yield ""
    lasting = "Flows are the mean of the twelve months to that date."
    several = next(iter(made.shares.values())).base.sizes["draw"] > 1
    ranges = " Ranges: nine in ten of the draws (5% to 95%)." if several else " One draw: no range is told."
    yield paragraph(f"{method_told(made)} Shares add up to the difference in every draw. {lasting}{ranges}")
    yield paragraph(
        "Interaction: the difference less what the parts change alone; below 0 where they do the same work."
    )


def _block(made: Explanation, name: str, code: str, where: str) -> Iterator[str]:
    """The table of one measure; of waits and pools one a kind of them."""
    from mhwfmodel.report.measures import measure

    by = ("icb",) if code else ()
    arrays = [made.of(name, by).base, *(made.draws_by(name, by, reading=reading) for reading in ("share", "alone"))]
    if code:
        arrays = [array.sel(icb=code, drop=True) for array in arrays]
    dims = [str(dim) for dim in arrays[0].dims if dim not in ("draw", "month")]
    item = measure(name)
    for labels in product(*(arrays[0][dim].values.tolist() for dim in dims)):
        at = dict(zip(dims, labels, strict=True))
        kind = f" ({', '.join(map(str, labels))})" if labels else ""
        base, share, alone = (_at_months(array.sel(at), name) for array in arrays)
        months = [str(month) for month in base["month"].values]
        yield table(months, list(_lines(made, f"{item.title}{kind}{where}", (base, share, alone), item.kind == "rate")))


def _at_months(drawn: xr.DataArray, name: str) -> xr.DataArray:
    """Values at the months that a board asks for, of a flow the mean of a year."""
    from mhwfmodel.plan.explanation import over
    from mhwfmodel.report.explanation import mean_over
    from mhwfmodel.results.pathway_tables import is_of_pathway

    # A pathway has no opening month.
    months = [*([""] if is_of_pathway(name) else []), *(str(month) for month in drawn["month"].values)]
    return over(drawn, mean_over(name)).sel(month=[months[at] for at in key_months(months, opening=False)])


def _lines(
    made: Explanation, title: str, arrays: tuple[xr.DataArray, xr.DataArray, xr.DataArray], rate: bool
) -> Iterator[Line]:
    from mhwfmodel.plan.explanation import DIFFERENCE, INTERACTION

    base, share, alone = arrays
    several = base.sizes["draw"] > 1
    signed = rounded(rate=rate, signed=True)

    def cells(drawn: xr.DataArray) -> tuple[Cell, ...]:
        return cells_at(drawn, range(drawn.sizes["month"]), monthly=False)

    yield Line(title, (), str, spread=False)
    yield Line(f"  {made.base}", cells(base), rounded(rate=rate), spread=False)
    for part in made.parts:
        yield Line(f"  {part.label}", cells(share.sel(part=part.label)), signed, spread=several)
        yield Line("    alone", cells(alone.sel(part=part.label)), signed, spread=False)
    yield Line("  interaction", cells(alone.sel(part=INTERACTION)), signed, spread=False)
    yield Line("  difference", cells(share.sel(part=DIFFERENCE)), signed, spread=several)
