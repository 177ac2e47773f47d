"""The command line: thin, and the only part of the package that prints."""

from __future__ import annotations

from mhwfmodel.cli.app import main

__all__ = ["main"]
