"""Writes into the pages what the package itself knows, so that no page can go stale.

A line `<!-- table: NAME -->` becomes a table of the catalogue, the result's variables, the baseline or the trends; a
line `<!-- help: WORDS -->` becomes what `mhwfmodel WORDS --help` prints, and `<!-- measured: NAME -->` what
`python -m benchmarks NAME --markdown docs/_measured/NAME.md` wrote. A page whose tables stand in the file itself,
each closed by `<!-- end -->`, is left as it is.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mhwfmodel.catalogue import Parameter, Quantity

_MARK = re.compile(r"^<!-- (table|help|measured):([^>]*)-->$", re.MULTILINE)
_KEPT = "<!-- end -->"
_MAIN = "import sys; from mhwfmodel.cli import main; sys.argv = ['mhwfmodel', *sys.argv[1:]]; main()"


def on_page_markdown(markdown: str, **_: object) -> str:
    """Fill in the marks of one page; called by the site's builder."""
    if _KEPT in markdown:
        return markdown
    return _MARK.sub(lambda match: _MAKERS[match[1]](match[2].strip()), markdown)


def _help(words: str) -> str:
    command = [sys.executable, "-c", _MAIN, *words.split(), "--help"]
    environment = {**os.environ, "COLUMNS": "100", "TERM": "dumb", "NO_COLOR": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", check=True)
    return f"```text\n{done.stdout.strip()}\n```"


def _measured(name: str) -> str:
    return (Path(__file__).parent.parent / "_measured" / f"{name}.md").read_text(encoding="utf-8").strip()


def _table(name: str) -> str:
    maker = _TABLES.get(name) or _described(name)
    headings, rows = maker()
    lines = [_line(headings), _line(["---"] * len(headings)), *(_line(row) for row in rows)]
    return "\n".join(lines)


def _line(cells: Iterable[object]) -> str:
    texts = (str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells)
    return f"| {' | '.join(texts)} |"


Table = tuple[Sequence[str], Sequence[Sequence[object]]]


def _described(name: str) -> Callable[[], Table]:
    """A table that a package makes of itself: `trend_…` of the forecast, `baseline_…`, `amhp_need_…`, `capacity_…`."""
    from mhwfmodel.forecast import tables
    from mhwfmodel.inputs import covariates, describe
    from mhwfmodel.simulate import amhp_tables, capacity_tables, panel_estimates

    for package in (tables, describe, covariates, amhp_tables, capacity_tables, panel_estimates):
        if name in package.__all__:
            maker: Callable[[], Table] = getattr(package, name)
            return maker
    message = f"no table is called {name}"
    raise KeyError(message)


def _variables() -> Table:
    from mhwfmodel.catalogue.variables import variables

    headings = ("name", "what", "unit", "kind", "scope", "definition")
    return headings, [(f"`{v.name}`", v.long_name, v.units, v.kind, v.scope, v.definition) for v in variables()]


def _scenarios() -> Table:
    import csv

    from mhwfmodel.catalogue.pathway_measures import pathway_measures
    from mhwfmodel.catalogue.variables import variables
    from mhwfmodel.scenario import load_scenario

    folder = Path(__file__).parent.parent
    names = {item.name: item.long_name for item in (*pathway_measures(), *variables())}
    with (folder / "_data" / "scenarios.csv").open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    rows = []
    for row in listed:
        levers = load_scenario(folder.parent / "scenarios" / f"{row['scenario']}.yaml").levers
        kinds = ", ".join(dict.fromkeys(f"`{lever.kind}`" for lever in levers))
        moves = f"{names[row['measure']]} {row['direction']}"
        base = "itself without levers" if row["base"] == row["scenario"] else f"`{row['base']}`"
        rows.append((f"`{row['scenario']}`", row["question"], kinds, base, moves))
    return ("scenario", "the question", "levers", "compare with", "the test asks that"), rows


def _roles() -> Table:
    from mhwfmodel import catalogue

    headings = ("id", "code", "role", "regulated", "may be an Approved Mental Health Professional", "specialist")
    yes_no = {True: "yes", False: ""}
    rows = [
        (r.id, f"`{r.code}`", r.name, yes_no[r.regulated], yes_no[r.amhp_eligible], yes_no[r.specialist])
        for r in catalogue.roles()
    ]
    return headings, rows


def _sectors() -> Table:
    from mhwfmodel import catalogue

    headings = ("id", "code", "sector", "population", "note")
    return headings, [(s.id, f"`{s.code}`", s.name, s.population, s.note) for s in catalogue.sectors()]


def _assumptions() -> Table:
    from mhwfmodel import catalogue

    headings = ("name", "what", "centre", "low", "high", "distribution", "unit", "status", "rests on", "review", "note")
    rows = [
        (f"`{p.name}`", p.title, *_range(p), p.distribution, p.unit, p.status, " ".join(p.source), p.review, p.note)
        for p in catalogue.parameters()
    ]
    return headings, rows


def _range(parameter: Parameter) -> tuple[str, str, str]:
    return f"{parameter.central:g}", f"{parameter.low:g}", f"{parameter.high:g}"


def _conflicts() -> Table:
    from mhwfmodel import catalogue

    headings = ("what", "figures", "why they cannot all be true of one thing", "what the model does")
    return headings, [(c.title, " ".join(c.figures), c.explanation, c.used) for c in catalogue.conflicts()]


def _pipelines() -> Table:
    from mhwfmodel import catalogue

    headings = (
        "id", "code", "pipeline", "trains", "from", "gives", "months", "starts in", "last intake", "places a year",
        "gives up a month", "passes", "takes it up", "breaks off a month", "released", "status", "rests on", "note",
    )  # fmt: skip
    rows = [
        (
            p.id, f"`{p.code}`", p.name, p.kind, _words(p.from_roles), f"`{p.to_role or p.gives}`", p.months,
            " ".join(map(str, p.intake_months)), p.last_intake, _quantity(p.places), _quantity(p.drop_out),
            _quantity(p.pass_rate), _quantity(p.take_up), _quantity(p.break_chance), _quantity(p.released), p.status,
            " ".join(p.source), p.note,
        )
        for p in catalogue.pipelines()
    ]  # fmt: skip
    return headings, rows


def _destinations() -> Table:
    from mhwfmodel import catalogue

    headings = ("pipeline", "goes to", "share", "status", "rests on", "note")
    rows = [
        (f"`{d.pipeline}`", f"`{d.sector}`", _quantity(d.share), d.status, " ".join(d.source), d.note)
        for d in catalogue.destinations()
    ]
    return headings, rows


def _amhp_posts() -> Table:
    from mhwfmodel import catalogue

    headings = ("sector", "role", "strand", "share of those approved", "status", "rests on", "note")
    rows = [
        (f"`{p.sector}`", f"`{p.role}`", p.strand, f"{p.share:.1%}", p.status, " ".join(p.source), p.note)
        for p in catalogue.amhp_posts()
    ]
    return headings, rows


def _limits() -> Table:
    from mhwfmodel.simulate import starting, students

    rows = (
        ("staff who may take courses and approvals who are on one", "starting", "_MOST_ON_TRACKS"),
        ("leavers of a cell who leave for what a course led to, at rest", "starting", "_MOST_TO_COURSES"),
        ("those whom a cell replaces who come from courses, at rest", "starting", "_MOST_FROM_COURSES"),
        ("those who qualify as students whom vacancies take, at rest", "students", "_MOST_HIRED"),
    )
    places = {"starting": starting, "students": students}
    headings = ("share of", "at most", "code")
    return headings, [(what, f"{getattr(places[at], name):.0%}", f"`simulate.{at}.{name}`") for what, at, name in rows]


def _words(words: Iterable[str]) -> str:
    return " ".join(f"`{word}`" for word in words)


def _quantity(given: Quantity) -> str:
    """A number, or the name of an uncertain input with its centre and range."""
    from mhwfmodel import catalogue

    if not isinstance(given, str):
        return f"{given:g}"
    if given == "rest":
        return "the rest"
    central, low, high = _range(catalogue.parameter(given))
    return f"`{given}` {central}" if low == high else f"`{given}` {central} ({low} to {high})"


_TABLES: dict[str, Callable[[], Table]] = {
    "variables": _variables,
    "roles": _roles,
    "scenarios": _scenarios,
    "sectors": _sectors,
    "assumptions": _assumptions,
    "amhp_posts": _amhp_posts,
    "conflicts": _conflicts,
    "pipelines": _pipelines,
    "destinations": _destinations,
    "limits": _limits,
}
_MAKERS: dict[str, Callable[[str], str]] = {"table": _table, "help": _help, "measured": _measured}
