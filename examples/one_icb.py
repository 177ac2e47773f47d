"""One Integrated Care Board: where its workforce stands, and where it is expected to go.

Run it from the checkout: `python examples/one_icb.py`. Change ICB to your own (a name, an ONS or an ODS code).
"""

import mhwfmodel as mh

ICB = "NHS Frimley ICB"

scenario = mh.load_scenario("scenarios/baseline.yaml", overrides={"icbs": [ICB], "draws": 100})
result = mh.run(scenario)

years = ["2024-03", "2025-03", "2027-03", "2029-03", "2034-03"]
for measure in ("filled", "vacancies", "vacancy_rate", "starters"):
    table = result.table(measure, months=years)
    print(f"\n{ICB}, social care: {measure}")
    print(table[["month", "q05", "mean", "q95"]].to_string(index=False))

by_sector = result.table("filled", by=["icb", "sector"], months=["2029-03"])
print("\nFilled posts in March 2029 by employer")
print(by_sector[["sector_name", "q05", "mean", "q95"]].to_string(index=False))
