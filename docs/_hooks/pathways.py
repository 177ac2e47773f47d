"""Draws the shipped pathway and writes its tables from the package's own data, so that no page can go stale.

A line `<!-- pathway: NAME -->` becomes `picture`, `classes`, `stages`, `staffing` or, with one of the words of
`NUMBERS`, the numbers of that part of the pathway: `numbers arrivals`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from mhwfmodel import catalogue
from mhwfmodel.catalogue import PathwayNumber
from mhwfmodel.pathway import load_pathway
from mhwfmodel.pathway.picture import picture

__all__ = ["NUMBERS", "on_page_markdown"]

_MARK = re.compile(r"^<!-- pathway:([^>]*)-->$", re.MULTILINE)

_TIERS = ("triage", "assessment", "advice", "core", "intensive", "therapy", "while_waiting")
_CRISIS = ("crisis_team", "crisis_house", "crisis_cafe", "helpline")
_ACT = ("place_of_safety", "mha_assessment", "mha_arrangements", "hospital", "follow_up")
_HOUSING = ("housing_panel", "residential", "supported_housing", "step_down_housing", "outreach")
NUMBERS = {
    "arrivals": ("arrivals.",),
    "tiers": tuple(f"stages.{name}." for name in _TIERS),
    "crisis": tuple(f"stages.{name}." for name in _CRISIS),
    "act": tuple(f"stages.{name}." for name in _ACT),
    "housing": tuple(f"stages.{name}." for name in _HOUSING),
    "pools": ("pools.",),
    "re_referral": ("re_referral.",),
}
"""Parts of the pathway's file, by the first words of the keys; a number belongs to the first key that it has."""


def on_page_markdown(markdown: str, **_: object) -> str:
    """Fill in the marks of one page; called by the site's builder."""
    return _MARK.sub(lambda match: _made(match[1].split()), markdown)


def _made(words: Sequence[str]) -> str:
    if words[0] == "numbers":
        return _numbers(words[1])
    return _MAKERS[words[0]]()


def part_of(number: PathwayNumber) -> str:
    """The part of the pathway that a number belongs to; `arrivals` where other numbers are worked out from it."""
    first = number.at[0] if number.at else "arrivals."
    return next(name for name, starts in NUMBERS.items() if first.startswith(starts))


def _numbers(part: str) -> str:
    headings = ("name", "what", "centre", "low", "high", "unit", "status", "rests on", "note")
    rows = [
        (
            f"`{n.name}`",
            n.title,
            f"{n.central:g}",
            f"{n.low:g}",
            f"{n.high:g}",
            n.unit,
            n.status,
            " ".join(n.source),
            n.note,
        )
        for n in catalogue.pathway_numbers()
        if part_of(n) == part
    ]
    return _table(headings, rows)


def _picture() -> str:
    return f'<div class="drawing">{picture(load_pathway("cmhf"))}</div>'


def _classes() -> str:
    pathway = load_pathway("cmhf")
    rows = []
    for name, given in pathway.classes.items():
        shares = [f"{stream.classes.get(name, 0.0):.1%}" for stream in pathway.arrivals.values()]
        rows.append((given.title or name, given.priority, *shares))
    return _table(("class", "priority", *(name.replace("_", " ") for name in pathway.arrivals)), rows)


def _stages() -> str:
    pathway = load_pathway("cmhf")
    rows = []
    for name, stage in pathway.stages.items():
        needs = ", ".join(f"{count} × {pathway.pools[pool].title}" for pool, count in stage.needs.items())
        rows.append(
            (
                stage.number,
                stage.title or name,
                needs or "nobody: all start at once",
                "yes" if stage.contact else "",
                "yes" if stage.outside else "",
                "yes" if stage.statutory else "",
            )
        )
    headings = ("number", "stage", "needs", "counts as a contact", "outside the waits", "statutory")
    return _table(headings, rows)


def _staffing() -> str:
    headings = ("skill", "sector", "role", "share of the hours", "low", "high", "status", "note")
    rows = [
        (f"`{s.skill}`", f"`{s.sector}`", f"`{s.role}`", f"{s.share:g}", f"{s.low:g}", f"{s.high:g}", s.status, s.note)
        for s in catalogue.staffing()
    ]
    return _table(headings, rows)


def _table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


_MAKERS: dict[str, Callable[[], str]] = {
    "picture": _picture,
    "classes": _classes,
    "stages": _stages,
    "staffing": _staffing,
}
