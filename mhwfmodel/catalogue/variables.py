"""What a result can hold: every variable with its unit, kind, scope and definition, as data."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from mhwfmodel.catalogue._tables import package_data
from mhwfmodel.errors import DataError, suggest

__all__ = ["RATES", "Variable", "detailed", "variable", "variables", "with_parts"]

RATES = {
    "vacancy_rate": ("vacancies", "establishment"),
    "turnover_rate": ("leavers", "filled"),
    "specialist_vacancy_rate": ("specialist_vacancies", "specialist_establishment"),
    "specialist_turnover_rate": ("specialist_leavers", "specialist_filled"),
}
"""What each rate is made of: the variable above and the variable below the line."""

_BY_SOURCE = "starters_"
_ENGLAND_ALONE = ("unplaced", "under_1_year", "trained")


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of a result.

    Args:
        name: Name in the datasets.
        units: Unit of measure.
        kind: `stock` (at the end of a month), `flow` (during a month) or `rate`.
        scope: `overall`, `specialist` for the nested share, or `amhp` for Approved Mental Health Professionals.
        long_name: Name for people.
        definition: What is counted.
    """

    name: str
    units: str
    kind: str
    scope: str
    long_name: str
    definition: str

    @property
    def england_alone(self) -> bool:
        """Whether it is kept for all ICBs of a run together only."""
        return self.name.startswith(_BY_SOURCE) or self.name in _ENGLAND_ALONE

    @property
    def attrs(self) -> dict[str, str]:
        """Attributes of the variable in a dataset."""
        return {
            "units": self.units,
            "long_name": self.long_name,
            "kind": self.kind,
            "scope": self.scope,
            "comment": self.definition,
        }


@cache
def variables() -> tuple[Variable, ...]:
    """Every variable, in the order of the table."""
    text = (package_data() / "variables.csv").read_text(encoding="utf-8")
    return tuple(Variable(**row) for row in csv.DictReader(text.splitlines()))


def variable(name: str) -> Variable:
    """One variable.

    Raises:
        DataError: No variable has this name.
    """
    for item in variables():
        if item.name == name:
            return item
    message = f"'{name}' is not a measure of a result; {suggest(name, (item.name for item in variables()))}"
    raise DataError(message)


@cache
def detailed() -> tuple[str, ...]:
    """Variables that can be kept by ICB, sector and role."""
    return tuple(item.name for item in variables() if item.scope != "amhp" and not item.england_alone)


def with_parts(names: tuple[str, ...]) -> tuple[str, ...]:
    """Variables and what the rates among them are made of, in the order of the table."""
    wanted = {*names, *(part for name in names for part in RATES.get(name, ()))}
    return tuple(item.name for item in variables() if item.name in wanted)
