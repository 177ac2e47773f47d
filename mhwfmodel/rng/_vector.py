# ruff: noqa: ANN001, ANN202, ANN204
# mypy: ignore-errors
"""Numbers in lanes: a type of compiled code that holds a number for each of `WIDTH` draws in the processor's registers.

Arithmetic and comparisons of lanes read as those of single numbers do, and a single number beside lanes stands for
itself in each. Loops over short arrays would say the same; but the compiler keeps their steps in memory, and lanes in
registers, which is twice as fast.
"""

from __future__ import annotations

import operator

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core.cgutils import get_or_insert_function
from numba.core.errors import TypingError
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic, lower_builtin, models, register_model

__all__ = [
    "WIDTH", "any_of", "fused", "load_counts", "load_floats", "load_words", "pointer", "spliced", "spread", "store",
    "to_counts", "to_floats", "where",
]  # fmt: skip

WIDTH = 32
"""Draws that go in lock step."""
_BIT, _LONG = ir.IntType(1), ir.IntType(32)
_CELL = {"float64": ir.DoubleType(), "uint64": ir.IntType(64), "int32": _LONG, "bool": _BIT}


class Lanes(types.Type):
    """One number of a kind for each of `WIDTH` draws."""

    def __init__(self, element):
        self.element = element
        super().__init__(name=f"Lanes({element})")

    @property
    def vector(self):
        """What the compiler calls it."""
        return ir.VectorType(_CELL[str(self.element)], WIDTH)


FLOATS = Lanes(types.float64)
WORDS = Lanes(types.uint64)
COUNTS = Lanes(types.int32)
MASK = Lanes(types.boolean)


def spliced(function):
    """Put a small part of kernels into each place that calls it, before it is compiled: lanes pass through no call."""
    return njit(inline="always", error_model="numpy")(function)


@register_model(Lanes)
class _Model(models.PrimitiveModel):
    def __init__(self, manager, lanes):
        super().__init__(manager, lanes, lanes.vector)


def _spread(context, builder, value, given, lanes):
    """The same number in each lane; lanes as they are."""
    if isinstance(given, Lanes):
        return value
    one = context.cast(builder, value, given, lanes.element)
    nothing = ir.Constant(lanes.vector, ir.Undefined)
    first = builder.insert_element(nothing, one, ir.Constant(_LONG, 0))
    return builder.shuffle_vector(first, nothing, ir.Constant(ir.VectorType(_LONG, WIDTH), [0] * WIDTH))


def _fits(given, lanes):
    return given == lanes or isinstance(given, types.Number)


def _operator(function, lanes, result, emit):
    """Teach the compiler an operator between lanes, or lanes and a number."""

    @infer_global(function)
    class _Typing(AbstractTemplate):
        def generic(self, args, _):
            if len(args) == 2 and lanes in args and all(_fits(given, lanes) for given in args):
                return signature(result, *args)
            return None

    def lower(context, builder, given, args):
        left, right = (_spread(context, builder, value, of, lanes) for value, of in zip(args, given.args, strict=True))
        return emit(builder, left, right)

    for pair in ((lanes, lanes), (lanes, types.Number), (types.Number, lanes)):
        lower_builtin(function, *pair)(lower)


_BUILD = ir.IRBuilder
_ARITHMETIC = {
    FLOATS: {"add": _BUILD.fadd, "sub": _BUILD.fsub, "mul": _BUILD.fmul, "truediv": _BUILD.fdiv},
    COUNTS: {"add": _BUILD.add, "sub": _BUILD.sub, "and_": _BUILD.and_},
    WORDS: {"add": _BUILD.add, "mul": _BUILD.mul, "and_": _BUILD.and_, "xor": _BUILD.xor, "rshift": _BUILD.lshr},
    MASK: {"and_": _BUILD.and_, "or_": _BUILD.or_},
}
_COMPARISONS = {FLOATS: (_BUILD.fcmp_ordered, ("<", ">", ">=")), COUNTS: (_BUILD.icmp_signed, ("==", "!=", ">", ">="))}
_NAMES = {"<": operator.lt, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne}


