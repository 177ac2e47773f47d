"""Every effect on the workforce in a run: none at magnitude zero, only where it is meant, the same by both engines."""

from __future__ import annotations

import numpy as np
import pytest

import mhwfmodel as mh
from mhwfmodel.levers import Scope
from mhwfmodel.levers.effects import (
    AgencyCover,
    AmhpWork,
    Completion,
    Destination,
    Places,
    PostsConverted,
    Scaled,
    SourceScaled,
    TimeTaken,
    Trained,
)
from mhwfmodel.scenario import Scenario

MONTHS = 7
HERE, THERE = "E54000044", "E54000011"
SCOPE = Scope(icbs=(HERE,))
CARE = Scope(icbs=(HERE,), sectors=("private",), roles=("senior_support_worker",))
NHS = Scope(icbs=(HERE,), sectors=("nhs", "local_authority"))
NONE, ALL = np.zeros(1), np.ones(1)


def effects(size: float) -> dict[str, object]:
    """Effects of a size, 0 for none; they begin in the third month."""
    on = size * (np.arange(MONTHS) >= 2)
    return {
        "posts converted": PostsConverted(0.4 * on, "support_worker", CARE),
        "hours scaled": Scaled("hours", np.log1p(-0.2 * on)[None], SCOPE),
        "source scaled": SourceScaled("abroad", 1.0 - on[None], SCOPE),
        "time taken": TimeTaken(6.0 * on[None], SCOPE),
        "agency cover": AgencyCover(0.7 * on, 0.8 * ALL, SCOPE),
        "agency cover up to": AgencyCover(0.7 * on, 0.8 * ALL, SCOPE, most=5.0),
        "places of staff": Places("amhp_part_time", 1.0 + 4.0 * on, NHS),
        "places of students": Places("peer_mentor_training", 1.0 + 0.5 * on, SCOPE),
        "trained": Trained(0.2 * on, 7.0, -0.5 * ALL, 0.1 * ALL, SCOPE),
        "trained for nothing": Trained(0.2 * on, 7.0, NONE, NONE, SCOPE),
        "AMHP work": AmhpWork(1.0 + on, 1.0 + 0.5 * on, (HERE,)),
        "completion of staff": Completion("amhp_part_time", 1.0 + 30.0 * on, 1.0 - on),
        "completion of students": Completion("peer_mentor_training", 1.0 + 5.0 * on, 1.0 - 0.9 * on),
        "destination": Destination("nurse_apprenticeship", "nhs", 1.0, on),
    }


LOCAL = tuple(name for name, effect in effects(1.0).items() if not isinstance(effect, Completion | Destination))


@pytest.fixture(scope="module")
def go(doing):
    def run(*given: object, evaluator: str = "stochastic", engine: str = "compiled", **changes: object):
        plan = {"name": "effects", "months": MONTHS, "draws": 4, "icbs": (HERE, THERE), "moves": "within_icb"}
        levers = (doing(*given),) if given else ()
        return mh.run(Scenario(**(plan | changes), levers=levers), evaluator=evaluator, engine=engine, threads=1)

    return run


@pytest.fixture(scope="module")
def plain(go):
    return {how: go(evaluator=how) for how in ("stochastic", "deterministic")}


def differing(one, two, groups=("detail", "draws", "amhp", "england", "training", "amhp_council")) -> list[str]:
    return [
        f"{group}/{name}"
        for group in groups
        for name in one.groups[group]
        if not np.array_equal(one.groups[group][name].values, two.groups[group][name].values, equal_nan=True)
    ]


@pytest.mark.parametrize("evaluator", ["stochastic", "deterministic"])
def test_at_magnitude_zero_all_are_the_identity_bit_for_bit(go, plain, evaluator: str) -> None:
    assert differing(go(*effects(0.0).values(), evaluator=evaluator), plain[evaluator]) == []


@pytest.mark.parametrize("name", effects(1.0))
def test_each_acts_from_its_first_month_on_and_only_in_its_icb(go, plain, name: str) -> None:
    acted = go(effects(1.0)[name])
    changed = differing(acted, plain["stochastic"])
    assert changed, name
    for group in ("detail", "draws", "amhp", "training"):
        one, two = acted.groups[group], plain["stochastic"].groups[group]
        for item in one.data_vars:
            before = slice(None, "2024-05")
            np.testing.assert_array_equal(one[item].sel(month=before), two[item].sel(month=before), err_msg=item)
            if name in LOCAL:
                np.testing.assert_array_equal(one[item].sel(icb=THERE), two[item].sel(icb=THERE), err_msg=item)


def test_both_engines_give_the_same_people(go) -> None:
    given = effects(1.0).values()
    few = {"months": 5, "draws": 2, "icbs": (HERE,)}
    given = [cut(effect, 5) for effect in given]
    assert differing(go(*given, **few), go(*given, **few, engine="reference")) == []


def cut(effect, months: int):
    """The same effect over fewer months."""
    from dataclasses import fields, replace

    long = {
        item.name: getattr(effect, item.name)[..., :months]
        for item in fields(effect)
        if isinstance(getattr(effect, item.name), np.ndarray) and getattr(effect, item.name).shape[-1] == MONTHS
    }
    return replace(effect, **long)


def test_a_result_does_not_depend_on_chunks_or_the_file(go, laid_out, leftovers) -> None:
    given = effects(1.0).values()
    whole = go(*given)
    with laid_out(chunk=2, inside=1, months_at_once=3, values_in_file=True, draws_in_file=True):
        assert differing(go(*given), whole) == []


def test_the_order_of_levers_does_not_count(doing) -> None:
    """Where a course leads is the one exception, and it is not among these."""
    given = [effect for effect in effects(1.0).values() if not isinstance(effect, Destination)]
    more = [
        PostsConverted(0.5 * np.ones(MONTHS), "registered_manager", CARE),
        SourceScaled("outside", 0.5 * np.ones((1, MONTHS)), Scope()),
        TimeTaken(np.full((1, MONTHS), -2.0), Scope()),
        AgencyCover(0.5 * np.ones(MONTHS), 0.5 * ALL, Scope()),
    ]
    runs = []
    for levers in ([*given, *more], [*more, *given][::-1]):
        scenario = Scenario(name="order", months=MONTHS, icbs=(HERE,), levers=tuple(doing(item) for item in levers))
        runs.append(mh.run(scenario, evaluator="deterministic", threads=1))
    for name in ("filled", "hours", "agency_fte", "starters_abroad", "trained"):
        one, two = (run.groups["england"][name].values for run in runs)
        np.testing.assert_allclose(one, two, rtol=1e-5, atol=1e-6, err_msg=name)
