"""Roles, sectors and pipelines are added by editing tables only; tables that cannot hold are refused, all at once."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mhwfmodel import catalogue
from mhwfmodel.errors import DataError, Fault

ROLE, SECTOR = "mental_health_support_navigator", "social_enterprise"
COURSE, APPRENTICESHIP = "navigator_course", "navigator_apprenticeship"
TOTAL, INDEPENDENT, COUNTED = 621_500, 515_000, 585_000

Rows = list[dict[str, str]]

RUN = """
import json
import sys

import mhwfmodel as mh
from mhwfmodel.inputs import build, columns, england_cells
from mhwfmodel.scenario import Scenario
from mhwfmodel.simulate.model import prepare

wanted = Scenario(name="added", months=3, draws=2)
inputs = build(wanted, central=True)
posts = inputs.filled.reshape(-1, len(columns())).sum(axis=0)
result = mh.run(wanted, threads=1)
data = result.england.fillna(0.0)
balance = data["filled"].diff("month") - (data["starters"] - data["leavers"]).isel(month=slice(1, None))
model = prepare(inputs, wanted, stochastic=False)
codes = [track.code for track in model.workforce.tracks]
students = result.groups["training"].sel(pipeline=sys.argv[3]).sum("icb")
told = {
    "students": {name: students[name].values.tolist() for name in students},
    "apprentices": sum(
        float(start.people.sum()) for start in model.rest.starts if codes[start.track - 1] == sys.argv[4]
    ),
    "newly": float(result.england["starters_newly_qualified"].sel(role=sys.argv[1], sector=sys.argv[2]).sum()),
    "package": mh.__file__,
    "central": [[column.sector, column.role, float(number)] for column, number in zip(columns(), posts)],
    "role": data["filled"].sel(role=sys.argv[1]).sum("sector").values.tolist(),
    "sector": data["filled"].sel(sector=sys.argv[2]).sum("role").values.tolist(),
    "opening": result.draws["filled"].sel(month="2024-03", population="social_care").sum("icb").values.tolist(),
    "balance": float(abs(balance).max()),
    "moved": float(data["starters"].sum()),
}
print(json.dumps(told))
"""


def table(folder: Path, name: str) -> Rows:
    with (folder / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def write(folder: Path, name: str, rows: Rows) -> None:
    with (folder / name).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def add(folder: Path, name: str, like: dict[str, str], /, **changes: str) -> None:
    """Add a row that is like another one but for some cells."""
    rows = table(folder, name)
    model = next(row for row in rows if like.items() <= row.items())
    write(folder, name, [*rows, {**model, **changes}])


def put(folder: Path, name: str, where: dict[str, str], /, **changes: str) -> int:
    """Change cells of one row; its line in the file."""
    rows = table(folder, name)
    at = next(number for number, row in enumerate(rows) if where.items() <= row.items())
    rows[at] |= changes
    write(folder, name, rows)
    return at + 2


def add_role(folder: Path) -> None:
    """A role in the voluntary sector and in the NHS."""
    add(folder, "parameters.csv", {"name": "participation_peer_worker"}, id="9001", name="participation_navigator")
    add(folder, "parameters.csv", {"name": "nhs_wellbeing_practitioners_fte"}, id="9002", name="nhs_navigators_fte")
    changes = {"id": "99", "code": ROLE, "name": "Navigator", "participation": "participation_navigator"}
    add(folder, "roles.csv", {"code": "peer_worker"}, **changes)
    voluntary = {"strand": "general", "sector": "voluntary", "role": "support_worker"}
    put(folder, "role_mix.csv", voluntary, share="0.66")
    add(folder, "role_mix.csv", voluntary, role=ROLE, share="0.02")
    add(folder, "nhs_posts.csv", {"role": "registered_nurse"}, role=ROLE, fte="nhs_navigators_fte")


def add_sector(folder: Path) -> None:
    """A sector that takes a part of the count of independent employers, with two roles."""
    add(folder, "parameters.csv", {"name": "voluntary_share"}, id="9003", name="enterprise_share")
    changes = {"id": "31", "code": SECTOR, "name": "Social enterprise", "part": "enterprise_share"}
    add(folder, "sectors.csv", {"code": "voluntary"}, **changes, specialist_part="")
    model = {"strand": "general", "sector": "voluntary", "role": "support_worker"}
    add(folder, "role_mix.csv", model, sector=SECTOR, share="0.9")
    add(folder, "role_mix.csv", model, sector=SECTOR, role=ROLE, share="0.1")


def add_pipelines(folder: Path) -> None:
    """A course of two months for students and an apprenticeship of staff, both to the role that is added."""
    places = {"id": "9004", "name": "navigator_places", "central": "4200", "low": "4000", "high": "4400"}
    add(folder, "parameters.csv", {"name": "think_ahead_places"}, **places)
    every_month = " ".join(map(str, range(1, 13)))
    each = {"to_role": ROLE, "months": "2", "intake_months": every_month, "last_intake": ""}
    course = {"id": "61", "code": COURSE, "name": "Navigator course", "places": "navigator_places"}
    add(folder, "pipelines.csv", {"code": "think_ahead"}, **each, **course, pass_rate="1", take_up="1")
    apprentices = {"id": "62", "code": APPRENTICESHIP, "name": "Navigator apprenticeship", "sectors": SECTOR}
    add(folder, "pipelines.csv", {"code": "social_work_apprenticeship"}, **each, **apprentices)
    shares = {"status": "assumed", "source": ""}
    for sector, share in ((SECTOR, "0.6"), ("nhs", "0.4")):
        row = {"pipeline": COURSE, "sector": sector, "share": share}
        add(folder, "pipeline_destinations.csv", {"pipeline": "assessed_year"}, **row, **shares)
    add(folder, "pipeline_destinations.csv", {"pipeline": "assessed_year"}, pipeline=APPRENTICESHIP, **shares)


ADDITIONS: tuple[Callable[[Path], None], ...] = (add_role, add_sector, add_pipelines)
"""What is added to a copy of the package; each edits tables and nothing else."""


@pytest.fixture(scope="module")
def added(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a copy of the package gives once rows are added to its tables."""
    home = tmp_path_factory.mktemp("added")
    shutil.copytree(root / "mhwfmodel", home / "mhwfmodel")
    for addition in ADDITIONS:
        addition(home / "mhwfmodel" / "catalogue" / "data")
    command = [sys.executable, "-P", "-c", RUN, ROLE, SECTOR, COURSE, APPRENTICESHIP]
    environment = {**os.environ, "PYTHONPATH": str(home)}
    done = subprocess.run(command, env=environment, cwd=home, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert Path(told["package"]).is_relative_to(home)
    return told


def posts(told: dict[str, Any], **wanted: str) -> float:
    """Central filled posts of a sector, a role or both."""
    keys = ({"sector": sector, "role": role, "posts": number} for sector, role, number in told["central"])
    return float(sum(row["posts"] for row in keys if wanted.items() <= row.items()))


def test_a_role_that_is_added_has_the_staff_that_the_tables_give_it(added) -> None:
    assert posts(added, sector="nhs", role=ROLE) == pytest.approx(3000 / 0.7, rel=1e-9)
    for sector, share in (("voluntary", 0.02), (SECTOR, 0.1)):
        general = posts(added, sector=sector, role="support_worker") / (0.66 if sector == "voluntary" else 0.9)
        assert posts(added, sector=sector, role=ROLE) == pytest.approx(share * general, rel=1e-9)
    assert all(people > 0 for draw in added["role"] for people in draw)


def test_a_sector_that_is_added_has_its_part_of_the_count_and_the_others_keep_theirs(added) -> None:
    whole, voluntary, enterprise = TOTAL * INDEPENDENT / COUNTED, 0.22, 0.22
    shares = {"voluntary": voluntary, SECTOR: (1 - voluntary) * enterprise}
    shares["private"] = 1 - sum(shares.values())
    for sector, share in shares.items():
        assert posts(added, sector=sector) == pytest.approx(whole * share, rel=1e-9)
    assert posts(added, sector="local_authority") == pytest.approx(TOTAL * 55_000 / COUNTED, rel=1e-9)
    assert all(people > 0 for draw in added["sector"] for people in draw)


def test_the_published_total_and_the_people_are_kept(added) -> None:
    assert added["opening"] == [TOTAL, TOTAL]
    assert sum(number for sector, _, number in added["central"] if sector != "nhs") == pytest.approx(TOTAL, rel=1e-12)
    assert added["moved"] > 1000
    assert added["balance"] == 0


def test_students_of_a_pipeline_that_is_added_start_qualify_and_are_hired(added) -> None:
    started, qualified = (sum(added["students"][name]) for name in ("started", "qualified"))
    assert started == pytest.approx(3 * 4200 / 12, rel=0.06)
    # Without drop-out everybody who started two months before comes out, with the cohorts at rest in all months.
    assert qualified == pytest.approx(started, rel=0.06)
    assert added["newly"] > 0


def test_staff_start_a_pipeline_that_is_added(added) -> None:
    assert added["apprentices"] > 1


@pytest.fixture
def folder(root: Path, tmp_path: Path) -> Path:
    shutil.copytree(root / "mhwfmodel" / "catalogue" / "data", tmp_path / "data")
    return tmp_path / "data"


def refused(folder: Path) -> list[Fault]:
    with pytest.raises(DataError) as caught:
        catalogue.check_tables(folder)
    return list(caught.value.faults)


PRIVATE = {"strand": "general", "sector": "private", "role": "support_worker"}
NOT_STATED = {"strand": "general", "sector": "not_stated", "role": "support_worker"}
AT_ONCE = [
    ("role_mix.csv", PRIVATE, {"share": "0.74"}, "general private sums to 0.99"),
    ("role_mix.csv", NOT_STATED, {"share": "-0.7"}, "-0.7 is not between 0 and 1"),
    ("roles.csv", {"code": "advocate"}, {"amhp_eligible": "yes"}, "advocate may be approved as AMHP but is not regul"),
    ("roles.csv", {"code": "other"}, {"participation": "participation_oter"}, "'participation_oter' is no parameter"),
    ("relative_rates.csv", {"code": "support_worker"}, {"code": "suport_worker"}, "'suport_worker' is not allowed"),
    ("sectors.csv", {"code": "nhs"}, {"count": "BMH02"}, "nhs is not social care and has a share of its posts"),
    ("nhs_posts.csv", {"role": "social_worker"}, {"vacancy": "none"}, "'none' is no parameter of parameters.csv"),
    ("parameters.csv", {"name": "turnover_level"}, {"status": "sure"}, "'sure' is not allowed"),
]
AMHP_NURSES = {"sector": "nhs", "role": "registered_nurse"}
ALONE = [
    ("entry_ages.csv", {"source": "abroad"}, {"under_35": "0.5"}, "the shares of abroad sum to 0.95"),
    ("entry_ages.csv", {"source": "abroad"}, {"source": "returners"}, "returners is there twice"),
    ("entry_ages.csv", {"source": "abroad"}, {"source": "overseas"}, "'overseas' is not allowed"),
    ("entry_ages.csv", {"source": "abroad"}, {"55_plus": "-0.03"}, "-0.03 is not between 0 and 1"),
    ("entry_ages.csv", {"source": "abroad"}, {"under_35": "nan"}, "'nan'"),
    ("amhp_posts.csv", AMHP_NURSES, {"role": "nurse"}, "'nurse' is not allowed"),
    (
        "amhp_posts.csv",
        AMHP_NURSES,
        {"role": "peer_worker"},
        "peer_worker may not",
    ),
    ("amhp_posts.csv", AMHP_NURSES, {"share": "0.05"}, "the shares add up to 1.01"),
    ("amhp_posts.csv", AMHP_NURSES, {"role": "social_worker"}, "is there twice"),
    ("amhp_posts.csv", AMHP_NURSES, {"source": "A999"}, "'A999' is no figure"),
    ("amhp_posts.csv", AMHP_NURSES, {"source": ""}, "names no figure"),
    (
        "amhp_posts.csv",
        AMHP_NURSES,
        {"sector": "hospital"},
        "'hospital' is not allowed",
    ),
    (
        "amhp_posts.csv",
        AMHP_NURSES,
        {"strand": "special"},
        "'special' is not allowed",
    ),
    (
        "sectors.csv",
        {"code": "voluntary"},
        {"employer_size": "staff_per_charity"},
        "'staff_per_charity' is no parameter",
    ),
    ("role_mix.csv", PRIVATE, {"share": "0"}, "a share of nothing is no post"),
    ("role_mix.csv", PRIVATE, {"sector": "nhs"}, "'nhs' is not allowed"),
    ("role_mix.csv", PRIVATE, {"strand": "specialist"}, "support_worker has no specialist posts"),
    ("role_mix.csv", NOT_STATED, {"strand": "specialist"}, "not_stated has no specialist posts"),
    ("sectors.csv", {"code": "not_stated"}, {"part": "voluntary_share"}, "0 sectors take the rest of the count BMH01"),
    ("sectors.csv", {"code": "voluntary"}, {"part": "rest"}, "2 sectors take the rest of the count BMH03"),
    ("sectors.csv", {"code": "private"}, {"specialist_part": ""}, "0 sectors take the rest of the specialist posts"),
    ("sectors.csv", {"code": "direct_payment"}, {"count": "BMH05"}, "BMH02, BMH03, BMH05 add up to 930,000 of 585,000"),
    ("sectors.csv", {"code": "voluntary"}, {"part": "posts_growth"}, "posts_growth runs from -"),
    ("sectors.csv", {"code": "voluntary"}, {"part": ""}, "the cell is empty"),
    ("sectors.csv", {"code": "voluntary"}, {"name": "Local authority"}, "name Local authority is there twice"),
    ("sectors.csv", {"code": "voluntary"}, {"id": "32"}, "32 is not between 1 and 31"),
    ("sectors.csv", {"code": "direct_payment"}, {"count": "BMH00"}, "'BMH00' is not a figure with a number"),
    ("nhs_posts.csv", {"role": "social_worker"}, {"sector": "private"}, "'private' is not allowed"),
    ("nhs_posts.csv", {"role": "social_worker"}, {"role": "registered_nurse"}, "is there twice"),
    ("relative_rates.csv", {"code": "support_worker"}, {"figure": "F999"}, "'F999' is not a figure with a rate"),
]


@pytest.mark.parametrize(("name", "where", "changes", "said"), AT_ONCE + ALONE)
def test_tables_that_cannot_hold_are_refused_with_file_row_and_remedy(folder, name, where, changes, said) -> None:
    line = put(folder, name, where, **changes)
    found = [fault for fault in refused(folder) if said in fault.problem]
    assert len(found) == 1
    assert found[0].where.startswith(name)
    lines, _, _ = found[0].where.removeprefix(name).strip(":").rpartition(" ")
    first, _, last = lines.partition("-")
    of_the_table = "twice" in said or "add up" in said or "0 sectors" in said
    assert of_the_table or str(line) in lines.split(", ") or int(first) <= line <= int(last)
    assert found[0].remedy or "between" in said


def test_all_of_them_are_told_at_once_and_each_once(folder) -> None:
    for name, where, changes, _ in AT_ONCE:
        put(folder, name, where, **changes)
    told = [str(fault) for fault in refused(folder)]
    assert len(told) == len(set(told)) == len(AT_ONCE)
    for name, _, _, said in AT_ONCE:
        assert sum(line.startswith(name) and said in line for line in told) == 1


def test_a_sector_without_roles_is_refused(folder) -> None:
    write(folder, "role_mix.csv", [row for row in table(folder, "role_mix.csv") if row["sector"] != "direct_payment"])
    (folder / "nhs_posts.csv").write_text(",".join(table(folder, "nhs_posts.csv")[0]), encoding="utf-8")
    told = [str(fault) for fault in refused(folder)]
    assert told == [
        "role_mix.csv: general direct_payment sums to 0; add the roles that it employs",
        "nhs_posts.csv: nhs has no row; add the roles that it employs",
    ]
