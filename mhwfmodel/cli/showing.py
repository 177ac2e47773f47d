"""`mhwfmodel show`: the facts that the package carries, as tables for people or as JSON for other programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from mhwfmodel.cli.console import grid, out, out_json, paragraph, tell, width

__all__ = ["Topic", "show_conflicts", "show_topic"]

Record = dict[str, Any]

_IN_FULL = 3
_YEAR = 12


class Topic(StrEnum):
    """What can be shown."""

    GEOGRAPHY = "geography"
    SECTORS = "sectors"
    ROLES = "roles"
    SOURCES = "sources"
    FIGURES = "figures"
    PARAMETERS = "parameters"
    PIPELINES = "pipelines"
    LEVERS = "levers"
    MEASURES = "measures"
    AMHP_NEED = "amhp-need"


@dataclass(frozen=True, slots=True)
class _View:
    """How a topic is shown.

    Args:
        records: Makes the records, with every field.
        columns: Heading to field: what people see in the table.
        right: Headings of columns of numbers.
        wide: Headings left out on a terminal of fewer than 100 columns.
    """

    records: Callable[[], list[Record]]
    columns: Mapping[str, str]
    right: tuple[str, ...] = ()
    wide: tuple[str, ...] = ()


def show_topic(topic: Topic, *, as_json: bool, find: str) -> None:
    """Print a topic.

    Args:
        topic: What.
        as_json: A list of objects with every field, for other programs.
        find: Keep what holds all these words, in any field; everything when empty.
    """
    view = _VIEWS[topic]
    everything = view.records()
    records = [record for record in everything if _holds(record, find)]
    if as_json:
        out_json(records)
    elif not records:
        tell(f"nothing among {len(everything)} {topic.value} holds '{find}'; try fewer or shorter words")
    elif find and len(records) <= _IN_FULL:
        out(*_in_full(records))
    else:
        _print_table(view, records)
        _print_count(topic, len(records), len(everything))


def show_conflicts(*, as_json: bool, find: str) -> None:
    """Print the sets of figures that cannot all be true of one thing, each with its explanation.

    Args:
        as_json: As a list of objects.
        find: As for `show_topic`.
    """
    from mhwfmodel.catalogue import conflicts, figure

    everything = [{**asdict(item), "figures": [asdict(figure(name)) for name in item.figures]} for item in conflicts()]
    records = [record for record in everything if _holds(record, find)]
    if as_json:
        out_json(records)
        return
    if not records:
        tell(f"nothing among {len(everything)} disagreements holds '{find}'; try fewer or shorter words")
    for record in records:
        rows = [[_text(item[field]) for field in _OF_CONFLICT.values()] for item in record["figures"]]
        out(
            paragraph(f"{record['title']} ({record['kind']})"),
            paragraph(record["explanation"], indent="  "),
            paragraph(f"What the model does: {record['used']}", indent="  "),
            "",
            "\n".join(f"  {line}" for line in grid(tuple(_OF_CONFLICT), rows, right=("value",), room=2).splitlines()),
            "",
        )


_OF_CONFLICT = {"figure": "id", "quantity": "quantity", "value": "value", "unit": "unit", "period": "period",
                "publisher": "publisher"}  # fmt: skip


def _print_table(view: _View, records: Sequence[Record]) -> None:
    narrow = width() < 100
    columns = {name: field for name, field in view.columns.items() if not (narrow and name in view.wide)}
    rows = [[_text(record[field]) for field in columns.values()] for record in records]
    out(grid(tuple(columns), rows, right=view.right))


def _print_count(topic: Topic, shown: int, everything: int) -> None:
    of = f"{shown} of {everything}" if shown < everything else str(shown)
    hint = f"--find WORDS narrows them down and tells up to {_IN_FULL} in full; --json gives every field."
    out("", paragraph(f"{of} {topic.value}. {hint}"))


def _in_full(records: Iterable[Record]) -> Iterable[str]:
    for record in records:
        size = max(map(len, record))
        for name, value in record.items():
            if name == "fields":
                yield from _fields(value)
            elif text := _text(value):
                yield paragraph(text, indent=f"{name:<{size}}  ", hanging=" " * (size + 2))
        yield ""


def _fields(fields: Sequence[Record]) -> Iterable[str]:
    yield "fields"
    for field in fields:
        needed = " (needed)" if field["needed"] else ""
        yield paragraph(f"{field['description']}{needed}", indent=f"  {field['name']:<20}", hanging=" " * 22)


def _holds(record: Record, find: str) -> bool:
    text = " ".join(map(_text, record.values())).casefold()
    return all(word in text for word in find.casefold().split())


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, int | float):
        return f"{value:,.10g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_text(part)}".strip() for name, part in value.items())
    if isinstance(value, (list, tuple)):
        return (" " if all(isinstance(part, str) for part in value) else "; ").join(map(_text, value))
    return str(value)


def _geography() -> list[Record]:
    from mhwfmodel.catalogue import icbs, merge_shares

    merged = merge_shares()
    return [{**asdict(place), "codes_2026": dict(merged[place.code])} for place in icbs()]


def _catalogue(name: str) -> Callable[[], list[Record]]:
    def records() -> list[Record]:
        from mhwfmodel import catalogue

        found: Iterable[Any] = getattr(catalogue, name)()
        return [asdict(item) for item in found]

    return records


def _pipelines() -> list[Record]:
    from mhwfmodel.catalogue import destinations, parameter, pipelines

    def central(given: object) -> object:
        return parameter(given).central if isinstance(given, str) else given

    return [
        {
            **asdict(item),
            "places_central": central(item.places),
            "becomes": item.to_role or item.gives,
            "starts": "every month" if len(item.intake_months) == _YEAR else " ".join(map(str, item.intake_months)),
            "destinations": {row.sector: row.share for row in destinations() if row.pipeline == item.code},
        }
        for item in pipelines()
    ]


def _measures() -> list[Record]:
    from mhwfmodel.results import variables

    return [asdict(item) for item in variables()]


def _levers() -> list[Record]:
    from typing import get_args

    from mhwfmodel.levers import Lever

    return [_lever(kind) for kind in get_args(get_args(Lever)[0])]


def _lever(kind: Any) -> Record:
    from pydantic_core import PydanticUndefined

    fields = [
        {
            "name": name,
            "needed": field.is_required(),
            "default": None if field.default in (PydanticUndefined, None) else _plain(field.default),
            "description": field.description,
        }
        for name, field in kind.model_fields.items()
        if name != "kind"
    ]
    return {
        "kind": kind.model_fields["kind"].default,
        "what": str(kind.__doc__).split("\n", maxsplit=1)[0],
        "level": kind.level,
        "owner": kind.owner,
        "moves": kind.moves,
        "evidence": kind.evidence,
        "source": kind.source,
        "fields": fields,
    }


def _plain(value: Any) -> Any:
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else value


_VIEWS = {
    Topic.GEOGRAPHY: _View(
        _geography,
        {"ONS 2023": "code", "ODS": "ods", "ICB": "short_name", "region": "region", "people": "population",
         "adults": "adults", "ONS 2026": "codes_2026"},
        right=("people", "adults"), wide=("adults", "ONS 2026"),
    ),
    Topic.SECTORS: _View(
        _catalogue("sectors"),
        {"code": "code", "name": "name", "population": "population", "vacancies are": "vacancy_measure",
         "note": "note"},
        wide=("vacancies are",),
    ),
    Topic.ROLES: _View(
        _catalogue("roles"),
        {"code": "code", "name": "name", "regulated": "regulated", "AMHP": "amhp_eligible",
         "specialist": "specialist", "note": "note"},
        wide=("note",),
    ),
    Topic.SOURCES: _View(
        _catalogue("sources"),
        {"publisher": "publisher", "title": "title", "date": "date", "figures": "figures", "address": "url"},
        right=("figures",), wide=("address",),
    ),
    Topic.FIGURES: _View(
        _catalogue("figures"),
        {"id": "id", "quantity": "quantity", "value": "value", "unit": "unit", "place": "geography",
         "period": "period", "status": "status", "publisher": "publisher"},
        right=("value",), wide=("place", "status"),
    ),
    Topic.PARAMETERS: _View(
        _catalogue("parameters"),
        {"name": "name", "what": "title", "central": "central", "low": "low", "high": "high", "unit": "unit",
         "status": "status", "rests on": "source"},
        right=("central", "low", "high"), wide=("status", "rests on"),
    ),
    Topic.PIPELINES: _View(
        _pipelines,
        {"code": "code", "trains": "kind", "becomes": "becomes", "months": "months", "starts in": "starts",
         "places a year": "places_central"},
        right=("months", "places a year"), wide=("starts in",),
    ),
    Topic.LEVERS: _View(
        _levers,
        {"kind": "kind", "what": "what", "owner": "owner", "level": "level", "evidence": "evidence"},
    ),
    Topic.MEASURES: _View(
        _measures,
        {"name": "name", "what": "long_name", "units": "units", "kind": "kind", "scope": "scope",
         "definition": "definition"},
        wide=("scope", "definition"),
    ),
}  # fmt: skip
