"""The boards of 2022, 2023 and 2026 under every code and name that they go by."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from mhwfmodel.catalogue.geography import Icb, icbs
from mhwfmodel.catalogue.merges import icbs_2026, merge_shares

__all__ = [
    "LONGEST",
    "VINTAGES",
    "Board",
    "board_index",
    "hidden_in",
    "key_of",
    "label",
    "named",
    "readings_of",
    "shown",
]

VINTAGES = ("2023", "2022", "2026")
"""Years whose boards are understood; the first that fits every item of a list is taken."""

LONGEST = 200
"""Longest text, in characters, that is read as a name."""

FILLERS = frozenset({"nhs", "integrated", "care", "board", "icb", "the", "and", "of"})


@dataclass(frozen=True, slots=True)
class Board:
    """A board in one year: its code and name, and the shares of the boards of 2023 that it is made of."""

    code: str
    name: str
    vintage: str
    shares: Mapping[str, float]


def key_of(text: str) -> str:
    """Return the words of a name that tell boards apart, in order."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("&", " and ")
    return " ".join(word for word in re.findall(r"[a-z0-9]+", plain) if word not in FILLERS)


@cache
def board_index() -> Mapping[str, Mapping[str, Board]]:
    """Return code or name key -> year -> board."""
    index: dict[str, dict[str, Board]] = {}

    def add(board: Board, *words: str) -> None:
        for word in words:
            index.setdefault(word, {})[board.vintage] = board

    for item in icbs():
        name = f"NHS {item.short_name} ICB"
        whole = MappingProxyType({item.code: 1.0})
        for vintage, code in (("2023", item.code), ("2022", item.code_2022)):
            add(Board(code, name, vintage, whole), key_of(code), key_of(item.ods), key_of(item.name))
    for new in icbs_2026():
        parts = {old: shares[new.code] for old, shares in merge_shares().items() if new.code in shares}
        board = Board(new.code, f"NHS {new.short_name} ICB", "2026", MappingProxyType(parts))
        add(board, key_of(new.code), key_of(new.ods), key_of(new.name))
    return index


def readings_of(text: object) -> Mapping[str, Board]:
    """Return year -> board for a text that names exactly one board a year; nothing otherwise."""
    if not isinstance(text, str) or len(text) > LONGEST or hidden_in(text):
        return {}
    return board_index().get(key_of(text), {})


def hidden_in(text: str) -> str:
    """Return the first control or invisible character of a text, or nothing; spaces of any kind are none."""
    plain = unicodedata.normalize("NFKC", text)
    return next((c for c in plain if unicodedata.category(c)[0] == "C" and not c.isspace()), "")


def named(key: str) -> tuple[Board, ...]:
    """Return the boards that a key names, the newest code of each."""
    readings = board_index()[key]
    return tuple(readings[year] for year in ("2023", "2026") if year in readings) or tuple(readings.values())


def label(item: Icb | Board) -> str:
    """Return code and name."""
    return f"{item.code} NHS {item.short_name} ICB" if isinstance(item, Icb) else f"{item.code} {item.name}"


def shown(text: str) -> str:
    """Return a text as it may be shown: short, quoted, without control characters."""
    clean = "".join(letter if letter.isprintable() else "�" for letter in text)
    return f"'{clean[:60]}…'" if len(clean) > 60 else f"'{clean}'"
