"""What `mhwfmodel compare` tells: levels and differences, hires, costs, and who has to decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mhwfmodel.cli.console import paragraph
from mhwfmodel.cli.headline import Line, Measure, cells_at, rounded, short, table
from mhwfmodel.cli.many import told_many
from mhwfmodel.cli.pairing import differences
from mhwfmodel.cli.waits import told_beside
from mhwfmodel.errors import MhwfError
from mhwfmodel.units import key_months

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mhwfmodel.results import Comparison, Result

    Array = NDArray[np.float64]
    Paid = Mapping[tuple[str, str], Array]

__all__ = ["told"]

_MEASURES = (
    Measure("Filled posts", "filled"),
    Measure("Vacancies", "vacancies"),
    Measure("Leavers a month", "leavers", monthly=True),
    Measure("Starters a month", "starters", monthly=True),
    Measure("Hires needed a month", "hires_needed"),
    Measure("  to fill every funded post", "hires_to_fill"),
    Measure("Specialist posts filled", "specialist_filled"),
)
_HOURS = Measure("Hours for people a month", "hours")
_NHS = Measure("NHS posts filled, apart", "filled", population="nhs")
_WHERE_KEPT = (_HOURS, _NHS)
_AMHP_GAP = Measure("AMHP gap (FTE)", "amhp_gap_fte")
_ALL = "all"
_MILLION = 1e6


def told(comparisons: Sequence[Comparison]) -> Iterator[str]:
    """The lines of a comparison.

    Args:
        comparisons: At least one; all with the same base.
    """
    from mhwfmodel.report.comparison import FEW

    base = comparisons[0].base
    runs = [base, *(comparison.other for comparison in comparisons)]
    if len(comparisons) > FEW:
        yield from told_many(comparisons, _measures(runs))
        yield ""
        yield from _costs(runs)
    else:
        yield from _in_full(comparisons, runs)
    apart = [text for comparison in comparisons for text in differences(base, comparison.other)]
    if apart:
        yield ""
        yield paragraph("The runs differ in more than their levers, so the differences above are not the plan's alone:")
        yield from (paragraph(text, indent="  ", hanging="    ") for text in apart)


def _in_full(comparisons: Sequence[Comparison], runs: Sequence[Result]) -> Iterator[str]:
    """Levels and differences at several months, with their ranges, and the levers of every plan."""
    base = runs[0]
    positions = key_months(base.months, opening=False)
    months = [base.months[at] for at in positions]
    yield paragraph(f"Beside {base.name}, all ICBs of the run together; staff in social care who also serve people with"
                    " mental health needs")  # fmt: skip
    yield ""
    listed = _measures(runs)
    yield table(months, list(_lines(runs, listed, positions)))
    yield ""
    yield paragraph(_caption(int(base.draws.sizes["draw"]), listed))
    yield from told_beside(comparisons)
    yield ""
    yield from _costs(runs)
    for result in runs:
        yield from _plan(result)


def _measures(runs: Sequence[Result]) -> list[Measure]:
    """What is told: of measures that not every comparison needs, those that all runs kept."""
    from mhwfmodel.report.amhp import has_amhps

    more = (*_WHERE_KEPT, *([_AMHP_GAP] if has_amhps(runs[0]) else []))
    return [*_MEASURES, *(item for item in more if all(run.has_draws(item.variable) for run in runs))]


def _lines(runs: Sequence[Result], listed: Sequence[Measure], positions: Sequence[int]) -> Iterator[Line]:
    """Levels of all runs and differences of all but the first; every run is read once a measure."""
    from mhwfmodel.report.measures import drawn

    several = runs[0].draws.sizes["draw"] > 1
    for measure in listed:
        yield Line(measure.label, (), str, spread=False)
        levels = [drawn(run, measure.variable, population=measure.population) for run in runs]
        for result, level in zip(runs, levels, strict=True):
            cells = cells_at(level, positions, monthly=measure.monthly)
            yield Line(f"  {short(result.name)}", cells, rounded(), spread=False)
        for result, level in zip(runs[1:], levels[1:], strict=True):
            cells = cells_at(level - levels[0], positions, monthly=measure.monthly)
            label = "  difference" if len(runs) == 2 else f"  {short(result.name)}: diff."
            yield Line(label, cells, rounded(signed=True), spread=several)


def _caption(draws: int, listed: Sequence[Measure]) -> str:
    flows = (
        "Leavers and starters: mean of the twelve months to that date. Hires needed: so many starters a month, over"
        " these twelve months, leave vacancies as they were, or fill every post that is funded at their end."
    )
    if _HOURS in listed:
        flows += " Hours: what the staff of social care, and agency staff, have for people with mental health needs."
    if _NHS in listed:
        flows += " NHS posts: those of NHS community mental health services, never added to social care."
    if draws == 1:
        return f"{flows} One draw: no range is told."
    return (
        f"{flows} A difference is taken draw by draw, so that what both runs share cancels; its range holds nine in ten"
        f" of {draws} draws (5% to 95%)."
    )


def _costs(runs: Sequence[Result]) -> Iterator[str]:
    """What each run costs a year and who pays: the base as it is, and the others beside it."""
    from mhwfmodel.plan.costs import by_payer, costs_of

    try:
        made = [by_payer(costs_of(run)) for run in runs]
    except MhwfError as error:
        yield paragraph(f"What the runs cost is not told: {error.faults[0]}", hanging="  ")
        yield ""
        return
    about = (
        "Cost a year, mean of the run, prices of 2024/25: staff, agency cover, new starters, training, levers. Staff"
        " are paid by who employs them, whoever pays for the lever that brings them"
    )
    yield paragraph(about)
    base = made[0]
    yield paragraph(f"{runs[0].name}: {_level(base)}", indent="  ", hanging="    ")
    for run, other in zip(runs[1:], made[1:], strict=True):
        payers = _payers(base, other)
        change = _spread(other[_ALL, _ALL] - base[_ALL, _ALL], "+")
        text = f"{run.name}: {change} beside it{': ' if payers else ''}{payers}"
        yield paragraph(text, indent="  ", hanging="    ")
    yield ""


def _spread(pounds: Array, sign: str = "") -> str:
    """Mean and range over draws."""
    from mhwfmodel.results.summaries import STATS, summarise

    stats = dict(zip(STATS, summarise(pounds[:, None])[:, 0].tolist(), strict=True))
    low, high = stats["q05"], stats["q95"]
    told_range = f" ({_pounds(low, sign)} to {_pounds(high, sign)})" if low < high else ""
    return f"{_pounds(stats['mean'], sign)}{told_range}"


def _level(costs: Paid) -> str:
    """What a run costs: social care together, the NHS apart, and what levers cost beside these."""
    from mhwfmodel.catalogue import sectors
    from mhwfmodel.plan.costs import SOCIAL_CARE_EMPLOYERS

    inside = {sector.name for sector in sectors() if sector.population == "social_care"} | {_ALL}
    listed = [payer for part, payer in costs if part == _ALL and payer not in inside]
    listed.sort(key=lambda payer: payer != SOCIAL_CARE_EMPLOYERS)
    return ", ".join(f"{payer} {_spread(costs[_ALL, payer])}" for payer in listed)


def _payers(base: Paid, other: Paid) -> str:
    """By how much the mean cost of each payer differs, the largest first."""
    from mhwfmodel.plan.costs import SOCIAL_CARE_EMPLOYERS

    sums = (_ALL, SOCIAL_CARE_EMPLOYERS)
    payers = dict.fromkeys(payer for part, payer in (*base, *other) if part == _ALL and payer not in sums)
    one, two = ({payer: _mean(costs, payer) for payer in payers} for costs in (base, other))
    change = {payer: two[payer] - one[payer] for payer in payers}
    listed = sorted((payer for payer in change if abs(change[payer]) >= 0.5), key=lambda payer: -abs(change[payer]))
    return ", ".join(f"{payer} {_pounds(change[payer], '+')}" for payer in listed)


def _mean(costs: Paid, payer: str) -> float:
    return float(costs[_ALL, payer].mean()) if (_ALL, payer) in costs else 0.0


def _pounds(value: float, sign: str = "") -> str:
    """Pounds, to three digits or so: no more of them is known."""
    from mhwfmodel.report.wording import people

    size, minus = abs(value), "−" if value < 0 else sign
    if size < _MILLION:
        return f"{minus}£{people(size)}"
    million = size / _MILLION
    return f"{minus}£{million:,.{0 if million >= 100 else 1}f}m"


def _plan(result: Result) -> Iterator[str]:
    """The levers of a run: when, who decides and pays, on what evidence, at what cost."""
    from mhwfmodel.report.levers import cost_of

    levers: list[dict[str, Any]] = result.manifest["scenario"].get("levers", [])
    if not levers:
        yield f"{result.name}: no levers"
        return
    described = list(result.manifest.get("levers") or [{}] * len(levers))
    yield f"{result.name}:"
    for lever, more in zip(levers, described, strict=True):
        yield paragraph(_lever(lever, more), indent="  ", hanging="    ")
    costs = [cost for lever in levers if (cost := cost_of(lever)) is not None]
    if costs:
        some = "" if len(costs) == len(levers) else f" ({len(levers) - len(costs)} without a cost are not in it)"
        yield f"  cost in full effect: {_money(sum(costs))} a year{some}"


def _uncosted(lever: Mapping[str, Any]) -> str:
    """What is said of a lever for which the plan states no cost: its kind may know what it spends."""
    from mhwfmodel.levers import LeverBase, kinds
    from mhwfmodel.levers.own import kind_of
    from mhwfmodel.report.levers import counted, within

    if told := counted(lever):
        return told
    kind = within(lever)["kind"]
    knows = any(kind_of(found) == kind and found.spending is not LeverBase.spending for found in kinds())
    return "what it spends is in the costs above" if knows else "no cost given"


def _lever(lever: Mapping[str, Any], more: Mapping[str, Any]) -> str:
    from mhwfmodel.report.levers import cost_of, payer_of, within

    inside = within(lever)
    kind = lever["kind"] if inside is lever else f"{lever['kind']} of {inside['kind']}"
    name = lever.get("name") or inside.get("name") or lever["kind"]
    until = f" to {lever['end']}" if lever.get("end") else ""
    ramp = f", in full after {lever['ramp_months']} months" if lever.get("ramp_months") else ""
    cost = cost_of(lever)
    where = "" if inside is lever else " in the sites"
    paid = f"{_money(cost)} a year{where}" if cost is not None else _uncosted(lever)
    level = f" ({more['level']})" if more.get("level") else ""
    payer = payer_of(more)
    parts = [
        f"{name} ({kind}) from {lever['start']}{until}{ramp}: {paid}",
        f"decided by {more['owner']}{level}" if more.get("owner") else "",
        f"paid by {payer}" if payer else "",
        f"evidence: {more['grade']}" if more.get("grade") else "",
    ]
    return "; ".join(part for part in parts if part)


def _money(pounds: float) -> str:
    return f"£{pounds:,.0f}"
