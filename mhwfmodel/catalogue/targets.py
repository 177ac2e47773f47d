"""Published figures that the shipped pathway is held against: each with its own definition, scope and date.

They are not facts that one model can meet together. Each has a weight, which says how far its definition is known and
is that of the model; what the model gives is told beside it, with the misfit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mhwfmodel.catalogue._tables import Folder, Row, duplicates, load, package_data, pick
from mhwfmodel.catalogue.evidence import Figure, read_figures
from mhwfmodel.errors import Fault

__all__ = ["SENSES", "Target", "read_targets", "target", "targets"]

SENSES = ("near", "at_most", "between")
"""How a target is meant: a number to come near, a ceiling, or a range without a number."""

_FILE = "targets.csv"
_PER_CENT = 100.0


@dataclass(frozen=True, slots=True)
class Target:
    """One published figure, or a range where none is published.

    Args:
        id: Word for it.
        title: Name for people.
        definition: What is counted, as the model reads it.
        scope: Whom the figure speaks of.
        period: When.
        figures: Ids of the figures; the first is the one whose number `value` is.
        value: The number, in `unit`; None for a range.
        low: Lower end of a range; None otherwise.
        high: Upper end of a range; None otherwise.
        sense: How it is meant; one of `SENSES`.
        unit: Unit.
        measure: Word for the model's output that answers to it.
        weight: Part that it plays when the pathway is tuned, 0 to 1.
        weight_note: Why this weight.
    """

    id: str
    title: str
    definition: str
    scope: str
    period: str
    figures: tuple[str, ...]
    value: float | None
    low: float | None
    high: float | None
    sense: str
    unit: str
    measure: str
    weight: float
    weight_note: str

    def misfit(self, found: float) -> float:
        """How far a number of the model is away, relative to the target: 0 inside a range and below a ceiling.

        Args:
            found: What the model gives, in `unit`.
        """
        low = self.low if self.low is not None else self.value
        high = self.high if self.high is not None else self.value
        if high is not None and found > high:
            return found / high - 1.0
        if low is not None and found < low and self.sense != "at_most":
            return found / low - 1.0
        return 0.0


def read_targets(folder: Folder) -> tuple[Target, ...]:
    """Read and check `targets.csv`.

    Raises:
        DataError: With every fault of the table: a number that is not that of its figure, a range that has one.
    """
    known = {item.id: item for item in read_figures(folder)}

    def build(row: Row) -> Target:
        made = Target(
            id=row.text("id"),
            title=row.text("title"),
            definition=row.text("definition"),
            scope=row.text("scope"),
            period=row.text("period"),
            figures=row.known("figures", known, "figure of figures.csv"),
            value=row.maybe("value"),
            low=row.maybe("low"),
            high=row.maybe("high"),
            sense=row.text("sense", allowed=SENSES),
            unit=row.text("unit"),
            measure=row.text("measure"),
            weight=row.number("weight", 0, 1),
            weight_note=row.text("weight_note"),
        )
        for column, problem, remedy in _problems(made, known):
            row.fault(column, problem, remedy)
        return made

    def check(found: tuple[Target, ...]) -> Iterator[Fault]:
        yield from duplicates(_FILE, "id", (item.id for item in found))

    columns = "id,title,definition,scope,period,figures,value,low,high,sense,unit,measure,weight,weight_note"
    return load(folder, _FILE, columns.split(","), build, check)


def _problems(item: Target, known: dict[str, Figure]) -> Iterator[tuple[str, str, str]]:
    if not item.figures:
        yield "figures", f"{item.id} names no figure", "name the figures that it rests on"
    if item.sense == "between":
        if item.value is not None or item.low is None or item.high is None or item.low >= item.high:
            yield "sense", f"the range of {item.id} is not a low and a higher end alone", "write low and high, no value"
        return
    if item.value is None or item.low is not None or item.high is not None:
        yield "value", f"{item.id} has no single number", "write value alone, or sense between"
        return
    figure = known.get(item.figures[0]) if item.figures else None
    if figure is None or figure.number is None:
        return
    published = figure.number / _PER_CENT if figure.unit.startswith("%") else figure.number
    if abs(item.value - published) > 1e-9 * abs(published):
        yield "value", f"{item.value:g} is not what {figure.id} says, {published:g}", "write the number of the figure"


@cache
def targets() -> tuple[Target, ...]:
    """Return every target, in the order of the table."""
    return read_targets(package_data())


def target(name: str) -> Target:
    """Return one target.

    Raises:
        DataError: No target has this id.
    """
    return pick({item.id: item for item in targets()}, name, "target")
