"""What a report says of a coupled run: how strongly it was coupled, where it may run away, and the screen's error."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from mhwfmodel.report.wording import month_name, people, per_cent

if TYPE_CHECKING:
    from mhwfmodel.report.outlook import Outlook

__all__ = ["acts", "coupling_sentences"]

_ACTS = {"workload_elasticity": "leaving answers to workload", "admission_delay_elasticity": "admission to the wait"}


def acts(view: Outlook) -> bool:
    """Whether what people wait and ask for acts on anything in this run."""
    told = view.result.manifest.get("coupling")
    return told is not None and any(told["assumptions"][name]["most"] > 0.0 for name in _ACTS)


def coupling_sentences(view: Outlook) -> list[str]:
    """Sentences about what waits do to staff; one where the run is not coupled."""
    told = view.result.manifest.get("coupling")
    if told is None:
        return ["Waits do not act back on staff in this run."]
    made = (_how(told), str(told["warning"]), _screen(view))
    return [sentence for sentence in made if sentence]


def _how(told: dict[str, Any]) -> str:
    every = "every month" if told["every_months"] == 1 else f"every {told['every_months']} months"
    listed = []
    for name, words in _ACTS.items():
        least, most = (told["assumptions"][name][key] for key in ("least", "most"))
        if most > 0.0:
            span = f"{least:.2g}" if least == most else f"{least:.2g} to {most:.2g}"
            listed.append(f"{words} with an elasticity of {span}")
    if not listed:
        return (
            "Staff and the people whom they serve go through the months together, and nothing acts on anything: the"
            " elasticities are 0."
        )
    return f"Staff and the people whom they serve act on each other {every}: {' and '.join(listed)} (assumed)."


def _screen(view: Outlook) -> str:
    """How far the screen that a simulated run was coupled with is from the simulation."""
    screen = view.result.groups.get("screen")
    if screen is None:
        return ""
    everybody = screen.sel(icb="all", stage="all", of_class="all").isel(month=-1)
    told, error = float(everybody["waiting"]), float(everybody["waiting_error"])
    simulated = told - error
    if not math.isfinite(error) or simulated <= 0.0:
        return ""
    return (
        f"It was coupled with the analytic pathway, which tells {people(told)} people waiting at the end of"
        f" {month_name(str(everybody['month'].values))} where the simulation tells {people(simulated)}"
        f" ({per_cent(abs(error) / simulated)} {'more' if error > 0 else 'less'})."
    )
