"""Event logs in files give the same figures as the run that wrote them."""

from __future__ import annotations

import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from made import differences, first_difference, networks
from networks import exponential, network, present

from mhwfmodel.demand import eventlog, replay, simpy_engine
from mhwfmodel.demand.eventlog import Recorded
from mhwfmodel.errors import DataError, MhwfError
from mhwfmodel.pathway.network import Network, Present


def small(place: int = 7) -> Network:
    return network(
        stages={
            "triage": {"needs": {"nurses": 1}, "service": exponential(0.2), "routes": {"care": 0.5, "gone": 0.5}},
            "care": {
                "needs": {"nurses": 1},
                "service": exponential(0.5),
                "contact": True,
                "patience": exponential(2.0),
            },
        },
        pools={"nurses": {"shifts": [(0.0, 3), (4.0, 1), (9.0, 2)]}},
        arrivals={"referrals": {"stage": "triage", "rate": 4.0, "shares": [1, 2]}},
        classes=("high", "low"),
        days=[10.0, 10.0],
        place=place,
    )


def recorded(made: Network, replication: int, who: Present | None = None) -> Recorded:
    return Recorded(made, replication, simpy_engine.trace(made, seed=3, replication=replication, present=who), who)


def test_a_file_holds_every_event_of_every_run(tmp_path: Path) -> None:
    here, there = small(), small(9)
    who = present(here, [{"stage": "care", "left": 0.5, "age": 3.0}, {"stage": "triage", "patience": float("inf")}])
    runs = [recorded(here, 0, who), recorded(here, 5), recorded(there, 0)]
    rows = eventlog.write(tmp_path / "log.parquet", runs)
    assert rows == 2 + sum(run.log.time.size for run in runs)
    back = list(eventlog.read(tmp_path / "log.parquet"))
    assert [(run.network.place, run.replication) for run in back] == [(7, 0), (7, 5), (9, 0)]
    assert [first_difference(a.log, b.log) for a, b in zip(runs, back, strict=True)] == ["", "", ""]
    assert [run.present is None for run in back] == [False, True, True]
    for part in fields(Present):
        written, found = getattr(who, part.name), getattr(back[0].present, part.name)
        assert written.dtype == found.dtype
        np.testing.assert_array_equal(written, found)


def test_a_file_can_be_read_by_people(tmp_path: Path) -> None:
    from pyarrow import parquet

    made = small()
    eventlog.write(tmp_path / "log.parquet", [recorded(made, 0, present(made, [{"stage": "care", "left": 0.5}]))])
    rows = parquet.read_table(tmp_path / "log.parquet").to_pylist()
    assert (rows[0]["event"], rows[0]["stage"], rows[0]["class"], rows[0]["left"]) == ("present", "care", "high", 0.5)
    arrival = next(row for row in rows if row["event"] == "arrived")
    assert (arrival["stage"], arrival["to"], arrival["place"], arrival["replication"]) == ("triage", 0, 7, 0)
    shift = next(row for row in rows if row["event"] == "shift")
    assert (shift["time"], shift["stage"], shift["to"]) == (4.0, "nurses", 1)
    assert (shift["person"], shift["class"]) == (None, None)
    assert all(row["age"] is None for row in rows[1:])


def test_replaying_a_file_gives_the_figures_of_the_run(tmp_path: Path) -> None:
    made = small()
    who = [present(made, [{"stage": "care", "waited": 2.0, "age": 3.0}] * n) for n in (2, 0)]
    eventlog.write(tmp_path / "log.parquet", [recorded(made, r, w) for r, w in zip((0, 1), who, strict=True)])
    (found,) = eventlog.outcomes(tmp_path / "log.parquet").values()
    assert differences(simpy_engine.simulate(made, seed=3, replications=[0, 1], present=who), found) == []


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(made=networks())
def test_any_network_can_be_replayed_from_its_file(
    tmp_path_factory: pytest.TempPathFactory, made: tuple[Network, Present | None]
) -> None:
    whole, who = made
    path = tmp_path_factory.mktemp("logs") / "log.parquet"
    run = recorded(whole, 2, who)
    eventlog.write(path, [run])
    (back,) = eventlog.read(path)
    assert first_difference(run.log, back.log) == ""
    those = None if who is None else [who]
    again = replay.outcome(whole, {2: run.log}, those)
    assert differences(again, eventlog.outcomes(path)[whole.place]) == []


def test_an_empty_log_can_be_written_and_read(tmp_path: Path) -> None:
    nothing = network(stages={"a": {}}, arrivals={"s": {"stage": "a", "rate": 0.0}})
    assert eventlog.write(tmp_path / "log.parquet", [recorded(nothing, 0)]) == 0
    (back,) = eventlog.read(tmp_path / "log.parquet")
    assert back.log.time.size == 0
    assert eventlog.outcomes(tmp_path / "log.parquet")[0].events.tolist() == [0]


def test_a_file_that_is_no_event_log_is_refused(tmp_path: Path) -> None:
    import pyarrow
    from pyarrow import parquet

    other, text = tmp_path / "other.parquet", tmp_path / "text.parquet"
    parquet.write_table(pyarrow.table({"a": [1]}), other)
    text.write_text("no parquet", encoding="utf-8")
    for path, problem in ((other, "is no event log"), (text, "cannot be read"), (tmp_path / "none", "cannot be read")):
        with pytest.raises(DataError, match=problem) as caught:
            list(eventlog.read(path))
        assert str(path) in caught.value.faults[0].where


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(MhwfError, match="cannot be written"):
        eventlog.write(tmp_path / "missing" / "log.parquet", [])


def test_without_pyarrow_the_message_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MhwfError, match=r"pip install 'mhwfmodel\[log\]'"):
        eventlog.write(tmp_path / "log.parquet", [])
