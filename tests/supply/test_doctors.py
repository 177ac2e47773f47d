"""The plan for Dutch general practitioners, 2009 to 2019: one step of the model is ten years, as the data are.

Source: Van Greuningen and others (2012), Human Resources for Health 10:21, tables 2 to 7. Demand grows by demography,
times one plus the sum of all other changes. The published requirement of scenario 1 (9,056 FTE) follows from that rule
with efficiency at +2 %, although the text says −2 %; +2 % is used here.
"""

from __future__ import annotations

import numpy as np
import pytest

from mhwfmodel.supply import OUT, Edges, Expected, Graph, MonthInputs, step

MEN, WOMEN = 6129, 4086
LEAVING = {"men": 2341, "women": 785}
FTE = {"men": 0.822, "women": 0.551}
WOMEN_IN_TRAINING = 0.71
# Those who come in: how many, how many of them complete their training, how many of those are active in 2019.
ABROAD, ABROAD_WOMEN, ABROAD_ACTIVE = 109, 46, 93
IN_TRAINING = {"in training": (1507, 1477, 1320), "started 2009-10": (1228, 1153, 1054), "later": (3070, 2883, 2690)}
YEARLY, INTAKES = 614, 5
NODES = ("men", "women", "from abroad", *IN_TRAINING)
NOW = 2019 * 12


def plan():
    """Nodes are doctors by sex, those who come from abroad and three cohorts in training; a step is the ten years."""
    nodes = len(NODES)
    entry = np.arange(2, nodes)
    onto = np.full(nodes, OUT)
    to_men, to_women = onto.copy(), onto.copy()
    to_men[entry], to_women[entry] = 0, 1
    return Graph(
        cell_id=np.arange(nodes, dtype=np.uint32) + 1,
        node_id=np.arange(nodes, dtype=np.uint32) + 100,
        node_cell=np.arange(nodes),
        node_group=np.arange(nodes),
        advance=np.arange(nodes),
        edges=(
            Edges("leave", onto, leaver=True),
            Edges("gives up", onto, leaver=False),
            Edges("not active", onto, leaver=False),
            Edges("men", to_men, leaver=False),
            Edges("women", to_women, leaver=False),
        ),
        sources=(),
        doors=(),
    )


def chances():
    table = np.zeros((5, 1, len(NODES)))
    table[0, 0, 0], table[0, 0, 1] = LEAVING["men"] / MEN, LEAVING["women"] / WOMEN
    cohorts = [(ABROAD, ABROAD, ABROAD_ACTIVE, ABROAD_WOMEN / ABROAD)]
    cohorts += [(*cohort, WOMEN_IN_TRAINING) for cohort in IN_TRAINING.values()]
    for node, (begin, complete, active, women) in enumerate(cohorts, start=2):
        table[1:, 0, node] = [
            (begin - complete) / begin,
            (complete - active) / begin,
            active / begin * (1 - women),
            active / begin * women,
        ]
    return table


def in_ten_years(yearly=float(YEARLY)):
    """Active doctors of 2019 by sex when so many start their training a year in the last five years."""
    graph = plan()
    cohorts = [begin for begin, _, _ in IN_TRAINING.values()]
    stock = np.array([[MEN, WOMEN, ABROAD, *cohorts[:2], INTAKES * yearly]], dtype=float)
    nobody = np.zeros((1, len(NODES)))
    inputs = MonthInputs(NOW, chances(), nobody, nobody, np.zeros((0, 1, len(NODES))))
    moved = step(graph, stock, inputs, Expected())
    gone = np.sum([people.sum() for people in moved.flows[:3]])
    assert moved.stock.sum() + gone == pytest.approx(stock.sum(), rel=1e-12)
    return moved.stock[0]


def fte(doctors):
    return float(doctors[0] * FTE["men"] + doctors[1] * FTE["women"])


def required(**changes):
    """FTE needed in 2019: supply and unmet demand of 2009, times demography, times one plus the sum of the rest."""
    base = 7365
    return base * 1.06 * (1 + sum(changes.values()))


def intake(need):
    """Yearly intake at which supply meets the need: supply is linear in it, so two runs of the model tell."""
    low, high = fte(in_ten_years()), fte(in_ten_years(YEARLY + 100.0))
    return YEARLY + (need - low) / (high - low) * 100.0


SCENARIO_1 = {"epidemiology": 0.03, "society": 0.05, "technology": 0.01, "efficiency": 0.02, "substitution": 0.05}


def test_the_headcount_of_2019_is_the_published_one():
    doctors = in_ten_years()
    assert doctors[:2].sum() == pytest.approx(12_246, abs=1e-9)
    assert doctors[2:] == pytest.approx(0.0, abs=1e-9)
    assert doctors[0] == pytest.approx(5301, abs=10)
    assert doctors[1] == pytest.approx(6945, abs=10)


def test_the_full_time_equivalents_are_the_published_ones():
    assert fte([MEN, WOMEN]) == pytest.approx(7290, abs=4)
    assert fte(in_ten_years()) == pytest.approx(8187, abs=4)


def test_the_intakes_that_meet_demand_are_the_published_ones():
    assert required() == pytest.approx(7807, abs=1)
    assert required(**SCENARIO_1) == pytest.approx(9056, abs=1)
    assert intake(required()) == pytest.approx(476, abs=1)
    assert intake(required(**SCENARIO_1)) == pytest.approx(929, abs=1)


@pytest.mark.parametrize("efficiency", [-0.02, 0.0])
def test_another_rule_would_not_give_the_published_intake(efficiency):
    assert abs(intake(required(**SCENARIO_1 | {"efficiency": efficiency})) - 929) > 25
