"""Training pipelines: who may start which course, how long it lasts, what it gives, and where people go afterwards."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from mhwfmodel.catalogue._tables import NUMBER, TOLERANCE, Folder, Row, duplicates, load, package_data, pick
from mhwfmodel.catalogue.evidence import read_figures
from mhwfmodel.catalogue.people import Role, read_roles, read_sectors
from mhwfmodel.catalogue.states import EXPERIENCE_BANDS, STRANDS
from mhwfmodel.catalogue.uncertain import Parameter, read_parameters
from mhwfmodel.errors import Fault, suggest

__all__ = [
    "LARGEST_PIPELINE",
    "LONGEST_COURSE",
    "OUTSIDE",
    "OWN",
    "REST",
    "Destination",
    "Pipeline",
    "Quantity",
    "destinations",
    "pipeline",
    "pipelines",
    "read_destinations",
    "read_pipelines",
]

Quantity = str | float
"""Name of an uncertain input, or a number that needs no range."""

KINDS = ("student", "staff")
GIVES = ("role", "amhp", "course")
LARGEST_PIPELINE = 63
LONGEST_COURSE = 72
OUTSIDE = "outside"
OWN = "own"
REST = "rest"
_PIPELINES = "pipelines.csv"
_DESTINATIONS = "pipeline_destinations.csv"
_MOST_PLACES = 1e6
_YEAR = 12


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One course, or one year of training at work.

    A `Quantity` is the name of an uncertain input, or 0 or 1 where nothing happens or everybody does.

    Args:
        id: Stable number, 1 to 63, never used again for another pipeline.
        code: Word used in tables and results.
        name: Name for people.
        kind: `student`: trainees are not staff, and qualify into the pool of the newly qualified. `staff`: trainees
            hold a post while they train.
        from_roles: Roles of the trainees' posts; none for students.
        sectors: Sectors of the trainees' posts; none for students.
        strands: Strands of the trainees' posts, or for students of the posts that they take when qualified.
        experience: Bands of experience that may start; none for students.
        to_role: Role when qualified; empty when the role of the post is kept.
        gives: `role`; `amhp`: may be approved; or `course`: may start the courses of `leads_to`, and nothing else.
        leads_to: Codes of the staff pipelines that those who complete this one may start.
        months: Length [months], 1 to 72.
        intake_months: Calendar months in which people start, 1 to 12.
        last_intake: Month `YYYY-MM` of the last intake; empty when none is known.
        places: Places a year in England [people/year], shared evenly over the intake months.
        applicants: Applicants a baseline place; entrants never exceed them. 0 for staff, who are limited by the
            people in post who may start.
        drop_out: Share of those enrolled who give up in a month, after each month of study, the last included.
        pass_rate: Share of those who finish who pass. Who fails leaves (student) or stays in post (staff).
        take_up: Share of those who qualify who take up the role at all.
        break_chance: Share of those enrolled who interrupt the course in a month.
        break_months: Mean length of a break [months]; 0 when nobody breaks off.
        return_share: Share of breaks that end in a return, to the month of study that was interrupted.
        released: Share of a trainee's working time that training takes; 0 for students.
        status: What the row's length, months and rules rest on.
        source: Ids of figures.
        note: What to know about it.
    """

    id: int
    code: str
    name: str
    kind: str
    from_roles: tuple[str, ...]
    sectors: tuple[str, ...]
    strands: tuple[str, ...]
    experience: tuple[str, ...]
    to_role: str
    gives: str
    leads_to: tuple[str, ...]
    months: int
    intake_months: tuple[int, ...]
    last_intake: str
    places: Quantity
    applicants: Quantity
    drop_out: Quantity
    pass_rate: Quantity
    take_up: Quantity
    break_chance: Quantity
    break_months: int
    return_share: Quantity
    released: Quantity
    status: str
    source: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Destination:
    """Where some of those who complete a pipeline work afterwards.

    Args:
        pipeline: Code of the pipeline.
        sector: Code of a sector, `outside` (an employer that is not in the model) or, for staff, `own` (the employer's
            sector stays what it was).
        share: Share of those who take up the role: a number, an uncertain input, or `rest` (what the others leave).
        status: What the share rests on.
        source: Ids of figures.
        note: What to know about it.
    """

    pipeline: str
    sector: str
    share: Quantity
    status: str
    source: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class _Known:
    """Words that a row may name."""

    roles: Mapping[str, Role]
    sectors: Collection[str]
    inputs: Mapping[str, Parameter]
    figures: Collection[str]


def _known(folder: Folder) -> _Known:
    return _Known(
        {role.code: role for role in read_roles(folder)},
        [sector.code for sector in read_sectors(folder)],
        {item.name: item for item in read_parameters(folder)},
        {figure.id for figure in read_figures(folder)},
    )


