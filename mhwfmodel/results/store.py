"""The netCDF file of a result: large variables are written and read piece by piece."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mhwfmodel.results.files import require_room

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["BESIDE_VALUES", "LazyGroups", "read_groups", "write_groups"]

BESIDE_VALUES = 4 * 10**6
"""Most bytes that names, labels and the tables of contents of a file take: two hundred variables take 2 MB."""

_COMPRESSION = {"zlib": True, "complevel": 1, "shuffle": True}
_DRAWS_AT_ONCE = 25
_LARGE = 2**26
_MOST_LOADED = 10**9


def write_groups(path: Path, groups: Mapping[str, xr.Dataset], attrs: Mapping[str, str]) -> None:
    """Write datasets as groups of one file.

    Args:
        path: The file.
        groups: Group name to dataset.
        attrs: Attributes of the file.

    Raises:
        CapacityError: The disk may have too little room. This is asked before: the library that writes the file does
            not survive a disk that becomes full.
    """
    import xarray as xr

    require_room(path.parent, sum(data.nbytes for data in groups.values()) + BESIDE_VALUES)

    large = {name: [key for key in data.data_vars if _is_large(data[key])] for name, data in groups.items()}
    small = {f"/{name}": data.drop_vars(large[name]) for name, data in groups.items()}
    tree = xr.DataTree.from_dict(small)
    tree.attrs = dict(attrs)
    encoding = {name: {str(key): _COMPRESSION for key in data.data_vars} for name, data in small.items()}
    tree.to_netcdf(path, engine="h5netcdf", encoding=encoding)
    # A tree and its nodes hold each other, and so all values, until the collector comes by.
    tree.children = {}
    for name, keys in large.items():
        for key in keys:
            _append(path, name, groups[name][key])


def _is_large(data: xr.DataArray) -> bool:
    return "draw" in data.dims and data.nbytes > _LARGE


def _append(path: Path, group: str, data: xr.DataArray) -> None:
    """Add a variable to a group, some draws at a time."""
    import h5netcdf

    draws, *others = data.shape
    step = min(_DRAWS_AT_ONCE, draws)
    with h5netcdf.File(path, "a") as file:
        made: Any = file[group].create_variable(
            str(data.name), data.dims, data.dtype, fillvalue=np.float32(np.nan), chunks=(step, *others),
            compression="gzip", compression_opts=_COMPRESSION["complevel"], shuffle=True,
        )  # fmt: skip
        for name, value in data.attrs.items():
            made.attrs[name] = value
        for begin in range(0, draws, step):
            part = slice(begin, min(begin + step, draws))
            made[part] = data[part].values


def read_groups(path: Path) -> dict[str, xr.Dataset]:
    """Read the groups of a file; where they are too large for memory, values are read when they are asked for."""
    import xarray as xr

    from mhwfmodel.results.opened import reading

    with reading(path), xr.open_datatree(path, engine="h5netcdf") as tree:
        sizes = {name: node.nbytes for name, node in tree.children.items()}
        inside = {name for name in sizes if sum(sizes.values()) <= _MOST_LOADED or "draw" not in tree[name].dims}
        nodes = tree.children
        groups = {name: nodes[name].to_dataset(inherit=False).load() for name in sizes if name in inside}
        tree.children = {}
    for name in sizes.keys() - inside:
        groups[name] = _opened(path, name)
    return {name: groups[name] for name in sizes}


def _opened(path: Path, name: str) -> xr.Dataset:
    """A group whose measures are read when they are asked for; its labels are read at once."""
    import xarray as xr

    from mhwfmodel.results.opened import reading, told_when_damaged

    with reading(path):
        data = xr.open_dataset(path, group=name, engine="h5netcdf", cache=False)
        for label in data.coords.values():
            label.load()
    made = data.assign({key: told_when_damaged(value.variable, path) for key, value in data.data_vars.items()})
    made.set_close(data.close)
    return made


class LazyGroups(Mapping[str, "xr.Dataset"]):
    """Groups of a file, each opened when it is first asked for; its values are read when they are.

    Args:
        path: The file; it has to stay there.
    """

    def __init__(self, path: Path) -> None:
        import h5netcdf

        from mhwfmodel.results.opened import reading

        with reading(path), h5netcdf.File(path, "r") as file:
            self._names = tuple(file.groups)
        self._path = path
        self._open: dict[str, xr.Dataset] = {}

    def __getitem__(self, name: str) -> xr.Dataset:
        """A group; the error of a mapping where there is none."""
        if name not in self._names:
            raise KeyError(name)
        if name not in self._open:
            self._open[name] = _opened(self._path, name)
        return self._open[name]

    def __contains__(self, name: object) -> bool:
        """Whether there is such a group; nothing is opened."""
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        """Names of the groups."""
        return iter(self._names)

    def __len__(self) -> int:
        """How many groups there are."""
        return len(self._names)

    def close(self) -> None:
        """Close the file; what is asked for after that is opened again."""
        for data in self._open.values():
            data.close()
        self._open.clear()
