"""`python -m mhwfmodel.cli`, where the command itself is not on the path."""

from __future__ import annotations

from mhwfmodel.cli.app import main

main()
