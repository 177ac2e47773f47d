"""Who waits in one Integrated Care Board, and what keeping more staff would change for them.

Every person is simulated, in the first draws of the run alone. Run it from the checkout:
`python examples/waits_of_one_icb.py`. Change ICB to your own (a name, an ONS or an ODS code).
"""

import mhwfmodel as mh

ICB = "NHS Frimley ICB"
PATHWAY = {"file": "cmhf", "engine": "compiled", "draws": 20}
SETTINGS = {"icbs": [ICB], "draws": 20, "months": 60, "pathway": PATHWAY}

base = mh.run(mh.load_scenario("scenarios/baseline.yaml", overrides=SETTINGS))
plan = mh.run(mh.load_scenario("scenarios/retention_plan.yaml", overrides=SETTINGS))

print(f"\n{ICB}: waits in March 2029, means over draws [days]")
print(base.waits(months="2029-03").to_string(index=False))

print("\nWhere people wait")
table = base.table("waiting", by="stage", months="2029-03")
print(table[["stage_name", "q05", "mean", "q95"]].to_string(index=False))

print("\nWhat staff give over what the pathway states")
table = base.table("staff_ratio", months="2029-03")
print(table[["pool_name", "q05", "mean", "q95"]].to_string(index=False))

print("\nWhat the plan changes, draw by draw")
change = mh.compare(base, plan).table("waiting")
print(change[change["month"] == "2029-03"][["q05", "mean", "q95"]].to_string(index=False))
