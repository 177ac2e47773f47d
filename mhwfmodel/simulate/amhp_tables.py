"""The need for Approved Mental Health Professionals (AMHPs) as records and tables for a reader, at central values."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from mhwfmodel import catalogue
from mhwfmodel.demand import PER_PEOPLE, Duty, duty_need
from mhwfmodel.simulate.amhp_need import BY_ICB, amhp_need, council_parts, terms_of, windows_of
from mhwfmodel.simulate.amhp_sensitivity import INPUTS, POOLING, WINDOWS, Variant, central_parameters, need_variants

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "NeedRecord",
    "amhp_need_answers",
    "amhp_need_check",
    "amhp_need_councils",
    "amhp_need_evidence",
    "amhp_need_icbs",
    "amhp_need_inputs",
    "amhp_need_pairs",
    "amhp_need_windows",
    "amhp_services",
    "answers",
    "council_records",
    "duty_text",
    "icb_records",
    "latest_answers",
]

Table = tuple[Sequence[str], Sequence[Sequence[str]]]

_RATE, _EACH = "amhp_assessments_per_100k", "amhp_hours_per_assessment"
_ANSWERS = (("A011", "A017"), ("A012", "A018"), ("A013", "A019"))
"""FTE in post and what services say they lack for a 24-hour service, year by year."""


@dataclass(frozen=True, slots=True)
class NeedRecord:
    """The need of one place at central values, and what moves it.

    Args:
        code: ONS code of the council or board.
        name: Its name.
        people: People, mid-2023.
        assessments: Assessments a year.
        on_duty: AMHPs on duty by window.
        fte: Need [FTE].
        fte_by_assessments: Least and most [FTE] over the range of assessments per 100,000 people.
        fte_by_hours: Least and most [FTE] over the range of hours an assessment.
        fte_by_windows: Least and most [FTE] over the patterns of windows.
        fte_pooled: Need [FTE] if each Integrated Care Board had one service.
        share_here: Part of the place's people who live in the boards that were asked for; 1 for a board.
    """

    code: str
    name: str
    people: float
    assessments: float
    on_duty: Mapping[str, float]
    fte: float
    fte_by_assessments: tuple[float, float]
    fte_by_hours: tuple[float, float]
    fte_by_windows: tuple[float, float]
    fte_pooled: float
    share_here: float


def icb_records(variants: Sequence[Variant]) -> tuple[NeedRecord, ...]:
    """One record a board, in catalogue order.

    Args:
        variants: What `need_variants` gives.
    """
    need = variants[0].need
    fte = [(variant, variant.need.by_icb[0]) for variant in variants]
    places = [(item.code, item.short_name) for item in catalogue.icbs()]
    columns = (need.icb_people, need.icb_assessments[0], need.icb_on_duty[0])
    return tuple(_record(at, place, need.window_codes, columns, fte, 1.0) for at, place in enumerate(places))


def council_records(variants: Sequence[Variant], icb_codes: Collection[str] = ()) -> tuple[NeedRecord, ...]:
    """One record a council, in order of code.

    Args:
        variants: What `need_variants` gives.
        icb_codes: ONS 2023 codes; only councils with people in these boards, each told whole. All when empty.
    """
    need, parts = variants[0].need, council_parts()
    fte = [(variant, variant.need.by_council[0]) for variant in variants]
    columns = (need.people, need.assessments[0], need.on_duty[0])
    here = np.array([code in icb_codes or not icb_codes for code in parts.icb_codes])[parts.icb]
    share = np.bincount(parts.council, weights=parts.people * here, minlength=need.people.size) / need.people
    return tuple(
        _record(at, (item.code, item.name), need.window_codes, columns, fte, float(share[at]))
        for at, item in enumerate(catalogue.councils())
        if share[at] > 0
    )


def _record(
    at: int,
    place: tuple[str, str],
    windows: Sequence[str],
    columns: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
    fte: Sequence[tuple[Variant, NDArray[np.float64]]],
    share: float,
) -> NeedRecord:
    people, assessments, duty = columns

    def ends(name: str) -> tuple[float, float]:
        found = [float(values[at]) for variant, values in fte if variant.input in ("", name)]
        return min(found), max(found)

    return NeedRecord(
        code=place[0],
        name=place[1],
        people=float(people[at]),
        assessments=float(assessments[at]),
        on_duty=dict(zip(windows, map(float, duty[at]), strict=True)),
        fte=float(fte[0][1][at]),
        fte_by_assessments=ends(_RATE),
        fte_by_hours=ends(_EACH),
        fte_by_windows=ends(WINDOWS),
        fte_pooled=next(float(values[at]) for variant, values in fte if variant.input == POOLING),
        share_here=share,
    )


@cache
def _central() -> tuple[Variant, ...]:
    return need_variants()


def amhp_services() -> int:
    """Services that the survey of 2025 was sent to.

    Source: the note of A009.
    """
    return _noted("A009", r"of (\d+) services")


def _noted(name: str, pattern: str) -> int:
    """A count that only the note of a figure tells."""
    return int(re.findall(pattern, catalogue.figure(name).note)[0])


def _number(name: str) -> float:
    """The number of a figure; not a number where it has none."""
    number = catalogue.figure(name).number
    return float("nan") if number is None else number


def _alike(services: int) -> Duty:
    """The need of England if it were cut into services of one size."""
    centre = central_parameters()
    people = sum(item.population for item in catalogue.icbs())
    each = centre.value(_RATE) / PER_PEOPLE * people / services
    return duty_need(each[:, None], windows_of(catalogue.amhp_windows()), terms_of(centre))


def amhp_need_check() -> Table:
    """England in services of one size and as it is, one service a council and one a board."""
    rows = []
    for services in (amhp_services(), len(catalogue.icbs())):
        duty = _alike(services)
        staff = ", ".join(str(int(number)) for number in duty.on_duty[0, 0])
        rows.append((f"{services} services of one size", staff, f"{services * float(duty.fte[0, 0]):,.0f}"))
    as_they_are, pooled = _central()[0].need, amhp_need(central_parameters(), services=BY_ICB)
    rows += [
        (f"the {len(as_they_are.people)} councils as they are", "by size", f"{float(as_they_are.england[0]):,.0f}"),
        (f"the {len(pooled.icb_people)} boards as they are", "by size", f"{float(pooled.england[0]):,.0f}"),
    ]
    return ("England as", "on duty by day, evening and night", "FTE"), rows


def answers(post: float, lack: float) -> tuple[float, float]:
    """The need that a shortfall of `lack` per cent implies: if that much more is needed, and if that much is short.

    Args:
        post: In post [FTE].
        lack: Shortfall [%].
    """
    share = lack / 100
    return post * (1 + share), post / (1 - share)


def latest_answers() -> tuple[float, float]:
    """The need [FTE] that services' latest answers imply, by both readings.

    Source: A013, A019.
    """
    level, shortfall = _ANSWERS[-1]
    return answers(_number(level), _number(shortfall))


def amhp_need_answers() -> Table:
    """What services' own answers imply, by both readings of a shortfall."""
    rows = []
    for level, shortfall in _ANSWERS:
        post, lack = _number(level), _number(shortfall)
        more, short = answers(post, lack)
        texts = (f"{post:,.0f} ({level})", f"{lack:.0f} % ({shortfall})", f"{more:,.0f}", f"{short:,.0f}")
        rows.append((catalogue.figure(level).period, *texts))
    return ("", "FTE in post", "lacking", "need, if that much more", "need, if that much short"), rows


