"""Whether people get through a pathway: where they cannot leave, where nobody works, where no time passes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mhwfmodel.errors import MhwfError, suggest
from mhwfmodel.pathway.calendar import calendar
from mhwfmodel.pathway.duty import duty_pieces, servers_by_month
from mhwfmodel.pathway.expand import teams_of
from mhwfmodel.pathway.rows import mean_of
from mhwfmodel.pathway.schema import MOST_STAGES, Pathway, ReReferral, Stage
from mhwfmodel.pathway.times import OneTime, Times
from mhwfmodel.units import add_months
from mhwfmodel.yamls.problem import Problem

__all__ = ["problems", "ways_on"]

_HARDLY = 1e-6
"""A chance up to which a way on is none: chances need not sum to 1 more closely."""


def problems(pathway: Pathway) -> Iterator[Problem]:
    """Everything that keeps a pathway, all of whose names are known, from being run."""
    if len(pathway.stages) > MOST_STAGES:
        text = f"there are {len(pathway.stages)} stages, more than {MOST_STAGES}"
        yield Problem(("stages",), text, "divide the pathway, or join stages", alone=True)
    outside = list(_outside_the_calendar(pathway))
    if outside:
        yield from outside
        return
    yield from _listed_times(pathway)
    yield from _teams(pathway)
    yield from _preemption(pathway)
    yield from _impatience(pathway)
    yield from _present(pathway)
    yield from _admission(pathway)
    yield from _shut_in(pathway)
    yield from _never_served(pathway)
    yield from _no_time(pathway)


def _outside_the_calendar(pathway: Pathway) -> Iterator[Problem]:
    try:
        add_months(pathway.start, -pathway.warm_up)
        add_months(pathway.start, pathway.months)
    except MhwfError as error:
        text = f"the run does not lie in the calendar: {error}"
        yield Problem(("start",), text, "write another first month, or fewer months", alone=True)


def _listed_times(pathway: Pathway) -> Iterator[Problem]:
    end = int(calendar(pathway.start, pathway.months).edge[-1])
    for name, stream in pathway.arrivals.items():
        for at, time in enumerate(stream.times):
            if time >= end:
                text = f"lies beyond the end of the run, which is day {end}"
                yield Problem(("arrivals", name, "times", at), text, "take it out, or run more months", f"{time:g}")


def _teams(pathway: Pathway) -> Iterator[Problem]:
    for name, stage in pathway.stages.items():
        sizes = {pool: pathway.pools[pool].teams for pool in stage.needs if pathway.pools[pool].teams > 1}
        if len(set(sizes.values())) > 1:
            told = ", ".join(f"{pool} has {size}" for pool, size in sizes.items())
            text = f"its pools have different numbers of teams: {told}"
            yield Problem(("stages", name, "needs"), text, "give them the same number, or one team", alone=True)


def _preemption(pathway: Pathway) -> Iterator[Problem]:
    for name, stage in pathway.stages.items():
        for pool, count in stage.needs.items():
            if pathway.pools[pool].preemption != "none" and (count > 1 or len(stage.needs) > 1):
                text = f"'{pool}' lets the more urgent interrupt, and this stage needs more than one server of it alone"
                remedy = "write 'preemption: none' at the pool, or let the stage need one server of it and nothing else"
                yield Problem(("stages", name, "needs"), text, remedy, alone=True)


def _impatience(pathway: Pathway) -> Iterator[Problem]:
    waits = {name: stage for name, stage in pathway.stages.items() if stage.needs}
    if waits and all(stage.patience and _all_zero(stage.patience, pathway) for stage in waits.values()):
        text = "nobody waits anywhere: patience is zero at every stage that has a queue"
        remedy = "give people patience, or write 'room: 0' where there is no waiting room"
        yield Problem(("stages", next(iter(waits)), "patience"), text, remedy, alone=True)


def _all_zero(times: Times, pathway: Pathway) -> bool:
    given = [times.of(name) for name in pathway.classes]
    return all(time is not None and mean_of(time) == 0 for time in given)


def _present(pathway: Pathway) -> Iterator[Problem]:
    for name, here in pathway.present.items():
        if any(here.waiting.values()) and not pathway.stages[name].needs:
            text = "nobody can wait at a stage that needs no pool"
            yield Problem(("present", name, "waiting"), text, "write them under in_work", alone=True)
        if any(here.waiting.values()) and here.age is None:
            text = "it is not said how long those have waited who wait"
            yield Problem(("present", name), text, "add 'age: {exponential: 60 days}'", alone=True)
    starts = {"warm_up": pathway.warm_up > 0, "present": bool(pathway.present), "begin": pathway.begin == "balance"}
    written = [name for name, used in starts.items() if used]
    if len(written) > 1:
        text = f"{' and '.join(written)} are written together, and each says how the run begins"
        yield Problem((written[0],), text, "keep one of them", alone=True)


def _admission(pathway: Pathway) -> Iterator[Problem]:
    given = pathway.admission
    if given is None:
        return
    chances = [pathway.stages[given.stage].routes_of(name) for name in pathway.classes]
    if not any(way.get(given.to, 0.0) > 0.0 for way in chances):
        text = f"is no way on from '{given.stage}'"
        ways = dict.fromkeys(to for way in chances for to in way)
        yield Problem(("admission", "to"), text, suggest(given.to, tuple(ways)), given.to)


def ways_on(stage: Stage, of_class: str) -> dict[str, str]:
    """Where people of a class may go from a stage: destination to how, `routes`, `gives_up`, `full` or `excluded`."""
    ways = {name: "routes" for name, chance in stage.routes_of(of_class).items() if chance > 0}
    if stage.patience is not None:
        ways.setdefault(stage.gives_up, "gives_up")
    if stage.room is not None:
        ways.setdefault(stage.full, "full")
    if any(mode.excluded.get(of_class, 0.0) > 0 for mode in stage.modes.values()):
        ways.setdefault(stage.excluded, "excluded")
    return ways


def _shut_in(pathway: Pathway) -> Iterator[Problem]:
    """Stages from which no way leads out."""
    told: set[str] = set()
    back = pathway.re_referral
    for of_class in pathway.classes:
        ways = {name: _likely(stage, of_class) for name, stage in pathway.stages.items()}
        lead_out = _leading_out(ways)
        if back and back.chance > 1.0 - _HARDLY and _leading_out(_returned(ways, back)) < lead_out:
            text = "everybody comes back from every exit that is left, so nobody ever leaves for good"
            remedy = "write a chance below 1, or add an exit after which people stay away"
            yield Problem(("re_referral", "chance"), text, remedy, alone=True)
            return
        for name in ways:
            if name not in lead_out and name not in told:
                told.add(name)
                whom = f" for {of_class}" if len(pathway.classes) > 1 else ""
                text = f"nobody can leave: no way from here leads to an exit{whom}"
                if name in _leading_out({one: ways_on(stage, of_class) for one, stage in pathway.stages.items()}):
                    text += " with a chance above one in a million"
                yield Problem(("stages", name, "routes"), text, "add a route to an exit", alone=True)


def _likely(stage: Stage, of_class: str) -> dict[str, str]:
    """Ways on from a stage without those that hardly anybody takes."""
    chances = stage.routes_of(of_class)
    return {
        to: how for to, how in ways_on(stage, of_class).items() if how != "routes" or chances.get(to, 0.0) > _HARDLY
    }


def _returned(ways: Mapping[str, Mapping[str, str]], back: ReReferral) -> dict[str, dict[str, str]]:
    """Ways on where all who leave by an exit after which people come back do so."""
    return {
        name: {back.stage if way in back.after else way: how for way, how in to.items()} for name, to in ways.items()
    }


def _leading_out(ways: Mapping[str, Mapping[str, str]]) -> set[str]:
    found: set[str] = set()
    grown = True
    while grown:
        new = {
            name
            for name, to in ways.items()
            if name not in found and any(way in found or way not in ways for way in to)
        }
        found |= new
        grown = bool(new)
    return found


def _never_served(pathway: Pathway) -> Iterator[Problem]:
    days = calendar(pathway.start, pathway.months)
    most = {
        name: int(duty_pieces(pool, days, servers_by_month(pool, days.labels))[1].max())
        for name, pool in pathway.pools.items()
    }
    for name, stage in pathway.stages.items():
        for pool, count in stage.needs.items():
            have = most[pool] // pathway.pools[pool].teams if teams_of(stage, pathway) > 1 else most[pool]
            if have < count:
                told = f"{have} on duty" if have else "nobody on duty"
                text = f"the work needs {count} of '{pool}', which never has more than {told}"
                yield Problem(
                    ("stages", name, "needs", pool), text, "raise the pool's number, or check its rota", alone=True
                )


def _no_time(pathway: Pathway) -> Iterator[Problem]:
    """Circles of stages in which no time passes: a run would never end."""
    edges = {name: _at_once(stage, pathway) for name, stage in pathway.stages.items()}
    left = dict(edges)
    while True:
        done = [name for name, to in left.items() if not any(way in left for way in to)]
        if not done:
            break
        for name in done:
            del left[name]
    if left:
        circle = _circle(left)
        how = left[circle[0]][circle[1]]
        text = f"people may go round in a circle in which no time passes: {' → '.join(circle)}"
        yield Problem(("stages", circle[0], how), text, "let one of these lead elsewhere, or take time", alone=True)


def _at_once(stage: Stage, pathway: Pathway) -> dict[str, str]:
    """Stages that somebody may go on to at the instant at which they came: destination to how."""
    ways: dict[str, str] = {}
    for name in pathway.classes:
        time, patience = stage.service.of(name), stage.patience.of(name) if stage.patience else None
        if time is not None and mean_of(time) == 0:
            ways |= {to: "routes" for to, chance in stage.routes_of(name).items() if chance > 0}
        if patience is not None and mean_of(patience) == 0:
            ways.setdefault(stage.gives_up, "gives_up")
        if any(mode.excluded.get(name, 0.0) > 0 for mode in stage.modes.values()):
            ways.setdefault(stage.excluded, "excluded")
    if stage.room is not None:
        ways.setdefault(stage.full, "full")
    back = pathway.re_referral
    if back and back.chance > 0 and not all(mean_of(time) for time in _each(back.delay, pathway)):
        how = next((ways[name] for name in back.after if name in ways), None)
        if how is not None:
            ways.setdefault(back.stage, how)
    return {to: how for to, how in ways.items() if to in pathway.stages}


def _each(times: Times, pathway: Pathway) -> list[OneTime]:
    given = (times.of(name) for name in pathway.classes)
    return [time for time in given if time is not None]


def _circle(edges: Mapping[str, Mapping[str, str]]) -> list[str]:
    """A circle among stages each of which leads to another of them."""
    path = [next(iter(edges))]
    while path[-1] not in path[:-1]:
        path.append(next(to for to in edges[path[-1]] if to in edges))
    return path[path.index(path[-1]) :]
