"""`mhwfmodel schema` and `mhwfmodel pathway schema`: the JSON Schema of a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mhwfmodel.cli.console import out_json
from mhwfmodel.cli.places import check_writable

__all__ = ["give", "give_schema"]


def give_schema(file: Path | None) -> None:
    """Print the schema of a scenario file, or write it to a file.

    Args:
        file: Where; the screen when None.

    Raises:
        DataError: The file cannot be written.
    """
    from mhwfmodel.scenario import json_schema

    give(json_schema(), file)


def give(schema: dict[str, Any], file: Path | None) -> None:
    """Print a schema, or write it to a file.

    Args:
        schema: The schema.
        file: Where; the screen when None.

    Raises:
        DataError: The file cannot be written.
    """
    if file is None:
        out_json(schema)
        return
    from mhwfmodel.results import replace_all

    text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    check_writable(file.parent, (file.name,))

    def write(path: Path) -> None:
        path.write_text(text, encoding="utf-8")

    replace_all(file.parent, {file.name: write})
