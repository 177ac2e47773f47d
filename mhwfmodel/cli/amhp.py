"""`mhwfmodel show amhp-need`: full-time equivalents that a 24-hour service needs, and what moves the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from mhwfmodel.cli.console import grid, out, out_json, paragraph, tell, width

if TYPE_CHECKING:
    from mhwfmodel.simulate.amhp_tables import NeedRecord

__all__ = ["show_need"]

_RANGES = {"rate": "fte_by_assessments", "hours": "fte_by_hours", "windows": "fte_by_windows"}
_WIDE = "people"


def show_need(icb: str, *, as_json: bool, find: str) -> None:
    """Print the need for Approved Mental Health Professionals at central values.

    Args:
        icb: An Integrated Care Board, whose councils are shown; all boards when empty.
        as_json: A list of objects with every field, for other programs.
        find: Keep places whose code or name holds all these words; every place when empty.

    Raises:
        DataError: No board has this name or code.
    """
    from mhwfmodel.simulate.amhp_sensitivity import need_variants
    from mhwfmodel.simulate.amhp_tables import council_records, icb_records

    codes = _codes(icb) if icb else ()
    variants = need_variants()
    boards = icb_records(variants)
    everything = council_records(variants, codes) if codes else boards
    records = [item for item in everything if _holds(item, find)]
    if as_json:
        out_json([asdict(item) for item in records])
    elif not records:
        tell(f"nothing among {len(everything)} places holds '{find}'; try fewer or shorter words")
    else:
        _print(records, councils=bool(codes))
        _print_count(records, len(everything), councils=bool(codes))
        if codes:
            _print_boards([item for item in boards if item.code in codes])
        else:
            _print_england(sum(item.fte for item in boards), sum(item.fte_pooled for item in boards))


def _codes(icb: str) -> tuple[str, ...]:
    from mhwfmodel.catalogue import resolve_icbs

    resolved = resolve_icbs([icb])
    tell(*resolved.echoes)
    return resolved.codes


def _holds(record: NeedRecord, find: str) -> bool:
    text = f"{record.code} {record.name}".casefold()
    return all(word in text for word in find.casefold().split())


def _print(records: Sequence[NeedRecord], *, councils: bool) -> None:
    columns = [_cells(item, councils=councils) for item in records]
    kept = [name for name in columns[0] if width() >= 100 or name != _WIDE]
    out(grid(kept, [[row[name] for name in kept] for row in columns], right=kept[1:]))


def _cells(record: NeedRecord, *, councils: bool) -> dict[str, str]:
    from mhwfmodel.simulate.amhp_tables import duty_text

    ends = {name: getattr(record, field) for name, field in _RANGES.items()}
    return {
        "council" if councils else "ICB": record.name,
        "people": f"{record.people:,.0f}",
        "assessments": f"{record.assessments:,.0f}",
        "on duty": duty_text(record, "/"),
        "FTE": f"{record.fte:,.1f}",
        **({"in the ICB": f"{record.share_here:.0%}"} if councils else {}),
        **{name: f"{low:,.0f}–{high:,.0f}" for name, (low, high) in ends.items()},
        "pooled": f"{record.fte_pooled:,.0f}",
    }


def _print_count(records: Sequence[NeedRecord], everything: int, *, councils: bool) -> None:
    of = f"{len(records)} of {everything}" if len(records) < everything else str(everything)
    things = "councils" if councils else "ICBs, each the sum over its councils"
    windows = "/".join(records[0].on_duty)
    text = (
        f"{of} {things}. People of mid-2023; assessments a year; AMHPs on duty by window ({windows}); need in "
        "full-time equivalents (FTE) at central values. Then the least and most FTE over the range of assessments per "
        "100,000 people (rate), of hours an assessment, and over the patterns of windows; and FTE if each ICB had one "
        "service (pooled). A run draws what is assumed here and tells the mean over draws, which is another number. "
        "--json gives every field."
    )
    out("", paragraph(text))


def _print_boards(records: Sequence[NeedRecord]) -> None:
    for item in records:
        text = f"{item.name}: {item.fte:,.1f} FTE council by council, {item.fte_pooled:,.1f} FTE with one service."
        out("", paragraph(text))


def _print_england(fte: float, pooled: float) -> None:
    from mhwfmodel.simulate.amhp_tables import latest_answers

    more, short = latest_answers()
    text = (
        f"England: {fte:,.0f} FTE council by council, {pooled:,.0f} with one service an ICB. Services' own answers of "
        f"2025 imply {more:,.0f} to {short:,.0f} (A013, A019). How many assessments there are and how long one takes "
        "cannot be told apart from these, and figures on the number disagree: "
        "mhwfmodel show figures --conflicts --find A046."
    )
    out("", paragraph(text))
