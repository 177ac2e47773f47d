"""Loads follow the traffic equations; the picture shows all that the file says and is a sound drawing."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhwfmodel.pathway import flatten, load_pathway
from mhwfmodel.pathway.diagram import diagram
from mhwfmodel.pathway.layers import place
from mhwfmodel.pathway.loads import loads
from mhwfmodel.pathway.picture import picture
from mhwfmodel.pathway.words import amount, percent, span_range, span_words

SVG = "{http://www.w3.org/2000/svg}"


def test_loads_follow_the_traffic_equations(small: Any) -> None:
    pathway = small(
        pools={"nurses": {"count": 3}, "beds": {"count": 8}},
        stages={
            "triage": {"routes": {"ward": 0.5, "triage": 0.2, "discharged": 0.3}},
            "ward": {"needs": {"beds": 2}, "service": {"gamma": {"mean": 2, "cv": 2}}, "patience": {"fixed": 4},
                     "routes": {"discharged": 1}},
        },
    )  # fmt: skip
    found = loads(flatten(pathway))
    assert found.joining[:, 0] == pytest.approx([2 / 0.8, 2 / 0.8 * 0.5])
    assert found.work == pytest.approx([2.5, 1.25 * 2 * 2])
    assert found.load == pytest.approx([2.5 / 3, 5 / 8])
    assert found.finite.tolist() == [False, True]


def test_people_who_come_back_and_given_times_are_counted(small: Any) -> None:
    back = {"after": ["discharged"], "chance": 0.5, "delay": {"exponential": 9}, "stage": "triage"}
    pathway = small(arrivals={"referrals": {"per_day": None, "times": [1, 2, 3]}}, re_referral=back)
    found = loads(flatten(pathway))
    assert found.joining[:, 0] == pytest.approx([6 / 365, 3 / 365])


@pytest.mark.parametrize(
    ("days", "said"),
    [(1 / 1440, "1 min"), (1 / 24, "1 h"), (0.0313, "45.1 min"), (2.0, "2 days"), (1.2, "28.8 h"),
     (30.4375 * 4, "4 months"), (365.25 * 6, "6 years"), (float("inf"), "never")],
)  # fmt: skip
def test_lengths_of_time_in_words(days: float, said: str) -> None:
    assert span_words(days) == said


def test_numbers_in_words() -> None:
    assert [amount(0.1234), amount(12.34), amount(1234.5)] == ["0.123", "12.3", "1,234"]
    assert percent(0.125) == "12.5\u00a0%"
    assert span_range(112.0, 9.0) == "3.68 ± 0.3 months"
    assert span_range(3.0, float("nan")) == "3 days"
    assert span_range(0.0, 0.0) == "0 min"


@st.composite
def drawings(draw: st.DrawFn) -> tuple[dict[str, float], dict[tuple[str, str], float], list[str], set[tuple[str, str]]]:
    names = [f"s{at}" for at in range(draw(st.integers(1, 9)))]
    heights = {name: draw(st.floats(20, 90)) for name in names}
    pair = st.tuples(st.sampled_from(names), st.sampled_from(names))
    edges = draw(st.dictionaries(pair, st.floats(0, 9), max_size=20))
    first = draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
    main = {edge for edge in edges if edge[0] != edge[1] and draw(st.booleans())}
    return heights, edges, first, main


@given(drawings())
def test_boxes_of_a_layer_never_overlap_and_ways_forward_pass_every_layer(case: Any) -> None:
    heights, edges, first, main = case
    layout = place(heights, edges, first, main)
    assert set(layout.layer) == set(heights)
    for one, two in combinations(heights, 2):
        if layout.layer[one] == layout.layer[two]:
            gap = abs(layout.middle[one] - layout.middle[two])
            assert gap >= (heights[one] + heights[two]) / 2 - 1e-6
    for name, height in heights.items():
        assert height / 2 - 1e-6 <= layout.middle[name] <= layout.height - height / 2 + 1e-6
    for source, to in edges:
        forward = layout.layer[source] < layout.layer[to]
        assert ((source, to) in layout.bends) == forward
        if forward:
            passed = [layer for layer, _ in layout.bends[source, to]]
            assert passed == list(range(layout.layer[source] + 1, layout.layer[to]))


@pytest.mark.parametrize("name", ["cmhf", "crisis_cafe", "community_team", "mental_health_act"])
def test_the_picture_shows_every_stage_pool_way_and_exit(name: str, root: Any) -> None:
    pathway = load_pathway(name if name == "cmhf" else root / f"examples/pathways/{name}.yaml")
    drawn = diagram(pathway)
    tree = ET.fromstring(picture(pathway))
    texts = [text.text or "" for text in tree.iter(f"{SVG}text")]
    whole = " ".join(texts)
    for stage in drawn.stages.values():
        assert stage.title.split()[0] in whole
        for way in stage.exits:
            assert f"→ {way}" in texts
        for stream in stage.arrivals:
            assert stream in texts
    for pool in drawn.pools.values():
        assert f"{pool.number} · {pool.hours}" in texts
    boxes = [rect for rect in tree.iter(f"{SVG}rect") if rect.get("rx") == "7" and rect.get("fill") == "#fff"]
    assert len(boxes) == len(pathway.stages)
    arrows = [path for path in tree.iter(f"{SVG}path") if path.get("class") == "w"]
    legend = {(way.kind) for way in drawn.ways}
    arriving = sum(len(stage.arrivals) for stage in drawn.stages.values())
    assert len(arrows) >= len(drawn.ways) + arriving + len(legend)
    wide, tall = (float(tree.get(side, "0")) for side in ("width", "height"))
    for rect in tree.iter(f"{SVG}rect"):
        if rect.get("x"):
            assert 0 <= float(rect.get("x")) <= wide - float(rect.get("width"))
            assert 0 <= float(rect.get("y")) <= tall - float(rect.get("height"))


def test_shares_of_a_picture_are_weighted_by_who_comes(small: Any) -> None:
    pathway = small(
        classes={"high": {}, "low": {}},
        arrivals={"referrals": {"classes": {"high": 0.25, "low": 0.75}}},
        stages={
            "triage": {"routes": {"by_class": {"high": {"more": 1}, "low": {"discharged": 1}}, "discharged": None}},
            "more": {"service": {"fixed": 1}, "routes": {"discharged": 1}},
        },
    )
    (way,) = diagram(pathway).ways
    assert (way.source, way.to, way.share) == ("triage", "more", pytest.approx(0.25))
    assert np.isclose(way.flow, 2 * 0.25 * 30.4375)


def test_names_of_people_are_text_and_nothing_else(small: Any) -> None:
    drawn = picture(small(title="</title><script>alert(1)</script>", stages={"triage": {"title": "<b>&"}}))
    tree = ET.fromstring(drawn)
    assert not list(tree.iter(f"{SVG}script"))
    assert "<b>&" in [text.text for text in tree.iter(f"{SVG}text")]
