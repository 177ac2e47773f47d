"""A lever of the user's own, with a pathway of their own: it runs, it is marked, and nothing is registered anywhere."""

from __future__ import annotations

import hashlib
import inspect
import json
from typing import ClassVar, Literal

import numpy as np
import pytest
from pydantic import ValidationError

import mhwfmodel as mh
from mhwfmodel.cli.reading import read_scenario
from mhwfmodel.errors import ScenarioError
from mhwfmodel.levers import Change, LeverBase, Retention, Scaled, TestSites, kinds
from mhwfmodel.levers.effects import PathwayScaled
from mhwfmodel.levers.own import LEVERS, mark
from mhwfmodel.scenario import PathwayUse, Scenario, check_text
from mhwfmodel.scenario.sentences import lever_sentence

HERE, THERE = "E54000044", "E54000034"


class Said(LeverBase):
    """What every lever says of itself."""

    owner: ClassVar[str] = "employers"
    payer: ClassVar[str] = "employers"
    level: ClassVar[str] = "place"
    evidence: ClassVar[str] = "none: made up"
    grade: ClassVar[str] = "assumed"
    source: ClassVar[tuple[str, ...]] = ()
    moves: ClassVar[str] = "leavers, in its own direction"


class FreeParking(Said):
    """Free parking, where work takes longer for it."""

    kind: Literal["free_parking"] = "free_parking"
    leaving_change: Change
    longer: Change = 0.0
    stages: tuple[str, ...] = ("core",)

    def effects(self, context):
        acting = self.profile(context.months)[None, :]
        return (
            Scaled("leaving", np.log1p(self.leaving_change * acting), self.scope),
            *((PathwayScaled("work", self.stages, 1 + self.longer * acting, self.scope.icbs),) if self.longer else ()),
        )


PARKING = FreeParking(start="2024-06", leaving_change=-0.3)
TEXT = """name: own
months: 8
draws: 3
icbs: [E54000044, E54000034]
levers:
  - {kind: free_parking, start: 2024-06, leaving_change: -30%}
"""


def settings(**more: object) -> dict[str, object]:
    return {"name": "own", "months": 8, "draws": 3, "icbs": (HERE, THERE)} | more


def same(one: mh.Result, two: mh.Result) -> bool:
    return all(one.groups[name].identical(two.groups[name]) for name in one.groups)


@pytest.fixture(scope="module")
def plain() -> mh.Result:
    return mh.run(Scenario(**settings()), threads=1)


@pytest.fixture(scope="module")
def parked() -> mh.Result:
    return mh.run(Scenario(**settings(levers=(PARKING,))), threads=1)


def test_it_acts_as_one_that_ships_would(plain, parked) -> None:
    shipped = mh.run(Scenario(**settings(levers=(Retention(start="2024-06", leaving_change=-0.3),))), threads=1)
    assert same(parked, shipped)
    assert not same(parked, plain)


def test_at_zero_it_changes_no_bit(plain) -> None:
    nothing = FreeParking(start="2024-06", leaving_change=0)
    assert same(plain, mh.run(Scenario(**settings(levers=(nothing,))), threads=1))


def test_the_manifest_marks_it_and_says_that_the_file_is_not_enough(parked) -> None:
    (told,) = parked.manifest["levers"]
    assert told["own"] is True
    assert (told["module"], told["class"]) == (__name__, "FreeParking")
    assert told["source_sha256"] == hashlib.sha256(inspect.getsource(FreeParking).encode()).hexdigest()
    assert "not from this file alone" in told["rerun"]
    assert parked.manifest["scenario"]["levers"][0]["leaving_change"] == -0.3
    assert "own" not in mh.run(Scenario(**settings(months=1)), threads=1).manifest["levers"]
    assert mark(Retention(start="2024-06", leaving_change=0)) == {}


def test_a_class_without_a_text_is_marked_without_its_hash() -> None:
    made: dict[str, object] = {"FreeParking": FreeParking, "__name__": "typed_in"}
    exec("class Typed(FreeParking):\n    pass", made)
    told = mark(made["Typed"](start="2024-06", leaving_change=0))
    assert told["own"] is True
    assert told["source_sha256"] is None


def test_the_manifest_runs_again_with_the_class_and_is_refused_without(parked, tmp_path) -> None:
    again = Scenario.model_validate(parked.manifest["scenario"], context={LEVERS: (FreeParking,)})
    assert again == Scenario(**settings(levers=(PARKING,)))
    with pytest.raises(ValidationError, match="free_parking"):
        Scenario.model_validate(parked.manifest["scenario"])
    file = tmp_path / "manifest.json"
    file.write_text(json.dumps(parked.manifest), encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"'free_parking' is not a kind of lever; .*levers=\(YourLever,\)"):
        read_scenario(file, {})


