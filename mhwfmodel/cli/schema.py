"""`mhwfmodel schema`: the JSON Schema of a scenario file."""

from __future__ import annotations

import json
from pathlib import Path

from mhwfmodel.cli.console import out_json
from mhwfmodel.cli.places import check_writable

__all__ = ["give_schema"]


def give_schema(file: Path | None) -> None:
    """Print the schema, or write it to a file.

    Args:
        file: Where; the screen when None.

    Raises:
        DataError: The file cannot be written.
    """
    from mhwfmodel.scenario import json_schema

    if file is None:
        out_json(json_schema())
        return
    from mhwfmodel.results import replace_all

    text = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    check_writable(file.parent, (file.name,))

    def write(path: Path) -> None:
        path.write_text(text, encoding="utf-8")

    replace_all(file.parent, {file.name: write})
