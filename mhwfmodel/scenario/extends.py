"""One parent for a scenario file: which file it may be, and how the two are laid over each other.

The rule, in one sentence: *what the file says wins; what it does not say comes from the parent*. Blocks of fields merge
field by field; lists and single values replace; `add_levers` is put after the parent's `levers`; `name` and
`description` are never inherited.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from mhwfmodel.errors import Fault, ScenarioError, suggest
from mhwfmodel.scenario.reader import read_bytes
from mhwfmodel.scenario.text import MAX_BYTES, escape, shorten
from mhwfmodel.scenario.tree import Node, merge

__all__ = ["MAX_PARENTS", "SUFFIXES", "combine", "read_chain", "read_file"]

MAX_PARENTS = 10
SUFFIXES = (".yaml", ".yml")
_MOST_ENTRIES = 1000
_OWN = ("name", "description", "extends", "add_levers")


def read_file(path: Path, where: str, besides: Path | None = None) -> tuple[Node, tuple[str, ...]]:
    """The tree of one file, without its parent, and notes.

    Args:
        path: The file.
        where: The file as the user named it, for messages.
        besides: The file that extends it, which is never offered in its place.

    Raises:
        ScenarioError: Missing, not a plain file, too large, or everything that is wrong with its text.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ScenarioError(Fault(where, "this is not a file", "name a scenario file (.yaml)"))
        if status.st_size > MAX_BYTES:
            fault = Fault(where, f"the file is larger than {MAX_BYTES:,} bytes", "a scenario file is a few pages")
            raise ScenarioError(fault)
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ScenarioError(Fault(where, "there is no such file", _neighbours(path, besides))) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name cannot be a file's"
        raise ScenarioError(
            Fault(where, f"the file cannot be read ({reason})", "check its name and permissions")
        ) from None
    return read_bytes(content, where)


def _neighbours(path: Path, besides: Path | None = None) -> str:
    """What may have been meant by a file that is not there: a name beside it, or its name in a folder near by."""
    folder = path.parent
    try:
        near = _elsewhere(path)
        names = [entry.name for entry in folder.iterdir() if entry.suffix in SUFFIXES]
    except (OSError, ValueError):
        return "check the folder's name"
    if near:
        below = near.is_relative_to(folder)
        told = escape(near.relative_to(folder if below else near.parent.parent).as_posix())
        if besides is None:
            return f"did you mean '{escape(str(near)) if below else told}'?"
        return f"write 'extends: {told}'" if below else f"there is one at '{told}': move your file into that folder"
    others = [name for name in names if besides is None or name != besides.name]
    return suggest(path.name, others) or "there is no other scenario file in that folder"


def _elsewhere(path: Path) -> Path | None:
    """A file of that name in a folder below, or in one beside the folder that was named."""
    folder = path.parent
    places = [entry for entry in sorted(folder.iterdir())[:_MOST_ENTRIES] if entry.is_dir()]
    above = folder.resolve().parent
    if folder.resolve() != above and folder.name not in ("", "."):
        places += [entry for entry in sorted(above.iterdir())[:_MOST_ENTRIES] if entry.is_dir()]
    return next((place / path.name for place in places if (place / path.name).is_file()), None)


def read_chain(path: Path, where: str) -> tuple[Node, tuple[str, ...], tuple[Fault, ...]]:
    """A file laid over its parent, its parent's parent and so on.

    Args:
        path: The child.
        where: The child as the user named it.

    Returns:
        The merged tree (without `extends` and `add_levers`), notes, and faults of `extends` itself. When the parent
        cannot be used the tree is the child's alone, so that its own faults are still found.

    Raises:
        ScenarioError: The child's own text cannot be read.
    """
    node, notes = read_file(path, where)
    tree, more, faults = _with_parent(node, path, (path,))
    return tree, (*notes, *more), faults


def combine(node: Node, parent: Node | None) -> tuple[Node, tuple[Fault, ...]]:
    """A tree laid over its parent's by the rule above.

    Returns:
        The merged tree and faults (`add_levers` that is not a list).
    """
    fields = dict(node.value) if isinstance(node.value, Mapping) else {}
    fields.pop("extends", None)
    added = fields.pop("add_levers", None)
    own = replace(node, value=MappingProxyType(fields))
    merged = own if parent is None else merge(_inheritable(parent), own)
    if added is None:
        return merged, ()
    if not isinstance(added.value, tuple):
        return merged, (Fault(str(added.place), "add_levers is not a list", "write one lever per '- kind: …'"),)
    whole = dict(merged.value) if isinstance(merged.value, Mapping) else {}
    before = whole.get("levers")
    earlier = before.value if before is not None and isinstance(before.value, tuple) else ()
    whole["levers"] = replace(added, value=earlier + added.value)
    return replace(merged, value=MappingProxyType(whole)), ()


