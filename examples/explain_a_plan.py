"""A plan of three levers: what each of them has to do with what the plan changes, and what they do together.

Run it from the checkout: `python examples/explain_a_plan.py`. Eight subsets of the levers are run on the same draws.
"""

import mhwfmodel as mh
from mhwfmodel.levers import FundedPosts, Pay, Retention
from mhwfmodel.scenario import Scenario

settings = {"draws": 50}
plan = Scenario(
    name="Posts, pay and support",
    months=36,
    icbs=("NHS Frimley ICB",),
    levers=(
        FundedPosts(name="More posts", start="2024-06", change=0.10),
        Pay(name="Pay supplement", start="2024-06", change=0.05),
        Retention(name="Support for new staff", start="2024-06", leaving_change=-0.10),
    ),
    **settings,
)
explained = mh.explain(plan, measures=["filled", "leavers"])

print(f"{explained.name} beside {explained.base}: {explained.runs} runs, {explained.method}")
shares = explained.table("filled")
print("\nShares in the change of filled posts at the end; they add up")
print(shares[["part", "q05", "mean", "q95"]].round(1).to_string(index=False))

alone = explained.table("filled", reading="alone")
print("\nWhat each changes alone, and what comes of their meeting")
print(alone[["part", "q05", "mean", "q95"]].round(1).to_string(index=False))

leavers = explained.table("leavers", mean_over=12)
print("\nShares in the change of leavers a month, mean of the last year")
print(leavers[["part", "q05", "mean", "q95"]].round(1).to_string(index=False))
