"""One parent for a scenario file: which file it may be, and how the two are laid over each other.

The rule, in one sentence: *what the file says wins; what it does not say comes from the parent*. Blocks of fields merge
field by field; lists and single values replace; `add_levers` is put after the parent's `levers`; `name` and
`description` are never inherited.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from mhwfmodel.errors import Fault, YamlError
from mhwfmodel.yamls.files import SUFFIXES, read_file
from mhwfmodel.yamls.text import escape, shorten
from mhwfmodel.yamls.tree import Node, merge

__all__ = ["MAX_PARENTS", "combine", "read_chain"]

MAX_PARENTS = 10
_OWN = ("name", "description", "extends", "add_levers")


def read_chain(path: Path, where: str) -> tuple[Node, tuple[str, ...], tuple[Fault, ...]]:
    """A file laid over its parent, its parent's parent and so on.

    Args:
        path: The child.
        where: The child as the user named it.

    Returns:
        The merged tree (without `extends` and `add_levers`), notes, and faults of `extends` itself. When the parent
        cannot be used the tree is the child's alone, so that its own faults are still found.

    Raises:
        YamlError: The child's own text cannot be read.
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
    except YamlError as error:
        tree, faults = combine(node, None)
        return tree, (), (*_own_or_place(error, chain), *faults)
    tree, own = combine(node, above)
    told = f"{entry.place}: what this file does not say comes from '{shorten(str(entry.value))}'"
    return tree, (told, *notes, *more), (*faults, *own)


def _own_or_place(error: YamlError, chain: tuple[Path, ...]) -> tuple[Fault, ...]:
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
    except YamlError as error:
        lines = {match[1] for fault in error.faults if (match := re.search(r":(\d+)", fault.where[len(where) :]))}
        told = f" (line {', '.join(sorted(lines, key=int)[:8])})" if lines else ""
        first = error.faults[0]
        problem = f"'{escape(str(entry.value))}' cannot be used{told}"
        remedy = first.remedy if first.where == where else "check that file on its own first"
        if first.where == where:
            problem = f"'{escape(str(entry.value))}' cannot be used: {first.problem}"
        raise YamlError(Fault(str(entry.place), problem, remedy)) from None


def _parent_file(entry: Node, path: Path, chain: tuple[Path, ...]) -> tuple[Path, str]:
    """The file that `extends` names, when it may be read."""
    problem, remedy = _refusal(entry.value)
    if problem:
        raise YamlError(Fault(str(entry.place), problem, remedy))
    text = str(entry.value)
    file = path.parent / text
    try:
        inside = file.resolve().is_relative_to(path.parent.resolve())
        seen = [earlier.resolve() for earlier in chain]
        again = file.resolve() in seen
    except (OSError, ValueError, RuntimeError):
        inside, again = False, False
    if not inside:
        raise YamlError(Fault(str(entry.place), f"'{shorten(text)}' leads out of this file's folder", _BESIDE))
    if again:
        names = " → ".join(escape(link.name) for link in (*chain, file))
        raise YamlError(
            Fault(str(entry.place), f"the files extend each other in a circle: {names}", "break the circle")
        )
    if len(chain) > MAX_PARENTS:
        raise YamlError(Fault(str(entry.place), f"more than {MAX_PARENTS} files extend one another", "use fewer"))
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
