# ruff: noqa: ANN001, ANN202
# mypy: ignore-errors
"""Compiled: rows of records, and arrays, that are reached by the address at which they begin.

A kernel that is given an array is given seven numbers; one with forty arrays spends more time handing them on than
working with them. So the pathway engine is given one record, which holds where everything else is. Nothing here looks
whether a row is there: who makes the record (`layout`) also keeps what it points to.
"""

from __future__ import annotations

from numba import from_dtype, types
from numba.extending import intrinsic

__all__ = ["pointer", "rows_of"]


def rows_of(dtype):
    """A compiled function of an address and a row's number that gives the row, a record to read and to write."""
    kind, size = from_dtype(dtype), dtype.itemsize

    @intrinsic
    def row_at(_, address, row):
        def generate(context, builder, signature, given):
            start, number = given
            place = builder.add(start, builder.mul(number, number.type(size)))
            return builder.inttoptr(place, context.get_value_type(signature.return_type))

        return kind(types.int64, types.int64), generate

    return row_at


@intrinsic
def pointer(_, address):
    """An address as `numba.carray` takes it."""

    def generate(context, builder, signature, given):
        return builder.inttoptr(given[0], context.get_value_type(signature.return_type))

    return types.voidptr(types.int64), generate
