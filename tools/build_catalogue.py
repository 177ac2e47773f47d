"""Rebuild the catalogue's carried-over tables from the source tables that lie beside the checkout.

Run from the checkout: `python tools/build_catalogue.py`. It reads `../shared/data` (or `--source DIR`) and writes
`icbs.csv`, `icb_centroids.csv`, `icb_covariates.csv`, `icbs_2026.csv`, `icb_merge_2026.csv`, `councils.csv`,
`figures.csv` and `icb_rates.csv` into `mhwfmodel/catalogue/data` (or `--target DIR`). The same input gives the same
bytes. The tables that people write (`roles.csv`, `sectors.csv`, `parameters.csv`, `series.csv`, `conflicts.csv`,
`documents.csv`) are left alone.

What changes on the way: sentences quoted from sources are left out; confidence becomes a status; the published text
of a value is read as a number with its bound; an ICB that was not reorganised gets its row in the merger table too;
of the boundaries only the middle of each ICB is kept.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import math
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT.parent / "shared" / "data"
TARGET = ROOT / "mhwfmodel" / "catalogue" / "data"

Cell = str | int
Table = tuple[tuple[str, ...], list[tuple[Cell, ...]]]

STATUS = {"high": "observed", "medium": "observed", "low": "assumed"}

# Editorial marks of the source tables that mean nothing to a reader of the package.
WORDING = (
    (r"\s*[(;]\s*(?:seed \d{3}|\w+ id \d{6,}|\w+\.py)(?=\))", "("),
    (r"\s*\(\)", ""),
    (r"\s*\($", ""),
    (r"\((?=\))", ""),
    (r"^seed; ", ""),
    (r"^(?:the )?stored excerpt stops before reg 4", "the page seen stops before regulation 4"),
    (r"the stored excerpt", "the page seen"),
    (r"the reg 5 text itself was not in the excerpt", "the text of regulation 5 itself was not seen"),
    (r"exact figure not in excerpt", "the exact figure was not on the page seen"),
    (r"excerpt does not state", "the page seen does not state"),
    (r"sw17 says", "the report of February 2017 says"),
    (r" in ct24$", " in the 2023/24 report"),
    (r"^KEY: ", ""),
    (r"^origin of the seed figure; ", "the number that F015 repeats; "),
    (r"\(district populations from memory, unverified\)", "(district populations not checked)"),
    (r"from memory, unverified", "recalled from the literature, not checked against a document"),
    (r"^\(from memory\)$", "No document at hand"),
    (r"published literature recalled without text", "Published literature, recalled and not checked"),
)

# The public wording of each ICB that a figure speaks of, where it is not simply the name of the ICB.
ICB_ALIASES = {
    "Bath and NE Somerset (BSW) ICB": "Bath and North East Somerset, Swindon and Wiltshire",
    "Buckinghamshire (BOB) ICB": "Buckinghamshire, Oxfordshire and Berkshire West",
    "Suffolk (and NE Essex) ICB": "Suffolk and North East Essex",
    "Shropshire Telford and Wrekin ICB": "Shropshire, Telford and Wrekin",
}

# Values that a document gives of another year or vintage than its own figure's, as figures of their own: id, the figure
# whose quantity, place and employers they share, the figure whose document they stand in (nothing when the document is
# not at hand), value, period, status and note. An id ends in R when the value is restated, in F when it is the first
# publication, in B when it is of a year before.
RESTATED = (
    (
        "F022B",
        "F022",
        "F024",
        "23000",
        "2017/18",
        "derived",
        "16,000 in 2022/23 and almost 7,000 fewer than five years before",
    ),
    (
        "BVR05R",
        "BVR05",
        "",
        "7.1",
        "2019/20 (restated)",
        "derived",
        "a later rebasing of the 7.3 % first published, known from a note only",
    ),
    (
        "BVR06R",
        "BVR06",
        "",
        "10.5",
        "2021/22 (restated)",
        "derived",
        "a rebasing of 2025 of the 10.6 % published before, known from a note only",
    ),
    (
        "BTR01R",
        "BTR01",
        "BTR03",
        "21.7",
        "2012/13 (restated)",
        "derived",
        "30.8 % in 2018/19 less the rise of 9.1 percentage points since 2012/13",
    ),
    (
        "BTR03F",
        "BTR03",
        "BTR01",
        "32.2",
        "2018/19 (as first published)",
        "observed",
        "given beside 23.1 % for 2012/13; restated as 30.8 %",
    ),
    (
        "BTR05R",
        "BTR05",
        "BTR06",
        "28.9",
        "2021/22 (restated)",
        "observed",
        "given beside 28.3 % for the year after",
    ),
    (
        "BTR06R",
        "BTR06",
        "BTR08",
        "29.1",
        "2022/23 (restated)",
        "observed",
        "given beside 24.8 % for the year after, local authority and independent employers",
    ),
)
# The owner of the series restated it; a note says so, and names no document.
UNSEEN = {
    "source_publisher": "Skills for Care",
    "source_title": "A later vintage of the series; the document is not at hand",
    "source_date": "",
    "url": "",
}

OVERALL = ("F001", "F002", "F003", "F004", "F005", "F006", "F007", "F008", "F021", "F023", "F025", "F027")


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file with the spaces around each cell taken off."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return [{key: (value or "").strip() for key, value in row.items()} for row in csv.DictReader(handle)]


def write(path: Path, table: Table) -> None:
    """Write one table as UTF-8 with unix line ends."""
    header, rows = table
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def whole(text: str) -> int:
    """Return a whole number that was written as `123.0`."""
    number = float(text)
    if number != int(number):
        raise ValueError(f"{text} is not a whole number")
    return int(number)


def tidy(text: str) -> str:
    """Return a text without the editorial marks of the source tables."""
    for pattern, replacement in WORDING:
        text = re.sub(pattern, replacement, text)
    opened, closed = text.count("("), text.count(")")
    return text + ")" * (opened - closed) if opened > closed else text


def value_of(text: str) -> tuple[str, str, str, str]:
    """Read a published value.

    Args:
        text: The value as published: `8.5`, `>12`, `52000+`, `8-12`, `-1 to -1.5`, `21 vs 9`, or words.

    Returns:
        (number, bound, low, high) as text. A range gives its middle; of two numbers that are compared, the first.
        Words give no number.
    """
    number = r"-?\d+(?:\.\d+)?"
    if re.fullmatch(number, text):
        return text, "", "", ""
    if match := re.fullmatch(rf"([<>])({number})", text):
        sign = match[1]
        return match[2], sign, match[2] if sign == ">" else "", match[2] if sign == "<" else ""
    if match := re.fullmatch(rf"({number})\+", text):
        return match[1], ">", match[1], ""
    if match := re.fullmatch(rf"({number})(?:\s*-\s*| to )({number})", text):
        low, high = sorted((match[1], match[2]), key=float)
        return f"{(float(low) + float(high)) / 2:g}", "range", low, high
    if match := re.fullmatch(rf"({number}) vs ({number})", text):
        return match[1], "", "", ""
    return "", "", "", ""


def parts(total: int, weights: Sequence[float]) -> list[int]:
    """Split a whole number in proportion to weights; the parts add up exactly (largest remainders first)."""
    shares = [total * weight / sum(weights) for weight in weights]
    floors = [int(share) for share in shares]
    order = sorted(range(len(shares)), key=lambda i: (floors[i] - shares[i], i))
    for index in order[: total - sum(floors)]:
        floors[index] += 1
    return floors


def mid_2023(folder: Path) -> dict[str, dict[str, int]]:
    """Return mid-2023 people by ICB in whole numbers.

    Split districts make fractions. Each age band is rounded so that England's total of the band stays what was
    published; totals are sums of the rounded bands.
    """
    rows = read(folder / "icb_population.csv")
    found: dict[str, dict[str, int]] = {row["icb23_code"]: {} for row in rows}
    for band, name in (("0_17", "children"), ("18_64", "working_age"), ("65plus", "older")):
        counts = [float(row[f"mid2023_{band}"]) for row in rows]
        for row, part in zip(rows, parts(round(sum(counts)), counts), strict=True):
            found[row["icb23_code"]][name] = part
    for bands in found.values():
        bands["adults"] = bands["working_age"] + bands["older"]
        bands["population"] = bands["children"] + bands["adults"]
    return found


def icbs(folder: Path) -> Table:
    """Return the 42 ICBs of April 2023 with populations and places on the hexagon layout."""
    people = {row["icb23_code"]: row for row in read(folder / "icb_population.csv")}
    recent = mid_2023(folder)
    places = {row["icb23_code"]: row for row in read(folder / "icb_hex_layout.csv")}
    header = (
        "id,code,ods,name,short_name,abbreviation,region_code,region,region_ods,code_2022,code_2021,population,"
        "children,working_age,older,adults,census_population,apportioned_share,hex_row,hex_col,status,source"
    )
    rows: list[tuple[Cell, ...]] = []
    for number, row in enumerate(sorted(read(folder / "icb.csv"), key=lambda r: r["icb23_code"]), start=1):
        person, place = people[row["icb23_code"]], places[row["icb23_code"]]
        rows.append(
            (
                number,
                row["icb23_code"],
                row["icb_ods_code"],
                row["icb_name"],
                row["icb_short_name"],
                row["abbreviation"],
                row["nhser24_code"],
                row["nhs_region_name"],
                row["nhs_region_ods_code"],
                row["icb22_code"],
                row["stp21_code"],
                *(
                    recent[row["icb23_code"]][band]
                    for band in ("population", "children", "working_age", "older", "adults")
                ),
                whole(person["census2021_total"]),
                person["mid2023_apportioned_share"],
                place["row"],
                place["col"],
                "derived" if float(person["mid2023_apportioned_share"]) > 0 else "observed",
                "ons_icb_2023 ons_mid2023",
            )
        )
    return tuple(header.split(",")), rows


def covariates(folder: Path) -> Table:
    """Return need and equity covariates of the 42 ICBs."""
    renamed = {
        "census2021_share_asian": "asian",
        "census2021_share_black": "black",
        "census2021_share_mixed": "mixed",
        "census2021_share_other": "other",
        "census2021_share_white": "white",
        "ruc2021_rural_population_share": "rural",
        "imd2025_average_score": "deprivation_score",
        "imd2025_rank_of_average_score": "deprivation_rank",
        "imd2025_population_share_most_deprived_quintile": "most_deprived_fifth",
    }
    rows = [
        (row["icb23_code"], *(row[name] for name in renamed), "derived", "ons_census2021 ons_ruc2021 imd2025")
        for row in sorted(read(folder / "icb_covariates.csv"), key=lambda r: r["icb23_code"])
    ]
    return ("code", *renamed.values(), "status", "source"), list(rows)


def merges(folder: Path) -> Table:
    """Return which part of each ICB of 2023 lies in which ICB of April 2026; all 42 have their rows."""
    events = read(folder / "icb_2026_merge.csv")
    kept = {row["icb26_ods_code"]: row["icb26_code"] for row in read(folder / "icb_2026.csv")}
    people = {row["icb23_code"]: row for row in read(folder / "icb_population.csv")}
    moved = {row["predecessor_icb23_code"] for row in events}
    rows: list[tuple[Cell, ...]] = []
    for row in read(folder / "icb.csv"):
        code = row["icb23_code"]
        if code not in moved:
            successor = kept[row["icb_ods_code"]]
            event = "unchanged" if successor == code else "boundary expanded, new code"
            count = whole(people[code]["census2021_total"])
            rows.append((code, successor, event, "whole ICB", count, "1", "observed", "ons_icb_2026"))
    for row in events:
        exact = float(row["share_of_predecessor_population"]) == 1.0
        rows.append(
            (
                row["predecessor_icb23_code"],
                row["successor_icb26_code"],
                row["event"],
                row["part_of_predecessor"],
                whole(row["census2021_population"]),
                f"{float(row['share_of_predecessor_population']):g}",
                "observed" if exact else "derived",
                "ons_icb_2026" if exact else "ons_icb_2026 ons_census2021",
            )
        )
    header = ("code_2023", "code_2026", "event", "part", "census_population", "share", "status", "source")
    return header, sorted(rows, key=lambda r: (str(r[0]), str(r[1])))


def icbs_2026(folder: Path) -> Table:
    """Return the 36 ICBs of April 2026 with mid-2023 populations carried over by census population share."""
    people = {row["icb23_code"]: row for row in read(folder / "icb_population.csv")}
    recent = mid_2023(folder)
    sums: dict[str, list[int]] = {}
    estimated: set[str] = set()
    by_old: dict[str, list[tuple[Cell, ...]]] = {}
    for merge in merges(folder)[1]:
        by_old.setdefault(str(merge[0]), []).append(merge)
    for old, found in by_old.items():
        weights = [int(str(row[4])) for row in found]
        split = [parts(recent[old][band], weights) for band in ("population", "adults")]
        exact = len(found) == 1 and float(people[old]["mid2023_apportioned_share"]) == 0
        for index, part in enumerate(found):
            new = sums.setdefault(str(part[1]), [0, 0])
            new[0] += split[0][index]
            new[1] += split[1][index]
            estimated |= set() if exact else {str(part[1])}
    rows: list[tuple[Cell, ...]] = []
    for row in sorted(read(folder / "icb_2026.csv"), key=lambda r: r["icb26_code"]):
        code = row["icb26_code"]
        rows.append(
            (
                code,
                row["icb26_ods_code"],
                row["icb_name"],
                row["icb_short_name"],
                row["nhs_region_name"],
                row["status"],
                *sums[code],
                whole(row["census2021_population"]),
                "derived" if code in estimated else "observed",
                "ons_icb_2026 ons_mid2023",
            )
        )
    header = "code,ods,name,short_name,region,change,population,adults,census_population,status,source"
    return tuple(header.split(",")), rows


def councils(folder: Path) -> Table:
    """Return the 153 councils with social services responsibilities, one row a council and ICB."""
    header = "code,name,kind,icb_code,population,aged_16_and_over,share_of_council,share_of_icb,best_fit,status,source"
    rows = [
        (
            row["utla23_code"],
            row["utla23_name"],
            row["utla_type"],
            row["icb23_code"],
            whole(row["census2021_population"]),
            whole(row["census2021_aged_16plus"]),
            f"{float(row['share_of_area_population']):g}",
            f"{float(row['share_of_icb_population']):g}",
            "yes" if row["best_fit"] == "1" else "no",
            "derived",
            "ons_census2021 ons_lookups",
        )
        for row in sorted(read(folder / "utla_to_icb.csv"), key=lambda r: (r["utla23_code"], r["icb23_code"]))
    ]
    return tuple(header.split(",")), list(rows)


Vector = tuple[float, float, float]


def on_sphere(longitude: float, latitude: float) -> Vector:
    """Return a place given in degrees as a point of the unit sphere."""
    east, north = math.radians(longitude), math.radians(latitude)
    return math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)


def cross(a: Vector, b: Vector) -> Vector:
    """Return the vector product."""
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def moment(ring: Sequence[Sequence[float]]) -> Vector:
    """Return the integral of position over the part of the unit sphere inside a ring, whichever way the ring runs.

    Half the sum over the ring's sides of the angle that a side spans times the normal of its great circle: exact, with
    no projection. The vector is as long as the area is large and points at its middle.

    Args:
        ring: Corners as (longitude, latitude) in degrees, the last the same as the first.
    """
    corners = [on_sphere(*corner[:2]) for corner in ring]
    sides: list[Vector] = []
    for start, end in itertools.pairwise(corners):
        normal = cross(start, end)
        length = math.hypot(*normal)
        stretch = math.asin(min(length, 1.0)) / length / 2 if length else 0.5
        sides.append((normal[0] * stretch, normal[1] * stretch, normal[2] * stretch))
    x, y, z = (math.fsum(side[axis] for side in sides) for axis in range(3))
    outwards = math.copysign(1.0, x * corners[0][0] + y * corners[0][1] + z * corners[0][2])
    return outwards * x, outwards * y, outwards * z


def middle(geometry: Mapping[str, Any]) -> tuple[float, float]:
    """Return (latitude, longitude) in degrees of the centroid of the whole area: all islands in, holes out."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    pieces: list[Vector] = []
    for outer, *holes in polygons:
        pieces.append(moment(outer))
        pieces += [(-x, -y, -z) for x, y, z in map(moment, holes)]
    x, y, z = (math.fsum(piece[axis] for piece in pieces) for axis in range(3))
    return math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))


