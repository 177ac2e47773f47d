"""The need for Approved Mental Health Professionals (AMHPs), council by council and Integrated Care Board by board.

Councils have the duty to provide the service, so each is a service of its own unless it is told that several share
one. People of a council are its parts of the boards' mid-2023 populations, in the shares of Census 2021 that the
lookup of councils gives: no mid-2023 count by council is in the catalogue, and so councils add up to boards exactly.
A service that lies in several boards gives each its part by people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.demand import PER_PEOPLE, ServiceTerms, Windows, duty_need
from mhwfmodel.errors import DataError, Fault, suggest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mhwfmodel.inputs import ParameterDraws

__all__ = [
    "BY_COUNCIL",
    "BY_ICB",
    "AmhpNeed",
    "Parts",
    "Services",
    "amhp_need",
    "council_parts",
    "council_shares",
    "terms_of",
    "windows_of",
]

BY_COUNCIL, BY_ICB = "council", "icb"
Services = str | Mapping[str, str]
"""Who shares a service: `council`, `icb`, or the name of the shared service by ONS code of each council in one."""

_ABOVE_ZERO = ("amhp_hours_per_assessment", "amhp_late_share", "amhp_hours_before_refresher")
_AT_LEAST_ZERO = (
    "amhp_assessments_per_100k",
    "amhp_target_delay_hours",
    "amhp_handover_hours",
    "amhp_refresher_hours",
    "amhp_off_rota_hours",
)


@dataclass(frozen=True, slots=True)
class Parts:
    """Where councils and boards overlap.

    Args:
        council_codes: ONS codes of the councils, in order of code.
        icb_codes: ONS 2023 codes of the boards, in catalogue order.
        council: Position of the council, dims (part).
        icb: Position of the board, dims (part).
        people: People, mid-2023, dims (part).
    """

    council_codes: tuple[str, ...]
    icb_codes: tuple[str, ...]
    council: NDArray[np.int64]
    icb: NDArray[np.int64]
    people: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class AmhpNeed:
    """Who has to be on duty, and how many full-time equivalents that takes.

    Where councils share a service, each council has its part of it by people, and so has each board.

    Args:
        council_codes: ONS codes, in order of code.
        icb_codes: ONS 2023 codes, in catalogue order.
        window_codes: Words for the windows of the day.
        people: People, mid-2023, dims (council).
        icb_people: People, mid-2023, dims (icb).
        assessments: Mental Health Act assessments, dims (draw, council) [1/year].
        icb_assessments: The same, dims (draw, icb) [1/year].
        on_duty: AMHPs on duty, dims (draw, council, window); whole numbers where each council has its own service.
        icb_on_duty: The same, dims (draw, icb, window).
        by_council: Need, dims (draw, council) [FTE].
        by_icb: Need, dims (draw, icb) [FTE].
    """

    council_codes: tuple[str, ...]
    icb_codes: tuple[str, ...]
    window_codes: tuple[str, ...]
    people: NDArray[np.float64]
    icb_people: NDArray[np.float64]
    assessments: NDArray[np.float64]
    icb_assessments: NDArray[np.float64]
    on_duty: NDArray[np.float64]
    icb_on_duty: NDArray[np.float64]
    by_council: NDArray[np.float64]
    by_icb: NDArray[np.float64]

    @property
    def england(self) -> NDArray[np.float64]:
        """Need of England, dims (draw) [FTE]."""
        return np.asarray(self.by_icb.sum(axis=1), dtype=np.float64)


def amhp_need(
    parameters: ParameterDraws,
    *,
    pattern: str = "",
    services: Services = BY_COUNCIL,
    work: float = 1.0,
    more: float = 1.0,
) -> AmhpNeed:
    """The need for AMHPs of a 24-hour service.

    Args:
        parameters: Draws of the uncertain inputs; those whose names begin with `amhp_` are read.
        pattern: Windows of the day, a pattern of `amhp_windows.csv`; the first of the table when empty.
        services: Who shares a service.
        work: Factor on the hours that an assessment takes.
        more: Factor on how many assessments there are.

    Raises:
        DataError: An input that no service can have, an unknown pattern, or an unknown council.
    """
    usual = terms_of(parameters)
    terms = replace(usual, hours_each=usual.hours_each * work)
    windows, parts = windows_of(catalogue.amhp_windows(pattern)), council_parts()
    service, number = _service_of(parts, services)
    people = _sums(parts.people, service, number)
    a_head = parameters.value("amhp_assessments_per_100k") / PER_PEOPLE * more
    duty = duty_need(a_head[:, None] * people, windows, terms)
    places = (
        (parts.council, len(parts.council_codes)),
        (parts.icb, len(parts.icb_codes)),
    )
    shares = [_shares(parts.people, service, number, place, size) for place, size in places]
    council_people, icb_people = (_sums(parts.people, place, size) for place, size in places)
    by_council, by_icb = (_handed_on(duty.fte, share) for share in shares)
    council_duty, icb_duty = (_handed_on(duty.on_duty, share) for share in shares)
    return AmhpNeed(
        council_codes=parts.council_codes,
        icb_codes=parts.icb_codes,
        window_codes=windows.codes,
        people=council_people,
        icb_people=icb_people,
        assessments=a_head[:, None] * council_people,
        icb_assessments=a_head[:, None] * icb_people,
        on_duty=council_duty,
        icb_on_duty=icb_duty,
        by_council=by_council,
        by_icb=by_icb,
    )


def terms_of(parameters: ParameterDraws) -> ServiceTerms:
    """What an assessment takes and what a service promises, from the draws.

    Raises:
        DataError: With every input that no service can have.
    """
    faults = list(_impossible(parameters))
    if faults:
        raise DataError(faults)
    value = parameters.value
    return ServiceTerms(
        hours_each=value("amhp_hours_per_assessment"),
        target_hours=value("amhp_target_delay_hours"),
        late_share=value("amhp_late_share"),
        handover_hours=value("amhp_handover_hours"),
        off_rota_hours=value("amhp_off_rota_hours"),
        net_hours=value("amhp_hours_before_refresher") - value("amhp_refresher_hours"),
    )


def _impossible(parameters: ParameterDraws) -> Iterator[Fault]:
    for name in (*_ABOVE_ZERO, *_AT_LEAST_ZERO):
        least = float(parameters.value(name).min(initial=np.inf))
        if least < 0 or (least == 0 and name in _ABOVE_ZERO):
            allowed = "more than 0" if name in _ABOVE_ZERO else "0 or more"
            yield Fault(f"assumptions.{name}", f"{least:g} is not possible", f"give {allowed}")
    if (parameters.value("amhp_late_share") >= 1).any():
        yield Fault("assumptions.amhp_late_share", "all may be late: no staff would be needed", "give less than 1")
    if (parameters.value("amhp_hours_before_refresher") <= parameters.value("amhp_refresher_hours")).any():
        problem = "amhp_refresher_hours leaves nothing of amhp_hours_before_refresher"
        yield Fault("assumptions", problem, "give hours of a year, of which the refresher is a small part")


def windows_of(found: tuple[catalogue.AmhpWindow, ...]) -> Windows:
    """Windows of the catalogue as arrays."""
    return Windows(
        codes=tuple(item.code for item in found),
        hours=np.array([item.hours for item in found]),
        share=np.array([item.share for item in found]),
        shift_hours=np.array([item.shift_hours for item in found]),
        floor=np.array([item.floor for item in found]),
        weight=np.array([item.weight for item in found]),
    )


@cache
def council_parts() -> Parts:
    """Where councils and boards overlap, with people of mid-2023."""
    councils, boards = catalogue.councils(), catalogue.icbs()
    icb_codes = tuple(item.code for item in boards)
    listed = [(at, icb_codes.index(part.icb_code), part) for at, item in enumerate(councils) for part in item.parts]
    council, icb = (np.array([entry[side] for entry in listed]) for side in (0, 1))
    counted = np.array([part.population for _, _, part in listed], dtype=np.float64)
    now = np.array([item.population for item in boards], dtype=np.float64)
    people = counted / _sums(counted, icb, len(boards))[icb] * now[icb]
    return Parts(tuple(item.code for item in councils), icb_codes, council, icb, people)


def council_shares(icb_codes: Sequence[str]) -> NDArray[np.float64]:
    """Share of each council's people who live in each of some boards, dims (council, icb)."""
    parts = council_parts()
    people = np.zeros((len(parts.council_codes), len(parts.icb_codes)))
    people[parts.council, parts.icb] = parts.people
    of_council = people / people.sum(axis=1, keepdims=True)
    return np.asarray(of_council[:, [parts.icb_codes.index(code) for code in icb_codes]], dtype=np.float64)


