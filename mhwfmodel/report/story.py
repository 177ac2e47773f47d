"""What the forecast says, in sentences."""

from __future__ import annotations

from typing import Any

from mhwfmodel import catalogue
from mhwfmodel.report.measures import codes
from mhwfmodel.report.outlook import Outlook, Spread, spread
from mhwfmodel.report.wording import change, joined, month_name, people, per_cent, span

__all__ = ["highest_vacancy_rates", "interval_note", "nature", "no_ranking", "outlook_month", "sentences"]

_HOLDS = {
    "process noise": "chance: people leave and are hired by luck",
    "employer shocks": "months that are good or bad for all staff of an employer",
    "parameters": "the ranges of the assumptions and of the published rates",
    "baseline": "doubt about where the workforce starts: its mix of employers, roles and places",
    "trends": "the different ways in which today’s trends may go on",
}
_PUBLISHED_POSTS = "F001"
_LOPSIDED = 0.05


def sentences(view: Outlook) -> tuple[str, ...]:
    """Tell a run in three to six sentences, every number rounded."""
    made = (_workforce(view), _vacancies(view), _hires(view), _specialist(view), _places(view))
    return tuple(sentence for sentence in made if sentence)


def _workforce(view: Outlook) -> str:
    first, last = (spread(view.total["filled"], month=month) for month in (view.base, view.last))
    fte = spread(view.total["filled_fte"], month=view.base)
    given = first.q05 == first.q95 == catalogue.figure(_PUBLISHED_POSTS).number
    start = f"{first.mean:,.0f}" if given else f"about {people(first.mean)}"
    return (
        f"In {month_name(view.base)} employers in {view.area} that also serve people with mental health needs had"
        f" {start} filled posts, about {people(fte.mean)} full-time equivalents. {_now(view)}By {month_name(view.last)}"
        f" the forecast is about {people(last.mean)}, {change(first.mean, last.mean)}{_nine(last, 'count')}."
    )


def _now(view: Outlook) -> str:
    month = next((point.month for point in view.points if "now" in point.place and point.month != view.base), None)
    if month is None:
        return ""
    today = spread(view.total["filled"], month=month)
    return f"Now, in {month_name(month)}, there are about {people(today.mean)}{_nine(today, 'count')}. "


def _nine(figure: Spread, kind: str) -> str:
    """The interval of a figure as the end of a sentence, where the run has one."""
    interval = span(figure.q05, figure.q95, kind)
    return f" (nine futures in ten: {interval})" if interval else ""


def _vacancies(view: Outlook) -> str:
    first, last = (spread(view.total["vacancies"], month=month) for month in (view.base, view.last))
    rate, later = (spread(view.total["vacancy_rate"], month=month) for month in (view.base, view.last))
    return (
        f"About {people(first.mean)} posts stood vacant at the start, {per_cent(rate.mean)} of all funded posts; by"
        f" {month_name(view.last)} it is about {people(last.mean)}, or {per_cent(later.mean)}{_nine(later, 'rate')}."
        f"{_lopsided(later)}"
    )


def _lopsided(figure: Spread) -> str:
    """A sentence about a rate whose average is not in the middle of its futures."""
    if not figure.known or abs(figure.mean - figure.q50) < _LOPSIDED * figure.mean:
        return ""
    side, tail = ("below", "high") if figure.mean > figure.q50 else ("above", "low")
    return f" That average leans on a few {tail} futures: half of all futures lie {side} {per_cent(figure.q50)}."


def _hires(view: Outlook) -> str:
    needed, left = (spread(view.total[name], month=view.last) for name in ("hires_needed", "leavers_a_month"))
    if not needed.known:
        return ""
    return (
        f"In the last year of the run about {people(left.mean)} people a month leave their employer, and about"
        f" {people(needed.mean)} have to be hired each month{_nine(needed, 'count')} so that vacancies do not grow."
    )


def _specialist(view: Outlook) -> str:
    first, last = (spread(view.total["specialist_filled"], month=month) for month in (view.base, view.last))
    if not first.known or first.mean < 1:
        return ""
    return (
        f"Specialist mental health posts that are filled go from about {people(first.mean)} to about"
        f" {people(last.mean)}, {change(first.mean, last.mean)}{_nine(last, 'count')}."
    )


def outlook_month(view: Outlook) -> str:
    """The month that places are told for: five years on, or the end of a shorter run."""
    return view.result.months[min(60, len(view.result.months) - 1)]


def highest_vacancy_rates(view: Outlook, month: str, count: int) -> tuple[tuple[str, Spread], ...]:
    """ICBs with the highest mean vacancy rate of a month: short name, and rate with its interval, highest first."""
    stats = view.icb["vacancy_rate"].sel(month=month)
    found = [(code, spread(stats, icb=code)) for code in codes(stats, "icb")]
    order = sorted((-rate.mean, code, rate) for code, rate in found if rate.known)
    return tuple((catalogue.icb(code).short_name, rate) for _, code, rate in order[:count])


def _places(view: Outlook) -> str:
    if len(view.codes) < 6:
        return ""
    month = outlook_month(view)
    top = highest_vacancy_rates(view, month, 4)
    named = joined([f"{name} ({_rate(rate)})" for name, rate in top[:3]])
    return (
        f"Among the higher vacancy rates in {month_name(month)} are those of {named}"
        f"{'; in brackets nine futures in ten' if view.futures == 'many' else ''}. {no_ranking(view, month, 4)}"
    )


def _rate(figure: Spread) -> str:
    interval = span(figure.q05, figure.q95, "rate")
    return f"{per_cent(figure.mean)}, {interval}" if interval else per_cent(figure.mean)


def no_ranking(view: Outlook, month: str, count: int) -> str:
    """Why the rates of single ICBs are no order of them, and that the ranges of the first few overlap where they do."""
    top = [rate for _, rate in highest_vacancy_rates(view, month, count)]
    overlap = view.futures == "many" and len(top) > 1 and max(rate.q05 for rate in top) <= min(rate.q95 for rate in top)
    return (
        "The rates of single ICBs are assumed or fitted to published floors"
        f"{' and the ranges overlap' if overlap else ''}, so this is no ranking."
    )


def nature(view: Outlook) -> str:
    """What the figures of a table are, for its caption."""
    return {
        "many": "average over all futures, with the interval of nine futures in ten",
        "one": "one possible future: no range can be told",
        "expected": "expected values, at the central value of every assumption",
    }[view.futures]


def interval_note(manifest: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the intervals of a run hold, and what they leave out, in words."""
    interval = manifest.get("interval", {})
    if int(manifest.get("draws", 0)) == 1:
        return (), tuple(interval.get("leaves_out", ()))
    holds = [name for name in interval.get("holds", ()) if name != "trends" or _follows_trends(manifest)]
    return tuple(_HOLDS.get(name, name) for name in holds), tuple(interval.get("leaves_out", ()))


def _follows_trends(manifest: dict[str, Any]) -> bool:
    return bool(manifest["scenario"].get("baseline") == "expected")
