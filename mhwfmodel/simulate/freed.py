"""Memory that earlier runs of a process left free."""

from __future__ import annotations

import ctypes
import sys

__all__ = ["give_back"]


def give_back() -> None:
    """Give memory that nobody uses back to the system, where its C library keeps it.

    That of Linux keeps what each thread freed for that thread to use again, so that a process grows from one large run
    to the next although nothing is held. Elsewhere there is nothing to do.
    """
    if sys.platform.startswith("linux"):
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(ctypes.c_size_t(0))
