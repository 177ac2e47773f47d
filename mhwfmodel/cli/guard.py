"""Every way in which a command can end, told in a line that says what to do."""

from __future__ import annotations

import functools
import os
import traceback
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import typer

from mhwfmodel.cli.console import Closed, tell
from mhwfmodel.errors import InvariantError, MhwfError

__all__ = ["BROKEN_PIPE", "DEBUG", "FAULT", "INTERRUPTED", "STOPPED", "UNUSABLE", "guarded"]

UNUSABLE = 1
"""What the user gave cannot be used."""

FAULT = 3
"""The program is wrong."""

INTERRUPTED = 130
"""Stopped from the keyboard."""

BROKEN_PIPE = 141
"""Whoever read the output has gone."""

DEBUG = "MHWFMODEL_DEBUG"
STOPPED = "Stopped. No file was left half-written."

_Given = ParamSpec("_Given")
_Made = TypeVar("_Made")


def guarded(command: Callable[_Given, _Made]) -> Callable[_Given, _Made]:
    """Turn whatever a command raises into lines on standard error and an exit status."""

    @functools.wraps(command)
    def inside(*args: _Given.args, **kwargs: _Given.kwargs) -> _Made:
        try:
            return command(*args, **kwargs)
        except (typer.Exit, typer.BadParameter):
            raise
        except (Exception, KeyboardInterrupt) as error:
            raise typer.Exit(_status(error)) from None

    return inside


def _status(error: BaseException) -> int:
    if isinstance(error, Closed):
        return BROKEN_PIPE
    try:
        return _told(error)
    except Closed:
        return BROKEN_PIPE


def _told(error: BaseException) -> int:
    if isinstance(error, KeyboardInterrupt):
        tell(STOPPED)
        return INTERRUPTED
    if os.environ.get(DEBUG, "") not in ("", "0"):
        tell("".join(traceback.format_exception(error)).rstrip())
    if isinstance(error, MhwfError) and not isinstance(error, InvariantError):
        tell(*(str(fault) for fault in error.faults))
        return UNUSABLE
    if isinstance(error, MemoryError):
        tell("There is not enough memory for this run; ask for fewer draws (--draws) or fewer months (--set months=60)")
        return UNUSABLE
    if isinstance(error, OSError) and error.filename is not None and not isinstance(error, FileNotFoundError):
        tell(f"{error.filename}: {error.strerror or error}; name a file or folder that you may use")
        return UNUSABLE
    tell(*_own_fault(error))
    return FAULT


def _own_fault(error: BaseException) -> tuple[str, ...]:
    words = " ".join(str(error).split())
    said = f"{type(error).__name__}: {words}" if words else type(error).__name__
    return (
        f"This is a fault of the program, not of what you gave it: {said}",
        f"Run it again with the environment variable {DEBUG}=1 to see where, and report that text with your command and"
        " file to those who keep mhwfmodel (CONTRIBUTING.md).",
    )
