"""States of a member of staff and sources of recruits: the words that levers, supply and results share."""

from __future__ import annotations

from mhwfmodel.errors import DataError

__all__ = [
    "AGE_BANDS",
    "EXPERIENCE_BANDS",
    "POPULATIONS",
    "RECRUIT_SOURCES",
    "SPECIALIST",
    "STRANDS",
    "cell_id",
]

EXPERIENCE_BANDS = ("under_1", "1_to_3", "3_to_10", "10_plus")
"""Years in the sector."""

AGE_BANDS = ("under_35", "35_to_54", "55_plus")
"""Years of age; only those in the last band retire."""

RECRUIT_SOURCES = ("other_employers", "newly_qualified", "abroad", "returners", "outside")
"""Where a starter comes from: another employer of the sector, training, abroad, a break, or outside the sector."""

STRANDS = ("general", "specialist")
"""Specialist posts are a nested share of a cell; overall is the two together."""

SPECIALIST = STRANDS.index("specialist")

POPULATIONS = ("social_care", "nhs")
"""Two control totals that never share a member of staff."""

_STATE_BITS = 9
_ICB_BITS = 8
_STRAND_BITS = 2
_ROLE_BITS = 8
_SECTOR_BITS = 5


def cell_id(icb: int, sector: int, role: int, strand: int) -> int:
    """The 32-bit number of a cell in the counter of random numbers.

    Args:
        icb: Catalogue id of the ICB, 1 to 255.
        sector: Catalogue id of the sector, 1 to 31.
        role: Catalogue id of the role, 1 to 255.
        strand: 0 general, 1 specialist.

    Raises:
        DataError: An id that has no room there.

    Returns:
        Eight bits of ICB, five of sector, eight of role, two of strand, and nine bits left 0 for the state.
    """
    number = 0
    parts = (("ICB", icb, _ICB_BITS), ("sector", sector, _SECTOR_BITS), ("role", role, _ROLE_BITS))
    for name, value, bits in (*parts, ("strand", strand, _STRAND_BITS)):
        if not 0 <= value < 1 << bits:
            message = (
                f"the id {value} of a {name} does not fit the counter of random numbers; use 1 to {(1 << bits) - 1}"
            )
            raise DataError(message)
        number = number << bits | value
    return number << _STATE_BITS
