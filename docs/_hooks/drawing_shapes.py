"""Shapes of a drawing as SVG text: boxes, words and arrows, in plain Python."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from math import hypot

__all__ = [
    "AMBER",
    "BLUE",
    "GREY",
    "INK",
    "MUTED",
    "PLAIN",
    "TEAL",
    "WIDTH",
    "arrow",
    "box",
    "dot",
    "drawing",
    "text",
    "wrapped",
]

WIDTH = 800
INK, MUTED, LINE = "#202124", "#5f6368", "#455a64"
PLAIN, TEAL, AMBER, BLUE, GREY = "#ffffff", "#d7efec", "#ffecc4", "#dbe7f8", "#eceff1"
_SIZE = 13
_LEADING = 1.25
_WIDE = 0.52
"""Mean width of a letter over its size."""

Point = tuple[float, float]


def drawing(title: str, height: float, parts: Iterable[str]) -> str:
    """One drawing, as wide as the page allows, that reads its title to those who cannot see it."""
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:g}" width="100%" role="img" aria-label="{escape(title)}" '
        f'style="background:#fff;font-family:inherit;max-width:{WIDTH}px">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def text(
    x: float, y: float, words: str, *, size: float = _SIZE, anchor: str = "start", bold: bool = False, fill: str = INK
) -> str:
    """One line of words, `y` its base line."""
    weight = ' font-weight="600"' if bold else ""
    place = f'x="{x:g}" y="{y:g}" font-size="{size:g}" text-anchor="{anchor}" fill="{fill}"{weight}'
    return f"<text {place}>{escape(words)}</text>"


def wrapped(words: str, width: float, size: float = _SIZE) -> list[str]:
    """Words in lines that are about `width` wide at most."""
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and len(longer) * size * _WIDE <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def box(
    corner: Point,
    size: tuple[float, float],
    heading: str | Sequence[str] = "",
    lines: Sequence[str] = (),
    *,
    fill: str = PLAIN,
    dashed: bool = False,
    small: float = 12,
) -> str:
    """A box with a heading, of one line or several, and lines of smaller words in its middle."""
    (x, y), (width, height) = corner, size
    heads = [heading] * bool(heading) if isinstance(heading, str) else list(heading)
    dash = ' stroke-dasharray="5 4"' if dashed else ""
    parts = [
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="5" fill="{fill}" stroke="{LINE}"{dash}/>'
    ]
    sizes = [_SIZE] * len(heads) + [small] * len(lines)
    at = y + (height - sum(sizes) * _LEADING) / 2
    for number, (words, each) in enumerate(zip([*heads, *lines], sizes, strict=True)):
        at += each * _LEADING
        head = number < len(heads)
        parts.append(
            text(
                x + width / 2,
                at - each * 0.3,
                words,
                size=each,
                anchor="middle",
                bold=head,
                fill=INK if head else MUTED,
            )
        )
    return "".join(parts)


def arrow(points: Sequence[Point], *, dashed: bool = False, head: bool = True) -> str:
    """A line through points with a head at its end."""
    path = "M" + " L".join(f"{x:g} {y:g}" for x, y in points)
    dash = ' stroke-dasharray="5 4"' if dashed else ""
    line = f'<path d="{path}" fill="none" stroke="{LINE}" stroke-width="1.4"{dash}/>'
    return line + (_head(points[-2], points[-1]) if head else "")


def _head(before: Point, tip: Point) -> str:
    dx, dy = tip[0] - before[0], tip[1] - before[1]
    length = hypot(dx, dy) or 1.0
    dx, dy = dx / length, dy / length
    left = (tip[0] - 8 * dx + 4 * dy, tip[1] - 8 * dy - 4 * dx)
    right = (tip[0] - 8 * dx - 4 * dy, tip[1] - 8 * dy + 4 * dx)
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in (tip, left, right))
    return f'<polygon points="{corners}" fill="{LINE}"/>'


def dot(centre: Point, radius: float, fill: str = TEAL) -> str:
    """A disc."""
    return f'<circle cx="{centre[0]:g}" cy="{centre[1]:g}" r="{radius:.2f}" fill="{fill}" stroke="{LINE}"/>'
