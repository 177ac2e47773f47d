"""A lever and a pathway of one's own: nothing of the package is changed.

Run it from the checkout: `python examples/own_lever.py`. The lever is a class in this script, and the pathway a text in
it (`PathwayUse.read` takes a file). What the lever does, and every number of the pathway, is made up for the example.
"""

from typing import ClassVar, Literal

import numpy as np

import mhwfmodel as mh
from mhwfmodel.levers import Change, Context, Effect, LeverBase, Scaled
from mhwfmodel.levers.effects import PathwayScaled
from mhwfmodel.scenario import PathwayUse

ICB = "NHS Frimley ICB"

TEAM = """
pathway: visiting_team
people: 1000000
begin: balance
exits: [discharged, gave_up]
pools:
  coordinators: {fte: 200, slots_per_fte: 25, staff: {skill: care_coordination}}
arrivals:
  referrals: {stage: core, per_year: 4000}
stages:
  core:
    needs: {coordinators: 1}
    service: {exponential: 16 months}
    patience: {exponential: 24 months}
    contact: true
    routes: {discharged: 1}
"""


class HomeVisits(LeverBase):
    """Visits at home: work with each takes longer, and staff like it."""

    owner: ClassVar[str] = "providers"
    payer: ClassVar[str] = "providers"
    level: ClassVar[str] = "place"
    evidence: ClassVar[str] = "none: made up for the example"
    grade: ClassVar[str] = "assumed"
    source: ClassVar[tuple[str, ...]] = ()
    moves: ClassVar[str] = "waiting, in the direction of longer; leavers, in the direction of leaving_change"

    kind: Literal["home_visits"] = "home_visits"
    longer: Change
    leaving_change: Change = 0.0

    def effects(self, context: Context) -> tuple[Effect, ...]:
        """Work at the core tier takes longer, and fewer leave."""
        acting = self.profile(context.months)[None, :]
        return (
            PathwayScaled("work", ("core",), 1.0 + self.longer * acting, self.scope.icbs),
            Scaled("leaving", np.log1p(self.leaving_change * acting), self.scope),
        )


settings = {"name": "Baseline", "icbs": (ICB,), "draws": 20, "months": 36}
pathway = PathwayUse(file="visiting_team.yaml", text=TEAM)
lever = HomeVisits(name="Visits at home", start="2025-04", longer="15%", leaving_change="-5%", ramp_months=6)

base = mh.run(mh.Scenario(**settings, pathway=pathway))
plan = mh.run(mh.Scenario(**settings | {"name": "Visits at home"}, pathway=pathway, levers=(lever,)))

print(f"{ICB}, March 2027: what visits at home change, draw by draw")
for measure in ("filled", "waiting"):
    change = mh.compare(base, plan).table(measure)
    print(change[change["month"] == "2027-03"][["q05", "mean", "q95"]].to_string(index=False))

print("\nWhat the manifest says of the lever")
for name, value in plan.manifest["levers"][0].items():
    print(f"{name:<14} {value}")