def _service_of(parts: Parts, services: Services) -> tuple[NDArray[np.int64], int]:
    """Position of the service of each part, and how many services there are."""
    if services == BY_ICB:
        return parts.icb, len(parts.icb_codes)
    if services == BY_COUNCIL:
        return parts.council, len(parts.council_codes)
    if isinstance(services, str):
        raise DataError(
            Fault("services", f"'{services}' is no unit of service", suggest(services, (BY_COUNCIL, BY_ICB)))
        )
    unknown = [code for code in services if code not in parts.council_codes]
    if unknown:
        raise DataError(
            [Fault("services", f"'{code}' is no council", suggest(code, parts.council_codes)) for code in unknown]
        )
    # A pair, so that a shared service may have the name of a council that stays alone.
    names = [(code in services, services.get(code, code)) for code in parts.council_codes]
    order = {name: at for at, name in enumerate(dict.fromkeys(names))}
    return np.array([order[name] for name in names])[parts.council], len(order)


def _sums(values: NDArray[np.float64], place: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    """Sums of parts by place, in the order of the parts."""
    return np.asarray(np.bincount(place, weights=values, minlength=size), dtype=np.float64)


def _shares(
    people: NDArray[np.float64], service: NDArray[np.int64], services: int, place: NDArray[np.int64], places: int
) -> NDArray[np.float64]:
    """Share of each service's people who live in each place, dims (service, place); exactly 1 where all do."""
    pairs = _sums(people, service * places + place, services * places).reshape(services, places)
    return np.asarray(pairs / _sums(people, service, services)[:, None], dtype=np.float64)


def _handed_on(values: NDArray[np.int64] | NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values of services, dims (draw, service, …), by place: added one by one, so that no library's order enters."""
    found = np.zeros((values.shape[0], shares.shape[1], *values.shape[2:]))
    for service, place in zip(*np.nonzero(shares), strict=True):
        found[:, place] += shares[service, place] * values[:, service]
    return found