def centroids(boundaries: Path) -> Table:
    """Return the centroid of the area of each ICB of April 2023, people left out of account (WGS84)."""
    with (boundaries / "icb_apr_2023_bsc_wgs84.geojson").open(encoding="utf-8") as handle:
        places = {place["properties"]["ICB23CD"]: middle(place["geometry"]) for place in json.load(handle)["features"]}
    rows: list[tuple[Cell, ...]] = [
        (code, f"{latitude:.4f}", f"{longitude:.4f}", "derived", "ons_icb_2023")
        for code, (latitude, longitude) in sorted(places.items())
    ]
    return ("code", "latitude", "longitude", "status", "source"), rows


def icb_of(geography: str, codes: Mapping[str, str]) -> str:
    """Return the ONS 2023 code of the ICB that a figure speaks of, or nothing."""
    name = ICB_ALIASES.get(geography, geography.removesuffix(" ICB"))
    return codes.get(name, "") if geography.endswith(" ICB") else ""


def scope_of(row: Mapping[str, str]) -> str:
    """Return whether a figure speaks of all staff of employers that also serve mental health, or of specialists."""
    if row["role"] == "specialist":
        return "specialist"
    return "overall" if row["id"] in OVERALL or row["id"].startswith("BMH") else ""


def status_of(row: Mapping[str, str]) -> str:
    """Return what a figure rests on: arithmetic (the roll-up to ICBs), a publication, or less than that."""
    return "derived" if row["id"].startswith("G") else STATUS.get(row["confidence"], row["confidence"])


