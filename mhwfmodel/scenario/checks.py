"""What pydantic cannot see: whether the parts of a scenario fit the catalogue and one another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from mhwfmodel.catalogue import resolve_icbs, roles, sectors
from mhwfmodel.errors import DataError, MhwfError, suggest
from mhwfmodel.scenario.assumptions import assumption_problems, beyond_range
from mhwfmodel.scenario.caps import cap_problems
from mhwfmodel.scenario.coupling import coupling_problems, fewer_draws, idle_gains
from mhwfmodel.scenario.outputs import output_problems
from mhwfmodel.scenario.pathway_names import name_problems
from mhwfmodel.scenario.plausible import large_changes, overlaps, whole_amounts, whole_shares
from mhwfmodel.scenario.scopes import empty_lists, empty_scopes
from mhwfmodel.units import add_months, month_index, parse_month
from mhwfmodel.yamls.problem import Problem, as_written
from mhwfmodel.yamls.tree import Path, join

__all__ = ["FIRST_MONTH", "MOST_ICBS", "file_problems", "problems", "warnings"]

FIRST_MONTH = "2024-04"
MOST_ICBS = 200
_LONGEST = 600
_MEANT = dict.fromkeys(("council", "councils", "local authority", "local_government", "la"), "local_authority")
"""What planners call a sector, where spelling alone would not lead to it."""


def problems(data: Mapping[str, object]) -> tuple[Problem, ...]:
    """Everything that does not fit, in any data, also where fields have the wrong type.

    Args:
        data: The scenario as plain data.

    Returns:
        Problems in the order of the fields. Values of a wrong type are passed over: the schema tells of them.
    """
    return (
        *_start(data),
        *_icbs(data),
        *_pathway_icbs(data),
        *coupling_problems(data),
        *assumption_problems(data),
        *_levers(data),
        *name_problems(_each_lever(data), data),
        *cap_problems(tuple(_acting(data)), data.get("icbs", "all")),
        *output_problems(data),
    )


def file_problems(data: Mapping[str, object]) -> Iterator[Problem]:
    """What is refused in a file and told there: scopes without staff, numbers that must be meant as per cent, draws."""
    yield from fewer_draws(data)
    for path, lever in _each_lever(data):
        yield from whole_shares(path, lever)
        yield from empty_lists((*path, "scope"), lever)
        yield from empty_scopes((*path, "scope"), lever.get("scope"), data.get("icbs", "all"))
        yield from empty_scopes((*path, "sites"), {"icbs": lever.get("sites")}, data.get("icbs", "all"))


def warnings(data: Mapping[str, object]) -> tuple[tuple[Path, str], ...]:
    """What is allowed and yet worth a second look: path and sentence."""
    span = _span(data)
    found: list[tuple[Path, str]] = []
    levers = list(_acting(data))
    for path, lever in levers:
        start, ramp = _month(lever.get("start")), lever.get("ramp_months", 0)
        if span and start and isinstance(ramp, int) and month_index(start) + ramp - 1 > month_index(span[1]):
            found.append(((*path, "ramp_months"), f"the run ends in {span[1]}, before this lever acts in full"))
    run = data.get("icbs", "all")
    sized = (*large_changes(levers), *whole_amounts(levers, run), *overlaps(levers, run))
    return (*found, *sized, *_certain(levers, data.get("assumptions")), *beyond_range(data), *idle_gains(data))


def _acting(data: Mapping[str, object]) -> Iterator[tuple[Path, Mapping[str, object]]]:
    """Every lever where it acts: one that is tested in some sites and goes no further acts in those."""
    for path, lever in _each_lever(data):
        tested = lever.get("lever")
        if not isinstance(tested, Mapping):
            if path[-1] != "lever":
                yield path, lever
        elif lever.get("scale_from"):
            yield (*path, "lever"), tested
        else:
            scope = tested.get("scope")
            there = {**(scope if isinstance(scope, Mapping) else {}), "icbs": lever.get("sites")}
            yield (*path, "lever"), {**tested, "scope": there}


def _certain(levers: Sequence[tuple[Path, Mapping[str, object]]], given: object) -> Iterator[tuple[Path, str]]:
    """A promise of saved time that a plan makes one number, where nobody has measured it."""
    if not isinstance(given, Mapping) or all(lever.get("kind") != "digital_shift" for _, lever in levers):
        return
    for name in ("digital_contact_time", "hybrid_contact_time"):
        entry = given.get(name)
        if isinstance(entry, Mapping) and entry.get("low") == entry.get("high"):
            text = "no figure says how long a contact online takes: give it a range, low and high"
            yield ("assumptions", name), text


def _start(data: Mapping[str, object]) -> Iterator[Problem]:
    start = data.get("start", FIRST_MONTH)
    if not isinstance(start, str):
        return
    if not _month(start):
        remedy = f"write the month as {start[:7]}" if _is_date(start) else f"write the month as {FIRST_MONTH}"
        yield Problem(("start",), "is not a month", remedy, start)
    elif start != FIRST_MONTH:
        text = f"cannot be the first month: the opening stock is that of 31 March 2024, so runs start in {FIRST_MONTH}"
        yield Problem(("start",), text, f"write 'start: {FIRST_MONTH}', or leave the line out", start)


def _is_date(text: str) -> bool:
    return re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) is not None and _month(text[:7]) != ""


def _icbs(data: Mapping[str, object]) -> Iterator[Problem]:
    given = data.get("icbs", "all")
    if given == "all":
        return
    if given is None:
        yield Problem(("icbs",), "nothing is written here", "write 'icbs: all', or delete the line", alone=True)
        return
    if not isinstance(given, Sequence) or isinstance(given, str):
        yield Problem(("icbs",), "is neither 'all' nor a list", "write a list: [QJ2, QJK]", as_written(given))
        return
    yield from _icb_list(("icbs",), given)


def _pathway_icbs(data: Mapping[str, object]) -> Iterator[Problem]:
    """Boards that run the pathway and are no boards, or not those of the run."""
    use, path = data.get("pathway"), ("pathway", "icbs")
    given = use.get("icbs", "all") if isinstance(use, Mapping) else "all"
    if not isinstance(given, Sequence) or isinstance(given, str):
        return
    found = list(_icb_list(path, given))
    if not given:
        found.append(Problem(path, "the list of ICBs is empty", "write 'icbs: all', or name at least one", alone=True))
    yield from found
    run = data.get("icbs", "all")
    if (
        found
        or not isinstance(run, Sequence)
        or isinstance(run, str)
        or not all(isinstance(x, str) for x in [*run, *given])
    ):
        return
    try:
        boards, wanted = (resolve_icbs([str(item).strip() for item in names]).codes for names in (run, given))
    except DataError:
        return
    outside = [code for code in wanted if code not in boards]
    if outside:
        text = f"{', '.join(outside)} is not among the boards of the run"
        yield Problem(path, text, "add it to 'icbs' of the scenario, or take it out here", alone=True)


def _icb_list(path: Path, given: Sequence[object]) -> Iterator[Problem]:
    if not all(isinstance(item, str) for item in given):
        return
    if not given:
        if path == ("icbs",):
            yield Problem(path, "the list of ICBs is empty", "write 'icbs: all', or name at least one", alone=True)
        return
    if len(given) > MOST_ICBS:
        text = f"the list names {len(given)} ICBs, more than there ever were"
        yield Problem(path, text, "name each ICB once", alone=True, last=True)
        return
    try:
        shares = resolve_icbs([str(item).strip() for item in given]).shares
    except DataError as error:
        for fault in error.faults:
            index = re.search(r"\[(\d+)\]", fault.where)
            where = (*path, int(index[1])) if index and int(index[1]) < len(given) else path
            value = str(given[int(index[1])]) if index and where != path else ""
            # Another place in the list is told as this list is called: `sites[0]`, not `icbs[0]`.
            told = re.sub(r"\bicbs(?=\[\d+\])", join(path), fault.problem)
            yield Problem(where, told, fault.remedy, value, alone=True)
        return
    cut = [f"{code} ({share:.0%})" for code, share in shares.items() if share < 1.0]
    if cut:
        text = f"only a part of {', '.join(cut)} lies in the boards of 2026 that are named; a run takes whole boards"
        yield Problem(path, text, "name ICBs of April 2023", alone=True)


def _each_lever(data: Mapping[str, object]) -> Iterator[tuple[Path, Mapping[str, object]]]:
    """Every lever with its path, and after a test in some sites the lever that it tests."""
    levers = data.get("levers")
    if isinstance(levers, Sequence) and not isinstance(levers, str):
        for index, lever in enumerate(levers):
            if isinstance(lever, Mapping):
                yield ("levers", index), lever
                tested = lever.get("lever")
                if isinstance(tested, Mapping):
                    yield ("levers", index, "lever"), tested


def _levers(data: Mapping[str, object]) -> Iterator[Problem]:
    span = _span(data)
    for path, lever in _each_lever(data):
        yield from _lever_months(path, lever, span)
        yield from _scope((*path, "scope"), lever.get("scope"))
        yield from _scope(path, {"icbs": lever.get("sites")}, "sites")


def _span(data: Mapping[str, object]) -> tuple[str, str] | None:
    """First and last month of the run, when they can be told."""
    months = data.get("months", 120)
    if isinstance(months, bool) or not isinstance(months, int) or not 1 <= months <= _LONGEST:
        return None
    return FIRST_MONTH, add_months(FIRST_MONTH, months - 1)


def _lever_months(path: Path, lever: Mapping[str, object], span: tuple[str, str] | None) -> Iterator[Problem]:
    start, end = _month(lever.get("start")), _month(lever.get("end"))
    for key in ("start", "end", "scale_from"):
        text = lever.get(key)
        if isinstance(text, str) and not _month(text):
            remedy = f"write the month as {text[:7]}" if _is_date(text) else "write the year and the month, as 2025-04"
            yield Problem((*path, key), "is not a month", remedy, text)
    for key, month in (("start", start), ("scale_from", _month(lever.get("scale_from")))):
        if span and month and month > span[1]:
            remedy = "start it earlier, or raise 'months'"
            yield Problem((*path, key), f"is after the run ends ({span[1]})", remedy, month)
    if span and start and start < span[0]:
        why = f"is before the run starts ({span[0]}): what was done by then is in the opening stock"
        yield Problem((*path, "start"), why, f"write {span[0]} or later", start)
    if start and end and end <= start:
        why = f"is not after start ({start}); 'end' is the first month without the lever"
        yield Problem((*path, "end"), why, "write a later month, or leave 'end' out", end)


def _scope(path: Path, scope: object, boards: str = "icbs") -> Iterator[Problem]:
    if not isinstance(scope, Mapping):
        return
    known = {"sectors": [row.code for row in sectors()], "roles": [row.code for row in roles()]}
    for key, allowed in known.items():
        listed = scope.get(key)
        if isinstance(listed, Sequence) and not isinstance(listed, str):
            yield from _known((*path, key), listed, key.removesuffix("s"), allowed)
    listed = scope.get("icbs")
    if isinstance(listed, Sequence) and not isinstance(listed, str):
        yield from _icb_list((*path, boards), listed)


def _known(path: Path, listed: Sequence[object], what: str, allowed: Sequence[str]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for index, item in enumerate(listed):
        if not isinstance(item, str):
            continue
        name = item.strip()
        if name in seen:
            yield Problem((*path, index), f"is named twice, first as entry {seen[name] + 1}", "keep one of them", item)
        elif item not in allowed:
            remedy = f"did you mean '{_MEANT[name.lower()]}'?" if name.lower() in _MEANT else suggest(name, allowed)
            yield Problem((*path, index), f"is not a {what}", remedy, item)
        seen.setdefault(name, index)


def _month(text: object) -> str:
    """The month label, or empty when it is none."""
    if not isinstance(text, str):
        return ""
    try:
        parse_month(text)
    except MhwfError:
        return ""
    return text
