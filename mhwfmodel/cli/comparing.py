"""`mhwfmodel compare`: runs side by side, and what a plan changes draw by draw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from mhwfmodel.cli.console import out, paragraph, tell
from mhwfmodel.cli.headline import Line, Measure, cells_at, key_months, rounded, table
from mhwfmodel.cli.pairing import check_together, differences, frame_of_file, frame_of_run, overrides_for
from mhwfmodel.cli.places import check_writable
from mhwfmodel.cli.running import Settings, announce, simulate
from mhwfmodel.cli.waits import told_beside
from mhwfmodel.errors import DataError, Fault, MhwfError, ScenarioError

if TYPE_CHECKING:
    from mhwfmodel.results import Comparison, Result
    from mhwfmodel.scenario import Scenario

__all__ = ["compare_all"]

WORKBOOK = "comparison.xlsx"

_MEASURES = (
    Measure("Filled posts", "filled"),
    Measure("Vacancies", "vacancies"),
    Measure("Leavers a month", "leavers", monthly=True),
    Measure("Starters a month", "starters", monthly=True),
    Measure("Specialist posts filled", "specialist_filled"),
)
_AMHP_GAP = Measure("AMHP gap (FTE)", "amhp_gap_fte")
_NAME = 30


def compare_all(given: Sequence[Path], folder: Path | None, settings: Settings) -> None:
    """Run what must be run, show base and others side by side, and write a workbook when asked to.

    Args:
        given: Scenario files, or folders of earlier runs; the first is the base.
        folder: Where the workbook goes, or None.
        settings: What the command line changes of the runs.

    Raises:
        MhwfError: Something that cannot be run or read, or runs that do not belong together.
    """
    from mhwfmodel.results import compare

    if folder is not None:
        check_writable(folder, (WORKBOOK,))
    results = _named_apart(_results(given, settings, workbook=folder is not None), given)
    comparisons = [compare(results[0], other) for other in results[1:]]
    if folder is not None:
        _write(comparisons, folder)
    if settings.quiet:
        return
    out("", *_told(comparisons))
    if folder is not None:
        out("", f"Written: {folder / WORKBOOK}")


def _results(given: Sequence[Path], settings: Settings, *, workbook: bool) -> list[Result]:
    """Load folders and run files, once every argument is known to be usable."""
    from mhwfmodel.results import Result

    changed = settings.overrides or settings.draws is not None or settings.seed is not None
    if changed and all(_folder_of(path).is_dir() for path in given):
        message = "--set, --draws and --seed change runs to be made, and all that you named are earlier runs"
        raise typer.BadParameter(message)
    ready = _read(given, settings)
    scenarios = [item for item in ready if not isinstance(item, Result)]
    check_together(
        [frame_of_run(item) if isinstance(item, Result) else frame_of_file(item, settings) for item in ready]
    )
    faults = list(_not_kept(ready, given, workbook=workbook))
    if faults:
        raise DataError(dict.fromkeys(faults))
    if not settings.quiet:
        for scenario in scenarios:
            announce(scenario, settings)
    return [item if isinstance(item, Result) else simulate(item, settings) for item in ready]


def _not_kept(ready: Sequence[Result | Scenario], given: Sequence[Path], *, workbook: bool) -> Iterator[Fault]:
    """What a comparison tells and a run does not keep, one fault a run."""
    from mhwfmodel.report.needs import compared
    from mhwfmodel.results import Result, variables

    def kept(item: Result | Scenario) -> tuple[str, ...]:
        if isinstance(item, Result):
            return tuple(row.name for row in variables() if item.has_draws(row.name))
        return item.outputs.draw_names

    needed = compared(kept(ready[0]), workbook=workbook)
    told = "a workbook of comparisons tells" if workbook else "comparisons tell"
    for item, path in zip(ready, given, strict=True):
        missing = [name for name in needed if name not in kept(item)]
        if missing:
            again = " and run it again" if isinstance(item, Result) else ""
            problem = f"'outputs: every_draw' of {item.name} leaves out {', '.join(missing)}, which {told}"
            yield Fault(str(path), problem, f"name them there{again}")


def _read(given: Sequence[Path], settings: Settings) -> list[Result | Scenario]:
    from mhwfmodel.results import load_result
    from mhwfmodel.scenario import load_scenario

    paths = [_folder_of(path) for path in given]
    overrides = _shared_out([path for path in paths if not path.is_dir()], settings)
    ready: list[Result | Scenario] = []
    faults: list[Fault] = []
    for path in paths:
        try:
            ready.append(load_result(path) if path.is_dir() else load_scenario(path, overrides[path]))
        except MhwfError as error:
            faults.extend(error.faults)
    if faults:
        raise ScenarioError(dict.fromkeys(faults))
    return ready


def _shared_out(files: Sequence[Path], settings: Settings) -> dict[Path, Mapping[str, object]]:
    """The overrides of each file: those that it has a place for, or all where no file has one, so that it is told."""
    if not settings.overrides:
        return dict.fromkeys(files, settings.overrides)
    fitting = {file: overrides_for(file, settings.overrides) for file in files}
    nowhere = {
        key: value for key, value in settings.overrides.items() if not any(key in own for own in fitting.values())
    }
    if not settings.quiet:
        for key in settings.overrides:
            with_it = [str(file) for file, own in fitting.items() if key in own]
            if with_it and len(with_it) < len(fitting):
                tell(f"--set {key} changes {', '.join(with_it)} alone: the others have no such lever")
    return {file: own | nowhere for file, own in fitting.items()}


def _folder_of(path: Path) -> Path:
    """The folder of a run, where one of its files was named."""
    from mhwfmodel.results import MANIFEST, RESULT

    return path.parent if path.name in (MANIFEST, RESULT) else path


def _named_apart(results: Sequence[Result], given: Sequence[Path]) -> list[Result]:
    """Runs of one name get the path that they were given by behind it."""
    names = [result.name for result in results]
    return [
        _renamed(result, f"{result.name} ({path})") if names.count(result.name) > 1 else result
        for result, path in zip(results, given, strict=True)
    ]


def _renamed(result: Result, name: str) -> Result:
    return replace(result, manifest={**result.manifest, "scenario": {**result.manifest["scenario"], "name": name}})


def _write(comparisons: Sequence[Comparison], folder: Path) -> None:
    from mhwfmodel.report import write_comparison
    from mhwfmodel.results import replace_all

    replace_all(folder, {WORKBOOK: lambda path: write_comparison(comparisons, path)})


def _told(comparisons: Sequence[Comparison]) -> Iterator[str]:
    base = comparisons[0].base
    runs = [base, *(comparison.other for comparison in comparisons)]
    positions = key_months(base.months, opening=False)
    months = [base.months[at] for at in positions]
    yield paragraph(f"Beside {base.name}, all ICBs of the run together; staff in social care who also serve people with"
                    " mental health needs")  # fmt: skip
    yield ""
    yield table(months, list(_lines(runs, comparisons, positions)))
    yield ""
    yield paragraph(_caption(int(base.draws.sizes["draw"])))
    yield from told_beside(comparisons)
    yield ""
    for result in runs:
        yield from _plan(result)
    apart = [text for comparison in comparisons for text in differences(base, comparison.other)]
    if apart:
        yield ""
        yield paragraph("The runs differ in more than their levers, so the differences above are not the plan's alone:")
        yield from (paragraph(text, indent="  ", hanging="    ") for text in apart)


def _lines(runs: Sequence[Result], comparisons: Sequence[Comparison], positions: Sequence[int]) -> Iterator[Line]:
    from mhwfmodel.report.amhp import has_amhps

    several = runs[0].draws.sizes["draw"] > 1
    amhps = has_amhps(runs[0]) and all(run.has_draws(_AMHP_GAP.variable) for run in runs)
    for measure in (*_MEASURES, *([_AMHP_GAP] if amhps else [])):
        yield Line(measure.label, (), str, spread=False)
        for result in runs:
            drawn = result.draws_by(measure.variable, population=measure.population)
            cells = cells_at(drawn, positions, monthly=measure.monthly)
            yield Line(f"  {_short(result.name)}", cells, rounded(), spread=False)
        for comparison in comparisons:
            drawn = comparison.draws_by(measure.variable, population=measure.population)
            cells = cells_at(drawn, positions, monthly=measure.monthly)
            label = "  difference" if len(comparisons) == 1 else f"  {_short(comparison.other.name)}: diff."
            yield Line(label, cells, rounded(signed=True), spread=several)


def _short(name: str) -> str:
    return name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"


def _caption(draws: int) -> str:
    flows = "Leavers and starters: mean of the twelve months to that date."
    if draws == 1:
        return f"{flows} One draw: no range is told."
    return (
        f"{flows} A difference is taken draw by draw, so that what both runs share cancels; its range holds nine in ten"
        f" of {draws} draws (5% to 95%)."
    )


def _plan(result: Result) -> Iterator[str]:
    levers: list[dict[str, Any]] = result.manifest["scenario"].get("levers", [])
    if not levers:
        yield f"{result.name}: no levers"
        return
    yield f"{result.name}:"
    for lever in levers:
        yield paragraph(_lever(lever), indent="  ", hanging="    ")
    costs = [lever["cost_per_year"] for lever in levers if lever.get("cost_per_year") is not None]
    if costs:
        some = "" if len(costs) == len(levers) else f" ({len(levers) - len(costs)} without a cost are not in it)"
        yield f"  cost in full effect: {_money(sum(costs))} a year{some}"


def _lever(lever: dict[str, Any]) -> str:
    name = lever.get("name") or lever["kind"]
    until = f" to {lever['end']}" if lever.get("end") else ""
    ramp = f", in full after {lever['ramp_months']} months" if lever.get("ramp_months") else ""
    cost = lever.get("cost_per_year")
    paid = "no cost given" if cost is None else f"{_money(cost)} a year"
    return f"{name} ({lever['kind']}) from {lever['start']}{until}{ramp}: {paid}"


def _money(pounds: float) -> str:
    return f"£{pounds:,.0f}"
