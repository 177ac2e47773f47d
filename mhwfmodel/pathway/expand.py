"""Stages with modes and teams as plain stages, and choices that one destination cannot hold as stages of no time.

A stage with modes becomes `stage/mode`, one that needs a pool of several teams `stage#1`, `stage#2` …, both
`stage/mode#1` …. Where a single destination is needed and there is a choice (an arrival, those who give up or find no
room), a stage of no time and no servers makes it: `stage/entry` chooses a part of a stage, `exit/back` whether somebody
who leaves comes back. Parts share the stage's number in the counter of random numbers: nobody is in two of them on one
visit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mhwfmodel.pathway.schema import Mode, Pathway, Stage

__all__ = ["BACK", "OUTSIDE", "Expansion", "Part", "parent", "teams_of"]

OUTSIDE = "re_referral"
"""The stage in which those are who will come back."""

BACK, ENTRY = "back", "entry"
"""Last words of stages of no time."""

Ways = dict[int, float]


def parent(name: str) -> str:
    """The stage or pool of the file that a part belongs to; empty for stages of no time, which only choose.

    Args:
        name: A name of a network: `triage/digital#2` is a part of `triage`.
    """
    stem = name.partition("#")[0]
    first, _, last = stem.partition("/")
    return "" if last in {BACK, ENTRY} else first


def teams_of(stage: Stage, pathway: Pathway) -> int:
    """Teams that a stage is divided into: those of a pool that it needs."""
    return max((pathway.pools[name].teams for name in stage.needs), default=1)


@dataclass(frozen=True, slots=True)
class Part:
    """One plain stage.

    Args:
        name: Its name.
        stage: Of the file; empty for stages of no time that choose.
        mode: Of the stage; None without modes.
        team: From 1; 0 where there is one team only.
    """

    name: str
    stage: str = ""
    mode: Mode | None = None
    team: int = 0


class Expansion:
    """All plain stages of a pathway, and the destinations that a stage or an exit stands for."""

    def __init__(self, pathway: Pathway) -> None:
        self.pathway = pathway
        self.exits = pathway.all_exits
        self.parts: list[Part] = [part for name in pathway.stages for part in _parts(name, pathway)]
        self._of: dict[str, list[int]] = {}
        for index, part in enumerate(self.parts):
            self._of.setdefault(part.stage, []).append(index)
        self._choosing: dict[str, int] = {}
        self.outside = self._added(OUTSIDE) if pathway.re_referral else -1

    def single(self, name: str) -> int:
        """The one destination that stands for a stage or an exit."""
        if name in self.pathway.stages:
            parts = self._of[name]
            mode = self.parts[parts[0]].mode
            plain = len(parts) == 1 and not (mode and mode.excluded)
            return parts[0] if plain else self._chooser(name, f"{name}/{ENTRY}")
        back = self.pathway.re_referral
        if back and name in back.after and back.chance > 0:
            return self._chooser(name, f"{name}/{BACK}")
        return -1 - self.exits.index(name)

    def ways(self, name: str, of_class: str, origin: Part | None = None) -> Ways:
        """Destinations of one class that stand for a stage or an exit, with their chances.

        Args:
            name: Stage or exit.
            of_class: The class.
            origin: Where people come from: they stay with their team where both stages need it.
        """
        if name not in self.pathway.stages:
            return self._leaving(name)
        ways: Ways = {}
        stage = self.pathway.stages[name]
        for index in self._of[name]:
            part = self.parts[index]
            share = (part.mode.share if part.mode else 1.0) * self._team_share(part, origin)
            lost = part.mode.excluded.get(of_class, 0.0) if part.mode else 0.0
            _add(ways, index, share * (1.0 - lost))
            if lost > 0:
                _add(ways, self.single(stage.excluded), share * lost)
        return ways

    def choices(self) -> Iterator[tuple[int, str]]:
        """Stages of no time, with the stage or exit whose ways they choose; more may come while one asks for them."""
        done = 0
        while done < len(self._choosing):
            name = list(self._choosing)[done]
            yield self._choosing[name], name
            done += 1

    def _leaving(self, name: str) -> Ways:
        back = self.pathway.re_referral
        out = -1 - self.exits.index(name)
        if back is None or name not in back.after:
            return {out: 1.0}
        return {way: chance for way, chance in ((self.outside, back.chance), (out, 1.0 - back.chance)) if chance > 0}

    def _team_share(self, part: Part, origin: Part | None) -> float:
        if not part.team:
            return 1.0
        if origin and origin.team and self._shared_teams(part.stage, origin.stage):
            return 1.0 if origin.team == part.team else 0.0
        return 1.0 / teams_of(self.pathway.stages[part.stage], self.pathway)

    def _shared_teams(self, one: str, two: str) -> bool:
        stages, pools = self.pathway.stages, self.pathway.pools
        return any(pools[name].teams > 1 for name in stages[one].needs if name in stages[two].needs)

    def _chooser(self, key: str, name: str) -> int:
        if key not in self._choosing:
            self._choosing[key] = self._added(name)
        return self._choosing[key]

    def _added(self, name: str) -> int:
        self.parts.append(Part(name))
        return len(self.parts) - 1


def _add(ways: Ways, index: int, chance: float) -> None:
    if chance > 0:
        ways[index] = ways.get(index, 0.0) + chance


def _parts(name: str, pathway: Pathway) -> Iterator[Part]:
    stage = pathway.stages[name]
    teams = teams_of(stage, pathway)
    modes: list[tuple[str, Mode | None]] = [(f"{name}/{mode}", given) for mode, given in stage.modes.items()]
    for label, mode in modes or [(name, None)]:
        if teams == 1:
            yield Part(label, name, mode)
        else:
            yield from (Part(f"{label}#{team}", name, mode, team) for team in range(1, teams + 1))
