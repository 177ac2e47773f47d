"""The command `python -m benchmarks NAME [--quick | --full] [--json FILE] [--markdown FILE]`."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks._measure import BenchmarkError, Row, show, write_json, write_markdown

__all__ = ["REGISTRY", "main"]

REGISTRY = {
    "demand": "benchmarks.demand",
    "startup": "benchmarks.startup",
    "supply": "benchmarks.supply",
}
"""Module by name. The module has a function `measure(*, quick: bool, full: bool) -> list[Row]`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one benchmark, print its table and, when asked, write its rows.

    Args:
        arguments: Words of the command line; those of the process by default.

    Returns:
        Exit status: 0, or 1 when a workload failed.
    """
    options = _parser().parse_args(arguments)
    for path in filter(None, (options.json, options.markdown)):
        if not path.parent.is_dir():
            print(f"{path}: the folder {path.parent} does not exist; make it first", file=sys.stderr)
            return 1
    try:
        rows: list[Row] = importlib.import_module(REGISTRY[options.name]).measure(
            quick=options.quick, full=options.full
        )
    except BenchmarkError as error:
        print(f"benchmark {options.name}: {error}", file=sys.stderr)
        return 1
    show(rows)
    if options.json is not None:
        write_json(rows, options.json, quick=options.quick)
    if options.markdown is not None:
        write_markdown(rows, options.markdown)
    return 0


def _parser() -> argparse.ArgumentParser:
    names = sorted(REGISTRY)
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the package here.")
    parser.add_argument("name", choices=names, help="what to measure")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--quick", action="store_true", help="fewer repeats: does it run, not how fast is it")
    length.add_argument("--full", action="store_true", help="the longest runs as well, which take many minutes")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows to FILE as a JSON array")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the table to FILE, for the documentation")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
