"""Drawings of the people in the model: the whole graph, the cells, the states inside one, and where recruits enter."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from drawing_shapes import AMBER, BLUE, GREY, MUTED, PLAIN, TEAL, arrow, box, dot, drawing, text, wrapped

from mhwfmodel import catalogue
from mhwfmodel.catalogue import Pipeline, Role, Sector
from mhwfmodel.catalogue.states import STRANDS
from mhwfmodel.inputs.check import JOINER_BANDS, joiner_rest
from mhwfmodel.inputs.draws import ParameterDraws
from mhwfmodel.inputs.labour import labour
from mhwfmodel.supply.entry import entry_states
from mhwfmodel.supply.graph import OUT, Edges
from mhwfmodel.supply.states import (
    AGEING,
    AGES,
    BANDS,
    CONVEYOR,
    NOWHERE,
    PROGRESS,
    SOURCES,
    STATE_AGE,
    STATE_TENURE,
    STATES,
    TENURES,
    state_of,
)

__all__ = ["EDGE_WORDS", "cells", "entering", "inside", "spoken", "states", "whole"]

EDGE_WORDS = {
    "move": "to another employer of the same cell",
    "between": "to another cell of the same role",
    "boundary": "to an employer of the sector outside the model",
    "exit": "out of the sector",
    "retire": "into retirement",
    "progress": "into the next band of experience",
    "age": "into the next band of age",
    "switch": "off a track, or onto its other one",
    "qualify": "to the post that a course leads to",
    "close": "released by an employer that closes",
}
"""What each kind of edge means; a kind that is not here is drawn under its name alone."""

_SOURCE_WORDS = {
    "other_employers": "of the sector, outside the model",
    "newly_qualified": "a pool per ICB and role",
    "abroad": "",
    "returners": "after a break",
    "outside": "the sector",
}


def spoken(code: str) -> str:
    """A code as words."""
    return code.replace("_to_", "–").replace("_plus", " +").replace("_", " ")


def inside(edge: Edges) -> bool:
    """Whether who takes an edge stays in the cell."""
    return not edge.seeks and bool((edge.target != OUT).any())


def counted(edge: Edges) -> str:
    """How an edge is counted."""
    return "leaver and starter" if edge.leaver and (edge.starter or edge.seeks) else "leaver" if edge.leaver else ""


def whole(edges: Sequence[Edges], sources: Sequence[str], pipelines: Sequence[Pipeline]) -> str:
    """Sources of recruits, a cell, and all ways out of it."""
    students = [item for item in pipelines if item.kind == "student"]
    stay, seek = [edge for edge in edges if inside(edge)], [edge for edge in edges if edge.seeks]
    away = [edge for edge in edges if not inside(edge) and not edge.seeks]
    top, step = 150, 62
    height = top + 30 + max(step * max(len(sources), len(away)), 46 + 45 * len(stay))
    middle, right = (258.0, 290.0), 592.0
    parts = [text(12, top + 14, "Sources of recruits", bold=True), text(right, top + 14, "Out of the model", bold=True)]
    parts.append(box((middle[0], top + 30), (middle[1], height - top - 44), fill=TEAL))
    parts.append(text(middle[0] + 12, top + 52, "A cell: ICB, sector, role, strand", bold=True))
    parts.append(text(middle[0] + 12, top + 69, f"{STATES} states of experience and age; tracks", size=12, fill=MUTED))
    y = top + 76.0
    for edge in stay:
        lines = wrapped(_told(edge), middle[1] - 30, 12)
        parts.append(text(middle[0] + 12, y + 22, f"↻ {edge.kind}", bold=True))
        parts += [
            text(middle[0] + 30, y + 38 + 15 * line, words, size=12, fill=MUTED) for line, words in enumerate(lines)
        ]
        y += 26 + 15 * len(lines)
    for number, source in enumerate(sources):
        y = top + 30 + step * number
        note = _SOURCE_WORDS.get(source, "")
        if source == "newly_qualified":
            note = f"{note}; {len(students)} courses of students"
        parts.append(box((12, y), (186, 50), spoken(source), wrapped(note, 190, 11), fill=AMBER, small=11))
        parts.append(arrow([(198, y + 25), (middle[0], y + 25)]))
    parts.append(text(228, top + 48, "vacancies", size=11, anchor="middle", fill=MUTED))
    for number, edge in enumerate(away):
        y = top + 30 + step * number
        parts.append(box((right, y), (196, 50), edge.kind, wrapped(_told(edge), 190, 11), fill=GREY, small=11))
        parts.append(arrow([(middle[0] + middle[1], y + 25), (right, y + 25)]))
    wide = 776 / len(seek) if seek else 0
    for number, edge in enumerate(seek):
        x = 12 + wide * number
        stays = "else they stay" if (edge.target != OUT).any() else "else out of the sector"
        lines = [*wrapped(_told(edge), wide - 30, 12), f"only into a vacancy, {stays}"]
        parts.append(box((x, 12), (wide - 12, 76), f"Another cell: {edge.kind}", lines, fill=BLUE))
        at = middle[0] + middle[1] * (2 * number + 1) / (2 * len(seek))
        centre = min(max(at, x + 20), x + wide - 32)
        parts.append(arrow([(at, top + 30), (centre, 88)]))
    return drawing("The whole graph: sources, a cell and ways out", height, parts)


def _told(edge: Edges) -> str:
    words = EDGE_WORDS.get(edge.kind, "")
    return f"{words} ({counted(edge)})" if counted(edge) and edge.starter else words


def cells(sectors: Sequence[Sector], roles: Sequence[Role], posts: Sequence[tuple[str, str, str]]) -> str:
    """Which sector has which role, in which strand.

    Args:
        sectors: The columns.
        roles: The rows.
        posts: Sector, role and strand of all that are in use.
    """
    held = {(item.sector, item.role, item.strand) for item in catalogue.amhp_posts() if item.share > 0}
    left, wide, deep, top = 232.0, (788.0 - 232.0) / len(sectors), 26.0, 84.0
    parts = []
    for place, sector in enumerate(sectors):
        x = left + wide * (place + 0.5)
        words = wrapped(sector.name, wide - 4, 12)
        parts += [
            text(x, top - 12 - 15 * (len(words) - 1 - number), word, size=11.5, anchor="middle", bold=True)
            for number, word in enumerate(words)
        ]
    for row, role in enumerate(roles):
        y = top + deep * row
        parts.append(text(left - 10, y + deep * 0.66, role.name, size=12.5, anchor="end"))
        for place, sector in enumerate(sectors):
            strands = [strand for strand in STRANDS if (sector.code, role.code, strand) in posts]
            approved = [strand for strand in strands if (sector.code, role.code, strand) in held]
            parts.append(_mark(left + wide * place, y, wide, deep, strands, approved))
    bottom = top + deep * len(roles)
    return drawing("Cells: which sector has which role", bottom + 42, [*parts, *_key(left, bottom + 14)])


def _mark(x: float, y: float, wide: float, deep: float, strands: Sequence[str], approved: Sequence[str]) -> str:
    ground = f'<rect x="{x:g}" y="{y:g}" width="{wide:g}" height="{deep:g}" fill="{PLAIN}" stroke="{GREY}"/>'
    size = wide / 2 - 6
    boxes = []
    for strand in strands:
        at = x + 4 + (size + 4) * (strand == "specialist")
        boxes.append(box((at, y + 4), (size, deep - 8), fill=AMBER if strand == "specialist" else TEAL))
        if strand in approved:
            boxes.append(text(at + size / 2, y + deep * 0.69, "★", size=13, anchor="middle"))
    return "".join([ground, *boxes])


def _key(x: float, y: float) -> list[str]:
    return [
        box((x, y), (26, 16), fill=TEAL), text(x + 32, y + 13, "general posts", size=12),
        box((x + 128, y), (26, 16), fill=AMBER), text(x + 160, y + 13, "specialist posts", size=12),
        text(x + 270, y + 13, "★ some are approved as AMHP", size=12),
    ]  # fmt: skip


def _central() -> ParameterDraws:
    return ParameterDraws(0, np.zeros(1, dtype=np.uint32), {}, central=True)


def states(edges: Sequence[Edges]) -> str:
    """The states inside a cell, with the edges that every one of them has.

    Args:
        edges: All kinds of edges.
    """
    market = labour(_central(), (), "england")
    left, month, gap, deep, band = 92.0, 26.0, 36.0, 46.0, 92.0
    top, apart = 66.0, 44.0

    def x_of(tenure: int) -> float:
        over = max(tenure - CONVEYOR, 0)
        return left + month * min(tenure, CONVEYOR) + (gap + (band + gap) * over if tenure >= CONVEYOR else 0.0)

    def y_of(age: int) -> float:
        return top + (deep + apart) * age

    parts = [text(left, 20, "Experience", bold=True), text(12, top - 12, "Age", bold=True)]
    parts.append(text(left, top - 12, f"{spoken(BANDS[0])} year: a conveyor of {CONVEYOR} months", size=12, fill=MUTED))
    for number, name in enumerate(BANDS[1:]):
        at = x_of(CONVEYOR + number) + band / 2
        parts.append(text(at, top - 12, f"{spoken(name)} years", size=12, anchor="middle", fill=MUTED))
    for age, name in enumerate(AGES):
        y = y_of(age)
        parts.append(text(12, y + deep / 2 + 4, spoken(name), bold=True))
        for tenure in range(TENURES):
            factor = market.by_age[0, age] * market.by_band[0, max(tenure - CONVEYOR + 1, 0)]
            wide = month if tenure < CONVEYOR else band
            told = f"leaving × {factor:.2f}" if tenure >= CONVEYOR else str(tenure + 1)
            parts.append(box((x_of(tenure), y), (wide, deep), "", [told], fill=TEAL))
        factor = market.by_age[0, age] * market.by_band[0, 0]
        parts.append(text(left, y + deep + 15, f"leaving × {factor:.2f}", size=12, fill=MUTED))
    parts += _inner_arrows(x_of, y_of, month, band, deep)
    bottom = y_of(len(AGES) - 1) + deep
    parts += _from_all(edges, [AGES[age] for age in range(len(AGES)) if market.retire[0, age] > 0], bottom + 48)
    return drawing("States inside a cell: experience by age", bottom + 48 + 22 * (len(edges) + 1), parts)


def _inner_arrows(x_of, y_of, month: float, band: float, deep: float) -> list[str]:  # noqa: ANN001
    """Arrows of time, experience and age between the boxes."""
    parts = []
    for age in range(len(AGES)):
        middle = y_of(age) + deep / 2
        end = x_of(CONVEYOR - 1) + month
        parts.append(arrow([(end, middle), (x_of(CONVEYOR), middle)]))
    for state in range(STATES):
        age, tenure = int(STATE_AGE[state]), int(STATE_TENURE[state])
        if PROGRESS[state] != NOWHERE:
            middle = y_of(age) + deep / 2
            parts.append(arrow([(x_of(tenure) + band, middle), (x_of(int(STATE_TENURE[PROGRESS[state]])), middle)]))
        if AGEING[state] != NOWHERE and (tenure >= CONVEYOR or tenure == CONVEYOR // 2):
            to = int(STATE_TENURE[AGEING[state]])
            wide = month if tenure < CONVEYOR else band
            ahead = month if to < CONVEYOR else band
            parts.append(arrow([(x_of(tenure) + wide / 2, y_of(age) + deep), (x_of(to) + ahead / 2, y_of(age + 1))]))
    names = [("time", (x_of(CONVEYOR - 1) + month + 2, y_of(0) + deep / 2 - 5))]
    if (PROGRESS != NOWHERE).any():
        names.append(("progress", (x_of(CONVEYOR) + band - 8, y_of(0) - 4)))
    if (AGEING != NOWHERE).any():
        names.append(("age", (x_of(CONVEYOR) + band / 2 + 8, y_of(0) + deep + 23)))
    return parts + [text(*at, words, size=11) for words, at in names]


def _from_all(edges: Sequence[Edges], retiring: Sequence[str], y: float) -> list[str]:
    parts = [text(12, y, "Each month people in a state take one of these, or none:", bold=True)]
    for number, edge in enumerate(edges, start=1):
        only = f", from {' and '.join(spoken(age) for age in retiring)} alone" if edge.kind == "retire" else ""
        words = f"{EDGE_WORDS.get(edge.kind, '')}{only}"
        how = counted(edge)
        at = y + 22 * number
        parts.append(text(28, at, edge.kind, bold=True))
        parts.append(text(112, at, words))
        parts.append(text(560, at, f"counts as {how}" if how else "changes the state alone", fill=MUTED, size=12))
    return parts


def entering(sources: Sequence[str] = SOURCES) -> str:
    """Where the recruits of each source enter: experience at the door, and age."""
    ages = np.array([item.shares for item in catalogue.entry_ages()])
    known = _central()
    mix = [known.parameter(band).central for band in JOINER_BANDS]
    shares = entry_states([*mix, joiner_rest(known)], ages)
    by_tenure = np.stack(
        [shares[:, [state_of(age, tenure) for age in range(len(AGES))]].sum(axis=1) for tenure in range(TENURES)], 1
    )
    doors = np.flatnonzero(by_tenure.any(axis=0))
    left, wide, top, deep = 146.0, 72.0, 62.0, 50.0
    parts = [text(left, 20, "Experience at the start", bold=True), text(548, 20, "Age at the start", bold=True)]
    for place, tenure in enumerate(doors):
        words = f"month {tenure + 1}" if tenure < CONVEYOR else f"{spoken(BANDS[tenure - CONVEYOR + 1])} years"
        parts.append(text(left + wide * (place + 0.5), 44, words, size=12, anchor="middle", fill=MUTED))
    for row, source in enumerate(sources):
        y = top + deep * row + deep / 2
        parts.append(text(12, y + 4, spoken(source), bold=True))
        for place, tenure in enumerate(doors):
            if share := float(by_tenure[row, tenure]):
                x = left + wide * (place + 0.5)
                parts += [dot((x, y), 22 * share**0.5), text(x, y + 4, f"{share:.0%}", size=12, anchor="middle")]
        parts += _bar(548, y - 12, 240, ages[row])
    return drawing("Where recruits enter", top + deep * len(sources) + 4, parts)


def _bar(x: float, y: float, wide: float, shares: np.ndarray) -> list[str]:
    parts, at = [], x
    for share, fill, name in zip(shares, (TEAL, AMBER, BLUE), AGES, strict=True):
        size = wide * float(share)
        parts.append(f'<rect x="{at:g}" y="{y:g}" width="{size:g}" height="24" fill="{fill}" stroke="#455a64"/>')
        told = f"{spoken(name)}: {share:.0%}"
        if len(told) * 6 > size:
            told = f"{share:.0%}"
        if len(told) * 6 <= size:
            parts.append(text(at + size / 2, y + 16, told, size=11, anchor="middle"))
        at += size
    return parts
