"""Training pipelines are rows: sound ones are read, and what no pipeline can be is refused, with file and remedy."""

from __future__ import annotations

import csv
import shutil
from dataclasses import fields
from importlib.resources import as_file, files

import pytest

from mhwfmodel import catalogue
from mhwfmodel.catalogue.training import (
    OUTSIDE,
    OWN,
    REST,
    Destination,
    Pipeline,
    read_destinations,
    read_pipelines,
)
from mhwfmodel.errors import DataError

PIPELINES, DESTINATIONS = "pipelines.csv", "pipeline_destinations.csv"
CODES = [item.code for item in catalogue.pipelines()]


@pytest.fixture
def folder(tmp_path):
    with as_file(files("mhwfmodel.catalogue") / "data") as data:
        shutil.copytree(data, tmp_path / "data")
    return tmp_path / "data"


def table(path):
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def line_of(folder, code):
    return next(line for line, row in enumerate(table(folder / PIPELINES), start=2) if row["code"] == code)


def change(folder, code, **cells):
    rows = table(folder / PIPELINES)
    next(row for row in rows if row["code"] == code).update(cells)
    write(folder / PIPELINES, rows)


def faults(folder):
    with pytest.raises(DataError) as caught:
        catalogue.check_tables(folder)
    return [str(fault) for fault in caught.value.faults]


def test_every_column_is_a_field_and_every_field_a_column(folder):
    for name, kind in ((PIPELINES, Pipeline), (DESTINATIONS, Destination)):
        assert list(table(folder / name)[0]) == [field.name for field in fields(kind)]


def test_both_kinds_are_there_and_every_id_is_its_own():
    found = catalogue.pipelines()
    assert {item.kind for item in found} == {"student", "staff"}
    assert len({item.id for item in found}) == len({item.code for item in found}) == len(found)
    assert catalogue.pipeline("think_ahead").last_intake == "2025-07"
    with pytest.raises(DataError, match="did you mean 'think_ahead'"):
        catalogue.pipeline("think_ahed")


def test_what_is_published_is_what_the_pipelines_say():
    def months(code):
        return catalogue.pipeline(code).months

    assert months("amhp_full_time") == catalogue.figure("A053").number
    assert months("amhp_part_time") <= catalogue.figure("A054").number
    published = {
        "think_ahead_places": ("C009", 1),
        "think_ahead_pass_rate": ("C010", 100),
        "think_ahead_take_up": ("C011", 100),
        "graduate_take_up": ("C013", 100),
    }
    for name, (figure, scale) in published.items():
        assert catalogue.parameter(name).central == catalogue.figure(figure).number / scale
        assert figure in catalogue.parameter(name).source


def test_whoever_may_be_approved_may_start_and_nobody_else():
    eligible = {role.code for role in catalogue.roles() if role.amhp_eligible}
    for item in catalogue.pipelines():
        if item.gives == "amhp":
            assert set(item.from_roles) == eligible


def test_every_pipeline_goes_somewhere_and_its_shares_sum_to_one():
    rows = catalogue.destinations()
    for code in CODES:
        shares = [row.share for row in rows if row.pipeline == code]
        central = [catalogue.parameter(s).central if isinstance(s, str) else s for s in shares if s != REST]
        assert sum(central) == pytest.approx(1.0) if REST not in shares else sum(central) <= 1.0
    assert {row.sector for row in rows} <= {*(sector.code for sector in catalogue.sectors()), OUTSIDE, OWN}


def test_a_pipeline_is_added_by_rows_alone(folder):
    rows = table(folder / PIPELINES)
    new = next(row for row in rows if row["code"] == "think_ahead") | {"id": "63", "code": "new", "last_intake": ""}
    write(folder / PIPELINES, [*rows, new])
    shares = [
        {"pipeline": "new", "sector": sector, "share": share, "status": "assumed", "source": "", "note": ""}
        for sector, share in (("nhs", "0.5"), ("voluntary", "0.25"), ("outside", "0.25"))
    ]
    write(folder / DESTINATIONS, [*table(folder / DESTINATIONS), *shares])
    assert read_pipelines(folder)[-1].id == 63
    assert [row.share for row in read_destinations(folder)[-3:]] == [0.5, 0.25, 0.25]
    assert catalogue.check_tables(folder) == catalogue.check_tables() + 4


