"""From LLVM IR text to an object file for this machine; runs in the compiler's process, not the engine's."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields
from functools import cache

import llvmlite
import llvmlite.binding as llvm

_MARK = b"cellkeeper object 1\n"
_TUNED_FOR = 22
_TUNING = (
    "-tail-dup-placement-threshold=12",
    "-simplifycfg-branch-fold-threshold=0",
    "-jump-threading-threshold=20",
    "-sink-common-insts=0",
    "-enable-ext-tsp-block-placement",
)
"""LLVM's own options, for the whole process: what gcc does with branches by itself. Timers, steps and latches are
short, what holds in one scan held in the last, and the processor guesses their branches right.

A block of up to 12 instructions that several others jump to is copied behind each of them: a jump costs as much as 3
instructions. ``a AND b`` stays two branches, so that what is known of a on one way settles the next question about it,
and the block between the two (of up to 20 instructions) is copied for that way. What all arms of a CASE store stays in
the arms, where it is a constant. Blocks lie in the order that makes the fewest jumps, not only the likeliest way.

LLVM ends a process that gives it an option it does not know, so another LLVM than the one they were tried on gets none.
"""


def options_for(llvm_version: int) -> tuple[str, ...]:
    """What LLVM of that major version is told beside its passes."""
    return _TUNING if llvm_version == _TUNED_FOR else ()


_OPTIONS = options_for(llvm.llvm_version_info[0])


@cache
def machine_name() -> tuple[str, str, str]:
    """(triple, CPU, features) of this machine as LLVM names them."""
    return llvm.get_process_triple(), llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that decides an object's bytes beside the text. Nothing else may: ``object_hash`` is over these fields.

    Loops run on vectors, one vector a turn: a string has some 34 modules, and a turn of four vectors would never run.
    Vectors of straight code and unrolled loops gain nothing here and cost a fifth of the time.
    """

    opt: int = 2
    vectors: bool = True
    vectors_a_turn: bool = False
    vectors_of_straight_code: bool = False
    unrolling: bool = False
    options: tuple[str, ...] = _OPTIONS
    relocation: str = "pic"
    model: str = "default"
    machine: tuple[str, str, str] = field(default_factory=machine_name)
    compiler: str = f"llvmlite {llvmlite.__version__}, LLVM {llvm.llvm_version_info}"
    seal: bytes = _MARK


@cache
def prepare() -> None:
    """Make LLVM know this machine; once a process, for LLVM takes an option only once."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    for option in _OPTIONS:
        llvm.set_option("cellkeeper", option)


def target_machine(recipe: Recipe) -> llvm.TargetMachine:
    """A fresh one; reused ones crashed."""
    prepare()
    triple, cpu, features = recipe.machine
    return llvm.Target.from_triple(triple).create_target_machine(
        cpu=cpu, features=features, opt=recipe.opt, reloc=recipe.relocation, codemodel=recipe.model
    )


def compile_object(text: str, opt: int = 2, recipe: Recipe | None = None) -> bytes:
    """The text of ``emit`` as a sealed object file, by a recipe of its own where one is given. Raises RuntimeError
    where LLVM refuses the text."""
    recipe = recipe or Recipe(opt)
    machine = target_machine(recipe)
    with llvm.parse_assembly(text, llvm.create_context()) as module:
        _optimise(module, machine, recipe)
        return _seal(bytes(machine.emit_object(module)))


def _seal(object_file: bytes) -> bytes:
    """A mark and a checksum before it: LLVM takes any bytes for an object, and dies of what is none."""
    return _MARK + hashlib.sha256(object_file).digest() + object_file


def unseal(sealed: bytes) -> bytes:
    """The object file; ValueError where a byte of what ``compile_object`` gave is missing or another."""
    object_file = sealed[len(_MARK) + hashlib.sha256().digest_size :]
    if sealed != _seal(object_file):
        raise ValueError("these bytes are no compiled program, or a part of one; compile it again")
    return object_file


def optimised_text(text: str, opt: int = 2) -> str:
    """The text as LLVM leaves it before it chooses instructions: for people, and tests that look for vectors."""
    recipe = Recipe(opt)
    with llvm.parse_assembly(text, llvm.create_context()) as module:
        _optimise(module, target_machine(recipe), recipe)
        return str(module)


def _optimise(module: llvm.ModuleRef, machine: llvm.TargetMachine, recipe: Recipe) -> None:
    module.triple, module.data_layout = machine.triple, str(machine.target_data)
    module.verify()
    if recipe.opt == 0:
        return
    tuning = llvm.create_pipeline_tuning_options(speed_level=recipe.opt)
    tuning.loop_vectorization = recipe.vectors and recipe.opt > 1
    tuning.loop_interleaving, tuning.loop_unrolling = recipe.vectors_a_turn, recipe.unrolling
    tuning.slp_vectorization = recipe.vectors_of_straight_code
    builder = llvm.create_pass_builder(machine, tuning)
    builder.getModulePassManager().run(module, builder)


def object_hash(text: str, recipe: Recipe | None = None) -> str:
    """SHA-256 over all that decides the object's bytes: the text and every field of the recipe."""
    made_by = recipe or Recipe()
    digest = hashlib.sha256()
    for part in (text, *(f"{one.name} {getattr(made_by, one.name)!r}" for one in fields(made_by))):
        digest.update(len(part).to_bytes(8, "little") + part.encode())
    return digest.hexdigest()