def read_pipelines(folder: Folder) -> tuple[Pipeline, ...]:
    """Read and check `pipelines.csv`.

    Raises:
        DataError: With every fault of the table, such as an unknown role, a chance that no chance can be, approval
            from a role that may not be approved, or a course that is longer than 72 months.
    """
    known = _known(folder)

    def build(row: Row) -> Pipeline:
        made = _pipeline(row, known)
        for column, problem, remedy in (*_kind_faults(made), *_goal_faults(made, known), *_chance_faults(made, known)):
            row.fault(column, problem, remedy)
        return made

    def check(found: tuple[Pipeline, ...]) -> Iterator[Fault]:
        yield from duplicates(_PIPELINES, "id", (item.id for item in found))
        yield from duplicates(_PIPELINES, "code", (item.code for item in found))
        staff = [item.code for item in found if item.kind == "staff"]
        for item in found:
            for code in item.leads_to:
                if code not in staff or code == item.code:
                    problem = f"{item.code} leads to '{code}', which is no other pipeline of staff"
                    yield Fault(f"{_PIPELINES} leads_to", problem, suggest(code, staff))

    return load(folder, _PIPELINES, tuple(Pipeline.__dataclass_fields__), build, check)


def read_destinations(folder: Folder) -> tuple[Destination, ...]:
    """Read and check `pipeline_destinations.csv`.

    Raises:
        DataError: With every fault of the table, such as an unknown pipeline or sector, or shares that do not add up.
    """
    known = _known(folder)
    codes = {item.code: item for item in read_pipelines(folder)}

    def build(row: Row) -> Destination:
        return Destination(
            pipeline=row.text("pipeline", allowed=tuple(codes)),
            sector=row.text("sector", allowed=(*known.sectors, OUTSIDE, OWN)),
            share=REST if row.cells["share"] == REST else _quantity(row, "share", known.inputs, 1.0, any_number=True),
            status=row.status(),
            source=row.known("source", known.figures, "figure of figures.csv"),
            note=row.text("note", optional=True),
        )

    def check(found: tuple[Destination, ...]) -> Iterator[Fault]:
        yield from duplicates(_DESTINATIONS, "row", ((item.pipeline, item.sector) for item in found))
        for item in found:
            if not item.source and item.status != "assumed":
                problem = f"{item.pipeline} to {item.sector} is {item.status} and names no figure"
                yield Fault(_DESTINATIONS, problem, "name the figure, or status assumed")
            if item.sector == OWN and codes[item.pipeline].kind == "student":
                problem = f"{item.pipeline} is for students, who have no employer of their own"
                yield Fault(f"{_DESTINATIONS} sector", problem, f"name the sector, or {OUTSIDE}")
        for code in codes:
            yield from _share_faults(code, [item.share for item in found if item.pipeline == code], known.inputs)

    return load(folder, _DESTINATIONS, tuple(Destination.__dataclass_fields__), build, check)


def _pipeline(row: Row, known: _Known) -> Pipeline:
    return Pipeline(
        id=row.integer("id", 1, LARGEST_PIPELINE),
        code=row.text("code"),
        name=row.text("name"),
        kind=row.text("kind", allowed=KINDS),
        from_roles=row.known("from_roles", known.roles, "role of roles.csv"),
        sectors=row.known("sectors", known.sectors, "sector of sectors.csv"),
        strands=row.known("strands", STRANDS, "strand"),
        experience=row.known("experience", EXPERIENCE_BANDS, "band of experience"),
        to_role=row.text("to_role", allowed=tuple(known.roles), optional=True),
        gives=row.text("gives", allowed=GIVES),
        leads_to=row.words("leads_to"),
        months=row.integer("months", 1, LONGEST_COURSE),
        intake_months=_calendar(row),
        last_intake=row.text("last_intake", optional=True),
        places=_quantity(row, "places", known.inputs, _MOST_PLACES),
        applicants=_quantity(row, "applicants", known.inputs, _MOST_PLACES),
        drop_out=_quantity(row, "drop_out", known.inputs, 1.0),
        pass_rate=_quantity(row, "pass_rate", known.inputs, 1.0),
        take_up=_quantity(row, "take_up", known.inputs, 1.0),
        break_chance=_quantity(row, "break_chance", known.inputs, 1.0),
        break_months=row.integer("break_months", 0, LONGEST_COURSE),
        return_share=_quantity(row, "return_share", known.inputs, 1.0),
        released=_quantity(row, "released", known.inputs, 1.0),
        status=row.status(),
        source=row.known("source", known.figures, "figure of figures.csv"),
        note=row.text("note", optional=True),
    )


def _calendar(row: Row) -> tuple[int, ...]:
    """Months of intake, each once."""
    words = row.words("intake_months")
    months = tuple(int(word) for word in words if re.fullmatch(r"\d{1,2}", word) and 1 <= int(word) <= _YEAR)
    if not words or len(set(months)) < len(words):
        given = row.cells["intake_months"]
        row.fault("intake_months", f"'{given}' is not calendar months from 1 to {_YEAR}, each once", "write 9, or 1 9")
    return months


