"""The native back end's own promises: text, objects, loading and letting go."""

from __future__ import annotations

import math
import mmap
import random
import re
import struct
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import llvmlite
import pytest

from plc.lang import ir, native, reference
from plc.lang.native.object import Recipe, machine_name, object_hash, optimised_text, options_for
from plc.lang.runner import new_context
from plc.lang.types import BOOL, DINT, INT, LREAL, REAL, Array
from tests.lang.units import BACK_ENDS, HERE, Memory, Trial, assign, native_bind, routine, structure, unit

LAYOUT = structure("p", {"n": DINT, "i": INT, "v": Array(REAL, ((1, 500),)), "w": Array(REAL, ((1, 500),))})
V = Memory(ir.Base.SELF, LAYOUT)


def counter() -> ir.Unit:
    """Adds 1 to n."""
    one = ir.Binary(ir.BinaryOp.ADD, V["n"], ir.Const(1, DINT), DINT)
    return unit(routine("p", LAYOUT, [assign(V.place("n"), one)]))


def scaling(last: ir.Expr) -> ir.Unit:
    """w[i] := v[i] * 0.5 + n, for i from 1."""
    half = ir.Binary(ir.BinaryOp.MUL, V.at("v", V["i"]), ir.Const(0.5, REAL), REAL)
    more = ir.Binary(ir.BinaryOp.ADD, half, ir.Convert(V["n"], REAL), REAL)
    one = ir.Const(1, INT)
    body = (assign(V.element("w", V["i"]), more),)
    return unit(routine("p", LAYOUT, [ir.For(V.place("i"), one, last, one, body, 1, 2, HERE)]))


def loaded(program: ir.Unit, opt: int = 2) -> native.Loaded:
    return native.load(native.compile_object(native.emit(program), opt), "p")


def memory(program: ir.Unit) -> tuple[bytearray, bytearray, bytearray, bytearray]:
    return bytearray(program.routine("p").instance.initial), bytearray(), bytearray(), new_context(10_000)


def test_equal_units_give_equal_text_and_equal_hashes() -> None:
    assert native.emit(counter()) == native.emit(counter())
    assert native.object_hash(native.emit(counter())) == native.object_hash(native.emit(counter()))


def test_another_program_has_another_hash() -> None:
    assert native.object_hash(native.emit(counter())) != native.object_hash(native.emit(scaling(ir.Const(5, INT))))


OTHERWISE = {
    "opt": 1, "vectors": False, "vectors_a_turn": True, "vectors_of_straight_code": True, "unrolling": True,
    "options": (), "relocation": "static", "model": "large", "machine": ("x86_64", "generic", ""),
    "compiler": "another", "seal": b"another",
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERWISE)
def test_whatever_else_decides_the_machine_code_gives_another_hash(name: str) -> None:
    text = native.emit(counter())
    assert object_hash(text, replace(Recipe(), **{name: OTHERWISE[name]})) != object_hash(text)


def test_every_part_of_the_recipe_is_tried_otherwise_and_names_what_made_the_code() -> None:
    assert list(OTHERWISE) == [field.name for field in fields(Recipe)]
    assert llvmlite.__version__ in Recipe().compiler
    assert Recipe().machine == machine_name()


def test_text_that_is_no_program_is_refused() -> None:
    with pytest.raises(RuntimeError, match="parsing error"):
        native.compile_object("define nonsense")


def test_bytes_that_are_no_whole_object_are_refused_before_llvm_sees_them() -> None:
    whole = native.compile_object(native.emit(counter()))
    for broken in (b"", b"junk", whole[:-1], whole[:600] + b"?" + whole[601:]):
        with pytest.raises(ValueError, match="no compiled program, or a part of one; compile it again"):
            native.load(broken, "p")


def test_memory_too_small_is_refused_by_name_and_size() -> None:
    code = loaded(counter())
    with pytest.raises(ValueError, match=rf"p: area has 3 bytes, the program needs {LAYOUT.size}"):
        code.bind(bytearray(3), bytearray(), bytearray(), new_context(1))
    code.close()


def test_an_object_compiled_in_another_process_runs_here(tmp_path: Path) -> None:
    text, target = tmp_path / "p.ll", tmp_path / "p.o"
    text.write_text(native.emit(counter()), encoding="utf-8")
    code = (
        "import sys, pathlib; from plc.lang.native import compile_object;"
        "pathlib.Path(sys.argv[2]).write_bytes(compile_object(pathlib.Path(sys.argv[1]).read_text()))"
    )
    subprocess.run([sys.executable, "-c", code, str(text), str(target)], check=True)
    program = native.load(target.read_bytes(), "p")
    areas = memory(counter())
    run = program.bind(*areas)
    assert [run(), run(), areas[0][0]] == [0, 0, 2]
    program.close()


