"""The drawings of the graph show what the catalogue and the model hold, and a new row shows up by itself."""

from __future__ import annotations

import importlib
import re
import sys
from dataclasses import replace
from html import unescape
from types import ModuleType
from xml.etree import ElementTree

import numpy as np
import pytest

from mhwfmodel import catalogue
from mhwfmodel.supply import AGES, BANDS
from mhwfmodel.supply.graph import OUT, Edges
from mhwfmodel.supply.states import CONVEYOR, SOURCES
from mhwfmodel.supply.workforce import EDGES


@pytest.fixture(scope="module")
def drawing(root) -> ModuleType:
    folder = str(root / "docs" / "_hooks")
    sys.path.insert(0, folder)
    try:
        import drawing as made
    finally:
        sys.path.remove(folder)
    return made


@pytest.fixture(scope="module")
def drawn(drawing) -> dict[str, str]:
    return {name: make() for name, make in drawing.DRAWINGS.items()}


def words(svg: str) -> str:
    """All words of a drawing in their order, lines joined."""
    return " ".join(unescape(word) for word in re.findall(r"<text[^>]*>([^<]*)</text>", svg))


def test_every_sector_and_role_is_drawn(drawn):
    shown = words(drawn["cells"])
    assert [item.name for item in catalogue.sectors() if item.name not in shown] == []
    assert [item.name for item in catalogue.roles() if item.name not in shown] == []


def test_as_many_boxes_as_there_are_kinds_of_cells(drawn):
    key = 2
    assert drawn["cells"].count("<rect") == len(catalogue.post_columns()) + key + len(catalogue.sectors()) * len(
        catalogue.roles()
    )


def test_every_pipeline_is_drawn_with_its_length_and_goal(drawn):
    shown = words(drawn["pipelines"])
    assert [item.name for item in catalogue.pipelines() if item.name not in shown] == []
    assert [item.code for item in catalogue.pipelines() if f" {item.months} " not in shown] == []
    gained = {item.to_role for item in catalogue.pipelines() if item.to_role}
    assert [code for code in gained if catalogue.role(code).name not in shown] == []


@pytest.mark.parametrize("name", ["whole", "states"])
def test_every_kind_of_edge_is_drawn_and_said(drawing, drawn, name):
    shown = words(drawn[name])
    assert [kind for kind in EDGES if kind not in shown] == []
    assert [kind for kind in EDGES if drawing.EDGE_WORDS.get(kind, "none") not in shown] == []


def test_every_source_is_drawn(drawing, drawn):
    for name in ("whole", "entering"):
        assert [source for source in SOURCES if drawing.spoken(source) not in words(drawn[name])] == []


def test_every_state_is_drawn(drawing, drawn):
    svg, shown = drawn["states"], words(drawn["states"])
    assert svg.count("<rect") == (CONVEYOR + len(BANDS) - 1) * len(AGES)
    assert [band for band in (*BANDS, *AGES) if drawing.spoken(band) not in shown] == []


def test_every_track_of_an_approval_is_drawn(drawing, drawn):
    shown = words(drawn["approval"])
    goals = [item for item in catalogue.pipelines() if item.gives == "amhp"]
    assert goals
    assert [item.name for item in goals if item.name not in shown] == []
    assert [track.code for track in drawing.richest() if track.other and drawing.spoken(track.code) not in shown] == []


def test_what_is_added_shows_up_by_itself(drawing):
    sector = replace(catalogue.sectors()[0], id=30, code="guild", name="Guilds")
    role = replace(catalogue.roles()[0], id=200, code="scribe", name="Scribes")
    shown = words(
        drawing.cells([*catalogue.sectors(), sector], [*catalogue.roles(), role], [("guild", "scribe", "general")])
    )
    assert "Guilds" in shown
    assert "Scribes" in shown
    course = replace(catalogue.pipelines()[0], id=60, code="school", name="Evening school", months=17)
    assert "Evening school" in words(drawing.pipelines([*catalogue.pipelines(), course], catalogue.destinations()))
    nodes = np.array([OUT])
    edges = [*drawing.graph().graph.edges, Edges("sabbatical", nodes, leaver=True)]
    assert "sabbatical" in words(drawing.states(edges))
    assert "sabbatical" in words(drawing.whole(edges, SOURCES, catalogue.pipelines()))
    assert "bees" in words(drawing.whole(edges, (*SOURCES, "bees"), catalogue.pipelines()))


def test_drawings_are_well_formed_and_stay_inside(drawn):
    for name, svg in drawn.items():
        tree = ElementTree.fromstring(svg)
        width, height = (float(number) for number in tree.attrib["viewBox"].split()[2:])
        for item in tree.iter("rect"):
            x, y = float(item.attrib["x"]), float(item.attrib["y"])
            assert 0 <= x <= x + float(item.attrib["width"]) <= width, f"{name}: {item.attrib}"
            assert 0 <= y <= y + float(item.attrib["height"]) <= height, f"{name}: {item.attrib}"
        for item in tree.iter("text"):
            assert 0 <= float(item.attrib["y"]) <= height, f"{name}: {item.text}"


def test_a_mark_becomes_a_drawing_and_an_unknown_one_is_refused(drawing):
    made = drawing.on_page_markdown("# A\n\n<!-- drawing: cells -->\n\nend\n")
    assert "<svg" in made
    assert made.startswith("# A\n")
    assert made.endswith("end\n")
    with pytest.raises(KeyError):
        drawing.on_page_markdown("<!-- drawing: nothing -->")


def test_every_drawing_is_on_the_page(root, drawing):
    page = (root / "docs" / "background" / "graph.md").read_text(encoding="utf-8")
    assert re.findall(r"^<!-- drawing: (\w+) -->$", page, re.MULTILINE) == list(drawing.DRAWINGS)


def found(name: str) -> bool:
    """Whether a module of the package, or what stands in one, has this name; such as `supply.market.offered`."""
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            at: object = importlib.import_module(".".join(("mhwfmodel", *parts[:cut])))
        except ModuleNotFoundError:
            continue
        return all((at := getattr(at, part, None)) is not None for part in parts[cut:])
    return False


def test_the_code_named_beside_the_equations_exists(root):
    page = (root / "docs" / "background" / "model.md").read_text(encoding="utf-8")
    packages = {path.parent.name for path in (root / "mhwfmodel").glob("*/__init__.py")}
    named = {name for name in re.findall(r"`(\w+(?:\.\w+)+)`", page) if name.split(".")[0] in packages}
    assert len(named) > len(packages)
    assert sorted(name for name in named if not found(name)) == []
    assert not found("supply.market.nothing")
    assert not found("nothing.at.all")


def test_the_inputs_of_the_market_and_the_rota_are_on_the_page(root):
    page = (root / "docs" / "background" / "model.md").read_text(encoding="utf-8")
    starts = (
        "amhp_full_time_share",
        "amhp_rota",
        "closure_",
        "offer_",
        "same_",
        "distance_",
        "retirement_",
        "years_under",
    )
    named = [item.name for item in catalogue.parameters() if item.name.startswith(starts)]
    assert len(named) >= len(starts)
    assert [name for name in named if f"`{name}`" not in page] == []