BAD = [
    ("social_work_degree", {"to_role": "social_wrker"}, "to_role: 'social_wrker' is not allowed; did you mean"),
    ("social_work_degree", {"to_role": ""}, "to_role: social_work_degree gives a role and does not say which"),
    ("assessed_year", {"from_roles": "social_worker nurse"}, "from_roles: 'nurse' is no role of roles.csv"),
    ("assessed_year", {"from_roles": ""}, "from_roles: assessed_year trains staff and does not say whom"),
    ("assessed_year", {"sectors": "nhs council"}, "sectors: 'council' is no sector of sectors.csv; use one of"),
    ("assessed_year", {"experience": "0_to_1"}, "experience: '0_to_1' is no band of experience"),
    ("assessed_year", {"strands": ""}, "strands: the cell is empty; use one or both of general specialist"),
    ("think_ahead", {"from_roles": "support_worker"}, "from_roles: think_ahead trains students, who have no post"),
    ("think_ahead", {"released": "1"}, "released: think_ahead trains students, who have no working time; write 0"),
    ("think_ahead", {"gives": "amhp", "to_role": ""}, "gives: think_ahead trains students; only staff may be approved"),
    ("think_ahead", {"kind": "pupil"}, "kind: 'pupil' is not allowed; use one of staff, student"),
    ("think_ahead", {"id": "64"}, "id: 64 is not between 1 and 63"),
    ("think_ahead", {"id": "0"}, "id: 0 is not between 1 and 63"),
    ("think_ahead", {"months": "0"}, "months: 0 is not between 1 and 72"),
    ("think_ahead", {"months": "73"}, "months: 73 is not between 1 and 72"),
    ("think_ahead", {"intake_months": "9 13"}, "intake_months: '9 13' is not calendar months from 1 to 12"),
    ("think_ahead", {"intake_months": "0"}, "intake_months: '0' is not calendar months from 1 to 12"),
    ("think_ahead", {"intake_months": ""}, "intake_months: '' is not calendar months from 1 to 12"),
    ("think_ahead", {"intake_months": "9 9"}, "intake_months: '9 9' is not calendar months from 1 to 12"),
    ("think_ahead", {"last_intake": "2025-13"}, "last_intake: '2025-13' is not a month; write YYYY-MM"),
    ("think_ahead", {"places": "160"}, "places: 160 is a number without a range; put it into parameters.csv"),
    ("think_ahead", {"drop_out": "-0.1"}, "drop_out: -0.1 is not between 0 and 1"),
    ("think_ahead", {"drop_out": "nan"}, "drop_out: 'nan' is no row of parameters.csv"),
    ("think_ahead", {"drop_out": "inf"}, "drop_out: 'inf' is no row of parameters.csv"),
    ("think_ahead", {"drop_out": "degree_dropout"}, "drop_out: 'degree_dropout' is no row of parameters.csv; did you"),
    ("think_ahead", {"pass_rate": "pay_supply_elasticity"}, "pass_rate: pay_supply_elasticity ranges from 2 to 5, not"),
    ("think_ahead", {"pass_rate": "pay_separation_elasticity"}, "pass_rate: pay_separation_elasticity ranges from -1."),
    ("think_ahead", {"break_chance": "1"}, "break_months: 0 months of break beside a break_chance of 1.0; give both"),
    ("think_ahead", {"status": "observed", "source": ""}, "source: think_ahead is observed and names no figure"),
    ("think_ahead", {"source": "Q999"}, "source: 'Q999' is no figure of figures.csv"),
    (
        "amhp_full_time",
        {"from_roles": "social_worker advocate"},
        "from_roles: advocate may not be approved as AMHP (amhp_eligible in roles.csv); take the role out",
    ),
    (
        "amhp_full_time",
        {"to_role": "social_worker"},
        "to_role: amhp_full_time gives no role: its people keep their own",
    ),
    ("pre_amhp", {"leads_to": ""}, "leads_to: pre_amhp gives nothing but a course and does not say which"),
]


@pytest.mark.parametrize(("code", "cells", "said"), BAD, ids=[f"{code} {cells}" for code, cells, _ in BAD])
def test_what_no_pipeline_can_be_is_refused_with_file_row_and_remedy(folder, code, cells, said):
    change(folder, code, **cells)
    (fault,) = faults(folder)
    assert fault.startswith(f"{PIPELINES}:{line_of(folder, code)} {said}")