def _inheritable(parent: Node) -> Node:
    fields = parent.value if isinstance(parent.value, Mapping) else {}
    return replace(parent, value=MappingProxyType({k: v for k, v in fields.items() if k not in _OWN}))


def _with_parent(node: Node, path: Path, chain: tuple[Path, ...]) -> tuple[Node, tuple[str, ...], tuple[Fault, ...]]:
    entry = node.value.get("extends") if isinstance(node.value, Mapping) else None
    if entry is None:
        tree, faults = combine(node, None)
        return tree, (), faults
    try:
        file, where = _parent_file(entry, path, chain)
        parent, notes = _read_parent(entry, file, where, path)
        above, more, faults = _with_parent(parent, file, (*chain, file))
    except ScenarioError as error:
        tree, faults = combine(node, None)
        return tree, (), (*_own_or_place(error, chain), *faults)
    tree, own = combine(node, above)
    told = f"{entry.place}: what this file does not say comes from '{shorten(str(entry.value))}'"
    return tree, (told, *notes, *more), (*faults, *own)


def _own_or_place(error: ScenarioError, chain: tuple[Path, ...]) -> tuple[Fault, ...]:
    """Faults of `extends` in the user's own file as they are; in a parent without the name that is written there."""
    if len(chain) == 1:
        return error.faults
    return tuple(
        fault
        if " → " in fault.problem
        else Fault(fault.where, "the file that is named there cannot be used", "check this file on its own first")
        for fault in error.faults
    )


def _read_parent(entry: Node, file: Path, where: str, child: Path) -> tuple[Node, tuple[str, ...]]:
    """The parent's tree; its faults are told by place alone, because its text is not this file's to show."""
    try:
        return read_file(file, where, child)
    except ScenarioError as error:
        lines = {match[1] for fault in error.faults if (match := re.search(r":(\d+)", fault.where[len(where) :]))}
        told = f" (line {', '.join(sorted(lines, key=int)[:8])})" if lines else ""
        first = error.faults[0]
        problem = f"'{escape(str(entry.value))}' cannot be used{told}"
        remedy = first.remedy if first.where == where else "check that file on its own first"
        if first.where == where:
            problem = f"'{escape(str(entry.value))}' cannot be used: {first.problem}"
        raise ScenarioError(Fault(str(entry.place), problem, remedy)) from None


def _parent_file(entry: Node, path: Path, chain: tuple[Path, ...]) -> tuple[Path, str]:
    """The file that `extends` names, when it may be read."""
    problem, remedy = _refusal(entry.value)
    if problem:
        raise ScenarioError(Fault(str(entry.place), problem, remedy))
    text = str(entry.value)
    file = path.parent / text
    try:
        inside = file.resolve().is_relative_to(path.parent.resolve())
        seen = [earlier.resolve() for earlier in chain]
        again = file.resolve() in seen
    except (OSError, ValueError, RuntimeError):
        inside, again = False, False
    if not inside:
        raise ScenarioError(Fault(str(entry.place), f"'{shorten(text)}' leads out of this file's folder", _BESIDE))
    if again:
        names = " → ".join(escape(link.name) for link in (*chain, file))
        raise ScenarioError(
            Fault(str(entry.place), f"the files extend each other in a circle: {names}", "break the circle")
        )
    if len(chain) > MAX_PARENTS:
        raise ScenarioError(Fault(str(entry.place), f"more than {MAX_PARENTS} files extend one another", "use fewer"))
    return file, str(file)


_SIGNS = '$%~*?"<>|\0\n\r'
_BESIDE = "name a file beside this one or in a folder below it, such as baseline.yaml"


def _refusal(value: object) -> tuple[str, str]:
    """Problem and remedy when a text may not name a parent; both empty when it may."""
    if not isinstance(value, str) or not value.strip():
        return "extends is not the name of a file", _BESIDE
    rules = (
        (
            any(sign in value for sign in _SIGNS),
            "holds a sign that no file name here may hold ($ and ~ are not replaced)",
        ),
        ("\\" in value, "holds a '\\' (write folders with '/')"),
        (":" in value or value.startswith("/"), "is not a name relative to this file"),
        (".." in value.split("/"), "leads out of this file's folder"),
        (not value.lower().endswith(SUFFIXES), "does not end in .yaml, so it is no scenario file"),
    )
    problem = next((text for broken, text in rules if broken), "")
    return (f"'{shorten(value)}' {problem}", _BESIDE) if problem else ("", "")
