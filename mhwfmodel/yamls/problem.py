"""One thing wrong with a field, before it is known on which line the field stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mhwfmodel.yamls.tree import Path, join

__all__ = ["Problem", "as_written"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with one field.

    Args:
        path: The field.
        text: What is wrong, said of the value: `is not a sector`.
        remedy: What to do.
        value: The value as a person would write it; empty when the text needs none.
        on_key: It is the name of the field that is wrong.
        alone: The text is a whole sentence and holds values itself.
        last: So far from what is meant that nothing else is worth the time to check.
    """

    path: Path
    text: str
    remedy: str = ""
    value: str = ""
    on_key: bool = False
    alone: bool = False
    last: bool = False

    def __str__(self) -> str:
        text = self.text if self.alone or not self.value else f"'{self.value}' {self.text}"
        return f"{join(self.path)}: {text}" + (f"; {self.remedy}" if self.remedy else "")


def as_written(value: object) -> str:
    """A value as a person would write it; blocks and lists by their kind alone."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a block of fields"
    return "a list" if isinstance(value, (list, tuple)) else str(value)
