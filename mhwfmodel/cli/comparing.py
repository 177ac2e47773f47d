"""`mhwfmodel compare`: runs side by side, and what a plan changes draw by draw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import typer

from mhwfmodel.cli.console import out, tell
from mhwfmodel.cli.naming import named_all
from mhwfmodel.cli.pairing import check_together, frame_of_file, frame_of_run, overrides_for
from mhwfmodel.cli.places import check_writable
from mhwfmodel.cli.running import Settings, announce, simulate
from mhwfmodel.cli.sidebyside import told
from mhwfmodel.errors import DataError, Fault, MhwfError, ScenarioError

if TYPE_CHECKING:
    from mhwfmodel.results import Comparison, Result
    from mhwfmodel.scenario import Scenario

__all__ = ["compare_all"]

WORKBOOK = "comparison.xlsx"
NOTHING = "--quiet shows nothing, and without --out nothing is written; name a folder with --out, or leave --quiet out"

_PREFIX = "mhwfmodel-runs-"


def compare_all(given: Sequence[Path], folder: Path | None, settings: Settings, *, keep: bool = True) -> None:
    """Run what must be run, show base and others side by side, and write a workbook when asked to.

    Each run is written to a folder when it is done, and read from there: as many as there are take the memory of one.

    Args:
        given: Scenario files, or folders of earlier runs; the first is the base.
        folder: Where the workbook and the runs go; None when the screen is enough.
        settings: What the command line changes of the runs.
        keep: Keep the runs beside the workbook.

    Raises:
        typer.BadParameter: Nothing would be shown and nothing written.
        MhwfError: Something that cannot be run or read, or runs that do not belong together.
    """
    from mhwfmodel.results import compare

    if settings.quiet and folder is None:
        raise typer.BadParameter(NOTHING)
    if folder is not None:
        check_writable(folder, (WORKBOOK,))
    given = _once(named_all(given, folders=True))
    ready = _ready(given, settings, workbook=folder is not None)
    with ExitStack() as stack:
        place = folder if keep else None
        if place is None:
            place = Path(stack.enter_context(TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True)))
        folders = _folders(ready, given, place)
        results = _named_apart(_made(ready, folders, settings, stack), given)
        comparisons = [compare(results[0], other) for other in results[1:]]
        if folder is not None:
            _write(comparisons, folder)
        if settings.quiet:
            return
        out("", *told(comparisons))
    if folder is not None:
        runs = [f"  {run}" for run in folders.values()] if keep else []
        out("", f"Written: {folder / WORKBOOK}", *(["Runs, which compare as they are:", *runs] if runs else []))


def _once(given: Sequence[Path]) -> list[Path]:
    """What was named, each once and in that order; a run beside itself alone stays.

    So `compare baseline scenarios/*.yaml` may name the base twice.
    """
    found: dict[Path, Path] = {}
    for path in given:
        found.setdefault(_folder_of(path).resolve(), path)
    return list(found.values()) if len(found) > 1 else list(given)


def _ready(given: Sequence[Path], settings: Settings, *, workbook: bool) -> list[Result | Scenario]:
    """Earlier runs, and scenarios to be run, once every argument is known to be usable."""
    from mhwfmodel.results import Result

    changed = settings.overrides or settings.draws is not None or settings.seed is not None
    if changed and all(_folder_of(path).is_dir() for path in given):
        message = "--set, --draws and --seed change runs to be made, and all that you named are earlier runs"
        raise typer.BadParameter(message)
    ready = _read(given, settings)
    check_together(
        [frame_of_run(item) if isinstance(item, Result) else frame_of_file(item, settings) for item in ready]
    )
    faults = list(_not_kept(ready, given, workbook=workbook))
    if faults:
        raise DataError(dict.fromkeys(faults))
    return ready


def _made(
    ready: Sequence[Result | Scenario], folders: Mapping[int, Path], settings: Settings, stack: ExitStack
) -> list[Result]:
    """Run what must be run, one after the other; no more than one is in memory.

    Args:
        ready: Earlier runs and scenarios.
        folders: Where each of those that are run goes, by its place in the list.
        settings: What the command line changes.
        stack: Closes the files of the runs.
    """
    from mhwfmodel.results import MANIFEST, RESULT, Result
    from mhwfmodel.results.files import require_room
    from mhwfmodel.results.store import LazyGroups

    for folder in folders.values():
        check_writable(folder, (RESULT, MANIFEST))
    if not settings.quiet:
        for item in ready:
            if not isinstance(item, Result):
                announce(item, settings)
        if len(folders) > 1:
            tell(f"{len(folders)} runs, one after the other")

    def made(at: int, item: Result | Scenario) -> Result:
        if isinstance(item, Result):
            return item
        result = simulate(item, settings, folders[at])
        result.save(folders[at])
        size, left = (folders[at] / RESULT).stat().st_size, sum(other > at for other in folders)
        # Told after the first run, and not when the last finds no room.
        require_room(folders[at], size * left)
        return Result(LazyGroups(folders[at] / RESULT), result.manifest)

    found = []
    for at, item in enumerate(ready):
        found.append(made(at, item))
        if isinstance(groups := found[-1].groups, LazyGroups):
            stack.callback(groups.close)
    return found


def _folders(ready: Sequence[Result | Scenario], given: Sequence[Path], place: Path) -> dict[int, Path]:
    """Place in the list of what must be run, to a folder that no other run has, nor an earlier one that is compared."""
    from mhwfmodel.results import Result

    taken = {_folder_of(path).resolve() for path in given}
    found: dict[int, Path] = {}
    for at, item in enumerate(ready):
        if not isinstance(item, Result):
            names = (item.slug, *(f"{item.slug}-{number}" for number in range(2, len(given) + 2)))
            found[at] = next(place / name for name in names if (place / name).resolve() not in taken)
            taken.add(found[at].resolve())
    return found


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
            ready.append(load_result(path, lazy=True) if path.is_dir() else load_scenario(path, overrides[path]))
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
