"""Real small runs that the tests of the report share, and a reader of HTML."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

import mhwfmodel as mh
from mhwfmodel.results import Result

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Page(HTMLParser):
    """Reads a page and remembers its elements, texts and scripts; faults are tags that do not match."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.faults: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        self.faults += [f"{tag} is never closed" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append((dict(attrs), ""))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()} closes nothing")

    def handle_data(self, data: str) -> None:
        if not self._open:
            return
        self.texts.setdefault(self._open[-1], []).append(data)
        if self._open[-1] == "script":
            attrs, text = self.scripts[-1]
            self.scripts[-1] = (attrs, text + data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        """Attributes of each element with a tag."""
        return [attrs for name, attrs in self.elements if name == tag]


@pytest.fixture(scope="session")
def run(root: Path) -> Callable[..., Result]:
    """Run a scenario that ships, with some of its fields changed."""

    def made(name: str = "baseline", **changes: object) -> Result:
        return mh.run(mh.load_scenario(root / "scenarios" / f"{name}.yaml", changes))

    return made


@pytest.fixture(scope="session")
def england(run: Callable[..., Result]) -> Result:
    """All 42 ICBs, five years, 20 draws."""
    return run(draws=20, months=60)


@pytest.fixture(scope="session")
def few(run: Callable[..., Result]) -> Result:
    """Three ICBs of two regions, six months, 4 draws."""
    return run(draws=4, months=6, icbs=["QNQ", "QU9", "QJ2"])


@pytest.fixture(scope="session")
def one(run: Callable[..., Result]) -> Result:
    """One ICB, 18 months, 1 draw."""
    return run(draws=1, months=18, icbs=["QJ2"])


@pytest.fixture(scope="session")
def named() -> Callable[[Result, str], Result]:
    """The same run under another name and description."""

    def made(result: Result, name: str) -> Result:
        scenario = {**result.manifest["scenario"], "name": name, "description": name}
        return replace(result, manifest={**result.manifest, "scenario": scenario})

    return made


@pytest.fixture(scope="session")
def page() -> type[Page]:
    """The reader of HTML."""
    return Page


@pytest.fixture(scope="session")
def england_html(england: Result) -> str:
    from mhwfmodel.report.page import render

    return render(england)


@pytest.fixture(scope="session")
def few_html(few: Result) -> str:
    from mhwfmodel.report.page import render

    return render(few)
