"""What retention would it take to end five years from now with 5 % more staff in the voluntary sector?

Tries a few sizes of one lever on the same draws. Each difference is paired: both runs had the same luck.
Run it from the checkout: `python examples/what_would_it_take.py`.
"""

import mhwfmodel as mh

MONTH = "2029-03"
QUICK = {"draws": 25, "months": 60}

base = mh.run(mh.load_scenario("scenarios/rates_held.yaml", overrides=QUICK))
before = base.table("filled", by=["sector"], months=[MONTH]).set_index("sector")["mean"]["voluntary"]

for change in ("-10%", "-20%", "-40%"):
    lever = {"kind": "retention", "start": "2025-04", "leaving_change": change, "scope": {"sectors": ["voluntary"]}}
    plan = mh.run(mh.load_scenario("scenarios/rates_held.yaml", overrides={**QUICK, "levers": [lever]}))
    table = mh.compare(base, plan).table("filled", by=["sector"])
    row = table[(table["sector"] == "voluntary") & (table["month"] == MONTH)].iloc[0]
    print(
        f"leaving {change:>4}: {row['mean']:+,.0f} people ({row['q05']:+,.0f} to {row['q95']:+,.0f}), "
        f"{row['mean'] / before:+.1%}"
    )