def amhp_need_inputs() -> Table:
    """England's need with one input at a time at the ends of its range."""
    first, *others = _central()
    rows = []
    for name in INPUTS:
        parameter = catalogue.parameter(name)
        fte = {item.setting: float(item.need.england[0]) for item in others if item.input == name}
        values = (parameter.low, parameter.central, parameter.high)
        ends = (fte[f"{parameter.low:g}"], fte[f"{parameter.high:g}"])
        settings = tuple(f"{value:g}" for value in values)
        rows.append((f"`{name}`", parameter.title, *settings, *(f"{end:,.0f}" for end in ends)))
    title = f"FTE at the low end (centre {float(first.need.england[0]):,.0f})"
    return ("input", "what it is", "low", "centre", "high", title, "FTE at the high end"), rows


def amhp_need_evidence() -> Table:
    """What figures say of the rate of assessments, and the need at each.

    Source: A046; the note of A047 over the people of that council; D106 over A048.
    """
    england = sum(item.population for item in catalogue.icbs())
    council = next(item for item in catalogue.councils() if item.name == catalogue.figure("A047").geography)
    told = _noted("A047", r"(\d+) assessments")
    detained = _number("D106") / (_number("A048") / 100)
    found = (
        ("a survey of 2016/17, as one council quotes it", _number("A046"), "A046"),
        ("one council in 2022", told / council.population * PER_PEOPLE, "the note of A047, Census 2021"),
        ("published detentions of 2023/24 at that council's share", detained / england * PER_PEOPLE, "D106, A048"),
    )
    rows = []
    for what, rate, source in found:
        given = replace(catalogue.parameter(_RATE), central=rate)
        fte = float(amhp_need(central_parameters({_RATE: given})).england[0])
        rows.append((what, f"{rate:,.0f}", source, f"{fte:,.0f}"))
    return ("rate of assessments", "per 100,000 people", "rests on", "FTE at this rate"), rows


