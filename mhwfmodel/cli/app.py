"""The commands and their options. What they do is in the modules beside, loaded when a command is given."""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from mhwfmodel.cli.console import settle, tell
from mhwfmodel.cli.guard import INTERRUPTED, STOPPED, UNUSABLE, guarded
from mhwfmodel.cli.pathway import pairs, pathways
from mhwfmodel.cli.places import place
from mhwfmodel.cli.showing import Topic
from mhwfmodel.errors import suggest

__all__ = ["app", "main"]

app = typer.Typer(
    name="mhwfmodel",
    help="Forecasts England's mental health social care workforce, Integrated Care Board by Integrated Care Board.",
    epilog="Start with: mhwfmodel run scenarios/baseline.yaml --out out/baseline",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


class Evaluator(StrEnum):
    """How the months are worked out."""

    STOCHASTIC = "stochastic"
    DETERMINISTIC = "deterministic"


class Engine(StrEnum):
    """Who moves whole people."""

    COMPILED = "compiled"
    REFERENCE = "reference"


_Word = TypeVar("_Word", bound=StrEnum)


def _one_of(kind: type[_Word]) -> Callable[[str], _Word]:
    """A function that reads one of some words, and says which there are."""

    def read(text: str) -> _Word:
        try:
            return kind(text)
        except ValueError:
            message = f"'{text}' is not known; {suggest(text, kind)}"
            raise typer.BadParameter(message) from None

    return read


def _gigabytes(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        message = f"'{text}' is not a number of gigabytes; write a number alone, such as 2"
        raise typer.BadParameter(message) from None


Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but faults.")]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Replace one value of the file, as months=60 or levers[0].start=2025-10. Again for more.",
    ),
]
RunFolder = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        metavar="DIR",
        parser=place,
        help="Folder for the files. [default: out/ and the scenario's name]",
    ),
]
Draws = Annotated[
    int | None,
    typer.Option("--draws", metavar="N", help="How many futures to draw, in place of the file's number."),
]
Seed = Annotated[
    int | None, typer.Option("--seed", metavar="N", help="Seed of the random numbers, in place of the file's.")
]
Threads = Annotated[
    int | None,
    typer.Option("--threads", metavar="N", help="Threads; the result is the same with any. [default: one a processor]"),
]


Report = Annotated[
    bool, typer.Option("--report/--no-report", help="Write report.html, which takes the longest to write.")
]
Workbook = Annotated[bool, typer.Option("--workbook/--no-workbook", help="Write summary.xlsx.")]
People = Annotated[
    Evaluator | None,
    typer.Option(
        "--evaluator",
        metavar="<stochastic|deterministic>",
        parser=_one_of(Evaluator),
        help="Whole people by chance, or one run of expected values. [default: stochastic]",
    ),
]
Mover = Annotated[
    Engine,
    typer.Option(
        "--engine",
        metavar="<compiled|reference>",
        parser=_one_of(Engine),
        help="The compiled kernel, or the reference that it agrees with, slowly.",
    ),
]
Memory = Annotated[
    float | None,
    typer.Option(
        "--memory",
        metavar="GB",
        parser=_gigabytes,
        help="Memory that a run may take; the rest goes to a temporary file. [default: 2, or half of what is free]",
    ),
]
Spill = Annotated[
    Path | None,
    typer.Option("--spill", metavar="DIR", parser=place, help="Folder of the temporary file. [default: the system's]"),
]