def test_closed_code_says_so_and_lets_go_of_its_memory() -> None:
    code, areas = loaded(counter()), memory(counter())
    run = code.bind(*areas)
    code.close()
    code.close()
    areas[0].clear()  # a bytearray someone still points into refuses this
    with pytest.raises(RuntimeError, match="p: its code was unloaded"):
        run()
    with pytest.raises(RuntimeError, match="p: its code was unloaded"):
        code.bind(*areas)


@pytest.mark.parametrize("back_end", BACK_ENDS)
def test_areas_may_be_parts_of_one_shared_mapping(back_end: str) -> None:
    program, bind = counter(), BACK_ENDS[back_end]
    with mmap.mmap(-1, 3 * 8192) as shared:
        view = memoryview(shared)
        parts = [view[start : start + 8192] for start in (0, 8192, 16384)]
        run = bind(program, parts[0], parts[1], parts[2], new_context(1))
        assert [run(), run(), shared[0], any(shared[8192:])] == [0, 0, 2, False]
        del run
        for part in (*parts, view):
            part.release()


def test_a_runner_keeps_the_code_it_runs() -> None:
    areas = memory(counter())
    run = loaded(counter()).bind(*areas)
    for _ in range(20):
        loaded(scaling(ir.Const(500, INT))).close()
    assert [run(), areas[0][0]] == [0, 1]


def resident_kb() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


def test_a_thousand_swaps_take_no_memory() -> None:
    object_bytes, areas = native.compile_object(native.emit(counter())), memory(counter())

    def swap() -> None:
        code = native.load(object_bytes, "p")
        code.bind(*areas)()
        code.close()

    for _ in range(200):
        swap()
    before = resident_kb()
    for _ in range(1000):
        swap()
    assert resident_kb() - before < 2_000


@pytest.mark.parametrize("last", [ir.Const(500, INT), ir.Convert(V["n"], INT)])
def test_a_loop_over_arrays_runs_on_vectors(last: ir.Expr) -> None:
    assert re.search(r"fmul <\d+ x float>", optimised_text(native.emit(scaling(last))))


@pytest.mark.parametrize("scalar", [REAL, LREAL])
@pytest.mark.parametrize("op", ir.MathOp)
def test_elementary_functions_agree_on_a_thousand_random_numbers(op: ir.MathOp, scalar: object) -> None:
    chance = random.Random(op)
    edges = [0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan, 1e-310, 1e38, 709.8, 88.8, -745.2]
    numbers = [*edges, *(chance.uniform(-2, 2) for _ in range(500)), *(chance.gauss(0, 1e5) for _ in range(500))]
    layout = structure("p", {"i": INT, "a": Array(scalar, ((1, len(numbers)),))})  # type: ignore[arg-type]
    v = Memory(ir.Base.SELF, layout)
    one = ir.Const(1, INT)
    body = (assign(v.element("a", v["i"]), ir.Math(op, v.at("a", v["i"]), scalar)),)  # type: ignore[arg-type]
    program = unit(
        routine("p", layout, [ir.For(v.place("i"), one, ir.Const(len(numbers), INT), one, body, 1, 2, HERE)])
    )
    trials = [Trial(bind, program, a=numbers) for bind in (reference.bind, native_bind(2))]
    assert [trial.run() for trial in trials] == [0, 0]
    assert trials[0].area == trials[1].area


def test_multiply_and_add_are_rounded_apart() -> None:
    layout = structure("p", {"a": LREAL, "b": LREAL, "c": LREAL, "r": LREAL, "q": BOOL})
    v = Memory(ir.Base.SELF, layout)
    product = ir.Binary(ir.BinaryOp.MUL, v["a"], v["b"], LREAL)
    body = [assign(v.place("r"), ir.Binary(ir.BinaryOp.ADD, product, v["c"], LREAL))]
    a = 1.0 + 2.0**-30
    trial = Trial(native_bind(2), unit(routine("p", layout, body)), a=a, b=a, c=-(a * a))
    assert trial.run() == 0
    assert struct.pack("<d", trial["r"]) == struct.pack("<d", 0.0)


def test_an_llvm_nobody_tried_gets_no_options_it_might_die_of() -> None:
    assert options_for(22)
    assert options_for(20) == options_for(23) == ()
