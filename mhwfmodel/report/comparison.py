"""x."""

from typing import Any


class ComparisonRow: ...


def comparison_rows(c: Any) -> None: ...
def write_comparison(c: Any, path: Any) -> None: ...