def amhp_need_windows() -> Table:
    """England's need by pattern of windows."""
    fte = {item.setting: float(item.need.england[0]) for item in _central() if item.input in ("", WINDOWS)}
    rows = []
    for pattern, windows in catalogue.amhp_windows_by_pattern().items():
        told = "; ".join(
            f"{item.name.lower()} {item.hours:,.0f} hours a year, {item.share:.0%} of the work, at least {item.floor}"
            + (f", an hour counts {item.weight:g}" if item.weight != 1 else "")
            for item in windows
        )
        rows.append((f"`{pattern}`", told, f"{fte[pattern]:,.0f}"))
    return ("pattern", "windows", "FTE"), rows


def amhp_need_pairs() -> Table:
    """Pairs of assessments and hours with one product: how little the need tells them apart."""
    centre = central_parameters()
    each, rate = centre.parameter(_EACH), centre.parameter(_RATE)
    rows = []
    for hours in (each.low, each.central, each.high):
        given = rate.central * each.central / hours
        pair = {
            _EACH: replace(each, central=hours),
            _RATE: replace(rate, central=given),
        }
        fte = float(amhp_need(central_parameters(pair)).england[0])
        rows.append((f"{given:,.0f}", f"{hours:g}", f"{given * hours:,.0f}", f"{fte:,.0f}"))
    return ("assessments per 100,000", "hours each", "AMHP hours per 100,000", "FTE"), rows


def duty_text(record: NeedRecord, between: str = ", ") -> str:
    """AMHPs on duty, window after window; with a decimal where a board has a part of a council's service."""
    return between.join(f"{number:,.1f}".removesuffix(".0") for number in record.on_duty.values())


def _row(record: NeedRecord) -> tuple[str, ...]:
    ranges = (record.fte_by_assessments, record.fte_by_hours, record.fte_by_windows)
    told = (f"{low:.1f} to {high:.1f}" for low, high in ranges)
    counts = (f"{record.people:,.0f}", f"{record.assessments:,.0f}")
    return (record.name, *counts, duty_text(record), f"{record.fte:.1f}", *told, f"{record.fte_pooled:.1f}")


_HEADINGS = (
    "people, mid-2023",
    "assessments a year",
    "on duty by day, evening and night",
    "FTE",
    "FTE over the range of assessments",
    "FTE over the range of hours each",
    "FTE over the patterns of windows",
    "FTE if pooled by ICB",
)


def amhp_need_councils() -> Table:
    """The need of each council and what moves it."""
    return ("council", *_HEADINGS), [_row(record) for record in council_records(_central())]


def amhp_need_icbs() -> Table:
    """The need of each board, summed over its councils, and what moves it."""
    return ("Integrated Care Board", *_HEADINGS), [_row(record) for record in icb_records(_central())]
