"""Event logs as Parquet files that can be replayed: every figure of a run follows from its file alone.

One row is one event. Columns: `time` [days], `event`, `person`, `stage` (of a `shift` the pool), `class`, `to` (stream,
exit or number on duty), `replication`, `place`; events are in the order in which they happened, replication after
replication. People who were there at time 0 come first, as rows `present`, which alone have `age`, `waited`, `left`,
`patience` and `contacts`. The networks themselves are in the file's metadata.
"""

from __future__ import annotations

import base64
import io
import json
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mhwfmodel.demand import replay
from mhwfmodel.demand.outcome import Happening, Log
from mhwfmodel.errors import DataError, Fault, MhwfError
from mhwfmodel.pathway.network import Arrivals, Laws, Monthly, Network, Pools, Present, Stages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from mhwfmodel.demand.outcome import Outcome

__all__ = ["Recorded", "outcomes", "read", "require", "write"]

_FORMAT = b"mhwfmodel event log 1"
_KEY, _RUNS, _NETWORK = b"format", b"runs", b"network of place "
_PRESENT = "present"
_ROWS_A_GROUP = 2**20
_OF_PRESENT = ("age", "waited", "left", "patience", "contacts")
_REMEDY = "give a file that was written as an event log"


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """The events of one replication of one place.

    Args:
        network: The pathway.
        replication: Number of the replication.
        log: Its events.
        present: Who was present at time 0.
    """

    network: Network
    replication: int
    log: Log
    present: Present | None = None


def write(path: str | Path, runs: Iterable[Recorded]) -> int:
    """Write logs, one replication after the other; only one of them need be in memory.

    Args:
        path: The file, which is replaced.
        runs: What was recorded; of one place always with the same network.

    Returns:
        Rows written.

    Raises:
        MhwfError: pyarrow is not installed, or the file cannot be written.
    """
    arrow, parquet = _pyarrow()
    names: dict[bytes, bytes] = {_KEY: _FORMAT}
    listed = []
    try:
        with parquet.ParquetWriter(str(path), _schema(arrow), compression="zstd") as file:
            for run in runs:
                table = _table(arrow, run)
                for first in range(0, table.num_rows, _ROWS_A_GROUP):
                    file.write_table(table.slice(first, _ROWS_A_GROUP), row_group_size=_ROWS_A_GROUP)
                at_start = -1 if run.present is None else run.present.stage.size
                listed.append([run.network.place, run.replication, table.num_rows, at_start])
                key = _NETWORK + str(run.network.place).encode()
                if key not in names:
                    names[key] = _packed(run.network)
            names[_RUNS] = json.dumps(listed).encode()
            file.add_key_value_metadata(names)
    except OSError as fault:
        raise MhwfError(Fault(str(path), f"cannot be written: {fault.strerror or fault}")) from fault
    return sum(rows for _, _, rows, _ in listed)


