"""A refusal by a lever as a whole that says which of its fields is to be changed."""

from __future__ import annotations

from pydantic_core import PydanticCustomError

__all__ = ["MISFIT", "misfit"]

MISFIT = "misfit"
"""Type of such an error; its `ctx` has `field` (below the lever, as `phases.1.start`), `text` and `remedy`."""


def misfit(field: str, text: str, remedy: str) -> PydanticCustomError:
    """An error for a validator of a lever to raise, which is told at one of its fields.

    Args:
        field: The field, with dots below it: `phases.1.start`.
        text: What is wrong, a whole sentence that names field and value.
        remedy: What is allowed.
    """
    told = {"told": f"{text}; {remedy}", "field": field, "text": text, "remedy": remedy}
    return PydanticCustomError(MISFIT, "{told}", told)
