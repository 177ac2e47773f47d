"""`mhwfmodel run`: one scenario file in, four files and a short table out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Literal

from mhwfmodel.cli.console import out, paragraph, tell
from mhwfmodel.cli.headline import Cell, Line, Measure, cells_at, rounded, table
from mhwfmodel.cli.places import check_writable
from mhwfmodel.cli.progress import shown
from mhwfmodel.cli.reading import read_scenario
from mhwfmodel.errors import Fault, ScenarioError
from mhwfmodel.units import key_months

if TYPE_CHECKING:
    from mhwfmodel.results import Result
    from mhwfmodel.scenario import Scenario

__all__ = [
    "Settings",
    "announce",
    "extent",
    "plan_lines",
    "run_scenario",
    "say_compiling",
    "silent",
    "simulate",
    "summary",
]

WORKBOOK, REPORT = "summary.xlsx", "report.html"

_MEASURES = (
    Measure("Filled posts", "filled"),
    Measure("Full-time equivalents", "filled_fte"),
    Measure("Vacancies", "vacancies"),
    Measure("Vacancy rate", "vacancy_rate", rate=True),
    Measure("Turnover a year", "turnover_rate", rate=True),
    Measure("Starters a month", "starters", monthly=True),
    Measure("Leavers a month", "leavers", monthly=True),
    Measure("Specialist posts filled", "specialist_filled"),
    Measure("NHS staff (counted apart)", "filled", population="nhs"),
)
_AMHP_GAP = Measure("AMHP gap (FTE)", "amhp_gap_fte")
_FLOWS = ("starters", "leavers")
_MOST_MEMORY = 1_000_000
_OTHER_FILES = 5 * 10**6

_MEANINGS = {
    REPORT: "the forecast in words, tables, charts and a map; open it in a browser",
    WORKBOOK: "the same figures for Excel, one table a sheet",
    "result.nc": "everything, as labelled arrays, for scripts (netCDF)",
    "manifest.json": "the scenario, seed, versions and inputs: what it takes to run it again",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What the command line changes of a run.

    Args:
        overrides: Values laid over the scenario file.
        draws: Draws in place of the scenario's.
        seed: Seed in place of the scenario's.
        threads: Threads; as many as there are processors when None.
        evaluator: `stochastic` or `deterministic`; as in the manifest that is run, or else stochastic, when None.
        quiet: Show nothing but faults.
        memory: Memory that the run may take [GB]; as `mhwfmodel.run` has it when None.
        spill: Folder of the temporary file; the system's own when None.
        engine: Who moves whole people.

    Raises:
        ScenarioError: Numbers that no run can have; told before anything is read.
    """

    overrides: Mapping[str, object]
    draws: int | None = None
    seed: int | None = None
    threads: int | None = None
    evaluator: Literal["stochastic", "deterministic"] | None = None
    quiet: bool = False
    memory: float | None = None
    spill: Path | None = None
    engine: Literal["compiled", "reference"] = "compiled"

    def __post_init__(self) -> None:
        """Refuse numbers that no run can have."""
        faults = [
            Fault(name, f"{value} is not allowed", f"give a whole number from {low} to {high}")
            for name, value, low, high in (
                ("draws", self.draws, 1, 100_000),
                ("seed", self.seed, 0, 2**63 - 1),
                ("threads", self.threads, 1, 1024),
            )
            if value is not None and not low <= value <= high
        ]
        if self.memory is not None and not 0 < self.memory <= _MOST_MEMORY:
            remedy = f"give gigabytes, a number above 0 and up to {_MOST_MEMORY}"
            faults.append(Fault("memory", f"{self.memory:g} is not allowed", remedy))
        if faults:
            raise ScenarioError(faults)


def run_scenario(file: Path, folder: Path | None, settings: Settings, *, report: bool, workbook: bool = True) -> None:
    """Run a scenario file and write what came out; a run that fails leaves an older result as it was.

    Without a report or workbook, that of an earlier run goes: it would tell of other results than the files beside it.

    Args:
        file: The scenario, or the manifest of an earlier run.
        folder: Where the files go; `out/` and the scenario's name when None.
        settings: What the command line changes.
        report: Make the report too.
        workbook: Make the workbook too.

    Raises:
        MhwfError: A scenario that cannot be run, or keeps less than is to be told; a folder that cannot be written to.
    """
    from mhwfmodel.results import MANIFEST, RESULT

    read = read_scenario(file, settings.overrides)
    scenario, settings = read.scenario, replace(settings, evaluator=settings.evaluator or read.evaluator)
    place = folder if folder is not None else Path("out") / scenario.slug
    told = {REPORT: report, WORKBOOK: workbook}
    names = (*(name for name, wanted in told.items() if wanted), RESULT, MANIFEST)
    if any(told.values()):
        require_kept(scenario)
    check_writable(place, names)
    if not settings.quiet:
        announce(scenario, settings)
    result = simulate(scenario, settings, place)
    _write(result, place, settings, names)
    stale = [place / name for name, wanted in told.items() if not wanted and _removed(place / name)]
    if settings.quiet:
        return
    out("", summary(result), "", f"Written to {place}")
    out(*(f"  {name:<14} {_MEANINGS[name]}" for name in names))
    for old in stale:
        tell(f"{old} was of an earlier run and would not match these results; it was removed")