def _quantity(
    row: Row, column: str, inputs: Mapping[str, Parameter], high: float, *, any_number: bool = False
) -> Quantity:
    """The name of an uncertain input that stays between 0 and `high`, or a number."""
    text = row.cells[column]
    if NUMBER.fullmatch(text):
        number = row.number(column, 0.0, high)
        if not any_number and 0.0 <= number <= high and number not in (0.0, 1.0):
            row.fault(column, f"{text} is a number without a range", "put it into parameters.csv and write its name")
        return number
    if text not in inputs:
        row.fault(column, f"'{text}' is no row of parameters.csv", suggest(text, inputs))
        return 0.0
    given = inputs[text]
    if not (given.low >= 0.0 and given.high <= high):
        problem = f"{text} ranges from {given.low:g} to {given.high:g}, not within 0 to {high:g}"
        row.fault(column, problem, "correct its low and high in parameters.csv")
    return text


def _kind_faults(item: Pipeline) -> Iterator[tuple[str, str, str]]:
    """Yield (column, problem, remedy) of what a student or a member of staff cannot have."""
    of_staff = {"from_roles": item.from_roles, "sectors": item.sectors, "experience": item.experience}
    if not item.strands:
        yield "strands", "the cell is empty", f"use one or both of {' '.join(STRANDS)}"
    if item.kind == "staff":
        for column, words in of_staff.items():
            if not words:
                yield column, f"{item.code} trains staff and does not say whom", "fill it in"
    if item.kind == "student":
        for column, words in of_staff.items():
            if words:
                yield column, f"{item.code} trains students, who have no post", "leave the cell empty, or kind staff"
        if item.released != 0.0:
            yield "released", f"{item.code} trains students, who have no working time", "write 0"
        if item.gives == "amhp":
            yield "gives", f"{item.code} trains students; only staff may be approved", "write role"


def _goal_faults(item: Pipeline, known: _Known) -> Iterator[tuple[str, str, str]]:
    """Yield what a pipeline cannot give, or cannot give to these people."""
    if item.gives == "role" and not item.to_role:
        yield "to_role", f"{item.code} gives a role and does not say which", "name a role of roles.csv"
    if item.gives in ("amhp", "course") and item.to_role:
        yield "to_role", f"{item.code} gives no role: its people keep their own", "leave the cell empty"
    if item.gives == "course" and not item.leads_to:
        yield "leads_to", f"{item.code} gives nothing but a course and does not say which", "name a pipeline of staff"
    for code in item.from_roles if item.gives == "amhp" else ():
        if code in known.roles and not known.roles[code].amhp_eligible:
            problem = f"{code} may not be approved as AMHP (amhp_eligible in roles.csv)"
            yield "from_roles", problem, "take the role out; the 2008 regulations name the professions"
    if item.last_intake and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", item.last_intake):
        yield "last_intake", f"'{item.last_intake}' is not a month", "write YYYY-MM, or leave it empty"
    if not item.source and item.status != "assumed":
        yield "source", f"{item.code} is {item.status} and names no figure", "name the figure, or status assumed"


def _chance_faults(item: Pipeline, known: _Known) -> Iterator[tuple[str, str, str]]:
    """Yield chances that contradict each other."""
    leaving = [
        known.inputs[quantity].high if isinstance(quantity, str) else quantity
        for quantity in (item.drop_out, item.break_chance)
    ]
    if sum(leaving) > 1.0:
        yield "break_chance", f"drop_out and break_chance reach {sum(leaving):g} together", "make them 1 or less"
    if (item.break_chance != 0.0) != (item.break_months > 0):
        problem = f"{item.break_months} months of break beside a break_chance of {item.break_chance}"
        yield "break_months", problem, "give both, or 0 for both"


def _share_faults(code: str, shares: list[Quantity], inputs: Mapping[str, Parameter]) -> Iterator[Fault]:
    place = f"{_DESTINATIONS} share"
    given = [share for share in shares if share != REST]
    highest = sum(inputs[share].high if isinstance(share, str) else share for share in given)
    rests = len(shares) - len(given)
    if not shares:
        yield Fault(place, f"{code} has no destination", "add its rows; they sum to 1")
    elif rests > 1:
        yield Fault(place, f"{code} has {rests} rests", "keep one")
    elif rests == 1 and highest > 1.0 + TOLERANCE:
        yield Fault(place, f"the shares of {code} reach {highest:g} and leave no rest", "make them 1 or less")
    elif rests == 0 and any(isinstance(share, str) for share in given):
        yield Fault(place, f"the shares of {code} vary and would not always add up to 1", f"make one of them {REST}")
    elif rests == 0 and abs(highest - 1.0) > TOLERANCE:
        yield Fault(place, f"the shares of {code} add up to {highest:g}, not to 1", "make them sum to 1")


@cache
def pipelines() -> tuple[Pipeline, ...]:
    """Return the training pipelines in catalogue order."""
    return read_pipelines(package_data())


def pipeline(code: str) -> Pipeline:
    """Return one training pipeline.

    Raises:
        DataError: No pipeline has this code.
    """
    return pick({item.code: item for item in pipelines()}, code, "pipeline")


@cache
def destinations() -> tuple[Destination, ...]:
    """Return where those who complete each pipeline work afterwards."""
    return read_destinations(package_data())
