"""`mhwfmodel pathway`: its commands and their options; what they do is loaded when one of them is given."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mhwfmodel.cli.guard import UNUSABLE, guarded
from mhwfmodel.cli.places import place
from mhwfmodel.errors import suggest

__all__ = ["pathways"]

pathways = typer.Typer(
    help="A pathway by itself: a service as stages, pools of staff, and people who come.",
    epilog="Start with: mhwfmodel pathway show cmhf",
    no_args_is_help=True,
    rich_markup_mode=None,
)


class Engine(StrEnum):
    """Who moves people through the pathway."""

    COMPILED = "compiled"
    SIMPY = "simpy"


def _engine(text: str) -> Engine:
    try:
        return Engine(text)
    except ValueError:
        message = f"'{text}' is not known; {suggest(text, Engine)}"
        raise typer.BadParameter(message) from None


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0.0 < share < 1.0:
        message = f"'{text}' is not a share above 0 and below 1; write 0.05 for a half-width of 5 % of the mean"
        raise typer.BadParameter(message)
    return share


_FILE = typer.Argument(
    metavar="FILE",
    readable=False,
    help="The pathway file (.yaml), the name of one that is shipped (cmhf), or the manifest.json of an earlier run.",
)
File = Annotated[Path, _FILE]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Replace one value of the file, as months=60 or pools.nurses.count=4. Again for more.",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but faults.")]


@pathways.command(short_help="What a pathway says, as tables or a picture.")
@guarded
def show(
    file: File,
    picture: Annotated[
        Path | None,
        typer.Option("--picture", metavar="FILE", parser=place, help="Draw it there, as SVG."),
    ] = None,
    overrides: Set = None,
) -> None:
    """Show the stages of a pathway, its pools with their hours, and how much work each has; run nothing."""
    from mhwfmodel.cli.pathway_reading import read
    from mhwfmodel.cli.pathway_show import draw_pathway, show_pathway

    pathway = read(file, pairs(overrides))
    show_pathway(pathway)
    if picture is not None:
        draw_pathway(pathway, picture)


@pathways.command(short_help="Check pathway files; run nothing.")
@guarded
def check(
    files: Annotated[list[Path], _FILE],
    quiet: Quiet = False,
) -> None:
    """Check pathway files and run nothing: each is fine, or all its faults are told."""
    from mhwfmodel.cli.pathway_show import check_pathways

    if not check_pathways(files, quiet=quiet):
        raise typer.Exit(UNUSABLE)


@pathways.command(short_help="Run a pathway: a short table, and files in a folder.")
@guarded
def run(
    file: File,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="DIR", parser=place, help="Folder for the files. [default: out/ and its name]"
        ),
    ] = None,
    engine: Annotated[
        Engine,
        typer.Option(
            "--engine",
            metavar="<compiled|simpy>",
            parser=_engine,
            help="The compiled engine, or the plain one that gives the same events, slowly.",
        ),
    ] = Engine.COMPILED,
    replications: Annotated[
        int | None,
        typer.Option("--replications", metavar="N", help="How often chance is tried, in place of the file's number."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", help="Seed of the random numbers, in place of the file's.")
    ] = None,
    precision: Annotated[
        float | None,
        typer.Option(
            "--precision",
            metavar="SHARE",
            parser=_share,
            help="Try chance until the mean wait is known to this share of it, as 0.05: from 10 times to 1000.",
        ),
    ] = None,
    stage: Annotated[
        str, typer.Option("--of", metavar="STAGE", help="Of --precision: the stage whose wait it is. [default: all]")
    ] = "",
    log: Annotated[bool, typer.Option("--log", help="Write every event too, as events.parquet.")] = False,
    overrides: Set = None,
    quiet: Quiet = False,
) -> None:
    """Run a pathway: show a short table, write pathway.xlsx, tables as CSV, pathway.svg and manifest.json."""
    from mhwfmodel.cli.pathway_reading import read
    from mhwfmodel.cli.pathway_run import Wanted, run_pathway

    given = pairs(overrides)
    given |= {key: value for key, value in (("replications", replications), ("seed", seed)) if value is not None}
    if stage and precision is None:
        message = "it goes with --precision"
        raise typer.BadParameter(message, param_hint="'--of'")
    pathway = read(file, given)
    run_pathway(pathway, out, Wanted(engine.value, precision, stage, log, quiet))


@pathways.command(short_help="JSON Schema of a pathway file, for editors.")
@guarded
def schema(
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", parser=place, help="Write it there. [default: the screen]"),
    ] = None,
) -> None:
    """Give the JSON Schema of a pathway file, with which an editor completes and checks what you write."""
    from mhwfmodel.cli.schema import give
    from mhwfmodel.pathway.jsonschema import json_schema

    give(json_schema(), out)


def pairs(given: list[str] | None) -> dict[str, object]:
    """`key=value` pairs of `--set` as overrides.

    Args:
        given: What stands behind each `--set`.

    Raises:
        typer.BadParameter: Text that is no pair, or a key that is set twice.
    """
    found: dict[str, object] = {}
    for text in given or ():
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            message = f"'{text}' is not KEY=VALUE; write --set months=60"
            raise typer.BadParameter(message, param_hint="'--set'")
        if key.strip() in found:
            message = f"'{key.strip()}' is set twice"
            raise typer.BadParameter(message, param_hint="'--set'")
        found[key.strip()] = value
    return found