def _comparison(emit, sign):
    return lambda builder, left, right: emit(builder, sign, left, right)


for _lanes, _operations in _ARITHMETIC.items():
    for _name, _emit in _operations.items():
        _operator(getattr(operator, _name), _lanes, _lanes, _emit)
for _lanes, (_emit, _signs) in _COMPARISONS.items():
    for _sign in _signs:
        _operator(_NAMES[_sign], _lanes, MASK, _comparison(_emit, _sign))


@intrinsic
def pointer(_, array):
    """Address of an array's first element, whose elements are then read as those of an array in a row.

    The array must stay where it is for as long as its address is used: an argument of a kernel does. What is passed on
    by its address is not counted, and counting costs more than what a small part of a kernel does.
    """
    if array.layout != "C":
        message = "only an array whose elements stand in a row has an address"
        raise TypingError(message)

    def emit(context, builder, given, args):
        return context.make_array(given.args[0])(context, builder, args[0]).data

    return types.CPointer(array.dtype)(array), emit


def _place(context, builder, address, index, of, lanes):
    """Address of lanes that begin at an element."""
    start = context.cast(builder, index, of, types.intp)
    return builder.bitcast(builder.gep(address, [start]), ir.PointerType(lanes.vector))


def _loader(lanes):
    @intrinsic
    def load(_, address, index):
        """The numbers that begin at `index`."""

        def emit(context, builder, given, args):
            place = _place(context, builder, args[0], args[1], given.args[1], lanes)
            return builder.load(place, align=np.dtype(str(lanes.element)).itemsize)

        return lanes(address, index), emit

    return load


load_floats, load_words, load_counts = _loader(FLOATS), _loader(WORDS), _loader(COUNTS)


@intrinsic
def store(_, address, index, lanes):
    """Write lanes, beginning at `index`."""

    def emit(context, builder, given, args):
        place = _place(context, builder, args[0], args[1], given.args[1], lanes)
        builder.store(args[2], place, align=np.dtype(str(lanes.element)).itemsize)
        return context.get_dummy_value()

    return types.void(address, index, lanes), emit


@intrinsic
def fused(_, left, right, more):
    """`left × right + more`, rounded once: the same bits on every machine, and one step where the processor has it."""

    def emit(context, builder, given, args):
        kind = ir.FunctionType(FLOATS.vector, [FLOATS.vector] * 3)
        return builder.call(get_or_insert_function(builder.module, kind, f"llvm.fma.v{WIDTH}f64"), args)

    return FLOATS(left, right, more), emit


@intrinsic
def spread(_, number):
    """A floating number in each lane."""

    def emit(context, builder, given, args):
        return _spread(context, builder, args[0], given.args[0], FLOATS)

    return FLOATS(number), emit


@intrinsic
def to_floats(_, lanes):
    """Whole numbers as floating ones; words are below 2 to the power of 63."""

    def emit(context, builder, given, args):
        return builder.sitofp(args[0], FLOATS.vector)

    return FLOATS(lanes), emit


@intrinsic
def to_counts(_, mask):
    """1 where a mask holds, 0 elsewhere."""

    def emit(context, builder, given, args):
        return builder.zext(args[0], COUNTS.vector)

    return COUNTS(mask), emit


@intrinsic
def where(_, mask, this, that):
    """`this` in the lanes where a mask holds, `that` in the others; one of them is lanes."""
    lanes = this if isinstance(this, Lanes) else that

    def emit(context, builder, given, args):
        this, that = (_spread(context, builder, args[at], given.args[at], lanes) for at in (1, 2))
        return builder.select(args[0], this, that)

    return lanes(mask, this, that), emit


@intrinsic
def any_of(_, mask):
    """Whether a mask holds in any lane."""

    def emit(context, builder, given, args):
        bits = ir.IntType(WIDTH)
        return builder.icmp_unsigned("!=", builder.bitcast(args[0], bits), ir.Constant(bits, 0))

    return types.boolean(mask), emit
