"""The command `python -m benchmarks NAME [--quick] [--json FILE]`."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks._measure import BenchmarkError, Row, show, write_json

__all__ = ["REGISTRY", "main"]

REGISTRY = {
    "startup": "benchmarks.startup",
}
"""Module by name. The module has a function `measure(*, quick: bool) -> list[Row]`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one benchmark, print its table and, when asked, write its rows.

    Args:
        arguments: Words of the command line; those of the process by default.

    Returns:
        Exit status: 0, or 1 when a workload failed.
    """
    options = _parser().parse_args(arguments)
    if options.json is not None and not options.json.parent.is_dir():
        missing = options.json.parent
        print(f"{options.json}: the folder {missing} does not exist; make it first", file=sys.stderr)
        return 1
    try:
        rows: list[Row] = importlib.import_module(REGISTRY[options.name]).measure(quick=options.quick)
    except BenchmarkError as error:
        print(f"benchmark {options.name}: {error}", file=sys.stderr)
        return 1
    show(rows)
    if options.json is not None:
        write_json(rows, options.json, quick=options.quick)
    return 0


def _parser() -> argparse.ArgumentParser:
    names = sorted(REGISTRY)
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the package here.")
    parser.add_argument("name", choices=names, help="what to measure")
    parser.add_argument("--quick", action="store_true", help="fewer repeats: does it run, not how fast is it")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows to FILE as a JSON array")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
