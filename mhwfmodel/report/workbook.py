"""x."""

from typing import Any


def write_workbook(result: Any, path: Any) -> None: ...
