"""A pathway file becomes a pathway, or every fault of it is told at its line with a remedy."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from mhwfmodel.errors import PathwayError
from mhwfmodel.pathway import Pathway, load_pathway, read_pathway, shipped
from mhwfmodel.pathway.schema import MOST_STAGES

HEAD = """\
pathway: x
exits: [out]
pools:
  nurses: {count: 2}
arrivals:
  come: {stage: triage, per_day: 3}
stages:
"""
GOOD = HEAD + "  triage: {needs: {nurses: 1}, service: {exponential: 6 hours}, routes: {out: 1}}\n"


def faults(text: str) -> list[str]:
    with pytest.raises(PathwayError) as caught:
        read_pathway(text, "p.yaml")
    return [str(fault) for fault in caught.value.faults]


def test_a_good_file_is_read_with_its_defaults() -> None:
    pathway = read_pathway(GOOD)
    assert (pathway.start, pathway.months, pathway.replications, tuple(pathway.classes)) == (
        "2026-04",
        12,
        20,
        ("people",),
    )
    assert pathway.stages["triage"].service.exponential == pytest.approx(0.25)
    assert pathway.notes == ()
    assert pathway.all_exits == ("out",)


def test_what_is_resolved_reads_as_the_same_pathway(root: Path) -> None:
    files = [*sorted((root / "examples/pathways").glob("*.yaml")), *shipped()]
    assert len(files) >= 3 + len(shipped())
    for file in files:
        pathway = load_pathway(file)
        again = read_pathway(json.dumps(pathway.resolved()), "again")
        assert again == pathway
        assert again.resolved() == pathway.resolved()


REFUSED = [
    (
        "  triage: {service: {exponential: 1}, routes: {out: 0.7}}",
        ":8:47 stages.triage.routes",
        "sum to 0.7, not to 1: 0.3 are missing; name where the rest go",
    ),
    ("  triage: {service: {exponential: 1}, routes: {out: 0.7, triage: 0.4}}", " stages.triage.routes", "0.1 too many"),
    (
        "  triage: {service: {exponential: 1}, routes: {uot: 1}}",
        ":8:48 stages.triage.routes.uot",
        "did you mean 'out'?",
    ),
    (
        "  triage: {needs: {nurse: 1}, service: {exponential: 1}, routes: {out: 1}}",
        ":8:20 stages.triage.needs.nurse",
        "did you mean 'nurses'?",
    ),
    (
        "  triage: {needs: {nurses: 3}, service: {exponential: 1}, routes: {out: 1}}",
        "stages.triage.needs.nurses",
        "never has more than 2 on duty",
    ),
    (
        "  triage: {service: {exponential: -1}, routes: {out: 1}}",
        "stages.triage.service.exponential",
        "'-1' is below zero",
    ),
    ("  triage: {service: {exponential: 0}, routes: {out: 1}}", "stages.triage.service.exponential", "is zero"),
    (
        "  triage: {service: {exponential: 3 fortnights}, routes: {out: 1}}",
        "stages.triage.service.exponential",
        "write 30 minutes, 6 hours",
    ),
    (
        "  triage: {service: {exponential: 1, fixed: 2}, routes: {out: 1}}",
        "stages.triage.service",
        "exponential and fixed are written together",
    ),
    (
        "  triage: {service: {}, routes: {out: 1}}",
        "stages.triage.service",
        "no distribution is written; write one of exponential",
    ),
    (
        "  triage: {service: {exponentail: 1}, routes: {out: 1}}",
        "stages.triage.service.exponentail",
        "did you mean 'exponential'?",
    ),
    (
        "  triage: {service: {gamma: {mean: 1}}, routes: {out: 1}}",
        "stages.triage.service.gamma",
        "'cv' is missing; add 'cv: …' (Standard",
    ),
    (
        "  triage: {service: {empirical: {values: [1, 2], weights: [1]}}, routes: {out: 1}}",
        "stages.triage.service.empirical",
        "2 values have 1 weights",
    ),
    (
        "  triage: {service: {exponential: 1}, patience: {by_class: {high: {fixed: 1}}}, routes: {out: 1}}",
        "stages.triage.patience.by_class.high",
        "'high' is not a class of this pathway",
    ),
    (
        "  triage: {service: {exponential: 1}, routes: {more: 1}}\n  more: {service: {fixed: 1}, routes: {triage: 1}}",
        "stages.triage.routes",
        "nobody can leave",
    ),
    (
        (
            "  triage: {service: {fixed: 0}, routes: {more: 1}}\n  more: {service: {fixed: 0}, routes: {triage: "
            "0.5, out: 0.5}}"
        ),
        "routes",
        "a circle in which no time passes: triage → more → triage",
    ),
    (
        (
            "  triage: {needs: {nurses: 1}, room: 2, full: more, service: {fixed: 1}, routes: {out: 1}}\n  more: "
            "{needs: {nurses: 1}, room: 0, full: triage, service: {fixed: 1}, routes: {out: 1}}"
        ),
        "full",
        "no time passes: triage → more → triage",
    ),
    (
        "  triage: {needs: {nurses: 1}, patience: {fixed: 0}, service: {fixed: 1}, routes: {out: 1}}",
        "stages.triage.patience",
        "nobody waits anywhere",
    ),
    (
        (
            "  triage: {number: 1, service: {fixed: 1}, routes: {more: 1}}\n  more: {service: {fixed: 1}, "
            "routes: {out: 1}}"
        ),
        "stages.more",
        "other stages have a number and this one has none",
    ),
    (
        "  triage: {service: {fixed: 1}, modes: {a: {share: 0.5}, b: {share: 0.4}}, routes: {out: 1}}",
        "stages.triage.modes",
        "shares of the modes sum to 0.9",
    ),
    (
        "  triage: {service: {fixed: 1}, modes: {entry: {share: 1}}, routes: {out: 1}}",
        "stages.triage.modes.entry",
        "cannot be the name of a mode",
    ),
    ("  re_referral: {service: {fixed: 1}, routes: {out: 1}}", "stages.re_referral", "choose another name"),
    ("  tri/age: {service: {fixed: 1}, routes: {out: 1}}", "stages.tri/age", "use letters, digits and _"),
    (
        (
            "  triage: {service: {fixed: 1}, routes: {out: 1}}\nre_referral: {after: gone, chance: 0.2, delay: "
            "{fixed: 1}, stage: triage}"
        ),
        "re_referral.after",
        "'gone' is not an exit",
    ),
    (
        "  triage: {service: {fixed: 1}, routes: {out: 1}}\npresent: {triage: {waiting: {people: 3}, age: {fixed: 1}}}",
        "present.triage.waiting",
        "nobody can wait at a stage that needs no pool",
    ),
    (
        (
            "  triage: {needs: {nurses: 1}, service: {fixed: 1}, routes: {out: 1}}\npresent: {triage: {waiting: "
            "{people: 3}}}"
        ),
        "present.triage",
        "add 'age: {exponential: 60 days}'",
    ),
    (
        "  triage: {needs: {nurses: 1}, service: {fixed: 1}, routes: {out: 1}}\nwarm_up: 2 months\nbegin: balance",
        "warm_up",
        "each says how the run begins",
    ),
    ("  triage: {service: {fixed: 1}, routes: {out: 1}}\nwarm_up: 3 weeks", "warm_up", "write 24 months or 2 years"),
    ("  triage: {service: {fixed: 1}, routes: {out: 1}}\nmonths: 0", "months", "from 1 to 1200"),
    (
        "  triage: {service: {gamma: {mean: 1, cv: 1.0e-9}}, routes: {out: 1}}",
        "stages.triage.service.gamma.cv",
        "from 0.001 to 20",
    ),
    (
        "  triage: {service: {empirical: {values: [1, 2], weights: [1.0e308, 1.0e308]}}, routes: {out: 1}}",
        "stages.triage.service.empirical.weights[0]",
        "'1e+308' is out of range",
    ),
    (
        "  triage: {service: {fixed: 1}, routes: {out: 1.0e-9, triage: 1}}",
        "stages.triage.routes",
        "no way from here leads to an exit with a chance above one in a million",
    ),
    (
        (
            "  triage: {service: {fixed: 1}, routes: {out: 1}}\nre_referral: {after: out, chance: 1, delay: "
            "{fixed: 1}, stage: triage}"
        ),
        "re_referral.chance",
        "nobody ever leaves for good; write a chance below 1",
    ),
    (
        (
            "  triage: {service: {fixed: 0}, routes: {out: 1}}\nre_referral: {after: out, chance: 0.5, delay: "
            "{fixed: 0}, stage: triage}"
        ),
        "stages.triage.routes",
        "a circle in which no time passes: triage → triage",
    ),
    ("  triage: {service: {fixed: 1}, routes: {out: 1}}\nstart: 9999-12", "start", "is the year 10000"),
    (
        "  triage: {service: {fixed: 1}, routes: {out: 1}}\nstart: 0001-01\nwarm_up: 2 years",
        "start",
        "is the year -1",
    ),
    ("  triage: {service: {fixed: 1}, routes: {out: 1}}\nseed: -1", "seed", "'-1' is out of range"),
    ("  triage: {service: {fixed: 1}, routes: {out: 1}}\nstart: 2026-13", "start", "'2026-13' is not a month"),
]


@pytest.mark.parametrize(("stages", "place", "said"), REFUSED)
def test_bad_stages_are_refused_with_place_and_remedy(stages: str, place: str, said: str) -> None:
    told = faults(HEAD + stages + "\n")
    assert any(line.startswith("p.yaml:") and place in line.split(": ")[0] and said in line for line in told), told


POOLS = [
    ("{}", "pools.nurses", "this pool has no number"),
    ("{count: 1, fte: 2, slots_per_fte: 3}", "pools.nurses", "count and fte are written together"),
    ("{fte: 2}", "pools.nurses", "fte and slots_per_fte go together"),
    ("{count: -1}", "pools.nurses.count", "'-1' is out of range"),
    ("{count: 0}", "stages.triage.needs.nurses", "never has more than nobody on duty"),
    ("{count: 2, rota: [{from: '09:00', to: '25:00'}]}", "pools.nurses.rota[0].to", "from 00:00 to 24:00"),
    ("{count: 2, rota: [{from: '09:00'}]}", "pools.nurses.rota[0]", "'to' is missing; add 'to: …' (Time of day"),
    (
        "{count: 2, rota: [{days: [mo], from: '09:00', to: '10:00'}]}",
        "pools.nurses.rota[0].days[0]",
        "did you mean 'mon'",
    ),
    (
        "{count: 2, rota: [{days: [mon, mon], from: '09:00', to: '10:00'}]}",
        "pools.nurses.rota[0]",
        "name each day once",
    ),
    ("{hours_per_week: 2, rota: [{from: '09:00', to: '10:00', count: 2}]}", "pools.nurses", "take it out"),
    ("{count: 2, at_shift_end: finnish}", "pools.nurses.at_shift_end", "did you mean 'finish'?"),
    ("{count: 2, staff: {skill: amph}}", "pools.nurses.staff.skill", "did you mean 'amhp'?"),
    ("{count: 2, by_month: {2026: 3}}", "pools.nurses.by_month.2026", "is not a month"),
]


@pytest.mark.parametrize(("pool", "place", "said"), POOLS)
def test_bad_pools_are_refused(pool: str, place: str, said: str) -> None:
    told = faults(GOOD.replace("{count: 2}", pool))
    assert any(place in line and said in line for line in told), told


STREAMS = [
    ("{stage: triage}", "arrivals.come", "it is not said how many come"),
    ("{stage: triage, per_day: 1, per_week: 2}", "arrivals.come", "per_day and per_week are written together"),
    ("{stage: triag, per_day: 1}", "arrivals.come.stage", "did you mean 'triage'?"),
    ("{stage: triage, per_day: -3}", "arrivals.come.per_day", "'-3' is out of range"),
    ("{stage: triage, per_day: 1, season: [1, 1]}", "arrivals.come", "season has 2 factors, not 12"),
    ("{stage: triage, per_day: 1, day: [1]}", "arrivals.come", "day has 1 factors, not 24"),
    ("{stage: triage, per_day: 1, classes: {people: 0.5}}", "arrivals.come.classes", "sum to 0.5"),
    (
        "{stage: triage, times: [1, 400]}",
        "arrivals.come.times[1]",
        "'400' lies beyond the end of the run, which is day 365",
    ),
    ("{stage: triage, times: [-1]}", "arrivals.come.times[0]", "'-1' is below zero"),
    ("{stage: triage, times: [1], week: {mon: 2}}", "arrivals.come", "factors go with a rate"),
]


@pytest.mark.parametrize(("stream", "place", "said"), STREAMS)
def test_bad_arrivals_are_refused(stream: str, place: str, said: str) -> None:
    told = faults(GOOD.replace("{stage: triage, per_day: 3}", stream))
    assert any(place in line and said in line for line in told), told


def test_all_faults_are_told_at_once_in_the_order_of_the_file() -> None:
    text = (
        GOOD.replace("count: 2", "count: -2")
        .replace("triage, per_day", "tirage, per_day")
        .replace("out: 1", "otu: 0.9")
    )
    told = faults(text)
    assert [line.split(" ")[0] for line in told] == ["p.yaml:4:19", "p.yaml:6:17", "p.yaml:8:73", "p.yaml:8:74"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"exits": ["discharged", "triage"]}, "exits[1]: 'triage' is a stage as well as an exit"),
        ({"exits": ["discharged", "discharged"]}, "exits[1]: 'discharged' is listed twice"),
        ({"classes": {"all": {}, "people": {}}}, "classes.all: 'all' is what tables call all classes together"),
        ({"classes": {"high": {}, "low": {}}}, "arrivals.referrals: it is not said of which classes they are"),
        ({"stages": {"triage": {"service": {"exponential": 3e6}}}}, "is longer than a million days"),
        ({"stages": {"triage": {"service": {"exponential": [1]}}}}, "a list is not a number"),
        ({"pools": {"nurses": {"rota": [{"from": 9, "to": "10:00"}]}}}, "'9' is not text; put it in quotes"),
        ({"start": 2026}, "'2026' is not text; put it in quotes"),
        ({"stages": {"triage": {"title": "a\u202eb"}}}, "the text holds characters that cannot be seen"),
        ({"arrivals": {"referrals": {"classes": {"people": 1}, "class": "people"}}}, "written together; keep one"),
        (
            {"arrivals": {"more": {"stage": "triage", "per_day": 1, "number": 1}}},
            "arrivals.referrals: other arrivals have",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused(changes: dict[str, Any], said: str, small: Any) -> None:
    with pytest.raises(PathwayError) as caught:
        small(**changes)
    assert any(said in str(fault) for fault in caught.value.faults), caught.value.faults


def test_numbers_are_used_once(small: Any) -> None:
    more = {"number": 3, "service": {"fixed": 1}, "routes": {"discharged": 1}}
    with pytest.raises(PathwayError, match=r"stages\.more\.number: '3' is the number of 'triage' too"):
        small(stages={"triage": {"number": 3}, "more": more})


def test_few_hours_of_appointments_are_noted(small: Any) -> None:
    rota = [{"days": ["mon", "tue"], "from": "09:00", "to": "17:00"}]
    notes = small(pools={"nurses": {"count": None, "hours_per_week": 4, "rota": rota}}).notes
    assert any("these hours are 0.25 of somebody while it is open" in note for note in notes)


def test_preemption_and_teams_must_fit_the_stages(small: Any) -> None:
    pools = {
        "nurses": {"count": 4, "preemption": "resume"},
        "doctors": {"count": 4, "teams": 2},
        "beds": {"count": 9, "teams": 3},
    }
    with pytest.raises(PathwayError, match="lets the more urgent interrupt"):
        small(pools=pools, stages={"triage": {"needs": {"nurses": 2}}})
    with pytest.raises(PathwayError, match="different numbers of teams: doctors has 2, beds has 3"):
        small(pools=pools, stages={"triage": {"needs": {"nurses": None, "doctors": 1, "beds": 1}}})
    with pytest.raises(PathwayError, match="which never has more than 1 on duty"):
        small(pools={"nurses": {"count": 3, "teams": 2}}, stages={"triage": {"needs": {"nurses": 2}}})


def test_more_stages_than_the_counter_can_name_are_refused(small: Any) -> None:
    names = [f"s{at}" for at in range(MOST_STAGES)]
    stages = {name: {"service": {"fixed": 1}, "routes": {"discharged": 1}} for name in names}
    with pytest.raises(PathwayError, match=f"there are {MOST_STAGES + 1} stages, more than {MOST_STAGES}"):
        small(stages=stages)


def test_a_file_that_is_not_there_and_a_name_that_is_not_shipped() -> None:
    with pytest.raises(PathwayError, match="no pathway of that name; those that are shipped: cmhf"):
        load_pathway("cmfh")
    with pytest.raises(PathwayError, match="there is no such file"):
        load_pathway("nowhere.yaml")
    with pytest.raises(PathwayError, match="not the name of a file"):
        load_pathway(3)  # type: ignore[arg-type]


def test_overrides_are_laid_over_the_file(root: Path) -> None:
    file = root / "examples/pathways/community_team.yaml"
    pathway = load_pathway(file, {"months": "6", "pools.coordinators.fte": "15", "stages.core.routes.discharged": 0.9})
    assert (pathway.months, pathway.pools["coordinators"].fte) == (6, 15.0)
    with pytest.raises(PathwayError, match="--set seed=x: 'x' is not a whole number"):
        load_pathway(file, {"seed": "x"})


def test_a_pathway_made_in_python_is_checked_too() -> None:
    with pytest.raises(ValueError, match="Field required"):
        Pathway.model_validate({"pathway": "x"})


LOOKS = {
    "unstable": (
        {"pools": {"nurses": {"count": 1}}},
        (
            "pools.nurses: its load is 200 %: work for 2 servers comes and 1 are on duty on average; there is no "
            "steady state"
        ),
    ),
    "unstable, impatient": (
        {"pools": {"nurses": {"count": 1}}, "stages": {"triage": {"patience": {"exponential": 5}}}},
        "stays finite only because people give up",
    ),
    "unreached": (
        {"stages": {"lost": {"service": {"fixed": 1}, "routes": {"discharged": 1}}}},
        "stages.lost: nobody comes to this stage",
    ),
    "pool without use": ({"pools": {"spare": {"count": 1}}}, "pools.spare: no stage needs this pool"),
    "overlap": (
        {
            "pools": {
                "nurses": {
                    "rota": [{"from": "08:00", "to": "16:00", "count": 3}, {"from": "12:00", "to": "20:00", "count": 2}]
                }
            }
        },
        "pools.nurses.rota[1]: this window overlaps window 1: the numbers on duty add up",
    ),
    "more than a machine may hold": (
        {"arrivals": {"referrals": {"per_day": 1e6}}},
        "arrivals: somebody comes to a stage about 7,300,000,000 times",
    ),
    "24 hours": (
        {"pools": {"nurses": {"rota": [{"from": "09:00", "to": "09:00", "count": 3}]}}},
        "pools.nurses.rota[0]: it begins and ends at 09:00: it is read as 24 hours",
    ),
    "factors": (
        {"arrivals": {"referrals": {"week": {"sun": 0}}}},
        "arrivals.referrals.week: these factors are 0.8571 on average",
    ),
    "late": (
        {"arrivals": {"referrals": {"by_month": {"2030-01": 2}}}},
        "2030-01: this month comes after the end of the run",
    ),
    "in vain": ({"stages": {"triage": {"needs": None, "patience": {"exponential": 5}}}}, "so this does nothing"),
}


@pytest.mark.parametrize("name", LOOKS)
def test_what_is_worth_a_second_look_is_noted_with_its_place(name: str, small: Any) -> None:
    changes, said = LOOKS[name]
    notes = small(**changes).notes
    assert any(said in note for note in notes), notes
    assert all(note.startswith("small.yaml:1:") for note in notes)


NASTY = {
    "y08_sexagesimal.yaml": "accept with warning",
    "y42_cycle_pipeline.yaml": "reject",
    "y44_routing_sum.yaml": "reject",
    "y46_unstable.yaml": "accept with warning",
    "y48_overlapping_shifts.yaml": "accept with warning",
}
"""Rows of the published set whose defect only a pathway can have; each in the words of this file."""

IN_OUR_WORDS = {
    "y08_sexagesimal.yaml": GOOD.replace("{count: 2}", "{count: 3, rota: [{from: 22:00, to: 06:00}]}"),
    "y42_cycle_pipeline.yaml": HEAD
    + "  triage: {service: {fixed: 0}, routes: {b: 1}}\n  b: {service: {fixed: 0}, routes: {triage: 1}}\n",
    "y44_routing_sum.yaml": GOOD.replace("{out: 1}", "{out: 0.7, triage: 0.2}"),
    "y46_unstable.yaml": GOOD.replace("per_day: 3", "per_day: 240").replace("6 hours", "20 minutes"),
    "y48_overlapping_shifts.yaml": GOOD.replace(
        "{count: 2}",
        "{rota: [{from: '08:00', to: '16:00', count: 3}, {from: '12:00', to: '20:00', count: 2}, "
        "{from: '09:00', to: '09:00', count: 1}]}",
    ),
}


def test_the_published_rows_about_pathways_are_all_here(shared: Path) -> None:
    with (shared / "validation/nasty/MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        verdicts = {row["file"]: row["verdict"] for row in csv.DictReader(file)}
    assert {name: verdicts[name] for name in NASTY} == NASTY
    assert set(IN_OUR_WORDS) == set(NASTY)


@pytest.mark.parametrize("name", NASTY)
def test_each_published_defect_gets_its_verdict(name: str) -> None:
    if NASTY[name] == "reject":
        assert faults(IN_OUR_WORDS[name])
        return
    pathway = read_pathway(IN_OUR_WORDS[name])
    if name == "y08_sexagesimal.yaml":
        assert pathway.pools["nurses"].rota[0].length == 8.0
    if name == "y46_unstable.yaml":
        assert any("its load is 167 %" in note for note in pathway.notes)
    if name == "y48_overlapping_shifts.yaml":
        assert sum("overlaps" in note for note in pathway.notes) == 3
        assert sum("24 hours" in note for note in pathway.notes) == 1


HOSTILE = {
    "y02": ("pathway: &a x\nstages: *a\n", "anchor"),
    "y04": ("pathway: !!python/object/apply:os.getcwd []\n", "!!python/object/apply"),
    "y06": (GOOD.replace("{count: 2}", "{count: 2, count: 3}"), "written twice"),
    "y24": ("", "the file is empty"),
    "y26": ("- pathway: x\n", "fields are needed"),
    "y28": ("pathway: x\n---\npathway: y\n", "a second document"),
    "y32": (GOOD + 'months: "12"\n', "is text, not a number"),
    "y38": (GOOD + "replications: 1000000000000\n", "from 1 to 100000"),
    "y58": (GOOD + 'title: "a\\u0007b"\n', "U+0007"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused(name: str) -> None:
    text, said = HOSTILE[name]
    assert any(said in line for line in faults(text))


def test_the_published_files_themselves_never_break_the_reader(shared: Path) -> None:
    files = sorted((shared / "validation/nasty").glob("y*.yaml"))
    assert files
    for file in files:
        with pytest.raises(PathwayError):
            load_pathway(file)