def main() -> None:
    """Run the command line of this process and leave with its exit status."""
    settle()
    try:
        app(prog_name="mhwfmodel")
    except KeyboardInterrupt:
        tell(STOPPED)
        sys.exit(INTERRUPTED)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        from mhwfmodel.cli.console import out

        out(f"mhwfmodel {version('mhwfmodel')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    """Hold what belongs to all commands."""


@app.command(short_help="Run a scenario: a short table, and files in a folder.")
@guarded
def run(
    scenario: Annotated[
        Path,
        typer.Argument(
            metavar="SCENARIO",
            readable=False,
            help="The scenario file (.yaml), its bare name where it is here or in scenarios/, or the manifest.json of"
            " an earlier run.",
        ),
    ],
    out: RunFolder = None,
    draws: Draws = None,
    seed: Seed = None,
    threads: Threads = None,
    evaluator: People = None,
    overrides: Set = None,
    quiet: Quiet = False,
    report: Report = True,
    workbook: Workbook = True,
    memory: Memory = None,
    spill: Spill = None,
    engine: Mover = Engine.COMPILED,
) -> None:
    """Run a scenario: show a short table, write result.nc, summary.xlsx, report.html and manifest.json."""
    from mhwfmodel.cli.naming import named
    from mhwfmodel.cli.running import Settings, run_scenario

    settings = Settings(
        pairs(overrides),
        draws,
        seed,
        threads,
        evaluator.value if evaluator else None,
        quiet,
        memory,
        spill,
        engine.value,
    )
    run_scenario(named(scenario), out, settings, report=report, workbook=workbook)


@app.command(short_help="Check scenario files; run nothing.")
@guarded
def check(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE", readable=False, help="Scenario files, or their bare names.")
    ],
    quiet: Quiet = False,
) -> None:
    """Check scenario files and run nothing: each is fine, or all its faults are told."""
    from mhwfmodel.cli.checking import check_files
    from mhwfmodel.cli.naming import named_all

    if not check_files(named_all(files), quiet=quiet):
        raise typer.Exit(UNUSABLE)


@app.command(short_help="Show the facts behind the model.")
@guarded
def show(
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="What to show: " + ", ".join(Topic) + ".")],
    icb: Annotated[
        str, typer.Argument(metavar="ICB", help="Of amhp-need: one Integrated Care Board, council by council.")
    ] = "",
    find: Annotated[str, typer.Option("--find", metavar="TEXT", help="Only what holds all these words.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Every field as a list of objects, for programs.")] = False,
    conflicts: Annotated[
        bool, typer.Option("--conflicts", help="Of figures: those that cannot all be true of one thing, and why.")
    ] = False,
) -> None:
    """Show the facts that the model rests on: places, employers, roles, figures with their sources, assumptions.

    And what follows from them without a run: the need for Approved Mental Health Professionals.
    """
    from mhwfmodel.cli.showing import show_conflicts, show_topic

    if topic not in list(Topic):
        message = f"'{topic}' cannot be shown; {suggest(topic, Topic)}"
        raise typer.BadParameter(message, param_hint="TOPIC")
    if icb and topic != Topic.AMHP_NEED:
        message = f"an Integrated Care Board goes with amhp-need: mhwfmodel show amhp-need '{icb}'"
        raise typer.BadParameter(message, param_hint="ICB")
    if topic == Topic.AMHP_NEED and not conflicts:
        from mhwfmodel.cli.amhp import show_need

        show_need(icb, as_json=as_json, find=find)
        return
    if conflicts and topic != Topic.FIGURES:
        message = "--conflicts goes with figures: mhwfmodel show figures --conflicts"
        raise typer.BadParameter(message)
    if conflicts:
        show_conflicts(as_json=as_json, find=find)
    else:
        show_topic(Topic(topic), as_json=as_json, find=find)


@app.command(short_help="JSON Schema of a scenario file, for editors.")
@guarded
def schema(
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", parser=place, help="Write it there. [default: the screen]"),
    ] = None,
) -> None:
    """Give the JSON Schema of a scenario file, with which an editor completes and checks what you write."""
    from mhwfmodel.cli.schema import give_schema

    give_schema(out)


@app.command(short_help="Set runs side by side, draw by draw.")
@guarded
def compare(
    base: Annotated[
        Path,
        typer.Argument(
            metavar="BASE", readable=False, help="A scenario file or its bare name, or the folder of an earlier run."
        ),
    ],
    others: Annotated[
        list[Path], typer.Argument(metavar="OTHER", readable=False, help="What is set beside it, of the same kinds.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="DIR",
            parser=place,
            help="Folder for comparison.xlsx and the runs; none when left out.",
        ),
    ] = None,
    keep_runs: Annotated[
        bool, typer.Option("--keep-runs/--no-keep-runs", help="Keep each run in a folder below that of --out.")
    ] = True,
    draws: Draws = None,
    seed: Seed = None,
    threads: Threads = None,
    overrides: Set = None,
    quiet: Quiet = False,
    memory: Memory = None,
    spill: Spill = None,
) -> None:
    """Set runs side by side, draw by draw, so that what you see is what a plan does and not luck."""
    from mhwfmodel.cli.comparing import compare_all
    from mhwfmodel.cli.running import Settings

    settings = Settings(pairs(overrides), draws, seed, threads, quiet=quiet, memory=memory, spill=spill)
    compare_all([base, *others], out, settings, keep=keep_runs)


@app.command(short_help="What each lever of a plan has to do with it.")
@guarded
def explain(
    scenario: Annotated[
        Path, typer.Argument(metavar="SCENARIO", readable=False, help="The plan: a scenario file or its bare name.")
    ],
    base: Annotated[
        Path | None,
        typer.Argument(
            metavar="BASE", readable=False, help="What it is compared with. [default: the plan without its levers]"
        ),
    ] = None,
    measures: Annotated[
        list[str] | None,
        typer.Option("--measure", metavar="NAME", help="What is explained, as filled or wait_median. Again for more."),
    ] = None,
    icbs: Annotated[
        list[str] | None, typer.Option("--icb", metavar="ICB", help="An ICB that is told apart too. Again for more.")
    ] = None,
    groups: Annotated[
        list[str] | None,
        typer.Option("--group", metavar="LABEL=LEVER,LEVER", help="Levers, by name or kind, that are one part."),
    ] = None,
    nhs: Annotated[bool, typer.Option("--nhs", help="NHS staff, in place of social care.")] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="DIR", parser=place, help="Folder for explain.xlsx and explain.csv, by ICB too."
        ),
    ] = None,
    draws: Draws = None,
    seed: Seed = None,
    threads: Threads = None,
    evaluator: People = None,
    overrides: Set = None,
    quiet: Quiet = False,
    memory: Memory = None,
    spill: Spill = None,
) -> None:
    """Split what a plan changes into what each of its levers has to do with it, adding up exactly.

    Every subset of up to six levers is run: 8 runs for three levers, 64 for six.
    """
    from mhwfmodel.cli.explaining import Wanted, explain_plan, read_groups
    from mhwfmodel.cli.running import Settings

    settings = Settings(
        pairs(overrides), draws, seed, threads, evaluator.value if evaluator else None, quiet, memory, spill
    )
    population = "nhs" if nhs else "social_care"
    wanted = Wanted(tuple(measures or ()), tuple(icbs or ()), read_groups(groups), population)
    explain_plan(scenario, base, out, settings, wanted)


app.add_typer(pathways, name="pathway", short_help="A pathway by itself: show, check or run it.")
