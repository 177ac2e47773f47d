"""Which uncertain input holds each unit cost: pay by role, on-costs by sector, the cost of a starter by group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from mhwfmodel.catalogue._references import lookup, parameter_name
from mhwfmodel.catalogue._tables import Folder, Row, duplicates, load, package_data
from mhwfmodel.catalogue.people import HOURS_GROUPS, read_roles, read_sectors
from mhwfmodel.errors import Fault

__all__ = ["COST_KINDS", "UnitCost", "read_unit_costs", "unit_costs"]

COST_KINDS = ("pay", "on_costs", "replacement")
"""Pay of a full-time year, by role; on-costs as a share of pay, by sector; what a starter costs, by group of roles."""

_FILE = "unit_costs.csv"


@dataclass(frozen=True, slots=True)
class UnitCost:
    """One unit cost.

    Args:
        kind: One of `COST_KINDS`.
        code: Role, sector or group of roles that it is of.
        parameter: Name of the uncertain input with its value.
        note: What to know about it.
    """

    kind: str
    code: str
    parameter: str
    note: str


def read_unit_costs(folder: Folder) -> tuple[UnitCost, ...]:
    """Read and check `unit_costs.csv`.

    Raises:
        DataError: With every fault of the table, among them roles and sectors without a cost.
    """
    parameters = lookup(folder, "parameters.csv", "name")
    codes: Mapping[str, tuple[str, ...]] = {
        "pay": tuple(role.code for role in read_roles(folder)),
        "on_costs": tuple(sector.code for sector in read_sectors(folder)),
        "replacement": HOURS_GROUPS,
    }

    def build(row: Row) -> UnitCost:
        kind = row.text("kind", allowed=COST_KINDS)
        return UnitCost(
            kind=kind,
            code=row.text("code", allowed=codes.get(kind, ())),
            parameter=parameter_name(row, "parameter", parameters),
            note=row.text("note", optional=True),
        )

    def check(found: tuple[UnitCost, ...]) -> Iterator[Fault]:
        yield from duplicates(_FILE, "unit cost", ((item.kind, item.code) for item in found))
        known = {(item.kind, item.code) for item in found}
        for kind, wanted in codes.items():
            for code in wanted:
                if (kind, code) not in known:
                    yield Fault(_FILE, f"{code} has no {kind}", f"add a row {kind},{code} with the name of a parameter")

    return load(folder, _FILE, ("kind", "code", "parameter", "note"), build, check)


@cache
def unit_costs() -> Mapping[tuple[str, str], UnitCost]:
    """Every unit cost, by kind and code."""
    return {(item.kind, item.code): item for item in read_unit_costs(package_data())}
