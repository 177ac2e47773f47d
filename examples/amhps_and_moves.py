"""Approved Mental Health Professionals (AMHPs) by Integrated Care Board, and who moves where.

Run it from the checkout: `python examples/amhps_and_moves.py`. Change ICBS to yours and its neighbours.
"""

import mhwfmodel as mh

ICBS = ["NHS Frimley ICB", "NHS Surrey Heartlands ICB", "NHS Sussex ICB"]

scenario = mh.load_scenario("scenarios/baseline.yaml", overrides={"icbs": ICBS, "draws": 50, "months": 60})
result = mh.run(scenario)

for measure in ("amhp_approved", "amhp_fte", "amhp_need_fte", "amhp_gap_fte"):
    table = result.table(measure, by=["icb"], months=["2024-03", "2029-03"])
    print(f"\n{measure} [{result.amhp[measure].attrs['units']}]")
    print(table[["icb_name", "month", "q05", "mean", "q95"]].round(1).to_string(index=False))

last_year = result.flows.isel(month=slice(-12, None)).sum("month")
print("\nMoves from employer to employer in the last 12 months of the run, people (rows are left, columns entered)")
print(last_year["moves_sector"].to_pandas().round(0).to_string())

between = last_year["moves_icb"].to_pandas()
print("\nMoves between the ICBs, people; on the diagonal moves inside an ICB")
print(between.round(0).to_string())