@pytest.mark.parametrize(
    ("code", "cells", "said"),
    [
        ("think_ahead", {"id": "1"}, "pipelines.csv: id 1 is there twice; keep one of the rows"),
        ("pre_amhp", {"leads_to": "amhp_ful_time"}, "pre_amhp leads to 'amhp_ful_time', which is no other pipeline"),
        ("pre_amhp", {"leads_to": "think_ahead"}, "pre_amhp leads to 'think_ahead', which is no other pipeline"),
        ("pre_amhp", {"leads_to": "pre_amhp"}, "pre_amhp leads to 'pre_amhp', which is no other pipeline of staff"),
    ],
)
def test_rows_that_do_not_fit_each_other_are_refused(folder, code, cells, said):
    change(folder, code, **cells)
    assert any(said in fault for fault in faults(folder))


def test_a_chance_in_parameters_that_is_negative_is_refused_where_it_is_used(folder):
    rows = table(folder / "parameters.csv")
    next(row for row in rows if row["name"] == "degree_drop_out")["low"] = "-0.01"
    write(folder / "parameters.csv", rows)
    line = line_of(folder, "social_work_degree")
    assert (
        f"{PIPELINES}:{line} drop_out: degree_drop_out ranges from -0.01 to 0.008, not within 0 to 1; correct its"
        in (fault[: len(fault) - len(" low and high in parameters.csv")] for fault in faults(folder))
    )


def test_giving_up_and_breaking_off_cannot_take_more_than_everybody(folder):
    rows = table(folder / "parameters.csv")
    for name in ("degree_drop_out", "study_break_chance"):
        next(row for row in rows if row["name"] == name)["high"] = "0.6"
    write(folder / "parameters.csv", rows)
    assert any("drop_out and break_chance reach 1.2 together; make them 1 or less" in fault for fault in faults(folder))


def destination(folder, code, to, **cells):
    rows = table(folder / DESTINATIONS)
    next(row for row in rows if (row["pipeline"], row["sector"]) == (code, to)).update(cells)
    write(folder / DESTINATIONS, rows)


@pytest.mark.parametrize(
    ("code", "sector", "cells", "said"),
    [
        ("think_ahead", "nhs", {"share": "0.3"}, "the shares of think_ahead add up to 0.95, not to 1; make them sum"),
        ("think_ahead", "nhs", {"share": "-0.35"}, "share: -0.35 is not between 0 and 1"),
        ("think_ahead", "nhs", {"share": "graduate_take_up"}, "the shares of think_ahead vary and would not always"),
        ("think_ahead", "nhs", {"share": "nan"}, "share: 'nan' is no row of parameters.csv"),
        ("think_ahead", "nhs", {"sector": "hospital"}, "sector: 'hospital' is not allowed; use one of"),
        ("think_ahead", "nhs", {"sector": "own"}, "think_ahead is for students, who have no employer of their own"),
        ("think_ahead", "nhs", {"sector": "outside"}, "row ('think_ahead', 'outside') is there twice"),
        ("think_ahead", "nhs", {"status": "observed"}, "think_ahead to nhs is observed and names no figure"),
        ("think_ahead", "nhs", {"pipeline": "thinkahead"}, "pipeline: 'thinkahead' is not allowed; did you mean"),
        ("pwp_training", "nhs", {"share": "rest"}, "pwp_training has 2 rests; keep one"),
        ("assessed_year", "own", {"pipeline": "pre_amhp", "sector": "nhs"}, "assessed_year has no destination; add"),
        ("nurse_apprenticeship", "own", {"share": "rest"}, ""),
    ],
)
def test_shares_that_do_not_add_up_are_refused(folder, code, sector, cells, said):
    destination(folder, code, sector, **cells)
    if said:
        assert any(said in fault and fault.startswith(DESTINATIONS) for fault in faults(folder))
    else:
        assert read_destinations(folder)


def test_shares_that_leave_no_rest_are_refused(folder):
    rows = table(folder / "parameters.csv")
    next(row for row in rows if row["name"] == "pwp_to_nhs_share")["high"] = "1"
    write(folder / "parameters.csv", rows)
    assert read_destinations(folder)
    destination(folder, "nurse_apprenticeship", "own", share="rest")
    destination(folder, "nurse_apprenticeship", "nhs", share="0.95")
    assert any("the shares of nurse_apprenticeship reach 1.05 and leave no rest" in fault for fault in faults(folder))
