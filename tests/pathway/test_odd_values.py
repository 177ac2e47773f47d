"""Whatever stands in a field, the reader answers with a pathway that can be run, or with faults at their lines."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mhwfmodel.errors import Fault, PathwayError
from mhwfmodel.pathway import Pathway, flatten, read_pathway
from mhwfmodel.pathway.loads import loads
from mhwfmodel.pathway.picture import picture

RICH: dict[str, Any] = {
    "pathway": "rich", "title": "Rich", "people": 1000, "start": "2026-04", "months": 2, "replications": 2,
    "seed": 1,
    "classes": {"high": {"priority": 1, "severity": 2}, "low": {"priority": 2, "title": "Low"}},
    "exits": ["done", "lost"],
    "pools": {
        "staff": {"count": 2.5, "rota": [{"days": ["mon", "tue"], "from": "18:00", "to": "02:00", "count": 2},
                                         {"from": "09:00", "to": "17:00"}],
                  "at_shift_end": "hand_over", "by_month": {"2026-05": 3}, "staff": {"skill": "amhp"}},
        "places": {"fte": 3, "slots_per_fte": 2, "teams": 2},
        "doctors": {"hours_per_week": 400, "preemption": "none"},
    },
    "arrivals": {
        "come": {"stage": "triage", "number": 1, "per_week": 9, "classes": {"high": 0.5, "low": 0.5},
                 "week": {"sun": 0},
                 "by_month": {"2026-05": 2}, "season": [1] * 12, "day": [1] * 24},
        "listed": {"stage": "stay", "number": 2, "times": [1, "2 days"], "class": "low"},
    },
    "stages": {
        "triage": {"number": 1, "needs": {"staff": 1}, "service": {"by_class": {"high": {"fixed": "1 hour"}, "low": {
            "gamma": {"mean": "2 hours", "cv": 0.5}}}}, "patience": {"exponential": 3}, "gives_up": "lost", "room": 5,
            "when_full": "displace", "full": "stay", "contact": True, "statutory": True, "priority": 1,
            "routes": {"by_class": {"high": {"stay": 1}, "low": {"stay": 0.5, "done": 0.5}}},
            "modes": {"here": {"share": 0.5}, "online": {"share": 0.5, "time": 0.8, "excluded": {"high": 0.2}}},
            "excluded": "lost"},
        "stay": {"number": 2, "needs": {"places": 1}, "service": {"empirical": {"values": [1, 2], "weights": [1, 1]}},
                 "routes": {"visit": 0.5, "done": 0.5}},
        "visit": {"number": 3, "needs": {"doctors": 2, "staff": 1}, "service": {"weibull": {"mean": 1, "shape": 2}},
                  "outside": False, "routes": {"done": 1}},
    },
    "re_referral": {"after": ["done"], "chance": 0.2, "delay": {"erlang": {"mean": 20, "k": 2}}, "stage": "triage"},
    "present": {"stay": {"waiting": {"low": 2}, "in_work": {"high": 1}, "age": {"lognormal": {"mean": 3, "cv": 1}},
                         "before": {"fixed": 2}, "contacts": 1}},
}  # fmt: skip

ODD = [None, True, -1, 0, 0.5, 2, 1e300, 10**30, "", "x", "staff", "triage", "done", "high", "1 day", "25:00",
       "2026-13",
       [], [1], ["mon"], [[]], {}, {"x": 1}, {"high": 1}, {"by_class": {}}, {"fixed": 0}, {"done": 1}]  # fmt: skip


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, below in value.items():
            yield from paths(below, (*path, key))
    elif isinstance(value, list):
        for at, below in enumerate(value):
            yield from paths(below, (*path, at))


def answer(text: str) -> tuple[Pathway | None, tuple[Fault, ...]]:
    """What the reader makes of a text."""
    try:
        return read_pathway(text, "odd.yaml"), ()
    except PathwayError as error:
        return None, error.faults


PATHS = list(paths(RICH))


def test_the_pathway_is_fine_as_it_is() -> None:
    assert flatten(read_pathway(json.dumps(RICH))).end == 61.0


@settings(max_examples=400)
@given(st.sampled_from(PATHS), st.sampled_from(ODD), st.sampled_from(["replace", "remove", "rename"]))
def test_no_value_breaks_the_reader(path: tuple[Any, ...], odd: Any, how: str) -> None:
    data = copy.deepcopy(RICH)
    above = data
    for step in path[:-1]:
        above = above[step]
    if how == "replace":
        above[path[-1]] = odd
    elif how == "remove" or not isinstance(above, dict):
        del above[path[-1]]
    else:
        above[str(odd)] = above.pop(path[-1])
    pathway, faults = answer(json.dumps(data, indent=1))
    assert all(fault.where.startswith("odd.yaml") and fault.problem for fault in faults)
    assert (pathway is None) == bool(faults)
    if pathway is None:
        return
    network = flatten(pathway)
    assert (network.stages.route_upto[..., -1] == 1.0).all()
    assert (loads(network).joining >= 0).all()
    assert picture(pathway).startswith("<svg")
