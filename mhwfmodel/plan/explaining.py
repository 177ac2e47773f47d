"""What each lever of a plan has to do with what the plan changes: it is run without some of them, on the same draws."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mhwfmodel.catalogue.pathway_measures import pathway_measure
from mhwfmodel.catalogue.variables import variable, with_parts
from mhwfmodel.errors import DataError, Fault, MhwfError
from mhwfmodel.plan.explanation import Explanation, Shares
from mhwfmodel.plan.parts import Parts, parts_of, said
from mhwfmodel.plan.shapley import Split, shares, split
from mhwfmodel.results.pathway_tables import is_of_pathway
from mhwfmodel.results.tables import names
from mhwfmodel.scenario import Outputs, Scenario
from mhwfmodel.simulate import Evaluator, Progress, run

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from mhwfmodel.results import Result

__all__ = ["MEASURES", "STAGE", "explain", "faults_of", "runs_needed"]

MEASURES = ("filled", "vacancies", "leavers", "starters")
"""Measures that are explained when none is named."""

STAGE = "combinations"
"""What progress calls the runs."""

_STEPS = 100
_PLACES = {"icb", "region", "icb_2026"}


def explain(
    scenario: Scenario,
    base: Scenario | None = None,
    *,
    measures: str | Iterable[str] = MEASURES,
    by: str | Iterable[str] = (),
    population: str = "social_care",
    groups: Mapping[str, Iterable[str]] | None = None,
    draws: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    evaluator: Evaluator = "stochastic",
    memory: float | None = None,
    spill: str | Path | None = None,
    progress: Progress | None = None,
) -> Explanation:
    """Split what a plan changes into what each of its levers has to do with it, adding up exactly in every draw.

    Every subset of up to six levers is run, on the same draws, and each lever has its Shapley share. Of more levers,
    each is told what it adds to those before it, in the plan's order; `Explanation.method` says which. Subsets that say
    the same are run once. Levers that both scenarios have are in every run.

    Args:
        scenario: The plan.
        base: What it is compared with: the plan without its levers when left out. Whatever differs beside the levers
            (baseline, assumptions, pathway, …) is one part, called `other differences`.
        measures: Variables of a result, or of its pathway those whose draws are kept.
        by: What to tell apart beside the total of the run, as in `Result.draws_by`.
        population: `social_care` or `nhs`.
        groups: Label to the names or kinds of levers that are told as one part.
        draws: Number of draws, in place of the scenario's.
        seed: Seed, in place of the scenario's.
        threads: As for `mhwfmodel.run`.
        evaluator: As for `mhwfmodel.run`; `deterministic` is one quick draw of expected values.
        memory: As for `mhwfmodel.run` [GB].
        spill: As for `mhwfmodel.run`.
        progress: Called with `combinations`, what is done and how much there is.

    Raises:
        AlignmentError: Scenarios that cannot be paired draw by draw.
        ScenarioError: Nothing that differs, groups that do not fit, or runs that would not fit in memory.
        DataError: A measure, grouping or population that the runs do not have.
    """
    chosen = names(measures)
    changes = {name: value for name, value in (("draws", draws), ("seed", seed)) if value is not None}
    plan, other = (None if item is None else item.model_copy(update=changes) for item in (scenario, base))
    parts = parts_of(plan or scenario, other, groups)
    wanted = _wanted(parts, chosen, names(by))
    how = split(len(parts.parts))
    runs = _alike(parts, how)
    sums = {key: _Sums(key[0], key[1], population, how) for key in wanted}
    report = progress or (lambda stage, done, total: None)
    report(STAGE, 0, _STEPS * len(runs))
    given: dict[str, Any] = {"threads": threads, "evaluator": evaluator, "memory": memory, "spill": spill}
    for number, subsets in enumerate(runs):
        result = run(_lean(parts.scenario(subsets[0]), chosen), **given, progress=_inside(report, number, len(runs)))
        for kept in sums.values():
            kept.add(subsets, result)
        del result
        report(STAGE, _STEPS * (number + 1), _STEPS * len(runs))
    return Explanation(
        name=parts.plan.name,
        base=parts.base.name,
        parts=parts.parts,
        method=how.method,
        runs=len(runs),
        population=population,
        shares={key: kept.shares(parts) for key, kept in sums.items()},
    )


def runs_needed(
    scenario: Scenario, base: Scenario | None = None, *, groups: Mapping[str, Iterable[str]] | None = None
) -> int:
    """How many runs `explain` makes.

    Raises:
        AlignmentError: Scenarios that cannot be paired draw by draw.
        ScenarioError: Nothing that differs, or groups that do not fit.
    """
    parts = parts_of(scenario, base, groups)
    return len(_alike(parts, split(len(parts.parts))))


def _wanted(parts: Parts, measures: Sequence[str], by: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
    """Measure and grouping of all that is kept.

    Raises:
        DataError: All measures that the runs would not have.
    """
    faults: list[Fault] = []
    found: dict[tuple[str, tuple[str, ...]], None] = {}
    for name in measures:
        faults += faults_of(name, (parts.plan, parts.base), by)
        found |= dict.fromkeys([(name, ()), (name, by)])
    if not found:
        faults.append(Fault("measures", "none is named", "name at least one, such as filled"))
    if faults:
        raise DataError(faults)
    return list(found)


def faults_of(name: str, scenarios: Iterable[Scenario], by: Sequence[str] = ()) -> Iterator[Fault]:
    """Why a measure cannot be explained: the runs would not have it.

    Args:
        name: The measure.
        scenarios: What would be run.
        by: As in `explain`.
    """
    try:
        if not is_of_pathway(name):
            if variable(name).england_alone and _PLACES & set(by):
                yield Fault(name, "is kept for all ICBs together only", "leave it out, or do not ask by place")
            return
        if not pathway_measure(name).drawn:
            yield Fault(name, "its draws are not kept", "see `mhwfmodel show measures` for those that are")
    except MhwfError as error:
        yield from error.faults
        return
    lacking = [scenario.name for scenario in scenarios if scenario.pathway is None]
    if lacking:
        yield Fault(name, f"{lacking[0]} has no pathway", "write 'pathway: cmhf' in both")


def _alike(parts: Parts, how: Split) -> list[list[int]]:
    """Subsets, those together whose scenarios say the same."""
    found: dict[str, list[int]] = {}
    for subset in how.subsets:
        scenario = parts.scenario(subset)
        rest = scenario.resolved()
        told = json.dumps({key: rest[key] for key in rest if key not in ("levers", "name", "description")})
        found.setdefault("\n".join((told, *map(said, scenario.levers))), []).append(subset)
    return list(found.values())


def _lean(scenario: Scenario, measures: Sequence[str]) -> Scenario:
    """The scenario that keeps what is asked for and nothing else."""
    drawn = with_parts(tuple(name for name in measures if not is_of_pathway(name)))
    outputs = Outputs(detail="none", every_draw=drawn or ("filled",), flows=False, training=False)
    return scenario.model_copy(update={"outputs": outputs})


def _inside(report: Progress, number: int, runs: int) -> Callable[[str, int, int], None]:
    """Progress of one run as part of that of all."""

    def inside(stage: str, done: int, total: int) -> None:
        if stage == "months" and total:
            report(STAGE, _STEPS * number + (_STEPS - 1) * done // total, _STEPS * runs)

    return inside


@dataclass(slots=True)
class _Sums:
    """Takes in the values of subsets as they are run, and keeps sums of them alone.

    Args:
        measure: The measure.
        by: What is told apart.
        population: `social_care` or `nhs`.
        how: The split.
    """

    measure: str
    by: tuple[str, ...]
    population: str
    how: Split
    like: xr.DataArray | None = None
    weighed: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    single: dict[int, NDArray[np.float32]] = field(default_factory=dict)

    def add(self, subsets: Sequence[int], result: Result) -> None:
        """Take in a run that stands for some subsets.

        Values are whole numbers, or ratios, in single precision: their weighed sums in double precision are exact.
        """
        drawn = result.draws_by(self.measure, self.by, population=self.population)
        drawn = drawn.transpose("draw", ..., "month").astype(np.float32)
        values = np.asarray(drawn.values)
        parts = self.how.weights.shape[1]
        if self.like is None:
            self.like = drawn
            self.weighed = np.zeros((parts, *values.shape))
        places = [self.how.subsets.index(subset) for subset in subsets]
        for part, weight in enumerate(self.how.weights[places].sum(axis=0)):
            if weight:
                self.weighed[part] += float(weight) * values.astype(np.float64)
        ends = {0, 2**parts - 1, *(2**part for part in range(parts))}
        self.single |= dict.fromkeys(ends & set(subsets), values)

    def shares(self, parts: Parts) -> Shares:
        """What has come of it, once all are in."""
        import xarray as xr

        count = len(parts.parts)
        base, plan = (self.single[subset].astype(np.float64) for subset in (0, 2**count - 1))
        alone = np.stack([self.single[2**part].astype(np.float64) - base for part in range(count)])
        if self.like is None:
            message = "no run was made"
            raise DataError(message)
        like = self.like
        coords = {str(dim): like[dim].values for dim in like.dims}

        def told(values: NDArray[Any], *dims: str) -> xr.DataArray:
            labels = {"part": [part.label for part in parts.parts]} if dims else {}
            return xr.DataArray(
                values, dims=(*dims, *like.dims), coords=labels | coords, name=self.measure, attrs=like.attrs
            )

        share = shares(self.weighed, self.how.divisor, plan - base)
        return Shares(told(base), told(plan), told(share, "part"), told(alone, "part"))
