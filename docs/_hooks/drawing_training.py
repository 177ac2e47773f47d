"""Drawings of training: every pipeline with its length and destinations, and how an approval is won, kept and lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from drawing_people import spoken
from drawing_shapes import AMBER, BLUE, GREY, MUTED, TEAL, arrow, box, drawing, text, wrapped

from mhwfmodel import catalogue
from mhwfmodel.catalogue import Destination, Pipeline
from mhwfmodel.catalogue.states import EXPERIENCE_BANDS
from mhwfmodel.catalogue.training import OWN, REST
from mhwfmodel.supply import Track

__all__ = ["approval", "pipelines"]

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ABBREVIATION = 3


def pipelines(given: Sequence[Pipeline], destinations: Sequence[Destination]) -> str:
    """Every pipeline: who trains, for how long, when courses start, what it gives and where people go."""
    longest = max(item.months for item in given)
    left, scale = 278.0, 190.0 / longest
    parts, y = [], 0.0
    for kind, heading in (
        ("student", "Students: not yet staff"),
        ("staff", "Staff: they hold a post while they train"),
    ):
        some = [item for item in given if item.kind == kind]
        if some:
            parts += [text(12, y + 22, heading, bold=True, size=14), *_scale(left, y + 22, scale, longest)]
            y += 32
        for item in some:
            lines = _lines(item, destinations)
            deep = max(27 + 15.0 * len(wrapped(item.name, left - 20)), 12 + 15.0 * len(lines))
            parts += _row(item, lines, y, left, scale)
            y += deep
    return drawing("Training pipelines", y + 8, parts)


def _scale(left: float, y: float, scale: float, longest: int) -> list[str]:
    return [
        text(left + scale * months, y, f"{months}", size=11, anchor="middle", fill=MUTED)
        for months in range(0, longest + 1, 12)
    ] + [text(left + scale * longest + 12, y, "months", size=11, fill=MUTED)]


def _row(item: Pipeline, lines: Sequence[str], y: float, left: float, scale: float) -> list[str]:
    fill = AMBER if item.kind == "student" else TEAL
    starts = "every month" if len(item.intake_months) == len(_MONTHS) else _months(item.intake_months)
    ends = f", last in {item.last_intake}" if item.last_intake else ""
    name = wrapped(item.name, left - 20)
    return [
        f'<line x1="12" y1="{y:g}" x2="788" y2="{y:g}" stroke="{GREY}"/>',
        *[text(12, y + 18 + 15 * number, line, size=12.5, bold=True) for number, line in enumerate(name)],
        text(12, y + 18 + 15 * len(name), f"starts: {starts}{ends}", size=11.5, fill=MUTED),
        f'<rect x="{left:g}" y="{y + 10:g}" width="{max(scale * item.months, 3):g}" height="18" fill="{fill}" '
        f'stroke="#455a64"/>',
        text(left + scale * item.months + 6, y + 24, f"{item.months}", size=12),
        *[text(508, y + 18 + 15 * number, line, size=11.5) for number, line in enumerate(lines)],
    ]


def _months(months: Sequence[int]) -> str:
    return ", ".join(_MONTHS[month - 1] for month in months)


def _lines(item: Pipeline, destinations: Sequence[Destination]) -> list[str]:
    """From which role to which, and where to."""
    roles = {role.code: role.name for role in catalogue.roles()}
    goal = {"role": roles.get(item.to_role, ""), "amhp": "approval as AMHP", "course": "readiness for the next course"}
    gives = goal.get(item.gives, item.gives)
    whom = [roles.get(code, code) for code in item.from_roles]
    who = whom[0] if len(whom) == 1 else f"{len(whom)} professions" if whom else ""
    first = f"{who} → {gives}" if who and who != gives else gives
    where = [f"{_place(row.sector)} {_share(row)}" for row in destinations if row.pipeline == item.code]
    return [*wrapped(first, 286, 11.5), *wrapped("to: " + ", ".join(where), 286, 11.5)]


def _place(code: str) -> str:
    """A sector in few words; an abbreviation in capitals."""
    if code == OWN:
        return "own sector"
    return code.upper() if len(code) <= _ABBREVIATION else spoken(code)


def _share(row: Destination) -> str:
    if row.share == REST:
        return "the rest"
    return f"{catalogue.parameter(row.share).central if isinstance(row.share, str) else row.share:.0%}"


def approval(tracks: Sequence[Track], values: Mapping[str, str]) -> str:
    """How staff come to be approved and what becomes of it.

    Args:
        tracks: The tracks of a cell whose staff may be approved.
        values: What to write beside the flows: `stops`, `again`, `again_not` and `share`.
    """
    lasting = [track for track in tracks if track.after == track.code]
    names = {track.code for track in lasting}
    courses = [track for track in tracks if track.after in names and track not in lasting]
    before = [track for track in tracks if track.after in {course.code for course in courses}]
    known = {item.code: item for item in catalogue.pipelines()}
    deep, top = 66.0, 40.0
    rows = max(len(courses), len(before), len(lasting), 2)
    height = top + (deep + 44) * rows + 92
    spots = {}
    parts = [
        text(x, 22, words, bold=True)
        for x, words in ((12, "Staff"), (160, "Preparation"), (322, "Course"), (520, "Approved"))
    ]
    for x, wide, column in ((520.0, 200.0, lasting), (322.0, 132.0, courses), (160.0, 126.0, before)):
        for row, track in enumerate(column):
            y = spots[track.after][1] if column is before else top + (deep + 44) * row
            spots[track.code] = (x, y, wide)
            heading = wrapped(known[track.code].name if track.code in known else spoken(track.code), wide - 12)
            size = (wide, deep - 22 if column is before else deep)
            fill = BLUE if column is lasting else TEAL
            parts.append(box((x, y), size, heading, [f"{track.months} months"], fill=fill))
    parts += _staff(known, courses, top, height - 140)
    parts += _training_arrows(before, courses, lasting, spots, deep)
    parts += _lasting_arrows(lasting, spots, deep, values)
    parts += _ways_out(lasting, spots, deep, height, values)
    return drawing("How an approval is won, kept and lost", height, parts)


def _staff(known: Mapping[str, Pipeline], courses: Sequence[Track], top: float, deep: float) -> list[str]:
    goals = [known[course.code] for course in courses if course.code in known]
    roles = {role.code: role.name for role in catalogue.roles()}
    who = [roles[code] for code in dict.fromkeys(code for item in goals for code in item.from_roles)]
    bands = [band for band in EXPERIENCE_BANDS if any(band in item.experience for item in goals)]
    lines = [line for name in who for line in wrapped(name, 108, 11.5)]
    lines += ["", "with", *[f"{spoken(band)} years" for band in bands]]
    return [box((12, top), (118, deep), "In post", lines, fill=GREY, small=11.5)]


def _training_arrows(
    before: Sequence[Track],
    courses: Sequence[Track],
    lasting: Sequence[Track],
    spots: Mapping[str, tuple[float, float, float]],
    deep: float,
) -> list[str]:
    parts = []
    for track in (*before, *courses):
        x, y, wide = spots[track.code]
        to_x, to_y, _ = spots[track.after]
        first = track in before
        # Nobody has to take the first course: staff start the course itself too, past the box of the first.
        start = y + ((deep - 22) / 2 if first else deep - 10)
        parts.append(arrow([(130, start), (x, start)]))
        parts.append(arrow([(x + wide, start if first else y + deep / 2), (to_x, start if first else to_y + deep / 2)]))
    return parts


def _lasting_arrows(
    lasting: Sequence[Track], spots: Mapping[str, tuple[float, float, float]], deep: float, values: Mapping[str, str]
) -> list[str]:
    parts = []
    for number, track in enumerate(lasting):
        x, y, wide = spots[track.code]
        parts.append(arrow([(x + wide, y + 20), (x + wide + 18, y + 20), (x + wide + 18, y + 46), (x + wide, y + 46)]))
        parts.append(text(x + wide + 22, y + 30, "again", size=12))
        parts.append(text(x + wide + 22, y + 44, values[f"again_{track.code}"], size=11.5, fill=MUTED))
        if track.other:
            _, to, _ = spots[track.other]
            at = x + (16 if number == 0 else 144)
            parts.append(arrow([(at, y + deep), (at, to)] if to > y else [(at, y), (at, to + deep)]))
    if len(lasting) == 2:
        x, y, _ = spots[lasting[0].code]
        parts.append(text(x + 22, y + deep + 26, values["stops"], size=11.5, fill=MUTED))
        parts.append(text(x + 150, y + deep + 26, values["resumes"], size=11.5, fill=MUTED))
    return parts


def _ways_out(
    lasting: Sequence[Track],
    spots: Mapping[str, tuple[float, float, float]],
    deep: float,
    height: float,
    values: Mapping[str, str],
) -> list[str]:
    if not lasting:
        return []
    x, y, wide = spots[lasting[-1].code]
    foot = height - 60
    return [
        arrow([(x + wide * 0.2, y + deep), (x + wide * 0.2, foot)]),
        box((x - 40, foot), (160, 48), "Lapses, from either", ["keeps the post"], fill=GREY, small=11.5),
        arrow([(x + wide * 0.8, y + deep), (x + wide * 0.8, foot)]),
        box((x + wide * 0.8 - 24, foot), (130, 48), "Leaves or retires", ["as all staff do"], fill=GREY, small=11.5),
        text(12, height - 36, values["share"], size=12, fill=MUTED),
        text(12, height - 17, values["rota"], size=12, fill=MUTED),
    ]
