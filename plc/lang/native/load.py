"""An object file as a program that runs; the engine's side, free of passes and disk."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache, partial
from weakref import WeakSet

import llvmlite.binding as llvm

from plc.lang.native.arithmetic import LIBRARY, LIBRARY_PREFIX
from plc.lang.native.object import Recipe, prepare, target_machine, unseal
from plc.lang.native.text_helpers import TEXT_LIBRARY
from plc.lang.runner import Memory

_Function = ctypes.PYFUNCTYPE(ctypes.c_int32, *[ctypes.c_void_p] * 4)  # keeps the GIL: a scan waits for no thread
_AREAS = ("area", "site", "globals", "context")


@cache
def _connect_library() -> ctypes.CDLL:
    """Let code call the C library's elementary functions by the names ``emit`` gives them; once a process.

    And by their own names what LLVM itself calls on processors without an instruction for it (``roundeven``).
    """
    library = _math_library()
    for name in ("roundeven", "roundevenf"):
        llvm.add_symbol(name, ctypes.cast(getattr(library, name), ctypes.c_void_p).value)
    for name in (*LIBRARY, *TEXT_LIBRARY):
        address = ctypes.cast(getattr(library, name), ctypes.c_void_p).value
        llvm.add_symbol(LIBRARY_PREFIX + name, address)
    return library


def _math_library() -> ctypes.CDLL:
    """glibc keeps them apart; elsewhere they are in the process already."""
    try:
        return ctypes.CDLL("libm.so.6")
    except OSError:
        return ctypes.CDLL(None)


class NativeRunner:
    """A program bound to its memory; dies with the Loaded it came from."""

    def __init__(self, owner: Loaded, name: str, function: Callable[..., int], memory: tuple[Memory, ...]) -> None:
        self._owner = owner  # its code lives as long as someone can run it
        self._name = name
        self._views = [(ctypes.c_char * len(part)).from_buffer(part) for part in memory]
        self._run: Callable[[], int] = partial(function, *[ctypes.addressof(view) for view in self._views])

    def __call__(self) -> int:
        return self._run()

    def release(self) -> None:
        """Let go of memory and code; a call after that raises RuntimeError."""
        self._run = self._released
        self._views = []

    def _released(self) -> int:
        raise RuntimeError(f"{self._name}: its code was unloaded; bind the code that replaced it")


class Loaded:
    """A program's code in memory; ``close`` frees it after a swap. ``name`` is for messages."""

    def __init__(self, object_bytes: bytes, name: str) -> None:
        object_file = unseal(object_bytes)
        prepare()
        _connect_library()
        self._name = name
        self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), target_machine(Recipe(opt=0)))
        self._engine.add_object_file(llvm.ObjectFileRef.from_data(object_file))
        self._engine.finalize_object()
        self._function = _Function(self._engine.get_function_address("run"))
        self._needs = tuple((ctypes.c_int64 * 4).from_address(self._engine.get_global_value_address("needs")))
        self._runners: WeakSet[NativeRunner] = WeakSet()

    @property
    def address(self) -> int:
        """Of ``run``, for a caller that is no Python. Raises RuntimeError after ``close``."""
        if self._engine is None:
            raise RuntimeError(f"{self._name}: its code was unloaded; load it again")
        return int(self._engine.get_function_address("run"))

    def bind(self, area: Memory, site: Memory, globals: Memory, context: Memory) -> NativeRunner:
        """The program over these areas, which must not overlap and stay held as long as the runner, or to ``close``.

        Raises ValueError when one is too small, RuntimeError after ``close``.
        """
        if self._engine is None:
            raise RuntimeError(f"{self._name}: its code was unloaded; load it again")
        memory = (area, site, globals, context)
        for part, held, needed in zip(_AREAS, memory, self._needs, strict=True):
            if len(held) < needed:
                raise ValueError(f"{self._name}: {part} has {len(held)} bytes, the program needs {needed}")
        runner = NativeRunner(self, self._name, self._function, memory)
        self._runners.add(runner)
        return runner

    def close(self) -> None:
        """Free the code; its runners are released. Again does nothing."""
        for runner in self._runners:
            runner.release()
        if self._engine is not None:
            self._engine.close()
            self._engine = None


def load(object_bytes: bytes, name: str) -> Loaded:
    """The object file of ``compile_object``, ready to bind. Raises ValueError when it is not, or not whole."""
    return Loaded(object_bytes, name)