def test_a_file_names_its_kind_when_the_class_is_given(tmp_path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(TEXT, encoding="utf-8")
    scenario = mh.load_scenario(file, levers=(FreeParking,))
    assert scenario == Scenario(**settings(levers=(PARKING,)))
    assert type(scenario.levers[0]) is FreeParking
    assert any("'-30%' was read as -0.3" in note for note in scenario.notes)
    with pytest.raises(
        ScenarioError, match=r"own.yaml:6:12 .*'free_parking' is not a kind of lever; use one of acuity"
    ):
        mh.load_scenario(file)
    assert FreeParking not in kinds()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("free_parking", "free_parkin"), r"6:12 levers\[0\].kind: .*did you mean 'free_parking'"),
        (("free_parking", "retention_"), "did you mean 'retention'"),
        (("leaving_change", "leaving_chang"), r"levers\[0\].leaving_chang: .*did you mean 'leaving_change'"),
        ((", leaving_change: -30%", ""), "'leaving_change' is missing"),
        (("start: 2024-06, ", ""), "'start' is missing"),
        (("-30%", "lots"), "'lots' is not a number"),
        (("2024-06", "2024-03"), "before the run starts"),
    ],
)
def test_faults_of_its_fields_are_told_at_their_line(change: tuple[str, str], told: str) -> None:
    assert change[0] in TEXT
    with pytest.raises(ScenarioError, match=told):
        check_text(TEXT.replace(*change), levers=(FreeParking,))


def test_all_faults_of_a_file_come_at_once_also_those_of_own_levers() -> None:
    with pytest.raises(ScenarioError) as caught:
        check_text(TEXT.replace("-30%", "lots").replace("draws: 3", "draws: 0"), levers=(FreeParking,))
    assert len(caught.value.faults) == 2


class NoKind(Said):
    """Has no kind."""

    def effects(self, context):
        return ()


class Taken(NoKind):
    """Takes a word that is taken."""

    kind: Literal["test_sites"] = "test_sites"


class Silent(Said):
    """Does nothing."""

    kind: Literal["silent"] = "silent"


class Nobody(LeverBase):
    """Says nothing of itself."""

    kind: Literal["nobody"] = "nobody"

    def effects(self, context):
        return ()


class Graded(NoKind):
    """Has a grade of its own."""

    kind: Literal["graded"] = "graded"
    grade: ClassVar[str] = "certain"


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (NoKind, "NoKind has no kind"),
        (Taken, "'test_sites' of Taken is that of a lever that ships"),
        (Silent, "Silent does not say what it does"),
        (Nobody, "Nobody does not say its owner, payer, level, evidence, grade, source, moves"),
        (Graded, "grade of Graded is not among the words"),
    ],
)
def test_a_class_that_cannot_be_a_lever_is_refused(kind: type[LeverBase], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Scenario(name="x", levers=(kind(start="2024-06"),))
    with pytest.raises(ScenarioError, match=told):
        check_text("name: x", levers=(kind,))


def test_it_is_told_in_words_and_can_be_tested_in_sites(parked) -> None:
    sentence = lever_sentence(PARKING)
    assert sentence == "free_parking: leaving change -30 % from 2024-06, all social care employers, all ICBs of the run"
    test = TestSites(lever=PARKING, sites=(HERE,), scale_from="2024-06", fidelity=1)
    scenario = Scenario(**settings(levers=(test,)))
    run = mh.run(scenario, threads=1)
    assert same(run, parked)
    assert run.manifest["levers"][0]["tests"]["own"] is True
    assert Scenario.model_validate(scenario.resolved(), context={LEVERS: (FreeParking,)}) == scenario
    text = TEXT.replace("{kind", f"{{kind: test_sites, sites: [{HERE}], lever: {{kind").replace("%}", "%}}")
    (read,) = check_text(text, levers=(FreeParking,)).levers
    assert read.lever == PARKING


def test_with_a_pathway_of_ones_own(root) -> None:
    use = PathwayUse.read(root / "examples" / "pathways" / "community_team.yaml")
    lever = FreeParking(start="2024-06", leaving_change=-0.1, longer=0.3)
    given = settings(icbs=(HERE,), pathway=use)
    plain, acted = (mh.run(Scenario(**given | {"levers": levers}), threads=1) for levers in ((), (lever,)))
    assert float((acted.draws_by("waiting") - plain.draws_by("waiting")).isel(month=-1).min()) > 0
    assert float((acted.draws_by("leavers") - plain.draws_by("leavers")).sum()) < 0
    assert acted.manifest["pathway"]["name"] == "community_team"
    assert acted.manifest["levers"][0]["own"] is True
    wrong = FreeParking(start="2024-06", leaving_change=0, longer=0.3, stages=("cor",))
    with pytest.raises(ScenarioError, match=r"levers\[0\]: 'cor' is no stage of the pathway 'community_team'"):
        mh.run(Scenario(**given | {"levers": (wrong,)}), threads=1)
