from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from mhwfmodel.simulate.freed import give_back

_PIECE = 2**16
_PIECES = 2000


def _resident() -> int:
    """Memory that the process has [bytes]."""
    kilobytes = next(
        line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS")
    )
    return int(kilobytes) * 1024


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems take back what is freed")
def test_memory_that_nobody_uses_goes_back():
    held = [np.ones(_PIECE, np.uint8) for _ in range(_PIECES)]
    last = held[-1]
    held.clear()
    before = _resident()
    give_back()
    assert before - _resident() > _PIECE * _PIECES // 2
    assert last.all()
