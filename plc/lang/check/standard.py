"""The standard functions by name."""

from __future__ import annotations

from plc.lang import ir
from plc.lang.check.array_functions import age, avg, bound, fold, is_valid
from plc.lang.check.choice_functions import comparison_called, inverted, move, mux, operator_called, sel, shift
from plc.lang.check.numeric_functions import ELEMENTARY_FUNCTIONS, absolute, atan2, elementary, expt, extreme, limit
from plc.lang.check.signature import Function
from plc.lang.check.text_functions import TEXT_FORMS, concat, edit, read
from plc.lang.check.time_functions import TIME_FUNCTIONS

FUNCTIONS: dict[str, Function] = {
    "ABS": absolute,
    **{op.name: elementary(op) for op in ELEMENTARY_FUNCTIONS},
    "ATAN2": atan2,
    "EXPT": expt,
    "MIN": extreme(ir.BinaryOp.MIN),
    "MAX": extreme(ir.BinaryOp.MAX),
    "LIMIT": limit,
    "SEL": sel,
    "MUX": mux,
    **{name: operator_called(op, True) for name, op in (("ADD", "+"), ("MUL", "*"))},
    **{name: operator_called(name, True) for name in ("AND", "OR", "XOR")},
    "MOD": operator_called("MOD", False),
    "NOT": inverted,
    "MOVE": move,
    **{name: operator_called(op, False) for name, op in (("SUB", "-"), ("DIV", "/"))},
    **{op.name: comparison_called(op.value) for op in ir.CompareOp if op is not ir.CompareOp.NE},
    "NE": operator_called("<>", False),
    **{op.name: shift(op) for op in ir.ShiftOp},
    **{op.name: edit(op) for op in TEXT_FORMS},
    "CONCAT": concat,
    "LEN": read(ir.ReadOp.LEN),
    "FIND": read(ir.ReadOp.FIND),
    **TIME_FUNCTIONS,
    "SUM": fold(ir.FoldOp.SUM),
    "MINIMUM": fold(ir.FoldOp.LEAST),
    "MAXIMUM": fold(ir.FoldOp.GREATEST),
    "AVG": avg,
    "LOWER_BOUND": bound(ir.BoundOp.LOWER),
    "UPPER_BOUND": bound(ir.BoundOp.UPPER),
    "AGE": age,
    "IS_VALID": is_valid,
}
