"""Whether the scope of a lever holds staff in the run: told when the file is read, not when it is run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mhwfmodel.catalogue import Column, icbs, post_columns, resolve_icbs, roles, sectors
from mhwfmodel.errors import DataError
from mhwfmodel.yamls.problem import Problem
from mhwfmodel.yamls.tree import Path

__all__ = ["codes_of", "empty_lists", "empty_scopes", "listed", "reached_columns", "unreached_roles"]

_LISTS = {"icbs": "all ICBs of the run", "sectors": "all of social care", "roles": "all roles"}
_STRANDS = ("general", "specialist")


def listed(scope: Mapping[str, object], key: str) -> tuple[str, ...]:
    """The texts of a list in a scope; empty when it is left out or is no list of texts."""
    given = scope.get(key)
    if not isinstance(given, (list, tuple)) or not all(isinstance(item, str) for item in given):
        return ()
    return tuple(str(item).strip() for item in given)


def reached_columns(scope: Mapping[str, object]) -> tuple[Column, ...]:
    """Sectors, roles and strands with staff that a scope reaches; without sectors social care, never the NHS."""
    named, wanted, strand = _sectors(scope), listed(scope, "roles"), scope.get("strand", "overall")
    return tuple(
        column
        for column in post_columns()
        if column.sector in named
        and (not wanted or column.role in wanted)
        and (strand not in _STRANDS or column.strand == strand)
    )


def empty_scopes(path: Path, scope: object, run_icbs: object) -> Iterator[Problem]:
    """A scope that no post of the run lies in, by its sectors and roles or by its ICBs.

    Args:
        path: The scope.
        scope: What is written there. Values that are not known are passed over: others tell of them.
        run_icbs: The `icbs` of the run as they are written.
    """
    if not isinstance(scope, Mapping):
        return
    if _is_known(scope) and not reached_columns(scope):
        yield Problem(path, *_no_posts(scope), alone=True)
    named, run = codes_of(listed(scope, "icbs")), codes_of(run_icbs)
    if named and run and not set(named) & set(run):
        text = f"holds no staff: none of its ICBs is among those of the run ({_names(run)})"
        yield Problem(path, text, "name ICBs of the run, or add these to 'icbs'", alone=True)


def empty_lists(path: Path, lever: Mapping[str, object]) -> Iterator[Problem]:
    """Lists of a scope that a person left empty: nobody is no scope, and all is what is left out.

    A manifest spells every field of a lever and of its scope out, and has those empty that were left out: these pass.

    Args:
        path: The scope.
        lever: The lever as it is written.
    """
    scope = lever.get("scope")
    if not isinstance(scope, Mapping) or ("ramp_months" in lever and set(_LISTS) | {"strand"} == set(scope)):
        return
    for key, whose in _LISTS.items():
        if scope.get(key) in ([], ()):
            text = f"the list of {key} is empty, which would reach nobody"
            yield Problem((*path, key), text, f"name some, or leave '{key}' out for {whose}", alone=True)


def unreached_roles(scope: Mapping[str, object]) -> tuple[str, ...]:
    """Roles that a scope names and that its sectors do not have."""
    found = {column.role for column in reached_columns(scope)}
    return tuple(role for role in listed(scope, "roles") if role not in found)


def codes_of(given: object) -> tuple[str, ...]:
    """ONS codes of ICBs that are written in a file, `all` for every one; empty when they cannot be read."""
    if given == "all":
        return tuple(icb.code for icb in icbs())
    if not isinstance(given, (list, tuple)) or not given or not all(isinstance(item, str) for item in given):
        return ()
    try:
        return resolve_icbs([str(item).strip() for item in given]).codes
    except DataError:
        return ()


def _sectors(scope: Mapping[str, object]) -> tuple[str, ...]:
    named = listed(scope, "sectors")
    return named or tuple(sector.code for sector in sectors() if sector.population == "social_care")


def _is_known(scope: Mapping[str, object]) -> bool:
    known = {sector.code for sector in sectors()}, {role.code for role in roles()}
    words = listed(scope, "sectors"), listed(scope, "roles")
    return all(set(part) <= allowed for part, allowed in zip(words, known, strict=True))


def _no_posts(scope: Mapping[str, object]) -> tuple[str, str]:
    """Problem and remedy for sectors, roles and a strand that never occur together."""
    where = _or(listed(scope, "sectors")) or "social care"
    strand = str(scope.get("strand", "overall"))
    kind = f"{strand} " if strand in _STRANDS else ""
    wanted = listed(scope, "roles")
    text = f"holds no staff: {where} has no {kind}{_or(wanted) or 'posts'}"
    there = _roles_of({**scope, "roles": None})
    if there:
        return text, f"{kind}roles there: {', '.join(there)}"
    anywhere = _roles_of({**scope, "roles": None, "strand": "overall"})
    return text, f"leave 'strand' out; roles there: {', '.join(anywhere)}"


def _roles_of(scope: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(column.role for column in reached_columns(scope)))


def _or(words: Sequence[str]) -> str:
    return " or ".join(words)


def _names(codes: Sequence[str], most: int = 4) -> str:
    names = [icb.short_name for icb in icbs() if icb.code in set(codes)]
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
