"""Staff and people waiting by ethnic group: what the population alone would give, and what a difference would do to it.

Run it from the checkout: `python examples/staff_by_group.py`. Change ICBS to yours.
"""

import mhwfmodel as mh
from mhwfmodel.plan.equity import strata, unmet_need, write_strata

ICBS = ["NHS Frimley ICB", "NHS Sussex ICB"]

scenario = mh.load_scenario(
    "scenarios/baseline.yaml", overrides={"icbs": ICBS, "draws": 50, "months": 24, "pathway": "cmhf"}
)
result = mh.run(scenario)
last = result.months[-1]

print(f"\nStaff in post, {last}, and the same if black staff were a quarter likelier to leave")
as_assumed, unequal = (strata(result, months=[last], leaving=factors) for factors in ({}, {"black": 1.25}))
for name, table in (("as assumed", as_assumed), ("unequal", unequal)):
    staff = table[table["measure"] == "filled"].set_index("group")
    print(f"\n{name}\n{staff[['q05', 'mean', 'q95']].to_string()}")

print("\nPeople waiting, arriving and giving up in a year of the run, by ICB; numbers under 5 are kept back")
waits = unmet_need(result, place="icb", every="year")
print(waits[["icb_name", "measure", "group", "month", "q05", "mean", "q95"]].round(0).to_string(index=False))

write_strata(strata(result, by="sex", place="icb", every="year"), "out/staff_by_sex.csv")
