"""The HTML report: one file that opens anywhere and asks nothing of the network."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mhwfmodel import catalogue
from mhwfmodel.report import story
from mhwfmodel.report.amhp import amhp
from mhwfmodel.report.board import board, shown, staff
from mhwfmodel.report.changes import changes
from mhwfmodel.report.charts import icb_fan, trajectories
from mhwfmodel.report.costs import cost_section
from mhwfmodel.report.hexmap import hexmaps
from mhwfmodel.report.levers import costs, lever_lines, titles_of
from mhwfmodel.report.moves import moves
from mhwfmodel.report.need import need
from mhwfmodel.report.needs import require
from mhwfmodel.report.outlook import Outlook, outlook
from mhwfmodel.report.pathway import pathway
from mhwfmodel.report.places import hexagons, icb_rows, my_icb
from mhwfmodel.report.quality import STATUSES, amhp_years, fit_rows, links, status_rows
from mhwfmodel.report.sensitivity import ENOUGH_DRAWS, ranking
from mhwfmodel.report.wording import month_name, people, per_cent, plain, quantity, span
from mhwfmodel.results import replace_all

if TYPE_CHECKING:
    from mhwfmodel.results import Result

__all__ = ["render", "write_report"]

_SHORT_RUN = 37
_SNIPPET = "window.vegaEmbed = vegaEmbed;"
_ICB_CHARTS = (
    ("filled", "count", "Filled posts", "people"),
    ("vacancy_rate", "rate", "Vacancy rate", "% of funded posts"),
    ("turnover_rate", "rate", "Turnover rate", "% a year"),
)


def write_report(result: Result, path: Path) -> None:
    """Write the report of a run.

    Args:
        result: The run.
        path: The HTML file; replaced when it is there, never half.

    Raises:
        DataError: The file cannot be written.
    """
    text = render(result)
    place = Path(path)
    replace_all(place.parent, {place.name: lambda beside: _write(beside, text)})


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def render(result: Result) -> str:
    """Make the report's HTML.

    Raises:
        DataError: The run did not keep what the report tells.
    """
    import jinja2

    require(result)

    view = outlook(result)
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("mhwfmodel.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "per_cent": per_cent,
        "plain": plain,
        "quantity": quantity,
        "month": month_name,
        "people": people,
        "interval": lambda rate: span(rate.q05, rate.q95, "rate"),
        "links": links,
    }
    approved, waiting = amhp(view), pathway(view)
    charts = [*approved.get("panels", []), *waiting.get("panels", [])]
    told = {"amhp": approved, "waiting": waiting, "need": need(view), "money": cost_section(view)}
    context = _context(view) | told | _technical(view, charts)
    return environment.get_template("report.html").render(context)


def _context(view: Outlook) -> dict[str, Any]:
    """What the page says."""
    manifest = view.result.manifest
    holds, leaves_out = story.interval_note(dict(manifest))
    later = story.outlook_month(view)
    return {
        "scenario": manifest["scenario"],
        "manifest": manifest,
        "view": view,
        "area": view.area,
        "draws": int(view.result.draws.sizes["draw"]),
        "sentences": story.sentences(view),
        "holds": holds,
        "leaves_out": leaves_out,
        "levers": lever_lines(
            manifest["scenario"].get("levers", ()), manifest.get("levers", ()), titles_of(view.result)
        ),
        "costs": costs(manifest["scenario"].get("levers", ())),
        "changes": changes(manifest),
        "nature": story.nature(view),
        "no_ranking": story.no_ranking(view, later, len(view.codes)),
        "board": board(view),
        "staff": staff(view),
        "shown": shown,
        "published": {"turnover": catalogue.figure("F003"), "vacancy": catalogue.figure("F004")},
        "amhp_published": amhp_years(),
        "moved": moves(view),
        "icb_rows": icb_rows(view),
        "map_months": [month_name(month) for month in dict.fromkeys((view.base, later))],
        "highest": story.highest_vacancy_rates(view, later, 6),
        "lowest": story.highest_vacancy_rates(view, later, len(view.codes))[-3:],
        "statuses": STATUSES,
        "status_rows": status_rows(),
        "fit_rows": fit_rows(manifest),
        "conflicts": catalogue.conflicts(),
        "sources": catalogue.sources(),
        "ranking": ranking(view),
        "enough_draws": ENOUGH_DRAWS,
    }


def _technical(view: Outlook, more: list[dict[str, Any]]) -> dict[str, Any]:
    """Charts (those of other sections come as `more`), data, scripts and styles."""
    panels = trajectories(view)
    maps = hexmaps(hexagons(view))
    short = len(view.result.months) <= _SHORT_RUN
    picked = [
        {
            "id": f"icb-{name.replace('_', '-')}",
            "measure": name,
            "title": title,
            "unit": unit,
            "spec": icb_fan(kind, short=short),
        }
        for name, kind, title, unit in _ICB_CHARTS
    ]
    data = {
        "charts": {item["id"]: item["spec"] for item in (*panels, *maps, *more)},
        "picked": [{key: item[key] for key in ("id", "measure", "spec")} for item in picked],
        "places": my_icb(view),
    }
    scripts = [vega(), _asset("report.js")]
    return {
        "panels": panels,
        "maps": maps,
        "picked": picked,
        "icbs": _choices(view),
        "data": _script_safe(json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)),
        "scripts": [_safe(script) for script in scripts],
        "style": _safe(_asset("report.css")),
        "policy": _policy(scripts),
    }


def _choices(view: Outlook) -> dict[str, list[tuple[str, str]]]:
    """The run's ICBs by region: code and name, both in order of the alphabet."""
    found: dict[str, list[tuple[str, str]]] = {}
    for code in view.codes:
        place = catalogue.icb(code)
        found.setdefault(place.region, []).append((code, place.short_name))
    return {region: sorted(found[region], key=lambda item: item[1]) for region in sorted(found)}


def _asset(name: str) -> str:
    return (files("mhwfmodel.report") / "templates" / name).read_text(encoding="utf-8")


@cache
def vega() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script for the page, free of what would end it."""
    import vl_convert

    bundle = str(vl_convert.javascript_bundle(_SNIPPET, vl_version=_vega_lite_version()))
    return bundle.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _vega_lite_version() -> str:
    """The version of Vega-Lite that the charts are written for."""
    from altair import SCHEMA_VERSION

    return ".".join(str(SCHEMA_VERSION).removeprefix("v").split(".")[:2])


def _script_safe(text: str) -> Any:
    """JSON that cannot end its script element, whatever names it holds."""
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return _safe(text)


def _safe(text: str) -> Any:
    """Text of the package itself, which the template does not escape."""
    from markupsafe import Markup

    return Markup(text)


def _policy(scripts: list[str]) -> str:
    """A content security policy: these scripts and no others, and no address at all."""
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in scripts
    )
    return f"default-src 'none'; script-src {hashes} 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:"
