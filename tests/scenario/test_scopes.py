"""Scopes that hold no staff are told when the file is read."""

from __future__ import annotations

import pytest

from mhwfmodel.catalogue import post_columns, roles, sectors
from mhwfmodel.errors import ScenarioError
from mhwfmodel.scenario import check_text

LEVER = """\
name: A plan
icbs: [QU9]
levers:
  - kind: retention
    start: 2025-04
    leaving_change: -10%
    scope: {SCOPE}
"""


def told(scope):
    with pytest.raises(ScenarioError) as caught:
        check_text(LEVER.replace("{SCOPE}", scope))
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (
            "{sectors: [direct_payment], roles: [social_worker]}",
            "has no social_worker; roles there: personal_assistant",
        ),
        ("{roles: [support_worker], strand: specialist}", "social care has no specialist support_worker"),
        ("{sectors: [direct_payment], strand: specialist}", "leave 'strand' out; roles there: personal_assistant"),
        ("{sectors: [nhs], roles: [support_worker]}", "roles there: social_worker, registered_nurse"),
        ("{icbs: [QJ2]}", "none of its ICBs is among those of the run (Buckinghamshire"),
    ],
)
def test_a_scope_without_staff_is_told_at_its_line(scope, words):
    (fault,) = told(scope)
    assert fault.startswith("scenario:7:12 levers[0].scope: holds no staff")
    assert words in fault


def test_a_word_for_a_sector_that_planners_use_leads_to_its_code():
    assert "'council' is not a sector; did you mean 'local_authority'?" in told("{sectors: [council]}")[0]


def test_one_sector_and_one_role_are_refused_exactly_when_they_never_occur_together():
    filled = {(column.sector, column.role) for column in post_columns()}
    for sector in sectors():
        for role in roles():
            scope = f"{{sectors: [{sector.code}], roles: [{role.code}]}}"
            if (sector.code, role.code) in filled:
                check_text(LEVER.replace("{SCOPE}", scope))
            else:
                assert "holds no staff" in told(scope)[0]
