"""Reading the Integrated Care Boards that a person names, without guessing.

A board may be written as ONS code (2022, 2023 or 2026), as ODS code or as name. A code tells which year's boards are
meant; most codes and names mean the same in several years. All items of one list have to fit one year.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from mhwfmodel.catalogue.boards import VINTAGES, Board, label, readings_of, shown
from mhwfmodel.catalogue.geography import icbs
from mhwfmodel.catalogue.unknown import unknown_board
from mhwfmodel.errors import DataError, Fault

__all__ = ["VINTAGES", "IcbResolution", "resolve_icbs"]


@dataclass(frozen=True, slots=True)
class IcbResolution:
    """What a list of boards means.

    Args:
        codes: ONS 2023 codes that are touched, in catalogue order.
        vintage: `2022`, `2023` or `2026`: the year whose boards were meant.
        echoes: One line an item: what was written and what it means.
        shares: For every code, the part of the board's people that is meant: 1 for all of it; less only where a
            board of 2026 holds a part of a board of 2023.
    """

    codes: tuple[str, ...]
    vintage: str
    echoes: tuple[str, ...]
    shares: Mapping[str, float]


def resolve_icbs(texts: Sequence[object]) -> IcbResolution:
    """Read a list of Integrated Care Boards.

    Args:
        texts: Codes or names, all text. Case, spaces, punctuation, `&`, `NHS`, `ICB` and `Integrated Care Board` do
            not matter.

    Returns:
        The boards of 2023 that are meant, with shares where boards of 2026 cut through them.

    Raises:
        DataError: With every fault, each at `icbs[n]`: unknown, partial or ambiguous names (with candidates, never a
            guess), years that do not go together, boards that come twice.
    """
    if isinstance(texts, str):
        raise DataError(Fault("icbs", f"{shown(texts)} is not a list", "write a list, also of one"))
    if not texts:
        raise DataError(Fault("icbs", "the list is empty", "name boards, or write `icbs: all`"))
    faults: list[Fault] = []
    found: list[tuple[int, str, Mapping[str, Board]]] = []
    for index, text in enumerate(texts):
        readings = readings_of(text)
        if readings:
            found.append((index, str(text), readings))
        else:
            faults.append(unknown_board(f"icbs[{index}]", text))
    fitting = [vintage for vintage in VINTAGES if all(vintage in readings for _, _, readings in found)]
    vintage = fitting[0] if fitting else ""
    if not vintage:
        faults.extend(_mixed(found))
    faults.extend(_twice(found, vintage))
    if faults:
        raise DataError(faults)
    boards = [readings[vintage] for _, _, readings in found]
    shares: dict[str, float] = {}
    for board in boards:
        for code, share in board.shares.items():
            shares[code] = shares.get(code, 0.0) + share
    ordered = {item.code: min(shares[item.code], 1.0) for item in icbs() if item.code in shares}
    echoes = tuple(_echo(text, board) for (_, text, _), board in zip(found, boards, strict=True))
    return IcbResolution(tuple(ordered), vintage, echoes, MappingProxyType(ordered))


def _mixed(found: Iterable[tuple[int, str, Mapping[str, Board]]]) -> list[Fault]:
    """Say which items belong to which year when no year fits all of them."""
    only: dict[tuple[str, ...], list[tuple[int, str]]] = {}
    for index, text, readings in found:
        years = tuple(sorted(readings))
        if len(years) < len(VINTAGES):
            only.setdefault(years, []).append((index, text))
    groups = "; ".join(
        f"{', '.join(shown(text) for _, text in items[:4])}{' …' if len(items) > 4 else ''} of {' and '.join(years)}"
        for years, items in sorted(only.items())
    )
    rarest = min(only.values(), key=len)
    problem = f"boards of different years in one list: {groups} (checked 2022, 2023 and 2026)"
    return [Fault(f"icbs[{rarest[0][0]}]", problem, "write all of them as they were in one year")]


def _twice(found: Iterable[tuple[int, str, Mapping[str, Board]]], vintage: str) -> list[Fault]:
    """Say which items mean a board, or a part of one, that an earlier item means already."""
    faults: list[Fault] = []
    seen: list[tuple[int, str, Board]] = []
    for index, text, readings in found:
        board = readings.get(vintage) or readings.get("2023") or next(iter(readings.values()))
        for earlier, said, other in seen:
            if not _overlap(board, other):
                continue
            same = board.shares.keys() == other.shares.keys()
            what = "means" if same else "holds people of"
            problem = f"{shown(text)} {what} {_shared(board, other)}, as {shown(said)} at icbs[{earlier}] does"
            faults.append(Fault(f"icbs[{index}]", problem, "take one of them out"))
            break
        seen.append((index, text, board))
    return faults


def _overlap(board: Board, other: Board) -> bool:
    """Tell whether two boards hold the same people; two boards of 2026 share none even in a board that was split."""
    if board.vintage == other.vintage:
        return board.code == other.code
    return not board.shares.keys().isdisjoint(other.shares)


def _shared(board: Board, other: Board) -> str:
    """Name the boards of 2023 that two boards have in common."""
    if board.code == other.code:
        return label(board)
    codes = board.shares.keys() & other.shares.keys()
    return ", ".join(label(item) for item in icbs() if item.code in codes)


def _echo(text: str, board: Board) -> str:
    """Tell what was written and what it means."""
    line = f"{shown(text)} -> {label(board)}"
    if board.vintage == "2023":
        return line
    old = {item.code: item for item in icbs()}
    whole = tuple(board.shares) == (board.code,)
    if board.vintage == "2022":
        code = next(iter(board.shares))
        return line if code == board.code else f"{line} of 2022, {code} since April 2023"
    if whole and board.shares[board.code] == 1.0:
        return f"{line}, unchanged in 2026"
    parts = "; ".join(
        f"{'all' if share == 1.0 else f'{share:.1%}'} of {label(old[code])}" for code, share in board.shares.items()
    )
    return f"{line} of April 2026: {parts}"