def require_kept(scenario: Scenario) -> None:
    """See to it that a scenario keeps what a report and a workbook tell.

    Raises:
        ScenarioError: The lines of its outputs to change.
    """
    from mhwfmodel.report.needs import lacking

    faults = list(lacking(scenario.outputs, remedy="run with --no-report --no-workbook"))
    if faults:
        raise ScenarioError(faults)


def _removed(file: Path) -> bool:
    """Take away what an earlier run left; whether there was something."""
    if not file.is_file():
        return False
    file.unlink()
    return True


def announce(scenario: Scenario, settings: Settings) -> None:
    """Say what is about to be run, and how its file was read."""
    draws = settings.draws if settings.draws is not None else scenario.draws
    seed = settings.seed if settings.seed is not None else scenario.seed
    sampled = f"{draws} {'draw' if draws == 1 else 'draws'}, seed {seed}"
    how = "expected values" if settings.evaluator == "deterministic" else sampled
    tell(f"{scenario.name}: {extent(scenario)}, {how}")
    tell(*plan_lines(scenario))


def plan_lines(scenario: Scenario) -> tuple[str, ...]:
    """What each lever was understood to do, and how the file was read, wrapped for the terminal."""
    from mhwfmodel.scenario.sentences import lever_sentence

    replaced = (
        f"assumption {name}: {given.central:g} ({given.low:g} to {given.high:g})"
        for name, given in scenario.assumptions.items()
    )
    told = (*(lever_sentence(lever) for lever in scenario.levers), *replaced, *scenario.notes)
    return tuple(paragraph(text, indent="  ", hanging="    ") for text in told)


def _cells(result: Result, measure: Measure, positions: Sequence[int]) -> tuple[Cell, ...]:
    """Mean and range of a measure; the mean of a rate is that of the report: the ratio of its parts over all draws."""
    drawn = result.draws_by(measure.variable, population=measure.population)
    cells = cells_at(drawn, positions, monthly=measure.monthly)
    if not measure.rate:
        return cells
    means = result.table(measure.variable, population=measure.population).set_index("month")["mean"]
    labels = [str(drawn["month"].values[at]) for at in positions]
    return tuple(
        replace(cell, mean=float(means.get(label, cell.mean))) for cell, label in zip(cells, labels, strict=True)
    )


def extent(scenario: Scenario) -> str:
    """ICBs, months, levers and replaced assumptions of a scenario in a few words."""
    boards, levers = len(scenario.icb_codes), len(scenario.levers)
    last = scenario.month_labels[-1]
    where = "1 ICB" if boards == 1 else f"{boards} ICBs"
    plan = "no levers" if not levers else "1 lever" if levers == 1 else f"{levers} levers"
    changed = len(scenario.assumptions)
    replaced = "" if not changed else ", 1 assumption replaced" if changed == 1 else f", {changed} assumptions replaced"
    use = scenario.pathway
    served = "" if use is None else f", pathway {use.pathway().pathway} ({use.engine})"
    return f"{where}, {scenario.start} to {last}, {plan}{replaced}{served}"


def simulate(scenario: Scenario, settings: Settings, folder: Path | None = None) -> Result:
    """Run a scenario and show how far it is.

    Args:
        scenario: What is run.
        settings: What the command line changes.
        folder: Where the files go that are written then; None when there are none.

    Raises:
        MhwfError: A run that cannot be made, or files that the disk may have too little room for: told before it.
    """
    start = perf_counter()
    with shown(quiet=settings.quiet) as progress:
        from mhwfmodel.rng.compiling import heard
        from mhwfmodel.simulate import run

        evaluator = settings.evaluator or "stochastic"
        if folder is not None or not settings.quiet:
            _planned(scenario, settings, folder)
        progress("inputs", 0, 1)
        with heard(silent if settings.quiet else say_compiling):
            result = run(
                scenario,
                draws=settings.draws,
                seed=settings.seed,
                threads=settings.threads,
                evaluator=evaluator,
                engine=settings.engine,
                memory=settings.memory,
                spill=settings.spill,
                progress=progress,
            )
    if not settings.quiet:
        tell(f"{scenario.name}: done in {perf_counter() - start:.0f} s")
    return result


