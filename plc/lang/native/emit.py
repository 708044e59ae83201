"""A unit as LLVM IR text: one function a routine, the entry exported as ``run``.

i32 @run(ptr area, ptr site, ptr globals, ptr context)          0 or the number of the fault site
i32 @rN(ptr self, ptr site, ptr globals, ptr context, ptr ref0, ...)
@needs                                                          least bytes of area, site, globals, context
"""

from __future__ import annotations

from collections.abc import Mapping

from plc.lang import ir
from plc.lang.native import memory
from plc.lang.native.code import INSTRUCTIONS, Code, Module
from plc.lang.native.expressions import EXPRESSIONS
from plc.lang.native.statements import STATEMENTS

_PRELUDE = """declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memmove.p0.p0.i64(ptr, ptr, i64, i1)
declare i64 @llvm.umin.i64(i64, i64)
declare i64 @llvm.uadd.sat.i64(i64, i64)
declare i64 @llvm.abs.i64(i64, i1)
declare float @llvm.fabs.f32(float)
declare double @llvm.fabs.f64(double)
declare double @llvm.sqrt.f64(double)
declare double @llvm.roundeven.f64(double)
declare double @llvm.trunc.f64(double)
attributes #0 = { nounwind }
attributes #1 = { nounwind willreturn memory(none) }
attributes #2 = { nounwind noinline optnone }"""
_PRELUDE += "".join(
    f"\ndeclare i{bits} @llvm.{name}.i{bits}(i{bits}, i{bits}, i{bits})"
    for name in ("fshl", "fshr")
    for bits in (8, 16, 32, 64)
)
_PRELUDE += "".join(
    f"\ndeclare i{bits} @llvm.fpto{kind}.sat.i{bits}.f64(double)" for kind in ("si", "ui") for bits in (8, 16, 32, 64)
)


LONG_LINES = 1500
"""A routine longer than this in which nothing repeats stays as it is written: optimising 2,000 lines of relay logic
takes a second and gains a microsecond a scan."""


def emit(unit: ir.Unit, instructions: Mapping[ir.BinaryOp, str] = INSTRUCTIONS) -> str:
    """The unit as a module's text; equal units give equal text. ``instructions`` are those of the operators."""
    module = Module(unit, instructions)
    codes = [_written(module, routine) for routine in unit.routines]
    functions = [line for code in codes for line in (_head(code), "entry:", *code.lines, "}")]
    needs = (unit.routine(unit.entry).instance.size, unit.site.size, unit.globals.size, ir.CONTEXT_SIZE)
    needs_text = f"@needs = constant [4 x i64] [{', '.join(f'i64 {size}' for size in needs)}]"
    parts = [_PRELUDE, needs_text, *module.globals_text(), *functions, *module.metadata_text()]
    return "\n".join(parts) + "\n"


def _written(module: Module, routine: ir.Routine) -> Code:
    code = Code(module, routine, EXPRESSIONS, STATEMENTS)
    if routine.temp.size:
        code.do(f"%temp = alloca [{routine.temp.size} x i8], align 16")
        memory.fill(code, "%temp", routine.temp.initial)
    code.block_of(routine.body)
    code.finish()
    return code


def _head(code: Code) -> str:
    """Nothing else refers to the context, nor to an entry's areas, nor to a SITE that nobody writes."""
    module, routine, entry = code.module, code.routine, code.is_entry
    if entry and routine.refs:
        raise ValueError(f"{routine.name}: a program cannot have VAR_IN_OUT, nobody could pass it")
    own = " noalias" if entry else ""
    site = " noalias readonly" if not module.writes_site else own
    of_site = [
        not module.writes_site and module.refers_to_site_alone(routine.name, n) for n, _ in enumerate(routine.refs)
    ]
    refs = [f"ptr{' noalias readonly' if alone else ''} %ref{number}" for number, alone in enumerate(of_site)]
    parameters = [f"ptr{own} %self", f"ptr{site} %site", f"ptr{own} %globals", "ptr noalias %context", *refs]
    linkage = "" if entry else "internal "
    attributes = "#2" if len(code.lines) > LONG_LINES and not code.repeats else "#0"
    return f"define {linkage}i32 {module.symbols[routine.name]}({', '.join(parameters)}) {attributes} {{"