def with_restated(rows: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Return the figures, each followed by what documents say of it in another year or vintage."""
    found = {row["id"]: row for row in rows}
    after = {
        place: {
            **found[place],
            **{column: (found[document] if document else UNSEEN)[column] for column in UNSEEN},
            "id": name,
            "value": value,
            "period": period,
            "confidence": status,
            "note": note,
        }
        for name, place, document, value, period, status, note in RESTATED
    }
    return [item for row in rows for item in ((row, after[row["id"]]) if row["id"] in after else (row,))]


def figures(workforce: Path, geography: Path) -> Table:
    """Return every published figure without the sentence quoted from its source."""
    codes = {row["icb_short_name"]: row["icb23_code"] for row in read(geography / "icb.csv")}
    header = (
        "id,quantity,value,number,bound,low,high,unit,geography,icb_code,sector,role,period,publisher,title,date,"
        "url,status,scope,note"
    )
    rows: list[tuple[Cell, ...]] = []
    for row in with_restated(read(workforce / "figures.csv")):
        address = row["url"] if row["url"].startswith("http") else ""
        rows.append(
            (
                row["id"],
                row["quantity"],
                row["value"],
                *value_of(row["value"]),
                row["unit"],
                row["geography"],
                icb_of(row["geography"], codes),
                row["sector"],
                row["role"],
                row["period"],
                tidy(row["source_publisher"]),
                tidy(row["source_title"]),
                row["source_date"] or "n.d.",
                address,
                status_of(row),
                scope_of(row),
                tidy(row["note"]),
            )
        )
    return tuple(header.split(",")), rows


def icb_rates(workforce: Path, geography: Path) -> Table:
    """Return the councils' social care vacancy and turnover rates rolled up to the 42 ICBs."""
    codes = {row["icb_short_name"]: row["icb23_code"] for row in read(geography / "icb.csv")}
    named = {
        (icb_of(row["geography"], codes), row["id"][-1]): row["id"]
        for row in read(workforce / "figures.csv")
        if re.fullmatch(r"G\d\d[VT]", row["id"])
    }
    header = (
        "icb_code,vacancy_pct_2024_25,vacancy_figure,turnover_pct_2022_23,turnover_figure,adults_mid2024,councils,"
        "uses_split_county,missing,status,source"
    )
    rows: list[tuple[Cell, ...]] = []
    for row in read(workforce / "icb_asc_derived.csv"):
        code = codes[row["icb"]]
        vacancy, turnover = named[code, "V"], named[code, "T"]
        missing = row["missing_inputs"].replace(" vac", " vacancy").replace(" turn", " turnover")
        rows.append(
            (
                code,
                row["asc_vacancy_rate_pct_2024_25_popweighted"],
                vacancy,
                row["asc_turnover_rate_pct_2022_23_popweighted"],
                turnover,
                row["adults_18plus_mid2024_est"],
                row["n_upper_tier_LAs"],
                row["uses_split_county_share"],
                missing,
                "derived",
                f"{vacancy} {turnover}",
            )
        )
    return tuple(header.split(",")), sorted(rows, key=lambda r: str(r[0]))


def tables(source: Path) -> dict[str, Table]:
    """Return every carried-over table under the name of its file."""
    geography, workforce = source / "geography", source / "workforce"
    return {
        "icbs.csv": icbs(geography),
        "icb_centroids.csv": centroids(source / "boundaries"),
        "icb_covariates.csv": covariates(geography),
        "icbs_2026.csv": icbs_2026(geography),
        "icb_merge_2026.csv": merges(geography),
        "councils.csv": councils(geography),
        "figures.csv": figures(workforce, geography),
        "icb_rates.csv": icb_rates(workforce, geography),
    }


def main(arguments: Iterable[str] | None = None) -> int:
    """Rewrite the tables and say which."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--source", type=Path, default=SOURCE, help="the folder that holds geography/, workforce/ and boundaries/"
    )
    parser.add_argument("--target", type=Path, default=TARGET, help="the folder that the tables are written to")
    options = parser.parse_args(None if arguments is None else list(arguments))
    if not options.source.is_dir():
        sys.stderr.write(f"{options.source}: no such folder; give the source tables with --source\n")
        return 2
    options.target.mkdir(parents=True, exist_ok=True)
    for name, table in tables(options.source).items():
        write(options.target / name, table)
        sys.stdout.write(f"{name}: {len(table[1])} rows\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
