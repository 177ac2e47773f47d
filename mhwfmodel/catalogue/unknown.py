"""What to say of a text that names no Integrated Care Board, or more than one."""

from __future__ import annotations

import re
from difflib import get_close_matches

from mhwfmodel.catalogue.authorities import councils
from mhwfmodel.catalogue.boards import LONGEST, board_index, hidden_in, key_of, label, named, shown
from mhwfmodel.catalogue.geography import icbs, regions
from mhwfmodel.errors import Fault

__all__ = ["unknown_board"]

WRITE = "write the ONS code or the full name (`mhwfmodel show geography` lists them)"


def unknown_board(where: str, text: object) -> Fault:
    """Say why a text is not read as a board, with the boards that it may mean.

    Args:
        where: Place of the text, as in `icbs[3]`.
        text: What was written.
    """
    if not isinstance(text, str):
        return Fault(where, f"{shown(repr(text))} is not text", WRITE)
    if len(text) > LONGEST:
        return Fault(where, f"{shown(text)} is too long for the name of a board", WRITE)
    if hidden := hidden_in(text):
        return Fault(where, f"{shown(text)} holds the invisible character U+{ord(hidden):04X}", "type it again")
    problem, remedy = _verdict(shown(text), key_of(text))
    return Fault(where, problem, remedy)


def _verdict(quoted: str, key: str) -> tuple[str, str]:
    """Return problem and remedy for a text that can be read and names no single board."""
    if key == "all":
        return "'all' stands inside a list", "write `icbs: all`"
    before = [item for item in icbs() if key == key_of(item.code_2021)]
    if before:
        return f"{quoted} is the code that {label(before[0])} had before July 2022", f"write {before[0].code}"
    if candidates := _candidates(key):
        listed = "; ".join(candidates)
        return f"{quoted} is not the name of one board", f"it may mean {listed}: {WRITE}"
    problem = f"{quoted} is no Integrated Care Board of 2022, 2023 or 2026"
    near = _near(key)
    return problem, f"did you mean {' or '.join(near)}?" if near else WRITE


def _near(key: str) -> tuple[str, ...]:
    """Return boards whose names look alike; of codes, every one looks like many."""
    words = [] if re.fullmatch(r"[a-z]\d+", key) else get_close_matches(key, board_index(), n=3, cutoff=0.6)
    return tuple(dict.fromkeys(label(board) for word in words for board in named(word)))


def _candidates(key: str) -> tuple[str, ...]:
    """Return the boards that part of a name, an abbreviation, a council or a region may mean."""
    words = key.split()
    if not words:
        return ()
    found: dict[str, None] = {}
    for name in board_index():
        tokens = name.split()
        if all(any(token.startswith(word) for token in tokens) for word in words):
            found |= dict.fromkeys(label(board) for board in named(name) if key_of(board.name) == name)
    found |= dict.fromkeys(label(item) for item in icbs() if key_of(item.abbreviation) == key)
    homes = {council.icb_code for council in councils() if key_of(council.name) == key}
    homes |= {code for region in regions() if key_of(region.name) == key for code in region.icbs}
    found |= dict.fromkeys(label(item) for item in icbs() if item.code in homes)
    return tuple(found)