def read(path: str | Path) -> Iterator[Recorded]:
    """Read logs, one replication at a time.

    Args:
        path: A file that `write` wrote.

    Yields:
        What was recorded, in the order in which it was written.

    Raises:
        MhwfError: pyarrow is not installed.
        DataError: The file is missing or no event log.
    """
    arrow, parquet = _pyarrow()
    try:
        file = parquet.ParquetFile(str(path))
    except (OSError, arrow.ArrowInvalid) as fault:
        raise DataError(Fault(str(path), f"cannot be read: {fault}", _REMEDY)) from fault
    with file:
        names = file.metadata.metadata or {}
        if names.get(_KEY) != _FORMAT or _RUNS not in names:
            raise DataError(Fault(str(path), "is no event log", _REMEDY))
        networks: dict[int, Network] = {}
        group = 0
        for place, replication, rows, at_start in json.loads(names[_RUNS]):
            groups = range(group, group + -(-rows // _ROWS_A_GROUP))
            group = groups.stop
            if place not in networks:
                networks[place] = _unpacked(names[_NETWORK + str(place).encode()])
            table = file.read_row_groups(list(groups)) if groups else file.schema_arrow.empty_table()
            yield _recorded(arrow, table, networks[place], replication, at_start)


def outcomes(path: str | Path) -> dict[int, Outcome]:
    """Replay a file: every figure, from its events alone.

    Args:
        path: A file that `write` wrote.

    Returns:
        Figures by number of the place.

    Raises:
        MhwfError: pyarrow is not installed.
        DataError: The file is missing or no event log.
    """
    by_place: dict[int, list[Recorded]] = {}
    for run in read(path):
        by_place.setdefault(run.network.place, []).append(run)
    found = {}
    for place, runs in by_place.items():
        those = [run.present if run.present is not None else _nobody() for run in runs]
        found[place] = replay.outcome(runs[0].network, {run.replication: run.log for run in runs}, those)
    return found


def require() -> None:
    """See that event logs can be written here.

    Raises:
        MhwfError: pyarrow is not installed.
    """
    _pyarrow()


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as missing:
        fault = Fault("event log", "Parquet files need pyarrow, which is not installed", "pip install 'mhwfmodel[log]'")
        raise MhwfError(fault) from missing
    return pyarrow, pyarrow.parquet


def _nobody() -> Present:
    """Nobody is present at time 0."""
    return Present(**{part.name: np.zeros(0, dtype=_kind(part.name)) for part in fields(Present)})


def _kind(name: str) -> type[np.generic]:
    """Type of a column of `Present`."""
    return np.int32 if name in ("stage", "of_class", "contacts") else np.float64


def _schema(arrow: Any) -> Any:
    """Columns of the file."""
    whole, real, text = arrow.int64(), arrow.float64(), arrow.string()
    kinds = {
        "time": real,
        "event": text,
        "person": whole,
        "stage": text,
        "class": text,
        "to": whole,
        "replication": whole,
        "place": arrow.int32(),
        **{name: arrow.int32() if name == "contacts" else real for name in _OF_PRESENT},
    }
    return arrow.schema(list(kinds.items()))


def _table(arrow: Any, run: Recorded) -> Any:
    """Rows of one replication: who is present, then events."""
    log, network = run.log, run.network
    who = run.present if run.present is not None else _nobody()
    people, events = who.stage.size, log.time.size

    def both(first: NDArray[Any], then: NDArray[Any]) -> NDArray[Any]:
        return np.concatenate([first, then])

    def words(names: Sequence[str], codes: NDArray[Any]) -> Any:
        """Names by number; nothing below 0."""
        return arrow.array(names, arrow.string()).take(arrow.array(codes, arrow.int64(), mask=codes < 0))

    def number(values: NDArray[Any]) -> Any:
        return arrow.array(values, arrow.int64(), mask=values < 0)

    shift = log.kind == Happening.SHIFT
    stage = both(who.stage, np.where(shift, len(network.stages.names) + log.stage, log.stage))
    only = both(np.zeros(people, dtype=bool), np.ones(events, dtype=bool))
    columns = {
        "time": both(np.zeros(people), log.time),
        "event": words(_event_names(), both(np.full(people, len(Happening)), log.kind).astype(np.int64)),
        "person": number(both(np.arange(people), log.person)),
        "stage": words([*network.stages.names, *network.pools.names], stage.astype(np.int64)),
        "class": words(network.classes, both(who.of_class, log.of_class).astype(np.int64)),
        "to": number(both(np.full(people, -1), log.to)),
        "replication": np.full(people + events, run.replication, dtype=np.int64),
        "place": np.full(people + events, network.place, dtype=np.int32),
    }
    for name in _OF_PRESENT:
        values = both(getattr(who, name), np.zeros(events, dtype=_kind(name)))
        columns[name] = arrow.array(values, mask=only, from_pandas=False)
    return arrow.table(columns, schema=_schema(arrow))


def _event_names() -> list[str]:
    return [*(kind.name.lower() for kind in Happening), _PRESENT]


def _recorded(arrow: Any, table: Any, network: Network, replication: int, at_start: int) -> Recorded:
    """What a table of one replication says."""

    def column(name: str, missing: int | float = -1) -> NDArray[Any]:
        values = table.column(name).combine_chunks()
        return np.asarray(arrow.compute.fill_null(values, missing).to_numpy(zero_copy_only=False))

    def codes(name: str, names: Sequence[str]) -> NDArray[np.int64]:
        encoded = table.column(name).combine_chunks().dictionary_encode()
        index = {word: code for code, word in enumerate(names)}
        known = np.array([index.get(word, -1) for word in encoded.dictionary.to_pylist()] + [-1], dtype=np.int64)
        code = arrow.compute.fill_null(encoded.indices, known.size - 1).to_numpy(zero_copy_only=False)
        return np.asarray(known[code])

    start = max(at_start, 0)
    kind, of_class = codes("event", _event_names()), codes("class", network.classes)
    of_stage, of_pool = codes("stage", network.stages.names), codes("stage", network.pools.names)
    stage = np.where(kind == Happening.SHIFT, of_pool, of_stage)
    log = Log(
        time=column("time")[start:],
        kind=kind[start:].astype(np.uint8),
        person=column("person")[start:],
        stage=stage[start:].astype(np.int32),
        of_class=of_class[start:].astype(np.int32),
        to=column("to")[start:],
    )
    if at_start < 0:
        return Recorded(network, replication, log)
    known = {"stage": stage, "of_class": of_class, **{name: column(name) for name in _OF_PRESENT}}
    return Recorded(
        network, replication, log, Present(**{name: v[:start].astype(_kind(name)) for name, v in known.items()})
    )


def _packed(network: Network) -> bytes:
    """A network as text: its arrays, compressed."""
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **dict(_arrays(network, "")))
    return base64.b64encode(file.getvalue())


def _arrays(part: Any, at: str) -> Iterator[tuple[str, NDArray[Any]]]:
    for each in fields(part):
        value = getattr(part, each.name)
        if is_dataclass(value):
            yield from _arrays(value, f"{at}{each.name}.")
        elif value is not None:
            yield at + each.name, np.asarray(value)


def _unpacked(text: bytes) -> Network:
    """The network that `_packed` packed."""
    with np.load(io.BytesIO(base64.b64decode(text)), allow_pickle=False) as file:
        arrays = dict(file)

    def part(kind: type[Any], at: str) -> dict[str, Any]:
        values = {each.name: arrays[at + each.name] for each in fields(kind) if at + each.name in arrays}
        words: dict[str, Any] = {
            name: tuple(values[name].tolist()) for name in ("names", "classes", "exits") if name in values
        }
        return {**values, **words}

    whole = part(Network, "")
    parts: dict[str, Any] = {
        name: kind(**part(kind, f"{name}."))
        for name, kind in (("stages", Stages), ("pools", Pools), ("arrivals", Arrivals), ("laws", Laws))
    }
    monthly = part(Monthly, "monthly.")
    return Network(**{**whole, "place": int(whole["place"])}, **parts, monthly=Monthly(**monthly) if monthly else None)
