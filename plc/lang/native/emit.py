"""A unit as LLVM IR text: one function a routine, the entry exported as ``run``.

i32 @run(ptr area, ptr site, ptr globals, ptr context)          0 or the number of the fault site
i32 @rN(ptr self, ptr site, ptr globals, ptr context, ptr ref0, ...)          bounds follow a ref to an open array
@needs                                                          least bytes of area, site, globals, context
"""

from __future__ import annotations

from collections.abc import Mapping

from plc.lang import ir
from plc.lang.collector import paused
from plc.lang.native import memory, open_arrays
from plc.lang.native.code import INSTRUCTIONS, Code, Module
from plc.lang.native.expressions import EXPRESSIONS
from plc.lang.native.pieces import is_large, pieces, repeats, standing_alone
from plc.lang.native.statements import STATEMENTS

RETURNED = -1
_PRELUDE = """declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memmove.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.assume(i1)
declare i32 @memcmp(ptr, ptr, i64)
declare i64 @llvm.umin.i64(i64, i64)
declare i64 @llvm.smin.i64(i64, i64)
declare i64 @llvm.smax.i64(i64, i64)
declare i64 @llvm.uadd.sat.i64(i64, i64)
declare i64 @llvm.abs.i64(i64, i1)
declare i64 @llvm.cttz.i64(i64, i1)
declare i128 @llvm.cttz.i128(i128, i1)
declare float @llvm.fabs.f32(float)
declare double @llvm.fabs.f64(double)
declare double @llvm.sqrt.f64(double)
declare double @llvm.roundeven.f64(double)
declare double @llvm.trunc.f64(double)
attributes #0 = { nounwind }
attributes #1 = { nounwind willreturn memory(none) }
attributes #2 = { nounwind noinline optnone }
attributes #3 = { nounwind noinline }"""
_PRELUDE += "".join(
    f"\ndeclare i{bits} @llvm.{name}.i{bits}(i{bits}, i{bits}, i{bits})"
    for name in ("fshl", "fshr")
    for bits in (8, 16, 32, 64)
)
_PRELUDE += "".join(
    f"\ndeclare i{bits} @llvm.fpto{kind}.sat.i{bits}.f64(double)" for kind in ("si", "ui") for bits in (8, 16, 32, 64)
)


def emit(unit: ir.Unit, instructions: Mapping[ir.BinaryOp, str] = INSTRUCTIONS, checked: bool = True) -> str:
    """The unit as a module's text; equal units give equal text. ``instructions`` are those of the operators.

    ``checked`` False leaves out what stops a program; only a benchmark may run that, to learn what the checks cost.
    """
    with paused():
        return _text(unit, Module(unit, instructions, checked, is_large(unit), standing_alone(unit)))


def _text(unit: ir.Unit, module: Module) -> str:
    written = [_written(module, routine) for routine in unit.routines]
    functions = [
        line
        for code, straight in written
        for head, lines in (*straight, (_head(code), code.lines))
        for line in (head, "entry:", *lines, "}")
    ]
    needs = (unit.routine(unit.entry).instance.size, unit.site.size, unit.globals.size, ir.CONTEXT_SIZE)
    needs_text = f"@needs = constant [4 x i64] [{', '.join(f'i64 {size}' for size in needs)}]"
    parts = [_PRELUDE, needs_text, *module.globals_text(), *functions, *module.metadata_text()]
    return "\n".join(parts) + "\n"


_Function = tuple[str, list[str]]
"""Head and lines."""


def _written(module: Module, routine: ir.Routine) -> tuple[Code, list[_Function]]:
    """A routine, and the long straight pieces cut out of it."""
    code, straight = Code(module, routine, EXPRESSIONS, STATEMENTS), list[_Function]()
    if routine.temp.size:
        code.do(f"%temp = alloca [{routine.temp.size} x i8], align 16")
        memory.fill(code, "%temp", routine.temp.initial)
    for statements, cut_out in pieces(routine.body):
        if not cut_out:
            code.block_of(statements)
            continue
        symbol = f"{module.symbols[routine.name]}_{len(straight)}"
        straight.append(_piece(module, routine, symbol, statements))
        _call_piece(code, symbol)
    code.finish()
    return code, straight


def _piece(module: Module, routine: ir.Routine, symbol: str, statements: tuple[ir.Stmt, ...]) -> _Function:
    """A function of a routine's own memory; it gives -1 where the routine returns."""
    code = Code(module, routine, EXPRESSIONS, STATEMENTS, returned=RETURNED)
    code.block_of(statements)
    code.finish()
    return f"define internal i32 {symbol}({_own_pointers(routine)}) #2 {{", code.lines


def _call_piece(code: Code, symbol: str) -> None:
    status = code.let(f"call i32 {symbol}({_own_pointers(code.routine)})")
    returned = code.let(f"icmp eq i32 {status}, {RETURNED}")
    leave, following = code.label(), code.label()
    code.branch(code.let(f"icmp eq i32 {status}, 0"), following, leave)
    code.begin(leave)
    code.do(f"ret i32 {code.let(f'select i1 {returned}, i32 0, i32 {status}')}")
    code.begin(following)


def _own_pointers(routine: ir.Routine) -> str:
    names = ["self", "site", "globals", "context", *(["temp"] if routine.temp.size else [])]
    refs = [
        parameter
        for number, reference in enumerate(routine.refs)
        for parameter in (f"ptr %ref{number}", *open_arrays.parameters(reference, number))
    ]
    return ", ".join((*(f"ptr %{name}" for name in names), *refs))


def _head(code: Code) -> str:
    """Nothing else refers to the context, nor to an entry's areas; of the rest, see aliases.py."""
    module, routine, entry = code.module, code.routine, code.is_entry
    if entry and routine.refs:
        raise ValueError(f"{routine.name}: a program cannot have VAR_IN_OUT, nobody could pass it")
    aliases, own = module.aliases, " noalias" if entry else ""
    refs = [
        parameter
        for number, reference in enumerate(routine.refs)
        for parameter in (
            f"ptr{aliases.ref_attributes(routine, number)} %ref{number}",
            *open_arrays.parameters(reference, number),
        )
    ]
    parameters = [
        f"ptr{aliases.self_attributes(routine)} %self",
        f"ptr{aliases.site_attributes(entry)} %site",
        f"ptr{own} %globals",
        f"ptr noalias writable dereferenceable({ir.CONTEXT_SIZE}) %context",
        *refs,
    ]
    linkage = "" if entry else "internal "
    attributes = "#3" if not entry and routine.name in module.standing_alone else "#0"
    if module.large and not repeats(routine.body):
        attributes = "#2"
    return f"define {linkage}i32 {module.symbols[routine.name]}({', '.join(parameters)}) {attributes} {{"
