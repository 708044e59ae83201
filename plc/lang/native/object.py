"""From LLVM IR text to an object file for this machine; runs in the compiler's process, not the engine's."""

from __future__ import annotations

import hashlib
from functools import cache

import llvmlite
import llvmlite.binding as llvm

_MARK = b"cellkeeper object 1\n"


@cache
def prepare() -> None:
    """Make LLVM know this machine; once a process."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()


@cache
def machine_name() -> tuple[str, str, str]:
    """(triple, CPU, features) of this machine as LLVM names them."""
    return llvm.get_process_triple(), llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()


def target_machine(opt: int) -> llvm.TargetMachine:
    """A fresh one; reused ones crashed."""
    prepare()
    triple, cpu, features = machine_name()
    return llvm.Target.from_triple(triple).create_target_machine(
        cpu=cpu, features=features, opt=opt, reloc="pic", codemodel="default"
    )


def compile_object(text: str, opt: int = 2) -> bytes:
    """The text of ``emit`` as a sealed object file. Raises RuntimeError where LLVM refuses the text."""
    machine = target_machine(opt)
    with llvm.parse_assembly(text, llvm.create_context()) as module:
        _optimise(module, machine, opt)
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
    with llvm.parse_assembly(text, llvm.create_context()) as module:
        _optimise(module, target_machine(opt), opt)
        return str(module)


def _optimise(module: llvm.ModuleRef, machine: llvm.TargetMachine, opt: int) -> None:
    """Loops on vectors, one vector a turn: a string has some 34 modules, and a turn of four vectors would never run.

    Vectors of straight code and unrolled loops gain nothing here and cost a fifth of the time.
    """
    module.triple, module.data_layout = machine.triple, str(machine.target_data)
    module.verify()
    if opt == 0:
        return
    tuning = llvm.create_pipeline_tuning_options(speed_level=opt)
    tuning.loop_vectorization = opt > 1
    tuning.loop_interleaving = tuning.loop_unrolling = tuning.slp_vectorization = False
    builder = llvm.create_pass_builder(machine, tuning)
    builder.getModulePassManager().run(module, builder)


def object_hash(text: str) -> str:
    """SHA-256 over all that decides the object's bytes: text, llvmlite, triple, CPU, features."""
    parts = (text, llvmlite.__version__, *machine_name())
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "little") + part.encode())
    return digest.hexdigest()
