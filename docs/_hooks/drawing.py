"""Draws the graph of the workforce from the catalogue and the model's own objects, so that no picture can go stale.

A line `<!-- drawing: NAME -->` in a page becomes a drawing: `whole`, `cells`, `states`, `entering`, `pipelines` or
`approval`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from drawing_people import EDGE_WORDS, cells, entering, spoken, states, whole
from drawing_training import approval, pipelines

from mhwfmodel import catalogue
from mhwfmodel.catalogue import Parameter
from mhwfmodel.inputs.cells import england_cells
from mhwfmodel.simulate.tracks import cell_tracks
from mhwfmodel.supply import Track, Workforce, workforce_graph
from mhwfmodel.supply.states import SOURCES, STATES

__all__ = [
    "DRAWINGS",
    "EDGE_WORDS",
    "cells",
    "graph",
    "on_page_markdown",
    "pipelines",
    "richest",
    "spoken",
    "states",
    "whole",
]

_MARK = re.compile(r"^<!-- drawing:([^>]*)-->$", re.MULTILINE)


def on_page_markdown(markdown: str, **_: object) -> str:
    """Fill in the marks of one page; called by the site's builder."""
    return _MARK.sub(lambda match: f'<div class="drawing">{DRAWINGS[match[1].strip()]()}</div>', markdown)


def graph(tracks: tuple[Track, ...] = ()) -> Workforce:
    """The graph of a single cell, whose staff may be on some tracks."""
    entry = np.full((len(SOURCES), STATES), 1.0 / STATES)
    return workforce_graph(np.array([0], dtype=np.uint32), entry, [tracks])


def richest() -> tuple[Track, ...]:
    """The tracks of the kind of cell that has most of them."""
    return max(cell_tracks(england_cells()), key=len)


def _whole() -> str:
    made = graph(richest()).graph
    return whole(made.edges, made.sources, catalogue.pipelines())


def _cells() -> str:
    posts = [(column.sector, column.role, column.strand) for column in catalogue.post_columns()]
    return cells(catalogue.sectors(), catalogue.roles(), posts)


def _states() -> str:
    return states(graph(richest()).graph.edges)


def _pipelines() -> str:
    return pipelines(catalogue.pipelines(), catalogue.destinations())


def _approval() -> str:
    stops, share = catalogue.parameter("amhp_stops_practising"), catalogue.parameter("amhp_practising_share")
    rota, full = catalogue.parameter("amhp_rota_share"), catalogue.parameter("amhp_full_time_share")
    values = {
        "again_practising": _percent(catalogue.parameter("amhp_reapproved")),
        "again_not_practising": _percent(catalogue.parameter("amhp_not_practising_reapproved")),
        "stops": f"stops: {stops.central:g} a year",
        "resumes": "resumes",
        "share": f"At the start {_percent(share)} of the approved practise; the hazard of resuming holds that share.",
        "rota": f"Of those who practise {_percent(full)} do nothing else; the others give {rota.central:g} FTE each.",
    }
    return approval(richest(), values)


def _percent(given: Parameter) -> str:
    return f"{given.central:.0%}"


DRAWINGS: dict[str, Callable[[], str]] = {
    "whole": _whole,
    "cells": _cells,
    "states": _states,
    "entering": entering,
    "pipelines": _pipelines,
    "approval": _approval,
}