def _planned(scenario: Scenario, settings: Settings, folder: Path | None) -> None:
    """Tell what a run takes, once it is known to fit.

    Raises:
        MhwfError: It does not fit into memory or on a disk.
    """
    from mhwfmodel.results.files import require_room
    from mhwfmodel.results.store import BESIDE_VALUES
    from mhwfmodel.simulate import footprint

    plan = footprint(
        scenario,
        draws=settings.draws,
        seed=settings.seed,
        threads=settings.threads,
        evaluator=settings.evaluator or "stochastic",
        engine=settings.engine,
        memory=settings.memory,
        spill=settings.spill,
    )
    if folder is not None:
        require_room(folder, plan.room_at(folder) + BESIDE_VALUES + _OTHER_FILES)
    if not settings.quiet:
        tell(f"{scenario.name}: {plan}")


def silent() -> None:
    """Say nothing."""


def say_compiling() -> None:
    """Say why the start takes long, once."""
    from mhwfmodel.rng.keeping import PLACE, kept

    later = f"name a folder in {PLACE} to keep it for later runs" if kept() is None else "later runs need not"
    tell(f"Compiling code for this machine, which takes about a minute; {later}.")


def _write(result: Result, folder: Path, settings: Settings, names: Sequence[str]) -> None:
    """Write all files or none."""
    from mhwfmodel.report import write_report, write_workbook
    from mhwfmodel.results import replace_all

    writers: dict[str, Callable[[Path], None]] = dict(result.writers())
    if WORKBOOK in names:
        writers[WORKBOOK] = lambda path: write_workbook(result, path)
    if REPORT in names:
        writers[REPORT] = lambda path: write_report(result, path)
    with shown(quiet=settings.quiet) as progress:

        def told(at: int, name: str, write: Callable[[Path], None]) -> Callable[[Path], None]:
            def inside(path: Path) -> None:
                progress(f"Writing {name}", at, len(writers))
                write(path)

            return inside

        replace_all(folder, {name: told(at, name, write) for at, (name, write) in enumerate(writers.items())})


def summary(result: Result) -> str:
    """The short table: a few measures over all ICBs of the run, at the months that a board asks for."""
    positions = key_months(result.months, opening=True)
    from mhwfmodel.report.amhp import has_amhps

    draws = int(result.draws.sizes["draw"])
    lines = [
        Line(
            measure.label,
            _cells(result, measure, positions),
            rounded(rate=measure.rate),
            spread=draws > 1,
        )
        for measure in (*_MEASURES, *([_AMHP_GAP] if has_amhps(result) else []))
        if result.has_draws(measure.variable)
    ]
    told = table([result.months[at] for at in positions], lines)
    from mhwfmodel.cli.waits import told_waits

    return "\n\n".join(part for part in (_title(result), told, _caption(result, draws), told_waits(result)) if part)


def _title(result: Result) -> str:
    from mhwfmodel.catalogue import icbs

    boards = result.draws.sizes["icb"]
    where = (
        "England"
        if boards == len(icbs())
        else f"{boards} ICBs"
        if boards > 1
        else str(result.draws["icb_name"][0].item())
    )
    return f"{result.name}: {where}, staff in social care who also serve people with mental health needs"


def _caption(result: Result, draws: int) -> str:
    from mhwfmodel.report.amhp import has_amhps

    flows = " and ".join(name for name in _FLOWS if result.has_draws(name)).capitalize()
    notes = [f"{flows}: mean of the twelve months to that date."] if flows else []
    if has_amhps(result) and result.has_draws(_AMHP_GAP.variable):
        notes.append(
            "AMHP gap: what a 24-hour service needs, council by council, less what is on the rota; what the need rests"
            " on: mhwfmodel show amhp-need."
        )
    if draws == 1:
        one = "Expected values" if result.manifest["evaluator"] == "deterministic" else "One draw, one possible future"
        return paragraph(" ".join((*notes, f"{one}: no range is told.")))
    from mhwfmodel.report.story import interval_note

    holds, leaves_out = ("; ".join(words) for words in interval_note(dict(result.manifest)))
    ranges = f"Ranges: nine in ten of {draws} draws (5% to 95%)."
    return "\n".join(
        (
            paragraph(" ".join((*notes, ranges))),
            paragraph(f"They hold {holds}.", indent="  ", hanging="  "),
            paragraph(f"They leave out {leaves_out}.", indent="  ", hanging="  "),
        )
    )
